//! Counts events per log, provider and id, with first and last time, and notices where a log was cleared or its clock
//! went back. This is all that coverage needs, so events that no rule asks for are counted and not kept.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::parse::record::{EventCount, LogSummary};
use crate::value::Window;

/// Services write from several threads, so neighbours are often a little out of order; a changed clock is more than this.
const CLOCK_WENT_BACK: SignedDuration = SignedDuration::from_secs(60);
const EVENT_LOG_SERVICE: &str = "Microsoft-Windows-Eventlog";
/// 1102: the Security log was cleared. 104: the log named in the event was cleared.
const CLEARED: [u16; 2] = [1102, 104];

/// What the counting of an event brought to light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// The event says that a log was cleared.
    Cleared,
    /// The event is this much older than the one before it in its log.
    Back(SignedDuration),
}

/// The part of an event that is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    pub channel: &'a str,
    pub computer: &'a str,
    pub provider: &'a str,
    pub id: u16,
    pub at: Timestamp,
    pub record: u64,
}

struct Log {
    summary: LogSummary,
    last: (u64, Timestamp),
    said_cleared: bool,
    said_back: bool,
}

/// The counts of one file.
#[derive(Default)]
pub(super) struct Tally {
    logs: BTreeMap<(String, String), Log>,
}

impl Tally {
    /// Counts one event. A break is told once a log and kind.
    pub(super) fn count(&mut self, event: Counted<'_>) -> Option<Break> {
        let log = self.logs.entry((event.channel.to_owned(), event.computer.to_owned())).or_insert_with(|| Log {
            summary: LogSummary {
                channel: event.channel.to_owned(),
                computer: event.computer.to_owned(),
                window: Window { from: event.at, to: event.at },
                counts: BTreeMap::new(),
            },
            last: (event.record, event.at),
            said_cleared: false,
            said_back: false,
        });
        log.summary.window = log.summary.window.join(Window { from: event.at, to: event.at });
        let count = log
            .summary
            .counts
            .entry((event.provider.to_owned(), event.id))
            .or_insert(EventCount { number: 0, first: event.at, last: event.at });
        count.number = count.number.saturating_add(1);
        count.first = count.first.min(event.at);
        count.last = count.last.max(event.at);
        log.breaks(event)
    }

    /// The logs, by channel and computer.
    pub(super) fn finish(self) -> Vec<LogSummary> {
        self.logs.into_values().map(|log| log.summary).collect()
    }
}

impl Log {
    fn breaks(&mut self, event: Counted<'_>) -> Option<Break> {
        let (record, at) = std::mem::replace(&mut self.last, (event.record, event.at));
        if CLEARED.contains(&event.id) && event.provider == EVENT_LOG_SERVICE && !self.said_cleared {
            self.said_cleared = true;
            return Some(Break::Cleared);
        }
        let back = at.duration_since(event.at);
        if record.checked_add(1) == Some(event.record) && back > CLOCK_WENT_BACK && !self.said_back {
            self.said_back = true;
            return Some(Break::Back(back));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(channel: &'static str, id: u16, second: i64, record: u64) -> Counted<'static> {
        let at = Timestamp::from_second(second).unwrap();
        Counted { channel, computer: "PC-7", provider: EVENT_LOG_SERVICE, id, at, record }
    }

    #[test]
    fn events_are_counted_per_log_and_pair() {
        let mut tally = Tally::default();
        for (channel, id, second) in [("System", 1, 50), ("Application", 1, 7), ("System", 1, 10), ("System", 2, 99)] {
            assert_eq!(tally.count(event(channel, id, second, 0)), None);
        }
        let logs = tally.finish();
        assert_eq!(logs.iter().map(|log| log.channel.as_str()).collect::<Vec<_>>(), ["Application", "System"]);
        let system = &logs[1];
        assert_eq!((system.window.from.as_second(), system.window.to.as_second()), (10, 99));
        let count = system.counts[&(EVENT_LOG_SERVICE.to_owned(), 1)];
        assert_eq!((count.number, count.first.as_second(), count.last.as_second()), (2, 10, 50));
    }

    #[test]
    fn a_cleared_log_and_a_clock_set_back_are_told_once() {
        let mut tally = Tally::default();
        let mut count = |id, second, record| tally.count(event("System", id, second, record));
        assert_eq!(count(1, 1_000, 1), None);
        assert_eq!(count(1, 999, 2), None, "threads overtake each other");
        assert_eq!(count(1, 900, 3), Some(Break::Back(SignedDuration::from_secs(99))));
        assert_eq!(count(1, 100, 4), None, "once");
        assert_eq!(count(104, 200, 5), Some(Break::Cleared));
        assert_eq!(count(104, 201, 6), None, "once");
        let mut tally = Tally::default();
        assert_eq!(tally.count(event("System", 1, 1_000, 9)), None);
        assert_eq!(tally.count(event("System", 1, 100, 1)), None, "the seam of a log that goes round");
    }
}
