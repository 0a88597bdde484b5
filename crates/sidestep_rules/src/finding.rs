//! What a rule says: a finding, with its place, its confidence and the chain that proves it.

use crate::registry::Rule;
use sidestep_facts::{TextRange, wire_enum};
use sidestep_program::FileId;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Level {
    /// Worth knowing; shown in the `strict` preset only.
    Advice,
    /// Wrong under load, failure or another schedule.
    Warning,
    /// Wrong whenever it runs.
    Error,
}

impl Level {
    /// The word users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Advice => "advice",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// How the facts behind a finding were known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Confidence {
    /// Only some of the candidates, or a name alone; shown in the `strict` preset only.
    Possible,
    /// Inferred: what callers pass, a conventional name.
    Likely,
    /// Resolved all the way.
    Certain,
}

impl Confidence {
    /// The word users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

/// A step of the way from the finding to its cause, outermost first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The file.
    pub file: FileId,
    /// The place in it.
    pub range: TextRange,
    /// The function whose code stands there (`Class.method`, `<module>`).
    pub function: String,
    /// What happens there, in a few words: ``calls `load` ``, ``blocks: `time.sleep` ``.
    pub text: String,
}

/// A second place in the finding's own file that helps to see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub range: TextRange,
    /// What is there, in a few words: "read here".
    pub text: String,
}

/// One defect.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad (a rule may say less than its usual level, never more).
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What happens at run time, in one line, without a full stop at the end.
    pub message: String,
    /// What to do instead, in one line.
    pub help: Option<String>,
    /// Where.
    pub file: FileId,
    /// The expression whose change repairs it.
    pub range: TextRange,
    /// Secondary places in the same file.
    pub labels: Vec<Label>,
    /// The proof, where the cause is elsewhere.
    pub chain: Vec<Hop>,
}

wire_enum! {
    Level { 0 Advice; 1 Warning; 2 Error; }
    Confidence { 0 Possible; 1 Likely; 2 Certain; }
}
