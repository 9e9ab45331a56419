//! Places what a clock showed in UTC: by what the person at the tool says, else by the rules of the computer's zone, else by the
//! offset of one day, which may be an hour wrong on another.
//!
//! Refuses to know zones by name, and which zone a file has that lies beside two runs of the collector that disagree.
//!
//! ```text
//! 2026-01-05 09:00 where Bias = -60, summer time from the last Sunday of March ─▶ 2026-01-05T08:00Z
//! 2026-01-05 09:00 where a run in July had +02:00                              ─▶ 2026-01-05T07:00Z, within an hour
//! ```

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::build::{ArtifactInput, Options};
use super::clixml;
use super::collector::Collector;
use crate::parse::record::{Hive, Record, RegistryData};
use crate::value::fold;

/// Offsets in seconds that no zone with summer time has had since [`STEADY_SINCE`], in winter or in summer (IANA time zone
/// database): India, Indochina, China, Japan and their neighbours.
const STEADY: [i32; 4] = [19_800, 25_200, 28_800, 32_400];
const STEADY_SINCE: i16 = 2017;

/// Where Windows keeps the zone in force.
const KEY: &str = r"control\timezoneinformation";

/// How the local times of one file become UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Told by the person at the tool, who knows.
    Told(i32),
    /// The rules of the computer.
    Rules(Rules),
    /// The offset of one day.
    Seen(i32),
}

/// The zone of a computer as its registry has it, in minutes west of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    standard: i32,
    daylight: i32,
    /// When summer time begins and ends; nothing where there is none.
    turns: Option<(Turn, Turn)>,
}

/// A day such as the last Sunday of March, and a time of the clock before it is turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    month: i8,
    /// 1 to 4, or 5 for the last.
    week: i8,
    weekday: Weekday,
    hour: i8,
    minute: i8,
}

impl Zone {
    /// What the clock showed, in UTC, and whether that is certain; otherwise it is right to an hour.
    pub(super) fn place(self, shown: Timestamp) -> (Timestamp, bool) {
        match self {
            Self::Told(offset) => (minus(shown, offset), true),
            Self::Seen(offset) => {
                let is_steady = STEADY.contains(&offset) && clock(shown).year() >= STEADY_SINCE;
                (minus(shown, offset), is_steady)
            }
            Self::Rules(rules) => rules.place(shown),
        }
    }
}

impl Rules {
    fn place(self, shown: Timestamp) -> (Timestamp, bool) {
        let winter = minus(shown, -60 * self.standard);
        let summer = minus(shown, -60 * self.daylight);
        match (self.is_summer(winter), self.is_summer(summer)) {
            (Some(false), Some(false)) => (winter, true),
            (Some(true), Some(true)) => (summer, true),
            // The hour that the clock shows twice, or never.
            (Some(_), Some(_)) => (winter, false),
            _ => (winter, self.turns.is_none()),
        }
    }

    /// Nothing where there is no summer time.
    fn is_summer(self, at: Timestamp) -> Option<bool> {
        let (begin, end) = self.turns?;
        let year = clock(minus(at, 60 * self.standard)).year();
        let begin = minus(begin.of(year)?, -60 * self.standard);
        let end = minus(end.of(year)?, -60 * self.daylight);
        Some(if begin < end { begin <= at && at < end } else { at < end || begin <= at })
    }

    /// The offset at a time, in seconds east of UTC.
    fn offset(self, at: Timestamp) -> i32 {
        -60 * if self.is_summer(at) == Some(true) { self.daylight } else { self.standard }
    }
}

impl Turn {
    /// Sixteen bytes as the registry has them: year, month, week, hour, minute, second, milliseconds, weekday. A year would make it
    /// the rule of that year only. `None` in `Some` is no turn at all.
    fn read(bytes: &[u8]) -> Option<Option<Self>> {
        let [year, month, week, hour, minute, _, _, weekday] = words(bytes)?;
        if (year, month) == (0, 0) {
            return Some(None);
        }
        if year != 0 || !(1..=12).contains(&month) || !(1..=5).contains(&week) || hour > 23 || minute > 59 {
            return None;
        }
        let weekday = Weekday::from_sunday_zero_offset(weekday).ok()?;
        Some(Some(Self { month, week, weekday, hour, minute }))
    }

    /// What the clock shows at the turn of a year.
    fn of(self, year: i16) -> Option<Timestamp> {
        let nth = if self.week == 5 { -1 } else { self.week };
        let day = Date::new(year, self.month, 1).ok()?.nth_weekday_of_month(nth, self.weekday).ok()?;
        let at = day.at(self.hour, self.minute, 0, 0).to_zoned(TimeZone::UTC).ok()?;
        Some(at.timestamp())
    }
}

fn words(bytes: &[u8]) -> Option<[i8; 8]> {
    if bytes.len() != 16 {
        return None;
    }
    let mut words = [0_i8; 8];
    for (word, pair) in words.iter_mut().zip(bytes.chunks_exact(2)) {
        let pair: [u8; 2] = pair.try_into().ok()?;
        *word = u16::from_le_bytes(pair).try_into().ok()?;
    }
    Some(words)
}

fn clock(shown: Timestamp) -> DateTime {
    shown.to_zoned(TimeZone::UTC).datetime()
}

fn minus(at: Timestamp, seconds: i32) -> Timestamp {
    at.checked_sub(SignedDuration::from_secs(i64::from(seconds))).unwrap_or(at)
}

/// What the case knows of the zones of its computers.
#[derive(Debug)]
pub(super) struct Zones<'a> {
    told: Option<i32>,
    collectors: &'a [Collector],
    /// With the run in whose folder they lie.
    rules: Vec<(Option<usize>, Rules)>,
    offsets: Vec<(Option<usize>, i32)>,
}

impl<'a> Zones<'a> {
    /// Gathers them.
    pub(super) fn of(artifacts: &[ArtifactInput<'_>], collectors: &'a [Collector], options: &Options) -> Self {
        let mut zones = Self { told: options.utc_offset, collectors, rules: Vec::new(), offsets: Vec::new() };
        for input in artifacts {
            let run = zones.run(input.path);
            zones.rules.extend(rules(input).map(|rules| (run, rules)));
            zones.offsets.extend(stated(input).map(|offset| (run, offset)));
        }
        let own = collectors.iter().enumerate().filter_map(|(index, run)| Some((Some(index), run.offset?)));
        // A run's own word is the best: what the system says of itself counts where there is none.
        let own: Vec<_> = own.collect();
        zones.offsets.retain(|(run, _)| !own.iter().any(|(known, _)| known == run));
        zones.offsets.extend(own);
        zones
    }

    /// The offset in which the case is shown: as told, as a run saw it, or as a system says of itself.
    pub(super) fn shown(&self) -> Option<i32> {
        let of_run = self.collectors.iter().find_map(|run| run.offset);
        self.told.or(of_run).or_else(|| self.offsets.first().map(|(_, offset)| *offset))
    }

    /// The zone of a file in local time; nothing where nobody says it, or two computers differ and the file may be of either.
    pub(super) fn zone(&self, path: &str) -> Option<Zone> {
        if let Some(offset) = self.told {
            return Some(Zone::Told(offset));
        }
        let run = self.run(path);
        let offset = of_run(&self.offsets, run);
        let rules = of_run(&self.rules, run).filter(|rules| {
            // Rules that contradict what the run saw are those of another computer, or of another year.
            let seen =
                run.and_then(|run| self.collectors.get(run)).and_then(|run| Some((run.finished()?, run.offset?)));
            seen.is_none_or(|(at, offset)| rules.offset(at) == offset)
        });
        rules.map(Zone::Rules).or_else(|| offset.map(Zone::Seen))
    }

    /// The run in whose folder a file lies, Configuration or not.
    fn run(&self, path: &str) -> Option<usize> {
        let runs = self.collectors.iter().enumerate().filter(|(_, run)| path.starts_with(run.root.as_str()));
        runs.max_by_key(|(_, run)| run.root.len()).map(|(index, _)| index)
    }
}

/// What lies in the same run, else what all runs and files agree in.
fn of_run<T: Copy + PartialEq>(found: &[(Option<usize>, T)], run: Option<usize>) -> Option<T> {
    let agreed = |mut items: Box<dyn Iterator<Item = T> + '_>| {
        let first = items.next()?;
        items.all(|item| item == first).then_some(first)
    };
    let has_own = run.is_some() && found.iter().any(|(own, _)| *own == run);
    agreed(Box::new(found.iter().filter(|(own, _)| !has_own || *own == run).map(|(_, item)| *item)))
}

/// The zone in a registry export.
fn rules(input: &ArtifactInput<'_>) -> Option<Rules> {
    let mut numbers = [None; 3];
    let mut turns = [None; 2];
    for record in &input.parsed.records {
        let Record::RegistryValue(value) = record else { continue };
        if value.hive != Hive::Machine || !fold(&value.key).ends_with(KEY) {
            continue;
        }
        match (fold(&value.name).as_str(), &value.data) {
            ("bias", RegistryData::Dword(number)) => numbers[0] = Some(number.cast_signed()),
            ("standardbias", RegistryData::Dword(number)) => numbers[1] = Some(number.cast_signed()),
            ("daylightbias", RegistryData::Dword(number)) => numbers[2] = Some(number.cast_signed()),
            // Summer time is turned off on this computer, so the turns are not its own.
            ("dynamicdaylighttimedisabled", RegistryData::Dword(1)) => turns = [Some(None); 2],
            ("daylightstart", RegistryData::Binary(bytes)) if turns[0].is_none() => turns[0] = Turn::read(bytes),
            ("standardstart", RegistryData::Binary(bytes)) if turns[1].is_none() => turns[1] = Turn::read(bytes),
            _ => {}
        }
    }
    let [bias, standard, daylight] = numbers;
    let (bias, standard, daylight) = (bias?, standard?, daylight?);
    let is_minutes = |minutes: i32| minutes.unsigned_abs() <= 16 * 60;
    if !is_minutes(bias) || !is_minutes(standard) || !is_minutes(daylight) {
        return None;
    }
    let turns = match turns {
        [Some(None), Some(None)] => None,
        [Some(Some(begin)), Some(Some(end))] => Some((begin, end)),
        _ => return None,
    };
    Some(Rules { standard: bias + standard, daylight: bias + daylight, turns })
}

/// What the system says of the moment of its collection, in seconds.
fn stated(input: &ArtifactInput<'_>) -> Option<i32> {
    input.parsed.records.iter().find_map(|record| match record {
        Record::Object(object) if object.types.iter().any(|name| name.contains("Win32_OperatingSystem")) => {
            let minutes: i32 = clixml::property(object, "CurrentTimeZone")?.parse().ok()?;
            minutes.checked_mul(60).filter(|seconds| seconds.abs() <= 14 * 3600)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(month: u8, week: u8, hour: u8) -> Vec<u8> {
        vec![0, 0, month, 0, week, 0, hour, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    }

    fn zone(bias: i32, begin: &[u8], end: &[u8]) -> Rules {
        let turns = Turn::read(begin).unwrap().zip(Turn::read(end).unwrap());
        Rules { standard: bias, daylight: bias - 60, turns }
    }

    fn check(zone: Zone, shown: &str, expected: &str, is_certain: bool) {
        let (at, certain) = zone.place(format!("{shown}Z").parse().unwrap());
        assert_eq!((at.to_string().as_str(), certain), (expected, is_certain), "{shown}");
    }

    #[test]
    fn rules_place_both_seasons_and_doubt_the_hour_that_comes_twice() {
        let berlin = Zone::Rules(zone(-60, &turn(3, 5, 2), &turn(10, 5, 3)));
        check(berlin, "2026-01-05T09:00:00", "2026-01-05T08:00:00Z", true);
        check(berlin, "2026-07-05T09:00:00", "2026-07-05T07:00:00Z", true);
        check(berlin, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", true);
        check(berlin, "2026-03-29T02:30:00", "2026-03-29T01:30:00Z", false);
        check(berlin, "2026-03-29T03:00:00", "2026-03-29T01:00:00Z", true);
        check(berlin, "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", true);
        check(berlin, "2026-10-25T02:30:00", "2026-10-25T01:30:00Z", false);
        check(berlin, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z", true);
        let sydney = Zone::Rules(zone(-600, &turn(10, 1, 2), &turn(4, 1, 3)));
        check(sydney, "2026-01-05T09:00:00", "2026-01-04T22:00:00Z", true);
        check(sydney, "2026-07-05T09:00:00", "2026-07-04T23:00:00Z", true);
        check(sydney, "2026-04-05T02:30:00", "2026-04-04T16:30:00Z", false);
        let pacific = Zone::Rules(zone(480, &turn(3, 2, 2), &turn(11, 1, 2)));
        check(pacific, "2026-03-08T03:30:00", "2026-03-08T10:30:00Z", true);
        let tokyo = Zone::Rules(zone(-540, &[0; 16], &[0; 16]));
        check(tokyo, "2014-07-05T09:00:00", "2014-07-05T00:00:00Z", true);
    }

    #[test]
    fn an_offset_of_one_day_is_certain_only_where_no_zone_has_summer_time() {
        check(Zone::Told(7_200), "2026-01-05T09:00:00", "2026-01-05T07:00:00Z", true);
        check(Zone::Seen(7_200), "2026-01-05T09:00:00", "2026-01-05T07:00:00Z", false);
        check(Zone::Seen(32_400), "2026-01-05T09:00:00", "2026-01-05T00:00:00Z", true);
        check(Zone::Seen(32_400), "2014-01-05T09:00:00", "2014-01-05T00:00:00Z", false);
    }

    #[test]
    fn turns_that_make_no_sense_are_no_rules() {
        for bytes in [&[][..], &[0; 15], &turn(13, 1, 2), &turn(3, 6, 2), &turn(3, 0, 2), &turn(3, 5, 24), &[255; 16]] {
            assert_eq!(Turn::read(bytes), None, "{bytes:?}");
        }
        let mut of_one_year = turn(3, 5, 2);
        of_one_year[0] = 1;
        assert_eq!(Turn::read(&of_one_year), None);
        assert_eq!(Turn::read(&[0; 16]), Some(None));
    }

    #[test]
    fn what_differs_between_runs_places_only_their_own_files() {
        let run =
            |root: &str, offset: i32| Collector { root: root.into(), offset: Some(offset), ..Collector::default() };
        let runs = [run("a/", 32_400), run("b/", 3_600)];
        let zones = Zones::of(&[], &runs, &Options::default());
        assert_eq!(zones.zone("a/x.csv"), Some(Zone::Seen(32_400)));
        assert_eq!(zones.zone("b/c/x.csv"), Some(Zone::Seen(3_600)));
        assert_eq!(zones.zone("x.csv"), None);
        let told = Zones::of(&[], &runs, &Options { utc_offset: Some(0), ..Options::default() });
        assert_eq!(told.zone("a/x.csv"), Some(Zone::Told(0)));
        let runs = [run("a/", 32_400), run("b/", 32_400)];
        assert_eq!(Zones::of(&[], &runs, &Options::default()).zone("x.csv"), Some(Zone::Seen(32_400)));
    }

    proptest::proptest! {
        #[test]
        fn placing_undoes_showing(seconds in 0..2_000_000_000_i64, bias in -720..720_i32, weeks in (1..=5_u8, 1..=5_u8)) {
            let rules = zone(bias, &turn(3, weeks.0, 2), &turn(10, weeks.1, 3));
            let at = Timestamp::from_second(seconds).unwrap();
            let (back, is_certain) = rules.place(minus(at, -rules.offset(at)));
            let off = back.duration_since(at).as_secs().abs();
            proptest::prop_assert!(off == 0 || off == 3_600 && !is_certain, "{at} {back}");
        }

        #[test]
        fn no_bytes_make_it_fail(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..20)) {
            if let Some(Some(turn)) = Turn::read(&bytes) {
                turn.of(2026);
            }
        }
    }
}
