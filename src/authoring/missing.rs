//! Turns the undecided parts of a rule into the sets of at most three needs that would decide it.
//!
//! A part that is unknown has one gap or several, and each gap names the needs any of which closes it. A set *decides* the
//! rule if it closes every gap of its `applies` and of every strong or conclusive item: whatever the collected evidence then
//! shows, no such item stays unknown. Where no set of three does that, a set *may decide* it if it closes a gap of each.
//! Weak items never keep a rule open. Refuses to guess what the evidence would show.
//!
//! ```text
//! item 1 lacks {credential-dates}, item 2 lacks {dc-security-log or adfs-logs}
//!     ─▶  credential-dates + adfs-logs,  credential-dates + dc-security-log
//! ```

use std::collections::BTreeSet;

use crate::finding::EvidenceClass;
use crate::rule::eval::{Evaluator, Tri, Truth};
use crate::rule::rule::Rule;

/// Needs in one set.
const MOST: usize = 3;
/// Sets that are told.
const SETS: usize = 5;
/// Needs that sets are made of: 43,744 sets at most.
const CONSIDERED: usize = 64;

/// What would decide a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    /// Whether the sets close every gap; else each of them closes a gap of every open item.
    pub certain: bool,
    /// The sets, smallest first, then least effort, then by id.
    pub sets: Vec<Vec<String>>,
}

/// What would decide the rule in this case. No sets: nothing is open, or nothing that can be collected closes it.
#[must_use]
pub fn missing(evaluator: &Evaluator<'_>, rule: &Rule) -> Missing {
    let scope = rule.scope();
    let items = rule.evidence.iter().chain(&rule.refutes).filter(|item| item.class != EvidenceClass::Weak);
    let open: Vec<Truth> = rule
        .applies
        .iter()
        .chain(items.map(|item| &item.when))
        .map(|condition| evaluator.eval(condition, &scope))
        .filter(|truth| truth.value == Tri::Unknown)
        .collect();
    let effort = |id: &str| evaluator.rules.needs.get(id).map_or(u32::MAX, |need| need.effort);
    let mut gaps = Vec::new();
    for truth in &open {
        collect(truth, &mut gaps);
    }
    let sets = choose(&gaps, effort);
    if !sets.is_empty() {
        return Missing { certain: true, sets };
    }
    let items: Vec<BTreeSet<String>> = open
        .iter()
        .map(|truth| {
            let mut gaps = Vec::new();
            collect(truth, &mut gaps);
            gaps.into_iter().flatten().collect()
        })
        // What nothing closes stays open; it does not keep the rest from being told.
        .filter(|needs: &BTreeSet<String>| !needs.is_empty())
        .collect();
    Missing { certain: false, sets: choose(&items, effort) }
}

/// The gaps of every unknown part that has no parts of its own.
fn collect(truth: &Truth, gaps: &mut Vec<BTreeSet<String>>) {
    if truth.value != Tri::Unknown {
        return;
    }
    let parts: Vec<&Truth> = truth.children.iter().filter(|part| part.value == Tri::Unknown).collect();
    if parts.is_empty() {
        gaps.extend(truth.gaps.iter().map(|gap| gap.need.iter().cloned().collect()));
    }
    for part in parts {
        collect(part, gaps);
    }
}

/// The smallest sets that share a need with every gap; none of them holds another.
fn choose(gaps: &[BTreeSet<String>], effort: impl Fn(&str) -> u32) -> Vec<Vec<String>> {
    let gaps: BTreeSet<&BTreeSet<String>> = gaps.iter().collect();
    if gaps.is_empty() || gaps.iter().any(|gap| gap.is_empty()) {
        return Vec::new();
    }
    let all: BTreeSet<&str> = gaps.iter().flat_map(|gap| gap.iter().map(String::as_str)).collect();
    let all: Vec<&str> = all.into_iter().take(CONSIDERED).collect();
    let closes = |set: &[&str]| gaps.iter().all(|gap| set.iter().any(|need| gap.contains(*need)));
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut sets: Vec<Vec<&str>> = vec![Vec::new()];
    for _ in 0..MOST {
        let mut larger = Vec::new();
        for set in &sets {
            let behind = all.iter().copied().filter(|need| set.last().is_none_or(|last| need > last));
            larger.extend(behind.map(|need| set.iter().copied().chain([need]).collect::<Vec<&str>>()));
        }
        let (now, open): (Vec<_>, Vec<_>) = larger.into_iter().partition(|set| closes(set));
        // A set that holds a smaller one says nothing new.
        let new = now.into_iter().filter(|set| !found.iter().any(|less| less.iter().all(|need| set.contains(need))));
        let new: Vec<Vec<&str>> = new.collect();
        found.extend(new);
        sets = open;
    }
    found.sort_by_key(|set| {
        let work = set.iter().map(|need| u64::from(effort(need))).sum::<u64>();
        (set.len(), work, set.clone())
    });
    found.truncate(SETS);
    found.into_iter().map(|set| set.into_iter().map(str::to_owned).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Reason;
    use crate::rule::eval::Gap;

    fn check(gaps: &[&[&str]], expected: &[&[&str]]) {
        let gaps: Vec<BTreeSet<String>> =
            gaps.iter().map(|gap| gap.iter().map(|need| (*need).to_owned()).collect()).collect();
        let effort = |need: &str| if need.starts_with("hard") { 4 } else { 1 };
        assert_eq!(choose(&gaps, effort), expected, "{gaps:?}");
    }

    #[test]
    fn the_smallest_sets_come_first_and_none_holds_another() {
        check(&[], &[]);
        check(&[&["a"]], &[&["a"]]);
        check(&[&["a"], &["a"]], &[&["a"]]);
        check(&[&["hard", "b"]], &[&["b"], &["hard"]]);
        check(&[&["a"], &["b", "c"]], &[&["a", "b"], &["a", "c"]]);
        check(&[&["a", "b"], &["b", "c"]], &[&["b"], &["a", "c"]]);
        check(&[&["a"], &["b"], &["c"]], &[&["a", "b", "c"]]);
        check(&[&["a"], &["b"], &["c"], &["d"]], &[]);
        check(&[&["a"], &[]], &[]);
        check(&[&["a", "b", "c", "d", "e", "f"]], &[&["a"], &["b"], &["c"], &["d"], &["e"]]);
    }

    #[test]
    fn many_needs_are_bounded() {
        let names: Vec<String> = (0..500).map(|number| format!("n{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let halves: Vec<&[&str]> = names.chunks(100).collect();
        let gaps: Vec<BTreeSet<String>> =
            halves.iter().map(|gap| gap.iter().map(|need| (*need).to_owned()).collect()).collect();
        assert_eq!(choose(&gaps, |_| 1), Vec::<Vec<String>>::new());
    }

    #[test]
    fn only_unknown_leaves_have_gaps() {
        let unknown = |need: &str| Truth::unknown("x", Reason::NotCollected, vec![need.to_owned()]);
        let hidden = Truth {
            gaps: vec![Gap { reason: Reason::NotCovered, need: vec!["z".into()] }],
            ..Truth::new(Tri::True, "y")
        };
        let whole = Truth { children: vec![unknown("a"), hidden, unknown("b")], ..Truth::new(Tri::Unknown, "all") };
        let mut gaps = Vec::new();
        collect(&whole, &mut gaps);
        assert_eq!(gaps, [BTreeSet::from(["a".to_owned()]), BTreeSet::from(["b".to_owned()])]);
    }
}
