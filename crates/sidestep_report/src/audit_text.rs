//! `sidestep audit` as a table that fits the terminal.

use crate::audit_page::{AuditPage, mark};
use sidestep_rules::audit::{Column, Verdict};
use std::fmt::Write as _;

/// The table, at most `width` columns wide. `details` adds the reasons of each row beneath it.
pub fn text(page: &AuditPage, width: usize, color: bool, details: bool) -> String {
    let mut out = String::new();
    if page.rows.is_empty() {
        return "No AI call found\n".into();
    }
    let cell = 6;
    let room = width.saturating_sub(cell * Column::ALL.len() + 1).clamp(18, 90);
    let labels: Vec<String> = page
        .rows
        .iter()
        .map(|row| {
            let model = row.model.as_deref().map(|m| format!(" {m}")).unwrap_or_default();
            let full = format!("{} {}{model}", row.spot.label(), row.callee);
            if full.chars().count() <= room { full } else { shortened(&row.spot.label(), room) }
        })
        .collect();
    let wide = labels.iter().map(|l| l.chars().count()).chain([room.min(12)]).max().unwrap_or(room);
    let _ = write!(out, "{:wide$}", "AI call");
    for column in Column::ALL {
        let _ = write!(out, " {:>5}", column.short());
    }
    out.push('\n');
    for (row, label) in page.rows.iter().zip(&labels) {
        let _ = write!(out, "{label:wide$}");
        for cell in &row.cells {
            let _ = write!(out, "     {}", painted(cell.verdict, color));
        }
        out.push('\n');
        if details {
            for (column, cell) in Column::ALL.iter().zip(&row.cells) {
                if !cell.text.is_empty() {
                    let place = cell.spot.as_ref().map(|s| format!(" ({})", s.label())).unwrap_or_default();
                    let _ =
                        writeln!(out, "    {} {}: {}{place}", painted(cell.verdict, color), column.title(), cell.text);
                }
            }
        }
    }
    let count = page.rows.len();
    let calls = if count == 1 { "1 call".to_owned() } else { format!("{count} calls") };
    for (name, pick) in [("yes", 0), ("no", 1), ("unknown", 2)] {
        let head =
            if pick == 0 { format!("{calls}: {name}") } else { format!("{:>1$}", name, calls.len() + 2 + name.len()) };
        let _ = write!(out, "{head:wide$}");
        for totals in &page.totals {
            let n = [totals.0, totals.1, totals.2][pick];
            let _ = write!(out, " {n:>5}");
        }
        out.push('\n');
    }
    out
}

fn painted(verdict: Verdict, color: bool) -> String {
    let code = match verdict {
        Verdict::Yes => "32",
        Verdict::No => "31",
        Verdict::Unknown => "33",
    };
    if color { format!("\x1b[{code}m{}\x1b[0m", mark(verdict)) } else { mark(verdict).to_owned() }
}

/// The end of a path and its line: the part that tells files apart.
fn shortened(label: &str, room: usize) -> String {
    let length = label.chars().count();
    if length <= room {
        return label.to_owned();
    }
    let tail: String = label.chars().skip(length - (room - 1)).collect();
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit_page::sample;

    #[test]
    fn fits_the_terminal() {
        for width in [80, 100, 160] {
            for line in text(&sample::page(), width, false, false).lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn details_say_why() {
        let text = text(&sample::page(), 100, false, true);
        assert!(text.contains("✓ Async: 600 s, the default of `AsyncOpenAI` (app/llm.py:3)"), "{text}");
    }
}
