//! Turns `Export-Csv` and `ConvertTo-Csv` output into objects, one a row.
//!
//! The separator is that of the culture, of `-UseCulture` or of Excel: comma, semicolon or tab. `#TYPE` names the type, where
//! it was not suppressed.
//!
//! ```text
//! #TYPE Microsoft.ActiveDirectory.Management.ADUser
//! "SamAccountName","Enabled","pwdLastSet"
//! "a.tanaka","True","130461408000000000"
//! ```

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::super::oddities::Oddities;
use super::super::record::{Parsed, PsObject, Record};
use super::super::xml::{Gauge, Guarded};
use super::super::{Context, Input, text};
use super::value;
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;

/// Bytes that decide about separator and heading lines.
const HEAD: usize = 8 << 10;
/// Columns that are looked at.
const COLUMNS: usize = 1_000;

/// Reads a whole table.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut parsed = rows(&mut decoder, context);
    parsed.encoding = Some(encoding);
    parsed.issues.extend(text::replaced(&decoder));
    parsed
}

fn rows(source: &mut impl Read, context: Context<'_>) -> Parsed {
    let mut oddities = Oddities::default();
    let mut head = Vec::new();
    if let Err(error) = source.by_ref().take(HEAD as u64).read_to_end(&mut head) {
        oddities.whole(IssueCode::ReadFailed, &error.to_string());
    }
    let start = String::from_utf8_lossy(&head).into_owned();
    let Start { skip, types, separator, lines } = Start::of(&start);
    let rest = head.get(skip..).unwrap_or_default();
    let (stream, gauge) = Guarded::new(rest.chain(source));
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(stream);
    let (mut records, mut seen, mut header) = (Vec::new(), 0, None::<Vec<String>>);
    let mut row = StringRecord::new();
    loop {
        // A quote that is never closed makes one row of the rest of the file.
        gauge.allow(context.limits.line);
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let long = matches!(error.kind(), csv::ErrorKind::Io(error) if Gauge::is_too_long(error));
                let code = if long { IssueCode::LineTooLong } else { IssueCode::ReadFailed };
                oddities.line(code, gauge.line() + lines, &error.to_string());
                break;
            }
        }
        let line = row.position().map_or(0, csv::Position::line) + lines;
        let Some(names) = &header else {
            header = Some(row.iter().take(COLUMNS).map(|name| name.trim().to_owned()).collect());
            continue;
        };
        seen += 1;
        if seen > context.limits.records_per_artifact {
            oddities.line(IssueCode::TooManyRecords, line, "");
            break;
        }
        if row.len() != names.len() {
            oddities.line(IssueCode::BadLine, line, row.get(0).unwrap_or_default());
        }
        let properties = names.iter().zip(row.iter()).filter(|(name, _)| !name.is_empty());
        let properties = properties.map(|(name, field)| (name.clone(), value(field))).collect();
        records.push(Record::Object(PsObject {
            types: types.clone(),
            properties,
            to_string: None,
            line,
            lines: Vec::new(),
        }));
    }
    let complete = oddities.losses() == 0 && seen > 0;
    Parsed { records, seen, complete, issues: oddities.into_issues(), ..Parsed::default() }
}

/// What stands before the rows.
struct Start {
    /// Bytes of it.
    skip: usize,
    /// Lines of it.
    lines: u64,
    types: Vec<String>,
    separator: u8,
}

impl Start {
    fn of(text: &str) -> Self {
        let mut start = Self { skip: 0, lines: 0, types: Vec::new(), separator: b',' };
        for line in text.split_inclusive('\n') {
            let plain = line.trim_start_matches('\u{feff}').trim().trim_matches('"');
            if let Some(kind) = plain.strip_prefix("#TYPE ") {
                start.types.push(kind.trim().trim_start_matches("Deserialized.").to_owned());
            } else if !plain.is_empty() && !plain.starts_with("sep=") {
                let count = |separator: char| plain.matches(separator).count();
                let best = [',', ';', '\t'].into_iter().rev().max_by_key(|separator| count(*separator));
                start.separator = best.and_then(|best| u8::try_from(best).ok()).unwrap_or(b',');
                break;
            }
            start.skip += line.len();
            start.lines += 1;
        }
        start
    }
}
