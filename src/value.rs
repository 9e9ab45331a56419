//! Typed values that cross the borders between stages: versions, spans of time, profile and fact values.
//!
//! They know how to compare themselves and how Windows folds text; they know nothing of files or rules.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

/// A four-part Windows file version, ordered part by part.
///
/// ```
/// use outlook_triage::value::FileVersion;
/// let old: FileVersion = "15.0.4605.1000".parse().unwrap();
/// assert!(old < "15.0.4615".parse().unwrap());
/// assert_eq!(old.to_string(), "15.0.4605.1000");
/// assert!("15".parse::<FileVersion>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileVersion(pub [u32; 4]);

impl FileVersion {
    /// The first part: 14, 15 or 16 for Office.
    #[must_use]
    pub fn major(self) -> u32 {
        let [major, ..] = self.0;
        major
    }
}

impl fmt::Display for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

/// Text that is not a dotted version of two to four numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a version of two to four numbers, such as 15.0.4615.1000")]
pub struct NotAVersion(String);

impl FromStr for FileVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAVersion(text.chars().take(40).collect());
        let mut parts = [0; 4];
        let mut count = 0;
        for part in text.trim().split('.') {
            let slot = parts.get_mut(count).ok_or_else(wrong)?;
            if part.is_empty() || part.len() > 9 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            *slot = part.parse().map_err(|_| wrong())?;
            count += 1;
        }
        if count < 2 { Err(wrong()) } else { Ok(Self(parts)) }
    }
}

/// A half-open span of time, `[from, to)`; a log's own window includes the instant `to` of its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// First instant.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
}

impl Window {
    /// The smallest window that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }
}

/// A typed value of a profile property or of any named property.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Text, compared as Windows folds it.
    Text(String),
    /// A number; unsigned 32-bit values are kept unsigned (0x8000F001 is 2147545089).
    Number(i64),
    /// True or false.
    Bool(bool),
    /// An instant.
    Time(Timestamp),
    /// A file version.
    Version(FileVersion),
    /// Several texts.
    List(Vec<String>),
    /// Bytes that are shown by their length only (secrets, blobs).
    Bytes(usize),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Time(at) => write!(f, "{at}"),
            Self::Version(version) => write!(f, "{version}"),
            Self::List(items) => f.write_str(&items.join(", ")),
            Self::Bytes(length) => write!(f, "({length} bytes)"),
        }
    }
}

/// RFC 4648, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|position| u32::from(chunk.get(position).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for position in 0..4_usize {
            let digit = bits >> (18 - 6 * position) & 63;
            let digit = usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit)).copied().unwrap_or(b'=');
            text.push(if position <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The word of a value in the table of its words.
pub(crate) fn word_of<T: PartialEq>(table: &[(&'static str, T)], value: &T) -> &'static str {
    table.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

/// The form in which Windows compares names of keys, values, users and hosts.
#[must_use]
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_part_not_by_text() {
        let parse = |text: &str| text.parse::<FileVersion>().ok();
        assert!(parse("16.0.9126.2259") < parse("16.0.10001.1"));
        assert_eq!(parse("15.0.4615"), Some(FileVersion([15, 0, 4615, 0])));
        for wrong in ["", "16", "16.", "16.0.1.2.3", "16.0.x.1", "16.0.-1.1", "16.0.99999999999.1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
