//! Pitfall 6: writes computed from what was read before an await (SS601, SS603).

use crate::Confidence;
use crate::flow::{Flow, finding};
use crate::p06_races::shared::{contains, is_base_of_change, labels, related, under_private_lock};
use crate::registry::{SS601, SS603};
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, How, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// SS601 and SS603: writes computed from a value that is stale.
pub(crate) fn writes(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let file = function.file;
    let facts = flow.facts(file);
    for node in graph.ids() {
        let Op::Write { target: Some(target), place, value: Some(value), how } = graph.op(node) else { continue };
        if !matches!(how, How::Assign | How::Augment) || reported.contains(&target) {
            continue;
        }
        let of_element = || flow.state_of_element(function, graph, place);
        let Some(state) = flow.state_of(function, graph, place).or_else(of_element) else { continue };
        let mut found: Vec<(ExprId, Option<PlaceId>)> = Vec::new();
        if how == How::Augment {
            found.push((target, None));
        } else {
            sources(facts, graph, node, value, place, None, 0, &mut found);
        }
        for (read, carrier) in found {
            let stmt = facts.stmt_of(read);
            let same_statement = stmt == facts.stmt_of(target);
            let reads: Vec<NodeId> = graph.nodes_of(read).filter(|&n| matches!(graph.op(n), Op::Read(..))).collect();
            let Some(&from) = reads.first() else { continue };
            // Put back as it was: `old = self.data; …; self.data = old`.
            if let ExprKind::Name(name, scope) = facts.kind(value)
                && let Some(home) = facts.resolve(scope, name)
                && facts
                    .bindings_in(home, name)
                    .iter()
                    .all(|b| matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if v == read))
            {
                continue;
            }
            let is_read = |n: NodeId| matches!(graph.op(n), Op::Read(e, p) if e != read && related(graph, p, place) && !is_base_of_change(facts, e));
            let replaced = |n: NodeId| match graph.op(n) {
                Op::Write { target: t, place: p, value: v, .. } => {
                    // The carrier gets another value, or the place was written by this very task.
                    n != node
                        && (carrier == Some(p) && v.is_none_or(|v| !contains(facts, v, read))
                            || p == place && t != Some(target))
                }
                _ => false,
            };
            let Some(at) = graph.stale(from, node, |n| flow.switches(function, graph, n), is_read, replaced) else {
                continue;
            };
            if flow.same_lock(function, graph, from, node) || under_private_lock(flow, function, graph, from, node) {
                continue;
            }
            if !flow.overlaps(function, state) {
                continue;
            }
            reported.insert(target);
            let spelled = flow.spell(graph, place);
            let mut f = if same_statement {
                let mut f = finding(
                    &SS603,
                    file,
                    facts.range(target),
                    format!(
                        "`{spelled}` is read, then the await lets other tasks change it, then it is overwritten: their changes are lost"
                    ),
                );
                f.help = Some("await into a local name first, then update".to_owned());
                f
            } else {
                let mut f = finding(
                    &SS601,
                    file,
                    facts.range(target),
                    format!(
                        "`{spelled}` is written from a value read before an await: what other tasks wrote meanwhile is lost"
                    ),
                );
                f.help =
                    Some("read it after the await, or hold an `asyncio.Lock` over the read and the write".to_owned());
                f
            };
            f.confidence = Confidence::Likely;
            f.labels.extend(labels(flow, function, graph, &[(from, "read here"), (at, "other tasks run here")]));
            flow.report(f);
            break;
        }
    }
}

/// The reads of `place` that a value is computed from, through local names.
#[allow(clippy::too_many_arguments)]
pub(crate) fn sources(
    facts: &FileFacts,
    graph: &Cfg,
    node: NodeId,
    value: ExprId,
    place: PlaceId,
    carrier: Option<PlaceId>,
    depth: u32,
    found: &mut Vec<(ExprId, Option<PlaceId>)>,
) {
    if depth > 12 || found.len() > 8 {
        return;
    }
    let mut go = |e: ExprId| sources(facts, graph, node, e, place, carrier, depth + 1, found);
    match facts.kind(value) {
        ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
            let Some(read) = graph.nodes_of(value).find_map(|n| match graph.op(n) {
                Op::Read(_, p) => Some(p),
                _ => None,
            }) else {
                return;
            };
            if read == place {
                found.push((value, carrier));
                return;
            }
            if let Place::Name(scope, _) = graph.places.get(read)
                && scope == facts.function(graph.function).scope
            {
                let at = graph.nodes_of(value).next().unwrap_or(node);
                for definition in graph.definitions(at, read).0 {
                    if let Op::Write { value: Some(v), how: How::Assign | How::Augment, .. } = graph.op(definition)
                        && v != value
                    {
                        sources(facts, graph, definition, v, place, Some(read), depth + 1, found);
                    }
                }
            } else if let ExprKind::Subscript(base, index) = facts.kind(value)
                && matches!(facts.kind(index), ExprKind::Slice(_))
            {
                // A part of the whole: `messages[-2:]`.
                go(base);
            }
        }
        // What is kept of the whole: `[m for m in self.messages if m.pinned]`.
        ExprKind::Comprehension(index) => {
            if let [clause] = &facts.comprehensions[index as usize].clauses[..] {
                go(clause.iter);
            }
        }
        ExprKind::Binary(_, left, right) => {
            go(left);
            go(right);
        }
        ExprKind::Unary(inner) | ExprKind::Starred(inner) | ExprKind::Named(_, inner) => go(inner),
        ExprKind::List(list) | ExprKind::Tuple(list) | ExprKind::Set(list) | ExprKind::Dict(list) => {
            facts.expr_list(list).for_each(&mut go);
        }
        ExprKind::IfElse(list) => facts.expr_list(list).skip(1).for_each(&mut go),
        ExprKind::Call(callee, args) => match facts.kind(callee) {
            ExprKind::Name(name, scope) if facts.resolve(scope, name).is_none() => {
                if matches!(
                    name.as_str(),
                    "max"
                        | "min"
                        | "sum"
                        | "int"
                        | "float"
                        | "str"
                        | "list"
                        | "dict"
                        | "set"
                        | "tuple"
                        | "sorted"
                        | "abs"
                        | "round"
                        | "frozenset"
                ) {
                    facts.args(args).iter().for_each(|a| go(a.value));
                }
            }
            ExprKind::Attribute(base, name) => match name.as_str() {
                "copy" | "union" | "difference" => go(base),
                "get" => {
                    if let Some(key) = facts.positional(args, 0)
                        && graph.places.find_item(facts, base, key) == Some(place)
                    {
                        found.push((base, carrier));
                    }
                }
                _ => {}
            },
            _ => {}
        },
        _ => {}
    }
}
