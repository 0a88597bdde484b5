//! Pitfall 10: too much at once. (And SS1201, which is the same question asked of AI calls.)

use crate::around::*;
use crate::bounds::{Bounds, FanOut, Size, Work, asks_things, fan_outs, is_data, size, workers};
use crate::finding::{Confidence, Finding, Hop};
use crate::limits::Limits;
use crate::p09_timeouts::{constant, sleep_argument};
use crate::registry::{SS1001, SS1002, SS1003, SS1201};
use sidestep_facts::{BindingKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, StmtKind};
use sidestep_program::{Effect, FileId, FunctionRef, Program, Target, Value};

/// SS1001, SS1002, SS1003 and SS1201.
pub(crate) fn check(program: &Program, limits: &Limits<'_>, out: &mut Vec<Finding>) {
    let bounds = Bounds { program, limits };
    for file in program.inputs() {
        if is_test(program, file) {
            continue;
        }
        let facts = program.facts(file);
        for index in 0..facts.functions.len() as u32 {
            let id = FunctionId(index);
            let function = facts.function(id);
            if function.is_async || index == 0 && facts.top_level_loop {
                for fan in fan_outs(program, file, id) {
                    unbounded(&bounds, file, id, &fan, out);
                }
            }
            for expr in facts.exprs_of(id) {
                if let ExprKind::Call(..) = facts.kind(expr) {
                    private_semaphore(&bounds, file, id, expr, out);
                    open_queue(program, file, id, expr, out);
                }
            }
        }
    }
}

/// SS1001 and SS1201.
fn unbounded(bounds: &Bounds<'_, '_>, file: FileId, function: FunctionId, fan: &FanOut, out: &mut Vec<Finding>) {
    let program = bounds.program;
    let facts = program.facts(file);
    let size = size(program, file, fan);
    if size == Size::Small {
        return;
    }
    let effect = bounds.effect(file, fan.work);
    let data = is_data(program, file, fan) && !asks_things(facts, fan);
    let foreign = effect.is_none() && data && awaits_foreign(program, file, fan.work);
    let heavy = effect.is_some() || foreign || starts_process(program, file, fan.work);
    let worth = heavy || matches!(size, Size::Large(_)) && suspends(program, file, fan.work);
    if !worth {
        return;
    }
    if bounds.of(file, function, fan).is_some() {
        return;
    }
    let costly = matches!(effect, Some((Effect::Ai, _)));
    // Work of several steps is bounded as a whole; a request, where it is made.
    let ai = costly && !has_steps(program, file, fan.work);
    let certain = !foreign && effect.is_none_or(|(_, certain)| certain);
    let confidence = match size {
        Size::Large(_) => Confidence::Certain,
        Size::Unknown if certain && data => Confidence::Certain,
        Size::Unknown if data => Confidence::Likely,
        // What the program itself registered is seldom many; AI requests are costly even so.
        Size::Own if costly && certain && data => Confidence::Likely,
        _ => Confidence::Possible,
    };
    let what = match fan.work {
        Work::Call(call) => spelled(facts, call),
        Work::Function(f) => spelled(facts, f),
    };
    let many = match size {
        Size::Large(n) => format!("{n} times"),
        _ => "once for each item, however many there are,".to_owned(),
    };
    let (rule, message, help) = if ai {
        (
            &SS1201,
            format!("this starts `{what}` {many} and nothing limits how many AI requests run at once or in a time"),
            "take an `asyncio.Semaphore` (or a rate limiter) where the request is made",
        )
    } else {
        (
            &SS1001,
            format!("this starts `{what}` {many} and nothing limits how many run at once"),
            "share an `asyncio.Semaphore` among the tasks, or let a few workers take the items from a queue",
        )
    };
    let mut found = finding(rule, confidence, file, facts.range(fan.at), message, help);
    let chain = chain(program, file, fan, if costly { Effect::Ai } else { Effect::Network });
    if chain.len() > 1 {
        found.chain = chain;
    }
    out.push(found);
}

/// From the fan-out to the request.
fn chain(program: &Program, file: FileId, fan: &FanOut, effect: Effect) -> Vec<Hop> {
    let facts = program.facts(file);
    let effects = program.effects();
    let (Work::Call(expr) | Work::Function(expr)) = fan.work;
    let mut hops = vec![Hop {
        file,
        range: facts.range(expr),
        function: program.function_name(program.function_of(file, expr)),
        text: format!("starts `{}` for each item", spelled(facts, expr)),
    }];
    let start = workers(program, file, fan.work).into_iter().find(|&f| effects.witness(f, effect).is_some());
    if let Some(start) = start {
        for (function, witness) in effects.chain(start, effect) {
            let facts = program.facts(function.file);
            hops.push(Hop {
                file: function.file,
                range: facts.range(witness.expr),
                function: program.function_name(function),
                text: format!("calls `{}`", spelled(facts, witness.expr)),
            });
        }
    }
    hops
}

/// Whether the work of an item is several steps of the program's own, and its AI requests are made further down.
fn has_steps(program: &Program, file: FileId, work: Work) -> bool {
    let workers: Vec<FunctionRef> =
        workers(program, file, work).into_iter().filter(|f| program.is_input(f.file)).collect();
    !workers.is_empty()
        && workers.into_iter().all(|f| {
            let facts = program.facts(f.file);
            let awaits: Vec<ExprId> = facts
                .exprs_of(f.function)
                .filter(|&e| matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e))
                .collect();
            let own = |e: ExprId| {
                let callees = functions_called(program, f.file, e);
                !callees.is_empty() && callees.iter().all(|c| program.is_input(c.file))
            };
            awaits.iter().filter(|&&e| own(e)).count() >= 2
                && awaits.iter().all(|&e| own(e) || crate::ai::reaches_ai(program, f.file, e).is_none())
        })
}

/// Whether the work starts a subprocess.
fn starts_process(program: &Program, file: FileId, work: Work) -> bool {
    workers(program, file, work).into_iter().any(|f| {
        let is_process = |f: FunctionRef| {
            let name = program.function(f).name;
            name.as_str().starts_with("create_subprocess_") && !program.is_input(f.file)
        };
        is_process(f)
            || program
                .effects()
                .summary(f)
                .is_some_and(|s| s.sites.iter().any(|site| site.targets.iter().any(|&t| is_process(t))))
    })
}

/// Whether the work awaits a method or function of code that we do not have: what is awaited there is seldom anything but I/O.
fn awaits_foreign(program: &Program, file: FileId, work: Work) -> bool {
    let in_itself = workers(program, file, work).into_iter().filter(|f| program.is_input(f.file)).any(|f| {
        let facts = program.facts(f.file);
        facts
            .exprs_of(f.function)
            .any(|e| matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e) && is_foreign(program, f.file, e))
    });
    in_itself || matches!(work, Work::Call(call) if is_foreign(program, file, call))
}

/// Whether a call runs code that we do not have: imported from elsewhere, or a method of an object that we know nothing of.
fn is_foreign(program: &Program, file: FileId, call: ExprId) -> bool {
    let facts = program.facts(file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    // `widget.rendered.wait()` waits for somebody, and asks nobody.
    let waits = matches!(facts.kind(callee), ExprKind::Attribute(_, name) if matches!(name.as_str(), "wait" | "join"));
    if waits || !program.callees(file, call).targets.is_empty() {
        return false;
    }
    let value = program.value(file, callee);
    match program.get(value) {
        Value::External(_) => true,
        Value::Unknown => match facts.kind(callee) {
            // Of a bare parameter nothing is known, not even that it is foreign.
            ExprKind::Attribute(base, _) => !is_bare_parameter(facts, facts.function_of(call), base),
            _ => false,
        },
        _ => false,
    }
}

fn is_bare_parameter(facts: &FileFacts, function: FunctionId, expr: ExprId) -> bool {
    matches!(facts.kind(expr), ExprKind::Name(name, _)
        if facts.params_of(function).iter().any(|p| p.name == name && p.annotation.is_none()))
}

/// Whether the work waits for something: a sleep, a request, another task.
fn suspends(program: &Program, file: FileId, work: Work) -> bool {
    workers(program, file, work).into_iter().any(|f| {
        let facts = program.facts(f.file);
        !program.is_input(f.file)
            || facts.exprs_of(f.function).any(|e| match facts.kind(e) {
                ExprKind::Call(..) => {
                    sleep_argument(program, f.file, e).is_some_and(|a| constant(program, f.file, a) != Some(0.0))
                        || functions_called(program, f.file, e)
                            .into_iter()
                            .any(|c| program.mark(c, "network").is_some() || program.mark(c, "waits").is_some())
                }
                _ => false,
            })
    })
}

/// SS1002: a semaphore or limiter that each call makes for itself.
fn private_semaphore(
    bounds: &Bounds<'_, '_>,
    file: FileId,
    function: FunctionId,
    call: ExprId,
    out: &mut Vec<Finding>,
) {
    let program = bounds.program;
    let facts = program.facts(file);
    let Some(class) = constructed(program, file, call) else { return };
    if !["semaphore", "limiter"].iter().any(|m| program.class_mark(class, m).is_some()) {
        return;
    }
    let name = program.class(class).name;
    let why = match facts.expr(call).parent() {
        // `async with Semaphore(5):`
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::With(index) if facts.withs[index as usize].items.iter().any(|i| i.context == call) => {
                "is made where it is taken"
            }
            StmtKind::Assign(..) | StmtKind::AnnAssign(..) => {
                if function == FunctionId::MODULE || !only_taken_here(program, file, function, call) {
                    return;
                }
                "is made by the call that takes it"
            }
            _ => return,
        },
        // Made once per task: an argument of the work of a fan-out.
        Parent::Expr(parent) if matches!(facts.kind(parent), ExprKind::Call(..)) => {
            let per_task = fan_outs(program, file, function).iter().any(|fan| match fan.work {
                Work::Call(work) => work == parent,
                Work::Function(_) => false,
            });
            if !per_task || program.callees(file, parent).targets.iter().any(|t| matches!(t, Target::Class(_))) {
                return;
            }
            "is made anew for each task"
        }
        _ => return,
    };
    out.push(finding(
        &SS1002,
        Confidence::Certain,
        file,
        facts.range(call),
        format!("this `{name}` {why}, so each call has its own and none ever waits"),
        "make it once, outside, where all that should share it can reach it",
    ));
}

/// Whether a semaphore bound to a local name is only taken, in this function itself, and never handed on.
fn only_taken_here(program: &Program, file: FileId, function: FunctionId, call: ExprId) -> bool {
    let facts = program.facts(file);
    let scope = facts.function(function).scope;
    let Some(binding) = facts
        .bindings_of(scope)
        .iter()
        .find(|b| matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if v == call))
    else {
        return false;
    };
    let mut taken = false;
    for (index, e) in facts.exprs.iter().enumerate() {
        let ExprKind::Name(name, at) = e.kind else { continue };
        if name != binding.name || facts.resolve(at, name) != Some(scope) {
            continue;
        }
        let id = ExprId(index as u32);
        if facts.function_of(id) != function {
            return false;
        }
        match e.parent() {
            Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::With(w) if facts.withs[w as usize].items.iter().any(|i| i.context == id) => taken = true,
                StmtKind::Assign(targets, value) if value != id && facts.expr_list(targets).len() == 1 => {}
                StmtKind::AnnAssign(target, ..) if target == id => {}
                _ => return false,
            },
            Parent::Expr(parent) => match facts.kind(parent) {
                ExprKind::Attribute(_, attr) if matches!(attr.as_str(), "acquire" | "release" | "locked") => {
                    taken |= attr == "acquire"
                }
                _ => return false,
            },
            Parent::None => return false,
        }
    }
    // Taken in a loop of its own function by tasks made there: `await sem.acquire(); create_task(…)` hands it on by a callback,
    // which would have been seen as a use elsewhere.
    let _ = program;
    taken
}

/// SS1003: a queue without a limit between a producer that loops and a consumer that makes requests.
fn open_queue(program: &Program, file: FileId, function: FunctionId, call: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return };
    let Some(class) = constructed(program, file, call) else { return };
    let Some(mark) = program.class_mark(class, "queue") else { return };
    let param = mark.text("param").unwrap_or("maxsize");
    let given = facts.keyword(args, param).or_else(|| facts.positional(args, 0));
    if given.is_some_and(|g| !matches!(facts.kind(g), ExprKind::Int(0))) {
        return;
    }
    if !program.is_class(class, "asyncio", program.class(class).name.as_str()) {
        return;
    }
    let _ = function;
    let mut fed = false;
    let mut slow = false;
    for other in program.functions().filter(|f| f.file == file) {
        for e in facts.exprs_of(other.function) {
            let ExprKind::Call(callee, _) = facts.kind(e) else { continue };
            let ExprKind::Attribute(base, attr) = facts.kind(callee) else { continue };
            let is_queue = || {
                let value = program.value(file, base);
                matches!(program.get(value), Value::Instance(c, _) if program.class_mark(*c, "queue").is_some())
            };
            match attr.as_str() {
                "put" | "put_nowait" if !loops(facts, e).is_empty() => fed |= is_queue(),
                "get" if !loops(facts, e).is_empty() && is_queue() => {
                    slow |= program.effects().witness(other, Effect::Network).is_some()
                        || program.effects().witness(other, Effect::Ai).is_some();
                }
                _ => {}
            }
        }
    }
    if fed && slow {
        out.push(finding(
            &SS1003,
            Confidence::Likely,
            file,
            facts.range(call),
            "this queue takes whatever is put in, and what takes it out makes requests: it may grow without end".into(),
            "`maxsize=…` makes the producer wait for the consumer",
        ));
    }
}
