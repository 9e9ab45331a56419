//! Turns bytes of a named encoding into UTF-8, piece by piece, and counts what was no text.
//!
//! `encoding_rs` speaks the encodings of the web, the Windows ANSI pages among them; `oem_cp` the console pages of Western Windows.

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use oem_cp::code_table::{DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP852};

/// An encoding that can be decoded.
#[derive(Debug, Clone, Copy)]
pub(super) enum Charset {
    /// One of `encoding_rs`.
    Web(&'static Encoding),
    /// A single-byte console page: its upper half.
    Oem(&'static [char; 128]),
}

impl Charset {
    /// By lower-case name; an unknown name is read as UTF-8, whose losses are counted.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "cp437" => Self::Oem(&DECODING_TABLE_CP437),
            "cp850" => Self::Oem(&DECODING_TABLE_CP850),
            "cp852" => Self::Oem(&DECODING_TABLE_CP852),
            _ => Self::Web(Encoding::for_label(name.as_bytes()).unwrap_or(UTF_8)),
        }
    }

    /// A decoder at the beginning of a text.
    pub(super) fn decoder(self) -> Decoding {
        let state = match self {
            Self::Web(encoding) => {
                let two_byte = encoding == UTF_16LE || encoding == UTF_16BE;
                State::Web { decoder: Box::new(encoding.new_decoder_with_bom_removal()), two_byte, odd: None }
            }
            Self::Oem(table) => State::Oem(table),
        };
        Decoding { state, replaced: 0 }
    }
}

enum State {
    Web { decoder: Box<encoding_rs::Decoder>, two_byte: bool, odd: Option<u8> },
    Oem(&'static [char; 128]),
}

/// A text that is being decoded.
pub(super) struct Decoding {
    state: State,
    /// Characters that were put in place of bytes that are no text.
    pub(super) replaced: u64,
}

impl Decoding {
    /// Decodes more bytes; `last` ends the text. The odd byte at the end of UTF-16 is dropped: half a character says nothing.
    pub(super) fn push(&mut self, bytes: &[u8], last: bool, out: &mut String) {
        match &mut self.state {
            State::Oem(table) => out.extend(bytes.iter().map(|byte| oem_char(table, *byte))),
            State::Web { decoder, two_byte: false, .. } => self.replaced += feed(decoder, bytes, last, out),
            State::Web { decoder, two_byte: true, odd } => {
                let mut rest = bytes;
                if let Some(first) = *odd
                    && let Some((second, tail)) = rest.split_first()
                {
                    self.replaced += feed(decoder, &[first, *second], false, out);
                    *odd = None;
                    rest = tail;
                }
                if rest.len() % 2 == 1
                    && let Some((dangling, head)) = rest.split_last()
                {
                    *odd = Some(*dangling);
                    rest = head;
                }
                self.replaced += feed(decoder, rest, last, out);
            }
        }
    }
}

fn oem_char(table: &[char; 128], byte: u8) -> char {
    match byte.checked_sub(128) {
        None => char::from(byte),
        Some(upper) => table.get(usize::from(upper)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

/// Gives all bytes to the decoder and returns how many sequences were malformed.
fn feed(decoder: &mut encoding_rs::Decoder, mut bytes: &[u8], last: bool, out: &mut String) -> u64 {
    let mut malformed = 0;
    loop {
        // The estimate is what encoding_rs needs at most; without it the answer is "output full" and another turn.
        out.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(4096).min(1 << 20));
        let (result, read) = decoder.decode_to_string_without_replacement(bytes, out, last);
        bytes = bytes.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => return malformed,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                malformed += 1;
                out.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}
