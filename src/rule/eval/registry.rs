//! The leaf `registry`: the user's value, the policy that overrides it, and what neither of them proves.

use super::settings::{counts, subject_reason};
use super::{Evaluator, Gap, Scope, Tri, Truth, combine};
use crate::fact::RegistryFact;
use crate::fact::coverage::RegistryCoverage;
use crate::fact::evidence::{Cite, Locator};
use crate::fact::identity::Subject;
use crate::finding::{Reason, Reservation};
use crate::lang::Text;
use crate::parse::record::RegistryData;
use crate::rule::condition::{Registry, RegistryKind};
use crate::value::{Value, fold};

/// What one key says about one value.
enum Lookup<'f> {
    Found(&'f RegistryFact),
    Absent {
        cite: Cite,
        assumed: bool,
    },
    /// Not known, and what to say about it.
    Open(Gap, Text),
}

impl Evaluator<'_> {
    /// `registry`. A policy value wins over the user's; `$ver` stands for every version that may be installed.
    pub(super) fn registry(&self, ask: &Registry) -> Truth {
        let keys: Vec<String> = if ask.key.contains("$ver") {
            self.versions().iter().map(|version| ask.key.replace("$ver", version)).collect()
        } else {
            vec![ask.key.clone()]
        };
        let mut parts: Vec<Truth> = keys.iter().map(|key| self.registry_key(ask, key)).collect();
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return only;
        }
        if ask.check.absent {
            return combine("all", Tri::False, parts);
        }
        // Under `every` a value that fails in one version is not outweighed by one that passes in another.
        let failing = |part: &Truth| part.value == Tri::False && part.cites.iter().any(|cite| !cite.absent);
        if ask.check.every && parts.iter().any(failing) {
            parts.retain(failing);
        }
        combine("any", Tri::True, parts)
    }

    fn registry_key(&self, ask: &Registry, key: &str) -> Truth {
        let label = format!("registry {}", place(ask.machine, key, ask.value.as_deref()));
        let twins: Vec<Lookup<'_>> = twins(key).iter().map(|twin| self.lookup(ask, twin)).collect();
        let policy = twins.iter().find_map(|twin| match twin {
            Lookup::Found(fact) => Some(*fact),
            _ => None,
        });
        // A policy of another type is not seen by programs, like any value of another type.
        let odd_policy = policy.is_some_and(|fact| ask.value.is_some() && typed(&fact.data, ask.kind).is_none());
        if let Some(fact) = policy.filter(|_| !odd_policy) {
            return self.found(ask, fact, label, true);
        }
        let policy_open = twins.iter().any(|twin| matches!(twin, Lookup::Open(..)));
        let own = self.lookup(ask, key);
        let gap = match &own {
            Lookup::Open(gap, _) => gap.clone(),
            _ => Gap { reason: Reason::NotCovered, need: self.rules.need_of_key(ask.machine, twins_root(key)) },
        };
        let truth = match own {
            Lookup::Open(gap, text) => {
                return Truth { gaps: vec![gap], text, ..Truth::new(Tri::Unknown, label) };
            }
            Lookup::Found(fact) => self.found(ask, fact, label.clone(), false),
            Lookup::Absent { cite, assumed } => {
                let value = if ask.check.absent { Tri::True } else { Tri::False };
                let place = place(ask.machine, key, ask.value.as_deref());
                Truth::new(value, label.clone())
                    .cited([cite])
                    .under(assumed.then_some(Reservation::AssumedSubject))
                    .says(Text::new(format!("{place} is not set"), format!("{place} は設定されていません")))
            }
        };
        let truth = if odd_policy { truth.under([Reservation::UnverifiedFact]) } else { truth };
        // A policy that nobody looked at can override a value, but cannot take a value away.
        match (policy_open, truth.value) {
            (true, Tri::True) => truth.under([Reservation::PolicyNotCovered]),
            (true, Tri::False) if !ask.check.absent => Truth { gaps: vec![gap], ..Truth::new(Tri::Unknown, label) },
            _ => truth,
        }
    }

    /// The value that is in force, for sentences.
    pub(crate) fn effective(&self, ask: &Registry) -> Option<&RegistryFact> {
        let keys: Vec<String> = if ask.key.contains("$ver") {
            self.versions().iter().map(|version| ask.key.replace("$ver", version)).collect()
        } else {
            vec![ask.key.clone()]
        };
        keys.iter().flat_map(|key| twins(key).into_iter().chain([key.clone()])).find_map(|key| {
            match self.lookup(ask, &key) {
                Lookup::Found(fact) if typed(&fact.data, ask.kind).is_some() => Some(fact),
                _ => None,
            }
        })
    }

    fn found(&self, ask: &Registry, fact: &RegistryFact, label: String, policy: bool) -> Truth {
        let place = place(ask.machine, &fact.key, ask.value.as_deref());
        let shown = show(&fact.data);
        let typed = typed(&fact.data, ask.kind);
        if ask.value.is_some() && typed.is_none() {
            // Programs that ask for a DWORD do not see a text: it counts as absent, which is not verified in a public source.
            let value = if ask.check.absent { Tri::True } else { Tri::False };
            let wanted = ask.kind.map_or("another type", RegistryKind::name);
            return Truth::new(value, label).cited([fact.source.cite()]).under([Reservation::UnverifiedFact]).says(
                Text::new(
                    format!("{place} is {shown}, present as {}; {wanted} is expected", fact.data.type_name()),
                    format!(
                        "{place} は {shown} ですが、種類が {} です ({wanted} である必要があります)",
                        fact.data.type_name()
                    ),
                ),
            );
        }
        let value = match (ask.check.absent, typed) {
            (true, _) => Tri::False,
            (false, Some(value)) => self.passes(&value, &ask.check.tests, &Scope::new()),
            (false, None) => Tri::True,
        };
        let (en, ja) = if policy { (" (policy)", " (ポリシー)") } else { ("", "") };
        let truth = Truth::new(value, label)
            .cited([fact.source.cite()])
            .says(Text::new(format!("{place} is {shown}{en}"), format!("{place} は {shown} です{ja}")));
        if fact.source.guessed { truth.under([Reservation::GuessedEncoding]) } else { truth }
    }

    fn lookup(&self, ask: &Registry, key: &str) -> Lookup<'_> {
        let folded = fold(key);
        let of_hive = |user: Option<&Subject>| user.is_none() == ask.machine;
        let is_it = |fact: &&RegistryFact| {
            of_hive(fact.user.as_ref())
                && fact.user.as_ref().is_none_or(counts)
                && ask.value.as_ref().is_none_or(|name| fold(&fact.name) == fold(name))
        };
        let mut found = self.index.values(self.facts, &folded, ask.value.is_none());
        found.retain(is_it);
        // The target user's own hive before loose files; the last export before earlier ones of the same file.
        found.sort_by_key(|fact| fact.user.clone());
        if let Some(first) = found.first() {
            let same_owner: Vec<&&RegistryFact> = found.iter().filter(|fact| fact.user == first.user).collect();
            if ask.value.is_some()
                && same_owner
                    .iter()
                    .any(|fact| fact.data != first.data && fact.source.artifact != first.source.artifact)
            {
                let need = self.rules.need_of_key(ask.machine, key);
                return Lookup::Open(Gap { reason: Reason::Ambiguous, need }, Text::default());
            }
            // The user's own hive was exported and has no such value: a file that names nobody does not overrule it.
            let own_is_complete = first.user == Some(Subject::Assumed)
                && self.facts.coverage.registry.iter().any(|coverage| {
                    coverage.user == Some(Subject::Target)
                        && (coverage.complete || coverage.missing)
                        && coverage.holds(&folded)
                });
            if own_is_complete {
                let need = self.rules.need_of_key(ask.machine, key);
                return Lookup::Open(Gap { reason: Reason::Ambiguous, need }, Text::default());
            }
            return Lookup::Found(same_owner.last().map_or(first, |fact| fact));
        }
        let covering: Vec<&RegistryCoverage> = self
            .facts
            .coverage
            .registry
            .iter()
            .filter(|coverage| of_hive(coverage.user.as_ref()) && coverage.holds(&folded))
            .collect();
        let proof = |wanted: &dyn Fn(Option<&Subject>) -> bool| {
            covering
                .iter()
                .find(|coverage| coverage.proves_absent(&folded, ask.value.is_none()) && wanted(coverage.user.as_ref()))
        };
        if let Some(coverage) = proof(&|user| user.is_none() || user == Some(&Subject::Target)) {
            return Lookup::Absent { cite: self.absent_key(&coverage.cite, ask, key), assumed: false };
        }
        if let Some(coverage) = proof(&|user| user == Some(&Subject::Assumed)) {
            return Lookup::Absent { cite: self.absent_key(&coverage.cite, ask, key), assumed: true };
        }
        let gap = Gap { reason: self.registry_reason(ask, &covering), need: self.rules.need_of_key(ask.machine, key) };
        let counting = |coverage: &&&RegistryCoverage| coverage.complete && coverage.user.as_ref().is_none_or(counts);
        let last = covering.iter().filter(counting).find_map(|coverage| coverage.end.as_ref());
        Lookup::Open(gap, last.map(|end| not_reached(ask.machine, end.last(), key)).unwrap_or_default())
    }

    fn registry_reason(&self, ask: &Registry, covering: &[&RegistryCoverage]) -> Reason {
        let mut counting = covering.iter().filter(|coverage| coverage.user.as_ref().is_none_or(counts)).peekable();
        if counting.peek().is_some() {
            let is_read = counting.any(|coverage| coverage.complete);
            return if is_read { Reason::NotCovered } else { Reason::Unreadable };
        }
        if let Some(reason) = subject_reason(covering.iter().filter_map(|coverage| coverage.user.as_ref())) {
            return reason;
        }
        let same_hive = self
            .facts
            .coverage
            .registry
            .iter()
            .any(|coverage| coverage.user.is_none() == ask.machine && coverage.user.as_ref().is_none_or(counts));
        if same_hive { Reason::NotCovered } else { Reason::NotCollected }
    }

    fn absent_key(&self, cite: &Cite, ask: &Registry, key: &str) -> Cite {
        let root = if ask.machine { "HKLM" } else { "HKCU" };
        let line = match &cite.at {
            Locator::Line(line) => Some(*line),
            Locator::Registry { line, .. } => *line,
            _ => None,
        };
        Cite {
            artifact: cite.artifact,
            at: Locator::Registry { line, key: format!("{root}\\{key}"), value: ask.value.clone() },
            absent: true,
        }
    }
}

impl RegistryKind {
    /// The type as Windows names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "REG_SZ",
            Self::Dword => "REG_DWORD",
            Self::Qword => "REG_QWORD",
            Self::Binary => "REG_BINARY",
            Self::Multi => "REG_MULTI_SZ",
        }
    }
}

/// Where a policy for this key would stand: the classic policy key, and for Office 16.0 the cloud policy's.
pub(crate) fn twins(key: &str) -> Vec<String> {
    let Some((software, rest)) = key.split_once('\\').filter(|(head, _)| head.eq_ignore_ascii_case("Software")) else {
        return Vec::new();
    };
    // Both views share the policy key since Windows 7 (learn.microsoft.com, "Registry Keys Affected by WOW64").
    let rest = match rest.split_once('\\') {
        Some((view, rest)) if view.eq_ignore_ascii_case("Wow6432Node") => rest,
        _ => rest,
    };
    if fold(rest).starts_with("policies\\") {
        return Vec::new();
    }
    let mut twins = vec![format!("{software}\\Policies\\{rest}")];
    let folded = fold(rest);
    // `*` stands for every version, 16.0 among them, where the rules say what they could ask for.
    let after = |office: &str| folded.strip_prefix(office).map(str::len);
    if let Some(office) = after("microsoft\\office\\16.0").or_else(|| after("microsoft\\office\\*")) {
        let tail = rest.get(rest.len() - office..).unwrap_or_default();
        twins.push(format!("{software}\\Policies\\Microsoft\\Cloud\\Office\\16.0{tail}"));
    }
    twins
}

/// The subtree whose export would show the policies.
fn twins_root(_key: &str) -> &'static str {
    "Software\\Policies\\Microsoft\\Office"
}

/// Whether a folded key is another one or lies below it.
pub(super) fn below(key: &str, root: &str) -> bool {
    key.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('\\')) || root.is_empty()
}

/// Why an export that was read to its end shows nothing about a key that is not in it.
fn not_reached(machine: bool, last: &str, key: &str) -> Text {
    let (last, key) = (place(machine, last, None), place(machine, key, None));
    Text::new(
        format!("the export ends at {last}, before the place of {key}; if it was cut there, nothing shows it"),
        format!(
            "エクスポートは {last} で終わっており、{key} の位置に達していません。そこで途切れていても、ファイルからは判別できません"
        ),
    )
}

fn place(machine: bool, key: &str, value: Option<&str>) -> String {
    let root = if machine { "HKLM" } else { "HKCU" };
    match value {
        Some(value) => format!("{root}\\{key}!{value}"),
        None => format!("{root}\\{key}"),
    }
}

/// The value as the expected type; `None` where it has another one.
fn typed(data: &RegistryData, kind: Option<RegistryKind>) -> Option<Value> {
    match (data, kind) {
        (RegistryData::Dword(number), Some(RegistryKind::Dword) | None) => Some(Value::Number(i64::from(*number))),
        (RegistryData::Qword(number), Some(RegistryKind::Qword) | None) => {
            i64::try_from(*number).ok().map(Value::Number)
        }
        (RegistryData::Sz(text) | RegistryData::ExpandSz(text), Some(RegistryKind::String) | None) => {
            Some(Value::Text(text.clone()))
        }
        (RegistryData::MultiSz(items), Some(RegistryKind::Multi) | None) => Some(Value::List(items.clone())),
        (RegistryData::Binary(bytes), Some(RegistryKind::Binary) | None) => Some(Value::Bytes(bytes.len())),
        (RegistryData::Raw { bytes, .. }, None) => Some(Value::Bytes(bytes.len())),
        (RegistryData::Secret { length, .. }, _) => Some(Value::Bytes(*length)),
        _ => None,
    }
}

pub(crate) fn show(data: &RegistryData) -> String {
    match data {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => format!("{text:?}"),
        RegistryData::MultiSz(items) => items.join(", "),
        RegistryData::Dword(number) => number.to_string(),
        RegistryData::Qword(number) => number.to_string(),
        RegistryData::Binary(bytes) | RegistryData::Raw { bytes, .. } => format!("({} bytes)", bytes.len()),
        RegistryData::Secret { kind, length } => format!("⟨secret: {kind}, {length} bytes⟩"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_stand_in_two_places_for_current_office() {
        assert_eq!(
            twins(r"Software\Microsoft\Office\16.0\Common\Identity"),
            [
                r"Software\Policies\Microsoft\Office\16.0\Common\Identity",
                r"Software\Policies\Microsoft\Cloud\Office\16.0\Common\Identity"
            ]
        );
        assert_eq!(
            twins(r"Software\Microsoft\Office\15.0\Outlook\RPC"),
            [r"Software\Policies\Microsoft\Office\15.0\Outlook\RPC"]
        );
        assert_eq!(
            twins(r"Software\Microsoft\Office\*\Common\SignIn"),
            [
                r"Software\Policies\Microsoft\Office\*\Common\SignIn",
                r"Software\Policies\Microsoft\Cloud\Office\16.0\Common\SignIn"
            ]
        );
        assert_eq!(twins(r"SOFTWARE\WOW6432Node\Microsoft\Exchange"), [r"SOFTWARE\Policies\Microsoft\Exchange"]);
        assert!(twins(r"Software\Policies\Microsoft\Office").is_empty());
        assert!(twins(r"Software\Wow6432Node\Policies\Microsoft\Office").is_empty());
        assert!(twins(r"System\CurrentControlSet").is_empty());
    }

    #[test]
    fn a_key_lies_below_itself_but_not_below_its_brother() {
        assert!(below(r"software\a\b", r"software\a"));
        assert!(below(r"software\a", r"software\a"));
        assert!(!below(r"software\ab", r"software\a"));
    }
}
