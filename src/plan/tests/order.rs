//! What comes first: among suspected causes, and among things to collect.

use super::facts::{Facts, PLAYBOOK, finding};
use crate::finding::{Finding, Status, Undecided};
use crate::lang::Text;
use crate::plan::Plan;

fn plan(findings: &[Finding]) -> Plan {
    Facts::new("2014-06-02T06:00:00Z").plan_of(findings, &PLAYBOOK)
}

/// Suspected causes in order, and what decided between the first two.
fn check(findings: &[Finding], expected: &[&str], because: &str) {
    let plan = plan(findings);
    assert_eq!(plan.suspected, expected);
    let line = plan.tie_break.map(|text| text.en).unwrap_or_default();
    assert!(line.contains(because) && because.is_empty() == line.is_empty(), "{line:?} does not say {because:?}");
}

#[test]
fn gates_then_status_then_upstream_then_window_then_rank() {
    let (lock, update, stale) =
        ("account-locked-ad", "update-missing-outlook2013-kb2880470", "stale-stored-password-office");
    let host = "stored-domain-credential-for-service-host";
    let of = |id: &str, status: Status| finding(id, status, true, false);
    check(&[of(stale, Status::Confirmed), of(lock, Status::Likely)], &[lock, stale], "nothing else can help");
    check(
        &[of(stale, Status::Confirmed), of(update, Status::Likely)],
        &[stale, update],
        "confirmed comes before likely",
    );
    check(
        &[of(stale, Status::Contradicted), of(update, Status::Likely)],
        &[stale, update],
        "contradicted comes before likely",
    );
    check(
        &[of(stale, Status::Likely), of(update, Status::Likely)],
        &[update, stale],
        "upstream: Outlook's updates before saved credentials",
    );
    let modern = "modern-auth-disabled-on-client";
    check(
        &[of(update, Status::Likely), of(modern, Status::Likely)],
        &[modern, update],
        "upstream: sign-in on the device",
    );
    let seen = finding(host, Status::Likely, true, true); // in the failure window
    check(&[of(stale, Status::Likely), seen], &[host, stale], "in the time of the failures");
    check(&[of(stale, Status::Likely), of(host, Status::Likely)], &[stale, host], "rank 200 before 201");
}

#[test]
fn possible_causes_are_suspected_only_where_nothing_better_is() {
    let of = |id: &str, status: Status| finding(id, status, true, false);
    check(
        &[of("profile-corrupt", Status::Possible), of("stale-stored-password-office", Status::Likely)],
        &["stale-stored-password-office"],
        "",
    );
    check(&[of("profile-corrupt", Status::Possible)], &["profile-corrupt"], "");
    check(&[of("disableretrygoodcredentials-present", Status::Confirmed)], &[], ""); // a note is no cause
    check(&[of("profile-corrupt", Status::Unknown)], &[], "");
}

#[test]
fn a_superseded_cause_leaves_the_headline() {
    let mut first = finding("update-missing-outlook2013-kb2880470", Status::Likely, true, false);
    first.supersedes = vec!["stale-stored-password-office".to_owned()];
    let second = finding("stale-stored-password-office", Status::Confirmed, true, false);
    check(&[first.clone(), second.clone()], &["update-missing-outlook2013-kb2880470"], "");
    first.status = Status::Possible;
    check(&[first, second], &["stale-stored-password-office"], "");
}

fn open(id: &str, status: Status, needs: &[&str]) -> Finding {
    let mut open = finding(id, status, true, false);
    open.need = needs.iter().map(|need| (*need).to_owned()).collect();
    open.undecided = vec![Undecided {
        name: "x".into(),
        class: crate::finding::EvidenceClass::Strong,
        supports: true,
        reason: crate::finding::Reason::NotCollected,
        need: open.need.clone(),
        text: Text::same("x"),
    }];
    open
}

#[test]
fn the_score_is_weight_by_effort_and_ties_go_by_id() {
    let plan = plan(&[
        open("account-locked-ad", Status::Unknown, &["dc-security-log"]), // 4 ÷ 4
        open("stale-stored-password-office", Status::Possible, &["credential-dates", "dc-security-log"]), // 2 ÷ 1, 2 ÷ 4
        open("profile-corrupt", Status::Likely, &["profile-registry"]),                                   // 2 ÷ 1
        open("disableretrygoodcredentials-present", Status::Unknown, &["office-registry"]), // a note: 1 ÷ 1
        open("exo-federated-logon-cache", Status::Confirmed, &["adfs-logs"]),               // settled
        open("modern-auth-disabled-on-client", Status::RuledOut, &["tenant-configuration"]), // settled
    ]);
    let order: Vec<&str> = plan.collect_next.iter().map(|item| item.need.as_str()).collect();
    assert_eq!(order, ["credential-dates", "profile-registry", "dc-security-log", "office-registry"]);
    assert_eq!(plan.collect_next[2].settles, ["account-locked-ad", "stale-stored-password-office"]);
    assert_eq!(plan.collect_next[2].settles_steps, ["2"]);
    assert_eq!(plan.collect_next[0].settles_steps, ["2"]);
}
