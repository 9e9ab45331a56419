//! Turns `nltest` (`/sc_query`, `/sc_verify`, `/dsgetdc`) into named values: whether the domain trusts this computer, and which
//! domain controller was found.
//!
//! The words are the program's own and stand in English in every public sample. Refuses to know on which computer it ran, and
//! proves nothing absent: what is not shown was not asked. A command that was refused (`I_NetLogonControl failed`) says nothing
//! of the channel and has a name of its own.
//!
//! ```text
//! Trusted DC Connection Status Status = 5 0x5 ERROR_ACCESS_DENIED
//!   ─▶  connection-status = 5, connection-error = ERROR_ACCESS_DENIED
//! ```

use super::named::{End, Found, Lines, pair, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "nltest";

/// Folded label, name in rules.
const LABELS: [(&str, &str); 6] = [
    ("dc", "dc"),
    ("address", "address"),
    ("dom name", "domain"),
    ("forest name", "forest"),
    ("dc site name", "dc-site"),
    ("our site name", "our-site"),
];

/// What stands before a status, folded, and the name of the status and of its word.
const STATUSES: [(&str, &str, &str); 4] = [
    ("trusted dc connection status status", "connection-status", "connection-error"),
    ("trust verification status", "verification-status", "verification-error"),
    ("i_netlogoncontrol failed: status", "control-status", "control-error"),
    ("getting dc name failed: status", "dc-status", "dc-error"),
];

/// Flags of one answer.
const FLAGS: usize = 64;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    first: Option<u64>,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        let before = self.first;
        self.first.get_or_insert(number);
        if let Some((before, status)) = line.split_once(" = ")
            && let Some((_, name, error)) = STATUSES.iter().find(|(label, ..)| *label == fold(before))
        {
            let mut words = status.split_whitespace();
            let Some(Ok(code)) = words.next().map(str::parse) else { return };
            found.state(SOURCE, None, name, Value::Number(code), number);
            if let Some(word) = words.nth(1).filter(|_| code != 0) {
                found.state(SOURCE, None, error, Value::Text(word.to_owned()), number);
            }
        } else if let Some(name) = line.strip_prefix("Trusted DC Name") {
            found.state(SOURCE, None, "trusted-dc", Value::Text(bare(name).to_owned()), number);
        } else if let Some((label, value)) = pair(line)
            && label == "Flags"
        {
            // /sc_query has their number first.
            let words = value.split_whitespace().filter(|word| word.len() > 2 && !word.starts_with("0x"));
            let flags: Vec<String> = words.take(FLAGS).map(ToOwned::to_owned).collect();
            if !flags.is_empty() {
                found.state(SOURCE, None, "flags", Value::List(flags), number);
            }
        } else if let Some((label, value)) = pair(line)
            && let Some((_, name)) = LABELS.iter().find(|(known, _)| *known == fold(label))
        {
            found.state(SOURCE, None, name, Value::Text(bare(value).to_owned()), number);
        } else {
            self.first = before;
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some(line) = self.first else { return };
        found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended, Names::Chosen, line);
    }
}

/// `\\DC01.contoso.example` without the backslashes.
fn bare(text: &str) -> &str {
    text.trim().trim_start_matches('\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::named::read_text;

    fn values(text: &str) -> Vec<(String, String)> {
        read_text(parse, text).into_iter().map(|value| (value.name, value.value.to_string())).collect()
    }

    #[test]
    fn a_status_is_a_number_and_its_word() {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        for (line, expected) in [
            ("Trusted DC Connection Status Status = 0 0x0 NERR_Success", owned(&[("connection-status", "0")])),
            (
                "Trust Verification Status = 1789 0x6fd ERROR_TRUSTED_RELATIONSHIP_FAILURE",
                owned(&[("verification-status", "1789"), ("verification-error", "ERROR_TRUSTED_RELATIONSHIP_FAILURE")]),
            ),
            (
                "I_NetLogonControl failed: Status = 5 0x5 ERROR_ACCESS_DENIED",
                owned(&[("control-status", "5"), ("control-error", "ERROR_ACCESS_DENIED")]),
            ),
            ("Trust Verification Status = x", owned(&[])),
            ("Trust Verification Status = 99999999999999999999 0x0 A", owned(&[])),
            ("Trust Verification Status = 5", owned(&[("verification-status", "5")])),
            ("Trusted DC Name ", owned(&[])),
            ("Flags: 0", owned(&[])),
        ] {
            assert_eq!(values(line), expected, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read_back(
            status in 0..20_000_i64,
            dc in "[A-Z]{2,6}[0-9]{2}\\.[a-z]{3,8}\\.example",
            flags in proptest::collection::vec("[A-Z]{3,8}", 1..6),
        ) {
            let text = format!(
                "Flags: b0 {}\r\nTrusted DC Name \\\\{dc} \r\nTrusted DC Connection Status Status = {status} 0x{status:x} WORD\r\nThe command completed successfully\r\n",
                flags.join("  "),
            );
            let read = values(&text);
            proptest::prop_assert_eq!(&read[0].1, &Value::List(flags).to_string());
            proptest::prop_assert_eq!(&read[1], &("trusted-dc".to_owned(), dc));
            proptest::prop_assert_eq!(&read[2].1, &status.to_string());
            proptest::prop_assert_eq!(read.len(), if status == 0 { 3 } else { 4 });
        }

        #[test]
        fn no_text_makes_it_fail(text in "(Trust Verification Status| = |0x|Flags: |DC:|\\\\|é|[0-9]|\n){0,60}") {
            values(&text);
        }
    }
}
