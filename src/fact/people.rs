//! Decides who the case is about and under which names that person appears.
//!
//! Joins names only where the evidence puts them together (a SID beside a `DOMAIN\sam`, a profile in a hive);
//! refuses to guess from names that look alike.
//!
//! ```text
//! TargetUser CONTOSO\a.tanaka (S-…-1104)  +  4738 { TargetSid S-…-1104, UserPrincipalName a.tanaka@contoso.example }
//!   ─▶ Person { sid: S-…-1104, names: [contoso\a.tanaka, a.tanaka@contoso.example] }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::build::ArtifactInput;
use super::catalogue::Catalogue;
use super::clixml;
use super::collector::{self, Account, Collector, is_sid};
use super::event::Draft;
use super::identity::{Person, Target};
use super::links;
use crate::parse::record::{Hive, Record};
use crate::value::fold;

/// Candidates that a report lists at most; a domain controller's log holds thousands of users.
const CANDIDATES: usize = 20;

/// The user hives of the upload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Hives {
    /// SIDs of people.
    pub(super) sids: BTreeSet<String>,
    /// SIDs of people whose hive holds an Outlook profile.
    pub(super) with_profile: BTreeSet<String>,
    /// Folded names of loaded hives.
    pub(super) loaded: BTreeSet<String>,
    /// Whether `HKEY_CURRENT_USER` occurs.
    pub(super) current_user: bool,
}

impl Hives {
    /// Looks through all registry and profile records.
    pub(super) fn of(artifacts: &[ArtifactInput<'_>]) -> Self {
        let mut hives = Self::default();
        for record in artifacts.iter().flat_map(|input| &input.parsed.records) {
            let (hive, profile) = match record {
                Record::RegistryRoot(root) => (&root.hive, false),
                Record::RegistryKey(key) => (&key.hive, false),
                Record::RegistryValue(value) => (&value.hive, false),
                Record::Profile(profile) => (&profile.hive, true),
                _ => continue,
            };
            match hive {
                Hive::User(None) => hives.current_user = true,
                Hive::User(Some(name)) if is_person(name) => {
                    if profile && !hives.with_profile.contains(name) {
                        hives.with_profile.insert(name.clone());
                    }
                    if !hives.sids.contains(name) {
                        hives.sids.insert(name.clone());
                    }
                }
                Hive::User(Some(name)) if !is_system(name) => {
                    hives.loaded.insert(fold(name));
                }
                _ => {}
            }
        }
        hives
    }
}

/// SIDs of domain, local and Entra accounts.
pub(super) fn is_person(name: &str) -> bool {
    is_sid(name) && ["S-1-5-21-", "S-1-12-1-"].iter().any(|start| starts_with(name, start))
}

/// Hives of Windows itself.
pub(super) fn is_system(name: &str) -> bool {
    is_sid(name) && !is_person(name) || name.eq_ignore_ascii_case(".DEFAULT") || name.ends_with("_Classes")
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A person of one account.
pub(super) fn person(account: &Account) -> Person {
    let mut person = Person { sid: account.sid.clone(), display: account.name.clone(), ..Person::default() };
    person.display = person.display.take().or_else(|| account.sid.clone());
    person.names.extend(account.name.as_deref().map(fold));
    person
}

/// The target user: the option, else the collector's, else the only candidate of the evidence.
pub(super) fn target(
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    events: &[Draft<'_>],
    hives: &Hives,
    catalogue: &Catalogue,
    option: Option<&str>,
    links: &[Person],
) -> Target {
    let mut found = if let Some(user) = option.map(str::trim).filter(|user| !user.is_empty()) {
        let mut named = person(&Account::parse(user).unwrap_or_default());
        complete_bare(&mut named, links);
        vec![named]
    } else {
        candidates(artifacts, collectors, events, hives, catalogue, links)
    };
    for person in &mut found {
        links::absorb(person, links);
    }
    merge_same(&mut found);
    match found.as_mut_slice() {
        [] => Target::Nobody,
        [only] => {
            links::add_loose_profiles(only, artifacts, collectors, hives);
            links::add_credential_names(only, artifacts);
            Target::Person(std::mem::take(only))
        }
        _ => {
            let mut names: Vec<String> = found.into_iter().filter_map(|person| person.display).collect();
            names.sort();
            names.dedup();
            names.truncate(CANDIDATES);
            Target::Ambiguous(names)
        }
    }
}

/// Candidates that turned out to be one person.
fn merge_same(found: &mut Vec<Person>) {
    let mut kept: Vec<Person> = Vec::new();
    for person in found.drain(..) {
        match kept.iter_mut().find(|known| links::share(known, &person)) {
            Some(known) => {
                known.names.extend(person.names);
                known.smtp.extend(person.smtp);
                known.sid = known.sid.take().or(person.sid);
            }
            None => kept.push(person),
        }
        if kept.len() > 2 * CANDIDATES {
            break;
        }
    }
    *found = kept;
}

/// The candidates of the best kind of evidence that names anybody.
fn candidates(
    artifacts: &[ArtifactInput<'_>],
    collectors: &[Collector],
    events: &[Draft<'_>],
    hives: &Hives,
    catalogue: &Catalogue,
    links: &[Person],
) -> Vec<Person> {
    let of_sids = |sids: &BTreeSet<String>| -> Vec<Person> {
        sids.iter().map(|sid| person(&Account { sid: Some(sid.clone()), name: None })).collect()
    };
    let targets: Vec<Person> = collectors.iter().filter_map(|run| run.target.as_ref()).map(person).collect();
    if !targets.is_empty() {
        return targets;
    }
    if !hives.with_profile.is_empty() {
        return of_sids(&hives.with_profile);
    }
    let loose_profiles = links::loose_profile_people(artifacts, collectors);
    if !loose_profiles.is_empty() {
        return loose_profiles;
    }
    if !hives.sids.is_empty() {
        return of_sids(&hives.sids);
    }
    let exported = object_people(artifacts);
    if !exported.is_empty() {
        return exported;
    }
    let run_as: Vec<Person> = collectors.iter().filter_map(|run| run.run_as.as_ref()).map(person).collect();
    if !run_as.is_empty() {
        return run_as;
    }
    let vault = links::vault_people(artifacts, catalogue);
    if !vault.is_empty() {
        return vault;
    }
    event_people(events, links)
}

/// Everybody that an event is about, machine accounts and Windows' own accounts left out.
fn event_people(events: &[Draft<'_>], links: &[Person]) -> Vec<Person> {
    let mut sid_of: BTreeMap<&str, &str> = BTreeMap::new();
    for link in links {
        if let Some(sid) = &link.sid {
            sid_of.extend(link.names.iter().map(|name| (name.as_str(), sid.as_str())));
        }
    }
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    // Who merely wrote an event (an installer, an administrator) is not therefore the one whose sign-in fails.
    for draft in events.iter().filter(|draft| draft.names_user) {
        let user = &draft.fact.user;
        let name = user.name.as_deref().filter(|name| !name.ends_with('$') && !name.is_empty());
        let full = name.map(|name| match &user.domain {
            Some(domain) if !name.contains(['\\', '@']) => format!("{domain}\\{name}"),
            _ => name.to_owned(),
        });
        let folded = full.as_deref().map(fold);
        let linked = || folded.as_deref().and_then(|name| sid_of.get(name)).map(ToString::to_string);
        let sid = user.sid.as_deref().filter(|sid| is_person(sid)).map(str::to_owned).or_else(linked);
        let Some(key) = sid.clone().or(folded) else { continue };
        people.entry(key).or_insert_with(|| person(&Account { sid, name: full }));
        if people.len() > 2 * CANDIDATES {
            break;
        }
    }
    // A refused logon may name the user without its domain; such a bare name is not one more person.
    let sams: BTreeSet<String> = people
        .values()
        .flat_map(|person| &person.names)
        .map(String::as_str)
        .chain(sid_of.into_keys())
        .filter_map(|name| name.rsplit_once('\\').map(|(_, sam)| sam.to_owned()))
        .collect();
    let is_extra = |person: &Person| is_bare(person) && person.names.iter().all(|name| sams.contains(name));
    people.into_values().filter(|person| !is_extra(person)).collect()
}

fn is_bare(person: &Person) -> bool {
    person.sid.is_none() && person.names.iter().all(|name| !name.contains(['\\', '@']))
}

/// A bare name on the command line means the one account of that name, if the evidence knows exactly one.
fn complete_bare(person: &mut Person, links: &[Person]) {
    if !is_bare(person) {
        return;
    }
    let is_same = |name: &String| name.rsplit_once('\\').is_some_and(|(_, sam)| person.names.contains(sam));
    let found: BTreeSet<&String> =
        links.iter().filter(|link| link.names.iter().any(is_same)).filter_map(|link| link.sid.as_ref()).collect();
    if found.len() == 1 {
        person.sid = found.first().map(ToString::to_string);
    }
}

/// The account that a loose or collected artifact's current user is.
pub(super) fn current_user<'a>(collectors: &'a [Collector], path: &str) -> Option<&'a Account> {
    collector::of(collectors, path).and_then(|run| run.run_as.as_ref())
}

/// Every user that an object of `User.xml` or of the identity list names.
pub(super) fn object_people(artifacts: &[ArtifactInput<'_>]) -> Vec<Person> {
    let mut people = Vec::new();
    for record in artifacts.iter().flat_map(|input| &input.parsed.records) {
        let Record::Object(object) = record else { continue };
        // `User.xml` holds `Name` and `Sid` and little else; lists of processes or privileges hold much more.
        if object.properties.len() <= 4
            && let Some(account) = clixml::account_object(object)
            && account.sid.as_deref().is_some_and(is_person)
        {
            people.push(person(&account));
        }
    }
    people
}
