//! Turns `netsh winhttp show proxy` into named values: how programs without settings of their own reach the internet.
//!
//! Told by structure: either no pair at all, which is direct access, or a proxy and a list of exceptions. English is verified,
//! Japanese is not and proves nothing absent. Firewall listings have the same kind and are not read.
//!
//! ```text
//! Current WinHTTP proxy settings:
//!     Proxy Server(s) :  proxy.contoso.example:8080
//!     Bypass List     :  *.contoso.example;<local>      ─▶  access = proxy, proxy = …, bypass = […]
//! ```

use super::named::{End, Found, Lines, pair, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::issue::IssueCode;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "netsh";

/// Folded heading, and whether it is verified.
const HEADINGS: [(&str, bool); 2] = [("current winhttp proxy settings", true), ("現在の winhttp プロキシ設定", false)];
const DIRECT: [&str; 2] = ["direct access (no proxy server)", "直接アクセス (プロキシ サーバーなし)"];
const PROXY: [&str; 3] = ["proxy server(s)", "proxy server", "プロキシ サーバー"];
const BYPASS: [&str; 3] = ["bypass list", "バイパス一覧", "バイパス リスト"];
const NONE: [&str; 2] = ["(none)", "(なし)"];

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    heading: Option<(u64, bool)>,
    any: bool,
    said: bool,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        let line = fold(text.trim());
        if line.is_empty() {
            return;
        }
        self.any = true;
        if let Some((_, verified)) = HEADINGS.iter().find(|(heading, _)| line.starts_with(heading)) {
            self.heading = Some((number, *verified));
            return;
        }
        if self.heading.is_none() {
            if !self.said {
                self.said = true;
                found.oddities.line(IssueCode::NotSupported, number, "netsh: only `winhttp show proxy` is read");
            }
            return;
        }
        let mut push = |name: &str, value: Value| found.state(SOURCE, None, name, value, number);
        if DIRECT.iter().any(|direct| line.starts_with(direct)) {
            push("access", Value::Text("direct".to_owned()));
        } else if let Some((label, value)) = pair(text) {
            let label = fold(label);
            if PROXY.contains(&label.as_str()) {
                push("access", Value::Text("proxy".to_owned()));
                push("proxy", Value::Text(value.to_owned()));
            } else if BYPASS.contains(&label.as_str()) && !NONE.contains(&fold(value).as_str()) {
                let items = value.split(';').map(str::trim).filter(|item| !item.is_empty()).map(ToOwned::to_owned);
                push("bypass", Value::List(items.collect()));
            }
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some((line, verified)) = self.heading else { return };
        found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended && verified, Names::All, line);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::{read_text, rows};

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            proxy in "(|([a-z]{1,5}=)?[A-Za-z0-9.-]{1,12}:[0-9]{1,5}(;[a-z]{1,5}=[a-z.]{1,9}:[0-9]{2})?)",
            bypass in vec("(<local>|[*]?[a-z0-9.]{1,9})", 0..5),
        ) {
            let mut text = String::from("\r\nCurrent WinHTTP proxy settings:\r\n\r\n");
            let row = |name: &str, value: String| (String::new(), name.to_owned(), value);
            let mut expected = Vec::new();
            if proxy.is_empty() {
                text += "    Direct access (no proxy server).\r\n\r\n";
                expected.push(row("access", "direct".into()));
            } else {
                let list = if bypass.is_empty() { "(none)".to_owned() } else { bypass.join(";") };
                text += &format!("    Proxy Server(s) :  {proxy}\r\n    Bypass List     :  {list}\r\n\r\n");
                expected.extend([row("access", "proxy".into()), row("proxy", proxy)]);
                if !bypass.is_empty() {
                    expected.push(row("bypass", Value::List(bypass).to_string()));
                }
            }
            prop_assert_eq!(rows(parse, &text), expected);
        }

        #[test]
        fn no_text_makes_it_fail(
            text in "(Current WinHTTP proxy settings|Direct access \\(no proxy server\\)|Proxy Server|Bypass List|:|;|<local>|\\(none\\)|バイパス一覧|é|\n){0,60}",
        ) {
            read_text(parse, &text);
        }
    }
}
