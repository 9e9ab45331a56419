//! Whether two uploads can be set side by side at all: one user, one computer, the earlier one first.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::case::Case;
use crate::fact::identity::{Person, Target};
use crate::lang::Text;
use crate::report::assemble::place::time;
use crate::value::fold;

/// Two uploads that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// They are about two users.
    #[error("the uploads are about two users, {0} and {1}; pass --user if one of them names the wrong one")]
    Users(String, String),
    /// The second is older than the first.
    #[error(
        "the second upload is of {1} and older than the first, of {0}; the upload from before the steps comes first"
    )]
    Order(String, String),
    /// The steps cannot have been carried out when somebody says.
    #[error("--done-at {0} is not between the uploads ({1} and {2})")]
    DoneAt(String, String, String),
}

/// What two uploads have in common.
pub(super) struct Pairing {
    pub(super) since: Option<Timestamp>,
    pub(super) same_computer: bool,
    pub(super) reservations: Vec<Text>,
}

/// Checks that the uploads belong together.
pub(super) fn check(before: &Case, after: &Case, done_at: Option<Timestamp>) -> Result<Pairing, Mismatch> {
    let mut reservations = Vec::new();
    let (first, second) = (before.facts.case.as_of, after.facts.case.as_of);
    if let (Some(first), Some(second)) = (first, second) {
        if second < first {
            return Err(Mismatch::Order(time(first), time(second)));
        }
        if let Some(done) = done_at.filter(|done| *done < first || *done > second) {
            return Err(Mismatch::DoneAt(time(done), time(first), time(second)));
        }
    }
    if before.bundle.fingerprint == after.bundle.fingerprint {
        reservations.push(Text::new("Both uploads are the same.", "2 つの資料の内容は同一です。"));
    }
    if done_at.or(first).is_none() {
        reservations.push(Text::new(
            "Nothing tells when the first upload was collected: no record counts as new. Pass --done-at.",
            "最初の資料の採取日時が不明なため、新しい記録かどうかを判断できません。--done-at を指定してください。",
        ));
    }
    same_user(before, after, &mut reservations)?;
    let same_computer = same_computer(before, after, &mut reservations);
    Ok(Pairing { since: done_at.or(first), same_computer, reservations })
}

fn same_user(before: &Case, after: &Case, reservations: &mut Vec<Text>) -> Result<(), Mismatch> {
    match (&before.facts.target, &after.facts.target) {
        (Target::Person(a), Target::Person(b)) => match is_one(a, b) {
            Some(true) => {}
            Some(false) => return Err(Mismatch::Users(name(a), name(b))),
            None => reservations.push(Text::new(
                format!("Taken for one user, which nothing shows: {} and {}.", name(a), name(b)),
                format!("{} と {} を同一のユーザーとみなしています (確認できる情報はありません)。", name(a), name(b)),
            )),
        },
        (Target::Ambiguous(_), _) | (_, Target::Ambiguous(_)) => reservations.push(Text::new(
            "One of the uploads does not tell whose sign-in fails; pass --user.",
            "一方の資料では対象のユーザーを特定できません。--user を指定してください。",
        )),
        (Target::Nobody, _) | (_, Target::Nobody) => reservations.push(Text::new(
            "One of the uploads names no user; it is taken to be about the same one.",
            "一方の資料にはユーザー名が含まれていないため、同一のユーザーとみなしています。",
        )),
    }
    Ok(())
}

/// Whether two persons are one: by SID where both have one, else by name or address; `None` where nothing can be compared.
fn is_one(a: &Person, b: &Person) -> Option<bool> {
    if let (Some(a), Some(b)) = (&a.sid, &b.sid) {
        return Some(a.eq_ignore_ascii_case(b));
    }
    let all = |person: &Person| -> BTreeSet<String> {
        person.names.iter().chain(&person.smtp).cloned().chain(person.display.as_deref().map(fold)).collect()
    };
    let (a, b) = (all(a), all(b));
    (!a.is_empty() && !b.is_empty()).then(|| !a.is_disjoint(&b)).filter(|same| *same)
}

fn name(person: &Person) -> String {
    person.display.clone().or_else(|| person.smtp.first().cloned()).or_else(|| person.sid.clone()).unwrap_or_default()
}

/// Only two computers that both are named and differ are two.
fn same_computer(before: &Case, after: &Case, reservations: &mut Vec<Text>) -> bool {
    let (Some(a), Some(b)) = (&before.facts.case.computer, &after.facts.case.computer) else { return true };
    // One file names a PC with its domain, another without.
    let host = |name: &str| fold(name.split('.').next().unwrap_or(name));
    if host(a) == host(b) {
        return true;
    }
    reservations.push(Text::new(
        format!("The uploads are from two PCs, {a} and {b}: nothing on the second shows what was done on the first."),
        format!("2 つの資料は異なる PC ({a} と {b}) のものです。後の資料から、前の PC での実施結果は確認できません。"),
    ));
    false
}
