//! The baseline: findings that are known and not to be reported until their lines change.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sidestep_report::Entry;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Baseline {
    version: u32,
    findings: Vec<Known>,
}

#[derive(Serialize, Deserialize)]
struct Known {
    fingerprint: String,
    /// For people who read the file; the fingerprint alone counts.
    code: String,
    path: String,
    message: String,
}

/// The fingerprints recorded in a baseline.
///
/// # Errors
/// A file that is not there or is no baseline.
pub fn read(file: &Path) -> anyhow::Result<HashSet<String>> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("{}: the baseline cannot be read; `--update-baseline` makes one", file.display()))?;
    let baseline: Baseline = serde_json::from_str(&text)
        .with_context(|| format!("{}: not a baseline; `--update-baseline` makes a new one", file.display()))?;
    if baseline.version != VERSION {
        bail!("{}: a baseline of another version; `--update-baseline` makes a new one", file.display());
    }
    Ok(baseline.findings.into_iter().map(|known| known.fingerprint).collect())
}

/// Records findings. The file is replaced at once or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn write(file: &Path, findings: &[Entry]) -> anyhow::Result<()> {
    let known = |entry: &Entry| Known {
        fingerprint: entry.fingerprint.clone(),
        code: entry.code.to_owned(),
        path: entry.path.clone(),
        message: entry.message.clone(),
    };
    let baseline = Baseline { version: VERSION, findings: findings.iter().map(known).collect() };
    let text = serde_json::to_string_pretty(&baseline)? + "\n";
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = file.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, file));
    written
        .inspect_err(|_| drop(fs::remove_file(&draft)))
        .with_context(|| format!("{}: cannot be written", file.display()))
}
