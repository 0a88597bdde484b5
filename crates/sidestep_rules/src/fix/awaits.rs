//! `await` where it is missing, and the sleep that lets others run.

use super::edits::{Edit, Fix, Verdict};
use super::propagate;
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, use_of};
use sidestep_facts::{ArgKind, ExprKind, StmtKind, TextRange};

/// SS101, SS102, SS103, SS507: `await` before the call that makes the coroutine.
pub fn add_await(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the coroutine is not made by a call here")?;
    if !facts.function(facts.function_of(call)).is_async && source.may_await(call).is_err() {
        return propagate::await_in_helper(source, call);
    }
    source.may_await(call)?;
    if finding.rule.code == "SS103" {
        // A coroutine that is kept by name is awaited where it is made; several in a container are to run together.
        match use_of(facts, call) {
            Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::Assign(..)) => {}
            _ => return Err("whether to await them one by one or together is for you to say".into()),
        }
    }
    if let Use::Expr(parent) = use_of(facts, call)
        && let ExprKind::FString(_) = facts.kind(parent)
        && source.text[finding.range.end().to_usize()..].trim_start().starts_with('=')
    {
        return Err("the text shows the expression itself".into());
    }
    Ok(Fix::safe("add `await`", source.await_edits(call)))
}

/// SS201: `time.sleep(…)` to `await asyncio.sleep(…)`.
pub fn async_sleep(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the sleep is not a call here")?;
    source.may_await(call)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err("the sleep is not a call here".into()) };
    match facts.args(args) {
        [one] if one.kind == ArgKind::Positional => {}
        _ => return Err("its arguments are not plain".into()),
    }
    let sleep = source.import(source.scope_of(call), source.framework(), "sleep")?;
    let mut edits = sleep.edits;
    let range = facts.range(callee);
    if source.await_needs_parentheses(call) {
        return Err("the result of a sleep is used".into());
    }
    edits.push(Edit::replace(TextRange::new(finding.range.start(), range.end()), format!("await {}", sleep.name)));
    Ok(Fix::safe(format!("use `await {}`", sleep.name), edits))
}

impl Source<'_> {
    /// The async framework that the file is written for.
    pub fn framework(&self) -> &'static str {
        let known = ["asyncio", "trio", "anyio"];
        known.into_iter().find(|name| self.imports(name)).unwrap_or("asyncio")
    }
}
