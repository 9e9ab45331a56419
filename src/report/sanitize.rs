//! Turns untrusted text into text that cannot act on a terminal or look like something else.
//!
//! Control characters become `\x1b`, invisible and direction-changing characters become `⟨U+202E⟩`. Refuses to know
//! what the text says. Sanitizing twice changes nothing.
//!
//! ```
//! use outlook_triage::report::sanitize::Sanitized;
//! assert_eq!(Sanitized::line("a\u{1b}]52;c;eA==\u{7}b").as_str(), r"a\x1b]52;c;eA==\x07b");
//! assert_eq!(Sanitized::line("gnp\u{202e}.exe").as_str(), "gnp⟨U+202E⟩.exe");
//! assert_eq!(Sanitized::line("資格情報マネージャー").cut(13).as_str(), "資格情… (+7)");
//! ```

use std::fmt::{self, Write as _};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text without control, invisible or direction-changing characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sanitized(String);

impl Sanitized {
    /// One line: a line break is shown like any other control character.
    #[must_use]
    pub fn line(text: &str) -> Self {
        Self::with(text, |_| false)
    }

    /// Several lines: `\n` and `\r\n` stay line breaks. Only for texts whose line breaks are their author's own.
    #[must_use]
    pub fn block(text: &str) -> Self {
        Self::with(&text.replace("\r\n", "\n"), |c| c == '\n')
    }

    fn with(text: &str, keep: impl Fn(char) -> bool) -> Self {
        let mut clean = String::with_capacity(text.len());
        for c in text.chars() {
            let code = u32::from(c);
            // Writing to a String cannot fail.
            let _ = if keep(c) {
                clean.write_char(c)
            } else if c.is_control() {
                write!(clean, "\\x{code:02x}")
            } else if is_deceptive(c) {
                write!(clean, "⟨U+{code:04X}⟩")
            } else {
                clean.write_char(c)
            };
        }
        Self(clean)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Columns on a terminal: full-width characters take two.
    #[must_use]
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// The text in at most `width` columns; what is left out is counted in characters.
    #[must_use]
    pub fn cut(&self, width: usize) -> Self {
        // Combining characters have no width, so columns alone do not bound a text.
        let most = width.saturating_mul(4);
        if self.0.len() <= most && self.width() <= width {
            return self.clone();
        }
        let total = self.0.chars().count();
        if self.width() <= width && total <= most {
            return self.clone();
        }
        // Fewer characters kept can mean one more digit in the count: the longest count is reserved.
        let reserved = format!("… (+{total})").width();
        let with_count = width > reserved;
        let room = if with_count { width.saturating_sub(reserved) } else { width.saturating_sub(1) };
        let (kept, kept_chars) = prefix(&self.0, room);
        Self(if with_count {
            format!("{kept}… (+{})", total.saturating_sub(kept_chars))
        } else if width == 0 {
            String::new()
        } else {
            format!("{kept}…")
        })
    }
}

impl fmt::Display for Sanitized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// JSON that means the same and holds no such character: inside its strings, the only place where they can stand, each becomes
/// an escape. JSON is printed to terminals too.
#[must_use]
pub fn inert_json(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() && c != '\n') || is_deceptive(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(inert, "\\u{unit:04x}");
            }
        } else {
            inert.push(c);
        }
    }
    inert
}

/// The longest beginning that fits into `room` columns, and its number of characters.
fn prefix(text: &str, room: usize) -> (&str, usize) {
    let mut used = 0;
    let most = room.saturating_mul(4);
    for (count, (at, c)) in text.char_indices().enumerate() {
        used += c.width().unwrap_or(0);
        if used > room || count >= most {
            return (text.split_at(at).0, count);
        }
    }
    (text, text.chars().count())
}

/// Characters that reorder or hide text, or break a line outside ASCII.
///
/// Variation selectors stay: Japanese personal names are written with them.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_and_deceptive_characters_are_shown() {
        let check = |text: &str, expected: &str| assert_eq!(Sanitized::line(text).as_str(), expected, "{text:?}");
        check("plain ＡＢ 葛\u{E0100}城", "plain ＡＢ 葛\u{E0100}城");
        check("\0\t\n\r\u{1b}\u{7f}", r"\x00\x09\x0a\x0d\x1b\x7f");
        check("\u{85}\u{9b}31m\u{9d}", r"\x85\x9b31m\x9d");
        check("a\u{200b}b\u{2066}c\u{feff}\u{e0041}", "a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩⟨U+E0041⟩");
        check("a\u{2028}b", "a⟨U+2028⟩b");
        assert_eq!(Sanitized::block("a\r\nb\rc").as_str(), "a\nb\\x0dc");
    }

    #[test]
    fn cutting_counts_what_it_leaves_out() {
        let check = |text: &str, width: usize, expected: &str| {
            assert_eq!(Sanitized::line(text).cut(width).as_str(), expected, "{text:?} in {width}");
        };
        check("abcdef", 6, "abcdef");
        check("abcdefghijkl", 11, "abcd… (+8)");
        check("資格情報", 8, "資格情報");
        check("資格情報", 7, "… (+4)");
        check("abcdef", 3, "ab…");
        check("abcdef", 0, "");
        let marks = format!("e{}", "\u{301}".repeat(10_000));
        assert!(Sanitized::line(&marks).cut(20).as_str().chars().count() <= 120);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn inert_json_means_the_same(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let inert = inert_json(&json);
            prop_assert!(!inert.chars().any(|c| c.is_control() || is_deceptive(c)));
            prop_assert_eq!(serde_json::from_str::<String>(&inert).unwrap(), text);
        }

        #[test]
        fn any_text_becomes_harmless_and_fits(text in any::<String>(), width in 0_usize..60) {
            let clean = Sanitized::line(&text);
            prop_assert!(!clean.as_str().chars().any(|c| c.is_control() || is_deceptive(c)));
            prop_assert_eq!(&Sanitized::line(clean.as_str()), &clean);
            prop_assert!(clean.cut(width).width() <= width);
        }
    }
}
