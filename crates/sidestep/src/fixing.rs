//! `--fix` and `--diff`: the program is read, repaired in memory, and read again, until nothing changes.
//!
//! A fix that brings a grave fault into its function is taken back: whoever lets others run in the middle of something may
//! have made a race of it.

use crate::analysis::{self, Analysis};
use crate::cache::Folder;
use crate::check::{Faults, Plan, Told};
use crate::cli::CheckArgs;
use crate::load::{self, Source};
use crate::progress::Progress;
use crate::repair::{self, Repair, Round};
use sidestep_program::{FileId, Settings};
use sidestep_rules::fix::{Applicability, unused_imports};
use sidestep_source::FileKind;
use std::collections::{BTreeMap, HashMap, HashSet};

/// So often the program is read. Fixes that give each other work that long are left where they are.
const ROUNDS: usize = 24;

/// What came of it.
pub struct Fixed {
    /// What is left.
    pub told: Told,
    /// The sources that have changed, by number: their bytes before and after.
    pub changed: Vec<(usize, Vec<u8>, Vec<u8>)>,
}

/// Repairs the plan's sources in memory.
pub fn run(
    plan: &mut Plan,
    args: &CheckArgs,
    settings: &Settings,
    folder: Option<&Folder>,
    known: &HashSet<String>,
    progress: &Progress,
) -> Fixed {
    let mut first: BTreeMap<usize, Vec<u8>> = BTreeMap::new();
    let mut refused: HashMap<String, String> = HashMap::new();
    let mut faults = Faults::new();
    let mut last = Round::default();
    let mut fixed = 0;
    let mut turn = 0;
    let mut tidied = false;
    let mut told = loop {
        turn += 1;
        let stamps = folder.map(|folder| load::stamps(&plan.sources, folder));
        let cache = folder.zip(stamps.as_deref());
        let mut analysis = analysis::link(&plan.sources, settings.clone(), cache, progress);
        let mut told = plan.report(&mut analysis, args);
        let back = harmful(&last, &faults, &told.faults);
        if !back.is_empty() {
            // The sources go back to where they were; what did no harm is done again, alone.
            for (nth, step) in std::mem::take(&mut last.steps).into_iter().enumerate() {
                if back.contains_key(&nth) {
                    fixed -= step.made.len();
                    for (source, before) in step.before {
                        plan.sources[source].bytes = Some(before);
                    }
                }
            }
            refused.extend(back.into_values().flatten());
            continue;
        }
        let mut repairs = std::mem::take(&mut told.repairs);
        let wanted = |repair: &Repair| args.unsafe_fixes || repair.applicability == Applicability::Safe;
        repairs.retain(|r| wanted(r) && !known.contains(&r.fingerprint) && !refused.contains_key(&r.fingerprint));
        if (repairs.is_empty() || turn >= ROUNDS) && !tidied {
            tidied = true;
            if tidy(&mut plan.sources, &analysis, &first) {
                last = Round::default();
                continue;
            }
        }
        if repairs.is_empty() || turn >= ROUNDS {
            for repair in repairs {
                refused.entry(repair.fingerprint).or_insert_with(|| "too many fixes follow from each other".to_owned());
            }
            break told;
        }
        faults = told.faults;
        for source in repairs.iter().flat_map(|repair| &repair.edits).map(|placed| placed.source) {
            if let Ok(bytes) = plan.sources[source].bytes() {
                first.entry(source).or_insert(bytes);
            }
        }
        last = repair::round(&mut plan.sources, repairs);
        fixed += last.steps.iter().map(|step| step.made.len()).sum::<usize>();
        refused.extend(std::mem::take(&mut last.refused));
    };
    let before = told.report.findings.len();
    told.report.findings.retain(|entry| !known.contains(&entry.fingerprint));
    told.report.summary.hidden += before - told.report.findings.len();
    told.report.summary.fixed = fixed;
    told.report.summary.fixing = true;
    for entry in &mut told.report.findings {
        if let Some(reason) = refused.remove(&entry.fingerprint) {
            entry.fix = None;
            entry.unfixed = Some(reason);
        } else if entry.fix.is_some() {
            entry.unfixed = Some("somebody must look at the fix: `--unsafe-fixes` makes it".to_owned());
        }
    }
    let changed = first.into_iter().filter_map(|(source, before)| {
        let after = plan.sources[source].bytes().ok()?;
        (after != before).then_some((source, before, after))
    });
    Fixed { told, changed: changed.collect() }
}

/// Takes away imports that nothing needs since the fixes; whether there were any. A document's fences and a notebook's cells,
/// which others may go on with, keep theirs.
fn tidy(sources: &mut [Source], analysis: &Analysis, first: &BTreeMap<usize, Vec<u8>>) -> bool {
    let mut changed = false;
    for (info, number) in analysis.loaded.units.iter().zip(0..) {
        let source = &mut sources[info.source];
        let (Some(before), Ok(now)) = (first.get(&info.source), source.bytes()) else { continue };
        if source.found.kind != FileKind::Python || now == *before {
            continue;
        }
        let after =
            repair::tidied(&now, before, |text, facts| unused_imports(&analysis.program, FileId(number), text, facts));
        if let Some(after) = after {
            source.bytes = Some(after);
            changed = true;
        }
    }
    changed
}

/// The repairs of a round that go back, by step: fingerprints and reasons. A function that they change has a grave fault that
/// it did not have; or what somebody would have to look at did not even take the finding away.
fn harmful(round: &Round, before: &Faults, after: &Faults) -> BTreeMap<usize, Vec<(String, String)>> {
    let count = |faults: &Faults, source: usize, code: &'static str, function: &str| {
        faults.get(&(source, code, function.to_owned())).copied().unwrap_or_default()
    };
    let mut found: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for ((source, code, function), now) in after {
        let step = round.steps.iter().enumerate().find(|(_, step)| step.before.contains_key(source));
        let Some((nth, step)) = step else { continue };
        if now.grave <= count(before, *source, code, function).grave {
            continue;
        }
        // Coroutines that nobody awaited did nothing at all before: what they do now was always to be done.
        let place = (*source, function.clone());
        let is_cause = |repair: &&Repair| repair.touched.contains(&place) && repair.pitfall != 1;
        for repair in step.made.iter().filter(is_cause) {
            let reason = format!("it would bring a finding of {code} into `{function}`");
            found.entry(nth).or_default().push((repair.fingerprint.clone(), reason));
        }
    }
    for (nth, step) in round.steps.iter().enumerate() {
        for repair in step.made.iter().filter(|repair| repair.applicability == Applicability::Unsafe) {
            let Repair { source, code, function, .. } = repair;
            let is_like = |r: &&Repair| (r.source, r.code, &r.function) == (*source, *code, function);
            let same = step.made.iter().filter(is_like).count();
            let was = count(before, *source, code, function).all;
            if count(after, *source, code, function).all + same > was {
                let reason = "it would not take the fault away".to_owned();
                found.entry(nth).or_default().push((repair.fingerprint.clone(), reason));
            }
        }
    }
    found
}
