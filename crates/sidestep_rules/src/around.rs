//! What stands around an expression in its own function: its await, the loops, the managers, the names it depends on.

use crate::finding::{Confidence, Finding};
use crate::registry::Rule;
use crate::support::{is_awaited, is_class_name};
use rustc_hash::FxHashSet;
use sidestep_facts::{
    BindingKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, Ranged as _, StmtId, StmtKind, Symbol, TextRange,
};
use sidestep_program::{ClassRef, FileId, FunctionRef, Program, Target};

/// A finding with a rule's own level.
pub(crate) fn finding(
    rule: &'static Rule,
    confidence: Confidence,
    file: FileId,
    range: TextRange,
    message: String,
    help: &str,
) -> Finding {
    Finding {
        rule,
        level: rule.level,
        confidence,
        message,
        help: (!help.is_empty()).then(|| help.to_owned()),
        file,
        range,
        labels: Vec::new(),
        chain: Vec::new(),
    }
}

/// How an expression reads in a message: its dotted name, or its last part.
pub(crate) fn spelled(facts: &FileFacts, expr: ExprId) -> String {
    match facts.kind(expr) {
        ExprKind::Call(callee, _) => spelled(facts, callee),
        ExprKind::Await(value) => spelled(facts, value),
        ExprKind::Attribute(value, attr) => match facts.dotted(expr) {
            Some(name) => name,
            None => match facts.kind(value) {
                ExprKind::Call(..) => format!("{}().{attr}", spelled(facts, value)),
                _ => attr.as_str().to_owned(),
            },
        },
        _ => facts.dotted(expr).unwrap_or_else(|| "this".to_owned()),
    }
}

/// A loop around an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loop {
    /// `for`, and whether `async for`.
    For(StmtId, bool),
    /// `while`
    While(StmtId),
    /// A clause of a comprehension: the comprehension's expression, its index, the clause.
    Clause(ExprId, u32, usize),
}

impl Loop {
    /// What is iterated.
    pub fn iter(self, facts: &FileFacts) -> Option<ExprId> {
        match self {
            Loop::For(stmt, _) => match facts.stmt(stmt).kind {
                StmtKind::For(index) => Some(facts.fors[index as usize].iter),
                _ => None,
            },
            Loop::While(_) => None,
            Loop::Clause(_, comp, clause) => Some(facts.comprehensions.get(comp as usize)?.clauses[clause].iter),
        }
    }

    /// What each turn binds.
    pub fn target(self, facts: &FileFacts) -> Option<ExprId> {
        match self {
            Loop::For(stmt, _) => match facts.stmt(stmt).kind {
                StmtKind::For(index) => Some(facts.fors[index as usize].target),
                _ => None,
            },
            Loop::While(_) => None,
            Loop::Clause(_, comp, clause) => Some(facts.comprehensions.get(comp as usize)?.clauses[clause].target),
        }
    }

    /// The whole loop.
    pub fn range(self, facts: &FileFacts) -> TextRange {
        match self {
            Loop::For(stmt, _) | Loop::While(stmt) => facts.stmt(stmt).range(),
            Loop::Clause(expr, ..) => facts.range(expr),
        }
    }

    /// Whether it is an `async for`.
    pub fn is_async(self, facts: &FileFacts) -> bool {
        match self {
            Loop::For(_, is_async) => is_async,
            Loop::While(_) => false,
            Loop::Clause(_, comp, clause) => {
                facts.comprehensions.get(comp as usize).is_some_and(|c| c.clauses[clause].is_async)
            }
        }
    }
}

/// Whether one place is inside another.
pub(crate) fn inside(inner: TextRange, outer: TextRange) -> bool {
    outer.contains_range(inner)
}

/// The loops whose turns evaluate an expression, innermost first.
pub(crate) fn loops(facts: &FileFacts, expr: ExprId) -> Vec<Loop> {
    let mut found = Vec::new();
    let at = facts.range(expr);
    for outer in facts.ancestors(expr) {
        if let ExprKind::Comprehension(index) = facts.kind(outer) {
            let comp = &facts.comprehensions[index as usize];
            let own = comp.clauses.iter().position(|c| inside(at, facts.range(c.iter))).unwrap_or(comp.clauses.len());
            for clause in (0..own).rev() {
                found.push(Loop::Clause(outer, index, clause));
            }
        }
    }
    if let Some(stmt) = facts.stmt_of(expr) {
        if let StmtKind::While { .. } = facts.stmt(stmt).kind {
            found.push(Loop::While(stmt));
        }
        found.extend(loops_of(facts, stmt));
    }
    found
}

/// The loops around a statement, innermost first.
pub(crate) fn loops_of(facts: &FileFacts, stmt: StmtId) -> Vec<Loop> {
    let at = facts.stmt(stmt).range();
    facts
        .enclosing(stmt)
        .filter_map(|outer| match facts.stmt(outer).kind {
            StmtKind::For(index) => {
                let f = &facts.fors[index as usize];
                within_block(facts, f.body, at).then_some(Loop::For(outer, f.is_async))
            }
            StmtKind::While { body, .. } => within_block(facts, body, at).then_some(Loop::While(outer)),
            _ => None,
        })
        .collect()
}

/// Whether a place is inside a block.
pub(crate) fn within_block(facts: &FileFacts, block: sidestep_facts::Block, at: TextRange) -> bool {
    block_range(facts, block).is_some_and(|range| inside(at, range))
}

/// From the first statement of a block to the last.
pub(crate) fn block_range(facts: &FileFacts, block: sidestep_facts::Block) -> Option<TextRange> {
    let first = facts.block(block).next()?;
    let last = facts.block(block).next_back()?;
    Some(TextRange::new(facts.stmt(first).range().start(), facts.stmt(last).range().end()))
}

/// Whether an expression stands directly under `await`, or is an `async with` manager.
pub(crate) fn awaited(facts: &FileFacts, expr: ExprId) -> bool {
    is_awaited(facts, expr)
        || match facts.expr(expr).parent() {
            Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::With(index) => {
                    let with = &facts.withs[index as usize];
                    with.is_async && with.items.iter().any(|i| i.context == expr)
                }
                _ => false,
            },
            _ => false,
        }
}

/// The expressions of a function that stand inside a place, children before parents.
pub(crate) fn exprs_in(facts: &FileFacts, function: FunctionId, range: TextRange) -> impl Iterator<Item = ExprId> + '_ {
    facts.exprs_of(function).filter(move |&e| inside(facts.range(e), range))
}

/// The statements of a function that stand inside a place.
pub(crate) fn stmts_in(facts: &FileFacts, function: FunctionId, range: TextRange) -> impl Iterator<Item = StmtId> + '_ {
    facts.stmts_of(function).filter(move |&s| inside(facts.stmt(s).range(), range))
}

/// The names and `self.x` attributes that an expression reads, as dotted text.
pub(crate) fn reads(facts: &FileFacts, function: FunctionId, expr: ExprId) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for e in exprs_in(facts, function, facts.range(expr)) {
        match facts.kind(e) {
            ExprKind::Name(name, _) => {
                found.insert(name.as_str().to_owned());
            }
            ExprKind::Attribute(base, attr) => {
                if let ExprKind::Name(name, _) = facts.kind(base) {
                    found.insert(format!("{name}.{attr}"));
                }
            }
            _ => {}
        }
    }
    found
}

/// The names that a target binds.
pub(crate) fn target_names(facts: &FileFacts, function: FunctionId, target: ExprId) -> FxHashSet<String> {
    exprs_in(facts, function, facts.range(target))
        .filter_map(|e| match facts.kind(e) {
            ExprKind::Name(name, _) => Some(name.as_str().to_owned()),
            _ => None,
        })
        .collect()
}

/// What an expression depends on, through the assignments inside `within`.
pub(crate) fn depends(facts: &FileFacts, function: FunctionId, expr: ExprId, within: TextRange) -> FxHashSet<String> {
    let mut all = reads(facts, function, expr);
    let mut assigned: Vec<(String, ExprId)> = Vec::new();
    for stmt in stmts_in(facts, function, within) {
        match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) => {
                for target in facts.expr_list(targets) {
                    for name in target_reads(facts, target) {
                        assigned.push((name, value));
                    }
                }
            }
            StmtKind::AnnAssign(target, _, Some(value)) | StmtKind::AugAssign(target, _, value) => {
                for name in target_reads(facts, target) {
                    assigned.push((name, value));
                }
            }
            StmtKind::For(index) => {
                let f = &facts.fors[index as usize];
                for name in target_reads(facts, f.target) {
                    assigned.push((name, f.iter));
                }
            }
            _ => {}
        }
    }
    loop {
        let mut grown = false;
        for (name, value) in &assigned {
            if all.contains(name) {
                for read in reads(facts, function, *value) {
                    grown |= all.insert(read);
                }
            }
        }
        if !grown {
            return all;
        }
    }
}

fn target_reads(facts: &FileFacts, target: ExprId) -> Vec<String> {
    match facts.kind(target) {
        ExprKind::Tuple(list) | ExprKind::List(list) => {
            facts.expr_list(list).flat_map(|t| target_reads(facts, t)).collect()
        }
        ExprKind::Name(..) => facts.dotted(target).into_iter().collect(),
        ExprKind::Attribute(..) => facts.dotted(target).into_iter().collect(),
        ExprKind::Subscript(base, _) => facts.dotted(base).into_iter().collect(),
        ExprKind::Starred(inner) => target_reads(facts, inner),
        _ => Vec::new(),
    }
}

/// Names and attributes whose object is changed inside a place: `x.append(…)`, `x[k] = …`, `x += …`.
pub(crate) fn mutated(facts: &FileFacts, function: FunctionId, within: TextRange) -> FxHashSet<String> {
    const CHANGES: &[&str] = &[
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "remove",
        "pop",
        "popleft",
        "appendleft",
        "discard",
        "clear",
        "setdefault",
        "push",
        "add_message",
        "add_user_message",
        "add_messages",
        "put",
        "write",
        "set",
        "save",
        "store",
        "record",
    ];
    let mut found = FxHashSet::default();
    for e in exprs_in(facts, function, within) {
        if let ExprKind::Call(callee, _) = facts.kind(e)
            && let ExprKind::Attribute(base, attr) = facts.kind(callee)
            && CHANGES.contains(&attr.as_str())
            && let Some(name) = facts.dotted(base)
        {
            found.insert(name);
        }
    }
    for stmt in stmts_in(facts, function, within) {
        let targets: Vec<ExprId> = match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => facts.expr_list(targets).collect(),
            StmtKind::AugAssign(target, ..) => vec![target],
            _ => continue,
        };
        let augmented = matches!(facts.stmt(stmt).kind, StmtKind::AugAssign(..));
        for target in targets {
            match facts.kind(target) {
                ExprKind::Subscript(base, _) => found.extend(facts.dotted(base)),
                ExprKind::Attribute(..) => found.extend(facts.dotted(target)),
                ExprKind::Name(..) if augmented => found.extend(facts.dotted(target)),
                _ => {}
            }
        }
    }
    found
}

/// Names assigned by plain assignment inside a place.
pub(crate) fn assigned(facts: &FileFacts, function: FunctionId, within: TextRange) -> FxHashSet<String> {
    let mut found = FxHashSet::default();
    for stmt in stmts_in(facts, function, within) {
        if let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind {
            for target in facts.expr_list(targets) {
                found.extend(target_reads(facts, target));
            }
        }
    }
    found
}

/// The functions that a call runs, where they are known.
pub(crate) fn functions_called(program: &Program, file: FileId, call: ExprId) -> Vec<FunctionRef> {
    program.callees(file, call).functions().collect()
}

/// The one class that a call makes an object of. Looked at by name first, as classes are written with a capital: what the calls of
/// a whole program may run is not cheap to ask.
pub(crate) fn constructed(program: &Program, file: FileId, call: ExprId) -> Option<ClassRef> {
    if last_name(program.facts(file), call).is_some_and(|name| !is_class_name(name)) {
        return None;
    }
    match program.callees(file, call).targets[..] {
        [Target::Class(class)] => Some(class),
        _ => None,
    }
}

/// Whether a call runs a library function with a mark.
pub(crate) fn calls_marked(program: &Program, file: FileId, call: ExprId, mark: &str) -> bool {
    functions_called(program, file, call).into_iter().any(|f| program.mark(f, mark).is_some())
}

/// Whether a file is a test's: nobody waits for it but its author.
pub(crate) fn is_test(program: &Program, file: FileId) -> bool {
    let path = program.path(file);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
        || program.module_name(file).as_str().split('.').any(crate::support::is_test_folder)
}

/// The last name of a callee: `c` of `a.b.c(…)`.
pub(crate) fn last_name(facts: &FileFacts, call: ExprId) -> Option<Symbol> {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    match facts.kind(callee) {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
        _ => None,
    }
}

/// The one assignment of a local name, if it has just one binding and that is `name = value`.
pub(crate) fn only_value(facts: &FileFacts, expr: ExprId) -> Option<ExprId> {
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
    let home = facts.resolve(scope, name)?;
    match facts.bindings_in(home, name) {
        [one] => match one.kind {
            BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => Some(value),
            _ => None,
        },
        _ => None,
    }
}
