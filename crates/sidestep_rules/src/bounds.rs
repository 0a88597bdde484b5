//! What starts many things at once, how many, and what bounds how many run: semaphores, limiters, pools, slices, workers.

use crate::around::*;
use crate::limits::Limits;
use crate::p09_timeouts::constant;
use crate::support::{has_stem, has_word};
use rustc_hash::FxHashSet;
use sidestep_facts::{
    ArgKind, BindingKind, ExprId, ExprKind, FileFacts, FunctionId, ParamKind, Parent, Ranged as _, StmtKind,
};
use sidestep_program::{ClassRef, Effect, ExprRef, FileId, FunctionRef, Literal, Origin, Program, Target, Value};

/// One task per item of a collection.
#[derive(Clone, Debug)]
pub(crate) struct FanOut {
    /// Where a finding about it stands.
    pub at: ExprId,
    /// The call that makes each task's work: `fetch(url)`; for `start_soon(fetch, …)` the call of `start_soon`.
    pub work: Work,
    /// The loop that makes one per item.
    pub turns: Loop,
}

/// What each task does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Work {
    /// A call whose coroutine runs.
    Call(ExprId),
    /// A function handed over, which is called with each item.
    Function(ExprId),
}

/// How many items a collection has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Size {
    /// A handful, by the source.
    Small,
    /// So many, at least 100.
    Large(f64),
    /// It depends on what callers or others deliver.
    Unknown,
    /// It depends on what this program has registered or was configured with.
    Own,
}

/// From this number on, a constant is large.
const LARGE: f64 = 100.0;

/// The fan-outs of a function.
pub(crate) fn fan_outs(program: &Program, file: FileId, function: FunctionId) -> Vec<FanOut> {
    let facts = program.facts(file);
    let mut found: Vec<FanOut> = Vec::new();
    for expr in facts.exprs_of(function) {
        let ExprKind::Call(_, args) = facts.kind(expr) else { continue };
        if facts.args(args).is_empty() {
            continue;
        }
        if is_gather(program, file, expr) {
            for arg in facts.args(args) {
                if matches!(arg.kind, ArgKind::Keyword(_) | ArgKind::StarStar) {
                    continue;
                }
                gathered(program, file, function, expr, arg.value, &mut found, 0);
            }
        } else if spawns(program, file, expr) {
            let Some(first) = facts.args(args).first().map(|a| a.value) else { continue };
            // Awaited where it is made: one at a time.
            if awaited(facts, expr) && last_name(facts, expr).is_none_or(|n| n != "start") {
                continue;
            }
            // `await token.link(ensure_future(work()))`, by what gives back the one task it was given.
            if is_alone_in_awaited(facts, expr) {
                continue;
            }
            let work = match facts.kind(first) {
                ExprKind::Call(..) => Work::Call(first),
                _ => match only_call(facts, first) {
                    Some(call) => Work::Call(call),
                    None => Work::Function(first),
                },
            };
            let Some(&turns) = loops(facts, expr).iter().find(|l| !matches!(l, Loop::While(_))) else { continue };
            // A loop that never ends starts one task per event.
            if matches!(loops(facts, expr).first(), Some(Loop::While(_))) || is_of_events(facts, turns) {
                continue;
            }
            let at = match turns {
                Loop::Clause(comp, ..) => gather_around(program, file, comp).unwrap_or(expr),
                _ => expr,
            };
            push(&mut found, FanOut { at, work, turns });
        }
    }
    found.sort_by_key(|f| f.at);
    found
}

/// Whether a loop takes what comes as it comes, from a queue or a connection: an `async for` over anything but data.
fn is_of_events(facts: &FileFacts, turns: Loop) -> bool {
    turns.is_async(facts) && !turns.iter(facts).is_some_and(|iter| holds_data(facts, iter, 0))
}

/// One finding per fan-out, whichever way it was met first.
fn push(found: &mut Vec<FanOut>, new: FanOut) {
    if !found.iter().any(|f| f.at == new.at || f.work == new.work || f.turns == new.turns) {
        found.push(new);
    }
}

/// The gather that a comprehension stands in.
fn gather_around(program: &Program, file: FileId, comp: ExprId) -> Option<ExprId> {
    let facts = program.facts(file);
    facts.ancestors(comp).find(|&a| matches!(facts.kind(a), ExprKind::Call(..)) && is_gather(program, file, a))
}

/// The fan-outs behind one argument of `gather`.
fn gathered(
    program: &Program,
    file: FileId,
    function: FunctionId,
    gather: ExprId,
    arg: ExprId,
    found: &mut Vec<FanOut>,
    depth: u32,
) {
    let facts = program.facts(file);
    if depth > 4 {
        return;
    }
    match facts.kind(arg) {
        ExprKind::Starred(inner) => gathered(program, file, function, gather, inner, found, depth + 1),
        ExprKind::Comprehension(index) => {
            let comp = &facts.comprehensions[index as usize];
            let Some(clause) = comp.clauses.len().checked_sub(1) else { return };
            let at = if facts.ancestors(arg).any(|a| a == gather) { gather } else { arg };
            let Some(work) = work_of(program, file, comp.element) else { return };
            push(found, FanOut { at, work, turns: Loop::Clause(arg, index, clause) });
        }
        ExprKind::Call(callee, args) => {
            let name = last_name(facts, arg);
            match name.map(|n| n.as_str()) {
                Some("map") if matches!(facts.kind(callee), ExprKind::Name(..)) => {
                    // `map(f, xs)`: the loop is the call itself.
                    let (Some(f), Some(_)) = (facts.positional(args, 0), facts.positional(args, 1)) else { return };
                    let turns = Loop::Clause(arg, u32::MAX, 0);
                    push(found, FanOut { at: gather, work: Work::Function(f), turns });
                }
                Some("list" | "tuple" | "set" | "values" | "keys") => {
                    let inner = facts.positional(args, 0).or(match facts.kind(callee) {
                        ExprKind::Attribute(base, _) => Some(base),
                        _ => None,
                    });
                    if let Some(inner) = inner {
                        gathered(program, file, function, gather, inner, found, depth + 1);
                    }
                }
                _ => {}
            }
        }
        ExprKind::Name(name, scope) => {
            let Some(home) = facts.resolve(scope, name) else { return };
            if facts.scope(home).function != function {
                return;
            }
            for binding in facts.bindings_in(home, name) {
                if let BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) = binding.kind
                    && (!matches!(facts.kind(value), ExprKind::List(_) | ExprKind::Call(..))
                        || only_value(facts, arg).is_some())
                {
                    gathered(program, file, function, gather, value, found, depth + 1);
                }
            }
            // Filled in a loop: `tasks.append(fetch(url))`.
            for e in facts.exprs_of(function) {
                let ExprKind::Call(callee, args) = facts.kind(e) else { continue };
                let ExprKind::Attribute(base, attr) = facts.kind(callee) else { continue };
                if !matches!(attr.as_str(), "append" | "add")
                    || !matches!(facts.kind(base), ExprKind::Name(n, _) if n == name)
                {
                    continue;
                }
                let Some(work) = facts.positional(args, 0).and_then(|a| work_of(program, file, a)) else { continue };
                // The list is made anew on each turn of an outer loop: only the loops inside that one count.
                let outer: Vec<Loop> = facts
                    .bindings_in(home, name)
                    .iter()
                    .filter_map(|b| match b.kind {
                        BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) => facts.stmt_of(v),
                        _ => None,
                    })
                    .flat_map(|s| loops_of(facts, s))
                    .collect();
                let Some(turns) = loops(facts, e).into_iter().find(|l| !outer.contains(l)) else { continue };
                // An `async for` whose tasks are gathered after it has an end.
                if matches!(turns, Loop::While(_)) {
                    continue;
                }
                let at = match work {
                    Work::Call(call) | Work::Function(call) => match facts.expr(call).parent() {
                        Parent::Expr(parent) if parent != e => parent,
                        _ => call,
                    },
                };
                push(found, FanOut { at, work, turns });
            }
        }
        _ => {}
    }
}

/// The coroutine call behind the element of a comprehension, through `create_task(…)`.
fn work_of(program: &Program, file: FileId, element: ExprId) -> Option<Work> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(element) else { return only_call(facts, element).map(Work::Call) };
    if spawns(program, file, element) {
        let first = facts.args(args).first()?.value;
        return match facts.kind(first) {
            ExprKind::Call(..) => Some(Work::Call(first)),
            _ => only_call(facts, first).map(Work::Call).or(Some(Work::Function(first))),
        };
    }
    Some(Work::Call(element))
}

/// The call that a name was bound to last, before it is read.
fn only_call(facts: &FileFacts, expr: ExprId) -> Option<ExprId> {
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return None };
    let home = facts.resolve(scope, name)?;
    let at = facts.range(expr).start();
    let last = facts.bindings_in(home, name).iter().rev().find(|b| b.at < at)?;
    match last.kind {
        BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => {
            (matches!(facts.kind(value), ExprKind::Call(..)) && facts.function_of(value) == facts.function_of(expr))
                .then_some(value)
        }
        _ => None,
    }
}

/// Whether a call waits for, or runs, all the awaitables it is given at once.
fn is_gather(program: &Program, file: FileId, call: ExprId) -> bool {
    functions_called(program, file, call).into_iter().any(|f| {
        program.mark(f, "gathers").is_some()
            || program.mark(f, "yields_tasks").is_some()
            || program.origin(f.file) == Origin::Stub
                && matches!(program.function(f).name.as_str(), "as_completed" | "wait" | "tqdm_gather")
                && program.module_name(f.file).as_str().starts_with("asyncio")
            || program.is_input(f.file) && forwards_to_gather(program, f)
    })
}

/// A helper that does no more than gather its `*args`, or a list that it is given, without a bound of its own.
fn forwards_to_gather(program: &Program, function: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let params = facts.params_of(function.function);
    let is_whole = |e: ExprId| matches!(facts.kind(e), ExprKind::Name(n, _) if params.iter().any(|p| p.name == n));
    facts.exprs_of(function.function).any(|expr| {
        let ExprKind::Call(_, args) = facts.kind(expr) else { return false };
        facts.args(args).iter().any(|a| a.kind == ArgKind::Star && is_whole(a.value))
            && functions_called(program, function.file, expr).into_iter().any(|f| program.mark(f, "gathers").is_some())
    })
}

/// Whether a call is the only argument of one that is awaited.
fn is_alone_in_awaited(facts: &FileFacts, expr: ExprId) -> bool {
    let Parent::Expr(outer) = facts.expr(expr).parent() else { return false };
    matches!(facts.kind(outer), ExprKind::Call(_, args) if facts.args(args).len() == 1 && facts.args(args)[0].value == expr)
        && awaited(facts, outer)
        && !last_name(facts, outer).is_some_and(|n| matches!(n.as_str(), "put" | "send" | "append" | "add"))
}

/// Whether a call makes a task.
pub(crate) fn spawns(program: &Program, file: FileId, call: ExprId) -> bool {
    let facts = program.facts(file);
    let callees = functions_called(program, file, call);
    if callees.iter().any(|&f| program.mark(f, "spawns").is_some()) {
        return true;
    }
    let Some(name) = last_name(facts, call) else { return false };
    callees.iter().any(|&f| {
        program.origin(f.file) == Origin::Stub
            && matches!(program.function(f).name.as_str(), "start_soon" | "create_task" | "ensure_future")
            && (name == "start_soon" || name == "create_task" || name == "ensure_future")
    })
}

/// How many items the loop of a fan-out has.
pub(crate) fn size(program: &Program, file: FileId, fan: &FanOut) -> Size {
    let facts = program.facts(file);
    let (iter, rest) = match fan.turns {
        Loop::Clause(call, u32::MAX, _) => match facts.kind(call) {
            ExprKind::Call(_, args) => (facts.positional(args, 1), Vec::new()),
            _ => (None, Vec::new()),
        },
        Loop::Clause(_, comp, clause) => {
            let clauses = &facts.comprehensions[comp as usize].clauses;
            (Some(clauses[clause].iter), clauses[..clause].iter().map(|c| c.iter).collect())
        }
        Loop::For(..) => (fan.turns.iter(facts), Vec::new()),
        Loop::While(_) => (None, Vec::new()),
    };
    let Some(iter) = iter else { return Size::Unknown };
    let mut worst = size_of(program, file, iter, 0);
    for other in rest {
        let other = size_of(program, file, other, 0);
        worst = match (worst, other) {
            (Size::Unknown, _) | (_, Size::Unknown) => Size::Unknown,
            (Size::Large(n), _) | (_, Size::Large(n)) => Size::Large(n),
            (Size::Own, _) | (_, Size::Own) => Size::Own,
            _ => Size::Small,
        };
    }
    // A pool of workers: the turn's number means nothing to the work.
    if let Some(target) = fan.turns.target(facts)
        && matches!(facts.kind(iter), ExprKind::Call(..))
        && last_name(facts, iter).is_some_and(|n| n == "range")
        && !matches!(worst, Size::Large(_))
        && let Work::Call(work) = fan.work
    {
        let function = facts.function_of(iter);
        let names = target_names(facts, function, target);
        if reads(facts, function, work).is_disjoint(&names) {
            return Size::Small;
        }
    }
    worst
}

/// Whether the items of a fan-out are data, of which there may be any number: rows of a query, pieces of something that is large
/// enough to be cut up, or what is called what data is called. What else is gathered over is mostly a handful: the services,
/// peers, tools or attachments at hand.
pub(crate) fn is_data(program: &Program, file: FileId, fan: &FanOut) -> bool {
    let facts = program.facts(file);
    let iter = match fan.turns {
        Loop::Clause(call, u32::MAX, _) => match facts.kind(call) {
            ExprKind::Call(_, args) => facts.positional(args, 1),
            _ => None,
        },
        Loop::Clause(_, comp, clause) => {
            let clauses = &facts.comprehensions[comp as usize].clauses;
            return clauses[..=clause].iter().any(|c| holds_data(facts, c.iter, 0));
        }
        turns => turns.iter(facts),
    };
    iter.is_some_and(|iter| holds_data(facts, iter, 0))
}

/// Whether a fan-out asks things of the program that are named as the parts of a graph are: `node.ping() for node in nodes`. There are a
/// handful of these devices or peers.
pub(crate) fn asks_things(facts: &FileFacts, fan: &FanOut) -> bool {
    let Work::Call(call) = fan.work else { return false };
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let (ExprKind::Attribute(receiver, _), Some(target)) = (facts.kind(callee), fan.turns.target(facts)) else {
        return false;
    };
    let ExprKind::Name(item, _) = facts.kind(receiver) else { return false };
    let is_part = |word: &str| matches!(word, "edge" | "entity" | "node");
    item.as_str().split('_').any(is_part)
        && target_names(facts, facts.function_of(call), target).contains(item.as_str())
}

fn holds_data(facts: &FileFacts, expr: ExprId, depth: u32) -> bool {
    if depth > 8 {
        return false;
    }
    let next = |e: ExprId| holds_data(facts, e, depth + 1);
    match facts.kind(expr) {
        ExprKind::Name(name, scope) => {
            let Some(home) = facts.resolve(scope, name) else { return false };
            says_data(name.as_str())
                || facts.bindings_in(home, name).iter().any(|binding| match binding.kind {
                    BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => next(value),
                    _ => false,
                })
        }
        ExprKind::Attribute(_, name) => says_data(name.as_str()),
        ExprKind::Await(inner) | ExprKind::Starred(inner) | ExprKind::Named(_, inner) => next(inner),
        ExprKind::Subscript(base, index) if matches!(facts.kind(index), ExprKind::Slice(_)) => next(base),
        ExprKind::Comprehension(index) => {
            facts.comprehensions[index as usize].clauses.iter().any(|clause| next(clause.iter))
        }
        ExprKind::Call(callee, args) => match last_name(facts, expr).map_or("", |n| n.as_str()) {
            "all" | "fetchall" | "scalars" | "to_list" => matches!(facts.kind(callee), ExprKind::Attribute(..)),
            "items" | "values" | "keys" | "copy" => match facts.kind(callee) {
                ExprKind::Attribute(base, _) => next(base),
                _ => false,
            },
            name => QUERIES.iter().any(|q| name.starts_with(q)) || facts.args(args).iter().any(|a| next(a.value)),
        },
        _ => false,
    }
}

/// How functions are called that give whatever there is.
const QUERIES: &[&str] = &["list_", "fetch", "find_", "query", "scan", "select_"];

/// Whether a name is one of data: `urls`, `test_cases`, `self.records`, `ids`, `order_ids`; what `device_ids` and
/// `broadcast_addresses` name is a handful.
fn says_data(name: &str) -> bool {
    let words: Vec<String> = name.split('_').map(str::to_ascii_lowercase).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| match word.as_str() {
        "ids" | "addresses" => at == 0 || DATA.contains(&format!("{}s", words[at - 1]).as_str()),
        word => DATA.contains(&word),
    })
}

/// What data is called, in the plural.
const DATA: &[&str] = &[
    "addresses",
    "articles",
    "batches",
    "cases",
    "chunks",
    "claims",
    "clusters",
    "comments",
    "communities",
    "contexts",
    "customers",
    "dataset",
    "docs",
    "documents",
    "edges",
    "emails",
    "embeddings",
    "entities",
    "entries",
    "episodes",
    "essays",
    "events",
    "examples",
    "facts",
    "findings",
    "goldens",
    "hosts",
    "images",
    "inputs",
    "items",
    "jobs",
    "lines",
    "links",
    "nodes",
    "orders",
    "pages",
    "papers",
    "passages",
    "paths",
    "posts",
    "products",
    "prompts",
    "queries",
    "questions",
    "recipients",
    "records",
    "relationships",
    "reviews",
    "rows",
    "samples",
    "segments",
    "sentences",
    "skus",
    "statements",
    "subscribers",
    "symbols",
    "tenants",
    "texts",
    "tickers",
    "tickets",
    "topics",
    "transcripts",
    "triplets",
    "turns",
    "tweets",
    "urls",
    "users",
    "words",
];

/// Words in names of slices of a larger whole.
const SLICES: &[&str] = &["batch", "chunk", "slice", "window", "block", "page", "bucket", "wave", "shard"];

fn named_like_slice(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SLICES.iter().any(|s| name.trim_end_matches('_').split('_').any(|w| w == *s || w.strip_prefix("mini") == Some(*s)))
}

fn size_of(program: &Program, file: FileId, expr: ExprId, depth: u32) -> Size {
    let facts = program.facts(file);
    if depth > 8 {
        return Size::Own;
    }
    match facts.kind(expr) {
        ExprKind::List(list) | ExprKind::Tuple(list) | ExprKind::Set(list) => {
            if facts.expr_list(list).any(|e| matches!(facts.kind(e), ExprKind::Starred(_))) {
                return Size::Own;
            }
            count(facts.expr_list(list).len() as f64)
        }
        ExprKind::Dict(list) => count(facts.expr_list(list).len() as f64 / 2.0),
        ExprKind::Str(_) => Size::Small,
        ExprKind::Subscript(_, index) => match facts.kind(index) {
            // `xs[:10]`, `xs[i:i + 20]`; `xs[1:]` is as long as before.
            ExprKind::Slice(parts) => {
                let text = facts.range(index);
                let parts: Vec<ExprId> = facts.expr_list(parts).collect();
                let bounded = match parts.len() {
                    0 => false,
                    1 => facts.range(parts[0]).start() > text.start(),
                    _ => true,
                };
                if bounded { Size::Small } else { Size::Unknown }
            }
            _ => Size::Own,
        },
        ExprKind::Name(name, scope) => {
            if named_like_slice(name.as_str()) {
                return Size::Small;
            }
            let value = program.value(file, expr);
            if let Value::Tuple(items) = program.get(value) {
                return count(items.len() as f64);
            }
            if let Value::Class(_) = program.get(value) {
                return Size::Small;
            }
            let Some(home) = facts.resolve(scope, name) else { return Size::Own };
            let bindings = facts.bindings_in(home, name);
            let mut worst = Size::Small;
            for binding in bindings {
                let own = match binding.kind {
                    BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value)) => match facts.kind(value) {
                        // Begun empty and filled elsewhere: nothing is known of how full.
                        ExprKind::List(list) if facts.expr_list(list).len() == 0 => Size::Own,
                        ExprKind::Set(list) | ExprKind::Dict(list) if facts.expr_list(list).len() == 0 => Size::Own,
                        _ => size_of(program, file, value, depth + 1),
                    },
                    BindingKind::Param(index) => param_size(program, file, home, index, depth),
                    BindingKind::Element(outer, ..) => {
                        if sliced(facts, outer) {
                            Size::Small
                        } else {
                            Size::Own
                        }
                    }
                    BindingKind::ImportFrom(..) => Size::Own,
                    _ => Size::Own,
                };
                worst = match (worst, own) {
                    (Size::Unknown, _) | (_, Size::Unknown) => Size::Unknown,
                    (Size::Large(n), _) | (_, Size::Large(n)) => Size::Large(n),
                    (Size::Own, _) | (_, Size::Own) => Size::Own,
                    _ => Size::Small,
                };
            }
            worst
        }
        ExprKind::Attribute(_, attr) if named_like_slice(attr.as_str()) => Size::Small,
        ExprKind::Attribute(..) => {
            let value = program.value(file, expr);
            match program.get(value) {
                Value::Tuple(items) => count(items.len() as f64),
                Value::Class(_) => Size::Small,
                _ => Size::Own,
            }
        }
        ExprKind::Await(inner) | ExprKind::Starred(inner) | ExprKind::Named(_, inner) => {
            size_of(program, file, inner, depth + 1)
        }
        ExprKind::Comprehension(index) => {
            let comp = &facts.comprehensions[index as usize];
            comp.clauses.first().map_or(Size::Own, |c| size_of(program, file, c.iter, depth + 1))
        }
        ExprKind::Call(callee, args) => {
            let name = last_name(facts, expr).map_or("", |n| n.as_str());
            let bare = matches!(facts.kind(callee), ExprKind::Name(..));
            match name {
                "range" if bare => {
                    let numbers: Vec<Option<f64>> =
                        facts.args(args).iter().map(|a| constant(program, file, a.value)).collect();
                    match numbers[..] {
                        [Some(n)] => count(n),
                        [Some(a), Some(b)] => count(b - a),
                        [Some(a), Some(b), Some(s)] if s != 0.0 => count((b - a) / s),
                        _ => {
                            let measured =
                                facts.args(args).iter().any(|a| last_name(facts, a.value).is_some_and(|n| n == "len"));
                            if measured { Size::Unknown } else { Size::Own }
                        }
                    }
                }
                "enumerate" | "list" | "tuple" | "set" | "sorted" | "reversed" | "iter" | "tqdm" | "frozenset"
                | "dict"
                    if !facts.args(args).is_empty() =>
                {
                    facts.positional(args, 0).map_or(Size::Own, |a| size_of(program, file, a, depth + 1))
                }
                "zip" => {
                    let sizes: Vec<Size> =
                        facts.args(args).iter().map(|a| size_of(program, file, a.value, depth + 1)).collect();
                    if sizes.contains(&Size::Small) { Size::Small } else { sizes.first().copied().unwrap_or(Size::Own) }
                }
                "items" | "values" | "keys" | "copy" => match facts.kind(callee) {
                    ExprKind::Attribute(base, _) => size_of(program, file, base, depth + 1),
                    _ => Size::Own,
                },
                "islice" | "sample" | "batched" | "repeat" => Size::Small,
                "filter" => facts.positional(args, 1).map_or(Size::Own, |a| size_of(program, file, a, depth + 1)),
                _ => Size::Unknown,
            }
        }
        _ => Size::Own,
    }
}

/// Whether an outer iterable gives slices: `batched(xs, 20)`, `chunked(…)`, `range(0, n, step)`.
fn sliced(facts: &FileFacts, iter: ExprId) -> bool {
    match facts.kind(iter) {
        ExprKind::Call(_, args) => {
            last_name(facts, iter).is_some_and(|n| {
                let n = n.as_str().to_ascii_lowercase();
                SLICES.iter().any(|s| n.contains(s)) || n == "grouper"
            }) || facts.args(args).iter().skip(1).any(|a| facts.number(a.value).is_some())
        }
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => {
            let name = name.as_str().trim_end_matches('s');
            named_like_slice(name) || named_like_slice(name.trim_end_matches('e'))
        }
        _ => false,
    }
}

fn count(n: f64) -> Size {
    if n >= LARGE { Size::Large(n) } else { Size::Small }
}

/// How much callers pass for a parameter.
fn param_size(program: &Program, file: FileId, home: sidestep_facts::ScopeId, index: u32, depth: u32) -> Size {
    let facts = program.facts(file);
    let sidestep_facts::ScopeKind::Function(function) = facts.scope(home).kind else { return Size::Unknown };
    let at = index - facts.function(function).params.start;
    let param = facts.params_of(function)[at as usize];
    if matches!(param.kind, ParamKind::Star | ParamKind::StarStar) {
        // `*works`: what they are was decided by the callers.
        return Size::Own;
    }
    if let Some(annotation) = param.annotation
        && let ExprKind::Subscript(base, _) = facts.kind(annotation)
        && matches!(facts.kind(base), ExprKind::Name(n, _) if n == "tuple" || n == "Tuple" || n == "Literal")
    {
        return Size::Small;
    }
    let sites = program.sites_of(FunctionRef { file, function });
    if sites.is_empty() {
        return Size::Unknown;
    }
    let is_method = facts.function(function).class.is_some();
    let mut worst = Size::Small;
    for site in sites {
        let ExprKind::Call(_, args) = program.facts(site.file).kind(site.expr) else { continue };
        let caller = program.facts(site.file);
        let given = caller
            .keyword(args, param.name.as_str())
            .or_else(|| caller.positional(args, (at as usize).checked_sub(usize::from(is_method))?));
        let own = given.map_or(Size::Unknown, |g| size_of(program, site.file, g, depth + 2));
        match own {
            Size::Small => {}
            Size::Own if worst == Size::Small => worst = Size::Own,
            Size::Own => {}
            other => worst = other,
        }
    }
    // What is offered to others may be given more than the program itself gives.
    if worst == Size::Own && !facts.function(function).name.as_str().starts_with('_') {
        return Size::Unknown;
    }
    worst
}

/// The functions that a fan-out's work runs.
pub(crate) fn workers(program: &Program, file: FileId, work: Work) -> Vec<FunctionRef> {
    match work {
        Work::Call(call) => functions_called(program, file, call),
        Work::Function(expr) => {
            let value = program.value(file, expr);
            program.targets(value).functions().collect()
        }
    }
}

/// A sleep that is switched off unless somebody asks for it: `sleep(0)`, `sleep(throttle)` where `throttle` is 0 by default.
fn no_pause(program: &Program, file: FileId, call: ExprId) -> bool {
    crate::p09_timeouts::sleep_argument(program, file, call).is_some_and(|delay| may_be_zero(program, file, delay, 0))
}

/// Whether a number is 0, or a parameter that is 0 by default or that callers pass 0 for.
fn may_be_zero(program: &Program, file: FileId, expr: ExprId, depth: u32) -> bool {
    if constant(program, file, expr) == Some(0.0) {
        return true;
    }
    let facts = program.facts(file);
    let ExprKind::Name(name, scope) = facts.kind(expr) else { return false };
    let Some(home) = facts.resolve(scope, name) else { return false };
    let sidestep_facts::ScopeKind::Function(function) = facts.scope(home).kind else { return false };
    let params = facts.params_of(function);
    let Some(at) = params.iter().position(|p| p.name == name) else { return false };
    if params[at].default.is_some_and(|d| facts.number(d) == Some(0.0)) {
        return true;
    }
    depth < 3
        && program.sites_of(FunctionRef { file, function }).into_iter().any(|site| {
            let caller = program.facts(site.file);
            let ExprKind::Call(_, args) = caller.kind(site.expr) else { return false };
            let own = usize::from(facts.function(function).class.is_some());
            caller
                .keyword(args, name.as_str())
                .or_else(|| caller.positional(args, at.checked_sub(own)?))
                .is_some_and(|given| may_be_zero(program, site.file, given, depth + 1))
        })
}

/// What bounds how many run, found anywhere on the way from a fan-out's work to its requests.
pub(crate) struct Bounds<'a, 'p> {
    pub program: &'p Program,
    pub limits: &'a Limits<'p>,
}

impl Bounds<'_, '_> {
    /// The place that bounds a fan-out.
    pub fn of(&self, file: FileId, function: FunctionId, fan: &FanOut) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(file);
        // In the loop itself: a slot taken before each task is made, or a wait once enough are under way.
        if let Loop::For(stmt, _) = fan.turns {
            let range = facts.stmt(stmt).range();
            for e in exprs_in(facts, function, range) {
                if let ExprKind::Await(inner) = facts.kind(e)
                    && !inside(facts.range(fan.at), facts.range(e))
                    && !no_pause(program, file, inner)
                {
                    return Some(ExprRef { file, expr: inner });
                }
            }
            for s in stmts_in(facts, function, range) {
                if let StmtKind::With(index) = facts.stmt(s).kind
                    && s != stmt
                {
                    for item in &facts.withs[index as usize].items {
                        if self.is_bound(file, item.context) {
                            return Some(ExprRef { file, expr: item.context });
                        }
                    }
                }
            }
        }
        // Around it.
        if let Some(place) = self.held_around(file, fan.at) {
            return Some(place);
        }
        // The other branch has a bound: who comes here asked for none.
        if let Some(place) = self.in_other_branch(file, function, fan.at) {
            return Some(place);
        }
        // In the work, and in work wrapped by it: `with_slot(semaphore, fetch(url))`.
        let mut seen = FxHashSet::default();
        let mut calls: Vec<ExprId> = Vec::new();
        match fan.work {
            Work::Call(call) => {
                calls.push(call);
                calls.extend(
                    exprs_in(facts, function, facts.range(call))
                        .filter(|&e| matches!(facts.kind(e), ExprKind::Call(..))),
                );
            }
            Work::Function(_) => {}
        }
        for call in calls {
            if self.is_executor(file, call) {
                return Some(ExprRef { file, expr: call });
            }
            if let Some(limiter) = self.limiter_in_client(ExprRef { file, expr: call }) {
                return Some(limiter);
            }
            for target in functions_called(program, file, call) {
                if let Some(place) = self.inside(target, &mut seen, 0) {
                    return Some(place);
                }
            }
        }
        if let Work::Function(_) = fan.work {
            for target in workers(program, file, fan.work) {
                if let Some(place) = self.inside(target, &mut seen, 0) {
                    return Some(place);
                }
            }
        }
        None
    }

    /// A semaphore, limiter or lock held around an expression in its own function.
    pub fn held_around(&self, file: FileId, expr: ExprId) -> Option<ExprRef> {
        let facts = self.program.facts(file);
        let stmt = facts.stmt_of(expr)?;
        for outer in std::iter::once(stmt).chain(facts.enclosing(stmt)) {
            if let StmtKind::With(index) = facts.stmt(outer).kind {
                for item in &facts.withs[index as usize].items {
                    if self.is_bound(file, item.context) && !inside(facts.range(expr), facts.range(item.context)) {
                        return Some(ExprRef { file, expr: item.context });
                    }
                }
            }
        }
        None
    }

    /// A semaphore or limiter that is made in the other branch of an `if` around an expression.
    fn in_other_branch(&self, file: FileId, function: FunctionId, expr: ExprId) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(file);
        let limits = |t: &Target| matches!(t, Target::Class(c) if ["semaphore", "limiter"].iter().any(|m| program.class_mark(*c, m).is_some()));
        facts.enclosing(facts.stmt_of(expr)?).find_map(|outer| {
            let StmtKind::If { body, orelse, .. } = facts.stmt(outer).kind else { return None };
            let other = if within_block(facts, body, facts.range(expr)) { orelse } else { body };
            exprs_in(facts, function, block_range(facts, other)?)
                .find(|&e| {
                    matches!(facts.kind(e), ExprKind::Call(..)) && program.callees(file, e).targets.iter().any(limits)
                })
                .map(|expr| ExprRef { file, expr })
        })
    }

    fn is_executor(&self, file: FileId, call: ExprId) -> bool {
        functions_called(self.program, file, call).into_iter().any(|f| {
            matches!(
                self.program.function(f).name.as_str(),
                "run_in_executor" | "to_thread" | "run_sync" | "run_in_threadpool" | "async_add_executor_job"
            )
        }) || last_name(self.program.facts(file), call)
            .is_some_and(|n| matches!(n.as_str(), "run_in_executor" | "async_add_executor_job" | "to_thread"))
    }

    /// A client that waits by itself: its pool admits so many, or it was given a limiter.
    pub fn limiter_in_client(&self, site: ExprRef) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(site.file);
        let (base, mark, _) = match self.limits.marked_receiver(site, "pooled") {
            Some(found) => found,
            None => self
                .limits
                .marked_receiver(site, "ai_client")
                .or_else(|| self.limits.marked_receiver(site, "retries"))?,
        };
        let made = program.made(site.file, base);
        for call in &made.calls {
            let inner = program.facts(call.file);
            let ExprKind::Call(_, args) = inner.kind(call.expr) else { continue };
            for arg in inner.args(args) {
                if let ArgKind::Keyword(name) = arg.kind
                    && (name.as_str().contains("limiter")
                        || name.as_str().contains("throttle")
                        || name == "rpm"
                        || name == "max_rpm")
                    && inner.kind(arg.value) != ExprKind::None
                {
                    return Some(ExprRef { file: call.file, expr: arg.value });
                }
            }
        }
        let limit = match mark.keyword("limit") {
            Some(Literal::Num(n)) => *n,
            _ => return None,
        };
        if limit <= 0.0 || limit >= 500.0 {
            return None;
        }
        // Made for each task, it limits only that one.
        let here = program.function_of(site.file, site.expr);
        for call in &made.calls {
            if program.function_of(call.file, call.expr) == here && call.file == site.file {
                return None;
            }
            if self.pool_is_open(*call) {
                return None;
            }
        }
        let _ = facts;
        Some(made.calls.first().copied().unwrap_or(site))
    }

    /// Whether a client was made with its pool limit switched off: `TCPConnector(limit=0)`.
    fn pool_is_open(&self, call: ExprRef) -> bool {
        let program = self.program;
        let facts = program.facts(call.file);
        let ExprKind::Call(_, args) = facts.kind(call.expr) else { return false };
        facts.args(args).iter().any(|a| match a.kind {
            ArgKind::Keyword(name) if name == "connector" || name == "limits" => {
                let made = match facts.kind(a.value) {
                    ExprKind::Call(..) => vec![ExprRef { file: call.file, expr: a.value }],
                    _ => program.made(call.file, a.value).calls,
                };
                made.into_iter().any(|m| {
                    let facts = program.facts(m.file);
                    let ExprKind::Call(_, args) = facts.kind(m.expr) else { return false };
                    facts
                        .keyword(args, "limit")
                        .is_some_and(|l| matches!(facts.kind(l), ExprKind::Int(0) | ExprKind::None))
                })
            }
            _ => false,
        })
    }

    /// A bound in a function or what it calls, before or after its requests: either way somebody thought of it.
    fn inside(&self, function: FunctionRef, seen: &mut FxHashSet<FunctionRef>, depth: u32) -> Option<ExprRef> {
        let program = self.program;
        if depth > 8 || !seen.insert(function) || program.origin(function.file) == Origin::Stub {
            return None;
        }
        let file = function.file;
        let facts = program.facts(file);
        if let Some(place) = self.bounding_decorator(function) {
            return Some(place);
        }
        for stmt in facts.stmts_of(function.function) {
            if let StmtKind::With(index) = facts.stmt(stmt).kind {
                for item in &facts.withs[index as usize].items {
                    if self.is_bound(file, item.context) && !self.is_private(file, function.function, item.context) {
                        return Some(ExprRef { file, expr: item.context });
                    }
                }
            }
        }
        for expr in facts.exprs_of(function.function) {
            let ExprKind::Call(callee, _) = facts.kind(expr) else { continue };
            if let ExprKind::Attribute(base, attr) = facts.kind(callee)
                && matches!(attr.as_str(), "acquire" | "wait_for_slot" | "throttle" | "take" | "wait_for_token")
                && (self.is_bound(file, base) || self.waits_inside(file, expr))
            {
                return Some(ExprRef { file, expr });
            }
            if calls_marked(program, file, expr, "limiting") {
                return Some(ExprRef { file, expr });
            }
            if let Some(place) = self.limiter_in_client(ExprRef { file, expr }) {
                return Some(place);
            }
        }
        let effects = program.effects();
        for site in effects.summary(function).map_or(&[][..], |s| s.sites.as_slice()) {
            for &target in &site.targets {
                if let Some(place) = self.inside(target, seen, depth + 1) {
                    return Some(place);
                }
            }
        }
        // Functions made inside and handed on: a wrapper's own.
        None
    }

    /// A decorator that limits, by its mark, by its own code, or by its name.
    fn bounding_decorator(&self, function: FunctionRef) -> Option<ExprRef> {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        for decorator in facts.expr_list(facts.function(function.function).decorators) {
            let name = spelled(facts, decorator).to_ascii_lowercase();
            if ["limit", "throttle", "semaphore", "concurren"].iter().any(|w| name.contains(w)) {
                return Some(ExprRef { file, expr: decorator });
            }
        }
        for d in program.decorated_by(function) {
            if program.mark(d, "limiting").is_some() {
                let first = facts.expr_list(facts.function(function.function).decorators).next()?;
                return Some(ExprRef { file, expr: first });
            }
            if program.origin(d.file) == Origin::Stub {
                continue;
            }
            // Its own code and that of the functions it makes.
            let facts = program.facts(d.file);
            let range = facts.function(d.function).range;
            for index in 0..facts.functions.len() as u32 {
                let id = FunctionId(index);
                if !inside(facts.function(id).range, range) {
                    continue;
                }
                for stmt in facts.stmts_of(id) {
                    if let StmtKind::With(index) = facts.stmt(stmt).kind {
                        for item in &facts.withs[index as usize].items {
                            if self.is_bound(d.file, item.context) && !self.is_private(d.file, id, item.context) {
                                return Some(ExprRef { file: d.file, expr: item.context });
                            }
                        }
                    }
                }
            }
        }
        None
    }

    /// Whether a semaphore was made in the very function that takes it.
    pub fn is_private(&self, file: FileId, function: FunctionId, context: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        if let ExprKind::Call(..) = facts.kind(context) {
            return program.callees(file, context).targets.iter().any(|t| matches!(t, Target::Class(_)));
        }
        if !matches!(facts.kind(context), ExprKind::Name(..)) {
            return false;
        }
        let Some(value) = only_value(facts, context) else { return false };
        facts.function_of(value) == function
            && matches!(facts.kind(value), ExprKind::Call(..))
            && program.callees(file, value).targets.iter().any(|t| matches!(t, Target::Class(_)))
    }

    /// Whether a manager (or what is acquired) bounds: by its class's marks, by its own code, by its name where nothing is known.
    pub fn is_bound(&self, file: FileId, expr: ExprId) -> bool {
        let program = self.program;
        let facts = program.facts(file);
        let value = program.value(file, expr);
        let mut unknown = true;
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::Instance(class, _) => {
                    unknown = false;
                    if ["semaphore", "limiter", "async_lock", "condition"]
                        .iter()
                        .any(|m| program.class_mark(*class, m).is_some())
                    {
                        return true;
                    }
                    if program.is_input(class.file) && self.class_bounds(*class) {
                        return true;
                    }
                }
                Value::Manager(f, _, _) => {
                    unknown = false;
                    if program.is_input(f.file) && self.manager_bounds(*f, 0) {
                        return true;
                    }
                }
                Value::Unknown | Value::External(_) => {}
                _ => unknown = false,
            }
        }
        unknown && {
            let name = spelled(facts, expr);
            let last = name.rsplit('.').next().unwrap_or_default();
            (has_stem(&name, &["sem", "limit", "ratelimit", "throttl", "slot", "concurren", "bucket"])
                || has_word(&name, &["rate", "gate", "lock", "locks"]))
                && !has_stem(last, &["open", "session", "client", "transaction", "unlimited"])
        }
    }

    /// Whether entering or acquiring an object of a class of the program waits.
    fn class_bounds(&self, class: ClassRef) -> bool {
        ["__aenter__", "acquire", "__enter__"].iter().any(|name| {
            self.program
                .method(class, name)
                .is_some_and(|m| self.program.is_input(m.file) && self.function_bounds(m, 0))
        })
    }

    /// Whether a call runs a function that waits by sleeping or by taking a lock.
    fn waits_inside(&self, file: FileId, call: ExprId) -> bool {
        let callees = functions_called(self.program, file, call);
        callees.is_empty()
            || callees.into_iter().any(|f| self.program.mark(f, "waits").is_some() || self.function_bounds(f, 0))
    }

    /// Whether a manager written as a generator bounds what is inside: it yields while it holds a bound, or waits before.
    /// A lock that it takes and gives back on the way bounds nothing.
    fn manager_bounds(&self, function: FunctionRef, depth: u32) -> bool {
        let facts = self.program.facts(function.file);
        let yields: Vec<_> = facts
            .exprs_of(function.function)
            .filter(|&e| matches!(facts.kind(e), ExprKind::Yield(_)))
            .map(|e| facts.range(e))
            .collect();
        let holds = facts.stmts_of(function.function).any(|s| {
            let StmtKind::With(index) = facts.stmt(s).kind else { return false };
            let around = facts.stmt(s).range();
            let managers = &facts.withs[index as usize].items;
            yields.iter().any(|&at| inside(at, around))
                && managers.iter().any(|i| {
                    self.marked_bound(function.file, i.context) || self.inner_bound(function.file, i.context, depth)
                })
        });
        holds || self.pauses(function, 0)
    }

    /// Whether a manager inside another one bounds.
    fn inner_bound(&self, file: FileId, context: ExprId, depth: u32) -> bool {
        let value = self.program.value(file, context);
        self.program.alternatives(value).into_iter().any(|part| match self.program.get(part) {
            Value::Manager(f, _, _) => depth < 3 && self.program.is_input(f.file) && self.manager_bounds(*f, depth + 1),
            Value::Instance(class, _) => self.program.is_input(class.file) && self.class_bounds(*class),
            _ => false,
        })
    }

    fn marked_bound(&self, file: FileId, context: ExprId) -> bool {
        let program = self.program;
        program.alternatives(program.value(file, context)).into_iter().any(|part| {
            let marks = ["semaphore", "limiter", "async_lock"];
            matches!(program.get(part), Value::Instance(c, _) if marks.iter().any(|m| program.class_mark(*c, m).is_some()))
        })
    }

    /// The call that runs the coroutine of a call under a bound: `run_jobs([work(x) for x in xs])`, whose own worker awaits
    /// what it is given inside `async with semaphore`.
    pub fn bounded_runner(&self, site: ExprRef) -> Option<ExprRef> {
        let program = self.program;
        let facts = program.facts(site.file);
        if awaited(facts, site.expr) {
            return None;
        }
        let runs = |&call: &ExprId| {
            functions_called(program, site.file, call)
                .into_iter()
                .any(|f| program.is_input(f.file) && self.awaits_under_bound(f))
        };
        handed_to(facts, site.expr).into_iter().find(runs).map(|call| ExprRef { file: site.file, expr: call })
    }

    /// Whether a function, or one inside it, awaits something it was given while it holds a bound.
    fn awaits_under_bound(&self, function: FunctionRef) -> bool {
        let facts = self.program.facts(function.file);
        let whole = facts.function(function.function).range;
        facts.stmts.iter().any(|stmt| {
            let StmtKind::With(index) = stmt.kind else { return false };
            inside(stmt.range(), whole)
                && facts.withs[index as usize].items.iter().any(|i| self.marked_bound(function.file, i.context))
                && (0..facts.exprs.len() as u32).map(ExprId).any(|e| {
                    matches!(facts.kind(e), ExprKind::Await(v) if matches!(facts.kind(v), ExprKind::Name(..)))
                        && inside(facts.range(e), stmt.range())
                })
        })
    }

    fn function_bounds(&self, function: FunctionRef, depth: u32) -> bool {
        if depth > 3 || self.program.origin(function.file) == Origin::Stub {
            return false;
        }
        let facts = self.program.facts(function.file);
        self.waits_in(function, &|f| self.function_bounds(f, depth + 1))
            || facts.stmts_of(function.function).any(|s| match facts.stmt(s).kind {
                StmtKind::With(index) => {
                    facts.withs[index as usize].items.iter().any(|i| self.marked_bound(function.file, i.context))
                }
                _ => false,
            })
    }

    /// Whether a function sleeps or waits for a turn, itself or in what it calls.
    fn pauses(&self, function: FunctionRef, depth: u32) -> bool {
        depth < 3 && self.waits_in(function, &|f| self.pauses(f, depth + 1))
    }

    /// Whether a function sleeps, or calls what waits for a turn, or a function of the program of which something holds.
    fn waits_in(&self, function: FunctionRef, holds: &dyn Fn(FunctionRef) -> bool) -> bool {
        let program = self.program;
        let file = function.file;
        let facts = program.facts(file);
        facts.exprs_of(function.function).any(|e| {
            if !matches!(facts.kind(e), ExprKind::Call(..)) {
                return false;
            }
            crate::p09_timeouts::sleep_argument(program, file, e).is_some()
                || functions_called(program, file, e).into_iter().any(|f| {
                    program.mark(f, "waits").is_some() || program.is_input(f.file) && f != function && holds(f)
                })
        })
    }

    /// What each task does to the outside: the effect it has, if any.
    pub fn effect(&self, file: FileId, work: Work) -> Option<(Effect, bool)> {
        let program = self.program;
        let effects = program.effects();
        let facts = program.facts(file);
        let mut found: Option<(Effect, bool)> = None;
        let mut note = |effect: Effect, certain: bool| {
            let rank = |e: Effect| u8::from(e == Effect::Ai);
            if found.is_none_or(|(old, _)| rank(effect) > rank(old)) {
                found = Some((effect, certain));
            }
        };
        let mut calls: Vec<ExprId> = Vec::new();
        if let Work::Call(call) = work {
            calls.push(call);
            let function = facts.function_of(call);
            calls.extend(exprs_in(facts, function, facts.range(call)).filter(|&e| {
                e != call
                    && matches!(facts.kind(e), ExprKind::Call(..))
                    && facts
                        .ancestors(e)
                        .take_while(|&a| a != call)
                        .all(|a| !matches!(facts.kind(a), ExprKind::Await(_)))
            }));
            for &c in &calls {
                if let Some((confidence, _)) = crate::ai::reaches_ai(program, file, c) {
                    note(Effect::Ai, confidence == crate::finding::Confidence::Certain);
                }
            }
        }
        let mut targets: Vec<FunctionRef> = calls.iter().flat_map(|&c| functions_called(program, file, c)).collect();
        if let Work::Function(_) = work {
            targets.extend(workers(program, file, work));
            for &t in &targets {
                if crate::ai::ai_function(program, t).is_some() {
                    note(Effect::Ai, true);
                }
            }
        }
        for target in targets {
            for effect in [Effect::Ai, Effect::Network] {
                if program.has_effect(target, effect) {
                    note(effect, true);
                } else if let Some(witness) = effects.witness(target, effect) {
                    note(effect, witness.certain);
                }
            }
        }
        found
    }
}

/// The calls that get what a call gives, in a list or by itself: directly, by a name, or appended to a list of that name.
fn handed_to(facts: &FileFacts, call: ExprId) -> Vec<ExprId> {
    let mut at = call;
    let name = loop {
        match facts.expr(at).parent() {
            Parent::Expr(parent) => match facts.kind(parent) {
                ExprKind::Call(callee, _) => match facts.kind(callee) {
                    ExprKind::Attribute(base, attr) if attr == "append" => match facts.kind(base) {
                        ExprKind::Name(name, _) => break name,
                        _ => return Vec::new(),
                    },
                    _ => return vec![parent],
                },
                _ => at = parent,
            },
            Parent::Stmt(stmt) => {
                let StmtKind::Assign(targets, _) = facts.stmt(stmt).kind else { return Vec::new() };
                let named = facts.expr_list(targets).find_map(|t| match facts.kind(t) {
                    ExprKind::Name(name, _) => Some(name),
                    _ => None,
                });
                match named {
                    Some(name) => break name,
                    None => return Vec::new(),
                }
            }
            Parent::None => return Vec::new(),
        }
    };
    let gets = |&e: &ExprId| {
        let ExprKind::Call(_, args) = facts.kind(e) else { return false };
        facts.args(args).iter().any(|a| matches!(facts.kind(a.value), ExprKind::Name(n, _) if n == name))
    };
    facts.exprs_of(facts.function_of(call)).filter(gets).collect()
}
