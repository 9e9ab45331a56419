//! Outputs of command-line programs, told by structure where that is certain and by their headings otherwise.

use std::net::IpAddr;

use super::{ArtifactKind, domain, table};
use crate::value::fold;

/// What follows the first colon of a target line of `cmdkey /list`, in every language.
const TARGETS: [&str; 6] = [
    "LegacyGeneric:target=",
    "Domain:target=",
    "Domain:interactive=",
    "WindowsLive:target=",
    "MicrosoftAccount:target=",
    "Domain:batch=",
];

/// Headings of `cmdkey /list`, folded, without the colon and what may stand before it. Verified: en, de, zh-CN; the others are [U].
const CMDKEY_HEADINGS: [&str; 6] = [
    "currently stored credentials",
    "現在保存されている資格情報",
    "momentan gespeicherte anmeldeinformationen",
    "当前保存的凭据",
    "当前登录会话的凭据存储在下面",
    "aktualnie przechowywane poświadczenia",
];

/// Headings by which other programs are known, folded; the first non-blank line begins with one.
const HEADINGS: [(&str, ArtifactKind); 13] = [
    ("windows ip configuration", ArtifactKind::Ipconfig),
    ("windows ip 構成", ArtifactKind::Ipconfig),
    ("windows-ip-konfiguration", ArtifactKind::Ipconfig),
    ("configuration ip de windows", ArtifactKind::Ipconfig),
    ("configuración ip de windows", ArtifactKind::Ipconfig),
    ("windows ip 配置", ArtifactKind::Ipconfig),
    ("current winhttp proxy settings", ArtifactKind::Netsh),
    ("現在の winhttp プロキシ設定", ArtifactKind::Netsh),
    ("rule name:", ArtifactKind::Netsh),
    ("規則名:", ArtifactKind::Netsh),
    ("domain profile settings:", ArtifactKind::Netsh),
    ("public profile settings:", ArtifactKind::Netsh),
    ("private profile settings:", ArtifactKind::Netsh),
];

/// The kind of a program's output. Messages of events quote every other program, so a list of events is told by its names first,
/// and only what stands before it is asked for another kind.
pub(super) fn of(text: &str) -> Option<ArtifactKind> {
    if !is_event_list(text) {
        return program(text);
    }
    let before: usize = text.split_inclusive('\n').take_while(|line| property(line).is_none()).map(str::len).sum();
    text.get(..before).and_then(program).or(Some(ArtifactKind::EventList))
}

fn program(text: &str) -> Option<ArtifactKind> {
    let first = fold(text.lines().find(|line| !line.trim().is_empty())?.trim());
    if is_cmdkey(text, &first) {
        return Some(ArtifactKind::CmdkeyList);
    }
    if text.contains("AzureAdJoined :") && text.contains("+----") {
        return Some(ArtifactKind::Dsregcmd);
    }
    if first.starts_with("hkey_") && text.lines().any(|line| line.contains("    REG_")) {
        return Some(ArtifactKind::RegQuery);
    }
    if let Some(kind) = domain::of(text) {
        return Some(kind);
    }
    if let Some((_, kind)) = HEADINGS.iter().find(|(heading, _)| first.starts_with(heading)) {
        return Some(*kind);
    }
    if text.lines().filter(|line| line.contains(". . :") || line.contains(". . . .:")).take(3).count() == 3 {
        return Some(ArtifactKind::Ipconfig);
    }
    if first.starts_with("tracking ") && first.contains(":123]") || is_w32tm(text) {
        return Some(ArtifactKind::W32tm);
    }
    if is_nslookup(&first, text) {
        return Some(ArtifactKind::Nslookup);
    }
    if is_hosts(text) {
        return Some(ArtifactKind::Hosts);
    }
    (is_format_list(text) || is_format_table(text)).then_some(ArtifactKind::PowershellText)
}

/// Its heading, or a target behind a label and a blank over another labelled line. Messages of events have tabs behind their
/// labels (5379: `Target Name:\t\tMicrosoftAccount:target=…`), and `Format-List` has its colons in one column.
fn is_cmdkey(text: &str, first: &str) -> bool {
    let is_target = |line: &str| {
        line.split_once([':', '：']).is_some_and(|(_, rest)| {
            let value = rest.trim_start();
            !rest.starts_with('\t') && TARGETS.iter().any(|target| value.starts_with(target))
        })
    };
    if CMDKEY_HEADINGS.iter().any(|heading| first.starts_with(heading))
        || first.starts_with("cmdkey:")
        || first.starts_with("cmdkey [")
    {
        return true;
    }
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).peekable();
    while let Some(line) = lines.next() {
        let is_over_label = lines.peek().is_none_or(|next| next.contains([':', '：']));
        if is_target(line) && is_over_label {
            return !is_column(text);
        }
    }
    false
}

/// `/query /status` in English and Japanese (the latter [U]), and the samples of `/stripchart /dataonly` in any language: `10:15:30, +00.0123456s`.
fn is_w32tm(text: &str) -> bool {
    let status = text.contains("Leap Indicator:") || text.contains("閏インジケーター:");
    let is_sample = |line: &str| {
        line.trim().split_once(", ").is_some_and(|(clock, offset)| {
            clock.len() == 8
                && clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
                && offset.starts_with(['+', '-'])
                && offset.ends_with('s')
        })
    };
    status || text.lines().take(40).any(is_sample)
}

fn is_nslookup(first: &str, text: &str) -> bool {
    let server = ["server:", "サーバー:", "serveur :", "serveur:", "servidor:", "dns request timed out"];
    server.iter().any(|label| first.starts_with(label)) && (text.contains("Address") || text.contains("Adresse"))
}

/// Every line is a comment or an address with a name.
fn is_hosts(text: &str) -> bool {
    if text.contains("sample HOSTS file used by Microsoft TCP/IP") {
        return true;
    }
    let mut entries: usize = 0;
    for line in
        text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty())
    {
        let mut words = line.split_whitespace();
        let address = words.next().is_some_and(|word| word.parse::<IpAddr>().is_ok());
        if !address || words.next().is_none() {
            return false;
        }
        entries = entries.saturating_add(1);
    }
    entries > 0
}

/// `Format-Table` of an object that is read: dashes under headings of which one is a property of it.
fn is_format_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().take(60).collect();
    lines.iter().zip(lines.iter().skip(1)).any(|(header, dashes)| {
        let rule = dashes.trim_end();
        rule.starts_with("--")
            && rule.contains(" -")
            && rule.bytes().all(|byte| matches!(byte, b'-' | b' '))
            && header.split_whitespace().any(|name| table::is_powershell(&fold(name)))
    })
}

/// `Format-List` of events: a time and a number under the names that only `Get-WinEvent` and `Get-EventLog` give them. With `*`
/// the message stands first, so its lines do not count.
fn is_event_list(text: &str) -> bool {
    let has = |names: &[&str]| text.lines().filter_map(property).any(|(_, name)| names.contains(&name));
    has(&["TimeCreated"]) && has(&["Id"]) || has(&["TimeGenerated"]) && has(&["InstanceId", "EventID"])
}

/// The column of the colon and the name of one word before it, of a line of `Format-List`.
fn property(line: &str) -> Option<(usize, &str)> {
    let (name, _) = line.split_once(" :")?;
    let word = name.trim_end();
    let is_name = word.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name.len(), word))
}

/// `Format-List`: names of one word, padded so that all colons stand in one column. Fewer than four lines of it (a command that
/// asks for one property prints one) are told by a property that is read, with nothing but a prompt beside them.
fn is_format_list(text: &str) -> bool {
    let mut lines = text.lines().take(60).filter(|line| !line.trim().is_empty() && !line.starts_with("PS ")).peekable();
    let is_short = lines.peek().is_some()
        && lines.clone().all(|line| property(line).is_some())
        && lines.any(|line| property(line).is_some_and(|(_, word)| table::is_powershell(&fold(word))));
    is_short || is_column(text)
}

/// Four colons in one column.
fn is_column(text: &str) -> bool {
    let mut best: usize = 0;
    let mut run: usize = 0;
    let mut previous = None;
    for at in text.lines().take(60).map(|line| property(line).map(|(at, _)| at)) {
        run = if at.is_some() && at == previous { run.saturating_add(1) } else { usize::from(at.is_some()) };
        previous = at;
        best = best.max(run);
    }
    best >= 4
}
