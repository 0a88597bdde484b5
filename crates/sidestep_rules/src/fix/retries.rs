//! SS1202: pauses between attempts that grow, and that others do not take at the same time.

use super::edits::{Edit, Fix, Verdict};
use super::library_retries;
use super::source::Source;
use super::{Options, Retries};
use crate::finding::Finding;
use crate::p09_timeouts::sleep_argument;
use crate::p12_rate_limits::retry_loop;
use sidestep_facts::{Block, ExprId, Ranged as _, StmtId, StmtKind};

/// Attempts of the library that the project retries with; else a pause that grows with each attempt, in place of one that does
/// not, or of none.
pub fn back_off(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let start = finding.range.start();
    let stmt = facts.stmts.iter().position(|stmt| stmt.range().start() == start && is_loop(stmt.kind));
    let stmt = StmtId(stmt.ok_or("the loop is not here")? as u32);
    let function = facts.stmt(stmt).function;
    let library = library_retries::library(source, options);
    if library != Retries::Loop
        && let Some(retry) = retry_loop(source.program, source.file, function, stmt)
        && let Ok(fix) = library_retries::hand_over(source, &retry, library)
    {
        return Ok(fix);
    }
    let indent = source.begins_line(stmt).ok_or("several statements share a line")?;
    let scope = facts.function(function).scope;
    let range = facts.stmt(stmt).range();
    let inside = |e: &ExprId| range.contains_range(facts.range(*e));
    let mut pauses = facts.exprs_of(function).filter(inside).filter_map(|e| {
        let argument = sleep_argument(source.program, source.file, e)?;
        Some((e, argument))
    });
    let delay = source.free_name(scope, &["delay", "retry_delay"]);
    let jitter = source.import(scope, "random", "uniform")?;
    let wait = format!("{delay} * {}(0.5, 1.5)", jitter.name);
    let grow = format!("{delay} = min({delay} * 2, 60)");
    let mut edits = jitter.edits;
    let first = match (pauses.next(), pauses.next()) {
        (Some((pause, argument)), None) => {
            let pause_stmt = facts.stmt_of(pause).ok_or("the pause is not a statement")?;
            let inner = source.own_lines(pause_stmt).ok_or("several statements share a line")?;
            if !matches!(facts.stmt(pause_stmt).kind, StmtKind::Expr(_)) {
                return Err("the pause is part of another statement".into());
            }
            edits.push(Edit::replace(facts.range(argument), wait));
            let end = source.line_end(facts.stmt(pause_stmt).range().end());
            edits.push(Edit::insert(end, format!("\n{inner}{grow}")));
            source.expr(argument).to_owned()
        }
        (Some(_), Some(_)) => return Err("there are several pauses".into()),
        (None, _) => {
            let retry = retry_loop(source.program, source.file, function, stmt).ok_or("the loop is not here")?;
            let is_async = facts.function(function).is_async;
            let (module, keyword) = if is_async { (source.framework(), "await ") } else { ("time", "") };
            let sleep = source.import(scope, module, "sleep")?;
            edits.extend(sleep.edits);
            let [handler] = retry.handlers.as_slice() else {
                return Err("which failures are to be followed by a pause is for you to say".into());
            };
            let lines = [format!("{keyword}{}({wait})", sleep.name), grow];
            edits.push(source.at_end_of(handler.body, &lines)?);
            "1".to_owned()
        }
    };
    edits.push(Edit::insert(source.line_start(start), format!("{indent}{delay} = {first}\n")));
    Ok(Fix::needs_review("let the pauses grow, with jitter", edits))
}

fn is_loop(kind: StmtKind) -> bool {
    matches!(kind, StmtKind::For(_) | StmtKind::While { .. })
}

impl Source<'_> {
    /// The edit that puts lines where a handler ends: before its `continue`, in place of its `pass`, or last.
    fn at_end_of(&self, body: Block, lines: &[String]) -> Result<Edit, &'static str> {
        let facts = self.facts;
        let last = facts.block(body).next_back().ok_or("the handler is empty")?;
        let indent = self.own_lines(last).ok_or("several statements share a line")?;
        let range = facts.stmt(last).range();
        let joint = format!("\n{indent}");
        Ok(match facts.stmt(last).kind {
            StmtKind::Continue => Edit::insert(range.start(), format!("{}{joint}", lines.join(&joint))),
            StmtKind::Pass if self.slice(range) == "pass" => Edit::replace(range, lines.join(&joint)),
            StmtKind::Return(_) | StmtKind::Break | StmtKind::Raise(..) => return Err("the handler leaves the loop"),
            _ => Edit::insert(self.line_end(range.end()), format!("{joint}{}", lines.join(&joint))),
        })
    }
}
