//! Fills the AI checklist: looks at each AI call site with what the rules of pitfalls 9 to 12 know.

use crate::ai::{AiCall, ai_call};
use crate::around::*;
use crate::audit::{Audit, Cell, Row};
use crate::bounds::{Bounds, Size, Work, fan_outs, size};
use crate::limits::{Limit, Limits};
use crate::p12_rate_limits::{Pause, Retry, pause, retry_loop};
use crate::support::{has_stem, has_word};
use rustc_hash::FxHashMap;
use sidestep_facts::{ArgKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, StmtKind, Symbol};
use sidestep_program::{ClassRef, ExprRef, FileId, FunctionRef, Literal, Program, Value};

/// One row per AI call of a program.
pub(crate) fn checklist(program: &Program) -> Audit {
    let limits = Limits::new(program);
    let bounds = Bounds { program, limits: &limits };
    let mut clerk = Clerk { program, limits: &limits, bounds: &bounds, fans: None, usage: FxHashMap::default() };
    let mut audit = Audit::default();
    for file in program.inputs() {
        if is_test(program, file) {
            continue;
        }
        let facts = program.facts(file);
        for index in 0..facts.functions.len() as u32 {
            let id = FunctionId(index);
            for expr in facts.exprs_of(id) {
                if matches!(facts.kind(expr), ExprKind::Call(..))
                    && let Some(call) = ai_call(program, file, expr)
                {
                    audit.rows.push(clerk.row(file, id, expr, &call));
                }
            }
        }
    }
    audit.rows.sort_by_key(|r| (r.file, r.range.start()));
    audit
}

type Place = Option<(FileId, sidestep_facts::TextRange)>;

struct Clerk<'a, 'p> {
    program: &'p Program,
    limits: &'a Limits<'p>,
    bounds: &'a Bounds<'a, 'p>,
    /// The unbounded fan-outs of the program, by the functions they start: where they stand.
    fans: Option<FxHashMap<FunctionRef, ExprRef>>,
    /// Where a file reads the usage of responses.
    usage: FxHashMap<FileId, Option<ExprId>>,
}

/// How far up the callers evidence is looked for.
const UP: usize = 6;

impl Clerk<'_, '_> {
    fn place(&self, at: ExprRef) -> Place {
        Some((at.file, self.program.range(at)))
    }

    fn row(&mut self, file: FileId, function: FunctionId, expr: ExprId, call: &AiCall) -> Row {
        let program = self.program;
        let facts = program.facts(file);
        let this = FunctionRef { file, function };
        let site = ExprRef { file, expr };
        let above = self.above(this);
        let client = ["ai_client", "retries", "timeout"].iter().find_map(|m| self.limits.marked_receiver(site, m));
        let callee = match (&client, call.target) {
            (Some((_, _, class)), Some(target)) => {
                format!("{}: {}", program.class(*class).name, program.function(target).name)
            }
            (None, Some(target)) => program.qualified_name(target),
            (_, None) => spelled(facts, expr),
        };
        let is_async = self.is_async(file, expr, call);
        let (retries, backoff) = self.retries(site, call, &above);
        let cells = vec![
            self.asynchronous(site, this, is_async),
            self.awaited(site, is_async),
            self.timeout(site, call),
            retries,
            backoff,
            self.rate(site, &above),
            self.concurrency(site, this, &above),
            self.batched(site, call),
            self.breaker(&above),
            self.usage(site, function, call, &above),
        ];
        Row {
            file,
            range: facts.range(expr),
            function: program.function_name(this),
            callee,
            kind: call.kind.clone(),
            model: self.model(site),
            cells,
        }
    }

    /// A function and those that call it, nearest first, each with the call that leads down.
    fn above(&self, function: FunctionRef) -> Vec<(FunctionRef, Option<ExprRef>)> {
        let mut found: Vec<(FunctionRef, Option<ExprRef>)> = vec![(function, None)];
        let mut at = 0;
        while at < found.len() && found.len() < 40 {
            let (f, _) = found[at];
            at += 1;
            if f.function == FunctionId::MODULE || at > UP * 4 {
                continue;
            }
            for site in self.program.sites_of(f) {
                let caller = self.program.function_of(site.file, site.expr);
                if !found.iter().any(|(f, _)| *f == caller) {
                    found.push((caller, Some(site)));
                }
            }
        }
        found
    }

    fn is_async(&self, file: FileId, expr: ExprId, call: &AiCall) -> Option<bool> {
        let program = self.program;
        match call.target {
            Some(target) => {
                let opens = |class: ClassRef| {
                    program.method(class, "__aenter__").is_some() || program.method(class, "__aiter__").is_some()
                };
                let parts = program.alternatives(program.value(file, expr));
                let awaitable = parts.iter().filter(|&&part| match program.get(part) {
                    Value::Coroutine(..) | Value::AsyncGenerator(..) => true,
                    Value::Instance(class, _) => opens(*class),
                    _ => false,
                });
                Some(match awaitable.count() {
                    0 => program.function(target).is_async,
                    many => many == parts.len() || is_used_async(program.facts(file), expr),
                })
            }
            None => awaited(program.facts(file), expr).then_some(true),
        }
    }

    fn asynchronous(&self, site: ExprRef, function: FunctionRef, is_async: Option<bool>) -> Cell {
        let place = self.place(site);
        match is_async {
            Some(true) => Cell::yes("asynchronous", place),
            Some(false) => match self.program.effects().in_thread(function) {
                Some(thread) => Cell::yes("synchronous, in a worker thread", self.place(thread)),
                None => Cell::no("synchronous", place),
            },
            None => Cell::unknown("", place),
        }
    }

    fn awaited(&self, site: ExprRef, is_async: Option<bool>) -> Cell {
        let facts = self.program.facts(site.file);
        let place = self.place(site);
        match is_async {
            Some(false) => Cell::yes("synchronous: it returns when it is done", place),
            None => Cell::unknown("", place),
            Some(true) => {
                let range = facts.range(site.expr);
                if awaited(facts, site.expr) {
                    return Cell::yes("", place);
                }
                // Handed on: to a task, a gather, the caller, an `async for`.
                match facts.expr(site.expr).parent() {
                    Parent::Expr(_) => Cell::yes("handed on to what awaits it", place),
                    Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                        StmtKind::Return(_) => Cell::yes("returned to the caller", place),
                        StmtKind::For(_) | StmtKind::With(_) => Cell::yes("", place),
                        StmtKind::Expr(_) => Cell::no("a statement of its own", Some((site.file, range))),
                        StmtKind::Assign(targets, _) => {
                            let name = facts.expr_list(targets).find_map(|t| facts.dotted(t));
                            let function = facts.stmt(stmt).function;
                            let later = name.is_some_and(|name| {
                                facts.exprs_of(function).any(|e| {
                                    facts.range(e).start() > range.end() && facts.dotted(e).as_deref() == Some(&name)
                                })
                            });
                            if later {
                                Cell::yes("kept, and used later", place)
                            } else {
                                Cell::no("kept, and never used", place)
                            }
                        }
                        _ => Cell::unknown("", place),
                    },
                    Parent::None => Cell::yes("returned by a lambda", place),
                }
            }
        }
    }

    fn timeout(&self, site: ExprRef, call: &AiCall) -> Cell {
        let around = self.limits.around(site.file, site.expr);
        if let Some(at) = around {
            return Cell::yes("a limit around the call", self.place(at));
        }
        let own = match call.target {
            Some(target) => self.limits.of_call(site, target),
            None => Limit::Unknown,
        };
        if let Limit::Set(_, Some(at)) = own
            && self.is_looked_up(at)
        {
            return Cell::unknown("as the program's users set it", self.place(at));
        }
        if let Limit::Set(text, at) = own {
            return Cell::yes(text, at.and_then(|at| self.place(at)).or(self.place(site)));
        }
        if self.limits.unlimited(site.file, site.expr).is_none() {
            return Cell::yes("a limit in every caller", self.place(site));
        }
        match own {
            Limit::Off(at) => Cell::no("switched off", self.place(at)),
            Limit::None { class: Some(class), .. } => {
                Cell::no(format!("`{class}` has none by itself"), self.place(site))
            }
            Limit::None { .. } => Cell::no("none of its own, none around it", self.place(site)),
            _ => Cell::unknown("how the client was made is not known", self.place(site)),
        }
    }

    /// Whether an argument is what a table of settings has: `settings.get("timeout")`, itself or handed to a function.
    fn is_looked_up(&self, at: ExprRef) -> bool {
        let facts = self.program.facts(at.file);
        let ExprKind::Call(_, args) = facts.kind(at.expr) else { return false };
        let args = facts.args(args);
        let named = args.first().is_some_and(|a| matches!(facts.kind(a.value), ExprKind::Str(_)));
        let default = args.get(1).is_some_and(|a| facts.number(a.value).is_some());
        last_name(facts, at.expr).is_some_and(|n| n == "get") && named && !default
            || args.iter().any(|a| self.is_looked_up(ExprRef { file: at.file, expr: a.value }))
    }

    /// What a call is given that says how often it is repeated.
    fn own_retries(&self, site: ExprRef) -> Option<(Cell, Cell)> {
        let facts = self.program.facts(site.file);
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { return None };
        let given = ["retries", "max_retries", "num_retries"].iter().find_map(|name| facts.keyword(args, name))?;
        let at = self.place(ExprRef { file: site.file, expr: given });
        Some(match self.program.get(self.program.value(site.file, given)) {
            Value::Int(0) => (Cell::no("switched off at the call", at), Cell::no("no retries", at)),
            Value::Int(n) => (Cell::yes(format!("{n}, given at the call"), at), Cell::unknown("", at)),
            _ => (Cell::unknown("given at the call", at), Cell::unknown("given at the call", at)),
        })
    }

    fn retries(&self, site: ExprRef, call: &AiCall, above: &[(FunctionRef, Option<ExprRef>)]) -> (Cell, Cell) {
        let program = self.program;
        // A loop or decorator of the program's own.
        for &(function, through) in above {
            let facts = program.facts(function.file);
            if let Some(decorator) = facts.expr_list(facts.function(function.function).decorators).find(|&d| {
                let name = spelled(facts, d).to_ascii_lowercase();
                name.contains("retry") || name.contains("backoff") || name.contains("stamina")
            }) {
                let place = self.place(ExprRef { file: function.file, expr: decorator });
                let name = spelled(facts, decorator);
                let grows = match facts.kind(decorator) {
                    ExprKind::Call(_, args) => match facts.keyword(args, "wait") {
                        Some(wait) => !spelled(facts, wait).contains("fixed"),
                        // tenacity without `wait=` does not wait at all.
                        None => !name.ends_with("retry") || name.contains("stamina") || name.contains("backoff"),
                    },
                    _ => false,
                };
                let backoff = if grows {
                    Cell::yes(format!("by `{name}`"), place)
                } else if matches!(facts.kind(decorator), ExprKind::Call(..)) || name == "retry" {
                    Cell::no(format!("`{name}` is given no growing wait"), place)
                } else {
                    Cell::unknown(format!("by `{name}`"), place)
                };
                return (Cell::yes(format!("by `{name}`"), place), backoff);
            }
            let inner = through.unwrap_or(site);
            if inner.file == function.file
                && let Some(stmt) = facts.stmt_of(inner.expr)
            {
                for outer in std::iter::once(stmt).chain(facts.enclosing(stmt)) {
                    if let Some(retry) = retry_loop(program, function.file, function.function, outer) {
                        let place = Some((function.file, facts.range(retry.call)));
                        if let Some(count) = self.count_from_outside(function, &retry) {
                            let text = format!("by a loop, as often as `{count}` says");
                            return (Cell::unknown(text, place), self.loop_backoff(function, &retry, place));
                        }
                        return (Cell::yes("by a loop", place), self.loop_backoff(function, &retry, place));
                    }
                }
            }
        }
        if let Some(given) = self.own_retries(site) {
            return given;
        }
        // The client's own.
        let Some((base, mark, class)) = self.limits.marked_receiver(site, "retries") else {
            let own = call.target.and_then(|t| program.mark(t, "retries"));
            return match own {
                Some(mark) => match mark.args.first() {
                    Some(Literal::Num(n)) if *n > 0.0 => {
                        let text = format!("{n}, its own default");
                        (Cell::yes(text, self.place(site)), Self::mark_backoff(mark.flag("backoff"), self.place(site)))
                    }
                    _ => (Cell::no("none of its own", self.place(site)), Cell::no("no retries", self.place(site))),
                },
                None => match self.limits.marked_receiver(site, "ai_client") {
                    // What implements an interface may repeat as it likes.
                    Some((_, _, class)) if self.is_interface(class) => {
                        let text = format!("`{}` has many implementations", program.class(class).name);
                        (Cell::unknown(text.clone(), self.place(site)), Cell::unknown(text, self.place(site)))
                    }
                    // Whoever makes the client may have told it to.
                    Some((base, _, class)) if !program.made(site.file, base).complete => self.not_known(site, class),
                    Some((_, _, class)) => {
                        let text = format!("`{}` has none by itself", program.class(class).name);
                        (Cell::no(text, self.place(site)), Cell::no("no retries", self.place(site)))
                    }
                    None if call.mark.is_none() && call.target.is_some() => {
                        (Cell::no("a plain request", self.place(site)), Cell::no("no retries", self.place(site)))
                    }
                    None => (Cell::unknown("", self.place(site)), Cell::unknown("", self.place(site))),
                },
            };
        };
        let name = program.class(class).name;
        let grows = mark.flag("backoff");
        if let Some(param) = mark.text("param") {
            let made = program.made(site.file, base);
            let mut opaque = !made.complete;
            for made in made.calls {
                opaque |= self.limits.has_kwargs(made);
                let facts = program.facts(made.file);
                let ExprKind::Call(_, args) = facts.kind(made.expr) else { continue };
                if let Some(given) = facts.keyword(args, param) {
                    let at = self.place(ExprRef { file: made.file, expr: given });
                    let value = program.value(made.file, given);
                    return match (facts.kind(given), program.get(value)) {
                        (ExprKind::Int(0), _) | (_, Value::Int(0)) => {
                            (Cell::no("switched off", at), Cell::no("no retries", at))
                        }
                        (_, Value::Int(n)) => {
                            (Cell::yes(format!("{n}, given to `{name}`"), at), Self::mark_backoff(grows, at))
                        }
                        _ => (Cell::yes(format!("given to `{name}`"), at), Self::mark_backoff(grows, at)),
                    };
                }
            }
            if opaque {
                return self.not_known(site, class);
            }
        }
        let at = self.place(site);
        match mark.args.first() {
            Some(Literal::Num(n)) if *n > 0.0 => {
                (Cell::yes(format!("{n}, the default of `{name}`"), at), Self::mark_backoff(grows, at))
            }
            Some(Literal::Num(_) | Literal::None) => {
                (Cell::no(format!("`{name}` has none by itself"), at), Cell::no("no retries", at))
            }
            _ => (Cell::unknown("", at), Cell::unknown("", at)),
        }
    }

    fn not_known(&self, site: ExprRef, class: ClassRef) -> (Cell, Cell) {
        let text = format!("how the `{}` was made is not known", self.program.class(class).name);
        (Cell::unknown(text.clone(), self.place(site)), Cell::unknown(text, self.place(site)))
    }

    /// Whether a class says what others do: it is abstract, or library classes derive from it.
    fn is_interface(&self, class: ClassRef) -> bool {
        let program = self.program;
        program.is_protocol(class)
            || program.methods(class).into_iter().any(|m| program.is_abstract(m))
            || program.mro(class).iter().any(|&c| program.is_class(c, "abc", "ABC"))
    }

    fn mark_backoff(grows: bool, place: Place) -> Cell {
        if grows { Cell::yes("by the SDK", place) } else { Cell::no("the SDK repeats without a growing pause", place) }
    }

    /// The attribute that says how often a loop tries, where the program does not say its value: `range(1 + self.max_retries)`.
    fn count_from_outside(&self, function: FunctionRef, retry: &Retry) -> Option<String> {
        let facts = self.program.facts(function.file);
        let StmtKind::For(index) = facts.stmt(retry.stmt).kind else { return None };
        let iter = facts.range(facts.fors[index as usize].iter);
        let named = facts.exprs_of(function.function).find(|&e| {
            matches!(facts.kind(e), ExprKind::Attribute(..))
                && inside(facts.range(e), iter)
                && !matches!(self.program.get(self.program.value(function.file, e)), Value::Int(_))
        })?;
        Some(spelled(facts, named))
    }

    fn loop_backoff(&self, function: FunctionRef, retry: &Retry, place: Place) -> Cell {
        match pause(self.program, function.file, function.function, retry.stmt) {
            Pause::None => Cell::no("no pause", place),
            Pause::Constant(n) => Cell::no(format!("{n} s each time"), place),
            Pause::Growing => Cell::yes("a growing pause", place),
        }
    }

    /// A limiter (not a mere semaphore) around the call, in its function or above.
    fn rate(&self, site: ExprRef, above: &[(FunctionRef, Option<ExprRef>)]) -> Cell {
        if let Some(at) = self.bounds.limiter_in_client(site)
            && self.is_limiter_argument(at)
        {
            return Cell::yes("a limiter in the client", self.place(at));
        }
        match self.held(site, above, true) {
            Some(at) => Cell::yes(format!("`{}`", spelled(self.program.facts(at.file), at.expr)), self.place(at)),
            None => Cell::no("nothing in the program", self.place(site)),
        }
    }

    fn is_limiter_argument(&self, at: ExprRef) -> bool {
        !matches!(self.program.facts(at.file).kind(at.expr), ExprKind::Call(..)) || {
            let value = self.program.value(at.file, at.expr);
            matches!(self.program.get(value), Value::Instance(c, _) if self.program.class_mark(*c, "limiter").is_some())
        }
    }

    /// A bound held around the call or around one that leads to it.
    fn held(&self, site: ExprRef, above: &[(FunctionRef, Option<ExprRef>)], rate: bool) -> Option<ExprRef> {
        let program = self.program;
        for &(function, through) in above {
            let at = through.unwrap_or(site);
            let facts = program.facts(at.file);
            if let Some(runner) = self.bounds.bounded_runner(at).filter(|_| !rate) {
                return Some(runner);
            }
            if let Some(stmt) = facts.stmt_of(at.expr) {
                for outer in std::iter::once(stmt).chain(facts.enclosing(stmt)) {
                    let StmtKind::With(index) = facts.stmt(outer).kind else { continue };
                    for item in &facts.withs[index as usize].items {
                        let own = ExprRef { file: at.file, expr: item.context };
                        if self.bounds.is_bound(at.file, item.context)
                            && self.is_rate(own) == rate
                            && !self.bounds.is_private(at.file, function.function, item.context)
                            && !inside(facts.range(at.expr), facts.range(item.context))
                        {
                            return Some(own);
                        }
                    }
                }
            }
            // Taken by hand before the call.
            for e in facts.exprs_of(function.function) {
                let ExprKind::Call(callee, _) = facts.kind(e) else { continue };
                let ExprKind::Attribute(base, attr) = facts.kind(callee) else { continue };
                if matches!(attr.as_str(), "acquire" | "take" | "throttle" | "wait_for_token" | "wait_for_slot")
                    && facts.range(e).end() <= facts.range(at.expr).start()
                    && awaited(facts, e)
                    && self.bounds.is_bound(at.file, base)
                    && self.is_rate(ExprRef { file: at.file, expr: base }) == rate
                {
                    return Some(ExprRef { file: at.file, expr: e });
                }
            }
            for decorator in facts.expr_list(facts.function(function.function).decorators) {
                let name = spelled(facts, decorator);
                let is_rate = has_word(&name, &["rate", "limits"]) || has_stem(&name, &["ratelimit", "throttl"]);
                let is_bound = has_stem(&name, &["semaphore", "concurren"]);
                if rate && is_rate || !rate && is_bound {
                    return Some(ExprRef { file: function.file, expr: decorator });
                }
            }
        }
        None
    }

    /// Whether a bound counts calls in a time, and not those under way.
    fn is_rate(&self, at: ExprRef) -> bool {
        let value = self.program.value(at.file, at.expr);
        for part in self.program.alternatives(value) {
            if let Value::Instance(class, _) = self.program.get(part) {
                if self.program.class_mark(*class, "limiter").is_some() {
                    return true;
                }
                if self.program.class_mark(*class, "semaphore").is_some()
                    || self.program.class_mark(*class, "async_lock").is_some()
                {
                    return false;
                }
                let name = self.program.class(*class).name.as_str();
                return says_rate(name) || has_stem(name, &["limiter"]);
            }
        }
        says_rate(&spelled(self.program.facts(at.file), at.expr))
    }

    fn concurrency(&mut self, site: ExprRef, _function: FunctionRef, above: &[(FunctionRef, Option<ExprRef>)]) -> Cell {
        if let Some(at) = self.held(site, above, false) {
            return Cell::yes(format!("`{}`", spelled(self.program.facts(at.file), at.expr)), self.place(at));
        }
        self.index_fans();
        let fans = self.fans.as_ref().expect("just made");
        for (function, _) in above {
            if let Some(&at) = fans.get(function) {
                return Cell::no("started for each item of a collection, without a bound", self.place(at));
            }
        }
        Cell::no("nothing in the program", self.place(site))
    }

    fn index_fans(&mut self) {
        if self.fans.is_some() {
            return;
        }
        let program = self.program;
        let mut fans = FxHashMap::default();
        for function in program.functions() {
            if !program.function(function).is_async {
                continue;
            }
            for fan in fan_outs(program, function.file, function.function) {
                if size(program, function.file, &fan) == Size::Small
                    || self.bounds.of(function.file, function.function, &fan).is_some()
                {
                    continue;
                }
                let targets = match fan.work {
                    Work::Call(call) => functions_called(program, function.file, call),
                    Work::Function(_) => crate::bounds::workers(program, function.file, fan.work),
                };
                for target in targets {
                    fans.entry(target).or_insert(ExprRef { file: function.file, expr: fan.at });
                }
            }
        }
        self.fans = Some(fans);
    }

    fn batched(&self, site: ExprRef, call: &AiCall) -> Cell {
        let program = self.program;
        let facts = program.facts(site.file);
        let place = self.place(site);
        let around = loops(facts, site.expr);
        let per_item = around.iter().find(|l| match **l {
            Loop::While(_) => false,
            other => {
                let (Some(target), ExprKind::Call(_, args)) = (other.target(facts), facts.kind(site.expr)) else {
                    return false;
                };
                let function = facts.function_of(site.expr);
                let names = target_names(facts, function, target);
                let range = other.range(facts);
                facts.args(args).iter().any(|a| !depends(facts, function, a.value, range).is_disjoint(&names))
            }
        });
        let many = call.mark.as_ref().and_then(|m| m.text("many"));
        if let (Some(param), ExprKind::Call(_, args)) = (many, facts.kind(site.expr)) {
            let given = facts.keyword(args, param).or_else(|| facts.positional(args, 0));
            if let Some(given) = given {
                let value = program.value(site.file, given);
                let is_list = match facts.kind(given) {
                    ExprKind::List(list) => facts.expr_list(list).len() != 1,
                    ExprKind::Comprehension(_) => true,
                    _ => program.alternatives(value).into_iter().any(|p| {
                        matches!(program.get(p), Value::Instance(c, _) if matches!(program.class(*c).name.as_str(), "list" | "tuple" | "Sequence" | "Iterable" | "List"))
                    }),
                };
                let at = self.place(ExprRef { file: site.file, expr: given });
                if is_list {
                    return Cell::yes(format!("`{param}` is a list"), at);
                }
                let single = matches!(facts.kind(given), ExprKind::Str(_) | ExprKind::FString(_) | ExprKind::List(_))
                    || program.alternatives(value).into_iter().all(|p| {
                        matches!(program.get(p), Value::Str(_))
                            || matches!(program.get(p), Value::Instance(c, _) if program.class(*c).name == "str")
                    });
                if single {
                    return Cell::no(format!("`{param}` is one item"), at);
                }
                return Cell::unknown(format!("`{param}` may be one item or many"), at);
            }
        }
        if call.target.is_some_and(|t| {
            program.function(t).name.as_str().contains("batch")
                || program.function(t).name.as_str().contains("documents")
        }) {
            return Cell::yes("a batch form", place);
        }
        match per_item {
            Some(l) => Cell::no("one request per turn of the loop around it", Some((site.file, l.range(facts)))),
            None => Cell::no("one request per call", place),
        }
    }

    fn breaker(&self, above: &[(FunctionRef, Option<ExprRef>)]) -> Cell {
        let says = |name: &str| {
            let name = name.to_ascii_lowercase();
            name.contains("breaker") || name.contains("circuit")
        };
        for &(function, _) in above {
            let facts = self.program.facts(function.file);
            let name = self.program.function_name(function);
            if says(&name) {
                return Cell::yes(
                    format!("`{name}`"),
                    Some((function.file, self.program.function(function).name_range)),
                );
            }
            for d in facts.expr_list(facts.function(function.function).decorators) {
                if says(&spelled(facts, d)) {
                    return Cell::yes(
                        format!("`{}`", spelled(facts, d)),
                        self.place(ExprRef { file: function.file, expr: d }),
                    );
                }
            }
            for e in facts.exprs_of(function.function) {
                if let ExprKind::Call(callee, _) = facts.kind(e)
                    && says(&spelled(facts, callee))
                {
                    return Cell::yes(
                        format!("`{}`", spelled(facts, callee)),
                        self.place(ExprRef { file: function.file, expr: e }),
                    );
                }
            }
        }
        let (function, _) = above[0];
        Cell::no("nothing in the program", Some((function.file, self.program.function(function).name_range)))
    }

    fn usage(
        &mut self,
        site: ExprRef,
        function: FunctionId,
        call: &AiCall,
        above: &[(FunctionRef, Option<ExprRef>)],
    ) -> Cell {
        let program = self.program;
        let facts = program.facts(site.file);
        // The answer, and what the callers make of it.
        let kept = above.iter().take(3).filter_map(|&(f, through)| {
            let at = through.unwrap_or(site);
            Some((f, kept_as(program.facts(at.file), at.expr)?)).filter(|_| at.file == f.file)
        });
        let read = kept.into_iter().find_map(|(f, name)| self.usage_of(f, name, 0));
        if let Some(at) = read {
            return Cell::yes("its usage is read", self.place(at));
        }
        if !matches!(call.kind.as_str(), "chat" | "completion" | "embedding" | "agent") {
            return Cell::unknown(format!("usage of {} is counted otherwise", call.kind), self.place(site));
        }
        for (n, &(f, _)) in above.iter().enumerate() {
            if n > 0 && f.function == FunctionId::MODULE {
                continue;
            }
            let facts = program.facts(f.file);
            if let Some(e) = facts.exprs_of(f.function).find(|&e| reads_usage(facts, e)) {
                return Cell::yes(
                    format!("`{}` is read", spelled(facts, e)),
                    self.place(ExprRef { file: f.file, expr: e }),
                );
            }
        }
        // Read somewhere else in the file, of a response that was handed on.
        let elsewhere = *self
            .usage
            .entry(site.file)
            .or_insert_with(|| (0..facts.exprs.len() as u32).map(ExprId).find(|&e| reads_usage(facts, e)));
        let whole = is_handed_on(facts, function, site.expr);
        match (elsewhere, whole) {
            (Some(e), true) => Cell::unknown(
                "the response is handed on; usage is read elsewhere in the file",
                self.place(ExprRef { file: site.file, expr: e }),
            ),
            (_, true) => Cell::unknown("the response is handed on", self.place(site)),
            (_, false) => Cell::no("nothing reads it", self.place(site)),
        }
    }

    /// Where the usage of an answer is read that a function has under a name: there, or in a function of the program that it goes to.
    fn usage_of(&self, function: FunctionRef, answer: Symbol, depth: u32) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(function.file);
        facts.exprs_of(function.function).find_map(|expr| {
            let here = ExprRef { file: function.file, expr };
            if reads_usage(facts, expr) && begins_with(facts, expr, answer) {
                return Some(here);
            }
            let ExprKind::Call(_, args) = facts.kind(expr) else { return None };
            let args = facts.args(args);
            let at = args.iter().position(|a| begins_with(facts, a.value, answer))?;
            if last_name(facts, expr).is_some_and(|n| n.as_str().to_ascii_lowercase().contains("usage")) {
                return Some(here);
            }
            if depth > 2 || !matches!(facts.kind(args[at].value), ExprKind::Name(..) | ExprKind::Call(..)) {
                return None;
            }
            let own = functions_called(program, here.file, expr).into_iter().filter(|f| program.is_input(f.file));
            own.filter(|&f| f != function).find_map(|f| {
                let params = program.facts(f.file).params_of(f.function);
                let bound = usize::from(params.first().is_some_and(|p| p.name == "self" || p.name == "cls"));
                let name = match args[at].kind {
                    ArgKind::Keyword(name) => name,
                    _ => params.get(at + bound)?.name,
                };
                self.usage_of(f, name, depth + 1)
            })
        })
    }

    fn model(&self, site: ExprRef) -> Option<String> {
        let program = self.program;
        let literal = |file: FileId, expr: ExprId| -> Option<String> {
            let value = program.value(file, expr);
            match program.get(value) {
                Value::Str(text) => Some(text.as_str().to_owned()),
                _ => None,
            }
        };
        let named = |at: ExprRef| -> Option<String> {
            let facts = program.facts(at.file);
            let ExprKind::Call(_, args) = facts.kind(at.expr) else { return None };
            facts.args(args).iter().find_map(|a| match a.kind {
                ArgKind::Keyword(name) if matches!(name.as_str(), "model" | "model_name" | "model_id" | "modelId") => {
                    literal(at.file, a.value)
                }
                _ => None,
            })
        };
        named(site).or_else(|| {
            let (base, _, _) =
                ["ai_client", "retries", "timeout"].iter().find_map(|m| self.limits.marked_receiver(site, m))?;
            program.made(site.file, base).calls.into_iter().find_map(named)
        })
    }
}

/// `response.usage`, `response["usage"]`, `usage_metadata`, `token_usage` …
fn reads_usage(facts: &FileFacts, expr: ExprId) -> bool {
    let says = |name: &str| {
        matches!(
            name,
            "usage"
                | "usage_metadata"
                | "token_usage"
                | "total_tokens"
                | "prompt_tokens"
                | "completion_tokens"
                | "input_tokens"
                | "output_tokens"
                | "eval_count"
        )
    };
    match facts.kind(expr) {
        ExprKind::Attribute(_, attr) => says(attr.as_str()),
        ExprKind::Subscript(_, index) => matches!(facts.kind(index), ExprKind::Str(s) if says(s.as_str())),
        ExprKind::Call(_, args) => {
            last_name(facts, expr).is_some_and(|n| n == "get" || n == "getattr")
                && facts.args(args).iter().any(|a| matches!(facts.kind(a.value), ExprKind::Str(s) if says(s.as_str())))
        }
        _ => false,
    }
}

/// The name that the answer of a call gets.
fn kept_as(facts: &FileFacts, call: ExprId) -> Option<Symbol> {
    let mut at = call;
    if let Parent::Expr(parent) = facts.expr(call).parent()
        && matches!(facts.kind(parent), ExprKind::Await(_))
    {
        at = parent;
    }
    let Parent::Stmt(stmt) = facts.expr(at).parent() else { return None };
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return None };
    facts.expr_list(targets).find_map(|t| match facts.kind(t) {
        ExprKind::Name(name, _) => Some(name),
        _ => None,
    })
}

/// Whether the answer of a call is awaited, or what it was kept as is entered or iterated by an `async` statement.
fn is_used_async(facts: &FileFacts, call: ExprId) -> bool {
    let Some(name) = kept_as(facts, call).filter(|_| !awaited(facts, call)) else { return awaited(facts, call) };
    let function = facts.function_of(call);
    let mut names = vec![name];
    for stmt in facts.stmts_of(function) {
        if let StmtKind::Assign(targets, value) = facts.stmt(stmt).kind
            && matches!(facts.kind(value), ExprKind::Name(n, _) if names.contains(&n))
        {
            names.extend(facts.expr_list(targets).filter_map(|t| match facts.kind(t) {
                ExprKind::Name(n, _) => Some(n),
                _ => None,
            }));
        }
    }
    let is_it = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if names.contains(&n));
    facts.stmts_of(function).any(|stmt| match facts.stmt(stmt).kind {
        StmtKind::With(index) => {
            let with = &facts.withs[index as usize];
            with.is_async && with.items.iter().any(|item| is_it(item.context))
        }
        StmtKind::For(index) => {
            let turns = &facts.fors[index as usize];
            turns.is_async && is_it(turns.iter)
        }
        _ => false,
    })
}

/// Whether an expression is an attribute, an item or an argument of a name: `name.usage`, `getattr(name, "usage")`.
fn begins_with(facts: &FileFacts, expr: ExprId, name: Symbol) -> bool {
    match facts.kind(expr) {
        ExprKind::Name(n, _) => n == name,
        ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) => begins_with(facts, base, name),
        ExprKind::Call(callee, args) => {
            begins_with(facts, callee, name) || facts.args(args).iter().any(|a| begins_with(facts, a.value, name))
        }
        _ => false,
    }
}

/// Whether the answer of a call leaves the function whole, or goes into another call.
fn is_handed_on(facts: &FileFacts, function: FunctionId, call: ExprId) -> bool {
    let mut at = call;
    if let Parent::Expr(parent) = facts.expr(call).parent()
        && matches!(facts.kind(parent), ExprKind::Await(_))
    {
        at = parent;
    }
    match facts.expr(at).parent() {
        Parent::Expr(parent) => !matches!(facts.kind(parent), ExprKind::Attribute(..) | ExprKind::Subscript(..)),
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, _) => facts.expr_list(targets).any(|t| match facts.kind(t) {
                ExprKind::Name(name, _) => facts.exprs_of(function).any(|e| {
                    e != t
                        && matches!(facts.kind(e), ExprKind::Name(n, _) if n == name)
                        && !matches!(facts.expr(e).parent(), Parent::Expr(p) if matches!(facts.kind(p), ExprKind::Attribute(..) | ExprKind::Subscript(..)))
                }),
                _ => true,
            }),
            StmtKind::Expr(_) => false,
            _ => true,
        },
        Parent::None => true,
    }
}

/// Whether a name says that it counts calls in a time.
fn says_rate(name: &str) -> bool {
    has_word(name, &["rate"]) || has_stem(name, &["ratelimit", "throttl", "bucket"])
}
