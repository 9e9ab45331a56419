//! The same for settings: credentials and registry values that are there, of another type, overruled, or not looked at.

use outlook_triage::authoring::given::Given;
use outlook_triage::fact::coverage::{ListCoverage, RegistryCoverage};
use outlook_triage::fact::evidence::{ArtifactId, Cite, Locator};
use outlook_triage::fact::identity::{Subject, Target};
use outlook_triage::rule::eval::Tri;
use proptest::prelude::*;

use super::super::{evaluate, given};
use super::world::{all, any, time};
use super::{Tally, check};
use Tri::{False, True, Unknown};

/// What a leaf asks of the facts that it selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Some,
    Every,
    Absent,
}

fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(&[Mode::Some, Mode::Every, Mode::Absent][..])
}

fn cite() -> Cite {
    Cite { artifact: ArtifactId(0), at: Locator::Line(1), absent: false }
}

// --- credentials

const CLASSES: [(&str, &str); 3] = [
    ("office-sspi", "MicrosoftOffice15_Data:SSPI:n"),
    ("office-orgid", "MicrosoftOffice15_Data:ORGID:n"),
    ("lockout-risk", "TERMSRV/n"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Target,
    Assumed,
    Other,
    Ambiguous,
}

#[derive(Debug, Clone)]
struct Row {
    class: usize,
    /// The target user's name, another one, or none.
    user: Option<bool>,
    written: Option<i64>,
    owner: Owner,
}

#[derive(Debug, Clone)]
struct Vaults {
    rows: Vec<Row>,
    /// Whose list, and whether it was read to its end.
    lists: Vec<(Owner, bool)>,
    is_user_known: bool,
}

#[derive(Debug, Clone)]
struct AskCredential {
    classes: Vec<usize>,
    /// `is: $subject`, or the name of somebody else.
    user: Option<bool>,
    written: Option<i64>,
    mode: Mode,
}

fn subject(owner: Owner) -> Subject {
    match owner {
        Owner::Target => Subject::Target,
        Owner::Assumed => Subject::Assumed,
        Owner::Other => Subject::Other("S-1-5-21-9".to_owned()),
        Owner::Ambiguous => Subject::Ambiguous,
    }
}

impl Vaults {
    fn facts(&self) -> Given {
        let row = |row: &Row| {
            let user = match row.user {
                Some(true) => ", user: u@x.example",
                Some(false) => ", user: v@x.example",
                None => "",
            };
            let written = row.written.map(|at| format!(", written: \"{}\"", time(at))).unwrap_or_default();
            format!("{{target: \"{}\"{user}{written}}}", CLASSES[row.class].1)
        };
        let rows: Vec<String> = self.rows.iter().map(row).collect();
        let mut facts = given(&format!("{{subject: {{names: [u@x.example]}}, credential: [{}]}}", rows.join(", ")));
        for (fact, row) in facts.facts.credentials.iter_mut().zip(&self.rows) {
            fact.subject = subject(row.owner);
        }
        let list = |(owner, complete): &(Owner, bool)| ListCoverage {
            subject: subject(*owner),
            complete: *complete,
            dates: true,
            cite: cite(),
        };
        facts.facts.coverage.credentials = self.lists.iter().map(list).collect();
        if !self.is_user_known {
            facts.facts.target = Target::Nobody;
        }
        facts
    }

    fn passes(&self, ask: &AskCredential, row: &Row) -> Tri {
        let user = match (ask.user, row.user) {
            (None, _) => True,
            (Some(_), None) => False,
            (Some(true), _) if !self.is_user_known => Unknown,
            (Some(wanted), Some(own)) if wanted == own => True,
            _ => False,
        };
        let written = match (ask.written, row.written) {
            (None, _) => True,
            (Some(_), None) => Unknown,
            (Some(from), Some(at)) if at >= from => True,
            _ => False,
        };
        all(&[user, written])
    }

    fn value(&self, ask: &AskCredential) -> Tri {
        let counts = |owner: Owner| matches!(owner, Owner::Target | Owner::Assumed);
        let values: Vec<Tri> = self
            .rows
            .iter()
            .filter(|row| counts(row.owner) && (ask.classes.is_empty() || ask.classes.contains(&row.class)))
            .map(|row| self.passes(ask, row))
            .collect();
        let is_complete = self.lists.iter().any(|(owner, complete)| *complete && counts(*owner));
        // A row that was not seen may be anything.
        let unseen = if is_complete { False } else { Unknown };
        let some = any(&[any(&values), unseen]);
        match ask.mode {
            Mode::Some => some,
            Mode::Absent => some.negated(),
            Mode::Every if values.is_empty() => unseen,
            Mode::Every => all(&[all(&values), unseen.negated()]),
        }
    }
}

impl AskCredential {
    fn yaml(&self) -> String {
        let mut parts = Vec::new();
        if !self.classes.is_empty() {
            let classes: Vec<&str> = self.classes.iter().map(|class| CLASSES[*class].0).collect();
            parts.push(format!("class: [{}]", classes.join(", ")));
        }
        match self.user {
            Some(true) => parts.push("user: {is: $subject}".to_owned()),
            Some(false) => parts.push("user: {is: v@x.example}".to_owned()),
            None => {}
        }
        parts.extend(self.written.map(|from| format!("written: {{ge: \"{}\"}}", time(from))));
        match self.mode {
            Mode::Some => {}
            Mode::Every => parts.push("every: true".to_owned()),
            Mode::Absent => parts.push("absent: true".to_owned()),
        }
        format!("{{credential: {{{}}}}}", parts.join(", "))
    }
}

fn vaults() -> impl Strategy<Value = Vaults> {
    let owner = || prop_oneof![6 => Just(Owner::Target), 2 => Just(Owner::Assumed), 1 => Just(Owner::Other), 1 => Just(Owner::Ambiguous)];
    let row =
        (0..3_usize, prop::option::weighted(0.8, prop::bool::ANY), prop::option::weighted(0.7, 0..60_i64), owner())
            .prop_map(|(class, user, written, owner)| Row { class, user, written, owner });
    let lists = prop::collection::vec((owner(), prop::bool::weighted(0.8)), 0..3);
    (prop::collection::vec(row, 0..5), lists, prop::bool::weighted(0.9))
        .prop_map(|(rows, lists, is_user_known)| Vaults { rows, lists, is_user_known })
}

fn credential() -> impl Strategy<Value = AskCredential> {
    let classes = prop::collection::btree_set(0..3_usize, 0..3).prop_map(|set| set.into_iter().collect());
    let tests = (prop::option::of(prop::bool::ANY), prop::option::weighted(0.3, 0..60_i64));
    (classes, tests, mode()).prop_map(|(classes, (user, written), mode)| AskCredential { classes, user, written, mode })
}

#[test]
fn credentials_are_judged_as_by_the_slow_evaluator() {
    let tally = std::cell::RefCell::new(Tally::default());
    check(&(vaults(), credential()), |(vaults, ask)| {
        let expected = vaults.value(&ask);
        tally.borrow_mut().add(expected);
        prop_assert_eq!(evaluate(&vaults.facts(), "{}", &ask.yaml()).value, expected, "{}\n{:?}", ask.yaml(), vaults);
        Ok(())
    });
    tally.into_inner().each_at_least(10);
}

// --- registry values

/// A DWORD, or the same number as text.
#[derive(Debug, Clone, Copy)]
enum Data {
    Number(i64),
    Text(i64),
}

#[derive(Debug, Clone)]
struct Hive {
    /// Per version of Office the user's value and the policy.
    values: Vec<(&'static str, Option<Data>, Option<Data>)>,
    /// Whether the exports of the user's keys and of the policies were there and read to the end.
    covers_own: bool,
    covers_policies: bool,
    /// The installed version.
    version: Option<u8>,
}

#[derive(Debug, Clone)]
struct AskRegistry {
    /// For the installed version, or for 15.0.
    of_installed: bool,
    test: (&'static str, i64),
    mode: Mode,
}

fn key(policy: bool, version: &str) -> String {
    format!(r"Software\{}Microsoft\Office\{version}\Outlook\RPC", if policy { r"Policies\" } else { "" })
}

impl Hive {
    fn facts(&self) -> Given {
        let mut entries = Vec::new();
        for (version, own, policy) in &self.values {
            for (policy, data) in [(false, own), (true, policy)] {
                let data = match data {
                    Some(Data::Number(n)) => format!("dword: {n}"),
                    Some(Data::Text(n)) => format!("sz: \"{n}\""),
                    None => continue,
                };
                entries.push(format!("'{}': {{V: {{{data}}}}}", key(policy, version)));
            }
        }
        let product =
            self.version.map(|major| format!(", product: [{{name: outlook, major: {major}}}]")).unwrap_or_default();
        let entries = entries.join(", ");
        let mut facts = given(&format!("{{subject: {{names: [u@x.example]}}, registry: {{{entries}}}{product}}}"));
        let cover = |key: &str, complete: bool| RegistryCoverage {
            user: Some(Subject::Target),
            key: key.to_owned(),
            complete,
            missing: false,
            end: None,
            cite: cite(),
        };
        facts.facts.coverage.registry = vec![
            cover(r"software\microsoft\office", self.covers_own),
            cover(r"software\policies", self.covers_policies),
        ];
        facts
    }

    /// One version: its value, and whether that is a value which fails.
    fn of_version(&self, ask: &AskRegistry, version: &str) -> (Tri, bool) {
        let (own, policy) = self
            .values
            .iter()
            .find(|(known, _, _)| *known == version)
            .map_or((None, None), |(_, own, policy)| (*own, *policy));
        let judge = |data: Data| {
            let value = match data {
                Data::Number(n) if ask.mode != Mode::Absent => ask.passes(n),
                // What has another type is not seen by the program that asks for a DWORD.
                Data::Text(_) => ask.mode == Mode::Absent,
                Data::Number(_) => false,
            };
            if value { True } else { False }
        };
        if let Some(data @ Data::Number(_)) = policy {
            return (judge(data), judge(data) == False);
        }
        // Office 16.0 has a second place for policies, in which nothing stands here.
        let is_policy_seen = self.covers_policies || (policy.is_some() && version != "16.0");
        let value = match own {
            Some(data) => judge(data),
            None if !self.covers_own => return (Unknown, false),
            None if ask.mode == Mode::Absent => True,
            None => False,
        };
        // An unseen policy may make a test true that the user's value fails.
        if value == False && !is_policy_seen && ask.mode != Mode::Absent {
            return (Unknown, false);
        }
        (value, value == False && own.is_some())
    }

    fn value(&self, ask: &AskRegistry) -> Tri {
        let installed = match self.version {
            Some(major) => vec![format!("{major}.0")],
            None => ["14.0", "15.0", "16.0"].map(str::to_owned).to_vec(),
        };
        let versions = if ask.of_installed { installed } else { vec!["15.0".to_owned()] };
        let parts: Vec<(Tri, bool)> = versions.iter().map(|version| self.of_version(ask, version)).collect();
        let values: Vec<Tri> = parts.iter().map(|(value, _)| *value).collect();
        match ask.mode {
            Mode::Absent => all(&values),
            Mode::Every if parts.iter().any(|(_, fails)| *fails) => False,
            _ => any(&values),
        }
    }
}

impl AskRegistry {
    fn passes(&self, number: i64) -> bool {
        let (word, n) = self.test;
        match word {
            "is" => number == n,
            "is-not" => number != n,
            "in" => number == n || number == n + 1,
            "not-in" => number != n && number != n + 1,
            "lt" => number < n,
            "le" => number <= n,
            "gt" => number > n,
            "ge" => number >= n,
            "between" => (n..=n + 1).contains(&number),
            "bits-set" => number & n == n,
            _ => true,
        }
    }

    fn yaml(&self) -> String {
        let version = if self.of_installed { "$ver" } else { "15.0" };
        let (word, n) = self.test;
        let test = match (self.mode, word) {
            (Mode::Absent, _) => "absent: true".to_owned(),
            (_, "in" | "not-in" | "between") => format!("{word}: [{n}, {}]", n + 1),
            (_, "exists") => "exists: true".to_owned(),
            _ => format!("{word}: {n}"),
        };
        let every = if self.mode == Mode::Every { ", every: true" } else { "" };
        format!("{{registry: {{key: '{}', value: V, type: dword, {test}{every}}}}}", key(false, version))
    }
}

fn hive() -> impl Strategy<Value = Hive> {
    let data = || {
        prop::option::weighted(
            0.4,
            prop_oneof![4 => (0..4_i64).prop_map(Data::Number), 1 => (0..4_i64).prop_map(Data::Text)],
        )
    };
    let pair = || (data(), data());
    let cover = (prop::bool::weighted(0.7), prop::bool::weighted(0.6));
    let version = prop::option::weighted(0.5, 14..17_u8);
    ((pair(), pair(), pair()), cover, version).prop_map(|((a, b, c), (covers_own, covers_policies), version)| Hive {
        values: vec![("14.0", a.0, a.1), ("15.0", b.0, b.1), ("16.0", c.0, c.1)],
        covers_own,
        covers_policies,
        version,
    })
}

fn registry() -> impl Strategy<Value = AskRegistry> {
    let word = prop::sample::select(
        &["is", "is-not", "in", "not-in", "lt", "le", "gt", "ge", "between", "bits-set", "exists"][..],
    );
    (prop::bool::ANY, (word, 1..3_i64), mode()).prop_map(|(of_installed, test, mode)| AskRegistry {
        of_installed,
        test,
        mode,
    })
}

#[test]
fn registry_values_are_judged_as_by_the_slow_evaluator() {
    let tally = std::cell::RefCell::new(Tally::default());
    check(&(hive(), registry()), |(hive, ask)| {
        let expected = hive.value(&ask);
        tally.borrow_mut().add(expected);
        prop_assert_eq!(evaluate(&hive.facts(), "{}", &ask.yaml()).value, expected, "{}\n{:?}", ask.yaml(), hive);
        Ok(())
    });
    tally.into_inner().each_at_least(10);
}
