//! Which findings are the causes of a step, and what each of them proves about it.

use super::make::Case;
use super::step_file::StepFile;
use crate::fact::evidence::Cite;
use crate::finding::{Evidence, Finding, Reservation, Status};
use crate::lang::Text;
use crate::rule::eval::Tri;
use crate::rule::overrides::Applied;
use crate::rule::rule::Rule;

/// A finding that names a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cause<'a> {
    /// The finding.
    pub(super) finding: &'a Finding,
    /// Whether the step is the right one for it beyond doubt; otherwise the step is at most CHECK.
    pub(super) is_firm: bool,
}

/// Why a cause is out, for SKIP.
pub(super) struct Out {
    /// The sentence.
    pub(super) text: Text,
    /// What shows it.
    pub(super) cites: Vec<Cite>,
}

/// The causes of a step, in the order of the findings.
pub(super) fn causes<'a>(case: &Case<'a>, step: &StepFile) -> Vec<Cause<'a>> {
    case.verdicts
        .findings
        .iter()
        .filter_map(|finding| belongs(case, finding, &step.id).map(|is_firm| Cause { finding, is_firm }))
        .collect()
}

/// The overrides that keep causes of a step from being judged.
pub(super) fn set_aside<'a>(case: &Case<'a>, step: &StepFile) -> Vec<&'a Applied> {
    let names = |applied: &&Applied| {
        let rule = case.evaluator.rules.rules.get(&applied.setting.rule);
        applied.disables() && rule.is_some_and(|rule| names(case, rule, &step.id).is_some())
    };
    case.verdicts.overrides.iter().filter(names).collect()
}

/// Whether a finding names a step, and whether beyond doubt. A finding that does not apply has lost its own list of steps,
/// so the rule is asked.
fn belongs(case: &Case<'_>, finding: &Finding, step: &str) -> Option<bool> {
    match case.evaluator.rules.rules.get(&finding.id) {
        Some(rule) => names(case, rule, step),
        None => finding.steps.iter().any(|id| id == step).then_some(true),
    }
}

fn names(case: &Case<'_>, rule: &Rule, step: &str) -> Option<bool> {
    rule.steps
        .iter()
        .filter(|(id, _)| id == step)
        .map(|(_, when)| when.as_ref().map_or(Tri::True, |when| case.evaluator.eval(when, &rule.scope()).value))
        .filter(|value| *value != Tri::False)
        .map(|value| value == Tri::True)
        .max()
}

impl Cause<'_> {
    /// Cited evidence for the cause.
    pub(super) fn supporting(&self) -> impl Iterator<Item = &Cite> {
        self.finding.evidence.iter().filter(|evidence| evidence.supports).flat_map(|evidence| &evidence.cites)
    }

    /// Whether the cause is out, shown by citations and without reservation.
    pub(super) fn is_out(&self, case: &Case<'_>) -> Option<Out> {
        match self.finding.status {
            Status::NotApplicable => self.does_not_apply(case),
            Status::RuledOut => self.is_ruled_out(case),
            _ => None,
        }
    }

    fn does_not_apply(&self, case: &Case<'_>) -> Option<Out> {
        let (text, cites) = self.finding.not_applicable.as_ref()?;
        let rule = case.evaluator.rules.rules.get(&self.finding.id);
        let is_reserved = rule
            .and_then(|rule| Some((rule, rule.applies.as_ref()?)))
            .is_some_and(|(rule, applies)| !case.evaluator.eval(applies, &rule.scope()).reservations.is_empty());
        (!cites.is_empty() && !is_reserved).then(|| Out { text: text.clone(), cites: cites.clone() })
    }

    /// One refuter is enough; where none is true, everything that was looked for must be shown not to be so.
    fn is_ruled_out(&self, case: &Case<'_>) -> Option<Out> {
        let against: Vec<&Evidence> = self.finding.evidence.iter().filter(|evidence| !evidence.supports).collect();
        let rule = case.evaluator.rules.rules.get(&self.finding.id);
        let is_refuter =
            |evidence: &Evidence| rule.is_none_or(|rule| rule.refutes.iter().any(|item| item.name == evidence.name));
        let is_clean = |evidence: &Evidence| evidence.reservation.is_none() && !evidence.cites.is_empty();
        let refuters: Vec<&Evidence> = against.iter().copied().filter(|evidence| is_refuter(evidence)).collect();
        let shown: Vec<&Evidence> = if refuters.is_empty() {
            if against.iter().all(|evidence| is_clean(evidence)) { against } else { Vec::new() }
        } else {
            refuters.into_iter().filter(|evidence| is_clean(evidence)).collect()
        };
        let first = shown.first()?;
        let cites = shown.iter().flat_map(|evidence| evidence.cites.iter().cloned()).collect();
        Some(Out { text: first.text.clone(), cites })
    }

    /// The first assumption that the finding rests on.
    pub(super) fn reservation(&self) -> Option<Reservation> {
        self.finding.evidence.iter().filter_map(|evidence| evidence.reservation).min()
    }
}
