//! What a rule's own case expects, typed, and how a verdict differs from it.
//!
//! ```yaml
//! expect: {status: likely, evidence: [rejected-after-change], need: [credential-dates], plan: {clear-credentials: DO}}
//! ```

use std::collections::BTreeSet;

use crate::finding::{Finding, Reason, Status};
use crate::plan::{Label, Plan};
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Yaml};
use crate::rule::read::words;

/// Keys of what is expected.
pub const EXPECT: &[&str] = &["status", "reason", "evidence", "undecided", "need", "cites", "plan"];

/// What a case expects; what it does not mention may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expect {
    /// Status of the rule.
    pub status: Option<Status>,
    /// The first reason of what is undecided.
    pub reason: Option<Reason>,
    /// Exactly the evidence that is true, refuters apart.
    pub evidence: Option<BTreeSet<String>>,
    /// At least these items are undecided.
    pub undecided: Vec<String>,
    /// At least these needs.
    pub need: Vec<String>,
    /// Number of distinct citations.
    pub cites: Option<u32>,
    /// Labels of steps.
    pub plan: Vec<(String, Label)>,
}

impl Expect {
    /// Reads an `expect` mapping.
    pub fn read(node: &Node, problems: &mut Problems<'_>) -> Option<Self> {
        let fields = Fields::read(node, "expect", EXPECT, problems)?;
        let status =
            fields.need("status", problems).and_then(|node| words(node, &Status::ALL, problems).first().copied());
        let reason = fields.get("reason").and_then(|node| words(node, &Reason::ALL, problems).first().copied());
        let evidence = fields.get("evidence").is_some().then(|| fields.texts("evidence", problems));
        Some(Self {
            status,
            reason,
            evidence: evidence.map(|names| names.into_iter().collect()),
            undecided: fields.texts("undecided", problems),
            need: fields.texts("need", problems),
            cites: fields.number("cites", problems),
            plan: fields.get("plan").map(|node| labels(node, problems)).unwrap_or_default(),
        })
    }

    /// What differs, a sentence each. Labels are compared where a plan was made.
    #[must_use]
    pub fn differences(&self, finding: &Finding, plan: Option<&Plan>) -> Vec<String> {
        let mut failures = Vec::new();
        if let Some(wanted) = self.status.filter(|wanted| *wanted != finding.status) {
            let (wanted, got) = (wanted.word(), finding.status.word());
            failures.push(format!("status: expected {wanted}, got {got} ({})", finding.sum));
        }
        if let Some(wanted) = &self.evidence {
            let got = shown(finding);
            if *wanted != got {
                failures.push(format!("evidence: expected {wanted:?}, got {got:?}"));
            }
        }
        let at_least = |name: &str, wanted: &[String], got: BTreeSet<String>| {
            let missing: Vec<&String> = wanted.iter().filter(|item| !got.contains(*item)).collect();
            (!missing.is_empty()).then(|| format!("{name}: {missing:?} not among {got:?}"))
        };
        failures.extend(at_least("need", &self.need, finding.need.iter().cloned().collect()));
        let open = finding.undecided.iter().map(|open| open.name.clone()).collect();
        failures.extend(at_least("undecided", &self.undecided, open));
        if let Some(wanted) = self.reason {
            let got = finding.undecided.iter().map(|open| open.reason).min();
            if got != Some(wanted) {
                let got = got.map_or("none", Reason::word);
                failures.push(format!("reason: expected {}, got {got}", wanted.word()));
            }
        }
        if let Some(wanted) = self.cites {
            let got: BTreeSet<_> = finding.evidence.iter().flat_map(|evidence| &evidence.cites).collect();
            if usize::try_from(wanted) != Ok(got.len()) {
                failures.push(format!("cites: expected {wanted}, got {}", got.len()));
            }
        }
        for (id, wanted) in &self.plan {
            let got = plan.iter().flat_map(|plan| &plan.steps).find(|step| step.id == *id);
            if got.is_none_or(|step| step.label != *wanted) {
                let label = got.map_or("not in the plan", |step| step.label.word());
                let reason = got.map(|step| step.reason.en.clone()).unwrap_or_default();
                failures.push(format!("plan {id}: expected {}, got {label} ({reason})", wanted.word()));
            }
        }
        failures
    }
}

/// The evidence that is true. Where a cause is ruled out, its evidence stands among what was looked for and not found.
fn shown(finding: &Finding) -> BTreeSet<String> {
    finding
        .evidence
        .iter()
        .filter(|evidence| evidence.supports && finding.status != Status::RuledOut)
        .map(|evidence| evidence.name.clone())
        .collect()
}

/// `{clear-credentials: DO}`.
pub(in crate::authoring) fn labels(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, Label)> {
    let Yaml::Map(entries) = &node.value else {
        problems.add(
            node.span,
            format!(
                "steps with their labels, such as {{clear-credentials: DO}}, are expected here; found {}",
                node.describe()
            ),
        );
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|(step, node)| Some((step.text.clone(), words(node, &Label::ALL, problems).first().copied()?)))
        .collect()
}
