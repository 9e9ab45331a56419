//! Writes the `.cmd` of a step and the one that takes it back.
//!
//! Without `/run` a script prints what it would do. With it: backup, then each change after a question. A backup that is
//! there is kept, so that a second run does not replace the state before the first one. Ends with 0 when all is done, 1 when
//! it was stopped or something failed, 2 when somebody declined. Refuses to run anything itself.

use super::batch::{Batch, Refusal};
use super::script::{Script, is_line_of};
use crate::plan::Shell;
use crate::plan::command::BACKUP;
use crate::plan::command::act::{Act, Effect, Session, Task};

const DRY: &str = "Without a switch this script changes nothing: it prints what it would do.";

/// The script that does a step.
pub(super) fn script(script: &Script<'_>) -> Option<String> {
    let mut batch = begin(script, "");
    let manual = script.manual();
    batch.say("DRY RUN: nothing is changed. This is what the script would do:");
    for act in script.backup().filter(is_cmd) {
        preview(&mut batch, act);
    }
    for (at, key) in script.keys().iter().enumerate() {
        batch.say(&format!("  save: reg export \"{key}\" \"%{BACKUP}%\\{}\"", script.undo(at)));
    }
    for act in cmd_acts(&script.remedy.acts) {
        preview(&mut batch, act);
    }
    if manual > 0 {
        batch.say(&format!("  by hand, see README.txt: {manual}"));
    }
    how_to_run(&mut batch, &format!("{}.cmd", script.stem));
    batch.line("pause");
    batch.line("exit /b 0");

    batch.line(":run");
    let sessions = script.sessions(false);
    batch.ask_who(&sessions, script.identity);
    if script.closes_outlook {
        batch.check_closed(&sessions);
    }
    let values = script.values();
    if !values.is_empty() {
        batch.refuse(&format!("if not exist \"%OT_HERE%{}.reg\"", script.stem), Refusal::Incomplete);
    }
    let saves = script.backup().any(|act| is_cmd(&act)) || !values.is_empty();
    if saves || cmd_acts(&script.remedy.acts).any(|act| saved_file(act).is_some()) {
        batch.line(&format!("if not exist \"%{BACKUP}%\\\" mkdir \"%{BACKUP}%\""));
        batch.refuse(&format!("if not exist \"%{BACKUP}%\\\""), Refusal::NoBackup);
    }
    for act in script.backup().filter(is_cmd) {
        save(&mut batch, act);
    }
    for (at, key) in script.keys().iter().enumerate() {
        save_key(&mut batch, key, &script.undo(at), true);
    }
    let mut imported = false;
    for act in cmd_acts(&script.remedy.acts) {
        match &act.task {
            Task::Value { .. } if imported => {}
            Task::Value { .. } => {
                imported = true;
                import(&mut batch, script, &values);
            }
            Task::Line { text, effect, .. } => run(&mut batch, text, effect),
            Task::SaveKey { .. } => save(&mut batch, act),
            Task::Manual { .. } => {}
        }
    }
    if manual > 0 {
        batch.say(&format!("Left to do by hand, see README.txt: {manual}"));
    }
    end(batch, "At least one command did not succeed; see README.txt.")
}

/// The script that takes a step back, where only values of the registry were changed.
pub(super) fn rollback(script: &Script<'_>) -> Option<String> {
    let values = script.values();
    if values.is_empty() {
        return None;
    }
    let mut batch = begin(script, "-rollback");
    let removes = values.iter().any(|act| is_set(act));
    batch.say("DRY RUN: nothing is changed. This is what the script would do:");
    for act in values.iter().filter(|act| is_set(act)) {
        if let Task::Value { key, name, .. } = &act.task {
            batch.say(&format!("  remove the value {name} of {key}"));
        }
    }
    for at in 0..script.keys().len() {
        batch.say(&format!("  restore: reg import \"%{BACKUP}%\\{}\", if it was saved", script.undo(at)));
    }
    how_to_run(&mut batch, &format!("{}-rollback.cmd", script.stem));
    batch.line("pause");
    batch.line("exit /b 0");

    batch.line(":run");
    batch.ask_who(&script.sessions(false), script.identity);
    if script.closes_outlook {
        batch.check_closed(&script.sessions(false));
    }
    if removes {
        batch.refuse(&format!("if not exist \"%OT_HERE%{}-rollback.reg\"", script.stem), Refusal::Incomplete);
    }
    for at in 0..script.keys().len() {
        let (file, there) = (script.undo(at), batch.fresh("there"));
        batch.line(&format!("if exist \"%{BACKUP}%\\{file}\" goto {there}"));
        batch.refuse(&format!("if not exist \"%{BACKUP}%\\{file}.absent\""), Refusal::NothingSaved);
        batch.line(&format!(":{there}"));
    }
    let declined = batch.fresh("declined");
    if removes {
        batch.ask("Remove the values that the script set?", &declined);
        batch.line(&format!("reg import \"%OT_HERE%{}-rollback.reg\"", script.stem));
        batch.line("if errorlevel 1 set \"OT_FAILED=1\"");
        batch.line("set \"OT_CHANGED=1\"");
    }
    batch.ask("Restore what was saved?", &declined);
    for at in 0..script.keys().len() {
        let (file, absent) = (script.undo(at), batch.fresh("absent"));
        batch.line(&format!("if not exist \"%{BACKUP}%\\{file}\" goto {absent}"));
        batch.line(&format!("reg import \"%{BACKUP}%\\{file}\""));
        batch.line("if errorlevel 1 set \"OT_FAILED=1\"");
        batch.line(&format!(":{absent}"));
    }
    // What was used is kept under another name, so that the next run of the script saves the state it finds.
    batch.line("if defined OT_FAILED goto stopped");
    for at in 0..script.keys().len() {
        let file = script.undo(at);
        for name in [file.clone(), format!("{file}.absent")] {
            batch.line(&format!(
                "if exist \"%{BACKUP}%\\{name}\" move /y \"%{BACKUP}%\\{name}\" \"%{BACKUP}%\\{name}.used\" >nul"
            ));
        }
    }
    batch.line("goto stopped");
    batch.line(&format!(":{declined}"));
    let half = batch.fresh("half");
    if removes {
        batch.line(&format!("if defined OT_CHANGED goto {half}"));
    }
    batch.say("Declined: nothing was changed, and the backup is kept.");
    batch.line("pause");
    batch.line("exit /b 2");
    if removes {
        batch.line(&format!(":{half}"));
        batch
            .say("Stopped half-way: the values that the script set were removed, but what was saved was NOT restored.");
        batch.say(&format!("The backup is kept. To go on: {}-rollback.cmd /run", script.stem));
        batch.line("pause");
        batch.line("exit /b 2");
    }
    batch.line(":stopped");
    end(batch, "At least one command did not succeed; the backup is kept.")
}

fn is_set(act: &Act) -> bool {
    matches!(&act.task, Task::Value { data: Some(_), .. })
}

fn begin(script: &Script<'_>, suffix: &str) -> Batch {
    let switch = format!("  {}{suffix}.cmd /run", script.stem);
    let mut batch = Batch::new(&script.remarks(&[DRY, &switch]), &script.case);
    let sessions: Vec<&Session> = script.sessions(false);
    batch.check(&sessions, script.identity);
    batch.line("if /i \"%~1\"==\"/run\" goto run");
    batch
}

fn end(mut batch: Batch, failed: &str) -> Option<String> {
    let label = batch.fresh("failed");
    let declined = batch.fresh("declined");
    batch.line("if defined OT_DECLINED echo Changes that were declined: %OT_DECLINED%");
    batch.line(&format!("if defined OT_FAILED goto {label}"));
    batch.line(&format!("if defined OT_DECLINED goto {declined}"));
    batch.say("Finished. README.txt says how to check the result.");
    batch.line("pause");
    batch.line("exit /b 0");
    batch.line(&format!(":{declined}"));
    batch.line("if not defined OT_CHANGED echo Nothing was changed.");
    batch.line("if defined OT_CHANGED echo Not finished: the other changes were made.");
    batch.line("pause");
    batch.line("exit /b 2");
    batch.line(&format!(":{label}"));
    batch.say(failed);
    batch.line("pause");
    batch.line("exit /b 1");
    batch.finish()
}

fn cmd_acts(acts: &[Act]) -> impl Iterator<Item = &Act> {
    acts.iter().filter(is_cmd)
}

fn is_cmd(act: &&Act) -> bool {
    !act.is_manual() && !is_line_of(act, Shell::Powershell)
}

/// The end of a dry run, which is all that a double-click gives.
fn how_to_run(batch: &mut Batch, file: &str) {
    batch.say("");
    batch.say("Nothing was changed. To do it: open Command Prompt in this folder (in File Explorer type cmd into the");
    batch.say("address bar and press Enter), then type:");
    batch.say(&format!("  {file} /run"));
}

fn saved_file(act: &Act) -> Option<&str> {
    match &act.task {
        Task::Line { effect: Effect::Save(file), .. } | Task::SaveKey { file, .. } => Some(file),
        _ => None,
    }
}

/// What the dry run prints.
fn preview(batch: &mut Batch, act: &Act) {
    match &act.task {
        Task::Line { text, effect, .. } => {
            let what = match effect {
                Effect::Read => "show",
                Effect::Save(_) => "save",
                Effect::Change => "run",
                Effect::Remove(_) => "remove",
            };
            batch.say(&format!("  {what}: {text}"));
        }
        Task::SaveKey { key, file, .. } => batch.say(&format!("  save: \"{key}\" to \"%{BACKUP}%\\{file}\"")),
        Task::Value { .. } => batch.say(&format!("  {}", value(act))),
        Task::Manual { .. } => {}
    }
}

/// A value and what becomes of it, in words.
fn value(act: &Act) -> String {
    match &act.task {
        Task::Value { key, name, data: Some(data) } => format!("set {key} {name} = {} ({})", data.text, data.kind),
        Task::Value { key, name, data: None } => format!("remove the value {name} of {key}"),
        _ => String::new(),
    }
}

fn save(batch: &mut Batch, act: &Act) {
    match &act.task {
        Task::Line { text, effect: Effect::Save(file), .. } => {
            let saved = batch.fresh("saved");
            batch.line(&format!("if exist \"%{BACKUP}%\\{file}\" goto {saved}"));
            // A file that is not complete must not look like a backup.
            batch.line(&text.replace(&format!("\\{file}\""), &format!("\\{file}.part\"")));
            batch.refuse("if errorlevel 1", Refusal::NoBackup);
            keep(batch, file);
            batch.line(&format!(":{saved}"));
        }
        Task::SaveKey { key, file, export } => save_key(batch, key, file, *export),
        Task::Line { text, effect, .. } => run(batch, text, effect),
        _ => {}
    }
}

/// Saves a key; one that is not there is noted as such.
fn save_key(batch: &mut Batch, key: &str, file: &str, export: bool) {
    let (saved, absent) = (batch.fresh("saved"), batch.fresh("absent"));
    batch.line(&format!("if exist \"%{BACKUP}%\\{file}\" goto {saved}"));
    batch.line(&format!("if exist \"%{BACKUP}%\\{file}.absent\" goto {saved}"));
    batch.line(&format!("reg query \"{key}\" >nul 2>nul"));
    batch.line(&format!("if errorlevel 1 goto {absent}"));
    batch.line(&if export {
        format!("reg export \"{key}\" \"%{BACKUP}%\\{file}.part\" /y >nul")
    } else {
        format!("reg query \"{key}\" > \"%{BACKUP}%\\{file}.part\"")
    });
    batch.refuse("if errorlevel 1", Refusal::NoBackup);
    keep(batch, file);
    batch.line(&format!("goto {saved}"));
    batch.line(&format!(":{absent}"));
    batch.line(&format!("echo absent> \"%{BACKUP}%\\{file}.absent\""));
    batch.refuse(&format!("if not exist \"%{BACKUP}%\\{file}.absent\""), Refusal::NoBackup);
    batch.line(&format!(":{saved}"));
}

fn keep(batch: &mut Batch, file: &str) {
    batch.line(&format!("move /y \"%{BACKUP}%\\{file}.part\" \"%{BACKUP}%\\{file}\" >nul"));
    batch.refuse("if errorlevel 1", Refusal::NoBackup);
}

fn run(batch: &mut Batch, text: &str, effect: &Effect) {
    match effect {
        Effect::Remove(name) => batch.run_after(&format!("Remove the saved password {name}?"), text),
        Effect::Change => {
            batch.say(text);
            batch.run_after("Run this?", text);
        }
        Effect::Read | Effect::Save(_) => {
            batch.line(text);
            batch.line("if errorlevel 1 set \"OT_FAILED=1\"");
        }
    }
}

fn import(batch: &mut Batch, script: &Script<'_>, values: &[&Act]) {
    for act in values {
        batch.say(&value(act));
    }
    let line = format!("reg import \"%OT_HERE%{}.reg\"", script.stem);
    batch.run_after(&format!("Import {}.reg?", script.stem), &line);
}
