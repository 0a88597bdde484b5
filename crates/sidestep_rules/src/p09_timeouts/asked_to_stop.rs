//! Pitfall 9: a wait for a task that was only asked to stop (SS901). It stops when it has left the managers that it stands in, and what
//! they do on the way out, the other side of a connection may keep from ending.

use crate::around::*;
use crate::finding::{Confidence, Finding, Hop};
use crate::limits::Limits;
use crate::registry::SS901;
use sidestep_facts::{ExprId, ExprKind, FileFacts, FunctionId, Parent, StmtKind, Symbol};
use sidestep_program::{ExprRef, FileId, FunctionRef, Program, Value};

/// SS901: `self._stop.set()`, then `await self._task`, where the task waits for that event inside a manager that nobody here knows. In
/// `__aexit__` itself, or at its call of the method that waits.
pub(crate) fn check(
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    for expr in facts.exprs_of(function) {
        let ExprKind::Await(task) = facts.kind(expr) else { continue };
        let ExprKind::Attribute(_, name) = facts.kind(task) else { continue };
        let Some(asked) = asked(facts, function, task) else { continue };
        let ExprKind::Attribute(_, event) = facts.kind(asked) else { continue };
        let Some((runner, manager)) = leaves_manager(program, file, function, name, event) else { continue };
        // Who leaves the object waits for all of it.
        let (at, by) = left_by(program, file, function).unwrap_or((task, function));
        let Some(way) = limits.unlimited(file, at) else { continue };
        let own = FunctionRef { file, function: by };
        let said = spelled(facts, at);
        let message = format!(
            "`{said}` may wait for ever: the task is only asked to stop, and leaves a connection first that may keep it"
        );
        let help = "put a limit around it (`asyncio.wait_for`, `anyio.move_on_after`), and cancel the task when the time is up";
        let mut found = finding(&SS901, Confidence::Likely, file, facts.range(at), message, help);
        found.chain = super::hops(program, &way, format!("awaits `{said}`"));
        if at != task {
            found.chain.push(Hop {
                file,
                range: facts.range(task),
                function: program.function_name(FunctionRef { file, function }),
                text: format!("waits for the task, called by `{}`", program.function_name(own)),
            });
        }
        found.chain.push(Hop {
            file,
            range: facts.range(manager),
            function: program.function_name(runner),
            text: "left by the task when it is asked to stop".into(),
        });
        out.push(found);
        return;
    }
}

/// The event that a function sets before it awaits a task that it does not cancel.
fn asked(facts: &FileFacts, function: FunctionId, task: ExprId) -> Option<ExprId> {
    let name = facts.dotted(task)?;
    let mut asked = None;
    for e in facts.exprs_of(function) {
        let ExprKind::Call(callee, _) = facts.kind(e) else { continue };
        let ExprKind::Attribute(of, method) = facts.kind(callee) else { continue };
        if method == "cancel" && facts.dotted(of).as_deref() == Some(&name) {
            return None;
        }
        if method == "set" && facts.range(e).end() < facts.range(task).start() {
            asked = Some(of);
        }
    }
    asked
}

/// The function that is run as the task of an attribute and waits for an event inside an async manager of somebody else's; and the manager.
fn leaves_manager(
    program: &Program,
    file: FileId,
    function: FunctionId,
    task: Symbol,
    event: Symbol,
) -> Option<(FunctionRef, ExprId)> {
    let facts = program.facts(file);
    let class = facts.function(function).class?;
    let runner = (0..facts.stmts.len() as u32).map(sidestep_facts::StmtId).find_map(|s| {
        if facts.function(facts.stmt(s).function).class != Some(class) {
            return None;
        }
        let StmtKind::Assign(targets, value) = facts.stmt(s).kind else { return None };
        let kept = facts.expr_list(targets).any(|t| matches!(facts.kind(t), ExprKind::Attribute(_, n) if n == task));
        let ExprKind::Call(_, args) = facts.kind(value) else { return None };
        if !kept || !last_name(facts, value).is_some_and(|n| n == "create_task" || n == "ensure_future") {
            return None;
        }
        let body = facts.positional(args, 0)?;
        functions_called(program, file, body).into_iter().find(|f| f.file == file && program.function(*f).is_async)
    })?;
    let wait = facts.exprs_of(runner.function).find(|&e| {
        let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
        matches!(facts.kind(callee), ExprKind::Attribute(of, name) if name == "wait"
            && matches!(facts.kind(of), ExprKind::Attribute(_, n) if n == event))
            && awaited(facts, e)
    })?;
    let stmt = facts.stmt_of(wait)?;
    let manager = facts.enclosing(stmt).find_map(|s| match facts.stmt(s).kind {
        StmtKind::With(index) if facts.withs[index as usize].is_async => {
            facts.withs[index as usize].items.iter().map(|i| i.context).find(|&c| is_foreign(program, file, c))
        }
        _ => None,
    })?;
    Some((runner, manager))
}

/// Whether a manager is a connection of somebody else's, by its name, or a stack of managers that may be any.
fn is_foreign(program: &Program, file: FileId, manager: ExprId) -> bool {
    const CONNECTIONS: &[&str] = &["client", "connect", "transport", "stream"];
    let value = program.value(file, manager);
    program.alternatives(value).into_iter().all(|v| match program.get(v) {
        Value::Instance(class, _) if program.is_input(class.file) => false,
        Value::Instance(class, _) if program.class(*class).name == "AsyncExitStack" => true,
        _ => {
            let name = spelled(program.facts(file), manager).to_ascii_lowercase();
            CONNECTIONS.iter().any(|word| name.contains(word))
        }
    })
}

/// The call in `__aexit__` of the same class that awaits a method of its own.
fn left_by(program: &Program, file: FileId, function: FunctionId) -> Option<(ExprId, FunctionId)> {
    let facts = program.facts(file);
    let class = facts.function(function).class?;
    program.sites_of(FunctionRef { file, function }).into_iter().find_map(|ExprRef { file: at, expr }| {
        let by = facts.function_of(expr);
        let leaves = at == file && facts.function(by).name == "__aexit__" && facts.function(by).class == Some(class);
        (leaves && matches!(facts.expr(expr).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_))))
            .then_some((expr, by))
    })
}
