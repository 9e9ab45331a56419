//! The table of labels, row by row, with findings that are written by hand.

use super::facts::{Facts, PLAYBOOK, RULES, finding};
use super::step;
use crate::fact::identity::Subject;
use crate::finding::{Finding, Severity, Status};
use crate::lang::Text;
use crate::limits::Limits;
use crate::plan::{Label, Playbook};
use crate::rule::node::{Span, parse};
use crate::rule::overrides::{Applied, Change, Override, State};
use crate::rule::set::RuleSet;

const CAUSE: &str = "profile-account-settings-inconsistent";

/// The label of step 5B, whose only cause has this status.
fn check(status: Status, cited: bool, reserved: bool, expected: Label) {
    let plan = Facts::new("2014-06-02T06:00:00Z").plan_of(&[finding(CAUSE, status, cited, reserved)], &PLAYBOOK);
    let repair = step(&plan, "profile-repair");
    assert_eq!(repair.label, expected, "{status:?} cited {cited} reserved {reserved}: {:?}", repair.reason);
}

#[test]
fn row_2_named_causes_are_done_something_about() {
    check(Status::Confirmed, true, false, Label::Do);
    check(Status::Likely, true, true, Label::Do);
    check(Status::Likely, false, false, Label::Check); // a label without a citation would be an assertion
}

#[test]
fn row_4_needs_citations_and_no_reservation() {
    check(Status::RuledOut, true, false, Label::Skip);
    check(Status::RuledOut, true, true, Label::Check);
    check(Status::RuledOut, false, false, Label::Check);
    check(Status::NotApplicable, true, false, Label::Skip);
    check(Status::NotApplicable, false, false, Label::Check);
}

#[test]
fn row_4_one_open_cause_of_several_keeps_the_step() {
    let (a, b) = ("update-missing-outlook2010-kb2687567", "update-missing-outlook2013-kb2880470");
    for (second, expected) in
        [(Status::RuledOut, Label::Skip), (Status::NotApplicable, Label::Skip), (Status::Unknown, Label::Check)]
    {
        let findings = [finding(a, Status::RuledOut, true, false), finding(b, second, true, false)];
        let plan = Facts::new("2014-06-02T06:00:00Z").plan_of(&findings, &PLAYBOOK);
        assert_eq!(step(&plan, "update-outlook").label, expected, "{second:?}");
    }
}

/// What a pack disables is not judged: it may be there, and the step that fixes it may be needed.
#[test]
fn row_4_a_cause_that_is_set_aside_keeps_the_step() {
    let (a, b) = ("update-missing-outlook2010-kb2687567", "update-missing-outlook2013-kb2880470");
    let label = |change: Change, state: State| {
        let setting = Override {
            rule: b.to_owned(),
            change,
            reason: Text::new("why", "理由"),
            until: jiff::civil::date(2026, 12, 31),
            pack: "contoso".to_owned(),
            place: (String::new(), Span::default()),
        };
        let findings = [finding(a, Status::RuledOut, true, false)];
        let facts = Facts::new("2014-06-02T06:00:00Z");
        let plan = facts.plan_beside(&findings, vec![Applied { setting, state }], &PLAYBOOK);
        let step = step(&plan, "update-outlook");
        (step.label, step.reason.clone())
    };
    let (kept, reason) = label(Change::Disable, State::Active);
    assert_eq!(kept, Label::Check);
    assert_eq!(reason.en, format!("Not judged: {b}: disabled by the pack contoso until 2026-12-31: why"));
    assert_eq!(
        reason.ja,
        format!("判定していません ({b}: パック contoso の設定により、2026-12-31 まで無効化しています。理由: 理由)")
    );
    for (change, state) in [
        (Change::Disable, State::Expired),
        (Change::Disable, State::Undated),
        (Change::Severity(Severity::Low), State::Active),
    ] {
        assert_eq!(label(change, state).0, Label::Skip, "{change:?} {state:?}");
    }
}

/// An override takes certainty away: it may turn a DO into a CHECK, never into a DONE.
#[test]
fn row_3_a_cause_that_is_set_aside_or_held_down_keeps_the_step() {
    const STALE: &str = "stale-stored-password-office";
    let facts = Facts::new("2014-06-02T06:00:00Z").credentials(Subject::Target, &[]);
    let label = |status: Status, judged: Status| {
        let finding = Finding { judged, ..finding(STALE, status, true, false) };
        step(&facts.plan_of(&[finding], &PLAYBOOK), "clear-credentials").label
    };
    assert_eq!(label(Status::Likely, Status::Likely), Label::Do);
    assert_eq!(label(Status::Possible, Status::Likely), Label::Check);
    assert_eq!(label(Status::Possible, Status::Possible), Label::Done);
    let setting = Override {
        rule: STALE.to_owned(),
        change: Change::Disable,
        reason: Text::new("why", "理由"),
        until: jiff::civil::date(2026, 12, 31),
        pack: "contoso".to_owned(),
        place: (String::new(), Span::default()),
    };
    let disabled = |state| {
        let plan = facts.plan_beside(&[], vec![Applied { setting: setting.clone(), state }], &PLAYBOOK);
        step(&plan, "clear-credentials").label
    };
    assert_eq!(disabled(State::Active), Label::Check);
    assert_eq!(disabled(State::Expired), Label::Done);
}

#[test]
fn row_5_anything_else_is_checked() {
    for status in [Status::Possible, Status::Contradicted, Status::Unknown] {
        check(status, true, false, Label::Check);
        check(status, false, true, Label::Check);
    }
}

#[test]
fn a_step_without_a_cause_is_never_skipped() {
    let plan = Facts::new("2014-06-02T06:00:00Z").plan_of(&[], &PLAYBOOK);
    assert!(plan.steps.iter().all(|step| step.label == Label::Check));
}

#[test]
fn row_2_an_inserted_step_carries_the_findings_of_the_step_that_inserts_it() {
    // Step 2 is DO, so step 3 is inserted and waits for it; without the wait it would be DO itself.
    let playbook = changed("steps/wait-logon-cache.yaml", "waits-for: [clear-credentials]", "waits-for: []");
    let facts = Facts::new("2014-06-02T06:00:00Z").outlook("14.0.7268.5000", crate::fact::Install::Msi);
    let named = [finding("stale-stored-password-office", Status::Likely, true, false)];
    let plan = facts.plan_of(&named, &playbook);
    let wait = step(&plan, "wait-logon-cache");
    assert_eq!(wait.label, Label::Do, "{:?}", wait.reason);
    assert_eq!(wait.findings, ["stale-stored-password-office"]);
    assert!(wait.reason.en.starts_with("Follows step 2: This Outlook cannot use modern"), "{}", wait.reason.en);
    assert!(wait.cites.contains(&step(&plan, "clear-credentials").cites[0]));
    let possible = [finding("stale-stored-password-office", Status::Possible, true, false)];
    assert_ne!(step(&facts.plan_of(&possible, &playbook), "wait-logon-cache").label, Label::Do);
}

#[test]
fn row_6_a_blocked_step_shows_nothing_that_could_be_done() {
    let guard = "blocked-when: [{when: {product: {name: outlook, major: 14}}, say: {en: \"Not here.\", ja: \"ここでは実施できません。\"}}]";
    let playbook = changed("steps/clear-credentials.yaml", "blocked-when: []", guard);
    let facts = Facts::new("2014-06-02T06:00:00Z").outlook("14.0.7268.5000", crate::fact::Install::Msi);
    let named = [finding("stale-stored-password-office", Status::Likely, true, false)];
    let plan = facts.plan_of(&named, &playbook);
    let clear = step(&plan, "clear-credentials");
    assert_eq!((clear.label, clear.reason.en.as_str()), (Label::Blocked, "Not here."));
    assert!(clear.commands.is_empty() && clear.instructions.en.is_empty());
    // Row 7: what waits for it waits on.
    assert_eq!(step(&plan, "wait-logon-cache").label, Label::WaitFor);
}

#[test]
fn row_7_a_possible_gate_holds_nothing() {
    for (status, expected) in
        [(Status::Possible, Label::Check), (Status::Contradicted, Label::Check), (Status::Likely, Label::WaitFor)]
    {
        let findings = [finding("account-locked-ad", status, true, false)];
        let plan = Facts::new("2014-06-02T06:00:00Z").plan_of(&findings, &PLAYBOOK);
        assert_eq!(step(&plan, "profile-recreate").label, expected, "{status:?}");
        assert_eq!(step(&plan, "clear-credentials").label, Label::Check, "2 is never held up by a lock");
    }
}

/// Holding a status down opens no gate that the evidence closes.
#[test]
fn row_7_a_gate_that_is_held_down_still_holds() {
    for (judged, expected) in [(Status::Likely, Label::WaitFor), (Status::Contradicted, Label::Check)] {
        let findings = [Finding { judged, ..finding("account-locked-ad", Status::Possible, true, false) }];
        let plan = Facts::new("2014-06-02T06:00:00Z").plan_of(&findings, &PLAYBOOK);
        assert_eq!(step(&plan, "profile-recreate").label, expected, "{judged:?}");
    }
}

/// The builtin playbook with one text of one file replaced.
pub(super) fn changed(file: &str, from: &str, to: &str) -> Playbook {
    let text = crate::rule::pack::Pack::builtin().files[file].replacen(from, to, 1);
    assert!(text.contains(to));
    let mut rules: RuleSet = RULES.clone();
    rules.plan_files.insert(file.to_owned(), parse(file, &text).unwrap());
    Playbook::load(&rules, &Limits::default()).unwrap()
}
