//! Notices text that was decoded with a wrong code page before it was saved. Nothing is repaired: a name that was damaged
//! once cannot be trusted, only reported.

use encoding_rs::{SHIFT_JIS, WINDOWS_1252};
use oem_cp::code_table::ENCODING_TABLE_CP437;
use oem_cp::code_table::ENCODING_TABLE_CP850;

/// Lines with non-ASCII text that are looked at; a file that is damaged shows it early.
const LINES: u32 = 2_000;
/// Characters of one line that are looked at.
const CHARACTERS: usize = 2_000;

/// What was noticed so far.
#[derive(Debug, Default)]
pub(super) struct Mojibake {
    looked: u32,
    first: Option<u64>,
    first_replacement: Option<u64>,
}

impl Mojibake {
    /// Looks at a line that is not plain ASCII.
    pub(super) fn look(&mut self, line: &str, number: u64) {
        if self.first_replacement.is_none() && line.contains(char::REPLACEMENT_CHARACTER) {
            self.first_replacement = Some(number);
        }
        if self.first.is_some() || self.looked >= LINES {
            return;
        }
        self.looked += 1;
        let head: String = line.chars().take(CHARACTERS).collect();
        if has_c1(&head) || utf8_as_1252(&head) || japanese_as_oem(&head) || ansi_as_oem(&head) {
            self.first = Some(number);
        }
    }

    /// The first damaged line. `stored` says that replacement characters stood in the file itself.
    pub(super) fn line(&self, stored: bool) -> Option<u64> {
        self.first.or(if stored { self.first_replacement } else { None })
    }
}

/// Control characters U+0080 to U+009F: an OEM text that was read as windows-1252 (`ü` becomes U+0081).
fn has_c1(line: &str) -> bool {
    line.chars().any(|here| ('\u{80}'..='\u{9f}').contains(&here) && here != '\u{85}')
}

/// `Ã¼` for `ü`: a run of non-ASCII characters whose bytes in windows-1252 are strict UTF-8.
fn utf8_as_1252(line: &str) -> bool {
    line.split(|here: char| here.is_ascii()).filter(|run| run.chars().nth(1).is_some()).any(|run| {
        let (bytes, _, lossy) = WINDOWS_1252.encode(run);
        !lossy && std::str::from_utf8(&bytes).is_ok()
    })
}

/// `â^ü[âQâbâg` for `ターゲット`: bytes in an OEM page that are three kana in a row in Shift_JIS. No Western word looks so.
fn japanese_as_oem(line: &str) -> bool {
    [&ENCODING_TABLE_CP437, &ENCODING_TABLE_CP850].into_iter().any(|table| {
        let bytes: Option<Vec<u8>> = line
            .chars()
            .map(|here| match u8::try_from(here) {
                Ok(byte) if byte.is_ascii() => Some(byte),
                _ => table.get(&here).copied(),
            })
            .collect();
        bytes.is_some_and(|bytes| {
            let (text, _) = SHIFT_JIS.decode_without_bom_handling(&bytes);
            let mut run = 0;
            text.chars().any(|here| {
                run = if ('\u{3041}'..='\u{30fc}').contains(&here) { run + 1 } else { 0 };
                run >= 3
            })
        })
    })
}

/// `f³r` for `für`: a windows-1252 text that was read as page 850 has signs inside words.
fn ansi_as_oem(line: &str) -> bool {
    let mut before = ' ';
    let mut rest = line.chars().peekable();
    while let Some(here) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        if matches!(here, '³' | '÷' | '▀') && before.is_ascii_lowercase() && after.is_ascii_lowercase() {
            return true;
        }
        before = here;
    }
    false
}
