//! Collects the keys of profiles while an export is read, only those values that the walk can ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::{account, property};
use crate::parse::record::{Hive, RegistryData};
use crate::value::fold;

/// Keys and values that are kept at most, and their bytes; a real profile has a few hundred.
const ITEMS: usize = 50_000;
const BYTES: usize = 32 << 20;

/// Name of the value that names the default profile.
const DEFAULT_PROFILE: &str = "defaultprofile";

/// One section, or one account, of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// Line of the key.
    pub(super) line: u64,
    /// Values by folded name, with their lines.
    values: BTreeMap<String, (RegistryData, u64)>,
    /// Subkeys by folded name (accounts).
    pub(super) below: BTreeMap<String, Section>,
}

impl Section {
    /// A value and its line, by folded name.
    pub(super) fn value(&self, folded: &str) -> Option<(&RegistryData, u64)> {
        self.values.get(folded).map(|(data, line)| (data, *line))
    }

    /// All values, by folded name.
    pub(super) fn values(&self) -> impl Iterator<Item = (&str, &RegistryData, u64)> {
        self.values.iter().map(|(name, (data, line))| (name.as_str(), data, *line))
    }
}

/// One profile as exported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Profile {
    /// Name as written.
    pub(super) name: String,
    /// Key of the profile below the hive.
    pub(super) key: String,
    /// Line of the first key.
    pub(super) line: u64,
    /// Whether the profile's own key was exported, so that a missing section is missing.
    pub(super) own_key: bool,
    /// Whether its keys came out of order: nothing follows from where the export ends.
    unordered: bool,
    /// The exported roots that hold parts of it.
    pub(super) roots: BTreeSet<usize>,
    /// Sections by folded name.
    pub(super) sections: BTreeMap<String, Section>,
}

/// Whose profile, of which Outlook, under which folded name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProfileId {
    pub(super) hive: Hive,
    pub(super) version: &'static str,
    pub(super) name: String,
}

#[derive(Debug, Clone)]
enum Here {
    DefaultOf(Hive, &'static str),
    Section { id: ProfileId, section: String, account: Option<String> },
}

/// The profiles of an export.
#[derive(Debug, Default)]
pub struct ProfileTree {
    pub(super) profiles: BTreeMap<ProfileId, Profile>,
    /// Default profile per hive and version.
    pub(super) defaults: BTreeMap<(Hive, &'static str), String>,
    here: Option<Here>,
    /// The profile in which the export ends, and the folded path of its last key below the profile: known only while its keys
    /// come in order, as Windows writes them.
    pub(super) last: Option<(ProfileId, String)>,
    /// The tree of profiles in which the export ends.
    pub(super) last_tree: Option<(Hive, &'static str)>,
    number: usize,
    bytes: usize,
}

impl ProfileTree {
    /// Goes to a key and says whether values of it are wanted. `root` numbers the exported root that the key belongs to.
    pub(crate) fn enter(&mut self, hive: &Hive, key: &str, root: usize, line: u64) -> bool {
        self.here = None;
        let before = self.last.take();
        self.last_tree = None;
        let Hive::User(_) = hive else { return false };
        let Some((version, holder, below)) = place(key) else { return false };
        // From 2013 on the default profile is named one key above the profiles.
        self.last_tree = (!holder || version == "14.0").then(|| (hive.clone(), version));
        self.number += 1;
        if self.number > ITEMS {
            // The next value reports it.
            return true;
        }
        if holder {
            self.here = Some(Here::DefaultOf(hive.clone(), version));
        }
        let mut names = below.split('\\').filter(|name| !name.is_empty());
        let Some(name) = names.next() else { return holder };
        let id = ProfileId { hive: hive.clone(), version, name: fold(name) };
        let profile = self.profiles.entry(id.clone()).or_insert_with(|| {
            let separator = below.len() - below.trim_start_matches('\\').len();
            let end = key.len() - below.len() + separator + name.len();
            Profile { name: name.to_owned(), key: key.get(..end).unwrap_or(key).to_owned(), line, ..Profile::default() }
        });
        profile.roots.insert(root);
        let path = fold(below.trim_start_matches('\\').get(name.len()..).unwrap_or_default().trim_start_matches('\\'));
        profile.unordered |= before.is_some_and(|(own, last)| own == id && last.split('\\').gt(path.split('\\')));
        if !profile.unordered {
            self.last = Some((id.clone(), path));
        }
        let (section, account, deeper) = (names.next().map(fold), names.next().map(fold), names.next());
        let Some(section) = section else {
            profile.own_key = true;
            return false;
        };
        if deeper.is_some() {
            return false;
        }
        let mut target =
            profile.sections.entry(section.clone()).or_insert_with(|| Section { line, ..Section::default() });
        if let Some(account) = &account {
            target = target.below.entry(account.clone()).or_insert_with(|| Section { line, ..Section::default() });
        }
        if target.line == 0 {
            target.line = line;
        }
        self.here = Some(Here::Section { id, section, account });
        true
    }

    /// Keeps a value of the current key if the walk can ask for it. False when there are more than any real export holds.
    pub(crate) fn value(&mut self, name: &str, data: RegistryData, line: u64) -> bool {
        if self.number > ITEMS {
            return false;
        }
        let folded = fold(name);
        match &self.here {
            Some(Here::DefaultOf(hive, version)) if folded == DEFAULT_PROFILE => {
                if let Some(name) = account::text(&data) {
                    self.defaults.insert((hive.clone(), version), name);
                }
                true
            }
            Some(Here::Section { id, section, account })
                if property::is_known(&folded) || account::is_known(&folded) =>
            {
                self.number += 1;
                self.bytes += folded.len() + bytes(&data);
                if self.bytes > BYTES {
                    return false;
                }
                let section = self.profiles.get_mut(id).and_then(|profile| profile.sections.get_mut(section));
                let target = match account {
                    Some(account) => section.and_then(|section| section.below.get_mut(account)),
                    None => section,
                };
                if let Some(target) = target {
                    target.values.insert(folded, (data, line));
                }
                true
            }
            _ => true,
        }
    }
}

fn bytes(data: &RegistryData) -> usize {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => text.len(),
        RegistryData::MultiSz(items) => items.iter().map(String::len).sum(),
        RegistryData::Binary(bytes) | RegistryData::Raw { bytes, .. } => bytes.len(),
        RegistryData::Dword(_) | RegistryData::Qword(_) | RegistryData::Secret { .. } => 8,
    }
}

/// Recognises the keys of profiles: the version of Outlook, whether the key holds `DefaultProfile`, and what stands behind `Profiles`.
fn place(key: &str) -> Option<(&'static str, bool, &str)> {
    const OLD: &str = r"Software\Microsoft\Windows NT\CurrentVersion\Windows Messaging Subsystem\Profiles";
    const NEW: [(&str, &str); 2] =
        [("15.0", r"Software\Microsoft\Office\15.0\Outlook"), ("16.0", r"Software\Microsoft\Office\16.0\Outlook")];
    if let Some(below) = strip_key(key, OLD) {
        return Some(("14.0", below.is_empty(), below));
    }
    NEW.into_iter().find_map(|(version, holder)| {
        let rest = strip_key(key, holder)?;
        if rest.is_empty() {
            return Some((version, true, ""));
        }
        strip_key(rest, r"\Profiles").map(|below| (version, false, below))
    })
}

fn strip_key<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = key.split_at_checked(prefix.len())?;
    (head.eq_ignore_ascii_case(prefix) && (rest.is_empty() || rest.starts_with('\\'))).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_knows_its_own_key_whichever_key_comes_first() {
        let own = r"Software\Microsoft\Office\15.0\Outlook\Profiles\Outlook";
        for key in [own.to_owned(), format!("{own}\\"), format!(r"{own}\0a0d02"), format!(r"{own}\9375CFF\00000002")] {
            let mut tree = ProfileTree::default();
            tree.enter(&Hive::User(None), &key, 0, 1);
            let keys: Vec<&str> = tree.profiles.values().map(|profile| profile.key.as_str()).collect();
            assert_eq!(keys, [own], "{key}");
        }
    }

    #[test]
    fn profiles_are_found_at_all_three_places() {
        let check = |key: &str, expected| assert_eq!(place(key), expected, "{key}");
        check(
            r"Software\Microsoft\Office\16.0\Outlook\Profiles\Out look\0a0d",
            Some(("16.0", false, r"\Out look\0a0d")),
        );
        check(r"SOFTWARE\microsoft\office\15.0\OUTLOOK\profiles", Some(("15.0", false, "")));
        check(r"Software\Microsoft\Office\15.0\Outlook", Some(("15.0", true, "")));
        check(
            r"Software\Microsoft\Windows NT\CurrentVersion\Windows Messaging Subsystem\Profiles\A",
            Some(("14.0", false, r"\A")),
        );
        check(r"Software\Microsoft\Office\15.0\Outlook\Profiles2\A", None);
        check(r"Software\Microsoft\Office\14.0\Outlook\Profiles\A", None);
    }
}
