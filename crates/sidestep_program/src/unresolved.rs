//! Calls whose callee is not known, and why: a package of which there is neither stub nor source, or a gap in what the
//! program says or the engine follows. It answers for the statistics alone; no rule asks.

use crate::calls::Target;
use crate::effects::calls_parameter;
use crate::program::{ClassRef, ExprRef, FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use sidestep_facts::{BindingKind, ExprId, ExprKind, ParamKind, ScopeId, ScopeKind, StmtKind, Symbol};

/// Why the callee of a call is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gap {
    /// Neither stub nor source has this dotted name, or its stub does not say what it gives.
    Outside(Symbol),
    /// The program leaves it open, or the engine does not follow it.
    Inside(&'static str),
}

const UNDECLARED: Gap = Gap::Inside("a parameter without annotation");
const VARIADIC: Gap = Gap::Inside("`*args` or `**kwargs`");
const ANYTHING: Gap = Gap::Inside("declared to be anything");
const CALLABLE: Gap = Gap::Inside("a callable that was handed over");
const MEMBER: Gap = Gap::Inside("an attribute that its class does not show");
const GLOBAL: Gap = Gap::Inside("a name that its module does not bind");
const ELEMENT: Gap = Gap::Inside("an element of a container");
const RESULT: Gap = Gap::Inside("what a function returns");
const NOTHING: Gap = Gap::Inside("only `None` is ever seen");
const OTHER: Gap = Gap::Inside("something else");

/// Further from the call than this, the reason is no help.
const MAX_STEPS: usize = 60;

impl Program {
    /// The calls in async functions of the inputs of which no candidate is known, in order, each with the reason.
    pub fn unresolved_calls(&self) -> Vec<(ExprRef, Gap)> {
        let mut found = Vec::new();
        for function in self.functions().filter(|&function| self.function(function).is_async) {
            let file = function.file;
            for expr in self.facts(file).exprs_of(function.function) {
                let ExprKind::Call(callee, _) = self.facts(file).kind(expr) else { continue };
                if !calls_parameter(self, function, callee) && self.callees(file, expr).targets.is_empty() {
                    let mut search = Search { program: self, seen: Vec::new() };
                    found.push((ExprRef { file, expr }, search.expr(file, callee).unwrap_or(OTHER)));
                }
            }
        }
        found
    }
}

/// The way from an expression back to what is not known.
struct Search<'p> {
    program: &'p Program,
    seen: Vec<ExprRef>,
}

impl Search<'_> {
    /// Why nothing is known of an expression; none where something is, or where the search has been before.
    fn expr(&mut self, file: FileId, expr: ExprId) -> Option<Gap> {
        let at = ExprRef { file, expr };
        if self.seen.contains(&at) || self.seen.len() > MAX_STEPS {
            return None;
        }
        self.seen.push(at);
        let program = self.program;
        let facts = program.facts(file);
        let value = program.value(file, expr);
        if let Some(gap) = self.value(value) {
            return Some(gap);
        }
        match facts.kind(expr) {
            ExprKind::Attribute(base, attr) => self.attribute(file, base, attr),
            ExprKind::Name(name, scope) => match facts.resolve(scope, name) {
                Some(home) => self.name(file, home, name),
                None => Some(GLOBAL),
            },
            ExprKind::Call(callee, _) => {
                let targets = program.callees(file, expr).targets;
                if targets.is_empty() {
                    return self.expr(file, callee);
                }
                targets.into_iter().find_map(|target| match target {
                    Target::Function(f, _) => self.returned(f),
                    Target::Class(_) => None,
                })
            }
            ExprKind::Await(value) => {
                let coroutine = program.value(file, value);
                let awaited = program.alternatives(coroutine).into_iter().find_map(|part| match program.get(part) {
                    Value::Coroutine(f, _) => self.returned(*f),
                    _ => None,
                });
                awaited.or_else(|| self.expr(file, value))
            }
            ExprKind::Named(_, value) | ExprKind::Starred(value) => self.expr(file, value),
            ExprKind::IfElse(list) => facts.expr_list(list).skip(1).find_map(|part| self.expr(file, part)),
            ExprKind::Or(list) | ExprKind::And(list) => facts.expr_list(list).find_map(|part| self.expr(file, part)),
            ExprKind::Subscript(base, _) => Some(self.expr(file, base).unwrap_or(ELEMENT)),
            _ => None,
        }
    }

    /// What a value says of itself.
    fn value(&self, value: ValueId) -> Option<Gap> {
        let program = self.program;
        program.alternatives(value).into_iter().find_map(|part| match program.get(part) {
            Value::External(name) | Value::Module(name, None) => Some(Gap::Outside(*name)),
            Value::Callable(_) => Some(CALLABLE),
            _ => None,
        })
    }

    fn attribute(&mut self, file: FileId, base: ExprId, attr: Symbol) -> Option<Gap> {
        let program = self.program;
        let value = program.value(file, base);
        let found = program.alternatives(value).into_iter().find_map(|part| match *program.get(part) {
            Value::Instance(class, _) | Value::Class(class) | Value::Super(class, _) => self.member(class, attr),
            Value::Module(_, Some(module)) => Some(self.name(module, ScopeId::MODULE, attr).unwrap_or(GLOBAL)),
            _ => None,
        });
        match found {
            None if value == ValueId::NONE => Some(NOTHING),
            None => self.expr(file, base),
            found => found,
        }
    }

    /// Why nothing is known of an attribute of a class.
    fn member(&mut self, class: ClassRef, attr: Symbol) -> Option<Gap> {
        let program = self.program;
        for &owner in program.mro(class).iter() {
            let facts = program.facts(owner.file);
            let scope = facts.class(owner.class).scope;
            let at_class = facts.bindings_in(scope, attr);
            let writes = program.self_writes(owner, attr);
            if at_class.is_empty() && writes.is_empty() {
                continue;
            }
            if program.origin(owner.file) == Origin::Stub {
                return Some(Gap::Outside(Symbol::new(&format!("{}.{attr}", program.class_name(owner)))));
            }
            let own = at_class.iter().map(|binding| (scope, binding.kind));
            let written = writes.iter().map(|write| (facts.function(write.function).scope, write.kind));
            let found = own.chain(written).take(16).find_map(|(home, kind)| self.binding(owner.file, home, kind));
            return found.or(Some(MEMBER));
        }
        // Nobody in sight has it: it comes from a base that is not known, or from a stub that leaves it out.
        for &owner in program.mro(class).iter() {
            let facts = program.facts(owner.file);
            if program.origin(owner.file) == Origin::Stub && !program.is_class(owner, "builtins", "object") {
                return Some(Gap::Outside(Symbol::new(&format!("{}.{attr}", program.class_name(owner)))));
            }
            for base in facts.expr_list(facts.class(owner.class).bases) {
                let base = if let ExprKind::Subscript(generic, _) = facts.kind(base) { generic } else { base };
                if let Some(gap) = self.value(program.value(owner.file, base)) {
                    return Some(gap);
                }
            }
        }
        Some(MEMBER)
    }

    fn name(&mut self, file: FileId, home: ScopeId, name: Symbol) -> Option<Gap> {
        let bindings = self.program.facts(file).bindings_in(home, name);
        bindings.iter().take(16).find_map(|binding| self.binding(file, home, binding.kind))
    }

    fn binding(&mut self, file: FileId, home: ScopeId, kind: BindingKind) -> Option<Gap> {
        let program = self.program;
        let facts = program.facts(file);
        match kind {
            BindingKind::Assign(value) => self.expr(file, value),
            BindingKind::Annotated(annotation, value) => {
                let declared = self.annotation(file, annotation);
                value.and_then(|value| self.expr(file, value)).or(declared)
            }
            BindingKind::Param(index) => {
                let ScopeKind::Function(function) = facts.scope(home).kind else { return None };
                let first = facts.function(function).params.start;
                let param = facts.params_of(function)[(index - first) as usize];
                match param.annotation {
                    _ if matches!(param.kind, ParamKind::Star | ParamKind::StarStar) => Some(VARIADIC),
                    Some(annotation) => self.annotation(file, annotation),
                    None => Some(UNDECLARED),
                }
            }
            BindingKind::ImportFrom(module, level, name) => {
                let target = program.import_file(file, module, level)?;
                if target == file { None } else { self.name(target, ScopeId::MODULE, name) }
            }
            BindingKind::Function(function) => {
                let function = FunctionRef { file, function };
                let mut decorators = facts.expr_list(facts.function(function.function).decorators);
                decorators.find_map(|decorator| self.expr(file, decorator))
            }
            BindingKind::Element(from, ..) | BindingKind::Unpack(from, _) => {
                Some(self.expr(file, from).unwrap_or(ELEMENT))
            }
            BindingKind::Context(context, is_async, _) => {
                let value = program.value(file, context);
                let enter = if is_async { "__aenter__" } else { "__enter__" };
                let entered = program.alternatives(value).into_iter().find_map(|part| match program.get(part) {
                    Value::Instance(class, _) => self.returned(program.method(*class, enter)?),
                    Value::Manager(f, ..) => self.returned(*f),
                    _ => None,
                });
                entered.or_else(|| self.expr(file, context))
            }
            _ => None,
        }
    }

    /// Why an annotation says nothing.
    fn annotation(&mut self, file: FileId, annotation: ExprId) -> Option<Gap> {
        let program = self.program;
        let facts = program.facts(file);
        let declared = program.declared(file, annotation);
        if let Some(gap) = self.value(declared) {
            return Some(gap);
        }
        match facts.kind(annotation) {
            ExprKind::Name(..) | ExprKind::Attribute(..) => {
                if program.says_something(declared) {
                    return None;
                }
                // The forms of `typing` (`Any`, `Optional`, `Dict`) are understood, and say no more than they say.
                let gap = self.value(program.value(file, annotation));
                Some(gap.filter(|gap| !matches!(gap, Gap::Outside(name) if is_typing(*name))).unwrap_or(ANYTHING))
            }
            ExprKind::Subscript(base, index) => match self.annotation(file, base) {
                Some(ANYTHING) | None => self.annotation(file, index),
                found => found,
            },
            ExprKind::Binary(_, left, right) => {
                let parts = [self.annotation(file, left), self.annotation(file, right)];
                let outside = parts.iter().flatten().find(|gap| matches!(gap, Gap::Outside(_)));
                outside.or(parts.iter().flatten().next()).copied()
            }
            ExprKind::Tuple(list) => facts.expr_list(list).find_map(|part| self.annotation(file, part)),
            _ => None,
        }
    }

    /// Why nothing is known of what a function returns.
    fn returned(&mut self, function: FunctionRef) -> Option<Gap> {
        let program = self.program;
        let facts = program.facts(function.file);
        let declared = facts.function(function.function).returns;
        if program.origin(function.file) == Origin::Stub {
            return match declared {
                Some(annotation) => Some(self.annotation(function.file, annotation).unwrap_or(RESULT)),
                None => Some(Gap::Outside(Symbol::new(&program.qualified_name(function)))),
            };
        }
        if let Some(annotation) = declared
            && let Some(gap) = self.annotation(function.file, annotation)
        {
            return Some(gap);
        }
        let found = facts.stmts_of(function.function).take(400).find_map(|stmt| match facts.stmt(stmt).kind {
            StmtKind::Return(Some(value)) => self.expr(function.file, value),
            _ => None,
        });
        Some(found.unwrap_or(RESULT))
    }
}

fn is_typing(name: Symbol) -> bool {
    matches!(name.as_str().split('.').next(), Some("typing" | "typing_extensions"))
}
