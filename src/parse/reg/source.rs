//! The physical lines of a `.reg` file, one at a time, with one line that can be given back.

use std::io::Read;

use super::grammar;
use crate::bundle::TextEncoding;
use crate::bundle::decode::TextReader;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::parse::oddities::Oddities;

/// The lines, cleaned of what mail programs and editors add.
pub(super) struct Source<'a> {
    reader: TextReader<Box<dyn Read + 'a>>,
    /// The current line.
    pub(super) line: String,
    /// Its number, from 1.
    pub(super) number: u64,
    /// Whether its end is missing.
    pub(super) cut: bool,
    /// Whether a line end followed it.
    pub(super) ended: bool,
    /// Why reading stopped before the end.
    pub(super) failure: Option<String>,
    given_back: bool,
    /// Whether the first line carries a mail's quote mark; then all may.
    quoted: Option<bool>,
    /// Whether the last line that says anything is empty, as the programs that export leave it.
    pub(super) ends_empty: bool,
}

impl<'a> Source<'a> {
    pub(super) fn new(reader: Box<dyn Read + 'a>, encoding: &TextEncoding, limits: &Limits) -> Self {
        Self {
            reader: TextReader::new(reader, encoding, limits),
            line: String::new(),
            number: 0,
            cut: false,
            ended: true,
            failure: None,
            given_back: false,
            quoted: None,
            ends_empty: true,
        }
    }

    /// Goes to the next line; false at the end.
    pub(super) fn next(&mut self, oddities: &mut Oddities) -> bool {
        if std::mem::take(&mut self.given_back) {
            return true;
        }
        self.line.clear();
        match self.reader.next_line() {
            Ok(Some(line)) => {
                self.number = line.number;
                self.cut = line.cut;
                let quoted = *self.quoted.get_or_insert(line.text.starts_with('>'));
                clean(line.text, quoted, &mut self.line);
            }
            Ok(None) => return false,
            Err(error) => {
                self.failure = Some(error.to_string());
                return false;
            }
        }
        self.ended = self.reader.line_was_ended();
        if self.cut {
            // The reader itself reports it at the end.
            oddities.loss();
        }
        let empty = self.line.trim().is_empty();
        // Blanks, or a Ctrl-Z, at the very end say nothing.
        if self.ended || !empty {
            self.ends_empty = self.ended && empty;
        }
        true
    }

    /// Gives the current line back: the next call of `next` stays on it.
    pub(super) fn give_back(&mut self) {
        self.given_back = true;
    }

    /// The encoding in use.
    pub(super) fn encoding(&self) -> &TextEncoding {
        self.reader.encoding()
    }

    /// Issues of decoding.
    pub(super) fn issues(&self) -> Vec<Issue> {
        let mut issues = self.reader.issues();
        issues.extend(self.failure.iter().map(|reason| Issue::new(IssueCode::ReadFailed, reason.clone())));
        issues
    }
}

/// Removes a mail's quote marks and a final Ctrl-Z, and straightens typographic quotes around names.
fn clean(line: &str, quoted: bool, out: &mut String) {
    let mut text = line.trim_end_matches('\u{1a}');
    while quoted && let Some(inner) = text.strip_prefix('>') {
        text = inner.strip_prefix(' ').unwrap_or(inner);
    }
    let start = text.trim_start();
    if start.starts_with(['\u{201c}', '\u{201d}']) || (start.starts_with('@') && text.contains('\u{201c}')) {
        out.extend(text.chars().map(|here| if matches!(here, '\u{201c}' | '\u{201d}') { '"' } else { here }));
    } else {
        out.push_str(text);
    }
}

/// What kind of line it is, by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    Nothing,
    Key,
    Value,
    Unknown,
}

pub(super) fn line_kind(line: &str) -> LineKind {
    match line.trim_start().chars().next() {
        None | Some(';' | '#') => LineKind::Nothing,
        Some('[') => LineKind::Key,
        Some('"' | '@') => LineKind::Value,
        Some(_) => LineKind::Unknown,
    }
}

/// Whether a line inside a string shows that the string was never closed: exports escape every quote inside a string,
/// so a line that is a whole value, or a header, is not part of it.
pub(super) fn breaks_string(line: &str) -> bool {
    grammar::is_key_start(line) || (line_kind(line) == LineKind::Value && grammar::value(line).is_ok())
}
