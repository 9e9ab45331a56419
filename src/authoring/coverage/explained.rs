//! Reads `survivors.yaml`: the mutants of a pack that no case can notice, each with the reason.
//!
//! ```yaml
//! - rule: exo-federated-logon-cache
//!   in: evidence changed-within-a-day
//!   change: "weak → strong"
//!   why: "…"
//! ```

use super::run::Tried;
use crate::rule::fields::{Fields, Problems, items};
use crate::rule::node::{Problem, Span, parse, with_room};
use crate::rule::pack::Pack;

/// The file of a pack.
pub(super) use crate::rule::pack::SURVIVORS as FILE;

/// Keys of an entry.
pub(crate) const SURVIVOR: &[&str] = &["rule", "in", "change", "why"];

/// Why changes of one part survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Rule id; `anchors` and `era` for those files.
    pub rule: String,
    /// Part of the rule, as it is printed.
    pub part: String,
    /// The changes, as they are printed.
    pub changes: Vec<String>,
    /// The reason.
    pub why: String,
    /// Where the entry stands.
    pub span: Span,
}

/// The explanations of packs. A later pack that brings a rule of its own takes the explanations of the earlier one away.
///
/// # Errors
/// What cannot be read, with its place.
pub fn explanations(packs: &[Pack]) -> Result<Vec<Explanation>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut found: Vec<Explanation> = Vec::new();
    for pack in packs {
        found.retain(|explanation| !replaces(pack, &explanation.rule));
        let Some(text) = pack.files.get(FILE) else { continue };
        match with_room(|| parse(FILE, text)) {
            Ok(node) => {
                let mut own = Problems::new(FILE);
                for entry in items(&node) {
                    let Some(fields) = Fields::read(entry, "a survivor", SURVIVOR, &mut own) else { continue };
                    let (rule, part) = (fields.need_text("rule", &mut own), fields.need_text("in", &mut own));
                    let why = fields.need_text("why", &mut own);
                    fields.need("change", &mut own);
                    let changes = fields.texts("change", &mut own);
                    if let (Some(rule), Some(part), Some(why)) = (rule, part, why) {
                        found.push(Explanation { rule, part, changes, why, span: entry.span });
                    }
                }
                problems.append(&mut own.list);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn replaces(pack: &Pack, rule: &str) -> bool {
    let file = format!("{rule}.yaml");
    pack.files.keys().any(|name| name.rsplit('/').next() == Some(&file))
}

/// Writes the reasons beside the survivors; what is left explains nothing.
pub(super) fn apply(
    explanations: &[Explanation],
    tried: &mut [Tried],
    is_tried: impl Fn(&str) -> bool,
) -> Vec<Explanation> {
    let mut stale = Vec::new();
    for explanation in explanations.iter().filter(|explanation| is_tried(&explanation.rule)) {
        let mut idle = Vec::new();
        for change in &explanation.changes {
            let mut is_used = false;
            let mut survivors = tried.iter_mut().filter(|tried| {
                tried.killed_by.is_none()
                    && tried.rule == explanation.rule
                    && tried.part == explanation.part
                    && tried.change == *change
            });
            for survivor in survivors.by_ref() {
                survivor.why = Some(explanation.why.clone());
                is_used = true;
            }
            if !is_used {
                idle.push(change.clone());
            }
        }
        if !idle.is_empty() {
            stale.push(Explanation { changes: idle, ..explanation.clone() });
        }
    }
    stale
}
