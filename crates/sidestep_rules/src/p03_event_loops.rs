//! Pitfall 3: loops started where one runs, one loop per call, loops left open, things used from the wrong thread or loop.

pub(crate) mod hidden_loops;

use crate::finding::Confidence;
use crate::registry::*;
use crate::support::*;
use sidestep_facts::{
    BindingKind, Block, ExprId, ExprKind, FileFacts, FunctionId, Ranged as _, ScopeId, StmtKind, Symbol,
};
use sidestep_program::{Effect, FileId, FunctionRef, Origin, Program, Site, Step, Target, Value};

/// Runs the rules of pitfall 3.
pub fn check(reporter: &mut Reporter) {
    let program = reporter.program;
    let effects = program.effects();
    let on_loop = loop_functions(program);
    for &function in &on_loop {
        starts_loop(reporter, function);
        deadlock(reporter, function);
        deadlock_in_helper(reporter, function);
    }
    for callback in callbacks(program).into_iter().filter(|callback| !on_loop.contains(callback)) {
        starts_loop(reporter, callback);
        deadlock(reporter, callback);
    }
    for function in effects.functions().filter(|f| program.is_input(f.file)) {
        loop_per_call(reporter, function);
        touched_from_thread(reporter, function);
        left_open(reporter, function);
        implicit_loop(reporter, function);
        crosses_loops(reporter, function);
        nested(reporter, function);
    }
    crate::p03_event_loops::hidden_loops::check(reporter);
}

/// The plain functions that the program gives to a loop to be called.
fn callbacks(program: &Program) -> Vec<FunctionRef> {
    let effects = program.effects();
    let mut found = Vec::new();
    for function in effects.functions().filter(|f| program.is_input(f.file)) {
        let Some(summary) = effects.summary(function) else { continue };
        for callback in summary.handed.iter().filter(|h| h.mark == "OnLoop").flat_map(|h| &h.functions) {
            if program.is_input(callback.file) && !program.function(*callback).is_async && !found.contains(callback) {
                found.push(*callback);
            }
        }
    }
    found
}

/// SS301.
fn starts_loop(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let effects = program.effects();
    let Some(summary) = effects.summary(function) else { return };
    for site in &summary.sites {
        if site.awaited {
            continue;
        }
        let Some(&next) = site.targets.iter().find(|&&t| reaches_start(program, t, site)) else { continue };
        if program.origin(next.file) == Origin::Stub && program.guards_running_loop(function) {
            continue;
        }
        let all = site.targets.iter().all(|&t| reaches_start(program, t, site));
        let is_direct = program.origin(next.file) == Origin::Stub;
        // What the call passes may bar the way.
        let Some(way) = program.way(function, site.expr, site.step, next, Effect::StartsLoop) else { continue };
        // Tried, and done otherwise where a loop runs: `try: return asyncio.run(work) except RuntimeError: …`
        let last = way.hops.last().map_or((function, site.expr), |hop| (hop.by, hop.expr));
        if expects_running_loop(program.facts(last.0.file), last.1) {
            continue;
        }
        let name = end_of(program, &way);
        let message = if is_direct {
            format!("`{name}` raises `RuntimeError` here: this thread's event loop is already running")
        } else {
            format!(
                "`{}` reaches `{name}`, which raises `RuntimeError`: this thread's event loop is already running",
                shown(program, next)
            )
        };
        let chain = if is_direct { Vec::new() } else { chain_of(program, &way, "starts a loop:") };
        let finding = reporter.report(&SS301, function.file, site.expr, message);
        finding
            .help(if is_direct {
                "await the coroutine"
            } else {
                "make the helper async and await it, or run it in a thread"
            })
            .chain(chain);
        // A way that long has conditions: where it were taken each time, somebody would have met the error.
        if !all || way.seldom || way.hops.len() >= FAR {
            finding.confidence(Confidence::Possible);
        } else if !site.complete || !way.certain {
            finding.confidence(Confidence::Likely);
        }
    }
}

/// So many steps away, a start of a loop is not certain.
const FAR: usize = 5;

/// Whether a handler around a call is for the error that a running loop makes of it, and goes on in a thread.
fn expects_running_loop(facts: &FileFacts, call: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(call) else { return false };
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let guarded = &facts.tries[index as usize];
            block_contains(facts, guarded.body, call)
                && guarded.handlers.iter().any(|h| {
                    let runtime = h
                        .exception
                        .is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(n, _) if n == "RuntimeError"));
                    let in_thread = |e: ExprId| {
                        matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                            if matches!(n.as_str(), "submit" | "Thread" | "ThreadPoolExecutor" | "run_in_executor"))
                    };
                    runtime
                        && facts
                            .exprs_of(facts.function_of(call))
                            .any(|e| h.range.contains_range(facts.range(e)) && in_thread(e))
                })
        }
        _ => false,
    })
}

fn reaches_start(program: &Program, target: FunctionRef, site: &Site) -> bool {
    let f = program.function(target);
    if program.origin(target.file) == Origin::Stub {
        return program.has_effect(target, Effect::StartsLoop);
    }
    let runs = !(f.is_async || f.is_generator && site.step == Step::Call);
    runs && program.effects().witness(target, Effect::StartsLoop).is_some()
}

/// SS302: a loop for each call that a worker thread runs.
fn loop_per_call(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let f = program.function(function);
    if f.is_async {
        return;
    }
    let by_framework = program.is_decorated(function, "in_thread");
    let from = program.effects().in_thread(function);
    if !by_framework {
        let Some(from) = from else { return };
        if !for_async_code(program, from)
            || program.guards_running_loop(function)
            || !is_handed_for_it(program, from, function)
        {
            return;
        }
    }
    let Some(summary) = program.effects().summary(function) else { return };
    for site in &summary.sites {
        let Some(&starter) = site.targets.first() else { continue };
        if site.step != Step::Call
            || program.origin(starter.file) != Origin::Stub
            || !program.has_effect(starter, Effect::StartsLoop)
        {
            continue;
        }
        if program.function(starter).name == "run_forever" || keeps_loop(program, function) {
            continue;
        }
        let message = format!(
            "`{}` makes a new event loop for each call of `{}`, which a worker thread runs for async code: it works, but nothing bound to the first loop may be used in it",
            shown(program, starter),
            f.name
        );
        let finding = reporter.report(&SS302, function.file, site.expr, message);
        finding.help("await the coroutine in the async code, or send it back with `asyncio.run_coroutine_threadsafe`");
        // A thread that does more than wait for the loop may well have its reasons.
        if !is_only_wrapper(program, function, site) || from.is_some_and(|f| !hands_on(program, f, function)) {
            finding.confidence(Confidence::Possible);
        }
    }
}

/// Whether all that a function does is to run a coroutine of the program that could be awaited just as well: it is made right
/// there.
fn is_only_wrapper(program: &Program, function: FunctionRef, site: &Site) -> bool {
    let facts = program.facts(function.file);
    let ExprKind::Call(_, args) = facts.kind(site.expr) else { return false };
    let Some(made) = facts.positional(args, 0) else { return false };
    let range = facts.range(site.expr);
    let is_alone = facts
        .exprs_of(function.function)
        .all(|e| !matches!(facts.kind(e), ExprKind::Call(..)) || range.contains_range(facts.range(e)));
    let is_plain = facts
        .stmts_of(function.function)
        .all(|s| matches!(facts.stmt(s).kind, StmtKind::Expr(_) | StmtKind::Return(_) | StmtKind::Assign(..)));
    let targets = match facts.kind(made) {
        ExprKind::Call(..) => program.callees(function.file, made).targets,
        _ => return false,
    };
    is_alone
        && is_plain
        && !targets.is_empty()
        && targets.iter().all(|t| matches!(t, Target::Function(f, _) if program.function(*f).is_async))
}

/// Whether the place that hands a function to a thread is async code, or a framework's thread pool, and the thread is not
/// made for that one function.
fn for_async_code(program: &Program, from: sidestep_program::ExprRef) -> bool {
    let by = program.function_of(from.file, from.expr);
    let facts = program.facts(from.file);
    let dedicated = facts.ancestors(from.expr).any(|outer| match facts.kind(outer) {
        ExprKind::Call(..) => program.callees(from.file, outer).targets.iter().any(|t| matches!(t, Target::Class(_))),
        _ => false,
    });
    !dedicated && !in_process(program, from) && program.runs_on_loop(by)
}

/// Whether it is a process that runs what is handed over: nothing of the first loop is there to be used.
fn in_process(program: &Program, from: sidestep_program::ExprRef) -> bool {
    let facts = program.facts(from.file);
    facts.ancestors(from.expr).any(|outer| {
        let ExprKind::Call(callee, args) = facts.kind(outer) else { return false };
        let receiver = match facts.kind(callee) {
            ExprKind::Attribute(value, _) => Some(value),
            _ => None,
        };
        facts.positional(args, 0).into_iter().chain(receiver).any(|executor| {
            let value = program.value(from.file, executor);
            program.alternatives(value).into_iter().any(
                |v| matches!(program.get(v), Value::Instance(class, _) if program.class(*class).name == "ProcessPoolExecutor"),
            )
        })
    })
}

/// Whether what was handed to the thread is the function itself, or one that calls it or calls who calls it: further down, the
/// loop is one of many things that the thread does, and a form for sync callers.
fn is_handed_for_it(program: &Program, from: sidestep_program::ExprRef, function: FunctionRef) -> bool {
    if hands_on(program, from, function) {
        return true;
    }
    let handed = handed(program, from);
    // Where the loop's own code runs it too, SS301 speaks.
    if program.effects().reached_on_loop(function) {
        return false;
    }
    let mut layer = vec![function];
    for _ in 0..3 {
        if layer.iter().any(|f| handed.contains(f)) {
            return true;
        }
        layer = layer.iter().flat_map(|&f| program.effects().callers(f).iter().map(|(caller, _)| *caller)).collect();
    }
    false
}

/// The functions that a place hands to a thread.
fn handed(program: &Program, from: sidestep_program::ExprRef) -> Vec<FunctionRef> {
    let value = program.value(from.file, from.expr);
    let targets = program.targets(value).targets.into_iter();
    targets
        .filter_map(|t| match t {
            Target::Function(f, _) => Some(f),
            Target::Class(_) => None,
        })
        .collect()
}

/// Whether a place hands this very function to a thread.
fn hands_on(program: &Program, from: sidestep_program::ExprRef, function: FunctionRef) -> bool {
    handed(program, from).contains(&function)
}

/// Whether the function runs its loop for as long as its thread lives: a worker's main loop.
fn keeps_loop(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    facts
        .stmts_of(function.function)
        .any(|s| matches!(facts.stmt(s).kind, StmtKind::While { test, .. } if facts.kind(test) == ExprKind::True))
}

/// SS303.
fn left_open(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    let Some(summary) = program.effects().summary(function) else { return };
    if function.function == FunctionId::MODULE {
        return;
    }
    for site in &summary.sites {
        if !site
            .targets
            .iter()
            .any(|&t| program.mark(t, "makes_loop").is_some() && program.function(t).name == "new_event_loop")
        {
            continue;
        }
        let Use::Stmt(stmt) = use_of(facts, site.expr) else { continue };
        let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { continue };
        let Some(target) = facts.expr_list(targets).next() else { continue };
        let ExprKind::Name(name, _) = facts.kind(target) else { continue };
        let mut closed = false;
        let mut closed_finally = false;
        let mut escapes = false;
        let (mut is_set, mut is_run) = (false, false);
        for expr in facts.exprs_of(function.function) {
            let ExprKind::Name(n, _) = facts.kind(expr) else { continue };
            if n != name || expr == target {
                continue;
            }
            match use_of(facts, expr) {
                Use::Expr(parent) => match facts.kind(parent) {
                    ExprKind::Attribute(_, attr) => {
                        if attr == "close" {
                            closed = true;
                            closed_finally |= in_finally(facts, expr)
                                || !can_fail_between(
                                    facts,
                                    function,
                                    facts.range(site.expr).end(),
                                    facts.range(expr).start(),
                                );
                        }
                        // `run_forever` is what a loop's own thread does.
                        escapes |= attr == "run_forever";
                        is_run |= attr.as_str().starts_with("run_");
                    }
                    ExprKind::Call(callee, _) => {
                        let setter = matches!(facts.kind(callee), ExprKind::Attribute(_, n) | ExprKind::Name(n, _) if n == "set_event_loop");
                        escapes |= !setter;
                        is_set |= setter;
                    }
                    _ => escapes = true,
                },
                Use::Stmt(_) | Use::None => escapes = true,
            }
        }
        // Read by a nested function.
        escapes |= facts.exprs.iter().enumerate().any(|(index, e)| {
            matches!(e.kind, ExprKind::Name(n, at) if n == name && facts.scope(at).function != function.function
                && facts.resolve(at, n) == Some(facts.function(function.function).scope)
                && !facts.function(function.function).exprs.contains(&(index as u32)))
        });
        // Made the thread's own and not run here: it belongs to whoever runs it.
        if escapes || closed_finally || is_set && !is_run {
            continue;
        }
        let message = if closed {
            "some path leaves this loop open: its selector and its self-pipe stay open until the process ends"
        } else {
            "nothing closes this loop: its selector and its self-pipe stay open until the process ends"
        };
        let finding = reporter.report(&SS303, function.file, site.expr, message);
        finding.help("close it in `finally`, or use `asyncio.run` or `asyncio.Runner`, which do");
        // The process of a command ends with its loop, and that of a test soon after.
        if is_script(program, function.file) || is_test(program, function.file) {
            finding.confidence(Confidence::Possible);
        }
    }
}

fn block_contains(facts: &FileFacts, block: Block, at: ExprId) -> bool {
    facts.block(block).any(|s| facts.stmt(s).range().contains_range(facts.range(at)))
}

fn in_finally(facts: &FileFacts, at: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(at) else { return false };
    facts.enclosing(stmt).any(|s| match facts.stmt(s).kind {
        StmtKind::Try(index) => block_contains(facts, facts.tries[index as usize].finalbody, at),
        StmtKind::With(_) => false,
        _ => false,
    })
}

/// Whether something between two places may leave the function: a call (other than the loop's own bookkeeping) or a return.
fn can_fail_between(
    facts: &FileFacts,
    function: FunctionRef,
    from: sidestep_facts::TextSize,
    to: sidestep_facts::TextSize,
) -> bool {
    facts.exprs_of(function.function).any(|e| {
        let at = facts.range(e).start();
        if at < from || at >= to {
            return false;
        }
        match facts.kind(e) {
            ExprKind::Call(callee, _) => {
                !matches!(facts.kind(callee), ExprKind::Attribute(_, n) | ExprKind::Name(n, _) if n == "set_event_loop")
            }
            ExprKind::Await(_) => true,
            _ => false,
        }
    })
}

/// SS304.
fn implicit_loop(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    let Some(summary) = program.effects().summary(function) else { return };
    for site in summary.sites.iter().filter(|s| s.step == Step::Call) {
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { continue };
        for &target in &site.targets {
            if program.origin(target.file) != Origin::Stub
                || !program.module_name(target.file).as_str().starts_with("asyncio")
            {
                continue;
            }
            let params = program.facts(target.file).params_of(target.function);
            if let Some(argument) = facts.keyword(args, "loop")
                && !params.iter().any(|p| p.name == "loop" || p.kind == sidestep_facts::ParamKind::StarStar)
                && !is_for_a_version(facts, site.expr)
            {
                let name = shown(program, target);
                reporter
                    .report(
                        &SS304,
                        function.file,
                        site.expr,
                        format!("`{name}` takes no `loop` since Python 3.10: this raises `TypeError`"),
                    )
                    .help("drop the argument: the running loop is used")
                    .label(facts.range(argument), "removed in 3.10");
            }
            let name = program.function(target).name;
            if matches!(name.as_str(), "create_task" | "ensure_future")
                && program.class_of(target).is_none()
                && facts.keyword(args, "loop").is_none()
                && function.function == FunctionId::MODULE
                && no_loop_runs(program, function)
                && !program
                    .facts(function.file)
                    .stmt_of(site.expr)
                    .is_some_and(|s| program.is_main_guard(function.file, s))
            {
                reporter
                    .report(
                        &SS304,
                        function.file,
                        site.expr,
                        format!("no loop runs where this module is imported: `asyncio.{name}` raises `RuntimeError`"),
                    )
                    .help("make the task in async code that the program runs");
            }
            if name == "get_event_loop"
                && program.class_of(target).is_none()
                && no_loop_runs(program, function)
                && !makes_one_instead(facts, site.expr)
                && !is_in_browser(program, function.file)
            {
                let message = match program.settings().target {
                    Some((3, minor)) if minor >= 14 => {
                        "`asyncio.get_event_loop` raises `RuntimeError` here: no loop runs, and since Python 3.14 none is made"
                    }
                    _ => {
                        "`asyncio.get_event_loop` makes a loop here that nobody asked for: deprecated, and an error since Python 3.14"
                    }
                };
                let finding = reporter
                    .report(&SS304, function.file, site.expr, message)
                    .help("use `asyncio.run`, or `asyncio.new_event_loop` and close it");
                if is_set_around(facts, function) {
                    finding.confidence(crate::finding::Confidence::Possible);
                }
            }
        }
    }
}

/// Whether an expression stands under a question for Python's version.
fn is_for_a_version(facts: &FileFacts, expr: ExprId) -> bool {
    let asks = |test: ExprId| {
        let range = facts.range(test);
        facts.exprs_of(facts.function_of(expr)).any(|e| {
            range.contains_range(facts.range(e))
                && matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == "version_info")
        })
    };
    facts.ancestors(expr).any(|outer| match facts.kind(outer) {
        ExprKind::IfElse(list) => facts.expr_list(list).next().is_some_and(asks),
        _ => false,
    }) || facts.stmt_of(expr).is_some_and(|stmt| {
        facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::If { test, .. } if asks(test)))
    })
}

/// Whether a function around another one sets a loop, which the inner one finds on the same thread.
fn is_set_around(facts: &FileFacts, function: FunctionRef) -> bool {
    let mut outer = facts.function(function.function).parent;
    while outer != FunctionId::MODULE {
        let sets = |e: ExprId| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Attribute(_, n) | ExprKind::Name(n, _) if n == "set_event_loop")
        };
        if facts.exprs_of(outer).any(sets) {
            return true;
        }
        outer = facts.function(outer).parent;
    }
    false
}

/// Whether a file is for Pyodide, where the browser's loop runs from the beginning.
fn is_in_browser(program: &Program, file: FileId) -> bool {
    let path = program.path(file);
    let is_part = path.components().any(|c| c.as_os_str().to_str().is_some_and(|c| c.contains("pyodide")));
    is_part || program.facts(file).imports.iter().any(|i| i.module.is_some_and(|m| m == "js" || m == "pyodide"))
}

/// Whether a handler around the call makes a loop where there is none, as Python 3.14 wants it.
fn makes_one_instead(facts: &FileFacts, call: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(call) else { return false };
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let guarded = &facts.tries[index as usize];
            block_contains(facts, guarded.body, call)
                && guarded.handlers.iter().any(|handler| {
                    facts.exprs_of(facts.function_of(call)).any(|e| {
                        let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
                        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "new_event_loop")
                            && handler.range.contains_range(facts.range(e))
                    })
                })
        }
        _ => false,
    })
}

/// Whether a function certainly runs without a loop: module code, and functions that only such code calls or that nobody
/// but a thread calls.
fn no_loop_runs(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    if function.function == FunctionId::MODULE {
        return !facts.top_level_loop;
    }
    if program.runs_on_loop(function)
        || program.effects().reached_on_loop(function)
        || program.guards_running_loop(function)
        || program.function(function).is_lambda
    {
        return false;
    }
    if program.effects().in_thread(function).is_some() {
        return true;
    }
    let callers = program.effects().callers(function);
    let from_module = !callers.is_empty()
        && callers
            .iter()
            .all(|(caller, _)| caller.function == FunctionId::MODULE && !program.facts(caller.file).top_level_loop);
    // It drives the loop itself, so none can be running.
    let drives = facts.exprs_of(function.function).any(|e| {
        let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
        matches!(facts.kind(callee), ExprKind::Attribute(_, name) if matches!(name.as_str(), "run_until_complete" | "run_forever"))
    });
    from_module || drives
}

/// SS306.
fn deadlock(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
        match facts.kind(callee) {
            ExprKind::Attribute(receiver, name)
                if matches!(name.as_str(), "result" | "exception")
                    && own_loop_future(program, function.file, receiver) =>
            {
                reporter
                    .report(
                        &SS306,
                        function.file,
                        expr,
                        "this waits, on the loop's own thread, for a coroutine that only this loop can run: a deadlock",
                    )
                    .help("await the coroutine, or `asyncio.wrap_future(…)`");
            }
            ExprKind::Call(inner, _) => {
                let value = program.value(function.file, inner);
                if names(program, value, "asgiref", "async_to_sync") {
                    reporter
                        .report(
                            &SS306,
                            function.file,
                            expr,
                            "`async_to_sync` refuses to run where an event loop runs: this raises `RuntimeError`",
                        )
                        .help("await the coroutine");
                }
            }
            _ => {}
        }
    }
}

/// SS306 in a plain method that code on the loop calls: it waits for a coroutine on a loop that the object was given by code which
/// ran on it.
fn deadlock_in_helper(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let Some(summary) = program.effects().summary(function) else { return };
    for site in summary.sites.iter().filter(|s| s.step == Step::Call && s.complete) {
        let [helper] = site.targets[..] else { continue };
        if !program.is_input(helper.file)
            || program.function(helper).is_async
            || program.guards_running_loop(helper)
            || program.asks_which_thread(helper)
        {
            continue;
        }
        let facts = program.facts(helper.file);
        let waits = facts.exprs_of(helper.function).find(|&e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Attribute(future, name)
                if name == "result" && kept_loop_future(program, helper, future))
        });
        let Some(waits) = waits else { continue };
        let helper_name = shown(program, helper);
        reporter
            .report(
                &SS306,
                function.file,
                site.expr,
                format!("`{helper_name}` waits, on the loop's own thread, for a coroutine that only this loop can run: a deadlock"),
            )
            .help("await the coroutine itself, or call this from a worker thread")
            .chain(vec![crate::finding::Hop {
                file: helper.file,
                range: facts.range(waits),
                function: helper_name,
                text: "waits here".to_owned(),
            }])
            .confidence(Confidence::Likely);
    }
}

/// Whether an expression is the future of `run_coroutine_threadsafe` on a loop that methods on that very loop keep on `self`.
fn kept_loop_future(program: &Program, method: FunctionRef, future: ExprId) -> bool {
    let facts = program.facts(method.file);
    let call = match facts.kind(future) {
        ExprKind::Name(name, scope) => {
            let Some(home) = facts.resolve(scope, name) else { return false };
            match facts.bindings_in(home, name) {
                [only] => match only.kind {
                    BindingKind::Assign(value) => value,
                    _ => return false,
                },
                _ => return false,
            }
        }
        _ => future,
    };
    let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
    let Some(attr) =
        facts.positional(args, 1).or(facts.keyword(args, "loop")).and_then(|given| facts.own_attribute(given))
    else {
        return false;
    };
    let Some(class) = program.class_of(method) else { return false };
    let mut kept = false;
    for &owner in program.mro(class).iter().filter(|c| program.is_input(c.file)) {
        let facts = program.facts(owner.file);
        for write in program.self_writes(owner, attr) {
            match write.kind {
                BindingKind::Annotated(_, None) => {}
                BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => match facts.kind(value) {
                    ExprKind::None => {}
                    _ => {
                        let by = FunctionRef { file: owner.file, function: facts.function_of(value) };
                        if !is_own_loop(facts, value) || !program.runs_on_loop(by) {
                            return false;
                        }
                        kept = true;
                    }
                },
                _ => return false,
            }
        }
    }
    kept && names(program, program.value(method.file, callee), "asyncio", "run_coroutine_threadsafe")
}

fn names(program: &Program, value: sidestep_program::ValueId, module: &str, name: &str) -> bool {
    program.alternatives(value).into_iter().any(|part| match program.get(part) {
        Value::Function(f) => {
            program.function(*f).name == name && program.module_name(f.file).as_str().starts_with(module)
        }
        Value::Class(c) => program.class(*c).name == name && program.module_name(c.file).as_str().starts_with(module),
        Value::External(full) => full.as_str().starts_with(module) && full.as_str().ends_with(name),
        _ => false,
    })
}

/// Whether an expression is the future of `run_coroutine_threadsafe` on the very loop that runs this code.
fn own_loop_future(program: &Program, file: FileId, expr: ExprId) -> bool {
    let facts = program.facts(file);
    match facts.kind(expr) {
        ExprKind::Call(callee, args) => {
            let value = program.value(file, callee);
            names(program, value, "asyncio", "run_coroutine_threadsafe")
                && facts.positional(args, 1).or(facts.keyword(args, "loop")).is_some_and(|l| is_own_loop(facts, l))
        }
        ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
            let bindings = facts.bindings_in(home, name);
            !bindings.is_empty()
                && bindings.iter().all(|b| match b.kind {
                    BindingKind::Assign(value) => {
                        matches!(facts.kind(value), ExprKind::Call(..)) && own_loop_future(program, file, value)
                    }
                    _ => false,
                })
        }),
        _ => false,
    }
}

/// `get_running_loop()` or `get_event_loop()`, or a local name for it.
fn is_own_loop(facts: &FileFacts, expr: ExprId) -> bool {
    match facts.kind(expr) {
        ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
            if n == "get_running_loop" || n == "get_event_loop"),
        ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
            let bindings = facts.bindings_in(home, name);
            !bindings.is_empty()
                && bindings.iter().all(|b| match b.kind {
                    BindingKind::Assign(value) => {
                        matches!(facts.kind(value), ExprKind::Call(..)) && is_own_loop(facts, value)
                    }
                    _ => false,
                })
        }),
        _ => false,
    }
}

fn method_receiver(facts: &FileFacts, call: ExprId) -> Option<ExprId> {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return None };
    Some(receiver)
}

/// Whether an object is the loop that a function got for its own thread, or a task that it made on that.
fn comes_from_own_loop(facts: &FileFacts, own: ScopeId, expr: ExprId) -> bool {
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return is_own_loop(facts, expr) };
    let bindings = facts.bindings_in(own, name);
    facts.resolve(scope, name) == Some(own)
        && !bindings.is_empty()
        && bindings.iter().all(|b| match b.kind {
            BindingKind::Assign(value) => {
                matches!(facts.kind(value), ExprKind::Call(..))
                    && (is_own_loop(facts, value)
                        || method_receiver(facts, value).is_some_and(|r| comes_from_own_loop(facts, own, r)))
            }
            _ => false,
        })
}

/// SS307.
fn touched_from_thread(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let f = program.function(function);
    if f.is_async {
        return;
    }
    let Some(from) = program.effects().in_thread(function) else { return };
    let Some(summary) = program.effects().summary(function) else { return };
    // It asks whose thread this is, or the loop runs it too.
    if program.guards_running_loop(function)
        || program.asks_which_thread(function)
        || program.effects().reached_on_loop(function)
    {
        return;
    }
    // A thread with a loop of its own may use that.
    let own_loop = program.effects().witness(function, Effect::StartsLoop).is_some();
    if own_loop {
        return;
    }
    let facts = program.facts(function.file);
    for site in summary.sites.iter().filter(|s| s.step == Step::Call) {
        let Some((target, mark)) = site.targets.iter().find_map(|&t| Some((t, program.mark(t, "loop_only")?))) else {
            continue;
        };
        if !site.targets.iter().all(|&t| program.mark(t, "loop_only").is_some()) {
            continue;
        }
        if method_receiver(facts, site.expr).is_some_and(|r| comes_from_own_loop(facts, f.scope, r)) {
            continue;
        }
        let name = shown(program, target);
        let twin = mark.args.first().and_then(|a| a.as_str()).unwrap_or("call_soon_threadsafe");
        let finding = reporter.report(
            &SS307,
            function.file,
            site.expr,
            format!("`{name}` is called in a worker thread: the loop is not woken, and its state may be corrupted"),
        );
        finding.help(format!("go through the loop: `{twin}`"));
        if from.file == function.file {
            finding.label(facts.range(from.expr), "handed to a thread here");
        }
        if !site.complete {
            finding.confidence(Confidence::Likely);
        }
    }
}

/// SS305: an object that two loops use, one after the other.
fn crosses_loops(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    // The samples of a document run one by one, each with a loop of its own.
    let is_fragment = function.function == FunctionId::MODULE && !program.is_importable(function.file);
    if program.function(function).is_async || is_fragment {
        return;
    }
    let Some(summary) = program.effects().summary(function) else { return };
    // The loops this function starts, in order, and the coroutine functions each of them runs.
    let starts: Vec<(ExprId, Vec<FunctionRef>)> = summary
        .sites
        .iter()
        .filter(|s| s.step == Step::Call && s.targets.iter().any(|&t| is_run(program, t)))
        .map(|s| (s.expr, coroutines_of(program, function.file, s.expr)))
        .collect();
    if starts.len() < 2 {
        return;
    }
    let mut used: Vec<(Object, ExprId)> = Vec::new();
    for (start, roots) in &starts {
        let mut here: Vec<(Object, FileId, ExprId)> = Vec::new();
        for &root in roots {
            loop_objects(program, root, &mut here, 0);
        }
        // Objects that this function hands straight to the loop: `asyncio.run(cache.get(key))`.
        for expr in facts.exprs_of(function.function) {
            if facts.range(*start).contains_range(facts.range(expr))
                && let Some(object) = object_at(program, function.file, expr)
            {
                here.push((object, function.file, *start));
            }
        }
        for (object, file, at) in here {
            match used.iter().find(|(o, _)| *o == object) {
                Some((_, first)) if first != start => {
                    let finding = reporter.report(
                        &SS305,
                        file,
                        at,
                        format!("`{}` was bound to the loop of an earlier `asyncio.run`, which is closed: using it under another raises or hangs", object.name),
                    );
                    finding.help(
                        "make it inside the coroutine that the loop runs, or run everything under one `asyncio.run`",
                    );
                    if file == function.file {
                        finding.label(facts.range(*first), "the first loop");
                    }
                }
                Some(_) => {}
                None => used.push((object, *start)),
            }
        }
    }
}

/// An object of module level that belongs to one loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Object {
    file: FileId,
    name: Symbol,
}

fn is_run(program: &Program, target: FunctionRef) -> bool {
    program.origin(target.file) == Origin::Stub
        && program.has_effect(target, Effect::StartsLoop)
        && program.function(target).name == "run"
        && program.class_of(target).is_none()
}

/// The coroutine functions whose coroutines are arguments of a call.
fn coroutines_of(program: &Program, file: FileId, call: ExprId) -> Vec<FunctionRef> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return Vec::new() };
    let mut found = Vec::new();
    for arg in facts.args(args) {
        let value = program.value(file, arg.value);
        for part in program.alternatives(value) {
            if let Value::Coroutine(f, _) = program.get(part)
                && program.is_input(f.file)
            {
                found.push(*f);
            }
        }
    }
    found
}

/// The loop-bound objects of module level that a coroutine function uses, itself or through the ones it calls.
fn loop_objects(program: &Program, function: FunctionRef, found: &mut Vec<(Object, FileId, ExprId)>, depth: u32) {
    if depth > 6 {
        return;
    }
    let facts = program.facts(function.file);
    for expr in facts.exprs_of(function.function) {
        if let Some(object) = object_at(program, function.file, expr)
            && !found.iter().any(|(o, _, _)| *o == object)
        {
            // The use that binds it: the call or manager around the name.
            let at = facts
                .ancestors(expr)
                .take_while(|&a| !matches!(facts.kind(a), ExprKind::Await(_)))
                .last()
                .unwrap_or(expr);
            found.push((object, function.file, at));
        }
    }
    if let Some(summary) = program.effects().summary(function) {
        for site in &summary.sites {
            for &target in &site.targets {
                if program.is_input(target.file) && target != function {
                    loop_objects(program, target, found, depth + 1);
                }
            }
        }
    }
}

/// The loop-bound object of module level that a name refers to.
fn object_at(program: &Program, file: FileId, expr: ExprId) -> Option<Object> {
    let facts = program.facts(file);
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
    if facts.resolve(scope, name) != Some(ScopeId::MODULE) {
        return None;
    }
    let [binding] = facts.bindings_in(ScopeId::MODULE, name) else { return None };
    let BindingKind::Assign(made) = binding.kind else { return None };
    if !matches!(facts.kind(made), ExprKind::Call(..)) {
        return None;
    }
    let value = program.value(file, made);
    let Value::Instance(class, _) = program.get(value) else { return None };
    program.class_mark(*class, "loop_bound")?;
    Some(Object { file, name })
}

/// SS308.
fn nested(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let Some(summary) = program.effects().summary(function) else { return };
    for site in &summary.sites {
        if site.targets.iter().any(|&t| program.module_name(t.file) == "nest_asyncio") {
            reporter
                .report(
                    &SS308,
                    function.file,
                    site.expr,
                    "`nest_asyncio` patches asyncio so that loops may nest: tasks then run in the middle of sync code",
                )
                .help("keep the code async, or run the inner loop in a thread of its own");
        }
    }
}
