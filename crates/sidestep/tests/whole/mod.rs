//! A file all the way from its bytes to findings with their places, and on to fixes: what the mutation test and the fuzz
//! targets run.

use sidestep_facts::{FileFacts, Reader, TextRange, Wire, Writer, lower};
use sidestep_program::{Input, Program, Settings};
use sidestep_rules::fix::{Fix, Options, Text, fix};
use sidestep_source::{Document, FileKind, Splice, Unit, directives, splice};
use std::path::PathBuf;

/// What is asked of a program in turn: findings, the fix of one of them, findings of what comes of it.
const ROUNDS: usize = 4;

/// Findings as text, of one file. None for what is refused, which is as good an end.
pub fn findings(bytes: &[u8], kind: FileKind) -> Option<String> {
    let document = Document::read(bytes.to_vec(), kind).ok()?;
    Some(checked(&document).0)
}

/// The same, and then the file with one fix after another.
pub fn fixed(bytes: &[u8], kind: FileKind) -> Option<()> {
    let mut bytes = bytes.to_vec();
    for _ in 0..ROUNDS {
        let document = Document::read(bytes.clone(), kind).ok()?;
        let after = checked(&document).1.into_iter().find_map(|(unit, fix)| {
            let splices: Vec<Splice> =
                fix.edits.into_iter().map(|edit| Splice { unit, range: edit.range, text: edit.text }).collect();
            splice(&bytes, kind, &splices).filter(|after| *after != bytes)
        });
        bytes = after?;
    }
    Some(())
}

/// Findings, and fixes with the number of their unit.
fn checked(document: &Document) -> (String, Vec<(usize, Fix)>) {
    let facts: Vec<(usize, FileFacts)> = (0..)
        .zip(&document.units)
        .filter_map(|(number, unit)| Some((number, lower(&unit.text, unit.mode).ok()?)))
        .collect();
    let (numbers, facts): (Vec<usize>, Vec<FileFacts>) = facts.into_iter().unzip();
    let units: Vec<&Unit> = numbers.iter().map(|&number| &document.units[number]).collect();
    for unit in &units {
        for directive in directives(&unit.text, unit.mode.notebook) {
            unit.place(directive.range.start());
        }
    }
    // What is kept between runs is what is read again: the program is made of that.
    let kept = facts.iter().map(kept_and_read).collect();
    let (read, _) = described(&units, kept);
    let (fresh, fixes) = described(&units, facts);
    assert_eq!(fresh, read, "facts that were kept say something else");
    (fresh, fixes.into_iter().map(|(unit, fix)| (numbers[unit], fix)).collect())
}

fn kept_and_read(facts: &FileFacts) -> FileFacts {
    let mut writer = Writer::default();
    facts.put(&mut writer);
    let (bytes, names) = writer.finish();
    let mut reader = Reader::new(&bytes, &names);
    let read = FileFacts::get(&mut reader).expect("what was written can be read");
    assert!(reader.at_end());
    read
}

fn described(units: &[&Unit], facts: Vec<FileFacts>) -> (String, Vec<(usize, Fix)>) {
    let inputs = units.iter().zip(facts).map(|(unit, facts)| Input {
        path: PathBuf::from("/program/main.py"),
        facts,
        importable: unit.importable,
    });
    let program = Program::new(inputs.collect(), Settings::default());
    let (mut text, mut fixes) = (String::new(), Vec::new());
    for finding in sidestep_rules::check(&program) {
        let number = finding.file.0 as usize;
        let unit = units[number];
        let mut places = vec![finding.range];
        places.extend(finding.labels.iter().map(|label| label.range));
        let excerpt = unit.excerpt(&places, 2);
        for span in excerpt.spans.iter().flatten() {
            assert!(excerpt.text.get(span.clone()).is_some(), "{span:?} is not a part of {:?}", excerpt.text);
        }
        let (start, end) = (unit.place(finding.range.start()), unit.place(finding.range.end()));
        text += &format!("{}:{start:?}-{end:?}: {}\n", finding.rule.code, finding.message);
        let own = Text { text: unit.text.as_str().into(), own: unit.report };
        if let Ok(fix) = fix(&program, &finding, &own, &|_| None, &Options::default()) {
            are_edits(&fix, &unit.text);
            fixes.push((number, fix));
        }
    }
    sidestep_rules::audit(&program);
    program.unresolved_calls();
    (text, fixes)
}

/// Edits are sorted, none overlaps another, and each stands in the text.
fn are_edits(fix: &Fix, text: &str) {
    for edit in &fix.edits {
        assert!(text.get(std::ops::Range::<usize>::from(edit.range)).is_some(), "{edit:?} has no place in the text");
    }
    let apart = |(a, b): (TextRange, TextRange)| a.end() <= b.start();
    let ranges = fix.edits.iter().map(|edit| edit.range);
    assert!(ranges.clone().zip(ranges.skip(1)).all(apart), "edits overlap: {:?}", fix.edits);
}
