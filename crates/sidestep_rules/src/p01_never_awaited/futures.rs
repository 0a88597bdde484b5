//! Pitfall 1, SS102 for futures: what `asyncio.gather`, `shield` or `run_in_executor` give runs by itself, but it is not its result.
//!
//! Only what raises is said: a future may be printed, compared and tested, as any object may.

use super::is_written;
use crate::registry::SS102;
use crate::support::*;
use sidestep_facts::{BindingKind, CmpOp, ExprId, ExprKind, FunctionId, ScopeId, StmtKind};
use sidestep_program::{ExprRef, FileId, FunctionRef, Program, Target, Value, ValueId};

/// The names of what gives the future of something that runs: a filter, so that most calls cost no more than a look.
const MAKERS: [&str; 6] = ["gather", "shield", "run_in_executor", "create_task", "ensure_future", "wrap_future"];

/// SS102 for the futures that a file makes.
pub(crate) fn taken_for_results(reporter: &mut Reporter, file: FileId) {
    let program = reporter.program;
    let facts = program.facts(file);
    for index in 0..facts.functions.len() as u32 {
        let function = FunctionRef { file, function: FunctionId(index) };
        for call in facts.exprs_of(function.function) {
            let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
            let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(callee) else { continue };
            if MAKERS.contains(&name.as_str())
                && !is_awaited(facts, call)
                && is_future(program, file, call)
                && let Some(why) = taken(program, function, call)
            {
                let name = facts.dotted(callee).unwrap_or_else(|| name.as_str().to_owned());
                reporter
                    .report(&SS102, file, call, format!("`{name}` gives a future that is not awaited: {why}"))
                    .help("await the call");
            }
        }
    }
}

/// Whether an expression is nothing but a future of an event loop.
fn is_future(program: &Program, file: FileId, expr: ExprId) -> bool {
    let parts = program.alternatives(program.value(file, expr));
    !parts.is_empty()
        && parts.iter().all(|&part| {
            matches!(program.get(part), Value::Instance(class, _)
                if program.is_class(*class, "asyncio", "Future") || program.is_class(*class, "asyncio", "Task"))
        })
}

/// Why the future that a call makes raises where it is used: there, or through the only name that it gets.
fn taken(program: &Program, function: FunctionRef, call: ExprId) -> Option<String> {
    let facts = program.facts(function.file);
    if let Some(why) = raises(program, function, call) {
        return Some(why);
    }
    let Use::Stmt(stmt) = use_of(facts, call) else { return None };
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return None };
    let mut targets = facts.expr_list(targets);
    let (Some(target), None) = (targets.next(), targets.next()) else { return None };
    let ExprKind::Name(name, scope) = facts.kind(target) else { return None };
    let own = facts.function(function.function).scope;
    if own == ScopeId::MODULE || facts.resolve(scope, name) != Some(own) {
        return None;
    }
    let reads: Vec<ExprId> = facts
        .exprs_of(function.function)
        .filter(|&e| e != target && matches!(facts.kind(e), ExprKind::Name(n, _) if n == name))
        .collect();
    // Whoever awaits it somewhere knows what it is, and so does who hangs something on it.
    let is_marked = |read: ExprId| matches!(use_of(facts, read), Use::Expr(attribute) if is_written(facts, attribute));
    if reads.iter().any(|&read| is_awaited(facts, read) || is_marked(read)) {
        return None;
    }
    let is_its = |read: ExprId| {
        facts.range(read).start() > facts.range(call).end()
            && is_future(program, function.file, read)
            && facts.bindings_in(own, name).iter().all(|b| b.kind == BindingKind::Assign(call))
    };
    reads.into_iter().find_map(|read| is_its(read).then(|| raises(program, function, read)).flatten())
}

/// Why using a future so raises.
fn raises(program: &Program, function: FunctionRef, future: ExprId) -> Option<String> {
    const ITERATED: &str = "a future cannot be iterated: this raises `RuntimeError`";
    const CALCULATED: &str = "a future has no operators: this raises `TypeError`";
    let file = function.file;
    let facts = program.facts(file);
    let parent = match use_of(facts, future) {
        Use::Expr(parent) => parent,
        Use::Stmt(stmt) => {
            let why = match facts.stmt(stmt).kind {
                StmtKind::For(index) => {
                    let each = &facts.fors[index as usize];
                    (each.iter == future && !each.is_async).then_some(ITERATED)
                }
                StmtKind::Assign(targets, value) => (value == future && unpacks(facts, targets)).then_some(ITERATED),
                StmtKind::AugAssign(..) => Some(CALCULATED),
                StmtKind::Return(_) => returned_for_result(program, function),
                _ => None,
            };
            return why.map(str::to_owned);
        }
        Use::None => return None,
    };
    Some(match facts.kind(parent) {
        ExprKind::Attribute(_, attr) => {
            let has = |class| program.has_unknown_base(class) || program.method(class, attr.as_str()).is_some();
            let parts = program.alternatives(program.value(file, future));
            let unknown =
                parts.iter().all(|&part| matches!(program.get(part), Value::Instance(class, _) if !has(*class)));
            // `__class__`, and fields of the implementation such as `_state`.
            if attr.as_str().starts_with('_') || !unknown {
                return None;
            }
            format!("a future has no attribute `{attr}`")
        }
        ExprKind::Subscript(value, _) if value == future => {
            "a future cannot be indexed: this raises `TypeError`".to_owned()
        }
        ExprKind::Binary(..) => CALCULATED.to_owned(),
        ExprKind::Starred(_) => ITERATED.to_owned(),
        ExprKind::Compare(CmpOp::In | CmpOp::NotIn, list) if facts.expr_list(list).next_back() == Some(future) => {
            ITERATED.to_owned()
        }
        ExprKind::Comprehension(index)
            if facts.comprehensions[index as usize].clauses.iter().any(|c| c.iter == future && !c.is_async) =>
        {
            ITERATED.to_owned()
        }
        ExprKind::Call(..) => return given_for_result(program, file, parent, future),
        _ => return None,
    })
}

/// Whether a function returns a future where its annotation promises a value. (Where it promises `None`, nobody looks at it.)
fn returned_for_result(program: &Program, function: FunctionRef) -> Option<&'static str> {
    let facts = program.facts(function.file);
    let own = facts.function(function.function);
    let declared = program.declared(function.file, own.returns?);
    (own.is_async && !own.is_generator && declared != ValueId::NONE && is_plain(program, declared))
        .then_some("the function returns the future itself, not what its annotation promises")
}

/// Why a call cannot do with a future as its argument: it iterates it, counts it, or declares the parameter to be something plain.
fn given_for_result(program: &Program, file: FileId, call: ExprId, future: ExprId) -> Option<String> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
    let index = facts.args(args).iter().position(|a| a.value == future)?;
    let callees = program.callees(file, call);
    if !callees.complete || callees.targets.is_empty() {
        return None;
    }
    let site = ExprRef { file, expr: call };
    let refuses = |target: Target| match program.argument_mark(site, target, index) {
        Some(mark) => mark == "Iterates" || mark == "Value" && calculates(program, target),
        None => program.declared_param(file, call, target, index).is_some_and(|d| is_plain(program, d)),
    };
    if !callees.targets.iter().all(|&target| refuses(target)) {
        return None;
    }
    let to = match *callees.targets.first()? {
        Target::Function(f, _) => shown(program, f),
        Target::Class(c) => program.class(c).name.as_str().to_owned(),
    };
    Some(format!("`{to}` gets the future, not its result"))
}

/// Whether a builtin needs the value itself: texts and truths can be made of anything.
fn calculates(program: &Program, target: Target) -> bool {
    let name = match target {
        Target::Function(f, _) => program.function(f).name,
        Target::Class(c) => program.class(c).name,
    };
    matches!(name.as_str(), "len" | "abs" | "round" | "int" | "float" | "bytes" | "loads" | "dumps")
}
