//! The `sidestep` command.
//!
//! One file per subject: [`cli`] is the arguments, [`config`] the configuration, [`load`] goes from files to facts,
//! [`cache`] keeps these between runs,
//! [`analysis`] from facts to findings, [`suppression`], [`baseline`] and [`changed`] decide which of them are shown,
//! [`resolve`] turns them into what [`sidestep_report`] writes, and [`check`] ties these together.

mod analysis;
mod audit;
mod baseline;
mod cache;
mod changed;
mod check;
mod cli;
mod config;
mod environment;
mod fixing;
mod load;
mod output;
mod progress;
mod repair;
mod resolve;
mod rule;
mod selection;
mod suggest;
mod suppression;
mod watch;
mod why;

use clap::{CommandFactory, Parser};
use cli::{Cli, Command};
use std::io::Write;
use std::panic;
use std::process::ExitCode;

/// What a run came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing to report.
    Clean,
    /// Findings, or files that could not be checked.
    Findings,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
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
    match panic::catch_unwind(|| run(cli)) {
        Ok(Ok(Outcome::Clean)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::Findings)) => ExitCode::from(1),
        Ok(Err(error)) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    match cli.command {
        Command::Check(args) if args.watch => watch::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Rule(args) => rule::run(&args),
        Command::Why(args) => why::run(&args),
        Command::Audit(args) => audit::run(&args),
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
