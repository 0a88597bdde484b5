//! What a running program was seen to do, as findings like those of `check`.
//!
//! The Python package observes; this module says what an [`Observation`] is called. It reads the files that were seen,
//! links them with the knowledge as `check` does, and asks that program what stands at the line: [`blame`] for a loop
//! that stood still, [`places`] for the expression on a line.

mod blame;
mod places;

use crate::config::Config;
use crate::load::Source;
use crate::progress::Progress;
use crate::resolve::{Texts, shown};
use crate::selection::{Selection, Selector};
use crate::{analysis, cli, suppression};
use anyhow::Context;
use places::Places;
use serde::{Deserialize, Serialize};
use sidestep_program::{FileId, Settings};
use sidestep_report::{Entry, Fingerprints, Format, Hop, Report, Seen, Summary};
use sidestep_rules::{Confidence, Finding, Label, Level, RULES, Rule};
use sidestep_source::{FileKind, Found, Place, absolute};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/resources.rs"));

/// A line of a program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// The file, as Python names it.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// The function whose code stands there.
    #[serde(default)]
    pub function: String,
    /// What happens there.
    #[serde(default)]
    pub text: String,
}

/// The thread of a loop did not come back to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stall {
    /// The stack, innermost first, each time it was looked at.
    pub stacks: Vec<Vec<Spot>>,
    /// When that was, in seconds from the beginning.
    pub at: Vec<f64>,
    /// How long it lasted, with what nobody is to blame for.
    pub lasted: f64,
    /// How much of the time the thread computed; none where the system does not say.
    pub computing: Option<f64>,
}

/// What happened, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Where.
    #[serde(flatten)]
    pub spot: Spot,
    /// The name of what is called there, which tells the expression on the line; empty for any call, none for the line.
    pub callee: Option<String>,
    /// What happened, in one line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places of interest, each with what is there.
    pub labels: Vec<Spot>,
    /// How it came to it, outermost first.
    pub chain: Vec<Spot>,
}

/// Something that was seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Observation {
    /// The rule; of a stall, what it comes to is worked out here.
    pub code: String,
    /// What, and where.
    #[serde(flatten)]
    pub told: Told,
    /// Only if `check` says the same of the line.
    pub confirm: bool,
    /// A stall.
    pub stall: Option<Stall>,
    /// How often.
    #[serde(default = "once")]
    pub times: u32,
    /// How long in all, in seconds.
    pub seconds: f64,
    /// The longest.
    pub longest: f64,
}

fn once() -> u32 {
    1
}

impl Observation {
    /// Adds one that is the same but for its numbers.
    pub fn add(&mut self, other: &Observation) {
        self.times += other.times;
        self.seconds += other.seconds;
        self.longest = self.longest.max(other.longest);
    }

    /// Whether both are the same but for their numbers and how they came about.
    pub fn is_like(&self, other: &Observation) -> bool {
        let stack = |stall: &Option<Stall>| stall.as_ref().map(|stall| stall.stacks.first().cloned());
        self.code == other.code && self.told.spot == other.told.spot && stack(&self.stall) == stack(&other.stall)
    }
}

/// What is wanted of observations.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// `--select` and its like; empty for what is configured.
    #[serde(flatten)]
    pub rules: cli::SelectionArgs,
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--isolated`
    pub isolated: bool,
    /// Folders of the standard library and of installed packages: what is in them is nobody's own code.
    pub libraries: Vec<String>,
}

/// Reads the configuration, and which rules are wanted.
pub struct Judge {
    config: Config,
    selection: Selection,
    libraries: Vec<String>,
}

impl Judge {
    /// From options.
    ///
    /// # Errors
    /// A wrong configuration, an unknown rule.
    pub fn new(options: &Options) -> anyhow::Result<Judge> {
        crate::report_panics();
        let args = cli::ProgramArgs {
            config: options.config.clone(),
            isolated: options.isolated,
            ..cli::ProgramArgs::default()
        };
        let config = analysis::configure(&args, None)?;
        let given = options.rules.choice()?;
        let preset = options.rules.preset.unwrap_or(config.preset);
        let selection = Selection::new(&config.choice, &given, preset, &config.per_file_ignores, &config.root)?;
        Ok(Judge { config, selection, libraries: options.libraries.clone() })
    }

    /// The codes of the rules that may be reported.
    pub fn wanted(&self) -> Vec<&'static str> {
        let anywhere = Path::new("");
        let wanted = |rule: &&&Rule| self.selection.wants(rule, rule.level, Confidence::Certain, anywhere);
        RULES.iter().filter(wanted).map(|rule| rule.code).collect()
    }

    /// The report of some observations, in the order of path, place and code. Runs on a thread of its own, which has room.
    ///
    /// # Errors
    /// No thread to be had.
    pub fn report(&self, observations: &[Observation]) -> anyhow::Result<Report> {
        analysis::with_threads(Some(1), || self.build(observations))
    }

    fn build(&self, observations: &[Observation]) -> Report {
        let own = |path: &str| !self.is_library(path);
        let paths: BTreeSet<&str> = observations
            .iter()
            .flat_map(|seen| {
                let stacks = seen.stall.iter().flat_map(|stall| stall.stacks.iter().flatten());
                stacks.chain([&seen.told.spot]).chain(&seen.told.labels)
            })
            .map(|spot| spot.path.as_str())
            .filter(|path| own(path) && Path::new(path).is_file())
            .collect();
        let found =
            paths.iter().map(|path| Found { kind: FileKind::of(Path::new(path)), path: absolute(path.as_ref()) });
        let sources: Vec<Source> = found.map(Source::file).collect();
        let settings = Settings {
            roots: self.config.src.clone(),
            environment: Vec::new(),
            knowledge: self.config.knowledge.clone(),
            target: self.config.target_version,
            versions: BTreeMap::new(),
        };
        let quiet = Progress::new(sources.len(), true);
        let analysis = analysis::link(&sources, settings, None, &quiet);
        let (program, loaded) = (&analysis.program, &analysis.loaded);
        let mut texts = Texts::new(program, &sources, &loaded.units, &self.config.root);
        let places = Places::new(program, &mut texts);

        // What is at which place, each once.
        let mut verdicts: Vec<Verdict> = Vec::new();
        for seen in observations {
            for verdict in self.verdicts(seen, &places) {
                match verdicts.iter_mut().find(|known| {
                    known.rule == verdict.rule
                        && known.told.spot.path == verdict.told.spot.path
                        && known.told.spot.line == verdict.told.spot.line
                }) {
                    Some(known) => known.add(&verdict),
                    None => verdicts.push(verdict),
                }
            }
        }
        one_each(&mut verdicts);

        let mut report = Report::default();
        let mut fingerprints = Fingerprints::default();
        let mut by_file: BTreeMap<Option<FileId>, Vec<Verdict>> = BTreeMap::new();
        for verdict in verdicts {
            by_file.entry(places.file(&verdict.told.spot.path)).or_default().push(verdict);
        }
        for (file, mut verdicts) in by_file {
            verdicts.sort_by_key(|verdict| (verdict.told.spot.line, verdict.rule.code.len(), verdict.rule.code));
            for verdict in verdicts {
                let path = absolute(verdict.told.spot.path.as_ref());
                if !self.selection.wants(verdict.rule, verdict.level, Confidence::Certain, &path) {
                    continue;
                }
                let entry = match file {
                    Some(file) => self.entry(file, &verdict, &places, &mut texts, &loaded.units),
                    None => Some(bare(&verdict, &mut fingerprints)),
                };
                match entry {
                    Some(entry) => report.findings.push(entry),
                    None => report.summary.hidden += 1,
                }
            }
        }
        report.findings.sort_by(|a, b| (&a.path, a.start, a.code).cmp(&(&b.path, b.start, b.code)));
        let files: BTreeSet<&str> = report.findings.iter().map(|entry| entry.path.as_str()).collect();
        report.summary = Summary { files: files.len(), ..report.summary };
        std::mem::forget(analysis);
        report
    }

    /// What an observation comes to; nothing if it is nobody's fault, or `check` would not say so.
    fn verdicts(&self, seen: &Observation, places: &Places<'_>) -> Vec<Verdict> {
        let numbers = Seen { times: seen.times, seconds: seen.seconds, longest: seen.longest };
        match &seen.stall {
            Some(stall) => blame::blame(stall, places, &|path| self.is_library(path), numbers),
            None => self.verdict(seen, places, numbers).into_iter().collect(),
        }
    }

    fn verdict(&self, seen: &Observation, places: &Places<'_>, numbers: Seen) -> Option<Verdict> {
        let code = match seen.code.as_str() {
            // A task whose result is dropped where it is made, or one that is kept.
            "SS802" if places.is_dropped(&seen.told.spot, seen.told.callee.as_deref()) => "SS801",
            code => code,
        };
        let rule = *RULES.iter().find(|rule| rule.code == code)?;
        if seen.confirm && !places.is_known(rule, &seen.told.spot) {
            return None;
        }
        Some(Verdict { rule, level: rule.level, told: seen.told.clone(), numbers })
    }

    /// The entry of a verdict in a file that was read, unless a comment suppresses it.
    fn entry(
        &self,
        file: FileId,
        verdict: &Verdict,
        places: &Places<'_>,
        texts: &mut Texts<'_>,
        units: &[crate::load::UnitInfo],
    ) -> Option<Entry> {
        let range = places.range(file, verdict.told.spot.line, verdict.told.callee.as_deref())?;
        let (here, elsewhere): (Vec<&Spot>, Vec<&Spot>) =
            verdict.told.labels.iter().partition(|label| places.file(&label.path) == Some(file));
        let label =
            |label: &&Spot| Some(Label { range: places.range(file, label.line, None)?, text: label.text.clone() });
        let finding = Finding {
            rule: verdict.rule,
            level: verdict.level,
            confidence: Confidence::Certain,
            message: verdict.told.message.clone(),
            help: verdict.told.help.clone(),
            file,
            range,
            labels: here.iter().filter_map(label).collect(),
            chain: Vec::new(),
        };
        let mut findings = vec![finding];
        if let Some(info) = units.get(file.0 as usize) {
            let unit = texts.unit(file);
            suppression::apply(info, file, &unit, &mut findings);
        }
        let finding = findings.into_iter().find(|finding| finding.rule == verdict.rule)?;
        let mut entry = texts.entry(finding, &Err("a running program is not changed".into()), true);
        entry.unfixed = None;
        entry.chain = elsewhere.into_iter().chain(&verdict.told.chain).map(hop).collect();
        entry.seen = Some(verdict.numbers);
        Some(entry)
    }

    /// Whether a file is the standard library's, an installed package's, or none at all.
    pub(crate) fn is_library(&self, path: &str) -> bool {
        let installed = path.contains("/site-packages/") || path.contains("/dist-packages/");
        installed || path.starts_with('<') || self.libraries.iter().any(|folder| path.starts_with(folder.as_str()))
    }
}

/// What an observation comes to.
pub(crate) struct Verdict {
    pub rule: &'static Rule,
    pub level: Level,
    pub told: Told,
    pub numbers: Seen,
}

impl Verdict {
    fn add(&mut self, other: &Verdict) {
        self.numbers.times += other.numbers.times;
        self.numbers.seconds += other.numbers.seconds;
        self.numbers.longest = self.numbers.longest.max(other.numbers.longest);
    }
}

/// Of two rules that see the same fault at a line, the more telling one speaks.
fn one_each(verdicts: &mut Vec<Verdict>) {
    const OVER: [(&str, &str); 10] = [
        ("SS301", "SS101"),
        ("SS306", "SS101"),
        ("SS306", "SS208"),
        ("SS306", "SS401"),
        ("SS805", "SS801"),
        ("SS805", "SS802"),
        ("SS801", "SS703"),
        ("SS802", "SS703"),
        ("SS803", "SS802"),
        ("SS1201", "SS1001"),
    ];
    let places: BTreeSet<(&str, String, u32)> = verdicts
        .iter()
        .map(|verdict| (verdict.rule.code, verdict.told.spot.path.clone(), verdict.told.spot.line))
        .collect();
    verdicts.retain(|verdict| {
        let at = |code: &'static str| places.contains(&(code, verdict.told.spot.path.clone(), verdict.told.spot.line));
        !OVER.iter().any(|&(more, less)| verdict.rule.code == less && at(more))
    });
}

/// An entry with nothing to show: the file is not there to be read (`<string>`).
fn bare(verdict: &Verdict, fingerprints: &mut Fingerprints) -> Entry {
    let start = Place { cell: None, line: verdict.told.spot.line.max(1), column: 1 };
    Entry {
        code: verdict.rule.code,
        name: verdict.rule.name,
        pitfall: verdict.rule.pitfall,
        level: verdict.level,
        confidence: Confidence::Certain,
        message: verdict.told.message.clone(),
        help: verdict.told.help.clone(),
        path: shown(Path::new(&verdict.told.spot.path)),
        start,
        end: start,
        labels: Vec::new(),
        chain: verdict.told.labels.iter().chain(&verdict.told.chain).map(hop).collect(),
        excerpt: None,
        fingerprint: fingerprints.next(verdict.rule.code, &verdict.told.spot.path, &verdict.told.spot.line.to_string()),
        fix: None,
        unfixed: None,
        seen: Some(verdict.numbers),
    }
}

fn hop(spot: &Spot) -> Hop {
    Hop {
        path: shown(Path::new(&spot.path)),
        place: Place { cell: None, line: spot.line.max(1), column: 1 },
        function: spot.function.clone(),
        text: spot.text.clone(),
    }
}

/// A format by the name users give it.
///
/// # Errors
/// A name that is none.
pub fn format(name: &str) -> anyhow::Result<Format> {
    let format = <cli::OutputFormat as clap::ValueEnum>::from_str(name, true).map_err(anyhow::Error::msg);
    Ok(format.with_context(|| format!("`{name}` is no format"))?.into())
}

/// The options of `sidestep run`, as JSON for the package; or the exit status, once help or an error was printed.
///
/// # Errors
/// The exit status.
pub fn run_options(arguments: &[OsString]) -> Result<String, u8> {
    crate::run::options(arguments)
}

/// Rules that are to be left out, given by code, pitfall or name.
pub struct Ignored(Vec<Selector>);

impl Ignored {
    /// Reads them.
    ///
    /// # Errors
    /// An unknown rule.
    pub fn new(texts: &[String]) -> anyhow::Result<Ignored> {
        let read = texts.iter().map(|text| Selector::parse(text).map_err(anyhow::Error::msg));
        Ok(Ignored(read.collect::<anyhow::Result<_>>()?))
    }

    /// Whether a rule is among them.
    pub fn covers(&self, code: &str) -> bool {
        RULES.iter().any(|rule| rule.code == code && self.0.iter().any(|selector| selector.matches(rule)))
    }
}
