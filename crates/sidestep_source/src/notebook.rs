//! Jupyter notebooks: the code cells of one, in order, as one unit.

use crate::document::{Document, LineMap, SourceError, Unit};
use crate::guard;
use crate::lines::LineIndex;
use ruff_text_size::{TextRange, TextSize};
use serde::Deserialize;
use sidestep_facts::Mode;

#[derive(Deserialize)]
struct Notebook {
    cells: Option<Vec<Cell>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Cell {
    cell_type: String,
    #[serde(default)]
    source: Source,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Source {
    Text(String),
    Lines(Vec<String>),
}

impl Default for Source {
    fn default() -> Self {
        Source::Text(String::new())
    }
}

#[derive(Deserialize, Default)]
struct Metadata {
    language_info: Option<Language>,
    kernelspec: Option<Kernel>,
}

#[derive(Deserialize)]
struct Language {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Kernel {
    language: Option<String>,
}

/// Cell magics whose cell is still Python.
const PYTHON_MAGICS: [&str; 6] = ["%%time", "%%timeit", "%%capture", "%%prun", "%%async_run", "%%python3"];

/// Reads a notebook. One that is not Python has no units.
pub(crate) fn read(text: &str) -> Result<Document, SourceError> {
    if text.trim().is_empty() {
        return Ok(Document { units: Vec::new(), skipped: Vec::new() });
    }
    let notebook: Notebook = serde_json::from_str(text).map_err(|failure| SourceError {
        message: format!("not a Jupyter notebook: {}", without_position(&failure.to_string())),
        cell: None,
        line: failure.line() as u32,
        column: (failure.column() as u32).max(1),
    })?;
    let Some(cells) = notebook.cells else {
        return Err(SourceError::whole(
            "not a Jupyter notebook of format 4 (no `cells`); `jupyter nbconvert --to notebook` brings it up to date",
        ));
    };
    let language = notebook.metadata.language_info.and_then(|language| language.name);
    let language = language.or(notebook.metadata.kernelspec.and_then(|kernel| kernel.language));
    if language.is_some_and(|name| !name.to_ascii_lowercase().contains("python")) {
        return Ok(Document { units: Vec::new(), skipped: Vec::new() });
    }

    let mut python = String::new();
    let mut firsts = Vec::new();
    let mut line = 0;
    for (cell, number) in cells.into_iter().zip(1..) {
        let mut source = match cell.source {
            Source::Text(text) => text,
            Source::Lines(lines) => lines.concat(),
        };
        if cell.cell_type != "code" || is_foreign(&source) {
            continue;
        }
        firsts.push((number, line));
        if !source.ends_with('\n') {
            source.push('\n');
        }
        line += LineIndex::new(&source).len() as u32 - 1;
        python.push_str(&source);
    }
    let mode = Mode { notebook: true, fragment: false };
    let report = TextRange::up_to(TextSize::of(&*python));
    let unit = Unit::new(python, mode, false, report, LineMap::Cells(firsts));
    if let Err(error) = guard::check_nesting(&unit.text) {
        let at = unit.index().start(error.line as usize - 1);
        return Err(SourceError { column: error.column, ..SourceError::at(unit.place(at), error.message) });
    }
    Ok(Document { units: vec![unit], skipped: Vec::new() })
}

/// Whether a cell is in another language (`%%bash`, `%%sql` …).
fn is_foreign(source: &str) -> bool {
    let first = source.split_whitespace().next().unwrap_or("");
    first.starts_with("%%") && !PYTHON_MAGICS.contains(&first)
}

fn without_position(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |at| &message[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Place;

    #[test]
    fn cells_map_back() {
        let text = r##"{"cells": [
            {"cell_type": "markdown", "source": ["# Title"]},
            {"cell_type": "code", "source": ["import time\n", "\n"]},
            {"cell_type": "code", "source": "%%bash\nls"},
            {"cell_type": "code", "source": ""},
            {"cell_type": "code", "source": ["x = 1\n", "  y"]}
        ], "nbformat": 4}"##;
        let document = read(text).unwrap();
        let unit = &document.units[0];
        assert_eq!(unit.text, "import time\n\n\nx = 1\n  y\n");
        let at = TextSize::new(unit.text.find('y').unwrap() as u32);
        assert_eq!(unit.place(at), Place { cell: Some(5), line: 2, column: 3 });
        // The second `y` is the one of `y\n`; cells before it are 2 and 4.
        let at = TextSize::new(unit.text.find('x').unwrap() as u32);
        assert_eq!(unit.place(at), Place { cell: Some(5), line: 1, column: 1 });
        let excerpt = unit.excerpt(&[TextRange::at(at, TextSize::new(1))], 2);
        assert_eq!((excerpt.line, excerpt.text.as_str()), (1, "x = 1\n  y"));
    }

    #[test]
    fn broken_ones_say_where() {
        let error = read("{\"cells\": [\n{]}").unwrap_err();
        assert_eq!((error.line, error.column), (2, 2));
        assert!(error.message.starts_with("not a Jupyter notebook: "), "{}", error.message);
        assert!(!error.message.contains("line"), "{}", error.message);
        assert!(read("{\"worksheets\": []}").unwrap_err().message.contains("format 4"));
        assert!(read("").unwrap().units.is_empty());
        assert!(
            read("{\"cells\": [], \"metadata\": {\"language_info\": {\"name\": \"R\"}}}").unwrap().units.is_empty()
        );
    }
}
