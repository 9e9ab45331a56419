//! What is in doubt is neither called done nor deleted.

use super::facts::{Facts, PLAYBOOK, finding};
use super::table::changed;
use super::{labels, step};
use crate::finding::Status;
use crate::plan::Label;

/// Locked two days ago from a PC that may be a proxy, and still refused as revoked: a locked account writes no 4740.
fn still_locked() -> Facts {
    let caller = [("TargetDomainName", "PC0999"), ("caller-computer", "PC0999")];
    let mut facts = Facts::new("2014-06-12T02:40:00Z")
        .dc_log("2014-06-05T00:00:00Z", "2014-06-12T02:40:00Z")
        .event("2014-06-10T02:20:00Z", 4740, &caller)
        .event("2014-06-12T02:00:00Z", 4771, &[("Status", "0x12")]);
    facts.store.case.computer = Some("PC0123".into());
    facts
}

#[test]
fn quiet_logs_of_a_locked_account_do_not_show_that_its_sources_are_stopped() {
    let plan = still_locked().plan();
    assert_eq!(step(&plan, "stop-other-sources").label, Label::Check, "{}", labels(&plan));
    let possible = still_locked().plan_of(&[finding("account-locked-ad", Status::Possible, true, false)], &PLAYBOOK);
    assert_eq!(step(&possible, "stop-other-sources").label, Label::Check, "{}", labels(&possible));
}

#[test]
fn rows_3_and_4_are_closed_while_a_named_cause_may_need_the_step() {
    let quiet = "done-when: {event: {provider: Microsoft-Windows-Security-Auditing, id: 4740, user: $subject, during: {last: 24h}, count: {le: 0}}}";
    let playbook = changed("steps/stop-other-sources.yaml", "done-when: none", quiet);
    for (status, expected) in
        [(Status::Confirmed, Label::Check), (Status::Likely, Label::Check), (Status::Possible, Label::Done)]
    {
        let plan = still_locked().plan_of(&[finding("account-locked-ad", status, true, false)], &playbook);
        assert_eq!(step(&plan, "stop-other-sources").label, expected, "{status:?}: {}", labels(&plan));
    }
}
