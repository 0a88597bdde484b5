//! The configuration: `[tool.sidestep]` in `pyproject.toml`, or `sidestep.toml`; the nearest one counts.

use crate::selection::{Choice, Preset, Selector};
use crate::suggest::did_you_mean;
use anyhow::{Context, bail};
use sidestep_rules::fix::Options;
use sidestep_source::LineIndex;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A version of Python: major and minor.
pub type Version = (u8, u8);

/// Everything that can be configured.
#[derive(Debug, Default)]
pub struct Config {
    /// The file it comes from.
    pub file: Option<PathBuf>,
    /// The folder that paths and patterns are relative to.
    pub root: PathBuf,
    /// `select`, `ignore`, `extend-select`
    pub choice: Choice,
    /// `preset`
    pub preset: Preset,
    /// `exclude`
    pub exclude: Option<Vec<String>>,
    /// `extend-exclude`
    pub extend_exclude: Vec<String>,
    /// `target-version`, or the lower bound of the project's `requires-python`
    pub target_version: Option<Version>,
    /// `knowledge`: folders with stubs
    pub knowledge: Vec<PathBuf>,
    /// `src`: folders that imports are looked up in
    pub src: Vec<PathBuf>,
    /// `python`
    pub python: Option<PathBuf>,
    /// `per-file-ignores`
    pub per_file_ignores: Vec<(String, Vec<Selector>)>,
    /// `include-markdown`
    pub include_markdown: bool,
    /// `baseline`
    pub baseline: Option<PathBuf>,
    /// `fix-timeout`, `fix-concurrency`: what fixes are made with
    pub fixes: Options,
}

const KEYS: [&str; 15] = [
    "select",
    "ignore",
    "extend-select",
    "preset",
    "exclude",
    "extend-exclude",
    "target-version",
    "knowledge",
    "src",
    "python",
    "per-file-ignores",
    "include-markdown",
    "baseline",
    "fix-timeout",
    "fix-concurrency",
];

impl Config {
    /// The configuration of a file that is named.
    ///
    /// # Errors
    /// What cannot be read or understood, with its place.
    pub fn from_file(file: &Path) -> anyhow::Result<Config> {
        let text = fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
        let root = parent(file);
        if file.file_name().is_some_and(|name| name == "pyproject.toml") {
            let (config, requires) = Self::from_pyproject(file, &root, &text)?;
            let mut config = config.with_context(|| format!("{}: has no [tool.sidestep]", file.display()))?;
            config.target_version = config.target_version.or(requires);
            return Ok(config);
        }
        let table = parse(file, &text)?;
        Reader { file, text: &text, section: "" }.config(table.get_ref(), root)
    }

    /// The nearest configuration, from a folder upwards.
    ///
    /// # Errors
    /// What cannot be read or understood, with its place.
    pub fn nearest(folder: &Path) -> anyhow::Result<Config> {
        let mut requires = None;
        for folder in folder.ancestors() {
            let own = folder.join("sidestep.toml");
            let pyproject = folder.join("pyproject.toml");
            let mut found = own.is_file().then(|| Config::from_file(&own)).transpose()?;
            if let Ok(text) = fs::read_to_string(&pyproject) {
                let (config, version) = Self::from_pyproject(&pyproject, folder, &text)?;
                requires = requires.or(version);
                found = found.or(config);
            }
            if let Some(mut config) = found {
                config.target_version = config.target_version.or(requires);
                return Ok(config);
            }
        }
        Ok(Config { root: folder.to_owned(), target_version: requires, ..Config::default() })
    }

    /// Its `[tool.sidestep]`, and what its `[project]` requires of Python.
    fn from_pyproject(file: &Path, root: &Path, text: &str) -> anyhow::Result<(Option<Config>, Option<Version>)> {
        // A project file that is none of our business may be as broken as it likes.
        if !text.contains("sidestep") && !text.contains("requires-python") {
            return Ok((None, None));
        }
        let table = parse(file, text)?;
        let table = table.get_ref();
        let requires = table.get("project").and_then(|project| project.get_ref().as_table()?.get("requires-python"));
        let requires = requires.and_then(|version| lower_bound(version.get_ref().as_str()?));
        let section = table.get("tool").and_then(|tool| tool.get_ref().as_table()?.get("sidestep"));
        let Some(section) = section else { return Ok((None, requires)) };
        let reader = Reader { file, text, section: " in [tool.sidestep]" };
        let Some(section) = section.get_ref().as_table() else {
            return Err(reader.error(section.span(), "`tool.sidestep` is a table of settings"));
        };
        Ok((Some(reader.config(section, root.to_owned())?), requires))
    }
}

/// Reads a version as `3.11` or `py311`.
///
/// # Errors
/// Anything else.
pub fn version(text: &str) -> Result<Version, String> {
    let read = || {
        let (major, minor) = match text.strip_prefix("py") {
            Some(digits) if digits.is_ascii() && digits.len() > 1 => digits.split_at(1),
            _ => text.split_once('.')?,
        };
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    match read() {
        Some(version @ (3, 7..=99)) => Ok(version),
        _ => Err(format!("`{text}` is not a version of Python 3, such as `3.11` or `py311`")),
    }
}

/// The oldest version that a specifier such as `>=3.10,<4` allows.
fn lower_bound(specifier: &str) -> Option<Version> {
    let bounds = specifier.split(',').filter_map(|clause| {
        let clause = clause.trim();
        let number = ["~=", "===", "==", ">=", ">"].iter().find_map(|operator| clause.strip_prefix(operator))?;
        let mut parts = number.trim().split('.');
        Some((parts.next()?.parse().ok()?, parts.next().map_or(Some(0), |minor| minor.parse().ok())?))
    });
    bounds.max()
}

fn parse<'t>(file: &Path, text: &'t str) -> anyhow::Result<Spanned<DeTable<'t>>> {
    DeTable::parse(text).map_err(|failure| {
        let reader = Reader { file, text, section: "" };
        reader.error(failure.span().unwrap_or(0..0), failure.message())
    })
}

fn parent(file: &Path) -> PathBuf {
    sidestep_source::absolute(file).parent().map(Path::to_owned).unwrap_or_default()
}

/// Reads values of one file, and says where they are wrong.
struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    section: &'static str,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl Reader<'_> {
    fn config(&self, table: &DeTable<'_>, root: PathBuf) -> anyhow::Result<Config> {
        let mut config = Config { file: Some(self.file.to_owned()), ..Config::default() };
        let path = |text: &str| sidestep_source::absolute(&root.join(text));
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "select" => config.choice.select = Some(self.selectors(value)?),
                "extend-select" => config.choice.extend_select = self.selectors(value)?,
                "ignore" => config.choice.ignore = self.selectors(value)?,
                "preset" => {
                    config.preset = match self.text(value)? {
                        "recommended" => Preset::Recommended,
                        "strict" => Preset::Strict,
                        other => {
                            let hint = did_you_mean(other, ["recommended", "strict"]);
                            bail!(self.error(value.span(), &format!("unknown preset `{other}`{hint}")));
                        }
                    }
                }
                "exclude" => config.exclude = Some(self.texts(value)?),
                "extend-exclude" => config.extend_exclude = self.texts(value)?,
                "target-version" => {
                    let version = version(self.text(value)?).map_err(|wrong| self.error(value.span(), &wrong))?;
                    config.target_version = Some(version);
                }
                "knowledge" => config.knowledge = self.texts(value)?.iter().map(|text| path(text)).collect(),
                "src" => config.src = self.texts(value)?.iter().map(|text| path(text)).collect(),
                "python" => config.python = Some(path(self.text(value)?)),
                "baseline" => config.baseline = Some(path(self.text(value)?)),
                "include-markdown" => {
                    let is = value.get_ref().as_bool();
                    config.include_markdown = is.ok_or_else(|| self.expected("true or false", value))?;
                }
                "fix-timeout" => {
                    let seconds = value.get_ref().as_integer().map(|number| number.to_string());
                    let seconds = seconds.or_else(|| value.get_ref().as_float().map(|number| number.to_string()));
                    let seconds = seconds.and_then(|text| text.parse().ok()).filter(|seconds: &f64| *seconds > 0.0);
                    config.fixes.timeout = seconds.ok_or_else(|| self.expected("a number of seconds", value))?;
                }
                "fix-concurrency" => {
                    let many = value.get_ref().as_integer().and_then(|number| number.to_string().parse().ok());
                    let many = many.filter(|many: &u32| *many > 0);
                    config.fixes.concurrency = many.ok_or_else(|| self.expected("a number from 1", value))?;
                }
                "per-file-ignores" => {
                    let table = value.get_ref().as_table();
                    for (pattern, value) in table.ok_or_else(|| self.expected("a table of patterns", value))? {
                        config.per_file_ignores.push((pattern.get_ref().to_string(), self.selectors(value)?));
                    }
                }
                unknown => {
                    let hint = match did_you_mean(unknown, KEYS) {
                        hint if hint.is_empty() => format!("; there are {}", KEYS.join(", ")),
                        hint => hint,
                    };
                    bail!(self.error(key.span(), &format!("unknown setting `{unknown}`{}{hint}", self.section)));
                }
            }
        }
        config.root = root;
        Ok(config)
    }

    fn selectors(&self, value: &Value<'_>) -> anyhow::Result<Vec<Selector>> {
        self.array(value)?
            .iter()
            .map(|item| Selector::parse(self.text(item)?).map_err(|wrong| self.error(item.span(), &wrong)))
            .collect()
    }

    fn texts(&self, value: &Value<'_>) -> anyhow::Result<Vec<String>> {
        self.array(value)?.iter().map(|item| self.text(item).map(str::to_owned)).collect()
    }

    fn array<'v, 't>(&self, value: &'v Value<'t>) -> anyhow::Result<&'v [Value<'t>]> {
        value.get_ref().as_array().map(|array| &**array).ok_or_else(|| self.expected("a list of strings", value))
    }

    fn text<'v>(&self, value: &'v Value<'_>) -> anyhow::Result<&'v str> {
        value.get_ref().as_str().ok_or_else(|| self.expected("a string", value))
    }

    fn expected(&self, what: &str, value: &Value<'_>) -> anyhow::Error {
        self.error(value.span(), &format!("expected {what}, not {}", value.get_ref().type_str()))
    }

    fn error(&self, span: Range<usize>, message: &str) -> anyhow::Error {
        let index = LineIndex::new(self.text);
        let at = (span.start.min(self.text.len()) as u32).into();
        let (line, column) = (index.line(at) + 1, index.characters_before(at, self.text) + 1);
        let file = crate::resolve::shown(self.file);
        anyhow::anyhow!("{file}:{line}:{column}: {}", message.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(version("3.11"), Ok((3, 11)));
        assert_eq!(version("py39"), Ok((3, 9)));
        assert!(version("2.7").is_err() && version("py").is_err() && version("three").is_err());
        assert_eq!(lower_bound(">=3.10,<4"), Some((3, 10)));
        assert_eq!(lower_bound("~=3.9.2"), Some((3, 9)));
        assert_eq!(lower_bound("<4"), None);
    }
}
