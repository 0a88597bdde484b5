//! What is left behind: tasks that `wait` gives back, generators that a loop leaves early.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, use_of};
use sidestep_facts::{ExprId, ExprKind, Ranged as _, StmtId, StmtKind, TextRange};
use std::borrow::Cow;

/// Why something cannot be done.
type Reason = Cow<'static, str>;

/// SS805: what is pending after `wait` is cancelled, and awaited.
pub fn cancel_pending(source: &Source<'_>, finding: &Finding) -> Verdict {
    let waited = Waited::at(source, finding)?;
    let names = waited.names()?;
    let (_, pending) = names.ok_or("what is pending has no name")?;
    let call = waited.call;
    let gather = source.import(source.scope_of(call), "asyncio", "gather")?;
    let task = source.free_name(source.scope_of(call), &["task", "unfinished"]);
    let (indent, unit) = (waited.indent, source.unit());
    let lines = format!(
        "\n{indent}for {task} in {pending}:\n{indent}{unit}{task}.cancel()\n\
         {indent}await {}(*{pending}, return_exceptions=True)",
        gather.name
    );
    let mut edits = gather.edits;
    edits.push(Edit::insert(waited.end(), lines));
    Ok(Fix::needs_review("cancel what is pending, and await it", edits))
}

/// SS705: what the tasks raised is raised.
pub fn read_results(source: &Source<'_>, finding: &Finding) -> Verdict {
    let waited = Waited::at(source, finding)?;
    let scope = source.scope_of(waited.call);
    let task = source.free_name(scope, &["task", "finished"]);
    let (indent, unit) = (waited.indent, source.unit());
    let mut edits = Vec::new();
    let done = match waited.names()? {
        Some((done, _)) => done.to_owned(),
        None => {
            let done = source.free_name(scope, &["done", "finished_tasks"]);
            edits.push(Edit::insert(source.facts.stmt(waited.stmt).range().start(), format!("{done}, _ = ")));
            done
        }
    };
    let lines = format!("\n{indent}for {task} in {done}:\n{indent}{unit}{task}.result()");
    edits.push(Edit::insert(waited.end(), lines));
    Ok(Fix::needs_review("raise what the tasks raised", edits))
}

/// `done, pending = await asyncio.wait(tasks)`, as a statement of its own line.
struct Waited<'a, 's> {
    source: &'a Source<'s>,
    call: ExprId,
    stmt: StmtId,
    indent: &'s str,
}

impl<'a, 's> Waited<'a, 's> {
    fn at(source: &'a Source<'s>, finding: &Finding) -> Result<Waited<'a, 's>, Reason> {
        let facts = source.facts;
        let call = source.call_at(finding.range).ok_or("it is not a call")?;
        source.may_await(call)?;
        let is_wait = matches!(facts.kind(call), ExprKind::Call(callee, _)
            if matches!(facts.kind(callee), ExprKind::Attribute(_, n) | ExprKind::Name(n, _) if n == "wait"));
        if !is_wait || source.framework() != "asyncio" {
            return Err("what to do with the rest is for you to say".into());
        }
        let Use::Expr(awaited) = use_of(facts, call) else { return Err("it is not awaited here".into()) };
        let Use::Stmt(stmt) = use_of(facts, awaited) else { return Err("it is part of another expression".into()) };
        let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
        Ok(Waited { source, call, stmt, indent })
    }

    /// The names of what is done and what is pending; none where they have none.
    fn names(&self) -> Result<Option<(&'s str, &'s str)>, Reason> {
        let facts = self.source.facts;
        match facts.stmt(self.stmt).kind {
            StmtKind::Expr(_) => Ok(None),
            StmtKind::Assign(targets, _) => {
                let mut targets = facts.expr_list(targets);
                let target = targets.next().filter(|_| targets.len() == 0).map(|target| facts.kind(target));
                let Some(ExprKind::Tuple(pair)) = target else { return Err("the two have no names".into()) };
                let pair: Vec<ExprId> = facts.expr_list(pair).collect();
                match pair[..] {
                    [done, pending] if [done, pending].iter().all(|e| matches!(facts.kind(*e), ExprKind::Name(..))) => {
                        Ok(Some((self.source.expr(done), self.source.expr(pending))))
                    }
                    _ => Err("the two have no names".into()),
                }
            }
            _ => Err("it is part of another statement".into()),
        }
    }

    fn end(&self) -> sidestep_facts::TextSize {
        self.source.line_end(self.source.facts.stmt(self.stmt).range().end())
    }
}

/// SS505: `async with aclosing(items()) as items: async for item in items:`
pub fn close_generator(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let start = finding.range.start();
    let found = facts.stmts.iter().zip(0..).find_map(|(stmt, number)| match stmt.kind {
        StmtKind::For(index) if stmt.range().start() == start => Some((StmtId(number), &facts.fors[index as usize])),
        _ => None,
    });
    let (stmt, each) = found.ok_or("the loop is not here")?;
    source.may_await(each.iter)?;
    if source.program.settings().target.is_some_and(|target| target < (3, 10)) {
        return Err("`contextlib.aclosing` is new in Python 3.10, and the program is to run on older ones".into());
    }
    if !matches!(facts.kind(each.iter), ExprKind::Call(..)) {
        return Err("the generator is made elsewhere".into());
    }
    let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
    let scope = source.scope_of(each.iter);
    let aclosing = source.import(scope, "contextlib", "aclosing")?;
    let items = source.free_name(scope, &["items", "generator"]);
    let iter = facts.range(each.iter);
    let whole = TextRange::new(source.line_start(start), source.line_end(facts.stmt(stmt).range().end()));
    let header = format!("{indent}async with {}({}) as {items}:\n", aclosing.name, source.expr(each.iter));
    let inner = source.indented(whole, source.unit());
    // The iterable is named above: in the loop, the name stands for it.
    let head = source.indented(TextRange::new(whole.start(), iter.start()), source.unit());
    let rest = inner.get(head.len() + source.expr(each.iter).len()..).ok_or("the loop's header is unusual")?;
    if source.expr(each.iter).contains('\n') {
        return Err("the loop's header stands on several lines".into());
    }
    let mut edits = aclosing.edits;
    edits.push(Edit::replace(whole, format!("{header}{head}{items}{rest}")));
    Ok(Fix::needs_review("close the generator when the loop is left", edits))
}
