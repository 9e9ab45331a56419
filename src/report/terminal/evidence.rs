//! Numbers the evidence that the screen refers to, and writes each place as a reader looks it up.
//!
//! Refuses to judge: what stands here is what the model's steps and causes cite.
//!
//! ```text
//! cmdkey.txt lines 14 and 19, records 88123 … 88160  ─▶  [E1] cmdkey.txt:14,19   [E2] Security.evtx rec 88123…88160 (6 in all)
//! ```

use std::collections::BTreeMap;

use super::super::model::{Cite, Code, Evidence, Finding, Report};
use super::super::words;
use super::screen::cell;
use super::when::minute;
use crate::lang::Lang;
use crate::lang::messages::Msg;

/// Numbers shown beside one step; the rest stand in JSON.
const REFS_PER_STEP: usize = 6;

/// The numbered evidence, in the order in which the screen mentions it.
#[derive(Debug, Default)]
pub(in crate::report) struct Numbered<'a> {
    entries: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    cites: Vec<&'a Cite>,
    evidence: Option<&'a Evidence>,
    /// It speaks against a cause on this screen, and not only for a step.
    against: bool,
}

/// One piece of evidence for the reader.
#[derive(Debug)]
pub(in crate::report) struct Shown {
    /// Where it stands.
    pub(in crate::report) place: String,
    /// What it shows, where a condition of a rule says that.
    pub(in crate::report) shows: Option<String>,
    /// What the error codes there mean.
    pub(in crate::report) codes: Vec<String>,
}

impl<'a> Numbered<'a> {
    /// Numbers by step, then by cause, so that the numbers ascend down the screen.
    pub(in crate::report) fn new(report: &'a Report, causes: &[&'a Finding]) -> Self {
        let mut numbered = Self::default();
        let by_id: BTreeMap<&str, &Finding> = report.findings.iter().map(|finding| (&*finding.id, finding)).collect();
        for step in &report.plan {
            let mut open: Vec<&Cite> = step.cites.iter().collect();
            for finding in step.findings.iter().filter_map(|id| by_id.get(&**id)) {
                for evidence in &finding.evidence {
                    if evidence.cites.iter().any(|cite| step.cites.contains(cite)) {
                        numbered.number(evidence.cites.iter().collect(), Some(evidence), !evidence.supports);
                        open.retain(|cite| !evidence.cites.contains(cite));
                    }
                }
            }
            for cites in by_artifact(&open) {
                if !cites.iter().all(|cite| numbered.entries.iter().any(|entry| entry.cites.contains(cite))) {
                    let excluded = report.ruled_out.iter().flat_map(|one| &one.evidence);
                    let evidence =
                        excluded.into_iter().find(|evidence| evidence.cites.iter().eq(cites.iter().copied()));
                    numbered.number(cites, evidence, false);
                }
            }
        }
        for evidence in causes.iter().flat_map(|finding| &finding.evidence) {
            numbered.number(evidence.cites.iter().collect(), Some(evidence), !evidence.supports);
        }
        numbered
    }

    fn number(&mut self, cites: Vec<&'a Cite>, evidence: Option<&'a Evidence>, against: bool) {
        if !cites.is_empty() && !self.entries.iter().any(|entry| entry.cites == cites) {
            self.entries.push(Entry { cites, evidence, against });
        }
    }

    pub(in crate::report) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The numbers of what a step cites, in their order.
    pub(in crate::report) fn numbers(&self, cites: &[Cite]) -> Vec<usize> {
        let mut numbers: Vec<usize> = Vec::new();
        for cite in cites {
            let exact = self.entries.iter().position(|entry| entry.cites.contains(&cite));
            numbers.extend(exact.map(|position| position + 1).filter(|number| !numbers.contains(number)));
        }
        numbers.sort_unstable();
        numbers
    }

    /// The number of a piece of evidence.
    pub(in crate::report) fn number_of(&self, evidence: &Evidence) -> Option<usize> {
        let position = self.entries.iter().position(|entry| entry.cites.iter().copied().eq(&evidence.cites));
        position.filter(|_| !evidence.cites.is_empty()).map(|position| position + 1)
    }

    /// `[E2][E3]` for what a step cites.
    pub(in crate::report) fn of_step(&self, cites: &[Cite]) -> String {
        let numbers = self.numbers(cites);
        let mut text: String = numbers.iter().take(REFS_PER_STEP).map(|number| format!("[E{number}]")).collect();
        if numbers.len() > REFS_PER_STEP {
            text.push('…');
        }
        text
    }

    /// The sum of a cause with numbers for names: `likely = strong(E3) + weak(E2)`, in the reader's language.
    pub(in crate::report) fn sum(&self, finding: &Finding, lang: Lang) -> String {
        let mut out = String::new();
        let mut word = String::new();
        for c in finding.sum.chars().chain(std::iter::once('\0')) {
            if c.is_ascii_alphanumeric() || c == '-' {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                let inside = out.ends_with('(') || out.ends_with(", ");
                out.push_str(&self.sum_word(finding, &word, inside, lang));
                word.clear();
            }
            if c != '\0' {
                out.push(c);
            }
        }
        out
    }

    fn sum_word(&self, finding: &Finding, word: &str, inside: bool, lang: Lang) -> String {
        if inside && let Some(evidence) = finding.evidence.iter().find(|evidence| evidence.name == word) {
            return self.number_of(evidence).map_or_else(|| word.to_owned(), |number| format!("E{number}"));
        }
        let msg = match word {
            "confirmed" => Msg::Confirmed,
            "likely" => Msg::Likely,
            "possible" => Msg::Possible,
            "contradicted" => Msg::Contradicted,
            "conclusive" => Msg::Conclusive,
            "strong" => Msg::Strong,
            "weak" => Msg::Weak,
            "nothing" => Msg::Nothing,
            _ => return word.to_owned(),
        };
        msg.text(lang).to_owned()
    }

    /// Mark and text of the first `most` entries: the place, then what it shows; its codes below.
    pub(super) fn lines(&self, lang: Lang, most: usize) -> Vec<(String, String)> {
        let mut lines: Vec<(String, String)> = Vec::new();
        for (mark, Shown { place, shows, codes }) in self.entries(lang, most) {
            lines.push((mark, [Some(place), shows].into_iter().flatten().collect::<Vec<_>>().join("  ")));
            // Once is enough for a screen.
            let new: Vec<String> =
                codes.into_iter().filter(|code| lines.iter().all(|(_, line)| line != code)).collect();
            lines.extend(new.into_iter().map(|code| ("-".to_owned(), code)));
        }
        lines
    }

    /// Mark and contents of the first `most` entries.
    pub(in crate::report) fn entries(&self, lang: Lang, most: usize) -> Vec<(String, Shown)> {
        let entry = |(position, shown): (usize, Shown)| (format!("[E{}]", position + 1), shown);
        self.shown(lang).take(most).enumerate().map(entry).collect()
    }

    /// The codes beside the first `most` entries.
    pub(in crate::report) fn codes(&self, most: usize) -> Vec<&'a Code> {
        self.entries.iter().take(most).filter_map(|entry| entry.evidence).flat_map(|evidence| &evidence.codes).collect()
    }

    /// Each entry as the reader sees it.
    pub(in crate::report) fn shown(&self, lang: Lang) -> impl Iterator<Item = Shown> {
        self.entries.iter().map(move |entry| {
            let count = entry.evidence.and_then(|evidence| evidence.count);
            let shows = entry.evidence.map(|evidence| {
                let shown = cell(&evidence.text);
                let shown = if entry.against { Msg::Against.fill(lang, &[&shown]) } else { shown };
                match evidence.reservation {
                    Some(reservation) => format!("{shown} ({})", reservation.msg().text(lang)),
                    None => shown,
                }
            });
            let codes = entry.evidence.into_iter().flat_map(|evidence| &evidence.codes);
            Shown {
                place: cited(entry.cites.iter().copied(), count, lang),
                shows,
                codes: codes.map(|code| words::code(code, lang)).collect(),
            }
        })
    }
}

/// Where it stands, artifact by artifact; `count` is the number of records there are in all.
pub(crate) fn cited<'a>(cites: impl IntoIterator<Item = &'a Cite>, count: Option<u64>, lang: Lang) -> String {
    let cites: Vec<&Cite> = cites.into_iter().collect();
    let places: Vec<String> = by_artifact(&cites).iter().map(|cites| places(cites, count, lang)).collect();
    places.join("; ")
}

/// Citations of one artifact together, artifacts in order of their first citation.
fn by_artifact<'a>(cites: &[&'a Cite]) -> Vec<Vec<&'a Cite>> {
    let mut groups: Vec<Vec<&Cite>> = Vec::new();
    for &cite in cites {
        match groups.iter_mut().find(|group| group.first().is_some_and(|first| first.artifact == cite.artifact)) {
            Some(group) => group.push(cite),
            None => groups.push(vec![cite]),
        }
    }
    groups
}

/// The places in one artifact: its path, then lines, records, keys, properties and searched windows.
fn places(cites: &[&Cite], count: Option<u64>, lang: Lang) -> String {
    let mut text = cites.first().map(|cite| cell(&cite.artifact)).unwrap_or_default();
    let absent = |cite: &Cite| if cite.absent { format!(" ({})", Msg::Absent.text(lang)) } else { String::new() };

    let lines: Vec<String> = cites
        .iter()
        .filter(|cite| cite.key.is_none() && cite.property.is_none())
        .filter_map(|cite| Some(format!("{}{}", cite.line?, absent(cite))))
        .collect();
    if !lines.is_empty() {
        text = format!("{text}:{}", some_of(&lines, ","));
    }

    let records: Vec<String> = cites.iter().filter_map(|cite| cite.record.as_deref().map(cell)).collect();
    if !records.is_empty() {
        text = format!("{text} {}", Msg::Records.fill(lang, &[&some_of(&records, ",")]));
        if let Some(count) = count.filter(|count| u64::try_from(records.len()).is_ok_and(|shown| *count > shown.min(3)))
        {
            text = format!("{text} {}", Msg::Occurrences.fill(lang, &[&count.to_string()]));
        }
    }

    for cite in cites {
        let at = cite.line.map(|line| format!(":{line}")).unwrap_or_default();
        if let Some(key) = &cite.key {
            let value = cite.value.as_deref().map(|value| format!("!{}", cell(value))).unwrap_or_default();
            text = format!("{text}{at} {}{value}{}", cell(key), absent(cite));
        } else if let Some(property) = &cite.property {
            let profile = cell(cite.profile.as_deref().unwrap_or_default());
            let named = Msg::ProfileProperty.fill(lang, &[&profile, property]);
            text = format!("{text}{at} {named}{}", absent(cite));
        }
        if let Some(window) = &cite.window {
            let searched = Msg::Searched.fill(lang, &[&minute(&window.from), &minute(&window.to)]);
            text = format!("{text} {searched}{}", absent(cite));
        }
    }
    text
}

/// All of three, first and last of more.
fn some_of(texts: &[String], between: &str) -> String {
    match texts {
        [first, _, _, .., last] => format!("{first}…{last}"),
        few => few.join(between),
    }
}
