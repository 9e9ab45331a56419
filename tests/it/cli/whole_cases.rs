//! `rules test --cases`: uploads with `expect.yaml` beside them.

use std::fs;

use serde_json::{Value, json};

use super::{Desk, REG, Run};
use crate::cases::folder;

/// A case of one registry export, which switches modern authentication off.
const EXPECT: &str = "exit: 0
era: unknown
findings: {}
unknown: [modern-auth-disabled-on-client]
plan:
  update-outlook: CHECK
  clear-credentials: CHECK
  wait-logon-cache: CHECK
  set-disable-retry: CHECK
  profile-anonymous-logon: CHECK
  profile-repair: CHECK
  profile-recreate: CHECK
start_at: update-outlook
collect_next: [file-versions]
";

/// `all/good`, a shipped case, and `all/<name>` with these changes of [`EXPECT`].
fn desk(name: &str, changes: &[(&str, &str)]) -> Desk {
    let desk = Desk::new();
    desk.case("all/good/bundle.zip", "nothing-wrong");
    desk.put("all/good/expect.yaml", &fs::read(folder().join("nothing-wrong/expect.yaml")).unwrap());
    let mut text = EXPECT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    desk.put(&format!("all/{name}/bundle/identity.reg"), REG);
    desk.put(&format!("all/{name}/expect.yaml"), text.as_bytes());
    desk
}

fn run(desk: &Desk, arguments: &[&str]) -> Run {
    desk.run(&[&["rules", "test"], arguments].concat())
}

#[test]
fn cases_that_hold_are_counted_one_by_one_or_as_a_folder() {
    let desk = desk("own", &[]);
    assert_eq!(run(&desk, &["--cases", "all"]).answers(0), "2 passed, 0 failed\n");
    assert_eq!(run(&desk, &["--cases", "all/own"]).answers(0), "1 passed, 0 failed\n");
    assert_eq!(run(&desk, &["--cases", "all/own", "--cases", "all/good"]).answers(0), "2 passed, 0 failed\n");
    let lines = run(&desk, &["--cases", "all", "-f", "jsonl"]);
    let lines: Vec<Value> = lines.answers(0).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines,
        [
            json!({"case": "good", "place": "all/good/expect.yaml", "passed": true, "differences": []}),
            json!({"case": "own", "place": "all/own/expect.yaml", "passed": true, "differences": []}),
        ]
    );
}

#[test]
fn a_case_that_differs_says_what_was_expected_and_what_the_report_says() {
    let desk = desk(
        "own",
        &[
            ("exit: 0", "exit: 1"),
            ("findings: {}", "findings: {account-locked-ad: likely}"),
            ("unknown: [", "ruled_out: ["),
            ("wait-logon-cache: CHECK\n", "wait-logon-cache: SKIP\n"),
            ("start_at: update-outlook\n", "cites: {account-locked-ad: [DC.evtx]}\n"),
            ("collect_next: [file-versions]", "collect_next: [profile-registry, wap-state]"),
        ],
    );
    let said = run(&desk, &["--cases", "all"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    for (line, expected) in lines.iter().zip([
        "all/own/expect.yaml",
        "    exit: expected 1, got 0",
        "    finding account-locked-ad: expected likely, got unknown",
        "    rule modern-auth-disabled-on-client: expected ruled-out, got unknown",
        "    step wait-logon-cache: expected SKIP, got CHECK",
        "    start_at: expected nowhere, got update-outlook",
        "    collect_next: expected wap-state, got ",
        "    cites account-locked-ad: expected DC.evtx, got nothing",
        "1 passed, 1 failed",
    ]) {
        assert!(line.starts_with(expected), "{line:?} is not {expected:?} in\n{}", said.out);
    }
    assert_eq!((lines.len(), &*said.err), (9, "outlook-triage: 1 of 2 cases do not hold\n"));
    let json = run(&desk, &["--cases", "all/own", "-f", "jsonl"]);
    let line: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(line["passed"], false);
    assert_eq!(line["differences"][0], json!({"what": "exit", "wanted": "1", "got": "0"}));
    for threads in ["1", "8"] {
        let mut command = desk.command(&["rules", "test", "--cases", "all"]);
        assert_eq!(Run::of(command.env("RAYON_NUM_THREADS", threads)).out, said.out);
    }
}

/// `nothing-wrong` is right about every rule that it names; `own` expects a lock that is not there, and nothing of what its registry says.
#[test]
fn the_table_counts_what_each_rule_was_right_and_wrong_about() {
    let wrong = [
        ("findings: {}", "findings: {account-locked-ad: likely}"),
        ("unknown: [modern-auth-disabled-on-client]", "unknown: [profile-corrupt]"),
    ];
    let desk = desk("own", &wrong);
    let said = run(&desk, &["--cases", "all", "--table"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    for line in [
        "| rule | found | suspected | missed | false | silent |",
        "| account-locked-ad | 0 | 0 | 1 | 0 | 1 |",
        "| disableretrygoodcredentials-present | 0 | 0 | 0 | 0 | 1 |",
        "| profile-corrupt | 0 | 0 | 0 | 0 | 2 |",
    ] {
        assert!(said.out.lines().any(|found| found == line), "{line}\n{}", said.out);
    }
    let shown = said.out.lines().find(|line| line.starts_with("Can say *likely*")).unwrap();
    assert!(shown.contains(" account-locked-ad,"), "{shown}");
    desk.put(
        "all/own/expect.yaml",
        fs::read_to_string(folder().join("account-locked/expect.yaml")).unwrap().as_bytes(),
    );
    desk.case("all/other/bundle.zip", "account-locked");
    let text = EXPECT.replace("modern-auth-disabled-on-client", "account-locked-ad");
    desk.put("all/other/expect.yaml", text.as_bytes());
    let json = run(&desk, &["--cases", "all", "--table", "-f", "jsonl"]);
    let lines: Vec<Value> = json.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = lines.iter().find(|line| line["rule"] == "account-locked-ad").unwrap();
    assert_eq!(row["row"], json!({"found": 0, "suspected": 0, "missed": 1, "false": 1, "silent": 1}), "{row}");
    assert_eq!(row["shown"], false);
    assert_eq!(run(&desk, &["--table"]).code, Some(2));
}

#[test]
fn a_plan_in_another_order_differs() {
    let desk = desk(
        "own",
        &[(
            "  update-outlook: CHECK\n  clear-credentials: CHECK\n",
            "  clear-credentials: CHECK\n  update-outlook: CHECK\n",
        )],
    );
    let said = run(&desk, &["--cases", "all/own"]);
    assert!(said.out.contains("    steps of the plan: expected clear-credentials, update-outlook, wait"), "{said:?}");
    assert_eq!(said.out.lines().count(), 3, "{said:?}");
}

/// The date of the case decides the era, and `as_of` is the date where nothing in the upload has one.
#[test]
fn ages_count_from_as_of() {
    let product = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Office\\15.0\\Outlook\\InstallRoot]\r\n\"Path\"=\"C:\\\\Office15\\\\\"\r\n\r\n";
    let era = |as_of: &str| {
        let desk = desk("own", &[("era: unknown\n", &format!("era: on-premises\nas_of: \"{as_of}\"\n"))]);
        desk.put("all/own/bundle/office.reg", product.as_bytes());
        let said = run(&desk, &["--cases", "all/own"]);
        let line = said.out.lines().find(|line| line.contains(" era: ")).unwrap_or_else(|| panic!("{said:?}"));
        line.rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!(era("2014-06-02T00:00:00Z"), "legacy");
    assert_eq!(era("2024-06-02T00:00:00Z"), "retired");
}

#[test]
fn what_cannot_be_run_is_refused_with_its_place_before_anything_is_analysed() {
    let place = "all/own/expect.yaml";
    for (change, words) in [
        (("exit: 0", "exits: 0"), &["all/own/expect.yaml:1:1: ", "no key \"exits\"", "did you mean \"exit\"?"][..]),
        (("exit: 0", "exit: 2"), &[":1:7: ", "exit is 0 (nothing found), 1", "found the number 2"]),
        (("era: unknown", "now: \"2014-06-02\"\nera: unknown"), &[":2:1: ", "no key \"now\""]),
        (("era: unknown", "as_of: yesterday\nera: unknown"), &[":2:8: ", "\"2014-06-02T00:00:00Z\""]),
        (("era: unknown", "era: old"), &[":2:6: ", "\"old\" is not one of legacy"]),
        (("findings: {}", "findings: {account-locked: likely}"), &[":3:12: ", "there is no rule \"account-locked\""]),
        (("findings: {}", "findings: {account-locked-ad: unknown}"), &[":3:31: ", "is not one of confirmed, likely"]),
        (("findings: {}", "findings: [account-locked-ad]"), &[":3:11: ", "findings must be a mapping"]),
        (
            ("[modern-auth-disabled-on-client]", "[modern-auth-disabled-on-clients]"),
            &[":4:11: ", "did you mean modern-auth-disabled-on-client?"],
        ),
        (
            ("update-outlook: CHECK", "updates-outlook: CHECK"),
            &[":6:3: ", "no step \"updates-outlook\"", "did you mean update-outlook?"],
        ),
        (("update-outlook: CHECK", "update-outlook: LATER"), &[":6:19: ", "\"LATER\" is not one of DO"]),
        (
            ("[file-versions]", "[file-version]"),
            &[":14:16: ", "no need \"file-version\"", "did you mean file-versions?"],
        ),
        (("plan:", "plan: [\n"), &["all/own/expect.yaml:"]),
    ] {
        let run = run(&desk("own", &[change]), &["--cases", "all"]);
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{change:?}: {run:?}");
        let mut lines = run.err.lines();
        assert_eq!(lines.next(), Some("outlook-triage: the cases cannot be run:"), "{change:?}: {run:?}");
        let line = lines.find(|line| words.iter().all(|word| line.contains(word)));
        assert!(line.is_some_and(|line| line.starts_with(place)), "{change:?}: {run:?}");
    }
}

#[test]
fn folders_that_hold_no_case_are_named() {
    let desk = desk("own", &[]);
    desk.folder("empty/below").put("no-upload/expect.yaml", EXPECT.as_bytes());
    desk.case("no-expectation/bundle.zip", "nothing-wrong");
    desk.put("two/expect.yaml", EXPECT.as_bytes()).folder("two/bundle").case("two/bundle.zip", "nothing-wrong");
    let refused = |folder: &str| {
        let run = run(&desk, &["--cases", folder]);
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{run:?}");
        run.err
    };
    assert!(refused("empty").contains("\nempty: no case in this folder; "), "{}", refused("empty"));
    assert!(refused("no-upload").contains("\nno-upload: no upload beside expect.yaml; "));
    assert!(refused("no-expectation").contains("\nno-expectation: an upload without expect.yaml; "));
    // An unpacked upload without an expectation is as forgotten as a zip, also among others that have one.
    desk.put("all/forgotten/bundle/identity.reg", REG);
    assert!(refused("all").contains("forgotten: an upload without expect.yaml; "), "{}", refused("all"));
    assert!(refused("two").contains("\ntwo: bundle.zip and bundle/ both; "));
    run(&desk, &["--cases", "nowhere"]).refuses(&["nowhere: no such file or folder"]);
    let both = run(&desk, &["account-locked-ad", "--cases", "all"]);
    assert!(both.code == Some(2) && both.err.contains("cannot be used with"), "{both:?}");
}

/// An upload of which nothing can be read is a case that differs; it does not stop the others.
#[test]
fn an_upload_that_cannot_be_read_differs() {
    let desk = desk("own", &[]);
    desk.put("all/own/bundle/identity.reg", super::PNG);
    let said = run(&desk, &["--cases", "all"]);
    assert!(said.code == Some(1) && said.out.contains("    exit: expected 0, got 2 ("), "{said:?}");
    assert!(said.out.ends_with("1 passed, 1 failed\n"), "{said:?}");
}

#[cfg(unix)]
#[test]
fn names_of_cases_do_nothing_to_a_terminal() {
    let acts = |text: &str| text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
    let name = "a\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{202e}b\nc";
    for change in [("exit: 0", "exit: 1"), ("[file-versions]", "[\"x\\e[2J\\u202E\"]"), ("exit: 0", "\"e\\e[2J\": 0")] {
        for format in ["terminal", "jsonl"] {
            let run = run(&desk(name, &[change]), &["--cases", "all", "-f", format]);
            assert!(matches!(run.code, Some(1 | 2)), "{run:?}");
            assert!(!acts(&run.out) && !acts(&run.err), "{run:?}");
            assert!(run.out.contains("52;c;eA==") || run.err.contains("52;c;eA=="), "it is shown: {run:?}");
        }
    }
}

#[test]
fn the_example_of_the_manual_is_an_expectation() {
    let manual = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md")).unwrap();
    let part = manual.split_once("## Whole cases").unwrap().1;
    let example = part.split_once("```yaml\n").unwrap().1.split_once("```").unwrap().0;
    let desk = Desk::new();
    desk.case("bundle.zip", "account-locked").put("expect.yaml", example.as_bytes());
    let said = run(&desk, &["--cases", "."]);
    assert_eq!(said.code, Some(1), "it is read, and is shorter than the case: {said:?}");
    assert!(!said.out.contains("era:") && !said.out.contains("account-locked-ad:"), "{said:?}");
}
