//! `sidestep check --watch`: checks again whenever a file has changed.

use crate::cli::CheckArgs;
use crate::{Outcome, check, complain};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

const PAUSE: Duration = Duration::from_millis(500);

type Stamps = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// Runs until it is interrupted.
///
/// # Errors
/// What is wrong before the first run; later ones are told and waited out.
pub fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.stdin_filename.is_none() && !args.paths.iter().any(|path| path.as_os_str() == "-"),
        "--watch: standard input cannot be watched; name files or folders"
    );
    let mut seen = stamps(args)?;
    loop {
        if std::io::stdout().is_terminal() {
            let _ = std::io::stdout().write_all(b"\x1b[2J\x1b[H");
        }
        if let Err(error) = check::run(args) {
            complain(&format!("error: {error:#}"));
        }
        complain("watching for changes; Ctrl+C ends");
        seen = loop {
            thread::sleep(PAUSE);
            match stamps(args) {
                Ok(now) if now != seen => break now,
                Ok(_) => {}
                // A configuration that is being written is wrong for a moment.
                Err(_) if seen.is_empty() => {}
                Err(_) => break Stamps::new(),
            }
        };
    }
}

/// When each file, and the configuration, changed last.
fn stamps(args: &CheckArgs) -> anyhow::Result<Stamps> {
    let plan = check::Plan::new(args)?;
    let stamp = |path: PathBuf| {
        let metadata = path.metadata().ok();
        let stamp = metadata.and_then(|metadata| Some((metadata.modified().ok()?, metadata.len())));
        (path, stamp)
    };
    let files = plan.sources.iter().map(|source| source.path().to_owned());
    Ok(files.chain(plan.configuration()).map(stamp).collect())
}
