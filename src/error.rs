//! What stops a command, as one opaque type with a sentence for the person who typed it.
//!
//! Damage *inside* a bundle is never an error: it is an [`crate::issue::Issue`] of one artifact,
//! and the rest is still analysed.

use std::path::{Path, PathBuf};

use crate::lang::{Lang, Text};

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

    /// The sentence without the path, for a table that names the case already.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> String {
        let text = match (&self.0, lang) {
            (ErrorKind::NotFound(_), Lang::Ja) => {
                "ファイルまたはフォルダーが見つかりません。パスに誤りがないか確認してください。".to_owned()
            }
            (ErrorKind::Unreadable { reason, .. }, Lang::Ja) => {
                format!("開けません ({reason})。アクセス許可を確認するか、読み取り可能な場所にコピーしてください。")
            }
            (ErrorKind::NothingToRead { reason, .. }, _) => reason.get(lang).to_owned(),
            (kind, _) => kind.to_string(),
        };
        match self.0.path() {
            Some(path) => text.strip_prefix(&format!("{}: ", path.display())).unwrap_or(&text).to_owned(),
            None => text,
        }
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
    #[error("{}: {}", path.display(), reason.en)]
    NothingToRead {
        /// The path as given.
        path: PathBuf,
        /// What was found instead, as a sentence with advice.
        reason: Text,
    },
    /// The rule set cannot be used. One line a problem, each with file, line and column.
    #[error("the rules cannot be used:\n{0}")]
    Rules(String),
    /// Whole cases cannot be run. One line a problem, each with its file.
    #[error("the cases cannot be run:\n{0}")]
    Cases(String),
    /// The output cannot be written.
    #[error("{}: cannot be written: {reason}", path.display())]
    Output {
        /// The target.
        path: PathBuf,
        /// The operating system's reason, and what became of the file that was there before.
        reason: String,
    },
    /// Whoever read the output has seen enough and closed the pipe. Ends the run, as a success.
    #[error("the reader of the output closed it")]
    ClosedPipe,
    /// A combination of options that makes no sense.
    #[error("{0}")]
    Usage(String),
}

impl ErrorKind {
    /// What the sentence begins with.
    fn path(&self) -> Option<&Path> {
        match self {
            Self::NotFound(path)
            | Self::Unreadable { path, .. }
            | Self::NothingToRead { path, .. }
            | Self::Output { path, .. } => Some(path),
            Self::Rules(_) | Self::Cases(_) | Self::ClosedPipe | Self::Usage(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_does_not_repeat_the_path() {
        let missing = Error::from(ErrorKind::NotFound("a.zip".into()));
        assert_eq!(missing.to_string(), "a.zip: no such file or folder; check the spelling of the path");
        assert_eq!(missing.reason(Lang::En), "no such file or folder; check the spelling of the path");
        assert!(missing.reason(Lang::Ja).contains("見つかりません"));
        let reason = Text::new("it is empty", "空です");
        let empty = Error::from(ErrorKind::NothingToRead { path: "b".into(), reason });
        assert_eq!((empty.reason(Lang::En), empty.reason(Lang::Ja)), ("it is empty".to_owned(), "空です".to_owned()));
    }
}
