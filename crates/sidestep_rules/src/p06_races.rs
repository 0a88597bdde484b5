//! Pitfall 6: races on shared state.
//!
//! A race is reported when the state outlives the call and several tasks can reach it, the write or the act depends on what
//! was read, the await in between can really switch, nothing was read again, no lock covers both, and two tasks can run the
//! code at once. Each of these is a question to the graph ([`Cfg::stale`]) or to [`Flow`].

pub(crate) mod acts;
pub(crate) mod answers;
pub(crate) mod beside;
pub(crate) mod claims;
pub(crate) mod guards;
pub(crate) mod helpers;
pub(crate) mod homes;
pub(crate) mod iteration;
pub(crate) mod locks;
pub(crate) mod pace;
pub(crate) mod shared;
pub(crate) mod slots;
pub(crate) mod uses;
pub(crate) mod wakeups;
pub(crate) mod writes;

use self::acts::acts;
use self::claims::claimed_late;
use self::helpers::helper_acts;
use self::iteration::iterations;
use self::locks::{private_locks, unguarded_writes};
use self::pace::paced;
use self::shared::mutates;
use self::wakeups::lost_wakeups;
use self::writes::writes;
use crate::flow::Flow;
use crate::support::is_awaited;
use rustc_hash::FxHashSet;
use sidestep_facts::*;
use sidestep_program::{ClassRef, FunctionRef};

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let facts = flow.facts(function.file);
    let f = facts.function(function.function);
    claimed_late(flow, function);
    if f.is_async {
        private_locks(flow, function);
        if suspends_at_all(facts, function.function) && touches_state(facts, function.function) {
            let graph = flow.graph(function);
            let mut reported = FxHashSet::default();
            writes(flow, function, &graph, &mut reported);
            acts(flow, function, &graph, &mut reported);
            helper_acts(flow, function, &graph, &mut reported);
            paced(flow, function, &graph, &mut reported);
            lost_wakeups(flow, function, &graph);
            slots::check(flow, function, &graph);
            uses::check(flow, function, &graph);
            answers::check(flow, function, &graph);
            iterations(flow, function, &graph);
        }
    }
}

/// Rules that look at a class as a whole.
pub(crate) fn check_class(flow: &Flow, class: ClassRef) {
    unguarded_writes(flow, class);
}

fn suspends_at_all(facts: &FileFacts, function: FunctionId) -> bool {
    facts.exprs_of(function).any(|e| matches!(facts.kind(e), ExprKind::Await(_)))
        || facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
            StmtKind::With(w) => facts.withs[w as usize].is_async,
            StmtKind::For(l) => facts.fors[l as usize].is_async,
            _ => false,
        })
}

/// Whether a function may change what others see, walk through it, or leave a change to a method: the others cost no graph.
fn touches_state(facts: &FileFacts, function: FunctionId) -> bool {
    let own = facts.function(function).scope;
    let is_shared = |e: ExprId| match facts.kind(e) {
        ExprKind::Name(name, scope) => facts.resolve(scope, name) != Some(own),
        _ => true,
    };
    let mut relies = false;
    let mut tests = false;
    for expr in facts.exprs_of(function) {
        match facts.kind(expr) {
            ExprKind::Call(callee, _) => match facts.kind(callee) {
                ExprKind::Attribute(_, name) if mutates(name.as_str()).is_some() => return true,
                ExprKind::Attribute(base, _) if facts.is_self(base) => {
                    relies |= is_awaited(facts, expr);
                }
                _ => {}
            },
            // An item of what others see.
            ExprKind::Subscript(base, _) => relies |= is_shared(base),
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::IfElse(_) => tests = true,
            _ => {}
        }
    }
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        StmtKind::If { .. } | StmtKind::While { .. } => {
            tests = true;
            false
        }
        StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => facts.expr_list(targets).any(is_shared),
        StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) => is_shared(target),
        StmtKind::For(index) => {
            let each = facts.fors[index as usize];
            let walked = match facts.kind(each.iter) {
                ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Attribute(..)),
                _ => is_shared(each.iter),
            };
            walked || is_shared(each.target)
        }
        StmtKind::With(index) => {
            facts.withs[index as usize].items.iter().any(|item| item.target.is_some_and(is_shared))
        }
        _ => false,
    }) || relies && tests
}
