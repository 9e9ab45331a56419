//! A named condition: an anchor of the pack or a `let` of one rule.

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::condition::{Ask, Condition};
use super::fields::{Fields, Problems, duration};
use super::node::{Node, Yaml};
use super::read::{Reader, words};
use crate::fact::identity::Role;

/// A named condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The condition.
    pub condition: Condition,
    /// Roles whose log is authoritative; empty: any log that records it.
    pub seen_on: BTreeSet<Role>,
    /// Matches of one user that lie closer are one occurrence (one attempt leaves records on several servers).
    pub merge: SignedDuration,
}

impl Name {
    /// A plain condition under a name, with the default of five seconds for one attempt.
    #[must_use]
    pub fn plain(condition: Condition) -> Self {
        Self { condition, seen_on: BTreeSet::new(), merge: SignedDuration::from_secs(5) }
    }

    /// Whether it has times: made of events, time properties and other such names only, where those names are taken on trust.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        timed(&self.condition, &mut Vec::new())
    }

    /// Whether it has times, with the names that it uses as `find` gives them. Names in a circle end.
    #[must_use]
    pub fn is_timed_in<'n>(&'n self, find: impl Fn(&str) -> Option<&'n Self>) -> bool {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![self]);
        while let Some(name) = waiting.pop() {
            let mut used = Vec::new();
            if !timed(&name.condition, &mut used) {
                return false;
            }
            used.retain(|word| seen.insert(*word));
            // A name that does not exist is a problem of its own.
            waiting.extend(used.into_iter().filter_map(&find));
        }
        true
    }

    /// Reads an anchor: a condition with `seen-on` and `merge` beside it.
    pub fn read(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let Yaml::Map(entries) = &node.value else {
            reader.problems.add(node.span, "an anchor is a condition, with `seen-on` and `merge` beside it");
            return None;
        };
        let find = |name: &str| entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| node);
        let seen_on = find("seen-on").map(|node| words(node, &Role::ALL, reader.problems)).unwrap_or_default();
        let merge =
            find("merge").and_then(|node| duration(node, reader.problems)).unwrap_or(SignedDuration::from_secs(5));
        let rest: Vec<_> = entries.iter().filter(|(key, _)| !BESIDE.contains(&key.text.as_str())).cloned().collect();
        let condition = reader.condition(&Node { span: node.span, value: Yaml::Map(rest) })?;
        Some(Self { condition, seen_on: seen_on.into_iter().collect(), merge })
    }
}

/// What may stand beside the condition of a name.
pub(crate) const BESIDE: &[&str] = &["seen-on", "merge"];

/// Whether the condition itself allows times; adds the names that must have them too.
fn timed<'c>(condition: &'c Condition, used: &mut Vec<&'c str>) -> bool {
    match condition {
        Condition::Any(parts) => parts.iter().all(|part| timed(part, used)),
        Condition::Leaf(leaf) => match &leaf.ask {
            Ask::Event(event) => event.count.is_empty() && event.distinct.is_none(),
            Ask::Property(property) => !property.check.absent && property.check.tests.is_empty(),
            Ask::Use(name) => {
                used.push(name);
                true
            }
            Ask::Joined(_) => true,
            _ => false,
        },
        _ => false,
    }
}

/// A mapping of names to conditions (`let`).
pub fn lets(node: &Node, reader: &mut Reader<'_, '_>) -> Vec<(String, Name)> {
    let Yaml::Map(entries) = &node.value else {
        reader.problems.add(node.span, "`let` is a mapping of names to conditions");
        return Vec::new();
    };
    entries.iter().filter_map(|(key, value)| Some((key.text.clone(), Name::read(value, reader)?))).collect()
}

/// Reads `anchors.yaml`.
pub fn anchors(file: &str, node: &Node) -> (Vec<(String, Name)>, Vec<super::node::Problem>) {
    let mut problems = Problems::new(file);
    let limits = crate::limits::Limits { condition_nodes: 10_000, ..crate::limits::Limits::default() };
    let names = lets(node, &mut Reader::new(&mut problems, &limits));
    (names, problems.list)
}

/// `{when: …, say: …}` lists of steps and notes read their fields with this.
pub(crate) const GUARDED: &[&str] = &["when", "say"];

/// One guarded text.
pub(crate) fn guarded(node: &Node, reader: &mut Reader<'_, '_>) -> Option<(Condition, Option<crate::lang::Text>)> {
    let is_guarded = matches!(&node.value, Yaml::Map(entries) if entries.iter().any(|(key, _)| key.text == "when"));
    if !is_guarded {
        return Some((reader.condition(node)?, None));
    }
    let fields = Fields::read(node, "a guarded text", GUARDED, reader.problems)?;
    let say = fields.both("say", reader.problems);
    let when = fields.get("when")?;
    Some((reader.condition(when)?, say))
}
