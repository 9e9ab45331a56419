//! Finds where the records of a chunk begin and end. Knows nothing of what is inside a record.
//!
//! The header of the chunk is believed only if its checksums hold; otherwise records are followed as long as they are
//! whole, and after damage the search goes on at the next place that looks like a record.
//!
//! ```text
//! 2A 2A 00 00   size u32   id u64   written FILETIME   … binary XML …   size u32 again
//! ```

use memchr::memmem;

use super::bytes::{CHUNK, RECORDS, offset_at, u64_at};
use super::chunk::ChunkHeader;

const MAGIC: &[u8] = &[0x2A, 0x2A, 0, 0];
/// Header of a record, before its binary XML.
pub(super) const HEAD: usize = 24;
/// Header, no content, and the second copy of the size.
const SMALLEST: usize = HEAD + 4;
/// More records of the smallest size do not fit into a chunk.
const MOST: usize = (CHUNK - RECORDS) / SMALLEST + 1;

/// Where one record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// Position in the chunk.
    pub start: usize,
    /// Bytes, header and both sizes included.
    pub size: usize,
    /// Position in the file, as counted by the log service.
    pub id: u64,
    /// When it was written: the FILETIME as stored.
    pub written: u64,
}

impl Frame {
    /// The first byte behind the record.
    pub(super) fn end(&self) -> usize {
        self.start.saturating_add(self.size)
    }

    /// Reads what must be true of a record at this place: its magic and a size that stays inside.
    fn at(data: &[u8], start: usize) -> Option<Self> {
        if !data.get(start..)?.starts_with(MAGIC) {
            return None;
        }
        let size = offset_at(data, start.checked_add(4)?)?;
        if size < SMALLEST || start.checked_add(size)? > data.len() {
            return None;
        }
        Some(Self {
            start,
            size,
            id: u64_at(data, start.checked_add(8)?)?,
            written: u64_at(data, start.checked_add(16)?)?,
        })
    }

    /// The size stands at both ends.
    fn closes(&self, data: &[u8]) -> bool {
        self.end().checked_sub(4).and_then(|at| offset_at(data, at)) == Some(self.size)
    }
}

/// The records of one chunk, and the spans inside its used part that hold none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Frames {
    /// In file order, not overlapping.
    pub records: Vec<Frame>,
    /// Damaged spans, from and to.
    pub damage: Vec<(usize, usize)>,
}

impl Frames {
    /// Finds the records again in another chunk. `data` ends where the file ends, at most after one chunk.
    pub(super) fn find(&mut self, data: &[u8], header: &ChunkHeader) {
        self.records.clear();
        self.damage.clear();
        let live = header.free.unwrap_or(CHUNK);
        let reach = if header.trusted() { live.min(data.len()) } else { data.len() };
        let mut at = RECORDS;
        while at < reach && self.records.len() < MOST {
            let inside = at < live.min(data.len());
            if let Some(frame) = Frame::at(data, at).filter(|frame| self.plausible(data, frame, inside, live)) {
                at = frame.end();
                self.records.push(frame);
                continue;
            }
            if !inside {
                break;
            }
            let next = self.resume(data, at, live.min(data.len()), header.free.is_none());
            let until = next.unwrap_or(live.min(data.len()));
            // A header that counts too much leaves zeros where the records end, and one that counts nothing
            // leaves whatever the space held before: neither is damage.
            let blank = data.get(at..until).is_some_and(|gap| gap.iter().all(|byte| *byte == 0));
            let rest_unknown = header.free.is_none() && next.is_none();
            if !blank && !rest_unknown {
                self.damage.push((at, until));
            }
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
    }

    /// Inside the used part a record may have lost its second size if another one follows; beyond, it has to be whole
    /// and to carry the next id, because the free space holds records of earlier times.
    fn plausible(&self, data: &[u8], frame: &Frame, inside: bool, live: usize) -> bool {
        if inside {
            let followed = frame.end() == live || data.get(frame.end()..).is_some_and(|rest| rest.starts_with(MAGIC));
            return frame.closes(data) || followed;
        }
        frame.closes(data) && self.follows(frame)
    }

    fn follows(&self, frame: &Frame) -> bool {
        self.records.last().is_some_and(|last| last.id.checked_add(1) == Some(frame.id))
    }

    /// The next whole record behind a damaged place. Where the end of the used part is unknown, it has to be a later one.
    fn resume(&self, data: &[u8], at: usize, until: usize, end_unknown: bool) -> Option<usize> {
        let from = at.saturating_add(1);
        let span = data.get(from..until)?;
        memmem::find_iter(span, MAGIC).map(|hit| from.saturating_add(hit)).find(|start| {
            Frame::at(data, *start).is_some_and(|frame| {
                frame.closes(data)
                    && frame.end() <= until
                    && (!end_unknown || self.records.last().is_none_or(|last| frame.id > last.id))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chunk with one record of each size, ids from 1.
    fn chunk(sizes: &[u32]) -> Vec<u8> {
        let mut data = vec![0; CHUNK];
        let mut at = RECORDS;
        for (id, size) in (1_u64..).zip(sizes) {
            data[at..at + 4].copy_from_slice(MAGIC);
            data[at + 4..at + 8].copy_from_slice(&size.to_le_bytes());
            data[at + 8..at + 16].copy_from_slice(&id.to_le_bytes());
            at += *size as usize;
            data[at - 4..at].copy_from_slice(&size.to_le_bytes());
        }
        data
    }

    fn find(data: &[u8], free: Option<usize>, trusted: bool) -> (Vec<u64>, Vec<(usize, usize)>) {
        let header = ChunkHeader { last_id: 0, free, header_holds: trusted, records_hold: trusted };
        let mut frames = Frames::default();
        frames.find(data, &header);
        (frames.records.iter().map(|frame| frame.id).collect(), frames.damage)
    }

    #[test]
    fn whole_records_are_found_up_to_the_free_space() {
        let data = chunk(&[40, 28, 60]);
        assert_eq!(find(&data, Some(640), true), (vec![1, 2, 3], vec![]));
        assert_eq!(find(&data, Some(580), true), (vec![1, 2], vec![]), "a good header ends the list");
        assert_eq!(find(&data, Some(580), false), (vec![1, 2, 3], vec![]), "a stale header does not");
        assert_eq!(find(&data, None, false), (vec![1, 2, 3], vec![]));
        assert_eq!(find(&data, Some(CHUNK), true), (vec![1, 2, 3], vec![]), "zeros behind the last are no damage");
    }

    #[test]
    fn old_records_behind_a_stale_end_are_not_taken() {
        let mut data = chunk(&[40, 28, 60]);
        data[512 + 68 + 8] = 9;
        assert_eq!(find(&data, Some(580), false), (vec![1, 2], vec![]));
    }

    #[test]
    fn after_damage_the_next_whole_record_is_read() {
        let mut data = chunk(&[40, 28, 60]);
        data[512 + 40] = 0xFF;
        assert_eq!(find(&data, Some(640), true), (vec![1, 3], vec![(552, 580)]));
        let mut data = chunk(&[40, 28, 60]);
        data[512] = 0xFF;
        assert_eq!(find(&data, Some(640), false), (vec![2, 3], vec![(512, 552)]));
    }

    #[test]
    fn sizes_that_lie_cost_their_record_only() {
        for size in [0, 1, 27, 29, 41, 65_025, 65_536, 0x7FFF_FFFF, u32::MAX] {
            let mut data = chunk(&[40, 40, 60]);
            data[512 + 44..512 + 48].copy_from_slice(&u32::to_le_bytes(size));
            assert_eq!(find(&data, Some(652), false).0, [1, 3], "{size}");
        }
        let mut data = chunk(&[40, 28, 60]);
        data[512 + 36] ^= 1;
        assert_eq!(find(&data, Some(640), true).0, [1, 2, 3], "the second size alone is forgiven");
    }

    #[test]
    fn a_chunk_full_of_smallest_records_is_bounded() {
        let data = chunk(&vec![28; (CHUNK - RECORDS) / 28]);
        assert_eq!(find(&data, Some(CHUNK), true).0.len(), 2_322);
    }

    #[test]
    fn a_cut_chunk_gives_its_whole_records() {
        let data = chunk(&[40, 28, 60]);
        for end in RECORDS..641 {
            let expected = [552, 580, 640].iter().filter(|until| end >= **until).count();
            assert_eq!(find(&data[..end], Some(640), false).0.len(), expected, "{end}");
        }
    }
}
