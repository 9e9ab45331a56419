//! Turns a raw name, as a container or a file system holds it, into a logical path that cannot leave the bundle.
//!
//! Refuses to know where the bytes are: nothing is ever opened by an [`ArtifactPath`]. Names that could mislead (`..`, roots, drives,
//! NUL, too long) are replaced by a generated one and shown only as the detail of an issue.
//!
//! ```text
//! Configuration\OS\cmdkey.txt  ─▶  Configuration/OS/cmdkey.txt
//! ..\..\Windows\win.ini        ─▶  unnamed-1   (unsafe-name: ..\..\Windows\win.ini)
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::issue::{Issue, IssueCode};
use crate::limits::Limits;
use crate::value::fold;

/// A name inside a bundle: `/` between components, no root, no `..`; unique within its bundle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactPath(String);

impl ArtifactPath {
    /// The safe form of a raw name, or nothing where there is none.
    ///
    /// ```
    /// use outlook_triage::bundle::ArtifactPath;
    /// use outlook_triage::limits::Limits;
    /// let limits = Limits::default();
    /// let path = ArtifactPath::new(r".\Configuration\\OS\cmdkey.txt", &limits).unwrap();
    /// assert_eq!(path.as_str(), "Configuration/OS/cmdkey.txt");
    /// assert_eq!(path.file_name(), "cmdkey.txt");
    /// for unsafe_name in [r"..\evil", "/etc/passwd", r"C:\x", r"\\server\share\x", "a\0b", "", "./"] {
    ///     assert_eq!(ArtifactPath::new(unsafe_name, &limits), None, "{unsafe_name:?}");
    /// }
    /// ```
    #[must_use]
    pub fn new(raw: &str, limits: &Limits) -> Option<Self> {
        if raw.len() > limits.path || raw.contains('\0') || raw.starts_with(['/', '\\']) || has_drive(raw) {
            return None;
        }
        let parts: Vec<&str> = raw.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
        if parts.is_empty() || parts.len() > limits.path_components || parts.contains(&"..") {
            return None;
        }
        Some(Self(parts.join("/")))
    }

    /// The whole path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The part of the last component after its last dot, in lower case; empty if there is none.
    #[must_use]
    pub fn extension(&self) -> String {
        self.file_name().rsplit_once('.').map(|(_, extension)| fold(extension)).unwrap_or_default()
    }

    /// The components, first to last.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for ArtifactPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `C:` at the very start; a colon further in (an alternate stream, a clock) is harmless in a name that is only shown.
fn has_drive(raw: &str) -> bool {
    let mut chars = raw.chars();
    chars.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && chars.next() == Some(':')
}

/// Hands out paths that are unique within one bundle, also for a reader that folds case.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The next number to try for a name that was taken, so that many equal names cost no more than many different ones.
    numbers: BTreeMap<String, u64>,
    unnamed: u64,
}

impl Names {
    /// The path for a raw name inside some containers, with an issue where the name could not be kept.
    pub(super) fn admit(&mut self, prefix: &str, name: &str, limits: &Limits) -> (ArtifactPath, Option<Issue>) {
        // Alone it must be safe as well: `/etc/passwd` inside `a.zip` is not `a.zip/etc/passwd`.
        let kept = ArtifactPath::new(name, limits).and_then(|_| ArtifactPath::new(&format!("{prefix}{name}"), limits));
        let (path, issue) = match kept {
            Some(path) => (path, None),
            None => {
                self.unnamed = self.unnamed.saturating_add(1);
                let generated = format!("unnamed-{}", self.unnamed);
                let path =
                    ArtifactPath::new(&format!("{prefix}{generated}"), limits).unwrap_or(ArtifactPath(generated));
                let shown: String = name.chars().take(limits.path).collect();
                (path, Some(Issue::new(IssueCode::UnsafeName, shown)))
            }
        };
        (self.make_unique(path), issue)
    }

    /// The path for a name that another stage found fit to be shown, in the place of the one that was admitted.
    pub(super) fn replace(&mut self, shown: String) -> ArtifactPath {
        self.make_unique(ArtifactPath(shown))
    }

    fn make_unique(&mut self, path: ArtifactPath) -> ArtifactPath {
        let folded = fold(path.as_str());
        if self.taken.insert(folded.clone()) {
            return path;
        }
        let number = self.numbers.entry(folded).or_insert(1);
        loop {
            *number = number.saturating_add(1);
            let next = format!("{path} ({number})");
            if self.taken.insert(fold(&next)) {
                return ArtifactPath(next);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_only_if_it_stays_inside_the_bundle() {
        let check = |raw: &str, expected: Option<&str>| {
            let path = ArtifactPath::new(raw, &Limits::default());
            assert_eq!(path.as_ref().map(ArtifactPath::as_str), expected, "{raw:?}");
        };
        check("a/b", Some("a/b"));
        check(r"a\b", Some("a/b"));
        check("./a//b/.", Some("a/b"));
        check("a/../b", None);
        check("..", None);
        check("...", Some("..."));
        check("c:evil", None);
        check("日本語/出力.txt", Some("日本語/出力.txt"));
        check("日:x", Some("日:x"));
        check("Outlook_10:30.txt", Some("Outlook_10:30.txt"));
        check("CON", Some("CON"));
        check("a\0", None);
        check(&"x".repeat(1025), None);
        check(&"x/".repeat(33), None);
        check(&"x/".repeat(32), Some(["x"; 32].join("/").as_str()));
    }

    #[test]
    fn a_second_file_of_the_same_folded_name_gets_a_number() {
        let limits = Limits::default();
        let mut names = Names::default();
        let mut admit = |raw: &str| names.admit("", raw, &limits).0.to_string();
        assert_eq!(admit("Log.csv"), "Log.csv");
        assert_eq!(admit("log.CSV"), "log.CSV (2)");
        assert_eq!(admit("LOG.csv"), "LOG.csv (3)");
        assert_eq!(admit("../a"), "unnamed-1");
        assert_eq!(admit("../a"), "unnamed-2");
        let (path, issue) = names.admit("in.zip/", "/etc/passwd", &limits);
        assert_eq!(path.as_str(), "in.zip/unnamed-3");
        assert_eq!(issue, Some(Issue::new(IssueCode::UnsafeName, "/etc/passwd")));
    }
}
