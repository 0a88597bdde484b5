//! From facts to findings: the program is linked and every rule is run.

use crate::cache::{Folder, Stamp};
use crate::cli::ProgramArgs;
use crate::config::{self, Config};
use crate::dependencies;
use crate::environment;
use crate::load::{Loaded, Source, load};
use crate::progress::Progress;
use anyhow::Context;
use sidestep_program::{Gap, Input, Program, Settings};
use sidestep_report::{Calls, UnresolvedPackage};
use sidestep_source::absolute;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Threads that read and analyse have room for nesting that no program has.
const STACK: usize = 256 << 20;

/// Finds the configuration for some paths: the one named, or the nearest to the first path.
///
/// # Errors
/// A configuration that cannot be read or understood.
pub fn configure(args: &ProgramArgs, first: Option<&Path>) -> anyhow::Result<Config> {
    let here = std::env::current_dir().context("the working directory is gone")?;
    let mut config = if args.isolated {
        Config { root: here, ..Config::default() }
    } else if let Some(file) = &args.config {
        Config::from_file(file)?
    } else {
        let first = first.map_or(here, absolute);
        let folder = if first.is_dir() { &first } else { first.parent().unwrap_or(&first) };
        Config::nearest(folder)?
    };
    if !args.isolated {
        config.fixes.retries = dependencies::retries(&config.root);
    }
    if let Some(version) = &args.target_version {
        let version = config::version(version).map_err(|wrong| anyhow::anyhow!("--target-version: {wrong}"))?;
        config.target_version = Some(version);
    }
    if let Some(python) = &args.python {
        config.python = Some(python.clone());
    }
    Ok(config)
}

/// What a program is linked with.
///
/// # Errors
/// An environment that is none, a folder of stubs that does not exist.
pub fn settings(config: &Config, isolated: bool) -> anyhow::Result<Settings> {
    for folder in config.knowledge.iter().chain(&config.src) {
        anyhow::ensure!(folder.is_dir(), "{}: configured as a folder, but there is none", folder.display());
    }
    // Isolated runs depend on what they are given alone.
    let environment = match (&config.python, isolated) {
        (None, true) => Vec::new(),
        (python, _) => environment::site_packages(python.as_deref(), &config.root)?,
    };
    let versions = if isolated { BTreeMap::new() } else { environment::versions(&environment, &config.root) };
    Ok(Settings {
        roots: config.src.clone(),
        environment,
        versions,
        knowledge: config.knowledge.clone(),
        target: config.target_version,
    })
}

/// Where the project's cache is, unless it is not wanted.
///
/// # Errors
/// A working directory that is gone.
pub fn cache(config: &Config, args: &ProgramArgs) -> anyhow::Result<Option<Folder>> {
    if args.no_cache {
        return Ok(None);
    }
    let root = if config.file.is_some() { config.root.clone() } else { std::env::current_dir()? };
    Ok(Some(Folder::new(&root)))
}

/// A program with what is kept of its sources.
pub struct Analysis {
    /// The program.
    pub program: Program,
    /// The units, in the order of the program's inputs, and what could not be read. Its `inputs` are empty.
    pub loaded: Loaded,
    /// How long the parts took.
    pub times: Vec<(&'static str, Duration)>,
}

/// Reads and links. `cache` is its folder, and the stamps of the sources.
pub fn link(
    sources: &[Source],
    settings: Settings,
    cache: Option<(&Folder, &[Option<Stamp>])>,
    progress: &Progress,
) -> Analysis {
    let start = Instant::now();
    let mut loaded = load(sources, cache, progress);
    let reading = start.elapsed();
    let inputs = std::mem::take(&mut loaded.inputs);
    let inputs = inputs.into_iter().map(|(path, facts, importable)| Input { path, facts, importable }).collect();
    let program = Program::new(inputs, settings);
    Analysis { program, loaded, times: vec![("reading", reading)] }
}

/// Runs on threads with deep stacks, as many as are asked for.
///
/// # Errors
/// Threads that cannot be had.
pub fn with_threads<R: Send>(threads: Option<usize>, run: impl FnOnce() -> R + Send) -> anyhow::Result<R> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).stack_size(STACK).build()?;
    Ok(pool.install(run))
}

/// The calls in async functions: of how many the callee is known, and what the others lack.
pub fn calls(program: &Program) -> Calls {
    let effects = program.effects();
    let functions =
        effects.functions().filter(|&function| program.is_input(function.file) && program.function(function).is_async);
    let known =
        functions.filter_map(|function| effects.summary(function)).map(|summary| summary.resolved as usize).sum();
    let unresolved = program.unresolved_calls();
    let mut packages: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut gaps: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, gap) in &unresolved {
        match gap {
            Gap::Outside(name) => {
                let package = name.as_str().split('.').next().unwrap_or_default();
                *packages.entry(package).or_default().entry(name.as_str()).or_default() += 1;
            }
            Gap::Inside(reason) => *gaps.entry(reason).or_default() += 1,
        }
    }
    let ranked = |counts: BTreeMap<&str, usize>| {
        let mut ranked: Vec<(String, usize)> =
            counts.into_iter().map(|(name, calls)| (name.to_owned(), calls)).collect();
        ranked.sort_by_key(|(_, calls)| Reverse(*calls));
        ranked
    };
    let of_package = |(package, names): (&str, BTreeMap<&str, usize>)| {
        let calls = names.values().sum();
        UnresolvedPackage { package: package.to_owned(), calls, names: ranked(names) }
    };
    let mut packages: Vec<UnresolvedPackage> = packages.into_iter().map(of_package).collect();
    packages.sort_by_key(|package| Reverse(package.calls));
    Calls { all: known + unresolved.len(), known, packages, gaps: ranked(gaps) }
}

/// A path that does not exist is worth a better message than the system's.
///
/// # Errors
/// The first path that does not exist.
pub fn exist(paths: &[PathBuf]) -> anyhow::Result<()> {
    for path in paths {
        if path.symlink_metadata().is_err() {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let names: Vec<String> = folder
                .read_dir()
                .map(|entries| {
                    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
                })
                .unwrap_or_default();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let hint = crate::suggest::did_you_mean(&name, names.iter().map(String::as_str));
            anyhow::bail!("{}: no such file or folder{hint}", path.display());
        }
    }
    Ok(())
}
