//! `_xHHHH_`: how the serializer writes a UTF-16 unit that XML cannot hold, or that would read as such an escape.

use std::borrow::Cow;

/// Decodes a string or a name. Units are put together before they become text: an emoji is two escapes.
pub(super) fn decode(text: &str) -> String {
    decode_cow(text).into_owned()
}

fn decode_cow(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains("_X") {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (plain, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if !plain.is_empty() {
            flush(&mut units, &mut out);
            out.push_str(plain);
        }
        match escaped_unit(tail) {
            Some((unit, behind)) => {
                units.push(unit);
                rest = behind;
            }
            None => {
                flush(&mut units, &mut out);
                out.push('_');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    flush(&mut units, &mut out);
    out.push_str(rest);
    Cow::Owned(out)
}

/// `_x000D_` and what follows.
fn escaped_unit(text: &str) -> Option<(u16, &str)> {
    let digits = text.get(2..6)?;
    let frame = matches!(text.as_bytes(), [b'_', b'x' | b'X', _, _, _, _, b'_', ..]);
    if !frame || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some((u16::from_str_radix(digits, 16).ok()?, text.get(7..)?))
}

fn flush(units: &mut Vec<u16>, out: &mut String) {
    let units = units.drain(..);
    out.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_are_utf16_units() {
        let check = |text: &str, expected: &str| assert_eq!(decode(text), expected, "{text}");
        check("plain_text_", "plain_text_");
        check("a_x000D__x000A_b", "a\r\nb");
        check("_xD83D__xDE00_", "\u{1F600}");
        check("_xD83D_x", "\u{fffd}x");
        check("_x005F_x0041_", "_x0041_");
        check("_x00G0_ _x41_ _x004", "_x00G0_ _x41_ _x004");
        check("ä_x0009_", "ä\t");
        check("__x0041_", "_A");
    }
}
