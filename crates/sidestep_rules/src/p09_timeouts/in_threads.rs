//! Pitfall 9: requests without a limit that a worker thread makes for async code.

use crate::around::*;
use crate::finding::{Confidence, Finding, Hop};
use crate::limits::{Limit, Limits};
use crate::registry::SS901;
use crate::support::is_script;
use rustc_hash::FxHashSet;
use sidestep_facts::{ExprId, ExprKind, FunctionId};
use sidestep_program::{ExprRef, FileId, FunctionRef, Program, Value};

/// SS901: whoever awaits the thread waits as long as its request does, and the thread is lost to its pool meanwhile.
pub(crate) fn check(
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    seen: &mut FxHashSet<String>,
    out: &mut Vec<Finding>,
) {
    let own = FunctionRef { file, function };
    if function == FunctionId::MODULE || program.function(own).is_async || is_script(program, file) {
        return;
    }
    let Some(handed) = program.effects().in_thread(own) else { return };
    let Some(awaited_at) = hand_over(program, limits, handed) else { return };
    let facts = program.facts(file);
    for expr in facts.exprs_of(function) {
        let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
        let site = ExprRef { file, expr };
        let Some((class, param)) = unlimited_request(program, limits, site) else { continue };
        let name = spelled(facts, callee);
        // One word per client is enough: its limit is set where it is made.
        let client = name.rsplit_once('.').map_or(name.as_str(), |(base, _)| base);
        if class.is_some() && !seen.insert(client.to_owned()) {
            continue;
        }
        let message = format!(
            "`{name}` may wait for ever: it has no limit, and the thread that makes the request cannot be cancelled"
        );
        let help = match (&class, &param) {
            (Some(class), Some(param)) => format!("give `{class}` or this call a `{param}`"),
            (_, Some(param)) => format!("pass `{param}=…`: a limit around the await ends the wait, but not the thread"),
            _ => "put `async with asyncio.timeout(…)` around the await of the thread".to_owned(),
        };
        let mut found = finding(&SS901, Confidence::Certain, file, facts.range(expr), message, &help);
        found.chain = vec![
            Hop {
                file: awaited_at.file,
                range: program.range(awaited_at),
                function: program.function_name(program.function_of(awaited_at.file, awaited_at.expr)),
                text: format!("hands `{}` to a worker thread", spelled(program.facts(handed.file), handed.expr)),
            },
            Hop {
                file,
                range: facts.range(expr),
                function: program.function_name(own),
                text: format!("runs there: `{name}`"),
            },
        ];
        out.push(found);
    }
}

/// The call that hands a function to a worker thread, where async code awaits it and nothing limits how long.
fn hand_over(program: &Program, limits: &Limits<'_>, handed: ExprRef) -> Option<ExprRef> {
    let facts = program.facts(handed.file);
    let call =
        facts.ancestors(handed.expr).find(|&e| matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e))?;
    limits.unlimited(handed.file, handed.expr)?;
    Some(ExprRef { file: handed.file, expr: call })
}

/// Whether a call is a request of a library that limits it neither by itself nor in its client: the client, and what sets a limit.
fn unlimited_request(
    program: &Program,
    limits: &Limits<'_>,
    site: ExprRef,
) -> Option<(Option<String>, Option<String>)> {
    let callees = functions_called(program, site.file, site.expr);
    let [callee] = callees[..] else { return None };
    if program.mark(callee, "network").is_none() || program.function(callee).is_async {
        return None;
    }
    match limits.of_call(site, callee) {
        Limit::None { class, param } => Some((class, param)),
        _ => None,
    }
}

/// SS901: the request itself is handed to the thread: `await asyncio.to_thread(requests.get, url)`.
pub(crate) fn handed_over(program: &Program, limits: &Limits<'_>, file: FileId, call: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return };
    if !awaited(facts, call) {
        return;
    }
    let site = ExprRef { file, expr: call };
    for target in program.callees(file, call).targets {
        for (index, argument) in facts.args(args).iter().enumerate() {
            if program.argument_mark(site, target, index).is_none_or(|m| m != "InThread") {
                continue;
            }
            // `partial(requests.get, url)` says as much as the call itself.
            let (made, function) = match facts.kind(argument.value) {
                ExprKind::Call(_, inner) if last_name(facts, argument.value).is_some_and(|n| n == "partial") => {
                    let Some(first) = facts.positional(inner, 0) else { continue };
                    (ExprRef { file, expr: argument.value }, first)
                }
                _ => (site, argument.value),
            };
            let Value::Function(request) = *program.get(program.value(file, function)) else { continue };
            if program.mark(request, "network").is_none() || program.function(request).is_async {
                continue;
            }
            let Limit::None { param: Some(param), .. } = limits.of_call(made, request) else { continue };
            if limits.unlimited(file, call).is_none() {
                continue;
            }
            let name = spelled(facts, function);
            out.push(finding(
                &SS901,
                Confidence::Certain,
                file,
                facts.range(call),
                format!("`{name}` may wait for ever: it has no limit, and the thread that makes the request cannot be cancelled"),
                &format!("pass `{param}=…`: a limit around the await ends the wait, but not the thread"),
            ));
            return;
        }
    }
}
