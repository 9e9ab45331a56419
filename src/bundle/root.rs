//! Finds where a bundle begins inside its wrapper folders, and cuts the wrapper off its names.
//!
//! The collector's root is where its `ScriptInfo.xml`, `Log.csv` or `Configuration` folder lies, at any depth; otherwise it is
//! the one folder that holds everything. Refuses to guess where two roots lie side by side.

use std::collections::BTreeSet;

use super::artifact::Intake;
use super::found::Found;
use super::intake::is_leftover;
use crate::value::fold;

/// Cuts the wrapper.
pub(super) fn strip(found: &mut [Found]) {
    let names: Vec<Vec<String>> = found
        .iter()
        .filter(|item| item.intake != Some(Intake::Opened) && !is_leftover(&item.name))
        .map(parts)
        .collect();
    let Some(root) = collector_root(&names).or_else(|| common_folder(&names)) else { return };
    if root.is_empty() {
        return;
    }
    for item in found {
        let parts = parts(item);
        let below = parts.get(root.len()..).unwrap_or_default();
        if parts.starts_with(&root) && !below.is_empty() && item.intake != Some(Intake::Opened) {
            item.prefix.clear();
            item.name = below.join("/");
        }
    }
}

fn parts(item: &Found) -> Vec<String> {
    // An absolute or climbing name stays what it is and is refused later.
    if item.name.starts_with(['/', '\\']) || item.name.split(['/', '\\']).any(|part| part == "..") {
        return vec![item.full_name()];
    }
    item.full_name().split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}

/// The shallowest folder that holds a part of the collector's layout, if it is the only one at its depth.
fn collector_root(names: &[Vec<String>]) -> Option<Vec<String>> {
    let mut roots: BTreeSet<(usize, &[String])> = BTreeSet::new();
    for name in names {
        let Some((file, folders)) = name.split_last() else { continue };
        if matches!(fold(file).as_str(), "scriptinfo.xml" | "log.csv") {
            roots.insert((folders.len(), folders));
        }
        if let Some(at) = folders.iter().position(|folder| fold(folder) == "configuration") {
            roots.insert((at, folders.get(..at).unwrap_or_default()));
        }
    }
    let mut roots = roots.into_iter();
    let (depth, root) = roots.next()?;
    let rival = roots.next().is_some_and(|(other, _)| other == depth);
    (!rival).then(|| root.to_vec())
}

/// The longest run of folders that all names begin with.
fn common_folder(names: &[Vec<String>]) -> Option<Vec<String>> {
    let (first, rest) = names.split_first()?;
    let (_, folders) = first.split_last()?;
    let shared = rest.iter().fold(folders.len(), |shared, name| {
        let folders = name.len().saturating_sub(1);
        let same = first.iter().zip(name).take_while(|(a, b)| a == b).count();
        shared.min(same).min(folders)
    });
    first.get(..shared).map(<[String]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::source::Source;

    fn check(names: &[&str], expected: &[&str]) {
        let mut found: Vec<Found> = names.iter().map(|name| Found::new(*name, Source::Nowhere, 0)).collect();
        strip(&mut found);
        let names: Vec<&str> = found.iter().map(|item| item.name.as_str()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_collectors_root_is_found_at_any_depth() {
        check(&["Log.csv", r"Configuration\OS\cmdkey.txt"], &["Log.csv", r"Configuration\OS\cmdkey.txt"]);
        check(&[r"a\b\Log.csv", r"a\b\Configuration\OS\cmdkey.txt"], &["Log.csv", "Configuration/OS/cmdkey.txt"]);
        check(&["a/Configuration/OS/x", "shot.png"], &["Configuration/OS/x", "shot.png"]);
        check(&["__MACOSX/a/._x", "a/x.evtx", "a/y/z.reg"], &["__MACOSX/a/._x", "x.evtx", "y/z.reg"]);
    }

    #[test]
    fn without_a_layout_only_a_folder_that_holds_everything_is_a_wrapper() {
        check(&["a/x", "b/y"], &["a/x", "b/y"]);
        check(&["a/x", "a"], &["a/x", "a"]);
        check(&["a/b/x"], &["x"]);
        check(&["x"], &["x"]);
        check(&["a/../x", "a/y"], &["a/../x", "a/y"]);
    }

    #[test]
    fn two_roots_side_by_side_are_left_alone() {
        check(&["pc1/Log.csv", "pc2/Log.csv"], &["pc1/Log.csv", "pc2/Log.csv"]);
        check(&["up/pc1/Log.csv", "up/pc2/Log.csv"], &["pc1/Log.csv", "pc2/Log.csv"]);
    }
}
