//! Which part of the world the evidence can speak about: what makes absence provable.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{ArtifactId, Cite};
use super::identity::{Role, Subject};
use crate::parse::key_order::ExportEnd;
use crate::parse::record::{EventCount, Names};
use crate::value::Window;

/// All coverage of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Registry subtrees that were exported, or that the collector says do not exist.
    pub registry: Vec<RegistryCoverage>,
    /// Credential lists.
    pub credentials: Vec<ListCoverage>,
    /// Profile trees.
    pub profiles: Vec<ProfileCoverage>,
    /// Logs.
    pub logs: Vec<LogCoverage>,
    /// Lists of installed updates (`patches`) and file versions (`versions`) per product name.
    pub products: Vec<ProductCoverage>,
    /// Named property sources (`ad-user`, `dsregcmd`, …).
    pub properties: Vec<PropertyCoverage>,
}

/// A registry subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryCoverage {
    /// User hive, with whose it is; `None` is the machine's hive.
    pub user: Option<Subject>,
    /// Folded key path of the subtree's root.
    pub key: String,
    /// Read to its end. A subtree that is not complete proves no absence.
    pub complete: bool,
    /// The collector says that the key does not exist: all below it is absent.
    pub missing: bool,
    /// The file ends inside the subtree: what would stand behind that is not proven absent.
    pub end: Option<ExportEnd>,
    /// The export or the collector's line.
    pub cite: Cite,
}

impl RegistryCoverage {
    /// Whether a folded key lies in the subtree.
    #[must_use]
    pub fn holds(&self, key: &str) -> bool {
        key.strip_prefix(self.key.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
            || self.key.is_empty()
    }

    /// Whether a value of a folded key, or with `all` anything at or below it, is absent if it was not found.
    #[must_use]
    pub fn proves_absent(&self, key: &str, all: bool) -> bool {
        let passed = |end: &ExportEnd| if all { end.passed_all_of(key) } else { end.passed(key) };
        self.holds(key) && (self.missing || self.complete && self.end.as_ref().is_none_or(passed))
    }
}

/// A list of credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCoverage {
    /// Whose vault.
    pub subject: Subject,
    /// Read to its end.
    pub complete: bool,
    /// Whether the list states when a row was written.
    pub dates: bool,
    /// The list.
    pub cite: Cite,
}

/// A tree of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileCoverage {
    /// Whose.
    pub subject: Subject,
    /// `14.0`, `15.0`, `16.0`.
    pub version: String,
    /// All property kinds (registry form), or not (CLIXML).
    pub all_properties: bool,
    /// Read to its end.
    pub complete: bool,
    /// Not complete only because the export ends where profiles could follow.
    pub open: bool,
    /// The export.
    pub cite: Cite,
}

/// One log of one computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCoverage {
    /// `Channel`.
    pub channel: String,
    /// `Computer`.
    pub computer: String,
    /// Roles of that computer; empty where nothing tells.
    pub roles: BTreeSet<Role>,
    /// First to last record.
    pub window: Window,
    /// The artifact was read without loss.
    pub complete: bool,
    /// Counts per (folded canonical provider, id).
    pub counts: BTreeMap<(String, u16), EventCount>,
    /// Audit groups of which this log holds at least one event.
    pub groups: BTreeSet<String>,
    /// Time stamps without a zone.
    pub zone_unknown: bool,
    /// The file.
    pub artifact: ArtifactId,
}

/// What is listed about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductCoverage {
    /// `outlook`, `mso`, `office`.
    pub product: String,
    /// Installed updates are listed completely.
    pub patches: bool,
    /// The list.
    pub cite: Cite,
}

/// A source of named properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyCoverage {
    /// `ad-user`, `w32tm`, …
    pub source: String,
    /// Whose; `None` for the machine.
    pub subject: Option<Subject>,
    /// Read to its end.
    pub complete: bool,
    /// Which names it would show: one that somebody did not ask for is not absent.
    pub names: Names,
    /// The artifact.
    pub cite: Cite,
}
