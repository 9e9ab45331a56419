//! Revisions: `rev` must go up when what a file does has changed since `revisions.yaml` was written.
//!
//! ```text
//! causes/profile-corrupt: {rev: 1, sha256: "5f0c…"}
//! ```
//!
//! What a file does is everything in it but its comments, `rev`, `tests`, `links`, `unverified`, `plain` and `needs-no`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Remarks;
use super::source::{Source, at, entries, word};
use crate::rule::node::{Node, Yaml};
use crate::rule::pack::{self, Pack, stem};

/// The file with the revisions of the last release of a pack.
pub(super) const FILE: &str = "revisions.yaml";

/// What may change without a new revision.
const SILENT: &[&str] = &["rev", "tests", "links", "unverified", "plain"];
/// Nor does this key of a piece of evidence: it only answers a lint.
const ANSWER: &str = "needs-no";

/// The text of `revisions.yaml` for a pack as it is now.
#[must_use]
pub fn revisions(pack: &Pack) -> String {
    let mut out =
        String::from("# Revisions of the last release: `rules lint` compares. Written by `rules lint --revisions`.\n");
    let trees = pack::read_all(pack.files.iter().map(|(file, text)| (file.as_str(), text.as_str())));
    let rows: BTreeMap<String, (i64, String)> = pack
        .files
        .keys()
        .zip(trees)
        .filter_map(|(file, tree)| {
            let node = tree.ok()?;
            Some((key(file)?, (rev(&node)?, digest(&node))))
        })
        .collect();
    for (key, (rev, sha256)) in rows {
        let _ = writeln!(out, "{key}: {{rev: {rev}, sha256: \"{sha256}\"}}");
    }
    out
}

pub(super) fn check(sources: &[Source<'_>], packs: &[Pack], remarks: &mut Remarks) {
    let texts = packs.iter().map(|pack| (FILE, pack.files.get(FILE).map_or("", String::as_str)));
    let trees: Vec<Option<Node>> = pack::read_all(texts).into_iter().map(Result::ok).collect();
    let locks: Vec<BTreeMap<&str, &Node>> = trees
        .iter()
        .map(|lock| {
            let rows = lock.as_ref().map(entries).unwrap_or_default();
            rows.iter().map(|(key, row)| (key.text.as_str(), row)).collect()
        })
        .collect();
    for source in sources {
        let (Some(node), Some(key)) = (&source.node, key(source.file)) else { continue };
        let Some(row) = locks.get(source.pack).and_then(|lock| lock.get(key.as_str())) else { continue };
        let (Some(Yaml::Int(old)), Some(sha256)) =
            (at(row, &["rev"]).map(|rev| &rev.value), at(row, &["sha256"]).and_then(word))
        else {
            remarks.add(
                "revision",
                FILE,
                row.span,
                format!("{key} lacks rev or sha256"),
                "write the file anew with `rules lint --revisions`",
            );
            continue;
        };
        let (Some(place), Some(now)) = (at(node, &["rev"]), rev(node)) else { continue };
        if now < *old {
            let advice = format!("write rev: {}", old.saturating_add(1));
            remarks.add("revision", source.file, place.span, format!("rev was {old} in the last release"), advice);
        } else if now == *old && digest(node) != sha256 {
            remarks.add(
                "revision",
                source.file,
                place.span,
                format!("the file does something else than in the last release, and its rev is still {old}"),
                format!("write rev: {}", old.saturating_add(1)),
            );
        }
    }
}

/// `causes/profile/profile-corrupt.yaml` → `causes/profile-corrupt`. Tables and anchors have no revision.
fn key(file: &str) -> Option<String> {
    match file.split('/').next()? {
        folder @ ("causes" | "steps" | "needs") => Some(format!("{folder}/{}", stem(file))),
        "era.yaml" | "playbook.yaml" => Some(stem(file).to_owned()),
        _ => None,
    }
}

fn rev(node: &Node) -> Option<i64> {
    match at(node, &["rev"])?.value {
        Yaml::Int(rev) => Some(rev),
        _ => None,
    }
}

fn digest(root: &Node) -> String {
    let mut form = String::new();
    for (key, value) in entries(root).iter().filter(|(key, _)| !SILENT.contains(&key.text.as_str())) {
        let _ = write!(form, "{:?}=", key.text);
        normal(value, &mut form);
    }
    Sha256::digest(form.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One spelling for every way to write the same tree.
fn normal(node: &Node, out: &mut String) {
    match &node.value {
        Yaml::List(items) => {
            out.push('[');
            for item in items {
                normal(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Yaml::Map(entries) => {
            out.push('{');
            for (key, value) in entries.iter().filter(|(key, _)| key.text != ANSWER) {
                let _ = write!(out, "{:?}=", key.text);
                normal(value, out);
                out.push(',');
            }
            out.push('}');
        }
        scalar => {
            let _ = write!(out, "{scalar:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    #[test]
    fn comments_layout_and_cases_do_not_count_and_constants_do() {
        let of = |text: &str| digest(&parse("r", text).unwrap());
        let base = of("id: a\nrev: 1\nwhen: {is: 1}\ntests: []\n");
        assert_eq!(base, of("# why\nid: a\nrev: 2\nwhen:\n  is: 1\ntests: [{name: x}]\nlinks: [l]\n"));
        assert_ne!(base, of("id: a\nrev: 1\nwhen: {is: 2}\ntests: []\n"));
        assert_ne!(base, of("id: a\nrev: 1\nwhen: {is: \"1\"}\ntests: []\n"));
    }
}
