//! Reads `tables/*.yaml` into the catalogue of the fact stage.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{Fields, Problems, both, items, number, text};
use super::node::{Node, Yaml};
use super::read::words;
use crate::fact::catalogue::{BuildRow, Catalogue, CredentialClass, Derivation, DerivedField, EventSchema, FieldType};
use crate::fact::identity::Role;
use crate::fact::pattern::Pattern;
use crate::lang::Text;
use crate::parse::record::CredentialKind;
use crate::rule::condition::Selector;
use crate::value::{FileVersion, fold};

/// Reads one table into the catalogue. `table` is its file name without ending; `hosts` are the service hosts, read before.
pub fn read(table: &str, node: &Node, hosts: Option<&str>, catalogue: &mut Catalogue, problems: &mut Problems<'_>) {
    match table {
        "provider-aliases" => {
            for (alias, name) in pairs(node, problems) {
                catalogue.provider_aliases.insert(fold(&alias), name);
            }
        }
        "event-fields" => {
            for row in items(node) {
                event_row(row, catalogue, problems);
            }
        }
        "audit-groups" => {
            for row in items(node) {
                audit_row(row, catalogue, problems);
            }
        }
        "outlook-builds" => builds(node, catalogue, problems),
        "credential-classes" => credential_classes(node, hosts, catalogue, problems),
        _ => {}
    }
}

fn pairs(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, String)> {
    let Yaml::Map(entries) = &node.value else {
        problems.add(node.span, "a mapping is expected here");
        return Vec::new();
    };
    entries.iter().filter_map(|(key, value)| Some((key.text.clone(), text(value, problems)?))).collect()
}

fn ids(node: Option<&Node>, problems: &mut Problems<'_>) -> Vec<u16> {
    node.map(items).unwrap_or_default().iter().filter_map(|id| u16::try_from(number(id, problems)?).ok()).collect()
}

/// Keys of a row of `event-fields`, of its `user`, of a derived field and of its `contains`.
pub(crate) const EVENT: &[&str] =
    &["provider", "id", "positions", "shorter", "types", "user", "alias", "activity", "derive", "pairs-from"];

pub(crate) const USER: &[&str] = &["sid", "name", "domain"];
pub(crate) const DERIVED: &[&str] = &["from", "contains", "xml", "capture"];
pub(crate) const CONTAINS: &[&str] = &["text", "value"];

/// Keys of the other tables.
pub(crate) const BUILD: &[&str] = &["product", "version", "kb", "date"];
pub(crate) const CLASSES: &[&str] = &["unwrap", "rows", "otherwise"];
pub(crate) const CLASS: &[&str] = &["pattern", "kind", "table", "class", "secret"];
pub(crate) const UNCLASSED: &[&str] = &["class", "secret"];
pub(crate) const HOSTS: &[&str] = &["prefix", "suffix", "hosts"];
pub(crate) const HOST: &[&str] = &["pattern", "service"];

fn event_row(node: &Node, catalogue: &mut Catalogue, problems: &mut Problems<'_>) {
    const TYPES: [(&str, FieldType); 5] = [
        ("hex", FieldType::Int),
        ("int", FieldType::Int),
        ("text", FieldType::Text),
        ("time", FieldType::Time),
        ("sid", FieldType::Sid),
    ];
    let Some(fields) = Fields::read(node, "an event kind", EVENT, problems) else { return };
    let mut schema = EventSchema {
        positional: fields.texts("positions", problems),
        shorter: fields.texts("shorter", problems),
        activity: fields.text("activity", problems),
        pairs_from: fields.number("pairs-from", problems).and_then(|index| usize::try_from(index).ok()),
        ..EventSchema::default()
    };
    if let Some(Yaml::Map(entries)) = fields.get("types").map(|node| &node.value) {
        for (key, value) in entries {
            if let Some(kind) = words(value, &TYPES, problems).first() {
                schema.types.insert(key.text.clone(), *kind);
            }
        }
    }
    if let Some(user) = fields.get("user").and_then(|node| Fields::read(node, "user", USER, problems)) {
        schema.user_sid = user.text("sid", problems);
        schema.user_name = user.text("name", problems);
        schema.user_domain = user.text("domain", problems);
    }
    schema.aliases = fields.get("alias").map(|node| pairs(node, problems)).unwrap_or_default();
    if let Some(Yaml::Map(entries)) = fields.get("derive").map(|node| &node.value) {
        schema.derived = entries.iter().filter_map(|(key, value)| derived(&key.text, value, problems)).collect();
    }
    let Some(provider) = fields.need_text("provider", problems) else { return };
    for id in ids(fields.need("id", problems), problems) {
        catalogue.event_fields.insert((fold(&provider), id), schema.clone());
    }
}

fn derived(name: &str, node: &Node, problems: &mut Problems<'_>) -> Option<DerivedField> {
    let fields = Fields::read(node, "a derived field", DERIVED, problems)?;
    let how = if let Some(list) = fields.get("contains") {
        let rows = items(list).iter().filter_map(|row| {
            let row = Fields::read(row, "contains", CONTAINS, problems)?;
            Some((fold(&row.need_text("text", problems)?), row.need_text("value", problems)?))
        });
        Derivation::Contains(rows.collect())
    } else if let Some(element) = fields.text("xml", problems) {
        Derivation::XmlElement(element)
    } else {
        let source = fields.need_text("capture", problems)?;
        Derivation::Capture(compiled(node, &source, problems)?)
    };
    Some(DerivedField { name: name.to_owned(), from: fields.need_text("from", problems)?, how })
}

fn compiled(node: &Node, source: &str, problems: &mut Problems<'_>) -> Option<Pattern> {
    Pattern::new(source.to_owned(), false, crate::limits::Limits::default().pattern_compiled)
        .map_err(|error| problems.add(node.span, format!("this pattern cannot be used: {error}")))
        .ok()
}

pub(crate) const AUDIT: &[&str] = &["name", "provider", "id", "seen-on", "proof", "proof-where"];

/// A group of events that one audit policy switches on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditGroup {
    /// Roles of the computers that write them; empty: any.
    pub on: BTreeSet<Role>,
    /// Events that show that the group is recorded, where their number alone does not.
    pub proof: Option<Selector>,
}

/// Groups of `audit-groups.yaml` by name.
pub fn audits(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, AuditGroup)> {
    let mut found = Vec::new();
    for row in items(node) {
        let Some(fields) = Fields::read(row, "an audit group", AUDIT, problems) else { continue };
        let (Some(name), Some(provider)) = (fields.need_text("name", problems), fields.need_text("provider", problems))
        else {
            continue;
        };
        let on = fields
            .get("seen-on")
            .map(|node| words(node, &Role::ALL, problems))
            .unwrap_or_default()
            .into_iter()
            .collect();
        let proof = fields.get("proof-where").map(|tests| Selector {
            provider,
            ids: ids(fields.get("proof"), problems),
            of_subject: false,
            outcome: None,
            channel: None,
            fields: super::read_fact::named_tests(tests, problems),
        });
        found.push((name, AuditGroup { on, proof }));
    }
    found
}

fn audit_row(node: &Node, catalogue: &mut Catalogue, problems: &mut Problems<'_>) {
    let Some(fields) = Fields::read(node, "an audit group", AUDIT, problems) else {
        return;
    };
    let (Some(name), Some(provider)) = (fields.need_text("name", problems), fields.need_text("provider", problems))
    else {
        return;
    };
    let provider = fold(&provider);
    for id in ids(fields.need("id", problems), problems) {
        catalogue.audit_groups.insert((provider.clone(), id), name.clone());
    }
    // A group with `proof-where` is shown by the content of an event, which a count does not tell.
    let counted = if fields.get("proof-where").is_some() { None } else { fields.need("proof", problems) };
    for id in ids(counted, problems) {
        catalogue.audit_proofs.entry((provider.clone(), id)).or_default().push(name.clone());
    }
}

fn builds(node: &Node, catalogue: &mut Catalogue, problems: &mut Problems<'_>) {
    let Yaml::Map(entries) = &node.value else {
        problems.add(node.span, "a mapping of rows is expected here");
        return;
    };
    for (key, row) in entries {
        let Some(fields) = Fields::read(row, "a build", BUILD, problems) else {
            continue;
        };
        let (Some(product), Some(version)) =
            (fields.need_text("product", problems), fields.need_text("version", problems))
        else {
            continue;
        };
        match version.parse::<FileVersion>() {
            Ok(version) => {
                let (kb, date) = (fields.text("kb", problems), fields.text("date", problems));
                catalogue.builds.insert(key.text.clone(), BuildRow { product, version, kb, date });
            }
            Err(error) => problems.add(row.span, error.to_string()),
        }
    }
}

/// `$host` in a pattern stands for any host of `service-hosts.yaml`.
fn credential_classes(node: &Node, hosts: Option<&str>, catalogue: &mut Catalogue, problems: &mut Problems<'_>) {
    let Some(fields) = Fields::read(node, "the credential classes", CLASSES, problems) else {
        return;
    };
    catalogue.credential_wrappers = fields.texts("unwrap", problems).iter().map(|wrapper| fold(wrapper)).collect();
    for row in fields.get("rows").map(items).unwrap_or_default() {
        let Some(row_fields) = Fields::read(row, "a credential class", CLASS, problems) else {
            continue;
        };
        let kind = row_fields.get("kind").and_then(|node| words(node, &CredentialKind::ALL, problems).first().copied());
        let pattern = row_fields.text("pattern", problems).and_then(|source| {
            let source = source.replace("$host", hosts.unwrap_or("(?:)"));
            compiled(row, &format!("^(?:{source})$"), problems)
        });
        if let (Some(class), Some(secret)) =
            (row_fields.need_text("class", problems), row_fields.need_text("secret", problems))
        {
            catalogue.credential_classes.push(CredentialClass { pattern, kind, class, secret });
        }
    }
    if let Some(default) = fields.get("otherwise").and_then(|node| Fields::read(node, "otherwise", UNCLASSED, problems))
    {
        catalogue.credential_default =
            (default.text("class", problems).unwrap_or_default(), default.text("secret", problems).unwrap_or_default());
    }
}

/// Words for names.
pub fn labels(node: &Node, problems: &mut Problems<'_>) -> Vec<(String, Text)> {
    let Yaml::Map(entries) = &node.value else {
        problems.add(node.span, "a mapping of names to texts is expected here");
        return Vec::new();
    };
    entries.iter().filter_map(|(key, value)| Some((key.text.clone(), both(value, problems)?))).collect()
}

/// One pattern for all hosts of `service-hosts.yaml`.
pub fn hosts(node: &Node, problems: &mut Problems<'_>) -> Option<String> {
    let fields = Fields::read(node, "the service hosts", HOSTS, problems)?;
    let patterns: Vec<String> = fields
        .get("hosts")
        .map(items)
        .unwrap_or_default()
        .iter()
        .filter_map(|row| Fields::read(row, "a host", HOST, problems)?.need_text("pattern", problems))
        .collect();
    let (prefix, suffix) =
        (fields.text("prefix", problems).unwrap_or_default(), fields.text("suffix", problems).unwrap_or_default());
    Some(format!("(?:{prefix})(?:{})(?:{suffix})", patterns.join("|")))
}

/// Updates of a row and of every later row of its product and major version.
#[must_use]
pub fn updates_from(builds: &BTreeMap<String, BuildRow>, row: &str) -> Vec<String> {
    let Some(start) = builds.get(row) else { return Vec::new() };
    builds
        .values()
        .filter(|other| {
            other.product == start.product
                && other.version.major() == start.version.major()
                && other.version >= start.version
        })
        .filter_map(|other| other.kb.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::rule::set::RuleSet;

    /// Compiling them would be most of a start, and a case without credentials needs none.
    #[test]
    fn loading_compiles_no_pattern_of_the_shipped_tables() {
        let set = RuleSet::builtin().unwrap();
        let patterns: Vec<_> = set.catalogue.credential_classes.iter().filter_map(|row| row.pattern.as_ref()).collect();
        assert!(patterns.len() > 10);
        for pattern in patterns {
            assert!(pattern.is_waiting(), "{}", pattern.source());
        }
    }
}
