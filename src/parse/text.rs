//! Opens a text artifact for a parser: with the encoding that `bundle` found, or, where it found none, with its own look.

use std::io::{Cursor, Read};

use super::Input;
use crate::bundle::TextEncoding;
use crate::bundle::decode::{Utf8Reader, detect};
use crate::issue::{Issue, IssueCode};

/// How much decides about the encoding.
const PREFIX: u64 = 64 << 10;

/// The bytes of a text and its encoding.
pub(crate) fn open(input: Input<'_>) -> (Box<dyn Read + '_>, TextEncoding) {
    let Input { reader, encoding, .. } = input;
    if let Some(encoding) = encoding {
        return (Box::new(reader), encoding);
    }
    let mut prefix = Vec::new();
    let failure = (&mut *reader).take(PREFIX).read_to_end(&mut prefix).err();
    let whole = u64::try_from(prefix.len()).is_ok_and(|length| length < PREFIX);
    let encoding = detect(&prefix, whole);
    match failure {
        // The error is seen again, by the parser, behind the bytes that could be read.
        Some(error) => (Box::new(Cursor::new(prefix).chain(Failing(Some(error)))), encoding),
        None => (Box::new(Cursor::new(prefix).chain(reader)), encoding),
    }
}

/// Says how many characters were put in the place of bytes that are no text.
pub(crate) fn replaced(decoder: &Utf8Reader<impl Read>) -> Option<Issue> {
    let number = decoder.replaced();
    (number > 0).then(|| Issue::new(IssueCode::ReplacedCharacters, number.to_string()))
}

struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
