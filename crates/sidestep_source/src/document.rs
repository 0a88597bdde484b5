//! What is read from one file: its units, and how a place in a unit is a place in the file.

use crate::discover::FileKind;
use crate::lines::{LineIndex, floor_boundary};
use crate::{decode, guard, markdown, notebook};
use ruff_text_size::{TextRange, TextSize};
use sidestep_facts::Mode;
use std::ops::Range;
use std::sync::OnceLock;

/// A place in a file as users see it; everything counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The cell, in a notebook.
    pub cell: Option<u32>,
    /// The line of the file, or of the cell.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// Why a file, or a part of it, cannot be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// What is wrong, and what to do about it.
    pub message: String,
    /// The cell, in a notebook.
    pub cell: Option<u32>,
    /// The line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// The column, from 1; 0 where the file as a whole is meant.
    pub column: u32,
}

impl SourceError {
    /// An error that is not at any line.
    pub fn whole(message: impl Into<String>) -> SourceError {
        SourceError { message: message.into(), cell: None, line: 0, column: 0 }
    }

    /// An error at a place.
    pub fn at(place: Place, message: impl Into<String>) -> SourceError {
        SourceError { message: message.into(), cell: place.cell, line: place.line, column: place.column }
    }
}

/// A fence of a Markdown document that is not Python on its own: a fragment, most of the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedFence {
    /// Where the parser gave up.
    pub place: Place,
    /// What it says.
    pub message: String,
}

/// One file, read.
#[derive(Debug)]
pub struct Document {
    /// What is to be checked, in order.
    pub units: Vec<Unit>,
    /// Fences that are left out.
    pub skipped: Vec<SkippedFence>,
}

impl Document {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Bytes that are not text, notebooks that are not JSON, and nesting that no program has.
    pub fn read(bytes: Vec<u8>, kind: FileKind) -> Result<Document, SourceError> {
        let text = decode(bytes)?;
        match kind {
            FileKind::Python => {
                guard::check_nesting(&text)?;
                let report = TextRange::up_to(TextSize::of(&*text));
                let unit = Unit::new(text, Mode::default(), true, report, LineMap::Same);
                Ok(Document { units: vec![unit], skipped: Vec::new() })
            }
            FileKind::Notebook => notebook::read(&text),
            FileKind::Markdown => markdown::read(&text),
        }
    }
}

/// A piece of Python that parses on its own.
#[derive(Debug)]
pub struct Unit {
    /// The Python.
    pub text: String,
    /// How to parse it.
    pub mode: Mode,
    /// Whether other files can import it.
    pub importable: bool,
    /// Findings outside this range are those of another unit.
    pub report: TextRange,
    pub(crate) map: LineMap,
    index: OnceLock<LineIndex>,
}

/// How the lines of a unit are lines of the file.
#[derive(Debug, Clone)]
pub(crate) enum LineMap {
    /// They are the same.
    Same,
    /// They are lines of cells: the cell's number and its first line in the unit (from 0), in order.
    Cells(Vec<(u32, u32)>),
    /// They are the same, but some columns further to the left: how many, per line.
    Dedented(Vec<u32>),
}

/// A few lines around places, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line.
    pub line: u32,
    /// The lines.
    pub text: String,
    /// Where the places asked for are in the lines; none for those that are not in them.
    pub spans: Vec<Option<Range<usize>>>,
}

/// An excerpt has at most this many lines from its first place to its last.
const EXCERPT_LINES: usize = 400;

impl Unit {
    pub(crate) fn new(text: String, mode: Mode, importable: bool, report: TextRange, map: LineMap) -> Unit {
        Unit { text, mode, importable, report, map, index: OnceLock::new() }
    }

    /// The unit's line index.
    pub fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The place in the file of an offset in the unit.
    pub fn place(&self, offset: TextSize) -> Place {
        let index = self.index();
        let line = index.line(offset);
        let column = index.characters_before(offset, &self.text) as u32 + 1;
        let at = line as u32;
        match &self.map {
            LineMap::Same => Place { cell: None, line: at + 1, column },
            LineMap::Dedented(by) => {
                Place { cell: None, line: at + 1, column: column + by.get(line).copied().unwrap_or(0) }
            }
            LineMap::Cells(_) => match self.cell(line) {
                Some((cell, first, _)) => Place { cell: Some(cell), line: at - first + 1, column },
                None => Place { cell: None, line: at + 1, column },
            },
        }
    }

    /// The line of the file that an offset is on, without its line break.
    pub fn line_text(&self, offset: TextSize) -> &str {
        let index = self.index();
        index.text(index.line(offset), &self.text)
    }

    /// The lines around the first of some places, with `context` lines before and after, as far as the cell goes.
    pub fn excerpt(&self, places: &[TextRange], context: usize) -> Excerpt {
        let index = self.index();
        let Some(primary) = places.first() else {
            return Excerpt { line: 1, text: String::new(), spans: Vec::new() };
        };
        let home = index.line(primary.start());
        let (floor, ceiling) = match self.cell(home) {
            Some((_, first, end)) => (first as usize, end as usize),
            None => (0, index.len()),
        };
        let near = |line: usize| line >= floor && line < ceiling && line.abs_diff(home) < EXCERPT_LINES;
        let lines_of = |range: &TextRange| (index.line(range.start()), index.line(range.end()));
        let shown = |range: &TextRange| near(lines_of(range).0) && near(lines_of(range).1);
        let (mut first, mut last) = (home, home);
        for (start, end) in places.iter().filter(|range| shown(range)).map(lines_of) {
            first = first.min(start);
            last = last.max(end);
        }
        // Context does not begin or end with blank lines.
        let is_blank = |line: usize| index.text(line, &self.text).trim().is_empty();
        let mut before = first.saturating_sub(context).max(floor)..first;
        let after = last + 1..(last + context + 1).min(ceiling);
        let first = before.find(|&line| !is_blank(line)).unwrap_or(first);
        let last = after.rev().find(|&line| !is_blank(line)).unwrap_or(last);

        let mut text = String::new();
        let mut starts = Vec::with_capacity(last + 1 - first);
        for line in first..=last {
            text.extend(std::iter::repeat_n(' ', self.dedent(line)));
            starts.push(text.len());
            text.push_str(index.text(line, &self.text));
            text.push('\n');
        }
        text.pop();
        let translate = |offset: TextSize| {
            let line = index.line(offset).clamp(first, last);
            let within = floor_boundary(&self.text, offset.to_usize()).saturating_sub(index.start(line).to_usize());
            starts[line - first] + within.min(index.text(line, &self.text).len())
        };
        let span = |range: &TextRange| translate(range.start())..translate(range.end());
        let spans = places.iter().enumerate().map(|(nth, range)| {
            if shown(range) {
                Some(span(range))
            } else if nth == 0 {
                // Longer than an excerpt may be: its beginning stands for it.
                let start = translate(range.start());
                Some(start..start + index.text(home, &self.text)[start - starts[home - first]..].len())
            } else {
                None
            }
        });
        let spans = spans.collect();
        Excerpt { line: self.place(index.start(first)).line, text, spans }
    }

    fn dedent(&self, line: usize) -> usize {
        match &self.map {
            LineMap::Dedented(by) => by.get(line).map_or(0, |&by| by as usize),
            _ => 0,
        }
    }

    /// The cell of a line: its number, its first line and the line behind its last.
    fn cell(&self, line: usize) -> Option<(u32, u32, u32)> {
        let LineMap::Cells(cells) = &self.map else { return None };
        let at = cells.partition_point(|&(_, first)| first as usize <= line).checked_sub(1)?;
        let end = cells.get(at + 1).map_or(self.index().len() as u32, |&(_, next)| next);
        Some((cells[at].0, cells[at].1, end))
    }
}
