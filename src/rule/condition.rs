//! The condition language as types: what a rule may ask of the facts, and nothing else.
//!
//! No arithmetic, no user code: a condition that cannot be said needs a new leaf here, with its tests.

use jiff::SignedDuration;

use super::node::Span;
use crate::fact::identity::Role;
use crate::fact::pattern::Pattern;
use crate::fact::{Install, Mailbox, Outcome};
pub use crate::finding::Era;
use crate::finding::Status;
use crate::value::Value;

/// A condition: true, false or unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Every part is true.
    All(Vec<Condition>),
    /// Some part is true.
    Any(Vec<Condition>),
    /// The part is false.
    Not(Box<Condition>),
    /// At least `n` parts are true.
    AtLeast(usize, Vec<Condition>),
    /// A question to the facts.
    Leaf(Box<Leaf>),
}

/// A question to the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Where it stands in its file.
    pub span: Span,
    /// What would settle it, if the rule says so itself.
    pub need: Vec<String>,
    /// The question.
    pub ask: Ask,
}

/// The kinds of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // named after the YAML keys
pub enum Ask {
    Registry(Registry),
    Credential(Credential),
    Profile(Profile),
    Product(Product),
    Property(Property),
    Code(Code),
    Event(Event),
    Sequence(Sequence),
    Cadence(Cadence),
    Joined(Joined),
    Compare(Compare),
    Finding { id: String, status: Vec<Status> },
    Era(Vec<Era>),
    Date(Vec<Test>),
    Collected(Vec<String>),
    Use(String),
}

/// What is asked of the facts that a leaf selects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// All must pass, and there must be one.
    pub every: bool,
    /// There must be none, provably.
    pub absent: bool,
    /// What each value must satisfy; empty: being there is enough.
    pub tests: Vec<Test>,
}

/// A test of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // named after the YAML keys
pub enum Test {
    Is(Operand),
    IsNot(Operand),
    In(Vec<Operand>),
    NotIn(Vec<Operand>),
    Lt(Operand),
    Le(Operand),
    Gt(Operand),
    Ge(Operand),
    Between(Operand, Operand),
    Matches(Pattern),
    StartsWith(String),
    Contains(String),
    BitsSet(i64),
    /// Earlier than the latest occurrence of a name.
    Before(String),
    /// Later than the latest occurrence of a name.
    After(String),
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A constant.
    Value(Value),
    /// A number that a pack or the user may set: name of the parameter and default.
    Param(String, i64),
    /// The version of a table row.
    Row(String, String),
    /// The updates of a table row and of every later row of its product.
    RowsFrom(String, String),
    /// Names of the target user.
    Subject,
    /// The user's PC.
    Computer,
    /// Computers of a role.
    Computers(Role),
}

/// A span of time: constant, or a parameter with its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Constant.
    Fixed(SignedDuration),
    /// Parameter name and default.
    Param(String, SignedDuration),
}

/// `registry`: a value (or, without a value name, a key) of a hive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Machine's hive instead of the user's.
    pub machine: bool,
    /// Key below the hive's root; `$ver` stands for 14.0, 15.0 or 16.0.
    pub key: String,
    /// Value name.
    pub value: Option<String>,
    /// Expected type; a value of another type counts as absent.
    pub kind: Option<RegistryKind>,
    /// What is asked.
    pub check: Check,
}

/// Registry types that a rule can expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // named after the YAML words
pub enum RegistryKind {
    String,
    Dword,
    Qword,
    Binary,
    Multi,
}

/// `credential`: rows of a credential list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// A name whose selection is used.
    pub of: Option<String>,
    /// Classes.
    pub class: Vec<String>,
    /// Kinds of secret.
    pub secret: Vec<String>,
    /// Tests of the target without its wrapper.
    pub target: Vec<Test>,
    /// Tests of the user name.
    pub user: Vec<Test>,
    /// Tests of the time of writing.
    pub written: Vec<Test>,
    /// What is asked.
    pub check: Check,
}

/// `profile`: a property of the Exchange accounts of the default profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Property name.
    pub property: String,
    /// Where the mailbox may lie.
    pub mailbox: Vec<Mailbox>,
    /// What is asked.
    pub check: Check,
}

/// `product`: an installed product.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// `outlook`, …
    pub name: String,
    /// Tests of the version.
    pub version: Vec<Test>,
    /// Tests of the major version.
    pub major: Vec<Test>,
    /// Install types.
    pub install: Vec<Install>,
    /// Tests of the installed updates: one must pass.
    pub patches: Vec<Test>,
}

/// The object that bears the name of a domain in which the target user signs in.
pub const DOMAIN: &str = "$domain";

/// `property`: a named value of any other source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Source.
    pub source: String,
    /// Object inside it, or [`DOMAIN`].
    pub object: Option<String>,
    /// Property name.
    pub name: String,
    /// Only the target user's.
    pub of_subject: bool,
    /// What is asked.
    pub check: Check,
}

/// `code`: an error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Family.
    pub family: String,
    /// Numbers.
    pub numbers: Vec<u64>,
    /// When.
    pub during: Option<During>,
}

/// `event`: events of any of the selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Selectors.
    pub any: Vec<Selector>,
    /// How many occurrences.
    pub count: Vec<Test>,
    /// All of them inside one span of this length.
    pub within: Option<Extent>,
    /// How many different values a field takes.
    pub distinct: Option<(String, Vec<Test>)>,
    /// When.
    pub during: Option<During>,
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// Canonical provider.
    pub provider: String,
    /// Event ids.
    pub ids: Vec<u16>,
    /// Only the target user's.
    pub of_subject: bool,
    /// Audit outcome.
    pub outcome: Option<Outcome>,
    /// Channel.
    pub channel: Option<String>,
    /// Tests of fields.
    pub fields: Vec<(String, Vec<Test>)>,
}

/// A part of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum During {
    /// The failure window.
    FailureWindow,
    /// From the latest occurrence of a name.
    After(String),
    /// The last span before `as_of`.
    Last(Extent),
}

/// `sequence`: names in order, counted from the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Items.
    pub items: Vec<Item>,
    /// What must not occur.
    pub without: Option<Item>,
}

/// One item of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Name.
    pub of: String,
    /// Not before this long after the first item.
    pub after: Option<Extent>,
    /// Before this long after the first item.
    pub within: Option<Extent>,
    /// How many; at least one if empty.
    pub count: Vec<Test>,
    /// When (first item only).
    pub during: Option<During>,
    /// The first occurrence instead of the latest.
    pub first: bool,
}

/// `cadence`: occurrences at a regular interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cadence {
    /// Name.
    pub of: String,
    /// Periods.
    pub every: Vec<Extent>,
    /// Allowed deviation in per cent.
    pub tolerance: u32,
    /// How many intervals in a row: a number or a parameter.
    pub intervals: Operand,
}

/// `joined`: an occurrence of one name tied to one of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Name.
    pub of: String,
    /// Name.
    pub with: String,
    /// The tie.
    pub by: Tie,
}

/// What ties two events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tie {
    /// The same activity id (all zero ties nothing).
    Activity,
    /// The same instance id, the field `instance-id` (all zero ties nothing).
    Instance,
    /// The same computer and, if asked, user, within a span.
    Same {
        /// The user must be the same too.
        user: bool,
        /// Span.
        within: Extent,
    },
}

/// `compare`: two named facts against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compare {
    /// Name of the left side.
    pub left: String,
    /// How the left side must compare with the right one.
    pub is: Comparison,
    /// Name of the right side.
    pub right: String,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // named after the YAML keys
pub enum Comparison {
    Is,
    IsNot,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparison {
    /// All, by their keys.
    pub const ALL: [(&'static str, Self); 6] = [
        ("is", Self::Is),
        ("is-not", Self::IsNot),
        ("lt", Self::Lt),
        ("le", Self::Le),
        ("gt", Self::Gt),
        ("ge", Self::Ge),
    ];

    /// What holds where this does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Is => Self::IsNot,
            Self::IsNot => Self::Is,
            Self::Lt => Self::Ge,
            Self::Ge => Self::Lt,
            Self::Gt => Self::Le,
            Self::Le => Self::Gt,
        }
    }

    /// The sign of mathematics, for sentences in any language.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Is => "=",
            Self::IsNot => "≠",
            Self::Lt => "<",
            Self::Le => "≤",
            Self::Gt => ">",
            Self::Ge => "≥",
        }
    }
}

impl Condition {
    /// Where its first leaf stands.
    #[must_use]
    pub fn span(&self) -> Span {
        let mut span = None;
        self.leaves(&mut |leaf| span = span.or(Some(leaf.span)));
        span.unwrap_or_default()
    }

    /// Calls `visit` for every leaf, in order.
    pub fn leaves<'c>(&'c self, visit: &mut dyn FnMut(&'c Leaf)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.leaves(visit);
                }
            }
            Self::Not(part) => part.leaves(visit),
            Self::Leaf(leaf) => visit(leaf),
        }
    }
}
