//! From files to facts, in parallel. The text is dropped again; whoever reports reads the file a second time.

use crate::progress::Progress;
use rayon::prelude::*;
use sidestep_facts::{FileFacts, TextRange, TextSize, lower};
use sidestep_source::{Directive, Document, FileKind, Found, SkippedFence, SourceError, Unit, directives};
use std::fs;
use std::path::{Path, PathBuf};

/// A source to read.
pub struct Source {
    /// The file.
    pub found: Found,
    /// Its bytes, where they did not come from the file itself.
    pub bytes: Option<Vec<u8>>,
}

impl Source {
    /// A source that is a file.
    pub fn file(found: Found) -> Source {
        Source { found, bytes: None }
    }

    /// Reads it.
    ///
    /// # Errors
    /// What cannot be read, or is not text.
    pub fn read(&self) -> Result<Document, SourceError> {
        let bytes = match &self.bytes {
            Some(bytes) => bytes.clone(),
            None => fs::read(&self.found.path).map_err(|failure| {
                let failure = failure.to_string();
                let plain = failure.split(" (os error").next().unwrap_or(&failure);
                SourceError::whole(format!("cannot be read: {plain}"))
            })?,
        };
        Document::read(bytes, self.found.kind)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.found.path
    }
}

/// What is kept of a unit beside its facts.
pub struct UnitInfo {
    /// Its source, among those read.
    pub source: usize,
    /// Its number among the units of its source.
    pub nth: usize,
    /// Findings outside are another unit's.
    pub report: TextRange,
    /// The suppression comments in it.
    pub directives: Vec<Directive>,
}

/// What is read of all sources.
#[derive(Default)]
pub struct Loaded {
    /// The units that are Python, in the order of the sources.
    pub units: Vec<UnitInfo>,
    /// Their facts: path, facts, whether others can import it.
    pub inputs: Vec<(PathBuf, FileFacts, bool)>,
    /// What could not be checked, by source.
    pub errors: Vec<(usize, SourceError)>,
    /// Fences left out, by source.
    pub skipped: Vec<(usize, SkippedFence)>,
    /// Lines read.
    pub lines: usize,
}

/// Reads all sources. The result does not depend on the number of threads.
pub fn load(sources: &[Source], progress: &Progress) -> Loaded {
    let parts: Vec<Loaded> = sources
        .par_iter()
        .enumerate()
        .map(|(index, source)| {
            let part = load_one(index, source);
            progress.step();
            part
        })
        .collect();
    let mut whole = Loaded::default();
    for part in parts {
        whole.units.extend(part.units);
        whole.inputs.extend(part.inputs);
        whole.errors.extend(part.errors);
        whole.skipped.extend(part.skipped);
        whole.lines += part.lines;
    }
    whole
}

fn load_one(index: usize, source: &Source) -> Loaded {
    let mut part = Loaded::default();
    let document = match source.read() {
        Ok(document) => document,
        Err(error) => {
            part.errors.push((index, error));
            return part;
        }
    };
    part.skipped.extend(document.skipped.into_iter().map(|skipped| (index, skipped)));
    for (nth, unit) in document.units.iter().enumerate() {
        let reported = &unit.text[unit.report];
        part.lines += reported.bytes().filter(|&byte| byte == b'\n').count();
        match facts(unit) {
            Ok(facts) => {
                let mut directives = directives(&unit.text, unit.mode.notebook);
                directives.retain(|directive| unit.report.contains_range(directive.range));
                part.units.push(UnitInfo { source: index, nth, report: unit.report, directives });
                part.inputs.push((source.path().to_owned(), facts, unit.importable));
            }
            // A fragment of documentation that only looks like Python together with others of its section.
            Err(error) if source.found.kind == FileKind::Markdown => {
                let place = unit.place(TextSize::new(error.offset));
                part.skipped.push((index, SkippedFence { place, message: error.message }));
            }
            Err(error) => {
                let place = unit.place(TextSize::new(error.offset));
                part.errors.push((index, SourceError::at(place, format!("syntax error: {}", error.message))));
            }
        }
    }
    part
}

/// The facts of a unit. The place for a cache: they depend on the text and the mode alone.
fn facts(unit: &Unit) -> Result<FileFacts, sidestep_facts::ParseFailure> {
    lower(&unit.text, unit.mode)
}
