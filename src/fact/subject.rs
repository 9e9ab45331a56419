//! Says whose a user fact is: the target user's, somebody else's, or nobody's that is named.
//!
//! Refuses to know what the fact says.
//!
//! ```text
//! HKEY_USERS\S-…-1104 with target S-…-1104 ─▶ Target     cmdkey.txt of a run as S-…-500 ─▶ Other("CONTOSO\admin")
//! ```

use super::collector::{Account, Collector};
use super::identity::{Person, Subject, Target, UserName};
use super::people::{Hives, is_person, is_system};
use crate::parse::record::{Hive, Owner};
use crate::value::fold;

/// Everything that decides about a subject.
#[derive(Debug)]
pub(super) struct Subjects<'a> {
    target: Target,
    hives: &'a Hives,
    collectors: &'a [Collector],
}

impl<'a> Subjects<'a> {
    pub(super) fn new(target: &Target, hives: &'a Hives, collectors: &'a [Collector]) -> Self {
        Self { target: target.clone(), hives, collectors }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// The run that wrote an artifact.
    pub(super) fn collector(&self, path: &str) -> Option<&'a Collector> {
        super::collector::of(self.collectors, path)
    }

    pub(super) fn collectors(&self) -> &'a [Collector] {
        self.collectors
    }

    /// Whose a hive in an artifact is; `None` for the machine's and for hives that are no user's.
    pub(super) fn of_hive(&self, hive: &Hive, path: &str) -> Option<Subject> {
        self.of_hive_in(hive, self.collector(path))
    }

    pub(super) fn of_hive_in(&self, hive: &Hive, run: Option<&Collector>) -> Option<Subject> {
        let Hive::User(name) = hive else { return None };
        Some(match name {
            None => self.of_current_user(run),
            Some(sid) if is_person(sid) => self.of_account(&Account { sid: Some(sid.clone()), name: None }),
            Some(name) if is_system(name) => Subject::Other(name.clone()),
            Some(name) if self.is_only_hive(name) => self.assumed(),
            Some(name) => Subject::Other(name.clone()),
        })
    }

    /// Whose the vault is that a list in an artifact shows: that of whoever ran the listing.
    pub(super) fn of_vault(&self, path: &str) -> Subject {
        self.of_current_user(self.collector(path))
    }

    /// Whose the collecting session was; a loose file names nobody.
    pub(super) fn of_current_user(&self, run: Option<&Collector>) -> Subject {
        match run.and_then(|run| run.run_as.as_ref()) {
            Some(account) => self.of_account(account),
            None => self.assumed(),
        }
    }

    /// Whose a named value in an artifact is; `None` for what is no user's.
    pub(super) fn of_owner(&self, owner: &Owner, path: &str) -> Option<Subject> {
        let (sid, names) = match owner {
            Owner::Nobody => return None,
            Owner::Runner => return Some(self.of_current_user(self.collector(path))),
            Owner::CollectedFor => {
                let run = self.collector(path);
                return Some(match run.and_then(|run| run.target.as_ref()) {
                    Some(account) => self.of_account(account),
                    None => self.of_current_user(run),
                });
            }
            Owner::Account { sid, names } => (sid.as_deref(), names),
        };
        let name = || names.first().cloned().or_else(|| sid.map(ToOwned::to_owned)).unwrap_or_default();
        if sid.is_some_and(is_system) {
            return Some(Subject::Other(name()));
        }
        let is = |person: &Person, name: Option<&String>| {
            person.is(&UserName { sid: sid.map(Into::into), name: name.map(|name| name.as_str().into()), domain: None })
        };
        Some(match &self.target {
            Target::Nobody => self.assumed(),
            Target::Ambiguous(_) => Subject::Ambiguous,
            Target::Person(person) if is(person, None) || names.iter().any(|name| is(person, Some(name))) => {
                Subject::Target
            }
            // Nothing tells the target's addresses: the mailbox of a file may be theirs.
            Target::Person(person)
                if sid.is_none() && names.iter().all(|name| name.contains('@')) && !has_address(person) =>
            {
                Subject::Assumed
            }
            Target::Person(_) => Subject::Other(name()),
        })
    }

    fn is_only_hive(&self, name: &str) -> bool {
        let hives = self.hives;
        !hives.current_user && hives.sids.is_empty() && hives.loaded.len() == 1 && hives.loaded.contains(&fold(name))
    }

    fn assumed(&self) -> Subject {
        match &self.target {
            // Only several hives make it unclear whose a nameless file is; several names in a log do not.
            Target::Ambiguous(_) if self.hives.sids.len() > 1 => Subject::Ambiguous,
            _ => Subject::Assumed,
        }
    }

    fn of_account(&self, account: &Account) -> Subject {
        let other = || Subject::Other(account.name.clone().or_else(|| account.sid.clone()).unwrap_or_default());
        let person = match &self.target {
            Target::Person(person) => person,
            Target::Ambiguous(_) => return Subject::Ambiguous,
            Target::Nobody => return self.assumed(),
        };
        if let (Some(own), Some(sid)) = (&person.sid, &account.sid) {
            return if own.eq_ignore_ascii_case(sid) { Subject::Target } else { other() };
        }
        if account.name.as_deref().is_some_and(|name| person.names.contains(&fold(name))) {
            return Subject::Target;
        }
        match (&person.sid, &account.sid) {
            // The target is known by a name only: the only hive of the upload may be theirs, one of several may not.
            (None, Some(sid)) if self.hives.sids.contains(sid) => {
                if self.hives.sids.len() == 1 {
                    Subject::Assumed
                } else {
                    Subject::Ambiguous
                }
            }
            _ => other(),
        }
    }
}

fn has_address(person: &Person) -> bool {
    !person.smtp.is_empty() || person.names.iter().any(|name| name.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TANAKA: &str = "S-1-5-21-1-2-3-1104";
    const ADMIN: &str = "S-1-5-21-1-2-3-500";

    fn run_as(sid: &str) -> Vec<Collector> {
        let account = Account { sid: Some(sid.into()), name: Some("CONTOSO\\x".into()) };
        vec![Collector { run_as: Some(account), ..Collector::default() }]
    }

    fn hives(sids: &[&str], loaded: &[&str], current_user: bool) -> Hives {
        Hives {
            sids: sids.iter().map(ToString::to_string).collect(),
            loaded: loaded.iter().map(ToString::to_string).collect(),
            current_user,
            ..Hives::default()
        }
    }

    fn tanaka() -> Target {
        Target::Person(Person { sid: Some(TANAKA.into()), ..Person::default() })
    }

    #[test]
    fn a_vault_belongs_to_whoever_ran_the_listing() {
        let check = |sid: &str, path: &str, expected: Subject| {
            let (runs, hives) = (run_as(sid), Hives::default());
            assert_eq!(Subjects::new(&tanaka(), &hives, &runs).of_vault(path), expected, "{sid} {path}");
        };
        check(TANAKA, "Configuration/OS/cmdkey.txt", Subject::Target);
        check(ADMIN, "Configuration/OS/cmdkey.txt", Subject::Other("CONTOSO\\x".into()));
        check(ADMIN, "cmdkey.txt", Subject::Assumed);
    }

    #[test]
    fn a_hive_is_told_by_its_sid_and_a_nameless_one_is_assumed() {
        let check = |hives: Hives, hive: Option<&str>, expected: Subject| {
            let subject = Subjects::new(&tanaka(), &hives, &[]).of_hive(&Hive::User(hive.map(Into::into)), "x.reg");
            assert_eq!(subject, Some(expected), "{hive:?}");
        };
        check(hives(&[TANAKA], &[], false), Some(TANAKA), Subject::Target);
        check(hives(&[ADMIN], &[], false), Some(ADMIN), Subject::Other(ADMIN.into()));
        check(hives(&[], &[], true), None, Subject::Assumed);
        check(hives(&[], &["tmp"], false), Some("TMP"), Subject::Assumed);
        check(hives(&[], &["tmp", "other"], false), Some("TMP"), Subject::Other("TMP".into()));
        check(hives(&[TANAKA], &["tmp"], false), Some("TMP"), Subject::Other("TMP".into()));
        check(hives(&[], &[], false), Some("S-1-5-18"), Subject::Other("S-1-5-18".into()));
        assert_eq!(Subjects::new(&tanaka(), &Hives::default(), &[]).of_hive(&Hive::Machine, "x.reg"), None);
    }

    #[test]
    fn one_hive_of_a_target_known_by_name_is_assumed_and_two_are_ambiguous() {
        let named = Target::Person(Person { names: ["contoso\\a".to_owned()].into(), ..Person::default() });
        let hive = Hive::User(Some(TANAKA.into()));
        let one = hives(&[TANAKA], &[], false);
        assert_eq!(Subjects::new(&named, &one, &[]).of_hive(&hive, "x"), Some(Subject::Assumed));
        let two = hives(&[TANAKA, ADMIN], &[], false);
        assert_eq!(Subjects::new(&named, &two, &[]).of_hive(&hive, "x"), Some(Subject::Ambiguous));
    }
}
