//! Turns the listing of `cmdkey /list` into stored credentials, in any display language.
//!
//! The listing is read by its structure: groups of labelled lines, the first the target, the second the type, the third the user,
//! and a sentence without label about how long the entry lives. Words are used only where they are known. Refuses to know whose
//! vault it is and whether a password is right: the listing does not say.
//!
//! A listing proves that an entry is absent only if it is whole: with its header (or the line that says there is none), without a
//! filter, up to the empty line behind the last entry. Pasted parts are read, but are not complete.
//!
//! ```text
//! 現在保存されている資格情報:
//!
//!     ターゲット: LegacyGeneric:target=MS.Outlook.15:a.tanaka@contoso.example:PUT
//!     種類: 汎用
//!     ユーザー: contoso\a.tanaka
//!     ローカル コンピューターの常設
//! ```

mod row;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::oddities::Oddities;
use super::record::{CredentialRecord, Parsed, Persistence, Record};
use super::{Context, Input, text};
use crate::bundle::decode::TextReader;
use crate::issue::{Issue, IssueCode};
use row::Row;

/// Lines of one group that are looked at; an entry has four.
const GROUP: usize = 16;
/// Different persistence sentences that are remembered; a language has two.
const SENTENCES: usize = 16;

/// Reads a whole listing.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reader = TextReader::new(reader, &encoding, context.limits);
    let mut listing = Listing { limit: context.limits.records_per_artifact, ..Listing::default() };
    let mut physical = row::Unwrap::default();
    let mut failure = None;
    loop {
        match reader.next_line() {
            Ok(Some(line)) => {
                if line.cut {
                    listing.oddities.loss();
                }
                if let Some(row) = physical.push(line.number, line.text) {
                    listing.row(row);
                }
            }
            Ok(None) => break,
            Err(error) => {
                failure = Some(error.to_string());
                break;
            }
        }
        listing.ended = reader.line_was_ended();
    }
    if let Some(row) = physical.finish() {
        listing.row(row);
    }
    let mut issues = reader.issues();
    issues.extend(failure.map(|reason| {
        listing.oddities.loss();
        Issue::new(IssueCode::ReadFailed, reason)
    }));
    let encoding = Some(reader.encoding().clone());
    Parsed { encoding, ..listing.finish(issues) }
}

/// The listing so far.
#[derive(Debug, Default)]
struct Listing {
    limit: u64,
    oddities: Oddities,
    entries: Vec<Entry>,
    /// Lines since the last empty line or target.
    group: Vec<Row>,
    header: bool,
    none: bool,
    /// The listing shows only a part of the vault.
    filtered: bool,
    /// Help or an error of the program.
    help: bool,
    /// Whether the last line read was empty.
    empty_line: bool,
    /// Whether the last line read was a prompt: the program had ended.
    prompt: bool,
    /// Number of the last line.
    last: u64,
    /// Whether a line end followed the last line.
    ended: bool,
    full: bool,
}

/// One credential and its persistence sentence.
#[derive(Debug)]
struct Entry {
    record: CredentialRecord,
    type_line: bool,
    /// Line of its user.
    user_line: u64,
    /// Its target stood alone: a mail program put an empty line between all lines.
    spaced: bool,
    sentence: Option<String>,
}

impl Listing {
    fn row(&mut self, row: Row) {
        self.empty_line = row.text.is_empty();
        self.prompt = row.is_prompt();
        self.last = row.number;
        if row.text.is_empty() {
            self.group_end();
        } else if row.is_prompt() {
            self.filtered |= row.names_filter();
        } else if row.is_program() {
            self.help = true;
        } else {
            if row.is_target() {
                self.group_end();
            }
            if self.group.len() < GROUP {
                self.group.push(row);
            }
        }
    }

    fn group_end(&mut self) {
        let group = std::mem::take(&mut self.group);
        let Some(first) = group.first() else { return };
        if first.is_target() || is_plain_entry(&group) {
            self.entry(&group);
        } else if let [row] = group.as_slice()
            && let Some(entry) = self.entries.last_mut().filter(|entry| entry.spaced)
        {
            complete(entry, row);
        } else {
            group.iter().for_each(|row| self.outside(row));
        }
    }

    /// A line outside of entries: the header, the line that says there is no entry, or noise.
    fn outside(&mut self, row: &Row) {
        if row.is_none_marker() {
            self.none = true;
        } else if self.entries.is_empty() && row.is_header() {
            self.header = true;
            self.filtered |= row.names_filter();
        }
    }

    fn entry(&mut self, group: &[Row]) {
        let Some((target, rest)) = group.split_first() else { return };
        if self.full || u64::try_from(self.entries.len()).unwrap_or(u64::MAX) >= self.limit {
            if !self.full {
                self.oddities.line(IssueCode::TooManyRecords, target.number, "");
            }
            self.full = true;
            return;
        }
        let record = CredentialRecord {
            target: target.target().to_owned(),
            kind: words::kind_by_wrapper(target.target()),
            user: None,
            persistence: Persistence::EnterpriseOrUnstated,
            written: None,
            line: target.number,
        };
        let mut entry = Entry { record, type_line: false, user_line: 0, spaced: rest.is_empty(), sentence: None };
        for row in rest {
            complete(&mut entry, row);
        }
        if entry.record.user.as_ref().is_some_and(|user| row::is_damaged(user)) {
            self.oddities.line(IssueCode::Mojibake, target.number, "");
        }
        self.entries.push(entry);
    }

    fn finish(mut self, mut issues: Vec<Issue>) -> Parsed {
        self.group_end();
        let seen = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        let cut = self.entries.last().is_some_and(|entry| !entry.type_line) && !self.empty_line;
        if cut {
            // The file ends behind a target line. Where not even the line ended, the target may be cut: it is no evidence.
            let line = self.entries.last().map_or(0, |entry| entry.record.line);
            self.oddities.line(IssueCode::Truncated, line, "");
            if !self.ended {
                self.entries.pop();
            }
        } else if seen > 0 && !self.prompt && (!self.ended || (self.header && !self.empty_line)) {
            // The program ends every list with an empty line. A line without an end may be cut: half a name is another name.
            self.oddities.line(IssueCode::Truncated, self.last, "");
            let cut_user = self.entries.last_mut().filter(|entry| !self.ended && entry.user_line == self.last);
            if let Some(entry) = cut_user {
                entry.record.user = None;
            }
        }
        let listing = self.header || self.none || seen > 0;
        if !listing || (self.help && seen == 0 && !self.none) {
            self.oddities.whole(IssueCode::NoListing, "");
        } else if seen == 0 && !self.none {
            self.oddities.whole(IssueCode::Truncated, "");
        }
        let whole = (self.header && seen > 0 && self.empty_line) || (self.none && seen == 0);
        let complete = whole && !self.filtered && !self.full && self.oddities.losses() == 0;
        let persistence = meanings(&self.entries);
        let records = self.entries.into_iter().map(|entry| {
            let stated = entry.sentence.and_then(|sentence| persistence.get(&sentence).copied());
            let persistence = stated.unwrap_or(Persistence::EnterpriseOrUnstated);
            Record::Credential(CredentialRecord { persistence, ..entry.record })
        });
        let records = records.collect();
        issues.extend(self.oddities.into_issues());
        Parsed { records, seen, complete, issues, ..Parsed::default() }
    }
}

/// A group that is an entry although its target has no wrapper: two to four lines, the first two with labels, and either the
/// indentation of the program or a type that is known.
fn is_plain_entry(group: &[Row]) -> bool {
    let [target, kind, ..] = group else { return false };
    group.len() <= 4
        && !target.value().is_empty()
        && !kind.value().is_empty()
        && ((target.indented && kind.indented) || words::kind(kind.value()).is_some())
}

/// Adds a line behind the target: type, then user, or the sentence without a label.
fn complete(entry: &mut Entry, row: &Row) {
    let value = row.value();
    if row.label().is_none() {
        if !row.is_none_marker() && entry.sentence.is_none() {
            entry.sentence = Some(row.text.clone());
        }
    } else if !entry.type_line {
        entry.type_line = true;
        if let Some(kind) = words::kind(value) {
            entry.record.kind = kind;
        }
    } else if entry.record.user.is_none() && !value.is_empty() {
        entry.record.user = Some(value.to_owned());
        entry.user_line = row.number;
    }
}

/// What the sentences mean: by their words, else by two entries of Windows itself whose persistence is known. A language has two
/// sentences, so that where one is known the other one is the other.
fn meanings(entries: &[Entry]) -> BTreeMap<String, Persistence> {
    let mut meanings: BTreeMap<String, Option<Persistence>> = BTreeMap::new();
    for entry in entries {
        let Some(sentence) = &entry.sentence else { continue };
        if meanings.len() >= SENTENCES && !meanings.contains_key(sentence) {
            continue;
        }
        let meaning = meanings.entry(sentence.clone()).or_insert_with(|| words::persistence(sentence));
        *meaning = meaning.or_else(|| words::persistence_of_target(&entry.record.target));
    }
    if let [one, other] = meanings.values_mut().collect::<Vec<_>>().as_mut_slice() {
        let opposite = |known: &Option<Persistence>| match known {
            Some(Persistence::Session) => Some(Persistence::LocalMachine),
            Some(Persistence::LocalMachine) => Some(Persistence::Session),
            _ => None,
        };
        if one.is_none() {
            **one = opposite(other);
        } else if other.is_none() {
            **other = opposite(one);
        }
    }
    meanings.into_iter().filter_map(|(sentence, meaning)| meaning.map(|meaning| (sentence, meaning))).collect()
}
