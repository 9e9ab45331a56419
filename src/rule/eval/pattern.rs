//! Leaves over patterns in time: `cadence` and `joined`.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::occurrence::{Occurrence, Occurrences, seen};
use super::{Evaluator, Scope, Tri, Truth};
use crate::fact::EventFact;
use crate::finding::Reason;
use crate::lang::Text;
use crate::rule::condition::{Cadence, Joined, Tie};
use crate::value::{Value, fold};

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
        let wanted = match self.single(&ask.intervals) {
            // Between one occurrence and nothing there is no interval.
            Some(Value::Number(number)) => usize::try_from(number).unwrap_or(0).max(1),
            _ => return Truth::unknown(label, Reason::NotCollected, Vec::new()),
        };
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
        let partners = self.partners(&right.items, &ask.by);
        for item in &left.items {
            if let Some(other) = self.partner(item, &partners) {
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
        let (left, right) = (self.occurrences(&ask.of, scope), self.occurrences(&ask.with, scope));
        let partners = self.partners(&right.items, &ask.by);
        let mut left = Occurrences::clone(&left);
        left.items.retain_mut(|item| {
            let Some(partner) = self.partner(item, &partners) else { return false };
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

    fn events<'o>(&'o self, item: &'o Occurrence) -> impl Iterator<Item = &'o EventFact> {
        item.events.iter().filter_map(|index| self.facts.events.get(*index))
    }

    /// What the occurrences of the second name can be tied by, each with the position of its occurrence.
    fn partners<'o>(&'o self, items: &'o [Occurrence], tie: &'o Tie) -> Partners<'o> {
        let mut partners = Partners { items, tie, by_id: BTreeMap::new(), by_computer: BTreeMap::new() };
        for (position, item) in items.iter().enumerate() {
            for event in self.events(item) {
                match tie {
                    Tie::Activity | Tie::Instance => {
                        if let Some(id) = id(event, tie) {
                            partners.by_id.entry(id).or_insert(position);
                        }
                    }
                    Tie::Same { .. } => {
                        partners.by_computer.entry(fold(&event.computer)).or_default().push((event, position));
                    }
                }
            }
        }
        for events in partners.by_computer.values_mut() {
            events.sort_by_key(|(event, position)| (event.at.at, *position));
        }
        partners
    }

    /// The first occurrence of the second name that is tied to one of the first.
    fn partner<'o>(&self, item: &Occurrence, partners: &Partners<'o>) -> Option<&'o Occurrence> {
        let position = match partners.tie {
            Tie::Activity | Tie::Instance => {
                self.events(item).filter_map(|event| partners.by_id.get(&id(event, partners.tie)?)).min().copied()
            }
            Tie::Same { user, within } => {
                let within = self.extent(within);
                let near = |event: &EventFact| {
                    let all = partners.by_computer.get(&fold(&event.computer)).map_or(&[][..], Vec::as_slice);
                    let start = all.partition_point(|(other, _)| event.at.at.duration_since(other.at.at) > within);
                    all.get(start..)
                        .unwrap_or_default()
                        .iter()
                        .take_while(|(other, _)| other.at.at.duration_since(event.at.at) <= within)
                        .filter(|(other, _)| !user || event.user == other.user)
                        .map(|(_, position)| *position)
                        .min()
                };
                self.events(item).filter_map(near).min()
            }
        };
        partners.items.get(position?)
    }
}

/// Occurrences that others may be tied to.
struct Partners<'o> {
    items: &'o [Occurrence],
    tie: &'o Tie,
    by_id: BTreeMap<String, usize>,
    by_computer: BTreeMap<String, Vec<(&'o EventFact, usize)>>,
}

/// The id that ties an event to others.
fn id(event: &EventFact, tie: &Tie) -> Option<String> {
    match tie {
        Tie::Instance => {
            let field = event.field("instance-id").or_else(|| event.field("activity-id"));
            clean(&field.map(ToString::to_string).or_else(|| event.activity.as_deref().map(str::to_owned))?)
        }
        _ => clean(event.activity.as_deref()?),
    }
}

/// An all-zero id marks every request that Exchange Online passes on; it joins nothing.
fn clean(id: &str) -> Option<String> {
    let id = fold(id.trim().trim_matches(['{', '}']));
    id.bytes().any(|byte| !matches!(byte, b'0' | b'-')).then_some(id)
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
    use std::sync::Arc;

    use super::*;

    fn beats(minutes: &[i64]) -> Vec<Occurrence> {
        minutes
            .iter()
            .map(|minute| Occurrence {
                at: jiff::Timestamp::from_second(minute * 60).unwrap(),
                order: (Arc::default(), 0),
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
        assert_eq!(clean("{00000000-0000-0000-0000-000000000000}"), None);
        assert_eq!(clean(""), None);
        assert_eq!(clean("{AB000000-0000-0000-0000-000000000000}"), clean("ab000000-0000-0000-0000-000000000000"));
    }
}
