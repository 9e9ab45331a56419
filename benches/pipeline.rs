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
use outlook_triage::bundle::{ArtifactKind, CaseInput, Certainty, TextEncoding};
use outlook_triage::case::{Knowledge, Options, analyze};
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::Parsed;
use outlook_triage::parse::{Context, Input, cmdkey, event_json, event_xml, evtx, parser, reg};
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

/// A format's kind, and a file of it: what stands once, what is repeated, and what stands at the end.
type Shape = (ArtifactKind, &'static str, &'static str, &'static str);

/// Those of text that `parsers` does not measure. Their files are small; what counts is that none is slow.
const SHAPES: [Shape; 27] = [
    (
        ArtifactKind::EventCsv,
        "Level,Date and Time,Source,Event ID,Task Category\r\n",
        "Information,3/5/2026 10:00:00 AM,Outlook,45,None,\"Outlook loaded the following add-in(s):\nName: a\"\r\n",
        "",
    ),
    (
        ArtifactKind::EventList,
        "",
        "TimeCreated  : 3/28/2026 11:15:30 AM\r\nProviderName : Outlook\r\nId           : 45\r\nMessage      : one\r\n               two\r\n\r\n",
        "",
    ),
    (
        ArtifactKind::EventText,
        "",
        "Event[0]:\r\n  Log Name: Application\r\n  Source: Outlook\r\n  Date: 2026-03-05T10:00:00.000\r\n  Event ID: 45\r\n\
           Level: Information\r\n  User: N/A\r\n  Computer: PC0123\r\n  Description: \r\ntext\r\n\r\n",
        "",
    ),
    (
        ArtifactKind::EventClixml,
        CLIXML,
        "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN><Props><I32 N=\"Id\">45</I32><S N=\"ProviderName\">Outlook</S><DT N=\"TimeCreated\">2026-03-05T10:00:00Z</DT></Props></Obj>",
        "</Objs>",
    ),
    (
        ArtifactKind::Clixml,
        CLIXML,
        "<Obj RefId=\"0\"><MS><S N=\"Name\">a</S><I32 N=\"Value\">1</I32></MS></Obj>",
        "</Objs>",
    ),
    (
        ArtifactKind::CollectorLog,
        "datetime,thread_relative_delta,thread,function,category,message\r\n",
        "2026-03-05T10:00:00.0000000+09:00,0,1,Save-Registry,Information,saved\r\n",
        "",
    ),
    (ArtifactKind::Dsregcmd, "+----+\r\n| SSO State |\r\n+----+\r\n", "                AzureAdPrt : YES\r\n", ""),
    (
        ArtifactKind::ConnectionStatus,
        "Server name\tStatus\tProtocol\tAuthn\r\n",
        "outlook.office365.com\tEstablished\tHTTP\tBearer*\r\n",
        "",
    ),
    (
        ArtifactKind::AutodiscoverXml,
        "<Autodiscover><Response>",
        "<Protocol><Type>EXCH</Type><Server>a</Server><AuthPackage>Ntlm</AuthPackage></Protocol>",
        "</Response></Autodiscover>",
    ),
    (ArtifactKind::W32tm, "", "10:15:30, +00.0123456s\r\n", ""),
    (ArtifactKind::Hosts, "", "10.0.0.1 sts.contoso.example\r\n", ""),
    (
        ArtifactKind::Ipconfig,
        "Windows IP Configuration\r\n\r\n",
        "   Host Name . . . . . . . . . . . . : PC0123\r\n",
        "",
    ),
    (
        ArtifactKind::Netsh,
        "Current WinHTTP proxy settings:\r\n\r\n",
        "    Bypass List     :  *.contoso.example;<local>\r\n",
        "",
    ),
    (
        ArtifactKind::Sslcert,
        "SSL Certificate bindings:\r\n",
        "    IP:port                      : 0.0.0.0:443\r\n    Certificate Hash             : 3f1c9a52d07e4b86a1f0c2d3e4b5a69788190a2b\r\n",
        "",
    ),
    (ArtifactKind::Nltest, "", "Trusted DC Connection Status Status = 5 0x5 ERROR_ACCESS_DENIED\r\n", ""),
    (
        ArtifactKind::Setspn,
        "CN=svc_adfs,OU=Service,DC=contoso,DC=example\r\n",
        "\thost/fs.contoso.example\r\n",
        "\r\nExisting SPN found!\r\n",
    ),
    (
        ArtifactKind::Klist,
        "Cached Tickets: (1)\r\n",
        "#0>\tClient: a.tanaka @ CONTOSO.EXAMPLE\r\n\tServer: HTTP/fs.contoso.example @ CONTOSO.EXAMPLE\r\n",
        "",
    ),
    (ArtifactKind::Nslookup, "", "Name:    sts.contoso.example\r\nAddress:  10.0.0.1\r\n\r\n", ""),
    (
        ArtifactKind::RegQuery,
        "HKEY_CURRENT_USER\\Software\\Microsoft\\Exchange\r\n",
        "    Name    REG_DWORD    0x1\r\n",
        "",
    ),
    (ArtifactKind::PowershellText, "", "SamAccountName : a.tanaka\r\nLockedOut      : False\r\n\r\n", ""),
    (ArtifactKind::PowershellCsv, "\"SamAccountName\",\"LockedOut\"\r\n", "\"a.tanaka\",\"False\"\r\n", ""),
    (ArtifactKind::PowershellJson, "[", "{\"SamAccountName\": \"a.tanaka\", \"LockedOut\": false},", "{}]"),
    (
        ArtifactKind::MapiProfileXml,
        "<profile profilename= \"P\">\r\n<properties listtype=\"profilesection\" profilesection=\"0\">\r\n",
        "<property tag = \"0x66190003\" type = \"PT_LONG\" >\r\n\t<Name>PR_PROFILE_AUTH_PACKAGE</Name>\r\n\t<Value>10</Value>\r\n\t<AltValue>0xA</AltValue>\r\n</property>\r\n",
        "</properties>\r\n</profile>\r\n",
    ),
    (
        ArtifactKind::Prf,
        "[Service1]\r\n",
        "HomeServer=ex01.contoso.example\r\n",
        "[x]\r\nHomeServer=PT_STRING8,0x6608\r\n",
    ),
    (ArtifactKind::OutlookLog, "", "1\t2\t03/05/26 10:22:33\tGetLastError=0; httpStatus=401.\r\n", ""),
    (
        ArtifactKind::ConnectivityAnalyzer,
        "<html>",
        "<li><div>Attempting to resolve the host name a in DNS.</div><div>The host name resolved successfully.</div></li>",
        "</html>",
    ),
    (
        ArtifactKind::Gpresult,
        "<html><table>",
        "<tr><td>Authentication</td><td>Enabled</td><td>Mail policy</td></tr>\r\n",
        "</table></html>",
    ),
];
const CLIXML: &str = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

fn formats(c: &mut Criterion) {
    let everything = Interest::everything();
    let mut group = c.benchmark_group("parse, small formats");
    group.sample_size(10).measurement_time(Duration::from_secs(2));
    for (kind, head, unit, tail) in SHAPES {
        let text = format!("{head}{}{tail}", unit.repeat((1 << 20) / unit.len()));
        let parser = parser(kind).unwrap();
        assert!(parse(parser, text.as_bytes(), Some("utf-8"), &everything).seen > 0, "{kind:?} says nothing");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(kind.id(), |b| {
            b.iter(|| parse(parser, black_box(text.as_bytes()), Some("utf-8"), &everything));
        });
    }
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

criterion_group!(benches, parsers, formats, rules, whole);
criterion_main!(benches);
