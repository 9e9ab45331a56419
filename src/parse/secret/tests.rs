use super::*;
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{CollectorLine, Export};

/// What is left must not hold the secret and must say its kind.
#[track_caller]
fn hides(text: &str, secret: &str, kind: &str) {
    let clean = dropped(text).unwrap_or_else(|| panic!("nothing was found in {text:?}"));
    assert!(!clean.contains(secret), "{text:?} became {clean:?}");
    assert!(clean.contains(&format!("⟨secret: {kind}, ")), "{text:?} became {clean:?}");
    assert_eq!(dropped(&clean), None, "a second pass changes {clean:?}");
}

const JWT: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJ1cG4iOiJhQGNvbnRvc28uZXhhbXBsZSJ9.c2lnbmF0dXJlLTEyMw";

#[test]
fn secrets_of_every_kind_are_dropped() {
    for (text, secret, kind) in [
        ("Password=hunter2", "hunter2", "password"),
        ("Password: correct horse battery", "horse", "password"),
        ("the DefaultPassword = \"hun ter2\" is set", "ter2", "password"),
        ("Server=db1;User Id=sa;Pwd=p w d 1;Encrypt=true", "p w d 1", "password"),
        (r#"{"user":"a","password":"hunter2"}"#, "hunter2", "password"),
        (r#"{\"password\":\"hunter2\"}"#, "hunter2", "password"),
        ("<AutoLogon><Password><Value>hunter2</Value></Password>", "hunter2", "password"),
        (r#"<add key="SmtpPassword" value="hunter2"/>"#, "hunter2", "password"),
        (r#"cpassword="j1Uyj3Vx8TY9LtLZil2uAuZkFQA""#, "j1Uyj3", "password"),
        ("パスワード: ひみつ123", "ひみつ", "password"),
        ("Kennwort/Passwort: geheim", "geheim", "password"),
        (r"net use \\srv\share hunter2 /user:CONTOSO\a", "hunter2", "password"),
        (r"net use Z: \\srv\share hunter2 /user:CONTOSO\a", "hunter2", "password"),
        ("net user taro hunter2 /domain", "hunter2", "password"),
        ("cmdkey /add:adfs /user:a /pass:hunter2", "hunter2", "password"),
        ("schtasks /create /ru a /rp hunter2", "hunter2", "password"),
        ("ConvertTo-SecureString 'hunter2' -AsPlainText", "hunter2", "password"),
        ("psexec \\\\pc -u CONTOSO\\a -p hunter2 cmd", "hunter2", "password"),
        ("curl -u taro:hunter2 https://x", "hunter2", "password"),
        ("https://taro:hunter2@adfs.contoso.example/", "hunter2", "password"),
        // Cut off in front of the `@`, as the quote of a bad line may be.
        ("https://taro:hunter2", "hunter2", "password"),
        (r#"{""password"":""hunter2""}"#, "hunter2", "password"),
        ("access_token=abcdef123456", "abcdef", "token"),
        (r#""refresh_token": "0.AXoAabcdef""#, "AXoA", "token"),
        ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "klmnop", "authorization header"),
        ("sent bearer abcdefghijklmnopqrstuvwxyz012345", "klmnop", "token"),
        ("x 0.AXoA1234567890abcdefghijklmnopqrstuvwxyz y", "klmnop", "token"),
        ("x M.C105_BAY.0.U.-CtA1b2c3d4e5f6g7h8i9j0 y", "A1b2c3", "token"),
        ("Cookie: a=b; c=d", "c=d", "cookie"),
        ("Set-Cookie: MSISAuth=AAEAAD; path=/", "AAEAAD", "cookie"),
        ("found ESTSAUTHPERSISTENT=0.AXoAbcdefgh in the jar", "bcdefgh", "cookie"),
        ("AccountKey=abc123==;x", "abc123", "key"),
        ("client_secret=abc~123", "abc~123", "key"),
        ("    Key Content            : my wifi pass", "my wifi", "Wi-Fi key"),
        ("<keyMaterial>mywifi</keyMaterial>", "mywifi", "Wi-Fi key"),
        ("https://x.blob/y?sv=1&sig=abcdefghijkl%3D&se=2", "abcdefghijkl", "signature"),
        ("https://x/cb?code=0123456789abcdefghij&state=1", "abcdefghij", "authorization code"),
        ("SAMLResponse=PHNhbWxwOlJlc3BvbnNl&x", "PHNhbWxw", "saml token"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE", "private key"),
        ("111111-222222-333333-444444-555555-666666-777777-888888", "444444", "recovery key"),
        ("sent TlRMTVNTUAADAAAAGAAYAH4AAAA=", "GAAYAH4", "NTLM message"),
        ("AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAA", "FdERjHo", "protected blob"),
        ("hex:01,00,00,00,d0,8c,9d,df,01,15,d1,11,8c,7a,00,c0,4f,c2,97,eb,aa", "97,eb", "protected blob"),
        ("01000000D08C9DDF0115D1118C7A00C04FC297EBAA", "C04FC297", "protected blob"),
    ] {
        hides(text, secret, kind);
    }
    hides(&format!("got {JWT} from cache"), "kaWQ", "jwt");
    hides("got eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJ1c from cache", "JSUzI1", "jwt");
    let run = "aB3cD4eF5gH6jK".repeat(14);
    hides(&format!("blob {run}."), "gH6jKaB3", "opaque");
    let clean = dropped(&format!("token {JWT}!")).unwrap();
    assert_eq!(clean, format!("token ⟨secret: jwt, {} characters⟩!", JWT.len()));
}

#[test]
fn what_rules_compare_and_people_read_survives() {
    for text in [
        "S-1-5-21-1111111111-2222222222-3333333333-1104",
        "5f3a0e1c-0000-4000-8000-00aabbccddee",
        "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
        "A9 4A 8F E5 CC B1 9B A6 1C 4C 08 73 D3 91 E9 87 98 2F BB D3",
        "15.0.4605.1000",
        "00036619",
        "MicrosoftOffice16_Data:SSPI:a.tanaka@contoso.example",
        "LegacyGeneric:target=MicrosoftOffice15_Data:ADAL:5f3a0e1c-0000-4000-8000-00aabbccddee",
        "WindowsLive:(token):name=a@contoso.example;serviceuri=scope=service::user.auth.xboxlive.com",
        "LegacyGeneric:target=Microsoft_OC1:uri=a@contoso.example:specific:OCS:1",
        "Token validation failed. Token Type: http://schemas.microsoft.com/ws/2006/05/identitymodel/tokens/UserName",
        "a.tanaka@contoso.example-The user name or password is incorrect",
        "Unknown user name or bad password.",
        "badPwdCount=6 pwdLastSet=130460000000000000",
        "PasswordNeverExpires : False",
        "CannotChangePassword : False",
        "Password: 0xC000006A",
        "Bearer authorization_uri=\"https://login.windows.net/common/oauth2/authorize\"",
        "WWW-Authenticate: Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", trusted_issuers=\"00000001\"",
        "ProxyBypass: *.contoso.example",
        "https://outlook.office365.com/mapi/emsmdb/?MailboxId=12345@fabrikam.example",
        r"Software\Microsoft\Windows\CurrentVersion\Policies\System\LimitBlankPasswordUse",
        "HKLM\\SOFTWARE\\Microsoft\\Exchange does not exist",
        "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0123456789abcdef0123456789abcdef-a.tanaka",
    ] {
        assert_eq!(dropped(text), None, "{text}");
    }
    for name in
        ["TargetUserName", "PasswordLastSet", "BadPasswordCount", "TokenElevationType", "EnableADAL", "KeyLength"]
    {
        assert_eq!(of_name(name), None, "{name}");
    }
}

#[test]
fn a_registry_value_is_a_secret_by_its_name_its_key_or_its_bytes() {
    let blob = || RegistryData::Binary(vec![1, 2, 3]);
    for name in
        ["POP3 Password", "imap password", "SMTP Password", "010267f0", "010266a1", "001f67ff", "DefaultPassword"]
    {
        assert!(matches!(registry("k", name, blob()), RegistryData::Secret { length: 3, .. }), "{name}");
    }
    for name in ["POP3 User", "00036619", "PasswordAge"] {
        assert_eq!(registry("k", name, blob()), blob(), "{name}");
    }
    assert_eq!(registry("k", "DisableSavePassword", RegistryData::Dword(1)), RegistryData::Dword(1));
    assert_eq!(registry("k", "SavePassword", RegistryData::Sz("0".into())), RegistryData::Sz("0".into()));
    let mut protected = vec![1, 0, 0, 0, 0xd0, 0x8c, 0x9d, 0xdf, 1, 0x15, 0xd1, 0x11, 0x8c, 0x7a, 0, 0xc0];
    protected.extend([0x4f, 0xc2, 0x97, 0xeb, 7, 7, 7]);
    let kind = |key: &str, name: &str, data: RegistryData| match registry(key, name, data) {
        RegistryData::Secret { kind, .. } => kind,
        other => panic!("{other:?} is no secret"),
    };
    assert_eq!(kind("k", "Blob", RegistryData::Binary(protected)), "protected blob");
    let wide: Vec<u8> = "Password=hunter2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(kind("k", "Blob", RegistryData::Raw { kind: 0, bytes: wide }), "text with a secret");
    assert_eq!(kind(r"Software\Microsoft\IdentityCRL\Immersive\production\Token\{x}", "v", blob()), "token cache");
}

#[test]
fn every_text_of_every_record_is_looked_at() {
    const SECRET: &str = "hunter2";
    let own = || format!("x password={SECRET}");
    let object = PsObject {
        types: vec![own()],
        properties: vec![
            ("Name".to_owned(), PsValue::Text("SMTP Password".to_owned())),
            ("Value".to_owned(), PsValue::Text(SECRET.to_owned())),
            ("MyPassword".to_owned(), PsValue::List(vec![PsValue::Enum(SECRET.to_owned(), 1)])),
            (
                "Map".to_owned(),
                PsValue::Dictionary(vec![(PsValue::Text("ApiKey".into()), PsValue::Text(SECRET.into()))]),
            ),
            (own(), PsValue::LocalTime(own())),
        ],
        to_string: Some(own()),
        line: 1,
        lines: Vec::new(),
    };
    let nested = PsObject { properties: vec![("In".to_owned(), PsValue::Object(Box::new(object.clone())))], ..object };
    let event = EventRecord {
        provider: own().into(),
        id: 1,
        qualifiers: 0,
        level: 0,
        keywords: 0,
        channel: own().into(),
        at: jiff::Timestamp::UNIX_EPOCH,
        record: 1,
        computer: own().into(),
        user_sid: Some(own().into()),
        activity: None,
        data: [
            (Some("ServicePassword"), SECRET.to_owned()),
            (None, own()),
            (Some("a password=hunter2"), "x".to_owned()),
        ]
        .into_iter()
        .collect(),
        export: Export::default(),
    };
    let line =
        CollectorLine { at: jiff::Timestamp::UNIX_EPOCH, offset_seconds: 0, function: own(), message: own(), line: 1 };
    let issues = [own(), "hex:aa,bb,cc,dd,ee,ff,00,11,22,".to_owned()];
    let parsed = sifted(Parsed {
        records: vec![Record::Object(nested), Record::Event(event), Record::CollectorLine(line)],
        issues: issues.map(|detail| Issue::new(IssueCode::BadLine, detail)).to_vec(),
        ..Parsed::default()
    });
    let shown = format!("{parsed:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("aa,bb"), "{shown}");
}

#[test]
fn a_secret_is_found_though_its_text_was_parted() {
    let texts = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut items = texts(&["*.contoso.example", "Cookie: MSISAuth=a", "x=hunter2"]);
    list(&mut items);
    assert_eq!(items, ["*.contoso.example", "Cookie: ⟨secret: cookie, 21 characters⟩"]);
    let mut items: Vec<PsValue> = texts(&["Cookie: a=1", "x=hunter2"]).into_iter().map(PsValue::Text).collect();
    ps_list(&mut items);
    assert!(!format!("{items:?}").contains("hunter2"), "{items:?}");
    let mut items = texts(&["SMTP:a@contoso.example", "smtp:b@contoso.example"]);
    list(&mut items);
    assert_eq!(items, ["SMTP:a@contoso.example", "smtp:b@contoso.example"]);
}

#[test]
fn names_of_files_lose_their_secrets_and_keep_their_folders() {
    assert_eq!(
        in_path("Password=hunter2/a/Key Content: b.txt").as_deref(),
        Some("Password=⟨secret: password, 7 characters⟩/a/Key Content: ⟨secret: Wi-Fi key, 5 characters⟩")
    );
    for path in ["Configuration/Office/passwords.txt", "SSO token/reset password.txt", "a.reg"] {
        assert_eq!(in_path(path), None, "{path}");
    }
}

proptest::proptest! {
    #[test]
    fn a_second_pass_changes_nothing(text in r#"(?:[ -~⟨⟩]|password|secret|token=|cookie: |eyJ|\n){0,60}"#) {
        if let Some(clean) = dropped(&text) {
            proptest::prop_assert_eq!(dropped(&clean), None);
        }
    }
}
