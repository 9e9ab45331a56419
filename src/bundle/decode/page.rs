//! Guesses the code page of bytes that are neither UTF-16 nor UTF-8, among those of the Windows versions the tool meets.
//!
//! First by the words of a `cmdkey` listing, which are known in several languages; else by how common the characters are that
//! the bytes would be: real text is made of frequent letters, text in a wrong page of rare and misplaced ones.

use super::charset::Charset;

/// How much is looked at: the lines with non-ASCII bytes, up to this size.
const SAMPLE: usize = 16 << 10;

/// Candidates; among equals the first wins.
const PAGES: [Page; 7] = [
    Page { name: "shift_jis", weigh: Weigh::Pairs(japanese) },
    Page { name: "gbk", weigh: Weigh::Pairs(simplified_chinese) },
    Page { name: "euc-kr", weigh: Weigh::Pairs(korean) },
    Page { name: "big5", weigh: Weigh::Pairs(traditional_chinese) },
    Page { name: "windows-1252", weigh: Weigh::Letters },
    Page { name: "cp850", weigh: Weigh::Letters },
    Page { name: "cp437", weigh: Weigh::Letters },
];

/// Words of `cmdkey /list` with a non-ASCII character, by which a page proves itself. The list is not complete; it only helps.
const LABELS: [&str; 33] = [
    "ターゲット:",
    "種類:",
    "ユーザー:",
    "現在保存されている資格情報",
    "汎用",
    "ローカル コンピューターの常設",
    "目标:",
    "类型:",
    "用户:",
    "当前保存的凭据",
    "普通",
    "域密码",
    "本地机器持续时间",
    "目標:",
    "類型:",
    "使用者:",
    "대상:",
    "유형:",
    "사용자:",
    "Genérico",
    "Usuário:",
    "Domänenkennwort",
    "für diese Sitzung",
    "poświadczenia",
    "Cible\u{a0}:",
    "Type\u{a0}:",
    "Utilisateur\u{a0}:",
    "générique",
    "Générique",
    "Persistance de l'ordinateur",
    "目标：",
    "目標：",
    "類型：",
];

struct Page {
    name: &'static str,
    weigh: Weigh,
}

enum Weigh {
    /// Two-byte pages, by (lead, trail); a trail of zero stands for a single byte.
    Pairs(fn(u8, u8) -> i64),
    /// Single-byte pages, by the letters they give.
    Letters,
}

/// The page that fits best.
pub(super) fn guess(bytes: &[u8]) -> &'static str {
    let sample = sample(bytes);
    let mut best = ("windows-1252", i64::MIN);
    for page in &PAGES {
        let weight = weight(page, &sample);
        if weight > best.1 {
            best = (page.name, weight);
        }
    }
    best.0
}

/// The lines that hold non-ASCII bytes; ASCII says nothing about the page.
fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut sample = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        if line.is_ascii() {
            continue;
        }
        let room = SAMPLE.saturating_sub(sample.len());
        sample.extend_from_slice(line.get(..room).unwrap_or(line));
        sample.push(b'\n');
        if room <= line.len() {
            break;
        }
    }
    sample
}

fn weight(page: &Page, sample: &[u8]) -> i64 {
    let mut text = String::new();
    let mut decoder = Charset::named(page.name).decoder();
    decoder.push(sample, false, &mut text);
    let labels = LABELS.iter().filter(|label| !label.is_ascii() && text.contains(**label)).count();
    let replaced = i64::try_from(decoder.replaced).unwrap_or(i64::MAX);
    let words = match page.weigh {
        Weigh::Pairs(pair) => weigh_pairs(sample, pair),
        Weigh::Letters => weigh_letters(&text),
    };
    let labels = i64::try_from(labels).unwrap_or_default().saturating_mul(1_000_000);
    labels.saturating_add(words).saturating_sub(replaced.saturating_mul(20))
}

/// Points per byte, so that pages of one and of two bytes a character compare.
fn weigh_pairs(sample: &[u8], pair: fn(u8, u8) -> i64) -> i64 {
    let mut total = 0_i64;
    let mut bytes = sample.iter().copied();
    while let Some(lead) = bytes.next() {
        if lead < 0x80 {
            continue;
        }
        // No page has a trail of 0 or 1, so 0 is free to ask for the lead alone.
        let alone = pair(lead, 0);
        total +=
            if alone != NEEDS_TRAIL { alone } else { 2 * bytes.next().map_or(0, |trail| pair(lead, trail.max(1))) };
    }
    total
}

/// `i64::MIN` for a lead byte without its trail: "needs two".
const NEEDS_TRAIL: i64 = i64::MIN;
const COMMON: i64 = 4;
const FREQUENT: i64 = 3;
const RARE: i64 = -1;
const ODD: i64 = -4;

fn japanese(lead: u8, trail: u8) -> i64 {
    match (lead, trail) {
        (0xA1..=0xDF, 0) => RARE, // half-width katakana
        (_, 0) => NEEDS_TRAIL,
        (0x81, 0x40..=0xFC) => FREQUENT - 2, // punctuation, the long vowel mark
        (0x82, 0x9F..=0xF1) | (0x83, 0x40..=0x96) => COMMON, // kana
        (0x82, 0x4F..=0x9A) => RARE,         // full-width Latin
        (0x88, 0x9F..=0xFC) | (0x89..=0x97, 0x40..=0xFC) => FREQUENT, // JIS level 1
        (0x98..=0x9F | 0xE0..=0xEA, 0x40..=0xFC) => RARE, // JIS level 2
        _ => ODD,
    }
}

fn simplified_chinese(lead: u8, trail: u8) -> i64 {
    match (lead, trail) {
        (_, 0) => NEEDS_TRAIL,
        (0xB0..=0xD7, 0xA1..=0xFE) => FREQUENT, // GB 2312 level 1
        (0xA1..=0xA3, 0xA1..=0xFE) => FREQUENT - 2,
        (0xD8..=0xF7, 0xA1..=0xFE) => RARE, // level 2
        _ => ODD,
    }
}

fn korean(lead: u8, trail: u8) -> i64 {
    match (lead, trail) {
        (_, 0) => NEEDS_TRAIL,
        (0xB0..=0xC8, 0xA1..=0xFE) => COMMON, // Hangul of KS X 1001
        (0xA1..=0xA3, 0xA1..=0xFE) => FREQUENT - 2,
        (0xCA..=0xFD, 0xA1..=0xFE) => RARE, // hanja
        _ => ODD,
    }
}

fn traditional_chinese(lead: u8, trail: u8) -> i64 {
    match (lead, trail) {
        (_, 0) => NEEDS_TRAIL,
        (0xA4..=0xC6, 0x40..=0x7E | 0xA1..=0xFE) => FREQUENT, // Big5 level 1
        (0xA1..=0xA3, 0x40..=0x7E | 0xA1..=0xFE) => FREQUENT - 2,
        (0xC9..=0xF9, 0x40..=0x7E | 0xA1..=0xFE) => RARE, // level 2
        _ => ODD,
    }
}

/// A Western letter stands inside a word; a frame, a mathematical sign or a control character does not.
fn weigh_letters(text: &str) -> i64 {
    let mut total = 0_i64;
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(here) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let in_word = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
        total += match here {
            '\u{0}'..='\u{7f}' => 0,
            '\u{80}'..='\u{9f}' | char::REPLACEMENT_CHARACTER => -20,
            '\u{a0}' => 1,
            'ä' | 'ö' | 'ü' | 'ß' | 'é' | 'è' | 'ê' | 'à' | 'á' | 'í' | 'ó' | 'ú' | 'ñ' | 'ã' | 'õ' | 'ç'
                if in_word =>
            {
                COMMON
            }
            _ if here.is_lowercase() && in_word => FREQUENT,
            // A capital in the middle of small letters is the mark of a wrong page.
            _ if here.is_uppercase() && before.is_lowercase() => RARE,
            _ if here.is_alphabetic() => 1,
            '\u{2500}'..='\u{25ff}' => ODD,
            _ if before.is_alphabetic() && after.is_alphabetic() && here != '’' && here != '·' => ODD,
            _ => RARE,
        };
        before = here;
    }
    total
}
