//! `with` and `for`, and their async forms: where one stands in place of the other, and where one is missing.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Awaitability, Use, awaitability, use_of};
use sidestep_facts::{
    CompKind, ExprId, ExprKind, FunctionId, Ranged as _, StmtId, StmtKind, Symbol, TextRange, TextSize,
};
use sidestep_program::{Program, Value, ValueId};

/// SS502 and SS503: the other `with`.
pub fn other_with(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let found = facts.stmts.iter().zip(0..).find_map(|(stmt, number)| {
        let StmtKind::With(index) = stmt.kind else { return None };
        let with = &facts.withs[index as usize];
        with.items.iter().any(|item| facts.range(item.context) == finding.range).then_some((StmtId(number), with))
    });
    let (stmt, with) = found.ok_or("the `with` is not here")?;
    let [item] = with.items.as_slice() else {
        return Err("the `with` has other managers too".into());
    };
    let start = facts.stmt(stmt).range().start();
    if with.is_async {
        return Ok(Fix::safe("use `with`", vec![without_async(source, start, facts.range(item.context).start())?]));
    }
    source.may_await(item.context)?;
    Ok(Fix::safe("use `async with`", vec![Edit::insert(start, "async ")]))
}

/// The edit that takes `async` from the beginning of a place.
fn without_async(source: &Source<'_>, start: TextSize, until: TextSize) -> Result<Edit, &'static str> {
    match source.code(TextRange::new(start, until)).as_slice() {
        [(from, "async"), (to, _), ..] => Ok(Edit::replace(TextRange::new(*from, *to), "")),
        _ => Err("the keyword is not where it should be"),
    }
}

/// SS104: the other `for`, or the `await` that makes something to iterate.
pub fn other_for(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let is_it = |iter: ExprId| facts.range(iter) == finding.range;
    for stmt in &facts.stmts {
        let StmtKind::For(index) = stmt.kind else { continue };
        let each = &facts.fors[index as usize];
        if !is_it(each.iter) {
            continue;
        }
        if each.is_async {
            return async_over(source, each.iter, stmt.range().start(), facts.range(each.target).start());
        }
        source.may_await(each.iter)?;
        return Ok(Fix::safe("use `async for`", vec![Edit::insert(stmt.range().start(), "async ")]));
    }
    for (expr, number) in facts.exprs.iter().zip(0..) {
        let ExprKind::Comprehension(index) = expr.kind else { continue };
        let comp = &facts.comprehensions[index as usize];
        let Some(nth) = comp.clauses.iter().position(|clause| is_it(clause.iter)) else { continue };
        let clause = &comp.clauses[nth];
        let before = match nth.checked_sub(1).map(|previous| &comp.clauses[previous]) {
            Some(previous) => facts.expr_list(previous.ifs).next_back().unwrap_or(previous.iter),
            None => comp.element,
        };
        let gap = TextRange::new(facts.range(before).end(), facts.range(clause.target).start());
        let words = source.code(gap);
        let Some(at) = words.iter().rposition(|(_, word)| *word == "for") else { break };
        if clause.is_async {
            let start = words[at.saturating_sub(1)].0;
            return async_over(source, clause.iter, start, gap.end());
        }
        if comp.kind == CompKind::Generator {
            return Err("the generator expression would become an async generator".into());
        }
        source.may_await(ExprId(number))?;
        return Ok(Fix::safe("use `async for`", vec![Edit::insert(words[at].0, "async ")]));
    }
    collected(source, finding)
}

/// `async for` over a coroutine, or over something plain.
fn async_over(source: &Source<'_>, iter: ExprId, start: TextSize, until: TextSize) -> Verdict {
    let value = source.program.value(source.file, iter);
    if awaitability(source.program, value) == Awaitability::Coroutine {
        source.may_await(iter)?;
        return Ok(Fix::safe("add `await`", source.await_edits(iter)));
    }
    Ok(Fix::safe("use a plain `for`", vec![without_async(source, start, until)?]))
}

/// `list(items())` over an async iterable: `[item async for item in items()]`.
fn collected(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let none = || "what is to be done with the items is for you to say".into();
    let call = source.call_at(finding.range).ok_or_else(none)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err(none()) };
    let [only] = facts.args(args) else { return Err(none()) };
    let ExprKind::Name(name, scope) = facts.kind(callee) else { return Err(none()) };
    let brackets = match name.as_str() {
        "list" => ("[", "]"),
        "set" => ("{", "}"),
        _ => return Err(none()),
    };
    if facts.resolve(scope, name).is_some() {
        return Err(none());
    }
    source.may_await(call)?;
    let text = format!("{}item async for item in {}{}", brackets.0, source.expr(only.value), brackets.1);
    let inside = TextRange::new(facts.range(callee).end(), finding.range.end());
    if source.slice(inside).contains('#') {
        return Err("a comment stands inside the call".into());
    }
    Ok(Fix::safe("collect the items with `async for`", vec![Edit::replace(finding.range, text)]))
}

/// SS604: `for` over a list of what is there now.
pub fn over_a_copy(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let iter = source.find(finding.range, |_| true).ok_or("what is iterated is not an expression")?;
    let is_it = |stmt: &sidestep_facts::Stmt| match stmt.kind {
        StmtKind::For(index) => facts.fors[index as usize].iter == iter && !facts.fors[index as usize].is_async,
        _ => false,
    };
    if !facts.stmts.iter().any(is_it) || facts.resolve(source.scope_of(iter), Symbol::new("list")).is_some() {
        return Err("the loop is not a plain one".into());
    }
    let edits = vec![Edit::insert(finding.range.start(), "list("), Edit::insert(finding.range.end(), ")")];
    Ok(Fix::needs_review("iterate over a copy", edits))
}

/// SS501: `async with` around the rest of the block, in place of the assignment.
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
    let header = format!("async with {} as {}:", source.expr(value), source.expr(target));
    let edit = source.around_rest(stmt, &header, &source.closes_after(stmt, target))?;
    Ok(Fix::needs_review("enclose its use in `async with`", vec![edit]))
}

/// Whether a value is an instance of a class with a method.
fn has_method(program: &Program, value: ValueId, method: &str) -> bool {
    matches!(program.get(value), Value::Instance(class, _) if program.method(*class, method).is_some())
}

impl Source<'_> {
    /// Statements that close what a name holds where a `with` around the rest of the block would: last, or before leaving.
    fn closes_after(&self, made: StmtId, target: ExprId) -> Vec<TextRange> {
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
        let whole = self.block_of(made);
        let is_redundant = |stmt: &StmtId| {
            let Some(block) = self.block_of(*stmt).filter(|block| facts.block(*block).len() > 1) else { return false };
            let next = facts.block(block).skip_while(|s| s != stmt).nth(1);
            let leaves = |s: StmtId| matches!(facts.stmt(s).kind, StmtKind::Return(_) | StmtKind::Raise(..));
            match next {
                Some(next) => leaves(next),
                None => whole == Some(block),
            }
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

    /// The edit that puts a header in place of a statement, and under it what follows the statement in its block, but for
    /// the lines of some statements.
    pub fn around_rest(&self, stmt: StmtId, header: &str, without: &[TextRange]) -> Result<Edit, &'static str> {
        let facts = self.facts;
        let block = self.block_of(stmt).ok_or("the block around it is not known")?;
        let last = facts.block(block).next_back().filter(|&last| last != stmt).ok_or("nothing follows that uses it")?;
        if self.own_lines(stmt).is_none() || self.own_lines(last).is_none() {
            return Err("several statements share a line");
        }
        let range = facts.stmt(stmt).range();
        let rest = TextRange::new(self.next_line(range.end()), self.line_end(facts.stmt(last).range().end()));
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
