//! Turns profiles into one fact a property, with where the mailbox lies and what is broken, and says what was exported.
//!
//! Refuses to know what a setting should be.
//!
//! ```text
//! profile "Outlook" (15.0) account a.tanaka@… 00036619 = ntlm ─▶ ProfileFact { name: "auth-package", value: ntlm, mailbox, … }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::build::{ArtifactInput, Intake};
use super::coverage::ProfileCoverage;
use super::evidence::{Cite, Locator, Source};
use super::identity::Subject;
use super::mailbox;
use super::registry::shown_key;
use super::subject::Subjects;
use super::{FactStore, Mailbox, ProfileFact};
use crate::bundle::ArtifactKind;
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{AccountService, Hive, ProfileRecord, PropertyRecord, Record, RegistryRoot};
use crate::value::{Value, fold};

/// The profile trees: version and folded key below the user's hive.
const TREES: [(&str, &str); 3] = [
    ("14.0", r"software\microsoft\windows nt\currentversion\windows messaging subsystem\profiles"),
    ("15.0", r"software\microsoft\office\15.0\outlook\profiles"),
    ("16.0", r"software\microsoft\office\16.0\outlook\profiles"),
];

/// One property: whose, version, folded profile, folded account, name.
type Place = (Subject, String, String, Option<String>, String);

/// What is known of profiles so far.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Where the fact of a property is.
    places: BTreeMap<Place, usize>,
    /// Whether the registry calls a profile the default one: whose, version, folded name.
    defaults: BTreeMap<(Subject, String, String), bool>,
}

/// Whether a program has decoded the profiles of an artifact: the registry's own bytes win over them.
fn is_decoded(kind: ArtifactKind) -> bool {
    matches!(kind, ArtifactKind::OutlookProfileClixml | ArtifactKind::MapiProfileXml)
}

/// Adds profile facts and coverage of all artifacts that say of which version of Outlook they speak.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], subjects: &Subjects<'_>, intake: &mut Intake) -> Known {
    let mut known = Known::default();
    let raw = |input: &&ArtifactInput<'_>| !is_decoded(input.kind);
    let decoded = |input: &&ArtifactInput<'_>| input.kind == ArtifactKind::OutlookProfileClixml;
    for input in artifacts.iter().filter(raw).chain(artifacts.iter().filter(decoded)) {
        if input.has(IssueCode::ImportScript) {
            continue;
        }
        for record in &input.parsed.records {
            match record {
                Record::Profile(profile) => {
                    Writer { input, subjects, known: &mut known, intake }.profile(profile);
                }
                Record::RegistryRoot(root) => {
                    let Some(subject) = subjects.of_hive(&root.hive, input.path) else { continue };
                    let line = Some(root.line);
                    let at = Locator::Registry { line, key: shown_key(Some(&subject), &root.key), value: None };
                    let cite = Cite { artifact: input.id, at, absent: false };
                    let reaches = |version: &str, tree: &str| reaches(input, root, version, tree);
                    cover(&root.key, &subject, root.complete, reaches, &cite, intake);
                }
                _ => {}
            }
        }
        if input.kind == ArtifactKind::OutlookProfileClixml {
            cover_decoded(input, &input.parsed.records, subjects, intake);
        }
    }
    for run in subjects.collectors() {
        for missing in &run.missing {
            if let (Hive::User(_), Some(subject)) = (&missing.hive, subjects.of_hive_in(&missing.hive, Some(run))) {
                cover(&missing.key, &subject, true, |_, _| true, &missing.cite, intake);
            }
        }
    }
    known
}

/// Adds the profiles of exports that do not say of which version of Outlook they speak; after the products, which may tell it.
///
/// Where nothing tells it the facts are kept and shown, and no rule, which asks for a version, sees them.
pub(super) fn add_without_version(
    artifacts: &[ArtifactInput<'_>],
    subjects: &Subjects<'_>,
    mut known: Known,
    intake: &mut Intake,
) {
    for input in artifacts.iter().filter(|input| input.kind == ArtifactKind::MapiProfileXml) {
        let mut placed = Vec::new();
        for record in &input.parsed.records {
            let Record::Profile(profile) = record else { continue };
            let Some(subject) = subjects.of_hive(&profile.hive, input.path) else { continue };
            let version = version_of(&subject, &profile.name, &intake.store);
            let version = version.unwrap_or_else(|| profile.version.clone());
            let profile = ProfileRecord { version, ..profile.clone() };
            Writer { input, subjects, known: &mut known, intake }.profile(&profile);
            placed.push(Record::Profile(profile));
        }
        cover_decoded(input, &placed, subjects, intake);
    }
}

/// The version of a profile of this name that is known from elsewhere, else that of the installed Outlook.
fn version_of(subject: &Subject, name: &str, store: &FactStore) -> Option<String> {
    let name = fold(name);
    let named = store.profiles.iter().filter(|fact| fact.subject == *subject && fold(&fact.profile) == name);
    let versions: BTreeSet<&str> = named
        .map(|fact| fact.version.as_str())
        .filter(|version| TREES.iter().any(|(tree, _)| tree == version))
        .collect();
    let installed = store.product("outlook").and_then(|product| product.profile_version());
    match (versions.first(), versions.len()) {
        (Some(only), 1) => Some((*only).to_owned()),
        (Some(_), _) => installed.filter(|installed| versions.contains(installed)).map(ToOwned::to_owned),
        (None, _) => installed.map(ToOwned::to_owned),
    }
}

/// Whether an export ends behind a profile tree. One that ends inside the tree may lack the last profiles, but the default one,
/// which alone counts where it is known, is whole or the export is not complete.
fn reaches(input: &ArtifactInput<'_>, root: &RegistryRoot, version: &str, tree: &str) -> bool {
    let Some(end) = &root.end else { return true };
    let is_default = |record: &Record| match record {
        Record::Profile(profile) => {
            profile.hive == root.hive && profile.version == version && profile.is_default == Some(true)
        }
        _ => false,
    };
    end.passed_all_of(tree) || (end.is_at_or_below(tree) && input.parsed.records.iter().any(is_default))
}

/// An export speaks about every profile tree at, above or below its root. One that begins below `Profiles` shows one profile of
/// perhaps several and proves nothing absent. `reaches` says of a version and its tree whether the export goes so far.
fn cover(
    root: &str,
    subject: &Subject,
    complete: bool,
    reaches: impl Fn(&str, &str) -> bool,
    cite: &Cite,
    intake: &mut Intake,
) {
    let root = fold(root.trim_end_matches('\\'));
    let below = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
    };
    for (version, tree) in TREES {
        let whole_tree = below(tree, &root);
        if whole_tree || below(&root, tree) {
            intake.store.coverage.profiles.push(ProfileCoverage {
                subject: subject.clone(),
                version: version.to_owned(),
                all_properties: true,
                complete: complete && whole_tree && reaches(version, tree),
                open: complete && whole_tree && !reaches(version, tree),
                cite: cite.clone(),
            });
        }
    }
}

/// A decoded list leaves out what its program could not read or was not asked for, so it never proves anything absent.
fn cover_decoded(input: &ArtifactInput<'_>, records: &[Record], subjects: &Subjects<'_>, intake: &mut Intake) {
    let mut seen: Vec<(Subject, &str)> = Vec::new();
    for record in records {
        let Record::Profile(profile) = record else { continue };
        let Some(subject) = subjects.of_hive(&profile.hive, input.path) else { continue };
        let entry = (subject, profile.version.as_str());
        if !seen.contains(&entry) {
            seen.push(entry);
        }
    }
    for (subject, version) in seen {
        intake.store.coverage.profiles.push(ProfileCoverage {
            subject,
            version: version.to_owned(),
            all_properties: false,
            complete: input.parsed.complete,
            open: false,
            cite: Cite { artifact: input.id, at: Locator::Line(1), absent: false },
        });
    }
}

/// Writes the facts of one profile.
struct Writer<'a, 'b> {
    input: &'a ArtifactInput<'a>,
    subjects: &'a Subjects<'b>,
    known: &'a mut Known,
    intake: &'a mut Intake,
}

impl Writer<'_, '_> {
    fn profile(&mut self, profile: &ProfileRecord) {
        let Some(subject) = self.subjects.of_hive(&profile.hive, self.input.path) else { return };
        let is_default = self.is_default(&subject, profile);
        let base = ProfileFact {
            subject: subject.clone(),
            version: profile.version.clone(),
            profile: profile.name.clone(),
            is_default,
            account: None,
            service: AccountService::Other,
            mailbox: Mailbox::Unknown,
            name: String::new(),
            value: Value::Bool(true),
            source: Source { artifact: self.input.id, at: Locator::Line(profile.line), guessed: false },
        };
        for defect in &profile.defects {
            let key = defect.key.as_str();
            let shown = if key.starts_with("HK") { key.to_owned() } else { shown_key(Some(&subject), key) };
            let at = Locator::Registry { line: Some(defect.line), key: shown, value: None };
            let value = Value::Text(defect.kind.to_owned());
            let source = Source { at, ..base.source.clone() };
            self.add_always(ProfileFact { name: "defect".to_owned(), value, source, ..base.clone() });
        }
        for property in &profile.properties {
            self.property(&base, property);
        }
        let exchange = profile.accounts.iter().filter(|account| account.service == AccountService::Exchange).count();
        for account in profile.accounts.iter().filter(|account| account.service != AccountService::Other) {
            let (place, decided_by) = match account.service {
                AccountService::Exchange => mailbox::of(account),
                _ => (Mailbox::Unknown, None),
            };
            let base = ProfileFact {
                account: Some(account.name.clone().unwrap_or_else(|| format!("{:08x}", account.id))),
                service: account.service,
                mailbox: place,
                ..base.clone()
            };
            for property in &account.properties {
                self.property(&base, property);
            }
            if account.service != AccountService::Exchange {
                continue;
            }
            let (line, tag) = decided_by.map_or((account.line, ""), |property| (property.line, property.tag.as_str()));
            let value = Value::Text(place.word().to_owned());
            self.computed(&base, "mailbox", value, line, tag);
            let is_main = account.is_default.unwrap_or(exchange == 1);
            let address = account.properties.iter().find(|property| mailbox::id(property) == "6641");
            if is_main && let Some(property) = address {
                self.compare_address(&base, property);
            }
        }
    }

    /// The decoded list compares with the default profile of the wrong version at times; the registry export knows better.
    fn is_default(&mut self, subject: &Subject, profile: &ProfileRecord) -> Option<bool> {
        let key = (subject.clone(), profile.version.clone(), fold(&profile.name));
        if is_decoded(self.input.kind) {
            return self.known.defaults.get(&key).copied().or(profile.is_default);
        }
        if let Some(is_default) = profile.is_default {
            self.known.defaults.insert(key, is_default);
        }
        profile.is_default
    }

    fn property(&mut self, base: &ProfileFact, property: &PropertyRecord) {
        let at = locator(base, property.line, &property.tag);
        let text = match &property.value {
            Value::Text(text) => text.as_str(),
            _ => base.profile.as_str(),
        };
        let source = self.input.source(at, text);
        let fact = ProfileFact { name: property.name.clone(), value: property.value.clone(), source, ..base.clone() };
        self.add(fact);
    }

    fn computed(&mut self, base: &ProfileFact, name: &str, value: Value, line: u64, tag: &str) {
        let source = Source { at: locator(base, line, tag), ..base.source.clone() };
        self.add(ProfileFact { name: name.to_owned(), value, source, ..base.clone() });
    }

    /// `smtp-differs`: the account's address is none of the addresses under which the user is known from elsewhere.
    fn compare_address(&mut self, base: &ProfileFact, property: &PropertyRecord) {
        let (Some(person), Value::Text(address)) = (self.subjects.target().person(), &property.value) else { return };
        if !matches!(base.subject, Subject::Target | Subject::Assumed) {
            return;
        }
        // Addresses in `smtp` come from profiles, this one among them; sign-in names with an @ come from elsewhere too.
        let mut known = person.names.iter().filter(|name| name.contains('@')).peekable();
        if known.peek().is_none() {
            return;
        }
        let address = fold(address.trim());
        let differs = known.all(|name| *name != address);
        self.computed(base, "smtp-differs", Value::Bool(differs), property.line, &property.tag);
    }

    fn add_always(&mut self, fact: ProfileFact) {
        if self.intake.admit(self.input.id) {
            self.intake.store.profiles.push(fact);
        }
    }

    /// Adds a property unless a better source has given it; a different value is reported.
    fn add(&mut self, fact: ProfileFact) {
        let place = (
            fact.subject.clone(),
            fact.version.clone(),
            fold(&fact.profile),
            fact.account.as_deref().map(fold),
            fact.name.clone(),
        );
        let known = self.known.places.get(&place).and_then(|index| self.intake.store.profiles.get(*index));
        if let Some(known) = known.filter(|known| known.source.artifact != self.input.id) {
            let same = known.value == fact.value;
            if !same && !matches!(fact.name.as_str(), "mailbox" | "smtp-differs") {
                let both = format!("{} {}: {} / {}", fact.profile, fact.name, known.value, fact.value);
                self.intake.issue(self.input.id, Issue::new(IssueCode::Contradiction, both));
            }
            if same || is_decoded(self.input.kind) {
                return;
            }
        }
        self.known.places.entry(place).or_insert(self.intake.store.profiles.len());
        self.add_always(fact);
    }
}

fn locator(base: &ProfileFact, line: u64, tag: &str) -> Locator {
    Locator::Profile { line: Some(line), profile: base.profile.clone(), property: tag.to_owned() }
}
