//! What a container or a folder lists before anything is named, sorted or examined.

use super::artifact::Intake;
use super::source::Source;
use crate::issue::{Issue, IssueCode};

/// One listed file.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The name as the container has it, below the containers that hold it; not yet safe.
    pub(super) name: String,
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
        Self { name: name.into(), source, bytes, intake: None, issues: Vec::new() }
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
