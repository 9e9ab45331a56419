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
    /// Whether something shows that they are about one user.
    pub(super) same_user: bool,
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
    let same_user = same_user(before, after, &mut reservations)?;
    let same_computer = same_computer(before, after, &mut reservations);
    Ok(Pairing { since: done_at.or(first), same_computer, same_user, reservations })
}

/// Whether the uploads are shown to be about one user; else it is assumed.
fn same_user(before: &Case, after: &Case, reservations: &mut Vec<Text>) -> Result<bool, Mismatch> {
    match (&before.facts.target, &after.facts.target) {
        (Target::Person(a), Target::Person(b)) => match is_one(a, b) {
            Some(true) => {
                if has_other_name(a, b) {
                    let (a, b) = (name(a), name(b));
                    reservations.push(Text::new(
                        format!("The user has another name in the second upload: {a} and {b} have one SID."),
                        format!("2 つ目の資料ではユーザー名が異なります。{a} と {b} の SID は同一です。"),
                    ));
                }
                return Ok(true);
            }
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
    Ok(false)
}

/// Whether two persons are one: by SID where both have one, else by name or address; `None` where nothing can be compared.
fn is_one(a: &Person, b: &Person) -> Option<bool> {
    if let (Some(a), Some(b)) = (&a.sid, &b.sid) {
        return Some(a.eq_ignore_ascii_case(b));
    }
    let (a, b) = (Names::of(a), Names::of(b));
    if a.addresses.union(&a.accounts).any(|name| b.addresses.contains(name) || b.accounts.contains(name)) {
        return Some(true);
    }
    // One upload may know the address only and the other the account: that is no difference.
    if differ(&a.addresses, &b.addresses) || differ(&a.accounts, &b.accounts) || differ(&a.bare, &b.bare) {
        return Some(false);
    }
    (!a.bare.is_disjoint(&b.bare)).then_some(true)
}

/// Whether one SID goes with names of which none is the same.
fn has_other_name(a: &Person, b: &Person) -> bool {
    let (a, b) = (Names::of(a), Names::of(b));
    differ(&a.addresses, &b.addresses) || differ(&a.accounts, &b.accounts)
}

/// Known on both sides, and nothing in common.
fn differ(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
}

/// What a person is called, by kind: names of two kinds cannot be compared.
struct Names {
    /// UPNs and mail addresses.
    addresses: BTreeSet<String>,
    /// `domain\sam`.
    accounts: BTreeSet<String>,
    /// sAMAccountNames, also those of the accounts.
    bare: BTreeSet<String>,
}

impl Names {
    fn of(person: &Person) -> Self {
        let all: BTreeSet<String> =
            person.names.iter().chain(&person.smtp).cloned().chain(person.display.as_deref().map(fold)).collect();
        let is_account = |name: &&String| name.contains('\\');
        let is_address = |name: &&String| !name.contains('\\') && name.contains('@');
        let sam = |name: &String| name.rsplit_once('\\').map_or_else(|| name.clone(), |(_, sam)| sam.to_owned());
        Self {
            addresses: all.iter().filter(is_address).cloned().collect(),
            accounts: all.iter().filter(is_account).cloned().collect(),
            bare: all.iter().filter(|name| !is_address(name)).map(sam).collect(),
        }
    }
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
