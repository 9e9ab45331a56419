//! Turns a folder into a listing of its regular files, in the order of their names.
//!
//! Follows no link and opens nothing but folders; refuses to know what the files are. A link, a pipe or an unreadable folder is listed
//! with its reason.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::artifact::Intake;
use super::budget::issue_of;
use super::found::{Found, Listing};
use super::source::Source;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// A folder that waits to be read.
struct Pending {
    path: PathBuf,
    /// Its name below the root, with a trailing `/`; empty for the root.
    prefix: String,
    depth: u32,
}

/// Lists every file below `root`.
///
/// # Errors
/// The root itself cannot be read.
pub(super) fn walk(root: &Path, limits: &Limits) -> std::io::Result<Listing> {
    fs::read_dir(root)?;
    let mut listing = Listing::default();
    let mut room = limits.entries_per_bundle;
    let mut left_out: u64 = 0;
    let mut pending = vec![Pending { path: root.to_owned(), prefix: String::new(), depth: 0 }];
    while let Some(folder) = pending.pop() {
        let entries = match fs::read_dir(&folder.path) {
            Ok(entries) => entries,
            Err(error) => {
                let issue = issue_of(&error);
                listing.found.push(Found::barred(folder.prefix, 0, Intake::Failed, issue.code, issue.detail));
                continue;
            }
        };
        let mut children = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let issue = issue_of(&error);
                    listing.found.push(Found::barred(
                        folder.prefix.clone(),
                        0,
                        Intake::Failed,
                        issue.code,
                        issue.detail,
                    ));
                    break;
                }
            };
            if room == 0 {
                left_out = left_out.saturating_add(1);
                continue;
            }
            room = room.saturating_sub(1);
            children.push(entry.file_name());
        }
        children.sort();
        let mut below = Vec::new();
        for child in children {
            let path = folder.path.join(&child);
            let name = format!("{}{}", folder.prefix, child.to_string_lossy());
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    let depth = folder.depth.saturating_add(1);
                    if depth > limits.folder_depth {
                        listing.found.push(Found::barred(name, 0, Intake::Skipped, IssueCode::TooDeep, ""));
                    } else {
                        below.push(Pending { path, prefix: format!("{name}/"), depth });
                    }
                }
                Ok(metadata) => listing.found.push(file(name, path, &metadata)),
                Err(error) => {
                    let issue = issue_of(&error);
                    listing.found.push(Found::barred(name, 0, Intake::Failed, issue.code, issue.detail));
                }
            }
        }
        pending.extend(below.into_iter().rev());
    }
    if left_out > 0 {
        listing.issues.push(Issue::new(IssueCode::TooManyEntries, format!("{left_out} more")));
    }
    Ok(listing)
}

fn file(name: String, path: PathBuf, metadata: &Metadata) -> Found {
    if metadata.is_symlink() {
        Found::barred(name, 0, Intake::Skipped, IssueCode::LinkNotFollowed, "")
    } else if metadata.is_file() {
        Found::new(name, Source::File(path), metadata.len())
    } else {
        Found::barred(name, 0, Intake::Skipped, IssueCode::NotRegularFile, "")
    }
}
