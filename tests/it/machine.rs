//! Outputs of programs and of PowerShell, from the file to the facts: what is stated, whose it is, and what its absence proves.

use std::io::Write as _;
use std::path::Path;

use jiff::Timestamp;
use outlook_triage::bundle::{ArtifactKind, open_bytes};
use outlook_triage::case::{Case, Knowledge, analyze_bundle};
use outlook_triage::fact::PropertyFact;
use outlook_triage::fact::identity::Subject;
use outlook_triage::finding::Status;
use outlook_triage::issue::IssueCode;
use outlook_triage::limits::Limits;
use outlook_triage::parse::record::Names;
use outlook_triage::rule::pack::Pack;
use outlook_triage::value::Value;

use crate::cases::{KNOWLEDGE, options};

/// A file of `fixtures/artifacts`.
fn sample(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts").join(path)).unwrap()
}

/// A case of these files.
fn case(files: &[(&str, &[u8])], user: Option<&str>) -> Case {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    let bundle = open_bytes("case.zip", writer.finish().unwrap().into_inner(), &Limits::default(), false);
    let mut options = options(None);
    options.facts.user = user.map(ToOwned::to_owned);
    analyze_bundle(bundle, &KNOWLEDGE, &options).unwrap()
}

/// The kind of the first file.
fn kind(case: &Case) -> ArtifactKind {
    case.bundle.artifacts.iter().find(|artifact| artifact.kind != ArtifactKind::Archive).unwrap().kind
}

fn all<'a>(case: &'a Case, source: &str, name: &str) -> Vec<&'a PropertyFact> {
    case.facts.properties.iter().filter(|fact| fact.source_name == source && fact.name == name).collect()
}

/// The only value of a name.
fn one<'a>(case: &'a Case, source: &str, name: &str) -> &'a PropertyFact {
    let found = all(case, source, name);
    assert_eq!(found.len(), 1, "{source} {name}: {found:?}");
    found[0]
}

fn value(case: &Case, source: &str, name: &str) -> Value {
    one(case, source, name).value.clone()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn time(text: &str) -> Value {
    Value::Time(text.parse::<Timestamp>().unwrap())
}

/// Whether the sources of a name were read to their end, and whether they show all names.
fn covers(case: &Case, source: &str) -> Vec<(Option<Subject>, bool, Names)> {
    let parts = case.facts.coverage.properties.iter().filter(|part| part.source == source);
    parts.map(|part| (part.subject.clone(), part.complete, part.names)).collect()
}

fn issues(case: &Case) -> Vec<IssueCode> {
    case.issues.iter().flatten().map(|issue| issue.code).collect()
}

#[test]
fn the_state_of_a_device_is_the_computers_and_that_of_the_sign_in_the_users() {
    let file = sample("dsregcmd/hybrid.txt");
    let case = case(&[("dsreg.txt", &file)], Some("a.tanaka@contoso.example"));
    assert_eq!(kind(&case), ArtifactKind::Dsregcmd);
    let joined = one(&case, "dsregcmd", "AzureAdJoined");
    assert_eq!((&joined.value, joined.object.as_deref()), (&Value::Bool(true), Some("Device State")));
    assert_eq!(joined.subject, None);
    let token = one(&case, "dsregcmd", "AzureAdPrt");
    assert_eq!((&token.value, token.subject.clone()), (&Value::Bool(true), Some(Subject::Target)));
    assert_eq!(value(&case, "dsregcmd", "AzureAdPrtUpdateTime"), time("2026-03-04T23:15:26Z"));
    assert_eq!(value(&case, "dsregcmd", "TenantName"), text("コントソ株式会社"));
    assert!(all(&case, "dsregcmd", "MdmUrl").is_empty(), "a name without a value is no fact");
    assert_eq!(covers(&case, "dsregcmd"), [(None, true, Names::All), (Some(Subject::Target), true, Names::All)]);
    assert_eq!(issues(&case), []);
}

#[test]
fn a_state_that_an_administrator_saw_is_the_administrators() {
    let file = sample("dsregcmd/no-token-administrator-utf16.txt");
    let case = case(&[("dsreg.txt", &file)], Some("a.tanaka@contoso.example"));
    let token = one(&case, "dsregcmd", "AzureAdPrt");
    assert_eq!(token.value, Value::Bool(false));
    assert_eq!(token.subject, Some(Subject::Other(r"CONTOSO\admin".into())));
    assert_eq!(one(&case, "dsregcmd", "AzureAdJoined").subject, None);
    assert_eq!(value(&case, "dsregcmd", "Attempt Status"), text("0xc000006d"));
}

#[test]
fn what_the_registration_came_to_is_the_computers_whoever_looked() {
    let file = sample("dsregcmd/join-fails.txt");
    let case = case(&[("dsreg.txt", &file)], Some("a.tanaka@contoso.example"));
    let discovery = one(&case, "dsregcmd", "DRS Discovery Test");
    assert_eq!((&discovery.value, &discovery.subject), (&text("FAIL [0x80072ee2/0x801c001d]"), &None));
    assert_eq!(one(&case, "dsregcmd", "Client ErrorCode").subject, None);
    // The system's own token says nothing about the user's.
    assert!(matches!(one(&case, "dsregcmd", "AzureAdPrt").subject, Some(Subject::Other(_))));
}

#[test]
fn an_old_windows_names_nobody_and_is_read_to_its_end() {
    let file = sample("dsregcmd/windows-1607.txt");
    let case = case(&[("1.txt", &file)], None);
    assert_eq!(one(&case, "dsregcmd", "AzureAdPrt").subject, Some(Subject::Assumed));
    assert_eq!(covers(&case, "dsregcmd"), [(None, true, Names::All), (Some(Subject::Assumed), true, Names::All)]);
}

#[test]
fn a_cut_or_disturbed_state_keeps_its_lines_and_proves_no_absence() {
    let whole = String::from_utf8(sample("dsregcmd/hybrid.txt")).unwrap();
    let cut = &whole[..whole.find("OnPremTgt").unwrap()];
    let garbage = whole.replace("| SSO State", "\u{1b}[31m???\r\n| SSO State");
    for (name, text) in [("cut", cut), ("garbage", garbage.as_str())] {
        let case = case(&[("dsreg.txt", text.as_bytes())], None);
        assert_eq!(value(&case, "dsregcmd", "AzureAdPrt"), Value::Bool(true), "{name}");
        assert!(covers(&case, "dsregcmd").iter().all(|(_, complete, _)| !complete), "{name}");
    }
    let twice = whole.replace("AzureAdPrt : YES\r\n", "AzureAdPrt : YES\r\nAzureAdPrt : NO\r\nAzureAdPrt : YES\r\n");
    let case = case(&[("dsreg.txt", twice.as_bytes())], None);
    assert_eq!(all(&case, "dsregcmd", "AzureAdPrt").len(), 3);
    assert!(issues(&case).contains(&IssueCode::Contradiction));
}

const TANAKA: &str = "S-1-5-21-1111111111-2222222222-3333333333-1104";

#[test]
fn a_user_of_the_directory_is_the_same_from_every_export() {
    for (path, name) in [
        ("powershell-list/ad-user-ja.txt", "aduser.txt"),
        ("powershell-csv/ad-user-type.csv", "1.csv"),
        ("powershell-json/ad-user.json", "x.json"),
    ] {
        let file = sample(path);
        let case = case(&[(name, &file)], Some(TANAKA));
        let own: Vec<_> = all(&case, "ad-user", "pwdLastSet");
        let own: Vec<_> = own.into_iter().filter(|fact| fact.subject == Some(Subject::Target)).collect();
        assert_eq!(own.len(), 1, "{path}");
        assert_eq!(own[0].value, time("2026-03-04T12:00:00Z"), "{path}");
        let person = case.facts.target.person().unwrap();
        assert!(person.names.contains("a.tanaka@contoso.example"), "{path}: {person:?}");
        assert!(
            covers(&case, "ad-user").iter().all(|(_, complete, names)| *complete && *names == Names::Chosen),
            "{path}"
        );
        assert!(case.facts.properties.iter().all(|fact| !fact.value.to_string().contains("hunter2")), "{path}");
    }
}

#[test]
fn zero_stays_a_number_and_never_a_number_too() {
    let file = sample("powershell-list/ad-user-ja.txt");
    let case = case(&[("aduser.txt", &file)], Some(TANAKA));
    assert_eq!(kind(&case), ArtifactKind::PowershellText);
    assert_eq!(value(&case, "ad-user", "lockoutTime"), Value::Number(0));
    assert_eq!(value(&case, "ad-user", "accountExpires"), Value::Number(i64::MAX));
    assert_eq!(value(&case, "ad-user", "LockedOut"), Value::Bool(false));
    assert!(all(&case, "ad-user", "Surname").is_empty(), "no business of a sign-in");
    assert!(all(&case, "ad-user", "userWorkstations").is_empty(), "no value");
    assert_eq!(
        value(&case, "ad-user", "proxyAddresses"),
        Value::List(vec!["SMTP:a.tanaka@contoso.example".into(), "smtp:tanaka@contoso.example".into()])
    );
    assert_eq!(
        value(&case, "ad-user", "mS-DS-ConsistencyGuid"),
        Value::List(vec!["113".into(), "20".into(), "5".into()])
    );
}

#[test]
fn users_of_one_list_are_kept_apart() {
    let file = sample("powershell-csv/ad-user-type.csv");
    let case = case(&[("1.csv", &file)], Some("k.sato@contoso.example"));
    let of = |name: &str| -> Vec<(Option<Subject>, Value)> {
        all(&case, "ad-user", name).into_iter().map(|fact| (fact.subject.clone(), fact.value.clone())).collect()
    };
    assert_eq!(
        of("LockedOut"),
        [
            (Some(Subject::Other("a.tanaka@contoso.example".into())), Value::Bool(true)),
            (Some(Subject::Target), Value::Bool(false))
        ]
    );
    assert!(all(&case, "ad-user", "proxyAddresses").is_empty(), "what the export left out is no value");
    assert!(all(&case, "ad-user", "unicodePwd").is_empty());
}

#[test]
fn several_commands_in_one_text_are_told_apart() {
    let file = sample("powershell-list/adfs-en.txt");
    let case = case(&[("adfs.txt", &file)], None);
    assert_eq!(value(&case, "adfs-properties", "HostName"), text("fs.contoso.example"));
    assert_eq!(value(&case, "adfs-properties", "ExtranetLockoutEnabled"), Value::Bool(false));
    let trust = one(&case, "adfs-relying-party", "TokenLifetime");
    assert_eq!((&trust.value, trust.object.as_deref()), (&Value::Number(0), Some("urn:federation:MicrosoftOnline")));
    let Value::List(identifiers) = value(&case, "adfs-relying-party", "Identifier") else { panic!() };
    assert_eq!(identifiers, ["urn:federation:MicrosoftOnline", "https://login.microsoftonline.com/extSTS.srf"]);
    assert_eq!(trust.subject, None);
}

#[test]
fn an_output_of_a_server_that_names_none_says_so_and_no_file_name_is_taken_for_one() {
    let told = |files: &[(&str, &[u8])]| issues(&case(files, Some("a.tanaka@contoso.example")));
    let properties = sample("powershell-list/adfs-en.txt");
    let service =
        b"#TYPE System.ServiceProcess.ServiceController\r\n\"Name\",\"Status\"\r\n\"adfssrv\",\"Running\"\r\n";
    for (name, file) in [
        ("ADFS01/Get-AdfsProperties.txt", properties.as_slice()),
        ("certificate.xml", &sample("powershell-clixml/adfs-certificate.xml")),
        ("sslcert.txt", &sample("sslcert/en.txt")),
        ("service.csv", service),
    ] {
        assert!(told(&[(name, file)]).contains(&IssueCode::ServerNotNamed), "{name}");
    }
    // A remote session names it.
    let remote = String::from_utf8(properties).unwrap();
    let remote = remote.replace("LogLevel       ", "PSComputerName            : ADFS01\r\nLogLevel       ");
    for (name, file) in [
        ("properties.txt", remote.as_bytes()),
        ("hosts", &sample("hosts/hosts.txt")),
        ("w32tm.txt", b"11:15:30, +00.0123456s\r\n"),
    ] {
        assert!(!told(&[(name, file)]).contains(&IssueCode::ServerNotNamed), "{name}");
    }
}

#[test]
fn updates_that_the_shell_lists_are_installed_and_others_not_absent() {
    let update = |name: &str, program: &str| {
        format!(
            "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Management.Automation.PSCustomObject</T></TN><MS><S N=\"Name\">{name}</S><S N=\"Program\">{program}</S><S N=\"Version\"></S><S N=\"Publisher\">Microsoft Corporation</S><S N=\"URL\">x</S><S N=\"InstalledOn\">5/14/2014</S></MS></Obj>\r\n",
        )
    };
    let file = format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n{}{}{}</Objs>",
        update(
            "Update for Microsoft Outlook 2013 (KB2880470) 32-Bit Edition",
            "Microsoft Office Professional Plus 2013"
        ),
        update("Update for Microsoft Word 2013 (KB2880455)", "Microsoft Office Professional Plus 2013"),
        update("Security Update for Visual C++ (KB2565063)", "Microsoft Visual C++ 2010"),
    );
    let case = case(&[("Configuration/OS/InstalledUpdate.xml", file.as_bytes())], Some("a.tanaka@contoso.example"));
    let patches: Vec<_> =
        case.facts.patches.iter().map(|fact| (fact.product.as_str(), fact.kb.as_str(), fact.installed)).collect();
    assert_eq!(patches, [("outlook", "KB2880470", true), ("office", "KB2880455", true)]);
    assert!(case.facts.coverage.products.is_empty());
}

#[test]
fn endpoints_are_objects_of_their_own() {
    const OLD: &str = "/adfs/services/trust/2005/usernamemixed";
    const NEW: &str = "/adfs/services/trust/13/usernamemixed";
    const MEX: &str = "/adfs/services/trust/mex";
    let samples: [(&str, &[(&str, bool)]); 3] = [
        ("powershell-list/adfs-endpoint.txt", &[(OLD, false), (NEW, true)]),
        ("powershell-list/endpoint-table.txt", &[(OLD, false), (NEW, true), (MEX, true)]),
        ("powershell-csv/endpoint-semicolon.csv", &[(OLD, true), (MEX, true)]),
    ];
    for (path, expected) in samples {
        let file = sample(path);
        let case = case(&[("x.txt", &file)], None);
        let found: Vec<_> = all(&case, "adfs-endpoint", "Enabled")
            .into_iter()
            .map(|fact| (fact.object.clone().unwrap(), fact.value.clone()))
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(path, enabled)| ((*path).to_owned(), Value::Bool(*enabled))).collect();
        assert_eq!(found, expected, "{path}");
    }
}

#[test]
fn a_tenant_in_json_gives_its_objects_and_a_cut_one_those_before_the_cut() {
    let whole = String::from_utf8(sample("powershell-json/tenant.json")).unwrap();
    let full = case(&[("t.json", whole.as_bytes())], Some("a.tanaka@contoso.example"));
    assert_eq!(kind(&full), ArtifactKind::PowershellJson);
    assert_eq!(value(&full, "organization-config", "OAuth2ClientProfileEnabled"), Value::Bool(true));
    assert_eq!(value(&full, "organization-config", "WhenChanged"), time("2014-06-02T00:00:00Z"));
    let domain = one(&full, "entra-domain", "AuthenticationType");
    assert_eq!((&domain.value, domain.object.as_deref()), (&text("Federated"), Some("contoso.example")));
    let mapi = one(&full, "cas-mailbox", "MAPIEnabled");
    assert_eq!((&mapi.value, mapi.subject.clone()), (&Value::Bool(false), Some(Subject::Target)));
    assert_eq!(mapi.source.at, outlook_triage::fact::evidence::Locator::Line(12));
    let cut = case(&[("t.json", &whole.as_bytes()[..whole.find("PrimarySmtp").unwrap()])], None);
    assert_eq!(value(&cut, "organization-config", "OAuth2ClientProfileEnabled"), Value::Bool(true));
    assert!(all(&cut, "cas-mailbox", "MAPIEnabled").is_empty());
    assert!(issues(&cut).contains(&IssueCode::Truncated));
    assert!(covers(&cut, "organization-config").iter().all(|(_, complete, _)| !complete));
}

#[test]
fn what_the_collector_lists_whole_is_absent_where_it_is_not_there() {
    let (log, appx) = (sample("collector-log/log.csv"), sample("powershell-clixml/AppxPackage.xml"));
    let collected = case(&[("Log.csv", &log), ("Configuration/OS/AppxPackage.xml", &appx)], None);
    assert!(covers(&collected, "appx-package").iter().all(|(_, complete, names)| *complete && *names == Names::All));
    let cut = &appx[..appx.len() - 40];
    let collected = case(&[("Log.csv", &log), ("Configuration/OS/AppxPackage.xml", cut)], None);
    assert!(covers(&collected, "appx-package").iter().all(|(_, complete, _)| !complete));
}

#[test]
fn objects_of_the_collector_are_told_by_their_properties() {
    let appx = sample("powershell-clixml/AppxPackage.xml");
    let identity = sample("powershell-clixml/OfficeIdentityConfig.xml");
    let auto = sample("powershell-clixml/AutodiscoverConfig.xml");
    let proxy = sample("powershell-clixml/WinHttpDefaultProxy.xml");
    let system = sample("powershell-clixml/Win32_OperatingSystem.xml");
    let certificate = sample("powershell-clixml/adfs-certificate.xml");
    let case = case(
        &[
            ("a.xml", &appx),
            ("b.xml", &identity),
            ("c.xml", &auto),
            ("d.xml", &proxy),
            ("e.xml", &system),
            ("f.xml", &certificate),
        ],
        Some(TANAKA),
    );
    let versions: Vec<_> = all(&case, "appx-package", "Version").into_iter().map(|fact| fact.object.clone()).collect();
    assert_eq!(versions, [Some("Microsoft.AAD.BrokerPlugin".to_owned()), Some("Microsoft.AccountsControl".to_owned())]);
    assert_eq!(value(&case, "office-identity-config", "EnableADAL"), Value::Number(0));
    assert!(all(&case, "office-identity-config", "UserPassword").is_empty());
    let scp = one(&case, "autodiscover-config", "ExcludeScpLookup");
    assert_eq!((&scp.value, scp.subject.clone()), (&Value::Number(1), Some(Subject::Target)));
    assert_eq!(value(&case, "winhttp-proxy", "Proxy"), text("proxy.contoso.example:8080"));
    assert_eq!(value(&case, "operating-system", "LastBootUpTime"), time("2026-03-03T23:00:12.5Z"));
    assert!(all(&case, "operating-system", "RegisteredUser").is_empty());
    let ends: Vec<_> = all(&case, "adfs-certificate", "NotAfter")
        .into_iter()
        .map(|fact| (fact.object.clone().unwrap(), fact.value.clone()))
        .collect();
    assert_eq!(
        ends,
        [
            ("Token-Signing".to_owned(), time("2026-03-01T00:00:00Z")),
            ("Token-Signing (secondary)".to_owned(), time("2027-03-01T00:00:00Z"))
        ]
    );
    // By hand, anybody may have filtered.
    assert!(covers(&case, "appx-package").iter().all(|(_, _, names)| *names == Names::Chosen));
}

#[test]
fn the_method_of_a_connection_is_found_under_its_heading() {
    for (path, expected, verified) in [
        ("connection-status/tabs.txt", "Clear [Anonymous]", true),
        ("connection-status/spaces.txt", "Bearer*", true),
        ("connection-status/ja-932.txt", "Bearer*", false),
    ] {
        let file = sample(path);
        let case = case(&[("status.txt", &file)], None);
        assert_eq!(kind(&case), ArtifactKind::ConnectionStatus, "{path}");
        let found = all(&case, "connection-status", "authn");
        assert!(!found.is_empty() && found.iter().all(|fact| fact.value == text(expected)), "{path}: {found:?}");
        assert!(found.iter().all(|fact| fact.subject == Some(Subject::Assumed)), "{path}");
        assert_eq!(covers(&case, "connection-status"), [(Some(Subject::Assumed), verified, Names::Chosen)], "{path}");
    }
}

#[test]
fn an_autodiscover_answer_tells_the_place_of_its_own_mailbox() {
    for (path, expected) in
        [("autodiscover/on-premises.xml", "on-premises"), ("autodiscover/exchange-online.xml", "exchange-online")]
    {
        let file = sample(path);
        let own = case(&[("a.xml", &file)], Some("a.tanaka@contoso.example"));
        assert_eq!(kind(&own), ArtifactKind::AutodiscoverXml);
        let place = one(&own, "autodiscover-xml", "mailbox");
        assert_eq!((&place.value, place.subject.clone()), (&text(expected), Some(Subject::Target)), "{path}");
        assert_eq!(one(&own, "autodiscover-xml", "server").object.as_deref(), Some("EXCH"));
        // The answer for another mailbox, such as a shared one, says nothing about this user's.
        let other = case(&[("a.xml", &file)], Some("k.sato@contoso.example"));
        let place = one(&other, "autodiscover-xml", "mailbox");
        assert_eq!(place.subject, Some(Subject::Other("a.tanaka@contoso.example".into())), "{path}");
    }
    let whole = String::from_utf8(sample("autodiscover/on-premises.xml")).unwrap();
    let cut = case(&[("a.xml", &whole.as_bytes()[..whole.find("mapiHttp").unwrap()])], None);
    assert!(all(&cut, "autodiscover-xml", "mailbox").is_empty(), "what was cut off may name Exchange Online");
    assert!(issues(&cut).contains(&IssueCode::Truncated));
}

#[test]
fn a_profile_that_mfcmapi_exported_is_the_users_and_its_version_that_of_outlook() {
    let (section, full) = (sample("mapi-profile-xml/section-anonymous.xml"), sample("mapi-profile-xml/full.xml"));
    let loose = case(&[("a.xml", &section), ("b.xml", &full)], Some("a.tanaka@contoso.example"));
    assert_eq!(kind(&loose), ArtifactKind::MapiProfileXml);
    let find = |name: &str| loose.facts.profiles.iter().find(|fact| fact.name == name).unwrap();
    let package = find("auth-package");
    assert_eq!((&package.value, &package.subject), (&text("anonymous"), &Subject::Assumed));
    assert_eq!(package.account.as_deref(), Some("a.tanaka@contoso.example"));
    // Both files are parts of one account.
    assert_eq!(find("tenant-id").account, package.account);
    assert_eq!(package.version, "unknown");
    assert!(loose.facts.coverage.profiles.iter().all(|part| !part.all_properties));
    let anonymous = "{profile: {property: auth-package, mailbox: [exchange-online, unknown], is: anonymous}}";
    let absent = "{profile: {property: roh-proxy-server, mailbox: [exchange-online, unknown], absent: true}}";
    assert_eq!(status(&section, "a.tanaka@contoso.example", anonymous), Status::Unknown, "the version is not known");
    assert_eq!(status(&section, "a.tanaka@contoso.example", absent), Status::Unknown);
}

#[test]
fn a_profile_file_sets_what_its_last_sections_map() {
    let file = sample("prf/on-premises.prf");
    let own = case(&[("a.txt", &file)], Some("a.tanaka@contoso.example"));
    assert_eq!(kind(&own), ArtifactKind::Prf);
    let server = one(&own, "prf", "HomeServer");
    assert_eq!((&server.value, server.object.as_deref()), (&text("ex01.contoso.example"), Some("ServiceEGS")));
    assert_eq!(server.subject, None);
    assert_eq!(value(&own, "prf", "OverwriteProfile"), text("Yes"));
    assert_eq!(value(&own, "prf", "RPCoverHTTPflags"), Value::Number(0x2f));
    assert_eq!(value(&own, "prf", "roh-proxy-auth"), text("ntlm"));
    assert_eq!(value(&own, "prf", "unresolved-server"), text("ex01.contoso.example"));
    assert_eq!(value(&own, "prf", "auth-package"), text("kerberos"), "a mapping of one's own");
    assert_eq!(covers(&own, "prf"), [(None, true, Names::All)]);
    assert_eq!(issues(&own), []);
    let japanese = sample("prf/short-ja-932.prf");
    let japanese = case(&[("b.prf", &japanese)], None);
    assert_eq!(value(&japanese, "prf", "ProfileName"), text("営業部"));
}

#[test]
fn a_test_from_outside_tells_its_steps_whatever_their_layout() {
    for path in ["autodiscover.html", "elements.xml", "attributes.xml"] {
        let file = sample(&format!("connectivity-analyzer/{path}"));
        let own = case(&[("result", &file)], Some("a.tanaka@contoso.example"));
        assert_eq!(kind(&own), ArtifactKind::ConnectivityAnalyzer, "{path}");
        let source = "connectivity-analyzer";
        assert_eq!(all(&own, source, "step").len(), 4, "{path}");
        let passed: Vec<_> = all(&own, source, "passed").into_iter().map(|fact| fact.value.clone()).collect();
        assert_eq!(passed, [false, false, true, false].map(Value::Bool), "{path}");
        let status = one(&own, source, "http-status");
        assert_eq!((&status.value, status.subject.clone()), (&Value::Number(401), Some(Subject::Target)), "{path}");
        assert!(status.object.as_deref().unwrap().contains("retrieve an XML Autodiscover response"), "{path}");
        assert_eq!(covers(&own, source), [(Some(Subject::Target), false, Names::Chosen)], "{path}");
        assert_eq!(issues(&own), [], "{path}");
    }
}

#[test]
fn the_log_of_autodiscover_tells_each_attempt() {
    let file = sample("outlook-log/olkdisc.log");
    let own = case(&[("x.log", &file)], None);
    assert_eq!(kind(&own), ArtifactKind::OutlookLog);
    let failed = one(&own, "outlook-log", "failed");
    assert_eq!(failed.value, text("0x800C8203"));
    assert_eq!(
        failed.object.as_deref(),
        Some("Autodiscover to https://ex01.contoso.example/autodiscover/autodiscover.xml")
    );
    let status: Vec<_> = all(&own, "outlook-log", "http-status").into_iter().map(|fact| fact.value.clone()).collect();
    assert_eq!(status, [0, 401, 200].map(Value::Number));
    assert_eq!(covers(&own, "outlook-log"), [(Some(Subject::Assumed), false, Names::Chosen)]);
    let copied = sample("outlook-log/copied.txt");
    let copied = case(&[("1.txt", &copied)], None);
    assert_eq!(kind(&copied), ArtifactKind::OutlookLog);
    let target = "https://autodiscover-s.outlook.com/autodiscover/autodiscover.xml";
    assert_eq!(value(&copied, "outlook-log", "redirect"), text(target));
}

#[test]
fn applied_policies_are_read_in_any_language_and_prove_nothing_absent() {
    for (path, name, choice) in [
        ("en.html", "Authentication with Exchange Server", "Enabled"),
        ("ja.html", "Exchange Server による認証", "有効"),
    ] {
        let file = sample(&format!("gpresult/{path}"));
        let own = case(&[("GPResult.htm", &file)], Some(r"CONTOSO\a.tanaka"));
        assert_eq!(kind(&own), ArtifactKind::Gpresult, "{path}");
        let policy = one(&own, "gpresult", name);
        assert_eq!((&policy.value, policy.object.as_deref()), (&text(choice), Some("Mail policy")), "{path}");
        assert_eq!(policy.subject, Some(Subject::Target), "{path}");
        let below = own.facts.properties.iter().find(|fact| fact.object.as_deref() == Some(name)).unwrap();
        assert!(below.value.to_string().starts_with("NTLM"), "{path}: {below:?}");
        assert_eq!(covers(&own, "gpresult"), [(Some(Subject::Target), false, Names::Chosen)], "{path}");
        assert_eq!(issues(&own), [], "{path}");
    }
    let file = sample("gpresult/verbose-en.txt");
    let own = case(&[("gp.txt", &file)], Some(r"CONTOSO\k.sato"));
    assert_eq!(kind(&own), ArtifactKind::Gpresult);
    let key = r"Software\Policies\Microsoft\office\16.0\outlook\security\AuthenticationService";
    let policy = one(&own, "gpresult", key);
    assert_eq!(
        (&policy.value, policy.subject.clone()),
        (&text("10, 0, 0, 0"), Some(Subject::Other(r"CONTOSO\a.tanaka".into())))
    );
    assert_eq!(one(&own, "gpresult", "Group Policy was applied from").subject, None, "of the computer");
    assert!(all(&own, "gpresult", "Applied Group Policy Objects").iter().any(|fact| fact.value == text("Mail policy")));
}

#[test]
fn the_clock_is_off_by_the_middle_of_its_samples() {
    let file = sample("w32tm/stripchart.txt");
    let chart = case(&[("time.txt", &file)], None);
    let offset = one(&chart, "w32tm", "offset");
    assert_eq!((&offset.value, offset.object.as_deref()), (&Value::Number(301), Some("DC01.contoso.example")));
    assert_eq!(value(&chart, "w32tm", "offset-ms"), Value::Number(301_012));
    assert_eq!(value(&chart, "w32tm", "sample-error"), text("0x800705B4"));
    let english = sample("w32tm/status-en.txt");
    let english = case(&[("1.txt", &english)], None);
    assert_eq!(value(&english, "w32tm", "source"), text("DC01.contoso.example"));
    assert_eq!(value(&english, "w32tm", "phase-offset-ms"), Value::Number(0));
    assert_eq!(covers(&english, "w32tm"), [(None, true, Names::Chosen)]);
    let japanese = sample("w32tm/status-ja-932.txt");
    let japanese = case(&[("1.txt", &japanese)], None);
    assert_eq!(value(&japanese, "w32tm", "source"), text("Local CMOS Clock"));
    assert_eq!(covers(&japanese, "w32tm"), [(None, false, Names::Chosen)]);
}

#[test]
fn the_network_is_read_in_english_and_with_reserve_in_japanese() {
    for (path, whole) in [("ipconfig/en.txt", true), ("ipconfig/ja-932.txt", false)] {
        let file = sample(path);
        let case = case(&[("ip.txt", &file)], None);
        assert_eq!(value(&case, "ipconfig", "host-name"), text("PC0123"), "{path}");
        assert_eq!(value(&case, "ipconfig", "ipv4-address"), text("192.168.1.50"), "{path}");
        assert_eq!(
            value(&case, "ipconfig", "dns-servers"),
            Value::List(vec!["192.168.1.10".into(), "192.168.1.11".into()]),
            "{path}"
        );
        assert_eq!(covers(&case, "ipconfig"), [(None, whole, Names::All)], "{path}");
    }
    for (path, access, whole) in [
        ("netsh/proxy-en.txt", "proxy", true),
        ("netsh/direct-en.txt", "direct", true),
        ("netsh/direct-ja-932.txt", "direct", false),
    ] {
        let file = sample(path);
        let case = case(&[("proxy.txt", &file)], None);
        assert_eq!(value(&case, "netsh", "access"), text(access), "{path}");
        assert_eq!(covers(&case, "netsh"), [(None, whole, Names::All)], "{path}");
    }
}

#[test]
fn names_are_kept_with_their_addresses() {
    let hosts = sample("hosts/hosts.txt");
    let hosts = case(&[("hosts", &hosts)], None);
    let found: Vec<_> = all(&hosts, "hosts", "address").into_iter().map(|fact| fact.object.clone().unwrap()).collect();
    assert_eq!(found, ["fs.contoso.example", "fs", "localhost"]);
    assert_eq!(covers(&hosts, "hosts"), [(None, true, Names::All)]);
    let english = sample("nslookup/en.txt");
    let english = case(&[("n.txt", &english)], None);
    let addresses = one(&english, "nslookup", "addresses");
    assert_eq!(addresses.object.as_deref(), Some("outlook.office365.com"));
    assert_eq!(addresses.value, Value::List(vec!["2603:1046:c04::2".into(), "52.98.64.2".into()]));
    let japanese = sample("nslookup/ja-932.txt");
    let japanese = case(&[("n.txt", &japanese)], None);
    assert_eq!(one(&japanese, "nslookup", "addresses").object.as_deref(), Some("fs.contoso.example"));
    for case in [&english, &japanese] {
        let error = one(case, "nslookup", "error");
        assert_eq!(
            (error.object.as_deref(), &error.value),
            (Some("autodiscover.contoso.example"), &text("Non-existent domain"))
        );
    }
}

#[test]
fn a_queried_key_shows_its_values_and_proves_no_absence() {
    let file = sample("reg-query/identity.txt");
    let case = case(&[("reg.txt", &file)], None);
    assert_eq!(kind(&case), ArtifactKind::RegQuery);
    let adal: Vec<_> = case.facts.registry.iter().filter(|fact| fact.name == "EnableADAL").collect();
    assert_eq!(adal.len(), 1);
    assert_eq!(adal[0].data, outlook_triage::parse::record::RegistryData::Dword(0));
    let outlook_triage::fact::evidence::Locator::Registry { line, .. } = &adal[0].source.at else { panic!() };
    assert_eq!(*line, Some(3));
    assert!(case.facts.coverage.registry.is_empty());
}

#[test]
fn a_command_of_the_collector_that_failed_is_named() {
    let log = sample("collector-log/log.csv");
    let case = case(&[("Log.csv", &log)], None);
    let result = one(&case, "collector-log", "result");
    assert_eq!((&result.value, result.object.as_deref()), (&text("failed"), Some("cmdkey")));
}

/// From a pasted window to the era, and from a setting of the tenant to the cause: rules that were waiting for these files.
#[test]
fn files_that_rules_ask_for_decide() {
    use outlook_triage::rule::condition::Era;
    let status = sample("connection-status/tabs.txt");
    let at = |now: &str, file: &[u8]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("status.txt", zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(file).unwrap();
        let bundle = open_bytes("case.zip", writer.finish().unwrap().into_inner(), &Limits::default(), false);
        analyze_bundle(bundle, &KNOWLEDGE, &options(Some(now))).unwrap().verdicts.era.era
    };
    assert_eq!(at("2016-06-02T00:00:00Z", &status), Era::Legacy);
    // Basic is over by then, but without a version of Outlook nothing says that it could do no better.
    assert_eq!(at("2024-02-01T00:00:00Z", &status), Era::Unknown);
    assert_eq!(at("2024-02-01T00:00:00Z", &sample("connection-status/spaces.txt")), Era::Modern);
}

/// What a rule makes of one file: the status of its only evidence.
fn status(file: &[u8], user: &str, condition: &str) -> Status {
    let rule = format!(
        "id: own-rule\nrev: 1\ntitle: {{en: t, ja: t}}\ncause: {{band: 901, severity: info, steps: []}}\n\
         evidence:\n  - {{name: one, class: strong, when: {condition}}}\nsay: {{en: s, ja: s}}\n\
         tests:\n  - {{name: a, given: {{}}, expect: {{status: unknown}}}}\n"
    );
    let mut own = Pack::default();
    own.files.insert("pack.yaml".into(), "name: x\nrevision: \"1\"\nlanguages: [en, ja]\n".into());
    own.files.insert("causes/x/own-rule.yaml".into(), rule);
    let knowledge = Knowledge::load(&[Pack::builtin(), own], &Limits::default()).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("file.txt", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(file).unwrap();
    let bundle = open_bytes("case.zip", writer.finish().unwrap().into_inner(), &Limits::default(), false);
    let mut options = options(None);
    options.facts.user = Some(user.to_owned());
    let case = analyze_bundle(bundle, &knowledge, &options).unwrap();
    case.findings().iter().find(|finding| finding.id == "own-rule").unwrap().status
}

/// Another user's state, names that nobody asked for, unverified labels and cut files leave a condition open.
#[test]
fn what_is_not_there_is_absent_only_where_it_would_have_been_shown() {
    let (own, admin) = (sample("dsregcmd/hybrid.txt"), sample("dsregcmd/no-token-administrator-utf16.txt"));
    let user = "a.tanaka@contoso.example";
    let no_token = "{property: {source: dsregcmd, name: AzureAdPrt, is: false}}";
    assert_eq!(status(&own, user, no_token), Status::RuledOut);
    assert_eq!(status(&admin, user, no_token), Status::Unknown, "the administrator's token");
    assert_eq!(status(&admin, "admin@contoso.example", no_token), Status::Likely);
    let joined = "{property: {source: dsregcmd, name: AzureAdJoined, is: false}}";
    assert_eq!(status(&admin, user, joined), Status::RuledOut, "the computer's own, whoever asks");
    let absent = "{property: {source: dsregcmd, name: RefreshPrtDiagnostics, absent: true}}";
    assert_eq!(status(&own, user, absent), Status::Likely);
    assert_eq!(status(&admin, user, absent), Status::Unknown, "the name may stand in the user's part");
    assert_eq!(status(&own[..own.len() / 2], user, absent), Status::Unknown, "cut");
    let directory = sample("powershell-csv/ad-user-type.csv");
    let count = "{property: {source: ad-user, name: badPwdCount, user: $subject, absent: true}}";
    assert_eq!(status(&directory, user, count), Status::Unknown, "nobody asked for it");
    let locked = "{property: {source: ad-user, name: LockedOut, user: $subject, is: true}}";
    assert_eq!(status(&directory, user, locked), Status::Likely);
    assert_eq!(status(&directory, "k.sato@contoso.example", locked), Status::RuledOut);
    assert_eq!(status(&directory, "b.mori@contoso.example", locked), Status::Unknown, "not in the list");
    let direct = "{property: {source: netsh, name: proxy, absent: true}}";
    assert_eq!(status(&sample("netsh/direct-en.txt"), user, direct), Status::Likely);
    assert_eq!(status(&sample("netsh/direct-ja-932.txt"), user, direct), Status::Unknown, "unverified labels");
}

#[test]
fn a_channel_to_the_domain_is_a_status_and_a_refused_command_says_nothing_of_it() {
    let works = sample("nltest/sc-verify.txt");
    let works = case(&[("channel.log", &works)], None);
    assert_eq!(kind(&works), ArtifactKind::Nltest);
    assert_eq!(value(&works, "nltest", "verification-status"), Value::Number(0));
    assert_eq!(value(&works, "nltest", "trusted-dc"), text("DC01.contoso.example"));
    assert_eq!(value(&works, "nltest", "flags"), Value::List(vec!["HAS_IP".into(), "HAS_TIMESERV".into()]));
    assert_eq!(covers(&works, "nltest"), [(None, true, Names::Chosen)]);

    let broken = sample("nltest/sc-verify-broken.txt");
    let broken = case(&[("x.reg", &broken)], None);
    assert_eq!(value(&broken, "nltest", "connection-status"), Value::Number(1311));
    assert_eq!(value(&broken, "nltest", "verification-error"), text("ERROR_TRUSTED_RELATIONSHIP_FAILURE"));
    assert!(all(&broken, "nltest", "trusted-dc").is_empty());
    assert_eq!(issues(&broken), [IssueCode::NameDisagrees]);

    let refused = sample("nltest/not-elevated.txt");
    let refused = case(&[("x.txt", &refused)], None);
    assert_eq!(value(&refused, "nltest", "control-status"), Value::Number(5));
    assert!(all(&refused, "nltest", "connection-status").is_empty());

    let found = sample("nltest/dsgetdc.txt");
    let found = case(&[("x.csv", &found)], None);
    assert_eq!(value(&found, "nltest", "dc"), text("DC01.contoso.example"));
    assert_eq!(value(&found, "nltest", "our-site"), text("Tokyo"));
    let lost = sample("nltest/dsgetdc-fails.txt");
    assert_eq!(value(&case(&[("x", &lost)], None), "nltest", "dc-status"), Value::Number(1355));
}

#[test]
fn a_principal_name_has_its_owners_and_what_was_asked_for_is_not_guessed() {
    let owners = |case: &Case| -> Vec<(String, usize)> {
        let found = all(case, "setspn", "owners").into_iter().map(|fact| match &fact.value {
            Value::List(owners) => (fact.object.clone().unwrap(), owners.len()),
            other => panic!("{other:?}"),
        });
        found.collect()
    };
    let twice = sample("setspn/query-twice.txt");
    let twice = case(&[("spn.evtx", &twice)], None);
    assert_eq!(kind(&twice), ArtifactKind::Setspn);
    assert_eq!(owners(&twice), [("host/fs.contoso.example".into(), 2), ("http/fs.contoso.example".into(), 1)]);
    assert_eq!(value(&twice, "setspn", "duplicate"), text("host/fs.contoso.example"));
    assert_eq!(one(&twice, "setspn", "exists").object, None);
    assert_eq!(covers(&twice, "setspn"), [(None, true, Names::Chosen)]);

    let duplicates = sample("setspn/duplicates.txt");
    let duplicates = case(&[("spn.txt", &duplicates)], None);
    assert_eq!(owners(&duplicates), [("host/fs.contoso.example".into(), 2)]);
    assert_eq!(value(&duplicates, "setspn", "duplicate-groups"), Value::Number(1));
    let one_owner = sample("setspn/query-one.txt");
    assert!(all(&case(&[("spn.txt", &one_owner)], None), "setspn", "duplicate").is_empty());
    let listed = sample("setspn/list.txt");
    assert_eq!(owners(&case(&[("spn.txt", &listed)], None)), [("host/fs.contoso.example".into(), 1)]);
    let none = sample("setspn/query-none-copied.txt");
    let none = case(&[("spn.txt", &none)], None);
    let exists = one(&none, "setspn", "exists");
    assert_eq!((exists.object.as_deref(), &exists.value), (Some("host/fs.contoso.example"), &Value::Bool(false)));
}

#[test]
fn tickets_belong_to_their_client_and_are_counted_by_the_program_itself() {
    let user = "a.tanaka@contoso.example";
    let english = sample("klist/en.txt");
    let whole = case(&[("t.xml", &english)], Some(user));
    assert_eq!(kind(&whole), ArtifactKind::Klist);
    let servers: Vec<_> = all(&whole, "klist", "server").into_iter().map(|fact| fact.object.clone().unwrap()).collect();
    assert_eq!(servers, ["krbtgt/CONTOSO.EXAMPLE", "HTTP/fs.contoso.example"]);
    assert!(all(&whole, "klist", "encryption").iter().all(|fact| fact.subject == Some(Subject::Target)));
    assert_eq!(all(&whole, "klist", "encryption")[1].value, text("RSADSI RC4-HMAC(NT)"));
    assert_eq!(covers(&whole, "klist"), [(Some(Subject::Target), true, Names::All)]);
    let other = case(&[("t.txt", &english)], Some("k.sato@contoso.example"));
    assert!(matches!(&all(&other, "klist", "server")[0].subject, Some(Subject::Other(_))));

    // Cut behind the first ticket, or inside the last: the count says so.
    let english = String::from_utf8(english).unwrap();
    for end in [english.find("#1>"), english.rfind("\tServer:"), english.rfind("\tKerbTicket")] {
        let half = case(&[("t.txt", &english.as_bytes()[..end.unwrap()])], Some(user));
        assert_eq!(covers(&half, "klist"), [(Some(Subject::Target), false, Names::All)]);
        assert_eq!(issues(&half), [IssueCode::Truncated]);
    }
    let quoted = case(&[("t.txt", format!("Hello,\r\n{english}").as_bytes())], Some(user));
    assert_eq!(covers(&quoted, "klist"), [(Some(Subject::Target), false, Names::All)]);
    let ticket = "#0>\tClient: a.tanaka @ CONTOSO.EXAMPLE\r\n\tServer: HTTP/fs @ CONTOSO.EXAMPLE\r\n\tKerbTicket Encryption Type: X\r\n";
    let many =
        case(&[("t.txt", format!("Cached Tickets: (10001)\r\n{}", ticket.repeat(10_001)).as_bytes())], Some(user));
    assert_eq!(all(&many, "klist", "server").len(), 10_000);
    assert_eq!(issues(&many), [IssueCode::TooManyRecords]);
    let japanese = sample("klist/ja-932.txt");
    let japanese = case(&[("t.txt", &japanese)], Some(user));
    assert_eq!(all(&japanese, "klist", "server").len(), 1);
    assert_eq!(all(&japanese, "klist", "encryption").len(), 1);
    let none = sample("klist/none.txt");
    let none = case(&[("t.txt", &none)], Some(user));
    assert_eq!(value(&none, "klist", "tickets"), Value::Number(0));
    assert_eq!(covers(&none, "klist"), [(Some(Subject::Assumed), true, Names::All)]);
}

#[test]
fn a_binding_has_its_certificate_and_its_list_of_authorities() {
    for (path, bindings) in [("sslcert/en.txt", 2), ("sslcert/ja-932.txt", 1)] {
        let file = sample(path);
        let case = case(&[("netsh.txt", &file)], None);
        assert_eq!(kind(&case), ArtifactKind::Sslcert, "{path}");
        assert_eq!(all(&case, "sslcert", "certificate-hash").len(), bindings, "{path}");
        let store = one(&case, "sslcert", "ctl-store");
        assert_eq!(store.object.as_deref(), Some("fs.contoso.example:443"), "{path}");
        assert_eq!(store.value, text("AdfsTrustedDevices"), "{path}");
        assert_eq!(covers(&case, "sslcert"), [(None, true, Names::Chosen)], "{path}");
    }
}
