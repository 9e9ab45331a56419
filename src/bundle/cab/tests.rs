use std::io::{Cursor, Read, Write};

use cab::{CabinetBuilder, CompressionType};

use super::*;
use crate::bundle::budget;

const HELD: u64 = 256 << 20;

/// Made by makecab (LZX): hi.txt, bye.txt. From the tests of the crate `cab`, MIT licence.
const LZX: &[u8] = include_bytes!("../../../fixtures/artifacts/container/lzx.cab");

fn made(method: CompressionType, files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut builder = CabinetBuilder::new();
    let folder = builder.add_folder(method);
    for (name, _) in files {
        folder.add_file(*name);
    }
    let mut writer = builder.build(Cursor::new(Vec::new())).unwrap();
    let mut contents = files.iter();
    while let Some(mut file) = writer.next_file().unwrap() {
        file.write_all(&contents.next().unwrap().1).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn listed(bytes: &[u8]) -> Result<Listing, Issue> {
    list(&Store::Memory(bytes.into()), &mut HELD.clone(), &Limits::default())
}

fn codes(found: &Found) -> Vec<IssueCode> {
    found.issues.iter().map(|issue| issue.code).collect()
}

/// The content of a file, as far as it can be read.
fn content(found: &Found) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut stream) = budget::open(&found.source, found.bytes, &Limits::default()) {
        let _ = stream.read_to_end(&mut bytes);
    }
    bytes
}

fn texts(listing: &Listing) -> Vec<(&str, Vec<u8>)> {
    listing.found.iter().map(|found| (found.name.as_str(), content(found))).collect()
}

/// Text that spans several blocks.
fn long(seed: u64) -> Vec<u8> {
    (0..9_000).flat_map(|line| format!("{seed} line {}\r\n", line * 7919 % 9001).into_bytes()).collect()
}

#[test]
fn files_of_every_method_are_read_whole() {
    let files = [("Configuration\\OS\\cmdkey.txt", long(1)), ("Log.csv", Vec::new()), ("last.txt", long(2))];
    for method in [CompressionType::None, CompressionType::MsZip] {
        let listing = listed(&made(method, &files)).unwrap();
        assert!(listing.found.iter().all(|found| found.issues.is_empty()), "{:?}", listing.found);
        assert_eq!(texts(&listing), files.iter().map(|(name, content)| (*name, content.clone())).collect::<Vec<_>>());
    }
    let lzx = listed(LZX).unwrap();
    assert_eq!(texts(&lzx), [("hi.txt", b"Hello, world!\r\n".to_vec()), ("bye.txt", b"See you later!\r\n".to_vec())]);
}

#[test]
fn a_cut_cabinet_gives_what_came_before_the_cut() {
    let files = [("a.txt", long(1)), ("b.txt", long(2)), ("c.txt", long(3))];
    let whole = made(CompressionType::MsZip, &files);
    let mut read = Vec::new();
    for end in (0..whole.len()).step_by(509) {
        let Ok(listing) = listed(&whole[..end]) else { continue };
        for (found, (name, expected)) in listing.found.iter().zip(&files) {
            let content = content(found);
            assert_eq!(found.name, *name);
            assert!(expected.starts_with(&content), "{name} cut at {end}");
            // Whatever is short says so, here or when it is read.
            let short = content.len() < expected.len();
            assert!(!short || found.bytes > content.len() as u64 || !found.issues.is_empty(), "{name} cut at {end}");
            read.push(content.len() == expected.len());
        }
    }
    assert!(read.contains(&true) && read.contains(&false));
}

#[test]
fn damage_costs_what_lies_behind_it_and_nothing_before() {
    let files = [("a.txt", long(1)), ("b.txt", long(2)), ("c.txt", long(3))];
    let mut bytes = made(CompressionType::None, &files);
    let at = bytes.len() - files[2].1.len() * 3 / 2;
    bytes[at] ^= 0xFF;
    let listing = listed(&bytes).unwrap();
    assert!(content(&listing.found[0]) == files[0].1);
    assert_eq!(codes(&listing.found[1]), [IssueCode::Damaged]);
    assert!(files[1].1.starts_with(&content(&listing.found[1])));
    assert_eq!((listing.found[2].intake, codes(&listing.found[2])), (Some(Intake::Failed), vec![IssueCode::Damaged]));
}

/// Header (36 bytes), one folder (8), entries of files.
fn forged(method: u16, files: &[(u32, u32, u16, &[u8])]) -> Vec<u8> {
    let mut bytes = b"MSCF\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(44_u32.to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1, 1, 0]);
    bytes.extend(u16::try_from(files.len()).unwrap().to_le_bytes());
    bytes.extend([0; 6]);
    bytes.extend(0xFFFF_u32.to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend(method.to_le_bytes());
    for (size, start, folder, name) in files {
        bytes.extend(size.to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend(folder.to_le_bytes());
        bytes.extend([0; 6]);
        bytes.extend(*name);
        bytes.push(0);
    }
    bytes
}

#[test]
fn headers_that_lie_are_named() {
    let overlap = forged(0, &[(100, 0, 0, b"a"), (100, 50, 0, b"b")]);
    assert_eq!(listed(&overlap).unwrap_err().code, IssueCode::OverlappingEntries);

    let huge = listed(&forged(0, &[(u32::MAX, 0, 0, b"a"), (1, u32::MAX, 0, b"b")])).unwrap();
    assert!(huge.found.iter().all(|found| codes(found) == [IssueCode::Truncated]), "{:?}", huge.found);

    let quantum = listed(&forged(2, &[(5, 0, 0, b"a")])).unwrap();
    assert_eq!(codes(&quantum.found[0]), [IssueCode::UnsupportedMethod]);

    let nowhere = listed(&forged(0, &[(5, 0, 9, b"a")])).unwrap();
    assert_eq!((nowhere.found[0].intake, nowhere.found.len()), (Some(Intake::Failed), 1));

    let set = listed(&forged(0, &[(5, 0, 0xFFFD, b"rest"), (5, 9, 0, b"next")])).unwrap();
    assert!(set.found.iter().all(|found| codes(found) == [IssueCode::Truncated]), "{:?}", set.found);

    let mut short = forged(0, &[(5, 0, 0, b"a"), (5, 5, 0, b"b")]);
    short.truncate(short.len() - 4);
    let short = listed(&short).unwrap();
    assert_eq!((short.found.len(), short.issues[0].code), (1, IssueCode::Damaged));

    assert_eq!(listed(b"MSCF\0\0\0\0").unwrap_err().code, IssueCode::Damaged);
}

#[test]
fn names_are_utf8_by_attribute_and_otherwise_of_one_code_page() {
    let names: [&[u8]; 2] = [b"cmdkey\x8fo\x97\xcd.txt", b"\x83C\x83x\x83\x93\x83g\\System.evtx"];
    let listing = listed(&forged(0, &[(0, 0, 0, names[0]), (0, 0, 0, names[1])])).unwrap();
    let read: Vec<&str> = listing.found.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(read, ["cmdkey出力.txt", "イベント\\System.evtx"]);
}

#[test]
fn a_large_trace_is_passed_over_and_what_follows_is_read() {
    let trace: Vec<u8> =
        (0..3_000_000_u32).flat_map(|number| (number.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
    let files = [("Outlook\\Outlook.etl", trace), ("Log.csv", long(4))];
    let bytes = made(CompressionType::MsZip, &files);
    let mut memory = HELD;
    let listing = list(&Store::Memory(bytes.into()), &mut memory, &Limits::default()).unwrap();
    assert_eq!(listing.found[0].intake, Some(Intake::Skipped));
    assert_eq!(listing.found[0].issues[0].detail, "trace (.etl)");
    assert!(content(&listing.found[1]) == files[1].1);
    assert_eq!(HELD - memory, files[1].1.len() as u64);
}

#[test]
fn a_bomb_stops_at_the_ratio() {
    // Blocks of zeros shrink to some forty bytes each.
    let mut export = b"REGEDIT4\r\n\r\n".to_vec();
    export.resize(40 << 20, b' ');
    let files = [("zeros.reg", export), ("after.txt", long(1))];
    let listing = listed(&made(CompressionType::MsZip, &files)).unwrap();
    assert!(codes(&listing.found[0]).contains(&IssueCode::SuspiciousRatio), "{:?}", listing.found[0]);
    // 16 MiB are free, and each packed block allows 200 times itself; a block of these holds some 500 times itself.
    assert!(content(&listing.found[0]).len() < 32 << 20);
    assert_eq!(codes(&listing.found[1]), [IssueCode::SuspiciousRatio]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(2_000))]

    /// Whatever is done to a cabinet, no file holds more than it declares and nothing panics.
    #[test]
    fn mutated_cabinets_are_read_or_refused(
        seed in 0_u8..3,
        changes in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..8),
    ) {
        let mut bytes = match seed {
            0 => LZX.to_vec(),
            1 => made(CompressionType::MsZip, &[("a", b"some text, some text".to_vec()), ("b", b"more".to_vec())]),
            _ => made(CompressionType::None, &[("a", b"some text, some text".to_vec()), ("b", b"more".to_vec())]),
        };
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(listing) = listed(&bytes) {
            for found in &listing.found {
                proptest::prop_assert!(content(found).len() as u64 <= found.bytes);
            }
        }
    }
}
