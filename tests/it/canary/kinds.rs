//! An upload with every kind of artifact that is read: the forms in `fixtures/artifacts`, in which everybody has
//! another name, each with the secrets at the places where its format has text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16LE, WINDOWS_1252};
use forge::bundle::Files;
use outlook_triage::bundle::ArtifactKind;
use outlook_triage::parse::parser;
use serde_json::{Value, json};

use super::{NAME, NUMBERS, Place, SECRET, check, hits, names, secret_forms, secrets};

/// Who the fixtures are about, and who they are here.
const NAMES: [(&str, &str); 26] = [
    ("fs.contoso.example fs ", "zqfs.zqfabrikam.example zqalias "),
    ("CN=田中 太郎,OU=営業", "CN=Zq 太郎,OU=ZqSales"),
    ("田中", "Zqtaro"),
    ("太郎", "Zqtaro"),
    ("コントソ株式会社", "Zqgroup 株式会社"),
    ("proxy.contoso", "zqproxy.contoso"),
    ("S-1-5-21-1111111111", "S-1-5-21-3771111111"),
    ("S-1-5-21-1004336348", "S-1-5-21-3771111111"),
    ("CONTOSO", "ZQFABRIKAM"),
    ("Contoso", "Zqfabrikam"),
    ("contoso", "zqfabrikam"),
    ("a.tanaka", "zq.kaneshiro"),
    ("k.sato", "zq.sato"),
    ("A. Tanaka", "Zqakira Kanezqshiro"),
    ("Tanaka", "Zqtanaka"),
    ("tanaka@", "zqtanaka@"),
    ("PC0123", "ZQPC77"),
    ("DC01", "ZQDC77"),
    ("dc01", "zqdc77"),
    ("192.168.1.", "10.177.88."),
    ("192.0.2.10", "203.0.113.77"),
    ("10.1.2.3", "10.177.88.3"),
    ("2603:1046:c04::2", "2001:db8:77::88"),
    ("11111111-2222-4333-8444-555555555555", "77aa77aa-7777-4777-8777-77aa77aa77aa"),
    ("7a5c2b10-3d4e-4f60-8a91-b2c3d4e5f607", "77aa77aa-7777-4777-8777-deadc0de7777"),
    ("hunter2", "kanarie99"),
];

/// The text of a fixture with other names, whatever it was encoded in.
fn text(bytes: &[u8]) -> String {
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let zeros = bytes.iter().skip(1).step_by(2).take(64).filter(|byte| **byte == 0).count();
    let encoding = encoding.or((zeros > 8).then_some(UTF_16LE)).unwrap_or_else(|| {
        if std::str::from_utf8(bytes).is_ok() {
            encoding_rs::UTF_8
        } else if SHIFT_JIS.decode_without_bom_handling(bytes).1 {
            WINDOWS_1252
        } else {
            SHIFT_JIS
        }
    });
    let (text, _, _) = encoding.decode(bytes);
    NAMES.iter().fold(text.into_owned(), |text, (from, to)| text.replace(from, to))
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&apos;").replace('"', "&quot;")
}

/// What a fixture looks like with a secret in it: the place is where a text of that kind goes on.
fn planted(kind: &str, own: &str, number: usize, secret: &str) -> Option<String> {
    let line = |line: String| format!("{}\r\n{line}\r\n", own.trim_end_matches(['\r', '\n']));
    let behind = |mark: &str, more: String| {
        let (before, after) = own.split_once(mark)?;
        Some(format!("{before}{mark}{more}{after}"))
    };
    // An event that stands in two files is one event.
    let year = |text: String| {
        text.replace("2026", &(1990 + number).to_string()).replace("Date(1772", &format!("Date(1{:03}", number + 100))
    };
    let quoted = secret.replace('"', "\"\"");
    Some(match kind {
        "dsregcmd" => line(format!("      Server Message : {secret}\r\n  Proxy Server List : http=x:1;{secret}")),
        "w32tm" => line(format!("Source: {secret}")),
        "ipconfig" => line(format!(
            "   Description . . . . . . . . . . . : {secret}\r\n   DNS Suffix Search List. . . . . . : {secret}\r\n{:38}{secret}",
            ""
        )),
        "netsh" => line(format!("    Proxy Server(s) :  {secret}\r\n    Bypass List     :  *.x.invalid;{secret}")),
        "nltest" => line(format!("Trusted DC Name \\\\{secret}\r\n     Dom Name: {secret}")),
        "setspn" => line(format!("CN={secret},DC=x,DC=invalid\r\n\thost/x.invalid")),
        "klist" => line(format!("\r\n#9>\tClient: {secret}\r\n\tServer: {secret}\r\n\tType: {secret}")),
        "sslcert" => line(format!("    Ctl Store Name               : {secret}")),
        "nslookup" => line(format!(
            "\r\nName:    {secret}\r\nAddresses:  192.0.2.99\r\nAliases:  {secret}\r\n\r\n*** x can't find {secret}: No domain"
        )),
        "hosts" => line(format!("{secret} is no address # {secret}")),
        "reg-query" => line(format!(
            "    A    REG_SZ    {secret}\r\n    B    REG_MULTI_SZ    x\\0{secret}\\0y\r\n    DefaultPassword    REG_SZ    {SECRET}80"
        )),
        "connection-status" if own.contains("\tSMTP Address") => {
            let columns =
                ["12", secret, secret, secret, secret, "Established", "HTTP", secret, "SSL", "", "x", "1/0", "9"];
            line(columns.join("\t"))
        }
        "autodiscover" => {
            let error = format!("<Message>{0}</Message><DebugData>{0}</DebugData>", xml(secret));
            behind("</User>", format!("<Error><ErrorCode>600</ErrorCode>{error}</Error>"))?
        }
        "powershell-list" => {
            let head =
                format!("\r\n\r\nAuditLevel : {{Basic, {secret}}}\r\nLogLevel   : {secret}\r\nHostName   : {secret}");
            line(format!("{head}\r\nProxyPassword : {SECRET}81\r\nAutoCertificateRollover : True"))
        }
        "powershell-csv" => {
            let head = "\"Identity\",\"MAPIEnabled\",\"OWAEnabled\",\"SmtpPassword\",\"Comment\"";
            format!("{head}\r\n\"zq.kaneshiro\",\"True\",\"True\",\"{SECRET}82\",\"{quoted}\"\r\n")
        }
        "powershell-json" => json!([{
            "Identity": "zq.kaneshiro",
            "MAPIEnabled": true,
            "OWAEnabled": true,
            "Comment": secret,
            "Many": ["x", secret],
            "Password": format!("{SECRET}83"),
            secret: 1,
        }])
        .to_string(),
        "powershell-clixml" => {
            let more = format!("<S N=\"Comment\">{0}</S><S N=\"ADUserName\">{0}</S>", xml(secret));
            behind("<I32 N=\"EnableADAL\">0</I32>", format!("{more}<S N=\"UserPassword\">{SECRET}84</S>"))?
        }
        "event-list" => {
            year(behind("Ticket Options:\t\t", format!("{secret}\r\n               \tAccount Name:\t\t{secret}\r\n"))?)
        }
        "event-text" => year(behind("Ticket Options:\t\t", format!("{secret}\r\n\tAccount Name:\t\t{secret}\r\n"))?),
        "event-csv" => year(behind("Ticket Options:\t\t", format!("{quoted}\r\n\tAccount Name:\t\t{quoted}\r\n"))?),
        "event-xml" => year(behind("<Data>", xml(secret))?),
        "event-json" => year(own.replace("\"zq.kaneshiro\"", &json!(format!("zq.kaneshiro {secret}")).to_string())),
        "event-clixml" if own.contains(">zq.kaneshiro<") => {
            year(own.replace(">zq.kaneshiro<", &format!(">zq.kaneshiro {}<", xml(secret))))
        }
        _ => return None,
    })
}

/// Everything: each form as it is, and one copy for each of so many secrets.
fn files(count: usize) -> Files {
    let mut files = Files::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts");
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let kind = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if kind == "container" {
            continue;
        }
        let mut own: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        own.sort();
        let mut seed = None;
        for path in own {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let own = text(&fs::read(&path).unwrap());
            let body = if kind == "hosts" { "hosts".to_owned() } else { format!("ZQPC77 {kind} zq.kaneshiro {name}") };
            if seed.is_none() && planted(&kind, &own, 0, "x").is_some() {
                seed = Some((own.clone(), name));
            }
            files.insert(format!("{kind}/{body}"), own.into_bytes());
        }
        let Some((seed, name)) = seed else { continue };
        for (number, secret) in secrets().iter().take(count).enumerate() {
            let file = if kind == "hosts" { format!("{number}/hosts") } else { format!("{number} {name}") };
            files.insert(format!("{kind} planted/{file}"), planted(&kind, &seed, number, secret).unwrap().into_bytes());
        }
    }
    names::more(&mut files);
    files
}

#[test]
fn no_secret_is_printed_whatever_kind_of_artifact_it_stands_in() {
    let forms = secret_forms();
    let needles: Vec<&str> = forms.iter().map(String::as_str).collect();
    check(&Place::of(files(usize::MAX)), false, |printed| hits(printed, &needles));
}

#[test]
fn no_name_is_printed_whatever_kind_of_artifact_it_stands_in() {
    let needles: Vec<&str> = std::iter::once(NAME).chain(NUMBERS).chain(["deadc0de7777", SECRET]).collect();
    // One copy of each form is enough: secrets are the same with and without names.
    check(&Place::of(files(3)), true, |printed| hits(printed, &needles));
}

/// A kind that nobody planted anything in proves nothing.
#[test]
fn every_kind_that_is_read_stands_in_one_of_the_uploads() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for place in [Place::new(), Place::of(files(1))] {
        let (_, printed) = place.run(&["analyze", "zq.kaneshiro-before", "-f", "json"]);
        let report: Value = serde_json::from_str(&printed).unwrap();
        let read =
            report["coverage"]["artifacts"].as_array().unwrap().iter().filter(|one| one["records"].as_u64() > Some(0));
        seen.extend(read.map(|one| one["kind"].as_str().unwrap().to_owned()));
    }
    let missing: Vec<&str> = ArtifactKind::ALL
        .into_iter()
        .filter(|kind| parser(*kind).is_some())
        .map(ArtifactKind::id)
        .filter(|id| !seen.contains(*id))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_names_and_secrets_of_all_kinds_are_read_at_all() {
    let place = Place::of(files(usize::MAX));
    let (_, printed) = place.run(&["facts", "zq.kaneshiro-before"]);
    let mut lost = String::new();
    for kind in [
        "dsregcmd",
        "w32tm",
        "ipconfig",
        "netsh",
        "sslcert",
        "nltest",
        "setspn",
        "klist",
        "nslookup",
        "reg-query",
        "connection-status",
        "autodiscover",
        "powershell-list",
        "powershell-csv",
        "powershell-json",
        "powershell-clixml",
        "event-text",
        "event-list",
        "event-csv",
        "event-xml",
        "event-json",
        "event-clixml",
    ] {
        let lines = printed.lines().filter(|line| line.contains(&format!("{kind} planted/")));
        let marks: usize = lines.map(|line| line.matches("⟨secret: ").count()).sum();
        if marks < secrets().len() {
            let _ = writeln!(lost, "{kind}: {marks} secrets were dropped");
        }
    }
    for name in [
        "zqone.test",
        "zqproxyhost",
        "zqdnsserver",
        "zqlone",
        "zqbare",
        "ZQTIME",
        "Zqholding AG",
        "ZQNETBIOS\\zq.sixth",
        "zqrpcproxy",
        "zqlegacyname",
        "ZQGC01",
        "Zq Ninth",
        "ZQWS12",
        "ZQWAP02",
        "zqsubject",
        "zqtenthname",
        "zqtwenty",
        "zqnetwork",
        "ZQCS02",
        "zqservice",
        "ZQWORKGROUP",
        "zqtwentysix",
        "zqskip",
        "zqtwelfth",
        "zqunlisted",
        "ZQELSEWHERE",
        "ZQDC91",
        "zqforest",
        "zqsvcadfs",
        "zqspn",
        "zqticket",
        "ZQREALM",
        "zqbinding",
    ] {
        if !printed.contains(name) {
            let _ = writeln!(lost, "{name} is in no fact");
        }
    }
    assert!(lost.is_empty(), "{lost}");
}
