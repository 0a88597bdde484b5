//! Pitfall 6: what its rules ask of places, changes and values.

use crate::Label;
use crate::flow::{FactsExt, Flow};
use crate::support::words;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// Methods that change their receiver, and whether by putting something in.
pub(crate) fn mutates(name: &str) -> Option<Change> {
    Some(match name {
        "append" | "add" | "insert" | "extend" | "update" | "appendleft" | "put_nowait" => Change::Fill,
        "remove" | "pop" | "popleft" | "popitem" => Change::Take,
        "clear" | "discard" | "sort" | "reverse" | "setdefault" => Change::Other,
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// Puts something in: a second one is one too many.
    Fill,
    /// Takes something out that must be there.
    Take,
    /// Anything else.
    Other,
}

pub(crate) fn labels(flow: &Flow, function: FunctionRef, graph: &Cfg, at: &[(NodeId, &str)]) -> Vec<Label> {
    at.iter().filter_map(|&(node, text)| flow.label(function, graph, node, text)).collect()
}

pub(crate) fn contains(facts: &FileFacts, outer: ExprId, inner: ExprId) -> bool {
    outer == inner || facts.ancestors(inner).any(|a| a == outer)
}

/// Whether a read says something of a place: the place itself, something in it, or what it is in.
pub(crate) fn related(graph: &Cfg, read: PlaceId, place: PlaceId) -> bool {
    if graph.places.within(read, place) {
        return true;
    }
    // Reading a whole container reads its item, reading `self` does not read `self.x`.
    matches!(graph.places.get(place), Place::Item(base, _) if graph.places.within(read, base))
}

/// Whether a read is only the way to a change: the `d` of `d[k] = v`, the `xs` of `xs.append(v)`.
pub(crate) fn is_base_of_change(facts: &FileFacts, read: ExprId) -> bool {
    let Parent::Expr(parent) = facts.expr(read).parent() else { return false };
    match facts.kind(parent) {
        ExprKind::Attribute(base, name) if base == read => {
            let Parent::Expr(call) = facts.expr(parent).parent() else { return is_target(facts, parent) };
            matches!(facts.kind(call), ExprKind::Call(callee, _) if callee == parent)
                && mutates(name.as_str()).is_some()
        }
        // The base of a base (`self.a` in `self.a.b.append`), the method itself.
        ExprKind::Call(callee, _) if callee == read => true,
        ExprKind::Subscript(base, _) if base == read => is_target(facts, parent),
        _ => false,
    }
}

fn is_target(facts: &FileFacts, expr: ExprId) -> bool {
    let Parent::Stmt(stmt) = facts.expr(expr).parent() else { return false };
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, _) => facts.expr_list(targets).any(|t| t == expr),
        StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) => target == expr,
        StmtKind::Delete(targets) => facts.expr_list(targets).any(|t| t == expr),
        _ => false,
    }
}

pub(crate) fn is_reset(facts: &FileFacts, value: Option<ExprId>) -> bool {
    let Some(value) = value else { return true };
    match facts.kind(value) {
        ExprKind::None | ExprKind::False => true,
        ExprKind::List(l) | ExprKind::Tuple(l) | ExprKind::Set(l) | ExprKind::Dict(l) => facts.expr_list(l).len() == 0,
        ExprKind::Int(0) => true,
        ExprKind::Call(callee, args) => {
            facts.args(args).is_empty()
                && matches!(facts.kind(callee), ExprKind::Name(n, _) if matches!(n.as_str(), "set" | "dict" | "list"))
        }
        _ => false,
    }
}

/// The conditions that a function tests.
pub(crate) fn tests(graph: &Cfg) -> Vec<(NodeId, ExprId)> {
    let test = |node| match graph.op(node) {
        Op::Test(condition) => Some((node, condition)),
        _ => None,
    };
    graph.ids().filter_map(test).collect()
}

/// The lock that is held over both is one that the call made itself: SS605 says so, and says more.
pub(crate) fn under_private_lock(flow: &Flow, function: FunctionRef, graph: &Cfg, from: NodeId, to: NodeId) -> bool {
    let held: Vec<ExprId> = graph.held(from).map(|h| h.context).collect();
    graph.held(to).any(|h| held.contains(&h.context) && flow.excludes(function.file, h.context))
}

/// Whether a call makes an object that has to be closed: one too many of it stays open.
pub(crate) fn must_be_closed(flow: &Flow, file: sidestep_program::FileId, call: ExprId) -> bool {
    flow.program.callees(file, call).targets.iter().any(|t| match *t {
        sidestep_program::Target::Class(class) => {
            flow.program.class_mark(class, "async_resource").is_some() || flow.program.method(class, "aclose").is_some()
        }
        _ => false,
    })
}

/// Whether a function plainly changes something that outlives it: an attribute, an item, a container.
fn changes_something(flow: &Flow, function: FunctionRef) -> bool {
    let facts = flow.facts(function.file);
    let own = facts.function(function.function).scope;
    let outlives = |e: ExprId| match facts.kind(e) {
        ExprKind::Attribute(..) | ExprKind::Subscript(..) => true,
        ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| home != own),
        _ => false,
    };
    facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, _) => facts.expr_list(targets).any(outlives),
        StmtKind::AugAssign(target, ..) => outlives(target),
        StmtKind::Scope => true,
        StmtKind::Expr(e) => {
            flow.callee_name(function.file, e).is_some_and(|n| mutates(n.as_str()).is_some())
                && flow.receiver(function.file, e).is_some_and(outlives)
        }
        _ => false,
    })
}

/// Whether what is filled in comes from an awaited call that is not known and whose name does not say that it makes something.
pub(crate) fn only_fetches(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    node: NodeId,
    value: Option<ExprId>,
    at: NodeId,
) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let awaited = |e: ExprId| match facts.kind(e) {
        ExprKind::Await(call) => Some(call),
        _ => None,
    };
    // An object of this very class, whatever a call says that it creates, what somebody has to close, or a lock is another one each
    // time.
    let made = |e: ExprId| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && (flow.callee_name(file, e).is_some_and(|n| {
                n == "cls" || ["create_", "make_", "build_", "open_", "new_"].iter().any(|w| n.as_str().starts_with(w))
            }) || must_be_closed(flow, file, e)
                || flow.classes(file, e).into_iter().any(|c| flow.program.class_mark(c, "async_lock").is_some()))
    };
    let constructed = value.is_some_and(|v| {
        made(v)
            || matches!(graph.nodes_of(v).next().map(|n| graph.op(n)), Some(Op::Read(_, place)) if graph
                .definitions(node, place)
                .0
                .into_iter()
                .any(|d| matches!(graph.op(d), Op::Write { value: Some(v), .. } if made(v))))
    });
    if constructed {
        return false;
    }
    let from_value = value.and_then(|v| {
        awaited(v).or_else(|| {
            let Op::Read(_, place) = graph.op(graph.nodes_of(v).next()?) else { return None };
            let (definitions, _) = graph.definitions(node, place);
            definitions.into_iter().find_map(|d| match graph.op(d) {
                Op::Write { value: Some(v), .. } => awaited(v),
                _ => None,
            })
        })
    });
    // Else the last await before it.
    let before = || {
        let end = facts.stmt_of(value?).map(|s| facts.stmt(s).range().start())?;
        facts
            .exprs_of(function.function)
            .filter(|&e| facts.range(e).end() <= end && matches!(facts.kind(e), ExprKind::Await(_)))
            .max_by_key(|&e| facts.range(e).end())
            .and_then(awaited)
    };
    let call = from_value.or_else(|| match graph.op(at) {
        Op::Await(e) => awaited(e),
        _ => before(),
    });
    let Some(call) = call else { return false };
    let Some(name) = flow.callee_name(file, call) else { return true };
    // Handed to a thread: read or worked out there.
    if name.as_str().contains("executor") || matches!(name.as_str(), "to_thread" | "run_sync") {
        return true;
    }
    let makes = [
        "create", "connect", "open", "start", "login", "launch", "spawn", "make", "build", "init", "new", "register",
        "session", "client", "acquire", "setup", "insert", "send", "add", "sleep",
    ]
    .iter()
    .any(|w| {
        name.as_str().to_ascii_lowercase().split('_').any(|part| {
            part.strip_prefix(w).is_some_and(|rest| !matches!(rest, "or" | "ion" | "ions" | "ors" | "er" | "ers"))
        })
    });
    // What a pool gives is taken out of it: whoever takes two keeps one for ever.
    let from_pool = || {
        let pool = flow.receiver(file, call).and_then(|r| match facts.kind(r) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
            _ => None,
        });
        name.as_str().starts_with("get") && pool.is_some_and(|p| p.as_str().to_ascii_lowercase().ends_with("pool"))
    };
    if makes || from_pool() {
        return false;
    }
    // A question, whatever is noted of its answer; what fills a cache by its key is asked for by many.
    let asks = ["get", "fetch", "read", "load", "query", "find", "list"];
    let first = words(name.as_str()).next();
    let is_kept = matches!(graph.op(node), Op::Write { place, .. } if matches!(graph.places.get(place), Place::Attr(..) | Place::Name(..)));
    if is_kept && first.is_some_and(|word| asks.contains(&word)) {
        return true;
    }
    let callees = flow.program.callees(file, call);
    !callees.targets.iter().any(|t| match t {
        sidestep_program::Target::Function(f, _) => flow.program.is_input(f.file) && changes_something(flow, *f),
        sidestep_program::Target::Class(_) => true,
    })
}

/// Names of methods after which something is open, and open twice if they ran twice.
pub(crate) fn opens(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    let name = name.strip_prefix("async_").or_else(|| name.strip_prefix("ensure_")).unwrap_or(name);
    ["connect", "open", "start", "launch"].iter().any(|w| name.starts_with(w))
}

/// Between the check and the await another flag or future is set that some condition of the function asks for: a hand-made lock.
pub(crate) fn claimed_otherwise(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    place: PlaceId,
    at: NodeId,
    tests: &[(NodeId, ExprId)],
) -> bool {
    let acted_on = place;
    let facts = flow.facts(function.file);
    let mut asked: FxHashSet<PlaceId> = FxHashSet::default();
    for &(_, condition) in tests {
        facts.walk(condition, &mut |e| {
            if let Some(Op::Read(_, p)) = graph.nodes_of(e).next().map(|n| graph.op(n))
                && flow.state_of(function, graph, p).is_some()
            {
                asked.insert(p);
            }
        });
    }
    // What the act itself is about is the caller's business.
    asked.retain(|&a| !related(graph, a, acted_on) && !related(graph, acted_on, a));
    let normal = |_: NodeId, flow: Edge| flow.goes_on();
    graph.reach(Cfg::ENTRY, normal, |n| n == at).iter().any(|n| match graph.op(n) {
        Op::Write { place, how: How::Assign, .. } => {
            asked.iter().any(|&a| a == place || graph.places.within(place, a))
                && graph.reach(n, normal, |_| false).contains(at)
        }
        _ => false,
    })
}
