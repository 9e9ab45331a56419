//! One value against one test: typed, folded where Windows folds, unknown where the operand is.

use std::cmp::Ordering;

use super::{Evaluator, Scope, Tri};
use crate::fact::identity::{Role, UserName};
use crate::rule::condition::{Operand, Test};
use crate::value::{Value, fold};

impl Evaluator<'_> {
    /// Whether a value passes all tests.
    pub(super) fn passes(&self, value: &Value, tests: &[Test], scope: &Scope) -> Tri {
        let mut result = Tri::True;
        for test in tests {
            match self.passes_one(value, test, scope) {
                Tri::False => return Tri::False,
                Tri::Unknown => result = Tri::Unknown,
                Tri::True => {}
            }
        }
        result
    }

    fn passes_one(&self, value: &Value, test: &Test, scope: &Scope) -> Tri {
        let ordered = |operand: &Operand, wanted: fn(Ordering) -> bool| match self.single(operand) {
            Some(other) => compare(value, &other).map_or(Tri::False, |order| tri(wanted(order))),
            None => Tri::Unknown,
        };
        match test {
            Test::Is(operand) => self.is(value, operand),
            Test::IsNot(operand) => self.is(value, operand).negated(),
            Test::In(operands) => any(operands.iter().map(|operand| self.is(value, operand))),
            Test::NotIn(operands) => any(operands.iter().map(|operand| self.is(value, operand))).negated(),
            Test::Lt(operand) => ordered(operand, Ordering::is_lt),
            Test::Le(operand) => ordered(operand, Ordering::is_le),
            Test::Gt(operand) => ordered(operand, Ordering::is_gt),
            Test::Ge(operand) => ordered(operand, Ordering::is_ge),
            Test::Between(low, high) => {
                // Spans of time are half-open everywhere; bounds of numbers and versions are both included.
                let beyond: fn(Ordering) -> bool =
                    if matches!(value, Value::Time(_)) { Ordering::is_ge } else { Ordering::is_gt };
                any([ordered(low, Ordering::is_lt), ordered(high, beyond)].into_iter()).negated()
            }
            Test::Matches(pattern) => texts(value, |text| pattern.is_match(text)),
            Test::StartsWith(head) => texts(value, |text| fold(text).starts_with(&fold(head))),
            Test::Contains(part) => texts(value, |text| fold(text).contains(&fold(part))),
            Test::BitsSet(bits) => match value {
                Value::Number(number) => tri(number & bits == *bits),
                _ => Tri::False,
            },
            Test::Before(name) | Test::After(name) => {
                let Value::Time(at) = value else { return Tri::False };
                let all = self.occurrences(name, scope);
                let Some(anchor) = all.latest() else { return Tri::Unknown };
                // A later occurrence that no log would show leaves "before" as it is, but not "after".
                let is_latest = all.is_latest(anchor, self.facts.case.as_of);
                match (matches!(test, Test::Before(_)), *at < anchor.at, *at > anchor.at) {
                    (true, before, _) => {
                        if before {
                            Tri::True
                        } else if is_latest {
                            Tri::False
                        } else {
                            Tri::Unknown
                        }
                    }
                    (false, _, false) => Tri::False,
                    (false, _, true) => {
                        if is_latest {
                            Tri::True
                        } else {
                            Tri::Unknown
                        }
                    }
                }
            }
        }
    }

    fn is(&self, value: &Value, operand: &Operand) -> Tri {
        match operand {
            Operand::Value(other) => tri(equal(value, other)),
            Operand::Row(..) | Operand::Param(..) => {
                self.single(operand).map_or(Tri::Unknown, |other| tri(equal(value, &other)))
            }
            Operand::RowsFrom(table, row) => {
                let known = self.rules.updates_from(table, row);
                texts(value, |text| known.iter().any(|kb| kb.eq_ignore_ascii_case(text)))
            }
            Operand::Subject => match self.facts.target.person() {
                Some(person) => texts(value, |text| {
                    let name = UserName { sid: Some(text.into()), name: Some(text.into()), domain: None };
                    person.is(&name)
                }),
                None => Tri::Unknown,
            },
            Operand::Computer => match &self.facts.case.computer {
                Some(computer) => texts(value, |text| same_computer(text, computer)),
                None => Tri::Unknown,
            },
            Operand::Computers(role) => self.is_computer_of(value, *role),
        }
    }

    fn is_computer_of(&self, value: &Value, role: Role) -> Tri {
        let mut of_role =
            self.facts.computers.iter().filter(|(_, roles)| roles.contains(&role)).map(|(name, _)| name).peekable();
        if of_role.peek().is_none() {
            return Tri::Unknown;
        }
        any(of_role.map(|name| texts(value, |text| same_computer(text, name))))
    }

    /// The one value of an operand, if it has one.
    pub(super) fn single(&self, operand: &Operand) -> Option<Value> {
        match operand {
            Operand::Value(value) => Some(value.clone()),
            Operand::Row(table, row) => self.rules.level(table, row).map(Value::Version),
            Operand::Param(name, default) => Some(Value::Number(self.number(name, *default))),
            _ => None,
        }
    }
}

/// A NetBIOS name equals the first label of a DNS name.
pub(super) fn same_computer(a: &str, b: &str) -> bool {
    let label = |name: &str| fold(name.trim_start_matches('\\').split('.').next().unwrap_or(name));
    label(a) == label(b)
}

fn tri(value: bool) -> Tri {
    if value { Tri::True } else { Tri::False }
}

fn any(values: impl Iterator<Item = Tri>) -> Tri {
    let mut result = Tri::False;
    for value in values {
        match value {
            Tri::True => return Tri::True,
            Tri::Unknown => result = Tri::Unknown,
            Tri::False => {}
        }
    }
    result
}

fn texts(value: &Value, wanted: impl Fn(&str) -> bool) -> Tri {
    match value {
        Value::Text(text) => tri(wanted(text)),
        Value::List(items) => tri(items.iter().any(|item| wanted(item))),
        _ => Tri::False,
    }
}

fn equal(value: &Value, other: &Value) -> bool {
    match (value, other) {
        (Value::Text(a), Value::Text(b)) => fold(a) == fold(b),
        (Value::List(items), Value::Text(b)) => items.iter().any(|item| fold(item) == fold(b)),
        (Value::Number(a), Value::Text(b)) => hex(b) == Some(*a),
        (Value::Text(a), Value::Number(b)) => whole_number(a) == Some(*b),
        (Value::Bool(a), Value::Number(b)) => i64::from(*a) == *b,
        (a, b) => a == b,
    }
}

/// A whole number that a file has as text, in decimal or hexadecimal notation.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    hex(text).or_else(|| text.trim().parse().ok())
}

fn hex(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    i64::from_str_radix(digits, 16).ok()
}

fn compare(value: &Value, other: &Value) -> Option<Ordering> {
    match (value, other) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Version(a), Value::Version(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Number(b)) => whole_number(a).map(|a| a.cmp(b)),
        _ => None,
    }
}
