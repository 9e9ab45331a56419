//! The shapes of secrets, as data, and what they cut out of a text.
//!
//! A text is searched once for the words that stand in or before a secret; only where one is found are the shapes with that
//! word tried, and only then are they compiled. Adding a shape is adding a row, with the words of which such a secret has one.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

/// Words of passwords, in lower case as far as they are ASCII.
const PASSWORDS: &[&str] = &[
    "passw",
    "mot de passe",
    "contrase",
    "пароль",
    "Пароль",
    "ПАРОЛЬ",
    "パスワード",
    "暗証番号",
    "密码",
    "密碼",
    "passphrase",
    "passcode",
    "pwd",
];
/// "Token" alone stands in every event of AD FS.
const TOKENS: &[&str] = &[
    "sstoken",
    "ss token",
    "ss_token",
    "ss-token",
    "shtoken",
    "sh token",
    "sh_token",
    "sh-token",
    "idtoken",
    "id token",
    "id_token",
    "id-token",
    "bearer",
    "authtoken",
    "auth token",
    "auth_token",
    "auth-token",
    "ontoken",
    "on token",
    "on_token",
    "on-token",
    "sastoken",
    "sas token",
    "sas_token",
    "sas-token",
    "csrf",
    "oauth",
    "prttoken",
    "prt token",
    "prt_token",
    "prt-token",
    "wamtoken",
    "wam token",
    "wam_token",
    "wam-token",
    "token secret",
    "tokensecret",
    "token_secret",
    "token-secret",
    "tokencache",
    "token cache",
    "token_cache",
    "token-cache",
    "tokenvalue",
    "token value",
    "token_value",
    "token-value",
    "tokenblob",
    "token blob",
    "token_blob",
    "token-blob",
];
const KEYS: &[&str] = &[
    "secret",
    "apikey",
    "api key",
    "api_key",
    "api-key",
    "accountkey",
    "account key",
    "account_key",
    "account-key",
    "accesskey",
    "access key",
    "access_key",
    "access-key",
    "sharedkey",
    "shared key",
    "shared_key",
    "storagekey",
    "storage key",
    "recoverykey",
    "recovery key",
];
const WIFI_WORDS: &[&str] =
    &["keymaterial", "key material", "key_material", "key content", "networkkey", "network key", "shared", "wpa"];
const ACCOUNTS: &[&str] = &[
    "m.c0", "m.c1", "m.c2", "m.c3", "m.c4", "m.c5", "m.c6", "m.c7", "m.c8", "m.c9", "m.r0", "m.r1", "m.r2", "m.r3",
    "m.r4", "m.r5", "m.r6", "m.r7", "m.r8", "m.r9",
];
const COOKIES: &[&str] =
    &["msisauth", "estsauth", "fedauth", "rtfa", "edgeaccess", "signinstate", "refreshtokencredential"];

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
/// Between a name and its value; a quote may close the name, in JSON inside JSON a backslash too, in JSON inside CSV two quotes.
const EQUALS: &str = r#"\\*["']{0,2}\s{0,16}[:=]\s{0,16}"#;
/// A value: in quotes, or up to a blank or a mark that ends it.
const VALUE: &str = r#"(?P<s>\\*"{1,2}[^"\r\n]*|'[^'\r\n]*|[^\s"',;&<>|)}⟩]+)"#;

/// One shape.
struct Shape {
    kind: &'static str,
    /// One of these stands in every such text; ASCII in lower case, found in any.
    words: &'static [&'static str],
    /// The group `s` is the secret, else all of it.
    pattern: String,
    /// A plain answer as value is no secret.
    answers: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Shape {
    /// A name without a mark behind it has no value: most texts with the word "password" are sentences.
    fn has_mark(&self, text: &str) -> bool {
        (!self.pattern.contains(EQUALS) || text.contains([':', '=']))
            && (!self.pattern.starts_with("(?is)<") || text.contains('<'))
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.pattern).ok()).as_ref()
    }
}

fn shapes() -> Vec<Shape> {
    // A label at the beginning of a line: the value is the rest of it, blanks and all.
    let start_of_line = r"(?im)^[^\r\n:=<>{}\[\]⟨;,]{0,48}?";
    let value = |kind, words, pattern: String| Shape { kind, words, pattern, answers: true, compiled: OnceLock::new() };
    let form = |kind, words, pattern: &str| Shape {
        kind,
        words,
        pattern: pattern.to_owned(),
        answers: false,
        compiled: OnceLock::new(),
    };
    vec![
        value("password", PASSWORDS, format!(r"{start_of_line}{PASSWORD}{EQUALS}(?P<s>[^\r\n]+)")),
        // A connection string: the value ends with the semicolon.
        value("password", PASSWORDS, format!(r"(?i){PASSWORD}\s{{0,4}}=\s{{0,4}}(?P<s>[^\s;][^;\r\n]{{0,128}});")),
        value("password", PASSWORDS, format!(r"(?i){PASSWORD}{EQUALS}{VALUE}")),
        value(
            "password",
            PASSWORDS,
            format!(r"(?is)<(?:\w+:)?[\w.-]*?{PASSWORD}(?:\s[^<>]*)?>\s*(?:<Value>\s*)?(?P<s>[^<]+)"),
        ),
        value(
            "password",
            PASSWORDS,
            format!(r#"(?i)\b(?:name|key|n)=["'][^"'<>]{{0,40}}?{PASSWORD}["']\s+value=["'](?P<s>[^"']+)"#),
        ),
        value(
            "password",
            &["pass=", "pass:", "pass\"", "pass'", "pass ", "pass\\"],
            format!(r"(?i)(?:^|[^\p{{L}}⟨])pass{EQUALS}{VALUE}"),
        ),
        value(
            "password",
            &["/pass", "-pass", "/pwd", "-pwd", "/pw", "-pw", "/rp", "-rp"],
            format!(r#"(?i)(?:^|[\s"'])(?:/|--?)(?:pass|password|passwd|pwd|pw|rp)(?:[:=]|\s+){VALUE}"#),
        ),
        value("password", &["securestring"], format!(r"(?i)convertto-securestring\s+(?:-string\s+)?{VALUE}")),
        value(
            "password",
            &["net user", "net1 user", "net.exe user"],
            r"(?i)\bnet1?(?:\.exe)?\s+user\s+[^\s/]+\s+(?P<s>[^\s/*][^\s]*)".to_owned(),
        ),
        value(
            "password",
            &["net use ", "net1 use ", "net.exe use "],
            r#"(?i)\bnet1?(?:\.exe)?\s+use\s+(?:[a-z*]:?\s+)?"?\\\\[^\s"]+"?\s+(?P<s>[^\s/*][^\s]*)"#.to_owned(),
        ),
        value("password", &[" -u "], r"(?i)\s-u\s+[^\s:]+(?:\s+-p\s+|:)(?P<s>[^\s/]\S*)".to_owned()),
        form("password", &["://"], r#"(?i)[a-z][a-z0-9+.-]{1,16}://[^\s/:@"'<>]+:(?P<s>[^\s/@"'<>]+)@"#),
        // Where a line was cut off in front of the `@`: no port has a letter in it.
        form(
            "password",
            &["://"],
            r#"(?i)[a-z][a-z0-9+.-]{1,16}://[^\s/:@"'<>\[]+:(?P<s>[^\s/@"'<>\])},;]*[a-z][^\s/@"'<>\])},;]*)"#,
        ),
        value("token", TOKENS, format!(r"(?i){TOKEN}{EQUALS}{VALUE}")),
        form("token", &["bearer"], r"(?i)\bbearer\s+(?P<s>[A-Za-z0-9._~+/-]{20,}=*)"),
        form("token", &["0.a", "1.a"], r"(?:^|[^\w.])(?P<s>[01]\.A[A-Za-z0-9_-]{30,}(?:\.[A-Za-z0-9_-]+)*)"),
        form("token", ACCOUNTS, r"(?:^|[^\w.])(?P<s>M\.[CR][0-9]{1,4}_[A-Za-z0-9*!$_.-]{20,})"),
        form("jwt", &["eyj"], r"(?:^|[^A-Za-z0-9+/])(?P<s>eyJ[A-Za-z0-9_+/-]{12,}=*(?:\.[A-Za-z0-9_-]*){0,4})"),
        form("saml token", &["wresult=", "samlresponse="], r#"(?i)\b(?:wresult|SAMLResponse)=(?P<s>[^&\s"'<>]{16,})"#),
        form(
            "authorization code",
            &["code=", "assertion=", "verifier="],
            r#"(?i)(?:^|[?&;\s"'])(?:code|client_assertion|assertion|code_verifier|device_code)=(?P<s>[^&\s"'<>]{20,})"#,
        ),
        form("signature", &["sig="], r#"(?i)(?:^|[?&;\s])sig=(?P<s>[^&\s"'<>]{10,})"#),
        value(
            "authorization header",
            &["authorization"],
            r#"(?i)\bauthorization["']?\s*[:=]\s*["']?(?P<s>[^\r\n"<]+)"#.to_owned(),
        ),
        value("cookie", &["cookie"], r#"(?i)\b(?:set-)?cookie2?["']?\s*[:=]\s*["']?(?P<s>[^\r\n"<]+)"#.to_owned()),
        form(
            "cookie",
            COOKIES,
            r#"(?i)\b(?:MSISAuth\w*|ESTSAUTH\w*|FedAuth\w*|rtFa|EdgeAccessCookie|SignInStateCookie|x-ms-RefreshTokenCredential\w*)["']?\s*[=:]\s*["']?(?P<s>[^;\s"'<>]{8,})"#,
        ),
        value("key", KEYS, format!(r"(?i){KEY}{EQUALS}{VALUE}")),
        value("Wi-Fi key", WIFI_WORDS, format!(r"(?i){WIFI}\s{{0,40}}{EQUALS}(?P<s>[^\r\n<]+)")),
        value("Wi-Fi key", &["psk"], format!(r"(?i)(?:^|[^\p{{L}}⟨])psk{EQUALS}{VALUE}")),
        value("Wi-Fi key", &["keymaterial"], r"(?i)<(?:\w+:)?keyMaterial>\s*(?P<s>[^<]+)".to_owned()),
        form("private key", &["private key"], r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<s>(?s:.)*?)(?:-----END|\z)"),
        form("recovery key", &[], r"(?:^|[^0-9-])(?P<s>[0-9]{6}(?:-[0-9]{6}){2,7})"),
        form("NTLM message", &["tlrmtvntua"], r"TlRMTVNTUAA[A-Za-z0-9+/]+={0,2}"),
        form("Kerberos ticket", &["yii"], r"(?:^|[^A-Za-z0-9+/])(?P<s>YII[A-Za-z0-9+/]{60,}={0,2})"),
        form("protected blob", &["aqaaancmnd"], r"AQAAANCMnd[A-Za-z0-9+/_-]*={0,2}"),
        form("protected blob", &["d08c9d", "d0,8c", "d0 8c", "d0-8c", "d0:8c", "d0, 8c"], &dpapi_in_hex()),
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

/// Kinds by the names of values, as they end, each with words of which such a name has one.
static NAMED: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let whole = |kind, words, names: &str| Shape {
        kind,
        words,
        pattern: format!("(?i)(?:{names})$"),
        answers: true,
        compiled: OnceLock::new(),
    };
    vec![
        whole("password", PASSWORDS, PASSWORD),
        whole("token", TOKENS, TOKEN),
        whole("key", KEYS, KEY),
        whole("Wi-Fi key", WIFI_WORDS, WIFI),
        whole("Wi-Fi key", &["psk"], "^psk"),
        whole("ticket", &["ticket"], r"(?:device|user|kerberos|auth)[ _-]?ticket"),
        whole("cookie", &["cookie"], r"^(?:set-)?cookies?"),
        whole("authorization header", &["authorization"], r"^(?:proxy-)?authorization"),
        // PR_PROFILE_SECURE_MAILBOX and its neighbours, PR_PROFILE_AUTH_PASSWORD.
        whole("protected blob", &["67f", "66a1"], r"^[0-9a-f]{4}67f[0-9a-f]|^[0-9a-f]{4}66a1"),
    ]
});
/// Registry keys below which everything is a secret: caches of tokens.
const CACHES: [&str; 2] = [r"\tokenbroker", r"\tokencache"];
static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(shapes);
/// The words of all shapes, and of the names of values.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| Words::of(&SHAPES));
static NAME_WORDS: LazyLock<Option<Words>> = LazyLock::new(|| Words::of(&NAMED));

/// The words of shapes, and which shape each belongs to.
struct Words {
    search: AhoCorasick,
    shapes: Vec<usize>,
}

impl Words {
    fn of(shapes: &[Shape]) -> Option<Self> {
        let words = || shapes.iter().enumerate().flat_map(|(at, shape)| shape.words.iter().map(move |word| (at, word)));
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(words().map(|(_, word)| word)).ok()?;
        Some(Self { search, shapes: words().map(|(at, _)| at).collect() })
    }

    /// The shapes whose words stand in a text, by their places.
    fn shapes_in(&self, text: &str) -> BTreeSet<usize> {
        let words = self.search.find_overlapping_iter(text);
        words.filter_map(|word| self.shapes.get(word.pattern().as_usize()).copied()).collect()
    }
}

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
    text.len() >= 4
        && (WORDS.as_ref().is_some_and(|words| words.search.is_match(text)) || has_run(text) || has_recovery_key(text))
}

/// Whether a run of base64 is long enough to be opaque: of such a run every `OPAQUE`th byte is hit.
fn has_run(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-');
    let mut at = OPAQUE.saturating_sub(1);
    while let Some(probed) = bytes.get(..=at) {
        let run = probed.iter().rev().take(OPAQUE).take_while(|byte| is_base64(byte)).count();
        if run >= OPAQUE {
            return true;
        }
        at = at.saturating_add(OPAQUE.saturating_sub(run));
    }
    false
}

/// Six digits, a hyphen and six more: the beginning of a recovery key of BitLocker, which has no words. The numbers of a SID are
/// longer.
fn has_recovery_key(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'-', bytes).any(|at| {
        let digits = |range: std::ops::Range<usize>| {
            bytes.get(range).is_some_and(|part| part.len() == 6 && part.iter().all(u8::is_ascii_digit))
        };
        let longer = at.checked_sub(7).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_digit);
        !longer && at >= 6 && digits(at.saturating_sub(6)..at) && digits(at.saturating_add(1)..at.saturating_add(7))
    })
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
    let hit = WORDS.as_ref().map(|words| words.shapes_in(text)).unwrap_or_default();
    for (at, shape) in SHAPES.iter().enumerate() {
        // A recovery key has no words.
        let tried = if shape.words.is_empty() { has_recovery_key(text) } else { hit.contains(&at) };
        if !tried || !shape.has_mark(text) {
            continue;
        }
        let Some(pattern) = shape.regex() else { continue };
        for captures in pattern.captures_iter(text) {
            let Some(secret) = captures.name("s").or_else(|| captures.get(0)) else { continue };
            let (start, end) = bare(text, secret.start(), secret.end());
            let own = text.get(start..end).unwrap_or_default();
            let gone = own.is_empty() || own.starts_with('⟨') || inside_label(text, start);
            let harmless = gone || (shape.answers && is_plain(own));
            if !harmless {
                found.push((start, end, shape.kind));
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
pub(crate) fn dropped_from_issue(text: &str) -> Option<String> {
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
    let hit = NAME_WORDS.as_ref().map(|words| words.shapes_in(name)).unwrap_or_default();
    let mut tried = hit.into_iter().filter_map(|at| NAMED.get(at));
    tried.find_map(|shape| shape.regex()?.is_match(name).then_some(shape.kind))
}

/// The kind of secret that lies below a registry key.
pub(super) fn of_key(key: &str) -> Option<&'static str> {
    let lower = key.to_ascii_lowercase();
    let below =
        |cache: &str| lower.split_once(cache).is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with('\\'));
    let ours = CACHES.iter().any(|cache| below(cache))
        || lower.split_once(r"\identitycrl\immersive\").is_some_and(|(_, rest)| rest.contains(r"\token"));
    ours.then_some("token cache")
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
