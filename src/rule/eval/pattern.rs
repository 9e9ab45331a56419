//! Leaves over patterns in time: `cadence` and `joined`.

use jiff::SignedDuration;

use super::occurrence::{Occurrence, Occurrences, seen};
use super::{Evaluator, Scope, Tri, Truth};
use crate::fact::EventFact;
use crate::lang::Text;
use crate::rule::condition::{Cadence, Joined, Tie};
use crate::value::fold;

/// Occurrences closer than this are one beat of a cadence.
const ONE_BEAT: SignedDuration = SignedDuration::from_secs(60);

impl Evaluator<'_> {
    /// `cadence`: a run of gaps near one period. Its absence is shown only by a covered failure window.
    pub(super) fn cadence(&self, ask: &Cadence, scope: &Scope) -> Truth {
        let label = format!("cadence of {}", ask.of);
        let all = self.occurrences(&ask.of, scope);
        let mut beats: Vec<&Occurrence> = Vec::new();
        for item in &all.items {
            if beats.last().is_none_or(|last| item.at.duration_since(last.at) >= ONE_BEAT) {
                beats.push(item);
            }
        }
        let wanted = usize::try_from(ask.intervals).unwrap_or(usize::MAX);
        for extent in &ask.every {
            let period = self.extent(extent);
            let run = longest_run(&beats, period, ask.tolerance);
            if run.len() > wanted {
                let owned: Vec<Occurrence> = run.iter().map(|beat| (*beat).clone()).collect();
                let minutes = period.as_secs() / 60;
                let (count, name) = (run.len(), self.rules.label(&ask.of));
                let text = Text::new(
                    format!("{count} × {} about {minutes} minutes apart", name.en),
                    format!("{}が約 {minutes} 分間隔で {count} 件", name.ja),
                );
                return Truth { label, ..seen(&ask.of, &name, &owned) }.says(text);
            }
        }
        self.not_seen(label, &[&all])
    }

    /// `joined`.
    pub(super) fn joined(&self, ask: &Joined, scope: &Scope) -> Truth {
        let label = format!("{} joined with {}", ask.of, ask.with);
        let (left, right) = (self.occurrences(&ask.of, scope), self.occurrences(&ask.with, scope));
        let mut cites = Vec::new();
        let mut times = Vec::new();
        for item in &left.items {
            let partner = right.items.iter().find(|other| self.tied(item, other, &ask.by));
            if let Some(other) = partner {
                cites.extend(item.cites.iter().chain(&other.cites).cloned());
                times.push(item.at);
            }
        }
        if times.is_empty() {
            return self.not_seen(label, &[&left, &right]);
        }
        let count = times.len();
        let (of, with) = (self.rules.label(&ask.of), self.rules.label(&ask.with));
        let text = Text::new(
            format!("{count} × {}, tied to {}", of.en, with.en),
            format!("{}と関連する{}が {count} 件", with.ja, of.ja),
        );
        let mut truth = Truth::new(Tri::True, label).cited(cites).says(text);
        truth.count = u64::try_from(count).ok();
        truth.times = times;
        truth
    }

    /// The occurrences of the first name that are tied to one of the second: a name in time of its own.
    pub(super) fn joined_occurrences(&self, ask: &Joined, scope: &Scope) -> Occurrences {
        let (mut left, right) = (self.occurrences(&ask.of, scope), self.occurrences(&ask.with, scope));
        left.items.retain_mut(|item| {
            let Some(partner) = right.items.iter().find(|other| self.tied(item, other, &ask.by)) else { return false };
            item.cites.extend(partner.cites.iter().cloned());
            true
        });
        left.limited_by(&right)
    }

    /// False where the failure window is covered for all names, else unknown.
    fn not_seen(&self, label: String, names: &[&Occurrences]) -> Truth {
        let window = self.failure_window();
        let covered = window.is_some_and(|window| names.iter().all(|all| all.covers(window.from, window.to)));
        let mut truth = Truth::new(if covered { Tri::False } else { Tri::Unknown }, label);
        if let Some(window) = window.filter(|_| covered) {
            truth.cites = names.iter().flat_map(|all| all.proof(window.from, window.to)).collect();
            truth.reservations = names.iter().filter_map(|all| all.absence_reservation()).collect();
        } else {
            truth.gaps = names.iter().map(|all| all.gap()).collect();
        }
        truth
    }

    fn tied(&self, a: &Occurrence, b: &Occurrence, tie: &Tie) -> bool {
        let events = |item: &Occurrence| -> Vec<&EventFact> {
            item.events.iter().filter_map(|index| self.facts.events.get(*index)).collect()
        };
        events(a).iter().any(|left| {
            events(b).iter().any(|right| match tie {
                Tie::Activity => same_id(left.activity.as_deref(), right.activity.as_deref()),
                Tie::Instance => {
                    let id = |event: &EventFact| {
                        event
                            .field("instance-id")
                            .or_else(|| event.field("activity-id"))
                            .map(ToString::to_string)
                            .or_else(|| event.activity.clone())
                    };
                    same_id(id(left).as_deref(), id(right).as_deref())
                }
                Tie::Same { user, within } => {
                    let gap = left.at.at.duration_since(right.at.at).unsigned_abs();
                    fold(&left.computer) == fold(&right.computer)
                        && (!user || left.user == right.user)
                        && SignedDuration::try_from(gap).is_ok_and(|gap| gap <= self.extent(within))
                }
            })
        })
    }
}

/// An all-zero id marks every request that Exchange Online passes on; it joins nothing.
fn same_id(a: Option<&str>, b: Option<&str>) -> bool {
    let clean = |id: Option<&str>| {
        id.map(|id| fold(id.trim().trim_matches(['{', '}'])))
            .filter(|id| id.bytes().any(|byte| !matches!(byte, b'0' | b'-')))
    };
    match (clean(a), clean(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The longest run of beats whose gaps all lie within the tolerance around the period.
fn longest_run<'b>(beats: &[&'b Occurrence], period: SignedDuration, tolerance: u32) -> Vec<&'b Occurrence> {
    let slack = period.as_secs().saturating_mul(i64::from(tolerance)) / 100;
    let near = |gap: SignedDuration| (gap.as_secs() - period.as_secs()).abs() <= slack;
    let mut best: Vec<&Occurrence> = Vec::new();
    let mut run: Vec<&Occurrence> = Vec::new();
    for beat in beats {
        match run.last() {
            Some(last) if near(beat.at.duration_since(last.at)) => run.push(beat),
            _ => run = vec![beat],
        }
        if run.len() > best.len() {
            best.clone_from(&run);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(minutes: &[i64]) -> Vec<Occurrence> {
        minutes
            .iter()
            .map(|minute| Occurrence {
                at: jiff::Timestamp::from_second(minute * 60).unwrap(),
                order: (String::new(), 0),
                cites: Vec::new(),
                events: Vec::new(),
            })
            .collect()
    }

    #[test]
    fn a_run_breaks_at_a_gap_outside_the_tolerance() {
        let run = |minutes: &[i64]| {
            let beats = beats(minutes);
            let borrowed: Vec<&Occurrence> = beats.iter().collect();
            longest_run(&borrowed, SignedDuration::from_mins(5), 25).len()
        };
        assert_eq!(run(&[0, 5, 10, 15, 20]), 5);
        assert_eq!(run(&[0, 5, 10, 17, 22]), 3);
        assert_eq!(run(&[0, 60, 120]), 1);
        assert_eq!(run(&[]), 0);
    }

    #[test]
    fn an_all_zero_id_joins_nothing() {
        assert!(!same_id(Some("00000000-0000-0000-0000-000000000000"), Some("{00000000-0000-0000-0000-000000000000}")));
        assert!(same_id(Some("{AB000000-0000-0000-0000-000000000000}"), Some("ab000000-0000-0000-0000-000000000000")));
        assert!(!same_id(None, None));
    }
}
