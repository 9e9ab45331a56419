//! The status of one cause from its evidence: a sum that the reader can redo, no score and no percentage.

use std::collections::BTreeSet;

use super::eval::{Evaluator, Tri, Truth};
use super::rule::Item;
use crate::finding::{EvidenceClass, Reservation, Status};

/// One evaluated item of a rule.
#[derive(Debug, Clone)]
pub struct Judged<'r> {
    /// The item.
    pub item: &'r Item,
    /// For the cause or against it.
    pub supports: bool,
    /// Its value.
    pub truth: Truth,
}

impl Judged<'_> {
    /// The assumption it rests on, the first in the fixed order.
    #[must_use]
    pub fn reservation(&self) -> Option<Reservation> {
        let own = self.item.unverified.then_some(Reservation::UnverifiedFact);
        own.into_iter().chain(self.truth.reservations.iter().copied()).min()
    }

    /// What it counts as: with a reservation at most strong.
    #[must_use]
    pub fn counts_as(&self) -> EvidenceClass {
        match (self.item.class, self.reservation()) {
            (EvidenceClass::Conclusive, Some(_)) => EvidenceClass::Strong,
            (class, _) => class,
        }
    }
}

/// The status of a rule that applies, with the sum behind it.
#[must_use]
pub fn judge(evaluator: &Evaluator<'_>, items: &[Judged<'_>]) -> (Status, String) {
    let names = |supports: bool, class: EvidenceClass| -> Vec<&Judged<'_>> {
        items
            .iter()
            .filter(|judged| {
                judged.supports == supports && judged.truth.value == Tri::True && judged.counts_as() == class
            })
            .collect()
    };
    let conclusive = names(true, EvidenceClass::Conclusive);
    let strong = names(true, EvidenceClass::Strong);
    let weak = names(true, EvidenceClass::Weak);
    let against = names(false, EvidenceClass::Conclusive);
    let strong_against = names(false, EvidenceClass::Strong);
    // Also what is weak and not decided could speak for the cause: without it nothing is ruled out, refuters or not.
    let undecided = items.iter().any(|judged| judged.supports && judged.truth.value == Tri::Unknown);
    let any_true = !(conclusive.is_empty() && strong.is_empty() && weak.is_empty());
    let status = if !conclusive.is_empty() && !against.is_empty() {
        Status::Contradicted
    } else if !against.is_empty() {
        Status::RuledOut
    } else if !conclusive.is_empty() {
        Status::Confirmed
    } else if (!strong.is_empty() || independent(evaluator, &weak) >= 2) && strong_against.is_empty() {
        Status::Likely
    } else if any_true {
        Status::Possible
    } else if undecided {
        Status::Unknown
    } else {
        Status::RuledOut
    };
    let term = |class: &str, list: &[&Judged<'_>]| {
        let names: Vec<&str> = list.iter().map(|judged| judged.item.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("{class}({})", names.join(", ")))
    };
    let plus: Vec<String> =
        [term("conclusive", &conclusive), term("strong", &strong), term("weak", &weak)].into_iter().flatten().collect();
    let minus: Vec<String> =
        [term("conclusive", &against), term("strong", &strong_against)].into_iter().flatten().collect();
    let or_nothing = |list: Vec<String>| if list.is_empty() { "nothing".to_owned() } else { list.join(" + ") };
    (status, format!("{} = {} − {}", status.word(), or_nothing(plus), or_nothing(minus)))
}

/// Hits from the same kinds of artifacts count once.
fn independent(evaluator: &Evaluator<'_>, list: &[&Judged<'_>]) -> usize {
    let kinds: BTreeSet<BTreeSet<&'static str>> = list
        .iter()
        .map(|judged| {
            judged
                .truth
                .cites
                .iter()
                .filter_map(|cite| evaluator.kinds.get(&cite.artifact))
                .map(|kind| kind.id())
                .collect()
        })
        .collect();
    kinds.len()
}
