//! Decides the encoding of a text from its first bytes, by a fixed ladder: BOM, zero bytes of UTF-16, strict UTF-8, code page.

use super::page;
use crate::bundle::{Certainty, TextEncoding};

/// Bytes in which the zero bytes of UTF-16 are counted.
const NUL_WINDOW: usize = 512;

/// Decides the encoding of a text. `whole` says that `prefix` is all of it, so that a character cut at its end is an error.
#[must_use]
pub fn detect(prefix: &[u8], whole: bool) -> TextEncoding {
    if let Some(name) = byte_order_mark(prefix) {
        return encoding(name, Certainty::Declared);
    }
    if let Some(name) = utf16_by_zeros(prefix) {
        return encoding(name, Certainty::Certain);
    }
    if is_utf8(prefix, whole) {
        return encoding("utf-8", Certainty::Certain);
    }
    encoding(page::guess(prefix), Certainty::Guessed)
}

pub(super) fn encoding(name: &str, certainty: Certainty) -> TextEncoding {
    TextEncoding { name: name.to_owned(), certainty }
}

fn byte_order_mark(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some("utf-8"),
        [0xFF, 0xFE, ..] => Some("utf-16le"),
        [0xFE, 0xFF, ..] => Some("utf-16be"),
        _ => None,
    }
}

/// ASCII characters in UTF-16 have one zero byte, always on the same side. Binary data has zeros on both sides.
fn utf16_by_zeros(prefix: &[u8]) -> Option<&'static str> {
    let window = prefix.get(..NUL_WINDOW).unwrap_or(prefix);
    let pairs = window.chunks_exact(2);
    let number = pairs.len();
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in pairs {
        if let [first, second] = pair {
            even += usize::from(*first == 0);
            odd += usize::from(*second == 0);
        }
    }
    let many = |zeros: usize| zeros * 10 >= number * 3;
    let few = |zeros: usize| zeros * 10 < number;
    match number {
        0 => None,
        _ if many(odd) && few(even) => Some("utf-16le"),
        _ if many(even) && few(odd) => Some("utf-16be"),
        _ => None,
    }
}

fn is_utf8(bytes: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => !whole && error.error_len().is_none(),
    }
}
