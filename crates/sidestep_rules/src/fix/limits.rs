//! Limits: how long a call may take, and how many may run at the same time.

use super::Options;
use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::around::{Loop, loops};
use crate::bounds::{Work, fan_outs};
use crate::finding::Finding;
use crate::support::{Awaitability, Use, awaitability, is_awaited, use_of};
use sidestep_facts::{ArgKind, ExprId, ExprKind, Ranged as _, StmtId, StmtKind};

/// SS901: a limit around the call.
pub fn set_timeout(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("what waits is not a call")?;
    source.may_await(call)?;
    let seconds = options.timeout;
    let scope = source.scope_of(call);
    let title = format!("wait {seconds} s at most");
    let target = source.program.settings().target;
    let framework = source.framework();
    if framework == "anyio" || target.is_some_and(|target| target >= (3, 11)) && framework == "asyncio" {
        let (name, header) = if framework == "anyio" { ("fail_after", "with") } else { ("timeout", "async with") };
        if let Some(stmt) = facts.stmt_of(call).filter(|&stmt| is_simple(source, stmt, call)) {
            let timeout = source.import(scope, framework, name)?;
            let mut edits = timeout.edits;
            edits.push(source.around(stmt, stmt, &format!("{header} {}({seconds}):", timeout.name))?);
            return Ok(Fix::needs_review(title, edits));
        }
    }
    if framework != "asyncio" {
        return Err("where the limit belongs is for you to say".into());
    }
    if !is_awaited(facts, call) {
        return Err("the call is not awaited here, and the target Python may not have `asyncio.timeout`".into());
    }
    let wait = source.import(scope, "asyncio", "wait_for")?;
    let mut edits = wait.edits;
    edits.push(Edit::insert(finding.range.start(), format!("{}(", wait.name)));
    edits.push(Edit::insert(finding.range.end(), format!(", timeout={seconds})")));
    Ok(Fix::needs_review(title, edits))
}

/// Whether a statement does nothing but what a call in it is for.
fn is_simple(source: &Source<'_>, stmt: StmtId, call: ExprId) -> bool {
    let facts = source.facts;
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) | StmtKind::Assign(..) | StmtKind::AnnAssign(..) | StmtKind::AugAssign(..) => true,
        StmtKind::Return(_) => true,
        StmtKind::With(index) => {
            let with = &facts.withs[index as usize];
            with.is_async && with.items.iter().any(|item| item.context == call)
        }
        _ => false,
    }
}

/// SS1001 and SS1201: each takes a semaphore that all share.
pub fn share_semaphore(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let at = source.find(finding.range, |_| true).ok_or("the fan-out is not an expression")?;
    let function = facts.function_of(at);
    let fans = fan_outs(source.program, source.file, function);
    let fan = fans.iter().find(|fan| facts.range(fan.at) == finding.range).ok_or("the fan-out is not here")?;
    let Work::Call(call) = fan.work else {
        return Err("the function is handed over, not called".into());
    };
    if facts.function_of(call) != function {
        return Err("the call stands in another function".into());
    }
    if source.framework() != "asyncio" {
        return Err("the limiter is the framework's own: `CapacityLimiter`".into());
    }
    source.may_await(at)?;
    // What is not known is awaited by whoever runs it; what is known must not run before.
    let value = source.program.value(source.file, call);
    let is_known = value != sidestep_program::ValueId::UNKNOWN;
    if is_known && awaitability(source.program, value) != Awaitability::Coroutine || is_awaited(facts, call) {
        return Err("what runs at the same time is no coroutine made here".into());
    }
    // Outside of everything that repeats it.
    let outermost = loops(facts, call).into_iter().rev().find_map(|around| match around {
        Loop::For(stmt, _) | Loop::While(stmt) => Some(stmt),
        Loop::Clause(..) => None,
    });
    let stmt = outermost.or_else(|| facts.stmt_of(call)).ok_or("it is not part of a statement")?;
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let scope = source.scope_of(call);
    let made = source.import(scope, "asyncio", "Semaphore")?;
    let unit = source.unit();
    let semaphore = source.free_name(scope, &["semaphore", "fan_out_semaphore"]);
    let limited = source.free_name(scope, &["limited", "with_semaphore"]);
    let coroutine = source.free_name(scope, &["coroutine", "work"]);
    let lines = format!(
        "{indent}{semaphore} = {}({})\n\n{indent}async def {limited}({coroutine}):\n{indent}{unit}async with {semaphore}:\n\
         {indent}{unit}{unit}return await {coroutine}\n\n",
        made.name, options.concurrency
    );
    let mut edits = made.edits;
    edits.push(Edit::insert(source.line_start(facts.stmt(stmt).range().start()), lines));
    let range = facts.range(call);
    edits.push(Edit::insert(range.start(), format!("{limited}(")));
    edits.push(Edit::insert(range.end(), ")"));
    Ok(Fix::needs_review(format!("run {} at a time", options.concurrency), edits))
}

/// SS701: `gather` to a `TaskGroup`, which cancels the others when one fails.
pub fn task_group(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("it is not a call")?;
    source.may_await(call)?;
    if source.program.settings().target.is_none_or(|target| target < (3, 11)) {
        return Err(
            "`TaskGroup` is new in Python 3.11, and the program's `requires-python` does not say it is there".into()
        );
    }
    let ExprKind::Call(_, args) = facts.kind(call) else { return Err("it is not a call".into()) };
    let Use::Expr(awaited) = use_of(facts, call) else { return Err("it is not awaited here".into()) };
    let Use::Stmt(stmt) = use_of(facts, awaited) else { return Err("its results are used in an expression".into()) };
    let range = facts.stmt(stmt).range();
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    if source.slice(range).contains('#') {
        return Err("a comment stands inside the statement".into());
    }
    let scope = source.scope_of(call);
    let group = source.free_name(scope, &["group", "task_group"]);
    let task = source.free_name(scope, &["task", "member"]);
    let tasks = source.free_name(scope, &["tasks", "group_tasks"]);
    let is_coroutine = |e: ExprId| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && awaitability(source.program, source.program.value(source.file, e)) == Awaitability::Coroutine
    };
    let start = |e: ExprId| format!("{group}.create_task({})", source.expr(e));
    let args = facts.args(args);
    let members = match args {
        [star] if star.kind == ArgKind::Star => {
            let ExprKind::Comprehension(index) = facts.kind(star.value) else {
                return Err("the coroutines are made elsewhere".into());
            };
            let comp = &facts.comprehensions[index as usize];
            let whole = facts.range(star.value);
            if !is_coroutine(comp.element) || comp.key.is_some() {
                return Err("what is gathered are not coroutines made here".into());
            }
            let rest = sidestep_facts::TextRange::new(facts.range(comp.element).end(), whole.end());
            let rest = source.slice(rest).trim_end().trim_end_matches([']', ')', '}']);
            format!("[{}{rest}]", start(comp.element))
        }
        args if args.iter().all(|arg| arg.kind == ArgKind::Positional && is_coroutine(arg.value)) => {
            let unit = source.unit();
            let lines = args.iter().map(|arg| format!("{indent}{unit}{unit}{},\n", start(arg.value)));
            format!("[\n{}{indent}{unit}]", lines.collect::<String>())
        }
        _ => return Err("what is gathered are not coroutines made here".into()),
    };
    let before = match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => None,
        StmtKind::Assign(..) | StmtKind::Return(_) => {
            Some(source.slice(sidestep_facts::TextRange::new(range.start(), facts.range(awaited).start())))
        }
        _ => return Err("its results are used in a statement of its own kind".into()),
    };
    let made = source.import(scope, "asyncio", "TaskGroup")?;
    let unit = source.unit();
    let text = match before {
        None => {
            let members = members.strip_prefix("[\n").map(|_| {
                let starts = args.iter().map(|arg| format!("\n{indent}{unit}{}", start(arg.value)));
                starts.collect::<String>()
            });
            let members = members.ok_or("the tasks of a comprehension would have no name")?;
            format!("async with {}() as {group}:{members}", made.name)
        }
        Some(before) => format!(
            "async with {}() as {group}:\n{indent}{unit}{tasks} = {members}\n{indent}{before}[{task}.result() for {task} in {tasks}]",
            made.name
        ),
    };
    let mut edits = made.edits;
    edits.push(Edit::replace(range, text));
    Ok(Fix::needs_review("use a `TaskGroup`", edits))
}
