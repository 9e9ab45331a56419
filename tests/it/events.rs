//! Every export of a log says what the log says: cases whose logs were exported by other programs are the same cases, and real
//! logs that libevtx and the `evtx` crate print as XML and JSON give the same rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use outlook_triage::bundle::{ArtifactKind, sniff};
use outlook_triage::case::Case;
use outlook_triage::fact::EventFact;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::{EventRecord, Export, LogSummary, Parsed, Record};
use outlook_triage::parse::{Context, Input, parser};

use crate::cases;

fn parse(kind: ArtifactKind, bytes: &[u8]) -> Parsed {
    let (limits, interest) = (Limits::default(), Interest::everything());
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    parser(kind).unwrap()(input, Context { interest: &interest, limits: &limits })
}

/// Events without what only says how they came here.
fn events(parsed: &Parsed) -> Vec<EventRecord> {
    let event = |record: &Record| match record {
        Record::Event(event) => EventRecord { export: Export::default(), ..event.clone() },
        other => panic!("{other:?}"),
    };
    parsed.records.iter().map(event).collect()
}

/// Every record as XML, one behind the other, as `wevtutil` prints them.
fn xml(log: &[u8]) -> String {
    let mut parser = evtx::EvtxParser::from_buffer(log.to_vec()).unwrap();
    parser.records().flatten().fold(String::new(), |mut text, record| {
        let _ = writeln!(text, "{}", record.data.replace("<?xml version=\"1.0\" encoding=\"utf-8\"?>", ""));
        text
    })
}

/// Every record as `evtx_dump` prints it unless told otherwise: a line with its number, and a whole XML file.
fn dumped(log: &[u8]) -> String {
    let mut parser = evtx::EvtxParser::from_buffer(log.to_vec()).unwrap();
    parser.records().flatten().fold(String::new(), |mut text, record| {
        let _ = write!(text, "Record {}\n{}\n", record.event_record_id, record.data);
        text
    })
}

/// Every record as `evtx_dump` prints it as JSON.
fn json(log: &[u8]) -> String {
    let mut parser = evtx::EvtxParser::from_buffer(log.to_vec()).unwrap();
    parser.records_json().flatten().fold(String::new(), |mut text, record| {
        let _ = write!(text, "Record {}\n{}\n", record.event_record_id, record.data);
        text
    })
}

/// The files of an upload, archives opened.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    if path.is_file() {
        let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let name = entry.name().unwrap().replace('\\', "/");
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            found.insert(name, bytes);
        }
        return found;
    }
    let mut open = vec![path.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(path).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

fn is_log(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ElfFile\0")
}

/// A case with its logs as they are, and the same with each log exported.
fn both(name: &str, export: &dyn Fn(&[u8]) -> String) -> (Case, Case) {
    let open = |change: &dyn Fn(&[u8]) -> Vec<u8>| {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files(&cases::upload(name)) {
            if path.ends_with('/') {
                continue;
            }
            let target = folder.path().join(path);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            let bytes = if is_log(&bytes) { change(&bytes) } else { bytes };
            fs::write(target, bytes).unwrap();
        }
        cases::open(folder.path(), &cases::options(None))
    };
    (open(&|bytes| bytes.to_vec()), open(&|bytes| export(bytes).into_bytes()))
}

fn facts(case: &Case) -> Vec<EventFact> {
    case.facts.events.clone()
}

fn verdicts(case: &Case) -> String {
    let findings: Vec<String> =
        case.findings().iter().map(|finding| format!("{}: {:?}", finding.id, finding.status)).collect();
    findings.join("\n")
}

#[test]
fn logs_of_all_cases_give_the_same_records_as_xml() {
    let mut logs = 0;
    for name in cases::names() {
        for (path, bytes) in files(&cases::upload(&name)).into_iter().filter(|(_, bytes)| is_log(bytes)) {
            let log = parse(ArtifactKind::Evtx, &bytes);
            for text in [xml(&bytes), dumped(&bytes)] {
                assert_eq!(sniff(text.as_bytes(), true).kind, ArtifactKind::EventXml, "{name} {path}");
                let export = parse(ArtifactKind::EventXml, text.as_bytes());
                assert_eq!(events(&export), events(&log), "{name} {path}");
                assert_eq!(export.logs, log.logs, "{name} {path}");
                assert_eq!(
                    (export.seen, export.complete),
                    (log.seen, log.complete),
                    "{name} {path} {:?}",
                    export.issues
                );
            }
            logs += 1;
        }
    }
    assert!(logs > 30, "{logs}");
}

#[test]
fn cases_with_exported_logs_are_the_same_cases() {
    for name in cases::names() {
        for (form, export) in [("xml", &xml as &dyn Fn(&[u8]) -> String), ("json", &json)] {
            let (log, export) = both(&name, export);
            assert_eq!(verdicts(&export), verdicts(&log), "{name} {form}");
            assert_eq!(export.facts.coverage.logs, log.facts.coverage.logs, "{name} {form}");
            assert_eq!(facts(&export), facts(&log), "{name} {form}");
        }
    }
}

/// What `Get-WinEvent | ConvertTo-Json -Depth 3` writes: every value, no names, times of a millisecond.
fn powershell(log: &[u8]) -> String {
    let parsed = parse(ArtifactKind::Evtx, log);
    let rows = events(&parsed).into_iter().map(|event| {
        let values: Vec<_> = event.data.iter().map(|(_, value)| serde_json::json!({"Value": value})).collect();
        serde_json::json!({
            "Id": event.id, "Qualifiers": event.qualifiers, "Level": event.level, "Keywords": event.keywords.cast_signed(),
            "RecordId": event.record, "ProviderName": &*event.provider, "LogName": &*event.channel, "MachineName": &*event.computer,
            "UserId": event.user_sid.as_deref().map(|sid| serde_json::json!({"Value": sid})),
            "TimeCreated": format!("/Date({})/", event.at.as_millisecond()), "ActivityId": event.activity, "Properties": values,
        })
    });
    serde_json::to_string(&rows.collect::<Vec<_>>()).unwrap()
}

/// The columns of `Export-Csv` that stay what they were: no data, local times of a second.
fn table(log: &[u8]) -> String {
    let parsed = parse(ArtifactKind::Evtx, log);
    let mut text = String::from(
        "\"TimeCreated\",\"Id\",\"ProviderName\",\"RecordId\",\"LogName\",\"MachineName\",\"Keywords\",\"Message\"\n",
    );
    for event in events(&parsed) {
        let at = event.at.to_string().replace('T', " ").replace('-', "/");
        let (at, keywords) = (at.get(..19).unwrap(), event.keywords.cast_signed());
        let _ = writeln!(
            text,
            "\"{at}\",\"{}\",\"{}\",\"{}\",\"{}\",\"{}\",\"{keywords}\",\"?????\"",
            event.id, event.provider, event.record, event.channel, event.computer
        );
    }
    text
}

#[test]
fn values_without_names_are_enough_for_every_case() {
    let differ = |name: &String| {
        let (log, export) = both(name, &powershell);
        let (log, export) = (verdicts(&log), verdicts(&export));
        let lines = log.lines().zip(export.lines()).filter(|(log, export)| log != export);
        lines.map(|(log, export)| format!("{name}: {log}, in the export {export}")).collect::<Vec<_>>()
    };
    let differences: Vec<String> = cases::names().iter().flat_map(differ).collect();
    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn what_an_export_lost_is_never_shown_to_be_absent() {
    use outlook_triage::finding::Status;
    for name in cases::names() {
        let (log, export) = both(&name, &table);
        for (with, without) in log.findings().iter().zip(export.findings()) {
            assert_eq!(with.id, without.id);
            let denied = matches!(without.status, Status::RuledOut | Status::NotApplicable);
            assert!(
                !denied || with.status == without.status,
                "{name} {}: {:?} → {:?}",
                with.id,
                with.status,
                without.status
            );
        }
        // Logs in a bundle inside of the bundle, and exports, stay what they are.
        let has_log = files(&cases::upload(&name)).iter().any(|(_, bytes)| is_log(bytes));
        assert!(!has_log || export.facts.events.iter().any(|event| event.partial), "{name}");
    }
}

#[test]
fn local_times_are_placed_by_an_offset_or_prove_nothing() {
    use outlook_triage::issue::IssueCode;
    let text = "レベル,日付と時刻,ソース,イベント ID,タスクのカテゴリ\n情報,2026/03/05 11:15:30,Outlook,45,なし,x\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Application.csv");
    fs::write(&path, text).unwrap();
    let open = |offset: Option<i32>| {
        let mut options = cases::options(None);
        options.facts.utc_offset = offset;
        cases::open(&path, &options)
    };
    let has = |case: &Case| case.issues.iter().flatten().any(|issue| issue.code == IssueCode::ZoneUnknown);
    let placed = open(Some(9 * 3600));
    let event = &placed.facts.events[0];
    assert_eq!(
        (event.at.at.to_string().as_str(), event.at.zone_unknown, has(&placed)),
        ("2026-03-05T02:15:30Z", false, false)
    );
    assert_eq!(placed.facts.case.as_of, Some(event.at.at));
    let unknown = open(None);
    let event = &unknown.facts.events[0];
    assert_eq!(
        (event.at.at.to_string().as_str(), event.at.zone_unknown, has(&unknown)),
        ("2026-03-05T11:15:30Z", true, true)
    );
    assert_eq!(unknown.facts.case.as_of, None, "no age is counted from it");
    assert!(unknown.facts.coverage.logs.iter().all(|log| log.zone_unknown && log.window.from == log.window.to));
}

/// An export of the zone's rules places each season; the offset of one day is right to an hour on another.
#[test]
fn the_other_season_is_placed_by_the_rules_of_the_zone_or_doubted() {
    let table = "Level,Date and Time,Source,Event ID,Task Category\n\
                 Information,2026/07/05 09:00:00,Outlook,45,None,x\n\
                 Information,2026/01/05 09:00:00,Outlook,45,None,x\n";
    let rules = "Windows Registry Editor Version 5.00\r\n\r\n\
                 [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation]\r\n\
                 \"Bias\"=dword:ffffffc4\r\n\"DaylightBias\"=dword:ffffffc4\r\n\"StandardBias\"=dword:00000000\r\n\
                 \"DaylightStart\"=hex:00,00,03,00,05,00,02,00,00,00,00,00,00,00,00,00\r\n\
                 \"StandardStart\"=hex:00,00,0a,00,05,00,03,00,00,00,00,00,00,00,00,00\r\n";
    let log = |offset: &str| {
        format!(
            "datetime,thread_relative_delta,thread,function,category,message\r\n\
             2026-07-06T10:00:00.0000000{offset},0,1,Save-Registry,Information,saved\r\n"
        )
    };
    let open = |offset: &str, rules: &str| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("a.csv", table), ("Log.csv", log(offset).as_str()), ("zone.reg", rules)] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let case = cases::open(folder.path(), &cases::options(None));
        let times: Vec<(String, bool)> =
            case.facts.events.iter().map(|event| (event.at.at.to_string(), event.at.is_exact())).collect();
        let log = &case.facts.coverage.logs[0];
        (times, log.window.from.to_string(), log.window.to.to_string())
    };
    let event = |at: &str, is_exact: bool| (at.to_owned(), is_exact);
    let (times, from, to) = open("+02:00", rules);
    assert_eq!(times, [event("2026-01-05T08:00:00Z", true), event("2026-07-05T07:00:00Z", true)]);
    // A table may be a selection, so it covers a moment only.
    assert_eq!((from.as_str(), to.as_str()), ("2026-07-05T07:00:00Z", "2026-07-05T07:00:00Z"));
    // No rules, and rules that contradict what the run saw: another computer's.
    for (offset, rules) in [("+02:00", ""), ("+02:00", &rules.replace("ffffffc4\r\n\"Day", "ffffff88\r\n\"Day"))] {
        let (times, from, to) = open(offset, rules);
        assert_eq!(times, [event("2026-01-05T07:00:00Z", false), event("2026-07-05T07:00:00Z", false)]);
        assert_eq!((from.as_str(), to.as_str()), ("2026-07-05T06:00:00Z", "2026-07-05T06:00:00Z"), "what is certain");
    }
    let (times, ..) = open("+09:00", "");
    assert!(times.iter().all(|(_, is_exact)| *is_exact), "no zone with this offset has summer time");
}

#[test]
fn one_event_in_two_exports_is_one() {
    let at: jiff::Timestamp = "2026-03-05T02:15:30.1234567Z".parse().unwrap();
    let event = |n: u64, millisecond: i64| {
        let at = at + jiff::SignedDuration::from_millis(millisecond);
        let mut event = forge::evtx::Event::new("Outlook", 45, at).text(["x", ""]);
        event.record = n;
        event
    };
    let events = [event(100, 0), event(101, 1), event(102, 2_000)];
    let options = forge::evtx::Options { numbering: forge::evtx::Numbering::Exported, ..Default::default() };
    let log = forge::evtx::write(&events, &options).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).unwrap();
    put("a.evtx", &log);
    put("b.xml", xml(&log).as_bytes());
    put("c.json", powershell(&log).as_bytes());
    put("d.csv", table(&log).as_bytes());
    let row = |second: u32| format!("Information,2026/03/05 02:15:{second},Outlook,45,None,x\n");
    let viewer =
        format!("Level,Date and Time,Source,Event ID,Task Category\n{}{}{}{}", row(32), row(31), row(30), row(30));
    put("e.csv", viewer.as_bytes());
    let mut options = cases::options(None);
    options.facts.utc_offset = Some(0);
    let case = cases::open(folder.path(), &options);
    let found: Vec<(u64, bool)> = case.facts.events.iter().map(|event| (event.record, event.partial)).collect();
    // The one at second 31 stands in the table of Event Viewer alone.
    assert_eq!(found, [(100, false), (101, false), (0, true), (102, false)]);
}

/// Provider, id, time and number of every event.
type Row = (String, u16, String, u64);

fn rows(parsed: &Parsed) -> Vec<Row> {
    let mut rows: Vec<Row> = events(parsed)
        .into_iter()
        .map(|event| (event.provider.to_string(), event.id, event.at.to_string(), event.record))
        .collect();
    rows.sort();
    rows
}

fn python() -> Option<PathBuf> {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/interop/bin/python");
    let named = std::env::var_os("OUTLOOK_TRIAGE_PYTHON").map(PathBuf::from);
    named.into_iter().chain([installed, PathBuf::from("python3")]).find(|python| {
        Command::new(python).args(["-c", "import pyevtx"]).output().is_ok_and(|output| output.status.success())
    })
}

/// Real logs, each with every record as XML by libevtx.
fn real_logs() -> Option<Vec<(PathBuf, Vec<String>)>> {
    let Some(corpus) = std::env::var_os("OUTLOOK_TRIAGE_CORPUS") else {
        println!("SKIPPED: OUTLOOK_TRIAGE_CORPUS is not set");
        return None;
    };
    let Some(python) = python() else {
        println!("SKIPPED: no Python with libevtx (pip install libevtx-python)");
        return None;
    };
    let mut paths: Vec<PathBuf> =
        fs::read_dir(PathBuf::from(corpus).join("evtx")).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "evtx"));
    paths.sort();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/events.py");
    let output = Command::new(python).arg(script).args(&paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let read = lines.lines().map(|line| {
        let log: serde_json::Value = serde_json::from_str(line).unwrap();
        let records = log["records"].as_array().unwrap().iter().map(|xml| xml.as_str().unwrap().to_owned()).collect();
        (PathBuf::from(log["file"].as_str().unwrap()), records)
    });
    Some(read.collect())
}

#[test]
fn real_logs_as_xml_of_libevtx_give_the_rows_of_the_logs() {
    let Some(logs) = real_logs() else { return };
    let (mut wrong, mut total) = (Vec::new(), 0);
    for (path, records) in &logs {
        let export = parse(ArtifactKind::EventXml, records.concat().as_bytes());
        let (theirs, mut ours) = (rows(&export), rows(&parse(ArtifactKind::Evtx, &fs::read(path).unwrap())));
        // This reader finds more in damaged logs; what libevtx prints must be there.
        let missing: Vec<&Row> = theirs
            .iter()
            .filter(|row| match ours.iter().position(|own| own == *row) {
                Some(at) => {
                    ours.remove(at);
                    false
                }
                None => true,
            })
            .collect();
        total += theirs.len();
        if theirs.len() != records.len() || !missing.is_empty() {
            wrong.push(format!(
                "{}: {} printed, {} read, {missing:?} {:?}",
                path.display(),
                records.len(),
                theirs.len(),
                export.issues
            ));
        }
    }
    println!("{} logs, {total} records", logs.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(logs.len() >= 208 && total > 12_000, "{} logs, {total} records", logs.len());
}

#[test]
fn real_logs_as_xml_of_another_crate_give_their_records() {
    let Some(corpus) = std::env::var_os("OUTLOOK_TRIAGE_CORPUS") else {
        println!("SKIPPED: OUTLOOK_TRIAGE_CORPUS is not set");
        return;
    };
    let mut total = 0;
    for entry in fs::read_dir(PathBuf::from(corpus).join("evtx")).unwrap().flatten() {
        let bytes = fs::read(entry.path()).unwrap();
        if !is_log(&bytes) {
            continue;
        }
        let Ok(mut parser) = evtx::EvtxParser::from_buffer(bytes) else { continue };
        let text: String = parser.records().flatten().map(|record| record.data).collect();
        let count = text.matches("</EventRecordID>").count();
        let export = parse(ArtifactKind::EventXml, text.as_bytes());
        assert_eq!(events(&export).len(), count, "{:?} {:?}", entry.path(), export.issues);
        total += count;
    }
    assert!(total > 12_000, "{total}");
}

/// Every committed form: what it is told to be, how many events it holds, how many of them lost data, and whether its end is there.
#[test]
fn every_form_is_recognised_and_read() {
    use ArtifactKind as K;
    let forms = [
        ("event-xml/event-viewer.xml", K::EventXml, 3, 0, true),
        ("event-xml/wevtutil.xml", K::EventXml, 2, 0, true),
        ("event-xml/rendered-utf16.xml", K::EventXml, 2, 0, true),
        ("event-xml/cut.xml", K::EventXml, 2, 0, false),
        ("event-xml/copied.txt", K::EventXml, 1, 0, true),
        ("event-clixml/get-winevent.xml", K::EventClixml, 2, 0, true),
        ("event-clixml/get-eventlog.xml", K::EventClixml, 1, 0, true),
        ("event-json/array.json", K::EventJson, 2, 0, true),
        ("event-json/lines.json", K::EventJson, 2, 2, true),
        ("event-json/evtx-dump.json", K::EventJson, 2, 0, true),
        ("event-csv/security-en.csv", K::EventCsv, 2, 2, true),
        ("event-csv/application-ja.csv", K::EventCsv, 2, 2, true),
        ("event-csv/application-de.csv", K::EventCsv, 2, 2, true),
        ("event-csv/application-fr.csv", K::EventCsv, 2, 2, true),
        ("event-csv/tab-ja.txt", K::EventCsv, 1, 1, true),
        ("event-csv/get-winevent.csv", K::EventCsv, 2, 2, true),
        ("event-csv/get-eventlog.csv", K::EventCsv, 1, 1, true),
        ("event-list/get-winevent.txt", K::EventList, 2, 2, true),
        ("event-list/all-properties.txt", K::EventList, 2, 2, true),
        ("event-text/older-932.txt", K::EventText, 2, 2, true),
        ("event-text/newer.txt", K::EventText, 2, 2, true),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts");
    for (name, kind, number, partial, complete) in forms {
        let bytes = fs::read(folder.join(name)).unwrap();
        assert_eq!(sniff(&bytes, true).kind, kind, "{name}");
        let parsed = parse(kind, &bytes);
        let lost =
            parsed.records.iter().filter(|record| matches!(record, Record::Event(event) if event.export.partial));
        assert_eq!(
            (parsed.records.len(), lost.count(), parsed.complete),
            (number, partial, complete),
            "{name} {:?}",
            parsed.issues
        );
        // The refused ticket is the same in every form that keeps or tells its code.
        for event in events(&parsed).iter().filter(|event| event.id == 4771) {
            let status = event.data.named("Status").or_else(|| event.data.at(4));
            assert!(matches!(status, Some("0x18" | "24")), "{name} {status:?}");
        }
    }
}

/// A log whose numbers are whole is one that was not filtered, whichever form it comes in.
#[test]
fn a_filtered_export_has_the_gaps_of_a_filtered_log() {
    let at: jiff::Timestamp = "2014-06-02T00:00:00Z".parse().unwrap();
    let all: Vec<forge::evtx::Event> = (0..20)
        .map(|n| {
            let mut event =
                forge::evtx::Event::new("Outlook", 45, at + jiff::SignedDuration::from_mins(n)).text(["x", ""]);
            event.record = u64::try_from(n).unwrap() + 100;
            event
        })
        .collect();
    let gaps = |events: &[forge::evtx::Event]| {
        let options =
            forge::evtx::Options { numbering: forge::evtx::Numbering::Exported, ..forge::evtx::Options::default() };
        let log = forge::evtx::write(events, &options).unwrap();
        let of = |kind, bytes: &[u8]| -> Vec<LogSummary> { parse(kind, bytes).logs };
        let logs = of(ArtifactKind::Evtx, &log);
        assert_eq!(of(ArtifactKind::EventXml, xml(&log).as_bytes()), logs);
        assert_eq!(of(ArtifactKind::EventJson, json(&log).as_bytes()), logs);
        logs[0].gaps.len()
    };
    assert_eq!(gaps(&all), 0);
    let filtered: Vec<_> = all.iter().filter(|event| event.record != 107 && event.record != 111).cloned().collect();
    assert_eq!(gaps(&filtered), 2);
}
