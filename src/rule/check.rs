//! Checks a loaded rule set as a whole: every name, rule, need and table row that is referred to exists, and nothing turns in a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Ask, Condition, During, Leaf, Operand, Profile, Property, Test};
use super::name::Name;
use super::node::{Problem, Span};
use super::rule::Rule;
use super::set::RuleSet;
use super::size::excess;
use crate::limits::Limits;

/// Adds the problems of references.
pub fn references(set: &RuleSet, limits: &Limits, problems: &mut Vec<Problem>) {
    let anchors: BTreeMap<&str, &Name> = set.anchors.iter().map(|(name, named)| (name.as_str(), named)).collect();
    for named in set.anchors.values() {
        condition(set, "anchors.yaml", &named.condition, &anchors, problems);
    }
    let before = problems.len();
    cycles_of_names("anchors.yaml", &BTreeSet::new(), &anchors, problems);
    // What asks for names that turn in a circle has no size.
    let is_sized = problems.len() == before;
    for named in set.anchors.values().filter(|_| is_sized) {
        if let Some(message) = excess(std::iter::once(&named.condition), &anchors, limits) {
            problems.push(at("anchors.yaml", named.condition.span(), message));
        }
    }
    let mut scope = anchors.clone();
    scope.extend(set.era.names.iter().map(|(name, named)| (name.as_str(), named)));
    for part in set.era.conditions() {
        condition(set, "era.yaml", part, &scope, problems);
    }
    let own: BTreeSet<&str> = set.era.names.iter().map(|(name, _)| name.as_str()).collect();
    let before = problems.len();
    cycles_of_names("era.yaml", &own, &scope, problems);
    if is_sized
        && problems.len() == before
        && let Some(message) = excess(set.era.conditions(), &scope, limits)
    {
        problems.push(at("era.yaml", Span::default(), message));
    }
    for rule in set.rules.values() {
        let mut scope = anchors.clone();
        scope.extend(rule.names.iter().map(|(name, named)| (name.as_str(), named)));
        let own: BTreeSet<&str> = rule.names.iter().map(|(name, _)| name.as_str()).collect();
        let before = problems.len();
        cycles_of_names(&rule.file, &own, &scope, problems);
        if is_sized
            && problems.len() == before
            && let Some(message) = excess(rule.conditions(), &scope, limits)
        {
            problems.push(at(&rule.file, rule.span, message));
        }
        for part in rule.conditions() {
            condition(set, &rule.file, part, &scope, problems);
        }
        for id in &rule.supersedes {
            if !set.rules.contains_key(id) {
                problems.push(at(&rule.file, rule.span, format!("supersedes names {id:?}, which is no rule")));
            }
        }
    }
    cycles_of_findings(set, problems);
}

fn at(file: &str, span: Span, message: String) -> Problem {
    Problem { file: file.to_owned(), span, message }
}

/// The problems of one condition that may use the names of `scope`.
pub(crate) fn condition(
    set: &RuleSet,
    file: &str,
    part: &Condition,
    scope: &BTreeMap<&str, &Name>,
    problems: &mut Vec<Problem>,
) {
    part.leaves(&mut |leaf| {
        for id in &leaf.need {
            // A pack without needs is a pack under test; a pack with needs must have them all.
            if !set.needs.is_empty() && !set.needs.contains_key(id) {
                problems.push(at(file, leaf.span, format!("{id:?} is no need")));
            }
        }
        for name in timed_names(leaf) {
            match scope.get(name) {
                None => problems.push(at(
                    file,
                    leaf.span,
                    format!("there is no name {name:?} in this rule or in anchors.yaml"),
                )),
                Some(named) if !named.is_timed_in(|other| scope.get(other).copied()) => problems.push(at(
                    file,
                    leaf.span,
                    format!("{name:?} has no times: a name used in time is made of events"),
                )),
                Some(_) => {}
            }
        }
        for name in plain_names(leaf) {
            if !scope.contains_key(name) {
                problems.push(at(
                    file,
                    leaf.span,
                    format!("there is no name {name:?} in this rule or in anchors.yaml"),
                ));
            }
        }
        if let Ask::Compare(ask) = &leaf.ask {
            for name in [&ask.left, &ask.right] {
                if scope.get(name.as_str()).is_some_and(|named| !has_values(named)) {
                    problems.push(at(
                        file,
                        leaf.span,
                        format!(
                            "{name:?} has no values: `compare` takes names of a `property`, `profile` or `product`"
                        ),
                    ));
                }
            }
        }
        if let Ask::Finding { id, .. } = &leaf.ask
            && !set.rules.contains_key(id)
        {
            problems.push(at(file, leaf.span, format!("{id:?} is no rule")));
        }
        for (table, row) in rows(leaf) {
            if table != "outlook-builds" || !set.catalogue.builds.contains_key(row) {
                problems.push(at(file, leaf.span, format!("table {table} has no row {row:?}")));
            }
        }
        for (provider, id, field, ordered) in typed_fields(leaf) {
            let declared = set.catalogue.schema(provider, id).is_some_and(|schema| schema.types.contains_key(field));
            if ordered && !declared {
                problems.push(at(
                    file,
                    leaf.span,
                    format!(
                        "{field} of {provider} {id} is compared as a number but has no type in tables/event-fields.yaml"
                    ),
                ));
            }
        }
    });
}

/// Every name that a leaf refers to.
pub(crate) fn names_of(leaf: &Leaf) -> impl Iterator<Item = &str> {
    timed_names(leaf).into_iter().chain(plain_names(leaf))
}

/// Names whose occurrences a leaf uses.
fn timed_names(leaf: &Leaf) -> Vec<&str> {
    let mut names: Vec<&str> = match &leaf.ask {
        Ask::Sequence(ask) => ask.items.iter().chain(&ask.without).map(|item| item.of.as_str()).collect(),
        Ask::Cadence(ask) => vec![&ask.of],
        Ask::Joined(ask) => vec![&ask.of, &ask.with],
        _ => Vec::new(),
    };
    for test in tests(leaf) {
        if let Test::Before(name) | Test::After(name) = test {
            names.push(name);
        }
    }
    let during: Vec<&During> = match &leaf.ask {
        Ask::Event(ask) => ask.during.iter().collect(),
        Ask::Code(ask) => ask.during.iter().collect(),
        Ask::Sequence(ask) => ask.items.iter().chain(&ask.without).flat_map(|item| &item.during).collect(),
        _ => Vec::new(),
    };
    names.extend(during.into_iter().filter_map(|during| match during {
        During::After(name) => Some(name.as_str()),
        _ => None,
    }));
    names
}

fn plain_names(leaf: &Leaf) -> Vec<&str> {
    match &leaf.ask {
        Ask::Use(name) => vec![name],
        Ask::Compare(ask) => vec![&ask.left, &ask.right],
        Ask::Credential(ask) => ask.of.as_deref().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether a name is a leaf whose facts each have one value.
fn has_values(named: &Name) -> bool {
    match &named.condition {
        Condition::Leaf(leaf) => match &leaf.ask {
            Ask::Property(Property { check, .. }) | Ask::Profile(Profile { check, .. }) => !check.absent,
            Ask::Product(_) => true,
            _ => false,
        },
        _ => false,
    }
}

fn tests(leaf: &Leaf) -> Vec<&Test> {
    match &leaf.ask {
        Ask::Registry(ask) => ask.check.tests.iter().collect(),
        Ask::Credential(ask) => ask.target.iter().chain(&ask.user).chain(&ask.written).collect(),
        Ask::Profile(ask) => ask.check.tests.iter().collect(),
        Ask::Product(ask) => ask.version.iter().chain(&ask.major).chain(&ask.patches).collect(),
        Ask::Property(ask) => ask.check.tests.iter().collect(),
        Ask::Event(ask) => ask.any.iter().flat_map(|selector| &selector.fields).flat_map(|(_, tests)| tests).collect(),
        _ => Vec::new(),
    }
}

fn rows(leaf: &Leaf) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for test in tests(leaf) {
        let operands: Vec<&Operand> = match test {
            Test::Is(one) | Test::IsNot(one) | Test::Lt(one) | Test::Le(one) | Test::Gt(one) | Test::Ge(one) => {
                vec![one]
            }
            Test::Between(low, high) => vec![low, high],
            Test::In(list) | Test::NotIn(list) => list.iter().collect(),
            _ => Vec::new(),
        };
        for operand in operands {
            if let Operand::Row(table, row) | Operand::RowsFrom(table, row) = operand {
                found.push((table.as_str(), row.as_str()));
            }
        }
    }
    found
}

fn typed_fields(leaf: &Leaf) -> Vec<(&str, u16, &str, bool)> {
    let Ask::Event(ask) = &leaf.ask else { return Vec::new() };
    let mut found = Vec::new();
    for selector in &ask.any {
        for (field, tests) in &selector.fields {
            let ordered = tests.iter().any(|test| {
                matches!(
                    test,
                    Test::Lt(_) | Test::Le(_) | Test::Gt(_) | Test::Ge(_) | Test::Between(..) | Test::BitsSet(_)
                )
            });
            found.extend(selector.ids.iter().map(|id| (selector.provider.as_str(), *id, field.as_str(), ordered)));
        }
    }
    found
}

fn cycles_of_names(file: &str, own: &BTreeSet<&str>, scope: &BTreeMap<&str, &Name>, problems: &mut Vec<Problem>) {
    let edges: BTreeMap<&str, Vec<&str>> = scope
        .iter()
        .map(|(name, named)| {
            let mut used = Vec::new();
            named.condition.leaves(&mut |leaf| used.extend(timed_names(leaf).into_iter().chain(plain_names(leaf))));
            (*name, used)
        })
        .collect();
    if let Some(cycle) = cycle(&edges) {
        // A circle of anchors is a problem of anchors.yaml, not of every rule that may use them.
        let is_own = file == "anchors.yaml" || cycle.iter().any(|name| own.contains(name));
        let start = cycle.iter().find(|name| own.is_empty() || own.contains(*name));
        let span = start.and_then(|name| scope.get(name)).map(|named| named.condition.span()).unwrap_or_default();
        if is_own {
            problems.push(at(
                file,
                span,
                format!("names turn in a circle: {}; take one of them out", cycle.join(" → ")),
            ));
        }
    }
}

fn cycles_of_findings(set: &RuleSet, problems: &mut Vec<Problem>) {
    let edges: BTreeMap<&str, Vec<&str>> =
        set.rules.values().map(|rule| (rule.id.as_str(), dependencies(rule))).collect();
    if let Some(cycle) = cycle(&edges) {
        let rule = cycle.first().and_then(|id| set.rules.get(*id));
        let mut span = rule.map(|rule| rule.span);
        for part in rule.into_iter().flat_map(Rule::conditions) {
            part.leaves(&mut |leaf| {
                if matches!(&leaf.ask, Ask::Finding { id, .. } if Some(&id.as_str()) == cycle.get(1)) {
                    span = Some(leaf.span);
                }
            });
        }
        problems.push(at(
            rule.map_or("causes", |rule| &rule.file),
            span.unwrap_or_default(),
            format!("`finding` conditions turn in a circle: {}; take one of them out", cycle.join(" → ")),
        ));
    }
}

/// Rules whose verdict a rule's own verdict depends on. Notes do not count: they are written after all verdicts.
#[must_use]
pub fn dependencies(rule: &Rule) -> Vec<&str> {
    let mut found = Vec::new();
    let judged = rule
        .applies
        .iter()
        .chain(rule.names.iter().map(|(_, name)| &name.condition))
        .chain(rule.evidence.iter().chain(&rule.refutes).map(|item| &item.when));
    judged.for_each(|part| findings_of(part, &mut found));
    found
}

/// Adds the rules whose verdict a condition asks for.
pub(super) fn findings_of<'c>(condition: &'c Condition, found: &mut Vec<&'c str>) {
    condition.leaves(&mut |leaf| {
        if let Ask::Finding { id, .. } = &leaf.ask {
            found.push(id.as_str());
        }
    });
}

/// A cycle in a graph, by its names, if there is one.
#[must_use]
pub fn cycle<'g>(edges: &BTreeMap<&'g str, Vec<&'g str>>) -> Option<Vec<&'g str>> {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in edges.keys() {
        // An explicit stack of (node, next edge): packs of thousands of rules must not overflow the thread's stack.
        let mut path: Vec<(&'g str, usize)> = vec![(*start, 0)];
        while let Some((node, next)) = path.last().copied() {
            if done.contains(node) {
                path.pop();
                continue;
            }
            match edges.get(node).and_then(|targets| targets.get(next)) {
                Some(target) => {
                    if let Some(last) = path.last_mut() {
                        last.1 += 1;
                    }
                    if let Some(position) = path.iter().position(|(on_path, _)| on_path == target) {
                        let mut names: Vec<&str> = path.iter().skip(position).map(|(name, _)| *name).collect();
                        names.push(target);
                        return Some(names);
                    }
                    path.push((target, 0));
                }
                None => {
                    done.insert(node);
                    path.pop();
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_named_and_a_diamond_is_none() {
        let ring = BTreeMap::from([("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["a"])]);
        assert_eq!(cycle(&ring), Some(vec!["a", "b", "c", "a"]));
        let diamond = BTreeMap::from([("a", vec!["b", "c"]), ("b", vec!["d"]), ("c", vec!["d"]), ("d", vec![])]);
        assert_eq!(cycle(&diamond), None);
    }
}
