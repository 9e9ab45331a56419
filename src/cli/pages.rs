//! `rules docs` and `rules schema`: the pages about a pack, and the JSON Schema of its files.

use std::fmt::Write as _;
use std::path::Path;

use super::output::{deliver, print};
use super::request::{knowledge, usage};
use super::{Exit, PackArgs};
use crate::authoring::{docs, schema};
use crate::error::Error;
use crate::limits::Limits;

/// The schema as one document.
pub(super) fn schema() -> Result<Exit, Error> {
    print(&format!("{:#}\n", schema::schema()))?;
    Ok(Exit::Clean)
}

pub(super) fn docs(folder: Option<&Path>, packs: &PackArgs, limits: &Limits) -> Result<Exit, Error> {
    let knowledge = knowledge(packs, limits)?;
    let pages = docs::pages(&knowledge.rules, &knowledge.playbook, limits);
    let Some(folder) = folder else {
        let mut out = String::new();
        for (path, text) in &pages {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "<!-- {path} -->\n\n{text}");
        }
        print(&out)?;
        return Ok(Exit::Clean);
    };
    for (path, text) in &pages {
        let file = folder.join(path);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)
                .map_err(|error| usage(&format!("the folder {} cannot be made: {error}", parent.display())))?;
        }
        deliver(text, Some(&file))?;
    }
    print(&format!("{} pages in {}\n", pages.len(), folder.display()))?;
    Ok(Exit::Clean)
}
