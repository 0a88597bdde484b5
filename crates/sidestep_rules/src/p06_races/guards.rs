//! Pitfall 6: what a condition says of a place, by itself or through a plain method that it asks.

use crate::flow::Flow;
use sidestep_facts::cfg::{Cfg, How, Key, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// What a condition says of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Says {
    /// It is there (true, not none, contained) where the condition holds.
    Present,
    /// It is not.
    Absent,
    /// It is compared with a limit.
    Measured,
    /// It is zero: nobody has come yet.
    Zero,
}

/// What a condition says of a changed place: the place it asks for, what it says, and the read.
pub(crate) fn guard_of(
    facts: &FileFacts,
    graph: &Cfg,
    test: NodeId,
    condition: ExprId,
    place: PlaceId,
) -> Option<(PlaceId, Says, ExprId)> {
    let place_of = |e: ExprId| {
        graph.nodes_of(e).find_map(|n| match graph.op(n) {
            Op::Read(_, p) => Some(p),
            _ => None,
        })
    };
    // A place that the change fills: itself, or for an item, an absent key.
    let same = |e: ExprId| -> Option<ExprId> {
        let direct = place_of(e);
        if direct == Some(place) {
            return Some(e);
        }
        // `found = self.x`, `found = d.get(k)`, then `if found is None`.
        let local = direct?;
        let Place::Name(scope, _) = graph.places.get(local) else { return None };
        if scope != facts.function(graph.function).scope {
            return None;
        }
        let (definitions, outside) = graph.definitions(test, local);
        if outside {
            return None;
        }
        let [one] = definitions[..] else { return None };
        let Op::Write { value: Some(value), how: How::Assign, .. } = graph.op(one) else { return None };
        if place_of(value) == Some(place) {
            return Some(value);
        }
        get_of(facts, graph, value, place)
    };
    let whole = |e: ExprId| -> Option<ExprId> { (place_of(e) == Some(place)).then_some(e) };
    match facts.kind(condition) {
        ExprKind::Compare(op, list) => {
            let operands: Vec<ExprId> = facts.expr_list(list).collect();
            let [left, right] = operands[..] else { return None };
            match op {
                CmpOp::Is | CmpOp::Eq if matches!(facts.kind(right), ExprKind::None) => {
                    same(left).map(|r| (place, Says::Absent, r)).or_else(|| get_of(facts, graph, left, place).map(|r| (place, Says::Absent, r)))
                }
                CmpOp::IsNot | CmpOp::NotEq if matches!(facts.kind(right), ExprKind::None) => {
                    same(left).map(|r| (place, Says::Present, r)).or_else(|| get_of(facts, graph, left, place).map(|r| (place, Says::Present, r)))
                }
                CmpOp::In | CmpOp::NotIn => {
                    let says = if op == CmpOp::In { Says::Present } else { Says::Absent };
                    // `k in d` and `d[k] = …`; `x in s` and `s.add(x)`, `s.remove(x)`.
                    let right = match facts.kind(right) {
                        ExprKind::Call(callee, args) if facts.args(args).is_empty() => match facts.kind(callee) {
                            ExprKind::Attribute(base, name) if name == "keys" => base,
                            _ => right,
                        },
                        _ => right,
                    };
                    let container = place_of(right)?;
                    match graph.places.get(place) {
                        Place::Item(base, key) if base == container => {
                            let asked = graph.places.find_item(facts, right, left)?;
                            (asked == place && !matches!(key, Key::Other(_))).then_some((place, says, right))
                        }
                        _ if container == place => Some((place, says, right)),
                        _ => None,
                    }
                }
                // The first of several: `if self.users == 0: await self.open()`, then `self.users += 1`.
                CmpOp::Eq if matches!(facts.kind(right), ExprKind::Int(0)) => {
                    whole(left).map(|r| (place, Says::Zero, r))
                }
                CmpOp::Less | CmpOp::Greater => [left, right].into_iter().find_map(|side| {
                    let measured = match facts.kind(side) {
                        ExprKind::Call(callee, args) if matches!(facts.kind(callee), ExprKind::Name(n, _) if n == "len") => facts.positional(args, 0)?,
                        _ => side,
                    };
                    // Only a number that is counted up, or a container that is filled.
                    let asked = whole(measured).or_else(|| get_of(facts, graph, measured, place));
                    asked.map(|r| (place, Says::Measured, r))
                }),
                _ => None,
            }
        }
        ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
            same(condition).map(|r| (place, Says::Present, r))
        }
        ExprKind::Call(callee, args) => match facts.kind(callee) {
            ExprKind::Attribute(_, name) if name == "get" => {
                get_of(facts, graph, condition, place).map(|r| (place, Says::Present, r))
            }
            ExprKind::Name(name, _) if name == "hasattr" => {
                let object = facts.positional(args, 0)?;
                let ExprKind::Str(attr) = facts.kind(facts.positional(args, 1)?) else { return None };
                let base = place_of(object)?;
                (graph.places.get(place) == Place::Attr(base, attr)).then_some((place, Says::Present, object))
            }
            _ => None,
        },
        ExprKind::Named(_, value) => {
            if place_of(value) == Some(place) {
                return Some((place, Says::Present, value));
            }
            get_of(facts, graph, value, place).map(|r| (place, Says::Present, r))
        }
        _ => None,
    }
}

/// `d.get(k)` where `d[k]` is the place: the read of `d`.
fn get_of(facts: &FileFacts, graph: &Cfg, value: ExprId, place: PlaceId) -> Option<ExprId> {
    let ExprKind::Call(callee, args) = facts.kind(value) else { return None };
    let ExprKind::Attribute(base, name) = facts.kind(callee) else { return None };
    if name != "get" {
        return None;
    }
    let key = facts.positional(args, 0)?;
    (graph.places.find_item(facts, base, key) == Some(place)).then_some(base)
}

/// The read by which a condition asks a plain method of the same object how much there is: `if self._is_full():`, or
/// `left = self._seats_left()`, then `if left < 1`.
pub(crate) fn asked_by_method(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    test: NodeId,
    condition: ExprId,
    place: PlaceId,
) -> Option<ExprId> {
    let (file, facts) = (function.file, flow.facts(function.file));
    let Place::Attr(base, attr) = graph.places.get(place) else { return None };
    if base != graph.places.root(place) {
        return None;
    }
    let asks = |e: ExprId| -> Option<ExprId> {
        let call = match facts.kind(e) {
            ExprKind::Call(..) => e,
            ExprKind::Name(..) => only_definition(graph, test, e)?,
            _ => return None,
        };
        let receiver = matches!(facts.kind(call), ExprKind::Call(..)).then(|| flow.receiver(file, call))??;
        let [method] = flow.functions(file, call)[..] else { return None };
        (facts.is_self(receiver) && measures(flow, method, attr)).then_some(receiver)
    };
    match facts.kind(condition) {
        ExprKind::Compare(CmpOp::Less | CmpOp::Greater, list) => facts.expr_list(list).find_map(asks),
        _ => asks(condition),
    }
}

/// What a local name was last bound to, where that is one expression.
fn only_definition(graph: &Cfg, test: NodeId, name: ExprId) -> Option<ExprId> {
    let Op::Read(_, local) = graph.op(graph.nodes_of(name).next()?) else { return None };
    match graph.definitions(test, local) {
        (definitions, false) => match definitions[..] {
            [one] => match graph.op(one) {
                Op::Write { value, how: How::Assign, .. } => value,
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a plain method looks how much is in an attribute: `len(self._taken)`.
fn measures(flow: &Flow, method: FunctionRef, attr: Symbol) -> bool {
    let facts = flow.facts(method.file);
    !facts.function(method.function).is_async
        && facts.exprs_of(method.function).any(|e| {
            let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) if n == "len")
                && facts.positional(args, 0).is_some_and(|a| facts.own_attribute(a) == Some(attr))
        })
}
