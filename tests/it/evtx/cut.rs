//! Logs that were copied while in use, cut, or lost parts: what is whole is read, and what is missing is said.

use std::io::{Error, Read};

use forge::evtx::{Damage, Event, Options, write};
use jiff::{SignedDuration, Timestamp};
use outlook_triage::issue::{At, Issue, IssueCode};
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::{EventRecord, Parsed, Record};
use outlook_triage::parse::{Context, Input, evtx};

use super::parse;

/// Three chunks of four events.
fn log(damage: &[Damage]) -> Vec<u8> {
    let start: Timestamp = "2026-03-05T02:15:30.1234567Z".parse().unwrap();
    let events: Vec<_> = (0..12_i64)
        .map(|n| {
            let at = start.checked_add(SignedDuration::from_secs(n)).unwrap();
            Event::new("Outlook", 45, at).on("Application", "PC-7").text([n.to_string()])
        })
        .collect();
    write(&events, &Options { per_chunk: 4, damage: damage.to_vec(), ..Options::default() }).unwrap()
}

fn read(bytes: &[u8]) -> Parsed {
    let all = parse(bytes, &Interest::everything());
    let none = parse(bytes, &Interest::default());
    assert_eq!((all.seen, &all.logs, &all.issues), (none.seen, &none.logs, &none.issues));
    all
}

fn numbers(parsed: &Parsed) -> Vec<u64> {
    parsed.records.iter().filter_map(|record| event(record).map(|event| event.record)).collect()
}

fn event(record: &Record) -> Option<&EventRecord> {
    if let Record::Event(event) = record { Some(event) } else { None }
}

#[test]
fn damage_is_named_and_the_rest_is_read() {
    let chunk = |index: u64| 4_096 + index * 65_536;
    let at = |code, offset: u64, detail: &str| Issue::at(code, At::Offset(offset), detail);
    let all: Vec<u64> = (1..=12).collect();
    let dirty = Issue::new(IssueCode::DirtyLog, "the header says that the log was being written");
    let cases = [
        (vec![], all.clone(), vec![]),
        (
            vec![Damage::Dirty],
            all.clone(),
            vec![
                dirty,
                at(IssueCode::DirtyLog, chunk(2), "chunk header"),
                at(IssueCode::DirtyLog, chunk(2), "records of a chunk"),
            ],
        ),
        (vec![Damage::HeaderChecksum], all.clone(), vec![at(IssueCode::ChecksumMismatch, 124, "file header")]),
        (
            vec![Damage::RecordsChecksum(1)],
            all.clone(),
            vec![at(IssueCode::ChecksumMismatch, chunk(1), "records of a chunk")],
        ),
        (vec![Damage::ChunkChecksum(0)], all.clone(), vec![at(IssueCode::ChecksumMismatch, chunk(0), "chunk header")]),
        // Nothing is wrong with what is there; only the numbers tell that something was.
        (vec![Damage::ZeroChunk(1)], vec![1, 2, 3, 4, 9, 10, 11, 12], vec![missing()]),
        (vec![Damage::NoHeader], all, vec![Issue::new(IssueCode::UnknownHeader, "the file header is missing")]),
    ];
    for (damage, records, issues) in cases {
        let parsed = read(&log(&damage));
        assert_eq!((numbers(&parsed), &parsed.issues), (records, &issues), "{damage:?}");
        assert!(parsed.complete, "{damage:?}: none of these is a loss");
    }
}

/// Records 5 to 8 of the log are not there.
fn missing() -> Issue {
    let detail = "Application: numbers of records are missing from 2026-03-05T02:15:33.1234567Z on";
    Issue::new(IssueCode::LogDiscontinuity, detail)
}

#[test]
fn a_chunk_without_its_magic_costs_only_itself() {
    let mut bytes = log(&[]);
    bytes[4_096 + 65_536..4_096 + 65_536 + 8].fill(0);
    let parsed = read(&bytes);
    assert_eq!(numbers(&parsed), [1, 2, 3, 4, 9, 10, 11, 12]);
    assert!(!parsed.complete);
    let detail = "65536 bytes that are no chunk of a log";
    assert_eq!(parsed.issues, [Issue::at(IssueCode::Damaged, At::Offset(69_632), detail), missing()]);
}

#[test]
fn chunks_that_were_moved_are_found() {
    let mut bytes = log(&[]);
    bytes.splice(4_096 + 65_536..4_096 + 65_536, vec![7; 100]);
    let parsed = read(&bytes);
    assert_eq!(numbers(&parsed), (1..=12).collect::<Vec<_>>());
    assert_eq!(parsed.issues.len(), 1);
}

#[test]
fn any_cut_gives_whole_records_from_the_start() {
    let bytes = log(&[]);
    let whole = read(&bytes);
    let mut cuts: Vec<usize> = (0..bytes.len()).step_by(701).collect();
    // Around each border: file header, chunk headers, and every byte of the first records of the last chunk.
    for border in [0, 128, 4_096, 4_608, 69_632, 70_144, 135_168] {
        cuts.extend((border.max(3) - 3..border + 4).filter(|cut| *cut < bytes.len()));
    }
    cuts.extend(135_168..135_168 + 3_000);
    for cut in cuts {
        let parsed = read(&bytes[..cut]);
        assert!(whole.records.starts_with(&parsed.records), "{cut}");
        assert!(!parsed.complete || cut == 0, "{cut}: {:?}", parsed.issues);
        assert!(!parsed.issues.is_empty(), "{cut}");
    }
}

#[test]
fn a_stream_that_fails_gives_what_came_before() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() {
                return Err(Error::other("the share is gone"));
            }
            // Small pieces of odd sizes, as a network share may give.
            let piece = space.len().min(self.0.len()).min(4_093);
            space[..piece].copy_from_slice(&self.0[..piece]);
            self.0 = &self.0[piece..];
            Ok(piece)
        }
    }
    let bytes = log(&[]);
    let whole = read(&bytes);
    let limits = Limits::default();
    let interest = Interest::everything();
    for length in (0..bytes.len()).step_by(1_009) {
        let mut reader = Failing(&bytes[..length]);
        let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
        let parsed = evtx::parse(input, Context { interest: &interest, limits: &limits });
        assert!(whole.records.starts_with(&parsed.records), "{length}");
        let failed = parsed.issues.iter().find(|issue| issue.code == IssueCode::ReadFailed).unwrap();
        assert_eq!(failed.detail, format!("{length} bytes were read: the share is gone"));
        assert!(!parsed.complete);
    }
}

#[test]
fn limits_stop_and_are_named() {
    let bytes = log(&[]);
    let interest = Interest::everything();
    let limits = Limits { records_per_artifact: 6, ..Limits::default() };
    let mut reader = &bytes[..];
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    let parsed = evtx::parse(input, Context { interest: &interest, limits: &limits });
    assert_eq!((parsed.seen, numbers(&parsed)), (6, vec![1, 2, 3, 4, 5, 6]));
    assert_eq!(parsed.issues, [Issue::new(IssueCode::TooManyRecords, "more than 6 records; the rest was not read")]);
}
