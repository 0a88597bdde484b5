//! SS1101: one request for all texts, where an embedding endpoint takes a list.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::around::{Loop, loops};
use crate::finding::Finding;
use crate::support::{Use, use_of};
use sidestep_facts::{ArgKind, CompKind, ExprId, ExprKind, FunctionId, Ranged as _, StmtKind, Symbol, TextRange};

/// The loop's request is made once, before it; what each turn does with its answer stays.
pub fn one_request(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the request is not a call")?;
    let Use::Expr(awaited) = use_of(facts, call) else { return Err("the request is not awaited here".into()) };
    if !matches!(facts.kind(awaited), ExprKind::Await(_)) {
        return Err("the request is not awaited here".into());
    }
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err("the request is not a call".into()) };
    let endpoint = source.expr(callee);
    let (input, documents) = if endpoint.ends_with(".embeddings.create") {
        (facts.keyword(args, "input").ok_or("the text is not passed as `input`")?, None)
    } else if let Some(base) = endpoint.strip_suffix(".aembed_query") {
        let only = facts.args(args).first().filter(|arg| arg.kind == ArgKind::Positional);
        (only.ok_or("the text is not passed by position")?.value, Some(format!("{base}.aembed_documents")))
    } else {
        return Err("only embeddings are known to take many in one request".into());
    };
    let around = *loops(facts, call).first().ok_or("the request is not made in a loop")?;
    let (Some(target), Some(iter)) = (around.target(facts), around.iter(facts)) else {
        return Err("the loop has no items".into());
    };
    let ExprKind::Name(item, _) = facts.kind(target) else { return Err("each item has several parts".into()) };
    let text = match facts.kind(input) {
        ExprKind::List(list) if facts.expr_list(list).len() == 1 => facts.expr_list(list).next().unwrap_or(input),
        _ => input,
    };
    if !matches!(facts.kind(text), ExprKind::Name(name, _) if name == item) {
        return Err("what is sent is not the loop's own item".into());
    }
    let all = format!("list({})", source.expr(iter));
    let request = match &documents {
        Some(callee) => format!("await {callee}({all})"),
        None => {
            let (before, after) = (source.between(call, input).0, source.between(call, input).1);
            format!("await {before}{all}{after}")
        }
    };
    let batch = Batch { source, call, awaited, item, documents: documents.is_some() };
    match around {
        Loop::Clause(comp, index, 0) => batch.comprehension(comp, index, &request),
        Loop::For(stmt, false) => batch.statement(stmt, iter, &request),
        _ => Err("the loop is not a plain one".into()),
    }
}

struct Batch<'a, 's> {
    source: &'a Source<'s>,
    call: ExprId,
    awaited: ExprId,
    item: Symbol,
    /// The answer is the list itself, not an object with `data`.
    documents: bool,
}

impl Batch<'_, '_> {
    /// The expression that is one text's share of the answer: `(await …).data[0]`, or the await itself.
    fn share(&self, answer: ExprId) -> Option<ExprId> {
        let facts = self.source.facts;
        if self.documents {
            return Some(answer);
        }
        let Use::Expr(data) = use_of(facts, answer) else { return None };
        let ExprKind::Attribute(_, attr) = facts.kind(data) else { return None };
        let Use::Expr(first) = use_of(facts, data) else { return None };
        let ExprKind::Subscript(value, index) = facts.kind(first) else { return None };
        (attr == "data" && value == data && facts.kind(index) == ExprKind::Int(0)).then_some(first)
    }

    fn uses(&self, function: FunctionId, within: TextRange, name: Symbol) -> Vec<ExprId> {
        let facts = self.source.facts;
        let is_it = |e: &ExprId| {
            matches!(facts.kind(*e), ExprKind::Name(n, _) if n == name) && within.contains_range(facts.range(*e))
        };
        facts.exprs_of(function).filter(is_it).collect()
    }

    fn comprehension(&self, expr: ExprId, index: u32, request: &str) -> Verdict {
        let (source, facts) = (self.source, self.source.facts);
        let comp = &facts.comprehensions[index as usize];
        if comp.kind != CompKind::List || comp.clauses.len() != 1 || facts.expr_list(comp.clauses[0].ifs).len() > 0 {
            return Err("the comprehension is not a plain list".into());
        }
        let share = self.share(self.awaited).ok_or("the answer is used in another way")?;
        let (element, part) = (facts.range(comp.element), facts.range(share));
        // Parentheses around the await alone belong to it.
        if self.uses(facts.function_of(self.call), element, self.item).len() != 1 {
            return Err("the item is used beside the request".into());
        }
        if source.expr(expr).contains('#') {
            return Err("a comment stands inside".into());
        }
        let before = source.slice(TextRange::new(element.start(), part.start()));
        let after = source.slice(TextRange::new(part.end(), element.end()));
        let text = match (self.documents, before, after) {
            (true, "", "") => request.to_owned(),
            (true, ..) => return Err("the answer is used in another way".into()),
            (false, ..) => {
                let one = source.free_name(source.scope_of(self.call), &["entry", "embedded"]);
                format!("[{before}{one}{after} for {one} in ({request}).data]")
            }
        };
        Ok(Fix::needs_review("send all texts in one request", vec![Edit::replace(facts.range(expr), text)]))
    }

    fn statement(&self, stmt: sidestep_facts::StmtId, iter: ExprId, request: &str) -> Verdict {
        let (source, facts) = (self.source, self.source.facts);
        let StmtKind::For(index) = facts.stmt(stmt).kind else { return Err("the loop is not a plain one".into()) };
        let each = &facts.fors[index as usize];
        let function = facts.stmt(stmt).function;
        let range = facts.stmt(stmt).range();
        let scope = source.scope_of(self.call);
        let start = source.line_start(range.start());
        let indent = source.slice(TextRange::new(start, range.start()));
        if !indent.trim().is_empty() || facts.block(each.orelse).len() > 0 {
            return Err("the loop is not a plain one".into());
        }
        let one = source.free_name(scope, &["entry", "embedded"]);
        let mut edits = Vec::new();
        let answer = match use_of(facts, self.awaited) {
            // `response = await …` and then `response.data[0]`.
            Use::Stmt(assign) if facts.block(each.body).next() == Some(assign) => {
                let StmtKind::Assign(targets, _) = facts.stmt(assign).kind else {
                    return Err("the answer has no name".into());
                };
                let mut targets = facts.expr_list(targets);
                let target = targets.next().filter(|_| targets.len() == 0).ok_or("the answer has several names")?;
                let ExprKind::Name(answer, _) = facts.kind(target) else { return Err("the answer has no name".into()) };
                for read in self.uses(function, range, answer) {
                    if read != target {
                        let share = self.share(read).ok_or("the answer is used in another way")?;
                        edits.push(Edit::replace(facts.range(share), one.clone()));
                    }
                }
                let after = TextRange::new(range.end(), facts.function(function).range.end());
                if edits.is_empty() || !self.uses(function, after, answer).is_empty() {
                    return Err("the answer is used in another way".into());
                }
                source.own_lines(assign).ok_or("several statements share a line")?;
                let at = facts.stmt(assign).range();
                let line = TextRange::new(source.line_start(at.start()), source.next_line(at.end()));
                let comment = source.slice(TextRange::new(at.end(), source.line_end(at.end())));
                if facts.block(each.body).len() < 2 {
                    return Err("the loop does nothing else".into());
                }
                edits.push(Edit::replace(line, ""));
                (answer.as_str().to_owned(), comment)
            }
            Use::Stmt(_) => return Err("the request is not the first thing the loop does".into()),
            _ => {
                let share = self.share(self.awaited).ok_or("the answer is used in another way")?;
                edits.push(Edit::replace(facts.range(share), one.clone()));
                (source.free_name(scope, &["response", "embeddings_response"]), "")
            }
        };
        let (name, comment) = answer;
        let call = facts.range(self.call);
        let reads = self.uses(function, range, self.item);
        let beside = reads.iter().any(|&e| e != each.target && !call.contains_range(facts.range(e)));
        let answers = if self.documents { name.clone() } else { format!("{name}.data") };
        let header = if beside {
            format!("{}, {one} in zip({}, {answers})", self.item, source.expr(iter))
        } else {
            format!("{one} in {answers}")
        };
        edits.push(Edit::replace(TextRange::new(facts.range(each.target).start(), facts.range(iter).end()), header));
        edits.push(Edit::insert(start, format!("{indent}{name} = {request}{comment}\n")));
        Ok(Fix::needs_review("send all texts in one request", edits))
    }
}

impl Source<'_> {
    /// The text of an expression before and after one inside it.
    fn between(&self, outer: ExprId, inner: ExprId) -> (&str, &str) {
        let (outer, inner) = (self.facts.range(outer), self.facts.range(inner));
        (self.slice(TextRange::new(outer.start(), inner.start())), self.slice(TextRange::new(inner.end(), outer.end())))
    }
}
