//! Pitfall 6: the answer to a request is listened for only after the request was sent, and sending it let other tasks run: the answer
//! may have come by then, and is waited for for ever (SS602).

use crate::flow::{FactsExt, Flow, finding};
use crate::p06_races::shared::labels;
use crate::p06_races::slots::{answered_elsewhere, awaited_after, is_new_waiter};
use crate::p06_races::wakeups::{reset_of, set_elsewhere, waits_for};
use crate::registry::SS602;
use crate::{Confidence, Finding};
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// The label at what is sent too early.
pub(crate) const SENT: &str = "sent here";

/// SS602: a future or event for an answer that is made ready after what it answers was sent.
pub(crate) fn check(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    for node in graph.ids() {
        let Some((place, at, wait)) = listens(flow, function, graph, node) else { continue };
        let Some(sent) = sent_before(flow, function, graph, node, wait) else { continue };
        if sent_between(flow, function, graph, node, wait) {
            continue;
        }
        let facts = flow.facts(function.file);
        let spelled = flow.spell(graph, place);
        let mut f: Finding = finding(
            &SS602,
            function.file,
            facts.range(at),
            format!(
                "`{spelled}` is made ready for an answer after the request was sent: an answer that came meanwhile is lost, and this waits for ever"
            ),
        );
        f.help = Some("make it ready before sending".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(labels(flow, function, graph, &[(sent, SENT), (wait, "waits here")]));
        flow.report(f);
    }
}

/// What a node makes ready for an answer from elsewhere: a new future in a place that others see, or an event that is cleared; and
/// where it is waited for.
fn listens(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId) -> Option<(PlaceId, ExprId, NodeId)> {
    let (file, facts) = (function.file, flow.facts(function.file));
    if let Some((event, at, _)) = reset_of(flow, file, graph, node) {
        let Place::Attr(_, attr) = graph.places.get(event) else { return None };
        let normal = |_: NodeId, edge: Edge| edge.goes_on();
        let wait = graph.reach(node, normal, |n| n == node).iter().find(|&n| waits_for(flow, file, graph, n, event))?;
        return set_elsewhere(flow, function, attr).then_some((event, at, wait));
    }
    let Op::Write { target: Some(target), place, value: Some(value), how: How::Assign } = graph.op(node) else {
        return None;
    };
    flow.state_of(function, graph, place)?;
    let kept = match graph.places.get(place) {
        Place::Item(base, _) => graph.places.get(base),
        place => place,
    };
    let Place::Attr(_, attr) = kept else { return None };
    (is_new_waiter(facts, graph, node, value) && answered_elsewhere(flow, function, attr))
        .then(|| awaited_after(flow, file, graph, node, place, value).map(|wait| (place, target, wait)))
        .flatten()
}

/// The awaited call that sends something, right before: in the same turn of a loop, nothing else is awaited in between, and no state
/// looked at (it may say that the answer is not here yet).
fn sent_before(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId, wait: NodeId) -> Option<NodeId> {
    let file = function.file;
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    let start = |n: NodeId| flow.node_range(file, graph, n).map(|r| r.start());
    let asks = |n: NodeId| match graph.op(n) {
        Op::Test(condition) => {
            let mut asks = false;
            flow.facts(file).walk(condition, &mut |e| {
                asks |= graph
                    .nodes_of(e)
                    .any(|n| matches!(graph.op(n), Op::Read(_, p) if flow.state_of(function, graph, p).is_some()));
            });
            asks
        }
        _ => false,
    };
    graph.ids().find(|&sent| {
        let ends = |n: NodeId| {
            n == wait || asks(n) || n != sent && matches!(graph.op(n), Op::Await(_)) || start(n) < start(sent)
        };
        sent != wait && sends(flow, function, graph, sent) && graph.reach(sent, normal, ends).contains(node)
    })
}

/// Whether something more is sent before the answer is waited for: the answer is to that.
fn sent_between(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId, wait: NodeId) -> bool {
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    graph.reach(node, normal, |n| n == wait).iter().any(|n| match graph.op(n) {
        Op::Call(call) => says_send(flow, function, call),
        _ => false,
    })
}

/// Whether a node awaits a call that sends, and other tasks run meanwhile.
fn sends(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId) -> bool {
    let Op::Await(e) = graph.op(node) else { return false };
    let ExprKind::Await(call) = flow.facts(function.file).kind(e) else { return false };
    says_send(flow, function, call) && flow.switches(function, graph, node)
}

fn says_send(flow: &Flow, function: FunctionRef, call: ExprId) -> bool {
    const WORDS: [&str; 7] = ["send", "write", "publish", "emit", "post", "request", "drain"];
    flow.callee_name(function.file, call).is_some_and(|n| n.as_str().split('_').any(|w| WORDS.contains(&w)))
}
