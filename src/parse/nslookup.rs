//! Turns `nslookup` answers into named values, one object a name that was asked for.
//!
//! An answer begins with the server that gave it; labels are known in English and, unverified, in Japanese. That a name was not
//! asked for says nothing about it, so absence is never proven. Refuses to know what the right answer would be.
//!
//! ```text
//! Name:    fs.contoso.example
//! Address:  192.0.2.10           ─▶  nslookup fs.contoso.example: addresses = [192.0.2.10], server = dc01.contoso.example
//! ```

use std::net::IpAddr;

use super::named::{End, Found, Lines, pair, read};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "nslookup";

const SERVER: [&str; 2] = ["server", "サーバー"];
const NAME: [&str; 2] = ["name", "名前"];
const ADDRESS: [&str; 3] = ["address", "addresses", "アドレス"];
const ALIASES: [&str; 3] = ["alias", "aliases", "エイリアス"];
/// Items of one answer.
const ITEMS: usize = 256;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    server: Option<String>,
    /// The server's own address was seen.
    server_known: bool,
    answer: Answer,
    first: Option<u64>,
}

#[derive(Debug, Default)]
struct Answer {
    name: Option<String>,
    addresses: Vec<String>,
    aliases: Vec<String>,
    line: u64,
    list: List,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum List {
    #[default]
    None,
    Addresses,
    Aliases,
}

impl Reading {
    fn flush(&mut self, found: &mut Found) {
        let Answer { name, addresses, aliases, line, .. } = std::mem::take(&mut self.answer);
        let Some(canonical) = name else { return };
        // What was asked for is the first alias; the name is where it led.
        let object = aliases.first().cloned().unwrap_or_else(|| canonical.clone());
        let mut push = |name: &str, value: Value| {
            let (object, owner) = (Some(object.as_str().into()), Owner::Nobody);
            found.value(NamedValue { source: SOURCE, object, name: name.to_owned(), value, owner, line });
        };
        if !addresses.is_empty() {
            push("addresses", Value::List(addresses));
        }
        if !aliases.is_empty() {
            push("canonical-name", Value::Text(canonical));
        }
        push("server", Value::Text(self.server.clone().unwrap_or_default()));
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if line.is_empty() {
            self.answer.list = List::None;
            return;
        }
        if let Some((name, error)) = failure(line) {
            self.flush(found);
            self.first.get_or_insert(number);
            let (object, owner) = (Some(name.into()), Owner::Nobody);
            let value = Value::Text(error.chars().take(200).collect());
            found.value(NamedValue { source: SOURCE, object, name: "error".to_owned(), value, owner, line: number });
            return;
        }
        let label = pair(line).filter(|_| line.parse::<IpAddr>().is_err());
        let folded = label.map(|(label, _)| fold(label)).unwrap_or_default();
        let value = label.map_or(line, |(_, value)| value);
        let is = |known: &[&str]| known.contains(&folded.as_str());
        if is(&SERVER) {
            self.flush(found);
            self.first.get_or_insert(number);
            (self.server, self.server_known) = (Some(value.to_owned()), false);
        } else if is(&NAME) {
            self.flush(found);
            self.first.get_or_insert(number);
            (self.answer.name, self.answer.line) = (Some(value.to_owned()), number);
        } else if is(&ADDRESS) {
            if self.answer.name.is_none() && !self.server_known {
                self.server_known = true;
            } else {
                self.item(List::Addresses, value);
            }
        } else if is(&ALIASES) {
            self.item(List::Aliases, value);
        } else if text.starts_with([' ', '\t']) {
            self.item(self.answer.list, line);
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        self.flush(found);
        if let Some(first) = self.first {
            found.source(SOURCE, Owner::Nobody, end.lossless, Names::Chosen, first);
        }
    }
}

impl Reading {
    fn item(&mut self, list: List, value: &str) {
        self.answer.list = list;
        let items = match list {
            List::Addresses => &mut self.answer.addresses,
            List::Aliases => &mut self.answer.aliases,
            List::None => return,
        };
        if items.len() < ITEMS && !value.is_empty() {
            items.push(value.to_owned());
        }
    }
}

/// `*** dc01 can't find autodiscover.contoso.example: Non-existent domain`: the name and the error.
fn failure(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("*** ")?;
    if let Some((_, rest)) = rest.split_once("can't find ") {
        let (name, error) = rest.rsplit_once(": ")?;
        return Some((name, error));
    }
    // *** dc01 が autodiscover.contoso.example を見つけられません: Non-existent domain
    let (_, rest) = rest.split_once(" が ")?;
    let (name, rest) = rest.split_once(" を")?;
    Some((name, rest.rsplit_once(": ").map_or(rest, |(_, error)| error)))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::{read_text, rows};

    const HOST: &str = "[a-z]{1,6}\\.[a-z]{2,6}\\.example";

    /// An answer as the program writes it: several items stand below one another.
    fn list(text: &mut String, one: &str, several: &str, items: &[String]) {
        let label = if items.len() == 1 { one } else { several };
        if !items.is_empty() {
            *text += &format!("{label}:  {}\r\n", items.join("\r\n\t  "));
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            server in HOST,
            asked in vec((HOST, vec(any::<IpAddr>(), 0..4), vec(HOST, 0..3), any::<bool>()), 0..6),
        ) {
            let (mut text, mut expected) = (String::new(), Vec::new());
            let row = |object: &str, name: &str, value: String| (object.to_owned(), name.to_owned(), value);
            for (name, addresses, aliases, fails) in asked {
                text += &format!("Server:  {server}\r\nAddress:  192.168.1.10\r\n\r\n");
                if fails {
                    text += &format!("*** {server} can't find {name}: Non-existent domain\r\n");
                    expected.push(row(&name, "error", "Non-existent domain".into()));
                    continue;
                }
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                text += &format!("Non-authoritative answer:\r\nName:    {name}\r\n");
                list(&mut text, "Address", "Addresses", &addresses);
                list(&mut text, "Aliases", "Aliases", &aliases);
                text += "\r\n";
                let object = aliases.first().unwrap_or(&name);
                if !addresses.is_empty() {
                    expected.push(row(object, "addresses", Value::List(addresses).to_string()));
                }
                if !aliases.is_empty() {
                    expected.push(row(object, "canonical-name", name.clone()));
                }
                expected.push(row(object, "server", server.clone()));
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(
            text in "(Server:|Name:|Address:|Addresses:|Aliases:|\\*\\*\\* |can't find | が | を|: |::1|\t|é|\n){0,60}",
        ) {
            read_text(parse, &text);
        }
    }
}
