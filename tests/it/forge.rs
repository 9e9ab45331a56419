//! The forged logs are logs to other readers too: the `evtx` crate and libevtx find the same records in them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests, outside the functions that clippy knows as tests"
)]

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use forge::case::{Upload, load};
use forge::evtx::{Damage, Data, Element, Event, Guid, Numbering, Options, Sid, Value, filetime, write};
use forge::export::Form;
use forge::scenario::{Loose, Scenario};
use jiff::{SignedDuration, Timestamp};
use quick_xml::events::Event as Xml;

/// What must survive the way through a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    provider: String,
    id: String,
    qualifiers: String,
    level: String,
    keywords: String,
    at: u64,
    record: String,
    channel: String,
    computer: String,
    user: String,
    activity: String,
    data: Vec<(String, String)>,
}

#[test]
fn both_readers_find_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let mut exported = one_of_each();
    // A filtered export leaves gaps, which the numbers in a live file never have.
    exported[3].record = 88123;
    let logs = [
        ("live", one_of_each(), Options::default()),
        ("exported", exported, Options { numbering: Numbering::Exported, ..Options::default() }),
        ("many", many(3000), Options::default()),
        ("short-chunks", many(100), Options { per_chunk: 7, ..Options::default() }),
        ("empty", Vec::new(), Options::default()),
    ];
    let mut files = Vec::new();
    for (name, events, options) in &logs {
        let path = folder.path().join(format!("{name}.evtx"));
        std::fs::write(&path, write(events, options).unwrap()).unwrap();
        let expected = expected(events);
        compare(&format!("{name}, evtx crate"), &rust_rows(&path), &expected);
        files.push((path, expected));
    }
    let Some(read) = libevtx(&files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>()) else { return };
    for ((path, expected), (corrupted, rows)) in files.iter().zip(&read) {
        assert!(!corrupted, "{}: libevtx calls it corrupted", path.display());
        compare(&format!("{}, libevtx", path.display()), rows, expected);
    }
}

#[test]
fn checksums_hold_and_break_as_asked() {
    let events = many(900);
    let whole = write(&events, &Options::default()).unwrap();
    assert_eq!(broken_checksums(&whole), Vec::<String>::new());
    let chunks = (whole.len() - 4096) / 65536;
    assert!(chunks >= 3, "{chunks} chunks");
    let cases = [
        (Damage::HeaderChecksum, vec!["file".to_owned()]),
        (Damage::RecordsChecksum(1), vec!["chunk 1 records".to_owned()]),
        (Damage::ChunkChecksum(2), vec!["chunk 2 header".to_owned()]),
        (Damage::Dirty, vec![format!("chunk {} header", chunks - 1), format!("chunk {} records", chunks - 1)]),
    ];
    for (damage, broken) in cases {
        let bytes = write(&events, &Options { damage: vec![damage], ..Options::default() }).unwrap();
        assert_eq!(broken_checksums(&bytes), broken, "{damage:?}");
    }
    let dirty = write(&events, &Options { damage: vec![Damage::Dirty], ..Options::default() }).unwrap();
    assert_eq!(dirty[120] & 1, 1);
    assert_eq!(usize::from(u16::from_le_bytes([dirty[42], dirty[43]])), chunks - 1);
}

#[test]
fn damaged_logs_give_the_rest() {
    let events = many(900);
    let expected = expected(&events);
    let folder = tempfile::tempdir().unwrap();
    let whole = write(&events, &Options::default()).unwrap();
    let path = folder.path().join("damaged.evtx");
    for damage in [Damage::Dirty, Damage::RecordsChecksum(0), Damage::HeaderChecksum] {
        std::fs::write(&path, write(&events, &Options { damage: vec![damage], ..Options::default() }).unwrap())
            .unwrap();
        compare(&format!("{damage:?}"), &rust_rows(&path), &expected);
    }
    let cut = Options { damage: vec![Damage::Truncate(whole.len() - 65536)], ..Options::default() };
    std::fs::write(&path, write(&events, &cut).unwrap()).unwrap();
    let rows = rust_rows(&path);
    assert!(rows.len() < expected.len() && rows.len() > 300);
    compare("truncated", &rows, &expected[..rows.len()]);
    let empty = Options { damage: vec![Damage::ZeroChunk(1)], ..Options::default() };
    std::fs::write(&path, write(&events, &empty).unwrap()).unwrap();
    let rows = rust_rows(&path);
    assert!(rows.len() < expected.len() && rows.last() == expected.last());
}

#[test]
fn what_libevtx_prints_otherwise() {
    // Apart from the others: libevtx 20260705 prints -5 as -2147483643 and leaves an element with an empty value out.
    let at: Timestamp = "2014-06-10T00:15:30Z".parse().unwrap();
    let event = Event::new("P", 1, at)
        .manifest(Guid::from_seed(b"P"))
        .field("Int32", Value::Int32(-5))
        .field("Nothing", Value::Null);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), write(std::slice::from_ref(&event), &Options::default()).unwrap()).unwrap();
    compare("negative", &rust_rows(file.path()), &expected(&[event]));
}

#[test]
fn committed_cases_are_what_the_forge_writes() {
    let mut bytes = 0;
    for case in cases() {
        let Committed { files, size, largest } = committed(&case);
        let made = match load(&case).unwrap() {
            Upload::Zip(files) => files,
            Upload::Folder(files) => files,
        };
        let made = flat(made);
        let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&files), names(&made), "{}", case.display());
        for (name, content) in &made {
            assert!(files[name] == *content, "{}: {name} is not what `cargo run -p forge` writes now", case.display());
        }
        assert!(case.join("expect.yaml").is_file(), "{} has no expect.yaml", case.display());
        assert!(largest <= 400_000, "{}: an archive of {largest} bytes", case.display());
        bytes += size;
    }
    assert!(bytes < 4_000_000, "{bytes} bytes of cases");
}

#[test]
fn both_readers_agree_on_the_logs_of_the_cases() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for case in cases() {
        for (name, content) in committed(&case).files {
            if name.ends_with(".evtx") {
                let path = folder.path().join(format!("{:03}.evtx", paths.len()));
                std::fs::write(&path, content).unwrap();
                paths.push(path);
            }
        }
    }
    assert!(paths.len() > 20, "{} logs", paths.len());
    let ours: Vec<Vec<Row>> = paths.iter().map(|path| rust_rows(path)).collect();
    assert!(ours.iter().any(|rows| rows.len() > 2000), "no log with thousands of events");
    let Some(theirs) = libevtx(&paths) else { return };
    for ((path, ours), (_, theirs)) in paths.iter().zip(&ours).zip(&theirs) {
        compare(&path.display().to_string(), theirs, ours);
    }
}

/// Every form in which people send logs is in a case, in both languages where it has words, and is what other readers take it for.
#[test]
fn every_form_of_export_is_in_a_case_and_is_what_its_name_says() {
    let mut used: BTreeMap<(String, String), usize> = BTreeMap::new();
    for case in cases() {
        let text = std::fs::read_to_string(case.join("scenario.yaml")).unwrap();
        let scenario = Scenario::parse(&text).unwrap();
        let files = committed(&case).files;
        let traced = scenario.trace.iter().flat_map(|run| &run.logs).map(|log| (log, "Configuration/EventLog/"));
        let loose = scenario.loose.iter().filter_map(|loose| match loose {
            Loose::Log(log) => Some((log, "")),
            _ => None,
        });
        for (log, folder) in traced.chain(loose) {
            let language = if log.form == Form::Evtx { String::new() } else { format!("{:?}", log.language) };
            *used.entry((format!("{:?}", log.form), language)).or_default() += 1;
            let path = format!("{folder}{}", log.path);
            let name = format!("{}: {path}", case.display());
            let Some((_, bytes)) = files.iter().find(|(file, _)| file.ends_with(&path)) else { continue };
            let text = || decoded(bytes);
            match log.form {
                Form::Evtx => assert!(bytes.starts_with(b"ElfFile\0"), "{name}"),
                Form::EventViewerXml | Form::Clixml => well_formed(&text(), &name),
                Form::WevtutilXml => well_formed(&format!("<x>{}</x>", text()), &name),
                Form::Json => {
                    let value: serde_json::Value = serde_json::from_str(&text()).unwrap();
                    assert!(value.as_array().is_some_and(|list| !list.is_empty()), "{name}");
                }
                Form::WevtutilText => assert!(text().starts_with("Event[0]:\r\n  Log Name: "), "{name}"),
                Form::Csv => assert_eq!(text().lines().next().unwrap().split(',').count(), 5, "{name}"),
                Form::PowershellCsv => assert!(text().starts_with("#TYPE "), "{name}"),
            }
        }
    }
    let count =
        |form: Form, language: &str| used.get(&(format!("{form:?}"), language.to_owned())).copied().unwrap_or(0);
    assert!(count(Form::Evtx, "") > 20, "{used:?}");
    for form in [Form::WevtutilXml, Form::WevtutilText, Form::Json, Form::Clixml, Form::Csv] {
        assert!(count(form, "En") + count(form, "Ja") > 0, "{form:?} in {used:?}");
    }
    for form in [Form::EventViewerXml, Form::PowershellCsv, Form::Csv, Form::Clixml] {
        assert!(count(form, "Ja") > 0, "{form:?} in {used:?}");
    }
}

fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        // A console's page: what these tests look at is ASCII.
        other => String::from_utf8_lossy(other).into_owned(),
    }
}

fn well_formed(text: &str, name: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_i32;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
            Xml::Start(_) => depth += 1,
            Xml::End(_) => depth -= 1,
            Xml::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name}");
}

type Files = BTreeMap<String, Vec<u8>>;

struct Committed {
    files: Files,
    size: usize,
    largest: usize,
}

fn cases() -> Vec<PathBuf> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("scenario.yaml").is_file())
        .collect();
    paths.sort();
    assert!(paths.len() >= 42, "{} cases", paths.len());
    paths
}

fn committed(case: &Path) -> Committed {
    let archive = case.join("bundle.zip");
    let mut files = Files::new();
    if archive.is_file() {
        let bytes = std::fs::read(archive).unwrap();
        return Committed { size: bytes.len(), largest: bytes.len(), files: flat(entries(&bytes)) };
    }
    let root = case.join("bundle");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, std::fs::read(path).unwrap());
        }
    }
    let size = files.values().map(Vec::len).sum();
    let zips = files.iter().filter(|(name, _)| name.ends_with(".zip"));
    Committed { size, largest: zips.map(|(_, bytes)| bytes.len()).max().unwrap_or(0), files: flat(files) }
}

/// Archives replaced by their entries: how well a version of the compressor compresses is no part of a fixture.
fn flat(files: Files) -> Files {
    let mut out = Files::new();
    for (name, bytes) in files {
        if name.ends_with(".zip") {
            out.extend(entries(&bytes).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            out.insert(name, bytes);
        }
    }
    out
}

fn entries(archive: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = String::from_utf8(entry.name_raw().to_vec()).unwrap();
        assert!(!name.contains('/'), "{name}: the collector writes backslashes");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(name.replace('\\', "/"), bytes);
    }
    files
}

/// Every value type, every kind of payload, every optional part of `System`.
fn one_of_each() -> Vec<Event> {
    let at: Timestamp = "2014-06-10T00:15:30.1234567Z".parse().unwrap();
    let guid = Guid::parse("{54849625-5478-4994-A5BA-3E3B0328C30D}").unwrap();
    let sid = Sid::parse("S-1-5-21-1111111111-2222222222-3333333333-1104").unwrap();
    let named = Event::new("Microsoft-Windows-Security-Auditing", 4625, at)
        .manifest(guid)
        .on("Security", "DC01.contoso.example")
        .audit(false)
        .field("Text", "日本語 & <tag>")
        .field("Empty", "")
        .field("Int32", Value::Int32(5))
        .field("UInt8", Value::UInt8(7))
        .field("UInt16", Value::UInt16(65535))
        .field("UInt32", Value::UInt32(4_000_000_000))
        .field("UInt64", Value::UInt64(u64::MAX))
        .field("HexInt32", Value::HexInt32(0xc000_006a))
        .field("HexInt64", Value::HexInt64(0x3e7))
        .field("Yes", Value::Boolean(true))
        .field("FileTime", Value::FileTime(at))
        .field("SystemTime", Value::SystemTime("2014-06-10T00:15:30.123Z".parse().unwrap()))
        .field("Guid", Value::Guid(guid))
        .field("Sid", Value::Sid(sid.clone()))
        .field("Binary", Value::Binary(vec![1, 2, 0xab]));
    let mut classic = Event::new("MsiInstaller", 1036, at).on("Application", "PC0123").text(["製品", "", "15.0"]);
    classic.qualifiers = Some(16384);
    classic.user = Some(sid);
    let mut binary = classic.clone();
    binary.data = Data::Positional(vec!["one".to_owned()], vec![0xde, 0xad]);
    let bare = Event::new("Outlook", 45, at);
    let mut user = Event::new("AD FS", 364, at).manifest(guid).on("AD FS/Admin", "ADFS01").user_data(
        Element::new("Event")
            .attribute("xmlns", "http://schemas.microsoft.com/ActiveDirectoryFederationServices/2.0/Events")
            .child(
                Element::new("EventData")
                    .child(Element::new("Data").value("wsfed"))
                    .child(Element::new("Data").value("rp")),
            )
            .child(Element::new("Size").attribute("unit", "byte").value(Value::UInt32(12))),
    );
    user.activity = Some(guid);
    user.process = 1234;
    user.thread = 5678;
    vec![named, classic, binary, bare, user]
}

fn many(count: i32) -> Vec<Event> {
    let start: Timestamp = "2014-06-01T00:00:00Z".parse().unwrap();
    (0..count)
        .map(|n| {
            let at = start.checked_add(SignedDuration::from_secs(i64::from(n) * 37)).unwrap();
            match n % 3 {
                0 => Event::new("Service Control Manager", 7036, at)
                    .manifest(Guid::parse("{555908d1-a6d7-4695-8e1e-26931d2012f4}").unwrap())
                    .on("System", "PC0123")
                    .field("param1", format!("service {}", n % 11))
                    .field("param2", "running"),
                1 => Event::new("MsiInstaller", 1033, at).text(["Product".to_owned(), n.to_string()]),
                _ => Event::new("Outlook", 45, at).text(["Add-in\r\n".repeat(usize::try_from(n % 40).unwrap_or(0))]),
            }
        })
        .collect()
}

fn expected(events: &[Event]) -> Vec<Row> {
    let mut record = 0;
    events
        .iter()
        .map(|event| {
            record = if event.record == 0 { record + 1 } else { event.record };
            Row {
                provider: event.provider.name.clone(),
                id: event.id.to_string(),
                qualifiers: event.qualifiers.map(|q| q.to_string()).unwrap_or_default(),
                level: event.level.to_string(),
                keywords: format!("{:#x}", event.keywords),
                at: filetime(event.at),
                record: record.to_string(),
                channel: event.channel.clone(),
                computer: event.computer.clone(),
                user: event
                    .user
                    .as_ref()
                    .map(|_| "S-1-5-21-1111111111-2222222222-3333333333-1104".to_owned())
                    .unwrap_or_default(),
                activity: event.activity.map(|a| a.to_string()).unwrap_or_default(),
                data: data(&event.data),
            }
        })
        .collect()
}

fn data(data: &Data) -> Vec<(String, String)> {
    match data {
        Data::None => Vec::new(),
        Data::Named(fields) => fields.iter().map(|(name, value)| (name.clone(), folded(&text(value)))).collect(),
        Data::Positional(texts, binary) => {
            let texts = texts.iter().map(|text| ("Data".to_owned(), folded(text)));
            let binary = (!binary.is_empty()).then(|| ("Binary".to_owned(), text(&Value::Binary(binary.clone()))));
            texts.chain(binary).collect()
        }
        Data::User(element) => {
            let mut leaves = Vec::new();
            user_leaves(element, &mut leaves);
            leaves
        }
    }
}

fn user_leaves(element: &Element, leaves: &mut Vec<(String, String)>) {
    for child in &element.children {
        match child {
            forge::evtx::Child::Element(inner) => user_leaves(inner, leaves),
            forge::evtx::Child::Value(value) => leaves.push((element.name.clone(), folded(&text(value)))),
        }
    }
}

/// The schema's spelling of a value, before [`folded`].
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone(),
        Value::Int32(n) => n.to_string(),
        Value::UInt8(n) => n.to_string(),
        Value::UInt16(n) => n.to_string(),
        Value::UInt32(n) => n.to_string(),
        Value::UInt64(n) => n.to_string(),
        Value::HexInt32(n) => format!("{n:#x}"),
        Value::HexInt64(n) => format!("{n:#x}"),
        Value::Boolean(yes) => yes.to_string(),
        Value::FileTime(at) | Value::SystemTime(at) => at.to_string(),
        Value::Guid(guid) => format!("{{{guid}}}"),
        Value::Sid(_) => "S-1-5-21-1111111111-2222222222-3333333333-1104".to_owned(),
        Value::Binary(bytes) => bytes.iter().map(|b| format!("{b:02x}")).collect(),
        Value::Texts(texts) => texts.concat(),
    }
}

fn time(text: &str) -> String {
    let at: Timestamp = text.replace(' ', "T").parse().unwrap();
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn compare(what: &str, found: &[Row], expected: &[Row]) {
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found, expected, "{what}, record {index}");
    }
    assert_eq!(found.len(), expected.len(), "{what}");
}

fn rust_rows(path: &Path) -> Vec<Row> {
    let mut parser = evtx::EvtxParser::from_path(path).unwrap();
    parser.records().map(|record| row(&record.unwrap().data)).collect()
}

/// What libevtx reads; `None`, with the reason on the terminal, where it is not installed.
fn libevtx(paths: &[PathBuf]) -> Option<Vec<(bool, Vec<Row>)>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/libevtx_records.py");
    let python = python()?;
    let output = Command::new(&python).arg(script).args(paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let read = lines.lines().map(|line| {
        let log: serde_json::Value = serde_json::from_str(line).unwrap();
        let rows = log["records"].as_array().unwrap().iter().map(|xml| row(xml.as_str().unwrap())).collect();
        (log["corrupted"].as_bool().unwrap(), rows)
    });
    Some(read.collect())
}

/// A Python that has libevtx: the one named by `OUTLOOK_TRIAGE_PYTHON`, a virtual environment under `target`, or the system's.
fn python() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/interop");
    let has =
        |python: &Path| Command::new(python).args(["-c", "import pyevtx"]).output().is_ok_and(|o| o.status.success());
    let installed = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let named = std::env::var_os("OUTLOOK_TRIAGE_PYTHON").map(PathBuf::from);
    for candidate in named.into_iter().chain([installed.clone(), PathBuf::from("python3")]) {
        if has(&candidate) {
            return Some(candidate);
        }
    }
    let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).output().is_ok_and(|o| o.status.success());
    let pip = ["-m", "pip", "install", "--quiet", "libevtx-python"];
    if made && Command::new(&installed).args(pip).output().is_ok_and(|o| o.status.success()) && has(&installed) {
        return Some(installed);
    }
    let _ = writeln!(
        std::io::stderr(),
        "SKIPPED: no Python with libevtx (pip install libevtx-python), so only the evtx crate was asked"
    );
    None
}

fn row(xml: &str) -> Row {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut path: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut row = Row {
        provider: String::new(),
        id: String::new(),
        qualifiers: String::new(),
        level: String::new(),
        keywords: String::new(),
        at: 0,
        record: String::new(),
        channel: String::new(),
        computer: String::new(),
        user: String::new(),
        activity: String::new(),
        data: Vec::new(),
    };
    let mut content = String::new();
    let mut leaf = false;
    loop {
        let event = reader.read_event().unwrap();
        let empty = matches!(event, Xml::Empty(_));
        match event {
            Xml::Start(tag) | Xml::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let mut label = name.clone();
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
                    match (name.as_str(), key.as_str()) {
                        ("Provider", "Name") => row.provider = value,
                        ("EventID", "Qualifiers") => row.qualifiers = value,
                        ("TimeCreated", "SystemTime") => {
                            row.at = filetime(value.replace(" UTC", "Z").replace(' ', "T").parse().unwrap());
                        }
                        ("Security", "UserID") => row.user = value,
                        ("Correlation", "ActivityID") => row.activity = guid(&value),
                        ("Data", "Name") => label = value,
                        _ => {}
                    }
                }
                path.push(name);
                names.push(label);
                content.clear();
                leaf = true;
                if empty {
                    close(&mut row, &mut path, &mut names, &content, leaf);
                    leaf = false;
                }
            }
            Xml::Text(text) => content.push_str(&text),
            Xml::GeneralRef(entity) => {
                let entity = format!("&{};", &*entity);
                content.push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Xml::End(_) => {
                close(&mut row, &mut path, &mut names, &content, leaf);
                leaf = false;
            }
            Xml::Eof => return row,
            _ => {}
        }
    }
}

fn close(row: &mut Row, path: &mut Vec<String>, names: &mut Vec<String>, content: &str, leaf: bool) {
    let element = path.pop().unwrap();
    let label = names.pop().unwrap();
    if !leaf {
        return;
    }
    match (path.get(1).map(String::as_str), element.as_str()) {
        (Some("System"), "EventID") => row.id = content.to_owned(),
        (Some("System"), "Level") => row.level = content.to_owned(),
        (Some("System"), "Keywords") => row.keywords = hex(content),
        (Some("System"), "EventRecordID") => row.record = content.to_owned(),
        (Some("System"), "Channel") => row.channel = content.to_owned(),
        (Some("System"), "Computer") => row.computer = content.to_owned(),
        (Some("EventData" | "UserData"), _) => row.data.push((label, folded(content))),
        _ => {}
    }
}

/// Readers differ in the spelling of numbers in hexadecimal, times and GUIDs; equal values get one spelling.
fn folded(content: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let stamp = content.trim_end_matches(" UTC");
    if content.strip_prefix("0x").is_some_and(|rest| rest.len() <= 16 && digits(rest)) {
        hex(content)
    } else if content.len() == 38 && content.starts_with('{') {
        guid(content)
    } else if stamp.len() > 19
        && stamp.as_bytes()[10..].starts_with(if stamp == content { b"T" } else { b" " })
        && stamp.starts_with("20")
    {
        time(stamp)
    } else if digits(content) {
        content.to_lowercase()
    } else {
        content.to_owned()
    }
}

/// One reader pads with zeros, the other does not.
fn hex(text: &str) -> String {
    format!("{:#x}", u64::from_str_radix(text.trim_start_matches("0x"), 16).unwrap())
}

fn guid(text: &str) -> String {
    text.trim_matches(['{', '}']).to_lowercase()
}

fn broken_checksums(bytes: &[u8]) -> Vec<String> {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let mut broken = Vec::new();
    if crc(&[&bytes[..120]]) != word(124) {
        broken.push("file".to_owned());
    }
    for (index, chunk) in bytes[4096..].chunks(65536).enumerate() {
        let base = 4096 + index * 65536;
        if crc(&[&chunk[..120], &chunk[128..512]]) != word(base + 124) {
            broken.push(format!("chunk {index} header"));
        }
        let free = word(base + 48) as usize;
        if crc(&[&chunk[512..free]]) != word(base + 52) {
            broken.push(format!("chunk {index} records"));
        }
    }
    broken
}

/// The plain CRC-32, bit by bit: no table, no crate shared with the writer.
fn crc(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for byte in parts.iter().flat_map(|part| part.iter()) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    !crc
}
