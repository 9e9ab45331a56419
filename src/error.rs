//! What stops a command, as one opaque type with a sentence for the person who typed it.
//!
//! Damage *inside* a bundle is never an error: it is an [`crate::issue::Issue`] of one artifact,
//! and the rest is still analysed.

use std::path::PathBuf;

/// Why a command could not do its work. Maps to exit code 2.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] ErrorKind);

impl Error {
    /// The precise kind, for the exit code and for tests.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }
}

/// The kinds. Each message names the thing, what was expected and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A path that does not exist.
    #[error("{}: no such file or folder; check the spelling of the path", .0.display())]
    NotFound(PathBuf),
    /// A path that exists but cannot be opened.
    #[error("{}: cannot be opened ({reason}); check the permissions, or copy it to a place you can read", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// Nothing in the input is an artifact that the tool reads.
    #[error("{}: {reason}", path.display())]
    NothingToRead {
        /// The path as given.
        path: PathBuf,
        /// What was found instead, as a sentence with advice.
        reason: String,
    },
    /// The rule set cannot be used. One line a problem, each with file, line and column.
    #[error("the rules cannot be used:\n{0}")]
    Rules(String),
    /// The output cannot be written.
    #[error("{}: cannot be written ({reason}); the previous file, if any, is unchanged", path.display())]
    Output {
        /// The target.
        path: PathBuf,
        /// The operating system's reason.
        reason: String,
    },
    /// A combination of options that makes no sense.
    #[error("{0}")]
    Usage(String),
}
