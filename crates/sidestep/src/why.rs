//! `sidestep why PATH:LINE`: what runs at a line, where, and with what effects.

use crate::analysis::{self, Analysis, configure, settings, with_threads};
use crate::cli::WhyArgs;
use crate::load::{self, Source};
use crate::progress::Progress;
use crate::resolve::{Texts, shown};
use crate::{Outcome, check, output};
use anyhow::{Context, bail};
use sidestep_facts::{ExprId, FunctionId, Ranged};
use sidestep_program::{Effect, FileId, FunctionRef, Program};
use sidestep_source::{Found, absolute};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What is known of a line.
#[derive(Debug, Default)]
pub struct Why {
    /// `path:line`
    pub place: String,
    /// The line.
    pub source: String,
    /// The function whose code it is (`Class.method`, `<module>`).
    pub function: String,
    /// `async def`
    pub is_async: bool,
    /// Where the function runs, each with its reason.
    pub runs: Vec<String>,
    /// What it does, each with its chain: `path:line function`.
    pub effects: Vec<(String, Vec<String>)>,
}

impl Why {
    /// Writes it for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let kind = if self.is_async { "async function" } else { "function" };
        writeln!(out, "{}\n    {}\n", self.place, self.source.trim())?;
        match self.function.as_str() {
            "<module>" => writeln!(out, "code of the module")?,
            function => writeln!(out, "in the {kind} `{function}`")?,
        }
        writeln!(out, "\nruns")?;
        for place in &self.runs {
            writeln!(out, "  - {place}")?;
        }
        if self.effects.is_empty() {
            return writeln!(out, "\nno effects known");
        }
        writeln!(out, "\neffects")?;
        for (effect, chain) in &self.effects {
            writeln!(out, "  - {effect}")?;
            for (hop, number) in chain.iter().zip(1..) {
                writeln!(out, "      {number}. {hop}")?;
            }
        }
        Ok(())
    }
}

/// Runs the command.
///
/// # Errors
/// A place that is none, a file that cannot be read.
pub fn run(args: &WhyArgs) -> anyhow::Result<Outcome> {
    let (path, line) = parse(&args.place)?;
    analysis::exist(std::slice::from_ref(&path))?;
    let config = configure(&args.program, Some(&path))?;
    // The whole program is read, for who calls the function may stand anywhere.
    let root = if config.file.is_some() { config.root.clone() } else { std::env::current_dir()? };
    let mut found: Vec<Found> = check::discover(&[root, path.clone()], &config)?;
    found.dedup();
    let sources: Vec<Source> = found.into_iter().map(Source::file).collect();
    let settings = settings(&config, args.program.isolated)?;
    let folder = analysis::cache(&config, &args.program)?;
    let progress = Progress::new(sources.len(), args.program.quiet);
    let why = with_threads(args.program.threads, || {
        let stamps = folder.as_ref().map(|folder| load::stamps(&sources, folder));
        let analysis = analysis::link(&sources, settings, folder.as_ref().zip(stamps.as_deref()), &progress);
        let why = explain(&analysis, &sources, &absolute(&path), line);
        std::mem::forget(analysis);
        why
    })?;
    drop(progress);
    let why = why.map_err(anyhow::Error::msg)?;
    output::print(|out| why.write(out))?;
    Ok(Outcome::Clean)
}

fn parse(place: &str) -> anyhow::Result<(PathBuf, u32)> {
    // `path:line:column` is what reports print.
    let mut parts = place.rsplitn(3, ':');
    let numbers: (Option<&str>, Option<&str>, Option<&str>) = (parts.next(), parts.next(), parts.next());
    let parsed = match numbers {
        (Some(column), Some(line), Some(path)) if column.parse::<u32>().is_ok() && line.parse::<u32>().is_ok() => {
            Some((path.to_owned(), line))
        }
        _ => place.rsplit_once(':').map(|(path, line)| (path.to_owned(), line)),
    };
    let Some((path, line)) = parsed else { bail!("`{place}` is not a place; write `path:line`") };
    let line = line.parse().ok().filter(|&line| line > 0);
    let line = line.with_context(|| format!("`{place}` is not a place: the line counts from 1"))?;
    Ok((PathBuf::from(path), line))
}

/// What is known of a line of a file, or why nothing is.
fn explain(analysis: &Analysis, sources: &[Source], path: &Path, line: u32) -> Result<Why, String> {
    let (program, loaded) = (&analysis.program, &analysis.loaded);
    let mut texts = Texts::new(program, sources, &loaded.units, Path::new(""));
    let source = sources.iter().position(|source| source.path() == path);
    if let Some((_, error)) = loaded.errors.iter().find(|(index, _)| Some(*index) == source) {
        return Err(format!("{}: {}", shown(path), error.message));
    }
    let units = loaded.units.iter().zip(0..).filter(|(info, _)| Some(info.source) == source);
    for (info, number) in units {
        let file = FileId(number);
        let unit = texts.unit(file);
        let index = unit.index();
        let at = (0..index.len()).map(|nth| index.range(nth, &unit.text)).find(|range| {
            let place = unit.place(range.start());
            place.line == line && info.report.contains_inclusive(range.start())
        });
        let Some(range) = at else { continue };
        let text = index.text(index.line(range.start()), &unit.text);
        let blanks = text.len() - text.trim_start().len();
        let offset = range.start() + sidestep_facts::TextSize::new(blanks as u32);
        let function = FunctionRef { file, function: innermost(program, file, offset) };
        return Ok(Why {
            place: format!("{}:{line}", shown(path)),
            source: text.to_owned(),
            function: name(program, function),
            is_async: program.function(function).is_async,
            runs: runs(program, function, &mut texts),
            effects: effects(program, function, &mut texts),
        });
    }
    Err(format!("{}: has no line {line} of Python", shown(path)))
}

/// The innermost function around an offset.
fn innermost(program: &Program, file: FileId, offset: sidestep_facts::TextSize) -> FunctionId {
    let functions = program.facts(file).functions.iter().zip(0..).skip(1);
    let around = functions.filter(|(function, _)| function.range.contains_inclusive(offset));
    around.min_by_key(|(function, _)| function.range.len()).map_or(FunctionId::MODULE, |(_, number)| FunctionId(number))
}

/// `Class.method`
fn name(program: &Program, function: FunctionRef) -> String {
    let own = program.function(function);
    match own.class {
        Some(class) => format!("{}.{}", program.facts(function.file).class(class).name, own.name),
        None => own.name.to_string(),
    }
}

fn runs(program: &Program, function: FunctionRef, texts: &mut Texts<'_>) -> Vec<String> {
    let mut runs = Vec::new();
    if program.runs_on_loop(function) {
        runs.push("on the event loop".to_owned());
    }
    if let Some(handed) = program.effects().in_thread(function) {
        let place = hop(program, handed.file, handed.expr, texts);
        runs.push(format!("on a worker thread, given to it at {place}"));
    }
    for &(caller, call) in program.effects().callers(function) {
        runs.push(format!("when `{}` calls it at {}", name(program, caller), hop(program, caller.file, call, texts)));
    }
    if runs.is_empty() {
        runs.push("on whatever thread calls it; no call in the program is known".to_owned());
    }
    runs.dedup();
    runs
}

fn effects(program: &Program, function: FunctionRef, texts: &mut Texts<'_>) -> Vec<(String, Vec<String>)> {
    let words = [
        (Effect::Blocks, "blocks its thread"),
        (Effect::BlocksBriefly, "blocks its thread for a moment"),
        (Effect::StartsLoop, "starts an event loop"),
        (Effect::Ai, "calls an AI service"),
        (Effect::Network, "sends a request"),
        (Effect::Waits, "waits for another task"),
        (Effect::Raises, "raises"),
    ];
    let mut effects = Vec::new();
    for (effect, word) in words {
        let chain = program.effects().chain(function, effect);
        if chain.is_empty() {
            continue;
        }
        let hops = chain.iter().map(|(at, witness)| {
            let place = hop(program, at.file, witness.expr, texts);
            let next = witness.next.map(|next| format!(", to `{}`", name(program, next))).unwrap_or_default();
            format!("{place} `{}`{next}", name(program, *at))
        });
        effects.push((word.to_owned(), hops.collect()));
    }
    effects
}

/// `path:line` of an expression.
fn hop(program: &Program, file: FileId, expr: ExprId, texts: &mut Texts<'_>) -> String {
    let range = program.facts(file).expr(expr).range();
    format!("{}:{}", shown(program.path(file)), texts.place(file, range).line)
}
