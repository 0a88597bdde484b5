//! Pitfall 5: a resource that an object keeps and that its close leaves open (SS501).

use crate::blocks::whole_condition;
use crate::flow::Flow;
use crate::p05_resources::{CLOSES, Made, is_factory};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef, Target};

/// Whether a close ends something that the class made itself: not what it was given, which is for the giver to close.
fn closes_own(flow: &Flow, class: ClassRef, close: FunctionRef) -> bool {
    let program = flow.program;
    let facts = flow.facts(close.file);
    facts.exprs_of(close.function).any(|e| {
        let ExprKind::Attribute(base, attr) = facts.kind(e) else { return false };
        if !facts.is_self(base) {
            return false;
        }
        let used =
            matches!(facts.expr(e).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(..)));
        used && program.mro(class).iter().filter(|c| program.is_input(c.file)).any(|&c| {
            let its = flow.facts(c.file);
            program.self_writes(c, attr).iter().any(|w| match w.kind {
                BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => {
                    let v = match its.kind(v) {
                        ExprKind::Await(inner) => inner,
                        _ => v,
                    };
                    // A singleton is shared, and not for one user to close.
                    let shared =
                        flow.program.callees(c.file, v).targets.iter().any(
                            |t| matches!(t, Target::Class(made) if program.own_method(*made, "__new__").is_some()),
                        );
                    !shared
                        && flow.callee_name(c.file, v).is_some_and(|n| {
                            let n = n.as_str();
                            n.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase())
                                || is_factory(n)
                                || n.contains("open")
                        })
                }
                _ => false,
            })
        })
    })
}

/// Kept on `self` of a class that has a close, which does not close it.
pub(crate) fn kept(
    flow: &Flow,
    function: FunctionRef,
    target: ExprId,
    attr: Symbol,
    made: &Made,
    report: &dyn Fn(String) -> bool,
) -> bool {
    let file = function.file;
    let Some(class) = flow.method_class(function) else { return false };
    let program = flow.program;
    if made.own
        && !made.close.iter().any(|m| program.method(made.class, m).is_some_and(|m| closes_own(flow, made.class, m)))
    {
        return false;
    }
    const CLOSERS: &[&str] =
        &["aclose", "close", "shutdown", "stop", "disconnect", "cleanup", "__aexit__", "async_close", "teardown"];
    // A base that is not known may close what it is given, but not what this class keeps to itself and closes itself.
    if program.has_unknown_base(class)
        && !(attr.as_str().starts_with('_') && CLOSERS.iter().any(|m| program.own_method(class, m).is_some()))
    {
        return false;
    }
    let mut family: Vec<ClassRef> = program.mro(class).to_vec();
    family.extend(program.subclasses(class).iter().copied());
    let closer = family
        .iter()
        .filter(|c| program.is_input(c.file))
        .find_map(|&c| CLOSERS.iter().find_map(|m| program.own_method(c, m).filter(|&m| !program.is_abstract(m))));
    let Some(closer) = closer else { return false };
    for u in flow.attribute_uses(attr) {
        if u.file == file && u.expr == target {
            continue;
        }
        let its = flow.facts(u.file);
        let on_self = matches!(its.kind(u.expr), ExprKind::Attribute(b, _) if its.is_self(b));
        if on_self && !flow.class_around(u.file, u.expr).is_some_and(|c| family.contains(&c)) {
            continue;
        }
        match its.expr(u.expr).parent() {
            Parent::Expr(p) => match its.kind(p) {
                ExprKind::Attribute(_, method) => {
                    // To ask whether it is closed closes nothing.
                    let closes = |method: Symbol| {
                        let asks = matches!(method.as_str(), "closed" | "is_closed" | "is_closing");
                        made.close.contains(&method.as_str())
                            || CLOSES.contains(&method.as_str())
                            || method.as_str().contains("close") && !asks
                    };
                    // `await self.client.aio.aclose()`
                    let part = match its.expr(p).parent() {
                        Parent::Expr(outer) => match its.kind(outer) {
                            ExprKind::Attribute(_, part) => Some(part),
                            _ => None,
                        },
                        _ => None,
                    };
                    if closes(method) || part.is_some_and(closes) {
                        return false;
                    }
                }
                ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::FString(_) => {}
                ExprKind::Or(_) | ExprKind::And(_) if asked(its, p) => {}
                ExprKind::Subscript(base, _) if base == u.expr => {}
                // Lent to something that closes nothing.
                ExprKind::Call(callee, _) if callee != u.expr && borrows(flow, u.file, p) => {}
                _ => return false,
            },
            Parent::Stmt(s) => match its.stmt(s).kind {
                StmtKind::Assign(targets, _) if its.expr_list(targets).any(|t| t == u.expr) => {}
                StmtKind::AnnAssign(t, ..) if t == u.expr => {}
                StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::Assert(..) => {}
                _ => return false,
            },
            Parent::None => return false,
        }
    }
    let name = program.class(made.class).name;
    let close = program.function_name(closer);
    report(format!("nothing closes this `{name}`: `{close}` leaves `self.{attr}` open"))
}

/// Whether an expression is the condition of a statement.
fn asked(facts: &FileFacts, expr: ExprId) -> bool {
    let whole = whole_condition(facts, expr);
    matches!(facts.expr(whole).parent(), Parent::Stmt(s)
        if matches!(facts.stmt(s).kind, StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::Assert(..)))
}

/// Whether a call only uses what it is given: what it runs is part of the program, and neither that nor the class that it makes an
/// object of closes anything.
fn borrows(flow: &Flow, file: FileId, call: ExprId) -> bool {
    let program = flow.program;
    let closes_nothing = |f: FunctionRef| {
        let facts = flow.facts(f.file);
        !facts.exprs_of(f.function).any(|e| {
            matches!(facts.kind(e), ExprKind::Attribute(_, m) if m.as_str().contains("close") || m.as_str().contains("stop") || m == "__aexit__")
        }) && !facts.stmts_of(f.function).any(|s| matches!(facts.stmt(s).kind, StmtKind::With(_)))
    };
    let facts = flow.facts(file);
    if let ExprKind::Call(callee, _) = facts.kind(call)
        && let ExprKind::Name(name, scope) = facts.kind(callee)
        && facts.resolve(scope, name).is_none()
        && matches!(name.as_str(), "getattr" | "hasattr" | "isinstance" | "id" | "repr" | "str" | "bool" | "print")
    {
        return true;
    }
    let targets = program.callees(file, call).targets;
    !targets.is_empty()
        && targets.iter().all(|t| match *t {
            Target::Class(class) => {
                program.is_input(class.file)
                    && program.mro(class).iter().all(|&c| {
                        !program.is_input(c.file)
                            || (0..flow.facts(c.file).functions.len() as u32).map(FunctionId).all(|f| {
                                flow.facts(c.file).function(f).class != Some(c.class)
                                    || closes_nothing(FunctionRef { file: c.file, function: f })
                            })
                    })
            }
            Target::Function(f, _) => program.is_input(f.file) && closes_nothing(f),
        })
}
