//! Pitfall 6: acts that rely on a condition checked before an await (SS602).

use crate::around::within_block;
use crate::flow::{Flow, State, finding};
use crate::p06_races::guards::{Says, asked_by_method, guard_of};
use crate::p06_races::shared::{
    Change, claimed_otherwise, is_base_of_change, is_reset, labels, must_be_closed, mutates, only_fetches, opens,
    related, tests, under_private_lock,
};
use crate::p06_races::slots::is_new_waiter;

use crate::Confidence;
use crate::registry::SS602;
use rustc_hash::FxHashSet;
use sidestep_facts::cfg::{Cfg, Flow as Edge, How, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{FileId, FunctionRef};

/// SS602: acts that rely on a condition checked before an await.
pub(crate) fn acts(flow: &Flow, function: FunctionRef, graph: &Cfg, reported: &mut FxHashSet<ExprId>) {
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
                    How::Assign if begins_collection(flow, file, target, value) => Change::Fill,
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
    // The attributes and items of an object that the call looked up among what others see are theirs too.
    let of_element = |place| flow.state_of_element(function, graph, place);
    changes
        .retain(|&(_, _, place, _, _)| flow.state_of(function, graph, place).is_some() || of_element(place).is_some());
    for (node, act, place, change, value) in changes {
        if reported.contains(&act) {
            continue;
        }
        for &(test, condition) in &tests {
            let asked = || asked_by_method(flow, function, graph, test, condition, place);
            let guard = guard_of(facts, graph, test, condition, place).map(|(_, says, read)| (says, read));
            let Some((says, read)) = guard.or_else(|| Some((Says::Measured, asked()?))) else { continue };
            // Which branch leads to the act.
            let leads = |wanted: Edge| {
                graph
                    .reach(test, |n, flow| (n != test || flow == wanted) && flow.goes_on(), |n| n == test)
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
                        && !counts_first(facts, act, condition)
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
                |n| n == test || claimed(n) || claims_by_call(n) || is_its_turn(facts, graph, n),
            ) else {
                continue;
            };
            if flow.same_lock(function, graph, test, node) || under_private_lock(flow, function, graph, test, node) {
                continue;
            }
            if claimed_otherwise(flow, function, graph, place, at, &tests) {
                continue;
            }
            let own = flow.state_of(function, graph, place);
            let Some(state) = own.or_else(|| of_element(place)) else { continue };
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
                        || own == Some(State::Own) && (flow.is_open(function) || flow.is_on_demand(function)))
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
                && !begins_collection(flow, file, act, value)
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

/// Whether a future that was made here is awaited: who sets its result says that it is this task's turn.
fn is_its_turn(facts: &FileFacts, graph: &Cfg, node: NodeId) -> bool {
    let Op::Await(e) = graph.op(node) else { return false };
    let ExprKind::Await(future) = facts.kind(e) else { return false };
    matches!(facts.kind(future), ExprKind::Name(..)) && is_new_waiter(facts, graph, node, future)
}

/// Whether a count goes up right before it is asked for: `self.requests += 1`, then `if self.requests > most: raise …`.
fn counts_first(facts: &FileFacts, act: ExprId, condition: ExprId) -> bool {
    let (Some(counts), Some(asks)) = (facts.stmt_of(act), facts.stmt_of(condition)) else { return false };
    let (counts, asks) = (facts.stmt(counts), facts.stmt(asks));
    matches!(counts.kind, StmtKind::AugAssign(..))
        && counts.parent() == asks.parent()
        && counts.range().end() <= asks.range().start()
}

/// Whether an empty collection is put under a key for others to fill, `rooms[name] = set()` and somewhere `rooms[name].add(…)`: who
/// puts it there a second time takes away what was filled in.
fn begins_collection(flow: &Flow, file: FileId, target: ExprId, value: Option<ExprId>) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Subscript(container, _) = facts.kind(target) else { return false };
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(container) else { return false };
    let is_empty = value.is_some_and(|v| {
        matches!(facts.kind(v), ExprKind::List(_) | ExprKind::Dict(_) | ExprKind::Set(_) | ExprKind::Call(..))
            && is_reset(facts, value)
    });
    // `rooms[name].add(…)`, `rooms[name][key] = …`.
    let is_filled = |used: ExprId| {
        let Parent::Expr(item) = facts.expr(used).parent() else { return false };
        let Parent::Expr(way) = facts.expr(item).parent() else { return false };
        matches!(facts.kind(item), ExprKind::Subscript(base, _) if base == used)
            && match facts.kind(way) {
                ExprKind::Attribute(_, method) => mutates(method.as_str()) == Some(Change::Fill),
                ExprKind::Subscript(base, _) => base == item && is_base_of_change(facts, item),
                _ => false,
            }
    };
    is_empty && flow.uses(file, name).into_iter().any(is_filled)
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
            .any(|s| matches!(facts.stmt(s).kind, StmtKind::Return(Some(v)) if facts.own_attribute(v) == Some(attr)))
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

/// Whether one branch of a test waits and comes back: `if len(calls) >= limit: await sleep(…)`, then the act.
fn waits_in_branch(flow: &Flow, function: FunctionRef, graph: &Cfg, test: NodeId, act: NodeId) -> bool {
    let waits = |wanted: Edge| -> Vec<NodeId> {
        graph
            .reach(test, |n, flow| (n != test || flow == wanted) && flow.goes_on(), |n| n == test || n == act)
            .iter()
            .filter(|&n| flow.switches(function, graph, n))
            .collect()
    };
    waits(Edge::True) != waits(Edge::False) || waits_in_body(flow, function, graph, test, act)
}

/// Whether what an `if` guards waits and comes back, whichever part of its condition sent control there: `if full or queue: await turn`.
fn waits_in_body(flow: &Flow, function: FunctionRef, graph: &Cfg, test: NodeId, act: NodeId) -> bool {
    let facts = flow.facts(function.file);
    let Some(guard) = graph.stmt(test) else { return false };
    let StmtKind::If { body, .. } = facts.stmt(guard).kind else { return false };
    let inside = |n: NodeId| flow.node_range(function.file, graph, n).is_some_and(|r| within_block(facts, body, r));
    let normal = |_: NodeId, edge: Edge| edge.goes_on();
    !inside(act)
        && graph
            .ids()
            .any(|n| inside(n) && flow.switches(function, graph, n) && graph.reach(n, normal, |_| false).contains(act))
}
