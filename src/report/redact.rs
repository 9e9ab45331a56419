//! Hides who a case is about: people, computers, addresses, SIDs, domains and tenants become `user-1`, `host-2`, ….
//!
//! A stage between the model and its renderers: no renderer sees a name. Placeholders are numbered by first appearance in the
//! evidence, artifact by artifact in the order of their names, so that they are the same in every output and on every machine;
//! there is no key and no hash that could be guessed. Names of one person that stand together in the evidence get one
//! placeholder. Refuses to know secrets: those never leave the parser.
//!
//! ```text
//! CONTOSO\a.tanaka failed from 192.0.2.7 on PC0123.contoso.example   ─▶   user-1 failed from ip-1 on host-1
//! a.tanaka@contoso.example (S-1-5-21-1-2-3-1104)                     ─▶   user-1 (sid-1)
//! NT AUTHORITY\SYSTEM, S-1-5-18, outlook.office365.com               ─▶   the same
//! ```

mod known;
mod names;
mod shape;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use aho_corasick::AhoCorasick;
use serde_json::Value as Json;

use super::model::{Comparison, Report};
use crate::fact::FactStore;
use crate::value::fold;
use shape::Found;

/// What is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    User,
    Host,
    Ip,
    Sid,
    Domain,
    Tenant,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Host => "host",
            Self::Ip => "ip",
            Self::Sid => "sid",
            Self::Domain => "domain",
            Self::Tenant => "tenant",
        }
    }
}

/// One person, computer, …, under all names.
#[derive(Debug, Clone)]
struct Entity {
    kind: Kind,
    /// Given at its first appearance.
    number: Option<usize>,
    /// As it was written.
    originals: BTreeSet<String>,
    /// Turned out to be the same as another one.
    same_as: Option<usize>,
}

/// What of one upload can hold names.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Names of the artifacts, in their order, each with the details of its issues.
    pub artifacts: &'a [(&'a str, Vec<&'a str>)],
    /// The facts.
    pub facts: &'a FactStore,
}

/// The names of one case, or of two uploads that are compared, with their placeholders.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    entities: Vec<Entity>,
    /// By kind and folded full name.
    keys: HashMap<(Kind, String), usize>,
    /// Names that are found inside of texts.
    words: Vec<(String, usize)>,
    word_keys: HashSet<String>,
    finder: Option<AhoCorasick>,
    /// Names that are so short, or such usual words, that only a text that is nothing else is one.
    whole: HashMap<String, usize>,
    /// Bare account names with everybody who has them.
    bare: BTreeMap<String, BTreeSet<usize>>,
    /// First labels of computers' full names.
    short: BTreeMap<String, BTreeSet<usize>>,
    counts: BTreeMap<Kind, usize>,
    /// All names, folded, for those that were cut.
    sorted: BTreeSet<String>,
    /// Paths as they were typed, longest first, with what stands for them.
    sources: Vec<(String, String)>,
}

impl Redactor {
    /// Collects the names of uploads, and numbers them in the order of the evidence.
    #[must_use]
    pub fn new(uploads: &[Evidence<'_>]) -> Self {
        let mut redactor = Self::default();
        for upload in uploads {
            names::collect(&mut redactor, upload.facts);
        }
        redactor.ready();
        for upload in uploads {
            for text in names::in_order(upload) {
                for line in text.lines() {
                    redactor.text(line);
                }
            }
        }
        redactor
    }

    /// A path that was typed gets a name of its own: nothing in the evidence tells what of it is a person's.
    pub fn source(&mut self, path: &str, name: &str) {
        if !matches!(path, "" | "-") {
            self.sources.push((path.to_owned(), name.to_owned()));
            self.sources.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        }
    }

    /// Hides the names in a report.
    pub fn report(&mut self, report: &mut Report) {
        let source = self.source_name(&report.case.source);
        walk::report(report, &mut |text| *text = self.text(text));
        report.case.source = source;
    }

    /// Hides the names in a comparison.
    pub fn comparison(&mut self, comparison: &mut Comparison) {
        let sources = [&comparison.before, &comparison.after].map(|side| self.source_name(&side.source));
        walk::comparison(comparison, &mut |text| *text = self.text(text));
        [comparison.before.source, comparison.after.source] = sources;
    }

    /// Hides the names in a row of facts: in texts, and in the names of an event's fields.
    pub fn json(&mut self, value: &mut Json) {
        match value {
            Json::String(text) => *text = self.text(text),
            Json::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Json::Object(fields) => {
                for (name, mut value) in std::mem::take(fields) {
                    // A version looks like an address.
                    if name != "version" {
                        self.json(&mut value);
                    }
                    let name = self.text(&name);
                    fields.insert(name, value);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// A message for standard error: the paths that were typed go, too.
    pub fn message(&mut self, message: &str) -> String {
        let mut text = message.to_owned();
        for (path, name) in &self.sources {
            text = text.replace(path.as_str(), name);
            // Messages quote what was typed as a program would write it.
            let quoted = format!("{path:?}");
            text = text.replace(quoted.trim_matches('"'), name);
        }
        self.text(&text)
    }

    fn source_name(&mut self, source: &str) -> String {
        let known = self.sources.iter().find(|(path, _)| path == source).map(|(_, name)| name.clone());
        known.unwrap_or_else(|| self.text(source))
    }

    /// Which placeholder stands for what: cases, then kind by kind in the order of their numbers.
    #[must_use]
    pub fn map(&self) -> Vec<(String, Vec<String>)> {
        let cases = self.sources.iter().map(|(path, name)| (name.clone(), vec![path.clone()]));
        let mut numbered: Vec<&Entity> = self.entities.iter().filter(|entity| entity.number.is_some()).collect();
        numbered.sort_by_key(|entity| (entity.kind, entity.number));
        let named = numbered.into_iter().map(|one| (placeholder(one), one.originals.iter().cloned().collect()));
        cases.chain(named).collect()
    }

    /// A text without names.
    pub fn text(&mut self, text: &str) -> String {
        if let Some(entity) = self.whole.get(&fold(text.trim())).copied() {
            return self.placeholder(entity, text.trim());
        }
        let mut spans: Vec<(usize, usize, usize)> = Vec::new();
        for (start, end, found) in shape::find(text, |found| self.is_ours(found)) {
            if let Some(entity) = self.entity_of(&found) {
                spans.push((start, end, entity));
            }
        }
        if let Some(finder) = &self.finder {
            let words = &self.words;
            spans.extend(finder.find_overlapping_iter(text).filter_map(|found| {
                let (_, entity) = words.get(found.pattern().as_usize())?;
                is_apart(text, found.start(), found.end()).then_some((found.start(), found.end(), *entity))
            }));
        }
        spans.extend(text.match_indices('…').filter_map(|(end, _)| self.cut(text, end)));
        if spans.is_empty() {
            return text.to_owned();
        }
        // Of those that overlap, the longest says what it is, and nothing of the others stays.
        spans.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut joined: Vec<(usize, usize, usize, usize)> = Vec::new();
        for (start, end, entity) in spans {
            let length = end.saturating_sub(start);
            match joined.last_mut().filter(|last| start < last.1) {
                Some(last) => {
                    last.1 = last.1.max(end);
                    if length > last.3 {
                        (last.2, last.3) = (entity, length);
                    }
                }
                None => joined.push((start, end, entity, length)),
            }
        }
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for (start, end, entity, _) in joined {
            clean.push_str(text.get(done..start).unwrap_or_default());
            let own = text.get(start..end).unwrap_or_default();
            clean.push_str(&self.placeholder(entity, own));
            done = end;
        }
        clean.push_str(text.get(done..).unwrap_or_default());
        clean
    }

    /// The beginning of a name in front of a mark that says that it goes on.
    fn cut(&self, text: &str, end: usize) -> Option<(usize, usize, usize)> {
        const SHORTEST: usize = 3;
        const LONGEST: usize = 128;
        let before = text.get(..end)?;
        let starts = before.char_indices().rev().take(LONGEST).map(|(at, _)| at);
        let mut found = None;
        for start in starts {
            let part = fold(before.get(start..)?);
            let apart = is_apart(text, start, end);
            if part.chars().count() >= SHORTEST
                && apart
                && let Some(name) = self.sorted.range(part.clone()..).next().filter(|name| name.starts_with(&part))
            {
                let kinds = [Kind::User, Kind::Host, Kind::Domain, Kind::Tenant];
                let known = kinds.iter().find_map(|kind| self.keys.get(&(*kind, name.clone())).copied());
                let known = known.or_else(|| self.bare.get(name).and_then(BTreeSet::first).copied());
                found = known.map(|entity| (start, end, entity)).or(found);
            }
        }
        found
    }

    fn resolved(&self, mut index: usize) -> usize {
        while let Some(other) = self.entities.get(index).and_then(|entity| entity.same_as) {
            index = other;
        }
        index
    }

    /// Two that turned out to be one.
    fn merge(&mut self, one: usize, other: usize) {
        let (one, other) = (self.resolved(one), self.resolved(other));
        if one != other
            && let Some(entity) = self.entities.get_mut(one)
        {
            entity.same_as = Some(other);
        }
    }

    fn placeholder(&mut self, index: usize, original: &str) -> String {
        let index = self.resolved(index);
        let Some(entity) = self.entities.get_mut(index) else { return String::new() };
        if entity.number.is_none() {
            let count = self.counts.entry(entity.kind).or_default();
            *count = count.saturating_add(1);
            entity.number = Some(*count);
        }
        // A value that is shown as a program would write it doubles its backslashes.
        let original = original.replace(r"\\", r"\");
        if !entity.originals.contains(&original) {
            entity.originals.insert(original);
        }
        placeholder(entity)
    }

    /// The entity of a full name; a new one where it is not known.
    fn entity(&mut self, kind: Kind, key: &str) -> usize {
        let key = (kind, fold(key));
        if let Some(index) = self.keys.get(&key) {
            return *index;
        }
        let index = self.entities.len();
        self.entities.push(Entity { kind, number: None, originals: BTreeSet::new(), same_as: None });
        self.keys.insert(key, index);
        index
    }

    fn known(&self, kind: Kind, key: &str) -> Option<usize> {
        self.keys.get(&(kind, fold(key))).copied()
    }

    /// Whether a shape that could be something harmless names something of this case.
    fn is_ours(&self, found: &Found) -> bool {
        match found {
            Found::Account { domain, .. } => {
                self.known(Kind::Domain, domain).is_some()
                    || self.known(Kind::Host, domain).is_some()
                    || fold(domain) == "azuread"
            }
            Found::Dotted(name) => {
                known::is_customers(name)
                    || self.known(Kind::Domain, name).is_some()
                    || self.known(Kind::Host, name).is_some()
                    || parents(name).any(|parent| self.known(Kind::Domain, parent).is_some())
            }
            _ => true,
        }
    }

    fn entity_of(&mut self, found: &Found) -> Option<usize> {
        Some(match found {
            Found::Mail(address) => self.address(&address.replace("%40", "@")),
            Found::Account { domain, name } => match name.strip_suffix('$') {
                Some(computer) => self.host(computer),
                None => self.entity(Kind::User, &format!("{domain}\\{name}")),
            },
            Found::Folder(name) => match self.bare.get(&fold(name)).and_then(BTreeSet::first) {
                Some(person) => *person,
                None => self.entity(Kind::User, name),
            },
            Found::Sid(sid) => self.entity(Kind::Sid, sid),
            Found::Ip(address) => self.entity(Kind::Ip, address),
            Found::Tenant(id) => self.entity(Kind::Tenant, id),
            Found::Host(name) => match known::is_public(name) {
                true => return None,
                false => self.host_or_domain(name),
            },
            Found::Dotted(name) => self.host_or_domain(name),
        })
    }

    /// An address may stand between other parts of a file's name: `cmdkey_a.tanaka@contoso.example.txt`.
    fn address(&mut self, address: &str) -> usize {
        let (local, domain) = address.split_once('@').unwrap_or((address, ""));
        let starts = std::iter::once(local)
            .chain(local.match_indices(['_', '-']).filter_map(|(at, mark)| local.get(at.saturating_add(mark.len())..)));
        let ends = std::iter::once(domain).chain(domain.rmatch_indices('.').filter_map(|(at, _)| domain.get(..at)));
        let ends: Vec<&str> = ends.collect();
        let mut parts = starts.flat_map(|start| ends.iter().map(move |end| format!("{start}@{end}")));
        match parts.find_map(|part| self.known(Kind::User, &part)) {
            Some(person) => person,
            None => self.entity(Kind::User, address),
        }
    }

    fn host_or_domain(&mut self, name: &str) -> usize {
        match self.known(Kind::Domain, name) {
            Some(domain) => domain,
            None => self.host(name),
        }
    }

    fn host(&mut self, name: &str) -> usize {
        self.entity(Kind::Host, name)
    }

    /// Makes a name one that is found inside of texts.
    fn word(&mut self, word: &str, entity: usize) {
        const SHORTEST: usize = 3;
        let word = word.trim();
        let folded = fold(word);
        if word.is_empty() {
            return;
        }
        if word.chars().count() < SHORTEST && word.is_ascii() || known::is_usual(&folded) {
            self.whole.entry(folded).or_insert(entity);
        } else if self.word_keys.insert(folded.clone()) {
            self.words.push((word.to_owned(), entity));
            if !word.is_ascii() {
                // The search folds ASCII only.
                self.words.push((folded, entity));
                self.words.push((word.to_uppercase(), entity));
            }
        }
    }

    /// All names are known: the search for them is built.
    fn ready(&mut self) {
        names::finish(self);
        let keys = self.keys.keys().map(|(_, name)| name.clone());
        self.sorted = keys.chain(self.bare.keys().cloned()).filter(|name| !known::is_usual(name)).collect();
        let words: Vec<&str> = self.words.iter().map(|(word, _)| word.as_str()).collect();
        self.finder = AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok();
    }
}

fn placeholder(entity: &Entity) -> String {
    format!("{}-{}", entity.kind.word(), entity.number.unwrap_or_default())
}

/// The domains above a name.
fn parents(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.')
        .filter_map(|(dot, _)| name.get(dot.saturating_add(1)..))
        .filter(|parent| parent.contains('.'))
}

/// Whether a word is not part of a longer one. Japanese has no blanks between words.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let own = text.get(start..end).unwrap_or_default();
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    let inside = |edge: Option<char>, next: Option<char>| {
        edge.is_some_and(|edge| edge.is_ascii_alphanumeric()) && next.is_some_and(|next| next.is_ascii_alphanumeric())
    };
    !inside(own.chars().next(), before) && !inside(own.chars().next_back(), after)
}
