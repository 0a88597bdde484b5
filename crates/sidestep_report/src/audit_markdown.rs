//! `sidestep audit` as Markdown: a table for a pull request or a wiki, and the reasons beneath it.

use crate::audit_page::{AuditPage, mark};
use sidestep_rules::audit::{Column, Verdict};
use std::fmt::Write as _;

/// The whole page.
pub fn markdown(page: &AuditPage) -> String {
    let mut out = String::from("# AI calls\n\n");
    if page.rows.is_empty() {
        out.push_str("No AI call found.\n");
        return out;
    }
    out.push_str("| # | call | model |");
    for column in Column::ALL {
        let _ = write!(out, " {} |", column.title());
    }
    out.push_str("\n|---:|---|---|");
    out.push_str(&":-:|".repeat(Column::ALL.len()));
    out.push('\n');
    for (n, row) in page.rows.iter().enumerate() {
        let model = row.model.as_deref().map(code).unwrap_or_default();
        let _ = write!(out, "| {} | {} {} | {model} |", n + 1, code(&row.spot.label()), code(&row.callee));
        for cell in &row.cells {
            let _ = write!(out, " {} |", mark(cell.verdict));
        }
        out.push('\n');
    }
    out.push_str("| | **yes / no / unknown** | |");
    for (yes, no, unknown) in &page.totals {
        let _ = write!(out, " {yes} / {no} / {unknown} |");
    }
    out.push_str("\n\n## Why\n");
    for (n, row) in page.rows.iter().enumerate() {
        let _ = write!(out, "\n{}. {} in {}\n", n + 1, code(&row.spot.label()), code(&row.function));
        for (column, cell) in Column::ALL.iter().zip(&row.cells) {
            if cell.text.is_empty() || (cell.verdict == Verdict::Yes && cell.spot.is_none()) {
                continue;
            }
            let place = cell.spot.as_ref().map(|s| format!(" ({})", code(&s.label()))).unwrap_or_default();
            let _ = writeln!(out, "   - {}: {}, {}{place}", column.title(), cell.verdict.as_str(), escaped(&cell.text));
        }
    }
    out
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|"))
}

/// Backticks are ours and stay; what would begin a tag or a cell is escaped.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit_page::sample;

    #[test]
    fn table_lines_have_as_many_cells() {
        let text = markdown(&sample::page());
        let counts: Vec<usize> = text.lines().filter(|l| l.starts_with('|')).map(|l| l.matches('|').count()).collect();
        assert!(counts.len() == 5 && counts.windows(2).all(|w| w[0] == w[1]), "{text}");
    }
}
