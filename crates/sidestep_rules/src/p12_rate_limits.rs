//! Pitfall 12: AI rate limits and resilience: retries. (SS1201 is found with SS1001, in `p10_concurrency`.)

mod decorators;
pub(crate) mod reconnects;

use crate::ai::{ai_call, reaches_ai};
use crate::around::*;
use crate::finding::{Confidence, Finding, Level};
use crate::flow::FactsExt as _;
use crate::p09_timeouts::{constant, sleep_argument};
use crate::registry::{SS1202, SS1203, SS1204, SS1205};
use rustc_hash::FxHashSet;
use sidestep_facts::{
    Block, CmpOp, ExprId, ExprKind, FileFacts, FunctionId, Handler, Op, Parent, Ranged as _, StmtId, StmtKind,
    TextRange,
};
use sidestep_program::{Effect, FileId, FunctionRef, Program};

/// SS1202, SS1203, SS1204 and SS1205.
pub(crate) fn check(program: &Program, out: &mut Vec<Finding>) {
    for file in program.inputs() {
        if is_test(program, file) {
            continue;
        }
        let facts = program.facts(file);
        for index in 0..facts.functions.len() as u32 {
            let id = FunctionId(index);
            decorators::check(program, file, id, out);
            for stmt in facts.stmts_of(id) {
                if let Some(retry) = retry_loop(program, file, id, stmt) {
                    without_backoff(program, file, id, &retry, out);
                    on_everything(program, file, id, &retry, out);
                } else {
                    reconnects::check(program, file, id, stmt, out);
                }
            }
            for expr in facts.exprs_of(id) {
                if let ExprKind::Call(..) = facts.kind(expr) {
                    retries_off(program, file, expr, out);
                    usage_unread(program, file, id, expr, out);
                }
            }
        }
    }
}

/// A loop that makes the same request again until it succeeds.
pub(crate) struct Retry {
    /// The loop.
    pub stmt: StmtId,
    /// The request.
    pub call: ExprId,
    /// It reaches an AI service.
    pub ai: bool,
    /// How sure the request is one.
    pub confidence: Confidence,
    /// Handlers after which the next attempt is made; empty where the answer's status is looked at instead.
    pub handlers: Vec<Handler>,
    /// All handlers of the same `try`, in order.
    pub all: Vec<Handler>,
    /// The attempts have an end.
    pub bounded: bool,
}

/// The retry loop that a statement is, if it is one.
pub(crate) fn retry_loop(program: &Program, file: FileId, function: FunctionId, stmt: StmtId) -> Option<Retry> {
    let facts = program.facts(file);
    let (body, bounded, head) = match facts.stmt(stmt).kind {
        StmtKind::While { test, body, .. } => {
            (body, !matches!(facts.kind(test), ExprKind::True | ExprKind::Int(_)), Some(test))
        }
        StmtKind::For(index) => {
            let f = &facts.fors[index as usize];
            if f.is_async || !counts(facts, f.iter) {
                return None;
            }
            (f.body, !is_endless(facts, f.iter), None)
        }
        _ => return None,
    };
    let range = block_range(facts, body)?;
    let turns = match facts.stmt(stmt).kind {
        StmtKind::For(_) => Loop::For(stmt, false),
        _ => Loop::While(stmt),
    };
    // The innermost loop around the request is the one that repeats it.
    let own = |s: StmtId| loops_of(facts, s).first() == Some(&turns);
    for inner in stmts_in(facts, function, range) {
        let StmtKind::Try(index) = facts.stmt(inner).kind else { continue };
        if !own(inner) {
            continue;
        }
        let t = &facts.tries[index as usize];
        let tried = block_range(facts, t.body)?;
        let Some((call, ai, confidence)) = request_in(program, file, function, tried, turns) else { continue };
        if changes(facts, function, call, turns) {
            return None;
        }
        // Success leaves the loop, or ends its condition.
        let tail = TextRange::new(tried.start(), facts.stmt(inner).range().end());
        let rest = TextRange::new(tail.start(), range.end());
        // A loop with a condition of its own goes on for other reasons, unless the attempt itself leaves it.
        let own_condition = head.is_some_and(|test| {
            !matches!(facts.kind(test), ExprKind::True | ExprKind::Int(_))
                && !counts_up(facts, function, range, test)
                && !is_ordering(facts, test)
        });
        let leaves = leaves_in(facts, function, if own_condition { tail } else { rest }, turns, &t.handlers);
        let condition = head.is_some_and(|test| {
            let kept: FxHashSet<String> = assigned(facts, function, tried);
            !reads(facts, function, test).is_disjoint(&kept)
        });
        if !leaves && !condition {
            continue;
        }
        let handlers: Vec<Handler> = t.handlers.iter().copied().filter(|h| !always_leaves(facts, h.body)).collect();
        if handlers.is_empty() || leaves_after(facts, function, inner) || handlers.iter().all(|h| is_conflict(facts, h))
        {
            continue;
        }
        // `while attempts < 10`, `while time() < deadline`; a way out for those who have tried enough.
        let counted = bounded
            && head.is_none_or(|test| counts_up(facts, function, range, test) || is_ordering(facts, test))
            || handlers.iter().all(|h| gives_up(facts, h.body))
            || stmts_in(facts, function, range).any(|s| match facts.stmt(s).kind {
                StmtKind::Raise(Some(_), _) => true,
                StmtKind::Expr(value) => {
                    last_name(facts, value).is_some_and(|n| matches!(n.as_str(), "exit" | "_exit" | "abort"))
                }
                _ => false,
            });
        return Some(Retry { stmt, call, ai, confidence, handlers, all: t.handlers.clone(), bounded: counted });
    }
    // No `try`: the status of the answer decides.
    if bounded || head.is_none() {
        return None;
    }
    let (call, ai, confidence) = request_in(program, file, function, range, turns)?;
    let by_status = exprs_in(facts, function, range).any(|e| {
        let ExprKind::Attribute(_, attr) = facts.kind(e) else { return false };
        let is_status = match attr.as_str() {
            "status_code" | "ok" | "is_success" => true,
            // `job.status == "completed"`: a job is polled until it is done.
            "status" => !is_compared_with_text(facts, e),
            _ => false,
        };
        is_status && facts.ancestors(e).last().unwrap_or(e) != call
    });
    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
    if !by_status
        || facts.args(args).is_empty()
        || changes(facts, function, call, turns)
        || !leaves_in(facts, function, range, turns, &[])
        || repeats_once(facts, function, range)
    {
        return None;
    }
    if stmts_in(facts, function, range).any(|s| matches!(facts.stmt(s).kind, StmtKind::Try(_))) {
        return None;
    }
    Some(Retry { stmt, call, ai, confidence, handlers: Vec::new(), all: Vec::new(), bounded: false })
}

/// Whether an attribute is compared with a text.
fn is_compared_with_text(facts: &FileFacts, attribute: ExprId) -> bool {
    facts.ancestors(attribute).any(|outer| match facts.kind(outer) {
        ExprKind::Compare(_, list) => facts.expr_list(list).any(|part| match facts.kind(part) {
            ExprKind::Str(_) => true,
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                facts.expr_list(items).any(|i| matches!(facts.kind(i), ExprKind::Str(_)))
            }
            _ => false,
        }),
        _ => false,
    })
}

/// Whether a flag lets a loop repeat its request once: `if failed_before: …`, and `failed_before = True` on the way to another turn.
fn repeats_once(facts: &FileFacts, function: FunctionId, range: TextRange) -> bool {
    stmts_in(facts, function, range).any(|s| {
        let StmtKind::Assign(targets, value) = facts.stmt(s).kind else { return false };
        let Some(flag) = facts.expr_list(targets).next().and_then(|t| facts.dotted(t)) else { return false };
        matches!(facts.kind(value), ExprKind::True)
            && facts.enclosing(s).any(|outer| match facts.stmt(outer).kind {
                StmtKind::If { test, .. } => {
                    let mut asked = false;
                    facts.walk(test, &mut |e| {
                        asked |= matches!(facts.kind(e), ExprKind::Not(inner) if facts.dotted(inner).as_ref() == Some(&flag));
                    });
                    asked
                }
                _ => false,
            })
    })
}

/// Whether what is caught says that somebody else was first, and not that a service is down: a key that exists by now, a value that
/// has changed since it was read. Trying again at once is how such a conflict is settled.
fn is_conflict(facts: &FileFacts, handler: &Handler) -> bool {
    const WORDS: [&str; 7] = ["Duplicate", "Exists", "Conflict", "Watch", "Integrity", "Stale", "UniqueViolation"];
    let says = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if WORDS.iter().any(|w| n.as_str().contains(w)));
    handler.exception.is_some_and(|caught| match facts.kind(caught) {
        ExprKind::Tuple(list) => facts.expr_list(list).all(says),
        _ => says(caught),
    })
}

/// Whether what follows a statement in its own block leaves, whatever happened in it.
fn leaves_after(facts: &FileFacts, function: FunctionId, stmt: StmtId) -> bool {
    let around: Vec<StmtId> = facts.enclosing(stmt).collect();
    let at = facts.stmt(stmt).range();
    facts.stmts_of(function).any(|s| {
        facts.stmt(s).range().start() > at.end()
            && matches!(facts.stmt(s).kind, StmtKind::Raise(..) | StmtKind::Return(_) | StmtKind::Break)
            && facts.enclosing(s).eq(around.iter().copied())
            && !around.first().is_some_and(|&outer| in_other_block(facts, outer, at, facts.stmt(s).range()))
    })
}

/// Whether two places stand in different blocks of one `if`.
fn in_other_block(facts: &FileFacts, outer: StmtId, one: TextRange, other: TextRange) -> bool {
    match facts.stmt(outer).kind {
        StmtKind::If { body, .. } => within_block(facts, body, one) != within_block(facts, body, other),
        _ => false,
    }
}

/// `range(…)`, `count()`: the loop counts attempts and does not go through items.
fn counts(facts: &FileFacts, iter: ExprId) -> bool {
    last_name(facts, iter).is_some_and(|n| matches!(n.as_str(), "range" | "count" | "repeat" | "trange"))
}

fn is_endless(facts: &FileFacts, iter: ExprId) -> bool {
    last_name(facts, iter).is_some_and(|n| n == "count" || n == "repeat")
}

/// `a < b`, and the like, alone or in a conjunction.
fn is_ordering(facts: &FileFacts, test: ExprId) -> bool {
    match facts.kind(test) {
        ExprKind::Compare(op, _) => matches!(op, CmpOp::Less | CmpOp::Greater),
        ExprKind::And(list) => facts.expr_list(list).any(|t| is_ordering(facts, t)),
        _ => false,
    }
}

/// Whether a `while`'s condition compares a counter that the loop moves.
fn counts_up(facts: &FileFacts, function: FunctionId, range: TextRange, test: ExprId) -> bool {
    let names = reads(facts, function, test);
    stmts_in(facts, function, range).any(|s| match facts.stmt(s).kind {
        StmtKind::AugAssign(target, Op::Add | Op::Sub, _) => facts.dotted(target).is_some_and(|n| names.contains(&n)),
        _ => false,
    })
}

/// The first request of a place that the loop itself repeats.
fn request_in(
    program: &Program,
    file: FileId,
    function: FunctionId,
    range: TextRange,
    turns: Loop,
) -> Option<(ExprId, bool, Confidence)> {
    let facts = program.facts(file);
    let effects = program.effects();
    let is_async = facts.function(function).is_async;
    let mut best: Option<(ExprId, bool, Confidence)> = None;
    for e in exprs_in(facts, function, range) {
        if !matches!(facts.kind(e), ExprKind::Call(..)) || loops(facts, e).first() != Some(&turns) {
            continue;
        }
        if is_async && !awaited(facts, e) {
            continue;
        }
        if let Some((confidence, _)) = reaches_ai(program, file, e) {
            return Some((e, true, confidence));
        }
        let callees = functions_called(program, file, e);
        if callees.is_empty()
            && best.is_none()
            && let Some(ai) = decorators::wrapped_request(program, file, e)
        {
            best = Some((e, ai, Confidence::Likely));
            continue;
        }
        let network = !callees.is_empty()
            && callees.iter().all(|&f| {
                program.mark(f, "network").is_some() || is_async && effects.witness(f, Effect::Network).is_some()
            });
        if network && best.is_none() && !callees.iter().any(|&f| program.mark(f, "waits").is_some()) {
            best = Some((e, false, Confidence::Certain));
        }
    }
    best
}

/// Whether the request is another one on each turn: its arguments depend on the loop's variable or on what the loop changes.
fn changes(facts: &FileFacts, function: FunctionId, call: ExprId, turns: Loop) -> bool {
    let range = turns.range(facts);
    let ExprKind::Call(callee, args) = facts.kind(call) else { return true };
    let mut needs: FxHashSet<String> = FxHashSet::default();
    for arg in facts.args(args) {
        needs.extend(depends(facts, function, arg.value, range));
    }
    needs.extend(reads(facts, function, callee));
    if let Some(target) = turns.target(facts)
        && !needs.is_disjoint(&target_names(facts, function, target))
    {
        return true;
    }
    let changed = mutated(facts, function, range);
    let set = assigned(facts, function, range);
    // What the request's own answer is kept in may be read again: `cursor = response["next"]`.
    needs.iter().any(|n| changed.contains(n) || set.contains(n))
}

/// Whether a `return` or `break` of this loop stands in a place, outside the handlers.
fn leaves_in(facts: &FileFacts, function: FunctionId, range: TextRange, turns: Loop, handlers: &[Handler]) -> bool {
    stmts_in(facts, function, range).any(|s| {
        let leaves = match facts.stmt(s).kind {
            StmtKind::Return(_) => true,
            StmtKind::Break => loops_of(facts, s).first() == Some(&turns),
            _ => false,
        };
        leaves && !handlers.iter().any(|h| inside(facts.stmt(s).range(), h.range))
    })
}

/// Whether every way through a block leaves the loop: its last statement raises, returns or breaks.
pub(crate) fn always_leaves(facts: &FileFacts, block: Block) -> bool {
    let Some(last) = facts.block(block).next_back() else { return false };
    match facts.stmt(last).kind {
        StmtKind::Raise(..) | StmtKind::Return(_) | StmtKind::Break => true,
        StmtKind::If { body, orelse, .. } => always_leaves(facts, body) && always_leaves(facts, orelse),
        StmtKind::With(index) => always_leaves(facts, facts.withs[index as usize].body),
        StmtKind::Expr(value) => {
            last_name(facts, value).is_some_and(|n| matches!(n.as_str(), "exit" | "_exit" | "fail" | "abort" | "skip"))
        }
        _ => false,
    }
}

/// Whether some way through a block leaves the loop.
fn gives_up(facts: &FileFacts, block: Block) -> bool {
    let Some(range) = block_range(facts, block) else { return false };
    let Some(first) = facts.block(block).next() else { return false };
    let function = facts.stmt(first).function;
    stmts_in(facts, function, range)
        .any(|s| matches!(facts.stmt(s).kind, StmtKind::Raise(..) | StmtKind::Return(_) | StmtKind::Break))
}

/// How a retry loop pauses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Pause {
    /// Not at all.
    None,
    /// So many seconds each time.
    Constant(f64),
    /// More each time, or as much as something says.
    Growing,
}

/// The pause between the attempts of a loop.
pub(crate) fn pause(program: &Program, file: FileId, function: FunctionId, stmt: StmtId) -> Pause {
    let facts = program.facts(file);
    pause_in(program, file, exprs_in(facts, function, facts.stmt(stmt).range()))
}

/// The pause that some expressions make.
pub(crate) fn pause_in(program: &Program, file: FileId, exprs: impl Iterator<Item = ExprId>) -> Pause {
    let facts = program.facts(file);
    let mut found = Pause::None;
    for e in exprs {
        if !matches!(facts.kind(e), ExprKind::Call(..)) {
            continue;
        }
        if let Some(delay) = sleep_argument(program, file, e) {
            match constant(program, file, delay) {
                Some(n) if n > 0.0 && found == Pause::None => found = Pause::Constant(n),
                Some(_) => {}
                None => return Pause::Growing,
            }
            continue;
        }
        // The function that is told of the failure, or that tries again, may wait itself.
        if functions_called(program, file, e).into_iter().any(|f| pauses(program, f, 0)) {
            return Pause::Growing;
        }
        let Some(name) = last_name(facts, e) else { continue };
        let name = name.as_str().to_ascii_lowercase();
        if ["sleep", "backoff", "delay", "wait", "pause", "throttle", "acquire"].iter().any(|w| name.contains(w)) {
            return Pause::Growing;
        }
    }
    found
}

/// Whether a function of the program sleeps, by itself or in what it calls.
fn pauses(program: &Program, function: FunctionRef, depth: u32) -> bool {
    if depth > 2 || !program.is_input(function.file) {
        return false;
    }
    let facts = program.facts(function.file);
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && (sleep_argument(program, function.file, e)
                .is_some_and(|delay| constant(program, function.file, delay) != Some(0.0))
                || functions_called(program, function.file, e).into_iter().any(|f| pauses(program, f, depth + 1)))
    })
}

/// Whether a handler repairs something before the next attempt: it awaits a request of its own.
fn repairs(program: &Program, file: FileId, function: FunctionId, handler: &Handler) -> bool {
    let facts = program.facts(file);
    let effects = program.effects();
    exprs_in(facts, function, handler.range).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && awaited(facts, e)
            && sleep_argument(program, file, e).is_none()
            && {
                let callees = functions_called(program, file, e);
                callees.is_empty()
                    || callees.iter().any(|&f| {
                        program.has_effect(f, Effect::Network)
                            || effects.witness(f, Effect::Network).is_some()
                            || program.is_abstract(f)
                    })
            }
    })
}

/// Exceptions whose arrival took time already, or that say that the answer was of no use: asking again at once is sound.
pub(crate) fn needs_no_pause(facts: &FileFacts, handler: &Handler) -> bool {
    let Some(exception) = handler.exception else { return false };
    caught(facts, exception).iter().all(|name| says_no_pause(name))
}

/// The same of one exception, by its name.
fn says_no_pause(name: &str) -> bool {
    matches!(
        name,
        "TimeoutError"
            | "ValueError"
            | "KeyError"
            | "TypeError"
            | "IndexError"
            | "AttributeError"
            | "AssertionError"
            | "JSONDecodeError"
            | "ValidationError"
            | "ParseError"
            | "OutputParserException"
            | "CancelledError"
            | "Timeout"
            | "ReadTimeout"
            | "APITimeoutError"
            | "ServerTimeoutError"
    ) || name.contains("Valid")
        || name.contains("Parse")
        || name.contains("Parsing")
        || name.contains("Decode")
}

/// The last names of the exceptions that a handler names.
fn caught(facts: &FileFacts, exception: ExprId) -> Vec<String> {
    match facts.kind(exception) {
        ExprKind::Tuple(list) => facts.expr_list(list).flat_map(|e| caught(facts, e)).collect(),
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => vec![name.as_str().to_owned()],
        _ => vec![String::new()],
    }
}

/// SS1202: no pause, or the same one for ever.
fn without_backoff(program: &Program, file: FileId, function: FunctionId, retry: &Retry, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    if !retry.handlers.is_empty()
        && retry.handlers.iter().all(|h| needs_no_pause(facts, h) || repairs(program, file, function, h))
    {
        return;
    }
    let name = spelled(facts, retry.call);
    let end = match facts.stmt(retry.stmt).kind {
        StmtKind::While { test, .. } => facts.range(test).end(),
        StmtKind::For(index) => facts.range(facts.fors[index as usize].iter).end(),
        _ => return,
    };
    let head = TextRange::new(facts.stmt(retry.stmt).range().start(), end);
    let (level, message) = match pause(program, file, function, retry.stmt) {
        Pause::None => (
            Level::Warning,
            format!("this loop repeats `{name}` at once when it fails, which adds its load to what made it fail"),
        ),
        Pause::Constant(n) if !retry.bounded => {
            (Level::Warning, format!("this loop repeats `{name}` every {n} s for as long as it fails, without an end"))
        }
        Pause::Constant(n) => {
            (Level::Advice, format!("this loop repeats `{name}` every {n} s; the pauses do not grow"))
        }
        Pause::Growing => return,
    };
    // An answer that is parsed in the same `try`: asking again may be about the answer.
    let parses = exprs_in(facts, function, facts.stmt(retry.stmt).range()).any(|e| {
        last_name(facts, e).is_some_and(|n| {
            let n = n.as_str();
            n == "loads"
                || n.starts_with("parse")
                || n.starts_with("_parse")
                || n.contains("validate")
                || n.starts_with("extract")
        })
    });
    let confidence = if parses && retry.ai { Confidence::Possible } else { retry.confidence };
    let mut found = finding(
        &SS1202,
        confidence,
        file,
        head,
        message,
        "let the SDK retry (`max_retries=…`), or use a growing pause with jitter and an end: `await asyncio.sleep(2**attempt + random.random())`",
    );
    found.level = level;
    found.labels.push(crate::finding::Label { range: facts.range(retry.call), text: "repeated".into() });
    out.push(found);
}

/// What cannot succeed the second time.
const HOPELESS: &[&str] = &[
    "BadRequestError",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "UnprocessableEntityError",
    "InvalidRequestError",
    "AuthenticationException",
    "InvalidArgument",
    "PermissionDenied",
    "Unauthenticated",
];

/// SS1203: what fails the same way each time is repeated too.
fn on_everything(program: &Program, file: FileId, function: FunctionId, retry: &Retry, out: &mut Vec<Finding>) {
    if !retry.ai {
        return;
    }
    let facts = program.facts(file);
    let mut sorted_out = false;
    for handler in &retry.all {
        let names = handler.exception.map(|e| caught(facts, e));
        let continues = retry.handlers.iter().any(|h| h.range == handler.range);
        if !continues {
            // An earlier handler that gives up on some.
            sorted_out |= names.is_some_and(|names| {
                names.iter().any(|n| {
                    HOPELESS.contains(&n.as_str())
                        || n.contains("Auth")
                        || n.contains("BadRequest")
                        || n.contains("APIStatus")
                        || n.contains("InvalidRequest")
                        || n.contains("ContextWindow")
                })
            });
            continue;
        }
        if sorted_out || decides(facts, function, handler) {
            return;
        }
        // Cancellation is SS803's.
        let Some(names) = names else { return };
        if names.iter().any(|n| n == "BaseException" || n == "CancelledError") {
            return;
        }
        let (what, confidence) = if let Some(name) = names.iter().find(|n| HOPELESS.contains(&n.as_str())) {
            (format!("`{name}`, which fails the same way each time"), retry.confidence)
        } else if names.iter().any(|n| n == "Exception") {
            (
                "every exception: a wrong key, a prompt that is too long, a bug in this block".to_owned(),
                retry.confidence.min(Confidence::Likely),
            )
        } else if let Some(name) = names.iter().find(|n| is_sdk_base(program, file, handler, n)) {
            (format!("`{name}`, and so wrong keys and bad requests too"), retry.confidence)
        } else {
            continue;
        };
        let range = match handler.exception {
            Some(exception) => TextRange::new(handler.range.start(), facts.range(exception).end()),
            None => handler.range,
        };
        let mut found = finding(
            &SS1203,
            confidence,
            file,
            range,
            format!("this loop repeats `{}` after {what}", spelled(facts, retry.call)),
            "name what may succeed later: the SDK's rate-limit, connection and server errors",
        );
        found.labels.push(crate::finding::Label { range: facts.range(retry.call), text: "repeated".into() });
        out.push(found);
        return;
    }
}

/// Whether a handler tells failures apart before the next attempt: a way out that depends on the exception.
fn decides(facts: &FileFacts, function: FunctionId, handler: &Handler) -> bool {
    let Some(range) = block_range(facts, handler.body) else { return false };
    let Some(name) = handler.name else { return false };
    stmts_in(facts, function, range).any(|s| match facts.stmt(s).kind {
        StmtKind::If { test, body, orelse } => {
            depends(facts, function, test, range)
                .iter()
                .any(|n| n == name.as_str() || n.starts_with(&format!("{name}.")))
                && (gives_up(facts, body) || gives_up(facts, orelse) || always_leaves(facts, handler.body))
        }
        StmtKind::Match(_) => true,
        _ => false,
    }) || exprs_in(facts, function, range).any(|e| match facts.kind(e) {
        // `if not is_retryable(error): raise`
        ExprKind::Call(..) => {
            last_name(facts, e).is_some_and(|n| {
                let n = n.as_str();
                n.contains("retry") || n.contains("retri") || n.contains("transient") || n.contains("recover")
            }) && reads(facts, function, e).contains(name.as_str())
        }
        _ => false,
    })
}

/// Whether an exception class of an SDK is the base of hopeless ones.
fn is_sdk_base(program: &Program, file: FileId, handler: &Handler, name: &str) -> bool {
    let facts = program.facts(file);
    let Some(exception) = handler.exception else { return false };
    let parts: Vec<ExprId> = match facts.kind(exception) {
        ExprKind::Tuple(list) => facts.expr_list(list).collect(),
        _ => vec![exception],
    };
    parts.into_iter().any(|part| {
        if !caught(facts, part).iter().any(|n| n == name) {
            return false;
        }
        let value = program.value(file, part);
        let sidestep_program::Value::Class(class) = *program.get(value) else { return false };
        if program.is_input(class.file) {
            return false;
        }
        let stub = program.facts(class.file);
        (0..stub.classes.len() as u32).any(|index| {
            let other = sidestep_program::ClassRef { file: class.file, class: sidestep_facts::ClassId(index) };
            other != class
                && HOPELESS.contains(&program.class(other).name.as_str())
                && program.is_subclass(other, class)
        })
    })
}

/// SS1204: `max_retries=0`.
fn retries_off(program: &Program, file: FileId, call: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return };
    if !facts.args(args).iter().any(|a| matches!(facts.kind(a.value), ExprKind::Int(0))) {
        return;
    }
    let Some(class) = constructed(program, file, call) else { return };
    let Some(mark) = program.class_mark(class, "retries") else { return };
    let Some(param) = mark.text("param") else { return };
    let Some(given) = facts.keyword(args, param) else { return };
    if !matches!(facts.kind(given), ExprKind::Int(0)) {
        return;
    }
    // Somebody else retries in this file.
    let retried = (0..facts.functions.len() as u32).any(|index| {
        let id = FunctionId(index);
        let decorated = program.is_decorated(sidestep_program::FunctionRef { file, function: id }, "retrying")
            || facts.expr_list(facts.function(id).decorators).any(|d| {
                let name = spelled(facts, d);
                name.contains("retry") || name.contains("backoff")
            });
        decorated || facts.stmts_of(id).any(|s| retry_loop(program, file, id, s).is_some())
    });
    if retried {
        return;
    }
    out.push(finding(
        &SS1204,
        Confidence::Certain,
        file,
        facts.range(given),
        format!("retries of `{}` are switched off, and nothing here retries instead", program.class(class).name),
        "leave the default, or retry where more is known of what the request is worth",
    ));
}

/// SS1205: nothing reads what a response cost.
fn usage_unread(program: &Program, file: FileId, function: FunctionId, call: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let mut at = call;
    if let Parent::Expr(parent) = facts.expr(call).parent()
        && matches!(facts.kind(parent), ExprKind::Await(_))
    {
        at = parent;
    }
    // Looked at by use first: nearly all calls are arguments, conditions or statements.
    let is_used = match facts.expr(at).parent() {
        Parent::Expr(parent) => matches!(facts.kind(parent), ExprKind::Attribute(..)),
        Parent::Stmt(stmt) => matches!(facts.stmt(stmt).kind, StmtKind::Assign(..)),
        Parent::None => false,
    };
    if !is_used {
        return;
    }
    let Some(own) = ai_call(program, file, call) else { return };
    if own.target.is_none() || !matches!(own.kind.as_str(), "chat" | "completion") {
        return;
    }
    let unread = match facts.expr(at).parent() {
        Parent::Expr(parent) => {
            matches!(facts.kind(parent), ExprKind::Attribute(_, attr) if attr != "usage" && !attr.as_str().contains("usage"))
        }
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, _) => facts.expr_list(targets).all(|t| match facts.kind(t) {
                ExprKind::Name(name, _) => {
                    // Only its parts are read, and usage is none of them; whole, it may be read elsewhere.
                    let mut whole = false;
                    let mut usage = false;
                    for e in facts.exprs_of(function) {
                        if e == t || !matches!(facts.kind(e), ExprKind::Name(n, _) if n == name) {
                            continue;
                        }
                        match facts.expr(e).parent() {
                            Parent::Expr(parent) => match facts.kind(parent) {
                                ExprKind::Attribute(_, attr) => usage |= attr.as_str().contains("usage"),
                                ExprKind::Subscript(_, index) => {
                                    usage |=
                                        matches!(facts.kind(index), ExprKind::Str(s) if s.as_str().contains("usage"))
                                }
                                _ => whole = true,
                            },
                            _ => whole = true,
                        }
                    }
                    !whole && !usage
                }
                _ => false,
            }),
            _ => false,
        },
        Parent::None => false,
    };
    if unread {
        out.push(finding(
            &SS1205,
            Confidence::Likely,
            file,
            facts.range(call),
            format!("nothing reads the usage of what `{}` returns", spelled(facts, call)),
            "read `usage` where the request is made, and count it by model and user",
        ));
    }
}
