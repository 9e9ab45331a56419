//! Counts of occurrences: how many lie in one span, how many different ones, and what a count that may be larger can pass.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::Tri;
use super::occurrence::Occurrence;
use crate::rule::condition::{Operand, Test};
use crate::value::Value;

/// The fewest that pass a test of a count.
pub(super) fn least(test: &Test) -> i64 {
    match test {
        Test::Ge(n) | Test::Is(n) | Test::Between(n, _) => number(n),
        Test::Gt(n) => number(n).saturating_add(1),
        Test::In(list) => list.iter().map(number).min().unwrap_or(1),
        _ => 1,
    }
}

fn number(operand: &Operand) -> i64 {
    match operand {
        Operand::Value(Value::Number(number)) => *number,
        _ => i64::MAX,
    }
}

/// A count of which only a lower bound is known.
pub(super) fn interval(seen: i64, tests: &[Test]) -> Tri {
    let mut result = Tri::True;
    for test in tests {
        let value = match test {
            Test::Ge(n) if seen >= number(n) => Tri::True,
            Test::Gt(n) if seen > number(n) => Tri::True,
            Test::Le(n) if seen > number(n) => Tri::False,
            Test::Lt(n) if seen >= number(n) => Tri::False,
            Test::Is(n) if seen > number(n) => Tri::False,
            Test::Between(_, high) if seen > number(high) => Tri::False,
            Test::IsNot(n) if seen > number(n) => Tri::True,
            Test::In(list) if list.iter().all(|n| seen > number(n)) => Tri::False,
            Test::NotIn(list) if list.iter().all(|n| seen > number(n)) => Tri::True,
            _ => Tri::Unknown,
        };
        match value {
            Tri::False => return Tri::False,
            Tri::Unknown => result = Tri::Unknown,
            Tri::True => {}
        }
    }
    result
}

/// The group inside one span with the most different values, and how many.
pub(super) fn most_distinct<'o>(
    items: &'o [Occurrence],
    values: &[Option<String>],
    span: Option<SignedDuration>,
) -> (usize, &'o [Occurrence]) {
    let mut best: (usize, &[Occurrence]) = (0, &[]);
    // How often each value stands between the first and the last item of the group.
    let mut inside: BTreeMap<&str, usize> = BTreeMap::new();
    let mut end = 0;
    for (start, first) in items.iter().enumerate() {
        let in_span = |item: &Occurrence| span.is_none_or(|span| item.at.duration_since(first.at) < span);
        while let (Some(_), Some(value)) = (items.get(end).filter(|item| in_span(item)), values.get(end)) {
            if let Some(value) = value {
                *inside.entry(value).or_default() += 1;
            }
            end += 1;
        }
        if inside.len() > best.0 {
            best = (inside.len(), items.get(start..end).unwrap_or_default());
        }
        if let Some(value) = values.get(start).and_then(Option::as_deref)
            && let Some(count) = inside.get_mut(value)
        {
            *count -= 1;
            if *count == 0 {
                inside.remove(value);
            }
        }
        if span.is_none() {
            break;
        }
        // A span of nothing holds not even its first item.
        end = end.max(start + 1);
    }
    best
}

/// The largest group inside one span.
pub(super) fn densest(items: &[Occurrence], span: SignedDuration) -> &[Occurrence] {
    let mut best: &[Occurrence] = &[];
    for start in 0..items.len() {
        let rest = items.get(start..).unwrap_or_default();
        let Some(first) = rest.first() else { break };
        let end = rest.partition_point(|item| item.at.duration_since(first.at) < span);
        if end > best.len() {
            best = rest.get(..end).unwrap_or_default();
        }
    }
    best
}
