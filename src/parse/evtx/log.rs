//! Puts the parts together for one log: checks a chunk, finds its records, decodes them, counts and keeps them.

use std::collections::HashMap;

use jiff::Timestamp;

use super::bytes::{CHUNK, RECORDS, filetime};
use super::chunk::{ChunkHeader, broken_chain};
use super::decode::{Answer, Decoder};
use super::frame::{Frame, Frames};
use super::header::{BLOCK, FileHeader};
use super::issues::Issues;
use super::offset;
use super::walk::{Glance, Walker, plain};
use crate::issue::IssueCode;
use crate::parse::Context;
use crate::parse::event::element::{self, Reading, Substitute};
use crate::parse::event::tally::{Break, Counter, Tally};
use crate::parse::payload::Shared;
use crate::parse::record::{Parsed, Record};

/// Chunks that the decoder may fail on before the rest of the log is given up: bounds the work of a hostile file.
const MOST_FAILURES: u32 = 64;

/// Bytes of names by which kinds of events are recognised; a real log needs a few hundred KB.
const MOST_KEYS: usize = 16 << 20;
/// UTF-16 bytes of one name that is looked at; Windows allows 255 characters. Longer ones go to the decoder.
const LONGEST_NAME: usize = 1_024;

/// Where a record is counted, its time and number, and whether some rule asks for it.
#[derive(Debug, Clone, Copy)]
struct Seen {
    counter: Counter,
    at: Timestamp,
    record: u64,
    wanted: bool,
}

/// What a glance at a record told.
#[derive(Debug, Clone, Copy)]
enum Look {
    /// All that is counted.
    Seen(Seen),
    /// Its time is no date. The decoder would show one: it keeps the last four digits of years beyond 9999.
    NoDate,
    /// Nothing: only the decoder can tell.
    Nothing,
}

/// One log while it is read.
pub(super) struct Log<'a> {
    pub issues: Issues,
    context: Context<'a>,
    header: Option<FileHeader>,
    decoder: Decoder,
    frames: Frames,
    wanted: Vec<bool>,
    looks: Vec<Look>,
    walker: Walker,
    kinds: HashMap<Vec<u8>, Option<(Counter, bool)>>,
    key: Vec<u8>,
    keys: usize,
    tally: Tally,
    records: Vec<Record>,
    shared: Shared,
    seen: u64,
    failures: u32,
    /// Checksums that do not hold in a dirty log: offset, highest record id, and what it covers.
    stale: Vec<(u64, u64, &'static str)>,
}

impl<'a> Log<'a> {
    pub(super) fn new(context: Context<'a>, header: Option<FileHeader>) -> Self {
        let mut issues = Issues::default();
        match header {
            None => {}
            Some(header) if header.dirty => {
                issues.add(IssueCode::DirtyLog, None, "the header says that the log was being written");
            }
            Some(header) if !header.checksum_holds => {
                issues.offset(IssueCode::ChecksumMismatch, 124, "file header");
            }
            Some(_) => {}
        }
        Self {
            issues,
            context,
            header,
            decoder: Decoder::new(),
            frames: Frames::default(),
            wanted: Vec::new(),
            looks: Vec::new(),
            walker: Walker::default(),
            kinds: HashMap::new(),
            key: Vec::new(),
            keys: 0,
            tally: Tally::default(),
            records: Vec::new(),
            shared: Shared::default(),
            seen: 0,
            failures: 0,
            stale: Vec::new(),
        }
    }

    /// Reads one chunk of which `data` is what the file holds. False: a limit was hit, stop.
    pub(super) fn chunk(&mut self, data: &[u8], start: u64) -> bool {
        let Some(header) = ChunkHeader::read(data) else {
            self.issues.offset(
                IssueCode::Truncated,
                start,
                format!("the last chunk has {} of {CHUNK} bytes", data.len()),
            );
            return true;
        };
        let mut frames = std::mem::take(&mut self.frames);
        frames.find(data, &header);
        self.check(data, start, &header, &frames);
        let stays = self.admit(&mut frames);
        self.glance(data, &frames.records);
        self.read(data, start, &frames.records);
        self.frames = frames;
        stays && self.failures < MOST_FAILURES
    }

    /// Says what is wrong with the chunk itself.
    fn check(&mut self, data: &[u8], start: u64, header: &ChunkHeader, frames: &Frames) {
        let whole = data.len() == CHUNK;
        if data.len() >= RECORDS {
            if !header.header_holds {
                self.mismatch(start, frames, "chunk header");
            }
            if !header.records_hold && (whole || header.free.is_some_and(|free| free <= data.len())) {
                self.mismatch(start, frames, "records of a chunk");
            }
            if let Some(link) = broken_chain(data).filter(|_| whole) {
                let at = start.saturating_add(offset(link));
                self.issues.offset(IssueCode::Damaged, at, "the names of a chunk are linked in a circle or out of it");
            }
        }
        if !whole {
            let read = frames.records.last().map_or(RECORDS, Frame::end).min(data.len());
            let rest = header.free.map_or(data.len(), |free| free.min(data.len())).saturating_sub(read);
            let end = start.saturating_add(offset(data.len()));
            let detail = format!(
                "the last chunk has {} of {CHUNK} bytes; {rest} bytes of a cut record were not read",
                data.len()
            );
            self.issues.offset(IssueCode::Truncated, end, detail);
            return;
        }
        for (from, until) in &frames.damage {
            let detail = format!("{} bytes between records", until.saturating_sub(*from));
            self.issues.offset(IssueCode::Damaged, start.saturating_add(offset(*from)), detail);
        }
    }

    fn mismatch(&mut self, start: u64, frames: &Frames, what: &'static str) {
        if self.header.is_some_and(|header| header.dirty) {
            let newest = frames.records.iter().map(|frame| frame.id).max().unwrap_or(0);
            self.stale.push((start, newest, what));
        } else {
            self.issues.offset(IssueCode::ChecksumMismatch, start, what);
        }
    }

    /// Keeps the number of records within the limit.
    fn admit(&mut self, frames: &mut Frames) -> bool {
        let limit = self.context.limits.records_per_artifact;
        let room = usize::try_from(limit.saturating_sub(self.seen)).unwrap_or(usize::MAX);
        if frames.records.len() <= room {
            return true;
        }
        frames.records.truncate(room);
        self.issues.add(IssueCode::TooManyRecords, None, format!("more than {limit} records; the rest was not read"));
        false
    }

    /// Looks at all records, and marks those that have to be decoded.
    fn glance(&mut self, data: &[u8], frames: &[Frame]) {
        self.walker.reset();
        self.wanted.clear();
        self.looks.clear();
        for frame in frames {
            let glance = self.walker.glance(data, frame);
            let look = glance.map_or(Look::Nothing, |glance| self.look(&glance));
            self.wanted.push(!matches!(look, Look::Seen(Seen { wanted: false, .. })));
            self.looks.push(look);
        }
    }

    fn look(&mut self, glance: &Glance<'_>) -> Look {
        let Some(at) = filetime(glance.time) else { return Look::NoDate };
        let longest = glance.provider.len().max(glance.channel.len()).max(glance.computer.len());
        if longest > LONGEST_NAME.min(self.context.limits.field) {
            return Look::Nothing;
        }
        self.key.clear();
        self.key.extend_from_slice(&glance.id.to_le_bytes());
        for text in [glance.provider, glance.channel, glance.computer] {
            self.key.extend_from_slice(text);
            self.key.extend_from_slice(&[0, 0]);
        }
        let kind = match self.kinds.get(&self.key) {
            Some(kind) => *kind,
            None => {
                let kind = self.kind(glance);
                self.keys = self.keys.saturating_add(self.key.len());
                if self.keys <= MOST_KEYS {
                    self.kinds.insert(self.key.clone(), kind);
                }
                kind
            }
        };
        match kind {
            Some((counter, wanted)) => Look::Seen(Seen { counter, at, record: glance.record, wanted }),
            None => Look::Nothing,
        }
    }

    /// Where events like this one are counted, and whether a rule asks for them; none if only the decoder can tell.
    fn kind(&mut self, glance: &Glance<'_>) -> Option<(Counter, bool)> {
        let (provider, channel, computer) = (plain(glance.provider)?, plain(glance.channel)?, plain(glance.computer)?);
        let wanted = self.context.interest.wants_event(&provider, glance.id);
        Some((self.tally.counter(&channel, &computer, &provider, glance.id)?, wanted))
    }

    /// Decodes what is wanted and counts all, in file order.
    fn read(&mut self, data: &[u8], start: u64, frames: &[Frame]) {
        let outcome =
            if self.wanted.contains(&true) { self.decoder.decode(data, frames, &self.wanted) } else { Ok(Vec::new()) };
        let decoded = outcome.is_ok();
        let answers = outcome.unwrap_or_else(|reason| {
            let lost = self.wanted.iter().filter(|wanted| **wanted).count();
            self.failed(start, lost, &reason);
            Vec::new()
        });
        let mut answers = answers.into_iter();
        let looks = std::mem::take(&mut self.looks);
        for (frame, look) in frames.iter().zip(&looks) {
            let answer = answers.next().flatten();
            match look {
                Look::Seen(Seen { counter, at, record, wanted: false }) => self.count(*counter, *at, *record),
                _ if !decoded => {}
                _ => {
                    let answer = answer.unwrap_or_else(|| Err("the decoder did not reach it".to_owned()));
                    self.record(*frame, answer, matches!(look, Look::NoDate));
                }
            }
        }
        self.looks = looks;
    }

    fn failed(&mut self, start: u64, lost: usize, reason: &str) {
        self.failures = self.failures.saturating_add(1);
        let mut detail = format!("{lost} records of a chunk: {reason}");
        if self.failures >= MOST_FAILURES {
            detail.push_str("; the rest of the log was not read");
        }
        self.issues.offset(IssueCode::ParserFailed, start, detail);
    }

    fn record(&mut self, frame: Frame, answer: Answer, no_date: bool) {
        let written = filetime(frame.written);
        let substitute = Substitute { at: written.unwrap_or(Timestamp::UNIX_EPOCH), record: frame.id };
        match answer.and_then(|xml| element::read(&xml, substitute, self.context.limits, &mut self.shared)) {
            Ok(mut reading) => {
                if no_date {
                    reading.timed = false;
                    reading.event.at = substitute.at;
                }
                self.keep(reading, frame, written);
            }
            Err(reason) => self.issues.record(IssueCode::BadRecord, frame.id, reason),
        }
    }

    fn keep(&mut self, reading: Reading, frame: Frame, written: Option<Timestamp>) {
        let event = reading.event;
        // The time of writing alone says nothing: exports leave it at zero in their last record.
        if !reading.timed {
            self.issues.record(IssueCode::DoubtfulDate, event.record, "SystemTime is no date");
            if written.is_none() {
                self.issues.record(
                    IssueCode::BadRecord,
                    frame.id,
                    "neither SystemTime nor the time of writing is a date",
                );
                return;
            }
        }
        if reading.cut {
            self.issues.record(IssueCode::FieldTooLong, event.record, "");
        }
        match self.tally.counter(&event.channel, &event.computer, &event.provider, event.id) {
            Some(counter) => self.count(counter, event.at, event.record),
            None => {
                self.seen = self.seen.saturating_add(1);
                self.issues.record(
                    IssueCode::TooManyFacts,
                    event.record,
                    "too many names of logs and providers to count by",
                );
            }
        }
        if self.context.interest.wants_event(&event.provider, event.id) {
            self.records.push(Record::Event(event));
        }
    }

    fn count(&mut self, counter: Counter, at: Timestamp, record: u64) {
        self.seen = self.seen.saturating_add(1);
        if let Some(found) = self.tally.count(counter, at, record) {
            let channel = self.tally.channel(counter);
            let detail = match found {
                Break::Cleared => format!("{channel}: the event says that a log was cleared"),
                Break::Back(by) => format!("{channel}: {} s earlier than the record before", by.as_secs()),
            };
            self.issues.record(IssueCode::LogDiscontinuity, record, detail);
        }
    }

    /// The file ended at `end`, after so many chunks.
    pub(super) fn ends(&mut self, end: u64, chunks: u64) {
        if end == 0 {
            self.issues.add(IssueCode::Empty, None, "");
        } else if self.header.is_none() && chunks == 0 {
            self.issues.add(IssueCode::Damaged, None, "no chunk of a log was found");
        }
        let present = end.saturating_sub(offset(BLOCK)).div_ceil(offset(CHUNK));
        if let Some(promised) = self.header.and_then(FileHeader::chunks).filter(|promised| *promised > present) {
            let detail = format!("the header counts {promised} chunks, the file has room for {present}");
            self.issues.offset(IssueCode::Truncated, end, detail);
        }
    }

    /// What was read.
    pub(super) fn finish(mut self) -> Parsed {
        // The service writes into the chunk with the newest records: its checksums are stale, not wrong.
        let newest = self.stale.iter().map(|(_, newest, _)| *newest).max();
        for (start, id, what) in std::mem::take(&mut self.stale) {
            let code = if Some(id) == newest { IssueCode::DirtyLog } else { IssueCode::ChecksumMismatch };
            self.issues.offset(code, start, what);
        }
        let logs = self.tally.finish();
        self.records.shrink_to_fit();
        for log in &logs {
            if let Some(first) = log.gaps.first() {
                let detail = format!("{}: numbers of records are missing from {} on", log.channel, first.from);
                self.issues.add(IssueCode::LogDiscontinuity, None, detail);
            }
        }
        Parsed {
            records: self.records,
            seen: self.seen,
            complete: self.issues.complete(),
            issues: self.issues.finish(),
            logs,
            encoding: None,
        }
    }
}
