//! SS1202 and SS1203 for retries that a decorator makes, by what its mark says of its parameters: tenacity's `retry` neither pauses nor
//! stops by itself, and repeats after every exception.

use super::{HOPELESS, caught, says_no_pause};
use crate::ai::reaches_ai;
use crate::around::*;
use crate::finding::{Confidence, Finding, Level};
use crate::p09_timeouts::{constant, sleep_argument};
use crate::registry::{SS1202, SS1203};
use sidestep_facts::{ArgKind, ArgList, ExprId, ExprKind, FileFacts, FunctionId, ScopeKind, StmtKind};
use sidestep_program::{Effect, FileId, FunctionRef, Mark, Program};

/// SS1202 and SS1203: for the decorators of one function.
pub(super) fn check(program: &Program, file: FileId, function: FunctionId, out: &mut Vec<Finding>) {
    let facts = program.facts(file);
    let f = facts.function(function);
    // A generator fails when it is iterated, by when the decorator is done.
    if !f.is_async || f.is_generator || facts.expr_list(f.decorators).len() == 0 {
        return;
    }
    for decorator in facts.expr_list(f.decorators) {
        let Some((mark, args)) = retrying(program, file, decorator) else { continue };
        let Some((call, ai, confidence)) = request(program, FunctionRef { file, function }) else { return };
        let retried = Retried { file, function, decorator, mark, args, call, confidence };
        without_backoff(program, &retried, out);
        if ai {
            on_everything(program, &retried, out);
        }
    }
}

/// A function that a decorator retries.
struct Retried {
    file: FileId,
    function: FunctionId,
    decorator: ExprId,
    mark: Mark,
    /// What the decorator was given; none where it stands bare.
    args: Option<ArgList>,
    /// The request that is repeated.
    call: ExprId,
    confidence: Confidence,
}

impl Retried {
    /// What the decorator was given for the parameters that the mark names.
    fn given(&self, facts: &FileFacts, key: &str) -> Option<ExprId> {
        let args = self.args?;
        let mut names = self.mark.text(key)?.split(' ');
        names.find_map(|name| match name.parse::<usize>() {
            Ok(position) => facts.positional(args, position),
            Err(_) => facts.keyword(args, name),
        })
    }
}

/// The mark of a decorator that retries and says how, and its arguments.
fn retrying(program: &Program, file: FileId, decorator: ExprId) -> Option<(Mark, Option<ArgList>)> {
    let facts = program.facts(file);
    let (callee, args) = match facts.kind(decorator) {
        ExprKind::Call(callee, args) => (callee, Some(args)),
        _ => (decorator, None),
    };
    let value = program.value(file, callee);
    let mark = program.targets(value).functions().find_map(|f| program.mark(f, "retrying"))?;
    mark.text("on")?;
    // Options from elsewhere may be any.
    let opaque = args.is_some_and(|args| {
        facts.args(args).iter().any(|a| matches!(a.kind, ArgKind::Star | ArgKind::StarStar))
            || facts.keyword(args, "sleep").is_some()
    });
    (!opaque).then_some((mark, args))
}

/// The request that a function makes: the call, whether it is an AI request, and how sure that is.
fn request(program: &Program, function: FunctionRef) -> Option<(ExprId, bool, Confidence)> {
    let file = function.file;
    let facts = program.facts(file);
    let mut other = None;
    for call in facts.exprs_of(function.function) {
        if !matches!(facts.kind(call), ExprKind::Call(..)) || !awaited(facts, call) {
            continue;
        }
        // It paces itself.
        if sleep_argument(program, file, call).is_some() {
            return None;
        }
        if let Some((confidence, _)) = reaches_ai(program, file, call) {
            return Some((call, true, confidence));
        }
        let callees = functions_called(program, file, call);
        let requests = |&f: &FunctionRef| {
            program.mark(f, "waits").is_none()
                && (program.mark(f, "network").is_some() || program.effects().witness(f, Effect::Network).is_some())
        };
        if other.is_none() && !callees.is_empty() && callees.iter().all(requests) {
            other = Some((call, false, Confidence::Certain));
        }
    }
    other
}

/// SS1202: no pause, or the same one for ever.
fn without_backoff(program: &Program, retried: &Retried, out: &mut Vec<Finding>) {
    let facts = program.facts(retried.file);
    // What a value says is no failure of a service.
    if retried
        .given(facts, "on")
        .is_some_and(|on| names_of(facts, on).is_none_or(|names| names.iter().all(|n| says_no_pause(n))))
    {
        return;
    }
    let name = spelled(facts, retried.call);
    let bounded = retried.given(facts, "end").is_some();
    let pause = match (retried.mark.text("pause"), retried.given(facts, "pause")) {
        (Some(_), None) => None,
        (Some(_), Some(given)) => match steady(program, retried.file, given) {
            Some(seconds) => Some(seconds),
            None => return,
        },
        (None, _) => match retried.given(facts, "pace").filter(|&p| spelled(facts, p).ends_with("constant")) {
            Some(_) => {
                let interval = retried.args.and_then(|args| facts.keyword(args, "interval"));
                Some(interval.and_then(|i| constant(program, retried.file, i)).unwrap_or(1.0))
            }
            None => return,
        },
    };
    let (level, message) = match pause {
        None if bounded => (
            Level::Warning,
            format!("this repeats `{name}` at once when it fails, which adds its load to what made it fail"),
        ),
        None => (
            Level::Warning,
            format!(
                "this repeats `{name}` at once when it fails, for as long as it fails: no pause and no end are set"
            ),
        ),
        Some(n) if !bounded => {
            (Level::Warning, format!("this repeats `{name}` every {n} s for as long as it fails, without an end"))
        }
        Some(n) => (Level::Advice, format!("this repeats `{name}` every {n} s; the pauses do not grow")),
    };
    let mut found = finding(
        &SS1202,
        retried.confidence,
        retried.file,
        facts.range(retried.decorator),
        message,
        "give it a pause that grows, with jitter, and an end",
    );
    found.level = level;
    found.labels.push(crate::finding::Label { range: facts.range(retried.call), text: "repeated".into() });
    out.push(found);
}

/// The seconds of a pause that is the same each time: `wait_fixed(2)`, a pause of none.
fn steady(program: &Program, file: FileId, given: ExprId) -> Option<f64> {
    let facts = program.facts(file);
    let ExprKind::Call(_, args) = facts.kind(given) else { return None };
    match last_name(facts, given)?.as_str() {
        "wait_fixed" => constant(program, file, facts.args(args).first()?.value),
        _ => None,
    }
}

/// SS1203: what fails the same way each time is repeated too.
fn on_everything(program: &Program, retried: &Retried, out: &mut Vec<Finding>) {
    let facts = program.facts(retried.file);
    // Somebody decides, failure by failure.
    if retried.args.is_some_and(|args| facts.keyword(args, "giveup").is_some()) || handles_some(facts, retried.function)
    {
        return;
    }
    let what = match retried.given(facts, "on") {
        None => "every exception: a wrong key, a prompt that is too long, a bug in this function".to_owned(),
        Some(on) => {
            let Some(names) = names_of(facts, on) else { return };
            match names.iter().find(|n| n.as_str() == "Exception" || HOPELESS.contains(&n.as_str())) {
                Some(name) if name == "Exception" => {
                    "every exception: a wrong key, a prompt that is too long, a bug in this function".to_owned()
                }
                Some(name) => format!("`{name}`, which fails the same way each time"),
                None => return,
            }
        }
    };
    let range = retried.given(facts, "on").unwrap_or(retried.decorator);
    let mut found = finding(
        &SS1203,
        retried.confidence.min(Confidence::Likely),
        retried.file,
        facts.range(range),
        format!("this repeats `{}` after {what}", spelled(facts, retried.call)),
        "name what may succeed later: the SDK's rate-limit, connection and server errors",
    );
    found.labels.push(crate::finding::Label { range: facts.range(retried.call), text: "repeated".into() });
    out.push(found);
}

/// Whether the function itself catches something: what leaves it by then is sorted out.
fn handles_some(facts: &FileFacts, function: FunctionId) -> bool {
    facts.stmts_of(function).any(|s| match facts.stmt(s).kind {
        StmtKind::Try(index) => !facts.tries[index as usize].handlers.is_empty(),
        _ => false,
    })
}

/// The exceptions that a retry is for, where it names them: `retry_if_exception_type((A, B))`, `(A, B)`. None where something else decides.
fn names_of(facts: &FileFacts, on: ExprId) -> Option<Vec<String>> {
    match facts.kind(on) {
        ExprKind::Call(_, args) => {
            if last_name(facts, on)? != "retry_if_exception_type" {
                return None;
            }
            match facts.args(args) {
                [] => Some(vec!["Exception".to_owned()]),
                [one, ..] => Some(caught(facts, one.value)),
            }
        }
        ExprKind::Binary(_, left, right) => {
            let mut names = names_of(facts, left)?;
            names.extend(names_of(facts, right)?);
            Some(names)
        }
        _ => Some(caught(facts, on)),
    }
}

/// Whether a call in the wrapper of a decorator runs the function under it, `return await fn(*args)`, and what it decorates makes
/// requests: whether one of these is to an AI service.
pub(super) fn wrapped_request(program: &Program, file: FileId, call: ExprId) -> Option<bool> {
    let facts = program.facts(file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Name(name, scope) = facts.kind(callee) else { return None };
    let ScopeKind::Function(owner) = facts.scope(facts.resolve(scope, name)?).kind else { return None };
    let is_param = facts.params_of(owner).iter().any(|p| p.name == name);
    if !is_param || owner == facts.function_of(call) {
        return None;
    }
    // `@retry` gives the wrapper; `@retry(3)` what gives it.
    let factory = facts.function(owner).parent;
    let is_decorator = |f: &FunctionRef| {
        f.file == file && (f.function == owner || f.function == factory && factory != FunctionId::MODULE)
    };
    let mut found = None;
    for decorated in program.functions().filter(|&f| program.function(f).is_async) {
        if program.facts(decorated.file).expr_list(program.function(decorated).decorators).len() == 0
            || !program.decorated_by(decorated).iter().any(is_decorator)
        {
            continue;
        }
        if let Some((_, ai, _)) = request(program, decorated) {
            found = Some(ai || found == Some(true));
        }
    }
    found
}
