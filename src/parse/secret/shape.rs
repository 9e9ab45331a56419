//! The shapes of secrets, as data, and what they cut out of a text.
//!
//! A text is searched once for words that stand in or before a secret; only where one is found are the shapes tried.
//! Adding a shape is a row of [`SHAPES`], with a word of [`WORDS`] that no such secret comes without.

use std::sync::LazyLock;

use regex::Regex;

/// What may be a secret's neighbour or beginning. Cheap and generous: a hit only means that the shapes are tried.
const WORDS: &str = concat!(
    r"(?i:passw|passwort|mot de passe|contrase|пароль|パスワード|暗証番号|密码|密碼|passphrase|passcode|pwd",
    r"|[^a-z]pass[^a-z]|/rp\s|\snet1?(?:\.exe)?\s|net1?(?:\.exe)?\s+use|\s-u\s|token|secret|cookie|authorization|bearer",
    r"|securestring|api[ _-]?key|accountkey|accesskey|shared[ _-]?key|storage[ _-]?key|key[ _-]?material|key content|network[ _-]?key|psk",
    r"|recovery[ _-]?key|wpa[ _-]?key|://|[?&;\s]sig=|assertion|verifier|[?&;\s]code=|samlresponse|wresult",
    r"|msisauth|estsauth|fedauth|rtfa|edgeaccess|signinstate|[^a-z]ticket|ticket[^a-z])",
    r"|eyJ|[01]\.A[A-Za-z0-9_-]{4}|M\.[CR][0-9]|TlRMTVNTUAA|YII[A-Za-z0-9+/]{8}|AQAAANCMnd|PRIVATE KEY",
    r"|(?i:d0[\s,\\:-]*8c[\s,\\:-]*9d)|[0-9]{6}-[0-9]{6}-[0-9]{6}",
);

/// Names of passwords, as they end; names such as `BadPasswordCount` go on.
const PASSWORD: &str = concat!(
    r"(?:passw(?:or)?ds?|passwort|mot de passe|contraseña|пароль|パスワード|暗証番号|密码|密碼|passphrase|passcode|pwd)",
    r"(?:\d{1,2}|[ _-]?hash|[ _-]?blob|[ _-]?enc(?:rypted)?)?"
);
const TOKEN: &str = concat!(
    r"(?:(?:access|refresh|id|bearer|auth|session|sas|csrf|oauth|prt|primary[ _-]?refresh|wam)[ _-]?tokens?",
    r"|token[ _-]?(?:secret|cache|value|blob))"
);
const KEY: &str = concat!(
    r"(?:api[ _-]?key|account[ _-]?key|shared[ _-]?access[ _-]?key|client[ _-]?secret|app[ _-]?secret|shared[ _-]?secret",
    r"|consumer[ _-]?secret|secret[ _-]?key|shared[ _-]?key|storage[ _-]?key|recovery[ _-]?key)"
);
const WIFI: &str =
    r"(?:key[ _-]?material|key content|network[ _-]?key|pre[ _-]?shared[ _-]?key|wpa[ _-]?key|wpa[ _-]?psk)";
/// Between a name and its value; a quote may close the name, in JSON inside JSON a backslash too.
const EQUALS: &str = r#"\\*["']?\s{0,16}[:=]\s{0,16}"#;
/// A value: in quotes, or up to a blank or a mark that ends it.
const VALUE: &str = r#"(?P<s>\\*"[^"\r\n]*|'[^'\r\n]*|[^\s"',;&<>|)}⟩]+)"#;

/// A row: kind, pattern (the group `s` is the secret, else all of it), and whether a plain word as value is none.
type Row = (&'static str, String, bool);

fn rows() -> Vec<Row> {
    let start_of_line = r#"(?im)^[^\r\n:=<>{}\[\]⟨;,]{0,48}?"#;
    vec![
        // A label at the beginning of a line: the value is the rest of it, blanks and all.
        ("password", format!(r"{start_of_line}{PASSWORD}{EQUALS}(?P<s>[^\r\n]+)"), true),
        // A connection string: the value ends with the semicolon.
        ("password", format!(r"(?i){PASSWORD}\s{{0,4}}=\s{{0,4}}(?P<s>[^\s;][^;\r\n]{{0,128}});"), true),
        ("password", format!(r"(?i){PASSWORD}{EQUALS}{VALUE}"), true),
        ("password", format!(r"(?i)(?:^|[^\p{{L}}⟨])pass{EQUALS}{VALUE}"), true),
        ("password", format!(r#"(?i)(?:^|[\s"'])(?:/|--?)(?:pass|password|passwd|pwd|pw|rp)(?:[:=]|\s+){VALUE}"#), true),
        ("password", format!(r"(?i)convertto-securestring\s+(?:-string\s+)?{VALUE}"), true),
        ("password", format!(r"(?i)\bnet1?(?:\.exe)?\s+user\s+[^\s/]+\s+(?P<s>[^\s/*][^\s]*)"), true),
        ("password", r#"(?i)\bnet1?(?:\.exe)?\s+use\s+(?:[a-z*]:?\s+)?"?\\\\[^\s"]+"?\s+(?P<s>[^\s/*][^\s]*)"#.to_owned(), true),
        ("password", r"(?i)\s-u\s+[^\s:]+\s+-p\s+(?P<s>\S+)".to_owned(), true),
        ("password", r"(?i)\s-u\s+[^\s:]+:(?P<s>[^\s/]\S*)".to_owned(), true),
        ("password", r#"(?i)[a-z][a-z0-9+.-]{1,16}://[^\s/:@"'<>]+:(?P<s>[^\s/@"'<>]+)@"#.to_owned(), false),
        ("password", format!(r"(?is)<(?:\w+:)?[\w.-]*?{PASSWORD}(?:\s[^<>]*)?>\s*(?:<Value>\s*)?(?P<s>[^<]+)"), true),
        ("password", format!(r#"(?i)\b(?:name|key|n)=["'][^"'<>]{{0,40}}?{PASSWORD}["']\s+value=["'](?P<s>[^"']+)"#), true),
        ("token", format!(r"(?i){TOKEN}{EQUALS}{VALUE}"), true),
        ("token", r"(?i)\bbearer\s+(?P<s>[A-Za-z0-9._~+/-]{20,}=*)".to_owned(), false),
        ("token", r"(?:^|[^\w.])(?P<s>[01]\.A[A-Za-z0-9_-]{30,}(?:\.[A-Za-z0-9_-]+)*)".to_owned(), false),
        ("token", r"(?:^|[^\w.])(?P<s>M\.[CR][0-9]{1,4}_[A-Za-z0-9*!$_.-]{20,})".to_owned(), false),
        ("jwt", r"(?:^|[^A-Za-z0-9+/])(?P<s>eyJ[A-Za-z0-9_+/-]{12,}=*(?:\.[A-Za-z0-9_-]*){0,4})".to_owned(), false),
        ("saml token", r#"(?i)\b(?:wresult|SAMLResponse)=(?P<s>[^&\s"'<>]{16,})"#.to_owned(), false),
        ("authorization code", r#"(?i)(?:^|[?&;\s"'])(?:code|client_assertion|assertion|code_verifier|device_code)=(?P<s>[^&\s"'<>]{20,})"#.to_owned(), false),
        ("signature", r#"(?i)(?:^|[?&;\s])sig=(?P<s>[^&\s"'<>]{10,})"#.to_owned(), false),
        ("authorization header", r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?P<s>[^\r\n"<]+)"#.to_owned(), true),
        ("cookie", r#"(?i)\b(?:set-)?cookie2?["']?\s*[:=]\s*["']?(?P<s>[^\r\n"<]+)"#.to_owned(), true),
        ("cookie", r#"(?i)\b(?:MSISAuth\w*|ESTSAUTH\w*|FedAuth\w*|rtFa|EdgeAccessCookie|SignInStateCookie|x-ms-RefreshTokenCredential\w*)["']?\s*[=:]\s*["']?(?P<s>[^;\s"'<>]{8,})"#.to_owned(), false),
        ("key", format!(r"(?i){KEY}{EQUALS}{VALUE}"), true),
        ("Wi-Fi key", format!(r"(?i){WIFI}\s{{0,40}}{EQUALS}(?P<s>[^\r\n<]+)"), true),
        ("Wi-Fi key", format!(r"(?i)(?:^|[^\p{{L}}⟨])psk{EQUALS}{VALUE}"), true),
        ("Wi-Fi key", r"(?i)<(?:\w+:)?keyMaterial>\s*(?P<s>[^<]+)".to_owned(), true),
        ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<s>(?s:.)*?)(?:-----END|\z)".to_owned(), false),
        ("recovery key", r"(?:^|[^0-9-])(?P<s>[0-9]{6}(?:-[0-9]{6}){2,7})".to_owned(), false),
        ("NTLM message", r"TlRMTVNTUAA[A-Za-z0-9+/]+={0,2}".to_owned(), false),
        ("Kerberos ticket", r"(?:^|[^A-Za-z0-9+/])(?P<s>YII[A-Za-z0-9+/]{60,}={0,2})".to_owned(), false),
        ("protected blob", r"AQAAANCMnd[A-Za-z0-9+/_-]*={0,2}".to_owned(), false),
        ("protected blob", dpapi_in_hex(), false),
    ]
}

/// The provider GUID of DPAPI in hex digits, with or without separators and the version before it, and the digits behind it.
fn dpapi_in_hex() -> String {
    const GAP: &str = r"[\s,\\:-]{0,8}";
    let join = |bytes: &[&str]| bytes.join(GAP);
    let version = join(&["01", "00", "00", "00"]);
    let guid = join(&["d0", "8c", "9d"]);
    format!(r"(?i)(?:{version}{GAP})?{guid}(?:{GAP}[0-9a-f]{{2}})*(?:{GAP}[0-9a-f])?")
}

/// DPAPI's provider GUID, as every protected blob begins with it (behind a version number of four bytes).
const DPAPI: [u8; 16] =
    [0xd0, 0x8c, 0x9d, 0xdf, 0x01, 0x15, 0xd1, 0x11, 0x8c, 0x7a, 0x00, 0xc0, 0x4f, 0xc2, 0x97, 0xeb];

/// From this length on a run of base64 with letters of both cases and digits is no name, path or number, but something opaque.
const OPAQUE: usize = 160;

static MAY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(WORDS).ok());
static NAMED: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let whole = |kind, names: &str| Regex::new(&format!("(?i)(?:{names})$")).ok().map(|pattern| (kind, pattern));
    [
        whole("password", PASSWORD),
        whole("token", TOKEN),
        whole("key", KEY),
        whole("Wi-Fi key", &format!(r"{WIFI}|^psk")),
        whole("ticket", r"(?:device|user|kerberos|auth)[ _-]?ticket"),
        whole("cookie", r"^(?:set-)?cookies?"),
        whole("authorization header", r"^(?:proxy-)?authorization"),
        // PR_PROFILE_SECURE_MAILBOX and its neighbours, PR_PROFILE_AUTH_PASSWORD.
        whole("protected blob", r"^[0-9a-f]{4}67f[0-9a-f]|^[0-9a-f]{4}66a1"),
    ]
    .into_iter()
    .flatten()
    .collect()
});
/// Registry keys below which everything is a secret: caches of tokens.
static CACHES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\\(?:TokenBroker|TokenCache|IdentityCRL\\Immersive\\[^\\]+\\Token)(?:\\|$)").ok()
});
static SHAPES: LazyLock<Vec<(&str, Regex, bool)>> = LazyLock::new(|| {
    let compiled = |(kind, pattern, words): Row| Regex::new(&pattern).ok().map(|pattern| (kind, pattern, words));
    rows().into_iter().filter_map(compiled).collect()
});
/// A piece of a hex list, which a broken value line is.
static HEX: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)(?:[0-9a-f]{2},){8,}[0-9a-f]{0,2}").ok());
static RUN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"[A-Za-z0-9+/_-]{{{OPAQUE},}}={{0,2}}")).ok());

/// The words that stand for a secret.
pub(crate) fn label(kind: &str, secret: &str) -> String {
    format!("⟨secret: {kind}, {} characters⟩", secret.chars().count())
}

/// Whether the shapes have to be tried.
pub(super) fn may_hold(text: &str) -> bool {
    text.len() >= 4 && (text.len() >= OPAQUE || MAY.as_ref().is_some_and(|words| words.is_match(text)))
}

/// A text without its secrets; nothing where it has none.
pub(crate) fn dropped(text: &str) -> Option<String> {
    /// What is cut out can end a word that hid the next secret.
    const PASSES: usize = 8;
    let mut clean = once(text)?;
    for _ in 1..PASSES {
        let Some(cleaner) = once(&clean) else { break };
        clean = cleaner;
    }
    Some(clean)
}

fn once(text: &str) -> Option<String> {
    if !may_hold(text) {
        return None;
    }
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for (kind, pattern, words) in SHAPES.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(secret) = captures.name("s").or_else(|| captures.get(0)) else { continue };
            let (start, end) = bare(text, secret.start(), secret.end());
            let own = text.get(start..end).unwrap_or_default();
            if !(own.is_empty() || own.starts_with('⟨') || (*words && is_plain(own))) && !inside_label(text, start) {
                found.push((start, end, kind));
            }
        }
    }
    if text.len() >= OPAQUE {
        let runs = RUN.iter().flat_map(|run| run.find_iter(text)).filter(|run| is_opaque(run.as_str()));
        found.extend(runs.map(|run| (run.start(), run.end(), "opaque")));
    }
    cut_out(text, found)
}

/// The detail of an issue is a line that could not be read, or its beginning: a list of bytes in it may be the rest of anything.
pub(super) fn dropped_from_issue(text: &str) -> Option<String> {
    let clean = dropped(text);
    let own = clean.as_deref().unwrap_or(text);
    let bytes: Vec<_> =
        HEX.iter().flat_map(|hex| hex.find_iter(own)).map(|run| (run.start(), run.end(), "bytes")).collect();
    cut_out(own, bytes).or(clean)
}

/// Without the quotes and blanks around it.
fn bare(text: &str, start: usize, end: usize) -> (usize, usize) {
    let own = text.get(start..end).unwrap_or_default();
    let left = own.trim_start_matches(['"', '\'', ' ', '\t', '\\']);
    let right = left.trim_end_matches(['"', '\'', ' ', '\t', '\\', ',', ';', '\r']);
    let start = start.saturating_add(own.len().saturating_sub(left.len()));
    (start, start.saturating_add(right.len()))
}

/// What already stands for a secret says `password` and `secret:` itself.
fn inside_label(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before
        .rfind('⟨')
        .is_some_and(|open| before.get(open..).is_some_and(|rest| rest.starts_with("⟨secret: ") && !rest.contains('⟩')))
}

/// The longest of those that overlap, replaced by their kind and length.
fn cut_out(text: &str, mut found: Vec<(usize, usize, &str)>) -> Option<String> {
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
    let mut clean = String::with_capacity(text.len());
    let mut done = 0;
    let mut spans: Vec<(usize, usize, &str)> = Vec::new();
    for (start, end, kind) in found {
        match spans.last_mut().filter(|last| start < last.1) {
            Some(last) => last.1 = last.1.max(end),
            None => spans.push((start, end, kind)),
        }
    }
    for (start, end, kind) in spans {
        clean.push_str(text.get(done..start).unwrap_or_default());
        clean.push_str(&label(kind, text.get(start..end).unwrap_or_default()));
        done = end;
    }
    clean.push_str(text.get(done..).unwrap_or_default());
    Some(clean)
}

/// What stands behind such a name and is no secret: nothing, an answer, an error code, the mark of what is already gone.
pub(super) fn is_plain(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let hex = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"));
    value.is_empty()
        || value.chars().all(|c| matches!(c, '*' | '-' | '•' | '●' | '.'))
        || hex.is_some_and(|digits| digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        || ["true", "false", "yes", "no", "null", "(null)", "$null", "none", "0", "1", "n/a", "set", "not set"]
            .iter()
            .any(|word| value.eq_ignore_ascii_case(word))
        || value.starts_with("⟨secret: ")
}

fn is_opaque(run: &str) -> bool {
    let count = |is: fn(&u8) -> bool| run.bytes().filter(is).count();
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    // A path of folders has a separator every few letters; base64 has one in 64.
    let apart = run.bytes().filter(|byte| matches!(byte, b'/' | b'-' | b'_')).count();
    upper >= 8 && lower >= 8 && count(u8::is_ascii_digit) >= 6 && apart.saturating_mul(12) < run.len()
}

/// The kind of secret that a name promises.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    if name.len() < 3 {
        return None;
    }
    let name = name.trim();
    NAMED.iter().find(|(_, pattern)| pattern.is_match(name)).map(|(kind, _)| *kind)
}

/// The kind of secret that lies below a registry key.
pub(super) fn of_key(key: &str) -> Option<&'static str> {
    CACHES.as_ref().is_some_and(|caches| caches.is_match(key)).then_some("token cache")
}

/// The kind of secret that bytes are or hold, as such or as text.
pub(super) fn in_bytes(bytes: &[u8]) -> Option<&'static str> {
    if memchr::memmem::find(bytes, &DPAPI).is_some() {
        return Some("protected blob");
    }
    if bytes.len() < 8 {
        return None;
    }
    let wide = || super::super::reg::utf16(bytes);
    (holds(&String::from_utf8_lossy(bytes)) || holds(&wide())).then_some("text with a secret")
}

fn holds(text: &str) -> bool {
    dropped(text).is_some()
}
