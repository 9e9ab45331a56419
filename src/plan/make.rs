//! Makes the plan of one case: which steps stand in it, their labels, what to do, where to start, what to collect.

use super::cause::{Cause, causes};
use super::collect::collect_next;
use super::command::{Account, Folder, Values};
use super::headline::headline;
use super::instruct::{readers, tell};
use super::label::{Earlier, decide};
use super::rows::rows;
use super::{Audience, Plan, Playbook, Step, locked};
use crate::finding::Finding;
use crate::rule::engine::Verdicts;
use crate::rule::eval::Evaluator;

/// What every part of the planning reads.
pub(super) struct Case<'a> {
    pub(super) evaluator: &'a Evaluator<'a>,
    pub(super) verdicts: &'a Verdicts,
    pub(super) playbook: &'a Playbook,
    pub(super) audience: Audience,
    pub(super) open_gates: Vec<Gate<'a>>,
}

/// A gate whose cause is named.
pub(super) struct Gate<'a> {
    pub(super) finding: &'a Finding,
    /// The steps that open the way: those that belong to it beyond doubt, else all.
    pub(super) steps: Vec<&'a str>,
}

impl<'a> Case<'a> {
    /// What fills commands, without rows.
    pub(super) fn values(&self, folder: Folder) -> Values<'a> {
        let facts = self.evaluator.facts;
        Values {
            major: facts.product("outlook").and_then(|product| product.major),
            user: facts.target.person().map(Account::of).unwrap_or_default(),
            rows: &[],
            folder,
        }
    }
}

/// The plan of a case.
#[must_use]
pub fn make(evaluator: &Evaluator<'_>, verdicts: &Verdicts, playbook: &Playbook, audience: Audience) -> Plan {
    let mut case = Case { evaluator, verdicts, playbook, audience, open_gates: Vec::new() };
    let named: Vec<(&super::step_file::StepFile, Vec<Cause<'_>>)> =
        playbook.steps.iter().map(|step| (step, causes(&case, step))).collect();
    case.open_gates = gates(verdicts, &named);
    let mut decided: Vec<Earlier<'_>> = Vec::new();
    let mut steps: Vec<Step> = Vec::new();
    for (step, causes) in &named {
        if !step.is_of_article() && !causes.iter().any(|cause| cause.finding.is_reported()) {
            continue;
        }
        let decision = decide(&case, step, causes, &decided);
        let rows = rows(&case, step);
        let told = tell(&case, step, &decision, rows.as_ref());
        steps.push(Step {
            id: step.id.clone(),
            number: step.number.clone(),
            title: step.title.clone(),
            label: decision.label,
            findings: decision.findings.clone(),
            reason: decision.reason.clone(),
            decided_by: decision.row,
            cites: decision.cites.clone(),
            waits_for: decision.waits_for.clone(),
            who: step.who,
            minutes: step.minutes,
            closes_outlook: step.closes_outlook,
            loses: step.loses.clone(),
            wait_until: decision.wait_until,
            instructions: told.instructions,
            commands: told.commands,
            rollback: told.rollback,
            verify: Some(step.verify.say.clone()),
            case_lines: told.case_lines,
            readers: readers(&case, step),
            plain: step.plain.clone(),
            targets: rows.map(|rows| rows.targets).unwrap_or_default(),
            remedy: told.remedy,
        });
        decided.push(Earlier { step, decision });
    }
    let collect_next = collect_next(&case, &steps);
    let headline = headline(&case, &steps);
    Plan {
        steps,
        start_at: headline.start_at,
        suspected: headline.suspected,
        tie_break: headline.tie_break,
        headline: headline.text,
        account_locked: headline.account_locked,
        stop_rule: if headline.account_locked { locked::stop() } else { playbook.stop_rule.clone() },
        collect_next,
    }
}

fn gates<'a>(verdicts: &'a Verdicts, named: &[(&'a super::step_file::StepFile, Vec<Cause<'_>>)]) -> Vec<Gate<'a>> {
    let open = verdicts.findings.iter().filter(|finding| finding.is_open_gate());
    open.map(|finding| {
        let of = |firm_only: bool| -> Vec<&'a str> {
            named
                .iter()
                .filter(|(_, causes)| {
                    causes.iter().any(|cause| cause.finding.id == finding.id && (cause.is_firm || !firm_only))
                })
                .map(|(step, _)| step.id.as_str())
                .collect()
        };
        let firm = of(true);
        Gate { finding, steps: if firm.is_empty() { of(false) } else { firm } }
    })
    .collect()
}
