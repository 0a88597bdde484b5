//! Pitfall 6: a condition checked by one method, and filled in by another that it awaits (SS602).

use crate::flow::{Flow, State, finding};
use crate::p06_races::guards::{Says, guard_of};
use crate::p06_races::shared::{
    Change, claimed_otherwise, contains, is_reset, labels, mutates, only_fetches, related, tests, under_private_lock,
};

use crate::Confidence;
use crate::blocks::{mentions, whole_condition};
use crate::registry::SS602;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, Place};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS602: a condition on an attribute, and an awaited method of the same object that fills it in after an await of its own without
/// asking again: `if not self._ready: await self._prepare()`.
pub(crate) fn helper_acts(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let file = function.file;
    let facts = flow.facts(file);
    let tests = tests(graph);
    if tests.is_empty() {
        return;
    }
    for node in graph.ids() {
        let Op::Await(awaited) = graph.op(node) else { continue };
        let ExprKind::Await(call) = facts.kind(awaited) else { continue };
        if reported.contains(&call) {
            continue;
        }
        let Some(receiver) = flow.receiver(file, call) else { continue };
        if !facts.is_self(receiver) {
            continue;
        }
        let [helper] = flow.functions(file, call)[..] else { continue };
        if helper == function || !flow.program.is_input(helper.file) || !flow.program.function(helper).is_async {
            continue;
        }
        let filled = filled_after_await(flow, helper);
        if filled.is_empty() {
            continue;
        }
        for &(test, condition) in &tests {
            let asked = graph.ids().take_while(|&n| n != test).filter_map(|n| match graph.op(n) {
                Op::Read(e, p) if contains(facts, condition, e) => Some(p),
                _ => None,
            });
            let Some((place, adds)) = asked.into_iter().find_map(|p| match graph.places.get(p) {
                Place::Attr(base, attr)
                    if base == graph.places.root(p) && flow.state_of(function, graph, p) == Some(State::Own) =>
                {
                    filled.iter().find(|f| f.0 == attr).map(|f| (p, f.1))
                }
                _ => None,
            }) else {
                continue;
            };
            let Some((_, says, _)) = guard_of(facts, graph, test, condition, place) else { continue };
            let wanted = match says {
                Says::Present => Edge::False,
                Says::Absent => Edge::True,
                Says::Measured | Says::Zero => continue,
            };
            let leads = |wanted: Edge| {
                let along = |n: NodeId, edge: Edge| (n != test || edge == wanted) && edge.goes_on();
                let claims = |n: NodeId| {
                    n == test || matches!(graph.op(n), Op::Write { place: p, .. } if related(graph, p, place))
                };
                graph.reach(test, along, claims).contains(node)
            };
            if !leads(wanted) || leads(if wanted == Edge::True { Edge::False } else { Edge::True }) {
                continue;
            }
            if flow.same_lock(function, graph, test, node)
                || under_private_lock(flow, function, graph, test, node)
                || claimed_otherwise(flow, function, graph, place, node, &tests)
                || !(flow.overlaps(function, State::Own) || adds && flow.is_open(function))
            {
                continue;
            }
            reported.insert(call);
            let spelled = flow.spell(graph, place);
            let mut f = finding(
                &SS602,
                file,
                facts.range(call),
                format!(
                    "relies on a check of `{spelled}`, which this only fills in after an await: another task can pass the same check meanwhile, and both act"
                ),
            );
            f.help = Some(
                "hold an `asyncio.Lock` over the check and the call, or check again inside under a lock".to_owned(),
            );
            f.confidence = if adds { Confidence::Likely } else { Confidence::Possible };
            f.labels.extend(labels(flow, function, graph, &[(test, "checked here")]));
            flow.report(f);
            break;
        }
    }
}

/// The attributes of `self` that an async method fills in after it has let other tasks run, without asking for them or taking a
/// lock; and whether doing so twice does harm: something is added to, or made.
fn filled_after_await(flow: &Flow, helper: FunctionRef) -> Vec<(Symbol, bool)> {
    let facts = flow.facts(helper.file);
    let graph = flow.graph(helper);
    let Some(first) = graph.ids().find(|&n| flow.switches(helper, &graph, n)) else { return Vec::new() };
    if flow.callers_hold_lock(helper, 0)
        || graph.ids().any(|n| matches!(graph.op(n), Op::Enter(context, _) if flow.excludes(helper.file, context)))
    {
        return Vec::new();
    }
    let after = graph.reach(first, |_, edge| edge.goes_on(), |_| false);
    let mut found: Vec<(Symbol, bool)> = Vec::new();
    let mut add = |attr: Symbol, adds: bool| match found.iter_mut().find(|f| f.0 == attr) {
        Some(known) => known.1 |= adds,
        None => found.push((attr, adds)),
    };
    for node in after.iter() {
        match graph.op(node) {
            Op::Write { target: Some(target), value, how: How::Assign | How::Unpack | How::Context, .. } => {
                if let Some(attr) = facts.own_attribute(target)
                    && !is_reset(facts, value)
                {
                    let fetched = only_fetches(flow, helper, &graph, node, value, first);
                    let flag = value.is_some_and(|v| matches!(facts.kind(v), ExprKind::True));
                    add(attr, !fetched && (!flag || prepares(facts.function(helper.function).name.as_str())));
                }
            }
            Op::Call(call) => {
                let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
                let ExprKind::Attribute(base, name) = facts.kind(callee) else { continue };
                if let Some(attr) = facts.own_attribute(base) {
                    if mutates(name.as_str()) == Some(Change::Fill) {
                        add(attr, name != "update");
                    }
                } else if facts.is_self(base) {
                    // A plain method that adds: `self.add_sample(…)`.
                    for inner in flow.functions(helper.file, call) {
                        if flow.program.is_input(inner.file) && !flow.program.function(inner).is_async {
                            for attr in added_by(flow, inner) {
                                add(attr, true);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    // Asked again by the helper itself.
    found.retain(|&(attr, _)| {
        !graph.ids().any(|n| matches!(graph.op(n), Op::Test(e) if mentions(facts, whole_condition(facts, e), attr)))
    });
    found
}

/// Names of methods that bring an object into service.
fn prepares(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    [
        "init",
        "connect",
        "start",
        "setup",
        "set_up",
        "open",
        "login",
        "authenticate",
        "launch",
        "prepare",
        "create",
        "ensure",
    ]
    .iter()
    .any(|w| name.starts_with(w) || name.strip_prefix("async_").is_some_and(|n| n.starts_with(w)))
}

/// The attributes of `self` that a plain method adds something to.
fn added_by(flow: &Flow, function: FunctionRef) -> Vec<Symbol> {
    let facts = flow.facts(function.file);
    facts
        .exprs_of(function.function)
        .filter_map(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return None };
            let ExprKind::Attribute(base, name) = facts.kind(callee) else { return None };
            (mutates(name.as_str()) == Some(Change::Fill)).then(|| facts.own_attribute(base)).flatten()
        })
        .collect()
}
