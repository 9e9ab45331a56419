//! What was odd about one artifact: cut, damaged, guessed, left out. Nothing is silently skipped.

use serde::Serialize;

/// Where in the artifact something was odd.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// Byte offset.
    Offset(u64),
    /// Line, from 1.
    Line(u64),
    /// `EventRecordID`, or the position of a record.
    Record(u64),
}

/// One oddity. `detail` is untrusted text (a name, a value, a library's reason): renderers escape it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Issue {
    /// What happened.
    pub code: IssueCode,
    /// Where, if it has a place.
    pub at: Option<At>,
    /// What exactly: expected and found, a count, a name. May be empty.
    pub detail: String,
}

impl Issue {
    /// An issue of the whole artifact.
    pub fn new(code: IssueCode, detail: impl Into<String>) -> Self {
        Self { code, at: None, detail: detail.into() }
    }

    /// An issue with a place.
    pub fn at(code: IssueCode, at: At, detail: impl Into<String>) -> Self {
        Self { code, at: Some(at), detail: detail.into() }
    }
}

/// Every thing that can be said about an artifact; the sentences are in [`crate::lang`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum IssueCode {
    /// Ends before its end.
    Truncated,
    /// Damaged at a place; the rest was read.
    Damaged,
    /// A stored checksum does not match.
    ChecksumMismatch,
    /// A log copied while Windows was writing it.
    DirtyLog,
    /// A kind that the tool does not read.
    NotSupported,
    /// A mail data file: not read and not to be sent.
    MailData,
    /// Password protected.
    Encrypted,
    /// A compression method that the tool does not read.
    UnsupportedMethod,
    /// Expands far more than real files do.
    SuspiciousRatio,
    /// Larger than one entry may be; cut.
    EntryTooLarge,
    /// The bundle is larger than allowed; the rest is not read.
    BundleTooLarge,
    /// More entries than allowed; the rest is only counted.
    TooManyEntries,
    /// Containers or folders nested too deep.
    TooDeep,
    /// The same container stands inside itself.
    ContainsItself,
    /// A link: listed, not followed.
    LinkNotFollowed,
    /// A pipe, socket or device: not opened.
    NotRegularFile,
    /// Cannot be opened for lack of permission.
    PermissionDenied,
    /// The operating system failed while reading.
    ReadFailed,
    /// Zero bytes.
    Empty,
    /// Entries overlap: a trick, not an archive.
    OverlappingEntries,
    /// Two headers, or two entries, disagree about one name.
    AmbiguousArchive,
    /// A name that would leave the bundle or is not a legal name.
    UnsafeName,
    /// The name promises another format than the content.
    NameDisagrees,
    /// The text encoding was guessed.
    GuessedEncoding,
    /// Bytes that are no text in this encoding.
    ReplacedCharacters,
    /// Text that was decoded with a wrong code page before it was saved.
    Mojibake,
    /// A line longer than allowed; cut.
    LineTooLong,
    /// A field longer than allowed; cut.
    FieldTooLong,
    /// More records than allowed; the rest is not read.
    TooManyRecords,
    /// More different error codes than are kept.
    TooManyCodes,
    /// More facts than allowed; the rest is counted only.
    TooManyFacts,
    /// The parser made no progress and was abandoned.
    TimedOut,
    /// The parser failed on this artifact; the rest of the bundle is analysed.
    ParserFailed,
    /// One record could not be read; the others were.
    BadRecord,
    /// One line could not be read; the others were.
    BadLine,
    /// A value before any key.
    OrphanValue,
    /// An import script (it deletes something), not an export.
    ImportScript,
    /// A header is missing or unknown.
    UnknownHeader,
    /// A program's help or error text instead of its list.
    NoListing,
    /// XML with a DOCTYPE: refused.
    XmlDoctype,
    /// XML beyond the limits of depth, attributes or token size.
    XmlLimit,
    /// XML that is not well formed.
    XmlSyntax,
    /// A key, section or account that another one points to is not there.
    DanglingReference,
    /// A property that its bytes do not fill.
    UnreadableValue,
    /// A REG value of another type than programs expect.
    UnexpectedType,
    /// Two sources state different values.
    Contradiction,
    /// A date or clock that cannot be right.
    DoubtfulDate,
    /// A file that looks like a rule or a setting of this tool: ignored.
    RulesIgnored,
    /// Dates in which day and month cannot be told apart.
    AmbiguousDate,
    /// An export of events without their data.
    DataNotExported,
    /// A time without zone.
    ZoneUnknown,
    /// Times in the log run backwards or the log was cleared in between.
    LogDiscontinuity,
    /// What it says of its computer is that of another user's.
    OtherComputer,
    /// The state of a server that is not named.
    ServerNotNamed,
    /// Nothing that the tool could read was inside.
    NothingInside,
}

impl IssueCode {
    /// Whether the artifact was read less than completely because of it.
    #[must_use]
    pub fn is_loss(self) -> bool {
        use IssueCode as C;
        matches!(
            self,
            C::Truncated
                | C::Damaged
                | C::Encrypted
                | C::UnsupportedMethod
                | C::SuspiciousRatio
                | C::EntryTooLarge
                | C::BundleTooLarge
                | C::TooManyEntries
                | C::TooDeep
                | C::PermissionDenied
                | C::ReadFailed
                | C::OverlappingEntries
                | C::LineTooLong
                | C::FieldTooLong
                | C::TooManyRecords
                | C::TooManyFacts
                | C::TimedOut
                | C::ParserFailed
                | C::BadRecord
                | C::BadLine
                | C::XmlDoctype
                | C::XmlLimit
                | C::XmlSyntax
        )
    }

    /// Whether the detail is a raw part of the file, or a name that somebody gave.
    #[must_use]
    pub fn quotes_the_file(self) -> bool {
        use IssueCode as C;
        matches!(self, C::BadLine | C::OrphanValue | C::UnknownHeader | C::UnsafeName | C::BadRecord | C::RulesIgnored)
    }

    /// Whether a limit of [`crate::limits::Limits`] was hit.
    #[must_use]
    pub fn is_limit(self) -> bool {
        use IssueCode as C;
        matches!(
            self,
            C::SuspiciousRatio
                | C::EntryTooLarge
                | C::BundleTooLarge
                | C::TooManyEntries
                | C::TooDeep
                | C::LineTooLong
                | C::FieldTooLong
                | C::TooManyRecords
                | C::TooManyCodes
                | C::TooManyFacts
                | C::TimedOut
                | C::XmlLimit
        )
    }
}
