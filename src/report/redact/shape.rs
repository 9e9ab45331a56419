//! What shows by its form that it names somebody: mail addresses, SIDs, addresses, folders of users, hosts of shares and URLs.
//!
//! Refuses to know the names of a case; where a form is that of harmless things too, the caller decides.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::known;
use crate::value::fold;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// An address or UPN.
    Mail(String),
    /// `DOMAIN\name`; a registry path looks the same.
    Account {
        /// Left of the backslash.
        domain: String,
        /// Right of it.
        name: String,
    },
    /// The folder of a user below `C:\Users`.
    Folder(String),
    /// The SID of an account.
    Sid(String),
    /// An address, in its usual form.
    Ip(String),
    /// The id of a tenant.
    Tenant(String),
    /// The host of a share or URL.
    Host(String),
    /// Labels with dots between them; a file name looks the same.
    Dotted(String),
}

type Make = fn(&str) -> Option<Found>;

const NAME: &str = r#"[^\s\\/:*?"<>|,;()\[\]{}=@']"#;

static SHAPES: LazyLock<Vec<(Regex, Make)>> = LazyLock::new(|| {
    let folders = r"(?i)[\\/]+(?:Users|Documents and Settings)[\\/]+";
    let rows: [(String, Make); 9] = [
        (r"(?P<s>[\w+][\w.+'’&#-]*(?:@|%40)[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)".to_owned(), mail),
        (r"(?i)(?P<s>S-1-(?:5-21|12-1)(?:-[0-9]+)+)".to_owned(), |text| Some(Found::Sid(text.to_ascii_uppercase()))),
        (r"(?P<s>[0-9]{1,3}(?:\.[0-9]{1,3}){3})".to_owned(), address),
        (r"(?P<s>(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}))".to_owned(), address),
        (format!(r#"{folders}(?P<s>[^\\/:*?"<>|\r\n]{{1,64}})[\\/]"#), folder),
        (format!(r#"{folders}(?P<s>[^\\/:*?"<>|\s]{{1,64}})"#), folder),
        (r"(?:^|[^\w:\\])\\{2,4}(?P<s>[\w.-]+)\\".to_owned(), host),
        (r#"(?i)[a-z][a-z0-9+.-]*:(?://|\\/\\/)(?:[^\s/@]*@)?(?P<s>[^\s/\\:?#"'<>|,;)(\]\[]+)"#.to_owned(), host),
        (r"(?P<s>[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+)".to_owned(), |text| Some(Found::Dotted(text.to_owned()))),
    ];
    rows.into_iter().filter_map(|(pattern, make)| Regex::new(&pattern).ok().map(|pattern| (pattern, make))).collect()
});
static ACCOUNT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?P<d>[\p{{L}}\p{{N}}._-]{{1,64}})\\{{1,4}}(?P<n>{NAME}{{1,104}})")).ok());
static TENANT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let place = r#"(?:login\.microsoftonline\.[a-z]+/|login\.windows\.net/|sts\.windows\.net/|tenant[ _-]?(?:id)?\\*["']?\s*[:=/ ]\s*\\*["']?\{?|\btid\\*["']?\s*[:=]\s*\\*["']?)"#;
    Regex::new(&format!("(?i){place}(?P<s>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})")).ok()
});
static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(?:\bversion|\bver\.?|\bv|\bbuild|バージョン|ビルド)[\s:="']{0,4}$"#).ok());

/// Everything of a text that has such a form and is `ours`.
pub(super) fn find(text: &str, ours: impl Fn(&Found) -> bool) -> Vec<(usize, usize, Found)> {
    let mut all = Vec::new();
    if text.len() < 3 {
        return all;
    }
    let span = |captures: &Captures<'_>, name: &str| captures.name(name).map(|part| (part.start(), part.end()));
    for (pattern, make) in SHAPES.iter() {
        for captures in pattern.captures_iter(text) {
            let Some((start, end)) = span(&captures, "s") else { continue };
            let own = text.get(start..end).unwrap_or_default();
            if let Some(found) = make(own)
                && !(matches!(found, Found::Ip(_)) && is_part(text, start, end))
                && ours(&found)
            {
                all.push((start, end, found));
            }
        }
    }
    // One may begin inside of what the pattern took for another.
    let mut from = 0;
    while let Some(captures) = ACCOUNT.as_ref().and_then(|pattern| pattern.captures_at(text, from)) {
        let (Some(domain), Some(name)) = (captures.name("d"), captures.name("n")) else { break };
        let bare = name.as_str().trim_end_matches(['.', '!', '。', '-']);
        let found = Found::Account { domain: domain.as_str().to_owned(), name: bare.to_owned() };
        // Behind a backslash stands a folder or a share, not a domain.
        let inside = text.get(..domain.start()).is_some_and(|before| before.ends_with('\\'));
        if !bare.is_empty() && !inside && ours(&found) {
            all.push((domain.start(), name.start().saturating_add(bare.len()), found));
            from = name.end();
        } else {
            from = name.start();
        }
    }
    for captures in TENANT.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        if let Some(id) = captures.name("s") {
            all.push((id.start(), id.end(), Found::Tenant(fold(id.as_str()))));
        }
    }
    all
}

/// Whether digits go on before or behind: then it is no address but a longer number, or a version says that it is one.
fn is_part(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let goes_on = |c: char| c.is_alphanumeric() || c == ':';
    let more = |rest: &str| {
        let mut rest = rest.chars();
        let next = rest.next();
        next.is_some_and(|c| c.is_alphanumeric())
            || (next == Some('.') && rest.next().is_some_and(|c| c.is_ascii_digit()))
    };
    let six = text.get(start..end).is_some_and(|own| own.contains(':'));
    before.ends_with(|c: char| goes_on(c) && (six || c != ':'))
        || before.ends_with('.')
        || (six && after.starts_with(goes_on))
        || more(after)
        || VERSION.as_ref().is_some_and(|version| version.is_match(before))
}

fn mail(text: &str) -> Option<Found> {
    Some(Found::Mail(text.to_owned()))
}

fn host(text: &str) -> Option<Found> {
    let name = text.trim_end_matches('.');
    if let Ok(address) = name.parse::<Ipv4Addr>() {
        return ip(IpAddr::V4(address));
    }
    (!known::is_public(name) && !name.contains('%')).then(|| Found::Host(name.to_owned()))
}

fn folder(text: &str) -> Option<Found> {
    let name = text.trim();
    (!name.is_empty() && !known::is_account(&fold(name)) && !name.starts_with('%') && !name.starts_with('<'))
        .then(|| Found::Folder(name.to_owned()))
}

fn address(text: &str) -> Option<Found> {
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V6(six) => ip(six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4)),
        four => ip(four),
    }
}

/// Loopback and the lack of an address tell nothing; `2.0.0.0` is a version or a network.
fn ip(address: IpAddr) -> Option<Found> {
    let tells_nothing = match address {
        IpAddr::V4(four) => {
            let [first, b, c, d] = four.octets();
            matches!(first, 0 | 127 | 255) || (b, c, d) == (0, 0, 0)
        }
        IpAddr::V6(six) => six == Ipv6Addr::LOCALHOST || six == Ipv6Addr::UNSPECIFIED,
    };
    (!tells_nothing).then(|| Found::Ip(address.to_string()))
}
