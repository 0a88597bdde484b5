//! Prints the findings of programs, one a line: a tool for working on rules. Each argument is a program: a folder or a file.

use sidestep_facts::{Mode, lower};
use sidestep_program::{Input, Program, Settings};
use std::path::{Path, PathBuf};

fn collect(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let mut entries: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
        entries.sort();
        for entry in entries {
            collect(&entry, out);
        }
    } else if path.extension().is_some_and(|e| e == "py") {
        out.push(path.to_owned());
    }
}

fn main() {
    for program in std::env::args().skip(1) {
        let mut paths = Vec::new();
        collect(Path::new(&program), &mut paths);
        let mut inputs = Vec::new();
        let mut texts = Vec::new();
        for path in paths {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if let Ok(facts) = lower(&text, Mode { fragment: true, ..Mode::default() }) {
                inputs.push(Input { path, facts, importable: true });
                texts.push(text);
            }
        }
        let linked = Program::new(inputs, Settings::default());
        let started = std::time::Instant::now();
        let findings = sidestep_rules::check(&linked);
        for f in findings {
            let text = &texts[f.file.0 as usize];
            let line = |at: usize| text[..at].matches('\n').count() + 1;
            let labels: Vec<String> =
                f.labels.iter().map(|l| format!("{}@{}", l.text, line(l.range.start().to_usize()))).collect();
            println!(
                "{}:{}: {} {:?} {:?} {} [{}]",
                linked.path(f.file).display(),
                line(f.range.start().to_usize()),
                f.rule.code,
                f.level,
                f.confidence,
                f.message,
                labels.join(", ")
            );
        }
        eprintln!("{program}: {:?}", started.elapsed());
    }
}
