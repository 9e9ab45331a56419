//! Turns `klist` into named values, one object a Kerberos ticket: for which service, whose, how encrypted, from which server.
//!
//! A ticket begins with its number (`#0>`) in every language, and client, server and encryption stand first; the other labels are
//! known in English. The program counts its tickets itself, so a list with as many as that is whole: as many up to the encryption. A ticket of a computer
//! account is nobody's. Times are local and of no known zone: they stay text.
//!
//! ```text
//! #1>     Client: a.tanaka @ CONTOSO.EXAMPLE
//!         Server: HTTP/fs.contoso.example @ CONTOSO.EXAMPLE   ─▶  HTTP/fs.contoso.example: client = a.tanaka@…, encryption = …
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use super::named::{End, Found, Lines, pair, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::bundle::domain::ticket;
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "klist";

/// The first lines of a ticket, in this order in every language.
const FIRST: [&str; 3] = ["client", "server", "encryption"];
/// Folded labels of the others, name in rules.
const LABELS: [(&str, &str); 6] = [
    ("start time", "start"),
    ("end time", "end"),
    ("renew time", "renew"),
    ("session key type", "session-key"),
    ("cache flags", "cache-flags"),
    ("kdc called", "kdc"),
];
/// What the number of tickets stands behind; the second is unverified.
const COUNTS: [&str; 2] = ["cached tickets", "キャッシュされたチケット"];

/// Tickets that are kept; a cache of a user has some ten.
const TICKETS: i64 = 10_000;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    /// Line of this ticket, from 0.
    at: usize,
    client: Option<(String, u64)>,
    server: Option<Arc<str>>,
    owner: Option<Owner>,
    owners: BTreeSet<Owner>,
    tickets: i64,
    /// Those of which everything that is asked for was read.
    whole: i64,
    /// Text that is none of the program's.
    foreign: bool,
    /// What the program says there are.
    stated: Option<i64>,
    lists: usize,
    first: Option<u64>,
}

impl Reading {
    fn push(&self, name: &str, value: &str, line: u64, found: &mut Found) {
        let owner = self.owner.as_ref().unwrap_or(&Owner::Runner);
        found.own(owner, SOURCE, self.server.clone(), name, Value::Text(value.to_owned()), line);
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        let begin = ticket(line);
        let Some((label, value)) = pair(begin.unwrap_or(line)) else {
            // "Ticket Flags 0x40e10000 -> forwardable renewable …" has no colon.
            if let Some(flags) = line.strip_prefix("Ticket Flags ").filter(|_| self.server.is_some()) {
                self.push("flags", flags, number, found);
            }
            self.foreign |= !line.is_empty() && !line.contains(" 0x");
            return;
        };
        if begin.is_some() {
            self.first.get_or_insert(number);
            (self.at, self.server, self.owner) = (0, None, None);
            self.tickets = self.tickets.saturating_add(1);
            if self.tickets == TICKETS.saturating_add(1) {
                found.oddities.line(IssueCode::TooManyRecords, number, &format!("{TICKETS} tickets"));
            }
        } else if let Some(count) = count(label, value) {
            self.first.get_or_insert(number);
            (self.stated, self.lists) = (Some(count), self.lists.saturating_add(1));
            found.state(SOURCE, None, "tickets", Value::Number(count), number);
            return;
        } else if self.tickets == 0 {
            // "Current LogonId is 0:0x3e7a1", in every language, or the command.
            self.foreign |= !line.contains("0:0x") && !fold(line).contains("klist");
            return;
        }
        if self.tickets > TICKETS {
            return;
        }
        match FIRST.get(self.at) {
            Some(&"client") => {
                let owner = owner(value);
                self.owners.insert(owner.clone());
                (self.client, self.owner) = (Some((value.replace(" @ ", "@"), number)), Some(owner));
            }
            Some(&"server") => {
                let service = value.split(" @ ").next().unwrap_or(value);
                self.server = Some(service.into());
                if let Some((client, line)) = self.client.take() {
                    self.push("client", &client, line, found);
                }
                self.push("server", service, number, found);
            }
            Some(name) => {
                self.push(name, value, number, found);
                self.whole = self.whole.saturating_add(1);
            }
            None => {
                if let Some((_, name)) = LABELS.iter().find(|(known, _)| *known == fold(label)) {
                    self.push(name, value, number, found);
                }
            }
        }
        self.at = self.at.saturating_add(1);
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some(line) = self.first else { return };
        let counted = self.lists == 1 && self.stated == Some(self.whole) && self.whole == self.tickets;
        let missing = self.stated.filter(|stated| self.lists == 1 && *stated > self.whole);
        if let Some(stated) = missing.filter(|_| self.tickets <= TICKETS) {
            found.oddities.whole(IssueCode::Truncated, &format!("{} of {stated} tickets", self.whole));
        }
        if self.owners.is_empty() {
            self.owners.insert(Owner::Runner);
        }
        // Tickets of two accounts are two lists, of which the count tells nothing.
        let whole = end.lossless && end.line_ended && counted && !self.foreign && self.owners.len() == 1;
        for owner in std::mem::take(&mut self.owners) {
            found.source(SOURCE, owner, whole, Names::All, line);
        }
    }
}

/// `Cached Tickets: (2)`.
fn count(label: &str, value: &str) -> Option<i64> {
    let number = value.strip_prefix('(')?.strip_suffix(')')?.parse().ok()?;
    COUNTS.contains(&fold(label).as_str()).then_some(number)
}

/// `a.tanaka @ CONTOSO.EXAMPLE`. The name of the realm is not that of the address, so the short name counts, too.
fn owner(client: &str) -> Owner {
    let (name, realm) = client.split_once(" @ ").unwrap_or((client, ""));
    let name = name.trim();
    if name.ends_with('$') {
        return Owner::Nobody;
    }
    if name.is_empty() {
        return Owner::Runner;
    }
    let long = (!realm.trim().is_empty()).then(|| format!("{name}@{}", realm.trim()));
    Owner::Account { sid: None, names: long.into_iter().chain([name.to_owned()]).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::named::read_text;

    #[test]
    fn a_ticket_belongs_to_its_client_and_one_of_a_computer_to_nobody() {
        let names =
            |names: &[&str]| Owner::Account { sid: None, names: names.iter().map(|name| (*name).to_owned()).collect() };
        for (client, expected) in [
            ("a.tanaka @ CONTOSO.EXAMPLE", names(&["a.tanaka@CONTOSO.EXAMPLE", "a.tanaka"])),
            ("a.tanaka", names(&["a.tanaka"])),
            ("PC0123$ @ CONTOSO.EXAMPLE", Owner::Nobody),
            (" @ CONTOSO.EXAMPLE", Owner::Runner),
        ] {
            assert_eq!(owner(client), expected, "{client}");
        }
        for line in ["#>a", "#x>a", "0>a", "#0 a", "#", ""] {
            assert_eq!(ticket(line), None, "{line}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read_back(
            tickets in proptest::collection::vec(("[a-z.]{2,8}", "(HTTP|cifs|krbtgt)/[a-z.]{2,9}", "AES-(128|256)-X"), 0..6),
        ) {
            let mut text = format!("\r\nCurrent LogonId is 0:0x3e7a1\r\n\r\nCached Tickets: ({})\r\n", tickets.len());
            for (index, (client, server, encryption)) in tickets.iter().enumerate() {
                text += &format!(
                    "\r\n#{index}>\tClient: {client} @ REALM\r\n\tServer: {server} @ REALM\r\n\tKerbTicket Encryption Type: {encryption}\r\n\tTicket Flags 0x40a10000 -> forwardable\r\n\tKdc Called: DC01\r\n",
                );
            }
            let read = read_text(parse, &text);
            let of = |name: &str| -> Vec<String> {
                read.iter().filter(|value| value.name == name).map(|value| value.value.to_string()).collect()
            };
            proptest::prop_assert_eq!(of("tickets"), [tickets.len().to_string()]);
            for (name, part) in [("client", 0), ("server", 1), ("encryption", 2)] {
                let expected: Vec<String> = tickets
                    .iter()
                    .map(|(client, server, encryption)| match part {
                        0 => format!("{client}@REALM"),
                        1 => server.clone(),
                        _ => encryption.clone(),
                    })
                    .collect();
                proptest::prop_assert_eq!(of(name), expected);
            }
            proptest::prop_assert_eq!(of("flags").len() + of("kdc").len(), 2 * tickets.len());
        }

        #[test]
        fn no_text_makes_it_fail(text in "(#0>|#99>| Client: | @ |Cached Tickets: \\(|\\)|:|é|[0-9]|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
