//! The guide's programs, damaged in thousands of ways: whatever stands in a file, nothing panics, facts that were kept
//! say what fresh ones say, and fixes are edits that can be made. The damage follows from its number alone, so a failure can be had again:
//! `SIDESTEP_MUTATION=<number>`. It goes on for ten seconds, or for `SIDESTEP_MUTATION_SECONDS`.

use fastrand::Rng;
use sidestep_source::FileKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::{Duration, Instant};

mod whole;

/// The programs of the guide, as their text.
fn programs() -> Vec<String> {
    let mut programs = Vec::new();
    for number in 1..=12 {
        let page = format!("{}/../../docs/pitfalls/p{number:02}.md", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(&page).unwrap();
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("```python") {
                let program: String =
                    lines.by_ref().take_while(|line| *line != "```").flat_map(|l| [l, "\n"]).collect();
                programs.push(program);
            }
        }
    }
    assert!(programs.len() > 500, "{} programs", programs.len());
    programs
}

/// What is put where it does not belong.
const PIECES: &[&str] = &[
    "async ",
    "await ",
    "yield ",
    "yield from ",
    "return ",
    "lambda: ",
    "*",
    "**",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "=",
    ":=",
    ".",
    "@",
    "f\"{",
    "\"",
    "'''",
    "\\",
    "\n",
    "\n    ",
    "\t",
    "\r",
    "\u{feff}",
    "é",
    "\u{1d518}",
    "\0",
    "#",
    "# sidestep: ignore[",
    "del ",
    "global x\n",
    "nonlocal x\n",
    "try:\n",
    "finally:\n",
    "except* E:\n",
    "match x:\n",
    "case _:\n",
    "with a as b, c:\n",
    "class A(A): pass\n",
    "from . import *\n",
    "import a.b as c\n",
    "type X = X\n",
    "def f[T](x: T = f): ...\n",
    "self.",
    "None",
    "...",
    "super().",
    "while True:\n",
    "else:\n",
    "break\n",
    "continue\n",
    "raise\n",
    "1e999",
    "0x",
    "async for x in x:\n",
    "async with x:\n",
];

fn damaged(programs: &[String], number: u64) -> (String, FileKind) {
    let mut rng = Rng::with_seed(number);
    let mut text = rng.choice(programs).cloned().unwrap_or_default();
    for _ in 0..rng.usize(1..8) {
        text = mutation(&text, programs, &mut rng);
    }
    match rng.u8(0..10) {
        0 => (format!("# A page\n\n```python\n{text}```\n\n- item\n\n  ```py\n  {text}```"), FileKind::Markdown),
        1 => {
            let (first, second) = text.split_at(boundary(&text, rng.usize(0..=text.len())));
            let cells = [first, "%time x\n!ls {x}\n", second].map(|source| {
                serde_json::json!({"cell_type": "code", "source": source.split_inclusive('\n').collect::<Vec<_>>()})
            });
            (serde_json::json!({"cells": cells, "nbformat": 4}).to_string(), FileKind::Notebook)
        }
        _ => (text, FileKind::Python),
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutation(text: &str, programs: &[String], rng: &mut Rng) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return rng.choice(programs).cloned().unwrap_or_default();
    }
    let (one, other) = (rng.usize(0..lines.len()), rng.usize(0..lines.len()));
    match rng.u8(0..10) {
        0 => {
            lines.remove(one);
        }
        1 => lines.insert(other, lines[one]),
        2 => lines.swap(one, other),
        3 => {
            // A few lines of another program.
            let donor = rng.choice(programs).map_or("", String::as_str);
            let donor: Vec<&str> = donor.split_inclusive('\n').collect();
            let from = rng.usize(0..=donor.len());
            let many = rng.usize(0..6);
            lines.splice(one..one, donor[from..].iter().take(many).copied());
        }
        4 => {
            let indented = format!("{}{}", " ".repeat(rng.usize(0..9)), lines[one].trim_start());
            lines[one] = &indented;
            return lines.concat();
        }
        5 => {
            // One word becomes another, wherever it stands: two things are now one.
            let words: Vec<&str> =
                text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
            if let (Some(from), Some(to)) = (rng.choice(&words), rng.choice(&words)) {
                return if rng.bool() { text.replace(from, to) } else { text.replacen(from, to, 1) };
            }
        }
        6 | 7 => {
            let at = boundary(text, rng.usize(0..=text.len()));
            return format!("{}{}{}", &text[..at], rng.choice(PIECES).unwrap_or(&""), &text[at..]);
        }
        8 => {
            let from = boundary(text, rng.usize(0..=text.len()));
            let to = boundary(text, (from + rng.usize(0..12)).min(text.len())).max(from);
            return format!("{}{}", &text[..from], &text[to..]);
        }
        _ => {
            // Everything below a line, once more and further in.
            let deeper: String = lines[one..].iter().map(|line| format!("    {line}")).collect();
            return text.to_owned() + &deeper;
        }
    }
    lines.concat()
}

fn run(programs: &[String], number: u64) {
    let (text, kind) = damaged(programs, number);
    let run = AssertUnwindSafe(|| {
        whole::findings(text.as_bytes(), kind);
        whole::fixed(text.as_bytes(), kind);
    });
    assert!(catch_unwind(run).is_ok(), "SIDESTEP_MUTATION={number} panics, {kind:?}:\n{text}");
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

#[test]
fn damaged_programs() {
    let programs = programs();
    let seconds = asked("SIDESTEP_MUTATION_SECONDS").unwrap_or(10);
    // The stack that the command's own threads have.
    let check = move || {
        if let Some(number) = asked("SIDESTEP_MUTATION") {
            return run(&programs, number);
        }
        let end = Instant::now() + Duration::from_secs(seconds);
        let many = (0..).take_while(|_| Instant::now() < end).inspect(|&number| run(&programs, number)).count();
        println!("{many} damaged programs");
    };
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(check).unwrap();
    assert!(thread.join().is_ok(), "see above");
}

/// A configuration with every kind of entry.
const CONFIGURATION: &str = r#"select = ["SS1", "SS201"]
extend-select = ["blocking-input"]
ignore = ["SS8"]
preset = "strict"
exclude = ["build/**", "[a-z]"]
extend-exclude = ["*.py"]
target-version = "3.11"
src = ["lib"]
knowledge = ["stubs"]
python = "/nowhere"
include-markdown = true
baseline = "baseline.json"

[per-file-ignores]
"tests/**" = ["SS2"]
"#;

/// Configurations are read or refused in words, whatever stands in them.
#[test]
fn damaged_configurations() {
    let folder = tempfile::tempdir().unwrap();
    let whole = [CONFIGURATION.to_owned()];
    for number in 0..120 {
        let mut rng = Rng::with_seed(number);
        let mut text = CONFIGURATION.to_owned();
        for _ in 0..rng.usize(1..4) {
            text = mutation(&text, &whole, &mut rng);
        }
        let (name, text) = match rng.u8(0..3) {
            0 => ("pyproject.toml", format!("[project]\nrequires-python = \">=3.1{number}\"\n[tool.sidestep]\n{text}")),
            _ => ("sidestep.toml", text),
        };
        let file = folder.path().join(name);
        std::fs::write(&file, &text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
        let run =
            command.args(["check", "--no-cache", "--show-files", "--config"]).arg(&file).current_dir(folder.path());
        let run = run.output().unwrap();
        let said = String::from_utf8_lossy(&run.stderr);
        let code = run.status.code();
        let refused = code == Some(2) && said.starts_with("error: ");
        assert!(code == Some(0) || refused, "{number}: {code:?} {said}\n{text}");
        assert!(!said.contains("internal error"), "{number}: {said}\n{text}");
    }
}
