//! `async def` for a helper that has to wait, and for everything that calls it: the whole chain, or nothing.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, is_awaited, use_of};
use rustc_hash::FxHashSet;
use sidestep_facts::{ArgKind, ExprId, ExprKind, FunctionId, ScopeKind, TextRange};
use sidestep_program::Target;
use std::borrow::Cow;

/// SS301 and SS302: `asyncio.run(work())` becomes `await work()`, here or in a helper that becomes async.
pub fn await_instead_of_run(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the loop is not started by a call here")?;
    let starter = source.started(call).or_else(|_| source.started_at_the_end(finding))?;
    let edits = starter.edits(source);
    let function = facts.function_of(starter.call);
    if source.may_await(starter.call).is_ok() {
        return Ok(Fix::safe("await the coroutine", edits));
    }
    let mut all = edits;
    source.make_async(function, &mut FxHashSet::default(), &mut all)?;
    let name = facts.function(function).name;
    Ok(Fix::needs_review(format!("make `{name}` async, and await it"), all))
}

/// SS101, SS102, SS103, SS507 in a plain function: it becomes async, with all who call it.
pub fn await_in_helper(source: &Source<'_>, call: ExprId) -> Verdict {
    let facts = source.facts;
    let function = facts.function_of(call);
    let mut edits = source.await_edits(call);
    source.make_async(function, &mut FxHashSet::default(), &mut edits)?;
    let name = facts.function(function).name;
    Ok(Fix::needs_review(format!("make `{name}` async, and await it"), edits))
}

/// `asyncio.run(x)`
struct Starter {
    call: ExprId,
    coroutine: ExprId,
}

impl Starter {
    /// `await` in place of what starts the loop.
    fn edits(&self, source: &Source<'_>) -> Vec<Edit> {
        let range = source.facts.range(self.call);
        let text = source.expr(self.coroutine);
        let text = match source.await_needs_parentheses(self.call) {
            true => format!("(await {text})"),
            false => format!("await {text}"),
        };
        vec![Edit::replace(range, text)]
    }
}

impl Source<'_> {
    /// What a call starts a loop for.
    fn started(&self, call: ExprId) -> Result<Starter, Cow<'static, str>> {
        let facts = self.facts;
        let ExprKind::Call(callee, args) = facts.kind(call) else { return Err("it is not a call".into()) };
        let name = match facts.kind(callee) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            _ => return Err("what starts the loop has no name".into()),
        };
        let [only] = facts.args(args) else { return Err("the loop is started with settings of its own".into()) };
        let is_plain = only.kind == ArgKind::Positional
            && matches!(facts.kind(only.value), ExprKind::Call(..) | ExprKind::Name(..));
        if !matches!(name.as_str(), "run" | "run_until_complete") || !is_plain {
            return Err("what starts the loop is not `run`".into());
        }
        let library = self.program.callees(self.file, call).targets.iter().all(|target| match target {
            Target::Function(f, _) => !self.program.is_input(f.file),
            Target::Class(_) => false,
        });
        if !library {
            return Err("what starts the loop is not `run`".into());
        }
        if self.slice(facts.range(call)).contains('#') {
            return Err("a comment stands inside the call".into());
        }
        Ok(Starter { call, coroutine: only.value })
    }

    /// The start of a loop at the end of a finding's chain.
    fn started_at_the_end(&self, finding: &Finding) -> Result<Starter, Cow<'static, str>> {
        let last = finding.chain.last().ok_or("what starts the loop is not `run`")?;
        if finding.chain.iter().any(|hop| hop.file != self.file) {
            return Err("the helper is in another file".into());
        }
        self.started(self.call_at(last.range).ok_or("what starts the loop is not a call")?)
    }

    /// Edits that make a function async, with everything in the program that calls it.
    fn make_async(
        &self,
        function: FunctionId,
        seen: &mut FxHashSet<FunctionId>,
        edits: &mut Vec<Edit>,
    ) -> Result<(), Cow<'static, str>> {
        let (facts, program) = (self.facts, self.program);
        if !seen.insert(function) {
            return Ok(());
        }
        let f = facts.function(function);
        let name = f.name;
        if function == FunctionId::MODULE {
            return Err("the module's own code cannot await".into());
        }
        if f.is_lambda || f.is_generator || f.class.is_some() || f.decorators != sidestep_facts::ExprList::EMPTY {
            return Err(format!("`{name}` cannot become async: it is no plain function").into());
        }
        // Whoever may know it by name elsewhere is out of reach.
        let elsewhere = program.inputs().filter(|&file| file != self.file).any(|file| {
            let other = program.facts(file);
            other.imports.iter().any(|import| import.name == Some(name))
                || other.exprs.iter().any(|e| matches!(e.kind, ExprKind::Attribute(_, n) if n == name))
        });
        if elsewhere {
            return Err(format!("`{name}` may be used in other files").into());
        }
        let home = facts.scope(f.scope).parent;
        if matches!(facts.scope(home).kind, ScopeKind::Class(_)) || facts.bindings_in(home, name).len() != 1 {
            return Err(format!("the name `{name}` means several things").into());
        }
        let header = TextRange::new(self.line_start(f.name_range.start()), f.name_range.start());
        match self.code(header).as_slice() {
            [(at, "def")] => edits.push(Edit::insert(*at, "async ")),
            _ => return Err(format!("the definition of `{name}` does not begin a line").into()),
        }
        let reads = facts.exprs.iter().zip(0..).filter(|(expr, _)| match expr.kind {
            ExprKind::Name(n, scope) => n == name && facts.resolve(scope, n) == Some(home),
            _ => false,
        });
        let reads: Vec<_> = reads.collect();
        if reads.is_empty() {
            return Err(format!("nobody here calls `{name}`: whoever does would have to await it").into());
        }
        for (_, number) in reads {
            let read = ExprId(number);
            let Use::Expr(call) = use_of(facts, read) else {
                return Err(format!("`{name}` is used as a value").into());
            };
            let ExprKind::Call(callee, args) = facts.kind(call) else {
                return Err(format!("`{name}` is used as a value").into());
            };
            if callee == read {
                if is_awaited(facts, call) {
                    return Err(format!("`{name}` is awaited already").into());
                }
                edits.extend(self.await_edits(call));
                if self.may_await(call).is_err() {
                    self.make_async(facts.function_of(call), seen, edits)?;
                    self.may_await_once_async(call)?;
                }
                continue;
            }
            // `await asyncio.to_thread(helper, x)` becomes `await helper(x)`.
            let is_thread = facts.dotted(callee).is_some_and(|text| text.rsplit('.').next() == Some("to_thread"));
            let args = facts.args(args);
            if !is_thread || args.first().map(|arg| arg.value) != Some(read) || !is_awaited(facts, call) {
                return Err(format!("`{name}` is handed over in a way that needs a plain function").into());
            }
            let (whole, handed) = (facts.range(call), facts.range(read));
            edits.push(Edit::replace(TextRange::new(whole.start(), handed.start()), ""));
            let rest = self.code(TextRange::new(handed.end(), whole.end()));
            match (args.len(), rest.first()) {
                (1, _) => edits.push(Edit::replace(TextRange::new(handed.end(), whole.end()), "()")),
                (_, Some((comma, ","))) => {
                    let after = rest.get(1).map_or(*comma, |(at, _)| *at);
                    edits.push(Edit::replace(TextRange::new(handed.end(), after), "("));
                }
                _ => return Err(format!("`{name}` is handed over in a way that is not understood").into()),
            }
        }
        Ok(())
    }

    /// Whether `await` may stand at a call when its function has become async.
    fn may_await_once_async(&self, call: ExprId) -> Result<(), Cow<'static, str>> {
        match self.may_await(call) {
            Err(reason) if reason != "the function around it is not async" => Err(reason),
            _ => Ok(()),
        }
    }
}
