//! Reads the directory at the end of a zip with the `zip` crate, and holds each entry against its own local header.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use memchr::memmem;
use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

use super::local::{self, LocalHeader};
use super::{Candidate, Candidates};
use crate::bundle::source::{Store, StoreReader};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// Bytes that may be read to find and parse a directory; one of 20 000 entries has about three million.
const DIRECTORY: u64 = 16 << 20;

/// The entries by the directory; nothing if there is no usable one.
pub(super) fn read(store: &Store, limits: &Limits) -> Option<Candidates> {
    if claims_too_much(store) {
        return None;
    }
    let archive = open(store)?;
    let metadata = archive.metadata();
    let room = usize::try_from(limits.entries_per_container).unwrap_or(usize::MAX);
    let mut issues = Vec::new();
    if metadata.has_duplicate_names() {
        issues.push(Issue::new(
            IssueCode::AmbiguousArchive,
            "a name stands twice in the directory; its last entry is read",
        ));
    }
    if metadata.len() > room {
        issues.push(Issue::new(IssueCode::TooManyEntries, format!("{} more", metadata.len().saturating_sub(room))));
    }
    let entries = (0..metadata.len().min(room))
        .filter_map(|index| Some(candidate(&metadata.entry(index).ok()?, store)))
        .collect();
    Some(Candidates { entries, issues })
}

/// Archives up to this size cannot claim enough entries to hurt.
const SMALL: u64 = 64 << 20;
/// Where the end records of a zip lie: a comment has at most 64 KiB, the ZIP64 records stand right before it.
const TAIL: u64 = 256 << 10;
/// Entries that a ZIP64 record may claim.
const CLAIMED: u64 = 1_000_000;

/// The crate reserves memory for as many entries as a ZIP64 record claims and the file could hold; four gigabytes of zeros can
/// hold ninety million, and an allocation that fails ends the process. Such a directory is not read.
fn claims_too_much(store: &Store) -> bool {
    if store.length() <= SMALL {
        return false;
    }
    let start = store.length().saturating_sub(TAIL);
    let mut tail = Vec::new();
    if store.range(start, TAIL).read_to_end(&mut tail).is_err() {
        return true;
    }
    let number = |mark: usize, field: usize| {
        let bytes = tail.get(mark.checked_add(field)?..)?.first_chunk()?;
        Some(u64::from_le_bytes(*bytes))
    };
    // A locator that points out of the tail could lead to any record, so nothing is known about what that claims.
    let locators_lead_out =
        memmem::find_iter(&tail, b"PK\x06\x07").any(|at| number(at, 8).is_none_or(|offset| offset < start));
    let records_claim =
        memmem::find_iter(&tail, b"PK\x06\x06").any(|at| number(at, 32).is_none_or(|entries| entries > CLAIMED));
    locators_lead_out || records_claim
}

/// The crate reads hostile bytes: a panic in it costs one archive its directory.
fn open(store: &Store) -> Option<ZipArchive<Metered>> {
    let reader = Metered { inner: BufReader::with_capacity(32 << 10, store.reader()), left: DIRECTORY };
    catch_unwind(AssertUnwindSafe(|| ZipArchive::new(reader))).ok()?.ok()
}

fn candidate(entry: &ZipFileEntry<'_>, store: &Store) -> Candidate {
    let header_start = entry.header_start();
    let local = local::read(store, header_start).ok().flatten();
    #[allow(deprecated)] // the only way to the number of a method that the crate does not decode
    let method = match entry.compression() {
        CompressionMethod::Stored => 0,
        CompressionMethod::Deflated => 8,
        CompressionMethod::Unsupported(method) => method,
        _ => u16::MAX,
    };
    Candidate {
        raw_name: entry.name_raw().to_vec(),
        flags: entry.flags().as_u16(),
        method,
        header_start,
        data_start: local.as_ref().map(|local| local.data_start),
        compressed: entry.compressed_size(),
        size: entry.size(),
        crc32: Some(entry.crc32()),
        cut: false,
        link: entry.is_symlink(),
        issue: local.as_ref().and_then(|local| disagreement(entry, method, local)),
    }
}

/// What the local header says differently. Readers that trust the one or the other see different files.
fn disagreement(entry: &ZipFileEntry<'_>, method: u16, local: &LocalHeader) -> Option<Issue> {
    let detail = if local.name != entry.name_raw() && !local.has_unicode_name() {
        format!("its own header calls it {}", String::from_utf8_lossy(&local.name))
    } else if local.method != method {
        format!("method {method} in the directory, {} in its own header", local.method)
    } else if local.sizes_follow() {
        return None;
    } else if (local.size, local.compressed) != (entry.size(), entry.compressed_size()) {
        format!("{} bytes in the directory, {} in its own header", entry.size(), local.size)
    } else {
        return None;
    };
    Some(Issue::new(IssueCode::AmbiguousArchive, detail))
}

/// A reader that ends after a number of bytes, however often it is told to start again.
struct Metered {
    inner: BufReader<StoreReader>,
    left: u64,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !buffer.is_empty() {
            return Err(io::Error::other("the directory of the archive is larger than allowed"));
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.inner.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.left = self.left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}

impl Seek for Metered {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        match target {
            SeekFrom::Current(delta) => {
                self.inner.seek_relative(delta)?;
                self.inner.stream_position()
            }
            _ => self.inner.seek(target),
        }
    }
}
