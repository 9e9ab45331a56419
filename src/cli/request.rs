//! Turns what was typed into what it means: times, offsets, parameters, language, packs, cases.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::output::complain;
use super::{CaseArgs, Language, PackArgs, Reader};
use crate::authoring::lint::loading;
use crate::bundle::{CaseInput, cases, open_bytes};
use crate::case::{Case, Knowledge, Options, analyze, analyze_bundle};
use crate::error::{Error, ErrorKind};
use crate::fact::build::Options as FactOptions;
use crate::fact::identity::Subject;
use crate::lang::Lang;
use crate::limits::Limits;
use crate::plan::Audience;
use crate::report::sanitize::Sanitized;
use crate::rule::fields::nearest;
use crate::rule::node::Problem;
use crate::rule::pack::{Pack, fingerprint};
use crate::rule::param::{Parameter, Params, advice};
use crate::value::Window;

/// What `-` is called in a message.
const STDIN: &str = "standard input";

/// A request, understood.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) knowledge: Knowledge,
    pub(super) options: Options,
    pub(super) lang: Lang,
    pub(super) inputs: Vec<CaseInput>,
    stdin: bool,
}

impl Request {
    /// Checks everything that was typed before any bundle is opened.
    pub(super) fn new(args: &CaseArgs) -> Result<Self, Error> {
        Self::checked(args, |_| Ok(()))
    }

    /// The same, with what a command itself has to check of it.
    pub(super) fn checked(args: &CaseArgs, check: impl FnOnce(&Knowledge) -> Result<(), Error>) -> Result<Self, Error> {
        let view = &args.view;
        if view.user.as_deref().is_some_and(|user| user.trim().is_empty()) {
            return Err(usage("--user is empty: write a SID, a UPN such as a.tanaka@contoso.example, or DOMAIN\\name"));
        }
        let limits = Arc::new(Limits::default());
        let now = args.now.as_deref().map(|text| time("--now", text)).transpose()?;
        let facts = FactOptions {
            user: view.user.clone(),
            failed_at: args.failed_at.as_deref().map(failure_window).transpose()?,
            utc_offset: view.utc_offset.as_deref().map(offset).transpose()?,
            now,
            max_facts: limits.facts,
        };
        let knowledge = knowledge(&view.packs, &limits)?;
        check(&knowledge)?;
        let params = params(&view.param, &knowledge.rules.parameters)?;
        let stdin = args.bundles.iter().any(|path| path == Path::new("-"));
        if stdin && args.bundles.len() > 1 {
            return Err(usage("`-` reads one case from standard input and stands alone"));
        }
        let inputs = if stdin { Vec::new() } else { cases(&args.bundles, args.join)? };
        let audience = match view.audience {
            Reader::Engineer => Audience::Engineer,
            Reader::User => Audience::User,
            Reader::Admin => Audience::Admin,
        };
        let options = Options { facts, params, audience, hash_all: view.hash, limits };
        Ok(Self { knowledge, options, lang: language(view.lang), inputs, stdin })
    }

    /// How many cases there are.
    pub(super) fn count(&self) -> usize {
        if self.stdin { 1 } else { self.inputs.len() }
    }

    /// The only case; an error if there are several.
    pub(super) fn only(&self) -> Result<Case, Error> {
        if self.stdin {
            return self.read_stdin();
        }
        match self.inputs.as_slice() {
            [input] => self.analyze(input),
            several => {
                self.all_there()?;
                Err(usage(&format!(
                    "this command reads one case, and these are {}; name one, or use --join to make them one",
                    several.len()
                )))
            }
        }
        .inspect(|case| self.note_unseen_user(case))
    }

    /// Of several arguments for one case, one that does not exist is what is wrong, not their number.
    pub(super) fn all_there(&self) -> Result<(), Error> {
        match self.evidence().find(|path| matches!(path.try_exists(), Ok(false))) {
            Some(path) => Err(ErrorKind::NotFound(path.to_owned()).into()),
            None => Ok(()),
        }
    }

    /// Every file and folder that belongs to a case.
    pub(super) fn evidence(&self) -> impl Iterator<Item = &Path> {
        self.inputs.iter().flat_map(|input| &input.paths).map(PathBuf::as_path)
    }

    /// A misspelled `--user` makes everything in the case somebody else's; nothing else would show it.
    fn note_unseen_user(&self, case: &Case) {
        let (Some(typed), Some(person)) = (&self.options.facts.user, case.facts.target.person()) else { return };
        let facts = &case.facts;
        let seen = person.names.len() > 1
            || facts.events.iter().any(|event| event.is_target)
            || facts.coverage.registry.iter().any(|part| part.user == Some(Subject::Target))
            || facts.coverage.credentials.iter().any(|part| part.subject == Subject::Target);
        if !seen {
            complain(&format!(
                "note: --user {typed:?} appears nowhere in this case, so nothing in it counts as theirs; check the spelling"
            ));
        }
    }

    /// One case.
    pub(super) fn analyze(&self, input: &CaseInput) -> Result<Case, Error> {
        analyze(input, &self.knowledge, &self.options)
    }

    fn read_stdin(&self) -> Result<Case, Error> {
        const HELD: u64 = 1 << 30;
        let mut bytes = Vec::new();
        let limit = self.options.limits.input_file.min(HELD);
        let read = std::io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        if let Err(error) = read {
            return Err(ErrorKind::Unreadable { path: STDIN.into(), reason: error.kind().to_string() }.into());
        }
        if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
            return Err(usage("standard input is larger than 1 GiB; save it to a file and name the file"));
        }
        analyze_bundle(
            open_bytes("-", bytes, &self.options.limits, self.options.hash_all),
            &self.knowledge,
            &self.options,
        )
        .map_err(|error| match error.kind() {
            ErrorKind::NothingToRead { reason, .. } => {
                ErrorKind::NothingToRead { path: STDIN.into(), reason: reason.clone() }.into()
            }
            _ => error,
        })
    }
}

/// The built-in rules and the folders named on the command line; never rules from inside a bundle.
pub(super) fn knowledge(args: &PackArgs, limits: &Limits) -> Result<Knowledge, Error> {
    load(&packs(args, limits)?, &args.rules, limits)
}

/// What packs that were read say.
pub(super) fn load(packs: &[Pack], folders: &[PathBuf], limits: &Limits) -> Result<Knowledge, Error> {
    Knowledge::load(packs, limits).map_err(|first| {
        // Loading stops at the first stage with a problem; the author is told those of all stages.
        let all = loading(packs, limits);
        rules(if all.is_empty() { first } else { all }, folders)
    })
}

/// The files of the built-in pack and of the folders, if they are those that were pinned.
pub(super) fn packs(args: &PackArgs, limits: &Limits) -> Result<Vec<Pack>, Error> {
    let folders = &args.rules;
    let mut packs = vec![Pack::builtin()];
    let mut problems = Vec::new();
    for folder in folders {
        if !folder.exists() {
            return Err(ErrorKind::NotFound(folder.clone()).into());
        }
        if !folder.is_dir() {
            return Err(usage(&format!("--rules {}: this is a file; name the folder of a pack", folder.display())));
        }
        match Pack::from_dir(folder, limits) {
            Ok(pack) => packs.push(pack),
            Err(mut list) => problems.append(&mut list),
        }
    }
    if !problems.is_empty() {
        return Err(rules(problems, folders));
    }
    if let Some(pin) = &args.rules_sha256 {
        pinned(pin, &fingerprint(&packs))?;
    }
    Ok(packs)
}

/// The rules in force must be those whose fingerprint begins with the pin.
fn pinned(pin: &str, own: &str) -> Result<(), Error> {
    const LEAST: usize = 12;
    if !(LEAST..=own.len()).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(usage(&format!(
            "--rules-sha256 {pin:?}: write {LEAST} to {} hexadecimal digits, as `outlook-triage rules lint` prints them",
            own.len()
        )));
    }
    if own.starts_with(&pin.to_ascii_lowercase()) {
        return Ok(());
    }
    Err(usage(&format!(
        "--rules-sha256 {pin}: the rules in force are {own}; name the packs that were pinned with --rules, all of them in their order, or pin the new value after reading what changed"
    )))
}

/// The path of a pack's file as an editor can open it; files of the built-in pack keep theirs.
pub(super) fn openable(file: &str, folders: &[PathBuf]) -> String {
    let folder = folders.iter().rev().find(|folder| folder.join(file).exists());
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(file).display().to_string())
}

/// All problems, one a line, each with the path that an editor can open.
fn rules(problems: Vec<Problem>, folders: &[PathBuf]) -> Error {
    let lines: Vec<String> = problems
        .into_iter()
        .map(|mut problem| {
            problem.file = openable(&problem.file, folders);
            Sanitized::line(&problem.to_string()).as_str().to_owned()
        })
        .collect();
    ErrorKind::Rules(lines.join("\n")).into()
}

/// Where the ids of rules stand.
pub(super) const RULE_NAMES: &str = "`outlook-triage rules list` names the rules";

pub(super) fn usage(message: &str) -> Error {
    ErrorKind::Usage(message.to_owned()).into()
}

/// What was typed names nothing: the nearest name there is, or else where the names stand.
pub(super) fn no_such(what: &str, id: &str, names: &[&str], otherwise: &str) -> Error {
    let advice = nearest(id, names).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean {near}?"));
    usage(&format!("there is no {what} {id:?}; {advice}"))
}

/// `auto` follows LC_ALL, LC_MESSAGES, LANG, the first that is set.
pub(super) fn language(wanted: Language) -> Lang {
    match wanted {
        Language::En => Lang::En,
        Language::Ja => Lang::Ja,
        Language::Auto => {
            let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|value| !value.is_empty())
                .unwrap_or_default();
            if locale.to_ascii_lowercase().starts_with("ja") { Lang::Ja } else { Lang::En }
        }
    }
}

pub(super) fn time(option: &str, text: &str) -> Result<Timestamp, Error> {
    let with_seconds = text.strip_suffix('Z').map(|head| format!("{head}:00Z"));
    let as_day = format!("{text}T00:00:00Z");
    [Some(text.to_owned()), with_seconds, Some(as_day)]
        .into_iter()
        .flatten()
        .find_map(|form| form.parse().ok())
        .ok_or_else(|| usage(&format!("{option} {text:?}: write a time with its zone, such as 2014-06-02T05:30:00Z or 2014-06-02T14:30:00+09:00, or a day such as 2014-06-02")))
}

fn failure_window(text: &str) -> Result<Window, Error> {
    let (from, to) = match text.split_once("..") {
        Some((from, to)) if from.is_empty() || to.is_empty() => {
            return Err(usage(&format!(
                "--failed-at {text:?}: write both times, such as 2014-06-02T05:00Z..2014-06-02T06:00Z"
            )));
        }
        Some((from, to)) => (time("--failed-at", from)?, time("--failed-at", to)?),
        // One moment: a quarter of an hour around it, because nobody remembers the second.
        None => {
            let at = time("--failed-at", text)?;
            let around = SignedDuration::from_mins(15);
            (at.checked_sub(around).unwrap_or(at), at.checked_add(around).unwrap_or(at))
        }
    };
    if from >= to {
        return Err(usage(&format!("--failed-at {text:?}: the first time must be before the second")));
    }
    Ok(Window { from, to })
}

fn offset(text: &str) -> Result<i32, Error> {
    let wrong = || usage(&format!("--utc-offset {text:?}: write it as +09:00 or -05:30, up to 14 hours"));
    let sign = match text.get(..1) {
        Some("+") => 1,
        Some("-") => -1,
        _ => return Err(wrong()),
    };
    let (hours, minutes) = text.get(1..).and_then(|rest| rest.split_once(':')).ok_or_else(wrong)?;
    let number = |part: &str, most: i32| {
        (part.len() == 2).then(|| part.parse::<i32>().ok()).flatten().filter(|number| (0..=most).contains(number))
    };
    match (number(hours, 14), number(minutes, 59)) {
        (Some(hours), Some(minutes)) => Ok(sign * (hours * 3_600 + minutes * 60)),
        _ => Err(wrong()),
    }
}

/// What `--param` sets, in the type of each parameter.
fn params(list: &[String], known: &BTreeMap<String, Parameter>) -> Result<Params, Error> {
    list.iter()
        .map(|text| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            let Some(parameter) = known.get(name) else {
                return Err(usage(&format!(
                    "--param {text:?}: no rule has a parameter {name:?}; {}; write NAME=VALUE, such as token-lifetime=90m",
                    advice(name, known)
                )));
            };
            let setting = parameter.set_to(value).ok_or_else(|| {
                usage(&format!("--param {text:?}: write {name}=VALUE, and for VALUE {}", parameter.form()))
            })?;
            Ok((name.to_owned(), setting))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_need_a_zone_or_are_days() {
        for good in ["2014-06-02T05:30:00Z", "2014-06-02T05:30Z", "2014-06-02T14:30:00+09:00", "2014-06-02"] {
            assert!(time("--now", good).is_ok(), "{good}");
        }
        for bad in ["", "yesterday", "2014-06-02T05:30:00", "02.06.2014"] {
            assert!(time("--now", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn offsets_are_signed_and_bounded() {
        assert_eq!(offset("+09:00").ok(), Some(32_400));
        assert_eq!(offset("-05:30").ok(), Some(-19_800));
        for bad in ["09:00", "+9", "+09:60", "+15:00", "+é:00", ""] {
            assert!(offset(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_failure_window_runs_forward() {
        assert!(failure_window("2014-06-02T05:00Z..2014-06-02T06:00Z").is_ok());
        assert!(failure_window("2014-06-02T06:00Z..2014-06-02T05:00Z").is_err());
    }
}
