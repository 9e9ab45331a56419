//! Turns a path into artifacts: each a stream of bytes under a logical path, with a kind found by content.
//!
//! Knows containers (folder, zip, cabinet, loose files), budgets and text encodings; refuses to know what a format means.
//! Nothing is extracted to disk and no link is followed.
//!
//! ```text
//! case.zip                       ─▶  Configuration/OS/cmdkey.txt   cmdkey-list   1 234 bytes  utf-8 (declared)
//!   Configuration\OS\cmdkey.txt      Log.csv                       collector-log
//! ```

pub mod decode;

mod artifact;
mod budget;
mod cab;
mod entry_name;
mod examine;
mod fingerprint;
mod folder;
mod found;
mod gather;
mod input;
mod intake;
mod path;
mod root;
mod sniff;
mod source;
mod zip;

use serde::Serialize;

pub use artifact::{Artifact, Intake};
pub use budget::issue_of;
pub use input::{CaseInput, cases};
pub use intake::{Bundle, open, open_bytes};
pub use path::ArtifactPath;
pub(crate) use sniff::domain;
pub use sniff::{Sniffed, sniff};

/// What an artifact is, decided by its content; reports and needs use the ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the kebab-case id says it
pub enum ArtifactKind {
    Evtx,
    EventXml,
    EventCsv,
    EventText,
    EventList,
    EventJson,
    EventClixml,
    RegExport,
    CmdkeyList,
    StoredCredentialClixml,
    OutlookProfileClixml,
    MapiProfileXml,
    Prf,
    Clixml,
    CollectorLog,
    CollectorInfo,
    Dsregcmd,
    Ipconfig,
    Netsh,
    Sslcert,
    Nslookup,
    Nltest,
    Setspn,
    Klist,
    W32tm,
    Hosts,
    RegQuery,
    PowershellText,
    PowershellCsv,
    PowershellJson,
    ConnectionStatus,
    AutodiscoverXml,
    OutlookLog,
    ConnectivityAnalyzer,
    Gpresult,
    Archive,
    Other,
}

impl ArtifactKind {
    /// All kinds.
    pub const ALL: [Self; 37] = [
        Self::Evtx,
        Self::EventXml,
        Self::EventCsv,
        Self::EventText,
        Self::EventList,
        Self::EventJson,
        Self::EventClixml,
        Self::RegExport,
        Self::CmdkeyList,
        Self::StoredCredentialClixml,
        Self::OutlookProfileClixml,
        Self::MapiProfileXml,
        Self::Prf,
        Self::Clixml,
        Self::CollectorLog,
        Self::CollectorInfo,
        Self::Dsregcmd,
        Self::Ipconfig,
        Self::Netsh,
        Self::Sslcert,
        Self::Nslookup,
        Self::Nltest,
        Self::Setspn,
        Self::Klist,
        Self::W32tm,
        Self::Hosts,
        Self::RegQuery,
        Self::PowershellText,
        Self::PowershellCsv,
        Self::PowershellJson,
        Self::ConnectionStatus,
        Self::AutodiscoverXml,
        Self::OutlookLog,
        Self::ConnectivityAnalyzer,
        Self::Gpresult,
        Self::Archive,
        Self::Other,
    ];

    /// The fixed id, as in reports and needs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Evtx => "evtx",
            Self::EventXml => "event-xml",
            Self::EventCsv => "event-csv",
            Self::EventText => "event-text",
            Self::EventList => "event-list",
            Self::EventJson => "event-json",
            Self::EventClixml => "event-clixml",
            Self::RegExport => "reg-export",
            Self::CmdkeyList => "cmdkey-list",
            Self::StoredCredentialClixml => "stored-credential-clixml",
            Self::OutlookProfileClixml => "outlook-profile-clixml",
            Self::MapiProfileXml => "mapi-profile-xml",
            Self::Prf => "prf",
            Self::Clixml => "clixml",
            Self::CollectorLog => "collector-log",
            Self::CollectorInfo => "collector-info",
            Self::Dsregcmd => "dsregcmd",
            Self::Ipconfig => "ipconfig",
            Self::Netsh => "netsh",
            Self::Sslcert => "sslcert",
            Self::Nslookup => "nslookup",
            Self::Nltest => "nltest",
            Self::Setspn => "setspn",
            Self::Klist => "klist",
            Self::W32tm => "w32tm",
            Self::Hosts => "hosts",
            Self::RegQuery => "reg-query",
            Self::PowershellText => "powershell-text",
            Self::PowershellCsv => "powershell-csv",
            Self::PowershellJson => "powershell-json",
            Self::ConnectionStatus => "connection-status",
            Self::AutodiscoverXml => "autodiscover-xml",
            Self::OutlookLog => "outlook-log",
            Self::ConnectivityAnalyzer => "connectivity-analyzer",
            Self::Gpresult => "gpresult",
            Self::Archive => "archive",
            Self::Other => "other",
        }
    }
}

/// How sure the text encoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// A byte order mark or a declaration.
    Declared,
    /// Strict UTF-8, or only ASCII.
    Certain,
    /// A code page that fits best.
    Guessed,
}

/// The text encoding of an artifact: a lower-case name (`utf-8`, `utf-16le`, `shift_jis`, `cp437`, …) and its certainty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextEncoding {
    /// Lower-case name.
    pub name: String,
    /// How sure.
    pub certainty: Certainty,
}
