//! An upload with every kind of artifact that is read: the forms in `fixtures/artifacts`, in which everybody has another name,
//! each with the secrets at every place where its format has text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use encoding_rs::{Encoding, SHIFT_JIS, UTF_16LE, WINDOWS_1252};
use forge::bundle::Files;
use outlook_triage::bundle::ArtifactKind;
use outlook_triage::parse::parser;
use serde_json::{Value, json};

use super::{NAME, NUMBERS, Place, SECRET, check, hits, secret_forms, secrets};

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
        "ipconfig" => line(format!("   Description . . . . . . . . . . . : {secret}\r\n   DNS Suffix Search List. . . . . . : {secret}\r\n                                       {secret}")),
        "netsh" => line(format!("    Proxy Server(s) :  {secret}\r\n    Bypass List     :  *.x.invalid;{secret}")),
        "nslookup" => line(format!("\r\nName:    {secret}\r\nAddresses:  192.0.2.99\r\nAliases:  {secret}\r\n\r\n*** x can't find {secret}: Non-existent domain")),
        "hosts" => line(format!("{secret} is no address # {secret}")),
        "reg-query" => line(format!("    Planted    REG_SZ    {secret}\r\n    Many    REG_MULTI_SZ    x\\0{secret}\\0y\r\n    DefaultPassword    REG_SZ    {SECRET}80")),
        "connection-status" if own.contains("\tSMTP Address") => line(["12", secret, secret, secret, secret, "Established", "HTTP", secret, "SSL", "", "Exchange Mail", "1/0", "9"].join("\t")),
        "autodiscover" => behind("</User>", format!("<Error><ErrorCode>600</ErrorCode><Message>{0}</Message><DebugData>{0}</DebugData></Error>", xml(secret)))?,
        "powershell-list" => line(format!("\r\n\r\nAuditLevel : {{Basic, {secret}}}\r\nLogLevel   : {secret}\r\nProxyPassword : {SECRET}81\r\nAutoCertificateRollover : True\r\nHostName   : {secret}")),
        "powershell-csv" => format!("\"Identity\",\"MAPIEnabled\",\"OWAEnabled\",\"SmtpPassword\",\"Comment\"\r\n\"zq.kaneshiro\",\"True\",\"True\",\"{SECRET}82\",\"{quoted}\"\r\n"),
        "powershell-json" => json!([{"Identity": "zq.kaneshiro", "MAPIEnabled": true, "OWAEnabled": true, "Comment": secret, "Many": ["x", secret], "Password": format!("{SECRET}83"), secret: 1}]).to_string(),
        "powershell-clixml" => behind("<I32 N=\"EnableADAL\">0</I32>", format!("<S N=\"Comment\">{0}</S><S N=\"ADUserName\">{0}</S><S N=\"UserPassword\">{SECRET}84</S>", xml(secret)))?,
        "event-text" => year(behind("Ticket Options:\t\t", format!("{secret}\r\n\tAccount Name:\t\t{secret}\r\n"))?),
        "event-csv" => year(behind("Ticket Options:\t\t", format!("{quoted}\r\n\tAccount Name:\t\t{quoted}\r\n"))?),
        "event-xml" => year(behind("<Data>", xml(secret))?),
        "event-json" => year(own.replace("\"zq.kaneshiro\"", &json!(format!("zq.kaneshiro {secret}")).to_string())),
        "event-clixml" if own.contains(">zq.kaneshiro<") => year(own.replace(">zq.kaneshiro<", &format!(">zq.kaneshiro {}<", xml(secret)))),
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
    more(&mut files);
    files
}

/// Places for names that no fixture has, and names of files with secrets in them.
fn more(files: &mut Files) {
    let mut put = |name: &str, text: &str| files.insert(name.to_owned(), text.replace('\n', "\r\n").into_bytes());
    put(
        "names/ipconfig.txt",
        "\nWindows IP Configuration\n\n   Host Name . . . . . . . . . . . . : ZQWS01\n   Primary Dns Suffix  . . . . . . . : zqone.test\n   Node Type . . . . . . . . . . . . : Hybrid\n   DNS Suffix Search List. . . . . . : zqtwo.test\n                                       zqthree.test\n\nEthernet adapter Ethernet:\n\n   Connection-specific DNS Suffix  . : zqfour.test\n   DHCP Server . . . . . . . . . . . : 10.177.88.3\n   Default Gateway . . . . . . . . . : 2001:db8:77::88\n                                       10.177.88.3\n   Primary WINS Server . . . . . . . : 10.177.0.20\n",
    );
    put(
        "names/netsh.txt",
        "\nCurrent WinHTTP proxy settings:\n\n    Proxy Server(s) :  http=zqproxyhost:8080;https=zqproxy.zqfive.test:8080\n    Bypass List     :  *.zqsix.test;zqintra;<local>\n",
    );
    put(
        "names/nslookup.txt",
        "Server:  zqdnsserver\nAddress:  10.177.88.3\n\nName:    zqmail.zqseven.test\nAddresses:  2001:db8:77::88\n          203.0.113.77\nAliases:  zqautodiscover.zqeight.test\n\n*** zqdnsserver can't find zqlone: Non-existent domain\n",
    );
    put("names/hosts", "10.177.88.3 zqbare zqcanonical.zqnine.test\n203.0.113.77 zqother\n");
    put(
        "names/w32tm.txt",
        "Leap Indicator: 0(no warning)\nStratum: 4\nReferenceId: 0x0 (source IP:  10.177.88.3)\nLast Successful Sync Time: 3/5/2026 10:59:12 AM\nSource: ZQTIME\nPoll Interval: 10 (1024s)\n\nPhase Offset: 0.0002563s\n",
    );
    put(
        "names/dsregcmd.txt",
        "+----------------------------------------------------------------------+\n| Device State                                                         |\n+----------------------------------------------------------------------+\n\n             AzureAdJoined : YES\n              DomainJoined : YES\n                DomainName : ZQNETBIOS\n               Device Name : ZQNOTEBOOK\n\n+----------------------------------------------------------------------+\n| Tenant Details                                                       |\n+----------------------------------------------------------------------+\n\n                TenantName : Zqholding AG\n                  TenantId : 77aa77aa-7777-4777-8777-77aa77aa77aa\n\n+----------------------------------------------------------------------+\n| SSO State                                                            |\n+----------------------------------------------------------------------+\n\n                AzureAdPrt : NO\n   Acquire Prt Diagnostics : PRESENT\n             User Identity : zq.fifth@zqten.test\n\n+----------------------------------------------------------------------+\n| Diagnostic Data                                                      |\n+----------------------------------------------------------------------+\n\n    Executing Account Name : ZQNETBIOS\\zq.sixth, zq.sixth@zqten.test\n               Endpoint URI : https://login.microsoftonline.com/77aa77aa-7777-4777-8777-77aa77aa77aa/oauth2/token/\n      Proxy Server List : zqplain:3128\n",
    );
    put(
        "names/connection.txt",
        "CID\tSMTP Address\tDisplay Name\tProxy Server\tServer name\tStatus\tProtocol\tAuthn\n9\tzq.seventh@zqeleven.test\tZq Seventh\tzqrpcproxy\tZQMBX01\tEstablished\tHTTP\tNTLM\n",
    );
    put(
        "names/autodiscover.xml",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\n<Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\">\n<User><DisplayName>Zq Eighth</DisplayName><LegacyDN>/o=Zqorganisation/ou=Zqunit/cn=Recipients/cn=zqlegacyname</LegacyDN><AutoDiscoverSMTPAddress>zq.eighth@zqtwelve.test</AutoDiscoverSMTPAddress></User>\n<Account><AccountType>email</AccountType><Action>settings</Action><RedirectAddr>zq.eighth@zqthirteen.test</RedirectAddr><Protocol><Type>EXCH</Type><Server>ZQEXCH01</Server><ServerDN>x</ServerDN><MdbDN>/o=Zqorganisation/ou=Zqunit/cn=Configuration/cn=Servers/cn=ZQEXCH02/cn=Microsoft Private MDB</MdbDN><AD>ZQGC01</AD><PublicFolderServer>ZQPF01</PublicFolderServer><CertPrincipalName>msstd:zqcert.zqfourteen.test</CertPrincipalName><OOFUrl>https://zqoof/ews</OOFUrl></Protocol></Account></Response></Autodiscover>\n",
    );
    put(
        "names/ad-user.txt",
        "\n\nDistinguishedName    : CN=Zq Ninth,OU=Zqdepartment,DC=zqfifteen,DC=test\nEnabled              : True\nlegacyExchangeDN     : /o=Zqexorg/ou=First/cn=Recipients/cn=zqninthlegacy\nLockedOut            : False\nLogonWorkstations    : ZQWS11,ZQWS12\npwdLastSet           : 134170992000000000\nSamAccountName       : zqninth\nUserPrincipalName    : zqninth@zqfifteen.test\nuserWorkstations     : ZQWS13\n\n\n\nHostName             : ZQADFS02\nAutoCertificateRollover : True\nAuditLevel           : {Basic}\n\n\n\nConnectedServersName : {ZQWAP01, ZQWAP02}\nADFSUrl              : https://zqsts/adfs/ls\n\n\n\nCertificateHash : 00\nHostName        : zqssl.zqsixteen.test\nPortNumber      : 443\n\n\n\nCertificateType : Service-Communications\nIsPrimary       : True\nSubject         : CN=zqsubject.zqseventeen.test, O=Zqcorporation, C=JP\nThumbprint      : 00\n\n\n",
    );
    put("names/exchange.json", &json!([
        {"Identity": "Zq Tenth", "Name": "zqtenthname", "DisplayName": "Zq Tenth Name", "PrimarySmtpAddress": "zq.tenth@zqeighteen.test", "ServerName": "zqmbx03", "MAPIEnabled": true, "OWAEnabled": true, "OrganizationalUnit": "zqeighteen.test/Zqfolder"},
        {"Id": "zqnineteen.test", "AuthenticationType": "Managed", "IsVerified": true},
        {"Name": "zqtwenty", "DisplayName": "Zq Twenty KK", "OAuth2ClientProfileEnabled": true},
        {"IssuerUri": "http://zqissuer/adfs/services/trust", "SigningCertificate": "x", "DisplayName": "Zqfederation", "PassiveSignInUri": "https://zqsts.zqtwentyone.test/adfs/ls/"},
        {"InterfaceAlias": "Ethernet", "Name": "zqnetwork.test 2", "IPv4Connectivity": "Internet", "NetworkCategory": "DomainAuthenticated"},
        {"PartOfDomain": true, "DomainRole": 1, "Domain": "zqtwentytwo.test", "DNSHostName": "zqcsname", "Name": "ZQCS01"},
        {"OSLanguage": 1041, "BuildNumber": "22631", "CSName": "ZQCS02"},
        {"WindowsProductName": "Windows 11", "OsVersion": "10.0", "CsDomain": "zqtwentythree.test"},
        {"Name": "W32Time", "StartMode": "Auto", "State": "Running", "PathName": "x", "StartName": "ZQNETBIOS\\zqservice"},
        {"Name": "ZQWORKGROUP", "JoinStatus": "Domain"},
        {"EmailAddress": "zq.eleventh@zqtwentyfour.test", "IdP": 3, "SignedOut": 0, "Profile": "zqprofile", "FriendlyName": "Zq Eleventh"},
        {"EnableAlternateIdSupport": 1, "DomainHint": "zqtwentyfive.test"},
        {"Connection": "DefaultConnectionSettings", "AutoDetect": true, "AutoConfigUrl": "http://zqpac/proxy.pac", "ProxyBypass": "*.zqtwentysix.test;zqlocal", "ProxyServer": "zqinetproxy:8080"},
        {"AccessType": "NamedProxy", "Proxy": "zqhttp:8080", "ProxyBypass": "zqskip"},
        {"Identifier": "zqtwelfth", "BadPwdCountFamiliar": 3, "BadPwdCountUnknown": 1, "FamiliarLockout": false, "UnknownLockout": false},
    ]).to_string());
    put(
        "names/adfs-party.txt",
        "\n\nIdentifier           : {urn:federation:MicrosoftOnline, https://zqapp.zqtwentyseven.test/}\nName                 : Microsoft Office 365 Identity Platform\nTokenLifetime        : 0\n\n",
    );
    put(
        "names/events.txt",
        "Event[0]\n  Log Name: Security\n  Source: Microsoft-Windows-Security-Auditing\n  Date: 2026-03-05T02:15:30.2510000Z\n  Event ID: 4625\n  Task: Logon\n  Level: Information\n  Opcode: Info\n  Keyword: Audit Failure\n  User: N/A\n  User Name: N/A\n  Computer: ZQSRV01.zqtwentyeight.test\n  Description: \nAn account failed to log on.\n\nSubject:\n\tSecurity ID:\t\tS-1-5-18\n\tAccount Name:\t\tZQSRV01$\n\tAccount Domain:\t\tZQTWENTYEIGHT\n\nAccount For Which Logon Failed:\n\tSecurity ID:\t\tS-1-0-0\n\tAccount Name:\t\tzqthirteenth\n\tAccount Domain:\t\tZQELSEWHERE\n\nNetwork Information:\n\tWorkstation Name:\tZQWS21\n\tSource Network Address:\t10.177.88.3\n\tPackage Name:\tNTLM\n\tTransited Account Name:\tzqunlisted\n\n\n",
    );
    // A separator parts the name, and what is left of the secret is in two of them.
    for (number, name) in secrets().iter().filter(|secret| !secret.contains(['/', '\\'])).enumerate() {
        files.insert(format!("names of files/{number} {name} x.txt"), b"no format at all".to_vec());
        files.insert(
            format!("{name}/Password={SECRET}85/{number} identity.reg"),
            b"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Common\\Identity]\r\n\"EnableADAL\"=dword:0\r\n".to_vec(),
        );
    }
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
        "nslookup",
        "reg-query",
        "connection-status",
        "autodiscover",
        "powershell-list",
        "powershell-csv",
        "powershell-json",
        "powershell-clixml",
        "event-text",
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
    ] {
        if !printed.contains(name) {
            let _ = writeln!(lost, "{name} is in no fact");
        }
    }
    assert!(lost.is_empty(), "{lost}");
}
