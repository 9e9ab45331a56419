//! Whole plans of small cases: labels in order, what comes first, what is printed.

mod contract;
mod doubt;
mod facts;
mod load;
mod order;
mod table;

use crate::fact::Install;
use crate::fact::identity::Subject;
use crate::lang::Lang;
use crate::lang::messages::Msg;
use crate::plan::{Audience, Label, Plan, Step};
use facts::{Facts, at};

const RPC: &str = r"Software\Microsoft\Office\15.0\Outlook\RPC";
const IDENTITY_15: &str = r"Software\Microsoft\Office\15.0\Common\Identity";
const IDENTITY_16: &str = r"Software\Microsoft\Office\16.0\Common\Identity";
const SSPI: &str = "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.com";

fn step<'p>(plan: &'p Plan, id: &str) -> &'p Step {
    plan.steps.iter().find(|step| step.id == id).unwrap_or_else(|| panic!("no step {id}"))
}

fn labels(plan: &Plan) -> String {
    let one = |step: &Step| {
        let word = Label::ALL.iter().find(|(_, label)| *label == step.label).unwrap().0;
        format!("{} {word}", step.number)
    };
    plan.steps.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Outlook 2013 in June 2014: old build, stored password refused after a change, nothing set, wrong profile setting.
fn everything_wrong() -> Facts {
    Facts::new("2014-06-02T06:00:00Z")
        .outlook("15.0.4605.1000", Install::Msi)
        .credentials(
            Subject::Target,
            &[SSPI, "Domain:target=sts.contoso.com", "WindowsLive:target=virtualapp/didlogical"],
        )
        .exported("Software")
        .profile("15.0", "ntlm")
        .dc_log("2014-06-01T00:00:00Z", "2014-06-02T06:00:00Z")
        .changed("2014-06-02T00:00:00Z")
        .refused(&["2014-06-02T05:05:00Z", "2014-06-02T05:12:00Z", "2014-06-02T05:13:00Z", "2014-06-02T05:20:00Z"])
}

#[test]
fn nothing_known_gives_the_whole_article_as_check() {
    let plan = Facts::new("2014-06-02T06:00:00Z").plan();
    assert_eq!(labels(&plan), "1 CHECK, 2 CHECK, 3 CHECK, 4 CHECK, 5A CHECK, 5B CHECK, 5C CHECK");
    assert_eq!(plan.start_at.as_deref(), Some("update-outlook"));
    assert_eq!(plan.suspected, Vec::<String>::new());
    assert!(plan.headline.en.contains("No single cause could be shown"), "{}", plan.headline.en);
    assert!(
        step(&plan, "update-outlook").reason.en.starts_with("Not enough evidence; needs: "),
        "{:?}",
        step(&plan, "update-outlook").reason
    );
    assert!(
        plan.collect_next
            .iter()
            .any(|item| item.need == "credential-list" && item.settles_steps.contains(&"2".to_owned()))
    );
}

#[test]
fn legacy_with_everything_wrong_keeps_the_articles_order() {
    let plan = everything_wrong().plan();
    assert_eq!(labels(&plan), "1 DO, 2 DO, 3 WAIT-FOR, 4 CHECK, 5A DO, 5B CHECK, 5C CHECK");
    assert_eq!(step(&plan, "wait-logon-cache").waits_for, ["clear-credentials"]);
    assert_eq!(plan.start_at.as_deref(), Some("update-outlook"));
    assert_eq!(plan.suspected.first().map(String::as_str), Some("update-missing-outlook2013-kb2880470"));
    let update = step(&plan, "update-outlook");
    assert!(
        update.reason.en.contains("15.0.4605.1000") && update.reason.ja.contains("15.0.4605.1000"),
        "{:?}",
        update.reason
    );
}

#[test]
fn only_the_cited_rows_are_deleted_and_the_backup_comes_first() {
    let plan = everything_wrong().plan();
    let clear = step(&plan, "clear-credentials");
    let texts: Vec<&str> = clear.commands.iter().map(|command| command.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "cmdkey /list > \"%TEMP%\\cmdkey-before.txt\"",
            "cmdkey /delete:\"LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.com\"",
            "cmdkey /delete:\"sts.contoso.com\"",
            "cmdkey /list > \"%TEMP%\\cmdkey-after.txt\"",
        ]
    );
    assert!(clear.commands.iter().all(|command| command.runnable));
    let line = "Entries to remove: MicrosoftOffice15_Data:SSPI:u@contoso.com, sts.contoso.com";
    assert_eq!(clear.instructions.en[0], line);
    assert_eq!(clear.instructions.ja[0], "削除する項目: MicrosoftOffice15_Data:SSPI:u@contoso.com、sts.contoso.com");
    assert_eq!(
        clear.instructions.en.last().unwrap(),
        "Does Outlook connect after one entry of the password? Then stop here."
    );
    assert_eq!(clear.rollback.en, ["This step cannot be undone."]);
}

#[test]
fn another_users_list_names_no_row() {
    let other = Subject::Other("S-1-5-21-9-9-9-500".into());
    let plan = Facts::new("2014-06-02T06:00:00Z").credentials(other, &[SSPI]).plan();
    let clear = step(&plan, "clear-credentials");
    assert_eq!(clear.label, Label::Check);
    assert!(clear.instructions.en[0].starts_with("Entries to remove: not known"), "{}", clear.instructions.en[0]);
    assert!(!clear.commands.iter().any(|command| command.text.contains("/delete")));
}

#[test]
fn row_3_an_empty_list_of_the_user_is_done_and_of_nobody_is_not() {
    let done = Facts::new("2014-06-02T06:00:00Z").credentials(Subject::Target, &[]).plan();
    let clear = step(&done, "clear-credentials");
    assert_eq!((clear.label, clear.cites.is_empty()), (Label::Done, false));
    assert!(clear.reason.en.starts_with("Already in place"), "{:?}", clear.reason);
    // `explain` writes the row before the reason.
    for lang in [Lang::En, Lang::Ja] {
        let row = Msg::RowDoneWhen.text(lang);
        assert!(!clear.reason.get(lang).to_lowercase().contains(row), "{row}: {:?}", clear.reason);
    }
    assert!(clear.commands.is_empty() && clear.instructions.en.is_empty());
    let assumed = Facts::new("2014-06-02T06:00:00Z").credentials(Subject::Assumed, &[]).plan();
    let clear = step(&assumed, "clear-credentials");
    assert_eq!(clear.label, Label::Check);
    assert!(clear.reason.en.contains("assumes that this file is the user's"), "{:?}", clear.reason);
    assert!(clear.instructions.en[0].starts_with("Entries to remove: none"), "{}", clear.instructions.en[0]);
}

#[test]
fn row_1_a_reservation_never_licenses_skip() {
    let sure = Facts::new("2021-06-01T00:00:00Z").outlook("16.0.5134.1000", Install::Msi).plan();
    assert_eq!(step(&sure, "set-disable-retry").label, Label::Skip);
    assert_eq!(step(&sure, "profile-anonymous-logon").label, Label::Skip);
    // EnableADAL = 0 without the policies: the era is known under an assumption only.
    let reserved = Facts::new("2024-02-01T00:00:00Z")
        .outlook("16.0.5134.1000", Install::Msi)
        .dword(IDENTITY_16, "EnableADAL", 0)
        .plan();
    assert_ne!(step(&reserved, "wait-logon-cache").label, Label::Skip);
}

#[test]
fn modern_skips_3_4_and_5a() {
    let plan = Facts::new("2023-06-01T00:00:00Z")
        .outlook("15.0.5553.1000", Install::Msi)
        .exported(r"Software\Policies")
        .dword(IDENTITY_15, "EnableADAL", 1)
        .plan();
    for id in ["wait-logon-cache", "set-disable-retry", "profile-anonymous-logon"] {
        assert_eq!(step(&plan, id).label, Label::Skip, "{id}: {}", labels(&plan));
        assert!(step(&plan, id).reason.en.starts_with("Outlook uses modern authentication"), "{id}");
        assert!(!step(&plan, id).cites.is_empty());
    }
}

#[test]
fn retired_skips_3_4_and_5a_and_holds_the_rest_of_the_profile() {
    let plan = Facts::new("2024-02-01T00:00:00Z").outlook("14.0.7268.5000", Install::Msi).plan();
    assert_eq!(labels(&plan), "G DO, 1 DONE, 2 CHECK, 3 SKIP, 4 SKIP, 5A SKIP, 5B WAIT-FOR, 5C WAIT-FOR");
    assert_eq!(step(&plan, "profile-repair").waits_for, ["upgrade-outlook"]);
    assert_eq!(plan.start_at.as_deref(), Some("upgrade-outlook"));
    assert!(plan.headline.en.contains("no Basic authentication any more"), "{}", plan.headline.en);
    assert!(plan.headline.ja.contains("廃止されました"), "{}", plan.headline.ja);
}

#[test]
fn a_step_that_may_be_the_wrong_one_is_at_most_check() {
    // Basic was seen in 2024, but not which Outlook it was: either way of going on may be the right one.
    let plan = Facts::new("2024-02-01T00:00:00Z")
        .property("connection-status", "authn", "Clear*")
        .exported("Software")
        .dword(IDENTITY_16, "EnableADAL", 0)
        .plan();
    assert_eq!(step(&plan, "upgrade-outlook").label, Label::Check, "{}", labels(&plan));
    assert_eq!(step(&plan, "enable-modern-auth").label, Label::Check);
    assert_eq!(step(&plan, "upgrade-outlook").findings, ["exo-basic-auth-retired"]);
    assert_eq!(step(&plan, "profile-repair").waits_for, ["upgrade-outlook", "enable-modern-auth"]);
}

#[test]
fn retired_2016_switched_off_turns_modern_authentication_on() {
    let plan = Facts::new("2024-02-01T00:00:00Z")
        .outlook("16.0.5134.1000", Install::Msi)
        .exported(r"Software\Policies")
        .dword(IDENTITY_16, "EnableADAL", 0)
        .plan();
    let turn_on = step(&plan, "enable-modern-auth");
    assert_eq!(turn_on.label, Label::Do, "{}", labels(&plan));
    assert_eq!(turn_on.findings, ["exo-basic-auth-retired", "modern-auth-disabled-on-client"]);
    let texts: Vec<&str> = turn_on.commands.iter().map(|command| command.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            r#"reg export "HKCU\Software\Microsoft\Office\16.0\Common\Identity" "%TEMP%\identity-before.reg" /y"#,
            r#"reg delete "HKCU\Software\Microsoft\Office\16.0\Common\Identity" /v EnableADAL /f"#,
        ]
    );
    assert_eq!(turn_on.rollback.en.last().unwrap(), r#"reg import "%TEMP%\identity-before.reg""#);
    assert_eq!(step(&plan, "wait-logon-cache").label, Label::Skip);
}

/// A lock that this PC caused with a stored old password.
fn locked() -> Facts {
    let caller = [("TargetDomainName", "PC0123"), ("caller-computer", "PC0123")];
    let mut facts = everything_wrong().event("2014-06-02T05:55:00Z", 4740, &caller);
    facts.store.case.computer = Some("PC0123".into());
    facts
}

#[test]
fn a_lock_lets_its_sources_go_first_and_holds_the_rest() {
    let plan = locked().plan();
    assert_eq!(labels(&plan), "1 DO, 2 DO, 2b WAIT-FOR, 3 WAIT-FOR, 4 WAIT-FOR, 5A WAIT-FOR, 5B WAIT-FOR, 5C WAIT-FOR");
    assert_eq!(step(&plan, "unlock-account").waits_for, ["clear-credentials"]);
    assert_eq!(step(&plan, "wait-logon-cache").waits_for, ["clear-credentials", "unlock-account"]);
    assert_eq!(step(&plan, "set-disable-retry").waits_for, ["unlock-account"]);
    assert_eq!(plan.suspected[0], "account-locked-ad");
    assert!(plan.headline.en.contains("do not enter passwords"), "{}", plan.headline.en);
    assert!(plan.tie_break.as_ref().unwrap().en.contains("nothing else can help"));
}

#[test]
fn a_lock_from_a_known_foreign_computer_stops_that_source_first() {
    let caller = [("TargetDomainName", "PHONE-GW"), ("caller-computer", "PHONE-GW")];
    let mut facts = everything_wrong().event("2014-06-02T05:55:00Z", 4740, &caller);
    facts.store.case.computer = Some("PC0123".into());
    facts
        .store
        .computers
        .insert("adfs01".into(), std::collections::BTreeSet::from([crate::fact::identity::Role::Adfs]));
    facts
        .store
        .computers
        .insert("pc0123".into(), std::collections::BTreeSet::from([crate::fact::identity::Role::Client]));
    let plan = facts.plan();
    assert_eq!(step(&plan, "stop-other-sources").label, Label::Do, "{}", labels(&plan));
    assert_eq!(step(&plan, "unlock-account").waits_for, ["clear-credentials", "stop-other-sources"]);
    assert_eq!(step(&plan, "profile-repair").waits_for, ["stop-other-sources", "unlock-account"]);
}

#[test]
fn a_lock_alone_starts_with_the_unlocking() {
    let plan = Facts::new("2014-06-02T06:00:00Z")
        .credentials(Subject::Target, &[])
        .dc_log("2014-06-01T00:00:00Z", "2014-06-02T06:00:00Z")
        .event("2014-06-02T05:55:00Z", 4740, &[])
        .plan();
    assert_eq!(step(&plan, "unlock-account").label, Label::Do, "{}", labels(&plan));
    let texts: Vec<&str> = step(&plan, "unlock-account").commands.iter().map(|command| command.text.as_str()).collect();
    assert_eq!(texts[1], "Get-ADUser -Identity 'S-1-5-21-1-2-3-1104' | Unlock-ADAccount");
}

#[test]
fn a_later_step_that_is_do_is_named_beside_the_start() {
    let plan = Facts::new("2014-06-02T06:00:00Z")
        .credentials(Subject::Target, &[SSPI])
        .dc_log("2014-06-01T00:00:00Z", "2014-06-02T06:00:00Z")
        .changed("2014-06-02T00:00:00Z")
        .refused(&["2014-06-02T05:05:00Z", "2014-06-02T05:12:00Z", "2014-06-02T05:13:00Z"])
        .plan();
    assert_eq!(plan.start_at.as_deref(), Some("update-outlook"));
    assert_eq!(step(&plan, "clear-credentials").label, Label::Do);
    assert!(
        plan.headline.en.starts_with("Start at step 1 (Update Outlook: to be checked); step 2"),
        "{}",
        plan.headline.en
    );
    assert!(plan.headline.ja.contains("手順 2"), "{}", plan.headline.ja);
}

#[test]
fn row_5_a_reg_sz_value_is_not_done() {
    let mut facts = Facts::new("2014-06-02T06:00:00Z")
        .outlook("15.0.4693.1000", Install::Msi)
        .exported(r"Software\Policies")
        .dword(RPC, "DisableRetryGoodCredentials", 1);
    assert_eq!(step(&facts.plan(), "set-disable-retry").label, Label::Done);
    facts.store.registry[0].data = crate::parse::record::RegistryData::Sz("1".into());
    let plan = facts.plan();
    let retry = step(&plan, "set-disable-retry");
    assert_eq!(retry.label, Label::Check);
}

/// Password changed at midnight, Outlook seen to end 20 minutes later.
fn waiting(as_of: &str) -> Facts {
    let end = [("AppName", "OUTLOOK.EXE")];
    Facts::new(as_of)
        .outlook("15.0.4693.1000", Install::Msi)
        .exported("Software")
        .dc_log("2014-06-01T00:00:00Z", as_of)
        .changed("2014-06-02T00:00:00Z")
        .event_of("Application", "PC0123", "Application Error", "2014-06-02T00:20:00Z", 1000, &end)
}

#[test]
fn a_wait_that_is_not_over_has_its_end() {
    let plan = waiting("2014-06-02T00:30:00Z").plan();
    let wait = step(&plan, "wait-logon-cache");
    assert_eq!((wait.label, wait.wait_until), (Label::Check, Some(at("2014-06-02T01:20:00Z"))), "{:?}", wait.reason);
    // The time follows the reason in its cell: what would settle the cause stands under "collect next".
    assert!(!wait.reason.en.contains("settled by") && !wait.reason.ja.contains("判定に必要"), "{:?}", wait.reason);
    assert!(wait.reason.en.chars().count() <= 121, "{:?}", wait.reason);
}

#[test]
fn a_wait_that_is_over_is_done_unless_something_was_refused_since() {
    let quiet = waiting("2014-06-02T03:00:00Z").plan();
    let wait = step(&quiet, "wait-logon-cache");
    assert_eq!((wait.label, wait.wait_until), (Label::Done, None), "{:?}", wait.reason);
    assert!(wait.cites.len() >= 2);
    let refused = waiting("2014-06-02T03:00:00Z").refused(&["2014-06-02T02:00:00Z"]).plan();
    assert_ne!(step(&refused, "wait-logon-cache").label, Label::Done);
}

#[test]
fn a_wait_of_unknown_begin_has_no_end() {
    let plan = Facts::new("2014-06-02T00:30:00Z")
        .dc_log("2014-06-01T00:00:00Z", "2014-06-02T00:30:00Z")
        .changed("2014-06-02T00:00:00Z")
        .plan();
    assert_eq!(step(&plan, "wait-logon-cache").wait_until, None);
}

#[test]
fn each_reader_sees_what_is_his() {
    let facts = everything_wrong();
    let (user, admin) = (facts.plan_for(Audience::User), facts.plan_for(Audience::Admin));
    let engineer = facts.plan();
    let count = |plan: &Plan| step(plan, "update-outlook").instructions.get(Lang::En).len();
    // The stop line stands once in each.
    assert_eq!(count(&engineer) + 1, count(&user) + count(&admin));
    assert!(user.steps.iter().all(|step| step.commands.is_empty()));
    assert!(step(&admin, "update-outlook").instructions.en[0].starts_with("Outlook 2013 (MSI)"));
    // A step without lines for administrators shows them the user's.
    assert!(!step(&admin, "profile-repair").instructions.en.is_empty());
    for plan in [&user, &admin, &engineer] {
        assert_eq!(
            step(plan, "clear-credentials").instructions.en.last(),
            step(&engineer, "clear-credentials").instructions.en.last()
        );
    }
}

#[test]
fn an_unknown_product_gets_the_instructions_of_every_version() {
    let plan = Facts::new("2014-06-02T06:00:00Z").plan();
    let update = step(&plan, "update-outlook").instructions.en.join("\n");
    for part in ["Windows Update", "Update Now", "Outlook 2010: install", "Outlook 2013 (MSI)", "Click-to-Run"] {
        assert!(update.contains(part), "{part}");
    }
    let retry = step(&plan, "set-disable-retry");
    assert!(retry.commands.iter().any(|command| command.text.contains("<version>") && !command.runnable));
}

#[test]
fn both_languages_are_parallel_everywhere() {
    for facts in [Facts::new("2014-06-02T06:00:00Z"), everything_wrong(), locked(), waiting("2014-06-02T00:30:00Z")] {
        let plan = facts.plan();
        for step in &plan.steps {
            assert_eq!(step.instructions.en.len(), step.instructions.ja.len(), "{}", step.id);
            assert_eq!(step.rollback.en.len(), step.rollback.ja.len(), "{}", step.id);
            for text in [&step.reason.en, &step.reason.ja] {
                assert!(!text.is_empty() && !text.contains('\n'), "{}: {text:?}", step.id);
            }
        }
        assert!(!plan.headline.en.is_empty() && !plan.headline.ja.is_empty());
    }
}

#[test]
fn what_settles_more_for_less_comes_first() {
    let plan = Facts::new("2014-06-02T06:00:00Z").plan();
    let position = |id: &str| plan.collect_next.iter().position(|item| item.need == id).unwrap_or(usize::MAX);
    assert!(position("credential-list") < position("tenant-configuration"));
    assert!(position("dc-security-log") != usize::MAX);
    let list = &plan.collect_next[position("credential-list")];
    assert_eq!(list.commands[0].text, r"cmdkey /list > C:\Triage\cmdkey.txt");
    assert!(list.settles.contains(&"stale-stored-password-office".to_owned()));
}
