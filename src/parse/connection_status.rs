//! Turns a paste of Outlook's Connection Status window into named values, one object a connection.
//!
//! Columns are parted by tabs, commas or two and more spaces, and told by their headings; which columns there are differs from
//! build to build. Headings in Japanese are unverified: their rows are read and prove nothing absent. Refuses to know what a
//! method of sign-in means (`Bearer*`, `Clear [Anonymous]`, `NTLM`).
//!
//! ```text
//! CID  SMTP Address              Server name                  Status       Protocol  Authn    Type
//! 12   a.tanaka@contoso.example  outlook.office365.com        Established  HTTP      Bearer*  Exchange Mail
//! ```

use std::sync::Arc;

use super::named::{End, Found, Lines, read};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
pub(crate) const SOURCE: &str = "connection-status";

/// Folded heading, name in rules, verified.
const COLUMNS: [(&str, &str, bool); 26] = [
    ("cid", "cid", true),
    ("smtp address", "smtp-address", true),
    ("display name", "display-name", true),
    ("proxy server", "proxy-server", true),
    ("server name", "server-name", true),
    ("server", "server-name", true),
    ("status", "status", true),
    ("protocol", "protocol", true),
    ("authn", "authn", true),
    ("encrypt", "encrypt", true),
    ("rpcport", "rpc-port", true),
    ("rpc port", "rpc-port", true),
    ("type", "type", true),
    ("req/fail", "req-fail", true),
    ("avg resp", "average-response", true),
    ("avg proc", "average-processing", true),
    ("sess type", "session-type", true),
    ("interface", "interface", true),
    ("conn", "connection", true),
    ("notif", "notification", true),
    ("サーバー名", "server-name", false),
    ("状態", "status", false),
    ("プロトコル", "protocol", false),
    ("認証", "authn", false),
    ("暗号化", "encrypt", false),
    ("要求/失敗", "req-fail", false),
];

/// Rows of a window, and bytes of one; a longer text is none.
const ROWS: usize = 10_000;
const ROW: usize = 16 << 10;

/// Reads a whole paste.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    header: Option<Header>,
    first: u64,
    rows: usize,
}

#[derive(Debug)]
struct Header {
    separator: Separator,
    columns: Vec<Option<&'static str>>,
    verified: bool,
}

#[derive(Debug, Clone, Copy)]
enum Separator {
    Tab,
    Comma,
    Spaces,
}

impl Separator {
    fn fields(self, line: &str) -> Vec<String> {
        let plain = |field: &str| field.trim().trim_matches('"').trim().to_owned();
        match self {
            Self::Tab => line.split('\t').map(plain).collect(),
            Self::Comma => line.split(',').map(plain).collect(),
            Self::Spaces => line.trim().split("  ").map(plain).filter(|field| !field.is_empty()).collect(),
        }
    }
}

fn header(line: &str) -> Option<Header> {
    let separator = if line.contains('\t') {
        Separator::Tab
    } else if line.matches(',').count() > 3 {
        Separator::Comma
    } else {
        Separator::Spaces
    };
    let mut verified = true;
    let columns: Vec<Option<&'static str>> = separator
        .fields(line)
        .iter()
        .map(|field| {
            let field = fold(field);
            let (_, name, known) = COLUMNS.iter().find(|(heading, _, _)| *heading == field)?;
            verified &= known;
            Some(*name)
        })
        .collect();
    let has = |name: &str| columns.contains(&Some(name));
    let others = ["protocol", "server-name", "encrypt", "status", "req-fail"];
    (has("authn") && others.iter().filter(|name| has(name)).count() >= 2).then_some(Header {
        separator,
        columns,
        verified,
    })
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        if text.trim().is_empty() {
            return;
        }
        if text.len() > ROW {
            found.oddities.line(IssueCode::BadLine, number, text);
            return;
        }
        let Some(header) = &self.header else {
            self.header = header(text);
            self.first = number;
            return;
        };
        let fields = header.separator.fields(text);
        if fields.len() != header.columns.len() || self.rows >= ROWS {
            found.oddities.line(IssueCode::BadLine, number, text);
            return;
        }
        self.rows += 1;
        let object: Arc<str> = format!("row {}", self.rows).into();
        for (name, field) in header.columns.iter().zip(fields) {
            let Some(name) = name else { continue };
            found.value(NamedValue {
                source: SOURCE,
                object: Some(Arc::clone(&object)),
                name: (*name).to_owned(),
                value: Value::Text(field),
                owner: Owner::Runner,
                line: number,
            });
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some(header) = &self.header else { return };
        let complete = end.lossless && self.rows > 0 && header.verified;
        found.source(SOURCE, Owner::Runner, complete, Names::Chosen, self.first);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::parse::named::{read_text, rows};

    /// Headings of a window of Outlook 2016, name in rules.
    const WINDOW: [(&str, &str); 10] = [
        ("CID", "cid"),
        ("SMTP Address", "smtp-address"),
        ("Proxy Server", "proxy-server"),
        ("Server name", "server-name"),
        ("Status", "status"),
        ("Protocol", "protocol"),
        ("Authn", "authn"),
        ("Encrypt", "encrypt"),
        ("Req/Fail", "req-fail"),
        ("Avg Resp", "average-response"),
    ];

    proptest! {
        #[test]
        fn what_was_written_is_read_back_in_any_order_of_columns(
            columns in Just(WINDOW.to_vec()).prop_shuffle(),
            cells in vec(vec("[A-Za-z0-9*@./]{1,5}( [A-Za-z\\[\\]]{1,4})?", 10), 0..6),
            empty in 0..10_usize,
            separator in select(vec!["\t", ",", "   "]),
        ) {
            let line = |cells: Vec<&str>| cells.join(separator) + "\r\n";
            let mut text = line(columns.iter().map(|(heading, _)| *heading).collect());
            let mut expected = Vec::new();
            for (number, row) in cells.iter().enumerate() {
                // A column that is parted by blanks cannot be empty.
                let is_empty = |index| index == empty && separator != "   ";
                let row: Vec<&str> =
                    row.iter().enumerate().map(|(index, cell)| if is_empty(index) { "" } else { cell }).collect();
                for ((_, name), cell) in columns.iter().zip(&row).filter(|(_, cell)| !cell.is_empty()) {
                    expected.push((format!("row {}", number + 1), (*name).to_owned(), (*cell).to_owned()));
                }
                text += &line(row);
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(Authn|Protocol|Status|Server name|\t|,|  |\"|認証|é|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
