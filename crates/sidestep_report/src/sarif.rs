//! SARIF 2.1.0, for GitHub's code scanning and every editor that reads it.

use crate::model::{Edit, Entry, FileError, Report};
use serde_json::{Value, json};
use sidestep_rules::{Level, RULES};
use sidestep_source::Place;
use std::io::{self, Write};

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": rule.summary },
                "defaultConfiguration": { "level": level(rule.level) },
                "properties": { "pitfall": rule.pitfall },
            })
        })
        .collect();
    for entry in &report.findings {
        if !rules.iter().any(|rule| rule["id"] == entry.code) {
            rules.push(json!({
                "id": entry.code,
                "name": entry.name,
                "defaultConfiguration": { "level": level(entry.level) },
            }));
        }
    }
    let index = |code: &str| rules.iter().position(|rule| rule["id"] == code);
    let results: Vec<Value> = report.findings.iter().map(|entry| result(entry, index(entry.code))).collect();
    let notifications: Vec<Value> = report.errors.iter().map(notification).collect();
    let root = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "sidestep", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.errors.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

fn result(entry: &Entry, rule: Option<usize>) -> Value {
    let text = match &entry.help {
        Some(help) => format!("{}. Help: {help}", entry.message),
        None => entry.message.clone(),
    };
    let mut result = json!({
        "ruleId": entry.code,
        "ruleIndex": rule,
        "level": level(entry.level),
        "message": { "text": text },
        "locations": [located(&entry.path, entry.start, Some(entry.end), None)],
        "partialFingerprints": { "sidestep/v1": entry.fingerprint },
        "properties": { "confidence": entry.confidence.as_str(), "pitfall": entry.pitfall, "docs": entry.url() },
    });
    if let Some(seen) = entry.seen {
        result["properties"]["seen"] = json!({ "times": seen.times, "seconds": seen.seconds, "longest": seen.longest });
    }
    if !entry.labels.is_empty() {
        let related = entry.labels.iter().map(|label| located(&entry.path, label.place, None, Some(&label.text)));
        result["relatedLocations"] = related.collect();
    }
    if !entry.chain.is_empty() {
        let steps = entry.chain.iter().map(|hop| {
            let text = format!("{}: {}", hop.function, hop.text);
            json!({ "location": located(&hop.path, hop.place, None, Some(&text)) })
        });
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": steps.collect::<Vec<_>>() }] }]);
    }
    if let Some(fix) = &entry.fix
        && let Some(changes) = changes(&entry.path, &fix.edits)
    {
        result["fixes"] = json!([{ "description": { "text": fix.title }, "artifactChanges": changes }]);
        result["properties"]["applicability"] = fix.applicability.as_str().into();
    }
    result
}

/// The edits of a fix, by file. None for a notebook, whose lines are those of cells and not of the file.
fn changes(own: &str, edits: &[Edit]) -> Option<Vec<Value>> {
    let mut files: Vec<(&str, Vec<Value>)> = Vec::new();
    for edit in edits {
        if edit.start.cell.is_some() {
            return None;
        }
        let region = json!({
            "startLine": edit.start.line, "startColumn": edit.start.column,
            "endLine": edit.end.line, "endColumn": edit.end.column,
        });
        let replacement = json!({ "deletedRegion": region, "insertedContent": { "text": edit.content } });
        let path = edit.path.as_deref().unwrap_or(own);
        match files.iter_mut().find(|(file, _)| *file == path) {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((path, vec![replacement])),
        }
    }
    let change =
        |(path, replacements)| json!({ "artifactLocation": { "uri": uri(path) }, "replacements": replacements });
    Some(files.into_iter().map(change).collect())
}

fn notification(error: &FileError) -> Value {
    let place = Place { cell: error.error.cell, line: error.error.line.max(1), column: error.error.column.max(1) };
    json!({
        "level": "error",
        "message": { "text": error.error.message },
        "locations": [located(&error.path, place, None, None)],
    })
}

fn located(path: &str, start: Place, end: Option<Place>, text: Option<&str>) -> Value {
    let mut region = json!({ "startLine": start.line, "startColumn": start.column });
    if let Some(end) = end.filter(|end| end.cell == start.cell) {
        region["endLine"] = end.line.into();
        region["endColumn"] = end.column.into();
    }
    let mut location = json!({
        "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region },
    });
    if let Some(cell) = start.cell {
        location["logicalLocations"] = json!([{ "name": format!("cell {cell}"), "kind": "module" }]);
    }
    if let Some(text) = text {
        location["message"] = json!({ "text": text });
    }
    location
}

/// A path as a URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(byte as char),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    if path.starts_with('/') { format!("file://{uri}") } else { uri }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Advice => "note",
    }
}
