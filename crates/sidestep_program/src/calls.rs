//! Calls: what a call may run, what it gives back, and what decorators make of a function.

use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{ArgList, BindingKind, ExprId, ExprKind, FunctionId, ScopeId, ScopeKind, StmtKind, Symbol};
use std::cell::RefCell;
use std::rc::Rc;

/// One thing a call may run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// A function, with its receiver where it is a method.
    Function(FunctionRef, Option<ValueId>),
    /// A class: its constructor.
    Class(ClassRef),
}

/// How many candidates of a call are kept.
const MAX_TARGETS: usize = 48;

/// Candidates of a call. Many calls share them.
#[derive(Clone, Debug)]
pub struct Targets(Rc<[Target]>);

impl Default for Targets {
    fn default() -> Targets {
        Targets(Rc::new([]))
    }
}

impl std::ops::Deref for Targets {
    type Target = [Target];
    fn deref(&self) -> &[Target] {
        &self.0
    }
}

impl IntoIterator for Targets {
    type Item = Target;
    type IntoIter = std::vec::IntoIter<Target>;
    fn into_iter(self) -> Self::IntoIter {
        Vec::from(&*self.0).into_iter()
    }
}

impl<'a> IntoIterator for &'a Targets {
    type Item = &'a Target;
    type IntoIter = std::slice::Iter<'a, Target>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// What a call may run.
#[derive(Clone, Debug, Default)]
pub struct Callees {
    /// The candidates, in the order met.
    pub targets: Targets,
    /// There are no others.
    pub complete: bool,
}

impl Callees {
    /// The functions among the candidates: classes left out.
    pub fn functions(&self) -> impl Iterator<Item = FunctionRef> + '_ {
        self.targets.iter().filter_map(|target| match target {
            Target::Function(function, _) => Some(*function),
            Target::Class(_) => None,
        })
    }
}

/// What the decorators of a function make of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traits {
    pub is_property: bool,
    pub is_static: bool,
    pub is_class_method: bool,
    pub is_overload: bool,
    /// `@contextmanager` (false) or `@asynccontextmanager` (true).
    pub manager: Option<bool>,
    /// The function that runs instead, and calls this one.
    pub wrapper: Option<FunctionRef>,
    /// A decorator makes an awaitable of the sync function, run in a thread.
    pub is_bridged: bool,
    /// A decorator makes a plain function of the async one: calling it waits for the result.
    pub is_waited_for: bool,
    /// A decorator that is not known: the function may be anything.
    pub is_opaque: bool,
}

/// The traits of the functions of one file, as far as they have been asked for.
pub(crate) type TraitsKept = Box<[RefCell<Option<Rc<Traits>>>]>;

impl Program {
    /// What a function definition binds its name to.
    pub(crate) fn defined(&self, function: FunctionRef) -> ValueId {
        self.values.intern(Value::Function(function))
    }

    pub(crate) fn traits(&self, function: FunctionRef) -> Rc<Traits> {
        let facts = self.facts(function.file);
        let kept = self
            .file(function.file)
            .traits
            .get_or_init(|| std::iter::repeat_with(RefCell::default).take(facts.functions.len()).collect());
        let kept = &kept[function.function.0 as usize];
        if let Some(traits) = &*kept.borrow() {
            return traits.clone();
        }
        // While a decorator is looked at, the function counts as undecorated.
        *kept.borrow_mut() = Some(self.no_traits.clone());
        if facts.function(function.function).decorators == sidestep_facts::ExprList::EMPTY {
            return self.no_traits.clone();
        }
        let mut traits = Traits::default();
        let is_stub = self.origin(function.file) == Origin::Stub;
        for decorator in facts.expr_list(facts.function(function.function).decorators) {
            let (name_expr, args) = match facts.kind(decorator) {
                ExprKind::Call(callee, args) => (callee, Some(args)),
                _ => (decorator, None),
            };
            let name = match facts.kind(name_expr) {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
                _ => continue,
            };
            match name.as_str() {
                "property"
                | "cached_property"
                | "setter"
                | "deleter"
                | "getter"
                | "under_cached_property"
                | "reify"
                | "abstractproperty"
                | "hybrid_property" => traits.is_property = true,
                "staticmethod" => traits.is_static = true,
                "classmethod" => traits.is_class_method = true,
                "overload" => traits.is_overload = true,
                "contextmanager" | "asynccontextmanager"
                    if is_stub || !self.is_own_function(function.file, name_expr) =>
                {
                    traits.manager = Some(name == "asynccontextmanager");
                }
                "wraps" | "abstractmethod" | "override" | "final" | "lru_cache" | "cache" | "no_type_check" => {}
                _ if is_stub => {}
                _ => self.apply_decorator(function, decorator, name_expr, args, &mut traits),
            }
        }
        let traits = Rc::new(traits);
        *kept.borrow_mut() = Some(traits.clone());
        traits
    }

    /// Whether an expression names a function that the program defines itself, whatever its name is elsewhere.
    fn is_own_function(&self, file: FileId, expr: ExprId) -> bool {
        matches!(*self.get(self.value(file, expr)), Value::Function(f) if self.is_input(f.file))
    }

    fn apply_decorator(
        &self,
        function: FunctionRef,
        decorator: ExprId,
        name: ExprId,
        args: Option<ArgList>,
        traits: &mut Traits,
    ) {
        let file = function.file;
        let callee = self.value(file, name);
        let decorators: Vec<FunctionRef> = self
            .alternatives(callee)
            .into_iter()
            .filter_map(|part| match self.get(part) {
                Value::Function(f) | Value::Bound(f, _) => Some(*f),
                _ => None,
            })
            .collect();
        let Some(&decorated_by) = decorators.first() else {
            // A class of the program as a decorator: its instances are called instead.
            if let Value::Class(class) = self.get(callee)
                && self.is_input(class.file)
                && args.is_none()
                && let Some(call) = self.method(*class, "__call__")
            {
                traits.wrapper = Some(call);
                traits.is_opaque = true;
                return;
            }
            traits.is_opaque = true;
            return;
        };
        if self.origin(decorated_by.file) == Origin::Stub {
            if self.mark(decorated_by, "bridges").is_some() {
                traits.is_bridged = true;
            }
            // `@async_to_sync`: calling it waits, and gives the result.
            if self.mark(decorated_by, "from_thread").is_some() {
                traits.is_waited_for = true;
            }
            return;
        }
        // `@deco` runs `deco(f)`; `@deco(...)` runs what `deco(...)` returns.
        let result = if args.is_some() { self.value(file, decorator) } else { callee };
        let mut makers: Vec<FunctionRef> = self
            .alternatives(result)
            .into_iter()
            .filter_map(|part| match self.get(part) {
                Value::Function(maker) | Value::Bound(maker, _) => Some(*maker),
                _ => None,
            })
            .collect();
        // An annotation says less than the body: `-> Callable[P, Worker]`.
        if makers.is_empty() && args.is_some() {
            makers = decorators.iter().flat_map(|&d| self.nested_results(d)).collect();
        }
        for maker in makers {
            if let Some(wrapper) = self.wrapper_made_by(maker, self.is_coroutine_function(function))
                && wrapper != function
            {
                traits.wrapper = Some(wrapper);
                return;
            }
        }
    }

    /// The functions nested in a function that its body returns.
    fn nested_results(&self, function: FunctionRef) -> Vec<FunctionRef> {
        let facts = self.facts(function.file);
        let is_nested = |f: &FunctionRef| f.file == function.file && self.function(*f).parent == function.function;
        let mut found: Vec<FunctionRef> = Vec::new();
        for stmt in facts.stmts_of(function.function) {
            let StmtKind::Return(Some(value)) = facts.stmt(stmt).kind else { continue };
            let value = self.value(function.file, value);
            for part in self.alternatives(value) {
                if let Value::Function(f) = self.get(part)
                    && is_nested(f)
                    && !found.contains(f)
                {
                    found.push(*f);
                }
            }
        }
        found
    }

    /// What `iscoroutinefunction` says: an async generator is none.
    fn is_coroutine_function(&self, function: FunctionRef) -> bool {
        let f = self.function(function);
        f.is_async && !f.is_generator
    }

    /// The nested function that a decorator returns in place of the one it is given.
    /// Where it returns one of several, as decorators for both kinds of functions do, the one of the wanted kind.
    fn wrapper_made_by(&self, decorator: FunctionRef, is_async: bool) -> Option<FunctionRef> {
        let mut wrappers = self.nested_results(decorator);
        // Both `@work` and `@work(…)`: without arguments it calls the decorator that it would return.
        if wrappers.len() == 1 && self.function(decorator).parent == FunctionId::MODULE {
            let inner = self.nested_results(wrappers[0]);
            if !inner.is_empty() && self.calls_wrapped(wrappers[0]).is_none() {
                wrappers = inner;
            }
        }
        wrappers.iter().copied().find(|&w| self.function(w).is_async == is_async).or(wrappers.first().copied())
    }

    /// The parameter of the enclosing decorator that a wrapper calls: the decorated function, if it calls it at all.
    pub(crate) fn calls_wrapped(&self, wrapper: FunctionRef) -> Option<ExprId> {
        let facts = self.facts(wrapper.file);
        if let Some(class) = self.class_of(wrapper) {
            return self.calls_kept(wrapper, class);
        }
        let parent = facts.function(wrapper.function).parent;
        let params = facts.params_of(parent);
        facts.exprs_of(wrapper.function).find(|&expr| {
            let ExprKind::Call(callee, _) = facts.kind(expr) else { return false };
            let ExprKind::Name(name, scope) = facts.kind(callee) else { return false };
            params.iter().any(|p| p.name == name)
                && facts.resolve(scope, name).is_some_and(|home| facts.scope(home).kind == ScopeKind::Function(parent))
        })
    }

    /// `self.fn(…)` in `__call__`, where `__init__` keeps its first argument as `self.fn`.
    fn calls_kept(&self, wrapper: FunctionRef, class: ClassRef) -> Option<ExprId> {
        let facts = self.facts(wrapper.file);
        let init = self.method(class, "__init__")?;
        let kept = self.facts(init.file).params_of(init.function).get(1)?.name;
        facts.exprs_of(wrapper.function).find(|&expr| {
            let ExprKind::Call(callee, _) = facts.kind(expr) else { return false };
            let ExprKind::Attribute(_, attr) = facts.kind(callee) else { return false };
            self.self_writes(class, attr).iter().any(|w| match w.kind {
                BindingKind::Assign(value) => matches!(facts.kind(value), ExprKind::Name(n, _) if n == kept),
                _ => false,
            })
        })
    }

    /// The decorators of a function that the program or the knowledge defines, for marks such as `on_loop`.
    pub fn decorated_by(&self, function: FunctionRef) -> Vec<FunctionRef> {
        let facts = self.facts(function.file);
        let mut found = Vec::new();
        for decorator in facts.expr_list(facts.function(function.function).decorators) {
            let name = match facts.kind(decorator) {
                ExprKind::Call(callee, _) => callee,
                _ => decorator,
            };
            let value = self.value(function.file, name);
            for part in self.alternatives(value) {
                if let Value::Function(f) | Value::Bound(f, _) = self.get(part) {
                    found.push(*f);
                }
            }
        }
        found
    }

    /// Whether a decorator with that mark (`memoised`, `in_thread`, `on_loop` …) stands on a function.
    pub fn is_decorated(&self, function: FunctionRef, mark: &str) -> bool {
        self.decorated_by(function).into_iter().any(|d| self.mark(d, mark).is_some())
    }

    /// The value of a call.
    pub(crate) fn call_result(&self, callee: ValueId, args: Option<(FileId, ArgList)>) -> ValueId {
        match self.get(callee).clone() {
            Value::Function(function) => self.function_result(function, None, args),
            Value::Bound(function, receiver) => self.function_result(function, Some(receiver), args),
            Value::Class(class) => self.constructed(class, args),
            Value::Partial(inner) => self.call_result(inner, None),
            Value::Callable(result) => result,
            Value::Instance(class, _) => match self.method(class, "__call__") {
                Some(method) => self.function_result(method, Some(callee), args),
                None => ValueId::UNKNOWN,
            },
            Value::Union(parts) => {
                let parts: Vec<ValueId> =
                    parts.iter().filter(|&&p| p != ValueId::NONE).map(|&p| self.call_result(p, args)).collect();
                self.values.union(parts)
            }
            _ => ValueId::UNKNOWN,
        }
    }

    fn constructed(&self, class: ClassRef, args: Option<(FileId, ArgList)>) -> ValueId {
        let params = self.type_params(class);
        if !params.is_empty()
            && let Some(init) = self.method(class, "__init__")
            && args.is_some()
        {
            let vars: Box<[ValueId]> = params.iter().map(|&p| self.values.intern(Value::TypeVar(p))).collect();
            let generic = self.values.intern(Value::Instance(class, vars));
            let own = self.instance(class);
            return self.instantiated(generic, init, Some(own), args);
        }
        self.instance(class)
    }

    pub(crate) fn function_result(
        &self,
        function: FunctionRef,
        receiver: Option<ValueId>,
        args: Option<(FileId, ArgList)>,
    ) -> ValueId {
        let function = self.overload(function, args);
        let traits = self.traits(function);
        let f = self.function(function);
        if let Some(is_async) = traits.manager {
            let inner = self.yielded(function);
            let inner = self.instantiated(inner, function, receiver, args);
            return self.values.intern(Value::Manager(function, is_async, inner));
        }
        let own = if f.is_generator && f.is_async {
            let element = self.yielded(function);
            self.values.intern(Value::AsyncGenerator(function, element))
        } else if f.is_generator {
            let element = self.yielded(function);
            self.values.intern(Value::Generator(function, element))
        } else if f.is_async && !traits.is_waited_for || traits.is_bridged {
            let result = self.returned_to(function, receiver, args);
            self.values.intern(Value::Coroutine(function, result))
        } else {
            self.returned_to(function, receiver, args)
        };
        match traits.wrapper {
            None => own,
            Some(wrapper) => {
                let w = self.function(wrapper);
                if w.is_async && !w.is_generator {
                    // What the wrapper gives is what the wrapped gives, however it gets there.
                    let result = match self.get(own) {
                        Value::Coroutine(_, result) => *result,
                        _ => own,
                    };
                    return self.values.intern(Value::Coroutine(wrapper, result));
                }
                match self.calls_wrapped(wrapper) {
                    // It hands on what the wrapped function gives.
                    Some(call) if self.is_returned(wrapper, call) || !f.is_async => own,
                    _ => self.returned_to(wrapper, None, None),
                }
            }
        }
    }

    /// Whether a function returns the value of an expression as it is, directly or through a name.
    fn is_returned(&self, function: FunctionRef, expr: ExprId) -> bool {
        let facts = self.facts(function.file);
        facts.stmts_of(function.function).any(|stmt| match facts.stmt(stmt).kind {
            StmtKind::Return(Some(value)) if value == expr => true,
            StmtKind::Return(Some(value)) => match facts.kind(value) {
                ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
                    facts.bindings_in(home, name).iter().any(|b| b.kind == BindingKind::Assign(expr))
                }),
                _ => false,
            },
            _ => false,
        })
    }

    /// The overload that fits a call's literal arguments.
    fn overload(&self, function: FunctionRef, args: Option<(FileId, ArgList)>) -> FunctionRef {
        // In a stub each of them says so; in code the implementation, which the name means, does not.
        if self.origin(function.file) == Origin::Stub && !self.traits(function).is_overload {
            return function;
        }
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        let scope = match f.class {
            Some(class) => facts.class(class).scope,
            None => facts.scope(f.scope).parent,
        };
        let Some((file, args)) = args else { return function };
        let bindings = facts.bindings_in(scope, f.name);
        if bindings.len() < 2 {
            return function;
        }
        let caller = self.facts(file);
        let mut fitting: Vec<FunctionRef> = Vec::new();
        for binding in bindings {
            let BindingKind::Function(candidate) = binding.kind else { continue };
            let candidate = FunctionRef { file: function.file, function: candidate };
            if !self.traits(candidate).is_overload {
                continue;
            }
            // Stubs leave out what matters to nobody, so only the program's own overloads are held to their parameters.
            let takes = self.origin(candidate.file) == Origin::Stub || self.takes(candidate, file, args);
            let fits = takes
                && facts.params_of(candidate.function).iter().all(|param| {
                    let Some(annotation) = param.annotation else { return true };
                    let ExprKind::Subscript(base, _) = facts.kind(annotation) else { return true };
                    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(base) else {
                        return true;
                    };
                    if name != "Literal" {
                        return true;
                    }
                    let wanted = self.guarded_annotation(candidate.file, annotation);
                    match caller.keyword(args, param.name.as_str()) {
                        Some(given) => self.value(file, given) == wanted,
                        None => param.default.is_some(),
                    }
                });
            if fits {
                if self.origin(candidate.file) == Origin::Stub {
                    return candidate;
                }
                fitting.push(candidate);
            }
        }
        // Several of the program's own fit where the types of arguments decide: the implementation speaks for all.
        if let [only] = fitting[..] { only } else { function }
    }

    /// Whether a function takes the arguments of a call: every keyword has a parameter, every required one an argument.
    fn takes(&self, function: FunctionRef, file: FileId, args: ArgList) -> bool {
        use sidestep_facts::{ArgKind, ParamKind};
        let params = self.facts(function.file).params_of(function.function);
        let given = self.facts(file).args(args);
        if given.iter().any(|a| matches!(a.kind, ArgKind::Star | ArgKind::StarStar)) {
            return true;
        }
        let keywords = given.iter().all(|a| match a.kind {
            ArgKind::Keyword(name) => params.iter().any(|p| p.name == name || p.kind == ParamKind::StarStar),
            _ => true,
        });
        let is_method = self.class_of(function).is_some() && !self.traits(function).is_static;
        let required = params.iter().enumerate().skip(usize::from(is_method)).all(|(index, p)| {
            p.default.is_some()
                || matches!(p.kind, ParamKind::Star | ParamKind::StarStar)
                || self.argument(file, args, function, is_method, index as u32).is_some()
        });
        keywords && required
    }

    /// What a call may run. Abstract methods stand for those that override them.
    pub fn callees(&self, file: FileId, call: ExprId) -> Callees {
        let ExprKind::Call(callee, args) = self.facts(file).kind(call) else { return Callees::default() };
        let value = self.value(file, callee);
        let callees = self.targets(value);
        // The overload depends on the arguments.
        let chosen = |target: &Target| match *target {
            Target::Function(f, receiver) if self.origin(f.file) == Origin::Stub => {
                Target::Function(self.overload(f, Some((file, args))), receiver)
            }
            target => target,
        };
        if callees.targets.iter().all(|t| chosen(t) == *t) {
            return callees;
        }
        Callees { targets: Targets(callees.targets.iter().map(chosen).collect()), complete: callees.complete }
    }

    /// What calling a value may run.
    pub fn targets(&self, value: ValueId) -> Callees {
        let index = value.0 as usize;
        if let Some(Some(known)) = self.memo.targets.borrow().get(index) {
            return known.clone();
        }
        let callees = self.find_targets(value);
        // What is found while values are being worked out may be provisional.
        if !self.is_answering() {
            let mut kept = self.memo.targets.borrow_mut();
            if kept.len() <= index {
                kept.resize(index + 1, None);
            }
            kept[index] = Some(callees.clone());
        }
        callees
    }

    fn find_targets(&self, value: ValueId) -> Callees {
        let mut targets = Vec::new();
        let mut complete = true;
        for part in self.alternatives(value) {
            complete &= self.add_targets(part, &mut targets, 0);
        }
        complete &= !targets.is_empty();
        Callees { targets: Targets(targets.into()), complete }
    }

    /// Adds what calling one alternative may run. Whether that is all that it may run.
    fn add_targets(&self, value: ValueId, targets: &mut Vec<Target>, depth: u32) -> bool {
        // A call with hundreds of candidates says as much with the first of them.
        let mut push = |target: Target| {
            if targets.len() < MAX_TARGETS && !targets.contains(&target) {
                targets.push(target);
            }
        };
        match self.get(value).clone() {
            Value::None => {}
            Value::Function(f) => push(Target::Function(f, None)),
            Value::Bound(f, receiver) => {
                for f in self.implementations(f) {
                    push(Target::Function(f, Some(receiver)));
                }
            }
            Value::Class(class) => push(Target::Class(class)),
            Value::Partial(inner) if depth < 8 => {
                let mut complete = true;
                for part in self.alternatives(inner) {
                    complete &= self.add_targets(part, targets, depth + 1);
                }
                return complete;
            }
            Value::Instance(class, _) => match self.method(class, "__call__") {
                Some(method) => {
                    for f in self.implementations(method) {
                        push(Target::Function(f, Some(value)));
                    }
                }
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Calls that the language itself gives a meaning: `super()`, `type(x)`, `getattr(x, "name")`, `partial(f, …)`.
    pub(crate) fn builtin_call(&self, file: FileId, callee: ExprId, args: ArgList) -> Option<ValueId> {
        let facts = self.facts(file);
        let (name, is_bare) = match facts.kind(callee) {
            ExprKind::Name(name, scope) => (name, facts.resolve(scope, name).is_none()),
            ExprKind::Attribute(_, name) if name == "partial" => (name, false),
            _ => return None,
        };
        match name.as_str() {
            "super" if is_bare => {
                let ExprKind::Name(_, scope) = facts.kind(callee) else { return None };
                let (method, class) = self.enclosing_method(file, scope)?;
                let receiver = self.param(method, 0);
                Some(self.values.intern(Value::Super(class, receiver)))
            }
            "type" if is_bare && facts.args(args).len() == 1 => {
                let value = self.value(file, facts.positional(args, 0)?);
                match self.get(value) {
                    Value::Instance(class, _) => Some(self.values.intern(Value::Class(*class))),
                    _ => Some(ValueId::UNKNOWN),
                }
            }
            "getattr" if is_bare => {
                let value = self.value(file, facts.positional(args, 0)?);
                match facts.kind(facts.positional(args, 1)?) {
                    ExprKind::Str(attr) => Some(self.attribute(file, value, attr)),
                    _ => Some(ValueId::UNKNOWN),
                }
            }
            "cast" if !is_bare => {
                let annotation = facts.positional(args, 0)?;
                facts.positional(args, 1)?;
                Some(self.guarded_annotation(file, annotation))
            }
            "partial" | "partialmethod" => {
                let value = self.value(file, callee);
                let known = match self.get(value) {
                    Value::Class(class) => self.module_name(class.file) == "functools",
                    Value::Function(f) => self.module_name(f.file) == "functools",
                    Value::External(name) => name.as_str().starts_with("functools."),
                    _ => false,
                };
                if !known {
                    return None;
                }
                let inner = self.value(file, facts.positional(args, 0)?);
                Some(self.values.intern(Value::Partial(inner)))
            }
            _ => None,
        }
    }

    /// The method (and its class) in whose code a scope is, nested functions included.
    pub(crate) fn enclosing_method(&self, file: FileId, mut scope: ScopeId) -> Option<(FunctionRef, ClassRef)> {
        let facts = self.facts(file);
        loop {
            if let ScopeKind::Function(function) = facts.scope(scope).kind
                && let Some(class) = facts.function(function).class
            {
                return Some((FunctionRef { file, function }, ClassRef { file, class }));
            }
            if scope == ScopeId::MODULE {
                return None;
            }
            scope = facts.scope(scope).parent;
        }
    }

    /// The annotation of a parameter as the knowledge marks it (`OnLoop`, `InThread`, `Awaits` …) for an argument of a call.
    pub fn argument_mark(&self, site: ExprRef, target: Target, argument: usize) -> Option<Symbol> {
        let (function, bound) = match target {
            Target::Function(f, receiver) => (f, receiver.is_some() && !self.traits(f).is_static),
            Target::Class(class) => (self.method(class, "__init__")?, true),
        };
        if self.origin(function.file) != Origin::Stub {
            return None;
        }
        let facts = self.facts(site.file);
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { return None };
        let arg = facts.args(args).get(argument)?;
        let stub = self.facts(function.file);
        let params = stub.params_of(function.function);
        let param = match arg.kind {
            sidestep_facts::ArgKind::Keyword(name) => params.iter().find(|p| p.name == name)?,
            sidestep_facts::ArgKind::Positional => {
                let position = argument + usize::from(bound);
                let star = params.iter().position(|p| p.kind == sidestep_facts::ParamKind::Star);
                match star {
                    Some(star) if position >= star => &params[star],
                    _ => params.get(position).filter(|p| p.kind != sidestep_facts::ParamKind::KeywordOnly)?,
                }
            }
            sidestep_facts::ArgKind::Star => params.iter().find(|p| p.kind == sidestep_facts::ParamKind::Star)?,
            sidestep_facts::ArgKind::StarStar => return None,
        };
        let mark_of = |annotation: ExprId| -> Option<Symbol> {
            let base = match stub.kind(annotation) {
                ExprKind::Subscript(base, _) => base,
                _ => annotation,
            };
            match stub.kind(base) {
                ExprKind::Name(name, _) if crate::types::is_parameter_mark(name) => Some(name),
                _ => None,
            }
        };
        match stub.kind(param.annotation?) {
            // `Awaits[...] | InThread[...]`: what holds depends on what is given.
            ExprKind::Binary(_, left, right) => {
                let (left, right) = (mark_of(left)?, mark_of(right)?);
                let value = self.value(site.file, arg.value);
                let result = self.call_result(value, None);
                let is_async =
                    self.alternatives(result).into_iter().any(|r| matches!(self.get(r), Value::Coroutine(..)));
                Some(if is_async { left } else { right })
            }
            _ => mark_of(param.annotation?),
        }
    }

    /// Whether the module code of a file is under `if __name__ == "__main__"` at a statement.
    pub fn is_main_guard(&self, file: FileId, stmt: sidestep_facts::StmtId) -> bool {
        let facts = self.facts(file);
        facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::If { test, .. } => match facts.kind(test) {
                ExprKind::Compare(_, list) => facts
                    .expr_list(list)
                    .any(|e| matches!(facts.kind(e), ExprKind::Name(name, _) if name == "__name__")),
                _ => false,
            },
            _ => false,
        })
    }
}

impl Program {
    /// What an annotation describes.
    pub fn declared(&self, file: FileId, annotation: ExprId) -> ValueId {
        self.guarded_annotation(file, annotation)
    }

    /// What the parameter that an argument of a call goes to is declared to be; none where it is not declared.
    /// Where a class is made by its fields, as a dataclass or a model is, what the field is declared to be.
    pub fn declared_param(&self, file: FileId, call: ExprId, target: Target, argument: usize) -> Option<ValueId> {
        let (function, bound) = match target {
            Target::Function(f, receiver) => (f, receiver.is_some() && !self.traits(f).is_static),
            Target::Class(class) => match self.method(class, "__init__") {
                Some(init) if self.is_input(init.file) || !self.is_input(class.file) => (init, true),
                _ => return self.declared_field(file, call, class, argument),
            },
        };
        let ExprKind::Call(_, args) = self.facts(file).kind(call) else { return None };
        let wanted = self.facts(file).args(args).get(argument)?.value;
        let params = self.facts(function.file).params_of(function.function);
        let index =
            (0..params.len() as u32).find(|&i| self.argument(file, args, function, bound, i) == Some(wanted))?;
        let annotation = params[index as usize].annotation?;
        Some(self.guarded_annotation(function.file, annotation))
    }

    /// What the field that a keyword argument of a class goes to is declared to be.
    fn declared_field(&self, file: FileId, call: ExprId, class: ClassRef, argument: usize) -> Option<ValueId> {
        let ExprKind::Call(_, args) = self.facts(file).kind(call) else { return None };
        let sidestep_facts::ArgKind::Keyword(name) = self.facts(file).args(args).get(argument)?.kind else {
            return None;
        };
        self.mro(class).iter().filter(|c| self.is_input(c.file)).find_map(|c| {
            let facts = self.facts(c.file);
            let binding = facts.bindings_in(facts.class(c.class).scope, name).last()?;
            match binding.kind {
                BindingKind::Annotated(annotation, _) => Some(self.guarded_annotation(c.file, annotation)),
                _ => None,
            }
        })
    }

    /// What calling a value gives, whatever the arguments.
    pub fn result_of(&self, callee: ValueId) -> ValueId {
        self.call_result(callee, None)
    }

    /// What calling a function gives, through its decorators.
    pub fn given_by(&self, function: FunctionRef) -> ValueId {
        self.function_result(function, None, None)
    }

    /// Whether a decorator of which nothing is known stands on a function.
    pub fn has_unknown_decorator(&self, function: FunctionRef) -> bool {
        self.traits(function).is_opaque
    }
}

impl Program {
    /// Whether calling something of this name may give a coroutine: some function of the program or the knowledge with
    /// that name does. For names of variables that hold functions the answer is no; it is a filter, not a proof.
    pub fn may_be_async(&self, name: Symbol) -> bool {
        if self.memo.async_names.borrow().is_none() {
            let mut names = FxHashSet::default();
            let mut handing: Vec<(Symbol, Symbol)> = Vec::new();
            for file in self.inputs() {
                let facts = self.facts(file);
                for f in &facts.functions {
                    if f.is_async {
                        names.insert(f.name);
                        continue;
                    }
                    // A plain function that returns a call gives what that gives.
                    for stmt in f.stmts.clone().map(sidestep_facts::StmtId) {
                        if let StmtKind::Return(Some(value)) = facts.stmt(stmt).kind
                            && let ExprKind::Call(callee, _) = facts.kind(value)
                            && let ExprKind::Name(called, _) | ExprKind::Attribute(_, called) = facts.kind(callee)
                        {
                            handing.push((f.name, called));
                        }
                    }
                }
            }
            loop {
                let before = names.len();
                for &(name, called) in &handing {
                    if names.contains(&called) || crate::knowledge::is_async_name(called.as_str()) {
                        names.insert(name);
                    }
                }
                if names.len() == before {
                    break;
                }
            }
            *self.memo.async_names.borrow_mut() = Some(names);
        }
        self.memo.async_names.borrow().as_ref().is_some_and(|names| names.contains(&name))
            || crate::knowledge::is_async_name(name.as_str())
    }

    /// A method of a name that only async methods of the program have: no plain function, no generator and nothing assigned.
    pub fn only_async_method(&self, name: Symbol) -> Option<FunctionRef> {
        let names = self.memo.async_methods.get_or_init(|| {
            let mut names: FxHashMap<Symbol, Option<FunctionRef>> = FxHashMap::default();
            for file in self.inputs() {
                for (index, f) in self.facts(file).functions.iter().enumerate() {
                    let method = FunctionRef { file, function: FunctionId(index as u32) };
                    let counts = f.is_async && !f.is_generator && f.class.is_some();
                    let known = names.entry(f.name).or_insert(Some(method));
                    if !counts {
                        *known = None;
                    }
                }
            }
            names
        });
        names.get(&name).copied().flatten().filter(|_| !self.is_assigned(name))
    }

    /// Whether a module, a class or an object of the inputs is given something under a name, so that the name may stand for a
    /// function that is called otherwise. A filter, not a proof.
    pub fn is_assigned(&self, name: Symbol) -> bool {
        let names = self.memo.assigned.get_or_init(|| {
            let mut names = FxHashSet::default();
            for file in self.inputs() {
                let facts = self.facts(file);
                names.extend(facts.classes.iter().flat_map(|class| &class.self_writes).map(|write| write.attr));
                for scope in facts.scopes.iter().filter(|scope| !matches!(scope.kind, ScopeKind::Function(_))) {
                    let bindings = scope.bindings.clone().map(|at| &facts.bindings[at as usize]);
                    let assigned =
                        bindings.filter(|b| !matches!(b.kind, BindingKind::Function(_) | BindingKind::Class(_)));
                    names.extend(assigned.map(|b| b.name));
                }
            }
            names
        });
        names.contains(&name)
    }

    /// Whether the program is linked with sources of libraries, whose names are not known before they are asked for.
    pub fn has_libraries(&self) -> bool {
        !self.settings().environment.is_empty() || !self.settings().roots.is_empty()
    }
}
