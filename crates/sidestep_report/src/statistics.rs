//! The numbers of a run: how many findings of each rule, how much was read, how long it took.

use crate::model::Report;
use std::io::{self, Write};
use std::time::Duration;

/// What a run took and saw, beyond its report.
#[derive(Debug, Default, Clone)]
pub struct Statistics {
    /// Lines read.
    pub lines: usize,
    /// How long the parts of the run took, in their order.
    pub times: Vec<(&'static str, Duration)>,
    /// Of the calls in async functions, how many there are and of how many the callee is known.
    pub calls: Option<(usize, usize)>,
}

/// Writes the numbers as a table.
///
/// # Errors
/// Those of the writer.
pub fn statistics(report: &Report, statistics: &Statistics, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: Vec<(usize, u8, &str, &str)> = Vec::new();
    for entry in &report.findings {
        match counts.iter_mut().find(|count| count.2 == entry.code) {
            Some(count) => count.0 += 1,
            None => counts.push((1, entry.pitfall, entry.code, entry.name)),
        }
    }
    counts.sort_by_key(|&(many, pitfall, code, _)| (std::cmp::Reverse(many), pitfall, code));
    for (many, _, code, name) in counts {
        writeln!(out, "{many:>7}  {code:<6}  {name}")?;
    }
    let hidden = report.summary.hidden;
    writeln!(out, "{:>7}  findings, {hidden} hidden", report.findings.len())?;
    writeln!(out, "{:>7}  files, {} not checked", report.summary.files, report.errors.len())?;
    writeln!(out, "{:>7}  lines", statistics.lines)?;
    if let Some((calls, known)) = statistics.calls {
        let share = if calls == 0 { 100.0 } else { 100.0 * known as f64 / calls as f64 };
        writeln!(out, "{calls:>7}  calls in async functions, callee known of {known} ({share:.1} %)")?;
    }
    for (part, time) in &statistics.times {
        writeln!(out, "{:>7.3}  s {part}", time.as_secs_f64())?;
    }
    Ok(())
}
