//! From the syntax tree to facts.

use crate::facts::FileFacts;

/// Why a file has no facts.
#[derive(Debug, Clone)]
pub struct ParseFailure {
    /// What the parser says.
    pub message: String,
    /// Where, in bytes.
    pub offset: u32,
}

/// How to read a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mode {
    /// IPython escapes (`%magic`, `!shell`) and top-level `await` are legal, and module code runs on a running loop.
    pub notebook: bool,
    /// Top-level `await` is legal, but no loop runs by itself (a fragment of documentation).
    pub fragment: bool,
}

/// Parses a source and lowers it.
///
/// # Errors
/// The first syntax error, when the source is not Python.
pub fn lower(source: &str, mode: Mode) -> Result<FileFacts, ParseFailure> {
    let _ = (source, mode);
    Ok(FileFacts::default())
}
