//! `rules coverage`: the built-in pack holds against every small mistake, and a pack that does not is found out.

use std::fs;
use std::path::Path;
use std::process::Command;

use outlook_triage::authoring::coverage::{Report, explanations, leaves, try_all};
use outlook_triage::authoring::shared;
use outlook_triage::limits::Limits;
use outlook_triage::plan::playbook::Playbook;
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;

/// A rule with a count, and cases that stay away from its edge.
const RULE: &str = r#"
id: refused-often
rev: 1
title: {en: "t", ja: "t"}
cause: {band: 901, severity: info, steps: []}
evidence:
  - name: repeated
    class: strong
    when: {event: {provider: AD FS Auditing, id: 411, user: $subject, count: {ge: 3}}}
say: {en: "s", ja: "s"}
tests:
  - name: four
    given: {subject: {names: [u@contoso.com]}, event: [{at: "2014-06-02T00:00:00Z", repeat: 4, every: 1m, provider: AD FS Auditing, id: 411, user: u@contoso.com}]}
    expect: {status: likely, evidence: [repeated]}
  - name: one
    given: {subject: {names: [u@contoso.com]}, event: [{at: "2014-06-02T00:00:00Z", provider: AD FS Auditing, id: 411, user: u@contoso.com}]}
    expect: {status: unknown}
"#;

/// The cases at the edge.
const EDGE: &str = r#"
  - name: exactly three
    given: {subject: {names: [u@contoso.com]}, event: [{at: "2014-06-02T00:00:00Z", repeat: 3, every: 1m, provider: AD FS Auditing, id: 411, user: u@contoso.com}]}
    expect: {status: likely, evidence: [repeated]}
  - name: two, and one of somebody else
    given: {subject: {names: [u@contoso.com]}, event: [{at: "2014-06-02T00:00:00Z", repeat: 2, every: 1m, provider: AD FS Auditing, id: 411, user: u@contoso.com}, {at: "2014-06-02T00:05:00Z", provider: AD FS Auditing, id: 411, user: v@contoso.com}]}
    expect: {status: unknown}
"#;

const EXPLAINED: &str = r#"
- rule: refused-often
  in: evidence repeated
  change: ["event 411: count ge 3 → ge 2", "event 411: without user"]
  why: "nobody looks"
"#;

/// The built-in pack and one with this rule.
fn packs(rule: &str, survivors: Option<&str>) -> Vec<Pack> {
    let mut own = Pack::default();
    own.files.insert("pack.yaml".into(), "name: x\nrevision: \"1\"\nlanguages: [en, ja]\n".into());
    own.files.insert("causes/x/refused-often.yaml".into(), rule.into());
    own.files.extend(survivors.map(|text| ("survivors.yaml".to_owned(), text.to_owned())));
    vec![Pack::builtin(), own]
}

fn report(packs: &[Pack], wanted: &[String]) -> Report {
    let limits = Limits::default();
    let rules = RuleSet::load(packs, &limits).unwrap();
    let playbook = Playbook::load(&rules, &limits).unwrap();
    let shared = shared::prepare_all(packs, &rules);
    try_all(&rules, &playbook, wanted, &shared, &explanations(packs).unwrap(), &limits)
}

fn survivors(report: &Report) -> Vec<&str> {
    report.unexplained().map(|tried| tried.change.as_str()).collect()
}

fn own() -> Vec<String> {
    vec!["refused-often".to_owned()]
}

#[test]
fn the_builtin_pack_has_no_unexplained_survivor() {
    let report = report(&[Pack::builtin()], &[]);
    let told: Vec<String> = report
        .unexplained()
        .map(|tried| format!("{}:{} {}: {}", tried.file, tried.span.line, tried.part, tried.change))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert_eq!(report.stale, []);
    assert!(report.tried.len() > 700, "only {} mutants", report.tried.len());
    let explained = report.tried.iter().filter(|tried| tried.why.is_some()).count();
    assert!(explained * 10 < report.tried.len(), "{explained} of {} are explained away", report.tried.len());
}

#[test]
fn a_missing_edge_case_is_found_and_the_case_kills_it() {
    let loose = report(&packs(RULE, None), &own());
    assert_eq!(
        survivors(&loose),
        ["event 411: count ge 3 → ge 2", "event 411: count ge 3 → ge 4", "event 411: without user"]
    );
    let first = loose.unexplained().next().unwrap();
    assert_eq!((first.file.as_str(), first.span.line, first.span.column), ("causes/x/refused-often.yaml", 9, 12));
    let tight = report(&packs(&format!("{RULE}{EDGE}"), None), &own());
    assert_eq!(survivors(&tight), [] as [&str; 0]);
    assert_eq!(tight.tried.len(), loose.tried.len());
    assert!(tight.tried.iter().all(|tried| tried.killed_by.as_ref().is_some_and(|(rule, _)| rule == "refused-often")));
}

#[test]
fn a_survivor_can_be_explained_until_a_case_kills_it() {
    let loose = report(&packs(RULE, Some(EXPLAINED)), &own());
    assert_eq!(survivors(&loose), ["event 411: count ge 3 → ge 4"]);
    assert_eq!(loose.stale, []);
    let tight = report(&packs(&format!("{RULE}{EDGE}"), Some(EXPLAINED)), &own());
    assert_eq!(survivors(&tight), [] as [&str; 0]);
    assert_eq!(tight.stale.len(), 1);
    assert_eq!(tight.stale[0].changes.len(), 2);
    // An entry for a rule that exists nowhere is as idle; a pack that replaces a rule drops what was said about the old one.
    let elsewhere = EXPLAINED.replace("refused-often", "no-such-rule");
    assert_eq!(report(&packs(RULE, Some(&elsewhere)), &[]).stale.len(), 1);
    let mut replaced = packs(RULE, Some(EXPLAINED));
    replaced.push(Pack {
        files: [("pack.yaml", "name: y\nrevision: \"1\"\n"), ("causes/x/refused-often.yaml", RULE)]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into(),
        ..Pack::default()
    });
    assert_eq!(explanations(&replaced).unwrap().iter().filter(|entry| entry.rule == "refused-often").count(), 0);
    let broken = explanations(&packs(RULE, Some("- rule: x\n  inn: y\n"))).unwrap_err();
    assert!(broken[0].to_string().starts_with("survivors.yaml:2:3: "), "{broken:?}");
}

#[test]
fn leaves_are_counted_in_the_cases_that_ask_them() {
    let limits = Limits::default();
    let rules = RuleSet::load(&packs(RULE, None), &limits).unwrap();
    let found = leaves(&rules, &own(), &limits);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].values, found[0].never.as_slice()), ([1, 0, 1], ["false"].as_slice()));
    // A case outside `applies` asks nothing else.
    let builtin = leaves(&RuleSet::builtin().unwrap(), &["gpo-forces-authentication-service".to_owned()], &limits);
    let of = |part: &str| builtin.iter().find(|leaf| leaf.part == part).unwrap().values.iter().sum::<usize>();
    assert!(of("applies") > of("evidence policy-value"));
}

fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_outlook-triage"))
        .args(["rules", "coverage", "--rules"])
        .arg(folder)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_names_place_change_and_case() {
    let folder = tempfile::tempdir().unwrap();
    let write = |rule: &str| {
        for (name, text) in &packs(rule, None)[1].files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    };
    write(RULE);
    let (code, out, err) = run(folder.path(), &["--mutate", "refused-often"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(out.contains("refused-often.yaml:9:12: evidence repeated: event 411: count ge 3 → ge 4: no case notices; add a case with exactly this value"), "{out}");
    assert!(out.ends_with("6 mutants: 3 killed, 0 explained, 3 survived\n"), "{out}");
    assert!(err.contains("3 mistakes would go unnoticed"), "{err}");
    let (code, out, _) = run(folder.path(), &["--mutate", "-f", "jsonl", "refused-often"]);
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let results: Vec<&str> = lines.iter().map(|line| line["result"].as_str().unwrap()).collect();
    assert_eq!((code, lines.len()), (Some(1), 6));
    assert_eq!(results.iter().filter(|result| **result == "survived").count(), 3);
    assert!(lines.iter().all(|line| line["hint"].is_string() == (line["result"] == "survived")));
    let (code, out, _) = run(folder.path(), &["refused-often"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("evidence repeated: event 411: true 1, false 0, unknown 1; never false"), "{out}");
    write(&format!("{RULE}{EDGE}"));
    assert_eq!(run(folder.path(), &["--mutate", "refused-often"]).0, Some(0));
    // What does not hold as it is cannot be tried.
    write(&RULE.replace("status: unknown", "status: ruled-out"));
    let (code, _, err) = run(folder.path(), &["--mutate", "refused-often"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("1 case does not hold as the rules are"), "{err}");
    let (code, _, err) = run(folder.path(), &["refused-oftn"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("did you mean refused-often?"), "{err}");
}

#[test]
fn cases_of_anchors_and_eras_fail_where_they_should() {
    let mut packs = packs(RULE, None);
    let tests = r#"
- {name: right, given: {as-of: "2014-01-01T00:00:00Z"}, expect: {era: legacy, records: {rejected: 0}}}
- {name: wrong, given: {as-of: "2014-01-01T00:00:00Z"}, expect: {era: modern, records: {rejected: 1}}}
- {name: unknown anchor, given: {}, expect: {records: {rejectd: 1}}}
- {name: nothing, given: {}, expect: {}}
"#;
    packs[1].files.insert("tests.yaml".into(), tests.into());
    let rules = RuleSet::load(&packs, &Limits::default()).unwrap();
    let results = shared::run_all(&packs, &rules);
    let failures: Vec<usize> = results.iter().map(|result| result.failures.len()).collect();
    let builtin = failures.len() - 4;
    assert_eq!(failures[builtin..], [0, 2, 2, 1], "{results:#?}");
    assert!(failures[..builtin].iter().all(|number| *number == 0));
    assert!(results[builtin + 1].failures[0].contains("expected modern, got legacy"));
    assert!(builtin > 30);
    // A pack with an era table of its own has its own cases.
    let era = packs[0].files["era.yaml"].clone();
    packs[1].files.insert("era.yaml".into(), era);
    assert_eq!(shared::prepare_all(&packs, &rules).len(), 4);
}
