#![allow(clippy::string_slice)] // tests cut ASCII texts at known places

use proptest::prelude::*;

use super::parse;
use crate::bundle::decode::detect;
use crate::issue::IssueCode;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::parse::record::{CredentialKind, Parsed, Persistence, Record};
use crate::parse::{Context, Input};

fn read(bytes: &[u8]) -> Parsed {
    let mut reader = bytes;
    let input = Input { reader: &mut reader, encoding: Some(detect(bytes, true)), bytes: 0 };
    parse(input, Context { interest: &Interest::default(), limits: &Limits::default() })
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/artifacts/cmdkey/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// `target|kind|user|persistence` of every credential.
fn show(parsed: &Parsed) -> Vec<String> {
    let rows = parsed.records.iter().map(|record| {
        let Record::Credential(entry) = record else { panic!("{record:?}") };
        let kind = match entry.kind {
            CredentialKind::Generic => "generic",
            CredentialKind::DomainPassword => "domain",
            CredentialKind::Certificate => "certificate",
            CredentialKind::Unknown => "unknown",
        };
        let persistence = match entry.persistence {
            Persistence::Session => "session",
            Persistence::LocalMachine => "local",
            Persistence::EnterpriseOrUnstated => "-",
        };
        format!("{}|{kind}|{}|{persistence}", entry.target, entry.user.as_deref().unwrap_or("-"))
    });
    rows.collect()
}

fn codes(parsed: &Parsed) -> Vec<IssueCode> {
    parsed.issues.iter().map(|issue| issue.code).collect()
}

fn check(text: &str, expected: &[&str], complete: bool) {
    let parsed = read(text.as_bytes());
    assert_eq!(show(&parsed), expected, "{text}");
    assert_eq!(parsed.complete, complete, "{text}");
}

const EN: [&str; 5] = [
    "MicrosoftAccount:target=SSO_POP_Device|generic|02zyxwvutsrqpo|session",
    "LegacyGeneric:target=XboxLive|generic|-|session",
    "WindowsLive:target=virtualapp/didlogical|generic|02zyxwvutsrqpo|local",
    "LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:k.suzuki@fabrikam.example|generic|FABRIKAM\\k.suzuki|-",
    "Domain:target=mail.fabrikam.example|domain|FABRIKAM\\k.suzuki|-",
];

#[test]
fn english_listings_in_every_encoding() {
    for name in ["en.txt", "en-437.txt", "en-utf16.txt"] {
        let parsed = read(&fixture(name));
        assert_eq!(show(&parsed), EN, "{name}");
        assert_eq!((parsed.complete, codes(&parsed), parsed.seen), (true, vec![], 5), "{name}");
    }
}

#[test]
fn japanese_listings_in_every_encoding() {
    let expected = [
        "LegacyGeneric:target=MS.Outlook.15:k.suzuki@fabrikam.example:PUT|generic|fabrikam\\k.suzuki|local",
        "Domain:target=adfs.fabrikam.example|domain|fabrikam\\鈴木|-",
    ];
    for (name, issues) in [("ja-932.txt", vec![IssueCode::GuessedEncoding]), ("ja-utf16.txt", vec![])] {
        let parsed = read(&fixture(name));
        assert_eq!((show(&parsed), codes(&parsed)), (expected.map(str::to_owned).to_vec(), issues), "{name}");
        assert!(parsed.complete);
    }
}

/// Labels are damaged, targets are not: the structure is enough. The damage is said.
#[test]
fn a_japanese_listing_that_was_decoded_as_page_437() {
    let parsed = read(&fixture("ja-mojibake.txt"));
    let rows = show(&parsed);
    assert_eq!(
        rows[0],
        "LegacyGeneric:target=MS.Outlook.15:k.suzuki@fabrikam.example:PUT|generic|fabrikam\\k.suzuki|-"
    );
    assert!(rows[1].starts_with("Domain:target=adfs.fabrikam.example|domain|fabrikam\\"));
    assert_eq!(codes(&parsed), [IssueCode::Mojibake]);
}

#[test]
fn german_listings_in_both_pages() {
    let expected = [
        "LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:j.müller@fabrikam.example|generic|FABRIKAM\\j.müller|session",
        "Domain:target=mail.fabrikam.example|domain|FABRIKAM\\j.müller|-",
    ];
    for name in ["de-850.txt", "de-1252.txt"] {
        let parsed = read(&fixture(name));
        assert_eq!((show(&parsed), parsed.complete), (expected.map(str::to_owned).to_vec(), true), "{name}");
    }
}

#[test]
fn other_languages_by_their_structure() {
    let generic = ["LegacyGeneric:target=a|generic|CONTOSO\\u|-"];
    for (target, kind, user) in [
        ("Cible :", "Type : Générique", "Utilisateur :"),
        ("Cible\u{a0}:", "Type\u{a0}: Générique", "Utilisateur\u{a0}:"),
        ("Destino:", "Tipo: Genérico", "Usuario:"),
        ("Destino:", "Tipo: Genérico", "Usuário:"),
        ("目标:", "类型: 普通", "用户:"),
        ("目标：", "类型：普通", "用户："),
        ("目標:", "類型: 什麼", "使用者:"),
        ("대상:", "유형: 일반", "사용자:"),
        ("Obiekt docelowy:", "Typ: Rodzajowe", "Użytkownik:"),
        ("\u{fffd}\u{fffd}:", "\u{fffd}: ?", "\u{fffd}\u{fffd}:"),
    ] {
        let text = format!(
            "\r\nX Y Z:\r\n\r\n    {target} LegacyGeneric:target=a\r\n    {kind} \r\n    {user} CONTOSO\\u\r\n\r\n"
        );
        check(&text, &generic, true);
    }
}

/// The meaning of a sentence in an unknown language follows from two entries of Windows itself.
#[test]
fn persistence_in_an_unknown_language_is_learned_from_known_entries() {
    let entry = |target: &str, sentence: &str| format!("    Cel: {target}\n    Typ: x\n    {sentence}\n    \n");
    let text = format!(
        "A:\n\n{}{}{}",
        entry("MicrosoftAccount:target=SSO_POP_Device", "Tylko to logowanie"),
        entry("LegacyGeneric:target=a", "Komputer lokalny"),
        entry("LegacyGeneric:target=b", "Tylko to logowanie"),
    );
    check(
        &text,
        &[
            "MicrosoftAccount:target=SSO_POP_Device|generic|-|session",
            "LegacyGeneric:target=a|generic|-|local",
            "LegacyGeneric:target=b|generic|-|session",
        ],
        true,
    );
}

#[test]
fn pasted_texts_are_read_but_prove_no_absence() {
    let one = ["LegacyGeneric:target=a|generic|u|-"];
    let body = "Target: LegacyGeneric:target=a\nType: Generic\nUser: u\n";
    check(body, &one, false);
    check(&format!("Currently stored credentials:\n{body}"), &one, false); // ends without the empty line
    check(&format!("PS C:\\> cmdkey /list\n\nCurrently stored credentials:\n\n{body}\nPS C:\\>"), &one, false);
    check(&format!("C:\\Users\\u>cmdkey /list\n\nCurrently stored credentials:\n\n{body}\n"), &one, true);
    // Separators lost, then an empty line everywhere.
    let two = ["LegacyGeneric:target=a|generic|u|-", "Domain:target=b|domain|v|-"];
    let other = "Target: Domain:target=b\nType: Domain Password\nUser: v\n";
    check(&format!("{body}{other}"), &two, false);
    check(&format!("{body}{other}").replace('\n', "\n\n"), &two, false);
    check("LegacyGeneric:target=a\nType: Generic\nUser: u\n", &one, false);
    check("Ziel: LegacyGeneric:LegacyGeneric:target=a\n", &["LegacyGeneric:LegacyGeneric:target=a|generic|-|-"], false);
}

#[test]
fn a_listing_of_one_target_says_nothing_about_others() {
    let body = "    Target: Domain:target=b.example\n    Type: Domain Password\n    User: v\n\n";
    check(
        &format!("Currently stored credentials for b.example:\n\n{body}"),
        &["Domain:target=b.example|domain|v|-"],
        false,
    );
    check(
        &format!("C:\\>cmdkey /list:b*\n\nCurrently stored credentials:\n\n{body}"),
        &["Domain:target=b.example|domain|v|-"],
        false,
    );
}

#[test]
fn a_target_without_wrapper_is_the_first_line_of_its_group() {
    let text = "Currently stored credentials:\n\n    Target: mail.contoso.example\n    Type: Domain Password\n    User: u\n\n    Target: x\n    Type: Domain Certificate\n\n";
    check(text, &["mail.contoso.example|domain|u|-", "x|certificate|-|-"], true);
}

#[test]
fn lines_wrapped_by_a_console_window_are_joined() {
    let target = format!("LegacyGeneric:target=MicrosoftOffice16_Data:SSPI:{}@contoso.example", "n".repeat(120));
    let line = format!("    Target: {target}");
    for width in [80, 120] {
        let wrapped: Vec<String> =
            line.chars().collect::<Vec<_>>().chunks(width).map(|part| part.iter().collect()).collect();
        let text =
            format!("Currently stored credentials:\n\n{}\n    Type: Generic \n    User: u\n\n", wrapped.join("\n"));
        check(&text, &[&format!("{target}|generic|u|-")], true);
    }
}

#[test]
fn no_entries_is_an_answer_and_help_is_none() {
    let none = read(&fixture("ja-none.txt"));
    assert_eq!((none.records.len(), none.complete, codes(&none)), (0, true, vec![IssueCode::GuessedEncoding]));
    check("\nCurrently stored credentials:\n\n* NONE *\n\n", &[], true);
    for text in [
        &fixture("help-en.txt")[..],
        b"CMDKEY: Credentials cannot be read.\n",
        b"",
        b"'cmdkey' is not recognized as a command,\noperable program or batch file.\n",
    ] {
        let parsed = read(text);
        assert_eq!((parsed.records.len(), parsed.complete, codes(&parsed)), (0, false, vec![IssueCode::NoListing]));
    }
    let cut = read(b"\nCurrently stored credentials:\n\n");
    assert_eq!((cut.complete, codes(&cut)), (false, vec![IssueCode::Truncated]));
}

#[test]
fn a_cut_target_is_no_evidence() {
    let parsed = read(b"Currently stored credentials:\n\n    Target: LegacyGeneric:target=MicrosoftOff");
    assert_eq!((parsed.records.len(), parsed.complete, codes(&parsed)), (0, false, vec![IssueCode::Truncated]));
}

#[test]
fn a_listing_that_ends_before_its_last_empty_line_is_cut() {
    let head = "Currently stored credentials:\n\n    Target: Domain:target=a\n    Type: Domain Password\n";
    let check = |tail: &str, row: &str, issues: &[IssueCode]| {
        let parsed = read(format!("{head}{tail}").as_bytes());
        assert_eq!((show(&parsed), codes(&parsed)), (vec![row.to_owned()], issues.to_vec()), "{tail:?}");
        assert_eq!(parsed.complete, tail.ends_with("\n\n"), "{tail:?}");
    };
    let row = r"Domain:target=a|domain|CONTOSO\u|-";
    check("    User: CONTOSO\\u\n\n", row, &[]);
    for tail in ["    User: CONTOSO\\u\n", "    User: CONTOSO\\u\n\n    ", "    User: CONTOSO\\u\n\n    Targ"] {
        check(tail, row, &[IssueCode::Truncated]);
    }
    check("    User: CONTO", "Domain:target=a|domain|-|-", &[IssueCode::Truncated]);
    check("    User: CONTOSO\\u\n\nC:\\>", row, &[]);
}

#[test]
fn a_damaged_user_name_is_said() {
    let parsed = read("Currently stored credentials:\n\n    Target: Domain:target=a\n    Type: Domain Password\n    User: m\u{81}ller\n\n".as_bytes());
    assert!(codes(&parsed).contains(&IssueCode::Mojibake));
}

#[test]
fn hostile_listings_cost_what_they_weigh() {
    for unit in [
        "    Target: Domain:target=a\n",
        "Target: x\nType: y\n\n",
        "a:b\n",
        "    ",
        ":",
        "=",
        "* ",
        &format!("    {}\n{}\n", "x".repeat(76), "y".repeat(80)),
    ] {
        let text = unit.repeat((1 << 20) / unit.len());
        let start = std::time::Instant::now();
        assert!(read(text.as_bytes()).issues.len() < 100);
        assert!(start.elapsed().as_secs() < 8, "{:?} {unit}", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_cut_listing_gives_the_first_targets_of_the_whole_one(cut in any::<prop::sample::Index>()) {
        let whole = fixture("en.txt");
        let part = read(&whole[..cut.index(whole.len() + 1)]);
        let targets = |rows: Vec<String>| -> Vec<String> { rows.into_iter().map(|row| row.split('|').next().unwrap().to_owned()).collect() };
        let (all, part) = (targets(show(&read(&whole))), targets(show(&part)));
        prop_assert_eq!(&all[..part.len()], &part[..]);
    }

    #[test]
    fn any_text_is_read(text in "([ ]{0,5}[A-Za-zäタ]{0,6}[:：=*]{0,2}[ a-z:=\\\\]{0,20}[\r\n]{0,3}){0,12}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(text.as_bytes());
        read(&bytes);
    }

    #[test]
    fn changed_bytes_never_stop_the_parser(name in prop_oneof![Just("en.txt"), Just("ja-932.txt"), Just("ja-utf16.txt"), Just("help-en.txt")],
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = fixture(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        read(&bytes);
    }
}
