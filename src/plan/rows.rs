//! Which saved passwords a step removes: the rows that the true evidence of its causes cites, and no others.
//!
//! Never tokens, certificates, or rows of other programs; never another user's.

use std::collections::BTreeSet;

use super::make::Case;
use super::step_file::StepFile;
use crate::fact::evidence::Cite;
use crate::fact::{CredentialFact, CredentialKind};
use crate::finding::Finding;
use crate::lang::Text;
use crate::rule::eval::{Tri, counts};
use crate::value::fold;

/// Classes whose passwords Outlook sends.
const CLASSES: &[&str] = &["office-sspi", "office-orgid", "outlook-remembered", "service-host"];

/// The rows of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rows {
    /// Targets as `cmdkey /delete` wants them, each once, in the order of the list.
    pub(super) targets: Vec<String>,
    /// The line that tells the reader which entries are meant.
    pub(super) line: Text,
}

/// The rows of a step that has any, or the sentence why none is named.
pub(super) fn rows(case: &Case<'_>, step: &StepFile) -> Option<Rows> {
    let rules = step.rows.get("rows")?;
    let cited = cited(case, rules);
    let own: Vec<&CredentialFact> = case.evaluator.facts.credentials.iter().filter(|fact| is_outlooks(fact)).collect();
    let (mut targets, mut names) = (Vec::new(), Vec::new());
    for fact in own.iter().filter(|fact| cited.contains(&fact.source.cite())) {
        let target = to_delete(fact);
        if !targets.contains(&target) {
            targets.push(target);
        }
        let name = visible(&fact.bare_target);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let line = if !names.is_empty() {
        Text::new(format!("Entries to remove: {}", names.join(", ")), format!("削除する項目: {}", names.join("、")))
    } else if !own.is_empty() {
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
    };
    Some(Rows { targets, line })
}

fn is_outlooks(fact: &CredentialFact) -> bool {
    counts(&fact.subject)
        && fact.secret == "password"
        && CLASSES.contains(&fact.class.as_str())
        && fact.kind != CredentialKind::Certificate
}

/// Everything that the true evidence of the reported findings of these rules cites. Findings keep only the first citations,
/// so the conditions are asked again.
fn cited(case: &Case<'_>, rules: &[String]) -> BTreeSet<Cite> {
    let reported =
        |id: &String| case.verdicts.findings.iter().find(|finding| finding.id == *id && finding.is_reported());
    let kept = |finding: &Finding| -> Vec<Cite> {
        let for_it = finding.evidence.iter().filter(|evidence| evidence.supports);
        for_it.flat_map(|evidence| evidence.cites.iter().cloned()).collect()
    };
    let mut found = BTreeSet::new();
    for finding in rules.iter().filter_map(reported) {
        found.extend(kept(finding));
        let Some(rule) = case.evaluator.rules.rules.get(&finding.id) else { continue };
        let scope = rule.scope();
        for item in &rule.evidence {
            let truth = case.evaluator.eval(&item.when, &scope);
            if truth.value == Tri::True {
                found.extend(truth.cites);
            }
        }
    }
    found
}

/// `cmdkey` takes a generic row by its listed name and a domain row by the bare host.
fn to_delete(fact: &CredentialFact) -> String {
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
