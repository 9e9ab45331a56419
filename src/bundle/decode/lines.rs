//! Turns a stream of bytes into numbered lines of UTF-8, in bounded memory.
//!
//! A line ends with LF, CR LF, a lone CR, or CR CR LF (what a second text-mode copy makes of CR LF).

use std::io::{self, Read};

use memchr::memchr2;

use super::charset::{Charset, Decoding};
use super::detect::{detect, encoding};
use super::mojibake::Mojibake;
use crate::bundle::{Certainty, TextEncoding};
use crate::issue::{At, Issue, IssueCode};
use crate::limits::Limits;

const CHUNK: usize = 64 << 10;
/// How many bytes after the first non-ASCII one decide about a text that began as plain ASCII.
const LATE_SAMPLE: usize = 4 << 10;
/// Cut lines that get an issue of their own; the rest is one number.
const CUT_LINES_NAMED: u64 = 20;

/// One line, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// From 1.
    pub number: u64,
    /// Decoded text.
    pub text: &'a str,
    /// Whether the line was longer than allowed, so that its end is missing.
    pub cut: bool,
}

/// A streaming decoder to lines.
///
/// A read error does not lose what was read before it: those lines come first, then the error once.
#[allow(missing_debug_implementations)] // holds a stream
pub struct TextReader<R> {
    reader: R,
    encoding: TextEncoding,
    decoding: Decoding,
    /// Bytes read but not yet decoded: only while a text of ASCII so far turns out to be something else.
    raw: Vec<u8>,
    /// The encoding may still be wrong: no byte above ASCII was seen and no BOM.
    undecided: bool,
    ended: bool,
    failure: Option<io::Error>,
    text: String,
    position: usize,
    line: String,
    line_ended: bool,
    number: u64,
    limit: usize,
    cut_lines: u64,
    replacement_characters: u64,
    seen_non_ascii: bool,
    mojibake: Mojibake,
    issues: Vec<Issue>,
}

impl<R: Read> TextReader<R> {
    /// Reads from the first byte of a text.
    pub fn new(reader: R, encoding: &TextEncoding, limits: &Limits) -> Self {
        Self {
            reader,
            decoding: Charset::named(&encoding.name).decoder(),
            raw: Vec::new(),
            undecided: encoding.name == "utf-8" && encoding.certainty != Certainty::Declared,
            encoding: encoding.clone(),
            ended: false,
            failure: None,
            text: String::new(),
            position: 0,
            line: String::new(),
            line_ended: false,
            number: 0,
            limit: limits.line,
            cut_lines: 0,
            replacement_characters: 0,
            seen_non_ascii: false,
            mojibake: Mojibake::default(),
            issues: Vec::new(),
        }
    }

    /// The encoding in use. It differs from the given one where a prefix of plain ASCII had hidden a code page.
    pub fn encoding(&self) -> &TextEncoding {
        &self.encoding
    }

    /// The next line, or nothing at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        self.line_ended = false;
        let mut cut = false;
        let mut any = false;
        loop {
            let rest = self.text.get(self.position..).unwrap_or_default();
            if rest.is_empty() {
                if self.ended {
                    break;
                }
                self.fill();
                continue;
            }
            any = true;
            let end = memchr2(b'\n', b'\r', rest.as_bytes());
            let piece = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
            cut |= append_up_to(&mut self.line, piece, self.limit);
            self.position += piece.len();
            if end.is_some() {
                self.line_end();
                self.line_ended = true;
                break;
            }
        }
        if !any {
            return self.failure.take().map_or(Ok(None), Err);
        }
        self.number += 1;
        self.note_line(cut);
        Ok(Some(Line { number: self.number, text: &self.line, cut }))
    }

    /// Whether the line given last was followed by a line end. A text that was cut mostly ends without one.
    #[must_use]
    pub fn line_was_ended(&self) -> bool {
        self.line_ended
    }

    /// What was odd so far; complete after the last line.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.encoding.certainty == Certainty::Guessed && self.seen_non_ascii {
            issues.push(Issue::new(IssueCode::GuessedEncoding, self.encoding.name.clone()));
        }
        if self.decoding.replaced > 0 {
            issues.push(Issue::new(IssueCode::ReplacedCharacters, self.decoding.replaced.to_string()));
        }
        if let Some(line) = self.mojibake.line(self.replacement_characters > self.decoding.replaced) {
            issues.push(Issue::at(IssueCode::Mojibake, At::Line(line), ""));
        }
        issues.extend(self.issues.iter().cloned());
        if self.cut_lines > CUT_LINES_NAMED {
            issues.push(Issue::new(IssueCode::LineTooLong, (self.cut_lines - CUT_LINES_NAMED).to_string()));
        }
        issues
    }

    /// Bytes that its buffers hold, for tests of the bound.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.text.capacity() + self.raw.capacity() + self.line.capacity()
    }

    /// Steps over the line end at the position.
    fn line_end(&mut self) {
        while !self.ended && self.text.len() - self.position < 3 {
            self.fill();
        }
        let rest = self.text.get(self.position..).unwrap_or_default().as_bytes();
        self.position += match rest {
            [b'\r', b'\r', b'\n', ..] => 3,
            [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
    }

    fn note_line(&mut self, cut: bool) {
        if cut {
            self.cut_lines += 1;
            if self.cut_lines <= CUT_LINES_NAMED {
                let detail = format!("> {} bytes", self.limit);
                self.issues.push(Issue::at(IssueCode::LineTooLong, At::Line(self.number), detail));
            }
        }
        if !self.line.is_ascii() {
            self.seen_non_ascii = true;
            self.mojibake.look(&self.line, self.number);
        }
    }

    /// Decodes another chunk behind what is left of the text.
    fn fill(&mut self) {
        self.text.drain(..self.position);
        self.position = 0;
        let mut bytes = std::mem::take(&mut self.raw);
        let before = bytes.len();
        self.read_chunk(&mut bytes, CHUNK);
        if self.undecided
            && let Some(first) = bytes.iter().skip(before).position(|byte| !byte.is_ascii()).map(|at| at + before)
        {
            while !self.ended && bytes.len() - first < LATE_SAMPLE {
                let missing = LATE_SAMPLE - (bytes.len() - first);
                self.read_chunk(&mut bytes, missing);
            }
            self.decide_late(bytes.get(first..).unwrap_or_default());
        }
        let old = self.text.len();
        self.decoding.push(&bytes, self.ended, &mut self.text);
        let new = self.text.get(old..).unwrap_or_default();
        if !new.is_ascii() {
            let count = memchr::memmem::find_iter(new.as_bytes(), "\u{fffd}".as_bytes()).count();
            self.replacement_characters += u64::try_from(count).unwrap_or(u64::MAX);
        }
    }

    /// Everything before was ASCII, which all candidates share, so the encoding can still change without a loss.
    fn decide_late(&mut self, bytes: &[u8]) {
        self.undecided = false;
        let sample = bytes.get(..LATE_SAMPLE).unwrap_or(bytes);
        let found = detect(sample, self.ended && bytes.len() <= LATE_SAMPLE);
        if found.certainty == Certainty::Guessed {
            self.decoding = Charset::named(&found.name).decoder();
            self.encoding = encoding(&found.name, Certainty::Guessed);
        }
    }

    fn read_chunk(&mut self, bytes: &mut Vec<u8>, size: usize) {
        let limit = u64::try_from(size).unwrap_or(u64::MAX);
        // What was read before an error stays in `bytes`.
        match self.reader.by_ref().take(limit).read_to_end(bytes) {
            Ok(read) if read < size => self.ended = true,
            Ok(_) => {}
            Err(error) => {
                self.ended = true;
                self.failure = Some(error);
            }
        }
    }
}

/// Appends what fits and says whether something did not.
fn append_up_to(line: &mut String, piece: &str, limit: usize) -> bool {
    let room = limit.saturating_sub(line.len());
    if piece.len() <= room {
        line.push_str(piece);
        return false;
    }
    let fits = piece.floor_char_boundary(room);
    line.push_str(piece.get(..fits).unwrap_or_default());
    true
}
