//! Reads `pack.yaml`: what a pack is called, which tool it needs, in which languages it is written, what it sets.
//!
//! ```yaml
//! name: contoso
//! revision: "7"
//! minimum-version: "0.1"
//! languages: [en, ja]
//! params: {token-lifetime: 90m}
//! overrides: []
//! ```

use super::fields::{Fields, Problems};
use super::node::{Node, Problem, Span};
use super::overrides::{self, Override};
use super::pack::{MANIFEST, Pack, read_all};
use crate::lang::Lang;
use crate::value::FileVersion;

/// Keys of `pack.yaml`.
pub(crate) const KEYS: &[&str] = &["name", "revision", "minimum-version", "languages", "params", "overrides"];

/// What a manifest says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manifest {
    pub(super) name: String,
    pub(super) revision: String,
    pub(super) overrides: Vec<Override>,
    /// `params`, to be read against the rules of all packs.
    pub(super) params: Option<Node>,
    /// The file, as an editor can open it.
    pub(super) file: String,
    /// What is wrong if the pack needs a newer tool: nothing else of it is worth reading then.
    pub(super) too_new: Option<Problem>,
}

/// Reads the manifest of every pack, with what is wrong in it, for the tool of version `tool`.
pub(super) fn read(packs: &[Pack], tool: &str) -> Vec<(Option<Manifest>, Vec<Problem>)> {
    let texts = packs.iter().filter_map(|pack| pack.files.get(MANIFEST));
    let mut trees = read_all(texts.map(|text| (MANIFEST, text.as_str()))).into_iter();
    let tree = |pack: &Pack| pack.files.get(MANIFEST).and_then(|_| trees.next());
    packs.iter().map(tree).zip(packs).map(|(tree, pack)| one(tree, pack.manifest_file(), tool)).collect()
}

fn one(tree: Option<Result<Node, Problem>>, file: String, tool: &str) -> (Option<Manifest>, Vec<Problem>) {
    let node = match tree {
        Some(Ok(node)) => node,
        Some(Err(problem)) => return (None, vec![Problem { file, ..problem }]),
        None => {
            let message = "a pack needs a pack.yaml with its name and revision".to_owned();
            return (None, vec![Problem { file, span: Span::default(), message }]);
        }
    };
    let mut own = Problems::new(&file);
    let manifest = fields(&node, &file, tool, &mut own);
    (manifest, own.list)
}

fn fields(node: &Node, file: &str, tool: &str, problems: &mut Problems<'_>) -> Option<Manifest> {
    let fields = Fields::read(node, "a pack", KEYS, problems)?;
    let (name, revision) = (fields.need_text("name", problems), fields.need_text("revision", problems));
    if let Some(node) = fields.get("name").filter(|_| name.as_ref().is_some_and(|name| name.trim().is_empty())) {
        problems.add(node.span, "the name of the pack is empty; reports name it beside what it changes");
    }
    let label = name.clone().unwrap_or_default();
    let too_new = minimum(&fields, &label, file, tool, problems);
    languages(&fields, problems);
    let overrides =
        fields.get("overrides").map(|node| overrides::read(node, &label, file, problems)).unwrap_or_default();
    Some(Manifest {
        name: name?,
        revision: revision?,
        overrides,
        params: fields.get("params").cloned(),
        file: file.to_owned(),
        too_new,
    })
}

/// Compared part by part: 0.10 is newer than 0.9.
fn minimum(fields: &Fields<'_>, pack: &str, file: &str, tool: &str, problems: &mut Problems<'_>) -> Option<Problem> {
    let wanted = fields.text("minimum-version", problems)?;
    let span = fields.get("minimum-version").map(|node| node.span).unwrap_or_default();
    let Ok(version) = wanted.parse::<FileVersion>() else {
        problems.add(
            span,
            format!("{wanted:?} is no version of the tool; write two to four numbers in quotes, such as \"0.1\""),
        );
        return None;
    };
    // What stands behind a hyphen or a plus is a build of the same version.
    let own = tool.split(['-', '+']).next().and_then(|numbers| numbers.parse::<FileVersion>().ok());
    own.is_some_and(|own| own < version).then(|| Problem {
        file: file.to_owned(),
        span,
        message: format!(
            "the pack {pack} needs outlook-triage {wanted} or newer, and this is {tool}; use that version of the tool, or an older revision of the pack"
        ),
    })
}

fn languages(fields: &Fields<'_>, problems: &mut Problems<'_>) {
    let Some(node) = fields.get("languages") else { return };
    let named = fields.texts("languages", problems);
    let known = Lang::ALL.map(|(word, _)| word);
    for wrong in named.iter().filter(|word| !known.contains(&word.as_str())) {
        problems
            .add(node.span, format!("{wrong:?} is no language that the tool knows; known are {}", known.join(", ")));
    }
    for (word, lacking) in known.map(|word| (word, !named.iter().any(|named| named == word))) {
        if lacking {
            problems
                .add(node.span, format!("{word} is not named; every text of a pack exists in {}", known.join(" and ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn manifest(text: &str, tool: &str) -> (Option<Manifest>, Vec<String>) {
        let files = BTreeMap::from([(MANIFEST.to_owned(), text.to_owned())]);
        let (manifest, problems) = read(&[Pack { files, ..Pack::default() }], tool).pop().unwrap();
        (manifest, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn versions_of_the_tool_are_compared_part_by_part() {
        let needs = |wanted: &str, tool: &str| {
            let (manifest, problems) =
                manifest(&format!("name: p\nrevision: \"1\"\nminimum-version: \"{wanted}\"\n"), tool);
            assert!(problems.is_empty(), "{problems:?}");
            manifest.unwrap().too_new.map(|problem| problem.to_string())
        };
        for (wanted, tool) in [("0.1", "0.1.0"), ("0.9", "0.10.0"), ("0.9.9", "1.0.0"), ("0.1.0", "0.1.0-rc.1")] {
            assert_eq!(needs(wanted, tool), None, "{wanted} {tool}");
        }
        assert_eq!(
            needs("0.10", "0.9.3").unwrap(),
            "pack.yaml:3:18: the pack p needs outlook-triage 0.10 or newer, and this is 0.9.3; use that version of the tool, or an older revision of the pack"
        );
        assert!(needs("0.1.1", "0.1.0").is_some() && needs("2.0", "1.99").is_some());
    }

    #[test]
    fn languages_and_versions_that_mean_nothing_are_refused() {
        for (line, words) in [
            ("languages: [en, ja, de]", "\"de\" is no language that the tool knows; known are en, ja"),
            ("languages: [en]", "ja is not named"),
            ("languages: []", "en is not named"),
            ("minimum-version: \"new\"", "\"new\" is no version of the tool"),
            ("minimum-version: 0.1", "put the number 0.1 into quotes"),
            ("minimum-versoin: \"0.1\"", "did you mean \"minimum-version\"?"),
        ] {
            let (_, problems) = manifest(&format!("name: p\nrevision: \"1\"\n{line}\n"), "0.1.0");
            assert!(problems.iter().any(|problem| problem.contains(words)), "{line}: {problems:?}");
            assert!(problems.iter().all(|problem| problem.starts_with("pack.yaml:3:")), "{problems:?}");
        }
        let (manifest, problems) = manifest("name: \" \"\nrevision: \"1\"\n", "0.1.0");
        assert!(manifest.is_some() && problems.len() == 1, "{problems:?}");
    }
}
