//! `sidestep check`.

use crate::analysis::{self, Analysis, configure, settings, with_threads};
use crate::cache::replay::Question;
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::fixing::{self, Fixed};
use crate::load::{self, Loaded, Source, UnitInfo};
use crate::progress::Progress;
use crate::repair::{self, Placed, Repair};
use crate::resolve::{Texts, shown};
use crate::selection::Selection;
use crate::{Outcome, baseline, changed, complain, output, seen, suppression};
use anyhow::Context;
use sidestep_facts::{FunctionId, TextRange};
use sidestep_program::{FileId, FunctionRef, Program, Settings};
use sidestep_report::{FileError, Format, Report, Statistics, Summary};
use sidestep_rules::fix::Fix;
use sidestep_rules::{Confidence, Finding, Level, Rule};
use sidestep_source::{Discovery, FileKind, Found, absolute};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs the command once.
///
/// # Errors
/// Whatever keeps it from doing what was asked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let mut plan = Plan::new(args)?;
    if args.show_files {
        output::print(|out| plan.sources.iter().try_for_each(|source| writeln!(out, "{}", shown(source.path()))))?;
        return Ok(Outcome::Clean);
    }
    plan.run(args)
}

/// What an analysis comes to.
pub struct Told {
    /// What is shown.
    pub report: Report,
    /// The numbers beside it.
    pub statistics: Statistics,
    /// The fixes of the findings shown, in their order.
    pub repairs: Vec<Repair>,
    /// Every finding, shown or not, by source, rule and function: how many there are, and how many of them are grave.
    pub faults: Faults,
}

/// Findings by source, rule and function.
pub type Faults = BTreeMap<(usize, &'static str, String), Count>;

/// How many findings there are.
#[derive(Clone, Copy, Default)]
pub struct Count {
    /// All of them.
    pub all: usize,
    /// Those that are errors, or are decided by the schedule.
    pub grave: usize,
}

/// What is to be checked, and how.
pub struct Plan {
    config: Config,
    /// The sources, in the order of their paths.
    pub sources: Vec<Source>,
    selection: Selection,
    baseline: Option<PathBuf>,
    changed: Option<HashSet<PathBuf>>,
}

impl Plan {
    /// Reads the configuration and finds the files.
    ///
    /// # Errors
    /// A wrong configuration, an unknown rule, a path that does not exist.
    pub fn new(args: &CheckArgs) -> anyhow::Result<Plan> {
        let first = args.paths.first().filter(|path| !is_stdin(path));
        let config = configure(&args.program, first.or(args.stdin_filename.as_ref()).map(PathBuf::as_path))?;
        let given = args.rules.choice()?;
        let preset = args.rules.preset.unwrap_or(config.preset);
        let selection = Selection::new(&config.choice, &given, preset, &config.per_file_ignores, &config.root)?;
        let baseline = args.baseline.clone().or_else(|| config.baseline.clone());
        if args.update_baseline && baseline.is_none() {
            anyhow::bail!(
                "--update-baseline: no baseline is named; add `--baseline FILE`, or `baseline` in the configuration"
            );
        }
        let changed = match &args.changed_since {
            Some(revision) => Some(changed::since(revision, &std::env::current_dir()?)?),
            None => None,
        };
        let sources = sources(args, &config)?;
        Ok(Plan { config, sources, selection, baseline, changed })
    }

    /// The configuration file, if there is one.
    pub fn configuration(&self) -> Option<PathBuf> {
        self.config.file.clone()
    }

    fn run(&mut self, args: &CheckArgs) -> anyhow::Result<Outcome> {
        let settings = settings(&self.config, args.program.isolated)?;
        if args.program.verbose {
            self.tell(&settings.environment);
        }
        let format = Format::from(args.output_format);
        let known = match &self.baseline {
            Some(file) if !args.update_baseline => baseline::read(file)?,
            _ => HashSet::new(),
        };
        let folder = analysis::cache(&self.config, &args.program)?;
        let options = self.options(args, &settings)?;
        let progress = Progress::new(self.sources.len(), args.program.quiet);
        if args.fix || args.diff {
            let run = || fixing::run(self, args, &settings, folder.as_ref(), &known, &progress);
            let fixed = with_threads(args.program.threads, run)?;
            drop(progress);
            return self.finish(fixed, args, format);
        }
        let (mut report, statistics) = with_threads(args.program.threads, || {
            let stamps = folder.as_ref().map(|folder| load::stamps(&self.sources, folder));
            let cache = folder.as_ref().zip(stamps.as_deref());
            // What is told beside the report is not kept.
            let question = cache
                .filter(|_| !args.statistics && !args.program.verbose && self.changed.is_none())
                .map(|(folder, stamps)| Question::new(folder, &options, &self.sources, stamps));
            if let Some(report) = question.as_ref().and_then(Question::answer) {
                return (report, Statistics::default());
            }
            let mut analysis = analysis::link(&self.sources, settings, cache, &progress);
            let told = self.report(&mut analysis, args);
            let mut result = (told.report, told.statistics);
            if let Some(question) = question.filter(|_| !analysis.loaded.unread) {
                result.0 = question.keep(result.0, analysis.program.probes());
            }
            if !args.watch {
                // The process ends: there is no use in taking the program apart.
                std::mem::forget(analysis);
            }
            result
        })?;
        drop(progress);
        if let Some(file) = &args.seen {
            seen::mark(file, &mut report.findings)?;
        }

        if args.update_baseline
            && let Some(file) = &self.baseline
        {
            baseline::write(file, &report.findings)?;
            if !args.program.quiet {
                let many = report.findings.len();
                let what = if many == 1 { "finding" } else { "findings" };
                complain(&format!("recorded {many} {what} in {}", shown(file)));
            }
            report.findings.clear();
        }
        let before = report.findings.len();
        report.findings.retain(|entry| !known.contains(&entry.fingerprint));
        report.summary.hidden += before - report.findings.len();
        self.write(&report, &statistics, args, format, false)?;
        let clean = report.findings.is_empty() && report.errors.is_empty();
        Ok(if clean || args.exit_zero { Outcome::Clean } else { Outcome::Findings })
    }

    /// Writes what has been repaired, and says what is left.
    fn finish(&self, fixed: Fixed, args: &CheckArgs, format: Format) -> anyhow::Result<Outcome> {
        let Fixed { told: Told { report, statistics, .. }, changed } = fixed;
        let outcome = |clean: bool| if clean || args.exit_zero { Outcome::Clean } else { Outcome::Findings };
        if args.diff {
            let diffs = changed
                .iter()
                .map(|(source, before, after)| repair::diff(&shown(self.sources[*source].path()), before, after));
            let diffs: Vec<String> = diffs.collect();
            output::print(|out| diffs.iter().try_for_each(|diff| out.write_all(diff.as_bytes())))?;
            if !args.program.quiet {
                let (fixed, left) = (report.summary.fixed, report.findings.len());
                let findings = |many: usize| format!("{many} {}", if many == 1 { "finding" } else { "findings" });
                complain(&format!("Would fix {}; {} would be left.", findings(fixed), findings(left)));
            }
            return Ok(outcome(changed.is_empty()));
        }
        // Standard input comes out again, and what is said of it goes beside it.
        let piped = is_given(args);
        if piped {
            let after = changed.first().map(|(_, _, after)| after.clone());
            let bytes = after.unwrap_or_else(|| self.sources[0].bytes().unwrap_or_default());
            output::print(|out| out.write_all(&bytes))?;
        } else {
            let mut failed = false;
            for (source, before, after) in &changed {
                // One that cannot be written is no reason to leave the others.
                if let Err(error) = repair::write(self.sources[*source].path(), before, after) {
                    complain(&format!("error: {error:#}"));
                    failed = true;
                }
            }
            anyhow::ensure!(!failed, "not every fix could be written");
        }
        self.write(&report, &statistics, args, format, piped)?;
        Ok(outcome(report.findings.is_empty() && report.errors.is_empty()))
    }

    /// Everything that the report depends on beside the files.
    fn options(&self, args: &CheckArgs, settings: &Settings) -> anyhow::Result<String> {
        let rules = &args.rules;
        let pictures = Format::from(args.output_format).shows_source();
        Ok(format!("{:?}", (std::env::current_dir()?, &self.config, settings, rules, pictures)))
    }

    /// Runs the rules and makes a report of what they found.
    pub fn report(&self, analysis: &mut Analysis, args: &CheckArgs) -> Told {
        let picture = Format::from(args.output_format).shows_source();
        let start = Instant::now();
        let found = sidestep_rules::check(&analysis.program);
        let rules = start.elapsed();
        let start = Instant::now();
        let (program, loaded) = (&analysis.program, &analysis.loaded);
        let mut texts = Texts::new(program, &self.sources, &loaded.units, &self.config.root);

        let faults = faults(program, loaded, &found);
        let mut repairs = Vec::new();
        let mut by_unit: Vec<Vec<Finding>> = loaded.units.iter().map(|_| Vec::new()).collect();
        for finding in found {
            let unit = finding.file.0 as usize;
            let info = loaded.units.get(unit);
            if info.is_some_and(|info| info.report.contains_inclusive(finding.range.start())) {
                by_unit[unit].push(finding);
            }
        }
        let mut summary = Summary { files: self.sources.len(), ..Summary::default() };
        let mut report = Report::default();
        for (info, (number, mut findings)) in loaded.units.iter().zip((0..).zip(by_unit)) {
            let file = FileId(number);
            let path = program.path(file).to_owned();
            let all = findings.len();
            if !info.directives.is_empty() {
                let unit = texts.unit(file);
                suppression::apply(info, file, &unit, &mut findings);
            }
            summary.hidden += all.saturating_sub(findings.iter().filter(|finding| finding.rule.pitfall > 0).count());
            findings.retain(|finding| self.selection.wants(finding.rule, finding.level, finding.confidence, &path));
            if findings.is_empty() {
                continue;
            }
            let is_changed = self.changed.as_ref().is_none_or(|changed| changed.contains(&changed::real(&path)));
            findings.sort_by_key(|finding| (finding.range.start(), finding.range.end(), order(finding.rule.code)));
            for finding in findings {
                // Unchanged files are numbered too, or fingerprints would depend on what has changed.
                let verdict = texts.fix(&finding, &self.config.fixes);
                let (rule, range) = (finding.rule, finding.range);
                let entry = texts.entry(finding, &verdict, picture && is_changed);
                if is_changed {
                    if let Ok(fix) = verdict {
                        let place = (file, range, entry.fingerprint.clone());
                        repairs.push(repair_of(program, loaded, rule, place, &fix));
                    }
                    report.findings.push(entry);
                } else {
                    summary.hidden += 1;
                }
            }
        }
        for (source, error) in &loaded.errors {
            report.errors.push(FileError { path: shown(self.sources[*source].path()), error: error.clone() });
        }
        if args.program.verbose {
            for (source, skipped) in &loaded.skipped {
                let (path, place) = (shown(self.sources[*source].path()), skipped.place);
                complain(&format!("{path}:{}:{}: not Python, left out: {}", place.line, place.column, skipped.message));
            }
        }
        report.summary = summary;
        let mut times = std::mem::take(&mut analysis.times);
        times.extend([("linking and rules", rules), ("reporting", start.elapsed())]);
        let calls = args.statistics.then(|| analysis::calls(program));
        let statistics = Statistics { lines: loaded.lines, times, calls };
        Told { report, statistics, repairs, faults }
    }

    /// Prints a report; on standard error where standard output has something else to carry.
    fn write(
        &self,
        report: &Report,
        numbers: &Statistics,
        args: &CheckArgs,
        format: Format,
        beside: bool,
    ) -> anyhow::Result<()> {
        if format.is_text() {
            for error in &report.errors {
                complain(&format!("error: {}: {}", error.location(), error.error.message));
            }
        }
        let counted = args.statistics && (format.is_text() || format == Format::Json);
        if args.statistics && !counted {
            let mut table = Vec::new();
            sidestep_report::statistics(report, numbers, &mut table)?;
            let _ = std::io::stderr().write_all(&table);
        }
        let print = |out: &mut dyn Write| {
            if counted && format == Format::Json {
                return sidestep_report::statistics_json(report, numbers, out);
            }
            if counted {
                return sidestep_report::statistics(report, numbers, out);
            }
            if args.program.quiet && format.is_text() && report.findings.is_empty() {
                return Ok(());
            }
            sidestep_report::write(format, report, output::colours(args.program.color), out)
        };
        if beside {
            let mut text = Vec::new();
            print(&mut text)?;
            std::io::stderr().write_all(&text)?;
        } else {
            output::print(|out| print(out))?;
        }
        Ok(())
    }

    fn tell(&self, environment: &[PathBuf]) {
        match &self.config.file {
            Some(file) => complain(&format!("configuration: {}", shown(file))),
            None => complain("configuration: none"),
        }
        for folder in environment {
            complain(&format!("packages: {}", shown(folder)));
        }
        if let Some((major, minor)) = self.config.target_version {
            complain(&format!("target version: {major}.{minor}"));
        }
        complain(&format!("files: {}", self.sources.len()));
    }
}

/// Codes in the order of the catalogue: `SS901` before `SS1001`.
fn order(code: &str) -> (usize, &str) {
    (code.len(), code)
}

/// The findings by source, rule and function.
fn faults(program: &Program, loaded: &Loaded, found: &[Finding]) -> Faults {
    let mut faults = Faults::new();
    for finding in found {
        let Some(info) = loaded.units.get(finding.file.0 as usize) else { continue };
        let function = function_at(program, finding.file, finding.range);
        let count = faults.entry((info.source, finding.rule.code, function)).or_default();
        let is_error = finding.level == Level::Error || finding.rule.pitfall == 6;
        count.all += 1;
        count.grave += usize::from(is_error && finding.confidence >= Confidence::Likely);
    }
    faults
}

/// A fix, with the sources and functions that it changes.
fn repair_of(
    program: &Program,
    loaded: &Loaded,
    rule: &'static Rule,
    (file, range, fingerprint): (FileId, TextRange, String),
    fix: &Fix,
) -> Repair {
    let function = function_at(program, file, range);
    let info = &loaded.units[file.0 as usize];
    let mut touched = BTreeSet::from([(info.source, function.clone())]);
    let mut edits = Vec::new();
    for (file, changes) in fix.files(file) {
        let UnitInfo { source, nth: unit, .. } = loaded.units[file.0 as usize];
        for edit in changes {
            let around = function_at(program, file, edit.range);
            if around != "<module>" {
                touched.insert((source, around));
            }
            edits.push(Placed { source, unit, edit: edit.clone() });
        }
    }
    let Rule { code, pitfall, .. } = *rule;
    let (source, applicability) = (info.source, fix.applicability);
    Repair { source, fingerprint, code, pitfall, function, touched, applicability, edits }
}

/// The name of the innermost function around a place.
fn function_at(program: &Program, file: FileId, range: TextRange) -> String {
    let functions = &program.facts(file).functions;
    let around = functions.iter().zip(0..).filter(|(f, _)| f.range.contains_range(range) && !f.is_lambda);
    let innermost = around.min_by_key(|(f, _)| f.range.len()).map_or(0, |(_, number)| number);
    program.function_name(FunctionRef { file, function: FunctionId(innermost) })
}

/// Whether the source came on standard input.
fn is_given(args: &CheckArgs) -> bool {
    args.stdin_filename.is_some() && args.paths == [PathBuf::from(".")] || args.paths.iter().any(|path| is_stdin(path))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The files to check, and standard input where it is asked for.
fn sources(args: &CheckArgs, config: &Config) -> anyhow::Result<Vec<Source>> {
    if is_given(args) {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
        let name = args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>"));
        let found = Found { kind: FileKind::of(&name), path: absolute(&name) };
        return Ok(vec![Source { found, bytes: Some(bytes) }]);
    }
    Ok(discover(&args.paths, config)?.into_iter().map(Source::file).collect())
}

/// The files under some paths.
///
/// # Errors
/// A path that does not exist.
pub fn discover(paths: &[PathBuf], config: &Config) -> anyhow::Result<Vec<Found>> {
    analysis::exist(paths)?;
    let discovery = Discovery {
        exclude: config.exclude.clone(),
        extend_exclude: config.extend_exclude.clone(),
        root: config.root.clone(),
        include_markdown: config.include_markdown,
    };
    Ok(discovery.files(paths)?)
}
