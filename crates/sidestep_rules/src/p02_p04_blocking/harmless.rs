//! Blocking that harms nobody: what returns at once after all, runs once, or runs where nothing else is on the loop.
//!
//! Pitfalls 2 and 4 ask here before they speak.

use crate::finding::Confidence;
use crate::p02_p04_blocking::small_files::{is_only_blocking, is_whole_tree, lists_one_folder};
use crate::p02_p04_blocking::{blocks, is_argument, kind};
use crate::support::*;
use sidestep_facts::{
    BindingKind, CmpOp, Expr, ExprId, ExprKind, FileFacts, FunctionId, Ranged as _, StmtId, StmtKind,
};
use sidestep_program::{Effect, FileId, FunctionRef, Program, Site, Step, Target, Value};

/// Whether what blocks at a place returns at once after all.
pub fn returns_at_once(program: &Program, function: FunctionRef, expr: ExprId, kind: &str) -> bool {
    let facts = program.facts(function.file);
    match kind {
        "sleep" => is_zero(facts, expr),
        "thread" => is_asked_first(program, function, expr) || is_done_already(facts, expr),
        "network" => {
            expects_not_to_block(facts, expr)
                || stays_local(facts, expr)
                || is_told_not_to_wait(facts, expr)
                || never_blocks(facts, expr)
                || is_polled(facts, expr)
        }
        "subprocess" => is_after_kill(program, function, expr) || is_gone(facts, expr),
        "http" => is_loaded(program, function, expr),
        "database" => is_database_in_memory(program, function.file, database_of(facts, expr), 0),
        "file" => {
            lists_one_folder(facts, expr) && is_only_blocking(program, function, expr)
                || expects_not_to_block(facts, expr)
                || is_on_pipe(program, function, expr)
                || is_null_device(facts, expr)
        }
        _ => false,
    }
}

/// The object whose method a call calls, and the method's name.
pub fn method_of(facts: &FileFacts, call: ExprId) -> Option<(ExprId, &'static str)> {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Attribute(receiver, name) = facts.kind(callee) else { return None };
    Some((receiver, name.as_str()))
}

/// The connection or cursor that a place uses: a method's receiver, or what is entered or iterated.
fn database_of(facts: &FileFacts, expr: ExprId) -> ExprId {
    method_of(facts, expr).map_or(expr, |(receiver, _)| receiver)
}

/// Whether a connection, or what came out of one, is to a database in memory: `sqlite3.connect(":memory:")`.
fn is_database_in_memory(program: &Program, file: FileId, expr: ExprId, depth: u32) -> bool {
    let facts = program.facts(file);
    if depth > 5 {
        return false;
    }
    match facts.kind(expr) {
        ExprKind::Call(callee, args) => {
            let opens =
                matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "connect");
            let says = |a: ExprId| matches!(facts.kind(a), ExprKind::Str(text) if text == ":memory:");
            opens && facts.positional(args, 0).or(facts.keyword(args, "database")).is_some_and(says)
                || method_of(facts, expr).is_some_and(|(base, _)| is_database_in_memory(program, file, base, depth + 1))
        }
        ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
            let bindings = facts.bindings_in(home, name);
            !bindings.is_empty()
                && bindings.iter().all(|b| match b.kind {
                    BindingKind::Assign(made) | BindingKind::Context(made, ..) | BindingKind::Element(made, ..) => {
                        is_database_in_memory(program, file, made, depth + 1)
                    }
                    _ => false,
                })
        }),
        ExprKind::Attribute(base, attr) => {
            let Value::Instance(class, _) = *program.get(program.value(file, base)) else { return false };
            let owners = program.mro(class);
            let mut made = owners
                .iter()
                .flat_map(|&owner| program.self_writes(owner, attr).iter().map(move |w| (owner.file, &w.kind)))
                .peekable();
            made.peek().is_some()
                && made.all(|(file, kind)| match kind {
                    BindingKind::Assign(made) | BindingKind::Annotated(_, Some(made)) => {
                        is_database_in_memory(program, file, *made, depth + 1)
                    }
                    _ => false,
                })
        }
        _ => false,
    }
}

/// Whether `wait` or `communicate` comes after `kill` of the same process: it is gone, or will be in a moment.
fn is_after_kill(program: &Program, function: FunctionRef, call: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some((process, _)) = method_of(facts, call) else { return false };
    let (Some(process), Some(stmt)) = (facts.dotted(process), facts.stmt_of(call)) else { return false };
    let kills: Vec<_> = facts
        .exprs_of(function.function)
        .filter(|&e| matches!(method_of(facts, e), Some((p, "kill")) if facts.dotted(p) == Some(process.clone())))
        .map(|e| facts.range(e))
        .collect();
    !kills.is_empty()
        && std::iter::once(stmt).chain(facts.enclosing(stmt)).any(|at| {
            program.block_around(function, at).into_iter().take_while(|&before| before != at).any(|before| {
                let s = facts.stmt(before);
                !matches!(s.kind, StmtKind::If { .. }) && kills.iter().any(|&kill| s.range().contains_range(kill))
            })
        })
}

/// Whether a process has been asked whether it is gone: `if process.poll() is not None`.
fn is_gone(facts: &FileFacts, call: ExprId) -> bool {
    let Some((process, _)) = method_of(facts, call) else { return false };
    let (Some(process), Some(stmt)) = (facts.dotted(process), facts.stmt_of(call)) else { return false };
    facts.enclosing(stmt).any(|outer| {
        let StmtKind::If { test, body, .. } = facts.stmt(outer).kind else { return false };
        let ExprKind::Compare(CmpOp::IsNot, list) = facts.kind(test) else { return false };
        let asks =
            |e: ExprId| matches!(method_of(facts, e), Some((p, "poll")) if facts.dotted(p).as_ref() == Some(&process));
        facts.expr_list(list).any(asks)
            && facts.block(body).any(|s| facts.stmt(s).range().contains_range(facts.range(call)))
    })
}

/// Whether the response whose body a place reads has come with it: only what was asked for as a stream is read piece by piece.
fn is_loaded(program: &Program, function: FunctionRef, call: ExprId) -> bool {
    const ASKS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "request"];
    let facts = program.facts(function.file);
    let Some((response, method)) = method_of(facts, call) else { return false };
    if method != "read" && !method.starts_with("iter_") {
        return false;
    }
    let ExprKind::Name(name, scope) = facts.kind(response) else { return false };
    let comes_whole = |made: ExprId| {
        let made = match facts.kind(made) {
            ExprKind::Await(asked) => asked,
            _ => made,
        };
        let ExprKind::Call(callee, args) = facts.kind(made) else { return false };
        let name = match facts.kind(callee) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            _ => return false,
        };
        ASKS.contains(&name.as_str()) && facts.keyword(args, "stream").is_none()
    };
    let is_httpx = matches!(program.get(program.value(function.file, response)), Value::Instance(class, _)
        if program.module_name(class.file).as_str().starts_with("httpx"));
    is_httpx
        && facts.resolve(scope, name).is_some_and(|home| {
            let bindings = facts.bindings_in(home, name);
            !bindings.is_empty()
                && bindings.iter().all(|b| matches!(b.kind, BindingKind::Assign(made) if comes_whole(made)))
        })
}

/// Whether a future came out of `as_completed`, so that its result is there.
fn is_done_already(facts: &FileFacts, call: ExprId) -> bool {
    let Some((future, "result" | "exception")) = method_of(facts, call) else { return false };
    let ExprKind::Name(name, scope) = facts.kind(future) else { return false };
    facts.resolve(scope, name).is_some_and(|home| {
        facts.bindings_in(home, name).iter().any(|b| {
            let (BindingKind::Element(from, ..) | BindingKind::Assign(from)) = b.kind else { return false };
            let ExprKind::Call(callee, _) = facts.kind(from) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "as_completed")
        })
    })
}

/// Whether a socket has nobody to wait for: it is one of the same machine or one without connections, or a name that is looked
/// up is known to be a number.
fn stays_local(facts: &FileFacts, call: ExprId) -> bool {
    const WORDS: [&str; 5] = ["SOCK_DGRAM", "AF_UNIX", "AI_NUMERICHOST", "AI_NUMERICSERV", "NI_NUMERICHOST"];
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    let says = |expr: ExprId| {
        let range = facts.range(expr);
        facts.exprs_of(facts.function_of(expr)).any(|e| {
            range.contains_range(facts.range(e))
                && matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if WORDS.contains(&n.as_str()))
        })
    };
    // Directly, or through a name for it.
    let is_said = |expr: ExprId| match facts.kind(expr) {
        ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
            facts.bindings_in(home, name).iter().any(|b| match b.kind {
                BindingKind::Assign(made) | BindingKind::Context(made, ..) => says(made),
                _ => false,
            })
        }),
        _ => says(expr),
    };
    facts.args(args).iter().any(|a| is_said(a.value))
        || method_of(facts, call).is_some_and(|(socket, _)| is_said(socket))
}

/// Whether a function does the same in a thread where it can: the other branch, or what comes after a branch that leaves, hands
/// it to one. Then the branch at hand is for when there is no thread, or for what is too little to be worth one.
pub fn has_thread_beside(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some(summary) = program.effects().summary(function) else { return false };
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let called = match facts.kind(expr) {
        ExprKind::Call(callee, _) => facts.dotted(callee),
        _ => None,
    };
    let does_same = |statements: &[StmtId]| {
        let here = |e: ExprId| statements.iter().any(|&s| facts.stmt(s).range().contains_range(facts.range(e)));
        summary.handed.iter().any(|h| {
            h.mark == "InThread"
                && here(h.call)
                && h.functions.iter().any(|&f| {
                    program.has_effect(f, Effect::Blocks) || program.effects().witness(f, Effect::Blocks).is_some()
                })
        }) || called.as_ref().is_some_and(|called| {
            facts.exprs_of(function.function).any(|e| {
                here(e)
                    && is_argument(facts, e)
                    && facts.dotted(e).as_ref() == Some(called)
                    && is_awaited_around(facts, e)
            })
        })
    };
    std::iter::once(stmt).chain(facts.enclosing(stmt)).any(|at| {
        let Some(parent) = facts.stmt(at).parent() else { return false };
        if let StmtKind::Try(index) = facts.stmt(parent).kind {
            // Where no thread can be started any more.
            let guarded = &facts.tries[index as usize];
            let is_refusal = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if n == "RuntimeError");
            let in_handler = guarded
                .handlers
                .iter()
                .any(|h| h.exception.is_some_and(is_refusal) && facts.block(h.body).any(|s| s == at));
            return in_handler && does_same(&facts.block(guarded.body).collect::<Vec<_>>());
        }
        let StmtKind::If { test, body, orelse } = facts.stmt(parent).kind else { return false };
        if !is_about_threads(facts, test) {
            return false;
        }
        let (mine, other) = if facts.block(body).any(|s| s == at) { (body, orelse) } else { (orelse, body) };
        let other: Vec<StmtId> = facts.block(other).collect();
        let after = || -> Vec<StmtId> {
            program.block_around(function, parent).into_iter().skip_while(|&s| s != parent).skip(1).collect()
        };
        does_same(&other) || program.leaves(function, mine) && does_same(&after())
    })
}

/// Whether a test asks for a thread, or how much there is to do.
fn is_about_threads(facts: &FileFacts, test: ExprId) -> bool {
    const WORDS: [&str; 6] = ["executor", "thread", "threads", "threaded", "pool", "memory"];
    let says = |name: &str| name.to_ascii_lowercase().split(['.', '_']).any(|w| WORDS.contains(&w));
    match facts.kind(test) {
        ExprKind::Compare(CmpOp::Less | CmpOp::Greater, _) => true,
        ExprKind::Compare(_, list) => facts.expr_list(list).any(|e| facts.dotted(e).is_some_and(|d| says(&d))),
        ExprKind::Not(inner) => is_about_threads(facts, inner),
        _ => facts.dotted(test).is_some_and(|d| says(&d)),
    }
}

/// Whether an argument belongs to a call that is awaited, or to one inside such a call: `await wait_for(to_thread(f, x), 5)`.
fn is_awaited_around(facts: &FileFacts, argument: ExprId) -> bool {
    facts.ancestors(argument).any(|outer| matches!(facts.kind(outer), ExprKind::Await(_)))
}

/// Whether a call passes a file that is open already, which is reported where it is opened, or a buffer in memory, to what only
/// reads or writes it.
pub fn reads_what_is_open(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    const ACCESS: [&str; 12] = [
        "read",
        "read1",
        "readinto",
        "readline",
        "readlines",
        "peek",
        "write",
        "writelines",
        "flush",
        "load",
        "dump",
        "__next__",
    ];
    let facts = program.facts(function.file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    ACCESS.contains(&program.function(end).name.as_str())
        && facts.args(args).iter().any(|a| {
            is_handle(program, function, a.value)
                || matches!(facts.kind(a.value), ExprKind::Name(..))
                    && !is_text(program, function, a.value)
                    && program.is_in_memory(function.file, a.value, 0)
        })
}

/// Whether a value is a text, or bytes: what is written, not what is written to.
fn is_text(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let value = program.value(function.file, expr);
    program.alternatives(value).into_iter().any(|part| match program.get(part) {
        Value::Instance(class, _) => ["str", "bytes", "bytearray"].contains(&program.class(*class).name.as_str()),
        Value::Str(_) | Value::None => true,
        _ => false,
    })
}

/// Whether an expression runs before anything else can be on the loop: first thing in a function that only starters of loops run.
pub fn is_started_alone(program: &Program, function: FunctionRef, expr: ExprId, kind: &str) -> bool {
    if !matches!(kind, "file" | "database") {
        return false;
    }
    let facts = program.facts(function.file);
    let at = facts.range(expr).start();
    let is_repeated = facts.stmt_of(expr).is_some_and(|stmt| {
        facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::While { .. } | StmtKind::For(_)))
    });
    let is_first = !is_repeated
        && !facts
            .exprs_of(function.function)
            .any(|e| matches!(facts.kind(e), ExprKind::Await(_)) && facts.range(e).start() < at)
        && !facts.stmts_of(function.function).any(|s| {
            facts.stmt(s).range().start() < at
                && match facts.stmt(s).kind {
                    StmtKind::With(i) => facts.withs[i as usize].is_async,
                    StmtKind::For(i) => facts.fors[i as usize].is_async,
                    _ => false,
                }
        });
    is_first && is_only_started(program, function)
}

/// Whether all that runs a function is what starts a loop for it: `asyncio.run(main())`.
pub fn is_only_started(program: &Program, function: FunctionRef) -> bool {
    let calls = starts_of(program, function);
    !calls.is_empty()
        && calls.iter().all(|&(file, call)| {
            let facts = program.facts(file);
            let Use::Expr(outer) = use_of(facts, call) else { return false };
            program
                .callees(file, outer)
                .targets
                .iter()
                .any(|t| matches!(t, Target::Function(f, _) if starts_loop(program, *f)))
        })
}

/// The places that call a function.
fn starts_of(program: &Program, function: FunctionRef) -> Vec<(FileId, ExprId)> {
    let facts = program.facts(function.file);
    let mut calls: Vec<(FileId, ExprId)> =
        program.effects().callers(function).iter().map(|&(caller, call)| (caller.file, call)).collect();
    let f = facts.function(function.function);
    if calls.is_empty() && f.parent != FunctionId::MODULE && f.class.is_none() {
        // Of a function in a plain one that nothing async reaches, nobody keeps the callers.
        let named = (0..facts.exprs.len() as u32).map(ExprId).filter(|&e| {
            matches!(facts.kind(e), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) if n == f.name))
        });
        calls = named.map(|call| (function.file, call)).collect();
    }
    calls
}

/// Whether a function starts a loop, by itself or through others.
fn starts_loop(program: &Program, function: FunctionRef) -> bool {
    let by_itself = |f: FunctionRef| {
        program.has_effect(f, Effect::StartsLoop) || program.effects().witness(f, Effect::StartsLoop).is_some()
    };
    // Of a function that nothing async reaches, nobody keeps what it does.
    let facts = program.facts(function.file);
    by_itself(function)
        || facts.exprs_of(function.function).filter(|&e| matches!(facts.kind(e), ExprKind::Call(..))).any(|e| {
            let targets = program.callees(function.file, e).targets;
            targets.iter().any(|t| matches!(t, Target::Function(f, _) if by_itself(*f)))
        })
}

/// Whether a place only prepares an exception: the branch that it stands in ends by raising one.
pub fn is_for_error(program: &Program, function: FunctionRef, expr: ExprId, kind: &str) -> bool {
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let is_branch =
        facts.stmt(stmt).parent().is_some_and(|parent| matches!(facts.stmt(parent).kind, StmtKind::If { .. }));
    let raises = |&last: &StmtId| matches!(facts.stmt(last).kind, StmtKind::Raise(Some(_), ..));
    matches!(kind, "file" | "network" | "cpu")
        && is_branch
        && program.block_around(function, stmt).last().is_some_and(raises)
}

/// Whether a function is all that runs on a loop, in a thread of its own: nobody else waits.
fn is_alone_in_thread(program: &Program, function: FunctionRef) -> bool {
    let is_thread = |by: FunctionRef| {
        is_given_to_thread(program, by)
            || program.function(by).name == "run"
                && program
                    .class_of(by)
                    .is_some_and(|c| program.mro(c).iter().any(|&base| program.is_class(base, "threading", "Thread")))
    };
    let starts = starts_of(program, function);
    is_only_started(program, function)
        && starts.iter().all(|&(file, call)| is_thread(program.function_of(file, call)))
        && !starts_second(program.facts(function.file))
}

/// Whether a function of a function is what a thread is made for: `Thread(target=work)`, `Thread(target=context.run, args=(work,))`.
fn is_given_to_thread(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let f = facts.function(function.function);
    f.parent != FunctionId::MODULE
        && facts.exprs_of(f.parent).any(|e| {
            let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
            let names = |value: ExprId| {
                let range = facts.range(value);
                facts.exprs_of(f.parent).any(|e| {
                    range.contains_range(facts.range(e)) && matches!(facts.kind(e), ExprKind::Name(n, _) if n == f.name)
                })
            };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "Thread")
                && facts.args(args).iter().any(|a| names(a.value))
        })
}

/// Whether a program ends right after a place: `sys.exit()` closes its block.
pub fn ends_program(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let Some(&last) = program.block_around(function, stmt).last() else { return false };
    match facts.stmt(last).kind {
        StmtKind::Expr(call) => {
            let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
            // `kill_process_tree(os.getpid())`
            let is_own = |process: ExprId| {
                let ExprKind::Call(asks, _) = facts.kind(process) else { return false };
                facts.dotted(asks).as_deref() == Some("os.getpid")
            };
            facts.dotted(callee).is_some_and(|name| {
                matches!(name.as_str(), "sys.exit" | "os._exit")
                    || name.contains("kill") && facts.args(args).first().is_some_and(|a| is_own(a.value))
            })
        }
        StmtKind::Raise(Some(raised), ..) => {
            let class = match facts.kind(raised) {
                ExprKind::Call(callee, _) => callee,
                _ => raised,
            };
            matches!(facts.kind(class), ExprKind::Name(n, _) if n == "SystemExit")
        }
        _ => false,
    }
}

/// Whether a method is that of any open file, in memory or not: whoever passed it knows.
pub fn is_any_handle(program: &Program, method: FunctionRef) -> bool {
    program.module_name(method.file) == "typing"
}

/// Whether the program has classes of its own that do this method otherwise than the library's class says.
pub fn is_interface(program: &Program, method: FunctionRef) -> bool {
    let Some(class) = program.class_of(method) else { return false };
    let name = program.function(method).name;
    program.subclasses(class).iter().filter(|sub| program.is_input(sub.file)).any(|&sub| {
        program
            .own_method(sub, name.as_str())
            .is_some_and(|own| !program.is_abstract(own) && program.effects().witness(own, Effect::Blocks).is_none())
    })
}

/// Whether a method of a library's class runs what a class of the program does, and nothing there blocks: `Retriever(pages).invoke("")`.
pub fn is_own_work(program: &Program, function: FunctionRef, call: ExprId, method: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let Some((receiver, _)) = method_of(facts, call) else { return false };
    let Value::Instance(class, _) = *program.get(program.value(function.file, receiver)) else { return false };
    let is_base = program.class_of(method).is_some_and(|c| program.class(c).name.as_str().starts_with("Base"));
    let blocks = |f: FunctionRef| program.effects().witness(f, Effect::Blocks).is_some();
    is_base && program.is_input(class.file) && !program.methods(class).into_iter().any(blocks)
}

/// Whether a wait for another thread stands behind a question whether there is anything to wait for: `future.result()` after
/// `future.done()`, `queue.get()` after `queue.empty()`.
pub fn is_asked_first(program: &Program, function: FunctionRef, call: ExprId) -> bool {
    let facts = program.facts(function.file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return false };
    let Some(receiver) = facts.dotted(receiver) else { return false };
    let asks = |test: ExprId| asks_of(facts, test, &receiver);
    let in_expression = facts.ancestors(call).any(|outer| match facts.kind(outer) {
        ExprKind::IfElse(list) | ExprKind::And(list) => facts.expr_list(list).next().is_some_and(asks),
        _ => false,
    });
    let Some(stmt) = facts.stmt_of(call) else { return in_expression };
    let around = facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::If { test, .. } | StmtKind::While { test, .. } => asks(test),
        _ => false,
    });
    in_expression
        || around
        || program.block_around(function, stmt).into_iter().take_while(|&before| before != stmt).any(|before| {
            match facts.stmt(before).kind {
                StmtKind::If { test, body, .. } => program.leaves(function, body) && asks(test),
                // `while queue.empty(): await sleep(0.1)`
                StmtKind::Assert(test, _) | StmtKind::While { test, .. } => asks(test),
                _ => false,
            }
        })
}

/// Whether a test asks a receiver whether there is anything to wait for; other reasons beside it (`or`) answer nothing.
fn asks_of(facts: &FileFacts, test: ExprId, receiver: &str) -> bool {
    match facts.kind(test) {
        ExprKind::Not(inner) => asks_of(facts, inner, receiver),
        ExprKind::And(list) => facts.expr_list(list).any(|part| asks_of(facts, part, receiver)),
        ExprKind::Compare(_, list) => facts.expr_list(list).any(|part| asks_of(facts, part, receiver)),
        // One of the pipes that `select` found readable: `ready is queue._reader`.
        ExprKind::Attribute(of, pipe) if pipe == "_reader" => facts.dotted(of).as_deref() == Some(receiver),
        ExprKind::Call(asked, _) => {
            let ExprKind::Attribute(of, question) = facts.kind(asked) else { return false };
            matches!(question.as_str(), "done" | "empty" | "qsize" | "is_alive" | "is_set" | "cancelled")
                && facts.dotted(of).as_deref() == Some(receiver)
        }
        _ => false,
    }
}

/// Whether a call is a method of a socket that the same file makes one that never blocks: `self.socket.setblocking(False)`.
fn never_blocks(facts: &FileFacts, call: ExprId) -> bool {
    let Some(socket) = method_of(facts, call).and_then(|(socket, _)| facts.dotted(socket)) else { return false };
    facts.exprs.iter().any(|e| {
        let ExprKind::Call(callee, args) = e.kind else { return false };
        let ExprKind::Attribute(of, method) = facts.kind(callee) else { return false };
        method == "setblocking"
            && facts.positional(args, 0).is_some_and(|value| facts.kind(value) == ExprKind::False)
            && facts.dotted(of).as_deref() == Some(&socket)
    })
}

/// Whether a call receives from a socket that the same file has a poller watch: `poller.register(self.socket, zmq.POLLIN)`.
fn is_polled(facts: &FileFacts, call: ExprId) -> bool {
    let Some((socket, method)) = method_of(facts, call) else { return false };
    let Some(socket) = facts.dotted(socket) else { return false };
    method.starts_with("recv") && facts.exprs.iter().any(|e| {
        let ExprKind::Call(callee, args) = e.kind else { return false };
        matches!(facts.kind(callee), ExprKind::Attribute(_, name) if matches!(name.as_str(), "register" | "add_reader"))
            && facts.positional(args, 0).is_some_and(|watched| facts.dotted(watched).as_ref() == Some(&socket))
    })
}

/// Whether a call is told not to wait: `socket.recv(zmq.NOBLOCK)`.
fn is_told_not_to_wait(facts: &FileFacts, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    facts.args(args).iter().any(|a| {
        matches!(facts.kind(a.value), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
            if matches!(n.as_str(), "NOBLOCK" | "DONTWAIT" | "MSG_DONTWAIT"))
    })
}

/// Whether a call opens what takes everything and keeps nothing: `open(os.devnull, "w")`.
fn is_null_device(facts: &FileFacts, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    facts.positional(args, 0).is_some_and(|path| match facts.kind(path) {
        ExprKind::Str(text) => text == "/dev/null",
        _ => facts.dotted(path).as_deref() == Some("os.devnull"),
    })
}

/// Whether a place reads or writes a file descriptor where descriptors are told not to block.
fn is_on_pipe(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let says = |e: &Expr| {
        let ExprKind::Call(callee, args) = e.kind else { return false };
        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "set_blocking")
            && facts.positional(args, 1).is_some_and(|blocking| facts.kind(blocking) == ExprKind::False)
    };
    matches!(method_of(facts, expr), Some((_, "read" | "write" | "readinto" | "readv" | "writev")))
        && facts.exprs.iter().any(says)
}

/// Whether a handler around a call is for what a socket raises instead of blocking.
pub fn expects_not_to_block(facts: &FileFacts, call: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(call) else { return false };
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => facts.tries[index as usize].handlers.iter().filter_map(|h| h.exception).any(|caught| {
            let classes: Vec<ExprId> = match facts.kind(caught) {
                ExprKind::Tuple(list) => facts.expr_list(list).collect(),
                _ => vec![caught],
            };
            classes.into_iter().any(|c| {
                matches!(facts.kind(c), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                    if matches!(n.as_str(), "BlockingIOError" | "SSLWantReadError" | "SSLWantWriteError"))
            })
        }),
        _ => false,
    })
}

/// Whether a function runs while a program starts or ends: nothing else is on the loop yet, or still.
pub fn is_start_up(program: &Program, function: FunctionRef, end: FunctionRef, kind: &str, depth: u32) -> bool {
    let name = program.function(function).name.as_str().trim_start_matches('_');
    let is_whole = is_whole_tree(program, end);
    match name {
        name if name.contains("lifespan") || name.ends_with("_startup") => return true,
        "startup" | "startup_event" => return true,
        // `setup(bot)` of an extension, `init_storage`.
        name if matches!(kind, "file" | "database")
            && !is_whole
            && (matches!(
                name.split('_').next(),
                Some("setup" | "init" | "initialize" | "initialise" | "bootstrap")
            ) || name.contains("warmup")) =>
        {
            return true;
        }
        "shutdown" | "on_shutdown" | "shutdown_event" => return true,
        "start" | "stop" | "initialize" | "teardown" | "bootstrap" | "start_webhook" | "start_server" | "aexit__"
            if matches!(kind, "file" | "database") =>
        {
            return true;
        }
        // What an object keeps in a file, read and written once in its life.
        "open" | "close" | "aclose" | "close_async" if kind == "file" && !is_whole => {
            return true;
        }
        _ => {}
    }
    // Tests call whatever they like.
    let callers = program.effects().callers(function);
    let callers: Vec<_> = callers.iter().filter(|(caller, _)| !is_test(program, caller.file)).collect();
    depth < 2
        && !callers.is_empty()
        && callers.iter().all(|(caller, call)| {
            // A task that is started then goes on when the start is over.
            program.function(*caller).is_async
                && is_awaited(program.facts(caller.file), *call)
                && *caller != function
                && is_start_up(program, *caller, end, kind, depth + 1)
        })
}

/// Whether a function is what a file runs when it is started by itself (`if __name__ == "__main__"`), and nothing in the file puts
/// a second thing on the loop.
fn is_main_program(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let is_started = facts.stmts_of(FunctionId::MODULE).any(|s| match facts.stmt(s).kind {
        StmtKind::If { test, .. } => {
            let ExprKind::Compare(_, list) = facts.kind(test) else { return false };
            facts.expr_list(list).any(|e| matches!(facts.kind(e), ExprKind::Str(text) if text == "__main__"))
        }
        _ => false,
    });
    is_started && is_only_started(program, function) && !starts_second(facts)
}

/// Whether a file puts more than one thing on a loop.
fn starts_second(facts: &FileFacts) -> bool {
    const SECOND: [&str; 9] = [
        "create_task",
        "ensure_future",
        "gather",
        "TaskGroup",
        "start_server",
        "start_soon",
        "create_task_group",
        "run_coroutine_threadsafe",
        "run_forever",
    ];
    facts.exprs.iter().any(|e: &Expr| {
        let ExprKind::Call(callee, _) = e.kind else { return false };
        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if SECOND.contains(&n.as_str()))
    })
}

/// Whether only programs for the command line run a function.
fn is_for_script(program: &Program, function: FunctionRef, depth: u32) -> bool {
    is_run_by(program, function, depth, &|f| is_script(program, f.file) || is_main_program(program, f))
}

/// Whether all ways to a function begin in functions that something holds of.
fn is_run_by(program: &Program, function: FunctionRef, depth: u32, holds: &dyn Fn(FunctionRef) -> bool) -> bool {
    let callers = program.effects().callers(function);
    holds(function)
        || depth < 5
            && !callers.is_empty()
            && callers.iter().all(|(c, _)| *c != function && is_run_by(program, *c, depth + 1, holds))
}

/// Whether a function is one of a management command, as frameworks lay them out: `commands/migrate.py`.
fn in_commands(program: &Program, function: FunctionRef) -> bool {
    program.path(function.file).parent().and_then(|p| p.file_name()).is_some_and(|folder| folder == "commands")
}

/// Whether a function belongs to what measures a program: `benchmarks/serving.py`.
fn in_benchmarks(program: &Program, function: FunctionRef) -> bool {
    let path = program.path(function.file);
    let mut folders = path.parent().into_iter().flat_map(|p| p.components()).filter_map(|c| c.as_os_str().to_str());
    folders.any(|f| matches!(f, "benchmark" | "benchmarks"))
}

/// Whether a function belongs to a migration: of data or tables, once after an update, before the program works.
fn is_migration(program: &Program, function: FunctionRef) -> bool {
    let path = program.path(function.file);
    let folders = path.parent().into_iter().flat_map(|p| p.components()).filter_map(|c| c.as_os_str().to_str());
    let name = program.function(function).name.as_str().trim_start_matches('_');
    folders.into_iter().any(|f| matches!(f, "migration" | "migrations"))
        || matches!(name.split('_').next(), Some("migrate" | "migration"))
}

/// Where blocking is harmless or usual, it is not shown by default.
pub fn quiet(
    program: &Program,
    function: FunctionRef,
    end: FunctionRef,
    finding: &mut crate::Finding,
    kind: &str,
    step: Step,
) {
    if is_start_up(program, function, end, kind, 0) || is_alone_in_thread(program, function) {
        finding.confidence(Confidence::Possible);
    }
    // Whoever runs a cell of a notebook waits for its work anyhow; for a sleep nobody needs to.
    if function.function == FunctionId::MODULE && kind != "sleep" {
        finding.confidence(Confidence::Possible);
    }
    if matches!(kind, "file" | "database") && is_migration(program, function) {
        finding.confidence(Confidence::Possible);
    }
    // The client of a test runs the program that it asks.
    if program.class_of(end).is_some_and(|c| program.class(c).name == "TestClient") {
        finding.confidence(Confidence::Possible);
    }
    // Nobody waits for a test's own loop.
    if is_test(program, function.file) && !matches!(kind, "sleep" | "http" | "ai") {
        finding.confidence(Confidence::Possible);
    }
    // A benchmark measures, and does nothing beside.
    if in_benchmarks(program, function) && kind != "sleep" {
        finding.confidence(Confidence::Possible);
    }
    // So is the main program of a file that puts nothing beside it on the loop.
    if kind != "sleep" && is_run_by(program, function, 0, &|f| is_main_program(program, f)) {
        finding.confidence(Confidence::Possible);
    }
    // A command of a command line is alone on its loop.
    let is_command = matches!(kind, "file" | "input") && in_commands(program, function);
    if is_command || is_for_script(program, function, 0) && matches!(kind, "file" | "subprocess" | "input" | "cpu") {
        finding.confidence(Confidence::Possible);
    }
    // Who asks somebody at a terminal has to wait for the answer, and the program for both, unless it does something beside.
    if asks_at_terminal(program, function)
        && !is_served(program, function)
        && !starts_second(program.facts(function.file))
    {
        finding.confidence(Confidence::Possible);
    }
    // A lock that is held for a moment only, by code that never waits, blocks for that moment.
    if kind == "thread" && step == Step::Enter && !is_executor(program, end) {
        finding.confidence(Confidence::Possible);
    }
}

/// A method of a pool of threads: leaving its `with` waits for all that was handed to it.
fn is_executor(program: &Program, end: FunctionRef) -> bool {
    program.class_of(end).is_some_and(|class| program.class(class).name.as_str().ends_with("Executor"))
}

/// Whether a function waits for the keyboard itself.
fn asks_at_terminal(program: &Program, function: FunctionRef) -> bool {
    program.effects().summary(function).is_some_and(|summary| {
        summary.sites.iter().flat_map(|s| &s.targets).any(|&t| blocks(program, t).is_some_and(|m| kind(&m) == "input"))
    })
}

/// Whether a framework calls a function, for many at a time.
pub fn is_served(program: &Program, function: FunctionRef) -> bool {
    program.is_decorated(function, "on_loop") || program.is_decorated(function, "in_thread")
}

pub fn is_zero(facts: &FileFacts, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    facts.positional(args, 0).is_some_and(|value| facts.number(value) == Some(0.0))
}

/// Whether a read or write belongs to an `open` in the same function, which is the one finding for both.
pub fn belongs_to_open(program: &Program, function: FunctionRef, site: &Site) -> bool {
    let facts = program.facts(function.file);
    let receiver = match (site.step, facts.kind(site.expr)) {
        (Step::Call, ExprKind::Call(callee, args)) => match facts.kind(callee) {
            ExprKind::Attribute(value, _) => value,
            // `json.load(handle)`
            _ => match facts.args(args).iter().find(|a| is_handle(program, function, a.value)) {
                Some(arg) => arg.value,
                None => return false,
            },
        },
        (Step::Enter | Step::Iterate, _) => site.expr,
        _ => return false,
    };
    let receiver = if site.step == Step::Call && !is_handle(program, function, receiver) {
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { return false };
        match facts.args(args).iter().find(|a| is_handle(program, function, a.value)) {
            Some(arg) => arg.value,
            None => receiver,
        }
    } else {
        receiver
    };
    if site.step == Step::Enter && opens(program, function, receiver) {
        return true;
    }
    is_handle(program, function, receiver)
}

fn is_handle(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    if opens(program, function, expr) {
        return true;
    }
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return false };
    let Some(home) = facts.resolve(scope, name) else { return false };
    facts.bindings_in(home, name).iter().any(|b| match b.kind {
        BindingKind::Assign(value) | BindingKind::Context(value, ..) | BindingKind::Element(value, ..) => {
            facts.function_of(value) == function.function
                && (opens(program, function, value)
                    || matches!(facts.kind(value), ExprKind::Name(n, _) if n != name)
                        && is_handle(program, function, value))
        }
        _ => false,
    })
}

/// Whether an expression is a call that blocks on a file itself, and is reported there.
fn opens(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let Some(summary) = program.effects().summary(function) else { return false };
    summary.sites.iter().any(|s| {
        s.expr == expr
            && s.step == Step::Call
            && s.targets.iter().any(|&t| blocks(program, t).is_some_and(|m| kind(&m) == "file" && !m.flag("quick")))
    })
}

/// Whether an expression runs the first time only: behind a test of state that the function itself then sets, or in a
/// function whose results are kept.
pub fn is_done_once(
    program: &Program,
    function: FunctionRef,
    expr: ExprId,
    next: Option<FunctionRef>,
    by_itself: bool,
) -> bool {
    if is_memoised(program, function) {
        return true;
    }
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    // Set here, or by the function of the same file that is called for it.
    let own = by_itself.then_some(function);
    let setters = own.into_iter().chain(next.filter(|n| n.file == function.file));
    let is_set = |state: &str| setters.clone().any(|setter| sets_state(facts, setter, state));
    let inside = facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::If { test, .. } => tested_state(facts, test, false).is_some_and(|state| is_set(&state)),
        _ => false,
    });
    let body = facts.function(function.function).body;
    inside
        || facts.block(body).take_while(|&s| facts.stmt(s).range().end() <= facts.range(expr).start()).any(|s| {
            match facts.stmt(s).kind {
                StmtKind::If { test, body, .. } => {
                    let leaves = facts
                        .block(body)
                        .next_back()
                        .is_some_and(|l| matches!(facts.stmt(l).kind, StmtKind::Return(_)));
                    leaves && tested_state(facts, test, true).is_some_and(|state| is_set(&state))
                }
                _ => false,
            }
        })
}

/// Whether a function writes to a place that outlives the call, or puts something into it.
fn sets_state(facts: &FileFacts, function: FunctionRef, state: &str) -> bool {
    let is_state = |place: ExprId| facts.dotted(place).as_deref() == Some(state) && is_kept_state(facts, place);
    facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
        StmtKind::Assign(targets, _) => facts.expr_list(targets).any(|t| match facts.kind(t) {
            ExprKind::Subscript(base, _) => is_state(base),
            _ => is_state(t),
        }),
        StmtKind::AnnAssign(target, ..) => is_state(target),
        StmtKind::Expr(call) => match facts.kind(call) {
            ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Attribute(place, method)
                if matches!(method.as_str(), "update" | "setdefault" | "append" | "extend" | "add") && is_state(place)),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a place outlives the call: an attribute, or a global name.
fn is_kept_state(facts: &FileFacts, place: ExprId) -> bool {
    match facts.kind(place) {
        ExprKind::Attribute(..) => true,
        ExprKind::Name(name, scope) => facts.resolve(scope, name) == Some(sidestep_facts::ScopeId::MODULE),
        _ => false,
    }
}

/// The state whose absence (or, for an early return, presence) a test asks for: `not x`, `x is None`, `key not in x`.
fn tested_state(facts: &FileFacts, test: ExprId, present: bool) -> Option<String> {
    use sidestep_facts::CmpOp;
    match facts.kind(test) {
        ExprKind::Not(inner) if !present => asked_attribute(facts, inner).or_else(|| kept_place(facts, inner)),
        ExprKind::Call(..) if present => asked_attribute(facts, test),
        ExprKind::Name(..) | ExprKind::Attribute(..) if present => kept_place(facts, test),
        ExprKind::Compare(op, list) => {
            let mut operands = facts.expr_list(list);
            let (left, right) = (operands.next()?, operands.next()?);
            match (op, present) {
                (CmpOp::Is, false) | (CmpOp::IsNot, true) => kept_place(facts, left),
                (CmpOp::NotIn, false) | (CmpOp::In, true) => facts.dotted(right),
                _ => None,
            }
        }
        ExprKind::And(list) | ExprKind::Or(list) => {
            facts.expr_list(list).find_map(|part| tested_state(facts, part, present))
        }
        _ => None,
    }
}

/// The attribute that a test asks for: `hasattr(self, "known")`.
fn asked_attribute(facts: &FileFacts, test: ExprId) -> Option<String> {
    let ExprKind::Call(callee, args) = facts.kind(test) else { return None };
    let (owner, name) = (facts.positional(args, 0)?, facts.positional(args, 1)?);
    match (facts.kind(callee), facts.kind(name)) {
        (ExprKind::Name(asks, _), ExprKind::Str(name)) if asks == "hasattr" => {
            Some(format!("{}.{}", facts.dotted(owner)?, name.as_str()))
        }
        _ => None,
    }
}

/// The place that an expression reads: itself, or the cache behind a local name (`known = CACHE.get(key)`).
fn kept_place(facts: &FileFacts, expr: ExprId) -> Option<String> {
    if let ExprKind::Name(name, scope) = facts.kind(expr)
        && let Some(home) = facts.resolve(scope, name)
        && home != sidestep_facts::ScopeId::MODULE
        && let Some(BindingKind::Assign(value)) = facts.bindings_in(home, name).first().map(|b| b.kind)
    {
        match facts.kind(value) {
            ExprKind::Call(callee, _) => {
                if let ExprKind::Attribute(cache, get) = facts.kind(callee)
                    && get == "get"
                {
                    return facts.dotted(cache);
                }
            }
            ExprKind::Subscript(cache, _) => return facts.dotted(cache),
            _ => {}
        }
    }
    facts.dotted(expr)
}

/// Whether a function without parameters is computed once and then remembered.
pub fn is_memoised(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    facts.params_of(function.function).is_empty() && program.is_decorated(function, "memoised")
}
