//! Runs the cases that stand inside the rules: typed facts in, expected status, evidence and labels out.
//!
//! A case is prepared once, which reads its facts and what is expected of them, and can then be run against any set of rules,
//! also against one in which a rule was changed on purpose.
//!
//! ```text
//! given: {…}  expect: {status: likely}   ─▶   Prepared   ─▶   CaseResult {failures: []}
//! ```

mod expect;
mod leaves;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::given::{self, Given};
use crate::limits::Limits;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, make};
use crate::rule::engine::{Settings, run, run_one};
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Problem};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

pub(in crate::authoring) use expect::labels;
pub use expect::{EXPECT, Expect};
pub use leaves::Leaf;

/// Keys of a case.
pub(super) const CASE: &[&str] = &["name", "given", "expect"];

/// The result of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// Rule id.
    pub rule: String,
    /// Name of the case.
    pub case: String,
    /// File and line of the case.
    pub place: String,
    /// What differs from the expectation; empty: passed.
    pub failures: Vec<String>,
    /// The leaves that made the difference.
    pub leaves: Vec<Leaf>,
}

/// A case of a rule, read.
#[derive(Debug)]
pub struct Prepared {
    /// Rule id.
    pub rule: String,
    /// Name of the case.
    pub name: String,
    /// File and line of the case.
    pub place: String,
    /// What cannot be read in it; a case with a problem fails.
    pub problems: Vec<Problem>,
    /// The facts and what is expected of them, as far as they can be read.
    pub(super) body: Option<(Given, Expect)>,
}

/// Runs every case of every rule.
#[must_use]
pub fn run_all(rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> Vec<CaseResult> {
    run_of(&rules.rules.values().collect::<Vec<_>>(), rules, playbook, limits)
}

/// Runs every case of some rules, in parallel; the results are in the order of the rules and their cases.
#[must_use]
pub fn run_of(which: &[&Rule], rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> Vec<CaseResult> {
    let cases: Vec<(&Rule, &Node)> =
        which.iter().flat_map(|rule| rule.tests.iter().map(move |test| (*rule, test))).collect();
    cases.par_iter().map(|(rule, test)| Prepared::read(rule, test, rules).run(rules, playbook, limits)).collect()
}

/// Reads every case of a rule. The tables of the set give the facts their classes and types.
#[must_use]
pub fn prepare_all(rule: &Rule, rules: &RuleSet) -> Vec<Prepared> {
    rule.tests.iter().map(|test| Prepared::read(rule, test, rules)).collect()
}

impl Prepared {
    /// Reads one case of a rule.
    #[must_use]
    pub fn read(rule: &Rule, test: &Node, rules: &RuleSet) -> Self {
        let mut problems = Problems::new(&rule.file);
        let mut name = String::new();
        let mut body = None;
        if let Some(fields) = Fields::read(test, "a case", CASE, &mut problems) {
            name = fields.need_text("name", &mut problems).unwrap_or_default();
            let given =
                fields.need("given", &mut problems).and_then(|node| given::read(node, &rules.catalogue, &mut problems));
            let expect = fields.need("expect", &mut problems).and_then(|node| Expect::read(node, &mut problems));
            body = given.zip(expect);
        }
        let place = format!("{}:{}", rule.file, test.span.line);
        Self { rule: rule.id.clone(), name, place, problems: problems.list, body }
    }

    /// Runs the case against a set of rules, which need not be the one it was read from.
    #[must_use]
    pub fn run(&self, rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> CaseResult {
        let mut result = CaseResult {
            rule: self.rule.clone(),
            case: self.name.clone(),
            place: self.place.clone(),
            failures: Vec::new(),
            leaves: Vec::new(),
        };
        if let Some((given, expect)) = &self.body {
            let params = BTreeMap::new();
            let settings = Settings { params: &params, kinds: &given.kinds, overrides: &[], limits, era: given.era };
            // Labels and notes depend on every rule, a verdict only on those that the rule asks for: most cases are cheap.
            let (finding, evaluator, plan) = if expect.plan.is_empty() && expect.notes.is_none() {
                let (finding, evaluator) = run_one(&self.rule, &given.facts, rules, &settings);
                (finding, evaluator, None)
            } else {
                let (verdicts, evaluator) = run(&given.facts, rules, &settings);
                let plan = make(&evaluator, &verdicts, playbook, Audience::Engineer);
                let finding = verdicts.findings.into_iter().find(|finding| finding.id == self.rule);
                (finding, evaluator, Some(plan))
            };
            match (finding, rules.rules.get(&self.rule)) {
                (Some(finding), Some(rule)) => {
                    result.failures = expect.differences(&finding, plan.as_ref());
                    result.failures.extend(expect.refuters_that_differ(rule, &finding));
                    result.failures.extend(expect.notes_that_differ(&evaluator, rule, &finding));
                    if !result.failures.is_empty() {
                        result.leaves = leaves::responsible(&evaluator, rule, &finding, expect);
                    }
                }
                _ => result.failures.push(format!("there is no rule {}", self.rule)),
            }
        }
        result.failures.extend(self.problems.iter().map(ToString::to_string));
        result
    }
}

#[cfg(test)]
mod tests {
    mod removal;

    use super::*;

    #[test]
    fn every_case_of_every_rule_holds() {
        let rules = RuleSet::builtin().expect("the builtin pack loads");
        let playbook = Playbook::load(&rules, &Limits::default()).expect("the builtin playbook loads");
        let results = run_all(&rules, &playbook, &Limits::default());
        let failed: Vec<String> = results
            .iter()
            .filter(|result| !result.failures.is_empty())
            .map(|result| format!("{} {}: {}", result.place, result.case, result.failures.join("; ")))
            .collect();
        assert!(results.len() > 100, "only {} cases", results.len());
        assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), results.len(), failed.join("\n"));
    }

    #[test]
    fn a_rule_alone_says_what_it_says_among_all() {
        let rules = RuleSet::builtin().expect("the builtin pack loads");
        let (params, limits) = (BTreeMap::new(), Limits::default());
        let mut compared = 0;
        for (number, case) in rules.rules.values().flat_map(|rule| prepare_all(rule, &rules)).enumerate() {
            let (given, _) = case.body.as_ref().expect("the case can be read");
            let settings =
                Settings { params: &params, kinds: &given.kinds, overrides: &[], limits: &limits, era: given.era };
            let (all, _) = run(&given.facts, &rules, &settings);
            // Those of other rules too: each asks for other findings. In every case another tenth of them, because all of them in
            // all cases grow with the square of the rules.
            for among in all.findings.iter().skip(number % 10).step_by(10) {
                let (alone, _) = run_one(&among.id, &given.facts, &rules, &settings);
                let mut alone = alone.expect("a finding");
                // Notes are left out.
                alone.summary.clone_from(&among.summary);
                assert_eq!(alone, *among, "{} {}", case.place, among.id);
                compared += 1;
            }
        }
        assert!(compared > 1_000, "{compared}");
    }
}
