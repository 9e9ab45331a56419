//! Turns the XML of one event, as Windows and the `evtx` crate write it, into an [`EventRecord`].
//! Knows the shape of events and nothing of logs: no counts, no files.
//!
//! ```text
//! <Event …><System><Provider Name="AD FS Auditing"/><EventID Qualifiers="0">411</EventID> … </System>
//!   <EventData><Data>first</Data><Data Name="TargetUserName">taro</Data><Binary>00</Binary></EventData></Event>
//! ```

use std::sync::Arc;

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event as Token};

use crate::limits::Limits;
use crate::parse::payload::{Draft, Payload, Shared};
use crate::parse::record::{EventRecord, Export};
use crate::parse::xml::character;

/// One event, and what was odd about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::parse) struct Reading {
    /// The event; `at` is the given substitute where the event has no usable time.
    pub event: EventRecord,
    /// Its `SystemTime` could be read.
    pub timed: bool,
    /// Its `EventRecordID` could be read; otherwise `record` is the given substitute.
    pub numbered: bool,
    /// A field was longer than allowed.
    pub cut: bool,
}

/// What stands in for a time or a number that the event does not have.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse) struct Substitute {
    pub at: Timestamp,
    pub record: u64,
}

/// Reads one event.
pub(in crate::parse) fn read(
    xml: &str,
    substitute: Substitute,
    limits: &Limits,
    shared: &mut Shared,
) -> Result<Reading, String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    // What was edited or cut by hand may hold a bare ampersand.
    reader.config_mut().allow_dangling_amp = true;
    let mut builder = Builder::new(substitute, limits);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Token::Start(start) => builder.open(&start)?,
            Token::Empty(start) => {
                builder.open(&start)?;
                builder.close();
            }
            Token::End(_) => builder.close(),
            Token::Text(text) => builder.text(&text.into_inner()),
            Token::CData(text) => builder.text(&text.into_inner()),
            Token::GeneralRef(reference) => {
                if let Some(character) = character(&reference) {
                    builder.text(character.encode_utf8(&mut [0; 4]));
                }
            }
            Token::Eof => return builder.finish(shared),
            Token::Decl(_) | Token::PI(_) | Token::DocType(_) | Token::Comment(_) => {}
        }
    }
}

/// An element that is not closed yet.
struct Open {
    name: String,
    /// `Data/@Name`.
    label: Option<String>,
    has_child: bool,
}

/// Which part of the event an element belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    System,
    Data,
    Other,
}

struct Builder<'a> {
    limits: &'a Limits,
    event: EventRecord,
    data: Draft,
    provider: String,
    channel: String,
    computer: String,
    user_sid: Option<String>,
    source: Option<String>,
    identified: bool,
    timed: bool,
    numbered: bool,
    cut: bool,
    part: Part,
    open: Vec<Open>,
    text: String,
}

impl<'a> Builder<'a> {
    fn new(substitute: Substitute, limits: &'a Limits) -> Self {
        let event = EventRecord {
            provider: Arc::default(),
            id: 0,
            qualifiers: 0,
            level: 0,
            keywords: 0,
            channel: Arc::default(),
            at: substitute.at,
            record: substitute.record,
            computer: Arc::default(),
            user_sid: None,
            activity: None,
            data: Payload::default(),
            export: Export::default(),
        };
        Self {
            limits,
            event,
            data: Draft::default(),
            provider: String::new(),
            channel: String::new(),
            computer: String::new(),
            user_sid: None,
            source: None,
            identified: false,
            timed: false,
            numbered: false,
            cut: false,
            part: Part::Other,
            open: Vec::new(),
            text: String::new(),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= self.limits.xml_depth {
            return Err(format!("elements nested deeper than {}", self.limits.xml_depth));
        }
        self.text.clear();
        if let Some(parent) = self.open.last_mut() {
            parent.has_child = true;
        }
        let name = start.local_name().into_inner().to_owned();
        if self.open.len() == 1 {
            self.part = match name.as_str() {
                "System" => Part::System,
                "EventData" | "UserData" => Part::Data,
                _ => Part::Other,
            };
        }
        let mut label = None;
        match self.part {
            Part::System => self.system_attributes(&name, start)?,
            Part::Data if name == "Data" => {
                self.attributes(start, |_, key, value| {
                    if key == "Name" {
                        label = Some(value);
                    }
                })?;
            }
            Part::Data | Part::Other => {}
        }
        self.open.push(Open { name, label, has_child: false });
        Ok(())
    }

    fn attributes(
        &mut self,
        start: &BytesStart<'_>,
        mut take: impl FnMut(&mut Self, &str, String),
    ) -> Result<(), String> {
        for (count, attribute) in start.attributes().with_checks(false).enumerate() {
            if count >= self.limits.xml_attributes {
                return Err(format!("an element with more than {} attributes", self.limits.xml_attributes));
            }
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?.into_owned();
            let value = self.field(value);
            take(self, attribute.key.local_name().into_inner(), value);
        }
        Ok(())
    }

    fn system_attributes(&mut self, element: &str, start: &BytesStart<'_>) -> Result<(), String> {
        self.attributes(start, |this, key, value| match (element, key) {
            ("Provider", "Name") => this.provider = value,
            ("Provider", "EventSourceName") => this.source = Some(value),
            ("EventID", "Qualifiers") => this.event.qualifiers = value.parse().unwrap_or(0),
            ("TimeCreated", "SystemTime") => {
                if let Ok(at) = value.parse::<Timestamp>()
                    && at > never()
                {
                    this.event.at = at;
                    this.timed = true;
                }
            }
            ("Correlation", "ActivityID") => this.event.activity = activity(&value),
            ("Security", "UserID") if !value.is_empty() => this.user_sid = Some(value),
            _ => {}
        })
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let text = std::mem::take(&mut self.text);
        match self.part {
            Part::System if self.open.len() == 2 => self.system_text(&element.name, text),
            Part::Data if self.open.len() >= 2 && !element.has_child && element.name != "Binary" => {
                let name = if element.name == "Data" { element.label } else { Some(element.name) };
                let text = self.field(text);
                self.data.push(name.map(String::into_boxed_str), &text);
            }
            Part::System | Part::Data | Part::Other => {}
        }
    }

    fn system_text(&mut self, element: &str, text: String) {
        match element {
            "EventID" => {
                if let Ok(id) = text.trim().parse::<u32>() {
                    let [low, high, ..] = id.to_le_bytes().map(u16::from);
                    self.event.id = low | high << 8;
                    let [.., third, fourth] = id.to_le_bytes().map(u16::from);
                    self.event.qualifiers |= third | fourth << 8;
                    self.identified = true;
                }
            }
            "Level" => self.event.level = text.trim().parse().unwrap_or(0),
            "Keywords" => self.event.keywords = keywords(text.trim()),
            "EventRecordID" => {
                if let Ok(record) = text.trim().parse() {
                    self.event.record = record;
                    self.numbered = true;
                }
            }
            "Channel" => self.channel = self.field(text),
            "Computer" => self.computer = self.field(text),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// A text cut to the allowed length, at a character border.
    fn field(&mut self, mut text: String) -> String {
        if text.len() > self.limits.field {
            let end = text.floor_char_boundary(self.limits.field);
            text.truncate(end);
            self.cut = true;
        }
        text
    }

    fn finish(mut self, shared: &mut Shared) -> Result<Reading, String> {
        if self.provider.is_empty() {
            self.provider = self.source.take().unwrap_or_default();
        }
        if !self.identified {
            return Err("no EventID".to_owned());
        }
        let event = EventRecord {
            provider: shared.text(&self.provider),
            channel: shared.text(&self.channel),
            computer: shared.text(&self.computer),
            user_sid: self.user_sid.map(|sid| shared.text(&sid)),
            data: self.data.finish(shared),
            ..self.event
        };
        Ok(Reading { event, timed: self.timed, numbered: self.numbered, cut: self.cut })
    }
}

/// FILETIME zero, 1601-01-01: not a time but the lack of one.
fn never() -> Timestamp {
    Timestamp::from_second(-11_644_473_600).unwrap_or(Timestamp::MIN)
}

fn activity(value: &str) -> Option<Box<str>> {
    let bare = value.trim_matches(['{', '}']);
    (!bare.is_empty()).then(|| bare.to_ascii_lowercase().into_boxed_str())
}

fn keywords(text: &str) -> u64 {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap_or(0),
        None => text.parse().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSTITUTE: Substitute = Substitute { at: Timestamp::UNIX_EPOCH, record: 7 };

    fn event(system: &str, rest: &str) -> Reading {
        let xml = format!("<Event xmlns='n'><System>{system}</System>{rest}</Event>");
        read(&xml, SUBSTITUTE, &Limits::default(), &mut Shared::default()).unwrap()
    }

    fn data(rest: &str) -> Vec<(Option<String>, String)> {
        let reading = event("<EventID>1</EventID>", rest);
        reading.event.data.iter().map(|(name, text)| (name.map(str::to_owned), text.to_owned())).collect()
    }

    fn check(rest: &str, expected: &[(&str, &str)]) {
        let found = data(rest);
        let found: Vec<_> = found.iter().map(|(name, text)| (name.as_deref().unwrap_or("-"), text.as_str())).collect();
        assert_eq!(found, expected, "{rest}");
    }

    #[test]
    fn the_system_part_is_read_field_by_field() {
        let system = concat!(
            r#"<Provider Name="MSExchange" Guid="{x}" EventSourceName="Other"></Provider><EventID Qualifiers="16384">1022</EventID>"#,
            r#"<Level>4</Level><Keywords>0x8080000000000000</Keywords><TimeCreated SystemTime="2026-03-05T02:15:30.1234567Z"/>"#,
            r#"<EventRecordID>88123</EventRecordID><Correlation ActivityID="{5F3A0E1C-0000-4000-8000-00AABBCCDDEE}"/>"#,
            r#"<Channel>Application</Channel><Computer>PC-7</Computer><Security UserID="S-1-5-18"/>"#,
        );
        let reading = event(system, "");
        assert!(reading.timed && reading.numbered && !reading.cut);
        let event = reading.event;
        assert_eq!((&*event.provider, event.id, event.qualifiers), ("MSExchange", 1022, 16384));
        assert_eq!((event.level, event.keywords, event.record), (4, 0x8080_0000_0000_0000, 88123));
        assert_eq!(event.at.to_string(), "2026-03-05T02:15:30.1234567Z");
        assert_eq!((&*event.channel, &*event.computer), ("Application", "PC-7"));
        assert_eq!(event.user_sid.as_deref(), Some("S-1-5-18"));
        assert_eq!(event.activity.as_deref(), Some("5f3a0e1c-0000-4000-8000-00aabbccddee"));
    }

    #[test]
    fn what_is_missing_is_replaced_and_said() {
        let reading = event(
            r#"<Provider EventSourceName="AD FS"/><EventID>1073742849</EventID><TimeCreated SystemTime="no"/>"#,
            "",
        );
        assert!(!reading.timed && !reading.numbered);
        assert_eq!((reading.event.id, reading.event.qualifiers), (1025, 16384));
        assert_eq!((&*reading.event.provider, reading.event.record), ("AD FS", 7));
        assert_eq!(reading.event.at, Timestamp::UNIX_EPOCH);
        for xml in ["<Event></Event>", "", "<Event><System><EventID>x</EventID></System></Event>"] {
            assert_eq!(
                read(xml, SUBSTITUTE, &Limits::default(), &mut Shared::default()),
                Err("no EventID".into()),
                "{xml}"
            );
        }
    }

    #[test]
    fn data_keeps_names_positions_and_text() {
        check(
            "<EventData><Data>one</Data><Data></Data><Data Name='n'>a &lt;b&gt; &amp; &#x41;\r\n c </Data><Binary>00FF</Binary></EventData>",
            &[("-", "one"), ("-", ""), ("n", "a <b> & A\r\n c ")],
        );
        check("<EventData/>", &[]);
        check("<EventData><Data/></EventData>", &[("-", "")]);
        check("<EventData><param1>x</param1></EventData>", &[("param1", "x")]);
    }

    #[test]
    fn user_data_gives_its_leaves() {
        check(
            "<UserData><Event xmlns='x'><EventData><Data>a</Data><Data>b</Data></EventData></Event></UserData>",
            &[("-", "a"), ("-", "b")],
        );
        check(
            "<UserData><LogFileCleared>\n  <SubjectUserName>hanako</SubjectUserName><Inner><BackupPath/></Inner>\n</LogFileCleared></UserData>",
            &[("SubjectUserName", "hanako"), ("BackupPath", "")],
        );
        check(
            "<RenderingInfo><Message>text</Message></RenderingInfo><ProcessingErrorData><ErrorCode>1</ErrorCode></ProcessingErrorData>",
            &[],
        );
    }

    #[test]
    fn limits_hold() {
        let limits = Limits { field: 5, xml_depth: 4, xml_attributes: 2, ..Limits::default() };
        let read = |rest: &str| {
            read(
                &format!("<Event><System><EventID>1</EventID></System>{rest}</Event>"),
                SUBSTITUTE,
                &limits,
                &mut Shared::default(),
            )
        };
        let reading = read("<EventData><Data>あいう</Data></EventData>").unwrap();
        assert!(reading.cut);
        assert_eq!(reading.event.data.at(0), Some("あ"));
        assert!(read("<UserData><a><b><c/></b></a></UserData>").unwrap_err().contains("nested deeper than 4"));
        assert!(
            read("<EventData><Data a='1' b='2' c='3'/></EventData>").unwrap_err().contains("more than 2 attributes")
        );
    }
}
