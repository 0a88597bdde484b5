//! The program: modules linked into one whole, what values expressions have, where code runs, what functions do.

use sidestep_facts::FileFacts;
use std::path::PathBuf;

/// A module of the program. The inputs come first, in the order given; stubs and library sources follow.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// One module that the user asked to check.
pub struct Input {
    /// Where it is, absolute where possible: decides its import path and its neighbours.
    pub path: PathBuf,
    /// What is in it.
    pub facts: FileFacts,
    /// Other files of the same document are not importable (fences of Markdown, notebooks).
    pub importable: bool,
}

/// What the program is linked with.
#[derive(Default, Clone)]
pub struct Settings {
    /// Folders that imports are looked up in, beside those that the inputs' packages show (`src` layouts are found).
    pub roots: Vec<PathBuf>,
    /// `site-packages` folders of the project's environment, read on demand.
    pub environment: Vec<PathBuf>,
    /// Folders with the user's own stubs.
    pub knowledge: Vec<PathBuf>,
    /// The oldest Python the program must run on, as (major, minor).
    pub target: Option<(u8, u8)>,
}

/// The linked program.
pub struct Program {
    settings: Settings,
    inputs: Vec<Input>,
}

impl Program {
    /// Links the inputs. Reads stubs and library sources on demand.
    pub fn new(inputs: Vec<Input>, settings: Settings) -> Program {
        Program { settings, inputs }
    }

    /// What it was linked with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Where a file is (a stub's is `knowledge/<file>`), whether input or not.
    pub fn path(&self, file: FileId) -> PathBuf {
        self.inputs[file.0 as usize].path.clone()
    }

    /// The text of a file that is not an input: a stub or library source, for showing places in it.
    pub fn text(&self, file: FileId) -> Option<&str> {
        let _ = file;
        None
    }
}
