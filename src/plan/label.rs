//! Decides the label of one step, first row that fits, with the evidence and a sentence for it.
//!
//! | row | when | label |
//! |---|---|---|
//! | 1 | `skip-when` true without reservation | SKIP |
//! | 2 | a cause is confirmed or likely, or another step inserts this one | DO, unless row 6 or 7 |
//! | 3 | `done-when` true without reservation | DONE |
//! | 4 | every cause ruled out or not applicable, cited and without reservation | SKIP |
//! | 5 | anything else | CHECK, unless row 6 or 7 |
//! | 6 | would be DO or CHECK, but `blocked-when` is true | BLOCKED |
//! | 7 | would be DO or CHECK, but an earlier step or an open gate comes first | WAIT-FOR |
//!
//! A cause that a pack disables or holds down may be there all the same: it forbids rows 3 and 4, so that an override never
//! turns a DO into a DONE or a SKIP.
//!
//! A cause that is confirmed or likely, but for which it is not known whether this is the right step, forbids rows 3 and 4.
//!
//! A label without a citation would be an assertion: it falls back to CHECK.

use jiff::Timestamp;

use super::cause::{Cause, set_aside};
use super::make::Case;
use super::reason;
use super::step_file::{Guard, InsertedBy, StepFile};
use super::wait::{self, WaitState};
use super::{Label, Row};
use crate::fact::evidence::Cite;
use crate::lang::Text;
use crate::rule::eval::{Scope, Tri, Truth};

/// The label of a step with everything that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decision {
    pub(super) label: Label,
    pub(super) row: Row,
    pub(super) reason: Text,
    pub(super) cites: Vec<Cite>,
    /// Reported causes; for an inserted step also those of the step that inserts it.
    pub(super) findings: Vec<String>,
    pub(super) waits_for: Vec<String>,
    pub(super) wait_until: Option<Timestamp>,
}

/// An earlier step of the plan.
#[derive(Debug)]
pub(super) struct Earlier<'a> {
    pub(super) step: &'a StepFile,
    pub(super) decision: Decision,
}

/// Decides the label of a step after those of all earlier ones.
pub(super) fn decide(case: &Case<'_>, step: &StepFile, causes: &[Cause<'_>], earlier: &[Earlier<'_>]) -> Decision {
    let wait = step.wait.as_ref().map(|wait| wait::state(case, wait));
    let mut decision = Decision {
        label: Label::Check,
        row: Row::Undecided,
        reason: Text::default(),
        cites: Vec::new(),
        findings: causes
            .iter()
            .filter(|cause| cause.finding.is_reported())
            .map(|cause| cause.finding.id.clone())
            .collect(),
        waits_for: Vec::new(),
        wait_until: None,
    };
    base(case, step, causes, earlier, wait.as_ref(), &mut decision);
    if matches!(decision.label, Label::Do | Label::Check) {
        hold(case, step, earlier, &mut decision);
    }
    if let Some(WaitState::Until(until)) = wait
        && matches!(decision.label, Label::Do | Label::Check | Label::WaitFor)
    {
        decision.wait_until = Some(until);
    }
    decision.cites = first_of(decision.cites, case.playbook.cites);
    let longest = if decision.wait_until.is_some() { reason::LONGEST_BESIDE_A_TIME } else { reason::LONGEST };
    let clip = |text: &str| reason::clip(text, longest);
    decision.reason = Text { en: clip(&decision.reason.en), ja: clip(&decision.reason.ja) };
    decision
}

/// Rows 1 to 5.
fn base(
    case: &Case<'_>,
    step: &StepFile,
    causes: &[Cause<'_>],
    earlier: &[Earlier<'_>],
    wait: Option<&WaitState>,
    decision: &mut Decision,
) {
    if let Some((truth, say)) = skips(case, &step.skip_when) {
        return conclude(decision, Label::Skip, Row::SkipWhen, say, truth.cites);
    }
    let named: Vec<&Cause<'_>> = causes.iter().filter(|cause| cause.finding.is_named() && cause.is_firm).collect();
    if let Some(reason) = reason::named(case, &named) {
        let cites = named.iter().flat_map(|cause| cause.supporting().cloned()).collect();
        return conclude(decision, Label::Do, Row::CauseNamed, reason, cites);
    }
    if let Some((by, truth)) = step.inserted_by.as_ref().and_then(|inserted| inserts(case, inserted, earlier)) {
        let cites = truth.cites.iter().chain(&by.decision.cites).cloned().collect();
        decision.findings.extend(by.decision.findings.iter().cloned());
        decision.findings.sort();
        decision.findings.dedup();
        return conclude(decision, Label::Do, Row::Inserted, reason::inserted(by, &truth.text), cites);
    }
    let done = step.done_when.as_ref().map(|when| case.evaluator.eval(when, &Scope::new()));
    let aside = set_aside(case, step);
    let is_open = |cause: &Cause<'_>| cause.finding.is_held_down() || cause.finding.is_named() && !cause.is_firm;
    let is_in_doubt = !aside.is_empty() || causes.iter().any(is_open);
    if !is_in_doubt && over(case, causes, done.as_ref(), wait, decision) {
        return;
    }
    let cites = causes
        .iter()
        .filter(|cause| cause.finding.is_reported())
        .flat_map(|cause| cause.supporting().cloned())
        .collect();
    conclude(
        decision,
        Label::Check,
        Row::Undecided,
        reason::check(case, causes, &aside, done.as_ref(), matches!(wait, Some(WaitState::Until(_)))),
        cites,
    );
}

/// Rows 3 and 4: whether the step has nothing left to do.
fn over(
    case: &Case<'_>,
    causes: &[Cause<'_>],
    done: Option<&Truth>,
    wait: Option<&WaitState>,
    decision: &mut Decision,
) -> bool {
    if let Some(truth) = done.filter(|truth| truth.value == Tri::True && truth.reservations.is_empty()) {
        conclude(decision, Label::Done, Row::DoneWhen, reason::done(&truth.text), truth.cites.clone());
        return true;
    }
    if let Some(WaitState::Over(at, cites)) = wait {
        let (en, ja) = (
            format!("The wait was over at {at}, and nothing was refused since."),
            format!("待機は {at} に終わっており、その後に認証の失敗は記録されていません。"),
        );
        conclude(decision, Label::Done, Row::DoneWhen, Text::new(en, ja), cites.clone());
        return true;
    }
    let outs: Vec<_> = causes.iter().map_while(|cause| cause.is_out(case)).collect();
    if causes.is_empty() || outs.len() < causes.len() {
        return false;
    }
    let texts: Vec<&Text> = outs.iter().map(|out| &out.text).collect();
    let cites = outs.iter().flat_map(|out| out.cites.iter().cloned()).collect();
    conclude(decision, Label::Skip, Row::CausesOut, reason::out(&texts), cites);
    true
}

fn conclude(decision: &mut Decision, label: Label, row: Row, reason: Text, cites: Vec<Cite>) {
    let is_shown = !cites.is_empty() && (label != Label::Do || !decision.findings.is_empty());
    (decision.label, decision.row) = if is_shown { (label, row) } else { (Label::Check, Row::Undecided) };
    decision.reason = reason;
    decision.cites = cites;
}

/// Rows 6 and 7.
fn hold(case: &Case<'_>, step: &StepFile, earlier: &[Earlier<'_>], decision: &mut Decision) {
    for (when, say) in &step.blocked_when {
        let truth = case.evaluator.eval(when, &Scope::new());
        if truth.value == Tri::True {
            decision.label = Label::Blocked;
            decision.row = Row::BlockedWhen;
            decision.reason = say.clone().unwrap_or(truth.text);
            decision.cites = truth.cites;
            return;
        }
    }
    let before: Vec<&Earlier<'_>> = earlier
        .iter()
        .filter(|other| {
            step.waits_for.contains(&other.step.id)
                && matches!(other.decision.label, Label::Do | Label::WaitFor | Label::Blocked)
        })
        .collect();
    let mut waits_for: Vec<&StepFile> = before.iter().map(|other| other.step).collect();
    let mut because = Vec::new();
    for gate in case.open_gates.iter().filter(|gate| !step.open_gate_allowed && !gate.steps.contains(&step.id.as_str()))
    {
        let steps: Vec<&StepFile> = gate.steps.iter().filter_map(|id| case.playbook.step(id)).collect();
        if !steps.is_empty() {
            because.push(&gate.finding.title);
        }
        waits_for.extend(steps);
    }
    if waits_for.is_empty() {
        return;
    }
    let place = |wanted: &StepFile| case.playbook.steps.iter().position(|step| step.id == wanted.id);
    waits_for.sort_by_key(|step| place(step));
    waits_for.dedup_by_key(|step| &step.id);
    decision.label = Label::WaitFor;
    decision.row = Row::ComesLater;
    decision.waits_for = waits_for.iter().map(|step| step.id.clone()).collect();
    decision.reason = reason::waiting(&waits_for, because.first().copied());
}

/// The guard that licenses SKIP: true without reservation, one with citations before one without.
fn skips(case: &Case<'_>, guards: &[Guard]) -> Option<(Truth, Text)> {
    let mut bare = None;
    for (when, say) in guards {
        let truth = case.evaluator.eval(when, &Scope::new());
        if truth.value != Tri::True || !truth.reservations.is_empty() {
            continue;
        }
        let text = say.clone().unwrap_or_else(|| truth.text.clone());
        if !truth.cites.is_empty() {
            return Some((truth, text));
        }
        bare = bare.or(Some((truth, text)));
    }
    bare
}

fn inserts<'e, 'a>(
    case: &Case<'_>,
    inserted: &InsertedBy,
    earlier: &'e [Earlier<'a>],
) -> Option<(&'e Earlier<'a>, Truth)> {
    let by = earlier.iter().find(|other| other.step.id == inserted.step && other.decision.label == inserted.label)?;
    let truth = match &inserted.when {
        Some(when) => case.evaluator.eval(when, &Scope::new()),
        None => Truth::new(Tri::True, "inserted"),
    };
    (truth.value == Tri::True).then_some((by, truth))
}

fn first_of(cites: Vec<Cite>, limit: usize) -> Vec<Cite> {
    let mut seen = std::collections::BTreeSet::new();
    cites.into_iter().filter(|cite| seen.insert(cite.clone())).take(limit).collect()
}
