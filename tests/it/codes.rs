//! What error codes mean: the shipped tables are complete, and a code is explained in every output even when no rule uses it.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use outlook_triage::lang::Lang;
use outlook_triage::limits::Limits;
use outlook_triage::rule::codes::Codes;
use outlook_triage::rule::pack::Pack;
use outlook_triage::rule::set::RuleSet;
use serde_json::Value;

fn codes() -> Codes {
    RuleSet::builtin().unwrap().codes
}

/// Families with the numbers that must be explained, and a word of the explanation. Typed from the public lists, not from the tables.
const AADSTS: &[(u64, &str)] = &[
    (16_000, "tenant"),
    (20_001, "federation"),
    (20_012, "federation"),
    (50_001, "resource"),
    (500_011, "principal"),
    (50_002, "restriction"),
    (500_021, "restriction"),
    (500_022, "restriction"),
    (50_003, "key"),
    (50_006, "signature"),
    (50_008, "SAML"),
    (50_012, "assertion"),
    (50_013, "assertion"),
    (500_133, "clock"),
    (50_017, "certificate"),
    (50_020, "tenant"),
    (50_034, "directory"),
    (50_053, "locked"),
    (50_055, "expired"),
    (50_144, "Active Directory"),
    (50_056, "password"),
    (50_057, "disabled"),
    (50_058, "silent"),
    (50_059, "tenant"),
    (50_128, "domain"),
    (50_072, "multifactor"),
    (50_074, "multifactor"),
    (50_076, "multifactor"),
    (50_078, "multifactor"),
    (50_079, "multifactor"),
    (50_089, "token"),
    (50_097, "device"),
    (50_129, "device"),
    (50_187, "device"),
    (50_105, "assigned"),
    (50_107, "issuer"),
    (50_126, "password"),
    (50_131, "Conditional Access"),
    (50_132, "session"),
    (50_133, "session"),
    (50_135, "risk"),
    (53_004, "risk"),
    (53_011, "risk"),
    (50_140, "stay signed in"),
    (50_155, "device"),
    (50_158, "provider"),
    (50_173, "revoked"),
    (50_180, "Windows"),
    (81_004, "Kerberos"),
    (81_005, "package"),
    (81_006, "header"),
    (81_007, "tenant"),
    (81_008, "ticket"),
    (81_009, "ticket"),
    (81_010, "ticket"),
    (50_196, "loop"),
    (51_004, "directory"),
    (53_000, "compliant"),
    (53_001, "domain-joined"),
    (53_002, "approve"),
    (53_003, "Conditional Access"),
    (530_035, "security defaults"),
    (65_001, "consent"),
    (65_004, "declined"),
    (70_000, "refresh token"),
    (70_008, "refresh token"),
    (700_082, "refresh token"),
    (70_002, "credentials"),
    (70_043, "frequency"),
    (700_016, "application"),
    (7_000_112, "application"),
    (500_014, "principal"),
    (80_001, "Active Directory"),
    (80_002, "timed out"),
    (80_005, "agent"),
    (80_007, "agent"),
    (80_012, "hours"),
    (80_013, "clock"),
    (80_014, "late"),
    (90_002, "tenant"),
    (135_011, "device"),
    (9_002_313, "malformed"),
    // In no list: Entra ID answered all the same.
    (50_999, "answered"),
    (500_531, "answered"),
];

const HRESULT: &[(u64, &str)] = &[
    (0xCAA1_002D, "pending"),
    (0xCAA2_0001, "program"),
    (0xCAA2_0002, "malformed"),
    (0xCAA2_0003, "grant"),
    (0xCAA2_0004, "Conditional Access"),
    (0xCAA2_000B, "resource"),
    (0xCAA5_001C, "broker"),
    (0xCAA5_0021, "attempts"),
    (0xCAA5_0024, "enrolment"),
    (0xCAA7_0004, "proxy"),
    (0xCAA7_0007, "interrupted"),
    (0xCAA8_0000, "network"),
    (0xCAA8_2EE2, "timed out"),
    (0xCAA8_2EE7, "name"),
    (0xCAA8_2EFD, "connected"),
    (0xCAA8_2EFE, "aborted"),
    (0xCAA8_2F8F, "secure channel"),
    (0xCAA9_0006, "token"),
    (0xCAA9_0014, "fault"),
    (0xCAA9_0017, "WS-Trust"),
    (0xCAA9_0018, "realm"),
    (0xCAA9_0056, "realm"),
    (0xCAA9_0057, "realm"),
    (0xCAA9_0023, "endpoint"),
    (0xCAA9_002C, "XML"),
    (0xC0F1_0005, "policy"),
    // Families.
    (0xCAA1_0000, "token library"),
    (0xCAA2_0064, "OAuth"),
    (0xCAA5_FFFF, "broker"),
    (0xCAA7_1234, "download"),
    (0xCAA8_2F0D, "WinINet"),
    (0xCAA9_0013, "WS-Trust"),
    (0x8AA7_0001, "network"),
    (0x8AA8_0001, "network"),
    (0xCAA3_0194, "network"),
    (0x8028_400F, "TPM"),
    (0x8029_0001, "TPM"),
    (0x8009_002A, "key"),
    (0x8009_1004, "signed"),
    (0x8009_2009, "certificate"),
    (0x8009_030E, "SSPI"),
    (0x8004_010F, "Autodiscover"),
    (0x8004_0115, "connection"),
    (0x8004_011D, "server"),
    (0x8007_0005, "denied"),
    (0x8007_000D, "invalid"),
    (0x8007_0057, "parameter"),
    (0x8007_0520, "logon session"),
    (0x8007_0525, "account"),
    (0x8007_052E, "password"),
    (0x8007_052F, "restriction"),
    (0x8007_054B, "domain"),
    (0x800C_CC0E, "connected"),
    (0x800C_8203, "Autodiscover"),
    (0x8004_8163, "AD FS"),
    (0x8004_1317, "federation"),
    (0x8004_3431, "federation"),
    (0x8004_789A, "sign-in library"),
    (0x800B_0101, "expired"),
    (0x800B_0109, "root"),
    (0x800B_010A, "chain"),
    (0x800B_010F, "name"),
    (0x8009_2012, "revocation"),
    (0x8009_2013, "revocation"),
    (0x8009_0311, "domain controller"),
    (0x8009_0322, "principal"),
    (0x8009_0324, "clocks"),
    (0x8009_0325, "root"),
    (0x8009_0326, "message"),
    (0x8009_0331, "algorithm"),
    (0x801C_001D, "registration"),
    (0x801C_0021, "registration"),
    (0x801C_001F, "registration"),
    (0x801C_003D, "registration"),
    (0x801C_003A, "registration"),
    (0x801C_0025, "registration"),
    (0x801C_03F2, "directory"),
    (0x801C_0002, "authentication"),
    (0x801C_0006, "server"),
    (0x8004_84C1, "SAML"),
    (0x8009_0016, "keys"),
    (0x8028_0036, "FIPS"),
    (0x8029_0407, "TPM"),
    (0x8009_0030, "ready"),
    (0x8009_0031, "locked"),
];

/// Decimals of WinINet and WinHTTP.
const WININET: &[u64] = &[
    12_002, 12_007, 12_015, 12_029, 12_030, 12_037, 12_038, 12_044, 12_045, 12_057, 12_152, 12_157, 12_163, 12_166,
    12_167, 12_169, 12_170, 12_175, 12_179, 12_180,
];

const NTSTATUS: &[(u64, &str)] = &[
    (0xC000_005E, "server"),
    (0xC000_0064, "does not exist"),
    (0xC000_006A, "wrong password"),
    (0xC000_006D, "sub-status"),
    (0xC000_006E, "restriction"),
    (0xC000_006F, "hours"),
    (0xC000_0070, "computer"),
    (0xC000_0071, "expired"),
    (0xC000_0072, "disabled"),
    (0xC000_00DC, "state"),
    (0xC000_0133, "clock"),
    (0xC000_015B, "right"),
    (0xC000_018B, "account of this computer"),
    (0xC000_018C, "trust"),
    (0xC000_018D, "trust"),
    (0xC000_0192, "Netlogon"),
    (0xC000_0193, "expired"),
    (0xC000_0224, "changed"),
    (0xC000_0225, "harmless"),
    (0xC000_0234, "locked"),
    (0xC000_02EE, "sub-status"),
    (0xC000_0371, "secret"),
    (0xC000_0413, "selective"),
    (0xC000_00D0, "refused"),
    (0xC000_023C, "network"),
    (0xC000_00BE, "network"),
    (0xC000_00C4, "network"),
    (0xC000_005F, "realm"),
    (0xC004_8442, "SID"),
    (0xC004_844C, "sign-in name"),
    (0xC004_848B, "password endpoint"),
    (0xC004_848C, "certificate endpoint"),
    (0xC004_84C1, "SAML"),
    (0xC00C_EE4F, "DTD"),
    (0xC029_0000, "TPM"),
];

const KERBEROS: &[(u64, &str, &str)] = &[
    (0x1, "NAME_EXP", "expired"),
    (0x6, "C_PRINCIPAL_UNKNOWN", "user name"),
    (0x7, "S_PRINCIPAL_UNKNOWN", "SPN"),
    (0x8, "PRINCIPAL_NOT_UNIQUE", "twice"),
    (0xC, "POLICY", "policy"),
    (0x10, "PADATA_TYPE_NOSUPP", "smart card"),
    (0x12, "CLIENT_REVOKED", "locked"),
    (0x17, "KEY_EXPIRED", "expired"),
    (0x18, "PREAUTH_FAILED", "wrong password"),
    (0x19, "PREAUTH_REQUIRED", "usual"),
    (0x20, "TKT_EXPIRED", "renewed"),
    (0x25, "SKEW", "clocks"),
    (0x29, "MODIFIED", "wrong key"),
    (0x3C, "GENERIC", "extended"),
];

const SCHANNEL: &[(u64, &str)] = &[
    (0, "close_notify"),
    (10, "unexpected_message"),
    (20, "bad_record_mac"),
    (21, "decryption"),
    (22, "overflow"),
    (30, "decompression"),
    (40, "handshake_failure"),
    (42, "bad_certificate"),
    (43, "unsupported_certificate"),
    (44, "certificate_revoked"),
    (45, "certificate_expired"),
    (46, "certificate_unknown"),
    (47, "illegal_parameter"),
    (48, "unknown_ca"),
    (49, "access_denied"),
    (50, "decode"),
    (51, "decrypt"),
    (70, "protocol_version"),
    (71, "insufficient_security"),
    (80, "internal_error"),
    (90, "user_cancelled"),
    (100, "no_renegotiation"),
    (110, "unsupported_extension"),
    (112, "unrecognized_name"),
    (115, "unknown_psk"),
    (120, "no_application_protocol"),
];

#[test]
fn every_code_of_the_sources_is_explained() {
    let codes = codes();
    let explain = |family: &str, number: u64, word: &str| {
        let meaning = codes.meaning(family, number).unwrap_or_else(|| panic!("{family} {number:#x} is not explained"));
        let says = &meaning.says;
        assert!(says.get(Lang::En).contains(word), "{family} {number:#x}: {:?} lacks {word:?}", says.get(Lang::En));
        let japanese = |c: char| matches!(c, '\u{3001}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}');
        assert!(says.get(Lang::Ja).contains(japanese), "{family} {number:#x}: {:?}", says.get(Lang::Ja));
        meaning
    };
    for (family, list) in [("aadsts", AADSTS), ("hresult", HRESULT), ("ntstatus", NTSTATUS)] {
        for (number, word) in list {
            explain(family, *number, word);
        }
    }
    for decimal in WININET {
        let meaning = explain("hresult", 0x8007_0000 + decimal, "");
        assert!(meaning.name.unwrap_or_default().ends_with(&format!(" ({decimal})")), "{decimal}");
    }
    for (number, name, word) in KERBEROS {
        assert!(explain("kerberos", *number, word).name.unwrap_or_default().ends_with(name), "{number:#x}");
    }
    for number in [401, 403, 407, 456, 457, 503] {
        explain("http", number, "");
    }
    for (number, name) in SCHANNEL {
        assert!(explain("schannel", *number, "").name.unwrap_or_default().contains(name), "{number}");
    }
}

#[test]
fn no_meaning_is_made_up() {
    let codes = codes();
    for (family, number) in [
        ("hresult", 0x8007_0003),
        ("hresult", 0x8007_2EE1),
        ("hresult", 0x8000_0000),
        ("ntstatus", 0xC000_0001),
        ("kerberos", 0x2),
        ("schannel", 41),
        ("http", 404),
    ] {
        assert_eq!(codes.meaning(family, number), None, "{family} {number:#x}");
    }
}

/// What belongs to an ordinary sign-in, and what no public source confirms, is marked, and nothing else.
#[test]
fn noise_and_doubt_are_marked() {
    let codes = codes();
    let marked = |of: fn(&outlook_triage::rule::codes::Meaning) -> bool| {
        let families = codes.families.iter();
        let rows =
            families.flat_map(|(family, table)| table.rows.iter().map(move |(number, row)| (*family, *number, row)));
        rows.filter(|(_, _, row)| of(row)).map(|(family, number, _)| (family, number)).collect::<Vec<_>>()
    };
    let noise = [
        50_058, 50_072, 50_074, 50_076, 50_078, 50_079, 50_140, 50_180, 65_001, 81_004, 81_005, 81_006, 81_007, 81_008,
    ];
    let mut expected: Vec<(&str, u64)> =
        noise.into_iter().chain([81_009, 81_010]).map(|code| ("aadsts", code)).collect();
    expected.push(("http", 401));
    expected.extend([("kerberos", 0x19), ("kerberos", 0x20), ("kerberos", 0x25), ("ntstatus", 0xC000_0225)]);
    expected.extend([("schannel", 0), ("schannel", 90)]);
    assert_eq!(marked(|row| row.noise), expected);
    let doubt: Vec<(&str, u64)> = [81_008, 700_016]
        .map(|code| ("aadsts", code))
        .into_iter()
        .chain([0x800C_8203, 0xCAA2_000B, 0xCAA5_001C, 0xCAA5_0021, 0xCAA5_0024].map(|code| ("hresult", code)))
        .chain([456, 457].map(|code| ("http", code)))
        .collect();
    assert_eq!(marked(|row| row.unverified), doubt);
}

/// A name is the value of an environment that a bundle controls: it stands beside the codes.
const HOSTILE: &str = "<b>x</b> [y](https://evil.example) =1+1 \u{202e}\u{1b}[2J @all";

fn event(id: u16, record: u64, time: &str, fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\u{1b}', "");
    let data: String =
        fields.iter().map(|(name, value)| format!("<Data Name='{name}'>{}</Data>", escape(value))).collect();
    format!(
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-AAD'/>\
         <EventID>{id}</EventID><Level>2</Level><TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID>\
         <Channel>Microsoft-Windows-AAD/Operational</Channel><Computer>PC01</Computer></System>\
         <EventData>{data}</EventData></Event>"
    )
}

/// A folder whose codes no rule asks for: AADSTS20012 and an unlisted one in events, others in `dsregcmd`.
fn bundle(folder: &Path) {
    let events = [
        event(
            1098,
            11,
            "2024-05-06T01:00:00Z",
            &[
                ("Error", "3399614467"),
                ("ErrorMessage", &format!("AADSTS20012: {HOSTILE}")),
                ("AdditionalInformation", "Client: x"),
            ],
        ),
        event(1081, 12, "2024-05-06T01:02:00Z", &[("Error", "0"), ("ErrorDescription", "aadsts59999: new")]),
        event(1098, 13, "2024-05-06T01:03:00Z", &[("Error", "3399614467"), ("ErrorMessage", "AADSTS20012: again")]),
    ];
    fs::write(folder.join("AAD.xml"), format!("<Events>{}</Events>", events.concat())).unwrap();
    let device = "+----------------------------------------------------------------------+\n\
        | Device State                                                         |\n\
        +----------------------------------------------------------------------+\n\n\
                     AzureAdJoined : YES\n\n\
        +----------------------------------------------------------------------+\n\
        | SSO State                                                            |\n\
        +----------------------------------------------------------------------+\n\n\
                        AzureAdPrt : NO\n\
                    Attempt Status : 0xc000005f\n\
              Server Error Code : -2147012889\n\
          Server Error Description : AADSTS90002: Tenant not found.\n\n\
        +----------------------------------------------------------------------+\n\
        | Ngc Prerequisite Check                                               |\n\
        +----------------------------------------------------------------------+\n\n\
                    IsDeviceJoined : YES\n";
    fs::write(folder.join("dsregcmd.txt"), device).unwrap();
}

fn analyze(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::cargo_bin("outlook-triage").unwrap();
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C").env("NO_COLOR", "1").env("COLUMNS", "4000");
    let output = command.arg("analyze").arg(folder).args(args).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// One line, without markup and soft breaks: what a reader reads.
fn words(text: &str) -> String {
    let plain = text.replace("<bdi>", "").replace("</bdi>", "").replace('\\', "").replace("=\r\n", "");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_code_that_no_rule_uses_is_explained_in_every_output() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    let expected = [
        ("en", "AADSTS20012 WsFedMessageInvalid: the message of the federation server is invalid"),
        ("ja", "AADSTS20012 WsFedMessageInvalid: フェデレーション サーバーからのメッセージが無効"),
        ("en", "AADSTS59999: Entra ID was reached and answered with a code that is not in this table"),
        ("ja", "AADSTS59999: Entra ID から応答がありました"),
        ("en", "0xCAA20003 ERROR_ADAL_SERVER_ERROR_INVALID_GRANT: the grant was refused"),
        ("en", "0xC000005F STATUS_NO_SUCH_LOGON_SESSION: no realm was found"),
        ("ja", "0xC000005F STATUS_NO_SUCH_LOGON_SESSION: サインイン名のサフィックスに対応する領域"),
        ("en", "0x80072EE7 ERROR_INTERNET_NAME_NOT_RESOLVED (12007): the name of the server could not be resolved"),
        ("ja", "AADSTS90002: テナントが見つからない"),
    ];
    let formats: [&[&str]; 6] = [
        &["-f", "terminal"],
        &["-f", "html"],
        &["-f", "markdown"],
        &["-f", "csv"],
        &["-f", "mail", "--audience", "admin"],
        &["-f", "json"],
    ];
    for format in formats {
        for lang in ["en", "ja"] {
            let output = analyze(folder.path(), &[format, &["--lang", lang]].concat());
            let text = if format[1] == "json" { said(&output) } else { words(&output) };
            for (_, sentence) in expected.iter().filter(|(of, _)| *of == lang) {
                assert!(text.contains(&words(sentence)), "{format:?} {lang} lacks {sentence:?}:\n{output}");
            }
            if format[1] != "json" {
                assert!(!output.contains('\u{202e}') && !output.contains("<b>x"), "{format:?} {lang}");
            }
            assert_eq!(output, analyze(folder.path(), &[format, &["--lang", lang]].concat()), "{format:?} {lang}");
        }
    }
}

/// The codes of a report as the other outputs print them.
fn said(json: &str) -> String {
    let report: Value = serde_json::from_str(json).unwrap();
    let one = |code: &Value| {
        let name = code["name"].as_str().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{}{name}: {}", code["code"].as_str().unwrap(), code["meaning"].as_str().unwrap())
    };
    report["codes"].as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_report_counts_a_code_and_says_where_and_when() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    let report: Value = serde_json::from_str(&analyze(folder.path(), &["-f", "json"])).unwrap();
    let codes = report["codes"].as_array().unwrap();
    let of = |code: &str| codes.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}: {codes:#?}"));
    let event = of("AADSTS20012");
    assert_eq!(event["family"], "aadsts");
    assert_eq!(event["count"], 2);
    assert_eq!((&event["first"], &event["last"]), (&"2024-05-06T01:00:00Z".into(), &"2024-05-06T01:03:00Z".into()));
    assert_eq!(event["cites"][0], serde_json::json!({"artifact": "AAD.xml", "record": "11"}));
    let value = of("0xC000005F");
    assert_eq!((&value["count"], &value["first"], &value["last"]), (&1.into(), &Value::Null, &Value::Null));
    assert_eq!(value["cites"][0], serde_json::json!({"artifact": "dsregcmd.txt", "line": 12}));
    assert_eq!(report.get("codes_omitted"), None);
}

/// What the codes say is no name of the case.
#[test]
fn redaction_leaves_codes_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    bundle(folder.path());
    let codes = |args: &[&str]| {
        let report: Value = serde_json::from_str(&analyze(folder.path(), args)).unwrap();
        let list = report["codes"].as_array().unwrap().clone();
        assert!(list.len() > 4, "{list:?}");
        list.iter().map(|one| [one["code"].clone(), one["name"].clone(), one["meaning"].clone()]).collect::<Vec<_>>()
    };
    assert_eq!(codes(&["-f", "json", "--redact"]), codes(&["-f", "json"]));
}

#[test]
fn codes_beyond_the_limit_are_named_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let many: String = (0..600)
        .map(|number| {
            let message = format!("AADSTS{}: x", 60_000 + number);
            event(1098, number, "2024-05-06T01:00:00Z", &[("Error", "0"), ("ErrorMessage", &message)])
        })
        .collect();
    fs::write(folder.path().join("AAD.xml"), format!("<Events>{many}</Events>")).unwrap();
    let report: Value = serde_json::from_str(&analyze(folder.path(), &["-f", "json"])).unwrap();
    assert_eq!(report["codes"].as_array().unwrap().len(), 300);
    assert_eq!(report["codes_omitted"], 200);
    let issues = report["coverage"]["artifacts"][0]["issues"].as_array().unwrap();
    assert!(issues.iter().any(|issue| issue["code"] == "too-many-codes"), "{issues:?}");
    assert_eq!(report["coverage"]["artifacts"][0]["status"], "read", "nothing else is lost");
    assert!(analyze(folder.path(), &[]).contains("492 more"), "8 of 500 are on the screen");
}

/// A pack that knows one more code adds it; what is shipped stays.
#[test]
fn a_pack_adds_codes_and_changes_the_words_of_others() {
    let table = "sources: [\"https://example.com/codes\"]\nrows:\n  - {code: 50999, en: own, ja: 独自}\n  - {code: 50126, en: changed, ja: 変更}\n";
    let own = Pack {
        files: [
            ("pack.yaml".to_owned(), "name: own\nrevision: \"1\"\n".to_owned()),
            ("tables/codes-aadsts.yaml".to_owned(), table.to_owned()),
        ]
        .into(),
        ..Pack::default()
    };
    let load = |pack: Pack| RuleSet::load(&[Pack::builtin(), pack], &Limits::default());
    let codes = load(own.clone()).unwrap().codes;
    let says = |number| codes.meaning("aadsts", number).unwrap().says.en;
    assert_eq!(
        (says(50_999), says(50_126), says(50_057)),
        ("own".into(), "changed".into(), "the account is disabled".into())
    );
    for (name, text, expected) in [
        ("tables/codes-smtp.yaml", table, "a table of codes is named codes- and one of aadsts, hresult"),
        ("tables/codes-aadsts.yaml", &*table.replace("ja: 独自", "jp: 独自"), "no key \"jp\""),
        ("tables/codes-aadsts.yaml", &*table.replace("50999", "\"0x1\""), "is no code of the family aadsts"),
    ] {
        let mut pack = own.clone();
        pack.files.insert(name.to_owned(), text.to_owned());
        let problems: Vec<String> = load(pack).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{name}: {problems:?}");
    }
}
