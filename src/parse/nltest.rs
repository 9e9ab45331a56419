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

/// What an answer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// The secure channel (`/sc_query`, `/sc_verify`, `/sc_reset`).
    Channel,
    /// A command that was refused.
    Control,
    /// The domain controller (`/dsgetdc`).
    Controller,
}

impl About {
    /// By the name of a value; nothing for one that several answers have.
    fn of(name: &str) -> Option<Self> {
        match name {
            "trusted-dc" | "connection-status" | "connection-error" | "verification-status" | "verification-error" => {
                Some(Self::Channel)
            }
            "control-status" | "control-error" => Some(Self::Control),
            "flags" => None,
            _ => Some(Self::Controller),
        }
    }
}

/// The values of one command.
#[derive(Debug, Default)]
struct Answer {
    about: Option<About>,
    values: Vec<(&'static str, Value, u64)>,
}

/// Of several answers about the same the last one holds: a channel that was broken and then reset works.
#[derive(Debug, Default)]
struct Reading {
    answer: Answer,
    before: Vec<Answer>,
    first: Option<u64>,
}

impl Reading {
    fn push(&mut self, name: &'static str, value: Value, line: u64) {
        let about = About::of(name);
        let is_known = self.answer.values.iter().any(|(known, ..)| *known == name);
        if is_known || about.is_some() && self.answer.about.is_some_and(|known| Some(known) != about) {
            self.next();
        }
        self.answer.about = self.answer.about.or(about);
        self.answer.values.push((name, value, line));
    }

    fn next(&mut self) {
        let answer = std::mem::take(&mut self.answer);
        if answer.values.is_empty() {
            return;
        }
        self.before.retain(|before| before.about != answer.about);
        self.before.push(answer);
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, _: &mut Found) {
        let line = text.trim();
        let before = self.first;
        self.first.get_or_insert(number);
        if let Some((before, status)) = line.split_once(" = ")
            && let Some((_, name, error)) = STATUSES.iter().find(|(label, ..)| *label == fold(before))
        {
            let mut words = status.split_whitespace();
            let Some(Ok(code)) = words.next().map(str::parse) else { return };
            self.push(name, Value::Number(code), number);
            if let Some(word) = words.nth(1).filter(|_| code != 0) {
                self.push(error, Value::Text(word.to_owned()), number);
            }
        } else if let Some(name) = line.strip_prefix("Trusted DC Name") {
            self.push("trusted-dc", Value::Text(bare(name).to_owned()), number);
        } else if let Some((label, value)) = pair(line)
            && label == "Flags"
        {
            // /sc_query has their number first.
            let words = value.split_whitespace().filter(|word| word.len() > 2 && !word.starts_with("0x"));
            let flags: Vec<String> = words.take(FLAGS).map(ToOwned::to_owned).collect();
            if !flags.is_empty() {
                self.push("flags", Value::List(flags), number);
            }
        } else if let Some((label, value)) = pair(line)
            && let Some((_, name)) = LABELS.iter().find(|(known, _)| *known == fold(label))
        {
            self.push(name, Value::Text(bare(value).to_owned()), number);
        } else {
            self.first = before;
            if line.starts_with("The command completed") || fold(line).contains("nltest") {
                self.next();
            }
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        self.next();
        for answer in std::mem::take(&mut self.before) {
            for (name, value, line) in answer.values {
                found.state(SOURCE, None, name, value, line);
            }
        }
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

    #[test]
    fn of_several_answers_the_last_holds() {
        let verify = "C:\\>nltest /sc_verify:contoso.example\nFlags: b0 HAS_IP  HAS_TIMESERV \nTrusted DC Name \\\\DC01 \nTrusted DC Connection Status Status = 5 0x5 ERROR_ACCESS_DENIED\nTrust Verification Status = 5 0x5 ERROR_ACCESS_DENIED\nThe command completed successfully\n\n";
        let reset = "Flags: 30 HAS_IP\nTrusted DC Name \\\\DC02 \nTrusted DC Connection Status Status = 0 0x0 NERR_Success\nThe command completed successfully\n";
        let found = "           DC: \\\\DC03\n      Address: \\\\10.0.0.1\n";
        let names = |text: &str| -> Vec<String> {
            values(text).into_iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let flags = Value::List(vec!["HAS_IP".into()]);
        let after = vec![format!("flags={flags}"), "trusted-dc=DC02".into(), "connection-status=0".into()];
        assert_eq!(names(&format!("{verify}{reset}")), after);
        // Without the commands, and beside another kind of answer.
        let bare = verify.lines().skip(1).filter(|line| !line.starts_with("The")).collect::<Vec<_>>().join("\n");
        assert_eq!(names(&format!("{bare}\n{reset}")), after);
        assert_eq!(
            names(&format!("{found}{reset}")),
            [vec!["dc=DC03".into(), "address=10.0.0.1".into()], after].concat()
        );
        let refused = "I_NetLogonControl failed: Status = 5 0x5 ERROR_ACCESS_DENIED\n";
        assert_eq!(names(&format!("{reset}{refused}")).len(), 5, "says nothing of the channel");
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
