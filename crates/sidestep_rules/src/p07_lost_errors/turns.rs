//! Pitfall 7: a gather in the turn of an endless loop that goes on after a failure (SS701). The first member that fails ends the turn,
//! and the others run on beside the members of the next one.

use super::{catches_all, for_each_expr};
use crate::Confidence;
use crate::blocks::visit_block;
use crate::flow::{FactsExt, Flow, finding};
use crate::registry::SS701;
use crate::support::is_statement;
use sidestep_facts::cfg::catches;
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// SS701: `await gather(*(poll(x) for x in xs))`, here or in the function that a loop calls, where the loop takes note of a failure and
/// begins again. Nothing need be known to raise: that something does is what the loop is prepared for.
pub(crate) fn goes_on(flow: &Flow, function: FunctionRef, call: ExprId, members: &[ExprId]) {
    let file = function.file;
    let facts = flow.facts(file);
    let Some(stmt) = facts.stmt_of(call) else { return };
    let Parent::Expr(awaited) = facts.expr(call).parent() else { return };
    // One for each element of something; who needs the results has nothing to do without all of them.
    if !is_statement(facts, awaited) || !facts.args_of(call).iter().any(|a| a.kind == ArgKind::Star) {
        return;
    }
    let here = next_turn(facts, stmt).map(|turn| (file, turn));
    let around = facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::Try(_)));
    let Some((place, turn)) = here.or_else(|| if around { None } else { called_each_turn(flow, function) }) else {
        return;
    };
    let own = members.iter().find(|&&m| {
        let callees = flow.functions(file, m);
        !callees.is_empty() && callees.iter().all(|&f| may_fail_alone(flow, f))
    });
    let Some(name) = own.and_then(|&m| flow.callee_name(file, m)) else { return };
    let message = format!(
        "when one `{name}` fails, the loop goes on to its next turn while the others of this one still run, and what they do and raise is lost"
    );
    let mut f = finding(&SS701, file, facts.range(call), message);
    f.help = Some("use a `TaskGroup`, or `return_exceptions=True` and look at each result".to_owned());
    f.confidence = Confidence::Likely;
    f.chain.push(crate::Hop {
        file: place,
        range: turn,
        function: String::new(),
        text: "what fails is noted here, and the loop begins again".to_owned(),
    });
    flow.report(f);
}

/// The handler of an endless loop around a statement that takes whatever fails in a turn, and goes on.
fn next_turn(facts: &FileFacts, stmt: StmtId) -> Option<TextRange> {
    let mut handler = None;
    let mut inner = stmt;
    for outer in facts.enclosing(stmt) {
        match facts.stmt(outer).kind {
            StmtKind::Try(index) => {
                let t = &facts.tries[index as usize];
                if facts.block(t.body).any(|s| s == inner) {
                    let takes = t.handlers.iter().find(|h| catches(facts, h.exception).all)?;
                    handler = Some(takes);
                }
            }
            StmtKind::While { test, .. } => {
                let endless = matches!(facts.kind(test), ExprKind::True)
                    || matches!(facts.kind(test), ExprKind::Attribute(..) | ExprKind::Not(_) | ExprKind::Name(..));
                return handler
                    .filter(|h| endless && !leaves(facts, h.body) && !asks_result(facts, test))
                    .map(|h| h.range);
            }
            StmtKind::For(_) => return None,
            _ => {}
        }
        inner = outer;
    }
    None
}

/// Whether a handler ends the loop, in some case or other.
fn leaves(facts: &FileFacts, body: Block) -> bool {
    let mut found = false;
    visit_block(facts, body, &mut |s| {
        found |= matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Break | StmtKind::Raise(..));
    });
    found
}

/// Whether the condition of a loop asks something of a call: a loop of retries, which ends with what it wants.
fn asks_result(facts: &FileFacts, test: ExprId) -> bool {
    let mut found = false;
    facts.walk(test, &mut |e| found |= matches!(facts.kind(e), ExprKind::Compare(..)));
    found
}

/// The handler of a loop that awaits a function each turn, if that is who calls it.
fn called_each_turn(flow: &Flow, function: FunctionRef) -> Option<(FileId, TextRange)> {
    flow.program.sites_of(function).into_iter().find_map(|site| {
        let facts = flow.facts(site.file);
        let Parent::Expr(awaited) = facts.expr(site.expr).parent() else { return None };
        // Who wants something of it tries again until it has that.
        let for_its_own_sake = matches!(facts.kind(awaited), ExprKind::Await(_)) && is_statement(facts, awaited);
        let stmt = facts.stmt_of(site.expr).filter(|_| for_its_own_sake)?;
        Some((site.file, next_turn(facts, stmt)?))
    })
}

/// Whether a member is one of the program's own that waits for somebody, and does not take care of what fails there.
fn may_fail_alone(flow: &Flow, member: FunctionRef) -> bool {
    let facts = flow.facts(member.file);
    let f = facts.function(member.function);
    if !flow.program.is_input(member.file) || !f.is_async || f.is_generator || catches_all(flow, member) {
        return false;
    }
    // Somebody is asked, and what the answer is is written down or handed on.
    let mut asks = false;
    for stmt in facts.stmts_of(member.function) {
        for_each_expr(facts, stmt, &mut |e| {
            if let ExprKind::Await(value) = facts.kind(e) {
                asks |= match facts.kind(value) {
                    ExprKind::Call(..) => flow.callee_name(member.file, value).is_some_and(|n| {
                        let n = n.as_str();
                        !n.contains("sleep") && !n.contains("wait") && !n.contains("put") && !n.contains("acquire")
                    }),
                    ExprKind::Name(..) => true,
                    _ => false,
                };
            }
        });
    }
    asks
}
