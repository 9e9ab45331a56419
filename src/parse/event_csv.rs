//! Turns tables of events — Event Viewer's "Save As" CSV and tab-delimited text, and `Export-Csv` of `Get-WinEvent` or
//! `Get-EventLog` — into events.
//!
//! Knows headings in the languages of Windows, and tables without known ones by their shape. Times are local and their zone is
//! not stated; data is only what the message tells. Refuses to guess the order of day and month.
//!
//! ```text
//! Level,Date and Time,Source,Event ID,Task Category
//! Information,3/5/2026 2:15:30 AM,Outlook,45,None,"Outlook loaded the following add-in(s): …"
//! ```

mod layout;
mod row;
#[cfg(test)]
mod tests;

use super::event::clock::{Clock, monotonic};
use super::event::export::{Events, Full};
use super::event::plain::{Plain, When};
use super::event::words::Order;
use super::record::Parsed;
use super::{Context, Input, text};
use crate::bundle::decode::TextReader;
use crate::issue::IssueCode;
use layout::{Cells, Layout};
use row::{Row, Rows};

/// Rows that wait until a date shows the order of day and month. More come from one log only within a few days, and then
/// their sequence shows it.
const WAITING: usize = 100_000;

/// Reads a whole file.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reader = TextReader::new(reader, &encoding, context.limits);
    let mut table = Table {
        events: Events::new(context),
        rows: Rows::new(context.limits.line),
        layout: None,
        kind: None,
        order: None,
        waiting: Vec::new(),
    };
    loop {
        match reader.next_line() {
            Ok(Some(line)) => {
                if line.cut {
                    table.events.oddities.loss();
                }
                if table.line(line.text, line.number).is_err() {
                    break;
                }
            }
            Ok(None) => {
                table.end(reader.line_was_ended());
                break;
            }
            Err(error) => {
                table.events.lost(IssueCode::ReadFailed, 0, &error.to_string());
                table.end(true);
                break;
            }
        }
    }
    let mut issues = reader.issues();
    let encoding = reader.encoding().clone();
    let parsed = table.events.finish(Some(encoding));
    issues.extend(parsed.issues);
    Parsed { issues, ..parsed }
}

struct Table<'a> {
    events: Events<'a>,
    rows: Rows,
    layout: Option<Layout>,
    /// The type name that PowerShell writes before the headings.
    kind: Option<String>,
    order: Option<Order>,
    waiting: Vec<Waiting>,
}

/// An event whose time is not understood yet.
struct Waiting {
    plain: Plain,
    clock: Clock,
    line: u64,
}

impl Table<'_> {
    fn line(&mut self, text: &str, number: u64) -> Result<(), Full> {
        let Some(layout) = &self.layout else {
            self.heading(text, number);
            return Ok(());
        };
        let fresh = layout.begins_row(text, self.rows.separator);
        let (broken, whole) = self.rows.push(text, number, fresh);
        if let Some(row) = broken {
            self.events.lost(IssueCode::BadLine, row.line, "a quotation mark is missing");
            self.row(&row)?;
        }
        whole.map_or(Ok(()), |row| self.row(&row))
    }

    /// The lines before the first row.
    fn heading(&mut self, text: &str, number: u64) {
        let text = text.trim_matches(['\u{feff}', '\0']);
        if text.trim().is_empty() {
            return;
        }
        if let Some(kind) = text.trim_matches('"').strip_prefix("#TYPE ") {
            self.kind = Some(kind.trim().to_owned());
            return;
        }
        // Excel may say first which separator it used.
        if let Some(separator) = text.strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
            self.rows.separator = separator;
            return;
        }
        self.rows.separator = row::separator(text);
        let headings = row::fields(text, self.rows.separator);
        let (layout, is_row) = Layout::of(&headings, self.kind.take());
        self.order = layout.order();
        self.layout = Some(layout);
        if is_row {
            self.events.lost(IssueCode::UnknownHeader, number, "no headings");
            // Not read again through `line`, which would not know that it is a row.
            let (_, whole) = self.rows.push(text, number, false);
            if let Some(row) = whole {
                let _ = self.row(&row);
            }
        }
    }

    fn row(&mut self, row: &Row) -> Result<(), Full> {
        if row.too_long {
            self.events.lost(IssueCode::FieldTooLong, row.line, "");
        }
        if row.fields.iter().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        let Some(layout) = &mut self.layout else { return Ok(()) };
        let Some(Cells { plain, time }) = layout.cells(row, self.rows.separator) else {
            self.events.lost(IssueCode::BadLine, row.line, row.fields.first().map_or("", String::as_str));
            return Ok(());
        };
        match Clock::read(&time) {
            Some(clock) if plain.at.is_none() => self.timed(plain, clock, row.line),
            _ => self.events.plain(plain, row.line),
        }
    }

    fn timed(&mut self, mut plain: Plain, clock: Clock, line: u64) -> Result<(), Full> {
        // One date can say what the headings' language cannot: the order is that of the user's region.
        let shown = clock.order();
        if let Some(order) = shown.or(self.order.filter(|_| self.waiting.is_empty() && self.decided())) {
            if !self.waiting.is_empty() {
                self.release(Some(order))?;
            }
            self.order = Some(order);
            self.rows.decided = true;
            plain.at = clock.at(order).map(When::local);
            return self.events.plain(plain, line);
        }
        let id = u16::try_from(plain.id & 0xffff).unwrap_or_default();
        if !self.events.context.interest.wants_event(&plain.provider, id) {
            plain.message = String::new();
        }
        self.waiting.push(Waiting { plain, clock, line });
        if self.waiting.len() >= WAITING { self.settle() } else { Ok(()) }
    }

    fn decided(&self) -> bool {
        self.rows.decided
    }

    /// Decides without a date that shows it: by the sequence or by the language. AM and PM do not tell: English is written with
    /// both orders.
    fn settle(&mut self) -> Result<(), Full> {
        let clocks: Vec<Clock> = self.waiting.iter().map(|waiting| waiting.clock).collect();
        self.release(monotonic(&clocks).or(self.order))
    }

    fn release(&mut self, order: Option<Order>) -> Result<(), Full> {
        let waiting = std::mem::take(&mut self.waiting);
        if order.is_none() && !waiting.is_empty() {
            self.events.oddities.whole(IssueCode::AmbiguousDate, "");
        }
        self.order = order.or(self.order);
        self.rows.decided = order.is_some();
        for Waiting { mut plain, clock, line } in waiting {
            plain.at = order.and_then(|order| clock.at(order)).map(When::local);
            self.events.plain(plain, line)?;
        }
        Ok(())
    }

    fn end(&mut self, line_ended: bool) {
        let (rest, open) = self.rows.finish();
        if let Some(row) = rest {
            if open || !line_ended {
                self.events.lost(IssueCode::Truncated, row.line, "");
            }
            let _ = self.row(&row);
        }
        let _ = self.settle();
        if self.events.is_empty() {
            self.events.oddities.whole(IssueCode::Empty, "");
        }
    }
}
