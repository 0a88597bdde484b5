//! The rules: one module a pitfall. A rule reads facts, values and effects of a [`Program`] and reports [`Finding`]s;
//! no rule parses, resolves names or walks syntax on its own.

mod ai;
mod around;
pub mod audit;
mod blocks;
mod bounds;
mod checklist;
mod exchange;
mod finding;
pub mod fix;
mod flow;
mod limits;
mod p01_never_awaited;
mod p02_p04_blocking;
mod p03_event_loops;
mod p05_resources;
mod p06_races;
mod p07_lost_errors;
mod p08_tasks;
mod p09_timeouts;
mod p10_concurrency;
mod p11_batching;
mod p12_rate_limits;
mod registry;
pub mod support;

pub use finding::{Confidence, Finding, Hop, Label, Level};
pub use registry::*;
use sidestep_program::Program;
use support::Reporter;

/// The rules of each pitfall. Later ones see what earlier ones reported, and give way to it.
static PITFALLS: &[fn(&mut Reporter)] =
    &[p01_never_awaited::check, p03_event_loops::check, p02_p04_blocking::check, flow::check, limits_and_ai];

/// Pitfalls 9 to 12 share what they work out of limits.
fn limits_and_ai(reporter: &mut Reporter) {
    let program = reporter.program;
    let limits = limits::Limits::new(program);
    let mut found = Vec::new();
    p09_timeouts::check(program, &limits, &mut found);
    p10_concurrency::check(program, &limits, &mut found);
    p11_batching::check(program, &limits, &mut found);
    p12_rate_limits::check(program, &mut found);
    for finding in found {
        reporter.push(finding);
    }
}

/// Runs every rule over a program. Findings come in the order of file, position and code, each once.
pub fn check(program: &Program) -> Vec<Finding> {
    let mut reporter = Reporter::new(program);
    for pitfall in PITFALLS {
        pitfall(&mut reporter);
    }
    let mut findings = reporter.finish();
    p02_p04_blocking::one_for_many(program, &mut findings);
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

/// The AI checklist of a program.
pub fn audit(program: &Program) -> audit::Audit {
    checklist::checklist(program)
}
