//! The part of the model that says which causes there are, with what stands for and against each.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::schema::{Id, Link, Need};
use super::{Cite, Code};
use crate::finding::{EvidenceClass, Reason, Reservation, Severity};

/// The verdicts that stand under `findings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Conclusive evidence, nothing conclusive against it.
    Confirmed,
    /// Strong evidence, or two weak ones, and nothing strong against it.
    Likely,
    /// Some evidence.
    Possible,
    /// Conclusive evidence for and against.
    Contradicted,
}

/// A cause that is at least possible, or contradicted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Rule id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Rule revision.
    #[schemars(range(min = 1))]
    pub rev: u32,
    /// Title.
    pub title: String,
    /// Verdict.
    pub status: Verdict,
    /// Harm.
    pub severity: Severity,
    /// Rank band; below 100 is a gate.
    pub band: u32,
    /// What it means for this case.
    pub summary: String,
    /// SID of the person, `machine` or `tenant`.
    pub subject: Option<String>,
    /// What is true, for and against.
    #[schemars(length(min = 1))]
    pub evidence: Vec<Evidence>,
    /// What could not be evaluated.
    pub undecided: Vec<Undecided>,
    /// What would settle it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// What fixes it.
    #[schemars(with = "Vec<Id>")]
    pub steps: Vec<String>,
    /// Public sources.
    #[schemars(with = "Vec<Link>")]
    pub links: Vec<String>,
    /// The sum that gives the verdict, by the names of the evidence.
    pub sum: String,
    /// The cause as a clause for somebody who is no technician.
    pub plain: Option<String>,
}

/// A condition that is true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// Name in the rule.
    #[schemars(with = "Id")]
    pub name: String,
    /// What it is worth.
    pub class: EvidenceClass,
    /// For the cause (true) or against it.
    #[serde(rename = "for")]
    pub supports: bool,
    /// The sentence.
    pub text: String,
    /// Where it stands.
    pub cites: Vec<Cite>,
    /// How many records matched; `cites` holds the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// Why it counts at most as strong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reservation: Option<Reservation>,
    /// What the error codes mean that stand in the cited places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

/// A condition that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Undecided {
    /// Name in the rule.
    #[schemars(with = "Id")]
    pub name: String,
    /// What it would be worth.
    pub class: EvidenceClass,
    /// For the cause (true) or against it.
    #[serde(rename = "for")]
    pub supports: bool,
    /// Why it is open.
    pub reason: Reason,
    /// What would settle it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// The sentence.
    pub text: String,
}

/// A cause that the evidence excludes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuledOut {
    /// Rule id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Title.
    pub title: String,
    /// What excludes it.
    #[schemars(length(min = 1))]
    pub evidence: Vec<Evidence>,
    /// The sum that gives the verdict.
    pub sum: String,
}

/// A cause that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unknown {
    /// Rule id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: Reason,
    /// What would settle it.
    #[schemars(with = "Vec<Need>")]
    pub need: Vec<String>,
    /// What could not be evaluated.
    pub undecided: Vec<Undecided>,
}

/// A cause that does not concern this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotApplicable {
    /// Rule id.
    #[schemars(with = "Id")]
    pub id: String,
    /// Title.
    pub title: String,
    /// Why.
    pub reason: String,
    /// Where that stands.
    pub cites: Vec<Cite>,
}
