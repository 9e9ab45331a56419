//! Turns one case into its bundle: lists its containers, names, sorts, examines and fingerprints what they hold.

use std::fs;

use rayon::prelude::*;

use super::artifact::{Artifact, Intake};
use super::examine::{Examined, examine};
use super::found::Found;
use super::gather::Gather;
use super::input::{CaseInput, cannot};
use super::path::Names;
use super::root;
use super::source::Source;
use super::{fingerprint, folder};
use crate::error::Error;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::value::fold;

/// What one case consists of.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The name as given.
    pub source: String,
    /// Its artifacts, sorted by path.
    pub artifacts: Vec<Artifact>,
    /// What is odd about the folder or container itself.
    pub issues: Vec<Issue>,
    /// Identity of the content, 64 hex digits: the same for folder, archive and archive with a wrapper folder.
    pub fingerprint: String,
}

impl Bundle {
    /// How many artifacts can be opened and are of a kind that is read.
    #[must_use]
    pub fn readable(&self) -> usize {
        self.artifacts.iter().filter(|artifact| artifact.intake == Intake::Readable).count()
    }

    /// The short name of the case: the first twelve digits of the fingerprint.
    #[must_use]
    pub fn id(&self) -> &str {
        self.fingerprint.get(..12).unwrap_or(&self.fingerprint)
    }
}

impl Bundle {
    /// The same files with the names and remarks that `name` and `remark` give in the place of their own; nothing keeps one.
    /// Two that would then have one name stay apart by a number.
    #[must_use]
    pub fn renamed(mut self, name: impl Fn(&str) -> Option<String>, remark: impl Fn(&str) -> Option<String>) -> Self {
        for issue in self.artifacts.iter_mut().flat_map(|artifact| &mut artifact.issues).chain(&mut self.issues) {
            if let Some(clean) = remark(&issue.detail) {
                issue.detail = clean;
            }
        }
        if let Some(clean) = name(&self.source) {
            self.source = clean;
        }
        let mut names = Names::default();
        let mut changed = false;
        for artifact in &mut self.artifacts {
            if let Some(clean) = name(artifact.path.as_str()) {
                artifact.path = names.replace(clean);
                changed = true;
            }
        }
        if changed {
            self.artifacts.sort_by(|a, b| a.path.cmp(&b.path));
        }
        self
    }
}

/// Opens a case. `hash_all` asks for the SHA-256 of large artifacts as well.
///
/// # Errors
/// A path of the case does not exist or cannot be opened at all. Damage inside is never an error.
pub fn open(input: &CaseInput, limits: &Limits, hash_all: bool) -> Result<Bundle, Error> {
    let (found, issues) = gather(input, limits)?;
    Ok(bundle(input.name.clone(), found, issues, limits, hash_all))
}

/// Opens a case whose only file is in memory, as standard input is.
#[must_use]
pub fn open_bytes(name: &str, bytes: Vec<u8>, limits: &Limits, hash_all: bool) -> Bundle {
    let mut gather = Gather::new(limits);
    gather.named_file(Found::held(name, bytes), true);
    let (found, issues) = gather.finish();
    bundle(name.to_owned(), found, issues, limits, hash_all)
}

fn bundle(source: String, mut found: Vec<Found>, issues: Vec<Issue>, limits: &Limits, hash_all: bool) -> Bundle {
    root::strip(&mut found);
    found.sort_by_cached_key(|item| (fold(&item.full_name()), item.full_name(), item.bytes));
    bar_beyond(&mut found, limits);

    let mut names = Names::default();
    let named: Vec<_> = found
        .into_iter()
        .map(|mut item| {
            let (path, issue) = names.admit(&item.prefix, &item.name, limits);
            item.issues.extend(issue);
            (path, item)
        })
        .collect();
    // Examining one artifact depends on nothing but itself, so the threads cannot change the result.
    let examined: Vec<Examined> =
        named.into_par_iter().map(|(path, item)| examine(path, item, limits, hash_all)).collect();
    let (mut artifacts, keys): (Vec<Artifact>, Vec<String>) =
        examined.into_iter().map(|examined| (examined.artifact, examined.key)).unzip();

    let fingerprint = fingerprint::of(&artifacts, &keys);
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    Bundle { source, artifacts, issues, fingerprint }
}

/// Everything that the paths of a case list. One folder or archive is the bundle itself; several stand side by side under their names.
fn gather(input: &CaseInput, limits: &Limits) -> Result<(Vec<Found>, Vec<Issue>), Error> {
    let mut gather = Gather::new(limits);
    let alone = input.paths.len() == 1;
    for path in &input.paths {
        let metadata = fs::metadata(path).map_err(|error| cannot(path, &error))?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        if metadata.is_dir() {
            let listing = folder::walk(path, limits).map_err(|error| cannot(path, &error))?;
            let prefix = if alone { String::new() } else { gather.unique_prefix(&name) };
            gather.folder(listing, &prefix);
        } else if !metadata.is_file() {
            gather.list(Found::barred(name, 0, Intake::Skipped, IssueCode::NotRegularFile, ""));
        } else if metadata.len() > limits.input_file {
            let detail = format!("{} bytes; up to {} are read", metadata.len(), limits.input_file);
            gather.list(Found::barred(name, metadata.len(), Intake::Skipped, IssueCode::EntryTooLarge, detail));
        } else {
            if alone {
                fs::File::open(path).map_err(|error| cannot(path, &error))?;
            }
            gather.named_file(Found::new(name, Source::File(path.clone()), metadata.len()), alone);
        }
    }
    Ok(gather.finish())
}

/// Listing is cheap, reading is not: what would take the bundle beyond its size is listed and not read.
fn bar_beyond(found: &mut [Found], limits: &Limits) {
    let mut total: u64 = 0;
    for item in found.iter_mut().filter(|item| item.intake.is_none()) {
        let cost = item.bytes.min(limits.entry);
        let sum = total.saturating_add(cost);
        if sum > limits.total_expanded {
            item.intake = Some(Intake::Skipped);
            item.issues.push(Issue::new(IssueCode::BundleTooLarge, format!("{} bytes are not read", item.bytes)));
        } else {
            total = sum;
        }
    }
}

/// What file managers leave behind: listed, never read, no part of the case's identity.
pub(super) fn is_leftover(name: &str) -> bool {
    let name = fold(name);
    name.split(['/', '\\']).any(|part| matches!(part, "__macosx" | ".ds_store" | "thumbs.db" | "desktop.ini"))
}
