//! Pitfall 1, further on: coroutines that a helper, a dict, a list or an attribute gets in place of their results, and calls
//! that must be coroutines since the program awaits the same call elsewhere.

use crate::finding::Confidence;
use crate::p01_never_awaited::is_written;
use crate::registry::*;
use crate::support::*;
use rustc_hash::FxHashMap;
use sidestep_facts::{
    ArgKind, BindingKind, ExprId, ExprKind, FileFacts, FunctionId, Ranged as _, ScopeId, ScopeKind, StmtKind, Symbol,
};
use sidestep_program::{ClassRef, FileId, FunctionRef, Program, Target, ValueId};

/// Whether using a coroutine so raises, whatever the program meant: reading an attribute, indexing, calculating, `len`.
/// Truth tests, comparisons and texts are left out, as code that gets one thing or the other has them.
pub(crate) fn raises_for_coroutine(program: &Program, file: FileId, expr: ExprId) -> Option<String> {
    let facts = program.facts(file);
    match use_of(facts, expr) {
        Use::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::For(index) if facts.fors[index as usize].iter == expr && !facts.fors[index as usize].is_async => {
                Some("a coroutine cannot be iterated: this raises `TypeError`".to_owned())
            }
            StmtKind::Assign(targets, value) if value == expr && unpacks(facts, targets) => {
                Some("a coroutine cannot be unpacked: this raises `TypeError`".to_owned())
            }
            StmtKind::AugAssign(..) => Some("a coroutine has no operators: this raises `TypeError`".to_owned()),
            _ => None,
        },
        Use::Expr(parent) => match facts.kind(parent) {
            ExprKind::Attribute(_, attr)
                if !matches!(attr.as_str(), "close" | "send" | "throw")
                    && !attr.as_str().starts_with("__")
                    && !attr.as_str().starts_with("cr_") =>
            {
                Some(format!("a coroutine has no attribute `{attr}`"))
            }
            ExprKind::Subscript(value, _) if value == expr => {
                Some("a coroutine cannot be indexed: this raises `TypeError`".to_owned())
            }
            ExprKind::Binary(..) | ExprKind::Unary(_) => {
                Some("a coroutine has no operators: this raises `TypeError`".to_owned())
            }
            ExprKind::Call(callee, args) => {
                let ExprKind::Name(name, scope) = facts.kind(callee) else { return None };
                let is_builtin = facts.resolve(scope, name).is_none();
                let counts =
                    matches!(name.as_str(), "len" | "int" | "float" | "abs" | "round" | "sum" | "sorted" | "iter");
                let given = facts.args(args).iter().any(|a| a.value == expr && a.kind == ArgKind::Positional);
                (is_builtin && counts && given).then(|| format!("`{name}` of a coroutine raises `TypeError`"))
            }
            _ => None,
        },
        Use::None => None,
    }
}

/// Whether a function asks what kind of thing it got, so that coroutines may be meant.
pub(crate) fn asks_for_awaitables(facts: &FileFacts, function: FunctionId) -> bool {
    facts.exprs_of(function).any(|e| {
        let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
        matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if matches!(
            n.as_str(),
            "iscoroutine" | "isawaitable" | "iscoroutinefunction" | "isfuture" | "isinstance" | "hasattr" | "callable" | "maybe_await" | "maybe_coroutine"
        ))
    })
}

/// Whether a function asks of anything whether it can be awaited, or of a name what kind of thing it is.
pub(crate) fn asks_what_it_got(facts: &FileFacts, function: FunctionId, name: Option<Symbol>) -> bool {
    facts.exprs_of(function).any(|e| match facts.kind(e) {
        ExprKind::Call(callee, args) => {
            matches!(facts.kind(callee), ExprKind::Name(n, _) if matches!(n.as_str(), "isinstance" | "hasattr" | "callable"))
                && facts.args(args).iter().any(|a| matches!(facts.kind(a.value), ExprKind::Name(n, _) if Some(n) == name))
        }
        ExprKind::Name(n, _) | ExprKind::Attribute(_, n) => matches!(
            n.as_str(),
            "iscoroutine" | "isawaitable" | "iscoroutinefunction" | "isfuture" | "Awaitable" | "Coroutine" | "maybe_await" | "maybe_coroutine"
        ),
        _ => false,
    })
}

/// Why a function of the program cannot do with a coroutine for a parameter: it uses it so that this raises, and never awaits it.
pub(crate) fn mistreats(program: &Program, function: FunctionRef, index: usize) -> Option<String> {
    let facts = program.facts(function.file);
    let param = facts.params_of(function.function).get(index)?;
    if matches!(param.kind, sidestep_facts::ParamKind::Star | sidestep_facts::ParamKind::StarStar)
        || asks_for_awaitables(facts, function.function)
    {
        return None;
    }
    let own = facts.function(function.function).scope;
    let mut why = None;
    for expr in facts.exprs_of(function.function) {
        let ExprKind::Name(name, scope) = facts.kind(expr) else { continue };
        if name != param.name || facts.resolve(scope, name) != Some(own) {
            continue;
        }
        if is_awaited(facts, expr) {
            return None;
        }
        if why.is_none() && program.parameter_at(function, expr).is_some() {
            why = raises_for_coroutine(program, function.file, expr);
        }
    }
    why
}

/// The parameter that an argument of a call goes to in a function of the program.
pub(crate) fn parameter_of(
    program: &Program,
    file: FileId,
    call: ExprId,
    target: Target,
    argument: ExprId,
) -> Option<(FunctionRef, usize)> {
    let (function, bound) = match target {
        Target::Function(f, receiver) => (f, receiver.is_some()),
        Target::Class(class) => (program.method(class, "__init__")?, true),
    };
    if !program.is_input(function.file) || program.function(function).is_generator {
        return None;
    }
    let ExprKind::Call(_, args) = program.facts(file).kind(call) else { return None };
    let count = program.facts(function.file).params_of(function.function).len();
    let index = (0..count as u32).find(|&i| program.argument(file, args, function, bound, i) == Some(argument))?;
    Some((function, index as usize))
}

/// Names under which data is sent: what stands in it is serialised.
const PAYLOADS: [&str; 12] = [
    "json",
    "data",
    "params",
    "payload",
    "body",
    "headers",
    "query",
    "variables",
    "content",
    "metadata",
    "context",
    "form",
];

/// Why a coroutine as a value of a dict is lost: plain values stand beside it, or the dict is sent somewhere.
pub(crate) fn lost_in_dict(facts: &FileFacts, dict: ExprId, coroutine: ExprId) -> Option<String> {
    let ExprKind::Dict(list) = facts.kind(dict) else { return None };
    let all: Vec<ExprId> = facts.expr_list(list).collect();
    let key = all.chunks(2).find(|pair| pair[1] == coroutine).map(|pair| pair[0])?;
    if is_merged(facts, dict) {
        return Some("the dict that is updated holds the coroutine, not its result".to_owned());
    }
    if !matches!(facts.kind(key), ExprKind::Str(_)) {
        return None;
    }
    let plain = all.chunks(2).any(|pair| {
        matches!(
            facts.kind(pair[1]),
            ExprKind::Str(_)
                | ExprKind::FString(_)
                | ExprKind::Int(_)
                | ExprKind::Float(_)
                | ExprKind::True
                | ExprKind::False
        )
    });
    (plain || is_sent(facts, dict) || is_answer(facts, dict, &all, coroutine))
        .then(|| "the dict holds the coroutine, not its result".to_owned())
}

/// Whether a dict is merged into another, in async code, whose name does not say that it is one of things to await.
fn is_merged(facts: &FileFacts, dict: ExprId) -> bool {
    let Use::Expr(call) = use_of(facts, dict) else { return false };
    let ExprKind::Call(callee, args) = facts.kind(call) else { return false };
    let ExprKind::Attribute(into, method) = facts.kind(callee) else { return false };
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(into) else { return false };
    method == "update"
        && facts.args(args).len() == 1
        && facts.function(facts.function_of(dict)).is_async
        && !says_awaitable(name)
}

/// Whether a dict is what an async function returns, and the coroutine in it one piece of data among others. A dict of nothing but
/// calls may be one of coroutines to gather, and who awaits `job["coroutine"]` knows what it is.
fn is_answer(facts: &FileFacts, dict: ExprId, pairs: &[ExprId], coroutine: ExprId) -> bool {
    let returned =
        matches!(use_of(facts, dict), Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::Return(_)));
    let is_async = facts.function(facts.function_of(dict)).is_async;
    let others = pairs.chunks(2).filter(|pair| pair[1] != coroutine);
    let mut data = others.map(|pair| !matches!(facts.kind(pair[1]), ExprKind::Call(..)));
    let keyed = pairs.chunks(2).find(|pair| pair[1] == coroutine).map(|pair| facts.kind(pair[0]));
    let Some(ExprKind::Str(key)) = keyed else { return false };
    let awaited = facts.exprs.iter().any(|e| match e.kind {
        ExprKind::Subscript(_, index) => facts.kind(index) == ExprKind::Str(key),
        _ => false,
    });
    returned
        && is_async
        && !says_awaitable(key)
        && !awaited
        && (pairs.len() == 2 || data.any(|is_data| is_data))
        && !is_handed_on(facts, facts.function_of(dict))
}

/// Whether a file names a function other than to call it: what it answers is for whoever is given it, and may be awaited there.
/// Web frameworks, which are given endpoints, send it.
fn is_handed_on(facts: &FileFacts, function: FunctionId) -> bool {
    let own = facts.function(function).name;
    let is_taken = |call: ExprId, given: ExprId| {
        let ExprKind::Call(callee, args) = facts.kind(call) else { return true };
        let named = |arg: &sidestep_facts::Arg| {
            arg.value == given && matches!(arg.kind, ArgKind::Keyword(name) if name == "endpoint")
        };
        let adds_route = matches!(facts.kind(callee), ExprKind::Name(name, _) | ExprKind::Attribute(_, name)
            if has_word(name.as_str(), &["route"]));
        callee != given && !adds_route && !facts.args(args).iter().any(named)
    };
    (0..facts.exprs.len() as u32).map(ExprId).any(|e| {
        matches!(facts.kind(e), ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if name == own)
            && match use_of(facts, e) {
                Use::Expr(call) => is_taken(call, e),
                Use::Stmt(_) | Use::None => true,
            }
    })
}

/// Whether a name says that what it stands for is still to be awaited.
pub(crate) fn says_awaitable(name: Symbol) -> bool {
    const WORDS: [&str; 12] = [
        "coro",
        "coroutine",
        "coroutines",
        "coros",
        "task",
        "tasks",
        "future",
        "fut",
        "awaitable",
        "aw",
        "job",
        "promise",
    ];
    name.as_str().to_ascii_lowercase().split('_').any(|word| WORDS.contains(&word))
}

/// Whether a dict is an argument that says it is data, directly or through a local name that is used for nothing else.
fn is_sent(facts: &FileFacts, dict: ExprId) -> bool {
    let as_payload = |expr: ExprId| {
        let Use::Expr(call) = use_of(facts, expr) else { return false };
        let ExprKind::Call(_, args) = facts.kind(call) else { return false };
        facts
            .args(args)
            .iter()
            .any(|a| a.value == expr && matches!(a.kind, ArgKind::Keyword(name) if PAYLOADS.contains(&name.as_str())))
    };
    if as_payload(dict) {
        return true;
    }
    let Use::Stmt(stmt) = use_of(facts, dict) else { return false };
    let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return false };
    let mut targets = facts.expr_list(targets);
    let (Some(target), None) = (targets.next(), targets.next()) else { return false };
    let ExprKind::Name(name, _) = facts.kind(target) else { return false };
    let function = facts.function_of(dict);
    let reads: Vec<ExprId> = facts
        .exprs_of(function)
        .filter(|&e| e != target && matches!(facts.kind(e), ExprKind::Name(n, _) if n == name))
        .collect();
    !reads.is_empty() && reads.into_iter().all(as_payload)
}

/// Why a coroutine in a comprehension is lost: it is the condition, or what `any`, `all` and `sum` look at.
pub(crate) fn lost_in_comprehension(facts: &FileFacts, comprehension: ExprId, coroutine: ExprId) -> Option<String> {
    let ExprKind::Comprehension(index) = facts.kind(comprehension) else { return None };
    let comp = &facts.comprehensions[index as usize];
    if comp.clauses.iter().any(|c| facts.expr_list(c.ifs).any(|test| test == coroutine)) {
        return Some("its truth is tested, and a coroutine is always true".to_owned());
    }
    if comp.element != coroutine {
        return None;
    }
    let Use::Expr(call) = use_of(facts, comprehension) else { return None };
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Name(name, scope) = facts.kind(callee) else { return None };
    match name.as_str() {
        _ if facts.resolve(scope, name).is_some() => None,
        "any" | "all" => Some("its truth is tested, and a coroutine is always true".to_owned()),
        "sum" | "max" | "min" => Some(format!("`{name}` of coroutines raises `TypeError`")),
        _ => None,
    }
}

/// The call whose coroutine an element of a local list is: `[fetch(x) for x in xs]`, `[fetch(1), fetch(2)]`.
pub(crate) fn element_made_at(facts: &FileFacts, iter: ExprId) -> Option<ExprId> {
    let made = match facts.kind(iter) {
        ExprKind::Name(name, scope) => {
            let home = facts.resolve(scope, name)?;
            let [only] = facts.bindings_in(home, name) else { return None };
            let BindingKind::Assign(value) = only.kind else { return None };
            value
        }
        _ => iter,
    };
    let element = match facts.kind(made) {
        ExprKind::Comprehension(index) => facts.comprehensions[index as usize].element,
        ExprKind::List(list) | ExprKind::Tuple(list) => facts.expr_list(list).next()?,
        _ => return None,
    };
    (matches!(facts.kind(element), ExprKind::Call(..)) && facts.function_of(made) == facts.function_of(iter))
        .then_some(element)
}

/// The call whose coroutine an element of a local list is that is filled by `append` alone, and only iterated after.
pub(crate) fn appended_at(facts: &FileFacts, function: FunctionId, iter: ExprId) -> Option<ExprId> {
    let ExprKind::Name(name, scope) = facts.kind(iter) else { return None };
    let own = facts.function(function).scope;
    if facts.resolve(scope, name) != Some(own) {
        return None;
    }
    let [only] = facts.bindings_in(own, name) else { return None };
    if !matches!(only.kind, BindingKind::Assign(list)
        if matches!(facts.kind(list), ExprKind::List(elements) if facts.expr_list(elements).len() == 0))
    {
        return None;
    }
    let mut made = None;
    for read in facts.exprs_of(function) {
        if !matches!(facts.kind(read), ExprKind::Name(n, _) if n == name) || super::is_written(facts, read) {
            continue;
        }
        match use_of(facts, read) {
            Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::For(_)) => {}
            Use::Expr(parent) => match facts.kind(parent) {
                ExprKind::Comprehension(_) => {}
                ExprKind::Attribute(_, method) if method == "append" => {
                    let Use::Expr(call) = use_of(facts, parent) else { return None };
                    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
                    let given = facts.positional(args, 0)?;
                    if made.is_some() || !matches!(facts.kind(given), ExprKind::Call(..)) {
                        return None;
                    }
                    made = Some(given);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    made
}

/// Why a coroutine that an attribute keeps is lost: every read of the attribute in the class takes it for the result.
pub(crate) fn lost_in_attribute(program: &Program, class: ClassRef, target: ExprId) -> Option<String> {
    let facts = program.facts(class.file);
    let ExprKind::Attribute(receiver, attr) = facts.kind(target) else { return None };
    let receiver = facts.dotted(receiver)?;
    if program.self_writes(class, attr).len() != 1 {
        return None;
    }
    let mut why = None;
    for (index, expr) in facts.exprs.iter().enumerate() {
        let id = ExprId(index as u32);
        let ExprKind::Attribute(value, name) = expr.kind else { continue };
        if name != attr || id == target {
            continue;
        }
        // Read through another name, it may be awaited by whoever does.
        if facts.dotted(value).as_deref() != Some(&receiver) {
            return None;
        }
        match raises_for_coroutine(program, class.file, id) {
            Some(reason) => why = Some(reason),
            None => return None,
        }
    }
    why
}

/// What a call is known by, where nothing says what it runs: who the receiver is, and the names behind it.
#[derive(PartialEq, Eq, Hash, Clone, Debug)]
pub(crate) struct Known {
    whose: Whose,
    pub(crate) path: String,
}

#[derive(PartialEq, Eq, Hash, Clone, Debug)]
pub(crate) enum Whose {
    /// An attribute of the same class.
    Class(ClassRef),
    /// A name of the module: imported, or a global.
    Module(FileId),
    /// A local name of one function.
    Local(FileId, ScopeId),
    /// A parameter or name that is declared so.
    Declared(FileId, String),
}

pub(crate) fn known_by(program: &Program, file: FileId, call: ExprId) -> Option<Known> {
    let facts = program.facts(file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let path = facts.dotted(callee)?;
    let mut root = callee;
    while let ExprKind::Attribute(value, _) = facts.kind(root) {
        root = value;
    }
    let ExprKind::Name(name, scope) = facts.kind(root) else { return None };
    let home = facts.resolve(scope, name)?;
    if home == ScopeId::MODULE {
        return Some(Known { whose: Whose::Module(file), path });
    }
    let ScopeKind::Function(owner) = facts.scope(home).kind else { return None };
    let params = facts.params_of(owner);
    let position = params.iter().position(|p| p.name == name);
    if position == Some(0)
        && let Some(class) = program.class_of(FunctionRef { file, function: owner })
        && root != callee
    {
        return Some(Known { whose: Whose::Class(class), path });
    }
    if let Some(annotation) = position.and_then(|p| params[p].annotation)
        && let Some(declared) = facts.dotted(annotation)
        && let Some(rest) = path.strip_prefix(name.as_str())
        && !rest.is_empty()
    {
        return Some(Known { whose: Whose::Declared(file, declared), path: rest.to_owned() });
    }
    Some(Known { whose: Whose::Local(file, home), path })
}

/// Why a coroutine in a local name is lost where nothing is known of the functions that it is given to: the function gives it away as
/// one argument of several, and never otherwise, to what is not called as something is that runs coroutines.
pub(crate) fn given_as_data(program: &Program, file: FileId, expr: ExprId) -> Option<String> {
    let facts = program.facts(file);
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
    let function = facts.function_of(expr);
    let home = facts.resolve(scope, name)?;
    if !facts.function(function).is_async || home != facts.function(function).scope || says_awaitable(name) {
        return None;
    }
    let mut to = None;
    for (index, read) in facts.exprs.iter().enumerate() {
        let (id, ExprKind::Name(n, at)) = (ExprId(index as u32), read.kind) else { continue };
        if n != name || facts.resolve(at, name) != Some(home) || is_written(facts, id) {
            continue;
        }
        let taker = takes_data(program, file, id).filter(|_| facts.function_of(id) == function)?;
        to = to.or(Some(taker));
    }
    Some(format!("`{}` gets the coroutine, and nothing here awaits it", to?))
}

/// The function of which nothing is known that an expression is one argument of several of, unless its name says that it runs things.
fn takes_data(program: &Program, file: FileId, argument: ExprId) -> Option<Symbol> {
    const RUNS: [&str; 24] = [
        "run", "exec", "await", "async", "sync", "gather", "wait", "shield", "time", "limit", "retr", "sched", "spawn",
        "coro", "track", "monitor", "call", "invoke", "wrap", "start", "with", "append", "add", "put",
    ];
    let facts = program.facts(file);
    let Use::Expr(call) = use_of(facts, argument) else { return None };
    let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
    let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(callee) else { return None };
    let args = facts.args(args);
    let given = args.len() > 1 && args.iter().any(|a| a.value == argument && a.kind != ArgKind::Star);
    let lower = name.as_str().to_ascii_lowercase();
    let runs = starts_work(name) || RUNS.iter().any(|word| lower.contains(word));
    (given && !runs && program.callees(file, call).targets.is_empty()).then_some(name)
}

/// Functions that start the work themselves, so that awaiting what they give is optional.
pub(crate) fn starts_work(name: Symbol) -> bool {
    const STEMS: [&str; 12] = [
        "task",
        "executor",
        "future",
        "spawn",
        "schedul",
        "submit",
        "thread",
        "background",
        "dispatch",
        "emit",
        "trigger",
        "publish",
    ];
    let name = name.as_str();
    has_stem(name, &STEMS)
        || has_word(name, &["defer", "deferred", "fire", "call"])
        || name.contains("start_soon")
        || name == "release"
}

#[derive(Default)]
struct Uses {
    awaited: Vec<ExprId>,
    dropped: Vec<ExprId>,
}

/// SS101 where nothing is known of the callee but that the program awaits the same call elsewhere.
pub(crate) fn awaited_elsewhere(reporter: &mut Reporter, file: FileId) {
    let program = reporter.program;
    let facts = program.facts(file);
    let mut uses: FxHashMap<Known, Uses> = FxHashMap::default();
    let mut order: Vec<Known> = Vec::new();
    // The calls whose result is awaited, and those whose is dropped; of these names, both are there.
    let mut calls: Vec<(ExprId, Symbol, bool)> = Vec::new();
    let mut names: FxHashMap<Symbol, (bool, bool)> = FxHashMap::default();
    for (index, expr) in facts.exprs.iter().enumerate() {
        let call = ExprId(index as u32);
        let ExprKind::Call(callee, _) = expr.kind else { continue };
        let (awaited, dropped) = (is_awaited(facts, call), is_statement(facts, call));
        if !awaited && !dropped {
            continue;
        }
        let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = facts.kind(callee) else { continue };
        calls.push((call, name, awaited));
        let (some_awaited, some_dropped) = names.entry(name).or_default();
        *some_awaited |= awaited;
        *some_dropped |= dropped;
    }
    names.retain(|&name, uses| *uses == (true, true) && !starts_work(name));
    for (call, name, awaited) in calls {
        if !names.contains_key(&name) {
            continue;
        }
        let Some(known) = known_by(program, file, call) else { continue };
        let entry = uses.entry(known.clone()).or_insert_with(|| {
            order.push(known);
            Uses::default()
        });
        if awaited {
            entry.awaited.push(call);
        } else {
            entry.dropped.push(call);
        }
    }
    for known in order {
        let Uses { awaited, dropped } = &uses[&known];
        // Dropped as often as awaited, it is one of two ways to use it.
        if awaited.is_empty() || dropped.len() != 1 && dropped.len() * 2 > awaited.len() {
            continue;
        }
        for &call in dropped {
            let function = facts.function_of(call);
            let is_known =
                program.value(file, call) != ValueId::UNKNOWN || !program.callees(file, call).targets.is_empty();
            if !facts.function(function).is_async || is_known || asks_for_awaitables(facts, function) {
                continue;
            }
            let elsewhere = awaited.iter().copied().find(|&a| !are_alternatives(facts, a, call));
            let Some(elsewhere) = elsewhere else { continue };
            if awaited.iter().any(|&a| are_alternatives(facts, a, call)) {
                continue;
            }
            let ExprKind::Call(callee, _) = facts.kind(call) else { continue };
            let name = facts.dotted(callee).unwrap_or_default();
            reporter
                .report(
                    &SS101,
                    file,
                    call,
                    format!("`{name}` is awaited elsewhere: this call makes a coroutine and drops it, and its body never runs"),
                )
                .help("await it")
                .label(facts.range(elsewhere), "awaited here")
                .confidence(Confidence::Likely);
        }
    }
}

/// Whether two places are in different branches of one statement: a test chooses between awaiting and not.
pub(crate) fn are_alternatives(facts: &FileFacts, one: ExprId, other: ExprId) -> bool {
    let (Some(a), Some(b)) = (facts.stmt_of(one), facts.stmt_of(other)) else { return false };
    let around: Vec<_> = facts.enclosing(a).collect();
    facts.enclosing(b).any(|outer| {
        around.contains(&outer)
            && match facts.stmt(outer).kind {
                StmtKind::If { body, orelse, .. } => {
                    let inside = |block, at: ExprId| {
                        facts.block(block).any(|s| facts.stmt(s).range().contains_range(facts.range(at)))
                    };
                    inside(body, one) && inside(orelse, other) || inside(orelse, one) && inside(body, other)
                }
                StmtKind::Try(_) => true,
                _ => false,
            }
    })
}
