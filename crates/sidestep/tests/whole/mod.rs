//! A file all the way from its bytes to findings with their places: what the mutation test and the fuzz targets run.

use sidestep_facts::{FileFacts, Reader, Wire, Writer, lower};
use sidestep_program::{Input, Program, Settings};
use sidestep_source::{Document, FileKind, Unit, directives};
use std::path::PathBuf;

/// Findings as text, of one file. None for what is refused, which is as good an end.
pub fn findings(bytes: &[u8], kind: FileKind) -> Option<String> {
    let document = Document::read(bytes.to_vec(), kind).ok()?;
    let facts: Vec<(&Unit, FileFacts)> =
        document.units.iter().filter_map(|unit| Some((unit, lower(&unit.text, unit.mode).ok()?))).collect();
    let (units, facts): (Vec<&Unit>, Vec<FileFacts>) = facts.into_iter().unzip();
    for unit in &units {
        for directive in directives(&unit.text, unit.mode.notebook) {
            unit.place(directive.range.start());
        }
    }
    // What is kept between runs is what is read again: the program is made of that.
    let kept = facts.iter().map(kept_and_read).collect();
    let read = described(&units, kept);
    let fresh = described(&units, facts);
    assert_eq!(fresh, read, "facts that were kept say something else");
    Some(fresh)
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

fn described(units: &[&Unit], facts: Vec<FileFacts>) -> String {
    let inputs = units.iter().zip(facts).map(|(unit, facts)| Input {
        path: PathBuf::from("/program/main.py"),
        facts,
        importable: unit.importable,
    });
    let program = Program::new(inputs.collect(), Settings::default());
    let mut text = String::new();
    for finding in sidestep_rules::check(&program) {
        let unit = units[finding.file.0 as usize];
        let mut places = vec![finding.range];
        places.extend(finding.labels.iter().map(|label| label.range));
        let excerpt = unit.excerpt(&places, 2);
        for span in excerpt.spans.iter().flatten() {
            assert!(excerpt.text.get(span.clone()).is_some(), "{span:?} is not a part of {:?}", excerpt.text);
        }
        let (start, end) = (unit.place(finding.range.start()), unit.place(finding.range.end()));
        text += &format!("{}:{start:?}-{end:?}: {}\n", finding.rule.code, finding.message);
    }
    sidestep_rules::audit(&program);
    program.unresolved_calls();
    text
}
