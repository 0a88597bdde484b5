//! Pitfall 5: an `__aenter__` that fails half-way, so that `__aexit__` never runs (SS501, and SS802 for tasks).

use crate::Confidence;
use crate::blocks::mentions;
use crate::flow::{Flow, finding};
use crate::p05_resources::makes;
use crate::p08_tasks::cancellation::is_cleanup;
use crate::registry::*;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS501 and SS802: what `__aenter__` (or a method that it awaits) makes and keeps before it awaits something that may fail. An
/// `__aenter__` that raises or is cancelled is never followed by `__aexit__`.
pub(crate) fn half_entered(flow: &Flow, enter: FunctionRef) {
    let program = flow.program;
    let Some(class) = program.class_of(enter) else { return };
    if program.method(class, "__aexit__").is_none() {
        return;
    }
    let mut parts = vec![enter];
    let facts = flow.facts(enter.file);
    for e in facts.exprs_of(enter.function) {
        let ExprKind::Await(call) = facts.kind(e) else { continue };
        let on_self = flow.receiver(enter.file, call).is_some_and(|r| facts.is_self(r));
        // Where something is done about a failure here, that is its business.
        let guarded = facts
            .stmt_of(e)
            .is_some_and(|s| facts.enclosing(s).any(|o| matches!(facts.stmt(o).kind, StmtKind::Try(_))));
        if on_self && !guarded {
            parts.extend(
                flow.functions(enter.file, call)
                    .into_iter()
                    .filter(|&f| f != enter && program.is_input(f.file) && program.function(f).is_async),
            );
        }
    }
    for part in parts {
        let facts = flow.facts(part.file);
        let graph = flow.graph(part);
        for node in graph.ids() {
            let Op::Write { target: Some(target), value: Some(value), .. } = graph.op(node) else { continue };
            let ExprKind::Attribute(_, attr) = facts.kind(target) else { continue };
            let Some(place) = facts.dotted(target).filter(|p| p.starts_with("self.")) else { continue };
            let call = match facts.kind(value) {
                ExprKind::Await(call) => call,
                _ => value,
            };
            if !matches!(facts.kind(call), ExprKind::Call(..)) {
                continue;
            }
            let task = call == value && flow.spawns(part.file, call).is_some();
            let made = makes(flow, part.file, call)
                .filter(|m| !m.plain && m.element.is_none() && m.awaited == (call != value));
            if !task && made.is_none() {
                continue;
            }
            // Entering the thing itself is part of making it.
            let enters = |n: NodeId| match graph.op(n) {
                Op::Await(e) => {
                    let ExprKind::Await(entered) = facts.kind(e) else { return false };
                    flow.callee_name(part.file, entered).is_some_and(|n| n == "__aenter__")
                        && flow.receiver(part.file, entered).and_then(|r| facts.dotted(r)).as_deref() == Some(&place)
                }
                _ => false,
            };
            let waits = |n: NodeId| {
                matches!(graph.op(n), Op::Await(_) | Op::Next(_, true)) && !enters(n) && flow.switches(part, &graph, n)
            };
            let along = |n: NodeId, edge: Edge| match edge {
                Edge::Exception | Edge::Cancel => waits(n),
                _ => true,
            };
            // The place is looked at again, or the object is asked to close itself.
            let seen = |n: NodeId| match graph.op(n) {
                Op::Read(e, _) => {
                    e != target
                        && matches!(facts.kind(e), ExprKind::Attribute(_, a) if a == attr)
                        && !leads_to_await(facts, e)
                }
                Op::Call(c) => flow.callee_name(part.file, c).is_some_and(|n| is_cleanup(n.as_str())),
                _ => false,
            };
            let abrupt = |n: NodeId| matches!(n, Cfg::RAISED | Cfg::CANCELLED);
            let Some(path) = graph.path(node, along, seen, abrupt) else { continue };
            let Some(&at) = path.iter().rev().find(|&&n| waits(n)) else { continue };
            let (rule, what) = match &made {
                Some(made) => (&SS501, format!("this `{}` stays open", program.class(made.class).name)),
                None => (&SS802, "this task runs on".to_owned()),
            };
            let mut f = finding(
                rule,
                part.file,
                facts.range(call),
                format!(
                    "when what `__aenter__` awaits after this fails or is cancelled, `__aexit__` never runs: {what}"
                ),
            );
            f.help = Some(format!("close `{place}` in an `except BaseException:` that raises again"));
            f.confidence = Confidence::Likely;
            if let Some(label) = flow.label(part, &graph, at, "may fail here") {
                f.labels.push(label);
            }
            flow.report(f);
            break;
        }
    }
}

/// SS501: a manager that holds something from the start, for `__aexit__` to close, and whose `__aenter__` awaits something else that
/// may fail.
pub(crate) fn never_left(flow: &Flow, enter: FunctionRef) {
    let program = flow.program;
    let file = enter.file;
    let facts = flow.facts(file);
    let Some(class) = program.class_of(enter) else { return };
    let Some(exit) = program.own_method(class, "__aexit__") else { return };
    let written_in =
        |attr: Symbol, by: &str| program.self_writes(class, attr).iter().any(|w| facts.function(w.function).name == by);
    // `await self.session.close()` in `__aexit__`, of what `__init__` made or was given.
    let held = facts.exprs_of(exit.function).find_map(|e| {
        let ExprKind::Await(call) = facts.kind(e) else { return None };
        let ExprKind::Attribute(base, attr) = facts.kind(flow.receiver(file, call)?) else { return None };
        (facts.is_self(base)
            && flow.callee_name(file, call).is_some_and(|n| n == "close" || n == "aclose")
            && written_in(attr, "__init__")
            && !written_in(attr, "__aenter__")
            && program.self_writes(class, attr).iter().all(|w| !matches!(w.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if matches!(facts.kind(v), ExprKind::None))))
        .then_some(attr)
    });
    let Some(held) = held else { return };
    let graph = flow.graph(enter);
    let touches = |e: ExprId| mentions(facts, e, held);
    let fails = |n: NodeId| matches!(graph.op(n), Op::Await(e) if !touches(e)) && flow.switches(enter, &graph, n);
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Exception | Edge::Cancel => fails(n),
        _ => true,
    };
    let seen = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => touches(e),
        Op::Call(c) => flow.callee_name(file, c).is_some_and(|n| is_cleanup(n.as_str())),
        _ => false,
    };
    let abrupt = |n: NodeId| matches!(n, Cfg::RAISED | Cfg::CANCELLED);
    let Some(path) = graph.path(Cfg::ENTRY, along, seen, abrupt) else { return };
    let Some(&at) = path.iter().rev().find(|&&n| fails(n)) else { return };
    let Some(range) = flow.node_range(file, &graph, at) else { return };
    let mut f = finding(
        &SS501,
        file,
        range,
        format!(
            "when this fails or is cancelled, `__aexit__` never runs, and `self.{held}`, which it would close, stays open"
        ),
    );
    f.help = Some(format!("close `self.{held}` in an `except BaseException:` that raises again"));
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// Whether an attribute is read for a method of it to be awaited (`await self.session.get(…)`): use, not care.
fn leads_to_await(facts: &FileFacts, mut expr: ExprId) -> bool {
    while let Parent::Expr(parent) = facts.expr(expr).parent() {
        match facts.kind(parent) {
            ExprKind::Attribute(_, name) if is_cleanup(name.as_str()) => return false,
            ExprKind::Attribute(..) => expr = parent,
            ExprKind::Call(callee, _) if callee == expr => expr = parent,
            ExprKind::Await(_) => return true,
            _ => return false,
        }
    }
    false
}
