//! Requests that need not wait for each other, sent together under a semaphore.

use super::Options;
use super::ahead::{Ahead, Question};
use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::bounds::{Work, fan_outs};
use crate::finding::Finding;
use crate::support::{Awaitability, awaitability, is_awaited};
use sidestep_facts::ExprId;
use std::borrow::Cow;

/// SS1102: all requests of a loop at once, a few at a time.
pub fn at_once(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let call = source.call_at(finding.range).ok_or("the request is not a call")?;
    let question = Question::at(source, call)?;
    source.may_await(call)?;
    if !question.is_awaited() {
        return Err("the request is not awaited here".into());
    }
    if source.framework() != "asyncio" {
        return Err("the file is not written for asyncio".into());
    }
    let gather = source.import(source.scope_of(call), "asyncio", "gather")?;
    let limiter = Limiter::new(source, call, options)?;
    let each = question.for_each("", &format!("{}({})", limiter.name, question.text(source.facts.range(call))));
    let mut imports = gather.edits;
    imports.extend(limiter.imports);
    let request = format!("await {}(*{each})", gather.name);
    let edits = question.asked(Ahead { request, each: None, lines: limiter.lines, imports })?;
    Ok(Fix::needs_review(format!("ask for all, {} at a time", options.concurrency), edits))
}

/// SS1001 and SS1201: each takes a semaphore that all share.
pub fn share_semaphore(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let at = source.find(finding.range, |_| true).ok_or("the fan-out is not an expression")?;
    let function = facts.function_of(at);
    let fans = fan_outs(source.program, source.file, function);
    let fan = fans.iter().find(|fan| facts.range(fan.at) == finding.range).ok_or("the fan-out is not here")?;
    let Work::Call(call) = fan.work else {
        return Err("the function is handed over, not called".into());
    };
    if facts.function_of(call) != function {
        return Err("the call stands in another function".into());
    }
    if source.framework() != "asyncio" {
        return Err("the limiter is the framework's own: `CapacityLimiter`".into());
    }
    source.may_await(at)?;
    // What is not known is awaited by whoever runs it; what is known must not run before.
    let value = source.program.value(source.file, call);
    let is_known = value != sidestep_program::ValueId::UNKNOWN;
    if is_known && awaitability(source.program, value) != Awaitability::Coroutine || is_awaited(facts, call) {
        return Err("what runs at the same time is no coroutine made here".into());
    }
    let stmt = source.outermost_loop(call).ok_or("it is not part of a statement")?;
    let limiter = Limiter::new(source, call, options)?;
    let mut edits = limiter.imports;
    edits.push(source.lines_above(stmt, &limiter.lines)?);
    let range = facts.range(call);
    edits.push(Edit::insert(range.start(), format!("{}(", limiter.name)));
    edits.push(Edit::insert(range.end(), ")"));
    Ok(Fix::needs_review(format!("run {} at a time", options.concurrency), edits))
}

/// `async def limited(coroutine)`, which takes a semaphore around it.
struct Limiter {
    /// What it is called.
    name: String,
    /// The semaphore, and the function.
    lines: Vec<String>,
    imports: Vec<Edit>,
}

impl Limiter {
    fn new(source: &Source<'_>, call: ExprId, options: &Options) -> Result<Limiter, Cow<'static, str>> {
        let scope = source.scope_of(call);
        let made = source.import(scope, "asyncio", "Semaphore")?;
        let unit = source.unit();
        let semaphore = source.free_name(scope, &["semaphore", "fan_out_semaphore"]);
        let name = source.free_name(scope, &["limited", "with_semaphore"]);
        let coroutine = source.free_name(scope, &["coroutine", "work"]);
        let lines = vec![
            format!("{semaphore} = {}({})", made.name, options.concurrency),
            String::new(),
            format!("async def {name}({coroutine}):"),
            format!("{unit}async with {semaphore}:"),
            format!("{unit}{unit}return await {coroutine}"),
            String::new(),
        ];
        Ok(Limiter { name, lines, imports: made.edits })
    }
}
