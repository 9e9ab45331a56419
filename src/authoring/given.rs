//! Turns the `given` of a rule's own case into facts: what it does not mention was not collected, what it lists is complete.

mod logs;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::bundle::ArtifactKind;
use crate::fact::catalogue::Catalogue;
use crate::fact::coverage::{ListCoverage, ProductCoverage, ProfileCoverage, PropertyCoverage, RegistryCoverage};
use crate::fact::evidence::{ArtifactId, Cite, Instant, Locator, Source};
use crate::fact::identity::{Person, Role, Subject, Target, UserName};
use crate::fact::{
    CodeFact, CredentialFact, FactStore, Install, Mailbox, PatchFact, ProductFact, ProfileFact, PropertyFact,
    RegistryFact,
};
use crate::parse::record::{AccountService, CredentialKind, Names, Persistence, RegistryData};
use crate::rule::condition::Era;
use crate::rule::fields::{Fields, Problems, items, number, text, texts};
use crate::rule::node::{Node, Yaml};
use crate::rule::read::words;
use crate::rule::read_fact::{FAMILIES, code_number, family};
use crate::value::{FileVersion, Value, fold};

/// The facts of a case, with what stands beside them.
#[derive(Debug, Default)]
pub struct Given {
    /// Facts.
    pub facts: FactStore,
    /// Kinds of the artifacts that the facts name.
    pub kinds: BTreeMap<ArtifactId, ArtifactKind>,
    /// The era, if the case fixes it.
    pub era: Option<Era>,
}

const CREDENTIALS: ArtifactId = ArtifactId(0);
const REGISTRY: ArtifactId = ArtifactId(1);
const PROFILES: ArtifactId = ArtifactId(2);
const LOGS: ArtifactId = ArtifactId(3);
const VERSIONS: ArtifactId = ArtifactId(4);
const UPDATES: ArtifactId = ArtifactId(5);
const PROPERTIES: ArtifactId = ArtifactId(6);
const CODES: ArtifactId = ArtifactId(7);

/// The artifacts of a case, by the keys that list what stands in them.
const KINDS: [(ArtifactId, ArtifactKind, &[&str]); 8] = [
    (CREDENTIALS, ArtifactKind::CmdkeyList, &["credential"]),
    (REGISTRY, ArtifactKind::RegExport, &["registry"]),
    (PROFILES, ArtifactKind::RegExport, &["profile"]),
    (LOGS, ArtifactKind::Evtx, &["event", "coverage"]),
    (VERSIONS, ArtifactKind::Clixml, &["product"]),
    (UPDATES, ArtifactKind::RegExport, &["product"]),
    (PROPERTIES, ArtifactKind::PowershellText, &["property"]),
    (CODES, ArtifactKind::PowershellText, &["code"]),
];

/// Keys of an event of `given`.
pub(super) use logs::EVENT;
#[cfg(test)]
pub(in crate::authoring) use logs::channel;

/// The key of `given` that an artifact stands for.
#[must_use]
pub fn key_of(artifact: ArtifactId) -> &'static str {
    let known = KINDS.iter().find(|(id, _, _)| *id == artifact);
    known.and_then(|(_, _, keys)| keys.first()).copied().unwrap_or_default()
}

/// Keys of `given`.
pub(super) const GIVEN: &[&str] = &[
    "subject",
    "computer",
    "computers",
    "product",
    "era",
    "as-of",
    "registry",
    "credential",
    "profile",
    "property",
    "code",
    "event",
    "coverage",
];

/// Reads a `given` mapping.
pub fn read(node: &Node, catalogue: &Catalogue, problems: &mut Problems<'_>) -> Option<Given> {
    let fields = Fields::read(node, "given", GIVEN, problems)?;
    let kinds = KINDS
        .into_iter()
        .filter(|(_, _, keys)| keys.iter().any(|key| fields.get(key).is_some()))
        .map(|(artifact, kind, _)| (artifact, kind))
        .collect();
    let mut given = Given { kinds, ..Given::default() };
    given.era = fields.get("era").and_then(|node| words(node, &Era::ALL, problems).first().copied());
    subject(&fields, &mut given.facts, problems);
    computers(&fields, &mut given.facts, problems);
    products(fields.get("product"), catalogue, &mut given.facts, problems);
    registry(&fields, &mut given.facts, problems);
    credentials(fields.get("credential"), catalogue, &mut given.facts, problems);
    profiles(&fields, &mut given.facts, problems);
    properties(fields.get("property"), &mut given.facts, problems);
    codes(fields.get("code"), &mut given.facts, problems);
    logs::events(fields.get("event"), catalogue, &mut given.facts, problems);
    logs::logs(fields.get("coverage"), catalogue, &mut given.facts, problems);
    let newest = given.facts.events.iter().map(|event| event.at.at).max();
    given.facts.case.as_of = fields.get("as-of").and_then(|node| time(node, problems)).or(newest);
    Some(given)
}

fn source(artifact: ArtifactId, line: usize) -> Source {
    Source { artifact, at: Locator::Line(u64::try_from(line).unwrap_or(0).saturating_add(1)), guessed: false }
}

fn cite(artifact: ArtifactId) -> Cite {
    Cite { artifact, at: Locator::Line(1), absent: false }
}

pub(super) fn time(node: &Node, problems: &mut Problems<'_>) -> Option<Timestamp> {
    let at = text(node, problems)?.parse().ok();
    if at.is_none() {
        problems.add(node.span, "a time such as \"2014-06-02T00:00:00Z\" is expected here");
    }
    at
}

fn subject(fields: &Fields<'_>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    let Some(subject) =
        fields.get("subject").and_then(|node| Fields::read(node, "subject", &["sid", "names"], problems))
    else {
        return;
    };
    let names = subject.texts("names", problems);
    let person = Person {
        sid: subject.text("sid", problems),
        display: names.first().cloned(),
        smtp: names.iter().filter(|name| name.contains('@')).map(|name| fold(name)).collect(),
        names: names.iter().map(|name| fold(name)).collect(),
    };
    facts.target = Target::Person(person);
}

fn computers(fields: &Fields<'_>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    facts.case.computer = fields.text("computer", problems);
    if let Some(name) = &facts.case.computer {
        facts.computers.insert(fold(name), BTreeSet::from([Role::Client]));
    }
    let Some(Yaml::Map(entries)) = fields.get("computers").map(|node| &node.value) else { return };
    for (key, node) in entries {
        let Some(role) = role(&key.text) else {
            problems.add(key.span, "a role is client, dc, adfs or wap");
            continue;
        };
        for name in items(node).iter().filter_map(|item| text(item, problems)) {
            facts.computers.entry(fold(&name)).or_default().insert(role);
        }
    }
}

fn role(word: &str) -> Option<Role> {
    Role::ALL.iter().find(|(known, _)| *known == word).map(|(_, role)| *role)
}

fn products(node: Option<&Node>, catalogue: &Catalogue, facts: &mut FactStore, problems: &mut Problems<'_>) {
    for (index, item) in node.map(items).unwrap_or_default().iter().enumerate() {
        let Some(fields) = Fields::read(item, "product", &["name", "version", "major", "channel", "patches"], problems)
        else {
            continue;
        };
        let Some(name) = fields.need_text("name", problems) else { continue };
        let version = fields.get("version").and_then(|node| version(node, catalogue, problems));
        let install = fields
            .get("channel")
            .and_then(|node| words(node, &Install::ALL, problems).first().copied())
            .unwrap_or(Install::Unknown);
        if fields.get("patches").is_some() {
            for kb in fields.texts("patches", problems) {
                let source = source(UPDATES, facts.patches.len());
                facts.patches.push(PatchFact {
                    product: name.clone(),
                    title: kb.clone(),
                    kb,
                    installed: true,
                    at: None,
                    source,
                });
            }
            facts.coverage.products.push(ProductCoverage { product: name.clone(), patches: true, cite: cite(UPDATES) });
        }
        let major = fields.number("major", problems);
        let source = source(VERSIONS, index);
        facts.products.push(ProductFact { name, version, major, install, rank: 1, at: None, source });
    }
}

fn version(node: &Node, catalogue: &Catalogue, problems: &mut Problems<'_>) -> Option<FileVersion> {
    if let Yaml::Map(_) = node.value {
        let fields = Fields::read(node, "a table reference", &["table", "row"], problems)?;
        return catalogue.builds.get(&fields.need_text("row", problems)?).map(|row| row.version);
    }
    let parsed = text(node, problems)?.parse();
    if let Err(error) = &parsed {
        problems.add(node.span, format!("{error}"));
    }
    parsed.ok()
}

/// `registry: {key: {value: {dword: 1}}}`; both hives are then completely covered, or only the keys that `coverage` lists. A
/// key that begins with `HKLM\` is the machine's.
fn registry(fields: &Fields<'_>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    let Some(Yaml::Map(keys)) = fields.get("registry").map(|node| &node.value) else { return };
    let hive = |key: &str| match key.strip_prefix("HKLM\\") {
        Some(path) => (None, path.to_owned()),
        None => (Some(Subject::Target), key.to_owned()),
    };
    let exported: Vec<(Option<Subject>, String)> = match covered(fields, "registry") {
        Some(list) => texts(list, problems).iter().map(|key| hive(key)).collect(),
        None => vec![(Some(Subject::Target), String::new()), (None, String::new())],
    };
    for (user, key) in exported {
        let cite = cite(REGISTRY);
        facts.coverage.registry.push(RegistryCoverage {
            user,
            key: fold(&key),
            complete: true,
            missing: false,
            end: None,
            cite,
        });
    }
    for (key, values) in keys {
        let Yaml::Map(values) = &values.value else { continue };
        let (user, path) = hive(&key.text);
        for (name, data) in values {
            let Some(data) = registry_data(data, problems) else { continue };
            let line = facts.registry.len();
            let at = Locator::Registry {
                line: u64::try_from(line).ok(),
                key: key.text.clone(),
                value: Some(name.text.clone()),
            };
            let source = Source { artifact: REGISTRY, at, guessed: false };
            facts.registry.push(RegistryFact {
                user: user.clone(),
                key: path.clone(),
                name: name.text.clone(),
                data,
                source,
            });
        }
    }
}

/// What `coverage` says of a kind.
fn covered<'n>(fields: &Fields<'n>, kind: &str) -> Option<&'n Node> {
    match fields.get("coverage").map(|node| &node.value) {
        Some(Yaml::Map(entries)) => entries.iter().find(|(key, _)| key.text == kind).map(|(_, node)| node),
        _ => None,
    }
}

fn registry_data(node: &Node, problems: &mut Problems<'_>) -> Option<RegistryData> {
    let fields = Fields::read(node, "registry data", &["dword", "qword", "sz", "multi", "binary"], problems)?;
    if let Some(node) = fields.get("dword") {
        return number(node, problems).map(RegistryData::Dword);
    }
    if let Some(node) = fields.get("qword") {
        return number(node, problems).map(|value| RegistryData::Qword(u64::from(value)));
    }
    if let Some(text) = fields.text("sz", problems) {
        return Some(RegistryData::Sz(text));
    }
    if fields.get("multi").is_some() {
        return Some(RegistryData::MultiSz(fields.texts("multi", problems)));
    }
    fields.text("binary", problems).map(|hex| RegistryData::Binary(hex.into_bytes()))
}

fn credentials(node: Option<&Node>, catalogue: &Catalogue, facts: &mut FactStore, problems: &mut Problems<'_>) {
    let Some(node) = node else { return };
    let (owner, list) = match &node.value {
        Yaml::Map(_) => {
            let Some(fields) = Fields::read(node, "credential", &["subject", "list"], problems) else { return };
            (fields.text("subject", problems), fields.get("list").map(items).unwrap_or_default())
        }
        Yaml::List(list) => (None, list.as_slice()),
        _ => (None, &[][..]),
    };
    let own_sid = facts.target.person().and_then(|person| person.sid.clone());
    let subject = match owner {
        Some(sid) if Some(&sid) != own_sid.as_ref() => Subject::Other(sid),
        _ => Subject::Target,
    };
    let mut dates = false;
    for item in list {
        let Some(fields) = Fields::read(item, "a credential", &["target", "user", "kind", "written"], problems) else {
            continue;
        };
        let Some(target) = fields.need_text("target", problems) else { continue };
        let bare = catalogue.unwrap_target(&target).to_owned();
        let kind = fields
            .get("kind")
            .and_then(|node| words(node, &CredentialKind::ALL, problems).first().copied())
            .unwrap_or(CredentialKind::Generic);
        let (class, secret) = catalogue.classify(&bare, kind);
        let written = fields.get("written").and_then(|node| time(node, problems));
        dates |= written.is_some();
        let source = source(CREDENTIALS, facts.credentials.len());
        facts.credentials.push(CredentialFact {
            subject: subject.clone(),
            target,
            bare_target: bare,
            class,
            secret,
            kind,
            user: fields.text("user", problems),
            persistence: Persistence::EnterpriseOrUnstated,
            written,
            source,
        });
    }
    facts.coverage.credentials.push(ListCoverage { subject, complete: true, dates, cite: cite(CREDENTIALS) });
}

fn profiles(fields: &Fields<'_>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    const KEYS: &[&str] = &["profile", "account", "default", "mailbox", "properties", "defects"];
    let Some(node) = fields.get("profile") else { return };
    let major = facts.product("outlook").and_then(|product| product.major).unwrap_or(15);
    let version = format!("{major}.0");
    // The CLIXML form knows the accounts, but not how they authenticate.
    let all_properties = covered(fields, "profile")
        .and_then(|node| Fields::read(node, "coverage of profiles", &["form"], problems))
        .and_then(|fields| {
            fields
                .get("form")
                .and_then(|node| words(node, &[("clixml", false), ("registry", true)], problems).first().copied())
        })
        .unwrap_or(true);
    for version in ["14.0", "15.0", "16.0"] {
        facts.coverage.profiles.push(ProfileCoverage {
            subject: Subject::Target,
            version: version.to_owned(),
            all_properties,
            complete: true,
            open: false,
            cite: cite(PROFILES),
        });
    }
    for item in items(node) {
        let Some(fields) = Fields::read(item, "a profile", KEYS, problems) else { continue };
        let Some(profile) = fields.need_text("profile", problems) else { continue };
        let account = fields.text("account", problems);
        let mailbox = fields
            .get("mailbox")
            .and_then(|node| words(node, &Mailbox::ALL, problems).first().copied())
            .unwrap_or(Mailbox::Unknown);
        // The accounts of one profile stand in several entries; any of them may say that it is the default one.
        let is_default = fields.flag("default", problems).or_else(|| {
            let known = facts.profiles.iter().find(|fact| fact.profile == profile).and_then(|fact| fact.is_default);
            known.filter(|is_default| *is_default)
        });
        let mut push = |name: &str, value: Value, account: Option<String>| {
            let at = Locator::Profile { line: Some(1), profile: profile.clone(), property: "00036619".to_owned() };
            facts.profiles.push(ProfileFact {
                subject: Subject::Target,
                version: version.clone(),
                profile: profile.clone(),
                is_default,
                account,
                service: AccountService::Exchange,
                mailbox,
                name: name.to_owned(),
                value,
                source: Source { artifact: PROFILES, at, guessed: false },
            });
        };
        if mailbox != Mailbox::Unknown {
            push("mailbox", Value::Text(mailbox.word().to_owned()), account.clone());
        }
        if let Some(Yaml::Map(properties)) = fields.get("properties").map(|node| &node.value) {
            for (name, value) in properties {
                push(&name.text, plain(value), account.clone());
            }
        }
        for defect in fields.texts("defects", problems) {
            push("defect", Value::Text(defect), None);
        }
    }
}

fn plain(node: &Node) -> Value {
    match &node.value {
        Yaml::Bool(value) => Value::Bool(*value),
        Yaml::Int(value) => Value::Number(*value),
        Yaml::Text(text) => text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Time),
        Yaml::List(list) => Value::List(list.iter().map(|item| plain(item).to_string()).collect()),
        _ => Value::Text(String::new()),
    }
}

fn properties(node: Option<&Node>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    let mut sources = BTreeSet::new();
    for (index, item) in node.map(items).unwrap_or_default().iter().enumerate() {
        let Some(fields) = Fields::read(item, "a property", &["source", "object", "name", "value", "user"], problems)
        else {
            continue;
        };
        let (Some(source_name), Some(name)) =
            (fields.need_text("source", problems), fields.need_text("name", problems))
        else {
            continue;
        };
        let subject = fields.text("user", problems).map(|user| owner(facts, &user));
        sources.insert((source_name.clone(), subject.clone()));
        facts.properties.push(PropertyFact {
            source_name,
            object: fields.text("object", problems),
            name,
            value: fields.get("value").map_or(Value::Bool(true), plain),
            subject,
            source: source(PROPERTIES, index),
        });
    }
    for (source, subject) in sources {
        facts.coverage.properties.push(PropertyCoverage {
            source,
            subject,
            complete: true,
            names: Names::All,
            cite: cite(PROPERTIES),
        });
    }
}

/// Keys of a code of `given`.
pub(super) const CODE: &[&str] = &["family", "number", "at"];

fn codes(node: Option<&Node>, facts: &mut FactStore, problems: &mut Problems<'_>) {
    for (index, item) in node.map(items).unwrap_or_default().iter().enumerate() {
        let Some(fields) = Fields::read(item, "a code", CODE, problems) else { continue };
        let (Some(family), Some(number)) =
            (family(&fields, problems), fields.need("number", problems).and_then(|node| code_number(node, problems)))
        else {
            continue;
        };
        let Some(family) = FAMILIES.iter().find(|known| **known == family).copied() else { continue };
        let at = fields.get("at").and_then(|node| time(node, problems)).map(Instant::exact);
        facts.codes.push(CodeFact { family, number, at, event: None, source: source(CODES, index) });
    }
}

fn owner(facts: &FactStore, user: &str) -> Subject {
    let name = UserName { sid: Some(user.into()), name: Some(user.into()), domain: None };
    match facts.target.person() {
        Some(person) if person.is(&name) => Subject::Target,
        _ => Subject::Other(user.to_owned()),
    }
}
