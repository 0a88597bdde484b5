//! Pitfall 5: functions of the program that make a resource for whoever calls them.

use crate::flow::Flow;
use crate::p05_resources::{Made, lent, makes_at};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// What a function of the program gives its caller, where that is a library's resource which the function makes in each call and keeps
/// nowhere: the caller owns it, as if it had made it itself.
pub(crate) fn made_by(flow: &Flow, function: FunctionRef, depth: u32) -> Option<Made> {
    let facts = flow.facts(function.file);
    let f = facts.function(function.function);
    // A decorator may keep what it is given (`@cache`), or make a manager of it.
    if depth > 3 || f.is_generator || f.is_lambda || f.decorators != ExprList::EMPTY {
        return None;
    }
    let mut given = facts.stmts_of(function.function).filter_map(|s| match facts.stmt(s).kind {
        StmtKind::Return(value) => Some(value),
        _ => None,
    });
    let (value, None) = (given.next()??, given.next()) else { return None };
    let made = fresh(flow, function, value, depth + 1)?;
    (!made.own && !made.kept && made.element.is_none()).then_some(Made { awaited: f.is_async, pooled: false, ..made })
}

/// What an expression makes: itself, or as the only value of a local name that is not put anywhere before it is returned.
fn fresh(flow: &Flow, function: FunctionRef, value: ExprId, depth: u32) -> Option<Made> {
    let facts = flow.facts(function.file);
    match facts.kind(value) {
        ExprKind::Await(call) if !lent(facts, function, call) => {
            makes_at(flow, function.file, call, depth).filter(|made| made.awaited)
        }
        ExprKind::Call(..) if !lent(facts, function, value) => {
            makes_at(flow, function.file, value, depth).filter(|made| !made.awaited)
        }
        ExprKind::Name(name, scope) => {
            let home = facts.resolve(scope, name).filter(|&h| h == facts.function(function.function).scope)?;
            let [binding] = facts.bindings_in(home, name) else { return None };
            let BindingKind::Assign(made) = binding.kind else { return None };
            let used_only = flow.uses(function.file, name).into_iter().all(|u| {
                let ExprKind::Name(n, s) = facts.kind(u) else { return true };
                facts.resolve(s, n) != Some(home)
                    || facts.function_of(u) == function.function
                        && match facts.expr(u).parent() {
                            Parent::Expr(p) => matches!(facts.kind(p), ExprKind::Attribute(..)),
                            Parent::Stmt(s) => match facts.stmt(s).kind {
                                StmtKind::Assign(_, v) => v == made,
                                kind => matches!(kind, StmtKind::Return(_)),
                            },
                            Parent::None => false,
                        }
            });
            (used_only && !matches!(facts.kind(made), ExprKind::Name(..)))
                .then(|| fresh(flow, function, made, depth))?
        }
        _ => None,
    }
}
