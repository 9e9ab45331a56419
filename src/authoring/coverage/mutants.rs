//! Turns rules, anchors and the era table into mutants: the same thing with one small mistake in it.
//!
//! The compiled form is changed, not the text, so every mutant is a rule that would load. A case that fails for a mutant
//! kills it; a mutant that no case kills shows a place where the rule could be wrong and nobody would notice.
//! Not changed are what no case can see: band, severity, `supersedes`, sentences.
//!
//! ```text
//! evidence: [{name: old, class: strong, when: {product: {name: outlook, version: {lt: "15.0.4615.1000"}}}}]
//!     ─▶  version lt 15.0.4615.999, version lt 15.0.4615.1001, strong → weak, strong → conclusive, removed
//! ```

use std::collections::BTreeSet;

use super::Operator;
use super::change::{Change, changes};
use super::values::drops;
use crate::fact::identity::Role;
use crate::finding::EvidenceClass;
use crate::rule::condition::Condition;
use crate::rule::era::EraTable;
use crate::rule::name::Name;
use crate::rule::node::Span;
use crate::rule::rule::{CLASSES, Item, Rule};
use crate::rule::set::RuleSet;

/// Whose mutant it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    Rule(String),
    Anchor(String),
    Era,
}

/// Where in its owner a mutant differs: the mutants of one place are tried one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    Applies,
    Step(usize),
    Name(usize),
    Evidence(usize),
    Refutes(usize),
    Note(usize),
    Row(usize),
}

/// What becomes of the place.
#[derive(Debug, Clone)]
enum Fault {
    Condition(Box<Change>),
    Roles(BTreeSet<Role>),
    Class(EvidenceClass),
    /// A step without its condition.
    Always,
    Removed,
}

/// One mistake.
#[derive(Debug, Clone)]
pub(super) struct Mutant {
    pub(super) slot: Slot,
    /// `evidence build-too-old`, `let stored`, `applies` …
    pub(super) part: String,
    pub(super) span: Span,
    pub(super) operator: Operator,
    pub(super) what: String,
    fault: Fault,
}

impl Mutant {
    fn condition(slot: Slot, part: &str, change: Change) -> Self {
        let (span, operator, what) = (change.span, change.operator, change.what.clone());
        Self { slot, part: part.to_owned(), span, operator, what, fault: Fault::Condition(Box::new(change)) }
    }

    /// Makes the mistake in its owner.
    pub(super) fn apply(&self, owner: &Owner, set: &mut RuleSet) {
        match owner {
            Owner::Rule(id) => {
                if let Some(rule) = set.rules.get_mut(id) {
                    self.in_rule(rule);
                }
            }
            Owner::Anchor(id) => {
                if let Some(name) = set.anchors.get_mut(id) {
                    self.in_name(name);
                }
            }
            Owner::Era => self.in_era(&mut set.era),
        }
    }

    fn in_rule(&self, rule: &mut Rule) {
        match (self.slot, &self.fault) {
            (Slot::Applies, Fault::Removed) => rule.applies = None,
            (Slot::Applies, _) => self.in_condition(rule.applies.as_mut()),
            (Slot::Step(index), Fault::Removed) => remove(&mut rule.steps, index),
            (Slot::Step(index), Fault::Always) => rule.steps.get_mut(index).into_iter().for_each(|step| step.1 = None),
            (Slot::Step(index), _) => self.in_condition(rule.steps.get_mut(index).and_then(|step| step.1.as_mut())),
            (Slot::Name(index), _) => rule.names.get_mut(index).into_iter().for_each(|name| self.in_name(&mut name.1)),
            (Slot::Evidence(index), _) => self.in_items(&mut rule.evidence, index),
            (Slot::Refutes(index), _) => self.in_items(&mut rule.refutes, index),
            (Slot::Note(index), _) => self.in_condition(rule.notes.get_mut(index).map(|note| &mut note.0)),
            (Slot::Row(_), _) => {}
        }
    }

    fn in_items(&self, items: &mut Vec<Item>, index: usize) {
        match (&self.fault, items.get_mut(index)) {
            (Fault::Removed, _) => remove(items, index),
            (Fault::Class(class), Some(item)) => item.class = *class,
            (_, item) => self.in_condition(item.map(|item| &mut item.when)),
        }
    }

    fn in_name(&self, name: &mut Name) {
        match &self.fault {
            Fault::Roles(roles) => name.seen_on.clone_from(roles),
            _ => self.in_condition(Some(&mut name.condition)),
        }
    }

    fn in_era(&self, table: &mut EraTable) {
        match (self.slot, &self.fault) {
            (Slot::Row(index), Fault::Removed) => remove(&mut table.rows, index),
            (Slot::Row(index), _) => self.in_condition(table.rows.get_mut(index).map(|row| &mut row.when)),
            (Slot::Name(index), _) => table.names.get_mut(index).into_iter().for_each(|name| self.in_name(&mut name.1)),
            _ => {}
        }
    }

    fn in_condition(&self, condition: Option<&mut Condition>) {
        if let (Fault::Condition(change), Some(condition)) = (&self.fault, condition) {
            change.apply(condition);
        }
    }
}

fn remove<T>(list: &mut Vec<T>, index: usize) {
    if index < list.len() {
        list.remove(index);
    }
}

/// Mutants as they are found.
struct Found<'r> {
    rules: &'r RuleSet,
    list: Vec<Mutant>,
}

impl Found<'_> {
    fn add(&mut self, slot: Slot, part: &str, span: Span, operator: Operator, what: &str, fault: Fault) {
        self.list.push(Mutant { slot, part: part.to_owned(), span, operator, what: what.to_owned(), fault });
    }

    fn removed(&mut self, slot: Slot, part: &str, span: Span) {
        self.add(slot, part, span, Operator::Removed, "removed", Fault::Removed);
    }

    fn condition(&mut self, slot: Slot, part: &str, when: &Condition) {
        let changes = changes(when, false, self.rules);
        self.list.extend(changes.into_iter().map(|change| Mutant::condition(slot, part, change)));
    }

    /// Of the condition, and of the roles whose logs count.
    fn name(&mut self, slot: Slot, part: &str, name: &Name) {
        let changes = changes(&name.condition, name.is_timed(), self.rules);
        self.list.extend(changes.into_iter().map(|change| Mutant::condition(slot, part, change)));
        let roles: Vec<Role> = name.seen_on.iter().copied().collect();
        let span = name.condition.span();
        for (operator, what, roles) in drops(Operator::Filter, &roles, |role| role.word().to_owned()) {
            let fault = Fault::Roles(roles.into_iter().collect());
            self.add(slot, part, span, operator, &format!("seen-on {what}"), fault);
        }
        if !roles.is_empty() {
            self.add(slot, part, span, Operator::Filter, "without seen-on", Fault::Roles(BTreeSet::new()));
        }
    }

    fn item(&mut self, slot: Slot, list: &str, item: &Item) {
        let part = format!("{list} {}", item.name);
        self.condition(slot, &part, &item.when);
        for class in neighbours(item.class, matches!(slot, Slot::Evidence(_))) {
            let what = format!("{} → {}", word(item.class), word(class));
            self.add(slot, &part, item.span, Operator::Class, &what, Fault::Class(class));
        }
        self.removed(slot, &part, item.span);
    }
}

/// All mutants of a rule.
pub(super) fn of_rule(rule: &Rule, rules: &RuleSet) -> Vec<Mutant> {
    let mut found = Found { rules, list: Vec::new() };
    if let Some(applies) = &rule.applies {
        found.condition(Slot::Applies, "applies", applies);
        found.removed(Slot::Applies, "applies", applies.span());
    }
    for (index, (id, when)) in rule.steps.iter().enumerate() {
        let (slot, part) = (Slot::Step(index), format!("step {id}"));
        if let Some(when) = when {
            found.condition(slot, &part, when);
            found.add(slot, &part, when.span(), Operator::Removed, "without when", Fault::Always);
        }
        found.removed(slot, &part, when.as_ref().map_or(rule.span, Condition::span));
    }
    for (index, (name, named)) in rule.names.iter().enumerate() {
        found.name(Slot::Name(index), &format!("let {name}"), named);
    }
    for (index, item) in rule.evidence.iter().enumerate() {
        found.item(Slot::Evidence(index), "evidence", item);
    }
    for (index, item) in rule.refutes.iter().enumerate() {
        found.item(Slot::Refutes(index), "refutes", item);
    }
    for (index, (when, _)) in rule.notes.iter().enumerate() {
        found.condition(Slot::Note(index), &format!("note {}", index.saturating_add(1)), when);
    }
    found.list
}

/// The classes one step away. Refuters are never weak.
fn neighbours(class: EvidenceClass, supports: bool) -> Vec<EvidenceClass> {
    match (class, supports) {
        (EvidenceClass::Conclusive | EvidenceClass::Weak, _) => vec![EvidenceClass::Strong],
        (EvidenceClass::Strong, true) => vec![EvidenceClass::Conclusive, EvidenceClass::Weak],
        (EvidenceClass::Strong, false) => vec![EvidenceClass::Conclusive],
    }
}

fn word(class: EvidenceClass) -> &'static str {
    crate::value::word_of(&CLASSES, &class)
}

/// All mutants of an anchor.
pub(super) fn of_anchor(id: &str, name: &Name, rules: &RuleSet) -> Vec<Mutant> {
    let mut found = Found { rules, list: Vec::new() };
    found.name(Slot::Name(0), &format!("anchor {id}"), name);
    found.list
}

/// All mutants of the era table.
pub(super) fn of_era(era: &EraTable, rules: &RuleSet) -> Vec<Mutant> {
    let mut found = Found { rules, list: Vec::new() };
    for (index, (id, name)) in era.names.iter().enumerate() {
        found.name(Slot::Name(index), &format!("let {id}"), name);
    }
    for (index, row) in era.rows.iter().enumerate() {
        let part = format!("row {} ({})", index.saturating_add(1), row.era.word());
        found.condition(Slot::Row(index), &part, &row.when);
        found.removed(Slot::Row(index), &part, row.when.span());
    }
    found.list
}
