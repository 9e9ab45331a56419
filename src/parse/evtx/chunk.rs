//! Checks the header of one chunk: magic, the two checksums, and the chains of names and templates.
//! Knows nothing of records; a chunk that fails a check is still read.
//!
//! ```text
//! 0000  "ElfChnk\0"  first and last record number, first and last record id   (u64 each)
//! 0030  free space u32   34 CRC-32 of the records   78 flags (4: no checksums)   7C CRC-32 of the header
//! 0080  64 × u32 first names of the hash chains   180  32 × u32 first templates
//! ```

use super::bytes::{CHUNK, RECORDS, offset_at, u32_at, u64_at};

pub(super) const MAGIC: &[u8] = b"ElfChnk\0";
const NO_CHECKSUMS: u32 = 4;
/// The shortest entry of a chain is a name link of 6 bytes, a length and a final zero.
const SHORTEST_ENTRY: usize = 10;

/// What the header of a chunk says, and how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChunkHeader {
    /// Last record id by position in the file (not `EventRecordID`).
    pub last_id: u64,
    /// Where the records end, if that is inside the chunk.
    pub free: Option<usize>,
    /// The header's checksum holds, or the chunk carries none.
    pub header_holds: bool,
    /// The records' checksum holds, or the chunk carries none.
    pub records_hold: bool,
}

impl ChunkHeader {
    /// Reads the header of a chunk that begins with the magic.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        if !data.starts_with(MAGIC) {
            return None;
        }
        let free = offset_at(data, 48).filter(|free| (RECORDS..=CHUNK).contains(free));
        let unchecked = u32_at(data, 120)? & NO_CHECKSUMS != 0;
        let records = free.and_then(|free| data.get(RECORDS..free));
        Some(Self {
            last_id: u64_at(data, 32)?,
            free,
            header_holds: unchecked || header_sum(data) == u32_at(data, 124),
            records_hold: records
                .is_some_and(|records| unchecked || Some(evtx::checksum_ieee(records)) == u32_at(data, 52)),
        })
    }

    /// Both checksums hold: the header's own end of records is right.
    pub(super) fn trusted(self) -> bool {
        self.header_holds && self.records_hold
    }
}

fn header_sum(data: &[u8]) -> Option<u32> {
    let mut covered = [0; 120 + RECORDS - 128];
    covered.get_mut(..120)?.copy_from_slice(data.get(..120)?);
    covered.get_mut(120..)?.copy_from_slice(data.get(128..RECORDS)?);
    Some(evtx::checksum_ieee(&covered))
}

/// The first place where a chain of names or templates leaves the chunk or comes back to an entry that was already seen.
///
/// Readers that follow such a chain never end; the tables are not needed, so they are dropped instead.
pub(super) fn broken_chain(data: &[u8]) -> Option<usize> {
    chains(data, 128, 64).or_else(|| chains(data, 384, 32))
}

fn chains(data: &[u8], table: usize, buckets: usize) -> Option<usize> {
    let mut seen = Seen::default();
    for bucket in 0..buckets {
        let mut link = table.saturating_add(bucket.saturating_mul(4));
        loop {
            let next = offset_at(data, link).unwrap_or(0);
            if next == 0 {
                break;
            }
            let outside = next < RECORDS || next > data.len().saturating_sub(SHORTEST_ENTRY);
            if outside || !seen.first_visit(next) {
                return Some(link);
            }
            link = next;
        }
    }
    None
}

/// Which positions of a chunk a walk came by.
struct Seen([u64; CHUNK / 64]);

impl Default for Seen {
    fn default() -> Self {
        Self([0; CHUNK / 64])
    }
}

impl Seen {
    fn first_visit(&mut self, position: usize) -> bool {
        let bit = 1_u64 << (position % 64);
        let Some(word) = self.0.get_mut(position / 64) else { return false };
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk() -> Vec<u8> {
        let mut data = vec![0; CHUNK];
        data[..8].copy_from_slice(MAGIC);
        data[48..52].copy_from_slice(&512_u32.to_le_bytes());
        let sum = header_sum(&data).unwrap();
        data[124..128].copy_from_slice(&sum.to_le_bytes());
        data
    }

    fn link(data: &mut [u8], from: usize, to: u32) {
        data[from..from + 4].copy_from_slice(&to.to_le_bytes());
    }

    #[test]
    fn checksums_hold_or_not() {
        let mut data = chunk();
        assert!(ChunkHeader::read(&data).unwrap().trusted());
        data[9] = 1;
        let read = ChunkHeader::read(&data).unwrap();
        assert_eq!((read.header_holds, read.records_hold), (false, true));
        data[52] = 1;
        assert!(!ChunkHeader::read(&data).unwrap().records_hold);
        data[120] = 4;
        assert!(ChunkHeader::read(&data).unwrap().trusted());
        for free in [0, 511, 65_537, u32::MAX] {
            link(&mut data, 48, free);
            assert_eq!(ChunkHeader::read(&data).unwrap().free, None, "{free}");
        }
    }

    #[test]
    fn chains_end_or_are_broken() {
        let mut data = chunk();
        assert_eq!(broken_chain(&data), None);
        link(&mut data, 128, 600);
        link(&mut data, 600, 700);
        assert_eq!(broken_chain(&data), None);
        link(&mut data, 700, 600);
        assert_eq!(broken_chain(&data), Some(700), "a cycle of two");
        link(&mut data, 700, 700);
        assert_eq!(broken_chain(&data), Some(700), "points to itself");
        link(&mut data, 700, u32::MAX);
        assert_eq!(broken_chain(&data), Some(700), "leaves the chunk");
        link(&mut data, 700, 0);
        link(&mut data, 384, 12);
        assert_eq!(broken_chain(&data), Some(384), "a template inside the header");
    }
}
