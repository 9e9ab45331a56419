//! Logs that were made to hurt a reader. Each costs at most what is wrong in it, and none takes long.

use std::time::{Duration, Instant};

use forge::evtx::{Event, Options, write};
use outlook_triage::issue::IssueCode;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::Parsed;
use proptest::prelude::*;

use super::raw::{CHUNK, Raw, open, open_in_template, seal, text};
use super::{corpus, parse};

/// Parses with nothing and with everything asked for, on a stack as small as that of a worker, and within two seconds.
fn survive(bytes: &[u8]) -> Parsed {
    let bytes = bytes.to_vec();
    let work = move || {
        let begin = Instant::now();
        let counted = parse(&bytes, &Interest::default());
        let decoded = parse(&bytes, &Interest::everything());
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
        assert_eq!(decoded, parse(&bytes, &Interest::everything()), "the same bytes, the same result");
        assert_eq!(decoded.records.len() as u64, decoded.seen);
        assert!(counted.seen >= decoded.seen);
        assert!(decoded.issues.len() < 200);
        decoded
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    let mut codes: Vec<_> = parsed.issues.iter().map(|issue| issue.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Ten honest events in one chunk.
fn honest() -> Vec<u8> {
    let at = "2026-03-05T02:15:30Z".parse().unwrap();
    let events: Vec<_> = (0..10).map(|n: u32| Event::new("Outlook", 45, at).text([n.to_string()])).collect();
    let bytes = write(&events, &Options::default()).unwrap();
    assert_eq!(parse(&bytes, &Interest::everything()).issues, []);
    bytes
}

/// The honest log with some bytes of its chunk replaced, and good checksums again.
fn altered(change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let mut bytes = honest();
    change(&mut bytes[4096..]);
    seal(&mut bytes[4096..4096 + CHUNK]);
    bytes
}

fn set(chunk: &mut [u8], at: usize, value: u32) {
    chunk[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

fn get(chunk: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(chunk[at..at + 4].try_into().unwrap())
}

/// The links of the name table (64 buckets at 128) or template table (32 at 384) that are in use.
fn links(chunk: &[u8], table: usize, buckets: usize) -> Vec<u32> {
    (0..buckets).map(|bucket| get(chunk, table + bucket * 4)).filter(|link| *link != 0).collect()
}

#[test]
fn chains_that_never_end_cost_no_record() {
    let names = links(&honest()[4096..], 128, 64);
    let templates = links(&honest()[4096..], 384, 32);
    let (a, b, t) = (names[0], names[1], templates[0]);
    let cases: &[(&str, &[(u32, u32)])] = &[
        ("two names point at each other", &[(a, b), (b, a)]),
        ("a name points at itself", &[(a, a)]),
        ("a template points at itself", &[(t, t)]),
        ("a name outside of the chunk", &[(a, u32::MAX)]),
        ("a name in the last bytes", &[(a, 65_535)]),
        ("a name in the header", &[(a, 8)]),
        ("a template outside of the chunk", &[(t, 70_000)]),
        ("a bucket outside of the chunk", &[(128, 0x7FFF_FFFF)]),
    ];
    for (what, changes) in cases {
        let parsed = survive(&altered(|chunk| changes.iter().for_each(|(at, value)| set(chunk, *at as usize, *value))));
        assert_eq!((parsed.seen, codes(&parsed)), (10, vec![IssueCode::Damaged]), "{what}");
    }
}

#[test]
fn lying_sizes_and_counts_cost_their_records() {
    let second = 512 + get(&honest()[4096..], 516) as usize;
    let third = second + get(&honest()[4096..], second + 4) as usize;
    for size in [0, 1, 27, 28, 29, 65_024, 65_536, 0x7FFF_FFFF, u32::MAX] {
        let parsed = survive(&altered(|chunk| set(chunk, second + 4, size)));
        assert!(parsed.seen >= 8, "size {size}: {} records", parsed.seen);
        assert!(!parsed.complete || parsed.seen == 10, "size {size}");
        let parsed = survive(&altered(|chunk| {
            set(chunk, second + 4, size);
            set(chunk, third - 4, size);
        }));
        assert!(parsed.seen >= 8, "both sizes {size}: {} records", parsed.seen);
    }
    // The template's offset stands 10 bytes into the content, then its definition or the number of values.
    for value in [0, 1, 0xFFFF, 65_535, 0x7FFF_FFFF, u32::MAX, 512, 536, second as u32] {
        for at in [second + 24 + 6, second + 24 + 10, second + 24 + 14, second + 24 + 18] {
            let parsed = survive(&altered(|chunk| set(chunk, at, value)));
            assert!(parsed.seen >= 9, "{value} at {at}: {} records", parsed.seen);
        }
    }
    // The first record holds the template: all others may fall with it, but nothing else may happen.
    for at in 512..second {
        survive(&altered(|chunk| chunk[at] = 0xFF));
    }
}

#[test]
fn a_header_that_lies_changes_nothing() {
    for at in [8, 16, 24, 32, 44, 48, 52, 120] {
        for value in [0, 1, 511, 65_537, u32::MAX] {
            let mut bytes = honest();
            set(&mut bytes[4096..], at, value);
            let parsed = survive(&bytes);
            assert_eq!(parsed.seen, 10, "chunk header: {value} at {at}");
        }
    }
    for at in [8, 16, 24, 32, 40, 42, 120, 124] {
        let mut bytes = honest();
        set(&mut bytes, at, u32::MAX);
        assert_eq!(survive(&bytes).seen, 10, "file header: at {at}");
    }
}

#[test]
fn thousands_of_empty_records_are_counted_and_summed_up() {
    let mut raw = Raw::new();
    for _ in 0..2_322 {
        raw.record(&[]);
    }
    let parsed = survive(&raw.file());
    assert_eq!((parsed.seen, codes(&parsed)), (0, vec![IssueCode::BadRecord]));
    assert_eq!(parsed.issues.len(), 21);
    assert_eq!(parsed.issues[20].detail, "and 2302 more");
}

#[test]
fn elements_nested_thousands_deep_are_refused() {
    let mut raw = Raw::new();
    let name = raw.name("Event");
    raw.record(&[open(name).repeat(2_500), vec![0x04; 2_500], vec![0]].concat());
    let parsed = survive(&raw.file());
    assert_eq!(codes(&parsed), [IssueCode::BadRecord]);

    let mut raw = Raw::new();
    let names = ["Event", "System", "EventID", "UserData"].map(|name| raw.name(name));
    let [event, system, id, user] = names;
    let system = [open(system), open(id), text("7"), vec![0x04, 0x04]].concat();
    for depth in [30, 100, 500] {
        raw.record(&[open(event), system.clone(), open(user).repeat(depth), vec![0x04; depth + 1], vec![0]].concat());
    }
    let parsed = survive(&raw.file());
    assert_eq!(
        (parsed.seen, codes(&parsed)),
        (0, vec![IssueCode::BadRecord, IssueCode::DoubtfulDate]),
        "no time either"
    );
}

#[test]
fn records_that_expand_a_thousandfold_are_given_up() {
    let mut raw = Raw::new();
    let [event, data] = ["Event", "D"].map(|name| raw.name(name));
    let slot = [&open_in_template(data)[..], &[0x0D, 0, 0, 0x01, 0x04]].concat();
    let body = [&[0x0F, 1, 1, 0][..], &open_in_template(event), &slot.repeat(2_000), &[0x04, 0]].concat();
    let definition = (raw.next_content() + 14) as u32;
    let value: Vec<u8> = "x".repeat(400).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for number in 0..20 {
        let mut content = vec![0x0F, 1, 1, 0, 0x0C, 1];
        content.extend(0_u32.to_le_bytes());
        content.extend(definition.to_le_bytes());
        if number == 0 {
            content.extend([0; 20]);
            content.extend((body.len() as u32).to_le_bytes());
            content.extend(&body);
        }
        content.extend(1_u32.to_le_bytes());
        content.extend((value.len() as u16).to_le_bytes());
        content.extend([0x01, 0]);
        content.extend(&value);
        content.push(0);
        raw.record(&content);
    }
    let chunk = raw.file()[4096..].to_vec();
    let parsed = survive(&super::raw::file(&[&chunk]));
    assert_eq!((parsed.seen, codes(&parsed)), (0, vec![IssueCode::ParserFailed]));
    let parsed = survive(&super::raw::file(&[&chunk[..]; 8]));
    assert_eq!(parsed.issues.len(), 8);
}

#[test]
fn bytes_that_are_no_log_are_said_to_be_none() {
    let cases: [(&[u8], &[IssueCode]); 5] = [
        (b"", &[IssueCode::Empty]),
        (b"ElfFile\0", &[IssueCode::Damaged, IssueCode::UnknownHeader]),
        (b"<html>Access denied</html>", &[IssueCode::Damaged, IssueCode::UnknownHeader]),
        (&[0; 70_000], &[IssueCode::Damaged, IssueCode::UnknownHeader]),
        (b"ElfChnk\0", &[IssueCode::Truncated, IssueCode::UnknownHeader]),
    ];
    for (bytes, expected) in cases {
        let parsed = survive(bytes);
        let name = String::from_utf8_lossy(&bytes[..bytes.len().min(9)]).into_owned();
        assert_eq!((parsed.seen, codes(&parsed)), (0, expected.to_vec()), "{name:?}");
    }
}

/// A chunk of a real log if there is one at hand, else the honest one.
fn sample() -> Vec<u8> {
    let real = corpus().map(|folder| std::fs::read(folder.join("attack-samples__10607601e5ab.evtx")).unwrap());
    real.unwrap_or_else(honest)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes_never_stop_the_reader(flips in prop::collection::vec((0_usize..8_192, any::<u8>()), 1..24), sums in any::<bool>()) {
        let mut bytes = sample();
        for (at, value) in flips {
            bytes[4096 + at] = value;
        }
        if sums {
            seal(&mut bytes[4096..4096 + CHUNK]);
        }
        let parsed = survive(&bytes);
        prop_assert!(parsed.seen <= 2_322);
    }
}

/// FILETIME beyond the year 9999, and other times that are none.
const NO_DATES: [u64; 6] = [0, u64::MAX, u64::MAX - 1, i64::MAX as u64, 2_650_467_744_000_000_000, 1 << 62];

#[test]
fn times_that_are_no_dates_are_said_and_replaced() {
    let bytes = honest();
    let time = forge::evtx::filetime("2026-03-05T02:15:30Z".parse().unwrap()).to_le_bytes();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, &time).collect();
    assert_eq!(places.len(), 20, "in the header and in the content of each record");
    let whole = parse(&bytes, &Interest::everything());
    for no_date in NO_DATES {
        let mut bytes = honest();
        bytes[places[0]..places[0] + 8].copy_from_slice(&no_date.to_le_bytes());
        assert_eq!(survive(&bytes).records, whole.records, "exports leave the time of writing of a record at zero");
        let mut bytes = honest();
        bytes[places[1]..places[1] + 8].copy_from_slice(&no_date.to_le_bytes());
        let parsed = survive(&bytes);
        assert_eq!(parsed.records, whole.records, "{no_date}: the time of writing stands in");
        assert!(codes(&parsed).contains(&IssueCode::DoubtfulDate), "{no_date}");
        bytes[places[0]..places[0] + 8].copy_from_slice(&no_date.to_le_bytes());
        let parsed = survive(&bytes);
        assert_eq!((parsed.seen, parsed.complete), (9, false), "{no_date}: neither time");
    }
}
