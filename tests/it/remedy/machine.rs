//! A small Windows for batch files: registry, saved passwords, files, and the few commands that scripts of steps use.
//! Whatever it does not know is a panic, so that a script cannot do anything unseen.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Machine {
    pub(super) sid: String,
    pub(super) elevated: bool,
    pub(super) outlook_runs: bool,
    /// `HKCU\…` → name → data as a `.reg` file writes them.
    pub(super) registry: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) passwords: BTreeSet<String>,
    pub(super) files: BTreeMap<String, String>,
    /// Questions with these words get a no in any case.
    pub(super) declines: Vec<&'static str>,
    /// What was asked, in order.
    pub(super) asked: Vec<String>,
}

const HERE: &str = r"C:\fix\";

impl Machine {
    /// Puts a folder of scripts where they run from.
    pub(super) fn copy(&mut self, files: &BTreeMap<String, String>) {
        self.files.extend(files.iter().map(|(name, text)| (format!("{HERE}{name}"), text.clone())));
    }

    /// Runs a script; every question gets `answer`. Gives the exit code and what was printed.
    pub(super) fn run(&mut self, name: &str, argument: &str, answer: bool) -> (i32, String) {
        let text = self.files.get(&format!("{HERE}{name}")).unwrap_or_else(|| panic!("no {name}")).clone();
        let lines: Vec<&str> = text.lines().collect();
        let mut vars = BTreeMap::from(
            [("LOCALAPPDATA", "C:\\Local"), ("SystemRoot", "C:\\Windows"), ("USERNAME", "jdoe")]
                .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        let (mut at, mut level, mut out) = (0, 0, String::new());
        for _ in 0..10_000 {
            let line = expand(lines.get(at).copied().expect("the script ends by exit"), argument, &vars);
            at += 1;
            let mut rest = line.as_str();
            while let Some((holds, then)) = self.condition(rest, &vars, level) {
                rest = if holds { then } else { "rem" };
            }
            let rest = rest.to_owned();
            if let Some(label) = rest.strip_prefix("goto ") {
                at = lines
                    .iter()
                    .position(|line| *line == format!(":{label}"))
                    .unwrap_or_else(|| panic!("no label {label}"));
            } else if let Some(code) = rest.strip_prefix("exit /b ") {
                return (code.parse().unwrap(), out);
            } else if let Some(name) = rest.strip_prefix("set /a \"").and_then(|sum| sum.strip_suffix("+=1\"")) {
                let before: u32 = vars.get(name).map_or(0, |number| number.parse().unwrap());
                vars.insert(name.to_owned(), (before + 1).to_string());
            } else if let Some(inner) = rest.strip_prefix("set ") {
                let (name, value) = quoted(inner).0.split_once('=').unwrap();
                vars.insert(name.to_owned(), value.to_owned());
                if value.is_empty() {
                    vars.remove(name);
                }
            } else if let Some(question) = rest.strip_prefix("choice /c yn /n /m ") {
                self.asked.push(quoted(question).0.to_owned());
                let is_yes = answer && !self.declines.iter().any(|part| question.contains(part));
                level = if is_yes { 1 } else { 2 };
            } else if let Some(found) = rest.strip_prefix("for /f ") {
                assert!(
                    found
                        .starts_with("\"tokens=2 delims=,\" %%A in ('whoami /user /fo csv /nh') do if /i \"%%~A\"==\""),
                    "{found}"
                );
                let sid = found.rsplit("==").next().map(|tail| quoted(tail).0.to_owned()).unwrap();
                if sid == self.sid {
                    vars.insert("OT_SAME".to_owned(), "1".to_owned());
                }
            } else if let Some(text) = rest.strip_prefix("echo ").or_else(|| rest.strip_prefix("echo(")) {
                match text
                    .strip_suffix('"')
                    .and_then(|text| text.split_once("> \""))
                    .filter(|(before, _)| !before.ends_with('^'))
                {
                    Some((text, file)) => {
                        self.files.insert(file.to_owned(), text.to_owned());
                    }
                    None => out.push_str(&format!("{text}\n")),
                }
            } else if !["@echo off", "setlocal DisableDelayedExpansion", "pause"].contains(&rest.as_str())
                && !rest.starts_with("rem")
                && !rest.starts_with(':')
            {
                level = self.command(&rest);
            }
        }
        panic!("{name} does not end");
    }

    fn condition<'l>(&self, line: &'l str, vars: &BTreeMap<String, String>, level: i32) -> Option<(bool, &'l str)> {
        let rest = line.strip_prefix("if ")?;
        let (wanted, rest) = rest.strip_prefix("not ").map_or((true, rest), |rest| (false, rest));
        let (holds, then) = if let Some(rest) = rest.strip_prefix("defined ") {
            let (name, then) = rest.split_once(' ').unwrap();
            (vars.contains_key(name), then)
        } else if let Some(rest) = rest.strip_prefix("errorlevel ") {
            let (number, then) = rest.split_once(' ').unwrap();
            (level >= number.parse().unwrap(), then)
        } else if let Some(rest) = rest.strip_prefix("exist ") {
            let (path, then) = quoted(rest);
            (self.files.keys().any(|file| file == path || path.ends_with('\\') && file.starts_with(path)), then)
        } else {
            let rest = rest.strip_prefix("/i ").unwrap_or_else(|| panic!("unknown: {line}"));
            let (left, rest) = quoted(rest);
            let (right, then) = quoted(rest.strip_prefix("==").unwrap());
            (left.eq_ignore_ascii_case(right), then)
        };
        Some((holds == wanted, then.trim_start()))
    }

    /// A program; gives its error level.
    fn command(&mut self, line: &str) -> i32 {
        let (line, to) = match line.rsplit_once('>') {
            Some((line, "nul")) => {
                (line.trim_end_matches("2>nul").trim_end_matches([' ', '2', '>']).trim_end_matches(">nul").trim(), None)
            }
            Some((line, to)) => (line.trim(), Some(quoted(to.trim()).0.to_owned())),
            None => (line, None),
        };
        if let Some(folder) = line.strip_prefix("mkdir ") {
            self.files.insert(format!("{}\\.", quoted(folder).0), String::new());
        } else if let Some(rest) = line.strip_prefix("move /y ") {
            let (from, rest) = quoted(rest);
            let content = self.files.remove(from).unwrap_or_else(|| panic!("no {from}"));
            self.files.insert(quoted(rest.trim()).0.to_owned(), content);
        } else if line == "cmdkey /list" {
            let list = self.passwords.iter().cloned().collect::<Vec<_>>().join("\n");
            self.files.insert(to.unwrap(), list);
        } else if let Some(target) = line.strip_prefix("cmdkey /delete:") {
            let target = quoted(target).0;
            let bare = target.split_once("target=").map_or(target, |(_, bare)| bare);
            let found = self.passwords.iter().find(|name| *name == target || *name == bare).cloned();
            return found.map_or(1, |name| i32::from(!self.passwords.remove(&name)));
        } else if let Some(rest) = line.strip_prefix("reg query ") {
            let key = quoted(rest).0;
            let Some(values) = self.registry.get(key) else { return 1 };
            if let Some(to) = to {
                self.files.insert(to, format!("{values:?}"));
            }
        } else if let Some(rest) = line.strip_prefix("reg export ") {
            let (key, rest) = quoted(rest);
            let (file, rest) = quoted(rest.trim_start());
            assert_eq!(rest.trim(), "/y");
            let Some(values) = self.registry.get(key) else { return 1 };
            let values: String = values.iter().map(|(name, data)| format!("\"{name}\"={data}\n")).collect();
            self.files.insert(file.to_owned(), format!("[{}]\n{values}", key.replace("HKCU", "HKEY_CURRENT_USER")));
        } else if let Some(rest) = line.strip_prefix("reg import ") {
            let Some(text) = self.files.get(quoted(rest).0).cloned() else { return 1 };
            self.import(&text);
        } else if line.starts_with("tasklist /nh /fi \"IMAGENAME eq OUTLOOK.EXE\"") {
            assert!(line.ends_with("| findstr /i /l \"OUTLOOK.EXE\""), "{line}");
            return i32::from(!self.outlook_runs);
        } else {
            assert_eq!(line, "whoami /groups /fo csv /nh | findstr /l \"S-1-16-12288 S-1-16-16384\"");
            return i32::from(!self.elevated);
        }
        0
    }

    fn import(&mut self, text: &str) {
        let mut key = String::new();
        for line in text.lines() {
            if let Some(path) = line.strip_prefix('[') {
                key = path.trim_end_matches(']').replace("HKEY_CURRENT_USER", "HKCU");
                assert!(!key.starts_with('-'), "a key is deleted: {key}");
                self.registry.entry(key.clone()).or_default();
            } else if let Some((name, data)) = line.split_once('=').filter(|(name, _)| name.starts_with('"')) {
                let values = self.registry.get_mut(&key).unwrap();
                let name = name.trim_matches('"').to_owned();
                if data == "-" {
                    values.remove(&name);
                } else {
                    values.insert(name, data.to_owned());
                }
            }
        }
    }
}

/// The text in quotes at the beginning, and what follows.
fn quoted(text: &str) -> (&str, &str) {
    text.strip_prefix('"').and_then(|rest| rest.split_once('"')).unwrap_or_else(|| panic!("no quotes: {text}"))
}

/// What cmd does first, inside quotes and outside.
fn expand(line: &str, argument: &str, vars: &BTreeMap<String, String>) -> String {
    let mut line = line.replace("%~dp0", HERE).replace("%~1", argument);
    for name in ["OT_BACKUP", "OT_HERE", "OT_DECLINED", "LOCALAPPDATA", "SystemRoot", "USERNAME"] {
        line = line.replace(&format!("%{name}%"), vars.get(name).map_or("", String::as_str));
    }
    assert!(!line.replace("%%A", "").replace("%%~A", "").contains('%'), "{line}");
    line
}
