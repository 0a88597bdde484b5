//! Pitfall 11: AI calls, one by one.

use crate::ai::{AiCall, ai_call, ai_function, reaches_ai};
use crate::around::*;
use crate::bounds::{Bounds, fan_outs, workers};
use crate::finding::{Confidence, Finding, Hop};
use crate::limits::Limits;
use crate::p09_timeouts::sleep_argument;
use crate::registry::{SS1101, SS1102, SS1103};
use rustc_hash::FxHashSet;
use sidestep_facts::{ExprId, ExprKind, FileFacts, FunctionId, Parent, StmtKind, TextRange};
use sidestep_program::{ClassRef, Effect, ExprRef, FileId, FunctionRef, Origin, Program, Value};

/// SS1101, SS1102 and SS1103.
pub(crate) fn check(program: &Program, limits: &Limits<'_>, out: &mut Vec<Finding>) {
    let bounds = Bounds { program, limits };
    for file in program.inputs() {
        if is_test(program, file) {
            continue;
        }
        let facts = program.facts(file);
        for index in 0..facts.functions.len() as u32 {
            let id = FunctionId(index);
            for expr in facts.exprs_of(id) {
                if !matches!(facts.kind(expr), ExprKind::Call(..)) {
                    continue;
                }
                client_per_call(program, file, id, expr, out);
                let around = loops(facts, expr);
                if around.is_empty() || matches!(around[0], Loop::While(_)) || around[0].is_async(facts) {
                    continue;
                }
                in_loop(&bounds, file, id, expr, around[0], out);
            }
        }
    }
}

/// An AI call made on each turn of a loop: SS1101 where it could take many items, SS1102 where the turns need not wait for each
/// other.
fn in_loop(
    bounds: &Bounds<'_, '_>,
    file: FileId,
    function: FunctionId,
    call: ExprId,
    turns: Loop,
    out: &mut Vec<Finding>,
) {
    let program = bounds.program;
    let facts = program.facts(file);
    let (Some(iter), Some(target)) = (turns.iter(facts), turns.target(facts)) else { return };
    let known = reaches_ai(program, file, call);
    let Some((confidence, through)) = known.or_else(|| has_batch_beside(program, file, call)) else { return };
    let is_awaited = awaited(facts, call) && matches!(facts.expr(call).parent(), Parent::Expr(_));
    // What is started here and awaited elsewhere is a fan-out: SS1201.
    let is_async = functions_called(program, file, call).iter().any(|&f| program.function(f).is_async)
        || through.is_none()
            && ai_call(program, file, call).is_some_and(|c| c.target.is_none())
            && !last_name(facts, call).is_some_and(|n| matches!(n.as_str(), "get_text_embedding" | "embed_query"));
    if is_async && !is_awaited {
        return;
    }
    let range = turns.range(facts);
    let names = target_names(facts, function, target);
    let used = |expr: ExprId| !depends(facts, function, expr, range).is_disjoint(&names);
    if !used(call) {
        return;
    }
    // Another model for each item: no batch takes them together.
    if let ExprKind::Call(callee, _) = facts.kind(call)
        && let ExprKind::Attribute(receiver, _) = facts.kind(callee)
        && used(receiver)
    {
        return;
    }
    // A loop over slices has batched already.
    if is_slice(facts, iter) || is_slice_target(facts, target) {
        return;
    }
    let spelled_call = spelled(facts, call);
    if let Some(batch) = batch_form(program, file, function, call, through, &used, &names) {
        let paced_by_events = early_exit(facts, function, range) || !independent(program, file, function, call, turns);
        if batch.needs_independence && paced_by_events {
            return;
        }
        let message = format!("`{spelled_call}` sends one request for each item, where {}", batch.instead);
        let mut found =
            finding(&SS1101, confidence.min(batch.confidence), file, facts.range(call), message, &batch.help);
        found.chain = chain(program, file, call, through);
        out.push(found);
        return;
    }
    if known.is_none() || !is_awaited || !facts.function(function).is_async && !facts.top_level_loop {
        return;
    }
    // Awaited for what it does and not for an answer: its order may be meant.
    if let Parent::Expr(wait) = facts.expr(call).parent()
        && matches!(facts.expr(wait).parent(), Parent::Stmt(s) if matches!(facts.stmt(s).kind, StmtKind::Expr(_)))
    {
        return;
    }
    if matches!(turns, Loop::Clause(..)) && early_exit_around(facts, turns) {
        return;
    }
    if early_exit(facts, function, range)
        || !independent(program, file, function, call, turns)
        || paced(bounds, file, function, call, range)
    {
        return;
    }
    if let Some(callee) = through
        && (is_stateful(program, callee, &mut Vec::new()) || effect_besides(program, file, function, call, range))
    {
        return;
    }
    if matches!(
        crate::bounds::size(
            program,
            file,
            &crate::bounds::FanOut { at: call, work: crate::bounds::Work::Call(call), turns }
        ),
        crate::bounds::Size::Small
    ) && small_count(facts, iter)
    {
        return;
    }
    if is_fanned_out(program, FunctionRef { file, function }) {
        return;
    }
    let message = format!(
        "`{spelled_call}` is awaited for one item after the other, though no request needs the answer to another"
    );
    let mut found = finding(
        &SS1102,
        confidence,
        file,
        facts.range(call),
        message,
        "start them together under a semaphore: a function for the body, `asyncio.Semaphore(n)` around its request, `gather` over the items",
    );
    found.chain = chain(program, file, call, through);
    out.push(found);
}

/// A request of the program's own that is called what services are asked for one item at a time, with a method beside it that takes
/// many: `analyze` and `analyze_batch`. Whichever service that is, it says itself that one request would do.
fn has_batch_beside(program: &Program, file: FileId, call: ExprId) -> Option<(Confidence, Option<FunctionRef>)> {
    let name = last_name(program.facts(file), call)?;
    if !says_single(name.as_str()) {
        return None;
    }
    let [single] = functions_called(program, file, call)[..] else { return None };
    let class = program.class_of(single)?;
    let batch = program.method(class, &sibling(program, class, name.as_str())?)?;
    let requests = |f| program.effects().witness(f, Effect::Network).is_some();
    (program.is_input(single.file) && requests(single) && requests(batch)).then_some((Confidence::Likely, Some(single)))
}

/// Whether several of a function run at once already, each with items of its own or all from one iterator: workers.
fn is_fanned_out(program: &Program, function: FunctionRef) -> bool {
    let mut starters: Vec<FunctionRef> =
        program.sites_of(function).into_iter().map(|s| program.function_of(s.file, s.expr)).collect();
    // One that is handed over, as to `start_soon(work)`, is called by nobody.
    starters.push(FunctionRef { file: function.file, function: program.function(function).parent });
    starters.into_iter().any(|starter| {
        fan_outs(program, starter.file, starter.function)
            .iter()
            .any(|fan| workers(program, starter.file, fan.work).contains(&function))
    })
}

/// Two requests one after the other are no loop worth changing.
fn small_count(facts: &FileFacts, iter: ExprId) -> bool {
    match facts.kind(iter) {
        ExprKind::List(list) | ExprKind::Tuple(list) => facts.expr_list(list).len() <= 2,
        _ => false,
    }
}

fn chain(program: &Program, file: FileId, call: ExprId, through: Option<FunctionRef>) -> Vec<Hop> {
    let facts = program.facts(file);
    let Some(through) = through else { return Vec::new() };
    let mut hops = vec![Hop {
        file,
        range: facts.range(call),
        function: program.function_name(program.function_of(file, call)),
        text: format!("calls `{}` for each item", spelled(facts, call)),
    }];
    for (function, witness) in program.effects().chain(through, Effect::Ai) {
        let facts = program.facts(function.file);
        hops.push(Hop {
            file: function.file,
            range: facts.range(witness.expr),
            function: program.function_name(function),
            text: format!("calls `{}`", spelled(facts, witness.expr)),
        });
    }
    hops
}

/// How several items go into one request.
struct Batch {
    instead: String,
    help: String,
    confidence: Confidence,
    /// Only where the turns do not build on each other.
    needs_independence: bool,
}

/// How a request for one becomes a request for many.
pub(crate) enum Form {
    /// A parameter that takes a list, and the attribute of the answer that has a part for each item, where it is known.
    Many { param: &'static str, each: Option<&'static str> },
    /// A method beside it.
    Method { name: String, batch: FunctionRef },
    /// A service of this kind has one, but nobody here knows its name.
    Unknown,
}

/// What takes many in place of a call that sends one item.
pub(crate) fn form(program: &Program, file: FileId, call: ExprId) -> Option<Form> {
    let Some(own) = ai_call(program, file, call) else {
        let (_, through) = reaches_ai(program, file, call)?;
        let (through, class) = (through?, program.class_of(through?)?);
        let name = sibling(program, class, program.function(through).name.as_str())?;
        let batch = program.method(class, &name)?;
        return Some(Form::Method { name, batch });
    };
    let Some(target) = own.target else {
        return asks_for_one(program, file, call, &own).then_some(Form::Unknown);
    };
    let mark = own.mark.as_ref()?;
    if let Some(param) = mark.text("many") {
        return Some(Form::Many { param, each: mark.text("each") });
    }
    let name = mark.text("batch")?;
    let batch = program.method(program.class_of(target)?, name)?;
    Some(Form::Method { name: name.to_owned(), batch })
}

/// Whether a call that is known by its name alone is one that services take many items in.
fn asks_for_one(program: &Program, file: FileId, call: ExprId, own: &AiCall) -> bool {
    let Some(name) = last_name(program.facts(file), call) else { return false };
    let name = name.as_str();
    let is_batch = ["batch", "many", "bulk", "documents"].iter().any(|word| name.contains(word));
    (says_single(name) || own.kind == "embedding") && !is_batch
}

/// Whether a method is called what services are asked for one item.
fn says_single(name: &str) -> bool {
    const SINGLE: &[&str] = &[
        "analyze",
        "analyse",
        "embed",
        "embedding",
        "classify",
        "moderate",
        "score",
        "tag",
        "label",
        "detect",
        "rank",
    ];
    SINGLE.contains(&name.trim_start_matches("async_").split('_').next().unwrap_or_default())
}

fn batch_form(
    program: &Program,
    file: FileId,
    function: FunctionId,
    call: ExprId,
    through: Option<FunctionRef>,
    used: &dyn Fn(ExprId) -> bool,
    names: &FxHashSet<String>,
) -> Option<Batch> {
    let facts = program.facts(file);
    let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
    let own = ai_call(program, file, call);
    if let Some(own) = &own {
        if let (Some(mark), Some(target)) = (&own.mark, own.target) {
            if let Some(param) = mark.text("many") {
                let given = argument_of(program, file, call, target, param)?;
                // What else differs from turn to turn cannot share a request.
                let others = facts.args(args).iter().any(|a| a.value != given && used(a.value));
                if !used(given) || others || !is_single(program, file, given) {
                    return None;
                }
                return Some(Batch {
                    instead: format!("`{param}` takes a list of many"),
                    help: format!("collect the items and pass slices of them as `{param}`"),
                    confidence: Confidence::Certain,
                    needs_independence: true,
                });
            }
            if let Some(batch) = mark.text("batch") {
                return Some(Batch {
                    instead: format!("`{batch}` takes many"),
                    help: format!("collect the items and pass them to `{batch}`"),
                    confidence: Confidence::Certain,
                    needs_independence: true,
                });
            }
            return None;
        }
        if own.target.is_none() && asks_for_one(program, file, call, own) {
            let name = last_name(facts, call)?;
            return Some(Batch {
                instead: "a service of this kind takes many in one".into(),
                help: format!("look for a batch form (`{name}_batch`, a list argument) and send slices"),
                confidence: Confidence::Likely,
                needs_independence: true,
            });
        }
        return None;
    }
    // A method of the program whose class has a batch form beside it.
    let through = through?;
    let name = program.function(through).name.as_str();
    let around = FunctionRef { file, function };
    // The batch form itself may go one by one.
    if let Some(class) = program.class_of(around)
        && sibling(program, class, name).is_some_and(|batch| program.function(around).name == batch.as_str())
    {
        return None;
    }
    if let Some(class) = program.class_of(through)
        && let Some(batch) = sibling(program, class, name)
    {
        return Some(Batch {
            instead: format!("`{batch}` beside it takes many"),
            help: format!("collect the items and pass them to `{batch}`"),
            confidence: Confidence::Certain,
            needs_independence: true,
        });
    }
    // The function sends many at once where it can; this is what it does where it cannot.
    let has_both = facts.exprs_of(function).any(|e| {
        e != call
            && loops(facts, e).is_empty()
            && matches!(facts.kind(e), ExprKind::Call(..))
            && ai_call(program, file, e).is_some_and(|c| c.mark.is_some_and(|m| m.text("many").is_some()))
    });
    if has_both {
        return None;
    }
    // A helper that passes its parameter on as the one item.
    let (owner, inner) = ai_function(program, through)?;
    if owner != through {
        return None;
    }
    let own = ai_call(program, owner.file, inner)?;
    let param = own.mark.as_ref()?.text("many")?.to_owned();
    let given = argument_of(program, owner.file, inner, own.target?, &param)?;
    let facts_in = program.facts(owner.file);
    let item = match facts_in.kind(given) {
        ExprKind::List(list) => facts_in.expr_list(list).next().filter(|_| facts_in.expr_list(list).len() == 1)?,
        _ => given,
    };
    let ExprKind::Name(param_name, _) = facts_in.kind(item) else { return None };
    let position = facts_in.params_of(owner.function).iter().position(|p| p.name == param_name)?;
    let annotated = facts_in.params_of(owner.function)[position].annotation;
    if annotated.is_some_and(|a| !matches!(facts_in.kind(a), ExprKind::Name(n, _) if n == "str"))
        || !is_single(program, owner.file, given)
    {
        return None;
    }
    let _ = (callee, names);
    let passed = facts.keyword(args, param_name.as_str()).or_else(|| {
        let bound = usize::from(program.class_of(owner).is_some());
        facts.positional(args, position.checked_sub(bound)?)
    })?;
    if !used(passed) || !is_single(program, file, passed) {
        return None;
    }
    Some(Batch {
        instead: format!("the request behind it takes a list as `{param}`"),
        help: format!("give `{}` a form that takes a list and passes it on as `{param}`", program.function(owner).name),
        confidence: Confidence::Certain,
        needs_independence: true,
    })
}

fn argument_of(program: &Program, file: FileId, call: ExprId, target: FunctionRef, param: &str) -> Option<ExprId> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
    facts.keyword(args, param).or_else(|| {
        let params = program.facts(target.file).params_of(target.function);
        let position =
            params.iter().position(|p| p.name == param && p.kind != sidestep_facts::ParamKind::KeywordOnly)?;
        let bound = usize::from(program.class_of(target).is_some());
        facts.positional(args, position.checked_sub(bound)?)
    })
}

/// Whether an argument holds one item: text, a name that is no list, a list of exactly one.
fn is_single(program: &Program, file: FileId, expr: ExprId) -> bool {
    let facts = program.facts(file);
    match facts.kind(expr) {
        ExprKind::List(list) | ExprKind::Tuple(list) => {
            let mut items = facts.expr_list(list);
            matches!((items.next(), items.next()), (Some(only), None) if !matches!(facts.kind(only), ExprKind::Starred(_)))
        }
        ExprKind::Comprehension(_) => false,
        ExprKind::Call(..) => !last_name(facts, expr).is_some_and(|n| matches!(n.as_str(), "list" | "tuple")),
        ExprKind::Subscript(_, index) => !matches!(facts.kind(index), ExprKind::Slice(_)),
        _ => {
            let value = program.value(file, expr);
            !program.alternatives(value).into_iter().any(|part| match program.get(part) {
                Value::Instance(class, _) => {
                    matches!(
                        program.class(*class).name.as_str(),
                        "list" | "tuple" | "set" | "Sequence" | "Iterable" | "List"
                    )
                }
                Value::Tuple(_) => true,
                _ => false,
            }) && !facts.dotted(expr).is_some_and(|n| slice_word(n.rsplit('.').next().unwrap_or_default()))
        }
    }
}

/// The method of a class that does for many what another does for one.
fn sibling(program: &Program, class: sidestep_program::ClassRef, name: &str) -> Option<String> {
    if name.contains("batch") || name.contains("many") || name.ends_with("_all") || name.starts_with('_') {
        return None;
    }
    let stem = name.trim_start_matches("async_");
    [
        format!("{name}_batch"),
        format!("batch_{name}"),
        format!("{name}_many"),
        format!("{name}_bulk"),
        format!("bulk_{name}"),
        format!("{stem}_batch"),
        format!("batch_{stem}"),
        format!("a{name}_batch"),
        format!("{name}_documents"),
        format!("{name}s_batch"),
    ]
    .into_iter()
    .find(|candidate| candidate != name && program.method(class, candidate).is_some_and(|m| program.is_input(m.file)))
}

fn slice_word(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A chunk of a document is an item; a chunk of a list is a slice: only the surer words here.
    name.split('_').any(|w| matches!(w, "batch" | "slice" | "group" | "window")) || name.starts_with("sub_")
}

fn is_slice_target(facts: &FileFacts, target: ExprId) -> bool {
    matches!(facts.kind(target), ExprKind::Name(n, _) if slice_word(n.as_str()))
}

/// Whether what is iterated gives slices of a whole.
fn is_slice(facts: &FileFacts, iter: ExprId) -> bool {
    match facts.kind(iter) {
        ExprKind::Call(_, args) => {
            let Some(name) = last_name(facts, iter) else { return false };
            let name = name.as_str().to_ascii_lowercase();
            if name == "range" {
                return facts.args(args).len() == 3;
            }
            if name == "enumerate" || name == "tqdm" || name == "zip" {
                return facts.positional(args, 0).is_some_and(|a| is_slice(facts, a));
            }
            name.contains("batch")
                || name.contains("chunked")
                || name == "grouper"
                || facts.args(args).iter().skip(1).any(|a| facts.number(a.value).is_some())
        }
        ExprKind::Name(name, _) => {
            slice_word(name.as_str().trim_end_matches('s').trim_end_matches('e'))
                || slice_word(name.as_str().trim_end_matches("es"))
        }
        _ => false,
    }
}

/// Whether a loop may end before its items do, or hands each answer on as it comes.
fn early_exit(facts: &FileFacts, function: FunctionId, range: TextRange) -> bool {
    stmts_in(facts, function, range).any(|s| matches!(facts.stmt(s).kind, StmtKind::Break | StmtKind::Return(_)))
        || exprs_in(facts, function, range)
            .any(|e| matches!(facts.kind(e), ExprKind::Yield(_) | ExprKind::YieldFrom(_)))
}

/// A generator expression is lazy: `next(…)`, `any(…)` may stop it.
fn early_exit_around(facts: &FileFacts, turns: Loop) -> bool {
    let Loop::Clause(comp, index, _) = turns else { return false };
    facts.comprehensions.get(index as usize).is_none_or(|c| c.kind == sidestep_facts::CompKind::Generator)
        && facts
            .ancestors(comp)
            .any(|a| last_name(facts, a).is_some_and(|n| matches!(n.as_str(), "next" | "any" | "all" | "anext")))
}

/// Whether no turn's request depends on what an earlier turn left behind.
fn independent(program: &Program, file: FileId, function: FunctionId, call: ExprId, turns: Loop) -> bool {
    let facts = program.facts(file);
    let range = turns.range(facts);
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    let mut needs: FxHashSet<String> = FxHashSet::default();
    for arg in facts.args(args) {
        needs.extend(depends(facts, function, arg.value, range));
    }
    // What this call's own answer is kept in, and what is made of it.
    let mut results: FxHashSet<String> = FxHashSet::default();
    loop {
        let before = results.len();
        for stmt in stmts_in(facts, function, range) {
            let (targets, value): (Vec<ExprId>, ExprId) = match facts.stmt(stmt).kind {
                StmtKind::Assign(targets, value) => (facts.expr_list(targets).collect(), value),
                StmtKind::AugAssign(target, _, value) => (vec![target], value),
                StmtKind::AnnAssign(target, _, Some(value)) => (vec![target], value),
                _ => continue,
            };
            let own = inside(facts.range(call), facts.range(value));
            let derived = !reads(facts, function, value).is_disjoint(&results);
            if own || derived {
                for target in targets {
                    results.extend(facts.dotted(target));
                }
            }
        }
        if results.len() == before {
            break;
        }
    }
    if !needs.is_disjoint(&results) {
        return false;
    }
    // Objects that the request reads and the loop changes: a list of messages, a history.
    let fresh = assigned(facts, function, range);
    let changed = mutated(facts, function, range);
    !needs.iter().any(|n| changed.contains(n) && !fresh.contains(n))
}

/// Whether the loop paces itself: a sleep, a limiter, a lock.
fn paced(bounds: &Bounds<'_, '_>, file: FileId, function: FunctionId, call: ExprId, range: TextRange) -> bool {
    let program = bounds.program;
    let facts = program.facts(file);
    exprs_in(facts, function, range).any(|e| {
        matches!(facts.kind(e), ExprKind::Call(..))
            && (sleep_argument(program, file, e).is_some()
                || last_name(facts, e).is_some_and(|n| {
                    n == "sleep" || n == "acquire" || n.as_str().contains("throttle") || n.as_str().contains("wait")
                }))
    }) || bounds.held_around(file, call).is_some()
}

/// Whether a function, or one it calls on the way to the request, changes its object or globals: a conversation, a cache.
fn is_stateful(program: &Program, function: FunctionRef, seen: &mut Vec<FunctionRef>) -> bool {
    if seen.len() > 12 {
        return true;
    }
    if seen.contains(&function) || program.origin(function.file) == Origin::Stub {
        return false;
    }
    seen.push(function);
    let facts = program.facts(function.file);
    let range = facts.function(function.function).range;
    let fresh = assigned(facts, function.function, range);
    let own: FxHashSet<&str> = facts.params_of(function.function).iter().map(|p| p.name.as_str()).collect();
    let changes = mutated(facts, function.function, range).into_iter().any(|name| {
        let root = name.split('.').next().unwrap_or_default();
        if name.contains('.') {
            own.contains(root) || root == "self" || root == "cls"
        } else {
            own.contains(root) && !fresh.contains(&name)
                || facts.resolve(facts.function(function.function).scope, sidestep_facts::Symbol::new(&name))
                    == Some(sidestep_facts::ScopeId::MODULE)
        }
    });
    if changes || !facts.scope(facts.function(function.function).scope).globals.is_empty() {
        return true;
    }
    let effects = program.effects();
    effects.summary(function).is_some_and(|s| {
        s.sites.iter().any(|site| {
            site.targets.iter().any(|&t| effects.witness(t, Effect::Ai).is_some() && is_stateful(program, t, seen))
        })
    })
}

/// Whether the loop awaits other things too that reach outside: their order may matter.
fn effect_besides(program: &Program, file: FileId, function: FunctionId, call: ExprId, range: TextRange) -> bool {
    let facts = program.facts(file);
    exprs_in(facts, function, range).any(|e| match facts.kind(e) {
        ExprKind::Await(inner) => {
            inner != call
                && !inside(facts.range(inner), facts.range(call))
                && !inside(facts.range(call), facts.range(inner))
        }
        _ => false,
    }) || stmts_in(facts, function, range).any(|s| match facts.stmt(s).kind {
        StmtKind::With(index) => facts.withs[index as usize].is_async,
        _ => false,
    })
}

/// SS1103: an SDK client made for each call.
fn client_per_call(program: &Program, file: FileId, function: FunctionId, call: ExprId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    if function == FunctionId::MODULE {
        return;
    }
    let constructor = constructed(program, file, call);
    let Some(class) = constructor.or_else(|| made_by_factory(program, file, call)) else { return };
    if program.origin(class.file) != Origin::Stub
        || program.class_mark(class, "ai_client").is_none_or(|m| m.flag("shared"))
    {
        return;
    }
    let this = FunctionRef { file, function };
    let f = facts.function(function);
    let looped = !loops(facts, call).is_empty();
    let name = program.class(class).name;
    // Kept: by a class, a cache, a fixture, a factory.
    if matches!(
        f.name.as_str(),
        "__init__" | "__aenter__" | "__enter__" | "__post_init__" | "__new__" | "setup" | "startup" | "lifespan"
    ) || f.is_generator
        || f.is_lambda
        || program.is_decorated(this, "memoised")
        || facts.expr_list(f.decorators).any(|d| {
            let name = spelled(facts, d).to_ascii_lowercase();
            name.contains("cache")
                || name.contains("property")
                || name.contains("fixture")
                || name.contains("singleton")
        })
    {
        return;
    }
    // Whose key or endpoint it is was decided by the caller.
    let ExprKind::Call(_, args) = facts.kind(call) else { return };
    let params: FxHashSet<String> = facts
        .params_of(function)
        .iter()
        .map(|p| p.name.as_str().to_owned())
        .filter(|n| n != "self" && n != "cls")
        .collect();
    if facts.args(args).iter().any(|a| !depends(facts, function, a.value, f.range).is_disjoint(&params)) {
        return;
    }
    let Some(use_) = kept_local(program, file, function, call) else { return };
    let closed = use_.closed || use_.managed;
    let is_async = program.class_mark(class, "async_resource").is_some();
    // One that nobody closes is SS501's, where it is made in this place.
    if is_async && !closed && constructor.is_some() {
        return;
    }
    if !use_.requests {
        return;
    }
    if !looped && !runs_often(program, this) {
        return;
    }
    let message = if looped {
        format!("this makes a new `{name}`, with its own connections, on each turn of the loop")
    } else {
        format!("this makes a new `{name}`, with its own connections, for each call of `{}`", f.name)
    };
    out.push(finding(
        &SS1103,
        Confidence::Certain,
        file,
        facts.range(call),
        message,
        "make the client once (module, lifespan, constructor) and share it; options of one request go through `with_options`",
    ));
}

/// The class of what a plain function of the program makes anew each time that it is called: all it does is to make it.
fn made_by_factory(program: &Program, file: FileId, call: ExprId) -> Option<ClassRef> {
    // Looked at by name first: what all calls of a program may run is not cheap to ask.
    let name = last_name(program.facts(file), call)?;
    let name = name.as_str();
    if !name.contains("client") && !["new_", "make_", "create_", "build_", "get_"].iter().any(|p| name.starts_with(p)) {
        return None;
    }
    let [factory] = functions_called(program, file, call)[..] else { return None };
    let f = program.function(factory);
    if !program.is_input(factory.file) || f.is_async || f.is_generator {
        return None;
    }
    let facts = program.facts(factory.file);
    // A cache, a pool: whatever a decorator keeps.
    if facts.expr_list(f.decorators).any(|d| !matches!(facts.kind(d), ExprKind::Name(n, _) if n == "staticmethod")) {
        return None;
    }
    let mut made = None;
    for stmt in facts.stmts_of(factory.function) {
        match facts.stmt(stmt).kind {
            StmtKind::Return(Some(value)) if made.is_none() => made = Some(value),
            // A text that says what it is for.
            StmtKind::Expr(text) if matches!(facts.kind(text), ExprKind::Str(_)) => {}
            _ => return None,
        }
    }
    let ExprKind::Call(_, args) = facts.kind(made?) else { return None };
    let params = facts.params_of(factory.function);
    let by_caller = facts.args(args).iter().any(|a| {
        let names = reads(facts, factory.function, a.value);
        params.iter().any(|p| p.name != "self" && names.contains(p.name.as_str()))
    });
    if by_caller { None } else { constructed(program, factory.file, made?) }
}

/// How a local client is used.
struct Use {
    managed: bool,
    closed: bool,
    requests: bool,
}

/// The use of a client that stays in its function; none where it is handed on, kept or returned.
fn kept_local(program: &Program, file: FileId, function: FunctionId, call: ExprId) -> Option<Use> {
    let facts = program.facts(file);
    let mut made = Use { managed: false, closed: false, requests: false };
    let name = match facts.expr(call).parent() {
        // `OpenAI().chat.completions.create(…)`
        Parent::Expr(parent) => {
            matches!(facts.kind(parent), ExprKind::Attribute(..)).then_some(())?;
            made.requests = facts
                .ancestors(call)
                .any(|a| matches!(facts.kind(a), ExprKind::Call(..)) && ai_call(program, file, a).is_some());
            return Some(made);
        }
        Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
            StmtKind::Assign(targets, value) if value == call => {
                let mut targets = facts.expr_list(targets);
                let (Some(target), None) = (targets.next(), targets.next()) else { return None };
                let ExprKind::Name(name, scope) = facts.kind(target) else { return None };
                if facts.scope(scope).globals.contains(&name) || facts.scope(scope).nonlocals.contains(&name) {
                    return None;
                }
                name
            }
            StmtKind::With(index) => {
                made.managed = true;
                let item = facts.withs[index as usize].items.iter().find(|i| i.context == call)?;
                let ExprKind::Name(name, _) = facts.kind(item.target?) else { return None };
                name
            }
            _ => return None,
        },
        Parent::None => return None,
    };
    let scope = facts.function(function).scope;
    for (index, e) in facts.exprs.iter().enumerate() {
        let ExprKind::Name(n, at) = e.kind else { continue };
        if n != name || facts.resolve(at, n) != Some(scope) {
            continue;
        }
        let id = ExprId(index as u32);
        match e.parent() {
            Parent::Expr(parent) => match facts.kind(parent) {
                ExprKind::Attribute(_, attr) => {
                    made.closed |= matches!(attr.as_str(), "close" | "aclose");
                    made.requests |= facts
                        .ancestors(id)
                        .take_while(|&a| matches!(facts.kind(a), ExprKind::Attribute(..) | ExprKind::Call(..)))
                        .any(|a| matches!(facts.kind(a), ExprKind::Call(..)) && ai_call(program, file, a).is_some());
                }
                _ => return None,
            },
            Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::Assign(_, value) if value != id => {}
                StmtKind::With(_) => {}
                _ => return None,
            },
            Parent::None => return None,
        }
        // Used by a function inside: the client is shared by its calls.
        if facts.function_of(id) != function {
            return None;
        }
    }
    Some(made)
}

/// Whether a function is one that runs many times: called in a loop, by others that do, or by whoever it is offered to.
fn runs_often(program: &Program, function: FunctionRef) -> bool {
    let f = program.function(function);
    let facts = program.facts(function.file);
    let name = f.name.as_str();
    if matches!(name, "main" | "_main" | "amain" | "async_main" | "run" | "cli" | "demo" | "example")
        || name.starts_with("main_")
        || name.starts_with("example")
    {
        return false;
    }
    let sites = program.sites_of(function);
    if sites.is_empty() {
        // A handler, or what a library offers: at least it takes something to work on.
        let takes = facts
            .params_of(function.function)
            .iter()
            .any(|p| !matches!(p.name.as_str(), "self" | "cls" | "args" | "argv"));
        return takes;
    }
    sites.into_iter().any(|site: ExprRef| {
        let caller = program.function_of(site.file, site.expr);
        let facts = program.facts(site.file);
        if !loops(facts, site.expr).is_empty() {
            return true;
        }
        let at_top = caller.function == FunctionId::MODULE
            || matches!(
                program.function(caller).name.as_str(),
                "main" | "_main" | "amain" | "async_main" | "run" | "cli" | "demo"
            );
        !at_top
    })
}
