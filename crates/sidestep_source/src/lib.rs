//! Files on disk to units of Python.
//!
//! A [`discover`]ed file is read into a [`Document`]: its text as users see it, and one or more [`Unit`]s, each a piece
//! of Python that parses on its own. A module is one unit, a notebook's code cells are one unit in their order, and
//! every Python fence of a Markdown document is one, seen together with the earlier fences of its section. Units know
//! how their lines map back to the document, so that whoever reports never has to ask what kind of file it was.
//!
//! Nothing here knows what is looked for in the sources.

mod decode;
mod discover;
mod document;
mod guard;
mod lines;
mod markdown;
mod notebook;
mod splice;
mod store;
mod suppression;

pub use decode::decode;
pub use discover::{DEFAULT_EXCLUDES, Discovery, FileKind, Found, absolute};
pub use document::{Document, Excerpt, Place, SkippedFence, SourceError, Unit};
pub use guard::check_nesting;
pub use lines::{LineIndex, line_breaks};
pub use splice::{Splice, splice};
pub use suppression::{Directive, DirectiveCode, DirectiveKind, comments, directives};
