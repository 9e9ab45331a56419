//! What the playbook refuses to load.

use std::collections::BTreeMap;

use super::facts::{PLAYBOOK, RULES};
use crate::limits::Limits;
use crate::plan::Playbook;
use crate::rule::node::parse;
use crate::rule::set::RuleSet;

#[test]
fn the_builtin_playbook_has_every_step_in_its_order() {
    let order: Vec<(&str, &str)> = PLAYBOOK.steps.iter().map(|step| (step.number.as_str(), step.id.as_str())).collect();
    assert_eq!(order.first().map(|(number, _)| *number), Some("G"));
    assert!(order.contains(&("G", "upgrade-outlook")));
    assert_eq!(order.last(), Some(&("5C", "profile-recreate")));
    let files = RULES.plan_files.keys().filter(|name| name.starts_with("steps/")).count();
    assert_eq!(order.len(), files);
    assert!(PLAYBOOK.conditions().count() > 10);
}

/// The builtin rule set with one text of one file replaced.
fn check(file: &str, from: &str, to: &str, expected: &str) {
    let pack = crate::rule::pack::Pack::builtin();
    let text = pack.files.get(file).unwrap_or_else(|| panic!("no file {file}"));
    assert!(text.contains(from), "{file} has no {from:?}");
    let mut rules: RuleSet = RULES.clone();
    rules.plan_files.insert(file.to_owned(), parse(file, &text.replacen(from, to, 1)).unwrap());
    let problems = Playbook::load(&rules, &Limits::default()).expect_err(expected);
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains(expected) && line.starts_with(file)), "{}", lines.join("\n"));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let clear = "steps/clear-credentials.yaml";
    check(
        clear,
        "open-gate: allowed",
        "open-gates: allowed",
        "clear-credentials.yaml:20:1: a step has no key \"open-gates\"; did you mean \"open-gate\"?",
    );
    check(clear, "  ja: \"保存された資格情報のクリア\"\n", "", "lacks the key \"ja\"");
    check(clear, "rollback: none-possible\n", "", "lacks the key \"rollback\"");
    check(clear, "rollback: none-possible", "rollback: impossible", "none-possible");
    check(clear, "verb: delete, each: rows", "verb: erase, each: rows", "there is no command \"cmdkey\" \"erase\"");
    check(clear, "waits-for: []", "waits-for: [wait-logon-cache]", "no earlier step");
    check(clear, "need: credential-list", "need: credential-lists", "no need");
    check(clear, "{of: rows, absent: true}", "{of: lines, absent: true}", "there is no name \"lines\"");
    check(clear, "stale-stored-password-office,", "stale-password,", "no rule");
    check(clear, "who: user", "who: boss", "\"boss\" is not one of");
    check("steps/wait-logon-cache.yaml", "for: {param: token-lifetime, default: 60m}", "for: 60", "unit");
    check(
        "steps/wait-logon-cache.yaml",
        "[password-changed, outlook-ended]",
        "[password-changed, outlook-stopped]",
        "no name with times",
    );
    check("steps/unlock-account.yaml", "open-gate: allowed", "open-gate: waits", "000-099");
    check("playbook.yaml", "steps: [wait-logon-cache]", "steps: [wait-longer]", "no file steps/wait-longer.yaml");
    check("playbook.yaml", "steps: [wait-logon-cache]", "steps: [wait-logon-cache, clear-credentials]", "stands twice");
}

#[test]
fn a_step_outside_the_order_and_a_step_without_a_file_are_refused() {
    let mut rules: RuleSet = RULES.clone();
    rules.plan_files.remove("steps/update-outlook.yaml");
    let lines: Vec<String> =
        Playbook::load(&rules, &Limits::default()).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains("update-outlook has no file")), "{lines:?}");
    let mut rules: RuleSet = RULES.clone();
    let text =
        crate::rule::pack::Pack::builtin().files["steps/update-outlook.yaml"].replacen("update-outlook", "x-update", 1);
    rules.plan_files.insert("steps/x-update.yaml".into(), parse("steps/x-update.yaml", &text).unwrap());
    let lines: Vec<String> =
        Playbook::load(&rules, &Limits::default()).unwrap_err().iter().map(ToString::to_string).collect();
    assert!(lines.iter().any(|line| line.contains("x-update is not in the order")), "{lines:?}");
}

#[test]
fn a_pack_without_a_playbook_is_refused() {
    let rules = RuleSet { plan_files: BTreeMap::new(), ..RULES.clone() };
    assert!(Playbook::load(&rules, &Limits::default()).unwrap_err()[0].to_string().contains("playbook.yaml"));
}
