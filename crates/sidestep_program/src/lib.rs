//! The program: modules linked into one whole, what values expressions have, what functions do.
//!
//! A [`Program`] owns the facts of all input files and answers questions on demand, each answer kept:
//! [`Program::value`] (what an expression evaluates to), [`Program::callees`] (what a call runs),
//! [`Program::marks`] (what the knowledge says of a library function), [`Program::effects`] (what functions do, with the
//! chain that proves it). Stubs and library sources are read when the program first asks for their module.
//!
//! Answers do not depend on the order of the questions: a value that was cut short by a cycle is not kept.
//!
//! This crate knows nothing of rules or reports.

mod calls;
mod classes;
mod effects;
mod eval;
mod knowledge;
mod may;
mod modules;
mod origins;
mod program;
mod types;
mod unresolved;
mod value;
mod ways;

pub use calls::{Callees, Target};
pub use effects::{Effect, Effects, Handed, Site, Step, Summary, Witness};
pub use knowledge::{Literal, Mark, versioned};
pub use may::Probably;
pub use origins::{Made, lineage};
pub use program::{ClassRef, ExprRef, FileId, FunctionRef, Input, Origin, Program, Settings, Version};
pub use unresolved::Gap;
pub use value::{Value, ValueId};
pub use ways::{Hop as WayHop, Way};
