//! Turns `playbook.yaml`, `steps/` and the commands of `needs/` into a checked playbook: the order and every step in it.
//!
//! Refuses to know the case. A file with a mistake is no playbook; every mistake has its file, line and column.

use std::collections::BTreeMap;

use super::Who;
use super::command::Command;
use super::step_file::{self, StepFile};
use crate::finding::BAND_OF_CAUSES;
use crate::lang::Text;
use crate::limits::Limits;
use crate::rule::check;
use crate::rule::condition::{Ask, Condition, Credential, Leaf};
use crate::rule::fields::{Fields, Problems, items};
use crate::rule::name::Name;
use crate::rule::node::{Node, Problem, Span};
use crate::rule::set::RuleSet;
use crate::rule::size::excess;

/// Numbers of the article's steps: they are in every plan.
const ARTICLE: &[&str] = &["1", "2", "3", "4", "5A", "5B", "5C"];

const FILE: &str = "playbook.yaml";

/// Keys of the playbook and of a row of its order.
pub(crate) const PLAYBOOK: &[&str] = &["id", "rev", "title", "stop-rule", "order"];
pub(crate) const ORDER: &[&str] = &["number", "steps"];

/// The playbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Playbook {
    /// Id.
    pub id: String,
    /// Revision.
    pub rev: u32,
    /// What it is for.
    pub title: Text,
    /// The sentence after every step.
    pub stop_rule: Text,
    /// Steps in order.
    pub steps: Vec<StepFile>,
    /// What collecting a need takes.
    pub(super) needs: BTreeMap<String, NeedWork>,
    /// Citations kept for one step.
    pub(super) cites: usize,
}

/// Who collects a need, with which commands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NeedWork {
    /// Who.
    pub(super) who: Who,
    /// What to type.
    pub(super) commands: Vec<Command>,
}

impl Playbook {
    /// Reads and checks the playbook of a rule set.
    ///
    /// # Errors
    /// All problems of all files.
    pub fn load(rules: &RuleSet, limits: &Limits) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut files: BTreeMap<&str, StepFile> = BTreeMap::new();
        let mut broken: Vec<&str> = Vec::new();
        for (name, node) in &rules.plan_files {
            let Some(stem) = name.strip_prefix("steps/").and_then(|file| file.strip_suffix(".yaml")) else { continue };
            let mut own = Problems::new(name);
            match step_file::read(name, node, limits, &mut own) {
                Some(step) => {
                    files.insert(stem, step);
                }
                None => broken.push(stem),
            }
            problems.append(&mut own.list);
        }
        let Some(node) = rules.plan_files.get(FILE) else {
            problems.push(problem(FILE, Span::default(), "a pack with steps needs a playbook.yaml with their order"));
            return Err(problems);
        };
        let mut own = Problems::new(FILE);
        let head = head(node, &mut own);
        problems.append(&mut own.list);
        let Some((mut playbook, order)) = head else { return Err(problems) };
        playbook.cites = limits.cites;
        for Place { number, id, span } in order {
            if let Some(mut step) = files.remove(id.as_str()) {
                step.number = number;
                playbook.steps.push(step);
            } else if playbook.steps.iter().any(|step| step.id == id) {
                problems.push(problem(FILE, span, format!("the step {id} stands twice in the order")));
            } else if !broken.contains(&id.as_str()) {
                problems.push(problem(FILE, span, format!("the step {id} has no file steps/{id}.yaml")));
            }
        }
        playbook.follow(&mut files);
        for step in files.values() {
            let message = match &step.after {
                None => format!(
                    "the step {} is not in the order of {FILE}: name the step that it follows, such as `after: update-outlook`",
                    step.id
                ),
                Some(id) => format!("after names {id:?}, which is no step of the order"),
            };
            problems.push(problem(&step.file, step.span, message));
        }
        for need in rules.needs.values() {
            playbook.needs.extend(need_work(need, &mut problems).map(|work| (need.id.clone(), work)));
        }
        if problems.is_empty() {
            playbook.check(rules, limits, &mut problems);
        }
        problems.sort();
        if problems.is_empty() { Ok(playbook) } else { Err(problems) }
    }

    /// Puts the steps that name the one they follow behind it, several of them in the order of their ids.
    fn follow(&mut self, files: &mut BTreeMap<&str, StepFile>) {
        loop {
            let next = files.iter().rev().find_map(|(id, step)| {
                let place = self.steps.iter().position(|own| Some(&own.id) == step.after.as_ref())?;
                Some((*id, place))
            });
            let Some((id, place)) = next else { return };
            let number = self.steps.get(place).map(|step| step.number.trim_end_matches('+').to_owned());
            if let (Some(mut step), Some(number)) = (files.remove(id), number) {
                step.number = format!("{number}+");
                self.steps.insert(place + 1, step);
            }
        }
    }

    /// A step by its id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&StepFile> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Every condition of every step: what the parsers must look for beside what the rules ask.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.steps.iter().flat_map(StepFile::conditions)
    }

    fn check(&self, rules: &RuleSet, limits: &Limits, problems: &mut Vec<Problem>) {
        let anchors: BTreeMap<&str, &Name> = rules.anchors.iter().map(|(name, named)| (name.as_str(), named)).collect();
        let rows = rows_name();
        for (index, step) in self.steps.iter().enumerate() {
            let mut add = |message: String| problems.push(problem(&step.file, step.span, message));
            let is_earlier = |id: &str| self.steps.iter().take(index).any(|other| other.id == id);
            for id in &step.waits_for {
                if !is_earlier(id) {
                    add(format!("waits-for names {id:?}, which is no earlier step of the order"));
                }
            }
            if let Some(inserted) = &step.inserted_by
                && !is_earlier(&inserted.step)
            {
                add(format!("inserted-by names {:?}, which is no earlier step of the order", inserted.step));
            }
            if !rules.needs.contains_key(&step.verify.need) {
                add(format!("verify names {:?}, which is no need", step.verify.need));
            }
            for id in step.rows.values().flatten().filter(|id| !rules.rules.contains_key(*id)) {
                add(format!("credentials-cited-by names {id:?}, which is no rule"));
            }
            for name in step.wait.iter().flat_map(|wait| &wait.from) {
                if !anchors
                    .get(name.as_str())
                    .is_some_and(|named| named.is_timed_in(|other| anchors.get(other).copied()))
                {
                    add(format!("wait names {name:?}, which is no name with times in anchors.yaml"));
                }
            }
            let is_gate = rules
                .rules
                .values()
                .any(|rule| rule.band < BAND_OF_CAUSES && rule.steps.iter().any(|(id, _)| *id == step.id));
            if is_gate && !step.open_gate_allowed {
                add("a rule of band 000-099 names this step, so it must be `open-gate: allowed`".to_owned());
            }
            let mut scope = anchors.clone();
            scope.extend(step.rows.keys().map(|name| (name.as_str(), &rows)));
            for condition in step.conditions() {
                check::condition(rules, &step.file, condition, &scope, problems);
            }
            if let Some(message) = excess(step.conditions(), &scope, limits) {
                problems.push(problem(&step.file, step.span, message));
            }
        }
        for rule in rules.rules.values() {
            for (id, _) in &rule.steps {
                if self.step(id).is_none() {
                    problems.push(problem(
                        &rule.file,
                        rule.span,
                        format!("the rule names the step {id:?}, which has no file"),
                    ));
                }
            }
        }
    }
}

impl StepFile {
    /// Whether it belongs to the article and stands in every plan.
    #[must_use]
    pub fn is_of_article(&self) -> bool {
        ARTICLE.contains(&self.number.as_str())
    }
}

/// What the parameter `rows` is to the checks of names: some credentials.
fn rows_name() -> Name {
    let ask = Ask::Credential(Credential::default());
    Name::plain(Condition::Leaf(Box::new(Leaf { span: Span::default(), need: Vec::new(), ask })))
}

fn problem(file: &str, span: Span, message: impl Into<String>) -> Problem {
    Problem { file: file.to_owned(), span, message: message.into() }
}

struct Place {
    number: String,
    id: String,
    span: Span,
}

fn head(node: &Node, problems: &mut Problems<'_>) -> Option<(Playbook, Vec<Place>)> {
    let fields = Fields::read(node, "a playbook", PLAYBOOK, problems)?;
    let mut order: Vec<Place> = Vec::new();
    for row in fields.need("order", problems).map(items).unwrap_or_default() {
        let Some(row) = Fields::read(row, "a row of the order", ORDER, problems) else { continue };
        let Some(number) = row.need_text("number", problems) else { continue };
        if order.iter().any(|place| place.number == number) {
            problems.add(row.span, format!("the number {number} stands twice; list all its steps in one row"));
        }
        for id in row.texts("steps", problems) {
            order.push(Place { number: number.clone(), id, span: row.span });
        }
    }
    let both = |key: &str, problems: &mut Problems<'_>| {
        fields.need(key, problems)?;
        fields.both(key, problems)
    };
    let playbook = Playbook {
        id: fields.need_text("id", problems)?,
        rev: fields.number("rev", problems).unwrap_or(1),
        title: both("title", problems)?,
        stop_rule: both("stop-rule", problems)?,
        steps: Vec::new(),
        needs: BTreeMap::new(),
        cites: 0,
    };
    Some((playbook, order))
}

fn need_work(need: &crate::rule::need::Need, problems: &mut Vec<Problem>) -> Option<NeedWork> {
    let file = format!("needs/{}.yaml", need.id);
    let mut own = Problems::new(&file);
    let who = Who::ALL.iter().find(|(word, _)| *word == need.who).map(|(_, who)| *who);
    if who.is_none() {
        own.add(Span::default(), format!("who is {:?}, which is nobody of the report", need.who));
    }
    let commands: Vec<Command> = need.commands.iter().filter_map(|node| super::command::read(node, &mut own)).collect();
    if commands.contains(&Command::CmdkeyDeleteRows) {
        own.add(Span::default(), "a need collects; it deletes nothing");
    }
    problems.append(&mut own.list);
    Some(NeedWork { who: who?, commands })
}
