//! What the flow rules (pitfalls 5 to 8) ask of a program, on top of its values and graphs: the graph of a function, kept;
//! what a call does by the marks of its callees; locks; whether an await can switch; which functions two tasks can run at
//! once.

use crate::support::{NameTest, Reporter};
use crate::{
    Confidence, Finding, Label,
    registry::{Rule, SS307},
};
use crate::{p05_resources, p06_races, p07_lost_errors, p08_tasks};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::cfg::{Cfg, NodeId, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{ClassRef, ExprRef, FileId, FunctionRef, Mark, Origin, Program, Target, Value, ValueId};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// Runs the rules of pitfalls 5 to 8.
pub fn check(reporter: &mut Reporter) {
    let program = reporter.program;
    let flow = Flow::new(program);
    for function in program.functions() {
        p05_resources::check(&flow, function);
        p06_races::check(&flow, function);
        p07_lost_errors::check(&flow, function);
        p08_tasks::check(&flow, function);
    }
    for file in program.inputs() {
        for class in 0..program.facts(file).classes.len() as u32 {
            p06_races::check_class(&flow, ClassRef { file, class: ClassId(class) });
        }
    }
    for finding in flow.findings.into_inner() {
        // An async close that is not awaited says more than a coroutine that is not.
        if finding.rule.code == "SS507" {
            reporter.give_way("SS101", finding.file, finding.range);
        }
        // A future is no more to be touched from a thread where it is not done.
        if finding.rule.code == "SS809" && reporter.has(&SS307, finding.file, finding.range) {
            continue;
        }
        reporter.add(finding);
    }
}

/// The places of the names in one file, by the names' numbers, then in order.
type References = Rc<[(u32, ExprId)]>;

/// The places of the attributes in the program: those of a name stand side by side. There are millions in a large program, so
/// they are sorted by counting, into one piece of memory.
struct Attributes {
    /// By the name's number: where its places begin.
    starts: Vec<u32>,
    places: Vec<ExprRef>,
}

impl Attributes {
    fn of(program: &Program) -> Attributes {
        let all = || {
            program.inputs().flat_map(|file| {
                let exprs = program.facts(file).exprs.iter().enumerate();
                exprs.filter_map(move |(index, expr)| match expr.kind {
                    ExprKind::Attribute(_, name) => {
                        Some((name.number() as usize, ExprRef { file, expr: ExprId(index as u32) }))
                    }
                    _ => None,
                })
            })
        };
        let mut starts: Vec<u32> = Vec::new();
        for (number, _) in all() {
            if starts.len() < number + 2 {
                starts.resize(number + 2, 0);
            }
            starts[number + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut free = starts.clone();
        let nowhere = ExprRef { file: FileId(0), expr: ExprId(0) };
        let mut places = vec![nowhere; starts.last().map_or(0, |&end| end as usize)];
        for (number, place) in all() {
            places[free[number] as usize] = place;
            free[number] += 1;
        }
        Attributes { starts, places }
    }

    fn named(&self, name: Symbol) -> &[ExprRef] {
        let number = name.number() as usize;
        match self.starts.get(number..number + 2) {
            Some(&[start, end]) => &self.places[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// A program with what the flow rules work out about it.
pub(crate) struct Flow<'p> {
    pub program: &'p Program,
    graphs: RefCell<FxHashMap<FunctionRef, Rc<Cfg>>>,
    suspends: RefCell<FxHashMap<FunctionRef, bool>>,
    overlaps: RefCell<FxHashMap<(FunctionRef, State), bool>>,
    references: RefCell<FxHashMap<FileId, References>>,
    attributes: OnceCell<Attributes>,
    /// Whether a name sounds like making a task.
    pub says_spawn: NameTest,
    /// Whether a name is one of helpers that start something.
    pub says_start: NameTest,
    /// Whether a name sounds like making something that must be closed.
    pub says_make: NameTest,
    /// Whether a name is that of a future's end.
    pub says_result: NameTest,
    /// How deep in awaits of awaits the question is.
    depth: Cell<u32>,
    pub findings: RefCell<Vec<Finding>>,
}

/// Whose state a race is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum State {
    /// An attribute of `self`.
    Own,
    /// A global.
    Global,
    /// A variable of the function around.
    Enclosing,
}

impl<'p> Flow<'p> {
    pub fn new(program: &'p Program) -> Flow<'p> {
        Flow {
            program,
            graphs: RefCell::default(),
            suspends: RefCell::default(),
            overlaps: RefCell::default(),
            references: RefCell::default(),
            attributes: OnceCell::new(),
            says_spawn: NameTest::new(|name| ["task", "future", "spawn"].iter().any(|part| name.contains(part))),
            says_start: NameTest::new(crate::p08_tasks::says_start),
            says_result: NameTest::new(|name| matches!(name, "set_result" | "set_exception")),
            says_make: NameTest::new(crate::p05_resources::says_make),
            depth: Cell::new(0),
            findings: RefCell::default(),
        }
    }

    pub fn facts(&self, file: FileId) -> &'p FileFacts {
        self.program.facts(file)
    }

    /// The graph of a function.
    pub fn graph(&self, function: FunctionRef) -> Rc<Cfg> {
        if let Some(graph) = self.graphs.borrow().get(&function) {
            return graph.clone();
        }
        let graph = Rc::new(Cfg::build(self.facts(function.file), function.function));
        let mut kept = self.graphs.borrow_mut();
        // Graphs are large, and questions about one function come together.
        if kept.len() >= 256 {
            kept.clear();
        }
        kept.insert(function, graph.clone());
        graph
    }

    pub fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// The functions a call may run, constructors left out.
    pub fn functions(&self, file: FileId, call: ExprId) -> Vec<FunctionRef> {
        self.program.callees(file, call).functions().collect()
    }

    /// A mark on what a call runs.
    pub fn call_mark(&self, file: FileId, call: ExprId, mark: &str) -> Option<Mark> {
        self.functions(file, call).into_iter().find_map(|f| self.program.mark(f, mark))
    }

    /// The classes an expression may be an instance of.
    pub fn classes(&self, file: FileId, expr: ExprId) -> Vec<ClassRef> {
        let value = self.program.value(file, expr);
        self.classes_of(value)
    }

    pub fn classes_of(&self, value: ValueId) -> Vec<ClassRef> {
        self.program
            .alternatives(value)
            .into_iter()
            .filter_map(|part| match self.program.get(part) {
                Value::Instance(class, _) => Some(*class),
                _ => None,
            })
            .collect()
    }

    /// Whether the name of a call's callee (`a.b.name(…)`) is one of these.
    pub fn callee_name(&self, file: FileId, call: ExprId) -> Option<Symbol> {
        let facts = self.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
        match facts.kind(callee) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name),
            _ => None,
        }
    }

    /// The receiver of a method call.
    pub fn receiver(&self, file: FileId, call: ExprId) -> Option<ExprId> {
        let facts = self.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
        match facts.kind(callee) {
            ExprKind::Attribute(value, _) => Some(value),
            _ => None,
        }
    }

    /// How a call makes a task: not at all, or surely, or as far as its name says.
    pub fn spawns(&self, file: FileId, call: ExprId) -> Option<Confidence> {
        let name = self.callee_name(file, call)?;
        // Looked at by name first: the values of all calls of a program are not cheap.
        if !self.says_spawn.holds(name) || self.facts(file).args_of(call).is_empty() {
            return None;
        }
        let callees = self.program.callees(file, call);
        let known = callees
            .targets
            .iter()
            .any(|t| matches!(t, Target::Function(f, _) if self.program.mark(*f, "spawns").is_some()));
        if known {
            if let Some(receiver) = self.receiver(file, call)
                && self.classes(file, receiver).into_iter().any(|c| self.program.class_mark(c, "task_group").is_some())
            {
                return None;
            }
            return Some(Confidence::Certain);
        }
        if !callees.targets.is_empty() {
            return None;
        }
        // `loop.create_task(…)` with a loop that came from somewhere.
        if name == "create_task" {
            let facts = self.facts(file);
            let receiver = self.receiver(file, call)?;
            let last = match facts.kind(receiver) {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
                ExprKind::Call(..) => self.callee_name(file, receiver)?,
                _ => return None,
            };
            let last = last.as_str().trim_start_matches('_');
            if matches!(last, "loop" | "event_loop" | "get_event_loop" | "get_running_loop")
                || last.ends_with("_loop")
                || last == "asyncio"
            {
                return Some(Confidence::Likely);
            }
        }
        None
    }

    /// Whether a manager's `with` excludes other tasks: a lock, a semaphore of one, a condition, or a function of the program that
    /// takes one; where nothing is known, by its name.
    pub fn excludes(&self, file: FileId, manager: ExprId) -> bool {
        self.excludes_at(file, manager, 0)
    }

    fn excludes_at(&self, file: FileId, manager: ExprId, depth: u32) -> bool {
        let value = self.program.value(file, manager);
        let mut known = false;
        for part in self.program.alternatives(value) {
            match self.program.get(part) {
                Value::Instance(class, _) => {
                    known = true;
                    for mark in ["async_lock", "thread_lock", "condition"] {
                        // A reentrant lock of threads lets every task of the loop's thread in.
                        if self.program.class_mark(*class, mark).is_some_and(|m| !m.flag("reentrant")) {
                            return true;
                        }
                    }
                    if self.program.class_mark(*class, "semaphore").is_some() {
                        // A semaphore of more than one admits several.
                        return self.semaphore_of_one(file, manager);
                    }
                    if self.program.class_mark(*class, "limiter").is_some() {
                        return false;
                    }
                    if self.program.is_input(class.file) && depth < 3 {
                        for name in ["__aenter__", "__enter__"] {
                            if let Some(enter) = self.program.method(*class, name)
                                && self.acquires(enter, depth + 1)
                            {
                                return true;
                            }
                        }
                    }
                }
                Value::Manager(function, _, _) if depth < 3 => {
                    known = true;
                    let facts = self.facts(function.file);
                    let graph = self.graph(*function);
                    let held_at_yield = graph.ids().any(|n| {
                        matches!(graph.op(n), Op::Yield(_))
                            && graph.held(n).any(|h| self.excludes_at(function.file, h.context, depth + 1))
                    });
                    if held_at_yield || self.acquires(*function, depth + 1) {
                        return true;
                    }
                    let _ = facts;
                }
                _ => {}
            }
        }
        !known && self.sounds_exclusive(file, manager)
    }

    /// Whether a function calls `acquire` on something that excludes.
    fn acquires(&self, function: FunctionRef, depth: u32) -> bool {
        if depth > 4 || self.program.origin(function.file) == Origin::Stub {
            return false;
        }
        let facts = self.facts(function.file);
        facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            let ExprKind::Attribute(lock, name) = facts.kind(callee) else { return false };
            name == "acquire"
                && (self.excludes_at(function.file, lock, depth)
                    || self
                        .functions(function.file, e)
                        .into_iter()
                        .any(|f| f != function && self.acquires(f, depth + 1)))
        })
    }

    fn sounds_exclusive(&self, file: FileId, expr: ExprId) -> bool {
        let facts = self.facts(file);
        let name = match facts.kind(expr) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            ExprKind::Call(callee, _) => return self.sounds_exclusive(file, callee),
            ExprKind::Subscript(base, _) => return self.sounds_exclusive(file, base),
            ExprKind::Await(inner) => return self.sounds_exclusive(file, inner),
            _ => return false,
        };
        let name = name.as_str().to_ascii_lowercase();
        ["lock", "mutex", "sem", "guard", "exclusive", "serial", "cond", "throttl", "limit", "critical", "queue"]
            .iter()
            .any(|part| name.contains(part))
    }

    fn semaphore_of_one(&self, file: FileId, expr: ExprId) -> bool {
        // Where it was made is one hop away at most: `self.gate = asyncio.Semaphore(1)`, `gate = …`.
        let facts = self.facts(file);
        let made = match facts.kind(expr) {
            ExprKind::Call(..) => Some((file, expr)),
            ExprKind::Name(name, scope) => facts.resolve(scope, name).and_then(|home| {
                facts.bindings_in(home, name).iter().find_map(|b| match b.kind {
                    BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => Some((file, value)),
                    _ => None,
                })
            }),
            ExprKind::Attribute(_, attr) => self.class_around(file, expr).and_then(|class| {
                self.program.mro(class).iter().find_map(|&c| {
                    self.program.self_writes(c, attr).iter().find_map(|w| match w.kind {
                        BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => Some((c.file, value)),
                        _ => None,
                    })
                })
            }),
            _ => None,
        };
        let Some((file, made)) = made else { return true };
        let facts = self.facts(file);
        let ExprKind::Call(_, args) = facts.kind(made) else { return true };
        match facts.positional(args, 0).or_else(|| facts.keyword(args, "value")) {
            None => true,
            Some(value) => facts.number(value) == Some(1.0),
        }
    }

    /// The class whose method (or a function nested in one) contains an expression.
    pub fn class_around(&self, file: FileId, expr: ExprId) -> Option<ClassRef> {
        self.method_class(FunctionRef { file, function: self.facts(file).function_of(expr) })
    }

    /// The class whose method a function is, or is nested in.
    pub fn method_class(&self, function: FunctionRef) -> Option<ClassRef> {
        let facts = self.facts(function.file);
        let mut at = function.function;
        loop {
            let f = facts.function(at);
            if let Some(class) = f.class {
                return Some(ClassRef { file: function.file, class });
            }
            if at == FunctionId::MODULE {
                return None;
            }
            at = f.parent;
        }
    }

    /// Whether two nodes of a graph are under the same lock, taken by a `with`, by hand, or by every caller.
    pub fn same_lock(&self, function: FunctionRef, graph: &Cfg, from: NodeId, to: NodeId) -> bool {
        let file = function.file;
        let held: Vec<_> = graph.held(from).map(|h| (h.with, h.context)).collect();
        if graph.held(to).any(|h| held.contains(&(h.with, h.context)) && self.excludes(file, h.context)) {
            return true;
        }
        // By hand: an `acquire` before, a `release` after.
        let facts = self.facts(file);
        let called = |n: NodeId, wanted: &str| match graph.op(n) {
            Op::Call(call) => {
                self.callee_name(file, call).is_some_and(|name| name == wanted)
                    && self
                        .receiver(file, call)
                        .is_some_and(|r| self.excludes(file, r) || self.sounds_exclusive(file, r))
            }
            _ => false,
        };
        let has_acquire = facts
            .exprs_of(function.function)
            .any(|e| matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == "acquire"));
        if has_acquire {
            let acquires: Vec<NodeId> = graph.ids().filter(|&n| called(n, "acquire")).collect();
            // No way from the entry comes to the read without passing an `acquire`.
            if !acquires.is_empty() && !graph.reach(Cfg::ENTRY, |_, _| true, |n| acquires.contains(&n)).contains(from) {
                let released = graph.stale(from, to, |n| called(n, "release"), |_| false, |_| false).is_some();
                if !released {
                    return true;
                }
            }
        }
        self.callers_hold_lock(function, 0)
    }

    /// Whether every call of a function that the program shows is made under a lock.
    pub fn callers_hold_lock(&self, function: FunctionRef, depth: u32) -> bool {
        if depth > 3 {
            return false;
        }
        if self.locked_by_decorator(function) {
            return true;
        }
        // What it calls itself says nothing of how others call it.
        let from = |site: &ExprRef| self.program.function_of(site.file, site.expr);
        let sites: Vec<ExprRef> = self.program.sites_of(function).into_iter().filter(|s| from(s) != function).collect();
        if sites.is_empty() || sites.len() > 12 {
            return false;
        }
        sites.into_iter().all(|site| {
            let caller = from(&site);
            let graph = self.graph(caller);
            let nodes: Vec<NodeId> = graph.nodes_of(site.expr).collect();
            let under =
                !nodes.is_empty() && nodes.iter().all(|&n| graph.held(n).any(|h| self.excludes(site.file, h.context)));
            under || self.callers_hold_lock(caller, depth + 1)
        })
    }

    fn locked_by_decorator(&self, function: FunctionRef) -> bool {
        for mark in ["memoised", "limiting"] {
            if self.program.is_decorated(function, mark) {
                return true;
            }
        }
        let facts = self.facts(function.file);
        facts.expr_list(facts.function(function.function).decorators).any(|d| {
            let d = match facts.kind(d) {
                ExprKind::Call(callee, _) => callee,
                _ => d,
            };
            let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(d) else { return false };
            let name = name.as_str().to_ascii_lowercase();
            [
                "lock",
                "serial",
                "synchron",
                "mutex",
                "once",
                "cache",
                "memo",
                "throttl",
                "debounce",
                "exclusive",
                "single",
                "limit",
            ]
            .iter()
            .any(|part| name.contains(part))
        })
    }

    /// Whether tasks can really switch at a node: an await of something that may suspend.
    pub fn switches(&self, function: FunctionRef, graph: &Cfg, node: NodeId) -> bool {
        match graph.op(node) {
            Op::Await(expr) => {
                let ExprKind::Await(value) = self.facts(function.file).kind(expr) else { return true };
                !is_done_task(self.facts(function.file), value) && self.awaiting_switches(function.file, value)
            }
            Op::Enter(context, true) | Op::Leave(context, true, _) => {
                let value = self.program.value(function.file, context);
                match self.program.get(value) {
                    Value::Instance(class, _) => {
                        let name = if matches!(graph.op(node), Op::Enter(..)) { "__aenter__" } else { "__aexit__" };
                        // `asyncio.timeout` never suspends, a task group when it is left.
                        if self.program.class_mark(*class, "cancel_scope").is_some() {
                            return name == "__aexit__" && self.program.class_mark(*class, "task_group").is_some();
                        }
                        // Leaving a lock never suspends; entering one does.
                        let is_lock = ["async_lock", "semaphore", "condition"]
                            .iter()
                            .any(|m| self.program.class_mark(*class, m).is_some());
                        if is_lock || self.program.class_mark(*class, "limits_time").is_some() {
                            return is_lock && name == "__aenter__";
                        }
                        match self.program.method(*class, name) {
                            Some(method) if self.program.origin(method.file) != Origin::Stub => {
                                self.may_suspend(method)
                            }
                            _ => true,
                        }
                    }
                    _ => !(matches!(graph.op(node), Op::Leave(..)) && self.sounds_exclusive(function.file, context)),
                }
            }
            Op::Next(_, true) => true,
            _ => false,
        }
    }

    fn awaiting_switches(&self, file: FileId, value: ExprId) -> bool {
        match self.facts(file).kind(value) {
            ExprKind::Call(..) => {
                let callees = self.program.callees(file, value);
                if !callees.complete {
                    return true;
                }
                // Under another name it was handed on: what else may be handed on, nobody sees.
                let own_name = |f: FunctionRef| match self.facts(file).kind(value) {
                    ExprKind::Call(callee, _) => matches!(self.facts(file).kind(callee),
                        ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == self.program.function(f).name),
                    _ => false,
                };
                callees.targets.iter().any(|t| match t {
                    Target::Function(f, _) => !own_name(*f) || self.may_suspend(*f),
                    Target::Class(_) => true,
                })
            }
            _ => match self.program.get(self.program.value(file, value)) {
                Value::Coroutine(f, _) => self.may_suspend(*f),
                _ => true,
            },
        }
    }

    /// Whether awaiting what a function returns may suspend. Not so for a coroutine whose own awaits never do.
    pub fn may_suspend(&self, function: FunctionRef) -> bool {
        if self.program.origin(function.file) == Origin::Stub {
            return self.program.mark(function, "never_suspends").is_none();
        }
        if let Some(&known) = self.suspends.borrow().get(&function) {
            return known;
        }
        // Too deep to say: it may.
        if self.depth.get() > 64 {
            return true;
        }
        // A cycle is taken not to suspend by itself: whatever else is in it decides.
        self.suspends.borrow_mut().insert(function, false);
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        self.depth.set(self.depth.get() + 1);
        let answer = if f.is_stub || !f.is_async || self.program.is_abstract(function) {
            true
        } else {
            facts.exprs_of(function.function).any(|e| match facts.kind(e) {
                ExprKind::Await(value) => self.awaiting_switches(function.file, value),
                ExprKind::Comprehension(c) => facts.comprehensions[c as usize].clauses.iter().any(|c| c.is_async),
                _ => false,
            }) || facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
                StmtKind::With(w) => facts.withs[w as usize].is_async,
                StmtKind::For(l) => facts.fors[l as usize].is_async,
                _ => false,
            })
        };
        self.depth.set(self.depth.get() - 1);
        self.suspends.borrow_mut().insert(function, answer);
        answer
    }

    /// Uses of names in a file: where a function is mentioned without being called.
    fn references(&self, file: FileId) -> References {
        if let Some(found) = self.references.borrow().get(&file) {
            return found.clone();
        }
        let exprs = self.facts(file).exprs.iter().zip(0..);
        let mut places: Vec<(u32, ExprId)> = exprs
            .filter_map(|(expr, index)| match expr.kind {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some((name.number(), ExprId(index))),
                _ => None,
            })
            .collect();
        places.sort_unstable();
        let places: References = places.into();
        self.references.borrow_mut().insert(file, places.clone());
        places
    }

    /// The uses of a name or attribute in one file.
    pub fn uses(&self, file: FileId, name: Symbol) -> Vec<ExprId> {
        let places = self.references(file);
        let first = places.partition_point(|&(number, _)| number < name.number());
        places[first..].iter().take_while(|&&(number, _)| number == name.number()).map(|&(_, place)| place).collect()
    }

    /// The uses of an attribute name in the whole program, on any object.
    pub fn attribute_uses(&self, name: Symbol) -> &[ExprRef] {
        self.attributes.get_or_init(|| Attributes::of(self.program)).named(name)
    }

    /// Whether two tasks can run a function at once, on the same object where its state is the object's own.
    pub fn overlaps(&self, function: FunctionRef, state: State) -> bool {
        self.overlaps_at(function, state, 0)
    }

    fn overlaps_at(&self, function: FunctionRef, state: State, depth: u32) -> bool {
        if let Some(&known) = self.overlaps.borrow().get(&(function, state)) {
            return known;
        }
        if depth > 12 {
            return false;
        }
        self.overlaps.borrow_mut().insert((function, state), false);
        let answer = self.overlaps_inner(function, state, depth);
        self.overlaps.borrow_mut().insert((function, state), answer);
        answer
    }

    fn overlaps_inner(&self, function: FunctionRef, state: State, depth: u32) -> bool {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        if function.function == FunctionId::MODULE {
            return false;
        }
        if self.is_handler(function) {
            return state != State::Own || !self.per_call_object(function);
        }
        if state != State::Enclosing
            && f.class.is_none()
            && f.parent != FunctionId::MODULE
            && !self.is_mentioned(function)
        {
            // A helper inside another function.
            let parent = FunctionRef { file: function.file, function: f.parent };
            if self.overlaps_at(parent, state, depth + 1) {
                return true;
            }
        }
        if state == State::Own && (self.counts_users(function) || self.waits_in_line(function)) {
            return true;
        }
        let sites = self.program.sites_of(function);
        let mut spawned = 0;
        for site in &sites {
            match self.how_called(*site, state) {
                Called::Many => return true,
                Called::Once => spawned += 1,
                Called::InTurn => {
                    let caller = self.program.function_of(site.file, site.expr);
                    if caller == function || state == State::Enclosing {
                        continue;
                    }
                    if state == State::Own && !self.same_object(*site) {
                        continue;
                    }
                    // An object that the caller was given: each call of it may be given another.
                    if state == State::Own && self.given(*site) && !self.class_is_for_many(function) {
                        continue;
                    }
                    let caller_state =
                        if state == State::Own && self.receiver_is_self(*site) { State::Own } else { State::Global };
                    if self.overlaps_at(caller, caller_state, depth + 1) {
                        return true;
                    }
                }
                Called::NotShared => {}
            }
        }
        if spawned >= 2 || state == State::Own && self.tasks_of_own(function).len() >= 2 {
            return true;
        }
        // Handed on as a callback: whoever has it may call it twice. Only where the code says what for.
        if self.is_registered(function) && state != State::Enclosing {
            return true;
        }
        sites.is_empty() && state == State::Own && self.is_shared_api(function)
    }

    /// Whether a method of an object that serves many is called by others of its public methods, and may be called beside them: the
    /// program does not show two calls at once, but nothing keeps its users from it.
    pub fn is_open(&self, function: FunctionRef) -> bool {
        self.is_open_at(function, 0)
    }

    fn is_open_at(&self, function: FunctionRef, depth: u32) -> bool {
        let sites = self.program.sites_of(function);
        if depth > 3 || !sites.iter().all(|s| matches!(self.how_called(*s, State::Own), Called::InTurn)) {
            return false;
        }
        sites.iter().any(|s| self.is_public(*s)) && self.is_shared_api(function)
            || sites.iter().any(|s| {
                let caller = self.program.function_of(s.file, s.expr);
                caller != function && self.receiver_is_self(*s) && self.is_open_at(caller, depth + 1)
            })
    }

    /// Whether a method brings its object into service when one of several public methods first needs it: what two of them do at once
    /// begins with it twice.
    pub fn is_on_demand(&self, function: FunctionRef) -> bool {
        self.is_on_demand_at(function, 0)
    }

    fn is_on_demand_at(&self, function: FunctionRef, depth: u32) -> bool {
        let sites = self.program.sites_of(function);
        let own = sites
            .iter()
            .filter(|s| self.receiver_is_self(**s) && matches!(self.how_called(**s, State::Own), Called::InTurn));
        let (public, private): (Vec<&ExprRef>, Vec<&ExprRef>) = own.partition(|s| self.is_public(**s));
        let caller = |s: &&ExprRef| self.program.function_of(s.file, s.expr);
        let callers: FxHashSet<FunctionRef> = public.iter().map(caller).collect();
        callers.len() >= 2 && callers.iter().any(|&c| self.is_shared_api(c) || self.program.sites_of(c).is_empty())
            || depth < 2 && private.iter().map(caller).any(|c| c != function && self.is_on_demand_at(c, depth + 1))
    }

    /// Whether a call stands in an async function that others may call too, and that runs for each of them: what the program itself
    /// does with it is not all that is done with it.
    fn is_public(&self, site: ExprRef) -> bool {
        let caller = self.program.function_of(site.file, site.expr);
        let f = self.program.function(caller);
        let name = f.name.as_str();
        f.is_async
            && self.program.class_of(caller).is_some()
            && (name == "__aenter__" || !name.starts_with('_') && !is_lifecycle(name))
    }

    /// Whether a function enters or leaves a manager that counts who has entered it: it is made for several at once.
    fn counts_users(&self, function: FunctionRef) -> bool {
        let f = self.program.function(function);
        if !f.is_async || !matches!(f.name.as_str(), "__aenter__" | "__aexit__") {
            return false;
        }
        let Some(class) = self.program.class_of(function) else { return false };
        let counted = |method: &str, by: sidestep_facts::Op| {
            let Some(method) = self.program.own_method(class, method) else { return Vec::new() };
            let facts = self.facts(method.file);
            facts
                .stmts_of(method.function)
                .filter_map(|s| match facts.stmt(s).kind {
                    StmtKind::AugAssign(target, op, _) if op == by => facts.dotted(target),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let left = counted("__aexit__", sidestep_facts::Op::Sub);
        counted("__aenter__", sidestep_facts::Op::Add).iter().any(|c| c.starts_with("self.") && left.contains(c))
    }

    /// A public method that nothing in the program calls: other programs do, from as many tasks as they like. Not so for
    /// what runs once in the life of an object.
    fn is_shared_api(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        let Some(class) = self.program.class_of(function) else { return false };
        let name = f.name.as_str();
        let polled = ["update", "refresh", "poll", "fetch", "sync"]
            .iter()
            .any(|w| name == *w || name.strip_prefix("async_") == Some(w));
        if name.starts_with('_') || !f.is_async || f.is_generator || is_lifecycle(name) || polled {
            return false;
        }
        let owner = facts.class(class.class);
        // A class of tests or of one request, or a nested class, is not shared.
        let class_name = owner.name.as_str();
        if class_name.starts_with('_')
            || class_name.starts_with("Test")
            || class_name.ends_with("Test")
            || owner.parent != FunctionId::MODULE
        {
            return false;
        }
        // Overrides a method of a base that is not known: the framework decides who calls it.
        if self.program.has_unknown_base(class) {
            return false;
        }
        if self.program.mro(class).iter().skip(1).any(|&base| self.program.own_method(base, name).is_some()) {
            return false;
        }
        // Something must say that its objects are meant for many: it has a lock, or makes tasks, or is called a service.
        self.class_is_shared(function)
    }

    /// Whether the objects that a method belongs to serve many callers, as far as their class says.
    pub fn class_is_shared(&self, function: FunctionRef) -> bool {
        let named = |class: ClassRef| sounds_shared(self.program.class(class).name.as_str());
        self.program.class_of(function).is_some_and(named) || self.class_is_for_many(function)
    }

    /// Whether the class of a method, or one that it is made of, has a lock or makes tasks.
    fn class_is_for_many(&self, function: FunctionRef) -> bool {
        self.program.class_of(function).is_some_and(|class| {
            self.program.mro(class).iter().filter(|c| self.program.is_input(c.file)).any(|&c| self.is_for_many(c))
        })
    }

    /// Whether the receiver of a call is a parameter of the function around, `self` left out.
    fn given(&self, site: ExprRef) -> bool {
        let facts = self.facts(site.file);
        let Some((name, scope)) = self.root_name(site) else { return false };
        let receiver = self.receiver(site.file, site.expr);
        if receiver.is_some_and(|expr| self.provided(ExprRef { file: site.file, expr })) {
            return false;
        }
        !matches!(name.as_str(), "self" | "cls")
            && facts.resolve(scope, name).is_some_and(|home| {
                matches!(facts.scope(home).kind, ScopeKind::Function(_))
                    && facts.bindings_in(home, name).iter().any(|b| matches!(b.kind, BindingKind::Param(_)))
            })
    }

    /// Whether a class has a lock of its own or makes tasks.
    fn is_for_many(&self, class: ClassRef) -> bool {
        let facts = self.facts(class.file);
        facts.class(class.class).self_writes.iter().any(|w| match w.kind {
            BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v))
                if matches!(facts.kind(v), ExprKind::Call(..)) =>
            {
                self.spawns(class.file, v).is_some()
                    || self.classes(class.file, v).into_iter().any(|c| {
                        ["async_lock", "condition", "semaphore"].iter().any(|m| self.program.class_mark(c, m).is_some())
                    })
            }
            _ => false,
        })
    }

    /// Whether a web, bot or command framework calls a function, once for each event.
    pub fn is_handler(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        let by_decorator = facts.expr_list(f.decorators).any(|d| {
            let d = match facts.kind(d) {
                ExprKind::Call(callee, _) => callee,
                _ => d,
            };
            match facts.kind(d) {
                ExprKind::Attribute(_, name) => matches!(
                    name.as_str(),
                    "get"
                        | "post"
                        | "put"
                        | "patch"
                        | "delete"
                        | "route"
                        | "websocket"
                        | "command"
                        | "event"
                        | "listener"
                        | "message"
                        | "on_event_handler"
                        | "message_handler"
                        | "callback_query"
                        | "tool"
                        | "hybrid_command"
                        | "slash_command"
                        | "websocket_route"
                        | "middleware"
                        | "api_route"
                        | "listen"
                        | "subscriber"
                ),
                _ => false,
            }
        });
        if by_decorator {
            return true;
        }
        if self.program.is_decorated(function, "on_loop") {
            return true;
        }
        self.program.is_framework_method(function, &["async_methods", "loop_methods", "thread_methods"])
    }

    /// Whether objects of a handler's class are made for each call by the framework.
    fn per_call_object(&self, function: FunctionRef) -> bool {
        let Some(class) = self.program.class_of(function) else { return false };
        self.program.mro(class).iter().any(|&c| {
            let name = self.program.class(c).name;
            name.as_str().ends_with("Handler") || name.as_str().ends_with("View") || name.as_str().ends_with("Endpoint")
        })
    }

    fn is_mentioned(&self, function: FunctionRef) -> bool {
        !self.program.sites_of(function).is_empty()
    }

    /// Whether a function is handed to a router or dispatcher: `app.router.add_get("/", self.handle)`.
    fn is_registered(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let name = facts.function(function.function).name;
        if facts.function(function.function).is_lambda {
            return false;
        }
        let in_class = self.program.class_of(function).is_some();
        self.uses(function.file, name).into_iter().any(|expr| {
            let Parent::Expr(parent) = facts.expr(expr).parent() else { return false };
            let ExprKind::Call(callee, args) = facts.kind(parent) else { return false };
            if callee == expr || in_class != matches!(facts.kind(expr), ExprKind::Attribute(..)) {
                return false;
            }
            let names_it = match self.program.get(self.program.value(function.file, expr)) {
                Value::Function(f) | Value::Bound(f, _) => *f == function,
                _ => false,
            };
            if !names_it {
                return false;
            }
            let (ExprKind::Name(to, _) | ExprKind::Attribute(_, to)) = facts.kind(callee) else { return false };
            let to = to.as_str();
            // `web.get("/status", status)`
            let path = facts.positional(args, 0).map(|a| facts.kind(a));
            let routed = matches!(path, Some(ExprKind::Str(path)) if path.as_str().starts_with('/'))
                && matches!(to, "get" | "post" | "put" | "patch" | "delete" | "route");
            routed
                || [
                    "add_get",
                    "add_post",
                    "add_put",
                    "add_delete",
                    "add_patch",
                    "add_route",
                    "add_handler",
                    "register",
                    "subscribe",
                    "start_server",
                    "serve",
                    "add_listener",
                    "add_command",
                    "tool",
                ]
                .iter()
                .any(|known| {
                    to == *known
                        || (known.starts_with("add_") && to.starts_with(known))
                        || to.starts_with("register")
                        || to.starts_with("subscribe")
                })
        })
    }

    /// How a call of an async function runs it.
    pub fn how_called(&self, site: ExprRef, state: State) -> Called {
        let facts = self.facts(site.file);
        // From the call outwards to what takes the coroutine.
        let mut at = site.expr;
        let mut repeated = false;
        loop {
            match facts.expr(at).parent() {
                Parent::Expr(parent) => {
                    match facts.kind(parent) {
                        ExprKind::Await(_) => return Called::InTurn,
                        ExprKind::Comprehension(c) => {
                            let comp = &facts.comprehensions[c as usize];
                            if comp.element == at {
                                repeated = true;
                                if state == State::Own && self.bound_by_comprehension(site, c) {
                                    return Called::NotShared;
                                }
                            }
                        }
                        ExprKind::Call(callee, _) if callee != at => {
                            if self.spawns(site.file, parent).is_some()
                                || self.call_mark(site.file, parent, "spawns").is_some()
                            {
                                return if self.in_loop(site, parent, state) || repeated {
                                    Called::Many
                                } else {
                                    Called::Once
                                };
                            }
                            if self.call_mark(site.file, parent, "gathers").is_some()
                                || self.call_mark(site.file, parent, "waits_tasks").is_some()
                            {
                                return if repeated { Called::Many } else { Called::Once };
                            }
                            if self.gathered_later(site.file, parent) && self.in_loop(site, parent, state) {
                                return Called::Many;
                            }
                            let name = self.callee_name(site.file, parent);
                            if name.is_some_and(|n| {
                                matches!(n.as_str(), "run" | "run_until_complete" | "wait_for" | "shield")
                            }) {
                                return Called::InTurn;
                            }
                        }
                        _ => {}
                    }
                    at = parent;
                }
                Parent::Stmt(stmt) => {
                    // `tasks = [f(x) for …]`, later gathered.
                    if let StmtKind::Assign(..) | StmtKind::Return(_) = facts.stmt(stmt).kind {
                        return if repeated { Called::Many } else { Called::InTurn };
                    }
                    return Called::InTurn;
                }
                Parent::None => return Called::InTurn,
            }
        }
    }

    /// Whether a call puts a coroutine into a local list, `work.append(f(x))`, that is gathered: `await asyncio.gather(*work)`.
    fn gathered_later(&self, file: FileId, call: ExprId) -> bool {
        let facts = self.facts(file);
        let Some(list) =
            self.receiver(file, call).filter(|_| self.callee_name(file, call).is_some_and(|n| n == "append"))
        else {
            return false;
        };
        let ExprKind::Name(name, _) = facts.kind(list) else { return false };
        let gathers = |u: ExprId| match facts.expr(u).parent() {
            Parent::Expr(call) => self.call_mark(file, call, "gathers").is_some(),
            _ => false,
        };
        self.uses(file, name).into_iter().any(|u| facts.function_of(u) == facts.function_of(call) && gathers(u))
    }

    fn bound_by_comprehension(&self, site: ExprRef, comp: u32) -> bool {
        let facts = self.facts(site.file);
        let Some(receiver) = self.receiver(site.file, site.expr) else { return false };
        let mut root = receiver;
        while let ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) = facts.kind(root) {
            root = base;
        }
        match facts.kind(root) {
            ExprKind::Name(name, scope) => {
                let _ = comp;
                facts.resolve(scope, name).is_some_and(|home| facts.scope(home).kind == ScopeKind::Comprehension)
            }
            ExprKind::Call(..) => true,
            _ => false,
        }
    }

    /// Whether a spawning call is repeated by a loop that does not give it another object each time.
    fn in_loop(&self, site: ExprRef, spawn: ExprId, state: State) -> bool {
        let facts = self.facts(site.file);
        let Some(stmt) = facts.stmt_of(spawn) else { return false };
        // A comprehension that does not bind it has one object for all its tasks.
        let comprehended = facts.ancestors(spawn).any(|a| {
            matches!(facts.kind(a), ExprKind::Comprehension(c)
                if state != State::Own || !self.bound_by_comprehension(site, c))
        });
        if comprehended {
            return true;
        }
        let loops: Vec<StmtId> = std::iter::once(stmt)
            .chain(facts.enclosing(stmt))
            .filter(|&s| matches!(facts.stmt(s).kind, StmtKind::For(_) | StmtKind::While { .. }))
            .collect();
        if loops.is_empty() {
            return false;
        }
        if state != State::Own {
            return true;
        }
        let Some((name, scope)) = self.root_name(site) else { return false };
        let bindings = facts.resolve(scope, name).map_or(&[][..], |home| facts.bindings_in(home, name));
        // The receiver is the loop's own variable: another object each time. So is what the loop makes, but not what was made before it.
        let made_before = || {
            loops.iter().any(|&l| {
                let repeated = facts.stmt(l).range();
                !bindings.is_empty() && bindings.iter().all(|b| !repeated.contains(b.at))
            })
        };
        !bindings.iter().any(|b| matches!(b.kind, BindingKind::Element(..)))
            && (self.same_object(site) || made_before())
    }

    fn root_name(&self, site: ExprRef) -> Option<(Symbol, ScopeId)> {
        let facts = self.facts(site.file);
        let mut root = self.receiver(site.file, site.expr)?;
        while let ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) = facts.kind(root) {
            root = base;
        }
        match facts.kind(root) {
            ExprKind::Name(name, scope) => Some((name, scope)),
            _ => None,
        }
    }

    /// Whether a method is called on `self`, or on what it holds.
    pub fn receiver_is_self(&self, site: ExprRef) -> bool {
        let facts = self.facts(site.file);
        self.receiver(site.file, site.expr).is_some_and(|r| match facts.kind(r) {
            ExprKind::Name(name, _) => matches!(name.as_str(), "self" | "cls"),
            ExprKind::Call(callee, _) => matches!(facts.kind(callee), ExprKind::Name(name, _) if name == "super"),
            ExprKind::Attribute(base, _) => facts.is_self(base),
            _ => false,
        })
    }

    /// Whether the receiver of a call is an object that outlives the caller: not one that the caller just made.
    fn same_object(&self, site: ExprRef) -> bool {
        let facts = self.facts(site.file);
        let Some((name, scope)) = self.root_name(site) else { return false };
        let Some(home) = facts.resolve(scope, name) else { return true };
        if !matches!(facts.scope(home).kind, ScopeKind::Function(_)) {
            return !matches!(facts.scope(home).kind, ScopeKind::Comprehension);
        }
        let mine = facts.function_of(site.expr);
        let own = facts.function(mine).scope == home;
        !own || !facts.bindings_in(home, name).iter().any(|b| match b.kind {
            BindingKind::Assign(value) => {
                let value = match facts.kind(value) {
                    ExprKind::Await(inner) => inner,
                    _ => value,
                };
                matches!(facts.kind(value), ExprKind::Call(..))
            }
            BindingKind::Context(..) => true,
            _ => false,
        })
    }

    /// A label at an operation.
    pub fn label(&self, function: FunctionRef, graph: &Cfg, node: NodeId, text: &str) -> Option<Label> {
        let range = self.node_range(function.file, graph, node)?;
        Some(Label { range, text: text.to_owned() })
    }

    /// The place of an operation.
    pub fn node_range(&self, file: FileId, graph: &Cfg, node: NodeId) -> Option<TextRange> {
        let facts = self.facts(file);
        match graph.op(node) {
            Op::Call(e)
            | Op::Await(e)
            | Op::Read(e, _)
            | Op::Enter(e, _)
            | Op::Leave(e, ..)
            | Op::Next(e, _)
            | Op::Test(e)
            | Op::Yield(e) => Some(facts.range(e)),
            Op::Write { target: Some(target), .. } => Some(facts.range(target)),
            _ => graph.stmt(node).map(|s| facts.stmt(s).range()),
        }
    }

    /// How a place is spelled.
    pub fn spell(&self, graph: &Cfg, place: PlaceId) -> String {
        match graph.places.get(place) {
            Place::Name(_, name) | Place::Free(name) => name.to_string(),
            Place::Attr(base, name) => format!("{}.{name}", self.spell(graph, base)),
            Place::Item(base, key) => {
                let key = match key {
                    sidestep_facts::cfg::Key::Str(s) => format!("{s:?}"),
                    sidestep_facts::cfg::Key::Int(i) => i.to_string(),
                    sidestep_facts::cfg::Key::Place(p) => self.spell(graph, p),
                    sidestep_facts::cfg::Key::Other(_) => "…".to_owned(),
                };
                format!("{}[{key}]", self.spell(graph, base))
            }
            Place::Value(_) => "…".to_owned(),
        }
    }
}

/// How a call of an async function runs it.
pub(crate) enum Called {
    /// As tasks, several at once.
    Many,
    /// As one task.
    Once,
    /// Awaited where it stands.
    InTurn,
    /// On an object of its own each time.
    NotShared,
}

/// Whether a class's name says that its objects serve many callers: a client, a pool, a manager. Requests, messages, contexts
/// and commands belong to one.
fn sounds_shared(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "Client",
        "Connector",
        "Connection",
        "Pool",
        "Manager",
        "Service",
        "Registry",
        "Cache",
        "Store",
        "Storage",
        "Backend",
        "Database",
        "Repository",
        "Resolver",
        "Provider",
        "Gateway",
        "Broker",
        "Hub",
        "Bus",
        "Limiter",
        "Synchronizer",
        "Scheduler",
        "Dispatcher",
        "Server",
        "Source",
        "Api",
        "API",
        "Router",
        "Proxy",
        "Engine",
        "Layer",
        "Coordinator",
        "Controller",
        "Throttler",
        "Tracker",
        "Monitor",
    ];
    WORDS.iter().any(|w| name.ends_with(w))
}

/// Methods that run once in the life of an object, by their names.
pub(crate) fn is_lifecycle(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "start",
        "stop",
        "setup",
        "init",
        "initialize",
        "initialise",
        "teardown",
        "close",
        "aclose",
        "shutdown",
        "startup",
        "run",
        "main",
        "serve",
        "exit",
        "enter",
        "dispose",
        "cleanup",
        "terminate",
        "launch",
        "boot",
        "bootstrap",
        "destroy",
        "test",
        "disconnect",
        "open",
        "finish",
        "finalize",
    ];
    let name = name.trim_matches('_');
    let name = name.strip_prefix("async_").or_else(|| name.strip_prefix("on_")).unwrap_or(name);
    let name = name.strip_prefix('a').filter(|rest| WORDS.contains(rest)).unwrap_or(name);
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default();
    WORDS.contains(&first) || name.ends_with("_loop") || name == "loop" || name == "anext"
}

/// A finding of a rule at a place, with its usual level.
pub(crate) fn finding(rule: &'static Rule, file: FileId, range: TextRange, message: impl Into<String>) -> Finding {
    Finding {
        rule,
        level: rule.level,
        confidence: Confidence::Certain,
        message: message.into(),
        help: None,
        file,
        range,
        labels: Vec::new(),
        chain: Vec::new(),
    }
}

/// Small conveniences on facts.
pub(crate) trait FactsExt {
    /// The arguments of a call expression; none for anything else.
    fn args_of(&self, call: ExprId) -> &[Arg];
    /// Whether a statement stands in a block of another, at any depth.
    fn is_inside(&self, stmt: StmtId, outer: StmtId) -> bool;
    /// The expressions below one, itself included. Nested functions are not entered.
    fn walk(&self, expr: ExprId, visit: &mut dyn FnMut(ExprId));
}

impl FactsExt for FileFacts {
    fn args_of(&self, call: ExprId) -> &[Arg] {
        match self.kind(call) {
            ExprKind::Call(_, args) => self.args(args),
            _ => &[],
        }
    }

    fn is_inside(&self, stmt: StmtId, outer: StmtId) -> bool {
        self.enclosing(stmt).any(|s| s == outer)
    }

    fn walk(&self, expr: ExprId, visit: &mut dyn FnMut(ExprId)) {
        // Children stand before their parents, so those of `expr` are the ids just below it whose ancestors lead to it.
        visit(expr);
        let range = self.range(expr);
        let first = self.function(self.function_of(expr)).exprs.start;
        let mut id = expr.0;
        while id > first {
            id -= 1;
            let child = ExprId(id);
            if !range.contains_range(self.range(child)) {
                break;
            }
            visit(child);
        }
    }
}

/// Whether a name goes through the tasks that `asyncio.wait` said are done: `for task in done: await task` waits for nothing.
fn is_done_task(facts: &FileFacts, expr: ExprId) -> bool {
    let ExprKind::Name(name, _) = facts.kind(expr) else { return false };
    let is_wait = |e: ExprId| {
        let ExprKind::Await(call) = facts.kind(e) else { return false };
        let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "wait")
    };
    let is_done = |set: ExprId| {
        let ExprKind::Name(n, scope) = facts.kind(set) else { return false };
        facts.resolve(scope, n).is_some_and(|home| {
            let made = facts.bindings_in(home, n);
            !made.is_empty() && made.iter().all(|b| matches!(b.kind, BindingKind::Unpack(from, 0, ..) if is_wait(from)))
        })
    };
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    // The innermost loop over this name.
    let each = facts.enclosing(stmt).find_map(|outer| match facts.stmt(outer).kind {
        StmtKind::For(index) => {
            let each = &facts.fors[index as usize];
            matches!(facts.kind(each.target), ExprKind::Name(n, _) if n == name).then_some(each.iter)
        }
        _ => None,
    });
    each.is_some_and(is_done)
}
