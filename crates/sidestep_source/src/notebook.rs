//! Jupyter notebooks: the code cells of one, in order, as one unit.

use crate::document::{Document, LineMap, SourceError, Unit};
use crate::guard;
use crate::lines::LineIndex;
use ruff_text_size::{TextRange, TextSize};
use serde::Deserialize;
use serde_json::value::RawValue;
use sidestep_facts::Mode;
use std::ops::Range;

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

/// The strings that a cell's source consists of, as they stand in the notebook's JSON.
pub(crate) struct Literals {
    /// Where they stand, quotes included.
    spans: Vec<Range<usize>>,
    /// The source is a list of lines.
    list: bool,
    /// What stands between two lines, or would.
    between: String,
}

/// The literals of every cell; none for a cell that has no source.
pub(crate) fn literals(text: &str) -> Option<Vec<Option<Literals>>> {
    #[derive(Deserialize)]
    struct RawNotebook<'a> {
        #[serde(borrow)]
        cells: Vec<RawCell<'a>>,
    }
    #[derive(Deserialize)]
    struct RawCell<'a> {
        #[serde(borrow)]
        source: Option<&'a RawValue>,
    }
    let notebook: RawNotebook<'_> = serde_json::from_str(text).ok()?;
    // What is borrowed stands in the text: its address says where.
    let span = |raw: &RawValue| {
        let start = raw.get().as_ptr().addr() - text.as_ptr().addr();
        start..start + raw.get().len()
    };
    let of_cell = |cell: RawCell<'_>| {
        let source = cell.source?;
        if source.get().starts_with('"') {
            return Some(Literals { spans: vec![span(source)], list: false, between: String::new() });
        }
        let lines: Vec<&RawValue> = serde_json::from_str(source.get()).ok()?;
        let spans: Vec<Range<usize>> = lines.into_iter().map(span).collect();
        let between = match spans.as_slice() {
            [first, second, ..] => text[first.end..second.start].to_owned(),
            [only] => format!(",{}", &text[span(source).start + 1..only.start]),
            [] => return None,
        };
        Some(Literals { spans, list: true, between })
    };
    Some(notebook.cells.into_iter().map(of_cell).collect())
}

impl Literals {
    /// Where a range of the cell's text stands in the JSON, and how new text is written there.
    pub(crate) fn splice(&self, json: &str, range: Range<usize>, new: &str) -> Option<(Range<usize>, String)> {
        let (start, end) = (self.place(json, range.start)?, self.place(json, range.end)?);
        let ascii = json.is_ascii();
        let written = new.split_inclusive('\n').map(|line| escaped(line, ascii)).collect::<Vec<_>>();
        if !self.list {
            return Some((start..end, written.concat()));
        }
        let joint = format!("\"{}\"", self.between);
        let mut text = written.join(&joint);
        // More of the cell follows on the same string: it is a line of its own.
        if new.ends_with('\n') && json.as_bytes().get(end) != Some(&b'"') {
            text.push_str(&joint);
        }
        Some((start..end, text))
    }

    /// Where a byte of the cell's text stands in the JSON: the line that begins there rather than the one that ends.
    fn place(&self, json: &str, mut offset: usize) -> Option<usize> {
        let mut last = None;
        for span in &self.spans {
            let inner = span.start + 1..span.end - 1;
            let mut at = inner.start;
            while at < inner.end && offset > 0 {
                let (raw, decoded) = unit_of(&json[at..inner.end])?;
                at += raw;
                offset = offset.checked_sub(decoded)?;
            }
            if at < inner.end {
                return Some(at);
            }
            last = Some(at);
        }
        // The line break that was added to the last line is not there.
        last.filter(|_| offset <= 1)
    }
}

/// The length of the first character of a string's inside, as it is written and as it is meant.
fn unit_of(text: &str) -> Option<(usize, usize)> {
    if !text.starts_with('\\') {
        let length = text.chars().next()?.len_utf8();
        return Some((length, length));
    }
    if !text.starts_with("\\u") {
        return Some((2, 1));
    }
    let code = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    match code(2)? {
        0xD800..=0xDBFF => Some((12, 4)),
        code => Some((6, char::from_u32(code)?.len_utf8())),
    }
}

/// Text as it stands inside a JSON string.
fn escaped(text: &str, ascii: bool) -> String {
    let quoted = serde_json::to_string(text).expect("a string can be written");
    let inside = &quoted[1..quoted.len() - 1];
    if !ascii {
        return inside.to_owned();
    }
    let mut units = [0; 2];
    let mut written = String::new();
    for c in inside.chars() {
        if c.is_ascii() {
            written.push(c);
        } else {
            written.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    written
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
