//! Leaves over settings and lists: `credential`, `profile`, `product`, `property`, `date`.
//!
//! A leaf asks whether some selected fact passes; that none does is false only where the list is known to be complete.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Evaluator, Gap, Scope, Tri, Truth};
use crate::fact::coverage::PropertyCoverage;
use crate::fact::evidence::Cite;
use crate::fact::identity::Subject;
use crate::fact::{CredentialFact, EventFact, Mailbox, ProductFact, ProfileFact, PropertyFact};
use crate::finding::{Reason, Reservation};
use crate::lang::Text;
use crate::parse::record::{AccountService, Names};
use crate::rule::condition::{Ask, Check, Condition, Credential, DOMAIN, Product, Profile, Property, Test};
use crate::rule::say::day;
use crate::value::{Value, fold};

/// One selected fact after its tests.
pub(super) struct Candidate {
    pub(super) value: Tri,
    pub(super) cite: Cite,
    pub(super) text: Text,
    pub(super) reservation: Option<Reservation>,
    pub(super) gap: Option<Gap>,
}

/// Whether everything that could have been selected was seen.
pub(super) enum Cover {
    /// Yes: absence is provable, under these assumptions.
    Proven { cites: Vec<Cite>, reservations: Vec<Reservation> },
    /// No, for this reason.
    Open(Gap),
}

/// The value of a leaf from its candidates.
pub(super) fn decide(label: &str, candidates: &[Candidate], check: &Check, cover: &Cover, what: &Text) -> Truth {
    let all = |wanted: Tri| candidates.iter().filter(move |candidate| candidate.value == wanted);
    // Where one fact decides, one without a reservation is enough; where all do, each counts.
    let evidence = |value: Tri, list: Vec<&Candidate>, all_decide: bool| {
        let mut truth = Truth::new(value, label).cited(list.iter().map(|candidate| candidate.cite.clone()));
        if all_decide || list.iter().all(|candidate| candidate.reservation.is_some()) {
            truth.reservations.extend(list.iter().filter_map(|candidate| candidate.reservation));
        }
        truth.count = u64::try_from(list.len()).ok();
        let texts: Vec<Text> = list.iter().map(|candidate| candidate.text.clone()).collect();
        truth.says(super::join(&texts))
    };
    let open = |gaps: Vec<Gap>| Truth { gaps, ..Truth::new(Tri::Unknown, label) };
    let nothing = |value: Tri| match cover {
        Cover::Proven { cites, reservations } => {
            Truth::new(value, label).cited(cites.iter().cloned()).under(reservations.iter().copied()).says(what.clone())
        }
        Cover::Open(gap) => open(vec![gap.clone()]),
    };
    let unsaid = Gap { reason: Reason::NotCollected, need: Vec::new() };
    let unknown: Vec<Gap> =
        all(Tri::Unknown).map(|candidate| candidate.gap.clone().unwrap_or_else(|| unsaid.clone())).collect();
    if check.absent {
        if all(Tri::True).next().is_some() {
            return evidence(Tri::False, all(Tri::True).collect(), false);
        }
        return if unknown.is_empty() { nothing(Tri::True) } else { open(unknown) };
    }
    if candidates.is_empty() {
        return nothing(Tri::False);
    }
    if check.every {
        if all(Tri::False).next().is_some() {
            return evidence(Tri::False, all(Tri::False).collect(), false);
        }
        return match (unknown.is_empty(), cover) {
            (false, _) => open(unknown),
            (true, Cover::Open(gap)) => open(vec![gap.clone()]),
            (true, Cover::Proven { reservations, .. }) => {
                evidence(Tri::True, candidates.iter().collect(), true).under(reservations.iter().copied())
            }
        };
    }
    if all(Tri::True).next().is_some() {
        return evidence(Tri::True, all(Tri::True).collect(), false);
    }
    match (unknown.is_empty(), cover) {
        (false, _) => open(unknown),
        (true, Cover::Open(gap)) => open(vec![gap.clone()]),
        (true, Cover::Proven { reservations, .. }) => {
            evidence(Tri::False, candidates.iter().collect(), true).under(reservations.iter().copied())
        }
    }
}

/// Whose facts count: the target user's, and loose files'.
pub(crate) fn counts(subject: &Subject) -> bool {
    matches!(subject, Subject::Target | Subject::Assumed)
}

/// Why facts of these subjects do not count.
pub(super) fn subject_reason<'s>(subjects: impl Iterator<Item = &'s Subject>) -> Option<Reason> {
    subjects
        .filter_map(|subject| match subject {
            Subject::Ambiguous => Some(Reason::Ambiguous),
            Subject::Other(_) => Some(Reason::WrongSubject),
            _ => None,
        })
        .min()
}

impl Evaluator<'_> {
    /// `credential`.
    pub(super) fn credential(&self, ask: &Credential, scope: &Scope) -> Truth {
        let label = credential_label(ask);
        let rows: Vec<&CredentialFact> = self
            .facts
            .credentials
            .iter()
            .filter(|fact| counts(&fact.subject) && self.selects_credential(ask, fact, scope, 0))
            .collect();
        let candidates: Vec<Candidate> = rows
            .iter()
            .map(|row| {
                let (value, gap) = self.credential_passes(ask, row, scope);
                Candidate {
                    value,
                    cite: row.source.cite(),
                    text: Text::same(row.target.clone()),
                    reservation: row.source.guessed.then_some(Reservation::GuessedEncoding),
                    gap,
                }
            })
            .collect();
        let what = Text::new("no saved credential of this kind is listed", "該当する資格情報は一覧にありません");
        decide(&label, &candidates, &ask.check, &self.credential_cover(), &what)
    }

    /// The tests of one row: target, user and time of writing.
    fn credential_passes(&self, ask: &Credential, row: &CredentialFact, scope: &Scope) -> (Tri, Option<Gap>) {
        let text = |value: Option<&str>, tests: &[Test]| match (tests.is_empty(), value) {
            (true, _) => Tri::True,
            // A row without a user name passes no test of it.
            (false, None) => Tri::False,
            (false, Some(value)) => self.passes(&Value::Text(value.to_owned()), tests, scope),
        };
        let (target, user) = (text(Some(&row.bare_target), &ask.target), text(row.user.as_deref(), &ask.user));
        let written = match (ask.written.is_empty(), row.written) {
            (true, _) => Tri::True,
            (false, None) => Tri::Unknown,
            (false, Some(at)) => self.passes(&Value::Time(at), &ask.written, scope),
        };
        if [target, user, written].contains(&Tri::False) {
            return (Tri::False, None);
        }
        if target == Tri::Unknown || user == Tri::Unknown {
            return (
                Tri::Unknown,
                Some(Gap { reason: Reason::Ambiguous, need: self.rules.need_of_property("ad-user") }),
            );
        }
        let gap = match (written, row.written) {
            (Tri::Unknown, None) => {
                Some(Gap { reason: Reason::NotCovered, need: self.rules.need_of_credentials("written") })
            }
            (Tri::Unknown, Some(_)) => Some(self.gap_of_times(&ask.written, scope)),
            _ => None,
        };
        (written, gap)
    }

    /// Why an operand that is a time is not known.
    fn gap_of_times(&self, tests: &[Test], scope: &Scope) -> Gap {
        tests
            .iter()
            .find_map(|test| match test {
                Test::Before(name) | Test::After(name) => Some(self.occurrences(name, scope).gap()),
                _ => None,
            })
            .unwrap_or(Gap { reason: Reason::NotCollected, need: Vec::new() })
    }

    fn selects_credential(&self, ask: &Credential, fact: &CredentialFact, scope: &Scope, depth: usize) -> bool {
        if let Some(of) = &ask.of {
            let inner = self.rules.name(of, scope).map(|named| &named.condition);
            let Some(Condition::Leaf(leaf)) = inner else { return false };
            let Ask::Credential(inner) = &leaf.ask else { return false };
            if depth > 8 || !self.selects_credential(inner, fact, scope, depth + 1) {
                return false;
            }
        }
        (ask.class.is_empty() || ask.class.contains(&fact.class))
            && (ask.secret.is_empty() || ask.secret.contains(&fact.secret))
    }

    fn credential_cover(&self) -> Cover {
        let need = self.rules.need_of_credentials("target");
        let lists = &self.facts.coverage.credentials;
        let complete = |subject: &Subject| lists.iter().find(|list| list.complete && list.subject == *subject);
        if let Some(list) = complete(&Subject::Target) {
            return Cover::Proven { cites: vec![absent(&list.cite)], reservations: Vec::new() };
        }
        if let Some(list) = complete(&Subject::Assumed) {
            return Cover::Proven { cites: vec![absent(&list.cite)], reservations: vec![Reservation::AssumedSubject] };
        }
        let reason = if lists.iter().any(|list| counts(&list.subject)) {
            Reason::Unreadable
        } else {
            subject_reason(lists.iter().map(|list| &list.subject)).unwrap_or(Reason::NotCollected)
        };
        Cover::Open(Gap { reason, need })
    }

    /// `profile`.
    pub(super) fn profile(&self, ask: &Profile) -> Truth {
        let label = format!("profile {}", ask.property);
        let versions = self.versions();
        let scope = Scope::new();
        let own = self.own_profiles(&versions);
        let elsewhere = own.iter().any(|fact| fact.name == ask.property && !self.wants_mailbox(ask, fact));
        let candidates: Vec<Candidate> = self
            .profile_values(ask)
            .into_iter()
            .map(|fact| Candidate {
                value: self.passes(&fact.value, &ask.check.tests, &scope),
                cite: fact.source.cite(),
                text: self.property_text(fact),
                reservation: None,
                gap: None,
            })
            .collect();
        if candidates.is_empty() && elsewhere {
            // The only account with this setting is taken to be on own servers; a profile alone may be stale.
            let need = self.rules.need_of_property("autodiscover-xml");
            return Truth::unknown(label, Reason::Ambiguous, need);
        }
        let name = self.rules.label(&ask.property);
        let what = Text::new(
            format!("{} is not set in the profile", name.en),
            format!("{}はプロファイルに設定されていません", name.ja),
        );
        decide(&label, &candidates, &ask.check, &self.profile_cover(&versions), &what)
    }

    /// Facts of the user's profiles of these versions: of the default profile, where one is known.
    fn own_profiles(&self, versions: &[String]) -> Vec<&ProfileFact> {
        let own: Vec<&ProfileFact> = self
            .facts
            .profiles
            .iter()
            .filter(|fact| counts(&fact.subject) && versions.contains(&fact.version))
            .collect();
        let has_default = own.iter().any(|fact| fact.is_default == Some(true));
        own.into_iter().filter(|fact| !has_default || fact.is_default == Some(true)).collect()
    }

    /// Values of a property: of the profile itself, and of its Exchange accounts whose mailbox is where the leaf says.
    pub(crate) fn profile_values(&self, ask: &Profile) -> Vec<&ProfileFact> {
        self.own_profiles(&self.versions())
            .into_iter()
            .filter(|fact| fact.name == ask.property)
            .filter(|fact| {
                fact.account.is_none() || (fact.service == AccountService::Exchange && self.wants_mailbox(ask, fact))
            })
            .collect()
    }

    /// `a.tanaka@contoso.example: Logon network security = ntlm`.
    fn property_text(&self, fact: &ProfileFact) -> Text {
        let label = self.rules.label(&fact.name);
        let account = fact.account.as_ref().map(|account| format!("{account}: ")).unwrap_or_default();
        Text::new(format!("{account}{} = {}", label.en, fact.value), format!("{account}{} = {}", label.ja, fact.value))
    }

    /// In an organisation with its own servers every account counts.
    fn wants_mailbox(&self, ask: &Profile, fact: &ProfileFact) -> bool {
        let on_premises_era = self.era.as_ref().is_some_and(|era| era.era == super::Era::OnPremises);
        ask.mailbox.contains(&fact.mailbox) || (on_premises_era && fact.mailbox == Mailbox::OnPremises)
    }

    /// Proven only where the whole tree of every version in question was exported.
    fn profile_cover(&self, versions: &[String]) -> Cover {
        let need = self.rules.need_of_profiles();
        let trees = &self.facts.coverage.profiles;
        let complete = |version: &String, subject: &Subject| {
            trees.iter().find(|tree| {
                tree.version == *version && tree.subject == *subject && tree.all_properties && tree.complete
            })
        };
        let mut cites = Vec::new();
        let mut assumed = false;
        for version in versions {
            let own = complete(version, &Subject::Target);
            let Some(tree) = own.or_else(|| complete(version, &Subject::Assumed)) else {
                let own: Vec<_> =
                    trees.iter().filter(|tree| tree.version == *version && counts(&tree.subject)).collect();
                let reason = if own.iter().any(|tree| tree.all_properties && !tree.open) {
                    Reason::Unreadable
                } else if !own.is_empty() || trees.iter().any(|tree| counts(&tree.subject)) {
                    Reason::NotCovered
                } else {
                    subject_reason(trees.iter().map(|tree| &tree.subject)).unwrap_or(Reason::NotCollected)
                };
                return Cover::Open(Gap { reason, need });
            };
            assumed |= own.is_none();
            cites.push(absent(&tree.cite));
        }
        Cover::Proven { cites, reservations: assumed.then_some(Reservation::AssumedSubject).into_iter().collect() }
    }

    /// `14.0`, `15.0` or `16.0` of the installed Outlook; all three while the product is unknown, deduced or ambiguous.
    pub(super) fn versions(&self) -> Vec<String> {
        match self.facts.product("outlook").and_then(|product| product.profile_version()) {
            Some(version) => vec![version.to_owned()],
            None => ["14.0", "15.0", "16.0"].map(str::to_owned).to_vec(),
        }
    }

    /// `product`.
    pub(super) fn product(&self, ask: &Product) -> Truth {
        let label = format!("product {}", ask.name);
        let scope = Scope::new();
        let versions = self.rules.need_of_product("version");
        let Some(product) = self.facts.product(&ask.name) else {
            let need = if ask.patches.is_empty() { versions } else { self.rules.need_of_product("patches") };
            return Truth::unknown(label, Reason::NotCollected, need);
        };
        // One statement for major and version, so that a sentence does not say the same thing twice.
        let name = self.rules.label(&ask.name);
        let number = product
            .version
            .map(|version| version.to_string())
            .or_else(|| product.major.map(|major| major.to_string()))
            .unwrap_or_default();
        let stated = Text::new(format!("{} {number}", name.en), format!("{} {number}", name.ja));
        let mut parts = Vec::new();
        if !ask.major.is_empty() {
            parts.push(match product.major {
                Some(_) if product.several => Truth::unknown(label.clone(), Reason::Ambiguous, versions.clone()),
                Some(major) => {
                    let cite = product.facts.iter().find(|fact| {
                        fact.major == Some(major) || fact.version.is_some_and(|version| version.major() == major)
                    });
                    Truth::new(
                        self.passes(&Value::Number(i64::from(major)), &ask.major, &scope),
                        format!("{} major", ask.name),
                    )
                    .cited(cite.map(|fact| fact.source.cite()))
                    .says(stated.clone())
                }
                None => Truth::unknown(label.clone(), Reason::NotCovered, versions.clone()),
            });
        }
        if !ask.version.is_empty() {
            parts.push(match product.version {
                Some(_) if product.ambiguous => Truth::unknown(label.clone(), Reason::Ambiguous, versions.clone()),
                Some(version) => {
                    let fact: Option<&&ProductFact> = product.facts.iter().find(|fact| fact.version == Some(version));
                    Truth::new(
                        self.passes(&Value::Version(version), &ask.version, &scope),
                        format!("{} version", ask.name),
                    )
                    .cited(fact.map(|fact| fact.source.cite()))
                    .under(self.may_have_risen(fact, &ask.version).then_some(Reservation::UnverifiedFact))
                    .says(stated)
                }
                None => Truth::unknown(label.clone(), Reason::NotCovered, versions.clone()),
            });
        }
        if !ask.install.is_empty() {
            let value = if product.install == crate::fact::Install::Unknown {
                Truth::unknown(label.clone(), Reason::NotCovered, versions)
            } else {
                let cite = product.facts.iter().find(|fact| fact.install == product.install);
                Truth::new(if ask.install.contains(&product.install) { Tri::True } else { Tri::False }, "install")
                    .cited(cite.map(|fact| fact.source.cite()))
            };
            parts.push(value);
        }
        if !ask.patches.is_empty() {
            parts.push(self.patches(ask, &scope));
        }
        if parts.is_empty() {
            parts
                .push(Truth::new(Tri::True, label.clone()).cited(product.facts.first().map(|fact| fact.source.cite())));
        }
        let mut whole = super::combine("all", Tri::False, parts);
        if product.deduced {
            whole.reservations.insert(Reservation::UnverifiedFact);
        }
        Truth { label, ..whole }
    }

    /// A dated statement can be out of date: versions only rise, so what was too old then may have been updated since.
    fn may_have_risen(&self, fact: Option<&&ProductFact>, tests: &[Test]) -> bool {
        let upper = |test: &Test| {
            matches!(
                test,
                Test::Lt(_)
                    | Test::Le(_)
                    | Test::Is(_)
                    | Test::In(_)
                    | Test::Between(..)
                    | Test::NotIn(_)
                    | Test::IsNot(_)
            )
        };
        let day = jiff::SignedDuration::from_hours(24);
        match (fact.and_then(|fact| fact.at), self.facts.case.as_of) {
            (Some(at), Some(as_of)) => as_of.duration_since(at) > day && tests.iter().any(upper),
            _ => false,
        }
    }

    fn patches(&self, ask: &Product, scope: &Scope) -> Truth {
        let label = format!("{} updates", ask.name);
        let installed: Vec<_> = self.facts.patches.iter().filter(|patch| patch.installed).collect();
        let passing: Vec<Candidate> = installed
            .iter()
            .filter(|patch| self.passes(&Value::Text(patch.kb.clone()), &ask.patches, scope) == Tri::True)
            .map(|patch| Candidate {
                value: Tri::True,
                cite: patch.source.cite(),
                text: Text::same(patch.title.clone()),
                reservation: None,
                gap: None,
            })
            .collect();
        let list = self.facts.coverage.products.iter().find(|list| list.patches);
        let cover = match list {
            Some(list) => Cover::Proven { cites: vec![absent(&list.cite)], reservations: Vec::new() },
            None => Cover::Open(Gap { reason: Reason::NotCollected, need: self.rules.need_of_product("patches") }),
        };
        decide(
            &label,
            &passing,
            &Check::default(),
            &cover,
            &Text::new("no such update is listed", "該当する更新プログラムは一覧にありません"),
        )
    }

    /// Facts that a `property` leaf selects.
    pub(super) fn selected_properties(&self, ask: &Property) -> Vec<&PropertyFact> {
        let object = match ask.object.as_deref() {
            // Where the names of the user end with several domains, nobody says which counts.
            Some(DOMAIN) => match self.sign_in_domains().into_iter().collect::<Vec<_>>().as_slice() {
                [only] => Some((*only).to_owned()),
                _ => return Vec::new(),
            },
            object => object.map(fold),
        };
        self.facts
            .properties
            .iter()
            .filter(|fact| fact.source_name == ask.source && fold(&fact.name) == fold(&ask.name))
            .filter(|fact| {
                object.as_ref().is_none_or(|object| fact.object.as_ref().is_some_and(|own| fold(own) == *object))
            })
            .filter(|fact| fact.subject.as_ref().is_none_or(counts))
            .filter(|fact| !ask.of_subject || fact.subject.is_some())
            .collect()
    }

    /// Those of the selected facts that pass.
    pub(crate) fn passing_properties(&self, ask: &Property, scope: &Scope) -> Vec<&PropertyFact> {
        let mut facts = self.selected_properties(ask);
        facts.retain(|fact| self.passes(&fact.value, &ask.check.tests, scope) == Tri::True);
        facts
    }

    /// Domains of the user's sign-in names. Every user of a tenant has a name in `onmicrosoft.com`, whatever the domain.
    fn sign_in_domains(&self) -> BTreeSet<&str> {
        let names = self.facts.target.person().into_iter().flat_map(|person| &person.names);
        let all: BTreeSet<&str> = names.filter_map(|name| Some(name.rsplit_once('@')?.1)).collect();
        let own: BTreeSet<&str> = all.iter().copied().filter(|name| !name.ends_with(".onmicrosoft.com")).collect();
        if own.is_empty() { all } else { own }
    }

    /// `property`.
    pub(super) fn property(&self, ask: &Property, scope: &Scope) -> Truth {
        let label = format!("{} {}", ask.source, ask.name);
        let selected = self.selected_properties(ask);
        // What is listed of other domains says nothing about the user's.
        if ask.object.as_deref() == Some(DOMAIN) && selected.is_empty() {
            let listed = self.facts.coverage.properties.iter().any(|source| source.source == ask.source);
            let reason = match self.sign_in_domains().len() {
                _ if !listed => Reason::NotCollected,
                0 | 1 => Reason::NotCovered,
                _ => Reason::Ambiguous,
            };
            return Truth::unknown(label, reason, self.rules.need_of_property(&ask.source));
        }
        let candidates: Vec<Candidate> = selected
            .iter()
            .map(|fact| Candidate {
                value: self.passes(&fact.value, &ask.check.tests, scope),
                cite: fact.source.cite(),
                text: Text::same(format!("{}: {} = {}", fact.source_name, fact.name, fact.value)),
                reservation: fact.source.guessed.then_some(Reservation::GuessedEncoding),
                gap: None,
            })
            .collect();
        let cover = self.property_cover(ask, &selected);
        decide(
            &label,
            &candidates,
            &ask.check,
            &cover,
            &Text::new(
                format!("{} {} is not there", ask.source, ask.name),
                format!("{} の {} はありません", ask.source, ask.name),
            ),
        )
    }

    /// What the sources of a `property` leaf prove about what they do not show.
    fn property_cover(&self, ask: &Property, selected: &[&PropertyFact]) -> Cover {
        let need = self.rules.need_of_property(&ask.source);
        let sources: Vec<_> =
            self.facts.coverage.properties.iter().filter(|source| source.source == ask.source).collect();
        let own = |source: &&&PropertyCoverage| source.subject.as_ref().is_none_or(counts);
        let shows = |source: &PropertyCoverage| {
            selected.iter().any(|fact| fact.source.artifact == source.cite.artifact && fact.subject == source.subject)
        };
        // The part of the computer says nothing about a name of the user's part, which may be somebody else's.
        let mixed = |source: &PropertyCoverage| {
            let same = sources.iter().filter(|other| other.cite.artifact == source.cite.artifact);
            source.subject.is_none() && same.clone().any(|other| other.subject.as_ref().is_some_and(|who| !counts(who)))
        };
        let proves = |source: &&&PropertyCoverage| {
            source.complete && (shows(source) || source.names == Names::All && !mixed(source))
        };
        if let Some(source) = sources.iter().filter(own).find(proves) {
            return Cover::Proven {
                cites: vec![absent(&source.cite)],
                reservations: (source.subject == Some(Subject::Assumed))
                    .then_some(Reservation::AssumedSubject)
                    .into_iter()
                    .collect(),
            };
        }
        let foreign = subject_reason(sources.iter().filter_map(|source| source.subject.as_ref()));
        let reason = match foreign {
            _ if sources.is_empty() => Reason::NotCollected,
            Some(foreign) => foreign,
            None if sources.iter().any(|source| source.complete) => Reason::NotCovered,
            None => Reason::Unreadable,
        };
        Cover::Open(Gap { reason, need })
    }

    /// `date`: the date that decides about eras. Where every time is a local one without a zone, the newest decides if it does so
    /// wherever the PC stands: an export of 2014 is not one of 2021.
    pub(super) fn date(&self, tests: &[Test]) -> Truth {
        let says = |at: Timestamp| {
            let day = day(&at.to_string());
            Text::new(format!("date of the case: {day}"), format!("事象の日付: {day}"))
        };
        let passes = |at: Timestamp| self.passes(&Value::Time(at), tests, &Scope::new());
        if let Some((at, cites)) = self.reference_date() {
            return Truth::new(passes(at), "date").cited(cites).says(says(at));
        }
        let unknown = || Truth::unknown("date", Reason::NotCollected, Vec::new());
        let Some(newest) = self.newest_local() else { return unknown() };
        let window = newest.at.span();
        let value = passes(window.from);
        if value != passes(window.to) {
            return unknown();
        }
        Truth::new(value, "date").cited([newest.source.cite()]).says(says(newest.at.at))
    }

    /// The newest event whose zone nothing tells.
    pub(in crate::rule) fn newest_local(&self) -> Option<&EventFact> {
        self.facts.events.iter().filter(|event| event.at.zone_unknown).max_by_key(|event| event.at.at)
    }
}

/// The same place, as one that was searched in vain.
pub(super) fn absent(cite: &Cite) -> Cite {
    Cite { absent: true, ..cite.clone() }
}

fn credential_label(ask: &Credential) -> String {
    let mut label = format!("credential {}", ask.of.clone().unwrap_or_else(|| ask.class.join("/")));
    if ask.check.absent {
        label.push_str(" absent");
    }
    label
}
