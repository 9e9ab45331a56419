//! Kinds of XML and HTML by what their root and first objects are called.

use super::ArtifactKind;

/// The root element is expected this early; declarations and comments come before it.
const ROOT_WITHIN: usize = 4096;

/// "Group Policy" in the title of a report: Japanese, German, French, Spanish, Chinese.
const GROUP_POLICY: [&str; 5] =
    ["グループ ポリシー", "Gruppenrichtlinie", "stratégie de groupe", "directiva de grupo", "组策略"];

/// The kind of a text that begins with `<`.
pub(super) fn of(text: &str) -> Option<ArtifactKind> {
    let root: String = text.chars().take(ROOT_WITHIN).collect();
    if root.contains("<Objs ") && root.contains("schemas.microsoft.com/powershell/2004/04") {
        return Some(clixml(text));
    }
    if has_event(&root) {
        return Some(ArtifactKind::EventXml);
    }
    if root.contains("<profile profilename=") {
        return Some(ArtifactKind::MapiProfileXml);
    }
    if root.contains("<Autodiscover") && root.contains("schemas.microsoft.com/exchange/autodiscover/") {
        return Some(ArtifactKind::AutodiscoverXml);
    }
    let lower = root.to_ascii_lowercase();
    if lower.contains("<html") || lower.contains("<!doctype html") {
        return html(text);
    }
    is_connectivity_analyzer(&text.to_ascii_lowercase()).then_some(ArtifactKind::ConnectivityAnalyzer)
}

fn is_connectivity_analyzer(lower: &str) -> bool {
    lower.contains("connectivity analyzer") || lower.contains("testconnectivity.microsoft.com")
}

/// Whether a text holds an event: by its namespace, or, where a tool dropped that, by what every event begins with.
pub(super) fn has_event(text: &str) -> bool {
    text.contains("Event") && text.contains("schemas.microsoft.com/win/2004/08/events/event")
        || text.contains("<Event>") && text.contains("<System>") && text.contains("<EventID")
}

/// CLIXML says what it holds by type names and by the names of properties.
fn clixml(text: &str) -> ArtifactKind {
    let has = |property: &str| text.contains(&format!("N=\"{property}\""));
    if has("RunAsUser") && has("Invocation") && has("Version") {
        ArtifactKind::CollectorInfo
    } else if text.contains("Win32.Advapi32+CredType") {
        ArtifactKind::StoredCredentialClixml
    } else if has("Accounts") && has("StoreProviders") && has("IsDefault") {
        ArtifactKind::OutlookProfileClixml
    } else if text.contains("Eventing.Reader.EventLogRecord") || text.contains("System.Diagnostics.EventLogEntry") {
        ArtifactKind::EventClixml
    } else {
        ArtifactKind::Clixml
    }
}

fn html(text: &str) -> Option<ArtifactKind> {
    let lower = text.to_ascii_lowercase();
    if lower.contains("group policy") || lower.contains("rsop") || GROUP_POLICY.iter().any(|word| text.contains(word)) {
        Some(ArtifactKind::Gpresult)
    } else {
        is_connectivity_analyzer(&lower).then_some(ArtifactKind::ConnectivityAnalyzer)
    }
}
