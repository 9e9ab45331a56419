//! Places what a clock showed in UTC: by what the person at the tool says, else by the rules of the computer's zone, else by the
//! offset of one day, which may be an hour wrong on another.
//!
//! Refuses to know zones by name, and which zone a file has that lies beside two runs of the collector that disagree.
//!
//! ```text
//! 2026-01-05 09:00 where Bias = -60, summer time from the last Sunday of March ─▶ 2026-01-05T08:00Z
//! 2026-01-05 09:00 where a run in July had +02:00                              ─▶ 2026-01-05T07:00Z, within an hour
//! ```

use jiff::civil::{Date, DateTime, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::build::{ArtifactInput, Options};
use super::clixml;
use super::collector::{self, Collector};
use crate::parse::record::{Hive, Record, RegistryData};
use crate::value::fold;

/// Offsets in seconds that no zone with summer time has had in the spans of [`STEADY_SPANS`], in winter or in summer (IANA time zone
/// database): India, Indochina, China, Japan and their neighbours.
const STEADY: [i32; 4] = [19_800, 25_200, 28_800, 32_400];
/// Between them the zones of Siberia were moved by an hour, and Mongolia had summer time for two years.
const STEADY_SPANS: [(Date, Date); 2] =
    [(date(2011, 4, 1), date(2014, 10, 25)), (date(2017, 1, 1), date(9999, 12, 31))];

/// Where Windows keeps the zone in force.
const KEY: &str = r"control\timezoneinformation";

/// How the local times of one file become UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Told by the person at the tool, who knows.
    Told(i32),
    /// The rules of the computer, and the moment at which they were in force where it is known.
    Rules(Rules, Option<Timestamp>),
    /// The offset of one day, and the day where it is known.
    Seen(i32, Option<Timestamp>),
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
    second: i8,
    milliseconds: u16,
}

impl Zone {
    /// What the clock showed, in UTC, and whether that is certain; otherwise it is right to an hour.
    pub(super) fn place(self, shown: Timestamp) -> (Timestamp, bool) {
        match self {
            Self::Told(offset) => (minus(shown, offset), true),
            Self::Seen(offset, seen) => (minus(shown, offset), is_steady(offset, seen, shown)),
            Self::Rules(rules, seen) => {
                let (at, is_certain) = rules.place(shown);
                (at, is_certain && rules.held(at, seen))
            }
        }
    }
}

/// Whether an offset that was seen on a day was that of another one, too. A day that is not known is taken to be a late one.
fn is_steady(offset: i32, seen: Option<Timestamp>, shown: Timestamp) -> bool {
    let span = |at: Timestamp| {
        let day = clock(at).date();
        STEADY_SPANS.iter().position(|(from, to)| *from <= day && day <= *to)
    };
    let seen = seen.map_or(Some(STEADY_SPANS.len() - 1), span);
    STEADY.contains(&offset) && seen.is_some() && span(shown) == seen
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

    /// Whether they were the rules of that moment, too: those of one year are not always those of another. What was standard time in
    /// the winter before was standard time.
    fn held(self, at: Timestamp, seen: Option<Timestamp>) -> bool {
        let Some(seen) = seen else { return true };
        let years = i32::from(clock(seen).year()) - i32::from(clock(at).year());
        years == 0
            || years == 1 && self.is_summer(at) == Some(false)
            || self.turns.is_none() && is_steady(-60 * self.standard, Some(seen), at)
    }

    /// Nothing where there is no summer time.
    fn is_summer(self, at: Timestamp) -> Option<bool> {
        let (begin, end) = self.turns?;
        let year = clock(minus(at, 60 * self.standard)).year();
        let begin = minus(begin.of(year)?, -60 * self.standard);
        let end = minus(end.of(year)?, -60 * self.daylight);
        Some(if begin < end { begin <= at && at < end } else { at < end || begin <= at })
    }

    fn has(self, offset: i32) -> bool {
        [self.standard, self.daylight].iter().any(|minutes| -60 * minutes == offset)
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
        let [year, month, week, hour, minute, second, milliseconds, weekday] = words(bytes)?;
        if (year, month) == (0, 0) {
            return Some(None);
        }
        let is_time = hour <= 23 && minute <= 59 && second <= 59 && milliseconds <= 999;
        if year != 0 || !(1..=12).contains(&month) || !(1..=5).contains(&week) || !is_time {
            return None;
        }
        let small = |number: u16| i8::try_from(number).ok();
        let weekday = Weekday::from_sunday_zero_offset(small(weekday)?).ok()?;
        let (month, week, hour) = (small(month)?, small(week)?, small(hour)?);
        Some(Some(Self { month, week, weekday, hour, minute: small(minute)?, second: small(second)?, milliseconds }))
    }

    /// What the clock shows at the turn of a year.
    fn of(self, year: i16) -> Option<Timestamp> {
        let nth = if self.week == 5 { -1 } else { self.week };
        let day = Date::new(year, self.month, 1).ok()?.nth_weekday_of_month(nth, self.weekday).ok()?;
        let at = day.at(self.hour, self.minute, self.second, 0).to_zoned(TimeZone::UTC).ok()?;
        // The last millisecond of a day stands for midnight.
        at.timestamp().checked_add(SignedDuration::from_secs(i64::from(self.milliseconds >= 999))).ok()
    }
}

fn words(bytes: &[u8]) -> Option<[u16; 8]> {
    if bytes.len() != 16 {
        return None;
    }
    let mut words = [0_u16; 8];
    for (word, pair) in words.iter_mut().zip(bytes.chunks_exact(2)) {
        let pair: [u8; 2] = pair.try_into().ok()?;
        *word = u16::from_le_bytes(pair);
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
        // Rules that contradict what their run saw are those of another computer, or of another year.
        zones.rules.retain(|(run, rules)| {
            let seen = run.and_then(|run| collectors.get(run)).and_then(|run| Some((run.finished()?, run.offset?)));
            seen.is_none_or(|(at, offset)| rules.offset(at) == offset)
        });
        zones
    }

    /// The offset in which the case is shown: as told, as a run saw it, or as a system says of itself.
    pub(super) fn shown(&self) -> Option<i32> {
        let of_run = self.collectors.iter().find_map(|run| run.offset);
        self.told.or(of_run).or_else(|| self.offsets.first().map(|(_, offset)| *offset))
    }

    /// The zone of a file in local time; nothing where nobody says it, or two computers differ and the file may be of either.
    pub(super) fn zone(&self, path: &str) -> Option<Zone> {
        let run = self.run(path);
        let offset = of_run(&self.offsets, run);
        let seen = run.map_or_else(
            || self.collectors.iter().find_map(Collector::finished),
            |run| self.collectors.get(run)?.finished(),
        );
        let rules = of_run(&self.rules, run);
        match (self.told, rules) {
            // One of the two offsets of the computer: told is its zone, not that there is no summer time.
            (Some(told), Some(rules)) if rules.has(told) => Some(Zone::Rules(rules, seen)),
            (Some(told), _) => Some(Zone::Told(told)),
            (None, Some(rules)) => Some(Zone::Rules(rules, seen)),
            (None, None) => offset.map(|offset| Zone::Seen(offset, seen)),
        }
    }

    /// The run in whose folder a file lies, Configuration or not.
    fn run(&self, path: &str) -> Option<usize> {
        collector::around(self.collectors, path).next()
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
        let berlin = Zone::Rules(zone(-60, &turn(3, 5, 2), &turn(10, 5, 3)), None);
        check(berlin, "2026-01-05T09:00:00", "2026-01-05T08:00:00Z", true);
        check(berlin, "2026-07-05T09:00:00", "2026-07-05T07:00:00Z", true);
        check(berlin, "2026-03-29T01:59:59", "2026-03-29T00:59:59Z", true);
        check(berlin, "2026-03-29T02:30:00", "2026-03-29T01:30:00Z", false);
        check(berlin, "2026-03-29T03:00:00", "2026-03-29T01:00:00Z", true);
        check(berlin, "2026-10-25T01:59:59", "2026-10-24T23:59:59Z", true);
        check(berlin, "2026-10-25T02:30:00", "2026-10-25T01:30:00Z", false);
        check(berlin, "2026-10-25T03:00:00", "2026-10-25T02:00:00Z", true);
        let sydney = Zone::Rules(zone(-600, &turn(10, 1, 2), &turn(4, 1, 3)), None);
        check(sydney, "2026-01-05T09:00:00", "2026-01-04T22:00:00Z", true);
        check(sydney, "2026-07-05T09:00:00", "2026-07-04T23:00:00Z", true);
        check(sydney, "2026-04-05T02:30:00", "2026-04-04T16:30:00Z", false);
        let pacific = Zone::Rules(zone(480, &turn(3, 2, 2), &turn(11, 1, 2)), None);
        check(pacific, "2026-03-08T03:30:00", "2026-03-08T10:30:00Z", true);
        let tokyo = Zone::Rules(zone(-540, &[0; 16], &[0; 16]), None);
        check(tokyo, "2014-07-05T09:00:00", "2014-07-05T00:00:00Z", true);
    }

    #[test]
    fn an_offset_of_one_day_is_certain_only_where_no_zone_has_summer_time() {
        check(Zone::Told(7_200), "2026-01-05T09:00:00", "2026-01-05T07:00:00Z", true);
        let (then, now) = ("2014-06-12T00:00:00Z".parse().ok(), "2026-03-01T00:00:00Z".parse().ok());
        check(Zone::Seen(7_200, now), "2026-01-05T09:00:00", "2026-01-05T07:00:00Z", false);
        check(Zone::Seen(32_400, now), "2026-01-05T09:00:00", "2026-01-05T00:00:00Z", true);
        check(Zone::Seen(32_400, None), "2026-01-05T09:00:00", "2026-01-05T00:00:00Z", true);
        // What had +09:00 in 2026 may have had +10:00 in 2014, as Yakutsk did; Irkutsk had +09:00 in 2014 only.
        check(Zone::Seen(32_400, now), "2014-01-05T09:00:00", "2014-01-05T00:00:00Z", false);
        check(Zone::Seen(32_400, None), "2014-01-05T09:00:00", "2014-01-05T00:00:00Z", false);
        check(Zone::Seen(32_400, then), "2014-01-05T09:00:00", "2014-01-05T00:00:00Z", true);
        check(Zone::Seen(32_400, then), "2011-03-05T09:00:00", "2011-03-05T00:00:00Z", false);
        check(
            Zone::Seen(32_400, "2015-06-01T00:00:00Z".parse().ok()),
            "2015-06-01T09:00:00",
            "2015-06-01T00:00:00Z",
            false,
        );
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
    fn the_last_millisecond_of_a_day_is_midnight() {
        let last = |month: u8, week: u8| vec![0, 0, month, 0, week, 0, 23, 0, 59, 0, 59, 0, 0xe7, 3, 6, 0];
        // Saturday before the turn on Sunday, at 0:00, as Windows has it for Paraguay.
        let zone = Zone::Rules(zone(240, &last(10, 1), &last(3, 4)), None);
        check(zone, "2023-10-07T23:30:00", "2023-10-08T03:30:00Z", true);
        check(zone, "2023-10-08T01:30:00", "2023-10-08T04:30:00Z", true);
    }

    #[test]
    fn rules_of_one_year_are_not_those_of_all_years() {
        let seen = "2023-03-01T00:00:00Z".parse().ok();
        // Mexico gave up summer time in October 2022.
        let mexico = Zone::Rules(Rules { standard: 360, daylight: 300, turns: None }, seen);
        check(mexico, "2023-02-01T12:00:00", "2023-02-01T18:00:00Z", true);
        check(mexico, "2022-07-28T12:00:00", "2022-07-28T18:00:00Z", false);
        let berlin = Zone::Rules(zone(-60, &turn(3, 5, 2), &turn(10, 5, 3)), seen);
        check(berlin, "2022-12-28T12:00:00", "2022-12-28T11:00:00Z", true);
        check(berlin, "2022-07-28T12:00:00", "2022-07-28T10:00:00Z", false);
        check(berlin, "2021-12-28T12:00:00", "2021-12-28T11:00:00Z", false);
        let tokyo = Zone::Rules(Rules { standard: -540, daylight: -540, turns: None }, seen);
        check(tokyo, "2018-07-28T12:00:00", "2018-07-28T03:00:00Z", true);
    }

    #[test]
    fn what_differs_between_runs_places_only_their_own_files() {
        let run =
            |root: &str, offset: i32| Collector { root: root.into(), offset: Some(offset), ..Collector::default() };
        let runs = [run("a/", 32_400), run("b/", 3_600)];
        let zones = Zones::of(&[], &runs, &Options::default());
        assert_eq!(zones.zone("a/x.csv"), Some(Zone::Seen(32_400, None)));
        assert_eq!(zones.zone("b/c/x.csv"), Some(Zone::Seen(3_600, None)));
        assert_eq!(zones.zone("x.csv"), None);
        let told = Zones::of(&[], &runs, &Options { utc_offset: Some(0), ..Options::default() });
        assert_eq!(told.zone("a/x.csv"), Some(Zone::Told(0)));
        let runs = [run("a/", 32_400), run("b/", 32_400)];
        assert_eq!(Zones::of(&[], &runs, &Options::default()).zone("x.csv"), Some(Zone::Seen(32_400, None)));
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
