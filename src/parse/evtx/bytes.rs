//! Reads and writes little-endian numbers at byte positions; out of range is `None`, never a panic.

/// Bytes of one chunk of a log.
pub(super) const CHUNK: usize = 65_536;
/// Where the records of a chunk begin: after its header and its name and template tables.
pub(super) const RECORDS: usize = 512;

fn array<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    array(data, at).map(u16::from_le_bytes)
}

pub(super) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    array(data, at).map(u32::from_le_bytes)
}

pub(super) fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    array(data, at).map(u64::from_le_bytes)
}

/// A 32-bit offset as a position.
pub(super) fn offset_at(data: &[u8], at: usize) -> Option<usize> {
    u32_at(data, at).and_then(|offset| usize::try_from(offset).ok())
}

/// Overwrites bytes where they fit; does nothing where they do not.
pub(super) fn put(data: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(target) = at.checked_add(bytes.len()).and_then(|end| data.get_mut(at..end)) {
        target.copy_from_slice(bytes);
    }
}

/// A FILETIME (100 ns since 1601) as an instant; `None` for zero, which means "not set", and beyond the year 9999.
pub(super) fn filetime(ticks: u64) -> Option<jiff::Timestamp> {
    const TICKS_PER_SECOND: u64 = 10_000_000;
    const UNIX_EPOCH_SECONDS: i64 = 11_644_473_600;
    if ticks == 0 {
        return None;
    }
    let seconds = i64::try_from(ticks / TICKS_PER_SECOND).ok()?.checked_sub(UNIX_EPOCH_SECONDS)?;
    let nanoseconds = i32::try_from((ticks % TICKS_PER_SECOND).checked_mul(100)?).ok()?;
    jiff::Timestamp::new(seconds, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_beyond_the_end_are_none() {
        let data = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        assert_eq!(u16_at(&data, 0), Some(0x0201));
        assert_eq!(u64_at(&data, 1), Some(0x0908_0706_0504_0302));
        assert_eq!(u64_at(&data, 2), None);
        assert_eq!(u32_at(&data, usize::MAX), None);
    }

    #[test]
    fn a_file_time_is_an_instant_between_1601_and_9999() {
        let text = |ticks| filetime(ticks).map(|at| at.to_string());
        assert_eq!(text(132_537_600_000_000_001).as_deref(), Some("2020-12-30T00:00:00.0000001Z"));
        assert_eq!(text(1).as_deref(), Some("1601-01-01T00:00:00.0000001Z"));
        for wrong in [0, u64::MAX, u64::MAX - 1, i64::MAX as u64, 1 << 62] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }
}
