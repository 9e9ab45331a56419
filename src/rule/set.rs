//! The rule set: rules, anchors, era table, needs and tables of all packs, checked as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Ask, Condition, Selector};
use super::era::EraTable;
use super::eval::Scope;
use super::fields::Problems;
use super::manifest::{self, Manifest};
use super::name::{Name, anchors};
use super::need::{self, Need};
use super::node::{Node, Problem};
use super::overrides::{self, Override};
use super::pack::{ANCHORS, LABELS, MANIFEST, Pack, fingerprint, in_force, is_for_authors, read_all, stem};
use super::param::{self, Parameter, Params};
use super::rule::{self, Rule};
use super::{check, codes, tables};
use crate::fact::catalogue::Catalogue;
use crate::fact::identity::Role;
use crate::lang::Text;
use crate::limits::Limits;
use crate::parse::interest::Interest;
use crate::value::{FileVersion, fold};

/// Everything the engine knows, from data.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Rules by id.
    pub rules: BTreeMap<String, Rule>,
    /// Names that every rule may use.
    pub anchors: BTreeMap<String, Name>,
    /// The era table.
    pub era: EraTable,
    /// Needs by id.
    pub needs: BTreeMap<String, Need>,
    /// Tables of the fact stage.
    pub catalogue: Catalogue,
    /// Parameters that rules and steps ask for.
    pub parameters: BTreeMap<String, Parameter>,
    /// Parameters set by packs; the last pack counts.
    pub params: Params,
    /// What packs change of rules, in the order of the packs.
    pub overrides: Vec<Override>,
    /// Groups of audited events: who writes them, and what shows that they are recorded.
    pub audits: BTreeMap<String, tables::AuditGroup>,
    /// Words for names in sentences made from conditions (`tables/labels.yaml`).
    pub labels: BTreeMap<String, Text>,
    /// What error codes mean (`tables/codes-<family>.yaml`).
    pub codes: codes::Codes,
    /// Names of the packs, in order.
    pub packs: Vec<String>,
    /// Revisions of the packs, joined.
    pub revision: String,
    /// SHA-256 over all files of all packs in their order, in hex.
    pub sha256: String,
    /// Files of the playbook and its steps, which `plan` reads.
    pub plan_files: BTreeMap<String, Node>,
}

impl RuleSet {
    /// Loads packs; a later pack adds files or replaces those that say the same id.
    ///
    /// # Errors
    /// All problems of all files, each with file, line and column.
    pub fn load(packs: &[Pack], limits: &Limits) -> Result<Self, Vec<Problem>> {
        const TOOL: &str = env!("CARGO_PKG_VERSION");
        let manifests = manifest::read(packs, TOOL);
        let too_new: Vec<Problem> =
            manifests.iter().filter_map(|(manifest, _)| manifest.as_ref()?.too_new.clone()).collect();
        if !too_new.is_empty() {
            // What such a pack says in a newer form would only bury the one sentence that helps.
            return Err(too_new);
        }
        let mut files = in_force(packs);
        // A manifest belongs to its own pack.
        files.retain(|name, _| !is_for_authors(name) && *name != MANIFEST);
        let mut set = Self { sha256: fingerprint(packs), ..Self::default() };
        let mut problems = twice(&files);
        let mut nodes: BTreeMap<&str, Node> = BTreeMap::new();
        let trees = read_all(files.iter().map(|(name, (_, text))| (*name, *text)));
        for (name, tree) in files.keys().zip(trees) {
            match tree {
                Ok(node) => {
                    param::collect(name, &node, &mut set.parameters, &mut problems);
                    nodes.insert(*name, node);
                }
                Err(problem) => problems.push(problem),
            }
        }
        for (manifest, mut own) in manifests {
            problems.append(&mut own);
            if let Some(manifest) = manifest {
                set.pack(manifest, &mut problems);
            }
        }
        let mut own = Problems::new("tables/service-hosts.yaml");
        let hosts = nodes.get("tables/service-hosts.yaml").and_then(|node| tables::hosts(node, &mut own));
        problems.append(&mut own.list);
        set.earlier(packs, &files, &mut problems);
        for (name, node) in nodes {
            set.file(name, node, hosts.as_deref(), limits, &mut problems);
        }
        if set.rules.len() > limits.rules {
            problems.push(Problem {
                file: "causes".to_owned(),
                span: super::node::Span::default(),
                message: format!("a rule set may have {} rules", limits.rules),
            });
        }
        if problems.is_empty() {
            check::references(&set, limits, &mut problems);
            problems.append(&mut overrides::known(&set.overrides, set.rules.keys()));
        }
        problems.sort();
        if problems.is_empty() { Ok(set) } else { Err(problems) }
    }

    /// The rules that ship inside the binary.
    ///
    /// # Errors
    /// Never for a released binary: a test loads them.
    pub fn builtin() -> Result<Self, Vec<Problem>> {
        Self::load(&[Pack::builtin()], &Limits::default())
    }

    /// Anchors, labels and codes of packs that a later one adds to: a name means what the last pack says that has it.
    fn earlier(&mut self, packs: &[Pack], files: &BTreeMap<&str, (usize, &str)>, problems: &mut Vec<Problem>) {
        let tables: Vec<(String, &'static str)> = codes::tables().collect();
        let words: BTreeMap<&str, &'static str> =
            tables.iter().map(|(file, family)| (file.as_str(), *family)).collect();
        for file in [ANCHORS, LABELS].into_iter().chain(words.keys().copied()) {
            let last = files.get(file).map_or(0, |(position, _)| *position);
            let texts = packs.iter().take(last).filter_map(|pack| pack.files.get(file));
            for tree in read_all(texts.map(|text| (file, text.as_str()))) {
                let mut own = Problems::new(file);
                match tree {
                    Ok(node) if file == LABELS => self.labels.extend(tables::labels(&node, &mut own)),
                    Ok(node) if words.contains_key(file) => {
                        words.get(file).into_iter().for_each(|family| self.codes.read(family, &node, &mut own));
                    }
                    Ok(node) => {
                        let (names, mut found) = anchors(file, &node);
                        self.anchors.extend(names);
                        own.list.append(&mut found);
                    }
                    Err(problem) => own.list.push(problem),
                }
                problems.append(&mut own.list);
            }
        }
    }

    /// What a pack says of itself.
    fn pack(&mut self, manifest: Manifest, problems: &mut Vec<Problem>) {
        let mut own = Problems::new(&manifest.file);
        if let Some(node) = &manifest.params {
            self.params.extend(param::set(node, &self.parameters, &mut own));
        }
        problems.append(&mut own.list);
        self.packs.push(manifest.name);
        self.overrides.extend(manifest.overrides);
        let revision = manifest.revision;
        self.revision = if self.revision.is_empty() { revision } else { format!("{}+{revision}", self.revision) };
    }

    fn file(&mut self, name: &str, node: Node, hosts: Option<&str>, limits: &Limits, problems: &mut Vec<Problem>) {
        let mut own = Problems::new(name);
        let stem = stem(name);
        let known = match name.split('/').next() {
            Some("causes") => {
                if let Some(rule) = rule::read(name, &node, limits, &mut own) {
                    self.rules.insert(rule.id.clone(), rule);
                }
                true
            }
            Some("needs") => {
                if let Some(need) = need::read(&node, &mut own) {
                    if need.id != stem {
                        own.add(node.span, format!("the id {:?} must be the name of its file, {stem:?}", need.id));
                    }
                    self.needs.insert(need.id.clone(), need);
                }
                true
            }
            Some("tables") if name == LABELS => {
                self.labels.extend(tables::labels(&node, &mut own));
                true
            }
            Some("tables") if codes::is_table(stem) => {
                self.codes.read_table(stem, &node, &mut own);
                true
            }
            Some("tables") => {
                if stem == "audit-groups" {
                    self.audits.extend(tables::audits(&node, &mut own));
                }
                tables::read(stem, &node, hosts, &mut self.catalogue, &mut own);
                true
            }
            Some("steps" | "playbook.yaml") => {
                self.plan_files.insert(name.to_owned(), node);
                true
            }
            Some(ANCHORS) => {
                let (names, mut found) = anchors(name, &node);
                self.anchors.extend(names);
                problems.append(&mut found);
                true
            }
            Some("era.yaml") => {
                self.era = EraTable::read(&node, limits, &mut own);
                true
            }
            _ => false,
        };
        if !known {
            own.add(super::node::Span::default(), "a pack has causes/, steps/, needs/, tables/, pack.yaml, playbook.yaml, anchors.yaml, era.yaml, tests.yaml, survivors.yaml and revisions.yaml; this file is none of them");
        }
        problems.append(&mut own.list);
    }

    /// A name: the rule's own, else an anchor.
    #[must_use]
    pub fn name<'s>(&'s self, name: &str, scope: &'s Scope) -> Option<&'s Name> {
        scope.get(name).copied().or_else(|| self.anchors.get(name))
    }

    /// The words for a name.
    #[must_use]
    pub fn label(&self, name: &str) -> Text {
        self.labels.get(name).cloned().unwrap_or_else(|| Text::same(name))
    }

    /// The version of a table row.
    #[must_use]
    pub fn level(&self, table: &str, row: &str) -> Option<FileVersion> {
        (table == "outlook-builds").then(|| self.catalogue.builds.get(row)).flatten().map(|row| row.version)
    }

    /// Updates of a row and of every later row of its product and major version.
    #[must_use]
    pub fn updates_from(&self, _table: &str, row: &str) -> Vec<String> {
        tables::updates_from(&self.catalogue.builds, row)
    }

    /// The group whose policy switches this kind of event on.
    #[must_use]
    pub fn audit_group(&self, provider: &str, id: u16) -> Option<&String> {
        self.catalogue.audit_groups.get(&(fold(provider), id))
    }

    /// Needs that bring what `wanted` says, best first: least effort, then id.
    fn needs_that(&self, wanted: impl Fn(&Need) -> bool) -> Vec<String> {
        let mut hits: Vec<&Need> = self.needs.values().filter(|need| wanted(need)).collect();
        hits.sort_by_key(|need| (need.effort, &need.id));
        hits.first().map(|need| need.id.clone()).into_iter().collect()
    }

    /// What brings the selected events from computers of these roles: one need a role.
    #[must_use]
    pub fn need_of_events(&self, selectors: &[&Selector], roles: &BTreeSet<Role>) -> Vec<String> {
        let brings = |need: &Need| {
            selectors.iter().any(|selector| selector.ids.iter().any(|id| need.brings_event(&selector.provider, *id)))
        };
        let mut found: Vec<String> =
            roles.iter().flat_map(|role| self.needs_that(|need| need.roles.contains(role) && brings(need))).collect();
        if found.is_empty() {
            found = self.needs_that(brings);
        }
        found
    }

    /// What brings a registry key.
    #[must_use]
    pub fn need_of_key(&self, machine: bool, key: &str) -> Vec<String> {
        self.needs_that(|need| need.brings_key(machine, key))
    }

    /// What brings credentials (`target`) or their dates (`written`).
    #[must_use]
    pub fn need_of_credentials(&self, field: &str) -> Vec<String> {
        self.needs_that(|need| need.credentials.iter().any(|own| own == field))
    }

    /// What brings profiles.
    #[must_use]
    pub fn need_of_profiles(&self) -> Vec<String> {
        self.needs_that(|need| need.profiles)
    }

    /// What brings versions or updates of a product.
    #[must_use]
    pub fn need_of_product(&self, field: &str) -> Vec<String> {
        self.needs_that(|need| need.products.iter().any(|own| own == field))
    }

    /// What brings a property source.
    #[must_use]
    pub fn need_of_property(&self, source: &str) -> Vec<String> {
        self.needs_that(|need| need.properties.iter().any(|own| own == source))
    }

    /// What brings codes of a family.
    #[must_use]
    pub fn need_of_code(&self, family: &str) -> Vec<String> {
        self.needs_that(|need| need.codes.iter().any(|own| own == family))
    }

    /// Everything any rule could ask for, for the parsers.
    #[must_use]
    pub fn interest(&self) -> Interest {
        self.interest_with(std::iter::empty())
    }

    /// Everything that any rule or one of these conditions (those of steps) could ask for.
    #[must_use]
    pub fn interest_with<'c>(&self, more: impl Iterator<Item = &'c Condition>) -> Interest {
        let mut interest = Interest::default();
        let aliases = |provider: &str| {
            let canonical = fold(provider);
            self.catalogue
                .provider_aliases
                .iter()
                .filter(move |(_, name)| fold(name) == canonical)
                .map(|(alias, _)| alias.clone())
                .collect::<Vec<_>>()
        };
        let mut visit = |condition: &Condition| {
            condition.leaves(&mut |leaf| match &leaf.ask {
                Ask::Event(event) => {
                    for selector in &event.any {
                        for provider in std::iter::once(selector.provider.clone()).chain(aliases(&selector.provider)) {
                            for id in &selector.ids {
                                interest.add_event(&provider, *id);
                            }
                        }
                    }
                }
                Ask::Registry(ask) => {
                    let key = ask.key.replace("$ver", "*");
                    if ask.machine {
                        interest.add_machine_key(&key);
                    } else {
                        interest.add_user_key(&key);
                        for twin in super::eval::twins(&key) {
                            interest.add_user_key(&twin);
                        }
                    }
                }
                _ => {}
            });
        };
        for rule in self.rules.values() {
            rule.conditions().for_each(&mut visit);
        }
        for named in self.anchors.values() {
            visit(&named.condition);
        }
        self.era.conditions().for_each(&mut visit);
        more.for_each(&mut visit);
        crate::fact::interest(&mut interest);
        for (provider, id) in self.catalogue.event_fields.keys() {
            if !self.catalogue.audit_groups.contains_key(&(provider.clone(), *id)) {
                interest.add_event(provider, *id);
                for alias in aliases(provider) {
                    interest.add_event(&alias, *id);
                }
            }
        }
        interest
    }
}

impl Rule {
    /// Every condition of the rule.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.applies
            .iter()
            .chain(self.steps.iter().filter_map(|(_, when)| when.as_ref()))
            .chain(self.names.iter().map(|(_, name)| &name.condition))
            .chain(self.evidence.iter().chain(&self.refutes).map(|item| &item.when))
            .chain(self.notes.iter().map(|(when, _)| when))
    }

    /// The rule's own names, for evaluation.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.names.iter().map(|(name, named)| (name.as_str(), named)).collect()
    }
}

/// Two files of one pack about the same id: neither replaces the other.
fn twice(files: &BTreeMap<&str, (usize, &str)>) -> Vec<Problem> {
    let mut first: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for file in files.keys() {
        let subject = super::pack::subject(file);
        if let Some(other) = first.get(&subject) {
            let message = format!("the id {} stands in {other} too; keep one of the two files", subject.1);
            problems.push(Problem { file: (*file).to_owned(), span: super::node::Span::default(), message });
        } else {
            first.insert(subject, file);
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_pack_loads_without_a_problem() {
        let problems = RuleSet::builtin().err().unwrap_or_default();
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
