//! A pack: the files of one folder of rules, embedded or named on the command line. Never from inside a bundle.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::compact;
use super::node::{Node, Problem, Span, parse, with_room};
use crate::limits::Limits;
use crate::value::hex;

/// Name, text and tree of each shipped file, by name.
static EMBEDDED: &[(&str, &str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The file that says what a pack is called and what it sets.
pub const MANIFEST: &str = "pack.yaml";
/// The file that `rules lint` compares with; no verdict depends on it.
pub const REVISIONS: &str = "revisions.yaml";
/// The names that every rule may use.
pub const ANCHORS: &str = "anchors.yaml";
/// The words for names in sentences.
pub const LABELS: &str = "tables/labels.yaml";
/// The cases of what all rules share.
pub const TESTS: &str = "tests.yaml";
/// The mutants of a pack that no case can notice.
pub const SURVIVORS: &str = "survivors.yaml";

/// Whether a file is read by the tools of authors only: no verdict depends on it.
#[must_use]
pub fn is_for_authors(file: &str) -> bool {
    matches!(file, REVISIONS | TESTS | SURVIVORS)
}

/// The YAML files of one pack, by path with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// File name → text.
    pub files: BTreeMap<String, String>,
    /// The folder as it was named; empty for the pack in the binary.
    pub folder: PathBuf,
}

impl Pack {
    /// The pack that ships inside the binary.
    #[must_use]
    pub fn builtin() -> Self {
        let files = EMBEDDED.iter().map(|(name, text, _)| ((*name).to_owned(), (*text).to_owned())).collect();
        Self { files, folder: PathBuf::new() }
    }

    /// Reads a folder.
    ///
    /// # Errors
    /// What cannot be read, or is larger than a rule file may be.
    pub fn from_dir(root: &Path, limits: &Limits) -> Result<Self, Vec<Problem>> {
        let mut pack = Self { files: BTreeMap::new(), folder: root.to_owned() };
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

    /// The manifest as an editor can open it: every pack has one, so its name alone says nothing.
    #[must_use]
    pub fn manifest_file(&self) -> String {
        self.folder.join(MANIFEST).display().to_string()
    }

    fn walk(&mut self, root: &Path, folder: &Path, limits: &Limits, depth: u32, problems: &mut Vec<Problem>) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return problems.push(problem(folder, &format!("cannot be read: {error}"))),
        };
        let mut paths = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => paths.push(entry.path()),
                Err(error) => problems.push(problem(folder, &format!("cannot be read: {error}"))),
            }
        }
        paths.sort();
        for path in paths {
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() {
                if depth < limits.folder_depth {
                    self.walk(root, &path, limits, depth + 1, problems);
                } else {
                    let message =
                        format!("a pack may have folders {} deep; nothing below is read", limits.folder_depth);
                    problems.push(problem(&path, &message));
                }
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                match read(&path, limits) {
                    Ok(text) => {
                        self.files.insert(name, text);
                    }
                    Err(message) => problems.push(problem(&path, &message)),
                }
            }
        }
    }
}

/// The text of one rule file. A pipe would be waited for without end, and a file that is too large is not read first.
fn read(path: &Path, limits: &Limits) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let too_large = || format!("a rule file may have {} bytes", limits.rule_file);
    let most = u64::try_from(limits.rule_file).unwrap_or(u64::MAX);
    let about = std::fs::symlink_metadata(path).map_err(cannot)?;
    if !about.is_file() {
        return Err("is no regular file, so it is not read".to_owned());
    }
    if about.len() > most {
        return Err(too_large());
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    // It may have grown since.
    file.take(most.saturating_add(1)).read_to_string(&mut text).map_err(cannot)?;
    if text.len() > limits.rule_file { Err(too_large()) } else { Ok(text) }
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

/// The files in force, each with the position of its pack. A file of a later pack replaces the one that says the same id in
/// an earlier pack: that of the same name in the same top folder, whatever group below it.
#[must_use]
pub fn in_force(packs: &[Pack]) -> BTreeMap<&str, (usize, &str)> {
    let mut found: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut files: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (position, pack) in packs.iter().enumerate() {
        for (file, text) in &pack.files {
            let of_earlier = |old: &&str| found.get(*old).is_some_and(|(of, _)| *of < position);
            if let Some(old) = files.insert(subject(file), file).filter(of_earlier) {
                found.remove(old);
            }
            found.insert(file, (position, text));
        }
    }
    found
}

/// What a file is about: its top folder and its id.
#[must_use]
pub fn subject(file: &str) -> (&str, &str) {
    (file.split('/').next().unwrap_or(file), stem(file))
}

/// SHA-256 over all files of all packs in their order, in hex; line ends of Windows count as those of Unix.
#[must_use]
pub fn fingerprint(packs: &[Pack]) -> String {
    let mut hasher = Sha256::new();
    for (position, pack) in packs.iter().enumerate() {
        if position > 0 {
            // No name of a file begins so: the end of one pack cannot be taken for a file of the next.
            hasher.update([0, 1]);
        }
        for (name, text) in pack.files.iter().filter(|(name, _)| !is_for_authors(name)) {
            hasher.update(name.as_bytes());
            hasher.update([0]);
            hasher.update(text.replace("\r\n", "\n").as_bytes());
            hasher.update([0]);
        }
    }
    hex(&hasher.finalize())
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

    fn pack(files: &[(&str, &str)]) -> Pack {
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        Pack { files, ..Pack::default() }
    }

    #[test]
    fn what_ships_is_what_its_text_says() {
        for (name, text) in &Pack::builtin().files {
            assert!(shipped(name, text).is_some_and(|tree| Ok(tree) == parse(name, text)), "{name}");
            assert!(shipped(name, &format!("{text}#")).is_none(), "{name}");
        }
    }

    fn problems_of(root: &Path, limits: &Limits) -> Vec<String> {
        Pack::from_dir(root, limits).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        // Sparse: reading it whole would take its length in memory.
        std::fs::File::create(folder.path().join("big.yaml")).unwrap().set_len(64 << 30).unwrap();
        let found = problems_of(folder.path(), &Limits::default());
        assert!(found.len() == 1 && found[0].contains("a rule file may have 262144 bytes"), "{found:?}");
    }

    #[test]
    fn a_folder_that_is_too_deep_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("causes/deep")).unwrap();
        std::fs::write(folder.path().join("pack.yaml"), "name: p").unwrap();
        let limits = Limits { folder_depth: 1, ..Limits::default() };
        let found = problems_of(folder.path(), &limits);
        assert!(found.len() == 1 && found[0].contains("deep") && found[0].contains("folders 1 deep"), "{found:?}");
        assert!(Pack::from_dir(folder.path(), &Limits::default()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("f.yaml");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let found = problems_of(folder.path(), &Limits::default());
        assert!(found.len() == 1 && found[0].contains("no regular file"), "{found:?}");
    }

    #[test]
    fn the_stem_is_the_id() {
        for (file, id) in [("causes/profile/profile-corrupt.yaml", "profile-corrupt"), ("era.yaml", "era"), ("x", "x")]
        {
            assert_eq!(stem(file), id);
        }
    }

    #[test]
    fn a_later_pack_replaces_by_id_whatever_the_group() {
        let first = pack(&[("causes/z/a.yaml", "old"), ("causes/z/b.yaml", "b"), ("steps/a.yaml", "step")]);
        let second = pack(&[("causes/a/a.yaml", "new"), ("causes/m/a.yaml", "twice")]);
        let packs = [first, second];
        let found: Vec<_> = in_force(&packs).into_iter().collect();
        let expected = [
            ("causes/a/a.yaml", (1, "new")),
            ("causes/m/a.yaml", (1, "twice")),
            ("causes/z/b.yaml", (0, "b")),
            ("steps/a.yaml", (0, "step")),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_fingerprint_covers_every_pack_and_their_order_and_no_revisions() {
        let (a, b) = (pack(&[("pack.yaml", "name: a")]), pack(&[("pack.yaml", "name: b")]));
        let of = |packs: &[&Pack]| fingerprint(&packs.iter().map(|pack| (*pack).clone()).collect::<Vec<_>>());
        let both = pack(&[("pack.yaml", "name: a"), ("revisions.yaml", "x: 1")]);
        assert_eq!(of(&[&a]), of(&[&both]));
        assert_eq!(of(&[&pack(&[("a", "1\r\n2")])]), of(&[&pack(&[("a", "1\n2")])]));
        let all = [of(&[&a]), of(&[&b]), of(&[&a, &b]), of(&[&b, &a]), of(&[&a, &a, &b])];
        for (position, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 64);
            assert!(!all.iter().skip(position + 1).any(|other| other == one), "{position}");
        }
    }
}
