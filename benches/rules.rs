//! Time to load, check and apply rules against their number and that of the facts: `cargo bench --bench rules`.
//!
//! Kept in `benches/FIGURES.md`, with the ratio for ten times as many: near ten is linear.

// A bench stops by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group, criterion_main};
use outlook_triage::authoring::given::{Given, read};
use outlook_triage::authoring::lint::lint;
use outlook_triage::fact::pattern::Pattern;
use outlook_triage::limits::Limits;
use outlook_triage::rule::compact;
use outlook_triage::rule::engine::{Settings, run};
use outlook_triage::rule::fields::Problems;
use outlook_triage::rule::node::{parse, with_room};
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;

use common::copies;

const RULES: [usize; 3] = [50, 500, 5_000];
const FACTS: [usize; 3] = [1_000, 10_000, 100_000];

/// The built-in pack with copies of its rules, each under an id and with a pattern of its own.
fn pack(rules: usize) -> Pack {
    copies(rules, |n, text| {
        let evidence = format!(
            "\nevidence:\n  - {{name: of-copy, class: weak, when: {{credential: {{target: {{matches: 'copy{n}-[\\w.-]+@.*'}}}}}}}}\n"
        );
        text.replacen("\nevidence:\n", &evidence, 1)
    })
}

fn loading(c: &mut Criterion) {
    let limits = Limits::default();
    let mut group = c.benchmark_group("rules");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(1));
    group.warm_up_time(Duration::from_millis(300));
    for rules in RULES {
        let pack = pack(rules);
        let packs = [pack.clone()];
        group.bench_function(BenchmarkId::new("load", rules), |b| {
            b.iter(|| RuleSet::load(black_box(&packs), &limits).unwrap());
        });
        let trees: Vec<Vec<u8>> = with_room(|| {
            let nodes = pack.files.iter().map(|(name, text)| parse(name, text).unwrap());
            let bytes = |node| {
                let mut out = Vec::new();
                compact::write(&node, &mut out);
                out
            };
            nodes.map(bytes).collect()
        });
        group.bench_function(BenchmarkId::new("trees as the shipped ones are read", rules), |b| {
            b.iter(|| trees.iter().map(|tree| compact::read(tree).unwrap()).collect::<Vec<_>>());
        });
        group.bench_function(BenchmarkId::new("compile", rules), |b| {
            b.iter(|| {
                let pattern =
                    |n: &usize| Pattern::new(format!("^(?:copy{n}-[\\w.-]+@.*)$"), true, limits.pattern_compiled);
                (0..rules).filter(|n| pattern(n).unwrap().is_match("copy1-x@y")).count()
            });
        });
        // A lint of thousands of rules takes seconds: it is measured once, whatever the number of samples.
        let once = OnceCell::new();
        group.bench_function(BenchmarkId::new("lint", rules), |b| {
            b.iter_custom(|times| {
                let measure = || {
                    let start = Instant::now();
                    black_box(lint(black_box(&packs), &limits));
                    start.elapsed()
                };
                let one = if rules < 5_000 { measure() } else { *once.get_or_init(measure) };
                one * u32::try_from(times).unwrap_or(u32::MAX)
            });
        });
    }
    group.finish();
}

/// A case with refusals on a domain controller, and registry values that no rule asks for.
fn facts(set: &RuleSet, events: usize, values: usize) -> Given {
    let text = format!(
        "{{subject: {{sid: S-1-5-21-1-2-3-1104, names: [u@contoso.com]}}, as-of: \"2014-06-12T00:00:00Z\",
          product: [{{name: outlook, version: \"15.0.4420.1017\"}}],
          event: [{{at: \"2014-06-02T00:00:00Z\", repeat: {n}, every: 7s, provider: Microsoft-Windows-Security-Auditing, id: 4771,
                   user: u@contoso.com, computer: DC1, data: {{Status: \"0x18\"}}}},
                  {{at: \"2014-06-02T00:00:03Z\", repeat: {n}, every: 7s, provider: Microsoft-Windows-Security-Auditing, id: 4768,
                   user: u@contoso.com, computer: DC1, data: {{Status: \"0x0\"}}}}],
          registry: {{'Software\\Microsoft\\Office\\15.0\\Outlook\\RPC': {{Other: {{dword: 1}}}}}},
          coverage: {{Security: [{{role: dc, computer: DC1, from: \"2014-06-01T00:00:00Z\", to: \"2014-06-12T00:00:00Z\"}}]}}}}",
        n = (events / 2).min(10_000)
    );
    let node = with_room(|| parse("given", &text)).unwrap();
    let mut problems = Problems::new("given");
    let mut given = read(&node, &set.catalogue, &mut problems).unwrap();
    assert!(problems.list.is_empty(), "{:?}", problems.list);
    let few = given.facts.events.clone();
    for n in 1..events.div_ceil(few.len().max(1)) {
        given.facts.events.extend(few.iter().cloned().map(|mut event| {
            event.record += u64::try_from(n * few.len()).unwrap();
            event.at.at += jiff::SignedDuration::from_millis(i64::try_from(n).unwrap());
            event
        }));
    }
    given.facts.events.sort_by_key(|event| (event.at.at, event.record));
    let value = given.facts.registry[0].clone();
    for n in 1..values {
        let mut other = value.clone();
        other.key = format!("{}\\{}", value.key, n % 1_000);
        other.name = format!("Value{n}");
        given.facts.registry.push(other);
    }
    given
}

fn evaluation(c: &mut Criterion) {
    let limits = Limits::default();
    let params = BTreeMap::new();
    let mut group = c.benchmark_group("evaluate");
    group.sample_size(10).sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_secs(1));
    group.warm_up_time(Duration::from_millis(300));
    let mut bench = |name: &str, number: usize, set: &RuleSet, given: &Given| {
        let settings = Settings { params: &params, kinds: &given.kinds, overrides: &[], limits: &limits, era: None };
        group.bench_function(BenchmarkId::new(name, number), |b| {
            b.iter(|| run(black_box(&given.facts), set, &settings).0.findings.len());
        });
    };
    for rules in RULES {
        let set = RuleSet::load(&[pack(rules)], &limits).unwrap();
        bench("rules, 1,000 events", rules, &set, &facts(&set, 1_000, 1_000));
    }
    let set = RuleSet::builtin().unwrap();
    for number in FACTS {
        bench("events, built-in rules", number, &set, &facts(&set, number, 1_000));
        bench("registry values, built-in rules", number, &set, &facts(&set, 1_000, number));
    }
    group.finish();
}

criterion_group!(benches, loading, evaluation);
criterion_main!(benches);
