//! Pitfall 8: tasks that nobody keeps (SS801) or ends (SS802). The other rules of the pitfall are in the folder beside.

mod called_back;
pub(crate) mod callers;
pub(crate) mod cancellation;
pub(crate) mod cancelling;
pub(crate) mod futures;
pub(crate) mod good_way;
pub(crate) mod left_running;
pub(crate) mod pending;
pub(crate) mod undo;

use self::cancellation::{cancelled_only, cleanup_awaits, endless_loops, is_cleanup, swallowed};
use self::futures::may_be_done;
use self::good_way::given_back_late;
use self::pending::left_pending;
use self::undo::undo_skipped;
use crate::blocks::{leaves_early, mentions, whole_condition};
use crate::flow::{FactsExt, Flow, finding};
use crate::registry::*;
use crate::support::{is_statement, is_test};
use crate::{Confidence, Label};
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef};

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let facts = flow.facts(function.file);
    for expr in facts.exprs_of(function.function) {
        if let Some(helper) = task_of_helper(flow, function.file, expr) {
            dropped_by_caller(flow, function, expr, helper);
        } else if let Some(confidence) = makes_task(flow, function.file, expr) {
            task_made(flow, function, expr, confidence);
        } else if let ExprKind::Call(..) = facts.kind(expr) {
            called_back::check(flow, function, expr);
        }
    }
    may_be_done(flow, function);
    let f = facts.function(function.function);
    if f.is_async {
        swallowed(flow, function);
        undo_skipped(flow, function);
        given_back_late(flow, function);
        cleanup_awaits(flow, function);
        left_pending(flow, function);
        left_running::check(flow, function);
        cancelling::check(flow, function);
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

/// How a call makes a task: by itself, or through a helper of the program that does nothing with it but give it back.
pub(crate) fn makes_task(flow: &Flow, file: FileId, call: ExprId) -> Option<Confidence> {
    if !matches!(flow.facts(file).kind(call), ExprKind::Call(..)) {
        return None;
    }
    flow.spawns(file, call).or_else(|| giving_helper(flow, file, call).map(|_| Confidence::Likely))
}

/// The helper of the program that a call gets its task from.
fn giving_helper(flow: &Flow, file: FileId, call: ExprId) -> Option<FunctionRef> {
    if !flow.says_start.holds(flow.callee_name(file, call)?) {
        return None;
    }
    let [helper] = flow.functions(file, call)[..] else { return None };
    (flow.program.is_input(helper.file) && handed_back(flow, helper).is_some()).then_some(helper)
}

/// The functions that a task's coroutine is of: those that the call runs, and the method that it names where a decorator stands
/// between.
pub(crate) fn task_functions(flow: &Flow, file: FileId, coroutine: ExprId) -> Vec<FunctionRef> {
    let functions = flow.functions(file, coroutine);
    let own = flow.receiver(file, coroutine).is_some_and(|r| flow.facts(file).is_self(r));
    let named = own
        .then(|| {
            let class = flow.class_around(file, coroutine)?;
            let name = flow.callee_name(file, coroutine)?;
            flow.program.method(class, name.as_str()).filter(|&m| flow.program.is_input(m.file))
        })
        .flatten();
    match named {
        Some(method) if !functions.contains(&method) => vec![method],
        _ => functions,
    }
}

/// The helper that a statement of its own calls, and that gives back a task that nobody else keeps.
fn task_of_helper(flow: &Flow, file: FileId, call: ExprId) -> Option<FunctionRef> {
    let facts = flow.facts(file);
    is_dropped(facts, call).then(|| giving_helper(flow, file, call)).flatten()
}

fn is_dropped(facts: &FileFacts, call: ExprId) -> bool {
    matches!(facts.kind(call), ExprKind::Call(..))
        && matches!(facts.expr(call).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_)))
}

/// Names of helpers that start something.
pub(crate) fn says_start(name: &str) -> bool {
    ["task", "future", "spawn", "background", "schedule", "launch", "start", "fire", "forget"]
        .iter()
        .any(|part| name.contains(part))
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
                if is_statement(facts, parent) {
                    return dangling();
                }
                return collected(flow, function, call, filled(facts, parent), confidence);
            }
            // `tasks.append(create_task(…))`
            ExprKind::Call(callee, _) if is_statement(facts, parent) => {
                let ExprKind::Attribute(list, _) = facts.kind(callee) else { return };
                return collected(flow, function, call, puts_in(facts, list).then_some(list), confidence);
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

/// The name that a list which is written out is assigned to.
fn filled(facts: &FileFacts, list: ExprId) -> Option<ExprId> {
    let Parent::Stmt(stmt) = facts.expr(list).parent() else { return None };
    let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return None };
    let mut targets = facts.expr_list(targets);
    let target = targets.next()?;
    (value == list && targets.next().is_none()).then_some(target)
}

/// Whether a use of a list or set only puts something in: `tasks.append(…)`.
fn puts_in(facts: &FileFacts, used: ExprId) -> bool {
    matches!(facts.expr(used).parent(), Parent::Expr(method)
        if matches!(facts.kind(method), ExprKind::Attribute(_, name) if matches!(name.as_str(), "append" | "add"))
            && matches!(facts.expr(method).parent(), Parent::Expr(put) if is_statement(facts, put)))
}

/// SS802: tasks in a local list that is only filled and counted.
fn collected(flow: &Flow, function: FunctionRef, call: ExprId, list: Option<ExprId>, confidence: Confidence) {
    let file = function.file;
    let facts = flow.facts(file);
    let Some(ExprKind::Name(name, scope)) = list.map(|list| facts.kind(list)) else { return };
    let home = facts.resolve(scope, name);
    let own = facts.function(function.function).scope;
    if function.function == FunctionId::MODULE || home != Some(own) {
        return;
    }
    let [binding] = facts.bindings_in(own, name) else { return };
    let BindingKind::Assign(made) = binding.kind else { return };
    let is_plain = match facts.kind(made) {
        ExprKind::List(_) | ExprKind::Set(_) | ExprKind::Comprehension(_) => true,
        ExprKind::Call(callee, args) => {
            facts.args(args).is_empty()
                && matches!(facts.kind(callee), ExprKind::Name(n, _) if n == "list" || n == "set")
        }
        _ => false,
    };
    if !is_plain {
        return;
    }
    let used = flow.uses(file, name).into_iter().any(|u| {
        matches!(facts.kind(u), ExprKind::Name(_, s) if facts.resolve(s, name) == home)
            && !matches!(use_of(flow, file, u), Use::Look | Use::Write)
            && !puts_in(facts, u)
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
                && facts.is_self(base)
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
        let normal = |_: NodeId, edge: Edge| edge.goes_on();
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
        if its.is_self(base)
            && !flow
                .class_around(used.file, used.expr)
                .is_some_and(|c| family.contains(&c) || flow.program.mro(c).contains(&class))
        {
            continue;
        }
        if is_polled(its, used.expr) {
            return;
        }
        if matches!(use_of(flow, used.file, used.expr), Use::Cancel | Use::Await | Use::Away) {
            return forgotten_by_close(flow, class, file, call, attr);
        }
    }
    // It ends by itself when the class sets an event that it waits for.
    if let Some(coroutine) = facts.args_of(call).first()
        && task_functions(flow, file, coroutine.value).into_iter().any(|f| ends_by_event(flow, f))
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
        let functions = task_functions(flow, file, c.value);
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

/// Whether a loop turns until a task is done: `while not self._task.done(): await sleep(0.1)`.
fn is_polled(facts: &FileFacts, task: ExprId) -> bool {
    let asks = |parent| matches!(parent, Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(_, name) if name == "done"));
    let in_test = facts.stmt_of(task).is_some_and(|stmt| {
        matches!(facts.stmt(stmt).kind, StmtKind::While { test, .. } if facts.range(test).contains_range(facts.range(task)))
    });
    in_test && asks(facts.expr(task).parent())
}

/// SS802: a task that runs until it is cancelled, and that the close of its object leaves running, while it cancels others.
fn forgotten_by_close(flow: &Flow, class: ClassRef, file: FileId, call: ExprId, attr: Symbol) {
    const CLOSERS: &[&str] =
        &["aclose", "close", "shutdown", "stop", "disconnect", "cleanup", "__aexit__", "async_close"];
    let program = flow.program;
    let facts = flow.facts(file);
    let runs_on = facts.args_of(call).first().is_some_and(|c| {
        let functions = task_functions(flow, file, c.value);
        !functions.is_empty()
            && functions.iter().all(|&f| program.is_input(f.file) && loops(flow.facts(f.file), f.function))
            && !functions.iter().any(|&f| ends_by_event(flow, f))
    });
    let own = !program.has_unknown_base(class) || attr.as_str().starts_with('_');
    if !runs_on || class.file != file || !own {
        return;
    }
    // Another method is there to end it.
    let ended = flow.attribute_uses(attr).iter().any(|u| {
        let by = flow.facts(u.file).function(flow.facts(u.file).function_of(u.expr));
        is_cleanup(by.name.as_str())
    });
    if ended {
        return;
    }
    // All that closes objects of this class, and what that calls on them.
    let mut closing: Vec<FunctionRef> = CLOSERS.iter().filter_map(|m| program.own_method(class, m)).collect();
    let mut at = 0;
    while at < closing.len() && at < 24 {
        let its = flow.facts(closing[at].file);
        for e in its.exprs_of(closing[at].function) {
            let own = flow.receiver(closing[at].file, e).is_some_and(|r| its.is_self(r));
            if own {
                for f in flow.functions(closing[at].file, e) {
                    if !closing.contains(&f) && program.is_input(f.file) {
                        closing.push(f);
                    }
                }
            }
        }
        at += 1;
    }
    let mut ends: Option<(Symbol, FunctionRef)> = None;
    for &closer in &closing {
        let its = flow.facts(closer.file);
        for e in its.exprs_of(closer.function) {
            let ExprKind::Attribute(base, name) = its.kind(e) else { continue };
            if name == attr || name.as_str().contains("tasks") {
                return;
            }
            let own = its.is_self(base);
            // `self.task.cancel()`, `await cancel_and_wait(self.task)`
            let handed = matches!(its.expr(e).parent(), Parent::Expr(p)
                if flow.callee_name(closer.file, p).is_some_and(|n| n.as_str().contains("cancel")));
            if own && ends.is_none() && (handed || use_of(flow, closer.file, e) == Use::Cancel) {
                ends = Some((name, closer));
            }
        }
    }
    let Some((other, closer)) = ends else { return };
    let mut f = finding(
        &SS802,
        file,
        facts.range(call),
        format!(
            "`{}` cancels `self.{other}` and leaves this task running: `self.{attr}` outlives the object",
            program.function_name(closer)
        ),
    );
    f.help = Some("cancel and await it there too".to_owned());
    f.confidence = Confidence::Likely;
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
        flow.attribute_uses(name).iter().any(|u| {
            let its = flow.facts(u.file);
            matches!(its.expr(u.expr).parent(), Parent::Expr(p) if matches!(its.kind(p), ExprKind::Attribute(_, m) if m == "set"))
        })
    })
}
