//! Turns the root of a key path into a hive: one user's hive has many spellings.

use crate::parse::record::Hive;

/// Splits `HKEY_USERS\S-1-5-21-…\Software` into the user's hive and `Software`. Nothing if the path has no registry root.
///
/// `.DEFAULT` and the service accounts' SIDs are not users of Outlook; `<SID>_Classes` is a hive of its own.
pub(super) fn split(path: &str) -> Option<(Hive, &str)> {
    let path = path.trim_end_matches('\\');
    let (root, key) = path.split_once('\\').unwrap_or((path, ""));
    let root = root.to_ascii_uppercase();
    Some(match root.as_str() {
        "HKEY_CURRENT_USER" | "HKCU" => (Hive::User(None), key),
        "HKEY_LOCAL_MACHINE" | "HKLM" => (Hive::Machine, key),
        "HKEY_USERS" | "HKU" => {
            let (name, below) = key.split_once('\\').unwrap_or((key, ""));
            (
                if is_person(name) {
                    Hive::User(Some(name.to_owned()))
                } else {
                    Hive::Other(format!("HKEY_USERS\\{name}"))
                },
                below,
            )
        }
        "HKCR" => (Hive::Other("HKEY_CLASSES_ROOT".to_owned()), key),
        "HKCC" => (Hive::Other("HKEY_CURRENT_CONFIG".to_owned()), key),
        _ if root.starts_with("HKEY_") => (Hive::Other(root), key),
        _ => return None,
    })
}

fn is_person(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    !matches!(folded.as_str(), "" | ".default" | "s-1-5-18" | "s-1-5-19" | "s-1-5-20") && !folded.ends_with("_classes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_spellings_are_one_hive() {
        let check = |path: &str, hive: Hive, key: &str| assert_eq!(split(path), Some((hive, key)), "{path}");
        check(r"HKEY_CURRENT_USER\Software\A", Hive::User(None), r"Software\A");
        check(r"hkcu\Software\", Hive::User(None), "Software");
        check(r"HKEY_USERS\S-1-5-21-1-2-3-1104\A", Hive::User(Some("S-1-5-21-1-2-3-1104".into())), "A");
        check(r"HKU\offline\A", Hive::User(Some("offline".into())), "A");
        check(
            r"HKEY_USERS\S-1-5-21-1-2-3-1104_Classes\A",
            Hive::Other(r"HKEY_USERS\S-1-5-21-1-2-3-1104_Classes".into()),
            "A",
        );
        check(r"HKEY_USERS\.DEFAULT\A", Hive::Other(r"HKEY_USERS\.DEFAULT".into()), "A");
        check("HKLM", Hive::Machine, "");
        check(r"HKCR\.txt", Hive::Other("HKEY_CLASSES_ROOT".into()), ".txt");
        assert_eq!(split(r"Software\Microsoft"), None);
        assert_eq!(split(""), None);
    }
}
