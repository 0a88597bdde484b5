//! From fixes to files: edits that do not get in each other's way are put into the sources, in memory; what comes of it
//! must parse and have every comment. In the end each file is written once, as a whole or not at all.

use crate::load::Source;
use anyhow::Context;
use sidestep_facts::{FileFacts, TextRange, lower};
use sidestep_rules::fix::{Applicability, Edit};
use sidestep_source::{Document, FileKind, Splice, comments, splice};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Write;
use std::path::Path;

/// A fix, and where it belongs.
pub struct Repair {
    /// The source of its finding, by number.
    pub source: usize,
    /// The finding that it repairs.
    pub fingerprint: String,
    /// Its rule.
    pub code: &'static str,
    /// Its pitfall.
    pub pitfall: u8,
    /// The function in which the finding stands.
    pub function: String,
    /// The functions that it changes, by source.
    pub touched: BTreeSet<(usize, String)>,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// What is to be done, in the order of the sources and units.
    pub edits: Vec<Placed>,
}

/// An edit, and where it belongs.
#[derive(Clone)]
pub struct Placed {
    /// The source, by number.
    pub source: usize,
    /// The unit of the source, by number.
    pub unit: usize,
    /// What is to be done.
    pub edit: Edit,
}

/// Sources as they were before a round of repairs, and the repairs that were made in them. Those that a repair changes
/// together belong to one step.
pub struct Step {
    /// The bytes, by source.
    pub before: BTreeMap<usize, Vec<u8>>,
    /// What was done.
    pub made: Vec<Repair>,
}

/// What came of a round.
#[derive(Default)]
pub struct Round {
    /// What has changed: no source is in two of them.
    pub steps: Vec<Step>,
    /// Findings whose fix cannot be made, and why.
    pub refused: HashMap<String, String>,
}

/// Makes as many repairs as do not overlap. The sources keep their new bytes in memory.
pub fn round(sources: &mut [Source], mut repairs: Vec<Repair>) -> Round {
    let mut round = Round::default();
    let key = |repair: &Repair| repair.edits.first().map(|e| (e.source, e.unit, e.edit.range.start()));
    repairs.sort_by_key(key);
    let mut chosen: Vec<Repair> = Vec::new();
    for repair in repairs {
        if chosen.iter().all(|other| can_join(other, &repair)) {
            chosen.push(repair);
        }
    }
    for group in groups(chosen) {
        let numbers: BTreeSet<usize> = group.iter().flat_map(|r| &r.edits).map(|e| e.source).collect();
        let bytes = numbers.into_iter().map(|number| Some((number, sources[number].bytes().ok()?)));
        let Some(before) = bytes.collect::<Option<BTreeMap<_, _>>>() else { continue };
        let kind = |number: usize| sources[number].found.kind;
        let (made, after) = match repaired(&before, &kind, &group) {
            Some(after) => (group, after),
            None => one_by_one(&before, &kind, group, &mut round.refused),
        };
        if made.is_empty() {
            continue;
        }
        for (number, bytes) in after {
            sources[number].bytes = Some(bytes);
        }
        round.steps.push(Step { before, made });
    }
    round
}

/// Repairs, those together that change a source in common.
fn groups(repairs: Vec<Repair>) -> Vec<Vec<Repair>> {
    let mut groups: Vec<(BTreeSet<usize>, Vec<Repair>)> = Vec::new();
    for repair in repairs {
        let mut numbers: BTreeSet<usize> = repair.edits.iter().map(|e| e.source).collect();
        let mut all = Vec::new();
        groups.retain_mut(|(others, group)| {
            let apart = others.is_disjoint(&numbers);
            if !apart {
                numbers.append(others);
                all.append(group);
            }
            apart
        });
        all.push(repair);
        groups.push((numbers, all));
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Some of the repairs spoil a source: those that do not, one after another.
fn one_by_one(
    before: &BTreeMap<usize, Vec<u8>>,
    kind: &dyn Fn(usize) -> FileKind,
    group: Vec<Repair>,
    refused: &mut HashMap<String, String>,
) -> (Vec<Repair>, BTreeMap<usize, Vec<u8>>) {
    let (mut made, mut now) = (Vec::new(), BTreeMap::new());
    for repair in group {
        made.push(repair);
        match repaired(before, kind, &made) {
            Some(after) => now = after,
            None => {
                let spoils = made.pop().expect("just pushed");
                refused.insert(spoils.fingerprint, "the file would not be what it was".to_owned());
            }
        }
    }
    (made, now)
}

/// Whether two repairs can be made in the same round. The same text put in at the same place is put in once.
fn can_join(a: &Repair, b: &Repair) -> bool {
    let apart = |x: TextRange, y: TextRange| {
        let empty = x.is_empty() || y.is_empty();
        (x.end() <= y.start() || y.end() <= x.start()) && !(empty && x.start() == y.start())
    };
    let fits = |x: &Placed, y: &Placed| {
        (x.source, x.unit) != (y.source, y.unit)
            || x.edit.range.is_empty() && x.edit == y.edit
            || apart(x.edit.range, y.edit.range)
    };
    a.edits.iter().all(|x| b.edits.iter().all(|y| fits(x, y)))
}

/// The sources after repairs; none if one of them would not be sound.
fn repaired(
    before: &BTreeMap<usize, Vec<u8>>,
    kind: &dyn Fn(usize) -> FileKind,
    repairs: &[Repair],
) -> Option<BTreeMap<usize, Vec<u8>>> {
    let mut splices: BTreeMap<usize, Vec<Splice>> = BTreeMap::new();
    for Placed { source, unit, edit } in repairs.iter().flat_map(|repair| &repair.edits) {
        let own = splices.entry(*source).or_default();
        let is_same = |s: &Splice| s.unit == *unit && s.range == edit.range && s.text == edit.text;
        if !edit.range.is_empty() || !own.iter().any(is_same) {
            own.push(Splice { unit: *unit, range: edit.range, text: edit.text.clone() });
        }
    }
    let mut all = BTreeMap::new();
    for (source, splices) in splices {
        let old = before.get(&source)?;
        let after = splice(old, kind(source), &splices)?;
        if !is_sound(old, &after, kind(source)) {
            return None;
        }
        all.insert(source, after);
    }
    Some(all)
}

/// A module after edits that are made of its text, and of the facts that it had before it was repaired.
pub fn tidied(now: &[u8], before: &[u8], edits: impl FnOnce(&str, &FileFacts) -> Vec<Edit>) -> Option<Vec<u8>> {
    let kind = FileKind::Python;
    let (old, new) = (Document::read(before.to_vec(), kind).ok()?, Document::read(now.to_vec(), kind).ok()?);
    let (old, new) = (old.units.first()?, new.units.first()?);
    let edits = edits(&new.text, &lower(&old.text, old.mode).ok()?);
    let splices: Vec<Splice> =
        edits.into_iter().map(|edit| Splice { unit: 0, range: edit.range, text: edit.text }).collect();
    let after = splice(now, kind, &splices)?;
    (!splices.is_empty() && is_sound(now, &after, kind)).then_some(after)
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
