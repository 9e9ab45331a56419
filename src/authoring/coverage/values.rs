//! Small changes of tests, spans of time and lists: `ge 3` into `ge 2` and `ge 4`, `within 30d` into a second more and less.
//!
//! A change is made only where a case can tell the difference: for whole numbers and versions `gt 3` is the same as `ge 4`,
//! so only the bound moves; a time has no next value, so there the comparison changes too.

use jiff::SignedDuration;

use super::Operator;
use super::words;
use crate::rule::condition::{Check, Extent, Operand, Test};
use crate::rule::set::RuleSet;
use crate::value::{FileVersion, Value};

/// What was done, what into what, and the changed thing.
pub(super) type Edits<T> = Vec<(Operator, String, T)>;

/// Entries of one list that are changed or left out, one after the other: what is longer belongs into a table.
const LISTED: usize = 24;

/// One entry of a list changed at a time.
pub(super) fn each<T: Clone>(list: &[T], edit: impl Fn(&T) -> Edits<T>) -> Edits<Vec<T>> {
    let mut found = Vec::new();
    for (index, entry) in list.iter().enumerate().take(LISTED) {
        for (operator, what, changed) in edit(entry) {
            let mut whole = list.to_vec();
            if let Some(slot) = whole.get_mut(index) {
                *slot = changed;
            }
            found.push((operator, what, whole));
        }
    }
    found
}

/// One entry left out at a time, the last one never.
pub(super) fn drops<T: Clone>(operator: Operator, list: &[T], word: impl Fn(&T) -> String) -> Edits<Vec<T>> {
    if list.len() < 2 {
        return Vec::new();
    }
    (0..list.len().min(LISTED))
        .map(|index| {
            let mut whole = list.to_vec();
            let left_out = whole.remove(index);
            (operator, format!("without {}", word(&left_out)), whole)
        })
        .collect()
}

/// The edits of a part, put back into the whole.
pub(super) fn within<P, W>(edits: Edits<P>, prefix: &str, put: impl Fn(P) -> W) -> Edits<W> {
    let named = |what: String| if prefix.is_empty() { what } else { format!("{prefix} {what}") };
    edits.into_iter().map(|(operator, what, part)| (operator, named(what), put(part))).collect()
}

/// Tests of one value: each changed, and each but an order left out.
pub(super) fn tests(list: &[Test], rules: &RuleSet) -> Edits<Vec<Test>> {
    let mut found = each(list, |test| one(test, rules));
    for (index, test) in list.iter().enumerate() {
        if matches!(test, Test::Lt(_) | Test::Le(_) | Test::Gt(_) | Test::Ge(_) | Test::Between(..)) {
            continue;
        }
        let mut whole = list.to_vec();
        whole.remove(index);
        found.push((Operator::Test, format!("{} → any value", words::test(test)), whole));
    }
    found
}

/// What is asked of a fact: its tests, `every`, `absent`.
pub(super) fn check(check: &Check, rules: &RuleSet) -> Edits<Check> {
    let mut found = within(tests(&check.tests, rules), "", |tests| Check { tests, ..check.clone() });
    if check.every {
        found.push((Operator::Every, "without every".to_owned(), Check { every: false, ..check.clone() }));
    }
    if check.absent {
        found.push((Operator::Absent, "absent → exists".to_owned(), Check { absent: false, ..check.clone() }));
    } else if check.tests.is_empty() {
        found.push((Operator::Absent, "exists → absent".to_owned(), Check { absent: true, ..check.clone() }));
    }
    found
}

fn one(test: &Test, rules: &RuleSet) -> Edits<Test> {
    let change = |operator: Operator, to: Test| {
        let what = format!("{} → {}", words::test(test), words::test(&to));
        (operator, what, to)
    };
    let flip = |to: Test| vec![change(Operator::Comparison, to)];
    let bound = |operand: &Operand, put: fn(Operand) -> Test, other: fn(Operand) -> Test| {
        let mut found: Edits<Test> =
            moved(operand, rules).into_iter().map(|to| change(Operator::Threshold, put(to))).collect();
        if matches!(operand, Operand::Value(Value::Time(_))) {
            found.push(change(Operator::Comparison, other(operand.clone())));
        }
        found
    };
    match test {
        Test::Is(value) => flip(Test::IsNot(value.clone())),
        Test::IsNot(value) => flip(Test::Is(value.clone())),
        Test::In(list) | Test::NotIn(list) => {
            let is_in = matches!(test, Test::In(_));
            let mut found = flip(if is_in { Test::NotIn(list.clone()) } else { Test::In(list.clone()) });
            let put = |list: Vec<Operand>| if is_in { Test::In(list) } else { Test::NotIn(list) };
            let word = if is_in { "in" } else { "not-in" };
            found.extend(within(drops(Operator::Value, list, words::operand), word, put));
            found
        }
        Test::Lt(value) => bound(value, Test::Lt, Test::Le),
        Test::Le(value) => bound(value, Test::Le, Test::Lt),
        Test::Gt(value) => bound(value, Test::Gt, Test::Ge),
        Test::Ge(value) => bound(value, Test::Ge, Test::Gt),
        Test::Between(low, high) => {
            let lows = moved(low, rules).into_iter().map(|low| Test::Between(low, high.clone()));
            let highs = moved(high, rules).into_iter().map(|high| Test::Between(low.clone(), high));
            lows.chain(highs).map(|to| change(Operator::Threshold, to)).collect()
        }
        Test::Before(name) => flip(Test::After(name.clone())),
        Test::After(name) => flip(Test::Before(name.clone())),
        // Left out as a whole.
        Test::Matches(_) | Test::StartsWith(_) | Test::Contains(_) | Test::BitsSet(_) => Vec::new(),
    }
}

/// The next value below and above.
pub(super) fn moved(operand: &Operand, rules: &RuleSet) -> Vec<Operand> {
    let value = match operand {
        Operand::Value(value) => value.clone(),
        Operand::Param(name, number) => {
            let numbers = [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
            return numbers.map(|number| Operand::Param(name.clone(), number)).collect();
        }
        Operand::Row(table, row) => match rules.level(table, row) {
            Some(version) => Value::Version(version),
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let values = match value {
        Value::Number(number) => {
            [number.checked_sub(1), number.checked_add(1)].into_iter().flatten().map(Value::Number).collect()
        }
        Value::Version(version) => [below(version), above(version)].into_iter().flatten().map(Value::Version).collect(),
        Value::Time(at) => {
            let second = SignedDuration::from_secs(1);
            [at.checked_sub(second), at.checked_add(second)].into_iter().flatten().map(Value::Time).collect()
        }
        _ => Vec::new(),
    };
    values.into_iter().map(Operand::Value).collect()
}

/// The last part one less, or the greatest that stands below `a.b.c.0`. Windows keeps each part in 16 bits.
fn below(version: FileVersion) -> Option<FileVersion> {
    let [a, b, c, d] = version.0;
    match (c, d) {
        (0, 0) => None,
        (c, 0) => Some(FileVersion([a, b, c - 1, 65_535])),
        (c, d) => Some(FileVersion([a, b, c, d - 1])),
    }
}

fn above(version: FileVersion) -> Option<FileVersion> {
    let [a, b, c, d] = version.0;
    d.checked_add(1).map(|d| FileVersion([a, b, c, d]))
}

/// A span of time, one second less and one more.
pub(super) fn extent(extent: &Extent) -> Edits<Extent> {
    let (Extent::Fixed(span) | Extent::Param(_, span)) = extent;
    [(-1, "−"), (1, "+")]
        .into_iter()
        .filter_map(|(seconds, sign)| {
            let moved = span.checked_add(SignedDuration::from_secs(seconds)).filter(|span| !span.is_negative())?;
            let to = match extent {
                Extent::Fixed(_) => Extent::Fixed(moved),
                Extent::Param(name, _) => Extent::Param(name.clone(), moved),
            };
            let from = words::span(*span);
            Some((Operator::Window, format!("{from} → {from} {sign} 1s"), to))
        })
        .collect()
}

/// A bound of a rule's own number, one less and one more.
pub(super) fn number(number: u32) -> Edits<u32> {
    [number.checked_sub(1), number.checked_add(1)]
        .into_iter()
        .flatten()
        .map(|to| (Operator::Threshold, format!("{number} → {to}"), to))
        .collect()
}
