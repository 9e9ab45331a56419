//! Turns `ipconfig /all` into named values, one object an adapter; what stands before the adapters is the computer's.
//!
//! Labels are padded with dots, values may go on below. English and Japanese labels have names in rules; those in Japanese are
//! unverified, and a listing with them proves nothing absent. Labels of other languages are kept as they are written.
//!
//! ```text
//! Ethernet adapter Ethernet:
//!    DNS Servers . . . . . . . . . . . : 192.168.1.10
//!                                        192.168.1.11     ─▶  Ethernet adapter Ethernet / dns-servers = both
//! ```

use std::sync::Arc;

use super::named::{End, Found, Lines, read};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "ipconfig";

/// Folded label, name in rules. English first.
const LABELS: [(&str, &str); 38] = [
    ("host name", "host-name"),
    ("primary dns suffix", "primary-dns-suffix"),
    ("node type", "node-type"),
    ("dns suffix search list", "dns-suffix-search-list"),
    ("media state", "media-state"),
    ("connection-specific dns suffix", "dns-suffix"),
    ("description", "description"),
    ("physical address", "physical-address"),
    ("dhcp enabled", "dhcp-enabled"),
    ("ip address", "ipv4-address"),
    ("ipv4 address", "ipv4-address"),
    ("autoconfiguration ipv4 address", "autoconfiguration-ipv4-address"),
    ("ipv6 address", "ipv6-address"),
    ("link-local ipv6 address", "link-local-ipv6-address"),
    ("subnet mask", "subnet-mask"),
    ("default gateway", "default-gateway"),
    ("dhcp server", "dhcp-server"),
    ("dns servers", "dns-servers"),
    ("primary wins server", "primary-wins-server"),
    ("netbios over tcpip", "netbios-over-tcpip"),
    ("ホスト名", "host-name"),
    ("プライマリ dns サフィックス", "primary-dns-suffix"),
    ("ノード タイプ", "node-type"),
    ("dns サフィックス検索一覧", "dns-suffix-search-list"),
    ("メディアの状態", "media-state"),
    ("接続固有の dns サフィックス", "dns-suffix"),
    ("説明", "description"),
    ("物理アドレス", "physical-address"),
    ("dhcp 有効", "dhcp-enabled"),
    ("ipv4 アドレス", "ipv4-address"),
    ("自動構成 ipv4 アドレス", "autoconfiguration-ipv4-address"),
    ("ipv6 アドレス", "ipv6-address"),
    ("リンクローカル ipv6 アドレス", "link-local-ipv6-address"),
    ("サブネット マスク", "subnet-mask"),
    ("デフォルト ゲートウェイ", "default-gateway"),
    ("dhcp サーバー", "dhcp-server"),
    ("dns サーバー", "dns-servers"),
    ("netbios over tcp/ip", "netbios-over-tcpip"),
];

/// What Windows writes behind an address.
const REMARKS: [&str; 4] = ["(Preferred)", "(優先)", "(Duplicate)", "(Deprecated)"];
/// Lines of one value.
const LINES: usize = 64;

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    adapter: Option<Arc<str>>,
    open: Option<(NamedValue, Vec<String>)>,
    first: Option<u64>,
    english: bool,
    rows: u64,
}

impl Reading {
    fn flush(&mut self, found: &mut Found) {
        let Some((mut value, mut items)) = self.open.take() else { return };
        value.value = match items.len() {
            1 => Value::Text(items.pop().unwrap_or_default()),
            _ => Value::List(items),
        };
        if value.value != Value::List(Vec::new()) {
            found.value(value);
        }
    }
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = text.trim();
        if line.is_empty() {
            return;
        }
        if self.first.is_none() {
            self.first = Some(number);
            self.english = fold(line).starts_with("windows ip configuration");
        }
        let indented = text.starts_with([' ', '\t', '\u{3000}']);
        if let Some((label, value)) = row(line).filter(|_| indented) {
            self.flush(found);
            self.rows += 1;
            let folded = fold(label);
            let name = LABELS.iter().find(|(known, _)| *known == folded);
            let name = name.map_or_else(|| label.to_owned(), |(_, name)| (*name).to_owned());
            let value = plain(value);
            let items = if value.is_empty() { Vec::new() } else { vec![value] };
            let object = self.adapter.clone();
            let start = NamedValue {
                source: SOURCE,
                object,
                name,
                value: Value::Bool(true),
                owner: Owner::Nobody,
                line: number,
            };
            self.open = Some((start, items));
        } else if indented {
            if let Some((_, items)) = &mut self.open
                && items.len() < LINES
            {
                items.push(plain(line));
            }
        } else {
            self.flush(found);
            if let Some(name) = line.strip_suffix([':', '：']) {
                self.adapter = Some(name.trim().into());
            }
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        self.flush(found);
        let Some(first) = self.first.filter(|_| self.rows > 0) else { return };
        let complete = end.lossless && end.line_ended && self.english;
        found.source(SOURCE, Owner::Nobody, complete, Names::All, first);
    }
}

/// `DNS Servers . . . . : value`: the label is followed by dots, or in a translation by blanks, up to the colon.
fn row(line: &str) -> Option<(&str, &str)> {
    let at = line.find(" :").or_else(|| line.find(".:"))?;
    let (label, rest) = line.split_at_checked(at)?;
    // Both marks are two bytes; behind them `::1` begins with a colon, too.
    let value = rest.get(2..)?;
    let label = label.trim_end_matches([' ', '.', '．', '\u{3000}']);
    (!label.is_empty() && label.chars().count() < 80).then_some((label, value))
}

fn plain(value: &str) -> String {
    let mut value = value.trim();
    for remark in REMARKS {
        value = value.strip_suffix(remark).unwrap_or(value).trim_end();
    }
    value.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::parse::named::{read_text, rows};

    /// As Windows writes them, name in rules.
    const WRITTEN: [(&str, &str); 6] = [
        ("Description", "description"),
        ("IPv6 Address", "ipv6-address"),
        ("Link-local IPv6 Address", "link-local-ipv6-address"),
        ("DNS Servers", "dns-servers"),
        ("NetBIOS over Tcpip", "netbios-over-tcpip"),
        ("Eine Zeile", "Eine Zeile"),
    ];

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            adapters in vec(
                ("[A-Z][a-z]{1,8}( [0-9])?", subsequence(WRITTEN.to_vec(), 0..=6), vec(vec("(::1|fe80::[0-9a-f]{1,4}%[0-9]|[0-9]{1,3}\\.0\\.0\\.1|[a-z]{1,9}( [A-Z]{1,4})?)", 1..4), 6), any::<bool>()),
                0..4,
            ),
        ) {
            let mut text = String::from("\r\nWindows IP Configuration\r\n\r\n   Host Name . . . . . . . . . . . . : PC0123\r\n   Primary Dns Suffix  . . . . . . . : \r\n");
            let mut expected = vec![(String::new(), "host-name".to_owned(), "PC0123".to_owned())];
            for (adapter, labels, values, preferred) in &adapters {
                text += &format!("\r\nEthernet adapter {adapter}:\r\n\r\n");
                for ((label, name), items) in labels.iter().zip(values) {
                    // The label is padded to 33 columns: a blank where their number is odd, and dots.
                    let dots: String = ". ".repeat(20).chars().skip(label.len() % 2).take(33 - label.len()).collect();
                    let remark = if *preferred { "(Preferred) " } else { "" };
                    let lines: Vec<String> = items.iter().map(|item| format!("{item}{remark}")).collect();
                    text += &format!("   {label}{dots} : {}\r\n", lines.join(&format!("\r\n{}", " ".repeat(39))));
                    let value = match items.as_slice() {
                        [item] => item.clone(),
                        _ => Value::List(items.clone()).to_string(),
                    };
                    expected.push((format!("Ethernet adapter {adapter}"), (*name).to_owned(), value));
                }
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(Windows IP Configuration|   |DNS Servers| \\.| :|:|\\(Preferred\\)|\u{3000}|é|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
