//! Pitfall 7: errors lost.

pub(crate) mod turns;

use crate::Confidence;
use crate::blocks::{in_finally, visit_block};
use crate::flow::{FactsExt, Flow, finding, is_lifecycle};
use crate::p08_tasks::cancellation::{cancelled_before, is_cleanup};
use crate::p08_tasks::pending::{own_tasks, unpacked, used_after};
use crate::p08_tasks::{Use, use_of};
use crate::registry::*;
use crate::support::{except_clause, has_stem, has_word, is_test};
use sidestep_facts::cfg::catches;
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef, Origin};

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(_, args) = facts.kind(expr) else { continue };
        let Some(name) = flow.callee_name(file, expr) else { continue };
        match name.as_str() {
            "gather" if flow.call_mark(file, expr, "gathers").is_some() => {
                let returns = facts.keyword(args, "return_exceptions").map(|e| facts.kind(e));
                match returns {
                    Some(ExprKind::True) => unread(flow, function, expr),
                    None | Some(ExprKind::False) => loses(flow, function, expr, args),
                    _ => {}
                }
            }
            "wait" if flow.call_mark(file, expr, "waits_tasks").is_some() => waited(flow, function, expr, args),
            _ => {
                if flow.spawns(file, expr).is_some() {
                    unseen(flow, function, expr);
                }
            }
        }
    }
    if facts.function(function.function).is_async {
        for stmt in facts.stmts_of(function.function) {
            if let StmtKind::Try(index) = facts.stmt(stmt).kind {
                swallows(flow, function, stmt, index);
                exits(flow, function, index);
            }
        }
    }
}

/// The `raise` that can leave a function (or one that it calls in turn), as far as the program says so plainly.
fn raises(flow: &Flow, function: FunctionRef, depth: u32) -> Option<(FunctionRef, ExprId)> {
    if flow.program.origin(function.file) == Origin::Stub {
        return None;
    }
    let facts = flow.facts(function.file);
    let f = facts.function(function.function);
    if f.is_stub || flow.program.is_abstract(function) {
        return None;
    }
    for stmt in facts.stmts_of(function.function) {
        if let StmtKind::Raise(Some(exception), _) = facts.stmt(stmt).kind {
            let name = match facts.kind(exception) {
                ExprKind::Call(callee, _) => callee,
                _ => exception,
            };
            let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(name) else { continue };
            if matches!(
                name.as_str(),
                "NotImplementedError" | "CancelledError" | "StopAsyncIteration" | "StopIteration" | "AssertionError"
            ) {
                continue;
            }
            if !is_guarded(facts, stmt) {
                return Some((function, exception));
            }
        }
    }
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(..) = facts.kind(expr) else { continue };
        let Some(stmt) = facts.stmt_of(expr) else { continue };
        let library = flow.callee_name(function.file, expr).is_some_and(|n| n == "raise_for_status");
        if !library && depth == 0 {
            continue;
        }
        if is_guarded(facts, stmt) {
            continue;
        }
        if library && flow.functions(function.file, expr).iter().any(|&f| flow.program.mark(f, "raises").is_some()) {
            return Some((function, expr));
        }
        // Only what is awaited or called for its own sake.
        let awaited =
            matches!(facts.expr(expr).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_)));
        if depth > 0 && awaited {
            for callee in flow.functions(function.file, expr) {
                if callee != function
                    && flow.program.is_input(callee.file)
                    && let Some(found) = raises(flow, callee, depth - 1)
                {
                    return Some(found);
                }
            }
        }
    }
    None
}

/// Whether a statement stands in the body of a `try` with handlers.
fn is_guarded(facts: &FileFacts, stmt: StmtId) -> bool {
    let mut inner = stmt;
    for outer in facts.enclosing(stmt) {
        match facts.stmt(outer).kind {
            StmtKind::Try(index) => {
                let t = &facts.tries[index as usize];
                if !t.handlers.is_empty() && facts.block(t.body).any(|s| s == inner) {
                    return true;
                }
            }
            StmtKind::With(index)
                if facts.withs[index as usize].items.iter().any(|i| {
                    matches!(facts.kind(i.context), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "suppress"))
                }) => {
                    return true;
                }
            _ => {}
        }
        inner = outer;
    }
    false
}

/// The calls that make the coroutines of a gather: its arguments, the element of a comprehension, what a local list is made of.
fn members(flow: &Flow, function: FunctionRef, args: ArgList) -> (Vec<ExprId>, bool) {
    let facts = flow.facts(function.file);
    let mut found = Vec::new();
    let mut many = facts.args(args).iter().filter(|a| a.kind == ArgKind::Positional).count() > 1;
    for arg in facts.args(args) {
        match arg.kind {
            ArgKind::Positional => found.push(arg.value),
            ArgKind::Star => {
                many = true;
                let mut list = arg.value;
                if let ExprKind::Name(name, scope) = facts.kind(list)
                    && let Some(home) = facts.resolve(scope, name)
                    && home == facts.function(function.function).scope
                    && let [Binding { kind: BindingKind::Assign(value), .. }] = facts.bindings_in(home, name)
                {
                    list = *value;
                }
                // A list that calls are appended to.
                if let ExprKind::List(items) = facts.kind(list)
                    && facts.expr_list(items).len() == 0
                    && let ExprKind::Name(name, _) = facts.kind(arg.value)
                {
                    for u in flow.uses(function.file, name) {
                        if facts.function_of(u) == function.function
                            && let Parent::Expr(p) = facts.expr(u).parent()
                            && matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "append")
                            && let Parent::Expr(c) = facts.expr(p).parent()
                            && let Some(item) = facts.args_of(c).first()
                            && matches!(facts.kind(item.value), ExprKind::Call(..))
                        {
                            found.push(item.value);
                        }
                    }
                }
                match facts.kind(list) {
                    ExprKind::Comprehension(c) => found.push(facts.comprehensions[c as usize].element),
                    ExprKind::List(items) | ExprKind::Tuple(items) => {
                        many &= facts.expr_list(items).len() != 1;
                        found.extend(facts.expr_list(items));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    // Through `create_task(f(x))`.
    for member in &mut found {
        if flow.spawns(function.file, *member).is_some()
            && let Some(inner) = facts.args_of(*member).first()
        {
            *member = inner.value;
        }
    }
    (found, many)
}

/// SS701: a gather whose first failure leaves the others running.
fn loses(flow: &Flow, function: FunctionRef, call: ExprId, args: ArgList) {
    let file = function.file;
    let facts = flow.facts(file);
    let (found, many) = members(flow, function, args);
    if !many || found.is_empty() {
        return;
    }
    let Some(stmt) = facts.stmt_of(call) else { return };
    if in_finally(facts, stmt) {
        return;
    }
    if is_guarded(facts, stmt) {
        return turns::goes_on(flow, function, call, &found);
    }
    // Awaited where it stands, and nothing around cancels the others when it fails.
    if !matches!(facts.expr(call).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_))) {
        return;
    }
    let cancels = facts.enclosing(stmt).any(|s| match facts.stmt(s).kind {
        StmtKind::Try(index) => {
            let mut found = false;
            visit_block(facts, facts.tries[index as usize].finalbody, &mut |s| {
                for_each_expr(facts, s, &mut |e| found |= matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n.as_str().contains("cancel")));
            });
            found
        }
        _ => false,
    });
    if cancels {
        return;
    }
    let names: Vec<Option<Symbol>> = found.iter().map(|&m| flow.callee_name(file, m)).collect();
    let same = names.windows(2).all(|pair| pair[0] == pair[1]);
    let mut cause = None;
    for &member in &found {
        for callee in flow.functions(file, member) {
            if flow.program.is_input(callee.file) {
                cause = cause.or_else(|| raises(flow, callee, u32::from(callee.file == file)).map(|at| (callee, at)));
            }
        }
    }
    let Some((callee, (raiser, at))) = cause else {
        turns::side_by_side(flow, function, call, args);
        return turns::goes_on(flow, function, call, &found);
    };
    let name = flow.program.function_name(callee);
    let mut f = finding(
        &SS701,
        file,
        facts.range(call),
        format!(
            "when `{name}` raises, `gather` returns at once: the others run on, and their results and errors are lost"
        ),
    );
    f.help = Some("use a `TaskGroup`, or `return_exceptions=True` and look at each result".to_owned());
    // A raise hops away, or before anything is waited for, is a precondition more often than an outcome. Who collects results has
    // nothing to do without all of them: the first error is the answer. That leaves writes of which some are done and some are not,
    // and one function called for several things by hand.
    let discarded = matches!(facts.expr(call).parent(), Parent::Expr(p) if matches!(facts.expr(p).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_))));
    let listed = facts.args(args).iter().filter(|a| a.kind == ArgKind::Positional).count() > 1;
    let halfway = if discarded { writes_half(name_of(flow, callee)) } else { listed && same };
    let outcome = raiser == callee && comes_after_await(flow, raiser, at);
    f.confidence = if outcome && halfway { Confidence::Likely } else { Confidence::Possible };
    f.chain.push(crate::Hop {
        file: raiser.file,
        range: flow.facts(raiser.file).range(at),
        function: flow.program.function_name(raiser),
        text: "raises here".to_owned(),
    });
    flow.report(f);
}

fn name_of(flow: &Flow, function: FunctionRef) -> &'static str {
    flow.program.function(function).name.as_str()
}

/// Names of functions that change something for good: done for some and not for others, they leave a mess.
fn writes_half(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "delete", "remove", "drop", "transfer", "debit", "credit", "book", "pay", "charge", "refund", "move",
        "migrate", "commit", "apply", "archive", "publish", "place", "submit",
    ];
    writes_out(name) || name.split('_').any(|part| WORDS.contains(&part))
}

/// Whether something is awaited before a place in a function, or in its very statement.
fn comes_after_await(flow: &Flow, function: FunctionRef, at: ExprId) -> bool {
    let facts = flow.facts(function.file);
    let end = facts.range(at).start();
    facts.exprs_of(function.function).any(|e| match facts.kind(e) {
        ExprKind::Await(_) => facts.range(e).start() < end,
        _ => false,
    }) || facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::With(w) => facts.withs[w as usize].is_async && facts.stmt(s).range().start() < end,
        StmtKind::For(l) => facts.fors[l as usize].is_async && facts.stmt(s).range().start() < end,
        _ => false,
    })
}

fn shuts_down(name: &str) -> bool {
    const STEMS: [&str; 18] = [
        "abort",
        "cancel",
        "clean",
        "clos",
        "destroy",
        "disconnect",
        "dispose",
        "drain",
        "exit",
        "finish",
        "kill",
        "lifespan",
        "shut",
        "stop",
        "teardown",
        "terminate",
        "unload",
        "wait",
    ];
    has_stem(name, &STEMS) || has_word(name, &["join", "tear"])
}

/// SS702: exceptions that come back as results, and nobody looks.
fn unread(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Expr(awaited) = facts.expr(call).parent() else { return };
    if !matches!(facts.kind(awaited), ExprKind::Await(_)) {
        return;
    }
    let Parent::Stmt(stmt) = facts.expr(awaited).parent() else { return };
    // To gather one task that somebody else has is to wait for its end, whatever that is.
    if let [first, ..] = facts.args_of(call)
        && facts.args_of(call).iter().filter(|a| a.kind == ArgKind::Positional).count() == 1
        && matches!(facts.kind(first.value), ExprKind::Name(..) | ExprKind::Attribute(..))
    {
        return;
    }
    let f = facts.function(function.function);
    let report = |message: &str| {
        let mut f = finding(&SS702, file, facts.range(call), message);
        f.help = Some("look at each result with `isinstance(result, BaseException)`, or use a `TaskGroup`".to_owned());
        flow.report(f);
    };
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => {
            let at = facts.range(call).start();
            if cancelled_before(flow, function, at)
                || shuts_down(f.name.as_str())
                || in_finally(facts, stmt)
                || in_handler(facts, stmt)
                || after_wait(flow, function, at)
            {
                return;
            }
            let ExprKind::Call(_, args) = facts.kind(call) else { return };
            let (found, _) = members(flow, function, args);
            // Waiting for an event or for time cannot fail.
            let waits = |m: ExprId| {
                flow.functions(file, m).into_iter().any(|f| {
                    flow.program.class_of(f).is_some_and(|c| flow.program.is_class(c, "asyncio", "Event"))
                        || flow.program.mark(f, "sleeps").is_some()
                })
            };
            if !found.is_empty() && found.iter().all(|&m| waits(m)) {
                return;
            }
            // Members that close or cancel: clean-up.
            let names: Vec<Symbol> = found.iter().filter_map(|&m| flow.callee_name(file, m)).collect();
            if !names.is_empty() && names.iter().all(|n| is_cleanup(n.as_str())) {
                return;
            }
            // Tasks that are read somewhere else, or coroutines that catch everything themselves.
            if none_comes_back(flow, function, call) {
                return;
            }
            let plain = facts.args(args).iter().all(|a| match a.kind {
                ArgKind::Star => !matches!(facts.kind(a.value), ExprKind::Comprehension(_) | ExprKind::Call(..)),
                ArgKind::Positional => !matches!(facts.kind(a.value), ExprKind::Call(..)),
                _ => true,
            });
            // A list made elsewhere, of which nothing is known: the tasks may well report themselves.
            if plain && found.is_empty() && !made_of_coroutines(flow, function, args) {
                return;
            }
            report("the exceptions of this `gather` come back as results, and nobody looks at them: failures vanish");
        }
        StmtKind::Assign(targets, _) => {
            let targets: Vec<ExprId> = facts.expr_list(targets).collect();
            let [target] = targets[..] else { return };
            if none_comes_back(flow, function, call) {
                return;
            }
            match facts.kind(target) {
                ExprKind::Name(name, scope) => {
                    let Some(home) = facts.resolve(scope, name) else { return };
                    if home != f.scope {
                        return;
                    }
                    results_used(flow, function, call, target, name, home, &report);
                }
                ExprKind::Tuple(_) => {
                    let Some(names) = unpacked(facts, stmt) else { return };
                    let names: Vec<Symbol> = names.into_iter().flatten().collect();
                    if !names.is_empty()
                        && names.iter().any(|&n| used_as_value(flow, function, n, facts.range(call).end()))
                        && !looks_at_types(flow, function, facts.range(call).end())
                    {
                        report(USED_PLAINLY);
                    }
                }
                _ => {}
            }
        }
        StmtKind::Return(_) => handed_back(flow, function, call),
        _ => {}
    }
}

const USED_PLAINLY: &str = "an exception may be among these results, and they are used as plain values";

/// SS702: results that a function hands back, with the exceptions among them, and whose callers do not look.
fn handed_back(flow: &Flow, function: FunctionRef, call: ExprId) {
    if none_comes_back(flow, function, call) {
        return;
    }
    for site in flow.program.sites_of(function) {
        let facts = flow.facts(site.file);
        let caller = flow.program.function_of(site.file, site.expr);
        let Parent::Expr(awaited) = facts.expr(site.expr).parent() else { continue };
        let Parent::Stmt(stmt) = facts.expr(awaited).parent() else { continue };
        let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { continue };
        let targets: Vec<ExprId> = facts.expr_list(targets).collect();
        let [target] = targets[..] else { continue };
        let ExprKind::Name(name, scope) = facts.kind(target) else { continue };
        let Some(home) = facts.resolve(scope, name).filter(|&home| home == facts.function(caller.function).scope)
        else {
            continue;
        };
        if !matches!(facts.kind(awaited), ExprKind::Await(_)) || is_test(flow.program, site.file) {
            continue;
        }
        let report = |message: &str| {
            if message != USED_PLAINLY {
                return;
            }
            let mut f = finding(&SS702, site.file, facts.range(site.expr), message);
            f.help = Some("look at each result with `isinstance(result, BaseException)`".to_owned());
            f.confidence = Confidence::Likely;
            if site.file == function.file {
                f.labels.push(crate::Label {
                    range: facts.range(call),
                    text: "these come with their exceptions".to_owned(),
                });
            }
            flow.report(f);
        };
        results_used(flow, caller, site.expr, target, name, home, &report);
    }
}

/// The gather's argument is a local list made of calls, in each of several branches, or that calls are put into.
fn made_of_coroutines(flow: &Flow, function: FunctionRef, args: ArgList) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let is_call = |e: ExprId| matches!(facts.kind(e), ExprKind::Call(..));
    facts.args(args).iter().any(|a| {
        let ExprKind::Name(name, scope) = facts.kind(a.value) else { return false };
        let Some(home) = facts.resolve(scope, name) else { return false };
        if home != facts.function(function.function).scope {
            return false;
        }
        let made = facts.bindings_in(home, name).iter().any(|b| match b.kind {
            BindingKind::Assign(value) => match facts.kind(value) {
                ExprKind::Comprehension(c) => is_call(facts.comprehensions[c as usize].element),
                _ => false,
            },
            _ => false,
        });
        made || flow.uses(file, name).into_iter().any(|u| {
            let Parent::Expr(p) = facts.expr(u).parent() else { return false };
            matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "append")
                && matches!(facts.expr(p).parent(), Parent::Expr(c) if facts.args_of(c).first().is_some_and(|arg| is_call(arg.value)))
        })
    })
}

fn in_handler(facts: &FileFacts, stmt: StmtId) -> bool {
    let range = facts.stmt(stmt).range();
    facts.enclosing(stmt).any(|s| match facts.stmt(s).kind {
        StmtKind::Try(i) => facts.tries[i as usize].handlers.iter().any(|h| h.range.contains_range(range)),
        _ => false,
    })
}

/// An `asyncio.wait` before: this gather drains what it left.
fn after_wait(flow: &Flow, function: FunctionRef, before: TextSize) -> bool {
    let facts = flow.facts(function.file);
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && facts.range(e).start() < before
            && flow.callee_name(function.file, e).is_some_and(|n| n == "wait")
    })
}

/// Whether all that a function awaits is guarded by handlers for every exception.
fn catches_all(flow: &Flow, function: FunctionRef) -> bool {
    if flow.program.origin(function.file) == Origin::Stub {
        return false;
    }
    let facts = flow.facts(function.file);
    // A decorator that reports what it catches.
    let reports = facts.expr_list(facts.function(function.function).decorators).any(|d| {
        let d = match facts.kind(d) {
            ExprKind::Call(callee, _) => callee,
            _ => d,
        };
        matches!(facts.kind(d), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if ["log", "exception", "catch", "safe", "handle"].iter().any(|w| n.as_str().contains(w)))
    });
    if reports {
        return true;
    }
    let mut any = false;
    let all = facts.exprs_of(function.function).filter(|&e| matches!(facts.kind(e), ExprKind::Await(_))).all(|e| {
        any = true;
        let Some(stmt) = facts.stmt_of(e) else { return false };
        let mut inner = stmt;
        for outer in facts.enclosing(stmt) {
            if let StmtKind::Try(index) = facts.stmt(outer).kind {
                let t = &facts.tries[index as usize];
                let handles = t.handlers.iter().any(|h| catches(facts, h.exception).all);
                let in_handler = t.handlers.iter().any(|h| facts.block(h.body).any(|s| s == inner));
                if handles && facts.block(t.body).any(|s| s == inner) || in_handler {
                    return true;
                }
            }
            inner = outer;
        }
        false
    });
    any && all
}

/// `isinstance`, `type(x)`, `match`, `.exception` … after the gather: somebody looks.
fn looks_at_types(flow: &Flow, function: FunctionRef, after: TextSize) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    facts.exprs_of(function.function).any(|e| {
        facts.range(e).start() > after
            && match facts.kind(e) {
                ExprKind::Call(..) => flow
                    .callee_name(file, e)
                    .is_some_and(|n| matches!(n.as_str(), "isinstance" | "type" | "issubclass" | "callable")),
                ExprKind::Name(n, _) | ExprKind::Attribute(_, n) => {
                    n.as_str().contains("Exception") || n == "__class__"
                }
                _ => false,
            }
    }) || facts
        .stmts_of(function.function)
        .any(|s| facts.stmt(s).range().start() > after && matches!(facts.stmt(s).kind, StmtKind::Match(_)))
}

fn used_as_value(flow: &Flow, function: FunctionRef, name: Symbol, after: TextSize) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    // Bound again: what stands there by then may have been looked at on the way.
    let home = facts.function(function.function).scope;
    if facts.bindings_in(home, name).len() > 1 {
        return false;
    }
    flow.uses(file, name).into_iter().any(|u| {
        matches!(facts.kind(u), ExprKind::Name(..))
            && facts.range(u).start() >= after
            && facts.function_of(u) == function.function
            && plain_use(facts, u) == Some(true)
    })
}

/// How one result is used: as what it is when all went well, so that an exception in its place does harm (`true`), in a way that
/// is the same for both, or in one that says nothing (`None`).
fn plain_use(facts: &FileFacts, used: ExprId) -> Option<bool> {
    /// Functions that cannot take an exception.
    const NEEDS_A_VALUE: &[&str] =
        &["len", "sum", "max", "min", "sorted", "list", "tuple", "set", "dict", "iter", "float", "int"];
    match facts.expr(used).parent() {
        Parent::Expr(p) => match facts.kind(p) {
            ExprKind::Attribute(_, m) if m.as_str().starts_with("__") || m == "args" => None,
            ExprKind::Attribute(..) | ExprKind::Binary(..) | ExprKind::Starred(_) => Some(true),
            ExprKind::Subscript(base, _) if base == used => Some(true),
            ExprKind::Comprehension(c) => {
                facts.comprehensions[c as usize].clauses.iter().any(|clause| clause.iter == used).then_some(true)
            }
            ExprKind::Call(callee, _) if callee != used => match facts.kind(callee) {
                ExprKind::Name(n, _) if n == "print" => Some(false),
                ExprKind::Name(n, s) if facts.resolve(s, n).is_none() => {
                    NEEDS_A_VALUE.contains(&n.as_str()).then_some(true)
                }
                ExprKind::Attribute(_, m) => matches!(m.as_str(), "extend" | "update").then_some(true),
                _ => None,
            },
            ExprKind::Not(_) => Some(false),
            ExprKind::Compare(CmpOp::Is | CmpOp::IsNot, _) if asks_for_something(facts, p) => Some(false),
            _ => None,
        },
        Parent::Stmt(s) => match facts.stmt(s).kind {
            StmtKind::For(index) if facts.fors[index as usize].iter == used => Some(true),
            StmtKind::If { test, .. } if test == used => Some(false),
            _ => None,
        },
        Parent::None => None,
    }
}

/// `r`, `r is not None`: a question that an exception answers as a value does.
fn asks_for_something(facts: &FileFacts, test: ExprId) -> bool {
    match facts.kind(test) {
        ExprKind::Name(..) => true,
        ExprKind::Compare(_, list) => {
            let parts: Vec<ExprId> = facts.expr_list(list).collect();
            matches!(parts[..], [left, right]
                if matches!(facts.kind(left), ExprKind::Name(..)) && facts.kind(right) == ExprKind::None)
        }
        _ => false,
    }
}

/// Whether everything that a gather runs catches all exceptions by itself, so that none comes back.
fn none_comes_back(flow: &Flow, function: FunctionRef, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = flow.facts(function.file).kind(call) else { return false };
    let (found, _) = members(flow, function, args);
    let callees: Vec<FunctionRef> = found.iter().flat_map(|&m| flow.functions(function.file, m)).collect();
    !callees.is_empty() && callees.len() >= found.len() && callees.iter().all(|&c| catches_all(flow, c))
}

fn results_used(
    flow: &Flow,
    function: FunctionRef,
    call: ExprId,
    target: ExprId,
    name: Symbol,
    home: ScopeId,
    report: &dyn Fn(&str),
) {
    let file = function.file;
    let facts = flow.facts(file);
    let after = facts.range(call).end();
    let mut any = false;
    let mut as_values = false;
    let at_end = cancelled_before(flow, function, facts.range(call).start())
        || shuts_down(facts.function(function.function).name.as_str());
    for u in flow.uses(file, name) {
        let ExprKind::Name(_, scope) = facts.kind(u) else { continue };
        if u == target || facts.resolve(scope, name) != Some(home) {
            continue;
        }
        if facts.function_of(u) != function.function {
            return;
        }
        if facts.range(u).start() < after {
            continue;
        }
        match facts.expr(u).parent() {
            Parent::Expr(p) => match facts.kind(p) {
                ExprKind::Call(callee, _) if callee != u => match facts.kind(callee) {
                    ExprKind::Name(n, s) if facts.resolve(s, n).is_none() => match n.as_str() {
                        "len" | "print" => {}
                        "sum" | "max" | "min" | "sorted" => as_values = true,
                        "zip" | "enumerate" | "list" | "tuple" | "reversed" => {
                            match element_use(flow, function, p, u) {
                                Some(values) => as_values |= values,
                                None => return,
                            }
                        }
                        _ => return,
                    },
                    ExprKind::Attribute(base, m) if m == "join" && matches!(facts.kind(base), ExprKind::Str(_)) => {
                        as_values = true
                    }
                    _ => return,
                },
                ExprKind::Comprehension(_) => match element_use(flow, function, u, u) {
                    Some(values) => as_values |= values,
                    None => return,
                },
                // `results[0].x`
                ExprKind::Subscript(base, _) if base == u => match facts.expr(p).parent() {
                    Parent::Expr(outer)
                        if matches!(
                            facts.kind(outer),
                            ExprKind::Attribute(..) | ExprKind::Subscript(..) | ExprKind::Binary(..)
                        ) =>
                    {
                        as_values = true
                    }
                    _ => return,
                },
                ExprKind::Binary(..) => return,
                _ => return,
            },
            Parent::Stmt(s) => match facts.stmt(s).kind {
                StmtKind::For(index) => match loop_use(flow, function, index) {
                    Some(values) => as_values |= values,
                    None => return,
                },
                StmtKind::If { .. } => {}
                _ => return,
            },
            Parent::None => return,
        }
        any = true;
    }
    if looks_at_types(flow, function, after) {
        return;
    }
    if as_values {
        report(USED_PLAINLY);
    } else if !any && !at_end {
        report("the exceptions of this `gather` come back as results, and nobody looks at them: failures vanish");
    }
}

/// How the elements of iterated results are used: as plain values (`true`), not at all, or in a way that says nothing (`None`).
fn element_use(flow: &Flow, function: FunctionRef, iterated: ExprId, _results: ExprId) -> Option<bool> {
    let facts = flow.facts(function.file);
    match facts.expr(iterated).parent() {
        Parent::Stmt(s) => match facts.stmt(s).kind {
            StmtKind::For(index) => loop_use(flow, function, index),
            _ => None,
        },
        Parent::Expr(p) => match facts.kind(p) {
            ExprKind::Comprehension(c) => {
                let comp = &facts.comprehensions[c as usize];
                let mut names = Vec::new();
                for clause in &comp.clauses {
                    facts.walk(clause.target, &mut |e| {
                        if let ExprKind::Name(n, _) = facts.kind(e) {
                            names.push(n);
                        }
                    });
                }
                let is_element = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if names.contains(&n));
                let filters: Vec<ExprId> = comp.clauses.iter().flat_map(|c| facts.expr_list(c.ifs)).collect();
                // A filter may well be the look; one that asks whether there is something lets exceptions through, as they are true.
                if filters.iter().any(|&test| !asks_for_something(facts, test)) {
                    return None;
                }
                let mut values = !filters.is_empty()
                    && matches!(facts.kind(comp.element), ExprKind::Name(..))
                    && is_element(comp.element);
                for part in comp.clauses.iter().map(|c| c.iter).chain(comp.key).chain([comp.element]) {
                    facts.walk(part, &mut |e| values |= is_element(e) && plain_use(facts, e) == Some(true));
                }
                if values { Some(true) } else { None }
            }
            _ => None,
        },
        Parent::None => None,
    }
}

fn loop_use(flow: &Flow, function: FunctionRef, index: u32) -> Option<bool> {
    let facts = flow.facts(function.file);
    let f = &facts.fors[index as usize];
    let target = match facts.kind(f.target) {
        // `for i, result in enumerate(results)`, `for name, result in zip(names, results)`.
        ExprKind::Tuple(list) => facts.expr_list(list).last()?,
        _ => f.target,
    };
    let ExprKind::Name(name, _) = facts.kind(target) else { return None };
    let mut range: Option<TextRange> = None;
    visit_block(facts, f.body, &mut |s| {
        let r = facts.stmt(s).range();
        range = Some(range.map_or(r, |x| x.cover(r)));
    });
    let range = range?;
    let mut values = false;
    for u in flow.uses(function.file, name) {
        if !matches!(facts.kind(u), ExprKind::Name(..)) || !range.contains_range(facts.range(u)) {
            continue;
        }
        values |= plain_use(facts, u)?;
    }
    Some(values)
}

/// SS703: a task whose exception nothing ever sees.
fn unseen(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    let Some(coroutine) = facts.args_of(call).first() else { return };
    let Some(raiser) = flow
        .functions(file, coroutine.value)
        .into_iter()
        .find(|&f| flow.program.is_input(f.file) && raises(flow, f, 0).is_some())
    else {
        return;
    };
    let mut forgotten = false;
    let container = match facts.expr(call).parent() {
        // `tasks.append(create_task(…))`
        Parent::Expr(outer) => container_of(facts, outer, call),
        // `task = create_task(…)`, then `tasks.add(task)`.
        Parent::Stmt(stmt) => {
            let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return };
            let Some(target) = facts.expr_list(targets).next() else { return };
            let ExprKind::Name(name, scope) = facts.kind(target) else { return };
            let home = facts.resolve(scope, name);
            if home != Some(facts.function(function.function).scope)
                || facts.bindings_in(facts.function(function.function).scope, name).len() != 1
            {
                return;
            }
            let mut container = None;
            for u in flow.uses(file, name) {
                let ExprKind::Name(_, s) = facts.kind(u) else { continue };
                if u == target || facts.resolve(s, name) != home {
                    continue;
                }
                let Parent::Expr(p) = facts.expr(u).parent() else { return };
                match facts.kind(p) {
                    ExprKind::Call(..) => match container_of(facts, p, u) {
                        Some(c) => container = Some(c),
                        None => return,
                    },
                    // Only a callback that forgets the task.
                    ExprKind::Attribute(_, m) if m == "add_done_callback" => {
                        forgotten = true;
                        let Parent::Expr(callback) = facts.expr(p).parent() else { return };
                        let forgets = facts.args_of(callback).first().is_some_and(|a| matches!(facts.kind(a.value), ExprKind::Attribute(_, n) if n == "discard" || n == "remove"));
                        if !forgets {
                            return;
                        }
                    }
                    ExprKind::Attribute(_, m) if m == "set_name" => {}
                    _ => return,
                }
            }
            container
        }
        Parent::None => None,
    };
    let Some(container) = container else { return };
    // Nothing ever looks into the container.
    let uses: Vec<(FileId, ExprId)> = match facts.kind(container) {
        ExprKind::Attribute(base, attr) => {
            if !facts.is_self(base) {
                return;
            }
            flow.attribute_uses(attr).iter().map(|u| (u.file, u.expr)).collect()
        }
        ExprKind::Name(name, scope) => {
            if facts.resolve(scope, name) != Some(ScopeId::MODULE) {
                return;
            }
            flow.uses(file, name)
                .into_iter()
                .filter(|&u| matches!(facts.kind(u), ExprKind::Name(..)))
                .map(|u| (file, u))
                .collect()
        }
        _ => return,
    };
    let seen = uses.iter().any(|&(at, u)| {
        let its = flow.facts(at);
        match its.expr(u).parent() {
            Parent::Expr(p) => match its.kind(p) {
                ExprKind::Attribute(_, m) => !matches!(m.as_str(), "append" | "add" | "discard" | "remove" | "clear"),
                ExprKind::Call(callee, _) => !matches!(its.kind(callee), ExprKind::Name(n, _) if n == "len"),
                _ => use_of(flow, at, u) != Use::Look,
            },
            Parent::Stmt(s) => {
                !matches!(its.stmt(s).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..) | StmtKind::If { .. })
            }
            Parent::None => true,
        }
    });
    if seen {
        return;
    }
    let name = flow.program.function_name(raiser);
    let mut f = finding(
        &SS703,
        file,
        facts.range(call),
        format!("`{name}` raises, and nobody ever reads this task's result: its failure is not seen"),
    );
    f.help =
        Some("log the exception in the task's body, or in a done-callback that reads `task.exception()`".to_owned());
    // A task that is forgotten as soon as it is done is collected then, and the loop logs what it raised.
    f.confidence = if forgotten { Confidence::Possible } else { Confidence::Likely };
    flow.report(f);
}

/// The container of `container.append(item)`.
fn container_of(facts: &FileFacts, call: ExprId, item: ExprId) -> Option<ExprId> {
    let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
    let ExprKind::Attribute(base, m) = facts.kind(callee) else { return None };
    (matches!(m.as_str(), "append" | "add") && facts.args(args).first().is_some_and(|a| a.value == item))
        .then_some(base)
}

/// SS704: an exception around an await swallowed in a loop or a task's body.
fn swallows(flow: &Flow, function: FunctionRef, stmt: StmtId, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let t = &facts.tries[index as usize];
    let f = facts.function(function.function);
    for handler in &t.handlers {
        let what = catches(facts, handler.exception);
        if !what.all || what.cancel {
            continue;
        }
        let mut body = facts.block(handler.body);
        let silent = facts.block(handler.body).len() == 1
            && body.next().is_some_and(|s| match facts.stmt(s).kind {
                StmtKind::Pass | StmtKind::Continue => true,
                StmtKind::Expr(e) => matches!(facts.kind(e), ExprKind::Ellipsis),
                _ => false,
            });
        if !silent {
            continue;
        }
        // Awaits in the body that do real work, and whether it tries one thing after another until one works.
        let mut awaits = Vec::new();
        let mut leaves = false;
        let mut real = false;
        visit_block(facts, t.body, &mut |s| {
            leaves |= matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Break);
            for_each_expr(facts, s, &mut |e| {
                if let ExprKind::Await(value) = facts.kind(e) {
                    awaits.push(e);
                    real |= match facts.kind(value) {
                        ExprKind::Call(..) => !flow.callee_name(file, value).is_some_and(|n| is_cleanup(n.as_str())),
                        _ => false,
                    };
                }
            });
        });
        if awaits.is_empty() || leaves || !real {
            continue;
        }
        if is_lifecycle(f.name.as_str()) && shuts_down(f.name.as_str()) || in_finally(facts, stmt) {
            continue;
        }
        // Another way is tried after it fails: assigned in the body, asked for after.
        let in_loop =
            facts.enclosing(stmt).find(|&s| matches!(facts.stmt(s).kind, StmtKind::While { .. } | StmtKind::For(_)));
        let is_task = in_loop.is_none() && is_task_body(flow, function, stmt);
        if in_loop.is_none() && !is_task {
            continue;
        }
        if facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::Try(i) if facts.tries[i as usize].handlers.iter().any(|h| h.range.contains_range(facts.stmt(stmt).range())))) {
            continue;
        }
        let clause = except_clause(facts, handler);
        let mut found = finding(
            &SS704,
            file,
            clause,
            if is_task {
                "whatever fails in this task fails without a word"
            } else {
                "whatever fails here fails without a word, on every turn of the loop"
            },
        );
        found.help = Some("log it (`log.exception(…)`), or name the exceptions that are expected".to_owned());
        found.confidence =
            if turns_fail(flow, file, stmt, in_loop, t, handler) { Confidence::Certain } else { Confidence::Possible };
        flow.report(found);
    }
}

/// Whether what is swallowed is a whole turn of a worker's loop, or a write for an element of a collection. Going on with the
/// next element, or not minding how a task ends, is a decision more often than an oversight; so is naming other exceptions beside.
fn turns_fail(flow: &Flow, file: FileId, stmt: StmtId, in_loop: Option<StmtId>, t: &Try, handler: &Handler) -> bool {
    let facts = flow.facts(file);
    let Some(around) = in_loop.filter(|&l| facts.stmt(stmt).parent() == Some(l)) else { return false };
    let others = t
        .handlers
        .iter()
        .any(|h| h.range != handler.range && h.exception.is_some() && !catches(facts, h.exception).cancel);
    match facts.stmt(around).kind {
        StmtKind::While { .. } => !others,
        StmtKind::For(index) if facts.fors[index as usize].is_async => !others,
        _ => {
            !others
                && facts.block(t.body).any(|s| match facts.stmt(s).kind {
                    StmtKind::Expr(e) => match facts.kind(e) {
                        ExprKind::Await(call) => flow.callee_name(file, call).is_some_and(|n| writes_out(n.as_str())),
                        _ => false,
                    },
                    _ => false,
                })
        }
    }
}

/// Names of calls that write data somewhere.
fn writes_out(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "insert", "save", "store", "upload", "persist", "write", "commit", "upsert", "create", "put", "index", "import",
    ];
    name.split('_').any(|part| WORDS.contains(&part))
}

/// The whole body of a function that is run as a task is this `try`.
fn is_task_body(flow: &Flow, function: FunctionRef, stmt: StmtId) -> bool {
    let facts = flow.facts(function.file);
    if facts.stmt(stmt).parent().is_some() {
        return false;
    }
    let last = facts.block(facts.function(function.function).body).last();
    if last != Some(stmt) {
        return false;
    }
    flow.program.sites_of(function).into_iter().any(|site| {
        let its = flow.facts(site.file);
        matches!(its.expr(site.expr).parent(), Parent::Expr(p) if matches!(its.kind(p), ExprKind::Call(..)) && flow.spawns(site.file, p).is_some())
    })
}

/// The expressions that are direct parts of a statement, at any depth below it.
fn for_each_expr(facts: &FileFacts, stmt: StmtId, visit: &mut dyn FnMut(ExprId)) {
    let mut roots: Vec<ExprId> = Vec::new();
    match facts.stmt(stmt).kind {
        StmtKind::Expr(e) | StmtKind::Return(Some(e)) => roots.push(e),
        StmtKind::Assign(_, e) | StmtKind::AnnAssign(_, _, Some(e)) | StmtKind::AugAssign(_, _, e) => roots.push(e),
        StmtKind::If { test, .. } | StmtKind::While { test, .. } => roots.push(test),
        StmtKind::For(i) => roots.push(facts.fors[i as usize].iter),
        StmtKind::With(i) => roots.extend(facts.withs[i as usize].items.iter().map(|i| i.context)),
        _ => {}
    }
    for root in roots {
        facts.walk(root, visit);
    }
}

/// SS705: what the tasks of a `wait` did is never read.
fn waited(flow: &Flow, function: FunctionRef, call: ExprId, args: ArgList) {
    let file = function.file;
    let facts = flow.facts(file);
    let Some(arg) = facts.positional(args, 0) else { return };
    let Some(stmt) = facts.stmt_of(call) else { return };
    let Some(own) = own_tasks(flow, function, arg) else { return };
    if cancelled_before(flow, function, facts.range(call).start())
        || in_finally(facts, stmt)
        || shuts_down(facts.function(function.function).name.as_str())
    {
        return;
    }
    let mut names = own.names;
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => {}
        StmtKind::Assign(..) => match unpacked(facts, stmt) {
            Some(parts) => match parts.first() {
                Some(Some(done)) => {
                    if done.as_str() != "_" {
                        names.push(*done);
                    }
                }
                _ => return,
            },
            None => return,
        },
        _ => return,
    }
    // The coroutines report themselves.
    let mut members = Vec::new();
    let (mut made, mut only_waits) = (false, true);
    for expr in facts.exprs_of(function.function) {
        if matches!(facts.kind(expr), ExprKind::Call(..))
            && flow.spawns(file, expr).is_some()
            && let Some(c) = facts.args_of(expr).first()
        {
            only_waits &= flow.callee_name(file, c.value).is_some_and(|n| n == "wait" || n == "sleep");
            members.extend(flow.functions(file, c.value));
            made = true;
        }
    }
    // Events and pauses do not fail.
    if made && only_waits {
        return;
    }
    if !members.is_empty() && members.iter().all(|&m| catches_all(flow, m)) {
        return;
    }
    // Nothing that is known to fail: only sleeps and events.
    if members.iter().all(|&m| flow.program.origin(m.file) == Origin::Stub) && !members.is_empty() {
        return;
    }
    if used_after(flow, function, &names, facts.range(call)) {
        return;
    }
    let mut f = finding(
        &SS705,
        file,
        facts.range(call),
        "`wait` raises nothing, and nobody reads what these tasks returned or raised",
    );
    f.help = Some("`for task in done: task.result()`, or `gather`, which raises".to_owned());
    flow.report(f);
}

/// SS706: leaving a `finally` around an await.
fn exits(flow: &Flow, function: FunctionRef, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let t = &facts.tries[index as usize];
    if facts.block(t.finalbody).len() == 0 {
        return;
    }
    // Nothing passes through after a handler for everything that does not raise.
    if t.handlers.iter().any(|h| {
        let c = catches(facts, h.exception);
        c.all && c.cancel
    }) {
        return;
    }
    let mut awaits = false;
    visit_block(facts, t.body, &mut |s| {
        awaits |= matches!(facts.stmt(s).kind, StmtKind::With(w) if facts.withs[w as usize].is_async)
            || matches!(facts.stmt(s).kind, StmtKind::For(l) if facts.fors[l as usize].is_async);
        for_each_expr(facts, s, &mut |e| awaits |= matches!(facts.kind(e), ExprKind::Await(_)));
    });
    if !awaits {
        return;
    }
    let mut exits = Vec::new();
    visit_block(facts, t.finalbody, &mut |s| {
        let kind = facts.stmt(s).kind;
        match kind {
            StmtKind::Return(_) => exits.push((s, "return")),
            StmtKind::Break | StmtKind::Continue => {
                let mut own = false;
                let mut at = s;
                while let Some(outer) = facts.stmt(at).parent() {
                    if facts.block(t.finalbody).any(|b| b == at) {
                        break;
                    }
                    own |= matches!(facts.stmt(outer).kind, StmtKind::For(_) | StmtKind::While { .. });
                    at = outer;
                }
                if !own {
                    exits.push((s, if kind == StmtKind::Break { "break" } else { "continue" }));
                }
            }
            _ => {}
        }
    });
    for (s, word) in exits {
        let mut f = finding(
            &SS706,
            file,
            facts.stmt(s).range(),
            format!("`{word}` in a `finally` throws away the exception that is passing through, cancellation included"),
        );
        f.help = Some(format!("put the `{word}` after the `try` statement"));
        flow.report(f);
    }
}
