//! Turns the output of `dsregcmd /status` into named values, each with its section.
//!
//! The program writes English only. Device, tenant and WinHTTP sections are the computer's; everything about a sign-in
//! (`User State`, `SSO State`, `Work Account …`) belongs to whoever ran it, and newer versions name that account.
//! Refuses to know whether a state is healthy, and whose files lie beside it.
//!
//! An absent name proves something only in a whole output: from `Device State` to the section after `SSO State` that ends it.
//!
//! ```text
//! | SSO State                                                            |
//! +----------------------------------------------------------------------+
//!
//!                 AzureAdPrt : YES            ─▶  SSO State / AzureAdPrt = true, of whoever ran it
//!       AzureAdPrtUpdateTime : 2019-01-24 19:15:26.000 UTC
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::named::{End, Found, Lines, pair, read, typed};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
pub(crate) const SOURCE: &str = "dsregcmd";

/// Sections of the computer; all others speak of the session that ran the program.
const MACHINE: [&str; 4] = ["device state", "device details", "tenant details", "winhttp default proxy config"];

/// Diagnostic data of the computer among that of the session: what the registration of the device came to, which Windows does as
/// SYSTEM. Folded.
const REGISTRATION: [&str; 14] = [
    "ad connectivity test",
    "ad configuration test",
    "drs discovery test",
    "drs connectivity test",
    "token acquisition test",
    "fallback to sync-join",
    "previous registration",
    "registration type",
    "error phase",
    "client errorcode",
    "server errorcode",
    "server error code",
    "server message",
    "https status",
];

/// Sections with which an output of the known versions of Windows ends.
const LAST: [&str; 3] = ["ngc prerequisite check", "winhttp default proxy config", "diagnostic data"];

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    /// The section, and its folded name.
    section: Option<(Arc<str>, String)>,
    sections: Vec<String>,
    /// Values of this section, by folded name.
    known: BTreeMap<String, Value>,
    /// Who ran it, as far as the output says.
    account: Option<Owner>,
    first: Option<u64>,
    user: bool,
    machine: bool,
    /// A line that is none of the format stands between the sections.
    foreign: bool,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if line.is_empty() || line.starts_with("+--") {
            return;
        }
        if let Some(name) = line.strip_prefix('|') {
            let name = name.trim_end_matches('|').trim();
            self.first.get_or_insert(number);
            self.section = Some((name.into(), fold(name)));
            self.sections.push(fold(name));
            self.known.clear();
            return;
        }
        let Some((section, folded)) = &self.section else { return };
        let Some((name, value)) = pair(line) else {
            self.foreign = true;
            return;
        };
        // A prompt of the shell behind a paste.
        if name.len() == 1 && value.starts_with('\\') {
            return;
        }
        let machine = MACHINE.contains(&folded.as_str())
            || folded == "diagnostic data" && REGISTRATION.contains(&fold(name).as_str());
        (self.machine, self.user) = (self.machine || machine, self.user || !machine);
        self.account = self.account.take().or_else(|| account(name, value));
        let value = state(value);
        match self.known.get(&fold(name)) {
            Some(known) if *known == value => return,
            Some(known) => found.oddities.line(IssueCode::Contradiction, number, &format!("{name}: {known}, {value}")),
            None => {}
        }
        self.known.insert(fold(name), value.clone());
        found.value(NamedValue {
            source: SOURCE,
            object: Some(Arc::clone(section)),
            name: name.to_owned(),
            value,
            owner: if machine { Owner::Nobody } else { Owner::Runner },
            line: number,
        });
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let owner = self.account.take().unwrap_or(Owner::Runner);
        for value in found.values().filter(|value| value.owner == Owner::Runner) {
            value.owner = owner.clone();
        }
        let has = |name: &str| self.sections.iter().any(|known| known == name);
        // Windows 10 1607 has the token among the user's state and no section of its own.
        let whole = has("device state") && (has("sso state") || has("user state"));
        let last = self.sections.last().is_some_and(|name| LAST.contains(&name.as_str()));
        let complete = end.lossless && end.line_ended && whole && last && !self.foreign;
        let Some(line) = self.first else { return };
        if whole && !last {
            found.oddities.whole(IssueCode::Truncated, self.sections.last().map_or("", String::as_str));
        }
        for (there, owner) in [(self.machine, Owner::Nobody), (self.user, owner)] {
            if there {
                found.source(SOURCE, owner, complete, Names::All, line);
            }
        }
    }
}

/// `YES` and `NO` are what a rule asks for as true and false.
fn state(value: &str) -> Value {
    match value {
        "YES" => Value::Bool(true),
        "NO" => Value::Bool(false),
        other => typed(other),
    }
}

/// Who ran it: `Executing Account Name : CONTOSO\a.tanaka, a.tanaka@contoso.example`, or the system itself.
fn account(name: &str, value: &str) -> Option<Owner> {
    match fold(name).as_str() {
        "executing account name" => {
            let names: Vec<String> =
                value.split(',').map(str::trim).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect();
            (!names.is_empty()).then_some(Owner::Account { sid: None, names })
        }
        "user context" if value.eq_ignore_ascii_case("system") => {
            Some(Owner::Account { sid: Some("S-1-5-18".to_owned()), names: Vec::new() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::read_text;

    const SECTIONS: [&str; 5] = ["Device State", "Tenant Details", "User State", "SSO State", "Diagnostic Data"];

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            sections in vec(btree_map("[A-Z][a-z]{2,12}", "(YES|NO|x[a-z0-9]{0,6}|https://x[a-z]{1,5}\\.example/[a-z]{0,3})", 0..6), 5),
        ) {
            let rule = format!("+{}+\r\n", "-".repeat(70));
            let (mut text, mut expected) = (String::new(), Vec::new());
            for (section, values) in SECTIONS.iter().zip(sections) {
                text += &format!("{rule}| {section:<68} |\r\n{rule}\r\n");
                for (name, value) in values {
                    text += &format!("{name:>26} : {value}\r\n");
                    let value = match value.as_str() {
                        "YES" => Value::Bool(true),
                        "NO" => Value::Bool(false),
                        _ => Value::Text(value),
                    };
                    let of_machine = matches!(*section, "Device State" | "Tenant Details");
                    let owner = if of_machine { Owner::Nobody } else { Owner::Runner };
                    expected.push((Some((*section).to_owned()), name, value, owner));
                }
                text += "\r\n";
            }
            let read = read_text(parse, &text).into_iter();
            let read = read.map(|value| (value.object.as_deref().map(Into::into), value.name, value.value, value.owner));
            prop_assert_eq!(read.collect::<Vec<_>>(), expected);
        }

        #[test]
        fn no_text_makes_it_fail(
            text in "(\\+---|\\| |Device State|SSO State| \\|| : |YES|NO|Executing Account Name|,|2019-01-24 19:15:26.000 UTC|é|\n){0,60}",
        ) {
            read_text(parse, &text);
        }
    }
}
