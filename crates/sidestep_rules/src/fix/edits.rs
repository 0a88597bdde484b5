//! What a fix is: edits of a finding's file (and of others, where one cannot change without them), and how far they can be trusted.

use sidestep_facts::{TextRange, TextSize, wire_enum};
use sidestep_program::FileId;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How far a fix can be trusted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Applicability {
    /// Right in intent; somebody must look at it. Made with `--unsafe-fixes` only.
    Unsafe,
    /// Cannot change what the program means, except that the fault is gone.
    Safe,
}

impl Applicability {
    /// The word users see.
    pub fn as_str(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        }
    }
}

/// A piece of text in place of another. Lines end with `\n`, whatever the file's do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What goes.
    pub range: TextRange,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// Puts text in place of another.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Edit {
        Edit { range, text: text.into() }
    }

    /// Puts text in.
    pub fn insert(at: TextSize, text: impl Into<String>) -> Edit {
        Edit { range: TextRange::empty(at), text: text.into() }
    }
}

/// A repair of one finding. Its edits are all made, or none is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in a few words: "add `await`".
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    /// The edits, in the finding's own file, sorted; none overlaps another.
    pub edits: Vec<Edit>,
    /// The edits in other files of the program, likewise.
    pub elsewhere: BTreeMap<FileId, Vec<Edit>>,
}

impl Fix {
    /// A fix that can be made without looking.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
        Fix::new(title, Applicability::Safe, edits)
    }

    /// A fix that somebody must look at.
    pub fn needs_review(title: impl Into<String>, edits: Vec<Edit>) -> Fix {
        Fix::new(title, Applicability::Unsafe, edits)
    }

    fn new(title: impl Into<String>, applicability: Applicability, edits: Vec<Edit>) -> Fix {
        Fix { title: title.into(), applicability, edits: in_order(edits), elsewhere: BTreeMap::new() }
    }

    /// The same fix, with edits of other files.
    pub fn with_elsewhere(mut self, edits: BTreeMap<FileId, Vec<Edit>>) -> Fix {
        self.elsewhere = edits.into_iter().map(|(file, edits)| (file, in_order(edits))).collect();
        self.elsewhere.retain(|_, edits| !edits.is_empty());
        self
    }

    /// The edits of each file; `own` is the finding's.
    pub fn files(&self, own: FileId) -> impl Iterator<Item = (FileId, &[Edit])> {
        std::iter::once((own, &*self.edits)).chain(self.elsewhere.iter().map(|(file, edits)| (*file, &**edits)))
    }

    /// The same fix, trusted less.
    pub fn at_most(mut self, applicability: Applicability) -> Fix {
        self.applicability = self.applicability.min(applicability);
        self
    }
}

/// Edits as they stand in the file, each once.
fn in_order(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    edits.dedup();
    join_imports(&mut edits);
    edits
}

/// New imports at one place stand together, sorted, with one blank line behind them if there is to be one.
fn join_imports(edits: &mut Vec<Edit>) {
    let is_import = |edit: &Edit| edit.range.is_empty() && edit.text.starts_with("import ");
    for at in (1..edits.len()).rev() {
        if !(is_import(&edits[at]) && is_import(&edits[at - 1]) && edits[at].range == edits[at - 1].range) {
            continue;
        }
        let below = edits.remove(at).text;
        let above = &mut edits[at - 1].text;
        let blank = above.ends_with("\n\n") || below.ends_with("\n\n");
        let mut lines: Vec<&str> = above.lines().chain(below.lines()).filter(|line| !line.is_empty()).collect();
        lines.sort_unstable();
        *above = format!("{}\n{}", lines.join("\n"), if blank { "\n" } else { "" });
    }
}

/// A fix, or in a few words why there is none.
pub type Verdict = Result<Fix, Cow<'static, str>>;

wire_enum! {
    Applicability { 0 Unsafe; 1 Safe; }
}
