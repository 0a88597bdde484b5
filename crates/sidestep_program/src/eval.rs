//! Values on demand: names, attributes, imports, calls. Each answer is kept unless a cycle cut it short.

mod attributes;
mod names;
mod operators;
mod parameters;

use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{CompKind, ExprId, ExprKind, Symbol};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What can be asked. What an expression evaluates to is asked far more often than all else: its answers stand in an array
/// of its file ([`Answers`]), the others' in a table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Question {
    Expr(ExprRef),
    Annotation(ExprRef),
    Returned(FunctionRef),
    Yielded(FunctionRef),
    Member(FileId, Symbol),
    Attribute(ClassRef, Symbol),
    Param(FunctionRef, u32),
}

/// What is known of the expressions of one file, one slot each. Made when the first of them is asked for.
#[derive(Default)]
pub(crate) struct Answers(std::cell::OnceCell<Box<[Cell<u32>]>>);

/// A slot whose question is being answered holds this and its depth; one that has an answer, the value and one; else nothing.
const OPEN: u32 = 1 << 31;

impl Answers {
    fn slot(&self, facts: &sidestep_facts::FileFacts, expr: ExprId) -> &Cell<u32> {
        let slots = self.0.get_or_init(|| std::iter::repeat_with(|| Cell::new(0)).take(facts.exprs.len()).collect());
        &slots[expr.0 as usize]
    }
}

/// Answers kept.
#[derive(Default)]
pub(crate) struct Memo {
    answers: RefCell<FxHashMap<Question, ValueId>>,
    /// Questions being answered, with their depth.
    open: RefCell<FxHashMap<Question, u32>>,
    depth: Cell<u32>,
    /// The least depth of an open question that was asked again since; answers above it are provisional.
    cut: Cell<u32>,
    /// How often a question was answered provisionally.
    provisional: RefCell<FxHashMap<Question, u8>>,
    pub mro: RefCell<FxHashMap<ClassRef, Rc<[ClassRef]>>>,
    pub open_bases: RefCell<FxHashSet<ClassRef>>,
    pub subclasses: RefCell<Option<FxHashMap<ClassRef, Rc<[ClassRef]>>>>,
    /// By value.
    pub targets: RefCell<Vec<Option<crate::calls::Callees>>>,
    /// See [`Program::is_assigned`].
    pub assigned: std::cell::OnceCell<FxHashSet<Symbol>>,
    /// See [`Program::only_async_method`].
    pub async_methods: std::cell::OnceCell<FxHashMap<Symbol, Option<FunctionRef>>>,
    pub async_names: RefCell<Option<FxHashSet<Symbol>>>,
    pub definitions: RefCell<Option<FxHashMap<Symbol, Vec<FileId>>>>,
    pub implementations: RefCell<FxHashMap<FunctionRef, Rc<[FunctionRef]>>>,
    pub known_classes: RefCell<FxHashMap<(Symbol, Symbol), Option<ClassRef>>>,
    /// The classes of the inputs that define a method of that name.
    pub with_method: RefCell<Option<FxHashMap<Symbol, Vec<ClassRef>>>>,
    pub structural: RefCell<FxHashMap<ClassRef, Rc<[ClassRef]>>>,
    pub call_sites: RefCell<Option<FxHashMap<Symbol, Vec<ExprRef>>>>,
}

/// Deeper than this, nothing is known: only generated code gets here.
const MAX_DEPTH: u32 = 120;
/// After so many provisional answers to one question, the last one is kept.
const MAX_PROVISIONAL: u8 = 3;
/// How many call sites are looked at for what callers pass.
const MAX_CALL_SITES: usize = 24;

impl Program {
    fn answer(&self, question: Question, compute: impl FnOnce() -> ValueId) -> ValueId {
        if let Some(&known) = self.memo.answers.borrow().get(&question) {
            return known;
        }
        if let Some(&depth) = self.memo.open.borrow().get(&question) {
            self.memo.cut.set(self.memo.cut.get().min(depth));
            return ValueId::UNKNOWN;
        }
        let Some(depth) = self.deeper() else { return ValueId::UNKNOWN };
        self.memo.open.borrow_mut().insert(question, depth);
        let value = compute();
        self.memo.open.borrow_mut().remove(&question);
        if self.settled(depth, || question) {
            self.memo.answers.borrow_mut().insert(question, value);
        }
        value
    }

    /// Begins to answer a question: how many are open now. None where it is too many.
    fn deeper(&self) -> Option<u32> {
        let depth = self.memo.depth.get() + 1;
        if depth == 1 {
            self.memo.cut.set(u32::MAX);
        }
        if depth > MAX_DEPTH {
            // Not kept by any question on the way, as it depends on where the way began.
            self.memo.cut.set(0);
            return None;
        }
        self.memo.depth.set(depth);
        Some(depth)
    }

    /// Ends what [`Self::deeper`] began: whether the answer may be kept.
    fn settled(&self, depth: u32, question: impl FnOnce() -> Question) -> bool {
        self.memo.depth.set(depth - 1);
        if self.memo.cut.get() >= depth || depth == 1 {
            self.memo.cut.set(u32::MAX);
            return true;
        }
        // Cut short by a cycle that is still open further out. The answer is not kept, so that it does not depend on where
        // the cycle was entered; but in a large knot of cycles it would be worked out again and again, so the third stands.
        let mut provisional = self.memo.provisional.borrow_mut();
        let times = provisional.entry(question()).or_insert(0);
        *times += 1;
        *times >= MAX_PROVISIONAL
    }

    /// Whether a question is being answered, so that what is found meanwhile may be provisional.
    pub(crate) fn is_answering(&self) -> bool {
        self.memo.depth.get() > 0
    }

    /// What an expression evaluates to.
    pub fn value(&self, file: FileId, expr: ExprId) -> ValueId {
        // The simplest ones are not worth keeping.
        match self.facts(file).kind(expr) {
            ExprKind::None => return ValueId::NONE,
            ExprKind::Str(text) => return self.values.intern(Value::Str(text)),
            ExprKind::Int(value) => return self.values.intern(Value::Int(value)),
            ExprKind::True => return self.values.intern(Value::Bool(true)),
            ExprKind::False => return self.values.intern(Value::Bool(false)),
            ExprKind::Bytes
            | ExprKind::Ellipsis
            | ExprKind::Missing
            | ExprKind::Not(_)
            | ExprKind::Compare(..)
            | ExprKind::Slice(_) => {
                return ValueId::UNKNOWN;
            }
            _ => {}
        }
        let slot = self.file(file).answers.slot(self.facts(file), expr);
        let known = slot.get();
        if known & OPEN != 0 {
            self.memo.cut.set(self.memo.cut.get().min(known & !OPEN));
            return ValueId::UNKNOWN;
        }
        if known != 0 {
            return ValueId(known - 1);
        }
        let Some(depth) = self.deeper() else { return ValueId::UNKNOWN };
        slot.set(OPEN | depth);
        let value = self.evaluate(file, expr);
        let keep = self.settled(depth, || Question::Expr(ExprRef { file, expr }));
        slot.set(if keep { value.0 + 1 } else { 0 });
        value
    }

    pub(crate) fn guarded_annotation(&self, file: FileId, expr: ExprId) -> ValueId {
        self.answer(Question::Annotation(ExprRef { file, expr }), || self.annotated(file, expr))
    }

    fn evaluate(&self, file: FileId, expr: ExprId) -> ValueId {
        let facts = self.facts(file);
        match facts.kind(expr) {
            ExprKind::Name(name, scope) => self.name(file, scope, name, facts.range(expr).start()),
            ExprKind::Attribute(value, attr) => {
                let value = self.value(file, value);
                self.attribute(file, value, attr)
            }
            ExprKind::Call(callee, args) => {
                if let Some(value) = self.builtin_call(file, callee, args) {
                    return value;
                }
                let callee = self.value(file, callee);
                self.call_result(callee, Some((file, args)))
            }
            ExprKind::Await(value) => {
                let value = self.value(file, value);
                self.awaited(value)
            }
            ExprKind::Named(_, value) | ExprKind::Starred(value) => self.value(file, value),
            ExprKind::IfElse(list) => {
                let parts: Vec<ValueId> = facts.expr_list(list).skip(1).map(|e| self.value(file, e)).collect();
                self.values.union(parts)
            }
            ExprKind::Or(list) | ExprKind::And(list) => {
                let parts: Vec<ValueId> = facts.expr_list(list).map(|e| self.value(file, e)).collect();
                self.values.union(parts)
            }
            ExprKind::Tuple(list) => {
                if facts.expr_list(list).any(|e| matches!(facts.kind(e), ExprKind::Starred(_))) {
                    return ValueId::UNKNOWN;
                }
                let items: Box<[ValueId]> = facts.expr_list(list).map(|e| self.value(file, e)).collect();
                self.values.intern(Value::Tuple(items))
            }
            ExprKind::List(list) | ExprKind::Set(list) => {
                let parts: Vec<ValueId> = facts
                    .expr_list(list)
                    .map(|e| match facts.kind(e) {
                        ExprKind::Starred(inner) => {
                            let inner = self.value(file, inner);
                            self.element(inner, false)
                        }
                        _ => self.widened(file, e),
                    })
                    .collect();
                let element = self.values.union(parts);
                let name = if matches!(facts.kind(expr), ExprKind::List(_)) { "list" } else { "set" };
                self.builtin(name, &[element])
            }
            ExprKind::Dict(list) => {
                let all: Vec<ExprId> = facts.expr_list(list).collect();
                let values: Vec<ValueId> = all.chunks(2).map(|pair| self.widened(file, pair[1])).collect();
                let value = self.values.union(values);
                let key = all.first().map_or(ValueId::UNKNOWN, |&k| self.widened(file, k));
                self.builtin("dict", &[key, value])
            }
            ExprKind::Comprehension(index) => {
                let comp = &facts.comprehensions[index as usize];
                let element = self.value(file, comp.element);
                match comp.kind {
                    CompKind::List => self.builtin("list", &[element]),
                    CompKind::Set => self.builtin("set", &[element]),
                    CompKind::Dict => {
                        let key = comp.key.map_or(ValueId::UNKNOWN, |k| self.value(file, k));
                        self.builtin("dict", &[key, element])
                    }
                    CompKind::Generator => {
                        let asynchronous = comp.clauses.iter().any(|c| c.is_async);
                        let name = if asynchronous { "AsyncIterator" } else { "Iterator" };
                        match self.known_class("typing", name) {
                            Some(class) => self.values.intern(Value::Instance(class, Box::new([element]))),
                            None => ValueId::UNKNOWN,
                        }
                    }
                }
            }
            ExprKind::Subscript(value, index) => {
                let value = self.value(file, value);
                self.subscript(value, facts.kind(index))
            }
            ExprKind::FString(_) => self.builtin("str", &[]),
            ExprKind::Float(_) => self.builtin("float", &[]),
            ExprKind::Binary(op, left, right) => self.binary(file, op, left, right),
            ExprKind::Lambda(function) => self.values.intern(Value::Function(FunctionRef { file, function })),
            _ => ValueId::UNKNOWN,
        }
    }

    /// The value of an element of a display: literals become their classes, so that a long list stays one thing.
    fn widened(&self, file: FileId, expr: ExprId) -> ValueId {
        match self.facts(file).kind(expr) {
            ExprKind::Str(_) => self.builtin("str", &[]),
            ExprKind::Int(_) => self.builtin("int", &[]),
            _ => self.value(file, expr),
        }
    }

    /// What `await value` gives.
    pub fn awaited(&self, value: ValueId) -> ValueId {
        match self.get(value).clone() {
            Value::Coroutine(_, result) => result,
            Value::Instance(class, args) => {
                if let Some(method) = self.method(class, "__await__") {
                    let generator = self.returned_to(method, Some(value), None);
                    if let Value::Instance(_, parts) = self.get(generator) {
                        let at = if parts.len() >= 3 { 2 } else { parts.len().wrapping_sub(1) };
                        if let Some(&result) = parts.get(at) {
                            return self.substitute(result, &self.class_substitution(class, &args));
                        }
                    }
                    return ValueId::UNKNOWN;
                }
                let name = self.class(class).name;
                if matches!(name.as_str(), "Coroutine" | "Awaitable" | "Task" | "Future") {
                    return args.last().copied().unwrap_or(ValueId::UNKNOWN);
                }
                ValueId::UNKNOWN
            }
            Value::Union(parts) => {
                let parts: Vec<ValueId> = parts.iter().map(|&p| self.awaited(p)).collect();
                self.values.union(parts)
            }
            _ => ValueId::UNKNOWN,
        }
    }

    /// What iterating gives, by `for` or `async for`.
    pub fn element(&self, value: ValueId, is_async: bool) -> ValueId {
        match self.get(value).clone() {
            Value::Generator(_, element) if !is_async => element,
            Value::AsyncGenerator(_, element) if is_async => element,
            Value::Tuple(items) => self.values.union(items.iter().copied()),
            Value::Instance(class, args) => {
                let (iter, next) = if is_async { ("__aiter__", "__anext__") } else { ("__iter__", "__next__") };
                if let Some(method) = self.method(class, next) {
                    return self.returned_to(method, Some(value), None);
                }
                if let Some(method) = self.method(class, iter) {
                    let iterator = if self.function(method).is_generator {
                        return self.yielded(method);
                    } else {
                        self.returned_to(method, Some(value), None)
                    };
                    return match self.get(iterator) {
                        Value::Instance(_, parts) if !parts.is_empty() => parts[0],
                        Value::Instance(inner, _) if *inner != class => self.element(iterator, is_async),
                        Value::Generator(_, element) | Value::AsyncGenerator(_, element) => *element,
                        _ => ValueId::UNKNOWN,
                    };
                }
                // The abstract iterators of `typing`, and builtin containers of a stub without methods.
                if self.origin(class.file) == Origin::Stub {
                    args.first().copied().unwrap_or(ValueId::UNKNOWN)
                } else {
                    ValueId::UNKNOWN
                }
            }
            Value::Union(parts) => {
                let parts: Vec<ValueId> =
                    parts.iter().filter(|&&p| p != ValueId::NONE).map(|&p| self.element(p, is_async)).collect();
                self.values.union(parts)
            }
            _ => ValueId::UNKNOWN,
        }
    }

    /// What `with value as x` binds.
    pub fn entered(&self, value: ValueId, is_async: bool) -> ValueId {
        match self.get(value).clone() {
            Value::Manager(_, _, inner) => inner,
            Value::Instance(class, args) => {
                let name = if is_async { "__aenter__" } else { "__enter__" };
                match self.method(class, name) {
                    Some(method) => self.returned_to(method, Some(value), None),
                    None => match self.class(class).name.as_str() {
                        "AsyncContextManager"
                        | "ContextManager"
                        | "AbstractAsyncContextManager"
                        | "AbstractContextManager" => args.first().copied().unwrap_or(ValueId::UNKNOWN),
                        _ => ValueId::UNKNOWN,
                    },
                }
            }
            Value::Union(parts) => {
                let parts: Vec<ValueId> = parts.iter().map(|&p| self.entered(p, is_async)).collect();
                self.values.union(parts)
            }
            _ => ValueId::UNKNOWN,
        }
    }

    fn item(&self, value: ValueId, index: u16) -> ValueId {
        match self.get(value) {
            Value::Tuple(items) => items.get(index as usize).copied().unwrap_or(ValueId::UNKNOWN),
            _ if index == u16::MAX => ValueId::UNKNOWN,
            _ => self.element(value, false),
        }
    }

    fn subscript(&self, value: ValueId, index: ExprKind) -> ValueId {
        match self.get(value).clone() {
            Value::Class(_) => value,
            Value::Tuple(items) => match index {
                ExprKind::Int(at) if at >= 0 => items.get(at as usize).copied().unwrap_or(ValueId::UNKNOWN),
                ExprKind::Slice(_) => ValueId::UNKNOWN,
                _ => self.values.union(items.iter().copied()),
            },
            Value::Instance(class, args) => {
                if matches!(index, ExprKind::Slice(_)) && self.origin(class.file) == Origin::Stub {
                    return value;
                }
                match self.class(class).name.as_str() {
                    "list" if args.len() == 1 => args[0],
                    "dict" | "defaultdict" | "OrderedDict" if args.len() == 2 => args[1],
                    _ => match self.method(class, "__getitem__") {
                        Some(method) => self.returned_to(method, Some(value), None),
                        None => ValueId::UNKNOWN,
                    },
                }
            }
            Value::Union(parts) => {
                let parts: Vec<ValueId> =
                    parts.iter().filter(|&&p| p != ValueId::NONE).map(|&p| self.subscript(p, index)).collect();
                self.values.union(parts)
            }
            _ => ValueId::UNKNOWN,
        }
    }
}
