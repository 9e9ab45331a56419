//! Turns named values of any source into facts of one user or of none, and sources into what they prove absent.
//!
//! Objects of PowerShell join them here (`object`). Refuses to know formats and what a value means.
//!
//! ```text
//! dsregcmd AzureAdPrt = true of whoever ran it, who is CONTOSO\admin ─▶ PropertyFact { subject: Other("CONTOSO\admin") }
//! ```

use super::build::{ArtifactInput, Intake};
use super::clixml;
use super::coverage::PropertyCoverage;
use super::evidence::{Cite, Locator};
use super::failed;
use super::identity::Subject;
use super::object;
use super::shapes::{OF_SERVERS, SERVER_SERVICES};
use super::subject::Subjects;
use super::{Mailbox, PropertyFact, mailbox};
use crate::bundle::ArtifactKind;
use crate::issue::{Issue, IssueCode};
use crate::parse::record::{NamedValue, Owner, Record};
use crate::value::{Value, fold};

/// Adds the facts of all artifacts.
pub(super) fn add(artifacts: &[ArtifactInput<'_>], subjects: &Subjects<'_>, intake: &mut Intake) {
    for input in artifacts {
        // A thousand values of one artifact have one or two owners.
        let mut last: Option<(&Owner, Option<Subject>)> = None;
        let mut objects = object::named(input, subjects.collector(input.path).is_some());
        objects.extend(place_of_mailbox(input));
        objects.extend(failed::named(input));
        if subjects.collector(input.path).is_none() && is_of_unnamed_server(input, &objects) {
            intake.issue(input.id, Issue::new(IssueCode::ServerNotNamed, ""));
        }
        for record in input.parsed.records.iter().chain(&objects) {
            let owner = match record {
                Record::Property(value) => &value.owner,
                Record::PropertySource(source) => &source.owner,
                _ => continue,
            };
            let subject = match &last {
                Some((known, subject)) if *known == owner => subject.clone(),
                _ => subjects.of_owner(owner, input.path),
            };
            last = Some((owner, subject.clone()));
            if !intake.admit(input.id) {
                break;
            }
            match record {
                Record::Property(value) => {
                    let text = match &value.value {
                        Value::Text(text) => text.as_str(),
                        _ => "",
                    };
                    intake.store.properties.push(PropertyFact {
                        source_name: value.source.to_owned(),
                        object: value.object.as_deref().map(ToOwned::to_owned),
                        name: value.name.clone(),
                        value: value.value.clone(),
                        subject,
                        source: input.source(Locator::Line(value.line), text),
                    });
                }
                Record::PropertySource(source) => intake.store.coverage.properties.push(PropertyCoverage {
                    source: source.source.to_owned(),
                    subject,
                    complete: source.complete,
                    names: source.names,
                    cite: Cite { artifact: input.id, at: Locator::Line(source.line), absent: false },
                }),
                _ => {}
            }
        }
    }
}

/// Whether it states something of a server without its name, which only a remote session adds. The names of files and folders
/// are whatever somebody called them.
fn is_of_unnamed_server(input: &ArtifactInput<'_>, objects: &[Record]) -> bool {
    let mut of_server = false;
    for record in input.parsed.records.iter().chain(objects) {
        if let Record::Object(object) = record
            && clixml::property(object, "PSComputerName").is_some_and(|name| !name.is_empty())
        {
            return false;
        }
        let Record::Property(value) = record else { continue };
        let is_service = || value.object.as_deref().is_some_and(|name| SERVER_SERVICES.contains(&fold(name).as_str()));
        of_server |= OF_SERVERS.contains(&value.source) || value.source == "service" && is_service();
    }
    of_server
}

/// What a whole Autodiscover answer says about the place of the mailbox. Half of one may lack the host that decides.
fn place_of_mailbox(input: &ArtifactInput<'_>) -> Option<Record> {
    if input.kind != ArtifactKind::AutodiscoverXml {
        return None;
    }
    let values: Vec<&NamedValue> = input
        .parsed
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Property(value) => Some(value),
            _ => None,
        })
        .collect();
    let (place, line) = mailbox::of_answer(&values)?;
    if place == Mailbox::OnPremises && !input.parsed.complete {
        return None;
    }
    Some(Record::Property(NamedValue {
        object: None,
        name: "mailbox".to_owned(),
        value: Value::Text(place.word().to_owned()),
        line,
        ..(*values.first()?).clone()
    }))
}
