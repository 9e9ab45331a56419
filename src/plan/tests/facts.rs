//! Small fact stores, written by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::Timestamp;

use crate::bundle::ArtifactKind;
use crate::fact::coverage::{ListCoverage, LogCoverage, ProfileCoverage, RegistryCoverage};
use crate::fact::evidence::{ArtifactId, Instant, Locator, Source};
use crate::fact::identity::{Person, Role, Subject, Target, UserName};
use crate::fact::{
    CredentialFact, EventFact, FactStore, Install, Mailbox, Outcome, ProductFact, ProfileFact, PropertyFact,
    RegistryFact,
};
use crate::finding::{Evidence, EvidenceClass, Finding, Reservation, Status};
use crate::lang::Text;
use crate::limits::Limits;
use crate::parse::record::{AccountService, CredentialKind, Persistence, RegistryData};
use crate::plan::{Audience, Plan, Playbook, make};
use crate::rule::engine::{Settings, Verdicts, run};
use crate::rule::eval::Evaluator;
use crate::rule::overrides::Applied;
use crate::rule::param::Params;
use crate::rule::set::RuleSet;
use crate::value::{Value, Window, fold};

pub(super) static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    RuleSet::builtin()
        .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
});

pub(super) static PLAYBOOK: LazyLock<Playbook> = LazyLock::new(|| {
    Playbook::load(&RULES, &Limits::default())
        .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
});

const SECURITY: &str = "Microsoft-Windows-Security-Auditing";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn place(artifact: u32, line: u64) -> Source {
    Source { artifact: ArtifactId(artifact), at: Locator::Line(line), guessed: false }
}

/// A case under construction.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) store: FactStore,
    line: u64,
}

impl Facts {
    pub(super) fn new(as_of: &str) -> Self {
        let mut store = FactStore::default();
        store.case.as_of = Some(at(as_of));
        store.target = Target::Person(Person {
            sid: Some("S-1-5-21-1-2-3-1104".into()),
            display: Some("u@contoso.com".into()),
            names: BTreeSet::from(["u@contoso.com".to_owned()]),
            smtp: BTreeSet::new(),
        });
        Self { store, line: 0 }
    }

    fn next(&mut self, artifact: u32) -> Source {
        self.line += 1;
        place(artifact, self.line)
    }

    pub(super) fn outlook(mut self, version: &str, install: Install) -> Self {
        let source = self.next(0);
        self.store.products.push(ProductFact {
            name: "outlook".into(),
            version: Some(version.parse().unwrap()),
            major: None,
            install,
            rank: 1,
            at: None,
            source,
        });
        self
    }

    /// An export of a subtree of the user's hive, complete.
    pub(super) fn exported(mut self, key: &str) -> Self {
        let cite = self.next(1).cite();
        self.store.coverage.registry.push(RegistryCoverage {
            user: Some(Subject::Target),
            key: fold(key),
            complete: true,
            missing: false,
            end: None,
            cite,
        });
        self
    }

    pub(super) fn dword(mut self, key: &str, name: &str, value: u32) -> Self {
        let source = self.next(1);
        self.store.registry.push(RegistryFact {
            user: Some(Subject::Target),
            key: key.into(),
            name: name.into(),
            data: RegistryData::Dword(value),
            source,
        });
        self.exported(key)
    }

    pub(super) fn credentials(mut self, subject: Subject, targets: &[&str]) -> Self {
        let cite = place(2, 1).cite();
        for target in targets {
            let source = self.next(2);
            let bare = RULES.catalogue.unwrap_target(target).to_owned();
            let kind =
                if target.starts_with("Domain:") { CredentialKind::DomainPassword } else { CredentialKind::Generic };
            let (class, secret) = RULES.catalogue.classify(&bare, kind);
            self.store.credentials.push(CredentialFact {
                subject: subject.clone(),
                target: (*target).to_owned(),
                bare_target: bare,
                class,
                secret,
                kind,
                user: Some("u@contoso.com".into()),
                persistence: Persistence::LocalMachine,
                written: None,
                source,
            });
        }
        self.store.coverage.credentials.push(ListCoverage { subject, complete: true, dates: false, cite });
        self
    }

    /// When the row of this target was written.
    pub(super) fn written(mut self, target: &str, time: &str) -> Self {
        for row in self.store.credentials.iter_mut().filter(|row| row.target == target) {
            row.written = Some(at(time));
        }
        self
    }

    pub(super) fn profile(mut self, version: &str, package: &str) -> Self {
        let source = self.next(3);
        let cite = source.cite();
        self.store.profiles.push(ProfileFact {
            subject: Subject::Target,
            version: version.into(),
            profile: "Outlook".into(),
            is_default: Some(true),
            account: Some("u@contoso.com".into()),
            service: AccountService::Exchange,
            mailbox: Mailbox::ExchangeOnline,
            name: "auth-package".into(),
            value: Value::Text(package.into()),
            source,
        });
        self.store.coverage.profiles.push(ProfileCoverage {
            subject: Subject::Target,
            version: version.into(),
            all_properties: true,
            complete: true,
            open: false,
            cite,
        });
        self
    }

    pub(super) fn property(mut self, source_name: &str, name: &str, value: &str) -> Self {
        let source = self.next(5);
        self.store.properties.push(PropertyFact {
            source_name: source_name.into(),
            object: None,
            name: name.into(),
            value: Value::Text(value.into()),
            subject: Some(Subject::Target),
            source,
        });
        self
    }

    /// The Security log of a domain controller that records everything the rules ask for.
    pub(super) fn dc_log(mut self, from: &str, to: &str) -> Self {
        self.store.computers.insert("dc01".into(), BTreeSet::from([Role::Dc]));
        self.store.coverage.logs.push(LogCoverage {
            channel: "Security".into(),
            computer: "DC01".into(),
            roles: BTreeSet::from([Role::Dc]),
            window: Window { from: at(from), to: at(to) },
            complete: true,
            counts: BTreeMap::new(),
            groups: RULES.catalogue.audit_groups.values().cloned().collect(),
            zone_unknown: false,
            artifact: ArtifactId(4),
        });
        self
    }

    pub(super) fn event(self, time: &str, id: u16, fields: &[(&str, &str)]) -> Self {
        self.event_of("Security", "DC01", SECURITY, time, id, fields)
    }

    pub(super) fn event_of(
        mut self,
        channel: &str,
        computer: &str,
        provider: &str,
        time: &str,
        id: u16,
        fields: &[(&str, &str)],
    ) -> Self {
        self.line += 1;
        self.store.events.push(EventFact {
            provider: provider.into(),
            id,
            channel: channel.into(),
            computer: computer.into(),
            at: Instant::exact(at(time)),
            record: self.line,
            activity: None,
            outcome: Some(if matches!(id, 4625 | 4771) { Outcome::Failure } else { Outcome::Success }),
            user: UserName { name: Some("u@contoso.com".into()), ..UserName::default() },
            is_target: true,
            fields: fields.iter().map(|(name, value)| ((*name).to_owned(), Value::Text((*value).to_owned()))).collect(),
            partial: false,
            source: Source { artifact: ArtifactId(4), at: Locator::Record(self.line), guessed: false },
        });
        self.store.events.sort_by_key(|event| (event.at, event.record));
        self
    }

    pub(super) fn changed(self, time: &str) -> Self {
        self.event(time, 4723, &[])
    }

    pub(super) fn refused(self, times: &[&str]) -> Self {
        times.iter().fold(self, |facts, time| facts.event(time, 4625, &[("SubStatus", "0xC000006A")]))
    }

    pub(super) fn plan(&self) -> Plan {
        self.plan_for(Audience::Engineer)
    }

    pub(super) fn plan_for(&self, audience: Audience) -> Plan {
        self.with(|evaluator, verdicts| make(evaluator, verdicts, &PLAYBOOK, audience))
    }

    /// The plan of these findings instead of the engine's own.
    pub(super) fn plan_of(&self, findings: &[Finding], playbook: &Playbook) -> Plan {
        self.plan_beside(findings, Vec::new(), playbook)
    }

    /// The same, where packs set rules aside.
    pub(super) fn plan_beside(&self, findings: &[Finding], overrides: Vec<Applied>, playbook: &Playbook) -> Plan {
        self.with(|evaluator, verdicts| {
            let drawn = Verdicts { era: verdicts.era.clone(), findings: findings.to_vec(), overrides };
            make(evaluator, &drawn, playbook, Audience::Engineer)
        })
    }

    pub(super) fn with<T>(&self, f: impl FnOnce(&Evaluator<'_>, &Verdicts) -> T) -> T {
        let kinds = BTreeMap::from([
            (ArtifactId(0), ArtifactKind::Clixml),
            (ArtifactId(1), ArtifactKind::RegExport),
            (ArtifactId(2), ArtifactKind::CmdkeyList),
            (ArtifactId(3), ArtifactKind::RegExport),
            (ArtifactId(4), ArtifactKind::Evtx),
        ]);
        let params = Params::new();
        let limits = Limits::default();
        let settings = Settings { params: &params, kinds: &kinds, overrides: &[], era: None, limits: &limits };
        let (verdicts, evaluator) = run(&self.store, &RULES, &settings);
        f(&evaluator, &verdicts)
    }
}

/// A finding of a builtin rule with one piece of evidence, as no engine would have to make it.
pub(super) fn finding(id: &str, status: Status, cited: bool, reserved: bool) -> Finding {
    let rule = &RULES.rules[id];
    let supports = status != Status::RuledOut;
    let item = if supports { rule.evidence.first() } else { rule.refutes.first().or(rule.evidence.first()) };
    let cites = if cited { vec![place(9, u64::from(rule.band)).cite()] } else { Vec::new() };
    Finding {
        id: id.to_owned(),
        rev: rule.rev,
        title: rule.title.clone(),
        status,
        judged: status,
        severity: rule.severity,
        band: rule.band,
        summary: rule.say.clone(),
        plain: None,
        sum: String::new(),
        subject: None,
        evidence: vec![Evidence {
            name: item.map(|item| item.name.clone()).unwrap_or_default(),
            class: EvidenceClass::Conclusive,
            supports,
            text: Text::same("seen"),
            cites: cites.clone(),
            count: None,
            reservation: reserved.then_some(Reservation::AssumedSubject),
        }],
        undecided: Vec::new(),
        need: vec!["credential-list".to_owned()],
        steps: rule.steps.iter().map(|(step, _)| step.clone()).collect(),
        links: Vec::new(),
        not_applicable: (status == Status::NotApplicable).then(|| (Text::same("not this"), cites)),
        supersedes: rule.supersedes.clone(),
        in_failure_window: reserved,
    }
}
