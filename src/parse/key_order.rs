//! The order in which exports hold registry keys, and what the end of one leaves open.
//!
//! A registry keeps the subkeys of a key sorted by their names in upper case, code unit by code unit, and an export writes a key
//! before its subkeys. Between two keys a cut leaves the bytes of a smaller export that is whole, so nothing is known of a key
//! whose place is behind the last one; a key whose place is before it would have been written, and is not there.
//!
//! Refuses to rely on the order where the file itself shows another one: keys that live until the next start of Windows stand
//! behind the sorted ones, and other programs and hands write what they like. Below such a key nothing is taken as passed.
//!
//! ```text
//! Software\Office\15.0            ends with Software\Office\15.0\Outlook:
//! Software\Office\15.0\Outlook      passed: …\15.0\Common, values of …\15.0;  open: …\15.0\Outlook\RPC, …\15.0\Word, …\16.0
//! ```

use std::cmp::Ordering;

/// Keys with disordered subkeys that are told apart; with more, no key counts as passed.
const DISORDERED: usize = 64;

/// Where an export ends inside a subtree. Paths are relative to the hive, without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportEnd {
    last: String,
    /// Keys whose subkeys came in another order.
    disordered: Vec<String>,
}

impl ExportEnd {
    /// An export that ends with its first key.
    #[must_use]
    pub fn new(first: &str) -> Self {
        Self { last: first.to_owned(), disordered: Vec::new() }
    }

    /// Goes on to the next key of the export.
    pub(super) fn go_on(&mut self, key: &str) {
        if let Some(shared) = disorder(&self.last, key) {
            let above: Vec<&str> = components(key).take(shared).collect();
            self.disorder_below(above.join("\\"));
        }
        self.last.clear();
        self.last.push_str(key);
    }

    fn disorder_below(&mut self, key: String) {
        if self.disordered.iter().any(|known| is_at_or_below(&key, known)) {
            return;
        }
        if self.disordered.len() < DISORDERED {
            self.disordered.push(key);
        } else {
            self.disordered = vec![String::new()];
        }
    }

    /// The last key of the export, as written.
    #[must_use]
    pub fn last(&self) -> &str {
        &self.last
    }

    /// Whether the values of a key would stand in what was read.
    #[must_use]
    pub fn passed(&self, key: &str) -> bool {
        self.place(key) != Ordering::Greater
    }

    /// Whether the values of a key and everything below it would stand in what was read.
    #[must_use]
    pub fn passed_all_of(&self, key: &str) -> bool {
        self.place(key) == Ordering::Less
    }

    /// Whether the export ends in the subtree of a key.
    #[must_use]
    pub fn is_at_or_below(&self, key: &str) -> bool {
        is_at_or_below(&self.last, key)
    }

    /// Before the end, on the way to the last key (which is read to its own end, its subkeys are not), or behind the end.
    fn place(&self, key: &str) -> Ordering {
        let below = |above: &String| is_at_or_below(key, above) && !is_at_or_below(above, key);
        if self.disordered.iter().any(below) {
            return Ordering::Greater;
        }
        let mut last = components(&self.last);
        for own in components(key) {
            match last.next().map(|last| compare(own, last)) {
                Some(Ordering::Equal) => {}
                Some(place) => return place,
                None => return Ordering::Greater,
            }
        }
        Ordering::Equal
    }
}

/// If a key cannot follow another one in a sorted export: how many components both share, of the key that has the disorder.
fn disorder(last: &str, next: &str) -> Option<usize> {
    let (mut old, mut new) = (components(last), components(next));
    let mut shared = 0;
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(own)) => match compare(old, own) {
                Ordering::Equal => shared += 1,
                // Every key between is written too, so the next key is a child of one that was there.
                Ordering::Less if new.next().is_none() => return None,
                Ordering::Less | Ordering::Greater => return Some(shared),
            },
            (None, Some(_)) => return new.next().map(|_| shared),
            // A key that was there already.
            (_, None) => return Some(shared.saturating_sub(1)),
        }
    }
}

fn components(key: &str) -> impl Iterator<Item = &str> {
    key.split('\\').filter(|part| !part.is_empty())
}

fn is_at_or_below(key: &str, root: &str) -> bool {
    let mut key = components(key);
    components(root).all(|root| key.next().is_some_and(|own| compare(own, root) == Ordering::Equal))
}

/// The order of two names, as the registry sorts them.
fn compare(a: &str, b: &str) -> Ordering {
    if a == b { Ordering::Equal } else { units(a).cmp(units(b)) }
}

fn units(name: &str) -> impl Iterator<Item = u16> {
    name.chars().map(upper).flat_map(|character| {
        let mut pair = [0; 2];
        let length = character.encode_utf16(&mut pair).len();
        pair.into_iter().take(length)
    })
}

/// Windows maps one code unit to one; a letter whose upper case is several stays as it is.
fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(keys: &[&str]) -> ExportEnd {
        let mut end = ExportEnd::new(keys[0]);
        for key in &keys[1..] {
            end.go_on(key);
        }
        end
    }

    #[test]
    fn what_stands_before_the_last_key_is_passed() {
        let end = end(&[r"S\Office", r"S\Office\15.0", r"S\Office\15.0\Common", r"S\Office\15.0\Outlook"]);
        assert_eq!(end.last(), r"S\Office\15.0\Outlook");
        let check = |key: &str, expected: (bool, bool)| {
            assert_eq!((end.passed(key), end.passed_all_of(key)), expected, "{key}");
        };
        check(r"s\office\14.0\outlook", (true, true));
        check(r"S\OFFICE\15.0\common\identity", (true, true));
        check(r"S\Office\15.0\Outloo", (true, true));
        check(r"S\Office\15.0", (true, false));
        check(r"S\Office\15.0\OUTLOOK", (true, false));
        check(r"S\Office\15.0\Outlook\RPC", (false, false));
        check(r"S\Office\15.0\Outlook2", (false, false));
        check(r"S\Office\15.0\Word", (false, false));
        check(r"S\Office\16.0\Common", (false, false));
    }

    #[test]
    fn names_are_sorted_by_their_upper_case() {
        let after = |a: &str, b: &str| end(&[a]).passed_all_of(b);
        // `_` is behind `Z` but before `a`, a brace is behind both; a longer name follows its own beginning.
        assert!(after(r"k\_", r"k\z") && !after(r"k\z", r"k\_"));
        assert!(after(r"k\{9", r"k\Z") && after(r"k\Office 16", r"k\Office"));
        assert!(after(r"k\é", r"k\E") && !after(r"k\É", r"k\é"));
        // A child of `a` stands before `a b`, although a blank is before a backslash.
        assert!(after(r"k\a b", r"k\a\c"));
        // Characters beyond the first plane are pairs, before the private ones.
        assert!(after("k\\\u{e000}", "k\\\u{10000}"));
    }

    #[test]
    fn below_a_key_with_another_order_nothing_is_passed() {
        let check = |keys: &[&str], key: &str, expected: bool| {
            assert_eq!(end(keys).passed(key), expected, "{keys:?} {key}");
        };
        let volatile = [r"S", r"S\A", r"S\A\z", r"S\A\b", r"S\B"];
        check(&volatile, r"S\A\c", false);
        check(&volatile, r"S\A", true);
        check(&volatile, r"S\AA", true);
        check(&[r"S", r"S\B", r"S\C", r"S\B\x"], r"S\A", false);
        check(&[r"S", r"S\A", r"S\A\B\C"], r"S\A\B", false);
        check(&[r"S", r"S\B\C"], r"S\A", false);
        check(&[r"S", r"S\A", r"S"], r"S", false);
        check(&[r"S", r"S\A", r"S\A"], r"S\0", false);
        check(&["", "S"], "A", true);
        let many: Vec<String> = (0..200).flat_map(|n| [format!(r"S\{n:03}"), format!(r"S\{n:03}\x\y")]).collect();
        let keys: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&keys, "A", false);
        check(&keys[..20], "A", true);
    }
}
