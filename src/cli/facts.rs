//! `facts`: everything the rules see of one case, one fact a line.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::output::print;
use super::redact::Redaction;
use super::request::{Request, usage};
use super::{Exit, FactsArgs, FactsFormat};
use crate::case::Case;
use crate::error::Error;
use crate::fact::evidence::{ArtifactId, Locator, Source};
use crate::fact::identity::{Subject, Target};
use crate::issue::IssueCode;
use crate::parse::key_order::ExportEnd;
use crate::parse::record::Names;
use crate::report::sanitize::{Sanitized, inert_json};
use crate::rule::eval::show;

const KINDS: &[&str] = &[
    "case",
    "identity",
    "product",
    "patch",
    "credential",
    "registry",
    "profile",
    "property",
    "code",
    "event",
    "coverage",
];

pub(super) fn run(args: &FactsArgs) -> Result<Exit, Error> {
    if let Some(wrong) = args.kind.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        return Err(usage(&format!("--kind {wrong:?} is not one of {}", KINDS.join(", "))));
    }
    let request = Request::new(&args.case)?;
    let redaction = Redaction::new(&args.redact, &request)?;
    let case = redaction.case(request.only()?);
    let mut rows = Rows { case: &case }.all();
    redaction.rows(&case, &mut rows);
    redaction.write_map()?;
    let mut out = String::new();
    for (kind, row) in
        rows.into_iter().filter(|(kind, _)| args.kind.is_empty() || args.kind.iter().any(|wanted| wanted == kind))
    {
        // Writing to a String cannot fail.
        let _ = match args.format {
            FactsFormat::Jsonl => writeln!(out, "{}", inert_json(&with_kind(kind, row).to_string())),
            FactsFormat::Terminal => writeln!(out, "{kind:<10} {}", Sanitized::line(&flat(&row)).as_str()),
        };
    }
    print(&out)?;
    Ok(Exit::Clean)
}

fn with_kind(kind: &str, row: Json) -> Json {
    let mut object = serde_json::Map::new();
    object.insert("fact".to_owned(), json!(kind));
    if let Json::Object(fields) = row {
        object.extend(fields);
    }
    Json::Object(object)
}

/// `name=value` pairs; what is null is left out.
fn flat(row: &Json) -> String {
    let Json::Object(fields) = row else { return row.to_string() };
    let parts: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| match value {
            Json::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        })
        .collect();
    parts.join("  ")
}

struct Rows<'a> {
    case: &'a Case,
}

impl Rows<'_> {
    fn all(&self) -> Vec<(&'static str, Json)> {
        let facts = &self.case.facts;
        let mut rows = vec![("case", self.about()), ("identity", self.target())];
        rows.extend(facts.computers.iter().map(|(name, roles)| {
            let roles: Vec<String> = roles.iter().map(|role| role.word().to_owned()).collect();
            ("identity", json!({"computer": name, "roles": roles}))
        }));
        rows.extend(facts.products.iter().map(|fact| {
            let version = fact.version.map(|version| version.to_string());
            let install = fact.install.word();
            let at = fact.at.map(|at| at.to_string());
            ("product", json!({"name": fact.name, "version": version, "major": fact.major, "install": install, "rank": fact.rank, "at": at, "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.patches.iter().map(|fact| {
            ("patch", json!({"product": fact.product, "kb": fact.kb, "title": fact.title, "installed": fact.installed, "at": fact.at.map(|at| at.to_string()), "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.credentials.iter().map(|fact| {
            ("credential", json!({"target": fact.target, "class": fact.class, "secret": fact.secret, "user": fact.user, "written": fact.written.map(|at| at.to_string()), "subject": subject(Some(&fact.subject)), "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.registry.iter().map(|fact| {
            ("registry", json!({"hive": if fact.user.is_some() { "user" } else { "machine" }, "key": fact.key, "value": fact.name, "type": fact.data.type_name(), "data": show(&fact.data), "subject": subject(fact.user.as_ref()), "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.profiles.iter().map(|fact| {
            ("profile", json!({"version": fact.version, "profile": fact.profile, "default": fact.is_default, "account": fact.account, "property": fact.name, "data": fact.value.to_string(), "subject": subject(Some(&fact.subject)), "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.properties.iter().map(|fact| {
            let row = json!({"of": fact.source_name, "object": fact.object, "name": fact.name, "data": fact.value.to_string(), "subject": subject(fact.subject.as_ref()), "source": self.place(&fact.source)});
            ("property", self.of_some_server(row, fact.source.artifact))
        }));
        rows.extend(facts.codes.iter().map(|fact| {
            ("code", json!({"family": fact.family, "number": format!("{:#x}", fact.number), "at": fact.at.map(|at| at.at.to_string()), "source": self.place(&fact.source)}))
        }));
        rows.extend(facts.events.iter().map(|fact| ("event", self.event(fact))));
        rows.extend(self.coverage());
        rows
    }

    fn event(&self, fact: &crate::fact::EventFact) -> Json {
        let data: serde_json::Map<String, Json> =
            fact.fields.iter().map(|(name, value)| (name.to_owned(), json!(value.to_string()))).collect();
        let mut row = json!({"at": fact.at.at.to_string(), "provider": &*fact.provider, "id": fact.id, "channel": &*fact.channel, "computer": &*fact.computer,
               "record": fact.record.to_string(), "user": fact.user.name.as_deref(), "sid": fact.user.sid.as_deref(), "target-user": fact.is_target,
               "activity": fact.activity, "data": data, "source": self.place(&fact.source)});
        // What an export lost.
        for (name, is_so) in
            [("zone-unknown", fact.at.zone_unknown), ("hour-unknown", fact.at.hour_unknown), ("partial", fact.partial)]
        {
            if let Some(fields) = row.as_object_mut().filter(|_| is_so) {
                fields.insert(name.to_owned(), json!(true));
            }
        }
        row
    }

    fn about(&self) -> Json {
        let about = &self.case.facts.case;
        json!({"computer": about.computer, "collected_at": about.collected_at.map(|at| at.to_string()), "as_of": about.as_of.map(|at| at.to_string()),
               "utc_offset_seconds": about.utc_offset, "collector": about.collector.as_ref().map(|collector| collector.name.clone()),
               "run_as": about.collector.as_ref().and_then(|collector| collector.run_as.clone()),
               "era": self.case.verdicts.era.era.word()})
    }

    fn target(&self) -> Json {
        match &self.case.facts.target {
            Target::Person(person) => {
                json!({"target": person.display, "sid": person.sid, "names": person.names, "smtp": person.smtp})
            }
            Target::Ambiguous(names) => json!({"ambiguous": names}),
            Target::Nobody => json!({"target": "nobody is named"}),
        }
    }

    fn coverage(&self) -> Vec<(&'static str, Json)> {
        let coverage = &self.case.facts.coverage;
        let mut rows = Vec::new();
        rows.extend(coverage.registry.iter().map(|part| {
            json!({"of": "registry", "key": part.key, "subject": subject(part.user.as_ref()), "complete": part.complete, "missing": part.missing, "ends_at": part.end.as_ref().map(ExportEnd::last), "source": self.path(part.cite.artifact)})
        }));
        rows.extend(coverage.credentials.iter().map(|part| {
            json!({"of": "credentials", "subject": subject(Some(&part.subject)), "complete": part.complete, "source": self.path(part.cite.artifact)})
        }));
        rows.extend(coverage.profiles.iter().map(|part| {
            json!({"of": "profiles", "version": part.version, "all_properties": part.all_properties, "complete": part.complete, "subject": subject(Some(&part.subject)), "source": self.path(part.cite.artifact)})
        }));
        rows.extend(coverage.logs.iter().map(|part| {
            let roles: Vec<String> = part.roles.iter().map(|role| role.word().to_owned()).collect();
            let records: u64 = part.counts.values().map(|count| count.number).sum();
            json!({"of": "log", "channel": part.channel, "computer": part.computer, "roles": roles, "from": part.window.from.to_string(), "to": part.window.to.to_string(),
                   "records": records, "records-kinds": part.groups, "complete": part.complete, "source": self.path(part.artifact)})
        }));
        rows.extend(coverage.products.iter().map(|part| {
            json!({"of": "updates", "product": part.product, "complete": part.patches, "source": self.path(part.cite.artifact)})
        }));
        rows.extend(coverage.properties.iter().map(|part| {
            let row = json!({"of": part.source, "subject": subject(part.subject.as_ref()), "complete": part.complete, "all_names": part.names == Names::All, "source": self.path(part.cite.artifact)});
            self.of_some_server(row, part.cite.artifact)
        }));
        rows.into_iter().map(|row| ("coverage", row)).collect()
    }

    /// Says of a row from the output of a server that the server is not named.
    fn of_some_server(&self, mut row: Json, artifact: ArtifactId) -> Json {
        let index = usize::try_from(artifact.0).unwrap_or(usize::MAX);
        let issues = self.case.issues.get(index).map_or(&[][..], Vec::as_slice);
        let is_so = issues.iter().any(|issue| issue.code == IssueCode::ServerNotNamed);
        if let Some(fields) = row.as_object_mut().filter(|_| is_so) {
            fields.insert("server-unnamed".to_owned(), json!(true));
        }
        row
    }

    fn path(&self, artifact: ArtifactId) -> String {
        let index = usize::try_from(artifact.0).unwrap_or(usize::MAX);
        self.case.bundle.artifacts.get(index).map(|artifact| artifact.path.to_string()).unwrap_or_default()
    }

    fn place(&self, source: &Source) -> String {
        let path = self.path(source.artifact);
        match &source.at {
            Locator::Line(line) => format!("{path}:{line}"),
            Locator::Record(record) => format!("{path} record {record}"),
            Locator::Registry { line: Some(line), .. } | Locator::Profile { line: Some(line), .. } => {
                format!("{path}:{line}")
            }
            _ => path,
        }
    }
}

fn subject(subject: Option<&Subject>) -> Json {
    match subject {
        None => Json::Null,
        Some(Subject::Target) => json!("target"),
        Some(Subject::Assumed) => json!("assumed"),
        Some(Subject::Ambiguous) => json!("ambiguous"),
        Some(Subject::Other(name)) => json!(name),
    }
}
