//! Writes the `.ps1` of a step. UTF-8; the caller puts the mark in front, without which Windows PowerShell reads ANSI.
//!
//! Every literal is single-quoted. Without `-Run` changes go through `-WhatIf`, and nothing is written. Refuses to change
//! an account before the directory has shown that it is the one of the case.

use super::script::Script;
use crate::plan::Shell;
use crate::plan::command::BACKUP;
use crate::plan::command::act::{Effect, Session, Task};
use crate::plan::command::argument::powershell_literal;

/// The script of a step.
pub(super) fn script(script: &Script<'_>) -> Option<String> {
    if !script.needs_powershell() {
        return None;
    }
    let acts: Vec<(&str, &Effect)> = script
        .all()
        .filter_map(|act| match &act.task {
            Task::Line { shell: Shell::Powershell, text, effect } => Some((text.as_str(), effect)),
            _ => None,
        })
        .collect();
    let changes = acts.iter().any(|(_, effect)| !matches!(effect, Effect::Read));
    let saves = acts.iter().any(|(_, effect)| matches!(effect, Effect::Save(_)));
    let switch = format!("  {}.ps1 -Run", script.stem);
    let purpose: &[&str] = if changes {
        &["Without a switch this script changes nothing: it shows what it would do.", &switch]
    } else {
        &["This script only shows; it changes nothing."]
    };
    let mut lines: Vec<String> = script.remarks(purpose).iter().map(|remark| format!("# {remark}")).collect();
    if changes {
        lines.push("[CmdletBinding()]".to_owned());
        lines.push("param([switch]$Run)".to_owned());
    }
    lines.push("Set-StrictMode -Version 2".to_owned());
    lines.push("$ErrorActionPreference = 'Stop'".to_owned());
    for session in script.sessions(true) {
        check(session, &mut lines);
    }
    if changes && script.closes_outlook {
        lines.push(format!(
            "if ($Run -and (Get-Process -Name 'OUTLOOK' -ErrorAction SilentlyContinue)) {{ {} }}",
            "Write-Output 'Stopped: Outlook is running. Close it and start this again. Nothing was changed.'; exit 1"
        ));
    }
    if saves {
        lines.push(format!("${BACKUP} = Join-Path $env:LOCALAPPDATA 'outlook-triage\\{}'", script.case));
        lines.push(format!("if ($Run) {{ [void][IO.Directory]::CreateDirectory(${BACKUP}) }}"));
    }
    for (text, effect) in acts {
        match effect {
            // A search that finds nothing is an error to PowerShell, and no reason to stop.
            Effect::Read => lines.push(format!("try {{ {text} }} catch {{ Write-Output $_.Exception.Message }}")),
            Effect::Save(file) => {
                let said = powershell_literal(&format!("would save: {file}"))?;
                lines.push(format!("if ($Run) {{ {text} }} else {{ Write-Output {said} }}"));
            }
            Effect::Change | Effect::Remove(_) => lines.push(format!("{text} -WhatIf:(-not $Run) -Confirm:$Run")),
        }
    }
    if changes {
        let said = powershell_literal(&format!("Nothing was changed. To do it: {}.ps1 -Run", script.stem))?;
        lines.push(format!("if (-not $Run) {{ Write-Output {said} }}"));
    }
    if script.manual() > 0 {
        lines.push(format!("Write-Output 'Left to do by hand, see README.txt: {}'", script.manual()));
    }
    Some(lines.iter().map(|line| format!("{line}\r\n")).collect())
}

fn check(session: &Session, lines: &mut Vec<String>) {
    let stop = |condition: &str, message: &str| {
        format!("if ({condition}) {{ Write-Output 'Stopped: {message} Nothing was changed.'; exit 1 }}")
    };
    let me =
        "$me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())";
    let is_admin = "$me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)";
    match session {
        Session::Anybody | Session::User => {}
        Session::Elevated => {
            lines.push(me.to_owned());
            lines.push(stop(&format!("-not {is_admin}"), "an administrator has to run this, elevated."));
        }
        Session::LogReader => {
            // S-1-5-32-573: Event Log Readers, in every language.
            let is_reader = "$me.IsInRole([Security.Principal.SecurityIdentifier]'S-1-5-32-573')";
            lines.push(me.to_owned());
            lines.push(stop(
                &format!("-not ({is_admin} -or {is_reader})"),
                "this needs the right to read the security log, elevated.",
            ));
        }
        Session::Directory { lookup, sid } => {
            lines.push(stop(
                "-not (Get-Module -ListAvailable -Name 'ActiveDirectory')",
                "the module ActiveDirectory is not installed here.",
            ));
            lines.push("Import-Module 'ActiveDirectory'".to_owned());
            lines.push(format!("$found = @({lookup})"));
            lines.push(stop("$found.Count -ne 1", "the directory does not show exactly one such user."));
            if let Some(sid) = sid {
                lines.push(stop(&format!("$found[0].SID.Value -ne {sid}"), "the directory shows another user."));
            }
        }
    }
}
