//! Whether a rule's own cases say what it must do: when it is true, when it is not, when it cannot know.

use super::Remarks;
use super::source::{Source, at, entry, list, word};
use crate::authoring::cases::prepare_all;
use crate::rule::node::Problem;
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// What cannot be read in the cases of a rule; `rules test` fails for it.
pub(super) fn unreadable(rule: &Rule, set: &RuleSet) -> Vec<Problem> {
    prepare_all(rule, set).into_iter().flat_map(|case| case.problems).collect()
}

/// What a case shows, the statuses that show it, and what to write.
const KINDS: [(&str, &[&str], &str); 3] = [
    (
        "positive",
        &["confirmed", "likely", "possible", "contradicted"],
        "add a case in which the cause is there, with `expect: {status: likely, evidence: […]}`",
    ),
    ("negative", &["ruled-out"], "add a case in which the cause is not there, with `expect: {status: ruled-out}`"),
    ("unknown", &["unknown"], "add a case in which nothing was collected, with `expect: {status: unknown, need: […]}`"),
];

pub(super) fn check(source: &Source<'_>, remarks: &mut Remarks) {
    let Some(node) = source.node.as_ref().filter(|_| source.kind() == "causes") else { return };
    let Some((key, tests)) = entry(node, "tests") else { return };
    let statuses: Vec<&str> =
        list(Some(tests)).iter().filter_map(|test| at(test, &["expect", "status"]).and_then(word)).collect();
    let mut missing = |kind: &str, wanted: &[&str], advice: &str| {
        if !statuses.iter().any(|status| wanted.contains(status)) {
            remarks.add("missing-case", source.file, key.span, format!("the rule has no {kind} case"), advice);
        }
    };
    for (kind, wanted, advice) in KINDS {
        missing(kind, wanted, advice);
    }
    if entry(node, "applies").is_some() {
        missing(
            "not-applicable",
            &["not-applicable"],
            "add a case outside `applies`, with `expect: {status: not-applicable}`",
        );
    }
}
