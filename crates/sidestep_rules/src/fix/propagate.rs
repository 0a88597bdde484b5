//! `async def` for a helper that has to wait, and for everything in the program that calls it: the whole chain, or nothing.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, is_awaited, use_of};
use rustc_hash::FxHashSet;
use sidestep_facts::{
    ArgKind, BindingKind, ExprId, ExprKind, FunctionId, ScopeId, StmtKind, Symbol, TextRange, TextSize,
};
use sidestep_program::{ClassRef, ExprRef, FileId, FunctionRef, Target, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why something cannot be done.
type Reason = Cow<'static, str>;

/// More functions than that are no repair but a redesign.
const MAX_FUNCTIONS: usize = 24;

/// SS301 and SS302: `asyncio.run(work())` becomes `await work()`, here or in a helper that becomes async.
pub fn await_instead_of_run(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("the loop is not started by a call here")?;
    if let Ok(starter) = source.started(call)
        && source.may_await(call).is_ok()
    {
        return Ok(Fix::safe("await the coroutine", vec![starter.edit(source)]));
    }
    let (file, place) = match (source.started(call), finding.chain.last()) {
        (Ok(_), _) => (source.file, facts.range(call)),
        (Err(_), Some(last)) => (last.file, last.range),
        (Err(reason), None) => return Err(reason),
    };
    let mut change = Change::new(source);
    change
        .with(file, |source| {
            let starter = source.started(source.call_at(place).ok_or("what starts the loop is not a call")?)?;
            Ok((vec![starter.edit(source)], starter.call))
        })
        .and_then(|starter| change.make_async_around(ExprRef { file, expr: starter }))?;
    Ok(change.finish())
}

/// SS101, SS102, SS103, SS507 in a plain function: it becomes async, with all who call it.
pub fn await_in_helper(source: &Source<'_>, call: ExprId) -> Verdict {
    let mut change = Change::new(source);
    change.with(source.file, |source| Ok((source.await_edits(call), ())))?;
    change.make_async_around(ExprRef { file: source.file, expr: call })?;
    Ok(change.finish())
}

/// Edits of the files of the program that belong together.
struct Change<'a> {
    /// The source that the finding is in.
    home: &'a Source<'a>,
    edits: BTreeMap<FileId, Vec<Edit>>,
    seen: FxHashSet<FunctionRef>,
    /// The function that has to wait: the first to become async.
    first: Option<Symbol>,
}

impl<'a> Change<'a> {
    fn new(home: &'a Source<'_>) -> Change<'a> {
        Change { home, edits: BTreeMap::new(), seen: FxHashSet::default(), first: None }
    }

    fn finish(mut self) -> Fix {
        let name = self.first.map_or("it", |name| name.as_str());
        let own = self.edits.remove(&self.home.file).unwrap_or_default();
        Fix::needs_review(format!("make `{name}` async, and await it"), own).with_elsewhere(self.edits)
    }

    /// Edits of a file, and what else comes of looking at it.
    fn with<T>(
        &mut self,
        file: FileId,
        make: impl FnOnce(&Source<'_>) -> Result<(Vec<Edit>, T), Reason>,
    ) -> Result<T, Reason> {
        let (edits, result) = if file == self.home.file {
            make(self.home)?
        } else {
            let other = (self.home.others)(file).ok_or("it would change what is no part of the program")?;
            let facts = self.home.program.facts(file);
            make(&Source { file, facts, text: &other.text, own: other.own, ..*self.home })?
        };
        self.edits.entry(file).or_default().extend(edits);
        Ok(result)
    }

    /// Makes the function async that an `await` is put into.
    fn make_async_around(&mut self, at: ExprRef) -> Result<(), Reason> {
        let facts = self.home.program.facts(at.file);
        let function = FunctionRef { file: at.file, function: facts.function_of(at.expr) };
        self.with(at.file, |source| Ok((Vec::new(), source.await_fits(at.expr)?)))?;
        if facts.function(function.function).is_async { Ok(()) } else { self.make_async(function) }
    }

    /// Makes a function async, with everything that calls it.
    fn make_async(&mut self, function: FunctionRef) -> Result<(), Reason> {
        if !self.seen.insert(function) {
            return Ok(());
        }
        if self.seen.len() > MAX_FUNCTIONS {
            return Err("too many functions would have to become async".into());
        }
        let name = self.home.program.function(function).name;
        self.first = self.first.or(Some(name));
        self.may_become_async(function)?;
        let uses = self.uses(function)?;
        if uses.is_empty() {
            return Err(format!("nobody here calls `{name}`: whoever does would have to await it").into());
        }
        self.with(function.file, |source| {
            let at = source.facts.function(function.function).name_range.start();
            match source.code(TextRange::new(source.line_start(at), at)).as_slice() {
                [(at, "def")] => Ok((vec![Edit::insert(*at, "async ")], ())),
                _ => Err(format!("the definition of `{name}` does not begin a line").into()),
            }
        })?;
        for read in uses {
            if let Some(call) = self.with(read.file, |source| source.waits(read.expr, name))? {
                self.make_async_around(ExprRef { file: read.file, expr: call })?;
            }
        }
        Ok(())
    }

    /// Whether a function is one that can become async, by itself.
    fn may_become_async(&self, function: FunctionRef) -> Result<(), Reason> {
        let program = self.home.program;
        let (facts, f) = (program.facts(function.file), program.function(function));
        let name = f.name;
        let no = |why: &str| Err(format!("`{name}` cannot become async: {why}").into());
        if function.function == FunctionId::MODULE {
            return Err("the module's own code cannot await".into());
        }
        if f.is_lambda || f.is_generator {
            return no("it is no plain function");
        }
        let decorators: Vec<_> = facts.expr_list(f.decorators).map(|d| facts.dotted(d).unwrap_or_default()).collect();
        if decorators.iter().any(|d| d.contains("property") || d.ends_with(".setter")) {
            return no("it is a property");
        }
        if decorators.iter().any(|d| d != "staticmethod" && d != "classmethod") {
            return no("what its decorator makes of it is not known");
        }
        if name.as_str().starts_with("__") && name.as_str().ends_with("__") {
            return no("Python calls it by itself");
        }
        if facts.bindings_in(facts.scope(f.scope).parent, name).len() != 1 {
            return Err(format!("the name `{name}` means several things").into());
        }
        if facts.all.as_ref().is_some_and(|all| all.contains(&name)) {
            return no("it is exported in `__all__`");
        }
        match program.class_of(function) {
            Some(class) => self.may_become_async_in(class, name),
            None => Ok(()),
        }
    }

    /// Whether a method of a class can become async: neither overrides another, nor is overridden, nor called by a base.
    fn may_become_async_in(&self, class: ClassRef, name: Symbol) -> Result<(), Reason> {
        let program = self.home.program;
        let others = program.mro(class).iter().skip(1).copied().collect::<Vec<_>>();
        let has = |class: &ClassRef| {
            let facts = program.facts(class.file);
            !facts.bindings_in(facts.class(class.class).scope, name).is_empty()
        };
        if program.has_unknown_base(class) || others.iter().any(|base| !program.is_input(base.file)) {
            return Err(format!("`{name}` may be called by a base class that is not the program's own").into());
        }
        if others.iter().any(has) {
            return Err(format!("`{name}` overrides a method of a base class").into());
        }
        if program.subclasses(class).iter().any(has) {
            return Err(format!("`{name}` is overridden in a subclass").into());
        }
        Ok(())
    }

    /// Every place in the program that reads a function.
    fn uses(&self, function: FunctionRef) -> Result<Vec<ExprRef>, Reason> {
        let program = self.home.program;
        let name = program.function(function).name;
        let mut found = Vec::new();
        for file in program.inputs() {
            let facts = program.facts(file);
            // `from helpers import load as fetch`
            let imported = |kind| matches!(kind, BindingKind::ImportFrom(_, _, n) if n == name);
            let aliases: Vec<Symbol> =
                facts.bindings.iter().filter(|b| imported(b.kind) && b.name != name).map(|b| b.name).collect();
            for (expr, number) in facts.exprs.iter().zip(0..) {
                let at = ExprRef { file, expr: ExprId(number) };
                let is_use = match expr.kind {
                    ExprKind::Name(n, scope) if n == name || aliases.contains(&n) => {
                        self.is_name_of(function, at, n, scope)?
                    }
                    ExprKind::Attribute(receiver, n) if n == name => self.is_attribute_of(function, at, receiver)?,
                    ExprKind::Str(text) if names(text.as_str(), name.as_str()) => {
                        return Err(format!("a text names `{name}`, as mocks and registries do").into());
                    }
                    _ => false,
                };
                if is_use {
                    found.push(at);
                }
            }
        }
        Ok(found)
    }

    /// Whether a name is a function's.
    fn is_name_of(&self, function: FunctionRef, at: ExprRef, name: Symbol, scope: ScopeId) -> Result<bool, Reason> {
        let program = self.home.program;
        let facts = program.facts(at.file);
        let Some(home) = facts.resolve(scope, name) else { return Ok(false) };
        let own = program.facts(function.file);
        if at.file == function.file && own.scope(program.function(function).scope).parent == home {
            return Ok(true);
        }
        let imports = |b: &sidestep_facts::Binding| matches!(b.kind, BindingKind::ImportFrom(..));
        if !facts.bindings_in(home, name).iter().any(imports) {
            return Ok(false);
        }
        self.is_it(function, at)
    }

    /// Whether an attribute is a function: `helpers.load`, `self.load`.
    fn is_attribute_of(&self, function: FunctionRef, at: ExprRef, receiver: ExprId) -> Result<bool, Reason> {
        let program = self.home.program;
        if self.is_it(function, at)? {
            return Ok(true);
        }
        let value = program.value(at.file, receiver);
        let is_open = program.alternatives(value).into_iter().any(|part| *program.get(part) == Value::Unknown);
        if is_open && program.class_of(function).is_some() {
            let name = program.function(function).name;
            return Err(format!("`{name}` is called on objects that nobody knows here").into());
        }
        Ok(false)
    }

    /// Whether an expression is a function, and nothing else.
    fn is_it(&self, function: FunctionRef, at: ExprRef) -> Result<bool, Reason> {
        let program = self.home.program;
        let parts = program.alternatives(program.value(at.file, at.expr));
        let is_it = |part| matches!(program.get(part), Value::Function(f) | Value::Bound(f, _) if *f == function);
        let many = parts.into_iter().filter(|&part| is_it(part)).count();
        if many > 0 && many < parts.len() {
            return Err(format!("the name `{}` means several things", program.function(function).name).into());
        }
        Ok(many > 0)
    }
}

/// Whether a text names a function: `load`, `app.helpers.load`.
fn names(text: &str, name: &str) -> bool {
    text.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// `asyncio.run(x)`
struct Starter {
    call: ExprId,
    coroutine: ExprId,
}

impl Starter {
    /// `await` in place of what starts the loop.
    fn edit(&self, source: &Source<'_>) -> Edit {
        let range = source.facts.range(self.call);
        let text = source.expr(self.coroutine);
        let text = match source.await_needs_parentheses(self.call) {
            true => format!("(await {text})"),
            false => format!("await {text}"),
        };
        Edit::replace(range, text)
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
        if let ExprKind::Attribute(object, _) = facts.kind(callee)
            && let ExprKind::Name(object, scope) = facts.kind(object)
            && facts.resolve(scope, object).is_some_and(|home| home != ScopeId::MODULE)
        {
            return Err("the function makes a loop of its own, which would be left behind".into());
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

    /// Edits that wait for a function, which becomes async, where it is read; the call in whose place an `await` comes.
    fn waits(&self, read: ExprId, name: Symbol) -> Result<(Vec<Edit>, Option<ExprId>), Reason> {
        let facts = self.facts;
        let value = || Reason::from(format!("`{name}` is used as a value"));
        let Use::Expr(call) = use_of(facts, read) else { return Err(value()) };
        let ExprKind::Call(callee, args) = facts.kind(call) else { return Err(value()) };
        if callee == read {
            if is_awaited(facts, call) {
                return Err(format!("`{name}` is awaited already").into());
            }
            if facts.function_of(call) == FunctionId::MODULE && !facts.top_level_loop {
                return Ok((self.run_at_top(call)?, None));
            }
            return Ok((self.await_edits(call), Some(call)));
        }
        // `await asyncio.to_thread(helper, x)` becomes `await helper(x)`.
        let is_thread = facts.dotted(callee).is_some_and(|text| text.rsplit('.').next() == Some("to_thread"));
        let args = facts.args(args);
        if !is_thread || args.first().map(|arg| arg.value) != Some(read) || !is_awaited(facts, call) {
            return Err(format!("`{name}` is handed over in a way that needs a plain function").into());
        }
        let (whole, handed) = (facts.range(call), facts.range(read));
        let rest = self.code(TextRange::new(handed.end(), whole.end()));
        let (until, text) = match (args.len(), rest.first()) {
            (1, _) => (whole.end(), "()"),
            (_, Some((comma, ","))) => {
                // What begins a line goes on doing so.
                let next = rest.get(1).map_or(*comma, |(at, _)| *at);
                let gap = self.slice(TextRange::new(*comma, next)).contains('\n');
                (if gap { *comma + TextSize::new(1) } else { next }, "(")
            }
            _ => return Err(format!("`{name}` is handed over in a way that is not understood").into()),
        };
        let edits = vec![
            Edit::replace(TextRange::new(whole.start(), handed.start()), ""),
            Edit::replace(TextRange::new(handed.end(), until), text),
        ];
        Ok((edits, None))
    }

    /// `asyncio.run(main())` in place of `main()`, under `if __name__ == "__main__"`.
    fn run_at_top(&self, call: ExprId) -> Result<Vec<Edit>, Reason> {
        let facts = self.facts;
        let stmt = facts.stmt_of(call).ok_or("the module's own code cannot await")?;
        let is_main = |test: ExprId| self.expr(test).starts_with("__name__ ==");
        let guarded =
            facts.enclosing(stmt).any(|s| matches!(facts.stmt(s).kind, StmtKind::If { test, .. } if is_main(test)));
        if !guarded {
            return Err("the module's own code cannot await".into());
        }
        let run = self.import(ScopeId::MODULE, "asyncio", "run")?;
        let range = facts.range(call);
        let mut edits = run.edits;
        edits.extend([Edit::insert(range.start(), format!("{}(", run.name)), Edit::insert(range.end(), ")")]);
        Ok(edits)
    }
}
