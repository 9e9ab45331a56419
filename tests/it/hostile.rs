//! Bytes that nobody meant: every parser takes thousands of damaged files without a panic, without standing still and in bounded
//! memory, and its work grows with the input, not faster.
//!
//! `OUTLOOK_TRIAGE_MUTANTS` is the number of damaged files a parser is given (10,000 unless set); the seed is fixed.

mod growth;
mod mutate;
mod worst;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use outlook_triage::bundle::decode::detect;
use outlook_triage::bundle::{ArtifactKind, Intake, open_bytes};
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::{Context, Input, parser};

use mutate::Mutator;

/// As small as that of a worker.
const STACK: usize = 2 << 20;
const SLOWEST: Duration = Duration::from_secs(2);
/// Of the whole process, above what it held before.
const MOST_MEMORY: u64 = 256 << 20;

/// Reads one artifact as the program does: its encoding decided first, and everything asked for.
fn read(kind: ArtifactKind, bytes: &[u8]) -> u64 {
    let (limits, interest) = (Limits::default(), Interest::everything());
    let encoding = (kind != ArtifactKind::Evtx).then(|| detect(bytes, true));
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding, bytes: bytes.len() as u64 };
    let parsed = parser(kind).expect("a parser")(input, Context { interest: &interest, limits: &limits });
    assert!(parsed.issues.len() < 2_000, "{} issues", parsed.issues.len());
    parsed.seen
}

/// Opens an archive and reads every entry.
fn unpack(bytes: &[u8]) -> u64 {
    let limits = Limits {
        total_expanded: 8 << 20,
        entry: 2 << 20,
        ratio_after: 1 << 20,
        entries_per_container: 200,
        ..Limits::default()
    };
    let bundle = open_bytes("case", bytes.to_vec(), &limits, false);
    let mut total = 0;
    for artifact in &bundle.artifacts {
        assert!(artifact.path.components().all(|part| !part.is_empty() && part != "." && part != ".."));
        if artifact.intake == Intake::Readable {
            let mut content = Vec::new();
            let _ = artifact.open(&limits).and_then(|mut reader| reader.read_to_end(&mut content));
            total += content.len() as u64;
        }
    }
    assert!(total <= limits.total_expanded + (64 << 10));
    total
}

fn fixtures(folder: &str) -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts").join(folder);
    let mut paths: Vec<_> = std::fs::read_dir(path).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// Highest and current resident memory, where the system tells.
fn memory(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib << 10)
}

/// Damages the seeds again and again, and reads what comes of it.
fn survives(name: &str, seeds: &[Vec<u8>], read: fn(&[u8]) -> u64) {
    let number = std::env::var("OUTLOOK_TRIAGE_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000_u64);
    let before = memory("VmRSS:");
    let seeds = seeds.to_vec();
    let work = move || {
        let mut failures = Vec::new();
        let mut understood = 0_u64;
        for seed in &seeds {
            assert!(read(seed) > 0, "a seed says something");
        }
        for case in 0..number {
            let bytes = Mutator::new(case).damage(&seeds);
            let once = || {
                let begin = Instant::now();
                let outcome = catch_unwind(AssertUnwindSafe(|| read(&bytes)));
                (outcome, begin.elapsed())
            };
            let (outcome, mut taken) = once();
            if taken > SLOWEST {
                // The machine may have been busy with something else.
                taken = once().1;
            }
            match outcome {
                Ok(_) if taken > SLOWEST => failures.push(format!("case {case}: {taken:?}")),
                Ok(seen) => understood += u64::from(seen > 0),
                Err(_) => failures.push(format!("case {case}: panic")),
            }
        }
        (failures, understood)
    };
    let (failures, understood) = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap();
    assert!(failures.is_empty(), "{name}: {failures:?}");
    assert!(understood > number / 8, "{name}: only {understood} of {number} damaged files still said something");
    // Tests of one process share its memory; the gate runs each in a process of its own.
    if std::env::var_os("NEXTEST").is_none() {
        println!("SKIPPED: memory of damaged files ({name}): not alone in the process");
    } else if let (Some(before), Some(peak)) = (before, memory("VmHWM:")) {
        assert!(peak.saturating_sub(before) < MOST_MEMORY, "{name}: {} MiB", peak.saturating_sub(before) >> 20);
    }
}

#[test]
fn damaged_registry_exports() {
    survives("reg", &fixtures("reg")[..5], |bytes| read(ArtifactKind::RegExport, bytes));
}

#[test]
fn damaged_credential_lists() {
    survives("cmdkey", &fixtures("cmdkey"), |bytes| read(ArtifactKind::CmdkeyList, bytes) + 1);
}

#[test]
fn damaged_objects() {
    survives("clixml", &fixtures("clixml"), |bytes| read(ArtifactKind::Clixml, bytes));
}

#[test]
fn damaged_states_of_a_device() {
    survives("dsregcmd", &fixtures("dsregcmd"), |bytes| read(ArtifactKind::Dsregcmd, bytes));
}

#[test]
fn damaged_outputs_of_programs() {
    survives("connection-status", &fixtures("connection-status"), |bytes| read(ArtifactKind::ConnectionStatus, bytes));
    survives("autodiscover", &fixtures("autodiscover"), |bytes| read(ArtifactKind::AutodiscoverXml, bytes));
    survives("w32tm", &fixtures("w32tm"), |bytes| read(ArtifactKind::W32tm, bytes));
    survives("hosts", &fixtures("hosts"), |bytes| read(ArtifactKind::Hosts, bytes));
    survives("ipconfig", &fixtures("ipconfig"), |bytes| read(ArtifactKind::Ipconfig, bytes));
    survives("netsh", &fixtures("netsh"), |bytes| read(ArtifactKind::Netsh, bytes));
    survives("nslookup", &fixtures("nslookup"), |bytes| read(ArtifactKind::Nslookup, bytes));
    survives("sslcert", &fixtures("sslcert"), |bytes| read(ArtifactKind::Sslcert, bytes));
    survives("nltest", &fixtures("nltest"), |bytes| read(ArtifactKind::Nltest, bytes));
    survives("setspn", &fixtures("setspn"), |bytes| read(ArtifactKind::Setspn, bytes));
    survives("klist", &fixtures("klist"), |bytes| read(ArtifactKind::Klist, bytes));
    survives("reg-query", &fixtures("reg-query"), |bytes| read(ArtifactKind::RegQuery, bytes));
}

#[test]
fn damaged_reports() {
    survives("connectivity-analyzer", &fixtures("connectivity-analyzer"), |bytes| {
        read(ArtifactKind::ConnectivityAnalyzer, bytes)
    });
    survives("gpresult", &fixtures("gpresult"), |bytes| read(ArtifactKind::Gpresult, bytes));
    survives("outlook-log", &fixtures("outlook-log"), |bytes| read(ArtifactKind::OutlookLog, bytes));
}

#[test]
fn damaged_profile_files() {
    survives("prf", &fixtures("prf"), |bytes| read(ArtifactKind::Prf, bytes));
}

#[test]
fn damaged_exports_of_a_profile() {
    survives("mapi-profile-xml", &fixtures("mapi-profile-xml"), |bytes| read(ArtifactKind::MapiProfileXml, bytes));
}

#[test]
fn damaged_exports_of_powershell() {
    survives("powershell-list", &fixtures("powershell-list"), |bytes| read(ArtifactKind::PowershellText, bytes));
    survives("powershell-csv", &fixtures("powershell-csv"), |bytes| read(ArtifactKind::PowershellCsv, bytes));
    survives("powershell-json", &fixtures("powershell-json"), |bytes| read(ArtifactKind::PowershellJson, bytes));
}

#[test]
fn damaged_logs_of_the_collector() {
    survives("collector-log", &fixtures("collector-log"), |bytes| read(ArtifactKind::CollectorLog, bytes));
}

#[test]
fn damaged_events_as_xml() {
    survives("event-xml", &fixtures("event-xml"), |bytes| read(ArtifactKind::EventXml, bytes));
}

#[test]
fn damaged_events_as_clixml() {
    survives("event-clixml", &fixtures("event-clixml"), |bytes| read(ArtifactKind::EventClixml, bytes));
}

#[test]
fn damaged_events_as_json() {
    survives("event-json", &fixtures("event-json"), |bytes| read(ArtifactKind::EventJson, bytes));
}

#[test]
fn damaged_tables_of_events() {
    survives("event-csv", &fixtures("event-csv"), |bytes| read(ArtifactKind::EventCsv, bytes));
}

#[test]
fn damaged_texts_of_events() {
    survives("event-list", &fixtures("event-list"), |bytes| read(ArtifactKind::EventList, bytes));
    survives("event-text", &fixtures("event-text"), |bytes| read(ArtifactKind::EventText, bytes));
}

#[test]
fn damaged_event_logs() {
    use forge::evtx::{Event, Options, write};
    let at: jiff::Timestamp = "2014-06-02T00:00:00Z".parse().unwrap();
    let events: Vec<Event> = vec![
        Event::new("Outlook", 45, at).text(["one", "two"]),
        Event::new("Microsoft-Windows-Security-Auditing", 4625, at)
            .on("Security", "DC1.contoso.example")
            .audit(false)
            .field("TargetUserName", "u")
            .field("SubStatus", "0xc000006a"),
        Event::new("Microsoft-Windows-Security-Auditing", 4771, at)
            .on("Security", "DC1.contoso.example")
            .audit(false)
            .field("TargetUserName", "u")
            .field("Status", "0x18"),
        Event::new("Outlook", 45, at).text(["three"]),
    ];
    survives("evtx", &[write(&events, &Options::default()).unwrap()], |bytes| read(ArtifactKind::Evtx, bytes));
}

#[test]
fn damaged_archives() {
    use std::io::Write as _;
    let archive = |files: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let list = &fixtures("cmdkey")[4];
    let log = &fixtures("collector-log")[0];
    let inner = archive(&[("Log.csv", log.as_slice())]);
    let outer = archive(&[
        ("Configuration/OS/cmdkey.txt", list.as_slice()),
        ("inner.zip", inner.as_slice()),
        ("a/b.txt", b"x"),
    ]);
    // Bytes that are no archive any more are one artifact; what counts is that they are taken.
    survives("zip", &[outer, inner], |bytes| unpack(bytes) + 1);
}
