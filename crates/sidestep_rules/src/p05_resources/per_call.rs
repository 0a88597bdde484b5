//! Pitfall 5: a pooled client built in a loop or for each request (SS504).

use crate::Confidence;
use crate::blocks::{leaves_early, visit_block};
use crate::flow::{FactsExt, Flow, finding};
use crate::p05_resources::Made;
use crate::registry::SS504;
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS504: a pooled client built in a loop or for each request.
pub(crate) fn per_call(flow: &Flow, function: FunctionRef, call: ExprId, made: &Made) {
    // Clients of AI services are pitfall 11's.
    if made.ai {
        return;
    }
    let file = function.file;
    let facts = flow.facts(file);
    let name = flow.program.class(made.class).name;
    let Some(stmt) = facts.stmt_of(call) else { return };
    let range = facts.range(call);
    let report = |message: String, confidence: Confidence| {
        let mut f = finding(&SS504, file, range, message);
        f.confidence = confidence;
        f.help = Some("make it once and share it".to_owned());
        flow.report(f);
    };
    // Made for the run of a `with`, or closed by hand: not kept in a container.
    let entered = matches!(facts.stmt(stmt).kind, StmtKind::With(w) if facts.withs[w as usize].items.iter().any(|i| i.context == call));
    let named = matches!(facts.stmt(stmt).kind, StmtKind::Assign(targets, v) if v == call && facts.expr_list(targets).all(|t| matches!(facts.kind(t), ExprKind::Name(..))));
    if !entered && !named {
        return;
    }
    let args = facts.args_of(call);
    for outer in facts.enclosing(stmt) {
        match facts.stmt(outer).kind {
            StmtKind::For(index) => {
                let l = &facts.fors[index as usize];
                // Another client for each element: its settings come from there.
                let mut of_element = false;
                let mut targets = Vec::new();
                facts.walk(l.target, &mut |e| {
                    if let ExprKind::Name(n, _) = facts.kind(e) {
                        targets.push(n);
                    }
                });
                let mut inside = Vec::new();
                visit_block(facts, l.body, &mut |s| {
                    if let StmtKind::Assign(t, _) = facts.stmt(s).kind {
                        inside.extend(facts.expr_list(t).filter_map(|t| match facts.kind(t) {
                            ExprKind::Name(n, _) => Some(n),
                            _ => None,
                        }));
                    }
                });
                for a in args {
                    facts.walk(a.value, &mut |e| {
                        if let ExprKind::Name(n, _) = facts.kind(e) {
                            of_element |= targets.contains(&n) || inside.contains(&n);
                        }
                    });
                }
                // A retry that wants a fresh client, and attempts one after another.
                if of_element
                    || leaves_early(facts, l.body)
                    || targets
                        .iter()
                        .any(|t| t.as_str().contains("attempt") || t.as_str().contains("retr") || t.as_str() == "_")
                {
                    return;
                }
                return report(
                    format!(
                        "a new `{name}` for each turn of the loop: its pool is never used, and each request connects anew"
                    ),
                    Confidence::Likely,
                );
            }
            StmtKind::While { test, body, .. } => {
                if matches!(facts.kind(test), ExprKind::True) || leaves_early(facts, body) {
                    return;
                }
                return report(
                    format!(
                        "a new `{name}` for each turn of the loop: its pool is never used, and each request connects anew"
                    ),
                    Confidence::Likely,
                );
            }
            _ => {}
        }
    }
    if flow.is_handler(function) && args.iter().all(|a| !mentions_param(facts, function, a.value)) {
        // A rare request may well make its own: only the `strict` preset says so.
        report(
            format!("a new `{name}` for each request that this handles: its pool is never used"),
            Confidence::Possible,
        );
    }
}

fn mentions_param(facts: &FileFacts, function: FunctionRef, expr: ExprId) -> bool {
    let mut found = false;
    let params: Vec<Symbol> = facts.params_of(function.function).iter().map(|p| p.name).collect();
    facts.walk(expr, &mut |e| found |= matches!(facts.kind(e), ExprKind::Name(n, _) if params.contains(&n)));
    found
}
