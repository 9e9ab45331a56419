//! A bundle is written by strangers: nothing in it may act on a terminal, or on how it is judged.

use std::fs;

use serde_json::Value;

use super::{Desk, PNG, REG, Run};
use crate::bundle::writer::{Item, zip};

/// Clears the screen, colours, writes to the clipboard, reverses text, breaks lines, C1 as well as C0.
const TRICKS: [&str; 7] = [
    "\u{1b}[2J\u{1b}[31mred",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "gnp\u{202e}.exe",
    "one\ntwo",
    "\u{9b}31m\u{9d}52;c;eA==\u{9c}",
    "\u{2066}x\u{2069}\u{200b}",
    "bell\u{7}back\u{8}\u{7f}\rstart",
];

fn acts(text: &str) -> Vec<String> {
    let deceptive = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.lines()
        .filter(|line| line.chars().any(|c| c.is_control() || deceptive(c)))
        .map(|line| line.escape_debug().to_string())
        .collect()
}

#[track_caller]
fn harmless(run: &Run) {
    assert_eq!(acts(&run.out), [""; 0], "on standard output");
    assert_eq!(acts(&run.err), [""; 0], "on standard error");
}

fn cmdkey() -> Vec<u8> {
    let mut list = "\r\nCurrently stored credentials:\r\n\r\n".to_owned();
    for trick in TRICKS.iter().filter(|trick| !trick.contains('\n')) {
        list.push_str(&format!(
            "    Target: LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:{trick}@contoso.example\r\n    Type: Generic \r\n    User: {trick}\r\n    Saved for this logon only\r\n\r\n"
        ));
    }
    list.into_bytes()
}

fn hostile() -> Desk {
    let desk = Desk::new();
    let mut items = vec![Item::stored("cmdkey.txt", &cmdkey())];
    for trick in TRICKS {
        // Damaged, of no use, and good: each is named in another place of the report.
        items.push(Item::stored(format!("{trick}.reg"), REG));
        items.push(Item::stored(format!("{trick}.png"), PNG));
        items.push(Item { flags: 1, ..Item::stored(format!("{trick}.evtx"), REG) });
    }
    desk.put("case.zip", &zip(&items));
    desk
}

#[test]
fn names_and_values_of_a_case_do_nothing_to_a_terminal() {
    let desk = hostile();
    for arguments in [
        &["analyze", "case.zip"][..],
        &["analyze", "case.zip", "--lang", "ja"],
        &["analyze", "case.zip", "-f", "json"],
        &["analyze", "case.zip", "-f", "jsonl"],
        &["analyze", "case.zip", "case.zip"],
        &["facts", "case.zip"],
        &["facts", "case.zip", "-f", "jsonl"],
        &["explain", "stale-stored-password-office", "case.zip"],
    ] {
        let run = desk.run(arguments);
        assert!(!run.out.is_empty(), "{run:?}");
        harmless(&run);
    }
    // What is hidden in text is still there for a program.
    let run = desk.run(&["analyze", "case.zip", "-f", "json"]);
    let report: Value = serde_json::from_str(&run.out).unwrap();
    let paths: Vec<&str> =
        report["coverage"]["artifacts"].as_array().unwrap().iter().filter_map(|one| one["path"].as_str()).collect();
    assert!(paths.iter().any(|path| path.contains("gnp\u{202e}.exe")), "{paths:?}");
}

/// What acts on a terminal, and what would act on a page, a table or a sheet that somebody makes of the report.
const INJECTIONS: [&str; 6] = [
    "\u{1b}[31mred\u{1b}[0m",
    "<img src=x onerror=alert(1)>",
    "| a | `b` | [c](javascript:d)",
    "=HYPERLINK(\"http://evil.example\")",
    "a\",\"b",
    "gnp\u{202e}.exe",
];

/// A case whose computer, profile and credential are all named so.
fn named(desk: &Desk, name: &str) {
    use forge::evtx::{Event, Options, write};
    let at = "2014-06-02T00:00:00Z".parse().unwrap();
    let event = Event::new("Outlook", 45, at).on("Application", name).text(["x"]);
    let log = write(&[event], &Options::default()).unwrap();
    let key = r"HKEY_CURRENT_USER\Software\Microsoft\Office\15.0\Outlook\Profiles";
    let profile = name.replace('\\', "");
    let reg = format!("Windows Registry Editor Version 5.00\r\n\r\n[{key}\\{profile}]\r\n\"x\"=dword:00000001\r\n");
    let list = format!(
        "\r\nCurrently stored credentials:\r\n\r\n    Target: LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:{name}\r\n    Type: Generic \r\n    User: {name}\r\n    Local machine persistence\r\n\r\n"
    );
    desk.put("case/Application.evtx", &log)
        .put("case/profile.reg", reg.as_bytes())
        .put("case/cmdkey.txt", list.as_bytes());
}

/// The formats are the terminal and JSON; in JSON a name is one string, letter for letter, whatever is made of it later.
#[test]
fn names_of_computers_profiles_and_targets_act_in_no_format() {
    for name in INJECTIONS {
        let desk = Desk::new();
        named(&desk, name);
        for arguments in [
            &["analyze", "case"][..],
            &["analyze", "case", "--lang", "ja"],
            &["analyze", "case", "-f", "json"],
            &["analyze", "case", "case", "-f", "jsonl"],
            &["facts", "case"],
            &["explain", "stale-stored-password-office", "case"],
        ] {
            let run = desk.run(arguments);
            assert!(!run.out.is_empty(), "{run:?}");
            harmless(&run);
        }
        let facts = desk.run(&["facts", "case", "-f", "jsonl"]);
        harmless(&facts);
        let texts: Vec<Value> = facts.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let is_whole =
            |text: &str| serde_json::to_string(&texts).unwrap().contains(&serde_json::to_string(text).unwrap());
        assert!(is_whole(name), "{name:?}\n{}", facts.out);
    }
}

#[test]
fn colours_that_are_wanted_are_the_only_ones() {
    let desk = hostile();
    let run = desk.run(&["analyze", "case.zip", "--color", "always"]);
    let mut text = run.out.as_str();
    let mut plain = String::new();
    // Our own: ESC [ digits and semicolons m.
    while let Some(start) = text.find("\u{1b}[") {
        plain.push_str(&text[..start]);
        let rest = &text[start + 2..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(rest.len());
        assert!(rest[end..].starts_with('m'), "no colour: {:?}", &rest[..rest.len().min(20)]);
        text = &rest[end + 1..];
    }
    plain.push_str(text);
    assert_ne!(plain, run.out);
    assert_eq!(acts(&plain), [""; 0]);
}

#[cfg(unix)]
#[test]
fn names_on_the_command_line_do_nothing_to_a_terminal() {
    let desk = Desk::new();
    for trick in TRICKS {
        // A shell puts what lies in a folder on the command line.
        for arguments in [
            vec!["analyze", trick],
            vec!["analyze", trick, "also missing"],
            vec!["analyze", trick, "also missing", "-f", "jsonl"],
            vec!["analyze", "x", "-o", trick],
            vec!["analyze", "x", "--user", trick],
            vec!["analyze", "x", "--now", trick],
            vec!["analyze", "x", "--param", trick],
            vec!["analyze", "x", "--rules", trick],
            vec!["analyze", "x", "-f", trick],
            vec!["explain", trick, "x"],
            vec!["facts", "x", "--kind", trick],
            vec!["rules", "show", trick],
            vec![trick],
        ] {
            let run = desk.run(&arguments);
            assert_eq!(run.code, Some(2), "{run:?}");
            harmless(&run);
        }
        let option = format!("--{trick}");
        harmless(&desk.run(&["analyze", &option]));
        // One sentence stays one line, so that no name can write a second.
        desk.run(&["analyze", trick]).refuses(&["no such file or folder"]);
    }
}

#[cfg(unix)]
#[test]
fn names_of_several_cases_do_nothing_to_a_terminal() {
    let desk = Desk::new();
    for trick in TRICKS {
        fs::create_dir_all(desk.at("in").join(trick)).unwrap();
        fs::write(desk.at("in").join(trick).join("a.png"), PNG).unwrap();
        fs::create_dir_all(desk.at("in").join(format!("good {trick}"))).unwrap();
        fs::write(desk.at("in").join(format!("good {trick}")).join("a.reg"), REG).unwrap();
    }
    for arguments in [&["analyze", "in"][..], &["analyze", "in", "-f", "jsonl"], &["analyze", "in", "--lang", "ja"]] {
        let run = desk.run(arguments);
        assert_eq!(run.code, Some(3), "{run:?}");
        harmless(&run);
    }
    let run = desk.run(&["analyze", "in", "-f", "jsonl"]);
    assert_eq!((run.out.lines().count(), run.err.lines().count()), (TRICKS.len(), TRICKS.len()), "{run:?}");
}

#[test]
fn rules_inside_a_bundle_are_ignored_and_noted() {
    let desk = Desk::new();
    let rule = b"id: always\nrev: 1\ntitle: {en: hacked, ja: hacked}\n";
    let pack = b"name: theirs\nrevision: \"9\"\nparams: {token-lifetime: 1s}\n";
    desk.case("plain/case.zip", "nothing-wrong").case("armed/case.zip", "nothing-wrong");
    for (name, content) in [("pack.yaml", &pack[..]), ("rules/causes/always.yaml", rule), ("rules/pack.yaml", pack)] {
        desk.put(&format!("armed/{name}"), content);
    }
    // The current folder is no source of rules either.
    desk.put("pack.yaml", pack).put("rules/causes/always.yaml", rule);
    let report =
        |path: &str| -> Value { serde_json::from_str(desk.run(&["analyze", path, "-f", "json"]).answers(0)).unwrap() };
    let (plain, armed) = (report("plain"), report("armed"));
    for part in ["findings", "plan", "headline", "tool", "not_applicable", "ruled_out"] {
        assert_eq!(plain[part], armed[part], "{part}");
    }
    let noted: Vec<&str> = armed["coverage"]["artifacts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|artifact| {
            artifact["issues"]
                .as_array()
                .is_some_and(|issues| issues.iter().any(|issue| issue["code"] == "rules-ignored"))
        })
        .filter_map(|artifact| artifact["path"].as_str())
        .collect();
    assert_eq!(noted, ["pack.yaml", "rules/causes/always.yaml", "rules/pack.yaml"]);
    let screen = desk.run(&["analyze", "armed"]);
    assert!(screen.answers(0).contains("rules/pack.yaml") && !screen.out.contains("hacked"), "{}", screen.out);
}
