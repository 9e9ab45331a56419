//! Leaves over time: `event`, `code`, `sequence` and its `without`.
//!
//! Counts are intervals: over a window that is not fully covered a count is `[seen, ∞)`. Windows are half-open.

use jiff::{SignedDuration, Timestamp};

use super::count::{densest, interval, least, most_distinct};
use super::occurrence::{Occurrence, Occurrences, nothing, seen, sentence};
use super::{Evaluator, Gap, Scope, Tri, Truth, combine};
use crate::finding::Reason;
use crate::lang::Text;
use crate::rule::condition::{Code, Condition, During, Event, Item, Operand, Sequence, Test};
use crate::rule::name::Name;
use crate::value::{Value, Window};

impl Evaluator<'_> {
    /// `event`.
    pub(super) fn event(&self, ask: &Event, scope: &Scope) -> Truth {
        let label = event_label(ask);
        let leaf = crate::rule::condition::Leaf {
            span: crate::rule::node::Span::default(),
            need: Vec::new(),
            ask: crate::rule::condition::Ask::Event(ask.clone()),
        };
        // One event is one occurrence here: merging is for attempts, which names describe.
        let named = Name { merge: SignedDuration::ZERO, ..Name::plain(Condition::Leaf(Box::new(leaf))) };
        let all = self.occurrences_of(&named, scope);
        let mut is_sure = true;
        let window = match &ask.during {
            Some(during) => match self.during(during, scope) {
                Ok((window, sure)) => {
                    is_sure = sure;
                    Some(window)
                }
                Err(gap) => return Truth { gaps: vec![or_of(gap, &all)], ..Truth::new(Tri::Unknown, label) },
            },
            // Without a window of its own an event is looked for everywhere, and shown to be absent by a covered failure window.
            None if all.items.is_empty() => self.failure_window(),
            None => None,
        };
        let items = self.inside(&all.items, window);
        if let Some((field, tests)) = &ask.distinct {
            return unless_later(self.distinct(&label, &all, items, window, ask, field, tests, scope), is_sure, &all);
        }
        let items = match &ask.within {
            Some(extent) => densest(items, self.extent(extent)),
            None => items,
        };
        unless_later(self.counted(&label, &all, items, window, &ask.count, scope), is_sure, &all)
    }

    /// A count of occurrences against its tests, as an interval.
    fn counted(
        &self,
        label: &str,
        all: &Occurrences,
        items: &[Occurrence],
        window: Option<Window>,
        tests: &[Test],
        scope: &Scope,
    ) -> Truth {
        let at_least_one = [Test::Ge(Operand::Value(Value::Number(1)))];
        let tests = if tests.is_empty() { &at_least_one[..] } else { &self.settled(tests) };
        let number = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let covered = window.is_some_and(|window| all.covers(window.from, window.to));
        let value = if covered { self.passes(&Value::Number(number), tests, scope) } else { interval(number, tests) };
        let mut truth = match value {
            Tri::Unknown => Truth { gaps: vec![all.gap()], ..Truth::new(Tri::Unknown, label) },
            _ => Truth::new(value, label),
        }
        .cited(items.iter().flat_map(|item| item.cites.iter().cloned()));
        truth.count = u64::try_from(items.len()).ok();
        truth.times = items.iter().map(|item| item.at).collect();
        truth.text = sentence(&self.rules.label(label), items);
        if covered
            && (items.is_empty() || value == Tri::False)
            && let Some(window) = window
        {
            truth.cites.extend(all.proof(window.from, window.to));
            truth.reservations.extend(all.absence_reservation());
        }
        truth
    }

    #[allow(clippy::too_many_arguments)] // one leaf's parts
    fn distinct(
        &self,
        label: &str,
        all: &Occurrences,
        items: &[Occurrence],
        window: Option<Window>,
        ask: &Event,
        field: &str,
        tests: &[Test],
        scope: &Scope,
    ) -> Truth {
        let span = ask.within.as_ref().map(|extent| self.extent(extent));
        let value_of = |item: &Occurrence| {
            let event = self.facts.events.get(*item.events.first()?)?;
            if field == "user" {
                return event.user.name.as_ref().or(event.user.sid.as_ref()).map(|name| crate::value::fold(name));
            }
            event.field(field).map(|value| crate::value::fold(&value.to_string()))
        };
        let values: Vec<Option<String>> = items.iter().map(value_of).collect();
        let best = most_distinct(items, &values, span);
        let number = i64::try_from(best.0).unwrap_or(i64::MAX);
        let covered = window.is_some_and(|window| all.covers(window.from, window.to));
        let tests = &self.settled(tests);
        let value = if covered { self.passes(&Value::Number(number), tests, scope) } else { interval(number, tests) };
        let mut truth = seen(label, &self.rules.label(label), best.1);
        truth.value = value;
        if value == Tri::Unknown {
            truth.gaps = vec![all.gap()];
        }
        if covered
            && value == Tri::False
            && let Some(window) = window
        {
            truth.cites.extend(all.proof(window.from, window.to));
            truth.reservations.extend(all.absence_reservation());
        }
        truth
    }

    /// `code`.
    pub(super) fn code(&self, ask: &Code, scope: &Scope) -> Truth {
        let label = format!("code {}", ask.family);
        let window = match ask.during.as_ref().map(|during| self.during(during, scope)) {
            Some(Err(gap)) => return Truth { gaps: vec![gap], ..Truth::new(Tri::Unknown, label) },
            Some(Ok((window, _))) => Some(window),
            None => None,
        };
        let hits: Vec<_> = self
            .facts
            .codes
            .iter()
            .filter(|code| code.family == ask.family && ask.numbers.contains(&code.number))
            // A code whose time is not known may stand in the window or not: it shows nothing.
            .filter(|code| match (window, code.at) {
                (Some(window), Some(at)) => at.is_exact() && window.from <= at.at && at.at < window.to,
                (Some(_), None) => false,
                (None, _) => true,
            })
            .collect();
        if hits.is_empty() {
            return Truth::unknown(label, Reason::NotCovered, self.rules.need_of_code(&ask.family));
        }
        let text = hits.first().map(|code| format!("{} {:#x}", code.family, code.number)).unwrap_or_default();
        let mut truth = Truth::new(Tri::True, label).cited(hits.iter().map(|code| code.source.cite()));
        truth.count = u64::try_from(hits.len()).ok();
        truth.times = hits.iter().filter_map(|code| code.at.map(|at| at.at)).collect();
        truth.says(Text::same(text))
    }

    /// `sequence`: the first item's latest occurrence anchors the times of the others.
    pub(super) fn sequence(&self, ask: &Sequence, scope: &Scope) -> Truth {
        let label =
            format!("sequence {}", ask.items.iter().map(|item| item.of.as_str()).collect::<Vec<_>>().join(" → "));
        let Some((head, tail)) = ask.items.split_first() else {
            return Truth::unknown(label, Reason::NotCollected, Vec::new());
        };
        let all = self.occurrences(&head.of, scope);
        let window = match head.during.as_ref().map(|during| self.during(during, scope)) {
            Some(Err(gap)) => return Truth { gaps: vec![or_of(gap, &all)], ..Truth::new(Tri::Unknown, label) },
            Some(Ok(known)) => Some(known),
            None => None,
        };
        let is_window_sure = window.is_none_or(|(_, is_sure)| is_sure);
        let window = window.map(|(window, _)| window);
        let items = self.inside(&all.items, window);
        let first = self.counted(&head.of, &all, items, window, &head.count, scope);
        let anchor = if head.first { items.first() } else { items.last() };
        let Some(anchor) = anchor.filter(|_| first.value == Tri::True) else {
            return unless_later(Truth { label, ..combine("all", Tri::False, vec![first]) }, is_window_sure, &all);
        };
        let mut cited = seen(&head.of, &self.rules.label(&head.of), std::slice::from_ref(anchor));
        if !head.count.is_empty() {
            cited = first;
        }
        // A later (or earlier) occurrence that no log would show could move the anchor: what is false from here is then unknown.
        let until = window.map(|window| window.to).or(self.facts.case.as_of);
        let anchor_sure = if head.first {
            window.is_some_and(|window| anchor.at <= window.from || all.covers(window.from, anchor.at))
        } else {
            until.is_none_or(|until| anchor.at >= until || all.covers(anchor.at, until))
        };
        let mut parts = vec![cited];
        let mut previous = Previous { item: anchor.clone(), is_sure: true };
        for item in tail {
            let truth = self.item(item, anchor, &mut previous, scope);
            parts.push(truth);
        }
        if let Some(without) = &ask.without {
            parts.push(self.without(without, anchor, scope));
        }
        let whole = combine("all", Tri::False, parts);
        unless_later(Truth { label, ..whole }, anchor_sure && is_window_sure, &all)
    }

    /// One item after the anchor: greedy, each later than the one before.
    fn item(&self, item: &Item, anchor: &Occurrence, previous: &mut Previous, scope: &Scope) -> Truth {
        let all = self.occurrences(&item.of, scope);
        let window = self.window_after(item, anchor.at);
        let after = |other: &Occurrence| -> Vec<Occurrence> {
            self.inside(&all.items, Some(window)).iter().filter(|found| found.key() > other.key()).cloned().collect()
        };
        let items = after(&previous.item);
        let mut truth = self.counted(&item.of, &all, &items, Some(window), &item.count, scope);
        // The item before may have come earlier than was seen, and then more of these count.
        if !previous.is_sure {
            let most = self.counted(&item.of, &all, &after(anchor), Some(window), &item.count, scope);
            if most.value != truth.value {
                truth = Truth { value: Tri::Unknown, gaps: vec![all.gap()], ..truth };
            }
        }
        // As many as are asked for belong to this item; the next one comes after the last of them.
        let taken = self.settled(&item.count).iter().map(least).max().unwrap_or(1).max(1);
        let last = usize::try_from(taken).ok().and_then(|taken| items.get(taken.min(items.len()).checked_sub(1)?));
        if let Some(last) = last {
            previous.is_sure &= last.at <= window.from || all.covers(window.from, last.at);
            previous.item = last.clone();
        }
        truth
    }

    /// Nothing of the name in the window after the anchor: needs coverage up to the window's end.
    fn without(&self, item: &Item, anchor: &Occurrence, scope: &Scope) -> Truth {
        let label = format!("without {}", item.of);
        let all = self.occurrences(&item.of, scope);
        let mut window = self.window_after(item, anchor.at);
        if item.within.is_none()
            && let Some(as_of) = self.facts.case.as_of
        {
            window.to = as_of;
        }
        let items: Vec<&Occurrence> =
            self.inside(&all.items, Some(window)).iter().filter(|found| found.key() > anchor.key()).collect();
        if !items.is_empty() {
            let cites = items.iter().flat_map(|found| found.cites.iter().cloned());
            let owned: Vec<Occurrence> = items.iter().map(|found| (*found).clone()).collect();
            return Truth::new(Tri::False, label).cited(cites).says(sentence(&self.rules.label(&item.of), &owned));
        }
        if all.covers(window.from, window.to) {
            let text = nothing(&self.rules.label(&item.of), window.from, window.to);
            return Truth::new(Tri::True, label)
                .cited(all.proof(window.from, window.to))
                .under(all.absence_reservation())
                .says(text);
        }
        Truth { gaps: vec![all.gap()], ..Truth::new(Tri::Unknown, label) }
    }

    fn window_after(&self, item: &Item, anchor: Timestamp) -> Window {
        let from = item.after.as_ref().map_or(anchor, |extent| later(anchor, self.extent(extent)));
        let to = item.within.as_ref().map_or(Timestamp::MAX, |extent| later(anchor, self.extent(extent)));
        Window { from, to }
    }

    /// Items inside a half-open window. Nothing is later than `as_of`, so a window that reaches it holds that instant too.
    fn inside<'o>(&self, items: &'o [Occurrence], window: Option<Window>) -> &'o [Occurrence] {
        let Some(window) = window else { return items };
        let is_open = self.facts.case.as_of.is_some_and(|as_of| window.to >= as_of);
        let start = items.partition_point(|item| item.at < window.from);
        let end = items.partition_point(|item| item.at < window.to || is_open);
        items.get(start..end.max(start)).unwrap_or_default()
    }

    /// The window that `during` means, and whether no occurrence that was not seen can have begun it later; an error is the
    /// reason why it is not known.
    pub(super) fn during(&self, during: &During, scope: &Scope) -> Result<(Window, bool), Gap> {
        let Some(as_of) = self.facts.case.as_of else {
            return Err(Gap { reason: Reason::NotCollected, need: Vec::new() });
        };
        match during {
            During::Last(extent) => Ok((Window { from: earlier(as_of, self.extent(extent)), to: as_of }, true)),
            During::FailureWindow => Ok((self.failure_window().unwrap_or(Window { from: as_of, to: as_of }), true)),
            During::After(name) => {
                let all = self.occurrences(name, scope);
                let anchor = all.latest().ok_or_else(|| all.gap())?;
                Ok((Window { from: anchor.at, to: as_of }, all.is_latest(anchor, Some(as_of))))
            }
        }
    }

    /// `--failed-at`, else from the first to the last refusal or lock of the last seven days, else those seven days.
    #[must_use]
    pub fn failure_window(&self) -> Option<Window> {
        *self.index.failure_window.get_or_init(|| self.find_failure_window())
    }

    fn find_failure_window(&self) -> Option<Window> {
        if let Some(window) = self.facts.case.failed_at {
            return Some(window);
        }
        let as_of = self.facts.case.as_of?;
        let from = earlier(as_of, SignedDuration::from_hours(7 * 24));
        let scope = Scope::new();
        let times: Vec<Timestamp> = ["rejected", "locked"]
            .iter()
            .map(|name| self.occurrences(name, &scope))
            .flat_map(|all| all.items.iter().map(|item| item.at).collect::<Vec<_>>())
            .filter(|at| from <= *at && *at <= as_of)
            .collect();
        match (times.iter().min(), times.iter().max()) {
            // The instant of the last one belongs to the window.
            (Some(first), Some(last)) => {
                Some(Window { from: *first, to: later(*last, SignedDuration::from_secs(1)).min(as_of) })
            }
            _ => Some(Window { from, to: as_of }),
        }
    }
}

impl Evaluator<'_> {
    /// Tests of a count with the values of their parameters.
    fn settled(&self, tests: &[Test]) -> Vec<Test> {
        let one = |operand: &Operand| match operand {
            Operand::Param(name, default) => Operand::Value(Value::Number(self.number(name, *default))),
            other => other.clone(),
        };
        let list = |operands: &[Operand]| operands.iter().map(one).collect();
        let settle = |test: &Test| match test {
            Test::Is(operand) => Test::Is(one(operand)),
            Test::IsNot(operand) => Test::IsNot(one(operand)),
            Test::Lt(operand) => Test::Lt(one(operand)),
            Test::Le(operand) => Test::Le(one(operand)),
            Test::Gt(operand) => Test::Gt(one(operand)),
            Test::Ge(operand) => Test::Ge(one(operand)),
            Test::Between(low, high) => Test::Between(one(low), one(high)),
            Test::In(operands) => Test::In(list(operands)),
            Test::NotIn(operands) => Test::NotIn(list(operands)),
            other => other.clone(),
        };
        tests.iter().map(settle).collect()
    }
}

/// The last occurrence that an item of a sequence took, and whether none before it can have been overlooked.
struct Previous {
    item: Occurrence,
    is_sure: bool,
}

/// What is false from a time that an occurrence which was not seen may have moved is unknown.
fn unless_later(truth: Truth, is_sure: bool, all: &Occurrences) -> Truth {
    if is_sure || truth.value != Tri::False {
        return truth;
    }
    Truth { value: Tri::Unknown, gaps: vec![Gap { reason: Reason::NotCovered, need: all.gap().need }], ..truth }
}

/// A window that is not known asks for what would bring the events.
fn or_of(gap: Gap, all: &Occurrences) -> Gap {
    if gap.need.is_empty() { Gap { need: all.gap().need, ..gap } } else { gap }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn event_label(ask: &Event) -> String {
    let mut parts: Vec<String> = Vec::new();
    for selector in &ask.any {
        let ids = selector.ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
        parts.push(format!("event {ids} ({})", selector.provider));
    }
    parts.join(", ")
}
