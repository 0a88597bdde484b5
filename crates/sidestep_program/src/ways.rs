//! Ways: how a call comes to an effect, given what it passes.
//!
//! A witness says that a function *can* come to an effect. Whether one call of it does may depend on the arguments:
//! `load(None)` opens no file where `load` begins with `if path is None: return`. [`Program::way`] follows the witness with
//! what is known of the arguments, branch by branch, and where that way is barred looks for another one.

use crate::calls::Target;
use crate::effects::{Effect, Site, Step};
use crate::program::{FileId, FunctionRef, Origin, Program};
use crate::value::{Value, ValueId};
use sidestep_facts::{
    ArgKind, BindingKind, Block, CmpOp, ExprId, ExprKind, FileFacts, ParamKind, Ranged, ScopeId, StmtId, StmtKind,
};

/// One step of a way: a place in a function, and what it runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The function.
    pub by: FunctionRef,
    /// The place in it.
    pub expr: ExprId,
    /// How the place runs the next.
    pub step: Step,
    /// The next function; none where the function has the effect by what stands at the place.
    pub next: Option<FunctionRef>,
}

/// A way from a call to an effect.
#[derive(Clone, Debug)]
pub struct Way {
    /// The steps, the call first.
    pub hops: Vec<Hop>,
    /// It leads through a branch that is seldom taken: a switch for debugging, a test for a path of what is not known to be one.
    pub seldom: bool,
    /// Every step is known to run what it seems to.
    pub certain: bool,
}

impl Way {
    /// The function that has the effect itself.
    pub fn end(&self) -> FunctionRef {
        let last = self.hops.last().expect("a way has steps");
        last.next.unwrap_or(last.by)
    }
}

/// What is known of the arguments of one call: a value a parameter.
type Given = Vec<ValueId>;

/// Whether a test holds, from never to always: all of several hold as seldom as the one that holds least, one of them as often as
/// the one that holds most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Holds {
    Never,
    /// Rarely: a switch that is off by default.
    Seldom,
    Maybe,
    /// Almost always: the switch is off.
    Mostly,
    Always,
}

impl Holds {
    fn known(yes: bool) -> Holds {
        if yes { Holds::Always } else { Holds::Never }
    }

    fn not(self) -> Holds {
        match self {
            Holds::Always => Holds::Never,
            Holds::Never => Holds::Always,
            Holds::Maybe => Holds::Maybe,
            Holds::Seldom => Holds::Mostly,
            Holds::Mostly => Holds::Seldom,
        }
    }
}

/// How many places are looked at for one way before the witness is believed.
const MAX_LOOKED_AT: usize = 300;
/// How long a way that is not the witness's may be.
const MAX_HOPS: usize = 10;

struct Search<'p> {
    program: &'p Program,
    effect: Effect,
    /// Functions looked into, with what they were given: another look gives the same.
    barred: Vec<(FunctionRef, Given)>,
    looked_at: usize,
    seldom_allowed: bool,
}

impl Program {
    /// The way from a place in a function to an effect through one of the functions it may run: none if what the place passes
    /// rules it out.
    pub fn way(&self, by: FunctionRef, expr: ExprId, step: Step, next: FunctionRef, effect: Effect) -> Option<Way> {
        let first = Hop { by, expr, step, next: Some(next) };
        if self.origin(next.file) == Origin::Stub {
            return self.has_effect(next, effect).then(|| Way { hops: vec![first], seldom: false, certain: true });
        }
        let certain = self.effects().witness(next, effect)?.certain;
        let given = self.given(by, &[], expr, step, next);
        for seldom_allowed in [false, true] {
            let mut search = Search { program: self, effect, barred: Vec::new(), looked_at: 0, seldom_allowed };
            let mut hops = vec![first];
            if search.witness(next, &given, &mut hops) || search.any(next, &given, &mut hops) {
                return Some(Way { hops, seldom: seldom_allowed, certain });
            }
            if search.looked_at > MAX_LOOKED_AT {
                let rest = self.effects().chain(next, effect);
                let rest = rest.into_iter().map(|(by, w)| Hop { by, expr: w.expr, step: w.step, next: w.next });
                return Some(Way { hops: [first].into_iter().chain(rest).collect(), seldom: false, certain });
            }
        }
        None
    }

    /// Whether a place in a function runs only behind a switch for developers, or where an import failed.
    pub fn is_seldom(&self, function: FunctionRef, expr: ExprId) -> bool {
        let search =
            Search { program: self, effect: Effect::Blocks, barred: Vec::new(), looked_at: 0, seldom_allowed: false };
        !search.open(function, &[], expr)
    }

    /// What a place in a function passes for each parameter of a function that it runs.
    fn given(&self, by: FunctionRef, own: &[ValueId], expr: ExprId, step: Step, next: FunctionRef) -> Given {
        let params = self.facts(next.file).params_of(next.function);
        let unknown = vec![ValueId::UNKNOWN; params.len()];
        if !matches!(step, Step::Call | Step::Enter) {
            return unknown;
        }
        let facts = self.facts(by.file);
        let ExprKind::Call(callee, args) = facts.kind(expr) else { return unknown };
        let value = self.value(by.file, callee);
        let is_partial = self.alternatives(value).into_iter().any(|v| matches!(self.get(v), Value::Partial(_)));
        let spread = facts.args(args).iter().any(|a| matches!(a.kind, ArgKind::Star | ArgKind::StarStar));
        let bound = self.callees(by.file, expr).targets.into_iter().find_map(|target| match target {
            Target::Function(f, receiver) if f == next => Some(receiver.is_some()),
            Target::Class(class) if self.method(class, "__init__") == Some(next) => Some(true),
            _ => None,
        });
        let Some(bound) = bound else { return unknown };
        if is_partial {
            return unknown;
        }
        params
            .iter()
            .enumerate()
            .map(|(index, param)| match self.argument(by.file, args, next, bound, index as u32) {
                Some(argument) => self.known(by, own, argument),
                None if spread || matches!(param.kind, ParamKind::Star | ParamKind::StarStar) => ValueId::UNKNOWN,
                None if bound && index == 0 => ValueId::UNKNOWN,
                None => param.default.map_or(ValueId::UNKNOWN, |default| self.known(next, &[], default)),
            })
            .collect()
    }

    /// What an expression is in a function that was given certain arguments.
    fn known(&self, function: FunctionRef, given: &[ValueId], expr: ExprId) -> ValueId {
        let facts = self.facts(function.file);
        match facts.kind(expr) {
            ExprKind::Bytes => self.builtin("bytes", &[]),
            ExprKind::Name(..) => match self.parameter_at(function, expr) {
                Some(index) if given.get(index).is_some_and(|&v| v != ValueId::UNKNOWN) => given[index],
                _ => self.value(function.file, expr),
            },
            _ => self.value(function.file, expr),
        }
    }

    /// The parameter of a function that a name still is where it stands: nothing has bound it again.
    pub fn parameter_at(&self, function: FunctionRef, expr: ExprId) -> Option<usize> {
        let facts = self.facts(function.file);
        let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
        let own = facts.function(function.function).scope;
        if facts.resolve(scope, name) != Some(own) {
            return None;
        }
        let at = facts.range(expr).start();
        let bindings = facts.bindings_in(own, name);
        let untouched =
            bindings.iter().all(|b| matches!(b.kind, BindingKind::Param(_)) || b.at > at && (b.loop_start > at));
        let index = facts.params_of(function.function).iter().position(|p| p.name == name)?;
        untouched.then_some(index)
    }
}

impl Search<'_> {
    /// Follows the witness: true, with its steps added, where nothing bars it.
    fn witness(&mut self, function: FunctionRef, given: &Given, hops: &mut Vec<Hop>) -> bool {
        let start = hops.len();
        let (mut at, mut given) = (function, given.clone());
        while let Some(&witness) = self.program.effects().witness(at, self.effect) {
            if !self.open(at, &given, witness.expr) {
                break;
            }
            hops.push(Hop { by: at, expr: witness.expr, step: witness.step, next: witness.next });
            match witness.next {
                None => return true,
                Some(next) if self.program.origin(next.file) == Origin::Stub => return true,
                Some(next) if hops.len() < 64 => {
                    given = self.program.given(at, &given, witness.expr, witness.step, next);
                    at = next;
                }
                Some(_) => return true,
            }
        }
        hops.truncate(start);
        false
    }

    /// Looks for any way, the first in the source.
    fn any(&mut self, function: FunctionRef, given: &Given, hops: &mut Vec<Hop>) -> bool {
        let key = (function, given.clone());
        if hops.len() > MAX_HOPS || self.barred.contains(&key) {
            return false;
        }
        self.barred.push(key);
        let program = self.program;
        let Some(summary) = program.effects().summary(function) else { return false };
        for site in &summary.sites {
            self.looked_at += 1;
            if self.looked_at > MAX_LOOKED_AT {
                return false;
            }
            if !self.has_it(function, site) || !self.open(function, given, site.expr) {
                continue;
            }
            let next = site.targets[0];
            hops.push(Hop { by: function, expr: site.expr, step: site.step, next: Some(next) });
            if program.origin(next.file) == Origin::Stub {
                return true;
            }
            let passed = program.given(function, given, site.expr, site.step, next);
            if self.witness(next, &passed, hops) || self.any(next, &passed, hops) {
                return true;
            }
            hops.pop();
        }
        false
    }

    /// Whether all that a site may run has the effect.
    fn has_it(&self, function: FunctionRef, site: &Site) -> bool {
        let program = self.program;
        !site.targets.is_empty()
            && site.targets.iter().all(|&target| {
                let has = match program.origin(target.file) {
                    Origin::Stub => program.has_effect(target, self.effect),
                    _ => program.effects().witness(target, self.effect).is_some(),
                };
                has && program.passes_on(function, site, target, self.effect)
            })
    }

    /// Whether a place in a function may run with these arguments.
    fn open(&self, function: FunctionRef, given: &[ValueId], expr: ExprId) -> bool {
        let barred = |holds: Holds| holds == Holds::Never || holds == Holds::Seldom && !self.seldom_allowed;
        let program = self.program;
        let facts = program.facts(function.file);
        // Inside an expression: `a and b`, `x if test else y`.
        let mut inner = expr;
        for outer in facts.ancestors(expr) {
            match facts.kind(outer) {
                ExprKind::IfElse(list) => {
                    let parts: Vec<ExprId> = facts.expr_list(list).collect();
                    if let [test, body, orelse] = parts[..] {
                        let holds = program.holds(function, given, test, 0);
                        if inner == body && barred(holds) || inner == orelse && barred(holds.not()) {
                            return false;
                        }
                    }
                }
                ExprKind::And(list) | ExprKind::Or(list) => {
                    let is_and = matches!(facts.kind(outer), ExprKind::And(_));
                    for before in facts.expr_list(list).take_while(|&part| part != inner) {
                        let holds = program.holds(function, given, before, 0);
                        if barred(if is_and { holds } else { holds.not() }) {
                            return false;
                        }
                    }
                }
                _ => {}
            }
            inner = outer;
        }
        let Some(stmt) = facts.stmt_of(expr) else { return true };
        if !self.seldom_allowed && program.replaces_import(function, stmt) {
            return false;
        }
        let mut at = stmt;
        loop {
            let parent = facts.stmt(at).parent();
            // A loop over nothing.
            if let Some(parent) = parent
                && let StmtKind::For(index) = facts.stmt(parent).kind
                && contains(function, program, facts.fors[index as usize].body, at)
                && program.has_no_turns(function, given, facts.fors[index as usize].iter)
            {
                return false;
            }
            // The branch that it stands in.
            if let Some(parent) = parent
                && let StmtKind::If { test, body, orelse } | StmtKind::While { test, body, orelse } =
                    facts.stmt(parent).kind
            {
                let holds = program.holds(function, given, test, 0);
                let is_loop = matches!(facts.stmt(parent).kind, StmtKind::While { .. });
                if contains(function, program, body, at) && barred(holds)
                    || !is_loop && contains(function, program, orelse, at) && barred(holds.not())
                {
                    return false;
                }
            }
            // Tests before it that leave.
            for before in program.block_around(function, at) {
                if before == at {
                    break;
                }
                if let StmtKind::If { test, body, orelse } = facts.stmt(before).kind {
                    let holds = program.holds(function, given, test, 0);
                    if program.leaves(function, body) && barred(holds.not())
                        || program.leaves(function, orelse) && barred(holds)
                    {
                        return false;
                    }
                }
            }
            match parent {
                Some(parent) => at = parent,
                None => return true,
            }
        }
    }
}

fn contains(function: FunctionRef, program: &Program, block: Block, stmt: StmtId) -> bool {
    program.facts(function.file).block(block).any(|s| s == stmt)
}

impl Program {
    /// Whether a statement runs only where an import failed.
    fn replaces_import(&self, function: FunctionRef, stmt: StmtId) -> bool {
        let facts = self.facts(function.file);
        let at = facts.stmt(stmt).range().start();
        facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::Try(index) => facts.tries[index as usize].handlers.iter().any(|handler| {
                handler.range.contains(at)
                    && handler.exception.is_some_and(|e| {
                        matches!(facts.kind(e), ExprKind::Name(n, _) if n == "ImportError" || n == "ModuleNotFoundError")
                    })
            }),
            _ => false,
        })
    }

    /// The block that a statement stands in.
    pub fn block_around(&self, function: FunctionRef, stmt: StmtId) -> Vec<StmtId> {
        let facts = self.facts(function.file);
        let blocks: Vec<Block> = match facts.stmt(stmt).parent().map(|p| facts.stmt(p).kind) {
            None => vec![facts.function(function.function).body],
            Some(StmtKind::If { body, orelse, .. } | StmtKind::While { body, orelse, .. }) => vec![body, orelse],
            Some(StmtKind::For(index)) => {
                let each = facts.fors[index as usize];
                vec![each.body, each.orelse]
            }
            Some(StmtKind::With(index)) => vec![facts.withs[index as usize].body],
            Some(StmtKind::Try(index)) => {
                let guarded = &facts.tries[index as usize];
                let handlers = guarded.handlers.iter().map(|h| h.body);
                [guarded.body, guarded.orelse, guarded.finalbody].into_iter().chain(handlers).collect()
            }
            Some(StmtKind::Match(index)) => facts.matches[index as usize].cases.iter().map(|c| c.body).collect(),
            Some(_) => Vec::new(),
        };
        blocks
            .into_iter()
            .map(|block| facts.block(block).collect::<Vec<_>>())
            .find(|statements| statements.contains(&stmt))
            .unwrap_or_default()
    }

    /// Whether a block ends by leaving: what comes after it runs only if it did not.
    pub fn leaves(&self, function: FunctionRef, block: Block) -> bool {
        let facts = self.facts(function.file);
        facts.block(block).next_back().is_some_and(|last| {
            matches!(
                facts.stmt(last).kind,
                StmtKind::Return(_) | StmtKind::Raise(..) | StmtKind::Continue | StmtKind::Break
            )
        })
    }

    /// Whether a loop runs over `range(n)` where `n` is nothing.
    fn has_no_turns(&self, function: FunctionRef, given: &[ValueId], iter: ExprId) -> bool {
        let facts = self.facts(function.file);
        let ExprKind::Call(callee, args) = facts.kind(iter) else { return false };
        let is_range =
            matches!(facts.kind(callee), ExprKind::Name(n, scope) if n == "range" && facts.resolve(scope, n).is_none());
        let mut bounds = facts.args(args).iter();
        let (Some(only), None) = (bounds.next(), bounds.next()) else { return false };
        is_range && matches!(self.get(self.known(function, given, only.value)), Value::Int(n) if *n <= 0)
    }

    /// Whether a test holds in a function that was given certain arguments.
    fn holds(&self, function: FunctionRef, given: &[ValueId], test: ExprId, depth: u32) -> Holds {
        let facts = self.facts(function.file);
        if depth > 6 {
            return Holds::Maybe;
        }
        let of = |part: ExprId| self.holds(function, given, part, depth + 1);
        match facts.kind(test) {
            ExprKind::True => Holds::Always,
            ExprKind::False | ExprKind::None => Holds::Never,
            ExprKind::Not(inner) => of(inner).not(),
            ExprKind::And(list) => facts.expr_list(list).map(of).min().unwrap_or(Holds::Always),
            ExprKind::Or(list) => facts.expr_list(list).map(of).max().unwrap_or(Holds::Never),
            ExprKind::Compare(op, list) => {
                let operands: Vec<ExprId> = facts.expr_list(list).collect();
                let [left, right] = operands[..] else { return Holds::Maybe };
                self.compares(function, given, op, left, right)
            }
            ExprKind::Call(callee, args) => match facts.kind(callee) {
                ExprKind::Name(name, scope)
                    if name == "isinstance"
                        && facts.resolve(scope, name).is_none()
                        && !facts.positional(args, 0).is_some_and(|e| self.is_raised(function, e)) =>
                {
                    match (facts.positional(args, 0), facts.positional(args, 1)) {
                        (Some(what), Some(class)) => {
                            let value = self.known(function, given, what);
                            self.is_instance(function.file, value, class)
                        }
                        _ => Holds::Maybe,
                    }
                }
                ExprKind::Attribute(receiver, name) if matches!(name.as_str(), "startswith" | "endswith") => {
                    let value = self.known(function, given, receiver);
                    match (self.get(value), facts.positional(args, 0).map(|a| facts.kind(a))) {
                        (Value::Str(text), Some(ExprKind::Str(affix))) => Holds::known(if name == "startswith" {
                            text.as_str().starts_with(affix.as_str())
                        } else {
                            text.as_str().ends_with(affix.as_str())
                        }),
                        _ => Holds::Maybe,
                    }
                }
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if is_debugging(name.as_str()) => Holds::Seldom,
                ExprKind::Name(name, _)
                    if matches!(name.as_str(), "isinstance" | "issubclass")
                        && facts.positional(args, 0).is_some_and(|e| self.is_raised(function, e)) =>
                {
                    Holds::Seldom
                }
                _ if reads_switch(facts, test) => Holds::Seldom,
                _ => Holds::Maybe,
            },
            ExprKind::Name(name, scope) => {
                if self.is_raised(function, test) {
                    return Holds::Seldom;
                }
                if self.parameter_at(function, test).is_some() {
                    return match self.truth(self.known(function, given, test)) {
                        Holds::Maybe if is_debugging(name.as_str()) => Holds::Seldom,
                        holds => holds,
                    };
                }
                // A local name for a test.
                match facts.resolve(scope, name) {
                    Some(home) if home == facts.function(function.function).scope => {
                        match facts.bindings_in(home, name) {
                            [only] => match only.kind {
                                BindingKind::Assign(value) => of(value),
                                _ => Holds::Maybe,
                            },
                            _ => Holds::Maybe,
                        }
                    }
                    Some(ScopeId::MODULE) if is_switch(name.as_str()) => Holds::Seldom,
                    _ => Holds::Maybe,
                }
            }
            ExprKind::Attribute(_, name) if is_switch(name.as_str()) => Holds::Seldom,
            _ => Holds::Maybe,
        }
    }

    fn compares(&self, function: FunctionRef, given: &[ValueId], op: CmpOp, left: ExprId, right: ExprId) -> Holds {
        let facts = self.facts(function.file);
        // What left the block is nothing as a rule, and the switch is off.
        if self.is_raised(function, left) || reads_switch(facts, left) {
            let is_none = matches!(facts.kind(right), ExprKind::None);
            return match op {
                CmpOp::Is | CmpOp::Eq if is_none => Holds::Mostly,
                CmpOp::IsNot | CmpOp::NotEq if is_none => Holds::Seldom,
                CmpOp::Is | CmpOp::Eq | CmpOp::In => Holds::Seldom,
                CmpOp::IsNot | CmpOp::NotEq | CmpOp::NotIn => Holds::Mostly,
                _ => Holds::Maybe,
            };
        }
        let value = match self.parameter_at(function, left) {
            Some(_) => self.known(function, given, left),
            None => return Holds::Maybe,
        };
        let is_literal =
            |v: ValueId| matches!(self.get(v), Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::None);
        let against = self.known(function, given, right);
        match op {
            CmpOp::Is | CmpOp::IsNot => {
                let same = if is_literal(value) && is_literal(against) {
                    Holds::known(value == against)
                } else if against == ValueId::NONE && self.is_something(value) {
                    Holds::Never
                } else {
                    Holds::Maybe
                };
                if op == CmpOp::Is { same } else { same.not() }
            }
            CmpOp::Eq | CmpOp::NotEq if is_literal(value) && is_literal(against) => {
                Holds::known((value == against) == (op == CmpOp::Eq))
            }
            CmpOp::In | CmpOp::NotIn if is_literal(value) => {
                let (ExprKind::Tuple(list) | ExprKind::List(list) | ExprKind::Set(list)) = facts.kind(right) else {
                    return Holds::Maybe;
                };
                let items: Vec<ValueId> = facts.expr_list(list).map(|e| self.value(function.file, e)).collect();
                if !items.iter().all(|&v| is_literal(v)) {
                    return Holds::Maybe;
                }
                Holds::known(items.contains(&value) == (op == CmpOp::In))
            }
            _ => Holds::Maybe,
        }
    }

    /// Whether a value is known not to be `None`.
    fn is_something(&self, value: ValueId) -> bool {
        self.alternatives(value)
            .into_iter()
            .all(|v| !matches!(self.get(v), Value::None | Value::Unknown | Value::TypeVar(_)))
    }

    /// Whether a value counts as true.
    fn truth(&self, value: ValueId) -> Holds {
        match self.get(value) {
            Value::None | Value::Bool(false) | Value::Int(0) => Holds::Never,
            Value::Bool(true) | Value::Int(_) => Holds::Always,
            Value::Str(text) => Holds::known(!text.as_str().is_empty()),
            Value::Function(_) | Value::Bound(..) | Value::Class(_) => Holds::Always,
            // An object counts as true unless its class says otherwise; stubs need not say all.
            Value::Instance(class, _)
                if self.origin(class.file) != Origin::Stub
                    && !self.has_unknown_base(*class)
                    && !self.is_protocol(*class)
                    && ["__bool__", "__len__"].iter().all(|name| self.method(*class, name).is_none()) =>
            {
                Holds::Always
            }
            _ => Holds::Maybe,
        }
    }

    /// Whether an expression is what `__exit__` is told of the exception that left the block.
    fn is_raised(&self, function: FunctionRef, expr: ExprId) -> bool {
        matches!(self.function(function).name.as_str(), "__exit__" | "__aexit__")
            && self.parameter_at(function, expr).is_some_and(|index| index > 0)
    }

    fn is_instance(&self, file: FileId, value: ValueId, class: ExprId) -> Holds {
        let facts = self.facts(file);
        let classes: Vec<ExprId> = match facts.kind(class) {
            ExprKind::Tuple(list) => facts.expr_list(list).collect(),
            ExprKind::Binary(_, left, right) => vec![left, right],
            _ => vec![class],
        };
        let mut parts = Vec::new();
        for part in self.alternatives(value) {
            let mut any = Holds::Never;
            for &class in &classes {
                match self.part_is_instance(file, part, class) {
                    Holds::Always => any = Holds::Always,
                    Holds::Maybe if any == Holds::Never => any = Holds::Maybe,
                    _ => {}
                }
            }
            parts.push(any);
        }
        match parts.first() {
            Some(&first) if parts.iter().all(|&p| p == first) => first,
            _ => Holds::Maybe,
        }
    }

    fn part_is_instance(&self, file: FileId, part: ValueId, class: ExprId) -> Holds {
        let own = match self.get(part) {
            Value::None => return Holds::Never,
            Value::Instance(own, _) => Some(*own),
            Value::Str(_) => self.known_class("builtins", "str"),
            Value::Int(_) => self.known_class("builtins", "int"),
            Value::Bool(_) => return Holds::Maybe,
            Value::Tuple(_) => self.known_class("builtins", "tuple"),
            _ => None,
        };
        let Some(own) = own else { return Holds::Maybe };
        let wanted = self.value(file, class);
        let Value::Class(wanted) = self.get(wanted) else {
            // `os.PathLike` is a protocol: paths have it, texts and buffers have not.
            let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = self.facts(file).kind(class) else {
                return Holds::Maybe;
            };
            return if name == "PathLike" { self.is_path(own) } else { Holds::Maybe };
        };
        if self.is_subclass(own, *wanted) {
            return Holds::Always;
        }
        if self.class(*wanted).name == "PathLike" {
            return self.is_path(own);
        }
        // Of a class of the program, another may derive from both.
        let closed = self.origin(own.file) == Origin::Stub
            && matches!(self.module_name(own.file).as_str(), "builtins" | "io" | "pathlib");
        if self.has_unknown_base(own)
            || self.is_protocol(*wanted)
            || self.is_protocol(own)
            || self.is_subclass(*wanted, own)
        {
            Holds::Maybe
        } else if closed || self.origin(own.file) == Origin::Input {
            Holds::Never
        } else {
            Holds::Maybe
        }
    }

    fn is_path(&self, class: crate::program::ClassRef) -> Holds {
        match self.module_name(class.file).as_str() {
            "pathlib" => Holds::Always,
            "builtins" | "io" => Holds::Never,
            _ => Holds::Maybe,
        }
    }
}

/// Whether a name is that of a switch for developers, off by default.
fn is_switch(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_debugging(&name)
        || name.split('_').any(|word| matches!(word, "dump" | "profile" | "profiling" | "trace" | "verbose"))
}

/// Whether an expression reads a switch for developers from the environment: `os.environ.get("DEBUG_DUMP", "").lower()`.
fn reads_switch(facts: &FileFacts, expr: ExprId) -> bool {
    let ExprKind::Call(callee, args) = facts.kind(expr) else { return false };
    match facts.dotted(callee).as_deref() {
        Some("os.environ.get" | "environ.get" | "os.getenv" | "getenv") => facts
            .positional(args, 0)
            .is_some_and(|name| matches!(facts.kind(name), ExprKind::Str(text) if is_switch(text.as_str()))),
        _ => {
            matches!(facts.kind(callee), ExprKind::Attribute(text, method)
                if matches!(method.as_str(), "lower" | "upper" | "strip" | "casefold") && reads_switch(facts, text))
        }
    }
}

/// Whether a name speaks of debugging and nothing else: a parameter or a function called `profile` may be about data.
fn is_debugging(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.split('_').any(|word| matches!(word, "debug" | "debugging" | "debugger" | "pdb" | "ipdb"))
}
