use super::*;
use crate::fact::PropertyFact;
use crate::fact::evidence::{ArtifactId, Locator, Source};
use crate::fact::identity::{Person, Target};
use crate::value::Value;

fn redactor() -> Redactor {
    let person = |sid: &str, display: &str, names: &[&str], smtp: &[&str]| Person {
        sid: Some(sid.to_owned()),
        display: Some(display.to_owned()),
        names: names.iter().map(ToString::to_string).collect(),
        smtp: smtp.iter().map(ToString::to_string).collect(),
    };
    let tanaka = person(
        "S-1-5-21-1-2-3-1104",
        r"CONTOSO\a.tanaka",
        &[r"contoso\a.tanaka", "a.tanaka@contoso.example"],
        &["akira.tanaka@contoso.example"],
    );
    let will = person("S-1-5-21-1-2-3-1105", "田中 麻美", &[r"contoso\will", "田中 麻美"], &[]);
    let facts = FactStore {
        target: Target::Person(tanaka.clone()),
        people: vec![tanaka, will],
        computers: [("pc0123.contoso.example".to_owned(), BTreeSet::new())].into(),
        ..FactStore::default()
    };
    let artifacts =
        [("Configuration/HKEY_USERS_S-1-5-21-1-2-3-1104_Software.reg", Vec::new()), ("PC0123.txt", Vec::new())];
    Redactor::new(&[Evidence { artifacts: &artifacts, facts: &facts }])
}

#[test]
fn names_in_every_spelling_become_one_placeholder() {
    let mut redactor = redactor();
    let mut check = |text: &str, expected: &str| assert_eq!(redactor.text(text), expected, "{text}");
    for text in [
        r"CONTOSO\a.tanaka",
        r"contoso\\A.Tanaka",
        "A.TANAKA",
        "a.tanaka@contoso.example",
        "a.tanaka%40contoso.example",
        "Akira.Tanaka@Contoso.Example",
    ] {
        check(text, "user-1");
    }
    check(r"C:\Users\a.tanaka\AppData\Local", r"C:\Users\user-1\AppData\Local");
    check(r#""C:\\Users\\a.tanaka\\x""#, r#""C:\\Users\\user-1\\x""#);
    check("PC0123$ and pc0123.contoso.example, \\\\PC0123\\share", "host-1$ and host-1, \\\\host-1\\share");
    check("cmdkey_a.tanaka@contoso.example.txt", "user-1");
    check("HKEY_USERS\\S-1-5-21-1-2-3-1104_Classes", "HKEY_USERS\\sid-1_Classes");
    check("田中 麻美さん、CONTOSO\\will", "user-2さん、user-2");
    check("this will be decided", "this will be decided");
    check("will", "user-2");
    check("SSPI:a.tanaka@cont… and pc01…", "SSPI:user-1… and host-1…");
    check("mail.contoso.example, contoso.example and contoso", "host-2, domain-1 and domain-2");
    check("a.tanaka2 is somebody else", "a.tanaka2 is somebody else");
}

#[test]
fn forms_are_enough_where_nothing_is_known() {
    let mut redactor = Redactor::default();
    let mut check = |text: &str, expected: &str| assert_eq!(redactor.text(text), expected, "{text}");
    check("from 192.0.2.7:443, ::ffff:192.0.2.7 and 2001:db8::1", "from ip-1:443, ip-1 and ip-2");
    check("x@contoso.example or y@contoso.example", "user-1 or user-2");
    check("https://adfs.contoso.example/adfs/ls \\\\files01\\x", "https://host-1/adfs/ls \\\\host-2\\x");
    check(
        "https://login.microsoftonline.com/72F988BF-0000-4000-8000-00AABBCCDDEE/",
        "https://login.microsoftonline.com/tenant-1/",
    );
    check("contoso.onmicrosoft.com", "host-3");
    check(r"C:\Users\taro said", r"C:\Users\user-3 said");
}

#[test]
fn what_names_nobody_stays() {
    let mut redactor = redactor();
    for text in [
        r"NT AUTHORITY\SYSTEM",
        "S-1-5-18 and S-1-5-21",
        "outlook.office365.com",
        "https://login.microsoftonline.com/common",
        "localhost 127.0.0.1 0.0.0.0 ::1",
        "OUTLOOK.EXE 15.0.4605.1000, version 16.0.1.2",
        r"HKCU\Software\Microsoft\Office\15.0\Outlook\RPC!DisableRetryGoodCredentials",
        r"C:\Users\Public\x",
        "2014-06-12T02:10:00.5Z 05:05:00 a9:4a:8f:e5:cc:b1:9b:a6:1c:4c:08:73",
        "5f3a0e1c-0000-4000-8000-00aabbccddee",
        "user-1",
    ] {
        assert_eq!(redactor.text(text), text);
    }
}

#[test]
fn what_programs_and_directories_name_is_collected() {
    let fact = |source: &str, object: &str, name: &str, value: Value| PropertyFact {
        source_name: source.to_owned(),
        object: (!object.is_empty()).then(|| object.to_owned()),
        name: name.to_owned(),
        value,
        subject: None,
        source: Source { artifact: ArtifactId(0), at: Locator::Line(1), guessed: false },
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let properties = vec![
        fact("hosts", "intra7", "address", text("192.0.2.1")),
        fact("w32tm", "", "source", text("CLOCK")),
        fact("netsh", "", "bypass", Value::List(vec!["*.fabrikam.test".to_owned(), "plain9".to_owned()])),
        fact("dsregcmd", "x", "Executing Account Name", text(r"FABRIKAM\taro, taro@fabrikam.test")),
        fact("ad-user", "", "DistinguishedName", text(r"CN=Yamada\, Hanako,OU=Tokyo9,DC=litware,DC=test")),
        fact(
            "autodiscover-xml",
            "",
            "legacy-dn",
            text("/o=Litware9/ou=First Administrative Group/cn=Recipients/cn=hyamada"),
        ),
        fact("adfs-certificate", "", "Subject", text("CN=sts.proseware.test, O=Proseware9")),
        fact("ipconfig", "Ethernet adapter Ethernet", "dhcp-enabled", Value::Bool(true)),
    ];
    let facts = FactStore { properties, ..FactStore::default() };
    let mut redactor = Redactor::new(&[Evidence { artifacts: &[], facts: &facts }]);
    let mut hidden = |text: &str, kind: &str| {
        let clean = redactor.text(text);
        assert!(clean.starts_with(kind) && !clean.contains(text), "{text} became {clean}");
        clean
    };
    for name in ["intra7", "CLOCK", "plain9", "sts.proseware.test"] {
        hidden(name, "host-");
    }
    for name in ["fabrikam.test", "litware.test", "Tokyo9"] {
        hidden(name, "domain-");
    }
    for name in ["Litware9", "Proseware9"] {
        hidden(name, "tenant-");
    }
    for name in ["Yamada, Hanako", "hyamada"] {
        hidden(name, "user-");
    }
    assert_eq!(hidden(r"FABRIKAM\taro", "user-"), hidden("taro@fabrikam.test", "user-"));
    assert_eq!(redactor.text("Ethernet adapter Ethernet"), "Ethernet adapter Ethernet");
    let directory = redactor.text(r"CN=Yamada\, Hanako,OU=Tokyo9,DC=litware,DC=test");
    assert!(!directory.contains("Yamada") && !directory.contains("Hanako"), "{directory}");
    assert_eq!(redactor.text("First Administrative Group"), "First Administrative Group");
}

#[test]
fn the_map_says_what_stands_for_what() {
    let map = redactor().map();
    let of = |name: &str| map.iter().find(|(own, _)| own == name).map(|(_, originals)| originals.join("|"));
    assert_eq!(of("sid-1").as_deref(), Some("S-1-5-21-1-2-3-1104"));
    assert!(of("host-1").is_some_and(|originals| originals.contains("PC0123")), "{map:?}");
    assert!(of("user-1").is_some_and(|originals| originals.contains(r"CONTOSO\a.tanaka")), "{map:?}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in r"[\PC\\@.:]{0,60}") {
        let clean = redactor().text(&text);
        proptest::prop_assert!(!clean.to_lowercase().contains("a.tanaka@contoso.example"));
    }
}
