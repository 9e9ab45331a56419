//! Collects which names stand together in the evidence, and joins them into one person.
//!
//! Refuses to join two different SIDs, and names that are only similar.
//!
//! ```text
//! 4723 { TargetUserName a.tanaka, TargetDomainName CONTOSO, TargetSid S-…-1104 } ─▶ [S-…-1104, contoso\a.tanaka]
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::build::ArtifactInput;
use super::catalogue::Catalogue;
use super::clixml;
use super::collector::{Account, Collector, is_sid};
use super::event::Draft;
use super::identity::Person;
use super::object;
use super::people::{self, Hives, current_user, is_person, person};
use crate::parse::record::{AccountRecord, AccountService, CredentialRecord, Hive, ProfileRecord, PsValue, Record};
use crate::value::{Value, fold};

/// Events of the security log that name a user by SID and by name.
const NAMING_EVENTS: [u16; 11] = [4624, 4625, 4720, 4722, 4723, 4724, 4738, 4740, 4767, 4768, 4781];

/// All groups of names that stand together.
pub(super) fn collect(artifacts: &[ArtifactInput<'_>], collectors: &[Collector], events: &[Draft<'_>]) -> Vec<Person> {
    let mut links: Vec<Person> = Vec::new();
    links.extend(collectors.iter().flat_map(|run| [&run.target, &run.run_as]).flatten().map(person));
    links.extend(people::object_people(artifacts));
    links.extend(directory_people(artifacts));
    links.extend(event_links(events));
    for input in artifacts {
        for record in &input.parsed.records {
            let Record::Profile(profile) = record else { continue };
            let mut owner = match &profile.hive {
                Hive::User(Some(sid)) if is_person(sid) => person(&Account { sid: Some(sid.clone()), name: None }),
                Hive::User(None) => match current_user(collectors, input.path) {
                    Some(account) => person(account),
                    None => continue,
                },
                _ => continue,
            };
            add_profile_names(&mut owner, profile);
            links.push(owner);
            links.extend(remembered_people(profile));
        }
    }
    links
}

/// Users whom a directory lists: SID, UPN, addresses and `domain\sam` of one object.
fn directory_people(artifacts: &[ArtifactInput<'_>]) -> Vec<Person> {
    let mut people = Vec::new();
    for record in artifacts.iter().flat_map(|input| &input.parsed.records) {
        let Record::Object(object) = record else { continue };
        if object::shape_of(object).is_none_or(|shape| shape.source != "ad-user") {
            continue;
        }
        let (sid, names) = object::described(object);
        let mut found = Person { sid: sid.filter(|sid| is_person(sid)), ..Person::default() };
        found.display = names.first().cloned();
        found.names.extend(clixml::property(object, "UserPrincipalName").map(|name| fold(&name)));
        found.smtp.extend(clixml::property(object, "mail").filter(|mail| mail.contains('@')).map(|mail| fold(&mail)));
        if let Some(PsValue::List(items)) = object.get("proxyAddresses") {
            let addresses = items.iter().filter_map(clixml::text);
            found.smtp.extend(addresses.filter_map(|address| Some(fold(fold(&address).strip_prefix("smtp:")?))));
        }
        if let (Some(sam), Some(place)) =
            (clixml::property(object, "SamAccountName"), clixml::property(object, "DistinguishedName"))
        {
            let labels: Vec<String> =
                place.split(',').filter_map(|part| Some(fold(fold(part.trim()).strip_prefix("dc=")?))).collect();
            if !labels.is_empty() {
                found.names.insert(format!("{}\\{}", labels.join("."), fold(&sam)));
            }
        }
        if found.sid.is_some() || !found.names.is_empty() {
            people.push(found);
        }
    }
    people
}

/// Whether two groups name the same person: the same SID, UPN, address or `DOMAIN\sam`, and no two SIDs.
pub(super) fn share(a: &Person, b: &Person) -> bool {
    match (&a.sid, &b.sid) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => b
            .names
            .iter()
            .chain(&b.smtp)
            .any(|name| name.contains(['\\', '@']) && (a.names.contains(name) || a.smtp.contains(name))),
    }
}

/// Takes over every name that stands together with one of the person's.
pub(super) fn absorb(person: &mut Person, links: &[Person]) {
    let mut rest: Vec<&Person> = links.iter().collect();
    loop {
        let before = rest.len();
        rest.retain(|link| {
            if !share(person, link) {
                return true;
            }
            person.sid = person.sid.take().or_else(|| link.sid.clone());
            if person.display.as_deref().is_none_or(is_sid) {
                person.display = link.display.clone().filter(|name| !is_sid(name)).or(person.display.take());
            }
            person.names.extend(link.names.iter().cloned());
            person.smtp.extend(link.smtp.iter().cloned());
            false
        });
        if rest.len() == before {
            return;
        }
    }
}

fn event_links(events: &[Draft<'_>]) -> Vec<Person> {
    let mut links: BTreeMap<String, Person> = BTreeMap::new();
    for draft in events {
        let fact = &draft.fact;
        if !fact.provider.eq_ignore_ascii_case("Microsoft-Windows-Security-Auditing")
            || !NAMING_EVENTS.contains(&fact.id)
        {
            continue;
        }
        let text = |name: &str| match fact.field(name) {
            Some(Value::Text(text)) if !matches!(text.as_str(), "" | "-") => Some(text.as_str()),
            _ => None,
        };
        let Some(sid) = text("TargetSid").or_else(|| text("TargetUserSid")).filter(|sid| is_person(sid)) else {
            continue;
        };
        // 4740 puts the calling computer into the field that is called domain.
        let domain = if fact.id == 4740 { None } else { text("TargetDomainName") };
        let link = links.entry(fold(sid)).or_insert_with(|| person(&Account { sid: Some(sid.to_owned()), name: None }));
        for field in ["TargetUserName", "OldTargetUserName", "NewTargetUserName", "SamAccountName"] {
            let Some(name) = text(field) else { continue };
            let full = match domain {
                _ if name.contains(['\\', '@']) => name.to_owned(),
                Some(domain) => format!("{domain}\\{name}"),
                None => continue,
            };
            if link.names.insert(fold(&full)) && link.display.as_deref().is_none_or(is_sid) {
                link.display = Some(full);
            }
        }
        if let Some(upn) = text("UserPrincipalName").filter(|upn| upn.contains('@')) {
            link.names.insert(fold(upn));
        }
    }
    links.into_values().collect()
}

/// The Exchange account that speaks for the profile's owner: the default one, or the only one.
fn main_account(profile: &ProfileRecord) -> Option<&AccountRecord> {
    let exchange = || profile.accounts.iter().filter(|account| account.service == AccountService::Exchange);
    exchange().find(|account| account.is_default == Some(true)).or_else(|| {
        let mut all = exchange();
        all.next().filter(|_| all.next().is_none())
    })
}

/// Where no account is the main one: each account with the one person whose sign-in name it remembers.
fn remembered_people(profile: &ProfileRecord) -> Vec<Person> {
    if profile.is_default == Some(false) || main_account(profile).is_some() {
        return Vec::new();
    }
    let exchange = profile.accounts.iter().filter(|account| account.service == AccountService::Exchange);
    let mut people: Vec<Person> = exchange
        .map(|account| {
            let mut person = Person::default();
            add_account_names(&mut person, account);
            person
        })
        .filter(|person| !person.names.is_empty())
        .collect();
    // Two mailboxes opened with one name: it is not known which of them is the person's own.
    let counts: Vec<usize> =
        people.iter().map(|one| people.iter().filter(|other| other.names == one.names).count()).collect();
    let mut counts = counts.into_iter();
    people.retain(|_| counts.next() == Some(1));
    people
}

fn add_profile_names(owner: &mut Person, profile: &ProfileRecord) {
    if profile.is_default == Some(false) {
        return;
    }
    let Some(account) = main_account(profile) else { return };
    add_account_names(owner, account);
    if owner.display.as_deref().is_none_or(is_sid) {
        owner.display = account.name.clone().filter(|name| is_address(name)).or(owner.display.take());
    }
}

fn add_account_names(owner: &mut Person, account: &AccountRecord) {
    owner.smtp.extend(account.name.as_deref().filter(|name| is_address(name)).map(fold));
    let mut remembered = (None, None);
    for property in &account.properties {
        // By property id: 6641 address, 6637 all addresses, 6620 label, 3d16 user name, 3d17 domain.
        match (property.tag.get(4..).unwrap_or_default(), &property.value) {
            ("6641" | "6620", Value::Text(text)) if is_address(text) => {
                owner.smtp.insert(fold(text.trim()));
            }
            ("6637", Value::List(items)) => owner.smtp.extend(items.iter().filter_map(|item| smtp_of(item))),
            ("3d16", Value::Text(text)) if !text.is_empty() => remembered.0 = Some(text.as_str()),
            ("3d17", Value::Text(text)) if !text.is_empty() => remembered.1 = Some(text.as_str()),
            _ => {}
        }
    }
    match remembered {
        (Some(user), _) if user.contains(['@', '\\']) => {
            owner.names.insert(fold(user));
        }
        (Some(user), Some(domain)) => {
            owner.names.insert(fold(&format!("{domain}\\{user}")));
        }
        _ => {}
    }
}

/// `SMTP:a@b` and `smtp:a@b`; other address types (X500, SIP) are no mail addresses.
fn smtp_of(item: &str) -> Option<String> {
    let (kind, address) = item.trim_matches(['\0', ' ']).split_once(':')?;
    (kind.eq_ignore_ascii_case("smtp") && is_address(address)).then(|| fold(address))
}

fn is_address(text: &str) -> bool {
    let text = text.trim();
    text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        && !text.contains([' ', '\\', '/'])
}

/// Profiles of hives that name nobody: they are assumed to be the target user's, so their addresses are too.
pub(super) fn add_loose_profiles(
    target: &mut Person,
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    hives: &Hives,
) {
    if !hives.with_profile.is_empty() {
        return;
    }
    for profile in loose_profiles(artifacts, collectors) {
        add_profile_names(target, profile);
    }
}

fn loose_profiles<'a>(
    artifacts: &'a [ArtifactInput<'_>],
    collectors: &[Collector],
) -> impl Iterator<Item = &'a ProfileRecord> {
    artifacts
        .iter()
        .filter(|input| super::collector::of(collectors, input.path).is_none())
        .flat_map(|input| &input.parsed.records)
        .filter_map(|record| match record {
            Record::Profile(profile) => match &profile.hive {
                Hive::User(None) => Some(profile),
                Hive::User(Some(name)) if !is_sid(name) && !people::is_system(name) => Some(profile),
                _ => None,
            },
            _ => None,
        })
}

/// The one owner of all loose profiles together, if they give an address.
pub(super) fn loose_profile_people(artifacts: &[ArtifactInput<'_>], collectors: &[Collector]) -> Vec<Person> {
    let mut owner = Person::default();
    for profile in loose_profiles(artifacts, collectors) {
        add_profile_names(&mut owner, profile);
    }
    if owner.display.is_none() {
        owner.display = owner.names.first().or(owner.smtp.first()).cloned();
    }
    owner.display.is_some().then_some(owner).into_iter().collect()
}

fn credentials<'a>(artifacts: &'a [ArtifactInput<'_>]) -> impl Iterator<Item = &'a CredentialRecord> {
    artifacts.iter().flat_map(|input| &input.parsed.records).filter_map(|record| match record {
        Record::Credential(row) => Some(row),
        _ => None,
    })
}

/// Users of the saved passwords of Office; rows of one user in two spellings are joined where one row holds both.
pub(super) fn vault_people(artifacts: &[ArtifactInput<'_>], catalogue: &Catalogue) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for row in credentials(artifacts) {
        let bare = catalogue.unwrap_target(&row.target);
        let (class, secret) = catalogue.classify(bare, row.kind);
        if secret != "password" || !matches!(class.as_str(), "office-sspi" | "office-orgid" | "outlook-remembered") {
            continue;
        }
        let full = row.user.as_deref().filter(|user| user.contains(['\\', '@']));
        let mut names: BTreeSet<String> = bare.split(':').filter(|part| is_address(part)).map(fold).collect();
        names.extend(full.map(fold));
        let display = full.map(ToOwned::to_owned).or_else(|| names.first().cloned());
        match people.iter_mut().find(|known| known.names.iter().any(|name| names.contains(name))) {
            Some(known) => known.names.extend(names),
            None if names.is_empty() => {}
            None => people.push(Person { display, names, ..Person::default() }),
        }
    }
    people
}

/// A user name in a saved password that is one of the person's addresses is a sign-in name too.
pub(super) fn add_credential_names(target: &mut Person, artifacts: &[ArtifactInput<'_>]) {
    for user in credentials(artifacts).filter_map(|row| row.user.as_deref()).map(fold) {
        if target.smtp.contains(&user) {
            target.names.insert(user);
        }
    }
}
