//! `with` and `for`, and their async forms: where one stands in place of the other, and where one is missing.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Awaitability, awaitability};
use sidestep_facts::{CompKind, ExprId, ExprKind, Ranged as _, StmtId, StmtKind, Symbol, TextRange, TextSize};

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
