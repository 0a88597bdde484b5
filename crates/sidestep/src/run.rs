//! `sidestep run`: the program runs in Python, watched by the Python package. This binary only finds the Python.

use crate::Outcome;
use crate::cli::{Cli, Command, RunArgs};
use clap::Parser;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process;

/// Hands over to `python -m sidestep run`, if the Python has the package.
///
/// # Errors
/// No Python, or one without the package: how to install it.
pub fn run(args: &RunArgs, arguments: &[OsString]) -> anyhow::Result<Outcome> {
    let python = python(args.python.as_deref())?;
    let probe = process::Command::new(&python)
        .args(["-c", "import sidestep._native"])
        .stderr(process::Stdio::null())
        .status()
        .map_err(|failure| anyhow::anyhow!("{}: cannot be run: {failure}", python.display()))?;
    if !probe.success() {
        let python = python.display();
        anyhow::bail!("{python} has no package `sidestep`; install it with `{python} -m pip install sidestep`");
    }
    let mut command = process::Command::new(&python);
    command.args(["-m", "sidestep"]).args(&arguments[1..]);
    hand_over(command)
}

/// The options of `sidestep run`, as JSON for the package; or the exit status, once help or an error was printed.
///
/// # Errors
/// The exit status.
pub fn options(arguments: &[OsString]) -> Result<String, u8> {
    match Cli::try_parse_from(arguments) {
        Ok(Cli { command: Command::Run(args) }) => serde_json::to_string(&args).map_err(|_| 2),
        Ok(_) => Err(2),
        Err(told) => {
            let _ = told.print();
            Err(u8::try_from(told.exit_code()).unwrap_or(2))
        }
    }
}

/// The interpreter that is named, else that of the active environment, else of the project's `.venv`, else `python3`.
fn python(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    let inside = |prefix: &Path| {
        [prefix.join("bin/python"), prefix.join("Scripts/python.exe")].into_iter().find(|path| path.is_file())
    };
    if let Some(named) = named {
        let found = if named.is_dir() { inside(named) } else { named.exists().then(|| named.to_owned()) };
        return found.ok_or_else(|| anyhow::anyhow!("{}: no Python interpreter or environment", named.display()));
    }
    let active = std::env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty());
    let active = active.and_then(|prefix| inside(Path::new(&prefix)));
    let here = std::env::current_dir()?;
    let own = || here.ancestors().find_map(|folder| inside(&folder.join(".venv")));
    Ok(active.or_else(own).unwrap_or_else(|| PathBuf::from("python3")))
}

#[cfg(unix)]
fn hand_over(mut command: process::Command) -> anyhow::Result<Outcome> {
    use std::os::unix::process::CommandExt;
    let failure = command.exec();
    Err(anyhow::anyhow!("{}: cannot be run: {failure}", command.get_program().to_string_lossy()))
}

#[cfg(not(unix))]
fn hand_over(mut command: process::Command) -> anyhow::Result<Outcome> {
    let status = command.status()?;
    process::exit(status.code().unwrap_or(2))
}
