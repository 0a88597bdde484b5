//! Pitfall 6: events that are cleared too late, so that what was set meanwhile is forgotten (SS601).

use crate::Confidence;
use crate::flow::{FactsExt, Flow, finding};
use crate::p06_races::shared::{is_base_of_change, labels};
use crate::registry::SS601;
use crate::support::is_awaited;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// The label at the wait for an event.
pub(crate) const WAITED: &str = "waited for here";

/// SS601: an event that is waited for in a loop and cleared, or replaced by a new one, only after further awaits: what was set
/// meanwhile is forgotten.
pub(crate) fn lost_wakeups(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    for reset in graph.ids() {
        let Some((event, at, replaces)) = reset_of(flow, file, graph, reset) else { continue };
        let Place::Attr(_, attr) = graph.places.get(event) else { continue };
        let Some(wait) = graph.ids().find(|&n| waits_for(flow, file, graph, n, event)) else { continue };
        let switches = |n: NodeId| flow.switches(function, graph, n);
        let stale = graph.stale(wait, reset, switches, |_| false, |n| n == wait || n == reset);
        let Some(between) = stale.or_else(|| after_timeout(flow, function, graph, wait, reset)) else { continue };
        if is_looked_after(flow, function, graph, event, wait, reset) || !set_elsewhere(flow, function, attr) {
            continue;
        }
        let spelled = flow.spell(graph, event);
        let done = if replaces { "replaced" } else { "cleared" };
        let mut f = finding(
            &SS601,
            file,
            facts.range(at),
            format!(
                "`{spelled}` is {done} after an await that follows the wait: whoever set it meanwhile is not heard"
            ),
        );
        f.help = Some("clear it right after the wait, before looking at what it announces".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(labels(flow, function, graph, &[(wait, WAITED), (between, "other tasks run here")]));
        flow.report(f);
    }
}

/// A method called on an attribute of `self`: its name, and the attribute's place.
fn method_on_own(flow: &Flow, file: FileId, graph: &Cfg, call: ExprId) -> Option<(Symbol, PlaceId)> {
    let name = flow.callee_name(file, call)?;
    let event = flow.receiver(file, call)?;
    flow.facts(file).own_attribute(event)?;
    let Op::Read(_, place) = graph.op(graph.nodes_of(event).next()?) else { return None };
    Some((name, place))
}

/// The event that an operation clears, or puts a new one in the place of: its place, where that stands, and whether it is a new one.
pub(crate) fn reset_of(flow: &Flow, file: FileId, graph: &Cfg, node: NodeId) -> Option<(PlaceId, ExprId, bool)> {
    let facts = flow.facts(file);
    match graph.op(node) {
        // What is awaited is no event of asyncio.
        Op::Call(call) if facts.args_of(call).is_empty() && !is_awaited(facts, call) => {
            let (name, event) = method_on_own(flow, file, graph, call)?;
            (name == "clear").then_some((event, call, false))
        }
        Op::Write { target: Some(target), place, value: Some(value), how: How::Assign } => {
            facts.own_attribute(target)?;
            let is_event = matches!(facts.kind(value), ExprKind::Call(..))
                && flow.callee_name(file, value).is_some_and(|n| n == "Event");
            is_event.then_some((place, target, true))
        }
        _ => None,
    }
}

/// Whether an operation is `await event.wait()`, or that inside a limit: `await wait_for(event.wait(), …)`.
pub(crate) fn waits_for(flow: &Flow, file: FileId, graph: &Cfg, node: NodeId, event: PlaceId) -> bool {
    let facts = flow.facts(file);
    let Op::Await(e) = graph.op(node) else { return false };
    let ExprKind::Await(v) = facts.kind(e) else { return false };
    let waited = match facts.args_of(v).first() {
        Some(inner) if flow.call_mark(file, v, "limits_time").is_some() => inner.value,
        _ => v,
    };
    method_on_own(flow, file, graph, waited).is_some_and(|(name, place)| name == "wait" && place == event)
}

/// Whether nothing is forgotten: what is looked at after waking up is looked at again after the reset, or the reset stands under a
/// question whether there is anything left (`if not self.queue: self.wake.clear()`), or right after a loop that has taken all there was.
fn is_looked_after(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    event: PlaceId,
    wait: NodeId,
    reset: NodeId,
) -> bool {
    let facts = flow.facts(function.file);
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    let state = |n: NodeId| match graph.op(n) {
        Op::Read(e, p) if p != event && flow.state_of(function, graph, p).is_some() && !is_base_of_change(facts, e) => {
            Some(p)
        }
        _ => None,
    };
    let looked_at: FxHashSet<PlaceId> = graph.reach(wait, normal, |n| n == reset).iter().filter_map(state).collect();
    let again = |n: NodeId| state(n).is_some_and(|p| looked_at.contains(&p));
    if graph.path(reset, normal, again, |n| n == wait).is_none() {
        return true;
    }
    let Some(stmt) = graph.stmt(reset) else { return false };
    let asks = |test: ExprId, asked: &dyn Fn(NodeId) -> bool| {
        let mut asks = false;
        facts.walk(test, &mut |e| asks |= graph.nodes_of(e).any(asked));
        asks
    };
    let under = facts
        .stmt(stmt)
        .parent()
        .is_some_and(|outer| matches!(facts.stmt(outer).kind, StmtKind::If { test, .. } if asks(test, &again)));
    under
        || previous(facts, function.function, stmt).is_some_and(|before| {
            matches!(facts.stmt(before).kind, StmtKind::While { test, .. } if asks(test, &|n| state(n).is_some()))
        })
}

/// Whether another function sets the event.
pub(crate) fn set_elsewhere(flow: &Flow, function: FunctionRef, attr: Symbol) -> bool {
    let facts = flow.facts(function.file);
    flow.uses(function.file, attr).into_iter().any(|u| {
        facts.function_of(u) != function.function
            && matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "set"))
    })
}

/// Where other tasks run between a wait that ran out of time and the clearing of what it waited for.
fn after_timeout(flow: &Flow, function: FunctionRef, graph: &Cfg, wait: NodeId, clear: NodeId) -> Option<NodeId> {
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        // From the wait to the handlers around it.
        Edge::Exception => n == wait || graph.op(n) == Op::Join,
        _ => n != wait,
    };
    let normal = |n: NodeId, edge: Edge| n != wait && edge.goes_on();
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
