//! SS901: how long a call may take.

use super::Options;
use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::around::{loops, only_value};
use crate::finding::Finding;
use crate::support::is_awaited;
use sidestep_facts::{ExprId, ExprKind, StmtId, StmtKind};
use sidestep_program::ExprRef;

/// SS901: a limit around the call.
pub fn set_timeout(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("what waits is not a call")?;
    source.may_await(call)?;
    if source.hands_to_thread(call) {
        return Err("a limit around the await leaves the thread waiting: the request needs one of its own".into());
    }
    if source.is_watching(call) {
        return Err(
            "a limit on each message would end a connection that is only quiet: open it with a heartbeat".into()
        );
    }
    let seconds = options.timeout;
    let scope = source.scope_of(call);
    let title = format!("wait {seconds} s at most");
    let target = source.program.settings().target;
    let framework = source.framework();
    if framework == "anyio" || target.is_some_and(|target| target >= (3, 11)) && framework == "asyncio" {
        let (name, header) = if framework == "anyio" { ("fail_after", "with") } else { ("timeout", "async with") };
        if let Some(stmt) = facts.stmt_of(call).filter(|&stmt| is_simple(source, stmt, call)) {
            let timeout = source.import(scope, framework, name)?;
            let mut edits = timeout.edits;
            edits.push(source.around(stmt, stmt, &format!("{header} {}({seconds}):", timeout.name))?);
            return Ok(Fix::needs_review(title, edits));
        }
    }
    if framework != "asyncio" {
        return Err("where the limit belongs is for you to say".into());
    }
    if !is_awaited(facts, call) {
        return Err("the call is not awaited here, and the target Python may not have `asyncio.timeout`".into());
    }
    let wait = source.import(scope, "asyncio", "wait_for")?;
    let mut edits = wait.edits;
    edits.push(Edit::insert(finding.range.start(), format!("{}(", wait.name)));
    edits.push(Edit::insert(finding.range.end(), format!(", timeout={seconds})")));
    Ok(Fix::needs_review(title, edits))
}

impl Source<'_> {
    /// Whether a call hands something to a worker thread.
    fn hands_to_thread(&self, call: ExprId) -> bool {
        let ExprKind::Call(_, args) = self.facts.kind(call) else { return false };
        let site = ExprRef { file: self.file, expr: call };
        let targets = self.program.callees(self.file, call).targets;
        targets.into_iter().any(|target| {
            (0..self.facts.args(args).len())
                .any(|index| self.program.argument_mark(site, target, index).is_some_and(|mark| mark == "InThread"))
        })
    }

    /// Whether a call waits, on each turn of a loop, for what the other side of a connection made outside of it may send.
    fn is_watching(&self, call: ExprId) -> bool {
        let (facts, program) = (self.facts, self.program);
        let is_peer = |f| program.mark(f, "waits").is_some_and(|mark| mark.flag("peer"));
        let (Some(turns), ExprKind::Call(callee, _)) = (loops(facts, call).first().copied(), facts.kind(call)) else {
            return false;
        };
        if !program.callees(self.file, call).functions().any(is_peer) {
            return false;
        }
        let made_inside = match facts.kind(callee) {
            ExprKind::Attribute(receiver, _) => match facts.kind(receiver) {
                ExprKind::Name(name, scope) => facts.resolve(scope, name).is_some_and(|home| {
                    facts.bindings_in(home, name).iter().any(|binding| turns.range(facts).contains(binding.at))
                }),
                _ => false,
            },
            _ => false,
        };
        !made_inside
    }
}

/// Whether a statement does nothing but what a call in it is for.
fn is_simple(source: &Source<'_>, stmt: StmtId, call: ExprId) -> bool {
    let facts = source.facts;
    match facts.stmt(stmt).kind {
        StmtKind::Expr(_) | StmtKind::Assign(..) | StmtKind::AnnAssign(..) | StmtKind::AugAssign(..) => true,
        StmtKind::Return(_) => true,
        StmtKind::With(index) => {
            let with = &facts.withs[index as usize];
            with.is_async && with.items.iter().any(|item| item.context == call)
        }
        _ => false,
    }
}

/// SS902: a number in place of the `None` that switches a limit off.
pub fn bound_again(source: &Source<'_>, finding: &Finding, options: &Options) -> Verdict {
    let facts = source.facts;
    let argument = source.find(finding.range, |_| true).ok_or("the limit is not an expression here")?;
    let argument = only_value(facts, argument).unwrap_or(argument);
    let off = match facts.kind(argument) {
        ExprKind::None => Some(argument),
        ExprKind::Call(_, args) => {
            let mut off = facts.args(args).iter().map(|arg| arg.value).filter(|&e| facts.kind(e) == ExprKind::None);
            off.next().filter(|_| off.next().is_none())
        }
        _ => None,
    };
    let off = off.ok_or("where the limit is switched off is not here")?;
    let seconds = options.timeout;
    let edits = vec![Edit::replace(facts.range(off), seconds.to_string())];
    Ok(Fix::needs_review(format!("wait {seconds} s at most"), edits))
}
