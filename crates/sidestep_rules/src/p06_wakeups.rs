//! Pitfall 6: events that are cleared too late, so that what was set meanwhile is forgotten (SS601).

use crate::Confidence;
use crate::flow::{FactsExt, Flow, finding};
use crate::p06_shared::{is_base_of_change, labels, own_attribute};
use crate::registry::SS601;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS601: an event that is waited for in a loop and cleared only after further awaits: what was set meanwhile is forgotten.
pub(crate) fn lost_wakeups(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    let method = |call: ExprId| -> Option<(Symbol, PlaceId)> {
        let name = flow.callee_name(file, call)?;
        let event = flow.receiver(file, call)?;
        own_attribute(facts, event)?;
        let Op::Read(_, place) = graph.op(graph.nodes_of(event).next()?) else { return None };
        Some((name, place))
    };
    for clear in graph.ids() {
        let Op::Call(call) = graph.op(clear) else { continue };
        if !facts.args_of(call).is_empty() {
            continue;
        }
        let Some((name, event)) = method(call) else { continue };
        if name != "clear" {
            continue;
        }
        // `await event.wait()`, `await wait_for(event.wait(), …)`.
        let Some(wait) = graph.ids().find(|&n| match graph.op(n) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => {
                    let waited = match facts.args_of(v).first() {
                        Some(inner) if flow.call_mark(file, v, "limits_time").is_some() => inner.value,
                        _ => v,
                    };
                    method(waited).is_some_and(|(name, place)| name == "wait" && place == event)
                }
                _ => false,
            },
            _ => false,
        }) else {
            continue;
        };
        let normal = |_: NodeId, edge: Edge| !matches!(edge, Edge::Exception | Edge::Cancel);
        let stale =
            graph.stale(wait, clear, |n| flow.switches(function, graph, n), |_| false, |n| n == wait || n == clear);
        let Some(at) = stale.or_else(|| after_timeout(flow, function, graph, wait, clear)) else { continue };
        // What is looked at after waking up, and looked at again after the clearing: nothing is forgotten.
        let state = |n: NodeId| match graph.op(n) {
            Op::Read(e, p)
                if p != event && flow.state_of(function, graph, p).is_some() && !is_base_of_change(facts, e) =>
            {
                Some(p)
            }
            _ => None,
        };
        let looked_at: FxHashSet<PlaceId> =
            graph.reach(wait, normal, |n| n == clear).iter().filter_map(state).collect();
        let again = |n: NodeId| state(n).is_some_and(|p| looked_at.contains(&p));
        if graph.path(clear, normal, again, |n| n == wait).is_none() {
            continue;
        }
        // Cleared under a condition that asks whether there is anything left: `if not self.queue: self.wake.clear()`.
        let asked = facts.stmt_of(call).and_then(|s| facts.stmt(s).parent()).is_some_and(|outer| {
            let mut asks = false;
            if let StmtKind::If { test, .. } = facts.stmt(outer).kind {
                facts.walk(test, &mut |e| asks |= graph.nodes_of(e).any(again));
            }
            asks
        });
        // Or right after a loop that has taken all there was.
        let drained = facts.stmt_of(call).and_then(|s| previous(facts, function.function, s)).is_some_and(|before| {
            let mut asks = false;
            if let StmtKind::While { test, .. } = facts.stmt(before).kind {
                facts.walk(test, &mut |e| asks |= graph.nodes_of(e).any(|n| state(n).is_some()));
            }
            asks
        });
        if asked || drained {
            continue;
        }
        let attr = match graph.places.get(event) {
            Place::Attr(_, attr) => attr,
            _ => continue,
        };
        let set_elsewhere = flow.uses(file, attr).into_iter().any(|u| {
            facts.function_of(u) != function.function
                && matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "set"))
        });
        if !set_elsewhere {
            continue;
        }
        let spelled = flow.spell(graph, event);
        let mut f = finding(
            &SS601,
            file,
            facts.range(call),
            format!(
                "`{spelled}` is cleared after an await that follows the wait: whoever set it meanwhile is not heard"
            ),
        );
        f.help = Some("clear it right after the wait, before looking at what it announces".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(labels(flow, function, graph, &[(wait, "waited for here"), (at, "other tasks run here")]));
        flow.report(f);
    }
}

/// Where other tasks run between a wait that ran out of time and the clearing of what it waited for.
fn after_timeout(flow: &Flow, function: FunctionRef, graph: &Cfg, wait: NodeId, clear: NodeId) -> Option<NodeId> {
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        // From the wait to the handlers around it.
        Edge::Exception => n == wait || graph.op(n) == Op::Join,
        _ => n != wait,
    };
    let normal = |n: NodeId, edge: Edge| n != wait && !matches!(edge, Edge::Exception | Edge::Cancel);
    graph.reach(wait, along, |n| n == wait || n == clear).iter().find(|&n| {
        n != wait && flow.switches(function, graph, n) && graph.reach(n, normal, |m| m == wait).contains(clear)
    })
}

/// The statement before one in the same block.
fn previous(facts: &FileFacts, function: FunctionId, stmt: StmtId) -> Option<StmtId> {
    let (parent, start) = (facts.stmt(stmt).parent(), facts.stmt(stmt).range().start());
    facts
        .stmts_of(function)
        .filter(|&s| facts.stmt(s).parent() == parent && facts.stmt(s).range().end() <= start)
        .max_by_key(|&s| facts.stmt(s).range().end())
}
