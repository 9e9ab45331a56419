//! How long a step has to wait: the latest of some known times plus a span, counted from the case's own clock.

use jiff::Timestamp;

use super::make::Case;
use super::step_file::Wait;
use crate::fact::evidence::Cite;
use crate::rule::eval::Scope;

/// What is known about a wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WaitState {
    /// It lasts until this time, which lies after the collection.
    Until(Timestamp),
    /// It was over before the collection, and the logs show that nothing was refused since.
    Over(Timestamp, Vec<Cite>),
    /// A time is not known, or something may have been refused since.
    Unknown,
}

/// The state of a wait.
pub(super) fn state(case: &Case<'_>, wait: &Wait) -> WaitState {
    let scope = Scope::new();
    let Some(as_of) = case.evaluator.facts.case.as_of else { return WaitState::Unknown };
    let mut cites = Vec::new();
    let mut latest: Option<Timestamp> = None;
    for name in &wait.from {
        let all = case.evaluator.occurrences(name, &scope);
        let Some(last) = all.latest() else { return WaitState::Unknown };
        cites.extend(last.cites.iter().cloned());
        latest = latest.max(Some(last.at));
    }
    let Some(until) = latest.and_then(|at| at.checked_add(case.evaluator.extent(&wait.length)).ok()) else {
        return WaitState::Unknown;
    };
    if until > as_of {
        return WaitState::Until(until);
    }
    let refused = case.evaluator.occurrences("rejected", &scope);
    let is_quiet = refused.items.iter().all(|item| item.at < until)
        && until < as_of
        && refused.covers(until, as_of)
        && refused.absence_reservation().is_none();
    if !is_quiet {
        return WaitState::Unknown;
    }
    cites.extend(refused.proof(until, as_of));
    WaitState::Over(until, cites)
}
