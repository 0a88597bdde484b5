//! The numbers of a run: how many findings of each rule, how much was read, of which calls the callee is not known, how
//! long it took.

use crate::model::Report;
use serde::Serialize;
use std::io::{self, Write};
use std::time::Duration;

/// What a run took and saw, beyond its report.
#[derive(Debug, Default, Clone)]
pub struct Statistics {
    /// Lines read.
    pub lines: usize,
    /// How long the parts of the run took, in their order.
    pub times: Vec<(&'static str, Duration)>,
    /// The calls in async functions.
    pub calls: Option<Calls>,
}

/// The calls in async functions, and why the callee of some is not known.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Calls {
    /// How many there are.
    pub all: usize,
    /// Of how many the callee is known.
    pub known: usize,
    /// What they need that is neither stub nor source, most frequent first.
    pub packages: Vec<UnresolvedPackage>,
    /// Other reasons, with how many calls each, most frequent first.
    pub gaps: Vec<(String, usize)>,
}

/// A package that calls need and that is not known, or not in full.
#[derive(Debug, Default, Clone, Serialize)]
pub struct UnresolvedPackage {
    /// Its top-level name.
    pub package: String,
    /// How many calls need it.
    pub calls: usize,
    /// What they need of it, with how many calls each, most frequent first.
    pub names: Vec<(String, usize)>,
}

/// How many packages the table has, and names of each.
const PACKAGES: usize = 25;
const NAMES: usize = 3;

/// The findings of one rule.
#[derive(Serialize)]
struct Rule {
    code: &'static str,
    name: &'static str,
    pitfall: u8,
    findings: usize,
}

/// How many findings each rule has, most first.
fn rules(report: &Report) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for entry in &report.findings {
        match rules.iter_mut().find(|rule| rule.code == entry.code) {
            Some(rule) => rule.findings += 1,
            None => rules.push(Rule { code: entry.code, name: entry.name, pitfall: entry.pitfall, findings: 1 }),
        }
    }
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.findings), rule.pitfall, rule.code));
    rules
}

/// Writes the numbers as a table.
///
/// # Errors
/// Those of the writer.
pub fn statistics(report: &Report, statistics: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    for Rule { code, name, findings, .. } in rules(report) {
        writeln!(out, "{findings:>7}  {code:<6}  {name}")?;
    }
    let hidden = report.summary.hidden;
    writeln!(out, "{:>7}  findings, {hidden} hidden", report.findings.len())?;
    writeln!(out, "{:>7}  files, {} not checked", report.summary.files, report.errors.len())?;
    writeln!(out, "{:>7}  lines", statistics.lines)?;
    if let Some(calls) = &statistics.calls {
        let Calls { all, known, .. } = calls;
        let share = if *all == 0 { 100.0 } else { 100.0 * *known as f64 / *all as f64 };
        writeln!(out, "{all:>7}  calls in async functions, callee known of {known} ({share:.1} %)")?;
        unresolved(calls, out)?;
    }
    for (part, time) in &statistics.times {
        writeln!(out, "{:>7.3}  s {part}", time.as_secs_f64())?;
    }
    Ok(())
}

fn unresolved(calls: &Calls, out: &mut dyn Write) -> io::Result<()> {
    for (reason, many) in &calls.gaps {
        writeln!(out, "{many:>7}  not known: {reason}")?;
    }
    for UnresolvedPackage { package, calls, names } in calls.packages.iter().take(PACKAGES) {
        let mut shown: Vec<String> = names.iter().take(NAMES).map(|(name, many)| format!("{name} {many}")).collect();
        if names.len() > NAMES {
            shown.push("\u{2026}".into());
        }
        writeln!(out, "{calls:>7}  need {package}: {}", shown.join(", "))?;
    }
    let rest = calls.packages.get(PACKAGES..).unwrap_or_default();
    if !rest.is_empty() {
        let many: usize = rest.iter().map(|package| package.calls).sum();
        writeln!(out, "{many:>7}  need {} other packages", rest.len())?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Root<'a> {
    rules: Vec<Rule>,
    findings: usize,
    hidden: usize,
    files: usize,
    not_checked: usize,
    lines: usize,
    calls: &'a Option<Calls>,
    seconds: Vec<(&'static str, f64)>,
}

/// Writes the numbers as JSON, all packages and names among them.
///
/// # Errors
/// Those of the writer.
pub fn statistics_json(report: &Report, statistics: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    let root = Root {
        rules: rules(report),
        findings: report.findings.len(),
        hidden: report.summary.hidden,
        files: report.summary.files,
        not_checked: report.errors.len(),
        lines: statistics.lines,
        calls: &statistics.calls,
        seconds: statistics.times.iter().map(|(part, time)| (*part, time.as_secs_f64())).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}
