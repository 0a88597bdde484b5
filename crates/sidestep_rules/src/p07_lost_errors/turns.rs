//! Pitfall 7: gathers whose other members run on for sure (SS701). In the turn of an endless loop that goes on after a failure, they run
//! beside the members of the next turn; and a member that is an endless loop itself never ends.

use super::{catches_all, for_each_expr};
use crate::Confidence;
use crate::blocks::{leaves_early, visit_block};
use crate::flow::{FactsExt, Flow, finding};
use crate::registry::SS701;
use crate::support::{is_script, is_statement};
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

/// SS701: `await gather(self.read(), self.write())` of endless loops, neither of which ends because the other has failed. At the top of
/// a program the end of the loop ends them.
pub(crate) fn side_by_side(flow: &Flow, function: FunctionRef, call: ExprId, args: ArgList) {
    let file = function.file;
    let facts = flow.facts(file);
    let members: Vec<ExprId> =
        facts.args(args).iter().filter(|a| a.kind == ArgKind::Positional).map(|a| a.value).collect();
    let runs_on = |m: ExprId| {
        let callees = flow.functions(file, m);
        matches!(facts.kind(m), ExprKind::Call(..))
            && !callees.is_empty()
            && callees.iter().all(|&f| flow.program.is_input(f.file) && is_endless(flow, f))
    };
    if members.len() < 2 || facts.args(args).len() != members.len() || !members.iter().all(|&m| runs_on(m)) {
        return;
    }
    let fails = |m: ExprId| flow.functions(file, m).into_iter().any(|f| may_fail_alone(flow, f));
    if !members.iter().any(|&m| fails(m)) || is_top(flow, function, 0) {
        return;
    }
    let names: Vec<String> =
        members.iter().filter_map(|&m| flow.callee_name(file, m)).map(|n| format!("`{n}`")).collect();
    let message = format!(
        "when one of {} fails, `gather` returns at once, and the other goes on for ever: nothing ends it",
        names.join(" and ")
    );
    let mut f = finding(&SS701, file, facts.range(call), message);
    f.help = Some("use a `TaskGroup`, which cancels the others".to_owned());
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// Whether a function is a loop that nothing in it ends.
fn is_endless(flow: &Flow, function: FunctionRef) -> bool {
    let facts = flow.facts(function.file);
    facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::While { test, body, .. } => matches!(facts.kind(test), ExprKind::True) && !leaves_early(facts, body),
        _ => false,
    })
}

/// Whether a function is run for the whole of a program: `asyncio.run(serve())`, or awaited by what is.
fn is_top(flow: &Flow, function: FunctionRef, depth: u32) -> bool {
    let name = flow.program.function(function).name;
    let sites = flow.program.sites_of(function);
    if matches!(name.as_str(), "main" | "_main" | "amain" | "async_main") || is_script(flow.program, function.file) {
        return true;
    }
    depth < 3
        && sites.into_iter().any(|site| {
            let facts = flow.facts(site.file);
            let Parent::Expr(outer) = facts.expr(site.expr).parent() else { return false };
            match facts.kind(outer) {
                ExprKind::Await(_) => is_top(flow, flow.program.function_of(site.file, site.expr), depth + 1),
                ExprKind::Call(..) => {
                    flow.callee_name(site.file, outer).is_some_and(|n| n == "run" || n == "run_until_complete")
                }
                _ => false,
            }
        })
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
