//! Reads what the collecting script says about its own run: who ran it, for whom, when, and what it did not find.
//!
//! Knows `ScriptInfo.xml` (one object) and the messages of `Log.csv`; refuses to believe file names.
//!
//! ```text
//! Running as CONTOSO\admin (S-1-5-21-1-2-3-500); RunningAsAdmin:True
//! Target user:CONTOSO\a.tanaka (S-1-5-21-1-2-3-1104)
//! Registry::HKEY_USERS\S-1-5-21-1-2-3-1104\Software\Microsoft\Exchange does not exist
//! ```

use jiff::Timestamp;

use super::build::ArtifactInput;
use super::clixml;
use super::evidence::{Cite, Locator};
use crate::bundle::ArtifactKind;
use crate::parse::record::{CollectorLine, Hive, PsObject, PsValue, Record};

/// A Windows account as the collector or an exported object names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// SID.
    pub(super) sid: Option<String>,
    /// `DOMAIN\name`.
    pub(super) name: Option<String>,
}

impl Account {
    /// Reads `DOMAIN\name (S-1-5-…)`; either part may be missing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, sid) = match text.rsplit_once('(') {
            Some((name, rest)) if rest.trim_start().starts_with("S-1-") => {
                (name.trim(), Some(rest.trim().trim_end_matches(')').trim().to_owned()))
            }
            _ if is_sid(text) => ("", Some(text.to_owned())),
            _ => (text, None),
        };
        let name = (!name.is_empty()).then(|| name.to_owned());
        (name.is_some() || sid.is_some()).then_some(Self { sid, name })
    }

    /// `DOMAIN\name (SID)` again, for the report.
    pub(super) fn display(&self) -> String {
        match (&self.name, &self.sid) {
            (Some(name), Some(sid)) => format!("{name} ({sid})"),
            (Some(name), None) => name.clone(),
            (None, Some(sid)) => sid.clone(),
            (None, None) => String::new(),
        }
    }
}

/// Whether a text has the shape of a SID.
pub(super) fn is_sid(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("S-1-"))
        && text.bytes().skip(4).all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// A key that the collector looked for and did not find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MissingKey {
    pub(super) hive: Hive,
    pub(super) key: String,
    pub(super) cite: Cite,
}

/// One run of the collector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Collector {
    /// Path prefix of its bundle inside the case, empty or ending in `/`.
    pub(super) root: String,
    pub(super) version: Option<String>,
    pub(super) run_as: Option<Account>,
    pub(super) target: Option<Account>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    pub(super) last_line: Option<Timestamp>,
    pub(super) offset: Option<i32>,
    pub(super) missing: Vec<MissingKey>,
    /// The line that says that the credential enumeration returned nothing.
    pub(super) empty_vault: Option<Cite>,
}

impl Collector {
    /// When the evidence was complete, as far as the run says.
    pub(super) fn finished(&self) -> Option<Timestamp> {
        self.end.or(self.start).or(self.last_line)
    }

    /// Whether an artifact lies where this run put its configuration files.
    pub(super) fn wrote(&self, path: &str) -> bool {
        path.strip_prefix(self.root.as_str())
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(first, _)| first.eq_ignore_ascii_case("Configuration"))
    }
}

/// All runs of the case, one per folder that holds a `ScriptInfo.xml` or a `Log.csv`.
pub(super) fn read(artifacts: &[ArtifactInput<'_>]) -> Vec<Collector> {
    let mut collectors: Vec<Collector> = Vec::new();
    // The summary object is the better source; the log fills what it lacks.
    for kind in [ArtifactKind::CollectorInfo, ArtifactKind::CollectorLog] {
        for input in artifacts.iter().filter(|input| input.kind == kind) {
            let root = input.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let at = collectors.iter().position(|known| known.root == root);
            let mut run = match at {
                Some(at) => collectors.swap_remove(at),
                None => Collector { root, ..Collector::default() },
            };
            for record in &input.parsed.records {
                match record {
                    Record::Object(object) => read_info(&mut run, object),
                    Record::CollectorLine(line) => read_line(&mut run, line, input),
                    _ => {}
                }
            }
            collectors.push(run);
        }
    }
    collectors.sort_by(|a, b| a.root.cmp(&b.root));
    collectors
}

/// The run that wrote an artifact, if it is no loose file. `collectors` are in the order of [`read`].
pub(super) fn of<'a>(collectors: &'a [Collector], path: &str) -> Option<&'a Collector> {
    around(collectors, path).filter_map(|at| collectors.get(at)).find(|run| run.wrote(path))
}

/// The runs in whose folders a file lies, the innermost first: by the folders of its path, for there may be thousands of runs.
pub(super) fn around<'a>(collectors: &'a [Collector], path: &'a str) -> impl Iterator<Item = usize> + 'a {
    let ends = path.rmatch_indices('/').map(|(at, _)| at + 1).chain([0]);
    ends.filter_map(|end| {
        let root = path.get(..end)?;
        collectors.binary_search_by(|run| run.root.as_str().cmp(root)).ok()
    })
}

fn read_info(run: &mut Collector, object: &PsObject) {
    let account = |name: &str| object.get(name).and_then(clixml::account);
    let version = object.get("Version").and_then(clixml::text);
    run.version = run.version.take().or(version);
    run.run_as = run.run_as.take().or_else(|| account("RunAsUser"));
    run.target = run.target.take().or_else(|| account("TargetUser"));
    run.start = run.start.or_else(|| object.get("Start").and_then(clixml::instant));
    run.end = run.end.or_else(|| object.get("End").and_then(clixml::instant));
    run.offset = run.offset.or_else(|| ["End", "Start"].iter().find_map(|name| offset(object.get(name)?)));
}

fn offset(value: &PsValue) -> Option<i32> {
    match value {
        PsValue::Object(object) => clixml::duration_seconds(&clixml::text(object.get("Offset")?)?),
        _ => None,
    }
}

fn read_line(run: &mut Collector, line: &CollectorLine, input: &ArtifactInput<'_>) {
    let cite = || Cite { artifact: input.id, at: Locator::Line(line.line), absent: false };
    run.last_line = run.last_line.max(Some(line.at));
    run.offset = run.offset.or(Some(line.offset_seconds));
    let message = line.message.trim();
    if let Some(rest) = message.strip_prefix("Running as ") {
        run.run_as = run.run_as.take().or_else(|| Account::parse(rest.split(';').next().unwrap_or(rest)));
    } else if let Some(rest) = message.strip_prefix("Target user:") {
        run.target = run.target.take().or_else(|| Account::parse(rest.split(';').next().unwrap_or(rest)));
    } else if let Some(rest) = message.strip_prefix("Script Version:") {
        let version = rest.split([' ', ';']).find(|part| !part.is_empty()).map(ToOwned::to_owned);
        run.version = run.version.take().or(version);
    } else if let Some((hive, key)) = missing_key(message) {
        run.missing.push(MissingKey { hive, key, cite: cite() });
    } else if message.starts_with("Get-StoredCredential") && message.to_ascii_lowercase().contains("returned nothing") {
        run.empty_vault = run.empty_vault.take().or_else(|| Some(cite()));
    }
}

/// `HKLM\SOFTWARE\X does not exist`, with or without a PowerShell provider prefix.
fn missing_key(message: &str) -> Option<(Hive, String)> {
    let path = message.trim_end_matches('.').strip_suffix(" does not exist")?.trim().trim_matches(['\'', '"']);
    let path = path.strip_prefix("Microsoft.PowerShell.Core\\").unwrap_or(path);
    let path = path.strip_prefix("Registry::").unwrap_or(path);
    let (root, key) = path.split_once('\\')?;
    let root = root.trim_end_matches(':').to_ascii_uppercase();
    let key = key.trim_end_matches('\\');
    match root.as_str() {
        "HKLM" | "HKEY_LOCAL_MACHINE" => Some((Hive::Machine, key.to_owned())),
        "HKCU" | "HKEY_CURRENT_USER" => Some((Hive::User(None), key.to_owned())),
        "HKU" | "HKEY_USERS" => {
            let (user, key) = key.split_once('\\')?;
            (!user.ends_with("_Classes")).then(|| (Hive::User(Some(user.to_owned())), key.to_owned()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_a_name_a_sid_or_both() {
        let check = |text: &str, name: Option<&str>, sid: Option<&str>| {
            let expected = Account { sid: sid.map(ToOwned::to_owned), name: name.map(ToOwned::to_owned) };
            assert_eq!(Account::parse(text), Some(expected), "{text}");
        };
        check(r"CONTOSO\a.tanaka (S-1-5-21-1-2-3-1104)", Some(r"CONTOSO\a.tanaka"), Some("S-1-5-21-1-2-3-1104"));
        check(r"CONTOSO\a (temp)", Some(r"CONTOSO\a (temp)"), None);
        check("S-1-5-21-1-2-3-4", None, Some("S-1-5-21-1-2-3-4"));
        assert_eq!(Account::parse("  "), None);
    }

    #[test]
    fn a_missing_key_is_read_whatever_prefix_it_has() {
        let check = |message: &str, hive: Hive, key: &str| {
            assert_eq!(missing_key(message), Some((hive, key.to_owned())), "{message}");
        };
        check(r"HKLM\SOFTWARE\Policies does not exist", Hive::Machine, r"SOFTWARE\Policies");
        check(
            r"Registry::HKEY_USERS\S-1-5-21-9\Software\Microsoft\Exchange does not exist.",
            Hive::User(Some("S-1-5-21-9".into())),
            r"Software\Microsoft\Exchange",
        );
        assert_eq!(missing_key(r"C:\Temp\x does not exist"), None);
        assert_eq!(missing_key(r"HKU\S-1-5-21-9_Classes\x does not exist"), None);
    }

    #[test]
    fn only_the_configuration_folder_beside_the_log_is_the_collectors() {
        let run = Collector { root: "case/".into(), ..Collector::default() };
        assert!(run.wrote("case/Configuration/OS/cmdkey.txt"));
        assert!(!run.wrote("case/cmdkey.txt"));
        assert!(!run.wrote("Configuration/OS/cmdkey.txt"));
    }
}
