//! Collects the names in named values: by the endings of their names as in events, and where a program's own word for a place says
//! nothing (`Source` of a clock, `Name` of a computer's object), by the source.
//!
//! Refuses to know what a value means beyond whom it names.
//!
//! ```text
//! hosts zqfs: address = 192.0.2.10                                    ─▶  a computer `zqfs`
//! LegacyDN = /o=Contoso/ou=…/cn=Recipients/cn=a.tanaka                ─▶  an organisation `Contoso`, a person `a.tanaka`
//! DistinguishedName = CN=Tanaka\, A,OU=Sales,DC=contoso,DC=example    ─▶  a person `Tanaka, A`, a domain `contoso.example`
//! ```

use super::super::{Kind, Redactor};
use super::{computer, computers_in, domain, field, kind_of, people_in, person};
use crate::fact::PropertyFact;
use crate::value::{Value, fold};

/// Source, name of the value in lower case, what it holds. Without a name it is the object's own.
const PLACES: [(&str, &str, Kind); 36] = [
    ("hosts", "", Kind::Host),
    ("nslookup", "", Kind::Host),
    ("nslookup", "canonical-name", Kind::Host),
    ("w32tm", "", Kind::Host),
    ("w32tm", "source", Kind::Host),
    ("nltest", "trusted-dc", Kind::Host),
    ("nltest", "dc", Kind::Host),
    ("nltest", "domain", Kind::Domain),
    ("nltest", "forest", Kind::Domain),
    ("nltest", "dc-site", Kind::Domain),
    ("nltest", "our-site", Kind::Domain),
    ("setspn", "", Kind::Host),
    ("klist", "", Kind::Host),
    ("klist", "client", Kind::User),
    ("klist", "kdc", Kind::Host),
    ("sslcert", "", Kind::Host),
    ("netsh", "proxy", Kind::Host),
    ("netsh", "bypass", Kind::Host),
    ("winhttp-proxy", "proxy", Kind::Host),
    ("winhttp-proxy", "bypass", Kind::Host),
    ("ipconfig", "dns-suffix-search-list", Kind::Domain),
    ("computer-system", "name", Kind::Host),
    ("computer-system", "workgroup", Kind::Domain),
    ("join-information", "name", Kind::Domain),
    ("net-connection-profile", "name", Kind::Domain),
    ("entra-domain", "", Kind::Domain),
    ("entra-domain", "id", Kind::Domain),
    ("entra-domain", "name", Kind::Domain),
    ("organization-config", "name", Kind::Tenant),
    ("organization-config", "displayname", Kind::Tenant),
    ("federation-configuration", "displayname", Kind::Tenant),
    ("federation-configuration", "", Kind::Tenant),
    ("adfs-ssl-certificate", "", Kind::Host),
    ("adfs-account-activity", "identifier", Kind::User),
    ("office-identity", "", Kind::User),
    ("cas-mailbox", "name", Kind::User),
];

/// Takes over the names of one value.
pub(super) fn collect(to: &mut Redactor, fact: &PropertyFact) {
    let kind_at = |name: &str| {
        let known = PLACES.iter().find(|(source, own, _)| *source == fact.source_name && *own == name);
        known.map(|(_, _, kind)| *kind)
    };
    if let (Some(kind), Some(object)) = (kind_at(""), &fact.object) {
        take(to, kind, object);
    }
    let kind = kind_at(&fold(&fact.name)).or_else(|| kind_of(&fact.name));
    let one = |to: &mut Redactor, text: &str| match kind {
        Some(kind) => take(to, kind, text),
        None => field(to, &fact.name, text, None),
    };
    match &fact.value {
        Value::Text(text) => {
            one(to, text);
            distinguished(to, text);
            if fold(&fact.name) == "organizationalunit" {
                canonical(to, text);
            }
        }
        Value::List(items) => {
            for item in items {
                one(to, item);
                distinguished(to, item);
            }
        }
        _ => {}
    }
}

fn take(to: &mut Redactor, kind: Kind, text: &str) {
    match kind {
        Kind::User => people_in(to, text, None),
        // The ticket for tickets is that of a realm.
        Kind::Host => match text.strip_prefix("krbtgt/") {
            Some(realm) => domain(to, realm),
            None => computers_in(to, text),
        },
        Kind::Domain => {
            domain(to, text);
            if text.contains(' ') {
                whole(to, Kind::Domain, text);
            }
        }
        Kind::Tenant => whole(to, Kind::Tenant, text),
        Kind::Ip | Kind::Sid => {}
    }
}

/// What is called as people like, blanks and all.
fn whole(to: &mut Redactor, kind: Kind, text: &str) {
    let text = text.trim_matches(['{', '}', ' ']);
    if super::is_name(text) && !super::is_product(&fold(text)) {
        let entity = to.entity(kind, text);
        to.word(text, entity);
    }
}

/// The parts of a name in a directory (`CN=…,DC=…`) or of Exchange (`/o=…/cn=…`).
fn distinguished(to: &mut Redactor, text: &str) {
    let old = text.starts_with("/o=");
    let parts = if old { text.split('/').map(ToOwned::to_owned).collect() } else { parts(text) };
    let parts: Vec<(String, &str)> = parts
        .iter()
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (fold(key.trim()), value.trim()))
        .filter(|(key, _)| matches!(key.as_str(), "cn" | "ou" | "o" | "dc"))
        .collect();
    let directory = parts.iter().any(|(key, _)| key == "dc");
    let (mut domains, mut below): (Vec<&str>, String) = (Vec::new(), String::new());
    for (key, value) in &parts {
        match key.as_str() {
            "dc" => domains.push(value),
            "o" => whole(to, Kind::Tenant, value),
            "ou" if !fold(value).contains("administrative group") => whole(to, Kind::Domain, value),
            "cn" if old && below == "servers" => computer(to, value),
            "cn" if old && below != "recipients" => {}
            // The subject of a server's certificate is its host.
            "cn" if !old && !directory && value.contains('.') && !value.contains(' ') => computer(to, value),
            "cn" => {
                person(to, value, None);
                if value.contains(',') {
                    // As the directory writes it, and as a program would write that.
                    let entity = to.entity(Kind::User, value);
                    to.word(&value.replace(',', r"\,"), entity);
                    to.word(&value.replace(',', r"\\,"), entity);
                }
            }
            _ => {}
        }
        below = fold(value);
    }
    if domains.len() > 1 {
        domain(to, &domains.join("."));
    }
}

/// `contoso.example/Sales/Tokyo`.
fn canonical(to: &mut Redactor, text: &str) {
    let (root, units) = text.split_once('/').unwrap_or((text, ""));
    domain(to, root);
    for unit in units.split('/') {
        whole(to, Kind::Domain, unit);
    }
}

/// Commas part, but not behind a backslash.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '\\' if !quoted => quoted = true,
            ',' if !quoted => parts.push(String::new()),
            c => {
                quoted = false;
                if let Some(last) = parts.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    parts
}
