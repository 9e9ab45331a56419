//! Keeps what another user's PC says of itself out of the case: of several runs of the collector in one upload only that of the
//! target user's PC speaks for the PC.
//!
//! Facts of people stay, each with its subject, and so does an event about the target user, wherever it was recorded. Logs of
//! servers belong to no run. Refuses to set anything apart while no run is the target's own, or when both ran on one PC.
//!
//! ```text
//! tanaka.zip/…, suzuki.zip/… with --user a.tanaka ─▶ HKLM, versions and logs of suzuki.zip/Configuration say nothing
//! ```

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::build::ArtifactInput;
use super::collector::{self, Account, Collector};
use super::event::Draft;
use super::evidence::ArtifactId;
use super::identity::{Person, UserName};
use super::object;
use super::roles;
use super::shapes::Whose;
use crate::parse::record::{Hive, Owner, Parsed, Record};
use crate::value::fold;

/// The runs of other users on other PCs.
#[derive(Debug, Default)]
pub(super) struct Apart {
    roots: BTreeSet<String>,
}

impl Apart {
    /// Finds them.
    pub(super) fn of(artifacts: &[ArtifactInput<'_>], collectors: &[Collector], target: Option<&Person>) -> Self {
        let Some(person) = target else { return Self::default() };
        let (own, others): (Vec<&Collector>, Vec<&Collector>) =
            collectors.iter().partition(|run| whose(run).is_some_and(|account| is(person, account)));
        if own.is_empty() {
            return Self::default();
        }
        let names = computers(artifacts, collectors);
        let computer = |run: &Collector| names.get(run.root.as_str());
        let own: BTreeSet<&String> = own.iter().filter_map(|run| computer(run)).collect();
        // Nobody is named: it may be the target's.
        let is_other = |run: &&&Collector| whose(run).is_some() && computer(run).is_none_or(|name| !own.contains(name));
        Self { roots: others.iter().filter(is_other).map(|run| run.root.clone()).collect() }
    }

    /// Whether a file is such a run's: of its configuration, or its own log.
    fn has(&self, collectors: &[Collector], path: &str) -> bool {
        let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
        collector::of(collectors, path).is_some_and(|run| self.roots.contains(&run.root))
            || name.eq_ignore_ascii_case("log.csv") && self.roots.contains(folder)
    }

    /// Takes away what such runs did not find on their PC.
    pub(super) fn forget_missing(&self, collectors: &mut [Collector]) {
        for run in collectors.iter_mut().filter(|run| self.roots.contains(&run.root)) {
            run.missing.retain(|missing| matches!(missing.hive, Hive::User(_)));
        }
    }

    /// The files of such runs without what they say of their PC, with their places in the list.
    pub(super) fn stripped(&self, artifacts: &[ArtifactInput<'_>], collectors: &[Collector]) -> Vec<(usize, Parsed)> {
        let apart = artifacts.iter().enumerate().filter(|(_, input)| self.has(collectors, input.path));
        apart
            .map(|(index, input)| {
                let records = input.parsed.records.iter().filter(|record| is_of_a_person(record)).cloned();
                (index, input.parsed.with_records(records.collect()))
            })
            .collect()
    }

    /// Leaves of the events of such runs those about the target user.
    pub(super) fn drop(&self, artifacts: &[ArtifactInput<'_>], collectors: &[Collector], events: &mut Vec<Draft<'_>>) {
        if self.roots.is_empty() {
            return;
        }
        let ids: BTreeSet<ArtifactId> =
            artifacts.iter().filter(|input| self.has(collectors, input.path)).map(|input| input.id).collect();
        events.retain(|draft| draft.fact.is_target || !ids.contains(&draft.fact.source.artifact));
    }

    /// The runs that are left.
    pub(super) fn rest<'a>(&self, collectors: &'a [Collector]) -> Cow<'a, [Collector]> {
        if self.roots.is_empty() {
            return Cow::Borrowed(collectors);
        }
        Cow::Owned(collectors.iter().filter(|run| !self.roots.contains(&run.root)).cloned().collect())
    }
}

/// For whom it ran.
fn whose(run: &Collector) -> Option<&Account> {
    run.target.as_ref().or(run.run_as.as_ref())
}

fn is(person: &Person, account: &Account) -> bool {
    let (sid, name) = (account.sid.as_deref().map(Into::into), account.name.as_deref().map(Into::into));
    match (&person.sid, &account.sid) {
        (Some(own), Some(sid)) => own.eq_ignore_ascii_case(sid),
        _ => person.is(&UserName { sid, name, domain: None }),
    }
}

/// The PC of each run by its folder, folded: as it says of itself, else the one that wrote its newest log.
fn computers<'a>(artifacts: &[ArtifactInput<'a>], collectors: &'a [Collector]) -> BTreeMap<&'a str, String> {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    let mut logged: BTreeMap<&str, (Timestamp, &str)> = BTreeMap::new();
    for input in artifacts {
        let Some(root) = collector::of(collectors, input.path).map(|run| run.root.as_str()) else { continue };
        if !said.contains_key(root) {
            let name = input.parsed.records.iter().find_map(|record| match record {
                Record::Object(object) => roles::computer_object(object),
                _ => None,
            });
            said.extend(name.map(|name| (root, name)));
        }
        for log in input.parsed.logs.iter().filter(|log| !log.computer.is_empty()) {
            let newest = logged.entry(root).or_insert((log.window.to, &log.computer));
            if log.window.to >= newest.0 {
                *newest = (log.window.to, &log.computer);
            }
        }
    }
    for (root, (_, name)) in logged {
        said.entry(root).or_insert_with(|| name.to_owned());
    }
    // The long form of a name and its short form are one.
    said.into_iter().map(|(root, name)| (root, fold(&name).split('.').next().unwrap_or_default().to_owned())).collect()
}

fn is_of_a_person(record: &Record) -> bool {
    let is_users = |hive: &Hive| matches!(hive, Hive::User(_));
    match record {
        Record::RegistryRoot(root) => is_users(&root.hive),
        Record::RegistryKey(key) => is_users(&key.hive),
        Record::RegistryValue(value) => is_users(&value.hive),
        Record::Property(value) => value.owner != Owner::Nobody,
        Record::PropertySource(source) => source.owner != Owner::Nobody,
        Record::Object(object) => object::shape_of(object).is_some_and(|shape| shape.whose != Whose::Nobody),
        // What became of them is decided one by one.
        Record::Event(_) | Record::Credential(_) | Record::Profile(_) => true,
        _ => false,
    }
}
