//! Turns one artifact into records and issues: one format a file, no knowledge of other files or of rules.
//!
//! A bad record costs one record and a bad file one file; each leaves an [`crate::issue::Issue`].

pub mod autodiscover;
pub mod clixml;
pub mod cmdkey;
pub mod collector_log;
pub mod connection_status;
pub mod connectivity_analyzer;
pub mod dsregcmd;
mod elements;
mod event;
pub mod event_clixml;
pub mod event_csv;
pub mod event_json;
pub mod event_list;
pub mod event_text;
pub mod event_xml;
pub mod evtx;
pub mod gpresult;
pub mod hosts;
pub mod interest;
pub mod ipconfig;
pub mod key_order;
pub mod klist;
mod markup;
pub(crate) mod named;
pub mod netsh;
pub mod nltest;
pub mod nslookup;
mod oddities;
pub mod outlook_log;
pub mod outlook_profile;
pub mod payload;
pub mod powershell;
pub mod prf;
pub mod record;
pub mod reg;
pub mod reg_query;
pub(crate) mod secret;
pub mod setspn;
pub mod sslcert;
#[cfg(test)]
mod tests;
mod text;
pub mod w32tm;
mod xml;

use std::io::Read;

use crate::bundle::{ArtifactKind, TextEncoding};
use crate::limits::Limits;
use interest::Interest;

/// What a parser is given: the bytes as a stream, and what `bundle` found out about them.
#[allow(missing_debug_implementations)] // holds a stream
pub struct Input<'a> {
    /// The whole artifact, from its first byte.
    pub reader: &'a mut dyn Read,
    /// The encoding, for text kinds.
    pub encoding: Option<TextEncoding>,
    /// Size in bytes, as far as known.
    pub bytes: u64,
}

/// What all parsers obey.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What to keep.
    pub interest: &'a Interest,
    /// What to stop at.
    pub limits: &'a Limits,
}

/// A parser: one artifact in, its records and issues out.
pub type Parser = fn(Input<'_>, Context<'_>) -> record::Parsed;

/// The dispatch table. A kind that is not in it is recognised, listed and not read.
const PARSERS: &[(ArtifactKind, Parser)] = &[
    (ArtifactKind::Evtx, evtx::parse),
    (ArtifactKind::EventXml, event_xml::parse),
    (ArtifactKind::EventClixml, event_clixml::parse),
    (ArtifactKind::EventJson, event_json::parse),
    (ArtifactKind::EventCsv, event_csv::parse),
    (ArtifactKind::EventText, event_text::parse),
    (ArtifactKind::EventList, event_list::parse),
    (ArtifactKind::RegExport, reg::parse),
    (ArtifactKind::CmdkeyList, cmdkey::parse),
    (ArtifactKind::Clixml, clixml::parse),
    (ArtifactKind::StoredCredentialClixml, clixml::parse),
    (ArtifactKind::OutlookProfileClixml, clixml::parse),
    (ArtifactKind::MapiProfileXml, outlook_profile::mapi_xml::parse),
    (ArtifactKind::CollectorInfo, clixml::parse),
    (ArtifactKind::CollectorLog, collector_log::parse),
    (ArtifactKind::Dsregcmd, dsregcmd::parse),
    (ArtifactKind::PowershellText, powershell::list::parse),
    (ArtifactKind::PowershellCsv, powershell::csv::parse),
    (ArtifactKind::PowershellJson, powershell::json::parse),
    (ArtifactKind::ConnectionStatus, connection_status::parse),
    (ArtifactKind::AutodiscoverXml, autodiscover::parse),
    (ArtifactKind::W32tm, w32tm::parse),
    (ArtifactKind::Hosts, hosts::parse),
    (ArtifactKind::Ipconfig, ipconfig::parse),
    (ArtifactKind::Netsh, netsh::parse),
    (ArtifactKind::Sslcert, sslcert::parse),
    (ArtifactKind::Nslookup, nslookup::parse),
    (ArtifactKind::Nltest, nltest::parse),
    (ArtifactKind::Setspn, setspn::parse),
    (ArtifactKind::Klist, klist::parse),
    (ArtifactKind::RegQuery, reg_query::parse),
    (ArtifactKind::Prf, prf::parse),
    (ArtifactKind::OutlookLog, outlook_log::parse),
    (ArtifactKind::ConnectivityAnalyzer, connectivity_analyzer::parse),
    (ArtifactKind::Gpresult, gpresult::parse),
];

/// What a parser gives, without the secrets in it: the only way from a parser to a fact.
#[must_use]
pub fn read(parser: Parser, input: Input<'_>, context: Context<'_>) -> record::Parsed {
    secret::sifted(parser(input, context))
}

/// The parser of a kind.
#[must_use]
pub fn parser(kind: ArtifactKind) -> Option<Parser> {
    PARSERS.iter().find(|(known, _)| *known == kind).map(|(_, parser)| *parser)
}
