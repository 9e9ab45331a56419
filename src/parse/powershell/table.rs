//! Turns `Format-Table` output into objects, one a row: the dashes under the headings say where the columns begin.
//!
//! A column may be aligned to either side and PowerShell shortens what does not fit, so a row is taken only where every column
//! begins behind a blank; a value that ends in `...` or `…` is left out. Cells are as wide as a console shows them.
//!
//! ```text
//! AddressPath                              Enabled Proxy
//! -----------                              ------- -----
//! /adfs/services/trust/2005/usernamemixed    False False
//! ```

use unicode_width::UnicodeWidthChar;

use super::super::record::{PsObject, PsValue};
use super::value;

/// Columns of a table, and bytes of a row.
const MOST: usize = 64;
const LONGEST: usize = 32 << 10;

/// Columns of a table: name and first cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    columns: Vec<(String, usize)>,
}

impl Table {
    /// The table that a line of dashes below a line of headings begins.
    pub(super) fn of(header: &str, dashes: &str) -> Option<Self> {
        let mut columns = Vec::new();
        let mut at = 0;
        for group in dashes.split(' ') {
            if !group.is_empty() {
                if !group.bytes().all(|byte| byte == b'-') || columns.len() >= MOST {
                    return None;
                }
                let name = cells(header, at, at + group.len())?.trim();
                let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
                if name.is_empty() || !plain {
                    return None;
                }
                columns.push((name.to_owned(), at));
            }
            at += group.len() + 1;
        }
        (columns.len() >= 2).then_some(Self { columns })
    }

    /// A row, or nothing where it does not fit.
    pub(super) fn row(&self, text: &str, line: u64) -> Option<PsObject> {
        if text.len() > LONGEST {
            return None;
        }
        let mut properties = Vec::new();
        for (index, (name, from)) in self.columns.iter().enumerate() {
            let to = self.columns.get(index + 1).map_or(usize::MAX, |(_, next)| *next);
            let cell = cells(text, *from, to)?;
            if to != usize::MAX && !cell.is_empty() && !cell.ends_with(' ') && !cells(text, to, usize::MAX)?.is_empty()
            {
                return None;
            }
            let cell = cell.trim();
            let cut = cell.ends_with("...") || cell.ends_with('…');
            let own = match cell.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                _ if cut || cell.contains("...}") || cell.contains("…}") => PsValue::Nil,
                Some(items) => PsValue::List(items.split(", ").map(|item| PsValue::Text(item.to_owned())).collect()),
                None => value(cell),
            };
            properties.push((name.clone(), own));
        }
        Some(PsObject { types: Vec::new(), properties, to_string: None, line, lines: Vec::new() })
    }
}

/// The part of a line between two cells; nothing if a wide character lies across one of them.
fn cells(text: &str, from: usize, to: usize) -> Option<&str> {
    let mut cell = 0;
    let mut start = None;
    for (at, character) in text.char_indices() {
        if cell == from {
            start = start.or(Some(at));
        }
        if cell >= to {
            return if cell == to { text.get(start?..at) } else { None };
        }
        cell += character.width().unwrap_or(0);
    }
    match start {
        Some(start) => text.get(start..),
        None => (cell <= from).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "Name     Enabled Proxy";
    const DASHES: &str = "----     ------- -----";

    fn row(text: &str) -> Option<Vec<PsValue>> {
        let row = Table::of(HEADER, DASHES)?.row(text, 1)?;
        Some(row.properties.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn columns_begin_where_the_dashes_do() {
        let text = |text: &str| PsValue::Text(text.into());
        let (yes, no) = (PsValue::Bool(true), PsValue::Bool(false));
        assert_eq!(row("fs          True False"), Some(vec![text("fs"), yes.clone(), no.clone()]));
        assert_eq!(row("田中 明  True    False"), Some(vec![text("田中 明"), yes, no]));
        assert_eq!(row("fs"), Some(vec![text("fs"), PsValue::Nil, PsValue::Nil]));
        assert_eq!(row("a..."), Some(vec![PsValue::Nil, PsValue::Nil, PsValue::Nil]));
        assert_eq!(row("a value across the border"), None);
        assert_eq!(Table::of("Name", "----"), None);
        assert_eq!(Table::of("名前 x", "---- -"), None);
        assert_eq!(Table::of(HEADER, "---- x"), None);
    }
}
