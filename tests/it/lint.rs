//! `rules lint`: one small bad pack for every error, with its place and its advice; hostile YAML; circles.

use std::collections::BTreeMap;

use outlook_triage::authoring::lint::{Remark, lint, revisions};
use outlook_triage::limits::Limits;
use outlook_triage::rule::node::{parse, with_room};
use outlook_triage::rule::pack::Pack;

pub(crate) const RULE: &str = "causes/profile/a-rule.yaml";
const STEP: &str = "steps/x-step.yaml";
const NEED: &str = "needs/x-need.yaml";

/// A pack without any fault.
pub(crate) fn base() -> Pack {
    let rule = r#"id: a-rule
rev: 1
title: {en: "T", ja: "題"}
cause: {band: 350, severity: low, steps: [x-step]}
applies: {product: {name: outlook, major: 15}}
let:
  rows: {credential: {class: service-host}}
  seen: {event: {provider: P, id: 7}}
evidence:
  - name: wrong-value
    class: strong
    when: {profile: {property: auth-package, in: [ntlm, negotiate]}}
    say: {en: "It is {profile.auth-package}.", ja: "{profile.auth-package} です。"}
  - name: seen-twice
    class: weak
    when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}
refutes:
  - name: right-value
    class: conclusive
    when: {profile: {property: auth-package, every: true, in: [anonymous]}}
say: {en: "{seen.count} found.", ja: "{seen.count} 件あります。"}
plain: {en: "something is there", ja: "ものがある"}
notes: [{when: {all: [{use: rows}, {use: seen}]}, say: {en: "Noted.", ja: "注記です。"}}]
links: ["https://example.com"]
tests:
  - name: yes it is
    given: {product: [{name: outlook, major: 15}]}
    expect: {status: likely, evidence: [wrong-value], plan: {x-step: DO}}
  - name: is not
    given: {product: [{name: outlook, major: 15}]}
    expect: {status: ruled-out}
  - name: nothing
    given: {}
    expect: {status: unknown, need: [x-need]}
  - name: another product
    given: {product: [{name: outlook, major: 16}]}
    expect: {status: not-applicable}
"#;
    let step = r#"id: x-step
rev: 1
title: {en: "S", ja: "手順"}
plain: {title: {en: "Close", ja: "終了"}}
who: user
cost: {minutes: 5, closes-outlook: true}
open-gate: waits
waits-for: []
done-when: none
do:
  - audience: user
    ui: {en: ["Close Outlook."], ja: ["Outlook を終了します。"]}
rollback: none-possible
verify: {need: x-need, say: {en: "It works.", ja: "接続できます。"}}
stop: {en: "Solved?", ja: "解決しましたか。"}
"#;
    let need = r#"id: x-need
rev: 1
title: {en: "N", ja: "情報"}
who: user
minutes: 2
settles: {profiles: true}
instructions: {en: ["Run the command."], ja: ["コマンドを実行します。"]}
"#;
    let playbook = "id: p\nrev: 1\ntitle: {en: P, ja: 計画}\nstop-rule: {en: Stop., ja: 終了}\norder:\n  - {number: \"1\", steps: [x-step]}\n";
    let fields = "- {provider: P, id: 7, types: {size: int}}\n";
    let files = [
        ("pack.yaml", "name: test\nrevision: \"1\"\nlanguages: [en, ja]\n"),
        ("playbook.yaml", playbook),
        (
            "era.yaml",
            "id: era\nrev: 1\nrows: []\notherwise: {era: unknown, need: [x-need], say: {en: \"?\", ja: \"？\"}}\n",
        ),
        ("anchors.yaml", "rejected: {event: {provider: P, id: 8}}\n"),
        ("tables/event-fields.yaml", fields),
        (RULE, rule),
        (STEP, step),
        (NEED, need),
    ];
    Pack {
        files: files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
        ..Pack::default()
    }
}

/// The base with one part of one file replaced.
pub(crate) fn edited(file: &str, from: &str, to: &str) -> Pack {
    let mut pack = base();
    let text = pack.files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    *text = text.replacen(from, to, 1);
    pack
}

pub(crate) fn remarks(packs: &[Pack]) -> Vec<Remark> {
    lint(packs, &Limits::default()).remarks
}

pub(crate) fn show(remarks: &[Remark]) -> String {
    remarks.iter().map(|remark| format!("{} [{}] ▸ {}\n", remark.problem, remark.lint, remark.advice)).collect()
}

/// The line of the first mention of `at` in the file, and the column of it.
fn place(pack: &Pack, file: &str, at: &str) -> (u64, u64) {
    let text = &pack.files[file];
    let (index, line) = text.lines().enumerate().find(|(_, line)| line.contains(at)).unwrap_or_else(|| panic!("{at}"));
    let before = line.split(at).next().unwrap().chars().count();
    (index as u64 + 1, before as u64 + 1)
}

/// One remark and no other: its name, its place and a part of what it says.
pub(crate) fn check(pack: &Pack, lint: &str, file: &str, at: &str, says: &str) {
    let found = remarks(std::slice::from_ref(pack));
    let [remark] = found.as_slice() else { panic!("{lint}: expected one remark, got\n{}", show(&found)) };
    assert_eq!(remark.lint, lint, "{}", show(&found));
    assert_eq!(remark.problem.file, file, "{}", show(&found));
    let span = remark.problem.span;
    assert_eq!((span.line, span.column), place(pack, file, at), "{}", show(&found));
    let all = format!("{} ▸ {}", remark.problem.message, remark.advice);
    assert!(all.contains(says), "{all:?} does not say {says:?}");
}

#[test]
fn a_good_pack_has_no_remark() {
    let found = remarks(&[base()]);
    assert!(found.is_empty(), "{}", show(&found));
}

#[test]
fn the_builtin_pack_has_no_remark() {
    let found = remarks(&[Pack::builtin()]);
    assert!(found.is_empty(), "{}", show(&found));
}

/// (name, what is replaced in the rule, by what, where the remark stands, what it says)
const OF_RULE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "missing-case",
        "status: likely, evidence: [wrong-value], plan: {x-step: DO}",
        "status: unknown",
        "tests:",
        "no positive case ▸ add a case",
    ),
    ("missing-case", "status: ruled-out", "status: likely", "tests:", "{status: ruled-out}"),
    ("missing-case", "status: unknown, need: [x-need]", "status: ruled-out", "tests:", "nothing was collected"),
    ("missing-case", "status: not-applicable", "status: unknown", "tests:", "outside `applies`"),
    ("placeholder-differs", "{seen.count} 件", "件", "\"件", "same placeholders"),
    (
        "placeholder-differs",
        "It is {profile.auth-package}.",
        "It is {profile.auth-package}, {computer}.",
        "\"{profile.auth-package} です",
        "Japanese text does not have the placeholder {computer}",
    ),
    ("no-step", "steps: [x-step]}", "steps: []}", "cause:", "name the step that removes the cause"),
    ("no-step", "band: 350", "band: 950", "cause:", "steps: []"),
    (
        "no-plain",
        "plain: {en: \"something is there\", ja: \"ものがある\"}\n",
        "",
        "id: a-rule",
        "write `plain: {en: …, ja: …}",
    ),
    (
        "refuter-without-every",
        "every: true, in: [anonymous]",
        "in: [anonymous]",
        "profile: {property: auth-package, in: [anonymous]",
        "add `every: true`",
    ),
    (
        "never-true",
        "in: [ntlm, negotiate]",
        "between: [5, 3]",
        "profile: {property: auth-package, between",
        "no value lies above 5 and below 3",
    ),
    ("never-true", "count: {ge: 2}", "count: {lt: 0}", "event: {provider: P, id: 7, count", "never be true"),
    (
        "never-true",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {all: [{registry: {key: K, value: V, in: [a]}}, {registry: {key: k, value: V, in: [b, c]}}]}",
        "registry: {key: k, value",
        "none of a passes",
    ),
    (
        "never-true",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {product: {name: outlook, major: 16}}",
        "product: {name: outlook, major: 16}}",
        "none of 15 passes",
    ),
    (
        "never-true",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {all: [{registry: {key: K, value: V, absent: true}}, {registry: {key: K, value: V, is: b}}]}",
        "registry: {key: K, value: V, is: b",
        "absent and pass",
    ),
    (
        "never-true",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {sequence: [{of: seen}, {of: seen, after: 2h, within: 60m}]}",
        "sequence:",
        "window has ended",
    ),
    (
        "never-true",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {all: [{era: legacy}, {era: [modern, retired]}]}",
        "era: [modern",
        "exclude each other",
    ),
    ("yaml-boolean", "name: is not", "name: no", "no\n", "write \"no\" in quotes"),
    ("id-case", "name: seen-twice", "name: seenTwice", "seenTwice", "write seen-twice"),
    ("dangling-name", "need: [x-need]", "need: [x-ned]", "x-ned", "did you mean \"x-need\"?"),
    (
        "dangling-name",
        "evidence: [wrong-value], plan",
        "evidence: [wrong-valu], plan",
        "wrong-valu]",
        "did you mean \"wrong-value\"?",
    ),
    ("dangling-name", "plan: {x-step: DO}", "plan: {x-stepp: DO}", "x-stepp", "did you mean \"x-step\"?"),
    // What the loader refuses.
    ("load", "rev: 1", "rev: 1\npriority: 3", "priority", "no key \"priority\""),
    (
        "load",
        "profile: {property: auth-package, in: [ntlm",
        "profle: {property: auth-package, in: [ntlm",
        "profle",
        "did you mean \"profile\"?",
    ),
    ("load", "band: 350", "band: \"350\"", "\"350\"", "a whole number, unquoted"),
    ("load", "band: 350, ", "", "{severity", "lacks the key \"band\""),
    ("load", "title: {en: \"T\", ja: \"題\"}", "title: {en: \"T\"}", "{en: \"T\"", "lacks the key \"ja\""),
    ("load", "{event: {provider: P, id: 7}}", "{event: {id: 7}}", "{id: 7}", "name the `provider`"),
    ("load", "within: 10m", "within: 10", "10}", "5s, 60m, 24h or 30d"),
    (
        "load",
        "id: 7, count: {ge: 2}, within: 10m",
        "id: 7, where: {text: {ge: 2}}",
        "event: {provider: P, id: 7, where",
        "no type in tables/event-fields.yaml",
    ),
    ("load", "class: strong", "class: conclusive\n    unverified: true", "name: wrong-value", "cannot be conclusive"),
    ("load", "in: [ntlm, negotiate]", "matches: '(a{1,1000}){1,1000}'", "'(a{1,1000}){1,1000}'", "cannot be used"),
    ("load", "in: [ntlm, negotiate]", "matches: 'a*'", "'a*'", "matches the empty text"),
    ("load", "steps: [x-step]}", "steps: [x-stop]}", "x-stop", "has no file"),
    ("load", "links:", "supersedes: [b-rule]\nlinks:", "b-rule", "which is no rule"),
    (
        "load",
        "when: {event: {provider: P, id: 7, count: {ge: 2}, within: 10m}}",
        "when: {sequence: [{of: seen}, {of: seen, during: {last: 7d}}]}",
        "{of: seen, during",
        "only the first item of a sequence has `during`",
    ),
    ("load", "{credential: {class: service-host}}", "{use: rows}", "use: rows", "names turn in a circle: rows → rows"),
    (
        "load",
        "{credential: {class: service-host}}",
        "{finding: {id: a-rule, status: likely}}",
        "finding",
        "turn in a circle: a-rule → a-rule",
    ),
    (
        "load",
        "in: [ntlm, negotiate]",
        "is: {table: outlook-builds, row: kb1}",
        "profile: {property: auth-package, is",
        "no row \"kb1\"",
    ),
    (
        "load",
        "{credential: {class: service-host}}",
        "{collected: [x-need]}\n  other: {need: no-need, use: rows}",
        "use: rows",
        "is no need",
    ),
    ("load", "id: a-rule", "id: b-rule", "b-rule", "must be the name of its file"),
    ("load", "{use: rows}", "{use: row}", "use: row}", "correct it"),
    (
        "load",
        "class: conclusive\n    when: {profile: {property: auth-package, every",
        "class: weak\n    when: {profile: {property: auth-package, every",
        "name: right-value",
        "conclusive or strong",
    ),
    ("load", "evidence:", "supersedes: [a-rule]\nevidence:", "id: a-rule", "the rule itself"),
    (
        "load",
        "{product: {name: outlook, major: 15}}",
        "{date: {after: \"2020-10-15\"}}",
        "{after",
        "write lt, le, gt, ge or between",
    ),
    (
        "load",
        "{event: {provider: P, id: 7}}",
        "{event: {provider: P, id: 7, during: {after: nothing}}}",
        "event: {provider: P, id: 7, during",
        "correct it",
    ),
    ("load", "in: [ntlm, negotiate]", "bits-set: \"8\"", "\"8\"", "a number above 0"),
    ("unused-name", "  seen: {event", "  sent: {event: {provider: P, id: 9}}\n  seen: {event", "sent", "take it out"),
    (
        "load",
        "{credential: {class: service-host}}",
        "{compare: {left: seen, is: seen}}",
        "compare",
        "name the setting itself under `let`",
    ),
    (
        "load",
        "{credential: {class: service-host}}",
        "{compare: {left: seen, is: seen, lt: seen}}",
        "{left: seen",
        "one of is, is-not, lt, le, gt and ge",
    ),
];

#[test]
fn every_error_of_a_rule_has_its_place_and_its_advice() {
    for (lint, from, to, at, says) in OF_RULE {
        let pack = edited(RULE, from, to);
        let at = at.trim_end();
        // The mark must be looked for where the edit is, not at an equal word before it.
        if *lint == "yaml-boolean" {
            let found = remarks(&[pack]);
            assert_eq!(found.len(), 1, "{}", show(&found));
            assert_eq!((found[0].problem.span.line, found[0].problem.span.column), (29, 11));
            assert!(found[0].advice.contains(says));
            continue;
        }
        check(&pack, lint, RULE, at, says);
    }
}

#[test]
fn a_rule_without_cases_and_a_case_that_cannot_be_read_are_refused() {
    let mut pack = base();
    let text = pack.files.get_mut(RULE).unwrap();
    *text = format!("{}tests: []\n", text.split("tests:").next().unwrap());
    check(&pack, "load", RULE, "id: a-rule", "a positive, a negative and an unknown case");
    check(&edited(RULE, "given: {}", "given: {regisry: {}}"), "load", RULE, "regisry", "did you mean \"registry\"?");
    let coverage = |log: &str| edited(RULE, "given: {}", &format!("given: {{coverage: {{Security: {log}}}}}"));
    check(&coverage("{role: domain-controller}"), "load", RULE, "domain-controller", "dc");
    check(&coverage("{role: dc, records: [x]}"), "load", RULE, "[x]", "no group of tables/audit-groups.yaml");
    let mut renamed = base();
    let text = renamed.files.get_mut(RULE).unwrap();
    *text = text.replace("  rows:", "  my_rows:").replace("use: rows", "use: my_rows");
    check(&renamed, "id-case", RULE, "my_rows", "write my-rows");
    check(&edited(RULE, "name: is not", "name: True"), "load", RULE, "True", "put true into quotes");
}

#[test]
fn every_error_of_another_file_has_its_place_and_its_advice() {
    for (lint, file, from, to, at, says) in [
        ("link-only", STEP, "[\"Close Outlook.\"]", "[\"See https://example.com\"]", "[\"See", "write what to do"),
        ("link-only", NEED, "[\"Run the command.\"]", "[\"https://example.com\"]", "[\"https", "write what to do"),
        ("load", STEP, "rollback: none-possible\n", "", "id: x-step", "lacks the key \"rollback\""),
        (
            "load",
            STEP,
            "verify: {need: x-need, say: {en: \"It works.\", ja: \"接続できます。\"}}\n",
            "",
            "id: x-step",
            "lacks the key \"verify\"",
        ),
        ("load", STEP, "need: x-need", "need: x-nee", "x-nee,", "which is no need"),
        (
            "load",
            STEP,
            "  - audience: user",
            "  - for: {outlook: [2016]}\n    audience: user",
            "2016",
            "16 (2016 and later)",
        ),
        (
            "load",
            STEP,
            "rollback: none-possible",
            "backup: [{program: reg, verb: add, key: 'HKCU\\Software\\X', value: Flag, type: dword, data: \"1\"}]\nrollback: none-possible",
            "dword",
            "REG_DWORD",
        ),
        ("load", STEP, "waits-for: []", "waits-for: [x-later]", "x-later", "no earlier step"),
        ("load", STEP, "waits-for: []", "waits-for: [x-step]", "x-step", "no earlier step"),
        ("load", "playbook.yaml", "[x-step]", "[x-step, x-two]", "{number", "no file steps/x-two.yaml"),
        ("dangling-name", "era.yaml", "[x-need]", "[x-other]", "x-other", "known are x-need"),
        ("id-case", "anchors.yaml", "rejected:", "Rejected:", "Rejected", "write rejected"),
        ("yaml-boolean", "anchors.yaml", "rejected:", "on:", "on:", "write \"on\" in quotes"),
    ] {
        check(&edited(file, from, to), lint, file, at, says);
    }
    let long = format!("{}{}", base().files[RULE], "# more\n".repeat(200));
    let mut pack = base();
    pack.files.insert(RULE.to_owned(), long);
    let found = remarks(&[pack]);
    assert_eq!(found.len(), 1, "{}", show(&found));
    assert_eq!((found[0].lint, found[0].problem.span.line), ("file-length", 201));
}

#[test]
fn placeholders_must_name_something() {
    for (name, says) in [
        ("seeen.count", "add it under `let`"),
        ("rows.time", "{rows.count} or {name.targets}"),
        ("registry.Nothing", "a value that is tested"),
        ("profile.auth-pakage", "such as {profile.auth-package}"),
        ("property.dsregcmd.X", "one that is tested"),
        ("product.outlook.build", "{product.outlook.version}"),
        ("table.outlook-builds.kb1", "no such row"),
        ("whatever", "rules/README.md"),
    ] {
        let mut pack = base();
        let text = pack.files.get_mut(RULE).unwrap();
        *text = text.replace("{seen.count}", &format!("{{{name}}}"));
        let found = remarks(std::slice::from_ref(&pack));
        assert_eq!(found.len(), 2, "{name}: one for each language\n{}", show(&found));
        for (remark, text) in found.iter().zip(["\"{", "\"{"]) {
            assert_eq!((remark.lint, remark.problem.span.line), ("placeholder-unknown", 21), "{}", show(&found));
            let line: Vec<char> = pack.files[RULE]
                .lines()
                .nth(20)
                .unwrap()
                .chars()
                .skip(usize::try_from(remark.problem.span.column).unwrap() - 1)
                .collect();
            assert!(line.iter().collect::<String>().starts_with(text), "{}", show(&found));
            let all = format!("{} {}", remark.problem.message, remark.advice);
            let says = says.replace("{rows.count}", "{name.count}");
            assert!(all.contains(&says), "{all} / {says}");
        }
    }
    let pack = edited(STEP, "en: \"Solved?\", ja: \"解決", "en: \"{date}?\", ja: \"{date} 解決");
    let found = remarks(&[pack]);
    assert!(found.iter().all(|remark| remark.problem.message.contains("printed as it stands")), "{}", show(&found));
    assert_eq!(found.len(), 2);
}

#[test]
fn a_sentence_prints_the_value_that_was_tested() {
    let mut pack = base();
    let text = pack.files.get_mut(RULE).unwrap();
    *text =
        text.replace("It is {profile.auth-package}.", "It is wrong.").replace("{profile.auth-package} です", "誤り");
    check(&pack, "value-not-shown", RULE, "{en: \"It is wrong", "put {profile.auth-package} into the sentence");
    let text = pack.files.get_mut(RULE).unwrap();
    *text = text.replace("{seen.count} found.", "Found.").replace("{seen.count} 件", "件");
    let found = remarks(&[pack]);
    assert_eq!(found.iter().filter(|remark| remark.lint == "value-not-shown").count(), 2, "{}", show(&found));
}

#[test]
fn a_pack_of_ones_own_prefixes_new_steps_and_needs() {
    let text = base().files[NEED].replace("id: x-need", "id: my-need");
    let own = Pack {
        files: BTreeMap::from([
            ("pack.yaml".to_owned(), base().files["pack.yaml"].clone()),
            ("needs/my-need.yaml".to_owned(), text),
            (STEP.to_owned(), base().files[STEP].clone()),
        ]),
        ..Pack::default()
    };
    let found = remarks(&[base(), own]);
    assert_eq!(found.len(), 1, "{}", show(&found));
    assert_eq!((found[0].lint, found[0].problem.file.as_str()), ("x-prefix", "needs/my-need.yaml"));
    assert_eq!((found[0].problem.span.line, found[0].problem.span.column), (1, 5));
    assert!(found[0].advice.contains("x-my-need"));
}

#[test]
fn a_changed_file_needs_a_new_revision() {
    let locked = |mut pack: Pack| {
        pack.files.insert("revisions.yaml".to_owned(), revisions(&base()));
        pack
    };
    let found = remarks(&[locked(base())]);
    assert!(found.is_empty(), "{}", show(&found));
    check(&locked(edited(RULE, "count: {ge: 2}", "count: {ge: 3}")), "revision", RULE, "1", "write rev: 2");
    check(&locked(edited(RULE, "rev: 1", "rev: 0")), "revision", RULE, "0", "rev was 1");
    for (from, to) in
        [("count: {ge: 2}", "count: {ge: 2} "), ("name: is not", "name: other"), ("evidence:", "# why\nevidence:")]
    {
        let found = remarks(&[locked(edited(RULE, from, to))]);
        assert!(found.is_empty(), "{from}: {}", show(&found));
    }
    let mut bumped = edited(RULE, "count: {ge: 2}", "count: {ge: 3}");
    let text = bumped.files.get_mut(RULE).unwrap();
    *text = text.replace("rev: 1", "rev: 2");
    let found = remarks(&[locked(bumped)]);
    assert!(found.is_empty(), "{}", show(&found));
}

/// `UPDATE_REVISIONS=1 cargo test revisions_of_the_builtin` writes the file anew, at a release.
#[test]
fn the_revisions_of_the_builtin_pack_stand_in_its_folder() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/revisions.yaml");
    if std::env::var_os("UPDATE_REVISIONS").is_some() {
        std::fs::write(path, revisions(&Pack::builtin())).unwrap();
    }
    let lock = with_room(|| parse("revisions.yaml", &std::fs::read_to_string(path).unwrap())).unwrap();
    assert!(lock.describe().contains("mapping"));
}

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_outlook-triage"))
        .args(arguments)
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    (out.status.code(), String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

#[test]
fn the_command_marks_the_place_and_prints_nothing_that_could_harm() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir_all(root.join("causes/x")).unwrap();
    std::fs::write(root.join("pack.yaml"), "name: own\nrevision: \"1\"\n").unwrap();
    let rule = "id: r\nrev: 1\n\"\\e[31m\u{202e}red\": 1\ntitle: {en: T, ja: \"題\"}\n";
    std::fs::write(root.join("causes/x/r.yaml"), rule).unwrap();
    std::fs::write(root.join("causes/x/s.yaml"), "id: s\nrev: 1\nsay: [\n").unwrap();
    let root = root.to_str().unwrap();
    let (code, out, error) = run(&["rules", "lint", "--rules", root]);
    assert_eq!(code, Some(2), "{error}");
    for line in [
        "error[load]: a rule has no key",
        "causes/x/r.yaml:3:1",
        "3 | ",
        "^",
        "help: expected one of id, rev",
        "causes/x/s.yaml:",
    ] {
        assert!(out.contains(line), "no {line:?} in\n{out}");
    }
    assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    let (_, coloured, _) = run(&["--color", "always", "rules", "lint", "--rules", root]);
    assert!(coloured.contains("\u{1b}["));
    let (code, out, _) = run(&["rules", "lint", "-f", "jsonl", "--rules", root]);
    assert_eq!(code, Some(2));
    let first: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert!(first["file"].as_str().unwrap().ends_with("causes/x/r.yaml") && first["lint"] == "load", "{first}");
    assert!(
        first["line"].is_u64()
            && first["column"].is_u64()
            && first["message"].is_string()
            && first["advice"].is_string()
    );
    let (code, _, error) = run(&["rules", "list", "--rules", root]);
    assert_eq!(code, Some(2));
    assert!(error.contains("causes/x/r.yaml:3:1") && error.contains("causes/x/s.yaml:"), "{error}");
}

#[test]
fn problems_of_all_files_come_together() {
    let mut pack = edited(RULE, "band: 350", "band: x");
    for (file, from, to) in [(STEP, "who: user", "who: nobody"), (NEED, "minutes: 2", "minutes: soon")] {
        let text = pack.files.get_mut(file).unwrap();
        *text = text.replace(from, to);
    }
    pack.files.insert("causes/b/broken.yaml".to_owned(), "a: [1\n".to_owned());
    let found = remarks(&[pack]);
    for file in [RULE, STEP, NEED, "causes/b/broken.yaml"] {
        assert!(
            found.iter().any(|remark| remark.problem.file == file && remark.problem.span.line > 0),
            "{}",
            show(&found)
        );
    }
}
