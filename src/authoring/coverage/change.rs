//! Turns a condition into its small changes: each names the place of one part and what becomes of it.
//!
//! ```text
//! all: [{era: legacy}, {use: stored}]   ─▶   era: not · use stored: not · all: without era · all: without use stored
//! ```

use super::{Operator, leaf, words};
use crate::rule::condition::{Ask, Condition, Leaf};
use crate::rule::node::Span;
use crate::rule::set::RuleSet;

/// A change of a condition.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Where in the file the changed part stands.
    pub(super) span: Span,
    pub(super) operator: Operator,
    pub(super) what: String,
    /// The way to the changed part: positions of parts.
    path: Vec<usize>,
    edit: Edit,
}

/// What becomes of one part.
#[derive(Debug, Clone)]
enum Edit {
    /// A leaf asks something else.
    Ask(Ask),
    /// A leaf is turned into its opposite.
    Not,
    /// `not` is taken away.
    Bare,
    /// One part of a combination is left out.
    Without(usize),
    /// `at-least` wants another number.
    AtLeast(usize),
}

impl Change {
    /// Makes the change.
    pub(super) fn apply(&self, condition: &mut Condition) {
        let mut part = condition;
        for index in &self.path {
            part = match part {
                Condition::All(list) | Condition::Any(list) | Condition::AtLeast(_, list) => {
                    let Some(inner) = list.get_mut(*index) else { return };
                    inner
                }
                Condition::Not(inner) => inner,
                Condition::Leaf(_) => return,
            };
        }
        let whole = std::mem::replace(part, Condition::All(Vec::new()));
        *part = match (whole, &self.edit) {
            (Condition::Leaf(leaf), Edit::Ask(ask)) => Condition::Leaf(Box::new(Leaf { ask: ask.clone(), ..*leaf })),
            (Condition::All(list), Edit::Without(index)) => Condition::All(without(list, *index)),
            (Condition::Any(list), Edit::Without(index)) => Condition::Any(without(list, *index)),
            (Condition::AtLeast(n, list), Edit::Without(index)) => {
                let list = without(list, *index);
                Condition::AtLeast(n.min(list.len()), list)
            }
            (Condition::AtLeast(_, list), Edit::AtLeast(n)) => Condition::AtLeast(*n, list),
            (Condition::Not(inner), Edit::Bare) => *inner,
            (part, Edit::Not) => Condition::Not(Box::new(part)),
            (part, _) => part,
        };
    }
}

fn without(mut list: Vec<Condition>, index: usize) -> Vec<Condition> {
    if index < list.len() {
        list.remove(index);
    }
    list
}

/// All changes. The leaves of a timed name are not turned into their opposite or an absence, which have no times.
pub(super) fn changes(condition: &Condition, is_timed: bool, rules: &RuleSet) -> Vec<Change> {
    let mut found = Vec::new();
    collect(condition, is_timed, rules, &mut Vec::new(), &mut found);
    found
}

fn collect(condition: &Condition, is_timed: bool, rules: &RuleSet, path: &mut Vec<usize>, found: &mut Vec<Change>) {
    let (word, list) = match condition {
        Condition::All(list) => ("all", list.as_slice()),
        Condition::Any(list) => ("any", list.as_slice()),
        Condition::AtLeast(_, list) => ("at-least", list.as_slice()),
        Condition::Not(part) => ("not", std::slice::from_ref(&**part)),
        Condition::Leaf(leaf) => return of_leaf(leaf, is_timed, rules, path, found),
    };
    for (index, part) in list.iter().enumerate() {
        path.push(index);
        collect(part, is_timed, rules, path, found);
        path.pop();
    }
    let mut add = |span: Span, operator: Operator, what: String, edit: Edit| {
        found.push(Change { span, operator, what, path: path.clone(), edit });
    };
    if let Condition::Not(part) = condition {
        add(part.span(), Operator::Opposite, format!("without not: {}", words::condition(part)), Edit::Bare);
    } else if list.len() > 1 {
        for (index, part) in list.iter().enumerate() {
            let what = format!("{word}: without {}", words::condition(part));
            add(part.span(), Operator::Branch, what, Edit::Without(index));
        }
    }
    if let Condition::AtLeast(n, _) = condition {
        for to in [n.saturating_sub(1), n.saturating_add(1)] {
            if (1..=list.len()).contains(&to) {
                let what = format!("at-least {n} → {to}");
                add(condition.span(), Operator::Threshold, what, Edit::AtLeast(to));
            }
        }
    }
}

fn of_leaf(part: &Leaf, is_timed: bool, rules: &RuleSet, path: &[usize], found: &mut Vec<Change>) {
    let (edits, has_opposite) = leaf::edits(&part.ask, rules);
    let name = words::leaf(part);
    let mut add = |operator: Operator, what: &str, edit: Edit| {
        let what = format!("{name}: {what}");
        found.push(Change { span: part.span, operator, what, path: path.to_vec(), edit });
    };
    for (operator, what, ask) in edits {
        if !is_timed || operator != Operator::Absent {
            add(operator, &what, Edit::Ask(ask));
        }
    }
    if has_opposite && !is_timed {
        add(Operator::Opposite, "not", Edit::Not);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::fields::Problems;
    use crate::rule::node::{parse, with_room};
    use crate::rule::read::Reader;

    fn read(yaml: &str) -> Condition {
        let node = with_room(|| parse("r", yaml)).unwrap();
        let mut problems = Problems::new("r");
        let condition = Reader::new(&mut problems, &crate::limits::Limits::default()).condition(&node).unwrap();
        assert!(problems.list.is_empty(), "{yaml}: {:?}", problems.list);
        condition
    }

    fn check(rules: &RuleSet, yaml: &str, expected: &[&str]) {
        let condition = read(yaml);
        let found = changes(&condition, false, rules);
        let told: Vec<&str> = found.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(told, expected, "{yaml}");
        for change in &found {
            let mut changed = condition.clone();
            change.apply(&mut changed);
            assert_ne!(changed, condition, "{yaml}: {} changes nothing", change.what);
        }
    }

    #[test]
    fn every_kind_of_change_is_made() {
        let rules = RuleSet::builtin().unwrap();
        let check = |yaml: &str, expected: &[&str]| check(&rules, yaml, expected);
        // Combinations.
        check("all: [{use: a}, {use: b}]", &["use a: not", "use b: not", "all: without use a", "all: without use b"]);
        check("any: [{use: a}]", &["use a: not"]);
        check("not: {use: a}", &["use a: not", "without not: use a"]);
        check(
            "at-least: {n: 2, of: [{use: a}, {use: b}, {use: c}]}",
            &[
                "use a: not",
                "use b: not",
                "use c: not",
                "at-least: without use a",
                "at-least: without use b",
                "at-least: without use c",
                "at-least 2 → 1",
                "at-least 2 → 3",
            ],
        );
        // Tests of values: numbers, versions, times, lists, texts.
        check(
            "registry: {key: S, value: V, type: dword, is: 1}",
            &["registry V: is 1 → is-not 1", "registry V: is 1 → any value", "registry V: without type"],
        );
        check("registry: {key: S, value: V, absent: true}", &["registry V: absent → exists"]);
        check("registry: {key: S, value: V, exists: true}", &["registry V: exists → absent"]);
        check(
            "registry: {key: S, value: V, type: dword, between: [1, 5]}",
            &[
                "registry V: between [1, 5] → between [0, 5]",
                "registry V: between [1, 5] → between [2, 5]",
                "registry V: between [1, 5] → between [1, 4]",
                "registry V: between [1, 5] → between [1, 6]",
                "registry V: without type",
            ],
        );
        check(
            "registry: {key: S, value: V, type: dword, bits-set: 8}",
            &["registry V: bits-set 0x8 → any value", "registry V: without type"],
        );
        check(
            "profile: {property: auth-package, mailbox: [unknown], every: true, in: [ntlm, kerberos]}",
            &[
                "profile auth-package: in [ntlm, kerberos] → not-in [ntlm, kerberos]",
                "profile auth-package: in without ntlm",
                "profile auth-package: in without kerberos",
                "profile auth-package: in [ntlm, kerberos] → any value",
                "profile auth-package: without every",
            ],
        );
        check(
            "product: {name: outlook, version: {ge: \"15.0.4615.0\"}, channel: msi}",
            &[
                "product outlook: version ge 15.0.4615.0 → ge 15.0.4614.65535",
                "product outlook: version ge 15.0.4615.0 → ge 15.0.4615.1",
                "product outlook: without channel",
            ],
        );
        check(
            "product: {name: outlook, version: {lt: {table: outlook-builds, row: kb2880470}}}",
            &[
                "product outlook: version lt kb2880470 → lt 15.0.4615.999",
                "product outlook: version lt kb2880470 → lt 15.0.4615.1001",
            ],
        );
        check(
            "date: {lt: \"2017-10-31\"}",
            &[
                "date: lt 2017-10-31T00:00:00Z → lt 2017-10-30T23:59:59Z",
                "date: lt 2017-10-31T00:00:00Z → lt 2017-10-31T00:00:01Z",
                "date: lt 2017-10-31T00:00:00Z → le 2017-10-31T00:00:00Z",
            ],
        );
        check(
            "credential: {class: [office-sspi, office-orgid], written: {before: changed}}",
            &[
                "credential office-sspi, office-orgid: written before changed → after changed",
                "credential office-sspi, office-orgid: written before changed → any value",
                "credential office-sspi, office-orgid: without class office-sspi",
                "credential office-sspi, office-orgid: without class office-orgid",
                "credential office-sspi, office-orgid: without class",
            ],
        );
        check(
            "property: {source: ad-user, name: mail, user: $subject, starts-with: u}",
            &["property ad-user mail: starts-with u → any value", "property ad-user mail: without user"],
        );
        // Lists of words.
        check("era: {in: [legacy]}", &["era: not"]);
        check("era: {in: [legacy, modern]}", &["era: without legacy", "era: without modern"]);
        check("finding: {id: x, status: [likely]}", &["finding x: not"]);
        check(
            "code: {family: aadsts, number: [1, 2]}",
            &["code aadsts: without 1", "code aadsts: without 2", "code aadsts: not"],
        );
        check("collected: [a, b]", &["collected a, b: without a", "collected a, b: without b", "collected a, b: not"]);
        check("compare: {left: a, is: b}", &["compare a with b: is → is-not"]);
        check("compare: {left: a, lt: b}", &["compare a with b: lt → le", "compare a with b: lt → ge"]);
    }

    #[test]
    fn counts_and_windows_move_by_one() {
        let rules = RuleSet::builtin().unwrap();
        let check = |yaml: &str, expected: &[&str]| check(&rules, yaml, expected);
        check(
            "event: {provider: P, id: [1, 2], user: $subject, where: {f: x}, count: {ge: 3}, within: 10m, during: {last: 7d}}",
            &[
                "event 1/2: without id 1",
                "event 1/2: without id 2",
                "event 1/2: without user",
                "event 1/2: f is x → is-not x",
                "event 1/2: f is x → any value",
                "event 1/2: count ge 3 → ge 2",
                "event 1/2: count ge 3 → ge 4",
                "event 1/2: within 10m → 10m − 1s",
                "event 1/2: within 10m → 10m + 1s",
                "event 1/2: without during",
                "event 1/2: last 7d → 7d − 1s",
                "event 1/2: last 7d → 7d + 1s",
            ],
        );
        check(
            "event: [{provider: P, id: 1}, {provider: P, id: 2, outcome: failure, channel: C}]",
            &[
                "event 1/2: 2 without outcome",
                "event 1/2: 2 without channel",
                "event 1/2: without 1",
                "event 1/2: without 2",
                "event 1/2: not",
            ],
        );
        check(
            "event: {provider: P, id: 1, distinct: {user: {ge: 10}}}",
            &["event 1: distinct user ge 10 → ge 9", "event 1: distinct user ge 10 → ge 11"],
        );
        check(
            "{sequence: [{of: a, pick: first}, {of: b, after: 1h, within: {param: p, default: 30d}}], without: {of: c}}",
            &[
                "sequence a, b: a pick first → latest",
                "sequence a, b: b after 1h → 1h − 1s",
                "sequence a, b: b after 1h → 1h + 1s",
                "sequence a, b: b without after",
                "sequence a, b: b within 30d → 30d − 1s",
                "sequence a, b: b within 30d → 30d + 1s",
                "sequence a, b: b without within",
                "sequence a, b: without a",
                "sequence a, b: without b",
                "sequence a, b: without without",
                "sequence a, b: not",
            ],
        );
        check(
            "cadence: {of: a, every: [5m, 60m], tolerance: 25%, intervals: {ge: 4}}",
            &[
                "cadence of a: every without 5m",
                "cadence of a: every without 1h",
                "cadence of a: tolerance 25 → 24",
                "cadence of a: tolerance 25 → 26",
                "cadence of a: intervals ge 4 → 3",
                "cadence of a: intervals ge 4 → 5",
                "cadence of a: not",
            ],
        );
        check("joined: {of: a, with: b, by: activity-id}", &["a joined with b: not"]);
        check(
            "joined: {of: a, with: b, by: {same: [computer, user], within: 2s}}",
            &[
                "a joined with b: within 2s → 2s − 1s",
                "a joined with b: within 2s → 2s + 1s",
                "a joined with b: without same user",
                "a joined with b: not",
            ],
        );
    }

    #[test]
    fn a_change_deep_inside_leaves_the_rest_alone() {
        let rules = RuleSet::builtin().unwrap();
        let mut condition = read("all: [{use: a}, {not: {any: [{use: b}, {era: {in: [legacy, modern]}}]}}]");
        let found = changes(&condition, false, &rules);
        found.iter().find(|change| change.what == "era: without modern").unwrap().apply(&mut condition);
        let whole = format!("{condition:?}");
        let expected = format!("{:?}", read("all: [{use: a}, {not: {any: [{use: b}, {era: {in: [legacy]}}]}}]"));
        // Only the places differ.
        let bare = |text: &str| regex::Regex::new(r"Span \{[^}]*\}").unwrap().replace_all(text, "").into_owned();
        assert_eq!(bare(&whole), bare(&expected));
    }

    #[test]
    fn a_timed_name_stays_timed_and_long_lists_are_bounded() {
        let rules = RuleSet::builtin().unwrap();
        let timed = changes(&read("any: [{event: {provider: P, id: 1}}, {use: a}]"), true, &rules);
        let told: Vec<&str> = timed.iter().map(|change| change.what.as_str()).collect();
        assert_eq!(told, ["any: without event 1", "any: without use a"]);
        let ids: Vec<String> = (1..500).map(|id: u16| id.to_string()).collect();
        let many = read(&format!("event: {{provider: P, id: [{}]}}", ids.join(", ")));
        assert_eq!(changes(&many, false, &rules).len(), 25);
    }
}
