//! Pitfall 5: managers entered the wrong way (SS502, SS503), generators left or suspended at the wrong place (SS505, SS506), closes
//! that nobody awaits (SS507).

use crate::Confidence;
use crate::around::only_value;
use crate::blocks::leaves_early;
use crate::flow::{Flow, finding};
use crate::registry::*;
use crate::support::{is_asked_for_kind, is_own_method};
use sidestep_facts::cfg::Op;
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef, Program, Target, Value, ValueId};

/// Which protocols every value that an expression may have speaks: sync, async; none where something is not known.
fn protocols(flow: &Flow, value: ValueId) -> Option<(bool, bool)> {
    let program = flow.program;
    let parts: Vec<ValueId> = program.alternatives(value).into_iter().filter(|&p| p != ValueId::NONE).collect();
    if parts.is_empty() {
        return None;
    }
    let (mut sync, mut asynchronous) = (false, false);
    for part in parts {
        match program.get(part) {
            Value::Instance(class, _) => {
                if program.has_unknown_base(*class) {
                    return None;
                }
                let (s, a) =
                    (program.method(*class, "__enter__").is_some(), program.method(*class, "__aenter__").is_some());
                // `__getattr__` does not help a `with`, but a metaclass or a mock might: classes with neither are not judged.
                if !s && !a {
                    return None;
                }
                sync |= s;
                asynchronous |= a;
            }
            Value::Manager(_, is_async, _) => {
                sync |= !is_async;
                asynchronous |= is_async;
            }
            _ => return None,
        }
    }
    Some((sync, asynchronous))
}

/// What an expression is; of a call of the program's own function, what its body returns, since its annotation may say less:
/// `-> Channel` of what gives one of two kinds.
fn given_by_body(program: &Program, file: FileId, expr: ExprId) -> ValueId {
    let declared = |f: FunctionRef| {
        let own = program.function(f);
        own.returns.is_some() && !own.is_generator && !own.is_async && !own.is_stub && program.is_input(f.file)
    };
    if let ExprKind::Call(..) = program.facts(file).kind(expr)
        && let [Target::Function(f, _)] = program.callees(file, expr).targets[..]
        && declared(f)
        && program.function(f).decorators == ExprList::EMPTY
    {
        let given = program.returned_by_body(f);
        if given != ValueId::UNKNOWN {
            return given;
        }
    }
    program.value(file, expr)
}

/// SS502 and SS503: the wrong `with`.
pub(crate) fn managers(flow: &Flow, function: FunctionRef, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let with = &facts.withs[index as usize];
    for item in &with.items {
        // What a library object gives when it is called a stub cannot say for sure: `sessionmaker(class_=AsyncSession)()`.
        let by_object = matches!(facts.kind(item.context), ExprKind::Call(callee, _)
            if matches!(flow.program.get(flow.program.value(file, callee)), Value::Instance(..)));
        let value = given_by_body(flow.program, file, item.context);
        let Some((sync, asynchronous)) = protocols(flow, value) else { continue };
        if !with.is_async && asynchronous && !sync {
            let mut f = finding(
                &SS502,
                file,
                facts.range(item.context),
                "this object only has `__aenter__`: `with` fails with a `TypeError`",
            );
            f.help = Some("write `async with`".to_owned());
            flow.report(f);
        } else if with.is_async && sync && !asynchronous && !by_object {
            let mut f = finding(
                &SS503,
                file,
                facts.range(item.context),
                "this object only has `__enter__`: `async with` fails with a `TypeError`",
            );
            f.help = Some("write `with`".to_owned());
            flow.report(f);
        }
    }
}

/// SS505: leaving `async for` early over a generator that holds a resource.
pub(crate) fn left_generator(flow: &Flow, function: FunctionRef, stmt: StmtId, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let l = &facts.fors[index as usize];
    let value = flow.program.value(file, l.iter);
    let generator = match flow.program.get(value) {
        Value::AsyncGenerator(generator, _) => *generator,
        Value::Instance(class, _) if leaves_early(facts, l.body) => {
            return left_stream(flow, function, stmt, l.iter, *class);
        }
        _ => return,
    };
    if !flow.program.is_input(generator.file)
        || !(matches!(facts.kind(l.iter), ExprKind::Call(..)) || is_only_iterated(flow, file, l.iter))
        || !leaves_early(facts, l.body)
    {
        return;
    }
    let its = flow.facts(generator.file);
    // Only where the loop can be left while the generator stands at a `yield` inside the resource.
    let graph = flow.graph(generator);
    let held = graph.ids().find_map(|n| match graph.op(n) {
        Op::Yield(_) => graph
            .held(n)
            .find(|h| {
                h.is_async && !flow.excludes(generator.file, h.context) || flow.excludes(generator.file, h.context)
            })
            .map(|h| h.context),
        _ => None,
    });
    let Some(held) = held else { return };
    let what = its.dotted(match its.kind(held) {
        ExprKind::Call(callee, _) => callee,
        _ => held,
    });
    let what = what.map_or_else(|| "a resource".to_owned(), |w| format!("`{w}`"));
    let start = facts.stmt(stmt).range().start();
    let mut f = finding(
        &SS505,
        file,
        TextRange::new(start, facts.range(l.iter).end()),
        format!("this loop is left early, and the generator stays suspended with {what} open until it is collected"),
    );
    f.help = Some("`async with contextlib.aclosing(…) as items: async for … in items:`".to_owned());
    flow.report(f);
}

/// SS505: a library's stream that the function opened for itself (`stream = await client.create(stream=True)`), left in the middle and not
/// closed: its response holds a connection.
fn left_stream(flow: &Flow, function: FunctionRef, stmt: StmtId, stream: ExprId, class: ClassRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let program = flow.program;
    let closes = ["close", "aclose"].iter().find(|name| {
        program.method(class, name).is_some_and(|m| program.function(m).is_async && program.mark(m, "close").is_some())
    });
    let Some(close) = closes.filter(|_| !program.is_input(class.file) && program.method(class, "__aenter__").is_some())
    else {
        return;
    };
    let opened = match facts.kind(stream) {
        ExprKind::Name(..) => only_value(facts, stream).filter(|_| is_only_iterated(flow, file, stream)),
        _ => Some(stream),
    };
    if !opened.is_some_and(|e| matches!(facts.kind(e), ExprKind::Await(_))) {
        return;
    }
    let mut f = finding(
        &SS505,
        file,
        TextRange::new(facts.stmt(stmt).range().start(), facts.range(stream).end()),
        format!(
            "this loop is left early, and the `{}` keeps its connection until it is collected",
            program.class(class).name
        ),
    );
    f.help = Some(format!("`async with` the stream, or `await stream.{close}()` in a `finally`"));
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// Whether a name is bound once, by a call, and nothing is done with it but to iterate over it here.
fn is_only_iterated(flow: &Flow, file: FileId, iterated: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Name(name, scope) = facts.kind(iterated) else { return false };
    let home = facts.resolve(scope, name);
    let elsewhere = flow.uses(file, name).into_iter().any(|u| {
        matches!(facts.kind(u), ExprKind::Name(_, s) if facts.resolve(s, name) == home)
            && u != iterated
            && !matches!(facts.expr(u).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..)))
    });
    !elsewhere
        && only_value(facts, iterated).is_some_and(|v| matches!(facts.kind(v), ExprKind::Call(..) | ExprKind::Await(_)))
}

/// SS506: a `yield` inside a cancel scope.
pub(crate) fn yields(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    // A context manager, a fixture: the decorator's business.
    if facts.expr_list(facts.function(function.function).decorators).len() > 0 {
        return;
    }
    let graph = flow.graph(function);
    let mut said: Vec<ExprId> = Vec::new();
    for node in graph.ids() {
        let Op::Yield(expr) = graph.op(node) else { continue };
        if said.contains(&expr) {
            continue;
        }
        let is_scope = |class: ClassRef| flow.program.class_mark(class, "cancel_scope").is_some();
        let scope = graph.held(node).find(|h| {
            // What `trio.open_nursery()` gives when it is entered.
            let entered = flow.program.entered(flow.program.value(file, h.context), h.is_async);
            flow.classes_of(entered).into_iter().any(is_scope)
                || flow.classes(file, h.context).into_iter().any(is_scope)
                || matches!(facts.kind(h.context), ExprKind::Call(..))
                    && flow.call_mark(file, h.context, "cancel_scope").is_some()
        });
        let Some(scope) = scope else { continue };
        said.push(expr);
        let name = match facts.kind(scope.context) {
            ExprKind::Call(callee, _) => facts.dotted(callee),
            _ => facts.dotted(scope.context),
        };
        let name = name.unwrap_or_else(|| "a cancel scope".to_owned());
        let mut f = finding(
            &SS506,
            file,
            facts.range(expr),
            format!(
                "`yield` inside `{name}`: the scope's cancellation hits whoever iterates, and it may be left in another task"
            ),
        );
        f.help = Some("yield outside the scope, or make it a context manager that feeds a queue".to_owned());
        f.labels.push(crate::Label { range: facts.range(scope.context), text: "the scope".to_owned() });
        flow.report(f);
    }
}

/// Whether a method is of a class of the program that nobody can enter: what its `disconnect` ends is not a resource like another.
fn is_of_no_resource(flow: &Flow, method: FunctionRef) -> bool {
    flow.program.is_input(method.file)
        && flow.program.class_of(method).is_some_and(|class| {
            flow.program.method(class, "__aenter__").is_none()
                && flow.program.class_mark(class, "async_resource").is_none()
                && !flow.program.has_unknown_base(class)
        })
}

/// SS507: an async close that nobody awaits.
pub(crate) fn close_not_awaited(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Stmt(stmt) = facts.expr(call).parent() else { return };
    if !matches!(facts.stmt(stmt).kind, StmtKind::Expr(_)) {
        return;
    }
    let Some(name) = flow.callee_name(file, call) else { return };
    if !matches!(
        name.as_str(),
        "close" | "aclose" | "wait_closed" | "disconnect" | "shutdown" | "__aexit__" | "aexit" | "close_connection"
    ) || is_own_method(facts, call)
    {
        return;
    }
    // `if iscoroutinefunction(client.close): await client.close() else: client.close()`
    if matches!(facts.kind(call), ExprKind::Call(callee, _) if is_asked_for_kind(facts, call, callee)) {
        return;
    }
    let value = flow.program.value(file, call);
    let parts = flow.program.alternatives(value);
    let coroutine = !parts.is_empty() && parts.iter().all(|&p| matches!(flow.program.get(p), Value::Coroutine(..)));
    if !coroutine || flow.functions(file, call).into_iter().any(|f| is_of_no_resource(flow, f)) {
        return;
    }
    let mut f = finding(
        &SS507,
        file,
        facts.range(call),
        format!("`{name}` is async: without `await` it does nothing, and the resource stays open"),
    );
    f.help = Some("await it".to_owned());
    flow.report(f);
}
