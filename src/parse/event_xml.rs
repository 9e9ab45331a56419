//! Turns events as XML — saved by Event Viewer, printed by `wevtutil`, or copied — into the records that their log gives.
//!
//! Cuts the text into `<Event>` elements by their tags alone and reads each on its own, so that one bad event costs one event
//! and a file that was cut keeps its whole ones. With or without a root, a declaration, a namespace; many events a line or
//! one on many lines. Refuses to know the message (`RenderingInfo`): rules ask for the data.
//!
//! ```text
//! <Events><Event xmlns='…'><System><Provider Name='Outlook'/><EventID Qualifiers='16384'>45</EventID> … </Event> … </Events>
//! ```

#[cfg(test)]
mod tests;

use std::io::{BufRead, BufReader, Read, Take};

use jiff::Timestamp;

use super::event::element::{self, Reading, Substitute};
use super::event::export::{Events, Full, Told};
use super::event_json::SEPARATOR;
use super::record::Parsed;
use super::{Context, Input, text};
use crate::bundle::decode::Utf8Reader;
use crate::issue::IssueCode;

/// Reads a whole file.
#[must_use]
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut decoder = Utf8Reader::new(reader, &encoding);
    let mut cutter = Cutter { events: Events::new(context), open: None, line: 1, roots: 0, any: false };
    cutter.read(&mut decoder);
    let mut parsed = cutter.events.finish(Some(encoding));
    parsed.issues.extend(text::replaced(&decoder));
    parsed
}

struct Cutter<'a> {
    events: Events<'a>,
    /// The event that is being read.
    open: Option<Open>,
    /// Line of the next byte, from 1.
    line: u64,
    /// Root elements that are not closed.
    roots: u64,
    /// An event began.
    any: bool,
}

/// An event that is not closed yet.
struct Open {
    text: Vec<u8>,
    line: u64,
    depth: usize,
    /// Where the last tag that opened an `Event` in it begins, and its line, if nothing but space follows so far.
    inner: Option<(usize, u64)>,
    /// Longer than allowed: only its end is looked for.
    too_long: bool,
}

/// A tag at the end of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag<'t> {
    Open(&'t str),
    Empty(&'t str),
    Close(&'t str),
    /// Declaration, comment or processing instruction.
    Other,
    Doctype,
}

impl Cutter<'_> {
    fn read(&mut self, source: &mut impl Read) {
        // A piece is a text and the tag after it.
        let longest = self.events.context.limits.xml_token;
        let mut source = BufReader::with_capacity(32 << 10, source).take(0);
        let mut piece = Vec::new();
        loop {
            piece.clear();
            source.set_limit(u64::try_from(longest).unwrap_or(u64::MAX));
            match source.read_until(b'>', &mut piece) {
                Err(error) => {
                    self.events.lost(IssueCode::ReadFailed, self.line, &error.to_string());
                    return;
                }
                Ok(_) if piece.last() == Some(&b'>') => {}
                Ok(_) if source.limit() == 0 && !ended(&mut source) => {
                    self.events.lost(IssueCode::XmlLimit, self.line, "token");
                    return;
                }
                Ok(_) => {
                    self.tail(&piece);
                    return;
                }
            }
            if self.piece(&piece).is_err() {
                return;
            }
            self.line += lines(&piece);
        }
    }

    fn piece(&mut self, piece: &[u8]) -> Result<(), Full> {
        let begin = memchr::memrchr(b'<', piece);
        let (before, tag) = begin.and_then(|begin| piece.split_at_checked(begin)).unwrap_or((piece, &[]));
        let Some(tag_text) = std::str::from_utf8(tag).ok().filter(|tag| !tag.is_empty()) else {
            match &mut self.open {
                Some(open) => open.push(piece, self.events.context.limits.xml_token),
                None => self.outside(before),
            }
            return Ok(());
        };
        let tag_line = self.line + lines(before);
        match (self.open.is_some(), tag_of(tag_text)) {
            (false, Tag::Open("Event")) => {
                self.outside(before);
                self.begin(tag, tag_line);
            }
            (false, Tag::Empty("Event")) => {
                self.outside(before);
                self.any = true;
                self.events.lost(IssueCode::BadRecord, tag_line, "an empty event");
            }
            (false, Tag::Doctype) => {
                self.events.lost(IssueCode::XmlDoctype, tag_line, "");
                return Err(Full);
            }
            (false, tag) => {
                self.outside(before);
                match tag {
                    Tag::Open(_) => self.roots += 1,
                    Tag::Close("Event") => {
                        self.events.lost(IssueCode::BadRecord, tag_line, "an end without a beginning");
                    }
                    Tag::Close(_) => self.roots = self.roots.saturating_sub(1),
                    _ => {}
                }
            }
            (true, tag_kind) => return self.inside(piece, before.len(), tag_kind, tag_line),
        }
        Ok(())
    }

    fn inside(&mut self, piece: &[u8], before: usize, tag: Tag<'_>, tag_line: u64) -> Result<(), Full> {
        let longest = self.events.context.limits.xml_token;
        let Some(open) = &mut self.open else { return Ok(()) };
        let begins = open.text.len() + before;
        open.push(piece, longest);
        match tag {
            Tag::Open("Event") => {
                open.depth += 1;
                open.inner = Some((begins, tag_line));
            }
            // Only an event has a system part: the one before was cut.
            Tag::Open("System") if open.inner.is_some() => {
                let (at, line) = open.inner.unwrap_or_default();
                let text = open.text.split_off(at.min(open.text.len()));
                let cut = self.open.replace(Open { text, line, depth: 1, inner: None, too_long: false });
                self.incomplete(cut);
            }
            Tag::Close("Event") => {
                open.depth -= 1;
                open.inner = None;
                if open.depth == 0 {
                    return self.end();
                }
            }
            Tag::Close("Events") => {
                let cut = self.open.take();
                self.incomplete(cut);
                self.roots = self.roots.saturating_sub(1);
            }
            _ => open.inner = None,
        }
        Ok(())
    }

    fn begin(&mut self, tag: &[u8], line: u64) {
        self.any = true;
        self.open = Some(Open { text: tag.to_vec(), line, depth: 1, inner: None, too_long: false });
    }

    fn end(&mut self) -> Result<(), Full> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if open.too_long {
            self.events.lost(IssueCode::XmlLimit, open.line, "an event");
            return Ok(());
        }
        let text = String::from_utf8_lossy(&open.text);
        let substitute = Substitute { at: Timestamp::UNIX_EPOCH, record: 0 };
        match element::read(&text, substitute, self.events.context.limits, &mut self.events.shared) {
            Ok(Reading { event, timed, numbered, cut }) => {
                self.events.take(Told { event, timed, numbered, cut }, open.line)
            }
            Err(reason) => {
                self.events.lost(IssueCode::BadRecord, open.line, &reason);
                Ok(())
            }
        }
    }

    fn incomplete(&mut self, open: Option<Open>) {
        if let Some(open) = open {
            self.events.lost(IssueCode::BadRecord, open.line, "an event without its end");
        }
    }

    /// Text outside of events. Before the first one it is what was copied along with it; later it is what is left of others,
    /// or a program's error.
    fn outside(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        if self.any && !text.is_empty() && !is_copied(text) && !is_separator(text) {
            self.events.lost(IssueCode::BadLine, self.line, text);
        }
    }

    /// What follows the last tag.
    fn tail(&mut self, rest: &[u8]) {
        if let Some(open) = self.open.take() {
            self.events.lost(IssueCode::Truncated, open.line, "the last event has no end");
        } else if self.roots > 0 {
            self.events.lost(IssueCode::Truncated, self.line, "the root element has no end");
        } else {
            self.outside(rest);
        }
        if self.events.is_empty() && !self.any {
            self.events.oddities.whole(IssueCode::Empty, "");
        }
    }
}

impl Open {
    fn push(&mut self, piece: &[u8], longest: usize) {
        if self.text.len().saturating_add(piece.len()) > longest {
            self.too_long = true;
            self.text.clear();
            self.inner = None;
        } else {
            self.text.extend_from_slice(piece);
        }
    }
}

fn ended(source: &mut Take<impl BufRead>) -> bool {
    source.set_limit(1);
    source.fill_buf().is_ok_and(<[u8]>::is_empty)
}

/// "Copy details as text" ends its text with `Event Xml:`, or the same in another language, before the XML of an event.
fn is_copied(text: &str) -> bool {
    let last = text.lines().last().unwrap_or_default();
    last.len() < 64 && last.ends_with([':', '：']) && last.to_ascii_lowercase().contains("xml")
}

/// `Record 12`, by `evtx_dump`.
fn is_separator(text: &str) -> bool {
    let number = text.strip_prefix(SEPARATOR).unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

fn lines(bytes: &[u8]) -> u64 {
    u64::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or_default()
}

/// A text that begins with `<` and ends with `>`.
fn tag_of(text: &str) -> Tag<'_> {
    let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
    if inner.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("!DOCTYPE")) {
        return Tag::Doctype;
    }
    if inner.starts_with(['!', '?']) || inner.ends_with("--") || inner.ends_with("]]") {
        return Tag::Other;
    }
    let (close, inner) = inner.strip_prefix('/').map_or((false, inner), |rest| (true, rest));
    let name = inner.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
    let local = name.rsplit(':').next().unwrap_or_default();
    if local.is_empty() {
        Tag::Other
    } else if close {
        Tag::Close(local)
    } else if inner.ends_with('/') {
        Tag::Empty(local)
    } else {
        Tag::Open(local)
    }
}
