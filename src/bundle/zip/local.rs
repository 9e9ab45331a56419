//! The header in front of each entry of a zip (APPNOTE 4.3.7).

use std::io::{self, Read};

use crate::bundle::source::Store;

/// First bytes of a local header.
pub(super) const MAGIC: &[u8; 4] = b"PK\x03\x04";
/// Flag: encrypted.
pub(super) const ENCRYPTED: u16 = 1;
/// Flag: checksum and sizes follow the data.
const DESCRIPTOR: u16 = 1 << 3;
/// Flag: the name is UTF-8.
pub(super) const UTF8: u16 = 1 << 11;
/// Length of the fixed part.
const FIXED: u64 = 30;
/// The value that says: see the ZIP64 extra field.
const SEE_ZIP64: u64 = 0xFFFF_FFFF;

/// A local header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalHeader {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc32: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    pub(super) name: Vec<u8>,
    extra: Vec<u8>,
    /// Where the data begins.
    pub(super) data_start: u64,
}

impl LocalHeader {
    /// Whether sizes and checksum stand behind the data instead of here.
    pub(super) fn sizes_follow(&self) -> bool {
        self.flags & DESCRIPTOR != 0
    }

    /// Info-ZIP's field 0x7075 carries another spelling of the name.
    pub(super) fn has_unicode_name(&self) -> bool {
        extra_field(&self.extra, 0x7075).is_some()
    }
}

/// The local header at a place, if one is there.
pub(super) fn read(store: &Store, at: u64) -> io::Result<Option<LocalHeader>> {
    let mut fixed = Vec::new();
    store.range(at, FIXED).read_to_end(&mut fixed)?;
    let number = |at: usize| fixed.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes);
    let long = |at: usize| fixed.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes);
    let fields = || Some((number(6)?, number(8)?, long(14)?, long(18)?, long(22)?, number(26)?, number(28)?));
    let (true, Some((flags, method, crc32, compressed, size, name_length, extra_length))) =
        (fixed.starts_with(MAGIC), fields())
    else {
        return Ok(None);
    };
    let lengths = u64::from(name_length).saturating_add(u64::from(extra_length));
    let names_start = at.saturating_add(FIXED);
    let mut name = Vec::new();
    store.range(names_start, lengths).read_to_end(&mut name)?;
    let extra = name.split_off(usize::from(name_length).min(name.len()));
    let (size, compressed) = sizes(u64::from(size), u64::from(compressed), &extra);
    Ok(Some(LocalHeader {
        flags,
        method,
        crc32,
        compressed,
        size,
        name,
        extra,
        data_start: names_start.saturating_add(lengths),
    }))
}

/// Sizes that do not fit 32 bits stand in the ZIP64 field, in this order (APPNOTE 4.5.3).
fn sizes(size: u64, compressed: u64, extra: &[u8]) -> (u64, u64) {
    let field = extra_field(extra, 1).unwrap_or_default();
    let mut long = field.chunks_exact(8).filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes));
    let mut resolve = |short: u64| if short == SEE_ZIP64 { long.next().unwrap_or(short) } else { short };
    let size = resolve(size);
    (size, resolve(compressed))
}

fn extra_field(extra: &[u8], wanted: u16) -> Option<&[u8]> {
    let mut rest = extra;
    while let Some((head, tail)) = rest.split_at_checked(4) {
        let [a, b, c, d] = *head else { return None };
        let length = usize::from(u16::from_le_bytes([c, d]));
        let (field, next) = tail.split_at_checked(length)?;
        if u16::from_le_bytes([a, b]) == wanted {
            return Some(field);
        }
        rest = next;
    }
    None
}
