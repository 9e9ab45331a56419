//! Turns a `.reg` export into registry roots, keys, values and Outlook profiles.
//!
//! Reads version 5 and `REGEDIT4`, as programs write them and as mail, editors and hands change them. Refuses to know what a value
//! means, except for profiles, which [`super::outlook_profile`] decodes, and for secrets, which never leave this module.
//! A file that deletes something is a set of instructions, not a state: it gives no record.
//!
//! An export says that a value is absent only if it was read to its end. Programs end an export with an empty line; a file that
//! ends otherwise may have been cut, so its last root is not complete. They also put one between two keys: where a file ends
//! there, [`super::key_order`] tells what may be missing.
//!
//! ```text
//! Windows Registry Editor Version 5.00
//!
//! [HKEY_USERS\S-1-5-21-1111111111-2222222222-3333333333-1104\Software\Microsoft\Office\15.0\Common\Identity]
//! "EnableADAL"=dword:00000001
//! "Blob"=hex:00,01,\
//!   02
//! ```

mod data;
mod grammar;
mod hive;
mod source;
mod span;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::key_order::ExportEnd;
use super::oddities::Oddities;
use super::outlook_profile::{self, ProfileTree};
use super::record::{Hive, Parsed, Record, RegistryData, RegistryKey, RegistryRoot, RegistryValue};
use super::{Context, Input, secret, text};
use crate::bundle::TextEncoding;
use crate::issue::IssueCode;
use crate::value::fold;
use data::HexText;
use grammar::Data;
use source::{LineKind, Source, line_kind};

pub(super) use data::{ansi, utf16};

/// Bytes of names and data that are kept; real exports hold a few hundred kilobytes that a rule could ask for.
const KEPT: usize = 256 << 20;

/// Reads a whole export.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let (reader, encoding) = text::open(input);
    let mut reading = Reading {
        source: Source::new(reader, &encoding, context.limits),
        context,
        oddities: Oddities::default(),
        records: Vec::new(),
        seen: 0,
        kept: 0,
        form: HexText::Utf16,
        header: Header::Awaited,
        key: Place::Nowhere,
        root: None,
        import_script: false,
        full: false,
        profiles: ProfileTree::default(),
    };
    while !reading.full && reading.source.next(&mut reading.oddities) {
        reading.line();
    }
    reading.finish()
}

/// What was found of the first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Header {
    Awaited,
    Read,
    /// A version that is not read.
    Refused,
}

/// Where values belong.
#[derive(Debug)]
enum Place {
    /// No key was seen yet.
    Nowhere,
    /// Below a header that could not be read or that deletes: Windows drops the values, so they must not go to the key before.
    Dropped,
    Key {
        hive: Hive,
        key: String,
        wanted: bool,
        profile: bool,
    },
}

/// The exported subtree that is being read.
struct Root {
    hive: Hive,
    folded: String,
    /// Its place among the records.
    index: usize,
    losses: u64,
    end: ExportEnd,
}

struct Reading<'a> {
    source: Source<'a>,
    context: Context<'a>,
    oddities: Oddities,
    records: Vec<Record>,
    seen: u64,
    kept: usize,
    form: HexText,
    header: Header,
    key: Place,
    root: Option<Root>,
    import_script: bool,
    full: bool,
    profiles: ProfileTree,
}

impl Reading<'_> {
    fn line(&mut self) {
        if self.header == Header::Refused {
            return;
        }
        let kind = line_kind(&self.source.line);
        if self.header == Header::Awaited && kind != LineKind::Nothing {
            self.header_line(kind);
            return;
        }
        match kind {
            LineKind::Nothing => {}
            LineKind::Key => self.key_line(),
            LineKind::Value => self.value_line(),
            LineKind::Unknown => self.oddities.line(IssueCode::BadLine, self.source.number, &self.source.line),
        }
    }

    fn header_line(&mut self, kind: LineKind) {
        self.header = Header::Read;
        let line = self.source.line.trim();
        if kind != LineKind::Unknown {
            self.oddities.whole(IssueCode::UnknownHeader, "");
            self.line();
        } else if line == "REGEDIT4" {
            self.form = HexText::Ansi;
        } else if line == "REGEDIT" {
            self.header = Header::Refused;
            self.oddities.whole(IssueCode::NotSupported, "REGEDIT (Windows 3.1)");
            self.oddities.loss();
        } else if line != "Windows Registry Editor Version 5.00" {
            self.oddities.line(IssueCode::UnknownHeader, self.source.number, line);
        }
    }

    fn key_line(&mut self) {
        let number = self.source.number;
        self.seen += 1;
        self.key = Place::Dropped;
        if grammar::key(&self.source.line).is_err() && !self.join_wrapped_header() {
            return;
        }
        let Ok((_, key)) = grammar::key(&self.source.line) else { return };
        let Some((hive, path)) = hive::split(key.path) else {
            self.oddities.line(IssueCode::BadLine, number, &self.source.line);
            return;
        };
        if key.delete {
            self.import_script = true;
            return;
        }
        if !self.source.ended {
            // The file ends inside this line: the name may go on.
            self.oddities.line(IssueCode::Truncated, number, "");
            return;
        }
        let path = path.to_owned();
        self.enter_root(&hive, &path, number);
        let wanted = self.context.interest.wants_key(&hive, &path);
        let root = self.root.as_ref().map_or(0, |root| root.index);
        let profile = self.profiles.enter(&hive, &path, root, number);
        if wanted && self.room_for(path.len()) {
            self.records.push(Record::RegistryKey(RegistryKey { hive: hive.clone(), key: path.clone(), line: number }));
        }
        self.key = Place::Key { hive, key: path, wanted, profile };
    }

    /// A mail program broke a header at a blank. The joined name may be wrong in its blanks, so it counts as a loss.
    fn join_wrapped_header(&mut self) -> bool {
        let number = self.source.number;
        let first = self.source.line.trim_end().to_owned();
        self.oddities.line(IssueCode::BadLine, number, &first);
        if self.source.cut || !self.source.next(&mut self.oddities) {
            return false;
        }
        let joined = format!("{first} {}", self.source.line.trim_start());
        if line_kind(&self.source.line) == LineKind::Unknown && grammar::key(&joined).is_ok() {
            self.source.line = joined;
            return true;
        }
        self.source.give_back();
        false
    }

    /// A root ends where a key header is not below it.
    fn enter_root(&mut self, hive: &Hive, path: &str, line: u64) {
        let folded = fold(path);
        if let Some(root) = self.root.as_mut().filter(|root| root.hive == *hive && is_below(&folded, &root.folded)) {
            root.end.go_on(path);
            return;
        }
        self.leave_root(None);
        if !self.room_for(path.len()) {
            return;
        }
        let index = self.records.len();
        let root = RegistryRoot { hive: hive.clone(), key: path.to_owned(), complete: false, end: None, line };
        self.records.push(Record::RegistryRoot(root));
        let end = ExportEnd::new(path);
        self.root = Some(Root { hive: hive.clone(), folded, index, losses: self.oddities.losses(), end });
    }

    /// Closes the current root. At the end of the file the argument says whether that was reached.
    fn leave_root(&mut self, end_of_file: Option<bool>) {
        let Some(root) = self.root.take() else { return };
        if let Some(Record::RegistryRoot(record)) = self.records.get_mut(root.index) {
            record.complete = end_of_file != Some(false) && self.oddities.losses() == root.losses;
            record.end = end_of_file.map(|_| root.end);
        }
    }

    fn value_line(&mut self) {
        let number = self.source.number;
        self.seen += 1;
        let keep = match &self.key {
            Place::Key { wanted, profile, .. } => *wanted || *profile,
            Place::Nowhere | Place::Dropped => false,
        };
        let Ok((_, value)) = grammar::value(&self.source.line) else {
            let code = if self.source.ended { IssueCode::BadLine } else { IssueCode::Truncated };
            self.oddities.line(code, number, &self.source.line);
            return;
        };
        let mut name = String::new();
        if keep {
            grammar::unescape(value.name, &mut name);
        } else if matches!(self.key, Place::Nowhere) {
            self.oddities.line(IssueCode::OrphanValue, number, value.name);
        }
        let offset = |rest: &str| self.source.line.len() - rest.len();
        let data = match value.data {
            Data::Delete => {
                self.import_script = true;
                None
            }
            Data::Dword { full: false, .. } if !self.source.ended => {
                self.oddities.line(IssueCode::Truncated, number, "");
                None
            }
            Data::Dword { number, .. } => Some(RegistryData::Dword(number)),
            Data::Text { kind, rest } => {
                let at = offset(rest);
                self.string(at, keep).map(|text| data::quoted(kind, text))
            }
            Data::Hex { kind, rest } => {
                let at = offset(rest);
                let bytes = self.hex(at, keep);
                bytes.map(|bytes| data::typed(kind, bytes, &self.form, self.source.encoding()))
            }
        };
        if let Some(data) = data
            && keep
        {
            self.keep(&name, data, number);
        }
    }

    fn keep(&mut self, name: &str, data: RegistryData, line: u64) {
        let Place::Key { hive, key, wanted, profile } = &self.key else { return };
        let data = secret::registry(key, name, data);
        let (wanted, profile) = (*wanted, *profile);
        let record = wanted.then(|| RegistryValue {
            hive: hive.clone(),
            key: key.clone(),
            name: name.to_owned(),
            data: data.clone(),
            line,
        });
        if profile && !self.profiles.value(name, data, line) {
            self.full();
            return;
        }
        if let Some(record) = record
            && self.room_for(record.key.len() + record.name.len() + size(&record.data))
        {
            self.records.push(Record::RegistryValue(record));
        }
    }

    /// Whether another record may be kept; at the limit, reading ends.
    fn room_for(&mut self, bytes: usize) -> bool {
        self.kept = self.kept.saturating_add(bytes);
        let number = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        if self.kept > KEPT || number >= self.context.limits.records_per_artifact {
            self.full();
        }
        !self.full
    }

    fn full(&mut self) {
        if !self.full {
            self.oddities.line(IssueCode::TooManyRecords, self.source.number, "");
        }
        self.full = true;
    }

    fn finish(mut self) -> Parsed {
        let to_its_end = self.source.failure.is_none() && !self.full && self.source.ends_empty;
        let empty = self.seen == 0 && self.header == Header::Awaited;
        if self.source.failure.is_none() && !self.full && !self.source.ends_empty && self.header == Header::Read {
            self.oddities.line(IssueCode::Truncated, self.source.number, "no empty line at the end");
        }
        self.leave_root(Some(to_its_end));
        let mut complete = to_its_end && self.oddities.losses() == 0 && !empty;
        if empty {
            self.oddities.whole(IssueCode::Empty, "");
        }
        if self.import_script {
            self.oddities.whole(IssueCode::ImportScript, "");
            self.records.clear();
            complete = false;
        } else {
            let whole: BTreeSet<usize> = self
                .records
                .iter()
                .enumerate()
                .filter(|(_, record)| matches!(record, Record::RegistryRoot(root) if root.complete))
                .map(|(index, _)| index)
                .collect();
            let walked = outlook_profile::walk(&self.profiles, |root| whole.contains(&root), &mut self.oddities);
            if walked.is_cut {
                self.oddities.line(IssueCode::Truncated, self.source.number, "the profile goes on");
                complete = false;
                // The last root is the one that the end cuts.
                let last = self.records.iter_mut().rev().find_map(|record| match record {
                    Record::RegistryRoot(root) => Some(root),
                    _ => None,
                });
                if let Some(root) = last {
                    root.complete = false;
                }
            }
            self.records.extend(walked.profiles.into_iter().map(Record::Profile));
        }
        let mut issues = self.source.issues();
        issues.extend(self.oddities.into_issues());
        let encoding: Option<TextEncoding> = Some(self.source.encoding().clone());
        Parsed { records: self.records, seen: self.seen, complete, issues, logs: Vec::new(), encoding }
    }
}

fn is_below(key: &str, root: &str) -> bool {
    root.is_empty() || key.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
}

fn size(data: &RegistryData) -> usize {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => text.len(),
        RegistryData::MultiSz(items) => items.iter().map(|item| item.len() + 24).sum(),
        RegistryData::Binary(bytes) | RegistryData::Raw { bytes, .. } => bytes.len(),
        RegistryData::Dword(_) | RegistryData::Qword(_) | RegistryData::Secret { .. } => 8,
    }
}
