//! Pitfall 8: what a handler for `Exception` undoes, and cancellation leaves done (SS808).

use crate::blocks::{mentions, visit_block};
use crate::flow::{FactsExt, Flow, finding};
use crate::registry::SS808;
use crate::support::except_clause;
use crate::{Confidence, Label};
use sidestep_facts::cfg::{Flow as Edge, Op, catches};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// SS808: a handler for `Exception` that undoes what was done and raises again. Cancellation is no `Exception`: it passes by, and what
/// was done stays.
pub(crate) fn undo_skipped(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::Try(index) = facts.stmt(stmt).kind else { continue };
        let t = &facts.tries[index as usize];
        if t.handlers.iter().any(|h| catches(facts, h.exception).cancel) {
            continue;
        }
        let Some(handler) = t.handlers.iter().find(|h| catches(facts, h.exception).all) else { continue };
        let raises =
            facts.block(handler.body).last().is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::Raise(..)));
        let undone = if raises {
            let mut undone = None;
            visit_block(facts, handler.body, &mut |s| {
                if undone.is_none() {
                    undone = undoes(flow, function, t, stmt, s)
                        .filter(|&(undone, _)| is_unconditional(facts, handler, s, undone));
                }
            });
            undone
        } else {
            facts.block(handler.body).next().and_then(|s| hangs_up(flow, function, t, stmt, s))
        };
        let Some((undone, what)) = undone else { continue };
        if in_finalbody(facts, t, undone) {
            continue;
        }
        // Something in the body can be cancelled, and nothing further out undoes it.
        let graph = flow.graph(function);
        let body: Vec<TextRange> = facts.block(t.body).map(|s| facts.stmt(s).range()).collect();
        // What is raised inside the `async with` comes up at the `yield` of its manager.
        let managed = is_manager(facts, function.function);
        let cancelled = graph.ids().find(|&n| {
            (flow.switches(function, &graph, n) || managed && matches!(graph.op(n), Op::Yield(_)))
                && graph.stmt(n).is_some_and(|s| body.iter().any(|b| b.contains_range(facts.stmt(s).range())))
                && graph.successors(n).any(|(_, edge)| edge == Edge::Cancel)
        });
        let Some(cancelled) = cancelled else { continue };
        let guarded = facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::Try(i) => {
                let outer = &facts.tries[i as usize];
                outer.handlers.iter().any(|h| catches(facts, h.exception).cancel)
                    || facts.block(outer.finalbody).len() > 0
            }
            _ => false,
        });
        if guarded {
            continue;
        }
        let clause = except_clause(facts, handler);
        let mut f = finding(
            &SS808,
            file,
            clause,
            format!("cancellation is no `Exception`: it passes this handler by, and {what}"),
        );
        f.help = Some("`except BaseException:` before the `raise`, or a `finally`".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.push(Label { range: facts.range(undone), text: "undone here".to_owned() });
        if let Some(label) = flow.label(function, &graph, cancelled, "cancelled here") {
            f.labels.push(label);
        }
        flow.report(f);
    }
}

/// Whether the `finally` of a `try` does something with the same object, or by the same name.
fn in_finalbody(facts: &FileFacts, t: &Try, undone: ExprId) -> bool {
    let called = match facts.kind(undone) {
        ExprKind::Call(callee, _) => callee,
        _ => undone,
    };
    let mut names = Vec::new();
    facts.walk(called, &mut |e| {
        if let ExprKind::Name(name, _) | ExprKind::Attribute(_, name) = facts.kind(e)
            && name != "self"
        {
            names.push(name);
        }
    });
    let within: Vec<TextRange> = facts.block(t.finalbody).map(|s| facts.stmt(s).range()).collect();
    let touches =
        |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if names.contains(&n));
    facts
        .exprs_of(facts.function_of(undone))
        .any(|e| touches(e) && within.iter().any(|block| block.contains_range(facts.range(e))))
}

/// Whether a statement of a handler runs whenever the handler does, but for questions about the very thing that it undoes.
fn is_unconditional(facts: &FileFacts, handler: &Handler, stmt: StmtId, undone: ExprId) -> bool {
    let place = match facts.kind(undone) {
        ExprKind::Call(callee, _) => match facts.kind(callee) {
            ExprKind::Attribute(of, _) => of,
            _ => callee,
        },
        _ => undone,
    };
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(place) else { return false };
    facts.enclosing(stmt).take_while(|&outer| handler.range.contains_range(facts.stmt(outer).range())).all(|outer| {
        match facts.stmt(outer).kind {
            StmtKind::If { test, .. } => mentions(facts, test, name) || asks_what_it_found(facts, handler, test),
            StmtKind::With(_) | StmtKind::Try(_) => true,
            _ => false,
        }
    })
}

/// Whether a condition in a handler asks for nothing but what the handler has looked up itself.
fn asks_what_it_found(facts: &FileFacts, handler: &Handler, test: ExprId) -> bool {
    let mut found = true;
    let mut any = false;
    facts.walk(test, &mut |e| {
        if let ExprKind::Name(name, scope) = facts.kind(e)
            && !crate::support::is_class_name(name)
        {
            any = true;
            found &= facts.resolve(scope, name).is_some_and(|home| {
                let bindings = facts.bindings_in(home, name);
                !bindings.is_empty() && bindings.iter().all(|b| handler.range.contains(b.at))
            });
        }
    });
    any && found
}

/// Whether the first thing that a handler in a loop of attempts does is to close the object's own connection, on which the body asked
/// something: half an exchange must not be followed by another.
fn hangs_up(flow: &Flow, function: FunctionRef, t: &Try, stmt: StmtId, undo: StmtId) -> Option<(ExprId, String)> {
    let file = function.file;
    let facts = flow.facts(file);
    let StmtKind::Expr(e) = facts.stmt(undo).kind else { return None };
    let call = match facts.kind(e) {
        ExprKind::Await(call) => call,
        _ => e,
    };
    let closes = flow
        .callee_name(file, call)
        .is_some_and(|n| matches!(n.as_str(), "close" | "aclose" | "disconnect" | "_close" | "_disconnect" | "reset"));
    let own = |e: ExprId| flow.receiver(file, e).is_some_and(|r| facts.is_self(r));
    let in_loop =
        facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::For(_) | StmtKind::While { .. }));
    let asks = facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Await(v) if own(v)
        && flow.callee_name(file, v).is_some_and(|n| {
            ["query", "request", "execute", "send", "command", "exchange"].iter().any(|w| n.as_str().contains(w))
        })) && facts.stmt_of(e).is_some_and(|s| {
            let at = facts.stmt(s).range();
            facts.block(t.body).any(|b| facts.stmt(b).range().contains_range(at))
        })
    });
    (closes && own(call) && in_loop && asks)
        .then(|| (call, "the connection stays open with half an exchange on it".to_owned()))
}

/// What a statement of a handler undoes: the expression that does, and what is left where it does not run.
fn undoes(flow: &Flow, function: FunctionRef, t: &Try, stmt: StmtId, undo: StmtId) -> Option<(ExprId, String)> {
    let file = function.file;
    let facts = flow.facts(file);
    // Made by this function before the handler: in the body of the `try`, or before it.
    let until = facts.block(t.body).last().map(|s| facts.stmt(s).range().end())?;
    let before = |s: StmtId| facts.stmt(s).range().start() < until;
    let written = |place: &str| {
        facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
            StmtKind::Expr(_) => before(s) && puts_into(flow, file, s, place),
            StmtKind::Assign(targets, value) => {
                before(s)
                    && !matches!(facts.kind(value), ExprKind::None | ExprKind::False)
                    && facts.expr_list(targets).any(|t| match facts.kind(t) {
                        ExprKind::Subscript(base, _) => facts.dotted(base).as_deref() == Some(place),
                        // `transport, protocol = await connect()`
                        ExprKind::Tuple(parts) => {
                            facts.expr_list(parts).any(|part| facts.dotted(part).as_deref() == Some(place))
                        }
                        _ => facts.dotted(t).as_deref() == Some(place),
                    })
            }
            _ => false,
        })
    };
    match facts.stmt(undo).kind {
        StmtKind::Assign(targets, value) if matches!(facts.kind(value), ExprKind::None | ExprKind::False) => {
            let target = facts.expr_list(targets).next()?;
            let place = facts.dotted(target)?;
            // Set before, or the very state that the awaited work of others is about.
            let forwards = facts.block(t.body).len() == 1
                && facts.block(t.body).all(|s| match facts.stmt(s).kind {
                    StmtKind::Expr(e) => {
                        matches!(facts.kind(e), ExprKind::Await(v) if matches!(facts.kind(v), ExprKind::Name(..)))
                    }
                    _ => false,
                });
            (place.starts_with("self.") && (written(&place) || forwards))
                .then(|| (target, format!("`{place}` stays set")))
        }
        StmtKind::Assign(targets, value) => {
            let target = facts.expr_list(targets).next()?;
            put_back(flow, function, t, target, value).then(|| {
                let place = facts.dotted(target).unwrap_or_default();
                (target, format!("`{place}` stays as it was set for what is awaited"))
            })
        }
        StmtKind::Expr(e) => {
            let call = match facts.kind(e) {
                ExprKind::Await(call) => call,
                _ => e,
            };
            let method = flow.callee_name(file, call)?;
            let place = facts.dotted(flow.receiver(file, call)?)?;
            if said_before(flow, function, t, call) {
                return Some((call, format!("what `{place}.{method}` said before stays said")));
            }
            match method.as_str() {
                "close" | "aclose" | "disconnect" | "unsubscribe" | "kill" | "terminate" | "stop" | "abort"
                | "fail_connection"
                    if place != "self" && written(&place) =>
                {
                    Some((call, format!("`{place}` stays open")))
                }
                "release" if acquired(flow, function, stmt, &place) => Some((call, format!("`{place}` stays taken"))),
                "pop" | "discard" | "remove" if place.starts_with("self.") && written(&place) => {
                    Some((call, format!("what was put into `{place}` stays there")))
                }
                name if counterpart(flow, function, until, &place, name) => {
                    Some((call, format!("`{place}.{name}` does not run")))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a handler puts an attribute back that the function set for the time of what the `try` awaits: `previous = self.state`,
/// `self.state = LOADING` before, `self.state = previous` in the handler. A state of failure is news, not a way back.
fn put_back(flow: &Flow, function: FunctionRef, t: &Try, target: ExprId, value: ExprId) -> bool {
    let facts = flow.facts(function.file);
    let ExprKind::Attribute(_, attr) = facts.kind(target) else { return false };
    let Some(place) = facts.dotted(target) else { return false };
    if !was_read_into(facts, value, attr) || !outlives(facts, function.function, target) {
        return false;
    }
    let Some(until) = first_await(facts, function.function, t) else { return false };
    facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, set) => {
            facts.stmt(s).range().end() <= until
                && !same(facts, set, value)
                && facts.expr_list(targets).any(|t| facts.dotted(t).as_deref() == Some(&place))
        }
        _ => false,
    })
}

/// Whether an expression has a local name that was bound to what an attribute held.
fn was_read_into(facts: &FileFacts, value: ExprId, attr: Symbol) -> bool {
    let mut saved = false;
    facts.walk(value, &mut |e| {
        if let ExprKind::Name(name, scope) = facts.kind(e)
            && let Some(home) = facts.resolve(scope, name)
        {
            saved |= facts.bindings_in(home, name).iter().any(|b| {
                matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if mentions(facts, v, attr))
            });
        }
    });
    saved
}

/// Whether the object that an attribute is of is there when the function is left: the method's own, a parameter, a global.
fn outlives(facts: &FileFacts, function: FunctionId, target: ExprId) -> bool {
    let mut root = target;
    while let ExprKind::Attribute(base, _) = facts.kind(root) {
        root = base;
    }
    let ExprKind::Name(name, scope) = facts.kind(root) else { return false };
    let own = facts.function(function).scope;
    facts.resolve(scope, name) != Some(own) || facts.params_of(function).iter().any(|p| p.name == name)
}

/// Whether a handler says of something what the same method said otherwise of it before: `jobs.set_status(id, RUNNING)`, then
/// `jobs.set_status(id, FAILED)`.
fn said_before(flow: &Flow, function: FunctionRef, t: &Try, call: ExprId) -> bool {
    let (file, facts) = (function.file, flow.facts(function.file));
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let Some(name) = flow.callee_name(file, call) else { return false };
    let named = name.as_str().trim_start_matches('_');
    let (Some(path), Some(until)) = (facts.dotted(callee), first_await(facts, function.function, t)) else {
        return false;
    };
    let says = ["set_", "update_", "mark_", "change_"].iter().any(|w| named.starts_with(w));
    let state = ["status", "state", "phase"].iter().any(|w| named.contains(w));
    let args = facts.args_of(call);
    says && state
        && facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(other, _) = facts.kind(e) else { return false };
            let given = facts.args_of(e);
            let differ = |(a, b): (&Arg, &Arg)| !same(facts, a.value, b.value);
            facts.range(e).end() <= until
                && facts.dotted(other).as_deref() == Some(&path)
                && given.len() == args.len()
                && given.iter().zip(args).filter(|&pair| differ(pair)).count() == 1
                && given.iter().zip(args).any(|pair| !differ(pair))
        })
}

/// Where the first await in the body of a `try` begins.
fn first_await(facts: &FileFacts, function: FunctionId, t: &Try) -> Option<TextSize> {
    let body: Vec<TextRange> = facts.block(t.body).map(|s| facts.stmt(s).range()).collect();
    facts
        .exprs_of(function)
        .filter(|&e| matches!(facts.kind(e), ExprKind::Await(_)))
        .map(|e| facts.range(e))
        .filter(|&at| body.iter().any(|block| block.contains_range(at)))
        .map(|at| at.start())
        .min()
}

/// Whether two expressions are the same name or the same constant.
fn same(facts: &FileFacts, one: ExprId, other: ExprId) -> bool {
    match (facts.dotted(one), facts.dotted(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => facts.kind(one) == facts.kind(other),
        _ => false,
    }
}

/// Whether a statement puts something into a container: `place.append(…)`.
fn puts_into(flow: &Flow, file: FileId, stmt: StmtId, place: &str) -> bool {
    let facts = flow.facts(file);
    let StmtKind::Expr(call) = facts.stmt(stmt).kind else { return false };
    flow.callee_name(file, call).is_some_and(|n| matches!(n.as_str(), "append" | "appendleft" | "add" | "insert"))
        && flow.receiver(file, call).and_then(|r| facts.dotted(r)).as_deref() == Some(place)
}

/// Whether a method gives back what another method of the same object, called before, has taken or entered: `pool.get()` and
/// `pool.remove(…)`, `conn.reserve()` and `conn.release_reservation()`.
fn counterpart(flow: &Flow, function: FunctionRef, until: TextSize, place: &str, undo: &str) -> bool {
    const PAIRS: &[(&str, &[&str])] = &[
        ("release", &["acquire", "reserve", "take", "checkout"]),
        ("unregister", &["register"]),
        ("unsubscribe", &["subscribe"]),
        ("remove", &["add", "get", "acquire", "insert", "register"]),
        ("discard", &["add", "get", "acquire"]),
        ("delete", &["create", "upsert", "insert", "add", "put", "save"]),
        ("detach", &["attach"]),
        ("unlock", &["lock"]),
    ];
    let undo = undo.trim_start_matches('_');
    let Some((_, takes)) = PAIRS.iter().find(|(verb, _)| undo.starts_with(verb)) else { return false };
    let facts = flow.facts(function.file);
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && facts.range(e).start() < until
            && flow.receiver(function.file, e).and_then(|r| facts.dotted(r)).as_deref() == Some(place)
            && flow.callee_name(function.file, e).is_some_and(|n| {
                let name = n.as_str().trim_start_matches('_');
                takes.iter().any(|take| name.starts_with(take))
            })
    })
}

/// Whether a function is made a manager of by `@asynccontextmanager`.
fn is_manager(facts: &FileFacts, function: FunctionId) -> bool {
    facts.expr_list(facts.function(function).decorators).any(
        |d| matches!(facts.kind(d), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "asynccontextmanager"),
    )
}

/// Whether `place.acquire()` is called before a `try` statement.
fn acquired(flow: &Flow, function: FunctionRef, stmt: StmtId, place: &str) -> bool {
    let facts = flow.facts(function.file);
    let start = facts.stmt(stmt).range().start();
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && facts.range(e).start() < start
            && flow.callee_name(function.file, e).is_some_and(|n| n == "acquire")
            && flow.receiver(function.file, e).and_then(|r| facts.dotted(r)).as_deref() == Some(place)
    })
}
