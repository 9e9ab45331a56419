//! Lists updates of Office with what became of them, and says when such a list is complete.
//!
//! Refuses to know which update a rule wants.
//!
//! ```text
//! …\Uninstall\{…}_Office15.PROPLUS_{…}!DisplayName = "Update for Microsoft Outlook 2013 (KB2880470) 32-Bit Edition"
//!   ─▶ PatchFact { product: outlook, kb: KB2880470, installed: true }
//! ```

use std::collections::BTreeMap;

use super::build::{ArtifactInput, Intake};
use super::clixml;
use super::coverage::ProductCoverage;
use super::event::Draft;
use super::evidence::Locator;
use super::installed::{plain_key, text};
use super::roles::Pc;
use super::{PatchFact, RegistryFact};
use crate::parse::key_order::ExportEnd;
use crate::parse::record::{Hive, Record};
use crate::value::fold;

const UNINSTALL: &str = r"software\microsoft\windows\currentversion\uninstall";
const INSTALLER: &str = r"software\microsoft\windows\currentversion\installer\userdata\";

/// Adds patch facts and coverage.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], events: &[Draft<'_>], intake: &mut Intake) {
    let mut office_views: Vec<(super::evidence::ArtifactId, bool)> = Vec::new();
    let mut found: Vec<PatchFact> = Vec::new();
    for fact in &intake.store.registry {
        let (Some(key), Some(title)) = (plain_key(fact), text(&fact.data)) else { continue };
        if !fact.name.eq_ignore_ascii_case("DisplayName") || is_second_view(fact) {
            continue;
        }
        let uninstall = key.strip_prefix(UNINSTALL).and_then(|rest| rest.strip_prefix('\\'));
        let installer = key.strip_prefix(INSTALLER).is_some_and(|rest| rest.contains(r"\patches\"));
        if uninstall.is_some_and(|entry| is_msi_office(entry, title)) {
            office_views.push((fact.source.artifact, is_32_bit(&fact.key)));
        }
        if uninstall.is_some() || installer {
            found.extend(patch(title, uninstall.is_some_and(|entry| entry.contains("_office1")), fact));
        }
    }
    found.extend(artifacts.iter().flat_map(listed));
    let mut removed: BTreeMap<String, jiff::Timestamp> = BTreeMap::new();
    let pc = Pc::of(&intake.store);
    for draft in events {
        let Some(fact) = from_event(draft).filter(|_| pc.wrote(&draft.fact.computer)) else { continue };
        if matches!(draft.fact.id, 1019 | 1037) {
            removed.insert(fact.kb.clone(), draft.fact.at.at);
        }
        found.push(fact);
    }
    // Events come in order: a removal takes back every installation before it. What the list shows is true now.
    for fact in &mut found {
        let revoked = fact.at.zip(removed.get(&fact.kb)).is_some_and(|(at, removal)| at <= *removal);
        fact.installed &= !revoked;
    }
    for fact in found {
        if intake.admit(fact.source.artifact) {
            intake.store.patches.push(fact);
        }
    }
    cover(artifacts, &office_views, intake);
}

/// An entry of an MSI edition: the suite, one of its products (`{9…0FF1CE}`) or one of its updates. Click-to-Run lists no updates.
fn is_msi_office(entry: &str, title: &str) -> bool {
    let product = entry.starts_with('{') && entry.contains("0ff1ce") && super::office::is_suite_title(title);
    product || entry.contains("_office1") || entry.starts_with("office1")
}

/// The copy under the plain key of a value that was written under `WOW6432Node`.
fn is_second_view(fact: &RegistryFact) -> bool {
    match &fact.source.at {
        Locator::Registry { key, .. } => is_32_bit(key) != is_32_bit(&fact.key),
        _ => false,
    }
}

fn is_32_bit(key: &str) -> bool {
    fold(key).contains(r"\wow6432node\")
}

fn patch(title: &str, is_office_entry: bool, fact: &RegistryFact) -> Option<PatchFact> {
    Some(PatchFact {
        product: product_of(title, is_office_entry)?.to_owned(),
        kb: kb_of(title)?,
        title: title.to_owned(),
        installed: true,
        at: None,
        source: fact.source.clone(),
    })
}

/// What the collector's `InstalledUpdate.xml` lists: the shell's own list of installed updates, with `Name`, `Program`, `Version`,
/// `Publisher`, `URL` and `InstalledOn`. A PowerShell of 32 bits saves nothing, and nothing says that a list is whole, so what it
/// lacks is not absent. Its dates are in the words of a culture.
fn listed<'a>(input: &'a ArtifactInput<'a>) -> impl Iterator<Item = PatchFact> + 'a {
    input.parsed.records.iter().filter_map(|record| {
        let Record::Object(object) = record else { return None };
        object.get("InstalledOn").and(object.get("Publisher"))?;
        let (title, program) = (clixml::property(object, "Name")?, clixml::property(object, "Program")?);
        let is_office = super::office::major_of_title(&program).is_some();
        Some(PatchFact {
            product: product_of(&title, is_office)?.to_owned(),
            kb: kb_of(&title)?,
            source: input.source(Locator::Line(object.line_of("Name")), &title),
            title,
            installed: true,
            at: None,
        })
    })
}

/// `KB` and its digits inside a title.
fn kb_of(title: &str) -> Option<String> {
    title.match_indices("KB").find_map(|(at, _)| {
        let digits: String = title.get(at + 2..)?.chars().take(9).take_while(char::is_ascii_digit).collect();
        (6..=8).contains(&digits.len()).then(|| format!("KB{digits}"))
    })
}

/// The program that an update's title names.
fn product_of(title: &str, is_office_entry: bool) -> Option<&'static str> {
    let folded = fold(title);
    if folded.contains("microsoft outlook") || (is_office_entry && folded.contains("outlook")) {
        Some("outlook")
    } else if folded.contains("office") || is_office_entry {
        Some("office")
    } else if folded.contains("windows") {
        Some("windows")
    } else {
        None
    }
}

fn from_event(draft: &Draft<'_>) -> Option<PatchFact> {
    let fact = &draft.fact;
    if fact.partial {
        // What was installed, and whether it was, stands in the data.
        return None;
    }
    let data = &draft.record.data;
    let item = |index: usize| data.at(index).map(str::trim).unwrap_or_default();
    let named = |name: &str| data.named(name).map(str::trim);
    let (product, title, installed) = match (fold(&fact.provider).as_str(), fact.id) {
        ("msiinstaller", 1022) => (item(0), item(1), true),
        ("msiinstaller", 1019 | 1023 | 1024) => (item(0), item(1), false),
        // product, version, language, update, status, manufacturer
        ("msiinstaller", 1036) => (item(0), item(3), item(4) == "0"),
        ("msiinstaller", 1037) if item(4) == "0" => (item(0), item(3), false),
        ("microsoft-windows-windowsupdateclient", 19) => ("", named("updateTitle").unwrap_or_else(|| item(0)), true),
        _ => return None,
    };
    let is_office = super::office::major_of_title(product).is_some();
    Some(PatchFact {
        product: product_of(title, is_office)?.to_owned(),
        kb: kb_of(title)?,
        title: title.to_owned(),
        installed,
        at: Some(fact.at.at),
        source: fact.source.clone(),
    })
}

/// Whether an export goes on behind the entries of Office's updates, which begin with the product code of Office
/// (`{90140000-…}_Office14.…`).
fn holds_all_updates(end: &ExportEnd, root: &str) -> bool {
    let views = [UNINSTALL.to_owned(), UNINSTALL.replacen("software", r"software\wow6432node", 1)];
    let held = views
        .iter()
        .filter(|view| view.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\')));
    held.into_iter().all(|view| end.passed(&format!(r"{view}\{{91")))
}

/// A list is complete if it was exported to its end and is the view (32 or 64 bit) that Office is in.
fn cover(artifacts: &[ArtifactInput<'_>], office_views: &[(super::evidence::ArtifactId, bool)], intake: &mut Intake) {
    for input in artifacts {
        for record in &input.parsed.records {
            let Record::RegistryRoot(root) = record else { continue };
            if root.hive != Hive::Machine || !root.complete {
                continue;
            }
            let folded = fold(root.key.trim_end_matches('\\'));
            let view = folded.contains(r"\wow6432node");
            let plain = folded.replace(r"software\wow6432node", "software");
            let holds =
                UNINSTALL.strip_prefix(plain.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'));
            // An export of the whole of Software holds both views.
            let whole = plain == "software" && !view;
            if !holds
                || !root.end.as_ref().is_none_or(|end| holds_all_updates(end, &folded))
                || !office_views.iter().any(|(artifact, own)| *artifact == input.id && (whole || *own == view))
            {
                continue;
            }
            let at = Locator::Registry {
                line: Some(root.line),
                key: super::registry::shown_key(None, &root.key),
                value: None,
            };
            let cite = super::evidence::Cite { artifact: input.id, at, absent: false };
            for product in ["outlook", "office"] {
                intake.store.coverage.products.push(ProductCoverage {
                    product: product.to_owned(),
                    patches: true,
                    cite: cite.clone(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_its_number_and_its_product() {
        let check = |title: &str, entry: bool, expected: Option<(&str, &str)>| {
            let found = product_of(title, entry).zip(kb_of(title));
            assert_eq!(found.as_ref().map(|(product, kb)| (*product, kb.as_str())), expected, "{title}");
        };
        check("Update for Microsoft Outlook 2013 (KB2880470) 32-Bit Edition", true, Some(("outlook", "KB2880470")));
        check("Microsoft Outlook 2010 更新プログラム (KB2687567) 32 ビット版", true, Some(("outlook", "KB2687567")));
        check("Security Update for Microsoft Office 2013 (KB2880463)", false, Some(("office", "KB2880463")));
        check("Update for Microsoft Word 2013 (KB2880455)", true, Some(("office", "KB2880455")));
        check("2024-05 Cumulative Update for Windows 11 (KB5037771)", false, Some(("windows", "KB5037771")));
        check("Visual C++ (KB2565063)", false, None);
        check("Microsoft Office Professional Plus 2013", true, None);
    }
}
