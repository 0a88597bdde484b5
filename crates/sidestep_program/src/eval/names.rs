//! What names stand for: the bindings that may reach a place, and modules behind imports.

use super::Question;
use crate::program::{ClassRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use rustc_hash::FxHashMap;
use sidestep_facts::{Binding, BindingKind, ExprId, ExprKind, FunctionId, ScopeId, ScopeKind, Symbol, TextSize};

impl Program {
    pub(super) fn name(&self, file: FileId, scope: ScopeId, name: Symbol, at: TextSize) -> ValueId {
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

    /// Whether a value is a table of functions, written out, which says more than that it holds callables.
    fn is_table(&self, file: FileId, declared: ValueId, value: ExprId) -> bool {
        let facts = self.facts(file);
        let written = match facts.kind(value) {
            ExprKind::Dict(list) | ExprKind::List(list) | ExprKind::Tuple(list) => facts.expr_list(list).len() > 0,
            _ => false,
        };
        written
            && matches!(self.get(declared), Value::Instance(_, args)
                if args.iter().any(|&arg| matches!(self.get(arg), Value::Callable(_))))
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
    pub(super) fn binding(&self, file: FileId, function: FunctionId, binding: &Binding) -> ValueId {
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
    pub(super) fn bound_value(&self, file: FileId, kind: BindingKind) -> ValueId {
        match kind {
            BindingKind::Assign(value) => self.value(file, value),
            BindingKind::Annotated(annotation, value) => {
                let declared = self.guarded_annotation(file, annotation);
                match value {
                    Some(value) if !self.says_something(declared) || self.is_table(file, declared, value) => {
                        self.value(file, value)
                    }
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

    /// Where what a module calls by a name is defined among the checked files: the module, its name there, and how it is bound.
    /// Imports of names are followed.
    pub fn definition(&self, file: FileId, name: Symbol) -> Option<(FileId, Symbol, BindingKind)> {
        let (mut file, mut name) = (file, name);
        for _ in 0..8 {
            let BindingKind::ImportFrom(module, level, original) =
                self.facts(file).bindings_in(ScopeId::MODULE, name).last()?.kind
            else {
                break;
            };
            file = self.import_file(file, module, level).filter(|&target| target != file && self.is_input(target))?;
            name = original;
        }
        let kind = self.facts(file).bindings_in(ScopeId::MODULE, name).last()?.kind;
        (!matches!(kind, BindingKind::ImportFrom(..))).then_some((file, name, kind))
    }

    /// The checked file that a module-level name means, where that is a module.
    pub fn imported_module(&self, file: FileId, name: Symbol) -> Option<FileId> {
        match self.get(self.module_member(file, name)) {
            Value::Module(_, Some(module)) if self.is_input(*module) => Some(*module),
            _ => None,
        }
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
}
