//! Reads the leaves that ask for settings and lists: `registry`, `credential`, `profile`, `product`, `property`, `code`, `compare`.

use super::condition::{
    Ask, Code, Compare, Comparison, Credential, DOMAIN, Product, Profile, Property, Registry, RegistryKind, Test,
};
use super::fields::{Fields, Problems, items, texts};
use super::node::{Node, Yaml};
use super::read::words;
use super::read_test::{Kind, check, field, with_value_tests};
use super::read_time;
use crate::fact::{Install, Mailbox};

type Read = Option<(Ask, Vec<String>)>;

/// Keys of `registry`.
pub(crate) const REGISTRY: &[&str] =
    with_value_tests!(["hive", "key", "value", "type", "need", "every", "absent", "exists"], []);

/// Words of the type of a registry value.
pub(crate) const KINDS: [(&str, RegistryKind); 5] = [
    ("string", RegistryKind::String),
    ("dword", RegistryKind::Dword),
    ("qword", RegistryKind::Qword),
    ("binary", RegistryKind::Binary),
    ("multi", RegistryKind::Multi),
];

/// Words of the hive of a registry value.
pub(crate) const HIVES: [(&str, bool); 2] = [("user", false), ("machine", true)];

/// `registry`.
pub fn registry(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "registry", REGISTRY, problems)?;
    let machine = fields.get("hive").and_then(|node| words(node, &HIVES, problems).first().copied()).unwrap_or(false);
    let key = fields.need_text("key", problems)?;
    if key.to_ascii_lowercase().starts_with("hk") || key.starts_with('\\') {
        problems.add(
            fields.span,
            "a key is written without its root: `hive: user` (default) or `hive: machine` says which",
        );
    }
    let kind = fields.get("type").and_then(|node| words(node, &KINDS, problems).first().copied());
    let value_kind = match kind {
        Some(RegistryKind::Dword | RegistryKind::Qword) => Kind::Number,
        _ => Kind::Text,
    };
    let check = check(&fields, value_kind, problems);
    let value = fields.text("value", problems);
    if value.is_none() && !check.tests.is_empty() {
        problems.add(fields.span, "a test needs the name of the `value`; without it only the key is looked for");
    }
    Some((Ask::Registry(Registry { machine, key, value, kind, check }), fields.texts("need", problems)))
}

/// Keys of `credential`.
pub(crate) const CREDENTIAL: &[&str] =
    &["of", "class", "secret", "target", "user", "written", "need", "every", "absent", "exists"];

/// `credential`.
pub fn credential(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "credential", CREDENTIAL, problems)?;
    let mut tests = |key: &str, kind: Kind| fields.get(key).map(|node| field(node, kind, problems)).unwrap_or_default();
    let (target, user, written) =
        (tests("target", Kind::Text), tests("user", Kind::Text), tests("written", Kind::Time));
    let leaf = Credential {
        of: fields.text("of", problems),
        class: fields.texts("class", problems),
        secret: fields.texts("secret", problems),
        target,
        user,
        written,
        check: check(&fields, Kind::Text, problems),
    };
    Some((Ask::Credential(leaf), fields.texts("need", problems)))
}

/// Keys of `profile`.
pub(crate) const PROFILE: &[&str] = with_value_tests!(["property", "mailbox", "need", "every", "absent", "exists"], []);

/// `profile`.
pub fn profile(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "profile", PROFILE, problems)?;
    let property = fields.need_text("property", problems)?;
    // On-premises accounts of the same profile must not be blamed for a failure of the mailbox in Exchange Online.
    let mailbox = fields
        .get("mailbox")
        .map_or_else(|| vec![Mailbox::ExchangeOnline, Mailbox::Unknown], |node| words(node, &Mailbox::ALL, problems));
    let check = check(&fields, Kind::Any, problems);
    Some((Ask::Profile(Profile { property, mailbox, check }), fields.texts("need", problems)))
}

/// Keys of `product`.
pub(crate) const PRODUCT: &[&str] = &["name", "version", "major", "install", "channel", "patches", "need"];

/// `product`.
pub fn product(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "product", PRODUCT, problems)?;
    let mut tests = |key: &str, kind: Kind| fields.get(key).map(|node| field(node, kind, problems)).unwrap_or_default();
    let (version, major, patches) =
        (tests("version", Kind::Version), tests("major", Kind::Number), tests("patches", Kind::Text));
    let install = fields
        .get("install")
        .or_else(|| fields.get("channel"))
        .map(|node| {
            let list = match &node.value {
                Yaml::Map(entries) => entries.first().map_or(node, |(_, list)| list),
                _ => node,
            };
            words(list, &Install::ALL, problems)
        })
        .unwrap_or_default();
    let name = fields.need_text("name", problems)?;
    Some((Ask::Product(Product { name, version, major, install, patches }), fields.texts("need", problems)))
}

/// Keys of `property`.
pub(crate) const PROPERTY: &[&str] =
    with_value_tests!(["source", "object", "name", "user", "need", "every", "absent", "exists"], ["before", "after"]);

/// `property`.
pub fn property(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "property", PROPERTY, problems)?;
    let object = fields.text("object", problems);
    if let Some(word) = object.as_ref().filter(|word| word.starts_with('$') && *word != DOMAIN) {
        problems.add(
            node.span,
            format!("there is no object {word}; known is {DOMAIN}, the domain of the user's sign-in name"),
        );
    }
    let leaf = Property {
        source: fields.need_text("source", problems)?,
        object,
        name: fields.need_text("name", problems)?,
        of_subject: read_time::of_subject(&fields, problems),
        check: check(&fields, Kind::Any, problems),
    };
    Some((Ask::Property(leaf), fields.texts("need", problems)))
}

/// Keys of `code`, and the words of its family.
pub(crate) const CODE: &[&str] = &["family", "number", "in", "during", "need"];
pub(crate) const FAMILIES: &[&str] = &["aadsts", "hresult", "ntstatus", "kerberos", "schannel", "http"];

/// `code`.
pub fn code(node: &Node, problems: &mut Problems<'_>) -> Read {
    let fields = Fields::read(node, "code", CODE, problems)?;
    let family = family(&fields, problems)?;
    let list = fields.get("number").or_else(|| fields.get("in"));
    let numbers = list.map(items).unwrap_or_default().iter().filter_map(|item| code_number(item, problems)).collect();
    let during = fields.get("during").and_then(|node| read_time::during(node, problems));
    Some((Ask::Code(Code { family, numbers, during }), fields.texts("need", problems)))
}

/// The family of a code.
pub(crate) fn family(fields: &Fields<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let family = fields.need_text("family", problems)?;
    if !FAMILIES.contains(&family.as_str()) {
        problems.add(fields.span, format!("{family:?} is not one of {}", FAMILIES.join(", ")));
    }
    Some(family)
}

/// A number, or one in hexadecimal notation.
pub(crate) fn code_number(node: &Node, problems: &mut Problems<'_>) -> Option<u64> {
    let number = match &node.value {
        Yaml::Int(number) => u64::try_from(*number).ok(),
        Yaml::Text(text) => text.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok()),
        _ => None,
    };
    if number.is_none() {
        problems.add(node.span, format!("a code is a number or \"0x…\"; found {}", node.describe()));
    }
    number
}

/// Keys of `compare`.
pub(crate) const COMPARE: &[&str] = &["left", "is", "is-not", "lt", "le", "gt", "ge"];

/// `compare`.
pub fn compare(node: &Node, problems: &mut Problems<'_>) -> Option<Compare> {
    let fields = Fields::read(node, "compare", COMPARE, problems)?;
    let left = fields.need_text("left", problems)?;
    let mut found = Comparison::ALL.iter().filter_map(|(key, is)| Some((*is, fields.text(key, problems)?)));
    match (found.next(), found.next()) {
        (Some((is, right)), None) => Some(Compare { left, is, right }),
        _ => {
            problems.add(node.span, "compare takes `left` and one of is, is-not, lt, le, gt and ge, each with a name");
            None
        }
    }
}

/// Tests of every named field of a mapping (`where`), typed text: the table of event fields may declare more.
pub fn named_tests(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, Vec<Test>)> {
    let Yaml::Map(entries) = &node.value else {
        problems.add(node.span, format!("a mapping of fields to tests is expected here; found {}", node.describe()));
        return Vec::new();
    };
    entries.iter().map(|(key, value)| (key.text.clone(), field(value, Kind::Any, problems))).collect()
}

/// Texts of a key, for the readers of time.
pub(super) fn list(fields: &Fields<'_>, key: &str, problems: &mut Problems<'_>) -> Vec<String> {
    fields.get(key).map(|node| texts(node, problems)).unwrap_or_default()
}
