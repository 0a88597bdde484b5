//! Pitfall 8: what is taken before an await and given back after it, but only where nothing fails and nobody cancels (SS808): a
//! counter that stays raised, a flag that stays set, a permit that is never released.

use crate::Confidence;
use crate::blocks::in_finally;
use crate::flow::{Flow, finding};
use crate::p08_tasks::cancellation::is_cleanup;
use crate::registry::SS808;
use crate::support::is_test;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// Something that a function does and undoes.
struct Taken {
    /// The expression that takes it: a target, an awaited `acquire`.
    at: ExprId,
    /// The expressions that give it back.
    back: Vec<ExprId>,
    /// What is left where that does not run.
    left: String,
}

/// SS808: what only the way without errors gives back.
pub(crate) fn given_back_late(flow: &Flow, function: FunctionRef) {
    if is_test(flow.program, function.file) {
        return;
    }
    let mut taken = counters(flow, function);
    taken.extend(flags(flow, function));
    taken.extend(permits(flow, function));
    for it in taken {
        let Some(failed) = lost_at(flow, function, &it) else { continue };
        let facts = flow.facts(function.file);
        let mut f = finding(
            &SS808,
            function.file,
            facts.range(it.at),
            format!("when what is awaited after this fails or is cancelled, {}", it.left),
        );
        f.help = Some("give it back in a `finally`".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(flow.label(function, &flow.graph(function), failed, "may fail here"));
        flow.report(f);
    }
}

/// The await that may fail between taking and giving back so that the function is left without giving back.
fn lost_at(flow: &Flow, function: FunctionRef, it: &Taken) -> Option<NodeId> {
    let graph = &*flow.graph(function);
    let is_at = |n: NodeId, e: ExprId| match graph.op(n) {
        Op::Write { target: Some(t), .. } => t == e,
        Op::Await(a) | Op::Call(a) => a == e,
        _ => false,
    };
    let start = graph.ids().find(|&n| is_at(n, it.at))?;
    let given = |n: NodeId| it.back.iter().any(|&b| is_at(n, b));
    let fails = |n: NodeId| {
        // What a clean-up awaits is not the work.
        let cleans = graph.stmt(n).is_some_and(|s| in_finally(flow.facts(function.file), s));
        n != start
            && !cleans
            && match graph.op(n) {
                Op::Await(_) | Op::Enter(_, true) | Op::Next(_, true) => flow.switches(function, graph, n),
                _ => false,
            }
    };
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    // Whoever may keep it after a good end means it to be kept.
    if graph.path(start, normal, given, |n| n == Cfg::EXIT).is_some() {
        return None;
    }
    // Where it comes to after a failure, through managers, `finally` and handlers that raise again.
    let up = |failed: NodeId| {
        move |n: NodeId, edge: Edge| match edge {
            Edge::Exception | Edge::Cancel => {
                n == failed || matches!(graph.op(n), Op::Join | Op::Leave(..) | Op::Raise(_))
            }
            _ => n != failed,
        }
    };
    let between = graph.reach(start, normal, given);
    between.iter().find(|&n| {
        fails(n)
            && graph.path(n, normal, |_| false, given).is_some()
            && graph.path(n, up(n), given, |end| matches!(end, Cfg::RAISED | Cfg::CANCELLED)).is_some()
    })
}

/// `self.waiting += 1` … `self.waiting -= 1`, where something asks how many there are.
fn counters(flow: &Flow, function: FunctionRef) -> Vec<Taken> {
    let facts = flow.facts(function.file);
    let steps = |by: sidestep_facts::Op| {
        facts.stmts_of(function.function).filter_map(move |s| match facts.stmt(s).kind {
            StmtKind::AugAssign(target, op, value) if op == by => {
                let ExprKind::Int(step) = facts.kind(value) else { return None };
                Some((target, facts.dotted(target)?, step))
            }
            _ => None,
        })
    };
    let down: Vec<_> = steps(sidestep_facts::Op::Sub).collect();
    steps(sidestep_facts::Op::Add)
        .filter_map(|(at, place, step)| {
            let ExprKind::Attribute(_, name) = facts.kind(at) else { return None };
            let back: Vec<ExprId> =
                down.iter().filter(|(_, p, by)| *p == place && *by == step).map(|&(e, ..)| e).collect();
            let kept = place.starts_with("self.") && !back.is_empty() && asked_for(flow, name);
            kept.then(|| Taken { at, back, left: format!("`{place}` stays raised") })
        })
        .collect()
}

/// Whether a condition somewhere asks for an attribute.
fn asked_for(flow: &Flow, name: Symbol) -> bool {
    flow.attribute_uses(name).iter().any(|u| {
        let facts = flow.facts(u.file);
        match facts.expr(u.expr).parent() {
            Parent::Expr(p) => {
                matches!(facts.kind(p), ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_))
            }
            Parent::Stmt(s) => matches!(facts.stmt(s).kind, StmtKind::If { .. } | StmtKind::While { .. }),
            Parent::None => false,
        }
    })
}

/// `if self.busy: return`, `self.busy = True` … `self.busy = False`: a flag that nothing else ever takes back.
fn flags(flow: &Flow, function: FunctionRef) -> Vec<Taken> {
    let facts = flow.facts(function.file);
    let Some(class) = flow.method_class(function) else { return Vec::new() };
    // Whoever closes has no second try.
    if is_cleanup(facts.function(function.function).name.as_str()) {
        return Vec::new();
    }
    let sets = |wanted: bool| {
        facts.stmts_of(function.function).filter_map(move |s| match facts.stmt(s).kind {
            StmtKind::Assign(targets, value) => {
                let target = facts.expr_list(targets).next()?;
                let constant = match facts.kind(value) {
                    ExprKind::True => true,
                    ExprKind::False => false,
                    _ => return None,
                };
                (constant == wanted).then_some((target, facts.dotted(target)?))
            }
            _ => None,
        })
    };
    let down: Vec<_> = sets(false).collect();
    sets(true)
        .filter_map(|(at, place)| {
            let ExprKind::Attribute(_, name) = facts.kind(at) else { return None };
            let back: Vec<ExprId> = down.iter().filter(|(_, p)| *p == place).map(|&(e, _)| e).collect();
            if back.is_empty() || !place.starts_with("self.") || !guarded_by(facts, function.function, at, &place) {
                return None;
            }
            let elsewhere = flow.attribute_uses(name).iter().any(|u| {
                let its = flow.facts(u.file);
                let by = its.function_of(u.expr);
                let writes = matches!(its.expr(u.expr).parent(), Parent::Stmt(s)
                    if matches!(its.stmt(s).kind, StmtKind::Assign(t, _) if its.expr_list(t).any(|t| t == u.expr)));
                writes
                    && (u.file, by) != (function.file, function.function)
                    && its.function(by).name != "__init__"
                    && flow.class_around(u.file, u.expr).is_none_or(|c| c == class)
            });
            (!elsewhere).then(|| Taken { at, back, left: format!("`{place}` stays set, and this never runs again") })
        })
        .collect()
}

/// Whether a function gives up before a place if a flag is set: `if self.busy: return`.
fn guarded_by(facts: &FileFacts, function: FunctionId, at: ExprId, place: &str) -> bool {
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        StmtKind::If { test, body, .. } => {
            facts.range(test).end() < facts.range(at).start()
                && facts.dotted(test).as_deref() == Some(place)
                && facts
                    .block(body)
                    .next_back()
                    .is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Raise(..)))
        }
        _ => false,
    })
}

/// `await self.slots.acquire()` … `self.slots.release()`.
fn permits(flow: &Flow, function: FunctionRef) -> Vec<Taken> {
    let file = function.file;
    let facts = flow.facts(file);
    let calls = |method: &'static str| {
        facts.exprs_of(function.function).filter_map(move |e| {
            matches!(facts.kind(e), ExprKind::Call(..)).then_some(())?;
            flow.callee_name(file, e).filter(|n| *n == method)?;
            Some((e, facts.dotted(flow.receiver(file, e)?)?))
        })
    };
    calls("acquire")
        .filter_map(|(call, place)| {
            let Parent::Expr(awaited) = facts.expr(call).parent() else { return None };
            let receiver = flow.receiver(file, call)?;
            let limits = flow.classes(file, receiver).into_iter().any(|c| {
                ["async_lock", "semaphore", "condition"].iter().any(|m| flow.program.class_mark(c, m).is_some())
            });
            if !matches!(facts.kind(awaited), ExprKind::Await(_)) || !limits {
                return None;
            }
            let back: Vec<ExprId> = calls("release").filter(|(_, p)| *p == place).map(|(e, _)| e).collect();
            (!back.is_empty()).then(|| Taken { at: awaited, back, left: format!("`{place}` is never released") })
        })
        .collect()
}
