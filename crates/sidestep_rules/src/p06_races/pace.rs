//! Pitfall 6: a pace that is kept by a time (SS602). A function looks how long ago the last one was, waits for the rest, and notes the
//! time: of several that wait at once each finds the same time, and all go on together.

use crate::Confidence;
use crate::flow::{FactsExt, Flow, finding};
use crate::p06_races::shared::{is_base_of_change, labels, related, tests, under_private_lock};
use crate::registry::SS602;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS602 for a time that is noted after a wait which a look at the last one decided on.
pub(crate) fn paced(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let (file, facts) = (function.file, flow.facts(function.file));
    for node in graph.ids() {
        let Op::Write { target: Some(target), place, value: Some(value), how: How::Assign } = graph.op(node) else {
            continue;
        };
        if reported.contains(&target) || !is_time(flow, function, graph, node, value) {
            continue;
        }
        let Some(state) = flow.state_of(function, graph, place) else { continue };
        for (test, condition) in tests(graph) {
            let compares = matches!(facts.kind(condition), ExprKind::Compare(CmpOp::Less | CmpOp::Greater, _));
            if !compares || !looks_at(facts, graph, test, condition, place, 0) {
                continue;
            }
            let Some(slept) = sleeps_in_branch(flow, function, graph, test) else { continue };
            let fresh = |n: NodeId| match graph.op(n) {
                Op::Read(e, p) => related(graph, p, place) && !is_base_of_change(facts, e) && n != test,
                _ => false,
            };
            let written =
                |n: NodeId| n == test || n != node && matches!(graph.op(n), Op::Write { place: p, .. } if p == place);
            if graph.stale(test, node, |n| n == slept, fresh, written).is_none()
                || flow.same_lock(function, graph, test, node)
                || under_private_lock(flow, function, graph, test, node)
                || flow.callers_hold_lock(function, 0)
                || !(flow.overlaps(function, state) || is_entered_by_many(flow, function))
            {
                continue;
            }
            reported.insert(target);
            let spelled = flow.spell(graph, place);
            let mut f = finding(
                &SS602,
                file,
                facts.range(target),
                format!(
                    "the wait was worked out from `{spelled}` before others could change it: all that wait at once go on together, and none has waited for the one before"
                ),
            );
            f.help = Some("hold an `asyncio.Lock` over the look, the wait and the note".to_owned());
            f.confidence = Confidence::Likely;
            f.labels.extend(labels(
                flow,
                function,
                graph,
                &[(test, "looked at here"), (slept, "other tasks run here")],
            ));
            flow.report(f);
            break;
        }
    }
}

/// Whether a function is what `async with` runs of an object that several tasks are likely to have: a limiter, a client.
fn is_entered_by_many(flow: &Flow, function: FunctionRef) -> bool {
    flow.facts(function.file).function(function.function).name == "__aenter__" && flow.class_is_shared(function)
}

/// Whether a value is the time: `time.monotonic()`, `loop.time()`, or a local name of one.
fn is_time(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId, value: ExprId) -> bool {
    let facts = flow.facts(function.file);
    let asks = |e: ExprId| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && flow.callee_name(function.file, e).is_some_and(|n| {
                matches!(
                    n.as_str(),
                    "time" | "monotonic" | "perf_counter" | "now" | "utcnow" | "time_ns" | "monotonic_ns"
                )
            })
    };
    asks(value)
        || graph.nodes_of(value).any(|n| match graph.op(n) {
            Op::Read(_, local) => match graph.definitions(node, local) {
                (definitions, false) => {
                    !definitions.is_empty()
                        && definitions
                            .into_iter()
                            .all(|d| matches!(graph.op(d), Op::Write { value: Some(v), .. } if asks(v)))
                }
                _ => false,
            },
            _ => false,
        })
}

/// Whether an expression is worked out from a place, directly or through local names.
fn looks_at(facts: &FileFacts, graph: &Cfg, at: NodeId, expr: ExprId, place: PlaceId, depth: u32) -> bool {
    let mut found = false;
    facts.walk(expr, &mut |e| {
        if found {
            return;
        }
        let Some(Op::Read(_, read)) = graph.nodes_of(e).next().map(|n| graph.op(n)) else { return };
        if read == place {
            found = true;
        } else if depth < 3 && matches!(facts.kind(e), ExprKind::Name(..)) {
            let (definitions, _) = graph.definitions(at, read);
            found = definitions.into_iter().any(|d| {
                matches!(graph.op(d), Op::Write { value: Some(v), .. } if looks_at(facts, graph, d, v, place, depth + 1))
            });
        }
    });
    found
}

/// The sleep in the branch that a condition guards.
fn sleeps_in_branch(flow: &Flow, function: FunctionRef, graph: &Cfg, test: NodeId) -> Option<NodeId> {
    let facts = flow.facts(function.file);
    let normal = |n: NodeId, edge: Edge| (n != test || edge == Edge::True) && edge.goes_on();
    let guard = graph.stmt(test)?;
    let StmtKind::If { body, .. } = facts.stmt(guard).kind else { return None };
    graph.reach(test, normal, |n| n == test).iter().find(|&n| {
        let Op::Await(e) = graph.op(n) else { return false };
        let ExprKind::Await(call) = facts.kind(e) else { return false };
        flow.callee_name(function.file, call).is_some_and(|name| name == "sleep")
            && facts.block(body).any(|s| facts.stmt(s).range().contains_range(facts.range(e)))
    })
}
