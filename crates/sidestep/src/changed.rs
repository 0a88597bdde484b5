//! The files that changed since a revision of git, those included that git does not know yet.

use anyhow::{Context, bail};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The changed files, as absolute paths.
///
/// # Errors
/// No git, no repository, no such revision.
pub fn since(revision: &str, folder: &Path) -> anyhow::Result<HashSet<PathBuf>> {
    if revision.starts_with('-') {
        bail!("--changed-since: `{revision}` is not a revision");
    }
    let root = git(folder, &["rev-parse", "--show-toplevel"], revision)?;
    let root = PathBuf::from(String::from_utf8_lossy(&root).trim_end_matches(['\r', '\n']));
    let changed = git(&root, &["diff", "--name-only", "--no-ext-diff", "-z", revision, "--"], revision)?;
    let new = git(&root, &["ls-files", "--others", "--exclude-standard", "-z"], revision)?;
    let names = changed.split(|&byte| byte == 0).chain(new.split(|&byte| byte == 0));
    let names = names.filter(|name| !name.is_empty());
    Ok(names.map(|name| root.join(&*String::from_utf8_lossy(name))).map(|path| real(&path)).collect())
}

/// A path under which files can be compared whatever links lead to them.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn git(folder: &Path, arguments: &[&str], revision: &str) -> anyhow::Result<Vec<u8>> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.context("--changed-since: git cannot be run")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("git failed").trim_start_matches("fatal: ");
        bail!("--changed-since {revision}: {said}");
    }
    Ok(output.stdout)
}
