//! Turns the XML of PowerShell's `Export-Clixml` into objects with named, typed properties.
//!
//! Streams: each top-level object is given as soon as it is closed, so that a file that was cut keeps its complete objects.
//! Refuses to know what an object means, DOCTYPEs, and secure strings, which are dropped.
//!
//! ```text
//! <Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">
//!   <Obj RefId="0">
//!     <TN RefId="0"><T>System.Management.Automation.PSCustomObject</T><T>System.Object</T></TN>
//!     <MS><S N="UserName">CONTOSO\a.tanaka</S></MS>
//!   </Obj>
//! </Objs>
//! ```

mod escape;
mod frame;
mod reference;
mod scalar;
#[cfg(test)]
mod tests;

use std::io::Read;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Error, Reader};

use super::oddities::Oddities;
use super::record::{Parsed, PsObject, PsValue, Record};
use super::xml::{Gauge, Guarded, character};
use super::{Context, Input, text};
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;
use crate::limits::Limits;
use frame::{Done, Frame};
use reference::References;

/// Memory for one file, roughly: its texts, and this much for each element. A real export needs a fraction of it.
const KEPT: usize = 512 << 20;
const ELEMENT: usize = 64;

/// Reads a whole file.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let mut records = Vec::new();
    let mut keep = |object| {
        records.push(Record::Object(object));
        true
    };
    let parsed = read(input, context, true, &mut keep);
    Parsed { records, ..parsed }
}

/// Reads a whole file and hands its objects on one by one, until one is not taken; all but the objects is in the result.
pub(super) fn each(input: Input<'_>, context: Context<'_>, take: &mut dyn FnMut(PsObject) -> bool) -> Parsed {
    read(input, context, false, take)
}

fn read(input: Input<'_>, context: Context<'_>, keeps: bool, take: &mut dyn FnMut(PsObject) -> bool) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut reading = Reading {
        limits: context.limits,
        gauge: Gauge::default(),
        oddities: Oddities::default(),
        stack: Vec::new(),
        references: References::default(),
        take,
        keeps,
        kept: 0,
        seen: 0,
        root: false,
    };
    reading.events(&mut decoder);
    let Reading { oddities, seen, root, .. } = reading;
    let complete = root && oddities.losses() == 0;
    let mut issues = oddities.into_issues();
    issues.extend(text::replaced(&decoder));
    Parsed { records: Vec::new(), seen, complete, issues, logs: Vec::new(), encoding: Some(encoding) }
}

struct Reading<'a> {
    limits: &'a Limits,
    gauge: Gauge,
    oddities: Oddities,
    /// Open elements; bounded by `limits.xml_depth`.
    stack: Vec<Frame>,
    references: References,
    take: &'a mut dyn FnMut(PsObject) -> bool,
    /// Whether objects stay in memory once they were taken.
    keeps: bool,
    kept: usize,
    seen: u64,
    /// Whether the root element, or an object, was seen.
    root: bool,
}

/// Reading ends here; the reason is among the issues.
struct Stop;

impl Reading<'_> {
    fn events(&mut self, source: &mut impl Read) {
        let (stream, gauge) = Guarded::new(source);
        self.gauge = gauge;
        let mut reader = Reader::from_reader(stream);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // PowerShell escapes every ampersand; what was edited by hand may hold a bare one.
        config.allow_dangling_amp = true;
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.gauge.allow(self.limits.xml_token);
            let step = match reader.read_event_into(&mut buffer) {
                Ok(Event::Eof) => {
                    self.end_of_file();
                    return;
                }
                Ok(event) => self.event(event),
                Err(error) => {
                    self.error(&error);
                    return;
                }
            };
            if step.is_err() {
                return;
            }
        }
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Stop> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                self.text(&text);
                Ok(())
            }
            Event::CData(text) => {
                self.text(&text);
                Ok(())
            }
            Event::GeneralRef(entity) => {
                self.entity(&entity);
                Ok(())
            }
            Event::DocType(_) => {
                self.oddities.line(IssueCode::XmlDoctype, self.gauge.line(), "");
                Err(Stop)
            }
            Event::Empty(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Stop> {
        let line = self.gauge.line();
        if self.stack.len() >= self.limits.xml_depth {
            self.oddities.line(IssueCode::XmlLimit, line, "depth");
            return Err(Stop);
        }
        let (mut name, mut reference) = (None, None);
        let mut attributes = tag.attributes();
        // The library compares every pair of names; our own cap comes first and the comparison is of no use here.
        attributes.with_checks(false);
        for (index, attribute) in attributes.enumerate() {
            if index >= self.limits.xml_attributes {
                self.oddities.line(IssueCode::XmlLimit, line, "attributes");
                return Err(Stop);
            }
            let Ok(attribute) = attribute else {
                self.oddities.line(IssueCode::XmlSyntax, line, "attribute");
                continue;
            };
            let Ok(value) = quick_xml::escape::unescape(&attribute.value) else { continue };
            match attribute.key.as_ref() {
                "N" => name = Some(escape::decode(&value)),
                "RefId" => reference = Some(value.into_owned()),
                _ => {}
            }
        }
        self.kept = self.kept.saturating_add(ELEMENT + name.as_ref().map_or(0, String::len));
        if self.kept > KEPT {
            self.oddities.line(IssueCode::TooManyRecords, line, "");
            return Err(Stop);
        }
        let tag = tag.local_name();
        self.root |= matches!(tag.as_ref(), "Objs" | "Obj");
        self.stack.push(Frame::open(tag.as_ref(), name, reference, line));
        Ok(())
    }

    fn text(&mut self, text: &str) {
        let Some(into) = self.stack.last_mut().and_then(Frame::text) else { return };
        let room = self.limits.field.saturating_sub(into.len());
        let fits = text.floor_char_boundary(room);
        into.push_str(text.get(..fits).unwrap_or_default());
        self.kept = self.kept.saturating_add(fits);
        if fits < text.len() {
            self.oddities.line(IssueCode::FieldTooLong, self.gauge.line(), "");
        }
    }

    /// Any name that does not exist stays as it is written.
    fn entity(&mut self, entity: &BytesRef<'_>) {
        match character(entity) {
            Some(character) => self.text(character.encode_utf8(&mut [0; 4])),
            None => {
                let name: &str = entity;
                self.text(&format!("&{name};"));
            }
        }
    }

    fn end(&mut self) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let line = self.gauge.line();
        let done = frame.close(&mut self.references, &mut |code, detail| self.oddities.line(code, line, detail));
        match (done, self.stack.last_mut()) {
            (Done::Nothing, _) => Ok(()),
            (Done::Value { value, line, .. }, None | Some(Frame::Root)) => self.top(value, line),
            (done, Some(parent)) => {
                parent.take(done);
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    /// A top-level value. A list on top, as `-InputObject` writes it, stands for its items.
    fn top(&mut self, value: PsValue, line: u64) -> Result<(), Stop> {
        match value {
            PsValue::List(items) => items.into_iter().try_for_each(|item| self.record(item, line)),
            other => self.record(other, line),
        }
    }

    fn record(&mut self, value: PsValue, line: u64) -> Result<(), Stop> {
        let object = match value {
            PsValue::Object(object) => *object,
            PsValue::Nil => return Ok(()),
            other => PsObject {
                types: Vec::new(),
                properties: vec![("Value".to_owned(), other)],
                to_string: None,
                line,
                lines: Vec::new(),
            },
        };
        self.seen += 1;
        if self.seen > self.limits.records_per_artifact {
            self.oddities.line(IssueCode::TooManyRecords, line, "");
            return Err(Stop);
        }
        if !self.keeps {
            self.kept = 0;
        }
        if (self.take)(object) { Ok(()) } else { Err(Stop) }
    }

    fn end_of_file(&mut self) {
        if !self.stack.is_empty() {
            self.oddities.line(IssueCode::Truncated, self.gauge.line(), "");
        } else if !self.root {
            self.oddities.whole(IssueCode::XmlSyntax, "no Objs element");
        }
    }

    fn error(&mut self, error: &Error) {
        let line = self.gauge.line();
        match error {
            Error::Io(error) if Gauge::is_too_long(error) => self.oddities.line(IssueCode::XmlLimit, line, "token"),
            Error::Io(error) => self.oddities.line(IssueCode::ReadFailed, line, &error.to_string()),
            // All of these mean that the file ended inside of markup.
            Error::Syntax(error) => self.oddities.line(IssueCode::Truncated, line, &error.to_string()),
            other => self.oddities.line(IssueCode::XmlSyntax, line, &other.to_string()),
        }
    }
}
