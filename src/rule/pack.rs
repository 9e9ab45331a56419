//! A pack: the files of one folder of rules, embedded or named on the command line. Never from inside a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::compact;
use super::node::{Node, Problem, Span, Yaml, parse, with_room};
use crate::limits::Limits;

/// Name, text and tree of each shipped file, by name.
static EMBEDDED: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The YAML files of one pack, by path with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// File name → text.
    pub files: BTreeMap<String, String>,
}

impl Pack {
    /// The pack that ships inside the binary.
    #[must_use]
    pub fn builtin() -> Self {
        Self { files: EMBEDDED.iter().map(|(name, text, _)| ((*name).to_owned(), (*text).to_owned())).collect() }
    }

    /// Reads a folder.
    ///
    /// # Errors
    /// What cannot be read, or is larger than a rule file may be.
    pub fn from_dir(root: &Path, limits: &Limits) -> Result<Self, Vec<Problem>> {
        let mut pack = Self { files: BTreeMap::new() };
        let mut problems = Vec::new();
        pack.walk(root, root, limits, 0, &mut problems);
        if pack.files.is_empty() && problems.is_empty() {
            problems.push(problem(
                root,
                "no .yaml file in this folder; a pack has a pack.yaml (name, revision) and its rules in causes/",
            ));
        }
        if problems.is_empty() { Ok(pack) } else { Err(problems) }
    }

    /// The parameters that the files ask for: `{param: NAME, default: …}`.
    #[must_use]
    pub fn parameters(&self) -> BTreeSet<String> {
        with_room(|| self.parameters_here())
    }

    fn parameters_here(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (name, text) in &self.files {
            // A file that cannot be read is a problem that loading reports.
            let mut pending: Vec<Node> = read(name, text).into_iter().collect();
            while let Some(node) = pending.pop() {
                match node.value {
                    Yaml::List(items) => pending.extend(items),
                    Yaml::Map(entries) => {
                        for (key, value) in entries {
                            match value.value {
                                Yaml::Text(parameter) if key.text == "param" => {
                                    names.insert(parameter);
                                }
                                _ => pending.push(value),
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        names
    }

    fn walk(&mut self, root: &Path, folder: &Path, limits: &Limits, depth: u32, problems: &mut Vec<Problem>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return problems.push(problem(folder, &format!("cannot be read: {error}"))),
        };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() && depth < limits.folder_depth {
                self.walk(root, &path, limits, depth + 1, problems);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                match std::fs::read_to_string(&path) {
                    Ok(text) if text.len() > limits.rule_file => {
                        problems.push(problem(&path, &format!("a rule file may have {} bytes", limits.rule_file)));
                    }
                    Ok(text) => {
                        self.files.insert(name, text);
                    }
                    Err(error) => problems.push(problem(&path, &format!("cannot be read: {error}"))),
                }
            }
        }
    }
}

/// The tree of a file of a pack. What ships was parsed when the program was built.
///
/// # Errors
/// What [`parse`] refuses.
pub(crate) fn read(name: &str, text: &str) -> Result<Node, Problem> {
    shipped(name, text).map_or_else(|| parse(name, text), Ok)
}

/// The trees of files, in their order.
pub(crate) fn read_all<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> Vec<Result<Node, Problem>> {
    let files: Vec<(&str, &str)> = files.collect();
    let mut trees: Vec<Option<Node>> = files.iter().map(|(name, text)| shipped(name, text)).collect();
    if trees.iter().all(Option::is_some) {
        return trees.into_iter().flatten().map(Ok).collect();
    }
    with_room(|| {
        let pairs = files.iter().zip(&mut trees);
        pairs.map(|((name, text), tree)| tree.take().map_or_else(|| parse(name, text), Ok)).collect()
    })
}

/// The tree of a file that is, letter for letter, one of those that ship.
fn shipped(name: &str, text: &str) -> Option<Node> {
    let index = EMBEDDED.binary_search_by_key(&name, |(known, _, _)| known).ok()?;
    let (_, _, tree) = EMBEDDED.get(index).filter(|(_, known, _)| *known == text)?;
    compact::read(tree)
}

/// The id that a file is named by: `steps/clear-credentials.yaml` → `clear-credentials`.
#[must_use]
pub fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.strip_suffix(".yaml").unwrap_or(name)
}

fn problem(path: &Path, message: &str) -> Problem {
    Problem { file: path.display().to_string(), span: Span::default(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ships_is_what_its_text_says() {
        for (name, text) in &Pack::builtin().files {
            assert!(shipped(name, text).is_some_and(|tree| Ok(tree) == parse(name, text)), "{name}");
            assert!(shipped(name, &format!("{text}#")).is_none(), "{name}");
        }
    }

    #[test]
    fn the_stem_is_the_id() {
        for (file, id) in [("causes/profile/profile-corrupt.yaml", "profile-corrupt"), ("era.yaml", "era"), ("x", "x")]
        {
            assert_eq!(stem(file), id);
        }
    }

    #[test]
    fn a_pack_knows_its_parameters() {
        assert!(Pack::builtin().parameters().contains("token-lifetime"));
        let file = ("a.yaml".to_owned(), "a: [{within: {param: x, default: 1h}}]\nparams: {y: 2h}\n".to_owned());
        assert_eq!(Pack { files: BTreeMap::from([file]) }.parameters(), BTreeSet::from(["x".to_owned()]));
    }
}
