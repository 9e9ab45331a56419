//! Cuts the stream of a log into its 64 KiB chunks, one at a time, into one buffer that is used again.
//! Passes over space that was never used, and finds the next chunk after bytes that are none.
//!
//! Counts in the file header are not needed and not believed: the stream is read to its end.

use std::io::{ErrorKind, Read};

use memchr::memmem;

use super::bytes::{CHUNK, RECORDS};
use super::chunk::{ChunkHeader, MAGIC};

/// What the next part of the file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A chunk that begins at this offset; `held` of its bytes exist (fewer than 64 KiB only at the end of the file).
    Chunk { offset: u64, held: usize },
    /// Never written: zeros.
    Blank { offset: u64, bytes: u64 },
    /// Bytes that are no chunk.
    Foreign { offset: u64, bytes: u64 },
    /// The file ends here.
    End,
    /// The system could not read on; the offset is the number of bytes that were read.
    Failed { offset: u64, reason: String },
}

/// The stream and its buffer.
pub(super) struct Slots<'a> {
    reader: &'a mut dyn Read,
    buffer: Vec<u8>,
    filled: usize,
    offset: u64,
    failure: Option<String>,
}

impl<'a> Slots<'a> {
    /// Reads from the current position of the stream, which is `offset` bytes into the file.
    pub(super) fn new(reader: &'a mut dyn Read) -> Self {
        Self { reader, buffer: vec![0; CHUNK], filled: 0, offset: 0, failure: None }
    }

    /// Fills up to `want` bytes and shows them, without passing them. Used for the header block.
    pub(super) fn peek(&mut self, want: usize) -> &[u8] {
        self.fill(want);
        self.buffer.get(..self.filled.min(want)).unwrap_or_default()
    }

    /// Passes bytes at the front of the buffer.
    pub(super) fn pass(&mut self, bytes: usize) {
        let bytes = bytes.min(self.filled);
        self.buffer.copy_within(bytes..self.filled, 0);
        self.filled = self.filled.saturating_sub(bytes);
        self.offset = self.offset.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// The bytes of the chunk that [`Slots::next`] announced; without zeros for what the file does not hold.
    pub(super) fn chunk(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// What comes next. A chunk has to be passed by the caller after it was read.
    pub(super) fn next(&mut self) -> Slot {
        self.fill(CHUNK);
        if self.filled == 0 {
            return match self.failure.take() {
                Some(reason) => Slot::Failed { offset: self.offset, reason },
                None => Slot::End,
            };
        }
        let offset = self.offset;
        let data = self.chunk();
        if data.starts_with(MAGIC) {
            return Slot::Chunk { offset, held: self.filled };
        }
        let foreign = next_chunk(data).unwrap_or(data.len());
        let blank = data.get(..foreign).is_some_and(|bytes| bytes.iter().all(|byte| *byte == 0));
        self.pass(foreign);
        let bytes = u64::try_from(foreign).unwrap_or(u64::MAX);
        if blank { Slot::Blank { offset, bytes } } else { Slot::Foreign { offset, bytes } }
    }

    fn fill(&mut self, want: usize) {
        while self.filled < want && self.failure.is_none() {
            let Some(space) = self.buffer.get_mut(self.filled..want) else { return };
            match self.reader.read(space) {
                Ok(0) => return,
                Ok(read) => self.filled = self.filled.saturating_add(read).min(want),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => self.failure = Some(error.to_string()),
            }
        }
    }
}

/// A chunk that does not stand where it should: its magic can be part of a text, so its header has to hold too.
fn next_chunk(data: &[u8]) -> Option<usize> {
    memmem::find_iter(data, MAGIC).find(|at| {
        let Some(rest) = data.get(*at..) else { return false };
        rest.len() >= RECORDS && ChunkHeader::read(rest).is_some_and(|header| header.header_holds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(mark: u8) -> Vec<u8> {
        let mut data = vec![0; CHUNK];
        data[..8].copy_from_slice(MAGIC);
        data[120] = 4; // no checksums
        data[600] = mark;
        data
    }

    fn slots(bytes: &[u8]) -> Vec<Slot> {
        let mut reader = bytes;
        let mut slots = Slots::new(&mut reader);
        let mut found = Vec::new();
        loop {
            let slot = slots.next();
            if let Slot::Chunk { held, .. } = slot {
                slots.pass(held);
            }
            let last = slot == Slot::End;
            found.push(slot);
            if last {
                return found;
            }
        }
    }

    #[test]
    fn blank_and_foreign_space_is_passed() {
        let mut file = chunk(1);
        file.extend(vec![0; CHUNK]);
        file.extend(b"rubbish".repeat(3));
        file.extend(chunk(2));
        file.truncate(file.len() - 5);
        let big = u64::try_from(CHUNK).unwrap();
        assert_eq!(
            slots(&file),
            [
                Slot::Chunk { offset: 0, held: CHUNK },
                Slot::Blank { offset: big, bytes: big },
                Slot::Foreign { offset: 2 * big, bytes: 21 },
                Slot::Chunk { offset: 2 * big + 21, held: CHUNK - 5 },
                Slot::End,
            ]
        );
        assert_eq!(slots(b""), [Slot::End]);
    }

    #[test]
    fn the_magic_inside_a_text_is_no_chunk() {
        let mut file = b"a log about ElfChnk\0 and more".to_vec();
        file.extend(vec![b'x'; 600]);
        assert_eq!(slots(&file)[0], Slot::Foreign { offset: 0, bytes: 629 });
    }

    #[test]
    fn a_failing_stream_gives_what_was_read() {
        struct Failing(usize);
        impl Read for Failing {
            fn read(&mut self, space: &mut [u8]) -> std::io::Result<usize> {
                if self.0 == 0 {
                    return Err(std::io::Error::other("the share is gone"));
                }
                let read = self.0.min(space.len());
                space[..read].fill(b'x');
                self.0 -= read;
                Ok(read)
            }
        }
        let mut reader = Failing(100);
        let mut slots = Slots::new(&mut reader);
        assert_eq!(slots.next(), Slot::Foreign { offset: 0, bytes: 100 });
        assert_eq!(slots.next(), Slot::Failed { offset: 100, reason: "the share is gone".into() });
    }
}
