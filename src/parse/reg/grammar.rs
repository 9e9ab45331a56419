//! The grammar of one physical line of a `.reg` file. Functions carry the names of its rules; what spans lines is put together
//! in the module above.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while_m_n};
use nom::character::complete::char;
use nom::combinator::{eof, map, map_res, opt, peek, value as constant};
use nom::error::{Error, ErrorKind};
use nom::multi::fold_many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use memchr::memchr2;

/// `[HKEY_CURRENT_USER\Software]` or, to delete it, `[-HKEY_…]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key<'a> {
    pub(super) delete: bool,
    pub(super) path: &'a str,
}

/// `"name"=data`, the name still escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) name: &'a str,
    pub(super) data: Data<'a>,
}

/// Data as far as the first line has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Data<'a> {
    /// `-`
    Delete,
    /// `dword:` and whether all eight digits are there.
    Dword { number: u32, full: bool },
    /// `"`, `str:"`, `str(2):"`: what follows the opening quote.
    Text { kind: u32, rest: &'a str },
    /// `hex:`, `hex(7):`: what follows the colon.
    Hex { kind: u32, rest: &'a str },
}

/// A piece of a quoted string on one line, still escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextPart<'a> {
    pub(super) raw: &'a str,
    pub(super) closed: bool,
    /// An unescaped quote inside, or something else than a comment behind: Windows would drop the value.
    pub(super) odd: bool,
}

fn is_blank(here: char) -> bool {
    matches!(here, ' ' | '\t' | '\u{a0}')
}

fn blank0(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
}

fn line_rest(input: &str) -> IResult<&str, &str> {
    preceded(blank0, alt((eof, peek(tag(";"))))).parse(input)
}

/// The last `]` of the line closes the header: names may contain brackets (Wine's importer reads it so).
pub(super) fn key(line: &str) -> IResult<&str, Key<'_>> {
    let (rest, delete) = preceded((blank0, char('[')), map(opt(char('-')), |sign| sign.is_some())).parse(line)?;
    let (path, behind) = rest.rsplit_once(']').ok_or(nom::Err::Error(Error::new(rest, ErrorKind::Char)))?;
    Ok((behind, Key { delete, path }))
}

/// A header that could begin here, closed or not: where a broken string is given up.
pub(super) fn is_key_start(line: &str) -> bool {
    let hkey = |input| -> IResult<&str, &str> {
        preceded(
            (blank0, char('['), opt(char('-'))),
            alt((tag_no_case("HKEY_"), tag_no_case("HKLM"), tag_no_case("HKCU"))),
        )
        .parse(input)
    };
    hkey(line).is_ok()
}

pub(super) fn value(line: &str) -> IResult<&str, Value<'_>> {
    let (rest, name) = delimited(blank0, value_name, (blank0, char('='), blank0)).parse(line)?;
    map(data, |data| Value { name, data }).parse(rest)
}

/// `@` or a quoted name; `""` is the default value as well.
fn value_name(input: &str) -> IResult<&str, &str> {
    alt((constant("", char('@')), delimited(char('"'), quoted_text, char('"')))).parse(input)
}

/// Up to the first unescaped quote.
fn quoted_text(input: &str) -> IResult<&str, &str> {
    let end = unescaped_quote(input, 0).ok_or(nom::Err::Error(Error::new(input, ErrorKind::Char)))?;
    input
        .split_at_checked(end)
        .map(|(text, rest)| (rest, text))
        .ok_or(nom::Err::Error(Error::new(input, ErrorKind::Char)))
}

fn unescaped_quote(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

fn data(input: &str) -> IResult<&str, Data<'_>> {
    alt((delete, dword, hex, text)).parse(input)
}

fn delete(input: &str) -> IResult<&str, Data<'_>> {
    constant(Data::Delete, (char('-'), line_rest)).parse(input)
}

fn dword(input: &str) -> IResult<&str, Data<'_>> {
    let digits = take_while_m_n(1, 8, |here: char| here.is_ascii_hexdigit());
    let number = map_res(digits, |digits: &str| {
        u32::from_str_radix(digits, 16).map(|number| Data::Dword { number, full: digits.len() == 8 })
    });
    delimited((tag_no_case("dword:"), blank0), number, line_rest).parse(input)
}

fn hex(input: &str) -> IResult<&str, Data<'_>> {
    const BINARY: u32 = 3;
    let (rest, kind) = delimited(tag_no_case("hex"), opt(type_number), char(':')).parse(input)?;
    Ok(("", Data::Hex { kind: kind.unwrap_or(BINARY), rest }))
}

/// `"…` and what Wine writes, `str(2):"…`.
fn text(input: &str) -> IResult<&str, Data<'_>> {
    let prefix = delimited(tag_no_case("str"), opt(type_number), char(':'));
    let (rest, kind) = terminated(opt(prefix), char('"')).parse(input)?;
    Ok(("", Data::Text { kind: kind.flatten().unwrap_or(1), rest }))
}

fn type_number(input: &str) -> IResult<&str, u32> {
    let digits = take_while_m_n(1, 8, |here: char| here.is_ascii_hexdigit());
    delimited(char('('), map_res(digits, |digits| u32::from_str_radix(digits, 16)), char(')')).parse(input)
}

/// A quoted string ends at the first unescaped quote that only blanks or a comment follow.
pub(super) fn text_part(line: &str) -> TextPart<'_> {
    let mut inner = None;
    let mut from = 0;
    while let Some(at) = unescaped_quote(line, from) {
        if line.get(at + 1..).is_some_and(|rest| line_rest(rest).is_ok()) {
            return TextPart { raw: line.get(..at).unwrap_or_default(), closed: true, odd: inner.is_some() };
        }
        inner = Some(at);
        from = at + 1;
    }
    match inner {
        // An export escapes every inner quote, so a bare one is the end, whatever follows.
        Some(at) => TextPart { raw: line.get(..at).unwrap_or_default(), closed: true, odd: true },
        None => TextPart { raw: line, closed: false, odd: false },
    }
}

/// Only `\\` and `\"` are written; of any other escape the character stays.
pub(super) fn unescape(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut following = escaped.chars();
        out.push(following.next().unwrap_or('\\'));
        rest = following.as_str();
    }
    out.push_str(rest);
}

/// Hex data on one line without comment and `\`, and whether a `\` says that it goes on.
pub(super) fn hex_line(line: &str) -> (&str, bool) {
    let content = line.split_once(';').map_or(line, |(content, _)| content).trim_matches(is_blank);
    match content.strip_suffix('\\') {
        Some(content) => (content.trim_end_matches(is_blank), true),
        None => (content, false),
    }
}

/// `00,1f,a,` with blanks anywhere between; gives nothing if something else stands there.
pub(super) fn bytes<'a>(line: &'a str, into: &mut Vec<u8>) -> bool {
    let byte =
        map_res(take_while_m_n(1, 2, |here: char| here.is_ascii_hexdigit()), |digits| u8::from_str_radix(digits, 16));
    // Every byte is followed by a comma or by the end: `001` is two bytes in no dialect.
    let item = delimited(blank0, byte, preceded(blank0, alt((tag(","), eof))));
    let all: IResult<&'a str, ()> =
        terminated(fold_many0(item, || (), |(), byte| into.push(byte)), (blank0, eof)).parse(line);
    all.is_ok()
}

/// Whether a line can be hex data at all.
pub(super) fn is_hex_line(line: &str) -> bool {
    let (content, _) = hex_line(line);
    content.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b',' | b' ' | b'\t'))
}

/// A continuation whose `\` was lost in a mail: a line that begins with a byte and a comma and holds nothing but bytes.
pub(super) fn is_lost_continuation(line: &str) -> bool {
    matches!(line.trim_start_matches(is_blank).as_bytes(), [high, low, b',', ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
        && is_hex_line(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_closed_by_the_last_bracket() {
        let check =
            |line: &str, delete: bool, path: &str| assert_eq!(key(line).unwrap().1, Key { delete, path }, "{line}");
        check(r"[HKEY_CURRENT_USER\Software]", false, r"HKEY_CURRENT_USER\Software");
        check(r"  [-HKCU\a]", true, r"HKCU\a");
        check(r"[HKCU\a]b [c]]", false, r"HKCU\a]b [c]");
        check(r"[HKCU\a ]", false, r"HKCU\a ");
        assert!(key(r"[HKCU\a").is_err());
    }

    #[test]
    fn data_begins_in_these_ways_and_no_others() {
        let check =
            |line: &str, name: &str, data: Data<'_>| assert_eq!(value(line).unwrap().1, Value { name, data }, "{line}");
        check(r#""a"=dword:0000000a"#, "a", Data::Dword { number: 10, full: true });
        check(r#"  "a" = dword:1 ; one"#, "a", Data::Dword { number: 1, full: false });
        check(r#"@="x""#, "", Data::Text { kind: 1, rest: "x\"" });
        check(r#"""=-"#, "", Data::Delete);
        check(r#""a\"=]b\\"=hex(B):01"#, r#"a\"=]b\\"#, Data::Hex { kind: 11, rest: "01" });
        check(r#""a"=HEX:"#, "a", Data::Hex { kind: 3, rest: "" });
        check(r#""a"=hex(ffff0008):00"#, "a", Data::Hex { kind: 0xFFFF_0008, rest: "00" });
        check(r#""a"=str(2):"%x%""#, "a", Data::Text { kind: 2, rest: "%x%\"" });
        for wrong in [
            r#""a"=dword:123456789"#,
            r#""a"=dword:0x1"#,
            r#""a"=dword:1 2"#,
            r#""a"=dword:"#,
            r#""a"=1"#,
            r#""a""#,
            "a=1",
            r#""a=1"#,
        ] {
            assert!(value(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_string_ends_where_only_blanks_or_a_comment_follow() {
        let check = |line: &str, raw: &str, closed: bool, odd: bool| {
            assert_eq!(text_part(line), TextPart { raw, closed, odd }, "{line}");
        };
        check(r#"a\\b\"c""#, r#"a\\b\"c"#, true, false);
        check(r#"a"  ;"b""#, "a", true, false);
        check(r#"foo"bar""#, "foo\"bar", true, true);
        check("foo\" # bar", "foo", true, true);
        check(r"open\", r"open\", false, false);
    }

    #[test]
    fn bytes_are_read_in_every_tolerated_form() {
        let check = |line: &str, expected: Option<&[u8]>| {
            let mut bytes_read = Vec::new();
            assert_eq!(bytes(line, &mut bytes_read).then_some(&bytes_read[..]), expected, "{line}");
        };
        check("", Some(&[]));
        check("0a,FF , 1,", Some(&[10, 255, 1]));
        check("001", None);
        check("0g", None);
        check("0a 0b", None);
        assert_eq!(hex_line(r"  00,01,\ ; more"), ("00,01,", true));
        assert_eq!(hex_line(r"  00,01 "), ("00,01", false));
        assert!(is_lost_continuation("  00,01,02"));
        assert!(!is_lost_continuation("00") && !is_lost_continuation("ab,cd,\"x\""));
    }
}
