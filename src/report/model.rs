//! The report as its readers get it: every text in one language, every time and number as JSON can carry it.
//!
//! The order of the fields is the order of the keys; it and the names are the contract, so fields are only ever added,
//! behind the others of their object. Refuses to know how any of it was found.
//!
//! ```json
//! {"schema_version": "1.0", "tool": {"name": "outlook-triage"}, "headline": {"start_at": "clear-credentials"}}
//! ```

mod action;
mod code;
mod comparison;
mod coverage;
mod verdict;

use schemars::JsonSchema;
use serde::Serialize;

use super::schema::{CaseId, Day, Digest, Id, Offset, Time};
use crate::fact::Install;
pub use crate::finding::Era;

pub use action::{CollectNext, Command, Plain, Step};
pub use code::{Code, CodeSeen};
pub use comparison::{
    Basis, Comparison, EvidenceOutcome, EvidenceState, FindingOutcome, Outcome, Side, Sign, StepOutcome,
};
pub use coverage::{
    Artifact, ArtifactIssue, ArtifactStatus, Cite, Contradiction, Coverage, Encoding, Span, TimelineItem,
    TimelineOmission,
};
pub use verdict::{Evidence, Finding, NotApplicable, RuledOut, Undecided, Unknown, Verdict};

/// The value of `schema_version`.
pub const SCHEMA_VERSION: &str = "1.0";
/// The value of `tool.name`.
pub const TOOL_NAME: &str = "outlook-triage";

/// One case, analysed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this contract.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// What made the report.
    pub tool: Tool,
    /// What it is about.
    pub case: Case,
    /// What to do next.
    pub headline: Headline,
    /// Causes that are at least possible, or contradicted; by band, then id.
    pub findings: Vec<Finding>,
    /// Causes that the evidence excludes.
    pub ruled_out: Vec<RuledOut>,
    /// Causes that could not be judged.
    pub unknown: Vec<Unknown>,
    /// Causes that do not concern this case.
    pub not_applicable: Vec<NotApplicable>,
    /// The steps, in the playbook's order.
    pub plan: Vec<Step>,
    /// What would settle the unknown, best first.
    pub collect_next: Vec<CollectNext>,
    /// What happened when.
    pub timeline: Vec<TimelineItem>,
    /// What was read and what was not.
    pub coverage: Coverage,
    /// Where the evidence disagrees with itself.
    pub contradictions: Vec<Contradiction>,
    /// What `timeline` leaves out, by kind; the key is missing where it is complete.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timeline_omitted: Vec<TimelineOmission>,
    /// Every error code in the evidence that the tables explain, whether a rule uses it or not: what is no failure by itself
    /// last, the most frequent first.
    pub codes: Vec<CodeSeen>,
    /// How many codes `codes` leaves out; the key is missing where it is complete.
    #[serde(skip_serializing_if = "is_zero")]
    pub codes_omitted: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The program and its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tool {
    /// Always `outlook-triage`.
    #[schemars(extend("const" = TOOL_NAME))]
    pub name: String,
    /// Its version.
    pub version: String,
    /// The rules it used.
    pub rules: Rules,
}

/// The rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rules {
    /// Revision of the built-in pack.
    pub revision: String,
    /// Fingerprint of all rules.
    #[schemars(with = "Digest")]
    pub sha256: String,
    /// Names of the packs, in load order.
    pub packs: Vec<String>,
    /// What packs change of rules, in load order, in force or not.
    pub overrides: Vec<Override>,
}

/// What a pack changes of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Override {
    /// Rule id.
    #[schemars(with = "Id")]
    pub rule: String,
    /// What is changed.
    pub change: OverrideChange,
    /// To what: a severity, or the highest status.
    pub to: Option<String>,
    /// Why, in the pack's words.
    pub reason: String,
    /// Its last day, in UTC.
    #[schemars(with = "Day")]
    pub until: String,
    /// Whether it is in force for this case.
    pub state: OverrideState,
    /// Name of the pack.
    pub pack: String,
    /// All of it as a sentence.
    pub text: String,
}

/// What a pack may change of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideChange {
    /// It is not evaluated and stands in no list.
    Disable,
    /// Its severity.
    Severity,
    /// Its highest status.
    AtMost,
}

/// Whether an override is in force, measured at `as_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideState {
    /// In force.
    Active,
    /// Its last day is over: not applied.
    Expired,
    /// The case has no date: not applied.
    Undated,
}

/// What the report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Case {
    /// The first twelve digits of the fingerprint.
    #[schemars(with = "CaseId")]
    pub id: String,
    /// The name as given on the command line.
    pub source: String,
    /// Fingerprint over the sorted list of everything in the bundle.
    #[schemars(with = "Digest")]
    pub sha256: String,
    /// When the evidence was collected.
    #[schemars(with = "Option<Time>")]
    pub collected_at: Option<String>,
    /// The moment every age and wait is counted from.
    #[schemars(with = "Option<Time>")]
    pub as_of: Option<String>,
    /// The PC's offset from UTC.
    #[schemars(with = "Option<Offset>")]
    pub utc_offset: Option<String>,
    /// What was taken for granted.
    pub assumptions: Vec<String>,
    /// The user's PC.
    pub computer: Option<String>,
    /// The user whose sign-in fails.
    pub user: Option<User>,
    /// The collector.
    pub collector: Option<Collector>,
    /// The Outlook in question.
    pub outlook: Option<Outlook>,
    /// Which way of signing in is in use.
    pub era: EraOfCase,
    /// First and last time in the evidence.
    pub evidence_window: Option<Span>,
    /// Where several users could be meant: what to pass to `--user`.
    pub user_candidates: Vec<String>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct User {
    /// As first written.
    pub name: Option<String>,
    /// SID.
    pub sid: Option<String>,
    /// Mail addresses.
    pub smtp: Vec<String>,
}

/// The program that collected the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Collector {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// The account that ran it.
    pub run_as: Option<String>,
    /// The user it was run for.
    pub target_user: Option<String>,
}

/// An Outlook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Outlook {
    /// `Outlook 2013`.
    pub product: String,
    /// Four-part version.
    pub version: Option<String>,
    /// How it was installed.
    pub install: Install,
}

/// The era with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EraOfCase {
    /// The era.
    pub value: Era,
    /// Why.
    pub cites: Vec<Cite>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Headline {
    /// The first step to do or to check.
    #[schemars(with = "Option<Id>")]
    pub start_at: Option<String>,
    /// Suspected causes, best first.
    #[schemars(with = "Vec<Id>")]
    pub suspected: Vec<String>,
    /// One sentence.
    pub text: String,
    /// What decided between the first two causes.
    pub tie_break: Option<String>,
    /// What to do after each step.
    pub stop_rule: String,
    /// A lock of the account is named: no password is entered before the source of the old one is gone.
    pub account_locked: bool,
}
