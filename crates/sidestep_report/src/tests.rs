//! Every format, of one report made by hand.

use crate::*;
use sidestep_rules::fix::Applicability;
use sidestep_rules::{Confidence, Level};
use sidestep_source::{Document, FileKind, Place, SourceError};
use std::time::Duration;

const SOURCE: &str = "\
import time

async def handler(items: list[str]) -> None:
    # é comes before the column
    total = state[\"é\"]; load(items)
    state.total = total
";

fn report() -> Report {
    let document = Document::read(SOURCE.into(), FileKind::Python).unwrap();
    let unit = &document.units[0];
    let range = |text: &str| {
        let at = SOURCE.find(text).unwrap() as u32;
        text_range(at, at + text.len() as u32)
    };
    let (call, read) = (range("load(items)"), range("state[\"é\"]"));
    let place = |line, column| Place { cell: None, line, column };
    Report {
        findings: vec![
            Entry {
                code: "SS401",
                name: "blocking-through-helper",
                pitfall: 4,
                level: Level::Error,
                confidence: Confidence::Certain,
                message: "`load` blocks the event loop: it calls `time.sleep` & <waits>".into(),
                help: Some("await `asyncio.to_thread(load, items)`".into()),
                path: "app/a b.py".into(),
                start: unit.place(call.start()),
                end: unit.place(call.end()),
                labels: vec![Label { place: unit.place(read.start()), text: "read here".into() }],
                chain: vec![
                    Hop {
                        path: "app/a b.py".into(),
                        place: place(5, 25),
                        function: "handler".into(),
                        text: "calls `load`".into(),
                    },
                    Hop {
                        path: "app/io.py".into(),
                        place: place(12, 5),
                        function: "load".into(),
                        text: "blocks: `time.sleep`".into(),
                    },
                ],
                excerpt: Some(unit.excerpt(&[call, read], 1)),
                fingerprint: "00ff".into(),
                fix: Some(Fix {
                    title: "run it in a thread".into(),
                    applicability: Applicability::Unsafe,
                    edits: vec![
                        Edit {
                            path: None,
                            start: unit.place(call.start()),
                            end: unit.place(call.end()),
                            content: "await asyncio.to_thread(load, items)".into(),
                        },
                        Edit {
                            path: Some("app/io.py".into()),
                            start: place(12, 5),
                            end: place(12, 5),
                            content: "await ".into(),
                        },
                    ],
                }),
                unfixed: None,
                seen: None,
            },
            Entry {
                code: "SS001",
                name: "unused-suppression",
                pitfall: 0,
                level: Level::Warning,
                confidence: Confidence::Certain,
                message: "nothing to suppress".into(),
                help: None,
                path: "n.ipynb".into(),
                start: Place { cell: Some(3), line: 1, column: 2 },
                end: Place { cell: Some(3), line: 1, column: 4 },
                labels: vec![],
                chain: vec![],
                excerpt: None,
                fingerprint: "01ff".into(),
                fix: None,
                unfixed: Some("there is no fix for this rule".into()),
                seen: None,
            },
        ],
        errors: vec![
            FileError { path: "bad.py".into(), error: SourceError::at(place(3, 7), "invalid UTF-8 at byte 40") },
            FileError { path: "gone.py".into(), error: SourceError::whole("permission denied") },
        ],
        summary: Summary { files: 4, hidden: 2, ..Summary::default() },
    }
}

fn text_range(start: u32, end: u32) -> ruff_text_size::TextRange {
    ruff_text_size::TextRange::new(start.into(), end.into())
}

fn written(format: Format) -> String {
    let mut out = Vec::new();
    write(format, &report(), false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn full() {
    insta::assert_snapshot!(written(Format::Full));
}

#[test]
fn concise() {
    insta::assert_snapshot!(written(Format::Concise));
}

#[test]
fn json() {
    insta::assert_snapshot!(written(Format::Json));
}

#[test]
fn sarif() {
    let mut root: serde_json::Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
    // The rules are the catalogue's.
    let rules = root["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap();
    rules.retain(|rule| rule["id"] == "SS401" || rule["id"] == "SS001");
    root["runs"][0]["tool"]["driver"]["version"] = "0".into();
    for result in root["runs"][0]["results"].as_array_mut().unwrap() {
        assert!(result["ruleIndex"].is_u64());
        result["ruleIndex"] = 0.into();
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&root).unwrap());
}

#[test]
fn github() {
    insta::assert_snapshot!(written(Format::Github));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(written(Format::Gitlab));
}

#[test]
fn junit() {
    insta::assert_snapshot!(written(Format::Junit));
}

#[test]
fn html() {
    let page = written(Format::Html);
    assert!(!page.contains("http:") && !page.contains("https:"), "the page must not need the network");
    let body = &page[page.find("<body>").unwrap()..page.find("<script>").unwrap()];
    insta::assert_snapshot!(body);
}

#[test]
fn numbers() {
    let package = |package: &str, names: &[(&str, usize)]| UnresolvedPackage {
        package: package.into(),
        calls: names.iter().map(|(_, calls)| calls).sum(),
        names: names.iter().map(|(name, calls)| (format!("{package}.{name}"), *calls)).collect(),
    };
    let mut packages = vec![package("lib", &[("a", 9), ("b", 4), ("c", 2), ("d", 1)]), package("other", &[("x", 3)])];
    packages.extend((0..25).map(|number| package(&format!("p{number}"), &[("y", 1)])));
    let calls = Calls { all: 200, known: 150, packages, gaps: vec![("an element of a container".into(), 6)] };
    let numbers = Statistics {
        lines: 1234,
        times: vec![("reading", Duration::from_millis(12)), ("rules", Duration::from_millis(3))],
        calls: Some(calls),
    };
    let mut table = Vec::new();
    statistics(&report(), &numbers, &mut table).unwrap();
    insta::assert_snapshot!(String::from_utf8(table).unwrap());
    let mut json = Vec::new();
    statistics_json(&report(), &numbers, &mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["rules"][0]["code"], "SS001");
    assert_eq!(json["calls"]["packages"].as_array().unwrap().len(), 27, "nothing is left out");
    assert_eq!(json["calls"]["packages"][0]["names"][3], serde_json::json!(["lib.d", 1]));
}

#[test]
fn silence() {
    let mut out = Vec::new();
    let report = Report { summary: Summary { files: 1, ..Summary::default() }, ..Report::default() };
    write(Format::Full, &report, false, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "No pitfalls found in 1 file.\n");
}
