//! Pitfall 8: cancellation that a helper swallows, and whoever awaits the helper goes on working (SS803).

use crate::Confidence;
use crate::Label;
use crate::blocks::{in_finally, mentions, visit_block};
use crate::flow::{Flow, finding};
use crate::p08_tasks::cancellation::is_cleanup;
use crate::registry::SS803;
use crate::support::{except_clause, is_awaited, is_test};
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::{ExprRef, FunctionRef};

/// SS803: a handler for everything in a function that others await, who then await something else. `start` is where the handler begins.
pub(crate) fn go_on(flow: &Flow, function: FunctionRef, graph: &Cfg, start: NodeId, handler: &Handler) {
    let (file, facts) = (function.file, flow.facts(function.file));
    let f = facts.function(function.function);
    if is_cleanup(f.name.as_str()) || f.name.as_str().starts_with("__") || is_test(flow.program, file) {
        return;
    }
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    if gives_back(facts, handler) || !graph.reach(start, normal, |_| false).contains(Cfg::EXIT) {
        return;
    }
    let mut sites = flow.program.sites_of(function);
    if sites.is_empty() {
        sites = called_by_name(flow, function);
    }
    let Some(site) = sites.into_iter().find(|&site| works_after(flow, site)) else { return };
    let caller = flow
        .program
        .function_name(FunctionRef { file: site.file, function: flow.facts(site.file).function_of(site.expr) });
    let what = if handler.exception.is_none() { "a bare `except`" } else { "`except BaseException`" };
    let mut found = finding(
        &SS803,
        file,
        except_clause(facts, handler),
        format!("{what} swallows cancellation, and `{caller}`, which awaits this, goes on: its task cannot be stopped"),
    );
    found.help = Some("catch `Exception`, or end the handler with `raise`".to_owned());
    found.confidence = Confidence::Likely;
    if site.file == file {
        found.labels.push(Label { range: facts.range(site.expr), text: "awaited here".to_owned() });
    }
    flow.report(found);
}

/// Whether a handler returns the exception, or puts it where whoever awaits the function finds it.
fn gives_back(facts: &FileFacts, handler: &Handler) -> bool {
    let Some(name) = handler.name else { return false };
    let mut told = false;
    visit_block(facts, handler.body, &mut |s| {
        told |= match facts.stmt(s).kind {
            StmtKind::Return(Some(value)) | StmtKind::Assign(_, value) => mentions(facts, value, name),
            _ => false,
        }
    });
    told
}

/// The calls that must be of a method, where nothing says what they run: only async methods of the program have its name, which is of
/// two words at least.
fn called_by_name(flow: &Flow, method: FunctionRef) -> Vec<ExprRef> {
    let name = flow.facts(method.file).function(method.function).name;
    let of_two = name.as_str().trim_matches('_').contains('_');
    if !of_two || flow.program.class_of(method).is_none() || flow.program.only_async_method(name).is_none() {
        return Vec::new();
    }
    let called = |place: ExprRef| {
        let facts = flow.facts(place.file);
        match facts.expr(place.expr).parent() {
            Parent::Expr(call) if matches!(facts.kind(call), ExprKind::Call(callee, _) if callee == place.expr) => {
                Some(ExprRef { file: place.file, expr: call })
            }
            _ => None,
        }
    };
    flow.attribute_uses(name).iter().filter_map(|&place| called(place)).collect()
}

/// Whether the function around an awaited call awaits something else when that has returned, other than to clean up.
fn works_after(flow: &Flow, site: ExprRef) -> bool {
    let facts = flow.facts(site.file);
    let caller = FunctionRef { file: site.file, function: facts.function_of(site.expr) };
    if !is_awaited(facts, site.expr) || !flow.program.is_input(site.file) || is_test(flow.program, site.file) {
        return false;
    }
    let graph = flow.graph(caller);
    let Some(start) = graph.nodes_of(site.expr).next() else { return false };
    let own = |n: NodeId| matches!(graph.op(n), Op::Await(e) if matches!(facts.kind(e), ExprKind::Await(v) if v == site.expr));
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    graph.reach(start, normal, |_| false).iter().any(|n| {
        let works = match graph.op(n) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => !flow.callee_name(site.file, v).is_some_and(|name| is_cleanup(name.as_str())),
                _ => false,
            },
            Op::Enter(_, true) | Op::Next(_, true) => true,
            _ => false,
        };
        works && !own(n) && flow.switches(caller, &graph, n) && graph.stmt(n).is_some_and(|s| !in_finally(facts, s))
    })
}
