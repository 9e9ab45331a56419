//! Outputs of programs that ask a domain or its servers (`nltest`, `setspn`, `klist`, `netsh http show sslcert`), told by one line
//! that only they write. The parsers use the same marks.

use super::ArtifactKind;

/// Lines in which a program of a domain shows itself.
const BEGINNING: usize = 60;
const NLTEST: [&str; 4] = [
    "Trusted DC Connection Status Status = ",
    "Trust Verification Status = ",
    "I_NetLogonControl failed: Status = ",
    "Getting DC name failed: Status = ",
];
const SETSPN: [&str; 3] = ["Checking domain DC=", "Checking forest DC=", "Registered ServicePrincipalNames for "];
/// The whole output of a search, which people quote in mails, too: only where nothing but the command stands above.
const VERDICTS: [&str; 2] = ["Existing SPN found!", "No such SPN found."];

/// Programs of a domain, told by one line that only they write. A copied command or a title may stand before it.
pub(super) fn of(text: &str) -> Option<ArtifactKind> {
    let mut is_alone = true;
    let nexts = text.lines().skip(1).map(Some).chain([None]);
    text.lines().take(BEGINNING).zip(nexts).find_map(|(line, next)| {
        let kind = line_of(line, next, is_alone);
        is_alone &= line.trim().is_empty() || line.to_ascii_lowercase().contains("setspn");
        kind
    })
}

/// By a line and the next; `is_alone` says that nothing but a command stands above.
fn line_of(line: &str, next: Option<&str>, is_alone: bool) -> Option<ArtifactKind> {
    let is_last = next.is_none();
    let raw = next.unwrap_or_default();
    let (word, next) = (line.trim(), raw.trim());
    let is_any = |begins: &[&str]| begins.iter().any(|begin| word.starts_with(begin));
    if is_any(&NLTEST) || word.starts_with("DC: \\\\") && next.starts_with("Address: ") {
        return Some(ArtifactKind::Nltest);
    }
    let is_indented = raw.starts_with([' ', '\t']);
    let is_owned =
        is_account(word) && is_indented && is_name(next) || word.ends_with(" is registered on these accounts:");
    if is_any(&SETSPN) || is_owned || is_alone && is_any(&VERDICTS) {
        return Some(ArtifactKind::Setspn);
    }
    // The first ticket may be all that was copied.
    let has_server =
        || is_last && word.starts_with("#0>") || next.split_once(" @ ").is_some_and(|(server, _)| server.contains('/'));
    if word.starts_with("Cached Tickets: (") || ticket(word).is_some_and(|rest| rest.contains(" @ ")) && has_server() {
        return Some(ArtifactKind::Klist);
    }
    let is_hash = |value: &str| value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hash = next.rsplit_once([':', '：']).is_some_and(|(_, value)| is_hash(value.trim()));
    (binding(line).is_some() && hash).then_some(ArtifactKind::Sslcert)
}

/// `CN=svc_adfs,OU=Service,DC=contoso,DC=example`.
pub(crate) fn is_account(line: &str) -> bool {
    line.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("cn=")) && line.to_ascii_lowercase().contains(",dc=")
}

/// `class/host`, with port or instance behind it.
pub(crate) fn is_name(line: &str) -> bool {
    line.split_once('/').is_some_and(|(class, host)| {
        !class.is_empty() && !host.is_empty() && !line.contains(char::is_whitespace) && !class.contains('=')
    })
}

/// What follows `#0>`.
pub(crate) fn ticket(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix('#')?.split_once('>')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(rest)
}

/// `IP:port : 0.0.0.0:443`, `Hostname:port : fs.contoso.example:443`: the value, where label and value both have a port.
pub(crate) fn binding(line: &str) -> Option<&str> {
    let (label, value) = line.split_once(" :").or_else(|| line.split_once(": "))?;
    let value = value.trim();
    let (host, port) = value.rsplit_once(':')?;
    let is_port = port.parse::<u16>().is_ok() && !host.is_empty() && !value.contains(char::is_whitespace);
    (is_port && label.contains(':') && !label.contains("//")).then_some(value)
}
