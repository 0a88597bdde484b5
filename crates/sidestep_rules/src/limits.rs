//! What bounds a call in time: an argument, the client it is made on, the library's default, a block around it, a caller.

use crate::around::{awaited, functions_called, inside, spelled};
use crate::flow::FactsExt as _;
use rustc_hash::FxHashMap;
use sidestep_facts::{ArgKind, ExprId, ExprKind, Parent, Ranged as _, StmtKind};
use sidestep_program::{ExprRef, FileId, FunctionRef, Literal, Mark, Origin, Program, Target, Value};
use std::cell::RefCell;

/// What limits a call.
#[derive(Clone, Debug)]
pub(crate) enum Limit {
    /// So much, said there (the library's default has no place).
    Set(String, Option<ExprRef>),
    /// Switched off there.
    Off(ExprRef),
    /// The library has none, and nobody gave it one. What could have: a parameter of the client or the call.
    None { class: Option<String>, param: Option<String> },
    /// It cannot be told.
    Unknown,
}

/// What a given timeout says.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Given {
    /// A limit.
    Set(String),
    /// None at all.
    Off,
    /// It cannot be told.
    Unknown,
}

/// Why a call is not limited by those around it: the way to the outermost caller, innermost first.
pub(crate) type Way = Vec<(FunctionRef, ExprId)>;

/// Limits of a program, kept.
pub(crate) struct Limits<'p> {
    program: &'p Program,
    callers: RefCell<FxHashMap<FunctionRef, Option<Way>>>,
    bounding: RefCell<FxHashMap<FunctionRef, bool>>,
}

impl<'p> Limits<'p> {
    pub fn new(program: &'p Program) -> Limits<'p> {
        Limits { program, callers: RefCell::default(), bounding: RefCell::default() }
    }

    // At the call and in the client.

    /// What a timeout argument says.
    pub fn given(&self, file: FileId, expr: ExprId) -> Given {
        let program = self.program;
        let facts = program.facts(file);
        if facts.kind(expr) == ExprKind::None {
            return Given::Off;
        }
        if let Some(n) = facts.number(expr) {
            return Given::Set(seconds(n));
        }
        let value = program.value(file, expr);
        match program.get(value) {
            Value::Int(n) => return Given::Set(seconds(f64::from(*n))),
            // A name whose only value is `None`, not a parameter's default.
            Value::None if !matches!(facts.kind(expr), ExprKind::Attribute(..)) => {
                let only = crate::around::only_value(facts, expr);
                return if only.is_some_and(|v| facts.kind(v) == ExprKind::None) { Given::Off } else { Given::Unknown };
            }
            _ => {}
        }
        // An object that carries limits: `ClientTimeout(total=None)`, `httpx.Timeout(10, read=None)`.
        let call = match facts.kind(expr) {
            ExprKind::Call(..) => Some(ExprRef { file, expr }),
            _ => {
                let made = program.made(file, expr);
                (made.complete && made.calls.len() == 1).then(|| made.calls[0])
            }
        };
        let Some(call) = call else { return Given::Unknown };
        let facts = program.facts(call.file);
        let ExprKind::Call(callee, args) = facts.kind(call.expr) else { return Given::Unknown };
        if !spelled(facts, callee).to_ascii_lowercase().contains("timeout") {
            return Given::Unknown;
        }
        let args = facts.args(args);
        if args.is_empty() || args.iter().any(|a| matches!(a.kind, ArgKind::Star | ArgKind::StarStar)) {
            return Given::Unknown;
        }
        let mut number = None;
        let mut unknown = false;
        for arg in args {
            match self.given(call.file, arg.value) {
                Given::Set(text) => number = number.or(Some(text)),
                Given::Unknown => unknown = true,
                Given::Off => {}
            }
        }
        match number {
            Some(text) => Given::Set(text),
            None if unknown => Given::Unknown,
            None => Given::Off,
        }
    }

    /// The argument of a call for a parameter of the function it runs.
    pub fn argument(&self, site: ExprRef, target: Target, param: &str) -> Option<ExprId> {
        let program = self.program;
        let facts = program.facts(site.file);
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { return None };
        if let Some(value) = facts.keyword(args, param) {
            return Some(value);
        }
        let (function, bound) = match target {
            Target::Function(f, receiver) => (f, receiver.is_some()),
            Target::Class(class) => (program.method(class, "__init__")?, true),
        };
        let params = program.facts(function.file).params_of(function.function);
        let index = params.iter().position(|p| p.name == param && p.kind != sidestep_facts::ParamKind::KeywordOnly)?;
        facts.positional(args, index.checked_sub(usize::from(bound))?)
    }

    /// Whether a call passes `**kwargs`, behind which anything may be.
    pub fn has_kwargs(&self, site: ExprRef) -> bool {
        let facts = self.program.facts(site.file);
        let ExprKind::Call(_, args) = facts.kind(site.expr) else { return false };
        facts.args(args).iter().any(|a| a.kind == ArgKind::StarStar)
    }

    /// What limits a library call by itself.
    pub fn of_call(&self, site: ExprRef, target: FunctionRef) -> Limit {
        let program = self.program;
        let own = program.mark(target, "timeout");
        let own_param = own.as_ref().and_then(|m| m.text("param")).map(str::to_owned);
        let params = program.facts(target.file).params_of(target.function);
        let mut names: Vec<String> = own_param.clone().into_iter().collect();
        for param in params {
            if param.name.as_str().contains("timeout") && !names.iter().any(|n| param.name == n.as_str()) {
                names.push(param.name.as_str().to_owned());
            }
        }
        if names.is_empty() {
            names.push("timeout".to_owned());
        }
        for name in &names {
            if let Some(argument) = self.argument(site, Target::Function(target, None), name) {
                let at = ExprRef { file: site.file, expr: argument };
                return match self.given(site.file, argument) {
                    Given::Set(text) => Limit::Set(text, Some(at)),
                    Given::Off => Limit::Off(at),
                    Given::Unknown => Limit::Set("given at the call".into(), Some(at)),
                };
            }
        }
        if self.has_kwargs(site) {
            return Limit::Unknown;
        }
        match self.of_receiver(site) {
            Some(limit) => limit,
            None => match own {
                Some(mark) => match mark.args.first() {
                    Some(Literal::Num(n)) => Limit::Set(format!("{}, its own default", seconds(*n)), None),
                    Some(Literal::None) => Limit::None { class: None, param: own_param },
                    _ => Limit::Unknown,
                },
                None => Limit::Unknown,
            },
        }
    }

    /// The expressions that the receiver of a call is a part of: `client.chat.completions`, `client.chat`, `client`.
    pub fn receivers(&self, site: ExprRef) -> Vec<ExprId> {
        let facts = self.program.facts(site.file);
        let ExprKind::Call(callee, _) = facts.kind(site.expr) else { return Vec::new() };
        let mut found = Vec::new();
        let mut at = callee;
        while let ExprKind::Attribute(base, _) = facts.kind(at) {
            found.push(base);
            at = base;
        }
        found
    }

    /// The part of a receiver whose class carries a mark, and the mark.
    pub fn marked_receiver(&self, site: ExprRef, mark: &str) -> Option<(ExprId, Mark, sidestep_program::ClassRef)> {
        let program = self.program;
        for (depth, base) in self.receivers(site).into_iter().enumerate() {
            let value = program.value(site.file, base);
            for part in program.alternatives(value) {
                let Value::Instance(class, _) = program.get(part) else { continue };
                // An object of the program that holds a client is no client, whatever it inherits from.
                if depth > 0 && program.is_input(class.file) {
                    return None;
                }
                if let Some(found) = program.class_mark(*class, mark) {
                    return Some((base, found, *class));
                }
            }
        }
        None
    }

    /// What the client of a call limits. None where no part of the receiver has a limit of its own.
    fn of_receiver(&self, site: ExprRef) -> Option<Limit> {
        let program = self.program;
        let (base, mark, class) = self.marked_receiver(site, "timeout")?;
        let name = program.class(class).name.as_str().to_owned();
        let default = mark.args.first().cloned();
        let params: Vec<&str> = mark
            .text("param")
            .map(|p| p.split([',', ' ', '|']).filter(|p| !p.is_empty()).collect())
            .unwrap_or_default();
        let made = program.made(site.file, base);
        let mut off = None;
        let mut unlimited = false;
        for call in &made.calls {
            match self.of_constructor(*call, &params) {
                Some(Limit::Set(text, at)) => return Some(Limit::Set(text, at)),
                Some(Limit::Off(at)) => off = off.or(Some(at)),
                Some(_) => return Some(Limit::Unknown),
                None => unlimited = true,
            }
        }
        if let Some(at) = off {
            return Some(Limit::Off(at));
        }
        Some(match default {
            Some(Literal::Num(n)) if made.complete => {
                Limit::Set(format!("{}, the default of `{name}`", seconds(n)), made.calls.first().copied())
            }
            Some(Literal::None) if unlimited && made.complete => {
                Limit::None { class: Some(name), param: params.first().map(|p| (*p).to_owned()) }
            }
            _ => Limit::Unknown,
        })
    }

    /// Whether the client of a call was given a limit where it was made.
    pub fn client_is_limited(&self, site: ExprRef) -> bool {
        let Some((base, mark, _)) = self.marked_receiver(site, "timeout") else { return false };
        let params: Vec<&str> = mark.text("param").map(|p| p.split([',', ' ', '|']).collect()).unwrap_or_default();
        let made = self.program.made(site.file, base);
        made.calls.iter().any(|&call| matches!(self.of_constructor(call, &params), Some(Limit::Set(..))))
    }

    /// What a constructor call says of the limit; none where it says nothing and takes the default.
    pub fn of_constructor(&self, call: ExprRef, params: &[&str]) -> Option<Limit> {
        let program = self.program;
        let facts = program.facts(call.file);
        let ExprKind::Call(_, args) = facts.kind(call.expr) else { return Some(Limit::Unknown) };
        let callees = program.callees(call.file, call.expr);
        let targets = &callees.targets;
        let mut off = None;
        let given = |name: &str| {
            facts.keyword(args, name).or_else(|| targets.first().and_then(|&t| self.argument(call, t, name)))
        };
        let mut names: Vec<String> = params.iter().map(|p| (*p).to_owned()).collect();
        for arg in facts.args(args) {
            if let ArgKind::Keyword(name) = arg.kind
                && name.as_str().contains("timeout")
                && !names.iter().any(|n| name == n.as_str())
            {
                names.push(name.as_str().to_owned());
            }
        }
        for name in names {
            // What limits connecting only is no limit for a command.
            let of_call_alone = || {
                targets.iter().any(|t| match *t {
                    Target::Function(f, _) => {
                        program.mark(f, "timeout").is_some_and(|m| m.text("param") == Some(name.as_str()))
                    }
                    Target::Class(_) => false,
                })
            };
            if !params.contains(&name.as_str()) && (name.contains("connect") || of_call_alone()) {
                continue;
            }
            if let Some(value) = given(&name) {
                let at = ExprRef { file: call.file, expr: value };
                match self.given(call.file, value) {
                    Given::Set(text) => return Some(Limit::Set(text, Some(at))),
                    Given::Off => off = Some(at),
                    Given::Unknown => return Some(Limit::Set("given to the client".into(), Some(at))),
                }
            }
        }
        if let Some(at) = off {
            return Some(Limit::Off(at));
        }
        // A client of the caller's own, with limits we do not see; options in one object; the server's own limit.
        let mut in_server = false;
        for arg in facts.args(args) {
            facts.walk(arg.value, &mut |e| {
                in_server |=
                    matches!(facts.kind(e), ExprKind::Str(text) if text.as_str().contains("statement_timeout"));
            });
        }
        let opaque = in_server || facts.args(args).iter().any(|a| {
            a.kind == ArgKind::StarStar
                || matches!(a.kind, ArgKind::Keyword(n) if n.as_str().contains("http_client") || n.as_str().contains("transport") || n.as_str().contains("http_options") || n == "connection_pool")
        });
        opaque.then_some(Limit::Unknown)
    }

    // Around the call.

    /// The block or call around an expression, in its own function, that limits its time.
    pub fn around(&self, file: FileId, expr: ExprId) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(file);
        let mut below = expr;
        for outer in facts.ancestors(expr) {
            if let ExprKind::Call(callee, _) = facts.kind(outer)
                && callee != below
                && self.limits_argument(file, outer)
            {
                return Some(ExprRef { file, expr: outer });
            }
            below = outer;
        }
        let stmt = facts.stmt_of(expr)?;
        let at = facts.range(expr);
        for outer in std::iter::once(stmt).chain(facts.enclosing(stmt)) {
            let StmtKind::With(index) = facts.stmt(outer).kind else { continue };
            for item in &facts.withs[index as usize].items {
                // A manager of the same `with` limits those behind it.
                if outer == stmt && facts.range(item.context).end() > at.start() {
                    break;
                }
                if self.is_limit(file, item.context) {
                    return Some(ExprRef { file, expr: item.context });
                }
            }
        }
        None
    }

    /// Whether a call limits the awaitables it is given.
    fn limits_argument(&self, file: FileId, call: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        for &target in &program.callees(file, call).targets {
            match target {
                Target::Function(f, _) => match program.mark(f, "limits_time") {
                    Some(mark) => return self.is_finite(ExprRef { file, expr: call }, target, &mark),
                    None if program.origin(f.file) != Origin::Stub && self.bounds_inside(f) => {
                        return true;
                    }
                    None => {}
                },
                Target::Class(class) => {
                    if program.class_mark(class, "limits_time").is_some() {
                        return true;
                    }
                }
            }
        }
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        let value = program.value(file, callee);
        let unknown = matches!(program.get(value), Value::Unknown | Value::External(_));
        unknown
            && crate::around::last_name(facts, call).is_some_and(|n| n.as_str().contains("timeout") || n == "wait_for")
    }

    /// Whether the limit that a marked call was given is a number and not `None`.
    fn is_finite(&self, site: ExprRef, target: Target, mark: &Mark) -> bool {
        let names = mark.text("param").unwrap_or("timeout");
        names.split([',', ' ', '|']).any(|name| match self.argument(site, target, name) {
            Some(value) => self.program.facts(site.file).kind(value) != ExprKind::None,
            None => false,
        })
    }

    /// Whether a context manager limits the time of its block.
    fn is_limit(&self, file: FileId, context: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        let call = match facts.kind(context) {
            ExprKind::Call(..) => ExprRef { file, expr: context },
            ExprKind::Await(_) => return false,
            _ => match program.made(file, context).calls.first() {
                Some(call) => *call,
                None => return spelled(facts, context).contains("timeout"),
            },
        };
        for &target in &program.callees(call.file, call.expr).targets {
            match target {
                Target::Function(f, _) => {
                    if let Some(mark) = program.mark(f, "limits_time") {
                        return self.is_finite(call, target, &mark);
                    }
                    if program.origin(f.file) != Origin::Stub && self.bounds_inside(f) {
                        return true;
                    }
                }
                Target::Class(class) => {
                    if program.class_mark(class, "limits_time").is_some() {
                        return true;
                    }
                    // A manager of the program that opens a limit when it is entered.
                    for name in ["__aenter__", "__enter__"] {
                        if let Some(method) = program.method(class, name)
                            && program.origin(method.file) != Origin::Stub
                            && self.bounds_inside(method)
                        {
                            return true;
                        }
                    }
                }
            }
        }
        let facts = program.facts(call.file);
        let ExprKind::Call(callee, _) = facts.kind(call.expr) else { return false };
        let value = program.value(call.file, callee);
        matches!(program.get(value), Value::Unknown | Value::External(_)) && {
            let name = spelled(facts, callee).to_ascii_lowercase();
            name.contains("timeout") || name.contains("fail_after") || name.contains("move_on_after")
        }
    }

    /// Whether a function of the program uses a limit anywhere in its own code: helpers such as `with_timeout(work)`.
    pub fn bounds_inside(&self, function: FunctionRef) -> bool {
        if let Some(&known) = self.bounding.borrow().get(&function) {
            return known;
        }
        self.bounding.borrow_mut().insert(function, false);
        let program = self.program;
        let facts = program.facts(function.file);
        let mut inner = vec![function.function];
        let range = facts.function(function.function).range;
        for index in 0..facts.functions.len() as u32 {
            let id = sidestep_facts::FunctionId(index);
            if id != function.function
                && facts.function(id).parent == function.function
                && inside(facts.function(id).range, range)
            {
                inner.push(id);
            }
        }
        let found = inner.into_iter().any(|id| {
            facts.exprs_of(id).any(|expr| match facts.kind(expr) {
                ExprKind::Call(..) => {
                    functions_called(program, function.file, expr).into_iter().any(|f| program.mark(f, "limits_time").is_some())
                        || matches!(facts.expr(expr).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::With(_)))
                            && self.is_limit(function.file, expr)
                }
                _ => false,
            })
        });
        self.bounding.borrow_mut().insert(function, found);
        found
    }

    // In the callers.

    /// The way along which nothing limits a call, up to a function that nobody in the program calls; none where every way is
    /// limited.
    pub fn unlimited(&self, file: FileId, expr: ExprId) -> Option<Way> {
        if self.around(file, expr).is_some() {
            return None;
        }
        let function = self.program.function_of(file, expr);
        let mut way = vec![(function, expr)];
        way.extend(self.unlimited_function(function, &mut Vec::new())?);
        Some(way)
    }

    fn unlimited_function(&self, function: FunctionRef, open: &mut Vec<FunctionRef>) -> Option<Way> {
        if let Some(known) = self.callers.borrow().get(&function) {
            return known.clone();
        }
        if open.contains(&function) || open.len() > 16 {
            return None;
        }
        open.push(function);
        let way = self.way_in(function, open);
        open.pop();
        if open.is_empty() {
            self.callers.borrow_mut().insert(function, way.clone());
        }
        way
    }

    fn way_in(&self, function: FunctionRef, open: &mut Vec<FunctionRef>) -> Option<Way> {
        let program = self.program;
        if function.function == sidestep_facts::FunctionId::MODULE {
            return Some(Vec::new());
        }
        let facts = program.facts(function.file);
        for decorator in facts.expr_list(facts.function(function.function).decorators) {
            if spelled(facts, decorator).to_ascii_lowercase().contains("timeout") {
                return None;
            }
        }
        if program.decorated_by(function).into_iter().any(|d| {
            program.mark(d, "limits_time").is_some() || program.origin(d.file) != Origin::Stub && self.bounds_deep(d)
        }) {
            return None;
        }
        let sites = program.sites_of(function);
        if sites.is_empty() {
            return Some(Vec::new());
        }
        for site in sites {
            if self.around(site.file, site.expr).is_some() || self.kept_then_limited(site) {
                continue;
            }
            let caller = program.function_of(site.file, site.expr);
            if caller == function {
                continue;
            }
            if let Some(rest) = self.unlimited_function(caller, open) {
                let mut way = vec![(caller, site.expr)];
                way.extend(rest);
                return Some(way);
            }
        }
        None
    }

    /// A decorator's wrapper is two functions deep.
    fn bounds_deep(&self, function: FunctionRef) -> bool {
        let facts = self.program.facts(function.file);
        self.bounds_inside(function)
            || (0..facts.functions.len() as u32).map(sidestep_facts::FunctionId).any(|id| {
                id != function.function
                    && facts.function(id).parent == function.function
                    && self.bounds_inside(FunctionRef { file: function.file, function: id })
            })
    }

    /// A coroutine or task that is put into a name first: who awaits it may limit it.
    pub fn kept_then_limited(&self, site: ExprRef) -> bool {
        let program = self.program;
        let facts = program.facts(site.file);
        if awaited(facts, site.expr) {
            return false;
        }
        let mut at = site.expr;
        while let Parent::Expr(parent) = facts.expr(at).parent() {
            if waits_so_long(facts, at) {
                return true;
            }
            at = parent;
        }
        let Parent::Stmt(stmt) = facts.expr(at).parent() else { return false };
        let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return false };
        let Some(name) = facts.expr_list(targets).find_map(|t| facts.dotted(t)) else { return false };
        let function = facts.stmt(stmt).function;
        facts.exprs_of(function).any(|e| {
            facts.range(e).start() > facts.stmt(stmt).range().end()
                && facts.dotted(e).as_deref() == Some(&name)
                && (self.around(site.file, e).is_some() || waits_so_long(facts, e))
        })
    }
}

/// Whether a thread waits for a future so long and no longer: `future.result(timeout=30)`.
fn waits_so_long(facts: &sidestep_facts::FileFacts, future: ExprId) -> bool {
    let Parent::Expr(result) = facts.expr(future).parent() else { return false };
    let Parent::Expr(call) = facts.expr(result).parent() else { return false };
    let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
    callee == result
        && matches!(facts.kind(result), ExprKind::Attribute(_, name) if name == "result")
        && facts.args(args).iter().any(|a| facts.kind(a.value) != ExprKind::None)
}

/// `600 s`, `0.5 s`.
pub(crate) fn seconds(n: f64) -> String {
    format!("{n} s")
}
