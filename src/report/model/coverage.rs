//! The part of the model that says what was read, what happened when, and where each claim stands.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::schema::{Digest, Id, Property, RecordId, Time, cite_forms};
use super::Code;
use crate::bundle::Certainty;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimelineItem {
    /// When.
    #[schemars(with = "Time")]
    pub at: String,
    /// `password-change`, `rejected`, …
    #[schemars(with = "Id")]
    pub kind: String,
    /// The sentence.
    pub text: String,
    /// Where it stands.
    pub cite: Cite,
    /// What the error codes mean that stand there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

/// Events of one kind that the timeline leaves out: it keeps the first and the last ones of a storm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TimelineOmission {
    /// `rejected`, …
    #[schemars(with = "Id")]
    pub kind: String,
    /// How many.
    #[schemars(range(min = 1))]
    pub count: u64,
    /// The first of them.
    #[schemars(with = "Time")]
    pub from: String,
    /// The last of them.
    #[schemars(with = "Time")]
    pub to: String,
}

/// What was read and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Everything in the bundle, by path.
    pub artifacts: Vec<Artifact>,
    /// Limits that stopped something.
    pub limits_hit: Vec<String>,
}

/// How far an artifact was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ArtifactStatus {
    /// To its end.
    Read,
    /// Not completely.
    Partial,
    /// On purpose not.
    Skipped,
    /// It could not be read.
    Failed,
}

/// One file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Artifact {
    /// Name inside the bundle.
    pub path: String,
    /// What it is.
    #[schemars(with = "Id")]
    pub kind: String,
    /// How far it was read.
    pub status: ArtifactStatus,
    /// Size.
    pub bytes: u64,
    /// Fingerprint, where the whole file was hashed.
    #[schemars(with = "Option<Digest>")]
    pub sha256: Option<String>,
    /// Records it holds, wanted or not.
    pub records: Option<u64>,
    /// Text encoding.
    pub encoding: Option<Encoding>,
    /// Whose it is.
    pub subject: Option<String>,
    /// First and last time in it.
    pub window: Option<Span>,
    /// What was odd.
    pub issues: Vec<ArtifactIssue>,
}

/// A text encoding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Encoding {
    /// Lower-case name.
    pub name: String,
    /// How sure.
    pub certainty: Certainty,
}

/// One oddity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactIssue {
    /// Id.
    #[schemars(with = "Id")]
    pub code: String,
    /// The sentence.
    pub text: String,
    /// `offset 4096`, `line 12` or `record 88123`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub at: Option<String>,
}

/// Where the evidence disagrees with itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contradiction {
    /// The sentence.
    pub text: String,
    /// Where the sides stand.
    pub cites: Vec<Cite>,
}

/// A reference to evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(extend("anyOf" = cite_forms()))]
pub struct Cite {
    /// Name inside the bundle.
    pub artifact: String,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64", range(min = 1))]
    pub line: Option<u64>,
    /// `EventRecordID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RecordId")]
    pub record: Option<String>,
    /// Registry key with its hive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub key: Option<String>,
    /// Registry value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub value: Option<String>,
    /// Profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub profile: Option<String>,
    /// Property of the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Property")]
    pub property: Option<String>,
    /// The part of a log that was searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Span")]
    pub window: Option<Span>,
    /// It was looked for there and is not there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(extend("const" = true))]
    pub absent: bool,
}

/// A span of time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Span {
    /// First instant.
    #[schemars(with = "Time")]
    pub from: String,
    /// Last instant.
    #[schemars(with = "Time")]
    pub to: String,
}
