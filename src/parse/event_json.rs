//! Turns events as JSON — `Get-WinEvent` or `Get-EventLog` through `ConvertTo-Json`, and what `evtx_dump` writes — into events.
//!
//! Cuts the text into its outermost objects, so that an array, a single object and one object a line are the same, a bad
//! object costs one event, and a file that was cut keeps its whole ones.
//!
//! ```text
//! [{"Id":45,"ProviderName":"Outlook","TimeCreated":"\/Date(1772676930123)\/","RecordId":7,"Properties":[{"Value":"x"}]}, …]
//! {"Event":{"System":{"Provider":{"#attributes":{"Name":"Outlook"}},"EventID":45, …},"EventData":{ … }}}
//! ```

mod dump;
#[cfg(test)]
mod tests;

use std::io::Read;

use serde_json::Value as Json;

use super::event::export::{Events, Full};
use super::event::powershell;
use super::record::{Parsed, PsObject, PsValue};
use super::{Context, Input, text};
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;

/// `evtx_dump` may write this before each object, and before each event as XML.
pub(super) const SEPARATOR: &str = "Record ";

/// Reads a whole file.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut cutter = Cutter {
        events: Events::new(context),
        object: Vec::new(),
        outside: Vec::new(),
        line: 1,
        begin: 1,
        depth: 0,
        arrays: 0,
        quoted: false,
        escaped: false,
        too_long: false,
    };
    cutter.read(&mut decoder);
    let mut parsed = cutter.events.finish(Some(encoding));
    parsed.issues.extend(text::replaced(&decoder));
    parsed
}

struct Cutter<'a> {
    events: Events<'a>,
    /// The outermost object that is being read.
    object: Vec<u8>,
    /// What stands between objects.
    outside: Vec<u8>,
    line: u64,
    /// Line on which the object begins.
    begin: u64,
    depth: usize,
    /// Arrays around the objects that are not closed.
    arrays: usize,
    quoted: bool,
    escaped: bool,
    too_long: bool,
}

impl Cutter<'_> {
    fn read(&mut self, source: &mut impl Read) {
        let mut block = [0; 32 << 10];
        loop {
            let read = match source.read(&mut block) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) => {
                    self.events.lost(IssueCode::ReadFailed, self.line, &error.to_string());
                    return;
                }
            };
            for byte in block.iter().take(read) {
                if self.byte(*byte).is_err() {
                    return;
                }
            }
        }
        self.between();
        if self.depth > 0 || self.arrays > 0 {
            self.events.lost(IssueCode::Truncated, self.line, "");
        }
        if self.events.is_empty() {
            self.events.oddities.whole(IssueCode::Empty, "");
        }
    }

    fn byte(&mut self, byte: u8) -> Result<(), Full> {
        self.line += u64::from(byte == b'\n');
        if self.depth == 0 {
            match byte {
                b'{' => {
                    self.between();
                    self.begin = self.line;
                    self.depth = 1;
                    self.object.clear();
                    self.object.push(byte);
                }
                b'[' => self.arrays += 1,
                b']' => self.arrays = self.arrays.saturating_sub(1),
                b',' | b' ' | b'\t' | b'\r' | b'\n' | 0 if self.outside.is_empty() => {}
                _ if self.outside.len() < 256 => self.outside.push(byte),
                _ => {}
            }
            return Ok(());
        }
        if self.object.len() < self.events.context.limits.xml_token {
            self.object.push(byte);
        } else {
            self.too_long = true;
        }
        if self.quoted {
            self.quoted = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
            return Ok(());
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' => self.depth += 1,
            b'}' => self.depth -= 1,
            _ => {}
        }
        if self.depth == 0 { self.whole() } else { Ok(()) }
    }

    /// What stood between two objects: nothing but the signs of an array, or something that was lost.
    fn between(&mut self) {
        let text = String::from_utf8_lossy(&self.outside);
        let lost = text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && *line != "\u{feff}" && *line != "," && !line.starts_with(SEPARATOR));
        if let Some(lost) = lost {
            self.events.lost(IssueCode::BadLine, self.line, lost);
        }
        self.outside.clear();
    }

    fn whole(&mut self) -> Result<(), Full> {
        let object = std::mem::take(&mut self.object);
        if std::mem::take(&mut self.too_long) {
            self.events.lost(IssueCode::FieldTooLong, self.begin, "an object");
            return Ok(());
        }
        match serde_json::from_slice::<Json>(&object) {
            Ok(value) => self.event(value)?,
            Err(error) => self.events.lost(IssueCode::BadRecord, self.begin, &error.to_string()),
        }
        self.object = object;
        Ok(())
    }

    fn event(&mut self, value: Json) -> Result<(), Full> {
        if let Some(plain) = dump::event(&value) {
            return self.events.plain(plain, self.begin);
        }
        // Windows PowerShell wraps an array that was given as one object.
        if let Some(Json::Array(items)) = value.get("value") {
            return items.clone().into_iter().try_for_each(|item| self.powershell(item));
        }
        self.powershell(value)
    }

    fn powershell(&mut self, value: Json) -> Result<(), Full> {
        let plain = match object(value, self.begin) {
            PsValue::Object(object) => powershell::event(&object),
            _ => None,
        };
        match plain {
            Some(plain) => self.events.plain(plain, self.begin),
            None => {
                self.events.lost(IssueCode::BadRecord, self.begin, "no event");
                Ok(())
            }
        }
    }
}

/// The same as PowerShell's own serializer would give. The reader of JSON bounds the depth.
fn object(value: Json, line: u64) -> PsValue {
    match value {
        Json::Null => PsValue::Nil,
        Json::Bool(value) => PsValue::Bool(value),
        Json::Number(number) => number.as_i64().map_or_else(|| PsValue::Text(number.to_string()), PsValue::Number),
        Json::String(text) => PsValue::Text(text),
        Json::Array(items) => PsValue::List(items.into_iter().map(|item| object(item, line)).collect()),
        Json::Object(fields) => PsValue::Object(Box::new(PsObject {
            types: Vec::new(),
            properties: fields.into_iter().map(|(name, value)| (name, object(value, line))).collect(),
            to_string: None,
            line,
            lines: Vec::new(),
        })),
    }
}
