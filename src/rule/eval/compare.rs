//! `compare`: the values of two names against each other, such as two thumbprints, addresses or versions.
//!
//! ```text
//! {left: profile-address, is-not: directory-address} ─▶ a@contoso.example ≠ b@contoso.example: true, both cited
//! ```
//!
//! Refuses to compare what is not there: a side without a value leaves the leaf unknown, even where its absence is proven,
//! because an address that a profile does not have neither fits nor differs. Several values of a side are alternatives for
//! `is`; for an order all pairs must agree.

use super::{Evaluator, Gap, Scope, Tri, Truth};
use crate::fact::evidence::Cite;
use crate::finding::Reason;
use crate::lang::Text;
use crate::rule::condition::{Ask, Compare, Comparison, Condition, Operand, Test};
use crate::value::Value;

/// The values that a name stands for, with the places where they stand.
type Values = Vec<(Value, Cite)>;

impl Evaluator<'_> {
    /// `compare`.
    pub(super) fn compare(&self, ask: &Compare, scope: &Scope) -> Truth {
        let label = format!("compare {} with {}", ask.left, ask.right);
        let (left, left_gaps) = self.side(&ask.left, scope);
        let (right, right_gaps) = self.side(&ask.right, scope);
        if left.is_empty() || right.is_empty() {
            let gaps: Vec<Gap> = left_gaps.into_iter().chain(right_gaps).collect();
            return match gaps.is_empty() {
                true => Truth::unknown(label, Reason::NotCollected, Vec::new()),
                false => Truth { gaps, ..Truth::new(Tri::Unknown, label) },
            };
        }
        let pairs = || left.iter().flat_map(|a| right.iter().map(move |b| self.pair(&a.0, ask.is, &b.0)));
        let some = |wanted: Tri| pairs().any(|pair| pair == wanted);
        let value = match ask.is {
            Comparison::Is if some(Tri::True) => Tri::True,
            Comparison::IsNot if some(Tri::False) => Tri::False,
            _ if some(Tri::True) && some(Tri::False) => Tri::Unknown,
            _ if some(Tri::True) => Tri::True,
            _ => Tri::False,
        };
        let joined = |side: &Values| side.iter().map(|(value, _)| value.to_string()).collect::<Vec<_>>().join(", ");
        let sign = if value == Tri::False { ask.is.opposite() } else { ask.is };
        let text = Text::same(format!("{} {} {}", joined(&left), sign.sign(), joined(&right)));
        let truth = match value {
            Tri::Unknown => Truth::unknown(label, Reason::Ambiguous, Vec::new()),
            _ => Truth::new(value, label),
        };
        truth.cited(left.into_iter().chain(right).map(|(_, cite)| cite)).says(text)
    }

    fn pair(&self, left: &Value, is: Comparison, right: &Value) -> Tri {
        let operand = Operand::Value(right.clone());
        let test = match is {
            Comparison::Is => Test::Is(operand),
            Comparison::IsNot => Test::IsNot(operand),
            Comparison::Lt => Test::Lt(operand),
            Comparison::Le => Test::Le(operand),
            Comparison::Gt => Test::Gt(operand),
            Comparison::Ge => Test::Ge(operand),
        };
        self.passes(left, &[test], &Scope::new())
    }

    /// The values of one side; where it has none, why.
    fn side(&self, name: &str, scope: &Scope) -> (Values, Vec<Gap>) {
        let Some(Condition::Leaf(leaf)) = self.rules.name(name, scope).map(|named| &named.condition) else {
            return (Values::new(), Vec::new());
        };
        let truth = self.leaf(leaf, scope);
        match truth.value {
            Tri::True => (self.values(&leaf.ask, scope), Vec::new()),
            _ => (Values::new(), truth.gaps),
        }
    }

    /// What passes the tests of a leaf that has one value for each fact.
    fn values(&self, ask: &Ask, scope: &Scope) -> Values {
        match ask {
            Ask::Property(ask) => self
                .selected_properties(ask)
                .into_iter()
                .filter(|fact| self.passes(&fact.value, &ask.check.tests, scope) == Tri::True)
                .map(|fact| (fact.value.clone(), fact.source.cite()))
                .collect(),
            Ask::Profile(ask) => self
                .profile_values(ask)
                .into_iter()
                .filter(|fact| self.passes(&fact.value, &ask.check.tests, scope) == Tri::True)
                .map(|fact| (fact.value.clone(), fact.source.cite()))
                .collect(),
            Ask::Product(ask) => self
                .facts
                .product(&ask.name)
                .and_then(|product| {
                    let version = product.version?;
                    let fact = product.facts.iter().find(|fact| fact.version == Some(version))?;
                    Some(vec![(Value::Version(version), fact.source.cite())])
                })
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }
}
