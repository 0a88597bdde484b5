//! The guide that the catalogue goes back to, held to the catalogue's last section: each wrong sample is flagged on the line
//! it marks, each right sample has no finding. The guide stands beside the repository, or where `SIDESTEP_GUIDE` says; where there
//! is none, nothing is tested.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Section, code, and the line of the wrong sample on which the finding must stand.
const WRONG: &[(u8, &str, &str)] = &[
    (1, "SS102", "result = fetch_ai_response("),
    (2, "SS201", "time.sleep(3)"),
    // `asyncio.run` in a worker thread is legal, whatever the guide says: a loop per call, not a conflict.
    (3, "SS302", "asyncio.run(nested_async_call())"),
    (4, "SS202", "requests.get(url)"),
    (5, "SS501", "session = aiohttp.ClientSession()"),
    (6, "SS601", "counter = temp + 1"),
    (7, "SS701", "await asyncio.gather("),
    (8, "SS802", "task = asyncio.create_task("),
    (9, "SS901", "result = await potentially_slow_api_call()"),
    (10, "SS1001", "await asyncio.gather("),
    (11, "SS1101", "await ai_api.analyze(text)"),
    (12, "SS1201", "tasks = [ai_api.analyze(doc)"),
];

/// Findings that stand in right samples, and are true: section, code, line.
const RIGHT: &[(u8, &str, &str)] = &[
    // The limiter checks, sleeps and appends without checking again: all who wait wake at once.
    (12, "SS602", "self.calls.append(now)"),
];

/// A fence of the guide.
struct Sample {
    section: u8,
    wrong: bool,
    /// Its first line, from 1, and its text.
    first: usize,
    lines: Vec<String>,
}

fn samples(guide: &str) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    let (mut section, mut wrong, mut inside) = (0, false, false);
    for (n, line) in guide.lines().enumerate() {
        if inside {
            inside = line != "```";
            if inside {
                samples.last_mut().unwrap().lines.push(line.to_owned());
            }
        } else if let Some(title) = line.strip_prefix("### ") {
            section = title.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        } else if line.starts_with("#### ") {
            wrong = line.contains("Wrong");
        } else if line == "```python" {
            inside = true;
            samples.push(Sample { section, wrong, first: n + 2, lines: Vec::new() });
        }
    }
    samples
}

#[test]
fn the_guides_samples() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/guide.md");
    let guide = std::env::var_os("SIDESTEP_GUIDE").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&guide) else {
        println!("{} is not there: nothing to test", guide.display());
        return;
    };
    let output = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--no-cache", "--isolated", "--output-format", "json", "guide.md"])
        .current_dir(guide.parent().unwrap())
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("`check` did not print JSON ({e}): {}", String::from_utf8_lossy(&output.stderr)));
    let mut found: Vec<(usize, String)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["start"]["line"].as_u64().unwrap() as usize, f["code"].as_str().unwrap().to_owned()))
        .collect();
    found.sort();

    let tested = |section: u8| WRONG.iter().any(|row| row.0 == section);
    let mut failures = Vec::new();
    for sample in samples(&text).iter().filter(|s| tested(s.section)) {
        let Sample { section, wrong, first, ref lines } = *sample;
        let expected: Vec<(usize, String)> = if wrong { WRONG } else { RIGHT }
            .iter()
            .filter(|row| row.0 == section)
            .filter_map(|row| Some((lines.iter().position(|l| l.contains(row.2))? + first, row.1.to_owned())))
            .collect();
        assert!(!wrong || !expected.is_empty(), "the guide's section {section} has changed");
        // A wrong sample may have further faults of other pitfalls; of its own it has the one that is marked.
        let own = format!("SS{section}");
        let is_own = |code: &str| {
            code.len() == own.len() + 2 && code.starts_with(&own) || expected.iter().any(|(_, wanted)| wanted == code)
        };
        let got: Vec<(usize, String)> = found
            .iter()
            .filter(|(line, code)| (first..first + lines.len()).contains(line) && (!wrong || is_own(code)))
            .cloned()
            .collect();
        if got != expected {
            let kind = if wrong { "wrong" } else { "right" };
            failures.push(format!("section {section}, {kind} sample: expected {expected:?}, found {got:?}"));
        }
    }
    assert!(failures.is_empty(), "{}\n", failures.join("\n"));
}

/// What the right sample of a section prints, where the guide shows it: of the fixed wrong sample too.
const PRINTED: &[(u8, &str)] = &[
    (1, "Response to: Hello\n"),
    (2, "Starting operation 1\nStarting operation 2\nFinished operation 2\nFinished operation 1\n"),
    (3, "Result\n"),
    (6, "Counter: 3\n"),
    (7, "Task 1: Success 1\nTask 2 failed: Error in task 2\nTask 3: Success 3\n"),
];

#[test]
fn wrong_samples_become_right() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/guide.md");
    let guide = std::env::var_os("SIDESTEP_GUIDE").map_or(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(&guide) else {
        println!("{} is not there: nothing to test", guide.display());
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("guide.md");
    std::fs::write(&copy, &text).unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--no-cache", "--isolated", "--fix", "--unsafe-fixes", "--quiet", "guide.md"])
        .current_dir(folder.path())
        .output()
        .unwrap()
        .status;
    assert!(matches!(status.code(), Some(0 | 1)), "{status}");
    let fixed = std::fs::read_to_string(&copy).unwrap();
    let (before, after) = (samples(&text), samples(&fixed));
    assert_eq!(before.len(), after.len());
    for (old, new) in before.iter().zip(&after).filter(|(old, _)| old.wrong && old.section > 0) {
        let section = old.section;
        let code = WRONG.iter().find(|row| row.0 == section).expect("every wrong sample has a finding").1;
        // The finding is gone, and nothing graver came.
        let sample = folder.path().join(format!("s{section}.md"));
        std::fs::write(&sample, format!("```python\n{}\n```\n", new.lines.join("\n"))).unwrap();
        let left = Command::new(env!("CARGO_BIN_EXE_sidestep"))
            .args(["check", "--no-cache", "--isolated", "--output-format", "concise", "--quiet"])
            .arg(sample.file_name().unwrap())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let left = String::from_utf8_lossy(&left.stdout).into_owned();
        assert!(!left.contains(code) && !left.contains("SS6"), "section {section}: {left}\n{}", new.lines.join("\n"));
        let Some((_, printed)) = PRINTED.iter().find(|row| row.0 == section) else { continue };
        let output = Command::new("python3").args(["-I", "-c", &new.lines.join("\n")]).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(out, *printed, "section {section}: {err}\n{}", new.lines.join("\n"));
    }
}
