//! How something is done: what to click, what to type, what is lost, how to undo it and how to see that it worked.
//!
//! Each command stands alone in its box, and one click selects all of it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::room::fitting;
use super::value::{Words, values};
use crate::lang::messages::Msg;
use crate::report::model::{Command, Step};
use crate::report::sanitize::Sanitized;
use crate::report::words::by_shell;

/// Bytes of the instructions of one step.
const ROOM: usize = 64 << 10;

/// Instructions and commands.
#[derive(Template)]
#[template(path = "how.html")]
pub(super) struct How {
    words: Words,
    instructions: Vec<Sanitized>,
    commands: Vec<(Option<&'static str>, Sanitized, bool)>,
    notes: Vec<Sanitized>,
    more: Option<Sanitized>,
}

impl HtmlSafe for How {}

impl How {
    pub(super) fn new(instructions: &[String], commands: &[Command], words: Words) -> Self {
        let (lines, typed) = (fitting(instructions, ROOM), fitting(commands, ROOM));
        Self {
            words,
            instructions: values(instructions.get(..lines).unwrap_or_default()),
            // Not cut: half a command must not be copied. A line break in one is the step's own.
            commands: by_shell(commands)
                .into_iter()
                .take(typed)
                .map(|(shell, one)| (shell.map(|shell| words.text(shell)), Sanitized::block(&one.text), one.runnable))
                .collect(),
            notes: Vec::new(),
            more: words.more(instructions.len() + commands.len(), lines + typed),
        }
    }

    pub(super) fn of_step(step: &Step, words: Words) -> Self {
        let undo = Some(step.rollback.join(" ")).filter(|text| !text.is_empty());
        let notes = [(Msg::Loses, &step.loses), (Msg::Undo, &undo), (Msg::Verify, &step.verify)];
        let notes = notes.into_iter().filter_map(|(msg, text)| Some(words.fill(msg, &[text.as_ref()?]))).collect();
        Self { notes, ..Self::new(&step.instructions, &step.commands, words) }
    }

    /// Whether there is nothing to fold out.
    pub(super) fn is_empty(&self) -> bool {
        self.instructions.is_empty() && self.commands.is_empty() && self.notes.is_empty()
    }
}
