//! Annotations: from a type expression to the values it describes, and what replaces type variables.

use crate::program::{ClassRef, FileId, Program};
use crate::value::{Value, ValueId};
use sidestep_facts::{BindingKind, ExprId, ExprKind, Symbol};

/// What type variables stand for.
pub(crate) type Substitution = Vec<(Symbol, ValueId)>;

impl Program {
    /// The value that an annotation describes.
    pub(crate) fn annotated(&self, file: FileId, annotation: ExprId) -> ValueId {
        let facts = self.facts(file);
        match facts.kind(annotation) {
            ExprKind::None => ValueId::NONE,
            ExprKind::Binary(sidestep_facts::Op::BitOr, left, right) => {
                let parts = [self.annotated(file, left), self.annotated(file, right)];
                self.values.union(parts)
            }
            ExprKind::Subscript(base, index) => self.subscripted_type(file, base, index),
            ExprKind::Name(name, scope) => {
                let special = special_form(name);
                if special == Some("Self") {
                    return self.values.intern(Value::TypeVar(name));
                }
                if special.is_some() || is_parameter_mark(name) {
                    return ValueId::UNKNOWN;
                }
                let value = self.value(file, annotation);
                match self.get(value) {
                    Value::Class(class) => self.instance(*class),
                    Value::None => ValueId::NONE,
                    _ if is_type_var(name) => self.values.intern(Value::TypeVar(name)),
                    Value::Union(_) => self.instances_of(value),
                    // An alias: `Handler = Callable[...]`, `Client = A | B`.
                    _ => match facts.resolve(scope, name) {
                        Some(home) => match facts.bindings_in(home, name) {
                            [binding] => match binding.kind {
                                BindingKind::Assign(value) if !matches!(facts.kind(value), ExprKind::Name(n, _) if n == name) => {
                                    self.alias(file, value)
                                }
                                BindingKind::Annotated(_, Some(value)) => self.alias(file, value),
                                BindingKind::ImportFrom(module, level, original) => {
                                    self.imported_alias(file, module, level, original)
                                }
                                _ => ValueId::UNKNOWN,
                            },
                            _ => ValueId::UNKNOWN,
                        },
                        None => ValueId::UNKNOWN,
                    },
                }
            }
            ExprKind::Attribute(_, name) => {
                if special_form(name).is_some() {
                    return ValueId::UNKNOWN;
                }
                let value = self.value(file, annotation);
                self.instances_of(value)
            }
            _ => ValueId::UNKNOWN,
        }
    }

    fn alias(&self, file: FileId, value: ExprId) -> ValueId {
        match self.facts(file).kind(value) {
            ExprKind::Subscript(..)
            | ExprKind::Binary(sidestep_facts::Op::BitOr, ..)
            | ExprKind::Name(..)
            | ExprKind::Attribute(..) => self.guarded_annotation(file, value),
            _ => ValueId::UNKNOWN,
        }
    }

    fn imported_alias(&self, file: FileId, module: Option<Symbol>, level: u16, original: Symbol) -> ValueId {
        let Some(target) = self.import_file(file, module, level) else { return ValueId::UNKNOWN };
        let facts = self.facts(target);
        match facts.bindings_in(sidestep_facts::ScopeId::MODULE, original) {
            [binding] => match binding.kind {
                BindingKind::Assign(value) => self.alias(target, value),
                _ => ValueId::UNKNOWN,
            },
            _ => ValueId::UNKNOWN,
        }
    }

    /// Class objects to instances of them.
    pub(crate) fn instances_of(&self, value: ValueId) -> ValueId {
        match self.get(value) {
            Value::Class(class) => self.instance(*class),
            Value::None => ValueId::NONE,
            Value::Union(parts) => {
                let parts: Vec<ValueId> = parts.iter().map(|&p| self.instances_of(p)).collect();
                self.values.union(parts)
            }
            Value::TypeVar(_) => value,
            _ => ValueId::UNKNOWN,
        }
    }

    pub(crate) fn instance(&self, class: ClassRef) -> ValueId {
        self.values.intern(Value::Instance(class, Box::new([])))
    }

    fn subscripted_type(&self, file: FileId, base: ExprId, index: ExprId) -> ValueId {
        let facts = self.facts(file);
        let args: Vec<ExprId> = match facts.kind(index) {
            ExprKind::Tuple(list) => facts.expr_list(list).collect(),
            _ => vec![index],
        };
        let name = match facts.kind(base) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            _ => return ValueId::UNKNOWN,
        };
        let of = |at: usize| args.get(at).map_or(ValueId::UNKNOWN, |&a| self.annotated(file, a));
        match name.as_str() {
            "Optional" => {
                let inner = of(0);
                self.values.union([inner, ValueId::NONE])
            }
            "Union" => {
                let parts: Vec<ValueId> = args.iter().map(|&a| self.annotated(file, a)).collect();
                self.values.union(parts)
            }
            "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" | "ReadOnly" | "InstanceOf"
            | "SkipValidation" | "Mapped" => of(0),
            _ if is_parameter_mark(name) => of(0),
            "Literal" => match args.first().map(|&a| facts.kind(a)) {
                Some(ExprKind::Str(text)) => self.values.intern(Value::Str(text)),
                Some(ExprKind::True) => self.values.intern(Value::Bool(true)),
                Some(ExprKind::False) => self.values.intern(Value::Bool(false)),
                _ => ValueId::UNKNOWN,
            },
            "Type" | "type" => {
                let instance = of(0);
                match self.get(instance) {
                    Value::Instance(class, _) => self.values.intern(Value::Class(*class)),
                    _ => ValueId::UNKNOWN,
                }
            }
            "Callable" => {
                let result = of(args.len().saturating_sub(1));
                self.values.intern(Value::Callable(result))
            }
            "Tuple" | "tuple" => {
                if let [element, dots] = args[..]
                    && facts.kind(dots) == ExprKind::Ellipsis
                {
                    let element = self.annotated(file, element);
                    return self.builtin("list", &[element]);
                }
                let items: Box<[ValueId]> = args.iter().map(|&a| self.annotated(file, a)).collect();
                self.values.intern(Value::Tuple(items))
            }
            // `Coroutine[Any, Any, T]`: what matters is what `await` gives, which comes last.
            "Coroutine" => {
                let result = of(args.len().saturating_sub(1));
                self.generic(file, base, &[result])
            }
            "List" | "Sequence" | "MutableSequence" | "Deque" | "Collection" => {
                let element = of(0);
                self.builtin("list", &[element])
            }
            "Set" | "FrozenSet" | "AbstractSet" | "MutableSet" => {
                let element = of(0);
                self.builtin("set", &[element])
            }
            "Dict" | "Mapping" | "MutableMapping" | "DefaultDict" | "OrderedDict" => {
                let parts = [of(0), of(1)];
                self.builtin("dict", &parts)
            }
            _ => {
                let parts: Vec<ValueId> = args.iter().map(|&a| self.annotated(file, a)).collect();
                self.generic(file, base, &parts)
            }
        }
    }

    fn generic(&self, file: FileId, base: ExprId, args: &[ValueId]) -> ValueId {
        let value = self.value(file, base);
        match self.get(value) {
            Value::Class(class) => self.values.intern(Value::Instance(*class, args.into())),
            _ => {
                // A generic alias of the program's own: `Result = dict[str, T]`; its arguments are not followed.
                self.annotated_name_only(file, base)
            }
        }
    }

    fn annotated_name_only(&self, file: FileId, base: ExprId) -> ValueId {
        match self.facts(file).kind(base) {
            ExprKind::Name(name, _) if special_form(name).is_none() => self.guarded_annotation(file, base),
            _ => ValueId::UNKNOWN,
        }
    }

    /// The names of a class's type parameters, in order: from `Generic[...]` or `Protocol[...]`, else from its bases.
    pub(crate) fn type_params(&self, class: ClassRef) -> Vec<Symbol> {
        let facts = self.facts(class.file);
        let mut found: Vec<Symbol> = facts.class(class.class).type_params.clone();
        for base in facts.expr_list(facts.class(class.class).bases) {
            let ExprKind::Subscript(_, index) = facts.kind(base) else { continue };
            let args: Vec<ExprId> = match facts.kind(index) {
                ExprKind::Tuple(list) => facts.expr_list(list).collect(),
                _ => vec![index],
            };
            for arg in args {
                if let ExprKind::Name(name, _) = facts.kind(arg)
                    && is_type_var(name)
                    && !found.contains(&name)
                {
                    found.push(name);
                }
            }
        }
        found
    }

    /// What the type variables of an instance's class, and of its bases, stand for.
    pub(crate) fn class_substitution(&self, class: ClassRef, args: &[ValueId]) -> Substitution {
        if args.is_empty() {
            return Vec::new();
        }
        let mut params = self.type_params(class);
        if params.is_empty() {
            // `list`, `dict` and the like in stubs without a declaration: by convention.
            let names: &[&str] = if args.len() == 2 { &["K", "V"] } else { &["T"] };
            params = names.iter().map(|n| Symbol::new(n)).collect();
        }
        params.into_iter().zip(args.iter().copied()).collect()
    }

    /// Replaces type variables. What is not known becomes unknown.
    pub(crate) fn substitute(&self, value: ValueId, with: &Substitution) -> ValueId {
        if !self.has_type_var(value, 0) {
            return value;
        }
        let all = |parts: &[ValueId]| -> Box<[ValueId]> { parts.iter().map(|&p| self.substitute(p, with)).collect() };
        match self.get(value).clone() {
            Value::TypeVar(name) => with.iter().find(|(n, _)| *n == name).map_or(ValueId::UNKNOWN, |&(_, value)| value),
            Value::Instance(class, args) => self.values.intern(Value::Instance(class, all(&args))),
            Value::Tuple(items) => self.values.intern(Value::Tuple(all(&items))),
            Value::Union(parts) => {
                let parts = all(&parts);
                self.values.union(parts.iter().copied())
            }
            Value::Callable(result) => {
                let result = self.substitute(result, with);
                self.values.intern(Value::Callable(result))
            }
            Value::Coroutine(f, result) => {
                let result = self.substitute(result, with);
                self.values.intern(Value::Coroutine(f, result))
            }
            Value::Generator(f, element) => {
                let element = self.substitute(element, with);
                self.values.intern(Value::Generator(f, element))
            }
            Value::AsyncGenerator(f, element) => {
                let element = self.substitute(element, with);
                self.values.intern(Value::AsyncGenerator(f, element))
            }
            Value::Manager(f, is_async, inner) => {
                let inner = self.substitute(inner, with);
                self.values.intern(Value::Manager(f, is_async, inner))
            }
            _ => value,
        }
    }

    fn has_type_var(&self, value: ValueId, depth: u32) -> bool {
        if depth > 6 {
            return false;
        }
        match self.get(value) {
            Value::TypeVar(_) => true,
            Value::Instance(_, parts) | Value::Tuple(parts) | Value::Union(parts) => {
                parts.iter().any(|&p| self.has_type_var(p, depth + 1))
            }
            Value::Callable(inner)
            | Value::Coroutine(_, inner)
            | Value::Generator(_, inner)
            | Value::AsyncGenerator(_, inner)
            | Value::Manager(_, _, inner) => self.has_type_var(*inner, depth + 1),
            _ => false,
        }
    }

    /// Finds what type variables in `pattern` stand for, given an argument's value.
    pub(crate) fn unify(&self, pattern: ValueId, value: ValueId, into: &mut Substitution, depth: u32) {
        if depth > 6 {
            return;
        }
        match self.get(pattern) {
            Value::TypeVar(name) if value != ValueId::UNKNOWN && !into.iter().any(|(n, _)| n == name) => {
                into.push((*name, value));
            }
            Value::Instance(class, params) if !params.is_empty() => {
                // A manager of another class: what entering it gives.
                let name = self.class(*class).name.as_str();
                let is_manager = matches!(
                    name,
                    "AsyncContextManager" | "AbstractAsyncContextManager" | "ContextManager" | "AbstractContextManager"
                );
                if is_manager && matches!(self.get(value), Value::Instance(own, _) if own != class) {
                    let entered = self.entered(value, name.contains("Async"));
                    self.unify(params[0], entered, into, depth + 1);
                    return;
                }
                let inner = match self.get(value) {
                    Value::Instance(_, args) if args.len() == params.len() => {
                        for (&param, &arg) in params.iter().zip(args.iter()) {
                            self.unify(param, arg, into, depth + 1);
                        }
                        return;
                    }
                    Value::Coroutine(_, inner)
                    | Value::Generator(_, inner)
                    | Value::AsyncGenerator(_, inner)
                    | Value::Manager(_, _, inner) => *inner,
                    Value::Instance(..) => {
                        // An awaitable of another kind: what awaiting it gives.
                        let inner = self.awaited(value);
                        if inner == ValueId::UNKNOWN { self.element(value, false) } else { inner }
                    }
                    Value::Tuple(items) => self.values.union(items.iter().copied()),
                    _ => return,
                };
                self.unify(params[params.len() - 1], inner, into, depth + 1);
            }
            Value::Callable(result) => {
                let returned = self.call_result(value, None);
                self.unify(*result, returned, into, depth + 1);
            }
            Value::Union(parts) => {
                // `T | Awaitable[T]`: what is awaitable fits the second, and `T` is what awaiting it gives.
                let (named, bare): (Vec<ValueId>, Vec<ValueId>) =
                    parts.iter().partition(|&&p| !matches!(self.get(p), Value::TypeVar(_)));
                for part in named.into_iter().chain(bare) {
                    self.unify(part, value, into, depth + 1);
                }
            }
            _ => {}
        }
    }
}

/// Names of `typing` that describe no class of their own.
fn special_form(name: Symbol) -> Option<&'static str> {
    let name = name.as_str();
    matches!(
        name,
        "Any"
            | "Self"
            | "Optional"
            | "Union"
            | "Callable"
            | "Literal"
            | "NoReturn"
            | "Never"
            | "LiteralString"
            | "object"
    )
    .then_some(name)
}

/// The annotations by which knowledge says what a parameter is for.
pub(crate) fn is_parameter_mark(name: Symbol) -> bool {
    let name = name.as_str();
    matches!(name, "Awaits" | "OnLoop" | "InThread" | "SyncSlot" | "Calls" | "Keeps" | "Value" | "Iterates")
}

/// Whether a name is a type variable by custom: one capital letter (and digits), or ending in `T`, `_co`, `_contra`.
fn is_type_var(name: Symbol) -> bool {
    let text = name.as_str().trim_start_matches('_');
    let mut chars = text.chars();
    let one = chars.next().is_some_and(|c| c.is_ascii_uppercase()) && chars.all(|c| c.is_ascii_digit());
    one || matches!(text, "Self" | "RT" | "VT" | "KT" | "AnyStr")
        || text.ends_with("_co")
        || text.ends_with("_contra")
        || (text.ends_with('T') && text.len() > 1 && text.chars().rev().nth(1).is_some_and(char::is_lowercase))
}
