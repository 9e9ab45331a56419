//! Counts and keeps the events of one export, as the reader of logs does with those of a log.
//!
//! An event without a number shows nothing about those beside it: its log is not taken to be whole.

use crate::bundle::TextEncoding;
use crate::issue::IssueCode;
use crate::parse::Context;
use crate::parse::oddities::Oddities;
use crate::parse::payload::Shared;
use crate::parse::record::{EventRecord, Parsed, Record, Zone};

use super::plain::Plain;
use super::tally::{Break, Tally};

/// One event of an export, as its format tells it.
#[derive(Debug)]
pub(in crate::parse) struct Told {
    pub event: EventRecord,
    /// It has a time.
    pub timed: bool,
    /// It has a number; otherwise `event.record` is 0.
    pub numbered: bool,
    /// A field was longer than allowed.
    pub cut: bool,
}

/// No more events are taken; the reason is among the issues.
#[derive(Debug)]
pub(in crate::parse) struct Full;

/// The events of one export, while it is read.
pub(in crate::parse) struct Events<'a> {
    pub context: Context<'a>,
    pub oddities: Oddities,
    pub shared: Shared,
    tally: Tally,
    records: Vec<Record>,
    seen: u64,
    /// An event without its data was told.
    partial: bool,
    /// That of all events so far.
    zone: Option<Zone>,
}

impl<'a> Events<'a> {
    pub(in crate::parse) fn new(context: Context<'a>) -> Self {
        Self {
            context,
            oddities: Oddities::default(),
            shared: Shared::default(),
            tally: Tally::default(),
            records: Vec::new(),
            seen: 0,
            partial: false,
            zone: None,
        }
    }

    /// Counts one event that begins at this line, and keeps it if a rule asks for it.
    pub(in crate::parse) fn take(&mut self, told: Told, line: u64) -> Result<(), Full> {
        let Told { mut event, timed, numbered, cut } = told;
        if self.seen >= self.context.limits.records_per_artifact {
            self.oddities.line(IssueCode::TooManyRecords, line, "");
            return Err(Full);
        }
        self.seen += 1;
        if !timed {
            self.oddities.line(IssueCode::BadRecord, line, "no time");
            return Ok(());
        }
        if cut {
            self.oddities.line(IssueCode::FieldTooLong, line, "");
        }
        event.export.line = line;
        // Local times among others: no offset fits all of them.
        self.zone = match self.zone {
            Some(zone) if zone != event.export.zone => Some(Zone::Doubtful),
            _ => Some(event.export.zone),
        };
        self.count(&event, numbered, line);
        if self.context.interest.wants_event(&event.provider, event.id) {
            if event.export.partial && !std::mem::replace(&mut self.partial, true) {
                self.oddities.line(IssueCode::DataNotExported, line, "");
            }
            self.records.push(Record::Event(event));
        }
        Ok(())
    }

    fn count(&mut self, event: &EventRecord, numbered: bool, line: u64) {
        let Some(counter) = self.tally.counter(&event.channel, &event.computer, &event.provider, event.id) else {
            self.oddities.line(IssueCode::TooManyFacts, line, "too many names of logs and providers to count by");
            return;
        };
        if !numbered {
            self.tally.lacks_numbers(counter);
        }
        if let Some(found) = self.tally.count(counter, event.at, event.record) {
            let detail = match found {
                Break::Cleared => format!("{}: the event says that a log was cleared", event.channel),
                Break::Back(by) => format!("{}: {} s earlier than the record before", event.channel, by.as_secs()),
            };
            self.oddities.line(IssueCode::LogDiscontinuity, line, &detail);
        }
    }

    /// Takes an event that an export gives as values.
    pub(in crate::parse) fn plain(&mut self, plain: Plain, line: u64) -> Result<(), Full> {
        let id = u16::try_from(plain.id & 0xffff).unwrap_or_default();
        let wanted = self.context.interest.wants_event(&plain.provider, id);
        let told = plain.told(wanted, self.context.limits, &mut self.shared);
        self.take(told, line)
    }

    /// A record that could not be read.
    pub(in crate::parse) fn lost(&mut self, code: IssueCode, line: u64, detail: &str) {
        self.oddities.line(code, line, detail);
    }

    /// Whether no event was found.
    pub(in crate::parse) fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// What was read.
    pub(in crate::parse) fn finish(mut self, encoding: Option<TextEncoding>) -> Parsed {
        let mut logs = self.tally.finish();
        for log in &mut logs {
            log.zone = self.zone.unwrap_or_default();
            // Exports of a part are the rule; what matters is said once a log.
            if let Some(first) = log.gaps.first() {
                let detail = format!("{}: numbers of records are missing from {} on", log.channel, first.from);
                self.oddities.whole(IssueCode::LogDiscontinuity, &detail);
            }
        }
        self.records.shrink_to_fit();
        Parsed {
            records: self.records,
            seen: self.seen,
            complete: self.oddities.losses() == 0,
            issues: self.oddities.into_issues(),
            logs,
            encoding,
        }
    }
}
