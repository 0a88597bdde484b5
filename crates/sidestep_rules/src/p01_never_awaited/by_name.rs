//! Pitfall 1 where nothing says what a call runs, but what the program does elsewhere does: the same call is awaited there and its
//! result taken as it is here, or every method of the program that is called so is async.

use crate::blocks::in_handler;
use crate::finding::Confidence;
use crate::p01_never_awaited::passed_on::*;
use crate::registry::*;
use crate::support::*;
use rustc_hash::FxHashMap;
use sidestep_facts::{ExprId, ExprKind, FileFacts, StmtKind, Symbol};
use sidestep_program::{FileId, FunctionRef, Program, ValueId};

/// SS102 for a result that is taken as it is, of a call that is awaited elsewhere in the file.
pub(crate) fn awaited_for_its_value(reporter: &mut Reporter, file: FileId) {
    let program = reporter.program;
    let facts = program.facts(file);
    let mut awaited: FxHashMap<Symbol, Vec<ExprId>> = FxHashMap::default();
    for expr in &facts.exprs {
        let ExprKind::Await(call) = expr.kind else { continue };
        if let Some(name) = method_called(facts, call)
            && !starts_work(name)
        {
            awaited.entry(name).or_default().push(call);
        }
    }
    for index in 0..facts.exprs.len() as u32 {
        let call = ExprId(index);
        let Some(elsewhere) = method_called(facts, call).and_then(|name| awaited.get(&name)) else { continue };
        if elsewhere.contains(&call) || !is_unknown_in_async(program, file, call) {
            continue;
        }
        let Some(known) = known_by(program, file, call) else { continue };
        let mut same = elsewhere.iter().copied().filter(|&a| known_by(program, file, a).as_ref() == Some(&known));
        let Some(first) = same.next() else { continue };
        if are_alternatives(facts, first, call) || same.any(|a| are_alternatives(facts, a, call)) {
            continue;
        }
        let Some(why) = taken_for_result(program, file, call) else { continue };
        let name = called(facts, call);
        reporter
            .report(
                &SS102,
                file,
                call,
                format!("`{name}` is awaited elsewhere: this call gives a coroutine that is not awaited: {why}"),
            )
            .help("await the call")
            .label(facts.range(first), "awaited here")
            .confidence(Confidence::Likely);
    }
}

/// SS101 for calls of objects of which nothing is known but that they are called as a class is whose method this must be: only async
/// methods of the program have its name.
pub(crate) fn async_by_name(reporter: &mut Reporter, file: FileId) {
    let program = reporter.program;
    let facts = program.facts(file);
    for index in 0..facts.exprs.len() as u32 {
        let call = ExprId(index);
        let Some(name) = method_called(facts, call) else { continue };
        if !is_telling(name)
            || !is_statement(facts, call)
            || !program.may_be_async(name)
            || starts_work(name)
            || !is_unknown_in_async(program, file, call)
        {
            continue;
        }
        let Some(method) = program.only_async_method(name) else { continue };
        if !is_called_as_its_class(program, file, call, method) {
            continue;
        }
        let what = called(facts, call);
        reporter
            .report(
                &SS101,
                file,
                call,
                format!("`{what}` must be `{}`, which is async: this call makes a coroutine and drops it, and its body never runs", shown(program, method)),
            )
            .help("await it")
            .confidence(Confidence::Likely);
    }
}

/// SS101 for a `commit` or a `rollback` of a session of which nothing is known but that its other methods are awaited: in every
/// library of databases these are async if those are.
pub(crate) fn async_by_kin(reporter: &mut Reporter, file: FileId) {
    const ASKS: [&str; 7] = ["execute", "commit", "rollback", "scalar", "scalars", "fetchrow", "fetchval"];
    const ENDS: [&str; 4] = ["commit", "rollback", "flush", "refresh"];
    let program = reporter.program;
    let facts = program.facts(file);
    let mut asked: FxHashMap<Known, ExprId> = FxHashMap::default();
    let mut dropped: Vec<(Known, ExprId)> = Vec::new();
    for index in 0..facts.exprs.len() as u32 {
        let call = ExprId(index);
        let Some(name) = method_called(facts, call) else { continue };
        let (asks, ends) = (ASKS.contains(&name.as_str()), ENDS.contains(&name.as_str()));
        if !asks && !ends || !is_awaited(facts, call) && !is_statement(facts, call) {
            continue;
        }
        let Some(mut known) = known_by(program, file, call) else { continue };
        known.path.truncate(known.path.len() - name.as_str().len());
        if is_awaited(facts, call) {
            asked.entry(known).or_insert(call);
        } else if ends && is_unknown_in_async(program, file, call) {
            dropped.push((known, call));
        }
    }
    for (known, call) in dropped {
        let Some(&kin) = asked.get(&known) else { continue };
        let facts = program.facts(file);
        if are_alternatives(facts, kin, call) && !facts.stmt_of(call).is_some_and(|s| in_handler(facts, s)) {
            continue;
        }
        let (what, other) = (called(facts, call), called(facts, kin));
        let place = facts.range(call);
        if reporter.has(&SS101, file, place) {
            continue;
        }
        reporter
            .report(
                &SS101,
                file,
                call,
                format!("`{other}` is awaited, so `{what}` is async as well: this call makes a coroutine and drops it, and its body never runs"),
            )
            .help("await it")
            .label(facts.range(kin), "awaited here")
            .confidence(Confidence::Likely);
    }
}

/// Whether the object that a method is called on is named like the method's class: `services.ingestion` is an `IngestionService`.
fn is_called_as_its_class(program: &Program, file: FileId, call: ExprId, method: FunctionRef) -> bool {
    const ANY: [&str; 12] = [
        "base", "async", "abstract", "service", "client", "manager", "provider", "handler", "impl", "mixin", "default",
        "object",
    ];
    let facts = program.facts(file);
    let (ExprKind::Call(callee, _), Some(class)) = (facts.kind(call), program.class_of(method)) else { return false };
    let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return false };
    let (ExprKind::Name(named, _) | ExprKind::Attribute(_, named)) = facts.kind(receiver) else { return false };
    let class = program.class(class).name.as_str().to_ascii_lowercase();
    let named = named.as_str().to_ascii_lowercase();
    named.split('_').any(|word| word.len() > 3 && !ANY.contains(&word) && class.contains(word))
}

/// The name that a method is called by.
fn method_called(facts: &FileFacts, call: ExprId) -> Option<Symbol> {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    match facts.kind(callee) {
        ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    }
}

fn called(facts: &FileFacts, call: ExprId) -> String {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return String::new() };
    facts.dotted(callee).unwrap_or_else(|| "this method".to_owned())
}

/// Two words at least, so that the name is hardly shared by chance.
fn is_telling(name: Symbol) -> bool {
    name.as_str().split('_').filter(|part| part.len() > 1).count() > 1
}

/// A call in async code of which nothing is known, where no code asks what it got.
fn is_unknown_in_async(program: &Program, file: FileId, call: ExprId) -> bool {
    let facts = program.facts(file);
    let function = facts.function_of(call);
    facts.function(function).is_async
        && program.value(file, call) == ValueId::UNKNOWN
        && program.callees(file, call).targets.is_empty()
        && !asks_what_it_got(facts, function, None)
}

/// Why what a call gives is taken for a result: where it stands, or through the local name that it is bound to, which is never
/// awaited. A method called on the result says nothing: builders of queries are awaited at the end of a chain.
fn taken_for_result(program: &Program, file: FileId, call: ExprId) -> Option<String> {
    let facts = program.facts(file);
    if let Some(why) = misused(program, file, call) {
        return Some(why);
    }
    let Use::Stmt(stmt) = use_of(facts, call) else { return None };
    let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return None };
    let mut targets = facts.expr_list(targets);
    let (Some(target), None) = (targets.next(), targets.next()) else { return None };
    let ExprKind::Name(name, scope) = facts.kind(target) else { return None };
    let function = facts.function_of(call);
    let home = facts.resolve(scope, name)?;
    if value != call || home != facts.function(function).scope {
        return None;
    }
    let mut why = None;
    for read in facts.exprs_of(function) {
        if read == target
            || !matches!(facts.kind(read), ExprKind::Name(n, s) if n == name && facts.resolve(s, n) == Some(home))
        {
            continue;
        }
        if is_awaited(facts, read) || is_entered(facts, read) {
            return None;
        }
        if facts.range(read).start() >= facts.range(call).end() && why.is_none() {
            why = misused(program, file, read);
        }
    }
    why
}

/// Whether an expression is what a `with` enters.
fn is_entered(facts: &FileFacts, expr: ExprId) -> bool {
    matches!(use_of(facts, expr), Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::With(_)))
}

fn misused(program: &Program, file: FileId, expr: ExprId) -> Option<String> {
    let facts = program.facts(file);
    match use_of(facts, expr) {
        Use::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::If { test, .. } | StmtKind::While { test, .. } if test == expr => {
                return Some("its truth is tested, and a coroutine is always true".to_owned());
            }
            _ => {}
        },
        Use::Expr(parent) => match facts.kind(parent) {
            ExprKind::Not(_) => return Some("its truth is tested, and a coroutine is always true".to_owned()),
            // A method of the result, or a part of one.
            ExprKind::Attribute(..) if matches!(use_of(facts, parent), Use::Expr(call) if matches!(facts.kind(call), ExprKind::Call(callee, _) if callee == parent)) =>
            {
                return None;
            }
            _ => {}
        },
        Use::None => {}
    }
    raises_for_coroutine(program, file, expr)
}
