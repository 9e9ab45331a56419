//! Counts events per log, provider and id, with first and last time, and notices where a log was cleared, its clock went
//! back, or numbers of records are missing. This is all that coverage needs, so events that no rule asks for are counted
//! and not kept.
//!
//! Windows numbers the records of a log without gaps. A log that was saved through a filter, or that another computer
//! forwarded in part, has gaps, and says nothing about the time between their edges.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::parse::record::{EventCount, LogSummary, Zone};
use crate::value::Window;

/// Services write from several threads, so neighbours are often a little out of order; a changed clock is more than this.
const CLOCK_WENT_BACK: SignedDuration = SignedDuration::from_secs(60);
const EVENT_LOG_SERVICE: &str = "Microsoft-Windows-Eventlog";
/// 1102: the Security log was cleared. 104: the log named in the event was cleared.
const CLEARED: [u16; 2] = [1102, 104];

/// Bytes of names that are kept. Thousands of computers with hundreds of kinds of events fit; invented names do not.
const MOST_NAMES: usize = 16 << 20;

/// Runs of consecutive numbers that are kept for all logs of a file, and gaps that are told of one log. A log that was cleared
/// or copied while it was written has a few; a filtered one has as many as records, and then nothing in it is unbroken.
const MOST_RUNS: usize = 1 << 16;
const MOST_GAPS: usize = 64;

/// What the counting of an event brought to light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Break {
    /// The event says that a log was cleared.
    Cleared,
    /// The event is this much older than the one before it in its log.
    Back(SignedDuration),
}

/// Where events of one kind in one log are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) struct Counter {
    log: usize,
    kind: usize,
}

struct Log {
    channel: String,
    computer: String,
    kinds: BTreeMap<(String, u16), usize>,
    last: Option<(u64, Timestamp)>,
    runs: Vec<Run>,
    /// There was no room for more runs.
    shredded: bool,
    said_cleared: bool,
    said_back: bool,
}

/// Records with consecutive numbers.
struct Run {
    first: u64,
    last: u64,
    window: Window,
}

struct Kind {
    clears: bool,
    count: Option<EventCount>,
}

/// The counts of one file.
#[derive(Default)]
pub(in crate::parse) struct Tally {
    names: BTreeMap<(String, String), usize>,
    logs: Vec<Log>,
    kinds: Vec<Kind>,
    bytes: usize,
    runs: usize,
}

impl Tally {
    /// Where to count events of this log and kind; nowhere if it is new and there is no room for more names.
    pub(in crate::parse) fn counter(
        &mut self,
        channel: &str,
        computer: &str,
        provider: &str,
        id: u16,
    ) -> Option<Counter> {
        let pair = (channel.to_owned(), computer.to_owned());
        let kind = (provider.to_owned(), id);
        if let Some(log) = self.names.get(&pair)
            && let Some(kind) = self.logs.get(*log).and_then(|log| log.kinds.get(&kind))
        {
            return Some(Counter { log: *log, kind: *kind });
        }
        let more = provider.len().saturating_add(channel.len()).saturating_add(computer.len()).saturating_add(64);
        self.bytes = self.bytes.checked_add(more).filter(|bytes| *bytes <= MOST_NAMES)?;
        Some(self.add(pair, kind))
    }

    fn add(&mut self, (channel, computer): (String, String), (provider, id): (String, u16)) -> Counter {
        let logs = &mut self.logs;
        let log = *self.names.entry((channel.clone(), computer.clone())).or_insert_with(|| {
            let kinds = BTreeMap::new();
            logs.push(Log {
                channel,
                computer,
                kinds,
                last: None,
                runs: Vec::new(),
                shredded: false,
                said_cleared: false,
                said_back: false,
            });
            logs.len().saturating_sub(1)
        });
        self.kinds.push(Kind { clears: CLEARED.contains(&id) && provider == EVENT_LOG_SERVICE, count: None });
        let kind = self.kinds.len().saturating_sub(1);
        if let Some(log) = self.logs.get_mut(log) {
            log.kinds.insert((provider, id), kind);
        }
        Counter { log, kind }
    }

    /// Counts one event. A break is told once a log and kind of break.
    pub(in crate::parse) fn count(&mut self, counter: Counter, at: Timestamp, record: u64) -> Option<Break> {
        let kind = self.kinds.get_mut(counter.kind)?;
        let count = kind.count.get_or_insert(EventCount { number: 0, first: at, last: at });
        count.number = count.number.saturating_add(1);
        count.first = count.first.min(at);
        count.last = count.last.max(at);
        let clears = kind.clears;
        let log = self.logs.get_mut(counter.log)?;
        self.runs += usize::from(log.number(record, at, self.runs < MOST_RUNS));
        log.breaks(clears, at, record)
    }

    /// The log of a counter holds events without numbers: nothing shows that none was left out, so nothing in it is unbroken.
    pub(in crate::parse) fn lacks_numbers(&mut self, counter: Counter) {
        if let Some(log) = self.logs.get_mut(counter.log) {
            log.shredded = true;
        }
    }

    /// The channel in which a counter counts.
    pub(in crate::parse) fn channel(&self, counter: Counter) -> &str {
        self.logs.get(counter.log).map_or("", |log| &log.channel)
    }

    /// The logs that had events, by channel and computer.
    pub(in crate::parse) fn finish(self) -> Vec<LogSummary> {
        let mut logs: Vec<LogSummary> = self.logs.into_iter().filter_map(|log| log.summary(&self.kinds)).collect();
        logs.sort_by(|one, other| (&one.channel, &one.computer).cmp(&(&other.channel, &other.computer)));
        logs
    }
}

impl Log {
    fn breaks(&mut self, clears: bool, at: Timestamp, record: u64) -> Option<Break> {
        let before = self.last.replace((record, at));
        if clears && !self.said_cleared {
            self.said_cleared = true;
            return Some(Break::Cleared);
        }
        let (number, time) = before?;
        let back = time.duration_since(at);
        if number.checked_add(1) == Some(record) && back > CLOCK_WENT_BACK && !self.said_back {
            self.said_back = true;
            return Some(Break::Back(back));
        }
        None
    }

    /// Adds a record to its run; says whether that began a new one.
    fn number(&mut self, record: u64, at: Timestamp, room: bool) -> bool {
        let here = Window { from: at, to: at };
        if let Some(run) = self.runs.last_mut()
            && (run.first.saturating_sub(1)..=run.last.saturating_add(1)).contains(&record)
        {
            run.first = run.first.min(record);
            run.last = run.last.max(record);
            run.window = run.window.join(here);
            return false;
        }
        self.shredded |= !room;
        if room {
            self.runs.push(Run { first: record, last: record, window: here });
        }
        room
    }

    /// The times between runs; all of the log where there are too many. A log that goes round begins in its middle.
    fn gaps(&mut self, window: Window) -> Vec<Window> {
        self.runs.sort_by_key(|run| run.first);
        let mut gaps = Vec::new();
        let mut end: Option<(u64, Timestamp)> = None;
        for run in &self.runs {
            let (from, to) = (run.window.from, run.window.to);
            if let Some((last, before)) = end
                && run.first > last.saturating_add(1)
            {
                gaps.push(Window { from: before.min(from), to: before.max(from) });
            }
            end = Some(end.map_or((run.last, to), |(last, before)| (last.max(run.last), before.max(to))));
        }
        if self.shredded || gaps.len() > MOST_GAPS { vec![window] } else { gaps }
    }

    fn summary(mut self, kinds: &[Kind]) -> Option<LogSummary> {
        let count = |index: usize| kinds.get(index).and_then(|kind| kind.count);
        let counts: BTreeMap<_, _> = std::mem::take(&mut self.kinds)
            .into_iter()
            .filter_map(|(pair, index)| Some((pair, count(index)?)))
            .collect();
        let windows = counts.values().map(|count| Window { from: count.first, to: count.last });
        let window = windows.reduce(Window::join)?;
        let gaps = self.gaps(window);
        Some(LogSummary { channel: self.channel, computer: self.computer, window, zone: Zone::Stated, gaps, counts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(tally: &mut Tally, channel: &str, id: u16, second: i64, record: u64) -> Option<Break> {
        let counter = tally.counter(channel, "PC-7", EVENT_LOG_SERVICE, id).unwrap();
        tally.count(counter, Timestamp::from_second(second).unwrap(), record)
    }

    #[test]
    fn events_are_counted_per_log_and_pair() {
        let mut tally = Tally::default();
        for (channel, id, second) in [("System", 1, 50), ("Application", 1, 7), ("System", 1, 10), ("System", 2, 99)] {
            assert_eq!(count(&mut tally, channel, id, second, 0), None);
        }
        tally.counter("Setup", "PC-7", "asked for, never counted", 1);
        let logs = tally.finish();
        assert_eq!(logs.iter().map(|log| log.channel.as_str()).collect::<Vec<_>>(), ["Application", "System"]);
        let system = &logs[1];
        assert_eq!((system.window.from.as_second(), system.window.to.as_second()), (10, 99));
        let count = system.counts[&(EVENT_LOG_SERVICE.to_owned(), 1)];
        assert_eq!((count.number, count.first.as_second(), count.last.as_second()), (2, 10, 50));
    }

    #[test]
    fn missing_numbers_are_gaps_and_a_log_that_goes_round_has_none() {
        let gaps = |records: &[(u64, i64)]| {
            let mut tally = Tally::default();
            for (record, second) in records {
                count(&mut tally, "System", 1, *second, *record);
            }
            let log = tally.finish().remove(0);
            log.gaps.iter().map(|gap| (gap.from.as_second(), gap.to.as_second())).collect::<Vec<_>>()
        };
        assert_eq!(gaps(&[(5, 10), (6, 20), (7, 30)]), []);
        assert_eq!(gaps(&[(8, 40), (9, 50), (5, 10), (6, 20), (7, 30)]), [], "the seam");
        assert_eq!(gaps(&[(5, 10), (7, 30), (8, 40)]), [(10, 30)]);
        assert_eq!(gaps(&[(5, 10), (5, 10), (6, 20)]), [], "one record twice");
        assert_eq!(gaps(&[(0, 10), (0, 20), (0, 30)]), [], "no numbers");
        let newest_first: Vec<(u64, i64)> = (0..70_000).rev().map(|n| (n, i64::try_from(n).unwrap())).collect();
        assert_eq!(gaps(&newest_first), [], "an export that begins with the newest");
        let filtered: Vec<(u64, i64)> = (0..100).map(|n| (n * 3, i64::try_from(n).unwrap())).collect();
        assert_eq!(gaps(&filtered), [(0, 99)], "nothing in it is unbroken");
    }

    #[test]
    fn without_numbers_nothing_is_unbroken() {
        let mut tally = Tally::default();
        for (second, record) in [(10, 0), (20, 0)] {
            let counter = tally.counter("", "", "Outlook", 45).unwrap();
            tally.lacks_numbers(counter);
            tally.count(counter, Timestamp::from_second(second).unwrap(), record);
        }
        let log = tally.finish().remove(0);
        assert_eq!(log.gaps, [log.window]);
    }

    #[test]
    fn invented_names_do_not_fill_the_memory() {
        let mut tally = Tally::default();
        let long = "x".repeat(60_000);
        let kept = (0..10_000).filter(|id| tally.counter(&long, "PC-7", &long, *id).is_some()).count();
        assert_eq!(kept, 139);
        assert!(tally.counter(&long, "PC-7", &long, 0).is_some(), "known ones are counted on");
    }

    #[test]
    fn a_cleared_log_and_a_clock_set_back_are_told_once() {
        let mut tally = Tally::default();
        let mut next = |id, second, record| count(&mut tally, "System", id, second, record);
        assert_eq!(next(1, 1_000, 1), None);
        assert_eq!(next(1, 999, 2), None, "threads overtake each other");
        assert_eq!(next(1, 900, 3), Some(Break::Back(SignedDuration::from_secs(99))));
        assert_eq!(next(1, 100, 4), None, "once");
        assert_eq!(next(104, 200, 5), Some(Break::Cleared));
        assert_eq!(next(104, 201, 6), None, "once");
        let mut tally = Tally::default();
        assert_eq!(count(&mut tally, "System", 1, 1_000, 9), None);
        assert_eq!(count(&mut tally, "System", 1, 100, 1), None, "the seam of a log that goes round");
    }
}
