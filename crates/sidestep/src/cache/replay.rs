//! Reports, kept with everything that they follow from: asked the same of the same files, the same is told again.

use crate::cache::{Folder, HEADER, Stamp, sealed, unsealed};
use crate::load::Source;
use sidestep_facts::{Wire, Writer, wire_struct};
use sidestep_report::Report;
use std::fs;
use std::path::PathBuf;
use xxhash_rust::xxh3::xxh3_128;

/// So many reports are kept: other options, other paths.
const KEPT: usize = 12;
const PREFIX: &str = "report-";

/// What is asked: the options, and the state of the files.
pub struct Question<'a> {
    folder: &'a Folder,
    options: u128,
    /// The files' names and stamps. None where they cannot be relied on.
    state: Option<u128>,
}

/// A report on disk.
struct Kept {
    options: u128,
    state: u128,
    /// Other files that were looked for, and how they were.
    probes: Vec<(String, Option<Stamp>)>,
    report: Report,
}

wire_struct! { Kept { options, state, probes, report } }

impl<'a> Question<'a> {
    /// `options` is everything that a report depends on beside files; `stamps` are those of the sources.
    pub fn new(folder: &'a Folder, options: &str, sources: &[Source], stamps: &[Option<Stamp>]) -> Question<'a> {
        let mut writer = Writer::default();
        let mut settled = true;
        for (source, stamp) in sources.iter().zip(stamps) {
            source.found.path.to_string_lossy().into_owned().put(&mut writer);
            source.found.kind.put(&mut writer);
            stamp.put(&mut writer);
            settled &=
                stamp.as_ref().is_some_and(|stamp| folder.settled(stamp)) && source.found.path.to_str().is_some();
        }
        let state = settled.then(|| xxh3_128(&writer.finish().0));
        Question { folder, options: xxh3_128(options.as_bytes()), state }
    }

    fn name(&self) -> String {
        format!("{PREFIX}{:032x}", self.options)
    }

    /// The report that was kept, if it would be the same today.
    pub fn answer(&self) -> Option<Report> {
        let bytes = self.folder.read(&self.name())?;
        let kept: Kept = unsealed(&bytes[HEADER..])?;
        let same = kept.options == self.options
            && Some(kept.state) == self.state
            && kept.probes.iter().all(|(path, stamp)| self.folder.stamp(path.as_ref()) == *stamp);
        same.then_some(kept.report)
    }

    /// Keeps a report. `probes` are the other files that it depends on, and whether they were there. Returns the report.
    pub fn keep(&self, report: Report, probes: Vec<(PathBuf, bool)>) -> Report {
        let (Some(state), Some(probes)) = (self.state, self.stamps(probes)) else { return report };
        let kept = Kept { options: self.options, state, probes, report };
        // A cache that cannot be written is no reason to stop.
        if self.folder.write(&self.name(), &[&sealed(&kept)]).is_ok() {
            self.forget_old();
        }
        kept.report
    }

    /// How files are that were looked for; none if that may have been different when they were.
    fn stamps(&self, mut probes: Vec<(PathBuf, bool)>) -> Option<Vec<(String, Option<Stamp>)>> {
        probes.sort();
        probes.dedup();
        let stamp = |(path, found): (PathBuf, bool)| {
            let stamp = self.folder.stamp(&path);
            let sure = stamp.is_some() == found && stamp.as_ref().is_none_or(|stamp| self.folder.settled(stamp));
            sure.then_some(())?;
            Some((path.to_str()?.to_owned(), stamp))
        };
        probes.into_iter().map(stamp).collect()
    }

    fn forget_old(&self) {
        let Ok(entries) = fs::read_dir(&self.folder.path) else { return };
        let is_report = |entry: &fs::DirEntry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(PREFIX) && !name.ends_with(".tmp")
        };
        let mut reports: Vec<_> = entries
            .flatten()
            .filter(is_report)
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        reports.sort();
        for (_, path) in reports.iter().rev().skip(KEPT) {
            let _ = fs::remove_file(path);
        }
    }
}
