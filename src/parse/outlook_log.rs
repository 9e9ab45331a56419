//! Turns Outlook's log of Autodiscover (`olkdisc.log`, or the page "Log" of its test, copied) into named values, one object an
//! attempt.
//!
//! The words are known in English from single samples, so nothing that is missing is absent. The other logs of the folder
//! "Outlook Logging" are traces in binary and are not read; neither are times, which have no zone.
//!
//! ```text
//! Autodiscover to https://autodiscover.contoso.example/… starting
//! GetLastError=0; httpStatus=401.                     ─▶  http-status = 401, last-error = 0 of that attempt
//! Autodiscover to https://… FAILED (0x800C8203)       ─▶  failed = 0x800C8203
//! ```

use std::sync::Arc;

use super::named::{End, Found, Lines, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::Value;

/// Name in rules.
const SOURCE: &str = "outlook-log";
/// Addresses of the directory that are remembered.
const ADDRESSES: usize = 64;
/// Characters of an attempt that name it.
const ATTEMPT: usize = 400;

/// Reads a whole log.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    attempt: Option<Arc<str>>,
    /// Addresses that the directory gave.
    from_directory: Vec<String>,
    any: bool,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        // Thread, ticks, date; the description is the last column.
        let text = text.rsplit('\t').find(|column| !column.trim().is_empty()).unwrap_or_default().trim();
        if let Some(attempt) = text.strip_suffix(" starting") {
            self.attempt = Some(attempt.chars().take(ATTEMPT).collect::<String>().into());
            self.push("attempt", Value::Text(attempt.to_owned()), number, found);
        } else if let Some((attempt, code)) = outcome(text, " FAILED (") {
            self.attempt = Some(attempt.chars().take(ATTEMPT).collect::<String>().into());
            self.push("failed", Value::Text(code.to_owned()), number, found);
            let address = attempt.rsplit(' ').next().unwrap_or_default();
            if self.from_directory.iter().any(|known| known == address) {
                self.push("scp-failed", Value::Text(address.to_owned()), number, found);
            }
        } else if let Some((attempt, _)) = outcome(text, " succeeded (") {
            self.attempt = Some(attempt.chars().take(ATTEMPT).collect::<String>().into());
            self.push("succeeded", Value::Bool(true), number, found);
        } else if let Some((error, status)) = text.strip_prefix("GetLastError=").and_then(|rest| rest.split_once(';')) {
            if let Ok(error) = error.trim().parse() {
                self.push("last-error", Value::Number(error), number, found);
            }
            let status = status.trim().strip_prefix("httpStatus=").map(|status| status.trim_end_matches('.').parse());
            if let Some(Ok(status)) = status {
                self.push("http-status", Value::Number(status), number, found);
            }
        } else if let Some(url) =
            text.strip_prefix("Attempting URL ").and_then(|rest| rest.split_once(" found through SCP"))
        {
            if self.from_directory.len() < ADDRESSES {
                self.from_directory.push(url.0.to_owned());
            }
            self.push("scp-url", Value::Text(url.0.to_owned()), number, found);
        } else if let Some((_, target)) = text.split_once(" URL redirection to ") {
            self.push("redirect", Value::Text(target.trim().to_owned()), number, found);
        }
    }

    fn end(&mut self, _: End, found: &mut Found) {
        if self.any {
            found.source(SOURCE, Owner::CollectedFor, false, Names::Chosen, 1);
        }
    }
}

impl Reading {
    fn push(&mut self, name: &str, value: Value, line: u64, found: &mut Found) {
        self.any = true;
        found.own(&Owner::CollectedFor, SOURCE, self.attempt.clone(), name, value, line);
    }
}

/// `Autodiscover to https://… FAILED (0x800C8203)` as attempt and code.
fn outcome<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (attempt, code) = text.split_once(word)?;
    let code = code.trim_end_matches('.').strip_suffix(')')?;
    let is_code = code.len() <= 18 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then_some((attempt, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_has_a_code() {
        assert_eq!(outcome("a FAILED (0x800C8203)", " FAILED ("), Some(("a", "0x800C8203")));
        assert_eq!(outcome("a FAILED (see above)", " FAILED ("), None);
        assert_eq!(outcome("a FAILED (0x1", " FAILED ("), None);
    }

    proptest::proptest! {
        #[test]
        fn no_line_makes_an_outcome_fail(text in "( FAILED \\(|0x8|\\)|\\.|é){0,20}") {
            let _ = outcome(&text, " FAILED (");
        }
    }
}
