//! Breaks one text into lines of a width: at spaces, and between full-width characters as Japanese is set.
//!
//! Refuses to know where the lines are printed. What fits on no line is split: a path behind a separator, else anywhere.
//!
//! ```text
//! 「資格情報マネージャー」を開きます。 in 16  ─▶  「資格情報マネー / ジャー」を開きま / す。
//! ```

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Characters that must not begin a line (JIS X 4051, shortened to what occurs in reports).
const NOT_FIRST: &str =
    "。、，．・：；！？）」』】〕〉》｝］ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…～)],;:.!?";
/// Characters that must not end a line.
const NOT_LAST: &str = "（「『【〔〈《｛［([";
/// Characters behind which a long word may be split.
const SEPARATORS: &str = "/\\-_.,;:=|&";

/// The lines of a text; at least one.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for (gap, piece) in pieces(text) {
        let size = piece.width();
        let gap = if line.is_empty() { 0 } else { gap };
        if !line.is_empty() && used + gap + size > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        } else if gap > 0 {
            line.extend(std::iter::repeat_n(' ', gap));
            used += gap;
        }
        let mut rest = piece.as_str();
        while used + rest.width() > width {
            let (head, tail) = split(rest, width.saturating_sub(used));
            line.push_str(head);
            lines.push(std::mem::take(&mut line));
            used = 0;
            rest = tail;
        }
        line.push_str(rest);
        used += rest.width();
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// What must stay together, each with the number of spaces before it.
fn pieces(text: &str) -> Vec<(usize, String)> {
    let mut pieces: Vec<(usize, String)> = Vec::new();
    let mut gap = 0;
    let mut last: Option<char> = None;
    for c in text.chars() {
        if c == ' ' {
            gap += 1;
            last = None;
            continue;
        }
        let joined = last.is_some_and(|last| {
            NOT_FIRST.contains(c) || NOT_LAST.contains(last) || !(is_wide(last) || is_wide(c)) || c.width() == Some(0)
        });
        match pieces.last_mut() {
            Some((_, piece)) if joined => piece.push(c),
            _ => pieces.push((std::mem::take(&mut gap), c.to_string())),
        }
        last = Some(c);
    }
    pieces
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

/// A piece that fits on no line, split behind the last separator that fits, else where the line ends.
fn split(piece: &str, room: usize) -> (&str, &str) {
    let mut used = 0;
    let mut end = 0;
    let mut behind_separator = 0;
    for (at, c) in piece.char_indices() {
        used += c.width().unwrap_or(0);
        if used > room && at > 0 {
            break;
        }
        end = at + c.len_utf8();
        if SEPARATORS.contains(c) {
            behind_separator = end;
        }
    }
    // A separator far to the left would leave most of the line empty.
    let at = if behind_separator.saturating_mul(2) > end { behind_separator } else { end };
    piece.split_at_checked(at).unwrap_or((piece, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_where_a_reader_expects() {
        let check = |text: &str, width: usize, expected: &[&str]| assert_eq!(wrap(text, width), expected, "{text}");
        check("", 10, &[""]);
        check("one two three", 8, &["one two", "three"]);
        check("a  b", 10, &["a  b"]);
        check("「資格情報マネージャー」を開きます。", 16, &["「資格情報マネー", "ジャー」を開きま", "す。"]);
        check("Outlook を終了します", 12, &["Outlook を終", "了します"]);
        check("一部のみ (全 6 件)です", 11, &["一部のみ", "(全 6 件)で", "す"]);
        check("前提を確認(必須)します", 12, &["前提を確認", "(必須)します"]);
        check("Configuration/Office/OfficeInfo.xml", 20, &["Configuration/", "Office/OfficeInfo.", "xml"]);
        check("xxxxxxxxxxxxxxx", 6, &["xxxxxx", "xxxxxx", "xxx"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn no_line_is_wider_and_nothing_is_lost(text in "[a-z /\u{3042}-\u{3050}。「」ー]{0,80}", width in 2_usize..50) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let solid = |text: &str| text.replace(' ', "");
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
        }
    }
}
