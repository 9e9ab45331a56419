//! `rules test` on the cases inside the rules: what differs, the leaves behind it, and which rules are run.

use serde_json::{Value, json};

use super::{Desk, Run};

const MANIFEST: &[u8] = b"name: mine\nrevision: \"1\"\nlanguages: [en, ja]\n";

/// A rule whose first case holds; `cases` stand behind it.
fn rule(cases: &str) -> String {
    format!(
        r"id: logging-is-on
rev: 1
title: {{en: T, ja: 題}}
cause: {{band: 901, severity: info, steps: []}}
applies: {{product: {{name: outlook, major: [14, 15]}}}}
evidence:
  - name: switched-on
    class: conclusive
    when: {{registry: {{key: 'Software\Microsoft\Office\15.0\Outlook\Options\Mail', value: EnableLogging, type: dword, is: 1}}}}
  - name: old-passwords
    class: weak
    when:
      all:
        - {{credential: {{class: office-sspi}}}}
        - {{not: {{credential: {{class: certificate, absent: true}}}}}}
say: {{en: On., ja: オン}}
tests:
  - name: on
    given:
      product: [{{name: outlook, major: 15}}]
      registry: {{'Software\Microsoft\Office\15.0\Outlook\Options\Mail': {{EnableLogging: {{dword: 1}}}}}}
    expect: {{status: confirmed, evidence: [switched-on]}}
{cases}"
    )
}

fn desk(cases: &str) -> Desk {
    let desk = Desk::new();
    desk.put("mine/pack.yaml", MANIFEST).put("mine/causes/client/logging-is-on.yaml", rule(cases).as_bytes());
    desk
}

fn run(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["rules", "test", "--rules", "mine"], arguments].concat())
}

/// The only line of `-f jsonl` for this case.
fn line(desk: &Desk, case: &str) -> Value {
    let run = run(desk, &["logging-is-on", "-f", "jsonl"]);
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    lines.into_iter().find(|line| line["case"] == case).unwrap_or_else(|| panic!("{}", run.out))
}

/// The value is 0, and the case says that it is confirmed: the leaf is shown with both, its source and its place.
const OFF: &str = "  - name: off
    given:
      product: [{name: outlook, major: 15}]
      registry: {'Software\\Microsoft\\Office\\15.0\\Outlook\\Options\\Mail': {EnableLogging: {dword: 0}}}
    expect: {status: confirmed, evidence: [switched-on]}
";

#[test]
fn a_case_that_fails_shows_the_leaf_with_what_it_wanted_and_what_it_got() {
    let desk = desk(OFF);
    let run = run(&desk, &["logging-is-on"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let expected = r#"mine/causes/client/logging-is-on.yaml:23: logging-is-on: off
    status: expected confirmed, got unknown (unknown = nothing − nothing)
    evidence: expected {"switched-on"}, got {}
    switched-on, expected true:
        false   the value `EnableLogging` of `HKCU\Software\Microsoft\Office\15.0\Outlook\Options\Mail` is `1`
            registry HKCU\Software\Microsoft\Office\15.0\Outlook\Options\Mail!EnableLogging: HKCU\Software\Microsoft\Office\15.0\Outlook\Options\Mail!EnableLogging is 0
            given.registry Software\Microsoft\Office\15.0\Outlook\Options\Mail!EnableLogging
            at mine/causes/client/logging-is-on.yaml:9:12
1 passed, 1 failed
"#;
    assert_eq!(run.out, expected);
    assert_eq!(run.err, "outlook-triage: 1 of 2 cases do not hold\n");
}

#[test]
fn the_same_as_json() {
    let desk = desk(OFF);
    let good = line(&desk, "on");
    assert_eq!((&good["passed"], &good["failures"], &good["leaves"]), (&json!(true), &json!([]), &json!([])));
    let bad = line(&desk, "off");
    assert_eq!((&bad["passed"], &bad["rule"]), (&json!(false), &json!("logging-is-on")));
    assert_eq!(bad["place"], "mine/causes/client/logging-is-on.yaml:23");
    assert_eq!(bad["failures"].as_array().unwrap().len(), 2, "{bad}");
    let path = r"Software\Microsoft\Office\15.0\Outlook\Options\Mail";
    assert_eq!(
        bad["leaves"],
        json!([{
            "item": "switched-on", "condition": format!("the value `EnableLogging` of `HKCU\\{path}` is `1`"),
            "truth": "false", "actual": format!("HKCU\\{path}!EnableLogging is 0"), "expected": "true",
            "source": [format!("given.registry {path}!EnableLogging")], "reason": null, "need": [],
            "place": "mine/causes/client/logging-is-on.yaml:9:12",
        }])
    );
}

/// What is unknown says why and what would settle it; below `not` the expectation is turned round.
#[test]
fn unknown_leaves_say_why_and_negated_ones_are_expected_the_other_way() {
    let desk = desk(
        "  - name: nothing
    given: {product: [{name: outlook, major: 15}]}
    expect: {status: possible, evidence: [old-passwords]}
  - name: one of two
    given: {product: [{name: outlook, major: 15}], credential: [{target: 'MicrosoftOffice15_Data:SSPI:u@contoso.example'}]}
    expect: {status: possible, evidence: [old-passwords]}
  - name: elsewhere
    given: {product: [{name: outlook, major: 16}]}
    expect: {status: unknown}
",
    );
    let nothing = line(&desk, "nothing");
    let leaves = nothing["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), 2, "{nothing}");
    for (leaf, expected) in leaves.iter().zip(["true", "false"]) {
        assert_eq!(leaf["item"], "old-passwords");
        assert_eq!((&leaf["truth"], &leaf["expected"]), (&json!("unknown"), &json!(expected)), "{leaf}");
        assert_eq!((&leaf["reason"], &leaf["need"]), (&json!("not-collected"), &json!(["credential-list"])), "{leaf}");
    }
    let one = line(&desk, "one of two");
    let leaves = one["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), 1, "the part that holds is left out: {one}");
    assert_eq!((&leaves[0]["truth"], &leaves[0]["expected"]), (&json!("true"), &json!("false")), "{one}");
    assert_eq!(leaves[0]["source"], json!(["given.credential (searched, not there)"]));
    let elsewhere = line(&desk, "elsewhere");
    let leaves = elsewhere["leaves"].as_array().unwrap();
    assert_eq!(leaves.len(), 1, "{elsewhere}");
    assert_eq!(
        (&leaves[0]["item"], &leaves[0]["truth"], &leaves[0]["expected"]),
        (&json!("applies"), &json!("false"), &json!("true"))
    );
    assert_eq!(leaves[0]["source"], json!(["given.product[1]"]));
}

#[test]
fn named_rules_are_run_alone_and_a_name_that_is_none_is_refused() {
    let desk = desk("");
    assert_eq!(run(&desk, &["logging-is-on"]).answers(0), "1 passed, 0 failed\n");
    let two = run(&desk, &["logging-is-on", "account-locked-ad", "-f", "jsonl"]);
    let rules: std::collections::BTreeSet<String> = two
        .answers(0)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["rule"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), ["account-locked-ad", "logging-is-on"]);
    run(&desk, &["loging-is-on"]).refuses(&["there is no rule \"loging-is-on\"", "did you mean logging-is-on?"]);
    run(&desk, &["logging-is-on", "something-else"]).refuses(&["\"something-else\"", "`outlook-triage rules list`"]);
}

#[test]
fn a_word_that_is_no_status_is_a_problem_of_the_case() {
    let desk = desk("  - {name: odd, given: {}, expect: {status: perhaps, reason: not-colected, plan: [DO]}}\n");
    let odd = line(&desk, "odd");
    let failures = odd["failures"].to_string();
    for words in [
        "23:45: ",
        "\\\"perhaps\\\" is not one of confirmed",
        "\\\"not-colected\\\" is not one of",
        "steps with their labels",
    ] {
        assert!(failures.contains(words), "{words}: {failures}");
    }
    let lint = desk.run(&["rules", "lint", "--rules", "mine"]);
    assert!(lint.code == Some(2) && lint.out.contains("\"perhaps\" is not one of"), "{lint:?}");
}

#[test]
fn names_in_a_pack_do_nothing_to_a_terminal() {
    let desk = desk(
        "  - name: \"a\\e[2J\\e]52;c;eA==\\a\\u202Eb\\nc\"
    given: {product: [{name: outlook, major: 15}], registry: {\"X\\e[31m\": {\"v\\u202E\": {sz: \"d\\e[0m\"}}}}
    expect: {status: confirmed, plan: {\"s\\e[2J\": DO}}
",
    );
    for format in ["terminal", "jsonl"] {
        let run = run(&desk, &["logging-is-on", "-f", format]);
        assert_eq!(run.code, Some(1), "{run:?}");
        let acts = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert!(!acts(&run.out) && !acts(&run.err), "{}", run.out.escape_debug());
        assert!(run.out.contains("52;c;eA=="), "it is shown: {}", run.out);
    }
}
