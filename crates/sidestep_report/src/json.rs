//! Sidestep's own JSON, described by `docs/json-schema.json`.

use crate::model::{Entry, Report};
use serde::Serialize;
use sidestep_rules::Level;
use sidestep_rules::fix::Applicability;
use sidestep_source::Place;
use std::io::{self, Write};

/// Grows when a program that reads the format would have to change.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Root<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
    errors: Vec<FileError<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    pitfall: u8,
    level: &'a str,
    confidence: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    path: &'a str,
    cell: Option<u32>,
    start: Position,
    end: Position,
    labels: Vec<Label<'a>>,
    chain: Vec<Hop<'a>>,
    fix: Option<Fix<'a>>,
    unfixed: Option<&'a str>,
    url: String,
    fingerprint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<Seen>,
}

#[derive(Serialize)]
struct Seen {
    times: u32,
    seconds: f64,
    longest: f64,
}

/// To the millisecond.
fn seen(seen: crate::model::Seen) -> Seen {
    let rounded = |seconds: f64| (seconds * 1000.0).round() / 1000.0;
    Seen { times: seen.times, seconds: rounded(seen.seconds), longest: rounded(seen.longest) }
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

impl From<Place> for Position {
    fn from(place: Place) -> Self {
        Position { line: place.line, column: place.column }
    }
}

#[derive(Serialize)]
struct Label<'a> {
    cell: Option<u32>,
    line: u32,
    column: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct Hop<'a> {
    path: &'a str,
    cell: Option<u32>,
    line: u32,
    column: u32,
    function: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    applicability: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    /// Where it is not the finding's.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    cell: Option<u32>,
    start: Position,
    end: Position,
    content: &'a str,
}

#[derive(Serialize)]
struct FileError<'a> {
    path: &'a str,
    cell: Option<u32>,
    /// Both are null where the file as a whole is meant.
    line: Option<u32>,
    column: Option<u32>,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    findings: usize,
    errors: usize,
    hidden: usize,
    fixable: usize,
    fixed: usize,
    levels: Levels,
}

#[derive(Serialize)]
struct Levels {
    error: usize,
    warning: usize,
    advice: usize,
}

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let count = |level| report.findings.iter().filter(|entry| entry.level == level).count();
    let root = Root {
        version: VERSION,
        findings: report.findings.iter().map(finding).collect(),
        errors: report.errors.iter().map(error).collect(),
        summary: Summary {
            files: report.summary.files,
            findings: report.findings.len(),
            errors: report.errors.len(),
            hidden: report.summary.hidden,
            fixable: report.fixable(Applicability::Safe),
            fixed: report.summary.fixed,
            levels: Levels { error: count(Level::Error), warning: count(Level::Warning), advice: count(Level::Advice) },
        },
    };
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

fn finding(entry: &Entry) -> Finding<'_> {
    Finding {
        code: entry.code,
        name: entry.name,
        pitfall: entry.pitfall,
        level: entry.level.as_str(),
        confidence: entry.confidence.as_str(),
        message: &entry.message,
        help: entry.help.as_deref(),
        path: &entry.path,
        cell: entry.start.cell,
        start: entry.start.into(),
        end: entry.end.into(),
        labels: entry.labels.iter().map(label).collect(),
        chain: entry.chain.iter().map(hop).collect(),
        fix: entry.fix.as_ref().map(fix),
        unfixed: entry.unfixed.as_deref(),
        url: entry.url(),
        fingerprint: &entry.fingerprint,
        seen: entry.seen.map(seen),
    }
}

fn fix(fix: &crate::model::Fix) -> Fix<'_> {
    let edits = fix.edits.iter().map(|edit| {
        let crate::model::Edit { path, start, end, content } = edit;
        Edit { path: path.as_deref(), cell: start.cell, start: (*start).into(), end: (*end).into(), content }
    });
    Fix { title: &fix.title, applicability: fix.applicability.as_str(), edits: edits.collect() }
}

fn label(label: &crate::model::Label) -> Label<'_> {
    let Place { cell, line, column } = label.place;
    Label { cell, line, column, text: &label.text }
}

fn hop(hop: &crate::model::Hop) -> Hop<'_> {
    let Place { cell, line, column } = hop.place;
    Hop { path: &hop.path, cell, line, column, function: &hop.function, text: &hop.text }
}

fn error(error: &crate::model::FileError) -> FileError<'_> {
    let at = |number: u32| (number > 0).then_some(number);
    FileError {
        path: &error.path,
        cell: error.error.cell,
        line: at(error.error.line),
        column: at(error.error.column),
        message: &error.error.message,
    }
}
