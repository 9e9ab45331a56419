//! Collects the names of a case from its facts: by the kind of fact, and by the names of fields that hold names.
//!
//! Joins what the evidence joins (a SID beside a `DOMAIN\sam`, an address beside a name), as [`crate::fact::identity`] does;
//! refuses to join what only looks alike, except that a computer's short name is the first label of its full one.

mod property;

use std::collections::{BTreeMap, BTreeSet};

use super::{Evidence, Kind, Redactor, known};
use crate::fact::evidence::{ArtifactId, Locator, Source};
use crate::fact::identity::{Person, Subject, Target};
use crate::fact::{EventFact, FactStore, ProfileFact};
use crate::value::{Value, fold};

/// Endings of the names of fields, letters only, with what such a field holds.
const FIELDS: [(&str, Kind); 68] = [
    ("username", Kind::User),
    ("accountname", Kind::User),
    ("displayname", Kind::User),
    ("fullname", Kind::User),
    ("friendlyname", Kind::User),
    ("givenname", Kind::User),
    ("surname", Kind::User),
    ("principalname", Kind::User),
    ("signinname", Kind::User),
    ("loginname", Kind::User),
    ("logonname", Kind::User),
    ("unresolvedname", Kind::User),
    ("emailaddress", Kind::User),
    ("useremail", Kind::User),
    ("smtpaddress", Kind::User),
    ("userid", Kind::User),
    ("user", Kind::User),
    ("upn", Kind::User),
    ("mail", Kind::User),
    ("identity", Kind::User),
    ("accountlabel", Kind::User),
    ("workstationname", Kind::Host),
    ("workstation", Kind::Host),
    ("computername", Kind::Host),
    ("computer", Kind::Host),
    ("callercomputer", Kind::Host),
    ("machinename", Kind::Host),
    ("machine", Kind::Host),
    ("servername", Kind::Host),
    ("hostname", Kind::Host),
    ("clientname", Kind::Host),
    ("server", Kind::Host),
    ("serverfqdn", Kind::Host),
    ("proxyserver", Kind::Host),
    ("domaincontroller", Kind::Host),
    ("dcname", Kind::Host),
    ("host", Kind::Host),
    ("domainname", Kind::Domain),
    ("userdomain", Kind::Domain),
    ("dnsdomain", Kind::Domain),
    ("dnssuffix", Kind::Domain),
    ("domain", Kind::Domain),
    ("logonaccount", Kind::User),
    ("startname", Kind::User),
    ("アカウント名", Kind::User),
    ("ログオンアカウント", Kind::User),
    ("ユーザー名", Kind::User),
    ("ユーザープリンシパル名", Kind::User),
    ("表示名", Kind::User),
    ("csname", Kind::Host),
    ("devicename", Kind::Host),
    ("deviceid", Kind::Host),
    ("serversname", Kind::Host),
    ("workstations", Kind::Host),
    ("proxyserverlist", Kind::Host),
    ("proxybypasslist", Kind::Host),
    ("proxybypass", Kind::Host),
    ("ワークステーション名", Kind::Host),
    ("ソースワークステーション", Kind::Host),
    ("コンピューター名", Kind::Host),
    ("domainhint", Kind::Domain),
    ("realmname", Kind::Domain),
    ("領域名", Kind::Domain),
    ("アカウントドメイン", Kind::Domain),
    ("ドメイン名", Kind::Domain),
    ("tenantid", Kind::Tenant),
    ("tenantname", Kind::Tenant),
    ("tenantdisplayname", Kind::Tenant),
];

fn kind_of(field: &str) -> Option<Kind> {
    let name: String = fold(field).chars().filter(|c| c.is_alphanumeric()).collect();
    // `ProcessName`, `ServiceName` end otherwise; a `LogonProcessName` does too.
    FIELDS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, kind)| *kind)
}

/// Takes over every name of a case.
pub(super) fn collect(to: &mut Redactor, facts: &FactStore) {
    people(to, facts);
    computers(to, facts);
    for event in &facts.events {
        self::event(to, event);
    }
    for fact in &facts.registry {
        owner(to, fact.user.as_ref());
        for text in fact.data.texts() {
            field(to, &fact.name, text, None);
        }
    }
    for fact in &facts.credentials {
        owner(to, Some(&fact.subject));
        if let Some(user) = &fact.user {
            person(to, user, None);
        }
    }
    for fact in &facts.profiles {
        owner(to, Some(&fact.subject));
        profile(to, fact, facts.target.person());
    }
    for fact in &facts.properties {
        owner(to, fact.subject.as_ref());
        property::collect(to, fact);
    }
    let coverage = &facts.coverage;
    let subjects = coverage.registry.iter().filter_map(|part| part.user.as_ref());
    let subjects = subjects.chain(coverage.credentials.iter().map(|part| &part.subject));
    let subjects = subjects.chain(coverage.profiles.iter().map(|part| &part.subject));
    for subject in subjects.chain(coverage.properties.iter().filter_map(|part| part.subject.as_ref())) {
        owner(to, Some(subject));
    }
}

fn people(to: &mut Redactor, facts: &FactStore) {
    let mut by_sid: BTreeMap<String, usize> = BTreeMap::new();
    // The target's group holds what was joined through credentials and loose profiles, too.
    for group in facts.target.person().into_iter().chain(&facts.people) {
        let sid = group.sid.as_deref().map(fold);
        let mut entity = sid.as_ref().and_then(|sid| by_sid.get(sid)).copied();
        let mut names: Vec<&String> = group.names.iter().chain(&group.smtp).chain(&group.display).collect();
        // A full name tells who it is; a bare one is told.
        names.sort_by_key(|name| !name.contains(['\\', '@']));
        for name in names {
            entity = person(to, name, entity).or(entity);
        }
        if let (Some(sid), Some(entity)) = (sid, entity) {
            by_sid.insert(sid, entity);
        }
    }
    if let Target::Ambiguous(names) = &facts.target {
        for name in names {
            person(to, name, None);
        }
    }
    if let Some(collector) = &facts.case.collector {
        for text in collector.run_as.iter().chain(&collector.target_user) {
            let name = text.split(" (").next().unwrap_or(text);
            person(to, name, None);
        }
    }
}

fn computers(to: &mut Redactor, facts: &FactStore) {
    for name in facts.computers.keys().chain(&facts.case.computer) {
        computer(to, name);
    }
    for log in &facts.coverage.logs {
        computer(to, &log.computer);
    }
}

fn event(to: &mut Redactor, event: &EventFact) {
    computer(to, &event.computer);
    let user = &event.user;
    let domain = user.domain.as_deref().filter(|domain| !domain.is_empty());
    if let Some(domain) = domain {
        self::domain(to, domain);
    }
    let mut about = None;
    if let Some(name) = user.name.as_deref() {
        let full = match domain {
            Some(domain) if !name.contains(['\\', '@']) && is_name(name) => format!("{domain}\\{name}"),
            _ => name.to_owned(),
        };
        about = person(to, &full, None);
    }
    let text = |name: &str| match event.field(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    for (name, value) in event.fields.iter() {
        let Value::Text(value) = value else { continue };
        if value.contains('\n') {
            lines(to, value);
            continue;
        }
        // `SubjectUserName` stands beside `SubjectDomainName`.
        let domain = name.strip_suffix("UserName").and_then(|side| text(&format!("{side}DomainName")));
        let domain = domain.filter(|domain| is_name(domain) && !known::is_account(&fold(domain)));
        match domain {
            Some(domain) if !value.contains(['\\', '@']) && is_name(value) => {
                self::domain(to, &domain);
                person(to, &format!("{domain}\\{value}"), None);
            }
            _ => {
                let own = ["DisplayName", "UserPrincipalName", "SamAccountName"];
                field(to, name, value, about.filter(|_| own.contains(&name)));
            }
        }
    }
}

/// A rendered message has its labels in it: `Account Name:    a.tanaka`.
fn lines(to: &mut Redactor, message: &str) {
    const MOST: usize = 400;
    for (label, value) in message.lines().take(MOST).filter_map(|line| line.split_once([':', '：'])) {
        field(to, label, value.trim(), None);
    }
}

fn profile(to: &mut Redactor, fact: &ProfileFact, target: Option<&Person>) {
    let mut mailbox = fact.account.as_deref().and_then(|account| person(to, account, None));
    if mailbox.is_none()
        && fact.subject == Subject::Target
        && let Some(name) = target.and_then(|target| target.names.iter().chain(&target.smtp).next())
    {
        mailbox = person(to, name, None);
    }
    match &fact.value {
        Value::Text(text) => field(to, &fact.name, text, mailbox),
        Value::List(items) => {
            for item in items {
                let address = item.split_once(':').map_or(item.as_str(), |(_, address)| address);
                if address.contains('@') {
                    person(to, address, mailbox);
                }
            }
        }
        _ => {}
    }
}

fn owner(to: &mut Redactor, subject: Option<&Subject>) {
    if let Some(Subject::Other(name)) = subject {
        person(to, name, None);
    }
}

/// The value of a field that names somebody. `about`: whom, where that is known.
fn field(to: &mut Redactor, name: &str, value: &str, about: Option<usize>) {
    match kind_of(name) {
        Some(Kind::User) => people_in(to, value, about),
        Some(Kind::Host) => computers_in(to, value),
        Some(Kind::Domain) => domain(to, value),
        Some(Kind::Tenant) => {
            let value = value.trim_matches(['{', '}', ' ']);
            if is_name(value) {
                let entity = to.entity(Kind::Tenant, value);
                to.word(value, entity);
            }
        }
        Some(Kind::Ip | Kind::Sid) | None => {}
    }
}

/// One name, or a list of an account and its address: `CONTOSO\a.tanaka, a.tanaka@contoso.example`.
fn people_in(to: &mut Redactor, value: &str, about: Option<usize>) {
    let parts: Vec<&str> = value.split([',', ';']).map(str::trim).collect();
    if parts.len() > 1 && parts.iter().all(|part| part.contains(['\\', '@'])) {
        let mut person_of_list = about;
        for part in parts {
            person_of_list = person(to, part, person_of_list).or(person_of_list);
        }
    } else {
        person(to, value, about);
    }
}

/// Computers between commas, semicolons or blanks; a star stands for all below a domain.
fn computers_in(to: &mut Redactor, value: &str) {
    for one in value.split([';', ',', ' ']) {
        match one.trim().trim_start_matches("*").strip_prefix('.') {
            Some(parent) => domain(to, parent),
            None => computer(to, one),
        }
    }
}

/// A text that can be a name at all: short, on one line, and no answer or number.
fn is_name(text: &str) -> bool {
    let text = text.trim();
    (1..=104).contains(&text.chars().count())
        && !text.contains(['\n', '\r', '\t', '⟨', '<', '>', '{', '%'])
        && !known::is_account(&fold(text))
        && text.chars().any(char::is_alphabetic)
        && !text.to_ascii_lowercase().starts_with("0x")
}

/// What a program, not a person, is called.
fn is_product(folded: &str) -> bool {
    [
        "microsoft",
        "office",
        "outlook",
        "windows",
        "exchange",
        ".exe",
        ".dll",
        "internet",
        "archive",
        "フォルダー",
        "://",
    ]
    .iter()
    .any(|word| folded.contains(word))
}

/// A person in any spelling, joined with the one it is said to be.
fn person(to: &mut Redactor, name: &str, about: Option<usize>) -> Option<usize> {
    let name = name.trim();
    if !is_name(name) {
        return None;
    }
    if let Some(machine) = name.strip_suffix('$') {
        computer(to, machine.rsplit('\\').next().unwrap_or(machine));
        return None;
    }
    let folded = fold(name);
    if folded.starts_with("s-1-") {
        return None;
    }
    if let Some((head, sam)) = name.split_once('\\') {
        if !is_name(sam) || sam.contains('\\') {
            return None;
        }
        if !known::is_account(&fold(head)) {
            domain(to, head);
        } else if fold(head) != "azuread" {
            return None;
        }
        let entity = joined(to, &folded, about);
        to.bare.entry(fold(sam)).or_default().insert(entity);
        return Some(entity);
    }
    if let Some((local, suffix)) = name.split_once('@') {
        if !suffix.contains('.') || name.contains(' ') {
            return None;
        }
        let suffix_folded = fold(suffix);
        if !known::is_mail_provider(&suffix_folded) && !known::is_public(&suffix_folded) {
            domain(to, suffix);
        }
        let entity = joined(to, &folded, about);
        to.bare.entry(fold(local)).or_default().insert(entity);
        return Some(entity);
    }
    if is_product(&folded) {
        return None;
    }
    match about {
        // A name beside an account: the person's own.
        Some(entity) => {
            to.bare.entry(folded).or_default().insert(entity);
            Some(entity)
        }
        None => {
            // Whose a bare name is, is known when all names are.
            to.bare.entry(folded).or_default();
            None
        }
    }
}

/// The entity of a full name; where it is new, that of whom it is said to name.
fn joined(to: &mut Redactor, folded: &str, about: Option<usize>) -> usize {
    let key = (Kind::User, folded.to_owned());
    match (to.keys.get(&key).copied(), about) {
        (Some(known), Some(about)) => {
            to.merge(known, about);
            about
        }
        (Some(known), None) => known,
        (None, Some(about)) => {
            to.keys.insert(key, about);
            about
        }
        (None, None) => to.entity(Kind::User, folded),
    }
}

/// A computer by its full or short name, a proxy with its port, a name for its service (`HTTP/mail.contoso.example`).
fn computer(to: &mut Redactor, name: &str) {
    let name = name.trim().trim_start_matches('\\');
    let name = name.rsplit(['/', '=']).next().unwrap_or(name);
    let name = name.split(':').next().unwrap_or(name).trim_end_matches(['.', '$']);
    let token = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if !token || !is_name(name) || name.parse::<std::net::IpAddr>().is_ok() {
        return;
    }
    let folded = fold(name);
    // A dot in it makes a name public or not; without one it is the name of a computer.
    if folded.contains('.') && known::is_public(&folded) || known::is_account(&folded) {
        return;
    }
    let entity = to.entity(Kind::Host, name);
    to.word(name, entity);
    if let Some((short, parent)) = name.split_once('.')
        && parent.contains('.')
    {
        domain(to, parent);
        to.short.entry(fold(short)).or_default().insert(entity);
    }
}

fn domain(to: &mut Redactor, name: &str) {
    let name = name.trim().trim_end_matches('.');
    let folded = fold(name);
    let token = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let is_other = folded.contains('.') && (known::is_public(&folded) || known::is_mail_provider(&folded));
    if !token || !is_name(name) || is_other || to.known(Kind::Host, name).is_some() {
        return;
    }
    let entity = to.entity(Kind::Domain, name);
    to.word(name, entity);
}

/// Bare names and short forms go to those they belong to, once everybody is known.
pub(super) fn finish(to: &mut Redactor) {
    for (short, hosts) in std::mem::take(&mut to.short) {
        let Some(full) = hosts.first().copied().filter(|_| hosts.len() == 1) else { continue };
        // Seen by itself, too; 4740 and local accounts have it in the field of the domain.
        let seen = [Kind::Host, Kind::Domain].map(|kind| to.keys.insert((kind, short.clone()), full));
        for other in seen.into_iter().flatten() {
            to.merge(other, full);
        }
        if known::is_telling(&short) || short.chars().any(|c| c.is_ascii_digit()) {
            to.word(&short, full);
        }
    }
    for (name, people) in std::mem::take(&mut to.bare) {
        if to.known(Kind::Host, &name).is_some() || to.known(Kind::Domain, &name).is_some() {
            continue;
        }
        let people: BTreeSet<usize> = people.into_iter().map(|person| to.resolved(person)).collect();
        let entity = match people.first().copied() {
            Some(only) if people.len() == 1 => only,
            // Two accounts of one name: it is not known which of them is meant.
            _ => to.entity(Kind::User, &name),
        };
        to.bare.insert(name.clone(), BTreeSet::from([entity]));
        to.word(&name, entity);
    }
    let domains: BTreeSet<(String, usize)> = to
        .keys
        .iter()
        .filter(|((kind, name), _)| *kind == Kind::Domain && name.contains('.'))
        .map(|((_, name), entity)| (name.clone(), *entity))
        .collect();
    for (name, entity) in domains {
        for label in name.split('.').filter(|label| known::is_telling(label)) {
            // What the NetBIOS domain is called stands under that name already.
            to.word(label, entity);
        }
    }
}

/// Every text of an upload that can hold a name, artifact by artifact, each in the order of its places.
pub(super) fn in_order<'a>(upload: &Evidence<'a>) -> Vec<String> {
    let facts = upload.facts;
    let mut placed: Vec<(ArtifactId, Option<&Locator>, usize, String)> = Vec::new();
    for (index, (path, issues)) in upload.artifacts.iter().enumerate() {
        let id = ArtifactId(u32::try_from(index).unwrap_or(u32::MAX));
        placed.push((id, None, 0, std::iter::once(*path).chain(issues.iter().copied()).collect::<Vec<_>>().join("\n")));
    }
    let mut put = |source: &'a Source, text: String| {
        let number = placed.len();
        placed.push((source.artifact, Some(&source.at), number, text));
    };
    for fact in &facts.registry {
        let data = fact.data.texts().join("\n");
        put(&fact.source, format!("{}\n{}\n{data}", fact.key, fact.name));
    }
    for fact in &facts.credentials {
        put(&fact.source, format!("{}\n{}", fact.target, fact.user.as_deref().unwrap_or_default()));
    }
    for fact in &facts.profiles {
        let account = fact.account.as_deref().unwrap_or_default();
        put(&fact.source, format!("{}\n{account}\n{}", fact.profile, fact.value));
    }
    for fact in &facts.products {
        put(&fact.source, fact.name.clone());
    }
    for fact in &facts.patches {
        put(&fact.source, fact.title.clone());
    }
    for fact in &facts.properties {
        put(&fact.source, format!("{}\n{}\n{}", fact.object.as_deref().unwrap_or_default(), fact.name, fact.value));
    }
    for event in &facts.events {
        let user = &event.user;
        let parts = [user.name.as_deref(), user.domain.as_deref(), user.sid.as_deref()].into_iter().flatten();
        let mut text = format!("{}\n{}", event.computer, parts.collect::<Vec<_>>().join("\n"));
        for (name, value) in event.fields.iter() {
            text.push('\n');
            text.push_str(name);
            text.push('\n');
            text.push_str(&value.to_string());
        }
        put(&event.source, text);
    }
    placed.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    let mut texts: Vec<String> = placed.into_iter().map(|(_, _, _, text)| text).collect();
    texts.extend(about(facts));
    texts
}

/// What stands in facts without a place of its own; most of it has appeared before.
fn about(facts: &FactStore) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let collector = facts.case.collector.iter().flat_map(|run| run.target_user.iter().chain(&run.run_as));
    texts.extend(facts.case.computer.iter().chain(collector).cloned());
    if let Some(person) = facts.target.person() {
        let names = person.display.iter().chain(&person.sid).chain(&person.names).chain(&person.smtp);
        texts.extend(names.cloned());
    }
    if let Target::Ambiguous(names) = &facts.target {
        texts.extend(names.iter().cloned());
    }
    texts.extend(facts.computers.keys().cloned());
    texts.extend(facts.coverage.logs.iter().map(|log| log.computer.clone()));
    let subjects = facts.coverage.registry.iter().filter_map(|part| part.user.as_ref());
    let subjects = subjects.chain(facts.coverage.credentials.iter().map(|part| &part.subject));
    let subjects = subjects.chain(facts.coverage.profiles.iter().map(|part| &part.subject));
    let subjects = subjects.chain(facts.coverage.properties.iter().filter_map(|part| part.subject.as_ref()));
    texts.extend(subjects.filter_map(|subject| match subject {
        Subject::Other(name) => Some(name.clone()),
        Subject::Target | Subject::Assumed | Subject::Ambiguous => None,
    }));
    texts
}
