//! Turns a zip into a listing of its entries, in place: nothing is extracted, and each entry can be read by itself later.
//!
//! Only stored and deflated entries are read. An archive without a usable directory is walked header by header. Refuses to know
//! what the entries are.
//!
//! ```text
//! Configuration\OS\cmdkey.txt   deflated  ─▶  readable
//! secret.txt                    encrypted ─▶  skipped: encrypted
//! two entries over the same bytes         ─▶  the whole archive is refused: overlapping-entries
//! ```

mod directory;
mod local;
mod recover;

use super::artifact::Intake;
use super::entry_name::NameReader;
use super::found::{Found, Listing};
use super::source::{Entry, Method, Source, Store};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// One entry, as the directory or a local header describes it.
struct Candidate {
    raw_name: Vec<u8>,
    flags: u16,
    method: u16,
    /// First byte of the local header.
    header_start: u64,
    /// First byte of the data; nothing if there is no local header where the directory points.
    data_start: Option<u64>,
    compressed: u64,
    size: u64,
    crc32: Option<u32>,
    cut: bool,
    link: bool,
    issue: Option<Issue>,
}

impl Candidate {
    fn is_utf8(&self) -> bool {
        self.flags & local::UTF8 != 0
    }
}

/// What a walk of either kind gives.
struct Candidates {
    entries: Vec<Candidate>,
    issues: Vec<Issue>,
}

/// Lists the entries of a zip.
///
/// # Errors
/// The archive is a trick, or no archive of artifacts: it is refused as a whole, for the reason given.
pub(super) fn list(store: &Store, limits: &Limits) -> Result<Listing, Issue> {
    let candidates = match directory::read(store, limits) {
        Some(candidates) => {
            refuse_overlap(&candidates.entries)?;
            candidates
        }
        None => recover::walk(store, limits),
    };
    let names = NameReader::new(candidates.entries.iter().map(|entry| (entry.raw_name.as_slice(), entry.is_utf8())));
    let mut listing = Listing { found: Vec::new(), issues: candidates.issues };
    for entry in candidates.entries {
        let (name, guessed) = names.read(&entry.raw_name, entry.is_utf8());
        if name == "[Content_Types].xml" {
            return Err(Issue::new(IssueCode::NotSupported, "document (.docx, .xlsx, .msix …)"));
        }
        // .NET and Windows write no entries for folders; others end their names in a separator.
        if name.ends_with(['/', '\\']) && entry.size == 0 {
            continue;
        }
        let mut found = found(name, entry, store);
        found.issues.extend(guessed);
        listing.found.push(found);
    }
    Ok(listing)
}

fn found(name: String, entry: Candidate, store: &Store) -> Found {
    let skipped =
        |name: String, code: IssueCode, detail: String| Found::barred(name, entry.size, Intake::Skipped, code, detail);
    if entry.link {
        return skipped(name, IssueCode::LinkNotFollowed, String::new());
    }
    if entry.flags & local::ENCRYPTED != 0 {
        return skipped(name, IssueCode::Encrypted, String::new());
    }
    let method = match entry.method {
        0 => Method::Stored,
        8 => Method::Deflated,
        other => return skipped(name, IssueCode::UnsupportedMethod, format!("method {other}")),
    };
    let Some(data_start) = entry.data_start else {
        let detail = format!("no entry at byte {}", entry.header_start);
        return Found::barred(name, entry.size, Intake::Failed, IssueCode::Damaged, detail);
    };
    let source = Entry {
        store: store.clone(),
        data_start,
        compressed: entry.compressed,
        method,
        crc32: entry.crc32,
        cut: entry.cut,
    };
    let mut found = Found::new(name, Source::Entry(source), entry.size);
    found.issues.extend(entry.issue);
    found
}

/// No byte of a real archive belongs to two entries; bombs that do not nest are made of just that.
fn refuse_overlap(entries: &[Candidate]) -> Result<(), Issue> {
    let mut ranges: Vec<(u64, u64)> = entries
        .iter()
        .filter_map(|entry| Some((entry.header_start, entry.data_start?.saturating_add(entry.compressed))))
        .collect();
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        if let [(_, end), (start, _)] = pair
            && end > start
        {
            return Err(Issue::new(IssueCode::OverlappingEntries, format!("two entries share byte {start}")));
        }
    }
    Ok(())
}
