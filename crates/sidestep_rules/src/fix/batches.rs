//! SS1101: one request for all items, where the endpoint, or a method beside it, takes many.

use super::Options;
use super::ahead::{Ahead, Question};
use super::edits::{Fix, Verdict};
use super::source::Source;
use super::together;
use crate::finding::Finding;
use crate::p11_batching::{Form, form};
use sidestep_facts::{Arg, ArgKind, ExprKind, TextRange};
use sidestep_program::FunctionRef;
use std::borrow::Cow;

/// The loop's request is made once, before it; what each turn does with its answer stays.
pub fn one_request(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let call = source.call_at(finding.range).ok_or("the request is not a call")?;
    let form = form(source.program, source.file, call).ok_or("how many go into one request is not known")?;
    if matches!(form, Form::Unknown) {
        // Nobody here knows the name of the batch form: then at least all at once.
        return together::at_once(source, finding, options);
    }
    let question = Question::at(source, call)?;
    let (request, each) = match form {
        Form::Many { param, each } => {
            let each = each.ok_or("how the answer to many looks is not known")?;
            (listed(source, &question, param)?, Some(each))
        }
        Form::Method { name, batch } => (beside(source, &question, &name, batch)?, None),
        Form::Unknown => return Err("how many go into one request is not known".into()),
    };
    let request = if question.is_awaited() { format!("await {request}") } else { request };
    let edits = question.asked(Ahead { request, each, lines: Vec::new(), imports: Vec::new() })?;
    Ok(Fix::needs_review("send all in one request", edits))
}

/// The same call, with a list of all items for the parameter that takes many.
fn listed(source: &Source<'_>, question: &Question<'_, '_>, param: &str) -> Result<String, Cow<'static, str>> {
    let facts = source.facts;
    let args = arguments(source, question)?;
    let is_it = |arg: &&Arg| matches!(arg.kind, ArgKind::Keyword(name) if name == param);
    let given = args.iter().find(is_it).ok_or_else(|| format!("the item is not passed as `{param}`"))?.value;
    let item = match facts.kind(given) {
        ExprKind::List(list) if facts.expr_list(list).len() == 1 => facts.expr_list(list).next().unwrap_or(given),
        _ => given,
    };
    if args.iter().any(|arg| arg.value != given && question.varies(arg.value)) {
        return Err("something else differs from item to item".into());
    }
    let (whole, part) = (facts.range(question.call), facts.range(given));
    let before = question.text(TextRange::new(whole.start(), part.start()));
    let after = question.text(TextRange::new(part.end(), whole.end()));
    Ok(format!("{before}{}{after}", question.for_each(question.item(), source.expr(item))))
}

/// A call of the method beside it, which takes a list.
fn beside(
    source: &Source<'_>,
    question: &Question<'_, '_>,
    name: &str,
    batch: FunctionRef,
) -> Result<String, Cow<'static, str>> {
    let (facts, program) = (source.facts, source.program);
    let ExprKind::Call(callee, _) = facts.kind(question.call) else { return Err("the request is not a call".into()) };
    let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return Err("it is no method".into()) };
    let f = program.function(batch);
    if f.is_async != question.is_awaited() {
        return Err(format!("`{name}` is not awaited as the form for one is").into());
    }
    if !gives_list(source, batch) {
        return Err(format!("`{name}` may not give a list of answers").into());
    }
    let [first, rest @ ..] = arguments(source, question)? else { return Err("it is asked about nothing".into()) };
    if first.kind != ArgKind::Positional || rest.iter().any(|arg| question.varies(arg.value)) {
        return Err("the item is not the first argument, or something else differs from item to item".into());
    }
    let params = program.facts(batch.file).params_of(batch.function);
    let mut given = vec![question.for_each(question.item(), source.expr(first.value))];
    for arg in rest {
        let ArgKind::Keyword(word) = arg.kind else { return Err("further arguments are passed by position".into()) };
        if !params.iter().any(|param| param.name == word) {
            return Err(format!("`{name}` does not take `{word}`").into());
        }
        given.push(format!("{word}={}", source.expr(arg.value)));
    }
    Ok(format!("{}.{name}({})", source.expr(receiver), given.join(", ")))
}

/// The arguments of a question, none of them spread out of something.
fn arguments<'s>(source: &Source<'s>, question: &Question<'_, '_>) -> Result<&'s [Arg], &'static str> {
    let ExprKind::Call(_, args) = source.facts.kind(question.call) else { return Err("the request is not a call") };
    let args = source.facts.args(args);
    let is_plain = args.iter().all(|arg| matches!(arg.kind, ArgKind::Positional | ArgKind::Keyword(_)));
    if is_plain { Ok(args) } else { Err("its arguments are not plain") }
}

/// Whether a function gives a list: it says so, or is the program's own and says nothing.
fn gives_list(source: &Source<'_>, function: FunctionRef) -> bool {
    let facts = source.program.facts(function.file);
    let Some(returns) = facts.function(function.function).returns else {
        return source.program.is_input(function.file);
    };
    let name = match facts.kind(returns) {
        ExprKind::Subscript(value, _) => facts.dotted(value),
        _ => facts.dotted(returns),
    };
    name.is_some_and(|name| matches!(name.rsplit('.').next(), Some("list" | "List" | "Sequence" | "tuple")))
}
