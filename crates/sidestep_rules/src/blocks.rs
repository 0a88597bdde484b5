//! What stands in blocks of statements, and below an expression.

use crate::flow::FactsExt;
use sidestep_facts::*;

/// The condition that an operand of `and`, `or` and `not` is part of.
pub(crate) fn whole_condition(facts: &FileFacts, mut expr: ExprId) -> ExprId {
    while let Parent::Expr(parent) = facts.expr(expr).parent() {
        match facts.kind(parent) {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Compare(..) => expr = parent,
            _ => break,
        }
    }
    expr
}

pub(crate) fn mentions(facts: &FileFacts, expr: ExprId, name: Symbol) -> bool {
    let mut found = false;
    facts.walk(expr, &mut |e| {
        found |= matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == name);
    });
    found
}

/// Every statement of a block, at any depth.
pub(crate) fn visit_block(facts: &FileFacts, block: Block, visit: &mut dyn FnMut(StmtId)) {
    let mut stack: Vec<StmtId> = facts.block(block).rev().collect();
    while let Some(stmt) = stack.pop() {
        visit(stmt);
        let mut push = |block: Block| stack.extend(facts.block(block).rev());
        match facts.stmt(stmt).kind {
            StmtKind::If { body, orelse, .. } | StmtKind::While { body, orelse, .. } => {
                push(orelse);
                push(body);
            }
            StmtKind::For(i) => {
                push(facts.fors[i as usize].orelse);
                push(facts.fors[i as usize].body);
            }
            StmtKind::With(i) => push(facts.withs[i as usize].body),
            StmtKind::Try(i) => {
                let t = &facts.tries[i as usize];
                push(t.finalbody);
                push(t.orelse);
                for h in t.handlers.iter().rev() {
                    push(h.body);
                }
                push(t.body);
            }
            StmtKind::Match(i) => facts.matches[i as usize].cases.iter().rev().for_each(|c| push(c.body)),
            _ => {}
        }
    }
}

/// Whether a statement stands in a `finally`.
pub(crate) fn in_finally(facts: &FileFacts, stmt: StmtId) -> bool {
    let mut inner = stmt;
    for outer in facts.enclosing(stmt) {
        if let StmtKind::Try(index) = facts.stmt(outer).kind
            && facts.block(facts.tries[index as usize].finalbody).any(|s| s == inner)
        {
            return true;
        }
        inner = outer;
    }
    false
}

/// Whether a loop's body has a `break` of its own or a `return`.
pub(crate) fn leaves_early(facts: &FileFacts, body: Block) -> bool {
    let mut found = false;
    visit_block(facts, body, &mut |s| match facts.stmt(s).kind {
        StmtKind::Return(_) => found = true,
        StmtKind::Break => {
            // Of an inner loop?
            let mut at = s;
            let mut inner = false;
            while let Some(outer) = facts.stmt(at).parent() {
                if facts.block(body).any(|b| b == at) {
                    break;
                }
                inner |= matches!(facts.stmt(outer).kind, StmtKind::For(_) | StmtKind::While { .. });
                at = outer;
            }
            found |= !inner;
        }
        _ => {}
    });
    found
}

/// Whether a statement stands in an `except` clause.
pub(crate) fn in_handler(facts: &FileFacts, stmt: StmtId) -> bool {
    let range = facts.stmt(stmt).range();
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => facts.tries[index as usize].handlers.iter().any(|h| h.range.contains_range(range)),
        _ => false,
    })
}
