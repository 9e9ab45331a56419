//! What is in doubt is neither called done nor deleted.

use super::facts::{Facts, PLAYBOOK, RULES, finding};
use super::table::changed;
use super::{labels, step};
use crate::fact::identity::Subject;
use crate::fact::{CredentialKind, Install};
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

const SSPI: &str = "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.com";
const REMEMBERED: &str = "LegacyGeneric:target=MS.Outlook.15:u@contoso.com:PUT";
const STS: &str = "Domain:target=sts.contoso.com";

/// These rows after a change of the password on June 10; `refused`: and four refusals.
fn rows(targets: &[&str], refused: bool) -> Facts {
    let facts = Facts::new("2014-06-12T02:40:00Z")
        .credentials(Subject::Target, targets)
        .dc_log("2014-06-05T00:00:00Z", "2014-06-12T02:40:00Z")
        .changed("2014-06-10T01:30:00Z");
    let times = ["2014-06-10T02:30:00Z", "2014-06-10T02:40:00Z", "2014-06-10T02:50:00Z", "2014-06-10T03:00:00Z"];
    if refused { facts.refused(&times) } else { facts }
}

/// The label of step 2, the names that it deletes, and its lines before those of the step file.
fn check(facts: &Facts, label: Label, deleted: &[&str], lines: &[&str]) {
    let plan = facts.plan();
    let clear = step(&plan, "clear-credentials");
    assert_eq!(clear.label, label, "{:?}", clear.reason);
    let found: Vec<&str> =
        clear.commands.iter().filter_map(|command| command.text.strip_prefix("cmdkey /delete:")).collect();
    let quoted: Vec<String> = deleted.iter().map(|target| format!("\"{target}\"")).collect();
    assert_eq!(found, quoted);
    let own: Vec<&String> = clear.instructions.en.iter().take_while(|line| line.starts_with("Entries to ")).collect();
    let starts = own.len() == lines.len() && own.iter().zip(lines).all(|(line, start)| line.starts_with(start));
    assert!(starts, "{own:#?}");
    assert_eq!(clear.instructions.en.len(), clear.instructions.ja.len());
}

#[test]
fn a_row_newer_than_the_last_change_is_never_named() {
    let facts = rows(&[SSPI, REMEMBERED], true).written(SSPI, "2014-06-10T02:00:00Z");
    let older = facts.clone().written(REMEMBERED, "2014-06-01T00:00:00Z");
    for facts in [facts, older] {
        check(&facts, Label::Do, &[REMEMBERED], &["Entries to remove: MS.Outlook.15:u@contoso.com:PUT"]);
    }
    let changed_again = rows(&[SSPI], true).written(SSPI, "2014-06-10T02:00:00Z").changed("2014-06-11T00:00:00Z");
    let changed_again =
        changed_again.refused(&["2014-06-11T02:00:00Z", "2014-06-11T02:10:00Z", "2014-06-11T02:20:00Z"]);
    check(&changed_again, Label::Do, &[SSPI], &["Entries to remove: MicrosoftOffice15_Data:SSPI:u@contoso.com"]);
}

#[test]
fn a_change_in_local_time_without_a_zone_proves_no_row_newer() {
    let mut facts = rows(&[SSPI], true).written(SSPI, "2014-06-10T02:00:00Z");
    for event in facts.store.events.iter_mut().filter(|event| event.id == 4723) {
        event.at.zone_unknown = true;
    }
    let plan = facts.plan();
    let named = &step(&plan, "clear-credentials").instructions.en;
    assert!(named.iter().any(|line| line.contains("SSPI:u@contoso.com")), "{named:#?}");
}

#[test]
fn rows_of_a_possible_cause_are_looked_at() {
    check(
        &rows(&[SSPI], false),
        Label::Check,
        &[],
        &["Entries to remove: none is shown", "Entries to look at: MicrosoftOffice15_Data:SSPI:u@contoso.com."],
    );
    check(
        &rows(&[SSPI, STS], false),
        Label::Do,
        &["sts.contoso.com"],
        &["Entries to remove: sts.contoso.com", "Entries to look at: MicrosoftOffice15_Data:SSPI:u@contoso.com."],
    );
    check(
        &rows(&[SSPI, STS], false).written(SSPI, "2014-06-10T02:00:00Z"),
        Label::Do,
        &["sts.contoso.com"],
        &["Entries to remove: sts.contoso.com"],
    );
}

#[test]
fn tokens_and_rows_of_other_programs_are_never_named() {
    let others = [
        "LegacyGeneric:target=MicrosoftOffice16_Data:ADAL:3f2a",
        "WindowsLive:target=virtualapp/didlogical",
        "Domain:target=TERMSRV/rdp01",
        "Domain:target=fileserver01",
    ];
    let mut all = vec![SSPI];
    all.extend(others);
    check(&rows(&all, true), Label::Do, &[SSPI], &["Entries to remove: MicrosoftOffice15_Data:SSPI:u@contoso.com"]);
}

#[test]
fn a_file_server_is_no_federation_server() {
    let check = |target: &str, expected: &str| {
        let bare = RULES.catalogue.unwrap_target(target);
        let (class, _) = RULES.catalogue.classify(bare, CredentialKind::DomainPassword);
        assert_eq!(class, expected, "{target}");
    };
    for host in ["fs.contoso.com", "fs.contoso.local", "sts.contoso.local", "ADFS.ad.contoso.LOCAL", "sts.local"] {
        check(&format!("Domain:target={host}"), "unrelated");
    }
    for host in
        ["sts.contoso.com", "adfs.contoso.example", "sts.local.contoso.lol", "sts.contoso.locals", "STS.contoso.会社"]
    {
        check(&format!("Domain:target={host}"), "service-host");
    }
    check("LegacyGeneric:target=https://sts.contoso.co.jp:443/adfs/ls", "service-host");
}

#[test]
fn an_account_that_was_unlocked_is_not_said_to_be_locked() {
    let lock = |facts: Facts| facts.event("2014-06-10T03:10:00Z", 4740, &[]);
    let open = lock(rows(&[SSPI], true)).event("2014-06-10T04:00:00Z", 4767, &[]);
    let mut open_and_unsure = open.clone();
    open_and_unsure.store.coverage.logs.clear();
    for facts in [open, open_and_unsure] {
        let headline = facts.plan().headline;
        assert!(!headline.en.contains("is locked") && !headline.ja.contains("ロック"), "{headline:?}");
    }
    // The lock waits for step 2 in either case: its label alone does not tell them apart.
    let locked = lock(rows(&[SSPI], true)).plan();
    assert_eq!(step(&locked, "unlock-account").label, Label::WaitFor);
    assert!(locked.headline.en.contains("The account is locked"), "{}", locked.headline.en);
}

#[test]
fn a_value_is_in_place_only_for_an_outlook_that_reads_it() {
    let set = |version: &str, facts: Facts| {
        let key = format!("Software\\Microsoft\\Office\\{version}\\Outlook\\RPC");
        facts.dword(&key, "DisableRetryGoodCredentials", 1)
    };
    let exported = Facts::new("2014-06-02T06:00:00Z").exported("Software");
    let everywhere = ["14.0", "15.0", "16.0"].iter().fold(exported, |facts, version| set(version, facts));
    let label = |facts: &Facts| step(&facts.plan(), "set-disable-retry").label;
    assert_eq!(label(&everywhere), Label::Check);
    assert_eq!(label(&everywhere.clone().outlook("15.0.4693.1000", Install::Msi)), Label::Done);
    assert_eq!(label(&everywhere.outlook("16.0.5134.1000", Install::Msi)), Label::Skip);
}

#[test]
fn a_profile_setting_is_in_place_only_if_every_profile_was_seen_to_have_it() {
    let label = |facts: Facts| step(&facts.plan(), "profile-anonymous-logon").label;
    let facts = || Facts::new("2014-06-02T06:00:00Z");
    let known = || facts().outlook("15.0.4693.1000", Install::Msi);
    assert_eq!(label(known().profile("15.0", "anonymous")), Label::Done);
    assert_eq!(label(facts().profile("15.0", "anonymous")), Label::Check, "another version's profiles were not seen");
    assert_eq!(label(known().profile("15.0", "anonymous").profile("15.0", "ntlm")), Label::Do);
    let mut absent = known().profile("15.0", "anonymous");
    absent.store.profiles.clear();
    assert_eq!(label(absent), Label::Check, "no setting is no proof of the right one");
}
