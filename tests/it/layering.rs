//! The floors of the library: which module may know which. And what no source file may contain.

mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use source::{Word, imports, module, spells, without_tests, words};

/// Bottom to top. A module imports from lower floors and from its own parts; on the lowest floor everybody knows everybody.
const FLOORS: &[&[&str]] = &[
    &["error", "issue", "limits", "lang", "value"],
    &["bundle"],
    &["parse"],
    &["fact"],
    &["finding"],
    &["rule"],
    &["plan"],
    &["report"],
    // The one part of `report` that has seen more than the model; renderers stand below it.
    &["report::assemble"],
    &["case"],
    &["compare", "remedy"],
    &["batch", "authoring"],
    &["cli"],
    &["main"],
];

/// Lower floors that a stage refuses to know all the same.
const REFUSED: &[(&str, &str, &str)] = &[
    ("report", "rule", "renderers decide nothing"),
    ("report", "parse", "renderers see the model only"),
    ("report::assemble", "parse", "the model is built from facts"),
    ("plan", "parse", "the plan is made of findings"),
    ("plan", "bundle", "the plan is made of findings"),
];

/// Documents of the project that sources may refer to.
const DOCUMENTS: [&str; 5] = ["README.md", "README.ja.md", "CHANGELOG.md", "SECURITY.md", "FIGURES.md"];

const HARD_CAP: usize = 600;
const SOFT_CAP: usize = 400;
const MAIN_CAP: usize = 60;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The unit of the table that a module path belongs to; `None`: the root of the crate.
fn unit(path: &[String]) -> Option<String> {
    let [first, rest @ ..] = path else { return None };
    let second = rest.first().map(|second| format!("{first}::{second}"));
    let known = |name: &String| FLOORS.concat().contains(&name.as_str());
    Some(second.filter(known).unwrap_or_else(|| first.clone()))
}

fn floor(unit: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&unit))
}

/// What is wrong with the imports of one file, a sentence each.
fn breaches(file: &str, text: &str) -> Vec<String> {
    let module = module(file);
    if module == ["lib"] {
        return Vec::new();
    }
    let Some(from) = unit(&module) else { return vec![format!("{file}: no module")] };
    let Some(height) = floor(&from) else { return vec![format!("{file}: `{from}` stands on no floor")] };
    let (words, _) = without_tests(&words(text));
    let mut wrong = Vec::new();
    for (path, line) in imports(&words, &module) {
        // Names that `lib.rs` re-exports and macros live at the root and belong to no stage.
        let Some(to) = unit(&path).filter(|to| floor(to).is_some()) else { continue };
        let refused = REFUSED.iter().find(|(a, b, _)| *a == from && *b == to);
        if let Some((_, _, why)) = refused {
            wrong.push(format!("{file}:{line}: `{from}` refuses to know `{to}`: {why}"));
        } else if to != from && height != 0 && floor(&to) >= Some(height) {
            wrong.push(format!("{file}:{line}: `{from}` must not import `{to}`, which is not below it"));
        } else if to != from && height == 0 && floor(&to) != Some(0) {
            wrong.push(format!("{file}:{line}: `{from}` is on the lowest floor and imports `{to}`"));
        }
    }
    wrong
}

/// Calls and words that have no place in what ships.
fn stains(file: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let (kept, _) = without_tests(&words(text));
    for (i, word) in kept.iter().enumerate() {
        let call = spells(&kept, i, &[".", "unwrap", "(", ")"])
            || spells(&kept, i, &[".", "expect", "("])
            || ["todo", "unimplemented", "panic", "dbg"].iter().any(|name| spells(&kept, i, &[name, "!"]));
        if call {
            let name = if word.text == "." { &kept[i + 1].text } else { &word.text };
            wrong.push(format!("{file}:{}: {name}", word.line));
        }
    }
    for (line, text) in text.lines().enumerate() {
        // Put together here so that this file passes its own check.
        for mark in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("for", " now")] {
            if text.contains(mark) {
                wrong.push(format!("{file}:{}: {mark}", line + 1));
            }
        }
        // A document that the reader does not have explains nothing.
        for word in text.split(|c: char| c.is_whitespace() || "`\"'(),;".contains(c)) {
            let name = word.trim_end_matches(['.', ':']).rsplit('/').next().unwrap_or_default();
            if name.len() > 3 && name.ends_with(".md") && !DOCUMENTS.contains(&name) && !word.contains("://") {
                wrong.push(format!("{file}:{}: there is no {name}", line + 1));
            }
        }
    }
    wrong
}

fn is_test_file(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// Every Rust file under `src`, by its path from there.
fn sources() -> BTreeMap<String, String> {
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .map(|file| {
            let name = file.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(&file).unwrap())
        })
        .collect()
}

/// Every file below a folder, without what builds and tools leave behind.
fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let leftover = ["target", ".git", "__pycache__", "node_modules"].contains(&name.as_str())
            || folder.ends_with("tests/fuzz") && ["corpus", "artifacts"].contains(&name.as_str());
        if leftover {
            continue;
        }
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.push(path);
        }
    }
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} breaches:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn modules_import_downwards() {
    let sources = sources();
    assert!(sources.len() > 100, "only {} files found", sources.len());
    let wrong: Vec<String> =
        sources.iter().filter(|(file, _)| !is_test_file(file)).flat_map(|(file, text)| breaches(file, text)).collect();
    none(&wrong);
}

#[test]
fn a_forged_breach_is_seen() {
    let seen = |file: &str, text: &str| breaches(file, text).join("\n");
    let upwards = seen("fact/event.rs", "use crate::parse::record::Event;\nuse crate::rule::engine;\n");
    assert_eq!(upwards, "fact/event.rs:2: `fact` must not import `rule`, which is not below it");
    assert!(seen("bundle/zip/name.rs", "use super::super::super::parse::reg;").contains("`parse`"));
    assert!(seen("parse/reg.rs", "use crate::{bundle::Artifact, fact::{FactStore, code::Code}};").contains("`fact`"));
    assert!(seen("report/terminal.rs", "fn f() { crate::rule::engine::run(1) }").contains("renderers decide nothing"));
    assert!(seen("report/json.rs", "use super::assemble::CaseView;").contains("`report::assemble`"));
    assert!(seen("rule/engine.rs", "use crate::plan::Plan;").contains("`plan`"));
    assert!(seen("value.rs", "use crate::bundle;").contains("lowest floor"));
    assert!(seen("helpers/mod.rs", "").contains("no floor"));
    assert!(seen("case/mod.rs", "use crate::compare;").contains("`compare`"));
    assert_eq!(seen("main.rs", "use outlook_triage::cli;"), "");
    assert!(seen("cli/mod.rs", "use outlook_triage::main;").contains("`main`"));
}

#[test]
fn what_is_no_breach_is_not_seen() {
    let allowed = "//! use crate::rule::engine;\n/* crate::plan::x */\nuse crate::value::Sid;\nuse super::build;\n\
                   const A: &str = \"crate::rule::x\";\nconst B: &str = r#\"\"crate::rule::x\"#;\nconst C: char = '\"';\n\
                   fn f<'a>(x: &'a str) {}\n#[cfg(test)]\nmod tests {\n    use crate::rule::engine;\n}\n";
    assert_eq!(breaches("fact/event.rs", allowed), Vec::<String>::new());
    assert!(!breaches("fact/event.rs", &format!("{allowed}use crate::rule::engine;\n")).is_empty());
    assert!(breaches("report/assemble.rs", "use super::model::Report;\nuse crate::rule::engine;").is_empty());
}

#[test]
fn sources_hold_no_stain() {
    let wrong: Vec<String> =
        sources().iter().filter(|(file, _)| !is_test_file(file)).flat_map(|(file, text)| stains(file, text)).collect();
    none(&wrong);
}

#[test]
fn a_forged_stain_is_seen() {
    let text = "fn f() {\n    x.unwrap();\n    y.expect(\"z\");\n    todo!()\n}\n";
    assert_eq!(stains("a.rs", text), ["a.rs:2: unwrap", "a.rs:3: expect", "a.rs:4: todo"]);
    assert_eq!(stains("a.rs", &format!("// {}: later", concat!("TO", "DO"))).len(), 1);
    assert_eq!(stains("a.rs", "/// As in `plan-of-old.md` section 2."), ["a.rs:1: there is no plan-of-old.md"]);
    assert!(stains("a.rs", "/// See rules/README.md and https://example.com/a.md.").is_empty());
    assert!(stains("a.rs", "#[expect(dead_code)]\nfn f() { x.unwrap_or(1); \"x.unwrap()\"; }").is_empty());
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let mut lengths: Vec<(usize, String)> = sources()
        .into_iter()
        .filter(|(file, _)| !is_test_file(file))
        .map(|(file, text)| (text.lines().count().saturating_sub(without_tests(&words(&text)).1), file))
        .collect();
    lengths.sort();
    let median = lengths[lengths.len() / 2].0;
    println!("{} files, median {median} lines", lengths.len());
    for (length, file) in lengths.iter().filter(|(length, _)| *length > SOFT_CAP) {
        println!("{file}: {length} lines, above the soft cap of {SOFT_CAP}");
    }
    assert!(median <= 250, "median {median}");
    let long: Vec<String> = lengths
        .iter()
        .filter(|(length, file)| *length > if file == "main.rs" { MAIN_CAP } else { HARD_CAP })
        .map(|(length, file)| format!("{file}: {length} lines"))
        .collect();
    none(&long);
}

/// Paths of one machine, in any file of the project.
fn machine_paths(bytes: &[u8]) -> Option<&'static str> {
    // Put together here so that this file passes its own check.
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tmp/bash", "_jobs")];
    paths.into_iter().find(|path| bytes.windows(path.len()).any(|window| window == path.as_bytes()))
}

#[test]
fn no_file_names_a_machine() {
    let root = root();
    let mut files = Vec::new();
    walk(&root, &mut files);
    // In a linked work tree `.git` is a file.
    let own = files.iter().filter(|file| file.file_name().is_some_and(|name| name != ".git"));
    let wrong: Vec<String> = own
        .filter_map(|file| {
            let path = machine_paths(&fs::read(file).unwrap())?;
            Some(format!("{}: {path}", file.strip_prefix(&root).unwrap().display()))
        })
        .collect();
    none(&wrong);
    assert_eq!(machine_paths(concat!("see /ho", "me/somebody/case.zip").as_bytes()), Some(concat!("/ho", "me/")));
}

#[test]
fn words_keep_their_lines() {
    let text = "use a::b; // c\n/* d\n */ let s = \"e\nf\"; 'g'; g";
    let last = words(text).pop().unwrap();
    assert_eq!(last, Word { text: "g".to_owned(), line: 4 });
}
