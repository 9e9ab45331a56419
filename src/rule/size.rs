//! Turns conditions into the number of conditions that are evaluated for them, those of their names each time they are used.
//!
//! A file of a few lines can ask for billions: it is refused when it is loaded. Refuses to know what a condition means.
//!
//! ```yaml
//! let: {a: {all: [{use: b}, {use: b}]}, b: {all: [{use: c}, {use: c}]}, c: {date: {ge: "2020-01-01"}}}
//! ```

use std::collections::BTreeMap;

use super::check::names_of;
use super::condition::Condition;
use super::name::Name;
use crate::limits::Limits;

/// How much one condition or one name asks for.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    /// Conditions that are evaluated.
    conditions: u64,
    /// Names that use each other, one behind the other.
    depth: usize,
}

impl Size {
    fn beside(self, other: Self) -> Self {
        Self { conditions: self.conditions.saturating_add(other.conditions), depth: self.depth.max(other.depth) }
    }
}

/// Why these conditions together ask for more than they may, if they do.
pub(crate) fn excess<'c>(
    conditions: impl Iterator<Item = &'c Condition>,
    scope: &BTreeMap<&str, &'c Name>,
    limits: &Limits,
) -> Option<String> {
    let mut names = Names { scope, limits, known: BTreeMap::new() };
    let whole = conditions.fold(Size::default(), |sum, condition| sum.beside(names.size(condition, 0)));
    if whole.depth > limits.name_depth {
        return Some(format!("names use each other more than {} deep; say it with fewer names", limits.name_depth));
    }
    (whole.conditions > limits.named_conditions).then(|| {
        format!(
            "more than {} conditions are to be evaluated here, with those of the names each time they are used; use fewer",
            limits.named_conditions
        )
    })
}

struct Names<'s, 'c> {
    scope: &'s BTreeMap<&'s str, &'c Name>,
    limits: &'s Limits,
    known: BTreeMap<&'c str, Size>,
}

impl<'c> Names<'_, 'c> {
    /// The size of a condition that stands below so many names.
    fn size(&mut self, condition: &'c Condition, above: usize) -> Size {
        let parts: &[Condition] = match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => parts,
            Condition::Not(part) => std::slice::from_ref(part),
            Condition::Leaf(leaf) => {
                let one = Size { conditions: 1, depth: 0 };
                return names_of(leaf).fold(one, |sum, name| sum.beside(self.named(name, above + 1)));
            }
        };
        let one = Size { conditions: 1, depth: 0 };
        parts.iter().fold(one, |sum, part| sum.beside(self.size(part, above)))
    }

    fn named(&mut self, name: &'c str, above: usize) -> Size {
        if let Some(size) = self.known.get(name) {
            return *size;
        }
        let Some(named) = self.scope.get(name).copied() else { return Size::default() };
        if above > self.limits.name_depth {
            // Deep enough to be refused; the thread's stack is not asked for more.
            return Size { conditions: 0, depth: above };
        }
        // Until it is known, a name that uses itself is deeper than any may be.
        self.known.insert(name, Size { conditions: 0, depth: self.limits.name_depth.saturating_add(1) });
        let inner = self.size(&named.condition, above);
        let size = Size { depth: inner.depth.saturating_add(1), ..inner };
        self.known.insert(name, size);
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::fields::Problems;
    use crate::rule::name::lets;
    use crate::rule::node::parse;
    use crate::rule::read::Reader;

    fn of(text: &str) -> Option<String> {
        let limits = Limits { named_conditions: 10, name_depth: 3, ..Limits::default() };
        let mut problems = Problems::new("x");
        let names = lets(&parse("x", text).unwrap(), &mut Reader::new(&mut problems, &limits));
        assert!(problems.list.is_empty(), "{:?}", problems.list);
        let scope: BTreeMap<&str, &Name> = names.iter().map(|(name, named)| (name.as_str(), named)).collect();
        excess(names.iter().map(|(_, named)| &named.condition).take(1), &scope, &limits)
    }

    #[test]
    fn names_count_each_time_they_are_used() {
        const LEAF: &str = "date: {ge: \"2020-01-01\"}";
        // 1 + 3 × (1 + 1) = 7; 1 + 3 × (1 + 3 × ...) is more than 10.
        assert_eq!(of(&format!("a: {{all: [{{use: b}}, {{use: b}}, {{use: b}}]}}\nb: {{{LEAF}}}")), None);
        let found =
            of(&format!("a: {{all: [{{use: b}}, {{use: b}}]}}\nb: {{all: [{{use: c}}, {{use: c}}]}}\nc: {{{LEAF}}}"));
        assert!(found.is_some_and(|why| why.contains("more than 10 conditions")));
        let found = of(&format!("a: {{use: b}}\nb: {{use: c}}\nc: {{use: d}}\nd: {{use: e}}\ne: {{{LEAF}}}"));
        assert!(found.is_some_and(|why| why.contains("more than 3 deep")));
        assert_eq!(of(&format!("a: {{use: b}}\nb: {{use: c}}\nc: {{use: d}}\nd: {{{LEAF}}}")), None);
        assert!(of("a: {all: [{use: a}, {use: a}]}").is_some_and(|why| why.contains("deep")));
    }
}
