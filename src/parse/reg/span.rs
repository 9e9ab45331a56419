//! Data that spans lines: quoted strings with raw line breaks, and hex data with its continuation lines.

use super::source::{LineKind, breaks_string, line_kind};
use super::{Reading, grammar};
use crate::issue::IssueCode;

impl Reading<'_> {
    /// A quoted string from after its opening quote; it may go on over lines. Nothing if its end is missing.
    pub(super) fn string(&mut self, mut at: usize, keep: bool) -> Option<String> {
        let begin = self.source.number;
        let mut text = String::new();
        let mut first_line = None;
        let mut too_long = false;
        loop {
            let part = grammar::text_part(self.source.line.get(at..).unwrap_or_default());
            if keep && !too_long {
                grammar::unescape(part.raw, &mut text);
                too_long = text.len() > self.context.limits.field;
            }
            if part.odd {
                self.oddities.line(IssueCode::BadLine, self.source.number, part.raw);
            }
            if part.closed || self.source.cut {
                break;
            }
            if first_line.is_none() {
                first_line = Some(text.len());
            }
            if !self.source.next(&mut self.oddities) {
                self.oddities.line(IssueCode::Truncated, begin, "");
                return None;
            }
            if breaks_string(&self.source.line) {
                self.source.give_back();
                self.oddities.line(IssueCode::BadLine, begin, "");
                // Only the first line is sure to belong to the value.
                text.truncate(first_line.unwrap_or_default());
                return Some(text);
            }
            at = 0;
            text.push_str("\r\n");
        }
        if too_long {
            self.oddities.line(IssueCode::FieldTooLong, begin, "");
        }
        (!too_long && !self.source.cut).then_some(text)
    }

    /// Hex data from after its colon, over all its lines. Nothing if a part is missing or is no hex data.
    pub(super) fn hex(&mut self, mut at: usize, keep: bool) -> Option<Vec<u8>> {
        let begin = self.source.number;
        let mut bytes = Vec::new();
        let mut readable = true;
        let mut too_long = false;
        loop {
            let (content, continued) = grammar::hex_line(self.source.line.get(at..).unwrap_or_default());
            if keep && readable && !too_long {
                readable = grammar::bytes(content, &mut bytes);
                too_long = bytes.len() > self.context.limits.field;
            }
            if self.source.cut {
                return None;
            }
            if !continued && !self.source.ended {
                self.oddities.line(IssueCode::Truncated, begin, "");
                return None;
            }
            if !self.next_hex_line(continued, begin)? {
                break;
            }
            at = 0;
        }
        if !readable {
            self.oddities.line(IssueCode::BadLine, begin, "hex");
        }
        if too_long {
            self.oddities.line(IssueCode::FieldTooLong, begin, "");
        }
        (readable && !too_long).then_some(bytes)
    }

    /// Goes to the next line of hex data: true if there is one, false if the data ended, nothing if it broke off.
    fn next_hex_line(&mut self, continued: bool, begin: u64) -> Option<bool> {
        loop {
            if !self.source.next(&mut self.oddities) {
                if continued {
                    self.oddities.line(IssueCode::Truncated, begin, "");
                    return None;
                }
                return Some(false);
            }
            let line = &self.source.line;
            if continued && line_kind(line) == LineKind::Nothing {
                continue;
            }
            if grammar::is_lost_continuation(line) || (continued && grammar::is_hex_line(line)) {
                return Some(true);
            }
            self.source.give_back();
            if continued {
                self.oddities.line(IssueCode::BadLine, begin, "");
                return None;
            }
            return Some(false);
        }
    }
}
