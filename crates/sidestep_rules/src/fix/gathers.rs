//! SS701: what is gathered, so that no failure is lost and nothing runs on unseen.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Awaitability, Use, awaitability, is_statement, use_of};
use sidestep_facts::{Arg, ArgKind, ExprId, ExprKind, Ranged as _, StmtId, StmtKind, TextRange, TextSize};
use std::borrow::Cow;

/// Why something cannot be done.
type Reason = Cow<'static, str>;

/// Where results are only shown, each is, or how it failed. Else a `TaskGroup` where the target Python has it, which cancels
/// the others; else the first failure is raised when all are done.
pub fn lose_nothing(source: &Source<'_>, finding: &Finding) -> Verdict {
    let gathered = Gathered::at(source, finding)?;
    if let Some(shown) = gathered.shown() {
        return gathered.show_each(shown);
    }
    let has_group = source.program.settings().target.is_some_and(|target| target >= (3, 11));
    if has_group && let Ok(fix) = gathered.task_group() {
        return Ok(fix);
    }
    gathered.raise_at_the_end()
}

/// `results = await gather(…)`, as a statement of its own line.
struct Gathered<'a, 's> {
    source: &'a Source<'s>,
    call: ExprId,
    args: &'s [Arg],
    awaited: ExprId,
    stmt: StmtId,
    indent: &'s str,
}

impl<'a, 's> Gathered<'a, 's> {
    fn at(source: &'a Source<'s>, finding: &Finding) -> Result<Gathered<'a, 's>, Reason> {
        let facts = source.facts;
        let call = source.call_at(finding.range).ok_or("it is not a call")?;
        source.may_await(call)?;
        if source.framework() != "asyncio" {
            return Err("the file is not written for asyncio".into());
        }
        let ExprKind::Call(_, args) = facts.kind(call) else { return Err("it is not a call".into()) };
        let args = facts.args(args);
        if !args.iter().all(|arg| matches!(arg.kind, ArgKind::Positional | ArgKind::Star)) {
            return Err("it is called with settings of its own".into());
        }
        let Use::Expr(awaited) = use_of(facts, call) else { return Err("it is not awaited here".into()) };
        let Use::Stmt(stmt) = use_of(facts, awaited) else {
            return Err("its results are used in an expression".into());
        };
        if !matches!(facts.stmt(stmt).kind, StmtKind::Expr(_) | StmtKind::Assign(..) | StmtKind::Return(_)) {
            return Err("its results are used in a statement of its own kind".into());
        }
        let indent = source.own_lines(stmt).ok_or("several statements share a line")?;
        Ok(Gathered { source, call, args, awaited, stmt, indent })
    }

    fn free(&self, names: &[&str]) -> String {
        self.source.free_name(self.source.scope_of(self.call), names)
    }

    /// What stands before the `await`: `results = `, `return `.
    fn before(&self) -> &'s str {
        let (start, end) = (self.range().start(), self.source.facts.range(self.awaited).start());
        self.source.slice(TextRange::new(start, end))
    }

    fn range(&self) -> TextRange {
        self.source.facts.stmt(self.stmt).range()
    }

    /// The one name that the results have, and the `print` that is all that becomes of them.
    fn shown(&self) -> Option<(ExprId, StmtId)> {
        let facts = self.source.facts;
        let StmtKind::Assign(targets, _) = facts.stmt(self.stmt).kind else { return None };
        let mut targets = facts.expr_list(targets);
        let target = targets.next().filter(|_| targets.len() == 0)?;
        let ExprKind::Name(name, scope) = facts.kind(target) else { return None };
        let home = facts.resolve(scope, name)?;
        let is_it = |e: &ExprId| {
            *e != target
                && matches!(facts.kind(*e), ExprKind::Name(n, at) if n == name && facts.resolve(at, n) == Some(home))
        };
        let mut reads = (0..facts.exprs.len() as u32).map(ExprId).filter(is_it);
        let read = reads.next().filter(|_| reads.next().is_none())?;
        let Use::Expr(call) = use_of(facts, read) else { return None };
        let ExprKind::Call(callee, args) = facts.kind(call) else { return None };
        let prints = facts.dotted(callee).as_deref() == Some("print") && facts.args(args).len() == 1 && callee != read;
        let Use::Stmt(print) = use_of(facts, call) else { return None };
        let same_block = self.source.block_of(print).is_some_and(|b| self.source.block_of(self.stmt) == Some(b));
        (prints && is_statement(facts, call) && same_block).then_some((target, print))
    }

    /// Each result on a line of its own, or what it failed with.
    fn show_each(&self, (target, print): (ExprId, StmtId)) -> Verdict {
        let (source, unit) = (self.source, self.source.unit());
        let indent = source.own_lines(print).ok_or("several statements share a line")?;
        let (number, result) = (self.free(&["i", "number"]), self.free(&["result", "outcome"]));
        let mut edits = self.with_exceptions()?;
        let quote = source.quote();
        let lines = [
            format!("for {number}, {result} in enumerate({}, 1):", source.expr(target)),
            format!("{indent}{unit}if isinstance({result}, BaseException):"),
            format!("{indent}{unit}{unit}print(f{quote}Task {{{number}}} failed: {{{result}}}{quote})"),
            format!("{indent}{unit}else:"),
            format!("{indent}{unit}{unit}print(f{quote}Task {{{number}}}: {{{result}}}{quote})"),
        ];
        edits.push(Edit::replace(source.facts.stmt(print).range(), lines.join("\n")));
        Ok(Fix::needs_review("show each result, or how it failed", edits))
    }

    /// The edits that add `return_exceptions=True`.
    fn with_exceptions(&self) -> Result<Vec<Edit>, Reason> {
        let (source, facts) = (self.source, self.source.facts);
        let last = self.args.last().ok_or("nothing is gathered")?;
        let (end, whole) = (facts.range(last.value).end(), facts.range(self.call).end());
        let rest = source.code(TextRange::new(end, whole));
        let comma = match rest.iter().map(|(_, word)| *word).collect::<Vec<_>>()[..] {
            [")"] => false,
            [",", ")"] => true,
            _ => return Err("its last argument stands in parentheses".into()),
        };
        let argument = "return_exceptions=True";
        if source.line_start(end) == source.line_start(whole) {
            return Ok(vec![Edit::insert(end, format!(", {argument}"))]);
        }
        // On a line of its own, behind the last one's comment.
        let indent = source.indent_at(end);
        let behind = source.line_end(end);
        if behind >= whole - TextSize::new(1) {
            return Err("its arguments end in an unusual way".into());
        }
        Ok(if comma {
            vec![Edit::insert(behind, format!("\n{indent}{argument},"))]
        } else {
            vec![Edit::insert(end, ","), Edit::insert(behind, format!("\n{indent}{argument}"))]
        })
    }

    /// All are waited for; then the first failure is raised.
    fn raise_at_the_end(&self) -> Verdict {
        let (source, facts, indent, unit) = (self.source, self.source.facts, self.indent, self.source.unit());
        let (mut results, result) = (self.free(&["results", "outcomes"]), self.free(&["result", "outcome"]));
        let mut edits = self.with_exceptions()?;
        let start = self.range().start();
        let mut after = String::new();
        match facts.stmt(self.stmt).kind {
            StmtKind::Expr(_) => edits.push(Edit::insert(start, format!("{results} = "))),
            StmtKind::Assign(targets, _) => {
                let mut targets = facts.expr_list(targets);
                let only = targets.next().filter(|_| targets.len() == 0);
                match only.map(|target| (target, facts.kind(target))) {
                    Some((target, ExprKind::Name(..))) => results = source.expr(target).to_owned(),
                    _ => after = format!("\n{indent}{}{results}", self.before()),
                }
            }
            _ => after = format!("\n{indent}{}{results}", self.before()),
        }
        if !after.is_empty() {
            let before = TextRange::new(start, facts.range(self.awaited).start());
            edits.push(Edit::replace(before, format!("{results} = ")));
        }
        let lines = format!(
            "\n{indent}for {result} in {results}:\n{indent}{unit}if isinstance({result}, BaseException):\n\
             {indent}{unit}{unit}raise {result}{after}"
        );
        edits.push(Edit::insert(source.line_end(self.range().end()), lines));
        Ok(Fix::needs_review("wait for all, then raise what failed first", edits))
    }

    /// A `TaskGroup`, which cancels the others when one fails.
    fn task_group(&self) -> Verdict {
        let (source, facts, indent, unit) = (self.source, self.source.facts, self.indent, self.source.unit());
        if source.slice(self.range()).contains('#') {
            return Err("a comment stands inside the statement".into());
        }
        let scope = source.scope_of(self.call);
        let made = source.import(scope, "asyncio", "TaskGroup")?;
        let group = self.free(&["group", "task_group"]);
        let header = format!("async with {}() as {group}:", made.name);
        let text = match facts.stmt(self.stmt).kind {
            StmtKind::Expr(_) => format!("{header}{}", self.started(&group)?),
            _ => {
                let (task, tasks) = (self.free(&["task", "member"]), self.free(&["tasks", "group_tasks"]));
                let members = self.members(&group)?;
                let results = format!("{}[{task}.result() for {task} in {tasks}]", self.before());
                format!("{header}\n{indent}{unit}{tasks} = {members}\n{indent}{results}")
            }
        };
        let mut edits = made.edits;
        edits.push(Edit::replace(self.range(), text));
        Ok(Fix::needs_review("use a `TaskGroup`", edits))
    }

    fn is_coroutine(&self, e: ExprId) -> bool {
        let source = self.source;
        matches!(source.facts.kind(e), ExprKind::Call(..))
            && awaitability(source.program, source.program.value(source.file, e)) == Awaitability::Coroutine
    }

    fn start(&self, group: &str, e: ExprId) -> String {
        format!("{group}.create_task({})", self.source.expr(e))
    }

    /// Lines that start what is gathered.
    fn started(&self, group: &str) -> Result<String, Reason> {
        let (indent, unit) = (self.indent, self.source.unit());
        if let Some((element, rest)) = self.comprehension() {
            // `for` over what the comprehension goes through.
            if rest.contains(" if ") || rest.matches(" for ").count() != 1 {
                return Err("the tasks of a comprehension would have no name".into());
            }
            return Ok(format!("\n{indent}{unit}{}:\n{indent}{unit}{unit}{}", rest.trim(), self.start(group, element)));
        }
        if !self.are_coroutines() {
            return Err("what is gathered are not coroutines made here".into());
        }
        Ok(self.args.iter().map(|arg| format!("\n{indent}{unit}{}", self.start(group, arg.value))).collect())
    }

    /// A list of the tasks.
    fn members(&self, group: &str) -> Result<String, Reason> {
        let (indent, unit) = (self.indent, self.source.unit());
        if let Some((element, rest)) = self.comprehension() {
            return Ok(format!("[{}{rest}]", self.start(group, element)));
        }
        if !self.are_coroutines() {
            return Err("what is gathered are not coroutines made here".into());
        }
        let lines = self.args.iter().map(|arg| format!("{indent}{unit}{unit}{},\n", self.start(group, arg.value)));
        Ok(format!("[\n{}{indent}{unit}]", lines.collect::<String>()))
    }

    fn are_coroutines(&self) -> bool {
        self.args.iter().all(|arg| arg.kind == ArgKind::Positional && self.is_coroutine(arg.value))
    }

    /// The element of `*[f(x) for x in xs]`, and the text behind it.
    fn comprehension(&self) -> Option<(ExprId, &'s str)> {
        let (source, facts) = (self.source, self.source.facts);
        let [star] = self.args else { return None };
        let ExprKind::Comprehension(index) = facts.kind(star.value) else { return None };
        let comp = &facts.comprehensions[index as usize];
        if star.kind != ArgKind::Star || comp.key.is_some() || !self.is_coroutine(comp.element) {
            return None;
        }
        let rest = TextRange::new(facts.range(comp.element).end(), facts.range(star.value).end());
        let rest = source.slice(rest).trim_end();
        // A generator expression that is the only argument shares the call's parentheses.
        Some((comp.element, rest.strip_suffix([']', ')', '}']).unwrap_or(rest).trim_end()))
    }
}
