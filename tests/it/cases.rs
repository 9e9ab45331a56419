//! Whole cases with real files: every stage runs, and the result is what `expect.yaml` says, in both languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use outlook_triage::bundle::CaseInput;
use outlook_triage::case::{Case, Knowledge, Options, analyze};
use outlook_triage::fact::build::Options as FactOptions;
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::plan::Audience;
use outlook_triage::report::json::json;
use outlook_triage::rule::pack::Pack;
use serde::Deserialize;
use serde_json::Value;

pub(crate) static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::load(&[Pack::builtin()], &Limits::default()).expect("the builtin pack loads"));

/// `expect.yaml`. Lists named "at least" may be exceeded; findings and plan are complete.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    exit: u8,
    era: String,
    #[serde(default)]
    now: Option<String>,
    #[serde(default)]
    findings: BTreeMap<String, String>,
    #[serde(default)]
    unknown: Vec<String>,
    #[serde(default)]
    ruled_out: Vec<String>,
    #[serde(default)]
    not_applicable: Vec<String>,
    plan: Value,
    start_at: Option<String>,
    #[serde(default)]
    collect_next: Vec<String>,
    #[serde(default)]
    cites: BTreeMap<String, Vec<String>>,
}

pub(crate) fn options(now: Option<&str>) -> Options {
    Options {
        facts: FactOptions { now: now.map(|now| now.parse().expect("a time")), ..FactOptions::default() },
        params: BTreeMap::new(),
        audience: Audience::Engineer,
        hash_all: false,
        limits: Arc::new(Limits::default()),
    }
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases")
}

pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("fixtures/cases")
        .flatten()
        .filter(|entry| entry.path().join("expect.yaml").exists())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

pub(crate) fn upload(case: &str) -> PathBuf {
    let zip = folder().join(case).join("bundle.zip");
    if zip.exists() { zip } else { folder().join(case).join("bundle") }
}

pub(crate) fn open(path: &Path, options: &Options) -> Case {
    let input = CaseInput { name: "bundle".to_owned(), paths: vec![path.to_owned()] };
    analyze(&input, &KNOWLEDGE, options).expect("the case can be read")
}

pub(crate) fn report(case: &Case, lang: Lang) -> Value {
    serde_json::from_str(&json(&case.report(&KNOWLEDGE, &Limits::default(), lang))).expect("JSON")
}

fn ids(report: &Value, list: &str) -> Vec<String> {
    let items = report[list].as_array().expect("a list");
    items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn every_case_shows_what_it_must() {
    let names = names();
    assert!(names.len() >= 8, "{names:?}");
    let mut failures = Vec::new();
    for name in &names {
        let text = std::fs::read_to_string(folder().join(name).join("expect.yaml")).expect("expect.yaml");
        let expect: Expect = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let case = open(&upload(name), &options(expect.now.as_deref()));
        for problem in differences(&case, &report(&case, Lang::En), &expect) {
            failures.push(format!("{name}: {problem}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn differences(case: &Case, report: &Value, expect: &Expect) -> Vec<String> {
    let mut problems = Vec::new();
    let mut differs = |what: &str, got: String, wanted: String| {
        if got != wanted {
            problems.push(format!("{what}: got {got}, wanted {wanted}"));
        }
    };
    differs("era", report["case"]["era"]["value"].to_string(), Value::from(expect.era.clone()).to_string());
    let found: BTreeMap<String, String> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (finding["id"].as_str().unwrap().to_owned(), finding["status"].as_str().unwrap().to_owned()))
        .collect();
    differs("findings", format!("{found:?}"), format!("{:?}", expect.findings));
    let plan: Vec<(String, String)> = report["plan"]
        .as_array()
        .expect("plan")
        .iter()
        .map(|step| (step["step"].as_str().unwrap().to_owned(), step["label"].as_str().unwrap().to_owned()))
        .collect();
    let wanted: Vec<(String, String)> = expect
        .plan
        .as_object()
        .expect("a mapping")
        .iter()
        .map(|(step, label)| (step.clone(), label.as_str().unwrap().to_owned()))
        .collect();
    differs("plan", format!("{plan:?}"), format!("{wanted:?}"));
    differs("start_at", report["headline"]["start_at"].to_string(), serde_json::to_string(&expect.start_at).unwrap());
    let named = case.findings().iter().any(|finding| {
        finding.band < 900 && (finding.is_named() || finding.status == outlook_triage::finding::Status::Contradicted)
    });
    let exit = if named {
        1
    } else if case.is_incomplete() {
        3
    } else {
        0
    };
    differs("exit", exit.to_string(), expect.exit.to_string());
    let needs: Vec<&str> =
        report["collect_next"].as_array().unwrap().iter().map(|item| item["need"].as_str().unwrap()).collect();
    for (list, wanted) in
        [("unknown", &expect.unknown), ("ruled_out", &expect.ruled_out), ("not_applicable", &expect.not_applicable)]
    {
        let got = ids(report, list);
        problems.extend(
            wanted.iter().filter(|id| !got.contains(id)).map(|id| format!("{id} is not among {list}: {got:?}")),
        );
    }
    problems.extend(
        expect
            .collect_next
            .iter()
            .filter(|need| !needs.contains(&need.as_str()))
            .map(|need| format!("{need} is not among {needs:?}")),
    );
    for (id, suffixes) in &expect.cites {
        let cited = cited(report, id);
        problems.extend(
            suffixes
                .iter()
                .filter(|suffix| !cited.iter().any(|path| path.ends_with(suffix.as_str())))
                .map(|suffix| format!("{id} does not cite {suffix}: {cited:?}")),
        );
    }
    problems
}

fn cited(report: &Value, id: &str) -> Vec<String> {
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id);
    let evidence = finding.map(|finding| finding["evidence"].as_array().unwrap().clone()).unwrap_or_default();
    evidence
        .iter()
        .flat_map(|item| item["cites"].as_array().unwrap().clone())
        .map(|cite| cite["artifact"].as_str().unwrap().to_owned())
        .collect()
}

/// The contract beside the project, where it is present, and the project's own schema always.
fn schemas() -> Vec<jsonschema::Validator> {
    let own = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report.schema.json")).unwrap();
    let mut texts = vec![own];
    match std::env::var_os("OUTLOOK_TRIAGE_CORPUS") {
        Some(corpus) => {
            let contract = Path::new(&corpus).join("../report.schema.json");
            match std::fs::read_to_string(&contract) {
                Ok(text) => texts.push(text),
                Err(error) => println!("SKIPPED: the contract: {error}"),
            }
        }
        None => println!("SKIPPED: the contract: OUTLOOK_TRIAGE_CORPUS is not set"),
    }
    texts.iter().map(|text| jsonschema::validator_for(&serde_json::from_str(text).unwrap()).unwrap()).collect()
}

#[test]
fn every_report_of_every_case_is_valid_in_both_languages() {
    let schemas = schemas();
    let mut failures = Vec::new();
    for name in names() {
        let case = open(&upload(&name), &options(None));
        for lang in [Lang::En, Lang::Ja] {
            let report = report(&case, lang);
            for schema in &schemas {
                failures.extend(
                    schema
                        .iter_errors(&report)
                        .take(3)
                        .map(|error| format!("{name} {lang:?}: {} {error}", error.instance_path())),
                );
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn the_same_case_gives_the_same_bytes_whatever_the_threads() {
    let path = upload("everything-wrong");
    let once = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| json(&open(&path, &options(None)).report(&KNOWLEDGE, &Limits::default(), Lang::En)))
    };
    let first = once(1);
    for threads in [2, 8] {
        assert_eq!(once(threads), first, "{threads} threads");
    }
}
