//! Pitfall 5: async context and resources.
//!
//! A resource is what the knowledge marks `async_resource`, and a class of the program with `__aenter__` and a close of its
//! own. Whoever makes one owns it until it goes somewhere else: by return, yield, storing it, passing it on (SS501). The other rules
//! of the pitfall are in the folder beside.

pub(crate) mod connected;
pub(crate) mod factories;
pub(crate) mod half_entered;
pub(crate) mod kept;
pub(crate) mod lent;
pub(crate) mod managers;
pub(crate) mod per_call;

use self::connected::half_connected;
use self::factories::made_by;
use self::half_entered::{half_entered, never_left};
use self::kept::kept;
use self::lent::lent_to;
use self::managers::{close_not_awaited, left_generator, managers, yields};
use self::per_call::per_call;
use crate::Confidence;
use crate::blocks::{mentions, whole_condition};
use crate::flow::{FactsExt, Flow, finding};
use crate::p08_tasks::cancellation::is_cleanup;
use crate::registry::*;
use crate::support::{is_script, is_test};
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
            if !leaked && made.pooled && !made.kept {
                per_call(flow, function, expr, &made);
            }
        }
        if f.is_async {
            close_not_awaited(flow, function, expr);
            half_connected(flow, function, expr);
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
pub(crate) struct Made {
    pub class: ClassRef,
    /// The names of the methods that close it.
    pub close: Vec<&'static str>,
    pub pooled: bool,
    pub ai: bool,
    /// Which element of the awaited tuple it is (`reader, writer = await open_connection(…)`).
    pub element: Option<u16>,
    /// It is there only when the call is awaited.
    pub awaited: bool,
    /// A class of the program.
    pub own: bool,
    /// Left to itself it goes with the last reference: only an object that keeps it and has a close is to close it.
    pub kept: bool,
    /// A class of the program that is not a manager: it only has a close that does something.
    pub plain: bool,
}

pub(crate) const CLOSES: &[&str] = &[
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

pub(crate) fn makes(flow: &Flow, file: FileId, call: ExprId) -> Option<Made> {
    makes_at(flow, file, call, 0)
}

/// The same, so many functions of the program away from the call that was asked about.
fn makes_at(flow: &Flow, file: FileId, call: ExprId, depth: u32) -> Option<Made> {
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
        let owned = program.class_mark(class, "async_resource");
        let kept = owned.is_none();
        if let Some(mark) = owned.or_else(|| program.class_mark(class, "kept_resource")) {
            let close = mark.text("close").unwrap_or("aclose");
            return Some(Made {
                class,
                close: close.split([' ', ',']).collect(),
                pooled: program.class_mark(class, "pooled").is_some(),
                ai: program.class_mark(class, "ai_client").is_some(),
                element,
                awaited,
                own: program.is_input(class.file),
                kept,
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
    // What has to be awaited to be had: `await websockets.connect(…)`, `await asyncpg.create_pool(…)`.
    let facts = flow.facts(file);
    let is_awaited =
        matches!(facts.expr(call).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Await(_)));
    let by_await = |value: ValueId| match program.get(program.awaited(value)) {
        Value::Instance(class, _) if is_awaited && !program.is_input(class.file) => of_class(*class, None, true),
        _ => None,
    };
    match target {
        Target::Class(class) if is_awaited && !program.is_input(class.file) => by_await(program.value(file, call)),
        Target::Class(class) => of_class(class, None, false).or_else(|| own_class(flow, class)),
        Target::Function(f, _) if !program.is_input(f.file) => {
            // What a library function gives: a connection, a pair of reader and writer.
            let awaited = program.function(f).is_async;
            // What it says it returns, not what a type variable brings back (`cast`).
            let value = program.returned(f);
            // A method that gives back something of its receiver's does not make it.
            if program.class_of(f).is_some_and(|class| !gives_new(flow, class, f)) {
                return None;
            }
            match program.get(value) {
                Value::Instance(..) if is_awaited && !awaited => by_await(value),
                Value::Instance(class, _) => of_class(*class, None, awaited),
                Value::Tuple(items) => items.iter().enumerate().find_map(|(i, &item)| match program.get(item) {
                    Value::Instance(class, _) => of_class(*class, Some(i as u16), awaited),
                    _ => None,
                }),
                _ => None,
            }
        }
        Target::Function(f, _) => made_by(flow, f, depth),
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
        kept: false,
        plain: !manager,
    })
}

/// Whether a name is a class's, or a function's that opens something.
pub(crate) fn says_make(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(|c: char| c.is_ascii_uppercase())
        || is_factory(name)
        || ["open", "client", "session", "channel", "conn", "pool", "build"].iter().any(|part| name.contains(part))
}

/// Class methods that make an object: `Redis.from_url`, `AIOKafka.create`.
pub(crate) fn is_factory(name: &str) -> bool {
    name == "connect"
        || name == "launch"
        || ["from_", "create", "connect_", "make", "new"].iter().any(|p| name.starts_with(p))
}

/// Whether a method of a library's class makes what it gives, by its name, or since a maker's object is called: `Session()` of
/// `Session = async_sessionmaker(engine)`. An object that is a resource itself gives what it keeps.
fn gives_new(flow: &Flow, class: ClassRef, method: FunctionRef) -> bool {
    let program = flow.program;
    let name = program.function(method).name.as_str();
    is_factory(name)
        || name == "__call__"
            && !program.mro(class).iter().any(|&base| program.class_mark(base, "async_resource").is_some())
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
        Parent::Expr(_) if made.kept => false,
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
            // `async with ClientSession().get(url) as response:` ends the response, not the session.
            let entered =
                matches!(facts.expr(top).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::With(_)));
            entered
                && function_ends_it(flow, function, made)
                && report(format!("this `{name}` is used once and never closed: what it holds stays open"))
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

/// Whether a client is made over a transport, or another client, that this function did not make: closing the client would close it for all others.
pub(crate) fn lent(facts: &FileFacts, function: FunctionRef, call: ExprId) -> bool {
    facts.args_of(call).iter().any(|a| {
        matches!(a.kind, ArgKind::Keyword(k) if k == "transport" || k == "http_client")
            && match facts.kind(a.value) {
                ExprKind::Name(name, scope) => {
                    facts.resolve(scope, name) != Some(facts.function(function.function).scope)
                }
                ExprKind::Attribute(..) => true,
                _ => false,
            }
    })
}

/// Whether a thing is made by another one (`browser.new_context()`) that this function, or the object that
/// keeps it, closes: what is in it goes with it.
fn owner_closed(facts: &FileFacts, function: FunctionRef, call: ExprId) -> bool {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let ExprKind::Attribute(owner, _) = facts.kind(callee) else { return false };
    let place = facts.dotted(owner);
    if matches!(facts.kind(owner), ExprKind::Attribute(..))
        && place.is_some()
        && facts.exprs.iter().any(|e| {
            let ExprKind::Call(callee, _) = e.kind else { return false };
            matches!(facts.kind(callee), ExprKind::Attribute(of, method)
                if CLOSES.contains(&method.as_str()) && facts.dotted(of) == place)
        })
    {
        // `self.browser.new_context()`, where another method closes `self.browser`.
        return true;
    }
    // `playwright.chromium.connect_over_cdp(…)` goes with `playwright`.
    let mut root = owner;
    while let ExprKind::Attribute(base, _) = facts.kind(root) {
        root = base;
    }
    let ExprKind::Name(name, scope) = facts.kind(root) else { return false };
    let home = facts.function(function.function).scope;
    facts.resolve(scope, name) == Some(home)
        && (facts.bindings_in(home, name).iter().any(|b| matches!(b.kind, BindingKind::Context(..)))
            || facts.exprs_of(function.function).any(|e| {
                let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
                let is_it = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if n == name);
                match facts.kind(callee) {
                    ExprKind::Attribute(of, method) if is_it(of) => CLOSES.contains(&method.as_str()),
                    // `await stop_driver(playwright)`
                    ExprKind::Attribute(_, closer) | ExprKind::Name(closer, _) => {
                        is_cleanup(closer.as_str()) && facts.args(args).iter().any(|a| is_it(a.value))
                    }
                    _ => false,
                }
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
            !made.kept && local(flow, function, target, name, home, made, report)
        }
        ExprKind::Attribute(base, attr) if facts.is_self(base) => kept(flow, function, target, attr, made, report),
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
        if found.is_some() {
            return None;
        }
        found = Some((place, facts.own_attribute(place)?));
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
                // Lent for the time of a call to a function that keeps nothing.
                ExprKind::Call(callee, _) if callee != u && lent_to(flow, file, p, u) => {}
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
    let opened = made.own && is_opened(flow, function, target, name, made);
    if made.own && !opened && (made.plain || ends.is_empty()) {
        return false;
    }
    let graph = flow.graph(function);
    if ends.is_empty() {
        // What runs until the process ends needs no end of its own.
        let returns = graph.reach(Cfg::ENTRY, |_, edge| edge.goes_on(), |_| false).contains(Cfg::EXIT);
        return (returns || !made.own) && report(format!("this `{class}` is never closed: what it holds stays open"));
    }
    let fails = |n: NodeId| match graph.op(n) {
        Op::Await(e) => !opens_by(flow, file, e, name) && flow.switches(function, &graph, n),
        _ => false,
    };
    let ended = |n: NodeId| match graph.op(n) {
        Op::Read(e, _) => ends.contains(&e),
        Op::Test(e) => mentions(facts, whole_condition(facts, e), name),
        _ => false,
    };
    let Some(start) = written_at(&graph, target) else { return false };
    let ends_at = |n: NodeId| matches!(n, Cfg::EXIT | Cfg::RAISED | Cfg::CANCELLED);
    // An exception of the write itself leaves nothing open.
    // Of a class of the program only a plain way out counts, or where it is surely open, an await that fails.
    let along = |n: NodeId, edge: Edge| {
        let abrupt = !edge.goes_on();
        if opened && edge == Edge::Exception && fails(n) {
            return true;
        }
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
pub(crate) fn written_at(graph: &Cfg, target: ExprId) -> Option<NodeId> {
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

/// Names of methods that bring an object into service.
pub(crate) fn opens(name: &str) -> bool {
    matches!(name, "connect" | "open" | "start" | "login" | "initialize" | "setup")
}

/// Whether an await is of a method that brings an object into service: `await name.connect()`.
fn opens_by(flow: &Flow, file: FileId, awaited: ExprId, name: Symbol) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Await(call) = facts.kind(awaited) else { return false };
    flow.receiver(file, call).is_some_and(|r| matches!(facts.kind(r), ExprKind::Name(n, _) if n == name))
        && flow.callee_name(file, call).is_some_and(|n| opens(n.as_str()))
}

/// Whether an object of the program's own has something open once the function has used it: the function opens it, or awaits its
/// methods where the class makes a library's resource for itself.
fn is_opened(flow: &Flow, function: FunctionRef, target: ExprId, name: Symbol, made: &Made) -> bool {
    let file = function.file;
    let facts = flow.facts(file);
    // What a program's entry leaves open goes with the process.
    if matches!(facts.function(function.function).name.as_str(), "main" | "_main" | "amain") {
        return false;
    }
    let awaits: Vec<ExprId> =
        facts.exprs_of(function.function).filter(|&e| matches!(facts.kind(e), ExprKind::Await(_))).collect();
    let uses_it = |e: ExprId| match facts.kind(e) {
        ExprKind::Await(call) => {
            flow.receiver(file, call).is_some_and(|r| matches!(facts.kind(r), ExprKind::Name(n, _) if n == name))
        }
        _ => false,
    };
    let given = facts.stmt_of(target).is_none_or(|s| match facts.stmt(s).kind {
        StmtKind::Assign(_, call) => !facts.args_of(call).is_empty(),
        _ => true,
    });
    // `channel = await made.start()`, which gives the object itself: from then on it has another name.
    let renamed = |e: ExprId| {
        let kept = matches!(facts.expr(e).parent(), Parent::Stmt(s)
            if matches!(facts.stmt(s).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..) | StmtKind::Return(_)));
        kept && uses_it(e) && flow.classes(file, e).contains(&made.class)
    };
    if awaits.iter().any(|&e| renamed(e)) {
        return false;
    }
    awaits.iter().any(|&e| opens_by(flow, file, e, name))
        || awaits.iter().any(|&e| uses_it(e)) && holds_resource(flow, made.class, given)
}

/// Whether a class makes a library's resource and keeps it on `self`; not where it may have been given one.
fn holds_resource(flow: &Flow, class: ClassRef, given: bool) -> bool {
    let program = flow.program;
    program.mro(class).iter().filter(|c| program.is_input(c.file)).any(|&c| {
        let facts = flow.facts(c.file);
        let writes = &facts.class(c.class).self_writes;
        let handed_in = |attr: Symbol| {
            writes.iter().any(|w| {
                w.attr == attr
                    && matches!(w.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v))
                        if matches!(facts.kind(v), ExprKind::Name(..)))
            })
        };
        writes.iter().any(|w| match w.kind {
            BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) | BindingKind::Unpack(v, _) => {
                let call = match facts.kind(v) {
                    ExprKind::Await(call) => call,
                    _ => v,
                };
                makes(flow, c.file, call).is_some_and(|m| !m.own && !m.kept) && !(given && handed_in(w.attr))
            }
            _ => false,
        })
    })
}

/// Whether an await is of a method by which an object of the program opens itself (`await name.connect()`), and which leaves it open
/// when it fails half-way.
fn opens_itself(flow: &Flow, file: FileId, awaited: ExprId, name: Symbol) -> bool {
    let facts = flow.facts(file);
    let ExprKind::Await(call) = facts.kind(awaited) else { return false };
    let [method] = flow.functions(file, call)[..] else { return false };
    let guards = |f: FunctionRef| {
        let its = flow.facts(f.file);
        its.stmts_of(f.function).any(|s| matches!(its.stmt(s).kind, StmtKind::Try(_)))
    };
    // Nor does a method that it awaits take care of what fails.
    let its = flow.facts(method.file);
    let helpers = its.exprs_of(method.function).filter_map(|e| match its.kind(e) {
        ExprKind::Await(call) => Some(flow.functions(method.file, call)),
        _ => None,
    });
    opens_by(flow, file, awaited, name)
        && flow.program.is_input(method.file)
        && keeps_before_await(its, method.function)
        && !guards(method)
        && !helpers.flatten().any(|f| flow.method_class(f) == flow.method_class(method) && guards(f))
}

/// Whether a method keeps something in its object and awaits after that: where this fails, what it keeps is open.
fn keeps_before_await(facts: &FileFacts, method: FunctionId) -> bool {
    let is_own = |target: ExprId| match facts.kind(target) {
        ExprKind::Tuple(list) => facts.expr_list(list).any(|t| facts.own_attribute(t).is_some()),
        _ => facts.own_attribute(target).is_some(),
    };
    let kept = facts.stmts_of(method).filter(|&s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, _) => facts.expr_list(targets).any(is_own),
        StmtKind::AnnAssign(target, _, Some(_)) => is_own(target),
        _ => false,
    });
    let first = kept.map(|s| facts.stmt(s).range().end()).min();
    let switches = |e: ExprId| matches!(facts.kind(e), ExprKind::Await(_));
    first.is_some_and(|end| facts.exprs_of(method).any(|e| switches(e) && facts.range(e).start() >= end))
}
