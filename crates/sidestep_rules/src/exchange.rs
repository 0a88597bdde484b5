//! A request over a connection of the program's own: what was sent, and the wait for its answer. The answer is read from the
//! connection, or comes from the task that reads it: as a future, an event or a queue made for this request.

use crate::around::*;
use crate::flow::FactsExt as _;
use crate::limits::{Given, Limits};
use rustc_hash::FxHashMap;
use sidestep_facts::{Block, ExprId, ExprKind, FileFacts, FunctionId, Parent, Ranged as _, StmtId, StmtKind};
use sidestep_program::{ExprRef, FileId, FunctionRef, Program, Target, Value};
use std::cell::RefCell;

/// A request and the wait for its answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    /// What is awaited: the call that reads, or the future.
    pub wait: ExprId,
    /// The call that sent the request.
    pub sent: ExprId,
    /// How the answer comes.
    pub answer: Answer,
}

/// How an answer comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// It is read here, from the connection itself.
    Read,
    /// Another task passes it on: a future, an event, a queue.
    Passed,
    /// A process that was asked to end does.
    Exit,
    /// A command that was started here says what it has to say, and ends.
    Output,
}

/// Exchanges of a program.
pub(crate) struct Exchanges<'a, 'p> {
    program: &'p Program,
    limits: &'a Limits<'p>,
    reads: Known,
    sends: Known,
}

/// Whether a function reads, or sends, where so many of the program's own functions are on the way to it already.
type Known = RefCell<FxHashMap<(FunctionRef, u32), bool>>;

/// How many of the program's own functions may lie between a call and the connection.
const MAX_DEPTH: u32 = 3;

impl<'a, 'p> Exchanges<'a, 'p> {
    pub fn new(program: &'p Program, limits: &'a Limits<'p>) -> Self {
        Exchanges { program, limits, reads: RefCell::default(), sends: RefCell::default() }
    }

    /// The exchanges of an async function whose answers have no limit of their own, in the order of the source.
    pub fn of(&self, file: FileId, function: FunctionId) -> Vec<Exchange> {
        let facts = self.program.facts(file);
        let mut found = Vec::new();
        for expr in facts.exprs_of(function) {
            let ExprKind::Await(value) = facts.kind(expr) else { continue };
            let (wait, answer, since) = match facts.kind(value) {
                ExprKind::Call(..) => {
                    if let Some(sent) = self.asked_to_end(file, function, value) {
                        found.push(Exchange { wait: value, sent, answer: Answer::Exit });
                        continue;
                    }
                    if let Some(sent) = self.output_of(file, function, value)
                        && !is_limit_declined(facts, value)
                    {
                        found.push(Exchange { wait: value, sent, answer: Answer::Output });
                        continue;
                    }
                    if self.is_handed_a_limit(file, value) {
                        continue;
                    }
                    if self.reads_answer(file, value, 0) && !self.side_unknown(file, function, value) {
                        (value, Answer::Read, None)
                    } else if let Some((wait, since)) = self.signal(file, function, value) {
                        (wait, Answer::Passed, Some(since))
                    } else {
                        continue;
                    }
                }
                ExprKind::Name(..) | ExprKind::Attribute(..) => match self.made_for_this(file, function, value) {
                    Some((made, true)) => (value, Answer::Passed, Some(made)),
                    _ => continue,
                },
                _ => continue,
            };
            if answer == Answer::Passed && has_timer(facts, function, wait) || is_limit_declined(facts, wait) {
                continue;
            }
            if let Some(sent) = self.sent_before(file, function, wait, since, answer) {
                found.push(Exchange { wait, sent, answer });
            }
        }
        found.sort_by_key(|e| facts.range(e.wait).start());
        found
    }

    /// How often a function waits for something from a connection.
    pub fn reads_in(&self, file: FileId, function: FunctionId) -> usize {
        let facts = self.program.facts(file);
        facts
            .exprs_of(function)
            .filter(|&e| {
                matches!(facts.kind(e), ExprKind::Call(..)) && awaited(facts, e) && self.reads_answer(file, e, 0)
            })
            .count()
    }

    /// The last request that was sent before a wait, in the same turn of the same loop.
    fn sent_before(
        &self,
        file: FileId,
        function: FunctionId,
        wait: ExprId,
        since: Option<ExprId>,
        answer: Answer,
    ) -> Option<ExprId> {
        let facts = self.program.facts(file);
        let at = facts.range(wait);
        facts
            .exprs_of(function)
            .filter(|&e| {
                matches!(facts.kind(e), ExprKind::Call(..))
                    && facts.range(e).end() <= at.start()
                    && since.is_none_or(|s| facts.range(s).start() <= facts.range(e).start())
                    && !in_other_branch(facts, e, wait)
                    && (answer != Answer::Read || same_turn(facts, function, e, wait))
            })
            .filter(|&e| {
                self.is_send(file, e)
                    || answer == Answer::Passed
                        && (self.says_send(file, e) || self.asks_outside(file, function, wait, e))
            })
            .max_by_key(|&e| facts.range(e).end())
    }

    /// `process.wait()` after `process.terminate()`, which the process may ignore.
    fn asked_to_end(&self, file: FileId, function: FunctionId, wait: ExprId) -> Option<ExprId> {
        let program = self.program;
        let facts = program.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(wait) else { return None };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return None };
        let callees = functions_called(program, file, wait);
        let asks = callees.first().and_then(|&f| program.mark(f, "waits")).and_then(|m| m.text("after"))?;
        let base = facts.dotted(base)?;
        let before = |e: ExprId| facts.range(e).end() <= facts.range(wait).start() && !in_other_branch(facts, e, wait);
        let last = facts
            .exprs_of(function)
            .filter(|&e| {
                let ExprKind::Call(c, _) = facts.kind(e) else { return false };
                matches!(facts.kind(c), ExprKind::Attribute(b, _) if facts.dotted(b).as_deref() == Some(&base))
            })
            .filter(|&e| before(e) && last_name(facts, e).is_some_and(|n| n == asks || n == "kill"))
            .max_by_key(|&e| facts.range(e).end())?;
        last_name(facts, last).is_some_and(|n| n == asks).then_some(last)
    }

    /// `process.communicate()` of a command that this function started for what it prints, and has not told to end. What a command
    /// does to files takes as long as it takes.
    fn output_of(&self, file: FileId, function: FunctionId, wait: ExprId) -> Option<ExprId> {
        let program = self.program;
        let facts = program.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(wait) else { return None };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return None };
        let callees = functions_called(program, file, wait);
        if !callees.first().and_then(|&f| program.mark(f, "waits")).is_some_and(|m| m.flag("command")) {
            return None;
        }
        let ExprKind::Await(started) = facts.kind(only_value(facts, base)?) else { return None };
        let ExprKind::Call(_, args) = facts.kind(started) else { return None };
        let is_read = |stream: &str| {
            facts.keyword(args, stream).and_then(|s| facts.dotted(s)).is_some_and(|to| to.ends_with("PIPE"))
        };
        if facts.function_of(started) != function || !(is_read("stdout") || is_read("stderr")) {
            return None;
        }
        let name = facts.dotted(base);
        // It has been told to end, or what it prints is followed as it comes.
        let otherwise = facts.exprs_of(function).any(|e| match facts.kind(e) {
            ExprKind::Attribute(b, used) if facts.dotted(b) == name => {
                matches!(used.as_str(), "kill" | "terminate" | "send_signal" | "stdout" | "stderr")
                    && facts.range(e).end() <= facts.range(wait).start()
            }
            _ => false,
        });
        (!otherwise && uses_output(facts, function, wait)).then_some(started)
    }

    /// Whether a call sends something to the other side and leaves the answer outstanding.
    fn is_send(&self, file: FileId, call: ExprId) -> bool {
        let program = self.program;
        let callees = functions_called(program, file, call);
        if callees.iter().any(|&f| program.mark(f, "sends").is_some()) {
            return true;
        }
        // What is not awaited here runs by itself, and sends at a time of its own. A helper that reads the answer too leaves none.
        let here = awaited(program.facts(file), call);
        callees.iter().any(|&f| {
            program.is_input(f.file)
                && (here || !program.function(f).is_async)
                && self.function_sends(f, 0)
                && !self.function_reads(f, 0)
        })
    }

    /// Whether a call says by its name that it sends, and nothing else is known of it.
    fn says_send(&self, file: FileId, call: ExprId) -> bool {
        let program = self.program;
        let name = last_name(program.facts(file), call).map_or("", |n| n.as_str());
        let name = name.trim_start_matches('_');
        ["send", "publish", "transmit"].iter().any(|w| name.starts_with(w))
            && program
                .callees(file, call)
                .targets
                .iter()
                .all(|t| matches!(t, Target::Function(f, _) if program.is_input(f.file)))
    }

    /// Whether a call of an object that nobody here knows brings about what is waited for: it is given the future to complete
    /// (`client.join(done=completes(future))`), or it says that it asks the other side for something.
    fn asks_outside(&self, file: FileId, function: FunctionId, wait: ExprId, call: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
        let ExprKind::Attribute(base, name) = facts.kind(callee) else { return false };
        let Some(waited) = waited_for(facts, wait) else { return false };
        // An event that whatever happens next sets: `self.on("ready", event.set)`.
        if matches!(name.as_str(), "on" | "once") && facts.args(args).iter().any(|a| sets(facts, a.value, &waited)) {
            return !waits_to_end(facts, function, &waited);
        }
        if facts.dotted(base).as_deref() == Some(&waited) || !program.callees(file, call).targets.is_empty() {
            return false;
        }
        let parts = program.alternatives(program.value(file, base));
        let unknown = |part| matches!(program.get(part), Value::Unknown | Value::External(_) | Value::None);
        if !parts.into_iter().all(unknown) || waits_to_end(facts, function, &waited) {
            return false;
        }
        let mut words = name.as_str().trim_start_matches('_').split('_').filter(|w| *w != "async");
        let first = words.next().unwrap_or_default();
        let given = facts.args(args).iter().any(|a| mentions_dotted(facts, a.value, &waited));
        if given {
            return !KEEPS.contains(&first);
        }
        ASKS.contains(&first) && !loops(facts, wait).iter().any(|l| matches!(l, Loop::While(_)))
    }

    fn function_sends(&self, function: FunctionRef, depth: u32) -> bool {
        let program = self.program;
        self.some_call(&self.sends, function, depth, |call| {
            functions_called(program, function.file, call).into_iter().any(|f| {
                program.mark(f, "sends").is_some() || program.is_input(f.file) && self.function_sends(f, depth + 1)
            })
        })
    }

    /// Whether an awaited call reads from a connection, by itself or in a function of the program whose value it is.
    fn reads_answer(&self, file: FileId, call: ExprId, depth: u32) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        let callees = functions_called(program, file, call);
        if callees.is_empty() {
            return false;
        }
        if callees.iter().all(|&f| is_peer(program, f)) {
            return !self.has_own_limit(file, call);
        }
        let [callee] = callees[..] else { return false };
        let f = program.function(callee);
        if !program.is_input(callee.file) || !f.is_async || f.is_generator {
            return false;
        }
        // Its value is what it is awaited for, even where the one who asked needs no more than that it has come.
        let dropped = matches!(facts.expr(call).parent(), Parent::Expr(outer)
            if matches!(facts.expr(outer).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_))));
        (!dropped || depth == 0 && gives_value(program.facts(callee.file), callee.function))
            && self.function_reads(callee, depth)
    }

    fn function_reads(&self, function: FunctionRef, depth: u32) -> bool {
        let file = function.file;
        let facts = self.program.facts(file);
        self.some_call(&self.reads, function, depth, |call| {
            awaited(facts, call) && self.reads_answer(file, call, depth + 1) && self.limits.around(file, call).is_none()
        })
    }

    /// Whether a call in a function is one of those wanted: asked once for each function and depth, and not for those too far away.
    /// What is asked further down is deeper, so a function that comes back to itself ends.
    fn some_call(&self, known: &Known, function: FunctionRef, depth: u32, wanted: impl Fn(ExprId) -> bool) -> bool {
        if depth >= MAX_DEPTH {
            return false;
        }
        if let Some(&answer) = known.borrow().get(&(function, depth)) {
            return answer;
        }
        let facts = self.program.facts(function.file);
        let answer = facts
            .exprs_of(function.function)
            .any(|call| matches!(facts.kind(call), ExprKind::Call(..)) && wanted(call));
        known.borrow_mut().insert((function, depth), answer);
        answer
    }

    /// Whether a wait is given a limit at the call.
    pub fn has_own_limit(&self, file: FileId, call: ExprId) -> bool {
        let site = ExprRef { file, expr: call };
        self.program.callees(file, call).targets.into_iter().any(|target| {
            self.limits.argument(site, target, "timeout").is_some_and(|a| self.limits.given(file, a) != Given::Off)
        })
    }

    /// Whether a call of the program's own hands a limit on: `await self._receive(timeout_seconds)`.
    fn is_handed_a_limit(&self, file: FileId, call: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        let ExprKind::Call(_, args) = facts.kind(call) else { return false };
        program.callees(file, call).targets.iter().any(|t| {
            let Target::Function(f, receiver) = *t else { return false };
            let params = program.facts(f.file).params_of(f.function);
            program.is_input(f.file)
                && params.iter().enumerate().any(|(index, p)| {
                    (p.name.as_str().contains("timeout") || p.name.as_str().contains("deadline"))
                        && program
                            .argument(file, args, f, receiver.is_some(), index as u32)
                            .is_some_and(|a| !matches!(facts.kind(a), ExprKind::None))
                })
        })
    }

    /// Which side of a connection a function stands on cannot be told where it is handed the connection by nobody we know.
    fn side_unknown(&self, file: FileId, function: FunctionId, call: ExprId) -> bool {
        let facts = self.program.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return false };
        is_parameter(facts, function, base) && self.program.sites_of(FunctionRef { file, function }).is_empty()
    }

    /// `event.wait()` or `queue.get()` of an event or queue that this call made or cleared for itself: since where.
    fn signal(&self, file: FileId, function: FunctionId, call: ExprId) -> Option<(ExprId, ExprId)> {
        let program = self.program;
        let facts = program.facts(file);
        let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
        if calls_marked(program, file, call, "shields") {
            let inner = facts.positional(args, 0)?;
            let (made, true) = self.made_for_this(file, function, inner)? else { return None };
            return Some((inner, made));
        }
        let ExprKind::Attribute(base, name) = facts.kind(callee) else { return None };
        if !matches!(name.as_str(), "wait" | "get") || !calls_marked(program, file, call, "waits") {
            return None;
        }
        let value = program.value(file, base);
        let fits = program.alternatives(value).into_iter().any(|part| match program.get(part) {
            Value::Instance(class, _) => match name.as_str() {
                "get" => program.class_mark(*class, "queue").is_some(),
                _ => program.class(*class).name == "Event",
            },
            _ => false,
        });
        if !fits || self.has_own_limit(file, call) {
            return None;
        }
        if let Some((made, _)) = self.made_for_this(file, function, base) {
            // Who takes from one queue turn after turn gets news of others, and not answers.
            let stmt = facts.stmt_of(call)?;
            let streams = name == "get"
                && facts.enclosing(stmt).any(|s| {
                    matches!(facts.stmt(s).kind, StmtKind::While { .. } | StmtKind::For(_))
                        && !facts.stmt(s).range().contains_range(facts.range(made))
                });
            return (!streams).then_some((call, made));
        }
        let dotted = facts.dotted(base)?;
        let cleared = facts.exprs_of(function).find(|&e| {
            let ExprKind::Call(c, _) = facts.kind(e) else { return false };
            matches!(facts.kind(c), ExprKind::Attribute(b, attr)
                if attr == "clear" && facts.dotted(b).as_deref() == Some(&dotted))
        })?;
        (name == "wait").then_some((call, cleared))
    }

    /// Where this call made what an expression holds, if it also handed it to somebody else; and whether it is a future.
    fn made_for_this(&self, file: FileId, function: FunctionId, expr: ExprId) -> Option<(ExprId, bool)> {
        let program = self.program;
        let facts = program.facts(file);
        let dotted = facts.dotted(expr)?;
        let (made, alone) = facts.stmts_of(function).find_map(|stmt| {
            let (targets, value): (Vec<ExprId>, ExprId) = match facts.stmt(stmt).kind {
                StmtKind::Assign(targets, value) => (facts.expr_list(targets).collect(), value),
                StmtKind::AnnAssign(target, _, Some(value)) => (vec![target], value),
                _ => return None,
            };
            (matches!(facts.kind(value), ExprKind::Call(..))
                && targets.iter().any(|&t| facts.dotted(t).as_deref() == Some(&dotted)))
            .then_some((value, targets.len() == 1))
        })?;
        let is_future = last_name(facts, made).is_some_and(|n| n == "create_future")
            || program.callees(file, made).targets.iter().any(
                |t| matches!(t, Target::Class(c) if program.class(*c).name == "Future" && !program.is_input(c.file)),
            );
        let is_signal = program.callees(file, made).targets.iter().any(|t| {
            matches!(t, Target::Class(c) if program.class(*c).name == "Event" && !program.is_input(c.file)
                || program.class_mark(*c, "queue").is_some())
        });
        if !is_future && !is_signal {
            return None;
        }
        let shared = !alone
            || dotted.contains('.')
            || facts.exprs_of(function).any(|e| hands_over(facts, e, &dotted) || hands_setter(facts, e, &dotted))
            || captured(facts, function, &dotted);
        shared.then_some((made, is_future))
    }

    /// A read of a peer that nothing watches: `ws.receive()` where the connection was opened without a heartbeat. What could have
    /// been given to the call that opened it.
    pub fn unwatched(&self, file: FileId, call: ExprId) -> Option<(ExprRef, String)> {
        let program = self.program;
        let facts = program.facts(file);
        let callees = functions_called(program, file, call);
        let alive = alive_with(program, *callees.first()?)?;
        if !callees.iter().all(|&f| is_peer(program, f)) || self.has_own_limit(file, call) {
            return None;
        }
        let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return None };
        self.opened_unwatched(file, base, &alive)
    }

    /// The same of `async for message in ws`.
    pub fn unwatched_stream(&self, file: FileId, stream: ExprId) -> Option<(ExprRef, String)> {
        let program = self.program;
        let Value::Instance(class, _) = *program.get(program.value(file, stream)) else { return None };
        let alive = alive_with(program, program.method(class, "__anext__")?)?;
        self.opened_unwatched(file, stream, &alive)
    }

    /// The call that opened a connection, where it was given none of the parameters that have a dead peer noticed; and the first of
    /// these parameters.
    fn opened_unwatched(&self, file: FileId, connection: ExprId, alive: &[&str]) -> Option<(ExprRef, String)> {
        let program = self.program;
        let facts = program.facts(file);
        let Value::Instance(class, _) = *program.get(program.value(file, connection)) else { return None };
        if beats(facts) {
            return None;
        }
        let mut opened: Vec<ExprRef> = program
            .made(file, connection)
            .calls
            .into_iter()
            .filter(|c| last_name(program.facts(c.file), c.expr).is_some_and(|n| n.as_str().contains("connect")))
            .collect();
        if opened.is_empty() {
            // The connection is handed over somewhere out of sight, and opened in this file.
            opened = (0..facts.exprs.len() as u32)
                .map(ExprId)
                .filter(|&e| {
                    last_name(facts, e).is_some_and(|n| n.as_str().contains("connect")) && {
                        let got = program.value(file, e);
                        let got = program.awaited(got);
                        matches!(program.get(got), Value::Instance(c, _) if *c == class)
                    }
                })
                .map(|expr| ExprRef { file, expr })
                .collect();
        }
        let watched = opened.iter().any(|&site| {
            let facts = program.facts(site.file);
            let ExprKind::Call(_, args) = facts.kind(site.expr) else { return true };
            self.limits.has_kwargs(site)
                || alive.iter().any(|name| {
                    facts.keyword(args, name).is_some_and(|a| self.limits.given(site.file, a) != Given::Off)
                })
        });
        if watched {
            return None;
        }
        Some((*opened.first()?, alive.first()?.to_string()))
    }
}

/// The parameters of the call that opens a connection with which a dead peer is noticed, by what reads from it.
fn alive_with(program: &Program, reads: FunctionRef) -> Option<Vec<&'static str>> {
    Some(program.mark(reads, "waits")?.text("alive")?.split(' ').collect())
}

/// Whether a function uses what a command printed, for more than to report it.
fn uses_output(facts: &FileFacts, function: FunctionId, wait: ExprId) -> bool {
    const REPORTS: &[&str] = &["debug", "info", "warning", "error", "exception", "critical", "log", "print"];
    let Some(stmt) = facts.stmt_of(wait) else { return false };
    let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind else {
        return matches!(facts.stmt(stmt).kind, StmtKind::Return(Some(_)));
    };
    // `output = (await process.communicate())[0]`
    if !matches!(facts.kind(value), ExprKind::Await(_)) {
        return true;
    }
    let Some(output) = facts.expr_list(targets).next().and_then(|target| match facts.kind(target) {
        ExprKind::Tuple(parts) => facts.expr_list(parts).next(),
        _ => Some(target),
    }) else {
        return false;
    };
    let Some(name) = facts.dotted(output).filter(|n| n != "_") else { return false };
    facts.exprs_of(function).any(|e| {
        facts.range(e).start() > facts.range(value).end()
            && facts.dotted(e).as_deref() == Some(&name)
            && !facts.ancestors(e).any(|outer| last_name(facts, outer).is_some_and(|n| REPORTS.contains(&n.as_str())))
    })
}

/// Whether a function returns something.
fn gives_value(facts: &FileFacts, function: FunctionId) -> bool {
    facts.stmts_of(function).any(
        |s| matches!(facts.stmt(s).kind, StmtKind::Return(Some(value)) if !matches!(facts.kind(value), ExprKind::None)),
    )
}

/// Whether the code of a file has heartbeats of its own: it asks the other side now and then, and gives up when nothing comes.
fn beats(facts: &FileFacts) -> bool {
    facts.functions.iter().any(|f| {
        let name = f.name.as_str().to_ascii_lowercase();
        f.is_async && ["heartbeat", "keep_alive", "keepalive", "ping_loop"].iter().any(|w| name.contains(w))
    })
}

/// Whether a wait stands where somebody chose to have no limit: `if timeout is None: await answer`.
fn is_limit_declined(facts: &FileFacts, wait: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(wait) else { return false };
    facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
        StmtKind::If { test, .. } => {
            let mut asked = false;
            facts.walk(test, &mut |e| {
                asked |= facts.dotted(e).is_some_and(|d| d.to_ascii_lowercase().contains("timeout"));
            });
            asked
        }
        _ => false,
    })
}

/// Whether a library function waits for what the other side of a connection sends.
fn is_peer(program: &Program, function: FunctionRef) -> bool {
    program.mark(function, "waits").is_some_and(|m| m.flag("peer"))
}

fn is_parameter(facts: &FileFacts, function: FunctionId, expr: ExprId) -> bool {
    matches!(facts.kind(expr), ExprKind::Name(name, _) if facts.params_of(function).iter().any(|p| p.name == name))
}

/// Whether a function nested in this one uses a name of it: a callback has it.
fn captured(facts: &FileFacts, function: FunctionId, name: &str) -> bool {
    (0..facts.functions.len() as u32)
        .map(FunctionId)
        .filter(|&f| f != function && facts.function(f).parent == function)
        .any(|f| facts.exprs_of(f).any(|e| matches!(facts.kind(e), ExprKind::Name(n, _) if n.as_str() == name)))
}

/// Whether an expression gives what a name holds to somebody else: stores it, or passes it to a call that does not just wait.
fn hands_over(facts: &FileFacts, expr: ExprId, dotted: &str) -> bool {
    if facts.dotted(expr).as_deref() != Some(dotted) {
        return false;
    }
    let mut at = expr;
    loop {
        match facts.expr(at).parent() {
            Parent::Expr(outer) => match facts.kind(outer) {
                ExprKind::Await(_) | ExprKind::Attribute(..) => return false,
                ExprKind::Call(callee, _) => {
                    return callee != at && !awaited(facts, outer) || facts_store(facts, outer);
                }
                _ => at = outer,
            },
            Parent::Stmt(stmt) => {
                return match facts.stmt(stmt).kind {
                    StmtKind::Assign(targets, value) => {
                        value == at
                            && facts
                                .expr_list(targets)
                                .any(|t| matches!(facts.kind(t), ExprKind::Attribute(..) | ExprKind::Subscript(..)))
                    }
                    _ => false,
                };
            }
            Parent::None => return false,
        }
    }
}

/// First words of methods that ask the other side for something.
const ASKS: &[&str] = &[
    "connect",
    "join",
    "leave",
    "subscribe",
    "request",
    "login",
    "authenticate",
    "register",
    "negotiate",
    "pair",
    "discover",
    "invoke",
    "query",
];

/// First words of methods that only keep what they are given, or call it when this program itself is done with something.
const KEEPS: &[&str] = &[
    "append",
    "add",
    "put",
    "push",
    "insert",
    "extend",
    "update",
    "appendleft",
    "setdefault",
    "discard",
    "remove",
    "submit",
    "call",
    "debug",
    "info",
    "warning",
    "error",
    "signal",
    "link",
    "track",
    "attach",
    "watch",
    "register",
    "schedule",
    "observe",
    "listen",
    "set",
    "store",
    "save",
];

/// Whether an expression hands somebody the method that sets an event: `self.on("ready", event.set)`.
fn hands_setter(facts: &FileFacts, expr: ExprId, event: &str) -> bool {
    sets(facts, expr, event)
        && matches!(facts.expr(expr).parent(), Parent::Expr(c)
            if matches!(facts.kind(c), ExprKind::Call(callee, _) if callee != expr))
}

/// Whether an expression is the method that sets an event: `event.set`.
fn sets(facts: &FileFacts, expr: ExprId, event: &str) -> bool {
    matches!(facts.kind(expr), ExprKind::Attribute(base, name)
        if name == "set" && facts.dotted(base).as_deref() == Some(event))
}

/// The name of what a wait is for: the future, or the event or queue whose method is called.
fn waited_for(facts: &FileFacts, wait: ExprId) -> Option<String> {
    match facts.kind(wait) {
        ExprKind::Call(callee, _) => match facts.kind(callee) {
            ExprKind::Attribute(base, _) => facts.dotted(base),
            _ => None,
        },
        _ => facts.dotted(wait),
    }
}

fn mentions_dotted(facts: &FileFacts, expr: ExprId, dotted: &str) -> bool {
    let range = facts.range(expr);
    (0..=expr.0)
        .rev()
        .map(ExprId)
        .take_while(|&e| range.contains_range(facts.range(e)))
        .any(|e| facts.dotted(e).as_deref() == Some(dotted))
}

/// Whether the wait is for the end of the program or of a service, which takes as long as it likes: by the name of what is
/// waited for, or because a signal ends it.
pub(crate) fn waits_to_end(facts: &FileFacts, function: FunctionId, waited: &str) -> bool {
    const ENDS: &[&str] = &[
        "stop",
        "shutdown",
        "exit",
        "quit",
        "clos",
        "finish",
        "terminat",
        "interrupt",
        "disconnect",
        "forever",
        "end",
    ];
    let last = waited.rsplit('.').next().unwrap_or(waited).trim_start_matches('_');
    ENDS.iter().any(|w| last.split('_').any(|part| part.starts_with(w)))
        || facts
            .exprs_of(function)
            .any(|e| last_name(facts, e).is_some_and(|n| n == "add_signal_handler" || n == "signal"))
}

/// Whether a timer ends the wait: `loop.call_later(timeout, give_up, future)`.
fn has_timer(facts: &FileFacts, function: FunctionId, wait: ExprId) -> bool {
    let Some(waited) = waited_for(facts, wait) else { return false };
    facts.exprs_of(function).any(|e| {
        last_name(facts, e).is_some_and(|n| n == "call_later" || n == "call_at")
            && exprs_in(facts, function, facts.range(e)).any(|part| facts.dotted(part).as_deref() == Some(&waited))
    })
}

/// An awaited call that puts what it is given somewhere: `await queue.put((request, future))`.
fn facts_store(facts: &FileFacts, call: ExprId) -> bool {
    last_name(facts, call).is_some_and(|n| {
        ["put", "send", "register", "submit", "publish", "write", "add", "request"]
            .iter()
            .any(|w| n.as_str().trim_start_matches('_').starts_with(w))
    })
}

/// Whether one place is not on the way to the other: in another branch of an `if`, or in one that ends by leaving.
fn in_other_branch(facts: &FileFacts, one: ExprId, other: ExprId) -> bool {
    let (Some(a), Some(b)) = (facts.stmt_of(one), facts.stmt_of(other)) else { return false };
    let holds = |block: Block, stmt: StmtId| within_block(facts, block, facts.stmt(stmt).range());
    let leaves = |block: Block| {
        facts.block(block).next_back().is_some_and(|last| {
            matches!(
                facts.stmt(last).kind,
                StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Break | StmtKind::Continue
            )
        })
    };
    facts.enclosing(a).any(|outer| match facts.stmt(outer).kind {
        StmtKind::If { body, orelse, .. } => {
            [body, orelse].into_iter().any(|block| holds(block, a) && !holds(block, b) && leaves(block))
                || holds(body, a) && holds(orelse, b)
                || holds(orelse, a) && holds(body, b)
        }
        _ => false,
    })
}

/// Whether what is sent and what is read belong to one turn: no endless loop around the read alone, unless it ends with the answer.
fn same_turn(facts: &FileFacts, function: FunctionId, sent: ExprId, read: ExprId) -> bool {
    let around = loops(facts, sent);
    loops(facts, read)
        .into_iter()
        .filter(|l| !around.contains(l))
        .filter(|l| matches!(l, Loop::While(_)) || l.is_async(facts))
        .all(|l| {
            stmts_in(facts, function, l.range(facts)).any(|s| matches!(facts.stmt(s).kind, StmtKind::Return(Some(_))))
        })
}
