//! Pitfall 5: async context and resources.
//!
//! A resource is what the knowledge marks `async_resource`, and a class of the program with `__aenter__` and a close of its
//! own. Whoever makes one owns it until it goes somewhere else: by return, yield, storing it, passing it on.

use crate::Confidence;
use crate::flow::{FactsExt, Flow, finding};
use crate::p08_tasks::{is_cleanup, leaves_early, mentions, visit_block, whole_condition};
use crate::registry::*;
use crate::support::{is_asked_for_kind, is_own_method, is_script, is_test};
use sidestep_facts::cfg::{Cfg, Flow as Edge, NodeId, Op, Way};
use sidestep_facts::*;
use sidestep_program::{ClassRef, FileId, FunctionRef, Target, Value, ValueId};

pub(crate) fn check(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    let f = facts.function(function.function);
    for expr in facts.exprs_of(function.function) {
        if !matches!(facts.kind(expr), ExprKind::Call(..)) {
            continue;
        }
        if let Some(made) = makes(flow, file, expr) {
            let leaked = owned(flow, function, expr, &made);
            if !leaked && made.pooled {
                per_call(flow, function, expr, &made);
            }
        }
        if f.is_async {
            close_not_awaited(flow, function, expr);
        }
    }
    for stmt in facts.stmts_of(function.function) {
        match facts.stmt(stmt).kind {
            StmtKind::With(index) => managers(flow, function, index),
            StmtKind::For(index) if facts.fors[index as usize].is_async => left_generator(flow, function, stmt, index),
            _ => {}
        }
    }
    if f.is_async && f.is_generator {
        yields(flow, function);
    }
    if f.name == "__aenter__" && f.is_async {
        half_entered(flow, function);
        never_left(flow, function);
    }
}

/// A call that makes a resource.
struct Made {
    class: ClassRef,
    /// The names of the methods that close it.
    close: Vec<&'static str>,
    pooled: bool,
    ai: bool,
    /// Which element of the awaited tuple it is (`reader, writer = await open_connection(…)`).
    element: Option<u16>,
    /// It is there only when the call is awaited.
    awaited: bool,
    /// A class of the program.
    own: bool,
    /// A class of the program that is not a manager: it only has a close that does something.
    plain: bool,
}

const CLOSES: &[&str] = &[
    "close",
    "aclose",
    "stop",
    "shutdown",
    "disconnect",
    "wait_closed",
    "terminate",
    "kill",
    "cleanup",
    "release",
    "detach",
    "transport",
    "__aexit__",
    "close_connection",
    "quit",
    "teardown",
];

fn makes(flow: &Flow, file: FileId, call: ExprId) -> Option<Made> {
    let program = flow.program;
    // Looked at by name first: the values of all calls of a program are not cheap.
    let called = flow.callee_name(file, call)?;
    if !flow.says_make.holds(called) {
        return None;
    }
    let callees = program.callees(file, call);
    let of_class = |class: ClassRef, element: Option<u16>, awaited: bool| -> Option<Made> {
        // A stack holds nothing until something is entered into it.
        if program.class(class).name == "AsyncExitStack" {
            return None;
        }
        if let Some(mark) = program.class_mark(class, "async_resource") {
            let close = mark.text("close").unwrap_or("aclose");
            return Some(Made {
                class,
                close: close.split([' ', ',']).collect(),
                pooled: program.class_mark(class, "pooled").is_some(),
                ai: program.class_mark(class, "ai_client").is_some(),
                element,
                awaited,
                own: program.is_input(class.file),
                plain: false,
            });
        }
        None
    };
    // One of several classes (`Resolver = AsyncResolver if … else ThreadedResolver`): any that must be closed.
    let target = match callees.targets[..] {
        [target] => target,
        [] => return None,
        _ => {
            return callees.targets.iter().find_map(|t| match *t {
                Target::Class(class) => of_class(class, None, false).or_else(|| own_class(flow, class)),
                _ => None,
            });
        }
    };
    match target {
        Target::Class(class) => of_class(class, None, false).or_else(|| own_class(flow, class)),
        Target::Function(f, _) if !program.is_input(f.file) => {
            // What a library function gives: a connection, a pair of reader and writer.
            let awaited = program.function(f).is_async;
            // What it says it returns, not what a type variable brings back (`cast`).
            let value = program.returned(f);
            // A method that gives back something of its receiver's does not make it.
            if program.class_of(f).is_some() && !is_factory(program.function(f).name.as_str()) {
                return None;
            }
            match program.get(value) {
                Value::Instance(class, _) => of_class(*class, None, awaited),
                Value::Tuple(items) => items.iter().enumerate().find_map(|(i, &item)| match program.get(item) {
                    Value::Instance(class, _) => of_class(*class, Some(i as u16), awaited),
                    _ => None,
                }),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A class of the program that must be closed: one with an async close that does something.
fn own_class(flow: &Flow, class: ClassRef) -> Option<Made> {
    let program = flow.program;
    if !program.is_input(class.file) {
        return None;
    }
    let closes = |name: &str| {
        program
            .method(class, name)
            .is_some_and(|m| program.function(m).is_async && program.is_input(m.file) && !program.is_abstract(m))
    };
    if !closes("aclose") && !closes("close") {
        return None;
    }
    let manager = program.method(class, "__aenter__").is_some() && !program.has_unknown_base(class);
    Some(Made {
        class,
        close: vec!["close", "aclose"],
        pooled: false,
        ai: false,
        element: None,
        awaited: false,
        own: true,
        plain: !manager,
    })
}

/// Whether a close ends something that the class made itself: not what it was given, which is for the giver to close.
fn closes_own(flow: &Flow, class: ClassRef, close: FunctionRef) -> bool {
    let program = flow.program;
    let facts = flow.facts(close.file);
    facts.exprs_of(close.function).any(|e| {
        let ExprKind::Attribute(base, attr) = facts.kind(e) else { return false };
        if !matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") {
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

/// Class methods that make an object: `Redis.from_url`, `AIOKafka.create`.
/// Whether a name is a class's, or a function's that opens something.
pub(crate) fn says_make(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase())
        || is_factory(name)
        || ["open", "client", "session"].iter().any(|part| name.contains(part))
}

fn is_factory(name: &str) -> bool {
    name == "connect" || ["from_", "create", "connect_", "make", "new"].iter().any(|p| name.starts_with(p))
}

/// SS501: the resource is not closed on some way. Says whether it spoke.
fn owned(flow: &Flow, function: FunctionRef, call: ExprId, made: &Made) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    let name = flow.program.class(made.class).name;
    // `await connect()`; through `x and X()`.
    let mut at = call;
    if made.awaited {
        match facts.expr(at).parent() {
            Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_)) => at = p,
            _ => return false,
        }
    }
    // `self.client = client or X()`
    while let Parent::Expr(p) = facts.expr(at).parent() {
        match facts.kind(p) {
            ExprKind::Or(_) | ExprKind::IfElse(_) => at = p,
            _ => break,
        }
    }
    // A process in a session of its own is meant to outlive its parent.
    let detached = facts.args_of(call).iter().any(|a| {
        matches!(a.kind, ArgKind::Keyword(k) if k == "start_new_session")
            && matches!(facts.kind(a.value), ExprKind::True)
    });
    if detached
        && facts.args_of(call).iter().any(|a| {
            matches!(a.kind, ArgKind::Keyword(k) if k == "stdout") && !mentions(facts, a.value, Symbol::new("PIPE"))
        })
    {
        return false;
    }
    // What it holds belongs to somebody else, who closes it: a transport that was handed in, a browser.
    if lent(facts, function, call) || owner_closed(facts, function, call) {
        return false;
    }
    // The set-up of a test, and a server that runs as long as its script, end with the process.
    if is_test(flow.program, file) || name == "Server" && is_script(flow.program, file) {
        return false;
    }
    let report = |message: String| {
        let mut f = finding(&SS501, file, facts.range(call), message);
        f.help = Some(format!("`async with {name}(…) as …:`, or close it in a `finally`"));
        if made.own || made.ai {
            f.confidence = Confidence::Likely;
        }
        flow.report(f);
        true
    };
    match facts.expr(at).parent() {
        // `await X().get(url)`: used once and let go.
        Parent::Expr(parent) => {
            let ExprKind::Attribute(_, method) = facts.kind(parent) else { return false };
            let Parent::Expr(outer) = facts.expr(parent).parent() else { return false };
            let used = matches!(facts.kind(outer), ExprKind::Call(callee, _) if callee == parent);
            // A method that hands the object on, enters or closes it.
            if !used
                || made.own
                || made.close.contains(&method.as_str())
                || method.as_str().starts_with("__")
                || method.as_str().starts_with("with_")
            {
                return false;
            }
            // Only what is awaited or entered on the spot: a builder may keep it.
            let mut top = outer;
            while let Parent::Expr(p) = facts.expr(top).parent() {
                match facts.kind(p) {
                    ExprKind::Await(_) => {
                        return function_ends_it(flow, function, made)
                            && report(format!(
                                "this `{name}` is used once and never closed: what it holds stays open"
                            ));
                    }
                    ExprKind::Attribute(..) | ExprKind::Call(..) => top = p,
                    _ => return false,
                }
            }
            false
        }
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) if value == at => {
                let targets: Vec<ExprId> = facts.expr_list(targets).collect();
                let [target] = targets[..] else { return false };
                let target = match (facts.kind(target), made.element) {
                    (ExprKind::Tuple(list), Some(i)) => match facts.expr_list(list).nth(i as usize) {
                        Some(t) => t,
                        None => return false,
                    },
                    (_, Some(_)) => return false,
                    (_, None) => target,
                };
                bound(flow, function, target, made, &report)
            }
            StmtKind::AnnAssign(target, _, Some(value)) if value == at && made.element.is_none() => {
                bound(flow, function, target, made, &report)
            }
            _ => false,
        },
        Parent::None => false,
    }
}

/// Whether a client is made over a transport that this function did not make: closing the client would close it for all others.
fn lent(facts: &FileFacts, function: FunctionRef, call: ExprId) -> bool {
    facts.args_of(call).iter().any(|a| {
        matches!(a.kind, ArgKind::Keyword(k) if k == "transport")
            && match facts.kind(a.value) {
                ExprKind::Name(name, scope) => {
                    facts.resolve(scope, name) != Some(facts.function(function.function).scope)
                }
                ExprKind::Attribute(..) => true,
                _ => false,
            }
    })
}

/// Whether a thing is made by another one (`browser.new_context()`) that this function closes: what is in it goes with it.
fn owner_closed(facts: &FileFacts, function: FunctionRef, call: ExprId) -> bool {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let ExprKind::Attribute(owner, _) = facts.kind(callee) else { return false };
    let ExprKind::Name(name, scope) = facts.kind(owner) else { return false };
    let home = facts.function(function.function).scope;
    facts.resolve(scope, name) == Some(home)
        && (facts.bindings_in(home, name).iter().any(|b| matches!(b.kind, BindingKind::Context(..)))
            || facts.exprs_of(function.function).any(|e| {
                let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
                matches!(facts.kind(callee), ExprKind::Attribute(of, method)
                    if CLOSES.contains(&method.as_str()) && matches!(facts.kind(of), ExprKind::Name(n, _) if n == name))
            }))
}

/// A script's `main` may end with the process: an AI client left there harms nobody.
fn function_ends_it(flow: &Flow, function: FunctionRef, made: &Made) -> bool {
    let name = flow.program.function(function).name;
    !(made.ai && (name == "main" || name == "_main" || name.as_str().starts_with("test")))
}

fn bound(flow: &Flow, function: FunctionRef, target: ExprId, made: &Made, report: &dyn Fn(String) -> bool) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    match facts.kind(target) {
        ExprKind::Name(name, scope) => {
            let Some(home) = facts.resolve(scope, name) else { return false };
            if function.function == FunctionId::MODULE || home != facts.function(function.function).scope {
                return false;
            }
            if let Some((kept_as, attr)) = moved_to_self(flow, function, target, name, home) {
                return kept(flow, function, kept_as, attr, made, report);
            }
            local(flow, function, target, name, home, made, report)
        }
        ExprKind::Attribute(base, attr) if matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") => {
            kept(flow, function, target, attr, made, report)
        }
        _ => false,
    }
}

/// Where a local name is put on `self` (`self.client = client`), and that is all that is done with it after.
fn moved_to_self(
    flow: &Flow,
    function: FunctionRef,
    target: ExprId,
    name: Symbol,
    home: ScopeId,
) -> Option<(ExprId, Symbol)> {
    let facts = flow.facts(function.file);
    let after = facts.range(target).end();
    let mut found = None;
    for u in flow.uses(function.file, name) {
        let ExprKind::Name(_, scope) = facts.kind(u) else { continue };
        if facts.range(u).start() < after || facts.resolve(scope, name) != Some(home) {
            continue;
        }
        let Parent::Stmt(stmt) = facts.expr(u).parent() else { return None };
        let place = match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) if value == u => facts.expr_list(targets).next()?,
            StmtKind::AnnAssign(place, _, Some(value)) if value == u => place,
            _ => return None,
        };
        let ExprKind::Attribute(base, attr) = facts.kind(place) else { return None };
        if found.is_some() || !matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self") {
            return None;
        }
        found = Some((place, attr));
    }
    found
}

fn local(
    flow: &Flow,
    function: FunctionRef,
    target: ExprId,
    name: Symbol,
    home: ScopeId,
    made: &Made,
    report: &dyn Fn(String) -> bool,
) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    if !function_ends_it(flow, function, made) {
        return false;
    }
    let mut ends: Vec<ExprId> = Vec::new();
    let mut handed: Vec<ExprId> = Vec::new();
    // Whether somebody else surely has it in the end: it is returned, or kept outside.
    let mut leaves = false;
    // Whether the name holds something else at other times.
    let mut rebound = false;
    for u in flow.uses(file, name) {
        let ExprKind::Name(_, scope) = facts.kind(u) else { continue };
        if u == target || facts.resolve(scope, name) != Some(home) {
            continue;
        }
        if facts.function_of(u) != function.function {
            return false;
        }
        match facts.expr(u).parent() {
            Parent::Expr(p) => match facts.kind(p) {
                ExprKind::Attribute(_, method) => {
                    if made.close.contains(&method.as_str()) || CLOSES.contains(&method.as_str()) {
                        ends.push(u);
                    } else if method == "pid" {
                        // Whoever has the number of a process can end it.
                        return false;
                    } else if matches!(facts.expr(p).parent(), Parent::Expr(c) if matches!(facts.kind(c), ExprKind::Call(_, args) if facts.args(args).iter().any(|a| a.value == p)))
                    {
                        // A method of it is handed on: `stack.push_async_callback(client.aclose)`.
                        if method.as_str().contains("close") {
                            ends.push(u);
                        }
                    }
                }
                ExprKind::Compare(..) | ExprKind::Not(_) | ExprKind::FString(_) => {}
                ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, s) if facts.resolve(s, n).is_none() && matches!(n.as_str(), "print" | "isinstance" | "type" | "id" | "repr" | "str")) =>
                    {}
                ExprKind::Subscript(base, _) if base == u => {}
                // Anything else may keep it.
                ExprKind::Tuple(_) => {
                    leaves = true;
                    handed.push(u);
                }
                _ => handed.push(u),
            },
            Parent::Stmt(s) => match facts.stmt(s).kind {
                StmtKind::With(_) => ends.push(u),
                StmtKind::If { .. } | StmtKind::While { .. } | StmtKind::Assert(..) | StmtKind::Expr(_) => {}
                StmtKind::Assign(targets, _) if facts.expr_list(targets).any(|t| t == u) => rebound = true,
                kind => {
                    leaves |= matches!(kind, StmtKind::Return(_) | StmtKind::Assign(..) | StmtKind::AnnAssign(..));
                    handed.push(u);
                }
            },
            Parent::None => return false,
        }
    }
    let class = flow.program.class(made.class).name;
    // One of several values of the name: whether it is ours is asked by another flag.
    let ours = facts.bindings_in(home, name).len() == 1
        && matches!(facts.bindings_in(home, name)[0].kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if !matches!(facts.kind(v), ExprKind::Or(_) | ExprKind::IfElse(_)))
        || made.element.is_some();
    if rebound && (ours || ends.is_empty()) {
        return false;
    }
    if !(ours || ends.is_empty() && handed.is_empty()) {
        return handed.is_empty()
            && !made.own
            && closed_on_the_good_way(flow, function, target, name, &ends, made, report);
    }
    if !handed.is_empty() {
        ends.extend(handed);
        return leaves && never_handed_over(flow, function, target, name, &ends, made, report);
    }
    // A class of the program that nobody here closes may need no closing where it is used so.
    if made.plain || ends.is_empty() && made.own {
        return false;
    }
    if ends.is_empty() {
        return report(format!("this `{class}` is never closed: what it holds stays open"));
    }
    let graph = flow.graph(function);
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => ends.contains(&e),
        Op::Test(e) => mentions(facts, whole_condition(facts, e), name),
        _ => false,
    };
    let Some(start) = written_at(&graph, target) else { return false };
    let ends_at = |n: NodeId| matches!(n, Cfg::EXIT | Cfg::RAISED | Cfg::CANCELLED);
    // An exception of the write itself leaves nothing open.
    // Of a class of the program only a plain way out counts.
    let along = |n: NodeId, edge: Edge| {
        let abrupt = matches!(edge, Edge::Exception | Edge::Cancel);
        // Leaving the `timeout` around the opening does not fail once it is open.
        !abrupt || n != start && !made.own && !matches!(graph.op(n), Op::Leave(_, true, Way::Normal))
    };
    let Some(path) = graph.path(start, along, ended, ends_at) else { return false };
    let last = path[path.len() - 1];
    let how = match last {
        Cfg::EXIT => "some way out of the function",
        Cfg::RAISED => "an exception",
        _ => "cancellation",
    };
    report(format!("{how} leaves this `{class}` open: it is closed on other ways only"))
}

/// The operation that writes a target.
fn written_at(graph: &Cfg, target: ExprId) -> Option<NodeId> {
    graph.ids().find(|&n| matches!(graph.op(n), Op::Write { target: Some(t), .. } if t == target))
}

/// One of several values of a name, the one that was made here, closed under a condition that asks for that (`if not borrowed: await
/// session.close()`): on the way out by an exception nobody asks.
fn closed_on_the_good_way(
    flow: &Flow,
    function: FunctionRef,
    target: ExprId,
    name: Symbol,
    ends: &[ExprId],
    made: &Made,
    report: &dyn Fn(String) -> bool,
) -> bool {
    let facts = flow.facts(function.file);
    let conditions: Vec<ExprId> = ends
        .iter()
        .filter_map(|&e| facts.stmt_of(e))
        .flat_map(|s| facts.enclosing(s))
        .filter_map(|s| match facts.stmt(s).kind {
            StmtKind::If { test, .. } => Some(test),
            _ => None,
        })
        .collect();
    let graph = flow.graph(function);
    let Some(start) = written_at(&graph, target) else { return false };
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => ends.contains(&e),
        Op::Test(e) => {
            let whole = whole_condition(facts, e);
            conditions.contains(&whole) || mentions(facts, whole, name)
        }
        _ => false,
    };
    let fails = |n: NodeId| match graph.op(n) {
        Op::Await(_) | Op::Enter(_, true) | Op::Next(_, true) => flow.switches(function, &graph, n),
        _ => false,
    };
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        Edge::Exception => fails(n) || graph.op(n) == Op::Join,
        _ => true,
    };
    if graph.path(start, along, ended, |n| n == Cfg::RAISED).is_none() {
        return false;
    }
    let class = flow.program.class(made.class).name;
    report(format!("an exception leaves this `{class}` open: it is closed on other ways only"))
}

/// Made here for somebody else, who never gets it where what is awaited on the way fails: `await session.login(); return session`.
fn never_handed_over(
    flow: &Flow,
    function: FunctionRef,
    target: ExprId,
    name: Symbol,
    ends: &[ExprId],
    made: &Made,
    report: &dyn Fn(String) -> bool,
) -> bool {
    let facts = flow.facts(function.file);
    if made.ai {
        return false;
    }
    let graph = flow.graph(function);
    let Some(start) = written_at(&graph, target) else { return false };
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => ends.contains(&e),
        Op::Test(e) => mentions(facts, whole_condition(facts, e), name),
        _ => false,
    };
    // What is awaited may fail; an object of the program's own is only open once it was asked to open.
    let fails = |n: NodeId| match graph.op(n) {
        Op::Await(e) if made.own => opens_itself(flow, function.file, e, name),
        _ if made.own => false,
        Op::Await(_) | Op::Enter(_, true) | Op::Next(_, true) => flow.switches(function, &graph, n),
        _ => false,
    };
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Cancel => false,
        Edge::Exception => fails(n),
        _ => true,
    };
    let Some(path) = graph.path(start, along, ended, |n| matches!(n, Cfg::EXIT | Cfg::RAISED)) else { return false };
    let class = flow.program.class(made.class).name;
    let failed = path.iter().any(|&n| fails(n));
    if made.own && !(failed && path.last() == Some(&Cfg::RAISED)) {
        return false;
    }
    report(if failed {
        format!("this `{class}` is made for others, and stays open where what is awaited before they get it fails")
    } else {
        format!("some way out of the function leaves this `{class}` open, and nobody else has it")
    })
}

/// Whether an await is of a method by which an object of the program opens itself (`await name.connect()`), and which leaves it open
/// when it fails half-way.
fn opens_itself(flow: &Flow, file: FileId, awaited: ExprId, name: Symbol) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Await(call) = facts.kind(awaited) else { return false };
    let on_it = flow.receiver(file, call).is_some_and(|r| matches!(facts.kind(r), ExprKind::Name(n, _) if n == name));
    const OPENS: &[&str] = &["connect", "open", "start", "login", "initialize", "setup"];
    let opens = flow.callee_name(file, call).is_some_and(|n| OPENS.contains(&n.as_str()));
    let [method] = flow.functions(file, call)[..] else { return false };
    let its = flow.facts(method.file);
    on_it
        && opens
        && flow.program.is_input(method.file)
        && !its.stmts_of(method.function).any(|s| matches!(its.stmt(s).kind, StmtKind::Try(_)))
}

/// Kept on `self` of a class that has a close, which does not close it.
fn kept(
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
        let on_self = matches!(its.kind(u.expr), ExprKind::Attribute(b, _) if matches!(its.kind(b), ExprKind::Name(n, _) if n == "self"));
        if on_self && !flow.class_around(u.file, u.expr).is_some_and(|c| family.contains(&c)) {
            continue;
        }
        match its.expr(u.expr).parent() {
            Parent::Expr(p) => match its.kind(p) {
                ExprKind::Attribute(_, method) => {
                    // To ask whether it is closed closes nothing.
                    let asks = matches!(method.as_str(), "closed" | "is_closed" | "is_closing");
                    if made.close.contains(&method.as_str())
                        || CLOSES.contains(&method.as_str())
                        || method.as_str().contains("close") && !asks
                    {
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

/// SS501 and SS802: what `__aenter__` (or a method that it awaits) makes and keeps before it awaits something that may fail. An
/// `__aenter__` that raises or is cancelled is never followed by `__aexit__`.
fn half_entered(flow: &Flow, enter: FunctionRef) {
    let program = flow.program;
    let Some(class) = program.class_of(enter) else { return };
    if program.method(class, "__aexit__").is_none() {
        return;
    }
    let mut parts = vec![enter];
    let facts = flow.facts(enter.file);
    for e in facts.exprs_of(enter.function) {
        let ExprKind::Await(call) = facts.kind(e) else { continue };
        let on_self = flow
            .receiver(enter.file, call)
            .is_some_and(|r| matches!(facts.kind(r), ExprKind::Name(n, _) if n == "self"));
        // Where something is done about a failure here, that is its business.
        let guarded = facts
            .stmt_of(e)
            .is_some_and(|s| facts.enclosing(s).any(|o| matches!(facts.stmt(o).kind, StmtKind::Try(_))));
        if on_self && !guarded {
            parts.extend(
                flow.functions(enter.file, call)
                    .into_iter()
                    .filter(|&f| f != enter && program.is_input(f.file) && program.function(f).is_async),
            );
        }
    }
    for part in parts {
        let facts = flow.facts(part.file);
        let graph = flow.graph(part);
        for node in graph.ids() {
            let Op::Write { target: Some(target), value: Some(value), .. } = graph.op(node) else { continue };
            let ExprKind::Attribute(_, attr) = facts.kind(target) else { continue };
            let Some(place) = facts.dotted(target).filter(|p| p.starts_with("self.")) else { continue };
            let call = match facts.kind(value) {
                ExprKind::Await(call) => call,
                _ => value,
            };
            if !matches!(facts.kind(call), ExprKind::Call(..)) {
                continue;
            }
            let task = call == value && flow.spawns(part.file, call).is_some();
            let made = makes(flow, part.file, call)
                .filter(|m| !m.plain && m.element.is_none() && m.awaited == (call != value));
            if !task && made.is_none() {
                continue;
            }
            // Entering the thing itself is part of making it.
            let enters = |n: NodeId| match graph.op(n) {
                Op::Await(e) => {
                    let ExprKind::Await(entered) = facts.kind(e) else { return false };
                    flow.callee_name(part.file, entered).is_some_and(|n| n == "__aenter__")
                        && flow.receiver(part.file, entered).and_then(|r| facts.dotted(r)).as_deref() == Some(&place)
                }
                _ => false,
            };
            let waits = |n: NodeId| {
                matches!(graph.op(n), Op::Await(_) | Op::Next(_, true)) && !enters(n) && flow.switches(part, &graph, n)
            };
            let along = |n: NodeId, edge: Edge| match edge {
                Edge::Exception | Edge::Cancel => waits(n),
                _ => true,
            };
            // The place is looked at again, or the object is asked to close itself.
            let seen = |n: NodeId| match graph.op(n) {
                Op::Read(e, _) => {
                    e != target
                        && matches!(facts.kind(e), ExprKind::Attribute(_, a) if a == attr)
                        && !leads_to_await(facts, e)
                }
                Op::Call(c) => flow.callee_name(part.file, c).is_some_and(|n| is_cleanup(n.as_str())),
                _ => false,
            };
            let abrupt = |n: NodeId| matches!(n, Cfg::RAISED | Cfg::CANCELLED);
            let Some(path) = graph.path(node, along, seen, abrupt) else { continue };
            let Some(&at) = path.iter().rev().find(|&&n| waits(n)) else { continue };
            let (rule, what) = match &made {
                Some(made) => (&SS501, format!("this `{}` stays open", program.class(made.class).name)),
                None => (&SS802, "this task runs on".to_owned()),
            };
            let mut f = finding(
                rule,
                part.file,
                facts.range(call),
                format!(
                    "when what `__aenter__` awaits after this fails or is cancelled, `__aexit__` never runs: {what}"
                ),
            );
            f.help = Some(format!("close `{place}` in an `except BaseException:` that raises again"));
            f.confidence = Confidence::Likely;
            if let Some(label) = flow.label(part, &graph, at, "may fail here") {
                f.labels.push(label);
            }
            flow.report(f);
            break;
        }
    }
}

/// SS501: a manager that holds something from the start, for `__aexit__` to close, and whose `__aenter__` awaits something else that
/// may fail.
fn never_left(flow: &Flow, enter: FunctionRef) {
    let program = flow.program;
    let file = enter.file;
    let facts = flow.facts(file);
    let Some(class) = program.class_of(enter) else { return };
    let Some(exit) = program.own_method(class, "__aexit__") else { return };
    let written_in =
        |attr: Symbol, by: &str| program.self_writes(class, attr).iter().any(|w| facts.function(w.function).name == by);
    // `await self.session.close()` in `__aexit__`, of what `__init__` made or was given.
    let held = facts.exprs_of(exit.function).find_map(|e| {
        let ExprKind::Await(call) = facts.kind(e) else { return None };
        let ExprKind::Attribute(base, attr) = facts.kind(flow.receiver(file, call)?) else { return None };
        (matches!(facts.kind(base), ExprKind::Name(n, _) if n == "self")
            && flow.callee_name(file, call).is_some_and(|n| n == "close" || n == "aclose")
            && written_in(attr, "__init__")
            && !written_in(attr, "__aenter__")
            && program.self_writes(class, attr).iter().all(|w| !matches!(w.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if matches!(facts.kind(v), ExprKind::None))))
        .then_some(attr)
    });
    let Some(held) = held else { return };
    let graph = flow.graph(enter);
    let touches = |e: ExprId| mentions(facts, e, held);
    let fails = |n: NodeId| matches!(graph.op(n), Op::Await(e) if !touches(e)) && flow.switches(enter, &graph, n);
    let along = |n: NodeId, edge: Edge| match edge {
        Edge::Exception | Edge::Cancel => fails(n),
        _ => true,
    };
    let seen = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => touches(e),
        Op::Call(c) => flow.callee_name(file, c).is_some_and(|n| is_cleanup(n.as_str())),
        _ => false,
    };
    let abrupt = |n: NodeId| matches!(n, Cfg::RAISED | Cfg::CANCELLED);
    let Some(path) = graph.path(Cfg::ENTRY, along, seen, abrupt) else { return };
    let Some(&at) = path.iter().rev().find(|&&n| fails(n)) else { return };
    let Some(range) = flow.node_range(file, &graph, at) else { return };
    let mut f = finding(
        &SS501,
        file,
        range,
        format!(
            "when this fails or is cancelled, `__aexit__` never runs, and `self.{held}`, which it would close, stays open"
        ),
    );
    f.help = Some(format!("close `self.{held}` in an `except BaseException:` that raises again"));
    f.confidence = Confidence::Likely;
    flow.report(f);
}

/// Whether an attribute is read for a method of it to be awaited (`await self.session.get(…)`): use, not care.
fn leads_to_await(facts: &FileFacts, mut expr: ExprId) -> bool {
    while let Parent::Expr(parent) = facts.expr(expr).parent() {
        match facts.kind(parent) {
            ExprKind::Attribute(_, name) if is_cleanup(name.as_str()) => return false,
            ExprKind::Attribute(..) => expr = parent,
            ExprKind::Call(callee, _) if callee == expr => expr = parent,
            ExprKind::Await(_) => return true,
            _ => return false,
        }
    }
    false
}

/// SS504: a pooled client built in a loop or for each request.
fn per_call(flow: &Flow, function: FunctionRef, call: ExprId, made: &Made) {
    // Clients of AI services are pitfall 11's.
    if made.ai {
        return;
    }
    let file = function.file;
    let facts = flow.facts(file);
    let name = flow.program.class(made.class).name;
    let Some(stmt) = facts.stmt_of(call) else { return };
    let range = facts.range(call);
    let report = |message: String, confidence: Confidence| {
        let mut f = finding(&SS504, file, range, message);
        f.confidence = confidence;
        f.help = Some("make it once and share it".to_owned());
        flow.report(f);
    };
    // Made for the run of a `with`, or closed by hand: not kept in a container.
    let entered = matches!(facts.stmt(stmt).kind, StmtKind::With(w) if facts.withs[w as usize].items.iter().any(|i| i.context == call));
    let named = matches!(facts.stmt(stmt).kind, StmtKind::Assign(targets, v) if v == call && facts.expr_list(targets).all(|t| matches!(facts.kind(t), ExprKind::Name(..))));
    if !entered && !named {
        return;
    }
    let args = facts.args_of(call);
    for outer in facts.enclosing(stmt) {
        match facts.stmt(outer).kind {
            StmtKind::For(index) => {
                let l = &facts.fors[index as usize];
                // Another client for each element: its settings come from there.
                let mut of_element = false;
                let mut targets = Vec::new();
                facts.walk(l.target, &mut |e| {
                    if let ExprKind::Name(n, _) = facts.kind(e) {
                        targets.push(n);
                    }
                });
                let mut inside = Vec::new();
                visit_block(facts, l.body, &mut |s| {
                    if let StmtKind::Assign(t, _) = facts.stmt(s).kind {
                        inside.extend(facts.expr_list(t).filter_map(|t| match facts.kind(t) {
                            ExprKind::Name(n, _) => Some(n),
                            _ => None,
                        }));
                    }
                });
                for a in args {
                    facts.walk(a.value, &mut |e| {
                        if let ExprKind::Name(n, _) = facts.kind(e) {
                            of_element |= targets.contains(&n) || inside.contains(&n);
                        }
                    });
                }
                // A retry that wants a fresh client, and attempts one after another.
                if of_element
                    || leaves_early(facts, l.body)
                    || targets
                        .iter()
                        .any(|t| t.as_str().contains("attempt") || t.as_str().contains("retr") || t.as_str() == "_")
                {
                    return;
                }
                return report(
                    format!(
                        "a new `{name}` for each turn of the loop: its pool is never used, and each request connects anew"
                    ),
                    Confidence::Likely,
                );
            }
            StmtKind::While { test, body, .. } => {
                if matches!(facts.kind(test), ExprKind::True) || leaves_early(facts, body) {
                    return;
                }
                return report(
                    format!(
                        "a new `{name}` for each turn of the loop: its pool is never used, and each request connects anew"
                    ),
                    Confidence::Likely,
                );
            }
            _ => {}
        }
    }
    if flow.is_handler(function) && args.iter().all(|a| !mentions_param(facts, function, a.value)) {
        // A rare request may well make its own: only the `strict` preset says so.
        report(
            format!("a new `{name}` for each request that this handles: its pool is never used"),
            Confidence::Possible,
        );
    }
}

fn mentions_param(facts: &FileFacts, function: FunctionRef, expr: ExprId) -> bool {
    let mut found = false;
    let params: Vec<Symbol> = facts.params_of(function.function).iter().map(|p| p.name).collect();
    facts.walk(expr, &mut |e| found |= matches!(facts.kind(e), ExprKind::Name(n, _) if params.contains(&n)));
    found
}

/// Which protocols every value that an expression may have speaks: sync, async; none where something is not known.
fn protocols(flow: &Flow, value: ValueId) -> Option<(bool, bool)> {
    let program = flow.program;
    let parts: Vec<ValueId> = program.alternatives(value).into_iter().filter(|&p| p != ValueId::NONE).collect();
    if parts.is_empty() {
        return None;
    }
    let (mut sync, mut asynchronous) = (false, false);
    for part in parts {
        match program.get(part) {
            Value::Instance(class, _) => {
                if program.has_unknown_base(*class) {
                    return None;
                }
                let (s, a) =
                    (program.method(*class, "__enter__").is_some(), program.method(*class, "__aenter__").is_some());
                // `__getattr__` does not help a `with`, but a metaclass or a mock might: classes with neither are not judged.
                if !s && !a {
                    return None;
                }
                sync |= s;
                asynchronous |= a;
            }
            Value::Manager(_, is_async, _) => {
                sync |= !is_async;
                asynchronous |= is_async;
            }
            _ => return None,
        }
    }
    Some((sync, asynchronous))
}

/// SS502 and SS503: the wrong `with`.
fn managers(flow: &Flow, function: FunctionRef, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let with = &facts.withs[index as usize];
    for item in &with.items {
        // What a library object gives when it is called (`sessionmaker(class_=…)()`) a stub cannot say for sure.
        if let ExprKind::Call(callee, _) = facts.kind(item.context)
            && matches!(flow.program.get(flow.program.value(file, callee)), Value::Instance(..))
        {
            continue;
        }
        let value = flow.program.value(file, item.context);
        let Some((sync, asynchronous)) = protocols(flow, value) else { continue };
        if !with.is_async && asynchronous && !sync {
            let mut f = finding(
                &SS502,
                file,
                facts.range(item.context),
                "this object only has `__aenter__`: `with` fails with a `TypeError`",
            );
            f.help = Some("write `async with`".to_owned());
            flow.report(f);
        } else if with.is_async && sync && !asynchronous {
            let mut f = finding(
                &SS503,
                file,
                facts.range(item.context),
                "this object only has `__enter__`: `async with` fails with a `TypeError`",
            );
            f.help = Some("write `with`".to_owned());
            flow.report(f);
        }
    }
}

/// SS505: leaving `async for` early over a generator that holds a resource.
fn left_generator(flow: &Flow, function: FunctionRef, stmt: StmtId, index: u32) {
    let file = function.file;
    let facts = flow.facts(file);
    let l = &facts.fors[index as usize];
    let value = flow.program.value(file, l.iter);
    let Value::AsyncGenerator(generator, _) = flow.program.get(value) else { return };
    let generator = *generator;
    if !flow.program.is_input(generator.file)
        || !matches!(facts.kind(l.iter), ExprKind::Call(..))
        || !leaves_early(facts, l.body)
    {
        return;
    }
    let its = flow.facts(generator.file);
    // Only where the loop can be left while the generator stands at a `yield` inside the resource.
    let graph = flow.graph(generator);
    let held = graph.ids().find_map(|n| match graph.op(n) {
        Op::Yield(_) => graph
            .held(n)
            .find(|h| {
                h.is_async && !flow.excludes(generator.file, h.context) || flow.excludes(generator.file, h.context)
            })
            .map(|h| h.context),
        _ => None,
    });
    let Some(held) = held else { return };
    let _ = function;
    let what = its.dotted(match its.kind(held) {
        ExprKind::Call(callee, _) => callee,
        _ => held,
    });
    let what = what.map_or_else(|| "a resource".to_owned(), |w| format!("`{w}`"));
    let start = facts.stmt(stmt).range().start();
    let mut f = finding(
        &SS505,
        file,
        TextRange::new(start, facts.range(l.iter).end()),
        format!("this loop is left early, and the generator stays suspended with {what} open until it is collected"),
    );
    f.help = Some("`async with contextlib.aclosing(…) as items: async for … in items:`".to_owned());
    flow.report(f);
}

/// SS506: a `yield` inside a cancel scope.
fn yields(flow: &Flow, function: FunctionRef) {
    let file = function.file;
    let facts = flow.facts(file);
    // A context manager, a fixture: the decorator's business.
    if facts.expr_list(facts.function(function.function).decorators).len() > 0 {
        return;
    }
    let graph = flow.graph(function);
    let mut said: Vec<ExprId> = Vec::new();
    for node in graph.ids() {
        let Op::Yield(expr) = graph.op(node) else { continue };
        if said.contains(&expr) {
            continue;
        }
        let scope = graph.held(node).find(|h| {
            flow.classes(file, h.context).into_iter().any(|c| flow.program.class_mark(c, "cancel_scope").is_some())
                || matches!(facts.kind(h.context), ExprKind::Call(..))
                    && flow.call_mark(file, h.context, "cancel_scope").is_some()
        });
        let Some(scope) = scope else { continue };
        said.push(expr);
        let name = match facts.kind(scope.context) {
            ExprKind::Call(callee, _) => facts.dotted(callee),
            _ => facts.dotted(scope.context),
        };
        let name = name.unwrap_or_else(|| "a cancel scope".to_owned());
        let mut f = finding(
            &SS506,
            file,
            facts.range(expr),
            format!(
                "`yield` inside `{name}`: the scope's cancellation hits whoever iterates, and it may be left in another task"
            ),
        );
        f.help = Some("yield outside the scope, or make it a context manager that feeds a queue".to_owned());
        f.labels.push(crate::Label { range: facts.range(scope.context), text: "the scope".to_owned() });
        flow.report(f);
    }
}

/// SS507: an async close that nobody awaits.
fn close_not_awaited(flow: &Flow, function: FunctionRef, call: ExprId) {
    let file = function.file;
    let facts = flow.facts(file);
    let Parent::Stmt(stmt) = facts.expr(call).parent() else { return };
    if !matches!(facts.stmt(stmt).kind, StmtKind::Expr(_)) {
        return;
    }
    let Some(name) = flow.callee_name(file, call) else { return };
    if !matches!(
        name.as_str(),
        "close" | "aclose" | "wait_closed" | "disconnect" | "shutdown" | "__aexit__" | "aexit" | "close_connection"
    ) || is_own_method(facts, call)
    {
        return;
    }
    // `if iscoroutinefunction(client.close): await client.close() else: client.close()`
    if matches!(facts.kind(call), ExprKind::Call(callee, _) if is_asked_for_kind(facts, call, callee)) {
        return;
    }
    let value = flow.program.value(file, call);
    let parts = flow.program.alternatives(value);
    let coroutine = !parts.is_empty() && parts.iter().all(|&p| matches!(flow.program.get(p), Value::Coroutine(..)));
    if !coroutine {
        return;
    }
    let mut f = finding(
        &SS507,
        file,
        facts.range(call),
        format!("`{name}` is async: without `await` it does nothing, and the resource stays open"),
    );
    f.help = Some("await it".to_owned());
    flow.report(f);
}
