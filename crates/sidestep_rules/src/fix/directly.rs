//! A coroutine that is awaited, in place of a bridge that cannot carry it.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::is_awaited;
use sidestep_facts::{ArgKind, ExprId, ExprKind, TextRange};

/// SS306: `run_coroutine_threadsafe(work(), loop).result()` and `async_to_sync(work)()` become `await work()`.
pub fn await_it(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let none = "what the caller is to wait for is not made here";
    let call = source.call_at(finding.range).ok_or(none)?;
    source.may_await(call)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err(none.into()) };
    let text = match facts.kind(callee) {
        ExprKind::Attribute(future, method) if method == "result" => {
            let ExprKind::Call(starter, given) = facts.kind(future) else { return Err(none.into()) };
            let is_it = facts.dotted(starter).is_some_and(|name| name.ends_with("run_coroutine_threadsafe"));
            let coroutine = facts.positional(given, 0).filter(|_| is_it && facts.args(args).is_empty()).ok_or(none)?;
            source.expr(coroutine).to_owned()
        }
        ExprKind::Call(bridge, given) => {
            let is_it = facts.dotted(bridge).is_some_and(|name| name.ends_with("async_to_sync"));
            let [function] = facts.args(given) else { return Err(none.into()) };
            if !is_it || function.kind != ArgKind::Positional {
                return Err(none.into());
            }
            let rest = source.slice(TextRange::new(facts.range(callee).end(), facts.range(call).end()));
            format!("{}{rest}", source.expr(function.value))
        }
        _ => return Err(none.into()),
    };
    in_place(source, call, &text)
}

/// SS105: `await asyncio.to_thread(work, x)` of an async function becomes `await work(x)`.
pub fn call_it(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let none = "what the callback is to do is not in the code";
    let call = source.call_at(finding.range).ok_or(none)?;
    source.may_await(call)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err(none.into()) };
    let name = facts.dotted(callee).unwrap_or_default();
    let skip = match name.rsplit('.').next() {
        Some("to_thread") => 0,
        Some("run_in_executor") => 1,
        _ => return Err(none.into()),
    };
    let args = facts.args(args);
    let is_plain = args.iter().take(skip + 1).all(|arg| arg.kind == ArgKind::Positional);
    let Some(function) = args.get(skip).filter(|_| is_plain && is_awaited(facts, call)) else {
        return Err(none.into());
    };
    if !matches!(facts.kind(function.value), ExprKind::Name(..) | ExprKind::Attribute(..)) {
        return Err(none.into());
    }
    // Its `await` is there already.
    let whole = facts.range(call);
    let rest = match args.get(skip + 1) {
        Some(first) => {
            let start = source.text[..facts.range(first.value).start().to_usize()].rfind(',').ok_or(none)?;
            source.text[start + 1..whole.end().to_usize()].trim_start().to_owned()
        }
        None => ")".to_owned(),
    };
    let text = format!("{}({rest}", source.expr(function.value));
    if source.slice(whole).contains('#') {
        return Err("a comment stands inside the call".into());
    }
    Ok(Fix::needs_review("await it on the loop", vec![Edit::replace(whole, text)]))
}

/// `await` something in place of a call.
fn in_place(source: &Source<'_>, call: ExprId, text: &str) -> Verdict {
    let range = source.facts.range(call);
    if source.slice(range).contains('#') {
        return Err("a comment stands inside the call".into());
    }
    let text = match source.await_needs_parentheses(call) {
        true => format!("(await {text})"),
        false => format!("await {text}"),
    };
    Ok(Fix::needs_review("await it on the loop", vec![Edit::replace(range, text)]))
}
