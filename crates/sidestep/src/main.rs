//! The `sidestep` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sidestep::command(std::env::args_os()))
}
