//! Tells how well a rule's own cases hold the rule: which leaf was true, false and unknown in them, and which small
//! mistakes no case would notice.
//!
//! Refuses to judge rules on other evidence than their inline cases, and changes nothing on disk.
//!
//! ```text
//! causes/x.yaml:12:14: evidence repeated: event 4771: count ge 3 → ge 4: no case notices; add one that …
//! ```

mod base;
mod change;
mod explained;
mod leaf;
mod leaves;
mod mutants;
mod run;
pub mod show;
mod values;
mod words;

pub(crate) use explained::SURVIVOR;
pub use explained::{Explanation, explanations};
pub use leaves::{Leaf, leaves};
pub use run::{Report, Tried, try_all};

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `is` for `is-not`, `in` for `not-in`, `before` for `after`, `lt` for `le` of times.
    Comparison,
    /// A bound one step lower or higher.
    Threshold,
    /// A span of time one second shorter or longer.
    Window,
    /// A test of a value left out.
    Test,
    /// One value of a list left out.
    Value,
    /// What keeps facts out (`user`, `type`, `outcome`, `seen-on` …) left out.
    Filter,
    /// `every` left out.
    Every,
    /// `absent` for `exists`.
    Absent,
    /// One part of `all`, `any`, `at-least` or a sequence left out.
    Branch,
    /// A condition turned into its opposite.
    Opposite,
    /// Another class of evidence.
    Class,
    /// A piece of evidence, a refuter, a step, `applies` or a row left out.
    Removed,
}

impl Operator {
    /// The word of the output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Threshold => "threshold",
            Self::Window => "window",
            Self::Test => "test",
            Self::Value => "value",
            Self::Filter => "filter",
            Self::Every => "every",
            Self::Absent => "absent",
            Self::Branch => "branch",
            Self::Opposite => "opposite",
            Self::Class => "class",
            Self::Removed => "removed",
        }
    }

    /// Which case would notice.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Comparison | Self::Opposite => "a case in which this condition alone decides",
            Self::Threshold => "a case with exactly this value, or with the one beside it",
            Self::Window => "a case with an event exactly on this edge, or one second beside it",
            Self::Test => "a case that differs from a true one in this value only",
            Self::Value => "a case with this value alone",
            Self::Filter => "a case with a fact that only this keeps out",
            Self::Every => "a case with one fact that passes and one that does not",
            Self::Absent => "a case in which it is there, and one in which an export shows that it is not",
            Self::Branch => "a case in which this part alone decides",
            Self::Class => "a case in which this item alone makes the status",
            Self::Removed => "a case that expects what this part does",
        }
    }
}
