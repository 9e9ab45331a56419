//! The files of the packs as they were written: text and tree, with the helpers that every theme reads them with.

use crate::rule::node::{Key, Node, Problem, Span, Yaml};
use crate::rule::pack::{self, MANIFEST, Pack, in_force, stem};

/// One file of one pack.
#[derive(Debug)]
pub(super) struct Source<'p> {
    /// Position of its pack; 0 is the built-in one unless only one folder is checked.
    pub(super) pack: usize,
    /// Path inside the pack.
    pub(super) file: &'p str,
    /// What was written.
    pub(super) text: &'p str,
    /// The tree, if it can be read.
    pub(super) node: Option<Node>,
}

impl Source<'_> {
    /// The folder or file that says what it is: `causes`, `steps`, `era.yaml` …
    pub(super) fn kind(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }

    /// File name without its ending: the id.
    pub(super) fn stem(&self) -> &str {
        stem(self.file)
    }
}

/// Whether the scalar at a place of these lines stands without quotes.
pub(super) fn is_bare(lines: &[&str], span: Span) -> bool {
    let line = usize::try_from(span.line).ok().and_then(|line| lines.get(line.saturating_sub(1)));
    let column = usize::try_from(span.column).unwrap_or(usize::MAX).saturating_sub(1);
    line.and_then(|line| line.chars().nth(column)).is_some_and(|c| !matches!(c, '"' | '\'' | '|' | '>'))
}

/// The files in force, of which there is one manifest and one list of revisions: the last pack's.
pub(super) fn read(packs: &[Pack]) -> (Vec<Source<'_>>, Vec<Problem>) {
    let in_force = in_force(packs);
    let mut problems = Vec::new();
    let trees = pack::read_all(in_force.iter().map(|(file, (_, text))| (*file, *text)));
    let sources = in_force
        .into_iter()
        .zip(trees)
        .map(|((file, (pack, text)), tree)| {
            // Loading reads every manifest, and names the pack it belongs to.
            let node = tree.map_err(|problem| problems.extend((file != MANIFEST).then_some(problem))).ok();
            Source { pack, file, text, node }
        })
        .collect();
    (sources, problems)
}

/// The source of a file; they stand in the order of their names.
pub(super) fn of<'s, 'p>(sources: &'s [Source<'p>], file: &str) -> Option<&'s Source<'p>> {
    sources.binary_search_by_key(&file, |source| source.file).ok().and_then(|index| sources.get(index))
}

/// Key and value of a mapping's entry.
pub(super) fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n (Key, Node)> {
    entries(node).iter().find(|(name, _)| name.text == key)
}

/// A value below several keys.
pub(super) fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| entry(node, key).map(|(_, value)| value))
}

/// The entries of a mapping; none of anything else.
pub(super) fn entries(node: &Node) -> &[(Key, Node)] {
    match &node.value {
        Yaml::Map(entries) => entries,
        _ => &[],
    }
}

/// The items of a list; none of anything else.
pub(super) fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.value) {
        Some(Yaml::List(items)) => items,
        _ => &[],
    }
}

/// Text of a scalar.
pub(super) fn word(node: &Node) -> Option<&str> {
    match &node.value {
        Yaml::Text(text) => Some(text),
        _ => None,
    }
}

/// Calls `visit` for a node and everything below it.
pub(super) fn walk<'n>(node: &'n Node, visit: &mut dyn FnMut(&'n Node)) {
    visit(node);
    match &node.value {
        Yaml::List(items) => items.iter().for_each(|item| walk(item, visit)),
        Yaml::Map(entries) => entries.iter().for_each(|(_, value)| walk(value, visit)),
        _ => {}
    }
}
