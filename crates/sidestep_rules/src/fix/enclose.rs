//! SS501: `async with` from where an object is made to where it was last used.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::p05_resources::opens;
use crate::support::{Use, use_of};
use sidestep_facts::{BindingKind, ExprId, ExprKind, FunctionId, Ranged as _, StmtId, StmtKind, Symbol, TextRange};
use sidestep_program::{Program, Value, ValueId};

/// `async with` in place of the assignment, around what uses the object.
pub fn enclose(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the object is not made by a call here")?;
    source.may_await(call)?;
    let mut value = call;
    if let Use::Expr(outer) = use_of(facts, call)
        && let ExprKind::Await(_) = facts.kind(outer)
    {
        value = outer;
    }
    let Use::Stmt(stmt) = use_of(facts, value) else { return Err("it is not assigned to a name".into()) };
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return Err("it is not assigned to a name".into()) };
    let target = match (facts.expr_list(targets).next(), facts.expr_list(targets).len()) {
        (Some(target), 1) if matches!(facts.kind(target), ExprKind::Name(..)) => target,
        _ => return Err("it is not assigned to one name".into()),
    };
    if facts.stmt(stmt).function == FunctionId::MODULE {
        return Err("it belongs to the module".into());
    }
    if !has_method(source.program, source.program.value(source.file, value), "__aenter__") {
        return Err("it is no async context manager".into());
    }
    if opened_by_hand(source, stmt, target, source.program.value(source.file, value)) {
        return Err("it is opened by hand, which entering it may do once more".into());
    }
    let header = format!("async with {} as {}:", source.expr(value), source.expr(target));
    let used = Used::of(source, stmt, target);
    if used.outlives() {
        return Err("what it gives is handed on, and would be closed with it".into());
    }
    let last = used.last().ok_or("nothing follows that uses it")?;
    let edit = source.around_rest(stmt, last, &header, &source.closes_after(stmt, last, target))?;
    Ok(Fix::needs_review("enclose its use in `async with`", vec![edit]))
}

/// Whether a function calls the method by which an object of the program's own opens itself: `await channel.open()`.
fn opened_by_hand(source: &Source<'_>, made: StmtId, target: ExprId, value: ValueId) -> bool {
    let facts = source.facts;
    let program = source.program;
    let own = program
        .alternatives(value)
        .into_iter()
        .any(|part| matches!(program.get(part), Value::Instance(class, _) if program.is_input(class.file)));
    own && facts.exprs_of(facts.stmt(made).function).any(|e| {
        let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
        let ExprKind::Attribute(receiver, method) = facts.kind(callee) else { return false };
        opens(method.as_str())
            && matches!((facts.kind(receiver), facts.kind(target)), (ExprKind::Name(a, _), ExprKind::Name(b, _)) if a == b)
    })
}

/// How an object that has to be closed is used after it is made.
struct Used<'a, 's> {
    source: &'a Source<'s>,
    made: StmtId,
    object: Symbol,
    /// Names of what its methods gave.
    given: Vec<(Symbol, ExprId)>,
}

impl<'a, 's> Used<'a, 's> {
    fn of(source: &'a Source<'s>, made: StmtId, target: ExprId) -> Used<'a, 's> {
        let facts = source.facts;
        let ExprKind::Name(object, scope) = facts.kind(target) else {
            return Used { source, made, object: Symbol::new(""), given: Vec::new() };
        };
        let mut used = Used { source, made, object, given: Vec::new() };
        let mut given: Vec<_> = facts
            .bindings_of(scope)
            .iter()
            .filter_map(|binding| match binding.kind {
                BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) | BindingKind::Context(v, ..) => {
                    used.asked(v).map(|call| (binding.at, (binding.name, call)))
                }
                _ => None,
            })
            .collect();
        given.sort_by_key(|(at, _)| *at);
        used.given = given.into_iter().map(|(_, given)| given).collect();
        used
    }

    /// The call of a method of the object that an expression is, awaited or not.
    fn asked(&self, expr: ExprId) -> Option<ExprId> {
        let facts = self.source.facts;
        let call = match facts.kind(expr) {
            ExprKind::Await(call) => call,
            _ => expr,
        };
        let (root, depth) = self.source.root(call)?;
        (depth > 0 && matches!(facts.kind(root), ExprKind::Name(name, _) if name == self.object)).then_some(call)
    }

    /// The last statement of its block that uses the object, or what its methods gave.
    fn last(&self) -> Option<StmtId> {
        let facts = self.source.facts;
        let block = self.source.block_of(self.made)?;
        let is_it = |name: Symbol| name == self.object || self.given.iter().any(|(given, _)| *given == name);
        let uses = |stmt: StmtId| {
            let range = facts.stmt(stmt).range();
            facts.exprs.iter().any(|expr| {
                matches!(expr.kind, ExprKind::Name(name, _) if is_it(name)) && range.contains_range(expr.range())
            })
        };
        facts.block(block).rev().take_while(|stmt| *stmt != self.made).find(|stmt| uses(*stmt))
    }

    /// Whether something that needs the object is returned, yielded or kept: a stream, a response that is not read yet.
    fn outlives(&self) -> bool {
        let facts = self.source.facts;
        let function = facts.stmt(self.made).function;
        let is_live = |value: ExprId| match facts.kind(value) {
            ExprKind::Name(name, _) => self.given.iter().any(|(given, call)| *given == name && self.is_live(*call)),
            _ => self.asked(value).is_some_and(|call| self.is_live(call)),
        };
        let returned = facts.stmts_of(function).filter_map(|stmt| match facts.stmt(stmt).kind {
            StmtKind::Return(value) => value,
            StmtKind::Assign(targets, value) => {
                let mut targets = facts.expr_list(targets);
                targets.any(|target| matches!(facts.kind(target), ExprKind::Attribute(..))).then_some(value)
            }
            _ => None,
        });
        let yielded = facts.exprs_of(function).filter_map(|e| match facts.kind(e) {
            ExprKind::Yield(value) => value,
            _ => None,
        });
        returned.chain(yielded).any(is_live)
    }

    /// Whether what a call gives goes on needing the object.
    fn is_live(&self, call: ExprId) -> bool {
        let (facts, program) = (self.source.facts, self.source.program);
        let ExprKind::Call(_, args) = facts.kind(call) else { return false };
        if facts.keyword(args, "stream").is_some_and(|value| facts.kind(value) != ExprKind::False) {
            return true;
        }
        let whole = match use_of(facts, call) {
            Use::Expr(outer) if matches!(facts.kind(outer), ExprKind::Await(_)) => outer,
            _ => call,
        };
        let value = program.value(self.source.file, whole);
        program.alternatives(value).into_iter().any(|part| match program.get(part) {
            Value::Instance(class, _) => ["__anext__", "__aiter__", "aclose", "close", "read"]
                .iter()
                .any(|m| program.method(*class, m).is_some()),
            Value::AsyncGenerator(..) | Value::Generator(..) | Value::Coroutine(..) | Value::Manager(..) => true,
            _ => false,
        })
    }
}

/// Whether a value is an instance of a class with a method.
fn has_method(program: &Program, value: ValueId, method: &str) -> bool {
    matches!(program.get(value), Value::Instance(class, _) if program.method(*class, method).is_some())
}

impl Source<'_> {
    /// Statements that close what a name holds where a `with` up to the last use would: there, or before leaving.
    fn closes_after(&self, made: StmtId, last: StmtId, target: ExprId) -> Vec<TextRange> {
        let facts = self.facts;
        let ExprKind::Name(name, _) = facts.kind(target) else { return Vec::new() };
        let closes = |stmt: StmtId| {
            let StmtKind::Expr(mut value) = facts.stmt(stmt).kind else { return false };
            if let ExprKind::Await(inner) = facts.kind(value) {
                value = inner;
            }
            let ExprKind::Call(callee, args) = facts.kind(value) else { return false };
            let ExprKind::Attribute(object, method) = facts.kind(callee) else { return false };
            facts.args(args).is_empty()
                && matches!(method.as_str(), "close" | "aclose")
                && matches!(facts.kind(object), ExprKind::Name(n, _) if n == name)
        };
        let is_redundant = |stmt: &StmtId| {
            let Some(block) = self.block_of(*stmt).filter(|block| facts.block(*block).len() > 1) else { return false };
            let next = facts.block(block).skip_while(|s| s != stmt).nth(1);
            let leaves = |s: StmtId| matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Raise(..));
            *stmt == last || next.is_some_and(leaves)
        };
        let after = |stmt: &StmtId| facts.stmt(*stmt).range().start() > facts.stmt(made).range().end();
        let found = facts.stmts_of(facts.stmt(made).function).filter(after);
        let found = found.filter(|&stmt| closes(stmt) && is_redundant(&stmt) && self.is_bare(stmt));
        found.map(|stmt| facts.stmt(stmt).range()).collect()
    }

    /// Whether a statement has its lines for itself, without a comment.
    fn is_bare(&self, stmt: StmtId) -> bool {
        let end = self.facts.stmt(stmt).range().end();
        self.own_lines(stmt).is_some() && self.slice(TextRange::new(end, self.line_end(end))).trim().is_empty()
    }

    /// The edit that puts a header in place of a statement, and under it what follows the statement in its block, up to the
    /// last, but for the lines of some statements.
    pub fn around_rest(
        &self,
        stmt: StmtId,
        last: StmtId,
        header: &str,
        without: &[TextRange],
    ) -> Result<Edit, &'static str> {
        let facts = self.facts;
        if self.own_lines(stmt).is_none() || self.own_lines(last).is_none() {
            return Err("several statements share a line");
        }
        let range = facts.stmt(stmt).range();
        let mut from = self.next_line(range.end());
        while self.slice(TextRange::new(from, self.line_end(from))).trim().is_empty() {
            from = self.next_line(from);
        }
        let rest = TextRange::new(from, self.line_end(facts.stmt(last).range().end()));
        let comment = self.slice(TextRange::new(range.end(), self.line_end(range.end())));
        let mut text = format!("{header}{comment}\n");
        let mut from = rest.start();
        for gone in without {
            text.push_str(&self.indented(TextRange::new(from, self.line_start(gone.start())), self.unit()));
            from = self.next_line(gone.end()).min(rest.end());
        }
        text.push_str(&self.indented(TextRange::new(from, rest.end()), self.unit()));
        let end = if text.ends_with('\n') { text.trim_end().len() } else { text.len() };
        text.truncate(end);
        if text.trim_end().ends_with(&format!("{header}{comment}")) {
            return Err("nothing follows that uses it");
        }
        Ok(Edit::replace(TextRange::new(range.start(), rest.end()), text))
    }

    /// The edit that puts statements of one block, from the first to the last, under a header.
    pub fn around(&self, first: StmtId, last: StmtId, header: &str) -> Result<Edit, &'static str> {
        let facts = self.facts;
        let Some(indent) = self.own_lines(first).filter(|_| self.own_lines(last).is_some()) else {
            return Err("several statements share a line");
        };
        let start = self.line_start(facts.stmt(first).range().start());
        let range = TextRange::new(start, self.line_end(facts.stmt(last).range().end()));
        Ok(Edit::replace(range, format!("{indent}{header}\n{}", self.indented(range, self.unit()))))
    }
}
