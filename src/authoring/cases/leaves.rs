//! Why a case differs: the leaves of the items that are not what the case expects of them.
//!
//! What a case expects of an item follows from its `evidence`, `undecided` and `status`; where neither says anything of an
//! item, it is listed without an expectation, because it had a part in the status. An item that is as expected is left out.
//!
//! ```text
//! prompt-forced: the value `DisableRetryGoodCredentials` of `HKCU\…\RPC` is `1`; false, expected true; it is 0
//! ```

use super::Expect;
use crate::authoring::docs::asked;
use crate::authoring::given::key_of;
use crate::authoring::trace::place;
use crate::fact::evidence::{Cite, Locator};
use crate::finding::{EvidenceClass, Finding, Reason, Status};
use crate::lang::Lang;
use crate::rule::condition::{Ask, Condition};
use crate::rule::eval::{Evaluator, Scope, Tri, Truth};
use crate::rule::rule::{Item, Rule};

/// Citations that are told of one leaf.
const SOURCES: usize = 5;

/// One leaf of a condition that had a part in a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Name of the evidence or refuter, or `applies`.
    pub item: String,
    /// File, line and column of the leaf.
    pub place: String,
    /// What it asks, with the value that it wants.
    pub condition: String,
    /// Its value.
    pub truth: Tri,
    /// What was seen.
    pub actual: String,
    /// The values that would fit the case; empty: the case says nothing of it.
    pub expected: Vec<Tri>,
    /// Which parts of `given` show it.
    pub source: Vec<String>,
    /// Why it is unknown.
    pub reason: Option<Reason>,
    /// What would settle it.
    pub need: Vec<String>,
    /// The whole value, for the words of a trace.
    pub trace: Truth,
}

impl Leaf {
    /// `true`, `false or unknown`, …; nothing where the case says nothing of the leaf.
    #[must_use]
    pub fn expectation(&self) -> Option<String> {
        let words: Vec<&str> = self.expected.iter().map(|value| value.word()).collect();
        (!words.is_empty()).then(|| words.join(" or "))
    }
}

/// The leaves to look at for a finding that differs from what was expected.
pub(super) fn responsible(evaluator: &Evaluator<'_>, rule: &Rule, finding: &Finding, expect: &Expect) -> Vec<Leaf> {
    let scope = rule.scope();
    let mut search = Search { evaluator, scope: &scope, file: &rule.file, leaves: Vec::new() };
    let differs = expect.status.filter(|wanted| *wanted != finding.status);
    if let Some(condition) = &rule.applies {
        let truth = evaluator.eval(condition, &scope);
        let wanted: &[Tri] = match (differs, finding.status) {
            (Some(Status::NotApplicable), _) => &[Tri::False],
            (Some(_), Status::NotApplicable) => &[Tri::True],
            // Not known whether the rule applies: no status above possible.
            (Some(_), _) if truth.value == Tri::Unknown => &[Tri::True],
            _ => &[],
        };
        if !wanted.is_empty() {
            search.item("applies", condition, &truth, wanted);
        }
    }
    if finding.status == Status::NotApplicable || differs == Some(Status::NotApplicable) {
        return search.leaves;
    }
    let items: Vec<(&Item, Truth, Vec<Tri>)> = rule
        .evidence
        .iter()
        .map(|item| (item, true))
        .chain(rule.refutes.iter().map(|item| (item, false)))
        .map(|(item, supports)| (item, evaluator.eval(&item.when, &scope), wanted(expect, item, supports)))
        .collect();
    // What is asked of the undecided items or of the citations concerns those items.
    let open = expect.reason.is_some() || !expect.need.is_empty() || expect.cites.is_some();
    let off = |(_, truth, wanted): &(&Item, Truth, Vec<Tri>)| !wanted.is_empty() && !wanted.contains(&truth.value);
    let silent = |(_, _, wanted): &(&Item, Truth, Vec<Tri>)| wanted.is_empty() && (differs.is_some() || open);
    let mut found: Vec<&(&Item, Truth, Vec<Tri>)> = items.iter().filter(|item| off(item) || silent(item)).collect();
    if found.is_empty() && (differs.is_some() || open) {
        found = items.iter().collect();
    }
    for (item, truth, wanted) in found {
        search.item(&item.name, &item.when, truth, wanted);
    }
    search.leaves
}

/// What a case says of one item.
fn wanted(expect: &Expect, item: &Item, supports: bool) -> Vec<Tri> {
    let (open, shown, not_shown) = (vec![Tri::Unknown], vec![Tri::True], vec![Tri::False, Tri::Unknown]);
    if expect.undecided.contains(&item.name) {
        return open;
    }
    let Some(status) = expect.status else { return Vec::new() };
    if supports {
        return match &expect.evidence {
            Some(names) if names.contains(&item.name) => shown,
            // A cause that is ruled out shows no evidence, true or not.
            Some(_) if status != Status::RuledOut => not_shown,
            _ if status == Status::Unknown => not_shown,
            _ => Vec::new(),
        };
    }
    match (status, item.class) {
        (Status::Confirmed | Status::Likely | Status::Possible | Status::Unknown, EvidenceClass::Conclusive)
        | (Status::Likely, EvidenceClass::Strong) => not_shown,
        _ => Vec::new(),
    }
}

struct Search<'a> {
    evaluator: &'a Evaluator<'a>,
    scope: &'a Scope<'a>,
    file: &'a str,
    leaves: Vec<Leaf>,
}

impl Search<'_> {
    /// The leaves of an item that give it its value.
    fn item(&mut self, name: &str, condition: &Condition, truth: &Truth, wanted: &[Tri]) {
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => {
                let same = |(_, part): &(&Condition, &Truth)| part.value == truth.value;
                let pairs = || parts.iter().zip(&truth.children);
                let deciding: Vec<_> = pairs().filter(same).collect();
                for (part, child) in if deciding.is_empty() { pairs().collect() } else { deciding } {
                    self.item(name, part, child, wanted);
                }
            }
            Condition::Not(part) => {
                let turned: Vec<Tri> = [Tri::True, Tri::False, Tri::Unknown]
                    .into_iter()
                    .filter(|value| wanted.contains(&value.negated()))
                    .collect();
                for child in &truth.children {
                    self.item(name, part, child, &turned);
                }
            }
            Condition::Leaf(leaf) => {
                if let Ask::Use(used) = &leaf.ask
                    && let Some(named) = self.evaluator.rules.name(used, self.scope)
                    && (!truth.children.is_empty()
                        || !named.is_timed_in(|other| self.evaluator.rules.name(other, self.scope)))
                {
                    let file = if self.scope.contains_key(used.as_str()) { self.file } else { "anchors.yaml" };
                    let here = std::mem::replace(&mut self.file, file);
                    self.item(name, &named.condition, truth, wanted);
                    self.file = here;
                    return;
                }
                let span = leaf.span;
                let mut source: Vec<String> = truth.cites.iter().take(SOURCES).map(place_in_given).collect();
                source.dedup();
                let unknown = truth.value == Tri::Unknown;
                self.leaves.push(Leaf {
                    item: name.to_owned(),
                    place: format!("{}:{}:{}", self.file, span.line, span.column),
                    condition: asked(condition, self.evaluator.rules),
                    truth: truth.value,
                    actual: truth.text.en.clone(),
                    expected: wanted.to_vec(),
                    source,
                    reason: unknown.then(|| truth.reason()),
                    need: if unknown { truth.needs() } else { Vec::new() },
                    trace: Truth { children: Vec::new(), ..truth.clone() },
                });
            }
        }
    }
}

/// The part of `given` that a citation means: `given.event[2]`, `given.registry Software\…!Value`.
fn place_in_given(cite: &Cite) -> String {
    let key = format!("given.{}", key_of(cite.artifact));
    match &cite.at {
        // An absence is shown by the whole list.
        _ if cite.absent => format!("{key} (searched, not there)"),
        Locator::Line(number) | Locator::Record(number) => format!("{key}[{number}]"),
        Locator::Registry { key: path, value, .. } => {
            format!("{key} {path}{}", value.as_ref().map(|value| format!("!{value}")).unwrap_or_default())
        }
        Locator::Profile { .. } | Locator::Window(_) => place(cite, &key, Lang::En),
    }
}
