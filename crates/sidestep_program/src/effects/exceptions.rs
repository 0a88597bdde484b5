//! What keeps a call from an effect that its target has: an argument that switches it off, an object in memory.

use crate::program::{FileId, FunctionRef, Program};
use crate::value::Value;
use sidestep_facts::{ArgKind, ExprId, ExprKind};

impl Program {
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
    pub(super) fn is_excepted(&self, file: FileId, call: ExprId, function: FunctionRef, bound: bool) -> bool {
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
