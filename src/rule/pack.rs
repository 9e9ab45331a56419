//! A pack: the files of one folder of rules, embedded or named on the command line. Never from inside a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::node::{Node, Problem, Span, Yaml, parse};
use crate::limits::Limits;

static EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

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
        Self { files: EMBEDDED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect() }
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
        let mut names = BTreeSet::new();
        for (name, text) in &self.files {
            // A file that cannot be read is a problem that loading reports.
            let mut pending: Vec<Node> = parse(name, text).into_iter().collect();
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

fn problem(path: &Path, message: &str) -> Problem {
    Problem { file: path.display().to_string(), span: Span::default(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_knows_its_parameters() {
        assert!(Pack::builtin().parameters().contains("token-lifetime"));
        let file = ("a.yaml".to_owned(), "a: [{within: {param: x, default: 1h}}]\nparams: {y: 2h}\n".to_owned());
        assert_eq!(Pack { files: BTreeMap::from([file]) }.parameters(), BTreeSet::from(["x".to_owned()]));
    }
}
