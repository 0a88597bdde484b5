//! A loop that stood still: which line of whose code did it, and what the knowledge calls that.

use crate::live::places::Places;
use crate::live::{Spot, Stall, Told, Verdict};
use sidestep_facts::ExprId;
use sidestep_program::{FileId, FunctionRef, Mark, Origin, Target};
use sidestep_report::Seen;
use sidestep_rules::support::shown;
use sidestep_rules::{RULES, Rule};
use std::path::Path;

/// What blocks, as the knowledge has it.
struct Cause {
    kind: &'static str,
    /// `time.sleep`
    name: String,
    /// The call on the line, where that is it.
    call: Option<ExprId>,
    twin: Option<&'static str>,
}

/// A line has to be there for this part of the time to be to blame for a stall by itself.
const SHARE: f64 = 0.3;

/// Says who is to blame for a stall: the lines that took most of it, or else the function that did.
pub(crate) fn blame(stall: &Stall, places: &Places<'_>, is_library: &dyn Fn(&str) -> bool, seen: Seen) -> Vec<Verdict> {
    let own = |stack: &[Spot]| stack.iter().find(|spot| !is_library(&spot.path)).cloned();
    // Each look stands for the time since the one before.
    let mut looks: Vec<(&[Spot], Spot, f64)> = Vec::new();
    let mut before = 0.0;
    for (nth, stack) in stall.stacks.iter().enumerate() {
        let end = stall.at.get(nth + 1).copied().unwrap_or(stall.lasted);
        let stack = on_the_loop(stack);
        if let Some(spot) = own(stack) {
            looks.push((stack, spot, (end - before).max(0.0)));
        }
        before = end;
    }
    let all = before.max(1e-9);
    let mut groups: Vec<(&[Spot], Spot, f64)> = Vec::new();
    for (stack, spot, time) in &looks {
        match groups.iter_mut().find(|(_, known, _)| known.path == spot.path && known.line == spot.line) {
            Some(known) => known.2 += time,
            None => groups.push((stack, spot.clone(), *time)),
        }
    }
    let named: Vec<_> = groups.iter().filter(|(_, _, time)| *time >= SHARE * all || *time >= 2.0 * FLOOR).collect();
    if named.is_empty() {
        // A loop that does many things: the function that does them.
        let Some(most) = groups.iter().max_by(|a, b| a.2.total_cmp(&b.2)) else { return Vec::new() };
        return blame_one(most.0, stall, places, is_library, seen).into_iter().collect();
    }
    let told: f64 = named.iter().map(|(_, _, time)| time).sum();
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut named = named;
    named.sort_by(|a, b| b.2.total_cmp(&a.2));
    for (stack, _, time) in named {
        let part = time / told;
        let seen = Seen { times: seen.times, seconds: seen.seconds * part, longest: seen.longest * part };
        let Some(verdict) = blame_one(stack, stall, places, is_library, seen) else { continue };
        // The lines of a loop that computes are one computation.
        let whole = verdicts.iter_mut().find(|known| {
            known.rule == verdict.rule
                && verdict.rule.code == "SS210"
                && (&known.told.spot.path, &known.told.spot.function)
                    == (&verdict.told.spot.path, &verdict.told.spot.function)
        });
        match whole {
            Some(known) => {
                known.numbers.seconds += verdict.numbers.seconds;
                known.numbers.longest += verdict.numbers.longest;
            }
            None => verdicts.push(verdict),
        }
    }
    verdicts
}

/// A line that alone takes twice this, in seconds, is told of whatever else there was.
const FLOOR: f64 = 0.1;

/// The innermost own code of a stack, and the call on the loop that led there. Nobody, if no own code was on it, a debugger
/// was, or a module was imported for the first time.
fn blame_one(
    stack: &[Spot],
    stall: &Stall,
    places: &Places<'_>,
    is_library: &dyn Fn(&str) -> bool,
    seen: Seen,
) -> Option<Verdict> {
    if stack.iter().any(|spot| file_name(&spot.path).is_some_and(|name| name == "bdb.py" || name == "pdb.py")) {
        return None;
    }
    let own: Vec<usize> = (0..stack.len()).filter(|&nth| !is_library(&stack[nth].path)).collect();
    let &innermost = own.first()?;
    if stack[..innermost].iter().any(|spot| spot.path.starts_with("<frozen importlib")) {
        return None;
    }
    let is_async = |spot: &Spot| {
        let file = places.file(&spot.path)?;
        let function = places.function(file, spot.line, &spot.function)?;
        places.program.function(function).is_async.then_some(function)
    };
    let on_loop = own.iter().copied().find(|&nth| is_async(&stack[nth]).is_some());
    // A callback has no async function: the loop itself called the outermost of our own.
    let top = on_loop.or(own.last().copied())?;
    let cause = cause(&stack[..=innermost], places, stall);
    let consequence = consequence(cause.kind);
    let help = match cause.twin {
        Some(twin) => format!("await `{twin}`, or run it in a thread: `await asyncio.to_thread(…)`"),
        None => "run it in a thread: `await asyncio.to_thread(…)`".to_owned(),
    };
    let spot = stack[top].clone();
    let primitive = rule_of(cause.kind);
    let mut verdict = Verdict {
        rule: primitive,
        level: primitive.level,
        told: Told {
            spot,
            callee: Some(String::new()),
            message: format!("{} {consequence}", cause.name),
            help: Some(help),
            ..Told::default()
        },
        numbers: seen,
    };
    if top == innermost && on_loop.is_some() {
        verdict.told.callee = callee_at(places, &verdict.told.spot, cause.call);
        return Some(verdict);
    }
    verdict.rule = rule(if on_loop.is_some() { "SS401" } else { "SS402" });
    let frames: Vec<usize> = own.iter().copied().filter(|&nth| nth <= top).rev().collect();
    for (step, &nth) in frames.iter().enumerate() {
        let text = match frames.get(step + 1) {
            Some(&next) => format!("calls `{}`", stack[next].function),
            None => format!("blocks in {}", cause.name),
        };
        verdict.told.chain.push(Spot { text, ..stack[nth].clone() });
    }
    if top == innermost {
        verdict.told.callee = callee_at(places, &verdict.told.spot, cause.call);
        verdict.told.message = format!("a callback of the loop: {} {consequence}", cause.name);
        verdict.told.chain.clear();
    } else {
        // Between them may be a library's frames: a decorator, a template method.
        let next = &stack[top - 1];
        let next = if is_library(&next.path) { &stack[frames[1]] } else { next };
        verdict.told.callee = Some(next.function.clone());
        let who = if on_loop.is_some() { "" } else { "a callback of the loop: " };
        verdict.told.message =
            format!("{who}`{}` reaches {}, which {consequence}", stack[frames[1]].function, cause.name);
    }
    Some(verdict)
}

/// The name of the call on the line, for whoever looks for its place.
fn callee_at(places: &Places<'_>, spot: &Spot, call: Option<ExprId>) -> Option<String> {
    let (Some(file), Some(call)) = (places.file(&spot.path), call) else { return Some(String::new()) };
    let facts = places.program.facts(file);
    let sidestep_facts::ExprKind::Call(callee, _) = facts.kind(call) else { return Some(String::new()) };
    facts.dotted(callee).map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()).or(Some(String::new()))
}

/// The part of a stack that the loop runs.
fn on_the_loop(stack: &[Spot]) -> &[Spot] {
    let runs = |spot: &Spot| {
        let path = &spot.path;
        path.ends_with("asyncio/events.py") && spot.function == "_run"
            || path.ends_with("asyncio/runners.py")
            || path.ends_with("asyncio/base_events.py") && spot.function.starts_with("run_")
            || path.ends_with("uvloop/__init__.py")
    };
    let end = stack.iter().position(runs).unwrap_or(stack.len());
    &stack[..end]
}

/// What the knowledge says of the innermost own line and the library code it called.
fn cause(stack: &[Spot], places: &Places<'_>, stall: &Stall) -> Cause {
    let (own, library) = stack.split_last().expect("the innermost own line is there");
    if let Some(file) = places.file(&own.path) {
        let known = places.calls(file, own.line).into_iter().filter_map(|call| {
            let (target, mark) = marked(places, file, call)?;
            Some((call, target, mark))
        });
        // The longest expression comes first; what it waits for is what it is named after.
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(_, _, mark)| mark.flag("quick"));
        if let Some((call, target, mark)) = known.into_iter().next() {
            let name = format!("`{}`", shown(places.program, target));
            return Cause { kind: kind(&mark), name, call: Some(call), twin: mark.text("twin") };
        }
    }
    // From the own code inwards: the first frame that a stub speaks of.
    for spot in library.iter().rev() {
        for module in modules(&spot.path) {
            let Some(file) = places.program.module_file(&module) else { continue };
            if places.program.origin(file) != Origin::Stub {
                continue;
            }
            let functions = places.program.facts(file).functions.iter().zip(0..);
            let named = functions.filter(|(function, _)| function.name == *spot.function);
            for (_, number) in named {
                let function = FunctionRef { file, function: sidestep_facts::FunctionId(number) };
                if let Some(mark) = places.program.mark(function, "blocks") {
                    let name = format!("`{}`", shown(places.program, function));
                    return Cause { kind: kind(&mark), name, call: None, twin: mark.text("twin") };
                }
            }
        }
    }
    let called = || {
        let file = places.file(&own.path)?;
        let call = places.calls(file, own.line).into_iter().next()?;
        let sidestep_facts::ExprKind::Call(callee, _) = places.program.facts(file).kind(call) else { return None };
        Some((places.program.facts(file).dotted(callee)?, call))
    };
    let called = called();
    let name = match &called {
        Some((name, _)) => format!("`{name}`"),
        None => "this line".to_owned(),
    };
    // Nobody knows it: what the thread did tells waiting from computing.
    let kind = if stall.computing.is_none_or(|share| share > 0.3) { "cpu" } else { "thread" };
    Cause { kind, name, call: called.map(|(_, call)| call), twin: None }
}

/// The library function that a call runs and that blocks.
fn marked(places: &Places<'_>, file: FileId, call: ExprId) -> Option<(FunctionRef, Mark)> {
    let program = places.program;
    program.callees(file, call).targets.into_iter().find_map(|target| {
        let function = match target {
            Target::Function(function, _) => function,
            Target::Class(class) => program.method(class, "__init__")?,
        };
        Some((function, program.mark(function, "blocks")?))
    })
}

fn kind(mark: &Mark) -> &'static str {
    mark.args.first().and_then(|kind| kind.as_str()).unwrap_or("cpu")
}

/// The names under which a library file may be imported, longest first: `requests.sessions`, `requests`.
fn modules(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".py").unwrap_or(path);
    let inside = ["/site-packages/", "/dist-packages/"].iter().find_map(|part| path.split(part).nth(1));
    let inside = inside.or_else(|| {
        // `lib/python3.11/concurrent/futures/_base`
        let at = path.find("/lib/python3")? + 5;
        path[at..].split_once('/').map(|(_, rest)| rest)
    });
    let parts: Vec<&str> =
        inside.unwrap_or_default().split('/').filter(|part| !matches!(*part, "" | "__init__")).collect();
    (1..=parts.len()).rev().map(|many| parts[..many].join(".")).collect()
}

fn file_name(path: &str) -> Option<&str> {
    Path::new(path).file_name()?.to_str()
}

fn rule(code: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.code == code).expect("a rule of the catalogue")
}

/// The rule for a kind of blocking, as `check` has it.
fn rule_of(kind: &str) -> &'static Rule {
    rule(match kind {
        "sleep" => "SS201",
        "http" => "SS202",
        "file" => "SS203",
        "subprocess" => "SS204",
        "database" => "SS205",
        "ai" => "SS206",
        "network" => "SS207",
        "thread" => "SS208",
        "input" => "SS209",
        _ => "SS210",
    })
}

/// What happened to the loop.
fn consequence(kind: &str) -> &'static str {
    match kind {
        "sleep" => "stopped the event loop: no other task ran until it returned",
        "http" => "blocked the event loop until the response had come",
        "file" => "blocked the event loop while the file system worked",
        "subprocess" => "blocked the event loop until the other process was done",
        "database" => "blocked the event loop until the database answered",
        "ai" => "blocked the event loop until the model answered",
        "network" => "blocked the event loop until the network answered",
        "thread" => "blocked the event loop until another thread let it go on",
        "input" => "blocked the event loop until somebody typed",
        _ => "kept the event loop busy: no other task ran meanwhile",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sidestep_rules::Level;

    #[test]
    fn library_files_have_module_names() {
        let names = modules("/v/lib/python3.11/site-packages/requests/sessions.py");
        assert_eq!(names, ["requests.sessions", "requests"]);
        assert_eq!(modules("/usr/lib/python3.9/concurrent/futures/__init__.py"), ["concurrent.futures", "concurrent"]);
        assert!(modules("/home/me/app.py").is_empty());
    }

    #[test]
    fn every_kind_has_a_rule() {
        for kind in ["sleep", "http", "file", "subprocess", "database", "ai", "network", "thread", "input", "cpu"] {
            assert!(rule_of(kind).level >= Level::Warning && !consequence(kind).is_empty());
        }
    }
}
