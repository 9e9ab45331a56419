//! Evidence that can never be true, because its own constants contradict each other or `applies`.

use std::collections::BTreeMap;

use super::Remarks;
use super::values::{contradiction, contradiction_of_count};
use crate::finding::Status;
use crate::rule::condition::{Ask, Check, Condition, Event, Extent, Leaf, Sequence, Test};
use crate::rule::node::Span;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

const LINT: &str = "never-true";

/// Alternatives looked into below each other; conditions nest no deeper than this.
const DEPTH: usize = 16;

pub(super) fn check(rule: &Rule, set: &RuleSet, remarks: &mut Remarks) {
    let mut walk = Walk { rule, set, found: Vec::new(), steps: 0 };
    let mut known = Vec::new();
    if let Some(applies) = &rule.applies {
        walk.condition(applies, &known, DEPTH);
        walk.conjuncts(applies, &mut known, &mut Vec::new(), DEPTH);
    }
    for item in rule.evidence.iter().chain(&rule.refutes) {
        walk.condition(&item.when, &known, DEPTH);
    }
    for (span, why) in walk.found {
        let advice = "correct the constants, or use `any` where one of them is enough";
        remarks.add(LINT, &rule.file, span, format!("this can never be true: {why}"), advice);
    }
}

struct Walk<'r> {
    rule: &'r Rule,
    set: &'r RuleSet,
    found: Vec<(Span, String)>,
    /// Names can be used by names, so the work is bounded beside the depth.
    steps: usize,
}

impl<'r> Walk<'r> {
    /// Leaves that must all be true, and the alternatives among them.
    fn conjuncts(
        &self,
        condition: &'r Condition,
        leaves: &mut Vec<&'r Leaf>,
        alternatives: &mut Vec<&'r [Condition]>,
        depth: usize,
    ) {
        if depth == 0 {
            return;
        }
        match condition {
            Condition::All(parts) => {
                parts.iter().for_each(|part| self.conjuncts(part, leaves, alternatives, depth - 1));
            }
            Condition::Any(parts) => alternatives.push(parts),
            Condition::AtLeast(n, parts) if *n == parts.len() => {
                parts.iter().for_each(|part| self.conjuncts(part, leaves, alternatives, depth - 1));
            }
            Condition::AtLeast(..) | Condition::Not(_) => {}
            Condition::Leaf(leaf) => match &leaf.ask {
                Ask::Use(name) => {
                    let own = self.rule.names.iter().find(|(own, _)| own == name).map(|(_, named)| &named.condition);
                    if let Some(named) = own.or_else(|| self.set.anchors.get(name).map(|named| &named.condition)) {
                        self.conjuncts(named, leaves, alternatives, depth - 1);
                    }
                }
                _ => leaves.push(leaf),
            },
        }
    }

    fn condition(&mut self, condition: &'r Condition, known: &[&'r Leaf], depth: usize) {
        self.steps += 1;
        if depth == 0 || self.steps > 2_000 {
            return;
        }
        let (mut leaves, mut alternatives) = (known.to_vec(), Vec::new());
        self.conjuncts(condition, &mut leaves, &mut alternatives, depth);
        let own = leaves.get(known.len()..).unwrap_or_default();
        for leaf in own {
            if let Some(why) = alone(leaf, self.set) {
                self.found.push((leaf.span, why));
                return;
            }
        }
        if let Some(found) = together(&leaves, known.len(), self.set) {
            self.found.push(found);
            return;
        }
        for part in alternatives.into_iter().flatten() {
            self.condition(part, &leaves, depth - 1);
        }
    }
}

/// A leaf whose own parts contradict each other.
fn alone(leaf: &Leaf, set: &RuleSet) -> Option<String> {
    let of = |tests: &[Test]| contradiction(&tests.iter().collect::<Vec<_>>(), set);
    match &leaf.ask {
        Ask::Registry(ask) => of(&ask.check.tests),
        Ask::Profile(ask) => of(&ask.check.tests),
        Ask::Property(ask) => of(&ask.check.tests),
        Ask::Credential(ask) => of(&ask.target).or_else(|| of(&ask.user)).or_else(|| of(&ask.written)),
        Ask::Product(ask) => of(&ask.version).or_else(|| of(&ask.major)),
        Ask::Date(tests) => of(tests),
        Ask::Event(ask) => event(ask, set),
        Ask::Sequence(ask) => sequence(ask, set),
        Ask::Era(eras) if eras.is_empty() => Some("no era is named".to_owned()),
        _ => None,
    }
}

fn event(ask: &Event, set: &RuleSet) -> Option<String> {
    let fields = ask.any.iter().flat_map(|selector| &selector.fields);
    let empty = ask.any.iter().any(|selector| selector.ids.is_empty());
    contradiction_of_count(&ask.count, set)
        .or_else(|| ask.distinct.iter().find_map(|(_, tests)| contradiction_of_count(tests, set)))
        .or_else(|| fields.into_iter().find_map(|(_, tests)| contradiction(&tests.iter().collect::<Vec<_>>(), set)))
        .or_else(|| empty.then(|| "no event id is named".to_owned()))
}

fn sequence(ask: &Sequence, set: &RuleSet) -> Option<String> {
    let length = |extent: &Extent| match extent {
        Extent::Fixed(length) | Extent::Param(_, length) => *length,
    };
    ask.items.iter().chain(&ask.without).find_map(|item| {
        let window = match (&item.after, &item.within) {
            (Some(after), Some(within)) if length(after) >= length(within) => {
                Some(format!("{} would have to come after its window has ended", item.of))
            }
            _ => None,
        };
        window.or_else(|| contradiction_of_count(&item.count, set))
    })
}

/// Leaves about one and the same value that exclude each other. Only facts of which there is one count: with two accounts,
/// one may pass the first test and the other the second.
fn together(leaves: &[&Leaf], known: usize, set: &RuleSet) -> Option<(Span, String)> {
    let mut seen: BTreeMap<String, (Vec<&Test>, bool, bool)> = BTreeMap::new();
    let mut statuses: BTreeMap<&str, Vec<Status>> = BTreeMap::new();
    let mut eras: Option<Vec<_>> = None;
    for (index, leaf) in leaves.iter().enumerate() {
        let is_own = index >= known;
        match &leaf.ask {
            Ask::Era(list) => {
                let both: Vec<_> = eras.iter().flatten().filter(|era| list.contains(era)).copied().collect();
                if is_own && eras.is_some() && both.is_empty() {
                    return Some((leaf.span, "two conditions name eras that exclude each other".to_owned()));
                }
                eras = Some(if eras.is_some() { both } else { list.clone() });
            }
            Ask::Finding { id, status } => {
                let old = statuses.get(id.as_str()).cloned();
                let both: Vec<_> =
                    status.iter().filter(|one| old.as_ref().is_none_or(|old| old.contains(one))).copied().collect();
                if is_own && both.is_empty() {
                    return Some((leaf.span, format!("{id} cannot have two statuses")));
                }
                statuses.insert(id, both);
            }
            _ => {}
        }
        for (key, check) in single(leaf) {
            let (tests, absent, present) = seen.entry(key).or_default();
            match check {
                Part::Absent => *absent = true,
                Part::Tests(more) => {
                    tests.extend(more);
                    *present = true;
                }
            }
            if is_own && *absent && *present {
                return Some((leaf.span, "the value cannot be absent and pass a test".to_owned()));
            }
            if let Some(why) = contradiction(tests, set).filter(|_| is_own) {
                return Some((leaf.span, why));
            }
        }
    }
    None
}

enum Part<'l> {
    Absent,
    Tests(&'l [Test]),
}

fn part(check: &Check) -> Part<'_> {
    if check.absent { Part::Absent } else { Part::Tests(&check.tests) }
}

/// The values of which there is one, with their tests.
fn single(leaf: &Leaf) -> Vec<(String, Part<'_>)> {
    match &leaf.ask {
        Ask::Registry(ask) => {
            let mut key = ask.clone();
            (key.kind, key.check) = (None, Check::default());
            vec![(format!("{key:?}").to_lowercase(), part(&ask.check))]
        }
        Ask::Property(ask) => {
            let mut key = ask.clone();
            key.check = Check::default();
            vec![(format!("{key:?}").to_lowercase(), part(&ask.check))]
        }
        Ask::Profile(ask) if ask.check.every => {
            vec![(format!("profile {} {:?}", ask.property, ask.mailbox), part(&ask.check))]
        }
        Ask::Product(ask) => vec![
            (format!("major {}", ask.name), Part::Tests(&ask.major)),
            (format!("version {}", ask.name), Part::Tests(&ask.version)),
        ],
        Ask::Date(tests) => vec![("date".to_owned(), Part::Tests(tests))],
        _ => Vec::new(),
    }
}
