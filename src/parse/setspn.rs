//! Turns `setspn` (`-Q`, `-X`, `-L`) into named values: which account each service principal name belongs to, and which belong to
//! several.
//!
//! Accounts and names are told by structure in any language: a distinguished name, and below it, indented, `class/host`. What was
//! asked for is not part of the output, so nothing that is missing is absent; only the English sentence says that a name exists
//! nowhere, and which one stands only in the command, where that was copied too. Refuses to know which account is the right one.
//! A name belongs to several accounts only where one search shows them; what was shown of one before a change of it (`-S`, `-D`) is history.
//!
//! ```text
//! host/fs.contoso.example is registered on these accounts:
//!         CN=svc_adfs,OU=Service,DC=contoso,DC=example
//!         CN=old,OU=Service,DC=contoso,DC=example
//!   ─▶  host/fs.contoso.example: owners = [CN=svc_adfs,…, CN=old,…], duplicate = host/fs.contoso.example
//! ```

use std::collections::{BTreeMap, BTreeSet};
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
/// Before a search, and before what `-S` looks up.
const CHECKING: [&str; 2] = ["Checking domain ", "Checking forest "];
/// Sentences that say nothing of an account.
const KNOWN: [&str; 3] = ["Processing entry ", "Updated object", "Duplicate SPN found, aborting operation"];
/// Before the account of `-L`.
const LISTED: &str = "Registered ServicePrincipalNames for ";
/// Names that are gathered, and owners of one.
const NAMES: usize = 100_000;
const OWNERS: usize = 64;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

/// What names belong to in this part of the text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    /// A search (`-Q`, `-X`), which shows the whole domain.
    #[default]
    Search,
    /// The names of one account (`-L`).
    List,
    /// A change (`-S`, `-A`, `-D`, `-R`): what it shows is being written, or no longer true.
    Change,
}

/// By folded name: as written, its accounts, its first line.
type Owners = BTreeMap<String, (String, Vec<String>, u64)>;

#[derive(Debug, Default)]
struct Reading {
    part: Part,
    /// The account whose names follow.
    account: Option<String>,
    /// The name whose accounts follow.
    name: Option<String>,
    /// No blank line since the account or name: what follows may have lost its indentation.
    flat: bool,
    /// What a copied command asks for.
    asked: Option<String>,
    owners: Owners,
    /// The parts that have ended.
    before: Vec<(Part, Owners)>,
    names: usize,
    first: Option<u64>,
    cut: bool,
    /// A line that is none of the program's, as far as it is known.
    foreign: bool,
}

impl Reading {
    fn owned(&mut self, name: &str, account: &str, line: u64, found: &mut Found) {
        if self.part == Part::Change {
            self.changed(name);
            return;
        }
        let folded = fold(name);
        if !self.owners.contains_key(&folded) {
            if self.names >= NAMES {
                if !self.cut {
                    self.cut = true;
                    found.oddities.line(IssueCode::TooManyRecords, line, "setspn");
                }
                return;
            }
            self.names = self.names.saturating_add(1);
        }
        let (_, accounts, _) = self.owners.entry(folded).or_insert_with(|| (name.to_owned(), Vec::new(), line));
        if accounts.len() < OWNERS && !accounts.iter().any(|known| known.eq_ignore_ascii_case(account)) {
            accounts.push(account.to_owned());
        }
    }

    /// A change makes history of what was shown of its name before.
    fn changed(&mut self, name: &str) {
        let folded = fold(name);
        self.before.iter_mut().for_each(|(_, owners)| drop(owners.remove(&folded)));
    }

    /// Another command, or another answer, begins.
    fn begin(&mut self, part: Part) {
        let owners = std::mem::take(&mut self.owners);
        if !owners.is_empty() {
            self.before.push((self.part, owners));
        }
        (self.part, self.account, self.name) = (part, None, None);
    }

    /// An account alone on its line: one that owns the name above it, or one whose names follow.
    fn account(&mut self, account: &str, number: u64, is_below: bool, found: &mut Found) {
        match self.name.clone() {
            Some(name) if is_below => self.owned(&name, account, number, found),
            _ => (self.account, self.name, self.flat) = (Some(account.to_owned()), None, true),
        }
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if line.is_empty() {
            self.flat = false;
            return;
        }
        let is_below = self.flat || text.starts_with([' ', '\t']);
        if let Some(words) = command(line) {
            self.begin(words.part);
            match words.name {
                _ if words.part != Part::Change => {}
                Some(name) => self.changed(name),
                // `-R` resets the names of a computer without naming them.
                None => self.before.clear(),
            }
            self.asked = words.name.map(ToOwned::to_owned);
            return;
        }
        let is_first = self.first.is_none();
        self.first.get_or_insert(number);
        if is_account(line) {
            self.account(line, number, is_below, found);
        } else if let Some(name) = line.strip_suffix(DUPLICATE) {
            (self.account, self.name, self.flat) = (None, Some(name.to_owned()), true);
        } else if CHECKING.iter().any(|begin| line.starts_with(begin)) {
            self.begin(Part::Search);
        } else if let Some((part, account)) = heading(line) {
            self.begin(part);
            (self.account, self.flat) = (Some(account.to_owned()), true);
        } else if is_below && is_name(line) {
            match self.account.clone() {
                Some(account) => self.owned(line, &account, number, found),
                // Whose it is was not understood.
                None if self.part == Part::Change => {}
                None => found.oddities.line(IssueCode::BadLine, number, line),
            }
        } else {
            (self.account, self.name) = (None, None);
            if let Some(exists) = verdict(line) {
                let object = self.asked.take().map(Into::into);
                found.state(SOURCE, object, "exists", Value::Bool(exists), number);
            } else if let Some(groups) = groups(line) {
                found.state(SOURCE, None, "duplicate-groups", Value::Number(groups), number);
                if groups == 0 {
                    self.before
                        .iter_mut()
                        .for_each(|(_, owners)| owners.retain(|_, (_, accounts, _)| accounts.len() < 2));
                }
            } else if !line.ends_with('>') && !KNOWN.iter().any(|begin| line.starts_with(begin)) {
                self.foreign = true;
                if is_first {
                    self.first = None;
                }
            }
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        self.begin(Part::Search);
        let mut searched = BTreeSet::new();
        let mut owned = Vec::new();
        for (part, owners) in std::mem::take(&mut self.before).into_iter().rev() {
            let shown = owners.into_iter().rev().map(|(folded, owned)| (part, folded, owned));
            // Of two searches the later one holds.
            owned.extend(shown.filter(|(part, folded, _)| *part != Part::Search || searched.insert(folded.clone())));
        }
        for (part, _, (name, accounts, line)) in owned.into_iter().rev() {
            let object: Arc<str> = name.as_str().into();
            // As a value, too: a rule asks for a kind of name, not for one.
            if accounts.len() > 1 && part == Part::Search {
                found.state(SOURCE, Some(Arc::clone(&object)), "duplicate", Value::Text(name), line);
            }
            found.state(SOURCE, Some(object), "owners", Value::List(accounts), line);
        }
        let Some(line) = self.first else { return };
        let whole = end.lossless && end.line_ended && !self.foreign && found.oddities.losses() == 0;
        found.source(SOURCE, Owner::Nobody, whole, Names::Chosen, line);
    }
}

/// `Registered ServicePrincipalNames for CN=…:` lists, in every language with the colon behind the account; the same sentence
/// without it (`Registering …`, `Unregistering …`) tells of a change.
fn heading(line: &str) -> Option<(Part, &str)> {
    let at = line.to_ascii_lowercase().find("cn=")?;
    let account = line.get(at..).filter(|account| is_account(account))?;
    match account.strip_suffix([':', '：']) {
        Some(account) => Some((Part::List, account.trim_end())),
        None if line.starts_with(LISTED) => Some((Part::List, account)),
        None => Some((Part::Change, account)),
    }
}

/// What a copied command does, and the name that it asks for.
struct Command<'a> {
    part: Part,
    name: Option<&'a str>,
}

fn command(line: &str) -> Option<Command<'_>> {
    let mut words = line.split_whitespace().skip_while(|word| {
        let word = word.rsplit(['>', '\\']).next().unwrap_or_default();
        !word.eq_ignore_ascii_case("setspn") && !word.eq_ignore_ascii_case("setspn.exe")
    });
    words.next()?;
    let mut part = Part::Search;
    for word in words {
        match fold(word).strip_prefix(['-', '/']) {
            Some("s" | "a" | "d" | "r") => part = Part::Change,
            Some("l") => part = Part::List,
            _ => {}
        }
    }
    Some(Command { part, name: asked(line) })
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

    fn named(text: &str, name: &str) -> Vec<(String, String)> {
        let found = values(text).into_iter().filter(|(_, read, _)| read == name);
        found.map(|(object, _, value)| (object, value)).collect()
    }

    fn owners(pairs: &[(&str, &[&str])]) -> Vec<(String, String)> {
        let list = |accounts: &[&str]| {
            Value::List(accounts.iter().map(|a| format!("CN={a},OU=S,DC=contoso,DC=example")).collect())
        };
        pairs.iter().map(|(name, accounts)| ((*name).to_owned(), list(accounts).to_string())).collect()
    }

    /// What an administrator copies after a repair: list, remove, add, list.
    const REPAIR: &str = "C:\\>setspn -L old\nRegistered ServicePrincipalNames for CN=old,OU=S,DC=contoso,DC=example:\n\thost/fs.contoso.example\n\nC:\\>setspn -D host/fs.contoso.example old\nUnregistering ServicePrincipalNames for CN=old,OU=S,DC=contoso,DC=example\n\thost/fs.contoso.example\nUpdated object\n\nC:\\>setspn -S host/fs.contoso.example svc_adfs\nChecking domain DC=contoso,DC=example\n\nRegistering ServicePrincipalNames for CN=svc_adfs,OU=S,DC=contoso,DC=example\n\thost/fs.contoso.example\nUpdated object\n\nC:\\>setspn -L svc_adfs\nRegistered ServicePrincipalNames for CN=svc_adfs,OU=S,DC=contoso,DC=example:\n\thost/fs.contoso.example\n";

    #[test]
    fn a_repair_makes_history_of_what_stood_before_it() {
        let after = owners(&[("host/fs.contoso.example", &["svc_adfs"])]);
        let answers: String =
            REPAIR.lines().filter(|line| !line.starts_with("C:")).map(|line| format!("{line}\n")).collect();
        for text in [REPAIR, &answers] {
            assert_eq!(named(text, "owners"), after, "{text}");
            assert!(named(text, "duplicate").is_empty(), "{text}");
        }
        // Two lists are two moments; one search is one.
        let account = |name: &str| format!("CN={name},OU=S,DC=contoso,DC=example");
        let lists: String = ["a", "b"]
            .map(|name| format!("Registered ServicePrincipalNames for {}:\n\thost/x\n", account(name)))
            .concat();
        assert!(named(&lists, "duplicate").is_empty());
        assert_eq!(named(&lists, "owners"), owners(&[("host/x", &["a"]), ("host/x", &["b"])]));
        let search =
            format!("Checking domain DC=contoso,DC=example\n{}\n\thost/x\n{}\n\thost/x\n", account("a"), account("b"));
        assert_eq!(named(&search, "duplicate"), [("host/x".to_owned(), "host/x".to_owned())]);
        let later = format!(
            "{search}\nExisting SPN found!\n\nChecking domain DC=contoso,DC=example\n{}\n\thost/x\n",
            account("a")
        );
        assert_eq!(named(&later, "owners"), owners(&[("host/x", &["a"])]));
        assert!(named(&later, "duplicate").is_empty());
        let none = "\nChecking domain DC=contoso,DC=example\nProcessing entry 0\nfound 0 group of duplicate SPNs.\n";
        assert!(named(&format!("{search}{none}"), "duplicate").is_empty());
        let other = format!(
            "{search}C:\\>setspn -D host/y a\nUnregistering ServicePrincipalNames for {}\n\thost/y\nUpdated object\n",
            account("a")
        );
        assert_eq!(named(&other, "duplicate").len(), 1, "of another name");
        assert!(named(&format!("{search}C:\\>setspn -R a\n"), "duplicate").is_empty());
        assert!(named(&format!("{search}C:\\>setspn -D host/x a\n"), "duplicate").is_empty());
    }

    #[test]
    fn names_of_a_change_are_not_those_of_the_account_above() {
        let text = "Registered ServicePrincipalNames for CN=web,OU=S,DC=contoso,DC=example:\n\thttp/web\n\nEtwas anderes\n\thost/fs\n";
        assert_eq!(named(text, "owners"), owners(&[("http/web", &["web"])]));
        let german = "Registrierte Dienstprinzipalnamen (SPN) für CN=web,OU=S,DC=contoso,DC=example:\n\thttp/web\n";
        assert_eq!(named(german, "owners"), owners(&[("http/web", &["web"])]));
    }

    #[test]
    fn a_paste_without_indentation_is_read() {
        let text = "Checking domain DC=contoso,DC=example\nProcessing entry 0\nhost/fs is registered on these accounts:\nCN=a,OU=S,DC=contoso,DC=example\nCN=b,OU=S,DC=contoso,DC=example\n\nfound 1 group of duplicate SPNs.\n";
        assert_eq!(named(text, "duplicate"), [("host/fs".to_owned(), "host/fs".to_owned())]);
        assert_eq!(named(text, "owners"), owners(&[("host/fs", &["a", "b"])]));
        let query =
            "Checking domain DC=contoso,DC=example\nCN=a,OU=S,DC=contoso,DC=example\nhost/fs\n\nExisting SPN found!\n";
        assert_eq!(named(query, "owners"), owners(&[("host/fs", &["a"])]));
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
