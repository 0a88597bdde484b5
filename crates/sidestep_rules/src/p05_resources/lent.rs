//! Pitfall 5: a resource that is lent to a function for the time of a call.

use crate::flow::Flow;
use crate::p05_resources::CLOSES;
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef, Target};

/// Whether a call is awaited on the spot, and runs functions of the program that only use what they are given: they close nothing and
/// put it nowhere.
pub(crate) fn lent_to(flow: &Flow, file: FileId, call: ExprId, resource: ExprId) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    let awaited = matches!(facts.expr(call).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_)));
    if !awaited {
        return false;
    }
    let targets = flow.program.callees(file, call).targets;
    let borrows = |target: &Target| {
        let Target::Function(f, receiver) = *target else { return false };
        let params = flow.facts(f.file).params_of(f.function);
        let given = |index: u32| flow.program.argument(file, args, f, receiver.is_some(), index) == Some(resource);
        let taken = (0..params.len() as u32).find(|&index| given(index));
        flow.program.is_input(f.file) && taken.is_some_and(|index| asks_only(flow, f, params[index as usize].name))
    };
    !targets.is_empty() && targets.iter().all(borrows)
}

/// Whether a function only asks a parameter for something, or tests it.
fn asks_only(flow: &Flow, function: FunctionRef, param: Symbol) -> bool {
    let facts = flow.facts(function.file);
    let home = facts.function(function.function).scope;
    let asks = |e: ExprId| match facts.expr(e).parent() {
        Parent::Expr(p) => match facts.kind(p) {
            ExprKind::Attribute(_, method) => !CLOSES.contains(&method.as_str()) && !method.as_str().contains("close"),
            ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::FString(_) => true,
            _ => false,
        },
        Parent::Stmt(s) => matches!(facts.stmt(s).kind, StmtKind::If { .. }),
        Parent::None => false,
    };
    flow.uses(function.file, param).into_iter().all(|u| {
        let elsewhere = !matches!(facts.kind(u), ExprKind::Name(n, scope) if facts.resolve(scope, n) == Some(home));
        elsewhere || facts.function_of(u) == function.function && asks(u)
    })
}
