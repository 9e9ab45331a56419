#![allow(clippy::string_slice, clippy::needless_pass_by_value)] // tests cut ASCII texts at known places

use std::io::Read;

use encoding_rs::{BIG5, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1252};
use proptest::prelude::*;

use super::{TextReader, Utf8Reader, decode_prefix, detect};
use crate::bundle::{Certainty, TextEncoding};
use crate::issue::IssueCode;
use crate::limits::Limits;

/// A stream that gives a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let size = self.1.min(self.0.len()).min(out.len());
        let (head, tail) = self.0.split_at(size);
        out[..size].copy_from_slice(head);
        self.0 = tail;
        Ok(size)
    }
}

struct Broken<'a>(&'a [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            return Err(std::io::Error::other("share gone"));
        }
        self.0.read(out)
    }
}

fn lines(
    bytes: &[u8],
    encoding: &TextEncoding,
    limits: &Limits,
    step: usize,
) -> (Vec<(u64, String, bool)>, Vec<IssueCode>) {
    let mut reader = TextReader::new(Drip(bytes, step), encoding, limits);
    let mut lines = Vec::new();
    while let Some(line) = reader.next_line().unwrap() {
        lines.push((line.number, line.text.to_owned(), line.cut));
    }
    (lines, reader.issues().into_iter().map(|issue| issue.code).collect())
}

fn texts(bytes: &[u8]) -> Vec<String> {
    let encoding = detect(bytes, true);
    lines(bytes, &encoding, &Limits::default(), 7).0.into_iter().map(|(_, text, _)| text).collect()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn oem(text: &str, page: u16) -> Vec<u8> {
    oem_cp::encode_string_checked(text, oem_cp::code_table::ENCODING_TABLE_CP_MAP[&page]).expect("text of this page")
}

const JA: &str = "\r\n現在保存されている資格情報:\r\n\r\n    ターゲット: LegacyGeneric:target=MS.Outlook.15:a@contoso.example:PUT\r\n    種類: 汎用 \r\n    ユーザー: contoso\\田中\r\n";
const JA_PROSE: &str =
    "Outlookを起動するたびにパスワードを求められます。\r\n資格情報マネージャーを確認してください。\r\n";
const DE: &str = "Momentan gespeicherte Anmeldeinformationen:\r\n    Ziel: Domain:target=mail.contoso.example\r\n    Typ: Domänenkennwort\r\n    Benutzer: CONTOSO\\müller\r\n    Nur für diese Sitzung gespeichert\r\n";
const DE_PROSE: &str = "[HKEY_CURRENT_USER\\Software\\Büro Süd]\r\n\"Größe\"=\"schön größer\"\r\n";
const ES: &str = "    Destino: LegacyGeneric:target=x\r\n    Tipo: Genérico\r\n    Usuario: contoso\\peña\r\n";
const FR: &str = "    Cible\u{a0}: LegacyGeneric:target=x\r\n    Utilisateur\u{a0}: contoso\\hélène\r\n";
const ZH: &str = "当前保存的凭据:\r\n    目标: LegacyGeneric:target=x\r\n    类型: 普通\r\n    用户: contoso\\王\r\n";
const ZH_PROSE: &str = "打开邮箱时一直要求输入密码，请检查凭据管理器中的内容。\r\n";
const TW: &str = "    目標: LegacyGeneric:target=x\r\n    類型: 一般\r\n    使用者: contoso\\王\r\n";
const TW_PROSE: &str = "開啟信箱時一直要求輸入密碼，請檢查認證管理員中的內容。\r\n";
const KO: &str = "    대상: LegacyGeneric:target=x\r\n    유형: 일반\r\n    사용자: contoso\\김\r\n";
const KO_PROSE: &str = "메일 상자를 열 때 계속 암호를 묻습니다. 자격 증명 관리자를 확인하십시오.\r\n";

/// Every text in every encoding it can arrive in decodes to the same text.
#[test]
fn forty_encodings_of_known_texts_decode_to_the_same_text() {
    let mut cases: Vec<(&str, &str, Vec<u8>)> = Vec::new();
    for text in [JA, JA_PROSE, DE, FR, KO] {
        cases.push(("utf-8", text, text.as_bytes().to_vec()));
        cases.push(("utf-8", text, [b"\xEF\xBB\xBF", text.as_bytes()].concat()));
        cases.push(("utf-16le", text, utf16(text, false, true)));
        cases.push(("utf-16be", text, utf16(text, true, true)));
    }
    for text in [JA, DE, FR, ES] {
        cases.push(("utf-16le", text, utf16(text, false, false)));
        cases.push(("utf-16be", text, utf16(text, true, false)));
    }
    for (name, encoding, texts) in [
        ("shift_jis", SHIFT_JIS, [JA, JA_PROSE]),
        ("gbk", GBK, [ZH, ZH_PROSE]),
        ("euc-kr", EUC_KR, [KO, KO_PROSE]),
        ("big5", BIG5, [TW, TW_PROSE]),
        ("windows-1252", WINDOWS_1252, [DE, ES]),
        ("windows-1252", WINDOWS_1252, [DE_PROSE, FR]),
    ] {
        for text in texts {
            cases.push((name, text, encoding.encode(text).0.into_owned()));
        }
    }
    for text in [DE, DE_PROSE, ES] {
        cases.push(("cp850", text, oem(text, 850)));
        cases.push(("cp850", text, oem(text, 437)));
    }
    cases.push(("cp850", FR, oem(FR, 850)));
    assert!(cases.len() >= 40, "{}", cases.len());
    for (name, text, bytes) in cases {
        let expected: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(texts(&bytes), expected, "{name}");
        let found = detect(&bytes, true);
        // Pages 437 and 850 share the letters of these texts.
        assert!(found.name == name, "{name} was taken for {} in {text}", found.name);
        assert_eq!(decode_prefix(&bytes, &found), text, "{name}");
        let mut whole = String::new();
        Utf8Reader::new(Drip(&bytes, 5), &found).read_to_string(&mut whole).unwrap();
        assert_eq!(whole, text, "{name}");
    }
}

#[test]
fn certainty_says_how_the_encoding_was_found() {
    let certainty = |bytes: &[u8]| detect(bytes, true).certainty;
    assert_eq!(certainty(b"\xFF\xFEa\0"), Certainty::Declared);
    assert_eq!(certainty(b"plain"), Certainty::Certain);
    assert_eq!(certainty("für".as_bytes()), Certainty::Certain);
    assert_eq!(certainty(b"f\xFCr"), Certainty::Guessed);
    assert_eq!(certainty(b""), Certainty::Certain);
}

#[test]
fn a_character_cut_at_the_end_of_a_prefix_is_no_damage() {
    let bytes = &"ターゲット".as_bytes()[..7];
    assert_eq!(detect(bytes, false).name, "utf-8");
    assert_eq!(decode_prefix(bytes, &detect(bytes, false)), "ター");
    assert_eq!(detect(bytes, true).certainty, Certainty::Guessed);
}

#[test]
fn every_kind_of_line_end_ends_one_line() {
    let check = |text: &str, expected: &[&str]| assert_eq!(texts(text.as_bytes()), expected, "{text:?}");
    check("a\nb\r\nc\rd\r\r\ne", &["a", "b", "c", "d", "e"]);
    check("a\r\rb", &["a", "", "b"]);
    check("a\n\n", &["a", ""]);
    check("\r", &[""]);
    check("", &[]);
    check("a\r\r\r\nb", &["a", "", "b"]);
}

#[test]
fn a_huge_line_is_cut_at_a_character_border_and_the_rest_is_skipped() {
    let limits = Limits { line: 10, ..Limits::default() };
    let text = format!("{}\nnext\n", "あ".repeat(100_000));
    let (lines, issues) = lines(text.as_bytes(), &detect(text.as_bytes(), true), &limits, 4096);
    assert_eq!(lines, [(1, "あああ".to_owned(), true), (2, "next".to_owned(), false)]);
    assert_eq!(issues, [IssueCode::LineTooLong]);
}

/// A stream of one endless line costs the memory of one chunk and one line.
#[test]
fn an_endless_line_costs_no_memory() {
    let stream = std::io::repeat(b'x').take(200 << 20);
    let limits = Limits::default();
    let mut reader = TextReader::new(stream, &detect(b"x", false), &limits);
    let line = reader.next_line().unwrap().unwrap();
    assert_eq!((line.text.len(), line.cut), (limits.line, true));
    assert!(reader.next_line().unwrap().is_none());
    assert!(reader.held() < 8 << 20, "{}", reader.held());
}

#[test]
fn the_odd_byte_at_the_end_of_utf16_is_dropped() {
    let mut bytes = utf16("ab\r\ncd", false, true);
    bytes.push(b'e');
    assert_eq!(texts(&bytes), ["ab", "cd"]);
    let (_, issues) = lines(&bytes, &detect(&bytes, true), &Limits::default(), 3);
    assert_eq!(issues, []);
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_counted() {
    let encoding = TextEncoding { name: "utf-8".into(), certainty: Certainty::Declared };
    let mut reader = TextReader::new(&b"a\xFFb\xFF\n"[..], &encoding, &Limits::default());
    assert_eq!(reader.next_line().unwrap().unwrap().text, "a\u{fffd}b\u{fffd}");
    assert!(reader.next_line().unwrap().is_none());
    let issues = reader.issues();
    assert_eq!((issues[0].code, issues[0].detail.as_str()), (IssueCode::ReplacedCharacters, "2"));
    assert_eq!(issues.len(), 1);
}

#[test]
fn a_code_page_behind_a_long_ascii_beginning_is_found_in_time() {
    let mut bytes = vec![b'x'; 100_000];
    bytes.push(b'\n');
    bytes.extend_from_slice(&SHIFT_JIS.encode(JA).0);
    let declared = detect(&bytes[..4096], false);
    assert_eq!(declared.name, "utf-8");
    for step in [1, 1000, 1 << 20] {
        let mut reader = TextReader::new(Drip(&bytes, step), &declared, &Limits::default());
        let mut last = String::new();
        while let Some(line) = reader.next_line().unwrap() {
            last = line.text.to_owned();
        }
        assert_eq!(last, "    ユーザー: contoso\\田中");
        assert_eq!(reader.encoding().name, "shift_jis");
        assert_eq!(reader.issues()[0].code, IssueCode::GuessedEncoding);
    }
}

#[test]
fn text_that_was_damaged_before_it_was_saved_is_noticed() {
    let check = |text: &str, expected: bool| {
        let (_, issues) = lines(text.as_bytes(), &detect(text.as_bytes(), true), &Limits::default(), 64);
        assert_eq!(issues.contains(&IssueCode::Mojibake), expected, "{text}");
    };
    check("    â^ü[âQâbâg: x", true); // 932 read as 437
    check("    Benutzer: mÃ¼ller", true); // UTF-8 read as 1252
    check("    Benutzer: m\u{81}ller", true); // 850 read as 1252
    check("    Nur f³r diese Sitzung", true); // 1252 read as 850
    check("    \u{fffd}\u{fffd}\u{fffd}: x", true); // 932 read as UTF-8
    for text in [JA, DE, FR, ES, ZH, TW, KO, "Le château près de la forêt, répété en été", "x² + y³ = 10 m³"]
    {
        check(text, false);
    }
}

#[test]
fn a_stream_that_breaks_gives_what_was_read_and_then_the_error_once() {
    let encoding = detect(b"a", false);
    let mut reader = TextReader::new(Broken(b"one\ntw"), &encoding, &Limits::default());
    assert_eq!(reader.next_line().unwrap().unwrap().text, "one");
    assert_eq!(reader.next_line().unwrap().unwrap().text, "tw");
    assert_eq!(reader.next_line().unwrap_err().to_string(), "share gone");
    assert!(reader.next_line().unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn chunked_reading_equals_whole_reading(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'\r'), Just(b'\n'), b'a'..b'f', Just(0), Just(0x83)], 0..400),
        step in 1_usize..9,
        name in prop_oneof![Just("utf-8"), Just("utf-16le"), Just("utf-16be"), Just("shift_jis"), Just("gbk"), Just("cp437")],
        line in 1_usize..30,
    ) {
        let limits = Limits { line, ..Limits::default() };
        let encoding = TextEncoding { name: name.to_owned(), certainty: Certainty::Certain };
        prop_assert_eq!(lines(&bytes, &encoding, &limits, step), lines(&bytes, &encoding, &limits, 1 << 20));
    }

    #[test]
    fn a_guess_never_fails(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let found = detect(&bytes, true);
        let _ = decode_prefix(&bytes, &found);
        prop_assert!(lines(&bytes, &found, &Limits::default(), 100).0.len() <= bytes.len());
    }
}
