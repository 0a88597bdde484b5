//! Pitfall 6: what a condition found to be there is used after an await, and another task may have taken it away since (SS602).

use crate::around::within_block;
use crate::flow::{FactsExt, Flow, State, finding};
use crate::p06_races::guards::{Says, guard_of};
use crate::p06_races::shared::{labels, related, tests};
use crate::registry::SS602;
use crate::{Confidence, Label};
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, Key, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// The label at what takes something away.
pub(crate) const GONE: &str = "taken away here";

/// SS602: a use that relies on a check made before an await, of what another function takes away.
pub(crate) fn check(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    let tests = tests(graph);
    if tests.is_empty() {
        return;
    }
    let mut reported: FxHashSet<PlaceId> = FxHashSet::default();
    for node in graph.ids() {
        let Op::Read(used, place) = graph.op(node) else { continue };
        if reported.contains(&place) || !needs_it(facts, graph, used, place) || is_caught(facts, used) {
            continue;
        }
        let Some(state) = flow.state_of(function, graph, place) else { continue };
        // Asked first, since most places are never emptied.
        let takers = takers(flow, function, graph, place, state);
        if takers.is_empty() {
            continue;
        }
        for &(test, condition) in &tests {
            let Some((_, says @ (Says::Present | Says::Absent), read)) = guard_of(facts, graph, test, condition, place)
            else {
                continue;
            };
            if !is_in_branch(graph, test, node, says) {
                continue;
            }
            let again = |n: NodeId| match graph.op(n) {
                Op::Read(e, p) => e != used && e != read && related(graph, p, place) && !needs_it(facts, graph, e, p),
                _ => false,
            };
            let replaced = |n: NodeId| {
                n == test
                    || matches!(graph.op(n), Op::Write { place: p, .. } if related(graph, p, place) || related(graph, place, p))
            };
            let Some(at) = graph.stale(test, node, |n| flow.switches(function, graph, n), again, replaced) else {
                continue;
            };
            if flow.same_lock(function, graph, test, node) {
                continue;
            }
            let is_item = matches!(graph.places.get(place), Place::Item(..));
            let beside = |&(other, _): &(FunctionRef, ExprId)| {
                if is_item { flow.runs_beside(other, function, state) } else { flow.interrupts(other, function) }
            };
            let Some((taker, taken)) = takers.iter().copied().find(beside) else { continue };
            reported.insert(place);
            let spelled = flow.spell(graph, place);
            let by = flow.program.function_name(taker);
            let mut f = finding(
                &SS602,
                file,
                facts.range(used),
                format!(
                    "`{spelled}` was there before an await, and is used after it: `{by}` may have taken it away meanwhile"
                ),
            );
            f.help = Some("keep it in a local name before the await, or ask again after it".to_owned());
            // An item is looked up by a key that others know. An attribute is most often taken away by who ends it all.
            f.confidence = if is_item { Confidence::Likely } else { Confidence::Possible };
            f.labels.extend(labels(flow, function, graph, &[(test, "checked here"), (at, "other tasks run here")]));
            f.labels.push(Label { range: facts.range(taken), text: GONE.to_owned() });
            flow.report(f);
            break;
        }
    }
}

/// Whether a read raises where there is nothing: an item that is looked up, something of an attribute that is not none.
fn needs_it(facts: &FileFacts, graph: &Cfg, used: ExprId, place: PlaceId) -> bool {
    match graph.places.get(place) {
        Place::Item(_, key) => !matches!(key, Key::Other(_)) && matches!(facts.kind(used), ExprKind::Subscript(..)),
        Place::Attr(..) => matches!(facts.expr(used).parent(), Parent::Expr(p)
            if matches!(facts.kind(p), ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) if base == used)),
        _ => false,
    }
}

/// Whether the error is expected: a handler around catches it, or everything.
fn is_caught(facts: &FileFacts, used: ExprId) -> bool {
    const EXPECTED: [&str; 5] = ["KeyError", "AttributeError", "TypeError", "LookupError", "Exception"];
    let at = facts.range(used);
    facts.stmt_of(used).is_some_and(|stmt| {
        facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::Try(index) => {
                let t = &facts.tries[index as usize];
                within_block(facts, t.body, at)
                    && t.handlers.iter().any(|h| {
                        let mut named = h.exception.is_none();
                        if let Some(exception) = h.exception {
                            facts.walk(exception, &mut |e| {
                                named |= matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                                    if EXPECTED.contains(&n.as_str()));
                            });
                        }
                        named
                    })
            }
            _ => false,
        })
    })
}

/// Whether a node is reached from a test by the branch in which the place is there, and by no other.
fn is_in_branch(graph: &Cfg, test: NodeId, node: NodeId, says: Says) -> bool {
    let leads = |wanted: Edge| {
        let along = |n: NodeId, edge: Edge| (n != test || edge == wanted) && edge.goes_on();
        graph.reach(test, along, |n| n == test).contains(node)
    };
    let (there, not_there) = if says == Says::Present { (Edge::True, Edge::False) } else { (Edge::False, Edge::True) };
    leads(there) && !leads(not_there)
}

/// The other functions that take away what is in a place, and where: they delete or pop the item, or make the attribute none.
fn takers(flow: &Flow, function: FunctionRef, graph: &Cfg, place: PlaceId, state: State) -> Vec<(FunctionRef, ExprId)> {
    let file = function.file;
    let facts = flow.facts(file);
    let (name, is_item) = match graph.places.get(place) {
        Place::Attr(_, name) => (name, false),
        Place::Item(base, _) => match graph.places.get(base) {
            Place::Attr(_, name) => (name, true),
            Place::Name(_, name) => (name, true),
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let own_class = flow.method_class(function);
    let taken = |expr: ExprId| {
        let other = FunctionRef { file, function: facts.function_of(expr) };
        let takes = if is_item { takes_item(facts, expr) } else { makes_none(facts, expr) };
        if !takes || other == function || facts.function(other.function).name == "__init__" {
            return None;
        }
        let is_it = match facts.kind(expr) {
            ExprKind::Attribute(base, _) => facts.is_self(base) && flow.method_class(other) == own_class,
            ExprKind::Name(_, scope) => state == State::Global && facts.resolve(scope, name) == Some(ScopeId::MODULE),
            _ => false,
        };
        is_it.then_some((other, expr))
    };
    flow.uses(file, name).into_iter().filter_map(taken).collect()
}

/// Whether an item is deleted or popped here: `del d[k]`, `d.pop(k)`.
fn takes_item(facts: &FileFacts, container: ExprId) -> bool {
    let Parent::Expr(parent) = facts.expr(container).parent() else { return false };
    match facts.kind(parent) {
        ExprKind::Attribute(_, method) => {
            matches!(method.as_str(), "pop" | "popitem")
                && matches!(facts.expr(parent).parent(), Parent::Expr(call) if matches!(facts.kind(call), ExprKind::Call(callee, _) if callee == parent))
        }
        ExprKind::Subscript(base, _) if base == container => {
            matches!(facts.expr(parent).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Delete(_)))
        }
        _ => false,
    }
}

/// Whether an attribute becomes none here.
fn makes_none(facts: &FileFacts, attribute: ExprId) -> bool {
    let Parent::Stmt(stmt) = facts.expr(attribute).parent() else { return false };
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, value) => {
            matches!(facts.kind(value), ExprKind::None) && facts.expr_list(targets).any(|t| t == attribute)
        }
        StmtKind::Delete(targets) => facts.expr_list(targets).any(|t| t == attribute),
        _ => false,
    }
}
