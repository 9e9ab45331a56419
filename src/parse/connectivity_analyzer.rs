//! Turns a saved result of the Remote Connectivity Analyzer, as a page or as XML, into named values, one object a step.
//!
//! No public source describes the layout, so none is relied on: a step is a sentence that says what was attempted, its result
//! the text that follows. The sentences are known in English only. Nothing that is missing is absent. The result is that of the
//! account with which the test was run, where a sentence names it.
//!
//! ```text
//! The Microsoft Connectivity Analyzer is attempting to retrieve an XML Autodiscover response from URL https://…
//! An HTTP 401 Unauthorized response was received …            ─▶  result = …, http-status = 401 of that step
//! ```

use std::sync::Arc;

use super::markup::{Blocks, plain, read};
use super::named::{End, Found};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "connectivity-analyzer";

/// Folded beginnings and parts of sentences that say what is attempted.
const ATTEMPTS: [&str; 3] = ["is attempting to", "attempting to", "testing "];
/// Folded headings, which are no result.
const HEADINGS: [&str; 5] = ["test steps", "additional details", "tell me more", "elapsed time", "connectivity test"];
/// Characters of a step that name it.
const STEP: usize = 300;

/// Reads a whole result.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    is_page: bool,
    step: Option<Arc<str>>,
    has_result: bool,
    account: Option<String>,
}

impl Blocks for Reading {
    fn text(&mut self, text: &str, line: u64, found: &mut Found) {
        let folded = fold(text);
        if HEADINGS.iter().any(|heading| folded.starts_with(heading)) {
            return;
        }
        if is_attempt(&folded) {
            self.step = Some(text.chars().take(STEP).collect::<String>().into());
            self.has_result = false;
            self.account = self.account.take().or_else(|| address(text));
            self.push("step", Value::Text(text.to_owned()), line, found);
        } else if self.step.is_some() && !self.has_result {
            self.has_result = true;
            self.push("result", Value::Text(text.to_owned()), line, found);
            // "successfully" counts for nothing in a sentence that says that something failed.
            if folded.contains("fail") || folded.contains("couldn't") || folded.contains("could not") {
                self.push("passed", Value::Bool(false), line, found);
            } else if folded.contains("success") {
                self.push("passed", Value::Bool(true), line, found);
            }
        }
        if let Some(status) = http_status(&folded) {
            self.push("http-status", Value::Number(status), line, found);
        }
        if let Some(code) = error_code(&folded) {
            self.push("error-code", Value::Text(code.to_owned()), line, found);
        }
    }

    fn tag(&mut self, name: &str, is_end: bool, rest: &str, line: u64, found: &mut Found) {
        self.is_page |= name == "html";
        if self.is_page || is_end {
            return;
        }
        // XML may hold its sentences as attributes.
        let quoted = rest.split('"').skip(1).step_by(2).map(plain);
        for text in quoted.filter(|text| text.contains(' ')).take(64) {
            self.text(&text, line, found);
        }
    }

    fn end(&mut self, _: End, found: &mut Found) {
        let owner = match self.account.take() {
            Some(address) => Owner::Account { sid: None, names: vec![address] },
            None => Owner::CollectedFor,
        };
        let mut any = false;
        for value in found.values() {
            any = true;
            value.owner = owner.clone();
        }
        if any {
            found.source(SOURCE, owner, false, Names::Chosen, 1);
        }
    }
}

impl Reading {
    fn push(&self, name: &str, value: Value, line: u64, found: &mut Found) {
        found.own(&Owner::CollectedFor, SOURCE, self.step.clone(), name, value, line);
    }
}

/// "Testing TCP port 443 …" is a step, "Testing Autodiscover failed." a result.
fn is_attempt(folded: &str) -> bool {
    let [anywhere, first, second] = ATTEMPTS;
    let is_result = folded.contains("fail") || folded.contains("success");
    folded.contains(anywhere) || folded.starts_with(first) || folded.starts_with(second) && !is_result
}

/// The address for which something is attempted.
fn address(text: &str) -> Option<String> {
    let mut words = text.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("for"));
    let word = words.find(|word| word.contains('@'))?;
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    (word.len() <= 320 && !word.contains("://")).then(|| word.to_owned())
}

/// `HTTP 401`, `HTTP/1.1 401`, `status code 401`.
fn http_status(folded: &str) -> Option<i64> {
    let mut words = folded.split(|c: char| c.is_whitespace() || matches!(c, ':' | '(' | ')' | ',' | '.' | ';'));
    let mut is_status = false;
    let mut near: u8 = 0;
    words.find_map(|word| {
        is_status = word.starts_with("http") && !word.contains("//") || word == "status";
        near = if is_status { 4 } else { near.saturating_sub(1) };
        let number = (word.len() == 3 && near > 0).then(|| word.parse::<i64>().ok()).flatten()?;
        (100..600).contains(&number).then_some(number)
    })
}

/// `0x80072ee7`.
fn error_code(folded: &str) -> Option<&str> {
    folded.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        word.len() == 10
            && word.strip_prefix("0x8").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_stands_near_its_word() {
        for (text, expected) in [
            ("an http 401 unauthorized response was received", Some(401)),
            ("http/1.1 302 found", Some(302)),
            ("the remote server returned an error: http status code: 503", Some(503)),
            ("https://a.example/401 took 200 ms", None),
            ("elapsed time: 401 ms", None),
            ("http 999", None),
        ] {
            assert_eq!(http_status(text), expected, "{text}");
        }
        assert_eq!(error_code("error 0x80072ee7."), Some("0x80072ee7"));
        assert_eq!(error_code("0x8007, 0x80072ee7a"), None);
    }

    #[test]
    fn an_account_is_that_for_which_something_is_attempted() {
        let sentence = "is attempting to test Autodiscover for a.tanaka@contoso.example.";
        assert_eq!(address(sentence).as_deref(), Some("a.tanaka@contoso.example"));
        assert_eq!(address("mail from a@contoso.example"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_sentence_makes_it_fail(text in "(http|status|for|@|0x8|401| |:|é|\\.){0,40}") {
            let _ = (http_status(&text), error_code(&text), address(&text));
        }
    }
}
