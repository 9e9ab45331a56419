//! How a report differs from what was expected of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Expectation;
use crate::case::Exit;
use crate::plan::Label;
use crate::report::model::Report;

/// One thing that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What: `exit`, `era`, `finding account-locked-ad`, `step update-outlook`, …
    pub what: String,
    /// What was expected.
    pub wanted: String,
    /// What the report says.
    pub got: String,
}

impl Expectation {
    /// Everything that is not as expected.
    #[must_use]
    pub fn differences(&self, report: &Report, exit: Exit) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differ = |what: String, wanted: String, got: String| {
            if wanted != got {
                found.push(Difference { what, wanted, got });
            }
        };
        differ("exit".to_owned(), self.exit.to_string(), exit.code().to_string());
        differ("era".to_owned(), self.era.word().to_owned(), word(&report.case.era.value));
        let reported = report.findings.iter().map(|finding| finding.id.as_str());
        for id in self.findings.keys().map(String::as_str).chain(reported).collect::<BTreeSet<_>>() {
            let wanted = self.findings.get(id).map_or("not among the findings", |status| status.word());
            differ(format!("finding {id}"), wanted.to_owned(), status(report, id));
        }
        for (ids, wanted) in
            [(&self.unknown, "unknown"), (&self.ruled_out, "ruled-out"), (&self.not_applicable, "not-applicable")]
        {
            for id in ids {
                differ(format!("rule {id}"), wanted.to_owned(), status(report, id));
            }
        }
        self.steps(report, &mut differ);
        let or_none = |id: &Option<String>| id.clone().unwrap_or_else(|| "nowhere".to_owned());
        differ("start_at".to_owned(), or_none(&self.start_at), or_none(&report.headline.start_at));
        let needs: Vec<&str> = report.collect_next.iter().map(|item| item.need.as_str()).collect();
        for need in self.collect_next.iter().filter(|need| !needs.contains(&need.as_str())) {
            differ("collect_next".to_owned(), need.clone(), list(&needs));
        }
        for (id, ends) in &self.cites {
            let cited = cited(report, id);
            for end in ends.iter().filter(|end| !cited.iter().any(|path| path.ends_with(end.as_str()))) {
                differ(format!("cites {id}"), end.clone(), list(&cited));
            }
        }
        found
    }

    /// The labels step by step, and the order where the steps are not the same.
    fn steps(&self, report: &Report, differ: &mut dyn FnMut(String, String, String)) {
        let wanted: Vec<&str> = self.plan.iter().map(|(id, _)| id.as_str()).collect();
        let got: Vec<&str> = report.plan.iter().map(|step| step.step.as_str()).collect();
        if wanted != got {
            differ("steps of the plan".to_owned(), list(&wanted), list(&got));
        }
        for (id, label) in &self.plan {
            let got: Option<Label> = report.plan.iter().find(|step| step.step == *id).map(|step| step.label);
            let got = got.map_or("not in the plan", Label::word);
            differ(format!("step {id}"), label.word().to_owned(), got.to_owned());
        }
    }
}

/// What the report says of a rule, wherever it says it.
fn status(report: &Report, id: &str) -> String {
    if let Some(finding) = report.findings.iter().find(|finding| finding.id == id) {
        return word(&finding.status);
    }
    let elsewhere = [
        (report.unknown.iter().any(|rule| rule.id == id), "unknown"),
        (report.ruled_out.iter().any(|rule| rule.id == id), "ruled-out"),
        (report.not_applicable.iter().any(|rule| rule.id == id), "not-applicable"),
    ];
    elsewhere.iter().find(|(is_there, _)| *is_there).map_or("not in the report", |(_, word)| word).to_owned()
}

/// Paths that the evidence of a finding cites.
fn cited<'r>(report: &'r Report, id: &str) -> Vec<&'r str> {
    let finding = report.findings.iter().find(|finding| finding.id == id);
    let cites = finding.into_iter().flat_map(|finding| &finding.evidence).flat_map(|evidence| &evidence.cites);
    let paths: BTreeSet<&str> = cites.map(|cite| cite.artifact.as_str()).collect();
    paths.into_iter().collect()
}

/// The word of the report for one of its own values.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn list(words: &[&str]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
