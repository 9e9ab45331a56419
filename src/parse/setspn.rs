//! Turns `setspn` (`-Q`, `-X`, `-L`) into named values: which account each service principal name belongs to, and which belong to
//! several.
//!
//! Accounts and names are told by structure in any language: a distinguished name, and below it, indented, `class/host`. What was
//! asked for is not part of the output, so nothing that is missing is absent; only the English sentence says that a name exists
//! nowhere, and which one stands only in the command, where that was copied too. Refuses to know which account is the right one.
//!
//! ```text
//! host/fs.contoso.example is registered on these accounts:
//!         CN=svc_adfs,OU=Service,DC=contoso,DC=example
//!         CN=old,OU=Service,DC=contoso,DC=example
//!   ─▶  host/fs.contoso.example: owners = [CN=svc_adfs,…, CN=old,…], duplicate = host/fs.contoso.example
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::named::{End, Found, Lines, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::bundle::domain::{is_account, is_name};
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "setspn";

/// Behind a name that belongs to several accounts.
const DUPLICATE: &str = " is registered on these accounts:";
/// Before the account of `-L`.
const LISTED: &str = "Registered ServicePrincipalNames for ";
/// Names that are gathered, and owners of one.
const NAMES: usize = 100_000;
const OWNERS: usize = 64;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    /// The account whose names follow.
    account: Option<String>,
    /// The name whose accounts follow.
    name: Option<String>,
    /// What a copied command asks for.
    asked: Option<String>,
    /// By folded name: as written, its accounts, its first line.
    owners: BTreeMap<String, (String, Vec<String>, u64)>,
    first: Option<u64>,
    cut: bool,
}

impl Reading {
    fn owned(&mut self, name: &str, account: &str, line: u64, found: &mut Found) {
        let folded = fold(name);
        if self.owners.len() >= NAMES && !self.owners.contains_key(&folded) {
            if !self.cut {
                self.cut = true;
                found.oddities.line(IssueCode::TooManyRecords, line, "setspn");
            }
            return;
        }
        let (_, accounts, _) = self.owners.entry(folded).or_insert_with(|| (name.to_owned(), Vec::new(), line));
        if accounts.len() < OWNERS && !accounts.iter().any(|known| known.eq_ignore_ascii_case(account)) {
            accounts.push(account.to_owned());
        }
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        let is_indented = text.starts_with([' ', '\t']);
        if is_account(line) {
            self.first.get_or_insert(number);
            match (&self.name, is_indented) {
                (Some(name), true) => {
                    let name = name.clone();
                    self.owned(&name, line, number, found);
                }
                _ => (self.account, self.name) = (Some(line.to_owned()), None),
            }
        } else if let Some(name) = line.strip_suffix(DUPLICATE) {
            self.first.get_or_insert(number);
            (self.account, self.name) = (None, Some(name.to_owned()));
        } else if let Some(account) = line.strip_prefix(LISTED) {
            self.first.get_or_insert(number);
            (self.account, self.name) = (Some(account.trim_end_matches(':').to_owned()), None);
        } else if is_indented && is_name(line) {
            if let Some(account) = self.account.clone() {
                self.owned(line, &account, number, found);
            }
        } else if let Some(name) = asked(line) {
            self.asked = Some(name.to_owned());
        } else if let Some(exists) = verdict(line) {
            self.first.get_or_insert(number);
            let object = self.asked.take().map(Into::into);
            found.state(SOURCE, object, "exists", Value::Bool(exists), number);
        } else if let Some(groups) = groups(line) {
            self.first.get_or_insert(number);
            found.state(SOURCE, None, "duplicate-groups", Value::Number(groups), number);
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        for (name, accounts, line) in std::mem::take(&mut self.owners).into_values() {
            let object: Arc<str> = name.as_str().into();
            // As a value, too: a rule asks for a kind of name, not for one.
            if accounts.len() > 1 {
                found.state(SOURCE, Some(Arc::clone(&object)), "duplicate", Value::Text(name), line);
            }
            found.state(SOURCE, Some(object), "owners", Value::List(accounts), line);
        }
        let Some(line) = self.first else { return };
        found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended, Names::Chosen, line);
    }
}

/// The name in a copied `setspn -f -q host/fs.contoso.example`.
fn asked(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| {
        let word = word.rsplit(['>', '\\']).next().unwrap_or_default();
        !word.eq_ignore_ascii_case("setspn") && !word.eq_ignore_ascii_case("setspn.exe")
    });
    words.next()?;
    words.find(|word| is_name(word) && !word.starts_with('/') && !word.contains('*'))
}

fn verdict(line: &str) -> Option<bool> {
    match fold(line).trim_end_matches(['.', '!']) {
        "existing spn found" => Some(true),
        "no such spn found" => Some(false),
        _ => None,
    }
}

/// `found 1 group of duplicate SPNs.`
fn groups(line: &str) -> Option<i64> {
    let folded = fold(line);
    let (number, rest) = folded.strip_prefix("found ")?.split_once(' ')?;
    rest.starts_with("group").then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::named::rows;

    fn values(text: &str) -> Vec<(String, String, String)> {
        rows(parse, text)
    }

    #[test]
    fn a_verdict_is_of_the_name_in_a_copied_command() {
        let prompt = "C:\\Windows\\System32>setspn -f -q host/fs.contoso.example\r\nNo such SPN found.\r\n";
        assert_eq!(values(prompt), [("host/fs.contoso.example".into(), "exists".into(), "false".into())]);
        let twice = format!("{prompt}Existing SPN found!\r\n");
        assert_eq!(values(&twice)[1], (String::new(), "exists".into(), "true".into()), "only the next one");
        assert_eq!(asked("PS C:\\> setspn.exe -Q */*"), None);
        assert_eq!(asked("setspn -L CONTOSO\\svc_adfs"), None);
    }

    #[test]
    fn what_only_looks_like_a_name_is_none() {
        for line in ["a b/c", "/Q", "host/", "CN=a/b,DC=c", ""] {
            assert!(!is_name(line), "{line}");
        }
        for line in ["cn=", "CN=a", "OU=a,DC=b", "あ"] {
            assert!(!is_account(line), "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read_back(
            accounts in proptest::collection::btree_map("[a-z_]{3,8}", proptest::collection::btree_set("(host|http|cifs)/[a-z]{2,6}", 1..5), 1..6),
        ) {
            let mut text = String::from("Checking domain DC=contoso,DC=example\r\n");
            let mut owners: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (account, names) in &accounts {
                let account = format!("CN={account},OU=Service,DC=contoso,DC=example");
                text += &format!("{account}\r\n");
                for name in names {
                    text += &format!("\t{name}\r\n");
                    owners.entry(name.clone()).or_default().push(account.clone());
                }
            }
            text += "\r\nExisting SPN found!\r\n";
            let mut expected = vec![(String::new(), "exists".to_owned(), "true".to_owned())];
            for (name, accounts) in owners {
                if accounts.len() > 1 {
                    expected.push((name.clone(), "duplicate".into(), name.clone()));
                }
                expected.push((name, "owners".into(), Value::List(accounts).to_string()));
            }
            proptest::prop_assert_eq!(values(&text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(CN=a,DC=b|\t|host/a| is registered on these accounts:|setspn |found 1 group|é|\n){0,60}") {
            values(&text);
        }
    }
}
