//! `compare`: the values of two names against each other, such as two thumbprints, addresses or versions.
//!
//! ```text
//! {left: profile-address, is-not: directory-address} ─▶ a@contoso.example ≠ b@contoso.example: true, both cited
//! ```
//!
//! Refuses to compare what is not there: a side without a value leaves the leaf unknown, even where its absence is proven,
//! because an address that a profile does not have neither fits nor differs. Several values of a side are alternatives for
//! `is`; for an order all pairs must agree.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Evaluator, Gap, Scope, Tri, Truth};
use crate::fact::evidence::Cite;
use crate::finding::{Reason, Reservation};
use crate::lang::Text;
use crate::rule::condition::{Ask, Compare, Comparison, Condition, Test};
use crate::value::{FileVersion, Value, fold};

/// One side: the values that a name stands for, with the places where they stand.
#[derive(Default)]
struct Side {
    values: Vec<(Value, Cite)>,
    reservations: BTreeSet<Reservation>,
    /// Why there are no values.
    gaps: Vec<Gap>,
}

impl Evaluator<'_> {
    /// `compare`.
    pub(super) fn compare(&self, ask: &Compare, scope: &Scope) -> Truth {
        let label = format!("compare {} with {}", ask.left, ask.right);
        let (left, right) = (self.side(&ask.left, scope), self.side(&ask.right, scope));
        if left.values.is_empty() || right.values.is_empty() {
            let gaps: Vec<Gap> = left.gaps.into_iter().chain(right.gaps).collect();
            return match gaps.is_empty() {
                true => Truth::unknown(label, Reason::NotCollected, Vec::new()),
                false => Truth { gaps, ..Truth::new(Tri::Unknown, label) },
            };
        }
        let pairs = || left.values.iter().flat_map(|a| right.values.iter().map(|b| pair(&a.0, ask.is, &b.0)));
        let some = |wanted: Tri| pairs().any(|pair| pair == wanted);
        let value = match ask.is {
            Comparison::Is if some(Tri::True) => Tri::True,
            Comparison::IsNot if some(Tri::False) => Tri::False,
            _ if some(Tri::Unknown) || (some(Tri::True) && some(Tri::False)) => Tri::Unknown,
            _ if some(Tri::True) => Tri::True,
            _ => Tri::False,
        };
        let joined =
            |side: &Side| side.values.iter().map(|(value, _)| value.to_string()).collect::<Vec<_>>().join(", ");
        let sign = match value {
            Tri::True => ask.is.sign(),
            Tri::False => ask.is.opposite().sign(),
            Tri::Unknown => "?",
        };
        let text = Text::same(format!("{} {sign} {}", joined(&left), joined(&right)));
        let truth = match value {
            Tri::Unknown => Truth::unknown(label, Reason::Ambiguous, Vec::new()),
            _ => Truth::new(value, label),
        };
        let reservations: BTreeSet<Reservation> = left.reservations.union(&right.reservations).copied().collect();
        let cites = left.values.into_iter().chain(right.values).map(|(_, cite)| cite);
        truth.cited(cites).under(reservations).says(text)
    }

    fn side(&self, name: &str, scope: &Scope) -> Side {
        let Some(Condition::Leaf(leaf)) = self.rules.name(name, scope).map(|named| &named.condition) else {
            return Side::default();
        };
        let truth = self.leaf(leaf, scope);
        match truth.value {
            Tri::True => self.values(&leaf.ask, scope, truth.reservations),
            _ => Side { gaps: truth.gaps, ..Side::default() },
        }
    }

    /// What passes the tests of a leaf that has one value for each fact.
    fn values(&self, ask: &Ask, scope: &Scope, reservations: BTreeSet<Reservation>) -> Side {
        let passes = |value: &Value, tests: &[Test]| self.passes(value, tests, scope) == Tri::True;
        let values = match ask {
            Ask::Property(ask) => self
                .selected_properties(ask)
                .into_iter()
                .filter(|fact| passes(&fact.value, &ask.check.tests))
                .map(|fact| (fact.value.clone(), fact.source.cite()))
                .collect(),
            Ask::Profile(ask) => self
                .profile_values(ask)
                .into_iter()
                .filter(|fact| passes(&fact.value, &ask.check.tests))
                .map(|fact| (fact.value.clone(), fact.source.cite()))
                .collect(),
            Ask::Product(ask) => {
                let Some(product) = self.facts.product(&ask.name) else { return Side::default() };
                if product.ambiguous || product.several {
                    let gap = Gap { reason: Reason::Ambiguous, need: self.rules.need_of_product("version") };
                    return Side { gaps: vec![gap], ..Side::default() };
                }
                let stated =
                    product.facts.iter().filter(|fact| fact.version.is_some() && fact.version == product.version);
                stated.take(1).filter_map(|fact| Some((Value::Version(fact.version?), fact.source.cite()))).collect()
            }
            _ => Vec::new(),
        };
        Side { values, reservations, gaps: Vec::new() }
    }
}

/// Two values in a form that both have; an order that cannot be formed is unknown, never false.
fn pair(left: &Value, is: Comparison, right: &Value) -> Tri {
    let equal = |wanted: bool| if same(left, right) == wanted { Tri::True } else { Tri::False };
    let ordered = |wanted: fn(Ordering) -> bool| match order(left, right) {
        Some(order) if wanted(order) => Tri::True,
        Some(_) => Tri::False,
        None => Tri::Unknown,
    };
    match is {
        Comparison::Is => equal(true),
        Comparison::IsNot => equal(false),
        Comparison::Lt => ordered(Ordering::is_lt),
        Comparison::Le => ordered(Ordering::is_le),
        Comparison::Gt => ordered(Ordering::is_gt),
        Comparison::Ge => ordered(Ordering::is_ge),
    }
}

/// Equal in any common form. Of a list each text may be the one that is meant.
fn same(left: &Value, right: &Value) -> bool {
    let texts = |value: &Value| match value {
        Value::List(items) => items.iter().map(|item| fold(item)).collect(),
        value => vec![fold(&value.to_string())],
    };
    let right_texts = texts(right);
    order(left, right) == Some(Ordering::Equal) || texts(left).iter().any(|text| right_texts.contains(text))
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    let time = |value: &Value| match value {
        Value::Time(at) => Some(*at),
        Value::Text(text) => text.trim().parse::<Timestamp>().ok(),
        _ => None,
    };
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return Some(left.cmp(&right));
    }
    if let (Some(left), Some(right)) = (version(left), version(right)) {
        return Some(left.cmp(&right));
    }
    Some(time(left)?.cmp(&time(right)?))
}

fn version(value: &Value) -> Option<FileVersion> {
    match value {
        Value::Version(version) => Some(*version),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => super::test::whole_number(text),
        _ => None,
    }
}
