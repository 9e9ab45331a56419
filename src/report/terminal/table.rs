//! Tables of cells that are wrapped beforehand: the widths are chosen here, the setting is comfy-table's.
//!
//! Refuses to know what the columns mean.

use anstyle::Style;
use comfy_table::{ContentArrangement, Table, presets};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::screen::{Screen, cell};
use super::wrap::wrap;

/// Columns between two cells.
const GAP: usize = 2;

/// One row: its cells, and the style of one of them.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) painted: Option<(usize, Style)>,
}

/// Prints a header and rows; a column is never narrower than its `least`, or than its content if that is less.
pub(super) fn table(screen: &mut Screen, header: &[&str], rows: &[Row], least: &[usize]) {
    let mut all = vec![header.iter().map(|text| cell(text)).collect::<Vec<_>>()];
    all.extend(rows.iter().map(|row| row.cells.iter().map(|text| cell(text)).collect()));
    let widths = widths(&all, least, screen.width());

    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let mut heights = Vec::new();
    // Wrapping can leave a column narrower than it was allowed to be.
    let mut real = vec![0; widths.len()];
    for cells in &all {
        let wrapped: Vec<Vec<String>> = cells.iter().zip(&widths).map(|(text, width)| wrap(text, *width)).collect();
        for (real, lines) in real.iter_mut().zip(&wrapped) {
            *real = lines.iter().map(|line| line.width()).max().unwrap_or(0).max(*real);
        }
        heights.push(wrapped.iter().map(Vec::len).max().unwrap_or(1));
        table.add_row(wrapped.iter().map(|lines| lines.join("\n")).collect::<Vec<_>>());
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, u16::try_from(GAP).unwrap_or_default()));
    }

    let heading = Row { cells: Vec::new(), painted: None };
    let styles =
        std::iter::once(&heading).chain(rows).zip(heights).flat_map(|(row, height)| std::iter::repeat_n(row, height));
    for (line, row) in table.lines().zip(styles) {
        let line = match row.painted {
            Some((column, style)) => paint_column(screen, &line, &real, column, style),
            None => line,
        };
        screen.ready(line);
    }
}

/// Natural widths, taken from the widest columns first until the table fits.
fn widths(rows: &[Vec<String>], least: &[usize], available: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = least
        .iter()
        .enumerate()
        .map(|(column, _)| rows.iter().filter_map(|row| row.get(column)).map(|text| text.width()).max().unwrap_or(0))
        .collect();
    let gaps = widths.len().saturating_sub(1) * GAP;
    // A terminal too narrow for the wished widths still gets its table: no line may be wider than it.
    let none: Vec<usize> = vec![2; widths.len()];
    for least in [least, &none] {
        while widths.iter().sum::<usize>() + gaps > available {
            let above = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least);
            let Some((width, _)) = above.max_by_key(|(width, _)| **width) else { break };
            *width -= 1;
        }
    }
    widths
}

fn paint_column(screen: &Screen, line: &str, widths: &[usize], column: usize, style: Style) -> String {
    let start = widths.iter().take(column).map(|width| width + GAP).sum::<usize>();
    let (before, rest) = split_at_width(line, start);
    let (inside, after) = split_at_width(rest, widths.get(column).copied().unwrap_or(0));
    let word = inside.trim_end();
    let padding = " ".repeat(inside.width() - word.width());
    format!("{before}{}{padding}{after}", screen.paint(style, word))
}

fn split_at_width(line: &str, width: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, c) in line.char_indices() {
        if used >= width {
            return line.split_at(at);
        }
        used += c.width().unwrap_or(0);
    }
    (line, "")
}
