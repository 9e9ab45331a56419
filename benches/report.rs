//! Time of each renderer and size of what it writes: `cargo bench --bench report`.
//!
//! A row a renderer, on the shipped case with the largest report and on ten thousand findings. Kept in `benches/FIGURES.md`.

// A bench stops by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use outlook_triage::bundle::CaseInput;
use outlook_triage::case::{Knowledge, Options, analyze};
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::plan::{Audience, Reader};
use outlook_triage::report::html::{self, Page};
use outlook_triage::report::json::json;
use outlook_triage::report::mail::{self, Drafts};
use outlook_triage::report::model::Report;
use outlook_triage::report::terminal::{self, Terminal};
use outlook_triage::report::{csv, markdown};
use outlook_triage::rule::pack::Pack;

const FINDINGS: usize = 10_000;
const LARGEST: &str = "fixtures/cases/everything-wrong/bundle.zip";

type Renderer = fn(&Report) -> String;

/// One row each.
const RENDERERS: &[(&str, Renderer)] = &[
    ("json", |report| json(report)),
    ("terminal", |report| terminal::case(report, &Terminal { width: 120, colour: true, lang: Lang::En, exit_code: 1 })),
    ("html", |report| html::case(report, &Page { lang: Lang::En, exit_code: 1 })),
    ("markdown", |report| markdown::case(report, Lang::En)),
    ("mail", |report| mail::case(report, Reader::User, Drafts::Both, Lang::En)),
    ("csv", |report| csv::head() + &csv::rows(report, Lang::En)),
];

fn largest() -> Report {
    let limits = Arc::new(Limits::default());
    let knowledge = Knowledge::load(&[Pack::builtin()], &limits).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LARGEST);
    let options = Options {
        facts: outlook_triage::fact::build::Options::default(),
        params: BTreeMap::new(),
        audience: Audience::Engineer,
        hash_all: false,
        limits: Arc::clone(&limits),
    };
    let input = CaseInput { name: "bench".to_owned(), paths: vec![path] };
    analyze(&input, &knowledge, &options).unwrap().report(&knowledge, &limits, Lang::En)
}

/// The same report with its findings again and again under ids of their own, all of them suspected and named by a step.
fn many(report: &Report) -> Report {
    let mut many = report.clone();
    for number in many.findings.len()..FINDINGS {
        let mut finding = report.findings[number % report.findings.len()].clone();
        finding.id = format!("{}-{number}", finding.id);
        many.headline.suspected.push(finding.id.clone());
        many.plan[0].findings.push(finding.id.clone());
        many.findings.push(finding);
    }
    many
}

fn renderers(c: &mut Criterion) {
    let largest = largest();
    let many = many(&largest);
    let mut group = c.benchmark_group("report");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300));
    for (input, report) in [("largest case", &largest), ("10,000 findings", &many)] {
        for (name, render) in RENDERERS {
            println!("report/{name}/{input}: {} bytes", render(report).len());
            group.bench_function(BenchmarkId::new(*name, input), |b| b.iter(|| render(black_box(report))));
        }
    }
    group.finish();
}

criterion_group!(benches, renderers);
criterion_main!(benches);
