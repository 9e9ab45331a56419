use super::*;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{EventRecord, Record};

const NS: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

fn read_with(text: &[u8], limits: &Limits) -> Parsed {
    let interest = Interest::everything();
    let mut reader = text;
    let input = Input { reader: &mut reader, encoding: None, bytes: 0 };
    parse(input, Context { interest: &interest, limits })
}

fn read(text: &str) -> Parsed {
    read_with(text.as_bytes(), &Limits::default())
}

fn events(parsed: &Parsed) -> Vec<&EventRecord> {
    parsed
        .records
        .iter()
        .map(|record| match record {
            Record::Event(event) => event,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn numbers(parsed: &Parsed) -> Vec<u64> {
    events(parsed).iter().map(|event| event.record).collect()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    parsed.issues.iter().map(|issue| issue.code).collect()
}

fn event(record: u64, rest: &str) -> String {
    format!(
        "<Event xmlns='{NS}'><System><Provider Name='Outlook'/><EventID Qualifiers='16384'>45</EventID><Level>4</Level>\
         <Keywords>0x80000000000000</Keywords><TimeCreated SystemTime='2026-03-05T02:15:30.1234567Z'/>\
         <EventRecordID>{record}</EventRecordID><Channel>Application</Channel><Computer>PC0123</Computer><Security/></System>{rest}</Event>"
    )
}

#[test]
fn every_form_of_an_export_gives_the_same_events() {
    let data = "<EventData><Data>one</Data><Data>a&#13;&#10;b</Data></EventData>";
    let (one, two) = (event(1, data), event(2, data));
    let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n";
    let expected = read(&format!("{one}{two}"));
    assert_eq!((expected.seen, expected.complete, numbers(&expected)), (2, true, vec![1, 2]));
    let first = events(&expected)[0];
    assert_eq!((&*first.provider, first.id, first.qualifiers), ("Outlook", 45, 16384));
    assert_eq!(
        (&*first.channel, &*first.computer, first.at.to_string().as_str()),
        ("Application", "PC0123", "2026-03-05T02:15:30.1234567Z")
    );
    assert_eq!(first.data.iter().collect::<Vec<_>>(), [(None, "one"), (None, "a\r\nb")]);
    let rendered = one.replace(
        "</Event>",
        "<RenderingInfo Culture='ja-JP'><Message>語 &lt;Event&gt;</Message><Level>情報</Level></RenderingInfo></Event>",
    );
    let prefixed = |text: &str| text.replace('<', "<e:").replace("<e:/", "</e:").replace("xmlns=", "xmlns:e=");
    for text in [
        format!("{declaration}<Events>{one}{two}</Events>"),
        format!("\u{feff}{declaration}<Events xmlns='{NS}'>{one}\r\n{two}\r\n</Events>\r\n"),
        format!("{one}\r\n{two}\r\n"),
        format!("<root>{one}{two}</root>"),
        format!("{rendered}{two}"),
        format!("<Events>{}{}</Events>", one.replace(&format!(" xmlns='{NS}'"), ""), two.replace('\'', "\"")),
        format!("{}{}", prefixed(&one), prefixed(&two)),
        format!("<!-- saved --><Events>{}{two}</Events>", one.replace("><", ">\r\n  <")),
    ] {
        let found = read(&text);
        assert_eq!(codes(&found), [], "{text}");
        assert!(found.complete);
        assert_eq!(found.logs, expected.logs, "{text}");
        let plain = |parsed: &Parsed| -> Vec<EventRecord> {
            events(parsed)
                .into_iter()
                .map(|event| EventRecord { export: Default::default(), ..event.clone() })
                .collect()
        };
        assert_eq!(plain(&found), plain(&expected), "{text}");
    }
}

#[test]
fn an_event_copied_as_text_is_its_xml() {
    let text = format!(
        "Log Name:      Application\r\nSource:        Outlook\r\nDescription:\r\nOutlook > loaded <x>\r\nEvent Xml:\r\n{}\r\n\r\nログの名前: Application\r\nイベント XML:\r\n{}\r\n",
        event(7, ""),
        event(8, ""),
    );
    assert_eq!(numbers(&read(&text)), [7, 8]);
    assert_eq!(crate::bundle::sniff(text.as_bytes(), true).kind, crate::bundle::ArtifactKind::EventXml);
}

#[test]
fn events_inside_of_user_data_are_data() {
    let inner = "<UserData><Event xmlns='urn:x'><EventData><Data>a</Data><Data>b</Data></EventData></Event></UserData>";
    let found = read(&format!("<Events>{}{}</Events>", event(1, inner), event(2, "")));
    assert_eq!((numbers(&found), codes(&found)), (vec![1, 2], vec![]));
    assert_eq!(events(&found)[0].data.at(1), Some("b"));
}

#[test]
fn what_is_whole_survives_what_is_not() {
    let check = |text: &str, kept: &[u64], expected: &[IssueCode]| {
        let found = read(text);
        assert_eq!((numbers(&found), codes(&found)), (kept.to_vec(), expected.to_vec()), "{text}");
        assert_eq!(found.complete, !expected.iter().any(|code| code.is_loss()), "{text}");
    };
    let (one, two) = (event(1, ""), event(2, ""));
    let cut = one.get(..120).unwrap_or_default();
    check(&format!("<Events>{one}{}", two.get(..90).unwrap_or_default()), &[1], &[IssueCode::Truncated]);
    check(&format!("<Events>{one}"), &[1], &[IssueCode::Truncated]);
    check(&format!("{one}<Ev"), &[1], &[IssueCode::BadLine]);
    check(&format!("<Events>{cut}{two}</Events>"), &[2], &[IssueCode::BadRecord]);
    check(&format!("<Events>{two}{cut}</Events>"), &[2], &[IssueCode::BadRecord]);
    check(&format!("{one}\r\nThe specified channel could not be found.\r\n{two}"), &[1, 2], &[IssueCode::BadLine]);
    check(&format!("{one}<Event/>"), &[1], &[IssueCode::BadRecord]);
    check(&format!("{one}</Event>"), &[1], &[IssueCode::BadRecord]);
    check(&format!("{one}<Event><System></System></Event>"), &[1], &[IssueCode::BadRecord]);
    check(&format!("{one}{}", two.replace("2026-03-05", "never")), &[1], &[IssueCode::BadRecord]);
    check(&format!("{one}{}", event(5, "")), &[1, 5], &[IssueCode::LogDiscontinuity]);
    check("", &[], &[IssueCode::Empty]);
    check("<!DOCTYPE x><Events></Events>", &[], &[IssueCode::XmlDoctype]);
    let odd = event(1, "<EventData><Data>a\u{1}\u{b}b&#1;&#0;&unknown; & c</Data></EventData>");
    let found = read(&format!("{odd}{two}"));
    assert!(numbers(&found).contains(&2), "{:?}", found.issues);
    assert!(events(&found)[0].data.at(0).is_some_and(|text| text.starts_with("a\u{1}\u{b}b")), "{:?}", found.issues);
}

#[test]
fn an_event_without_a_number_proves_no_absence() {
    let text = event(1, "").replace("<EventRecordID>1</EventRecordID>", "");
    let found = read(&text);
    assert_eq!(numbers(&found), [0]);
    assert_eq!(found.logs[0].gaps, [found.logs[0].window]);
}

#[test]
fn limits_hold() {
    let limits = Limits { xml_token: 2_000, records_per_artifact: 3, field: 50, ..Limits::default() };
    let long = event(1, &format!("<EventData>{}</EventData>", "<Data>xxxxxxxxxx</Data>".repeat(200)));
    let found = read_with(format!("{long}{}", event(2, "")).as_bytes(), &limits);
    assert_eq!((numbers(&found), codes(&found)), (vec![2], vec![IssueCode::XmlLimit]));
    let endless = format!("{}{}", event(2, ""), "x".repeat(5_000));
    assert_eq!(codes(&read_with(endless.as_bytes(), &limits)), [IssueCode::XmlLimit]);
    let many: String = (1..9).map(|record| event(record, "")).collect();
    let found = read_with(many.as_bytes(), &limits);
    assert_eq!((found.seen, codes(&found)), (3, vec![IssueCode::TooManyRecords]));
    let wide = event(1, &format!("<EventData><Data>{}</Data></EventData>", "x".repeat(60)));
    assert_eq!(codes(&read_with(wide.as_bytes(), &limits)), [IssueCode::FieldTooLong]);
}

#[test]
fn what_no_rule_asks_for_is_counted() {
    let interest = Interest::default();
    let text = event(1, "");
    let mut reader = text.as_bytes();
    let input = Input { reader: &mut reader, encoding: None, bytes: 0 };
    let found = parse(input, Context { interest: &interest, limits: &Limits::default() });
    assert_eq!((found.records.len(), found.seen, found.logs.len()), (0, 1, 1));
}
