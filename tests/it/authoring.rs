//! The tools of rule authors: the pages about the built-in pack, the schema of its files, lists, and what would decide a rule.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use outlook_triage::authoring::{docs, schema};
use outlook_triage::limits::Limits;
use outlook_triage::plan::Playbook;
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;

/// Set to write what is generated instead of comparing it.
const UPDATE: &str = "UPDATE_DOCS";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn program() -> Command {
    let mut command = Command::cargo_bin("outlook-triage").unwrap();
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").env("NO_COLOR", "1");
    command
}

fn output(args: &[&str]) -> String {
    let output = program().args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn pages_of(packs: &[Pack]) -> BTreeMap<String, String> {
    let limits = Limits::default();
    let rules = RuleSet::load(packs, &limits).unwrap();
    let playbook = Playbook::load(&rules, &limits).unwrap();
    docs::pages(&rules, &playbook, &limits)
}

/// Files below a folder by their path from it.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap().replace("\r\n", "\n"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[test]
fn the_committed_pages_are_those_of_the_rules() {
    let folder = root().join("rules/docs");
    let pages = pages_of(&[Pack::builtin()]);
    if std::env::var_os(UPDATE).is_some() {
        let _ = fs::remove_dir_all(&folder);
        for (path, text) in &pages {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    let committed = files(&folder);
    let stale: Vec<&String> =
        committed.keys().chain(pages.keys()).filter(|path| committed.get(*path) != pages.get(*path)).collect();
    assert!(stale.is_empty(), "{UPDATE}=1 cargo test --test it authoring writes them anew: {stale:#?}");
    let size: usize = pages.values().map(String::len).sum();
    assert!(size < 2_000_000, "{size} bytes of pages are too many to commit");
}

#[test]
fn there_is_a_page_for_everything_in_both_languages_and_no_link_dangles() {
    let pages = pages_of(&[Pack::builtin()]);
    let rules = RuleSet::builtin().unwrap();
    let playbook = Playbook::load(&rules, &Limits::default()).unwrap();
    let kinds: [(&str, Vec<&String>); 3] = [
        ("rules", rules.rules.keys().collect()),
        ("steps", playbook.steps.iter().map(|step| &step.id).collect()),
        ("needs", rules.needs.keys().collect()),
    ];
    for lang in ["en", "ja"] {
        let index = &pages[&format!("{lang}/README.md")];
        for (kind, ids) in &kinds {
            for id in ids {
                assert!(pages.contains_key(&format!("{lang}/{kind}/{id}.md")), "{lang} {kind} {id}");
                assert!(index.contains(&format!("]({kind}/{id}.md)")), "{lang} {kind} {id}");
            }
        }
    }
    let mut links = 0;
    for (path, text) in &pages {
        let folder = path.rsplit_once('/').unwrap().0;
        for target in text.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0) {
            let target = match target.strip_prefix("../") {
                Some(rest) => format!("{}/{rest}", folder.rsplit_once('/').unwrap().0),
                None => format!("{folder}/{target}"),
            };
            assert!(pages.contains_key(&target), "{path} links to {target}");
            links += 1;
        }
    }
    assert!(links > 200, "{links} links");
}

#[test]
fn a_page_says_what_the_file_says() {
    let pages = pages_of(&[Pack::builtin()]);
    let english = &pages["en/rules/stale-stored-password-office.md"];
    let japanese = &pages["ja/rules/stale-stored-password-office.md"];
    for part in [
        "# A stored old password is being replayed",
        "(conclusive)",
        "within 30 days of the first",
        "its time of writing is before the latest: change of the password (`password-changed`)",
        "their number is at least `3` (parameter `refusals`)",
        "[List of stored credentials of the user](../needs/credential-list.md)",
        "[Clear stored credentials](../steps/clear-credentials.md)",
        "| three refused logons after a password change | likely | clear-credentials: DO |",
        "<https://learn.microsoft.com/en-us/outlook/troubleshoot/authentication/outlook-prompts-credentials>",
    ] {
        assert!(english.contains(part), "{part}\n{english}");
    }
    for part in
        ["(決定的)", "最初の発生から 30 日以内", "回数が `3` (パラメーター `refusals`) 以上である", "| 可能性大 |"]
    {
        assert!(japanese.contains(part), "{part}\n{japanese}");
    }
    let same = pages_of(&[Pack::builtin()]);
    assert_eq!(pages, same, "the same files give the same bytes");
}

/// What a pack writes is shown, never obeyed.
#[test]
fn a_hostile_pack_cannot_write_markup() {
    let mut pack = Pack::builtin();
    let name = "causes/account/account-locked-ad.yaml";
    let text = pack.files[name].clone();
    let title = text.lines().find(|line| line.trim_start().starts_with("en: ")).unwrap().to_owned();
    let hostile = r#"  en: "<script>x</script> [y](javascript:z) | ![i](https://e.example) `c`""#;
    pack.files.insert(name.to_owned(), text.replacen(&title, hostile, 1));
    let pages = pages_of(&[pack]);
    for (path, text) in &pages {
        // What stays when every escaped sign is taken away is what Markdown obeys.
        let mut signs = text.chars();
        let mut text = String::new();
        while let Some(sign) = signs.next() {
            if sign == '\\' {
                signs.next();
            } else {
                text.push(sign);
            }
        }
        assert!(!text.contains("<script") && !text.contains("](javascript") && !text.contains("](https"), "{path}");
    }
    assert!(pages["en/README.md"].contains(r"\<script\>x\</script\>"));
}

#[test]
fn pages_are_written_into_a_folder_or_printed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new");
    let said = output(&["rules", "docs", "-o", target.to_str().unwrap()]);
    let pages = pages_of(&[Pack::builtin()]);
    assert!(said.starts_with(&format!("{} pages in ", pages.len())), "{said}");
    assert_eq!(files(&target), pages);
    assert!(output(&["rules", "docs"]).contains("<!-- ja/steps/clear-credentials.md -->"));
}

fn kind_of(file: &str) -> &str {
    match file.split('/').next().unwrap() {
        "causes" => "rule",
        "steps" => "step",
        "needs" => "need",
        "tables" => "table",
        single => single.strip_suffix(".yaml").unwrap(),
    }
}

fn json(yaml: &str) -> serde_json::Value {
    serde_saphyr::from_str(yaml).unwrap()
}

#[test]
fn the_committed_schema_is_that_of_the_readers() {
    let file = root().join("rules/schema.json");
    let now = output(&["rules", "schema"]);
    if std::env::var_os(UPDATE).is_some() {
        fs::write(&file, &now).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == now, "{UPDATE}=1 cargo test --test it authoring writes rules/schema.json anew");
    jsonschema::meta::validate(&json(&now)).unwrap();
}

#[test]
fn every_built_in_file_fits_the_schema_and_its_own_kind() {
    let whole = jsonschema::validator_for(&schema::schema()).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let mut files = Pack::builtin().files;
    // Written by the program, not by authors.
    files.remove("revisions.yaml");
    for (file, text) in &files {
        let kind = kind_of(file);
        let own = jsonschema::validator_for(&schema::schema_of(kind).unwrap()).unwrap();
        let value = json(text);
        for validator in [&own, &whole] {
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{file} as {kind}: {errors:#?}");
        }
        seen.insert(kind);
    }
    assert_eq!(seen.len(), schema::KINDS.len(), "{seen:?}");
    assert!(schema::schema_of("nothing").is_none());
}

/// What the readers refuse, the schema refuses, in the file of its kind.
#[test]
fn the_schema_refuses_what_the_readers_refuse() {
    let whole = jsonschema::validator_for(&schema::schema()).unwrap();
    let files = Pack::builtin().files;
    let check = |file: &str, from: &str, to: &str| {
        let text = &files[file];
        assert!(text.contains(from), "{file} has no {from:?}");
        let changed = text.replacen(from, to, 1);
        assert!(whole.is_valid(&json(text)), "{file}");
        assert!(!whole.is_valid(&json(&changed)), "{file}: {to}");
        let mut pack = Pack::builtin();
        pack.files.insert(file.to_owned(), changed);
        let limits = Limits::default();
        let loaded = RuleSet::load(&[pack], &limits).and_then(|rules| Playbook::load(&rules, &limits));
        assert!(loaded.is_err(), "{file}: {to} loads");
    };
    let rule = "causes/credentials/stale-stored-password-office.yaml";
    check(rule, "\nsubject:", "\nsubjekt:");
    check(rule, "severity: high", "severity: huge");
    check(rule, "class: strong", "klass: strong");
    check(rule, "within: 30d", "within: 30");
    check(rule, "- era: {in: [legacy, on-premises]}", "- era: {in: [lagacy]}");
    check(rule, "use: stored", "uses: stored");
    check(rule, "{of: stored, absent: true}", "{of: stored, missing: true}");
    check(rule, "- \"https://", "- \"http://");
    let step = "steps/clear-credentials.yaml";
    check(step, "open-gate: allowed", "open-gate: maybe");
    check(step, "verb: delete", "verb: wipe");
    check(step, "backup:", "back-up:");
    check("needs/credential-list.yaml", "minutes: 2", "minute: 2");
    check("playbook.yaml", "stop-rule:", "stop-rules:");
    check("era.yaml", "era: modern", "era: new");
    check("anchors.yaml", "merge: 5s", "merge: 5");
    check("tables/outlook-builds.yaml", "kb: KB2687567", "kbs: KB2687567");
    check("tables/credential-classes.yaml", "kind: certificate", "kinds: certificate");
    check("tables/codes-schannel.yaml", "noise: true", "noise: 1");
    check("tables/codes-hresult.yaml", "like: \"0xCAA1xxxx\"", "like: \"0xCAA1xxx\"");
    check("tables/codes-kerberos.yaml", "code: \"0x18\"", "code: \"24\"");
    check("tables/codes-aadsts.yaml", "sources: [\"https:", "sources: [\"http:");
}

fn ids(args: &[&str]) -> Vec<String> {
    let list = output(&[&["rules", "list"], args].concat());
    list.lines().map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect()
}

/// The whole list, as one object a line.
fn listed() -> Vec<serde_json::Value> {
    let lines = output(&["rules", "list", "-f", "jsonl"]);
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lists_are_filtered() {
    let all = listed();
    assert_eq!(all.len(), RuleSet::builtin().unwrap().rules.len());
    // Each filter takes those of the whole list that it is about, in the same order, and there are some that it leaves out.
    let check = |args: &[&str], known: &str, keep: &dyn Fn(&serde_json::Value) -> bool| {
        let kept = all.iter().filter(|rule| keep(rule)).map(|rule| rule["id"].as_str().unwrap());
        let kept: Vec<&str> = kept.collect();
        assert_eq!(ids(args), kept, "{args:?}");
        assert!(kept.contains(&known) && kept.len() < all.len(), "{args:?}: {kept:?}");
    };
    let band = |rule: &serde_json::Value| rule["band"].as_u64().unwrap();
    check(&["--group", "credentials"], "stale-stored-password-office", &|rule| rule["group"] == "credentials");
    check(&["--band", "250..299"], "exo-federated-logon-cache", &|rule| (250..=299).contains(&band(rule)));
    check(&["--step", "profile-recreate"], "profile-corrupt", &|rule| {
        rule["steps"].as_array().unwrap().iter().any(|step| step == "profile-recreate")
    });
    check(&["--severity", "info"], "disableretrygoodcredentials-present", &|rule| rule["severity"] == "info");
    check(&["--severity", "high", "--band", "..200"], "modern-auth-disabled-on-client", &|rule| {
        rule["severity"] == "high" && band(rule) <= 200
    });
    assert_eq!(ids(&["--band", "899"]), Vec::<String>::new());
}

#[test]
fn a_list_is_in_the_language_and_one_json_object_a_line() {
    let japanese = output(&["rules", "list", "--lang", "ja", "--group", "account"]);
    assert!(japanese.contains("Active Directory アカウントがロックアウトされている"), "{japanese}");
    let lines = output(&["rules", "list", "-f", "jsonl", "--group", "account"]);
    let values: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(values.iter().all(|value| value["group"] == "account"), "{lines}");
    let one = values.iter().find(|value| value["id"] == "account-locked-ad").unwrap();
    assert_eq!(one["severity"], "critical");
    assert_eq!(one["steps"][0], "unlock-account");
}

#[test]
fn a_filter_that_nothing_passes_names_what_there_is() {
    for (args, advice) in [
        (["--group", "credential"], "did you mean \"credentials\"?"),
        (["--step", "clear-credential"], "did you mean \"clear-credentials\"?"),
        (["--severity", "severe"], "critical"),
        (["--band", "x"], "200..299"),
    ] {
        let output = program().args(["rules", "list"]).args(args).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said.contains(advice), "{args:?}: {said}");
    }
}

/// Only a list of credentials was sent: what is open is open for want of a log and of dates.
#[test]
fn explain_names_what_would_decide_an_undecided_rule_in_the_language() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("cmdkey.txt"),
        "\r\nCurrently stored credentials:\r\n\r\n    Target: LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.example\r\n    Type: Generic \r\n    User: u@contoso.example\r\n    Local machine persistence\r\n    \r\n",
    )
    .unwrap();
    let bundle = folder.path().to_str().unwrap();
    let english = output(&["explain", "stale-stored-password-office", bundle, "--lang", "en"]);
    let japanese = output(&["explain", "stale-stored-password-office", bundle, "--lang", "ja"]);
    let sets: Vec<&str> = english
        .lines()
        .skip_while(|line| !line.contains("decided by any of these lines"))
        .skip(1)
        .take_while(|line| line.starts_with("  "))
        .map(str::trim)
        .collect();
    assert!((1..=5).contains(&sets.len()), "{english}");
    assert!(sets.iter().all(|set| set.split(" + ").count() <= 3), "{sets:?}");
    assert!(sets[0].contains("dc-security-log (Security log of the domain controllers)"), "{sets:?}");
    assert!(japanese.contains("資料で判定できます") || japanese.contains("資料で判定できる可能性"), "{japanese}");
    for (english_words, japanese_words) in
        [("for", "根拠"), ("against", "反証"), ("[conclusive]", "[決定的]"), ("unknown", "不明")]
    {
        assert!(english.contains(english_words), "{english}");
        assert!(japanese.contains(japanese_words), "{japanese}");
    }
    for word in ["\nfor\n", "\nagainst\n", "[strong]", "needs "] {
        assert!(!japanese.contains(word), "{word:?}: {japanese}");
    }
}

#[test]
fn explain_says_what_a_rule_and_a_step_came_to_in_the_plan() {
    let bundle = "fixtures/cases/everything-wrong/bundle.zip";
    let bundle = if root().join(bundle).exists() { bundle } else { "fixtures/cases/everything-wrong/bundle" };
    let rule = output(&["explain", "stale-stored-password-office", bundle, "--lang", "en"]);
    let after = |text: &str, heading: &str| {
        let lines: Vec<&str> = text.lines().skip_while(|line| *line != heading).skip(1).collect();
        lines.into_iter().take_while(|line| line.starts_with(' ')).map(str::to_owned).collect::<Vec<String>>()
    };
    let plan = after(&rule, "plan");
    assert!(plan[0].starts_with("  DO 2 clear-credentials — a cause is confirmed or likely: "), "{plan:?}");
    assert!(plan[1].starts_with("    Servers/ADFS01-Security.evtx rec "), "{plan:?}");
    assert!(rule.contains("\nsuspected cause, place 3 of "), "{rule}");
    // A need of another team (4), by what it would settle.
    let needs = after(&rule, "collect next");
    let logs = needs.iter().find(|line| line.contains("adfs-logs: points ")).unwrap();
    let (_, settled) = logs.split_once(" ÷ effort 4; settles ").unwrap();
    for id in ["account-locked-ad", "exo-federated-logon-cache", "stale-stored-password-office"] {
        assert!(settled.split(", ").any(|own| own == id), "{logs}");
    }
    let step = output(&["explain", "wait-logon-cache", bundle, "--lang", "en"]);
    let label = step.lines().nth(1).unwrap();
    assert!(label.starts_with("WAIT-FOR 3 wait-logon-cache — another step comes first: "), "{label}");
    assert!(after(&step, "skip-when")[0].starts_with("  false   the era of the sign-in is modern: "), "{step}");
    assert!(after(&step, "its causes").iter().any(|line| line.contains("exo-federated-logon-cache: ")), "{step}");
    assert!(after(&step, "waits for")[0].starts_with("  DO 2 clear-credentials — "), "{step}");
    let inserted = after(&step, "inserted-by, where that step is DO");
    assert!(inserted[0].starts_with("  DO 2 clear-credentials — a cause is confirmed or likely: "), "{step}");
    assert!(inserted.iter().any(|line| line.contains("the era of the sign-in is legacy: ")), "{step}");
    let japanese = output(&["explain", "wait-logon-cache", bundle, "--lang", "ja"]);
    assert!(japanese.contains("\n次の手順が「実施」のときに伴って実施\n"), "{japanese}");
    assert!(japanese.contains("先に実施する手順があります") && japanese.contains("先に実施する手順\n"), "{japanese}");
}
