//! SS602: the check is made again after the await, where that is the smaller right repair. A lock over a whole fetch makes all
//! others wait for it, and excludes nobody who writes elsewhere without it.

use super::edits::{Edit, Fix};
use super::source::Source;
use crate::around::{exprs_in, target_names};
use crate::finding::Finding;
use sidestep_facts::{Block, ExprId, ExprKind, FunctionId, Ranged as _, Stmt, StmtId, StmtKind, Symbol, TextRange};
use sidestep_program::Value;

/// The fix, if the code has one of two shapes: an entry that is filled in under its check, and a way out before an act.
pub fn check_again(source: &Source<'_>, finding: &Finding) -> Option<Fix> {
    let facts = source.facts;
    let act = source.find(finding.range, |_| true)?;
    let label = finding.labels.iter().find(|label| label.text == "checked here")?;
    let (check, check_stmt) = facts.stmts.iter().zip(0..).find_map(|(stmt, number)| match stmt.kind {
        StmtKind::If { test, .. } if facts.range(test).contains_range(label.range) => Some((test, StmtId(number))),
        _ => None,
    })?;
    let StmtKind::If { body, orelse, .. } = facts.stmt(check_stmt).kind else { return None };
    if exprs_in(facts, facts.function_of(act), facts.range(check)).any(|e| matches!(facts.kind(e), ExprKind::Await(_)))
    {
        return None;
    }
    let act_stmt = facts.stmt_of(act)?;
    let edits = if facts.block(body).any(|stmt| stmt == act_stmt) {
        source.filled_in(check, body, act, act_stmt)?
    } else {
        source.left_before(check_stmt, (body, orelse), act, act_stmt)?
    };
    Some(Fix::needs_review("check again after the await", edits))
}

impl Source<'_> {
    /// `if key not in cache:` … `cache[key] = await fetch(key)`: the entry that came first stays.
    fn filled_in(&self, check: ExprId, body: Block, act: ExprId, stmt: StmtId) -> Option<Vec<Edit>> {
        let facts = self.facts;
        let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else { return None };
        let mut targets = facts.expr_list(targets);
        let target = targets.next().filter(|_| targets.len() == 0)?;
        if target != act || !matches!(facts.kind(target), ExprKind::Subscript(..)) || self.has_to_be_closed(value) {
            return None;
        }
        let function = facts.function_of(act);
        let before = TextRange::new(facts.range(check).end(), facts.stmt(stmt).range().start());
        if self.is_assigned(function, check, before) || self.names_entry_after(function, body, stmt, value) {
            return None;
        }
        let (indent, unit) = (self.own_lines(stmt)?, self.unit());
        let range = facts.stmt(stmt).range();
        let (test, place) = (self.expr(check), self.expr(target));
        if !matches!(facts.kind(value), ExprKind::Await(_)) {
            // The value is there already: only the act goes under the check.
            let line = TextRange::new(self.line_start(range.start()), range.end());
            let text = format!("{indent}if {test}:\n{}", self.indented(line, unit));
            return Some(vec![Edit::replace(line, text)]);
        }
        let name = self.free_name(self.scope_of(act), &["value", "fetched"]);
        let assigned = Edit::replace(facts.range(target), name.clone());
        let lines = format!("\n{indent}if {test}:\n{indent}{unit}{place} = {name}");
        Some(vec![assigned, Edit::insert(self.line_end(range.end()), lines)])
    }

    /// `if closed: return` … `await` … act: the way out is taken again where somebody else may have come meanwhile.
    fn left_before(
        &self,
        check: StmtId,
        (body, orelse): (Block, Block),
        act: ExprId,
        stmt: StmtId,
    ) -> Option<Vec<Edit>> {
        let facts = self.facts;
        let mut inside = facts.block(body);
        let only = inside.next().filter(|_| inside.len() == 0 && facts.block(orelse).len() == 0)?;
        let leaves = matches!(facts.stmt(only).kind, StmtKind::Return(_) | StmtKind::Raise(..));
        let same_block = self.block_of(check).is_some_and(|block| facts.block(block).any(|s| s == stmt));
        let has_await = exprs_in(facts, facts.function_of(act), facts.stmt(stmt).range())
            .any(|e| matches!(facts.kind(e), ExprKind::Await(_)));
        if !leaves || !same_block || has_await || !self.is_changed_elsewhere(self.test_of(check)?, act) {
            return None;
        }
        let test = self.test_of(check)?;
        let between = TextRange::new(facts.stmt(check).range().end(), facts.stmt(stmt).range().start());
        if self.is_assigned(facts.function_of(act), test, between) {
            return None;
        }
        self.own_lines(stmt)?;
        self.begins_line(check)?;
        let range = facts.stmt(check).range();
        let text = self.slice(TextRange::new(self.line_start(range.start()), range.end()));
        if text.contains('#') {
            return None;
        }
        let at = self.line_start(facts.stmt(stmt).range().start());
        Some(vec![Edit::insert(at, format!("{text}\n"))])
    }

    /// What an `if` tests.
    fn test_of(&self, stmt: StmtId) -> Option<ExprId> {
        match self.facts.stmt(stmt).kind {
            StmtKind::If { test, .. } => Some(test),
            _ => None,
        }
    }

    /// Whether something must be closed when it is not used after all.
    fn has_to_be_closed(&self, value: ExprId) -> bool {
        let program = self.program;
        program.alternatives(program.value(self.file, value)).into_iter().any(|part| match program.get(part) {
            Value::Instance(class, _) => {
                ["close", "aclose", "__aexit__", "cancel"].iter().any(|name| program.method(*class, name).is_some())
            }
            Value::Coroutine(..) | Value::Manager(..) => true,
            _ => false,
        })
    }

    /// Whether a name that an expression reads gets another value in a place.
    fn is_assigned(&self, function: FunctionId, expr: ExprId, within: TextRange) -> bool {
        let facts = self.facts;
        let names = target_names(facts, function, expr);
        let scope = facts.function(function).scope;
        facts.bindings_of(scope).iter().any(|b| within.contains(b.at) && names.contains(b.name.as_str()))
    }

    /// Whether what follows the act goes on with the very value that was put in.
    fn names_entry_after(&self, function: FunctionId, body: Block, stmt: StmtId, value: ExprId) -> bool {
        let facts = self.facts;
        let ExprKind::Name(name, _) = facts.kind(value) else { return false };
        facts.block(body).skip_while(|s| *s != stmt).skip(1).any(|s| {
            exprs_in(facts, function, facts.stmt(s).range())
                .any(|e| matches!(facts.kind(e), ExprKind::Name(n, _) if n == name))
        })
    }

    /// Whether a check is of something that another function changes, and that the act itself does not set: what is only
    /// filled in once is better filled in under a lock.
    fn is_changed_elsewhere(&self, check: ExprId, act: ExprId) -> bool {
        let facts = self.facts;
        let own = facts.function_of(act);
        let Some(home) = self.home(act) else { return false };
        let read: Vec<Symbol> = exprs_in(facts, own, facts.range(check))
            .filter_map(|e| match facts.kind(e) {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
                _ => None,
            })
            .collect();
        let changes = |stmt: &Stmt| {
            let target = match stmt.kind {
                StmtKind::Assign(targets, _) => facts.expr_list(targets).next(),
                StmtKind::AugAssign(target, ..) | StmtKind::AnnAssign(target, ..) => Some(target),
                _ => None,
            };
            target.is_some_and(|target| {
                matches!(facts.kind(target), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if read.contains(&n))
            })
        };
        let is_other = |stmt: &&Stmt| {
            let function = stmt.function;
            function != own && function != FunctionId::MODULE && facts.function(function).name != "__init__"
        };
        !read.contains(&home.name()) && facts.stmts.iter().filter(is_other).any(changes)
    }
}
