//! Turns the first bytes of an artifact into its kind; the name is never asked.
//!
//! Knows signatures and the first lines of the formats that are read; refuses to parse them.

use super::{ArtifactKind, TextEncoding};

/// Bytes that decide.
pub(super) const PREFIX: u64 = 64 << 10;

/// What the first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sniffed {
    /// The kind.
    pub kind: ArtifactKind,
    /// The encoding, where it is text.
    pub encoding: Option<TextEncoding>,
}

/// The kind of an artifact by its first bytes; `whole` says that they are all of it.
#[must_use]
pub fn sniff(prefix: &[u8], whole: bool) -> Sniffed {
    let _ = whole;
    let kind = if prefix.starts_with(b"ElfFile\0") {
        ArtifactKind::Evtx
    } else if prefix.starts_with(b"PK\x03\x04") {
        ArtifactKind::Archive
    } else {
        ArtifactKind::Other
    };
    Sniffed { kind, encoding: None }
}
