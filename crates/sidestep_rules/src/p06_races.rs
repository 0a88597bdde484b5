//! Pitfall 6: races on shared state.
//!
//! A race is reported when the state outlives the call and several tasks can reach it, the write or the act depends on what
//! was read, the await in between can really switch, nothing was read again, no lock covers both, and two tasks can run the
//! code at once. Each of these is a question to the graph ([`Cfg::stale`]) or to [`Flow`].

use crate::blocks::{mentions, whole_condition};
use crate::flow::{FactsExt, Flow, State, finding, is_lifecycle};
use crate::p06_slots;
use crate::registry::*;
use crate::support::is_awaited;
use crate::{Confidence, Finding, Label};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, Key, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FunctionRef, Value};

/// Methods that change their receiver, and whether by putting something in.
fn mutates(name: &str) -> Option<Change> {
    Some(match name {
        "append" | "add" | "insert" | "extend" | "update" | "appendleft" | "put_nowait" => Change::Fill,
        "remove" | "pop" | "popleft" | "popitem" => Change::Take,
        "clear" | "discard" | "sort" | "reverse" | "setdefault" => Change::Other,
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    /// Puts something in: a second one is one too many.
    Fill,
    /// Takes something out that must be there.
    Take,
    /// Anything else.
    Other,
}

/// What a condition says of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Says {
    /// It is there (true, not none, contained) where the condition holds.
    Present,
    /// It is not.
    Absent,
    /// It is compared with a limit.
    Measured,
    /// It is zero: nobody has come yet.
    Zero,
}

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let facts = flow.facts(function.file);
    let f = facts.function(function.function);
    if f.is_async {
        private_locks(flow, function);
        if suspends_at_all(facts, function.function) && touches_state(facts, function.function) {
            let graph = flow.graph(function);
            let mut reported = FxHashSet::default();
            writes(flow, function, &graph, &mut reported);
            acts(flow, function, &graph, &mut reported);
            helper_acts(flow, function, &graph, &mut reported);
            lost_wakeups(flow, function, &graph);
            p06_slots::check(flow, function, &graph);
            iterations(flow, function, &graph);
        }
    }
}

/// Rules that look at a class as a whole.
pub(crate) fn check_class(flow: &Flow, class: ClassRef) {
    unguarded_writes(flow, class);
}

fn suspends_at_all(facts: &FileFacts, function: FunctionId) -> bool {
    facts.exprs_of(function).any(|e| matches!(facts.kind(e), ExprKind::Await(_)))
        || facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
            StmtKind::With(w) => facts.withs[w as usize].is_async,
            StmtKind::For(l) => facts.fors[l as usize].is_async,
            _ => false,
        })
}

/// Whether a function may change what others see, walk through it, or leave a change to a method: the others cost no graph.
fn touches_state(facts: &FileFacts, function: FunctionId) -> bool {
    let own = facts.function(function).scope;
    let is_shared = |e: ExprId| match facts.kind(e) {
        ExprKind::Name(name, scope) => facts.resolve(scope, name) != Some(own),
        _ => true,
    };
    let mut awaits_own = false;
    let mut tests = false;
    for expr in facts.exprs_of(function) {
        match facts.kind(expr) {
            ExprKind::Call(callee, _) => match facts.kind(callee) {
                ExprKind::Attribute(_, name) if mutates(name.as_str()).is_some() => return true,
                ExprKind::Attribute(base, _) if matches!(facts.kind(base), ExprKind::Name(name, _) if name == "self") =>
                {
                    awaits_own |= is_awaited(facts, expr);
                }
                _ => {}
            },
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::IfElse(_) => tests = true,
            _ => {}
        }
    }
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        StmtKind::If { .. } | StmtKind::While { .. } => {
            tests = true;
            false
        }
        StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => facts.expr_list(targets).any(is_shared),
        StmtKind::AnnAssign(target, ..) | StmtKind::AugAssign(target, ..) => is_shared(target),
        StmtKind::For(index) => {
            let each = facts.fors[index as usize];
            let walked = match facts.kind(each.iter) {
                ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Attribute(..)),
                _ => is_shared(each.iter),
            };
            walked || is_shared(each.target)
        }
        StmtKind::With(index) => {
            facts.withs[index as usize].items.iter().any(|item| item.target.is_some_and(is_shared))
        }
        _ => false,
    }) || awaits_own && tests
}

/// SS601 and SS603: writes computed from a value that is stale.
fn writes(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let file = function.file;
    let facts = flow.facts(file);
    for node in graph.ids() {
        let Op::Write { target: Some(target), place, value: Some(value), how } = graph.op(node) else { continue };
        if !matches!(how, How::Assign | How::Augment) || reported.contains(&target) {
            continue;
        }
        let Some(state) = flow.state_of(function, graph, place) else { continue };
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

fn labels(flow: &Flow, function: FunctionRef, graph: &Cfg, at: &[(NodeId, &str)]) -> Vec<Label> {
    at.iter().filter_map(|&(node, text)| flow.label(function, graph, node, text)).collect()
}

fn contains(facts: &FileFacts, outer: ExprId, inner: ExprId) -> bool {
    outer == inner || facts.ancestors(inner).any(|a| a == outer)
}

/// Whether a read says something of a place: the place itself, something in it, or what it is in.
fn related(graph: &Cfg, read: PlaceId, place: PlaceId) -> bool {
    if graph.places.within(read, place) {
        return true;
    }
    // Reading a whole container reads its item, reading `self` does not read `self.x`.
    matches!(graph.places.get(place), Place::Item(base, _) if graph.places.within(read, base))
}

/// Whether a read is only the way to a change: the `d` of `d[k] = v`, the `xs` of `xs.append(v)`.
fn is_base_of_change(facts: &FileFacts, read: ExprId) -> bool {
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

/// The reads of `place` that a value is computed from, through local names.
#[allow(clippy::too_many_arguments)]
fn sources(
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
            } else if let ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) = facts.kind(value)
                && depth < 4
                && let Some(Op::Read(_, p)) = graph.nodes_of(base).next().map(|n| graph.op(n))
                && p == place
            {
                let _ = base;
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

/// The lock that is held over both is one that the call made itself: SS605 says so, and says more.
fn under_private_lock(flow: &Flow, function: FunctionRef, graph: &Cfg, from: NodeId, to: NodeId) -> bool {
    let held: Vec<ExprId> = graph.held(from).map(|h| h.context).collect();
    graph.held(to).any(|h| held.contains(&h.context) && flow.excludes(function.file, h.context))
}

/// The conditions that a function tests.
fn tests(graph: &Cfg) -> Vec<(NodeId, ExprId)> {
    let test = |node| match graph.op(node) {
        Op::Test(condition) => Some((node, condition)),
        _ => None,
    };
    graph.ids().filter_map(test).collect()
}

/// SS602: acts that rely on a condition checked before an await.
fn acts(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let file = function.file;
    let facts = flow.facts(file);
    let tests = tests(graph);
    if tests.is_empty() {
        return;
    }
    // What is changed, where.
    let mut changes: Vec<(NodeId, ExprId, PlaceId, Change, Option<ExprId>)> = Vec::new();
    for node in graph.ids() {
        match graph.op(node) {
            Op::Write { target: Some(target), place, value, how } => {
                let change = match how {
                    How::Delete if matches!(facts.kind(target), ExprKind::Subscript(..)) => Change::Take,
                    How::Assign | How::Unpack | How::Context if !is_reset(facts, value) => Change::Fill,
                    How::Augment => Change::Fill,
                    _ => continue,
                };
                changes.push((node, target, place, change, value));
            }
            Op::Call(call) => {
                let ExprKind::Call(callee, args) = facts.kind(call) else { continue };
                let ExprKind::Attribute(base, name) = facts.kind(callee) else { continue };
                let Some(change) = mutates(name.as_str()) else { continue };
                // `pop(k, default)` takes what is there, if it is.
                if change == Change::Other || name == "pop" && facts.args(args).len() > 1 || name == "update" {
                    continue;
                }
                let Some(Op::Read(_, place)) = graph.nodes_of(base).next().map(|n| graph.op(n)) else { continue };
                changes.push((node, call, place, change, None));
            }
            _ => {}
        }
    }
    changes.retain(|&(_, _, place, _, _)| flow.state_of(function, graph, place).is_some());
    for (node, act, place, change, value) in changes {
        if reported.contains(&act) {
            continue;
        }
        for &(test, condition) in &tests {
            let Some((_, says, read)) = guard_of(facts, graph, test, condition, place) else { continue };
            // Which branch leads to the act.
            let leads = |wanted: Edge| {
                graph
                    .reach(
                        test,
                        |n, flow| (n != test || flow == wanted) && !matches!(flow, Edge::Exception | Edge::Cancel),
                        |n| n == test,
                    )
                    .contains(node)
            };
            let (when_true, when_false) = (leads(Edge::True), leads(Edge::False));
            let relies = match says {
                // The branch where it is missing fills it, the branch where it is there takes it.
                Says::Present => match change {
                    Change::Fill => when_false && !when_true,
                    Change::Take => when_true && !when_false,
                    Change::Other => false,
                },
                Says::Absent => match change {
                    Change::Fill => when_true && !when_false,
                    Change::Take => when_false && !when_true,
                    Change::Other => false,
                },
                // Nobody left to leave: `if self.users == 0: raise …`, then `self.users -= 1`.
                Says::Zero if counts_down(facts, act) => when_false && !when_true,
                Says::Measured | Says::Zero => {
                    change == Change::Fill
                        && value.is_none_or(|_| matches!(graph.op(node), Op::Write { how: How::Augment, .. }))
                        && (when_true || when_false && says == Says::Measured)
                        && !(when_true && when_false && !waits_in_branch(flow, function, graph, test, node))
                }
            };
            if !relies {
                continue;
            }
            // A flag set to a constant is one writer's, unless the condition asks for this very flag.
            if change == Change::Fill
                && value.is_some_and(|v| matches!(facts.kind(v), ExprKind::False | ExprKind::None))
            {
                continue;
            }
            let fresh = |n: NodeId| match graph.op(n) {
                Op::Read(e, p) => {
                    // What `+=` itself reads asks nothing.
                    e != read
                        && e != act
                        && (related(graph, p, place) || related(graph, place, p) && p != graph.places.root(p))
                        && !is_base_of_change(facts, e)
                        && facts.stmt_of(e) != facts.stmt_of(condition)
                }
                _ => false,
            };
            // Written (claimed) by this task before it lets others run.
            let claimed = |n: NodeId| {
                n != node
                    && matches!(graph.op(n), Op::Write { place: p, .. } if related(graph, p, place) || related(graph, place, p))
            };
            let claims_by_call = |n: NodeId| match graph.op(n) {
                Op::Call(call) if n != node => {
                    let Some(base) = flow.receiver(file, call) else { return false };
                    let Some(name) = flow.callee_name(file, call) else { return false };
                    mutates(name.as_str()).is_some()
                        && matches!(graph.nodes_of(base).next().map(|n| graph.op(n)), Some(Op::Read(_, p)) if related(graph, p, place) || related(graph, place, p))
                }
                _ => false,
            };
            // The way must go through the test.
            let Some(at) = graph.stale(
                test,
                node,
                |n| flow.switches(function, graph, n),
                fresh,
                |n| n == test || claimed(n) || claims_by_call(n),
            ) else {
                continue;
            };
            if flow.same_lock(function, graph, test, node) || under_private_lock(flow, function, graph, test, node) {
                continue;
            }
            if claimed_otherwise(flow, function, graph, place, at, &tests) {
                continue;
            }
            let Some(state) = flow.state_of(function, graph, place) else { continue };
            // A lifespan is entered once, by the server.
            let once = facts.function(function.function).name.as_str().contains("lifespan");
            // Something that is there only once is brought up, or added to, by a method that others are likely to call at once.
            let once_only = || match value {
                None => true,
                Some(v) if matches!(facts.kind(v), ExprKind::True) => {
                    opens(facts.function(function.function).name.as_str())
                }
                Some(v) => brings_up(flow, function, graph, node, v),
            };
            let asked_for = || {
                matches!(says, Says::Present | Says::Absent)
                    && once_only()
                    && (value.is_some() && is_accessor(flow, function, graph, place)
                        || state == State::Own && flow.is_open(function))
            };
            if once || !flow.overlaps(function, state) && !asked_for() {
                continue;
            }
            reported.insert(act);
            let spelled = flow.spell(graph, place);
            let mut f = finding(
                &SS602,
                file,
                facts.range(act),
                format!(
                    "relies on a check of `{spelled}` made before an await: another task can pass the same check meanwhile, and both act"
                ),
            );
            f.help = Some(
                "hold an `asyncio.Lock` over the check and the act, act before the await, or check again after it"
                    .to_owned(),
            );
            // Filling in a value that is only fetched does no harm twice; without the callee nobody knows.
            // Nor does keeping the answer to a question, where the check is whether it is known.
            let prepared = matches!(value.map(|v| facts.kind(v)), Some(ExprKind::True))
                && !matches!(facts.kind(condition), ExprKind::Compare(..))
                && opens(facts.function(function.function).name.as_str());
            let harmless = change == Change::Fill
                && matches!(graph.op(node), Op::Write { how, .. } if how != How::Augment)
                && !prepared
                && (only_fetches(flow, function, graph, node, value, at)
                    || value.is_some_and(|v| says_end(facts, act, v) || is_found(facts, v))
                    || matches!(facts.kind(condition), ExprKind::Compare(..))
                        && value.is_some_and(|v| {
                            matches!(facts.kind(v), ExprKind::True | ExprKind::Int(_) | ExprKind::Str(_))
                        }));
            f.confidence = if harmless { Confidence::Possible } else { Confidence::Likely };
            f.labels.extend(labels(flow, function, graph, &[(test, "checked here"), (at, "other tasks run here")]));
            flow.report(f);
            break;
        }
    }
}

/// Whether a place is the target of `-=`.
fn counts_down(facts: &FileFacts, target: ExprId) -> bool {
    matches!(facts.expr(target).parent(), Parent::Stmt(s)
        if matches!(facts.stmt(s).kind, StmtKind::AugAssign(t, sidestep_facts::Op::Sub, _) if t == target))
}

/// Whether a method gives back what an attribute holds and fills it in the first time, for whoever asks.
fn is_accessor(flow: &Flow, function: FunctionRef, graph: &Cfg, place: PlaceId) -> bool {
    let facts = flow.facts(function.file);
    let Place::Attr(base, attr) = graph.places.get(place) else { return false };
    let Some(class) = flow.program.class_of(function) else { return false };
    let f = facts.function(function.function);
    let name = f.name.as_str().trim_start_matches('_');
    base == graph.places.root(place)
        && ["get", "ensure", "acquire"].iter().any(|w| name.starts_with(w))
        && !f.is_generator
        && !facts.class(class.class).name.as_str().starts_with("Test")
        && facts
            .stmts_of(function.function)
            .any(|s| matches!(facts.stmt(s).kind, StmtKind::Return(Some(v)) if own_attribute(facts, v) == Some(attr)))
}

/// Whether a value is something that is there only once: what has to be closed, or what its maker's name says is connected or opened.
fn brings_up(flow: &Flow, function: FunctionRef, graph: &Cfg, node: NodeId, value: ExprId) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let made = |e: ExprId| {
        let call = match facts.kind(e) {
            ExprKind::Await(call) => call,
            _ => e,
        };
        const WORDS: [&str; 14] = [
            "create",
            "connect",
            "open",
            "launch",
            "build",
            "make",
            "client",
            "session",
            "pool",
            "connection",
            "new",
            "issue",
            "login",
            "register",
        ];
        matches!(facts.kind(call), ExprKind::Call(..))
            && (must_be_closed(flow, file, call)
                || call != e
                    && flow
                        .callee_name(file, call)
                        .is_some_and(|n| n.as_str().to_ascii_lowercase().split('_').any(|w| WORDS.contains(&w))))
    };
    made(value)
        || graph.nodes_of(value).any(|n| match graph.op(n) {
            Op::Read(_, place) => graph
                .definitions(node, place)
                .0
                .into_iter()
                .any(|d| matches!(graph.op(d), Op::Write { value: Some(v), .. } if made(v))),
            _ => false,
        })
}

/// Whether a flag that something is over is set: who sets it twice changes nothing.
fn says_end(facts: &FileFacts, target: ExprId, value: ExprId) -> bool {
    const ENDS: [&str; 7] = ["closed", "closing", "done", "finished", "stopped", "disconnected", "completed"];
    let (ExprKind::Attribute(_, name) | ExprKind::Name(name, _)) = facts.kind(target) else { return false };
    matches!(facts.kind(value), ExprKind::True) && name.as_str().split('_').any(|w| ENDS.contains(&w))
}

/// Whether a value is one that was there before, looked for in a collection: whoever looks twice finds the same.
fn is_found(facts: &FileFacts, value: ExprId) -> bool {
    let ExprKind::Name(name, scope) = facts.kind(value) else { return false };
    facts.resolve(scope, name).is_some_and(|home| {
        let bindings = facts.bindings_in(home, name);
        !bindings.is_empty() && bindings.iter().all(|b| matches!(b.kind, BindingKind::Element(..)))
    })
}

/// SS602: a condition on an attribute, and an awaited method of the same object that fills it in after an await of its own without
/// asking again: `if not self._ready: await self._prepare()`.
fn helper_acts(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
    let file = function.file;
    let facts = flow.facts(file);
    let tests = tests(graph);
    if tests.is_empty() {
        return;
    }
    for node in graph.ids() {
        let Op::Await(awaited) = graph.op(node) else { continue };
        let ExprKind::Await(call) = facts.kind(awaited) else { continue };
        if reported.contains(&call) {
            continue;
        }
        let Some(receiver) = flow.receiver(file, call) else { continue };
        if !matches!(facts.kind(receiver), ExprKind::Name(n, _) if n == "self") {
            continue;
        }
        let [helper] = flow.functions(file, call)[..] else { continue };
        if helper == function || !flow.program.is_input(helper.file) || !flow.program.function(helper).is_async {
            continue;
        }
        let filled = filled_after_await(flow, helper);
        if filled.is_empty() {
            continue;
        }
        for &(test, condition) in &tests {
            let asked = graph.ids().take_while(|&n| n != test).filter_map(|n| match graph.op(n) {
                Op::Read(e, p) if contains(facts, condition, e) => Some(p),
                _ => None,
            });
            let Some((place, adds)) = asked.into_iter().find_map(|p| match graph.places.get(p) {
                Place::Attr(base, attr)
                    if base == graph.places.root(p) && flow.state_of(function, graph, p) == Some(State::Own) =>
                {
                    filled.iter().find(|f| f.0 == attr).map(|f| (p, f.1))
                }
                _ => None,
            }) else {
                continue;
            };
            let Some((_, says, _)) = guard_of(facts, graph, test, condition, place) else { continue };
            let wanted = match says {
                Says::Present => Edge::False,
                Says::Absent => Edge::True,
                Says::Measured | Says::Zero => continue,
            };
            let leads = |wanted: Edge| {
                let along = |n: NodeId, edge: Edge| {
                    (n != test || edge == wanted) && !matches!(edge, Edge::Exception | Edge::Cancel)
                };
                let claims = |n: NodeId| {
                    n == test || matches!(graph.op(n), Op::Write { place: p, .. } if related(graph, p, place))
                };
                graph.reach(test, along, claims).contains(node)
            };
            if !leads(wanted) || leads(if wanted == Edge::True { Edge::False } else { Edge::True }) {
                continue;
            }
            if flow.same_lock(function, graph, test, node)
                || under_private_lock(flow, function, graph, test, node)
                || claimed_otherwise(flow, function, graph, place, node, &tests)
                || !(flow.overlaps(function, State::Own) || adds && flow.is_open(function))
            {
                continue;
            }
            reported.insert(call);
            let spelled = flow.spell(graph, place);
            let mut f = finding(
                &SS602,
                file,
                facts.range(call),
                format!(
                    "relies on a check of `{spelled}`, which this only fills in after an await: another task can pass the same check meanwhile, and both act"
                ),
            );
            f.help = Some(
                "hold an `asyncio.Lock` over the check and the call, or check again inside under a lock".to_owned(),
            );
            f.confidence = if adds { Confidence::Likely } else { Confidence::Possible };
            f.labels.extend(labels(flow, function, graph, &[(test, "checked here")]));
            flow.report(f);
            break;
        }
    }
}

/// The attributes of `self` that an async method fills in after it has let other tasks run, without asking for them or taking a
/// lock; and whether doing so twice does harm: something is added to, or made.
fn filled_after_await(flow: &Flow, helper: FunctionRef) -> Vec<(Symbol, bool)> {
    let facts = flow.facts(helper.file);
    let graph = flow.graph(helper);
    let Some(first) = graph.ids().find(|&n| flow.switches(helper, &graph, n)) else { return Vec::new() };
    if flow.callers_hold_lock(helper, 0)
        || graph.ids().any(|n| matches!(graph.op(n), Op::Enter(context, _) if flow.excludes(helper.file, context)))
    {
        return Vec::new();
    }
    let after = graph.reach(first, |_, edge| !matches!(edge, Edge::Exception | Edge::Cancel), |_| false);
    let mut found: Vec<(Symbol, bool)> = Vec::new();
    let mut add = |attr: Symbol, adds: bool| match found.iter_mut().find(|f| f.0 == attr) {
        Some(known) => known.1 |= adds,
        None => found.push((attr, adds)),
    };
    for node in after.iter() {
        match graph.op(node) {
            Op::Write { target: Some(target), value, how: How::Assign | How::Unpack | How::Context, .. } => {
                if let Some(attr) = own_attribute(facts, target)
                    && !is_reset(facts, value)
                {
                    let fetched = only_fetches(flow, helper, &graph, node, value, first);
                    let flag = value.is_some_and(|v| matches!(facts.kind(v), ExprKind::True));
                    add(attr, !fetched && (!flag || prepares(facts.function(helper.function).name.as_str())));
                }
            }
            Op::Call(call) => {
                let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
                let ExprKind::Attribute(base, name) = facts.kind(callee) else { continue };
                if let Some(attr) = own_attribute(facts, base) {
                    if mutates(name.as_str()) == Some(Change::Fill) {
                        add(attr, name != "update");
                    }
                } else if matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") {
                    // A plain method that adds: `self.add_sample(…)`.
                    for inner in flow.functions(helper.file, call) {
                        if flow.program.is_input(inner.file) && !flow.program.function(inner).is_async {
                            for attr in added_by(flow, inner) {
                                add(attr, true);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    // Asked again by the helper itself.
    found.retain(|&(attr, _)| {
        !graph.ids().any(|n| matches!(graph.op(n), Op::Test(e) if mentions(facts, whole_condition(facts, e), attr)))
    });
    found
}

/// SS601: an event that is waited for in a loop and cleared only after further awaits: what was set meanwhile is forgotten.
fn lost_wakeups(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    let method = |call: ExprId| -> Option<(Symbol, PlaceId)> {
        let name = flow.callee_name(file, call)?;
        let event = flow.receiver(file, call)?;
        own_attribute(facts, event)?;
        let Op::Read(_, place) = graph.op(graph.nodes_of(event).next()?) else { return None };
        Some((name, place))
    };
    for clear in graph.ids() {
        let Op::Call(call) = graph.op(clear) else { continue };
        if !facts.args_of(call).is_empty() {
            continue;
        }
        let Some((name, event)) = method(call) else { continue };
        if name != "clear" {
            continue;
        }
        // `await event.wait()`, `await wait_for(event.wait(), …)`.
        let Some(wait) = graph.ids().find(|&n| match graph.op(n) {
            Op::Await(e) => match facts.kind(e) {
                ExprKind::Await(v) => {
                    let waited = match facts.args_of(v).first() {
                        Some(inner) if flow.call_mark(file, v, "limits_time").is_some() => inner.value,
                        _ => v,
                    };
                    method(waited).is_some_and(|(name, place)| name == "wait" && place == event)
                }
                _ => false,
            },
            _ => false,
        }) else {
            continue;
        };
        let normal = |_: NodeId, edge: Edge| !matches!(edge, Edge::Exception | Edge::Cancel);
        let stale =
            graph.stale(wait, clear, |n| flow.switches(function, graph, n), |_| false, |n| n == wait || n == clear);
        let Some(at) = stale.or_else(|| after_timeout(flow, function, graph, wait, clear)) else { continue };
        // What is looked at after waking up, and looked at again after the clearing: nothing is forgotten.
        let state = |n: NodeId| match graph.op(n) {
            Op::Read(e, p)
                if p != event && flow.state_of(function, graph, p).is_some() && !is_base_of_change(facts, e) =>
            {
                Some(p)
            }
            _ => None,
        };
        let looked_at: FxHashSet<PlaceId> =
            graph.reach(wait, normal, |n| n == clear).iter().filter_map(state).collect();
        let again = |n: NodeId| state(n).is_some_and(|p| looked_at.contains(&p));
        if graph.path(clear, normal, again, |n| n == wait).is_none() {
            continue;
        }
        // Cleared under a condition that asks whether there is anything left: `if not self.queue: self.wake.clear()`.
        let asked = facts.stmt_of(call).and_then(|s| facts.stmt(s).parent()).is_some_and(|outer| {
            let mut asks = false;
            if let StmtKind::If { test, .. } = facts.stmt(outer).kind {
                facts.walk(test, &mut |e| asks |= graph.nodes_of(e).any(again));
            }
            asks
        });
        // Or right after a loop that has taken all there was.
        let drained = facts.stmt_of(call).and_then(|s| previous(facts, function.function, s)).is_some_and(|before| {
            let mut asks = false;
            if let StmtKind::While { test, .. } = facts.stmt(before).kind {
                facts.walk(test, &mut |e| asks |= graph.nodes_of(e).any(|n| state(n).is_some()));
            }
            asks
        });
        if asked || drained {
            continue;
        }
        let attr = match graph.places.get(event) {
            Place::Attr(_, attr) => attr,
            _ => continue,
        };
        let set_elsewhere = flow.uses(file, attr).into_iter().any(|u| {
            facts.function_of(u) != function.function
                && matches!(facts.expr(u).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(_, m) if m == "set"))
        });
        if !set_elsewhere {
            continue;
        }
        let spelled = flow.spell(graph, event);
        let mut f = finding(
            &SS601,
            file,
            facts.range(call),
            format!(
                "`{spelled}` is cleared after an await that follows the wait: whoever set it meanwhile is not heard"
            ),
        );
        f.help = Some("clear it right after the wait, before looking at what it announces".to_owned());
        f.confidence = Confidence::Likely;
        f.labels.extend(labels(flow, function, graph, &[(wait, "waited for here"), (at, "other tasks run here")]));
        flow.report(f);
    }
}

/// Where other tasks run between a wait that ran out of time and the clearing of what it waited for.
fn after_timeout(flow: &Flow, function: FunctionRef, graph: &Cfg, wait: NodeId, clear: NodeId) -> Option<NodeId> {
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        // From the wait to the handlers around it.
        Edge::Exception => n == wait || graph.op(n) == Op::Join,
        _ => n != wait,
    };
    let normal = |n: NodeId, edge: Edge| n != wait && !matches!(edge, Edge::Exception | Edge::Cancel);
    graph.reach(wait, along, |n| n == wait || n == clear).iter().find(|&n| {
        n != wait && flow.switches(function, graph, n) && graph.reach(n, normal, |m| m == wait).contains(clear)
    })
}

/// The statement before one in the same block.
fn previous(facts: &FileFacts, function: FunctionId, stmt: StmtId) -> Option<StmtId> {
    let (parent, start) = (facts.stmt(stmt).parent(), facts.stmt(stmt).range().start());
    facts
        .stmts_of(function)
        .filter(|&s| facts.stmt(s).parent() == parent && facts.stmt(s).range().end() <= start)
        .max_by_key(|&s| facts.stmt(s).range().end())
}

/// Names of methods that bring an object into service.
fn prepares(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    [
        "init",
        "connect",
        "start",
        "setup",
        "set_up",
        "open",
        "login",
        "authenticate",
        "launch",
        "prepare",
        "create",
        "ensure",
    ]
    .iter()
    .any(|w| name.starts_with(w) || name.strip_prefix("async_").is_some_and(|n| n.starts_with(w)))
}

/// Names of methods after which something is open, and open twice if they ran twice.
fn opens(name: &str) -> bool {
    let name = name.trim_start_matches('_');
    let name = name.strip_prefix("async_").or_else(|| name.strip_prefix("ensure_")).unwrap_or(name);
    ["connect", "open", "start", "launch"].iter().any(|w| name.starts_with(w))
}

/// The `attr` of `self.attr`.
fn own_attribute(facts: &FileFacts, expr: ExprId) -> Option<Symbol> {
    match facts.kind(expr) {
        ExprKind::Attribute(base, attr) if matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") => {
            Some(attr)
        }
        _ => None,
    }
}

/// The attributes of `self` that a plain method adds something to.
fn added_by(flow: &Flow, function: FunctionRef) -> Vec<Symbol> {
    let facts = flow.facts(function.file);
    facts
        .exprs_of(function.function)
        .filter_map(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return None };
            let ExprKind::Attribute(base, name) = facts.kind(callee) else { return None };
            (mutates(name.as_str()) == Some(Change::Fill)).then(|| own_attribute(facts, base)).flatten()
        })
        .collect()
}

/// Whether what is filled in comes from an awaited call that is not known and whose name does not say that it makes something.
fn only_fetches(
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
    // An object of this very class, whatever a call says that it creates, or what somebody has to close is another one each time.
    let made = |e: ExprId| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && (flow.callee_name(file, e).is_some_and(|n| {
                n == "cls" || ["create_", "make_", "build_", "open_", "new_"].iter().any(|w| n.as_str().starts_with(w))
            }) || must_be_closed(flow, file, e))
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
    if makes {
        return false;
    }
    let callees = flow.program.callees(file, call);
    !callees.targets.iter().any(|t| match t {
        sidestep_program::Target::Function(f, _) => flow.program.is_input(f.file) && changes_something(flow, *f),
        sidestep_program::Target::Class(_) => true,
    })
}

/// Whether a call makes an object that has to be closed: one too many of it stays open.
fn must_be_closed(flow: &Flow, file: sidestep_program::FileId, call: ExprId) -> bool {
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

/// Between the check and the await another flag or future is set that some condition of the function asks for: a hand-made lock.
fn claimed_otherwise(
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
    let normal = |_: NodeId, flow: Edge| !matches!(flow, Edge::Exception | Edge::Cancel);
    graph.reach(Cfg::ENTRY, normal, |n| n == at).iter().any(|n| match graph.op(n) {
        Op::Write { place, how: How::Assign, .. } => {
            asked.iter().any(|&a| a == place || graph.places.within(place, a))
                && graph.reach(n, normal, |_| false).contains(at)
        }
        _ => false,
    })
}

/// Whether one branch of a test waits and comes back: `if len(calls) >= limit: await sleep(…)`, then the act.
fn waits_in_branch(flow: &Flow, function: FunctionRef, graph: &Cfg, test: NodeId, act: NodeId) -> bool {
    let waits = |wanted: Edge| -> Vec<NodeId> {
        graph
            .reach(
                test,
                |n, flow| (n != test || flow == wanted) && !matches!(flow, Edge::Exception | Edge::Cancel),
                |n| n == test || n == act,
            )
            .iter()
            .filter(|&n| flow.switches(function, graph, n))
            .collect()
    };
    waits(Edge::True) != waits(Edge::False)
}

fn is_reset(facts: &FileFacts, value: Option<ExprId>) -> bool {
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

/// What a condition says of a changed place: the place it asks for, what it says, and the read.
fn guard_of(
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
                    whole(measured).map(|r| (place, Says::Measured, r))
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

/// SS604: iterating a shared container with an await in the body while another function changes it.
fn iterations(flow: &Flow, function: FunctionRef, graph: &Cfg) {
    let file = function.file;
    let facts = flow.facts(file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::For(index) = facts.stmt(stmt).kind else { continue };
        let f = facts.fors[index as usize];
        if f.is_async {
            continue;
        }
        // `self.clients`, `self.clients.items()`.
        let container = match facts.kind(f.iter) {
            ExprKind::Call(callee, args) if facts.args(args).is_empty() => match facts.kind(callee) {
                ExprKind::Attribute(base, name) if matches!(name.as_str(), "items" | "values" | "keys") => base,
                _ => continue,
            },
            _ => f.iter,
        };
        let Some(Op::Read(_, place)) = graph.nodes_of(container).next().map(|n| graph.op(n)) else { continue };
        let Some(state) = flow.state_of(function, graph, place) else { continue };
        let Some(next) = graph.ids().find(|&n| matches!(graph.op(n), Op::Next(e, false) if e == f.iter)) else {
            continue;
        };
        // A turn of the loop with a switch in it, back to the next element.
        let outside = |n: NodeId| graph.stmt(n).is_none_or(|s| s != stmt && !facts.is_inside(s, stmt));
        let Some(at) = graph.stale(next, next, |n| flow.switches(function, graph, n), |_| false, outside) else {
            continue;
        };
        if !flow.overlaps(function, state) && !matches!(state, State::Own | State::Global) {
            continue;
        }
        let Some((changer, change)) = changed_elsewhere(flow, function, graph, place, container, state) else {
            continue;
        };
        if graph.held(next).any(|h| flow.excludes(file, h.context)) || flow.callers_hold_lock(function, 0) {
            continue;
        }
        let spelled = flow.spell(graph, place);
        let by = flow.program.function_name(changer);
        let mut found = finding(
            &SS604,
            file,
            facts.range(f.iter),
            format!(
                "`{spelled}` is iterated across an await, and `{by}` changes it meanwhile: the iteration fails or skips elements"
            ),
        );
        found.help = Some(format!(
            "iterate over a copy: `list({})`",
            if container == f.iter { spelled } else { format!("{spelled}.…()") }
        ));
        // Only where something says that the two run at once; a close is the end of it all.
        let by_others = {
            let its = facts.function(changer.function);
            !its.name.as_str().starts_with('_') && (its.is_async || flow.class_is_shared(changer))
        };
        let at_once = by_others
            || flow.overlaps(function, state)
            || flow.overlaps(changer, state)
            || calls_back(flow, function, graph, place, &f);
        found.confidence = if at_once && !is_lifecycle(facts.function(function.function).name.as_str()) {
            Confidence::Likely
        } else {
            Confidence::Possible
        };
        found.labels.extend(labels(flow, function, graph, &[(at, "other tasks run here")]));
        if changer.file == file {
            found.labels.push(Label { range: facts.range(change), text: "changed here".to_owned() });
        }
        flow.report(found);
    }
}

/// Whether a loop awaits what its elements are to do on behalf of others: listeners, who may well add or remove listeners.
fn calls_back(flow: &Flow, function: FunctionRef, graph: &Cfg, place: PlaceId, f: &For) -> bool {
    let facts = flow.facts(function.file);
    let (Place::Attr(_, name) | Place::Name(_, name)) = graph.places.get(place) else { return false };
    let name = name.as_str().to_ascii_lowercase();
    if ["listener", "observer", "callback", "subscriber", "hook", "watcher"].iter().any(|w| name.contains(w)) {
        return true;
    }
    let ExprKind::Name(element, _) = facts.kind(f.target) else { return false };
    facts.exprs_of(function.function).any(|e| {
        let ExprKind::Await(call) = facts.kind(e) else { return false };
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        matches!(facts.kind(callee), ExprKind::Name(n, _) if n == element)
    })
}

/// A function beside this one that changes a container in place in a way that breaks an iteration.
fn changed_elsewhere(
    flow: &Flow,
    function: FunctionRef,
    graph: &Cfg,
    place: PlaceId,
    container: ExprId,
    state: State,
) -> Option<(FunctionRef, ExprId)> {
    let file = function.file;
    let facts = flow.facts(file);
    let name = match graph.places.get(place) {
        Place::Attr(base, name) if state == State::Own && base == graph.places.root(place) => name,
        Place::Name(_, name) if state == State::Global => name,
        _ => return None,
    };
    // Which kind of container: a list only breaks when something is taken out.
    let kinds: Vec<Symbol> = flow.classes(file, container).into_iter().map(|c| flow.program.class(c).name).collect();
    let is_list = !kinds.is_empty() && kinds.iter().all(|k| matches!(k.as_str(), "list" | "deque"));
    let is_known = kinds
        .iter()
        .any(|k| matches!(k.as_str(), "list" | "dict" | "set" | "deque" | "defaultdict" | "OrderedDict" | "WeakSet"));
    if !is_known {
        return None;
    }
    let own_class = flow.method_class(function);
    for expr in flow.uses(file, name) {
        let other = FunctionRef { file, function: facts.function_of(expr) };
        if other == function || other.function == FunctionId::MODULE {
            continue;
        }
        let o = facts.function(other.function);
        let base_ok = match facts.kind(expr) {
            ExprKind::Attribute(base, _) => {
                matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") && flow.method_class(other) == own_class
            }
            ExprKind::Name(_, scope) => state == State::Global && facts.resolve(scope, name) == Some(ScopeId::MODULE),
            _ => false,
        };
        if !base_ok || is_lifecycle(o.name.as_str()) || o.name == "__del__" {
            continue;
        }
        // Called while the object is set up only, or by whoever sets the program up.
        let sites = flow.program.sites_of(other);
        let configures = ["add", "register", "include", "with", "set", "use", "on", "configure"]
            .iter()
            .any(|w| o.name.as_str() == *w || o.name.as_str().strip_prefix(w).is_some_and(|r| r.starts_with('_')));
        if sites.is_empty() && !o.is_async && configures {
            continue;
        }
        if !sites.is_empty()
            && sites.iter().all(|s| {
                matches!(
                    flow.facts(s.file).function(flow.facts(s.file).function_of(s.expr)).name.as_str(),
                    "__init__" | "__post_init__" | "__new__"
                )
            })
        {
            continue;
        }
        let Parent::Expr(parent) = facts.expr(expr).parent() else { continue };
        let breaks = match facts.kind(parent) {
            ExprKind::Attribute(_, method) => {
                let Parent::Expr(call) = facts.expr(parent).parent() else { continue };
                matches!(facts.kind(call), ExprKind::Call(callee, _) if callee == parent)
                    && match method.as_str() {
                        "remove" | "pop" | "popitem" | "discard" | "clear" | "popleft" => true,
                        "add" | "setdefault" | "update" => !is_list,
                        "insert" | "appendleft" => is_list,
                        _ => false,
                    }
            }
            ExprKind::Subscript(base, _) if base == expr => match facts.expr(parent).parent() {
                Parent::Stmt(s) => match facts.stmt(s).kind {
                    StmtKind::Delete(_) => true,
                    StmtKind::Assign(targets, _) => !is_list && facts.expr_list(targets).any(|t| t == parent),
                    _ => false,
                },
                _ => false,
            },
            _ => false,
        };
        if breaks {
            return Some((other, parent));
        }
    }
    None
}

/// SS605: a lock made inside the call that takes it.
fn private_locks(flow: &Flow, function: FunctionRef) {
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
fn unguarded_writes(flow: &Flow, class: ClassRef) {
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
