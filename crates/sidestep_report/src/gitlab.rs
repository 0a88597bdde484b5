//! GitLab's code quality report.

use crate::fingerprint::Fingerprints;
use crate::model::Report;
use serde_json::{Value, json};
use sidestep_rules::Level;
use std::io::{self, Write};

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut issues: Vec<Value> = Vec::new();
    for entry in &report.findings {
        let severity = match entry.level {
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Advice => "info",
        };
        issues.push(json!({
            "type": "issue",
            "check_name": entry.code,
            "description": format!("{}: {}", entry.code, entry.told()),
            "severity": severity,
            "fingerprint": entry.fingerprint,
            "location": {
                "path": entry.path,
                "positions": {
                    "begin": { "line": entry.start.line, "column": entry.start.column },
                    "end": { "line": entry.end.line, "column": entry.end.column },
                },
            },
        }));
    }
    let mut fingerprints = Fingerprints::default();
    for error in &report.errors {
        issues.push(json!({
            "type": "issue",
            "check_name": "unreadable",
            "description": error.error.message,
            "severity": "critical",
            "fingerprint": fingerprints.next("unreadable", &error.path, &error.error.message),
            "location": { "path": error.path, "lines": { "begin": error.error.line.max(1) } },
        }));
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}
