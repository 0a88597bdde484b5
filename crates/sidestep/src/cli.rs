//! The command line.

use crate::selection::{Choice, Preset, Selector};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use serde::{Deserialize, Serialize};
use sidestep_report::Format;
use std::path::PathBuf;

/// Finds and proves the pitfalls of sync and async Python.
#[derive(Parser)]
#[command(name = "sidestep", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Read the whole program and report its pitfalls
    Check(Box<CheckArgs>),
    /// Explain a rule
    Rule(RuleArgs),
    /// Say what runs at a line: on which thread, and with what effects
    Why(WhyArgs),
    /// Check every call of an AI service against a list: timeout, retries, limits, batching, usage
    Audit(AuditArgs),
    /// Run a program and report its pitfalls as they happen
    Run(Box<RunArgs>),
    /// Print a script that completes the command line in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What a program is read from.
#[derive(Args, Clone, Default)]
pub struct ProgramArgs {
    /// Use this configuration file instead of the nearest pyproject.toml or sidestep.toml
    #[arg(long, value_name = "FILE", help_heading = "Configuration", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore all configuration files
    #[arg(long, help_heading = "Configuration")]
    pub isolated: bool,
    /// The interpreter or virtual environment of the project, whose packages are read (never run)
    #[arg(long, value_name = "PATH", help_heading = "Configuration")]
    pub python: Option<PathBuf>,
    /// The oldest Python that the program must run on, as 3.11 or py311
    #[arg(long, value_name = "VERSION", help_heading = "Configuration")]
    pub target_version: Option<String>,
    /// How many threads to use [default: one per core]
    #[arg(long, value_name = "N", help_heading = "Miscellaneous")]
    pub threads: Option<usize>,
    /// Do not read or write the cache
    #[arg(long, help_heading = "Miscellaneous")]
    pub no_cache: bool,
    /// Say what is read, and what is left out
    #[arg(short, long, help_heading = "Miscellaneous", conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print findings and nothing else
    #[arg(short, long, help_heading = "Miscellaneous")]
    pub quiet: bool,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Miscellaneous")]
    pub color: Color,
}

/// Which rules are wanted.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SelectionArgs {
    /// Only these rules: codes (SS201), pitfalls (SS2), names (blocking-sleep) or ALL
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// These rules too
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub extend_select: Vec<String>,
    /// All but these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// recommended: errors and warnings that are at least likely; strict: everything
    #[arg(long, value_name = "PRESET", help_heading = "Rules")]
    pub preset: Option<Preset>,
}

impl SelectionArgs {
    /// What is selected and ignored, understood.
    ///
    /// # Errors
    /// A rule that there is none of.
    pub fn choice(&self) -> anyhow::Result<Choice> {
        let read = |option: &str, texts: &[String]| -> anyhow::Result<Vec<Selector>> {
            let read = |text: &String| Selector::parse(text).map_err(|wrong| anyhow::anyhow!("{option}: {wrong}"));
            texts.iter().filter(|text| !text.trim().is_empty()).map(read).collect()
        };
        Ok(Choice {
            select: (!self.select.is_empty()).then(|| read("--select", &self.select)).transpose()?,
            extend_select: read("--extend-select", &self.extend_select)?,
            ignore: read("--ignore", &self.ignore)?,
        })
    }
}

/// `sidestep check`
#[derive(Args, Clone, Default)]
pub struct CheckArgs {
    /// Files and folders to check; `-` is standard input
    #[arg(default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,

    #[command(flatten)]
    pub rules: SelectionArgs,

    /// Repair what can be repaired without changing what the program means
    #[arg(long, help_heading = "Fixes", conflicts_with_all = ["watch", "update_baseline", "show_files"])]
    pub fix: bool,
    /// Count fixes in that somebody must look at
    #[arg(long, help_heading = "Fixes")]
    pub unsafe_fixes: bool,
    /// Print what fixes would change, and change nothing
    #[arg(long, help_heading = "Fixes", conflicts_with_all = ["watch", "update_baseline", "show_files", "statistics"])]
    pub diff: bool,

    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "full", help_heading = "Output")]
    pub output_format: OutputFormat,
    /// Count instead: findings per rule, files, lines, time, and by package the calls that could not be resolved
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,
    /// List the files that would be checked
    #[arg(long, help_heading = "Output")]
    pub show_files: bool,
    /// Check again whenever a file changes
    #[arg(long, help_heading = "Output", conflicts_with_all = ["update_baseline", "show_files"])]
    pub watch: bool,
    /// Exit with 0 even if there are findings
    #[arg(long, help_heading = "Output")]
    pub exit_zero: bool,

    /// Hide the findings recorded in this file
    #[arg(long, value_name = "FILE", help_heading = "Which findings")]
    pub baseline: Option<PathBuf>,
    /// Record the present findings in the baseline
    #[arg(long, help_heading = "Which findings")]
    pub update_baseline: bool,
    /// Only findings in files changed since a revision of git; the whole program is still read
    #[arg(long, value_name = "REV", help_heading = "Which findings")]
    pub changed_since: Option<String>,
    /// Mark findings that were seen live: a report that `sidestep run` or `pytest --sidestep` wrote as JSON
    #[arg(long, value_name = "FILE", help_heading = "Which findings")]
    pub seen: Option<PathBuf>,
    /// The name of the file that comes on standard input
    #[arg(long, value_name = "NAME", help_heading = "Which findings")]
    pub stdin_filename: Option<PathBuf>,

    /// What the program is read from.
    #[command(flatten)]
    pub program: ProgramArgs,
}

/// `sidestep rule`
#[derive(Args)]
pub struct RuleArgs {
    /// The rule's code or name
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub rule: Option<String>,
    /// List every rule
    #[arg(long)]
    pub all: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: RuleFormat,
}

/// `sidestep why`
#[derive(Args)]
pub struct WhyArgs {
    /// The place, as path:line
    #[arg(value_name = "PATH:LINE")]
    pub place: String,
    /// What the program is read from.
    #[command(flatten)]
    pub program: ProgramArgs,
}

/// `sidestep audit`
#[derive(Args)]
pub struct AuditArgs {
    /// Files and folders of the program
    #[arg(default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// How to write the list
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub output_format: AuditFormat,
    /// In text: say the reason of each cell
    #[arg(long, help_heading = "Output")]
    pub details: bool,
    /// Exit with 1 if a cell of a column has a verdict: timeout=no, usage=unknown …
    #[arg(long, value_name = "COLUMN=VERDICT", value_delimiter = ',', help_heading = "Output")]
    pub fail_on: Vec<String>,
    /// What the program is read from.
    #[command(flatten)]
    pub program: ProgramArgs,
}

/// `sidestep run`
#[derive(Args, Clone, Serialize)]
#[command(
    override_usage = "sidestep run [OPTIONS] SCRIPT [ARGS]...\n       sidestep run [OPTIONS] -m MODULE [ARGS]..."
)]
pub struct RunArgs {
    #[command(flatten)]
    #[serde(flatten)]
    pub rules: SelectionArgs,

    /// How to write the findings, on standard error when the program has ended
    #[arg(long, value_name = "FORMAT", default_value = "full", help_heading = "Output")]
    pub output_format: OutputFormat,
    /// Also write each finding as it happens
    #[arg(long, help_heading = "Output")]
    pub live: bool,
    /// Also keep them in a file, up to date while the program runs: as JSON, or by its ending (.sarif .html .xml .txt)
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub report: Option<PathBuf>,
    /// Exit with 1 if the program itself succeeds and there are findings: error, warning or advice and worse, or rules
    #[arg(long, value_name = "LEVEL|RULES", value_delimiter = ',', help_heading = "Output")]
    pub fail_on: Vec<String>,
    /// Say what was seen beside findings: pauses of the garbage collector, a machine too busy
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub color: Color,

    /// How long the loop may stand still, in milliseconds
    #[arg(long, value_name = "MS", default_value = "100", help_heading = "Limits")]
    pub threshold: f64,
    /// Report what has waited for the same thing for so many seconds, with who waits for whom
    #[arg(long, value_name = "SECONDS", help_heading = "Limits")]
    pub hang_after: Option<f64>,
    /// How many tasks made at one place may be alive and at work at a time
    #[arg(long, value_name = "N", default_value = "1000", help_heading = "Limits")]
    pub tasks: u64,
    /// What tokens cost: a JSON or TOML file of `model = { input = 2.5, output = 10 }`, per million tokens
    #[arg(long, value_name = "FILE", help_heading = "Limits")]
    pub prices: Option<PathBuf>,

    /// Use this configuration file instead of the nearest pyproject.toml or sidestep.toml
    #[arg(long, value_name = "FILE", help_heading = "Configuration", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Ignore all configuration files
    #[arg(long, help_heading = "Configuration")]
    pub isolated: bool,
    /// The interpreter or virtual environment to run the program with
    #[arg(long, value_name = "PATH", help_heading = "Configuration")]
    pub python: Option<PathBuf>,

    /// Run a module, as `python -m` does
    #[arg(short, long, help_heading = "Program")]
    pub module: bool,
    /// The script or the module, and its arguments
    #[arg(
        value_name = "PROGRAM",
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        help_heading = "Program"
    )]
    pub program: Vec<String>,
}

/// How `sidestep audit` writes.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// A table that fits the terminal
    Text,
    /// For programs
    Json,
    /// A table for a pull request or a wiki
    Markdown,
    /// One HTML page that needs no network
    Html,
}

/// When to use colours.
#[derive(ValueEnum, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How `sidestep rule` writes.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
pub enum RuleFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// The formats of `sidestep check`, as they are spelled.
#[derive(ValueEnum, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputFormat {
    /// Source, chain and help
    #[default]
    Full,
    /// A line per finding
    Concise,
    /// Sidestep's own JSON
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub Actions
    Github,
    /// GitLab code quality
    Gitlab,
    /// JUnit XML
    Junit,
    /// One HTML page
    Html,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Format {
        match format {
            OutputFormat::Full => Format::Full,
            OutputFormat::Concise => Format::Concise,
            OutputFormat::Json => Format::Json,
            OutputFormat::Sarif => Format::Sarif,
            OutputFormat::Github => Format::Github,
            OutputFormat::Gitlab => Format::Gitlab,
            OutputFormat::Junit => Format::Junit,
            OutputFormat::Html => Format::Html,
        }
    }
}
