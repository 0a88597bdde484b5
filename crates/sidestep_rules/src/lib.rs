//! The rules: one module a pitfall. A rule reads facts, values and effects of a [`Program`] and reports [`Finding`]s;
//! no rule parses, resolves names or walks syntax on its own.

pub mod audit;
mod finding;
mod flow;
mod p01_never_awaited;
mod p02_p04_blocking;
mod p03_event_loops;
mod p05_resources;
mod p06_races;
mod p07_lost_errors;
mod p08_tasks;
mod registry;
pub mod support;

pub use finding::{Confidence, Finding, Hop, Label, Level};
pub use registry::*;
use sidestep_program::Program;
use support::Reporter;

/// The rules of each pitfall. Later ones see what earlier ones reported, and give way to it.
static PITFALLS: &[fn(&mut Reporter)] = &[p01_never_awaited::check, p03_event_loops::check, p02_p04_blocking::check, flow::check];

/// Runs every rule over a program. Findings come in the order of file, position and code, each once.
pub fn check(program: &Program) -> Vec<Finding> {
    let mut reporter = Reporter::new(program);
    for pitfall in PITFALLS {
        pitfall(&mut reporter);
    }
    let mut findings = reporter.finish();
    findings.sort_by(|a, b| {
        (a.file, a.range.start(), a.range.end(), a.rule.code).cmp(&(
            b.file,
            b.range.start(),
            b.range.end(),
            b.rule.code,
        ))
    });
    findings.dedup_by(|a, b| a.file == b.file && a.range == b.range && a.rule.code == b.rule.code);
    findings
}
