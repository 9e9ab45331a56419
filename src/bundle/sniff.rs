//! Turns the first bytes of an artifact into its kind; the name is never asked.
//!
//! Knows signatures and the first lines of the formats that are read; refuses to parse them. The order of the tests is fixed:
//! binary signatures, then whatever the decoded text says about itself, then what its structure shows.
//!
//! ```text
//! 45 6C 66 46 69 6C 65 00 …              ─▶  evtx
//! FF FE 57 00 69 00 6E 00 64 00 …        ─▶  reg-export, utf-16le (declared)
//! 89 50 4E 47 …                          ─▶  other, not read because it is a picture
//! ```

mod command;
pub(crate) mod domain;
mod signature;
mod table;
mod text;
mod xml;

use super::decode;
use super::{ArtifactKind, ArtifactPath, TextEncoding};
use crate::issue::{Issue, IssueCode};
use crate::value::fold;

/// Bytes that decide.
pub(super) const PREFIX: u64 = 64 << 10;

/// What is said of bytes that are neither text nor of a known signature.
const UNKNOWN: &str = "binary data of no known format";

/// Characters of the beginning that tell text from binary.
const TASTE: usize = 512;

/// What the first bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sniffed {
    /// The kind.
    pub kind: ArtifactKind,
    /// The encoding, where it is text.
    pub encoding: Option<TextEncoding>,
    /// Why it is not read, where it is not; in the detail what it is instead.
    pub unread: Option<Issue>,
}

/// The kind of an artifact by its first bytes; `whole` says that they are all of it.
///
/// ```
/// use outlook_triage::bundle::{ArtifactKind, sniff};
/// assert_eq!(sniff(b"REGEDIT4\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n", true).kind, ArtifactKind::RegExport);
/// assert_eq!(sniff(b"\x89PNG\r\n\x1a\n", true).kind, ArtifactKind::Other);
/// ```
#[must_use]
pub fn sniff(prefix: &[u8], whole: bool) -> Sniffed {
    if let Some((kind, what)) = signature::of(prefix) {
        return Sniffed { kind, encoding: None, unread: what };
    }
    let encoding = decode::detect(prefix, whole);
    let text = decode::decode_prefix(prefix, &encoding);
    if !is_text(&text) {
        return Sniffed { kind: ArtifactKind::Other, encoding: None, unread: Some(not_supported(UNKNOWN)) };
    }
    let kind = text::of(&text);
    let unread = (kind == ArtifactKind::Other).then(|| not_supported("text of no known format"));
    Sniffed { kind, encoding: Some(encoding), unread }
}

/// The containers that are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// Zip.
    Zip,
    /// Windows cabinet.
    Cabinet,
}

impl Container {
    /// Whether four bytes can begin one.
    pub(super) fn may_begin(prefix: &[u8]) -> bool {
        prefix.starts_with(b"PK") || prefix.starts_with(b"MSCF")
    }

    /// The container of artifacts that the bytes begin; a document in disguise is none.
    pub(super) fn of(prefix: &[u8]) -> Option<Self> {
        if !matches!(signature::of(prefix), Some((ArtifactKind::Archive, None))) {
            return None;
        }
        Some(if prefix.starts_with(b"PK") { Self::Zip } else { Self::Cabinet })
    }
}

/// The issue of a name that promises another format than the content: Windows would open the file with the wrong program, and
/// a person may have sent the wrong one.
pub(super) fn name_disagrees(path: &ArtifactPath, kind: ArtifactKind) -> Option<Issue> {
    use ArtifactKind as K;
    let extension = path.extension();
    let (agrees, always) = match extension.as_str() {
        "evtx" => (kind == K::Evtx, true),
        "reg" => (kind == K::RegExport, true),
        "zip" | "cab" | "7z" | "rar" | "gz" => (kind == K::Archive, true),
        "prf" => (kind == K::Prf, false),
        "csv" | "tsv" => (matches!(kind, K::EventCsv | K::PowershellCsv | K::CollectorLog), false),
        "json" => (matches!(kind, K::EventJson | K::PowershellJson), false),
        "htm" | "html" => (matches!(kind, K::Gpresult | K::ConnectivityAnalyzer), false),
        "xml" => (
            matches!(
                kind,
                K::EventXml
                    | K::EventClixml
                    | K::StoredCredentialClixml
                    | K::OutlookProfileClixml
                    | K::MapiProfileXml
                    | K::Clixml
                    | K::CollectorInfo
                    | K::AutodiscoverXml
                    | K::ConnectivityAnalyzer
            ),
            false,
        ),
        "png" | "jpg" | "jpeg" | "gif" | "bmp" | "pdf" | "docx" | "xlsx" | "etl" | "dmp" | "exe" | "dll" => {
            (kind == K::Other, false)
        }
        _ => return None,
    };
    let ours = !matches!(kind, K::Other | K::Archive);
    (!agrees && (always || ours)).then(|| Issue::new(IssueCode::NameDisagrees, format!(".{extension}")))
}

/// What a file of no known format is by custom. Only in the sentence: the kind is what the content says.
pub(super) fn customary(name: &str, issue: Issue) -> Issue {
    let extension = name.rsplit_once('.').map(|(_, extension)| fold(extension)).unwrap_or_default();
    let what = match extension.as_str() {
        "mta" => "message texts of an event log (LocaleMetaData)",
        "etl" => "trace (.etl)",
        "pml" => "Process Monitor log",
        "dmp" | "hdmp" | "mdmp" => "memory dump",
        _ => return issue,
    };
    if issue.detail == UNKNOWN { not_supported(what) } else { issue }
}

fn not_supported(what: &str) -> Issue {
    Issue::new(IssueCode::NotSupported, what)
}

/// Text has few control characters and few bytes that fit no character.
fn is_text(text: &str) -> bool {
    let mut odd: usize = 0;
    let mut all: usize = 0;
    for character in text.chars().take(TASTE) {
        all = all.saturating_add(1);
        let control =
            character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}' | '\u{1b}');
        if control || character == char::REPLACEMENT_CHARACTER {
            odd = odd.saturating_add(1);
        }
    }
    all > 0 && odd.saturating_mul(20) <= all
}

#[cfg(test)]
mod tests;
