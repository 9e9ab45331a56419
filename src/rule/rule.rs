//! A rule: a cause as data, validated. The only way to get one is to read it from a checked file.

use super::condition::Condition;
use super::fields::{Fields, Problems, items};
use super::name::{Name, guarded, lets};
use super::node::{Node, Span, Yaml};
use super::pack::stem;
use super::read::{Reader, words};
use crate::finding::{EvidenceClass, Severity};
use crate::lang::Text;
use crate::limits::Limits;

/// A cause as data.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Id = file name.
    pub id: String,
    /// Path of its file.
    pub file: String,
    /// Revision.
    pub rev: u32,
    /// Title.
    pub title: Text,
    /// Rank band.
    pub band: u32,
    /// Harm.
    pub severity: Severity,
    /// Steps that fix it, each with the condition under which it is the right one.
    pub steps: Vec<(String, Option<Condition>)>,
    /// Whose cause it is.
    pub subject: SubjectKind,
    /// When the rule concerns the case at all.
    pub applies: Option<Condition>,
    /// The rule's own names.
    pub names: Vec<(String, Name)>,
    /// Conditions for it.
    pub evidence: Vec<Item>,
    /// Conditions against it.
    pub refutes: Vec<Item>,
    /// Its sentence.
    pub say: Text,
    /// The cause as a clause for somebody who is no technician: `this PC keeps sending an old password`.
    pub plain: Option<Text>,
    /// Conditional additions to its sentence.
    pub notes: Vec<(Condition, Option<Text>)>,
    /// Rules that leave the headline when this one is at least likely.
    pub supersedes: Vec<String>,
    /// What is not verified in a public source.
    pub unverified: Vec<String>,
    /// Public sources.
    pub links: Vec<String>,
    /// Its own cases, read by `authoring`.
    pub tests: Vec<Node>,
    /// Where the rule starts.
    pub span: Span,
}

/// Whose cause it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // the words say it
pub enum SubjectKind {
    TargetUser,
    Machine,
    Tenant,
}

/// One piece of evidence or one refuter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Name inside the rule.
    pub name: String,
    /// What it is worth.
    pub class: EvidenceClass,
    /// The condition.
    pub when: Condition,
    /// Its own sentence.
    pub say: Option<Text>,
    /// Marked unverified: never conclusive.
    pub unverified: bool,
    /// Conditions of conclusive evidence that it needs not meet; the file says why.
    pub needs_no: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// Keys of a rule.
pub(crate) const RULE: &[&str] = &[
    "id",
    "rev",
    "title",
    "cause",
    "subject",
    "applies",
    "let",
    "evidence",
    "refutes",
    "say",
    "plain",
    "notes",
    "supersedes",
    "unverified",
    "links",
    "tests",
];

/// Keys of `cause`, of one of its steps, and of a piece of evidence.
pub(crate) const CAUSE: &[&str] = &["band", "severity", "steps"];
pub(crate) const CAUSE_STEP: &[&str] = &["step", "when"];
pub(crate) const EVIDENCE: &[&str] = &["name", "class", "when", "say", "unverified", "needs-no"];
/// What conclusive evidence may state that it needs not: see `authoring::lint::conclusive`.
pub(crate) const NEEDS_NO: &[&str] = &["user", "time", "healing", "client-id", "era"];

/// Words of `severity`, `subject` and `class`.
pub(crate) const SEVERITIES: [(&str, Severity); 5] = [
    ("info", Severity::Info),
    ("low", Severity::Low),
    ("medium", Severity::Medium),
    ("high", Severity::High),
    ("critical", Severity::Critical),
];
pub(crate) const SUBJECTS: [(&str, SubjectKind); 3] =
    [("target-user", SubjectKind::TargetUser), ("machine", SubjectKind::Machine), ("tenant", SubjectKind::Tenant)];
pub(crate) const CLASSES: [(&str, EvidenceClass); 3] =
    [("conclusive", EvidenceClass::Conclusive), ("strong", EvidenceClass::Strong), ("weak", EvidenceClass::Weak)];

/// Reads `causes/<group>/<id>.yaml`.
pub fn read(file: &str, node: &Node, limits: &Limits, problems: &mut Problems<'_>) -> Option<Rule> {
    let fields = Fields::read(node, "a rule", RULE, problems)?;
    let id = fields.need_text("id", problems)?;
    if id != stem(file) {
        problems.add(fields.span, format!("the id {id:?} must be the name of its file, {:?}", stem(file)));
    }
    let cause = Fields::read(fields.need("cause", problems)?, "cause", CAUSE, problems)?;
    let severity = words(cause.need("severity", problems)?, &SEVERITIES, problems).first().copied()?;
    let band = cause.need("band", problems).and_then(|node| super::fields::number(node, problems))?;
    let mut rule = Rule {
        title: fields.both("title", problems).or_else(|| missing(&fields, "title", problems))?,
        say: fields.both("say", problems).or_else(|| missing(&fields, "say", problems))?,
        plain: fields.both("plain", problems),
        rev: fields.number("rev", problems).or_else(|| missing(&fields, "rev", problems))?,
        supersedes: fields.texts("supersedes", problems),
        unverified: fields.texts("unverified", problems),
        links: fields.texts("links", problems),
        subject: fields
            .get("subject")
            .and_then(|node| words(node, &SUBJECTS, problems).first().copied())
            .unwrap_or(SubjectKind::TargetUser),
        tests: match fields.get("tests").map(|node| &node.value) {
            Some(Yaml::List(list)) => list.clone(),
            _ => Vec::new(),
        },
        id,
        file: file.to_owned(),
        band,
        severity,
        steps: Vec::new(),
        applies: None,
        names: Vec::new(),
        evidence: Vec::new(),
        refutes: Vec::new(),
        notes: Vec::new(),
        span: fields.span,
    };
    if rule.tests.is_empty() {
        problems.add(fields.span, "a rule needs its own cases under `tests`");
    }
    for link in &rule.links {
        if !link.starts_with("https://") {
            problems.add(fields.span, format!("{link:?} must begin with https://"));
        }
    }
    let mut reader = Reader::new(problems, limits);
    rule.names = fields.get("let").map(|node| lets(node, &mut reader)).unwrap_or_default();
    rule.applies = fields.get("applies").and_then(|node| reader.condition(node));
    rule.steps = steps(cause.get("steps"), &mut reader);
    rule.evidence = fields.get("evidence").map(|node| entries(node, &mut reader)).unwrap_or_default();
    rule.refutes = fields.get("refutes").map(|node| entries(node, &mut reader)).unwrap_or_default();
    for (item, node) in rule.refutes.iter().zip(fields.get("refutes").map(items).unwrap_or_default()) {
        if item.class == EvidenceClass::Weak {
            reader.problems.add(node.span, "a refuter is conclusive or strong: a weak one would count for nothing");
        }
    }
    if rule.supersedes.contains(&rule.id) {
        reader.problems.add(rule.span, "supersedes names the rule itself");
    }
    rule.notes = fields
        .get("notes")
        .map(|node| items(node).iter().filter_map(|note| guarded(note, &mut reader)).collect())
        .unwrap_or_default();
    if rule.evidence.is_empty() {
        problems.add(fields.span, "a rule without `evidence` can never be true");
    }
    Some(rule)
}

fn missing<T>(fields: &Fields<'_>, key: &str, problems: &mut Problems<'_>) -> Option<T> {
    if fields.get(key).is_none() {
        problems.add(fields.span, format!("a rule lacks the key {key:?}"));
    }
    None
}

fn steps(node: Option<&Node>, reader: &mut Reader<'_, '_>) -> Vec<(String, Option<Condition>)> {
    let mut steps = Vec::new();
    for item in node.map(items).unwrap_or_default() {
        if let Yaml::Text(id) = &item.value {
            steps.push((id.clone(), None));
            continue;
        }
        let Some(fields) = Fields::read(item, "a step", CAUSE_STEP, reader.problems) else { continue };
        let (Some(id), Some(when)) = (fields.need_text("step", reader.problems), fields.need("when", reader.problems))
        else {
            continue;
        };
        if let Some(condition) = reader.condition(when) {
            steps.push((id, Some(condition)));
        }
    }
    steps
}

fn entries(node: &Node, reader: &mut Reader<'_, '_>) -> Vec<Item> {
    let mut list = Vec::new();
    for item in items(node) {
        let Some(fields) = Fields::read(item, "evidence", EVIDENCE, reader.problems) else {
            continue;
        };
        let name = fields.need_text("name", reader.problems);
        let class = fields
            .need("class", reader.problems)
            .and_then(|node| words(node, &CLASSES, reader.problems).first().copied());
        let unverified = fields.flag("unverified", reader.problems).unwrap_or(false);
        let needs_no = fields.get("needs-no").map(|node| excused(node, class, reader)).unwrap_or_default();
        let say = fields.both("say", reader.problems);
        let when = fields.need("when", reader.problems).and_then(|node| reader.condition(node));
        if let (Some(name), Some(class), Some(when)) = (name, class, when) {
            if unverified && class == EvidenceClass::Conclusive {
                reader.problems.add(item.span, format!("{name} is not verified, so it cannot be conclusive"));
            }
            if list.iter().any(|other: &Item| other.name == name) {
                reader.problems.add(item.span, format!("the name {name} stands twice"));
            }
            list.push(Item { name, class, when, say, unverified, needs_no, span: item.span });
        }
    }
    list
}

/// `needs-no: {healing: "Why a later success says nothing."}`.
fn excused(node: &Node, class: Option<EvidenceClass>, reader: &mut Reader<'_, '_>) -> Vec<String> {
    let Some(fields) = Fields::read(node, "needs-no", NEEDS_NO, reader.problems) else { return Vec::new() };
    if class.is_some_and(|class| class != EvidenceClass::Conclusive) {
        reader.problems.add(node.span, "only conclusive evidence has `needs-no`; nothing is asked of other evidence");
    }
    let is_reason = |text: String| text.trim().contains(' ');
    let mut found = Vec::new();
    for key in NEEDS_NO {
        let Some(place) = fields.get(key) else { continue };
        if !fields.text(key, reader.problems).is_some_and(is_reason) {
            reader.problems.add(place.span, "a reason is missing; say in a sentence why the evidence needs it not");
        }
        found.push((*key).to_owned());
    }
    found
}
