//! Classes: their order of bases, their members, who inherits from whom.

use crate::program::{ClassRef, FileId, FunctionRef, Program};
use crate::value::{Value, ValueId};
use rustc_hash::FxHashMap;
use sidestep_facts::{AttrWrite, Binding, BindingKind, ClassId, ExprId, ExprKind, FileFacts, FunctionId, Symbol};
use std::rc::Rc;

/// A member of a class, as its body binds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member {
    /// The class that has it.
    pub owner: ClassRef,
    /// How it is bound.
    pub binding: Binding,
}

/// Bases that add no members: `Generic[T]`, `Protocol`, `ABC`, `object`.
fn is_formal_base(facts: &FileFacts, base: ExprId) -> bool {
    let name = match facts.kind(base) {
        ExprKind::Subscript(value, _) => value,
        _ => base,
    };
    is_typing_protocol(facts, name)
        || matches!(facts.kind(name), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
            if matches!(n.as_str(), "Generic" | "ABC" | "object"))
}

/// Whether a base is called `Protocol` and is not `asyncio.Protocol`, whose methods a transport calls.
fn is_typing_protocol(facts: &FileFacts, base: ExprId) -> bool {
    match facts.kind(base) {
        ExprKind::Attribute(owner, name) => {
            name == "Protocol"
                && !facts.dotted(owner).is_some_and(|o| matches!(o.as_str(), "asyncio" | "asyncio.protocols" | "protocols"))
        }
        ExprKind::Name(name, _) => {
            name == "Protocol"
                && !facts.bindings_in(sidestep_facts::ScopeId::MODULE, name).iter().any(|b| {
                    matches!(b.kind, BindingKind::ImportFrom(Some(module), ..) if module == "asyncio" || module == "asyncio.protocols")
                })
        }
        _ => false,
    }
}

impl Program {
    /// A class and its ancestors, nearest first. Bases that are not known are left out.
    pub fn mro(&self, class: ClassRef) -> Rc<[ClassRef]> {
        if let Some(mro) = self.memo.mro.borrow().get(&class) {
            return mro.clone();
        }
        // A cycle of bases sees the class alone.
        self.memo.mro.borrow_mut().insert(class, Rc::new([class]));
        let mut order = vec![class];
        let mut complete = true;
        let facts = self.facts(class.file);
        for base in facts.expr_list(facts.class(class.class).bases) {
            if is_formal_base(facts, base) {
                continue;
            }
            let value = self.value(class.file, base);
            match self.get(value) {
                Value::Class(base) => {
                    for &ancestor in self.mro(*base).iter() {
                        // The last place counts, as in C3 for the diamonds that occur in practice.
                        if let Some(at) = order.iter().position(|&c| c == ancestor)
                            && at > 0
                        {
                            order.remove(at);
                        }
                        if !order.contains(&ancestor) {
                            order.push(ancestor);
                        }
                    }
                    complete &= !self.memo.open_bases.borrow().contains(base);
                }
                _ => complete = false,
            }
        }
        if !complete {
            self.memo.open_bases.borrow_mut().insert(class);
        }
        let order: Rc<[ClassRef]> = order.into();
        self.memo.mro.borrow_mut().insert(class, order.clone());
        order
    }

    /// Whether some base of the class is not known, so that it may have members we do not see.
    pub fn has_unknown_base(&self, class: ClassRef) -> bool {
        self.mro(class);
        self.memo.open_bases.borrow().contains(&class)
    }

    /// Whether a class is another or inherits from it.
    pub fn is_subclass(&self, class: ClassRef, ancestor: ClassRef) -> bool {
        self.mro(class).contains(&ancestor)
    }

    /// The last binding of a name in a class body, or its bases'.
    pub(crate) fn member(&self, class: ClassRef, name: Symbol) -> Option<Member> {
        self.mro(class).iter().find_map(|&owner| self.own_member(owner, name))
    }

    pub(crate) fn own_member(&self, owner: ClassRef, name: Symbol) -> Option<Member> {
        let facts = self.facts(owner.file);
        let bindings = facts.bindings_in(facts.class(owner.class).scope, name);
        let is_accessor = |b: &Binding| match b.kind {
            // `@name.setter` and `@name.deleter` stand beside the getter, which is what reading runs.
            BindingKind::Function(function) => facts
                .expr_list(facts.function(function).decorators)
                .any(|d| matches!(facts.kind(d), ExprKind::Attribute(_, n) if n == "setter" || n == "deleter")),
            BindingKind::Deleted => true,
            _ => false,
        };
        let binding = bindings.iter().rev().find(|b| !is_accessor(b))?;
        Some(Member { owner, binding: *binding })
    }

    /// The method of a class or its bases, as its body defines it.
    pub fn method(&self, class: ClassRef, name: &str) -> Option<FunctionRef> {
        let member = self.member(class, Symbol::new(name))?;
        match member.binding.kind {
            BindingKind::Function(function) => Some(FunctionRef { file: member.owner.file, function }),
            _ => None,
        }
    }

    /// The method that a class defines itself.
    pub fn own_method(&self, class: ClassRef, name: &str) -> Option<FunctionRef> {
        match self.own_member(class, Symbol::new(name))?.binding.kind {
            BindingKind::Function(function) => Some(FunctionRef { file: class.file, function }),
            _ => None,
        }
    }

    /// The method that writing to a property runs.
    pub(crate) fn setter(&self, class: ClassRef, attr: Symbol) -> Option<FunctionRef> {
        self.accessor(class, attr, true)
    }

    /// The method that reading a property runs.
    pub(crate) fn getter(&self, class: ClassRef, attr: Symbol) -> Option<FunctionRef> {
        self.accessor(class, attr, false)
    }

    fn accessor(&self, class: ClassRef, attr: Symbol, writes: bool) -> Option<FunctionRef> {
        self.mro(class).iter().find_map(|&owner| {
            let facts = self.facts(owner.file);
            facts.bindings_in(facts.class(owner.class).scope, attr).iter().find_map(|b| {
                let BindingKind::Function(function) = b.kind else { return None };
                let is_setter = facts
                    .expr_list(facts.function(function).decorators)
                    .any(|d| matches!(facts.kind(d), ExprKind::Attribute(_, n) if n == "setter"));
                (is_setter == writes).then_some(FunctionRef { file: owner.file, function })
            })
        })
    }

    /// All methods that a class defines itself.
    pub fn methods(&self, class: ClassRef) -> Vec<FunctionRef> {
        let facts = self.facts(class.file);
        let mut methods: Vec<FunctionRef> = facts
            .bindings_of(facts.class(class.class).scope)
            .iter()
            .filter_map(|b| match b.kind {
                BindingKind::Function(function) => Some(FunctionRef { file: class.file, function }),
                _ => None,
            })
            .collect();
        methods.sort();
        methods
    }

    /// The class in whose body a function is defined.
    pub fn class_of(&self, function: FunctionRef) -> Option<ClassRef> {
        let class = self.function(function).class?;
        Some(ClassRef { file: function.file, class })
    }

    /// The writes to `self.attr` in the methods of one class.
    pub fn self_writes(&self, class: ClassRef, attr: Symbol) -> &[AttrWrite] {
        let writes = &self.class(class).self_writes;
        let from = writes.partition_point(|w| w.attr < attr);
        let len = writes[from..].iter().take_while(|w| w.attr == attr).count();
        &writes[from..from + len]
    }

    /// The classes of the inputs that inherit from a class, at any depth, in order.
    pub fn subclasses(&self, class: ClassRef) -> Rc<[ClassRef]> {
        if self.memo.subclasses.borrow().is_none() {
            let mut table: FxHashMap<ClassRef, Vec<ClassRef>> = FxHashMap::default();
            for file in self.inputs() {
                for index in 0..self.facts(file).classes.len() as u32 {
                    let sub = ClassRef { file, class: ClassId(index) };
                    for &ancestor in self.mro(sub).iter().skip(1) {
                        table.entry(ancestor).or_default().push(sub);
                    }
                }
            }
            let table = table.into_iter().map(|(class, subs)| (class, subs.into())).collect();
            *self.memo.subclasses.borrow_mut() = Some(table);
        }
        let table = self.memo.subclasses.borrow();
        table.as_ref().and_then(|t| t.get(&class).cloned()).unwrap_or_else(|| Rc::new([]))
    }

    /// Whether a method does nothing of its own: an abstract method, a Protocol's, one that only raises `NotImplementedError`.
    pub fn is_abstract(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        f.is_stub && self.is_input(function.file)
            || facts.expr_list(f.decorators).any(|d| {
                let name = match facts.kind(d) {
                    ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
                    _ => return false,
                };
                name == "abstractmethod"
            })
    }

    /// The methods that a call of `method` may run: itself, or where it is abstract, those that override it.
    pub fn implementations(&self, method: FunctionRef) -> Vec<FunctionRef> {
        let Some(class) = self.class_of(method) else { return vec![method] };
        if !self.is_abstract(method) {
            return vec![method];
        }
        if let Some(known) = self.memo.implementations.borrow().get(&method) {
            return known.to_vec();
        }
        let found = self.overrides_in(method, class);
        self.memo.implementations.borrow_mut().insert(method, found.clone().into());
        found
    }

    /// The methods of subclasses that override a method, and have a body.
    pub fn overrides(&self, method: FunctionRef) -> Vec<FunctionRef> {
        self.class_of(method).map(|class| self.overrides_in(method, class)).unwrap_or_default()
    }

    fn overrides_in(&self, method: FunctionRef, class: ClassRef) -> Vec<FunctionRef> {
        let name = self.function(method).name;
        let mut found = Vec::new();
        let mut add = |sub: ClassRef| {
            if let Some(own) = self.own_method(sub, name.as_str())
                && !self.is_abstract(own)
                && !found.contains(&own)
            {
                found.push(own);
            }
        };
        for &sub in self.subclasses(class).iter() {
            add(sub);
        }
        if found.is_empty() && self.is_protocol(class) {
            for &sub in self.structural_implementations(class).iter() {
                if let Some(own) = self.own_method(sub, name.as_str())
                    && !found.contains(&own)
                {
                    found.push(own);
                }
            }
        }
        if found.is_empty() { vec![method] } else { found }
    }

    /// Whether a class is a `typing.Protocol`.
    pub fn is_protocol(&self, class: ClassRef) -> bool {
        let facts = self.facts(class.file);
        facts.expr_list(facts.class(class.class).bases).any(|base| {
            let base = match facts.kind(base) {
                ExprKind::Subscript(value, _) => value,
                _ => base,
            };
            is_typing_protocol(facts, base)
        })
    }

    /// The classes of the inputs that define every method of a Protocol.
    fn structural_implementations(&self, protocol: ClassRef) -> Rc<[ClassRef]> {
        if let Some(known) = self.memo.structural.borrow().get(&protocol) {
            return known.clone();
        }
        let found: Rc<[ClassRef]> = self.classes_with_methods_of(protocol).into();
        self.memo.structural.borrow_mut().insert(protocol, found.clone());
        found
    }

    fn classes_with_methods_of(&self, protocol: ClassRef) -> Vec<ClassRef> {
        let names: Vec<Symbol> = self.methods(protocol).into_iter().map(|m| self.function(m).name).collect();
        if names.is_empty() {
            return Vec::new();
        }
        self.index_methods();
        let table = self.memo.with_method.borrow();
        let Some(table) = table.as_ref() else { return Vec::new() };
        // Whoever has all of them has the rarest.
        let of = |name: &Symbol| table.get(name).map_or(&[][..], Vec::as_slice);
        let rarest = names.iter().map(of).min_by_key(|classes| classes.len()).unwrap_or_default();
        let has = |class: ClassRef, name: Symbol| {
            let facts = self.facts(class.file);
            let scope = facts.class(class.class).scope;
            facts.bindings_in(scope, name).iter().any(|b| matches!(b.kind, BindingKind::Function(_)))
        };
        let fits = |&class: &ClassRef| {
            class != protocol && names.iter().all(|&name| has(class, name)) && !self.is_protocol(class)
        };
        rarest.iter().copied().filter(fits).collect()
    }

    fn index_methods(&self) {
        if self.memo.with_method.borrow().is_some() {
            return;
        }
        let mut table: FxHashMap<Symbol, Vec<ClassRef>> = FxHashMap::default();
        for file in self.inputs() {
            let facts = self.facts(file);
            for index in 0..facts.classes.len() as u32 {
                let class = ClassRef { file, class: ClassId(index) };
                for binding in facts.bindings_of(facts.class(class.class).scope) {
                    if matches!(binding.kind, BindingKind::Function(_)) {
                        let classes = table.entry(binding.name).or_default();
                        if classes.last() != Some(&class) {
                            classes.push(class);
                        }
                    }
                }
            }
        }
        *self.memo.with_method.borrow_mut() = Some(table);
    }

    /// A class by module and name, where the module is known to the program: `builtins`, `asyncio.Lock`.
    pub fn known_class(&self, module: &str, name: &str) -> Option<ClassRef> {
        let (module, name) = (Symbol::new(module), Symbol::new(name));
        if let Some(&known) = self.memo.known_classes.borrow().get(&(module, name)) {
            return known;
        }
        let file = self.outside_module(module)?;
        let class = match self.get(self.module_member(file, name)) {
            Value::Class(class) => Some(*class),
            _ => None,
        };
        // What is found while values are being worked out may be provisional.
        if !self.is_answering() || class.is_some() {
            self.memo.known_classes.borrow_mut().insert((module, name), class);
        }
        class
    }

    /// An instance of a builtin class.
    pub(crate) fn builtin(&self, name: &str, args: &[ValueId]) -> ValueId {
        match self.known_class("builtins", name) {
            Some(class) => self.values.intern(Value::Instance(class, args.into())),
            None => ValueId::UNKNOWN,
        }
    }

    /// Whether a class comes from a module and has a name: `is_class(c, "asyncio", "Task")`, wherever it was defined.
    pub fn is_class(&self, class: ClassRef, module: &str, name: &str) -> bool {
        self.class(class).name == name && {
            let own = self.module_name(class.file).as_str();
            own == module || own.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
        }
    }

    /// The file of a module known by its name, for rules that must know where a class was defined.
    pub fn module_file(&self, name: &str) -> Option<FileId> {
        self.outside_module(Symbol::new(name))
    }

    /// The function in whose code a nested function or class is defined; none at module level.
    pub fn enclosing_function(&self, function: FunctionRef) -> Option<FunctionRef> {
        let parent = self.function(function).parent;
        (parent != FunctionId::MODULE && parent != function.function)
            .then_some(FunctionRef { file: function.file, function: parent })
    }
}
