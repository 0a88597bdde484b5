//! Pitfall 8: a result for a future whose waiter may be gone (SS809). Who is cancelled or timed out while awaiting a future cancels
//! that too, and `set_result` then raises `InvalidStateError` in whoever brings the result.

use crate::blocks::mentions;
use crate::flow::{FactsExt, Flow, finding};
use crate::registry::SS809;
use crate::support::is_test;
use crate::{Confidence, Label};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef};

/// Where an object keeps futures: in an attribute, or in a container in one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shelf {
    attr: Symbol,
    /// The attribute is a container of futures.
    many: bool,
}

/// An await of a future that nothing takes off its shelf when it ends early.
struct Wait {
    function: FunctionRef,
    /// The await expression.
    at: ExprId,
    /// It ends by itself after a while.
    limited: bool,
}

/// SS809: `set_result` and `set_exception` of a future that may be done.
pub(crate) fn may_be_done(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for call in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
        let ExprKind::Attribute(future, method) = facts.kind(callee) else { continue };
        if !flow.says_result.holds(method) || is_checked(facts, function, call) {
            continue;
        }
        let Some(class) = flow.method_class(function) else { continue };
        let Some(shelf) = shelf_of(facts, future, 0) else { continue };
        let Some(wait) = waits(flow, class, function, shelf) else { continue };
        if is_test(flow.program, file) {
            return;
        }
        let how = if wait.limited { "timed out or was cancelled" } else { "was cancelled" };
        let mut f = finding(
            &SS809,
            file,
            facts.range(call),
            format!(
                "if its waiter {how}, this future is cancelled and still in `self.{}`: `{method}` raises `InvalidStateError`",
                shelf.attr
            ),
        );
        f.help = Some("ask `if not future.done():` first".to_owned());
        f.confidence = Confidence::Likely;
        if wait.function.file == file {
            f.labels.push(Label { range: facts.range(wait.at), text: "awaited here".to_owned() });
        }
        flow.report(f);
        // The other results in this function are the same mistake.
        return;
    }
}

/// Whether a function asks how a future is doing, or expects that it is done.
fn is_checked(facts: &FileFacts, function: FunctionRef, call: ExprId) -> bool {
    let asks = facts
        .exprs_of(function.function)
        .any(|e| matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == "done" || n == "cancelled"));
    let expects = |caught: Option<ExprId>| {
        caught.is_none_or(|e| {
            ["Exception", "BaseException", "InvalidStateError"].iter().any(|n| mentions(facts, e, Symbol::new(n)))
        })
    };
    let Some(stmt) = facts.stmt_of(call) else { return true };
    let caught = facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            t.handlers.iter().any(|h| expects(h.exception))
                && facts.block(t.body).any(|s| facts.stmt(s).range().contains_range(facts.stmt(stmt).range()))
        }
        StmtKind::With(index) => facts.withs[index as usize]
            .items
            .iter()
            .any(|item| facts.args_of(item.context).iter().any(|a| expects(Some(a.value)))),
        _ => false,
    });
    asks || caught
}

/// The shelf of `self` that an expression is taken from: `self.x`, `self.x[…]`, `self.x.pop(…)`, an element of `self.x`, a name for
/// one of these.
fn shelf_of(facts: &FileFacts, expr: ExprId, depth: u32) -> Option<Shelf> {
    if let Some(attr) = facts.own_attribute(expr) {
        return Some(Shelf { attr, many: false });
    }
    match facts.kind(expr) {
        ExprKind::Subscript(base, _) => facts.own_attribute(base).map(|attr| Shelf { attr, many: true }),
        ExprKind::Call(callee, _) => {
            let ExprKind::Attribute(base, method) = facts.kind(callee) else { return None };
            matches!(method.as_str(), "pop" | "popleft" | "get").then_some(())?;
            facts.own_attribute(base).map(|attr| Shelf { attr, many: true })
        }
        ExprKind::Named(_, value) => shelf_of(facts, value, depth + 1),
        ExprKind::Name(name, scope) if depth < 3 => {
            let home = facts.resolve(scope, name)?;
            if home != facts.function(facts.function_of(expr)).scope {
                return None;
            }
            let mut found = None;
            for b in facts.bindings_in(home, name) {
                let shelf = match b.kind {
                    BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => shelf_of(facts, v, depth + 1),
                    BindingKind::Element(iterated, ..) => {
                        element_of(facts, iterated).map(|attr| Shelf { attr, many: true })
                    }
                    _ => None,
                };
                // Where it may also come from elsewhere, somebody else may look after it.
                found = Some(shelf?);
            }
            found
        }
        _ => None,
    }
}

/// The attribute of `self` whose elements a loop goes through: `self.x`, `self.x.values()`, `list(self.x)`.
fn element_of(facts: &FileFacts, iterated: ExprId) -> Option<Symbol> {
    match facts.kind(iterated) {
        ExprKind::Attribute(..) => facts.own_attribute(iterated),
        ExprKind::Call(callee, args) => match facts.kind(callee) {
            ExprKind::Attribute(base, method) if matches!(method.as_str(), "values" | "copy") => {
                element_of(facts, base)
            }
            ExprKind::Name(name, _) if matches!(name.as_str(), "list" | "tuple" | "set") => {
                element_of(facts, facts.positional(args, 0)?)
            }
            _ => None,
        },
        _ => None,
    }
}

/// An await, in a method of the class, of a future that was put on the shelf, which stays there whatever becomes of the await.
fn waits(flow: &Flow, class: ClassRef, setter: FunctionRef, shelf: Shelf) -> Option<Wait> {
    let file = class.file;
    let facts = flow.facts(file);
    let mut users: Vec<FunctionId> = flow
        .attribute_uses(shelf.attr)
        .iter()
        .filter(|u| u.file == file && flow.class_around(u.file, u.expr) == Some(class))
        .map(|u| facts.function_of(u.expr))
        .collect();
    users.dedup();
    let mut made = false;
    let mut found = None;
    for user in users {
        let function = FunctionRef { file, function: user };
        let put = puts(flow, function, shelf);
        if put.iter().any(|&name| has_callback(flow, function, name, shelf)) {
            return None;
        }
        made |= !put.is_empty();
        if let Some(wait) = through_helper(flow, function, shelf) {
            made = true;
            found = found.or(Some(wait));
        }
        if function == setter || found.is_some() {
            continue;
        }
        for at in facts.exprs_of(user) {
            let Some((future, limited)) = awaited_future(flow, file, at) else { continue };
            let ours = match facts.kind(future) {
                ExprKind::Name(name, _) => put.contains(&name),
                _ => !shelf.many && shelf_of(facts, future, 3) == Some(shelf),
            };
            if ours && !is_taken_off(facts, at, shelf.attr) {
                found = Some(Wait { function, at, limited });
            }
        }
    }
    found.filter(|_| made)
}

/// Whether a future's own callback looks after it: `future.add_done_callback(self.forget)`.
fn has_callback(flow: &Flow, function: FunctionRef, name: Symbol, shelf: Shelf) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    facts.exprs_of(function.function).any(|e| {
        flow.callee_name(file, e).is_some_and(|n| n == "add_done_callback")
            && flow.receiver(file, e).is_some_and(|r| match facts.kind(r) {
                ExprKind::Name(n, _) => n == name,
                _ => shelf_of(facts, r, 3) == Some(shelf),
            })
    })
}

/// The local names of the futures that a function makes and puts on a shelf; an empty name for one that has none.
fn puts(flow: &Flow, function: FunctionRef, shelf: Shelf) -> Vec<Symbol> {
    let file = function.file;
    let facts = flow.facts(file);
    let mut found = Vec::new();
    for value in put_values(flow, function, shelf) {
        if let ExprKind::Name(name, _) = facts.kind(value) {
            if is_future_named(flow, file, value) {
                found.push(name);
            }
        } else if is_future_made(flow, file, value) {
            found.push(Symbol::new(""));
            // `self.x = future = loop.create_future()`
            if let Parent::Stmt(stmt) = facts.expr(value).parent()
                && let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind
            {
                found.extend(facts.expr_list(targets).filter_map(|t| match facts.kind(t) {
                    ExprKind::Name(name, _) => Some(name),
                    _ => None,
                }));
            }
        }
    }
    found
}

/// The values that a function puts on a shelf: `self.x = …`, `self.x[…] = …`, `self.x.append(…)`.
fn put_values(flow: &Flow, function: FunctionRef, shelf: Shelf) -> Vec<ExprId> {
    let file = function.file;
    let facts = flow.facts(file);
    let on = |e: ExprId| shelf_of(facts, e, 3) == Some(shelf);
    facts
        .stmts_of(function.function)
        .filter_map(|stmt| match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) => facts.expr_list(targets).any(on).then_some(value),
            StmtKind::AnnAssign(target, _, value) => value.filter(|_| on(target)),
            StmtKind::Expr(call) if shelf.many => {
                let puts = flow
                    .callee_name(file, call)
                    .is_some_and(|n| matches!(n.as_str(), "append" | "appendleft" | "add" | "put_nowait"));
                let there = flow.receiver(file, call).and_then(|r| element_of(facts, r)) == Some(shelf.attr);
                (puts && there).then(|| facts.args_of(call).first().map(|a| a.value)).flatten()
            }
            _ => None,
        })
        .collect()
}

/// Whether a name is of a future that the function around makes.
fn is_future_named(flow: &Flow, file: FileId, expr: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return false };
    facts.resolve(scope, name).is_some_and(|home| {
        facts.bindings_in(home, name).iter().any(|b| match b.kind {
            BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => is_future_made(flow, file, v),
            _ => false,
        })
    })
}

/// Where a function puts a future on the shelf that its caller made and awaits: `await self.ping(future)`, `await future`.
fn through_helper(flow: &Flow, helper: FunctionRef, shelf: Shelf) -> Option<Wait> {
    let facts = flow.facts(helper.file);
    let params = facts.params_of(helper.function);
    let names: Vec<Symbol> = put_values(flow, helper, shelf)
        .into_iter()
        .filter_map(|v| match facts.kind(v) {
            ExprKind::Name(name, _) => params.iter().any(|p| p.name == name).then_some(name),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        return None;
    }
    flow.program.sites_of(helper).into_iter().find_map(|site| {
        let its = flow.facts(site.file);
        let function = flow.program.function_of(site.file, site.expr);
        let future = its.args_of(site.expr).iter().map(|a| a.value).find(|&v| is_future_named(flow, site.file, v))?;
        let ExprKind::Name(name, _) = its.kind(future) else { return None };
        its.exprs_of(function.function).find_map(|at| {
            let (awaited, limited) = awaited_future(flow, site.file, at)?;
            let same = matches!(its.kind(awaited), ExprKind::Name(n, _) if n == name);
            (same && !is_taken_off(its, at, shelf.attr)).then_some(Wait { function, at, limited })
        })
    })
}

/// Whether an expression makes a future of asyncio's.
fn is_future_made(flow: &Flow, file: FileId, expr: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Call(..) = facts.kind(expr) else { return false };
    match flow.callee_name(file, expr) {
        Some(name) if name == "create_future" => true,
        Some(name) if name == "Future" => {
            flow.classes(file, expr).into_iter().any(|c| flow.program.is_class(c, "asyncio", "Future"))
        }
        _ => false,
    }
}

/// The future that an `await` is for, and whether the wait is limited: `await future`, `await wait_for(future, 5)`. A shield keeps
/// the future from being cancelled.
fn awaited_future(flow: &Flow, file: FileId, at: ExprId) -> Option<(ExprId, bool)> {
    let facts = flow.facts(file);
    let ExprKind::Await(value) = facts.kind(at) else { return None };
    match facts.kind(value) {
        ExprKind::Name(..) | ExprKind::Attribute(..) => Some((value, false)),
        ExprKind::Call(_, args) if flow.callee_name(file, value)? == "wait_for" => {
            Some((facts.positional(args, 0).or_else(|| facts.keyword(args, "fut"))?, true))
        }
        _ => None,
    }
}

/// Whether a `finally` or a handler around an await takes the future off its shelf, or calls something that may.
fn is_taken_off(facts: &FileFacts, at: ExprId, attr: Symbol) -> bool {
    let Some(stmt) = facts.stmt_of(at) else { return true };
    let function = facts.function_of(at);
    facts.enclosing(stmt).any(|outer| {
        let StmtKind::Try(index) = facts.stmt(outer).kind else { return false };
        let t = &facts.tries[index as usize];
        let mut blocks: Vec<Block> = t.handlers.iter().map(|h| h.body).collect();
        blocks.push(t.finalbody);
        let ranges: Vec<TextRange> =
            blocks.iter().flat_map(|&b| facts.block(b)).map(|s| facts.stmt(s).range()).collect();
        let caught = |e: ExprId| ranges.iter().any(|r| r.contains_range(facts.range(e)));
        facts.exprs_of(function).any(|e| {
            let looks = match facts.kind(e) {
                ExprKind::Attribute(_, n) => n == attr,
                ExprKind::Call(callee, _) => {
                    matches!(facts.kind(callee), ExprKind::Attribute(base, _) if facts.is_self(base))
                }
                _ => false,
            };
            looks && caught(e)
        })
    })
}
