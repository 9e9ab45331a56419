//! How much of a list fits into its share of a page, so that a page can be opened whatever a case holds.
//!
//! ```text
//! 10,000 findings, 1 MiB  ─▶  the first 1,900; the page says how many more there are
//! ```

use serde::Serialize;

use crate::report::sanitize::Sanitized;

/// How many items from the front fit into so many bytes, by what the page makes of their texts: at least one, where there is one.
pub(super) fn fitting<T: Serialize>(items: &[T], room: usize) -> usize {
    let mut left = room;
    for (position, item) in items.iter().enumerate() {
        let size = size(item);
        if size > left && position > 0 {
            return position;
        }
        left = left.saturating_sub(size);
    }
    items.len()
}

/// Bytes of the item's texts on the page. The keys of its JSON stand for the tags around them.
fn size<T: Serialize>(item: &T) -> usize {
    let text = serde_json::to_string(item).unwrap_or_default();
    let escaped = |c: char| if matches!(c, '<' | '>' | '&' | '\'' | '"') { 5 } else { c.len_utf8() };
    Sanitized::line(&text).as_str().chars().map(escaped).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_fills_its_share_and_escapes_count() {
        assert_eq!(fitting(&["a"; 100], 120), 10);
        assert_eq!(fitting(&["&"; 100], 120), 8);
        assert_eq!(fitting(&["\u{202e}"; 100], 120), 5);
        assert_eq!(fitting(&["a"; 3], 1_000), 3);
        assert_eq!(fitting(&["long enough"], 1), 1, "one is always shown");
        assert_eq!(fitting::<&str>(&[], 1), 0);
    }
}
