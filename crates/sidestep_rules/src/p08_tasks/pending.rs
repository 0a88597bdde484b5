//! Pitfall 8: tasks that `wait` and `as_completed` leave pending (SS805).

use crate::Confidence;
use crate::blocks::leaves_early;
use crate::flow::{FactsExt, Flow, finding};
use crate::p02_p04_blocking::harmless::is_only_started;
use crate::p08_tasks::cancellation::cancelled_before;
use crate::p08_tasks::{Use, makes_task, use_of};
use crate::registry::SS805;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// The tasks made in this function that an expression stands for: names of tasks or of containers of them.
pub(crate) struct OwnTasks {
    /// The names that stand for them.
    pub names: Vec<Symbol>,
}

pub(crate) fn own_tasks(flow: &Flow, function: FunctionRef, arg: ExprId) -> Option<OwnTasks> {
    let file = function.file;
    let facts = flow.facts(file);
    let home = facts.function(function.function).scope;
    let makes = |e: ExprId| {
        let mut found = false;
        facts.walk(e, &mut |x| {
            found |= matches!(facts.kind(x), ExprKind::Call(..)) && makes_task(flow, file, x).is_some();
        });
        found
    };
    if makes(arg) {
        return Some(OwnTasks { names: Vec::new() });
    }
    let mut names = Vec::new();
    let mut own = false;
    facts.walk(arg, &mut |e| {
        let ExprKind::Name(name, scope) = facts.kind(e) else { return };
        if facts.resolve(scope, name) != Some(home) {
            return;
        }
        names.push(name);
        for b in facts.bindings_in(home, name) {
            if let BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) = b.kind {
                own |= makes(v);
                // `tasks = [read, stop]`
                if let ExprKind::List(list) | ExprKind::Set(list) | ExprKind::Tuple(list) = facts.kind(v) {
                    for item in facts.expr_list(list) {
                        let ExprKind::Name(task, s) = facts.kind(item) else { continue };
                        if facts.resolve(s, task) != Some(home) {
                            continue;
                        }
                        names.push(task);
                        own |= facts.bindings_in(home, task).iter().any(|b| {
                            matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if makes(v))
                        });
                    }
                }
            }
        }
        // `tasks.append(create_task(…))`
        for u in flow.uses(file, name) {
            if facts.function_of(u) == function.function
                && let Parent::Expr(p) = facts.expr(u).parent()
                && matches!(facts.kind(p), ExprKind::Attribute(_, m) if matches!(m.as_str(), "append" | "add"))
                && let Parent::Expr(call) = facts.expr(p).parent()
                && facts.args_of(call).iter().any(|a| makes(a.value))
            {
                own = true;
            }
        }
    });
    own.then_some(OwnTasks { names })
}

/// Whether any of these names is used after a place, other than as a length.
pub(crate) fn used_after(flow: &Flow, function: FunctionRef, names: &[Symbol], after: TextRange) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    names.iter().any(|&name| {
        flow.uses(file, name).into_iter().any(|u| {
            let ExprKind::Name(..) = facts.kind(u) else { return false };
            let at = facts.range(u);
            if after.contains_range(at) {
                return false;
            }
            let own = facts.function_of(u);
            if own != function.function {
                return facts.function(own).parent == function.function;
            }
            let counts = at.start() > after.end()
                || facts.stmt_of(u).is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::While { .. }));
            let is_length = matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) if n == "len")));
            counts && !is_length
        })
    })
}

/// The names that `a, b = …` binds.
pub(crate) fn unpacked(facts: &FileFacts, stmt: StmtId) -> Option<Vec<Option<Symbol>>> {
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return None };
    let target = facts.expr_list(targets).next()?;
    match facts.kind(target) {
        ExprKind::Tuple(list) | ExprKind::List(list) => Some(
            facts
                .expr_list(list)
                .map(|e| match facts.kind(e) {
                    ExprKind::Name(n, _) => Some(n),
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    }
}

/// SS805: tasks left pending.
pub(crate) fn left_pending(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(_, args) = facts.kind(expr) else { continue };
        let Some(name) = flow.callee_name(file, expr) else { continue };
        match name.as_str() {
            "wait" if flow.call_mark(file, expr, "waits_tasks").is_some() => {
                let early = facts.keyword(args, "return_when").is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "FIRST_COMPLETED" || n == "FIRST_EXCEPTION"))
                    || facts.keyword(args, "timeout").is_some_and(|e| !matches!(facts.kind(e), ExprKind::None));
                let Some(arg) = facts.positional(args, 0) else { continue };
                let Some(stmt) = facts.stmt_of(expr) else { continue };
                if !early {
                    continue;
                }
                let Some(own) = own_tasks(flow, function, arg) else { continue };
                let mut names = own.names;
                // Somebody else has them too: a set of the object, a callback.
                let shared = names.iter().any(|&name| {
                    flow.uses(file, name).into_iter().any(|u| {
                        let Parent::Expr(p) = facts.expr(u).parent() else { return false };
                        match facts.kind(p) {
                            ExprKind::Attribute(_, m) => m == "add_done_callback",
                            ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Attribute(base, m) if matches!(m.as_str(), "add" | "append") && !is_own_name(facts, function.function, base)),
                            _ => false,
                        }
                    })
                });
                if shared {
                    continue;
                }
                match unpacked(facts, stmt) {
                    Some(parts) => match parts.get(1) {
                        Some(Some(pending)) if pending.as_str() != "_" => names.push(*pending),
                        Some(_) => {}
                        None => continue,
                    },
                    None if matches!(facts.stmt(stmt).kind, StmtKind::Expr(_)) => {}
                    None => continue,
                }
                // What `asyncio.run` runs leaves nothing: it cancels what is left.
                let is_last = !facts.exprs_of(function.function).any(|e| {
                    matches!(facts.kind(e), ExprKind::Await(_)) && facts.range(e).start() > facts.range(expr).end()
                });
                if is_last && is_only_started(flow.program, function) {
                    continue;
                }
                if used_after(flow, function, &names, facts.range(expr)) {
                    if cancelled_wait_leaves(flow, function, expr, &names) {
                        pending_finding(
                            flow,
                            file,
                            facts.range(expr),
                            "cancelling this `wait` does not cancel what it waits for: these tasks run on, and what they receive is lost",
                            Confidence::Likely,
                        );
                    }
                    continue;
                }
                pending_finding(
                    flow,
                    file,
                    facts.range(expr),
                    "`wait` returns before all tasks are done, and the pending ones are neither awaited nor cancelled",
                    Confidence::Certain,
                );
            }
            "as_completed" if flow.call_mark(file, expr, "yields_tasks").is_some() => {
                let Parent::Stmt(stmt) = facts.expr(expr).parent() else { continue };
                let StmtKind::For(index) = facts.stmt(stmt).kind else { continue };
                let Some(arg) = facts.positional(args, 0) else { continue };
                let body = facts.fors[index as usize].body;
                if !leaves_early(facts, body) {
                    continue;
                }
                // Coroutines or tasks that this function made.
                let mut makes = false;
                facts.walk(arg, &mut |e| makes |= matches!(facts.kind(e), ExprKind::Call(..)));
                let names = match own_tasks(flow, function, arg) {
                    Some(own) => own.names,
                    None if makes => Vec::new(),
                    None => continue,
                };
                if used_after(flow, function, &names, facts.range(expr)) {
                    continue;
                }
                pending_finding(
                    flow,
                    file,
                    facts.range(expr),
                    "the loop over `as_completed` is left early, and the tasks that are not done run on unseen",
                    Confidence::Certain,
                );
            }
            _ => {}
        }
    }
}

/// Whether an expression is a local name of a function.
fn is_own_name(facts: &FileFacts, function: FunctionId, expr: ExprId) -> bool {
    matches!(facts.kind(expr), ExprKind::Name(n, scope) if facts.resolve(scope, n) == Some(facts.function(function).scope))
}

/// Whether cancellation of an awaited `wait` leaves the function without a look at the tasks that it made for it, which nobody
/// else has, and one of them takes something out of somewhere: a message that a task nobody has receives is lost. (Other tasks that
/// run on for a while do little harm.)
fn cancelled_wait_leaves(flow: &Flow, function: FunctionRef, wait: ExprId, names: &[Symbol]) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Expr(awaited) = facts.expr(wait).parent() else { return false };
    if !matches!(facts.kind(awaited), ExprKind::Await(_)) || cancelled_before(flow, function, facts.range(wait).start())
    {
        return false;
    }
    // Each task by its own name, too.
    let home = facts.function(function.function).scope;
    let mut names = names.to_vec();
    let mut takes = false;
    for e in facts.exprs_of(function.function) {
        let ExprKind::Call(..) = facts.kind(e) else { continue };
        if makes_task(flow, file, e).is_none() {
            continue;
        }
        if let Some(work) = facts.args_of(e).first() {
            takes |= flow.callee_name(file, work.value).is_some_and(|n| {
                matches!(
                    n.as_str(),
                    "get"
                        | "recv"
                        | "receive"
                        | "read"
                        | "readline"
                        | "accept"
                        | "acquire"
                        | "__anext__"
                        | "anext"
                        | "pop"
                        | "take"
                        | "get_message"
                        | "next"
                )
            });
        }
        if let Some(name) = assigned_to(facts, e)
            && is_own_name(facts, function.function, name)
            && let ExprKind::Name(n, _) = facts.kind(name)
            && !names.contains(&n)
        {
            names.push(n);
        }
    }
    // Nobody else has them: no function nested here, nothing that they are handed to.
    let others = names.iter().any(|&name| {
        flow.uses(file, name).into_iter().any(|u| {
            let ExprKind::Name(_, scope) = facts.kind(u) else { return false };
            if facts.resolve(scope, name) != Some(home) {
                return false;
            }
            facts.function_of(u) != function.function
                || use_of(flow, file, u) == Use::Cancel && facts.range(u).start() < facts.range(wait).start()
                || matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Call(callee, _) if callee != u && !waits_for(facts, callee)))
        })
    });
    if others || !takes {
        return false;
    }
    let graph = flow.graph(function);
    let ends = |n: NodeId| matches!(n, Cfg::EXIT | Cfg::RAISED | Cfg::CANCELLED);
    let seen = |n: NodeId| matches!(graph.op(n), Op::Read(e, _) if matches!(facts.kind(e), ExprKind::Name(name, _) if names.contains(&name)));
    let along = |from: NodeId| {
        move |n: NodeId, edge: Edge| match edge {
            Edge::Cancel => n == from,
            Edge::Exception => false,
            _ => n != from,
        }
    };
    let nodes: Vec<NodeId> = graph.nodes_of(awaited).collect();
    nodes.into_iter().any(|node| graph.path(node, along(node), seen, ends).is_some())
}

/// The target of `name = <expr>`.
fn assigned_to(facts: &FileFacts, value: ExprId) -> Option<ExprId> {
    let Parent::Stmt(stmt) = facts.expr(value).parent() else { return None };
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, v) if v == value => facts.expr_list(targets).next(),
        StmtKind::AnnAssign(target, _, Some(v)) if v == value => Some(target),
        _ => None,
    }
}

/// Whether a callee waits for the tasks that it is given, or only looks at them, by its name.
fn waits_for(facts: &FileFacts, callee: ExprId) -> bool {
    match facts.kind(callee) {
        ExprKind::Name(n, _) | ExprKind::Attribute(_, n) => {
            matches!(
                n.as_str(),
                "wait" | "gather" | "wait_for" | "shield" | "append" | "add" | "len" | "list" | "set" | "as_completed"
            )
        }
        _ => false,
    }
}

fn pending_finding(flow: &Flow, file: FileId, range: TextRange, message: &str, confidence: Confidence) {
    let mut f = finding(&SS805, file, range, message);
    f.confidence = confidence;
    f.help = Some("cancel what is pending, then await it: `for task in pending: task.cancel()`".to_owned());
    flow.report(f);
}
