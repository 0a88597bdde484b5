//! SS801: tasks that the loop makes when it calls back. What a callback returns goes nowhere:
//! `loop.add_signal_handler(SIGTERM, lambda: asyncio.create_task(stop()))`, `loop.call_later(5, asyncio.create_task, poll())`.

use crate::finding::Confidence;
use crate::flow::{FactsExt as _, Flow, finding};
use crate::registry::SS801;
use crate::support::is_test;
use sidestep_facts::*;
use sidestep_program::{ExprRef, FunctionRef, Value};

/// SS801: for one call.
pub(super) fn check(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    for (index, arg) in facts.args_of(call).iter().enumerate() {
        let made = match facts.kind(arg.value) {
            ExprKind::Lambda(lambda) => returned(facts, lambda).filter(|&made| is_task(flow, function, made)),
            ExprKind::Name(..) | ExprKind::Attribute(..) => makes_tasks(flow, function, arg.value).then_some(arg.value),
            _ => None,
        };
        let Some(made) = made else { continue };
        if is_test(flow.program, file) {
            return;
        }
        let site = ExprRef { file, expr: call };
        let callees = flow.program.callees(file, call);
        let calls_back =
            |&target: &_| flow.program.argument_mark(site, target, index).is_some_and(|mark| mark == "OnLoop");
        if callees.targets.is_empty() || !callees.targets.iter().all(calls_back) {
            continue;
        }
        let mut f = finding(
            &SS801,
            file,
            facts.range(made),
            "the loop drops what a callback returns, so nothing keeps this task: the loop itself holds it weakly, it may vanish half-way, and nobody sees it fail",
        );
        f.help =
            Some("let the callback put the task into a set, with `task.add_done_callback(tasks.discard)`".to_owned());
        f.confidence = Confidence::Certain;
        flow.report(f);
    }
}

/// What a lambda returns.
fn returned(facts: &FileFacts, lambda: FunctionId) -> Option<ExprId> {
    facts.stmts_of(lambda).find_map(|s| match facts.stmt(s).kind {
        StmtKind::Return(value) => value,
        _ => None,
    })
}

fn is_task(flow: &Flow, function: FunctionRef, made: ExprId) -> bool {
    flow.spawns(function.file, made).is_some()
        && !flow.call_mark(function.file, made, "spawns").is_some_and(|m| m.flag("kept"))
}

/// Whether what is handed over is a function that makes a task of what it is given.
fn makes_tasks(flow: &Flow, function: FunctionRef, callback: ExprId) -> bool {
    let facts = flow.facts(function.file);
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(callback) else { return false };
    flow.says_spawn.holds(name)
        && flow.program.alternatives(flow.program.value(function.file, callback)).into_iter().all(|part| {
            match *flow.program.get(part) {
                Value::Function(f) | Value::Bound(f, ..) => {
                    flow.program.mark(f, "spawns").is_some_and(|m| !m.flag("kept"))
                }
                _ => false,
            }
        })
}
