//! JUnit's XML: a suite per file, a failed case per finding.

use crate::model::Report;
use std::collections::BTreeMap;
use std::io::{self, Write};

struct Case {
    name: String,
    line: u32,
    kind: &'static str,
    message: String,
    text: String,
}

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<Case>> = BTreeMap::new();
    for error in &report.errors {
        suites.entry(&error.path).or_default().push(Case {
            name: "unreadable".to_owned(),
            line: error.error.line.max(1),
            kind: "error",
            message: error.error.message.clone(),
            text: format!("{}: {}", error.location(), error.error.message),
        });
    }
    for entry in &report.findings {
        let mut text = format!("{}: {} {}", entry.location(), entry.code, entry.told());
        text.extend(entry.help.iter().map(|help| format!("\nhelp: {help}")));
        suites.entry(&entry.path).or_default().push(Case {
            name: format!("{} {}", entry.code, entry.name),
            line: entry.start.line,
            kind: "failure",
            message: entry.message.clone(),
            text,
        });
    }
    let clean = suites.is_empty();
    let (failures, errors) = (report.findings.len(), report.errors.len());
    let tests = if clean { 1 } else { failures + errors };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"sidestep\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
    if clean {
        // Some readers take a report without a case for one that is missing.
        writeln!(out, "  <testsuite name=\"sidestep\" tests=\"1\" failures=\"0\" errors=\"0\">")?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"sidestep\"/>")?;
        writeln!(out, "  </testsuite>")?;
    }
    for (path, cases) in suites {
        let failures = cases.iter().filter(|case| case.kind == "failure").count();
        let (path, tests) = (escape(path), cases.len());
        let errors = tests - failures;
        writeln!(out, "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
        for case in cases {
            let (kind, line) = (case.kind, case.line);
            writeln!(out, "    <testcase name=\"{}\" classname=\"{path}\" line=\"{line}\">", escape(&case.name))?;
            writeln!(out, "      <{kind} message=\"{}\">{}</{kind}>", escape(&case.message), escape(&case.text))?;
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Text for XML, where most control characters may not stand at all. Good for HTML too.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
