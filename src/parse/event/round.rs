//! Events that small writers of their own put into each form of an export are the events that come back; other bytes do no harm.

use std::fmt::Write as _;

use jiff::Timestamp;
use proptest::prelude::*;

use super::tests::{events, read};
use crate::parse::record::{Parsed, Zone};
use crate::parse::{Parser, event_clixml, event_csv, event_json, event_text, event_xml};

/// What a log holds of an event.
#[derive(Debug, Clone)]
struct Logged {
    provider: String,
    id: u16,
    level: u8,
    record: u64,
    at: Timestamp,
    computer: String,
    data: Vec<String>,
}

const CHANNEL: &str = "Contoso/Operational";
/// Level words of an English Windows, from 1.
const LEVELS: [&str; 5] = ["Critical", "Error", "Warning", "Information", "Verbose"];

/// Events in the order of their log. Their texts hold what the formats have to escape.
fn logged() -> impl Strategy<Value = Vec<Logged>> {
    let text = "[a-z0-9 <>&\"'_x{}\\[\\],;:/\\\\あ表é😀]{0,24}";
    let one = (
        "(Contoso-App|契約 サービス|C&A)",
        1..u16::MAX,
        1..=5_u8,
        0..5_000_i64,
        "[A-Z]{2,6}[0-9]{2}(\\.contoso\\.example)?",
        prop::collection::vec(text, 1..5),
    );
    prop::collection::vec(one, 1..12).prop_map(|all| {
        let mut milliseconds = 1_772_676_930_000_i64;
        let event = |(record, (provider, id, level, later, computer, data))| {
            milliseconds += later;
            let at = Timestamp::from_millisecond(milliseconds).unwrap();
            Logged { provider, id, level, record, at, computer, data }
        };
        (1_u64..).zip(all).map(event).collect()
    })
}

fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn xml(all: &[Logged]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<Events>");
    for event in all {
        let data: String = event.data.iter().map(|item| format!("<Data>{}</Data>", markup(item))).collect();
        write!(
            text,
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{}'/><EventID Qualifiers='0'>{}</EventID><Level>{}</Level><Keywords>0x0</Keywords><TimeCreated SystemTime='{}'/><EventRecordID>{}</EventRecordID><Channel>{CHANNEL}</Channel><Computer>{}</Computer><Security/></System><EventData>{data}</EventData></Event>",
            markup(&event.provider), event.id, event.level, event.at, event.record, event.computer,
        )
        .unwrap();
    }
    text + "</Events>"
}

/// `_xHHHH_` for what CLIXML does not write as it is, by UTF-16 unit.
fn escaped(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut written = String::new();
    for (index, unit) in units.iter().enumerate() {
        let begins = *unit == u16::from(b'_') && matches!(units.get(index + 1), Some(0x58 | 0x78));
        if begins || *unit < 0x20 || (0xd800..0xe000).contains(unit) {
            write!(written, "_x{unit:04X}_").unwrap();
        } else {
            written.push(char::from_u32(u32::from(*unit)).unwrap());
        }
    }
    markup(&written)
}

fn clixml(all: &[Logged]) -> String {
    let mut text =
        String::from("<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n");
    for (number, event) in all.iter().enumerate() {
        let items =
            |item: &String| format!("<Obj RefId=\"p\"><Props><S N=\"Value\">{}</S></Props></Obj>", escaped(item));
        let data: String = event.data.iter().map(items).collect();
        let at = event.at.to_zoned(jiff::tz::Offset::constant(9).to_time_zone());
        write!(
            text,
            "<Obj RefId=\"{number}\"><TN RefId=\"{number}\"><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN><Props><I32 N=\"Id\">{}</I32><By N=\"Level\">{}</By><I64 N=\"Keywords\">0</I64><I64 N=\"RecordId\">{}</I64><S N=\"ProviderName\">{}</S><S N=\"LogName\">{CHANNEL}</S><S N=\"MachineName\">{}</S><DT N=\"TimeCreated\">{}</DT><Obj N=\"Properties\" RefId=\"x\"><LST>{data}</LST></Obj></Props></Obj>",
            event.id, event.level, event.record, escaped(&event.provider), event.computer, at.strftime("%Y-%m-%dT%H:%M:%S%.7f%:z"),
        )
        .unwrap();
    }
    text + "</Objs>"
}

fn json(all: &[Logged]) -> String {
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let one = |event: &Logged| {
        let data: Vec<String> = event.data.iter().map(|item| format!("{{\"Value\":{}}}", quoted(item))).collect();
        format!(
            "{{\"Id\":{},\"Level\":{},\"Keywords\":0,\"RecordId\":{},\"ProviderName\":{},\"LogName\":\"{CHANNEL}\",\"MachineName\":\"{}\",\"TimeCreated\":\"\\/Date({})\\/\",\"Properties\":[{}]}}",
            event.id,
            event.level,
            event.record,
            quoted(&event.provider),
            event.computer,
            event.at.as_millisecond(),
            data.join(","),
        )
    };
    format!("[{}]", all.iter().map(one).collect::<Vec<_>>().join(","))
}

fn csv(all: &[Logged]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = String::from("Level,Date and Time,Source,Event ID,Task Category\r\n");
    for event in all {
        let level = LEVELS[usize::from(event.level) - 1];
        let at = event.at.strftime("%Y/%m/%d %H:%M:%S");
        write!(text, "{level},{at},{},{},None,{}\r\n", event.provider, event.id, quoted(&event.data.join("\r\n")))
            .unwrap();
    }
    text
}

fn plain(all: &[Logged]) -> String {
    let mut text = String::new();
    for (number, event) in all.iter().enumerate() {
        write!(
            text,
            "Event[{number}]:\r\n  Log Name: {CHANNEL}\r\n  Source: {}\r\n  Date: {}\r\n  Event ID: {}\r\n  Task: N/A\r\n  Level: {}\r\n  Opcode: Info\r\n  Keyword: N/A\r\n  User: N/A\r\n  User Name: N/A\r\n  Computer: {}\r\n  Description: \r\n{}\r\n\r\n",
            event.provider, event.at.strftime("%Y-%m-%dT%H:%M:%S%.3f"), event.id, LEVELS[usize::from(event.level) - 1], event.computer, event.data.join("\r\n"),
        )
        .unwrap();
    }
    text
}

/// Everything comes back.
fn whole(parsed: &Parsed, all: &[Logged]) -> Result<(), TestCaseError> {
    prop_assert!(parsed.complete, "{:?}", parsed.issues);
    prop_assert_eq!(parsed.seen, all.len() as u64);
    for (event, expected) in events(parsed).into_iter().zip(all) {
        prop_assert_eq!((&*event.provider, event.id, event.level), (&*expected.provider, expected.id, expected.level));
        prop_assert_eq!((event.at, event.record, event.export.zone), (expected.at, expected.record, Zone::Stated));
        prop_assert_eq!((&*event.channel, &*event.computer), (CHANNEL, &*expected.computer));
        let data: Vec<&str> = event.data.iter().map(|(_, text)| text).collect();
        prop_assert_eq!(data, expected.data.iter().map(String::as_str).collect::<Vec<_>>());
    }
    Ok(())
}

/// What such a form keeps comes back: no number, a local time, and the message in the place of the data.
fn rendered(parsed: &Parsed, all: &[Logged], seconds: bool) -> Result<(), TestCaseError> {
    prop_assert!(parsed.complete, "{:?}", parsed.issues);
    prop_assert_eq!(parsed.seen, all.len() as u64);
    for (event, expected) in events(parsed).into_iter().zip(all) {
        prop_assert_eq!((&*event.provider, event.id, event.level), (&*expected.provider, expected.id, expected.level));
        let at = expected.at.as_millisecond() / if seconds { 1_000 } else { 1 };
        prop_assert_eq!(event.at.as_millisecond() / if seconds { 1_000 } else { 1 }, at);
        prop_assert_eq!((event.record, event.export.zone, event.export.partial), (0, Zone::Local, true));
        let lines = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
        let message = event.data.named("rendered-message").unwrap_or_default();
        prop_assert_eq!(lines(message), lines(&expected.data.join("\n")));
    }
    Ok(())
}

/// Whatever it is, there are few issues and no panic.
fn bounded(parser: Parser, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(read(parser, text).issues.len() < 1_000);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn xml_gives_back_what_was_written(all in logged()) {
        whole(&read(event_xml::parse, &xml(&all)), &all)?;
    }

    #[test]
    fn clixml_gives_back_what_was_written(all in logged()) {
        whole(&read(event_clixml::parse, &clixml(&all)), &all)?;
    }

    #[test]
    fn json_gives_back_what_was_written(all in logged()) {
        whole(&read(event_json::parse, &json(&all)), &all)?;
    }

    #[test]
    fn a_table_gives_back_what_it_keeps(all in logged()) {
        rendered(&read(event_csv::parse, &csv(&all)), &all, true)?;
    }

    #[test]
    fn a_text_gives_back_what_it_keeps(all in logged()) {
        rendered(&read(event_text::parse, &plain(&all)), &all, false)?;
    }

    #[test]
    fn a_cut_export_gives_back_what_stands_before_the_cut(all in logged(), at in 0.0..1.0_f64) {
        for (parser, text) in [
            (event_xml::parse as Parser, xml(&all)),
            (event_clixml::parse, clixml(&all)),
            (event_json::parse, json(&all)),
            (event_text::parse, plain(&all)),
        ] {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let cut = text.floor_char_boundary((text.len() as f64 * at) as usize);
            let parsed = read(parser, text.get(..cut).unwrap_or_default());
            prop_assert!(parsed.issues.len() < 1_000);
            // The last one of a text may be cut inside its description, which nothing shows.
            for (event, expected) in events(&parsed).into_iter().zip(&all) {
                prop_assert_eq!((&*event.provider, event.id), (&*expected.provider, expected.id));
            }
        }
    }

    #[test]
    fn any_text_is_survived(
        text in "(<Event|<Events>|</|>|<Data>|&#|;|xmlns='|<Objs |<Obj RefId=\"0\">|Event\\[0\\]:|  Log Name: |Date: |,|\"|\\{\"Id\":|\\[|\\]|\\}|TimeCreated|Level,Date and Time,Source,Event ID,Task Category|\r\n|_x0041_|[0-9]|あ|😀){0,60}",
    ) {
        for parser in [event_xml::parse as Parser, event_clixml::parse, event_json::parse, event_csv::parse, event_text::parse] {
            bounded(parser, &text)?;
        }
    }
}
