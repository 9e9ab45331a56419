//! Turns `Format-List` output into objects (and has `table` read the tables that stand between): names padded so that all colons of an object stand in one column.
//!
//! What continues a value is indented beyond that column. A window that was too narrow broke long values, either between words
//! or, in Japanese and Chinese sessions, anywhere; a line as long as the longest one is taken to have been broken inside a word.
//! `...` at the end of a list means that PowerShell left the rest out.
//!
//! ```text
//! DistinguishedName : CN=a.tanaka,OU=Users,DC=contoso,DC=example
//! Enabled           : True
//! proxyAddresses    : {SMTP:a.tanaka@contoso.example, smtp:tanaka@contoso.example}
//! ```

use super::super::named::{End, Found, Lines, read};
use super::super::record::{Parsed, PsObject, PsValue, Record};
use super::super::{Context, Input};
use super::table::Table;
use super::value;
use crate::issue::IssueCode;

/// Properties of one object, and bytes of one value.
const MOST: usize = 1_000;
const LONGEST: usize = 64 << 10;

/// The property whose lines are its own.
const MESSAGE: &str = "Message";

/// Reads a whole text, which may hold the output of several commands.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    /// Column of the colons.
    column: Option<usize>,
    properties: Vec<Property>,
    blanks: u32,
    /// The line before, which may hold the headings of a table.
    before: String,
    table: Option<Table>,
}

#[derive(Debug)]
struct Property {
    name: String,
    parts: Vec<String>,
    bytes: usize,
    line: u64,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let text = text.trim_end();
        if let Some(table) = self.table.as_ref().filter(|_| !text.is_empty()) {
            match table.row(text, number) {
                Some(row) => found.record(Record::Object(row), number),
                None => found.oddities.line(IssueCode::BadLine, number, text),
            }
            return;
        }
        if text.starts_with("--") {
            self.table = Table::of(&self.before, text);
            if self.table.is_some() {
                self.flush(found);
                return;
            }
        }
        self.before = text.chars().take(LONGEST).collect();
        if text.is_empty() {
            self.table = None;
            self.blanks += 1;
            // Commands are parted by two empty lines, objects by one, and a value may hold one.
            if self.blanks == 2 {
                self.flush(found);
            }
            return;
        }
        self.blanks = 0;
        let indent = text.len() - text.trim_start().len();
        if let Some(column) = self.column
            && indent > column
        {
            if let Some(last) = self.properties.last_mut()
                && last.bytes < LONGEST
            {
                // A message indents its own lines, which says what stands below what.
                let kept = column.saturating_add(2).min(indent);
                let is_message = last.name == MESSAGE;
                let part = text.get(kept..).filter(|_| is_message).unwrap_or_else(|| text.trim_start());
                last.bytes += part.len();
                last.parts.push(part.to_owned());
            }
            return;
        }
        let Some((name, column, rest)) = split(text) else {
            // A prompt, a heading or a table: no part of an object.
            self.flush(found);
            return;
        };
        let known = self.properties.iter().any(|property| property.name == name);
        if self.column != Some(column) || known || self.properties.len() >= MOST {
            self.flush(found);
        }
        self.column = Some(column);
        let parts = vec![rest.to_owned()];
        self.properties.push(Property { name: name.to_owned(), parts, bytes: rest.len(), line: number });
    }

    fn end(&mut self, end: End, found: &mut Found) {
        if !end.line_ended {
            // The last line may be a part of one.
            if let Some(last) = self.properties.last_mut()
                && last.parts.len() == 1
            {
                last.parts.clear();
            }
            found.oddities.loss();
        }
        self.flush(found);
    }
}

impl Reading {
    fn flush(&mut self, found: &mut Found) {
        self.column = None;
        let properties = std::mem::take(&mut self.properties);
        let Some(line) = properties.first().map(|property| property.line) else { return };
        // A value that fills its line as far as any other of the object was broken where the window ended.
        let widest = properties.iter().flat_map(|property| &property.parts).map(|part| width(part)).max().unwrap_or(0);
        let lines = properties.iter().map(|property| property.line).collect();
        let properties = properties.into_iter().map(|property| {
            let value = match property.name.as_str() {
                MESSAGE => PsValue::Text(property.parts.join("\n")),
                _ => whole(&property.parts, widest),
            };
            (property.name, value)
        });
        let object = PsObject { types: Vec::new(), properties: properties.collect(), to_string: None, line, lines };
        found.record(Record::Object(object), line);
    }
}

/// Name, column of the colon, and the value behind it.
fn split(line: &str) -> Option<(&str, usize, &str)> {
    let at = line.find(" :").map(|at| at + 1)?;
    let (name, rest) = line.split_at_checked(at)?;
    let name = name.trim_end();
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    let rest = rest.strip_prefix(':')?;
    (plain && (rest.is_empty() || rest.starts_with(' '))).then(|| (name, at, rest.trim()))
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The value of all its lines.
fn whole(parts: &[String], widest: usize) -> PsValue {
    let mut text = String::new();
    let mut before = 0;
    for part in parts {
        if !text.is_empty() && before != widest {
            text.push(' ');
        }
        text.push_str(part);
        before = width(part);
    }
    let Some(items) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return value(&text) };
    let mut items: Vec<&str> = items.split(", ").map(str::trim).filter(|item| !item.is_empty()).collect();
    // `{a, b...}`: the last item shown is cut.
    if items.last().is_some_and(|last| last.ends_with("...") || last.ends_with('…')) {
        items.pop();
    }
    PsValue::List(items.into_iter().map(|item| PsValue::Text(item.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_at_the_colon_of_its_column_and_nowhere_else() {
        assert_eq!(split("HostName      : fs.contoso.example"), Some(("HostName", 14, "fs.contoso.example")));
        assert_eq!(split("mail :"), Some(("mail", 5, "")));
        for no in ["Note: x : y", "PS C:\\> Get-ADUser", ": x", "  a : b", "a :b", "12 : x"] {
            assert_eq!(split(no), None, "{no}");
        }
    }

    #[test]
    fn a_broken_value_is_joined_and_a_list_that_was_shortened_loses_its_last_item() {
        let parts = |parts: &[&str]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let joined = whole(&parts(&["CN=a,OU=Users,DC=contoso,DC=exam", "ple"]), 32);
        assert_eq!(joined, PsValue::Text("CN=a,OU=Users,DC=contoso,DC=example".into()));
        let list = whole(&parts(&["{SMTP:a@x.example,", "smtp:b@x.example...}"]), 60);
        assert_eq!(list, PsValue::List(vec![PsValue::Text("SMTP:a@x.example".into())]));
        assert_eq!(whole(&parts(&["{}"]), 2), PsValue::List(Vec::new()));
    }
}
