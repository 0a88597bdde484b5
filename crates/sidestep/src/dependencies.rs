//! What a project says it depends on: `pyproject.toml`, `requirements*.txt`. Only names are of interest.

use sidestep_rules::fix::Retries;
use std::fs;
use std::path::Path;
use toml::Table;

/// The library for retries that the project around a folder depends on.
pub fn retries(folder: &Path) -> Retries {
    let names = folder.ancestors().map(names).find(|names| !names.is_empty()).unwrap_or_default();
    let has = |name: &str| names.iter().any(|other| other == name);
    match () {
        () if has("stamina") => Retries::Stamina,
        () if has("tenacity") => Retries::Tenacity,
        () => Retries::Loop,
    }
}

/// The names that the files of one folder list.
fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let project = fs::read_to_string(folder.join("pyproject.toml")).ok().and_then(|text| text.parse::<Table>().ok());
    if let Some(project) = project {
        names.extend(of_project(&project));
    }
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let is_list = |name: &str| name.starts_with("requirements") && name.ends_with(".txt");
    for file in files.filter(|file| file.file_name().to_str().is_some_and(is_list)) {
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        names.extend(text.lines().filter_map(name));
    }
    names
}

/// `[project]`'s dependencies, optional ones, groups, and Poetry's table.
fn of_project(project: &Table) -> Vec<String> {
    let table = |path: &[&str]| {
        let mut at = project;
        for key in path {
            at = at.get(*key)?.as_table()?;
        }
        Some(at)
    };
    let mut names = Vec::new();
    let lists = table(&["project"]).and_then(|project| project.get("dependencies")).into_iter();
    let groups = [&["project", "optional-dependencies"][..], &["dependency-groups"][..]];
    let groups = groups.into_iter().filter_map(table).flat_map(Table::values);
    for list in lists.chain(groups) {
        names.extend(list.as_array().into_iter().flatten().filter_map(|entry| name(entry.as_str()?)));
    }
    if let Some(poetry) = table(&["tool", "poetry", "dependencies"]) {
        names.extend(poetry.keys().filter_map(|key| name(key)));
    }
    names
}

/// The name in a requirement: `tenacity` of `tenacity[doc]>=9; python_version > "3.8"`.
fn name(requirement: &str) -> Option<String> {
    let requirement = requirement.trim();
    let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let name = &requirement[..end.unwrap_or(requirement.len())];
    (!name.is_empty()).then(|| name.to_ascii_lowercase().replace(['_', '.'], "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_say_it_in_several_ways() {
        for (file, text, expected) in [
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"httpx\", \"Tenacity[doc] >=9; python_version>'3.8'\"]",
                Retries::Tenacity,
            ),
            ("pyproject.toml", "[project.optional-dependencies]\nx = [\"stamina\"]", Retries::Stamina),
            (
                "pyproject.toml",
                "[dependency-groups]\ndev = [\"tenacity~=8.0\", {include-group = \"x\"}]",
                Retries::Tenacity,
            ),
            ("pyproject.toml", "[tool.poetry.dependencies]\ntenacity = \"^8\"", Retries::Tenacity),
            ("requirements-dev.txt", "# tools\nhttpx==1\nstamina  # retries\n", Retries::Stamina),
            ("pyproject.toml", "[project]\ndependencies = [\"tenacity-extras\"]", Retries::Loop),
            ("pyproject.toml", "[project\n", Retries::Loop),
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(file), text).unwrap();
            fs::create_dir(folder.path().join("app")).unwrap();
            assert_eq!(retries(&folder.path().join("app")), expected, "{text}");
        }
    }
}
