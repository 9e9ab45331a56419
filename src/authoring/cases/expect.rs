//! What a rule's own case expects, typed, and how a verdict differs from it.
//!
//! ```yaml
//! expect: {status: likely, evidence: [rejected-after-change], need: [credential-dates], plan: {clear-credentials: DO}}
//! ```

use std::collections::BTreeSet;

use crate::finding::{Finding, Reason, Status};
use crate::plan::{Label, Plan};
use crate::rule::engine::notes_of;
use crate::rule::eval::Evaluator;
use crate::rule::fields::{Fields, Problems};
use crate::rule::node::{Node, Yaml};
use crate::rule::read::words;
use crate::rule::rule::Rule;

/// Keys of what is expected.
pub const EXPECT: &[&str] =
    &["status", "reason", "evidence", "undecided", "need", "cites", "refutes", "notes", "steps", "plan"];

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
    /// Exactly the refuters that are true.
    pub refutes: Option<BTreeSet<String>>,
    /// Number of notes behind the sentence.
    pub notes: Option<u32>,
    /// Exactly the steps that the finding names.
    pub steps: Option<BTreeSet<String>>,
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
        let set = |key: &str, problems: &mut Problems<'_>| {
            fields.get(key).map(|_| fields.texts(key, problems).into_iter().collect::<BTreeSet<String>>())
        };
        Some(Self {
            status,
            reason,
            evidence: set("evidence", problems),
            refutes: set("refutes", problems),
            notes: fields.number("notes", problems),
            steps: set("steps", problems),
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
        if let Some(wanted) = &self.steps {
            let got: BTreeSet<String> = finding.steps.iter().cloned().collect();
            if *wanted != got {
                failures.push(format!("steps: expected {wanted:?}, got {got:?}"));
            }
        }
        failures.extend(plan.into_iter().flat_map(|plan| self.labels_that_differ(plan)));
        failures
    }

    /// Labels that differ, a sentence each.
    pub(in crate::authoring) fn labels_that_differ(&self, plan: &Plan) -> Vec<String> {
        let mut failures = Vec::new();
        for (id, wanted) in &self.plan {
            let got = plan.steps.iter().find(|step| step.id == *id);
            if got.is_none_or(|step| step.label != *wanted) {
                let label = got.map_or("not in the plan", |step| step.label.word());
                let reason = got.map(|step| step.reason.en.clone()).unwrap_or_default();
                failures.push(format!("plan {id}: expected {}, got {label} ({reason})", wanted.word()));
            }
        }
        failures
    }

    /// Which refuters are true, if they are named. What a ruled-out finding lists against itself beside them is none.
    pub(in crate::authoring) fn refuters_that_differ(&self, rule: &Rule, finding: &Finding) -> Option<String> {
        let wanted = self.refutes.as_ref()?;
        let is_refuter = |name: &String| rule.refutes.iter().any(|item| item.name == *name);
        let against = finding.evidence.iter().filter(|evidence| !evidence.supports);
        let got: BTreeSet<String> = against.map(|evidence| evidence.name.clone()).filter(is_refuter).collect();
        (*wanted != got).then(|| format!("refutes: expected {wanted:?}, got {got:?}"))
    }

    /// How many notes the sentence has, if a number is expected. They may ask for any verdict.
    pub(in crate::authoring) fn notes_that_differ(
        &self,
        evaluator: &Evaluator<'_>,
        rule: &Rule,
        finding: &Finding,
    ) -> Option<String> {
        let wanted = self.notes?;
        let got = notes_of(evaluator, rule, finding).len();
        (usize::try_from(wanted) != Ok(got)).then(|| format!("notes: expected {wanted}, got {got}"))
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
