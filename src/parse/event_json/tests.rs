use super::*;
use crate::bundle::{ArtifactKind, sniff};
use crate::parse::event::tests::{self as exports, events};
use crate::parse::record::Zone;

fn read(text: &str) -> Parsed {
    exports::read(parse, text)
}

fn event(record: u64, rest: &str) -> String {
    format!(
        r#"{{"Id":45,"Level":4,"Keywords":36028797018963968,"RecordId":{record},"ProviderName":"Outlook","LogName":"Application","MachineName":"PC0123","UserId":{{"BinaryLength":12,"Value":"S-1-5-18"}},"TimeCreated":"\/Date(1772676930123)\/"{rest}}}"#
    )
}

#[test]
fn an_array_an_object_and_lines_are_the_same() {
    let values = r#","Properties":[{"Value":"a } \" ] b"},{"Value":3}]"#;
    let (one, two) = (event(1, values), event(2, values));
    for text in [
        format!("[{one},{two}]"),
        format!("[\r\n    {one},\r\n    {two}\r\n]\r\n"),
        format!("{one}\n{two}\n"),
        format!("\u{feff}{{\"value\":[{one},{two}],\"Count\":2}}"),
    ] {
        assert_eq!(sniff(text.as_bytes(), true).kind, ArtifactKind::EventJson);
        let parsed = read(&text);
        assert_eq!((parsed.seen, parsed.complete, parsed.issues.len()), (2, true, 0), "{text} {:?}", parsed.issues);
        let events = events(&parsed);
        assert_eq!(events.iter().map(|event| event.record).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(
            (events[0].at.to_string().as_str(), events[0].export.zone),
            ("2026-03-05T02:15:30.123Z", Zone::Stated)
        );
        assert_eq!(events[0].data.iter().collect::<Vec<_>>(), [(None, "a } \" ] b"), (None, "3")]);
        assert_eq!((events[0].user_sid.as_deref(), events[0].keywords), (Some("S-1-5-18"), 1 << 55));
    }
    let newer = event(1, "").replace(r"\/Date(1772676930123)\/", "2026-03-05T11:15:30.1234567+09:00");
    let parsed = read(&newer);
    assert_eq!(events(&parsed)[0].at.to_string(), "2026-03-05T02:15:30.1234567Z");
    assert!(events(&parsed)[0].export.partial, "no values");
}

#[test]
fn values_that_only_name_their_type_were_lost() {
    let parsed = read(&event(1, r#","Properties":["System.Diagnostics.Eventing.Reader.EventProperty"]"#));
    assert!(events(&parsed)[0].export.partial);
}

#[test]
fn what_is_whole_survives_what_is_not() {
    let check = |text: &str, kept: usize, code: IssueCode| {
        let parsed = read(text);
        assert_eq!(events(&parsed).len(), kept, "{text}");
        assert!(parsed.issues.iter().any(|issue| issue.code == code), "{text} {:?}", parsed.issues);
        assert!(!parsed.complete || code == IssueCode::Empty);
    };
    let one = event(1, "");
    check(&format!("[{one},{}", one.get(..80).unwrap_or_default()), 1, IssueCode::Truncated);
    check(&format!("[{one}"), 1, IssueCode::Truncated);
    check(&format!("[{one},oops,{}]", event(2, "")), 2, IssueCode::BadLine);
    check(&format!("[{{\"Id\":}},{one}]"), 1, IssueCode::BadRecord);
    check(&format!("[{{\"Id\":1}},{one}]"), 1, IssueCode::BadRecord);
    check(&format!("[{},{one}]", event(2, "").replace("/Date(1772676930123)", "x")), 1, IssueCode::BadRecord);
    check("[]", 0, IssueCode::Empty);
    check(&format!("{}{one}", "{\"a\":".repeat(200)), 0, IssueCode::Truncated);
}

#[test]
fn the_json_of_evtx_dump_is_read_too() {
    let text = concat!(
        "Record 1\n",
        r##"{"Event":{"#attributes":{"xmlns":"n"},"System":{"Provider":{"#attributes":{"Name":"AD FS Auditing","Guid":"x"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":411},"##,
        r##""Level":0,"Keywords":"0x8090000000000000","TimeCreated":{"#attributes":{"SystemTime":"2026-03-05T02:15:30.123456Z"}},"EventRecordID":9,"##,
        r##""Correlation":null,"Channel":"Security","Computer":"STS1","Security":{"#attributes":{"UserID":"S-1-5-18"}}},"EventData":{"Data":{"#text":["a","b"]},"Binary":null}}}"##,
        "\nRecord 2\n",
        r##"{"Event":{"System":{"Provider_attributes":{"Name":"P"},"EventID":1,"TimeCreated_attributes":{"SystemTime":"2026-03-05T02:15:30Z"},"EventRecordID":10},"EventData":{"Status":"0x18","Count":3}}}"##,
    );
    let parsed = read(text);
    assert_eq!((parsed.seen, parsed.complete), (2, true), "{:?}", parsed.issues);
    let events = events(&parsed);
    assert_eq!((&*events[0].provider, events[0].id, events[0].record), ("AD FS Auditing", 411, 9));
    assert_eq!(events[0].data.iter().collect::<Vec<_>>(), [(None, "a"), (None, "b")]);
    assert_eq!((&*events[1].provider, events[1].data.named("Status")), ("P", Some("0x18")));
}
