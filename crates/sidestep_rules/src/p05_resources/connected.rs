//! Pitfall 5: a connection that is made for somebody who never gets it, as what is awaited of it first fails (SS501). A transport that
//! nobody holds stays open: the loop holds it.

use crate::Confidence;
use crate::flow::{Flow, finding};
use crate::p05_resources::written_at;
use crate::registry::SS501;
use crate::support::is_test;
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS501: `_, protocol = await loop.create_connection(…)`, then `await protocol.ready()`, then `return protocol`.
pub(crate) fn half_connected(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    const CONNECTS: &[&str] = &["create_connection", "create_unix_connection", "create_serial_connection"];
    if !flow.callee_name(file, call).is_some_and(|n| CONNECTS.contains(&n.as_str())) || is_test(flow.program, file) {
        return;
    }
    let Parent::Expr(awaited) = facts.expr(call).parent() else { return };
    let Parent::Stmt(stmt) = facts.expr(awaited).parent() else { return };
    let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return };
    if value != awaited || !matches!(facts.kind(awaited), ExprKind::Await(_)) {
        return;
    }
    let Some(ExprKind::Tuple(pair)) = facts.expr_list(targets).next().map(|t| facts.kind(t)) else { return };
    let pair: Vec<ExprId> = facts.expr_list(pair).collect();
    let Some(names) = pair.iter().map(|&t| local_name(facts, function, t)).collect::<Option<Vec<Symbol>>>() else {
        return;
    };
    let names: Vec<Symbol> = names.into_iter().filter(|n| *n != "_").collect();
    let is_it = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if names.contains(&n));
    let (Some(&last), 1..=2) = (pair.last(), names.len()) else { return };
    // It is for somebody: in the end it is returned, or kept.
    let given = facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::Return(Some(e)) => {
            is_it(e) || matches!(facts.kind(e), ExprKind::Tuple(list) if facts.expr_list(list).any(is_it))
        }
        StmtKind::Assign(_, e) => is_it(e),
        _ => false,
    });
    if !given {
        return;
    }
    let graph = flow.graph(function);
    let Some(start) = written_at(&graph, last) else { return };
    // `await protocol.ready()` uses it; whatever else is done with it may be care, or hand it on.
    let uses = |e: ExprId| {
        matches!(facts.expr(e).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(..))
            && matches!(facts.expr(p).parent(), Parent::Expr(c) if matches!(facts.kind(c), ExprKind::Call(callee, _) if callee == p)
                && matches!(facts.expr(c).parent(), Parent::Expr(a) if matches!(facts.kind(a), ExprKind::Await(_)))))
    };
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => is_it(e) && !uses(e),
        _ => false,
    };
    let fails = |n: NodeId| matches!(graph.op(n), Op::Await(_)) && n != start && flow.switches(function, &graph, n);
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        Edge::Exception => fails(n),
        _ => true,
    };
    let Some(path) = graph.path(start, along, ended, |n| n == Cfg::RAISED) else { return };
    let mut f = finding(
        &SS501,
        file,
        facts.range(call),
        "this connection is made for others, and stays open where what is awaited before they get it fails",
    );
    f.help = Some("abort its transport in an `except BaseException:` that raises again".to_owned());
    f.confidence = Confidence::Likely;
    if let Some(&at) = path.iter().find(|&&n| fails(n))
        && let Some(label) = flow.label(function, &graph, at, "may fail here")
    {
        f.labels.push(label);
    }
    flow.report(f);
}

/// The name of a target that is a local of the function.
fn local_name(facts: &FileFacts, function: FunctionRef, target: ExprId) -> Option<Symbol> {
    let ExprKind::Name(name, scope) = facts.kind(target) else { return None };
    (facts.resolve(scope, name) == Some(facts.function(function.function).scope)).then_some(name)
}
