//! The report: findings with everything that a format may show, and files that could not be checked.

use sidestep_rules::fix::Applicability;
use sidestep_rules::{Confidence, Level};
use sidestep_source::{Excerpt, Place, SourceError};

/// Everything there is to tell.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, in the order of path, place and code.
    pub findings: Vec<Entry>,
    /// Files that could not be checked, in the order of path.
    pub errors: Vec<FileError>,
    /// The numbers.
    pub summary: Summary,
}

impl Report {
    /// How many findings have a fix of a kind.
    pub fn fixable(&self, applicability: Applicability) -> usize {
        let is_kind = |entry: &&Entry| entry.fix.as_ref().is_some_and(|fix| fix.applicability == applicability);
        self.findings.iter().filter(is_kind).count()
    }
}

/// The numbers of a run that are the same whenever it is repeated.
#[derive(Debug, Default, Clone, Copy)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Findings that comments, the baseline or unchanged files hide.
    pub hidden: usize,
    /// Findings that have been repaired, and are no longer among the others.
    pub fixed: usize,
    /// Repairs were asked for: what is left says why.
    pub fixing: bool,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `SS201`
    pub code: &'static str,
    /// `blocking-sleep`
    pub name: &'static str,
    /// 1 to 12; 0 for findings about suppression comments.
    pub pitfall: u8,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What happens at run time.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
    /// The file, relative to the working directory where it is under it, with `/`.
    pub path: String,
    /// Where it starts.
    pub start: Place,
    /// Where it ends.
    pub end: Place,
    /// Other places in the file.
    pub labels: Vec<Label>,
    /// The proof, outermost call first.
    pub chain: Vec<Hop>,
    /// The lines to show; the first span is the finding's, the others are the labels', in order.
    pub excerpt: Option<Excerpt>,
    /// Identifies the finding across runs, whatever its line.
    pub fingerprint: String,
    /// How it can be repaired.
    pub fix: Option<Fix>,
    /// Where it cannot, or was not: why.
    pub unfixed: Option<String>,
    /// How often it was seen to happen, if it was.
    pub seen: Option<Seen>,
}

/// A repair.
#[derive(Debug, Clone)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// Its edits, in order.
    pub edits: Vec<Edit>,
}

/// A piece of text in place of another.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The file, where it is not the finding's.
    pub path: Option<String>,
    /// Where what goes begins.
    pub start: Place,
    /// Where it ends.
    pub end: Place,
    /// What comes.
    pub content: String,
}

/// What was seen of a finding while the program ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// How many times.
    pub times: u32,
    /// How long in all, in seconds; 0 where it takes no time.
    pub seconds: f64,
    /// The longest of them.
    pub longest: f64,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.times {
            1 => write!(to, "once")?,
            times => write!(to, "{times} times")?,
        }
        match (self.seconds > 0.0, self.times) {
            (false, _) => Ok(()),
            (true, 1) => write!(to, ", for {:.2} s", self.seconds),
            (true, _) => write!(to, ", for {:.2} s in all, {:.2} s at most", self.seconds, self.longest),
        }
    }
}

impl Entry {
    /// Where the rule is explained, relative to the root of Sidestep's documentation.
    pub fn url(&self) -> String {
        let anchor = format!("{}-{}", self.code.to_ascii_lowercase(), self.name);
        match self.pitfall {
            0 => format!("docs/suppression.md#{anchor}"),
            pitfall => format!("docs/pitfalls/p{pitfall:02}.md#{anchor}"),
        }
    }

    /// The message, with how often it was seen, for formats that have one line for it.
    pub(crate) fn told(&self) -> String {
        format!("{}{}", self.message, self.noted())
    }

    /// How often it was seen, in brackets.
    pub(crate) fn noted(&self) -> String {
        self.seen.map(|seen| format!(" (seen {seen})")).unwrap_or_default()
    }

    /// `path:line:column`
    pub fn location(&self) -> String {
        location(&self.path, self.start)
    }
}

/// A second place in a finding's file.
#[derive(Debug, Clone)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there.
    pub text: String,
}

/// A step from a finding to its cause.
#[derive(Debug, Clone)]
pub struct Hop {
    /// The file.
    pub path: String,
    /// The place in it.
    pub place: Place,
    /// The function that stands there.
    pub function: String,
    /// What it does there.
    pub text: String,
}

/// A file, or a part of it, that could not be checked.
#[derive(Debug, Clone)]
pub struct FileError {
    /// The file.
    pub path: String,
    /// Why.
    pub error: SourceError,
}

impl FileError {
    /// `path:line:column`, or the path alone where the file as a whole is meant.
    pub fn location(&self) -> String {
        let SourceError { cell, line, column, .. } = self.error;
        if line == 0 { self.path.clone() } else { location(&self.path, Place { cell, line, column }) }
    }
}

/// `path:line:column`; in notebooks `path:cell 3:line:column`.
pub(crate) fn location(path: &str, place: Place) -> String {
    let Place { cell, line, column } = place;
    match cell {
        Some(cell) => format!("{path}:cell {cell}:{line}:{column}"),
        None => format!("{path}:{line}:{column}"),
    }
}
