//! The rules: one module a pitfall. A rule reads facts, values and effects of a [`Program`] and reports [`Finding`]s;
//! no rule parses, resolves names or walks syntax on its own.

pub mod audit;
mod finding;
mod flow;
mod p05_resources;
mod p06_races;
mod p07_lost_errors;
mod p08_tasks;
mod registry;

pub use finding::{Confidence, Finding, Hop, Label, Level};
pub use registry::*;
use sidestep_program::Program;

/// Runs every rule over a program. Findings come in the order of file, position and code.
pub fn check(program: &Program) -> Vec<Finding> {
    let flow = flow::Flow::new(program);
    for function in program.functions() {
        p05_resources::check(&flow, function);
        p06_races::check(&flow, function);
        p07_lost_errors::check(&flow, function);
        p08_tasks::check(&flow, function);
    }
    for file in program.inputs() {
        for class in 0..program.facts(file).classes.len() as u32 {
            p06_races::check_class(&flow, sidestep_program::ClassRef { file, class: sidestep_facts::ClassId(class) });
        }
    }
    flow.findings.into_inner()
}
