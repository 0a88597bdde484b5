//! From files to facts, in parallel: from the cache, or else from their text. The text is dropped again; whoever reports
//! reads the file a second time.

use crate::cache::facts::{Facts, Keep, content};
use crate::cache::{Folder, Stamp};
use crate::progress::Progress;
use rayon::prelude::*;
use sidestep_facts::{FileFacts, TextRange, TextSize, lower, wire_struct};
use sidestep_source::line_breaks;
use sidestep_source::{Directive, Document, FileKind, Found, SkippedFence, SourceError, directives};
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
        Document::read(self.bytes()?, self.found.kind)
    }

    /// Its bytes: as they were given, as they have been repaired, or the file's.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn bytes(&self) -> Result<Vec<u8>, SourceError> {
        match &self.bytes {
            Some(bytes) => Ok(bytes.clone()),
            None => fs::read(&self.found.path).map_err(|failure| {
                let failure = failure.to_string();
                let plain = failure.split(" (os error").next().unwrap_or(&failure);
                SourceError::whole(format!("cannot be read: {plain}"))
            }),
        }
    }

    /// Its stamp, if it is a file.
    fn stamp(&self, folder: &Folder) -> Option<Stamp> {
        if self.bytes.is_none() { folder.stamp(&self.found.path) } else { None }
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
    /// Some file could not be read at all: another try may come to something else.
    pub unread: bool,
}

/// What is known of one source, from its content alone.
#[derive(Default)]
pub struct Part {
    units: Vec<PartUnit>,
    errors: Vec<SourceError>,
    skipped: Vec<SkippedFence>,
    lines: usize,
}

/// A unit of a source.
struct PartUnit {
    nth: usize,
    report: TextRange,
    importable: bool,
    directives: Vec<Directive>,
    facts: FileFacts,
}

wire_struct! {
    Part { units, errors, skipped, lines }
    PartUnit { nth, report, importable, directives, facts }
}

/// The stamps of all sources.
pub fn stamps(sources: &[Source], folder: &Folder) -> Vec<Option<Stamp>> {
    sources.par_iter().map(|source| source.stamp(folder)).collect()
}

/// Reads all sources. The result depends neither on the number of threads nor on the cache; `cache` is its folder and the
/// stamps of the sources.
pub fn load(sources: &[Source], cache: Option<(&Folder, &[Option<Stamp>])>, progress: &Progress) -> Loaded {
    let facts = cache.map(|(folder, stamps)| (Facts::open(folder), stamps));
    let parts: Vec<(Result<Part, SourceError>, Keep)> = sources
        .par_iter()
        .enumerate()
        .map(|(index, source)| {
            let known = facts.as_ref().and_then(|(facts, stamps)| Some((facts, stamps[index]?)));
            let part = load_one(source, known);
            progress.step();
            part
        })
        .collect();
    let mut whole = Loaded::default();
    let mut kept = Vec::new();
    for (source, (part, keep)) in parts.into_iter().enumerate() {
        kept.push((&sources[source].found, keep));
        match part {
            Ok(part) => whole.add(source, sources[source].path(), part),
            Err(error) => {
                whole.errors.push((source, error));
                whole.unread = true;
            }
        }
    }
    if let Some((facts, _)) = facts {
        facts.keep(kept);
    }
    whole
}

fn load_one(source: &Source, known: Option<(&Facts<'_>, Stamp)>) -> (Result<Part, SourceError>, Keep) {
    if let Some((facts, stamp)) = &known
        && let Some(part) = facts.untouched(&source.found, stamp)
    {
        return (Ok(part), Keep::Nothing);
    }
    let bytes = match source.bytes() {
        Ok(bytes) => bytes,
        Err(error) => return (Err(error), Keep::Nothing),
    };
    let Some((facts, stamp)) = known else { return (Ok(part(bytes, source.found.kind)), Keep::Nothing) };
    let content = content(&bytes);
    if let Some(part) = facts.unchanged(&source.found, content) {
        return (Ok(part), Keep::Stamp(stamp));
    }
    let part = part(bytes, source.found.kind);
    let keep = Keep::part(stamp, content, &part);
    (Ok(part), keep)
}

impl Loaded {
    fn add(&mut self, source: usize, path: &Path, part: Part) {
        for unit in part.units {
            let PartUnit { nth, report, importable, directives, facts } = unit;
            self.units.push(UnitInfo { source, nth, report, directives });
            self.inputs.push((path.to_owned(), facts, importable));
        }
        self.errors.extend(part.errors.into_iter().map(|error| (source, error)));
        self.skipped.extend(part.skipped.into_iter().map(|skipped| (source, skipped)));
        self.lines += part.lines;
    }
}

/// What the bytes of a file say. Depends on nothing else: this is what the cache keeps.
fn part(bytes: Vec<u8>, kind: FileKind) -> Part {
    let mut part = Part::default();
    let document = match Document::read(bytes, kind) {
        Ok(document) => document,
        Err(error) => {
            part.errors.push(error);
            return part;
        }
    };
    part.skipped = document.skipped;
    for (nth, unit) in document.units.iter().enumerate() {
        let reported = &unit.text[unit.report];
        part.lines += line_breaks(reported);
        match lower(&unit.text, unit.mode) {
            Ok(facts) => {
                let mut directives = directives(&unit.text, unit.mode.notebook);
                directives.retain(|directive| unit.report.contains_range(directive.range));
                let importable = unit.importable;
                part.units.push(PartUnit { nth, report: unit.report, importable, directives, facts });
            }
            // A fragment of documentation that only looks like Python together with others of its section.
            Err(error) if kind == FileKind::Markdown => {
                let place = unit.place(TextSize::new(error.offset));
                part.skipped.push(SkippedFence { place, message: error.message });
            }
            Err(error) => {
                let place = unit.place(TextSize::new(error.offset));
                part.errors.push(SourceError::at(place, format!("syntax error: {}", error.message)));
            }
        }
    }
    part
}
