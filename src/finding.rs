//! What a rule concluded for one case: a status, the evidence for it, and what stayed undecided.

mod era;
mod words;

pub use era::Era;

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::evidence::Cite;
use crate::lang::Text;

/// The verdict on one cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Conclusive evidence, nothing conclusive against it.
    Confirmed,
    /// Conclusive evidence for and against.
    Contradicted,
    /// Strong evidence, or two weak ones, and nothing strong against it.
    Likely,
    /// Some evidence.
    Possible,
    /// Evidence was not collected or could not be read.
    Unknown,
    /// Shown not to be the cause.
    RuledOut,
    /// The rule does not concern this case.
    NotApplicable,
}

/// What one piece of evidence is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceClass {
    /// Names the cause alone.
    Conclusive,
    /// Names the cause when nothing speaks against it.
    Strong,
    /// Supports only.
    Weak,
}

/// How much harm the cause does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the words say it
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// Why a condition could not be evaluated; of several reasons the first in this order is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The evidence is another user's.
    WrongSubject,
    /// Two sources disagree, or several users are candidates.
    Ambiguous,
    /// A limit stopped the reading.
    LimitHit,
    /// The artifact is damaged there.
    Unreadable,
    /// The encoding was guessed and the answer depends on it.
    DecoderUnsure,
    /// Collected, but not that part, or not that time.
    NotCovered,
    /// Not in the bundle.
    NotCollected,
    /// A pack disables the rule that would say it, or holds its status down.
    Overridden,
}

/// A stated assumption under which evidence is true; such evidence counts at most as strong and never licenses SKIP or DONE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reservation {
    /// A loose file that names nobody was taken to be the user's.
    AssumedSubject,
    /// The user's value was seen, the policy that would override it was not.
    PolicyNotCovered,
    /// One server of several was seen.
    OneOfSeveralServers,
    /// Local time without a zone.
    LocalTime,
    /// The code page was guessed.
    GuessedEncoding,
    /// The fact behind the rule is not verified in a public source.
    UnverifiedFact,
}

/// A condition that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Name in the rule.
    pub name: String,
    /// Class in the rule.
    pub class: EvidenceClass,
    /// For the cause (true) or against it.
    pub supports: bool,
    /// The sentence.
    pub text: Text,
    /// Where it stands (at most `limits.cites`).
    pub cites: Vec<Cite>,
    /// How many records matched, where records were counted.
    pub count: Option<u64>,
    /// The assumption it rests on.
    pub reservation: Option<Reservation>,
}

/// A condition that could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Name in the rule.
    pub name: String,
    /// Class in the rule.
    pub class: EvidenceClass,
    /// For the cause (true) or against it.
    pub supports: bool,
    /// Why.
    pub reason: Reason,
    /// What would settle it.
    pub need: Vec<String>,
    /// The sentence.
    pub text: Text,
}

/// The result of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Rule id.
    pub id: String,
    /// Rule revision.
    pub rev: u32,
    /// Title.
    pub title: Text,
    /// Verdict.
    pub status: Status,
    /// What the evidence alone comes to, before a pack holds the status down.
    pub judged: Status,
    /// Harm.
    pub severity: Severity,
    /// Rank band; below 100 is a gate.
    pub band: u32,
    /// The rule's own sentence with its values filled in, and its notes.
    pub summary: Text,
    /// The cause as a clause for somebody who is no technician.
    pub plain: Option<Text>,
    /// The sum that gives the status, e.g. `likely = strong(rejected-after-change) + weak(stored-only)`.
    pub sum: String,
    /// SID of the person, `machine` or `tenant`.
    pub subject: Option<String>,
    /// Conditions that are true, for and against.
    pub evidence: Vec<Evidence>,
    /// Conditions that could not be evaluated.
    pub undecided: Vec<Undecided>,
    /// What would settle them.
    pub need: Vec<String>,
    /// Steps that fix it.
    pub steps: Vec<String>,
    /// Public sources.
    pub links: Vec<String>,
    /// Why the rule does not apply, with citations.
    pub not_applicable: Option<(Text, Vec<Cite>)>,
    /// Ids that leave the headline when this one is at least likely.
    pub supersedes: Vec<String>,
    /// Whether a true event of this finding lies in the failure window.
    pub in_failure_window: bool,
}

/// Bands below this one are gates, which come before every other cause.
pub const BAND_OF_CAUSES: u32 = 100;
/// Bands from this one on are notes.
pub const BAND_OF_NOTES: u32 = 900;

impl Finding {
    /// Whether the cause is at least possible or contradicted: it stands in `findings` of the report.
    #[must_use]
    pub fn is_reported(&self) -> bool {
        matches!(self.status, Status::Confirmed | Status::Contradicted | Status::Likely | Status::Possible)
    }

    /// Whether the cause is named: confirmed or likely.
    #[must_use]
    pub fn is_named(&self) -> bool {
        matches!(self.status, Status::Confirmed | Status::Likely)
    }

    /// Whether the cause is a gate.
    #[must_use]
    pub fn is_gate(&self) -> bool {
        self.band < BAND_OF_CAUSES
    }

    /// Whether a pack holds the status down below what the evidence comes to.
    #[must_use]
    pub fn is_held_down(&self) -> bool {
        self.judged != self.status
    }

    /// A gate closes later steps while its evidence names its cause: a status that is held down opens nothing.
    #[must_use]
    pub fn is_open_gate(&self) -> bool {
        self.is_gate() && matches!(self.judged, Status::Confirmed | Status::Likely)
    }

    /// Whether it is a note: it names no step and is never the suspected cause.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.band >= BAND_OF_NOTES
    }
}
