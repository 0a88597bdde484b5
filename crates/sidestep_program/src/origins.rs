//! Where objects come from: the constructor and factory calls that may have made what an expression holds. A value says
//! what class an object has; this says with which arguments it was made.

use crate::calls::Target;
use crate::program::{ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use sidestep_facts::{BindingKind, ExprId, ExprKind, FunctionId, Op, ParamKind, ScopeId, ScopeKind, StmtKind, Symbol};

/// The calls that may have made an object.
#[derive(Clone, Debug, Default)]
pub struct Made {
    /// Constructor calls and calls of library factories, in the order met.
    pub calls: Vec<ExprRef>,
    /// There are no others.
    pub complete: bool,
}

const MAX_DEPTH: u32 = 24;

impl Program {
    /// The calls that may have made what an expression holds, followed through names, attributes, parameters and the
    /// functions of the program.
    pub fn made(&self, file: FileId, expr: ExprId) -> Made {
        let mut trace = Trace { program: self, made: Made { calls: Vec::new(), complete: true }, seen: Vec::new() };
        trace.expr(file, expr, 0);
        trace.made.complete &= !trace.made.calls.is_empty();
        trace.made
    }
}

struct Trace<'p> {
    program: &'p Program,
    made: Made,
    seen: Vec<ExprRef>,
}

impl Trace<'_> {
    fn lost(&mut self) {
        self.made.complete = false;
    }

    fn expr(&mut self, file: FileId, expr: ExprId, depth: u32) {
        let at = ExprRef { file, expr };
        if self.seen.contains(&at) {
            return;
        }
        if depth > MAX_DEPTH || self.seen.len() > 200 {
            return self.lost();
        }
        self.seen.push(at);
        let program = self.program;
        let facts = program.facts(file);
        match facts.kind(expr) {
            ExprKind::None => {}
            ExprKind::Await(value) | ExprKind::Named(_, value) | ExprKind::Starred(value) => {
                self.expr(file, value, depth + 1)
            }
            ExprKind::IfElse(list) => {
                for part in facts.expr_list(list).skip(1) {
                    self.expr(file, part, depth + 1);
                }
            }
            ExprKind::Or(list) | ExprKind::And(list) => {
                for part in facts.expr_list(list) {
                    self.expr(file, part, depth + 1);
                }
            }
            ExprKind::Call(..) => self.call(at, depth),
            ExprKind::Binary(Op::BitOr, left, right) => self.piped(at, [left, right], depth),
            ExprKind::Name(name, scope) => match facts.resolve(scope, name) {
                Some(home) => self.bindings(file, home, name, depth),
                None => self.lost(),
            },
            ExprKind::Attribute(base, attr) => self.attribute(file, base, attr, depth),
            _ => self.lost(),
        }
    }

    fn call(&mut self, at: ExprRef, depth: u32) {
        let program = self.program;
        let callees = program.callees(at.file, at.expr);
        if callees.targets.is_empty() {
            return self.lost();
        }
        for target in &callees.targets {
            match *target {
                Target::Class(_) => self.made.calls.push(at),
                // `await session.__aenter__()` is what `async with session` does by itself.
                Target::Function(f, Some(_))
                    if matches!(program.function(f).name.as_str(), "__enter__" | "__aenter__")
                        && program.origin(f.file) == Origin::Stub =>
                {
                    let facts = program.facts(at.file);
                    let receiver = match facts.kind(at.expr) {
                        ExprKind::Call(callee, _) => match facts.kind(callee) {
                            ExprKind::Attribute(base, _) => Some(base),
                            _ => None,
                        },
                        _ => None,
                    };
                    match receiver {
                        Some(base) => self.expr(at.file, base, depth + 1),
                        None => self.lost(),
                    }
                }
                Target::Function(f, _) if program.origin(f.file) == Origin::Stub => {
                    let value = program.value(at.file, at.expr);
                    let value = match program.get(value) {
                        Value::Coroutine(_, result) => *result,
                        _ => value,
                    };
                    let makes = program.alternatives(value).into_iter().any(|part| {
                        matches!(program.get(part), Value::Instance(class, _) if !program.class_marks(*class).is_empty())
                    });
                    if makes && !self.made.calls.contains(&at) {
                        self.made.calls.push(at);
                    } else if !makes {
                        match self.lent_by(at, value) {
                            Some(base) => self.expr(at.file, base, depth + 1),
                            None => self.lost(),
                        }
                    }
                    // What it was not given there it has from the object that it was derived from.
                    if makes && let Some(base) = self.derived_from(at, f) {
                        self.expr(at.file, base, depth + 1);
                    }
                }
                Target::Function(f, _) => self.returned(f, depth),
            }
        }
    }

    /// A pipe is as good as the part that it behaves like: `prompt | model` was made where the model was.
    fn piped(&mut self, at: ExprRef, parts: [ExprId; 2], depth: u32) {
        let program = self.program;
        let whole = program.value(at.file, at.expr);
        let known = matches!(program.get(whole), Value::Instance(..));
        match parts.into_iter().find(|&part| known && program.value(at.file, part) == whole) {
            Some(part) => self.expr(at.file, part, depth + 1),
            None => self.lost(),
        }
    }

    /// The library object that gives something out to be entered or awaited: `pool.acquire()`. What comes of it was made where that was.
    fn lent_by(&self, at: ExprRef, value: ValueId) -> Option<ExprId> {
        let program = self.program;
        let facts = program.facts(at.file);
        let ExprKind::Call(callee, _) = facts.kind(at.expr) else { return None };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return None };
        let makes = |value| {
            program.alternatives(value).into_iter().any(|part| {
                matches!(program.get(part), Value::Instance(class, _) if !program.class_marks(*class).is_empty())
            })
        };
        let lender = program.value(at.file, base);
        let is_library = program
            .alternatives(lender)
            .into_iter()
            .any(|part| matches!(program.get(part), Value::Instance(c, _) if program.origin(c.file) == Origin::Stub));
        (is_library && (makes(program.entered(value, true)) || makes(program.awaited(value)))).then_some(base)
    }

    /// The receiver of a method that gives back an object of the receiver's own kind: `client.with_options(…)`.
    fn derived_from(&self, at: ExprRef, function: FunctionRef) -> Option<ExprId> {
        let program = self.program;
        let facts = program.facts(at.file);
        let ExprKind::Call(callee, _) = facts.kind(at.expr) else { return None };
        let ExprKind::Attribute(base, _) = facts.kind(callee) else { return None };
        let returns = program.facts(function.file).function(function.function).returns?;
        let says_self = matches!(program.facts(function.file).kind(returns), ExprKind::Name(n, _) if n == "Self");
        let is_object = matches!(program.get(program.value(at.file, base)), Value::Instance(..));
        (says_self && is_object).then_some(base)
    }

    /// What a function of the program returns, or yields where it is a generator.
    fn returned(&mut self, function: FunctionRef, depth: u32) {
        let facts = self.program.facts(function.file);
        let mut any = false;
        if facts.function(function.function).is_generator {
            for expr in facts.exprs_of(function.function) {
                if let ExprKind::Yield(Some(value)) = facts.kind(expr) {
                    any = true;
                    self.expr(function.file, value, depth + 1);
                }
            }
        } else {
            for stmt in facts.stmts_of(function.function) {
                if let StmtKind::Return(Some(value)) = facts.stmt(stmt).kind {
                    any = true;
                    self.expr(function.file, value, depth + 1);
                }
            }
        }
        if !any {
            self.lost();
        }
    }

    fn bindings(&mut self, file: FileId, home: ScopeId, name: Symbol, depth: u32) {
        let facts = self.program.facts(file);
        let bindings = facts.bindings_in(home, name);
        if bindings.is_empty() {
            return self.lost();
        }
        for binding in bindings.iter().take(12) {
            self.binding(file, home, binding.kind, depth);
        }
    }

    fn binding(&mut self, file: FileId, home: ScopeId, kind: BindingKind, depth: u32) {
        let program = self.program;
        match kind {
            BindingKind::Assign(value)
            | BindingKind::Annotated(_, Some(value))
            | BindingKind::Context(value, _, None) => {
                self.expr(file, value, depth + 1);
            }
            // A declaration without a value: other bindings say more.
            BindingKind::Annotated(_, None) | BindingKind::Deleted => {}
            BindingKind::Param(index) => {
                let ScopeKind::Function(function) = program.facts(file).scope(home).kind else { return self.lost() };
                let first = program.facts(file).function(function).params.start;
                self.param(FunctionRef { file, function }, index - first, depth);
            }
            BindingKind::ImportFrom(module, level, name) => match program.import_file(file, module, level) {
                Some(target)
                    if target != file && !program.facts(target).bindings_in(ScopeId::MODULE, name).is_empty() =>
                {
                    self.bindings(target, ScopeId::MODULE, name, depth + 1);
                }
                _ => self.lost(),
            },
            _ => self.lost(),
        }
    }

    /// What callers pass.
    fn param(&mut self, function: FunctionRef, index: u32, depth: u32) {
        let program = self.program;
        let facts = program.facts(function.file);
        let param = facts.params_of(function.function)[index as usize];
        let is_method = facts.function(function.function).class.is_some();
        if index == 0 && is_method || matches!(param.kind, ParamKind::Star | ParamKind::StarStar) {
            return self.lost();
        }
        let sites = program.sites_of(function);
        if sites.is_empty() {
            if let Some(default) = param.default {
                self.expr(function.file, default, depth + 1);
            }
            return self.lost();
        }
        for site in sites {
            let ExprKind::Call(callee, args) = program.facts(site.file).kind(site.expr) else { continue };
            let value = program.value(site.file, callee);
            let bound = is_method
                && program
                    .alternatives(value)
                    .into_iter()
                    .any(|p| matches!(program.get(p), Value::Bound(..) | Value::Class(_)));
            match program.argument(site.file, args, function, bound, index) {
                Some(argument) => self.expr(site.file, argument, depth + 1),
                None => match param.default {
                    Some(default) => self.expr(function.file, default, depth + 1),
                    None => self.lost(),
                },
            }
        }
    }

    fn attribute(&mut self, file: FileId, base: ExprId, attr: Symbol, depth: u32) {
        let program = self.program;
        let value = program.value(file, base);
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::None => {}
                Value::Module(_, Some(target)) if program.origin(*target) != Origin::Stub => {
                    self.bindings(*target, ScopeId::MODULE, attr, depth + 1);
                }
                Value::Instance(class, _) | Value::Class(class) if program.origin(class.file) == Origin::Stub => {
                    // A part of a library object (`client.aio`): made where the whole was.
                    self.expr(file, base, depth + 1);
                }
                Value::Instance(class, _) | Value::Class(class) => {
                    let mut found = false;
                    for &owner in program.mro(*class).iter() {
                        let facts = program.facts(owner.file);
                        let scope = facts.class(owner.class).scope;
                        for binding in facts.bindings_in(scope, attr) {
                            match binding.kind {
                                BindingKind::Function(function) => {
                                    found = true;
                                    self.returned(FunctionRef { file: owner.file, function }, depth + 1);
                                }
                                BindingKind::Annotated(_, None) => {}
                                kind => {
                                    found = true;
                                    self.binding(owner.file, scope, kind, depth + 1);
                                }
                            }
                        }
                        for write in program.self_writes(owner, attr).iter().take(12) {
                            found = true;
                            let home = facts.function(write.function).scope;
                            self.binding(owner.file, home, write.kind, depth + 1);
                        }
                        if found {
                            break;
                        }
                    }
                    if !found {
                        self.lost();
                    }
                }
                _ => self.lost(),
            }
        }
    }
}

/// The function whose code a function's definition is nested in, itself first.
pub fn lineage(program: &Program, function: FunctionRef) -> Vec<FunctionRef> {
    let facts = program.facts(function.file);
    let mut found = vec![function];
    let mut at = function.function;
    while at != FunctionId::MODULE {
        let parent = facts.function(at).parent;
        if parent == at {
            break;
        }
        at = parent;
        found.push(FunctionRef { file: function.file, function: at });
    }
    found
}
