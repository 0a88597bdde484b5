//! Pitfall 8: a cancellation that comes back to whoever asked for it: the task that was cancelled is awaited with nothing to catch
//! its `CancelledError` (SS810), or it is the very task that cancels (SS811).

use crate::blocks::visit_block;
use crate::flow::{FactsExt, Flow, finding};
use crate::p08_tasks::{makes_task, task_functions};
use crate::registry::{SS810, SS811};
use crate::support::is_test;
use crate::{Confidence, Label};
use sidestep_facts::cfg::{Flow as Edge, NodeId, Op, catches};
use sidestep_facts::*;
use sidestep_program::{ExprRef, FileId, FunctionRef};

/// A `task.cancel()` in a function, of a task that the program makes.
struct Cancel {
    /// The call.
    call: ExprId,
    /// The task, as it is spelled.
    place: String,
    /// What the task runs.
    runs: Vec<FunctionRef>,
}

/// SS810 and SS811.
pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    if !facts.function(function.function).is_async || is_test(flow.program, file) {
        return;
    }
    for cancel in cancels(flow, function) {
        if awaited_bare(flow, function, &cancel) {
            continue;
        }
        cancels_itself(flow, function, &cancel);
    }
}

fn cancels(flow: &Flow, function: FunctionRef) -> Vec<Cancel> {
    let file = function.file;
    let facts = flow.facts(file);
    let mut found = Vec::new();
    for call in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
        let ExprKind::Attribute(task, method) = facts.kind(callee) else { continue };
        if method != "cancel" {
            continue;
        }
        let Some(place) = facts.dotted(task) else { continue };
        let runs = coroutines_of(flow, function, task);
        if !runs.is_empty() {
            found.push(Cancel { call, place, runs });
        }
    }
    found
}

/// The functions of the program that a task runs, if whatever its name or attribute holds is a task of such.
fn coroutines_of(flow: &Flow, function: FunctionRef, task: ExprId) -> Vec<FunctionRef> {
    let file = function.file;
    let facts = flow.facts(file);
    let mut made: Vec<ExprRef> = Vec::new();
    match facts.kind(task) {
        ExprKind::Name(name, scope) => {
            let home = facts.function(function.function).scope;
            if facts.resolve(scope, name) != Some(home) {
                return Vec::new();
            }
            for b in facts.bindings_in(home, name) {
                let (BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v))) = b.kind else { return Vec::new() };
                made.push(ExprRef { file, expr: v });
            }
        }
        ExprKind::Attribute(base, attr) if facts.is_self(base) => {
            let Some(class) = flow.method_class(function) else { return Vec::new() };
            for &c in flow.program.mro(class).iter().filter(|c| flow.program.is_input(c.file)) {
                for w in flow.program.self_writes(c, attr) {
                    if let BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) = w.kind {
                        made.push(ExprRef { file: c.file, expr: v });
                    }
                }
            }
        }
        _ => {}
    }
    let mut runs = Vec::new();
    for m in made {
        let its = flow.facts(m.file);
        if matches!(its.kind(m.expr), ExprKind::None) {
            continue;
        }
        if makes_task(flow, m.file, m.expr).is_none() {
            return Vec::new();
        }
        let Some(coroutine) = its.args_of(m.expr).first() else { return Vec::new() };
        let functions = task_functions(flow, m.file, coroutine.value);
        if functions.is_empty() || !functions.iter().all(|f| flow.program.is_input(f.file)) {
            return Vec::new();
        }
        runs.extend(functions);
    }
    runs
}

/// SS810: `task.cancel()`, then `await task`, with nothing around that catches cancellation.
fn awaited_bare(flow: &Flow, function: FunctionRef, cancel: &Cancel) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    if cancel.runs.iter().any(|&f| ends_quietly(flow, f)) {
        return false;
    }
    let graph = flow.graph(function);
    let is_await = |n: NodeId| match graph.op(n) {
        Op::Await(e) => {
            matches!(facts.kind(e), ExprKind::Await(v) if facts.dotted(v).as_deref() == Some(&cancel.place))
        }
        _ => false,
    };
    let written = |n: NodeId| matches!(graph.op(n), Op::Write { target: Some(t), .. } if facts.dotted(t).as_deref() == Some(&cancel.place));
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    let Some(start) = graph.nodes_of(cancel.call).next() else { return false };
    let Some(path) = graph.path(start, normal, written, is_await) else { return false };
    let Some(&at) = path.last() else { return false };
    let Op::Await(awaited) = graph.op(at) else { return false };
    if is_caught(facts, awaited) || sites_catch(flow, function) {
        return false;
    }
    let mut f = finding(
        &SS810,
        file,
        facts.range(awaited),
        format!(
            "`{}` was cancelled, so this raises `CancelledError` here: what follows does not run, as if this task had been cancelled",
            cancel.place
        ),
    );
    f.help = Some(format!("`await asyncio.gather({}, return_exceptions=True)`", cancel.place));
    f.confidence = Confidence::Likely;
    f.labels.push(Label { range: facts.range(cancel.call), text: "cancelled here".to_owned() });
    flow.report(f);
    true
}

/// Whether a function that is cancelled may end as if nothing had happened.
fn ends_quietly(flow: &Flow, function: FunctionRef) -> bool {
    let facts = flow.facts(function.file);
    let swallows = facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            let mut left = false;
            visit_block(facts, t.finalbody, &mut |s| {
                left |= matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Continue)
            });
            left || t.handlers.iter().any(|h| catches(facts, h.exception).cancel)
        }
        StmtKind::With(index) => facts.withs[index as usize].items.iter().any(|i| suppresses(facts, i.context)),
        _ => false,
    });
    swallows || facts.expr_list(facts.function(function.function).decorators).len() > 0
}

/// Whether a manager is `suppress(CancelledError)`, or anything else that may swallow cancellation.
fn suppresses(facts: &FileFacts, context: ExprId) -> bool {
    facts.args_of(context).iter().any(|a| catches(facts, Some(a.value)).cancel)
}

/// Whether cancellation that comes out of an expression is caught in its function.
fn is_caught(facts: &FileFacts, expr: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(expr) else { return true };
    let range = facts.stmt(stmt).range();
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            t.handlers.iter().any(|h| catches(facts, h.exception).cancel)
                && facts.block(t.body).any(|s| facts.stmt(s).range().contains_range(range))
        }
        StmtKind::With(index) => facts.withs[index as usize].items.iter().any(|i| suppresses(facts, i.context)),
        _ => false,
    })
}

/// Whether somebody who calls a function expects cancellation to come out of it.
fn sites_catch(flow: &Flow, function: FunctionRef) -> bool {
    flow.program.sites_of(function).into_iter().any(|s| is_caught(flow.facts(s.file), s.expr))
}

/// SS811: a method cancels the task that it may be running in, and awaits something after.
fn cancels_itself(flow: &Flow, function: FunctionRef, cancel: &Cancel) {
    let file = function.file;
    let facts = flow.facts(file);
    if !cancel.place.starts_with("self.") || asks_who_runs(facts, function.function) {
        return;
    }
    let Some(way) = cancel.runs.iter().find_map(|&f| leads_to(flow, f, function, 0)) else { return };
    if lets_go(flow, way, &cancel.place) {
        return;
    }
    let graph = flow.graph(function);
    let Some(start) = graph.nodes_of(cancel.call).next() else { return };
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    let waits = |n: NodeId| match graph.op(n) {
        Op::Await(e) => flow.switches(function, &graph, n) && !is_caught(facts, e),
        _ => false,
    };
    let Some(path) = graph.path(start, normal, |_| false, waits) else { return };
    let Some(&stopped) = path.last() else { return };
    let name = flow.program.function_name(way.0);
    let mut f = finding(
        &SS811,
        file,
        facts.range(cancel.call),
        format!(
            "`{name}`, which `{}` runs, comes here: it cancels itself, and what is awaited after this never ends",
            cancel.place
        ),
    );
    f.help = Some(format!("`if {} is not asyncio.current_task():` before it", cancel.place));
    f.confidence = Confidence::Likely;
    if way.0.file == file {
        f.labels.push(Label { range: facts.range(way.1), text: "called by the task itself".to_owned() });
    }
    f.labels.extend(flow.label(function, &graph, stopped, "cancelled here"));
    flow.report(f);
}

/// Whether a task's function empties the place of its task before it goes where that is cancelled.
fn lets_go(flow: &Flow, (function, call): (FunctionRef, ExprId), place: &str) -> bool {
    let facts = flow.facts(function.file);
    facts.stmts_of(function.function).any(|stmt| {
        let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return false };
        matches!(facts.kind(value), ExprKind::None)
            && facts.stmt(stmt).range().end() <= facts.range(call).start()
            && facts.expr_list(targets).any(|target| facts.dotted(target).as_deref() == Some(place))
    })
}

/// Whether a function asks which task it runs in.
fn asks_who_runs(facts: &FileFacts, function: FunctionId) -> bool {
    facts
        .exprs_of(function)
        .any(|e| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "current_task"))
}

/// The call by which a task's function comes to another in its own run: the first function and call on the way.
fn leads_to(flow: &Flow, from: FunctionRef, to: FunctionRef, depth: u32) -> Option<(FunctionRef, ExprId)> {
    let facts = flow.facts(from.file);
    if depth > 3 || !flow.program.is_input(from.file) || asks_who_runs(facts, from.function) {
        return None;
    }
    let calls: Vec<(ExprId, FunctionRef)> = facts
        .exprs_of(from.function)
        .filter(|&e| runs_here(flow, from.file, e))
        .filter_map(|e| match flow.functions(from.file, e)[..] {
            [one] if one != from => Some((e, one)),
            _ => None,
        })
        .collect();
    if let Some(&(call, _)) = calls.iter().find(|(_, f)| *f == to) {
        return Some((from, call));
    }
    calls.into_iter().find_map(|(call, f)| leads_to(flow, f, to, depth + 1).map(|_| (from, call)))
}

/// Whether a call is awaited where it stands, and is one of the object's own methods.
fn runs_here(flow: &Flow, file: FileId, call: ExprId) -> bool {
    let facts = flow.facts(file);
    let awaited = matches!(facts.expr(call).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_)));
    awaited && flow.receiver(file, call).is_some_and(|r| facts.is_self(r))
}
