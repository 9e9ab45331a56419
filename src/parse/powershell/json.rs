//! Turns `ConvertTo-Json` output into objects: one, or an array of them.
//!
//! Each object of an array is read for itself, so that a file that was cut keeps those before. Dates of Windows PowerShell
//! (`\/Date(1401667200000)\/`) are instants.
//!
//! ```text
//! [ { "SamAccountName": "a.tanaka", "SID": { "Value": "S-1-5-21-1-2-3-1104" }, "LockedOut": false } ]
//! ```

use std::io::Read;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::super::oddities::Oddities;
use super::super::record::{Parsed, PsObject, PsValue, Record};
use super::super::{Context, Input, text};
use super::value;
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;

/// A larger file is no answer of a command that any rule asks for.
const LARGEST: u64 = 64 << 20;

/// Reads a whole file.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut oddities = Oddities::default();
    let mut bytes = Vec::new();
    match decoder.by_ref().take(LARGEST + 1).read_to_end(&mut bytes) {
        Ok(read) if u64::try_from(read).is_ok_and(|read| read > LARGEST) => {
            oddities.whole(IssueCode::EntryTooLarge, &format!("> {LARGEST}"));
        }
        Ok(_) => {}
        Err(error) => oddities.whole(IssueCode::ReadFailed, &error.to_string()),
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut reading = Reading { records: Vec::new(), seen: 0, limit: context.limits.records_per_artifact, oddities };
    reading.read(text.trim_start_matches('\u{feff}'));
    let Reading { records, seen, oddities, .. } = reading;
    let complete = oddities.losses() == 0 && seen > 0;
    let mut issues = oddities.into_issues();
    issues.extend(text::replaced(&decoder));
    Parsed { records, seen, complete, issues, encoding: Some(encoding), ..Parsed::default() }
}

struct Reading {
    records: Vec<Record>,
    seen: u64,
    limit: u64,
    oddities: Oddities,
}

impl Reading {
    fn read(&mut self, text: &str) {
        let mut rest = text.trim_start();
        let mut line = 1 + newlines(text.get(..text.len() - rest.len()).unwrap_or_default());
        let array = rest.strip_prefix('[');
        rest = array.unwrap_or(rest);
        loop {
            let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
            line += newlines(rest.get(..rest.len() - trimmed.len()).unwrap_or_default());
            rest = trimmed;
            if rest.is_empty() {
                if array.is_some() {
                    self.oddities.line(IssueCode::Truncated, line, "");
                }
                return;
            }
            if rest.starts_with(']') {
                return;
            }
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
            let next = values.next();
            let used = values.byte_offset();
            match next {
                Some(Ok(json)) => {
                    if !self.object(json, line) {
                        self.oddities.line(IssueCode::TooManyRecords, line, "");
                        return;
                    }
                }
                Some(Err(error)) => {
                    let code = if error.is_eof() { IssueCode::Truncated } else { IssueCode::BadRecord };
                    self.oddities.line(code, line, &error.to_string());
                    return;
                }
                None => return,
            }
            let done = rest.get(..used).unwrap_or_default();
            line += newlines(done);
            rest = rest.get(used..).unwrap_or_default();
            if array.is_none() {
                return;
            }
        }
    }

    /// Keeps an object; false when there are too many.
    fn object(&mut self, json: Json, line: u64) -> bool {
        match plain(json, line) {
            PsValue::Object(object) => {
                self.seen += 1;
                if self.seen > self.limit {
                    return false;
                }
                self.records.push(Record::Object(*object));
            }
            PsValue::List(items) => {
                for item in items {
                    if let PsValue::Object(object) = item {
                        self.seen += 1;
                        if self.seen > self.limit {
                            return false;
                        }
                        self.records.push(Record::Object(*object));
                    }
                }
            }
            _ => {}
        }
        true
    }
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// A JSON value as PowerShell meant it. The library's own bound of depth ends the recursion.
fn plain(json: Json, line: u64) -> PsValue {
    match json {
        Json::Null => PsValue::Nil,
        Json::Bool(value) => PsValue::Bool(value),
        Json::Number(number) => number.as_i64().map_or_else(|| PsValue::Text(number.to_string()), PsValue::Number),
        Json::String(text) => date(&text).map_or_else(|| value(&text), PsValue::Time),
        Json::Array(items) => PsValue::List(items.into_iter().map(|item| plain(item, line)).collect()),
        Json::Object(fields) => {
            // Windows PowerShell wraps an array that it was given as an object.
            if fields.len() == 2 && fields.contains_key("Count") && fields.get("value").is_some_and(Json::is_array) {
                let list = fields.into_iter().find(|(name, _)| name == "value").map(|(_, list)| list);
                return plain(list.unwrap_or(Json::Null), line);
            }
            let properties = fields.into_iter().map(|(name, value)| (name, plain(value, line))).collect();
            PsValue::Object(Box::new(PsObject {
                types: Vec::new(),
                properties,
                to_string: None,
                line,
                lines: Vec::new(),
            }))
        }
    }
}

/// `/Date(1401667200000)/`, with or without an offset, which does not move the instant.
fn date(text: &str) -> Option<Timestamp> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let digits =
        inner.get(1..).and_then(|rest| rest.find(['+', '-'])).map_or(inner, |at| inner.get(..at + 1).unwrap_or(inner));
    Timestamp::from_millisecond(digits.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_windows_powershell_is_an_instant() {
        for text in ["/Date(1401667200000)/", "/Date(1401667200000+0900)/"] {
            assert_eq!(date(text).map(|at| at.to_string()).as_deref(), Some("2014-06-02T00:00:00Z"), "{text}");
        }
        assert_eq!(date("/Date(x)/"), None);
        assert_eq!(date("/Date()/"), None);
    }
}
