//! Overrides: what a pack sets aside of a rule, why, and until when.
//!
//! An override can only take certainty away: it disables a rule, holds its status down or changes its severity. None can
//! make a cause more certain than its evidence, and none is in force beyond its date or where the case has no date.
//!
//! ```yaml
//! overrides: [{rule: profile-corrupt, disable: true, reason: {en: "…", ja: "…"}, until: "2026-12-31"}]
//! ```

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::fields::{Fields, Problems, items, nearest};
use super::node::{Node, Span};
use super::read::words;
use super::rule::SEVERITIES;
use crate::finding::{Finding, Severity, Status};
use crate::lang::messages::Msg;
use crate::lang::{Lang, Text};
use crate::value::word_of;

/// Keys of one override.
pub(crate) const OVERRIDE: &[&str] = &["rule", "disable", "severity", "at-most", "reason", "until"];

/// Words of `at-most`.
pub(crate) const CAPS: [(&str, Status); 2] = [("likely", Status::Likely), ("possible", Status::Possible)];

/// What an override changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The rule is not evaluated.
    Disable,
    /// Its finding has this severity.
    Severity(Severity),
    /// Its status is this one at most.
    AtMost(Status),
}

impl Change {
    /// The key that says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Severity(_) => "severity",
            Self::AtMost(_) => "at-most",
        }
    }

    /// What it is changed to.
    #[must_use]
    pub fn to(self) -> Option<&'static str> {
        match self {
            Self::Disable => None,
            Self::Severity(severity) => Some(word_of(&SEVERITIES, &severity)),
            Self::AtMost(status) => Some(status.word()),
        }
    }

    /// `disabled`, `severity low` …
    fn said(self, lang: Lang) -> String {
        match self {
            Self::Disable => Msg::OverrideDisable.text(lang).to_owned(),
            Self::Severity(severity) => Msg::OverrideSeverity.fill(lang, &[severity.msg().text(lang)]),
            Self::AtMost(status) => Msg::OverrideAtMost.fill(lang, &[status.msg().text(lang)]),
        }
    }
}

/// What a pack changes of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Rule id.
    pub rule: String,
    /// What.
    pub change: Change,
    /// Why.
    pub reason: Text,
    /// The last day on which it is in force, in UTC.
    pub until: Date,
    /// Name of the pack.
    pub pack: String,
    /// The manifest, and the place of the rule's id in it.
    pub place: (String, Span),
}

/// Whether an override is in force for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is.
    Active,
    /// Its last day lies before the day of the case.
    Expired,
    /// The case has no date to compare with.
    Undated,
}

impl Override {
    /// Whether it is in force at `as_of`.
    #[must_use]
    pub fn state(&self, as_of: Option<Timestamp>) -> State {
        match as_of.map(|at| at.to_zoned(TimeZone::UTC).date()) {
            None => State::Undated,
            Some(day) if day > self.until => State::Expired,
            Some(_) => State::Active,
        }
    }

    /// The sentence of reports and lists.
    #[must_use]
    pub fn sentence(&self, state: State, lang: Lang) -> String {
        let (said, until) = (self.change.said(lang), self.until.to_string());
        let slots = [self.rule.as_str(), &said, &self.pack, &until, self.reason.get(lang)];
        let msg = match state {
            State::Active => Msg::OverrideActive,
            State::Expired => Msg::OverrideExpired,
            State::Undated => Msg::OverrideUndated,
        };
        msg.fill(lang, &slots)
    }
}

/// An override with its state in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What the pack says.
    pub setting: Override,
    /// Whether it is in force.
    pub state: State,
}

impl Applied {
    /// All overrides of a rule set for a case of this time.
    #[must_use]
    pub fn all(settings: &[Override], as_of: Option<Timestamp>) -> Vec<Self> {
        let one = |setting: &Override| Self { state: setting.state(as_of), setting: setting.clone() };
        settings.iter().map(one).collect()
    }

    /// Whether it disables its rule.
    #[must_use]
    pub fn disables(&self) -> bool {
        self.state == State::Active && self.setting.change == Change::Disable
    }
}

/// Applies what is in force to a finding. Of several severities the last pack's counts, of several caps the lowest.
pub(super) fn grade(finding: &mut Finding, overrides: &[Applied]) {
    let own = overrides.iter().filter(|one| one.state == State::Active && one.setting.rule == finding.id);
    for applied in own {
        match applied.setting.change {
            Change::Disable => {}
            Change::Severity(severity) => finding.severity = severity,
            Change::AtMost(most) => {
                let capped = cap(finding.status, most);
                if capped != finding.status {
                    finding.status = capped;
                    finding.sum = format!("{}; ≤ {}", finding.sum, most.word());
                }
            }
        }
    }
}

/// Only what says that the cause is there is held down; *contradicted* names no step and is above *possible* only.
fn cap(status: Status, most: Status) -> Status {
    match (status, most) {
        (Status::Confirmed, Status::Likely) => Status::Likely,
        (Status::Confirmed | Status::Likely | Status::Contradicted, Status::Possible) => Status::Possible,
        _ => status,
    }
}

/// Reads `overrides` of a manifest. `file` is the manifest.
pub(super) fn read(node: &Node, pack: &str, file: &str, problems: &mut Problems<'_>) -> Vec<Override> {
    let mut list: Vec<Override> = Vec::new();
    for item in items(node) {
        let Some(read) = one(item, pack, file, problems) else { continue };
        let clashes = |other: &&Override| {
            let kinds = (std::mem::discriminant(&other.change), std::mem::discriminant(&read.change));
            let disables = other.change == Change::Disable || read.change == Change::Disable;
            other.rule == read.rule && (kinds.0 == kinds.1 || disables)
        };
        if let Some(other) = list.iter().find(clashes) {
            let (words, line) = (other.change.word(), other.place.1.line);
            problems.add(
                read.place.1,
                format!("{} has the override `{words}` in line {line} already; keep one of the two", read.rule),
            );
        }
        list.push(read);
    }
    list
}

fn one(item: &Node, pack: &str, file: &str, problems: &mut Problems<'_>) -> Option<Override> {
    let fields = Fields::read(item, "an override", OVERRIDE, problems)?;
    let place = fields.get("rule").map_or(item.span, |node| node.span);
    let rule = fields.need_text("rule", problems);
    let change = change(&fields, problems);
    // Both languages of the reason and the date are asked for at once: an author sees all that is missing.
    let reason = match fields.get("reason") {
        Some(_) => fields.both("reason", problems),
        None => {
            problems.add(
                item.span,
                "an override lacks the key \"reason\"; write why, in both languages: {en: \"…\", ja: \"…\"}",
            );
            None
        }
    };
    let until = until(&fields, problems);
    let place = (file.to_owned(), place);
    Some(Override { rule: rule?, change: change?, reason: reason?, until: until?, pack: pack.to_owned(), place })
}

fn change(fields: &Fields<'_>, problems: &mut Problems<'_>) -> Option<Change> {
    let disable = fields.flag("disable", problems);
    if let Some(node) = fields.get("disable").filter(|_| disable == Some(false)) {
        problems
            .add(node.span, "an override that disables nothing changes nothing; take it out, or write disable: true");
        return None;
    }
    let named: Vec<&str> =
        ["disable", "severity", "at-most"].into_iter().filter(|key| fields.get(key).is_some()).collect();
    match named.as_slice() {
        ["disable"] => disable.map(|_| Change::Disable),
        ["severity"] => words(fields.get("severity")?, &SEVERITIES, problems).first().copied().map(Change::Severity),
        ["at-most"] => words(fields.get("at-most")?, &CAPS, problems).first().copied().map(Change::AtMost),
        [] => {
            problems.add(fields.span, "an override changes one thing; write `disable: true`, `severity` or `at-most`");
            None
        }
        several => {
            problems.add(
                fields.span,
                format!(
                    "an override changes one thing, and this one has {}; write an entry for each",
                    several.join(" and ")
                ),
            );
            None
        }
    }
}

fn until(fields: &Fields<'_>, problems: &mut Problems<'_>) -> Option<Date> {
    const FORM: &str = "write its last day in quotes, such as \"2026-12-31\"";
    let Some(node) = fields.get("until") else {
        problems.add(fields.span, format!("an override lacks the key \"until\"; {FORM}"));
        return None;
    };
    let text = super::fields::text(node, problems)?;
    // Ten signs: the parser of dates takes more forms than people agree about.
    let day = Some(&text).filter(|text| text.len() == 10).and_then(|text| text.parse().ok());
    if day.is_none() {
        problems.add(node.span, format!("{text:?} is no day; {FORM}"));
    }
    day
}

/// An override of a rule that does not exist would silently change nothing.
pub(super) fn known<'r>(overrides: &[Override], rules: impl Iterator<Item = &'r String>) -> Vec<super::node::Problem> {
    let names: Vec<&str> = rules.map(String::as_str).collect();
    let unknown = overrides.iter().filter(|one| !names.contains(&one.rule.as_str()));
    unknown
        .map(|one| {
            let advice = nearest(&one.rule, &names).map_or_else(
                || "`outlook-triage rules list` names all".to_owned(),
                |near| format!("did you mean {near:?}?"),
            );
            let (file, span) = one.place.clone();
            super::node::Problem { file, span, message: format!("{:?} is no rule; {advice}", one.rule) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::parse;

    fn problems(entries: &str) -> Vec<String> {
        let node = parse("pack.yaml", &format!("[{entries}]")).unwrap();
        let mut problems = Problems::new("pack.yaml");
        let list = read(&node, "p", "pack.yaml", &mut problems);
        assert!(list.is_empty() || problems.list.len() < 2, "{list:?}");
        problems.list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mistake_has_its_place_and_its_advice() {
        const TAIL: &str = "reason: {en: r, ja: 理由}, until: \"2026-12-31\"";
        assert_eq!(
            problems(&format!("{{rule: a, disable: true, {TAIL}}}, {{rule: a2, at-most: likely, {TAIL}}}")),
            [""; 0]
        );
        for (entry, place, words) in [
            (format!("{{disable: true, {TAIL}}}"), "1:2", "lacks the key \"rule\""),
            (format!("{{rule: a, {TAIL}}}"), "1:2", "`disable: true`, `severity` or `at-most`"),
            (
                format!("{{rule: a, disable: true, severity: low, {TAIL}}}"),
                "1:2",
                "disable and severity; write an entry for each",
            ),
            (format!("{{rule: a, disable: false, {TAIL}}}"), "1:21", "disables nothing"),
            (format!("{{rule: a, severity: tiny, {TAIL}}}"), "1:22", "tiny"),
            (format!("{{rule: a, at-most: confirmed, {TAIL}}}"), "1:21", "confirmed"),
            ("{rule: a, disable: true, until: \"2026-12-31\"}".into(), "1:2", "reason"),
            ("{rule: a, disable: true, reason: {en: r}, until: \"2026-12-31\"}".into(), "1:35", "\"ja\""),
            (
                "{rule: a, disable: true, reason: {en: r, ja: \" \"}, until: \"2026-12-31\"}".into(),
                "1:35",
                "the ja text is empty",
            ),
            ("{rule: a, disable: true, reason: {en: r, ja: 理由}}".into(), "1:2", "until"),
            ("{rule: a, disable: true, reason: {en: r, ja: 理由}, until: soon}".into(), "1:59", "\"soon\" is no day"),
            ("{rule: a, disable: true, reason: {en: r, ja: 理由}, until: \"2026-02-30\"}".into(), "1:59", "is no day"),
            (
                format!("{{rule: a, disable: true, {TAIL}}}, {{rule: a, severity: low, {TAIL}}}"),
                "1:81",
                "in line 1 already",
            ),
        ] {
            let found = problems(&entry);
            assert_eq!(found.len(), 1, "{entry}: {found:?}");
            assert!(
                found[0].starts_with(&format!("pack.yaml:{place}: ")) && found[0].contains(words),
                "{entry}: {found:?}"
            );
        }
    }

    #[test]
    fn the_last_day_counts_whole_in_utc() {
        let node = parse("p", "{rule: a, disable: true, reason: {en: r, ja: 理由}, until: \"2026-12-31\"}").unwrap();
        let list = read(&node, "p", "p", &mut Problems::new("p"));
        let state = |at: Option<&str>| list[0].state(at.map(|at| at.parse().unwrap()));
        assert_eq!(state(Some("2014-06-02T00:00:00Z")), State::Active);
        assert_eq!(state(Some("2026-12-31T23:59:59.9Z")), State::Active);
        assert_eq!(state(Some("2027-01-01T00:00:00Z")), State::Expired);
        assert_eq!(state(Some("2027-01-01T08:59:59+09:00")), State::Active);
        assert_eq!(state(None), State::Undated);
    }

    #[test]
    fn a_cap_only_takes_certainty_away() {
        use Status::{Confirmed, Contradicted, Likely, NotApplicable, Possible, RuledOut, Unknown};
        for (status, likely, possible) in [
            (Confirmed, Likely, Possible),
            (Likely, Likely, Possible),
            (Contradicted, Contradicted, Possible),
            (Possible, Possible, Possible),
            (Unknown, Unknown, Unknown),
            (RuledOut, RuledOut, RuledOut),
            (NotApplicable, NotApplicable, NotApplicable),
        ] {
            assert_eq!((cap(status, Likely), cap(status, Possible)), (likely, possible), "{status:?}");
        }
    }
}
