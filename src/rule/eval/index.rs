//! Where the facts that a condition asks for stand, so that thousands of rules do not each search all of them.
//!
//! Holds positions, never answers of rules: what an index finds is in the order of the facts. The occurrences of anchors are
//! kept too, because almost every rule asks for some of them.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;

use super::occurrence::Occurrences;
use super::registry::below;
use crate::fact::{FactStore, RegistryFact};
use crate::rule::condition::Selector;
use crate::value::{Window, fold};

/// The indexes of one case.
#[derive(Debug)]
pub(super) struct Index {
    /// Positions of the events of each kind: a rule asks for few kinds, a log holds many.
    events: BTreeMap<(String, u16), Vec<usize>>,
    /// Positions of the registry values of each key, folded.
    keys: BTreeMap<String, Vec<usize>>,
    /// Computers whose logs name the target user, in small letters.
    serving: BTreeSet<String>,
    /// Occurrences of anchors, for rules that give no anchor another meaning.
    pub(super) anchors: RefCell<BTreeMap<String, Rc<Occurrences>>>,
    /// The failure window.
    pub(super) failure_window: OnceCell<Option<Window>>,
}

impl Index {
    pub(super) fn of(facts: &FactStore) -> Self {
        let mut events: BTreeMap<(String, u16), Vec<usize>> = BTreeMap::new();
        let mut serving = BTreeSet::new();
        for (index, event) in facts.events.iter().enumerate() {
            events.entry((fold(&event.provider), event.id)).or_default().push(index);
            if event.is_target && !serving.contains(&*event.computer) {
                serving.insert(event.computer.to_ascii_lowercase());
            }
        }
        let mut keys: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, fact) in facts.registry.iter().enumerate() {
            keys.entry(fold(&fact.key)).or_default().push(index);
        }
        Self { events, keys, serving, anchors: RefCell::default(), failure_window: OnceCell::new() }
    }

    /// Positions of the events of these kinds, in the order of the events.
    pub(super) fn positions(&self, selectors: &[&Selector]) -> Vec<usize> {
        let mut found: Vec<usize> = selectors
            .iter()
            .flat_map(|selector| selector.ids.iter().map(|id| (fold(&selector.provider), *id)))
            .collect::<BTreeSet<_>>()
            .iter()
            .filter_map(|kind| self.events.get(kind))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found
    }

    /// The registry values of a folded key, or of it and all keys below it, in the order of the facts.
    pub(super) fn values<'f>(&self, facts: &'f FactStore, folded: &str, with_below: bool) -> Vec<&'f RegistryFact> {
        let mut found: Vec<usize> = if with_below {
            let rest = self.keys.range::<str, _>((Bound::Included(folded), Bound::Unbounded));
            rest.take_while(|(key, _)| key.starts_with(folded))
                .filter(|(key, _)| below(key, folded))
                .flat_map(|(_, positions)| positions)
                .copied()
                .collect()
        } else {
            self.keys.get(folded).cloned().unwrap_or_default()
        };
        found.sort_unstable();
        found.into_iter().filter_map(|index| facts.registry.get(index)).collect()
    }

    /// Whether some event of this computer names the target user.
    pub(super) fn serves(&self, computer: &str) -> bool {
        self.serving.contains(&computer.to_ascii_lowercase())
    }
}
