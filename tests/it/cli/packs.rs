//! Packs of one's own: what they add, replace, set, change and pin, and what no bundle may bring.

mod overrides;

use std::fs;
use std::path::Path;

use outlook_triage::rule::pack::Pack;
use serde_json::{Value, json};

use super::{Desk, REG, Run};
use crate::cases::upload;

/// A document that would overflow the stack of a reader that recurses without room is refused with its place.
#[test]
fn a_deep_document_costs_a_sentence_and_never_the_process() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong");
    let deep = |open: &str| open.repeat(60_000);
    desk.put("manifest/pack.yaml", format!("name: p\nrevision: \"1\"\nparams: {}", deep("{a: ")).as_bytes());
    desk.put("rule/pack.yaml", b"name: p\nrevision: \"1\"\n");
    desk.put("rule/causes/deep.yaml", format!("id: deep\nlet: {}", deep("[")).as_bytes());
    for pack in ["manifest", "rule"] {
        for arguments in [
            &["analyze", "case.zip", "--param", "token-lifetime=90m"][..],
            &["rules", "show", "profile-corrupt"],
            &["rules", "list"],
        ] {
            let run = desk.run(&[arguments, &["--rules", pack]].concat());
            assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{pack} {arguments:?}: {}", run.err);
            assert!(run.err.contains(&format!("{pack}/")), "{pack} {arguments:?}: {}", run.err);
        }
    }
}

const CORRUPT: &str = "causes/profile/profile-corrupt.yaml";

fn builtin(file: &str) -> String {
    Pack::builtin().files[file].clone()
}

/// A pack of this name with more lines in its manifest and these files.
fn pack(desk: &Desk, name: &str, manifest: &str, files: &[(&str, &str)]) {
    let head = format!("name: {name}\nrevision: \"1\"\nlanguages: [en, ja]\n{manifest}\n");
    desk.put(&format!("{name}/pack.yaml"), head.as_bytes());
    for (file, text) in files {
        desk.put(&format!("{name}/{file}"), text.as_bytes());
    }
}

fn setting_aside(rule: &str, change: &str, until: &str) -> String {
    format!(
        "overrides:\n  - {{rule: {rule}, {change}, reason: {{en: \"known here\", ja: \"既知の事象です\"}}, until: \"{until}\"}}"
    )
}

/// The report of a run that succeeds.
#[track_caller]
fn report(desk: &Desk, arguments: &[&str]) -> Value {
    let run = desk.run(&[&["analyze", "-f", "json"], arguments].concat());
    assert!(run.err.is_empty() && run.code != Some(2), "{arguments:?}: {run:?}");
    serde_json::from_str(&run.out).unwrap()
}

fn status<'r>(report: &'r Value, rule: &str) -> Option<&'r str> {
    let listed = |list: &str| report[list].as_array().unwrap().iter().any(|one| one["id"] == rule);
    let found = report["findings"].as_array().unwrap().iter().find(|one| one["id"] == rule);
    let other = [("ruled_out", "ruled-out"), ("unknown", "unknown"), ("not_applicable", "not-applicable")];
    found
        .map(|one| one["status"].as_str().unwrap())
        .or(other.iter().find(|(list, _)| listed(list)).map(|(_, word)| *word))
}

fn step<'r>(report: &'r Value, id: &str) -> &'r Value {
    let found = report["plan"].as_array().unwrap().iter().find(|step| step["step"] == id);
    found.unwrap_or_else(|| panic!("{id} is not in the plan"))
}

/// A rule about the one value of `user.reg`, with a level that may be set.
fn level_rule(test: &str) -> String {
    format!(
        r#"id: adal-level
rev: 1
title: {{en: "Level", ja: "水準"}}
cause: {{band: 400, severity: low, steps: [profile-repair]}}
evidence:
  - name: level
    class: conclusive
    when: {{registry: {{key: 'Software\Microsoft\Office\15.0\Common\Identity', value: EnableADAL, type: dword, {test}}}}}
say: {{en: "Seen.", ja: "記録があります。"}}
links: ["https://example.com"]
tests:
  - {{name: t, given: {{registry: {{"Software\\Microsoft\\Office\\15.0\\Common\\Identity": {{EnableADAL: {{dword: 0}}}}}}}}, expect: {{status: ruled-out}}}}
"#
    )
}

#[test]
fn a_pack_replaces_rules_steps_and_needs_by_id() {
    let desk = Desk::new();
    copy(&upload("profile-ntlm-2010"), &desk.at("case"));
    let title = |file: &str| {
        let ours = builtin(file).replacen("en: \"", "en: \"OURS ", 1);
        assert!(ours.contains("title:\n  en: \"OURS "), "{file}: {ours}");
        ours
    };
    // The group of a rule is not its id.
    pack(
        &desk,
        "ours",
        "",
        &[
            ("causes/a-group/profile-corrupt.yaml", &title(CORRUPT)),
            ("steps/profile-repair.yaml", &title("steps/profile-repair.yaml")),
            ("needs/credential-list.yaml", &title("needs/credential-list.yaml")),
        ],
    );
    let list = desk.run(&["rules", "list", "--rules", "ours"]);
    assert_eq!(list.answers(0).lines().count(), desk.run(&["rules", "list"]).answers(0).lines().count());
    assert_eq!(list.out.matches("OURS ").count(), 1, "{}", list.out);
    let shown = desk.run(&["rules", "show", "profile-corrupt", "--rules", "ours"]);
    assert!(shown.answers(0).starts_with("# causes/a-group/profile-corrupt.yaml\n"), "{}", shown.out);
    let report = report(&desk, &["case", "--rules", "ours"]);
    assert!(step(&report, "profile-repair")["title"].as_str().unwrap().starts_with("OURS "));
    let need = report["collect_next"].as_array().unwrap().iter().find(|one| one["need"] == "credential-list").unwrap();
    assert!(need["title"].as_str().unwrap().starts_with("OURS "));
    assert_eq!(report["tool"]["rules"]["packs"], serde_json::json!(["builtin", "ours"]));
    // Two files of one pack about one id: neither is the later one.
    desk.put(&format!("ours/{CORRUPT}"), title(CORRUPT).as_bytes());
    let twice = desk.run(&["rules", "list", "--rules", "ours"]);
    assert!(
        twice.code == Some(2) && twice.err.contains("stands in causes/a-group/profile-corrupt.yaml too"),
        "{twice:?}"
    );
}

/// Tables and anchors are replaced whole: what the new file lacks is gone, and a rule that needs it does not load.
#[test]
fn a_pack_replaces_whole_tables_and_adds_anchors() {
    let desk = Desk::new();
    copy(&upload("stale-password-ja-2013"), &desk.at("case"));
    let builds = builtin("tables/outlook-builds.yaml");
    let raised = builds.replace("15.0.4615.1000", "15.0.9999.1000");
    assert_ne!(builds, raised);
    let anchors = "our-event:\n  seen-on: [client]\n  event: {provider: Ours, id: 1}\n";
    let rule = level_rule("ge: 1")
        .replace("refutes", "")
        .replace("when: {registry", "when: {any: [{sequence: [{of: our-event}]}, {registry");
    let rule = rule.replacen("ge: 1}}", "ge: 1}}]}", 1);
    pack(&desk, "table", "", &[("tables/outlook-builds.yaml", &raised)]);
    pack(&desk, "names", "", &[("anchors.yaml", anchors), ("causes/x/adal-level.yaml", &rule)]);
    pack(&desk, "rule", "", &[("causes/x/adal-level.yaml", &rule)]);
    // Another meaning of a name of the built-in pack.
    pack(&desk, "never", "", &[("anchors.yaml", "rejected: {seen-on: [dc], event: {provider: Ours, id: 1}}\n")]);
    const UPDATE: &str = "update-missing-outlook2013-kb2880470";
    assert_eq!(status(&report(&desk, &["case"]), UPDATE), Some("ruled-out"));
    assert_eq!(status(&report(&desk, &["case", "--rules", "table"]), UPDATE), Some("confirmed"));
    assert!(status(&report(&desk, &["case", "--rules", "names"]), "adal-level").is_some());
    let run = desk.run(&["rules", "list", "--rules", "rule"]);
    assert!(run.code == Some(2) && run.err.contains("no name \"our-event\""), "{run:?}");
    const STALE: &str = "stale-stored-password-office";
    assert_eq!(status(&report(&desk, &["case"]), STALE), Some("likely"));
    assert_eq!(status(&report(&desk, &["case", "--rules", "never"]), STALE), Some("possible"));
    // What a later pack adds to that keeps it.
    assert_eq!(status(&report(&desk, &["case", "--rules", "never", "--rules", "names"]), STALE), Some("possible"));
}

/// A step of one's own needs no copy of the playbook: it names the one that it follows.
#[test]
fn a_step_of_ones_own_names_the_one_that_it_follows() {
    let desk = Desk::new();
    copy(&upload("stale-password-ja-2013"), &desk.at("case"));
    let step = |id: &str, after: &str| {
        builtin("steps/clear-credentials.yaml")
            .replace("id: clear-credentials", &format!("id: {id}"))
            .replace("open-gate:", &format!("{after}open-gate:"))
    };
    let rule = builtin("causes/credentials/stale-stored-password-office.yaml")
        .replace("steps: [clear-credentials]", "steps: [clear-credentials, x-b, x-a, x-c]");
    let files = |c: &str| {
        [("x-b", "after: clear-credentials\n"), ("x-a", "after: clear-credentials\n"), ("x-c", c)]
            .map(|(id, after)| (format!("steps/{id}.yaml"), step(id, after)))
            .to_vec()
    };
    let write = |name: &str, c: &str| {
        let files = files(c);
        let mut all: Vec<(&str, &str)> = files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
        all.push(("causes/credentials/stale-stored-password-office.yaml", &rule));
        pack(&desk, name, "", &all);
    };
    write("own", "after: x-b\n");
    let report = report(&desk, &["case", "--rules", "own"]);
    let plan: Vec<String> = report["plan"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| format!("{} {}", step["number"].as_str().unwrap(), step["step"].as_str().unwrap()))
        .collect();
    assert_eq!(plan[1..5], ["2 clear-credentials", "2+ x-a", "2+ x-b", "2+ x-c"], "{plan:?}");
    write("nowhere", "");
    let run = desk.run(&["rules", "list", "--rules", "nowhere"]);
    assert!(run.code == Some(2) && run.err.contains("such as `after: update-outlook`"), "{run:?}");
    write("wrong", "after: x-d\n");
    let run = desk.run(&["rules", "list", "--rules", "wrong"]);
    assert!(run.code == Some(2) && run.err.contains("after names \"x-d\""), "{run:?}");
}

/// Who fills a bundle must not be able to choose the verdict.
#[test]
fn a_pack_inside_a_bundle_changes_no_verdict() {
    let desk = Desk::new();
    for folder in ["plain", "armed"] {
        copy(&upload("stale-password-ja-2013"), &desk.at(folder));
    }
    let title = builtin("causes/credentials/stale-stored-password-office.yaml").replace("en: \"", "en: \"PWNED ");
    let manifest = format!(
        "name: builtin\nrevision: \"9\"\nparams: {{token-lifetime: 1s}}\n{}\n",
        setting_aside("stale-stored-password-office", "disable: true", "2099-12-31")
    );
    for at in ["", "rules/", "Configuration/rules/"] {
        for (file, text) in [
            ("pack.yaml", manifest.as_str()),
            ("causes/credentials/stale-stored-password-office.yaml", &title),
            ("anchors.yaml", "rejected: {event: {provider: X, id: 1}}\n"),
            ("outlook-triage.yaml", "rules: .\n"),
        ] {
            desk.put(&format!("armed/{at}{file}"), text.as_bytes());
            // The same names, so that the other files lie alike.
            desk.put(&format!("plain/{at}{file}"), b"name: nothing\n");
        }
    }
    let plain = report(&desk, &["plain"]);
    let check = |armed: Value| {
        for key in ["tool", "findings", "ruled_out", "unknown", "not_applicable", "plan", "collect_next", "headline"] {
            assert_eq!(plain[key], armed[key], "{key}");
        }
        assert!(!armed.to_string().contains("PWNED"));
    };
    check(report(&desk, &["armed"]));
    // The folder that the tool is started in is no configuration either.
    let mut here = desk.command(&["analyze", "-f", "json", "."]);
    let run = Run::of(here.current_dir(desk.at("armed")));
    check(serde_json::from_str(&run.out).unwrap());
    let mut here = desk.command(&["rules", "list"]);
    assert_eq!(Run::of(here.current_dir(desk.at("armed"))).out, desk.run(&["rules", "list"]).out);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_pack_that_needs_a_newer_tool_is_refused_with_one_sentence() {
    let desk = Desk::new();
    desk.case("case.zip", "nothing-wrong");
    let version = env!("CARGO_PKG_VERSION");
    pack(&desk, "fits", &format!("minimum-version: \"{version}\""), &[]);
    desk.run(&["analyze", "case.zip", "--rules", "fits"]).answers(0);
    // A file of a newer form would only bury the sentence that helps.
    pack(&desk, "newer", "minimum-version: \"0.10\"\nnew-key: 1", &[("causes/x/new.yaml", "id: new\nnew-leaf: 1\n")]);
    for command in ["lint", "list", "test"] {
        let run = desk.run(&["rules", command, "--rules", "newer"]);
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, Some(2), "{run:?}");
        for words in
            ["newer/pack.yaml:4:18", "the pack newer needs outlook-triage 0.10 or newer", &format!("this is {version}")]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
    }
    let run = desk.run(&["analyze", "case.zip", "--rules", "newer"]);
    assert!(run.code == Some(2) && run.err.lines().count() == 2 && !run.err.contains("new-leaf"), "{run:?}");
}

/// Of two packs the one that is wrong is named, whatever the order.
#[test]
fn problems_of_a_manifest_name_its_own_pack() {
    let desk = Desk::new();
    pack(&desk, "bad", &setting_aside("profile-corupt", "disable: true", "2026-12-31"), &[]);
    pack(&desk, "good", "", &[]);
    desk.put("bare/causes/x/a.yaml", b"id: a\n");
    for order in [["bad", "good"], ["good", "bad"]] {
        let run = desk.run(&["rules", "list", "--rules", order[0], "--rules", order[1]]);
        assert!(run.code == Some(2), "{run:?}");
        assert!(
            run.err.contains("bad/pack.yaml:5:12: \"profile-corupt\" is no rule; did you mean \"profile-corrupt\"?"),
            "{run:?}"
        );
    }
    let run = desk.run(&["rules", "lint", "--rules", "bad", "--rules", "good"]);
    assert!(run.out.contains("--> bad/pack.yaml:5:12") && run.out.contains("^^^^"), "{run:?}");
    let run = desk.run(&["rules", "list", "--rules", "bare", "--rules", "good"]);
    assert!(run.err.contains("bare/pack.yaml: a pack needs a pack.yaml"), "{run:?}");
    desk.put("torn/pack.yaml", b"name: [\n");
    let run = desk.run(&["rules", "list", "--rules", "torn", "--rules", "good"]);
    assert!(run.code == Some(2) && run.err.contains("torn/pack.yaml:"), "{run:?}");
}

#[test]
fn the_command_line_goes_before_the_last_pack_and_that_before_the_rule() {
    let desk = Desk::new();
    desk.put("user.reg", REG);
    let rule = level_rule("ge: {param: level, default: 1}");
    pack(&desk, "rule", "", &[("causes/x/adal-level.yaml", &rule)]);
    pack(&desk, "zero", "params: {level: 0}", &[]);
    pack(&desk, "one", "params: {level: 1}", &[]);
    let check = |options: &[&str], expected: &str| {
        let report = report(&desk, &[&["user.reg", "--rules", "rule"], options].concat());
        let seen = if status(&report, "adal-level") == Some("likely") { "seen" } else { "not seen" };
        assert_eq!(seen, expected, "{options:?}: {:?}", status(&report, "adal-level"));
    };
    check(&[], "not seen");
    check(&["--rules", "zero"], "seen");
    check(&["--rules", "zero", "--rules", "one"], "not seen");
    check(&["--rules", "one", "--rules", "zero"], "seen");
    check(&["--rules", "zero", "--param", "level=1"], "not seen");
    check(&["--rules", "one", "--param", "level=0"], "seen");
    check(&["--param", "level=1", "--param", "level=0"], "seen");
    // The cases of a rule are written for its default.
    let run = desk.run(&["rules", "test", "--rules", "rule", "--rules", "zero"]);
    assert!(run.answers(0).contains(" 0 failed"), "{run:?}");
}

#[test]
fn a_threshold_of_a_count_can_be_set() {
    let desk = Desk::new();
    copy(&upload("stale-password-ja-2013"), &desk.at("case"));
    pack(&desk, "ours", "params: {refusals: 1000}", &[]);
    let names = |options: &[&str]| {
        let report = report(&desk, &[&["case"], options].concat());
        let findings = report["findings"].as_array().unwrap();
        let own = findings.iter().find(|one| one["id"] == "stale-stored-password-office").unwrap();
        own["evidence"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(names(&[]).contains(&"rejected-after-change".to_owned()));
    assert!(names(&["--rules", "ours", "--param", "refusals=3"]).contains(&"rejected-after-change".to_owned()));
    assert!(!names(&["--rules", "ours"]).contains(&"rejected-after-change".to_owned()));
    assert!(!names(&["--param", "refusals=1000"]).contains(&"rejected-after-change".to_owned()));
    let page = desk.run(&["rules", "docs"]);
    assert!(page.answers(0).contains("is at least `3` (parameter `refusals`)"));
    assert!(page.out.contains("`3` (パラメーター `refusals`) 以上である"));
}

/// A step may ask for the verdict of any rule, also of one behind it in the alphabet.
#[test]
fn the_steps_of_a_finding_do_not_depend_on_the_names_of_rules() {
    let desk = Desk::new();
    desk.put("user.reg", REG);
    let named = |id: &str, asks: &str| {
        let own = "steps: [{step: profile-repair, when: {finding: {id: OTHER, status: [ruled-out]}}}, update-outlook]";
        let rule = level_rule("ge: 0").replace("adal-level", id);
        assert!(rule.contains("steps: [profile-repair]"));
        rule.replace("steps: [profile-repair]", &own.replace("OTHER", asks))
    };
    let other = |id: &str| level_rule("ge: 0").replace("adal-level", id);
    for (asking, asked) in [("a-level", "z-level"), ("z-level", "a-level")] {
        let files = [
            (format!("causes/x/{asking}.yaml"), named(asking, asked)),
            (format!("causes/x/{asked}.yaml"), other(asked)),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(file, text)| (&**file, &**text)).collect();
        pack(&desk, asking, "", &files);
        let report = report(&desk, &["user.reg", "--rules", asking]);
        let finding = report["findings"].as_array().unwrap().iter().find(|one| one["id"] == asking).unwrap();
        assert_eq!(finding["steps"], json!(["update-outlook"]), "{asking} asks {asked}");
    }
}

#[test]
fn a_parameter_has_one_type() {
    let desk = Desk::new();
    desk.put("user.reg", REG);
    pack(&desk, "rule", "", &[("causes/x/adal-level.yaml", &level_rule("ge: {param: level, default: 1}"))]);
    let check = |options: &[&str], words: &[&str]| {
        desk.run(&[&["analyze", "user.reg", "--rules", "rule"], options].concat()).refuses(words);
    };
    check(&["--param", "level=5m"], &["level=5m", "write level=VALUE", "a whole number, such as 5"]);
    check(&["--param", "level="], &["a whole number"]);
    check(&["--param", "token-lifetime=90"], &["a span of time with its unit, such as 90m"]);
    check(&["--param", "refusals=-5"], &["write refusals=VALUE, and for VALUE a whole number from 1, such as 5"]);
    check(&["--param", "refusals=0"], &["a whole number from 1"]);
    check(&["--param", "levle=1"], &["did you mean level?"]);
    let load = |name: &str, manifest: &str, files: &[(&str, &str)], words: &str| {
        pack(&desk, name, manifest, files);
        let run = desk.run(&["rules", "list", "--rules", "rule", "--rules", name]);
        assert!(run.code == Some(2) && run.err.contains(words), "{words}: {run:?}");
    };
    load(
        "a",
        "params: {level: 5m}",
        &[],
        "a/pack.yaml:4:17: level is a whole number, such as 5; found the text \"5m\"",
    );
    load("b", "params: {token-lifetime: 90}", &[], "b/pack.yaml:4:26: token-lifetime is a span of time");
    load("c", "params: {levle: 1}", &[], "c/pack.yaml:4:10: no rule has a parameter \"levle\"; did you mean level?");
    load("h", "params: {refusals: -5}", &[], "h/pack.yaml:4:20: refusals is a whole number from 1, such as 5; found");
    load("d", "params: [level]", &[], "d/pack.yaml:4:9: params is a mapping");
    let file = "causes/x/adal-level.yaml";
    load(
        "e",
        "",
        &[(file, &level_rule("ge: {param: level, default: 5m}"))],
        "adal-level.yaml:8:138: a number, unquoted, is expected",
    );
    load("f", "", &[(file, &level_rule("ge: {param: token-lifetime, default: 5}"))], "the parameter token-lifetime is");
    load("g", "", &[(file, &level_rule("is: {param: level, default: 5, unit: m}"))], "a parameter has no key \"unit\"");
    let text =
        level_rule("ge: {param: level, default: 1}").replace("type: dword, ", "type: string, ").replace("ge:", "is:");
    load("h", "", &[(file, &text)], "this fact is neither");
}

/// The manual's own manifest is one that loads.
#[test]
fn the_manifest_in_the_manual_loads() {
    let desk = Desk::new();
    let manual = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/README.md")).unwrap();
    let block = manual.split("```yaml\n").find(|block| block.starts_with("name: ")).unwrap();
    desk.put("contoso/pack.yaml", block.split("```").next().unwrap().as_bytes());
    let run = desk.run(&["rules", "lint", "--rules", "contoso"]);
    assert!(run.answers(0).contains("no problems"), "{run:?}");
    let list = desk.run(&["rules", "list", "--rules", "contoso"]);
    assert_eq!(list.answers(0).matches("by the pack contoso until").count(), 2, "{}", list.out);
}

/// Three rules for causes that the built-in pack lacks, written with the manual and the schema alone.
#[test]
fn a_pack_that_was_written_by_the_manual_holds() {
    let desk = Desk::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/packs/by-the-manual"), &desk.at("own"));
    // Three rules, one need and three steps more than without it.
    let counts = |run: &Run| -> Vec<usize> {
        let line = run.answers(0).lines().find(|line| line.ends_with(" steps: no problems")).unwrap();
        line.split(' ').filter_map(|word| word.parse().ok()).collect()
    };
    let (plain, own) = (desk.run(&["rules", "lint"]), desk.run(&["rules", "lint", "--rules", "own"]));
    let (plain, own) = (counts(&plain), counts(&own));
    assert_eq!(own, [plain[0] + 3, plain[1] + 1, plain[2] + 3]);
    let own = ["tls12-client-off", "account-disabled-ad", "token-signing-certificate-differs"];
    let cases = desk.run(&[&["rules", "test", "--rules", "own"], &own[..]].concat());
    let passed: usize = cases.answers(0).split(' ').next().unwrap().trim().parse().unwrap();
    assert!(passed >= 30, "{cases:?}");
    // On a real upload they say what the files hold: nothing of theirs.
    copy(&upload("stale-password-ja-2013"), &desk.at("case"));
    let report = report(&desk, &["case", "--rules", "own"]);
    for rule in own {
        let status = status(&report, rule);
        assert!(matches!(status, Some("unknown" | "not-applicable" | "ruled-out")), "{rule}: {status:?}");
    }
}
