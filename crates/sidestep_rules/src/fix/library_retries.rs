//! SS1202 in projects that have tenacity or stamina: the loop is handed to the library, which pauses longer each time.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use super::{Options, Retries};
use crate::p09_timeouts::sleep_argument;
use crate::p12_rate_limits::Retry;
use sidestep_facts::{
    Block, ExprId, ExprKind, For, FunctionId, Ranged as _, ScopeId, StmtId, StmtKind, TextRange, Try,
};
use std::borrow::Cow;

/// Why something cannot be done.
type Reason = Cow<'static, str>;

/// The library that a program retries with: one that it imports, else one that its project depends on.
pub fn library(source: &Source<'_>, options: &Options) -> Retries {
    let imports = |module: &str| {
        source.program.inputs().any(|file| {
            let facts = source.program.facts(file);
            facts.imports.iter().any(|import| import.level == 0 && import.module.is_some_and(|m| m == module))
        })
    };
    match options.retries {
        _ if imports("stamina") => Retries::Stamina,
        _ if imports("tenacity") => Retries::Tenacity,
        depends => depends,
    }
}

/// `for attempt in range(3): try: … except Error: pass` as attempts of a library.
pub fn hand_over(source: &Source<'_>, retry: &Retry, library: Retries) -> Verdict {
    let attempts = Attempts::of(source, retry)?;
    let scope = source.facts.function(attempts.function).scope;
    let mut imports = Vec::new();
    let made = match library {
        Retries::Stamina => attempts.stamina(scope, &mut imports)?,
        Retries::Tenacity => attempts.tenacity(scope, &mut imports)?,
        Retries::Loop => return Err("the project has no library for retries".into()),
    };
    let mut edits = imports;
    edits.push(attempts.edit(&made)?);
    Ok(Fix::needs_review(format!("let {} retry, with pauses that grow", library.as_str()), edits))
}

/// A loop that does nothing but try.
struct Attempts<'a, 's> {
    source: &'a Source<'s>,
    function: FunctionId,
    stmt: StmtId,
    tried: &'s Try,
    /// What is caught.
    errors: ExprId,
    /// How often, where there is an end.
    many: Option<&'s str>,
}

impl<'a, 's> Attempts<'a, 's> {
    fn of(source: &'a Source<'s>, retry: &Retry) -> Result<Attempts<'a, 's>, Reason> {
        let facts = source.facts;
        let stmt = retry.stmt;
        let function = facts.stmt(stmt).function;
        let (body, many) = match facts.stmt(stmt).kind {
            StmtKind::For(index) => {
                let each = &facts.fors[index as usize];
                (each.body, Some(counted(source, function, each)?))
            }
            StmtKind::While { test, body, .. } if facts.kind(test) == ExprKind::True => (body, None),
            _ => return Err("the loop has a condition of its own".into()),
        };
        let mut stmts = facts.block(body);
        let only = stmts.next().filter(|_| stmts.len() == 0).ok_or("the loop does something else too")?;
        let StmtKind::Try(index) = facts.stmt(only).kind else { return Err("the loop does something else too".into()) };
        let tried = &facts.tries[index as usize];
        let [handler] = tried.handlers.as_slice() else { return Err("there are several handlers".into()) };
        let is_bare = facts.block(tried.orelse).len() == 0 && facts.block(tried.finalbody).len() == 0;
        if !is_bare || tried.is_star {
            return Err("the `try` has other clauses".into());
        }
        let errors = handler.exception.ok_or("it catches everything")?;
        let attempts = Attempts { source, function, stmt, tried, errors, many };
        attempts.only_waits(handler.body)?;
        let goes_on = |s: StmtId| {
            facts.stmt(s).kind == StmtKind::Continue && attempts.tried_range().contains_range(facts.stmt(s).range())
        };
        if facts.stmts_of(function).any(goes_on) {
            return Err("an attempt goes on to the next by itself".into());
        }
        Ok(attempts)
    }

    /// Whether a handler only pauses: whatever else it does would be lost.
    fn only_waits(&self, body: Block) -> Result<(), Reason> {
        let (source, facts) = (self.source, self.source.facts);
        let waits = |stmt: StmtId| match facts.stmt(stmt).kind {
            StmtKind::Pass | StmtKind::Continue => true,
            StmtKind::Expr(value) => {
                let call = match facts.kind(value) {
                    ExprKind::Await(call) => call,
                    _ => value,
                };
                sleep_argument(source.program, source.file, call).is_some()
            }
            _ => false,
        };
        if facts.block(body).all(waits) { Ok(()) } else { Err("what is done between attempts would be lost".into()) }
    }

    fn tried_range(&self) -> TextRange {
        let facts = self.source.facts;
        let mut stmts = facts.block(self.tried.body).map(|stmt| facts.stmt(stmt).range());
        let first = stmts.next().unwrap_or_default();
        TextRange::new(first.start(), stmts.last().unwrap_or(first).end())
    }

    fn is_async(&self) -> bool {
        self.source.facts.function(self.function).is_async
    }

    /// `stamina.retry_context(on=Error, attempts=3)`
    fn stamina(&self, scope: ScopeId, imports: &mut Vec<Edit>) -> Result<String, Reason> {
        let context = self.source.import(scope, "stamina", "retry_context")?;
        imports.extend(context.edits);
        let limits = match self.many {
            Some(many) => format!("attempts={many}, timeout=None"),
            None => "attempts=None, timeout=None".to_owned(),
        };
        Ok(format!("{}(on={}, {limits})", context.name, self.source.expr(self.errors)))
    }

    /// `AsyncRetrying(retry=…, stop=…, wait=…, reraise=True)`
    fn tenacity(&self, scope: ScopeId, imports: &mut Vec<Edit>) -> Result<String, Reason> {
        let mut name = |name: &str| {
            let import = self.source.import(scope, "tenacity", name)?;
            imports.extend(import.edits);
            Ok::<String, Reason>(import.name)
        };
        let retrying = name(if self.is_async() { "AsyncRetrying" } else { "Retrying" })?;
        let mut given = vec![format!("retry={}({})", name("retry_if_exception_type")?, self.source.expr(self.errors))];
        if let Some(many) = self.many {
            given.push(format!("stop={}({many})", name("stop_after_attempt")?));
        }
        given.push(format!("wait={}(max=60)", name("wait_random_exponential")?));
        given.push("reraise=True".to_owned());
        let inner = format!("\n{}{}", self.outer()?, self.source.unit());
        let lines: String = given.into_iter().map(|argument| format!("{inner}{argument},")).collect();
        Ok(format!("{retrying}({lines}\n{})", self.outer()?))
    }

    /// The indentation of the loop over attempts: that of the old loop, or a level more under a `try`.
    fn outer(&self) -> Result<String, Reason> {
        let indent = self.source.begins_line(self.stmt).ok_or("several statements share a line")?;
        let more = if self.many.is_some() { self.source.unit() } else { "" };
        Ok(format!("{indent}{more}"))
    }

    /// The loop over attempts in place of the old one. Where they have an end, what the last one raises is caught as before.
    fn edit(&self, made: &str) -> Result<Edit, Reason> {
        let (source, facts) = (self.source, self.source.facts);
        let indent = source.begins_line(self.stmt).ok_or("several statements share a line")?;
        let range = facts.stmt(self.stmt).range();
        let tried = self.tried_range();
        let first = facts.block(self.tried.body).next().ok_or("nothing is tried")?;
        let inner = source.own_lines(first).ok_or("several statements share a line")?;
        let rest = TextRange::new(tried.end(), range.end());
        if source.slice(TextRange::new(range.start(), tried.start())).contains('#') || source.slice(rest).contains('#')
        {
            return Err("a comment stands between".into());
        }
        let unit = source.unit();
        let outer = self.outer()?;
        let end = match self.many {
            Some(_) => format!("\n{indent}except {}:\n{indent}{unit}pass", source.expr(self.errors)),
            None => String::new(),
        };
        // The attempt's lines stay at their depth, or go a level deeper.
        let wanted = format!("{outer}{unit}{unit}");
        let more = wanted.strip_prefix(inner).ok_or("the file is indented in an unusual way")?;
        let body = source.indented(TextRange::new(source.line_start(tried.start()), tried.end()), more);
        let attempt = source.free_name(source.facts.function(self.function).scope, &["attempt", "one_attempt"]);
        let keyword = if self.is_async() { "async for" } else { "for" };
        let begin = if self.many.is_some() { format!("try:\n{outer}") } else { String::new() };
        let text = format!("{begin}{keyword} {attempt} in {made}:\n{outer}{unit}with {attempt}:\n{body}{end}");
        Ok(Edit::replace(range, text))
    }
}

/// The number in `for _ in range(number)`, whose counter nobody reads.
fn counted<'s>(source: &Source<'s>, function: FunctionId, each: &For) -> Result<&'s str, Reason> {
    let facts = source.facts;
    let other = || Reason::from("the loop does not simply count");
    let ExprKind::Call(callee, args) = facts.kind(each.iter) else { return Err(other()) };
    let [only] = facts.args(args) else { return Err(other()) };
    let ExprKind::Name(counter, _) = facts.kind(each.target) else { return Err(other()) };
    if facts.dotted(callee).as_deref() != Some("range") || facts.block(each.orelse).len() > 0 {
        return Err(other());
    }
    let is_read = |e: ExprId| e != each.target && matches!(facts.kind(e), ExprKind::Name(n, _) if n == counter);
    if facts.exprs_of(function).any(is_read) {
        return Err("the attempts are counted for something else too".into());
    }
    Ok(source.expr(only.value))
}
