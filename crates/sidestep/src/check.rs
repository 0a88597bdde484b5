//! `sidestep check`.

use crate::analysis::{self, Analysis, configure, settings, with_threads};
use crate::cache::replay::Question;
use crate::cli::CheckArgs;
use crate::config::Config;
use crate::load::{self, Source};
use crate::progress::Progress;
use crate::resolve::{Texts, shown};
use crate::selection::{Choice, Selection, Selector};
use crate::{Outcome, baseline, changed, complain, output, suppression};
use anyhow::Context;
use sidestep_program::{FileId, Settings};
use sidestep_report::{FileError, Format, Report, Statistics, Summary};
use sidestep_rules::Finding;
use sidestep_source::{Discovery, FileKind, Found, absolute};
use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs the command once.
///
/// # Errors
/// Whatever keeps it from doing what was asked.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let plan = Plan::new(args)?;
    if args.show_files {
        output::print(|out| plan.sources.iter().try_for_each(|source| writeln!(out, "{}", shown(source.path()))))?;
        return Ok(Outcome::Clean);
    }
    plan.run(args)
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
        let given = Choice {
            select: (!args.select.is_empty()).then(|| selectors("--select", &args.select)).transpose()?,
            extend_select: selectors("--extend-select", &args.extend_select)?,
            ignore: selectors("--ignore", &args.ignore)?,
        };
        let preset = args.preset.unwrap_or(config.preset);
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

    fn run(&self, args: &CheckArgs) -> anyhow::Result<Outcome> {
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
            let mut result = self.report(&mut analysis, args, format.shows_source());
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
        self.write(&report, &statistics, args, format)?;
        let clean = report.findings.is_empty() && report.errors.is_empty();
        Ok(if clean || args.exit_zero { Outcome::Clean } else { Outcome::Findings })
    }

    /// Everything that the report depends on beside the files.
    fn options(&self, args: &CheckArgs, settings: &Settings) -> anyhow::Result<String> {
        let rules = (&args.select, &args.extend_select, &args.ignore, args.preset);
        let pictures = Format::from(args.output_format).shows_source();
        Ok(format!("{:?}", (std::env::current_dir()?, &self.config, settings, rules, pictures)))
    }

    /// Runs the rules and makes a report of what they found.
    fn report(&self, analysis: &mut Analysis, args: &CheckArgs, picture: bool) -> (Report, Statistics) {
        let start = Instant::now();
        let found = sidestep_rules::check(&analysis.program);
        let rules = start.elapsed();
        let start = Instant::now();
        let (program, loaded) = (&analysis.program, &analysis.loaded);
        let mut texts = Texts::new(program, &self.sources, &loaded.units, &self.config.root);

        let mut by_unit: Vec<Vec<Finding>> = loaded.units.iter().map(|_| Vec::new()).collect();
        for finding in found {
            let unit = finding.file.0 as usize;
            let info = loaded.units.get(unit);
            if info.is_some_and(|info| info.report.contains_inclusive(finding.range.start())) {
                by_unit[unit].push(finding);
            }
        }
        let mut summary = Summary { files: self.sources.len(), hidden: 0 };
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
                let entry = texts.entry(finding, picture && is_changed);
                if is_changed {
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
        (report, Statistics { lines: loaded.lines, times, calls })
    }

    fn write(&self, report: &Report, numbers: &Statistics, args: &CheckArgs, format: Format) -> anyhow::Result<()> {
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
        output::print(|out| {
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
        })?;
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

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn selectors(flag: &str, texts: &[String]) -> anyhow::Result<Vec<Selector>> {
    let read = |text: &String| Selector::parse(text).map_err(|wrong| anyhow::anyhow!("{flag}: {wrong}"));
    texts.iter().filter(|text| !text.trim().is_empty()).map(read).collect()
}

/// The files to check, and standard input where it is asked for.
fn sources(args: &CheckArgs, config: &Config) -> anyhow::Result<Vec<Source>> {
    let only_stdin = args.stdin_filename.is_some() && args.paths == [PathBuf::from(".")];
    if only_stdin || args.paths.iter().any(|path| is_stdin(path)) {
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
