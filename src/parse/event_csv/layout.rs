//! Which column holds what: by PowerShell's names, by headings in the languages known, or by what the first row looks like.

use super::row::Row;
use crate::parse::event::clock::Clock;
use crate::parse::event::plain::Plain;
use crate::parse::event::powershell;
use crate::parse::event::words::{self, Column, Order};
use crate::parse::record::{PsObject, PsValue};

/// The columns of a table.
#[derive(Debug)]
pub(super) enum Layout {
    /// Names of properties, and the type of the objects.
    PowerShell { names: Vec<String>, kind: Option<String> },
    /// Event Viewer; the message follows the last heading.
    Viewer { columns: Vec<Option<Column>>, order: Option<Order> },
}

/// What a row says: the event without its time, and the time as written.
pub(super) struct Cells {
    pub plain: Plain,
    pub time: String,
}

/// The columns that Event Viewer saves unless others were added.
const USUAL: [Option<Column>; 5] =
    [Some(Column::Level), Some(Column::Date), Some(Column::Source), Some(Column::Id), None];

impl Layout {
    /// By the first line; whether that is a row already.
    pub(super) fn of(headings: &[String], kind: Option<String>) -> (Self, bool) {
        let has = |name: &str| headings.iter().any(|heading| heading.trim().eq_ignore_ascii_case(name));
        if has("TimeCreated") && has("Id") || has("TimeGenerated") && (has("EventID") || has("InstanceId")) {
            let names = headings.iter().map(|heading| heading.trim().to_owned()).collect();
            return (Self::PowerShell { names, kind }, false);
        }
        if headings.iter().any(|heading| Clock::read(heading).is_some()) {
            return (Self::Viewer { columns: USUAL.to_vec(), order: None }, true);
        }
        let columns = headings.iter().map(|heading| words::column(heading)).collect();
        let order = headings.iter().find_map(|heading| words::order(heading));
        (Self::Viewer { columns, order }, false)
    }

    /// The order of dates in the language of the headings.
    pub(super) fn order(&self) -> Option<Order> {
        match self {
            Self::PowerShell { .. } => None,
            Self::Viewer { order, .. } => *order,
        }
    }

    /// Whether a line begins a row, even where quotes are open: a level in the first column and a date in the second.
    pub(super) fn begins_row(&self, line: &str, separator: char) -> bool {
        if let Self::PowerShell { .. } = self {
            return false;
        }
        let mut cells = line.splitn(3, separator);
        let (Some(level), Some(date)) = (cells.next(), cells.next()) else { return false };
        level.len() < 64
            && cells.next().is_some()
            && (words::level(level).is_some() || words::audit(level).is_some())
            && Clock::read(date).is_some()
    }

    /// What a row says; nothing where it is none.
    pub(super) fn cells(&mut self, row: &Row, separator: char) -> Option<Cells> {
        match self {
            Self::PowerShell { names, kind } => power_shell(names, kind.as_deref(), row),
            Self::Viewer { columns, .. } => {
                if !columns.contains(&Some(Column::Date)) || !columns.contains(&Some(Column::Id)) {
                    look(columns, row)?;
                }
                viewer(columns, row, separator)
            }
        }
    }
}

fn power_shell(names: &[String], kind: Option<&str>, row: &Row) -> Option<Cells> {
    // A comma in a header is no name; a row of other width is a piece of one.
    if row.fields.len() < 2 || row.fields.len() > names.len() {
        return None;
    }
    let properties = names.iter().zip(&row.fields).map(|(name, cell)| (name.clone(), PsValue::Text(cell.clone())));
    let object = PsObject {
        types: kind.map(ToOwned::to_owned).into_iter().collect(),
        properties: properties.collect(),
        to_string: None,
        line: row.line,
        lines: Vec::new(),
    };
    let plain = powershell::event(&object)?;
    let time = ["TimeCreated", "TimeGenerated", "TimeWritten"]
        .iter()
        .find_map(|name| object.get(name).and_then(PsValue::text));
    Some(Cells { plain, time: time.unwrap_or_default() })
}

/// Headings in an unknown language: the first row shows the date and, behind it, the source and the number of the event.
fn look(columns: &mut [Option<Column>], row: &Row) -> Option<()> {
    let date = row.fields.iter().position(|field| Clock::read(field).is_some())?;
    let is_id = |field: &String| {
        (1..=5).contains(&field.trim().len()) && field.trim().bytes().all(|byte| byte.is_ascii_digit())
    };
    let id = row.fields.iter().skip(date + 1).position(is_id)? + date + 1;
    if id >= columns.len() || id < date + 2 {
        return None;
    }
    for (at, column) in [(date, Column::Date), (id - 1, Column::Source), (id, Column::Id)] {
        *columns.get_mut(at)? = Some(column);
    }
    if date > 0
        && let Some(first @ None) = columns.first_mut()
    {
        *first = Some(Column::Level);
    }
    Some(())
}

fn viewer(columns: &[Option<Column>], row: &Row, separator: char) -> Option<Cells> {
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted))?;
        row.fields.get(at).map(|cell| cell.trim())
    };
    let own = |wanted: Column| cell(wanted).unwrap_or_default().to_owned();
    let time = own(Column::Date);
    // Text that merely has as many fields is no row.
    Clock::read(&time)?;
    let words = [cell(Column::Level), cell(Column::Keywords)];
    let behind = row.fields.get(columns.len()..).unwrap_or_default();
    let message = if behind.is_empty() { own(Column::Message) } else { behind.join(separator.to_string().as_str()) };
    let plain = Plain {
        provider: cell(Column::Source)?.to_owned(),
        id: cell(Column::Id)?.parse().ok()?,
        level: words.iter().flatten().find_map(|word| words::level(word)).unwrap_or(0),
        keywords: words.iter().flatten().find_map(|word| words::audit(word)),
        channel: own(Column::Log),
        computer: own(Column::Computer),
        user_sid: cell(Column::User).filter(|user| user.starts_with("S-1-")).map(ToOwned::to_owned),
        message,
        ..Plain::default()
    };
    Some(Cells { plain, time })
}
