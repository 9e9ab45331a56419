//! The command as a support engineer types it: exit codes, sentences, what goes to which stream, and what may never get there.

mod formats;
mod hostile;
mod output;
mod packs;
mod promises;
mod rule_tests;
mod rules_diff;
mod whole_cases;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use outlook_triage::bundle::ArtifactKind;
use serde_json::Value;
use tempfile::TempDir;

use crate::bundle::writer::{Item, zip};
use crate::cases::upload;

const REG: &[u8] = b"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\15.0\\Common\\Identity]\r\n\"EnableADAL\"=dword:00000000\r\n\r\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
/// Bytes of no known format, the same ones every time.
fn garbage() -> Vec<u8> {
    let mut state: u32 = 0x9E37_79B9;
    (0..5_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .collect()
}

/// The command, in an environment that says nothing about terminals and languages.
fn tool() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outlook-triage"));
    for name in ["LC_ALL", "LC_MESSAGES", "NO_COLOR", "CLICOLOR_FORCE", "RAYON_NUM_THREADS", "TZ"] {
        command.env_remove(name);
    }
    command.env("LANG", "C").env("COLUMNS", "120").env("TERM", "xterm");
    command
}

/// What a run came to.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the command runs");
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            err: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// Nothing on standard output, one line on standard error with all these words in it, and exit code 2.
    #[track_caller]
    fn refuses(&self, words: &[&str]) {
        assert_eq!((self.code, &*self.out), (Some(2), ""), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "one sentence: {self:?}");
        assert!(self.err.starts_with("outlook-triage: "), "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in {:?}", self.err);
        }
        for word in ["os error", "Error", "panicked", "unwrap", ".tmp"] {
            assert!(!self.err.contains(word), "{word:?} means nothing to a reader: {:?}", self.err);
        }
    }

    /// This exit code, something on standard output, nothing on standard error.
    #[track_caller]
    fn answers(&self, code: i32) -> &str {
        assert_eq!((self.code, &*self.err), (Some(code), ""), "{self:?}");
        assert!(!self.out.is_empty(), "{self:?}");
        &self.out
    }
}

/// A folder with what the customer sent.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, content: &[u8]) -> &Self {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), content).unwrap();
        self
    }

    /// A shipped case, under a name of its own.
    fn case(&self, name: &str, case: &str) -> &Self {
        self.put(name, &fs::read(upload(case)).unwrap())
    }

    fn folder(&self, name: &str) -> &Self {
        fs::create_dir_all(self.at(name)).unwrap();
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = tool();
        command.current_dir(self.0.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }
}

/// A zip of a shipped case that ends in the middle.
fn cut(case: &str) -> Vec<u8> {
    let whole = fs::read(upload(case)).unwrap();
    whole[..whole.len() / 2].to_vec()
}

fn encrypted() -> Vec<u8> {
    let item = |name: &str| Item { flags: 1, ..Item::stored(name, REG) };
    zip(&[item("a.reg"), item("b.reg")])
}

#[test]
fn every_exit_code_of_one_case() {
    let desk = Desk::new();
    desk.case("clean.zip", "nothing-wrong").case("cause.zip", "adal-off-2021").put("cut.zip", &cut("nothing-wrong"));
    desk.run(&["analyze", "clean.zip"]).answers(0);
    desk.run(&["analyze", "cause.zip"]).answers(1);
    desk.run(&["analyze", "cut.zip"]).answers(3);
    desk.put("empty/.keep", b"").run(&["analyze", "empty"]).refuses(&["empty: "]);
    for (threshold, code) in [("possible", 1), ("likely", 1), ("confirmed", 0), ("never", 0)] {
        let run = desk.run(&["analyze", "cause.zip", "--fail-on", threshold]);
        assert!(run.answers(code).contains(&format!("exit {code}")), "{threshold}: {}", run.out);
    }
    // A cause outranks that something was cut, and both are on the screen.
    let both = desk.put("both.zip", &cut("everything-wrong")).run(&["analyze", "both.zip"]);
    assert!(both.answers(1).contains("partly read"), "{}", both.out);
}

#[test]
fn every_exit_code_of_several_cases() {
    let desk = Desk::new();
    desk.case("clean.zip", "nothing-wrong").case("cause.zip", "adal-off-2021").put("cut.zip", &cut("nothing-wrong"));
    desk.put("bad.zip", &encrypted());
    for (cases, code) in [
        (vec!["clean.zip", "clean.zip"], 0),
        (vec!["clean.zip", "cause.zip"], 1),
        (vec!["clean.zip", "cause.zip", "cut.zip", "bad.zip", "missing.zip"], 1),
        (vec!["clean.zip", "cut.zip"], 3),
        (vec!["clean.zip", "bad.zip"], 3),
        (vec!["clean.zip", "missing.zip"], 3),
        (vec!["bad.zip", "missing.zip"], 2),
    ] {
        let arguments: Vec<&str> = [&["analyze"], &cases[..]].concat();
        desk.run(&arguments).answers(code);
    }
}

#[test]
fn the_customer_sent_something_else() {
    let desk = Desk::new();
    desk.folder("empty").folder("hollow/a/b");
    desk.put("shots/a.png", PNG).put("shots/b.png", PNG).put("shots/c.gif", b"GIF89a\0\0\0\0").put("shots/d.png", PNG);
    desk.put("Security.evtx", b"").put("System.evtx", &garbage()).put("user.reg", &garbage());
    desk.put("cmdkey.txt", &garbage()).put("letter.txt", b"Dear support,\r\nOutlook asks for a password.\r\n");
    desk.put("magic.evtx", &[b"ElfFile\0", &garbage()[..]].concat());
    desk.put("locked.zip", &encrypted()).put("none.zip", &zip(&[])).put("stub.zip", b"PK\x03\x04\x14\0\0\0\x08\0");
    desk.put("shots.zip", &zip(&[Item::stored("a.png", PNG)])).put("not.zip", &garbage());
    let expected = ["Expected are event logs (.evtx)", "cmdkey", "--help"];
    let check = |path: &str, words: &[&str]| {
        let run = desk.run(&["analyze", path]);
        run.refuses(words);
        assert!(run.err.starts_with(&format!("outlook-triage: {path}: ")), "{path}: {}", run.err);
    };
    let with = |words: &[&'static str]| [words, &expected[..]].concat();
    check("missing.zip", &["no such file or folder", "spelling"]);
    check("letter.txt/below", &["no such file or folder"]);
    check("empty", &["it is empty", "give the folder or the .zip"]);
    check("hollow", &["it is empty"]);
    check("shots", &with(&["none of its 4 files", "a.png (picture)", "c.gif (picture) and 1 more"]));
    check("shots/a.png", &with(&["it cannot be read (picture)"]));
    check("shots.zip", &with(&["its only file", "a.png (picture)"]));
    check("Security.evtx", &["zero bytes", "Ask for it again"]);
    check("System.evtx", &with(&["binary data of no known format", "not what the name .evtx promises"]));
    check("user.reg", &with(&["binary data of no known format", "not what the name .reg promises"]));
    check("cmdkey.txt", &with(&["binary data of no known format"]));
    check("letter.txt", &with(&["text of no known format"]));
    check("not.zip", &with(&["not what the name .zip promises"]));
    check("magic.evtx", &["damaged", "Ask for it again"]);
    check("locked.zip", &["none of its 2 files", "protected by a password", "Ask for it without a password"]);
    check("none.zip", &["Nothing that the tool reads was inside", "Expected are event logs"]);
    check("stub.zip", &["cut off before its first file", "ask for it again"]);
}

#[test]
fn what_was_typed_wrong() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong").put("user.reg", REG);
    let check = |arguments: &[&str], words: &[&str]| desk.run(arguments).refuses(words);
    check(&["case.zip"], &["is not a command", "outlook-triage analyze case.zip"]);
    check(&["./missing/"], &["is not a command", "outlook-triage analyze"]);
    check(
        &["explain", "case.zip", "modern-auth-disabled-on-client"],
        &["explain modern-auth-disabled-on-client case.zip"],
    );
    check(
        &["explain", "modern-auth-disabeld-on-client", "case.zip"],
        &["did you mean modern-auth-disabled-on-client?"],
    );
    check(
        &["explain", "zzz", "case.zip"],
        &["there is no rule or step \"zzz\"", "rules list` names the rules", "the steps are ", "wait-logon-cache"],
    );
    check(&["explain", "adfs-logs", "case.zip"], &["adfs-logs is a need", "`outlook-triage rules show adfs-logs`"]);
    check(
        &["explain", "password-changed", "case.zip"],
        &["password-changed is a name of anchors.yaml", "`outlook-triage rules show anchors`"],
    );
    check(&["rules", "coverage", "zzz"], &["there is no rule \"zzz\"", "`outlook-triage rules list` names the rules"]);
    check(&["rules", "show", "wait-logon-cahce"], &["did you mean wait-logon-cache?"]);
    check(&["rules", "show", "zzz"], &["no rule, step or need", "rules list"]);
    check(&["facts", "case.zip", "--kind", "evnt"], &["--kind", "event", "registry"]);
    check(&["facts", "case.zip", "user.reg"], &["one case", "these are 2", "--join"]);
    check(&["explain", "account-locked-ad", "case.zip", "missing"], &["missing: no such file or folder"]);
    check(&["analyze", "case.zip", "user.reg", "-f", "json"], &["one case", "these are 2", "jsonl", "--join"]);
    check(&["analyze", "case.zip", "user.reg", "-f", "html"], &["one case", "these are 2", "once a case", "--join"]);
    check(&["analyze", "case.zip", "missing", "-f", "json"], &["missing: no such file or folder"]);
    check(&["analyze", "case.zip", "missing", "--join"], &["missing: no such file or folder"]);
    check(&["analyze", "-", "case.zip"], &["standard input", "alone"]);
    for time in ["yesterday", "2014-06-12T05:00:00", "12.06.2014", ""] {
        check(&["analyze", "case.zip", "--now", time], &["--now", "with its zone", "2014-06-02T05:30:00Z"]);
        check(&["analyze", "case.zip", "--failed-at", time], &["--failed-at", "with its zone"]);
    }
    check(&["analyze", "case.zip", "--failed-at", "2014-06-12T05:00Z.."], &["2014-06-12T05:00Z..", "both times"]);
    check(&["analyze", "case.zip", "--failed-at", "2014-06-12..2014-06-11"], &["the first time must be before"]);
    for offset in ["9", "+9", "JST", "+15:00", "-3", "+0900"] {
        check(&["analyze", "case.zip", "--utc-offset", offset], &["--utc-offset", "+09:00", "14 hours"]);
    }
    for param in ["token-lifetime", "token-lifetime=", "token-lifetime=soon", "=1h"] {
        check(&["analyze", "case.zip", "--param", param], &["--param", "token-lifetime"]);
    }
    check(&["analyze", "case.zip", "--param", "token-lifetiem=1h"], &["did you mean token-lifetime?"]);
    check(&["analyze", "case.zip", "--param", "zzz=1h"], &["no rule has a parameter", "token-lifetime"]);
    check(&["analyze", "case.zip", "--user", " "], &["--user is empty", "DOMAIN\\name"]);
    check(&["analyze", "case.zip", "--rules", "missing"], &["missing: no such file or folder"]);
    check(&["analyze", "case.zip", "--rules", "user.reg"], &["user.reg", "is a file", "folder"]);
}

#[test]
fn what_the_parser_of_options_refuses_goes_to_standard_error() {
    let desk = Desk::new();
    for (arguments, words) in [
        (&[][..], "Usage: outlook-triage"),
        (&["analyse", "x"], "'analyze'"),
        (&["analyze"], "<BUNDLE>"),
        (&["analyze", "x", "--formt", "json"], "'--format'"),
        (&["analyze", "x", "-f", "jsom"], "'json'"),
        (&["analyze", "x", "--lang", "de"], "en, ja, auto"),
        (&["rules", "lst"], "'list'"),
    ] {
        let run = desk.run(arguments);
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{run:?}");
        assert!(run.err.contains(words), "no {words:?} in {}", run.err);
    }
}

#[test]
fn good_values_are_taken_and_a_user_who_is_nowhere_is_noted() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong");
    for options in [
        &["--now", "2024-05-20"][..],
        &["--failed-at", "2024-05-20T01:00Z..2024-05-20T02:00Z"],
        &["--failed-at", "2024-05-20T10:00:00+09:00"],
        &["--utc-offset", "-05:30"],
        &["--param", "token-lifetime=90m"],
        &["--user", "CONTOSO\\b.sato"],
        &["--user", "b.sato"],
    ] {
        desk.run(&[&["analyze", "case.zip"], options].concat()).answers(0);
    }
    let run = desk.run(&["analyze", "case.zip", "--user", "nobody@nowhere.example"]);
    assert!(run.err.contains("nobody@nowhere.example") && run.err.contains("appears nowhere"), "{run:?}");
    assert!(run.out.contains("nobody@nowhere.example"), "the case is analysed all the same: {run:?}");
}

#[test]
fn help_shows_examples_first_and_every_exit_code() {
    let desk = Desk::new();
    let (short, long) = (desk.run(&["-h"]), desk.run(&["--help"]));
    let (short, long) = (short.answers(0), long.answers(0));
    assert!(short.lines().count() <= 32, "one screen");
    for help in [short, long] {
        assert!(help.find("outlook-triage analyze case.zip") < help.find("Commands:"), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    for code in ["  0  analysed", "  1  analysed", "  2  usage", "  3  analysed", "cmdkey /list", ".evtx", "one case"] {
        assert!(long.contains(code), "{code}");
    }
    // Every program whose output has a parser of its own.
    let table = long.split("What is read").nth(1).unwrap().split("Other files are listed").next().unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    for program in ArtifactKind::ALL.map(ArtifactKind::id) {
        if [
            "dsregcmd", "ipconfig", "netsh", "sslcert", "nslookup", "nltest", "setspn", "klist", "w32tm", "hosts",
            "gpresult", "evtx", "prf",
        ]
        .contains(&program)
        {
            assert!(table.contains(program), "{program}");
        }
    }
    assert!(desk.run(&["--version"]).answers(0).starts_with("outlook-triage "));
    let page = desk.run(&["man"]);
    assert!(page.answers(0).contains("Exit codes") && page.out.contains("analyze case.zip"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(desk.run(&["completions", shell]).answers(0).contains("explain"));
    }
    let schema = desk.run(&["schema"]);
    assert!(serde_json::from_str::<Value>(schema.answers(0)).is_ok());
}

#[test]
fn the_same_case_in_any_wrapping() {
    let desk = Desk::new();
    let inner = fs::read(upload("adal-off-2021")).unwrap();
    desk.put("case.zip", &inner).put("folder/upload/case.zip", &inner);
    desk.put("nested.zip", &zip(&[Item::stored("from customer/case.zip", &inner)]));
    let plan = |path: &str| -> Value {
        let run = desk.run(&["analyze", path, "-f", "json"]);
        let report: Value = serde_json::from_str(run.answers(1)).unwrap();
        report["plan"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| [&step["step"], &step["label"]].map(Clone::clone))
            .collect()
    };
    let plain = plan("case.zip");
    assert_eq!(plan("folder"), plain);
    assert_eq!(plan("nested.zip"), plain);
    let piped =
        Run::of(desk.command(&["analyze", "-", "-f", "json"]).stdin(fs::File::open(desk.at("case.zip")).unwrap()));
    assert_eq!(serde_json::from_str::<Value>(piped.answers(1)).unwrap()["case"]["source"], "-");
    let nothing = Run::of(desk.command(&["analyze", "-"]).stdin(std::process::Stdio::null()));
    nothing.refuses(&["standard input: it cannot be read", "zero bytes"]);
}

#[test]
fn several_cases_keep_their_order_and_a_bad_one_its_reason() {
    let desk = Desk::new();
    desk.case("in/1-clean.zip", "nothing-wrong").put("in/2-locked.zip", &encrypted()).put("in/3-shots/a.png", PNG);
    desk.case("in/4-cause.zip", "adal-off-2021").folder("in/5-empty").put("in/6-cut.zip", &cut("nothing-wrong"));
    let table = desk.run(&["analyze", "in"]);
    let order: Vec<usize> = ["1-clean", "2-locked", "3-shots", "4-cause", "5-empty", "6-cut"]
        .map(|name| table.out.find(name).unwrap())
        .into();
    assert!(order.is_sorted(), "{}", table.answers(1));
    let text = table.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("cases: 6, of which could not be analysed: 3"), "{text}");
    // The row names the case; the reason does not name it again.
    assert_eq!(table.out.matches("2-locked").count(), 1, "{}", table.out);
    for reason in ["password", "picture", "empty"] {
        assert!(text.contains(reason), "{reason}: {text}");
    }
    let japanese = desk.run(&["analyze", "in", "--lang", "ja"]);
    for reason in ["パスワード", "読み取れ", "空です"] {
        let text: String = japanese.answers(1).split_whitespace().collect();
        assert!(text.contains(reason), "{reason}: {text}");
    }

    let lines = desk.run(&["analyze", "in", "-f", "jsonl"]);
    assert_eq!(lines.code, Some(1), "{lines:?}");
    let sources: Vec<String> = lines
        .out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["case"]["source"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(sources, ["in/1-clean.zip", "in/4-cause.zip", "in/6-cut.zip"]);
    let complaints: Vec<&str> = lines.err.lines().collect();
    assert_eq!(complaints.len(), 3, "{}", lines.err);
    for (line, (name, word)) in
        complaints.iter().zip([("2-locked", "password"), ("3-shots", "picture"), ("5-empty", "empty")])
    {
        assert!(line.starts_with(&format!("outlook-triage: in/{name}")) && line.contains(word), "{line}");
    }
}

#[test]
fn more_cases_than_are_in_memory_at_once() {
    let desk = Desk::new();
    for number in 0..35 {
        desk.put(&format!("in/{number:02}/a.reg"), REG);
    }
    desk.put("in/17/a.reg", &garbage());
    let run = desk.run(&["analyze", "in", "-f", "jsonl"]);
    assert_eq!((run.code, run.err.lines().count()), (Some(3), 1), "{}", run.err);
    let sources: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["case"]["source"].clone()).collect();
    let expected: Vec<String> =
        (0..35).filter(|number| *number != 17).map(|number| format!("in/{number:02}")).collect();
    assert_eq!(sources, expected);
}

#[test]
fn a_pack_with_mistakes_names_each_file_and_line() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong").folder("hollow");
    desk.put("pack/pack.yaml", b"name: mine\nrevision: \"1\"\n")
        .put("pack/causes/a.yaml", b"id: a\nrev: 1\nunknown-key: 2\n");
    desk.put("bare/causes/b.yaml", b"id: [\n");
    for arguments in [&["analyze", "case.zip"][..], &["rules", "list"], &["rules", "test"]] {
        let run = desk.run(&[arguments, &["--rules", "pack"]].concat());
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{run:?}");
        assert!(
            run.err.lines().any(|line| line.starts_with("pack/causes/a.yaml:3:") && line.contains("unknown-key")),
            "{run:?}"
        );
    }
    // What `rules lint` finds is its answer, so it goes to standard output.
    let run = desk.run(&["rules", "lint", "--rules", "pack"]);
    assert!(run.code == Some(2) && run.out.contains("--> pack/causes/a.yaml:3:"), "{run:?}");
    assert!(run.out.contains("unknown-key") && run.err.lines().count() == 1, "{run:?}");
    let run = desk.run(&["rules", "lint", "--rules", "bare"]);
    assert!(run.code == Some(2) && run.out.contains("--> bare/causes/b.yaml:1:"), "{run:?}");
    assert!(run.out.contains("--> bare/pack.yaml\n") && !run.out.contains(":0:0"), "{run:?}");
    let run = desk.run(&["rules", "list", "--rules", "bare"]);
    assert!(run.err.contains("bare/pack.yaml: ") && run.err.contains("bare/causes/b.yaml:1:"), "{run:?}");
    assert!(!run.err.contains(":0:0"), "{run:?}");
    let run = desk.run(&["rules", "lint", "--rules", "hollow"]);
    assert!(run.code == Some(2) && run.err.contains("hollow: no .yaml file"), "{run:?}");
}

#[test]
fn what_the_tool_knows_can_be_read() {
    let desk = Desk::new();
    desk.case("case.zip", "adal-off-2021");
    assert!(desk.run(&["rules", "list"]).answers(0).contains("modern-auth-disabled-on-client"));
    assert!(
        desk.run(&["rules", "show", "modern-auth-disabled-on-client"])
            .answers(0)
            .contains("id: modern-auth-disabled-on-client")
    );
    assert!(desk.run(&["rules", "lint"]).answers(0).contains("no problems"));
    assert!(desk.run(&["rules", "test"]).answers(0).contains(" 0 failed"));
    let tree = desk.run(&["explain", "modern-auth-disabled-on-client", "case.zip"]);
    for word in ["true", "EnableADAL", "Software_Microsoft_Office.reg:", "source: https://"] {
        assert!(tree.answers(0).contains(word), "{word}: {}", tree.out);
    }
    let facts = desk.run(&["facts", "case.zip", "-f", "jsonl", "--kind", "registry"]);
    for line in facts.answers(0).lines() {
        let fact: Value = serde_json::from_str(line).expect("JSON");
        assert!(fact["fact"] == "registry" && fact["source"].is_string(), "{line}");
    }
    assert!(desk.run(&["facts", "case.zip"]).answers(0).contains("EnableADAL"));
}

#[test]
fn the_language_follows_the_environment() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong");
    let said = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = desk.command(&[&["analyze", "case.zip"], arguments].concat());
        Run::of(command.envs(variables.iter().copied())).answers(0).to_owned()
    };
    let (en, ja) = (said(&[], &["--lang", "en"]), said(&[], &["--lang", "ja"]));
    assert_ne!(en, ja);
    assert_eq!(said(&[], &[]), en);
    assert_eq!(said(&[("LANG", "ja_JP.UTF-8")], &[]), ja);
    assert_eq!(said(&[("LC_ALL", ""), ("LC_MESSAGES", "ja_JP.UTF-8")], &[]), ja);
    assert_eq!(said(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "en_US.UTF-8")], &[]), en);
    assert_eq!(said(&[("LANG", "ja_JP.UTF-8")], &["--lang", "en"]), en);
    let narrow = said(&[("LANG", "ja_JP.UTF-8"), ("COLUMNS", "80")], &[]);
    // Commands are never broken; everything else fits, full-width characters counted as two columns.
    let wide: Vec<&str> = narrow
        .lines()
        .filter(|line| unicode_width::UnicodeWidthStr::width(*line) > 80 && !line.contains("wevtutil"))
        .collect();
    assert!(wide.iter().all(|line| line.is_ascii()), "{wide:?}");
}
