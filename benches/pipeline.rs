//! Time of each stage on forged input of a realistic mixture, and of whole cases: `cargo bench`.
//!
//! Wall time and peak memory of the program itself: `benches/figures.sh`. Both are kept in `benches/FIGURES.md`.

// A bench stops by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use forge::bundle::{Files, Names, zip};
use forge::case::{Upload, upload};
use forge::scenario::Scenario;
use outlook_triage::authoring::cases::run_all;
use outlook_triage::bundle::{CaseInput, Certainty, TextEncoding};
use outlook_triage::case::{Knowledge, Options, analyze};
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::Parsed;
use outlook_triage::parse::{Context, Input, cmdkey, event_json, event_xml, evtx, reg};
use outlook_triage::plan::{Audience, Playbook};
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;

use common::copies;

/// The case with the most in it; its unrelated events and keys are multiplied.
const RICH: (&str, u32) = ("everything-wrong", 20);
/// A collection of 60 MB from a PC alone, 540 MB expanded; `figures.sh` writes the same.
const LARGE: (&str, u32) = ("already-remediated", 1_700);
const SMALL: &str = "only-system-log/bundle";

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases")
}

fn files((case, factor): (&str, u32)) -> Files {
    let text = std::fs::read_to_string(cases().join(case).join("scenario.yaml")).unwrap();
    let mut scenario = Scenario::parse(&text).unwrap();
    scenario.scale(factor);
    match upload(&scenario, "scaled").unwrap() {
        Upload::Zip(files) | Upload::Folder(files) => files,
    }
}

/// The largest file of a kind.
fn largest(files: &Files, extension: &str) -> Vec<u8> {
    let of_kind = files.iter().filter(|(name, _)| name.ends_with(extension));
    of_kind.map(|(_, bytes)| bytes).max_by_key(|bytes| bytes.len()).unwrap().clone()
}

fn parse(
    parser: fn(Input<'_>, Context<'_>) -> Parsed,
    bytes: &[u8],
    encoding: Option<&str>,
    interest: &Interest,
) -> Parsed {
    let limits = Limits::default();
    let encoding = encoding.map(|name| TextEncoding { name: name.to_owned(), certainty: Certainty::Certain });
    let mut reader = bytes;
    let size = bytes.len() as u64;
    parser(Input { reader: &mut reader, encoding, bytes: size }, Context { interest, limits: &limits })
}

fn parsers(c: &mut Criterion) {
    let files = files(RICH);
    let rules = RuleSet::builtin().unwrap().interest();
    let everything = Interest::everything();
    let log = largest(&files, ".evtx");
    let export = largest(&files, ".reg");
    let list = largest(&files, "cmdkey.txt");
    let mut group = c.benchmark_group("parse");
    group.sample_size(20).measurement_time(Duration::from_secs(8));
    group.throughput(Throughput::Bytes(log.len() as u64));
    group.bench_function("evtx, what rules ask for", |b| b.iter(|| parse(evtx::parse, black_box(&log), None, &rules)));
    group.bench_function("evtx, all events decoded", |b| {
        b.iter(|| parse(evtx::parse, black_box(&log), None, &everything));
    });
    let mut reader = ::evtx::EvtxParser::from_buffer(log.clone()).unwrap();
    let xml: String = reader.records().flatten().map(|record| record.data).collect();
    let json: String = reader.records_json().flatten().map(|record| record.data).collect();
    group.throughput(Throughput::Bytes(xml.len() as u64));
    group.bench_function("events as XML", |b| {
        b.iter(|| parse(event_xml::parse, black_box(xml.as_bytes()), Some("utf-8"), &rules));
    });
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.bench_function("events as JSON", |b| {
        b.iter(|| parse(event_json::parse, black_box(json.as_bytes()), Some("utf-8"), &rules));
    });
    group.throughput(Throughput::Bytes(export.len() as u64));
    group.bench_function("reg", |b| b.iter(|| parse(reg::parse, black_box(&export), Some("utf-16le"), &rules)));
    group.throughput(Throughput::Bytes(list.len() as u64));
    group.bench_function("cmdkey", |b| b.iter(|| parse(cmdkey::parse, black_box(&list), None, &rules)));
    group.finish();
}

fn rules(c: &mut Criterion) {
    let mut group = c.benchmark_group("rule");
    group.bench_function("load and check the built-in rules", |b| b.iter(|| RuleSet::builtin().unwrap()));
    let limits = Limits::default();
    let rules = RuleSet::load(&[copies(200, |_, text| text)], &limits).unwrap();
    let playbook = Playbook::load(&rules, &limits).unwrap();
    let cases = run_all(&rules, &playbook, &limits).len();
    assert!(rules.rules.len() == 200 && cases > 1_500, "{cases} cases");
    group.sample_size(10).throughput(Throughput::Elements(cases as u64));
    group.bench_function("test, 200 rules", |b| b.iter(|| run_all(&rules, &playbook, &limits)));
    group.finish();
}

fn whole(c: &mut Criterion) {
    let large = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench/trace-60.zip");
    if !large.exists() {
        std::fs::create_dir_all(large.parent().unwrap()).unwrap();
        std::fs::write(&large, zip(&files(LARGE), Names::Backslash).unwrap()).unwrap();
    }
    let limits = Arc::new(Limits::default());
    let knowledge = Knowledge::load(&[Pack::builtin()], &limits).unwrap();
    let mut group = c.benchmark_group("case");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    for (name, path) in [("smallest", cases().join(SMALL)), ("60 MB", large)] {
        group.bench_function(name, |b| b.iter(|| black_box(run(&path, &knowledge, &limits))));
    }
    group.finish();
}

fn run(path: &Path, knowledge: &Knowledge, limits: &Arc<Limits>) -> usize {
    let input = CaseInput { name: "bench".to_owned(), paths: vec![path.to_owned()] };
    let options = Options {
        facts: outlook_triage::fact::build::Options::default(),
        params: BTreeMap::new(),
        audience: Audience::Engineer,
        hash_all: false,
        limits: Arc::clone(limits),
    };
    let case = analyze(&input, knowledge, &options).unwrap();
    case.report(knowledge, limits, Lang::En).plan.len()
}

criterion_group!(benches, parsers, rules, whole);
criterion_main!(benches);
