//! Effects: what functions do, each with the shortest chain that proves it.
//!
//! [`Summary`] lists the steps of one function: every place where it runs other code, and what that may be (calls,
//! managers entered, iteration, properties, callbacks passed on). Effects begin at library functions whose marks have
//! them and travel backwards over the steps, breadth first, so that each function's witness is a shortest one.

use crate::calls::Target;
use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{ArgKind, ExprId, ExprKind, FunctionId, Parent, ScopeKind, StmtKind, Symbol};
use std::collections::VecDeque;
use std::rc::Rc;

/// How a step runs other code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// An ordinary call.
    Call,
    /// `with` enters and leaves a manager.
    Enter,
    /// A loop or comprehension asks an iterator.
    Iterate,
    /// An attribute is a property.
    Property,
    /// An operator runs a method.
    Operator,
    /// A function is handed to another, which calls it on the same thread: that other.
    Callback(FunctionRef),
}

/// A place in a function that runs other code.
#[derive(Clone, Debug)]
pub struct Site {
    /// The call, the manager, the iterable or the attribute.
    pub expr: ExprId,
    /// How.
    pub step: Step,
    /// The functions it may run.
    pub targets: Vec<FunctionRef>,
    /// There are no others.
    pub complete: bool,
    /// It stands directly under `await`, or is an `async with` or `async for`.
    pub awaited: bool,
}

/// A function handed to other code as an argument.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The function whose code hands it on.
    pub by: FunctionRef,
    /// The call.
    pub call: ExprId,
    /// The argument.
    pub argument: ExprId,
    /// The functions it may be.
    pub functions: Vec<FunctionRef>,
    /// What the knowledge says the parameter is for: `OnLoop`, `InThread`, `SyncSlot`, `Awaits`, `Calls`.
    pub mark: Symbol,
    /// The library function it is handed to.
    pub to: FunctionRef,
}

/// What one function does.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// In source order.
    pub sites: Vec<Site>,
    /// Functions it hands to library code.
    pub handed: Vec<Handed>,
    /// Its own parameters that it calls: the index, and the call.
    pub calls_params: Vec<(u32, ExprId)>,
    /// Calls whose callee is not known at all.
    pub unresolved: u32,
    /// Calls whose callee is known.
    pub resolved: u32,
}

/// An effect that travels along calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Blocks the thread for long.
    Blocks,
    /// Blocks the thread for a moment (a `stat`).
    BlocksBriefly,
    /// Runs an event loop on the calling thread.
    StartsLoop,
    /// Sends a request to an AI service.
    Ai,
    /// Sends a request to the outside.
    Network,
    /// Raises in ordinary operation.
    Raises,
    /// Waits for something another task must do.
    Waits,
}

const EFFECTS: [Effect; 7] = [
    Effect::Blocks,
    Effect::BlocksBriefly,
    Effect::StartsLoop,
    Effect::Ai,
    Effect::Network,
    Effect::Raises,
    Effect::Waits,
];

/// The first step of the shortest way from a function to an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Witness {
    /// The place in the function.
    pub expr: ExprId,
    /// How it runs the next.
    pub step: Step,
    /// The next function: a library function that has the effect itself, or one with a witness of its own. None where the
    /// function has the effect by what stands at `expr` (a `raise`).
    pub next: Option<FunctionRef>,
    /// How many steps to the effect.
    pub distance: u32,
    /// Every function that each step may run has the effect, and none is unknown.
    pub certain: bool,
}

/// The effects of all functions that matter.
pub struct Effects {
    summaries: FxHashMap<FunctionRef, Summary>,
    witnesses: FxHashMap<(FunctionRef, Effect), Witness>,
    /// Functions that a worker thread runs, with where they were handed over.
    threads: FxHashMap<FunctionRef, ExprRef>,
    /// Plain functions that code on a loop calls, directly or through others.
    on_loop: FxHashSet<FunctionRef>,
    callers: FxHashMap<FunctionRef, Vec<(FunctionRef, ExprId)>>,
    order: Vec<FunctionRef>,
}

impl Effects {
    /// What a function does. None for library stubs and functions that no async code reaches.
    pub fn summary(&self, function: FunctionRef) -> Option<&Summary> {
        self.summaries.get(&function)
    }

    /// How a function comes to an effect.
    pub fn witness(&self, function: FunctionRef, effect: Effect) -> Option<&Witness> {
        self.witnesses.get(&(function, effect))
    }

    /// Where a function was given to a worker thread, if one runs it, directly or through others.
    pub fn in_thread(&self, function: FunctionRef) -> Option<ExprRef> {
        self.threads.get(&function).copied()
    }

    /// Whether code on a loop calls a plain function, directly or through others.
    pub fn reached_on_loop(&self, function: FunctionRef) -> bool {
        self.on_loop.contains(&function)
    }

    /// The calls that may run a function, among the functions with a summary.
    pub fn callers(&self, function: FunctionRef) -> &[(FunctionRef, ExprId)] {
        self.callers.get(&function).map_or(&[], Vec::as_slice)
    }

    /// The functions with a summary, in order of file and position.
    pub fn functions(&self) -> impl Iterator<Item = FunctionRef> + '_ {
        self.order.iter().copied()
    }

    /// The way from a function to an effect: each function, and the place in it that leads on. The last step's target
    /// is the library function that has the effect.
    pub fn chain(&self, function: FunctionRef, effect: Effect) -> Vec<(FunctionRef, Witness)> {
        let mut chain = Vec::new();
        let mut at = function;
        while let Some(&witness) = self.witness(at, effect) {
            chain.push((at, witness));
            match witness.next {
                Some(next) if chain.len() < 64 => at = next,
                _ => break,
            }
        }
        chain
    }
}

impl Program {
    /// The effects of the program's functions, computed once.
    pub fn effects(&self) -> &Effects {
        self.effects_kept.get_or_init(|| Builder::new(self).run())
    }

    /// Whether a function's own code runs on an event loop: async functions, notebook cells, sync functions that a
    /// framework calls on its loop.
    pub fn runs_on_loop(&self, function: FunctionRef) -> bool {
        let f = self.function(function);
        f.is_async
            || function.function == FunctionId::MODULE && self.facts(function.file).top_level_loop
            || !f.is_lambda && self.is_decorated(function, "on_loop")
            || self.is_framework_method(function)
    }

    /// Whether a sync method is one that a framework base class calls on its loop.
    fn is_framework_method(&self, function: FunctionRef) -> bool {
        let Some(class) = self.class_of(function) else { return false };
        if self.class(class).bases == sidestep_facts::ExprList::EMPTY {
            return false;
        }
        let Some(mark) = self.class_mark(class, "framework_base") else { return false };
        let name = self.function(function).name;
        mark.args.iter().chain(mark.keywords.iter().map(|(_, v)| v)).filter_map(|l| l.as_str()).any(|list| {
            let list =
                list.strip_prefix("async_methods=").or_else(|| list.strip_prefix("sync_methods=")).unwrap_or(list);
            list.split([',', ' ']).any(|n| n == name.as_str())
        })
    }

    /// Whether an effect begins at a library function, by its marks.
    pub fn has_effect(&self, function: FunctionRef, effect: Effect) -> bool {
        self.marks(function).iter().any(|mark| match effect {
            Effect::Blocks => mark.name == "blocks" && !mark.flag("quick"),
            Effect::BlocksBriefly => mark.name == "blocks" && mark.flag("quick"),
            Effect::StartsLoop => mark.name == "starts_loop",
            Effect::Ai => mark.name == "ai",
            Effect::Network => mark.name == "network",
            Effect::Raises => mark.name == "raises",
            Effect::Waits => mark.name == "waits",
        })
    }

    /// Whether a call takes a lock that the function has just made: nobody else can hold it.
    pub fn is_own_lock(&self, file: FileId, call: ExprId, method: FunctionRef) -> bool {
        let facts = self.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        let ExprKind::Attribute(lock, name) = facts.kind(callee) else { return false };
        let ExprKind::Name(local, scope) = facts.kind(lock) else { return false };
        let locks = self.class_of(method).is_some_and(|class| self.class_mark(class, "thread_lock").is_some());
        let home = facts.function(facts.function_of(call)).scope;
        name == "acquire"
            && locks
            && home != sidestep_facts::ScopeId::MODULE
            && facts.resolve(scope, local) == Some(home)
            && facts.bindings_in(home, local).iter().all(|b| match b.kind {
                sidestep_facts::BindingKind::Assign(made) => {
                    let ExprKind::Call(maker, _) = facts.kind(made) else { return false };
                    let maker = self.value(file, maker);
                    matches!(self.get(maker), Value::Class(_))
                }
                _ => false,
            })
    }

    /// Whether an argument of a call switches the effect of a mark off: `unless="blocking=False"`.
    fn is_excepted(&self, file: FileId, call: ExprId, function: FunctionRef, bound: bool) -> bool {
        let facts = self.facts(file);
        let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
        let params = self.facts(function.file).params_of(function.function);
        if let Some(through) = self.mark(function, "blocks").and_then(|m| m.text("through")) {
            let object = if through == "self" {
                match facts.kind(callee) {
                    ExprKind::Attribute(receiver, _) => Some(receiver),
                    _ => None,
                }
            } else {
                let index = params.iter().position(|p| p.name == through);
                index.and_then(|index| self.argument(file, args, function, bound, index as u32))
            };
            if object.is_some_and(|object| self.is_in_memory(file, object, 0)) {
                return true;
            }
        }
        self.marks(function).iter().filter_map(|m| m.text("unless")).any(|unless| {
            unless.split([',', ' ']).filter(|c| !c.is_empty()).any(|condition| {
                let is_less = condition.contains('<');
                let Some((name, literal)) = condition.trim().split_once(['=', '<']) else { return false };
                let Some(index) = params.iter().position(|p| p.name == name) else { return false };
                // What is not given has its default.
                let spread = facts.args(args).iter().any(|a| matches!(a.kind, ArgKind::Star | ArgKind::StarStar));
                let kind = match self.argument(file, args, function, bound, index as u32) {
                    Some(value) => facts.kind(value),
                    None if spread => return false,
                    None => match params[index].default {
                        Some(default) => self.facts(function.file).kind(default),
                        None => return false,
                    },
                };
                match kind {
                    ExprKind::Int(n) if is_less => {
                        literal.parse().is_ok_and(|bound: u32| i64::from(n) < i64::from(bound))
                    }
                    _ if is_less => false,
                    ExprKind::True => literal == "True",
                    ExprKind::False => literal == "False",
                    ExprKind::None => literal == "None",
                    ExprKind::Int(n) => literal.parse() == Ok(n),
                    ExprKind::Str(text) => text == literal,
                    ExprKind::Ellipsis => false,
                    _ => literal == "*",
                }
            })
        })
    }
}

impl Program {
    /// What an object that is made by a call reads and writes: the argument for the parameter that the constructor's mark
    /// names, or one that is called as such things are.
    fn made_over(&self, file: FileId, callee: ExprId, args: sidestep_facts::ArgList) -> Option<ExprId> {
        let facts = self.facts(file);
        let value = self.value(file, callee);
        if let Value::Class(class) = *self.get(value)
            && let Some(init) = self.method(class, "__init__")
            && let Some(through) = self.mark(init, "blocks").and_then(|m| m.text("through").map(str::to_owned))
        {
            let params = self.facts(init.file).params_of(init.function);
            let index = params.iter().position(|p| p.name == through.as_str())?;
            return self.argument(file, args, init, true, index as u32);
        }
        ["fileobj", "file", "fp"].iter().find_map(|name| facts.keyword(args, name)).or(facts.positional(args, 0))
    }

    /// Whether an object is a buffer in memory, or was made over one.
    pub fn is_in_memory(&self, file: FileId, expr: ExprId, depth: u32) -> bool {
        let value = self.value(file, expr);
        let buffer = self.alternatives(value).into_iter().all(|part| match self.get(part) {
            Value::Instance(class, _) => {
                self.class_mark(*class, "in_memory").is_some()
                    || matches!(self.class(*class).name.as_str(), "bytes" | "bytearray")
            }
            Value::None => true,
            _ => false,
        });
        if buffer {
            return true;
        }
        if depth > 3 {
            return false;
        }
        let facts = self.facts(file);
        match facts.kind(expr) {
            ExprKind::Call(callee, args) => {
                let made_over = self.made_over(file, callee, args);
                // What an archive in memory gives is in memory too.
                let given_by = match facts.kind(callee) {
                    ExprKind::Attribute(receiver, _) => self.is_in_memory(file, receiver, depth + 1),
                    _ => false,
                };
                given_by || made_over.is_some_and(|inner| self.is_in_memory(file, inner, depth + 1))
            }
            ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
                let bindings = facts.bindings_in(home, name);
                !bindings.is_empty()
                    && bindings.iter().all(|b| match b.kind {
                        sidestep_facts::BindingKind::Assign(value)
                        | sidestep_facts::BindingKind::Context(value, ..) => self.is_in_memory(file, value, depth + 1),
                        _ => false,
                    })
            }),
            _ => false,
        }
    }
}

/// Calls that make, find, run or reach a loop: sync functions with one are looked at even where no async code calls them.
const LOOP_CALLS: [&str; 12] = [
    "run",
    "new_event_loop",
    "get_event_loop",
    "set_event_loop",
    "run_until_complete",
    "run_forever",
    "Runner",
    "gather",
    "run_coroutine_threadsafe",
    "call_soon",
    "create_task",
    "ensure_future",
];

struct Builder<'p> {
    program: &'p Program,
    effects: Effects,
    queue: VecDeque<FunctionRef>,
    seen: FxHashSet<FunctionRef>,
    property_names: FxHashSet<Symbol>,
    operator_names: FxHashSet<&'static str>,
    params_called: FxHashMap<FunctionRef, Vec<(u32, ExprId)>>,
    hooks_kept: FxHashMap<(FunctionRef, ClassRef), Rc<[FunctionRef]>>,
    own_calls_kept: FxHashMap<FunctionRef, Rc<[(Symbol, bool)]>>,
}

/// Operators whose methods are worth looking for when a class of the program defines them.
const OPERATORS: [&str; 17] = [
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__contains__",
    "__add__",
    "__sub__",
    "__mul__",
    "__truediv__",
    "__or__",
    "__len__",
    "__bool__",
    "__str__",
    "__repr__",
    "__format__",
    "__iter__",
    "__next__",
    "__hash__",
];

impl<'p> Builder<'p> {
    fn new(program: &'p Program) -> Self {
        let mut builder = Builder {
            program,
            effects: Effects {
                summaries: FxHashMap::default(),
                witnesses: FxHashMap::default(),
                threads: FxHashMap::default(),
                on_loop: FxHashSet::default(),
                callers: FxHashMap::default(),
                order: Vec::new(),
            },
            queue: VecDeque::new(),
            seen: FxHashSet::default(),
            property_names: FxHashSet::default(),
            operator_names: FxHashSet::default(),
            params_called: FxHashMap::default(),
            hooks_kept: FxHashMap::default(),
            own_calls_kept: FxHashMap::default(),
        };
        for file in program.inputs() {
            let facts = program.facts(file);
            for function in &facts.functions {
                if function.class.is_none() {
                    continue;
                }
                if let Some(&name) = OPERATORS.iter().find(|&&n| function.name == n) {
                    builder.operator_names.insert(name);
                }
                let is_property = facts.expr_list(function.decorators).any(|d| {
                    matches!(facts.kind(d), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if matches!(n.as_str(), "property" | "cached_property" | "reify" | "under_cached_property"))
                });
                if is_property && !function.is_stub {
                    builder.property_names.insert(function.name);
                }
            }
        }
        builder
    }

    fn run(mut self) -> Effects {
        let program = self.program;
        for file in program.inputs() {
            let facts = program.facts(file);
            let imports = |names: &[&str]| {
                facts.imports.iter().any(|i| {
                    i.module.is_some_and(|m| names.contains(&m.as_str().split('.').next().unwrap_or_default()))
                })
            };
            let threaded = imports(&["threading", "concurrent"]);
            let drives = |function: &sidestep_facts::Function| {
                function.exprs.clone().any(|e| match facts.kind(ExprId(e)) {
                    ExprKind::Call(callee, _) => {
                        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                        if LOOP_CALLS.contains(&n.as_str()))
                    }
                    _ => false,
                })
            };
            let asynchronous = imports(&["asyncio", "anyio"]);
            for index in 0..facts.functions.len() as u32 {
                let function = FunctionRef { file, function: FunctionId(index) };
                let f = facts.function(function.function);
                if f.is_async || threaded || index == 0 || asynchronous && drives(f) || program.runs_on_loop(function) {
                    self.reach(function);
                }
            }
        }
        while let Some(function) = self.queue.pop_front() {
            let summary = self.summarise(function);
            for site in &summary.sites {
                for &target in &site.targets {
                    self.reach(target);
                }
            }
            for handed in &summary.handed {
                for &target in &handed.functions {
                    self.reach(target);
                }
            }
            self.effects.summaries.insert(function, summary);
        }
        let mut order: Vec<FunctionRef> = self.effects.summaries.keys().copied().collect();
        order.sort();
        self.effects.order = order;
        self.propagate();
        self.threads();
        self.loops();
        self.effects
    }

    fn reach(&mut self, function: FunctionRef) {
        if self.program.origin(function.file) != Origin::Stub && self.seen.insert(function) {
            self.queue.push_back(function);
        }
    }

    // Summaries.

    fn summarise(&mut self, function: FunctionRef) -> Summary {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        let mut summary = Summary::default();
        let params = self.params_called(function);
        summary.calls_params = params;
        for expr in facts.exprs_of(function.function) {
            match facts.kind(expr) {
                ExprKind::Call(..) => self.call(function, expr, &mut summary),
                ExprKind::Attribute(value, attr) if self.property_names.contains(&attr) => {
                    self.property(function, expr, value, attr, &mut summary);
                }
                ExprKind::Subscript(value, _) if self.operator_names.contains("__getitem__") => {
                    let is_store = facts.stmt_of(expr).is_some_and(|s| is_target(facts, s, expr));
                    let name = if is_store { "__setitem__" } else { "__getitem__" };
                    self.operator(file, expr, value, name, &mut summary);
                }
                ExprKind::Compare(sidestep_facts::CmpOp::In | sidestep_facts::CmpOp::NotIn, list)
                    if self.operator_names.contains("__contains__") =>
                {
                    if let Some(container) = facts.expr_list(list).nth(1) {
                        self.operator(file, expr, container, "__contains__", &mut summary);
                    }
                }
                ExprKind::Binary(op, left, _) => {
                    use sidestep_facts::Op;
                    let name = match op {
                        Op::Add => "__add__",
                        Op::Sub => "__sub__",
                        Op::Mul => "__mul__",
                        Op::BitOr => "__or__",
                        _ => "__truediv__",
                    };
                    if self.operator_names.contains(name) {
                        self.operator(file, expr, left, name, &mut summary);
                    }
                }
                ExprKind::FString(parts) if self.operator_names.contains("__str__") => {
                    for part in facts
                        .expr_list(parts)
                        .filter(|&p| matches!(facts.kind(p), ExprKind::Name(..) | ExprKind::Attribute(..)))
                    {
                        self.operator(file, part, part, "__str__", &mut summary);
                    }
                }
                ExprKind::Comprehension(index) => {
                    for clause in &facts.comprehensions[index as usize].clauses {
                        self.iterate(file, clause.iter, clause.is_async, &mut summary);
                    }
                }
                ExprKind::YieldFrom(value) => self.iterate(file, value, false, &mut summary),
                _ => {}
            }
        }
        for stmt in facts.stmts_of(function.function) {
            match facts.stmt(stmt).kind {
                StmtKind::For(index) => {
                    let each = facts.fors[index as usize];
                    self.iterate(file, each.iter, each.is_async, &mut summary);
                }
                StmtKind::With(index) => {
                    let with = &facts.withs[index as usize];
                    for item in &with.items {
                        self.enter(file, item.context, with.is_async, &mut summary);
                    }
                }
                _ => {}
            }
        }
        summary.sites.sort_by_key(|s| s.expr);
        summary
    }

    fn awaited(&self, file: FileId, expr: ExprId) -> bool {
        let facts = self.program.facts(file);
        matches!(facts.expr(expr).parent(), Parent::Expr(parent) if matches!(facts.kind(parent), ExprKind::Await(_)))
    }

    fn call(&mut self, function: FunctionRef, call: ExprId, summary: &mut Summary) {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        let ExprKind::Call(callee, args) = facts.kind(call) else { return };
        if calls_parameter(program, function, callee) {
            summary.resolved += 1;
            return;
        }
        if let ExprKind::Name(name, scope) = facts.kind(callee)
            && let Some(method) = builtin_operator(name)
            && self.operator_names.contains(method)
            && facts.resolve(scope, name).is_none()
            && let Some(argument) = facts.positional(args, 0)
        {
            self.operator(file, call, argument, method, summary);
        }
        let callees = program.callees(file, call);
        if callees.targets.is_empty() {
            summary.unresolved += 1;
            return;
        }
        summary.resolved += 1;
        let awaited = self.awaited(file, call);
        let mut site = Site { expr: call, step: Step::Call, targets: Vec::new(), complete: callees.complete, awaited };
        let mut beside: Vec<Site> = Vec::new();
        for &target in &callees.targets {
            match target {
                Target::Function(f, receiver) => {
                    let bound = receiver.is_some();
                    if program.is_excepted(file, call, f, bound)
                        || self.is_nonblocking_socket(function, f)
                        || program.is_own_lock(file, call, f)
                    {
                        site.complete = false;
                        continue;
                    }
                    self.target(f, &mut site, &mut beside);
                    if let Some(receiver) = receiver {
                        self.hooks(f, receiver, call, &mut beside);
                    }
                }
                Target::Class(class) => {
                    let excepted = program
                        .method(class, "__init__")
                        .is_some_and(|init| program.is_excepted(file, call, init, true));
                    if !excepted {
                        self.construct(class, &mut site);
                    }
                }
            }
        }
        if !site.targets.is_empty() {
            summary.sites.push(site);
        }
        summary.sites.append(&mut beside);
        self.handed(function, call, args, &callees.targets, summary);
    }

    /// Adds what a call of `f` really runs: itself, or its wrapper and, where that calls it, itself.
    fn target(&mut self, f: FunctionRef, site: &mut Site, beside: &mut Vec<Site>) {
        let traits = self.program.traits(f);
        if traits.is_bridged {
            return;
        }
        match traits.wrapper {
            Some(wrapper) => {
                let inner_runs = self.program.calls_wrapped(wrapper).is_some();
                if inner_runs && !site.targets.contains(&f) {
                    site.targets.push(f);
                }
                let mut own = site.clone();
                own.targets = vec![wrapper];
                beside.push(own);
            }
            None => {
                if !site.targets.contains(&f) {
                    site.targets.push(f);
                }
            }
        }
    }

    /// The methods that an inherited method calls on `self` and that the receiver's own class defines otherwise: what the
    /// template method runs depends on who it is called on.
    fn hooks(&mut self, method: FunctionRef, receiver: ValueId, call: ExprId, beside: &mut Vec<Site>) {
        let Value::Instance(own, _) = self.program.get(receiver) else { return };
        for &real in self.hooks_of(method, *own).iter() {
            beside.push(Site {
                expr: call,
                step: Step::Callback(method),
                targets: vec![real],
                complete: true,
                awaited: false,
            });
        }
    }

    /// Whether a socket's method is called by a function that switches blocking off.
    fn is_nonblocking_socket(&self, caller: FunctionRef, method: FunctionRef) -> bool {
        let program = self.program;
        if program.origin(method.file) != Origin::Stub || program.module_name(method.file) != "socket" {
            return false;
        }
        let facts = program.facts(caller.file);
        facts.exprs_of(caller.function).any(|e| {
            let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
            let ExprKind::Attribute(_, name) = facts.kind(callee) else { return false };
            let first = facts.positional(args, 0).map(|a| facts.kind(a));
            name == "setblocking" && first == Some(ExprKind::False)
                || name == "settimeout" && first == Some(ExprKind::Int(0))
        })
    }

    fn hooks_of(&mut self, method: FunctionRef, own: ClassRef) -> Rc<[FunctionRef]> {
        if let Some(known) = self.hooks_kept.get(&(method, own)) {
            return known.clone();
        }
        let program = self.program;
        let mut found = Vec::new();
        let mut queue = vec![method];
        let mut seen = vec![method];
        while let Some(method) = queue.pop() {
            let Some(defined_in) = program.class_of(method) else { continue };
            if defined_in == own || !program.is_input(method.file) || seen.len() > 16 {
                continue;
            }
            for &(name, is_super) in self.own_calls(method).iter() {
                // `super()` in a mixin: what comes next for the class it is mixed into.
                let next = |class: ClassRef| {
                    let mro = program.mro(class);
                    let after = mro.iter().position(|&c| c == defined_in).map_or(0, |at| at + 1);
                    mro[after..].iter().find_map(|&c| program.own_method(c, name.as_str()))
                };
                let (real, usual) = if is_super {
                    (next(own), next(defined_in))
                } else {
                    (program.method(own, name.as_str()), program.method(defined_in, name.as_str()))
                };
                let Some(real) = real else { continue };
                if Some(real) != usual && !found.contains(&real) {
                    found.push(real);
                }
                if !seen.contains(&real) {
                    seen.push(real);
                    queue.push(real);
                }
            }
        }
        let found: Rc<[FunctionRef]> = found.into();
        self.hooks_kept.insert((method, own), found.clone());
        found
    }

    /// The methods that a method calls on its own receiver: the name, and whether through `super()`.
    fn own_calls(&mut self, method: FunctionRef) -> Rc<[(Symbol, bool)]> {
        if let Some(known) = self.own_calls_kept.get(&method) {
            return known.clone();
        }
        let facts = self.program.facts(method.file);
        let receiver = facts.params_of(method.function).first().map(|p| p.name);
        let mut found = Vec::new();
        for expr in facts.exprs_of(method.function) {
            let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
            let ExprKind::Attribute(value, name) = facts.kind(callee) else { continue };
            let is_super = matches!(facts.kind(value), ExprKind::Call(c, _) if matches!(facts.kind(c), ExprKind::Name(n, _) if n == "super"));
            let is_own = matches!(facts.kind(value), ExprKind::Name(n, _) if Some(n) == receiver);
            if (is_super || is_own) && !found.contains(&(name, is_super)) {
                found.push((name, is_super));
            }
        }
        let found: Rc<[(Symbol, bool)]> = found.into();
        self.own_calls_kept.insert(method, found.clone());
        found
    }

    fn construct(&mut self, class: ClassRef, site: &mut Site) {
        for name in ["__init__", "__new__", "__post_init__"] {
            if let Some(method) = self.program.method(class, name)
                && !site.targets.contains(&method)
            {
                site.targets.push(method);
                break;
            }
        }
    }

    /// Functions among the arguments of a call.
    fn handed(
        &mut self,
        function: FunctionRef,
        call: ExprId,
        args: sidestep_facts::ArgList,
        targets: &[Target],
        summary: &mut Summary,
    ) {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        let site = ExprRef { file, expr: call };
        for (index, arg) in facts.args(args).iter().enumerate() {
            if !matches!(
                facts.kind(arg.value),
                ExprKind::Name(..)
                    | ExprKind::Attribute(..)
                    | ExprKind::Lambda(_)
                    | ExprKind::Call(..)
                    | ExprKind::IfElse(_)
            ) {
                continue;
            }
            for &target in targets {
                let Target::Function(callee, receiver) = target else {
                    if let Some(mark) = program.argument_mark(site, target, index)
                        && let Target::Class(class) = target
                        && !program.is_class(class, "functools", "partial")
                        && let Some(init) = program.method(class, "__init__")
                    {
                        self.hand_over(function, call, arg.value, mark, init, summary);
                    }
                    continue;
                };
                if program.origin(callee.file) == Origin::Stub {
                    if let Some(mark) = program.argument_mark(site, target, index) {
                        self.hand_over(function, call, arg.value, mark, callee, summary);
                    }
                    continue;
                }
                let called = self.params_called(callee);
                for (param, _) in called {
                    if program.argument(file, args, callee, receiver.is_some(), param) == Some(arg.value) {
                        let functions = self.functions_in(file, arg.value);
                        if !functions.is_empty() {
                            summary.sites.push(Site {
                                expr: call,
                                step: Step::Callback(callee),
                                targets: functions,
                                complete: true,
                                awaited: false,
                            });
                        }
                    }
                }
            }
        }
    }

    fn hand_over(
        &mut self,
        by: FunctionRef,
        call: ExprId,
        argument: ExprId,
        mark: Symbol,
        to: FunctionRef,
        summary: &mut Summary,
    ) {
        let functions = self.functions_in(by.file, argument);
        if functions.is_empty() {
            return;
        }
        // What `atexit`, `signal` and the like are given runs later.
        let now = mark == "SyncSlot"
            && matches!(self.program.module_name(to.file).as_str(), "builtins" | "functools" | "itertools" | "heapq");
        if mark == "Calls" || now {
            summary.sites.push(Site {
                expr: call,
                step: Step::Callback(to),
                targets: functions.clone(),
                complete: true,
                awaited: false,
            });
        }
        summary.handed.push(Handed { by, call, argument, functions, mark, to });
    }

    /// The functions that an expression may be.
    fn functions_in(&self, file: FileId, expr: ExprId) -> Vec<FunctionRef> {
        let value = self.program.value(file, expr);
        if let Value::Unknown = self.program.get(value) {
            return Vec::new();
        }
        self.program.targets(value).functions().collect()
    }

    /// The parameters of a function that it calls on the spot, or passes on to a function that does.
    fn params_called(&mut self, function: FunctionRef) -> Vec<(u32, ExprId)> {
        let program = self.program;
        if program.origin(function.file) == Origin::Stub {
            return Vec::new();
        }
        if let Some(known) = self.params_called.get(&function) {
            return known.clone();
        }
        self.params_called.insert(function, Vec::new());
        let facts = program.facts(function.file);
        let params = facts.params_of(function.function);
        let scope = facts.function(function.function).scope;
        let mut found: Vec<(u32, ExprId)> = Vec::new();
        if params.is_empty() {
            return found;
        }
        let param_of = |expr: ExprId| -> Option<u32> {
            let ExprKind::Name(name, at) = facts.kind(expr) else { return None };
            let index = params.iter().position(|p| p.name == name)?;
            (facts.resolve(at, name) == Some(scope) && facts.bindings_in(scope, name).len() == 1)
                .then_some(index as u32)
        };
        for expr in facts.exprs_of(function.function) {
            let ExprKind::Call(callee, args) = facts.kind(expr) else { continue };
            if let Some(index) = param_of(callee) {
                if !found.iter().any(|(i, _)| *i == index) {
                    found.push((index, expr));
                }
                continue;
            }
            for arg in facts.args(args) {
                if !matches!(arg.kind, ArgKind::Positional | ArgKind::Keyword(_)) {
                    continue;
                }
                let Some(index) = param_of(arg.value) else { continue };
                if found.iter().any(|(i, _)| *i == index) {
                    continue;
                }
                for &target in &program.callees(function.file, expr).targets {
                    let Target::Function(next, receiver) = target else { continue };
                    if next == function || program.origin(next.file) == Origin::Stub {
                        continue;
                    }
                    let passes = self.params_called(next).into_iter().any(|(param, _)| {
                        program.argument(function.file, args, next, receiver.is_some(), param) == Some(arg.value)
                    });
                    if passes {
                        found.push((index, expr));
                    }
                }
            }
        }
        self.params_called.insert(function, found.clone());
        found
    }

    fn enter(&mut self, file: FileId, context: ExprId, is_async: bool, summary: &mut Summary) {
        let program = self.program;
        let value = program.value(file, context);
        let mut site =
            Site { expr: context, step: Step::Enter, targets: Vec::new(), complete: true, awaited: is_async };
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::Manager(f, of, _) if *of == is_async => site.targets.push(*f),
                Value::Instance(class, _) => {
                    let names = if is_async { ["__aenter__", "__aexit__"] } else { ["__enter__", "__exit__"] };
                    // Entering and leaving are two steps: one of them is enough for an effect.
                    let mut methods = names.iter().filter_map(|n| program.method(*class, n));
                    if let Some(first) = methods.next() {
                        site.targets.push(first);
                    }
                    for method in methods {
                        summary.sites.push(Site { targets: vec![method], ..site.clone() });
                    }
                }
                Value::None => {}
                _ => site.complete = false,
            }
        }
        if !site.targets.is_empty() {
            summary.sites.push(site);
        }
    }

    fn iterate(&mut self, file: FileId, iter: ExprId, is_async: bool, summary: &mut Summary) {
        let program = self.program;
        let value = program.value(file, iter);
        let mut site = Site { expr: iter, step: Step::Iterate, targets: Vec::new(), complete: true, awaited: is_async };
        for part in program.alternatives(value) {
            self.iterated(part, is_async, &mut site, 0);
        }
        if !site.targets.is_empty() {
            summary.sites.push(site);
        }
    }

    fn iterated(&self, value: ValueId, is_async: bool, site: &mut Site, depth: u32) {
        let program = self.program;
        match program.get(value) {
            Value::Generator(f, _) if !is_async => site.targets.push(*f),
            Value::AsyncGenerator(f, _) if is_async => site.targets.push(*f),
            Value::Instance(class, _) => {
                let names = if is_async { ["__anext__", "__aiter__"] } else { ["__next__", "__iter__"] };
                if let Some(method) = names.iter().find_map(|n| program.method(*class, n)) {
                    site.targets.push(method);
                    // `__iter__` makes an iterator, whose `__next__` does the work.
                    let made = program.returned_to(method, Some(value), None);
                    if depth < 3
                        && made != value
                        && let Value::Instance(..) | Value::Generator(..) = program.get(made)
                        && program.function(method).name == names[1]
                    {
                        self.iterated(made, is_async, site, depth + 1);
                        if site.targets.len() > 1 {
                            site.targets.remove(0);
                        }
                    }
                }
            }
            Value::None => {}
            _ => site.complete = false,
        }
    }

    fn property(&mut self, function: FunctionRef, expr: ExprId, value: ExprId, attr: Symbol, summary: &mut Summary) {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        let is_write = facts.stmt_of(expr).is_some_and(|s| is_target(facts, s, expr));
        let value = program.value(file, value);
        let mut site = Site { expr, step: Step::Property, targets: Vec::new(), complete: true, awaited: false };
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::Instance(class, _) if is_write => match program.setter(*class, attr) {
                    Some(method) => site.targets.push(method),
                    None => site.complete = false,
                },
                Value::Instance(class, _) => match program.getter(*class, attr) {
                    Some(method) if program.traits(method).is_property => {
                        site.targets.extend(program.implementations(method));
                    }
                    _ => site.complete = false,
                },
                Value::None => {}
                _ => site.complete = false,
            }
        }
        if !site.targets.is_empty() {
            summary.sites.push(site);
        }
    }

    fn operator(&mut self, file: FileId, expr: ExprId, receiver: ExprId, name: &str, summary: &mut Summary) {
        let program = self.program;
        let value = program.value(file, receiver);
        let mut site = Site { expr, step: Step::Operator, targets: Vec::new(), complete: true, awaited: false };
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::Instance(class, _) if program.is_input(class.file) => match program.method(*class, name) {
                    Some(method) => site.targets.push(method),
                    None => site.complete = false,
                },
                _ => site.complete = false,
            }
        }
        if !site.targets.is_empty() {
            summary.sites.push(site);
        }
    }

    // Propagation.

    fn propagate(&mut self) {
        let program = self.program;
        // Who runs whom: for each target, the sites that may run it.
        let mut into: FxHashMap<FunctionRef, Vec<(FunctionRef, usize)>> = FxHashMap::default();
        let mut stubs: Vec<FunctionRef> = Vec::new();
        for &function in &self.effects.order {
            for (index, site) in self.effects.summaries[&function].sites.iter().enumerate() {
                for &target in &site.targets {
                    let sites = into.entry(target).or_default();
                    if sites.is_empty() && program.origin(target.file) == Origin::Stub {
                        stubs.push(target);
                    }
                    sites.push((function, index));
                }
                if site.step == Step::Call {
                    for &target in &site.targets {
                        self.effects.callers.entry(target).or_default().push((function, site.expr));
                    }
                }
            }
        }
        for effect in EFFECTS {
            let mut waiting: FxHashMap<(FunctionRef, usize), usize> = FxHashMap::default();
            let mut layer: Vec<(FunctionRef, bool)> =
                stubs.iter().copied().filter(|&s| program.has_effect(s, effect)).map(|s| (s, true)).collect();
            if effect == Effect::Raises {
                for &function in &self.effects.order {
                    if let Some(expr) = raises(program, function) {
                        let witness = Witness { expr, step: Step::Call, next: None, distance: 0, certain: true };
                        self.effects.witnesses.insert((function, effect), witness);
                        layer.push((function, true));
                    }
                }
            }
            let mut distance = 0;
            while !layer.is_empty() {
                distance += 1;
                let mut found: Vec<(FunctionRef, Witness)> = Vec::new();
                for &(target, certain) in &layer {
                    for &(caller, index) in into.get(&target).map_or(&[][..], Vec::as_slice) {
                        let site = &self.effects.summaries[&caller].sites[index];
                        if self.effects.witnesses.contains_key(&(caller, effect))
                            || !program.passes_on(caller, site, target, effect)
                        {
                            continue;
                        }
                        let left = waiting.entry((caller, index)).or_insert(site.targets.len());
                        *left = left.saturating_sub(1);
                        if *left > 0 && !matches!(effect, Effect::Raises) {
                            continue;
                        }
                        let witness = Witness {
                            expr: site.expr,
                            step: site.step,
                            next: Some(target),
                            distance,
                            certain: certain && site.complete,
                        };
                        found.push((caller, witness));
                    }
                }
                // Of several ways of the same length, the first in the source.
                found.sort_by_key(|(f, w)| (*f, w.expr, w.next));
                layer.clear();
                for (function, witness) in found {
                    if let std::collections::hash_map::Entry::Vacant(slot) =
                        self.effects.witnesses.entry((function, effect))
                    {
                        slot.insert(witness);
                        layer.push((function, witness.certain));
                    }
                }
            }
        }
    }

    /// What loops run beside async functions: the plain functions that these call, and callbacks.
    fn loops(&mut self) {
        let mut queue: Vec<FunctionRef> = Vec::new();
        for &function in &self.effects.order {
            if self.program.runs_on_loop(function) {
                queue.push(function);
            }
            let handed = self.effects.summaries[&function].handed.iter().filter(|h| h.mark == "OnLoop");
            for &callback in handed.flat_map(|h| &h.functions) {
                self.effects.on_loop.insert(callback);
                queue.push(callback);
            }
        }
        while let Some(function) = queue.pop() {
            let Some(summary) = self.effects.summaries.get(&function) else { continue };
            for &target in summary.sites.iter().flat_map(|s| &s.targets) {
                if !self.program.function(target).is_async && self.effects.on_loop.insert(target) {
                    queue.push(target);
                }
            }
        }
    }

    /// What worker threads run: functions handed to them, and the sync functions these call.
    fn threads(&mut self) {
        let mut queue: VecDeque<(FunctionRef, ExprRef)> = VecDeque::new();
        for function in &self.effects.order {
            for handed in &self.effects.summaries[function].handed {
                if handed.mark == "InThread" {
                    for &target in &handed.functions {
                        queue.push_back((target, ExprRef { file: handed.by.file, expr: handed.argument }));
                    }
                }
            }
        }
        while let Some((function, from)) = queue.pop_front() {
            if self.effects.threads.contains_key(&function) || self.program.function(function).is_async {
                continue;
            }
            self.effects.threads.insert(function, from);
            if let Some(summary) = self.effects.summaries.get(&function) {
                for site in &summary.sites {
                    for &target in &site.targets {
                        if self.program.origin(target.file) != Origin::Stub {
                            queue.push_back((target, from));
                        }
                    }
                }
            }
        }
    }
}

/// Whether a function calls one of its own parameters, or one of the function that it wraps: what that is depends on the
/// caller, who gets a step of its own for it.
pub(crate) fn calls_parameter(program: &Program, function: FunctionRef, callee: ExprId) -> bool {
    let facts = program.facts(function.file);
    if let ExprKind::Name(name, scope) = facts.kind(callee)
        && let Some(home) = facts.resolve(scope, name)
        && let ScopeKind::Function(owner) = facts.scope(home).kind
        && facts.params_of(owner).iter().any(|p| p.name == name)
    {
        let own = owner == function.function;
        let wraps = facts.function(function.function).parent == owner;
        return (own || wraps) && facts.bindings_in(home, name).len() == 1;
    }
    false
}

impl Program {
    /// Whether a place in a function that runs a target with an effect gives the effect to the function.
    pub(crate) fn passes_on(&self, caller: FunctionRef, site: &Site, target: FunctionRef, effect: Effect) -> bool {
        let waits_for_thread = || {
            let mark = self.mark(target, "blocks");
            mark.is_some_and(|m| m.args.first().and_then(|a| a.as_str()) == Some("thread"))
        };
        self.runs(caller, site, target, effect)
            && match effect {
                Effect::StartsLoop => !self.guards_running_loop(caller),
                Effect::Blocks => !(waits_for_thread() && self.asks_which_thread(caller)),
                Effect::Raises => !is_guarded(self, caller, site.expr),
                _ => true,
            }
    }

    /// Whether a library function only makes an iterator: it waits for nothing, and nothing at the call asks it.
    fn is_left_iterator(&self, caller: FunctionRef, call: ExprId, function: FunctionRef) -> bool {
        let made = self.returned(function);
        let Value::Instance(class, _) = self.get(made) else { return false };
        if !["Iterator", "Generator", "Iterable"].iter().any(|n| self.is_class(*class, "typing", n)) {
            return false;
        }
        let facts = self.facts(caller.file);
        let asked = match facts.expr(call).parent() {
            Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::For(index) => facts.fors[index as usize].iter == call,
                _ => false,
            },
            Parent::Expr(outer) => match facts.kind(outer) {
                ExprKind::Comprehension(_) | ExprKind::YieldFrom(_) | ExprKind::Starred(_) => true,
                // `list(…)`, `b"".join(…)`; a function of the program may only pass it on.
                ExprKind::Call(..) => self.callees(caller.file, outer).targets.iter().any(|t| match t {
                    Target::Function(f, _) => self.origin(f.file) == Origin::Stub,
                    Target::Class(c) => self.origin(c.file) == Origin::Stub,
                }),
                _ => false,
            },
            Parent::None => false,
        };
        !asked
    }

    /// Whether running a site runs the code of a target there and then.
    fn runs(&self, caller: FunctionRef, site: &Site, target: FunctionRef, effect: Effect) -> bool {
        let f = self.function(target);
        let is_stub = self.origin(target.file) == Origin::Stub;
        match effect {
            Effect::Blocks | Effect::BlocksBriefly | Effect::StartsLoop => {
                if is_stub {
                    return site.step != Step::Call
                        || !site.awaited && !self.is_left_iterator(caller, site.expr, target);
                }
                let generator_call = f.is_generator && !matches!(site.step, Step::Iterate | Step::Enter);
                !f.is_async && !generator_call
            }
            _ => !(f.is_generator && !is_stub && site.step == Step::Call && self.traits(target).manager.is_none()),
        }
    }
}

/// The method that a builtin function runs on its argument.
fn builtin_operator(name: Symbol) -> Option<&'static str> {
    Some(match name.as_str() {
        "len" => "__len__",
        "bool" => "__bool__",
        "str" | "print" => "__str__",
        "repr" => "__repr__",
        "format" => "__format__",
        "next" => "__next__",
        "hash" => "__hash__",
        "list" | "tuple" | "set" | "sorted" | "sum" | "any" | "all" | "iter" => "__iter__",
        _ => return None,
    })
}

/// Whether an expression is what an assignment, loop or `with` writes to.
fn is_target(facts: &sidestep_facts::FileFacts, stmt: sidestep_facts::StmtId, expr: ExprId) -> bool {
    match facts.stmt(stmt).kind {
        StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => facts.expr_list(targets).any(|t| t == expr),
        StmtKind::AnnAssign(target, ..) => target == expr,
        StmtKind::For(index) => facts.fors[index as usize].target == expr,
        _ => false,
    }
}

/// The first `raise` that can leave a function: not the bare one of a handler, not `NotImplementedError`, not in a `try`
/// with handlers.
fn raises(program: &Program, function: FunctionRef) -> Option<ExprId> {
    let facts = program.facts(function.file);
    facts.stmts_of(function.function).find_map(|stmt| match facts.stmt(stmt).kind {
        StmtKind::Raise(Some(exception), _) => {
            let name = match facts.kind(exception) {
                ExprKind::Call(callee, _) => callee,
                _ => exception,
            };
            let quiet = matches!(facts.kind(name), ExprKind::Name(n, _) if matches!(n.as_str(), "NotImplementedError" | "StopIteration" | "StopAsyncIteration"));
            (!quiet && !is_guarded(program, function, exception)).then_some(exception)
        }
        _ => None,
    })
}

/// Whether an exception at an expression meets a handler in its own function.
fn is_guarded(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let at = facts.range(expr).start();
    std::iter::once(stmt).chain(facts.enclosing(stmt)).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            let in_body = facts.block(t.body).next().is_some_and(|first| {
                use sidestep_facts::Ranged as _;
                let last = facts.block(t.body).next_back().unwrap_or(first);
                facts.stmt(first).range().start() <= at && at < facts.stmt(last).range().end()
            });
            in_body && !t.handlers.is_empty()
        }
        _ => false,
    })
}

impl Program {
    /// Whether a function asks on which thread it runs, so that its waiting for other threads is meant for those.
    pub fn asks_which_thread(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                if matches!(n.as_str(), "get_ident" | "current_thread" | "get_native_id" | "main_thread"))
        })
    }

    /// Whether a function asks first whether a loop runs: `get_running_loop()` in a `try`, `loop.is_running()`.
    pub fn guards_running_loop(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        if facts.function(function.function).is_async {
            return false;
        }
        facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                if matches!(n.as_str(), "get_running_loop" | "is_running" | "_get_running_loop" | "current_task" | "iscoroutine" | "isawaitable" | "iscoroutinefunction"))
        })
    }
}
