//! Turns the applied policies that `gpresult` reports, as a page (`/H`) or as text (`/R`, `/V`), into named values.
//!
//! The page is localized, so its labels are taken as they stand: of a row with three columns and more the first names the
//! setting, the second is its value and the last the policy object that won; a row with two columns belongs to the setting or
//! the heading above it. Only the labels of the user are known by their words. Refuses to prove anything absent: what a report
//! leaves out depends on the rights of whoever ran it.
//!
//! ```text
//! <tr><td>Authentication with Exchange Server</td><td>Enabled</td><td>Mail policy</td></tr>
//!      ─▶  Mail policy / Authentication with Exchange Server = Enabled
//! ```

mod plain;
#[cfg(test)]
mod tests;

use std::io::Read as _;
use std::sync::Arc;

use super::markup::{Blocks, read};
use super::named::{End, Found, typed};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::bundle::decode::decode_prefix;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "gpresult";

/// Folded labels of the user whose policies the page shows. German and Japanese are unverified.
const USERS: [&str; 4] = ["user name", "ユーザー名", "benutzername", "nom d'utilisateur"];

/// Cells of a row, and tables inside one another.
const CELLS: usize = 16;
const TABLES: usize = 32;
/// Bytes of a name.
const NAME: usize = 1 << 10;

/// Reads a whole report.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let Input { reader, encoding, bytes } = input;
    // One line tells the two forms apart.
    let mut head = Vec::new();
    if reader.take(1 << 10).read_to_end(&mut head).is_err() {
        head.clear();
    }
    let whole = u64::try_from(head.len()).is_ok_and(|length| length < 1 << 10);
    let shown = encoding.clone().unwrap_or_else(|| crate::bundle::decode::detect(&head, whole));
    let is_page = decode_prefix(&head, &shown).trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']).starts_with('<');
    let mut rest = head.as_slice().chain(reader);
    let input = Input { reader: &mut rest, encoding, bytes };
    if is_page { read(input, context, &mut Page::default()) } else { plain::parse(input, context) }
}

/// A table that is open: the cells of its row, and whether all of them are headings.
#[derive(Debug, Default)]
struct Table {
    cells: Vec<String>,
    has_data: bool,
}

#[derive(Debug, Default)]
struct Page {
    tables: Vec<Table>,
    /// Tables that are open beyond those that are kept.
    deeper: u64,
    /// The heading or the setting to which a row with two columns belongs.
    above: Option<Arc<str>>,
    user: Option<String>,
    any: bool,
}

impl Blocks for Page {
    fn text(&mut self, text: &str, _: u64, _: &mut Found) {
        match self.tables.last_mut() {
            Some(table) => {
                if let Some(cell) = table.cells.last_mut() {
                    if !cell.is_empty() {
                        cell.push(' ');
                    }
                    cell.push_str(text);
                }
            }
            None => self.above = Some(text.chars().take(NAME).collect::<String>().into()),
        }
    }

    fn tag(&mut self, name: &str, is_end: bool, _: &str, line: u64, found: &mut Found) {
        match (name, is_end) {
            ("table", false) if self.tables.len() < TABLES => self.tables.push(Table::default()),
            ("table", false) => self.deeper += 1,
            ("table", true) if self.deeper > 0 => self.deeper -= 1,
            ("table", true) => {
                self.row(line, found);
                self.tables.pop();
            }
            ("tr", _) => self.row(line, found),
            ("td" | "th", false) => {
                if let Some(table) = self.tables.last_mut().filter(|table| table.cells.len() < CELLS) {
                    table.cells.push(String::new());
                    table.has_data |= name == "td";
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, _: End, found: &mut Found) {
        end(self.user.take(), self.any, found);
    }
}

impl Page {
    fn row(&mut self, line: u64, found: &mut Found) {
        let Some(table) = self.tables.last_mut().map(std::mem::take) else { return };
        let cells: Vec<&str> = table.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        if !table.has_data {
            return;
        }
        let (name, value, object) = match cells.as_slice() {
            [name, value] => (*name, *value, self.above.clone()),
            [name, value, .., winner] => {
                self.above = Some((*name).chars().take(NAME).collect::<String>().into());
                (*name, *value, Some(Arc::from(*winner)))
            }
            _ => return,
        };
        if name.len() > NAME {
            return;
        }
        if USERS.contains(&fold(name.trim_end_matches(':')).as_str()) && value.contains(['\\', '@']) {
            self.user.get_or_insert_with(|| value.to_owned());
        }
        self.any = true;
        found.value(named(object, name, typed(value), Owner::Runner, line));
    }
}

fn named(object: Option<Arc<str>>, name: &str, value: Value, owner: Owner, line: u64) -> NamedValue {
    NamedValue { source: SOURCE, object, name: name.to_owned(), value, owner, line }
}

/// States the source, and whose the values are that are not the computer's.
fn end(user: Option<String>, any: bool, found: &mut Found) {
    let owner = match user {
        Some(user) => Owner::Account { sid: None, names: vec![user] },
        None => Owner::Runner,
    };
    for value in found.values().filter(|value| value.owner == Owner::Runner) {
        value.owner = owner.clone();
    }
    if any {
        found.source(SOURCE, owner, false, Names::Chosen, 1);
    }
}
