//! Pitfall 6: a flag that a task sets only when it runs (SS602). `if not self.reconnecting: create_task(self._reconnect())`, where
//! `_reconnect` begins with `self.reconnecting = True`: whoever asks before the task has begun starts a second one.

use crate::Confidence;
use crate::Label;
use crate::blocks::in_finally;
use crate::flow::{FactsExt, Flow, State, finding};
use crate::p08_tasks::{makes_task, task_functions};
use crate::registry::SS602;
use crate::support::is_test;
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS602 for tasks that are made where a flag is not set, and that set it themselves.
pub(crate) fn claimed_late(flow: &Flow, function: FunctionRef) {
    let (file, facts) = (function.file, flow.facts(function.file));
    for call in facts.exprs_of(function.function) {
        // The cheap questions first: few calls are given a call of one's own method.
        let Some(coroutine) = facts.args_of(call).first().map(|a| a.value) else { continue };
        let ExprKind::Call(method, _) = facts.kind(coroutine) else { continue };
        if facts.own_attribute(method).is_none() {
            continue;
        }
        let asked = flags_asked(facts, call);
        if asked.is_empty() || makes_task(flow, file, call).is_none() || is_test(flow.program, file) {
            continue;
        }
        let [task] = task_functions(flow, file, coroutine)[..] else { continue };
        if !flow.program.is_input(task.file) {
            continue;
        }
        let Some((flag, set)) = asked.into_iter().find_map(|flag| Some((flag, set_first(flow, task, flag)?))) else {
            continue;
        };
        // Set here, before or after: nobody comes between without an await.
        if facts.stmts_of(function.function).any(|s| writes(facts, s, flag)) || !comes_often(flow, function) {
            continue;
        }
        let name = flow.program.function_name(task);
        let mut f = finding(
            &SS602,
            file,
            facts.range(call),
            format!(
                "`self.{flag}` is asked here and set in `{name}`, which has not begun when this returns: whoever asks meanwhile makes a second task"
            ),
        );
        f.help = Some(format!("set `self.{flag}` here, before the task is made"));
        f.confidence = Confidence::Likely;
        if task.file == file {
            f.labels.push(Label { range: facts.range(set), text: "set here".to_owned() });
        }
        flow.report(f);
    }
}

/// The attributes of `self` that must not be set for an expression to be reached: `if not self.busy: …`, `if self.busy: return`.
fn flags_asked(facts: &FileFacts, expr: ExprId) -> Vec<Symbol> {
    let Some(stmt) = facts.stmt_of(expr) else { return Vec::new() };
    let mut flags = Vec::new();
    let within = |block: Block, at: StmtId| facts.block(block).any(|s| s == at || facts.is_inside(at, s));
    for outer in facts.enclosing(stmt) {
        if let StmtKind::If { test, body, .. } = facts.stmt(outer).kind
            && within(body, stmt)
        {
            let parts: Vec<ExprId> = match facts.kind(test) {
                ExprKind::And(list) => facts.expr_list(list).collect(),
                _ => vec![test],
            };
            flags.extend(parts.into_iter().filter_map(|part| match facts.kind(part) {
                ExprKind::Not(asked) => facts.own_attribute(asked),
                _ => None,
            }));
        }
    }
    for before in facts.stmts_of(facts.function_of(expr)) {
        if let StmtKind::If { test, body, .. } = facts.stmt(before).kind
            && facts.stmt(before).range().end() <= facts.range(expr).start()
            && facts.block(body).next_back().is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::Return(_)))
        {
            flags.extend(facts.own_attribute(test));
        }
    }
    flags
}

/// Where a function sets a flag of its object before it lets others run, without a look at it.
fn set_first(flow: &Flow, task: FunctionRef, flag: Symbol) -> Option<ExprId> {
    let facts = flow.facts(task.file);
    let first = facts
        .exprs_of(task.function)
        .filter(|&e| matches!(facts.kind(e), ExprKind::Await(_)))
        .map(|e| facts.range(e).start())
        .min()?;
    let set = facts.stmts_of(task.function).find_map(|s| {
        let StmtKind::Assign(targets, value) = facts.stmt(s).kind else { return None };
        let target = facts.expr_list(targets).find(|&t| facts.own_attribute(t) == Some(flag))?;
        let early = facts.stmt(s).range().end() <= first && !in_finally(facts, s);
        (early && matches!(facts.kind(value), ExprKind::True)).then_some(target)
    })?;
    let asks = |e: ExprId| facts.own_attribute(e) == Some(flag) && facts.range(e).end() < facts.range(set).start();
    (!facts.exprs_of(task.function).any(asks)).then_some(set)
}

/// Whether a statement writes an attribute of `self`.
fn writes(facts: &FileFacts, stmt: StmtId, attr: Symbol) -> bool {
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, _) => facts.expr_list(targets).any(|t| facts.own_attribute(t) == Some(attr)),
        StmtKind::AnnAssign(target, ..) => facts.own_attribute(target) == Some(attr),
        _ => false,
    }
}

/// Whether a function may be called again before a task that it makes has begun: from several places, or by several tasks.
fn comes_often(flow: &Flow, function: FunctionRef) -> bool {
    flow.program.sites_of(function).len() > 1 || flow.is_handler(function) || flow.overlaps(function, State::Own)
}
