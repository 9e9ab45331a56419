//! The era gate: which way of signing in the failing connection used. First row that is true decides.

use super::condition::{Condition, Era};
use super::eval::{EraVerdict, Evaluator, Scope, Tri};
use super::fields::{Fields, Problems, items};
use super::name::{Name, lets};
use super::node::Node;
use super::read::{Reader, words};
use crate::lang::Text;
use crate::limits::Limits;

/// `era.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EraTable {
    /// The table's own names.
    pub names: Vec<(String, Name)>,
    /// Rows in order.
    pub rows: Vec<EraRow>,
    /// The sentence when no row is true.
    pub otherwise: Text,
    /// What would settle it.
    pub need: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraRow {
    /// When.
    pub when: Condition,
    /// The era.
    pub era: Era,
    /// The sentence.
    pub say: Text,
}

/// Keys of the table, of a row, and of `otherwise`.
pub(crate) const ERA_TABLE: &[&str] = &["id", "rev", "let", "rows", "otherwise"];
pub(crate) const ERA_ROW: &[&str] = &["when", "era", "say"];
pub(crate) const OTHERWISE: &[&str] = &["era", "need", "say"];

impl EraTable {
    /// Reads the table.
    pub fn read(node: &Node, limits: &Limits, problems: &mut Problems<'_>) -> Self {
        let Some(fields) = Fields::read(node, "the era table", ERA_TABLE, problems) else {
            return Self::default();
        };
        let mut table = Self::default();
        let mut reader = Reader::new(problems, limits);
        table.names = fields.get("let").map(|node| lets(node, &mut reader)).unwrap_or_default();
        for row in fields.get("rows").map(items).unwrap_or_default() {
            let Some(row) = Fields::read(row, "a row", ERA_ROW, reader.problems) else { continue };
            let era = row
                .need("era", reader.problems)
                .and_then(|node| words(node, &Era::ALL, reader.problems).first().copied());
            let say = row.both("say", reader.problems).unwrap_or_default();
            let when = row.need("when", reader.problems).and_then(|node| reader.condition(node));
            if let (Some(era), Some(when)) = (era, when) {
                table.rows.push(EraRow { when, era, say });
            }
        }
        if let Some(other) =
            fields.need("otherwise", problems).and_then(|node| Fields::read(node, "otherwise", OTHERWISE, problems))
        {
            table.otherwise = other.both("say", problems).unwrap_or_default();
            table.need = other.texts("need", problems);
        }
        table
    }

    /// Every condition of the table.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.names.iter().map(|(_, name)| &name.condition).chain(self.rows.iter().map(|row| &row.when))
    }
}

impl Evaluator<'_> {
    /// Decides the era. A row that is unknown is passed over.
    #[must_use]
    pub fn decide_era(&self) -> EraVerdict {
        let table = &self.rules.era;
        let scope: Scope<'_> = table.names.iter().map(|(name, named)| (name.as_str(), named)).collect();
        for row in &table.rows {
            let truth = self.eval(&row.when, &scope);
            if truth.value == Tri::True {
                let text = self.fill(&row.say, &scope, None);
                return EraVerdict {
                    era: row.era,
                    cites: truth.cites,
                    text,
                    reservations: truth.reservations,
                    need: Vec::new(),
                };
            }
        }
        EraVerdict {
            era: Era::Unknown,
            cites: Vec::new(),
            text: table.otherwise.clone(),
            reservations: std::collections::BTreeSet::new(),
            need: table.need.clone(),
        }
    }
}
