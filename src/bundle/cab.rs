//! Turns a cabinet into a listing of its files, whose content it holds in memory: a cabinet cannot be read from the middle.
//!
//! All files of one folder of a cabinet are one compressed stream, so each folder is unpacked once, from its beginning, and what is of
//! no use (a trace, a dump) is passed over instead of held. Refuses to know what the files are, beyond that use.
//!
//! ```text
//! Configuration\OS\cmdkey.txt  ─▶  readable, held
//! Outlook\Outlook.etl  1 GiB   ─▶  listed; passed over
//! continued in disk2.cab       ─▶  truncated
//! ```
//!
//! Format: [MS-CAB](https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-cab/).

mod directory;
mod unpack;

use self::directory::{Directory, Part};
use self::unpack::{Memory, unpack};
use super::artifact::Intake;
use super::entry_name::NameReader;
use super::found::{Found, Listing};
use super::source::Store;
use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;

/// One file, as the directory describes it.
struct Member {
    name: String,
    /// Where its content begins in the unpacked folder.
    start: u64,
    size: u64,
    issues: Vec<Issue>,
}

impl Member {
    fn barred(self, intake: Intake, issue: Issue) -> Found {
        let mut found = Found::barred(self.name, self.size, intake, issue.code, issue.detail);
        found.issues.extend(self.issues);
        found
    }
}

/// Lists the files of a cabinet and holds their content, as far as `memory` (bytes, for all containers of the case) goes.
///
/// # Errors
/// The cabinet is a trick, or its directory cannot be read: it is refused as a whole, for the reason given.
pub(super) fn list(store: &Store, memory: &mut u64, limits: &Limits) -> Result<Listing, Issue> {
    let directory = Directory::read(store, limits)?;
    let names = NameReader::new(directory.files.iter().map(|file| (file.raw_name.as_slice(), file.utf8)));
    let mut members: Vec<Vec<Member>> = directory.folders.iter().map(|_| Vec::new()).collect();
    let mut listing = Listing { found: Vec::new(), issues: directory.issues };
    for file in &directory.files {
        let (name, guessed) = names.read(&file.raw_name, file.utf8);
        let member = Member { name, start: file.start, size: file.size, issues: guessed.into_iter().collect() };
        let folder = match file.part {
            Part::Whole(folder) | Part::Beginning(folder) => members.get_mut(folder),
            Part::Rest => None,
        };
        match folder {
            Some(folder) => folder.push(member),
            None => {
                let issue = Issue::new(IssueCode::Truncated, "begins in another cabinet of its set");
                listing.found.push(member.barred(Intake::Failed, issue));
            }
        }
    }
    for folder in &mut members {
        folder.sort_by_key(|member| member.start);
        refuse_overlap(folder)?;
    }
    let mut memory = Memory::new(memory, limits);
    for (folder, members) in directory.folders.iter().zip(members) {
        listing.found.extend(unpack(store, folder, members, &mut memory, limits));
    }
    Ok(listing)
}

/// No byte of a real cabinet belongs to two files.
fn refuse_overlap(members: &[Member]) -> Result<(), Issue> {
    for pair in members.windows(2) {
        if let [before, after] = pair
            && before.start.saturating_add(before.size) > after.start
        {
            let detail = format!("two files share byte {} of their folder", after.start);
            return Err(Issue::new(IssueCode::OverlappingEntries, detail));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
