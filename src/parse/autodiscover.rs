//! Turns an Autodiscover answer (the cache `…Autod.xml`, or the XML of a test) into named values, one object a protocol.
//!
//! The answer names the mailbox it is about: that user's are the values. Refuses to know which hosts are Microsoft's, and
//! tokens, which are left out.
//!
//! ```text
//! <Protocol><Type>EXCH</Type><Server>7a5c…@contoso.example</Server>…  ─▶  EXCH / server, of AutoDiscoverSMTPAddress
//! ```

use std::sync::Arc;

use super::elements::{Element, Elements, read};
use super::named::{End, Found};
use super::record::{NamedValue, Names, Owner, Parsed};
use super::{Context, Input};
use crate::value::Value;

/// Name in rules.
pub(crate) const SOURCE: &str = "autodiscover-xml";

/// Element, and the name in rules.
const WANTED: [(&str, &str); 26] = [
    ("AutoDiscoverSMTPAddress", "smtp-address"),
    ("LegacyDN", "legacy-dn"),
    ("AccountType", "account-type"),
    ("Action", "action"),
    ("MicrosoftOnline", "microsoft-online"),
    ("ConsumerMailbox", "consumer-mailbox"),
    ("RedirectAddr", "redirect-address"),
    ("RedirectUrl", "redirect-url"),
    ("Server", "server"),
    ("ServerExclusiveConnect", "server-exclusive-connect"),
    ("MdbDN", "mdb-dn"),
    ("PublicFolderServer", "public-folder-server"),
    ("AD", "directory-server"),
    ("EwsUrl", "ews-url"),
    ("OABUrl", "oab-url"),
    ("OOFUrl", "oof-url"),
    ("ASUrl", "availability-url"),
    ("AuthPackage", "auth-package"),
    ("AuthRequired", "auth-required"),
    ("SSL", "ssl"),
    ("CertPrincipalName", "cert-principal-name"),
    ("InternalUrl", "internal-url"),
    ("ExternalUrl", "external-url"),
    ("ErrorCode", "error-code"),
    ("Message", "error-message"),
    ("DebugData", "error-debug"),
];

/// Reads a whole answer.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    /// The protocol that is open: its name and the position of its first value.
    protocol: Option<String>,
    protocols: usize,
    pending: Vec<NamedValue>,
    address: Option<String>,
    answer: bool,
}

impl Elements for Reading {
    fn open(&mut self, path: &[Element], _: u64, _: &mut Found) {
        let Some(last) = path.last() else { return };
        match last.name.as_str() {
            "Response" => self.answer = true,
            "Protocol" => {
                self.protocols += 1;
                self.protocol = Some(last.get("Type").unwrap_or_default().to_owned());
            }
            _ => {}
        }
    }

    fn close(&mut self, path: &[Element], text: &str, line: u64, found: &mut Found) {
        let Some(last) = path.last() else { return };
        if last.name == "Protocol" {
            let number = self.protocols;
            let name =
                self.protocol.take().filter(|name| !name.is_empty()).unwrap_or_else(|| format!("protocol {number}"));
            let name: Arc<str> = name.into();
            for mut value in self.pending.drain(..) {
                value.object = Some(Arc::clone(&name));
                found.value(value);
            }
            return;
        }
        if last.name == "Type" && self.protocol.as_deref() == Some("") {
            self.protocol = Some(text.chars().take(64).collect());
            return;
        }
        let Some((_, name)) = WANTED.iter().find(|(element, _)| *element == last.name) else { return };
        if text.is_empty() {
            return;
        }
        if *name == "smtp-address" {
            self.address = Some(text.to_owned());
        }
        let value = match (*name, text) {
            ("microsoft-online" | "consumer-mailbox", text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            ("microsoft-online" | "consumer-mailbox", text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            (_, text) => Value::Text(text.to_owned()),
        };
        let value =
            NamedValue { source: SOURCE, object: None, name: (*name).to_owned(), value, owner: Owner::Runner, line };
        if self.protocol.is_some() && self.pending.len() < 1_000 {
            self.pending.push(value);
        } else {
            found.value(value);
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        for value in self.pending.drain(..) {
            found.value(value);
        }
        let owner = match self.address.take() {
            Some(address) => Owner::Account { sid: None, names: vec![address] },
            None => Owner::CollectedFor,
        };
        for value in found.values() {
            value.owner = owner.clone();
        }
        if self.answer {
            found.source(SOURCE, owner, end.lossless && end.line_ended, Names::All, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::parse::named::{read_text, rows};

    fn markup(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }

    const TEXT: &str = "[a-z0-9]{1,6}[ <>&\"'あ😀]{0,3}[a-z.]{1,4}";

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            address in "[a-z]{1,6}@[a-z]{2,6}\\.example",
            protocols in vec(("EXCH|EXPR|EXHTTP|WEB", TEXT, TEXT, any::<bool>()), 0..6),
        ) {
            let mut text = format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\"><Response xmlns=\"a\"><User><AutoDiscoverSMTPAddress>{address}</AutoDiscoverSMTPAddress></User><Account>",
            );
            let mut expected = vec![(String::new(), "smtp-address".to_owned(), address.clone())];
            for (kind, server, package, as_attribute) in &protocols {
                text += &if *as_attribute {
                    format!("<Protocol Type=\"{kind}\">")
                } else {
                    format!("<Protocol>\r\n  <Type>{kind}</Type>")
                };
                let (server_xml, package_xml) = (markup(server), markup(package));
                text += &format!(
                    "<Server>{server_xml}</Server><Unknown>x</Unknown>\r\n<AuthPackage>{package_xml}</AuthPackage></Protocol>",
                );
                expected.push((kind.clone(), "server".into(), server.clone()));
                expected.push((kind.clone(), "auth-package".into(), package.clone()));
            }
            text += "</Account></Response></Autodiscover>";
            prop_assert_eq!(rows(parse, &text), expected);
            let of = Owner::Account { sid: None, names: vec![address] };
            prop_assert!(read_text(parse, &text).iter().all(|value| value.owner == of));
        }

        #[test]
        fn no_text_makes_it_fail(
            text in "(<|>|</|/>|<Protocol>|</Protocol>|<Type>|EXCH|<Server>|<Response>|<AutoDiscoverSMTPAddress>|&amp;|&#|;|é|\n){0,60}",
        ) {
            read_text(parse, &text);
        }
    }
}
