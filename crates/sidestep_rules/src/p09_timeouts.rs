//! Pitfall 9: timeouts.

pub(crate) mod asked_to_stop;
pub(crate) mod devtools;
pub(crate) mod in_threads;
pub(crate) mod unequal;

use crate::around::*;
use crate::exchange::{Answer, Exchange, Exchanges};
use crate::finding::{Confidence, Finding, Hop, Label};
use crate::limits::{Given, Limit, Limits, Way, seconds};
use crate::registry::{SS901, SS902, SS903, SS904, SS905};
use crate::support::is_script;
use rustc_hash::FxHashSet;
use sidestep_facts::{
    ArgKind, BindingKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, Ranged as _, StmtId, StmtKind, Symbol,
    TextRange,
};
use sidestep_program::{ExprRef, FileId, FunctionRef, Literal, Origin, Program, Value};

/// A wait of so many seconds is no pause but an operation of its own.
const LONG: f64 = 60.0;

/// SS901, SS902, SS903, SS904 and SS905.
pub(crate) fn check(program: &Program, limits: &Limits<'_>, out: &mut Vec<Finding>) {
    let exchanges = Exchanges::new(program, limits);
    let unequal = unequal::Unequal::new(program, limits);
    let mut said = Said::default();
    for file in program.inputs() {
        if is_test(program, file) {
            continue;
        }
        let facts = program.facts(file);
        said.clients.clear();
        let mut clients = FxHashSet::default();
        for (index, function) in facts.functions.iter().enumerate() {
            let id = FunctionId(index as u32);
            let on_loop = function.is_async || index == 0 && facts.top_level_loop;
            in_threads::check(program, limits, file, id, &mut clients, out);
            if on_loop {
                answers(&exchanges, program, limits, file, id, out);
                asked_to_stop::check(program, limits, file, id, out);
            }
            for expr in facts.exprs_of(id) {
                if let ExprKind::Call(..) = facts.kind(expr) {
                    disabled(program, limits, file, expr, out);
                    if on_loop {
                        request(program, limits, file, id, expr, &mut said, out);
                        devtools::command(program, limits, file, id, expr, &mut said.clients, out);
                        unequal.check(program, limits, file, expr, out);
                        in_threads::handed_over(program, limits, file, expr, out);
                        closing_only(program, limits, file, expr, out);
                        long_wait(program, limits, file, id, expr, out);
                        endless(&exchanges, program, limits, file, expr, out);
                        halfway_call(program, limits, file, expr, out);
                    }
                }
            }
            if on_loop {
                for stmt in facts.stmts_of(id) {
                    poll(program, file, id, stmt, out);
                    halfway_block(program, limits, file, id, stmt, out);
                }
            }
        }
    }
}

/// Who calls whom down to the request, outermost first.
fn hops(program: &Program, way: &Way, last: String) -> Vec<Hop> {
    if way.len() < 2 {
        return Vec::new();
    }
    let mut hops: Vec<Hop> = way
        .iter()
        .skip(1)
        .rev()
        .map(|&(function, expr)| Hop {
            file: function.file,
            range: program.facts(function.file).range(expr),
            function: program.function_name(function),
            text: format!("calls `{}`, with no limit around it", spelled(program.facts(function.file), expr)),
        })
        .collect();
    let (function, expr) = way[0];
    hops.push(Hop {
        file: function.file,
        range: program.facts(function.file).range(expr),
        function: program.function_name(function),
        text: last,
    });
    hops
}

/// What was said of requests without a limit.
#[derive(Default)]
struct Said {
    /// The clients of each function of the file at hand.
    clients: FxHashSet<(FunctionId, String)>,
    /// Where the connections to databases were made: all their statements lack the one limit.
    connections: FxHashSet<ExprRef>,
}

impl Said {
    /// Whether this is the first word about the connections that were made where the receiver of a statement was.
    fn is_first(&mut self, program: &Program, site: ExprRef) -> bool {
        let facts = program.facts(site.file);
        let ExprKind::Call(callee, _) = facts.kind(site.expr) else { return false };
        let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return false };
        let made = program.made(site.file, receiver);
        // What one library object gives out may be limited by how that was made.
        let is_whole = |call: &ExprRef| {
            functions_called(program, call.file, call.expr).into_iter().all(|f| program.class_of(f).is_none())
        };
        made.calls.iter().all(is_whole) && made.calls.first().is_some_and(|&call| self.connections.insert(call))
    }
}

/// SS901: a request that nothing limits.
fn request(
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    expr: ExprId,
    said: &mut Said,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let returned =
        matches!(facts.expr(expr).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Return(_)));
    if !awaited(facts, expr) && !returned {
        return;
    }
    let callees = functions_called(program, file, expr);
    let requests: Vec<FunctionRef> = callees
        .iter()
        .copied()
        .filter(|&f| program.mark(f, "network").is_some() || program.mark(f, "ai").is_some())
        .collect();
    if requests.is_empty() || requests.len() != callees.len() {
        return;
    }
    if returned && !program.function(requests[0]).is_async {
        return;
    }
    let ExprKind::Call(callee, args) = facts.kind(expr) else { return };
    let name = spelled(facts, callee);
    // A socket that is connected already leaves nothing to wait for.
    if facts.keyword(args, "sock").is_some() {
        return;
    }
    // A commit that is cut off leaves it open whether it happened: SS905 speaks of that.
    if last_name(facts, expr)
        .is_some_and(|n| matches!(n.as_str(), "commit" | "rollback" | "close" | "aclose" | "disconnect"))
    {
        return;
    }
    let site = ExprRef { file, expr };
    let mut why = None;
    for &target in &requests {
        match limits.of_call(site, target) {
            Limit::None { class, param } => why = Some((class, param)),
            _ => return,
        }
    }
    let Some((class, param)) = why else { return };
    let Some(way) = limits.unlimited(file, expr) else { return };
    // One word per client in a function is enough.
    let client = name.rsplit_once('.').map_or(name.clone(), |(base, _)| base.to_owned());
    // Statements of a database are limited where the connection is made, by whoever knows what they may take: one word for all of
    // one pool, and only where the program shows how it is made.
    let is_of_database = |c: &str| matches!(c, "Cursor" | "Connection" | "AsyncConnection" | "AsyncCursor");
    let is_statement = class.as_deref().is_some_and(is_of_database)
        || requests
            .iter()
            .all(|&f| program.class_of(f).is_some_and(|c| is_of_database(program.class(c).name.as_str())));
    if class.is_some() && !said.clients.insert((function, client)) {
        return;
    }
    let message = match &class {
        Some(class) => {
            format!("`{name}` may wait for ever: `{class}` sets no limit by itself, and nothing around the call does")
        }
        None => format!("`{name}` may wait for ever: it has no limit of its own, and nothing around it sets one"),
    };
    let help = match (&class, &param) {
        (Some(class), Some(param)) => {
            format!("give `{class}` a `{param}`, or put `async with asyncio.timeout(…)` around the call")
        }
        (None, Some(param)) => format!("pass `{param}=…`, or put `async with asyncio.timeout(…)` around the call"),
        _ => "put `async with asyncio.timeout(…)` around the call".to_owned(),
    };
    // The system gives up connecting after minutes by itself: too late only where the program says how long it may take.
    let is_connect = requests.iter().all(|&f| program.mark(f, "network").is_some_and(|m| m.flag("connect")))
        && !speaks_of_connect_timeout(facts);
    let confidence = if is_statement && class.is_some() && !is_script(program, file) && said.is_first(program, site) {
        Confidence::Likely
    } else if is_statement || is_connect {
        Confidence::Possible
    } else {
        Confidence::Certain
    };
    let mut found = finding(&SS901, confidence, file, facts.range(expr), message, &help);
    found.chain = hops(program, &way, format!("awaits `{name}`"));
    out.push(found);
}

/// SS901: a limit that was meant for connecting, given to a parameter that limits closing alone.
fn closing_only(program: &Program, limits: &Limits<'_>, file: FileId, expr: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(callee, args) = facts.kind(expr) else { return };
    let callees = functions_called(program, file, expr);
    let Some(mark) = callees.first().and_then(|&f| program.mark(f, "timeout")) else { return };
    let Some(param) = mark.text("closing") else { return };
    let Some(given) = facts.keyword(args, param) else { return };
    // An object that names what it limits is meant so, unless what it is given says that it is for connecting.
    let meant = match facts.kind(given) {
        ExprKind::Int(_) | ExprKind::Float(_) => true,
        ExprKind::Call(_, inner) => facts.args(inner).iter().any(|a| says_connect(facts, a.value)),
        _ => says_connect(facts, given),
    };
    let site = ExprRef { file, expr };
    if !meant || limits.client_is_limited(site) {
        return;
    }
    let Some(way) = limits.unlimited(file, expr) else { return };
    let name = spelled(facts, callee);
    let message = match mark.args.first() {
        Some(Literal::Num(n)) => format!(
            "`{name}` may take {}: its `{param}` limits how long closing may take, and not how long connecting does",
            seconds(*n)
        ),
        _ => format!("`{name}` may wait for ever: its `{param}` limits how long closing may take, and not this call"),
    };
    let help = "put `asyncio.wait_for(…, seconds)` around the call that connects";
    let mut found = finding(&SS901, Confidence::Likely, file, facts.range(expr), message, help);
    found.chain = hops(program, &way, format!("awaits `{name}`"));
    found.labels.push(Label { range: facts.range(given), text: "for closing only".into() });
    out.push(found);
}

/// Whether an expression says by its name that it is for connecting: `connect_timeout`, `options.conn.timeout`.
fn says_connect(facts: &FileFacts, expr: ExprId) -> bool {
    facts.dotted(expr).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.split(['.', '_']).any(|word| matches!(word, "conn" | "connect" | "connection" | "connecting" | "open"))
    })
}

/// Whether a file has a name for how long connecting may take: an option, a parameter, a constant.
fn speaks_of_connect_timeout(facts: &FileFacts) -> bool {
    let says = |name: Symbol| {
        let name = name.as_str().to_ascii_lowercase();
        name.len() < 40 && name.contains("connect") && name.contains("timeout")
    };
    facts.exprs.iter().any(|e| match e.kind {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) | ExprKind::Str(name) => says(name),
        _ => false,
    })
}

/// SS901: an answer that is waited for without a limit; else a connection whose other side nobody watches.
fn answers(
    exchanges: &Exchanges<'_, '_>,
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let open: Vec<(Exchange, Way)> = exchanges
        .of(file, function)
        .into_iter()
        .filter_map(|e| limits.unlimited(file, e.wait).map(|way| (e, way)))
        .collect();
    if let Some((first, way)) = open.first() {
        let Exchange { wait, sent, answer } = *first;
        let (name, request) = (spelled(facts, wait), spelled(facts, sent));
        let (message, help) = match answer {
            Answer::Exit => (
                format!("`{name}` may wait for ever: a process may ignore `{request}`, and nothing limits this"),
                "put `async with asyncio.timeout(…)` around it, and `kill()` the process when the time is up",
            ),
            Answer::Output => (
                format!("`{name}` may wait for ever: nothing limits how long the command takes"),
                "put `async with asyncio.timeout(…)` around it, and `kill()` the process when the time is up",
            ),
            _ => (
                format!(
                    "`{name}` may wait for ever: it is the answer to `{request}`, and nothing limits how long it takes"
                ),
                "put `async with asyncio.timeout(…)` around it: the other side may be alive and never answer",
            ),
        };
        let last = format!("awaits `{name}`");
        // Several questions and answers are one conversation: its limit belongs around the whole, where it is called.
        let whole = match way.get(1) {
            Some(&(caller, site)) if answer == Answer::Read && exchanges.reads_in(file, function) >= 2 => {
                let own = FunctionRef { file, function };
                // Around a manager the limit would be the body's too.
                let alone = program.sites_of(own).len() == 1 && !program.function(own).is_generator;
                (alone && awaited(program.facts(caller.file), site)).then_some((caller, site))
            }
            _ => None,
        };
        let mut found = match whole {
            Some((caller, site)) => {
                let facts = program.facts(caller.file);
                let message = format!(
                    "`{}` may wait for ever: it asks and waits for answers, and nothing limits how long that takes",
                    spelled(facts, site)
                );
                finding(&SS901, Confidence::Likely, caller.file, facts.range(site), message, help)
            }
            None => {
                let mut found = finding(&SS901, Confidence::Likely, file, facts.range(wait), message, help);
                let text = if answer == Answer::Output { "started here" } else { "sent here" };
                found.labels.push(Label { range: facts.range(sent), text: text.into() });
                found
            }
        };
        if is_asked_to_wait(facts, wait) {
            found.confidence = Confidence::Possible;
        }
        found.chain = hops(program, way, last);
        out.push(found);
        return;
    }
    unwatched(exchanges, program, limits, file, function, out);
}

/// Whether the caller has said that it wants to wait: `if wait: await self.done.wait()`.
fn is_asked_to_wait(facts: &FileFacts, wait: ExprId) -> bool {
    let is_said = |test: ExprId| match facts.kind(test) {
        ExprKind::Name(name, scope) if matches!(name.as_str(), "wait" | "block" | "blocking") => facts
            .resolve(scope, name)
            .is_some_and(|home| facts.bindings_in(home, name).iter().any(|b| matches!(b.kind, BindingKind::Param(_)))),
        _ => false,
    };
    facts.stmt_of(wait).is_some_and(|stmt| {
        facts.enclosing(stmt).any(|outer| matches!(facts.stmt(outer).kind, StmtKind::If { test, .. } if is_said(test)))
    })
}

/// SS901: a connection whose other side nobody watches, where it is read: `await ws.receive()`, `async for message in ws`.
fn unwatched(
    exchanges: &Exchanges<'_, '_>,
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let calls = facts
        .exprs_of(function)
        .filter(|&e| matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e))
        .filter_map(|e| Some((e, exchanges.unwatched(file, e)?)));
    let streams = facts.stmts_of(function).filter_map(|s| {
        let StmtKind::For(index) = facts.stmt(s).kind else { return None };
        let turns = &facts.fors[index as usize];
        // Whoever follows a log at a terminal sees that it has stopped.
        if !turns.is_async || is_script(program, file) {
            return None;
        }
        let opened = exchanges.unwatched_stream(file, turns.iter)?;
        Some((turns.iter, opened))
    });
    let open = calls.chain(streams).filter_map(|(e, opened)| Some((e, opened, limits.unlimited(file, e)?)));
    let Some((expr, (opened, param), way)) = open.min_by_key(|(e, ..)| facts.range(*e).start()) else { return };
    let name = spelled(facts, expr);
    let message = format!(
        "`{name}` may wait for ever: the connection was opened without `{param}=`, so nobody notices when the other side is gone"
    );
    let help = match facts.kind(expr) {
        ExprKind::Call(..) => format!("give the call that opens the connection a `{param}`, or pass `timeout=…` here"),
        _ => format!("give the call that opens the connection a `{param}`"),
    };
    let mut found = finding(&SS901, Confidence::Likely, file, facts.range(expr), message, &help);
    found.chain = hops(program, &way, format!("waits for `{name}`"));
    if opened.file == file {
        found.labels.push(Label { range: program.range(opened), text: "opened here".into() });
    }
    out.push(found);
}

/// SS901: awaiting the value of something that waits for minutes.
fn long_wait(
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    _function: FunctionId,
    expr: ExprId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let Parent::Expr(parent) = facts.expr(expr).parent() else { return };
    if !matches!(facts.kind(parent), ExprKind::Await(_)) {
        return;
    }
    // Its value is what it is awaited for.
    if matches!(facts.expr(parent).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_))) {
        return;
    }
    let callees = functions_called(program, file, expr);
    let [callee] = callees[..] else { return };
    if !program.is_input(callee.file) || !program.function(callee).is_async || program.function(callee).is_generator {
        return;
    }
    let inner = program.facts(callee.file);
    let Some((sleep, wait)) = inner.exprs_of(callee.function).find_map(|e| {
        let wait = sleeps(program, callee.file, e)?;
        let looped = !loops(inner, e).is_empty();
        (wait >= LONG && !looped && awaited(inner, e) && limits.around(callee.file, e).is_none()).then_some((e, wait))
    }) else {
        return;
    };
    let Some(way) = limits.unlimited(file, expr) else { return };
    let name = spelled(facts, expr);
    let message = format!("`{name}` waits for {wait} s before it answers, and nothing here limits that");
    let mut found = finding(
        &SS901,
        Confidence::Certain,
        file,
        facts.range(expr),
        message,
        "decide how long the answer is worth waiting for: `asyncio.wait_for(…, timeout)` or `async with asyncio.timeout(…)`",
    );
    let mut chain = hops(program, &way, format!("calls `{name}`"));
    if chain.is_empty() {
        chain.push(Hop {
            file,
            range: facts.range(expr),
            function: program.function_name(program.function_of(file, expr)),
            text: format!("calls `{name}`"),
        });
    }
    chain.push(Hop {
        file: callee.file,
        range: inner.range(sleep),
        function: program.function_name(callee),
        text: format!("waits: `{}`", spelled(inner, sleep)),
    });
    found.chain = chain;
    out.push(found);
}

/// How many seconds a call of a sleep function waits, where it is a constant.
pub(crate) fn sleeps(program: &Program, file: FileId, call: ExprId) -> Option<f64> {
    let argument = sleep_argument(program, file, call)?;
    let in_ms = functions_called(program, file, call)
        .into_iter()
        .any(|f| program.mark(f, "sleeps").is_some_and(|m| m.text("unit") == Some("ms")));
    constant(program, file, argument).map(|n| if in_ms { n / 1000.0 } else { n })
}

/// The delay that a call of a sleep function is given.
pub(crate) fn sleep_argument(program: &Program, file: FileId, call: ExprId) -> Option<ExprId> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
    let is_sleep = functions_called(program, file, call).into_iter().any(|f| {
        program.mark(f, "sleeps").is_some()
            || program
                .mark(f, "blocks")
                .is_some_and(|m| m.args.first() == Some(&Literal::Str(sidestep_facts::Symbol::new("sleep"))))
            || program.function(f).name == "sleep" && program.origin(f.file) == Origin::Stub
    });
    if !is_sleep {
        return None;
    }
    facts.args(args).first().map(|a| a.value)
}

/// A constant number: a literal, a product of literals, a name bound to one.
pub(crate) fn constant(program: &Program, file: FileId, expr: ExprId) -> Option<f64> {
    let facts = program.facts(file);
    if let Some(n) = facts.number(expr) {
        return Some(n);
    }
    match facts.kind(expr) {
        ExprKind::Binary(sidestep_facts::Op::Mul, left, right) => {
            Some(constant(program, file, left)? * constant(program, file, right)?)
        }
        ExprKind::Name(..) | ExprKind::Attribute(..) => {
            if let Some(value) = only_value(facts, expr) {
                return constant(program, file, value);
            }
            if let ExprKind::Name(name, scope) = facts.kind(expr) {
                let home = facts.resolve(scope, name)?;
                let imported =
                    matches!(facts.bindings_in(home, name), [one] if matches!(one.kind, BindingKind::ImportFrom(..)));
                if !imported {
                    return None;
                }
            }
            let value = program.value(file, expr);
            match program.get(value) {
                Value::Int(n) => Some(f64::from(*n)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// SS902: a limit switched off, at a call or in a client.
fn disabled(program: &Program, limits: &Limits<'_>, file: FileId, expr: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(expr) else { return };
    // Cheap things first: nearly no call has such an argument.
    let candidates: Vec<(String, ExprId)> = facts
        .args(args)
        .iter()
        .filter_map(|a| match a.kind {
            ArgKind::Keyword(name) if name.as_str().contains("timeout") && !name.as_str().contains("connect") => {
                Some((name.as_str().to_owned(), a.value))
            }
            _ => None,
        })
        .collect();
    if candidates.is_empty() {
        return;
    }
    // Any other limit on the same call is one.
    if candidates.iter().any(|(_, value)| limits.given(file, *value) != Given::Off) {
        return;
    }
    let site = ExprRef { file, expr };
    let callees = program.callees(file, expr);
    let Some(&target) = callees.targets.first() else { return };
    let (what, is_client) = match target {
        sidestep_program::Target::Class(class) => {
            let Some(mark) = program.class_mark(class, "timeout") else { return };
            // Taking away what was never there.
            if mark.args.first() == Some(&Literal::None) {
                return;
            }
            (program.class(class).name.as_str().to_owned(), true)
        }
        sidestep_program::Target::Function(f, _) => {
            let requests = program.mark(f, "network").is_some() || program.mark(f, "ai").is_some();
            let limited = program.mark(f, "timeout").is_some() || limits.marked_receiver(site, "timeout").is_some();
            if !requests || !limited || program.mark(f, "waits").is_some() {
                return;
            }
            (spelled(facts, expr), false)
        }
    };
    // What is meant to stay open.
    if last_name(facts, expr).is_some_and(|n| {
        let n = n.as_str();
        n.contains("stream")
            || n.contains("ws_connect")
            || n.contains("subscribe")
            || n.contains("listen")
            || n.contains("events")
            || n.contains("sse")
    }) || facts.keyword(args, "stream").is_some_and(|s| facts.kind(s) == ExprKind::True)
    {
        return;
    }
    // A proxy passes a body on as it comes in: how long that takes is up to who sends it.
    let passes_on = facts.args(args).iter().any(|a| {
        matches!(a.kind, ArgKind::Keyword(name) if name == "data" || name == "content")
            && exprs_in(facts, facts.function_of(expr), facts.range(a.value)).any(|e| match facts.kind(e) {
                ExprKind::Attribute(base, name) => {
                    matches!(name.as_str(), "content" | "stream") && spelled(facts, base).ends_with("request")
                }
                _ => false,
            })
    });
    // What a command waits for, somebody interrupts.
    let within = facts.function_of(expr);
    let in_plain = !is_client && within != FunctionId::MODULE && !facts.function(within).is_async;
    if passes_on || is_script(program, file) || in_plain {
        return;
    }
    if is_client {
        if !client_is_unlimited(program, limits, site) {
            return;
        }
    } else if limits.unlimited(file, expr).is_none() {
        return;
    }
    let argument = candidates[0].1;
    let name = &candidates[0].0;
    let message = if is_client {
        format!("`{name}` of `{what}` is switched off: every request made with it may wait for ever")
    } else {
        format!("`{name}` of `{what}` is switched off: this request may wait for ever")
    };
    out.push(finding(
        &SS902,
        Confidence::Certain,
        file,
        facts.range(argument),
        message,
        "set the limit that fits the slowest answer you accept; to allow long transfers, limit the silence instead (`sock_read=30`, `read=120`)",
    ));
}

/// Whether some request made on a client is not limited in another way. With none in sight, it is.
fn client_is_unlimited(program: &Program, limits: &Limits<'_>, made: ExprRef) -> bool {
    let mut any = false;
    for file in program.inputs() {
        let facts = program.facts(file);
        // The client is used in its own file, or in one that imports something.
        if file != made.file && facts.imports.is_empty() {
            continue;
        }
        for (index, e) in facts.exprs.iter().enumerate() {
            let ExprKind::Call(callee, args) = e.kind else { continue };
            let ExprKind::Attribute(base, _) = facts.kind(callee) else { continue };
            if matches!(facts.kind(base), ExprKind::Str(_))
                || file != made.file && !matches!(facts.kind(base), ExprKind::Attribute(..) | ExprKind::Name(..))
            {
                continue;
            }
            let site = ExprRef { file, expr: ExprId(index as u32) };
            if site == made {
                continue;
            }
            let Some((receiver, _, _)) = limits.marked_receiver(site, "timeout") else { continue };
            if !program.made(file, receiver).calls.contains(&made) {
                continue;
            }
            let requests = functions_called(program, file, site.expr)
                .into_iter()
                .any(|f| program.mark(f, "network").is_some() || program.mark(f, "ai").is_some());
            if !requests {
                continue;
            }
            any = true;
            let own = facts.args(args).iter().any(|a| {
                matches!(a.kind, ArgKind::Keyword(n) if n.as_str().contains("timeout"))
                    && limits.given(file, a.value) != Given::Off
            });
            let streams = last_name(facts, site.expr)
                .is_some_and(|n| n.as_str().contains("stream") || n == "ws_connect")
                || facts.keyword(args, "stream").is_some_and(|s| facts.kind(s) == ExprKind::True);
            if !own && !streams && limits.unlimited(file, site.expr).is_some() {
                return true;
            }
        }
    }
    !any
}

/// SS903: a wait for something another task or a peer must do.
fn endless(
    exchanges: &Exchanges<'_, '_>,
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    expr: ExprId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    if !awaited(facts, expr) || exchanges.has_own_limit(file, expr) {
        return;
    }
    // SS901 has spoken.
    if out.iter().rev().any(|f| f.file == file && f.range == facts.range(expr)) {
        return;
    }
    let callees = functions_called(program, file, expr);
    if callees.is_empty() || !callees.iter().all(|&f| program.mark(f, "waits").is_some()) {
        return;
    }
    // A worker's or server's own loop waits for as long as there is nothing to do.
    let endless_loop = loops(facts, expr).iter().any(|l| match *l {
        Loop::While(_) => true,
        other => other.is_async(facts),
    });
    if endless_loop
        || last_name(facts, expr).is_some_and(|n| n == "serve_forever")
        || limits.unlimited(file, expr).is_none()
    {
        return;
    }
    let name = spelled(facts, expr);
    out.push(finding(
        &SS903,
        Confidence::Certain,
        file,
        facts.range(expr),
        format!("`{name}` waits for as long as it takes"),
        "where an answer is expected, put `async with asyncio.timeout(…)` around it",
    ));
}

/// SS904: `while not x: await sleep(…)`.
fn poll(program: &Program, file: FileId, function: FunctionId, stmt: StmtId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let StmtKind::While { test, body, .. } = facts.stmt(stmt).kind else { return };
    let mut statements = facts.block(body);
    let (Some(only), None) = (statements.next(), statements.next()) else { return };
    let StmtKind::Expr(value) = facts.stmt(only).kind else { return };
    let ExprKind::Await(call) = facts.kind(value) else { return };
    if sleep_argument(program, file, call).is_none() {
        return;
    }
    // State of this process: names and attributes, at most measured by a builtin.
    let own = exprs_in(facts, function, facts.range(test)).all(|e| match facts.kind(e) {
        ExprKind::Call(callee, _) => match facts.kind(callee) {
            ExprKind::Name(name, _) => matches!(name.as_str(), "len" | "bool" | "any" | "all" | "hasattr" | "getattr"),
            ExprKind::Attribute(_, name) => {
                matches!(name.as_str(), "is_set" | "done" | "empty" | "full" | "qsize" | "locked")
            }
            _ => false,
        },
        ExprKind::Await(_) => false,
        _ => true,
    });
    if !own || matches!(facts.kind(test), ExprKind::True | ExprKind::Int(_)) {
        return;
    }
    let head = TextRange::new(facts.stmt(stmt).range().start(), facts.range(test).end());
    out.push(finding(
        &SS904,
        Confidence::Likely,
        file,
        head,
        "this polls with `sleep` for something that this program itself brings about".into(),
        "set an `asyncio.Event` (or notify a `Condition`) where the state changes, and await it here",
    ));
}

/// Methods that change something on the other side.
fn writes(name: &str) -> bool {
    matches!(
        name,
        "post"
            | "put"
            | "patch"
            | "delete"
            | "insert_one"
            | "insert_many"
            | "update_one"
            | "update_many"
            | "delete_one"
            | "delete_many"
            | "replace_one"
            | "bulk_write"
            | "executemany"
            | "put_object"
            | "upload_file"
            | "upload_blob"
            | "publish"
            | "send_message"
            | "commit"
            | "write_text"
            | "write_bytes"
    )
}

/// The awaited writes of a function inside a place whose answers nobody looks at, outside transactions.
fn dropped_writes(program: &Program, file: FileId, function: FunctionId, within: TextRange) -> Vec<ExprId> {
    let facts = program.facts(file);
    let mut found = Vec::new();
    for stmt in stmts_in(facts, function, within) {
        let StmtKind::Expr(value) = facts.stmt(stmt).kind else { continue };
        let ExprKind::Await(call) = facts.kind(value) else { continue };
        let Some(name) = last_name(facts, call) else { continue };
        let known = functions_called(program, file, call);
        let requests = !known.is_empty() && known.iter().all(|&f| program.mark(f, "network").is_some());
        if !requests || !writes(name.as_str()) || in_transaction(facts, stmt) {
            continue;
        }
        found.push(call);
    }
    found
}

fn in_transaction(facts: &FileFacts, stmt: StmtId) -> bool {
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::With(index) => facts.withs[index as usize].items.iter().any(|item| {
            let name = spelled(facts, item.context);
            ["transaction", "begin", "begin_nested", "atomic", "pipeline"]
                .iter()
                .any(|t| name.rsplit('.').next() == Some(*t))
        }),
        _ => false,
    })
}

fn halfway(file: FileId, range: TextRange, what: String, places: Vec<TextRange>) -> Finding {
    let mut found = finding(
        &SS905,
        Confidence::Likely,
        file,
        range,
        what,
        "await `asyncio.shield(task)` under the limit and keep the task, or make the work one transaction, or limit its steps one by one",
    );
    found.labels =
        places.into_iter().map(|range| Label { range, text: "may be the last that happens".into() }).collect();
    found
}

/// SS905: `wait_for` around work of several steps, or a commit.
fn halfway_call(program: &Program, _limits: &Limits<'_>, file: FileId, expr: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(expr) else { return };
    let Some(work) = facts.positional(args, 0) else { return };
    if !matches!(facts.kind(work), ExprKind::Call(..)) {
        return;
    }
    if !functions_called(program, file, expr)
        .into_iter()
        .any(|f| program.mark(f, "limits_time").is_some() && program.mark(f, "cancel_scope").is_none())
    {
        return;
    }
    let callees = functions_called(program, file, work);
    let [callee] = callees[..] else { return };
    if program.origin(callee.file) == Origin::Stub {
        if program.function(callee).name == "commit" && program.mark(callee, "network").is_some() {
            let message = format!(
                "a limit around `{}`: when it strikes, nobody knows whether the commit happened",
                spelled(facts, work)
            );
            out.push(halfway(file, facts.range(expr), message, Vec::new()));
        }
        return;
    }
    let inner = program.facts(callee.file);
    let range = inner.function(callee.function).range;
    let steps = dropped_writes(program, callee.file, callee.function, range);
    if steps.len() >= 2 {
        let message = format!(
            "the limit may strike between the steps of `{}` and leave its work half done",
            spelled(facts, work)
        );
        let mut found = halfway(file, facts.range(expr), message, Vec::new());
        found.chain = steps
            .iter()
            .map(|&step| Hop {
                file: callee.file,
                range: inner.range(step),
                function: program.function_name(callee),
                text: format!("changes something: `{}`", spelled(inner, step)),
            })
            .collect();
        out.push(found);
    }
}

/// SS905: `async with timeout(…)` around several writes.
fn halfway_block(
    program: &Program,
    _limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    stmt: StmtId,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let StmtKind::With(index) = facts.stmt(stmt).kind else { return };
    let with = &facts.withs[index as usize];
    let Some(item) = with.items.iter().find(|i| {
        matches!(facts.kind(i.context), ExprKind::Call(..)) && calls_marked(program, file, i.context, "limits_time")
    }) else {
        return;
    };
    let Some(range) = block_range(facts, with.body) else { return };
    let steps = dropped_writes(program, file, function, range);
    if steps.len() >= 2 {
        let places = steps.iter().map(|&s| facts.range(s)).collect();
        out.push(halfway(
            file,
            facts.range(item.context),
            "the limit may strike between the steps of this block and leave its work half done".into(),
            places,
        ));
    }
}
