//! What each pattern of a pack costs: the size of its compiled form, on which the time of a search depends.

use std::collections::BTreeMap;

use regex::RegexBuilder;

use super::source::{Source, at, walk, word};
use crate::rule::node::Span;

/// A pattern with its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Path of its file.
    pub file: String,
    /// Where it stands.
    pub span: Span,
    /// The pattern as written.
    pub pattern: String,
    /// The compiled form fits into so many bytes (a power of two).
    pub bytes: usize,
}

/// Keys whose text is a pattern.
const KEYS: [&str; 3] = ["matches", "pattern", "capture"];

/// From 1 KiB to the limit of 1 MiB.
const SIZES: std::ops::RangeInclusive<u32> = 10..=20;

/// Every pattern that can be compiled, the dearest first.
pub(super) fn costs(sources: &[Source<'_>]) -> Vec<Cost> {
    let mut found = Vec::new();
    // Rules that are copies of each other are frequent, and each size is found by compiling.
    let mut sizes: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for source in sources {
        let mut visit = |node| {
            for pattern in KEYS.iter().filter_map(|key| at(node, &[key])) {
                let sized =
                    word(pattern).and_then(|text| Some((text, (*sizes.entry(text).or_insert_with(|| size(text)))?)));
                if let Some((text, bytes)) = sized {
                    let file = source.file.to_owned();
                    found.push(Cost { file, span: pattern.span, pattern: text.to_owned(), bytes });
                }
            }
        };
        if let Some(node) = &source.node {
            walk(node, &mut visit);
        }
    }
    found.sort_by(|a, b| (b.bytes, &a.file, a.span).cmp(&(a.bytes, &b.file, b.span)));
    found
}

/// The smallest power of two into which the compiled form fits; `None` if it is no pattern within the limits.
fn size(pattern: &str) -> Option<usize> {
    if pattern.len() > crate::limits::Limits::default().pattern {
        return None;
    }
    let fits = |exponent: u32| {
        RegexBuilder::new(&format!("^(?:{pattern})$"))
            .case_insensitive(true)
            .dot_matches_new_line(true)
            .size_limit(1 << exponent)
            .nest_limit(32)
            .build()
            .is_ok()
    };
    let (mut small, mut large) = (*SIZES.start(), *SIZES.end());
    if !fits(large) {
        return None;
    }
    while small < large {
        let middle = small.midpoint(large);
        if fits(middle) { large = middle } else { small = middle + 1 }
    }
    Some(1 << small)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn a_larger_pattern_costs_more_and_a_bomb_has_no_size() {
        assert!(size("abc") < size(r"\w{20}"));
        assert_eq!(size("(a{1,1000}){1,1000}"), None);
        assert_eq!(size("("), None);
    }
}
