//! Names of Office: which Outlook a version is, which version a title speaks of, how a path was installed.
//!
//! Refuses to compare update levels; those stand in the rules' tables.
//!
//! ```text
//! 16, [O365ProPlusRetail] ─▶ "Outlook for Microsoft 365"      "Microsoft Office Professional Plus 2013" ─▶ 15
//! ```

use super::Install;
use crate::value::{FileVersion, fold};

/// The product's name as people say it.
///
/// All releases since 2016 are 16.0; the Click-to-Run product ids tell them apart, and without them a build below
/// 16.0.6000 is the 2016 MSI edition.
#[must_use]
pub fn outlook_name(major: u32, product_ids: &[String], version: Option<FileVersion>) -> String {
    match major {
        12 => "Outlook 2007".to_owned(),
        14 => "Outlook 2010".to_owned(),
        15 => "Outlook 2013".to_owned(),
        16 => name_of_16(product_ids, version),
        other => format!("Outlook {other}.0"),
    }
}

fn name_of_16(product_ids: &[String], version: Option<FileVersion>) -> String {
    let suites: Vec<String> = product_ids
        .iter()
        .flat_map(|ids| release_ids(ids))
        .filter(|id| !id.starts_with("visio") && !id.starts_with("project"))
        .collect();
    let holds = |part: &str| suites.iter().any(|id| id.contains(part));
    if holds("o365") {
        return "Outlook for Microsoft 365".to_owned();
    }
    for year in ["2024", "2021", "2019"] {
        if holds(year) {
            return format!("Outlook {year}");
        }
    }
    let msi = version.is_some_and(|FileVersion([_, _, build, _])| (4000..6000).contains(&build));
    if !suites.is_empty() || msi { "Outlook 2016".to_owned() } else { "Outlook 2016 or later".to_owned() }
}

/// The folded ids in a value of `ProductReleaseIds`.
pub(super) fn release_ids(text: &str) -> impl Iterator<Item = String> {
    text.split([',', ';', '|']).map(|id| fold(id.trim())).filter(|id| !id.is_empty())
}

/// Whether what a folded release id stands for comes with Outlook. `Personal` is the Japanese edition with Word, Excel and
/// Outlook [U]; `HomeStudent`, `VisioStd` and single other programs come without it.
pub(super) fn holds_outlook(id: &str) -> bool {
    ["o365", "proplus", "standard", "homebusiness", "professional", "personal", "smallbus", "outlook", "mondo"]
        .iter()
        .any(|start| id.starts_with(start))
}

/// Whether a title is that of Visio or Project, which are sold as programs of their own under the suite's version.
pub(super) fn names_other_program(title: &str) -> bool {
    let folded = fold(title);
    ["visio", "project"].iter().any(|name| folded.split(|here: char| !here.is_alphanumeric()).any(|word| word == *name))
}

/// The major version that a product title speaks of.
#[must_use]
pub fn major_of_title(title: &str) -> Option<u32> {
    let folded = fold(title);
    if !folded.contains("office") && !folded.contains("outlook") && !folded.contains("microsoft 365") {
        return None;
    }
    let years = [("2007", 12), ("2010", 14), ("2013", 15), ("2016", 16), ("2019", 16), ("2021", 16), ("2024", 16)];
    if let Some((_, major)) = years.iter().find(|(year, _)| folded.contains(year)) {
        return Some(*major);
    }
    (folded.contains("microsoft 365") || folded.contains("office 365")).then_some(16)
}

/// Whether a title names Office as a whole or Outlook, not an add-in or a language pack for it.
#[must_use]
pub fn is_suite_title(title: &str) -> bool {
    let folded = fold(title.trim());
    ["microsoft office", "microsoft outlook 20", "microsoft 365", "office 16 click-to-run", "office 15 click-to-run"]
        .iter()
        .any(|start| folded.starts_with(start))
        && !names_other_program(title)
        && !["mui", "language pack", "proof", "add-in", "web components", "runtime", "viewer", "compatibility pack"]
            .iter()
            .any(|part| folded.contains(part))
}

/// How the program at a path was installed: Click-to-Run puts its files below `root`.
#[must_use]
pub fn install_of_path(path: &str) -> Install {
    let folded = fold(path);
    if folded.contains("\\windowsapps\\") {
        Install::Store
    } else if folded.contains("\\root\\office1") || folded.ends_with("\\root") || folded.contains("\\root\\") {
        Install::C2r
    } else if folded.contains("\\microsoft office\\office1") {
        Install::Msi
    } else {
        Install::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_product_ids_first() {
        let check = |major: u32, ids: &[&str], version: Option<&str>, expected: &str| {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let version = version.and_then(|text| text.parse().ok());
            assert_eq!(outlook_name(major, &ids, version), expected, "{major} {ids:?}");
        };
        check(14, &[], None, "Outlook 2010");
        check(15, &["O365ProPlusRetail"], None, "Outlook 2013");
        check(16, &["O365ProPlusRetail,VisioPro2019Volume"], None, "Outlook for Microsoft 365");
        check(16, &["VisioPro2021Retail,ProPlus2019Volume"], None, "Outlook 2019");
        check(16, &["ProPlus2024Volume"], None, "Outlook 2024");
        check(16, &["ProPlusRetail"], None, "Outlook 2016");
        check(16, &[], Some("16.0.4266.1001"), "Outlook 2016");
        check(16, &[], Some("16.0.19231.20156"), "Outlook 2016 or later");
    }

    #[test]
    fn suites_come_with_outlook_and_other_programs_do_not() {
        let check =
            |ids: &str, expected: bool| assert_eq!(release_ids(ids).any(|id| holds_outlook(&id)), expected, "{ids}");
        check("VisioProRetail", false);
        check("VisioStd2019Volume,ProjectPro2019Volume", false);
        check("HomeStudent2021Retail", false);
        check("AccessRuntimeRetail", false);
        check("VisioProRetail, O365BusinessRetail", true);
        check("ProPlus2021Volume", true);
        check("Standard2019Volume", true);
        check("HomeBusiness2024Retail|ProjectStdRetail", true);
        check("ProfessionalRetail", true);
        check("OutlookRetail", true);
        check("MondoVolume", true);
        check(" , ", false);
        for (title, expected) in [
            ("Microsoft Office Professional Plus 2013", true),
            ("Microsoft Office Visio Professional 2007", false),
            ("Microsoft Office Project Standard 2010", false),
            ("Microsoft Visio - ja-jp", false),
        ] {
            assert_eq!(is_suite_title(title), expected, "{title}");
        }
    }

    #[test]
    fn a_title_gives_its_major_version_only_if_it_is_office() {
        for (title, expected) in [
            ("Microsoft Office Professional Plus 2013", Some(15)),
            ("Microsoft Outlook 2010 更新プログラム (KB2687567)", Some(14)),
            ("Microsoft 365 Apps for enterprise - ja-jp", Some(16)),
            ("Microsoft Visual C++ 2013", None),
            ("Microsoft Office", None),
        ] {
            assert_eq!(major_of_title(title), expected, "{title}");
        }
    }

    #[test]
    fn the_path_shows_the_kind_of_installation() {
        for (path, expected) in [
            (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", Install::C2r),
            (r"C:\Program Files\Microsoft Office 15\root\office15\outlook.exe", Install::C2r),
            (r"C:\Program Files (x86)\Microsoft Office\Office14\OUTLOOK.EXE", Install::Msi),
            (r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Outlook_1\Office16\OUTLOOK.EXE", Install::Store),
            (r"D:\x", Install::Unknown),
        ] {
            assert_eq!(install_of_path(path), expected, "{path}");
        }
    }
}
