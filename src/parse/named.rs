//! Carries a program's output line by line to its parser and gathers the named values that it finds there.
//!
//! Knows encodings, limits and how a text ends; refuses to know what a line means.
//!
//! ```text
//! "             AzureAdJoined : YES"  ─▶  parser  ─▶  NamedValue { source: dsregcmd, name: AzureAdJoined, Bool(true), line 5 }
//! ```

use std::sync::Arc;

use jiff::Timestamp;

use super::oddities::Oddities;
use super::record::{NamedValue, Names, Owner, Parsed, PropertySource, Record};
use super::{Context, Input, text};
use crate::bundle::decode::TextReader;
use crate::issue::{Issue, IssueCode};
use crate::value::Value;

/// What reads the lines of one format.
pub(crate) trait Lines {
    /// Takes the next line.
    fn line(&mut self, number: u64, text: &str, found: &mut Found);

    /// Takes the end. Here the sources are stated, because only now it is known how far they were read.
    fn end(&mut self, end: End, found: &mut Found);
}

/// How a text ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct End {
    /// Nothing was lost up to here.
    pub(crate) lossless: bool,
    /// A line end, or nothing, stands behind the last line.
    pub(crate) line_ended: bool,
}

/// What was found so far.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) oddities: Oddities,
    records: Vec<Record>,
    seen: u64,
    limit: u64,
    field: usize,
}

impl Found {
    pub(crate) fn new(context: Context<'_>) -> Self {
        let limits = context.limits;
        Self {
            oddities: Oddities::default(),
            records: Vec::new(),
            seen: 0,
            limit: limits.records_per_artifact,
            field: limits.field,
        }
    }

    /// Keeps a value. A name without one says as much as no name.
    pub(crate) fn value(&mut self, mut value: NamedValue) {
        if !self.admit(value.line) || value.value == Value::Text(String::new()) {
            return;
        }
        if let Value::Text(text) = &mut value.value
            && text.len() > self.field
        {
            text.truncate(text.floor_char_boundary(self.field));
            self.oddities.line(IssueCode::FieldTooLong, value.line, "");
        }
        self.records.push(Record::Property(value));
    }

    /// Keeps a value that is no user's.
    pub(crate) fn state(
        &mut self,
        source: &'static str,
        object: Option<Arc<str>>,
        name: &str,
        value: Value,
        line: u64,
    ) {
        self.own(&Owner::Nobody, source, object, name, value, line);
    }

    /// Keeps a value of an owner.
    pub(crate) fn own(
        &mut self,
        owner: &Owner,
        source: &'static str,
        object: Option<Arc<str>>,
        name: &str,
        value: Value,
        line: u64,
    ) {
        self.value(NamedValue { source, object, name: name.to_owned(), value, owner: owner.clone(), line });
    }

    /// Keeps any other record.
    pub(crate) fn record(&mut self, record: Record, line: u64) {
        if self.admit(line) {
            self.records.push(record);
        }
    }

    fn admit(&mut self, line: u64) -> bool {
        self.seen += 1;
        if self.seen == self.limit.saturating_add(1) {
            self.oddities.line(IssueCode::TooManyRecords, line, "");
        }
        self.seen <= self.limit
    }

    /// States a source.
    pub(crate) fn source(&mut self, source: &'static str, owner: Owner, complete: bool, names: Names, line: u64) {
        self.records.push(Record::PropertySource(PropertySource { source, owner, complete, names, line }));
    }

    /// The values so far, to be completed by what stands below them.
    pub(crate) fn values(&mut self) -> impl Iterator<Item = &mut NamedValue> {
        self.records.iter_mut().filter_map(|record| match record {
            Record::Property(value) => Some(value),
            _ => None,
        })
    }

    /// What a parser gives.
    pub(crate) fn finish(self) -> Parsed {
        let complete = self.oddities.losses() == 0 && self.seen > 0;
        let Self { records, seen, oddities, .. } = self;
        Parsed { records, seen, complete, issues: oddities.into_issues(), ..Parsed::default() }
    }
}

/// Reads a whole text.
pub(crate) fn read(input: Input<'_>, context: Context<'_>, lines: &mut impl Lines) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reader = TextReader::new(reader, &encoding, context.limits);
    let mut found = Found::new(context);
    let mut line_ended = true;
    let mut failure = None;
    loop {
        match reader.next_line() {
            Ok(Some(line)) => {
                if line.cut {
                    found.oddities.loss();
                }
                lines.line(line.number, line.text.trim_start_matches('\u{feff}'), &mut found);
            }
            Ok(None) => break,
            Err(error) => {
                failure = Some(error.to_string());
                break;
            }
        }
        line_ended = reader.line_was_ended();
    }
    let mut issues = reader.issues();
    issues.extend(failure.map(|reason| {
        found.oddities.loss();
        Issue::new(IssueCode::ReadFailed, reason)
    }));
    let lossless = found.oddities.losses() == 0;
    lines.end(End { lossless, line_ended }, &mut found);
    let encoding = Some(reader.encoding().clone());
    let mut parsed = found.finish();
    parsed.issues.extend(issues);
    Parsed { encoding, ..parsed }
}

/// A text in the type that its form shows: `True`, a whole number without leading zeros, an instant with its zone.
pub(crate) fn typed(text: &str) -> Value {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Value::Bool(text.eq_ignore_ascii_case("true"));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && let Ok(number) = text.parse()
    {
        return Value::Number(number);
    }
    match instant(text) {
        Some(at) => Value::Time(at),
        None => Value::Text(text.to_owned()),
    }
}

/// `2014-06-02T00:00:00Z`, `2019-01-24 19:15:26.000 UTC`; nothing without a zone.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    if text.len() < 17 || !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    match text.strip_suffix("UTC") {
        Some(rest) => format!("{}Z", rest.trim_end()).parse().ok(),
        None => text.parse().ok(),
    }
}

/// `FILETIME` as directories and programs write it: 100 ns since 1601 in UTC. Nothing for 0 and for "never".
pub(crate) fn filetime(number: i64) -> Option<Timestamp> {
    /// Seconds from 1601 to 1970.
    const EPOCH: i64 = 11_644_473_600;
    if number <= 0 || number == i64::MAX {
        return None;
    }
    let seconds = number.checked_div(10_000_000)?.checked_sub(EPOCH)?;
    let nanos = number.checked_rem(10_000_000)?.checked_mul(100)?;
    Timestamp::new(seconds, i32::try_from(nanos).ok()?).ok()
}

/// `name : value`, or `name: value`: split at the first colon behind a name. Nothing for a line without one.
pub(crate) fn pair(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once([':', '：'])?;
    let name = name.trim();
    (!name.is_empty()).then(|| (name, value.trim()))
}

/// The values that a parser finds in a text.
#[cfg(test)]
pub(crate) fn read_text(parse: super::Parser, text: &str) -> Vec<NamedValue> {
    let (limits, interest) = (crate::limits::Limits::default(), super::interest::Interest::default());
    let mut reader = text.as_bytes();
    let encoding =
        crate::bundle::TextEncoding { name: "utf-8".to_owned(), certainty: crate::bundle::Certainty::Certain };
    let input = Input { reader: &mut reader, encoding: Some(encoding), bytes: 0 };
    let parsed = parse(input, Context { interest: &interest, limits: &limits });
    assert!(parsed.issues.len() < 1_000);
    let value = |record| match record {
        Record::Property(value) => Some(value),
        _ => None,
    };
    parsed.records.into_iter().filter_map(value).collect()
}

/// The same as object, name and value.
#[cfg(test)]
pub(crate) fn rows(parse: super::Parser, text: &str) -> Vec<(String, String, String)> {
    let object = |object: Option<Arc<str>>| object.as_deref().unwrap_or_default().to_owned();
    let row = |value: NamedValue| (object(value.object), value.name, value.value.to_string());
    read_text(parse, text).into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_typed_by_its_form_alone() {
        let time = |text: &str| Value::Time(text.parse().unwrap());
        for (text, expected) in [
            ("True", Value::Bool(true)),
            ("FALSE ", Value::Bool(false)),
            ("-12", Value::Number(-12)),
            ("0", Value::Number(0)),
            ("007", Value::Text("007".into())),
            ("99999999999999999999", Value::Text("99999999999999999999".into())),
            ("2019-01-24 19:15:26.000 UTC", time("2019-01-24T19:15:26Z")),
            ("2014-06-02T09:00:00+09:00", time("2014-06-02T00:00:00Z")),
            ("2014-06-02 09:00:00", Value::Text("2014-06-02 09:00:00".into())),
            ("", Value::Text(String::new())),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_time_is_an_instant_unless_it_means_never() {
        let at = filetime(130_461_408_000_000_000).map(|at| at.to_string());
        assert_eq!(at.as_deref(), Some("2014-06-02T00:00:00Z"));
        for never in [0, -1, i64::MAX] {
            assert_eq!(filetime(never), None, "{never}");
        }
    }
}
