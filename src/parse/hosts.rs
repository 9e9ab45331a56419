//! Turns a `hosts` file into named values: one object a name, with its address.
//!
//! Refuses to know whether a name should be there.
//!
//! ```text
//! 192.0.2.10  fs.contoso.example fs   # AD FS   ─▶  hosts fs.contoso.example: address = 192.0.2.10
//! ```

use std::net::IpAddr;

use super::named::{End, Found, Lines, read};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::issue::IssueCode;
use crate::value::Value;

/// Name in rules.
const SOURCE: &str = "hosts";

/// Reads a whole file.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    let mut parsed = read(input, context, &mut Reading);
    // A file of comments alone is whole too.
    parsed.seen = parsed.seen.max(1);
    parsed
}

struct Reading;

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line =
            text.split('#').next().unwrap_or_default().trim_matches(|c: char| c.is_whitespace() || c == '\u{1a}');
        let mut words = line.split_whitespace();
        let Some(address) = words.next() else { return };
        // `fe80::1%4`: the zone of a link-local address.
        if address.split('%').next().is_none_or(|address| address.parse::<IpAddr>().is_err()) {
            found.oddities.line(IssueCode::BadLine, number, line);
            return;
        }
        for name in words {
            found.value(NamedValue {
                source: SOURCE,
                object: Some(name.into()),
                name: "address".to_owned(),
                value: Value::Text(address.to_owned()),
                owner: Owner::Nobody,
                line: number,
            });
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        // A file that stops inside a line may have been cut there.
        found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended, Names::All, 1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::{read_text, rows};

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            lines in vec((any::<IpAddr>(), vec("[a-z0-9.-]{1,12}", 0..4), "[ \t]{1,4}", "(|#|  # [a-z0-9. #]{0,9})"), 0..9),
        ) {
            let (mut text, mut expected) = (String::from("# Copyright (c) Microsoft Corp.\r\n\r\n"), Vec::new());
            for (address, names, blank, comment) in lines {
                text += &format!("{blank}{address}{blank}{}{comment}\r\n", names.join(&blank));
                expected.extend(names.into_iter().map(|name| (name, "address".to_owned(), address.to_string())));
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(10.0.0.1|::1|fe80::1%4|%|#|[a-z]|\\x1a|é| |\t|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
