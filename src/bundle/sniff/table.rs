//! Tables of events and of PowerShell objects: CSV and tab-separated text, told by the first rows.

use super::ArtifactKind;

/// What Event Viewer calls the column of the event id, folded. Verified for en, ja, de and pt-BR; the others are [U].
const EVENT_ID_COLUMNS: [&str; 14] = [
    "event id",
    "イベント id",
    "ereignis-id",
    "id de l’événement",
    "id de l'événement",
    "id. del evento",
    "id evento",
    "identificação do evento",
    "事件 id",
    "事件識別碼",
    "이벤트 id",
    "код события",
    "gebeurtenis-id",
    "identyfikator zdarzenia",
];

/// Properties, folded, that only objects of the commands have whose outputs are read.
const POWERSHELL: [&str; 17] = [
    "samaccountname",
    "userprincipalname",
    "pwdlastset",
    "oauth2clientprofileenabled",
    "mapienabled",
    "allowbasicauthmapi",
    "authenticationtype",
    "issueruri",
    "tokenlifetime",
    "extranetlockoutenabled",
    "addresspath",
    "certificatetype",
    "certificatehash",
    "primaryextranetauthenticationprovider",
    "packagefamilyname",
    "networkcategory",
    "unknownlockout",
];

/// Whether a folded name is that of such a property.
pub(super) fn is_powershell(name: &str) -> bool {
    POWERSHELL.contains(&name)
}

/// The kind of a text whose first rows are a table.
pub(super) fn of(text: &str) -> Option<ArtifactKind> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut header = lines.next()?;
    if let Some(kind) = header.trim_start_matches('"').strip_prefix("#TYPE ") {
        let events =
            kind.contains("Eventing.Reader.EventLogRecord") || kind.contains("System.Diagnostics.EventLogEntry");
        return Some(if events { ArtifactKind::EventCsv } else { ArtifactKind::PowershellCsv });
    }
    // Excel may say first which separator it used.
    if header.starts_with("sep=") {
        header = lines.next()?;
    }
    // A pasted command that names its columns: `PS C:\> Get-CASMailbox u | Format-List Name, MAPIEnabled`. No heading has a bar.
    if header.contains('|') {
        return None;
    }
    // A window copied as text: two and more spaces between columns.
    if !header.contains(['\t', ',', ';']) {
        let columns: Vec<&str> = header.trim().split("  ").filter(|column| !column.is_empty()).collect();
        return by_columns(&columns.join("\t"), lines.clone().next(), '\t')
            .filter(|kind| *kind == ArtifactKind::ConnectionStatus);
    }
    [',', '\t', ';'].into_iter().find_map(|separator| by_columns(header, lines.clone().next(), separator))
}

fn by_columns(header: &str, row: Option<&str>, separator: char) -> Option<ArtifactKind> {
    let columns = fields(header, separator);
    let has = |name: &str| columns.iter().any(|column| column == name);
    let wanted = |names: &[&str]| names.iter().any(|name| has(name));
    if columns.len() >= 2 && has("timecreated") && has("id")
        || columns.len() >= 3 && has("timegenerated") && wanted(&["eventid", "instanceid"])
        || columns.len() >= 5 && wanted(&EVENT_ID_COLUMNS)
    {
        return Some(ArtifactKind::EventCsv);
    }
    if columns.len() >= 2
        && (wanted(&["pscomputername", "runspaceid", "cimclass", "psobject"])
            || columns.iter().any(|name| is_powershell(name)))
    {
        return Some(ArtifactKind::PowershellCsv);
    }
    // A paste of Outlook's Connection Status window.
    let window = ["protocol", "server name", "server", "encrypt", "status", "req/fail"];
    if has("authn") && window.iter().filter(|name| has(name)).count() >= 2
        || has("認証") && has("プロトコル") && has("要求/失敗")
    {
        return Some(ArtifactKind::ConnectionStatus);
    }
    // Any other language: the description has no heading, so rows are one field longer than the header; the fourth is the id.
    let row = fields(row?, separator);
    let id = row.get(3)?;
    let date = row.get(1)?;
    let is_id = !id.is_empty() && id.len() <= 5 && id.bytes().all(|byte| byte.is_ascii_digit());
    let is_date = date.bytes().filter(u8::is_ascii_digit).count() >= 6 && date.contains(':');
    let longer = columns.len() >= 5 && row.len() > columns.len();
    (longer && is_id && is_date).then_some(ArtifactKind::EventCsv)
}

/// Fields of one line, folded, without their quotes; a separator inside quotes does not separate.
fn fields(line: &str, separator: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for character in line.chars().take(4096) {
        if character == '"' {
            quoted = !quoted;
        } else if character == separator && !quoted {
            fields.push(String::new());
        } else if let Some(field) = fields.last_mut() {
            field.extend(character.to_lowercase());
        }
    }
    for field in &mut fields {
        *field = field.trim().to_owned();
    }
    fields
}
