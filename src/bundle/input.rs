//! Turns the arguments of a command into cases: what belongs together, and under which name.
//!
//! Knows which paths are folders, archives and loose files; refuses to know what is inside beyond that.
//!
//! ```text
//! a.zip folder b.evtx c.reg   ─▶  [a.zip] [folder] [b.evtx, c.reg]
//! uploads/ (only zips inside) ─▶  [uploads/1.zip] [uploads/2.zip]
//! ```

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::ArtifactKind;
use super::intake::is_leftover;
use super::sniff::sniff;
use crate::error::{Error, ErrorKind};

/// Entries looked at to find out whether a folder holds anything; a bundle shows itself sooner.
const LOOKED_AT: usize = 4096;

/// Folders that are parts of one bundle, so that a folder which holds one is that bundle and not a collection of several:
/// the collector's own (`Configuration` and what lies below it, and its traces).
const PARTS: [&str; 20] = [
    "configuration",
    "os",
    "office",
    "registry",
    "network",
    "eventlog",
    "msipc",
    "outlook",
    "wam",
    "netsh",
    "capi",
    "ldap",
    "wfp",
    "performance",
    "wpr",
    "procmon",
    "psr",
    "tco",
    "localemetadata",
    "cached autodiscover",
];

/// One case: a name for the report, and the paths that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseInput {
    /// The name as given.
    pub name: String,
    /// The folder, the archive, or the loose files.
    pub paths: Vec<PathBuf>,
}

impl CaseInput {
    fn of(paths: Vec<PathBuf>) -> Self {
        Self { name: name_of(&paths), paths }
    }
}

/// What one argument is.
enum Argument {
    Folder,
    Archive,
    Loose,
}

/// Sorts arguments into cases: each folder or archive is one, all loose files together are one, a folder that only holds bundles is
/// several; `join` makes everything one. Of several cases, a path that does not exist is one too, so that it does not stop the
/// others: opening it says why.
///
/// # Errors
/// The only path, or a path of a joined case, does not exist or cannot be looked at.
pub fn cases(paths: &[PathBuf], join: bool) -> Result<Vec<CaseInput>, Error> {
    let mut cases = Vec::new();
    let mut loose = Vec::new();
    let mut place_of_loose = None;
    for path in paths {
        let argument = match argument(path) {
            Err(_) if !join && paths.len() > 1 => Argument::Archive,
            other => other?,
        };
        if join {
            continue;
        }
        match argument {
            Argument::Folder => match bundles_in(path) {
                Some(children) => cases.extend(children.into_iter().map(|child| CaseInput::of(vec![child]))),
                None => cases.push(CaseInput::of(vec![path.clone()])),
            },
            Argument::Archive => cases.push(CaseInput::of(vec![path.clone()])),
            Argument::Loose => {
                place_of_loose.get_or_insert(cases.len());
                loose.push(path.clone());
            }
        }
    }
    if join && !paths.is_empty() {
        return Ok(vec![CaseInput::of(paths.to_vec())]);
    }
    if let Some(place) = place_of_loose {
        cases.insert(place.min(cases.len()), CaseInput::of(loose));
    }
    Ok(cases)
}

fn argument(path: &Path) -> Result<Argument, Error> {
    let metadata = fs::metadata(path).map_err(|error| cannot(path, &error))?;
    if metadata.is_dir() {
        return Ok(Argument::Folder);
    }
    let archive = metadata.is_file()
        && match kind_of(path) {
            Some(kind) => kind == ArtifactKind::Archive,
            None => is_archive_name(&path.to_string_lossy().to_lowercase()),
        };
    Ok(if archive { Argument::Archive } else { Argument::Loose })
}

/// The error for a path on the command line.
pub(super) fn cannot(path: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ErrorKind::NotFound(path.to_owned()),
        other => ErrorKind::Unreadable { path: path.to_owned(), reason: other.to_string() },
    }
    .into()
}

/// Kind by the first bytes; nothing where they cannot be read.
fn kind_of(path: &Path) -> Option<ArtifactKind> {
    let mut prefix = Vec::new();
    File::open(path).ok()?.take(4096).read_to_end(&mut prefix).ok()?;
    Some(sniff(&prefix, prefix.len() < 4096).kind)
}

/// The bundles directly inside a folder that has no artifacts of its own; nothing if the folder is a bundle itself. An empty folder
/// makes no collection, but where there is one it is a case that has to be asked for again; so is what cannot be opened.
fn bundles_in(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut bundles = Vec::new();
    let mut empty = Vec::new();
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy().to_lowercase();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if PARTS.contains(&name.as_str()) {
                return None;
            }
            // Rules come from the command line only: a folder of them is no case, it is a note of the case beside it.
            if is_leftover(&name) || name == "rules" {
                continue;
            }
            if holds_a_file(&path) {
                bundles.push(path);
            } else {
                empty.push(path);
            }
        } else if kind.is_file() && !is_leftover(&name) {
            match kind_of(&path) {
                Some(ArtifactKind::Archive) => bundles.push(path),
                None if is_archive_name(&name) => bundles.push(path),
                Some(ArtifactKind::Other) | None => {}
                Some(_) => return None,
            }
        }
    }
    if bundles.len() < 2 {
        return None;
    }
    bundles.append(&mut empty);
    bundles.sort();
    Some(bundles)
}

/// The name of what cannot be read is all there is to go by.
fn is_archive_name(name: &str) -> bool {
    [".zip", ".cab", ".7z", ".rar"].iter().any(|extension| name.ends_with(extension))
}

/// Whether a folder holds anything; one that cannot be looked into may.
fn holds_a_file(folder: &Path) -> bool {
    let mut pending = vec![folder.to_owned()];
    let mut looked_at: usize = 0;
    while let Some(folder) = pending.pop() {
        let Ok(entries) = fs::read_dir(folder) else { return true };
        for entry in entries.flatten() {
            looked_at = looked_at.saturating_add(1);
            match entry.file_type() {
                Ok(kind) if kind.is_file() => return true,
                Ok(kind) if kind.is_dir() && looked_at < LOOKED_AT => pending.push(entry.path()),
                _ => {}
            }
        }
    }
    false
}

/// A folder or archive is named as given; loose files by the first three of their names.
fn name_of(paths: &[PathBuf]) -> String {
    if let [only] = paths {
        return only.display().to_string();
    }
    let file_name = |path: &PathBuf| {
        path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    let shown: Vec<String> = paths.iter().take(3).map(file_name).collect();
    match paths.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} … (+{more})", shown.join(", ")),
    }
}
