//! Canaries: secrets and names are planted in every kind of artifact that is read, and looked for in everything that any command
//! prints, in any format that the command line knows. Secrets are never there; names are not there with `--redact`.

mod kinds;
mod names;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use forge::bundle::{Files, Names, folder, zip};
use forge::case::{Upload, upload};
use forge::clixml::{Item, Object, export};
use forge::evtx::{Event, Options, write};
use forge::scenario::Scenario;
use serde_json::Value;

use crate::cases::folder as cases;

/// In every planted secret; nothing else in the upload holds it.
const SECRET: &str = "kanarie";
/// In every planted name; numbers are listed in [`NUMBERS`].
const NAME: &str = "zq";
/// Addresses, SIDs and tenants have no letters of their own.
const NUMBERS: [&str; 6] = [
    "10.177.88.3",
    "10.177.0.20",
    "203.0.113.77",
    "2001:db8:77::88",
    "3771111111",
    "77aa77aa-7777-4777-8777-77aa77aa77aa",
];

/// What customers' files hold that nobody may see again.
fn secrets() -> Vec<String> {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let dpapi = ["01", "00", "00", "00", "d0", "8c", "9d", "df", "01", "15", "d1", "11", "8c", "7a", "00", "c0"];
    let blob: Vec<String> = dpapi.iter().map(ToString::to_string).chain(hex("kanarie00")).collect();
    vec![
        "Password=kanarie01".to_owned(),
        "Server=db;Uid=sa;Pwd=kanarie 02;Encrypt=yes".to_owned(),
        r#"{"password":"kanarie03"}"#.to_owned(),
        "<Password><Value>kanarie04</Value></Password>".to_owned(),
        r"net use \\srv\c$ kanarie05 /user:x".to_owned(),
        "cmdkey /add:x /user:y /pass:kanarie06".to_owned(),
        "Authorization: Bearer kanarie07abcdefghijklmnop".to_owned(),
        "eyJhbGciOiJSUzI1NiJ9.eyJkanarie08IjoxfQ.kanarie08c2ln".to_owned(),
        "refresh_token=0.AXoAkanarie09".to_owned(),
        "got 1.AXoAkanarie10abcdefghijklmnopqrstuvwxyz0123 back".to_owned(),
        "Cookie: MSISAuth=kanarie11; x=kanarie12".to_owned(),
        "ESTSAUTHPERSISTENT=kanarie13abc".to_owned(),
        "AccountKey=kanarie14==;".to_owned(),
        "    Key Content            : kanarie15 wifi".to_owned(),
        "https://u:kanarie16@srv.invalid/".to_owned(),
        "https://b.invalid/?sv=1&sig=kanarie17abcdef&se=1".to_owned(),
        "ConvertTo-SecureString 'kanarie18'".to_owned(),
        "-----BEGIN PRIVATE KEY-----kanarie19-----END PRIVATE KEY-----".to_owned(),
        format!("TlRMTVNTUAAD{}", "kanarie20AAAA"),
        format!("AQAAANCMnd8BFdERjHoAwE{}", "kanarie21"),
        blob.concat(),
        blob.join(","),
        "パスワード: kanarie22".to_owned(),
        "client_secret=kanarie23".to_owned(),
        "bearer kanarie24abcdefghijklmnopqrstuvwxyz".to_owned(),
        "the admin password is set: Passwort=kanarie25".to_owned(),
        "schtasks /ru x /rp kanarie26".to_owned(),
        "https://c.invalid/cb?code=kanarie27abcdefghijklmnop&state=1".to_owned(),
        "SAMLResponse=kanarie28PHNhbWxwOlJlc3A".to_owned(),
        "wpa_psk: kanarie29 x".to_owned(),
    ]
}

/// Of everything, and as hex digits: in a blob the text stands as bytes.
fn secret_forms() -> [String; 3] {
    let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    [SECRET.to_owned(), hex.concat(), hex.join(",")]
}

/// A shipped case in which everybody has another name.
fn scenario() -> Scenario {
    let text = fs::read_to_string(cases().join("everything-wrong/scenario.yaml")).unwrap();
    let text = [
        ("S-1-5-21-1111111111", "S-1-5-21-3771111111"),
        ("CONTOSO", "ZQFABRIKAM"),
        ("contoso", "zqfabrikam"),
        ("b.sato", "zq.kaneshiro"),
        ("a.tanaka", "zq.other"),
        ("Sato, B", "Zqakira Kanezqshiro"),
        ("archive2012", "zqarchive"),
        ("PC0123", "ZQPC77"),
        ("DC01", "ZQDC77"),
        ("ADFS01", "ZQFS77"),
        ("files01", "zqfiles77"),
        ("git.zq", "zqgit.zq"),
        ("mail.zq", "zqmail.zq"),
        ("f5fa2827-5978-43cd-8fa8-e07bc3bb5591@", "zqmailbox-5978-43cd-8fa8-e07bc3bb5591@"),
        ("noise: 2500", "noise: 60"),
        ("noise: 800", "noise: 40"),
        ("10.1.2.3", "10.177.88.3"),
        ("10.1.0.20", "10.177.0.20"),
        ("  office:\n", "  profile-clixml: true\n  office:\n"),
    ]
    .into_iter()
    .fold(text, |text, (from, to)| text.replace(from, to));
    Scenario::parse(&text).unwrap()
}

fn event(secret: &str) -> [Event; 3] {
    let at = "2014-06-12T03:00:00Z".parse().unwrap();
    let outlook = Event::new("Outlook", 45, at).on("Application", "ZQPC77.zqfabrikam.example");
    let audit =
        |id| Event::new("Microsoft-Windows-Security-Auditing", id, at).on("Security", "ZQDC77.zqfabrikam.example");
    [
        outlook.text([secret.to_owned(), format!(r"C:\Users\zq.folder\x {secret}")]),
        audit(4625)
            .audit(false)
            .field("TargetUserName", "zq.third")
            .field("TargetDomainName", "ZQFABRIKAM")
            .field("WorkstationName", "ZQWS78")
            .field("IpAddress", "2001:db8:77::88")
            .field("ServicePassword", format!("{SECRET}90"))
            .field("ProcessName", secret),
        audit(4740)
            .audit(true)
            .field("TargetUserName", "zq.kaneshiro")
            .field("TargetDomainName", "ZQPC77")
            .field("TargetSid", "S-1-5-21-3771111111-2222222222-3333333333-1104")
            .field("SubjectUserName", "ZQDC77$")
            .field("SubjectDomainName", "ZQFABRIKAM")
            .field("Comment", secret),
    ]
}

/// The files of the upload: every kind of artifact with every secret.
fn files() -> Files {
    let Upload::Zip(mut files) = upload(&scenario(), "canary").unwrap() else { panic!("a zip") };
    let secrets = secrets();
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let mut reg = String::from("Windows Registry Editor Version 5.00\r\n\r\n");
    let user = "HKEY_USERS\\S-1-5-21-3771111111-2222222222-3333333333-1104";
    for (root, version) in [(user, "15.0"), ("HKEY_CURRENT_USER", "16.0")] {
        for key in ["Common\\Identity", "Outlook\\Profiles\\P"] {
            reg.push_str(&format!(
                "[{root}\\Software\\Microsoft\\Office\\{version}\\{key}]\r\n\"DefaultPassword\"=\"{SECRET}80\"\r\n"
            ));
            reg.push_str("\"FederationProvider\"=\"zqfabrikam.onmicrosoft.com 203.0.113.77\"\r\n\"ADUserName\"=\"zq.fourth@zqfabrikam.example\"\r\n");
            for (number, secret) in secrets.iter().enumerate() {
                let wide: Vec<String> =
                    secret.encode_utf16().flat_map(u16::to_le_bytes).map(|byte| format!("{byte:02x}")).collect();
                reg.push_str(&format!(
                    "\"V{number}\"=\"{}\"\r\n\"B{number}\"=hex:{}\r\n",
                    escaped(secret),
                    wide.join(",")
                ));
                reg.push_str(&format!("\"{}\"=\"x\"\r\n", escaped(secret)));
            }
            reg.push_str("\r\n");
        }
    }
    files.insert("zqpc77 identity.reg".to_owned(), reg.into_bytes());
    let mut broken = String::from("Password=kanarie70 header\r\n\"Password\"=\"kanarie71\"\r\n");
    for secret in &secrets {
        broken.push_str(&format!("{secret} ZQFABRIKAM\\zq.broken\r\n\"V\"=\"{secret}\r\n"));
    }
    broken.push_str(
        "\"Blob\"=hex:01,00,00,00,d0,8c,9d,df,01,15,d1,11,\\\r\n  6b,61,6e,61,72,69,65,30,31,32,33,34,35,36,zz\r\n\r\n",
    );
    files.insert("broken.reg".to_owned(), broken.into_bytes());
    let events: Vec<Event> = secrets.iter().flat_map(|secret| event(secret)).collect();
    for (name, channel) in [("Outlook-ZQPC77.evtx", "Application"), ("Security-ZQDC77.evtx", "Security")] {
        let own: Vec<Event> = events.iter().filter(|event| event.channel == channel).cloned().collect();
        files.insert(name.to_owned(), write(&own, &Options::default()).unwrap());
    }
    let mut list = String::from("\r\nCurrently stored credentials:\r\n\r\n");
    let mut stored: Vec<Item> = Vec::new();
    let mut objects: Vec<Item> = Vec::new();
    for (number, secret) in secrets.iter().enumerate() {
        let target = format!(
            "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:zq.kaneshiro@zqfabrikam.example {number} {secret}"
        );
        list.push_str(&format!(
            "    Target: {target}\r\n    Type: Generic \r\n    User: {secret}\r\n    Local machine persistence\r\n\r\n"
        ));
        let kind = Object::enumeration("Win32.Advapi32+CredType", "CRED_TYPE_GENERIC", 1);
        stored.push(
            Object::custom().note("Type", kind).note("TargetName", target).note("UserName", secret.as_str()).into(),
        );
        let object = Object::custom().note("Name", "SMTP Password").note("Value", format!("{SECRET}81"));
        let object = object.note("ProxyPassword", format!("{SECRET}82")).note("DisplayName", secret.as_str());
        objects.push(object.note("Version", format!("15.0.1.1 {secret}")).note(secret, "x").into());
    }
    files.insert("cmdkey zq.kaneshiro.txt".to_owned(), list.into_bytes());
    files.insert("stored.xml".to_owned(), export(&stored).into_bytes());
    for path in ["Configuration/Office/OfficeInfo.xml", "Configuration/OS/Win32_Process.xml", "objects.xml"] {
        let own =
            files.get(path).map(|bytes| String::from_utf8_lossy(bytes).replace("</Objs>", "")).unwrap_or_default();
        let more = export(&objects);
        let body = more.split_once('>').map_or("", |(_, rest)| rest);
        let head = if own.is_empty() { more.split_inclusive('>').next().unwrap_or_default().to_owned() } else { own };
        files.insert(path.to_owned(), format!("{head}{body}").into_bytes());
    }
    if let Some(log) = files.get_mut("Log.csv") {
        for secret in &secrets {
            let line = format!("2014-06-12T13:59:00.0+09:00,00:00:00,1,Invoke,x,\"{}\"\r\n", secret.replace('"', "'"));
            log.extend(line.bytes());
            log.extend(format!("{secret} is no time,,,,,\r\n").bytes());
        }
    }
    files
}

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self::of(files())
    }

    /// The upload, and a second one that lacks the credentials.
    fn of(mut all: Files) -> Self {
        let place = tempfile::tempdir().unwrap();
        folder(&all, &place.path().join("zq.kaneshiro-before")).unwrap();
        all.retain(|path, _| !path.contains("cmdkey") && !path.contains("tored"));
        fs::write(place.path().join("zq.kaneshiro-after.zip"), zip(&all, Names::Slash).unwrap()).unwrap();
        Self(place)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_outlook-triage"));
        // As talkative as anything below can be made.
        command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").env("LANG", "C").env("COLUMNS", "200");
        let output = command.current_dir(self.0.path()).args(arguments).output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&printed).into_owned())
    }

    /// The files that `remedy` writes and what it says, for each reader.
    fn scripts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        // Beside the case it would be taken for evidence.
        let desk = tempfile::tempdir().unwrap();
        for audience in ["engineer", "user", "admin"] {
            let folder = desk.path().join(audience);
            let target = folder.to_str().unwrap();
            let (code, printed) = self.run(&["remedy", "zq.kaneshiro-before", "-o", target, "--audience", audience]);
            assert!(matches!(code, Some(0 | 1 | 3)), "{printed}");
            texts.push(printed);
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                let units: Vec<u16> =
                    bytes.chunks(2).map(|pair| u16::from(pair[0]) | u16::from(pair[pair.len() - 1]) << 8).collect();
                texts.extend([
                    path.display().to_string(),
                    String::from_utf8_lossy(&bytes).into_owned(),
                    String::from_utf16_lossy(&units),
                ]);
            }
        }
        assert!(texts.len() > 9, "{texts:?}");
        texts
    }

    /// The formats that a command takes, from its own message.
    fn formats(&self, command: &str) -> Vec<String> {
        let mut arguments = vec![command, "--format", "no such format", "x"];
        arguments.extend((command == "compare").then_some("y"));
        let (_, message) = self.run(&arguments);
        let list =
            message.split_once("[possible values: ").and_then(|(_, rest)| rest.split_once(']')).map(|(list, _)| list);
        let formats: Vec<String> = list.expect("the formats").split(", ").map(str::to_owned).collect();
        assert!(formats.iter().any(|format| format == "terminal"), "{command}: {formats:?}");
        formats
    }

    /// What is found in a case, the most probable first.
    fn findings(&self, case: &str) -> Vec<String> {
        let (_, printed) = self.run(&["analyze", case, "-f", "json"]);
        let report: Value = serde_json::from_str(&printed).unwrap();
        report["findings"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Every way to print the case: commands × formats × languages × readers.
    fn prints(&self) -> Vec<Vec<String>> {
        let (before, after) = ("zq.kaneshiro-before", "zq.kaneshiro-after.zip");
        let mut all: Vec<Vec<&str>> = Vec::new();
        let (analyze, compare, facts) = (self.formats("analyze"), self.formats("compare"), self.formats("facts"));
        for format in &analyze {
            for (lang, audience) in [("en", "engineer"), ("ja", "user"), ("en", "admin")] {
                all.push(vec!["analyze", before, "-f", format, "--lang", lang, "--audience", audience]);
            }
            all.push(vec!["analyze", before, after, "missing/zq.kaneshiro.zip", "-f", format]);
        }
        for format in &compare {
            for (lang, audience) in [("en", "engineer"), ("ja", "user"), ("en", "admin")] {
                all.push(vec!["compare", before, after, "-f", format, "--lang", lang, "--audience", audience]);
            }
        }
        for format in &facts {
            all.push(vec!["facts", before, "-f", format]);
        }
        let found = self.findings(before);
        let known = [
            "stale-stored-password-office",
            "logon-network-security-not-anonymous",
            "account-locked-ad",
            "clear-credentials",
        ];
        for id in found.iter().map(String::as_str).take(8).chain(known) {
            all.push(vec!["explain", id, before]);
        }
        all.push(vec!["analyze", "missing/zq.kaneshiro@zqfabrikam.example.zip"]);
        all.push(vec!["explain", "clear-credentials", before, after]);
        all.push(vec!["analyze", before, "--user", "ZQFABRIKAM\\zq.nobody"]);
        all.into_iter().map(|one| one.into_iter().map(str::to_owned).collect()).collect()
    }
}

/// Every format worked at least once: a refusal prints no case and proves nothing.
fn worked(seen: &BTreeSet<(String, String)>, place: &Place) {
    for command in ["analyze", "compare", "facts"] {
        for format in place.formats(command) {
            assert!(
                seen.contains(&(command.to_owned(), format.clone())),
                "{command} -f {format} never printed the case"
            );
        }
    }
}

fn check(place: &Place, redact: bool, wrong: impl Fn(&str) -> Vec<String>) {
    let mut seen = BTreeSet::new();
    let mut leaks = Vec::new();
    for mut arguments in place.prints() {
        arguments.extend(redact.then(|| "--redact".to_owned()));
        let own: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let (code, printed) = place.run(&own);
        if matches!(code, Some(0 | 1 | 3))
            && let Some(at) = own.iter().position(|argument| *argument == "-f")
        {
            seen.insert((own[0].to_owned(), own[at + 1].to_owned()));
        }
        leaks.extend(wrong(&printed).into_iter().map(|leak| format!("{}: {leak}", own.join(" "))));
    }
    worked(&seen, place);
    if !redact {
        leaks.extend(place.scripts().iter().flat_map(|text| wrong(text)).map(|leak| format!("remedy: {leak}")));
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks[..leaks.len().min(40)].join("\n"));
}

fn around(text: &str, at: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = text[..at].chars().count();
    chars[at.saturating_sub(60)..(at + 60).min(chars.len())].iter().collect()
}

fn hits(printed: &str, needles: &[&str]) -> Vec<String> {
    let folded = printed.to_ascii_lowercase();
    needles
        .iter()
        .flat_map(|needle| folded.match_indices(needle).take(3).map(|(at, _)| around(&folded, at)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn no_secret_is_ever_printed() {
    let forms = secret_forms();
    let needles: Vec<&str> = forms.iter().map(String::as_str).collect();
    check(&Place::new(), false, |printed| hits(printed, &needles));
}

#[test]
fn no_name_is_printed_where_names_are_hidden() {
    let needles: Vec<&str> = std::iter::once(NAME).chain(NUMBERS).chain([SECRET]).collect();
    check(&Place::new(), true, |printed| hits(printed, &needles));
}

#[test]
fn the_canaries_are_read_at_all() {
    let place = Place::new();
    let (_, printed) = place.run(&["facts", "zq.kaneshiro-before"]);
    for name in
        ["zq.kaneshiro", "zq.third", "zqfabrikam.onmicrosoft.com", "zqmail", "ZQDC77", "10.177.88.3", "zq.folder"]
    {
        assert!(printed.contains(name), "{name}");
    }
    let marks = printed.matches("⟨secret: ").count();
    assert!(marks > 60, "{marks} secrets were dropped");
    for (_, bytes) in files().iter().filter(|(path, _)| path.starts_with("cmdkey zq") || path.ends_with("identity.reg"))
    {
        assert!(bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
    }
}

#[test]
fn one_person_is_one_placeholder_in_all_artifacts_and_commands() {
    let place = Place::new();
    let map = |arguments: &[&str]| -> Value {
        let (_, printed) = place.run(&[arguments, &["--redact", "--redact-map", "map.json"]].concat());
        let path = place.0.path().join("map.json");
        let map = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no map: {printed}"));
        private(&path);
        fs::remove_file(path).unwrap();
        serde_json::from_str(&map).unwrap()
    };
    let facts = map(&["facts", "zq.kaneshiro-before"]);
    let names = facts["cases"][0].as_object().unwrap();
    let of = |wanted: &str| -> BTreeSet<&str> {
        let holds = |originals: &Value| {
            originals.as_array().unwrap().iter().any(|one| one.as_str().unwrap().to_lowercase() == wanted)
        };
        names.iter().filter(|(_, originals)| holds(originals)).map(|(name, _)| name.as_str()).collect()
    };
    let person = of("zq.kaneshiro@zqfabrikam.example");
    assert_eq!(person.len(), 1, "{person:?}");
    assert_eq!(of(r"zqfabrikam\zq.kaneshiro"), person);
    assert_eq!(of("zq.kaneshiro"), person);
    assert_eq!(of("zqpc77"), of("zqpc77.zqfabrikam.example"));
    // Every command of one case says the same.
    let known = |map: &Value, name: &str| map["cases"][0][name].clone();
    let report = map(&["analyze", "zq.kaneshiro-before", "-f", "json"]);
    let explain = map(&["explain", "clear-credentials", "zq.kaneshiro-before"]);
    for name in names.keys().filter(|name| !name.starts_with("case-")) {
        assert_eq!(known(&facts, name), known(&explain, name), "{name}");
        assert!(report["cases"][0].get(name).is_some(), "{name}");
    }
    assert_eq!(map(&["analyze", "zq.kaneshiro-before", "-f", "json"]), report);
    // What was numbered in the first upload keeps its number where two are compared.
    let both = map(&["compare", "zq.kaneshiro-before", "zq.kaneshiro-after.zip"]);
    for person in &person {
        assert!(both["cases"][0].get(*person).is_some_and(|originals| originals.to_string().contains("zq.kaneshiro")));
    }
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(not(unix))]
fn private(_: &Path) {}

#[test]
fn a_command_with_a_placeholder_is_not_runnable() {
    let place = Place::new();
    let commands = |redact: &[&str]| -> Vec<(String, bool)> {
        let (_, printed) = place.run(&[&["analyze", "zq.kaneshiro-before", "-f", "json"], redact].concat());
        let report: Value = serde_json::from_str(&printed).unwrap();
        for schema in crate::cases::schemas() {
            assert!(schema.is_valid(&report), "{:?}", schema.iter_errors(&report).next());
        }
        let steps =
            report["plan"].as_array().unwrap().iter().flat_map(|step| step["commands"].as_array().unwrap().clone());
        steps.map(|one| (one["text"].as_str().unwrap().to_owned(), one["runnable"].as_bool().unwrap())).collect()
    };
    let (plain, hidden) = (commands(&[]), commands(&["--redact"]));
    assert_eq!(plain.len(), hidden.len());
    let mut changed = 0;
    for ((plain, runnable), (hidden, still)) in plain.iter().zip(&hidden) {
        assert_eq!(*still, *runnable && plain == hidden, "{hidden}");
        changed += usize::from(plain != hidden);
    }
    assert!(changed > 0, "{hidden:?}");
}

#[test]
fn the_map_is_private_and_never_among_the_evidence() {
    let place = Place::new();
    let refused = |arguments: &[&str], word: &str| {
        let (code, printed) = place.run(arguments);
        assert_eq!(code, Some(2), "{printed}");
        assert!(printed.contains(word), "{printed}");
    };
    let before = "zq.kaneshiro-before";
    refused(&["analyze", before, "--redact-map", "map.json"], "--redact");
    refused(&["analyze", before, "--redact", "--redact-map", "-"], "private");
    refused(&["analyze", before, "--redact", "--redact-map", "zq.kaneshiro-before/map.json"], "inside the case");
    refused(
        &["analyze", before, "--redact", "--redact-map", "zq.kaneshiro-before/Configuration/map.json"],
        "inside the case",
    );
    refused(
        &["compare", before, "zq.kaneshiro-after.zip", "--redact", "--redact-map", "zq.kaneshiro-after.zip"],
        "evidence",
    );
    refused(&["analyze", before, "--redact", "--redact-map", "nowhere/map.json"], "folder");
}
