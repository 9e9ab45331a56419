//! Whether what names a cause alone meets the conditions that every conclusive piece of evidence must meet.
//!
//! | lint | what is conclusive … |
//! |---|---|
//! | `conclusive-user` | over records or properties of users is about the target user |
//! | `conclusive-time` | over records names the part of time that counts |
//! | `conclusive-healing` | over records says what would show that it is over |
//! | `conclusive-client-id` | over sign-in codes of Windows is about a request of Office, in the failure window |
//! | `conclusive-interaction` | is no code that merely asks the user to do something |
//! | `conclusive-era` | over settings says to which era, date or product it belongs |
//! | `conclusive-finding` | over another cause wants that cause confirmed |
//! | `note-supersedes` | a note takes no cause out of the headline |
//!
//! `needs-no: {healing: "…"}` beside the evidence says why it needs one of them not. Refuses to know facts: what is asked is
//! whether the condition can be true without the thing.

use super::Remarks;
use crate::finding::{BAND_OF_NOTES, EvidenceClass, Status};
use crate::rule::condition::{Ask, Condition, During, Leaf, Selector, Test};
use crate::rule::rule::{Item, Rule, SubjectKind};
use crate::rule::set::RuleSet;

/// Uses of names by names that are followed.
const DEPTH: usize = 16;
/// The client id of Microsoft Office in Entra ID.
const OFFICE: &str = "d3590ed6-52b3-4102-aeff-aad2292ab01c";
/// Codes of Entra ID that only ask for a sign-in, a second factor, consent or an answer.
const INTERACTION: [u64; 8] = [50058, 50072, 50074, 50076, 50078, 50079, 50140, 65001];
/// Sources whose properties belong to one user each.
const OF_USERS: [&str; 3] = ["ad-user", "cas-mailbox", "adfs-account-activity"];
const SIGN_IN_LOG: &str = "Microsoft-Windows-AAD";

pub(super) fn check(rule: &Rule, set: &RuleSet, remarks: &mut Remarks) {
    if rule.band >= BAND_OF_NOTES && !rule.supersedes.is_empty() {
        let message =
            "a note takes a cause out of the headline: a setting is no failure, so a note is never the suspected cause";
        remarks.add(
            "note-supersedes",
            &rule.file,
            rule.span,
            message,
            "take `supersedes` out, or give the rule a band below 900",
        );
    }
    for item in rule.evidence.iter().filter(|item| item.class == EvidenceClass::Conclusive) {
        let found = Judge { rule, set, item }.all();
        for (lint, key, what, advice) in &found {
            if !item.needs_no.iter().any(|excused| excused == key) {
                remarks.add(lint, &rule.file, item.span, format!("{}: {what}", item.name), *advice);
            }
        }
        let stale = item.needs_no.iter().filter(|excused| !found.iter().any(|(_, key, ..)| key == excused));
        for key in stale {
            let message = format!("{}: `needs-no` excuses {key}, which is not missing", item.name);
            remarks.add("excuse-unused", &rule.file, item.span, message, "take it out");
        }
    }
}

/// Name of the lint, key of `needs-no`, what is wrong, what to write instead.
type Wrong = (&'static str, &'static str, String, &'static str);

struct Judge<'r> {
    rule: &'r Rule,
    set: &'r RuleSet,
    item: &'r Item,
}

impl<'r> Judge<'r> {
    fn all(&self) -> Vec<Wrong> {
        let when = &self.item.when;
        let leaves = self.leaves(when, DEPTH);
        let selectors: Vec<&Selector> = leaves.iter().flat_map(|leaf| selectors(leaf)).collect();
        let has_time = leaves.iter().any(|leaf| matches!(leaf.ask, Ask::Event(_) | Ask::Code(_)));
        let must = |pass: &dyn Fn(&Self, &Leaf) -> bool| self.must(when, pass, DEPTH);
        let mut found: Vec<Wrong> = Vec::new();
        let is_of_users = selectors.iter().any(|one| self.names_users(one))
            || leaves.iter().any(|leaf| is_users_property(leaf).is_some());
        let is_about_users = self.rule.subject == SubjectKind::TargetUser;
        // A setting of the user beside it does not make a record theirs.
        let is_of_anybody = selectors.iter().any(|one| self.names_users(one) && !one.of_subject);
        let is_own_record = |judge: &Self, leaf: &Leaf| {
            judge.is_of_target(leaf) && !matches!(leaf.ask, Ask::Registry(_) | Ask::Profile(_))
        };
        let is_own = if is_of_anybody { must(&is_own_record) } else { must(&|judge, leaf| judge.is_of_target(leaf)) };
        if is_about_users && is_of_users && !is_own {
            found.push((
                "conclusive-user",
                "user",
                "it can be true by records or properties of another user".to_owned(),
                "add `user: $subject`, or make it strong",
            ));
        }
        if has_time && !must(&|judge, leaf| judge.is_bounded(leaf)) {
            found.push((
                "conclusive-time",
                "time",
                "it can be true by records of any time".to_owned(),
                "add `during` to the first item of the sequence or `within` to a later one, or make it strong",
            ));
        }
        if has_time && !self.has_end() && !must(&|_, leaf| is_ended(leaf)) {
            found.push((
                "conclusive-healing",
                "healing",
                "nothing shows that it is over: a later success of the same user on the same way would not count".to_owned(),
                "add `without: {of: …}` with what shows a success, or a conclusive refuter over records, or make it strong",
            ));
        }
        let codes: Vec<&&Selector> = selectors.iter().filter(|one| is_sign_in_code(one)).collect();
        if codes.iter().any(|one| !is_of_office(one)) {
            found.push((
                "conclusive-client-id",
                "client-id",
                "Windows records 1097 and 1098 for every program that signs in".to_owned(),
                "add `AdditionalInformation: {contains: d3590ed6-52b3-4102-aeff-aad2292ab01c}` to `where`, or make it strong",
            ));
        } else if !codes.is_empty() && !must(&|judge, leaf| judge.is_in_failure_window(leaf)) {
            found.push((
                "conclusive-client-id",
                "client-id",
                "sign-in codes count in the failure window only".to_owned(),
                "write `during: failure-window`, or make it strong",
            ));
        }
        if let Some(code) = leaves.iter().find_map(|leaf| interaction(leaf)) {
            found.push((
                "conclusive-interaction",
                "",
                format!("AADSTS{code} only asks the user to do something, as every sign-in does"),
                "make it strong, or take the code out",
            ));
        }
        let is_setting = |leaf: &&&Leaf| matches!(leaf.ask, Ask::Registry(_) | Ask::Profile(_));
        if leaves.iter().any(|leaf| is_setting(&leaf))
            && self.rule.applies.is_none()
            && !must(&|_, leaf| is_dated(leaf))
        {
            found.push((
                "conclusive-era",
                "era",
                "the setting counts in every era and for every product".to_owned(),
                "say under `applies` for which product, era or date it is a failure, or make it strong",
            ));
        }
        let is_weak = |status: &Vec<Status>| status.iter().any(|status| *status != Status::Confirmed);
        if leaves.iter().any(|leaf| matches!(&leaf.ask, Ask::Finding { status, .. } if is_weak(status))) {
            found.push((
                "conclusive-finding",
                "",
                "it rests on another cause that need not be confirmed".to_owned(),
                "ask for `status: [confirmed]`, or make it strong",
            ));
        }
        found
    }

    fn named(&self, name: &str) -> Option<&'r Condition> {
        let own = self.rule.names.iter().find(|(own, _)| own == name).map(|(_, named)| &named.condition);
        own.or_else(|| self.set.anchors.get(name).map(|named| &named.condition))
    }

    /// The leaves that can make it true; those under `not`, `without` and `with` only take away or tie.
    fn leaves(&self, condition: &'r Condition, depth: usize) -> Vec<&'r Leaf> {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        match condition {
            Condition::All(parts) | Condition::Any(parts) | Condition::AtLeast(_, parts) => {
                parts.iter().flat_map(|part| self.leaves(part, depth)).collect()
            }
            Condition::Not(_) => Vec::new(),
            Condition::Leaf(leaf) => {
                let mut found = vec![leaf.as_ref()];
                let used = names(leaf).into_iter().filter_map(|name| self.named(name));
                found.extend(used.flat_map(|named| self.leaves(named, depth)));
                found
            }
        }
    }

    /// Whether it cannot be true without a leaf that passes.
    fn must(&self, condition: &Condition, pass: &dyn Fn(&Self, &Leaf) -> bool, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let passing = |parts: &[Condition]| parts.iter().filter(|part| self.must(part, pass, depth)).count();
        match condition {
            Condition::All(parts) => passing(parts) > 0,
            Condition::Any(parts) => passing(parts) == parts.len(),
            Condition::AtLeast(n, parts) => passing(parts) > parts.len().saturating_sub(*n),
            Condition::Not(_) => false,
            Condition::Leaf(leaf) => {
                let used = |name: &str| self.named(name).is_some_and(|named| self.must(named, pass, depth));
                pass(self, leaf) || matches!(&leaf.ask, Ask::Use(name) if used(name))
            }
        }
    }

    /// Whether records that a selector finds name a user. Those of Windows' sign-in log do by the account that wrote them.
    fn names_users(&self, selector: &Selector) -> bool {
        let names = |id: &u16| {
            let schema = self.set.catalogue.schema(&selector.provider, *id);
            schema.is_some_and(|schema| schema.user_sid.is_some() || schema.user_name.is_some())
        };
        is_sign_in_code(selector) || selector.ids.iter().any(names)
    }

    fn is_of_target(&self, leaf: &Leaf) -> bool {
        let of_target = |name: &String| {
            self.named(name).is_some_and(|named| self.must(named, &|judge, leaf| judge.is_of_target(leaf), DEPTH))
        };
        match &leaf.ask {
            Ask::Registry(ask) => !ask.machine,
            Ask::Credential(_) | Ask::Profile(_) => true,
            Ask::Property(ask) => ask.of_subject,
            Ask::Event(ask) => ask.any.iter().all(|selector| selector.of_subject),
            Ask::Sequence(ask) => ask.items.iter().any(|item| of_target(&item.of)),
            Ask::Cadence(ask) => of_target(&ask.of),
            Ask::Joined(ask) => of_target(&ask.of),
            _ => false,
        }
    }

    fn is_bounded(&self, leaf: &Leaf) -> bool {
        let bounded = |name: &String| {
            self.named(name).is_some_and(|named| self.must(named, &|judge, leaf| judge.is_bounded(leaf), DEPTH))
        };
        match &leaf.ask {
            Ask::Event(ask) => ask.during.is_some(),
            Ask::Code(ask) => ask.during.is_some(),
            Ask::Sequence(ask) => {
                ask.items.iter().any(|item| item.during.is_some() || item.within.is_some() || bounded(&item.of))
            }
            Ask::Cadence(ask) => bounded(&ask.of),
            Ask::Joined(ask) => bounded(&ask.of),
            _ => false,
        }
    }

    fn is_in_failure_window(&self, leaf: &Leaf) -> bool {
        let during = match &leaf.ask {
            Ask::Event(ask) => ask.during.as_ref(),
            Ask::Code(ask) => ask.during.as_ref(),
            Ask::Sequence(ask) => ask.items.first().and_then(|item| item.during.as_ref()),
            _ => None,
        };
        matches!(during, Some(During::FailureWindow))
    }

    /// Whether a conclusive refuter over records says when the cause is over.
    fn has_end(&self) -> bool {
        let refuters = self.rule.refutes.iter().filter(|item| item.class == EvidenceClass::Conclusive);
        refuters.into_iter().any(|item| self.must(&item.when, &|_, leaf| matches!(leaf.ask, Ask::Sequence(_)), DEPTH))
    }
}

/// The names that a leaf is made of.
fn names(leaf: &Leaf) -> Vec<&str> {
    match &leaf.ask {
        Ask::Use(name) => vec![name],
        Ask::Sequence(ask) => ask.items.iter().map(|item| item.of.as_str()).collect(),
        Ask::Cadence(ask) => vec![&ask.of],
        Ask::Joined(ask) => vec![&ask.of],
        Ask::Credential(ask) => ask.of.iter().map(String::as_str).collect(),
        Ask::Compare(ask) => vec![&ask.left, &ask.right],
        _ => Vec::new(),
    }
}

fn selectors(leaf: &Leaf) -> &[Selector] {
    match &leaf.ask {
        Ask::Event(ask) => &ask.any,
        _ => &[],
    }
}

fn is_users_property(leaf: &Leaf) -> Option<&str> {
    match &leaf.ask {
        Ask::Property(ask) => OF_USERS.into_iter().find(|source| *source == ask.source),
        _ => None,
    }
}

/// A leaf that says what must not follow.
fn is_ended(leaf: &Leaf) -> bool {
    matches!(&leaf.ask, Ask::Sequence(ask) if ask.without.is_some())
}

fn is_dated(leaf: &Leaf) -> bool {
    matches!(leaf.ask, Ask::Date(_) | Ask::Era(_) | Ask::Product(_))
}

fn is_sign_in_code(selector: &Selector) -> bool {
    selector.provider.eq_ignore_ascii_case(SIGN_IN_LOG) && selector.ids.iter().any(|id| matches!(id, 1097 | 1098))
}

fn is_of_office(selector: &Selector) -> bool {
    let names_office = |test: &Test| matches!(test, Test::Contains(text) if text.eq_ignore_ascii_case(OFFICE));
    selector.fields.iter().any(|(field, tests)| field == "AdditionalInformation" && tests.iter().any(names_office))
}

/// The first code that only asks for interaction, of those that a leaf lets pass by name.
fn interaction(leaf: &Leaf) -> Option<u64> {
    // A test that lets any code pass is about there being an answer, not about the code.
    let passes = |test: &Test, code: u64| match test {
        Test::Matches(pattern) => {
            let text = |code: u64| format!("aadsts{code}: text");
            pattern.is_match(&text(code)) && !pattern.is_match(&text(99_999_999))
        }
        Test::Contains(text) | Test::StartsWith(text) => text.contains(&code.to_string()),
        Test::Is(one) => is_number(one, code),
        Test::In(list) => list.iter().any(|one| is_number(one, code)),
        _ => false,
    };
    INTERACTION.into_iter().find(|code| match &leaf.ask {
        Ask::Code(ask) => ask.family == "aadsts" && ask.numbers.contains(code),
        Ask::Event(ask) => ask
            .any
            .iter()
            .filter(|selector| selector.provider.eq_ignore_ascii_case(SIGN_IN_LOG))
            .flat_map(|selector| &selector.fields)
            .any(|(_, tests)| tests.iter().any(|test| passes(test, *code))),
        _ => false,
    })
}

fn is_number(operand: &crate::rule::condition::Operand, code: u64) -> bool {
    use crate::rule::condition::Operand;
    use crate::value::Value;
    matches!(operand, Operand::Value(Value::Number(number)) if u64::try_from(*number) == Ok(code))
}
