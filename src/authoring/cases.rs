//! Runs the cases that stand inside the rules: typed facts in, expected status, evidence and labels out.

use std::collections::{BTreeMap, BTreeSet};

use super::given;
use crate::finding::{Finding, Status};
use crate::limits::Limits;
use crate::plan::make;
use crate::plan::playbook::Playbook;
use crate::plan::{Audience, Label, Plan};
use crate::rule::engine::{Settings, run};
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Yaml};
use crate::rule::rule::Rule;
use crate::rule::set::RuleSet;

/// Keys of a case and of what is expected of it.
pub(super) const CASE: &[&str] = &["name", "given", "expect"];
pub(super) const EXPECT: &[&str] = &["status", "reason", "evidence", "undecided", "need", "cites", "plan"];

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

/// Runs every case of every rule.
#[must_use]
pub fn run_all(rules: &RuleSet, playbook: &Playbook, limits: &Limits) -> Vec<CaseResult> {
    rules
        .rules
        .values()
        .flat_map(|rule| rule.tests.iter().map(move |test| run_one(rules, playbook, rule, test, limits)))
        .collect()
}

fn run_one(rules: &RuleSet, playbook: &Playbook, rule: &Rule, test: &Node, limits: &Limits) -> CaseResult {
    let mut problems = Problems::new(&rule.file);
    let mut result = CaseResult {
        rule: rule.id.clone(),
        case: String::new(),
        place: format!("{}:{}", rule.file, test.span.line),
        failures: Vec::new(),
    };
    if let Some(fields) = Fields::read(test, "a case", CASE, &mut problems) {
        result.case = fields.need_text("name", &mut problems).unwrap_or_default();
        let given =
            fields.need("given", &mut problems).and_then(|node| given::read(node, &rules.catalogue, &mut problems));
        let expect = fields.need("expect", &mut problems);
        if let (Some(given), Some(expect)) = (given, expect) {
            let params = BTreeMap::new();
            let settings = Settings { params: &params, kinds: &given.kinds, limits, era: given.era };
            let (verdicts, evaluator) = run(&given.facts, rules, &settings);
            let plan = make(&evaluator, &verdicts, playbook, Audience::Engineer);
            if let Some(finding) = verdicts.findings.iter().find(|finding| finding.id == rule.id) {
                result.failures = compare(finding, &plan, expect, &mut problems);
            }
        }
    }
    result.failures.extend(problems.list.iter().map(ToString::to_string));
    result
}

fn compare(finding: &Finding, plan: &Plan, expect: &Node, problems: &mut Problems<'_>) -> Vec<String> {
    let mut failures = Vec::new();
    let Some(fields) = Fields::read(expect, "expect", EXPECT, problems) else { return failures };
    let status = finding.status.word();
    if let Some(wanted) = fields.need_text("status", problems)
        && wanted != status
    {
        failures.push(format!("status: expected {wanted}, got {status} ({})", finding.sum));
    }
    if fields.get("evidence").is_some() {
        let wanted: BTreeSet<String> = fields.texts("evidence", problems).into_iter().collect();
        let got: BTreeSet<String> = finding
            .evidence
            .iter()
            .filter(|evidence| evidence.supports && finding.status != Status::RuledOut)
            .map(|evidence| evidence.name.clone())
            .collect();
        if wanted != got {
            failures.push(format!("evidence: expected {wanted:?}, got {got:?}"));
        }
    }
    let at_least = |name: &str, wanted: Vec<String>, got: BTreeSet<String>| {
        let missing: Vec<String> = wanted.into_iter().filter(|item| !got.contains(item)).collect();
        (!missing.is_empty()).then(|| format!("{name}: {missing:?} not among {got:?}"))
    };
    failures.extend(at_least("need", fields.texts("need", problems), finding.need.iter().cloned().collect()));
    let open = finding.undecided.iter().map(|open| open.name.clone()).collect();
    failures.extend(at_least("undecided", fields.texts("undecided", problems), open));
    if let Some(wanted) = fields.text("reason", problems) {
        let got = finding.undecided.iter().map(|open| open.reason).min().map(|reason| format!("{reason:?}"));
        let got = got.map(|reason| kebab(&reason)).unwrap_or_default();
        if got != wanted {
            failures.push(format!("reason: expected {wanted}, got {got}"));
        }
    }
    if let Some(wanted) = fields.number("cites", problems) {
        let got: BTreeSet<_> = finding.evidence.iter().flat_map(|evidence| &evidence.cites).collect();
        if usize::try_from(wanted) != Ok(got.len()) {
            failures.push(format!("cites: expected {wanted}, got {}", got.len()));
        }
    }
    if let Some(Yaml::Map(labels)) = fields.get("plan").map(|node| &node.value) {
        for (step, node) in labels {
            let wanted = crate::rule::fields::text(node, problems).unwrap_or_default();
            let got = plan.steps.iter().find(|other| other.id == step.text);
            let label = got.map_or_else(|| "not in the plan".to_owned(), |step| label_word(step.label).to_owned());
            if label != wanted {
                let reason = got.map(|step| step.reason.en.clone()).unwrap_or_default();
                failures.push(format!("plan {}: expected {wanted}, got {label} ({reason})", step.text));
            }
        }
    }
    failures
}

/// The word of a label in rules and reports.
#[must_use]
pub fn label_word(label: Label) -> &'static str {
    match label {
        Label::Do => "DO",
        Label::Check => "CHECK",
        Label::Done => "DONE",
        Label::Skip => "SKIP",
        Label::WaitFor => "WAIT-FOR",
        Label::Blocked => "BLOCKED",
    }
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
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
