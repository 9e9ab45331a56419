#![allow(clippy::string_slice, clippy::needless_pass_by_value)] // tests cut ASCII texts at known places

use crate::bundle::decode::detect;
use crate::issue::IssueCode;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{AccountRecord, AccountService, Hive, Parsed, ProfileRecord, PropertyRecord, Record};
use crate::parse::{Context, Input, reg};
use crate::value::Value;

fn read(bytes: &[u8]) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: Some(detect(bytes, true)), bytes: 0 };
    // No rule asks for anything: profiles are read all the same.
    reg::parse(input, Context { interest: &Interest::default(), limits: &Limits::default() })
}

fn profiles(parsed: &Parsed) -> Vec<&ProfileRecord> {
    let profiles = parsed.records.iter().filter_map(|record| match record {
        Record::Profile(profile) => Some(profile),
        _ => None,
    });
    profiles.collect()
}

fn text_of(name: &str) -> String {
    let path = format!("{}/fixtures/artifacts/reg/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap();
    char::decode_utf16(bytes[2..].chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])))
        .map(Result::unwrap)
        .collect()
}

fn one(text: &str) -> ProfileRecord {
    let parsed = read(text.as_bytes());
    let profiles = profiles(&parsed);
    assert_eq!(profiles.len(), 1);
    profiles[0].clone()
}

fn show(properties: &[PropertyRecord]) -> Vec<String> {
    properties.iter().map(|property| format!("{}={}", property.name, property.value)).collect()
}

fn get<'a>(account: &'a AccountRecord, name: &str) -> Option<&'a Value> {
    account.properties.iter().find(|property| property.name == name).map(|property| &property.value)
}

fn auth(account: &AccountRecord) -> Option<String> {
    get(account, "auth-package").map(Value::to_string)
}

fn defects(profile: &ProfileRecord) -> Vec<&'static str> {
    profile.defects.iter().map(|defect| defect.kind).collect()
}

#[test]
fn a_profile_of_outlook_2010_set_to_ntlm() {
    let text = text_of("profile-2010-ntlm.reg");
    let profile = one(&text);
    assert_eq!((profile.version.as_str(), profile.name.as_str(), profile.is_default), ("14.0", "Suzuki", Some(true)));
    assert_eq!((&profile.hive, profile.defects.len(), profile.all_properties), (&Hive::User(None), 0, true));
    let [account] = &profile.accounts[..] else { panic!("the address book is no mail account") };
    assert_eq!(
        (account.id, account.name.as_deref(), account.service),
        (2, Some("k.suzuki@fabrikam.example"), AccountService::Exchange)
    );
    assert_eq!(account.is_default, Some(true));
    assert_eq!(
        show(&account.properties),
        [
            "config-flags=388",
            "always-prompt=false",
            "cached-mode=true",
            "connect-flags=2",
            "ui-state=16384",
            "auth-package=ntlm",
            "roh-flags=47",
            "roh-proxy-auth=ntlm",
            "unresolved-server=0a1b2c3d-1111-2222-3333-444455556666@fabrikam.example",
            "user-name=k.suzuki",
            "user-domain=FABRIKAM",
            "unresolved-name=k.suzuki",
            "ost-path=C:\\Users\\ksuzuki\\AppData\\Local\\Microsoft\\Outlook\\k.ost",
            "roh-proxy-server=outlook.office365.com",
            "roh-proxy-principal=msstd:outlook.com",
            "smtp-address=k.suzuki@fabrikam.example",
            "resource-flags=4098",
        ]
    );
    let property = account.properties.iter().find(|property| property.name == "auth-package").unwrap();
    assert_eq!(
        (property.tag.as_str(), text.lines().nth(usize::try_from(property.line).unwrap() - 1)),
        ("00036619", Some("\"00036619\"=hex:0a,00,00,00"))
    );
}

#[test]
fn a_profile_of_outlook_2016_set_to_anonymous() {
    let profile = one(&text_of("profile-2016-anonymous.reg"));
    let sid = "S-1-5-21-3141592653-2718281828-1414213562-2205";
    assert_eq!(profile.hive, Hive::User(Some(sid.to_owned())));
    assert_eq!(
        (profile.version.as_str(), profile.name.as_str(), profile.is_default),
        ("16.0", "Work mail", Some(true))
    );
    assert_eq!(show(&profile.properties), ["work-offline=false", "cache-sync-mode=3"]);
    let [account] = &profile.accounts[..] else { panic!() };
    let expected: [(&str, Value); 12] = [
        ("auth-package", Value::Text("anonymous".into())),
        ("roh-flags", Value::Number(0x2F)),
        ("roh-proxy-auth", Value::Text("basic".into())),
        ("config-flags", Value::Number(0xD84)),
        ("cached-mode", Value::Bool(true)),
        ("office365-mailbox", Value::Bool(true)),
        (
            "mapi-http-url",
            Value::Text("https://outlook.office365.com/mapi/emsmdb/?MailboxId=12345@fabrikam.example".into()),
        ),
        ("addresses", Value::List(vec!["SMTP:m.ito@fabrikam.example".into(), "smtp:ito@fabrikam.example".into()])),
        ("sync-months", Value::Number(12)),
        ("identity", Value::Text("aaaabbbb-cccc-dddd-eeee-ffff00001111_ADAL".into())),
        ("tenant-id", Value::Text("99999999-8888-7777-6666-555555555555".into())),
        ("smtp-address", Value::Text("m.ito@fabrikam.example".into())),
    ];
    for (name, value) in expected {
        assert_eq!(get(account, name), Some(&value), "{name}");
    }
    assert_eq!(account.is_default, Some(true));
    assert_eq!(defects(&profile), [] as [&str; 0]);
}

#[test]
fn logon_network_security_in_every_form() {
    let text = text_of("profile-2010-ntlm.reg");
    let check = |written: &str, expected: Option<&str>| {
        let profile = one(&text.replace("\"00036619\"=hex:0a,00,00,00", written));
        assert_eq!(auth(&profile.accounts[0]).as_deref(), expected, "{written}");
    };
    check("", None);
    check("\"00036619\"=hex:00,00,00,00", Some("none"));
    check("\"00036619\"=hex:10,00,00,00", Some("kerberos"));
    check("\"00036619\"=dword:0000000a", Some("ntlm"));
    check("\"00036619\"=hex:0a,00,00", None);
    let short = read(text.replace("\"00036619\"=hex:0a,00,00,00", "\"00036619\"=hex:0a,00,00").as_bytes());
    assert_eq!(short.issues[0].code, IssueCode::UnreadableValue);
}

#[test]
fn a_reference_to_a_missing_section_is_a_defect() {
    let text = text_of("profile-2010-ntlm.reg");
    let check = |from: &str, to: &str, kinds: &[&str]| {
        let changed = text.replace(from, to);
        assert!(changed != text);
        assert_eq!(defects(&one(&changed)), kinds, "{from}");
    };
    check("\"Service UID\"=hex:21", "\"Service UID\"=hex:22", &["dangling-service-uid"]);
    check("\"01023d15\"=hex:b0", "\"01023d15\"=hex:b1", &["dangling-emsmdb-uid"]);
}

#[test]
fn a_missing_account_is_a_defect_and_a_missing_manager_is_one() {
    let text = text_of("profile-2010-ntlm.reg");
    let changed = text.replace("2A6676\\00000002]", "2A6676\\00000003]");
    assert_eq!(defects(&one(&changed)), ["account-key-missing", "no-exchange-account"]);
    let changed = text.replace("9375CFF0413111d3B88A00104B2A6676", "1375CFF0413111d3B88A00104B2A6676");
    let profile = one(&changed);
    assert_eq!(defects(&profile), ["no-account-section"]);
    assert_eq!(auth(&profile.accounts[0]).as_deref(), Some("ntlm"), "the settings are found without the account");
}

/// What was not exported, or not read, is not missing.
#[test]
fn a_part_of_a_profile_has_no_defects() {
    let text = text_of("profile-2010-ntlm.reg");
    let cut = text.find("\\21436587").unwrap();
    let parsed = read(&text.as_bytes()[..cut]);
    let profile = profiles(&parsed)[0].clone();
    assert_eq!((profile.accounts.len(), defects(&profile)), (1, vec![]));

    let section = text.rfind("[HKEY").unwrap();
    let profile = one(&format!("Windows Registry Editor Version 5.00\r\n\r\n{}", &text[section..]));
    assert_eq!(defects(&profile), [] as [&str; 0]);
    assert_eq!(profile.is_default, None);
    let [account] = &profile.accounts[..] else { panic!() };
    assert_eq!((account.name.as_deref(), auth(account).as_deref()), (Some("k.suzuki@fabrikam.example"), Some("ntlm")));
    assert_eq!(account.is_default, None);
}

/// An export that was cut between two keys reads as if it were whole; only the profile's own references tell.
#[test]
fn an_export_cut_between_two_keys_of_a_profile_is_not_whole_and_the_profile_not_damaged() {
    let text = text_of("profile-2010-ntlm.reg");
    // Windows writes keys in order.
    let mut blocks: Vec<&str> = text.split_inclusive("\r\n\r\n").collect();
    blocks[1..].sort_by_key(|block| block.split(']').next().map(crate::value::fold));
    let text = blocks.concat();
    let keys: Vec<usize> = text.match_indices("\r\n[HKEY").map(|(at, _)| at + 2).collect();
    let whole = |parsed: &Parsed| {
        parsed.records.iter().all(|record| !matches!(record, Record::RegistryRoot(root) if !root.complete))
    };
    assert!(keys.len() > 4 && whole(&read(text.as_bytes())) && read(text.as_bytes()).complete);
    for at in &keys[1..] {
        let parsed = read(&text.as_bytes()[..*at]);
        let place = &text[*at..*at + 120];
        assert!(!whole(&parsed) && !parsed.complete, "cut before {place}");
        let defects: Vec<&str> = profiles(&parsed).into_iter().flat_map(defects).collect();
        assert_eq!(defects, [] as [&str; 0], "cut before {place}");
    }
    // A name that would stand before the end of the export is missing.
    let dangling = text.replace("\"Service UID\"=hex:21", "\"Service UID\"=hex:22");
    assert_eq!(defects(&one(&dangling)), ["dangling-service-uid"]);
    let hidden = text.replace("\"01023d15\"=hex:b0", "\"01023d15\"=hex:f0");
    assert_eq!(defects(&one(&hidden)), [] as [&str; 0], "the end may have been cut off");
}

#[test]
fn the_global_section_of_old_outlook_serves_where_the_link_is_missing() {
    let text = text_of("profile-2010-ntlm.reg");
    let changed = text
        .replace("b0a1928374655647a8b9cadbecfd0e1f]", "13dbb0c8aa05101a9bb000aa002fc45a]")
        .replace("\"01023d15\"", "\"0102ffff\"");
    let profile = one(&changed);
    assert_eq!(auth(&profile.accounts[0]).as_deref(), Some("ntlm"));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(",")
}

/// A 16.0 profile of several Exchange accounts: id, address, logon network security.
fn profile_of(accounts: &[(u8, &str, u8)]) -> String {
    let base = r"[HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Outlook\Profiles\P";
    let manager = format!(r"{base}\9375CFF0413111d3B88A00104B2A6676");
    let ids: Vec<u8> = accounts.iter().flat_map(|(id, ..)| [*id, 0, 0, 0]).collect();
    let mut text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n{base}]\r\n\r\n{manager}]\r\n\"{{ED475418-B0D6-11D2-8C3B-00104B2A6676}}\"=hex:{}\r\n\r\n",
        hex(&ids)
    );
    for (id, address, package) in accounts {
        let (service, connection, store) = ([id | 0x10; 16], [id | 0x20; 16], [id | 0x40; 16]);
        let uid = |uid: [u8; 16]| uid.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        text += &format!(
            "{manager}\\{id:08x}]\r\n\"clsid\"=\"{{ED475414-B0D6-11D2-8C3B-00104B2A6676}}\"\r\n\"Account Name\"=\"{address}\"\r\n\"Service Name\"=\"MSEMS\"\r\n\"Service UID\"=hex:{}\r\n\r\n",
            hex(&service)
        );
        text += &format!(
            "{base}\\{}]\r\n\"01023d00\"=hex:{}\r\n\"01023d15\"=hex:{}\r\n\r\n",
            uid(service),
            hex(&store),
            hex(&connection)
        );
        text += &format!(
            "{base}\\{}]\r\n\"00033009\"=hex:{},00,00,00\r\n\"01023d15\"=hex:{}\r\n\r\n",
            uid(store),
            hex(&[if *id == 2 { 2 } else { 0 }]),
            hex(&connection)
        );
        text += &format!(
            "{base}\\{}]\r\n\"00036619\"=hex:{package:02x},00,00,00\r\n\"001f6641\"=\"{address}\"\r\n\r\n",
            uid(connection)
        );
    }
    text
}

#[test]
fn two_exchange_accounts_keep_their_own_settings() {
    let profile = one(&profile_of(&[(2, "a@contoso.example", 0), (3, "b@onprem.example", 10)]));
    let seen: Vec<_> = profile
        .accounts
        .iter()
        .map(|account| (account.name.clone().unwrap(), auth(account).unwrap(), account.is_default))
        .collect();
    assert_eq!(
        seen,
        [
            ("a@contoso.example".into(), "none".into(), Some(true)),
            ("b@onprem.example".into(), "ntlm".into(), Some(false))
        ]
    );
}

#[test]
fn profiles_of_two_versions_stand_side_by_side() {
    let new = profile_of(&[(2, "a@contoso.example", 0)]);
    let old = profile_of(&[(2, "a@contoso.example", 9)]).replace("16.0", "15.0");
    let both = format!("{new}{}", old.strip_prefix("Windows Registry Editor Version 5.00\r\n\r\n").unwrap());
    let parsed = read(both.as_bytes());
    let seen: Vec<_> = profiles(&parsed)
        .iter()
        .map(|profile| (profile.version.clone(), auth(&profile.accounts[0]).unwrap()))
        .collect();
    assert_eq!(seen, [("16.0".to_owned(), "none".to_owned()), ("15.0".to_owned(), "negotiate".to_owned())]);
}

#[test]
fn internet_accounts_show_servers_and_never_passwords() {
    let manager =
        r"[HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Outlook\Profiles\P\9375CFF0413111d3B88A00104B2A6676";
    let text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n{manager}]\r\n\"{{ED475418-B0D6-11D2-8C3B-00104B2A6676}}\"=hex:01,00,00,00\r\n\r\n{manager}\\00000001]\r\n\
         \"clsid\"=\"{{ED475412-B0D6-11D2-8C3B-00104B2A6676}}\"\r\n\"Account Name\"=\"x\"\r\n\"Email\"=\"x@contoso.example\"\r\n\
         \"IMAP Server\"=\"imap.contoso.example\"\r\n\"IMAP Password\"=hex:01,02\r\n\"SMTP Server\"=\"smtp.contoso.example\"\r\n\r\n"
    );
    let profile = one(&text);
    assert_eq!(profile.accounts[0].service, AccountService::Imap4);
    assert_eq!(
        show(&profile.accounts[0].properties),
        ["smtp-address=x@contoso.example", "imap-server=imap.contoso.example", "smtp-server=smtp.contoso.example"]
    );
}
