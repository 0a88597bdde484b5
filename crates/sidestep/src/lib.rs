//! The `sidestep` command.
//!
//! One file per subject: [`cli`] is the arguments, [`config`] the configuration, [`load`] goes from files to facts,
//! [`cache`] keeps these between runs,
//! [`analysis`] from facts to findings, [`suppression`], [`baseline`] and [`changed`] decide which of them are shown,
//! [`resolve`] turns them into what [`sidestep_report`] writes, and [`check`] ties these together.
//! [`live`] does the last step for what a running program was seen to do; [`seen`] compares the two.
//!
//! A library, so that the Python package brings the command along.

mod analysis;
mod audit;
mod baseline;
mod cache;
mod changed;
mod check;
mod cli;
mod config;
mod dependencies;
mod environment;
mod fixing;
pub mod live;
mod load;
mod output;
mod progress;
mod repair;
mod resolve;
mod rule;
mod run;
mod seen;
mod selection;
mod suggest;
mod suppression;
mod watch;
mod why;

use clap::{CommandFactory, Parser};
use cli::{Cli, Command};
use std::ffi::OsString;
use std::io::Write;
use std::panic;

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to report.
    Clean,
    /// Findings, or files that could not be checked.
    Findings,
}

/// Runs the command with its arguments, the program's own name first, and says the exit status.
pub fn command(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(told) => {
            let _ = told.print();
            return u8::try_from(told.exit_code()).unwrap_or(2);
        }
    };
    report_panics();
    match panic::catch_unwind(|| run(cli, &arguments)) {
        Ok(Ok(Outcome::Clean)) => 0,
        Ok(Ok(Outcome::Findings)) => 1,
        Ok(Err(error)) => {
            complain(&format!("error: {error:#}"));
            2
        }
        Err(_) => 2,
    }
}

/// What goes wrong inside is told in a few words; what the parser cannot take is told by who asked it.
fn report_panics() {
    panic::set_hook(Box::new(|info| {
        if sidestep_facts::is_parsing() {
            return;
        }
        let what = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map(|place| format!(" at {}:{}", place.file(), place.line())).unwrap_or_default();
        complain(&format!(
            "internal error: {what}{place}\nThis is a bug in sidestep {}. Please report it with the code it was run on.",
            env!("CARGO_PKG_VERSION")
        ));
    }));
}

fn run(cli: Cli, arguments: &[OsString]) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Check(args) if args.watch => watch::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Rule(args) => rule::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Run(args) => run::run(&args, arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "sidestep", &mut script);
            output::print(|out| out.write_all(&script))?;
            Ok(Outcome::Clean)
        }
    }
}

/// A line for standard error, which may be closed.
fn complain(message: &str) {
    let _ = writeln!(std::io::stderr(), "{message}");
}
