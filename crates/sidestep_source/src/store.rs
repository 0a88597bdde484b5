//! How what is known of a file is kept between runs.

use crate::{Directive, DirectiveCode, DirectiveKind, Excerpt, FileKind, Place, SkippedFence, SourceError};
use sidestep_facts::{wire_enum, wire_struct};

wire_enum! {
    FileKind { 0 Python; 1 Notebook; 2 Markdown; }
    DirectiveKind { 0 Line; 1 File; 2 Unknown; 3 Noqa; }
}

wire_struct! {
    Place { cell, line, column }
    SourceError { message, cell, line, column }
    SkippedFence { place, message }
    Directive { kind, range, codes }
    DirectiveCode { text, range }
    Excerpt { line, text, spans }
}
