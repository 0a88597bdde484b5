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
