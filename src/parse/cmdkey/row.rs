//! One line of a listing: label, value, and what its shape says; and lines that a console window had wrapped.

use unicode_width::UnicodeWidthStr;

/// Longest label in characters; a longer text before a colon is a sentence.
const LABEL: usize = 40;
/// Widths of console windows, in columns, at which a copied line is broken.
const WINDOWS: [usize; 2] = [80, 120];

/// A line, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) text: String,
    /// Whether it stood behind the four blanks that the program writes.
    pub(super) indented: bool,
}

impl Row {
    fn new(number: u64, raw: &str) -> Self {
        let indented = raw.chars().take_while(|here| here.is_whitespace()).count() >= 4;
        Self { number, text: raw.trim().to_owned(), indented }
    }

    fn split(&self) -> Option<(&str, &str)> {
        let (label, value) = self.text.split_once([':', '：'])?;
        let label = label.trim();
        (!label.is_empty() && label.chars().count() <= LABEL && !label.contains('=')).then_some((label, value.trim()))
    }

    /// The text before the first colon, ASCII or full-width.
    pub(super) fn label(&self) -> Option<&str> {
        self.split().map(|(label, _)| label)
    }

    /// The text behind the label.
    pub(super) fn value(&self) -> &str {
        self.split().map_or("", |(_, value)| value)
    }

    /// Whether the line names a target in the form with a wrapper, with or without a label.
    pub(super) fn is_target(&self) -> bool {
        is_wrapped_target(self.value()) || is_wrapped_target(&self.text)
    }

    /// The target as listed.
    pub(super) fn target(&self) -> &str {
        if is_wrapped_target(self.value()) || !is_wrapped_target(&self.text) { self.value() } else { &self.text }
    }

    /// `* NONE *` in any language.
    pub(super) fn is_none_marker(&self) -> bool {
        let inner = self.text.strip_prefix('*').and_then(|rest| rest.strip_suffix('*'));
        inner.is_some_and(|inner| !inner.trim().is_empty() && !inner.contains('*'))
    }

    /// A sentence with a colon and nothing behind it.
    pub(super) fn is_header(&self) -> bool {
        self.text.trim_end().ends_with([':', '：']) && !self.indented
    }

    /// A header, or a command line, that names an argument: the listing shows a part of the vault.
    pub(super) fn names_filter(&self) -> bool {
        let folded = self.text.to_lowercase();
        folded.contains("/list:")
            || (!self.is_prompt() && self.text.trim_end_matches([':', '：']).contains(['=', '\\', '@', '.', '/', '*']))
    }

    /// A prompt that was copied along: `C:\Users\a>cmdkey /list`, `PS C:\> …`.
    pub(super) fn is_prompt(&self) -> bool {
        let path = self.text.strip_prefix("PS ").unwrap_or(&self.text);
        let drive = matches!(path.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
        drive && path.contains('>')
    }

    /// The program's own help and errors, which begin with its name in every language.
    pub(super) fn is_program(&self) -> bool {
        let head = self.text.get(..6).unwrap_or_default();
        head.eq_ignore_ascii_case("cmdkey") && !self.is_target()
    }
}

/// `LegacyGeneric:target=…`, `Domain:interactive=…`: words with colons, then an attribute.
fn is_wrapped_target(text: &str) -> bool {
    let Some((names, _)) = text.split_once('=') else { return false };
    let mut words = names.split(':');
    let attribute = words.next_back().unwrap_or_default();
    let is_word = |word: &str| {
        word.starts_with(|here: char| here.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let mut wrappers = 0;
    for word in words {
        wrappers += 1;
        if wrappers > 3 || !is_word(word) {
            return false;
        }
    }
    wrappers > 0 && !attribute.is_empty() && attribute.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a name holds what only wrong decoding leaves behind.
pub(super) fn is_damaged(name: &str) -> bool {
    name.chars().any(|here| here == char::REPLACEMENT_CHARACTER || ('\u{80}'..='\u{9f}').contains(&here))
}

/// Joins lines that a console window had wrapped: a line as wide as the window whose continuation begins at the left edge.
#[derive(Debug, Default)]
pub(super) struct Unwrap {
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    number: u64,
    text: String,
    /// The window that its last physical line fills.
    window: Option<usize>,
}

impl Unwrap {
    /// Takes a physical line and gives the row that is certain to have ended.
    pub(super) fn push(&mut self, number: u64, line: &str) -> Option<Row> {
        // A target has at most 32767 characters.
        const LONGEST: usize = 100_000;
        if let Some(held) = &mut self.held
            && let Some(window) = held.window
            && held.text.len() < LONGEST
            && line.chars().next().is_some_and(|first| !first.is_whitespace())
        {
            held.text.push_str(line);
            held.window = fills(line).filter(|width| *width == window);
            return None;
        }
        // Only the program's own lines, which are indented, can be known to be wrapped.
        let window = line.starts_with("    ").then(|| fills(line)).flatten();
        let before = self.held.replace(Held { number, text: line.to_owned(), window });
        before.map(|held| Row::new(held.number, &held.text))
    }

    /// The last row.
    pub(super) fn finish(&mut self) -> Option<Row> {
        self.held.take().map(|held| Row::new(held.number, &held.text))
    }
}

fn fills(line: &str) -> Option<usize> {
    let width = line.width();
    WINDOWS.into_iter().find(|window| *window == width)
}
