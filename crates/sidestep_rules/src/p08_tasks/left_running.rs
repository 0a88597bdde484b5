//! Pitfall 8: a task that is cancelled when all went well, and runs on when something that was awaited meanwhile failed or was cancelled.
//! Whoever cancels a task on one way out means it to end with the function.

use crate::Confidence;
use crate::blocks::{in_finally, in_handler, mentions, visit_block, whole_condition};
use crate::flow::{FactsExt, Flow, finding};
use crate::p02_p04_blocking::harmless::is_only_started;
use crate::p08_tasks::{Use, makes_task, use_of};
use crate::registry::SS802;
use crate::support::is_test;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// What a function does with tasks in a local name.
struct Uses {
    /// Where they are asked to end, or awaited for themselves.
    ends: Vec<ExprId>,
    /// The calls that wait for all of them (`gather`, `wait`).
    waits: Vec<ExprId>,
}

/// SS802: tasks that some way out cancels and another leaves running.
pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    if !facts.function(function.function).is_async || is_test(flow.program, file) {
        return;
    }
    for stmt in facts.stmts_of(function.function) {
        let (target, value) = match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) => match facts.expr_list(targets).collect::<Vec<_>>()[..] {
                [target] => (target, value),
                _ => continue,
            },
            StmtKind::AnnAssign(target, _, Some(value)) => (target, value),
            _ => continue,
        };
        let ExprKind::Name(name, scope) = facts.kind(target) else { continue };
        let home = facts.function(function.function).scope;
        let Some(call) = spawned(flow, file, value) else { continue };
        // Whatever the name holds is a task made here.
        let always = facts.bindings_in(home, name).iter().all(|b| match b.kind {
            BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => spawned(flow, file, v).is_some(),
            _ => false,
        });
        if facts.resolve(scope, name) != Some(home) || !always {
            continue;
        }
        let Some(uses) = uses_of(flow, function, target, name, home) else { continue };
        let Some(at) = left_at(flow, function, target, name, &uses) else { continue };
        if is_only_started(flow.program, function) {
            return;
        }
        let many = if call == value { "this task" } else { "these tasks" };
        let mut f = finding(
            &SS802,
            file,
            facts.range(call),
            format!(
                "{many} run{} on when what is awaited meanwhile fails or is cancelled: only other ways out cancel {}",
                if call == value { "s" } else { "" },
                if call == value { "it" } else { "them" },
            ),
        );
        f.help = Some("cancel in a `finally`, or use a `TaskGroup`".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(flow.label(function, &flow.graph(function), at, "may fail here"));
        flow.report(f);
    }
}

/// The call in `create_task(…)` or `[create_task(…) for …]`.
fn spawned(flow: &Flow, file: FileId, value: ExprId) -> Option<ExprId> {
    let facts = flow.facts(file);
    let call = match facts.kind(value) {
        ExprKind::Comprehension(c) => facts.comprehensions[c as usize].element,
        _ => value,
    };
    (matches!(facts.kind(call), ExprKind::Call(..))
        && makes_task(flow, file, call).is_some()
        && !flow.call_mark(file, call, "spawns").is_some_and(|m| m.flag("kept")))
    .then_some(call)
}

/// What is done with the tasks, if the function keeps them to itself and cancels them somewhere.
fn uses_of(flow: &Flow, function: FunctionRef, target: ExprId, name: Symbol, home: ScopeId) -> Option<Uses> {
    let file = function.file;
    let facts = flow.facts(file);
    let mut uses = Uses { ends: Vec::new(), waits: Vec::new() };
    let mut cancels = false;
    for used in flow.uses(file, name) {
        let ExprKind::Name(_, scope) = facts.kind(used) else { continue };
        if used == target || facts.resolve(scope, name) != Some(home) {
            continue;
        }
        if facts.function_of(used) != function.function {
            return None;
        }
        if cancels_each(facts, used) {
            cancels = true;
            uses.ends.push(used);
            continue;
        }
        // `tasks.index(task)`
        if matches!(facts.expr(used).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "index"))
        {
            continue;
        }
        match (use_of(flow, file, used), given_to(facts, used)) {
            (Use::Cancel, _) => {
                cancels = true;
                uses.ends.push(used);
            }
            (_, Some((_, callee))) if callee.as_str().trim_start_matches('_').starts_with("cancel") => {
                cancels = true;
                uses.ends.push(used);
            }
            (_, Some((call, callee))) => match callee.as_str() {
                "gather" | "wait" => {
                    // To see them end, whatever comes of it.
                    let args = facts.args_of(call);
                    let drains = args.iter().any(|a| matches!(a.kind, ArgKind::Keyword(k) if k == "return_exceptions"))
                        || facts.stmt_of(call).is_some_and(|s| in_finally(facts, s) || in_handler(facts, s));
                    if drains { uses.ends.push(used) } else { uses.waits.push(call) }
                }
                "wait_for" | "shield" => uses.ends.push(used),
                "as_completed" | "len" | "enumerate" | "zip" | "list" | "set" => {}
                _ => return None,
            },
            (Use::Await, _) => uses.ends.push(used),
            (Use::Look | Use::Write, _) => {}
            (Use::Away, _) => return None,
        }
    }
    cancels.then_some(uses)
}

/// The call that is given a value, as it is or unpacked, and the name of what is called.
fn given_to(facts: &FileFacts, used: ExprId) -> Option<(ExprId, Symbol)> {
    let mut at = used;
    while let Parent::Expr(parent) = facts.expr(at).parent() {
        match facts.kind(parent) {
            ExprKind::Starred(_) | ExprKind::List(_) | ExprKind::Set(_) | ExprKind::Tuple(_) => at = parent,
            ExprKind::Call(callee, _) if callee != at => {
                let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(callee) else { return None };
                return Some((parent, name));
            }
            _ => return None,
        }
    }
    None
}

/// Whether a use is the one of `for task in tasks: task.cancel()`.
fn cancels_each(facts: &FileFacts, used: ExprId) -> bool {
    let Parent::Stmt(stmt) = facts.expr(used).parent() else { return false };
    let StmtKind::For(index) = facts.stmt(stmt).kind else { return false };
    let each = facts.fors[index as usize];
    let ExprKind::Name(element, _) = facts.kind(each.target) else { return false };
    let mut found = false;
    visit_block(facts, each.body, &mut |s| {
        if let StmtKind::Expr(e) = facts.stmt(s).kind
            && let ExprKind::Call(callee, _) = facts.kind(e)
            && let ExprKind::Attribute(base, method) = facts.kind(callee)
        {
            found |= method == "cancel" && matches!(facts.kind(base), ExprKind::Name(n, _) if n == element);
        }
    });
    found
}

/// Where something fails or is cancelled so that the function is left without a look at the tasks.
fn left_at(flow: &Flow, function: FunctionRef, target: ExprId, name: Symbol, uses: &Uses) -> Option<NodeId> {
    let facts = flow.facts(function.file);
    let graph = flow.graph(function);
    let start = graph.ids().find(|&n| matches!(graph.op(n), Op::Write { target: Some(t), .. } if t == target))?;
    let waits = |n: NodeId| match graph.op(n) {
        Op::Await(e) => match facts.kind(e) {
            ExprKind::Await(v) if uses.waits.contains(&v) => flow.callee_name(function.file, v),
            _ => None,
        },
        _ => None,
    };
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => uses.ends.contains(&e),
        Op::Test(e) => mentions(facts, whole_condition(facts, e), name),
        Op::Write { target: Some(t), .. } => {
            n != start && matches!(facts.kind(t), ExprKind::Name(other, _) if other == name)
        }
        _ => false,
    };
    // What fails by itself: a call that is awaited. An event or a queue does not, and clean-up is no part of the work.
    let fails = |n: NodeId| {
        let called = match graph.op(n) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => match facts.kind(v) {
                    ExprKind::Call(..) => {
                        let mark = |name| flow.call_mark(function.file, v, name).is_some();
                        let patient = flow
                            .callee_name(function.file, v)
                            .is_some_and(|n| matches!(n.as_str(), "wait" | "acquire" | "join" | "put" | "sleep"));
                        !mark("waits") && !mark("sleeps") && !patient
                    }
                    // The next result of `as_completed`.
                    ExprKind::Name(..) => next_completed(flow, function.file, v),
                    _ => false,
                },
                _ => false,
            },
            Op::Enter(_, true) | Op::Next(_, true) => true,
            _ => false,
        };
        called
            && flow.switches(function, &graph, n)
            && graph.stmt(n).is_some_and(|s| !in_finally(facts, s) && !in_handler(facts, s))
    };
    // Whatever suspends can be cancelled, an event or a queue as well.
    let cancellable = |n: NodeId| {
        let waits = matches!(graph.op(n), Op::Await(_) | Op::Enter(_, true) | Op::Next(_, true));
        waits
            && flow.switches(function, &graph, n)
            && graph.stmt(n).is_some_and(|s| !in_finally(facts, s) && !in_handler(facts, s))
    };
    // Cancellation counts where somebody has thought of failures: a handler cancels them.
    let handled = uses.ends.iter().filter_map(|&e| facts.stmt_of(e)).any(|s| in_handler(facts, s));
    // What comes up from below: through a `finally`, a manager, a handler that raises again.
    let passes = |n: NodeId, again: bool| match graph.op(n) {
        Op::Join => true,
        Op::Leave(..) | Op::Raise(_) => again,
        _ => false,
    };
    let along = |again: bool| {
        move |n: NodeId, edge: Edge| match (edge, waits(n)) {
            // `gather` ends with the first failure, and cancels all of them when it is cancelled; `wait` does neither.
            (Edge::Exception, Some(callee)) => callee == "gather",
            // Who ends one of those that it waits for whatever happens means this one, too.
            (Edge::Cancel, Some(callee)) => callee == "wait" && others_end(facts, &uses.waits, name),
            (Edge::Exception, None) => n != start && (fails(n) || passes(n, again)),
            (Edge::Cancel, None) => n != start && (handled && cancellable(n) || passes(n, again)),
            // All are done, or those that are not are somebody's business.
            (_, Some(_)) => false,
            _ => true,
        }
    };
    let lost = |n: NodeId| matches!(n, Cfg::RAISED | Cfg::CANCELLED);
    let path = graph.path(start, along(false), ended, lost).or_else(|| graph.path(start, along(true), ended, lost))?;
    path.into_iter().rev().find(|&n| cancellable(n) || waits(n).is_some())
}

/// Whether a `finally` cancels another of the tasks that are waited for together, and not this one.
fn others_end(facts: &FileFacts, waits: &[ExprId], name: Symbol) -> bool {
    let mut others = Vec::new();
    for arg in waits.iter().flat_map(|&wait| facts.args_of(wait)) {
        facts.walk(arg.value, &mut |e| {
            if let ExprKind::Name(n, _) = facts.kind(e)
                && n != name
            {
                others.push(n);
            }
        });
    }
    let Some(&wait) = waits.first() else { return false };
    let ended: Vec<Symbol> = facts
        .exprs_of(facts.function_of(wait))
        .filter_map(|e| match facts.kind(e) {
            ExprKind::Attribute(task, method) if method == "cancel" => match facts.kind(task) {
                ExprKind::Name(n, _) if facts.stmt_of(e).is_some_and(|s| in_finally(facts, s)) => Some(n),
                _ => None,
            },
            _ => None,
        })
        .collect();
    !ended.contains(&name) && ended.iter().any(|n| others.contains(n))
}

/// Whether a name is the one of `for next in as_completed(…)`.
fn next_completed(flow: &Flow, file: FileId, expr: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Name(name, _) = facts.kind(expr) else { return false };
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::For(index) => {
            let each = &facts.fors[index as usize];
            matches!(facts.kind(each.target), ExprKind::Name(n, _) if n == name)
                && flow.call_mark(file, each.iter, "yields_tasks").is_some()
        }
        _ => false,
    })
}
