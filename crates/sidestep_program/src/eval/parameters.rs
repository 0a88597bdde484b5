//! What parameters are given, and what functions return.

use super::{MAX_CALL_SITES, Question};
use crate::program::{ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::FxHashMap;
use sidestep_facts::{ArgKind, ArgList, ExprId, ExprKind, ParamKind, StmtKind, Symbol};

impl Program {
    /// What a parameter holds: its annotation, its default, what callers pass.
    pub(crate) fn param(&self, function: FunctionRef, index: u32) -> ValueId {
        self.answer(Question::Param(function, index), || {
            let facts = self.facts(function.file);
            let f = facts.function(function.function);
            let param = facts.params_of(function.function)[index as usize];
            if index == 0
                && let Some(class) = self.class_of(function)
                && !f.is_lambda
                && !matches!(param.kind, ParamKind::Star | ParamKind::KeywordOnly)
            {
                let traits = self.traits(function);
                if !traits.is_static {
                    let is_class = traits.is_class_method || f.name == "__new__" || f.name == "__init_subclass__";
                    return if is_class { self.values.intern(Value::Class(class)) } else { self.instance(class) };
                }
            }
            if matches!(param.kind, ParamKind::Star | ParamKind::StarStar) {
                return ValueId::UNKNOWN;
            }
            if let Some(annotation) = param.annotation {
                let declared = self.guarded_annotation(function.file, annotation);
                if self.says_something(declared) {
                    return declared;
                }
            }
            let mut parts = Vec::new();
            if let Some(default) = param.default
                && facts.kind(default) != ExprKind::None
            {
                parts.push(self.value(function.file, default));
            }
            if param.annotation.is_none() && self.is_input(function.file) {
                parts.extend(self.passed(function, index));
            }
            self.values.union(parts)
        })
    }

    /// What the call sites in the program pass for a parameter.
    fn passed(&self, function: FunctionRef, index: u32) -> Vec<ValueId> {
        let mut found = Vec::new();
        for site in self.sites_of(function) {
            let ExprKind::Call(_, args) = self.facts(site.file).kind(site.expr) else { continue };
            if let Some(argument) = self.argument(site.file, args, function, self.is_method_call(site, function), index)
            {
                let value = self.value(site.file, argument);
                if !found.contains(&value) {
                    found.push(value);
                }
            }
        }
        found
    }

    /// The calls in the program that run a function, found by its name and then confirmed. At most a few dozen.
    pub fn sites_of(&self, function: FunctionRef) -> Vec<ExprRef> {
        let f = self.function(function);
        let is_init = f.name == "__init__";
        let name = match self.class_of(function) {
            Some(class) if is_init => self.class(class).name,
            _ => f.name,
        };
        self.index_call_sites();
        let table = self.memo.call_sites.borrow();
        let Some(sites) = table.as_ref().and_then(|t| t.get(&name)) else { return Vec::new() };
        let sites: Vec<ExprRef> = sites.iter().take(MAX_CALL_SITES).copied().collect();
        drop(table);
        sites
            .into_iter()
            .filter(|site| {
                let ExprKind::Call(callee, _) = self.facts(site.file).kind(site.expr) else { return false };
                let callee = self.value(site.file, callee);
                self.alternatives(callee).into_iter().any(|part| match self.get(part) {
                    Value::Function(f) | Value::Bound(f, _) => {
                        *f == function || self.implementations(*f).contains(&function)
                    }
                    Value::Class(class) => is_init && self.method(*class, "__init__") == Some(function),
                    _ => false,
                })
            })
            .collect()
    }

    fn is_method_call(&self, site: ExprRef, function: FunctionRef) -> bool {
        let facts = self.facts(site.file);
        let ExprKind::Call(callee, _) = facts.kind(site.expr) else { return false };
        let callee = self.value(site.file, callee);
        let bound =
            self.alternatives(callee).into_iter().any(|p| matches!(self.get(p), Value::Bound(..) | Value::Class(_)));
        bound && self.function(function).class.is_some() && !self.traits(function).is_static
    }

    fn index_call_sites(&self) {
        if self.memo.call_sites.borrow().is_some() {
            return;
        }
        let mut table: FxHashMap<Symbol, Vec<ExprRef>> = FxHashMap::default();
        for file in self.inputs() {
            let facts = self.facts(file);
            for (index, expr) in facts.exprs.iter().enumerate() {
                if let ExprKind::Call(callee, _) = expr.kind
                    && let ExprKind::Name(name, _) | ExprKind::Attribute(_, name) = facts.kind(callee)
                {
                    table.entry(name).or_default().push(ExprRef { file, expr: ExprId(index as u32) });
                }
            }
        }
        *self.memo.call_sites.borrow_mut() = Some(table);
    }

    /// The argument that a call passes for a parameter, if it says so plainly. `bound`: the first parameter is the receiver.
    pub fn argument(
        &self,
        file: FileId,
        args: ArgList,
        function: FunctionRef,
        bound: bool,
        index: u32,
    ) -> Option<ExprId> {
        let facts = self.facts(file);
        let params = self.facts(function.file).params_of(function.function);
        let param = params.get(index as usize)?;
        if let Some(value) = facts.keyword(args, param.name.as_str())
            && param.kind != ParamKind::PositionalOnly
        {
            return Some(value);
        }
        if matches!(param.kind, ParamKind::KeywordOnly | ParamKind::StarStar | ParamKind::Star) {
            return None;
        }
        let position = (index as usize).checked_sub(usize::from(bound))?;
        facts.positional(args, position)
    }

    /// What a function returns, before type variables are replaced. For an `async def`: what awaiting it gives.
    pub fn returned(&self, function: FunctionRef) -> ValueId {
        self.answer(Question::Returned(function), || {
            let facts = self.facts(function.file);
            let f = facts.function(function.function);
            if let Some(annotation) = f.returns {
                let declared = self.guarded_annotation(function.file, annotation);
                if self.is_any_awaitable(declared) && self.origin(function.file) != Origin::Stub {
                    // A coroutine or a future, which runs by itself: the body says which.
                    let given = self.returned_by_body(function);
                    return if given == ValueId::UNKNOWN { declared } else { given };
                }
                if declared != ValueId::UNKNOWN || self.origin(function.file) == Origin::Stub {
                    return declared;
                }
            }
            if f.is_generator {
                return ValueId::UNKNOWN;
            }
            self.returned_by_body(function)
        })
    }

    fn is_any_awaitable(&self, value: ValueId) -> bool {
        matches!(self.get(value), Value::Instance(class, _) if self.is_class(*class, "typing", "Awaitable"))
    }

    /// What the `return` statements of a function give.
    pub fn returned_by_body(&self, function: FunctionRef) -> ValueId {
        let facts = self.facts(function.file);
        let mut parts = Vec::new();
        for stmt in facts.stmts_of(function.function) {
            if let StmtKind::Return(Some(value)) = facts.stmt(stmt).kind {
                parts.push(self.value(function.file, value));
                if parts.len() == 8 {
                    break;
                }
            }
        }
        self.values.union(parts)
    }

    /// The elements that a generator function yields.
    pub(crate) fn yielded(&self, function: FunctionRef) -> ValueId {
        self.answer(Question::Yielded(function), || {
            let facts = self.facts(function.file);
            let f = facts.function(function.function);
            if let Some(annotation) = f.returns {
                let declared = self.guarded_annotation(function.file, annotation);
                if let Value::Instance(_, args) = self.get(declared)
                    && let Some(&first) = args.first()
                    && first != ValueId::UNKNOWN
                {
                    return first;
                }
            }
            let mut parts = Vec::new();
            for expr in facts.exprs_of(function.function) {
                match facts.kind(expr) {
                    ExprKind::Yield(Some(value)) => parts.push(self.value(function.file, value)),
                    ExprKind::YieldFrom(value) => {
                        let value = self.value(function.file, value);
                        parts.push(self.element(value, false));
                    }
                    _ => continue,
                }
                if parts.len() == 4 {
                    break;
                }
            }
            self.values.union(parts)
        })
    }

    /// What calling a function gives back, with type variables replaced by what the receiver and the arguments say.
    pub(crate) fn returned_to(
        &self,
        function: FunctionRef,
        receiver: Option<ValueId>,
        args: Option<(FileId, ArgList)>,
    ) -> ValueId {
        let value = self.returned(function);
        self.instantiated(value, function, receiver, args)
    }

    pub(crate) fn instantiated(
        &self,
        value: ValueId,
        function: FunctionRef,
        receiver: Option<ValueId>,
        args: Option<(FileId, ArgList)>,
    ) -> ValueId {
        if !matches!(
            self.get(value),
            Value::TypeVar(_)
                | Value::Instance(..)
                | Value::Union(_)
                | Value::Tuple(_)
                | Value::Callable(_)
                | Value::Coroutine(..)
                | Value::Generator(..)
                | Value::AsyncGenerator(..)
                | Value::Manager(..)
        ) {
            return value;
        }
        let mut with = receiver.map_or_else(Vec::new, |r| self.receiver_substitution(r, &[]));
        if let Some((file, args)) = args {
            let params = self.facts(function.file).params_of(function.function);
            for (index, param) in params.iter().enumerate() {
                let Some(annotation) = param.annotation else { continue };
                let pattern = self.guarded_annotation(function.file, annotation);
                let bound = receiver.is_some() && !self.traits(function).is_static;
                if param.kind == ParamKind::Star {
                    let position = index - usize::from(bound);
                    let rest: Vec<ValueId> = self
                        .facts(file)
                        .args(args)
                        .iter()
                        .skip(position)
                        .filter_map(|a| match a.kind {
                            ArgKind::Positional => Some(self.value(file, a.value)),
                            ArgKind::Star => {
                                let all = self.value(file, a.value);
                                Some(self.element(all, false))
                            }
                            _ => None,
                        })
                        .collect();
                    if !rest.is_empty() {
                        let rest = self.values.union(rest);
                        self.unify(pattern, rest, &mut with, 0);
                    }
                } else if let Some(argument) = self.argument(file, args, function, bound, index as u32) {
                    let argument = self.value(file, argument);
                    // A function that the callee awaits: what matters is what awaiting its coroutine gives.
                    if let Value::Callable(result) = *self.get(pattern)
                        && matches!(self.get(result), Value::TypeVar(_))
                        && self.is_marked(function.file, annotation, "Awaits")
                    {
                        let returned = self.call_result(argument, None);
                        let awaited = self.awaited(returned);
                        self.unify(result, awaited, &mut with, 0);
                        continue;
                    }
                    self.unify(pattern, argument, &mut with, 0);
                }
            }
        }
        self.substitute(value, &with)
    }

    fn is_marked(&self, file: FileId, annotation: ExprId, mark: &str) -> bool {
        let facts = self.facts(file);
        match facts.kind(annotation) {
            ExprKind::Subscript(base, _) => matches!(facts.kind(base), ExprKind::Name(n, _) if n == mark),
            ExprKind::Binary(_, left, right) => self.is_marked(file, left, mark) || self.is_marked(file, right, mark),
            _ => false,
        }
    }
}
