//! Facts of one file: what the rest of Sidestep knows of Python source after the syntax tree is dropped.
//!
//! [`lower`] walks the tree of one module once and writes flat arenas of small nodes ([`Expr`], [`Stmt`]) with tables of
//! functions, classes, scopes and bindings beside them. Nodes of one function stand next to each other, so a rule reads
//! a function by scanning a range. Nothing here knows of another file: names are resolved to bindings of enclosing
//! scopes at most; modules, classes of other files and library calls are `sidestep_program`'s work.
//!
//! [`cfg`] builds the control-flow graph of one function from its facts, with exception and cancellation edges.
//!
//! Facts can be kept between runs: [`Wire`] turns them into bytes and back. Where the bytes go is others' concern.

pub mod cfg;
mod facts;
mod lower;
mod store;
mod symbol;
mod wire;

pub use facts::*;
pub use lower::{Mode, ParseFailure, is_parsing, lower};
pub use ruff_text_size::{Ranged, TextRange, TextSize};
pub use symbol::Symbol;
pub use wire::{Reader, Wire, Writer};
