//! How a file is written, whatever it says: its length, words that other readers of YAML take for booleans, ids.

use super::Remarks;
use super::source::{Source, at, entries, is_bare, list, walk, word};
use crate::rule::node::{Node, Span, Yaml};
use crate::rule::pack::{Pack, REVISIONS, SURVIVORS};

/// Lines of a file; a step has instructions in two languages for several readers.
const LINES: usize = 200;
const STEP_LINES: usize = 260;

/// What YAML 1.1 reads as a boolean and YAML 1.2 as text: the same file would mean two things.
const BOOLEANS: &[&str] = &["y", "n", "yes", "no", "on", "off"];

pub(super) fn check(sources: &[Source<'_>], packs: &[Pack], remarks: &mut Remarks) {
    for source in sources {
        length(source, remarks);
        let Some(node) = &source.node else { continue };
        booleans(source, node, remarks);
        ids(source, node, remarks);
        let is_new = source.pack > 0 && packs.first().is_some_and(|builtin| !builtin.files.contains_key(source.file));
        if is_new && matches!(source.kind(), "steps" | "needs") && !source.stem().starts_with("x-") {
            let span = at(node, &["id"]).map_or(node.span, |id| id.span);
            remarks.add(
                "x-prefix",
                source.file,
                span,
                format!("{:?} may become an id of the built-in pack", source.stem()),
                format!("name it x-{0}, in the file x-{0}.yaml", source.stem()),
            );
        }
    }
}

fn length(source: &Source<'_>, remarks: &mut Remarks) {
    let most = if source.kind() == "steps" { STEP_LINES } else { LINES };
    let lines = source.text.lines().count();
    if lines > most && !matches!(source.file, REVISIONS | SURVIVORS) {
        let span = Span { line: u64::try_from(most).unwrap_or(0).saturating_add(1), column: 1 };
        let advice = "split it: one cause, step, need or table a file";
        remarks.add(
            "file-length",
            source.file,
            span,
            format!("this file has {lines} lines; {most} are allowed"),
            advice,
        );
    }
}

fn booleans(source: &Source<'_>, node: &Node, remarks: &mut Remarks) {
    let mut places: Vec<(Span, &str)> = Vec::new();
    walk(node, &mut |part| {
        if let Yaml::Text(text) = &part.value {
            places.push((part.span, text));
        }
        places.extend(entries(part).iter().map(|(key, _)| (key.span, key.text.as_str())));
    });
    let lines: Vec<&str> = source.text.lines().collect();
    for (span, text) in places {
        let is_word = text.len() <= 3 && BOOLEANS.contains(&text.to_ascii_lowercase().as_str());
        if is_word && is_bare(&lines, span) {
            remarks.add(
                "yaml-boolean",
                source.file,
                span,
                format!("other readers of YAML take the bare word {text} for true or false"),
                format!("write \"{text}\" in quotes if it is text, or true or false if it is not"),
            );
        }
    }
}

fn ids(source: &Source<'_>, node: &Node, remarks: &mut Remarks) {
    let mut wanted: Vec<(Span, &str)> = Vec::new();
    if matches!(source.kind(), "causes" | "steps" | "needs" | "era.yaml" | "playbook.yaml")
        && let Some(id) = at(node, &["id"])
    {
        wanted.extend(word(id).map(|word| (id.span, word)));
    }
    let names = if source.kind() == "anchors.yaml" { Some(node) } else { at(node, &["let"]) };
    wanted.extend(names.map(entries).unwrap_or_default().iter().map(|(key, _)| (key.span, key.text.as_str())));
    if source.kind() == "causes" {
        for item in ["evidence", "refutes"].iter().flat_map(|key| list(at(node, &[key]))) {
            wanted.extend(at(item, &["name"]).and_then(|name| Some((name.span, word(name)?))));
        }
    }
    for (span, id) in wanted {
        if !is_kebab(id) {
            remarks.add(
                "id-case",
                source.file,
                span,
                format!("{id:?} is not in kebab case"),
                format!("write {}: small letters and digits, joined by single hyphens", kebab(id)),
            );
        }
    }
}

fn is_kebab(id: &str) -> bool {
    id.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// `MyRule_2` → `my-rule-2`.
fn kebab(id: &str) -> String {
    let mut out = String::new();
    let mut after_small = false;
    for c in id.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && after_small {
                out.push('-');
            }
            out.push(c.to_ascii_lowercase());
            after_small = !c.is_ascii_uppercase();
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
            after_small = false;
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_kebab_case() {
        for (id, expected) in [("MyRule_2", "my-rule-2"), ("a--b", "a-b"), ("x y", "x-y"), ("ABC", "abc")] {
            assert!(!is_kebab(id), "{id}");
            assert_eq!(kebab(id), expected);
        }
        assert!(is_kebab("stale-stored-password-office"));
        assert!(is_kebab("x-1"));
    }
}
