//! Pitfall 8: tasks and cancellation.

use crate::flow::{FactsExt, Flow, finding};
use crate::harmless::is_only_started;
use crate::registry::*;
use crate::support::{except_clause, is_test};
use crate::{Confidence, Label};
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op, Way, catches};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef};

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let facts = flow.facts(function.file);
    for expr in facts.exprs_of(function.function) {
        if matches!(facts.kind(expr), ExprKind::Call(..))
            && let Some(confidence) = flow.spawns(function.file, expr)
        {
            task_made(flow, function, expr, confidence);
        } else if let Some(helper) = task_of_helper(flow, function.file, expr) {
            dropped_by_caller(flow, function, expr, helper);
        }
    }
    let f = facts.function(function.function);
    if f.is_async {
        swallowed(flow, function);
        undo_skipped(flow, function);
        cleanup_awaits(flow, function);
        left_pending(flow, function);
        crate::p08_left_running::check(flow, function);
        endless_loops(flow, function);
        cancelled_only(flow, function);
    }
}

/// What a use of a task (or of a container of tasks) does with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// Nothing that ends it: a look, a test.
    Look,
    /// It is cancelled.
    Cancel,
    /// It is awaited, or its result or exception is read.
    Await,
    /// It goes somewhere else: passed on, stored, returned.
    Away,
    /// Another value is written over it.
    Write,
}

/// What is done with the value of a name or attribute where it is used.
pub(crate) fn use_of(flow: &Flow, file: FileId, expr: ExprId) -> Use {
    let facts = flow.facts(file);
    match facts.expr(expr).parent() {
        Parent::Expr(parent) => match facts.kind(parent) {
            ExprKind::Await(_) => Use::Await,
            ExprKind::Attribute(_, name) => match name.as_str() {
                "cancel" => Use::Cancel,
                "result" | "exception" | "add_done_callback" | "__await__" => Use::Await,
                "done" | "cancelled" | "get_name" | "set_name" | "get_coro" | "cancelling" | "print_stack"
                | "get_stack" | "get_loop" => Use::Look,
                _ => Use::Away,
            },
            ExprKind::Compare(..) | ExprKind::Not(_) => Use::Look,
            ExprKind::And(_) | ExprKind::Or(_) => match facts.expr(parent).parent() {
                Parent::Expr(outer)
                    if matches!(facts.kind(outer), ExprKind::Call(..) | ExprKind::Tuple(_) | ExprKind::List(_)) =>
                {
                    Use::Away
                }
                Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Assign(..)) => {
                    Use::Away
                }
                _ => Use::Look,
            },
            ExprKind::FString(_) => Use::Look,
            ExprKind::Call(callee, _) if callee != expr => match facts.kind(callee) {
                ExprKind::Name(name, scope)
                    if facts.resolve(scope, name).is_none()
                        && matches!(name.as_str(), "print" | "len" | "bool" | "str" | "repr" | "id" | "isinstance") =>
                {
                    Use::Look
                }
                _ => Use::Away,
            },
            ExprKind::Tuple(_) | ExprKind::List(_) if matches!(facts.expr(parent).parent(), Parent::Stmt(s) if is_assign_target(facts, s, parent)) => {
                Use::Write
            }
            _ => Use::Away,
        },
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, _) if facts.expr_list(targets).any(|t| t == expr) => Use::Write,
            StmtKind::AnnAssign(target, ..) if target == expr => Use::Write,
            StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::Assert(..) | StmtKind::Expr(_) => Use::Look,
            StmtKind::Delete(_) => Use::Write,
            _ => Use::Away,
        },
        Parent::None => Use::Away,
    }
}

fn is_assign_target(facts: &FileFacts, stmt: StmtId, expr: ExprId) -> bool {
    matches!(facts.stmt(stmt).kind, StmtKind::Assign(targets, _) if facts.expr_list(targets).any(|t| t == expr))
}

/// The helper that a statement of its own calls, and that gives back a task that nobody else keeps.
fn task_of_helper(flow: &Flow, file: FileId, call: ExprId) -> Option<FunctionRef> {
    let facts = flow.facts(file);
    if !is_dropped(facts, call) || !makes_by_name(flow.callee_name(file, call)?.as_str()) {
        return None;
    }
    let [helper] = flow.functions(file, call)[..] else { return None };
    (flow.program.is_input(helper.file) && handed_back(flow, helper).is_some()).then_some(helper)
}

fn is_dropped(facts: &FileFacts, call: ExprId) -> bool {
    matches!(facts.kind(call), ExprKind::Call(..))
        && matches!(facts.expr(call).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_)))
}

/// Names of helpers that start something.
fn makes_by_name(name: &str) -> bool {
    ["task", "future", "spawn", "background", "schedule", "launch", "start"].iter().any(|part| name.contains(part))
}

/// The call that makes a task in a plain function that does nothing with it but give it back.
fn handed_back(flow: &Flow, helper: FunctionRef) -> Option<ExprId> {
    let file = helper.file;
    let facts = flow.facts(file);
    let f = facts.function(helper.function);
    if f.is_async || f.is_generator {
        return None;
    }
    let mut returned = None;
    for stmt in facts.stmts_of(helper.function) {
        let StmtKind::Return(Some(value)) = facts.stmt(stmt).kind else { continue };
        let made = match facts.kind(value) {
            ExprKind::Call(..) => value,
            ExprKind::Name(name, scope) if facts.resolve(scope, name) == Some(f.scope) => {
                let [binding] = facts.bindings_in(f.scope, name) else { return None };
                let (BindingKind::Assign(made) | BindingKind::Annotated(_, Some(made))) = binding.kind else {
                    return None;
                };
                let away = flow.uses(file, name).into_iter().any(|u| {
                    u != value && facts.function_of(u) == helper.function && use_of(flow, file, u) == Use::Away
                });
                if away {
                    return None;
                }
                made
            }
            _ => return None,
        };
        let kept = flow.call_mark(file, made, "spawns").is_some_and(|m| m.flag("kept"));
        if returned.is_some() || kept || flow.spawns(file, made).is_none() {
            return None;
        }
        returned = Some(made);
    }
    returned
}

/// SS801: a task that a helper gives back to a caller who drops it. Where several callers do, the helper is the one to keep it.
fn dropped_by_caller(flow: &Flow, function: FunctionRef, call: ExprId, helper: FunctionRef) {
    let Some(made) = handed_back(flow, helper) else { return };
    let drops: Vec<_> = flow
        .program
        .sites_of(helper)
        .into_iter()
        .filter(|s| is_dropped(flow.facts(s.file), s.expr) && task_of_helper(flow, s.file, s.expr) == Some(helper))
        .collect();
    let here = sidestep_program::ExprRef { file: function.file, expr: call };
    // Said once, by the first of them.
    if drops.first().is_some_and(|&first| first != here) {
        return;
    }
    let name = flow.program.function_name(helper);
    let mut f = if drops.len() >= 2 {
        let mut f = finding(
            &SS801,
            helper.file,
            flow.facts(helper.file).range(made),
            format!(
                "`{name}` gives this task back, and {} of its callers drop it: the event loop holds it weakly, so it may vanish half-way",
                drops.len()
            ),
        );
        if function.file == helper.file {
            f.labels.push(Label { range: flow.facts(function.file).range(call), text: "dropped here".to_owned() });
        }
        f
    } else {
        finding(
            &SS801,
            function.file,
            flow.facts(function.file).range(call),
            format!(
                "`{name}` gives back a task that nothing keeps: the event loop holds it weakly, so it may vanish half-way, and nobody sees it fail"
            ),
        )
    };
    f.help = Some(
        "keep it until it is done: a set with `task.add_done_callback(tasks.discard)`, or a `TaskGroup`".to_owned(),
    );
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// SS801 and SS802: where the result of a call that makes a task goes.
fn task_made(flow: &Flow, function: FunctionRef, call: ExprId, confidence: Confidence) {
    let file = function.file;
    let facts = flow.facts(file);
    if flow.call_mark(file, call, "spawns").is_some_and(|m| m.flag("kept")) {
        return;
    }
    let dangling = || {
        // Whoever is being collected has nowhere to keep a task.
        if facts.function(function.function).name == "__del__" || is_finaliser(flow, function) {
            return;
        }
        let mut f = finding(
            &SS801,
            file,
            facts.range(call),
            "nothing keeps this task: the event loop holds it weakly, so it may vanish half-way, and nobody sees it fail",
        );
        f.help = Some(
            "keep it and finish it: a `TaskGroup`, or a set with `task.add_done_callback(tasks.discard)`".to_owned(),
        );
        f.confidence = if is_test(flow.program, file) { Confidence::Possible } else { confidence };
        flow.report(f);
    };
    // Through `x and create_task(…)`, `create_task(…) if x else None`.
    let mut at = call;
    while let Parent::Expr(parent) = facts.expr(at).parent() {
        match facts.kind(parent) {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::IfElse(_) => at = parent,
            ExprKind::Comprehension(_) | ExprKind::List(_) => {
                return collected(flow, function, call, parent, confidence);
            }
            _ => return,
        }
    }
    let Parent::Stmt(stmt) = facts.expr(at).parent() else { return };
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => dangling(),
        StmtKind::Assign(targets, value) if value == at => {
            let targets: Vec<ExprId> = facts.expr_list(targets).collect();
            let [target] = targets[..] else { return };
            kept(flow, function, call, at, target, confidence, &dangling);
        }
        StmtKind::AnnAssign(target, _, Some(value)) if value == at => {
            kept(flow, function, call, at, target, confidence, &dangling)
        }
        _ => {}
    }
}

/// SS802: tasks in a local list that is only counted.
fn collected(flow: &Flow, function: FunctionRef, call: ExprId, list: ExprId, confidence: Confidence) {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Stmt(stmt) = facts.expr(list).parent() else { return };
    let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return };
    let targets: Vec<ExprId> = facts.expr_list(targets).collect();
    let [target] = targets[..] else { return };
    let ExprKind::Name(name, scope) = facts.kind(target) else { return };
    let home = facts.resolve(scope, name);
    if value != list
        || function.function == FunctionId::MODULE
        || home != Some(facts.function(function.function).scope)
        || facts.bindings_in(facts.function(function.function).scope, name).len() != 1
    {
        return;
    }
    let used = flow.uses(file, name).into_iter().any(|u| {
        matches!(facts.kind(u), ExprKind::Name(_, s) if facts.resolve(s, name) == home)
            && u != target
            && use_of(flow, file, u) != Use::Look
    });
    if used {
        return;
    }
    let mut f = finding(
        &SS802,
        file,
        facts.range(call),
        "nothing awaits or cancels these tasks: where one fails nobody sees it, and whoever waits for what it was to do waits for ever",
    );
    f.help = Some("gather them, or use a `TaskGroup`".to_owned());
    f.confidence = confidence;
    flow.report(f);
}

/// Whether a function is what `weakref` calls when an object is gone.
fn is_finaliser(flow: &Flow, function: FunctionRef) -> bool {
    let facts = flow.facts(function.file);
    let name = facts.function(function.function).name;
    flow.uses(function.file, name).into_iter().any(|used| {
        let Parent::Expr(call) = facts.expr(used).parent() else { return false };
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        matches!(facts.dotted(callee).as_deref(), Some("weakref.ref" | "weakref.finalize" | "weakref.WeakMethod"))
    })
}

fn kept(
    flow: &Flow,
    function: FunctionRef,
    call: ExprId,
    value: ExprId,
    target: ExprId,
    confidence: Confidence,
    dangling: &dyn Fn(),
) {
    let file = function.file;
    let facts = flow.facts(file);
    match facts.kind(target) {
        ExprKind::Name(name, scope) => {
            if name == "_" {
                return dangling();
            }
            let Some(home) = facts.resolve(scope, name) else { return };
            if home != facts.function(function.function).scope || function.function == FunctionId::MODULE {
                return;
            }
            local_task(flow, function, call, target, name, home, confidence);
        }
        ExprKind::Attribute(base, attr) => {
            if value == call
                && matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self")
                && let Some(class) = flow.method_class(function)
            {
                attribute_task(flow, class, file, call, target, attr, confidence);
            }
        }
        _ => {}
    }
}

fn local_task(
    flow: &Flow,
    function: FunctionRef,
    call: ExprId,
    target: ExprId,
    name: Symbol,
    home: ScopeId,
    confidence: Confidence,
) {
    let file = function.file;
    let facts = flow.facts(file);
    let mut ends: Vec<ExprId> = Vec::new();
    for used in flow.uses(file, name) {
        let ExprKind::Name(_, scope) = facts.kind(used) else { continue };
        if used == target || facts.resolve(scope, name) != Some(home) {
            continue;
        }
        if facts.function_of(used) != function.function {
            // A function nested here has it.
            return;
        }
        if matches!(use_of(flow, file, used), Use::Cancel | Use::Await | Use::Away) {
            ends.push(used);
        }
    }
    let message = if ends.is_empty() {
        "nothing awaits or cancels this task: it runs on when the function is done, and nobody sees it fail"
    } else {
        let graph = flow.graph(function);
        let ended = |n: NodeId| match graph.op(n) {
            Op::Read(e, _) => ends.contains(&e),
            // A question about the task itself: the way that leaves it knows that there is nothing to end.
            Op::Test(e) => mentions(facts, whole_condition(facts, e), name),
            _ => false,
        };
        let written = |n: NodeId| matches!(graph.op(n), Op::Write { target: Some(t), .. } if t == target);
        let Some(start) = graph.ids().find(|&n| written(n)) else { return };
        let normal = |_: NodeId, edge: Edge| !matches!(edge, Edge::Exception | Edge::Cancel);
        if graph.path(start, normal, ended, |n| n == Cfg::EXIT).is_none() {
            return;
        }
        "some way out of the function leaves this task neither awaited nor cancelled: it runs on, and nobody sees it fail"
    };
    // Told of its end by an event, and waited for by that.
    if ends.is_empty() && is_awaited_by_event(flow, function, call) {
        return;
    }
    // A name that holds a task at times only: which way is taken depends on whether it does.
    let at_times = !ends.is_empty() && facts.bindings_in(home, name).len() > 1;
    let confidence = if at_times || is_test(flow.program, file) { Confidence::Possible } else { confidence };
    let mut f = finding(&SS802, file, facts.range(call), message);
    f.help = Some("await it, cancel it on every way out, or use a `TaskGroup`".to_owned());
    f.confidence = confidence;
    flow.report(f);
}

/// Whether a function waits for an event that the task which it makes sets.
fn is_awaited_by_event(flow: &Flow, function: FunctionRef, call: ExprId) -> bool {
    let facts = flow.facts(function.file);
    let Some(coroutine) = facts.args_of(call).first() else { return false };
    let waited = events(facts, function.function, "wait");
    flow.functions(function.file, coroutine.value).into_iter().any(|task| {
        let set = events(flow.facts(task.file), task.function, "set");
        task.file == function.file && waited.iter().any(|event| set.contains(event))
    })
}

/// The objects of which a function calls a method, as they are spelled.
fn events(facts: &FileFacts, function: FunctionId, method: &str) -> Vec<String> {
    let called = facts.exprs_of(function).filter_map(|e| {
        let ExprKind::Call(callee, _) = facts.kind(e) else { return None };
        let ExprKind::Attribute(event, name) = facts.kind(callee) else { return None };
        (name == method).then(|| facts.dotted(event)).flatten()
    });
    called.collect()
}

/// The condition that an operand of `and`, `or` and `not` is part of.
pub(crate) fn whole_condition(facts: &FileFacts, mut expr: ExprId) -> ExprId {
    while let Parent::Expr(parent) = facts.expr(expr).parent() {
        match facts.kind(parent) {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Compare(..) => expr = parent,
            _ => break,
        }
    }
    expr
}

pub(crate) fn mentions(facts: &FileFacts, expr: ExprId, name: Symbol) -> bool {
    let mut found = false;
    facts.walk(expr, &mut |e| {
        found |= matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == name);
    });
    found
}

fn attribute_task(
    flow: &Flow,
    class: ClassRef,
    file: FileId,
    call: ExprId,
    target: ExprId,
    attr: Symbol,
    confidence: Confidence,
) {
    let facts = flow.facts(file);
    if flow.program.has_unknown_base(class) && !attr.as_str().starts_with('_') {
        return;
    }
    let mut family: Vec<ClassRef> = flow.program.mro(class).to_vec();
    // Mixins of the same object know it too.
    for &sub in flow.program.subclasses(class).iter() {
        family.extend(flow.program.mro(sub).iter().copied());
    }
    for used in flow.attribute_uses(attr) {
        if used.file == file && used.expr == target {
            continue;
        }
        let its = flow.facts(used.file);
        let ExprKind::Attribute(base, _) = its.kind(used.expr) else { continue };
        // `self.x` of an unrelated class is another attribute.
        if matches!(its.kind(base), ExprKind::Name(n, _) if n == "self")
            && !flow
                .class_around(used.file, used.expr)
                .is_some_and(|c| family.contains(&c) || flow.program.mro(c).contains(&class))
        {
            continue;
        }
        if matches!(use_of(flow, used.file, used.expr), Use::Cancel | Use::Await | Use::Away) {
            return;
        }
    }
    // It ends by itself when the class sets an event that it waits for.
    if let Some(coroutine) = facts.args_of(call).first()
        && flow.functions(file, coroutine.value).into_iter().any(|f| ends_by_event(flow, f))
    {
        return;
    }
    // By name: `getattr(self, "_task")`, `for name in ("_task", …)`.
    let quoted = (0..facts.exprs.len() as u32).any(|e| matches!(facts.kind(ExprId(e)), ExprKind::Str(s) if s == attr));
    if quoted {
        return;
    }
    // A task that comes to an end by itself only loses its exception.
    let finite = facts.args_of(call).first().is_some_and(|c| {
        let functions = flow.functions(file, c.value);
        !functions.is_empty()
            && functions.iter().all(|&f| flow.program.is_input(f.file) && !loops(flow.facts(f.file), f.function))
    });
    let confidence = if finite { Confidence::Possible } else { confidence };
    let mut f = finding(
        &SS802,
        file,
        facts.range(call),
        format!("nothing ever awaits or cancels `self.{attr}`: the task outlives the object, and nobody sees it fail"),
    );
    f.help = Some("cancel and await it where the object is closed".to_owned());
    f.confidence = confidence;
    flow.report(f);
}

/// Whether a function has a loop that may go on for as long as it likes.
fn loops(facts: &FileFacts, function: FunctionId) -> bool {
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        // Unless it drains something, and ends when nothing is left.
        StmtKind::While { body, .. } => {
            !leaves_early(facts, body) && !facts.function(function).name.as_str().contains("drain")
        }
        StmtKind::For(index) => facts.fors[index as usize].is_async,
        _ => false,
    })
}

/// Whether a function waits for (or asks) an event of its object, which other code sets.
fn ends_by_event(flow: &Flow, function: FunctionRef) -> bool {
    let facts = flow.facts(function.file);
    if !flow.program.is_input(function.file) {
        return false;
    }
    facts.exprs_of(function.function).any(|e| {
        let ExprKind::Attribute(event, method) = facts.kind(e) else { return false };
        if method != "wait" && method != "is_set" {
            return false;
        }
        let ExprKind::Attribute(_, name) = facts.kind(event) else { return false };
        flow.attribute_uses(name).into_iter().any(|u| {
            let its = flow.facts(u.file);
            matches!(its.expr(u.expr).parent(), Parent::Expr(p) if matches!(its.kind(p), ExprKind::Attribute(_, m) if m == "set"))
        })
    })
}

/// Whether an await is one for a task or future that exists already, not for a coroutine started here.
fn awaits_a_task(flow: &Flow, file: FileId, await_expr: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Await(value) = facts.kind(await_expr) else { return false };
    match facts.kind(value) {
        ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => true,
        ExprKind::Call(_, args) => {
            let name = flow.callee_name(file, value);
            name.is_some_and(|n| matches!(n.as_str(), "gather" | "wait" | "_wait" | "wait_for" | "shield"))
                && facts.args(args).first().is_some_and(|a| {
                    let inner = match facts.kind(a.value) {
                        ExprKind::Starred(inner) => inner,
                        // `wait_for(shield(task), 1)`
                        ExprKind::Call(_, shielded)
                            if flow.callee_name(file, a.value).is_some_and(|n| n == "shield") =>
                        {
                            facts.positional(shielded, 0).unwrap_or(a.value)
                        }
                        _ => a.value,
                    };
                    !matches!(facts.kind(inner), ExprKind::Call(..) | ExprKind::Comprehension(_))
                })
        }
        _ => false,
    }
}

/// Names of calls that clean up.
pub(crate) fn is_cleanup(name: &str) -> bool {
    let name = name.trim_start_matches('_').to_ascii_lowercase();
    [
        "close",
        "stop",
        "shutdown",
        "cleanup",
        "clean_up",
        "teardown",
        "disconnect",
        "cancel",
        "release",
        "wait_closed",
        "terminate",
        "kill",
        "unsubscribe",
        "dispose",
        "destroy",
        "exit",
        "finish",
        "abort",
        "rollback",
        "delete",
        "remove",
        "unregister",
        "unlink",
        "logout",
        "detach",
        "drain",
        "flush",
        "join",
        "gather",
        "end",
        "leave",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// SS803: cancellation caught, and the work goes on.
fn swallowed(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let mut graph = None;
    for stmt in facts.stmts_of(function.function) {
        match facts.stmt(stmt).kind {
            StmtKind::Try(index) => {
                let t = &facts.tries[index as usize];
                let Some(which) = t.handlers.iter().position(|h| catches(facts, h.exception).cancel) else { continue };
                let handler = t.handlers[which];
                let graph = graph.get_or_insert_with(|| flow.graph(function));
                // Something in the body can be cancelled, and the cancellation comes here.
                let Some(start) = graph
                    .ids()
                    .find(|&n| matches!(graph.op(n), Op::Handler(i, h) if i == index && h as usize == which))
                else {
                    continue;
                };
                let suspended: Vec<NodeId> = graph
                    .predecessors(start)
                    .iter()
                    .filter(|(_, e)| *e == Edge::Cancel)
                    .map(|&(n, _)| n)
                    .filter(|&n| flow.switches(function, graph, n))
                    .collect();
                if suspended.is_empty() || handler_decides(facts, &handler) || in_cancel_handler(facts, stmt) {
                    continue;
                }
                // Remembered, and asked for later; expected by a test.
                if remembers(facts, function.function, stmt, handler.body)
                    || facts.function(function.function).name.as_str().starts_with("test_")
                {
                    continue;
                }
                let explicit = handler.exception.is_some_and(|e| !mentions(facts, e, Symbol::new("BaseException")));
                let waits = |n: NodeId| matches!(graph.op(n), Op::Await(e) if awaits_a_task(flow, file, e));
                // Clean-up that must not fail whatever happens.
                let cleans = |n: NodeId| match graph.op(n) {
                    Op::Await(e) => match facts.kind(e) {
                        ExprKind::Await(v) => flow.callee_name(file, v).is_some_and(|n| is_cleanup(n.as_str())),
                        _ => false,
                    },
                    _ => false,
                };
                if suspended.iter().all(|&n| cleans(n)) {
                    continue;
                }
                // Nothing can end this but cancellation, which is what it waits for.
                let for_ever = |n: NodeId| matches!(graph.op(n), Op::Await(e) if waits_for_ever(facts, e));
                // Whoever shuts everything down gives each its turn.
                let last_turn = is_cleanup(facts.function(function.function).name.as_str());
                if explicit && (suspended.iter().all(|&n| for_ever(n)) || last_turn) {
                    continue;
                }
                if explicit && suspended.iter().all(|&n| waits(n))
                    || cancelled_before(flow, function, facts.stmt(stmt).range().start())
                        && suspended.iter().all(|&n| waits(n))
                {
                    continue;
                }
                let inside = |s: StmtId| {
                    let range = facts.stmt(s).range();
                    handler.range.contains_range(range)
                };
                // Whoever catches everything and does nothing about it did not mean to clean up: any await after it is work.
                let unaware = !explicit && does_nothing(facts, handler.body);
                let Some((goes_on, again)) = goes_on(flow, function, graph, start, stmt, unaware, &inside) else {
                    continue;
                };
                // Named on purpose, and the last thing that the function does is to tell of its end.
                let last = facts.block(facts.function(function.function).body).next_back();
                let alone = handler
                    .exception
                    .is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(..) | ExprKind::Attribute(..)));
                let told = alone && t.handlers.len() > 1;
                let ends = explicit && told && !again && last == graph.stmt(goes_on) && last != Some(stmt);
                if flag_ends_loop(facts, stmt, handler.body) {
                    continue;
                }
                let clause = except_clause(facts, &handler);
                let what = match handler.exception {
                    None => "a bare `except`",
                    Some(_) if explicit => "this handler",
                    Some(_) => "`except BaseException`",
                };
                let mut f = finding(
                    &SS803,
                    file,
                    clause,
                    format!(
                        "{what} swallows cancellation and the work goes on{}: the task cannot be stopped",
                        if again { " with another turn" } else { "" }
                    ),
                );
                f.help = Some("catch `Exception`, or end the handler with `raise`".to_owned());
                if let Some(label) = flow.label(function, graph, goes_on, "goes on here") {
                    f.labels.push(label);
                }
                // Whose cancellation it was, the task's or one's own, only they know who hand the tasks over.
                if ends || suspended.iter().all(|&n| waits(n)) {
                    f.confidence = Confidence::Possible;
                }
                flow.report(f);
            }
            StmtKind::With(index) => {
                let with = &facts.withs[index as usize];
                for item in &with.items {
                    let ExprKind::Call(callee, args) = facts.kind(item.context) else { continue };
                    if !matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "suppress")
                        || !facts.args(args).iter().any(|a| catches(facts, Some(a.value)).cancel)
                    {
                        continue;
                    }
                    let graph = graph.get_or_insert_with(|| flow.graph(function));
                    let Some(start) =
                        graph.ids().find(|&n| matches!(graph.op(n), Op::Leave(e, _, Way::Cancel) if e == item.context))
                    else {
                        continue;
                    };
                    let suspended: Vec<NodeId> = graph
                        .predecessors(start)
                        .iter()
                        .filter(|(_, e)| *e == Edge::Cancel)
                        .map(|&(n, _)| n)
                        .filter(|&n| flow.switches(function, graph, n))
                        .collect();
                    let waits = |n: NodeId| matches!(graph.op(n), Op::Await(e) if awaits_a_task(flow, file, e));
                    if suspended.is_empty() || suspended.iter().all(|&n| waits(n)) {
                        continue;
                    }
                    let Some((goes_on, again)) = goes_on(flow, function, graph, start, stmt, false, &|_| false) else {
                        continue;
                    };
                    let mut f = finding(
                        &SS803,
                        file,
                        facts.range(item.context),
                        format!(
                            "`suppress` swallows cancellation and the work goes on{}: the task cannot be stopped",
                            if again { " with another turn" } else { "" }
                        ),
                    );
                    f.help = Some("suppress only the exceptions that are expected".to_owned());
                    if let Some(label) = flow.label(function, graph, goes_on, "goes on here") {
                        f.labels.push(label);
                    }
                    flow.report(f);
                }
            }
            _ => {}
        }
    }
}

/// Whether a statement stands in a handler that catches cancellation.
fn in_cancel_handler(facts: &FileFacts, stmt: StmtId) -> bool {
    let range = facts.stmt(stmt).range();
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => facts.tries[index as usize]
            .handlers
            .iter()
            .any(|h| h.range.contains_range(range) && catches(facts, h.exception).cancel),
        _ => false,
    })
}

/// Whether a handler sets a flag (`cancelled = True`) that a condition after the `try` asks for.
fn remembers(facts: &FileFacts, function: FunctionId, stmt: StmtId, body: Block) -> bool {
    let mut flags: Vec<Symbol> = Vec::new();
    visit_block(facts, body, &mut |s| {
        if let StmtKind::Assign(targets, value) = facts.stmt(s).kind
            && matches!(facts.kind(value), ExprKind::True)
        {
            flags.extend(facts.expr_list(targets).filter_map(|t| match facts.kind(t) {
                ExprKind::Name(n, _) => Some(n),
                _ => None,
            }));
        }
    });
    let after = facts.stmt(stmt).range().end();
    !flags.is_empty()
        && facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
            StmtKind::If { test, .. } => {
                facts.stmt(s).range().start() >= after && flags.iter().any(|&f| mentions(facts, test, f))
            }
            _ => false,
        })
}

/// Whether a handler sorts out cancellation itself: it asks for it, keeps the exception, or re-raises under a test.
fn handler_decides(facts: &FileFacts, handler: &Handler) -> bool {
    let mut decides = false;
    let mut leaves = false;
    visit_block(facts, handler.body, &mut |stmt| {
        let kind = facts.stmt(stmt).kind;
        let mut look = |e: ExprId| {
            facts.walk(e, &mut |inner| match facts.kind(inner) {
                ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                    if matches!(
                        n.as_str(),
                        "CancelledError"
                            | "cancelling"
                            | "uncancel"
                            | "get_cancelled_exc_class"
                            | "Cancelled"
                            | "cancelled"
                            | "is_cancelled"
                            | "current_task"
                    ) =>
                {
                    decides = true
                }
                // The exception is kept or passed on for others to raise.
                ExprKind::Name(n, _) if Some(n) == handler.name => match facts.expr(inner).parent() {
                    Parent::Stmt(s) => {
                        decides |= matches!(facts.stmt(s).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..))
                    }
                    Parent::Expr(p) => {
                        if let ExprKind::Call(callee, _) = facts.kind(p) {
                            decides |= match facts.kind(callee) {
                                ExprKind::Attribute(_, m) | ExprKind::Name(m, _) => {
                                    matches!(
                                        m.as_str(),
                                        "set_exception" | "append" | "put" | "put_nowait" | "add" | "isinstance"
                                    ) || m.as_str().contains("fatal")
                                        || m.as_str().contains("raise")
                                }
                                _ => false,
                            };
                        }
                    }
                    Parent::None => {}
                },
                _ => {}
            });
        };
        // `if stopping: return`, `if closed: raise`: it asks what the cancellation means.
        if let StmtKind::If { body, .. } = kind {
            visit_block(facts, body, &mut |s| {
                leaves |= matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break)
            });
        }
        match kind {
            StmtKind::Expr(e) | StmtKind::If { test: e, .. } | StmtKind::While { test: e, .. } => look(e),
            StmtKind::Assign(_, e)
            | StmtKind::AnnAssign(_, _, Some(e))
            | StmtKind::AugAssign(_, _, e)
            | StmtKind::Return(Some(e)) => look(e),
            _ => {}
        }
    });
    decides || leaves
}

/// Every statement of a block, at any depth.
pub(crate) fn visit_block(facts: &FileFacts, block: Block, visit: &mut dyn FnMut(StmtId)) {
    let mut stack: Vec<StmtId> = facts.block(block).rev().collect();
    while let Some(stmt) = stack.pop() {
        visit(stmt);
        let mut push = |block: Block| stack.extend(facts.block(block).rev());
        match facts.stmt(stmt).kind {
            StmtKind::If { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                push(orelse);
                push(body);
            }
            StmtKind::For(i) => {
                push(facts.fors[i as usize].orelse);
                push(facts.fors[i as usize].body);
            }
            StmtKind::With(i) => push(facts.withs[i as usize].body),
            StmtKind::Try(i) => {
                let t = &facts.tries[i as usize];
                push(t.finalbody);
                push(t.orelse);
                for h in t.handlers.iter().rev() {
                    push(h.body);
                }
                push(t.body);
            }
            StmtKind::Match(i) => facts.matches[i as usize].cases.iter().rev().for_each(|c| push(c.body)),
            _ => {}
        }
    }
}

/// A `.cancel()` earlier in the function: what is awaited next is being ended.
pub(crate) fn cancelled_before(flow: &Flow, function: FunctionRef, before: TextSize) -> bool {
    let facts = flow.facts(function.file);
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == "cancel" || n.as_str().contains("cancel"))
            && facts.range(e).start() < before
            || matches!(facts.kind(e), ExprKind::Name(n, _) if n.as_str().contains("cancel"))
                && facts.range(e).start() < before
    })
}

/// SS808: a handler for `Exception` that undoes what was done and raises again. Cancellation is no `Exception`: it passes by, and what
/// was done stays.
fn undo_skipped(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::Try(index) = facts.stmt(stmt).kind else { continue };
        let t = &facts.tries[index as usize];
        if facts.block(t.finalbody).len() > 0 || t.handlers.iter().any(|h| catches(facts, h.exception).cancel) {
            continue;
        }
        let Some(handler) = t.handlers.iter().find(|h| catches(facts, h.exception).all) else { continue };
        let raises =
            facts.block(handler.body).last().is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::Raise(..)));
        let undone = if raises {
            facts.block(handler.body).find_map(|s| undoes(flow, function, t, stmt, s))
        } else {
            facts.block(handler.body).next().and_then(|s| hangs_up(flow, function, t, stmt, s))
        };
        let Some((undone, what)) = undone else { continue };
        // Something in the body can be cancelled, and nothing further out undoes it.
        let graph = flow.graph(function);
        let body: Vec<TextRange> = facts.block(t.body).map(|s| facts.stmt(s).range()).collect();
        let cancelled = graph.ids().find(|&n| {
            flow.switches(function, &graph, n)
                && graph.stmt(n).is_some_and(|s| body.iter().any(|b| b.contains_range(facts.stmt(s).range())))
                && graph.successors(n).any(|(_, edge)| edge == Edge::Cancel)
        });
        let Some(cancelled) = cancelled else { continue };
        let guarded = facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::Try(i) => {
                let outer = &facts.tries[i as usize];
                outer.handlers.iter().any(|h| catches(facts, h.exception).cancel)
                    || facts.block(outer.finalbody).len() > 0
            }
            _ => false,
        });
        if guarded {
            continue;
        }
        let clause = except_clause(facts, handler);
        let mut f = finding(
            &SS808,
            file,
            clause,
            format!("cancellation is no `Exception`: it passes this handler by, and {what}"),
        );
        f.help = Some("`except BaseException:` before the `raise`, or a `finally`".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.push(Label { range: facts.range(undone), text: "undone here".to_owned() });
        if let Some(label) = flow.label(function, &graph, cancelled, "cancelled here") {
            f.labels.push(label);
        }
        flow.report(f);
    }
}

/// Whether the first thing that a handler in a loop of attempts does is to close the object's own connection, on which the body asked
/// something: half an exchange must not be followed by another.
fn hangs_up(flow: &Flow, function: FunctionRef, t: &Try, stmt: StmtId, undo: StmtId) -> Option<(ExprId, String)> {
    let file = function.file;
    let facts = flow.facts(file);
    let StmtKind::Expr(e) = facts.stmt(undo).kind else { return None };
    let call = match facts.kind(e) {
        ExprKind::Await(call) => call,
        _ => e,
    };
    let closes = flow
        .callee_name(file, call)
        .is_some_and(|n| matches!(n.as_str(), "close" | "aclose" | "disconnect" | "_close" | "_disconnect" | "reset"));
    let own = |e: ExprId| flow.receiver(file, e).and_then(|r| facts.dotted(r)).as_deref() == Some("self");
    let in_loop =
        facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::For(_) | StmtKind::While { .. }));
    let asks = facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Await(v) if own(v)
        && flow.callee_name(file, v).is_some_and(|n| {
            ["query", "request", "execute", "send", "command", "exchange"].iter().any(|w| n.as_str().contains(w))
        })) && facts.stmt_of(e).is_some_and(|s| {
            let at = facts.stmt(s).range();
            facts.block(t.body).any(|b| facts.stmt(b).range().contains_range(at))
        })
    });
    (closes && own(call) && in_loop && asks)
        .then(|| (call, "the connection stays open with half an exchange on it".to_owned()))
}

/// What a statement of a handler undoes: the expression that does, and what is left where it does not run.
fn undoes(flow: &Flow, function: FunctionRef, t: &Try, stmt: StmtId, undo: StmtId) -> Option<(ExprId, String)> {
    let file = function.file;
    let facts = flow.facts(file);
    // Made by this function before the handler: in the body of the `try`, or before it.
    let until = facts.block(t.body).last().map(|s| facts.stmt(s).range().end())?;
    let written = |place: &str| {
        facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
            StmtKind::Assign(targets, value) => {
                facts.stmt(s).range().start() < until
                    && !matches!(facts.kind(value), ExprKind::None | ExprKind::False)
                    && facts.expr_list(targets).any(|t| match facts.kind(t) {
                        ExprKind::Subscript(base, _) => facts.dotted(base).as_deref() == Some(place),
                        _ => facts.dotted(t).as_deref() == Some(place),
                    })
            }
            _ => false,
        })
    };
    match facts.stmt(undo).kind {
        StmtKind::Assign(targets, value) if matches!(facts.kind(value), ExprKind::None | ExprKind::False) => {
            let target = facts.expr_list(targets).next()?;
            let place = facts.dotted(target)?;
            // Set before, or the very state that the awaited work of others is about.
            let forwards = facts.block(t.body).len() == 1
                && facts.block(t.body).all(|s| match facts.stmt(s).kind {
                    StmtKind::Expr(e) => {
                        matches!(facts.kind(e), ExprKind::Await(v) if matches!(facts.kind(v), ExprKind::Name(..)))
                    }
                    _ => false,
                });
            (place.starts_with("self.") && (written(&place) || forwards))
                .then(|| (target, format!("`{place}` stays set")))
        }
        StmtKind::Expr(e) => {
            let call = match facts.kind(e) {
                ExprKind::Await(call) => call,
                _ => e,
            };
            let method = flow.callee_name(file, call)?;
            let place = facts.dotted(flow.receiver(file, call)?)?;
            match method.as_str() {
                "close" | "aclose" | "disconnect" | "unsubscribe" | "kill" | "terminate" | "stop"
                    if place != "self" && written(&place) =>
                {
                    Some((call, format!("`{place}` stays open")))
                }
                "release" if acquired(flow, function, stmt, &place) => Some((call, format!("`{place}` stays taken"))),
                "pop" | "discard" | "remove" if place.starts_with("self.") && written(&place) => {
                    Some((call, format!("what was put into `{place}` stays there")))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether `place.acquire()` is called before a `try` statement.
fn acquired(flow: &Flow, function: FunctionRef, stmt: StmtId, place: &str) -> bool {
    let facts = flow.facts(function.file);
    let start = facts.stmt(stmt).range().start();
    facts.exprs_of(function.function).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && facts.range(e).start() < start
            && flow.callee_name(function.file, e).is_some_and(|n| n == "acquire")
            && flow.receiver(function.file, e).and_then(|r| facts.dotted(r)).as_deref() == Some(place)
    })
}

/// Whether a handler's body is nothing but `pass`.
/// `await asyncio.Event().wait()`, `await asyncio.Future()`: something that nobody else has.
fn waits_for_ever(facts: &FileFacts, await_expr: ExprId) -> bool {
    let ExprKind::Await(value) = facts.kind(await_expr) else { return false };
    let ExprKind::Call(callee, _) = facts.kind(value) else { return false };
    let made = match facts.kind(callee) {
        ExprKind::Attribute(base, name) if name == "wait" => match facts.kind(base) {
            ExprKind::Call(made, _) => made,
            _ => return false,
        },
        _ => callee,
    };
    matches!(facts.kind(made), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "Event" || n == "Future" || n == "create_future")
}

fn does_nothing(facts: &FileFacts, body: Block) -> bool {
    facts.block(body).all(|s| match facts.stmt(s).kind {
        StmtKind::Pass => true,
        StmtKind::Expr(e) => matches!(facts.kind(e), ExprKind::Ellipsis),
        _ => false,
    })
}

/// An await outside the handler that control comes to after it, and whether it is another turn of the loop around the `try`.
fn goes_on(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    start: NodeId,
    stmt: StmtId,
    cleanup_counts: bool,
    inside: &dyn Fn(StmtId) -> bool,
) -> Option<(NodeId, bool)> {
    let facts = flow.facts(function.file);
    let normal = |_: NodeId, edge: Edge| !matches!(edge, Edge::Exception | Edge::Cancel);
    let reached = graph.reach(start, normal, |_| false);
    let try_range = facts.stmt(stmt).range();
    let mut later = None;
    for node in reached.iter() {
        if !graph.suspends(node) || matches!(graph.op(node), Op::Leave(..)) {
            continue;
        }
        let Some(at) = graph.stmt(node) else { continue };
        if inside(at) || in_finally(facts, at) {
            continue;
        }
        if try_range.contains_range(facts.stmt(at).range()) {
            return Some((node, true));
        }
        let name = match graph.op(node) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => match facts.kind(v) {
                    ExprKind::Call(..) => flow.callee_name(function.file, v),
                    // Waiting for a task that exists.
                    _ => continue,
                },
                _ => None,
            },
            _ => None,
        };
        // Enters a manager or asks for the next element: the loop around the `try`.
        let encloses = facts.is_inside(stmt, at) || at == stmt;
        if !cleanup_counts && name.is_some_and(|n| is_cleanup(n.as_str())) {
            continue;
        }
        if later.is_none() {
            later = Some((node, encloses));
        }
    }
    later
}

/// Whether a statement stands in a `finally`.
pub(crate) fn in_finally(facts: &FileFacts, stmt: StmtId) -> bool {
    let mut inner = stmt;
    for outer in facts.enclosing(stmt) {
        if let StmtKind::Try(index) = facts.stmt(outer).kind
            && facts.block(facts.tries[index as usize].finalbody).any(|s| s == inner)
        {
            return true;
        }
        inner = outer;
    }
    false
}

/// The handler writes what the loop's condition asks for: `self._running = False`.
fn flag_ends_loop(facts: &FileFacts, stmt: StmtId, body: Block) -> bool {
    let mut written: Vec<Symbol> = Vec::new();
    visit_block(facts, body, &mut |s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, _) => {
            for t in facts.expr_list(targets) {
                if let ExprKind::Name(n, _) | ExprKind::Attribute(_, n) = facts.kind(t) {
                    written.push(n);
                }
            }
        }
        StmtKind::Expr(e) => {
            // `self._stop.set()`, `self.close()`.
            if let ExprKind::Call(callee, _) = facts.kind(e)
                && let ExprKind::Attribute(base, method) = facts.kind(callee)
            {
                if let ExprKind::Name(n, _) | ExprKind::Attribute(_, n) = facts.kind(base) {
                    written.push(n);
                }
                written.push(method);
            }
        }
        _ => {}
    });
    facts.enclosing(stmt).any(|s| match facts.stmt(s).kind {
        StmtKind::While { test, .. } => written.iter().any(|&n| mentions(facts, test, n)),
        _ => false,
    })
}

/// SS804: an await during clean-up that a second cancellation interrupts. Advice.
fn cleanup_awaits(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Await(value) = facts.kind(expr) else { continue };
        let ExprKind::Call(..) = facts.kind(value) else { continue };
        let Some(stmt) = facts.stmt_of(expr) else { continue };
        let mut cleaning = false;
        let mut limited = false;
        let mut inner = stmt;
        for outer in facts.enclosing(stmt) {
            match facts.stmt(outer).kind {
                StmtKind::Try(index) => {
                    let t = &facts.tries[index as usize];
                    cleaning |= facts.block(t.finalbody).any(|s| s == inner);
                    cleaning |= t.handlers.iter().any(|h| {
                        h.exception.is_some()
                            && catches(facts, h.exception).cancel
                            && facts.block(h.body).any(|s| s == inner)
                    });
                }
                StmtKind::With(index) => {
                    limited |= facts.withs[index as usize].items.iter().any(|i| {
                        matches!(facts.kind(i.context), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n.as_str().contains("timeout") || n.as_str().contains("_after") || n.as_str().contains("CancelScope")))
                    });
                }
                _ => {}
            }
            inner = outer;
        }
        let name = flow.callee_name(file, value);
        let shielded = name.is_some_and(|n| matches!(n.as_str(), "shield" | "wait_for" | "gather" | "wait" | "sleep"));
        if cleaning && !limited && !shielded && !cancelled_before(flow, function, facts.range(expr).start()) {
            let mut f = finding(
                &SS804,
                file,
                facts.range(expr),
                "a second cancellation interrupts this clean-up half-way, and an unreachable peer makes it wait for ever",
            );
            f.help = Some("`await asyncio.shield(…)`, or bound it with `asyncio.timeout`".to_owned());
            flow.report(f);
        }
    }
}

/// The tasks made in this function that an expression stands for: names of tasks or of containers of them.
pub(crate) struct OwnTasks {
    /// The names that stand for them.
    pub names: Vec<Symbol>,
}

pub(crate) fn own_tasks(flow: &Flow, function: FunctionRef, arg: ExprId) -> Option<OwnTasks> {
    let file = function.file;
    let facts = flow.facts(file);
    let home = facts.function(function.function).scope;
    let makes = |e: ExprId| {
        let mut found = false;
        facts.walk(e, &mut |x| {
            found |= matches!(facts.kind(x), ExprKind::Call(..)) && (flow.spawns(file, x).is_some());
        });
        found
    };
    if makes(arg) {
        return Some(OwnTasks { names: Vec::new() });
    }
    let mut names = Vec::new();
    let mut own = false;
    facts.walk(arg, &mut |e| {
        let ExprKind::Name(name, scope) = facts.kind(e) else { return };
        if facts.resolve(scope, name) != Some(home) {
            return;
        }
        names.push(name);
        for b in facts.bindings_in(home, name) {
            if let BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) = b.kind {
                own |= makes(v);
                // `tasks = [read, stop]`
                if let ExprKind::List(list) | ExprKind::Set(list) | ExprKind::Tuple(list) = facts.kind(v) {
                    for item in facts.expr_list(list) {
                        let ExprKind::Name(task, s) = facts.kind(item) else { continue };
                        if facts.resolve(s, task) != Some(home) {
                            continue;
                        }
                        names.push(task);
                        own |= facts.bindings_in(home, task).iter().any(|b| {
                            matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if makes(v))
                        });
                    }
                }
            }
        }
        // `tasks.append(create_task(…))`
        for u in flow.uses(file, name) {
            if facts.function_of(u) == function.function
                && let Parent::Expr(p) = facts.expr(u).parent()
                && matches!(facts.kind(p), ExprKind::Attribute(_, m) if matches!(m.as_str(), "append" | "add"))
                && let Parent::Expr(call) = facts.expr(p).parent()
                && facts.args_of(call).iter().any(|a| makes(a.value))
            {
                own = true;
            }
        }
    });
    own.then_some(OwnTasks { names })
}

/// Whether any of these names is used after a place, other than as a length.
pub(crate) fn used_after(flow: &Flow, function: FunctionRef, names: &[Symbol], after: TextRange) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    names.iter().any(|&name| {
        flow.uses(file, name).into_iter().any(|u| {
            let ExprKind::Name(..) = facts.kind(u) else { return false };
            let at = facts.range(u);
            if after.contains_range(at) {
                return false;
            }
            let own = facts.function_of(u);
            if own != function.function {
                return facts.function(own).parent == function.function;
            }
            let counts = at.start() > after.end()
                || facts.stmt_of(u).is_some_and(|s| matches!(facts.stmt(s).kind, StmtKind::While { .. }));
            let is_length = matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) if n == "len")));
            counts && !is_length
        })
    })
}

/// The names that `a, b = …` binds.
pub(crate) fn unpacked(facts: &FileFacts, stmt: StmtId) -> Option<Vec<Option<Symbol>>> {
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return None };
    let target = facts.expr_list(targets).next()?;
    match facts.kind(target) {
        ExprKind::Tuple(list) | ExprKind::List(list) => Some(
            facts
                .expr_list(list)
                .map(|e| match facts.kind(e) {
                    ExprKind::Name(n, _) => Some(n),
                    _ => None,
                })
                .collect(),
        ),
        _ => None,
    }
}

/// SS805: tasks left pending.
fn left_pending(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(_, args) = facts.kind(expr) else { continue };
        let Some(name) = flow.callee_name(file, expr) else { continue };
        match name.as_str() {
            "wait" if flow.call_mark(file, expr, "waits_tasks").is_some() => {
                let early = facts.keyword(args, "return_when").is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "FIRST_COMPLETED" || n == "FIRST_EXCEPTION"))
                    || facts.keyword(args, "timeout").is_some_and(|e| !matches!(facts.kind(e), ExprKind::None));
                let Some(arg) = facts.positional(args, 0) else { continue };
                let Some(stmt) = facts.stmt_of(expr) else { continue };
                if !early {
                    continue;
                }
                let Some(own) = own_tasks(flow, function, arg) else { continue };
                let mut names = own.names;
                // Somebody else has them too: a set of the object, a callback.
                let shared = names.iter().any(|&name| {
                    flow.uses(file, name).into_iter().any(|u| {
                        let Parent::Expr(p) = facts.expr(u).parent() else { return false };
                        match facts.kind(p) {
                            ExprKind::Attribute(_, m) => m == "add_done_callback",
                            ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Attribute(base, m) if matches!(m.as_str(), "add" | "append") && !is_own_name(facts, function.function, base)),
                            _ => false,
                        }
                    })
                });
                if shared {
                    continue;
                }
                match unpacked(facts, stmt) {
                    Some(parts) => match parts.get(1) {
                        Some(Some(pending)) if pending.as_str() != "_" => names.push(*pending),
                        Some(_) => {}
                        None => continue,
                    },
                    None if matches!(facts.stmt(stmt).kind, StmtKind::Expr(_)) => {}
                    None => continue,
                }
                // What `asyncio.run` runs leaves nothing: it cancels what is left.
                let is_last = !facts.exprs_of(function.function).any(|e| {
                    matches!(facts.kind(e), ExprKind::Await(_)) && facts.range(e).start() > facts.range(expr).end()
                });
                if is_last && is_only_started(flow.program, function) {
                    continue;
                }
                if used_after(flow, function, &names, facts.range(expr)) {
                    if cancelled_wait_leaves(flow, function, expr, &names) {
                        pending_finding(
                            flow,
                            file,
                            facts.range(expr),
                            "cancelling this `wait` does not cancel what it waits for: these tasks run on, and what they receive is lost",
                            Confidence::Likely,
                        );
                    }
                    continue;
                }
                pending_finding(
                    flow,
                    file,
                    facts.range(expr),
                    "`wait` returns before all tasks are done, and the pending ones are neither awaited nor cancelled",
                    Confidence::Certain,
                );
            }
            "as_completed" if flow.call_mark(file, expr, "yields_tasks").is_some() => {
                let Parent::Stmt(stmt) = facts.expr(expr).parent() else { continue };
                let StmtKind::For(index) = facts.stmt(stmt).kind else { continue };
                let Some(arg) = facts.positional(args, 0) else { continue };
                let body = facts.fors[index as usize].body;
                if !leaves_early(facts, body) {
                    continue;
                }
                // Coroutines or tasks that this function made.
                let mut makes = false;
                facts.walk(arg, &mut |e| makes |= matches!(facts.kind(e), ExprKind::Call(..)));
                let names = match own_tasks(flow, function, arg) {
                    Some(own) => own.names,
                    None if makes => Vec::new(),
                    None => continue,
                };
                if used_after(flow, function, &names, facts.range(expr)) {
                    continue;
                }
                pending_finding(
                    flow,
                    file,
                    facts.range(expr),
                    "the loop over `as_completed` is left early, and the tasks that are not done run on unseen",
                    Confidence::Certain,
                );
            }
            _ => {}
        }
    }
}

/// Whether an expression is a local name of a function.
fn is_own_name(facts: &FileFacts, function: FunctionId, expr: ExprId) -> bool {
    matches!(facts.kind(expr), ExprKind::Name(n, scope) if facts.resolve(scope, n) == Some(facts.function(function).scope))
}

/// Whether cancellation of an awaited `wait` leaves the function without a look at the tasks that it made for it, which nobody
/// else has, and one of them takes something out of somewhere: a message that a task nobody has receives is lost. (Other tasks that
/// run on for a while do little harm.)
fn cancelled_wait_leaves(flow: &Flow, function: FunctionRef, wait: ExprId, names: &[Symbol]) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Expr(awaited) = facts.expr(wait).parent() else { return false };
    if !matches!(facts.kind(awaited), ExprKind::Await(_)) || cancelled_before(flow, function, facts.range(wait).start())
    {
        return false;
    }
    // Each task by its own name, too.
    let home = facts.function(function.function).scope;
    let mut names = names.to_vec();
    let mut takes = false;
    for e in facts.exprs_of(function.function) {
        let ExprKind::Call(..) = facts.kind(e) else { continue };
        if flow.spawns(file, e).is_none() {
            continue;
        }
        if let Some(work) = facts.args_of(e).first() {
            takes |= flow.callee_name(file, work.value).is_some_and(|n| {
                matches!(
                    n.as_str(),
                    "get"
                        | "recv"
                        | "receive"
                        | "read"
                        | "readline"
                        | "accept"
                        | "acquire"
                        | "__anext__"
                        | "anext"
                        | "pop"
                        | "take"
                        | "get_message"
                        | "next"
                )
            });
        }
        if let Some(name) = assigned_to(facts, e)
            && is_own_name(facts, function.function, name)
            && let ExprKind::Name(n, _) = facts.kind(name)
            && !names.contains(&n)
        {
            names.push(n);
        }
    }
    // Nobody else has them: no function nested here, nothing that they are handed to.
    let others = names.iter().any(|&name| {
        flow.uses(file, name).into_iter().any(|u| {
            let ExprKind::Name(_, scope) = facts.kind(u) else { return false };
            if facts.resolve(scope, name) != Some(home) {
                return false;
            }
            facts.function_of(u) != function.function
                || use_of(flow, file, u) == Use::Cancel && facts.range(u).start() < facts.range(wait).start()
                || matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Call(callee, _) if callee != u && !waits_for(facts, callee)))
        })
    });
    if others || !takes {
        return false;
    }
    let graph = flow.graph(function);
    let ends = |n: NodeId| matches!(n, Cfg::EXIT | Cfg::RAISED | Cfg::CANCELLED);
    let seen = |n: NodeId| matches!(graph.op(n), Op::Read(e, _) if matches!(facts.kind(e), ExprKind::Name(name, _) if names.contains(&name)));
    let along = |from: NodeId| {
        move |n: NodeId, edge: Edge| match edge {
            Edge::Cancel => n == from,
            Edge::Exception => false,
            _ => n != from,
        }
    };
    let nodes: Vec<NodeId> = graph.nodes_of(awaited).collect();
    nodes.into_iter().any(|node| graph.path(node, along(node), seen, ends).is_some())
}

/// The target of `name = <expr>`.
fn assigned_to(facts: &FileFacts, value: ExprId) -> Option<ExprId> {
    let Parent::Stmt(stmt) = facts.expr(value).parent() else { return None };
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, v) if v == value => facts.expr_list(targets).next(),
        StmtKind::AnnAssign(target, _, Some(v)) if v == value => Some(target),
        _ => None,
    }
}

/// Whether a callee waits for the tasks that it is given, or only looks at them, by its name.
fn waits_for(facts: &FileFacts, callee: ExprId) -> bool {
    match facts.kind(callee) {
        ExprKind::Name(n, _) | ExprKind::Attribute(_, n) => {
            matches!(
                n.as_str(),
                "wait" | "gather" | "wait_for" | "shield" | "append" | "add" | "len" | "list" | "set" | "as_completed"
            )
        }
        _ => false,
    }
}

fn pending_finding(flow: &Flow, file: FileId, range: TextRange, message: &str, confidence: Confidence) {
    let mut f = finding(&SS805, file, range, message);
    f.confidence = confidence;
    f.help = Some("cancel what is pending, then await it: `for task in pending: task.cancel()`".to_owned());
    flow.report(f);
}

/// Whether a loop's body has a `break` of its own or a `return`.
pub(crate) fn leaves_early(facts: &FileFacts, body: Block) -> bool {
    let mut found = false;
    visit_block(facts, body, &mut |s| match facts.stmt(s).kind {
        StmtKind::Return(_) => found = true,
        StmtKind::Break => {
            // Of an inner loop?
            let mut at = s;
            let mut inner = false;
            while let Some(outer) = facts.stmt(at).parent() {
                if facts.block(body).any(|b| b == at) {
                    break;
                }
                inner |= matches!(facts.stmt(outer).kind, StmtKind::For(_) | StmtKind::While { .. });
                at = outer;
            }
            found |= !inner;
        }
        _ => {}
    });
    found
}

/// SS806: a loop without an end that never suspends.
fn endless_loops(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::While { test, body, .. } = facts.stmt(stmt).kind else { continue };
        if !matches!(facts.kind(test), ExprKind::True | ExprKind::Int(1)) {
            continue;
        }
        let mut leaves = leaves_early(facts, body);
        visit_block(facts, body, &mut |s| leaves |= matches!(facts.stmt(s).kind, StmtKind::Raise(..)));
        if leaves {
            continue;
        }
        let graph = flow.graph(function);
        let range = facts.stmt(stmt).range();
        let suspends = graph.ids().any(|n| {
            graph.stmt(n).is_some_and(|s| range.contains_range(facts.stmt(s).range()))
                && (flow.switches(function, &graph, n)
                    || matches!(graph.op(n), Op::Yield(_) | Op::Enter(_, true) | Op::Next(_, true)))
        });
        // A call whose blocking nobody knows may well end the program (`sys.exit`): only loops that plainly go on.
        if !suspends
            && graph
                .ids()
                .any(|n| graph.stmt(n) == Some(stmt) || graph.stmt(n).is_some_and(|s| facts.is_inside(s, stmt)))
        {
            let mut f = finding(
                &SS806,
                file,
                TextRange::new(range.start(), facts.range(test).end()),
                "this loop never suspends: the task cannot be cancelled, and nothing else on the loop runs",
            );
            f.help = Some("await something in each turn, or run the loop in a thread".to_owned());
            flow.report(f);
        }
    }
}

/// SS807: a task cancelled at shutdown and never awaited. Advice.
fn cancelled_only(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let f = facts.function(function.function);
    let name = f.name.as_str().trim_matches('_');
    if !["close", "aclose", "stop", "shutdown", "aexit", "disconnect", "cleanup", "teardown"]
        .iter()
        .any(|w| name == *w || name.strip_prefix("async_") == Some(w))
    {
        return;
    }
    let Some(class) = flow.program.class_of(function) else { return };
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
        let ExprKind::Attribute(task, method) = facts.kind(callee) else { continue };
        let ExprKind::Attribute(base, attr) = facts.kind(task) else { continue };
        if method != "cancel" || !matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") {
            continue;
        }
        let made_here = flow.program.mro(class).iter().any(|&c| {
            flow.program.self_writes(c, attr).iter().any(|w| match w.kind {
                BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => {
                    matches!(flow.facts(c.file).kind(v), ExprKind::Call(..)) && flow.spawns(c.file, v).is_some()
                }
                _ => false,
            })
        });
        if !made_here {
            continue;
        }
        let awaited = flow.attribute_uses(attr).into_iter().any(|u| {
            (u.file, u.expr) != (file, task) && matches!(use_of(flow, u.file, u.expr), Use::Await | Use::Away)
        });
        if !awaited {
            let mut f = finding(
                &SS807,
                file,
                facts.range(expr),
                format!("`self.{attr}` is only asked to stop: when this returns its clean-up has not run"),
            );
            f.help = Some(format!("`await asyncio.gather(self.{attr}, return_exceptions=True)` after it"));
            f.labels = Vec::<Label>::new();
            flow.report(f);
        }
    }
}
