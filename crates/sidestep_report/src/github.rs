//! Workflow commands of GitHub Actions: findings appear on the lines of a pull request.

use crate::model::Report;
use sidestep_rules::Level;
use std::io::{self, Write};

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for entry in &report.findings {
        let command = match entry.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Advice => "notice",
        };
        let title = property(&format!("{} {}", entry.code, entry.name));
        let file = property(&entry.path);
        let text = format!("{}: {} {}", entry.location(), entry.code, entry.told());
        let text = entry.help.iter().fold(text, |text, help| format!("{text}\nhelp: {help}"));
        let (start, end) = (entry.start, entry.end);
        // Lines of a notebook's cells are not lines of its file.
        match start.cell {
            Some(_) => writeln!(out, "::{command} title={title},file={file}::{}", data(&text))?,
            None => {
                write!(out, "::{command} title={title},file={file},line={},endLine={}", start.line, end.line)?;
                // GitHub takes columns for a single line alone.
                if start.line == end.line {
                    write!(out, ",col={},endColumn={}", start.column, end.column)?;
                }
                writeln!(out, "::{}", data(&text))?;
            }
        }
    }
    for error in &report.errors {
        let file = property(&error.path);
        let line = error.error.line.max(1);
        let text = data(&format!("{}: {}", error.location(), error.error.message));
        writeln!(out, "::error title=sidestep,file={file},line={line}::{text}")?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
