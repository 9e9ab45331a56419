#![allow(clippy::string_slice, clippy::needless_pass_by_value)] // tests cut ASCII texts at known places

use proptest::prelude::*;

use super::parse;
use crate::bundle::decode::detect;
use crate::issue::IssueCode;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{Hive, Parsed, Record, RegistryData, RegistryRoot};
use crate::parse::{Context, Input};

const V5: &str = "Windows Registry Editor Version 5.00\r\n\r\n";

fn read_with(bytes: &[u8], interest: &Interest, limits: &Limits) -> Parsed {
    let mut reader = bytes;
    let encoding = Some(detect(bytes, true));
    parse(Input { reader: &mut reader, encoding, bytes: 0 }, Context { interest, limits })
}

fn read(bytes: &[u8]) -> Parsed {
    read_with(bytes, &Interest::everything(), &Limits::default())
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/artifacts/reg/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// `key|name|data` of every value.
fn values(parsed: &Parsed) -> Vec<String> {
    let values = parsed.records.iter().filter_map(|record| match record {
        Record::RegistryValue(value) => Some(format!("{}|{}|{}", value.key, value.name, show(&value.data))),
        _ => None,
    });
    values.collect()
}

fn show(data: &RegistryData) -> String {
    match data {
        RegistryData::Sz(text) => format!("sz {text}"),
        RegistryData::ExpandSz(text) => format!("expand {text}"),
        RegistryData::MultiSz(items) => format!("multi {}", items.join("/")),
        RegistryData::Dword(number) => format!("dword {number}"),
        RegistryData::Qword(number) => format!("qword {number}"),
        RegistryData::Binary(bytes) => format!("binary {bytes:02x?}"),
        RegistryData::Raw { kind, bytes } => format!("raw {kind:x} {bytes:02x?}"),
        RegistryData::Secret { length, .. } => format!("secret {length}"),
    }
}

fn roots(parsed: &Parsed) -> Vec<(Hive, &str, bool)> {
    let roots = parsed.records.iter().filter_map(|record| match record {
        Record::RegistryRoot(RegistryRoot { hive, key, complete, .. }) => Some((hive.clone(), key.as_str(), *complete)),
        _ => None,
    });
    roots.collect()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    parsed.issues.iter().map(|issue| issue.code).collect()
}

/// The values of one key `HKCU\k` whose body is given, and the issues.
fn check(body: &str, expected: &[&str], issues: &[IssueCode]) {
    let text = format!("{V5}[HKEY_CURRENT_USER\\k]\n{body}\n\n");
    let parsed = read(text.as_bytes());
    let expected: Vec<_> = expected.iter().map(|value| format!("k|{value}")).collect();
    assert_eq!(values(&parsed), expected, "{body}");
    assert_eq!(codes(&parsed), issues, "{body}");
}

#[test]
fn every_value_type_of_version_5() {
    let parsed = read(&fixture("types-v5.reg"));
    assert_eq!(
        values(&parsed),
        [
            r"Software\Types||sz default",
            "Software\\Types|text|sz C:\\Program Files\\x \"quoted\"",
            "Software\\Types|two lines|sz one\r\ntwo",
            r"Software\Types|empty|sz ",
            r"Software\Types|dword|dword 10",
            r"Software\Types|short dword|dword 31",
            r"Software\Types|qword|qword 1",
            r"Software\Types|binary|binary [00, 01, 02, 03]",
            r"Software\Types|none|raw 0 []",
            r"Software\Types|sz|sz ab",
            r"Software\Types|expand|expand %TEMP%",
            r"Software\Types|multi|multi a/bc",
            r"Software\Types|big endian|raw 5 [00, 00, 00, 01]",
            r"Software\Types|odd dword|raw 4 [01]",
            r"Software\Types|unknown|raw ffff0008 [aa, bb]",
            "Software\\Types|a=b]\\c\"|sz strange name",
            r"Software\Types\Below [1] |v|dword 1",
            r"SOFTWARE\Policies|p|dword 2",
        ]
    );
    let expected = [(Hive::User(None), r"Software\Types", true), (Hive::Machine, r"SOFTWARE\Policies", true)];
    assert_eq!(roots(&parsed), expected);
    assert!(parsed.complete);
    assert_eq!(codes(&parsed), []);
    assert_eq!(parsed.seen, 21);
}

#[test]
fn regedit4_holds_strings_in_the_page_of_the_file() {
    let parsed = read(&fixture("types-v4-932.reg"));
    let expected = [
        r"Software\種類|名前|sz 田中 太郎",
        r"Software\種類|expand|expand %TEMP%",
        r"Software\種類|multi|multi ター/b",
        r"Software\種類|sz|sz タ",
    ];
    assert_eq!(values(&parsed), expected);
    assert_eq!(codes(&parsed), [IssueCode::GuessedEncoding]);
    assert_eq!(parsed.encoding.unwrap().name, "shift_jis");
}

#[test]
fn one_export_in_every_encoding_gives_the_same_records() {
    let utf16 = fixture("types-v5.reg");
    let text: String = char::decode_utf16(utf16[2..].chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])))
        .map(Result::unwrap)
        .collect();
    let expected = read(&utf16);
    let big_endian: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let lone_cr = text.replace("\r\n", "\r");
    let doubled = text.replace("\r\n", "\r\r\n");
    for bytes in [
        text.as_bytes(),
        &[b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        &utf16[2..],
        &big_endian,
        &text.replace("\r\n", "\n").into_bytes(),
        lone_cr.as_bytes(),
        doubled.as_bytes(),
        format!("\r\n\r\n{text}").as_bytes(),
        format!("{text}\u{1a}").as_bytes(),
    ] {
        let parsed = read(bytes);
        assert_eq!(values(&parsed), values(&expected));
        assert!(parsed.complete);
        assert_eq!(codes(&parsed), []);
    }
}

#[test]
fn what_a_mail_did_to_an_export_is_undone_and_said() {
    let parsed = read(&fixture("from-a-mail.reg"));
    let key = r"Software\Microsoft\Windows NT\CurrentVersion\Windows Messaging Subsystem\Profiles";
    assert_eq!(
        values(&parsed),
        [format!("{key}|DefaultProfile|sz Outlook"), format!("{key}|blob|binary [00, 01, 02, 03]")]
    );
    // The profile that the value names is not in the mail.
    assert_eq!(codes(&parsed), [IssueCode::BadLine, IssueCode::Truncated]);
}

#[test]
fn an_import_script_is_no_state() {
    for text in [&fixture("import-script.reg")[..], format!("{V5}[HKCU\\k]\n\"a\"=\"1\"\n\"b\"=-\n\n").as_bytes()] {
        let parsed = read(text);
        assert_eq!(parsed.records, []);
        assert_eq!(codes(&parsed), [IssueCode::ImportScript]);
        assert!(!parsed.complete);
    }
}

#[test]
fn strings_span_lines_and_broken_ones_end_at_the_next_value() {
    check("\"a\"=\"one\r\ntwo\"\n\"b\"=\"3\"", &["a|sz one\r\ntwo", "b|sz 3"], &[]);
    check("\"a\"=\"one\\\n\ntwo\" ; end", &["a|sz one\\\r\n\r\ntwo"], &[]);
    check("\"a\"=\"one\n\"b\"=dword:1", &["a|sz one", "b|dword 1"], &[IssueCode::BadLine]);
    check(
        "\"a\"=\"one\nmore\n[HKEY_CURRENT_USER\\k]\n\"b\"=dword:1",
        &["a|sz one", "b|dword 1"],
        &[IssueCode::BadLine],
    );
    check("\"a\"=\"foo\"bar\"", &["a|sz foo\"bar"], &[IssueCode::BadLine]);
    check("\"a\"=\"foo\" #no comment\n\"b\"=dword:1", &["a|sz foo", "b|dword 1"], &[IssueCode::BadLine]);
    check("\"a\"=\"x\\ny\"", &["a|sz xny"], &[]);
}

#[test]
fn hex_goes_on_in_every_tolerated_form() {
    check("\"a\"=hex:00,\\\n01", &["a|binary [00, 01]"], &[]);
    check("\"a\"=hex:00,\\  \n\n;comment\n\t01,02,\\;more\n  3,", &["a|binary [00, 01, 02, 03]"], &[]);
    check("\"a\"=hex:00,\n  01,02\n\"b\"=dword:1", &["a|binary [00, 01, 02]", "b|dword 1"], &[]);
    check("\"a\"=hex:0A, fF ,1", &["a|binary [0a, ff, 01]"], &[]);
    check("\"a\"=hex(2):\n\"b\"=hex(7):", &["a|expand ", "b|multi "], &[]);
    check("\"a\"=hex:00,\\\n\"b\"=dword:1", &["b|dword 1"], &[IssueCode::BadLine]);
    check("\"a\"=hex:zz\n\"b\"=dword:1", &["b|dword 1"], &[IssueCode::BadLine]);
}

#[test]
fn values_without_a_readable_key_belong_to_none() {
    let text = format!(
        "{V5}\"orphan\"=dword:1\n[HKCU\\a]\n\"x\"=dword:2\n[Software\\b]\n\"y\"=dword:3\n[HKCU\\c]\n\"z\"=dword:4\n\n"
    );
    let parsed = read(text.as_bytes());
    assert_eq!(values(&parsed), ["a|x|dword 2", "c|z|dword 4"]);
    assert_eq!(codes(&parsed), [IssueCode::OrphanValue, IssueCode::BadLine]);
    assert_eq!(roots(&parsed), [(Hive::User(None), "a", false), (Hive::User(None), "c", true)]);
}

#[test]
fn a_header_that_is_missing_or_strange_is_said() {
    let body = "[HKCU\\k]\n\"a\"=dword:1\n\n";
    for (header, issues) in [
        ("", vec![IssueCode::UnknownHeader]),
        ("REGEDIT4FOO\n", vec![IssueCode::UnknownHeader]),
        ("windows registry editor version 5.00\n", vec![IssueCode::UnknownHeader]),
        ("REGEDIT4\n", vec![]),
        ("\n\n  Windows Registry Editor Version 5.00  \n", vec![]),
    ] {
        let parsed = read(format!("{header}{body}").as_bytes());
        assert_eq!((values(&parsed), codes(&parsed)), (vec!["k|a|dword 1".to_owned()], issues), "{header}");
    }
    let old = read(b"REGEDIT\nHKEY_CLASSES_ROOT\\x = y\n\n");
    assert_eq!((old.records.len(), codes(&old), old.complete), (0, vec![IssueCode::NotSupported], false));
    assert_eq!(codes(&read(b"")), [IssueCode::Empty]);
}

#[test]
fn a_subtree_is_complete_only_if_it_was_read_to_its_end() {
    let text = format!(
        "{V5}[HKCU\\a]\n\"x\"=dword:00000001\n\n[HKCU\\a\\b]\n\n[HKCU\\ab]\n\"y\"=dword:00000002\n\"z\"=\"last\"\n\n"
    );
    assert_eq!(roots(&read(text.as_bytes())), [(Hive::User(None), "a", true), (Hive::User(None), "ab", true)]);
    for cut in V5.len() + 1..text.len() {
        let parsed = read(&text.as_bytes()[..cut]);
        // Between two key blocks a cut leaves the same bytes as a shorter export: what is behind its last key stays open.
        let between = text[..cut].ends_with("\n\n");
        assert_eq!(parsed.complete, between, "{cut}");
        let last = roots(&parsed).last().map(|root| root.2);
        assert!(last.is_none() || last == Some(between), "{cut} {:?}", &text[..cut]);
    }
}

#[test]
fn only_the_last_subtree_of_a_file_has_an_open_end() {
    let text =
        format!("{V5}[HKCU\\a]\n\n[HKCU\\a\\b]\n\n[HKCU\\c]\n\n[HKCU\\c\\D]\n\n[HKCU\\c\\e]\n\n[HKCU\\c\\b]\n\n");
    let parsed = read(text.as_bytes());
    let ends: Vec<_> = parsed
        .records
        .iter()
        .filter_map(|record| match record {
            Record::RegistryRoot(root) => Some(root.end.as_ref()),
            _ => None,
        })
        .collect();
    let [None, Some(end)] = ends[..] else { panic!("{ends:?}") };
    // The last key is out of order, so nothing follows for its brothers.
    assert_eq!((end.last(), end.passed(r"c"), end.passed(r"c\a")), (r"c\b", true, false));
    let parsed = read(&text.as_bytes()[..text.len() - "[HKCU\\c\\b]\n\n".len()]);
    let Some(Record::RegistryRoot(root)) =
        parsed.records.iter().rfind(|record| matches!(record, Record::RegistryRoot(_)))
    else {
        panic!()
    };
    let end = root.end.as_ref().unwrap();
    assert_eq!((end.last(), end.passed(r"c\a"), end.passed(r"c\F")), (r"c\e", true, false));
}

#[test]
fn a_hive_has_many_spellings_and_every_user_his_own_root() {
    let text = format!(
        "{V5}[HKEY_USERS]\n[HKEY_USERS\\S-1-5-21-1-2-3-1104]\n[HKEY_USERS\\S-1-5-21-1-2-3-1104\\Software]\n[HKEY_USERS\\S-1-5-21-1-2-3-1104_Classes]\n\n"
    );
    let hives: Vec<_> = read(text.as_bytes())
        .records
        .iter()
        .filter_map(|record| match record {
            Record::RegistryRoot(root) => Some((root.hive.clone(), root.key.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(hives.len(), 3);
    assert_eq!(hives[1], (Hive::User(Some("S-1-5-21-1-2-3-1104".into())), String::new()));
}

#[test]
fn only_wanted_subtrees_are_kept_but_all_is_counted() {
    let mut interest = Interest::default();
    interest.add_user_key(r"Software\Wanted");
    let text = format!(
        "{V5}[HKCU\\Software]\n\"a\"=\"multi\nline\"\n[HKCU\\Software\\Other]\n\"b\"=hex:00,\\\n 01\n[HKCU\\software\\WANTED]\n\"c\"=dword:3\n\n"
    );
    let parsed = read_with(text.as_bytes(), &interest, &Limits::default());
    assert_eq!(values(&parsed), [r"software\WANTED|c|dword 3"]);
    assert_eq!(roots(&parsed), [(Hive::User(None), "Software", true)]);
    assert_eq!(parsed.seen, 6);
    let Some(Record::RegistryValue(value)) = parsed.records.last() else { panic!() };
    assert_eq!(value.line, 10);
}

#[test]
fn secrets_never_become_records() {
    check(
        "\"POP3 Password\"=hex:01,02,03\n\"010267f0\"=hex:09\n\"DefaultPassword\"=\"hunter2\"",
        &["POP3 Password|secret 3", "010267f0|secret 1", "DefaultPassword|secret 7"],
        &[],
    );
}

#[test]
fn limits_end_in_an_issue() {
    let text = format!("{V5}[HKCU\\k]\n\"a\"=\"{}\"\n\"b\"=dword:1\n\n", "x".repeat(5000));
    let limits = Limits { field: 1000, ..Limits::default() };
    let parsed = read_with(text.as_bytes(), &Interest::everything(), &limits);
    assert_eq!((values(&parsed), codes(&parsed)), (vec!["k|b|dword 1".into()], vec![IssueCode::FieldTooLong]));
    let limits = Limits { line: 1000, ..Limits::default() };
    let parsed = read_with(text.as_bytes(), &Interest::everything(), &limits);
    assert_eq!((values(&parsed), codes(&parsed)), (vec!["k|b|dword 1".into()], vec![IssueCode::LineTooLong]));
    assert_eq!(roots(&parsed), [(Hive::User(None), "k", false)]);
    let limits = Limits { records_per_artifact: 3, ..Limits::default() };
    let parsed = read_with(&fixture("types-v5.reg"), &Interest::everything(), &limits);
    assert_eq!((parsed.records.len(), codes(&parsed), parsed.complete), (3, vec![IssueCode::TooManyRecords], false));
}

/// Every worst shape costs time in proportion to its size, and little memory.
#[test]
fn hostile_files_cost_what_they_weigh() {
    let mib = 1 << 20;
    let fill = |head: &str, unit: &str| format!("{V5}[HKCU\\k]\n{head}{}", unit.repeat(mib / unit.len()));
    for text in [
        fill("\"a\"=hex:00,\\\n", "  00,01,02,03,04,05,06,07,\\\n"),
        fill("\"a\"=\"", "an unterminated string\n"),
        fill("\"a\"=\"", "\" "),
        fill("\"a\"=\"", "\\\""),
        fill("", "\"a\"=\""),
        fill("", "\"a\"=hex:"),
        fill("", "[HKCU\\"),
        fill("", "[HKCU\\a]\n"),
        fill("[HKCU", "\\a"),
        fill("", "garbage\n"),
        fill("", "00,\n"),
        fill("\"a\"=hex:00,\n", "00,\n"),
        fill("", ";"),
        fill("[HKCU\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\P\\", "a\\"),
        fill("", "[HKCU\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\P\\a]\n\"00036619\"=dword:1\n"),
    ] {
        let start = std::time::Instant::now();
        let parsed = read(text.as_bytes());
        assert!(parsed.issues.len() < 100);
        assert!(start.elapsed().as_secs() < 8, "{:?} {:?}", start.elapsed(), &text[..100]);
    }
}

/// Exports as programs write them, with everything that can stand in one but deletions.
fn export() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-c]{1,3}".prop_map(|text| format!("\"n\"=\"{text}\"\r\n")),
        "[a-c]{1,3}".prop_map(|text| format!("\"s\"=\"{text}\r\n{text}\"\r\n")),
        any::<u32>().prop_map(|number| format!("\"d\"=dword:{number:08x}\r\n")),
        Just("\"h\"=hex:00,01,\\\r\n  02,03\r\n".to_owned()),
        Just("@=\"\"\r\n".to_owned()),
    ];
    let key = ("[a-c]{1,3}", prop::collection::vec(value, 0..4))
        .prop_map(|(name, values)| format!("[HKEY_CURRENT_USER\\{name}]\r\n{}\r\n", values.concat()));
    prop::collection::vec(key, 0..5).prop_map(|keys| format!("{V5}{}", keys.concat()))
}

fn without_completeness(parsed: Parsed) -> Vec<Record> {
    let records = parsed.records.into_iter().map(|record| match record {
        Record::RegistryRoot(root) => Record::RegistryRoot(RegistryRoot { complete: false, end: None, ..root }),
        other => other,
    });
    records.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_cut_export_gives_the_first_records_of_the_whole_one(text in export(), cut in any::<prop::sample::Index>()) {
        let whole = without_completeness(read(text.as_bytes()));
        let part = without_completeness(read(&text.as_bytes()[..cut.index(text.len() + 1)]));
        prop_assert_eq!(&whole[..part.len()], &part[..]);
    }

    #[test]
    fn changed_bytes_never_stop_the_parser(name in prop_oneof![Just("types-v5.reg"), Just("types-v4-932.reg"), Just("profile-2016-anonymous.reg"), Just("from-a-mail.reg")],
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = fixture(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(&bytes);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300), tail in "[\\[\\]\"=@;\\\\hHKCU:0-9a-f,\r\n -]{0,80}") {
        read(&bytes);
        read(format!("{V5}{tail}").as_bytes());
    }
}
