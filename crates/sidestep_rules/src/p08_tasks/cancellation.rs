//! Pitfall 8: cancellation that is swallowed (SS803), that a clean-up does not expect (SS804), that never comes (SS806), or that
//! nobody waits for (SS807).

use crate::Confidence;
use crate::Label;
use crate::blocks::{in_finally, leaves_early, mentions, visit_block};
use crate::flow::{FactsExt, Flow, finding};
use crate::p08_tasks::{Use, callers, use_of};
use crate::registry::*;
use crate::support::{except_clause, has_stem, has_word};
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op, Way, catches};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// Whether an await is one for a task or future that exists already, not for a coroutine started here.
fn awaits_a_task(flow: &Flow, file: FileId, await_expr: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Await(value) = facts.kind(await_expr) else { return false };
    match facts.kind(value) {
        ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => true,
        ExprKind::Call(_, args) => {
            let name = flow.callee_name(file, value);
            name.is_some_and(|n| matches!(n.as_str(), "gather" | "wait" | "_wait" | "wait_for" | "shield"))
                && facts.args(args).first().is_some_and(|a| {
                    let inner = match facts.kind(a.value) {
                        ExprKind::Starred(inner) => inner,
                        // `wait_for(shield(task), 1)`
                        ExprKind::Call(_, shielded)
                            if flow.callee_name(file, a.value).is_some_and(|n| n == "shield") =>
                        {
                            facts.positional(shielded, 0).unwrap_or(a.value)
                        }
                        _ => a.value,
                    };
                    !matches!(facts.kind(inner), ExprKind::Call(..) | ExprKind::Comprehension(_))
                })
        }
        _ => false,
    }
}

/// Names of calls that clean up.
pub(crate) fn is_cleanup(name: &str) -> bool {
    const STEMS: [&str; 28] = [
        "abort",
        "cancel",
        "clean",
        "close",
        "closing",
        "delete",
        "destroy",
        "detach",
        "disconnect",
        "dispose",
        "drain",
        "exit",
        "finish",
        "flush",
        "gather",
        "kill",
        "leave",
        "logout",
        "release",
        "remove",
        "rollback",
        "shut",
        "stop",
        "teardown",
        "terminate",
        "unlink",
        "unregister",
        "unsubscribe",
    ];
    has_stem(name, &STEMS) || has_word(name, &["end", "join", "tear"])
}

/// SS803: cancellation caught, and the work goes on.
pub(crate) fn swallowed(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let mut graph = None;
    for stmt in facts.stmts_of(function.function) {
        match facts.stmt(stmt).kind {
            StmtKind::Try(index) => {
                let t = &facts.tries[index as usize];
                let Some(which) = t.handlers.iter().position(|h| catches(facts, h.exception).cancel) else { continue };
                let handler = t.handlers[which];
                let graph = graph.get_or_insert_with(|| flow.graph(function));
                // Something in the body can be cancelled, and the cancellation comes here.
                let Some(start) = graph
                    .ids()
                    .find(|&n| matches!(graph.op(n), Op::Handler(i, h) if i == index && h as usize == which))
                else {
                    continue;
                };
                let suspended: Vec<NodeId> = graph
                    .predecessors(start)
                    .iter()
                    .filter(|(_, e)| *e == Edge::Cancel)
                    .map(|&(n, _)| n)
                    .filter(|&n| flow.switches(function, graph, n))
                    .collect();
                let ends = facts.block(handler.body).any(|s| never_returns(flow, file, s));
                if suspended.is_empty() || ends || handler_decides(facts, &handler) || in_cancel_handler(facts, stmt) {
                    continue;
                }
                // Remembered, and asked for later; expected by a test.
                if remembers(facts, function.function, stmt, handler.body)
                    || facts.function(function.function).name.as_str().starts_with("test_")
                {
                    continue;
                }
                let explicit = handler.exception.is_some_and(|e| !mentions(facts, e, Symbol::new("BaseException")));
                let waits = |n: NodeId| matches!(graph.op(n), Op::Await(e) if awaits_a_task(flow, file, e));
                // Clean-up that must not fail whatever happens.
                let cleans = |n: NodeId| match graph.op(n) {
                    Op::Await(e) => match facts.kind(e) {
                        ExprKind::Await(v) => flow.callee_name(file, v).is_some_and(|n| is_cleanup(n.as_str())),
                        _ => false,
                    },
                    _ => false,
                };
                if suspended.iter().all(|&n| cleans(n)) {
                    continue;
                }
                // Nothing can end this but cancellation, which is what it waits for.
                let for_ever = |n: NodeId| matches!(graph.op(n), Op::Await(e) if waits_for_ever(facts, e) || waits_for_end(facts, e));
                // Whoever shuts everything down gives each its turn.
                let last_turn = is_cleanup(facts.function(function.function).name.as_str());
                if explicit && (suspended.iter().all(|&n| for_ever(n)) || last_turn) {
                    continue;
                }
                if explicit && suspended.iter().all(|&n| waits(n))
                    || cancelled_before(flow, function, facts.stmt(stmt).range().start())
                        && suspended.iter().all(|&n| waits(n))
                {
                    continue;
                }
                let inside = |s: StmtId| {
                    let range = facts.stmt(s).range();
                    handler.range.contains_range(range)
                };
                // Whoever catches everything and does nothing about it did not mean to clean up: any await after it is work.
                let unaware = !explicit && does_nothing(facts, handler.body);
                let Some((goes_on, again)) = goes_on(flow, function, graph, start, stmt, unaware, explicit, &inside)
                else {
                    if explicit && suspended.iter().all(|&n| !waits(n)) {
                        ends_iteration(flow, function, &handler);
                    } else if !explicit && suspended.iter().any(|&n| !waits(n) && !cleans(n)) {
                        callers::go_on(flow, function, graph, start, &handler);
                    }
                    continue;
                };
                // Named on purpose, and the last thing that the function does is to tell of its end.
                let last = facts.block(facts.function(function.function).body).next_back();
                let alone = handler
                    .exception
                    .is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(..) | ExprKind::Attribute(..)));
                let told = alone && t.handlers.len() > 1;
                // A loop that runs until it is cancelled, and what is to be done after it.
                let until_cancelled = alone
                    && facts
                        .block(t.body)
                        .next_back()
                        .is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::While { .. }));
                let ends = explicit
                    && !again
                    && (until_cancelled || told && last == graph.stmt(goes_on) && last != Some(stmt));
                if flag_ends_loop(facts, stmt, handler.body) {
                    continue;
                }
                let clause = except_clause(facts, &handler);
                let what = match handler.exception {
                    None => "a bare `except`",
                    Some(_) if explicit => "this handler",
                    Some(_) => "`except BaseException`",
                };
                let mut f = finding(
                    &SS803,
                    file,
                    clause,
                    format!(
                        "{what} swallows cancellation and the work goes on{}: the task cannot be stopped",
                        if again { " with another turn" } else { "" }
                    ),
                );
                f.help = Some("catch `Exception`, or end the handler with `raise`".to_owned());
                if let Some(label) = flow.label(function, graph, goes_on, "goes on here") {
                    f.labels.push(label);
                }
                // Whose cancellation it was, the task's or one's own, only they know who hand the tasks over.
                if ends || suspended.iter().all(|&n| waits(n)) {
                    f.confidence = Confidence::Possible;
                }
                flow.report(f);
            }
            StmtKind::With(index) => {
                let with = &facts.withs[index as usize];
                for item in &with.items {
                    let ExprKind::Call(callee, args) = facts.kind(item.context) else { continue };
                    if !matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "suppress")
                        || !facts.args(args).iter().any(|a| catches(facts, Some(a.value)).cancel)
                    {
                        continue;
                    }
                    let graph = graph.get_or_insert_with(|| flow.graph(function));
                    let Some(start) =
                        graph.ids().find(|&n| matches!(graph.op(n), Op::Leave(e, _, Way::Cancel) if e == item.context))
                    else {
                        continue;
                    };
                    let suspended: Vec<NodeId> = graph
                        .predecessors(start)
                        .iter()
                        .filter(|(_, e)| *e == Edge::Cancel)
                        .map(|&(n, _)| n)
                        .filter(|&n| flow.switches(function, graph, n))
                        .collect();
                    let waits = |n: NodeId| matches!(graph.op(n), Op::Await(e) if awaits_a_task(flow, file, e));
                    if suspended.is_empty() || suspended.iter().all(|&n| waits(n)) {
                        continue;
                    }
                    let Some((goes_on, again)) = goes_on(flow, function, graph, start, stmt, false, true, &|_| false)
                    else {
                        continue;
                    };
                    let mut f = finding(
                        &SS803,
                        file,
                        facts.range(item.context),
                        format!(
                            "`suppress` swallows cancellation and the work goes on{}: the task cannot be stopped",
                            if again { " with another turn" } else { "" }
                        ),
                    );
                    f.help = Some("suppress only the exceptions that are expected".to_owned());
                    if let Some(label) = flow.label(function, graph, goes_on, "goes on here") {
                        f.labels.push(label);
                    }
                    flow.report(f);
                }
            }
            _ => {}
        }
    }
}

/// SS803: a method that is an async generator catches cancellation and ends, as if there were no more elements. It runs in the task of
/// whoever iterates, who goes on after the loop.
fn ends_iteration(flow: &Flow, function: FunctionRef, handler: &Handler) {
    let file = function.file;
    let facts = flow.facts(file);
    let f = facts.function(function.function);
    let stops = facts
        .block(handler.body)
        .next_back()
        .is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::Break | StmtKind::Return(_)));
    if !f.is_generator || f.class.is_none() || facts.expr_list(f.decorators).len() > 0 || !stops {
        return;
    }
    let mut f = finding(
        &SS803,
        file,
        except_clause(facts, handler),
        "this handler swallows the cancellation of whoever iterates: for them there are just no more elements, and they go on",
    );
    f.help = Some("end the handler with `raise`".to_owned());
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// Whether a statement stands in a handler that catches cancellation.
fn in_cancel_handler(facts: &FileFacts, stmt: StmtId) -> bool {
    let range = facts.stmt(stmt).range();
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => facts.tries[index as usize]
            .handlers
            .iter()
            .any(|h| h.range.contains_range(range) && catches(facts, h.exception).cancel),
        _ => false,
    })
}

/// Whether a handler sets a flag (`cancelled = True`) that a condition after the `try` asks for.
fn remembers(facts: &FileFacts, function: FunctionId, stmt: StmtId, body: Block) -> bool {
    let mut flags: Vec<Symbol> = Vec::new();
    visit_block(facts, body, &mut |s| {
        if let StmtKind::Assign(targets, value) = facts.stmt(s).kind
            && matches!(facts.kind(value), ExprKind::True)
        {
            flags.extend(facts.expr_list(targets).filter_map(|t| match facts.kind(t) {
                ExprKind::Name(n, _) => Some(n),
                _ => None,
            }));
        }
    });
    let after = facts.stmt(stmt).range().end();
    !flags.is_empty()
        && facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
            StmtKind::If { test, .. } => {
                facts.stmt(s).range().start() >= after && flags.iter().any(|&f| mentions(facts, test, f))
            }
            _ => false,
        })
}

/// Whether a handler sorts out cancellation itself: it asks for it, keeps the exception, or re-raises under a test.
fn handler_decides(facts: &FileFacts, handler: &Handler) -> bool {
    let mut decides = false;
    let mut leaves = false;
    visit_block(facts, handler.body, &mut |stmt| {
        let kind = facts.stmt(stmt).kind;
        let mut look = |e: ExprId| {
            facts.walk(e, &mut |inner| match facts.kind(inner) {
                ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                    if matches!(
                        n.as_str(),
                        "CancelledError"
                            | "cancelling"
                            | "uncancel"
                            | "get_cancelled_exc_class"
                            | "Cancelled"
                            | "cancelled"
                            | "is_cancelled"
                            | "current_task"
                    ) =>
                {
                    decides = true
                }
                // The exception is kept or passed on for others to raise.
                ExprKind::Name(n, _) if Some(n) == handler.name => match facts.expr(inner).parent() {
                    Parent::Stmt(s) => {
                        decides |= matches!(facts.stmt(s).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..))
                    }
                    Parent::Expr(p) => {
                        if let ExprKind::Call(callee, _) = facts.kind(p) {
                            decides |= match facts.kind(callee) {
                                ExprKind::Attribute(_, m) | ExprKind::Name(m, _) => {
                                    matches!(
                                        m.as_str(),
                                        "set_exception" | "append" | "put" | "put_nowait" | "add" | "isinstance"
                                    ) || m.as_str().contains("fatal")
                                        || m.as_str().contains("raise")
                                }
                                _ => false,
                            };
                        }
                    }
                    Parent::None => {}
                },
                _ => {}
            });
        };
        // `if stopping: return`, `if closed: raise`: it asks what the cancellation means.
        if let StmtKind::If { body, .. } = kind {
            visit_block(facts, body, &mut |s| {
                leaves |= matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break)
            });
        }
        match kind {
            StmtKind::Expr(e) | StmtKind::If { test: e, .. } | StmtKind::While { test: e, .. } => look(e),
            StmtKind::Assign(_, e)
            | StmtKind::AnnAssign(_, _, Some(e))
            | StmtKind::AugAssign(_, _, e)
            | StmtKind::Return(Some(e)) => look(e),
            _ => {}
        }
    });
    decides || leaves
}

/// A `.cancel()` earlier in the function: what is awaited next is being ended.
pub(crate) fn cancelled_before(flow: &Flow, function: FunctionRef, before: TextSize) -> bool {
    let facts = flow.facts(function.file);
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == "cancel" || n.as_str().contains("cancel"))
            && facts.range(e).start() < before
            || matches!(facts.kind(e), ExprKind::Name(n, _) if n.as_str().contains("cancel"))
                && facts.range(e).start() < before
    })
}

/// Whether an await is for the order to end: `await self._shutdown_event.wait()`. Cancellation is another one.
fn waits_for_end(facts: &FileFacts, await_expr: ExprId) -> bool {
    const ENDS: [&str; 5] = ["shutdown", "stop", "exit", "quit", "terminate"];
    let ExprKind::Await(value) = facts.kind(await_expr) else { return false };
    let ExprKind::Call(callee, _) = facts.kind(value) else { return false };
    let ExprKind::Attribute(event, name) = facts.kind(callee) else { return false };
    let (ExprKind::Attribute(_, event) | ExprKind::Name(event, _)) = facts.kind(event) else { return false };
    name == "wait" && event.as_str().split('_').any(|word| ENDS.contains(&word))
}

/// `await asyncio.Event().wait()`, `await asyncio.Future()`: something that nobody else has.
fn waits_for_ever(facts: &FileFacts, await_expr: ExprId) -> bool {
    let ExprKind::Await(value) = facts.kind(await_expr) else { return false };
    let ExprKind::Call(callee, _) = facts.kind(value) else { return false };
    let made = match facts.kind(callee) {
        ExprKind::Attribute(base, name) if name == "wait" => match facts.kind(base) {
            ExprKind::Call(made, _) => made,
            _ => return false,
        },
        _ => callee,
    };
    matches!(facts.kind(made), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "Event" || n == "Future" || n == "create_future")
}

/// Whether a handler's body is nothing but `pass`.
fn does_nothing(facts: &FileFacts, body: Block) -> bool {
    facts.block(body).all(|s| match facts.stmt(s).kind {
        StmtKind::Pass => true,
        StmtKind::Expr(e) => matches!(facts.kind(e), ExprKind::Ellipsis),
        _ => false,
    })
}

/// Whether a statement calls what always raises, as its annotation says: `-> NoReturn`.
fn never_returns(flow: &Flow, file: FileId, stmt: StmtId) -> bool {
    let facts = flow.facts(file);
    let StmtKind::Expr(call) = facts.stmt(stmt).kind else { return false };
    let functions = flow.functions(file, call);
    !functions.is_empty()
        && functions.iter().all(|f| {
            let its = flow.facts(f.file);
            its.function(f.function).returns.is_some_and(
                |r| matches!(its.kind(r), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if matches!(n.as_str(), "NoReturn" | "Never")),
            )
        })
}

/// An await outside the handler that control comes to after it, and whether it is another turn of the loop around the `try`.
#[allow(clippy::too_many_arguments)]
fn goes_on(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    start: NodeId,
    stmt: StmtId,
    cleanup_counts: bool,
    says_goodbye: bool,
    inside: &dyn Fn(StmtId) -> bool,
) -> Option<(NodeId, bool)> {
    let facts = flow.facts(function.file);
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    let reached = graph.reach(start, normal, |_| false);
    let try_range = facts.stmt(stmt).range();
    let mut later = None;
    for node in reached.iter() {
        if !graph.suspends(node) || matches!(graph.op(node), Op::Leave(..)) {
            continue;
        }
        let Some(at) = graph.stmt(node) else { continue };
        if inside(at) || in_finally(facts, at) {
            continue;
        }
        if try_range.contains_range(facts.stmt(at).range()) {
            return Some((node, true));
        }
        let name = match graph.op(node) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => match facts.kind(v) {
                    ExprKind::Call(..) => flow.callee_name(function.file, v),
                    // Waiting for a task that exists.
                    _ => continue,
                },
                _ => None,
            },
            _ => None,
        };
        // Enters a manager or asks for the next element: the loop around the `try`.
        let encloses = facts.is_inside(stmt, at) || at == stmt;
        // Whoever expects the cancellation may have a last word to send.
        let last_word = |n: Symbol| says_goodbye && n.as_str().contains("send");
        if !cleanup_counts && name.is_some_and(|n| is_cleanup(n.as_str()) || last_word(n)) {
            continue;
        }
        if later.is_none() {
            later = Some((node, encloses));
        }
    }
    later
}

/// The handler writes what the loop's condition asks for: `self._running = False`.
fn flag_ends_loop(facts: &FileFacts, stmt: StmtId, body: Block) -> bool {
    let mut written: Vec<Symbol> = Vec::new();
    visit_block(facts, body, &mut |s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, _) => {
            for t in facts.expr_list(targets) {
                if let ExprKind::Name(n, _) | ExprKind::Attribute(_, n) = facts.kind(t) {
                    written.push(n);
                }
            }
        }
        StmtKind::Expr(e) => {
            // `self._stop.set()`, `self.close()`.
            if let ExprKind::Call(callee, _) = facts.kind(e)
                && let ExprKind::Attribute(base, method) = facts.kind(callee)
            {
                if let ExprKind::Name(n, _) | ExprKind::Attribute(_, n) = facts.kind(base) {
                    written.push(n);
                }
                written.push(method);
            }
        }
        _ => {}
    });
    facts.enclosing(stmt).any(|s| match facts.stmt(s).kind {
        StmtKind::While { test, .. } => written.iter().any(|&n| mentions(facts, test, n)),
        _ => false,
    })
}

/// SS804: an await during clean-up that a second cancellation interrupts. Advice.
pub(crate) fn cleanup_awaits(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Await(value) = facts.kind(expr) else { continue };
        let ExprKind::Call(..) = facts.kind(value) else { continue };
        let Some(stmt) = facts.stmt_of(expr) else { continue };
        let mut cleaning = false;
        let mut limited = false;
        let mut inner = stmt;
        for outer in facts.enclosing(stmt) {
            match facts.stmt(outer).kind {
                StmtKind::Try(index) => {
                    let t = &facts.tries[index as usize];
                    cleaning |= facts.block(t.finalbody).any(|s| s == inner);
                    cleaning |= t.handlers.iter().any(|h| {
                        h.exception.is_some()
                            && catches(facts, h.exception).cancel
                            && facts.block(h.body).any(|s| s == inner)
                    });
                }
                StmtKind::With(index) => {
                    limited |= facts.withs[index as usize].items.iter().any(|i| {
                        matches!(facts.kind(i.context), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n.as_str().contains("timeout") || n.as_str().contains("_after") || n.as_str().contains("CancelScope")))
                    });
                }
                _ => {}
            }
            inner = outer;
        }
        let name = flow.callee_name(file, value);
        let shielded = name.is_some_and(|n| matches!(n.as_str(), "shield" | "wait_for" | "gather" | "wait" | "sleep"));
        if cleaning && !limited && !shielded && !cancelled_before(flow, function, facts.range(expr).start()) {
            let mut f = finding(
                &SS804,
                file,
                facts.range(expr),
                "a second cancellation interrupts this clean-up half-way, and an unreachable peer makes it wait for ever",
            );
            f.help = Some("`await asyncio.shield(…)`, or bound it with `asyncio.timeout`".to_owned());
            flow.report(f);
        }
    }
}

/// SS806: a loop without an end that never suspends.
pub(crate) fn endless_loops(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::While { test, body, .. } = facts.stmt(stmt).kind else { continue };
        if !matches!(facts.kind(test), ExprKind::True | ExprKind::Int(1)) {
            continue;
        }
        let mut leaves = leaves_early(facts, body);
        visit_block(facts, body, &mut |s| leaves |= matches!(facts.stmt(s).kind, StmtKind::Raise(..)));
        if leaves {
            continue;
        }
        let graph = flow.graph(function);
        let range = facts.stmt(stmt).range();
        let suspends = graph.ids().any(|n| {
            graph.stmt(n).is_some_and(|s| range.contains_range(facts.stmt(s).range()))
                && (flow.switches(function, &graph, n)
                    || matches!(graph.op(n), Op::Yield(_) | Op::Enter(_, true) | Op::Next(_, true)))
        });
        // A call whose blocking nobody knows may well end the program (`sys.exit`): only loops that plainly go on.
        if !suspends
            && graph
                .ids()
                .any(|n| graph.stmt(n) == Some(stmt) || graph.stmt(n).is_some_and(|s| facts.is_inside(s, stmt)))
        {
            let mut f = finding(
                &SS806,
                file,
                TextRange::new(range.start(), facts.range(test).end()),
                "this loop never suspends: the task cannot be cancelled, and nothing else on the loop runs",
            );
            f.help = Some("await something in each turn, or run the loop in a thread".to_owned());
            flow.report(f);
        }
    }
}

/// SS807: a task cancelled at shutdown and never awaited. Advice.
pub(crate) fn cancelled_only(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let f = facts.function(function.function);
    let name = f.name.as_str().trim_matches('_');
    if !["close", "aclose", "stop", "shutdown", "aexit", "disconnect", "cleanup", "teardown"]
        .iter()
        .any(|w| name == *w || name.strip_prefix("async_") == Some(w))
    {
        return;
    }
    let Some(class) = flow.program.class_of(function) else { return };
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
        let ExprKind::Attribute(task, method) = facts.kind(callee) else { continue };
        let ExprKind::Attribute(base, attr) = facts.kind(task) else { continue };
        if method != "cancel" || !facts.is_self(base) {
            continue;
        }
        let made_here = flow.program.mro(class).iter().any(|&c| {
            flow.program.self_writes(c, attr).iter().any(|w| match w.kind {
                BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => {
                    matches!(flow.facts(c.file).kind(v), ExprKind::Call(..)) && flow.spawns(c.file, v).is_some()
                }
                _ => false,
            })
        });
        if !made_here {
            continue;
        }
        let awaited = flow.attribute_uses(attr).iter().any(|u| {
            (u.file, u.expr) != (file, task) && matches!(use_of(flow, u.file, u.expr), Use::Await | Use::Away)
        });
        if !awaited {
            let mut f = finding(
                &SS807,
                file,
                facts.range(expr),
                format!("`self.{attr}` is only asked to stop: when this returns its clean-up has not run"),
            );
            f.help = Some(format!("`await asyncio.gather(self.{attr}, return_exceptions=True)` after it"));
            f.labels = Vec::<Label>::new();
            flow.report(f);
        }
    }
}
