//! The text of `gpresult /R` and `/V`: headings with a line of dashes below, pairs, and lists below a heading.
//!
//! A pair whose value is a registry key names the pair behind it. The part of the computer and the sentence with the user's
//! name are known in English; in other languages all is taken for whoever ran it.
//!
//! ```text
//! GPO: Mail policy
//!     Folder Id: Software\Policies\Microsoft\office\16.0\outlook\security\AuthenticationService
//!     Value:     9, 0, 0, 0      ─▶  …\AuthenticationService = "9, 0, 0, 0"
//! ```

use std::sync::Arc;

use super::{NAME, end, named};
use crate::parse::named::{End, Found, Lines, pair, read, typed};
use crate::parse::record::{Owner, Parsed};
use crate::parse::{Context, Input};
use crate::value::{Value, fold};

pub(super) fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Plain::default())
}

#[derive(Debug, Default)]
struct Plain {
    /// The line before, which is a heading if dashes follow.
    before: Option<(String, u64)>,
    heading: Option<Arc<str>>,
    /// A registry key that the next pair belongs to.
    key: Option<String>,
    is_computer: bool,
    user: Option<String>,
    any: bool,
}

impl Lines for Plain {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if line.len() >= 3 && line.bytes().all(|byte| byte == b'-') {
            if let Some((heading, _)) = self.before.take() {
                self.heading(&heading);
            }
            return;
        }
        self.flush(found);
        if !line.is_empty() {
            self.before = Some((line.to_owned(), number));
        }
    }

    fn end(&mut self, _: End, found: &mut Found) {
        self.flush(found);
        end(self.user.take(), self.any, found);
    }
}

impl Plain {
    fn heading(&mut self, heading: &str) {
        match fold(heading).as_str() {
            "computer settings" => self.is_computer = true,
            "user settings" => self.is_computer = false,
            _ => {}
        }
        // RSOP data for CONTOSO\a.tanaka on PC0123 : Logging Mode
        let user = heading.strip_prefix("RSOP data for ").and_then(|rest| rest.split_once(" on "));
        self.user = self.user.take().or_else(|| user.map(|(user, _)| user.trim().to_owned()));
        self.key = None;
        self.heading = Some(heading.chars().take(NAME).collect::<String>().into());
    }

    fn flush(&mut self, found: &mut Found) {
        let (Some((line, number)), Some(heading)) = (self.before.take(), self.heading.clone()) else { return };
        let owner = if self.is_computer { Owner::Nobody } else { Owner::Runner };
        // A folder or a distinguished name with a colon is an item, not a pair.
        let (name, value) = match pair(&line).filter(|(name, value)| !value.is_empty() && !name.contains('=')) {
            Some((_, value)) if is_key(value) => {
                self.key = Some(value.to_owned());
                return;
            }
            Some((name, value)) => (self.key.take().unwrap_or_else(|| name.to_owned()), typed(value)),
            None => (heading.to_string(), Value::Text(line)),
        };
        if name.len() <= NAME {
            self.any = true;
            found.value(named(Some(heading), &name, value, owner, number));
        }
    }
}

fn is_key(value: &str) -> bool {
    value.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("software\\"))
}
