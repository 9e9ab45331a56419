//! Carries a page (HTML, or XML of unknown make) to its parser as texts and as the tags between them.
//!
//! Pages are not well formed, so nothing is asked of them: a tag ends at the next `>`, inline tags part no text, scripts and
//! styles are left out. Knows no document type and follows nothing; refuses to know what a text means.
//!
//! ```text
//! <tr><td>Setting</td><td><b>En</b>abled</td></tr>  ─▶  tr, td, "Setting", /td, td, "Enabled", /td, /tr
//! ```

use std::borrow::Cow;

use super::named::{self, End, Found, Lines};
use super::record::Parsed;
use super::{Context, Input};
use crate::issue::IssueCode;

/// What reads the texts of one format.
pub(crate) trait Blocks {
    /// A text between two tags, spaces folded, never empty.
    fn text(&mut self, text: &str, line: u64, found: &mut Found);

    /// A tag that parts texts: its name in lower case, whether it ends something, the rest of it.
    fn tag(&mut self, name: &str, is_end: bool, rest: &str, line: u64, found: &mut Found);

    /// The file ends.
    fn end(&mut self, end: End, found: &mut Found);
}

/// Tags inside a text.
const INLINE: [&str; 14] =
    ["a", "b", "i", "u", "em", "strong", "span", "font", "small", "code", "label", "sup", "sub", "nobr"];
/// Elements whose content is no text.
const SKIPPED: [&str; 2] = ["script", "style"];
/// Bytes of a tag that are kept.
const TAG: usize = 8 << 10;

/// Reads a whole page.
pub(crate) fn read(input: Input<'_>, context: Context<'_>, blocks: &mut impl Blocks) -> Parsed {
    let mut page = Page { blocks, field: context.limits.field, state: State::Text, text: String::new(), is_cut: false };
    named::read(input, context, &mut page)
}

#[derive(Debug)]
enum State {
    Text,
    /// Inside a tag: what was read of it.
    Tag(String),
    Comment,
    /// Inside an element whose content is no text.
    Skipped(&'static str),
}

struct Page<'a, B> {
    blocks: &'a mut B,
    field: usize,
    state: State,
    text: String,
    is_cut: bool,
}

impl<B: Blocks> Lines for Page<'_, B> {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let mut rest = text;
        loop {
            let next = match std::mem::replace(&mut self.state, State::Text) {
                State::Text => self.in_text(rest, number, found),
                State::Tag(tag) => self.in_tag(tag, rest, number, found),
                State::Comment => {
                    let end = rest.split_once("-->");
                    if end.is_none() {
                        self.state = State::Comment;
                    }
                    end.map(|(_, rest)| rest)
                }
                State::Skipped(name) => self.in_skipped(name, rest),
            };
            match next {
                Some(next) => rest = next,
                None => break,
            }
        }
        if matches!(self.state, State::Text) {
            self.add(" ", number, found);
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        self.flush(0, found);
        self.blocks.end(end, found);
    }
}

impl<B: Blocks> Page<'_, B> {
    fn in_text<'t>(&mut self, rest: &'t str, line: u64, found: &mut Found) -> Option<&'t str> {
        let Some((before, inside)) = rest.split_once('<') else {
            self.add(rest, line, found);
            return None;
        };
        self.add(before, line, found);
        if let Some(comment) = inside.strip_prefix("!--") {
            self.state = State::Comment;
            return Some(comment);
        }
        if inside.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '?' | '!')) {
            self.state = State::Tag(String::new());
        } else {
            self.add("<", line, found);
        }
        Some(inside)
    }

    fn in_tag<'t>(&mut self, mut tag: String, rest: &'t str, line: u64, found: &mut Found) -> Option<&'t str> {
        let (piece, after) = match rest.split_once('>') {
            Some((piece, after)) => (piece, Some(after)),
            None => (rest, None),
        };
        let room = piece.floor_char_boundary(TAG.saturating_sub(tag.len()));
        tag.push_str(piece.get(..room).unwrap_or_default());
        if after.is_none() {
            tag.push(' ');
            self.state = State::Tag(tag);
            return None;
        }
        self.tag(&tag, line, found);
        after
    }

    fn in_skipped<'t>(&mut self, name: &'static str, rest: &'t str) -> Option<&'t str> {
        self.state = State::Skipped(name);
        let (_, inside) = rest.split_once("</")?;
        if inside.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)) {
            self.state = State::Tag("/".to_owned());
        }
        Some(inside)
    }

    fn tag(&mut self, tag: &str, line: u64, found: &mut Found) {
        let (is_end, tag) = match tag.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        let length = tag.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':').count();
        let (name, rest) = tag.split_at_checked(length).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if INLINE.contains(&name.as_str()) {
            return;
        }
        self.flush(line, found);
        if let Some(skipped) = SKIPPED.iter().find(|skipped| **skipped == name && !is_end && !rest.ends_with('/')) {
            self.state = State::Skipped(skipped);
        } else if !name.is_empty() {
            self.blocks.tag(&name, is_end, rest, line, found);
        }
    }

    fn flush(&mut self, line: u64, found: &mut Found) {
        let text = std::mem::take(&mut self.text);
        self.is_cut = false;
        let plain = plain(&text);
        if !plain.is_empty() {
            self.blocks.text(&plain, line, found);
        }
    }

    fn add(&mut self, piece: &str, line: u64, found: &mut Found) {
        let fits = piece.floor_char_boundary(self.field.saturating_sub(self.text.len()));
        self.text.push_str(piece.get(..fits).unwrap_or_default());
        if fits < piece.len() && !self.is_cut {
            self.is_cut = true;
            found.oddities.line(IssueCode::FieldTooLong, line, "");
        }
    }
}

/// A text without entities, runs of spaces as one.
pub(crate) fn plain(text: &str) -> String {
    let known = |entity: &str| match entity {
        "nbsp" => Some(" "),
        "copy" => Some("\u{a9}"),
        "reg" => Some("\u{ae}"),
        other => quick_xml::escape::resolve_predefined_entity(other),
    };
    let text = quick_xml::escape::unescape_with(text, known).unwrap_or(Cow::Borrowed(text));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::parse::interest::Interest;

    #[derive(Default)]
    struct All(Vec<String>);

    impl Blocks for All {
        fn text(&mut self, text: &str, _: u64, _: &mut Found) {
            self.0.push(format!("{text:?}"));
        }

        fn tag(&mut self, name: &str, is_end: bool, _: &str, _: u64, _: &mut Found) {
            self.0.push(format!("{}{name}", if is_end { "/" } else { "" }));
        }

        fn end(&mut self, _: End, _: &mut Found) {}
    }

    fn check(page: &str, expected: &str) {
        assert_eq!(steps(page), expected, "{page}");
    }

    fn steps(page: &str) -> String {
        let (limits, interest) = (Limits::default(), Interest::default());
        let mut all = All::default();
        let mut reader = page.as_bytes();
        let input = Input { reader: &mut reader, encoding: None, bytes: page.len() as u64 };
        let _ = read(input, Context { interest: &interest, limits: &limits }, &mut all);
        all.0.join(" ")
    }

    #[test]
    fn texts_stand_between_tags() {
        check(
            "<tr><td>Set\nting</td><TD class='x'\n id=1><b>En</b>abled</td></tr>",
            "tr td \"Set ting\" /td td \"Enabled\" /td /tr",
        );
        check("<p>a &lt; b&nbsp;&amp; c &x; d", "p \"a &lt; b&nbsp;&amp; c &x; d\"");
        check("<p>a &lt; b&nbsp;&amp; c</p>", "p \"a < b & c\" /p");
        check("a < b", "\"a < b\"");
    }

    #[test]
    fn scripts_and_comments_are_no_text() {
        check("<script>if (a < b) '</p>'\n</script>x<!-- <p>y\n -->z<style>q</style>", "/script \"xz\" /style");
        check("<script src='x'/>y", "script \"y\"");
    }

    proptest::proptest! {
        #[test]
        fn no_page_makes_it_fail(page in "(<|>|/|td|script|!--|-->|&amp;|&|a|\n|'|\"| |é){0,80}") {
            let _ = steps(&page);
        }
    }
}
