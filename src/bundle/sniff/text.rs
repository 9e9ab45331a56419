//! The order in which a decoded text is asked what it is: what names itself first, what only looks like something last.

use super::{ArtifactKind, command, table, xml};
use crate::value::fold;

/// First row of the collector's `Log.csv`.
const COLLECTOR_LOG: &str = "datetime,thread_relative_delta,thread,function,category,message";

/// Lines in which a key or section header is looked for.
const FIRST_LINES: usize = 40;

/// The kind of a text; `Other` where nothing fits.
pub(super) fn of(text: &str) -> ArtifactKind {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    let first = text.lines().next().unwrap_or_default().trim();
    if matches!(first, "Windows Registry Editor Version 5.00" | "REGEDIT4") {
        return ArtifactKind::RegExport;
    }
    if first.starts_with(COLLECTOR_LOG) {
        return ArtifactKind::CollectorLog;
    }
    if text.starts_with('<') {
        return xml::of(text).unwrap_or(ArtifactKind::Other);
    }
    if let Some(kind) = json(text) {
        return kind;
    }
    // What was copied out of Event Viewer ends in the event's XML.
    if text.contains("<Event xmlns=") && xml::has_event(text) {
        return ArtifactKind::EventXml;
    }
    if has_key_header(text) {
        return ArtifactKind::RegExport;
    }
    if is_event_text(text) {
        return ArtifactKind::EventText;
    }
    if is_prf(text) {
        return ArtifactKind::Prf;
    }
    if is_outlook_log(text) {
        return ArtifactKind::OutlookLog;
    }
    if is_gpresult(text) {
        return ArtifactKind::Gpresult;
    }
    table::of(text).or_else(|| command::of(text)).unwrap_or(ArtifactKind::Other)
}

/// A registry export whose header was cut off.
fn has_key_header(text: &str) -> bool {
    text.lines().take(FIRST_LINES).any(|line| {
        let Some(key) = line.trim_start().strip_prefix('[') else { return false };
        let key = key.strip_prefix('-').unwrap_or(key);
        ["HKEY_", "HKLM", "HKCU", "HKU\\", "HKCR"].iter().any(|root| key.starts_with(root))
    })
}

/// `Get-WinEvent` and `Get-EventLog` through `ConvertTo-Json`, and `evtx_dump`; other objects by members that only PowerShell adds.
fn json(text: &str) -> Option<ArtifactKind> {
    // `evtx_dump` may say "Record 1" before the first object.
    let text = text.strip_prefix("Record ").and_then(|rest| rest.split_once('\n')).map_or(text, |(_, rest)| rest);
    if !text.starts_with(['[', '{']) {
        return None;
    }
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    if has("TimeCreated") && has("Id") && has("ProviderName")
        || has("TimeGenerated") && (has("InstanceId") || has("EventID")) && has("Source")
        || has("Event") && has("System") && has("EventID") && has("EventRecordID")
    {
        return Some(ArtifactKind::EventJson);
    }
    let powershell = has("PSComputerName")
        || has("CimClass")
        || has("RunspaceId")
        || text.contains("/Date(")
        || text.split('"').any(|part| part.len() < 64 && table::is_powershell(&fold(part)));
    powershell.then_some(ArtifactKind::PowershellJson)
}

/// `wevtutil qe /f:text`: `Event[0]:` alone on a line.
fn is_event_text(text: &str) -> bool {
    text.lines().filter(|line| !line.trim().is_empty()).take(10).any(|line| {
        let number = line.trim().trim_end_matches(':').strip_prefix("Event[").and_then(|rest| rest.strip_suffix(']'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// Outlook's log of Autodiscover: its columns, or what it says of every request.
fn is_outlook_log(text: &str) -> bool {
    let columns = "Thread\tTick Count\tDate/Time\tDescription";
    let is_request = |line: &str| line.contains("GetLastError=") && line.contains("; httpStatus=");
    text.starts_with(columns) || text.lines().take(10 * FIRST_LINES).any(is_request)
}

/// `gpresult` as text: its data is called RSOP in every language, and a line of dashes stands below.
fn is_gpresult(text: &str) -> bool {
    let mut lines = text.lines().take(FIRST_LINES);
    let is_rule = |line: &str| line.trim().len() >= 3 && line.trim().bytes().all(|byte| byte == b'-');
    lines.any(|line| line.to_ascii_lowercase().contains("rsop")) && lines.next().is_some_and(is_rule)
}

fn is_prf(text: &str) -> bool {
    let has = |section: &str| text.lines().any(|line| line.trim().eq_ignore_ascii_case(section));
    has("[General]") && (has("[Service List]") || has("[Internet Account List]"))
        || text.lines().any(|line| line.trim_start().starts_with("SectionGUID="))
}
