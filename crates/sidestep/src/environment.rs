//! Where the packages of a project's environment are. Nothing in it is run.

use anyhow::bail;
use sidestep_program::{Version, versioned};
use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::{Path, PathBuf};

/// The `site-packages` of the interpreter or environment that is named, else of the active one, else of the project's
/// `.venv`. None where there is no environment.
///
/// # Errors
/// A path that is neither an interpreter nor an environment.
pub fn site_packages(named: Option<&Path>, root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if let Some(named) = named {
        let found = of(named);
        if found.is_empty() {
            let what =
                if named.exists() { "is no Python interpreter or virtual environment" } else { "does not exist" };
            bail!("{}: {what}; name one with --python, such as `.venv`", named.display());
        }
        return Ok(found);
    }
    if let Some(active) = env::var_os("VIRTUAL_ENV").filter(|path| !path.is_empty()) {
        let found = in_prefix(Path::new(&active));
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(root
        .ancestors()
        .map(|folder| in_prefix(&folder.join(".venv")))
        .find(|found| !found.is_empty())
        .unwrap_or_default())
}

fn of(path: &Path) -> Vec<PathBuf> {
    if path.is_dir() {
        return in_prefix(path);
    }
    // `prefix/bin/python`: the link itself tells the environment, what it points to the base installation.
    let places = [Some(path.to_owned()), path.canonicalize().ok()];
    let prefixes = places.iter().flatten().filter_map(|path| path.parent()?.parent());
    if path.is_file() {
        prefixes.map(in_prefix).find(|found| !found.is_empty()).unwrap_or_default()
    } else {
        Vec::new()
    }
}

fn in_prefix(prefix: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (library, packages) in [("lib", "site-packages"), ("lib", "dist-packages"), ("lib64", "site-packages")] {
        let Ok(entries) = prefix.join(library).read_dir() else { continue };
        let pythons = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("python3"));
        found.extend(pythons.map(|entry| entry.path().join(packages)).filter(|folder| folder.is_dir()));
    }
    found.extend([prefix.join("Lib/site-packages")].into_iter().filter(|folder| folder.is_dir()));
    found.sort();
    // `lib64` is a link to `lib` most of the time.
    let mut seen = Vec::new();
    found.retain(|folder| {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        !seen.contains(&real) && {
            seen.push(real);
            true
        }
    });
    let editable: Vec<PathBuf> = found.iter().flat_map(|folder| editable(folder)).collect();
    found.extend(editable);
    found
}

/// Folders that `.pth` files add: packages installed in place.
fn editable(packages: &Path) -> Vec<PathBuf> {
    let Ok(entries) = packages.read_dir() else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "pth"));
    files.sort();
    let lines = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    let lines = lines.flat_map(|text| text.lines().map(|line| packages.join(line.trim())).collect::<Vec<_>>());
    lines.filter(|folder| folder != packages && folder.is_dir()).collect()
}

/// The versions of the distributions for which they matter: as installed, else as the project's lock files or pinned
/// requirements have them. A distribution of which several versions are named is left out.
pub fn versions(packages: &[PathBuf], root: &Path) -> BTreeMap<String, Version> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let wanted = versioned();
    let mut add = |name: &str, version: &str| {
        let name = normal(name);
        if wanted.contains(name.as_str()) {
            named.entry(name).or_default().insert(version.to_owned());
        }
    };
    for folder in packages {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let file = entry.file_name();
            let file = file.to_string_lossy();
            if let Some((name, version)) = file.strip_suffix(".dist-info").and_then(|name| name.rsplit_once('-')) {
                add(name, version);
            }
        }
    }
    if packages.is_empty() {
        locked(root, &mut add);
    }
    let only = |(name, versions): (String, BTreeSet<String>)| match versions.len() {
        1 => Some((name, Version::new(versions.first()?))),
        _ => None,
    };
    named.into_iter().filter_map(only).collect()
}

/// What `uv.lock`, `poetry.lock` and requirements beside the project say.
fn locked(root: &Path, add: &mut dyn FnMut(&str, &str)) {
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap_or_default();
    for file in ["uv.lock", "poetry.lock"] {
        let text = read(file);
        let mut package = "";
        for line in text.lines() {
            let value = |key: &str| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
            if let Some(name) = value("name") {
                package = name;
            } else if let Some(version) = value("version") {
                add(package, version);
            }
        }
    }
    for line in read("requirements.txt").lines() {
        let requirement = line.split([';', '#']).next().unwrap_or_default();
        if let Some((name, version)) = requirement.split_once("==") {
            add(name.split('[').next().unwrap_or_default().trim(), version.trim());
        }
    }
}

/// A distribution's name as it is compared.
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}
