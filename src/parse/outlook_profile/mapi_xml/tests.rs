use super::*;
use crate::limits::Limits;
use crate::parse::interest::Interest;

fn parsed(bytes: &[u8]) -> Parsed {
    let (limits, interest) = (Limits::default(), Interest::default());
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: None, bytes: bytes.len() as u64 };
    parse(input, Context { interest: &interest, limits: &limits })
}

fn sample(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/artifacts/mapi-profile-xml");
    std::fs::read(folder.join(name)).unwrap()
}

fn profiles(parsed: &Parsed) -> Vec<&ProfileRecord> {
    let records = parsed.records.iter().filter_map(|record| match record {
        Record::Profile(profile) => Some(profile),
        _ => None,
    });
    records.collect()
}

fn only(parsed: &Parsed) -> &ProfileRecord {
    let profiles = profiles(parsed);
    assert_eq!(profiles.len(), 1, "{parsed:?}");
    profiles[0]
}

fn value(account: &AccountRecord, name: &str) -> Option<Value> {
    account.properties.iter().find(|property| property.name == name).map(|property| property.value.clone())
}

/// In a test whose own value is called `value`.
fn stored(account: &AccountRecord) -> Option<Value> {
    value(account, "ost-path")
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

/// An export with one section that holds these lines.
fn section(lines: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\r\n<profile profilename= \"P\">\r\n<properties listtype=\"profilesection\" \
         profilesection=\"00\">\r\n{lines}</properties>\r\n</profile>\r\n"
    )
}

#[test]
fn a_connection_section_is_an_account() {
    let parsed = parsed(&sample("section.xml"));
    assert_eq!((parsed.complete, parsed.issues.len()), (true, 0), "{:?}", parsed.issues);
    let profile = only(&parsed);
    assert_eq!((profile.name.as_str(), profile.version.as_str()), ("R&D <Outlook>", NO_VERSION));
    assert!(!profile.all_properties && profile.is_default.is_none() && profile.defects.is_empty());
    let account = &profile.accounts[0];
    assert_eq!(account.name.as_deref(), Some("a.tanaka@contoso.example"));
    assert_eq!(account.service, AccountService::Exchange);
    assert_eq!(value(account, "auth-package"), text("ntlm"));
    assert_eq!(value(account, "roh-proxy-auth"), text("basic"));
    assert_eq!(value(account, "roh-proxy-server"), text("outlook.office365.com"));
    assert_eq!(value(account, "cached-mode"), Some(Value::Bool(true)));
    assert_eq!(value(account, "office365-mailbox"), Some(Value::Bool(true)));
    let addresses = ["SMTP:a.tanaka@contoso.example", "smtp:taro@contoso.example"].map(str::to_owned);
    assert_eq!(value(account, "addresses"), Some(Value::List(addresses.to_vec())));
    let package = account.properties.iter().find(|property| property.name == "auth-package").unwrap();
    assert_eq!((package.tag.as_str(), package.line), ("00036619", 14));
}

#[test]
fn numbers_are_signed() {
    let parsed = parsed(&sample("section-anonymous.xml"));
    assert_eq!(value(&only(&parsed).accounts[0], "auth-package"), text("anonymous"));
}

#[test]
fn a_service_of_exchange_is_an_account_and_no_other_is() {
    let parsed = parsed(&sample("full.xml"));
    let profile = only(&parsed);
    assert_eq!(profile.accounts.len(), 1, "{:?}", profile.accounts);
    let account = &profile.accounts[0];
    assert_eq!((account.name.as_deref(), account.is_default), (Some("a.tanaka@contoso.example"), Some(true)));
    assert_eq!(value(account, "tenant-id"), text("7d1b7a5e-0000-4000-8000-000000000001"));
    assert_eq!(value(account, "display-name"), None, "that of a store is not the account's");
    assert_eq!(parsed.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [IssueCode::UnreadableValue]);
}

#[test]
fn a_file_written_anew_without_line_ends_is_read_too() {
    let parsed = parsed(
        "<?xml version=\"1.0\"?><profile profilename=\"R&amp;D\"><properties listtype=\"profilesection\" \
         profilesection=\"00\"><property tag=\"0x66190003\" type=\"PT_LONG\"><Name>x</Name><Value>9</Value>\
         <AltValue>0x9</AltValue></property><property tag=\"0x6641001f\"><Value>a&amp;b@contoso.example</Value>\
         </property></properties></profile>"
            .as_bytes(),
    );
    let profile = only(&parsed);
    assert_eq!(profile.name, "R&D");
    assert_eq!(value(&profile.accounts[0], "auth-package"), text("negotiate"));
    assert_eq!(value(&profile.accounts[0], "smtp-address"), text("a&b@contoso.example"));
}

#[test]
fn what_is_no_value_is_none() {
    let number =
        |value: &str| section(&format!("<property tag = \"0x66190003\" type = \"PT_LONG\" >{value}</property>\r\n"));
    for (lines, unreadable) in [
        (number("<Value>ten</Value>"), true),
        (number("<Value>4294967296</Value>"), true),
        (number("<Value err=\"0x8004010F\" >MAPI_E_NOT_FOUND</Value>"), false),
        (number("<AltValue>0xA</AltValue>"), false),
        (section("<property tag = \"0x6659000B\" ><Value>Maybe</Value></property>\r\n"), true),
        (section("<property tag = \"0x6619000A\" ><Value>10</Value></property>\r\n"), false),
        (section("<property tag = \"6619\" ><Value>10</Value></property>\r\n"), false),
    ] {
        let parsed = parsed(lines.as_bytes());
        assert!(only(&parsed).accounts.is_empty(), "{lines}");
        assert_eq!(parsed.issues.iter().any(|issue| issue.code == IssueCode::UnreadableValue), unreadable, "{lines}");
    }
}

#[test]
fn a_value_cannot_pretend_to_be_a_tag() {
    let trick = "x</Value></property><property tag = \"0x66190003\" ><Value>10</Value>";
    let lines = section(&format!(
        "<property tag = \"0x6610001F\" ><Value><![CDATA[{trick}\r\nsecond]]></Value></property>\r\n"
    ));
    let parsed = parsed(lines.as_bytes());
    let account = &only(&parsed).accounts[0];
    assert_eq!(value(account, "auth-package"), None);
    assert_eq!(value(account, "ost-path"), text(&format!("{trick}\nsecond")));
}

#[test]
fn a_cut_export_keeps_what_was_read() {
    let whole = sample("section.xml");
    let parsed = parsed(&whole[..whole.len() / 2]);
    assert!(!parsed.complete);
    assert!(parsed.issues.iter().any(|issue| issue.code == IssueCode::Truncated));
    assert_eq!(value(&only(&parsed).accounts[0], "auth-package"), text("ntlm"));
}

#[test]
fn two_parts_of_an_account_are_one() {
    let part = |tag: &str, value: &str| {
        section(&format!(
            "<property tag = \"{tag}\" ><Value>{value}</Value></property>\r\n<property tag = \"0x6641001F\" >\
             <Value>a@contoso.example</Value></property>\r\n"
        ))
    };
    let both = part("0x66190003", "10") + &part("0x66270003", "1");
    let both = both.replace("</profile>\r\n<?xml version=\"1.0\"?>\r\n<profile profilename= \"P\">\r\n", "");
    let parsed = parsed(both.as_bytes());
    let profile = only(&parsed);
    assert_eq!(profile.accounts.len(), 1);
    assert_eq!(value(&profile.accounts[0], "auth-package"), text("ntlm"));
    assert_eq!(value(&profile.accounts[0], "roh-proxy-auth"), text("basic"));
}

proptest::proptest! {
    #[test]
    fn any_name_and_any_text_come_back(name in "[^\r\n\u{0}-\u{1f}]{1,20}", value in "[^\u{0}-\u{1f}]{1,40}") {
        proptest::prop_assume!(!value.contains("]]>") && !name.contains("<service") && !name.contains("<properties"));
        proptest::prop_assume!(!name.contains('&') && name.trim() == name && !name.contains('\u{85}'));
        let lines = section(&format!("<property tag = \"0x6610001F\" ><Value><![CDATA[{value}]]></Value></property>\r\n"));
        let lines = lines.replace("\"P\"", &format!("\"{name}\""));
        let parsed = parsed(lines.as_bytes());
        let profile = only(&parsed);
        proptest::prop_assert_eq!(&profile.name, &name);
        proptest::prop_assert_eq!(stored(&profile.accounts[0]), Some(Value::Text(value)));
    }

    #[test]
    fn no_arrangement_of_tags_makes_it_fail(parts in proptest::collection::vec(
        proptest::sample::select(vec![
            "<profile profilename= \"", "P", "\">", "\r\n", "</profile>", "<service index = \"0\">", "</service>",
            "<provider>", "</provider>", "<properties listtype=\"profilesection\" profilesection=\"0\">", "</properties>",
            "<property tag = \"0x66190003\" >", "<property tag = \"0x3D09001F\" >", "</property>", "<Value>", "</Value>",
            "MSEMS", "10", "<![CDATA[", "]]>", "<", ">",
        ]), 0..60)) {
        let parsed = parsed(parts.concat().as_bytes());
        proptest::prop_assert!(parsed.records.len() as u64 <= parsed.seen);
    }
}
