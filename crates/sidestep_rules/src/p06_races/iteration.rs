//! Pitfall 6: iterating what others change (SS604).

use crate::flow::{FactsExt, Flow, State, finding, is_lifecycle};
use crate::p06_races::shared::labels;
use crate::registry::SS604;
use crate::{Confidence, Label};
use sidestep_facts::cfg::{Cfg, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{ExprRef, FunctionRef};

/// SS604: iterating a shared container with an await in the body while another function changes it.
pub(crate) fn iterations(flow: &Flow, function: FunctionRef, graph: &Cfg) {
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
        let by = match flow.program.function_name(changer) {
            name if changer == function => format!("another call of `{name}`"),
            name => format!("`{name}`"),
        };
        let mut found = finding(
            &SS604,
            file,
            facts.range(f.iter),
            format!(
                "`{spelled}` is iterated across an await, and {by} changes it meanwhile: the iteration fails or skips elements"
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
    let own_class = flow.method_class(function);
    let places: Vec<ExprRef> = match (graph.places.get(place), state) {
        (Place::Attr(base, name), State::Own) if base == graph.places.root(place) => {
            let on_self = |e: &ExprId| {
                matches!(facts.kind(*e), ExprKind::Attribute(base, _) if facts.is_self(base))
                    && flow.class_around(file, *e) == own_class
            };
            flow.uses(file, name).into_iter().filter(on_self).map(|expr| ExprRef { file, expr }).collect()
        }
        (_, State::Global) => flow.global_uses(flow.global(file, container)?),
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
    for ExprRef { file: beside, expr } in places {
        let facts = flow.facts(beside);
        let other = FunctionRef { file: beside, function: facts.function_of(expr) };
        // Another call of the same function, for another client, is another function's.
        if other == function && (expr == container || !flow.overlaps(function, state))
            || other.function == FunctionId::MODULE
        {
            continue;
        }
        let o = facts.function(other.function);
        if is_lifecycle(o.name.as_str()) || o.name == "__del__" {
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
        let sets_up = |site: &ExprRef| {
            let caller = flow.program.function_of(site.file, site.expr);
            let name = flow.program.function(caller).name;
            caller.function == FunctionId::MODULE || matches!(name.as_str(), "__init__" | "__post_init__" | "__new__")
        };
        if !sites.is_empty() && sites.iter().all(sets_up) {
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
