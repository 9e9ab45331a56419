//! What every parser gives: typed records in file order, what was seen and skipped, and how far the artifact was read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::key_order::ExportEnd;
use super::payload::Payload;
use crate::bundle::TextEncoding;
use crate::issue::Issue;
use crate::value::{FileVersion, Value, Window};

/// One artifact, parsed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The records some rule could ask for, in file order.
    pub records: Vec<Record>,
    /// All records that the artifact holds, wanted or not.
    pub seen: u64,
    /// Whether the artifact was read to its end without a loss.
    pub complete: bool,
    /// What was odd.
    pub issues: Vec<Issue>,
    /// The logs inside an event file, one per (channel, computer).
    pub logs: Vec<LogSummary>,
    /// The encoding that was used, where the artifact is text.
    pub encoding: Option<TextEncoding>,
}

impl Parsed {
    /// The same reading with other records in place of its own, and without its logs.
    pub(crate) fn with_records(&self, records: Vec<Record>) -> Self {
        Self { records, issues: self.issues.clone(), encoding: self.encoding.clone(), logs: Vec::new(), ..*self }
    }
}

/// One parsed unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// One event of a log.
    Event(EventRecord),
    /// The root of an exported registry subtree.
    RegistryRoot(RegistryRoot),
    /// A key header (wanted subtrees only).
    RegistryKey(RegistryKey),
    /// One value of the registry (wanted subtrees only).
    RegistryValue(RegistryValue),
    /// An Outlook profile.
    Profile(ProfileRecord),
    /// One stored credential.
    Credential(CredentialRecord),
    /// One PowerShell object of a CLIXML file.
    Object(PsObject),
    /// One line of the collector's own log.
    CollectorLine(CollectorLine),
    /// A named value of any other source.
    Property(NamedValue),
    /// That such a source was read, and how far.
    PropertySource(PropertySource),
}

/// A named value of a source that is neither log, registry, vault nor profile: a line of `dsregcmd /status`, an attribute of
/// `Get-ADUser`, the method of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedValue {
    /// What states it, in the word of rules: `dsregcmd`, `ad-user`, `w32tm`, …
    pub source: &'static str,
    /// The object or section inside the source, where it has several.
    pub object: Option<Arc<str>>,
    /// Name, as written.
    pub name: String,
    /// Typed value; never a secret.
    pub value: Value,
    /// Whose it is.
    pub owner: Owner,
    /// Line, from 1.
    pub line: u64,
}

/// A source of named values that an artifact holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertySource {
    /// What states the values.
    pub source: &'static str,
    /// Whose they are.
    pub owner: Owner,
    /// Read to its end without a loss.
    pub complete: bool,
    /// Which names it would show.
    pub names: Names,
    /// Where it begins, from 1.
    pub line: u64,
}

/// Which names a source would show if they had a value: what makes a name that is not there absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Names {
    /// All that exist.
    All,
    /// Those that somebody chose; of the others nothing is known.
    Chosen,
}

/// Whose a named value is, as far as the source itself says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// No user's: the computer's, a server's or the organisation's.
    Nobody,
    /// Of whoever ran the program.
    Runner,
    /// Of the user for whom the collector ran; by hand, of whoever ran the program.
    CollectedFor,
    /// Of a user whom the source names: SID, UPN or `DOMAIN\name`, sAMAccountName.
    Account {
        /// SID.
        sid: Option<String>,
        /// Names.
        names: Vec<String>,
    },
}

/// One event, as its log holds it. Texts are as stored: no message rendering, no folding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRecord {
    /// `Provider/@Name`; where it is absent `@EventSourceName`.
    pub provider: Arc<str>,
    /// `EventID`, low 16 bits.
    pub id: u16,
    /// `EventID/@Qualifiers`.
    pub qualifiers: u16,
    /// `Level`.
    pub level: u8,
    /// `Keywords`; bit 52 is audit failure, bit 53 audit success.
    pub keywords: u64,
    /// `Channel`; empty if the event names none.
    pub channel: Arc<str>,
    /// `TimeCreated/@SystemTime`, UTC.
    pub at: Timestamp,
    /// `EventRecordID` (the number in the event, not the position in the file).
    pub record: u64,
    /// `Computer`.
    pub computer: Arc<str>,
    /// `Security/@UserID`.
    pub user_sid: Option<Arc<str>>,
    /// `Correlation/@ActivityID`, lower case, braces removed.
    pub activity: Option<Box<str>>,
    /// Named and positional data.
    pub data: Payload,
    /// What an export made of it.
    pub export: Export,
}

/// What became of an event on its way out of its log. A log itself, and XML, keep everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Export {
    /// Line of a text, from 1; 0 where there are no lines.
    pub line: u64,
    /// What is known of the zone of its time.
    pub zone: Zone,
    /// The data was lost, up to what could be read out of the message: what is not there may have been.
    pub partial: bool,
}

/// What is known of the zone in which times are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// It stands there, or the format says UTC.
    #[default]
    Stated,
    /// `Z` in a form of which no public source says whether it is true: taken as UTC, not relied on.
    Doubtful,
    /// Local time: what the clock showed, taken as UTC.
    Local,
    /// Local time placed by the offset of one day: an hour early or late where summer time began or ended in between.
    Hour,
}

/// What one (channel, computer) of an event file covers: every (provider, id) pair with its count and its first and last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSummary {
    /// `Channel`.
    pub channel: String,
    /// `Computer`.
    pub computer: String,
    /// First and last event time.
    pub window: Window,
    /// What is known of the zone of its times: the least of all its events.
    pub zone: Zone,
    /// Where numbers of records are missing, between the times of their neighbours: filtered out, or lost.
    pub gaps: Vec<Window>,
    /// Counts per (provider, event id).
    pub counts: BTreeMap<(String, u16), EventCount>,
}

/// How often one kind of event stands in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCount {
    /// Number of records.
    pub number: u64,
    /// Earliest.
    pub first: Timestamp,
    /// Latest.
    pub last: Timestamp,
}

/// Whose part of the registry a key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hive {
    /// `HKEY_CURRENT_USER` (no name), `HKEY_USERS\<SID>` or a loaded hive (its name). `<SID>_Classes` is `Other`.
    User(Option<String>),
    /// `HKEY_LOCAL_MACHINE`.
    Machine,
    /// Any other root, with its name.
    Other(String),
}

/// The first key of an exported subtree: the export speaks about everything below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryRoot {
    /// Hive.
    pub hive: Hive,
    /// Key path below the hive's root, `\` between components, as written.
    pub key: String,
    /// Whether the subtree was read to its end.
    pub complete: bool,
    /// Where the file ends inside the subtree: what would stand behind that may have been cut off. Nothing if the file goes on
    /// with another subtree.
    pub end: Option<ExportEnd>,
    /// Line, from 1.
    pub line: u64,
}

/// One key header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryKey {
    /// Hive.
    pub hive: Hive,
    /// Key path below the hive's root.
    pub key: String,
    /// Line, from 1.
    pub line: u64,
}

/// One value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryValue {
    /// Hive.
    pub hive: Hive,
    /// Key path below the hive's root.
    pub key: String,
    /// Value name; empty for the default value.
    pub name: String,
    /// Typed data.
    pub data: RegistryData,
    /// Line on which the value begins, from 1.
    pub line: u64,
}

/// The data of a registry value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistryData {
    /// `REG_SZ`.
    Sz(String),
    /// `REG_EXPAND_SZ`.
    ExpandSz(String),
    /// `REG_MULTI_SZ`.
    MultiSz(Vec<String>),
    /// `REG_DWORD` of four bytes.
    Dword(u32),
    /// `REG_QWORD` of eight bytes.
    Qword(u64),
    /// `REG_BINARY`.
    Binary(Vec<u8>),
    /// Any other type, or a known type whose bytes do not fit it.
    Raw {
        /// Type number.
        kind: u32,
        /// Bytes.
        bytes: Vec<u8>,
    },
    /// A password or a protected blob: dropped while parsing, only its kind and length are kept.
    Secret {
        /// What it was: `password`, `protected blob`, …
        kind: &'static str,
        /// Length in bytes.
        length: usize,
    },
}

impl RegistryData {
    /// Its strings.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::Sz(text) | Self::ExpandSz(text) => std::slice::from_ref(text),
            Self::MultiSz(items) => items,
            Self::Dword(_) | Self::Qword(_) | Self::Binary(_) | Self::Raw { .. } | Self::Secret { .. } => &[],
        }
    }

    /// `REG_SZ`, `REG_DWORD`, … as Windows names the type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Sz(_) => "REG_SZ",
            Self::ExpandSz(_) => "REG_EXPAND_SZ",
            Self::MultiSz(_) => "REG_MULTI_SZ",
            Self::Dword(_) => "REG_DWORD",
            Self::Qword(_) => "REG_QWORD",
            Self::Binary(_) => "REG_BINARY",
            Self::Raw { .. } => "REG_NONE",
            Self::Secret { .. } => "(secret)",
        }
    }
}

/// An Outlook profile with its accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRecord {
    /// Whose.
    pub hive: Hive,
    /// `14.0` (the root of Outlook 97–2010), `15.0` or `16.0`.
    pub version: String,
    /// Profile name.
    pub name: String,
    /// Whether `DefaultProfile` names it; unknown where that value was not exported.
    pub is_default: Option<bool>,
    /// Accounts of the mail list, in its order.
    pub accounts: Vec<AccountRecord>,
    /// Properties of Outlook's own global section.
    pub properties: Vec<PropertyRecord>,
    /// What is missing or does not fit.
    pub defects: Vec<ProfileDefect>,
    /// Whether all property kinds could have been seen (registry form: yes; CLIXML: no).
    pub all_properties: bool,
    /// Line of the profile's key.
    pub line: u64,
}

/// One account of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// Its number in the account manager.
    pub id: u32,
    /// `Account Name`, mostly the SMTP address.
    pub name: Option<String>,
    /// What kind of account.
    pub service: AccountService,
    /// Whether its store is the default store.
    pub is_default: Option<bool>,
    /// Decoded properties.
    pub properties: Vec<PropertyRecord>,
    /// Line of the account's key.
    pub line: u64,
}

/// The service behind an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountService {
    /// `MSEMS`.
    Exchange,
    /// POP3.
    Pop3,
    /// IMAP4.
    Imap4,
    /// Data files, address books and anything else.
    Other,
}

/// One decoded MAPI property of a profile section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyRecord {
    /// Registry value name: property type, then property id, eight hex digits in lower case.
    pub tag: String,
    /// The name that rules use (`auth-package`, `roh-flags`, `smtp-address`, …).
    pub name: String,
    /// Typed value. Enumerations such as `auth-package` are [`Value::Text`] with the rules' word.
    pub value: Value,
    /// Line of the registry value.
    pub line: u64,
}

/// Something that makes a profile unusable or doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileDefect {
    /// Kebab-case word for rules: `no-account-section`, `dangling-service-uid`, `dangling-emsmdb-uid`, `account-key-missing`, `no-exchange-account`.
    pub kind: &'static str,
    /// The key that is missing or holds the dangling reference.
    pub key: String,
    /// Line.
    pub line: u64,
}

/// One stored credential; never its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRecord {
    /// Target as listed, with its wrapper (`LegacyGeneric:target=…`).
    pub target: String,
    /// Type, from the listing's own words or enumeration.
    pub kind: CredentialKind,
    /// User name, if the row has one.
    pub user: Option<String>,
    /// Persistence, where the listing says.
    pub persistence: Persistence,
    /// When it was written, where the listing says.
    pub written: Option<Timestamp>,
    /// Line, from 1.
    pub line: u64,
}

/// The type of a stored credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialKind {
    /// `CRED_TYPE_GENERIC`.
    Generic,
    /// `CRED_TYPE_DOMAIN_PASSWORD`.
    DomainPassword,
    /// Any certificate type.
    Certificate,
    /// Not named in a language the tool knows.
    Unknown,
}

impl CredentialKind {
    /// Those that a rule can ask for, with its words.
    pub const ALL: [(&'static str, Self); 3] =
        [("generic", Self::Generic), ("domain", Self::DomainPassword), ("certificate", Self::Certificate)];
}

/// How long a stored credential lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persistence {
    /// This logon only.
    Session,
    /// This PC.
    LocalMachine,
    /// Roams; `cmdkey` prints no sentence for it.
    EnterpriseOrUnstated,
}

/// One object of a CLIXML file: its type names and its properties, adapted and extended ones in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PsObject {
    /// Type names, most derived first, `Deserialized.` removed.
    pub types: Vec<String>,
    /// Properties in document order.
    pub properties: Vec<(String, PsValue)>,
    /// `ToString`, where given.
    pub to_string: Option<String>,
    /// Line of the element, from 1.
    pub line: u64,
    /// Lines of the properties, where the format has one for each; otherwise empty.
    pub lines: Vec<u64>,
}

impl PsObject {
    /// The line on which a property begins, as far as it is known.
    #[must_use]
    pub fn line_of(&self, name: &str) -> u64 {
        let at = self.properties.iter().position(|(key, _)| key == name);
        at.and_then(|at| self.lines.get(at)).copied().unwrap_or(self.line)
    }

    /// A property by its name, compared as PowerShell does (letter case does not count).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&PsValue> {
        self.properties.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// A value of a PowerShell property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PsValue {
    /// `<Nil/>`.
    Nil,
    /// Text, GUID, URI, and every number that does not fit an `i64`.
    Text(String),
    /// Any integer.
    Number(i64),
    /// `<B>`.
    Bool(bool),
    /// `<DT>` with an offset or `Z`.
    Time(Timestamp),
    /// `<DT>` without a zone, as written.
    LocalTime(String),
    /// `<Version>`.
    Version(FileVersion),
    /// A list, queue, stack or other enumerable.
    List(Vec<PsValue>),
    /// A dictionary, as pairs.
    Dictionary(Vec<(PsValue, PsValue)>),
    /// A nested object.
    Object(Box<PsObject>),
    /// An enumeration: its text and its number.
    Enum(String, i64),
}

impl PsValue {
    /// The text of a value: an enumeration gives its name, an object its `ToString`, or its `Value`.
    pub(crate) fn text(&self) -> Option<String> {
        Some(match self {
            Self::Text(text) | Self::Enum(text, _) | Self::LocalTime(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Time(at) => at.to_string(),
            Self::Version(version) => version.to_string(),
            Self::Object(object) => match &object.to_string {
                Some(text) => text.clone(),
                None => object.get("Value").and_then(Self::text)?,
            },
            Self::Nil | Self::List(_) | Self::Dictionary(_) => return None,
        })
    }
}

/// One line of OutlookTrace's `Log.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorLine {
    /// When.
    pub at: Timestamp,
    /// Offset of the collecting PC from UTC, in seconds.
    pub offset_seconds: i32,
    /// The collector's function.
    pub function: String,
    /// The message.
    pub message: String,
    /// Line, from 1.
    pub line: u64,
}
