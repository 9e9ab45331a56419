//! Reads error codes out of the fields of events and out of named values once, so that no rule repeats the patterns.
//!
//! All spellings of a code are one code: `0xC000006A`, `c000006a`, `3221225578` and `-1073741718`; a decimal of WinINet is
//! the HRESULT that it is the low word of. A bare number counts only where the name says that it is a code.
//! Refuses to know what a code means.
//!
//! ```text
//! AAD 1098 ErrorMessage "AADSTS50126: …"  Error 3399614467  ─▶  aadsts 50126, hresult 0xCAA20003
//! dsregcmd AttemptStatus 0xc000006d                        ─▶  ntstatus 0xC000006D
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::CodeFact;
use super::build::Intake;
use super::event::Draft;
use super::evidence::{ArtifactId, Instant, Source};
use super::field::integer;
use crate::issue::{Issue, IssueCode};
use crate::value::{Value, fold};

/// Codes of one event or value; a text with more is no error report.
const CODES_PER_RECORD: usize = 32;
/// Different codes of one artifact; no computer has as many troubles.
const CODES_PER_ARTIFACT: usize = 500;

/// A family with a number of it.
type Code = (&'static str, u64);

/// Adds the codes of all events, which keep their positions, and of all named values.
pub(super) fn add(events: &[Draft<'_>], intake: &mut Intake) {
    let mut kept = Kept::default();
    for (index, draft) in events.iter().enumerate() {
        let fact = &draft.fact;
        let mut codes = BTreeSet::new();
        for (name, value) in fact.fields.iter() {
            read_field(&fact.provider, fact.id, name, value, &mut codes);
        }
        kept.add(codes, &fact.source, Some((fact.at, index)), intake);
    }
    let properties = std::mem::take(&mut intake.store.properties);
    for fact in &properties {
        let mut codes = BTreeSet::new();
        read_field("", 0, &fact.name, &fact.value, &mut codes);
        kept.add(codes, &fact.source, None, intake);
    }
    intake.store.properties = properties;
}

/// The different codes of each artifact.
#[derive(Debug, Default)]
struct Kept(BTreeMap<ArtifactId, BTreeSet<Code>>);

impl Kept {
    fn add(&mut self, codes: BTreeSet<Code>, source: &Source, event: Option<(Instant, usize)>, intake: &mut Intake) {
        if codes.is_empty() {
            return;
        }
        let known = self.0.entry(source.artifact).or_default();
        for (family, number) in codes.into_iter().take(CODES_PER_RECORD) {
            if known.len() >= CODES_PER_ARTIFACT && !known.contains(&(family, number)) {
                let most = CODES_PER_ARTIFACT.to_string();
                intake.issue(source.artifact, Issue::new(IssueCode::TooManyCodes, most));
                continue;
            }
            known.insert((family, number));
            if intake.admit(source.artifact) {
                let (at, event) = (event.map(|(at, _)| at), event.map(|(_, index)| index));
                intake.store.codes.push(CodeFact { family, number, at, event, source: source.clone() });
            }
        }
    }
}

fn read_field(provider: &str, id: u16, name: &str, value: &Value, codes: &mut BTreeSet<Code>) {
    // Reasons of a shutdown and states of Schannel look like codes and are none.
    if id == 1074 && provider.eq_ignore_ascii_case("user32") || name.eq_ignore_ascii_case("errorstate") {
        return;
    }
    let number = match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => integer(text),
        _ => None,
    };
    if let Some(number) = number {
        let folded = fold(name);
        let is = |known: &str| provider.eq_ignore_ascii_case(known);
        let positive =
            |family: &'static str| u64::try_from(number).ok().filter(|code| *code != 0).map(|code| (family, code));
        // 4768, 4769 and 4771 hold a Kerberos code where other audits hold an NTSTATUS; 0 is success.
        let ticket =
            matches!(id, 4768 | 4769 | 4771) && folded == "status" && is("microsoft-windows-security-auditing");
        if ticket || (id == 3 && folded == "errorcode" && is("microsoft-windows-security-kerberos")) {
            codes.extend(positive("kerberos"));
        } else if matches!(id, 36887 | 36888) && folded.starts_with("alertdesc") && is("schannel") {
            codes.extend(u64::try_from(number).ok().map(|code| ("schannel", code)));
        } else if is_http(&folded) {
            codes
                .extend(u64::try_from(number).ok().filter(|code| (400..600).contains(code)).map(|code| ("http", code)));
        } else if says_code(&folded) {
            codes.extend(family(number).or_else(|| wininet(&folded, number)));
        }
    }
    if let Value::Text(text) = value {
        // `c000006a` and `80090326`: without a prefix only where nothing but a code stands.
        let is_bare = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
        if is_bare && (has_letter || says_error(&fold(name))) && says_code(&fold(name)) {
            codes.extend(i64::from_str_radix(text, 16).ok().and_then(family));
        }
        read_text(text, codes);
    }
}

/// `HTTP Status`, `http-status`, `HttpStatusCode`.
fn is_http(folded: &str) -> bool {
    let word: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    ["httpstatus", "httpsstatus", "httpstatuscode"].contains(&&*word)
}

/// Also of eight decimal digits, which a postal code may have.
fn says_error(folded: &str) -> bool {
    folded == "code" || ["error", "status", "result", "exitcode"].iter().any(|word| folded.contains(word))
}

fn says_code(folded: &str) -> bool {
    ["error", "status", "code", "result"].iter().any(|word| folded.contains(word))
}

/// A decimal of WinINet or WinHTTP (12007) as the HRESULT that carries it. A postal code is none.
fn wininet(folded: &str, number: i64) -> Option<Code> {
    let low = u64::try_from(number).ok().filter(|low| (12_001..12_200).contains(low))?;
    (says_error(folded) && !folded.contains("count")).then_some(("hresult", 0x8007_0000 | low))
}

/// The family of a 32-bit code: HRESULTs (0x8…, and 0xCAA… of the token broker), NTSTATUS errors (0xC0…).
pub(crate) fn family(number: i64) -> Option<Code> {
    // Event viewers print HRESULTs as negative decimals too.
    let code = u32::try_from(number).or_else(|_| i32::try_from(number).map(i32::cast_unsigned)).ok()?;
    let family = match code {
        0x8000_0000..=0x8FFF_FFFF | 0xCAA0_0000..=0xCAAF_FFFF | 0xC0F1_0000..=0xC0F1_FFFF => "hresult",
        0xC000_0000..=0xC0FF_FFFF => "ntstatus",
        _ => return None,
    };
    Some((family, u64::from(code)))
}

/// `AADSTS` with 5 to 8 digits, and `0x` with exactly 8 hex digits, anywhere in a text.
fn read_text(text: &str, codes: &mut BTreeSet<Code>) {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let found = match byte {
            b'A' | b'a' => aadsts(bytes.get(at..).unwrap_or_default()),
            b'0' => hexadecimal(bytes.get(at..).unwrap_or_default()),
            _ => None,
        };
        codes.extend(found);
        if found.is_some() && codes.len() > CODES_PER_RECORD {
            return;
        }
    }
}

fn aadsts(bytes: &[u8]) -> Option<Code> {
    let (mark, rest) = bytes.split_at_checked(6)?;
    if !mark.eq_ignore_ascii_case(b"AADSTS") {
        return None;
    }
    let digits = leading(rest, u8::is_ascii_digit);
    let number = (5..=8).contains(&digits.len()).then(|| digits.parse().ok()).flatten()?;
    Some(("aadsts", number))
}

fn hexadecimal(bytes: &[u8]) -> Option<Code> {
    let (mark, rest) = bytes.split_at_checked(2)?;
    if !mark.eq_ignore_ascii_case(b"0x") {
        return None;
    }
    let digits = leading(rest, u8::is_ascii_hexdigit);
    (digits.len() == 8).then(|| i64::from_str_radix(digits, 16).ok()).flatten().and_then(family)
}

/// The digits that a text begins with, one more than any code has at most.
fn leading(bytes: &[u8], is_digit: impl Fn(&u8) -> bool) -> &str {
    let length = bytes.iter().take(9).take_while(|byte| is_digit(byte)).count();
    bytes.get(..length).and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn check(provider: &str, id: u16, name: &str, value: &Value, expected: &[Code]) {
        let mut codes = BTreeSet::new();
        read_field(provider, id, name, value, &mut codes);
        assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected, "{provider} {id} {name} {value}");
    }

    #[test]
    fn every_family_is_told_by_its_place_and_its_range() {
        let security = "microsoft-windows-security-auditing";
        check(security, 4771, "Status", &text("0x18"), &[("kerberos", 0x18)]);
        check(security, 4768, "Status", &text("0x0"), &[]);
        check(security, 4625, "SubStatus", &text("0xC000006A"), &[("ntstatus", 0xC000_006A)]);
        check("microsoft-windows-aad", 1098, "Error", &Value::Number(3_399_614_467), &[("hresult", 0xCAA2_0003)]);
        check("x", 1, "Number", &text("-2147024809"), &[]);
        check("x", 1, "Message", &text("AADSTS50126: bad. AADSTS1 and AADSTS123456789"), &[("aadsts", 50_126)]);
        check("x", 1, "Message", &text("(0x80048163), 0x8004816, 0x800481631"), &[("hresult", 0x8004_8163)]);
        check("schannel", 36887, "AlertDesc", &text("40"), &[("schannel", 40)]);
        check("x", 1, "Message", &text("日本語 0xＦ AADSTS aadst 0 0x"), &[]);
        check(
            "x",
            1,
            "Message",
            &text("日aadsts50058本0XC000006a語"),
            &[("aadsts", 50_058), ("ntstatus", 0xC000_006A)],
        );
    }

    #[test]
    fn all_spellings_of_a_code_are_one_code() {
        let spellings = |name: &str, spellings: &[&str], expected: Code| {
            for spelling in spellings {
                check("", 0, name, &text(spelling), &[expected]);
            }
        };
        let wrong = ["0xC000006A", "0xc000006a", "c000006a", "C000006A", "3221225578", "-1073741718"];
        spellings("Attempt Status", &wrong, ("ntstatus", 0xC000_006A));
        spellings("ErrorCode", &["2147943712", "-2147023584", "0x80070520", "80070520"], ("hresult", 0x8007_0520));
        spellings("last-error", &["-2147024809", "0X80070057"], ("hresult", 0x8007_0057));
        spellings("Result", &["12007", "0x80072EE7", "80072ee7", "0x2EE7"], ("hresult", 0x8007_2EE7));
        spellings("any", &["AADSTS50155", "aadsts50155: x", "\"AADSTS50155\""], ("aadsts", 50_155));
        spellings("HTTP Status", &["407", "0x197"], ("http", 407));
        for (name, value) in [
            ("http-status", "200"),
            ("Status", "407"),
            ("PostalCode", "12007"),
            ("any", "12007"),
            ("any", "c000006a"),
            ("any", "3221225578"),
            ("Status", "c000006a1"),
            ("Status", "deadbeef"),
            ("Error", "99999999999999999999"),
        ] {
            check("", 0, name, &text(value), &[]);
        }
    }
}
