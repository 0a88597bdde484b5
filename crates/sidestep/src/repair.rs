//! From fixes to files: edits that do not get in each other's way are put into the sources, in memory; what comes of it
//! must parse and have every comment. In the end each file is written once, as a whole or not at all.

use crate::load::Source;
use anyhow::Context;
use sidestep_facts::{TextRange, lower};
use sidestep_rules::fix::Fix;
use sidestep_source::{Document, FileKind, Splice, comments, splice};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::path::Path;

/// A fix, and where it belongs.
pub struct Repair {
    /// The source, by number.
    pub source: usize,
    /// The unit of the source, by number.
    pub unit: usize,
    /// The finding that it repairs.
    pub fingerprint: String,
    /// Its rule.
    pub code: &'static str,
    /// Its pitfall.
    pub pitfall: u8,
    /// The function in which the finding stands.
    pub function: String,
    /// What is to be done.
    pub fix: Fix,
}

/// A source as it was before a round of repairs, and the repairs that were made in it.
pub struct Step {
    /// Its bytes.
    pub before: Vec<u8>,
    /// What was done.
    pub made: Vec<Repair>,
}

/// What came of a round.
#[derive(Default)]
pub struct Round {
    /// The sources that have changed.
    pub steps: BTreeMap<usize, Step>,
    /// Findings whose fix cannot be made, and why.
    pub refused: HashMap<String, String>,
}

/// Makes as many repairs as do not overlap. The sources keep their new bytes in memory.
pub fn round(sources: &mut [Source], repairs: Vec<Repair>) -> Round {
    let mut round = Round::default();
    let mut by_source: BTreeMap<usize, Vec<Repair>> = BTreeMap::new();
    for repair in repairs {
        by_source.entry(repair.source).or_default().push(repair);
    }
    for (number, mut repairs) in by_source {
        let source = &mut sources[number];
        let Ok(before) = source.bytes() else { continue };
        repairs.sort_by_key(|repair| (repair.unit, repair.fix.edits.first().map(|edit| edit.range.start())));
        let mut chosen: Vec<Repair> = Vec::new();
        for repair in repairs {
            if chosen.iter().all(|other| can_join(other, &repair)) {
                chosen.push(repair);
            }
        }
        if let Some(after) = repaired(&before, source.found.kind, &chosen) {
            source.bytes = Some(after);
            round.steps.insert(number, Step { before, made: chosen });
            continue;
        }
        // Some of them spoil the file: those that do not, one after another.
        let (mut made, mut now) = (Vec::new(), None);
        for repair in chosen {
            made.push(repair);
            match repaired(&before, source.found.kind, &made) {
                Some(after) => now = Some(after),
                None => {
                    let spoils = made.pop().expect("just pushed");
                    round.refused.insert(spoils.fingerprint, "the file would not be what it was".to_owned());
                }
            }
        }
        if let Some(after) = now {
            source.bytes = Some(after);
            round.steps.insert(number, Step { before, made });
        }
    }
    round
}

/// Whether two repairs can be made in the same round. The same text put in at the same place is put in once.
fn can_join(a: &Repair, b: &Repair) -> bool {
    let apart = |x: TextRange, y: TextRange| {
        let empty = x.is_empty() || y.is_empty();
        (x.end() <= y.start() || y.end() <= x.start()) && !(empty && x.start() == y.start())
    };
    a.unit != b.unit
        || a.fix
            .edits
            .iter()
            .all(|x| b.fix.edits.iter().all(|y| (x.range.is_empty() && x == y) || apart(x.range, y.range)))
}

/// The file after repairs; none if it would not be sound.
pub fn repaired(before: &[u8], kind: FileKind, repairs: &[Repair]) -> Option<Vec<u8>> {
    let mut splices: Vec<Splice> = Vec::new();
    for repair in repairs {
        for edit in &repair.fix.edits {
            let is_same = |s: &Splice| s.unit == repair.unit && s.range == edit.range && s.text == edit.text;
            if !edit.range.is_empty() || !splices.iter().any(is_same) {
                splices.push(Splice { unit: repair.unit, range: edit.range, text: edit.text.clone() });
            }
        }
    }
    let after = splice(before, kind, &splices)?;
    is_sound(before, &after, kind).then_some(after)
}

/// Whether everything that parsed still parses, with every comment.
fn is_sound(before: &[u8], after: &[u8], kind: FileKind) -> bool {
    let read = |bytes: &[u8]| Document::read(bytes.to_vec(), kind).ok();
    let (Some(before), Some(after)) = (read(before), read(after)) else { return false };
    before.units.len() == after.units.len()
        && before.units.iter().zip(&after.units).all(|(old, new)| {
            if old.text == new.text || lower(&old.text, old.mode).is_err() {
                return true;
            }
            let mut kept = comments(&new.text, new.mode.notebook);
            lower(&new.text, new.mode).is_ok()
                && comments(&old.text, old.mode.notebook).into_iter().all(|comment| {
                    let at = kept.iter().position(|other| *other == comment);
                    at.map(|at| kept.swap_remove(at)).is_some()
                })
        })
}

/// Writes a file in place of another: whole, with the same permissions, or not at all.
///
/// # Errors
/// What keeps it from being written; a file that has changed since it was read.
pub fn write(path: &Path, before: &[u8], after: &[u8]) -> anyhow::Result<()> {
    let fail = || format!("{}: cannot be written", crate::resolve::shown(path));
    // A link stays a link.
    let real = fs::canonicalize(path).with_context(fail)?;
    let metadata = fs::metadata(&real).with_context(fail)?;
    anyhow::ensure!(!metadata.permissions().readonly(), "{}: is read-only", crate::resolve::shown(path));
    anyhow::ensure!(
        fs::read(&real).with_context(fail)? == before,
        "{}: has changed in the meantime, and is left alone",
        crate::resolve::shown(path)
    );
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".sidestep-").tempfile_in(folder).with_context(fail)?;
    file.write_all(after).with_context(fail)?;
    file.as_file().set_permissions(metadata.permissions()).with_context(fail)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        // Only the superuser may give files away; for others they are their own.
        let _ = fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()));
        file.as_file().set_permissions(metadata.permissions()).with_context(fail)?;
    }
    file.as_file().sync_all().with_context(fail)?;
    file.persist(&real).with_context(fail)?;
    Ok(())
}

/// A unified diff of a file's text, as `patch -p1` and `git apply` take it.
pub fn diff(name: &str, before: &[u8], after: &[u8]) -> String {
    // The lines are what they are in the file: its encoding, its line endings.
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    similar::TextDiff::from_lines(&*before, &*after)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}
