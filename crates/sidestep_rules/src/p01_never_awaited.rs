//! Pitfall 1: coroutines that nobody awaits.

pub(crate) mod by_name;
pub(crate) mod futures;
pub(crate) mod passed_on;

use self::by_name::{async_by_kin, async_by_name, awaited_for_its_value};
use self::passed_on::*;
use crate::around::reads;
use crate::finding::Confidence;
use crate::p12_rate_limits::always_leaves;
use crate::registry::*;
use crate::support::*;
use rustc_hash::FxHashSet;
use sidestep_facts::{
    BindingKind, Block, CompKind, ExprId, ExprKind, FileFacts, FunctionId, Ranged as _, StmtId, StmtKind, Symbol,
    TextRange,
};
use sidestep_program::{FileId, FunctionRef, Program, Target, Value, ValueId};

/// Runs the rules of pitfall 1.
pub fn check(reporter: &mut Reporter) {
    let program = reporter.program;
    for file in program.inputs() {
        let facts = program.facts(file);
        for index in 0..facts.functions.len() as u32 {
            let function = FunctionRef { file, function: FunctionId(index) };
            let mut calls = Calls { program, function, reported: FxHashSet::default() };
            calls.check(reporter);
        }
        futures::taken_for_results(reporter, file);
        awaited_elsewhere(reporter, file);
        awaited_for_its_value(reporter, file);
        async_by_name(reporter, file);
        async_by_kin(reporter, file);
    }
    for function in program.effects().functions().filter(|f| program.is_input(f.file)) {
        sync_slots(reporter, function);
    }
    cached_coroutines(reporter);
}

struct Calls<'p> {
    program: &'p Program,
    function: FunctionRef,
    /// Calls that have a finding: one is enough.
    reported: FxHashSet<ExprId>,
}

impl Calls<'_> {
    fn check(&mut self, reporter: &mut Reporter) {
        let facts = self.program.facts(self.function.file);
        let is_async = facts.function(self.function.function).is_async;
        // What a coroutine can come from: most functions have none, and cost one scan.
        for expr in facts.exprs_of(self.function.function) {
            match facts.kind(expr) {
                ExprKind::Call(callee, _) if !self.may_make_coroutine(callee, is_async) => {}
                ExprKind::Call(..) => self.call(reporter, expr, is_async),
                ExprKind::Name(..) => self.variable(reporter, expr),
                ExprKind::Attribute(_, name) if self.program.may_be_async(name) => self.property(reporter, expr),
                _ => {}
            }
        }
        for stmt in facts.stmts_of(self.function.function) {
            if let StmtKind::For(index) = facts.stmt(stmt).kind {
                let each = facts.fors[index as usize];
                self.iteration(reporter, each.iter, each.is_async);
            }
        }
        for expr in facts.exprs_of(self.function.function) {
            match facts.kind(expr) {
                ExprKind::Comprehension(index) => {
                    for clause in &facts.comprehensions[index as usize].clauses {
                        self.iteration(reporter, clause.iter, clause.is_async);
                    }
                }
                ExprKind::Await(value) => {
                    let what = self.program.value(self.function.file, value);
                    let parts = self.program.alternatives(what);
                    if !parts.is_empty()
                        && parts.iter().all(|&p| matches!(self.program.get(p), Value::AsyncGenerator(..)))
                    {
                        reporter
                            .report(
                                &SS104,
                                self.function.file,
                                value,
                                "an async generator cannot be awaited: this raises `TypeError`",
                            )
                            .help("iterate it with `async for`");
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the name of what is called allows for a coroutine: most calls have names that no coroutine function has. In async
    /// code a name that stands for something else, a variable or an attribute that is assigned, may be another name of one, and
    /// objects of classes may be iterables that want `async for`.
    fn may_make_coroutine(&self, callee: ExprId, is_async: bool) -> bool {
        let program = self.program;
        let facts = program.facts(self.function.file);
        match facts.kind(callee) {
            ExprKind::Name(name, scope) => {
                program.may_be_async(name)
                    || is_async
                        && facts.lookup(scope, name).is_some_and(|(_, bindings)| {
                            bindings.iter().any(|b| !matches!(b.kind, BindingKind::Function(_)))
                        })
            }
            ExprKind::Attribute(_, name) => {
                program.may_be_async(name)
                    || is_async && (program.has_libraries() || program.is_assigned(name) || is_class_name(name))
            }
            _ => true,
        }
    }

    /// An expression as it is written, without the arguments of a call.
    fn what(&self, expr: ExprId) -> String {
        let facts = self.program.facts(self.function.file);
        let named = match facts.kind(expr) {
            ExprKind::Call(callee, _) => callee,
            _ => expr,
        };
        spelled(facts, named)
    }

    /// How a call is known to make a coroutine; none when it does not, or may not.
    fn makes_coroutine(&self, call: ExprId) -> Option<Confidence> {
        self.makes_awaitable(call, false)
    }

    /// The same, where what `may_run` by itself will do as well: a task is no more its result than a coroutine is.
    fn makes_awaitable(&self, call: ExprId, may_run: bool) -> Option<Confidence> {
        let program = self.program;
        let file = self.function.file;
        // Only awaitables that are known by name are worth a look at their value.
        let value = program.value(file, call);
        match awaitability(program, value) {
            Awaitability::Coroutine => {}
            _ => return None,
        }
        let mut confidence = Confidence::Certain;
        for part in program.alternatives(value) {
            if let Value::Coroutine(f, result) = program.get(part) {
                if is_interface_of_generators(program, *f, *result) {
                    return None;
                }
                if program.has_unknown_decorator(*f) {
                    confidence = Confidence::Likely;
                }
            }
        }
        let callees = program.callees(file, call);
        if !callees.complete {
            confidence = confidence.min(Confidence::Likely);
        }
        // A method that promises something to await may give a task or a future, which runs by itself.
        let gives_another = |t: &Target| match t {
            Target::Function(f, _) => {
                let plain =
                    program.is_input(f.file) && !program.function(*f).is_async && !program.has_unknown_decorator(*f);
                plain
                    && (program.is_abstract(*f) && !may_run
                        || !program.is_abstract(*f) && awaitability(program, program.given_by(*f)) == Awaitability::No)
            }
            _ => false,
        };
        if callees.targets.iter().any(gives_another) {
            return None;
        }
        // A method that some subclass overrides with a plain function.
        for target in &callees.targets {
            if let Target::Function(f, Some(receiver)) = target
                && self.overridden_by_sync(*f, *receiver)
            {
                return None;
            }
        }
        Some(confidence)
    }

    fn overridden_by_sync(&self, method: FunctionRef, receiver: ValueId) -> bool {
        let program = self.program;
        let Some(class) = program.class_of(method) else { return false };
        if !program.is_input(method.file) {
            return false;
        }
        // `super().setup()` runs what the class inherits, whatever its siblings do.
        let own = match program.get(receiver) {
            Value::Super(..) => return false,
            Value::Instance(own, _) if program.is_subclass(*own, class) => *own,
            _ => class,
        };
        let name = program.function(method).name;
        program.subclasses(own).iter().any(|&sub| {
            program
                .own_method(sub, name.as_str())
                .is_some_and(|own| !program.function(own).is_async && !program.is_abstract(own))
        })
    }

    fn call(&mut self, reporter: &mut Reporter, call: ExprId, is_async: bool) {
        let facts = self.program.facts(self.function.file);
        let file = self.function.file;
        let place = use_of(facts, call);
        // The cheap question first: how is the result used?
        match place {
            Use::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::Expr(_) => self.statement(reporter, call, is_async),
                StmtKind::Assign(targets, value) if value == call => {
                    self.assigned(reporter, call, call, targets);
                    self.kept(reporter, call, targets);
                }
                StmtKind::AnnAssign(_, annotation, Some(value)) if value == call => {
                    let declared = self.program.declared(file, annotation);
                    if is_plain(self.program, declared) {
                        self.used(reporter, call, "the name is declared to hold the result");
                    }
                }
                StmtKind::If { test, .. } | StmtKind::While { test, .. } | StmtKind::Assert(test, _)
                    if test == call =>
                {
                    self.used(reporter, call, "its truth is tested, and a coroutine is always true");
                }
                StmtKind::Return(_) if is_async => self.returned(reporter, call),
                StmtKind::AugAssign(_, _, value) if value == call => {
                    self.used(reporter, call, "a coroutine has no operators: this raises `TypeError`");
                }
                _ => {}
            },
            Use::Expr(_) if is_dropped(facts, call) => self.statement(reporter, call, is_async),
            Use::Expr(parent) => {
                self.contained(reporter, call, parent);
                self.consumed(reporter, call, parent);
                let why = misuse(facts, self.program, file, parent, call)
                    .or_else(|| self.returned_in_tuple(parent, call))
                    .or_else(|| lost_in_comprehension(facts, parent, call))
                    .or_else(|| lost_in_dict(facts, parent, call))
                    .or_else(|| self.wrong_argument(parent, call));
                if let Some(why) = why {
                    self.used(reporter, call, &why);
                }
            }
            Use::None => {}
        }
    }

    /// SS101.
    fn statement(&mut self, reporter: &mut Reporter, call: ExprId, is_async: bool) {
        let Some(mut confidence) = self.makes_coroutine(call) else { return };
        let program = self.program;
        let file = self.function.file;
        if confidence == Confidence::Likely && !is_async {
            // Decorators that make a sync function of an async one are used in sync code.
            confidence = Confidence::Possible;
        }
        if may_give_nothing(program, file, call) {
            return;
        }
        let name = self.what(call);
        if is_close(program, file, call) {
            let facts = program.facts(file);
            if matches!(facts.kind(call), ExprKind::Call(callee, _) if is_asked_for_kind(facts, call, callee)) {
                return;
            }
            reporter
                .report(&SS507, file, call, format!("`{name}` is a coroutine that nobody awaits: nothing is closed"))
                .help("await it")
                .confidence(confidence);
            return;
        }
        self.reported.insert(call);
        reporter
            .report(
                &SS101,
                file,
                call,
                format!("`{name}` is async: this call makes a coroutine and drops it, and its body never runs"),
            )
            .help(if is_async { "await it" } else { "await it from an async function, or give it to `asyncio.run`" })
            .confidence(confidence);
    }

    /// SS102.
    fn used(&mut self, reporter: &mut Reporter, call: ExprId, why: &str) {
        if self.reported.contains(&call) {
            return;
        }
        let Some(confidence) = self.makes_awaitable(call, true) else { return };
        self.reported.insert(call);
        let name = self.what(call);
        reporter
            .report(&SS102, self.function.file, call, format!("`{name}` gives a coroutine that is not awaited: {why}"))
            .help("await the call")
            .confidence(confidence);
    }

    /// An `async def` that says what it returns, and returns a coroutine of it.
    fn returned(&mut self, reporter: &mut Reporter, call: ExprId) {
        let facts = self.program.facts(self.function.file);
        let function = facts.function(self.function.function);
        if function.is_generator {
            return;
        }
        match function.returns {
            Some(_) => {
                if let Some(why) = self.returned_for_result() {
                    self.used(reporter, call, why);
                }
            }
            None => {
                // Who awaits the function gets a coroutine. Some want just that: then they await twice, or make a task of it.
                let callees = self.program.callees(self.function.file, call);
                let library = callees.targets.iter().all(|t| match t {
                    Target::Function(f, _) => self.program.origin(f.file) != sidestep_program::Origin::Input,
                    Target::Class(_) => false,
                });
                if library && !self.is_awaited_twice() {
                    self.used(reporter, call, "whoever awaits this function gets the coroutine");
                }
            }
        }
    }

    /// Why an `async def` may not return a coroutine: it says that it returns something else. Only a plain, known type is proof:
    /// `dict`, a class of the program.
    fn returned_for_result(&self) -> Option<&'static str> {
        let function = self.program.function(self.function);
        let declared = self.program.declared(self.function.file, function.returns?);
        (function.is_async && !function.is_generator && is_plain(self.program, declared))
            .then_some("the function returns the coroutine itself, not what its annotation promises")
    }

    /// The same for a coroutine in a tuple that is returned.
    fn returned_in_tuple(&self, tuple: ExprId, coroutine: ExprId) -> Option<String> {
        let program = self.program;
        let facts = program.facts(self.function.file);
        let function = facts.function(self.function.function);
        let ExprKind::Tuple(list) = facts.kind(tuple) else { return None };
        let Use::Stmt(stmt) = use_of(facts, tuple) else { return None };
        if !matches!(facts.stmt(stmt).kind, StmtKind::Return(_)) || !function.is_async || function.is_generator {
            return None;
        }
        let at = facts.expr_list(list).position(|e| e == coroutine)?;
        let promised = match program.get(program.declared(self.function.file, function.returns?)) {
            Value::Tuple(parts) if parts.len() == facts.expr_list(list).len() => parts[at],
            _ => return None,
        };
        is_plain(program, promised)
            .then(|| "the tuple holds the coroutine itself, not what the function's annotation promises".to_owned())
    }

    /// Whether some caller uses the result of awaiting this function as an awaitable again.
    fn is_awaited_twice(&self) -> bool {
        self.program.sites_of(self.function).into_iter().any(|site| {
            let facts = self.program.facts(site.file);
            let Use::Expr(awaited) = use_of(facts, site.expr) else { return false };
            matches!(facts.kind(awaited), ExprKind::Await(_))
                && matches!(use_of(facts, awaited), Use::Expr(outer) if matches!(facts.kind(outer), ExprKind::Await(_) | ExprKind::Call(..)))
        })
    }

    /// A coroutine given for a parameter that is declared to be something else.
    fn wrong_argument(&self, parent: ExprId, argument: ExprId) -> Option<String> {
        let program = self.program;
        let file = self.function.file;
        let facts = program.facts(file);
        let ExprKind::Call(_, args) = facts.kind(parent) else { return None };
        let index = facts.args(args).iter().position(|a| a.value == argument)?;
        let callees = program.callees(file, parent);
        if !callees.complete {
            return None;
        }
        let mut all = !callees.targets.is_empty();
        let mut because = None;
        for &target in &callees.targets {
            let mark = program.argument_mark(sidestep_program::ExprRef { file, expr: parent }, target, index);
            match mark {
                Some(mark) if matches!(mark.as_str(), "Value" | "Iterates") => {}
                Some(_) => return None,
                None if program.declared_param(file, parent, target, index).is_some_and(|d| is_plain(program, d)) => {}
                // Nothing declared: what the function does with it tells.
                None => {
                    let why = parameter_of(program, file, parent, target, argument)
                        .and_then(|(f, index)| mistreats(program, f, index));
                    all &= why.is_some();
                    because = because.or(why);
                }
            }
        }
        let to = callees.targets.first().map(|t| match t {
            Target::Function(f, _) => shown(program, *f),
            Target::Class(c) => program.class(*c).name.as_str().to_owned(),
        })?;
        all.then(|| match because {
            Some(why) => format!("`{to}` gets the coroutine, and {why}"),
            None => format!("`{to}` gets the coroutine, not its result"),
        })
    }

    /// SS102 for a coroutine that an attribute keeps.
    fn kept(&mut self, reporter: &mut Reporter, call: ExprId, targets: sidestep_facts::ExprList) {
        let facts = self.program.facts(self.function.file);
        let Some(class) = self.program.class_of(self.function) else { return };
        for target in facts.expr_list(targets) {
            if matches!(facts.kind(target), ExprKind::Attribute(..))
                && self.makes_coroutine(call).is_some()
                && let Some(why) = lost_in_attribute(self.program, class, target)
            {
                self.used(reporter, call, &why);
            }
        }
    }

    /// SS104 for `list(agen())`: a function that iterates what it is given, by the plain protocol.
    fn consumed(&mut self, reporter: &mut Reporter, argument: ExprId, parent: ExprId) {
        let program = self.program;
        let file = self.function.file;
        let facts = program.facts(file);
        let ExprKind::Call(_, args) = facts.kind(parent) else { return };
        let Some(index) = facts.args(args).iter().position(|a| a.value == argument) else { return };
        let value = program.value(file, argument);
        if value == ValueId::UNKNOWN
            || !program.alternatives(value).into_iter().all(|p| is_async_iterable(program, program.get(p)))
        {
            return;
        }
        let callees = program.callees(file, parent);
        let site = sidestep_program::ExprRef { file, expr: parent };
        let iterates = !callees.targets.is_empty()
            && callees.targets.iter().all(|&t| program.argument_mark(site, t, index).is_some_and(|m| m == "Iterates"));
        if iterates {
            let (name, by) = (self.what(argument), self.what(parent));
            reporter
                .report(&SS104, file, parent, format!("`{name}` is an async iterable: `{by}` raises `TypeError`"))
                .help("collect it with `[item async for item in …]`");
        }
    }

    /// SS103 for coroutines put into a local list that nothing reads.
    fn contained(&mut self, reporter: &mut Reporter, call: ExprId, parent: ExprId) {
        let facts = self.program.facts(self.function.file);
        match facts.kind(parent) {
            ExprKind::List(_) | ExprKind::Set(_) | ExprKind::Comprehension(_) => {
                let Use::Stmt(stmt) = use_of(facts, parent) else { return };
                let element = match facts.kind(parent) {
                    ExprKind::Comprehension(index) => facts.comprehensions[index as usize].element == call,
                    _ => true,
                };
                match facts.stmt(stmt).kind {
                    StmtKind::Assign(targets, value) if value == parent && element => {
                        self.assigned(reporter, call, parent, targets);
                    }
                    // A list that is written for its calls alone; a generator makes none of them.
                    StmtKind::Expr(value) if value == parent && element && !is_generator(facts, parent) => {
                        self.lost(reporter, call, "a list");
                    }
                    _ => {}
                }
            }
            // `jobs.append(call)`, where `jobs` is a local list.
            ExprKind::Call(callee, _) if is_statement(facts, parent) => {
                let ExprKind::Attribute(list, method) = facts.kind(callee) else { return };
                if !matches!(method.as_str(), "append" | "add" | "insert") {
                    return;
                }
                let ExprKind::Name(name, scope) = facts.kind(list) else { return };
                let own = facts.function(self.function.function).scope;
                if facts.resolve(scope, name) != Some(own) {
                    return;
                }
                let [binding] = facts.bindings_in(own, name) else { return };
                let BindingKind::Assign(value) = binding.kind else { return };
                if matches!(facts.kind(value), ExprKind::List(_) | ExprKind::Set(_))
                    && !is_read_otherwise(facts, name, own)
                {
                    self.lost(reporter, call, &format!("`{name}`"));
                }
            }
            _ => {}
        }
    }

    /// SS103, and SS102 through unpacking. `value` is the call itself, or the container that it stands in.
    fn assigned(&mut self, reporter: &mut Reporter, call: ExprId, value: ExprId, targets: sidestep_facts::ExprList) {
        let facts = self.program.facts(self.function.file);
        let targets: Vec<ExprId> = facts.expr_list(targets).collect();
        if targets.iter().any(|&t| matches!(facts.kind(t), ExprKind::Tuple(_) | ExprKind::List(_))) {
            if value == call {
                self.used(reporter, call, "a coroutine cannot be unpacked: this raises `TypeError`");
            }
            return;
        }
        let [target] = targets[..] else { return };
        let ExprKind::Name(name, scope) = facts.kind(target) else { return };
        if self.function.function == FunctionId::MODULE {
            return;
        }
        if facts.resolve(scope, name) != Some(facts.function(self.function.function).scope) {
            return;
        }
        let own = facts.function(self.function.function).scope;
        // The cheaper question first: most calls make no coroutine.
        if self.makes_coroutine(call).is_none()
            || (is_read(facts, name, own) && !is_overwritten(facts, value, name, own))
        {
            return;
        }
        self.lost(reporter, call, &format!("`{name}`"));
    }

    /// SS103, and in what the coroutine is lost.
    fn lost(&mut self, reporter: &mut Reporter, call: ExprId, keeper: &str) {
        let Some(confidence) = self.makes_coroutine(call) else { return };
        if !self.reported.insert(call) {
            return;
        }
        let what = self.what(call);
        reporter
            .report(
                &SS103,
                self.function.file,
                call,
                format!("`{what}` gives a coroutine that {keeper} keeps and nobody awaits: its body never runs"),
            )
            .help("await the call, or make a task of it")
            .confidence(confidence);
    }

    /// Whether a name is bound to a call, or an element, that may be a coroutine: a filter, not a proof.
    fn may_hold_coroutine(&self, expr: ExprId) -> bool {
        let facts = self.program.facts(self.function.file);
        let ExprKind::Name(name, scope) = facts.kind(expr) else { return false };
        let Some(home) = facts.resolve(scope, name) else { return false };
        facts.bindings_in(home, name).iter().take(32).any(|b| match b.kind {
            BindingKind::Assign(value) => match facts.kind(value) {
                ExprKind::Call(callee, _) => match facts.kind(callee) {
                    // A parameter may be a callback whose type promises something to await.
                    ExprKind::Name(n, at) => {
                        self.program.may_be_async(n)
                            || facts.lookup(at, n).is_some_and(|(_, bindings)| {
                                bindings.iter().any(|b| matches!(b.kind, BindingKind::Param(_)))
                            })
                    }
                    ExprKind::Attribute(_, n) => self.program.may_be_async(n),
                    _ => true,
                },
                _ => false,
            },
            BindingKind::Element(_, is_async, _) => !is_async,
            _ => false,
        })
    }

    /// A name that holds a coroutine and is used as if it were the result.
    fn variable(&mut self, reporter: &mut Reporter, expr: ExprId) {
        let facts = self.program.facts(self.function.file);
        let file = self.function.file;
        // The cheap questions first: most names are written, or passed over.
        let is_used = match use_of(facts, expr) {
            Use::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::If { .. }
                | StmtKind::While { .. }
                | StmtKind::Assert(..)
                | StmtKind::For(_)
                | StmtKind::Return(_)
                | StmtKind::AugAssign(..) => true,
                StmtKind::Assign(_, value) => value == expr,
                _ => false,
            },
            Use::Expr(_) => true,
            Use::None => false,
        };
        if !is_used || !self.may_hold_coroutine(expr) {
            return;
        }
        let why = match use_of(facts, expr) {
            Use::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::If { test, .. } | StmtKind::While { test, .. } | StmtKind::Assert(test, _)
                    if test == expr =>
                {
                    Some("its truth is tested, and a coroutine is always true".to_owned())
                }
                StmtKind::Assign(targets, value) if value == expr && unpacks(facts, targets) => {
                    Some("a coroutine cannot be unpacked: this raises `TypeError`".to_owned())
                }
                StmtKind::AugAssign(..) => Some("a coroutine has no operators: this raises `TypeError`".to_owned()),
                StmtKind::Return(_) => self.returned_for_result().map(str::to_owned),
                _ => None,
            },
            Use::Expr(parent) => misuse(facts, self.program, file, parent, expr)
                .or_else(|| self.returned_in_tuple(parent, expr))
                .or_else(|| lost_in_dict(facts, parent, expr)),
            Use::None => None,
        };
        let raising = || raises_for_coroutine(self.program, file, expr).or_else(|| self.argument_of(expr));
        let ExprKind::Name(name, _) = facts.kind(expr) else { return };
        // Code that awaits it after all, behind a test, knows what it has.
        let is_awaited = || {
            facts.exprs_of(self.function.function).any(|e| match facts.kind(e) {
                ExprKind::Await(value) => matches!(facts.kind(value), ExprKind::Name(n, _) if n == name),
                _ => false,
            })
        };
        if let Some(call) = self.made_at(expr) {
            if let Some(why) = why.or_else(raising)
                && !is_awaited()
            {
                self.used(reporter, call, &why);
            } else if let Some(why) = given_as_data(self.program, file, expr)
                && !asks_what_it_got(facts, self.function.function, None)
            {
                self.used(reporter, call, &why);
            }
        } else if let Some(call) = self.made_at_least_here(expr)
            && let Some(why) =
                raising().or_else(|| why.filter(|_| is_equated(facts, expr) && !is_asked_alike(facts, call, expr)))
            && !is_awaited()
            && !asks_what_it_got(facts, self.function.function, Some(name))
        {
            self.used(reporter, call, &why);
        }
    }

    /// SS102 for an `async def` that is a property: reading it makes a coroutine.
    fn property(&mut self, reporter: &mut Reporter, read: ExprId) {
        let facts = self.program.facts(self.function.file);
        let Some(why) = self.misused(read).or_else(|| self.misused_by_name(read)) else { return };
        let parts = self.program.alternatives(self.program.value(self.function.file, read));
        if parts.is_empty() || !parts.iter().all(|&p| matches!(self.program.get(p), Value::Coroutine(..))) {
            return;
        }
        let name = spelled(facts, read);
        reporter
            .report(
                &SS102,
                self.function.file,
                read,
                format!("`{name}` is an async property, and the coroutine that it gives is not awaited: {why}"),
            )
            .help("await it");
    }

    /// Why a coroutine may not stand in a place.
    fn misused(&self, expr: ExprId) -> Option<String> {
        let facts = self.program.facts(self.function.file);
        match use_of(facts, expr) {
            Use::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::If { test, .. } | StmtKind::While { test, .. } | StmtKind::Assert(test, _)
                    if test == expr =>
                {
                    Some("its truth is tested, and a coroutine is always true".to_owned())
                }
                _ => raises_for_coroutine(self.program, self.function.file, expr),
            },
            Use::Expr(parent) => misuse(facts, self.program, self.function.file, parent, expr),
            Use::None => None,
        }
    }

    /// The same for the only name that an expression gets, where the function never awaits it.
    fn misused_by_name(&self, expr: ExprId) -> Option<String> {
        let facts = self.program.facts(self.function.file);
        let Use::Stmt(stmt) = use_of(facts, expr) else { return None };
        let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return None };
        let ExprKind::Name(name, scope) = facts.kind(facts.expr_list(targets).next()?) else { return None };
        let own = facts.function(self.function.function).scope;
        if facts.resolve(scope, name) != Some(own) || facts.bindings_in(own, name).len() != 1 {
            return None;
        }
        let reads: Vec<ExprId> = facts
            .exprs_of(self.function.function)
            .filter(|&e| matches!(facts.kind(e), ExprKind::Name(n, _) if n == name))
            .collect();
        if reads.iter().any(|&read| is_awaited(facts, read)) {
            return None;
        }
        reads.into_iter().find_map(|read| self.misused(read))
    }

    /// Why the call that an expression is an argument of cannot do with a coroutine.
    fn argument_of(&self, expr: ExprId) -> Option<String> {
        let facts = self.program.facts(self.function.file);
        match use_of(facts, expr) {
            Use::Expr(call) if matches!(facts.kind(call), ExprKind::Call(callee, _) if callee != expr) => {
                self.wrong_argument(call, expr)
            }
            _ => None,
        }
    }

    /// The call that made the coroutine which a local name may hold where it is read, beside other things.
    fn made_at_least_here(&self, expr: ExprId) -> Option<ExprId> {
        let facts = self.program.facts(self.function.file);
        let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
        let home = facts.resolve(scope, name)?;
        if home != facts.function(self.function.function).scope || home == sidestep_facts::ScopeId::MODULE {
            return None;
        }
        let holds = self.program.alternatives(self.program.value(self.function.file, expr));
        // A parameter is what its declaration says, until it is made good: `if not user: user = get_user()`.
        let given = facts.bindings_in(home, name).iter().any(|b| matches!(b.kind, BindingKind::Param(_)));
        let unknown = self.program.value(self.function.file, expr) == ValueId::UNKNOWN;
        let may_hold = |call: ExprId| match branch_before(facts, call, expr) {
            Some(branch) if always_leaves(facts, branch) => false,
            Some(_) if given || unknown && !is_asked_alike(facts, call, expr) => true,
            _ => holds.contains(&self.program.value(self.function.file, call)),
        };
        facts.bindings_in(home, name).iter().find_map(|b| match b.kind {
            BindingKind::Assign(call)
                if matches!(facts.kind(call), ExprKind::Call(..))
                    && facts.range(call).end() <= facts.range(expr).start()
                    && may_hold(call)
                    && awaitability(self.program, self.program.value(self.function.file, call))
                        == Awaitability::Coroutine =>
            {
                Some(call)
            }
            _ => None,
        })
    }

    /// The call in this function that made the coroutine which an expression holds: itself, or through a local name that
    /// is bound to nothing but calls.
    fn made_at(&self, expr: ExprId) -> Option<ExprId> {
        let facts = self.program.facts(self.function.file);
        let file = self.function.file;
        let ExprKind::Name(name, scope) = facts.kind(expr) else {
            return matches!(facts.kind(expr), ExprKind::Call(..)).then_some(expr);
        };
        let home = facts.resolve(scope, name)?;
        let mut calls: Vec<ExprId> = Vec::new();
        let mut appended = false;
        for binding in facts.bindings_in(home, name) {
            match binding.kind {
                BindingKind::Assign(value) if matches!(facts.kind(value), ExprKind::Call(..)) => calls.push(value),
                BindingKind::Assign(value) if matches!(facts.kind(value), ExprKind::Await(_)) => {}
                BindingKind::Element(iter, false, None) => match element_made_at(facts, iter) {
                    Some(call) => calls.push(call),
                    None => {
                        calls.push(appended_at(facts, self.function.function, iter)?);
                        appended = true;
                    }
                },
                _ => return None,
            }
        }
        let holds = || awaitability(self.program, self.program.value(file, expr)) == Awaitability::Coroutine;
        if calls.is_empty() || !appended && !holds() {
            return None;
        }
        calls.into_iter().find(|&call| {
            facts.range(call).end() <= facts.range(expr).start()
                && facts.function_of(call) == self.function.function
                && awaitability(self.program, self.program.value(file, call)) == Awaitability::Coroutine
        })
    }

    /// SS104.
    fn iteration(&mut self, reporter: &mut Reporter, iter: ExprId, is_async: bool) {
        let program = self.program;
        let file = self.function.file;
        let value = program.value(file, iter);
        if value == ValueId::UNKNOWN {
            return;
        }
        let facts = program.facts(file);
        let object = match facts.kind(iter) {
            ExprKind::Call(callee, _) => callee,
            _ => iter,
        };
        if is_asked_for_kind(facts, iter, object) {
            return;
        }
        let parts = program.alternatives(value);
        let all = |test: &dyn Fn(&Value) -> bool| parts.iter().all(|&p| test(program.get(p)));
        let is_sync_iterable = |v: &Value| match v {
            Value::Generator(..) | Value::Tuple(_) | Value::Str(_) => true,
            Value::Instance(class, _) => {
                program.method(*class, "__iter__").is_some()
                    && program.method(*class, "__aiter__").is_none()
                    && !program.has_unknown_base(*class)
            }
            _ => false,
        };
        let is_coroutine = awaitability(program, value) == Awaitability::Coroutine;
        let name = self.what(iter);
        if !is_async && all(&|v| is_async_iterable(program, v)) {
            reporter
                .report(&SS104, file, iter, format!("`{name}` is an async iterable: a plain `for` raises `TypeError`"))
                .help("iterate it with `async for`");
        } else if !is_async && is_coroutine {
            if let Some(call) = self.made_at(iter) {
                self.used(reporter, call, "a coroutine cannot be iterated: this raises `TypeError`");
            }
        } else if is_async && is_coroutine {
            let interface = parts.iter().any(|&p| {
                matches!(program.get(p), Value::Coroutine(f, result) if is_interface_of_generators(program, *f, *result))
            });
            if interface || !self.reported.insert(iter) {
                return;
            }
            reporter
                .report(
                    &SS104,
                    file,
                    iter,
                    format!("`{name}` gives a coroutine: `async for` over it raises `TypeError`"),
                )
                .help("await it first");
        } else if is_async && all(&is_sync_iterable) {
            // `events: Iterator[Event]` is what somebody wrote, and `async for` what runs.
            let is_declared = parts.iter().any(|&p| {
                matches!(program.get(p), Value::Instance(class, _)
                    if ["Iterator", "Iterable", "Generator"].iter().any(|n| program.is_class(*class, "typing", n)))
            });
            let finding = reporter
                .report(
                    &SS104,
                    file,
                    iter,
                    format!("`{name}` is a plain iterable: `async for` over it raises `TypeError`"),
                )
                .help("iterate it with a plain `for`");
            if is_declared {
                finding.confidence(Confidence::Possible);
            }
        }
    }
}

/// Whether nothing becomes of an expression: `client and client.close()` as a statement.
fn is_dropped(facts: &FileFacts, expr: ExprId) -> bool {
    match use_of(facts, expr) {
        Use::Stmt(stmt) => matches!(facts.stmt(stmt).kind, StmtKind::Expr(_)),
        Use::Expr(parent) => {
            let is_given = match facts.kind(parent) {
                ExprKind::And(list) | ExprKind::Or(list) => facts.expr_list(list).next_back() == Some(expr),
                ExprKind::IfElse(list) => facts.expr_list(list).next() != Some(expr),
                _ => false,
            };
            is_given && is_dropped(facts, parent)
        }
        Use::None => false,
    }
}

/// Whether a plain function that a call runs gives a coroutine on some ways only, and nothing where it ends with a branch that it
/// does not take: `if react: return self.reacting()`. Who drops what it gives passed what takes no such branch.
fn may_give_nothing(program: &Program, file: FileId, call: ExprId) -> bool {
    program.callees(file, call).targets.iter().any(|target| {
        let Target::Function(f, _) = *target else { return false };
        let facts = program.facts(f.file);
        let own = facts.function(f.function);
        !own.is_async
            && facts.block(own.body).next_back().is_some_and(|last| match facts.stmt(last).kind {
                StmtKind::If { orelse, .. } => facts.block(orelse).next().is_none(),
                _ => false,
            })
    })
}

/// Whether an `async def` without a body stands for async generators: `async def stream(self) -> AsyncIterator[str]` in a base
/// class, whose subclasses `yield`. Whoever calls it gets what those give.
fn is_interface_of_generators(program: &Program, function: FunctionRef, result: ValueId) -> bool {
    let gives_iterator = program.alternatives(result).into_iter().any(|part| {
        matches!(program.get(part), Value::Instance(class, _)
            if ["AsyncIterator", "AsyncGenerator", "AsyncIterable"].iter().any(|n| program.is_class(*class, "typing", n)))
    });
    let facts = program.facts(function.file);
    let mut body = facts.block(facts.function(function.function).body);
    // It has a body only to say that there is none.
    let raises = |s: StmtId| matches!(facts.stmt(s).kind, StmtKind::Raise(..));
    let is_text =
        |s: StmtId| matches!(facts.stmt(s).kind, StmtKind::Expr(e) if matches!(facts.kind(e), ExprKind::Str(_)));
    let is_empty =
        program.function(function).is_stub || program.is_abstract(function) || body.all(|s| raises(s) || is_text(s));
    is_empty && (gives_iterator || program.overrides(function).iter().any(|&f| program.function(f).is_generator))
}

/// An expression as it is written, in short: `get_client().rows[…].fetch`.
fn is_generator(facts: &FileFacts, expr: ExprId) -> bool {
    matches!(facts.kind(expr), ExprKind::Comprehension(index)
        if facts.comprehensions[index as usize].kind == CompKind::Generator)
}

fn spelled(facts: &FileFacts, expr: ExprId) -> String {
    match facts.kind(expr) {
        ExprKind::Name(name, _) => name.as_str().to_owned(),
        ExprKind::Attribute(value, attr) => format!("{}.{attr}", spelled(facts, value)),
        ExprKind::Call(callee, _) => format!("{}()", spelled(facts, callee)),
        ExprKind::Subscript(value, _) => format!("{}[…]", spelled(facts, value)),
        ExprKind::Await(value) => spelled(facts, value),
        _ => "(…)".to_owned(),
    }
}

/// Whether a value can be iterated by `async for` alone.
fn is_async_iterable(program: &Program, value: &Value) -> bool {
    match value {
        Value::AsyncGenerator(..) => true,
        Value::Instance(class, _) => {
            program.method(*class, "__aiter__").is_some()
                && program.method(*class, "__iter__").is_none()
                && program.method(*class, "__getitem__").is_none()
                && !program.has_unknown_base(*class)
        }
        _ => false,
    }
}

/// Why a coroutine may not stand under an expression: it is used as if it were the result.
fn misuse(facts: &FileFacts, program: &Program, file: FileId, parent: ExprId, child: ExprId) -> Option<String> {
    Some(match facts.kind(parent) {
        ExprKind::Attribute(_, attr) => {
            if matches!(attr.as_str(), "close" | "send" | "throw" | "__await__" | "__name__" | "__qualname__")
                || attr.as_str().starts_with("cr_")
            {
                return None;
            }
            format!("a coroutine has no attribute `{attr}`")
        }
        ExprKind::Subscript(value, _) if value == child => {
            "a coroutine cannot be indexed: this raises `TypeError`".to_owned()
        }
        ExprKind::Compare(op, list) => {
            use sidestep_facts::CmpOp;
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                if !facts.expr_list(list).any(|e| facts.kind(e) == ExprKind::None) {
                    return None;
                }
                "a coroutine is never `None`".to_owned()
            } else {
                "the coroutine is compared, not its result".to_owned()
            }
        }
        ExprKind::And(list) | ExprKind::Or(list)
            if facts.expr_list(list).next_back() != Some(child) || is_tested(facts, parent) =>
        {
            "its truth is tested, and a coroutine is always true".to_owned()
        }
        ExprKind::Not(_) => "its truth is tested, and a coroutine is always true".to_owned(),
        ExprKind::Starred(_) => "a coroutine cannot be iterated: this raises `TypeError`".to_owned(),
        // `json.dumps({"name": fetch()})`
        ExprKind::Dict(_) | ExprKind::List(_) | ExprKind::Tuple(_) => match use_of(facts, parent) {
            Use::Expr(call) if matches!(facts.kind(call), ExprKind::Call(callee, _) if callee != parent) => {
                return misuse(facts, program, file, call, parent);
            }
            _ => return None,
        },
        ExprKind::Binary(..) | ExprKind::Unary(_) => "a coroutine has no operators: this raises `TypeError`".to_owned(),
        ExprKind::FString(_) => "the text shows the coroutine object".to_owned(),
        ExprKind::IfElse(list) if facts.expr_list(list).next() == Some(child) => {
            "its truth is tested, and a coroutine is always true".to_owned()
        }
        ExprKind::Call(_, args) => {
            let index = facts.args(args).iter().position(|a| a.value == child)?;
            if index == 0
                && awaitability(program, program.value(file, child)) == Awaitability::Coroutine
                && asks_for_plain(facts, program, file, parent)
            {
                return Some("the coroutine is no instance of that class, whatever its result is".to_owned());
            }
            let site = sidestep_program::ExprRef { file, expr: parent };
            let callees = program.callees(file, parent);
            let mut name = None;
            for &target in &callees.targets {
                match program.argument_mark(site, target, index) {
                    Some(mark) if mark == "Value" => {
                        name = Some(match target {
                            Target::Function(f, _) => shown(program, f),
                            Target::Class(c) => program.class(c).name.as_str().to_owned(),
                        });
                    }
                    _ => return None,
                }
            }
            format!("`{}` gets the coroutine, not its result", name?)
        }
        _ => return None,
    })
}

/// Whether a call is `isinstance(…, T)` for plain classes alone.
fn asks_for_plain(facts: &FileFacts, program: &Program, file: FileId, call: ExprId) -> bool {
    let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
    if !matches!(facts.kind(callee), ExprKind::Name(name, scope) if name == "isinstance" && facts.resolve(scope, name).is_none())
    {
        return false;
    }
    let Some(asked) = facts.positional(args, 1) else { return false };
    let is_plain_class = |class: ExprId| is_plain(program, program.declared(file, class));
    match facts.kind(asked) {
        ExprKind::Tuple(list) => facts.expr_list(list).all(is_plain_class),
        _ => is_plain_class(asked),
    }
}

/// Whether all that is asked of an expression is whether it is true: the last of `if ready and check():` is.
fn is_tested(facts: &FileFacts, expr: ExprId) -> bool {
    match use_of(facts, expr) {
        Use::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::If { test, .. } | StmtKind::While { test, .. } | StmtKind::Assert(test, _) => test == expr,
            _ => false,
        },
        Use::Expr(parent) => match facts.kind(parent) {
            ExprKind::Not(_) => true,
            ExprKind::And(list) | ExprKind::Or(list) => {
                facts.expr_list(list).next_back() != Some(expr) || is_tested(facts, parent)
            }
            ExprKind::IfElse(list) => facts.expr_list(list).next() == Some(expr),
            _ => false,
        },
        Use::None => false,
    }
}

/// The branch that a name is bound in: behind an `if`, and no part of it.
fn branch_before(facts: &FileFacts, bound: ExprId, read: ExprId) -> Option<Block> {
    let outer = facts.enclosing(facts.stmt_of(bound)?).next()?;
    let StmtKind::If { body, .. } = facts.stmt(outer).kind else { return None };
    let inside = facts.block(body).any(|s| facts.stmt(s).range().contains_range(facts.range(bound)));
    (inside && !facts.stmt(outer).range().contains_range(facts.range(read))).then_some(body)
}

/// Whether a name is read under a question about something that the branch it is bound in asks for, too: it may be the other branch's.
fn is_asked_alike(facts: &FileFacts, bound: ExprId, read: ExprId) -> bool {
    let asked = |e: ExprId| -> FxHashSet<String> {
        let function = facts.function_of(e);
        let stmts = facts.stmt_of(e).into_iter().flat_map(|s| facts.enclosing(s));
        let tests = stmts.filter_map(|s| match facts.stmt(s).kind {
            StmtKind::If { test, .. } | StmtKind::While { test, .. } => Some(test),
            _ => None,
        });
        tests.flat_map(|test| reads(facts, function, test)).collect()
    };
    !asked(bound).is_disjoint(&asked(read))
}

/// Whether an expression is compared for equality.
fn is_equated(facts: &FileFacts, expr: ExprId) -> bool {
    use sidestep_facts::CmpOp;
    matches!(use_of(facts, expr), Use::Expr(parent)
        if matches!(facts.kind(parent), ExprKind::Compare(CmpOp::Eq | CmpOp::NotEq, _)))
}

/// Whether a local name is read anywhere in its scope, nested functions included.
fn is_read(facts: &FileFacts, name: Symbol, scope: sidestep_facts::ScopeId) -> bool {
    facts.exprs.iter().enumerate().any(|(index, expr)| {
        let ExprKind::Name(n, at) = expr.kind else { return false };
        n == name && facts.resolve(at, name) == Some(scope) && !is_written(facts, ExprId(index as u32))
    })
}

/// Whether a list is read other than by putting things into it.
fn is_read_otherwise(facts: &FileFacts, name: Symbol, scope: sidestep_facts::ScopeId) -> bool {
    facts.exprs.iter().enumerate().any(|(index, expr)| {
        let ExprKind::Name(n, at) = expr.kind else { return false };
        let id = ExprId(index as u32);
        if n != name || facts.resolve(at, name) != Some(scope) || is_written(facts, id) {
            return false;
        }
        !matches!(use_of(facts, id), Use::Expr(parent)
            if matches!(facts.kind(parent), ExprKind::Attribute(_, m) if matches!(m.as_str(), "append" | "add" | "insert")))
    })
}

/// Whether a name that a value was just bound to is bound again in the same block before anything reads it.
fn is_overwritten(facts: &FileFacts, value: ExprId, name: Symbol, scope: sidestep_facts::ScopeId) -> bool {
    let bindings = facts.bindings_in(scope, name);
    let Some(at) = bindings.iter().position(|b| b.kind == BindingKind::Assign(value)) else { return false };
    let Some(next) = bindings.get(at + 1) else { return false };
    let BindingKind::Assign(second) = next.kind else { return false };
    if next.block_end != bindings[at].block_end || next.loop_start != bindings[at].loop_start {
        return false;
    }
    let (from, to) = (facts.range(value).end(), facts.range(second).end());
    !facts.exprs.iter().enumerate().any(|(index, expr)| {
        let ExprKind::Name(n, _) = expr.kind else { return false };
        let id = ExprId(index as u32);
        n == name && (from..to).contains(&expr.range().start()) && !is_written(facts, id)
    })
}

/// Whether a name is the target of an assignment.
pub(crate) fn is_written(facts: &FileFacts, expr: ExprId) -> bool {
    match use_of(facts, expr) {
        Use::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => facts.expr_list(targets).any(|t| t == expr),
            StmtKind::AnnAssign(target, ..) => target == expr,
            StmtKind::For(index) => facts.fors[index as usize].target == expr,
            _ => false,
        },
        _ => false,
    }
}

/// Whether an un-awaited call is one that closes something: pitfall 5 speaks then.
fn is_close(program: &Program, file: FileId, call: ExprId) -> bool {
    let callees = program.callees(file, call);
    !is_own_method(program.facts(file), call)
        && !callees.targets.is_empty()
        && callees.targets.iter().all(|target| {
            let Target::Function(f, Some(receiver)) = target else { return false };
            if program.mark(*f, "close").is_some() {
                return true;
            }
            let name = program.function(*f).name;
            matches!(name.as_str(), "close" | "aclose" | "wait_closed")
                && program.alternatives(*receiver).iter().all(|&r| {
                    matches!(program.get(r), Value::Instance(class, _)
                        if program.class_mark(*class, "async_resource").is_some()
                            || program.method(*class, "__aenter__").is_some()
                            || name != "close")
                })
        })
}

/// SS105: an async function where a plain one is called.
fn sync_slots(reporter: &mut Reporter, function: FunctionRef) {
    let program = reporter.program;
    let Some(summary) = program.effects().summary(function) else { return };
    for handed in &summary.handed {
        if !matches!(handed.mark.as_str(), "OnLoop" | "InThread" | "SyncSlot") {
            continue;
        }
        let value = program.value(function.file, handed.argument);
        let parts = program.alternatives(value);
        let makes = |part: ValueId| {
            let result = program.result_of(part);
            awaitability(program, result) == Awaitability::Coroutine && !matches!(program.get(part), Value::Class(_))
        };
        if parts.is_empty() || !parts.iter().all(|&p| makes(p)) {
            continue;
        }
        if is_asked_for_kind(program.facts(function.file), handed.call, handed.argument) {
            continue;
        }
        let name = handed.functions.first().map(|&f| match program.function(f).is_lambda {
            true => "this lambda".to_owned(),
            false => format!("`{}`", shown(program, f)),
        });
        let name = name.unwrap_or_else(|| "this".to_owned());
        let to = shown(program, handed.to);
        reporter
            .report(
                &SS105,
                function.file,
                handed.call,
                format!("`{to}` calls {name} and drops the coroutine that it makes: nothing of it ever runs"),
            )
            .help(match handed.mark.as_str() {
                "OnLoop" => "hand over a plain function that makes a task of it",
                "InThread" => {
                    "await it on the loop, or hand over a plain function (`asyncio.run` in a thread of its own)"
                }
                _ => "hand over a plain function",
            });
    }
}

/// SS105: a cache around an `async def` keeps the coroutine, which can be awaited once.
fn cached_coroutines(reporter: &mut Reporter) {
    let program = reporter.program;
    for function in program.effects().functions().filter(|f| program.is_input(f.file)) {
        let facts = program.facts(function.file);
        let f = facts.function(function.function);
        if !f.is_async || f.is_generator {
            continue;
        }
        for decorator in facts.expr_list(f.decorators) {
            let name = match facts.kind(decorator) {
                ExprKind::Call(callee, _) => callee,
                _ => decorator,
            };
            let value = program.value(function.file, name);
            let cached = program.alternatives(value).into_iter().any(|part| {
                matches!(program.get(part), Value::Function(d)
                    if program.module_name(d.file) == "functools" && program.mark(*d, "memoised").is_some())
            });
            if cached {
                let range: TextRange = facts.expr(decorator).range();
                reporter
                    .report_at(&SS105, function.file, range, format!("the cache keeps the coroutine of `{}`, and awaiting it a second time raises `RuntimeError`", f.name))
                    .help("cache the result: an async cache such as `async_lru.alru_cache`, or a task kept in a dict");
            }
        }
    }
}
