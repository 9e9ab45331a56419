//! Whether one value can pass several tests at once: constants only, what the facts decide counts as possible.

use std::cmp::Ordering;

use crate::rule::condition::{Operand, Test};
use crate::rule::set::RuleSet;
use crate::value::{Value, fold};

/// Why no value passes all of the tests; `None`: some value may.
pub(super) fn contradiction(tests: &[&Test], set: &RuleSet) -> Option<String> {
    if let Some(empty) = tests.iter().find(|test| matches!(test, Test::In(list) if list.is_empty())) {
        return Some(format!("{} has an empty list", name(empty)));
    }
    let lists: Vec<Vec<Value>> = tests.iter().filter_map(|test| allowed(test, set)).collect();
    if let Some((first, rest)) = lists.split_first() {
        let survives = |value: &Value| {
            rest.iter().all(|list| list.iter().any(|other| order(value, other) == Some(Ordering::Equal)))
                && tests.iter().all(|test| passes(value, test, set) != Some(false))
        };
        if !first.iter().any(survives) {
            let words: Vec<String> = first.iter().map(ToString::to_string).collect();
            return Some(format!("none of {} passes the other tests of the same value", words.join(", ")));
        }
        return None;
    }
    let mut low: Option<(Value, bool)> = None;
    let mut high: Option<(Value, bool)> = None;
    for test in tests {
        let (from, to) = bounds(test, set);
        low = tighter(low, from, Ordering::Greater);
        high = tighter(high, to, Ordering::Less);
    }
    let ((low, low_in), (high, high_in)) = (low?, high?);
    match order(&low, &high)? {
        Ordering::Greater => Some(format!("no value lies above {low} and below {high}")),
        Ordering::Equal if !(low_in && high_in) => Some(format!("no value lies above and below {low}")),
        // Between two neighbouring whole numbers there is none.
        Ordering::Less if !low_in && !high_in && are_neighbours(&low, &high) => {
            Some(format!("no whole number lies between {low} and {high}"))
        }
        _ => None,
    }
}

/// The same for a number of things, which is never below 0.
pub(super) fn contradiction_of_count(tests: &[Test], set: &RuleSet) -> Option<String> {
    let zero = Test::Ge(Operand::Value(Value::Number(0)));
    let all: Vec<&Test> = tests.iter().chain(std::iter::once(&zero)).collect();
    if tests.is_empty() { None } else { contradiction(&all, set) }
}

fn are_neighbours(low: &Value, high: &Value) -> bool {
    matches!((low, high), (Value::Number(low), Value::Number(high)) if low.checked_add(1) == Some(*high))
}

fn name(test: &Test) -> &'static str {
    match test {
        Test::NotIn(_) => "not-in",
        _ => "in",
    }
}

fn constant(operand: &Operand, set: &RuleSet) -> Option<Value> {
    match operand {
        Operand::Value(value) => Some(value.clone()),
        Operand::Row(table, row) => set.level(table, row).map(Value::Version),
        _ => None,
    }
}

/// The values that a test names, if it names all that it lets pass.
fn allowed(test: &Test, set: &RuleSet) -> Option<Vec<Value>> {
    match test {
        Test::Is(one) => Some(vec![constant(one, set)?]),
        Test::In(list) => list.iter().map(|one| constant(one, set)).collect(),
        _ => None,
    }
}

/// How two values compare; `None` if they are of different kinds.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(fold(left).cmp(&fold(right))),
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Version(left), Value::Version(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether a constant passes a test; `None` if the facts decide.
fn passes(value: &Value, test: &Test, set: &RuleSet) -> Option<bool> {
    let against = |operand: &Operand| order(value, &constant(operand, set)?);
    let text = match value {
        Value::Text(text) => Some(fold(text)),
        _ => None,
    };
    Some(match test {
        Test::IsNot(one) => against(one)? != Ordering::Equal,
        Test::NotIn(list) => !list.iter().any(|one| against(one) == Some(Ordering::Equal)),
        Test::Lt(one) => against(one)? == Ordering::Less,
        Test::Le(one) => against(one)? != Ordering::Greater,
        Test::Gt(one) => against(one)? == Ordering::Greater,
        Test::Ge(one) => against(one)? != Ordering::Less,
        Test::Between(low, high) => against(low)? != Ordering::Less && against(high)? != Ordering::Greater,
        Test::Matches(pattern) => pattern.is_match(&text?),
        Test::StartsWith(start) => text?.starts_with(&fold(start)),
        Test::Contains(part) => text?.contains(&fold(part)),
        _ => return None,
    })
}

/// A bound, and whether it is itself allowed.
type Bound = Option<(Value, bool)>;

fn bounds(test: &Test, set: &RuleSet) -> (Bound, Bound) {
    let bound = |operand: &Operand, included: bool| constant(operand, set).map(|value| (value, included));
    match test {
        Test::Lt(one) => (None, bound(one, false)),
        Test::Le(one) => (None, bound(one, true)),
        Test::Gt(one) => (bound(one, false), None),
        Test::Ge(one) => (bound(one, true), None),
        Test::Between(low, high) => (bound(low, true), bound(high, true)),
        _ => (None, None),
    }
}

fn tighter(old: Bound, new: Bound, wins: Ordering) -> Bound {
    match (old, new) {
        (Some(old), Some(new)) => Some(match order(&new.0, &old.0) {
            Some(ordering) if ordering == wins => new,
            Some(Ordering::Equal) => (old.0, old.1 && new.1),
            _ => old,
        }),
        (old, new) => new.or(old),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: i64) -> Operand {
        Operand::Value(Value::Number(value))
    }

    fn text(value: &str) -> Operand {
        Operand::Value(Value::Text(value.to_owned()))
    }

    #[test]
    fn constants_that_exclude_each_other_are_found() {
        let never: &[&[Test]] = &[
            &[Test::Between(number(5), number(3))],
            &[Test::Lt(number(3)), Test::Ge(number(3))],
            &[Test::Gt(number(3)), Test::Lt(number(4))],
            &[Test::Is(number(1)), Test::Is(number(2))],
            &[Test::In(vec![text("a"), text("B")]), Test::In(vec![text("c")])],
            &[Test::Is(text("Basic")), Test::StartsWith("bearer".into())],
            &[Test::In(vec![])],
            &[Test::Is(number(1)), Test::NotIn(vec![number(1)])],
        ];
        let may: &[&[Test]] = &[
            &[],
            &[Test::Between(number(3), number(3))],
            &[Test::Gt(number(3)), Test::Lt(number(5))],
            &[Test::In(vec![text("a"), text("B")]), Test::In(vec![text("b")])],
            &[Test::Is(text("Bearer*")), Test::StartsWith("bearer".into())],
            &[Test::In(vec![Operand::Computer]), Test::Is(text("PC1"))],
            &[Test::IsNot(number(1)), Test::IsNot(number(0))],
        ];
        let set = RuleSet::default();
        for tests in never {
            assert!(contradiction(&tests.iter().collect::<Vec<_>>(), &set).is_some(), "{tests:?}");
        }
        for tests in may {
            assert_eq!(contradiction(&tests.iter().collect::<Vec<_>>(), &set), None, "{tests:?}");
        }
        assert!(contradiction_of_count(&[Test::Lt(number(0))], &set).is_some());
        assert_eq!(contradiction_of_count(&[Test::Lt(number(1))], &set), None);
    }
}
