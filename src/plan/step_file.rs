//! Reads one file of `steps/`: a remedy as data, with the conditions that decide its label.
//!
//! Refuses to know the case: labels are decided in `label`, command text is written in `command`.

use std::collections::BTreeMap;

use super::command::{self, Command};
use super::{Label, Who};
use crate::fact::Install;
use crate::lang::{Lines, Text};
use crate::limits::Limits;
use crate::rule::condition::{Condition, Extent};
use crate::rule::fields::{Fields, Problems, items, number, text, texts};
use crate::rule::name::guarded;
use crate::rule::node::{Node, Span, Yaml};
use crate::rule::pack::stem;
use crate::rule::read::{Reader, extent, words};

/// A condition with the sentence to print where it is true.
pub type Guard = (Condition, Option<Text>);

/// A step as data.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFile {
    /// Id = file name.
    pub id: String,
    /// Path of its file.
    pub file: String,
    /// Revision.
    pub rev: u32,
    /// `G`, `1`, `1b` …; from the playbook.
    pub number: String,
    /// The step that it follows, where no playbook has it in its order.
    pub after: Option<String>,
    /// Title.
    pub title: Text,
    /// The step in the words of somebody who is no technician.
    pub plain: Option<Plain>,
    /// Who carries it out.
    pub who: Who,
    /// Hands-on time.
    pub minutes: Option<u32>,
    /// Outlook must be closed.
    pub closes_outlook: bool,
    /// What is lost.
    pub loses: Option<Text>,
    /// The step goes on while a gate is open.
    pub open_gate_allowed: bool,
    /// Earlier steps without which this one is useless or harmful.
    pub waits_for: Vec<String>,
    /// The step whose label makes this one DO.
    pub inserted_by: Option<InsertedBy>,
    /// Not before the latest of the named times plus a span.
    pub wait: Option<Wait>,
    /// When it cannot help.
    pub skip_when: Vec<Guard>,
    /// When it is in place; `None`: nothing in a bundle can show it.
    pub done_when: Option<Condition>,
    /// When it cannot be shown safely.
    pub blocked_when: Vec<Guard>,
    /// Parameters that stand for rows of a credential list: name → rules whose evidence cites the rows.
    pub rows: BTreeMap<String, Vec<String>>,
    /// What to do.
    pub blocks: Vec<Block>,
    /// Commands to run before.
    pub backup: Vec<Command>,
    /// How to undo it.
    pub rollback: Rollback,
    /// How to see that it worked.
    pub verify: Verify,
    /// The question after the step.
    pub stop: Text,
    /// What no public source confirms.
    pub unverified: Vec<String>,
    /// Public sources.
    pub links: Vec<String>,
    /// Where the file starts.
    pub span: Span,
}

/// `inserted-by`.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertedBy {
    /// The inserting step.
    pub step: String,
    /// Its label.
    pub label: Label,
    /// And this condition.
    pub when: Option<Condition>,
}

/// `wait`.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Names of the times; all must be known.
    pub from: Vec<String>,
    /// How long.
    pub length: Extent,
}

/// Instructions of one kind of reader, for some products and installations.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Major versions; empty: all.
    pub majors: Vec<u32>,
    /// Install types; empty: all.
    pub installs: Vec<Install>,
    /// For administrators (or else for users).
    pub admin: bool,
    /// The lines.
    pub ui: Lines,
    /// Places of the lines, from 0, that have a password entered: left out while the account is locked.
    pub needs_password: Vec<usize>,
    /// The commands.
    pub commands: Vec<Command>,
}

/// `plain`: what a mail to the user says instead of `title` and `cost.loses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Instead of the title.
    pub title: Text,
    /// What to know or to write down before.
    pub before: Option<Text>,
}

/// `rollback`.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollback {
    /// `None`: it cannot be undone.
    pub lines: Option<Lines>,
    /// The commands.
    pub commands: Vec<Command>,
}

/// `verify`.
#[derive(Debug, Clone, PartialEq)]
pub struct Verify {
    /// What shows it.
    pub need: String,
    /// What must be true then.
    pub expect: Option<Condition>,
    /// The sentence.
    pub say: Text,
}

/// Keys of a step.
pub(crate) const STEP: &[&str] = &[
    "id",
    "rev",
    "title",
    "plain",
    "who",
    "cost",
    "open-gate",
    "after",
    "waits-for",
    "inserted-by",
    "wait",
    "skip-when",
    "done-when",
    "blocked-when",
    "params",
    "do",
    "backup",
    "rollback",
    "verify",
    "stop",
    "unverified",
    "links",
];

/// Keys of the parts of a step.
pub(crate) const COST: &[&str] = &["minutes", "closes-outlook", "loses"];
pub(crate) const PLAIN: &[&str] = &["title", "before"];
pub(crate) const PARAMS: &[&str] = &["rows"];
pub(crate) const ROWS: &[&str] = &["credentials-cited-by"];
pub(crate) const INSERTED_BY: &[&str] = &["step", "label", "when"];
pub(crate) const WAIT: &[&str] = &["from", "for"];
pub(crate) const BLOCK: &[&str] = &["for", "audience", "needs-password", "ui", "commands"];
pub(crate) const FOR: &[&str] = &["outlook", "install"];
pub(crate) const ROLLBACK: &[&str] = &["en", "ja", "commands"];
pub(crate) const VERIFY: &[&str] = &["need", "expect", "say"];

/// Words of `open-gate` and `audience`.
pub(crate) const GATES: [(&str, bool); 2] = [("allowed", true), ("waits", false)];
pub(crate) const AUDIENCES: [(&str, bool); 2] = [("user", false), ("admin", true)];

/// Reads `steps/<id>.yaml`.
pub fn read(file: &str, node: &Node, limits: &Limits, problems: &mut Problems<'_>) -> Option<StepFile> {
    let fields = Fields::read(node, "a step", STEP, problems)?;
    let id = fields.need_text("id", problems)?;
    if id != stem(file) {
        problems.add(fields.span, format!("the id {id:?} must be the name of its file, {:?}", stem(file)));
    }
    let cost = fields.need("cost", problems).and_then(|node| Fields::read(node, "cost", COST, problems));
    let rows = params(&fields, problems);
    let who = one_word(&fields, "who", &Who::ALL, problems);
    let open_gate = one_word(&fields, "open-gate", &GATES, problems);
    let rollback = fields.need("rollback", problems).and_then(|node| rollback(node, problems));
    let backup = commands(fields.get("backup"), problems);
    let rev = fields.need("rev", problems).and_then(|node| number(node, problems));
    let title = both(&fields, "title", problems);
    let plain = fields.get("plain").and_then(|node| plain(node, problems));
    let stop = both(&fields, "stop", problems);
    let (waits_for, links) = (fields.texts("waits-for", problems), fields.texts("links", problems));
    let (unverified, after) = (fields.texts("unverified", problems), fields.text("after", problems));
    let wait = fields.get("wait").and_then(|node| wait(node, problems));
    let blocks: Vec<Block> = fields
        .need("do", problems)
        .map(items)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| block(node, problems))
        .collect();
    if blocks.is_empty() {
        problems.add(fields.span, "a step says what to do under `do`");
    }
    if rows.is_empty() && blocks.iter().any(|block| block.commands.contains(&Command::CmdkeyDeleteRows)) {
        problems.add(fields.span, "`each: rows` needs the parameter `rows` under `params`");
    }
    let closes_outlook = cost.as_ref().and_then(|cost| cost.flag("closes-outlook", problems));
    let minutes = cost.as_ref().and_then(|cost| cost.number("minutes", problems));
    let loses = cost.as_ref().and_then(|cost| cost.both("loses", problems));
    let mut reader = Reader::new(problems, limits);
    let inserted_by = fields.get("inserted-by").and_then(|node| inserted_by(node, &mut reader));
    let skip_when = guards(fields.get("skip-when"), &mut reader);
    let blocked_when = guards(fields.get("blocked-when"), &mut reader);
    let done_when = match fields.need("done-when", reader.problems) {
        Some(Node { value: Yaml::Text(word), .. }) if word == "none" => None,
        Some(node) => reader.condition(node),
        None => None,
    };
    let verify = fields.need("verify", reader.problems).and_then(|node| verify(node, &mut reader));
    Some(StepFile {
        file: file.to_owned(),
        rev: rev?,
        number: String::new(),
        after,
        title: title?,
        plain,
        who: who?,
        minutes,
        closes_outlook: closes_outlook.unwrap_or(false),
        loses,
        open_gate_allowed: open_gate?,
        waits_for,
        inserted_by,
        wait,
        skip_when,
        done_when,
        blocked_when,
        rows,
        blocks,
        backup,
        rollback: rollback?,
        verify: verify?,
        stop: stop?,
        unverified,
        links,
        span: fields.span,
        id,
    })
}

impl StepFile {
    /// Every condition of the step, with whether it may use the step's parameters as names.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.skip_when
            .iter()
            .chain(&self.blocked_when)
            .map(|(when, _)| when)
            .chain(&self.done_when)
            .chain(&self.verify.expect)
            .chain(self.inserted_by.iter().filter_map(|inserted| inserted.when.as_ref()))
    }
}

fn both(fields: &Fields<'_>, key: &str, problems: &mut Problems<'_>) -> Option<Text> {
    fields.need(key, problems)?;
    fields.both(key, problems)
}

fn plain(node: &Node, problems: &mut Problems<'_>) -> Option<Plain> {
    let fields = Fields::read(node, "plain", PLAIN, problems)?;
    Some(Plain { title: both(&fields, "title", problems)?, before: fields.both("before", problems) })
}

fn one_word<T: Copy>(fields: &Fields<'_>, key: &str, known: &[(&str, T)], problems: &mut Problems<'_>) -> Option<T> {
    words(fields.need(key, problems)?, known, problems).first().copied()
}

fn guards(node: Option<&Node>, reader: &mut Reader<'_, '_>) -> Vec<Guard> {
    node.map(items).unwrap_or_default().iter().filter_map(|node| guarded(node, reader)).collect()
}

/// `params: {rows: {credentials-cited-by: […]}}`.
fn params(fields: &Fields<'_>, problems: &mut Problems<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(node) = fields.get("params") else { return BTreeMap::new() };
    let Some(params) = Fields::read(node, "params", PARAMS, problems) else { return BTreeMap::new() };
    let Some(rows) = params.need("rows", problems) else { return BTreeMap::new() };
    let Some(rows) = Fields::read(rows, "rows", ROWS, problems) else { return BTreeMap::new() };
    let Some(rules) = rows.need("credentials-cited-by", problems) else { return BTreeMap::new() };
    BTreeMap::from([("rows".to_owned(), texts(rules, problems))])
}

fn inserted_by(node: &Node, reader: &mut Reader<'_, '_>) -> Option<InsertedBy> {
    let fields = Fields::read(node, "inserted-by", INSERTED_BY, reader.problems)?;
    let when = fields.get("when").and_then(|node| reader.condition(node));
    Some(InsertedBy {
        step: fields.need_text("step", reader.problems)?,
        label: one_word(&fields, "label", &Label::ALL, reader.problems)?,
        when,
    })
}

fn wait(node: &Node, problems: &mut Problems<'_>) -> Option<Wait> {
    let fields = Fields::read(node, "wait", WAIT, problems)?;
    let from = fields.texts("from", problems);
    if from.is_empty() {
        problems.add(fields.span, "`wait` needs the names of the times under `from`");
    }
    let length = extent(fields.need("for", problems)?, problems)?;
    Some(Wait { from, length })
}

fn block(node: &Node, problems: &mut Problems<'_>) -> Option<Block> {
    let fields = Fields::read(node, "a block", BLOCK, problems)?;
    let (mut majors, mut installs) = (Vec::new(), Vec::new());
    if let Some(scope) = fields.get("for").and_then(|node| Fields::read(node, "for", FOR, problems)) {
        majors =
            scope.get("outlook").map(items).unwrap_or_default().iter().filter_map(|n| major(n, problems)).collect();
        installs = scope.get("install").map(|node| words(node, &Install::ALL, problems)).unwrap_or_default();
    }
    let admin = one_word(&fields, "audience", &AUDIENCES, problems)?;
    fields.need("ui", problems)?;
    let ui = fields.lines("ui", problems)?;
    if ui.en.len() != ui.ja.len() {
        problems.add(fields.span, format!("ui has {} lines in English and {} in Japanese", ui.en.len(), ui.ja.len()));
    }
    let needs_password = fields.places("needs-password", ui.en.len(), problems);
    Some(Block { majors, installs, admin, ui, needs_password, commands: commands(fields.get("commands"), problems) })
}

/// The first part of a version of Outlook, not the year in its name.
fn major(node: &Node, problems: &mut Problems<'_>) -> Option<u32> {
    let found = number(node, problems)?;
    if !(14..=16).contains(&found) {
        problems.add(
            node.span,
            format!("outlook takes 14 (2010), 15 (2013) or 16 (2016 and later), the first part of the version; found {found}"),
        );
        return None;
    }
    Some(found)
}

/// A list of commands.
pub(super) fn commands(node: Option<&Node>, problems: &mut Problems<'_>) -> Vec<Command> {
    node.map(items).unwrap_or_default().iter().filter_map(|node| command::read(node, problems)).collect()
}

/// `none-possible`, or lines with commands beside them.
fn rollback(node: &Node, problems: &mut Problems<'_>) -> Option<Rollback> {
    if let Yaml::Text(_) = &node.value {
        let word = text(node, problems)?;
        if word != "none-possible" {
            problems.add(node.span, format!("rollback is none-possible or lines in both languages; found {word:?}"));
            return None;
        }
        return Some(Rollback { lines: None, commands: Vec::new() });
    }
    let fields = Fields::read(node, "rollback", ROLLBACK, problems)?;
    let lines = Lines { en: fields.texts("en", problems), ja: fields.texts("ja", problems) };
    if lines.en.is_empty() || lines.ja.is_empty() {
        problems.add(node.span, "rollback must say how to undo the step in English and Japanese");
    }
    Some(Rollback { lines: Some(lines), commands: commands(fields.get("commands"), problems) })
}

fn verify(node: &Node, reader: &mut Reader<'_, '_>) -> Option<Verify> {
    let fields = Fields::read(node, "verify", VERIFY, reader.problems)?;
    let expect = fields.get("expect").and_then(|node| reader.condition(node));
    let need = fields.need_text("need", reader.problems)?;
    let say = both(&fields, "say", reader.problems)?;
    Some(Verify { need, expect, say })
}
