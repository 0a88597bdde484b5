//! Pitfall 6: locks that guard nothing (SS605), and state that is not always guarded (SS606).

use crate::flow::{Flow, finding, is_lifecycle};
use crate::p06_races::shared::is_reset;
use crate::p06_races::writes::sources;
use crate::registry::{SS605, SS606};
use crate::{Confidence, Finding, Label};
use rustc_hash::FxHashMap;
use sidestep_facts::cfg::{How, Op};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FunctionRef, Value};

/// SS605: a lock made inside the call that takes it.
pub(crate) fn private_locks(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let is_lock = |call: ExprId| {
        flow.classes(file, call).into_iter().any(|c| {
            flow.program.class_mark(c, "async_lock").is_some() || flow.program.class_mark(c, "thread_lock").is_some()
        }) && matches!(flow.program.get(flow.program.value(file, call)), Value::Instance(..))
            && flow.program.callees(file, call).targets.iter().any(|t| matches!(t, sidestep_program::Target::Class(_)))
    };
    let report = |call: ExprId| {
        let mut f: Finding = finding(
            &SS605,
            file,
            facts.range(call),
            "a lock made in the call that takes it is another lock each time: it excludes nobody",
        );
        f.help = Some("make the lock where the state it guards is made".to_owned());
        flow.report(f);
    };
    for stmt in facts.stmts_of(function.function) {
        match facts.stmt(stmt).kind {
            StmtKind::With(index) => {
                for item in &facts.withs[index as usize].items {
                    if matches!(facts.kind(item.context), ExprKind::Call(..))
                        && item.target.is_none()
                        && is_lock(item.context)
                    {
                        report(item.context);
                    }
                }
            }
            StmtKind::Assign(targets, value) if matches!(facts.kind(value), ExprKind::Call(..)) => {
                let mut targets = facts.expr_list(targets);
                let (Some(target), None) = (targets.next(), targets.next()) else { continue };
                let ExprKind::Name(name, scope) = facts.kind(target) else { continue };
                if facts.resolve(scope, name) != Some(facts.function(function.function).scope) || !is_lock(value) {
                    continue;
                }
                // Every use is the taking of it, here.
                let mut taken = false;
                let only_taken = flow.uses(file, name).into_iter().filter(|&u| u != target).all(|u| {
                    let ExprKind::Name(_, s) = facts.kind(u) else { return true };
                    if facts.resolve(s, name) != facts.resolve(scope, name) {
                        return true;
                    }
                    if facts.function_of(u) != function.function {
                        return false;
                    }
                    let here = match facts.expr(u).parent() {
                        Parent::Stmt(s) => matches!(facts.stmt(s).kind, StmtKind::With(w) if facts.withs[w as usize].items.iter().any(|i| i.context == u)),
                        Parent::Expr(p) => matches!(facts.kind(p), ExprKind::Attribute(_, a) if matches!(a.as_str(), "acquire" | "release" | "locked")),
                        Parent::None => false,
                    };
                    taken |= here;
                    here
                });
                if only_taken && taken {
                    report(value);
                }
            }
            _ => {}
        }
    }
}

/// SS606: a field that one method updates across an await under a lock, and another writes without it.
pub(crate) fn unguarded_writes(flow: &Flow, class: ClassRef) {
    let facts = flow.facts(class.file);
    let writes = &facts.class(class.class).self_writes;
    if writes.is_empty() {
        return;
    }
    let mut by_attr: FxHashMap<Symbol, Vec<AttrWrite>> = FxHashMap::default();
    for &write in writes {
        by_attr.entry(write.attr).or_default().push(write);
    }
    let mut attrs: Vec<_> =
        by_attr.into_iter().filter(|(_, w)| w.iter().any(|x| x.function != w[0].function)).collect();
    attrs.sort_by_key(|(_, w)| facts.range(w[0].target).start());
    // The graph is only needed where some method has a `with` over a lock at all.
    let has_lock = |function: FunctionId| {
        facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
            StmtKind::With(w) => facts.withs[w as usize].items.iter().any(|i| flow.excludes(class.file, i.context)),
            _ => false,
        })
    };
    for (attr, writes) in attrs {
        let guarded: Vec<&AttrWrite> =
            writes.iter().filter(|w| facts.function(w.function).is_async && has_lock(w.function)).collect();
        let mut guard: Option<(TextRange, ExprId)> = None;
        for write in guarded {
            let function = FunctionRef { file: class.file, function: write.function };
            let graph = flow.graph(function);
            for node in graph.nodes_of(write.target).collect::<Vec<_>>() {
                let Op::Write { place, value, how, .. } = graph.op(node) else { continue };
                if !matches!(how, How::Assign | How::Augment) {
                    continue;
                }
                let Some(lock) = graph.held(node).find(|h| flow.excludes(class.file, h.context)) else { continue };
                // The lock is needed: the value depends on a read before an await.
                let mut reads = Vec::new();
                if how == How::Augment {
                    reads.push((write.target, None));
                } else if let Some(value) = value {
                    sources(facts, &graph, node, value, place, None, 0, &mut reads);
                }
                let needs = reads.iter().any(|&(read, _)| {
                    graph.nodes_of(read).find(|&n| matches!(graph.op(n), Op::Read(..))).is_some_and(|from| {
                        graph.stale(from, node, |n| flow.switches(function, &graph, n), |_| false, |_| false).is_some()
                    })
                });
                if needs {
                    guard = Some((facts.range(write.target), lock.context));
                }
            }
        }
        let Some((place, lock)) = guard else { continue };
        for write in &writes {
            let f = facts.function(write.function);
            let name = f.name.as_str();
            if is_lifecycle(name) || name == "__init__" || f.is_lambda {
                continue;
            }
            let function = FunctionRef { file: class.file, function: write.function };
            let graph = flow.graph(function);
            let bare = graph
                .nodes_of(write.target)
                .next()
                .is_some_and(|n| !graph.held(n).any(|h| flow.excludes(class.file, h.context)));
            if !bare
                || flow.callers_hold_lock(function, 0)
                || flow.program.sites_of(function).is_empty() && name.starts_with('_')
            {
                continue;
            }
            let value = match write.kind {
                BindingKind::Assign(v) | BindingKind::Augmented(v) | BindingKind::Annotated(_, Some(v)) => v,
                _ => continue,
            };
            let augmented = matches!(write.kind, BindingKind::Augmented(_));
            if !augmented
                && (is_reset(facts, Some(value))
                    || matches!(facts.kind(value), ExprKind::True | ExprKind::Str(_) | ExprKind::Int(_)))
            {
                continue;
            }
            let mut found = finding(
                &SS606,
                class.file,
                facts.range(write.target),
                format!(
                    "`self.{attr}` is written here without the lock that guards it elsewhere: a holder of the lock overwrites this change"
                ),
            );
            found.help = Some("take the same lock here".to_owned());
            found.confidence = Confidence::Likely;
            found.labels.push(Label { range: place, text: "written under a lock here".to_owned() });
            found.labels.push(Label { range: facts.range(lock), text: "the lock".to_owned() });
            flow.report(found);
            break;
        }
    }
}
