//! Evaluates conditions in three values, with the evidence for each and the reason for what stays unknown.
//!
//! Absence needs coverage: a condition is false only if the evidence shows it, never because nothing was collected.
//! See `rules/README.md` for the semantics, construct by construct.

mod compare;
mod count;
mod index;
mod occurrence;
mod pattern;
mod reach;
mod registry;
mod sequence;
mod settings;
mod test;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use index::Index;

use super::condition::{Ask, Condition, Era, Extent, Leaf};
use super::name::Name;
use super::param::{Params, Setting};
use super::set::RuleSet;
use crate::bundle::ArtifactKind;
use crate::fact::FactStore;
use crate::fact::evidence::{ArtifactId, Cite};
use crate::finding::{Reason, Reservation, Status};
use crate::lang::Text;

pub use occurrence::{Occurrence, Occurrences};
pub(crate) use registry::{show, twins};
pub(crate) use settings::counts;

/// True, false or unknown (Kleene).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    /// Shown.
    True,
    /// Shown not to be so.
    False,
    /// Not decided by the evidence.
    Unknown,
}

impl Tri {
    /// The opposite; unknown stays unknown.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// The word for rule authors.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }
}

/// Why something is unknown and what would settle it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why.
    pub reason: Reason,
    /// Need ids.
    pub need: Vec<String>,
}

/// The value of a condition with everything that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// The value.
    pub value: Tri,
    /// What shows it.
    pub cites: Vec<Cite>,
    /// How many records matched, where records are counted.
    pub count: Option<u64>,
    /// When the matched records were written.
    pub times: Vec<Timestamp>,
    /// Assumptions the value rests on.
    pub reservations: BTreeSet<Reservation>,
    /// Why it is unknown.
    pub gaps: Vec<Gap>,
    /// What was seen, as a sentence part.
    pub text: Text,
    /// The parts.
    pub children: Vec<Truth>,
    /// The condition's own words, for the trace.
    pub label: String,
}

impl Truth {
    /// A bare value.
    #[must_use]
    pub fn new(value: Tri, label: impl Into<String>) -> Self {
        Self {
            value,
            cites: Vec::new(),
            count: None,
            times: Vec::new(),
            reservations: BTreeSet::new(),
            gaps: Vec::new(),
            text: Text::default(),
            children: Vec::new(),
            label: label.into(),
        }
    }

    /// Unknown for a reason.
    #[must_use]
    pub fn unknown(label: impl Into<String>, reason: Reason, need: Vec<String>) -> Self {
        Self { gaps: vec![Gap { reason, need }], ..Self::new(Tri::Unknown, label) }
    }

    /// With citations.
    #[must_use]
    pub fn cited(mut self, cites: impl IntoIterator<Item = Cite>) -> Self {
        self.cites.extend(cites);
        self
    }

    /// With its sentence.
    #[must_use]
    pub fn says(mut self, text: Text) -> Self {
        self.text = text;
        self
    }

    /// With an assumption.
    #[must_use]
    pub fn under(mut self, reservations: impl IntoIterator<Item = Reservation>) -> Self {
        self.reservations.extend(reservations);
        self
    }

    /// The first reason in the fixed order.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.gaps.iter().map(|gap| gap.reason).min().unwrap_or(Reason::NotCollected)
    }

    /// All needs, sorted, each once.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        let needs: BTreeSet<&String> = self.gaps.iter().flat_map(|gap| &gap.need).collect();
        needs.into_iter().cloned().collect()
    }
}

/// The verdict on a rule, as other rules may ask for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The status; several if a pack holds it down or disables the rule: then it may be any of these.
    pub statuses: Vec<Status>,
    /// What shows it.
    pub cites: Vec<Cite>,
    /// Why it is unknown.
    pub gaps: Vec<Gap>,
    /// Title of the rule.
    pub title: Text,
}

/// The decided era.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraVerdict {
    /// The era.
    pub era: Era,
    /// What shows it.
    pub cites: Vec<Cite>,
    /// The sentence.
    pub text: Text,
    /// Assumptions it rests on.
    pub reservations: BTreeSet<Reservation>,
    /// What would settle an unknown era.
    pub need: Vec<String>,
}

/// Evaluates conditions over the facts of one case.
#[derive(Debug)]
pub struct Evaluator<'a> {
    /// The facts.
    pub facts: &'a FactStore,
    /// The rule set: tables, needs, anchors.
    pub rules: &'a RuleSet,
    /// Values of parameters that a pack or the user set.
    pub params: &'a Params,
    /// Kinds of the case's artifacts.
    pub kinds: &'a BTreeMap<ArtifactId, ArtifactKind>,
    /// The era, once decided.
    pub era: Option<EraVerdict>,
    /// Verdicts so far.
    pub verdicts: BTreeMap<String, Verdict>,
    index: Index,
}

/// Names that a condition may use: the rule's own, then the anchors.
pub type Scope<'s> = BTreeMap<&'s str, &'s Name>;

impl<'a> Evaluator<'a> {
    /// An evaluator that has decided nothing yet.
    #[must_use]
    pub fn new(
        facts: &'a FactStore,
        rules: &'a RuleSet,
        params: &'a Params,
        kinds: &'a BTreeMap<ArtifactId, ArtifactKind>,
    ) -> Self {
        let index = Index::of(facts);
        Self { facts, rules, params, kinds, era: None, verdicts: BTreeMap::new(), index }
    }
}

impl Evaluator<'_> {
    /// The value of a condition. `scope` holds the rule's own names.
    #[must_use]
    pub fn eval(&self, condition: &Condition, scope: &Scope) -> Truth {
        match condition {
            Condition::All(parts) => {
                combine("all", Tri::False, parts.iter().map(|part| self.eval(part, scope)).collect())
            }
            Condition::Any(parts) => {
                combine("any", Tri::True, parts.iter().map(|part| self.eval(part, scope)).collect())
            }
            Condition::Not(part) => {
                let inner = self.eval(part, scope);
                Truth {
                    value: inner.value.negated(),
                    cites: inner.cites.clone(),
                    reservations: inner.reservations.clone(),
                    gaps: inner.gaps.clone(),
                    text: inner.text.clone(),
                    children: vec![inner],
                    ..Truth::new(Tri::Unknown, "not")
                }
            }
            Condition::AtLeast(n, parts) => at_least(*n, parts.iter().map(|part| self.eval(part, scope)).collect()),
            Condition::Leaf(leaf) => self.leaf(leaf, scope),
        }
    }

    fn leaf(&self, leaf: &Leaf, scope: &Scope) -> Truth {
        let mut truth = match &leaf.ask {
            Ask::Registry(ask) => self.registry(ask),
            Ask::Credential(ask) => self.credential(ask, scope),
            Ask::Profile(ask) => self.profile(ask),
            Ask::Product(ask) => self.product(ask),
            Ask::Property(ask) => self.property(ask, scope),
            Ask::Code(ask) => self.code(ask, scope),
            Ask::Event(ask) => self.event(ask, scope),
            Ask::Sequence(ask) => self.sequence(ask, scope),
            Ask::Cadence(ask) => self.cadence(ask, scope),
            Ask::Joined(ask) => self.joined(ask, scope),
            Ask::Compare(ask) => self.compare(ask, scope),
            Ask::Finding { id, status } => self.finding(id, status),
            Ask::Era(eras) => self.in_era(eras),
            Ask::Date(tests) => self.date(tests),
            Ask::Collected(needs) => self.collected(needs),
            Ask::Use(name) => match self.rules.name(name, scope) {
                Some(named) => Truth { label: format!("use {name}"), ..self.named(name, named, scope) },
                None => Truth::unknown(format!("use {name}"), Reason::NotCollected, Vec::new()),
            },
        };
        if !leaf.need.is_empty() && truth.value == Tri::Unknown {
            for gap in &mut truth.gaps {
                gap.need.clone_from(&leaf.need);
            }
        }
        truth
    }

    /// A name used as a condition: an event-like name is true when it occurred.
    fn named(&self, name: &str, named: &Name, scope: &Scope) -> Truth {
        if named.is_timed_in(|other| self.rules.name(other, scope)) {
            let label = self.rules.label(name);
            return self.occurrences(name, scope).present(name, &label, self.failure_window());
        }
        self.eval(&named.condition, scope)
    }

    fn finding(&self, id: &str, wanted: &[Status]) -> Truth {
        let label = format!("finding {id}");
        let Some(verdict) = self.verdicts.get(id) else {
            return Truth::unknown(label, Reason::NotCollected, Vec::new());
        };
        let hits = verdict.statuses.iter().filter(|status| wanted.contains(status)).count();
        if hits == verdict.statuses.len() {
            let truth = Truth::new(Tri::True, label).cited(verdict.cites.clone());
            // The title of a cause that is out would read as if it were there.
            let is_out = |status: &Status| matches!(status, Status::RuledOut | Status::NotApplicable);
            let is_title_right = !verdict.statuses.iter().all(is_out);
            return if is_title_right { truth.says(verdict.title.clone()) } else { truth };
        }
        if hits > 0 {
            // An override may hide a cause; it never proves that there is one, or that there is none.
            return Truth::unknown(label, Reason::Overridden, Vec::new());
        }
        if verdict.statuses.contains(&Status::Unknown) {
            return Truth { gaps: verdict.gaps.clone(), ..Truth::new(Tri::Unknown, label) };
        }
        Truth::new(Tri::False, label).cited(verdict.cites.clone())
    }

    fn in_era(&self, eras: &[Era]) -> Truth {
        let label = format!("era in {}", eras.iter().map(|era| era.word()).collect::<Vec<_>>().join(", "));
        let Some(verdict) = &self.era else {
            return Truth::unknown(label, Reason::NotCollected, Vec::new());
        };
        if verdict.era == Era::Unknown && !eras.contains(&Era::Unknown) {
            return Truth::unknown(label, Reason::NotCollected, verdict.need.clone());
        }
        let value = if eras.contains(&verdict.era) { Tri::True } else { Tri::False };
        Truth::new(value, label)
            .cited(verdict.cites.clone())
            .says(verdict.text.clone())
            .under(verdict.reservations.iter().copied())
    }

    fn collected(&self, needs: &[String]) -> Truth {
        let label = format!("collected {}", needs.join(", "));
        let wanted: Vec<ArtifactKind> = needs
            .iter()
            .filter_map(|id| self.rules.needs.get(id))
            .flat_map(|need| need.kinds.iter().copied())
            .collect();
        // A log satisfies a need only if it is of a computer that the need names.
        let roles: BTreeSet<_> = needs
            .iter()
            .filter_map(|id| self.rules.needs.get(id))
            .flat_map(|need| need.roles.iter().copied())
            .collect();
        let of_role = roles.is_empty() || self.facts.coverage.logs.iter().any(|log| !log.roles.is_disjoint(&roles));
        let value =
            if of_role && self.kinds.values().any(|kind| wanted.contains(kind)) { Tri::True } else { Tri::False };
        Truth::new(value, label)
    }

    /// The length of a span that may be a parameter.
    #[must_use]
    pub fn extent(&self, extent: &Extent) -> SignedDuration {
        match extent {
            Extent::Fixed(length) => *length,
            Extent::Param(name, default) => match self.params.get(name) {
                Some(Setting::Span(length)) => *length,
                // One parameter has one type: loading and the command line see to it.
                Some(Setting::Number(_)) | None => *default,
            },
        }
    }

    /// The value of a number that may be a parameter.
    #[must_use]
    pub fn number(&self, name: &str, default: i64) -> i64 {
        match self.params.get(name) {
            Some(Setting::Number(number)) => *number,
            Some(Setting::Span(_)) | None => default,
        }
    }

    /// The date that decides about eras: the newest failure, else `as_of`.
    #[must_use]
    pub fn reference_date(&self) -> Option<(Timestamp, Vec<Cite>)> {
        let scope = Scope::new();
        let newest = ["rejected", "locked"]
            .iter()
            .filter_map(|name| self.occurrences(name, &scope).latest().cloned())
            .max_by_key(|occurrence| occurrence.at);
        match newest {
            Some(occurrence) => Some((occurrence.at, occurrence.cites)),
            None => self.facts.case.as_of.map(|at| (at, Vec::new())),
        }
    }
}

/// `all` (decided by the first false) and `any` (decided by the first true).
fn combine(label: &str, deciding: Tri, children: Vec<Truth>) -> Truth {
    let value = if children.iter().any(|child| child.value == deciding) {
        deciding
    } else if children.iter().any(|child| child.value == Tri::Unknown) {
        Tri::Unknown
    } else {
        deciding.negated()
    };
    gather(label, value, children)
}

fn at_least(n: usize, children: Vec<Truth>) -> Truth {
    let number = |tri: Tri| children.iter().filter(|child| child.value == tri).count();
    let value = if number(Tri::True) >= n {
        Tri::True
    } else if number(Tri::True) + number(Tri::Unknown) < n {
        Tri::False
    } else {
        Tri::Unknown
    };
    gather(&format!("at-least {n}"), value, children)
}

/// The parts that share the whole's value carry its evidence.
///
/// Of several parts that make an `any` true (or an `all` false), those without a reservation are enough:
/// the reservations of the others do not weaken the whole.
fn gather(label: &str, value: Tri, children: Vec<Truth>) -> Truth {
    let mut whole = Truth::new(value, label);
    let deciding: Vec<&Truth> = children.iter().filter(|child| child.value == value).collect();
    let one_is_enough = matches!((label, value), ("any", Tri::True) | ("all", Tri::False));
    let clean = one_is_enough && deciding.iter().any(|child| child.reservations.is_empty());
    let mut texts = Vec::new();
    for child in deciding {
        if clean && !child.reservations.is_empty() {
            continue;
        }
        whole.cites.extend(child.cites.iter().cloned());
        whole.times.extend(&child.times);
        whole.reservations.extend(&child.reservations);
        whole.gaps.extend(child.gaps.iter().cloned());
        whole.count = match (whole.count, child.count) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        if !child.text.en.is_empty() && !texts.contains(&child.text) {
            texts.push(child.text.clone());
        }
    }
    let mut seen = BTreeSet::new();
    whole.cites.retain(|cite| seen.insert(cite.clone()));
    whole.text = join(&texts);
    whole.children = children;
    whole
}

/// Sentence parts, joined in both languages.
fn join(texts: &[Text]) -> Text {
    let all = |get: fn(&Text) -> &str, glue: &str| texts.iter().map(get).collect::<Vec<_>>().join(glue);
    Text { en: all(|text| &text.en, "; "), ja: all(|text| &text.ja, "、") }
}
