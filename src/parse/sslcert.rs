//! Turns `netsh http show sslcert` into named values, one object a binding: the certificate that a server presents at an address
//! or under a name, and the list of authorities that it trusts there.
//!
//! A binding begins with a value that ends in a port. Labels are known in English; Japanese ones are unverified. Nothing that is
//! missing is absent: one binding can be asked for by itself. Refuses to know whether the certificate is the right one.
//!
//! ```text
//!     Hostname:port                : fs.contoso.example:443
//!     Certificate Hash             : 3f1c…         ─▶  fs.contoso.example:443: certificate-hash = 3f1c…
//!     Ctl Store Name               : AdfsTrustedDevices          ctl-store = AdfsTrustedDevices
//! ```

use std::sync::Arc;

use super::named::{End, Found, Lines, read};
use super::record::{Names, Owner, Parsed};
use super::{Context, Input};
use crate::bundle::domain::binding;
use crate::value::{Value, fold};

/// Name in rules.
const SOURCE: &str = "sslcert";

/// A binding of the central certificate store of IIS has a port only.
const CENTRAL: &str = "central certificate store";

/// Folded label, name in rules.
const LABELS: [(&str, &str); 11] = [
    ("certificate hash", "certificate-hash"),
    ("application id", "application-id"),
    ("certificate store name", "certificate-store"),
    ("verify client certificate revocation", "client-revocation"),
    ("ctl store name", "ctl-store"),
    ("negotiate client certificate", "negotiate-client-certificate"),
    ("disable tls1.2", "disable-tls12"),
    ("証明書ハッシュ", "certificate-hash"),
    ("アプリケーション id", "application-id"),
    ("証明書ストア名", "certificate-store"),
    ("ctl ストア名", "ctl-store"),
];

/// Reads a whole output.
pub fn parse(input: Input<'_>, context: Context<'_>) -> Parsed {
    read(input, context, &mut Reading::default())
}

#[derive(Debug, Default)]
struct Reading {
    binding: Option<Arc<str>>,
    first: Option<u64>,
}

impl Lines for Reading {
    fn line(&mut self, number: u64, text: &str, found: &mut Found) {
        if text.trim().is_empty() {
            // The next one may be of a kind that is not known.
            self.binding = None;
        }
        let pair = text.split_once([':', '：']).map(|(label, value)| (fold(label.trim()), value.trim()));
        let central = || pair.as_ref().filter(|(label, _)| label == CENTRAL).map(|(_, value)| *value);
        if let Some(binding) = binding(text).or_else(central) {
            self.first.get_or_insert(number);
            self.binding = Some(binding.into());
            found.state(SOURCE, self.binding.clone(), "binding", Value::Text(binding.to_owned()), number);
            return;
        }
        let Some((label, value)) = pair else { return };
        let Some((_, name)) = LABELS.iter().find(|(known, _)| *known == label) else { return };
        if self.binding.is_some() && value != "(null)" {
            found.state(SOURCE, self.binding.clone(), name, Value::Text(value.to_owned()), number);
        }
    }

    fn end(&mut self, end: End, found: &mut Found) {
        let Some(line) = self.first else { return };
        found.source(SOURCE, Owner::Nobody, end.lossless && end.line_ended, Names::Chosen, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::named::read_text;

    #[test]
    fn a_binding_ends_in_a_port() {
        for (line, expected) in [
            ("    IP:port                      : 0.0.0.0:443", Some("0.0.0.0:443")),
            ("    Hostname:port                : fs.contoso.example:49443", Some("fs.contoso.example:49443")),
            ("    IP:port : [::]:443 ", Some("[::]:443")),
            ("    Application ID               : {5d89a20c-beab-4389-9447-324788eb944a}", None),
            ("    Time:Zone : a:b", None),
            ("error at http://x:8080 : host:80", None),
            ("    IP:port : :443", None),
            ("    IP:port : 0.0.0.0:70000", None),
        ] {
            assert_eq!(binding(line), expected, "{line}");
        }
    }

    #[test]
    fn a_binding_ends_at_the_blank_line_and_the_central_store_has_its_own() {
        let text = "    Hostname:port                : fs.contoso.example:443\n    Ctl Store Name               : A\n\n    Central Certificate Store    : 444\n    Application ID               : {4dc3e181}\n\n    Etwas                        : x\n    Application ID               : {5d89a20c}\n";
        let read: Vec<_> = read_text(parse, text)
            .into_iter()
            .map(|value| (value.object.as_deref().unwrap_or_default().to_owned(), value.name, value.value.to_string()))
            .collect();
        let expected = [
            ("fs.contoso.example:443", "binding", "fs.contoso.example:443"),
            ("fs.contoso.example:443", "ctl-store", "A"),
            ("444", "binding", "444"),
            ("444", "application-id", "{4dc3e181}"),
        ];
        assert_eq!(read, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn what_was_written_is_read_back(
            bindings in proptest::collection::btree_map("[a-z]{2,8}\\.example:[1-9][0-9]{1,3}", ("[0-9a-f]{40}", proptest::option::of("[A-Za-z]{3,12}")), 1..6),
        ) {
            let mut text = String::from("\r\nSSL Certificate bindings: \r\n------------------------- \r\n");
            let mut expected = Vec::new();
            for (binding, (hash, store)) in &bindings {
                let stated = store.as_deref().unwrap_or("(null)");
                text += &format!(
                    "\r\n    Hostname:port                : {binding}\r\n    Certificate Hash             : {hash}\r\n    Usage Check                  : Enabled\r\n    Ctl Store Name               : {stated}\r\n",
                );
                let mut push = |name: &str, value: &str| expected.push((binding.clone(), name.to_owned(), value.to_owned()));
                push("binding", binding);
                push("certificate-hash", hash);
                if let Some(store) = store {
                    push("ctl-store", store);
                }
            }
            let read: Vec<_> = read_text(parse, &text)
                .into_iter()
                .map(|value| (value.object.as_deref().unwrap_or_default().to_owned(), value.name, value.value.to_string()))
                .collect();
            proptest::prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_text_makes_it_fail(text in "(IP:port| : |0.0.0.0:443|Certificate Hash|:|é|[0-9a-f]|\n){0,60}") {
            read_text(parse, &text);
        }
    }
}
