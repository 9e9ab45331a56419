//! What a pack sets aside is visible wherever the rule could have been, and never proves anything; a pin holds the whole set.

use serde_json::{Value, json};

use super::super::{Desk, REG, Run};
use super::{builtin, copy, level_rule, pack, report, setting_aside, status, step};
use crate::cases::upload;

const ANONYMOUS: &str = "logon-network-security-not-anonymous";
const LOCKED: &str = "account-locked-ad";

/// A case whose profile signs in with NTLM, and a pack that changes that rule.
fn ntlm(change: &str, until: &str) -> Desk {
    let desk = Desk::new();
    copy(&upload("profile-ntlm-2010"), &desk.at("case"));
    pack(&desk, "contoso", &setting_aside(ANONYMOUS, change, until), &[]);
    desk
}

/// A screen so wide that no sentence is wrapped. Of the profile only the rule in question is confirmed; another one is likely.
fn screen(desk: &Desk, arguments: &[&str]) -> Run {
    let arguments = [&["analyze", "--fail-on", "confirmed"], arguments].concat();
    Run::of(desk.command(&arguments).env("COLUMNS", "1000"))
}

fn entry(report: &Value) -> &Value {
    let list = report["tool"]["rules"]["overrides"].as_array().unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    &list[0]
}

#[test]
fn without_packs_nothing_is_set_aside() {
    let desk = ntlm("disable: true", "2099-12-31");
    assert_eq!(report(&desk, &["case"])["tool"]["rules"]["overrides"], json!([]));
    let run = screen(&desk, &["case"]);
    assert!(!run.answers(1).contains("OVERRIDDEN"), "{}", run.out);
    desk.run(&["rules", "lint", "--rules", "contoso"]).answers(0);
}

#[test]
fn a_disabled_rule_stands_in_no_list_and_every_report_says_so() {
    let desk = ntlm("disable: true", "2099-12-31");
    assert_eq!(status(&report(&desk, &["case"]), ANONYMOUS), Some("confirmed"));
    let report = report(&desk, &["case", "--rules", "contoso"]);
    assert_eq!(status(&report, ANONYMOUS), None);
    assert_eq!(
        entry(&report),
        &json!({
            "rule": ANONYMOUS, "change": "disable", "to": null, "reason": "known here", "until": "2099-12-31",
            "state": "active", "pack": "contoso",
            "text": format!("{ANONYMOUS}: disabled by the pack contoso until 2099-12-31: known here"),
        })
    );
    // Its only cause is not judged: the step is neither needed nor shown to be needless.
    let step = step(&report, "profile-anonymous-logon");
    assert_eq!((&step["label"], &step["findings"]), (&json!("CHECK"), &json!([])));
    let reason = step["reason"].as_str().unwrap();
    assert!(reason.starts_with("Not judged: ") && reason.contains("disabled by the pack contoso"), "{reason}");
    let english = screen(&desk, &["case", "--rules", "contoso"]);
    let text = english.answers(0);
    assert!(
        text.contains("OVERRIDDEN") && text.contains("disabled by the pack contoso until 2099-12-31: known here"),
        "{text}"
    );
    let japanese = screen(&desk, &["case", "--rules", "contoso", "--lang", "ja"]);
    for words in ["上書き設定", "パック contoso の設定により、2099-12-31 まで無効化しています。", "既知の事象です"]
    {
        assert!(japanese.answers(0).contains(words), "{words}: {}", japanese.out);
    }
    let several = screen(&desk, &["case", "case", "--rules", "contoso"]);
    assert!(several.answers(0).contains("until 2099-12-31: known here [cases: 2]"), "{}", several.out);
    let lines = screen(&desk, &["case", "case", "-f", "jsonl", "--rules", "contoso"]);
    assert_eq!(lines.answers(0).matches("\"state\":\"active\"").count(), 2, "{}", lines.out);
    let tree = desk.run(&["explain", ANONYMOUS, "case", "--rules", "contoso"]);
    assert!(tree.answers(0).contains("disabled by the pack contoso until 2099-12-31: known here"), "{}", tree.out);
    let tree = desk.run(&["explain", ANONYMOUS, "case", "--rules", "contoso", "--lang", "ja"]);
    assert!(tree.answers(0).contains("無効化しています。理由: 既知の事象です"), "{}", tree.out);
    // The step still names it among its causes.
    let tree = desk.run(&["explain", "profile-anonymous-logon", "case", "--rules", "contoso"]);
    let causes = format!("\n  disabled {ANONYMOUS}: ");
    assert!(tree.answers(0).contains(&causes), "{}", tree.out);
    assert!(
        tree.out.contains(&format!("\n    {ANONYMOUS}: disabled by the pack contoso until 2099-12-31: known here\n")),
        "{}",
        tree.out
    );
}

#[test]
fn a_step_names_what_holds_its_cause_down() {
    let desk = ntlm("at-most: possible", "2099-12-31");
    let tree = desk.run(&["explain", "profile-anonymous-logon", "case", "--rules", "contoso"]);
    assert!(tree.answers(0).contains(&format!("\n  possible {ANONYMOUS}: ")), "{}", tree.out);
    assert!(
        tree.out.contains(&format!("\n    {ANONYMOUS}: possible at most by the pack contoso until ")),
        "{}",
        tree.out
    );
}

#[test]
fn lists_of_rules_say_it_and_the_cases_of_rules_do_not_know_it() {
    let desk = ntlm("disable: true", "2099-12-31");
    let list = desk.run(&["rules", "list", "--rules", "contoso"]);
    assert!(
        list.answers(0).contains(&format!("!  {ANONYMOUS}: disabled by the pack contoso until 2099-12-31: known here"))
    );
    let list = desk.run(&["rules", "list", "--rules", "contoso", "--lang", "ja"]);
    assert!(list.answers(0).contains("無効化しています"), "{}", list.out);
    let lines = desk.run(&["rules", "list", "-f", "jsonl", "--rules", "contoso"]);
    for line in lines.answers(0).lines() {
        let rule: Value = serde_json::from_str(line).unwrap();
        let expected = if rule["id"] == ANONYMOUS {
            json!([{"change": "disable", "to": null, "reason": "known here", "until": "2099-12-31", "pack": "contoso"}])
        } else {
            json!([])
        };
        assert_eq!(rule["overrides"], expected, "{line}");
    }
    let shown = desk.run(&["rules", "show", ANONYMOUS, "--rules", "contoso"]);
    assert!(
        shown.answers(0).lines().nth(1).unwrap().starts_with(&format!("# {ANONYMOUS}: disabled by the pack contoso"))
    );
    assert!(
        !desk.run(&["rules", "show", "profile-anonymous-logon", "--rules", "contoso"]).answers(0).contains("contoso")
    );
    assert!(desk.run(&["rules", "test", "--rules", "contoso"]).answers(0).contains(" 0 failed"));
}

/// The clock is that of the case: `--now`, else the collection, else the newest time in the evidence.
#[test]
fn an_override_ends_after_its_last_day() {
    let desk = ntlm("disable: true", "2020-06-30");
    let at = |now: &str| report(&desk, &["case", "--rules", "contoso", "--now", now]);
    for (now, state, seen) in [
        ("2020-06-30T23:59:59Z", "active", None),
        ("2020-07-01T00:00:00Z", "expired", Some("confirmed")),
        ("2020-07-01T08:59:59+09:00", "active", None),
    ] {
        let report = at(now);
        assert_eq!((entry(&report)["state"].as_str(), status(&report, ANONYMOUS)), (Some(state), seen), "{now}");
    }
    let run = screen(&desk, &["case", "--rules", "contoso", "--now", "2020-07-01"]);
    assert!(run.answers(1).contains("ended on 2020-06-30 and is not applied"), "{}", run.out);
    let run = screen(&desk, &["case", "--rules", "contoso", "--now", "2020-07-01", "--lang", "ja"]);
    assert!(run.answers(1).contains("2020-06-30 で期限が切れたため、適用していません"), "{}", run.out);
    let tree = desk.run(&["explain", ANONYMOUS, "case", "--rules", "contoso", "--now", "2020-07-01"]);
    assert!(tree.answers(0).contains("ended on 2020-06-30"), "{}", tree.out);
}

/// Without a date nobody can say that the override still holds; being right comes first.
#[test]
fn an_override_is_not_applied_to_a_case_without_a_date() {
    let desk = Desk::new();
    desk.put("user.reg", REG);
    let rule = [("causes/x/adal-level.yaml", &*level_rule("is: 0"))];
    pack(&desk, "contoso", &setting_aside("adal-level", "disable: true", "2099-12-31"), &rule);
    let undated = report(&desk, &["user.reg", "--rules", "contoso"]);
    assert_eq!(undated["case"]["as_of"], json!(null));
    assert_eq!((entry(&undated)["state"].as_str(), status(&undated, "adal-level")), (Some("undated"), Some("likely")));
    for (lang, words) in
        [("en", "has no date to compare with; --now sets one"), ("ja", "基準時刻が不明なため適用していません")]
    {
        let run = screen(&desk, &["user.reg", "--rules", "contoso", "--lang", lang]);
        assert!(run.out.contains(words), "{}", run.out);
    }
    let dated = report(&desk, &["user.reg", "--rules", "contoso", "--now", "2026-01-01"]);
    assert_eq!((entry(&dated)["state"].as_str(), status(&dated, "adal-level")), (Some("active"), None));
}

#[test]
fn a_severity_changes_the_severity_and_nothing_else() {
    let desk = ntlm("severity: low", "2099-12-31");
    let (plain, graded) = (report(&desk, &["case"]), report(&desk, &["case", "--rules", "contoso"]));
    let finding = |report: &Value| {
        report["findings"].as_array().unwrap().iter().find(|one| one["id"] == ANONYMOUS).cloned().unwrap()
    };
    let (mut before, after) = (finding(&plain), finding(&graded));
    assert_eq!((&before["severity"], &after["severity"]), (&json!("high"), &json!("low")));
    before["severity"] = json!("low");
    assert_eq!(before, after);
    assert_eq!(plain["plan"], graded["plan"]);
    assert_eq!((&entry(&graded)["change"], &entry(&graded)["to"]), (&json!("severity"), &json!("low")));
    let run = screen(&desk, &["case", "--rules", "contoso", "--lang", "ja"]);
    assert!(run.answers(1).contains("重大度を「低」に変更しています"), "{}", run.out);
    // Of two packs the last one grades.
    pack(&desk, "second", &setting_aside(ANONYMOUS, "severity: critical", "2099-12-31"), &[]);
    let both = report(&desk, &["case", "--rules", "contoso", "--rules", "second"]);
    assert_eq!(finding(&both)["severity"], "critical");
    assert_eq!(both["tool"]["rules"]["overrides"].as_array().unwrap().len(), 2);
}

#[test]
fn a_status_can_only_be_held_down() {
    let desk = ntlm("at-most: possible", "2099-12-31");
    let report = report(&desk, &["case", "--rules", "contoso"]);
    assert_eq!(status(&report, ANONYMOUS), Some("possible"));
    let label = &step(&report, "profile-anonymous-logon")["label"];
    assert_eq!(label, "CHECK", "what is held down is no cause to act, and no proof that there is none");
    let finding = report["findings"].as_array().unwrap().iter().find(|one| one["id"] == ANONYMOUS).unwrap();
    assert!(finding["sum"].as_str().unwrap().starts_with("confirmed = "), "{finding}");
    assert!(finding["sum"].as_str().unwrap().ends_with("; ≤ possible"), "{finding}");
    let run = screen(&desk, &["case", "--rules", "contoso"]);
    assert!(run.answers(0).contains(&format!("{ANONYMOUS}: possible at most by the pack contoso")), "{}", run.out);
    pack(&desk, "up", &setting_aside(ANONYMOUS, "at-most: confirmed", "2099-12-31"), &[]);
    let run = desk.run(&["rules", "list", "--rules", "up"]);
    assert!(run.code == Some(2) && run.err.contains("up/pack.yaml:5:"), "{run:?}");
}

#[test]
fn a_disabled_gate_closes_nothing_and_proves_nothing() {
    let desk = Desk::new();
    desk.case("case.zip", "account-locked");
    pack(&desk, "contoso", &setting_aside(LOCKED, "disable: true", "2099-12-31"), &[]);
    let (plain, without) = (report(&desk, &["case.zip"]), report(&desk, &["case.zip", "--rules", "contoso"]));
    assert_eq!(step(&plain, "profile-recreate")["label"], "WAIT-FOR");
    assert_eq!(step(&without, "profile-recreate")["label"], "CHECK");
    assert_eq!(status(&without, LOCKED), None);
    assert!(!without["headline"]["text"].as_str().unwrap().contains("locked"), "{}", without["headline"]);
    assert_eq!(entry(&without)["state"], "active");
    // Held down it is not named, but what the evidence comes to still closes the gate.
    pack(&desk, "cap", &setting_aside(LOCKED, "at-most: possible", "2099-12-31"), &[]);
    let held = report(&desk, &["case.zip", "--rules", "cap"]);
    assert_eq!(status(&held, LOCKED), Some("possible"));
    assert_eq!(step(&held, "profile-recreate")["label"], "WAIT-FOR");
}

/// Whatever asks for the verdict of a disabled or held rule does not know it: neither `finding` nor its opposite is true.
#[test]
fn a_condition_about_a_rule_that_is_set_aside_is_unknown() {
    let asks = |id: &str, when: &str| {
        level_rule("is: 1")
            .replace("adal-level", id)
            .lines()
            .map(
                |line| {
                    if line.trim_start().starts_with("when:") { format!("    when: {when}") } else { line.to_owned() }
                },
            )
            .map(|line| line + "\n")
            .collect::<String>()
    };
    let finding = format!("{{finding: {{id: {ANONYMOUS}, status: [confirmed, likely]}}}}");
    let (is, not) = (asks("asks-is", &finding), asks("asks-not", &format!("{{not: {finding}}}")));
    let applies = level_rule("is: 1")
        .replace("adal-level", "asks-applies")
        .replace("evidence:", &format!("applies: {finding}\nevidence:"));
    let files =
        [("causes/x/asks-is.yaml", &*is), ("causes/x/asks-not.yaml", &not), ("causes/x/asks-applies.yaml", &applies)];
    let check = |change: &str, until: &str, expected: [&str; 3]| {
        let desk = ntlm(change, until);
        pack(&desk, "asks", "", &files);
        let report = report(&desk, &["case", "--rules", "asks", "--rules", "contoso"]);
        let seen = ["asks-is", "asks-not", "asks-applies"].map(|id| status(&report, id).unwrap_or("-"));
        assert_eq!(seen, expected, "{change} {until}");
        if expected[0] == "unknown" {
            let unknown = report["unknown"].as_array().unwrap().iter().find(|one| one["id"] == "asks-is").unwrap();
            assert_eq!(unknown["reason"], "overridden", "{unknown}");
            let tree = desk.run(&["explain", "asks-not", "case", "--rules", "asks", "--rules", "contoso"]);
            assert!(tree.answers(0).contains("set aside by an override of a pack"), "{}", tree.out);
        }
    };
    check("severity: low", "2099-12-31", ["confirmed", "ruled-out", "unknown"]);
    check("disable: true", "2001-12-31", ["confirmed", "ruled-out", "unknown"]);
    check("disable: true", "2099-12-31", ["unknown", "unknown", "unknown"]);
    check("at-most: possible", "2099-12-31", ["unknown", "unknown", "unknown"]);
}

#[test]
fn a_pin_holds_all_packs_their_order_and_what_they_set() {
    let desk = Desk::new();
    desk.put("user.reg", REG);
    pack(&desk, "a", "params: {token-lifetime: 30m}", &[]);
    pack(&desk, "b", "", &[]);
    let lint = |packs: &[&str]| {
        let folders: Vec<&str> = packs.iter().flat_map(|pack| ["--rules", pack]).collect();
        let run = desk.run(&[&["rules", "lint"], &folders[..]].concat());
        let line = run.answers(0).lines().last().unwrap().to_owned();
        line.strip_prefix("sha256 of the rules in force: ").unwrap_or_else(|| panic!("{line}")).to_owned()
    };
    let (none, a, ab, ba) = (lint(&[]), lint(&["a"]), lint(&["a", "b"]), lint(&["b", "a"]));
    assert_eq!(report(&desk, &["user.reg", "--rules", "a"])["tool"]["rules"]["sha256"], a.as_str());
    let distinct: std::collections::BTreeSet<&String> = [&none, &a, &ab, &ba].into();
    assert_eq!(distinct.len(), 4, "{distinct:?}");
    let upper = ab.to_uppercase();
    for pin in [&*ab, &ab[..12], &upper] {
        for command in [
            &["analyze", "user.reg", "--fail-on", "never"][..],
            &["explain", "profile-corrupt", "user.reg"],
            &["facts", "user.reg"],
            &["rules", "list"],
            &["rules", "show", "profile-corrupt"],
            &["rules", "lint"],
            &["rules", "test"],
            &["rules", "docs"],
        ] {
            let pinned = ["--rules", "a", "--rules", "b", "--rules-sha256", pin];
            desk.run(&[command, &pinned].concat()).answers(0);
        }
    }
    // Before any bundle is read: the one that is named is not there.
    let swapped = ["analyze", "missing.zip", "--rules", "b", "--rules", "a", "--rules-sha256", &ab];
    desk.run(&swapped).refuses(&[&ab, &ba, "--rules", "pin the new value"]);
    desk.run(&["rules", "list", "--rules-sha256", &ab[..12]]).refuses(&[&ab[..12], &none]);
    desk.put("a/pack.yaml", b"name: a\nrevision: \"1\"\nlanguages: [en, ja]\nparams: {token-lifetime: 31m}\n");
    desk.run(&["rules", "list", "--rules", "a", "--rules", "b", "--rules-sha256", &ab]).refuses(&[&ab]);
    for pin in [&ab[..11], "", "zzzzzzzzzzzz", &format!("{ab}0")] {
        desk.run(&["rules", "list", "--rules-sha256", pin]).refuses(&["12 to 64 hexadecimal digits", "rules lint"]);
    }
    // A rule that was changed is not in force, however well it loads.
    let changed = builtin("causes/profile/profile-corrupt.yaml").replace("band: 390", "band: 391");
    pack(&desk, "c", "", &[("causes/profile/profile-corrupt.yaml", &changed)]);
    desk.run(&["analyze", "user.reg", "--rules", "c", "--rules-sha256", &none]).refuses(&[&none]);
}
