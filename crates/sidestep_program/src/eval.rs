//! Values on demand: names, attributes, imports, calls. Each answer is kept unless a cycle cut it short.

use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::types::Substitution;
use crate::value::{Value, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{
    ArgKind, ArgList, AttrWrite, Binding, BindingKind, CompKind, ExprId, ExprKind, FunctionId, Op, ParamKind, ScopeId,
    ScopeKind, StmtKind, Symbol, TextSize,
};
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
            ExprKind::Binary(op, left, _) => {
                let left = self.value(file, left);
                match self.get(left) {
                    Value::Str(_) => self.builtin("str", &[]),
                    Value::Instance(class, _) if matches!(op, Op::Add | Op::Sub | Op::Mul | Op::BitOr) => {
                        if self.origin(class.file) == Origin::Stub { left } else { ValueId::UNKNOWN }
                    }
                    // `pathlib`'s `/` is the other way in which operators make objects that matter.
                    Value::Instance(class, _) if op == Op::Other => match self.method(*class, "__truediv__") {
                        Some(method) => self.returned_to(method, Some(left), None),
                        None => ValueId::UNKNOWN,
                    },
                    _ => ValueId::UNKNOWN,
                }
            }
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

    // Names.

    fn name(&self, file: FileId, scope: ScopeId, name: Symbol, at: TextSize) -> ValueId {
        let facts = self.facts(file);
        let Some((home, bindings)) = facts.lookup(scope, name) else { return self.unbound(file, scope, name) };
        let same_function = facts.scope(home).function == facts.scope(scope).function
            && !matches!(facts.scope(home).kind, ScopeKind::Class(_) if home != scope);
        let at = if same_function { at } else { TextSize::new(u32::MAX) };
        let home_function = facts.scope(home).function;
        // Nearly all names are bound once.
        if let [only] = bindings {
            return match only.kind {
                BindingKind::Deleted | BindingKind::Augmented(_) => ValueId::UNKNOWN,
                _ => self.binding(file, home_function, only),
            };
        }
        let reaching = self.reaching(file, bindings, at);
        let mut parts: Vec<ValueId> = Vec::with_capacity(reaching.len());
        for binding in reaching {
            if matches!(binding.kind, BindingKind::Deleted | BindingKind::Augmented(_)) {
                continue;
            }
            parts.push(self.binding(file, home_function, &binding));
        }
        self.values.union(parts)
    }

    /// The bindings of a name that a read at some place may see.
    fn reaching(&self, file: FileId, bindings: &[Binding], at: TextSize) -> Vec<Binding> {
        let facts = self.facts(file);
        // A binding takes effect behind the value that it binds.
        let effective = |b: &Binding| match b.kind {
            BindingKind::Assign(v)
            | BindingKind::Augmented(v)
            | BindingKind::Annotated(_, Some(v))
            | BindingKind::Unpack(v, _) => b.at.max(facts.range(v).end()),
            _ => b.at,
        };
        let deferred = at == TextSize::new(u32::MAX);
        let passed = |b: &Binding| effective(b) <= at && (deferred || at <= b.block_end);
        let last = if deferred {
            // From another function, all of it has run: the last binding in the outermost block stands.
            let outer = bindings.iter().map(|b| b.block_end).max().unwrap_or_default();
            bindings.iter().rposition(|b| b.block_end == outer && b.block_end != TextSize::new(0))
        } else {
            bindings.iter().rposition(passed)
        };
        let from = last.unwrap_or(0);
        let mut found: Vec<Binding> = bindings
            .iter()
            .enumerate()
            .filter(|(index, b)| {
                let before = *index >= from && effective(b) <= at;
                let around = effective(b) > at && b.loop_start <= at;
                before || around || b.block_end == TextSize::new(0)
            })
            .map(|(_, b)| *b)
            .collect();
        if deferred {
            // What a function sees may also have been bound before: a global set to `None` first and filled later.
            found = bindings[from..].to_vec();
            if bindings[from..].iter().all(|b| matches!(b.kind, BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) if facts.kind(v) == ExprKind::None)) {
                found = bindings.to_vec();
            }
        }
        if found.is_empty() {
            found = bindings.to_vec();
        }
        found.truncate(12);
        found
    }

    fn unbound(&self, file: FileId, scope: ScopeId, name: Symbol) -> ValueId {
        let facts = self.facts(file);
        let mut scopes = vec![scope];
        if scope != ScopeId::MODULE {
            scopes.push(ScopeId::MODULE);
        }
        for scope in scopes {
            for &(module, level) in &facts.scope(scope).stars {
                if let Some(target) = self.import_file(file, module, level as u16)
                    && target != file
                {
                    let value = self.star_member(target, name);
                    if value != ValueId::UNKNOWN {
                        return value;
                    }
                }
            }
        }
        if let Some(builtins) = self.outside_module(Symbol::new("builtins"))
            && builtins != file
        {
            let facts = self.facts(builtins);
            if !facts.bindings_in(ScopeId::MODULE, name).is_empty() {
                return self.module_member(builtins, name);
            }
        }
        if self.origin(file) == Origin::Stub
            && let Some(typing) = self.outside_module(Symbol::new("typing"))
            && typing != file
            && !self.facts(typing).bindings_in(ScopeId::MODULE, name).is_empty()
        {
            return self.module_member(typing, name);
        }
        // A fragment that forgot its imports: a well-known module by its name.
        if self.is_input(file) && !self.file(file).importable && crate::knowledge::stub(name.as_str()).is_some() {
            return self.values.intern(Value::Module(name, self.outside_module(name)));
        }
        ValueId::UNKNOWN
    }

    fn star_member(&self, module: FileId, name: Symbol) -> ValueId {
        let facts = self.facts(module);
        if name.as_str().starts_with('_') && facts.all.as_ref().is_none_or(|all| !all.contains(&name)) {
            return ValueId::UNKNOWN;
        }
        self.module_member(module, name)
    }

    /// What a binding binds its name to.
    fn binding(&self, file: FileId, function: FunctionId, binding: &Binding) -> ValueId {
        match binding.kind {
            BindingKind::Function(function) => self.defined(FunctionRef { file, function }),
            BindingKind::Class(class) => self.values.intern(Value::Class(ClassRef { file, class })),
            BindingKind::Param(index) => {
                let function = FunctionRef { file, function };
                let first = self.function(function).params.start;
                self.param(function, index - first)
            }
            BindingKind::Import(module) => self.module_value(file, module),
            BindingKind::ImportFrom(module, level, name) => self.imported(file, module, level, name),
            kind => self.bound_value(file, kind),
        }
    }

    /// The value of a binding that is the same for names and attributes.
    fn bound_value(&self, file: FileId, kind: BindingKind) -> ValueId {
        match kind {
            BindingKind::Assign(value) => self.value(file, value),
            BindingKind::Annotated(annotation, value) => {
                let declared = self.guarded_annotation(file, annotation);
                match value {
                    Some(value) if !self.says_something(declared) => self.value(file, value),
                    _ => declared,
                }
            }
            BindingKind::Unpack(value, index) => {
                let value = self.value(file, value);
                self.item(value, index)
            }
            BindingKind::Element(iter, is_async, index) => {
                let iter = self.value(file, iter);
                let element = self.element(iter, is_async);
                index.map_or(element, |index| self.item(element, index))
            }
            BindingKind::Context(context, is_async, index) => {
                let context = self.value(file, context);
                let entered = self.entered(context, is_async);
                index.map_or(entered, |index| self.item(entered, index))
            }
            BindingKind::Item(value) => {
                let value = self.value(file, value);
                if !self.says_something(value) {
                    return ValueId::UNKNOWN;
                }
                self.builtin("dict", &[ValueId::UNKNOWN, value])
            }
            BindingKind::Exception(Some(exception)) => {
                let class = self.value(file, exception);
                match self.get(class) {
                    Value::Tuple(items) => {
                        let parts: Vec<ValueId> = items.iter().map(|&c| self.instances_of(c)).collect();
                        self.values.union(parts)
                    }
                    _ => self.instances_of(class),
                }
            }
            _ => ValueId::UNKNOWN,
        }
    }

    /// Whether a value is more than unknown or `None`.
    pub(crate) fn says_something(&self, value: ValueId) -> bool {
        match self.get(value) {
            Value::Unknown | Value::None => false,
            Value::Union(parts) => parts.iter().any(|&p| self.says_something(p)),
            _ => true,
        }
    }

    // Modules and imports.

    fn module_value(&self, file: FileId, module: Symbol) -> ValueId {
        let target = self.module(file, module);
        self.values.intern(Value::Module(module, target))
    }

    /// The file that `from module import …` reads.
    pub(crate) fn import_file(&self, file: FileId, module: Option<Symbol>, level: u16) -> Option<FileId> {
        if level > 0 {
            if let Some(found) = self.relative(file, module, level.into()) {
                return Some(found);
            }
            let name = self.absolute(file, module, level.into())?;
            return self.module(file, name);
        }
        self.module(file, module?)
    }

    fn imported(&self, file: FileId, module: Option<Symbol>, level: u16, name: Symbol) -> ValueId {
        let target = self.import_file(file, module, level);
        if let Some(target) = target {
            let facts = self.facts(target);
            let bound = !facts.bindings_in(ScopeId::MODULE, name).is_empty();
            if bound && target != file {
                return self.module_member(target, name);
            }
        }
        // A submodule.
        if level > 0 {
            let dotted = match module {
                Some(module) => Symbol::new(&format!("{module}.{name}")),
                None => name,
            };
            if let Some(found) = self.relative(file, Some(dotted), level.into()) {
                return self.values.intern(Value::Module(self.module_name(found), Some(found)));
            }
        }
        let Some(base) = self.absolute(file, module, level.into()) else { return ValueId::UNKNOWN };
        let full =
            Symbol::new(&if base.as_str().is_empty() { name.as_str().to_owned() } else { format!("{base}.{name}") });
        if self.is_module(file, full) {
            let module = self.module(file, full);
            if let Some(module) = module.filter(|_| target.is_none())
                && self.is_reexported(file, module, name)
            {
                return self.module_member(module, name);
            }
            return self.values.intern(Value::Module(full, module));
        }
        match target {
            Some(target) if target != file => {
                let value = self.module_member(target, name);
                if value == ValueId::UNKNOWN { self.values.intern(Value::External(full)) } else { value }
            }
            // A package whose `__init__` is not part of the program: what it re-exports is defined below it.
            None if self.is_input_package(file, base) => match self.defined_below(base, name) {
                Some(module) => self.module_member(module, name),
                None => self.values.intern(Value::External(full)),
            },
            _ => self.values.intern(Value::External(full)),
        }
    }

    /// Whether a name imported from a package means what the module of this name defines under it, as `summarize` of
    /// `summarize.py`: the package's `__init__`, which would say so, is not part of the program, and nothing is read of the name
    /// as it would be of a module.
    fn is_reexported(&self, file: FileId, module: FileId, name: Symbol) -> bool {
        let facts = self.facts(file);
        let defines = self
            .facts(module)
            .bindings_in(ScopeId::MODULE, name)
            .iter()
            .any(|b| matches!(b.kind, BindingKind::Function(_) | BindingKind::Class(_)));
        defines
            && self.is_input(module)
            && !facts.exprs.iter().any(|e| {
                matches!(e.kind, ExprKind::Attribute(of, _) if matches!(facts.kind(of), ExprKind::Name(n, _) if n == name))
            })
    }

    /// The one module below a package that defines a name at its top level; none where several do.
    fn defined_below(&self, package: Symbol, name: Symbol) -> Option<FileId> {
        self.index_definitions();
        let table = self.memo.definitions.borrow();
        let folder: std::path::PathBuf = package.as_str().split('.').collect();
        let mut below = table.as_ref()?.get(&name)?.iter().copied().filter(|&file| {
            let module = self.module_name(file).as_str();
            module.strip_prefix(package.as_str()).is_some_and(|rest| rest.starts_with('.'))
                || self.path(file).parent().is_some_and(|f| f.ends_with(&folder))
        });
        let only = below.next()?;
        below.next().is_none().then_some(only)
    }

    fn index_definitions(&self) {
        if self.memo.definitions.borrow().is_some() {
            return;
        }
        let mut table: FxHashMap<Symbol, Vec<FileId>> = FxHashMap::default();
        for file in self.inputs() {
            for binding in self.facts(file).bindings_of(ScopeId::MODULE) {
                if matches!(binding.kind, BindingKind::Class(_) | BindingKind::Function(_)) {
                    let files = table.entry(binding.name).or_default();
                    if files.last() != Some(&file) {
                        files.push(file);
                    }
                }
            }
        }
        *self.memo.definitions.borrow_mut() = Some(table);
    }

    /// A name in a module's global scope.
    pub(crate) fn module_member(&self, module: FileId, name: Symbol) -> ValueId {
        self.answer(Question::Member(module, name), || {
            let facts = self.facts(module);
            let bindings = facts.bindings_in(ScopeId::MODULE, name);
            if bindings.is_empty() {
                for &(target, level) in &facts.scope(ScopeId::MODULE).stars {
                    if let Some(target) = self.import_file(module, target, level as u16)
                        && target != module
                    {
                        let value = self.star_member(target, name);
                        if value != ValueId::UNKNOWN {
                            return value;
                        }
                    }
                }
                // `__getattr__` of a module, as lazy re-exports have it, says nothing.
                return ValueId::UNKNOWN;
            }
            self.name(module, ScopeId::MODULE, name, TextSize::new(u32::MAX))
        })
    }

    // Attributes.

    /// `value.attr`, as code in `file` reads it.
    pub(crate) fn attribute(&self, file: FileId, value: ValueId, attr: Symbol) -> ValueId {
        match self.get(value).clone() {
            Value::Module(name, target) => {
                if let Some(target) = target {
                    let found = self.module_member(target, attr);
                    if found != ValueId::UNKNOWN {
                        return found;
                    }
                }
                let full = Symbol::new(&format!("{name}.{attr}"));
                if let Some(submodule) = self.module(file, full) {
                    return self.values.intern(Value::Module(full, Some(submodule)));
                }
                if self.is_module(file, full) {
                    return self.values.intern(Value::Module(full, None));
                }
                match target {
                    Some(target) if self.is_input(target) => ValueId::UNKNOWN,
                    _ => self.values.intern(Value::External(full)),
                }
            }
            Value::External(name) => self.values.intern(Value::External(Symbol::new(&format!("{name}.{attr}")))),
            Value::Class(class) => self.class_attribute(class, attr),
            Value::Instance(class, args) => self.instance_attribute(class, &args, value, attr),
            Value::Super(class, receiver) => {
                for &ancestor in self.mro_of_receiver(class, receiver).iter() {
                    if let Some(member) = self.own_member(ancestor, attr) {
                        return self.bound_member(ancestor, &[], receiver, member.binding);
                    }
                }
                ValueId::UNKNOWN
            }
            Value::Union(parts) => {
                let mut found = Vec::with_capacity(parts.len());
                for &part in parts.iter() {
                    if part != ValueId::NONE {
                        found.push(self.attribute(file, part, attr));
                    }
                }
                self.values.union(found)
            }
            Value::Str(_) => self.member_of_builtin("str", &[], value, attr),
            Value::Int(_) | Value::Bool(_) => self.member_of_builtin("int", &[], value, attr),
            Value::Tuple(_) => self.member_of_builtin("tuple", &[], value, attr),
            Value::Coroutine(..) | Value::Generator(..) | Value::AsyncGenerator(..) => {
                let (module, name) = match self.get(value) {
                    Value::Coroutine(..) => ("typing", "Coroutine"),
                    Value::Generator(..) => ("typing", "Generator"),
                    _ => ("typing", "AsyncGenerator"),
                };
                match self.known_class(module, name) {
                    Some(class) => self.instance_attribute(class, &[], value, attr),
                    None => ValueId::UNKNOWN,
                }
            }
            _ => ValueId::UNKNOWN,
        }
    }

    fn mro_of_receiver(&self, class: ClassRef, receiver: ValueId) -> Vec<ClassRef> {
        let full = match self.get(receiver) {
            Value::Instance(own, _) | Value::Class(own) => self.mro(*own),
            _ => self.mro(class),
        };
        match full.iter().position(|&c| c == class) {
            Some(at) => full[at + 1..].to_vec(),
            None => self.mro(class)[1..].to_vec(),
        }
    }

    fn member_of_builtin(&self, name: &str, args: &[ValueId], receiver: ValueId, attr: Symbol) -> ValueId {
        match self.known_class("builtins", name) {
            Some(class) => self.instance_attribute(class, args, receiver, attr),
            None => ValueId::UNKNOWN,
        }
    }

    fn class_attribute(&self, class: ClassRef, attr: Symbol) -> ValueId {
        let Some(member) = self.member(class, attr) else { return ValueId::UNKNOWN };
        match member.binding.kind {
            BindingKind::Function(function) => {
                let function = FunctionRef { file: member.owner.file, function };
                let traits = self.traits(function);
                if traits.is_class_method {
                    let receiver = self.values.intern(Value::Class(class));
                    self.values.intern(Value::Bound(function, receiver))
                } else {
                    self.defined(function)
                }
            }
            _ => self.class_level(member.owner, &member.binding),
        }
    }

    fn class_level(&self, owner: ClassRef, binding: &Binding) -> ValueId {
        let function = self.class(owner).parent;
        self.binding(owner.file, function, binding)
    }

    fn instance_attribute(&self, class: ClassRef, args: &[ValueId], receiver: ValueId, attr: Symbol) -> ValueId {
        for &owner in self.mro(class).iter() {
            if let Some(member) = self.own_member(owner, attr) {
                let is_method = matches!(member.binding.kind, BindingKind::Function(_));
                if is_method {
                    return self.bound_member(owner, args, receiver, member.binding);
                }
                break;
            }
        }
        let declared = self.answer(Question::Attribute(class, attr), || self.declared_attribute(class, attr));
        if declared != ValueId::UNKNOWN {
            let with = self.class_substitution(class, args);
            return self.substitute(declared, &with);
        }
        // A stub may say that whatever is asked for is a call (`boto3.client(...)`).
        if let Some(getattr) = self.method(class, "__getattr__")
            && self.origin(getattr.file) == Origin::Stub
        {
            // Marked, it stands for the methods that the class does not name; plain, for its attributes.
            if self.marks(getattr).is_empty() && !self.function(getattr).is_async {
                return self.returned_to(getattr, Some(receiver), None);
            }
            return self.values.intern(Value::Bound(getattr, receiver));
        }
        ValueId::UNKNOWN
    }

    /// What a class and its ancestors put into an attribute that is not a method.
    fn declared_attribute(&self, class: ClassRef, attr: Symbol) -> ValueId {
        let mut parts: Vec<ValueId> = Vec::new();
        for &owner in self.mro(class).iter() {
            let facts = self.facts(owner.file);
            let scope = facts.class(owner.class).scope;
            let writes: &[AttrWrite] = self.self_writes(owner, attr);
            let at_class = facts.bindings_in(scope, attr);
            // A declaration says what all the writes are.
            let declarations = at_class.iter().map(|b| b.kind).chain(writes.iter().map(|w| w.kind));
            for kind in declarations {
                if let BindingKind::Annotated(annotation, value) = kind {
                    let declared = self.guarded_annotation(owner.file, annotation);
                    if self.says_something(declared) {
                        return declared;
                    }
                    if let Some(value) = value {
                        parts.push(self.value(owner.file, value));
                    }
                }
            }
            for binding in at_class {
                if !matches!(
                    binding.kind,
                    BindingKind::Annotated(..) | BindingKind::Augmented(_) | BindingKind::Deleted
                ) {
                    parts.push(self.class_level(owner, binding));
                }
            }
            for write in writes.iter().take(16) {
                if !matches!(write.kind, BindingKind::Annotated(..) | BindingKind::Augmented(_)) {
                    parts.push(self.bound_value(owner.file, write.kind));
                }
            }
            if parts.iter().any(|&p| self.says_something(p)) {
                break;
            }
        }
        self.values.union(parts)
    }

    fn bound_member(&self, owner: ClassRef, args: &[ValueId], receiver: ValueId, binding: Binding) -> ValueId {
        let BindingKind::Function(function) = binding.kind else { return self.class_level(owner, &binding) };
        let function = FunctionRef { file: owner.file, function };
        let traits = self.traits(function);
        if traits.is_property {
            let value = self.returned_to(function, Some(receiver), None);
            let with = self.receiver_substitution(receiver, args);
            // A property may be an async function: reading it makes a coroutine.
            if self.function(function).is_async {
                let value = self.substitute(value, &with);
                return self.values.intern(Value::Coroutine(function, value));
            }
            return self.substitute(value, &with);
        }
        if traits.is_static {
            return self.defined(function);
        }
        if traits.is_class_method
            && let Value::Instance(class, _) = self.get(receiver)
        {
            let receiver = self.values.intern(Value::Class(*class));
            return self.values.intern(Value::Bound(function, receiver));
        }
        self.values.intern(Value::Bound(function, receiver))
    }

    fn receiver_substitution(&self, receiver: ValueId, args: &[ValueId]) -> Substitution {
        let mut with = match self.get(receiver) {
            Value::Instance(class, own) => self.class_substitution(*class, if args.is_empty() { own } else { args }),
            _ => Vec::new(),
        };
        with.push((Symbol::new("Self"), receiver));
        with
    }

    // Parameters and results.

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
    fn returned_by_body(&self, function: FunctionRef) -> ValueId {
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

    // Protocols of the language.

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
