//! What any rule could ask for, so that parsers skip the rest while reading.
//!
//! `parse` owns the type; the rule set only fills it (`RuleSet::interest`).

use std::collections::{BTreeMap, BTreeSet};

use super::record::Hive;
use crate::value::fold;

/// Event pairs to decode and registry subtrees to keep. Everything else is only counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interest {
    everything: bool,
    events: BTreeMap<String, BTreeSet<u16>>,
    registry: BTreeSet<KeyPattern>,
}

/// A registry subtree; a component `*` stands for any one component (`Software\Microsoft\Office\*\Outlook`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct KeyPattern {
    user: bool,
    components: Vec<String>,
}

impl Interest {
    /// Keeps all: for `facts --all`, tests and interop.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Adds an event to decode. The provider is compared folded.
    pub fn add_event(&mut self, provider: &str, id: u16) {
        self.events.entry(fold(provider)).or_default().insert(id);
    }

    /// Adds a subtree of the user's hive.
    pub fn add_user_key(&mut self, key: &str) {
        self.registry.insert(KeyPattern { user: true, components: components(key) });
    }

    /// Adds a subtree of the machine's hive.
    pub fn add_machine_key(&mut self, key: &str) {
        self.registry.insert(KeyPattern { user: false, components: components(key) });
    }

    /// Whether events of this pair are decoded.
    #[must_use]
    pub fn wants_event(&self, provider: &str, id: u16) -> bool {
        self.everything || self.events.get(&fold(provider)).is_some_and(|ids| ids.contains(&id))
    }

    /// Whether the key, or something below it, is kept: true for wanted subtrees only, not for their parents.
    #[must_use]
    pub fn wants_key(&self, hive: &Hive, key: &str) -> bool {
        if self.everything {
            return true;
        }
        let user = match hive {
            Hive::User(_) => true,
            Hive::Machine => false,
            Hive::Other(_) => return false,
        };
        let folded = fold(key);
        self.registry.iter().any(|pattern| {
            // 32-bit programs see `Software\WOW6432Node\X` as `Software\X`.
            let mut parts = folded.split('\\').filter(|part| *part != "wow6432node");
            pattern.user == user
                && pattern
                    .components
                    .iter()
                    .all(|wanted| parts.next().is_some_and(|part| wanted == "*" || wanted == part))
        })
    }
}

fn components(key: &str) -> Vec<String> {
    key.split('\\').filter(|part| !part.is_empty()).map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_component_stands_for_exactly_one() {
        let mut interest = Interest::default();
        interest.add_user_key(r"Software\Microsoft\Office\*\Outlook\RPC");
        let user = Hive::User(None);
        assert!(interest.wants_key(&user, r"SOFTWARE\Microsoft\Office\15.0\Outlook\RPC"));
        assert!(interest.wants_key(&user, r"Software\Microsoft\Office\15.0\Outlook\RPC\Below"));
        assert!(!interest.wants_key(&user, r"Software\Microsoft\Office\15.0\Outlook"));
        assert!(!interest.wants_key(&Hive::Machine, r"Software\Microsoft\Office\15.0\Outlook\RPC"));
    }

    #[test]
    fn a_provider_is_compared_as_windows_does_and_only_with_its_own_ids() {
        let mut interest = Interest::default();
        interest.add_event("AD FS Auditing", 411);
        assert!(interest.wants_event("ad fs auditing", 411));
        assert!(!interest.wants_event("AD FS", 411));
        assert!(!interest.wants_event("AD FS Auditing", 410));
    }
}
