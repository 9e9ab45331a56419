//! Reads error codes out of event fields once, so that no rule repeats the patterns.
//!
//! Refuses to know what a code means.
//!
//! ```text
//! AAD 1098 ErrorMessage "AADSTS50126: …"  Error 3399614467  ─▶  aadsts 50126, hresult 0xCAA20003
//! ```

use std::collections::BTreeSet;

use super::CodeFact;
use super::build::Intake;
use super::event::Draft;
use super::field::integer;
use crate::value::{Value, fold};

/// Codes of one event; a text with more is no error report.
const CODES_PER_EVENT: usize = 32;

/// Adds the codes of all events; the events keep their positions.
pub(super) fn add(events: &[Draft<'_>], intake: &mut Intake) {
    for (index, draft) in events.iter().enumerate() {
        let fact = &draft.fact;
        let mut codes = BTreeSet::new();
        for (name, value) in fact.fields.iter() {
            read_field(&fact.provider, fact.id, name, value, &mut codes);
        }
        for (family, number) in codes.into_iter().take(CODES_PER_EVENT) {
            if intake.admit(fact.source.artifact) {
                intake.store.codes.push(CodeFact {
                    family: family.to_owned(),
                    number,
                    at: Some(fact.at),
                    event: Some(index),
                    source: fact.source.clone(),
                });
            }
        }
    }
}

fn read_field(provider: &str, id: u16, name: &str, value: &Value, codes: &mut BTreeSet<(&'static str, u64)>) {
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
        } else if ["error", "status", "code", "result"].iter().any(|word| folded.contains(word)) {
            codes.extend(family(number));
        }
    }
    if let Value::Text(text) = value {
        read_text(text, codes);
    }
}

/// The family of a 32-bit code: HRESULTs (0x8…, and 0xCAA… of the token broker), NTSTATUS errors (0xC0…).
fn family(number: i64) -> Option<(&'static str, u64)> {
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
fn read_text(text: &str, codes: &mut BTreeSet<(&'static str, u64)>) {
    for (at, _) in text.match_indices("AADSTS") {
        let digits: String = text.get(at + 6..).map(leading_digits).unwrap_or_default();
        if (5..=8).contains(&digits.len()) {
            codes.extend(digits.parse().ok().map(|code| ("aadsts", code)));
        }
        if codes.len() > CODES_PER_EVENT {
            return;
        }
    }
    for mark in ["0x", "0X"] {
        for (at, _) in text.match_indices(mark) {
            let digits: String =
                text.get(at + 2..).unwrap_or_default().chars().take(9).take_while(char::is_ascii_hexdigit).collect();
            if digits.len() == 8 {
                codes.extend(i64::from_str_radix(&digits, 16).ok().and_then(family));
            }
            if codes.len() > CODES_PER_EVENT {
                return;
            }
        }
    }
}

fn leading_digits(text: &str) -> String {
    text.chars().take(9).take_while(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_told_by_its_place_and_its_range() {
        let check = |provider: &str, id: u16, name: &str, value: Value, expected: &[(&'static str, u64)]| {
            let mut codes = BTreeSet::new();
            read_field(provider, id, name, &value, &mut codes);
            assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected, "{provider} {id} {name} {value}");
        };
        let text = |text: &str| Value::Text(text.into());
        let security = "microsoft-windows-security-auditing";
        check(security, 4771, "Status", text("0x18"), &[("kerberos", 0x18)]);
        check(security, 4768, "Status", text("0x0"), &[]);
        check(security, 4625, "SubStatus", text("0xC000006A"), &[("ntstatus", 0xC000_006A)]);
        check(security, 4625, "SubStatus", text("0xc000006a"), &[("ntstatus", 0xC000_006A)]);
        check("microsoft-windows-aad", 1098, "Error", Value::Number(3_399_614_467), &[("hresult", 0xCAA2_0003)]);
        check("x", 1, "ErrorCode", text("-2147024809"), &[("hresult", 0x8007_0057)]);
        check("x", 1, "Number", text("-2147024809"), &[]);
        check("x", 1, "Message", text("AADSTS50126: bad. AADSTS1 and AADSTS123456789"), &[("aadsts", 50_126)]);
        check("x", 1, "Message", text("(0x80048163), 0x8004816, 0x800481631"), &[("hresult", 0x8004_8163)]);
        check("schannel", 36887, "AlertDesc", text("40"), &[("schannel", 40)]);
        check("x", 1, "Message", text("日本語 0xＦ AADSTS"), &[]);
    }
}
