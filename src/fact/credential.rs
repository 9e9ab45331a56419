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
        let subject = subjects.of_vault(input.path);
        let mut dates = false;
        for record in &input.parsed.records {
            let Record::Credential(record) = record else { continue };
            dates |= record.written.is_some();
            add_row(input, record, &subject, catalogue, &mut rows, intake);
        }
        if is_list(input) && !input.has(IssueCode::NoListing) {
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
        // A list of the same run that is cut or damaged may have shown an entry.
        let contradicted = artifacts.iter().any(|input| {
            is_list(input)
                && !input.parsed.complete
                && subjects.collector(input.path).is_some_and(|own| own.root == run.root)
        });
        intake.store.coverage.credentials.push(ListCoverage {
            subject: subjects.of_current_user(Some(run)),
            complete: !contradicted,
            dates: false,
            cite: cite.clone(),
        });
    }
    intake.store.credentials.sort_by(|a, b| (a.source.artifact, &a.source.at).cmp(&(b.source.artifact, &b.source.at)));
}

fn is_list(input: &ArtifactInput<'_>) -> bool {
    matches!(input.kind, ArtifactKind::StoredCredentialClixml | ArtifactKind::CmdkeyList)
}

fn add_row(
    input: &ArtifactInput<'_>,
    record: &CredentialRecord,
    subject: &Subject,
    catalogue: &Catalogue,
    rows: &mut BTreeMap<Row, (usize, ArtifactId)>,
    intake: &mut Intake,
) {
    let bare_target = catalogue.unwrap_target(&record.target).to_owned();
    let key = (subject.clone(), listed_as(&record.target, &bare_target), record.user.as_deref().map(fold));
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
    let (class, secret) = catalogue.classify(&bare_target, record.kind);
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

/// The same target in two listings; some tools write the namespace twice (`LegacyGeneric:LegacyGeneric:target=`).
fn listed_as(target: &str, bare_target: &str) -> String {
    let namespace = target.split(':').next().unwrap_or_default();
    fold(&format!("{}|{bare_target}", namespace.trim()))
}
