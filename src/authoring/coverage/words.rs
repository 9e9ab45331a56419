//! What a change is called, in the words of the file: `event 4771: Status is 0x18 → is-not 0x18`.

use jiff::SignedDuration;

use crate::authoring::docs::in_whole_units;
use crate::rule::condition::{Ask, Condition, Extent, Leaf, Operand, Test};

/// A test of one value.
pub(super) fn test(test: &Test) -> String {
    let list = |operands: &[Operand]| operands.iter().map(operand).collect::<Vec<_>>().join(", ");
    match test {
        Test::Is(value) => format!("is {}", operand(value)),
        Test::IsNot(value) => format!("is-not {}", operand(value)),
        Test::In(values) => format!("in [{}]", list(values)),
        Test::NotIn(values) => format!("not-in [{}]", list(values)),
        Test::Lt(value) => format!("lt {}", operand(value)),
        Test::Le(value) => format!("le {}", operand(value)),
        Test::Gt(value) => format!("gt {}", operand(value)),
        Test::Ge(value) => format!("ge {}", operand(value)),
        Test::Between(low, high) => format!("between [{}, {}]", operand(low), operand(high)),
        Test::Matches(pattern) => {
            let source = pattern.source();
            format!(
                "matches {}",
                source.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$")).unwrap_or(source)
            )
        }
        Test::StartsWith(text) => format!("starts-with {text}"),
        Test::Contains(text) => format!("contains {text}"),
        Test::BitsSet(bits) => format!("bits-set {bits:#x}"),
        Test::Before(name) => format!("before {name}"),
        Test::After(name) => format!("after {name}"),
    }
}

/// What a value is compared with.
pub(super) fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Value(value) => value.to_string(),
        Operand::Param(name, default) => format!("{default} (parameter {name})"),
        Operand::Row(_, row) => row.clone(),
        Operand::RowsFrom(_, row) => format!("rows-from {row}"),
        Operand::Subject => "$subject".to_owned(),
        Operand::Computer => "$computer".to_owned(),
        Operand::Computers(role) => format!("$computers.{}", role.word()),
    }
}

/// `90m`, `1h`, `7d`.
pub(super) fn span(span: SignedDuration) -> String {
    let (count, (_, letter, ..)) = in_whole_units(span);
    format!("{count}{letter}")
}

/// A span with its parameter.
pub(super) fn extent(extent: &Extent) -> String {
    match extent {
        Extent::Fixed(length) => span(*length),
        Extent::Param(name, default) => format!("{} (parameter {name})", span(*default)),
    }
}

/// A leaf, short: what tells it from its neighbours.
pub(super) fn leaf(leaf: &Leaf) -> String {
    match &leaf.ask {
        Ask::Registry(ask) => {
            let last = ask.key.rsplit('\\').next().unwrap_or(&ask.key);
            format!("registry {}", ask.value.as_deref().unwrap_or(last))
        }
        Ask::Credential(ask) => match &ask.of {
            Some(name) => format!("credential of {name}"),
            None => format!("credential {}", ask.class.join(", ")).trim_end().to_owned(),
        },
        Ask::Profile(ask) => format!("profile {}", ask.property),
        Ask::Product(ask) => format!("product {}", ask.name),
        Ask::Property(ask) => format!("property {} {}", ask.source, ask.name),
        Ask::Code(ask) => format!("code {}", ask.family),
        Ask::Event(ask) => {
            let mut ids: Vec<String> =
                ask.any.iter().flat_map(|selector| &selector.ids).map(ToString::to_string).collect();
            ids.dedup();
            format!("event {}", ids.join("/"))
        }
        Ask::Sequence(ask) => {
            let names: Vec<&str> = ask.items.iter().map(|item| item.of.as_str()).collect();
            format!("sequence {}", names.join(", "))
        }
        Ask::Cadence(ask) => format!("cadence of {}", ask.of),
        Ask::Joined(ask) => format!("{} joined with {}", ask.of, ask.with),
        Ask::Compare(ask) => format!("compare {} with {}", ask.left, ask.right),
        Ask::Finding { id, .. } => format!("finding {id}"),
        Ask::Era(_) => "era".to_owned(),
        Ask::Date(_) => "date".to_owned(),
        Ask::Collected(needs) => format!("collected {}", needs.join(", ")),
        Ask::Use(name) => format!("use {name}"),
    }
}

/// A leaf with its tests: what tells it from another one of the same value.
pub(super) fn asked(part: &Leaf) -> String {
    let check = match &part.ask {
        Ask::Registry(ask) => Some(&ask.check),
        Ask::Credential(ask) => Some(&ask.check),
        Ask::Profile(ask) => Some(&ask.check),
        Ask::Property(ask) => Some(&ask.check),
        _ => None,
    };
    let Some(check) = check else { return leaf(part) };
    let mut words = vec![leaf(part)];
    words.extend(check.every.then(|| "every".to_owned()));
    words.extend(check.absent.then(|| "absent".to_owned()));
    words.extend(check.tests.iter().map(test));
    words.join(" ")
}

/// A condition, short.
pub(super) fn condition(condition: &Condition) -> String {
    match condition {
        Condition::All(parts) => format!("all of {} parts", parts.len()),
        Condition::Any(parts) => format!("any of {} parts", parts.len()),
        Condition::AtLeast(n, parts) => format!("at-least {n} of {}", parts.len()),
        Condition::Not(part) => format!("not {}", self::condition(part)),
        Condition::Leaf(part) => asked(part),
    }
}
