//! Pitfall 12: connections that are opened again at once: a loop around sessions whose failure brings the next turn, or a function
//! that calls itself where it fails.

use crate::around::*;
use crate::finding::{Confidence, Finding};
use crate::p12_rate_limits::{Pause, needs_no_pause, pause_in};
use crate::registry::SS1202;
use sidestep_facts::{
    ArgKind, ExprId, ExprKind, FileFacts, FunctionId, Handler, Ranged as _, StmtId, StmtKind, TextRange,
};
use sidestep_program::{FileId, FunctionRef, Program};

/// SS1202: a loop that opens a connection, uses it until it breaks, and opens the next; when opening fails, it spins.
pub(crate) fn check(program: &Program, file: FileId, function: FunctionId, stmt: StmtId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    if !facts.function(function).is_async {
        return;
    }
    let found = match facts.stmt(stmt).kind {
        StmtKind::While { test, body, .. } if is_endless(facts, test) => {
            let Some(turn) = block_range(facts, body) else { return };
            let Some(opens) = opens_again(program, file, function, stmt, turn) else { return };
            let head = TextRange::new(facts.stmt(stmt).range().start(), facts.range(test).end());
            let message =
                format!("this loop calls `{}` again at once when that fails, as fast as it can", spelled(facts, opens));
            (head, message)
        }
        StmtKind::Try(_) => {
            let Some(call) = calls_itself(program, file, function, stmt) else { return };
            let message = format!(
                "`{}` calls itself at once when it fails, as fast as it can and ever deeper",
                spelled(facts, call)
            );
            (facts.range(call), message)
        }
        _ => return,
    };
    out.push(finding(
        &SS1202,
        Confidence::Likely,
        file,
        found.0,
        found.1,
        "wait before the next attempt, longer each time up to a minute or so, with some randomness: `await asyncio.sleep(…)`",
    ));
}

/// `while True`, `while not self._closed`, `while self._running`: what goes on until somebody ends it.
fn is_endless(facts: &FileFacts, test: ExprId) -> bool {
    matches!(facts.kind(test), ExprKind::True | ExprKind::Int(_) | ExprKind::Not(_) | ExprKind::Attribute(..))
}

/// The call that opens the connection in each turn of a loop, where its failure leads to the next turn without a pause.
fn opens_again(
    program: &Program,
    file: FileId,
    function: FunctionId,
    turns: StmtId,
    turn: TextRange,
) -> Option<ExprId> {
    let facts = program.facts(file);
    let own = Loop::While(turns);
    stmts_in(facts, function, turn).find_map(|stmt| {
        let StmtKind::Try(index) = facts.stmt(stmt).kind else { return None };
        let t = &facts.tries[index as usize];
        let tried = block_range(facts, t.body)?;
        if loops_of(facts, stmt).first() != Some(&own) || !t.handlers.iter().any(|h| goes_on(facts, function, h)) {
            return None;
        }
        let opens = exprs_in(facts, function, tried).find(|&e| {
            matches!(facts.kind(e), ExprKind::Call(..))
                && awaited(facts, e)
                && loops(facts, e).first() == Some(&own)
                && says_connect(facts, e)
        })?;
        // What the session does once it is open is not on the way from a failure to the next attempt.
        let session = TextRange::new(facts.range(opens).end(), tried.end());
        let on_the_way =
            exprs_in(facts, function, facts.stmt(turns).range()).filter(|&e| !session.contains_range(facts.range(e)));
        (pause_in(program, file, on_the_way) == Pause::None).then_some(opens)
    })
}

/// A function awaited in a handler of its own, with what it was given itself, and no pause anywhere in it.
fn calls_itself(program: &Program, file: FileId, function: FunctionId, stmt: StmtId) -> Option<ExprId> {
    let facts = program.facts(file);
    let StmtKind::Try(index) = facts.stmt(stmt).kind else { return None };
    let t = &facts.tries[index as usize];
    let tried = block_range(facts, t.body)?;
    let own = FunctionRef { file, function };
    exprs_in(facts, function, tried)
        .find(|&e| matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e) && says_connect(facts, e))?;
    let call = t.handlers.iter().filter(|h| !needs_no_pause(facts, h)).find_map(|h| {
        let again = exprs_in(facts, function, h.range).find(|&e| {
            matches!(facts.kind(e), ExprKind::Call(..))
                && awaited(facts, e)
                && functions_called(program, file, e) == [own]
                && hands_on_its_own(facts, function, e)
        })?;
        only_cleans_up(facts, function, h, Some(again)).then_some(again)
    })?;
    (pause_in(program, file, facts.exprs_of(function).filter(|&e| e != call)) == Pause::None).then_some(call)
}

/// Whether a call passes on what its own function was given, unchanged.
fn hands_on_its_own(facts: &FileFacts, function: FunctionId, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    let params = facts.params_of(function);
    facts.args(args).iter().all(|a| match (a.kind, facts.kind(a.value)) {
        (ArgKind::Positional, ExprKind::Name(name, _)) => params.iter().any(|p| p.name == name),
        (ArgKind::Keyword(param), ExprKind::Name(name, _)) => param == name,
        _ => false,
    })
}

/// Whether a handler of a connection's failure lets the loop go on: it never leaves, counts no attempts, and asks for nothing else
/// first.
fn goes_on(facts: &FileFacts, function: FunctionId, handler: &Handler) -> bool {
    let only_goes_on = stmts_in(facts, function, handler.range).all(|s| {
        !matches!(
            facts.stmt(s).kind,
            StmtKind::Raise(..) | StmtKind::Return(_) | StmtKind::Break | StmtKind::AugAssign(..)
        )
    });
    only_goes_on && !needs_no_pause(facts, handler) && only_cleans_up(facts, function, handler, None)
}

/// Whether what a handler awaits, but for one call, only puts things away or tells of the failure.
fn only_cleans_up(facts: &FileFacts, function: FunctionId, handler: &Handler, but: Option<ExprId>) -> bool {
    const WORDS: &[&str] =
        &["close", "aclose", "stop", "disconnect", "cancel", "cleanup", "clean", "error", "log", "notify"];
    exprs_in(facts, function, handler.range)
        .filter(|&e| Some(e) != but && matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e))
        .all(|e| last_name(facts, e).is_some_and(|n| n.as_str().split('_').any(|w| WORDS.contains(&w))))
}

/// Whether a call says by its name that it opens a connection.
fn says_connect(facts: &FileFacts, call: ExprId) -> bool {
    const OTHERS: &[&str] =
        &["close", "maybe", "wait", "is", "check", "get", "release", "handle", "on", "verify", "send"];
    let Some(name) = last_name(facts, call) else { return false };
    let mut words = name.as_str().split('_').filter(|w| !w.is_empty()).peekable();
    words.peek().is_some_and(|first| !OTHERS.contains(first))
        && words.any(|w| w.starts_with("connect") || w.starts_with("reconnect"))
}
