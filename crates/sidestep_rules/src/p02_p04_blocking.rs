//! Pitfalls 2 and 4: code on the event loop that blocks it, directly or through other functions.
//!
//! Both read the same steps of the same functions: a step into a library function that blocks is pitfall 2, a step into
//! the program's own code from which a blocking function is reached is pitfall 4.

pub(crate) mod harmless;
pub(crate) mod small_files;
mod texts;

use self::harmless::*;
use self::small_files::*;
use self::texts::{is_own_text, is_small_text};
use crate::finding::{Confidence, Level};
use crate::registry::*;
use crate::support::*;
use rustc_hash::FxHashMap;
use sidestep_facts::{ExprId, ExprKind, FileFacts, Ranged as _, StmtKind};
use sidestep_program::{Effect, FileId, FunctionRef, Mark, Origin, Program, Site, Step, Value};

/// Runs the rules of pitfalls 2 and 4.
pub fn check(reporter: &mut Reporter) {
    let program = reporter.program;
    for function in loop_functions(program) {
        lock_across_await(reporter, function);
        long_loop(reporter, function);
        let Some(summary) = program.effects().summary(function) else { continue };
        for site in &summary.sites {
            step(reporter, function, site);
        }
    }
    callbacks(reporter);
}

/// More calls than this that reach the same blocking line are one fault: the line, not the calls.
const SAME_CAUSE: usize = 4;

/// Where many calls on the loop reach the same line that blocks or starts a loop, the one with the shortest chain speaks for
/// all of them; the others are left to the `strict` preset.
pub fn one_for_many(program: &Program, findings: &mut [crate::Finding]) {
    let mut causes: FxHashMap<(&str, FileId, sidestep_facts::TextRange), Vec<usize>> = FxHashMap::default();
    for (index, finding) in findings.iter().enumerate() {
        if [SS401.code, SS301.code].contains(&finding.rule.code)
            && finding.confidence > Confidence::Possible
            && let Some(last) = finding.chain.last()
        {
            causes.entry((finding.rule.code, last.file, last.range)).or_default().push(index);
        }
    }
    for (_, mut group) in causes {
        if group.len() <= SAME_CAUSE {
            continue;
        }
        group.sort_by_key(|&i| (findings[i].chain.len(), program.path(findings[i].file), findings[i].range.start()));
        let others = group.len() - 1;
        for &index in &group[1..] {
            findings[index].confidence(Confidence::Possible);
        }
        let first = &mut findings[group[0]];
        first.message = format!("{}; {others} more calls on the loop reach the same line", first.message);
    }
}

/// The rule for a kind of blocking.
fn rule_of(kind: &str) -> &'static Rule {
    match kind {
        "sleep" => &SS201,
        "http" => &SS202,
        "file" => &SS203,
        "subprocess" => &SS204,
        "database" => &SS205,
        "ai" => &SS206,
        "network" => &SS207,
        "thread" => &SS208,
        "input" => &SS209,
        _ => &SS210,
    }
}

pub fn blocks(program: &Program, function: FunctionRef) -> Option<Mark> {
    program.mark(function, "blocks")
}

pub fn kind(mark: &Mark) -> &'static str {
    mark.args.first().and_then(|a| a.as_str()).unwrap_or("cpu")
}

/// What happens: what the mark says is waited for, or what its kind does.
fn consequence(mark: &Mark) -> String {
    if let Some(event) = mark.text("event") {
        return format!("blocks the event loop until {event}");
    }
    let of_kind = match kind(mark) {
        "sleep" => "stops the event loop: no other task runs until it returns",
        "http" => "blocks the event loop until the response has come",
        "file" => "blocks the event loop while the file system works",
        "subprocess" => "blocks the event loop until the other process is done",
        "database" => "blocks the event loop until the database answers",
        "ai" => "blocks the event loop until the model answers",
        "network" => "blocks the event loop until the network answers",
        "thread" => "blocks the event loop until another thread lets it go on",
        "input" => "blocks the event loop until somebody types",
        _ => "keeps the event loop busy: no other task runs meanwhile",
    };
    of_kind.to_owned()
}

fn remedy(mark: &Mark, name: &str) -> String {
    match mark.text("twin") {
        Some(twin) => format!("await `{twin}`, or move the call to a thread: `await asyncio.to_thread({name}, …)`"),
        None => format!("move it to a thread: `await asyncio.to_thread({name}, …)`"),
    }
}

fn step(reporter: &mut Reporter, function: FunctionRef, site: &Site) {
    let program = reporter.program;
    let stubs = site.targets.iter().filter(|t| program.origin(t.file) == Origin::Stub).count();
    if stubs == site.targets.len() {
        direct(reporter, function, site);
    } else {
        through(reporter, function, site);
    }
}

/// Pitfall 2, and SS404: a library function that blocks.
fn direct(reporter: &mut Reporter, function: FunctionRef, site: &Site) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    let marks: Vec<Option<Mark>> = site.targets.iter().map(|&t| blocks(program, t)).collect();
    let Some(mark) = marks.iter().flatten().next().cloned() else { return };
    if site.awaited && site.step == Step::Call {
        return;
    }
    let target = site.targets[0];
    let all = marks.iter().all(Option::is_some);
    let kind = kind(&mark);
    if kind == "file" && belongs_to_open(program, function, site) {
        return;
    }
    if returns_at_once(program, function, site.expr, kind) || has_thread_beside(program, function, site.expr) {
        return;
    }
    let name = shown_at(program, function, site.expr, target);
    let streams = site.step == Step::Call && gives_iterator(program, target);
    let iterated = streams && is_iterated(facts, site.expr);
    if streams && !iterated && !is_argument(facts, site.expr) {
        // Making the iterator waits for nothing; what blocks is asking it, wherever that is.
        return;
    }
    let rule = match site.step {
        // A walk over a folder is a matter of files, not of a stream that somebody else feeds.
        _ if kind == "file" => &SS203,
        Step::Iterate => &SS404,
        _ if iterated => &SS404,
        _ => rule_of(kind),
    };
    let range = facts.range(site.expr);
    if reporter.has(&SS306, function.file, range) || reporter.has(&SS403, function.file, range) {
        return;
    }
    let message = match site.step {
        Step::Iterate => format!("each turn of this loop waits in `{name}`, which {}", consequence(&mark)),
        Step::Callback(_) => format!("`{name}` is called here and {}", consequence(&mark)),
        _ => format!("`{name}` {}", consequence(&mark)),
    };
    let message = if iterated {
        format!("each turn of this loop waits in `{name}`, which {}", consequence(&mark))
    } else {
        message
    };
    let finding = reporter.report(rule, function.file, site.expr, message);
    if site.step == Step::Iterate || iterated {
        finding.help("iterate an async stream with `async for`, or read it in a thread");
        finding.level = rule_of(kind).level;
    } else {
        finding.help(remedy(&mark, &name));
    }
    if mark.flag("quick") {
        finding.level = Level::Advice;
    }
    let is_own = kind == "ai" && is_own_work(program, function, site.expr, target);
    if !all || is_own || is_any_handle(program, target) || is_interface(program, target) {
        finding.confidence(Confidence::Possible);
    } else if !site.complete {
        finding.confidence(Confidence::Likely);
    }
    let is_left = kind == "file" && (is_returned(facts, site.expr) || is_read_in_thread(facts, site.expr));
    let is_awaited = kind == "thread" && site.step == Step::Enter && is_waited_for_inside(facts, site.expr);
    if is_left || is_awaited || program.is_seldom(function, site.expr) || is_preparation(program, function, kind) {
        finding.confidence(Confidence::Possible);
    }
    quiet(program, function, target, finding, kind, site.step);
    if is_started_alone(program, function, site.expr, kind)
        || is_for_error(program, function, site.expr, kind)
        || ends_program(program, function, site.expr)
        || kind == "file"
            && (is_own_text(program, function, site.expr, target)
                || is_key(program, function, site.expr)
                || is_little(program, function, site.expr, target)
                || is_aside(program, function, site.expr, target)
                || is_read_once(program, function, site.expr, target))
    {
        finding.confidence(Confidence::Possible);
    }
}

/// Whether a library function returns an iterator that does the work.
fn gives_iterator(program: &Program, function: FunctionRef) -> bool {
    let value = program.returned(function);
    matches!(program.get(value), Value::Instance(class, _)
        if ["Iterator", "Generator", "Iterable"].iter().any(|n| program.is_class(*class, "typing", n)))
}

fn is_iterated(facts: &FileFacts, expr: ExprId) -> bool {
    match use_of(facts, expr) {
        Use::Stmt(stmt) => matches!(facts.stmt(stmt).kind, StmtKind::For(i) if facts.fors[i as usize].iter == expr),
        Use::Expr(parent) => match facts.kind(parent) {
            ExprKind::Comprehension(i) => facts.comprehensions[i as usize].clauses.iter().any(|c| c.iter == expr),
            _ => false,
        },
        Use::None => false,
    }
}

pub fn is_argument(facts: &FileFacts, expr: ExprId) -> bool {
    matches!(use_of(facts, expr), Use::Expr(parent) if matches!(facts.kind(parent), ExprKind::Call(_, args) if facts.args(args).iter().any(|a| a.value == expr)))
}

/// What a lock is kept in: a module's name, or an attribute of a class.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Name(sidestep_program::FileId, sidestep_facts::Symbol),
    Attribute(sidestep_program::ClassRef, sidestep_facts::Symbol),
}

fn kept(program: &Program, function: FunctionRef, lock: ExprId) -> Option<Kept> {
    let facts = program.facts(function.file);
    match facts.kind(lock) {
        ExprKind::Name(name, scope) => (facts.resolve(scope, name) == Some(sidestep_facts::ScopeId::MODULE))
            .then_some(Kept::Name(function.file, name)),
        ExprKind::Attribute(value, attr) => {
            let value = program.value(function.file, value);
            match program.get(value) {
                Value::Instance(class, _) => Some(Kept::Attribute(*class, attr)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether some other code holds the same lock while it blocks for another reason, so that whoever wants it waits as long.
fn held_while_blocking(program: &Program, function: FunctionRef, lock: ExprId) -> bool {
    let Some(wanted) = kept(program, function, lock) else { return false };
    let effects = program.effects();
    effects.functions().filter(|&f| f.file == function.file && f != function).any(|other| {
        let facts = program.facts(other.file);
        let Some(summary) = effects.summary(other) else { return false };
        facts.stmts_of(other.function).any(|stmt| {
            let StmtKind::With(index) = facts.stmt(stmt).kind else { return false };
            let same =
                facts.withs[index as usize].items.iter().any(|i| kept(program, other, i.context) == Some(wanted));
            let range = facts.stmt(stmt).range();
            same && summary.sites.iter().any(|s| {
                range.contains_range(facts.range(s.expr))
                    && !facts.withs[index as usize].items.iter().any(|i| i.context == s.expr)
                    && s.targets.iter().any(|&t| {
                        // A condition is free while somebody waits on it.
                        !matches!(program.function(t).name.as_str(), "wait" | "wait_for")
                            && (program.has_effect(t, Effect::Blocks) || effects.witness(t, Effect::Blocks).is_some())
                    })
            })
        })
    })
}

/// SS210: a loop of a million turns and more that never awaits.
fn long_loop(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    for stmt in facts.stmts_of(function.function) {
        let StmtKind::For(index) = facts.stmt(stmt).kind else { continue };
        let each = facts.fors[index as usize];
        let ExprKind::Call(callee, args) = facts.kind(each.iter) else { continue };
        let ExprKind::Name(name, scope) = facts.kind(callee) else { continue };
        if name != "range" || facts.resolve(scope, name).is_some() || each.is_async {
            continue;
        }
        let bound = facts.args(args).iter().filter_map(|a| facts.number(a.value)).fold(0.0, f64::max);
        if bound >= LONG_LOOP && switches_in(facts, stmt).is_none() {
            reporter
                .report(
                    &SS210,
                    function.file,
                    each.iter,
                    format!("{bound} turns without an await: no other task runs meanwhile"),
                )
                .help("move the loop to a thread or a process, or `await asyncio.sleep(0)` now and then");
        }
    }
}

/// Turns past which even an empty loop holds the event loop for tens of milliseconds.
const LONG_LOOP: f64 = 1_000_000.0;

/// SS401: a function of the program, or of a library whose source we read, that reaches a blocking one.
fn through(reporter: &mut Reporter, function: FunctionRef, site: &Site) {
    let program = reporter.program;
    let effects = program.effects();
    let reaching: Vec<FunctionRef> = site
        .targets
        .iter()
        .copied()
        .filter(|&t| {
            let f = program.function(t);
            let generator_call = f.is_generator && site.step == Step::Call;
            !f.is_async
                && !generator_call
                && (effects.witness(t, Effect::Blocks).is_some()
                    || program.origin(t.file) == Origin::Stub && program.has_effect(t, Effect::Blocks))
        })
        .collect();
    let Some(&next) = reaching.first() else { return };
    if program.function(next).is_async || is_memoised(program, next) {
        return;
    }
    // What the call passes may bar the way.
    let ways: Vec<_> =
        reaching.iter().filter_map(|&t| program.way(function, site.expr, site.step, t, Effect::Blocks)).collect();
    let Some(way) = ways.first() else { return };
    let next = way.hops[0].next.unwrap_or(next);
    let end = way.end();
    let Some(mark) = blocks(program, end) else { return };
    let kind = kind(&mark);
    let range = program.facts(function.file).range(site.expr);
    let steps: Vec<_> = way.hops.iter().map(|hop| (hop.by, hop.expr)).collect();
    let last = steps.last().copied().unwrap_or((function, site.expr));
    if reporter.has(&SS301, function.file, range)
        || returns_at_once(program, last.0, last.1, kind)
        || has_thread_beside(program, function, site.expr)
        || kind == "file" && reads_what_is_open(program, function, site.expr, end)
    {
        return;
    }
    let what = match site.step {
        Step::Property => format!("reading this property runs `{}`", shown(program, next)),
        Step::Enter => format!("entering or leaving this runs `{}`", shown(program, next)),
        Step::Iterate if is_argument(program.facts(function.file), site.expr) => {
            format!("going through this runs `{}`", shown(program, next))
        }
        Step::Iterate => format!("this loop runs `{}`", shown(program, next)),
        Step::Operator => format!("this operator runs `{}`", shown(program, next)),
        Step::Callback(by) => format!("`{}` is called by `{}`, and it", shown(program, next), shown(program, by)),
        Step::Call => format!("`{}`", shown(program, next)),
    };
    let joint = if matches!(site.step, Step::Call | Step::Callback(_)) { "" } else { ", which" };
    let name = shown(program, next);
    let message = format!("{what}{joint} reaches `{}`, which {}", end_of(program, way), consequence(&mark));
    let chain = chain_of(program, way, "blocks in");
    let finding = reporter.report(&SS401, function.file, site.expr, message);
    finding.level = rule_of(kind).level;
    finding.chain(chain);
    finding.help(match site.step {
        Step::Call => {
            format!("run it in a thread: `await asyncio.to_thread({name}, …)`, or make the whole chain async")
        }
        _ => "run it in a thread with `asyncio.to_thread`, or make the whole chain async".to_owned(),
    });
    // What the code on the loop does itself it does each time, unless the function that it calls notes that it was done.
    let once = way.hops.iter().enumerate().any(|(at, hop)| is_done_once(program, hop.by, hop.expr, hop.next, at > 0));
    let is_file = kind == "file";
    // A prompt that is the default of a parameter: programs for people, who may pass another.
    let asks = kind == "input" && program.function(last.0).is_lambda;
    if asks
        || program.is_seldom(function, site.expr)
        || is_preparation(program, last.0, kind)
        || is_file && keeps_tokens(program, function)
        || is_file && (is_small_text(program, &steps, end) || is_key(program, last.0, last.1))
        || is_file && (is_little(program, last.0, last.1, end) || is_read_once(program, function, site.expr, end))
        || is_file && way.hops.iter().any(|hop| is_aside(program, hop.by, hop.expr, end))
        || is_file && way.hops.iter().filter_map(|hop| hop.next).any(|f| reads_settings(program, f))
        || is_started_alone(program, function, site.expr, kind)
        || kind == "thread" && is_waited_for_inside(program.facts(last.0.file), last.1)
        || is_for_error(program, function, site.expr, kind)
        || way.hops.iter().any(|hop| ends_program(program, hop.by, hop.expr))
    {
        finding.confidence(Confidence::Possible);
    }
    // What is awaited took the way that gives something to await, and not the one that gives what a blocking call has brought.
    let is_awaited =
        site.awaited && way.hops.get(1).is_some_and(|hop| is_given_back(program.facts(hop.by.file), hop.expr));
    if ways.len() < site.targets.len()
        || once
        || is_awaited
        || kind == "ai" && is_own_work(program, last.0, last.1, end)
        || way.seldom
        || is_any_handle(program, end)
        || is_interface(program, end)
    {
        finding.confidence(Confidence::Possible);
    } else if !site.complete || !way.certain {
        finding.confidence(Confidence::Likely);
    }
    quiet(program, function, end, finding, kind, if kind == "thread" { Step::Enter } else { Step::Call });
    // What a template method runs, it runs when the program starts if that is what the method is for.
    if let Step::Callback(by) = site.step
        && is_start_up(program, by, end, kind, 0)
    {
        finding.confidence(Confidence::Possible);
    }
}

/// Whether a function returns what a call in it gives.
fn is_given_back(facts: &FileFacts, call: ExprId) -> bool {
    matches!(use_of(facts, call), Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::Return(Some(value)) if value == call))
}

/// Whether what a pool of threads was given is waited for inside its `with`, so that nothing is left to wait for at the end.
fn is_waited_for_inside(facts: &FileFacts, pool: ExprId) -> bool {
    let Some(with) = facts.stmt_of(pool) else { return false };
    let range = facts.stmt(with).range();
    facts.exprs_of(facts.function_of(pool)).filter(|&e| range.contains_range(facts.range(e))).any(|e| match facts.kind(e) {
        ExprKind::Await(_) => true,
        ExprKind::Call(callee, _) => matches!(
            facts.kind(callee),
            ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if matches!(n.as_str(), "as_completed" | "result" | "wait")
        ),
        _ => false,
    })
}

/// SS402: a blocking function given to the loop.
fn callbacks(reporter: &mut Reporter) {
    let program = reporter.program;
    let effects = program.effects();
    for function in effects.functions().filter(|f| program.is_input(f.file)) {
        let Some(summary) = effects.summary(function) else { continue };
        for handed in summary.handed.iter().filter(|h| h.mark == "OnLoop") {
            let Some(&callback) = handed.functions.iter().find(|&&f| !program.function(f).is_async) else { continue };
            let facts = program.facts(function.file);
            let is_stub = program.origin(callback.file) == Origin::Stub;
            let step = Step::Callback(handed.to);
            let Some(way) = program.way(function, handed.argument, step, callback, Effect::Blocks) else { continue };
            let end = way.end();
            let Some(mark) = blocks(program, end) else { continue };
            let kind = kind(&mark);
            if let [_, .., last] = way.hops[..]
                && returns_at_once(program, last.by, last.expr, kind)
            {
                continue;
            }
            let to = shown(program, handed.to);
            let chain = if is_stub { Vec::new() } else { chain_of(program, &way, "blocks in") };
            let what = if program.function(callback).is_lambda {
                "this lambda".to_owned()
            } else {
                format!("`{}`", shown(program, callback))
            };
            let message = if end == callback {
                format!("`{to}` runs {what} on the event loop, and it {}", consequence(&mark))
            } else {
                format!(
                    "`{to}` runs {what} on the event loop, and it reaches `{}`, which {}",
                    end_of(program, &way),
                    consequence(&mark)
                )
            };
            let finding = reporter.report(&SS402, function.file, handed.call, message);
            finding.level = rule_of(kind).level;
            finding.chain(chain).help("let the callback start a thread or a task: `loop.run_in_executor(None, …)`");
            // A question after Ctrl-C stops the program until it is answered, as it should.
            let asks = kind == "input" && program.function(handed.to).name.as_str().contains("signal");
            let settings = kind == "file" && way.hops.iter().filter_map(|h| h.next).any(|f| reads_settings(program, f));
            // `call_soon(executor.shutdown, False)`: what is handed on with it keeps it from blocking.
            let says_no = |value| matches!(facts.kind(value), ExprKind::False | ExprKind::None | ExprKind::Int(0));
            let is_told = mark.text("unless").is_some()
                && matches!(facts.kind(handed.call), ExprKind::Call(_, args)
                    if facts.args(args).iter().any(|a| a.value != handed.argument && says_no(a.value)));
            let ends = way.hops.iter().skip(1).any(|hop| ends_program(program, hop.by, hop.expr));
            if handed.functions.len() > 1 || way.seldom || asks || settings || is_told || ends {
                finding.confidence(Confidence::Possible);
            } else if !way.certain {
                finding.confidence(Confidence::Likely);
            }
            let runs = if is_stub { function } else { callback };
            quiet(program, runs, end, finding, kind, if kind == "thread" { Step::Enter } else { Step::Call });
        }
    }
}

/// SS403: a thread lock held while awaiting.
fn lock_across_await(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    for stmt in facts.stmts_of(function.function) {
        match facts.stmt(stmt).kind {
            StmtKind::With(index) => {
                let with = &facts.withs[index as usize];
                if with.is_async {
                    continue;
                }
                let Some(switch) = switches_in(facts, stmt) else {
                    for item in &with.items {
                        taken(reporter, function, item.context);
                    }
                    continue;
                };
                for item in &with.items {
                    if !is_thread_lock(program, function, item.context) {
                        continue;
                    }
                    report_lock(reporter, function, item.context, item.context, facts.range(switch));
                }
            }
            StmtKind::Expr(call) => acquired(reporter, function, stmt, call),
            _ => {}
        }
    }
}

/// SS208 for `with lock`: a lock held for a moment costs a moment, one that others hold while they block costs as long.
fn taken(reporter: &mut Reporter, function: FunctionRef, lock: ExprId) {
    let program = reporter.program;
    if is_thread_lock(program, function, lock) && held_while_blocking(program, function, lock) {
        reporter
            .report(
                &SS208,
                function.file,
                lock,
                "another thread holds this lock while it blocks: the event loop stands still as long",
            )
            .help("take the lock in a thread: `await asyncio.to_thread(…)`, or use `asyncio.Lock` on both sides");
    }
}

/// The first await (or async iteration) under a statement's body.
fn switches_in(facts: &FileFacts, stmt: sidestep_facts::StmtId) -> Option<ExprId> {
    let outer = facts.stmt(stmt);
    awaits_in(facts, stmt).next().or_else(|| {
        facts.stmts_of(outer.function).find_map(|inner| {
            let s = facts.stmt(inner);
            if inner == stmt || !outer.range().contains_range(s.range()) {
                return None;
            }
            match s.kind {
                StmtKind::For(i) if facts.fors[i as usize].is_async => Some(facts.fors[i as usize].iter),
                StmtKind::With(i) if facts.withs[i as usize].is_async => {
                    facts.withs[i as usize].items.first().map(|w| w.context)
                }
                _ => None,
            }
        })
    })
}

fn is_thread_lock(program: &Program, function: FunctionRef, context: ExprId) -> bool {
    let value = program.value(function.file, context);
    let parts = program.alternatives(value);
    !parts.is_empty()
        && parts.iter().all(|&part| match program.get(part) {
            Value::Instance(class, _) => program.class_mark(*class, "thread_lock").is_some(),
            // A context manager of the program that holds one while it yields.
            Value::Manager(f, false, _) => holds_lock_at_yield(program, *f),
            Value::None => parts.len() > 1,
            _ => false,
        })
}

fn holds_lock_at_yield(program: &Program, manager: FunctionRef) -> bool {
    let facts = program.facts(manager.file);
    facts.stmts_of(manager.function).any(|stmt| match facts.stmt(stmt).kind {
        StmtKind::With(index) => {
            let range = facts.stmt(stmt).range();
            let yields = facts
                .exprs_of(manager.function)
                .any(|e| matches!(facts.kind(e), ExprKind::Yield(_)) && range.contains_range(facts.range(e)));
            yields
                && facts.withs[index as usize].items.iter().any(|item| {
                    let value = program.value(manager.file, item.context);
                    matches!(program.get(value), Value::Instance(class, _) if program.class_mark(*class, "thread_lock").is_some())
                })
        }
        _ => false,
    })
}

/// `lock.acquire()` as a statement, then an await before the `release`.
fn acquired(reporter: &mut Reporter, function: FunctionRef, stmt: sidestep_facts::StmtId, call: ExprId) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return };
    let ExprKind::Attribute(lock, name) = facts.kind(callee) else { return };
    let targets = program.callees(function.file, call).targets;
    let is_own = targets
        .iter()
        .any(|t| matches!(t, sidestep_program::Target::Function(f, _) if program.is_own_lock(function.file, call, *f)));
    if name != "acquire" || is_own || !is_thread_lock(program, function, lock) {
        return;
    }
    let Some(spelled) = facts.dotted(lock) else { return };
    let after = facts.stmt(stmt).range().end();
    let released = facts
        .exprs_of(function.function)
        .filter(|&e| facts.range(e).start() >= after)
        .find(|&e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            let ExprKind::Attribute(value, name) = facts.kind(callee) else { return false };
            name == "release" && facts.dotted(value).as_deref() == Some(&spelled)
        })
        .map(|e| facts.range(e).start());
    let until = released.unwrap_or(facts.function(function.function).range.end());
    let switch = facts.exprs_of(function.function).find(|&e| {
        matches!(facts.kind(e), ExprKind::Await(_)) && facts.range(e).start() >= after && facts.range(e).start() < until
    });
    // Where the block around it leaves the function first, the await is on another path.
    let leaves = |block: &[sidestep_facts::StmtId]| match block.last() {
        Some(&last) if matches!(facts.stmt(last).kind, StmtKind::Return(_) | StmtKind::Raise(..)) => {
            Some(facts.stmt(last).range().end())
        }
        _ => None,
    };
    let left =
        std::iter::once(stmt).chain(facts.enclosing(stmt)).find_map(|s| leaves(&program.block_around(function, s)));
    if let Some(switch) = switch
        && left.is_none_or(|end| facts.range(switch).start() < end)
    {
        report_lock(reporter, function, lock, call, facts.range(switch));
    }
}

fn report_lock(
    reporter: &mut Reporter,
    function: FunctionRef,
    lock: ExprId,
    at: ExprId,
    switch: sidestep_facts::TextRange,
) {
    let program = reporter.program;
    let is_reentrant = is_reentrant(program, function.file, lock);
    let is_possible = is_reentrant || is_script(program, function.file);
    let message = if is_reentrant {
        "this reentrant lock is held across an await: it lets all tasks of this thread in, and keeps other threads out as long as the await takes"
    } else {
        "this thread lock is held across an await: a second task that wants it blocks the loop, and the first can never release it"
    };
    let finding = reporter
        .report(&SS403, function.file, at, message)
        .help("use `asyncio.Lock` with `async with`, or release the lock before the await")
        .label(switch, "awaits while the lock is held");
    if is_possible {
        finding.confidence(Confidence::Possible);
    }
}

/// Whether a lock lets the thread that holds it in again, and so all tasks of its loop.
fn is_reentrant(program: &Program, file: FileId, lock: ExprId) -> bool {
    let parts = program.alternatives(program.value(file, lock));
    let is_one = |class| program.class_mark(class, "thread_lock").is_some_and(|m| m.flag("reentrant"));
    parts.iter().any(|&part| match program.get(part) {
        Value::Instance(class, _) => is_one(*class),
        Value::Manager(f, false, _) => {
            let facts = program.facts(f.file);
            let items = facts.stmts_of(f.function).filter_map(|s| match facts.stmt(s).kind {
                StmtKind::With(index) => Some(&facts.withs[index as usize].items),
                _ => None,
            });
            items
                .flatten()
                .any(|i| matches!(program.get(program.value(f.file, i.context)), Value::Instance(c, _) if is_one(*c)))
        }
        _ => false,
    })
}
