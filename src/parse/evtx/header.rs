//! Turns the first 4,096 bytes of a log into what they say about the file. Nothing in them is a reason to reject a log:
//! copies of live logs carry stale counts, and one public sample carries rubbish in the flags.
//!
//! ```text
//! 00  45 6C 66 46 69 6C 65 00  "ElfFile\0"   first chunk u64   last chunk u64   next record u64
//! 78  flags u32: 1 dirty, 2 full             7C  CRC-32 of the first 120 bytes
//! ```

use super::bytes::{u32_at, u64_at};

/// Bytes of the block that holds the header.
pub(super) const BLOCK: usize = 4_096;
const MAGIC: &[u8] = b"ElfFile\0";
const DIRTY: u32 = 1;

/// What the header of a log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileHeader {
    /// The service was still writing: counts, and the checksums of the chunk in work, are stale.
    pub dirty: bool,
    /// The stored CRC-32 is that of the bytes.
    pub checksum_holds: bool,
    /// Number of the last chunk.
    pub last_chunk: u64,
}

impl FileHeader {
    /// Reads the header; `None` if these bytes are not one.
    pub(super) fn read(block: &[u8]) -> Option<Self> {
        if !block.starts_with(MAGIC) {
            return None;
        }
        Some(Self {
            dirty: u32_at(block, 120)? & DIRTY != 0,
            checksum_holds: evtx::checksum_ieee(block.get(..120)?) == u32_at(block, 124)?,
            last_chunk: u64_at(block, 16)?,
        })
    }

    /// How many chunks the file had when it was closed; unknown in a dirty or damaged one.
    pub(super) fn chunks(self) -> Option<u64> {
        (!self.dirty && self.checksum_holds).then(|| self.last_chunk.checked_add(1)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_flag_bits_count_and_nothing_rejects() {
        let mut block = vec![0; BLOCK];
        assert_eq!(FileHeader::read(&block), None);
        block[..8].copy_from_slice(MAGIC);
        block[16] = 4;
        block[120..124].copy_from_slice(&0xFFFF_FF00_u32.to_le_bytes());
        let read = FileHeader::read(&block).unwrap();
        assert_eq!((read.dirty, read.checksum_holds, read.chunks()), (false, false, None));
        let sum = evtx::checksum_ieee(&block[..120]);
        block[124..128].copy_from_slice(&sum.to_le_bytes());
        assert_eq!(FileHeader::read(&block).unwrap().chunks(), Some(5));
        block[120] |= 1;
        assert_eq!(FileHeader::read(&block).unwrap().chunks(), None);
        assert_eq!(FileHeader::read(&block[..64]), None);
    }
}
