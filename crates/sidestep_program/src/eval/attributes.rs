//! What attributes give: of modules, classes, instances, whatever a value may be.

use super::Question;
use crate::program::{ClassRef, FileId, FunctionRef, Origin, Program};
use crate::types::Substitution;
use crate::value::{Value, ValueId};
use sidestep_facts::{AttrWrite, Binding, BindingKind, Symbol};

impl Program {
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
                for &part in parts.iter().filter(|&&part| part != ValueId::NONE) {
                    let member = self.attribute(file, part, attr);
                    // What is asked for an attribute is one of those that have it.
                    if member != ValueId::UNKNOWN || !self.lacks(part, attr) {
                        found.push(member);
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
        let member = self.member(class, attr);
        // `cls.client = Client()` in a class method, whatever the body of the class says that it begins with.
        let is_method = member.as_ref().is_some_and(|m| matches!(m.binding.kind, BindingKind::Function(_)));
        if !is_method && self.mro(class).iter().any(|&owner| !self.self_writes(owner, attr).is_empty()) {
            return self.answer(Question::Attribute(class, attr), || self.declared_attribute(class, attr));
        }
        let Some(member) = member else { return ValueId::UNKNOWN };
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

    /// Whether no object of a class of the program, or of one that inherits from it, can have an attribute.
    fn lacks(&self, value: ValueId, attr: Symbol) -> bool {
        let Value::Instance(class, _) = *self.get(value) else { return false };
        let has = |owner: ClassRef| {
            self.own_member(owner, attr).is_some()
                || !self.self_writes(owner, attr).is_empty()
                || self.own_method(owner, "__getattr__").is_some()
                || self.own_method(owner, "__getattribute__").is_some() && self.is_input(owner.file)
        };
        let is_known = |class: ClassRef| self.is_input(class.file) && !self.has_unknown_base(class);
        is_known(class)
            && !self.mro(class).iter().any(|&owner| has(owner))
            && self.subclasses(class).iter().all(|&sub| is_known(sub) && !has(sub))
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
            if self.function(function).is_generator {
                return self.function_result(function, Some(receiver), None);
            }
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

    pub(super) fn receiver_substitution(&self, receiver: ValueId, args: &[ValueId]) -> Substitution {
        let mut with = match self.get(receiver) {
            Value::Instance(class, own) => self.class_substitution(*class, if args.is_empty() { own } else { args }),
            _ => Vec::new(),
        };
        with.push((Symbol::new("Self"), receiver));
        with
    }
}
