//! Pitfall 6: an attribute that has room for one waiter. A method puts a future there and awaits it; another call of the method puts
//! its own in the same place before the first is answered, and whoever was there first waits for ever.

use crate::Confidence;
use crate::blocks::mentions;
use crate::flow::{FactsExt, Flow, State, finding, is_lifecycle};
use crate::registry::SS601;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op, PlaceId};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// The label at the await of a waiter.
pub(crate) const WAITS: &str = "waits here";

/// SS601: a waiter that a second call overwrites.
pub(crate) fn check(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    for node in graph.ids() {
        let Op::Write { target: Some(target), place, value: Some(value), .. } = graph.op(node) else { continue };
        let ExprKind::Attribute(_, attr) = facts.kind(target) else { continue };
        if flow.state_of(function, graph, place) != Some(State::Own) || !is_new_waiter(facts, graph, node, value) {
            continue;
        }
        let Some(at) = awaited_after(flow, file, graph, node, place, value) else { continue };
        if refused(facts, function.function, target, attr)
            || !answered_elsewhere(flow, function, attr)
            || graph.held(node).any(|h| flow.excludes(file, h.context))
            || flow.callers_hold_lock(function, 0)
            || !called_by_many(flow, function)
        {
            continue;
        }
        let spelled = flow.spell(graph, place);
        let mut f = finding(
            &SS601,
            file,
            facts.range(target),
            format!(
                "`{spelled}` has room for one waiter: a second call before the first is answered overwrites it, and the first waits for ever"
            ),
        );
        f.help = Some("let the second await the future that is there, or keep one for each call".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(flow.label(function, graph, at, WAITS));
        flow.report(f);
    }
}

/// Whether a value is a future made here, or a local name of one.
pub(crate) fn is_new_waiter(facts: &FileFacts, graph: &Cfg, node: NodeId, value: ExprId) -> bool {
    let makes = |e: ExprId| match facts.kind(e) {
        ExprKind::Call(callee, _) => matches!(facts.kind(callee),
            ExprKind::Attribute(_, n) | ExprKind::Name(n, _) if n == "create_future" || n == "Future"),
        _ => false,
    };
    makes(value)
        || graph.nodes_of(value).any(|n| match graph.op(n) {
            Op::Read(_, local) => {
                let (definitions, outside) = graph.definitions(node, local);
                !outside
                    && !definitions.is_empty()
                    && definitions
                        .into_iter()
                        .all(|d| matches!(graph.op(d), Op::Write { value: Some(v), .. } if makes(v)))
            }
            _ => false,
        })
}

/// The await of the very future that was put into a place: by the place, or by the local name that it came from; by itself, or inside
/// `wait_for` and `shield`, or among what `wait` waits for.
pub(crate) fn awaited_after(
    flow: &Flow,
    file: FileId,
    graph: &Cfg,
    node: NodeId,
    place: PlaceId,
    value: ExprId,
) -> Option<NodeId> {
    let facts = flow.facts(file);
    let read = |e: ExprId| {
        graph.nodes_of(e).find_map(|n| match graph.op(n) {
            Op::Read(_, p) => Some(p),
            _ => None,
        })
    };
    let local = read(value);
    let is_it = |e: ExprId| read(e).is_some_and(|p| p == place || Some(p) == local);
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    graph.reach(node, normal, |n| n == node).iter().find(|&n| match graph.op(n) {
        Op::Await(e) => match facts.kind(e) {
            ExprKind::Await(v) => {
                is_it(v)
                    || facts.args_of(v).first().is_some_and(|a| {
                        let among = match facts.kind(a.value) {
                            ExprKind::List(list) | ExprKind::Set(list) | ExprKind::Tuple(list) => {
                                facts.expr_list(list).any(is_it)
                            }
                            _ => false,
                        };
                        flow.callee_name(file, v).is_some_and(|n| match n.as_str() {
                            "wait_for" | "shield" => is_it(a.value),
                            "wait" => among,
                            _ => false,
                        })
                    })
            }
            _ => false,
        },
        _ => false,
    })
}

/// Whether the method says before it what becomes of a second caller: it asks what is there, by the place or by a name for it. (An
/// assertion says that there must be none, not that there is none.)
fn refused(facts: &FileFacts, function: FunctionId, target: ExprId, attr: Symbol) -> bool {
    let before = facts.range(target).start();
    let holds = |e: ExprId| matches!(facts.kind(e), ExprKind::Attribute(_, a) if a == attr);
    let mut names = vec![attr];
    for stmt in facts.stmts_of(function) {
        if let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind
            && holds(value)
        {
            names.extend(facts.expr_list(targets).filter_map(|t| match facts.kind(t) {
                ExprKind::Name(n, _) => Some(n),
                _ => None,
            }));
        }
    }
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        StmtKind::If { test, .. } | StmtKind::While { test, .. } => {
            facts.stmt(s).range().start() < before && names.iter().any(|&n| mentions(facts, test, n))
        }
        // With a message it is meant for callers.
        StmtKind::Assert(test, Some(_)) => {
            facts.stmt(s).range().start() < before && names.iter().any(|&n| mentions(facts, test, n))
        }
        _ => false,
    })
}

/// Whether another function answers what is in the place.
pub(crate) fn answered_elsewhere(flow: &Flow, function: FunctionRef, attr: Symbol) -> bool {
    let facts = flow.facts(function.file);
    flow.uses(function.file, attr).into_iter().any(|u| {
        let its = facts.function_of(u);
        its != function.function
            && facts.exprs_of(its).any(
                |e| matches!(facts.kind(e), ExprKind::Attribute(_, m) if m == "set_result" || m == "set_exception"),
            )
    })
}

/// Whether two calls can be under way at once: the program shows it, or nothing in it calls the method, whose name does not say that it
/// is called once.
fn called_by_many(flow: &Flow, function: FunctionRef) -> bool {
    let name = flow.program.function(function).name;
    if is_lifecycle(name.as_str()) {
        return false;
    }
    flow.overlaps(function, State::Own) || flow.program.sites_of(function).is_empty()
}
