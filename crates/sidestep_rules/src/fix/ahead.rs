//! A question that a loop asks on each turn, asked for all items before it.

use super::edits::Edit;
use super::source::Source;
use crate::around::{Loop, exprs_in, loops, target_names};
use crate::support::{Use, use_of};
use sidestep_facts::{
    CompKind, Comprehension, ExprId, ExprKind, For, FunctionId, Ranged as _, StmtId, StmtKind, TextRange, TextSize,
};
use sidestep_program::Value;
use std::borrow::Cow;

/// Why something cannot be done.
type Reason = Cow<'static, str>;

/// The question of each turn.
pub struct Question<'a, 's> {
    source: &'a Source<'s>,
    /// What asks.
    pub call: ExprId,
    /// The call with its `await`.
    whole: ExprId,
    turns: Loop,
    target: ExprId,
    iter: ExprId,
    /// The name of a list of the items, where they have to be iterated twice and may not be.
    list: Option<String>,
}

/// What is asked in its place.
pub struct Ahead {
    /// An expression for the answers to all.
    pub request: String,
    /// The attribute of it that has one part for each item; none where it is a list of the answers itself.
    pub each: Option<&'static str>,
    /// Lines that stand before it, without the indentation of the loop.
    pub lines: Vec<String>,
    /// What has to be imported.
    pub imports: Vec<Edit>,
}

impl<'a, 's> Question<'a, 's> {
    /// The question that a call in a loop asks.
    pub fn at(source: &'a Source<'s>, call: ExprId) -> Result<Question<'a, 's>, Reason> {
        let facts = source.facts;
        let whole = match use_of(facts, call) {
            Use::Expr(outer) if matches!(facts.kind(outer), ExprKind::Await(_)) => outer,
            _ => call,
        };
        let turns = *loops(facts, call).first().ok_or("the request is not made in a loop")?;
        let (Some(target), Some(iter)) = (turns.target(facts), turns.iter(facts)) else {
            return Err("the loop has no items".into());
        };
        let mut question = Question { source, call, whole, turns, target, iter, list: None };
        question.is_first()?;
        if let Loop::For(stmt, _) = turns
            && question.is_read_beside(facts.stmt(stmt).range())
            && !question.is_iterable_twice()
        {
            question.list = Some(source.free_name(source.scope_of(call), &["items", "all_items"]));
        }
        Ok(question)
    }

    /// The statement before which all is asked.
    pub fn before(&self) -> Option<StmtId> {
        match self.turns {
            Loop::For(stmt, _) => Some(stmt),
            _ => self.source.facts.stmt_of(self.call),
        }
    }

    /// Whether the question is awaited.
    pub fn is_awaited(&self) -> bool {
        self.whole != self.call
    }

    /// An expression for each item, as a list: `[text.strip() for text in texts]`.
    pub fn for_each(&self, item: &str, text: &str) -> String {
        let source = self.source;
        let is_item = item == source.expr(self.target);
        let clause = self.clause();
        if is_item && text == item && !clause.contains(" if ") {
            return self.list.clone().unwrap_or_else(|| format!("list({})", source.expr(self.iter)));
        }
        format!("[{text} {clause}]")
    }

    /// What is iterated, as it is written before the loop.
    fn items(&self) -> &str {
        self.list.as_deref().unwrap_or_else(|| self.source.expr(self.iter))
    }

    /// The text of a place in the loop, as it is written before the loop: a level further out.
    pub fn text(&self, range: TextRange) -> String {
        let (source, facts) = (self.source, self.source.facts);
        let has_text = |e: ExprId| matches!(facts.kind(e), ExprKind::Str(_) | ExprKind::Bytes | ExprKind::FString(_));
        let is_long = |e: ExprId| has_text(e) && source.expr(e).contains('\n');
        match self.turns {
            Loop::For(..) if !exprs_in(facts, self.function(), range).any(is_long) => {
                source.slice(range).replace(&format!("\n{}", source.unit()), "\n")
            }
            _ => source.slice(range).to_owned(),
        }
    }

    /// `for text in texts if text`
    fn clause(&self) -> String {
        let (source, facts) = (self.source, self.source.facts);
        let mut clause = format!("for {} in {}", source.expr(self.target), self.items());
        if let Loop::Clause(_, index, nth) = self.turns {
            for test in facts.expr_list(facts.comprehensions[index as usize].clauses[nth].ifs) {
                clause.push_str(&format!(" if {}", source.expr(test)));
            }
        }
        clause
    }

    /// The name of each item, where it has one.
    pub fn item(&self) -> &str {
        self.source.expr(self.target)
    }

    /// Whether an expression reads what is new on each turn.
    pub fn varies(&self, expr: ExprId) -> bool {
        let facts = self.source.facts;
        let names = target_names(facts, self.function(), self.target);
        exprs_in(facts, self.function(), facts.range(expr))
            .any(|e| matches!(facts.kind(e), ExprKind::Name(name, _) if names.contains(name.as_str())))
    }

    fn function(&self) -> FunctionId {
        self.source.facts.function_of(self.call)
    }

    /// Whether nothing of a turn happens before the question, and nothing decides whether it is asked.
    fn is_first(&self) -> Result<(), Reason> {
        let facts = self.source.facts;
        match self.turns {
            Loop::For(stmt, false) => {
                let each = for_of(self.source, stmt)?;
                let first = facts.block(each.body).next();
                let simple = |s: StmtId| {
                    matches!(
                        facts.stmt(s).kind,
                        StmtKind::Expr(_) | StmtKind::Assign(..) | StmtKind::AnnAssign(..) | StmtKind::AugAssign(..)
                    )
                };
                if facts.stmt_of(self.call) != first || !first.is_some_and(simple) {
                    return Err("the request is not the first thing the loop does".into());
                }
                if facts.block(each.orelse).len() > 0 {
                    return Err("the loop has an `else`".into());
                }
            }
            Loop::Clause(_, index, 0) => {
                let comp = &facts.comprehensions[index as usize];
                if comp.kind != CompKind::List || comp.clauses.len() != 1 {
                    return Err("the comprehension is not a plain list".into());
                }
            }
            _ => return Err("the loop is not a plain one".into()),
        }
        let decides = |outer: ExprId| {
            matches!(facts.kind(outer), ExprKind::IfElse(_) | ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Lambda(_))
        };
        if facts.ancestors(self.whole).any(decides) {
            return Err("the request is not made on every turn".into());
        }
        Ok(())
    }

    /// The edits that ask ahead.
    pub fn asked(&self, ahead: Ahead) -> Result<Vec<Edit>, Reason> {
        match self.turns {
            Loop::Clause(expr, index, _) => {
                let comp = &self.source.facts.comprehensions[index as usize];
                self.comprehension(expr, comp, ahead)
            }
            Loop::For(stmt, _) => self.statement(stmt, for_of(self.source, stmt)?, ahead),
            Loop::While(_) => Err("the loop has no items".into()),
        }
    }

    /// The part of an answer that is one item's: `response.data[0]`, or the answer itself.
    fn share(&self, answer: ExprId, each: Option<&str>) -> Result<ExprId, Reason> {
        let facts = self.source.facts;
        let Some(each) = each else { return Ok(answer) };
        let other = || Reason::from("the answer is used in another way");
        let Use::Expr(parts) = use_of(facts, answer) else { return Err(other()) };
        let is_each = match facts.kind(parts) {
            ExprKind::Attribute(value, attr) => value == answer && attr == each,
            ExprKind::Subscript(value, key) => {
                value == answer && matches!(facts.kind(key), ExprKind::Str(text) if text == each)
            }
            _ => false,
        };
        let Use::Expr(first) = use_of(facts, parts) else { return Err(other()) };
        let ExprKind::Subscript(value, index) = facts.kind(first) else { return Err(other()) };
        let is_first = value == parts && facts.kind(index) == ExprKind::Int(0);
        if is_each && is_first { Ok(first) } else { Err(other()) }
    }

    /// The place of an expression, with parentheses that are there for an `await` only.
    fn place(&self, expr: ExprId) -> TextRange {
        let (source, at) = (self.source, self.source.facts.range(expr));
        let (before, after) = (&source.text[..at.start().to_usize()], &source.text[at.end().to_usize()..]);
        let binds = matches!(use_of(source.facts, expr), Use::Expr(outer)
            if matches!(source.facts.kind(outer), ExprKind::Attribute(..) | ExprKind::Subscript(..)));
        if binds && before.ends_with('(') && after.starts_with(')') {
            let one = TextSize::new(1);
            return TextRange::new(at.start() - one, at.end() + one);
        }
        at
    }

    fn comprehension(&self, expr: ExprId, comp: &Comprehension, ahead: Ahead) -> Result<Vec<Edit>, Reason> {
        let (source, facts) = (self.source, self.source.facts);
        if source.expr(expr).contains('#') {
            return Err("a comment stands inside".into());
        }
        let share = self.share(self.whole, ahead.each)?;
        let (element, part) = (facts.range(comp.element), self.place(share));
        if self.is_read_beside(element) {
            return Err("the item is used beside the request".into());
        }
        let text = if ahead.each.is_none() && share == comp.element {
            ahead.request
        } else {
            let before = source.slice(TextRange::new(element.start(), part.start()));
            let after = source.slice(TextRange::new(part.end(), element.end()));
            let one = self.one(ahead.each);
            let answers = match ahead.each {
                Some(each) => format!("({}).{each}", ahead.request),
                None => ahead.request,
            };
            format!("[{before}{one}{after} for {one} in {answers}]")
        };
        let mut edits = ahead.imports;
        edits.push(Edit::replace(facts.range(expr), text));
        if !ahead.lines.is_empty() {
            let stmt = self.before().ok_or("it is not part of a statement")?;
            edits.push(source.lines_above(stmt, &ahead.lines)?);
        }
        Ok(edits)
    }

    /// Whether an item is read in a place for something else than the question.
    fn is_read_beside(&self, within: TextRange) -> bool {
        let facts = self.source.facts;
        let (call, target) = (facts.range(self.call), facts.range(self.target));
        let outside = |e: &ExprId| {
            let at = facts.range(*e);
            !call.contains_range(at) && !target.contains_range(at)
        };
        exprs_in(facts, self.function(), within)
            .filter(outside)
            .any(|e| matches!(facts.kind(e), ExprKind::Name(..)) && self.varies(e))
    }

    fn statement(&self, stmt: StmtId, each: &For, ahead: Ahead) -> Result<Vec<Edit>, Reason> {
        let (source, facts) = (self.source, self.source.facts);
        let mut edits = ahead.imports;
        let mut lines = ahead.lines;
        if let Some(list) = &self.list {
            lines.push(format!("{list} = list({})", source.expr(self.iter)));
        }
        let first = facts.block(each.body).next().ok_or("the loop is empty")?;
        let mut comment = "";
        let (one, answers) = match facts.stmt(first).kind {
            StmtKind::Assign(targets, value) if value == self.whole && facts.block(each.body).len() > 1 => {
                let mut targets = facts.expr_list(targets);
                let target = targets.next().filter(|_| targets.len() == 0).ok_or("the answer has several names")?;
                let (above, behind) = self.taken_out(each, first, &mut edits)?;
                lines.extend(above);
                comment = behind;
                self.named(stmt, target, ahead.each, &mut edits)?
            }
            _ => {
                let one = self.one(ahead.each);
                edits.push(Edit::replace(self.place(self.share(self.whole, ahead.each)?), one.clone()));
                (
                    one,
                    self.free(if ahead.each.is_some() { &["response", "embedded"] } else { &["answers", "responses"] }),
                )
            }
        };
        lines.push(format!("{answers} = {}{comment}", ahead.request));
        edits.push(source.lines_above(stmt, &lines)?);
        let all = match ahead.each {
            Some(part) => format!("{answers}.{part}"),
            None => answers,
        };
        let header = if self.is_read_beside(facts.stmt(stmt).range()) {
            let target = match facts.kind(self.target) {
                ExprKind::Tuple(_) if !self.item().starts_with('(') => format!("({})", self.item()),
                _ => self.item().to_owned(),
            };
            format!("{target}, {one} in zip({}, {all})", self.items())
        } else {
            format!("{one} in {all}")
        };
        let until = facts.range(self.iter).end();
        edits.push(Edit::replace(TextRange::new(facts.range(each.target).start(), until), header));
        Ok(edits)
    }

    /// A name for one item's answer.
    fn one(&self, each: Option<&str>) -> String {
        self.free(if each.is_some() { &["entry", "part"] } else { &["answer", "entry"] })
    }

    fn free(&self, names: &[&str]) -> String {
        self.source.free_name(self.source.scope_of(self.call), names)
    }

    /// The names of one answer and of all, where the question is assigned to a name; what reads it is renamed.
    fn named(
        &self,
        stmt: StmtId,
        target: ExprId,
        each: Option<&str>,
        edits: &mut Vec<Edit>,
    ) -> Result<(String, String), Reason> {
        let (source, facts) = (self.source, self.source.facts);
        if each.is_none() {
            return Ok((source.expr(target).to_owned(), self.free(&["answers", "responses"])));
        }
        let ExprKind::Name(answer, _) = facts.kind(target) else { return Err("the answer has no name".into()) };
        let one = self.one(each);
        let range = facts.stmt(stmt).range();
        let mut is_read = false;
        for read in facts.exprs_of(self.function()) {
            if read == target || !matches!(facts.kind(read), ExprKind::Name(name, _) if name == answer) {
                continue;
            }
            let at = facts.range(read);
            if at.start() > range.end() {
                return Err("the answer is used in another way".into());
            }
            if range.contains_range(at) {
                is_read = true;
                edits.push(Edit::replace(facts.range(self.share(read, each)?), one.clone()));
            }
        }
        if !is_read {
            return Err("the answer is used in another way".into());
        }
        Ok((one, answer.as_str().to_owned()))
    }

    /// Takes the question's own lines out of the loop: the comments above it, and the one behind it.
    fn taken_out(&self, each: &For, first: StmtId, edits: &mut Vec<Edit>) -> Result<(Vec<String>, &'a str), Reason> {
        let (source, facts) = (self.source, self.source.facts);
        source.own_lines(first).ok_or("several statements share a line")?;
        let at = facts.stmt(first).range();
        let header = TextRange::new(facts.range(each.iter).end(), at.start());
        let colon = match source.code(header).as_slice() {
            [(colon, ":")] => *colon,
            _ => return Err("what is iterated stands in parentheses".into()),
        };
        let from = source.next_line(colon);
        let above = source.slice(TextRange::new(from, source.line_start(at.start())));
        let comments = above.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        edits.push(Edit::replace(TextRange::new(from, source.next_line(at.end())), ""));
        Ok((comments.collect(), source.slice(TextRange::new(at.end(), source.line_end(at.end())))))
    }

    /// Whether what is iterated can be iterated again.
    fn is_iterable_twice(&self) -> bool {
        let (facts, program) = (self.source.facts, self.source.program);
        match facts.kind(self.iter) {
            ExprKind::List(_) | ExprKind::Tuple(_) | ExprKind::Set(_) | ExprKind::Dict(..) | ExprKind::Str(_) => true,
            ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
                let value = program.value(self.source.file, self.iter);
                !program.alternatives(value).into_iter().any(|part| match program.get(part) {
                    Value::Generator(..) => true,
                    Value::Instance(class, _) => program.method(*class, "__next__").is_some(),
                    _ => false,
                })
            }
            ExprKind::Call(callee, _) => facts.dotted(callee).as_deref() == Some("range"),
            _ => false,
        }
    }
}

fn for_of<'s>(source: &Source<'s>, stmt: StmtId) -> Result<&'s For, Reason> {
    match source.facts.stmt(stmt).kind {
        StmtKind::For(index) => Ok(&source.facts.fors[index as usize]),
        _ => Err("the loop is not a plain one".into()),
    }
}
