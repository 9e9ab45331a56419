//! The model of two uploads of one user, before and after the steps: what is verified, and what cannot be compared.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::schema::{CaseId, Digest, Id, Need, Time};
use super::{Cite, CollectNext, Era, Tool};
use crate::finding::Status;
use crate::plan::{Label, Reader};

/// What became of a step or a cause between the two uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was in place or absent before, and the later upload shows that it is not any more.
    Worse,
    /// The later upload shows that it is as it was.
    Unchanged,
    /// The later upload does not show it: nothing is said about it.
    NotComparable,
    /// Part of it is shown to be done or gone.
    Improved,
    /// The later upload shows that it is done or gone.
    Verified,
    /// The later upload shows that it does not concern the case any more: neither done nor as it was. It never counts.
    NoLongerApplies,
}

/// What the outcome of a step rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The later upload shows what the step says how to see it.
    Shown,
    /// Nothing shows the step itself; the causes that asked for it are shown to be gone.
    CausesGone,
    /// What shows it is taken to speak of this user or this PC, which nothing proves.
    Assumed,
}

/// Two uploads, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comparison {
    /// Version of this contract.
    #[schemars(extend("const" = super::SCHEMA_VERSION))]
    pub schema_version: String,
    /// What compared them.
    pub tool: Tool,
    /// The upload from before the steps.
    pub before: Side,
    /// The upload from after them.
    pub after: Side,
    /// From when on records count as new: `--done-at`, else `as_of` of the upload from before.
    #[schemars(with = "Option<Time>")]
    pub since: Option<String>,
    /// The worst outcome of what was to be done, of what was suspected and of the signs; nothing where nothing was.
    pub outcome: Option<Outcome>,
    /// The same without the signs.
    pub outcome_without_signs: Option<Outcome>,
    /// All of it in one sentence.
    pub text: String,
    /// What has to be known to read the rest.
    pub reservations: Vec<String>,
    /// What a person can see where the later upload shows nothing, and from when on records count.
    pub notes: Vec<String>,
    /// The steps of the plan from before that asked for something, in its order.
    pub steps: Vec<StepOutcome>,
    /// The causes that one of the uploads shows, by band, then id.
    pub findings: Vec<FindingOutcome>,
    /// What would show what the later upload does not.
    pub collect_next: Vec<CollectNext>,
    /// The trouble itself after `since`.
    pub signs: Vec<Sign>,
}

/// Refused passwords or lockouts after `since`, or that nothing shows whether there were any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sign {
    /// `rejected` or `lockout`.
    #[schemars(with = "Id")]
    pub kind: String,
    /// How many.
    pub count: u64,
    /// The last one.
    #[schemars(with = "Option<Time>")]
    pub last: Option<String>,
    /// For how long the logs show none after it, or after `since`; nothing where no log covers it.
    pub quiet_minutes: Option<u64>,
    /// Whether they go on until no log shows more.
    pub goes_on: bool,
    /// Whether the logs show it, be it there or absent; what is not shown is not good.
    pub shown: bool,
    /// What would show it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// The sentence.
    pub text: String,
    /// The last one's records.
    pub cites: Vec<Cite>,
}

/// One upload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Side {
    /// The first twelve digits of the fingerprint.
    #[schemars(with = "CaseId")]
    pub id: String,
    /// The name as given on the command line.
    pub source: String,
    /// Fingerprint over everything in it.
    #[schemars(with = "Digest")]
    pub sha256: String,
    /// The moment every age and wait is counted from.
    #[schemars(with = "Option<Time>")]
    pub as_of: Option<String>,
    /// The user's PC.
    pub computer: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// The user's mail addresses.
    pub smtp: Vec<String>,
    /// Which way of signing in is in use.
    pub era: Era,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepOutcome {
    /// Step id.
    #[schemars(with = "Id")]
    pub step: String,
    /// `G`, `1`, `1b`, … `5C`.
    pub number: String,
    /// Title.
    pub title: String,
    /// Label before.
    pub before: Label,
    /// Label after; nothing where the step is not in the plan.
    pub after: Option<Label>,
    /// What became of it.
    pub outcome: Outcome,
    /// What the outcome rests on; nothing where the later upload does not show it.
    pub basis: Option<Basis>,
    /// Whether it was to be done and still applies: its outcome counts for the exit code.
    pub counts: bool,
    /// What the later upload shows.
    pub text: String,
    /// Where that stands in the later upload.
    pub cites: Vec<Cite>,
    /// What would show it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// How a person sees that it worked.
    pub verify: Option<String>,
    /// Who has something to do in it.
    pub readers: Vec<Reader>,
    /// The title in the words of somebody who is no technician.
    pub plain: Option<String>,
}

/// A cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingOutcome {
    /// Rule id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Title.
    pub title: String,
    /// Verdict before.
    pub before: Status,
    /// Verdict after.
    pub after: Status,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it was or is suspected and still applies: its outcome counts for the exit code.
    pub counts: bool,
    /// The sentence.
    pub text: String,
    /// Each piece of evidence that one of the uploads shows.
    pub evidence: Vec<EvidenceOutcome>,
    /// What would show it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// The cause as a clause for somebody who is no technician.
    pub plain: Option<String>,
}

impl FindingOutcome {
    /// Whether the later upload names it.
    #[must_use]
    pub fn is_suspected_after(&self) -> bool {
        matches!(self.after, Status::Confirmed | Status::Likely | Status::Contradicted)
    }
}

/// What became of one piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceOutcome {
    /// Name in the rule.
    #[schemars(with = "Id")]
    pub name: String,
    /// What became of it.
    pub state: EvidenceState,
    /// The sentence.
    pub text: String,
    /// Where that stands in the later upload.
    pub cites: Vec<Cite>,
}

/// What became of a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceState {
    /// Shown before, and shown not to be so any more.
    Gone,
    /// Shown before and after.
    There,
    /// Shown before; the later upload does not show it.
    Open,
    /// Shown not to be so before, and shown after.
    New,
    /// Shown after; the earlier upload did not show it.
    Found,
}
