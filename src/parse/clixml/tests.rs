#![allow(clippy::string_slice)] // tests cut ASCII texts at known places

use proptest::prelude::*;

use super::parse;
use crate::bundle::decode::detect;
use crate::issue::IssueCode;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{Parsed, PsObject, PsValue, Record};
use crate::parse::{Context, Input};

fn read(bytes: &[u8]) -> Parsed {
    read_with(bytes, &Limits::default())
}

fn read_with(bytes: &[u8], limits: &Limits) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: Some(detect(bytes, true)), bytes: 0 };
    parse(input, Context { interest: &Interest::default(), limits })
}

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("{}/fixtures/artifacts/clixml/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn objects(parsed: &Parsed) -> Vec<&PsObject> {
    let objects = parsed.records.iter().map(|record| match record {
        Record::Object(object) => object,
        other => panic!("{other:?}"),
    });
    objects.collect()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    parsed.issues.iter().map(|issue| issue.code).collect()
}

fn text(text: &str) -> PsValue {
    PsValue::Text(text.to_owned())
}

const CUSTOM: &str = "System.Management.Automation.PSCustomObject";

#[test]
fn stored_credentials_with_enumerations_and_type_references() {
    let file = fixture("stored-credential.xml");
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(file.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [file.as_bytes(), &[b"\xEF\xBB\xBF", file.as_bytes()].concat(), &utf16] {
        let parsed = read(bytes);
        assert_eq!((codes(&parsed), parsed.complete, parsed.seen), (vec![], true, 2));
        let [first, second] = objects(&parsed)[..] else { panic!() };
        assert_eq!(first.types, [CUSTOM, "System.Object"]);
        assert_eq!(first.get("type"), Some(&PsValue::Enum("CRED_TYPE_DOMAIN_PASSWORD".into(), 2)));
        assert_eq!(first.get("TargetName"), Some(&text("Domain:target=adfs.fabrikam.example")));
        assert_eq!(second.types, first.types);
        assert_eq!(second.get("Type"), Some(&PsValue::Enum("7".into(), 7)));
        assert_eq!(second.get("UserName"), Some(&PsValue::Nil));
        assert_eq!((first.line, second.line), (2, 22));
    }
}

#[test]
fn every_kind_of_value() {
    let parsed = read(fixture("kinds.xml").as_bytes());
    assert_eq!(codes(&parsed), [IssueCode::DanglingReference]);
    assert!(parsed.complete);
    let [thing, only] = objects(&parsed)[..] else { panic!() };
    assert_eq!((thing.types[0].as_str(), thing.to_string.as_deref()), ("Sample.Thing", Some("a <thing>\n")));
    let list = PsValue::List(vec![text("one"), PsValue::Number(2), PsValue::Nil]);
    let expected = [
        ("Text name", text("two\r\nlines & A")),
        ("Long", PsValue::Number(-9)),
        ("When", PsValue::Time("2026-03-05T02:15:30Z".parse().unwrap())),
        ("Local", PsValue::LocalTime("2026-03-05T11:15:30".into())),
        ("List", list.clone()),
        ("Table", PsValue::Dictionary(vec![(text("k"), PsValue::Bool(true))])),
        ("Again", list),
        ("Missing", PsValue::Nil),
        ("Note", text("added")),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(thing.properties, expected, "the secure string is not among them");
    assert_eq!(only.properties, [("Value".to_owned(), text("only text"))]);
}

#[test]
fn a_list_on_top_stands_for_its_items() {
    let inner = "<Obj RefId=\"1\"><MS><S N=\"A\">x</S></MS></Obj><Obj RefId=\"2\"><MS><S N=\"A\">y</S></MS></Obj>";
    let parsed = read(format!("<Objs><Obj RefId=\"0\"><LST>{inner}</LST></Obj></Objs>").as_bytes());
    assert_eq!(
        objects(&parsed).iter().map(|object| object.get("A").unwrap().clone()).collect::<Vec<_>>(),
        [text("x"), text("y")]
    );
}

#[test]
fn a_cut_file_keeps_its_complete_objects() {
    let file = fixture("stored-credential.xml");
    let second = file.find("<Obj RefId=\"2\">").unwrap();
    for cut in [second - 1, second + 3, second + 60, file.len() - 30] {
        let parsed = read(&file.as_bytes()[..cut]);
        assert_eq!(
            (parsed.records.len(), codes(&parsed), parsed.complete),
            (1, vec![IssueCode::Truncated], false),
            "{cut}"
        );
    }
    let parsed = read(&file.as_bytes()[..file.len() - 6]);
    assert_eq!((parsed.records.len(), codes(&parsed)), (2, vec![IssueCode::Truncated]));
}

#[test]
fn what_is_refused_is_said() {
    let check = |text: &str, code: IssueCode| {
        let parsed = read(text.as_bytes());
        assert_eq!((codes(&parsed), parsed.complete), (vec![code], false), "{}", &text[..text.len().min(200)]);
    };
    check("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Objs><S>&b;</S></Objs>", IssueCode::XmlDoctype);
    check("<Objs><Obj></Objs>", IssueCode::XmlSyntax);
    check("<html></html>", IssueCode::XmlSyntax);
    check("", IssueCode::XmlSyntax);
    check(&format!("<Objs>{}", "<Obj>".repeat(1_000_000)), IssueCode::XmlLimit);
    check(&format!("<Objs><Obj {}/></Objs>", "a='' ".repeat(80_000)), IssueCode::XmlLimit);
    check(&format!("<Objs><S>{}</S></Objs>", "x".repeat(5 << 20)), IssueCode::XmlLimit);
    check(&format!("<Objs><Obj N=\"{}\"/></Objs>", "x".repeat(5 << 20)), IssueCode::XmlLimit);
    check(&format!("<Objs><S>{}</S></Objs>", "x".repeat(300 << 10)), IssueCode::FieldTooLong);
    let limits = Limits { records_per_artifact: 1, ..Limits::default() };
    let parsed = read_with(fixture("stored-credential.xml").as_bytes(), &limits);
    assert_eq!((parsed.records.len(), codes(&parsed)), (1, vec![IssueCode::TooManyRecords]));
}

#[test]
fn text_that_is_no_good_xml_is_read_all_the_same() {
    let value = |inner: &str| {
        let parsed = read(format!("<Objs><S>{inner}</S></Objs>").as_bytes());
        assert_eq!(codes(&parsed), [], "{inner}");
        objects(&parsed)[0].properties[0].1.clone()
    };
    assert_eq!(value("a\u{1}\u{7f}b"), text("a\u{1}\u{7f}b"));
    assert_eq!(value("&unknown;"), text("&unknown;"));
    assert_eq!(value("a & b"), text("a & b"));
    assert_eq!(value("<![CDATA[<x>]]>"), text("<x>"));
    assert_eq!(value("&#x110000;"), text("\u{fffd}"));
}

/// A reference is a copy; references to references must not fill the memory.
#[test]
fn references_do_not_multiply_without_end() {
    let mut file = "<Objs><Obj RefId=\"0\"><MS><S N=\"a\">0123456789</S></MS></Obj>".to_owned();
    for level in 1..40 {
        let refs = format!("<Ref RefId=\"{}\"/>", level - 1).repeat(10);
        file += &format!("<Obj RefId=\"{level}\"><LST>{refs}</LST></Obj>");
    }
    file += "</Objs>";
    let start = std::time::Instant::now();
    let parsed = read(file.as_bytes());
    assert!(start.elapsed().as_secs() < 5);
    assert!(codes(&parsed).contains(&IssueCode::DanglingReference));
}

#[test]
fn hostile_files_cost_what_they_weigh() {
    for unit in [
        "<S>a</S>",
        "<Obj RefId=\"1\"/>",
        "<Obj RefId=\"1\"><TN RefId=\"1\"><T>a</T></TN></Obj>",
        "_x0041_",
        "&amp;",
        "&",
        "]]>",
        "<!-- x -->",
        "<Ref RefId=\"1\"/>",
    ] {
        for (head, tail) in [
            ("<Objs>", "</Objs>"),
            ("<Objs><Obj><LST><S>", "</S></LST></Obj></Objs>"),
            ("<Objs><Obj><LST>", "</LST></Obj></Objs>"),
        ] {
            let file = format!("{head}{}{tail}", unit.repeat((1 << 20) / unit.len()));
            let start = std::time::Instant::now();
            assert!(read(file.as_bytes()).issues.len() < 100);
            assert!(start.elapsed().as_secs() < 4, "{:?} {head} {unit}", start.elapsed());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_cut_file_gives_the_first_objects_of_the_whole_one(name in prop_oneof![Just("stored-credential.xml"), Just("kinds.xml")], cut in any::<prop::sample::Index>()) {
        let file = fixture(name);
        let whole = read(file.as_bytes()).records;
        let part = read(&file.as_bytes()[..cut.index(file.len() + 1)]).records;
        prop_assert_eq!(&whole[..part.len()], &part[..]);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), xml in "(<|>|/|Obj|Objs|LST|S|TN|T|Ref| |RefId=\"1\"|N=\"a\"|&|;|x|\"|'|!|-|\\[|\\]|\\?){0,40}") {
        read(&bytes);
        read(xml.as_bytes());
    }

    #[test]
    fn changed_bytes_never_stop_the_parser(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = fixture("kinds.xml").into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(&bytes);
    }
}
