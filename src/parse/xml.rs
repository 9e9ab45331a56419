//! A buffered stream for XML readers that counts lines and refuses a token that is longer than allowed.
//!
//! The XML library keeps a whole token in memory; without this, one endless attribute would fill it.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use quick_xml::events::BytesRef;

/// Message of the error that stands for "token too long".
const TOO_LONG: &str = "XML token longer than allowed";

/// What the stream and its user share.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gauge {
    lines: Rc<Cell<u64>>,
    left: Rc<Cell<usize>>,
}

impl Gauge {
    /// Line of the position, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.lines.get() + 1
    }

    /// Begins a token of at most this many bytes.
    pub(crate) fn allow(&self, bytes: usize) {
        self.left.set(bytes);
    }

    /// Whether an error of the stream means that the token was too long.
    pub(crate) fn is_too_long(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::FileTooLarge && error.to_string() == TOO_LONG
    }
}

/// What a reference stands for. Only the five predefined entities and characters by number exist; a number that is no character
/// is a damaged one.
pub(crate) fn character(reference: &BytesRef<'_>) -> Option<char> {
    let name: &str = reference;
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ if reference.is_char_ref() => {
            reference.resolve_char_ref().ok().flatten().unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        _ => return None,
    })
}

/// The stream.
#[allow(missing_debug_implementations)] // holds a stream
pub(crate) struct Guarded<R> {
    inner: BufReader<R>,
    gauge: Gauge,
}

impl<R: Read> Guarded<R> {
    /// Wraps a stream of UTF-8.
    pub(crate) fn new(inner: R) -> (Self, Gauge) {
        let gauge = Gauge::default();
        (Self { inner: BufReader::with_capacity(32 << 10, inner), gauge: gauge.clone() }, gauge)
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(out)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Guarded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.gauge.left.get() == 0 {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, TOO_LONG));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let lines = memchr::memchr_iter(b'\n', self.inner.buffer().get(..amount).unwrap_or_default()).count();
        self.gauge.lines.set(self.gauge.lines.get() + u64::try_from(lines).unwrap_or_default());
        self.gauge.left.set(self.gauge.left.get().saturating_sub(amount));
        self.inner.consume(amount);
    }
}
