//! The data of `sidestep audit`: one row per AI call site, one cell per item of the checklist, each with its evidence.
//!
//! A cell answers for the program at hand: *yes* where something was found that does it, *no* where everything that could do
//! it was seen and none does, *unknown* where the way to it leads through what cannot be seen.

pub use sidestep_facts::TextRange;
pub use sidestep_program::FileId;

/// An answer of the checklist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is there.
    Yes,
    /// It is not.
    No,
    /// It cannot be told.
    Unknown,
}

impl Verdict {
    /// The word users see and type.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Yes => "yes",
            Verdict::No => "no",
            Verdict::Unknown => "unknown",
        }
    }
}

macro_rules! columns {
    ($($variant:ident $key:literal $short:literal $title:literal $question:literal;)*) => {
        /// An item of the checklist.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
        pub enum Column {
            $(#[doc = $question] $variant,)*
        }

        impl Column {
            /// All of them, in the order of the table.
            pub const ALL: &[Column] = &[$(Column::$variant),*];

            /// The name in JSON and in `--fail-on`.
            pub fn key(self) -> &'static str {
                match self { $(Column::$variant => $key),* }
            }

            /// Five letters at most, for narrow tables.
            pub fn short(self) -> &'static str {
                match self { $(Column::$variant => $short),* }
            }

            /// The heading.
            pub fn title(self) -> &'static str {
                match self { $(Column::$variant => $title),* }
            }

            /// What the column asks.
            pub fn question(self) -> &'static str {
                match self { $(Column::$variant => $question),* }
            }
        }
    };
}

columns! {
    Async "async" "async" "Async" "Is it an asynchronous call, or a synchronous one that never runs on an event loop?";
    Awaited "awaited" "await" "Awaited" "Is its result awaited (or is it synchronous)?";
    Timeout "timeout" "limit" "Timeout" "Does something limit how long it may take?";
    Retries "retries" "retry" "Retries" "Is it repeated when it fails?";
    Backoff "backoff" "back" "Backoff" "Do the pauses between attempts grow?";
    RateLimit "rate-limit" "rate" "Rate limit" "Does something limit how many there are in a time?";
    Concurrency "concurrency" "conc" "Concurrency bound" "Does something limit how many there are at once?";
    Batched "batched" "batch" "Batched" "Does it take many items at once, or is it made once, not per item?";
    Breaker "breaker" "break" "Circuit breaker" "Does something stop calling after repeated failures?";
    Usage "usage" "usage" "Usage recorded" "Does the program read what it used (tokens)?";
}

impl Column {
    /// The column with a key.
    pub fn from_key(key: &str) -> Option<Column> {
        Column::ALL.iter().copied().find(|c| c.key() == key)
    }

    /// Its position in [`Row::cells`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Yes, no or unknown.
    pub verdict: Verdict,
    /// Why, in a few words: ``600 s, the default of `AsyncOpenAI` ``.
    pub text: String,
    /// Where that can be seen.
    pub place: Option<(FileId, TextRange)>,
}

impl Cell {
    /// Yes, because of what stands somewhere.
    pub fn yes(text: impl Into<String>, place: Option<(FileId, TextRange)>) -> Cell {
        Cell { verdict: Verdict::Yes, text: text.into(), place }
    }

    /// No.
    pub fn no(text: impl Into<String>, place: Option<(FileId, TextRange)>) -> Cell {
        Cell { verdict: Verdict::No, text: text.into(), place }
    }

    /// Unknown.
    pub fn unknown(text: impl Into<String>, place: Option<(FileId, TextRange)>) -> Cell {
        Cell { verdict: Verdict::Unknown, text: text.into(), place }
    }
}

/// One AI call site.
#[derive(Clone, Debug)]
pub struct Row {
    /// The file.
    pub file: FileId,
    /// The call.
    pub range: TextRange,
    /// The function around it (`Class.method`, `<module>`).
    pub function: String,
    /// What is called: `openai.AsyncOpenAI: chat.completions.create`.
    pub callee: String,
    /// `chat`, `embedding` …
    pub kind: String,
    /// The model, where it is a literal.
    pub model: Option<String>,
    /// One cell per [`Column`], in its order.
    pub cells: Vec<Cell>,
}

/// The whole checklist.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// In the order of file and position.
    pub rows: Vec<Row>,
}

impl Audit {
    /// How many rows say yes, no and unknown in a column.
    pub fn totals(&self, column: Column) -> (usize, usize, usize) {
        let count = |verdict| self.rows.iter().filter(|r| r.cells[column.index()].verdict == verdict).count();
        (count(Verdict::Yes), count(Verdict::No), count(Verdict::Unknown))
    }
}
