//! A stream of UTF-8 bytes over a stream in any encoding, BOM removed: what an XML or CSV reader is given.

use std::io::{self, Read};

use super::charset::{Charset, Decoding};
use crate::bundle::TextEncoding;

const CHUNK: usize = 32 << 10;

/// Decodes while it is read.
#[allow(missing_debug_implementations)] // holds a stream
pub struct Utf8Reader<R> {
    reader: R,
    decoding: Decoding,
    text: String,
    position: usize,
    ended: bool,
}

impl<R: Read> Utf8Reader<R> {
    /// Reads from the first byte of a text.
    pub fn new(reader: R, encoding: &TextEncoding) -> Self {
        let decoding = Charset::named(&encoding.name).decoder();
        Self { reader, decoding, text: String::new(), position: 0, ended: false }
    }

    /// Characters that were put in place of bytes that are no text, so far.
    pub fn replaced(&self) -> u64 {
        self.decoding.replaced
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.position == self.text.len() && !self.ended {
            self.text.clear();
            self.position = 0;
            let mut chunk = [0; CHUNK];
            let read = match self.reader.read(&mut chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.ended = read == 0;
            self.decoding.push(chunk.get(..read).unwrap_or_default(), self.ended, &mut self.text);
        }
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let size = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..size), rest.get(..size)) {
            to.copy_from_slice(from);
        }
        self.position += size;
        Ok(size)
    }
}
