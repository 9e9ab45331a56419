//! Walks a zip that has no usable directory from one local header to the next: a download that broke off, a damaged tail.
//!
//! Where a header does not say how long its data is, the data is inflated once to find its end.

use std::io::{self, BufReader, Read};

use flate2::bufread::DeflateDecoder;
use memchr::memmem;

use super::local::{self, LocalHeader, MAGIC};
use super::{Candidate, Candidates};
use crate::bundle::source::Store;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// What remains of an archive.
pub(super) fn walk(store: &Store, limits: &Limits) -> Candidates {
    let mut entries = Vec::new();
    let mut issues = Vec::new();
    let mut budget = limits.total_expanded;
    let mut position = 0;
    let mut tried: u64 = 0;
    while let Some(at) = find(store, position, &[MAGIC]) {
        // Marks that begin no entry count as well: each costs a look at the archive.
        if tried >= limits.entries_per_container {
            issues.push(Issue::new(IssueCode::TooManyEntries, format!("those behind byte {at}")));
            break;
        }
        tried = tried.saturating_add(1);
        match local::read(store, at) {
            Ok(Some(header)) if is_plausible(&header, store) => {
                let (entry, end) = measure(&header, at, store, limits, &mut budget);
                entries.push(entry);
                position = end.max(at.saturating_add(1));
            }
            _ => position = at.saturating_add(1),
        }
    }
    let code = if has_end(store) { IssueCode::Damaged } else { IssueCode::Truncated };
    issues.push(Issue::new(code, format!("no usable directory; {} entries found by their own headers", entries.len())));
    Candidates { entries, issues }
}

/// Four bytes can be chance; a name and a start inside the archive are not.
fn is_plausible(header: &LocalHeader, store: &Store) -> bool {
    !header.name.is_empty() && header.data_start <= store.length()
}

/// The entry behind a header, and where the next one can begin.
fn measure(header: &LocalHeader, at: u64, store: &Store, limits: &Limits, budget: &mut u64) -> (Candidate, u64) {
    let left = store.length().saturating_sub(header.data_start);
    let known = !header.sizes_follow() || header.compressed > 0;
    let (size, compressed) = if known {
        (header.size, header.compressed.min(left))
    } else if header.method == 8 {
        let extent = inflate(store, header.data_start, limits.entry.min(*budget));
        *budget = budget.saturating_sub(extent.0);
        extent
    } else {
        let markers: [&[u8; 4]; 3] = [MAGIC, b"PK\x01\x02", b"PK\x07\x08"];
        let end = find(store, header.data_start, &markers).unwrap_or_else(|| store.length());
        let length = end.saturating_sub(header.data_start);
        (length, length)
    };
    let candidate = Candidate {
        raw_name: header.name.clone(),
        flags: header.flags,
        method: header.method,
        header_start: at,
        data_start: Some(header.data_start),
        compressed,
        size,
        crc32: (!header.sizes_follow()).then_some(header.crc32),
        cut: !known && header.data_start.saturating_add(compressed) >= store.length(),
        link: false,
        issue: None,
    };
    (candidate, header.data_start.saturating_add(compressed))
}

/// How much comes out of deflated data, and how many bytes of the archive that takes.
fn inflate(store: &Store, start: u64, most: u64) -> (u64, u64) {
    let range = store.range(start, store.length());
    let mut decoder = DeflateDecoder::new(BufReader::with_capacity(64 << 10, range));
    // Whatever ends it, what came before counts.
    let _ = io::copy(&mut decoder.by_ref().take(most), &mut io::sink());
    (decoder.total_out(), decoder.total_in())
}

/// Where one of some four-byte marks stands next.
fn find(store: &Store, from: u64, marks: &[&[u8; 4]]) -> Option<u64> {
    const WINDOW: usize = 64 << 10;
    let mut window = Vec::new();
    let mut position = from;
    loop {
        window.clear();
        store.range(position, u64::try_from(WINDOW).ok()?).read_to_end(&mut window).ok()?;
        if window.len() < 4 {
            return None;
        }
        if let Some(at) = marks.iter().filter_map(|mark| memmem::find(&window, *mark)).min() {
            return position.checked_add(u64::try_from(at).ok()?);
        }
        // A mark may lie across two windows.
        position = position.checked_add(u64::try_from(window.len().saturating_sub(3)).ok()?)?;
        if window.len() < WINDOW {
            return None;
        }
    }
}

/// Whether the record that ends every zip is there: then the archive is whole and its directory is wrong.
fn has_end(store: &Store) -> bool {
    const LONGEST_COMMENT: u64 = 0xFFFF + 22;
    find(store, store.length().saturating_sub(LONGEST_COMMENT), &[b"PK\x05\x06"]).is_some()
}
