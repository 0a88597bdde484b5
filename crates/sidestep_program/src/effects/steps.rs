//! The steps of a function: where it runs other code, and which functions that may be.

use super::{Effects, Handed, Site, Step, Summary};
use crate::calls::Target;
use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{ArgKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, ScopeKind, StmtKind, Symbol};
use std::collections::VecDeque;
use std::rc::Rc;

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

pub(super) struct Builder<'p> {
    pub(super) program: &'p Program,
    pub(super) effects: Effects,
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
    pub(super) fn new(program: &'p Program) -> Self {
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

    pub(super) fn run(mut self) -> Effects {
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
        if let Some(argument) = facts.positional(args, 0)
            && goes_through(facts, callee)
            && matches!(facts.kind(argument), ExprKind::Name(..) | ExprKind::Call(..))
            && let Value::Generator(..) = program.get(program.value(file, argument))
        {
            self.iterate(file, argument, false, summary);
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
}

/// Whether what is called takes one or all elements of its argument, there and then.
fn goes_through(facts: &FileFacts, callee: ExprId) -> bool {
    match facts.kind(callee) {
        ExprKind::Name(name, scope) => {
            let takes =
                ["next", "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "any", "all", "min", "max"];
            takes.contains(&name.as_str()) && facts.resolve(scope, name).is_none()
        }
        ExprKind::Attribute(_, name) => matches!(name.as_str(), "join" | "extend"),
        _ => false,
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
