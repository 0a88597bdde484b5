//! Tasks: kept until they are done, awaited, awaited after they are cancelled; what they failed with is told.

use super::edits::{Applicability, Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, use_of};
use sidestep_facts::{
    ArgKind, BindingKind, ExprId, ExprKind, ExprList, Handler, Ranged as _, ScopeId, StmtId, StmtKind, TextRange,
};
use sidestep_program::Target;

/// SS801: the task is kept in a set until it is done.
pub fn keep(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the task is not made by a call here")?;
    let Use::Stmt(stmt) = use_of(facts, call) else {
        return Err("it is made inside another expression".into());
    };
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let scope = source.scope_of(call);
    let is_empty_set = |value: ExprId| {
        matches!(facts.kind(value), ExprKind::Call(callee, args)
            if facts.args(args).is_empty() && facts.dotted(callee).as_deref() == Some("set"))
    };
    let names = ["background_tasks", "_background_tasks"];
    let (set, mut edits) = source.module_state(scope, &names, "set()", is_empty_set);
    let task = source.free_name(scope, &["task", "background_task"]);
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => edits.push(Edit::insert(finding.range.start(), format!("{task} = "))),
        StmtKind::Assign(targets, _) => {
            let mut targets = facts.expr_list(targets);
            let target = targets.next().filter(|_| targets.len() == 0).ok_or("it has several names")?;
            edits.push(Edit::replace(facts.range(target), task.clone()));
        }
        _ => return Err("it is not a statement of its own".into()),
    }
    let end = source.line_end(facts.stmt(stmt).range().end());
    let lines = format!("\n{indent}{set}.add({task})\n{indent}{task}.add_done_callback({set}.discard)");
    edits.push(Edit::insert(end, lines));
    Ok(Fix::safe("keep the task in a set until it is done", edits))
}

/// SS802: the task is awaited at the end of the block; one that never ends is cancelled first.
pub fn finish(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the task is not made by a call here")?;
    source.may_await(call)?;
    let Use::Stmt(stmt) = use_of(facts, call) else {
        return Err("it is made inside another expression".into());
    };
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return Err("it has no name".into()) };
    let mut targets = facts.expr_list(targets);
    let target = targets.next().filter(|_| targets.len() == 0).ok_or("it has several names")?;
    let ExprKind::Name(name, scope) = facts.kind(target) else { return Err("it has no name".into()) };
    let home = facts.resolve(scope, name).ok_or("it has no name")?;
    if facts.bindings_in(home, name).len() != 1 {
        return Err("its name means several things".into());
    }
    let function = facts.stmt(stmt).function;
    let body = facts.function(function).body;
    if facts.stmt(stmt).parent().is_some() || !facts.block(body).any(|s| s == stmt) {
        return Err("it is made in a branch or a loop".into());
    }
    let after = |s: &StmtId| facts.stmt(*s).range().start() > finding.range.end();
    let last = facts.block(body).next_back().ok_or("the function has no end")?;
    let leaves = |s: &StmtId| matches!(facts.stmt(*s).kind, StmtKind::Return(_) | StmtKind::Raise(..));
    if facts.stmts_of(function).filter(after).any(|s| s != last && leaves(&s)) {
        return Err("the function ends in several places".into());
    }
    let indent = source.own_lines(last).ok_or("several statements share a line")?;
    let endless = source.is_endless(call);
    let lines = if endless {
        let gather = source.import(source.scope_of(call), "asyncio", "gather")?;
        if !gather.edits.is_empty() {
            return Err("the task is not asyncio's".into());
        }
        format!("{indent}{name}.cancel()\n{indent}await {}({name}, return_exceptions=True)", gather.name)
    } else {
        format!("{indent}await {name}")
    };
    let edit = if leaves(&last) {
        Edit::insert(source.line_start(facts.stmt(last).range().start()), format!("{lines}\n"))
    } else {
        Edit::insert(source.line_end(facts.stmt(last).range().end()), format!("\n{lines}"))
    };
    Ok(if endless {
        Fix::needs_review("cancel the task at the end, and await it", vec![edit])
    } else {
        Fix::safe("await the task at the end", vec![edit])
    })
}

impl Source<'_> {
    /// Whether the coroutine given to a call never ends by itself.
    fn is_endless(&self, call: ExprId) -> bool {
        let ExprKind::Call(_, args) = self.facts.kind(call) else { return false };
        let Some(coroutine) = self.facts.positional(args, 0) else { return false };
        let callees = self.program.callees(self.file, coroutine);
        callees.targets.iter().any(|target| {
            let Target::Function(function, _) = target else { return false };
            let facts = self.program.facts(function.file);
            facts.stmts_of(function.function).any(|stmt| match facts.stmt(stmt).kind {
                StmtKind::While { test, .. } if facts.kind(test) == ExprKind::True => {
                    let range = facts.stmt(stmt).range();
                    let inside = |s: &StmtId| range.contains_range(facts.stmt(*s).range());
                    !facts
                        .stmts_of(function.function)
                        .filter(inside)
                        .any(|s| matches!(facts.stmt(s).kind, StmtKind::Break | StmtKind::Return(_)))
                }
                _ => false,
            })
        })
    }
}

/// SS807: a task that was cancelled is awaited.
pub fn await_cancelled(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("nothing is cancelled by a call here")?;
    source.may_await(call)?;
    let Use::Stmt(stmt) = use_of(facts, call) else { return Err("it is part of another expression".into()) };
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let ExprKind::Call(callee, _) = facts.kind(call) else { return Err("it is not a call".into()) };
    let ExprKind::Attribute(task, _) = facts.kind(callee) else { return Err("the task has no name".into()) };
    let gather = source.import(source.scope_of(call), "asyncio", "gather")?;
    let mut edits = gather.edits;
    let line = format!("\n{indent}await {}({}, return_exceptions=True)", gather.name, source.expr(task));
    edits.push(Edit::insert(source.line_end(finding.range.end()), line));
    Ok(Fix::safe("await it after it is cancelled", edits))
}

/// SS702: what failed among results that nobody reads is logged.
pub fn log_failures(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the results do not come from a call here")?;
    let Use::Expr(awaited) = use_of(facts, call) else { return Err("it is not awaited here".into()) };
    let theirs = || "what is to become of the results is for you to say";
    let Use::Stmt(stmt) = use_of(facts, awaited) else { return Err(theirs().into()) };
    let named = match facts.stmt(stmt).kind {
        StmtKind::Expr(_) => None,
        StmtKind::Assign(targets, _) => Some(source.unread(targets).ok_or_else(theirs)?),
        _ => return Err(theirs().into()),
    };
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let scope = source.scope_of(call);
    let result = source.free_name(scope, &["result", "outcome"]);
    let results = named.map_or_else(|| source.free_name(scope, &["results", "outcomes"]), str::to_owned);
    let (logger, mut edits) = source.logger(scope)?;
    let unit = source.unit();
    if named.is_none() {
        edits.push(Edit::insert(facts.stmt(stmt).range().start(), format!("{results} = ")));
    }
    let quote = source.quote();
    let lines = format!(
        "\n{indent}for {result} in {results}:\n{indent}{unit}if isinstance({result}, Exception):\n\
         {indent}{unit}{unit}{logger}.error({quote}a task failed{quote}, exc_info={result})"
    );
    edits.push(Edit::insert(source.line_end(facts.stmt(stmt).range().end()), lines));
    Ok(Fix::safe("log what failed", edits))
}

impl Source<'_> {
    /// The one name that something is assigned to, if nobody reads it.
    fn unread(&self, targets: ExprList) -> Option<&str> {
        let facts = self.facts;
        let mut targets = facts.expr_list(targets);
        let target = targets.next().filter(|_| targets.len() == 0)?;
        let ExprKind::Name(name, _) = facts.kind(target) else { return None };
        let within = facts.function(facts.function_of(target)).range;
        let is_read = facts.exprs.iter().zip(0..).any(|(expr, number)| {
            ExprId(number) != target
                && matches!(expr.kind, ExprKind::Name(n, _) if n == name)
                && within.contains_range(expr.range())
        });
        (!is_read).then(|| self.expr(target))
    }

    /// The module's logger, or an expression for one.
    fn logger(&self, scope: ScopeId) -> Result<(String, Vec<Edit>), std::borrow::Cow<'static, str>> {
        let facts = self.facts;
        let is_logger = |value: ExprId| match facts.kind(value) {
            ExprKind::Call(callee, _) => {
                facts.dotted(callee).is_some_and(|name| name == "getLogger" || name == "logging.getLogger")
            }
            _ => false,
        };
        let mut found: Vec<_> = facts
            .bindings_of(ScopeId::MODULE)
            .iter()
            .filter(|b| matches!(b.kind, BindingKind::Assign(value) if is_logger(value)))
            .filter(|b| facts.resolve(scope, b.name) == Some(ScopeId::MODULE))
            .map(|b| (b.at, b.name))
            .collect();
        found.sort_by_key(|&(at, _)| at);
        if let Some((_, name)) = found.first() {
            return Ok((name.as_str().to_owned(), Vec::new()));
        }
        let logger = self.import(scope, "logging", "getLogger")?;
        Ok((format!("{}(__name__)", logger.name), logger.edits))
    }
}

/// SS704: what is swallowed is logged.
pub fn log_swallowed(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let start = finding.range.start();
    let mut handlers = facts.tries.iter().flat_map(|t| &t.handlers);
    let handler = handlers.find(|handler| handler.range.start() == start).ok_or("the handler is not here")?;
    let mut body = facts.block(handler.body);
    let only = body.next().filter(|_| body.len() == 0).ok_or("the handler does something")?;
    source.own_lines(only).ok_or("several statements share a line")?;
    let function = facts.stmt(only).function;
    let (logger, mut edits) = source.logger(facts.function(function).scope)?;
    let quote = source.quote();
    let line = format!("{logger}.exception({quote}{} failed{quote})", facts.function(function).name);
    let range = facts.stmt(only).range();
    edits.push(match facts.stmt(only).kind {
        StmtKind::Pass if source.slice(range) == "pass" => Edit::replace(range, line),
        StmtKind::Continue => Edit::insert(range.start(), format!("{line}\n{}", source.indent_at(range.start()))),
        _ => return Err("the handler does something".into()),
    });
    Ok(Fix::needs_review("log what failed", edits))
}

/// SS803: cancellation goes on after the handler.
pub fn re_raise(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let at = finding.range.start();
    let found = facts.tries.iter().find_map(|t| {
        let nth = t.handlers.iter().position(|handler| handler.range.start() == at)?;
        Some((t, nth))
    });
    let (around, nth) = found.ok_or("which errors are expected here is for you to say")?;
    if around.is_star {
        return Err("the handler is one of `except*`".into());
    }
    if source.framework() != "asyncio" {
        return Err("the cancellation is not asyncio's".into());
    }
    let handler = &around.handlers[nth];
    let is_cancelled =
        |e: ExprId| facts.dotted(e).is_some_and(|name| name.rsplit('.').next() == Some("CancelledError"));
    // A handler that notes down what happened may have more in mind.
    let only_tells = facts
        .block(handler.body)
        .all(|stmt| matches!(facts.stmt(stmt).kind, StmtKind::Expr(_) | StmtKind::Pass | StmtKind::Continue));
    let applicability = if only_tells { Applicability::Safe } else { Applicability::Unsafe };
    if handler.exception.is_some_and(is_cancelled) {
        return Ok(at_the_end(source, handler)?.at_most(applicability));
    }
    let mentions = |handler: &Handler| handler.exception.is_some_and(|e| source.expr(e).contains("CancelledError"));
    if mentions(handler) {
        return Err("the handler names cancellation beside others: what it does for it is for you to say".into());
    }
    if around.handlers[..nth].iter().any(mentions) {
        return Err("an earlier handler catches cancellation too".into());
    }
    let line = source.slice(TextRange::new(source.line_start(at), at));
    if !line.trim().is_empty() {
        return Err("the handler does not begin a line".into());
    }
    let first = facts.block(handler.body).next().ok_or("the handler is empty")?;
    let function = facts.stmt(first).function;
    let error = source.import(facts.function(function).scope, "asyncio", "CancelledError")?;
    let mut edits = error.edits;
    edits.push(Edit::insert(at, format!("except {}:\n{line}{}raise\n{line}", error.name, source.unit())));
    Ok(Fix::safe("re-raise cancellation", edits).at_most(applicability))
}

/// `raise` at the end of a handler of cancellation alone.
fn at_the_end(source: &Source<'_>, handler: &Handler) -> Verdict {
    let facts = source.facts;
    let last = facts.block(handler.body).next_back().ok_or("the handler is empty")?;
    let range = facts.stmt(last).range();
    let edit = match facts.stmt(last).kind {
        StmtKind::Continue => Edit::replace(range, "raise"),
        StmtKind::Pass if source.slice(range) == "pass" => Edit::replace(range, "raise"),
        StmtKind::Return(_) | StmtKind::Break | StmtKind::Raise(..) => {
            return Err("the handler leaves in a way of its own".into());
        }
        _ => {
            let indent = source.own_lines(last).ok_or("several statements share a line")?;
            // Behind a block, the last statement's own indentation is the handler's.
            Edit::insert(source.line_end(range.end()), format!("\n{indent}raise"))
        }
    };
    Ok(Fix::safe("re-raise cancellation", vec![edit]))
}

/// SS307: the form of a call that other threads may use.
pub fn thread_safe(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let none = "the loop that it belongs to is not at hand";
    let call = source.call_at(finding.range).ok_or(none)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err(none.into()) };
    match facts.kind(callee) {
        ExprKind::Attribute(_, attr) if attr == "call_soon" => {}
        _ => return Err(none.into()),
    }
    if facts.args(args).iter().any(|arg| matches!(arg.kind, ArgKind::StarStar)) {
        return Err("its arguments are not plain".into());
    }
    let edit = Edit::insert(facts.range(callee).end(), "_threadsafe");
    Ok(Fix::safe("use `call_soon_threadsafe`", vec![edit]))
}

/// SS808: the undo is done when the task is cancelled too.
pub fn undo_always(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let at = finding.range.start();
    let handlers = facts.tries.iter().flat_map(|t| &t.handlers);
    let handler = handlers.into_iter().find(|handler| handler.range.start() == at).ok_or("the handler is not here")?;
    let caught = handler.exception.filter(|&e| source.expr(e) == "Exception").ok_or("it catches some errors only")?;
    let last = facts.block(handler.body).next_back().map(|last| facts.stmt(last).kind);
    if last != Some(StmtKind::Raise(None, None)) {
        return Err("the handler does not raise what it caught".into());
    }
    let edit = Edit::replace(facts.range(caught), "BaseException");
    Ok(Fix::needs_review("undo it on cancellation too", vec![edit]))
}

/// SS809: a result only for a future that still waits for one.
pub fn ask_done(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("no result is set by a call here")?;
    let Use::Stmt(stmt) = use_of(facts, call) else { return Err("it is part of another expression".into()) };
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let ExprKind::Call(callee, _) = facts.kind(call) else { return Err("it is not a call".into()) };
    let ExprKind::Attribute(future, _) = facts.kind(callee) else { return Err("the future has no name".into()) };
    if facts.dotted(future).is_none() {
        return Err("the future has no name".into());
    }
    let range = facts.stmt(stmt).range();
    let inner = source.indented(range, "    ");
    let inner = inner.trim_start();
    let text = format!("if not {}.done():\n{indent}    {inner}", source.expr(future));
    Ok(Fix::needs_review("ask whether it still waits", vec![Edit::replace(range, text)]))
}

/// SS810: the cancelled task is awaited so that its `CancelledError` stays with it.
pub fn gather_cancelled(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let awaited =
        source.find(finding.range, |kind| matches!(kind, ExprKind::Await(_))).ok_or("nothing is awaited here")?;
    let ExprKind::Await(task) = facts.kind(awaited) else { return Err("nothing is awaited here".into()) };
    if !matches!(use_of(facts, awaited), Use::Stmt(stmt) if facts.stmt(stmt).kind == StmtKind::Expr(awaited)) {
        return Err("its result is used".into());
    }
    let gather = source.import(source.scope_of(awaited), "asyncio", "gather")?;
    let mut edits = gather.edits;
    let text = format!("{}({}, return_exceptions=True)", gather.name, source.expr(task));
    edits.push(Edit::replace(facts.range(task), text));
    Ok(Fix::needs_review("wait for its end whatever it is", edits))
}
