//! What became of one condition that was true before: gone, still there, or not shown by the later upload.
//!
//! Settings and saved passwords are read as they stand in the later upload. Records are not: an old record is still in the
//! log after the cure, and its absence shows something only where the log goes on. So records count only from `since` on,
//! and their absence only where a log that holds their kind covers an hour beyond it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Pair;
use crate::fact::evidence::{Cite, Locator};
use crate::finding::Reason;
use crate::rule::check::names_of;
use crate::rule::condition::{Ask, Condition, Leaf};
use crate::rule::eval::{Evaluator, Gap, Scope, Tri, Truth};

/// What the checks of the steps call quiet: nothing in the hour after Outlook was started.
pub(super) const QUIET: SignedDuration = SignedDuration::from_hours(1);

/// What the later upload shows of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Now {
    /// It is true, by what stands there now or by new records.
    There(Truth),
    /// It is not true any more. With how long the logs are quiet, where records show it.
    Gone(Truth, Option<SignedDuration>),
    /// Nothing shows it.
    Open(Gap),
}

/// What the later upload shows of a condition.
pub(super) fn now(pair: &Pair<'_>, condition: &Condition, scope: &Scope) -> Now {
    let evaluator = &pair.after.evaluator;
    let truth = evaluator.eval(condition, scope);
    if !pair.same_computer && !only_records(evaluator, condition, scope) {
        return Now::Open(Gap { reason: Reason::WrongSubject, need: Vec::new() });
    }
    match truth.value {
        Tri::Unknown => Now::Open(Gap { reason: truth.reason(), need: truth.needs() }),
        Tri::False if !truth.reservations.is_empty() => {
            Now::Open(Gap { reason: Reason::WrongSubject, need: needs(evaluator, condition, scope) })
        }
        Tri::False => match gone(pair, condition, scope) {
            Some(quiet) => Now::Gone(truth, quiet.0),
            None => Now::Open(Gap { reason: Reason::NotCovered, need: needs(evaluator, condition, scope) }),
        },
        Tri::True if !only_records(evaluator, condition, scope) || truth.times.is_empty() => Now::There(truth),
        Tri::True => match pair.since {
            Some(since) if truth.times.iter().all(|at| *at <= since) => match quiet(pair, &truth.cites, since) {
                Some(span) => Now::Gone(truth, Some(span)),
                None => Now::Open(Gap { reason: Reason::NotCovered, need: needs(evaluator, condition, scope) }),
            },
            Some(_) => Now::There(truth),
            None => Now::Open(Gap { reason: Reason::NotCovered, need: Vec::new() }),
        },
    }
}

/// How a condition is shown to be false now; the shortest quiet time of the records that show it.
struct Quiet(Option<SignedDuration>);

/// Whether a condition that is false now is false by what stands there, or by logs that go on beyond `since`.
fn gone(pair: &Pair<'_>, condition: &Condition, scope: &Scope) -> Option<Quiet> {
    let evaluator = &pair.after.evaluator;
    let truth = evaluator.eval(condition, scope);
    if truth.value != Tri::False {
        return None;
    }
    match condition {
        Condition::All(parts) => parts.iter().find_map(|part| gone(pair, part, scope)),
        Condition::Any(parts) => {
            let all: Option<Vec<Quiet>> = parts.iter().map(|part| gone(pair, part, scope)).collect();
            Some(Quiet(all?.into_iter().filter_map(|quiet| quiet.0).min()))
        }
        // That something has come is no record's absence.
        Condition::Not(_) => Some(Quiet(None)),
        Condition::AtLeast(least, parts) => {
            let gone = parts.iter().filter_map(|part| gone(pair, part, scope)).count();
            (parts.len().saturating_sub(gone) < *least).then_some(Quiet(None))
        }
        Condition::Leaf(leaf) => match &leaf.ask {
            Ask::Use(name) if !is_record(evaluator, leaf, scope) => {
                gone(pair, &evaluator.rules.name(name, scope)?.condition, scope)
            }
            _ if is_record(evaluator, leaf, scope) => {
                let since = pair.since?;
                let until = truth.cites.iter().filter_map(|cite| match &cite.at {
                    Locator::Window(window) => Some(window.to),
                    _ => None,
                });
                let span = until.max()?.duration_since(since);
                (span >= QUIET).then_some(Quiet(Some(span)))
            }
            _ => Some(Quiet(None)),
        },
    }
}

/// How long beyond `since` the logs of these records go on, where it is long enough and the log was read without loss.
fn quiet(pair: &Pair<'_>, cites: &[Cite], since: Timestamp) -> Option<SignedDuration> {
    let logs = &pair.after.case.facts.coverage.logs;
    let of_records = cites.iter().filter(|cite| matches!(cite.at, Locator::Record(_)));
    let artifacts: BTreeSet<_> = of_records.map(|cite| cite.artifact).collect();
    let spans: Option<Vec<SignedDuration>> = artifacts
        .iter()
        .map(|artifact| {
            let log = logs.iter().find(|log| log.artifact == *artifact)?;
            // A later export of the same log may go on where this one ends.
            let same = logs.iter().filter(|other| {
                other.complete && !other.zone_unknown && other.channel == log.channel && other.computer == log.computer
            });
            let until = same.filter(|other| other.window.from <= since).map(|other| other.window.to).max()?;
            Some(until.duration_since(since))
        })
        .collect();
    spans?.into_iter().min().filter(|span| *span >= QUIET)
}

/// Whether a condition asks for records and nothing else.
pub(super) fn only_records(evaluator: &Evaluator<'_>, condition: &Condition, scope: &Scope) -> bool {
    let (mut all, mut some) = (true, false);
    condition.leaves(&mut |leaf| {
        some = true;
        // The era decides whether records matter; it is no trace that a step could remove.
        all &= is_record(evaluator, leaf, scope) || matches!(leaf.ask, Ask::Era(_));
    });
    all && some
}

/// Whether a question is answered by records of logs.
fn is_record(evaluator: &Evaluator<'_>, leaf: &Leaf, scope: &Scope) -> bool {
    match &leaf.ask {
        Ask::Event(_) | Ask::Sequence(_) | Ask::Cadence(_) | Ask::Joined(_) | Ask::Code(_) => true,
        Ask::Use(name) => evaluator
            .rules
            .name(name, scope)
            .is_some_and(|named| named.is_timed_in(|other| evaluator.rules.name(other, scope))),
        _ => false,
    }
}

/// What would bring the records or the state that a condition asks for.
fn needs(evaluator: &Evaluator<'_>, condition: &Condition, scope: &Scope) -> Vec<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut waiting = vec![condition];
    while let Some(condition) = waiting.pop() {
        condition.leaves(&mut |leaf| {
            found.extend(leaf.need.iter().cloned());
            match &leaf.ask {
                Ask::Event(event) => {
                    let selectors: Vec<_> = event.any.iter().collect();
                    found.extend(evaluator.rules.need_of_events(&selectors, &BTreeSet::new()));
                }
                Ask::Credential(_) => found.extend(evaluator.rules.need_of_credentials("target")),
                Ask::Profile(_) => found.extend(evaluator.rules.need_of_profiles()),
                Ask::Registry(ask) => found.extend(evaluator.rules.need_of_key(ask.machine, &ask.key)),
                Ask::Code(ask) => found.extend(evaluator.rules.need_of_code(&ask.family)),
                _ => {}
            }
            for name in names_of(leaf).filter(|name| seen.insert(name)) {
                match evaluator.rules.name(name, scope) {
                    Some(named) if named.is_timed_in(|other| evaluator.rules.name(other, scope)) => {
                        found.extend(evaluator.occurrences(name, scope).gap().need);
                    }
                    Some(named) => waiting.push(&named.condition),
                    None => {}
                }
            }
        });
    }
    found.into_iter().collect()
}
