//! Races: a lock over the read and the write, made where the state lives.

use super::edits::{Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::p06_races::{answers, slots, uses, wakeups};
use rustc_hash::FxHashSet;
use sidestep_facts::{
    BindingKind, ClassId, ExprId, ExprKind, FunctionId, Ranged as _, ScopeId, StmtId, StmtKind, Symbol, TextRange,
};
use sidestep_program::{ClassRef, FunctionRef};

/// Where a piece of state lives.
pub enum Home {
    /// A global name of this module.
    Module(Symbol),
    /// An attribute of `self`.
    Class(ClassId, Symbol),
}

impl Home {
    /// What the state is called.
    pub fn name(&self) -> Symbol {
        match self {
            Home::Module(name) | Home::Class(_, name) => *name,
        }
    }
}

/// SS601, SS602, SS603: `async with` a lock around everything from the read to the write.
pub fn hold_lock(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let act = source.find(finding.range, |_| true).ok_or("what writes is not an expression")?;
    source.may_await(act)?;
    let function = facts.function_of(act);
    if function == FunctionId::MODULE {
        return Err("it is the module's own code".into());
    }
    let says = |what: &str| finding.labels.iter().any(|label| label.text == what);
    if says(wakeups::WAITED) {
        return Err("a lock does not help: what came in between is forgotten here".into());
    }
    if says(uses::GONE) {
        return Err("a lock here keeps nobody from taking it away".into());
    }
    if says(answers::SENT) {
        return Err("what is sent has to come after it".into());
    }
    if says(slots::WAITS) {
        return Err("whether the second is to wait for the first answer, or for its own, the code does not say".into());
    }
    let home = source.home(act).ok_or("the state lives neither in this module nor in the object")?;
    let read = match finding.labels.iter().find(|label| label.text == "read here" || label.text == "checked here") {
        Some(label) => source.find(label.range, |_| true).ok_or("the read is not an expression")?,
        None => act,
    };
    let read = source.first_read(read, &home);
    let (first, last) = source.span(read, act).ok_or("the read and the write share no block")?;
    if first == last && is_loop(source, first) {
        return Err("the lock would be held over all turns of a loop".into());
    }
    if facts.stmt(first).range().start() > facts.stmt(last).range().end() {
        return Err("the read stands after the write: only another turn of a loop brings them together".into());
    }
    let region = TextRange::new(facts.stmt(first).range().start(), facts.stmt(last).range().end());
    let yields = |e: ExprId| {
        matches!(facts.kind(e), ExprKind::Yield(_) | ExprKind::YieldFrom(_)) && region.contains_range(facts.range(e))
    };
    if facts.exprs_of(function).any(yields) {
        return Err("the lock would be held over a `yield`".into());
    }
    if source.comes_back(function, region, &home) {
        return Err("what is awaited in between uses the same state: it would wait for its own lock".into());
    }
    let (lock, mut edits) = source.lock_for(source.scope_of(act), &home)?;
    edits.push(source.around(first, last, &format!("async with {lock}:"))?);
    Ok(Fix::needs_review(format!("hold `{lock}` over the read and the write"), edits))
}

fn is_loop(source: &Source<'_>, stmt: StmtId) -> bool {
    matches!(source.facts.stmt(stmt).kind, StmtKind::For(_) | StmtKind::While { .. })
}

impl Source<'_> {
    /// Where the state lives that an expression changes: `self.items` in `self.items[k]` and `self.items.append(x)`.
    pub fn home(&self, act: ExprId) -> Option<Home> {
        let facts = self.facts;
        let mut at = act;
        let mut attribute = None;
        loop {
            match facts.kind(at) {
                ExprKind::Call(callee, _) => at = callee,
                ExprKind::Subscript(value, _) => at = value,
                ExprKind::Attribute(value, attr) => {
                    attribute = Some(attr);
                    at = value;
                }
                ExprKind::Name(name, scope) => {
                    let home = facts.resolve(scope, name)?;
                    if home == ScopeId::MODULE {
                        return Some(Home::Module(name));
                    }
                    let method = facts.function(facts.function_of(act));
                    let first = facts.params_of(facts.function_of(act)).first()?;
                    return (first.name == name && home == method.scope && name == "self")
                        .then_some(Home::Class(method.class?, attribute?));
                }
                _ => return None,
            }
        }
    }

    /// Where the state was read that a check looks at: the check itself, or the assignment of a local name that it reads.
    fn first_read(&self, check: ExprId, home: &Home) -> ExprId {
        let facts = self.facts;
        let function = facts.function_of(check);
        let (scope, range) = (facts.function(function).scope, facts.range(check));
        let state = home.name();
        let reads_state = |value: ExprId| {
            facts.exprs_of(function).any(|e| {
                matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == state)
                    && facts.range(value).contains_range(facts.range(e))
            })
        };
        let names = facts.exprs_of(function).filter_map(|e| match facts.kind(e) {
            ExprKind::Name(name, _) if range.contains_range(facts.range(e)) => Some(name),
            _ => None,
        });
        let carried = names.flat_map(|name| facts.bindings_in(scope, name)).filter_map(|binding| match binding.kind {
            BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value))
                if binding.at < range.start() && reads_state(value) =>
            {
                Some(value)
            }
            _ => None,
        });
        carried.min_by_key(|&value| facts.range(value).start()).unwrap_or(check)
    }

    /// The first and the last statement, of one block, that two expressions stand in.
    fn span(&self, from: ExprId, to: ExprId) -> Option<(StmtId, StmtId)> {
        let facts = self.facts;
        let around = |e: ExprId| {
            let stmt = facts.stmt_of(e)?;
            Some(std::iter::once(stmt).chain(facts.enclosing(stmt)).collect::<Vec<_>>())
        };
        let (from, to) = (around(from)?, around(to)?);
        from.iter().find_map(|&first| {
            let block = self.block_of(first)?;
            let last = to.iter().copied().find(|&last| self.block_of(last) == Some(block))?;
            // What is written before it is read, in the turn before, has the loop in common.
            (facts.stmt(first).range().start() <= facts.stmt(last).range().start()).then_some((first, last))
        })
    }

    /// Whether something that is called in a region may come to the same state, and so to its lock.
    fn comes_back(&self, function: FunctionId, region: TextRange, home: &Home) -> bool {
        let program = self.program;
        let own = FunctionRef { file: self.file, function };
        let name = home.name();
        let uses = |f: FunctionRef| {
            let facts = program.facts(f.file);
            facts
                .exprs_of(f.function)
                .any(|e| matches!(facts.kind(e), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == name))
        };
        let mut seen = FxHashSet::default();
        let mut open: Vec<FunctionRef> = Vec::new();
        let Some(summary) = program.effects().summary(own) else { return false };
        for site in summary.sites.iter().filter(|site| region.contains_range(self.facts.range(site.expr))) {
            open.extend(&site.targets);
        }
        while let Some(next) = open.pop() {
            if !program.is_input(next.file) || !seen.insert(next) {
                continue;
            }
            if next == own || program.function(next).is_async && uses(next) || seen.len() > 500 {
                return true;
            }
            if let Some(summary) = program.effects().summary(next) {
                open.extend(summary.sites.iter().flat_map(|site| &site.targets));
            }
        }
        false
    }

    /// The lock of some state, as it is written in a scope, and the edits that make it.
    fn lock_for(&self, scope: ScopeId, home: &Home) -> Result<(String, Vec<Edit>), std::borrow::Cow<'static, str>> {
        let facts = self.facts;
        let made = self.import(scope, self.framework(), "Lock")?;
        let is_lock = |value: ExprId| match facts.kind(value) {
            ExprKind::Call(callee, _) => facts.dotted(callee).is_some_and(|name| name == made.name),
            _ => false,
        };
        let mut edits = made.edits.clone();
        match home {
            Home::Module(name) => {
                if self.program.settings().target.is_some_and(|target| target < (3, 10)) {
                    return Err("before Python 3.10 a lock of the module belongs to one event loop".into());
                }
                let lock = format!("{}_lock", name.as_str().to_lowercase());
                let symbol = Symbol::new(&lock);
                match facts.bindings_in(ScopeId::MODULE, symbol) {
                    [one] if matches!(one.kind, BindingKind::Assign(value) if is_lock(value)) => {
                        return Ok((lock, Vec::new()));
                    }
                    [] if !self.is_taken(scope, &lock) => {}
                    _ => return Err(format!("the name `{lock}` means something else here").into()),
                }
                let at = facts
                    .bindings_in(ScopeId::MODULE, *name)
                    .iter()
                    .find_map(|binding| {
                        let body = facts.function(FunctionId::MODULE).body;
                        facts.block(body).find(|&stmt| {
                            matches!(facts.stmt(stmt).kind, StmtKind::Assign(..) | StmtKind::AnnAssign(..))
                                && facts.stmt(stmt).range().contains(binding.at)
                        })
                    })
                    .ok_or("the module does not say where the state begins")?;
                edits.push(self.after(facts.stmt(at).range().end(), &format!("{lock} = {}()\n", made.name)));
                Ok((lock, edits))
            }
            Home::Class(class, attr) => {
                let lock = format!("_{}_lock", attr.as_str().trim_start_matches('_').to_lowercase());
                let symbol = Symbol::new(&lock);
                let writes = self.program.self_writes(ClassRef { file: self.file, class: *class }, symbol);
                if let [one] = writes {
                    return match one.kind {
                        BindingKind::Assign(value) if is_lock(value) => Ok((format!("self.{lock}"), Vec::new())),
                        _ => Err(format!("the name `{lock}` means something else here").into()),
                    };
                }
                let init = facts
                    .functions
                    .iter()
                    .zip(0..)
                    .find(|(f, _)| f.class == Some(*class) && f.name == "__init__")
                    .map(|(_, number)| FunctionId(number))
                    .ok_or("the class has no `__init__` to make the lock in")?;
                let f = facts.function(init);
                let first = facts.params_of(init).first().filter(|param| param.name == "self");
                first.ok_or("`__init__` does not call its object `self`")?;
                let own = |stmt: &StmtId| {
                    facts.class(*class).self_writes.iter().any(|write| {
                        write.attr == *attr
                            && write.function == init
                            && facts.stmt(*stmt).range().contains_range(facts.range(write.target))
                    })
                };
                let at = facts.block(f.body).find(own).or(facts.block(f.body).next_back());
                let at = at.ok_or("`__init__` is empty")?;
                let indent = self.own_lines(at).ok_or("several statements share a line")?;
                let line = format!("\n{indent}self.{lock} = {}()", made.name);
                edits.push(Edit::insert(self.line_end(facts.stmt(at).range().end()), line));
                Ok((format!("self.{lock}"), edits))
            }
        }
    }
}
