//! Lines of a batch file: remarks, messages, questions, checks of who runs it. ASCII, CRLF.
//!
//! Names reach it only through `cmd_quoted` or [`remark`](crate::plan::command::argument::remark); a line that is not
//! printable ASCII makes the whole file impossible.

use super::script::Identity;
use crate::plan::command::BACKUP;
use crate::plan::command::act::Session;

/// A batch file that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Batch {
    lines: Vec<String>,
    labels: usize,
    refusals: Vec<Refusal>,
}

/// Why a script ends without having done its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Refusal {
    OtherUser,
    NotAdmin,
    OutlookRuns,
    NoBackup,
    Incomplete,
    NothingSaved,
}

impl Refusal {
    fn label(self) -> &'static str {
        match self {
            Self::OtherUser => "other_user",
            Self::NotAdmin => "not_admin",
            Self::OutlookRuns => "outlook_runs",
            Self::NoBackup => "no_backup",
            Self::Incomplete => "incomplete",
            Self::NothingSaved => "nothing_saved",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::OtherUser => "Stopped: this is not the session of the user of this case. Nothing was changed.",
            Self::NotAdmin => "Stopped: an administrator has to run this, elevated. Nothing was changed.",
            Self::OutlookRuns => "Stopped: Outlook is running. Close it and start this again. Nothing was changed.",
            Self::NoBackup => "Stopped: the backup could not be written. Nothing was changed.",
            Self::Incomplete => {
                "Stopped: a file of the same folder is missing. Copy the whole folder. Nothing was changed."
            }
            Self::NothingSaved => {
                "Stopped: there is no backup of this case in this session, so there is nothing to go back to."
            }
        }
    }
}

impl Batch {
    pub(super) fn new(remarks: &[String], case: &str) -> Self {
        let mut batch = Self::default();
        batch.line("@echo off");
        batch.line("setlocal DisableDelayedExpansion");
        for remark in remarks {
            batch.line(format!("rem {remark}").trim_end());
        }
        // cmd looks for programs in the current folder first.
        batch.line(r#"set "PATH=%SystemRoot%\System32;%SystemRoot%""#);
        batch.line(r#"set "NoDefaultCurrentDirectoryInExePath=1""#);
        batch.line(r#"set "OT_HERE=%~dp0""#);
        batch.line(&format!(r#"set "{BACKUP}=%LOCALAPPDATA%\outlook-triage\{case}""#));
        for name in ["OT_FAILED", "OT_CHANGED", "OT_DECLINED"] {
            batch.line(&format!("set \"{name}=\""));
        }
        batch
    }

    pub(super) fn line(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// Prints a line; signs that mean something outside quotes are escaped.
    pub(super) fn say(&mut self, text: &str) {
        let mut escaped = String::new();
        let mut quoted = false;
        for c in text.chars() {
            quoted ^= c == '"';
            if !quoted && matches!(c, '&' | '|' | '<' | '>' | '^') {
                escaped.push('^');
            }
            escaped.push(c);
        }
        self.lines.push(if escaped.is_empty() { "echo(".to_owned() } else { format!("echo {escaped}") });
    }

    /// A label that no other line has.
    pub(super) fn fresh(&mut self, name: &str) -> String {
        self.labels += 1;
        format!("{name}_{}", self.labels)
    }

    /// Goes on only after a yes.
    pub(super) fn ask(&mut self, question: &str, otherwise: &str) {
        self.line(&format!("choice /c yn /n /m \"{question} [y/n] \""));
        // 1 is yes, 2 no, 0 and 255 that nobody could answer.
        self.line(&format!("if errorlevel 2 goto {otherwise}"));
        self.line(&format!("if not errorlevel 1 goto {otherwise}"));
    }

    /// Runs a line after a yes; what was declined is counted.
    pub(super) fn run_after(&mut self, question: &str, line: &str) {
        let (declined, next) = (self.fresh("declined"), self.fresh("next"));
        self.ask(question, &declined);
        self.line("set \"OT_CHANGED=1\"");
        self.line(line);
        self.line("if errorlevel 1 set \"OT_FAILED=1\"");
        self.line(&format!("goto {next}"));
        self.line(&format!(":{declined}"));
        self.line("set /a \"OT_DECLINED+=1\"");
        self.line(&format!(":{next}"));
    }

    /// Stops while Outlook runs; in a user's own session the Outlook of others on the same server does not count.
    pub(super) fn check_closed(&mut self, sessions: &[&Session]) {
        let is_users = sessions.iter().all(|session| **session == Session::User);
        let whose = if is_users { " /fi \"USERNAME eq %USERNAME%\"" } else { "" };
        let list = format!("tasklist /nh /fi \"IMAGENAME eq OUTLOOK.EXE\"{whose}");
        self.line(&format!("{list} 2>nul | findstr /i /l \"OUTLOOK.EXE\" >nul"));
        self.refuse("if not errorlevel 1", Refusal::OutlookRuns);
    }

    pub(super) fn refuse(&mut self, condition: &str, refusal: Refusal) {
        self.line(&format!("{condition} goto {}", refusal.label()));
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    /// Stops in a session that is not the right one.
    pub(super) fn check(&mut self, sessions: &[&Session], identity: &Identity) {
        if sessions.contains(&&Session::User) {
            let (command, tokens, name) = match identity {
                Identity::Sid(sid) => ("whoami /user /fo csv /nh", "\"tokens=2 delims=,\"", sid),
                Identity::Upn(upn) => ("whoami /upn", "\"delims=\"", upn),
                Identity::Name(name) => ("whoami", "\"delims=\"", name),
                Identity::Unknown => ("", "", &String::new()),
            };
            if !command.is_empty() {
                self.line("set \"OT_SAME=\"");
                self.line(&format!(
                    "for /f {tokens} %%A in ('{command}') do if /i \"%%~A\"==\"{name}\" set \"OT_SAME=1\""
                ));
                self.refuse("if not defined OT_SAME", Refusal::OtherUser);
            }
        }
        if sessions.contains(&&Session::Elevated) {
            // The labels of a high and of the system's integrity: no word of any language.
            self.line("whoami /groups /fo csv /nh | findstr /l \"S-1-16-12288 S-1-16-16384\" >nul");
            self.refuse("if errorlevel 1", Refusal::NotAdmin);
        }
    }

    /// Where the case names nobody that `whoami` would print, the person who runs it has to know.
    pub(super) fn ask_who(&mut self, sessions: &[&Session], identity: &Identity) {
        if sessions.contains(&&Session::User) && *identity == Identity::Unknown {
            self.ask("Is this the session of the user whose sign-in fails?", Refusal::OtherUser.label());
            if !self.refusals.contains(&Refusal::OtherUser) {
                self.refusals.push(Refusal::OtherUser);
            }
        }
    }

    /// The file, or nothing if a line is not printable ASCII.
    pub(super) fn finish(mut self) -> Option<String> {
        for refusal in std::mem::take(&mut self.refusals) {
            self.line(&format!(":{}", refusal.label()));
            self.say(refusal.message());
            self.line("pause");
            self.line("exit /b 1");
        }
        let is_plain = |line: &String| line.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        self.lines.iter().all(is_plain).then(|| self.lines.iter().map(|line| format!("{line}\r\n")).collect())
    }
}
