//! Refuters of things that can be several: without `every`, one good row or account would clear a bad one.

use std::collections::BTreeSet;

use super::Remarks;
use crate::rule::condition::{Ask, Condition, Credential, Leaf};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// Uses of names by names that are followed.
const DEPTH: usize = 16;

pub(super) fn check(rule: &Rule, set: &RuleSet, remarks: &mut Remarks) {
    let mut asked = BTreeSet::new();
    for item in &rule.evidence {
        // Under `not` too: evidence that no row is right is mirrored by a refuter that some row is.
        for (leaf, _) in leaves(&item.when, rule, set, true, DEPTH) {
            asked.extend(selections(leaf));
        }
    }
    for item in &rule.refutes {
        for (leaf, is_positive) in leaves(&item.when, rule, set, true, DEPTH) {
            let is_mirror =
                is_positive && tests_one_of_several(leaf) && selections(leaf).iter().any(|s| asked.contains(s));
            if is_mirror {
                remarks.add(
                    "refuter-without-every",
                    &rule.file,
                    leaf.span,
                    format!("{}: one that passes would refute the cause although another may be the cause", item.name),
                    "add `every: true`: there is one, and all of them pass",
                );
            }
        }
    }
}

/// Leaves with whether they stand outside of any `not`; names are followed.
fn leaves<'r>(
    condition: &'r Condition,
    rule: &'r Rule,
    set: &'r RuleSet,
    is_positive: bool,
    depth: usize,
) -> Vec<(&'r Leaf, bool)> {
    if depth == 0 {
        return Vec::new();
    }
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => {
            parts.iter().flat_map(|part| leaves(part, rule, set, is_positive, depth - 1)).collect()
        }
        Condition::Not(part) => leaves(part, rule, set, !is_positive, depth - 1),
        Condition::Leaf(leaf) => {
            let Ask::Use(name) = &leaf.ask else { return vec![(leaf, is_positive)] };
            let own = rule.names.iter().find(|(own, _)| own == name).map(|(_, named)| &named.condition);
            match own.or_else(|| set.anchors.get(name).map(|named| &named.condition)) {
                Some(named) => {
                    let mut found = vec![(leaf.as_ref(), is_positive)];
                    found.extend(leaves(named, rule, set, is_positive, depth - 1));
                    found
                }
                None => Vec::new(),
            }
        }
    }
}

/// What a leaf selects, in words that two leaves about the same things share.
fn selections(leaf: &Leaf) -> Vec<String> {
    match &leaf.ask {
        Ask::Profile(ask) => vec![format!("profile {}", ask.property)],
        Ask::Credential(Credential { of: Some(name), .. }) => vec![format!("name {name}")],
        Ask::Use(name) => vec![format!("name {name}")],
        Ask::Credential(ask) => ask.class.iter().map(|class| format!("credential {class}")).collect(),
        _ => Vec::new(),
    }
}

fn tests_one_of_several(leaf: &Leaf) -> bool {
    match &leaf.ask {
        // The place of the damage is one for all accounts.
        Ask::Profile(ask) => !ask.check.absent && !ask.check.every && ask.property != "defect",
        Ask::Credential(ask) => {
            let has_tests = [&ask.target, &ask.user, &ask.written].iter().any(|tests| !tests.is_empty());
            has_tests && !ask.check.absent && !ask.check.every
        }
        _ => false,
    }
}
