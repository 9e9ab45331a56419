use proptest::prelude::*;

use super::parse;
use crate::bundle::decode::detect;
use crate::issue::IssueCode;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{CollectorLine, Parsed, Record};
use crate::parse::{Context, Input};

fn read(bytes: &[u8]) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: Some(detect(bytes, true)), bytes: 0 };
    parse(input, Context { interest: &Interest::default(), limits: &Limits::default() })
}

fn fixture() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/artifacts/collector-log/log.csv")).unwrap()
}

fn lines(parsed: &Parsed) -> Vec<&CollectorLine> {
    let lines = parsed.records.iter().map(|record| match record {
        Record::CollectorLine(line) => line,
        other => panic!("{other:?}"),
    });
    lines.collect()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    parsed.issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn lines_with_offset_and_messages_over_lines() {
    let parsed = read(&fixture());
    assert_eq!((codes(&parsed), parsed.complete, parsed.seen), (vec![], true, 4));
    let lines = lines(&parsed);
    assert_eq!(lines[0].at, "2026-03-05T02:15:30.1234567Z".parse().unwrap());
    assert_eq!((lines[0].offset_seconds, lines[0].line), (9 * 3600, 2));
    assert_eq!(lines[1].message, "Target user:FABRIKAM\\k.suzuki (S-1-5-21-1-2-3-2205)");
    assert_eq!(lines[2].message, "cmdkey had a terminating error.\r\nSecond line, with 'quotes'");
    assert_eq!((lines[3].function.as_str(), lines[3].line), ("Save-Item", 6));
}

#[test]
fn a_bad_line_costs_one_line() {
    let text = String::from_utf8(fixture()).unwrap().replace("2026-03-05T11:15:31.0000000+09:00", "yesterday");
    let parsed = read(text.as_bytes());
    assert_eq!((codes(&parsed), parsed.complete, parsed.records.len()), (vec![IssueCode::BadLine], false, 3));
    for wrong in ["2026-03-05T11:15:30", "9999999-01-01", "", "2026-13-05T11:15:30+09:00", "9999-12-31T23:59:59-23:00"]
    {
        assert_eq!(super::instant(wrong), None, "{wrong}");
    }
    assert!(super::instant("2026-03-05T11:15:30Z").is_some());
}

#[test]
fn a_cut_log_loses_its_last_line() {
    let text = fixture();
    let full = read(&text);
    for cut in 70..text.len() {
        let part = &text[..cut];
        let parsed = read(part);
        let quotes = part.iter().filter(|byte| **byte == b'"').count();
        // A row may end behind its CR as well: nothing is lost.
        let whole = quotes % 2 == 0 && (part.ends_with(b"\r") || part.ends_with(b"\n"));
        assert_eq!(parsed.complete, whole, "{cut}");
        assert_eq!(codes(&parsed).contains(&IssueCode::Truncated), !whole, "{cut}");
        assert_eq!(parsed.records[..], full.records[..parsed.records.len()], "{cut}");
    }
}

#[test]
fn a_log_without_header_or_content_is_said() {
    let parsed = read(b"2026-03-05T11:15:30+09:00,0,5,F,i,\"m\"\r\n");
    assert_eq!((codes(&parsed), parsed.records.len()), (vec![IssueCode::UnknownHeader], 1));
    assert_eq!(codes(&read(b"")), [IssueCode::Empty]);
}

#[test]
fn a_quote_that_never_closes_costs_one_line_at_most() {
    let text = [&fixture()[..], b"2026-03-05T11:15:34+09:00,0,5,F,i,\"", &vec![b'x'; 5 << 20]].concat();
    let parsed = read(&text);
    assert!(codes(&parsed).contains(&IssueCode::LineTooLong) && !parsed.complete);
    for unit in ["\"", "\"\"", "\",\"", ",", "\n", "a,b\n"] {
        let start = std::time::Instant::now();
        read(unit.repeat((2 << 20) / unit.len()).as_bytes());
        assert!(start.elapsed().as_secs() < 4, "{:?} {unit:?}", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        read(&bytes);
        let mut log = fixture();
        for (at, byte) in changes {
            let at = at.index(log.len());
            log[at] = byte;
        }
        read(&log);
    }
}
