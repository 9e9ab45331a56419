//! Ranks what to collect next: what settles most for the least effort comes first.

use std::cmp::Reverse;

use super::command::Folder;
use super::instruct::lines;
use super::locked;
use super::make::Case;
use super::{Audience, CollectNext, Step, Who};
use crate::finding::{Finding, Status};

/// What a need would settle.
struct Candidate<'a> {
    id: &'a str,
    /// Sum of weights; divided by the effort it is the score.
    weight: u32,
    effort: u32,
    settles: Vec<&'a Finding>,
}

/// The missing needs, best first: score, then id.
pub(super) fn collect_next(case: &Case<'_>, plan: &[Step]) -> Vec<CollectNext> {
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for finding in case.verdicts.findings.iter().filter(|finding| is_open(finding)) {
        let mut needs: Vec<&String> =
            finding.need.iter().chain(finding.undecided.iter().flat_map(|item| &item.need)).collect();
        needs.sort();
        needs.dedup();
        for id in needs {
            let Some(need) = case.evaluator.rules.needs.get(id) else { continue };
            let index = candidates.iter().position(|candidate| candidate.id == id).unwrap_or(candidates.len());
            if index == candidates.len() {
                candidates.push(Candidate { id, weight: 0, effort: need.effort.max(1), settles: Vec::new() });
            }
            if let Some(candidate) = candidates.get_mut(index) {
                candidate.weight = candidate.weight.saturating_add(weight(finding, plan));
                candidate.settles.push(finding);
            }
        }
    }
    // Efforts are 1, 2 and 4: a common denominator keeps the score whole.
    let score = |candidate: &Candidate<'_>| candidate.weight.saturating_mul(1_000) / candidate.effort;
    candidates.sort_by_key(|candidate| (Reverse(score(candidate)), candidate.id));
    candidates.iter().filter_map(|candidate| item(case, plan, candidate)).collect()
}

/// Whether more evidence could still change the verdict.
fn is_open(finding: &Finding) -> bool {
    match finding.status {
        Status::Unknown => true,
        Status::Possible | Status::Contradicted | Status::Likely => !finding.undecided.is_empty(),
        Status::Confirmed | Status::RuledOut | Status::NotApplicable => false,
    }
}

fn weight(finding: &Finding, plan: &[Step]) -> u32 {
    if finding.is_gate() {
        4
    } else if finding.steps.iter().any(|id| plan.iter().any(|step| step.id == *id)) {
        2
    } else {
        1
    }
}

fn item(case: &Case<'_>, plan: &[Step], candidate: &Candidate<'_>) -> Option<CollectNext> {
    let need = case.evaluator.rules.needs.get(candidate.id)?;
    let work = case.playbook.needs.get(candidate.id)?;
    let holds = locked::is_locked(case) && !need.needs_password.is_empty();
    // Where signing in is all there is to it, it can wait.
    if holds && need.commands.is_empty() {
        return None;
    }
    let mut settles: Vec<String> = candidate.settles.iter().map(|finding| finding.id.clone()).collect();
    settles.sort();
    let mut settles_steps: Vec<String> = plan
        .iter()
        .filter(|step| candidate.settles.iter().any(|finding| finding.steps.contains(&step.id)))
        .map(|step| step.number.clone())
        .collect();
    settles_steps.dedup();
    Some(CollectNext {
        need: need.id.clone(),
        title: need.title.clone(),
        settles,
        points: candidate.weight,
        effort: candidate.effort,
        settles_steps,
        who: work.who,
        minutes: need.minutes,
        instructions: if holds { need.instructions.without(&need.needs_password) } else { need.instructions.clone() },
        commands: match (case.audience, work.who) {
            // A user is not asked to run what only an administrator can.
            (Audience::User, Who::Admin | Who::DomainAdmin | Who::AdfsAdmin | Who::TenantAdmin | Who::NetworkAdmin) => {
                Vec::new()
            }
            _ => lines(work.commands.iter(), &case.values(Folder::Triage)),
        },
    })
}
