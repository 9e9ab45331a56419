//! Binary signatures: what is an event log, a container, or a format that is named and left alone.

use super::ArtifactKind;
use crate::issue::{Issue, IssueCode};

/// How an artifact of a signature is treated.
enum Treatment {
    /// Read, or opened as a container.
    Read(ArtifactKind),
    /// A container that is not opened.
    Closed(&'static str),
    /// Named and left alone.
    Named(&'static str),
    /// Mail.
    Mail(&'static str),
}

use Treatment::{Closed, Mail, Named, Read};

/// Signatures at the first byte, in the order in which they are tried.
const SIGNATURES: &[(&[u8], Treatment)] = &[
    (b"ElfFile\0", Read(ArtifactKind::Evtx)),
    (b"\x30\0\0\0LfLe", Named("event log of Windows XP or 2003 (.evt)")),
    (b"MSCF\0\0\0\0", Read(ArtifactKind::Archive)),
    (b"7z\xBC\xAF\x27\x1C", Closed("7z archive")),
    (b"\x1F\x8B", Closed("gzip archive")),
    (b"Rar!", Closed("rar archive")),
    (b"regf", Named("registry hive; an export made by reg.exe is read")),
    (b"!BDN", Mail("Outlook data file")),
    (b"MDMP", Named("memory dump")),
    (b"PAGEDU", Named("memory dump")),
    (b"PAGEDUMP", Named("memory dump")),
    (b"\x89PNG\r\n\x1A\n", Named("picture")),
    (b"\xFF\xD8\xFF", Named("picture")),
    (b"GIF87a", Named("picture")),
    (b"GIF89a", Named("picture")),
    (b"II*\0", Named("picture")),
    (b"MM\0*", Named("picture")),
    (b"%PDF-", Named("PDF document")),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Named("compound file (.msg, .doc, .msi …)")),
    (b"MZ", Named("program")),
    (b"\x7FELF", Named("program")),
    (b"SQLite format 3\0", Named("SQLite database")),
    (b"\x00\x00\x00\x14ftyp", Named("video")),
    (b"\x00\x00\x00\x18ftyp", Named("video")),
    (b"\x00\x00\x00\x20ftyp", Named("video")),
    (b"\x1A\x45\xDF\xA3", Named("video")),
    (b"BZh", Closed("bzip2 archive")),
    (b"\xFD7zXZ\0", Closed("xz archive")),
    (b"{\\rtf", Named("rich text document")),
];

/// The kind by signature, and why it is not read; nothing where no signature is known.
pub(super) fn of(prefix: &[u8]) -> Option<(ArtifactKind, Option<Issue>)> {
    if is_zip(prefix) {
        return Some(if is_package(prefix) {
            (ArtifactKind::Other, Some(Issue::new(IssueCode::NotSupported, "document (.docx, .xlsx, .msix …)")))
        } else {
            (ArtifactKind::Archive, None)
        });
    }
    // A program begins with `MZ`, a picture of old with `BM`; short texts do too, so both must look binary.
    let binary = prefix.iter().take(64).any(|byte| *byte == 0);
    if prefix.starts_with(b"BM") && binary || prefix.starts_with(b"RIFF") && prefix.get(8..12) == Some(b"WEBP") {
        return Some((ArtifactKind::Other, Some(Issue::new(IssueCode::NotSupported, "picture"))));
    }
    for (signature, treatment) in SIGNATURES {
        if !prefix.starts_with(signature) || (*signature == b"MZ" && !binary) {
            continue;
        }
        let unread = |what: &str| Some(Issue::new(IssueCode::NotSupported, what));
        return Some(match treatment {
            Read(kind) => (*kind, None),
            Closed(what) => (ArtifactKind::Archive, unread(what)),
            Named(what) => (ArtifactKind::Other, unread(what)),
            Mail(what) => (ArtifactKind::Other, Some(Issue::new(IssueCode::MailData, *what))),
        });
    }
    has_lost_header(prefix).then_some((ArtifactKind::Evtx, None))
}

fn is_zip(prefix: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| prefix.starts_with(*magic))
}

/// Office documents and app packages are zips whose first entries are fixed parts.
fn is_package(prefix: &[u8]) -> bool {
    [&b"[Content_Types].xml"[..], b"mimetypeapplication/vnd.oasis", b"AppxManifest.xml"]
        .iter()
        .any(|name| memchr::memmem::find(prefix, name).is_some())
}

/// A log that lost its 4 KiB file header, or was carved: its chunks begin at multiples of 4 KiB.
fn has_lost_header(prefix: &[u8]) -> bool {
    prefix.chunks(4096).any(|page| page.starts_with(b"ElfChnk\0"))
}
