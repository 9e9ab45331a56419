//! Runs the cases that stand inside the rules: typed facts in, expected status, evidence and labels out.
//!
//! A case is prepared once, which reads its facts and what is expected of them, and can then be run against any set of rules,
//! also against one in which a rule was changed on purpose.
//!
//! ```text
//! given: {…}  expect: {status: likely}   ─▶   Prepared   ─▶   CaseResult {failures: []}
//! ```

mod expect;

use std::collections::BTreeMap;

use super::given::{self, Given};
use crate::limits::Limits;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, make};
use crate::rule::engine::{Settings, run};
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Problem};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

pub use expect::{EXPECT, Expect};

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
    body: Option<(Given, Expect)>,
}

/// Runs every case of every rule.
#[must_use]
pub fn run_all(rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> Vec<CaseResult> {
    rules
        .rules
        .values()
        .flat_map(|rule| prepare_all(rule, rules))
        .map(|case| case.run(rules, playbook, limits))
        .collect()
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
        let mut failures = Vec::new();
        if let Some((given, expect)) = &self.body {
            let params = BTreeMap::new();
            let settings = Settings { params: &params, kinds: &given.kinds, limits, era: given.era };
            let (verdicts, evaluator) = run(&given.facts, rules, &settings);
            let plan = make(&evaluator, &verdicts, playbook, Audience::Engineer);
            match verdicts.findings.iter().find(|finding| finding.id == self.rule) {
                Some(finding) => failures = expect.differences(finding, &plan),
                None => failures.push(format!("there is no rule {}", self.rule)),
            }
        }
        failures.extend(self.problems.iter().map(ToString::to_string));
        CaseResult { rule: self.rule.clone(), case: self.name.clone(), place: self.place.clone(), failures }
    }
}

#[cfg(test)]
mod tests {
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
}
