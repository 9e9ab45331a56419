//! What the forge writes, the text parsers read: registry exports, profiles, credential lists, CLIXML, the collector's log.

use forge::clixml::{Item, Object};
use forge::cmdkey::{self, Credential, Kind, Language};
use forge::collector_log::{self, Category, Line};
use forge::context::Random;
use forge::encoding::Encoding;
use forge::noise;
use forge::profile::Profile;
use forge::reg::{Data, Registry, Version};
use outlook_triage::bundle::decode::detect;
use outlook_triage::limits::Limits;
use outlook_triage::parse::interest::Interest;
use outlook_triage::parse::record::{
    AccountService, CredentialKind, Hive, Parsed, Persistence, ProfileRecord, PsValue, Record, RegistryData,
};
use outlook_triage::parse::{Context, Input, clixml, cmdkey as cmdkey_parser, collector_log as log_parser, reg};

type Parser = fn(Input<'_>, Context<'_>) -> Parsed;

fn read(parser: Parser, bytes: &[u8], interest: &Interest) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: Some(detect(bytes, true)), bytes: bytes.len() as u64 };
    parser(input, Context { interest, limits: &Limits::default() })
}

fn profiles(parsed: &Parsed) -> Vec<&ProfileRecord> {
    let profiles = parsed.records.iter().filter_map(|record| match record {
        Record::Profile(profile) => Some(profile),
        _ => None,
    });
    profiles.collect()
}

#[test]
fn exports_of_every_type_come_back_as_they_were() {
    let key = r"HKEY_CURRENT_USER\Software\Contoso";
    let values = [
        ("", Data::Text("default \"x\" \\ y".to_owned()), RegistryData::Sz("default \"x\" \\ y".to_owned())),
        ("expand", Data::Expand("%TEMP%\\あ".to_owned()), RegistryData::ExpandSz("%TEMP%\\あ".to_owned())),
        ("multi", Data::Texts(vec!["a".into(), "い".into()]), RegistryData::MultiSz(vec!["a".into(), "い".into()])),
        ("dword", Data::Dword(0x8000_F001), RegistryData::Dword(0x8000_F001)),
        ("qword", Data::Qword(1 << 40), RegistryData::Qword(1 << 40)),
        ("binary", Data::Binary((0..=255).collect()), RegistryData::Binary((0..=255).collect())),
    ];
    let mut registry = Registry::new();
    for (name, data, _) in &values {
        registry.set(key, name, data.clone());
    }
    let text = registry.text(key, Version::Five, Encoding::Utf8);
    for bytes in [
        registry.export(key),
        registry.export_ansi(key, Encoding::Cp932).unwrap(),
        text.clone().into_bytes(),
        Encoding::Utf16Be.encode(&text).unwrap(),
    ] {
        let parsed = read(reg::parse, &bytes, &Interest::everything());
        assert!(parsed.complete, "{:?}", parsed.issues);
        let mut found: Vec<_> = parsed
            .records
            .iter()
            .filter_map(|record| match record {
                Record::RegistryValue(value) => Some((value.name.clone(), value.data.clone())),
                _ => None,
            })
            .collect();
        let mut expected: Vec<_> = values.iter().map(|(name, _, data)| ((*name).to_owned(), data.clone())).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(found, expected);
    }
}

fn forged(profile: &str) -> Parsed {
    let profile: Profile = serde_json::from_str(profile).unwrap();
    let hive = r"HKEY_USERS\S-1-5-21-1-2-3-1104";
    let mut registry = Registry::new();
    profile.write(hive, &mut registry);
    read(reg::parse, &registry.export(hive), &Interest::default())
}

#[test]
fn forged_profiles_of_all_three_roots() {
    for version in ["14.0", "15.0", "16.0"] {
        let parsed = forged(&format!(
            r#"{{"root": "{version}", "name": "仕事", "accounts": [
                {{"smtp": "a@contoso.example", "auth": "ntlm", "roh-flags": 47, "proxy": "outlook.office365.com"}},
                {{"smtp": "b@contoso.example", "auth": "anonymous"}}]}}"#
        ));
        let [profile] = profiles(&parsed)[..] else { panic!("{version}") };
        assert_eq!(
            (profile.version.as_str(), profile.name.as_str(), profile.is_default),
            (version, "仕事", Some(true))
        );
        assert_eq!(profile.hive, Hive::User(Some("S-1-5-21-1-2-3-1104".to_owned())));
        assert_eq!(profile.defects, []);
        let seen: Vec<_> = profile
            .accounts
            .iter()
            .map(|account| {
                let auth = account.properties.iter().find(|property| property.name == "auth-package");
                (account.name.clone().unwrap(), auth.unwrap().value.to_string())
            })
            .collect();
        let expected = [("a@contoso.example", "ntlm"), ("b@contoso.example", "anonymous")];
        assert_eq!(seen, expected.map(|(name, auth)| (name.to_owned(), auth.to_owned())), "{version}");
        assert!(profile.accounts.iter().all(|account| account.service == AccountService::Exchange));
    }
}

#[test]
fn forged_lists_in_every_language_and_page() {
    let entry = |target: &str, kind, user: Option<&str>, persistence| Credential {
        target: target.to_owned(),
        kind,
        user: user.map(str::to_owned),
        persistence,
        written: None,
    };
    let list = [
        entry("MicrosoftAccount:target=SSO_POP_Device", Kind::Generic, Some("02abc"), cmdkey::Persistence::Logon),
        entry(
            "WindowsLive:target=virtualapp/didlogical",
            Kind::Generic,
            Some("02abc"),
            cmdkey::Persistence::LocalMachine,
        ),
        entry(
            "LegacyGeneric:target=MS.Outlook.15:a@contoso.example:PUT",
            Kind::Generic,
            Some("CONTOSO\\a"),
            cmdkey::Persistence::LocalMachine,
        ),
        entry(
            "Domain:target=adfs.contoso.example",
            Kind::DomainPassword,
            Some("CONTOSO\\a"),
            cmdkey::Persistence::Enterprise,
        ),
        entry("LegacyGeneric:target=XboxLive", Kind::Generic, None, cmdkey::Persistence::Logon),
    ];
    for (language, pages) in [
        (Language::En, vec![Encoding::Cp437, Encoding::Cp850]),
        (Language::Ja, vec![Encoding::Cp932]),
        (Language::De, vec![Encoding::Cp850, Encoding::Cp1252]),
        (Language::Fr, vec![Encoding::Cp850, Encoding::Cp1252]),
        (Language::Es, vec![Encoding::Cp850, Encoding::Cp1252]),
        (Language::ZhCn, vec![Encoding::Cp936]),
    ] {
        let text = cmdkey::list(&list, language);
        for page in pages.into_iter().chain([Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be]) {
            let Ok(bytes) = page.encode(&text) else { continue };
            let parsed = read(cmdkey_parser::parse, &bytes, &Interest::default());
            let seen: Vec<_> = parsed
                .records
                .iter()
                .map(|record| match record {
                    Record::Credential(found) => {
                        (found.target.as_str(), found.kind, found.user.as_deref(), found.persistence)
                    }
                    other => panic!("{other:?}"),
                })
                .collect();
            let expected: Vec<_> = list
                .iter()
                .map(|entry| {
                    let kind = if entry.kind == Kind::Generic {
                        CredentialKind::Generic
                    } else {
                        CredentialKind::DomainPassword
                    };
                    let persistence = match entry.persistence {
                        cmdkey::Persistence::Logon => Persistence::Session,
                        cmdkey::Persistence::LocalMachine => Persistence::LocalMachine,
                        cmdkey::Persistence::Enterprise => Persistence::EnterpriseOrUnstated,
                    };
                    (entry.target.as_str(), kind, entry.user.as_deref(), persistence)
                })
                .collect();
            assert_eq!(seen, expected, "{language:?} {page:?}");
            assert!(parsed.complete, "{language:?} {page:?} {:?}", parsed.issues);
        }
        let none = read(cmdkey_parser::parse, cmdkey::list(&[], language).as_bytes(), &Interest::default());
        assert!(none.complete && none.records.is_empty(), "{language:?}");
    }
}

#[test]
fn forged_objects_and_log_lines() {
    let object =
        Object::custom().note("Name", Item::Text("tab\tand 😀 _x0041_".to_owned())).note("Flag", Item::Bool(true));
    let text = forge::clixml::export(&[Item::Object(object)]);
    let parsed = read(clixml::parse, text.as_bytes(), &Interest::default());
    let [Record::Object(found)] = &parsed.records[..] else { panic!("{:?}", parsed.records) };
    assert_eq!(found.get("Name"), Some(&PsValue::Text("tab\tand 😀 _x0041_".to_owned())));
    assert_eq!(found.get("Flag"), Some(&PsValue::Bool(true)));

    let line = Line {
        at: "2026-03-05T02:15:30.5Z".parse().unwrap(),
        function: "Write-Log".to_owned(),
        category: Category::Error,
        message: "one\r\ntwo \"quoted\"".to_owned(),
    };
    let bytes = collector_log::write(&[line.clone(), line.clone()], jiff::tz::offset(9));
    let parsed = read(log_parser::parse, &bytes, &Interest::default());
    assert!(parsed.complete, "{:?}", parsed.issues);
    let [Record::CollectorLine(first), Record::CollectorLine(second)] = &parsed.records[..] else { panic!() };
    assert_eq!((first.at, first.offset_seconds, first.message.as_str()), (line.at, 32_400, "one\r\ntwo 'quoted'"));
    assert_eq!((first.line, second.line), (2, 4));
}

/// Large unrelated subtrees are passed over, not kept.
#[test]
fn a_large_export_costs_little_where_nothing_is_asked_of_it() {
    let mut registry = Registry::new();
    let root = r"HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Microsoft\Office";
    noise::keys(&mut registry, root, 20_000, &mut Random::new("large"));
    let bytes = registry.export(root);
    let start = std::time::Instant::now();
    let parsed = read(reg::parse, &bytes, &Interest::default());
    let speed = bytes.len() as f64 / 1e6 / start.elapsed().as_secs_f64();
    eprintln!("{} bytes of registry export: {speed:.0} MB/s", bytes.len());
    assert!(parsed.complete);
    assert!(parsed.seen > 20_000);
    assert_eq!(parsed.records.len(), 1, "only the root");
}

/// The instants of the collector's lines and of the times of an object that were written so; `None`: told to be no instant.
fn instants(written: &[&str]) -> [Vec<Option<String>>; 2] {
    let log = |at: &str| {
        let text = format!(
            "datetime,thread_relative_delta,thread,function,category,message\r\n\"{at}\",\"0\",\"5\",\"F\",\"Information\",\"m\"\r\n"
        );
        let parsed = read(log_parser::parse, text.as_bytes(), &Interest::default());
        parsed.records.into_iter().find_map(|record| match record {
            Record::CollectorLine(line) => Some(line.at.to_string()),
            _ => None,
        })
    };
    let object = |at: &str| {
        let text = format!(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"><Obj RefId=\"0\"><MS><DT N=\"At\">{at}</DT></MS></Obj></Objs>"
        );
        let parsed = read(clixml::parse, text.as_bytes(), &Interest::default());
        parsed.records.into_iter().find_map(|record| match record {
            Record::Object(object) => match object.get("At") {
                Some(PsValue::Time(at)) => Some(at.to_string()),
                other => {
                    assert!(matches!(other, Some(PsValue::LocalTime(_))), "{other:?}");
                    None
                }
            },
            _ => panic!("no object"),
        })
    };
    [written.iter().map(|at| log(at)).collect(), written.iter().map(|at| object(at)).collect()]
}

#[test]
fn an_offset_is_applied_z_is_utc_and_a_local_time_alone_is_no_instant() {
    let expected = vec![
        Some("2026-03-05T02:15:30Z".to_owned()),
        Some("2026-03-05T11:15:30Z".to_owned()),
        Some("2026-03-05T14:45:30Z".to_owned()),
        None,
    ];
    let written =
        ["2026-03-05T11:15:30+09:00", "2026-03-05T11:15:30Z", "2026-03-05T11:15:30-03:30", "2026-03-05T11:15:30"];
    assert_eq!(instants(&written), [expected.clone(), expected]);
}

#[test]
fn an_hour_that_the_clocks_repeat_is_told_apart_by_its_offset() {
    // 25 October 2026, Berlin: 02:30 comes twice; alone it is one of both, and so none. In March it does not exist at all.
    let expected = vec![Some("2026-10-25T00:30:00Z".to_owned()), Some("2026-10-25T01:30:00Z".to_owned()), None, None];
    let written =
        ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00", "2026-03-29T02:30:00"];
    assert_eq!(instants(&written), [expected.clone(), expected]);
}
