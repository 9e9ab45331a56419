//! `rules diff`: what changes on a corpus between two sets of rules.

use std::fs;
use std::path::Path;

use outlook_triage::rule::pack::Pack;
use serde_json::{Value, json};

use super::{Desk, Run};

const MANIFEST: &[u8] = b"name: changed\nrevision: \"1\"\nlanguages: [en, ja]\n";
const CHANGED: &str = "causes/credentials/stale-stored-password-office.yaml";

/// `new`: a pack in which the strong evidence of a rule asks for more events. `corpus`: two cases, one of which it concerns.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.case("corpus/locked.zip", "account-locked").case("corpus/nothing.zip", "nothing-wrong");
    let text = shipped(CHANGED);
    assert!(text.contains("default: 3}"));
    desk.put("new/pack.yaml", MANIFEST)
        .put(&format!("new/{CHANGED}"), text.replace("default: 3}", "default: 300}").as_bytes());
    desk
}

fn shipped(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(file)).unwrap()
}

fn run(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["rules", "diff"], arguments].concat())
}

#[test]
fn the_same_rules_change_nothing() {
    let desk = desk();
    assert_eq!(run(&desk, &["builtin", "builtin", "--corpus", "corpus"]).answers(0), "0 of 2 cases change\n");
    assert_eq!(run(&desk, &["new", "new", "--corpus", "corpus/locked.zip"]).answers(0), "0 of 1 cases change\n");
}

#[test]
fn a_stricter_rule_changes_its_status_and_the_headline() {
    let desk = desk();
    let said = run(&desk, &["builtin", "new", "--corpus", "corpus"]);
    assert_eq!(
        said.answers(1),
        "corpus/locked.zip
    stale-stored-password-office: likely → possible
        old: likely = strong(rejected-after-change) + weak(stored-only) − nothing
        new: possible = weak(stored-only) − nothing
    suspected: account-locked-ad, stale-stored-password-office, background-http-auth-retry-stale-password → account-locked-ad, background-http-auth-retry-stale-password
verdicts that change, with the number of cases:
    1 × stale-stored-password-office: likely → possible
1 of 2 cases change
"
    );
    let back = run(&desk, &["new", "builtin", "--corpus", "corpus"]);
    assert!(back.answers(1).contains("stale-stored-password-office: possible → likely\n"), "{back:?}");
    for threads in ["1", "8"] {
        let mut command = desk.command(&["rules", "diff", "builtin", "new", "--corpus", "corpus"]);
        assert_eq!(Run::of(command.env("RAYON_NUM_THREADS", threads)).out, said.out);
    }
}

#[test]
fn the_same_as_json_one_object_a_case_and_a_last_one_with_the_sums() {
    let desk = desk();
    let said = run(&desk, &["builtin", "new", "--corpus", "corpus", "-f", "jsonl"]);
    let lines: Vec<Value> = said.answers(1).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [locked, nothing, sums] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        (&locked["case"], &locked["changed"], &locked["error"]),
        (&json!("corpus/locked.zip"), &json!(true), &json!(null))
    );
    assert_eq!(locked["rules"][0]["rule"], "stale-stored-password-office");
    assert_eq!(locked["rules"][0]["old"]["status"], "likely");
    assert_eq!(locked["rules"][0]["new"]["sum"], "possible = weak(stored-only) − nothing");
    assert_eq!(locked["suspected"]["new"][1], "background-http-auth-retry-stale-password");
    assert_eq!((&locked["plan"], &locked["start_at"]), (&json!([]), &json!(null)));
    assert_eq!((&nothing["changed"], &nothing["rules"], &nothing["era"]), (&json!(false), &json!([]), &json!(null)));
    assert_eq!(*sums, json!({"cases": 2, "changed": 1, "unreadable": 0, "rules_added": [], "rules_removed": []}));
}

/// A rule that asks for a key that no built-in rule asks for: each set reads the upload for itself.
#[test]
fn a_rule_that_one_set_lacks_is_told_and_counts_where_it_finds_something() {
    let desk = desk();
    desk.put("more/pack.yaml", MANIFEST).put(
        "more/causes/client/modern-auth-is-off.yaml",
        br"id: modern-auth-is-off
rev: 1
title: {en: T, ja: X}
cause: {band: 140, severity: high, steps: [enable-modern-auth]}
evidence:
  - name: some-office-key
    class: strong
    when: {registry: {key: 'Software\Microsoft\Office\$ver\Common\Identity', value: EnableADAL, type: dword, is: 0}}
say: {en: S., ja: Y}
tests: [{name: t, given: {}, expect: {status: unknown}}]
",
    );
    desk.case("corpus/off.zip", "adal-off-2021");
    let said = run(&desk, &["builtin", "more", "--corpus", "corpus"]);
    let out = said.answers(1);
    assert!(out.starts_with("rules added: modern-auth-is-off\ncorpus/off.zip\n"), "{out}");
    assert!(
        out.contains("    modern-auth-is-off: no such rule → likely\n        new: likely = strong(some-office-key)"),
        "{out}"
    );
    assert!(out.contains("    suspected: modern-auth-disabled-on-client → "), "{out}");
    assert!(out.ends_with("1 of 3 cases change\n"), "{out}");
    let back = run(&desk, &["more", "builtin", "--corpus", "corpus/nothing.zip"]);
    assert_eq!(back.answers(1), "rules removed: modern-auth-is-off\n0 of 1 cases change\n");
}

/// The tables decide what the facts are, the era table which era it is: both are those of each set.
#[test]
fn eras_are_compared_and_so_is_where_to_start() {
    let desk = desk();
    let text = shipped("era.yaml");
    let row = "era: modern";
    assert!(text.contains(row));
    desk.put("other/pack.yaml", MANIFEST).put("other/era.yaml", text.replace(row, "era: legacy").as_bytes());
    let said = run(&desk, &["builtin", "other", "--corpus", "corpus/nothing.zip"]);
    let out = said.answers(1);
    assert!(out.contains("\n    era: modern → legacy\n") && out.contains("\n    start at: "), "{out}");
    assert!(out.contains("\n    step wait-logon-cache: SKIP → "), "{out}");
    let json = run(&desk, &["builtin", "other", "--corpus", "corpus/nothing.zip", "-f", "jsonl"]);
    let case: Value = serde_json::from_str(json.answers(1).lines().next().unwrap()).unwrap();
    assert_eq!(case["era"], json!({"old": "modern", "new": "legacy"}));
    let step = case["plan"].as_array().unwrap().iter().find(|step| step["step"] == "wait-logon-cache").unwrap();
    assert_eq!(step["old"], "SKIP");
}

/// A set of rules with an order, an era table and anchors of its own stands alone: a rule that it lacks is not there.
#[test]
fn the_rules_of_another_release_stand_alone() {
    let desk = desk();
    for (file, text) in Pack::builtin().files {
        if !file.ends_with("/profile-corrupt.yaml") {
            desk.put(&format!("before/{file}"), text.as_bytes());
        }
    }
    let run = run(&desk, &["before", "builtin", "--corpus", "corpus/locked.zip"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.starts_with("rules added: profile-corrupt\n"), "{run:?}");
}

/// What a pack sets aside is another thing than a rule that is not there.
#[test]
fn a_disabled_rule_is_called_so() {
    let desk = desk();
    let aside = "overrides:\n  - {rule: account-locked-ad, disable: true, reason: {en: \"a\", ja: \"b\"}, until: \"2099-12-31\"}\n";
    desk.put("aside/pack.yaml", &[MANIFEST, aside.as_bytes()].concat());
    let said = run(&desk, &["builtin", "aside", "--corpus", "corpus/locked.zip"]);
    assert!(said.answers(1).contains("account-locked-ad: confirmed → disabled"), "{said:?}");
}

/// Two weak ones are worth a strong one: the status stays, what it rests on does not.
#[test]
fn another_sum_behind_the_same_status_is_a_change() {
    let desk = desk();
    desk.put(&format!("new/{CHANGED}"), shipped(CHANGED).replacen("class: strong", "class: weak", 2).as_bytes());
    let said = run(&desk, &["builtin", "new", "--corpus", "corpus/locked.zip"]);
    let out = said.answers(1);
    assert!(
        out.contains("    stale-stored-password-office: likely, with another sum\n        old: likely = strong("),
        "{out}"
    );
}

#[test]
fn a_folder_of_whole_cases_is_a_corpus() {
    let desk = desk();
    for case in ["account-locked", "only-one"] {
        desk.case(&format!("whole/{case}/bundle.zip"), "account-locked")
            .put(&format!("whole/{case}/expect.yaml"), b"exit: 0\n");
    }
    let out = run(&desk, &["builtin", "new", "--corpus", "whole"]);
    let cases: Vec<&str> = out.answers(1).lines().filter(|line| line.starts_with("whole/")).collect();
    assert_eq!(cases, ["whole/account-locked", "whole/only-one"]);
    fs::remove_dir_all(desk.at("whole/only-one")).unwrap();
    let one = run(&desk, &["builtin", "new", "--corpus", "whole"]);
    assert!(one.answers(1).starts_with("whole/account-locked\n"), "{one:?}");
    assert!(one.out.ends_with("1 of 1 cases change\n"), "{one:?}");
    let twice = run(&desk, &["builtin", "new", "--corpus", "whole", "--corpus", "corpus"]);
    assert!(twice.answers(1).ends_with("2 of 3 cases change\n"), "{twice:?}");
}

#[test]
fn what_cannot_be_compared_says_why() {
    let desk = desk();
    desk.put("bad/pack.yaml", MANIFEST).put("bad/causes/a.yaml", b"id: a\nrev: 1\nunknown-key: 2\n");
    desk.put("corpus/broken.zip", b"PK\x03\x04").folder("empty").put("hollow/case/expect.yaml", b"exit: 0\n");
    run(&desk, &["builtin", "nowhere", "--corpus", "corpus"]).refuses(&["nowhere: no such file or folder"]);
    run(&desk, &["builtin", "new", "--corpus", "nowhere"]).refuses(&["nowhere: no such file or folder"]);
    run(&desk, &["builtin", "new", "--corpus", "hollow"]).refuses(&["no case with an upload"]);
    let bad = run(&desk, &["bad", "new", "--corpus", "corpus"]);
    assert!(bad.code == Some(2) && bad.out.is_empty() && bad.err.contains("bad/causes/a.yaml:3:"), "{bad:?}");
    let missing = run(&desk, &["builtin", "new"]);
    assert!(missing.code == Some(2) && missing.err.contains("--corpus"), "{missing:?}");
    let some = run(&desk, &["builtin", "new", "--corpus", "corpus"]);
    assert_eq!((some.code, &*some.err), (Some(1), "outlook-triage: 1 of 3 cases could not be read\n"));
    assert!(some.out.contains("corpus/broken.zip\n    cannot be read: "), "{some:?}");
    assert_eq!(run(&desk, &["builtin", "builtin", "--corpus", "corpus"]).code, Some(3));
    assert_eq!(run(&desk, &["builtin", "new", "--corpus", "corpus/broken.zip"]).code, Some(2));
    assert_eq!(run(&desk, &["builtin", "new", "--corpus", "empty"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn names_of_cases_and_rules_do_nothing_to_a_terminal() {
    let acts = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
    let desk = desk();
    desk.case("corpus/a\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{202e}b\nc.zip", "account-locked");
    let text =
        shipped(CHANGED).replacen("class: strong", "class: weak", 2).replace("stored-only", "\"e\\e[2J\\u202E\"");
    desk.put(&format!("new/{CHANGED}"), text.as_bytes());
    for format in ["terminal", "jsonl"] {
        let run = run(&desk, &["builtin", "new", "--corpus", "corpus", "-f", format]);
        assert!(!acts(run.answers(1)), "{}", run.out.escape_debug());
        assert!(run.out.contains("52;c;eA=="), "it is shown: {}", run.out);
    }
}

/// The ages of a whole case count from its own moment here too.
#[test]
fn a_whole_case_keeps_its_moment() {
    let desk = desk();
    desk.case("whole/one/bundle.zip", "account-locked").put("whole/one/expect.yaml", b"as_of: \"2014-06-13\"\n");
    let aside = "overrides:\n  - {rule: account-locked-ad, disable: true, reason: {en: \"a\", ja: \"b\"}, until: \"2014-06-12\"}\n";
    desk.put("aside/pack.yaml", &[MANIFEST, aside.as_bytes()].concat());
    // Collected on the last day of the override, judged on the day after.
    assert!(run(&desk, &["builtin", "aside", "--corpus", "corpus/locked.zip"]).answers(1).contains("→ disabled"));
    desk.put("whole/one/expect.yaml", b"as_of: \"2014-06-13T00:00:00Z\"\n");
    assert_eq!(run(&desk, &["builtin", "aside", "--corpus", "whole"]).answers(0), "0 of 1 cases change\n");
}
