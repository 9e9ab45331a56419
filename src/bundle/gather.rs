//! Collects what folders and containers list into one flat list, opening containers inside containers up to a depth.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::artifact::Intake;
use super::found::{Found, Listing};
use super::sniff::Container;
use super::source::{Source, Store};
use super::{ArtifactKind, budget, cab, sniff, zip};
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::value::fold;

/// The list in the making.
#[derive(Debug)]
pub(super) struct Gather<'a> {
    limits: &'a Limits,
    found: Vec<Found>,
    issues: Vec<Issue>,
    prefixes: BTreeSet<String>,
    left_out: u64,
    /// Whether the file being taken is the whole case.
    alone: bool,
    /// Bytes that may still be held for what cannot be read in place.
    memory: u64,
}

/// Containers inside containers and the files of cabinets are held in memory, all of one case together up to this size.
const HELD: u64 = 256 << 20;

impl<'a> Gather<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            found: Vec::new(),
            issues: Vec::new(),
            prefixes: BTreeSet::new(),
            left_out: 0,
            alone: false,
            memory: HELD,
        }
    }

    /// `name/`, numbered if another input of the same name was there before.
    pub(super) fn unique_prefix(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        let mut number: u64 = 2;
        while !self.prefixes.insert(fold(&candidate)) {
            candidate = format!("{name} ({number})");
            number = number.saturating_add(1);
        }
        format!("{candidate}/")
    }

    /// Takes what a folder lists.
    pub(super) fn folder(&mut self, listing: Listing, prefix: &str) {
        self.issues.extend(listing.issues);
        for mut found in listing.found {
            prefix.clone_into(&mut found.prefix);
            self.take(found, &mut Vec::new());
        }
    }

    /// Takes a file named on the command line; a container that is the whole case gives its content without itself.
    pub(super) fn named_file(&mut self, mut found: Found, alone: bool) {
        if !alone {
            let prefix = self.unique_prefix(&found.name);
            prefix.trim_end_matches('/').clone_into(&mut found.name);
        }
        self.alone = alone;
        self.take(found, &mut Vec::new());
        self.alone = false;
    }

    /// Takes one file, and what is in it if it is a container. `outer` are the containers that hold it.
    fn take(&mut self, mut found: Found, outer: &mut Vec<Store>) {
        let container = if found.intake.is_none() { self.container(&found) } else { None };
        let Some(container) = container else {
            self.list(found);
            return;
        };
        found.kind = Some(ArtifactKind::Archive);
        let alone = self.alone && outer.is_empty();
        let listing = self.open(&mut found, outer).and_then(|store| {
            let listing = match container {
                Container::Zip => zip::list(&store, self.limits)?,
                Container::Cabinet => cab::list(&store, &mut self.memory, self.limits)?,
            };
            outer.push(store);
            Ok(listing)
        });
        let listing = match listing {
            Ok(listing) => listing,
            Err(reason) => {
                found.intake = Some(if reason.code.is_loss() && !reason.code.is_limit() {
                    Intake::Failed
                } else {
                    Intake::Skipped
                });
                found.kind = Some(if reason.code == IssueCode::NotSupported {
                    ArtifactKind::Other
                } else {
                    ArtifactKind::Archive
                });
                found.issues.push(reason);
                self.list(found);
                return;
            }
        };
        found.intake = Some(Intake::Opened);
        found.issues.extend(listing.issues);
        if listing.found.is_empty() {
            found.issues.push(Issue::new(IssueCode::NothingInside, ""));
        }
        let prefix = if alone { String::new() } else { format!("{}/", found.full_name()) };
        if alone {
            self.issues.append(&mut found.issues);
        } else {
            self.list(found);
        }
        for mut child in listing.found {
            child.prefix.clone_from(&prefix);
            self.take(child, outer);
        }
        outer.pop();
    }

    /// The container as which the content begins. What cannot be read here is said when it is examined.
    fn container(&self, found: &Found) -> Option<Container> {
        let mut stream = budget::open(&found.source, found.bytes, self.limits).ok()?;
        let mut prefix = Vec::new();
        let _ = stream.by_ref().take(4).read_to_end(&mut prefix);
        if !Container::may_begin(&prefix) {
            return None;
        }
        let _ = stream.take(sniff::PREFIX).read_to_end(&mut prefix);
        Container::of(&prefix)
    }

    /// The bytes of a container, unless it is too deep, too large or inside itself.
    fn open(&mut self, found: &mut Found, outer: &[Store]) -> Result<Store, Issue> {
        if outer.len() >= usize::try_from(self.limits.container_depth).unwrap_or(usize::MAX) {
            return Err(Issue::new(IssueCode::TooDeep, format!("inside {} other containers", outer.len())));
        }
        match &found.source {
            Source::File(path) => {
                return File::open(path).and_then(Store::file).map_err(|error| budget::issue_of(&error));
            }
            Source::Held(store) => return Ok(store.clone()),
            Source::Entry(_) | Source::Nowhere => {}
        }
        if found.bytes > self.memory {
            return Err(Issue::new(
                IssueCode::EntryTooLarge,
                format!("{} bytes for a container inside a container", found.bytes),
            ));
        }
        let mut bytes = Vec::new();
        let result =
            budget::open(&found.source, found.bytes, self.limits).and_then(|mut stream| stream.read_to_end(&mut bytes));
        if let Err(error) = result {
            // What came before the damage may still hold whole entries.
            found.issues.push(budget::issue_of(&error));
        }
        let store = Store::Memory(bytes.into());
        self.memory = self.memory.saturating_sub(store.length());
        if outer.iter().any(|other| is_same(other, &store)) {
            return Err(Issue::new(IssueCode::ContainsItself, ""));
        }
        Ok(store)
    }

    /// Takes one file as it is.
    pub(super) fn list(&mut self, found: Found) {
        let room = usize::try_from(self.limits.entries_per_bundle).unwrap_or(usize::MAX);
        if self.found.len() < room {
            self.found.push(found);
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Found>, Vec<Issue>) {
        if self.left_out > 0 {
            self.issues.push(Issue::new(IssueCode::TooManyEntries, format!("{} more", self.left_out)));
        }
        (self.found, self.issues)
    }
}

/// Whether two containers are the same one; only equal lengths are worth a hash.
fn is_same(a: &Store, b: &Store) -> bool {
    a.length() == b.length() && matches!((digest(a), digest(b)), (Ok(a), Ok(b)) if a == b)
}

fn digest(store: &Store) -> io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    let mut reader = store.reader();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            return Ok(hash.finalize().to_vec());
        }
        hash.update(buffer.get(..count).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::source::{Entry, Method};

    #[test]
    fn a_container_inside_itself_is_opened_once() {
        let limits = Limits::default();
        let mut gather = Gather::new(&limits);
        // The end record alone is a zip; as its own content it would be found again for ever.
        let bytes = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
        let store = Store::Memory(bytes.into());
        let length = store.length();
        let mut outer = vec![store.clone()];
        let entry = Entry { store, data_start: 0, compressed: length, method: Method::Stored, crc32: None, cut: false };
        gather.take(Found::new("inner.zip", Source::Entry(entry), length), &mut outer);
        let (found, _) = gather.finish();
        let codes: Vec<IssueCode> = found[0].issues.iter().map(|issue| issue.code).collect();
        assert_eq!((found[0].intake, codes), (Some(Intake::Skipped), vec![IssueCode::ContainsItself]));
    }
}
