//! Turns rows of stored credentials into classed facts of one vault, and lists into what they prove absent.
//!
//! Refuses to know languages of listings and to judge a password.
//!
//! ```text
//! LegacyGeneric:target=MicrosoftOffice15_Data:SSPI:u@contoso.example ─▶ class office-sspi, secret password
//! ```

use std::collections::BTreeMap;

use super::CredentialFact;
use super::build::{ArtifactInput, Intake};
use super::catalogue::Catalogue;
use super::coverage::ListCoverage;
use super::evidence::{ArtifactId, Cite, Locator};
use super::identity::Subject;
use super::subject::Subjects;
use crate::bundle::ArtifactKind;
use crate::issue::IssueCode;
use crate::parse::record::{CredentialKind, CredentialRecord, Persistence, Record};
use crate::value::fold;

/// What one row is: whose, folded target, folded user.
type Row = (Subject, String, Option<String>);

/// Adds credential facts and list coverage of all artifacts.
pub(super) fn add(
    artifacts: &[ArtifactInput<'_>],
    catalogue: &Catalogue,
    subjects: &Subjects<'_>,
    intake: &mut Intake,
) {
    let mut rows: BTreeMap<Row, (usize, ArtifactId)> = BTreeMap::new();
    // The enumeration names types by number, the listing in the language of Windows: the better source comes first.
    let better = |input: &&ArtifactInput<'_>| input.kind == ArtifactKind::StoredCredentialClixml;
    let ordered = artifacts.iter().filter(better).chain(artifacts.iter().filter(|input| !better(input)));
    for input in ordered {
        let is_list = matches!(input.kind, ArtifactKind::StoredCredentialClixml | ArtifactKind::CmdkeyList);
        let subject = subjects.of_vault(input.path);
        let mut dates = false;
        for record in &input.parsed.records {
            let Record::Credential(record) = record else { continue };
            dates |= record.written.is_some();
            add_row(input, record, &subject, catalogue, &mut rows, intake);
        }
        if is_list && !input.has(IssueCode::NoListing) {
            intake.store.coverage.credentials.push(ListCoverage {
                subject,
                complete: input.parsed.complete,
                dates,
                cite: Cite { artifact: input.id, at: Locator::Line(1), absent: false },
            });
        }
    }
    for run in subjects.collectors() {
        let Some(cite) = &run.empty_vault else { continue };
        intake.store.coverage.credentials.push(ListCoverage {
            subject: subjects.of_current_user(Some(run)),
            complete: true,
            dates: false,
            cite: cite.clone(),
        });
    }
    intake.store.credentials.sort_by(|a, b| (a.source.artifact, &a.source.at).cmp(&(b.source.artifact, &b.source.at)));
}

fn add_row(
    input: &ArtifactInput<'_>,
    record: &CredentialRecord,
    subject: &Subject,
    catalogue: &Catalogue,
    rows: &mut BTreeMap<Row, (usize, ArtifactId)>,
    intake: &mut Intake,
) {
    let key = (subject.clone(), fold(once_wrapped(&record.target)), record.user.as_deref().map(fold));
    if let Some((index, artifact)) = rows.get(&key)
        && *artifact != input.id
        && let Some(known) = intake.store.credentials.get_mut(*index)
    {
        known.written = known.written.or(record.written);
        if known.persistence == Persistence::EnterpriseOrUnstated {
            known.persistence = record.persistence;
        }
        if known.kind == CredentialKind::Unknown {
            known.kind = record.kind;
        }
        return;
    }
    if !intake.admit(input.id) {
        return;
    }
    let bare_target = bare_target(&record.target).to_owned();
    let (class, secret) = classify(&bare_target, record.kind, catalogue);
    let text = [record.target.as_str(), record.user.as_deref().unwrap_or_default()].concat();
    rows.insert(key, (intake.store.credentials.len(), input.id));
    intake.store.credentials.push(CredentialFact {
        subject: subject.clone(),
        target: record.target.clone(),
        bare_target,
        class,
        secret,
        kind: record.kind,
        user: record.user.clone(),
        persistence: record.persistence,
        written: record.written,
        source: input.source(Locator::Line(record.line), &text),
    });
}

fn classify(bare_target: &str, kind: CredentialKind, catalogue: &Catalogue) -> (String, String) {
    let folded = fold(bare_target);
    if let Some(row) = catalogue.credential_classes.iter().find(|row| row.pattern.0.is_match(&folded)) {
        return (row.class.clone(), row.secret.clone());
    }
    match kind {
        CredentialKind::Certificate => ("certificate".to_owned(), "certificate".to_owned()),
        _ => ("unrelated".to_owned(), "other".to_owned()),
    }
}

/// The target without its namespace (`Domain:target=mail.contoso.example` → `mail.contoso.example`).
///
/// `Domain:batch=` and `Domain:interactive=` say what a row is for and stay.
pub(super) fn bare_target(target: &str) -> &str {
    let mut rest = target.trim();
    while let Some(inner) = inside(rest) {
        rest = inner;
    }
    rest
}

/// One namespace only: some tools write it twice (`LegacyGeneric:LegacyGeneric:target=`).
fn once_wrapped(target: &str) -> &str {
    let target = target.trim();
    match target.split_once(':') {
        Some((word, rest)) if is_word(word) && inside(rest).is_some() => once_wrapped(rest),
        _ => target,
    }
}

fn inside(target: &str) -> Option<&str> {
    let (word, rest) = target.split_once(':')?;
    if !is_word(word) {
        return None;
    }
    let attribute = "target=";
    if rest.get(..attribute.len()).is_some_and(|head| head.eq_ignore_ascii_case(attribute)) {
        return rest.get(attribute.len()..);
    }
    // The doubled form: strip the outer word only if a whole wrapper follows.
    inside(rest).map(|_| rest)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_stripped_once_twice_and_in_any_case() {
        let check = |target: &str, expected: &str| assert_eq!(bare_target(target), expected, "{target}");
        check("LegacyGeneric:target=MS.Outlook.15:a@b:PUT", "MS.Outlook.15:a@b:PUT");
        check("legacygeneric:LegacyGeneric:Target=x", "x");
        check("Domain:target=mail.contoso.example", "mail.contoso.example");
        check("WindowsLive:target=virtualapp/didlogical", "virtualapp/didlogical");
        check("Domain:batch=TaskScheduler:Task:{1}", "Domain:batch=TaskScheduler:Task:{1}");
        check("MicrosoftOffice15_Data:SSPI:a@b", "MicrosoftOffice15_Data:SSPI:a@b");
        check("TERMSRV/host", "TERMSRV/host");
        check("日本:target=x", "日本:target=x");
        check("", "");
    }
}
