//! Which saved passwords a step removes, and which it only names to be looked at.
//!
//! Removed is what the strong evidence of a confirmed or likely cause cites; what weaker evidence or a merely possible
//! cause cites is looked at. Never rows that were written after the last change of the password, never tokens,
//! certificates, or rows of other programs, never another user's.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::make::Case;
use super::step_file::StepFile;
use crate::fact::evidence::Cite;
use crate::fact::{CredentialFact, CredentialKind};
use crate::finding::{EvidenceClass, Finding};
use crate::lang::{Lines, Text};
use crate::rule::eval::{Scope, Tri, counts};
use crate::value::fold;

/// Classes whose passwords Outlook sends.
const CLASSES: &[&str] = &["office-sspi", "office-orgid", "outlook-remembered", "service-host"];

/// The rows of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    /// Targets as `cmdkey /delete` wants them, each once, in the order of the list.
    pub(super) targets: Vec<String>,
    /// The lines that tell the reader which entries are meant.
    pub(super) lines: Lines,
}

/// The rows of a step that has any, or the sentence why none is named.
pub(super) fn rows(case: &Case<'_>, step: &StepFile) -> Option<Rows> {
    let cited = Cited::of(case, step.rows.get("rows")?);
    let own: Vec<&CredentialFact> = case.evaluator.facts.credentials.iter().filter(|fact| is_outlooks(fact)).collect();
    // A deletion goes by name: it would take a newer row of the same name too.
    let newer: BTreeSet<String> = match last_change(case) {
        Some(change) => own.iter().filter(|row| row.written > Some(change)).map(|row| to_delete(row)).collect(),
        None => BTreeSet::new(),
    };
    let (mut targets, mut remove, mut look) = (Vec::new(), Vec::new(), Vec::new());
    for row in own.iter().filter(|row| !newer.contains(&to_delete(row))) {
        let (name, cite) = (visible(&row.bare_target), row.source.cite());
        if cited.firmly.contains(&cite) {
            add(&mut targets, to_delete(row));
            add(&mut remove, name);
        } else if cited.possibly.contains(&cite) {
            add(&mut look, name);
        }
    }
    look.retain(|name| !remove.contains(name));
    let mut lines = Lines::default();
    let mut say = |text: Text| {
        lines.en.push(text.en);
        lines.ja.push(text.ja);
    };
    if remove.is_empty() {
        say(none_to_remove(case, !own.is_empty()));
    } else {
        say(Text::new(
            format!("Entries to remove: {}", remove.join(", ")),
            format!("削除する項目: {}", remove.join("、")),
        ));
    }
    if !look.is_empty() {
        say(Text::new(
            format!(
                "Entries to look at: {}. Nothing shows that they are out of date: remove one only if it was saved before the last change of the password.",
                look.join(", ")
            ),
            format!(
                "確認する項目: {}。古いことを示す情報はありませんので、最後のパスワード変更より前に保存されたものに限り削除してください。",
                look.join("、")
            ),
        ));
    }
    Some(Rows { targets, lines })
}

fn add(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Why nothing is named for removal.
fn none_to_remove(case: &Case<'_>, has_passwords: bool) -> Text {
    if has_passwords {
        Text::new(
            "Entries to remove: none is shown to be out of date; the list does hold passwords that Outlook uses.",
            "削除する項目: 古いと確認された項目はありません (Outlook が使用するパスワードは保存されています)。",
        )
    } else if case.evaluator.facts.coverage.credentials.iter().any(|list| list.complete && counts(&list.subject)) {
        Text::new(
            "Entries to remove: none; the list that was collected holds no password that Outlook uses.",
            "削除する項目: ありません (採取された一覧に、Outlook が使用するパスワードはありません)。",
        )
    } else {
        Text::new(
            "Entries to remove: not known, because the user's list of saved credentials was not collected; look for names that begin with MicrosoftOffice and contain SSPI or OrgID, that begin with MS.Outlook, or that are a server of Exchange Online or AD FS.",
            "削除する項目: 不明です (利用者の保存済み資格情報の一覧が採取されていません)。MicrosoftOffice で始まり SSPI または OrgID を含む名前、MS.Outlook で始まる名前、Exchange Online または AD FS のサーバー名の項目をご確認ください。",
        )
    }
}

/// The time after which a row is certainly newer than the last known change of the password.
fn last_change(case: &Case<'_>) -> Option<Timestamp> {
    let facts = case.evaluator.facts;
    let changes = case.evaluator.occurrences("password-changed", &Scope::new());
    let latest = |events: &[usize], at: Timestamp| {
        let times = events.iter().filter_map(|index| facts.events.get(*index)).map(|event| event.at.span().to);
        times.chain([at]).max().unwrap_or(at)
    };
    changes.items.iter().map(|change| latest(&change.events, change.at)).max()
}

fn is_outlooks(fact: &CredentialFact) -> bool {
    counts(&fact.subject)
        && fact.secret == "password"
        && CLASSES.contains(&fact.class.as_str())
        && fact.kind != CredentialKind::Certificate
}

/// What the true evidence of reported findings cites.
#[derive(Debug, Default)]
struct Cited {
    /// By more than weak evidence of confirmed and likely ones.
    firmly: BTreeSet<Cite>,
    /// By any evidence of any.
    possibly: BTreeSet<Cite>,
}

impl Cited {
    /// Findings keep only the first citations, so the conditions are asked again.
    fn of(case: &Case<'_>, rules: &[String]) -> Self {
        let reported =
            |id: &String| case.verdicts.findings.iter().find(|finding| finding.id == *id && finding.is_reported());
        let mut cited = Self::default();
        for finding in rules.iter().filter_map(reported) {
            for evidence in finding.evidence.iter().filter(|evidence| evidence.supports) {
                cited.add(finding, evidence.class, &evidence.cites);
            }
            let Some(rule) = case.evaluator.rules.rules.get(&finding.id) else { continue };
            let scope = rule.scope();
            for item in &rule.evidence {
                let truth = case.evaluator.eval(&item.when, &scope);
                if truth.value == Tri::True {
                    cited.add(finding, item.class, &truth.cites);
                }
            }
        }
        cited
    }

    fn add(&mut self, finding: &Finding, class: EvidenceClass, cites: &[Cite]) {
        if finding.is_named() && class != EvidenceClass::Weak {
            self.firmly.extend(cites.iter().cloned());
        }
        self.possibly.extend(cites.iter().cloned());
    }
}

/// `cmdkey` takes a generic row by its listed name and a domain row by the bare host.
pub(crate) fn to_delete(fact: &CredentialFact) -> String {
    let is_domain = match fact.kind {
        CredentialKind::DomainPassword => true,
        CredentialKind::Generic | CredentialKind::Certificate => false,
        CredentialKind::Unknown => fold(&fact.target).starts_with("domain:"),
    };
    if is_domain { fact.bare_target.clone() } else { fact.target.clone() }
}

/// A name on one line: control and direction signs would change what the reader sees.
fn visible(name: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    name.chars().map(|c| if is_hidden(c) { '·' } else { c }).collect()
}
