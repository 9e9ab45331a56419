//! One file of a bundle: what it is called, what it is, and how to read it.
//!
//! Knows how to open itself as a bounded stream; refuses to know what the bytes mean.

use std::io::Read;

use super::budget::{self, Bounded};
use super::path::ArtifactPath;
use super::source::Source;
use super::{ArtifactKind, TextEncoding};
use crate::issue::Issue;
use crate::limits::Limits;

/// One file of a bundle.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Its unique name inside the bundle.
    pub path: ArtifactPath,
    /// What its content is.
    pub kind: ArtifactKind,
    /// Size in bytes, expanded.
    pub bytes: u64,
    /// The text encoding, where the content is text.
    pub encoding: Option<TextEncoding>,
    /// SHA-256 of the content, 64 hex digits; for large ones only on request.
    pub sha256: Option<String>,
    /// What was done with it.
    pub intake: Intake,
    /// What is odd about it so far. Reading it may add the same ones again, word for word, and others.
    pub issues: Vec<Issue>,
    pub(super) source: Source,
}

/// What intake did with an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intake {
    /// Of a kind that is read, and can be opened.
    Readable,
    /// A container whose content is listed artifact by artifact.
    Opened,
    /// Not of a kind that is read, or left out for a reason among its issues.
    Skipped,
    /// Should have been read and could not be; the reason is among its issues.
    Failed,
}

impl Artifact {
    /// The content from its first byte, bounded: real output is counted, and where a limit or damage ends it early the
    /// stream ends in an error that [`super::issue_of`] turns into an issue. What came before the error is good.
    ///
    /// # Errors
    /// The file cannot be opened, or the artifact has no content that can be read.
    pub fn open(&self, limits: &Limits) -> std::io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(self.bounded(limits)?))
    }

    pub(super) fn bounded(&self, limits: &Limits) -> std::io::Result<Bounded> {
        budget::open(&self.source, self.bytes, limits)
    }
}
