//! What the stages hand to the report, borrowed: refuses to know how it is said.

use jiff::Timestamp;

use super::super::model::ArtifactStatus;
use crate::bundle::{ArtifactKind, TextEncoding};
use crate::fact::evidence::Cite as FactCite;
use crate::fact::{FactStore, Install};
use crate::finding;
use crate::issue::Issue;
use crate::lang::Text;
use crate::limits::Limits;
use crate::plan::Plan;
use crate::rule::codes::Codes;
use crate::rule::condition as rule;
use crate::rule::overrides::Applied;
use crate::value::Window;

/// Everything the report says about one case, borrowed from the stages.
#[derive(Debug, Clone, Copy)]
pub struct CaseView<'a> {
    /// The name as given on the command line.
    pub source: &'a str,
    /// The first twelve digits of `sha256`.
    pub id: &'a str,
    /// Fingerprint of the bundle, 64 hex digits.
    pub sha256: &'a str,
    /// All artifacts, sorted by path: an `ArtifactId` is a position in this list.
    pub artifacts: &'a [ArtifactView<'a>],
    /// The facts.
    pub facts: &'a FactStore,
    /// The results of all rules, in any order.
    pub findings: &'a [finding::Finding],
    /// The plan.
    pub plan: &'a Plan,
    /// The era.
    pub era: rule::Era,
    /// Why it is this era.
    pub era_cites: &'a [FactCite],
    /// What happened when, in any order.
    pub timeline: &'a [TimelineEntry],
    /// What `timeline` leaves out.
    pub omitted: &'a [TimelineGap],
    /// The rule set.
    pub rules: RulesView<'a>,
    /// What error codes mean.
    pub codes: &'a Codes,
    /// The Outlook in question.
    pub outlook: Option<OutlookView<'a>>,
    /// Names of the limits that stopped something, in order.
    pub limits_hit: &'a [String],
    /// The limits; `cell` caps a text.
    pub limits: &'a Limits,
}

/// One artifact.
#[derive(Debug, Clone, Copy)]
pub struct ArtifactView<'a> {
    /// Logical path.
    pub path: &'a str,
    /// Kind.
    pub kind: ArtifactKind,
    /// How far it was read.
    pub status: ArtifactStatus,
    /// Size.
    pub bytes: u64,
    /// Fingerprint, where the whole file was hashed.
    pub sha256: Option<&'a str>,
    /// Records seen.
    pub records: Option<u64>,
    /// Text encoding.
    pub encoding: Option<&'a TextEncoding>,
    /// Whose it is.
    pub subject: Option<&'a str>,
    /// First and last time in it.
    pub window: Option<Window>,
    /// What was odd.
    pub issues: &'a [Issue],
}

/// The rule set.
#[derive(Debug, Clone, Copy)]
pub struct RulesView<'a> {
    /// Revision of the built-in pack.
    pub revision: &'a str,
    /// Fingerprint of all rules, 64 hex digits.
    pub sha256: &'a str,
    /// Names of the packs, in load order.
    pub packs: &'a [String],
    /// What packs change of rules, with its state in this case.
    pub overrides: &'a [Applied],
}

/// The Outlook in question.
#[derive(Debug, Clone, Copy)]
pub struct OutlookView<'a> {
    /// `Outlook 2013`.
    pub product: &'a str,
    /// Four-part version.
    pub version: Option<&'a str>,
    /// How it was installed.
    pub install: Install,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// `password-change`, `rejected`, `lockout`, `outlook-start`, `outlook-end`, `update`, `collected`, …
    pub kind: &'static str,
    /// The sentence.
    pub text: Text,
    /// Where it stands.
    pub cite: FactCite,
}

/// Events of one kind that the timeline leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineGap {
    /// As in [`TimelineEntry`].
    pub kind: &'static str,
    /// How many.
    pub count: u64,
    /// From the first to the last of them.
    pub window: Window,
}
