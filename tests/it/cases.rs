//! Whole cases with real files: every stage runs, and the result is what `expect.yaml` says, in both languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use outlook_triage::authoring::whole::{self, Confusion, Outcome};
use outlook_triage::bundle::CaseInput;
use outlook_triage::case::{Case, Knowledge, Options, analyze};
use outlook_triage::fact::build::Options as FactOptions;
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::plan::Audience;
use outlook_triage::report::json::json;
use outlook_triage::rule::pack::Pack;
use rayon::prelude::*;
use serde_json::Value;

/// What stands around the table in `fixtures/README.md`.
const TABLE: [&str; 2] = ["<!-- the table of the cases -->", "<!-- its end -->"];

pub(crate) static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::load(&[Pack::builtin()], &Limits::default()).expect("the builtin pack loads"));

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
    whole::upload(&folder().join(case)).expect("an upload")
}

pub(crate) fn open(path: &Path, options: &Options) -> Case {
    let input = CaseInput { name: "bundle".to_owned(), paths: vec![path.to_owned()] };
    analyze(&input, &KNOWLEDGE, options).expect("the case can be read")
}

pub(crate) fn report(case: &Case, lang: Lang) -> Value {
    serde_json::from_str(&json(&case.report(&KNOWLEDGE, &Limits::default(), lang))).expect("JSON")
}

/// The contract beside the project, where it is present, and the project's own schema always.
pub(crate) fn schemas() -> Vec<jsonschema::Validator> {
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

/// Each case is analysed once: its English report is compared with the expectation, and the reports in both languages with the
/// schemas.
#[test]
fn every_case_shows_what_it_must_and_every_report_is_valid_in_both_languages() {
    let limits = Arc::new(Limits::default());
    let cases = whole::find(&[folder()], &KNOWLEDGE, &limits).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>(), names());
    assert!(cases.len() >= 42, "{}", cases.len());
    let schemas = schemas();
    let (outcomes, failures): (Vec<Outcome>, Vec<Vec<String>>) = cases
        .par_iter()
        .with_max_len(1)
        .map(|whole| {
            let (outcome, case) = whole.run(&KNOWLEDGE, &limits);
            let case = case.expect("the case can be read");
            let mut failures: Vec<String> =
                outcome.differences.iter().map(|difference| format!("{}: {difference:?}", whole.name)).collect();
            for lang in [Lang::En, Lang::Ja] {
                let report = report(&case, lang);
                for schema in &schemas {
                    let wrong = schema.iter_errors(&report).take(3);
                    failures.extend(
                        wrong.map(|error| format!("{} {lang:?}: {} {error}", whole.name, error.instance_path())),
                    );
                }
            }
            (outcome, failures)
        })
        .unzip();
    let table = Confusion::of(&cases, &outcomes, &KNOWLEDGE.rules);
    println!("{}", table.markdown());
    let failures = failures.concat();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    kept(&table);
}

/// The table of `fixtures/README.md` is the one of the cases, and no rule is wrong in it: a rule that names a cause where there is
/// none has evidence that is too strong.
fn kept(table: &Confusion) {
    assert_eq!(table.wrong(), [""; 0], "these rules miss a cause or name a wrong one; see fixtures/README.md");
    let path = folder().with_file_name("README.md");
    let text = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (before, rest) = text.split_once(TABLE[0]).expect("where the table begins");
    let (_, after) = rest.split_once(TABLE[1]).expect("where the table ends");
    let fresh = format!("{before}{}\n{}{}{after}", TABLE[0], table.markdown(), TABLE[1]);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    } else if text != fresh {
        panic!("UPDATE_DOCS=1 cargo test --test it -- every_case writes the table of fixtures/README.md anew");
    }
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
