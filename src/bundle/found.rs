//! What a container or a folder lists before anything is named, sorted or examined.

use super::ArtifactKind;
use super::artifact::Intake;
use super::source::{Source, Store};
use crate::issue::{Issue, IssueCode};

/// One listed file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The containers that hold it, each with a `/` behind it; made of safe names.
    pub(super) prefix: String,
    /// The name as its container has it; not yet safe.
    pub(super) name: String,
    /// Decided already while listing.
    pub(super) kind: Option<ArtifactKind>,
    pub(super) source: Source,
    /// Size, as far as known or declared.
    pub(super) bytes: u64,
    /// Decided already while listing; otherwise the content decides.
    pub(super) intake: Option<Intake>,
    pub(super) issues: Vec<Issue>,
}

impl Found {
    /// A file whose content decides.
    pub(super) fn new(name: impl Into<String>, source: Source, bytes: u64) -> Self {
        Self { prefix: String::new(), name: name.into(), kind: None, source, bytes, intake: None, issues: Vec::new() }
    }

    /// A file that is in memory.
    pub(super) fn held(name: &str, bytes: Vec<u8>) -> Self {
        let store = Store::Memory(bytes.into());
        let length = store.length();
        Self::new(name, Source::Held(store), length)
    }

    /// Name with the containers before it.
    pub(super) fn full_name(&self) -> String {
        format!("{}{}", self.prefix, self.name)
    }

    /// A file that is listed only.
    pub(super) fn barred(
        name: impl Into<String>,
        bytes: u64,
        intake: Intake,
        code: IssueCode,
        detail: impl Into<String>,
    ) -> Self {
        Self { intake: Some(intake), issues: vec![Issue::new(code, detail)], ..Self::new(name, Source::Nowhere, bytes) }
    }
}

/// All that one folder or container lists.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) found: Vec<Found>,
    /// What is odd about the folder or container itself.
    pub(super) issues: Vec<Issue>,
}
