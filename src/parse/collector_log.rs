//! Turns OutlookTrace's own log, `Log.csv`, into its lines: time with the PC's offset from UTC, function, message.
//!
//! The log says what was collected and what did not exist, and its first column is the best witness of the PC's time zone.
//! Refuses to know what a message means.
//!
//! ```text
//! datetime,thread_relative_delta,thread,function,category,message
//! 2026-03-05T11:15:30.1234567+09:00,00:00:00.0150000,5,Invoke-ScriptBlock,ℹ,"HKLM\… does not exist"
//! ```

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use csv::{Position, ReaderBuilder, StringRecord};
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::oddities::Oddities;
use super::record::{CollectorLine, Parsed, Record};
use super::xml::{Gauge, Guarded};
use super::{Context, Input, text};
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;
use crate::limits::Limits;

/// The columns in their order.
const COLUMNS: [&str; 6] = ["datetime", "thread_relative_delta", "thread", "function", "category", "message"];

/// Reads a whole log.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let end = End::default();
    let mut decoder = Utf8Reader::new(Witness { inner: reader, end: end.clone() }, &encoding);
    let mut parsed = rows(&mut decoder, context.limits, &end);
    parsed.encoding = Some(encoding);
    parsed.issues.extend(text::replaced(&decoder));
    parsed
}

fn rows(source: &mut impl Read, limits: &Limits, end: &End) -> Parsed {
    let (stream, gauge) = Guarded::new(source);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(stream);
    let mut oddities = Oddities::default();
    let mut records = Vec::new();
    let mut seen = 0;
    let mut columns = None;
    let mut row = StringRecord::new();
    // The library ends a row at the CR and counts the LF after it to the next row: then all rows but the first begin a line late.
    let mut shift = None;
    loop {
        // A quote that is never closed makes one row of the rest of the file.
        gauge.allow(limits.line);
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let code = if is_too_long(&error) { IssueCode::LineTooLong } else { IssueCode::ReadFailed };
                let line = reader.position().line();
                oddities.line(code, line, &error.to_string());
                break;
            }
        }
        let mut line = row.position().map_or(0, Position::line);
        if columns.is_some() {
            line += *shift.get_or_insert(u64::from(line == 1));
        }
        let columns = match &columns {
            Some(columns) => columns,
            None => {
                let found = Columns::of(&row);
                let header = found.is_some();
                if !header {
                    oddities.line(IssueCode::UnknownHeader, line, row.get(0).unwrap_or_default());
                }
                let columns = columns.insert(found.unwrap_or(Columns { at: 0, function: 3, message: 5 }));
                if header {
                    continue;
                }
                columns
            }
        };
        seen += 1;
        if seen > limits.records_per_artifact {
            oddities.line(IssueCode::TooManyRecords, line, "");
            break;
        }
        match columns.read(&row, line, limits.field) {
            Some(found) => records.push(Record::CollectorLine(found)),
            None => oddities.line(IssueCode::BadLine, line, row.get(0).unwrap_or_default()),
        }
    }
    if end.inside_row() {
        // The last row is a part of one.
        oddities.line(IssueCode::Truncated, gauge.line(), "");
        records.pop();
    }
    if seen == 0 && columns.is_none() {
        oddities.whole(IssueCode::Empty, "");
    }
    let complete = oddities.losses() == 0 && columns.is_some();
    Parsed { records, seen, complete, issues: oddities.into_issues(), ..Parsed::default() }
}

/// Where the columns that matter stand.
#[derive(Debug, Clone, Copy)]
struct Columns {
    at: usize,
    function: usize,
    message: usize,
}

impl Columns {
    fn of(header: &StringRecord) -> Option<Self> {
        let [at, _, _, function, _, message] = COLUMNS.map(|name| header.iter().position(|field| field.trim() == name));
        Some(Self { at: at?, function: function?, message: message? })
    }

    fn read(self, row: &StringRecord, line: u64, longest: usize) -> Option<CollectorLine> {
        let (at, offset) = instant(row.get(self.at)?)?;
        let message = row.get(self.message)?;
        let message = message.get(..message.floor_char_boundary(longest)).unwrap_or_default();
        let function = row.get(self.function).unwrap_or_default().chars().take(256).collect();
        Some(CollectorLine { at, offset_seconds: offset.seconds(), function, message: message.to_owned(), line })
    }
}

/// A local time with its offset; without an offset it is no instant.
fn instant(text: &str) -> Option<(Timestamp, Offset)> {
    let pieces = Pieces::parse(text.trim()).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let local = pieces.date().to_datetime(pieces.time()?);
    let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    let at = utc.checked_sub(SignedDuration::from_secs(offset.seconds().into())).ok()?;
    Some((at, offset))
}

fn is_too_long(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if Gauge::is_too_long(error))
}

/// How the bytes of a file end.
#[derive(Debug, Clone, Default)]
struct End {
    open_quote: Rc<Cell<bool>>,
    last: Rc<Cell<Option<u8>>>,
}

impl End {
    /// Whether the file ends inside a row: in quotes, or without a line end. In UTF-16 the last byte of a line end is zero.
    fn inside_row(&self) -> bool {
        self.open_quote.get() || !matches!(self.last.get(), None | Some(b'\n' | b'\r' | 0))
    }
}

/// A stream that remembers how it ended.
struct Witness<R> {
    inner: R,
    end: End,
}

impl<R: Read> Read for Witness<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        let bytes = out.get(..read).unwrap_or_default();
        if memchr::memchr_iter(b'"', bytes).count() % 2 == 1 {
            self.end.open_quote.set(!self.end.open_quote.get());
        }
        if let Some(last) = bytes.last() {
            self.end.last.set(Some(*last));
        }
        Ok(read)
    }
}
