//! Turns records into typed facts, each with a subject, a time and a source, and says what the evidence covers.
//!
//! Refuses to know files (only where a fact stands in them) and rules' verdicts.
//!
//! ```text
//! RegistryValue HKEY_USERS\S-1-…-1104\…\RPC!DisableRetryGoodCredentials dword 1
//!   ─▶ RegistryFact { subject: Target, key: "Software\\…\\RPC", name: "DisableRetryGoodCredentials", Dword(1), line 40211 }
//! ```

mod apart;
pub mod build;
mod case;
pub mod catalogue;
mod clixml;
mod code;
mod collector;
pub mod coverage;
mod credential;
mod event;
pub mod evidence;
mod exported;
mod failed;
mod field;
pub mod identity;
mod installed;
mod interest;
mod links;
mod mailbox;
mod object;
pub mod office;
mod patch;
pub mod pattern;
mod people;
mod product;
mod profile;
mod property;
mod registry;
mod roles;
mod shape;
mod shapes;
mod subject;
#[cfg(test)]
mod tests;
mod twice;
mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

pub(crate) use code::family as code_family;
pub use interest::interest;
pub use shape::{Field, Fields};

pub use crate::parse::record::CredentialKind;
use crate::parse::record::{AccountService, Persistence, RegistryData};
use crate::value::{FileVersion, Value, Window};
use coverage::Coverage;
use evidence::{Instant, Source};
use identity::{Role, Subject, Target, UserName};

/// Everything the rules may see of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactStore {
    /// Events, sorted by (time, channel, record); the same record from two exports stands once.
    pub events: Vec<EventFact>,
    /// Registry values.
    pub registry: Vec<RegistryFact>,
    /// Stored credentials.
    pub credentials: Vec<CredentialFact>,
    /// Profile properties, one fact a property.
    pub profiles: Vec<ProfileFact>,
    /// Installed products, one per source.
    pub products: Vec<ProductFact>,
    /// Installed, removed or superseded updates.
    pub patches: Vec<PatchFact>,
    /// Everything else that is a name and a value.
    pub properties: Vec<PropertyFact>,
    /// Error codes read out of events and named values.
    pub codes: Vec<CodeFact>,
    /// What the evidence covers.
    pub coverage: Coverage,
    /// The user whose sign-in fails.
    pub target: Target,
    /// Folded computer name → roles.
    pub computers: BTreeMap<String, BTreeSet<Role>>,
    /// About the case as a whole.
    pub case: CaseFacts,
    /// Names that stand together in the evidence, one group a place; groups that share one are one person.
    pub people: Vec<identity::Person>,
}

/// About the case as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFacts {
    /// The user's PC.
    pub computer: Option<String>,
    /// When the evidence was collected.
    pub collected_at: Option<Timestamp>,
    /// The moment every age and wait is counted from.
    pub as_of: Option<Timestamp>,
    /// Offset of the PC from UTC in seconds.
    pub utc_offset: Option<i32>,
    /// First and last time in the evidence.
    pub evidence_window: Option<Window>,
    /// `--failed-at`.
    pub failed_at: Option<Window>,
    /// The collector, if one was used.
    pub collector: Option<CollectorFact>,
    /// What had to be assumed.
    pub assumptions: BTreeSet<Assumption>,
}

/// Who collected the evidence, with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectorFact {
    /// `OutlookTrace`.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// `DOMAIN\name (SID)` of the account that ran it.
    pub run_as: Option<String>,
    /// `DOMAIN\name (SID)` of the user it was run for.
    pub target_user: Option<String>,
}

/// Something taken for granted; printed in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assumption {
    /// Loose files that name nobody are taken to be the target user's.
    LooseFilesAreTheUsers,
    /// The mailbox is taken to be in Exchange Online.
    MailboxInExchangeOnline,
    /// The domain is taken to be federated.
    DomainFederated,
    /// The Outlook version is deduced from the profile's place only.
    OutlookVersionFromProfile,
    /// Times are counted from the newest time in the evidence.
    AsOfNewestEvidence,
}

/// Success or failure of an audited action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Audit success.
    Success,
    /// Audit failure.
    Failure,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventFact {
    /// The provider's canonical name.
    pub provider: Arc<str>,
    /// Event id.
    pub id: u16,
    /// Channel.
    pub channel: Arc<str>,
    /// Computer that wrote it.
    pub computer: Arc<str>,
    /// When.
    pub at: Instant,
    /// `EventRecordID`.
    pub record: u64,
    /// Activity id; an all-zero id is kept as it is (it joins nothing).
    pub activity: Option<Box<str>>,
    /// Audit outcome.
    pub outcome: Option<Outcome>,
    /// The user it is about.
    pub user: UserName,
    /// Whether that user is the target user.
    pub is_target: bool,
    /// Named, typed fields, in order.
    pub fields: Fields,
    /// The export lost data: a field that is not here may have been in the log.
    pub partial: bool,
    /// Where it stands.
    pub source: Source,
}

impl EventFact {
    /// Whether it names a person who is not the target user; Windows itself is none.
    #[must_use]
    pub fn is_of_somebody_else(&self) -> bool {
        let names_somebody = self.user.name.is_some() || self.user.sid.as_deref().is_some_and(people::is_person);
        names_somebody && !self.is_target
    }

    /// A field by its name, letter case aside.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }
}

/// One registry value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFact {
    /// User hive, with whose it is; `None` is the machine's hive.
    pub user: Option<Subject>,
    /// Key path below the hive's root, as written.
    pub key: String,
    /// Value name.
    pub name: String,
    /// Typed data.
    pub data: RegistryData,
    /// Where it stands.
    pub source: Source,
}

/// One stored credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialFact {
    /// Whose vault.
    pub subject: Subject,
    /// Target as listed.
    pub target: String,
    /// Target without its wrapper.
    pub bare_target: String,
    /// Class from the table.
    pub class: String,
    /// `password`, `token`, `certificate`, `other`.
    pub secret: String,
    /// Type.
    pub kind: CredentialKind,
    /// User name of the row.
    pub user: Option<String>,
    /// Persistence.
    pub persistence: Persistence,
    /// When it was written, if listed.
    pub written: Option<Timestamp>,
    /// Where it stands.
    pub source: Source,
}

/// Where a mailbox lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mailbox {
    /// Exchange Online.
    ExchangeOnline,
    /// The organisation's own servers.
    OnPremises,
    /// Nothing tells.
    Unknown,
}

impl Mailbox {
    /// All, with the words of rules.
    pub const ALL: [(&'static str, Self); 3] =
        [("exchange-online", Self::ExchangeOnline), ("on-premises", Self::OnPremises), ("unknown", Self::Unknown)];

    /// The word of rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        crate::value::word_of(&Self::ALL, &self)
    }
}

/// One property of one account of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFact {
    /// Whose.
    pub subject: Subject,
    /// `14.0`, `15.0`, `16.0`.
    pub version: String,
    /// Profile name.
    pub profile: String,
    /// Whether it is the default profile.
    pub is_default: Option<bool>,
    /// Account name; `None` for properties of the profile itself.
    pub account: Option<String>,
    /// Service of the account.
    pub service: AccountService,
    /// Where the account's mailbox lies.
    pub mailbox: Mailbox,
    /// Property name (`auth-package`, `mailbox`, `defect`, …).
    pub name: String,
    /// Typed value.
    pub value: Value,
    /// Where it stands.
    pub source: Source,
}

/// How a product was installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Install {
    /// Windows Installer.
    Msi,
    /// Click-to-Run.
    C2r,
    /// Microsoft Store.
    Store,
    /// Nothing tells.
    Unknown,
}

impl Install {
    /// All, with the words of rules and reports.
    pub const ALL: [(&'static str, Self); 4] =
        [("msi", Self::Msi), ("c2r", Self::C2r), ("store", Self::Store), ("unknown", Self::Unknown)];

    /// The word of rules and reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        crate::value::word_of(&Self::ALL, &self)
    }
}

/// A product as one source states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFact {
    /// `outlook`, `mso`, `office`, `windows`.
    pub name: String,
    /// Version, if the source gives one.
    pub version: Option<FileVersion>,
    /// Major version, if at least that is known.
    pub major: Option<u32>,
    /// Install type.
    pub install: Install,
    /// Precedence of the source, 1 best.
    pub rank: u8,
    /// The time for which the statement holds, where it is dated.
    pub at: Option<Timestamp>,
    /// Where it stands.
    pub source: Source,
}

/// An update as one source states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchFact {
    /// `outlook`, `office`, `windows`.
    pub product: String,
    /// `KB2880470`.
    pub kb: String,
    /// The title as listed.
    pub title: String,
    /// Installed (false: removed later, or its installation failed).
    pub installed: bool,
    /// When, where dated.
    pub at: Option<Timestamp>,
    /// Where it stands.
    pub source: Source,
}

/// A named value of any other source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyFact {
    /// `ad-user`, `dsregcmd`, `w32tm`, …
    pub source_name: String,
    /// The object inside that source, if there are several.
    pub object: Option<String>,
    /// Property name.
    pub name: String,
    /// Typed value.
    pub value: Value,
    /// Whose; `None` for the machine.
    pub subject: Option<Subject>,
    /// Where it stands.
    pub source: Source,
}

/// An error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFact {
    /// `aadsts`, `hresult`, `ntstatus`, `kerberos`, `schannel`, `http`.
    pub family: &'static str,
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Option<Instant>,
    /// Index of the event that carries it.
    pub event: Option<usize>,
    /// Where it stands.
    pub source: Source,
}

/// From this rank on a product is deduced from traces such as the place of a profile.
const DEDUCED: u8 = 12;

/// One product with all its sources weighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedProduct<'a> {
    /// The facts, best source first.
    pub facts: Vec<&'a ProductFact>,
    /// The version of the best source that gives one of this major version.
    pub version: Option<FileVersion>,
    /// The major version.
    pub major: Option<u32>,
    /// Install type of the best source that knows it.
    pub install: Install,
    /// Two sources of the best rank state different versions.
    pub ambiguous: bool,
    /// Undated sources state different major versions: two products side by side.
    pub several: bool,
    /// Only the place of a profile tells the product.
    pub deduced: bool,
}

impl ResolvedProduct<'_> {
    /// The version under which this Outlook keeps its profiles; nothing while the product is unknown, deduced or ambiguous.
    #[must_use]
    pub fn profile_version(&self) -> Option<&'static str> {
        match self.major.filter(|_| !self.several && !self.deduced)? {
            15 => Some("15.0"),
            16 => Some("16.0"),
            major if major <= 14 => Some("14.0"),
            _ => None,
        }
    }
}

impl FactStore {
    /// A product with its sources weighed: lower rank first, then newer statements, then place.
    #[must_use]
    pub fn product(&self, name: &str) -> Option<ResolvedProduct<'_>> {
        let mut facts: Vec<&ProductFact> = self.products.iter().filter(|fact| fact.name == name).collect();
        facts.sort_by(|a, b| (a.rank, b.at, &a.source.at).cmp(&(b.rank, a.at, &b.source.at)));
        let major_of = |fact: &ProductFact| fact.version.map(FileVersion::major).or(fact.major);
        // What was true of the day of a crash may have been replaced since: it refines the major version that undated sources
        // state, and never changes it.
        let decides = |fact: &&&ProductFact| fact.at.is_none() && fact.rank < DEDUCED;
        let first = facts.iter().find(|fact| major_of(fact).is_some());
        let chosen = match first.filter(|fact| fact.at.is_some()) {
            Some(dated) => {
                let undated: Vec<_> = facts.iter().filter(decides).filter(|fact| major_of(fact).is_some()).collect();
                let agrees = undated.iter().any(|fact| major_of(fact) == major_of(dated));
                undated.first().copied().filter(|_| !agrees).or(first)
            }
            None => first,
        };
        let (major, rank) = chosen.map_or((None, 0), |fact| (major_of(fact), fact.rank));
        let best = facts.iter().find(|fact| fact.version.is_some() && major_of(fact) == major);
        let version = best.and_then(|fact| fact.version);
        let ambiguous = best.is_some_and(|best| {
            facts.iter().any(|fact| {
                fact.rank == best.rank && fact.at == best.at && fact.version.is_some() && fact.version != best.version
            })
        });
        // A profile of another version may be an old one; a version that is stated is that of a program.
        let several = facts
            .iter()
            .filter(|fact| fact.rank == rank || decides(fact) || (fact.at.is_none() && fact.version.is_some()))
            .filter_map(|fact| major_of(fact))
            .any(|other| Some(other) != major);
        let deduced = rank >= DEDUCED;
        let install = facts
            .iter()
            .map(|fact| fact.install)
            .find(|install| *install != Install::Unknown)
            .unwrap_or(Install::Unknown);
        (!facts.is_empty()).then_some(ResolvedProduct { facts, version, major, install, ambiguous, several, deduced })
    }
}
