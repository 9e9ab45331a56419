//! What stands below a comparison: how a person sees what the later upload does not show, and from when on records count.

use super::Pair;
use crate::lang::messages::Msg;
use crate::report::assemble::place::time;
use crate::report::model::{Outcome, Sign, StepOutcome};
use crate::report::terminal::when::minute;

/// The lines, in the order of the steps.
pub(super) fn notes(pair: &Pair<'_>, steps: &[StepOutcome], signs: &[Sign]) -> Vec<String> {
    let lang = pair.lang;
    // A step that is verified may still have cured nothing, where no log shows what came after it.
    let is_trouble_shown = signs.iter().all(|sign| sign.shown);
    let open = steps.iter().filter(|step| step.counts && (step.outcome != Outcome::Verified || !is_trouble_shown));
    let by_hand =
        open.filter_map(|step| Some(Msg::ComparisonByHand.fill(lang, &[&step.number, step.verify.as_ref()?])));
    let since = pair.since.map(|since| Msg::ComparisonSince.fill(lang, &[&minute(&time(since))]));
    by_hand.chain(since).collect()
}
