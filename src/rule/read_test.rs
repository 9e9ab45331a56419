//! Reads value tests: `{lt: …}`, a bare scalar (`is`) or a bare list (`in`), typed by the fact they test.

use super::condition::{Check, Extent, Operand, Test};
use super::fields::{Fields, Problems, duration, items, number, text};
use super::node::{Node, Yaml};
use crate::fact::identity::Role;
use crate::fact::pattern::Pattern;
use crate::value::{FileVersion, Value};

/// A list of keys with the tests of a value in their place.
macro_rules! with_value_tests {
    ([$($before:literal),*], [$($behind:literal),*]) => {
        &[
            $($before,)* "is", "is-not", "in", "not-in", "lt", "le", "gt", "ge", "between", "matches", "starts-with",
            "contains", "bits-set", $($behind,)*
        ]
    };
}
pub(crate) use with_value_tests;

/// The tests, for messages and the schema.
pub const TESTS: &[&str] = with_value_tests!([], ["before", "after"]);

/// Keys of a table reference and of a parameter.
pub(crate) const TABLE: &[&str] = &["table", "row", "rows-from"];
pub(crate) const PARAM: &[&str] = &["param", "default"];

/// What a tested fact holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, folded.
    Text,
    /// A whole number.
    Number,
    /// A file version.
    Version,
    /// An instant.
    Time,
    /// Decided by the operand (properties whose type the source declares).
    Any,
}

/// Tests of one field: a scalar, a list or a mapping of tests.
pub fn field(node: &Node, kind: Kind, problems: &mut Problems<'_>) -> Vec<Test> {
    match &node.value {
        Yaml::Map(entries) if !is_operand(node) => {
            let mut tests = Vec::new();
            for (key, value) in entries {
                if TESTS.contains(&key.text.as_str()) {
                    tests.extend(one(&key.text, value, kind, problems));
                } else {
                    problems
                        .add(key.span, format!("{:?} is not a test; expected one of {}", key.text, TESTS.join(", ")));
                }
            }
            tests
        }
        Yaml::List(_) => vec![Test::In(operands(node, kind, problems))],
        _ => operand(node, kind, problems).map(Test::Is).into_iter().collect(),
    }
}

/// The tests of a leaf, whose keys stand beside its selection.
pub fn check(fields: &Fields<'_>, kind: Kind, problems: &mut Problems<'_>) -> Check {
    let every = fields.flag("every", problems).unwrap_or(false);
    let absent = fields.flag("absent", problems);
    let exists = fields.flag("exists", problems);
    let mut tests = Vec::new();
    for name in TESTS {
        if matches!(*name, "before" | "after") && kind != Kind::Time && kind != Kind::Any {
            continue;
        }
        if let Some(node) = fields.get(name) {
            tests.extend(one(name, node, kind, problems));
        }
    }
    let absent = absent == Some(true) || exists == Some(false);
    if absent && (every || !tests.is_empty()) {
        problems.add(fields.span, "`absent` stands alone: a value that is not there passes no other test; use `any: [{… absent: true}, {…}]` when both are meant");
    }
    Check { every, absent, tests }
}

fn one(name: &str, node: &Node, kind: Kind, problems: &mut Problems<'_>) -> Option<Test> {
    let ordered = matches!(name, "lt" | "le" | "gt" | "ge" | "between");
    if ordered && kind == Kind::Text {
        problems.add(
            node.span,
            format!(
                "`{name}` compares numbers, versions or times, and this fact is text; declare its type or use `is`"
            ),
        );
        return None;
    }
    Some(match name {
        "is" => Test::Is(operand(node, kind, problems)?),
        "is-not" => Test::IsNot(operand(node, kind, problems)?),
        "in" => Test::In(operands(node, kind, problems)),
        "not-in" => Test::NotIn(operands(node, kind, problems)),
        "lt" => Test::Lt(operand(node, kind, problems)?),
        "le" => Test::Le(operand(node, kind, problems)?),
        "gt" => Test::Gt(operand(node, kind, problems)?),
        "ge" => Test::Ge(operand(node, kind, problems)?),
        "between" => {
            let [low, high] = items(node) else {
                problems.add(node.span, "`between` takes two bounds: [low, high]");
                return None;
            };
            Test::Between(operand(low, kind, problems)?, operand(high, kind, problems)?)
        }
        "matches" => Test::Matches(pattern(node, problems)?),
        "starts-with" => Test::StartsWith(text(node, problems)?),
        "contains" => Test::Contains(text(node, problems)?),
        "bits-set" => {
            let bits = match &node.value {
                Yaml::Int(bits) => Some(*bits),
                Yaml::Text(word) => word.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok()),
                _ => None,
            };
            let Some(bits) = bits.filter(|bits| *bits > 0) else {
                problems
                    .add(node.span, format!("`bits-set` takes a number above 0 or \"0x…\"; found {}", node.describe()));
                return None;
            };
            Test::BitsSet(bits)
        }
        "before" => Test::Before(text(node, problems)?),
        _ => Test::After(text(node, problems)?),
    })
}

/// An anchored pattern within the limits of size.
pub fn pattern(node: &Node, problems: &mut Problems<'_>) -> Option<Pattern> {
    let limits = crate::limits::Limits::default();
    let source = text(node, problems)?;
    if source.len() > limits.pattern {
        problems.add(node.span, format!("a pattern may have {} bytes; this one has {}", limits.pattern, source.len()));
        return None;
    }
    match Pattern::new(format!("^(?:{source})$"), true, limits.pattern_compiled) {
        Ok(pattern) if pattern.matches_nothing() => {
            problems.add(node.span, "this pattern matches the empty text, so it says nothing");
            None
        }
        Ok(pattern) => Some(pattern),
        Err(error) => {
            let reason = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            problems.add(node.span, format!("this pattern cannot be used: {reason}"));
            None
        }
    }
}

fn operands(node: &Node, kind: Kind, problems: &mut Problems<'_>) -> Vec<Operand> {
    if is_operand(node) {
        return operand(node, kind, problems).into_iter().collect();
    }
    items(node).iter().filter_map(|item| operand(item, kind, problems)).collect()
}

fn is_operand(node: &Node) -> bool {
    matches!(&node.value, Yaml::Map(entries) if entries.iter().any(|(key, _)| matches!(&*key.text, "table" | "param")))
}

/// A constant, a row of a table, a parameter or a variable.
fn operand(node: &Node, kind: Kind, problems: &mut Problems<'_>) -> Option<Operand> {
    if matches!(&node.value, Yaml::Map(entries) if entries.iter().any(|(key, _)| key.text == "param")) {
        return parameter(node, kind, problems);
    }
    if is_operand(node) {
        let fields = Fields::read(node, "a table reference", TABLE, problems)?;
        let table = fields.need_text("table", problems)?;
        return match (fields.text("row", problems), fields.text("rows-from", problems)) {
            (Some(row), None) => Some(Operand::Row(table, row)),
            (None, Some(row)) => Some(Operand::RowsFrom(table, row)),
            _ => {
                problems.add(node.span, "a table reference names either `row` or `rows-from`");
                None
            }
        };
    }
    match (&node.value, kind) {
        (Yaml::Text(word), _) if word.starts_with('$') => variable(word, node, problems),
        (Yaml::Int(value), Kind::Number | Kind::Any) => Some(Operand::Value(Value::Number(*value))),
        (Yaml::Bool(value), Kind::Any) => Some(Operand::Value(Value::Bool(*value))),
        (Yaml::Text(word), Kind::Number) => {
            let number = word.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok());
            if number.is_none() {
                problems.add(
                    node.span,
                    format!("a number is expected here (unquoted, or \"0x…\"); found {}", node.describe()),
                );
            }
            number.map(|number| Operand::Value(Value::Number(number)))
        }
        (Yaml::Text(word), Kind::Version) => match word.parse::<FileVersion>() {
            Ok(version) => Some(Operand::Value(Value::Version(version))),
            Err(error) => {
                problems.add(node.span, error.to_string());
                None
            }
        },
        (Yaml::Text(word), Kind::Time) => match instant(word) {
            Some(at) => Some(Operand::Value(Value::Time(at))),
            None => {
                problems.add(
                    node.span,
                    "a day such as \"2023-01-07\" or a time such as \"2023-01-07T00:00:00Z\" is expected here",
                );
                None
            }
        },
        (Yaml::Text(word), Kind::Text | Kind::Any) => Some(Operand::Value(Value::Text(word.clone()))),
        (_, kind) => {
            let expected = match kind {
                Kind::Text => "text in quotes",
                Kind::Number => "a number",
                Kind::Version => "a version in quotes",
                Kind::Time => "a time in quotes",
                Kind::Any => "a value",
            };
            problems.add(node.span, format!("{expected} is expected here; found {}", node.describe()));
            None
        }
    }
}

/// A whole number from 1, constant or a parameter with its default.
pub(super) fn threshold(node: &Node, problems: &mut Problems<'_>) -> Option<Operand> {
    if let Yaml::Map(_) = node.value {
        return parameter(node, Kind::Number, problems);
    }
    let number = number(node, problems)?;
    if number == 0 {
        problems.add(node.span, "none at all would do; write 1 or more");
        return None;
    }
    Some(Operand::Value(Value::Number(number.into())))
}

/// `{param: refusals, default: 3}` where a number is expected.
fn parameter(node: &Node, kind: Kind, problems: &mut Problems<'_>) -> Option<Operand> {
    let fields = Fields::read(node, "a parameter", PARAM, problems)?;
    let (name, default) = (fields.need_text("param", problems), fields.need("default", problems)?);
    if !matches!(kind, Kind::Number | Kind::Any) {
        problems.add(
            node.span,
            "a parameter stands for a number or a span of time, and this fact is neither; write the value",
        );
        return None;
    }
    match &default.value {
        Yaml::Int(number) => Some(Operand::Param(name?, *number)),
        _ => {
            problems.add(
                default.span,
                format!("a number, unquoted, is expected as the default here; found {}", default.describe()),
            );
            None
        }
    }
}

/// A time, or a day from its first instant in UTC.
fn instant(word: &str) -> Option<jiff::Timestamp> {
    word.parse().ok().or_else(|| format!("{word}T00:00:00Z").parse().ok())
}

fn variable(word: &str, node: &Node, problems: &mut Problems<'_>) -> Option<Operand> {
    Some(match word {
        "$subject" | "$user" => Operand::Subject,
        "$computer" => Operand::Computer,
        "$computers.adfs" => Operand::Computers(Role::Adfs),
        "$computers.dc" => Operand::Computers(Role::Dc),
        _ => {
            problems.add(
                node.span,
                format!(
                    "there is no variable {word}; known are $subject, $user, $computer, $computers.adfs, $computers.dc"
                ),
            );
            return None;
        }
    })
}

/// A span of time, constant or a parameter with its default.
pub fn extent(node: &Node, problems: &mut Problems<'_>) -> Option<Extent> {
    if let Yaml::Map(_) = node.value {
        let fields = Fields::read(node, "a parameter", PARAM, problems)?;
        let name = fields.need_text("param", problems)?;
        return Some(Extent::Param(name, duration(fields.need("default", problems)?, problems)?));
    }
    duration(node, problems).map(Extent::Fixed)
}
