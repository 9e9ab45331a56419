//! A pack: the files of one folder of rules, embedded or named on the command line. Never from inside a bundle.

use std::collections::BTreeMap;
use std::path::Path;

use super::node::{Problem, Span};
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
            problems.push(problem(root, "no .yaml file in this folder; see `rules show` for the layout of a pack"));
        }
        if problems.is_empty() { Ok(pack) } else { Err(problems) }
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
