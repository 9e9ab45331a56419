//! Turns the bytes of a text artifact into UTF-8: which encoding, then line by line or as one stream.
//!
//! Refuses to know what the text says, except for the few words that tell one code page from another.
//! Memory stays bounded by `limits.line` whatever the file looks like.
//!
//! ```text
//! FF FE 0D 00 0A 00 2A 00 …   ─▶  utf-16le (declared)   1: ""   2: "*…"
//! 83 5E 81 5B 83 51 83 62 …   ─▶  shift_jis (guessed)   1: "ターゲット: …"
//! ```

mod charset;
mod detect;
mod lines;
mod mojibake;
mod page;
mod utf8;

#[cfg(test)]
mod tests;

pub use detect::detect;
pub use lines::{Line, TextReader};
pub use utf8::Utf8Reader;

use super::TextEncoding;
use charset::Charset;

/// Decodes the beginning of a text, BOM removed; a character that the end cuts is left out.
#[must_use]
pub fn decode_prefix(prefix: &[u8], encoding: &TextEncoding) -> String {
    let mut text = String::new();
    Charset::named(&encoding.name).decoder().push(prefix, false, &mut text);
    text
}
