//! Pitfall 3, where no call in async code is shown: constructors and callbacks that start a loop, and objects that an
//! instance keeps from one loop to the next.

use crate::finding::Confidence;
use crate::registry::*;
use crate::support::*;
use sidestep_facts::{BindingKind, ExprId, ExprKind, FileFacts, FunctionId, StmtKind, Symbol};
use sidestep_program::{ClassRef, Effect, FunctionRef, Origin, Program, Site, Step, Value};

/// So many methods of one object are followed.
const MAX_METHODS: usize = 40;

/// Runs these parts of SS301 and SS305.
pub(crate) fn check(reporter: &mut Reporter) {
    let program = reporter.program;
    let effects = program.effects();
    for function in effects.functions().filter(|f| program.is_input(f.file)) {
        let f = program.function(function);
        if f.is_async || effects.reached_on_loop(function) || program.guards_running_loop(function) {
            continue;
        }
        let Some(class) = program.class_of(function) else { continue };
        callback(reporter, function, class);
        let Some(summary) = effects.summary(function) else { continue };
        for site in summary.sites.iter().filter(|s| starts_loop(program, s)) {
            constructor(reporter, function, class, site);
            kept_client(reporter, function, class, site);
        }
    }
}

fn starts_loop(program: &Program, site: &Site) -> bool {
    site.step == Step::Call
        && !site.awaited
        && site
            .targets
            .iter()
            .any(|&t| program.origin(t.file) == Origin::Stub && program.has_effect(t, Effect::StartsLoop))
}

/// SS301: making or dropping an object starts a loop, and the object is made for async code.
fn constructor(reporter: &mut Reporter, function: FunctionRef, class: ClassRef, site: &Site) {
    let program = reporter.program;
    if program.effects().in_thread(function).is_some() || !is_for_async_code(program, class) {
        return;
    }
    // A finalizer runs wherever the last reference goes, which is on the loop just as well.
    let when = ["__init__", "__del__"].into_iter().find(|special| {
        program.method(class, special).is_some_and(|method| calls_on_self(program, class, method, function))
    });
    let what = match when {
        Some("__init__") => "making",
        Some(_) => "dropping",
        None => return,
    };
    // Tried, and expected to fail where a loop runs.
    if is_tried(program.facts(function.file), site.expr) {
        return;
    }
    let name = site.targets.first().map(|&t| shown(program, t)).unwrap_or_default();
    let class_name = program.class(class).name;
    reporter
        .report(
            &SS301,
            function.file,
            site.expr,
            format!(
                "{what} a `{class_name}` runs `{name}`, and a `{class_name}` has async methods: where they are awaited a loop is running, and this raises `RuntimeError`"
            ),
        )
        .help("do it in an async method that is awaited, or in a thread")
        .confidence(Confidence::Likely);
}

/// Whether a handler around an expression names `RuntimeError`, which a running loop makes of a start.
fn is_tried(facts: &FileFacts, expr: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    facts.enclosing(stmt).any(|outer| {
        let StmtKind::Try(index) = facts.stmt(outer).kind else { return false };
        facts.tries[index as usize]
            .handlers
            .iter()
            .any(|h| h.exception.is_some_and(|e| matches!(facts.kind(e), ExprKind::Name(n, _) if n == "RuntimeError")))
    })
}

/// Whether a class has async methods that others call.
fn is_for_async_code(program: &Program, class: ClassRef) -> bool {
    program.methods(class).into_iter().any(|m| {
        let f = program.function(m);
        f.is_async && !f.name.as_str().starts_with('_')
    })
}

/// Whether a method runs another one of the same object, directly or through other sync ones.
fn calls_on_self(program: &Program, class: ClassRef, from: FunctionRef, wanted: FunctionRef) -> bool {
    reached_on_self(program, class, vec![from], |next| !program.function(next).is_async).contains(&wanted)
}

/// SS301: a callback that drives a loop which somebody else made and runs.
fn callback(reporter: &mut Reporter, function: FunctionRef, class: ClassRef) {
    let program = reporter.program;
    let facts = program.facts(function.file);
    for call in facts.exprs_of(function.function) {
        let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
        let ExprKind::Attribute(receiver, method) = facts.kind(callee) else { continue };
        let ExprKind::Attribute(_, attr) = facts.kind(receiver) else { continue };
        if method != "run_until_complete" || !is_given(program, class, attr) {
            continue;
        }
        let Some(handed) = handed_on(facts, program.function(function).name) else { return };
        let spelled = facts.dotted(receiver).unwrap_or_default();
        reporter
            .report(
                &SS301,
                function.file,
                call,
                format!("`{spelled}` is the loop of who made this object, and runs while callbacks are called: this raises `RuntimeError`"),
            )
            .help("`asyncio.run_coroutine_threadsafe(…, loop)` where another thread calls back, a task on the loop itself")
            .label(facts.range(handed), "handed over as a callback here")
            .confidence(Confidence::Likely);
    }
}

/// Whether an attribute is written only from outside: a parameter, or an attribute of one.
fn is_given(program: &Program, class: ClassRef, attr: Symbol) -> bool {
    let facts = program.facts(class.file);
    let writes = program.self_writes(class, attr);
    !writes.is_empty()
        && writes.iter().all(|w| {
            let (BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value))) = w.kind else { return false };
            match facts.kind(value) {
                ExprKind::Name(name, _) => facts.params_of(w.function).iter().any(|p| p.name == name),
                ExprKind::Attribute(..) => true,
                _ => false,
            }
        })
}

/// Where a method is an argument of a call, and nowhere called itself.
fn handed_on(facts: &FileFacts, method: Symbol) -> Option<ExprId> {
    let mut handed = None;
    for (index, expr) in facts.exprs.iter().enumerate() {
        let id = ExprId(index as u32);
        if !matches!(expr.kind, ExprKind::Attribute(_, name) if name == method) {
            continue;
        }
        let Use::Expr(call) = use_of(facts, id) else { continue };
        match facts.kind(call) {
            ExprKind::Call(callee, _) if callee == id => return None,
            ExprKind::Call(..) => handed = handed.or(Some(id)),
            _ => {}
        }
    }
    handed
}

/// SS305: each call of a method runs a loop of its own, and all of them use what the instance keeps from the first.
fn kept_client(reporter: &mut Reporter, function: FunctionRef, class: ClassRef, site: &Site) {
    let program = reporter.program;
    if matches!(program.function(function).name.as_str(), "__init__" | "main" | "__del__") {
        return;
    }
    let facts = program.facts(function.file);
    let ExprKind::Call(_, args) = facts.kind(site.expr) else { return };
    let is_new = site.targets.iter().any(|&t| program.function(t).name == "run");
    if !is_new {
        return;
    }
    let mut roots: Vec<FunctionRef> = Vec::new();
    for arg in facts.args(args) {
        let value = program.value(function.file, arg.value);
        for part in program.alternatives(value) {
            if let Value::Coroutine(f, _) = program.get(part)
                && program.class_of(*f).is_some_and(|c| program.is_subclass(class, c))
            {
                roots.push(*f);
            }
        }
    }
    let methods = reached_on_self(program, class, roots, |_| true);
    for &method in &methods {
        let Some((attr, _)) = kept_in(program, class, method, &methods) else { continue };
        reporter
            .report(
                &SS305,
                function.file,
                site.expr,
                format!(
                    "each call runs a loop of its own, and `self.{attr}` stays bound to the first, which is closed then: the second call raises or hangs"
                ),
            )
            .help("make it inside the coroutine that the loop runs, and close it there; or keep one loop, in a thread of its own, for all calls")
            .confidence(Confidence::Likely);
        return;
    }
}

/// The methods of the same object that some methods run, directly or through others: themselves first, and of the rest those wanted.
fn reached_on_self(
    program: &Program,
    class: ClassRef,
    mut found: Vec<FunctionRef>,
    wanted: impl Fn(FunctionRef) -> bool,
) -> Vec<FunctionRef> {
    let mut at = 0;
    while at < found.len() && found.len() < MAX_METHODS {
        let method = found[at];
        at += 1;
        let facts = program.facts(method.file);
        let receiver = facts.params_of(method.function).first().map(|p| p.name);
        for expr in facts.exprs_of(method.function) {
            let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
            let ExprKind::Attribute(value, name) = facts.kind(callee) else { continue };
            if matches!(facts.kind(value), ExprKind::Name(n, _) if Some(n) == receiver)
                && let Some(next) = program.method(class, name.as_str())
                && program.is_input(next.file)
                && !found.contains(&next)
                && wanted(next)
            {
                found.push(next);
            }
        }
    }
    found
}

/// An attribute that a method uses, whose object belongs to one loop and outlives the call.
fn kept_in(
    program: &Program,
    class: ClassRef,
    method: FunctionRef,
    methods: &[FunctionRef],
) -> Option<(Symbol, ExprId)> {
    let facts = program.facts(method.file);
    let receiver = facts.params_of(method.function).first()?.name;
    facts.exprs_of(method.function).find_map(|expr| {
        let ExprKind::Attribute(value, attr) = facts.kind(expr) else { return None };
        if !matches!(facts.kind(value), ExprKind::Name(n, _) if n == receiver) {
            return None;
        }
        let held = program.value(method.file, expr);
        let is_bound = program.alternatives(held).into_iter().any(|v| match program.get(v) {
            Value::Instance(c, _) => is_connected(program, *c),
            _ => false,
        });
        (is_bound && outlives_call(program, class, attr, methods)).then_some((attr, expr))
    })
}

/// Whether objects of a class hold connections that belong to one loop: clients, also those of AI services. (A lock or an event
/// is bound only when somebody has to wait.)
fn is_connected(program: &Program, class: ClassRef) -> bool {
    let has = |mark: &str| program.class_mark(class, mark).is_some();
    let module = program.module_name(class.file).as_str();
    has("loop_bound") && module != "asyncio" && !module.starts_with("asyncio.")
        || has("ai_client") && has("async_resource")
}

/// Whether what an attribute holds is made once and kept: in plain code, or behind a test whether it is there; and nothing that
/// the loop runs closes it or takes it away again.
fn outlives_call(program: &Program, class: ClassRef, attr: Symbol, methods: &[FunctionRef]) -> bool {
    let mut made = false;
    for &owner in program.mro(class).iter().filter(|c| program.is_input(c.file)) {
        let facts = program.facts(owner.file);
        for write in program.self_writes(owner, attr) {
            let (BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value))) = write.kind else { continue };
            if facts.kind(value) == ExprKind::None {
                continue;
            }
            if facts.function(write.function).is_async && !is_tested(facts, write.function, write.target, attr) {
                return false;
            }
            made = true;
        }
    }
    made && !methods.iter().any(|m| closes(program.facts(m.file), m.function, attr))
}

/// Whether a place stands behind a test that speaks of an attribute.
fn is_tested(facts: &FileFacts, function: FunctionId, at: ExprId, attr: Symbol) -> bool {
    let place = facts.range(at).start();
    facts.stmts_of(function).any(|stmt| {
        let StmtKind::If { test, .. } = facts.stmt(stmt).kind else { return false };
        let range = facts.range(test);
        range.start() < place
            && facts.exprs_of(function).any(|e| {
                range.contains_range(facts.range(e)) && matches!(facts.kind(e), ExprKind::Attribute(_, n) if n == attr)
            })
    })
}

/// Whether a method closes what an attribute holds, or leaves it by `async with`, other than behind a test of it.
fn closes(facts: &FileFacts, function: FunctionId, attr: Symbol) -> bool {
    facts.exprs_of(function).any(|e| {
        let ExprKind::Attribute(value, name) = facts.kind(e) else { return false };
        matches!(name.as_str(), "close" | "aclose" | "disconnect" | "__aexit__")
            && matches!(facts.kind(value), ExprKind::Attribute(_, n) if n == attr)
            && !is_tested(facts, function, e, attr)
    }) || facts.stmts_of(function).any(|stmt| match facts.stmt(stmt).kind {
        StmtKind::With(index) => facts.withs[index as usize]
            .items
            .iter()
            .any(|i| matches!(facts.kind(i.context), ExprKind::Attribute(_, n) if n == attr)),
        _ => false,
    })
}
