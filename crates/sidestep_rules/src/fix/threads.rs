//! Calls that block, moved to a thread: `await asyncio.to_thread(f, …)`. Context variables go along.

use super::edits::{Applicability, Edit, Fix, Verdict};
use super::source::Source;
use crate::finding::Finding;
use crate::support::{Use, use_of};
use rustc_hash::FxHashSet;
use sidestep_facts::{ArgKind, BindingKind, CompKind, ExprId, ExprKind, FunctionId, StmtKind, TextRange, TextSize};
use sidestep_program::{Effect, FunctionRef, Target, Value};

/// Pitfalls 2 and 4: the call runs in a thread.
pub fn to_thread(source: &Source<'_>, finding: &Finding) -> Verdict {
    let facts = source.facts;
    let call = source.call_at(finding.range).ok_or("it is not a call")?;
    source.may_await(call)?;
    let applicability = source.may_move(finding, call)?;
    let ExprKind::Call(callee, args) = facts.kind(call) else { return Err("it is not a call".into()) };
    let args = facts.args(args);
    let (module, name) = match source.framework() {
        "asyncio" => ("asyncio", "to_thread"),
        "anyio" if args.iter().all(|arg| matches!(arg.kind, ArgKind::Positional | ArgKind::Star)) => {
            ("anyio", "to_thread.run_sync")
        }
        "anyio" => return Err("`anyio.to_thread.run_sync` takes no keywords for the call".into()),
        _ => return Err("the file is written for trio".into()),
    };
    if module == "asyncio" && source.program.settings().target.is_some_and(|target| target < (3, 9)) {
        return Err("`asyncio.to_thread` is new in Python 3.9, and the program is to run on older ones".into());
    }
    let thread = source.import(source.scope_of(call), module, name)?;
    let mut edits = thread.edits;
    let end = facts.range(callee).end();
    let first = args.iter().map(|arg| facts.range(arg.value).start()).min().unwrap_or(finding.range.end());
    let open = match source.code(TextRange::new(end, first)).first() {
        Some((at, "(")) => *at,
        _ => return Err("what is called stands in parentheses".into()),
    };
    let parentheses = source.await_needs_parentheses(call);
    let start = if parentheses { "(await " } else { "await " };
    let inside = open + TextSize::new(1);
    let gap = source.slice(TextRange::new(inside, first.max(inside)));
    if !args.is_empty() && gap.contains('\n') {
        // The arguments begin on a line of their own: what is called becomes the first of them.
        let function = source.slice(TextRange::new(finding.range.start(), end));
        let indent = source.indent_at(first);
        let opened = format!("{start}{}(\n{indent}{function},", thread.name);
        edits.push(Edit::replace(TextRange::new(finding.range.start(), inside), opened));
    } else {
        edits.push(Edit::insert(finding.range.start(), format!("{start}{}(", thread.name)));
        let comma = match source.text[inside.to_usize()..].chars().next() {
            _ if args.is_empty() => "",
            Some(c) if c.is_whitespace() => ",",
            _ => ", ",
        };
        edits.push(Edit::replace(TextRange::new(end, inside), comma));
    }
    if parentheses {
        edits.push(Edit::insert(finding.range.end(), ")"));
    }
    Ok(Fix::safe(format!("run it in a thread: `await {}`", thread.name), edits).at_most(applicability))
}

impl Source<'_> {
    /// Whether a call can run in another thread, and how sure that is.
    fn may_move(&self, finding: &Finding, call: ExprId) -> Result<Applicability, &'static str> {
        let (facts, program) = (self.facts, self.program);
        let ExprKind::Call(callee, args) = facts.kind(call) else { return Err("it is not a call") };
        let name = match facts.kind(callee) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            _ => return Err("what is called has no name"),
        };
        if name == "open" {
            return Err("it gives a handle whose use blocks too: move the whole use to a thread");
        }
        if let Use::Stmt(stmt) = use_of(facts, call) {
            match facts.stmt(stmt).kind {
                StmtKind::With(_) => return Err("it is a context manager, which is entered and left here"),
                StmtKind::For(_) if finding.rule.code == "SS210" => return Err("the work is done in the loop's body"),
                _ => {}
            }
        }
        // A loop, an operator, a property: the call that stands there is not what blocks.
        if finding.rule.code == "SS401" && !finding.message.starts_with('`') {
            return Err("what blocks is not the call itself");
        }
        let ends_in = |module: &str| finding.message.contains(&format!("reaches `{module}"));
        if finding.rule.code == "SS401" && ends_in("sqlite3") {
            return Err("a connection of sqlite3 belongs to the thread that made it");
        }
        if finding.rule.code == "SS401" && ["sqlalchemy", "sqlmodel", "django"].into_iter().any(ends_in) {
            return Err("a session belongs to the thread that made it: use the library's async form");
        }
        for arg in facts.args(args) {
            match (arg.kind, facts.kind(arg.value)) {
                (ArgKind::Keyword(name), value) if name == "stream" && value != ExprKind::False => {
                    return Err("it streams: what it gives blocks again");
                }
                (_, ExprKind::Comprehension(index))
                    if facts.comprehensions[index as usize].kind == CompKind::Generator
                        && !self.expr(arg.value).starts_with('(') =>
                {
                    return Err("its argument is a generator expression");
                }
                (_, ExprKind::Yield(_) | ExprKind::YieldFrom(_)) => return Err("its argument yields"),
                _ => {}
            }
        }
        let value = program.value(self.file, call);
        for part in program.alternatives(value) {
            match program.get(part) {
                Value::Generator(..) => return Err("it gives a generator, whose work is done where it is iterated"),
                Value::Manager(..) => return Err("it is a context manager, which is entered and left here"),
                Value::Instance(class, _) => {
                    if program.module_name(class.file) == "sqlite3" {
                        return Err("what it gives may be used in the thread alone that made it");
                    }
                    if program.method(*class, "__next__").is_some() && program.method(*class, "close").is_none() {
                        return Err("it gives an iterator, whose work is done where it is iterated");
                    }
                }
                _ => {}
            }
        }
        let callees = program.callees(self.file, call);
        let mut applicability = Applicability::Safe;
        for target in &callees.targets {
            let Target::Function(function, receiver) = target else { continue };
            if program.function(*function).is_generator {
                return Err("it gives a generator, whose work is done where it is iterated");
            }
            if self.touches_loop(*function) {
                return Err("it uses the event loop, which only its own thread may");
            }
            if program.is_input(function.file) {
                // Whether the program's own code may run beside the loop, only its authors know.
                applicability = Applicability::Unsafe;
            }
            let Some(receiver) = receiver else { continue };
            for part in program.alternatives(*receiver) {
                let Value::Instance(class, _) = program.get(part) else { continue };
                let module = program.module_name(class.file).as_str();
                match module.split('.').next() {
                    Some("sqlite3") => return Err("a connection of sqlite3 belongs to the thread that made it"),
                    Some("django") => {
                        return Err(
                            "Django keeps a connection for each thread: use its async methods or `sync_to_async`",
                        );
                    }
                    Some("sqlalchemy" | "sqlmodel") => {
                        return Err("a session or connection may not be used by two threads: use the async engine");
                    }
                    _ => {}
                }
                if program.class(*class).name == "RLock" {
                    return Err("the lock belongs to the thread that takes it");
                }
                if module != "pathlib" && !self.is_own(callee) {
                    applicability = Applicability::Unsafe;
                }
            }
        }
        for class in callees.targets.iter().filter_map(|target| match target {
            Target::Class(class) => Some(*class),
            Target::Function(..) => None,
        }) {
            if program.method(class, "__init__").is_some_and(|made| self.touches_loop(made)) {
                return Err("it uses the event loop, which only its own thread may");
            }
        }
        if callees.targets.is_empty() || matches!(finding.rule.code, "SS205" | "SS208" | "SS209" | "SS401") {
            applicability = Applicability::Unsafe;
        }
        Ok(applicability)
    }

    /// Whether a function of the program comes to something that only the loop's own thread may do: makes a task, asks for the
    /// loop that runs.
    fn touches_loop(&self, function: FunctionRef) -> bool {
        let program = self.program;
        let needs_loop = |f: FunctionRef| {
            let name = program.function(f).name;
            ["spawns", "loop_only", "implicit_loop"].iter().any(|mark| program.mark(f, mark).is_some())
                || name == "get_running_loop"
        };
        let mut seen = FxHashSet::default();
        let mut open = vec![function];
        while let Some(next) = open.pop() {
            if needs_loop(next) {
                return true;
            }
            if !program.is_input(next.file) || program.function(next).is_async || !seen.insert(next) || seen.len() > 300
            {
                continue;
            }
            if let Some(summary) = program.effects().summary(next) {
                open.extend(summary.sites.iter().flat_map(|site| &site.targets));
            }
        }
        false
    }

    /// Whether an object is made in this function, by a class or a function of a module, and has no other name.
    fn is_own(&self, object: ExprId) -> bool {
        self.is_own_beside(object, &mut Vec::new())
    }

    /// The same while some names are being asked about, which say nothing of themselves: `path = path.parent` is as own as what else
    /// `path` is.
    fn is_own_beside(&self, object: ExprId, asked: &mut Vec<sidestep_facts::Symbol>) -> bool {
        let facts = self.facts;
        match facts.kind(object) {
            ExprKind::Attribute(value, _) | ExprKind::Await(value) | ExprKind::Subscript(value, _) => {
                self.is_own_beside(value, asked)
            }
            ExprKind::Call(callee, _) => {
                let made = self.program.value(self.file, callee);
                let is_maker =
                    matches!(self.program.get(made), Value::Class(_) | Value::Function(_) | Value::External(_));
                is_maker
                    || matches!(facts.kind(callee), ExprKind::Attribute(value, _) if self.is_own_beside(value, asked))
            }
            ExprKind::Name(name, scope) => {
                let Some(home) = facts.resolve(scope, name) else { return false };
                let function = facts.function_of(object);
                if asked.contains(&name) {
                    return true;
                }
                asked.push(name);
                home == facts.function(function).scope
                    && function != FunctionId::MODULE
                    && facts.bindings_in(home, name).iter().all(|b| match b.kind {
                        BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) | BindingKind::Context(v, ..) => {
                            !matches!(facts.kind(v), ExprKind::Name(..)) && self.is_own_beside(v, asked)
                        }
                        _ => false,
                    })
            }
            _ => false,
        }
    }
}

/// SS206, SS202: the async twin of a client that only this function knows; else a thread.
pub fn twin_or_thread(source: &Source<'_>, finding: &Finding) -> Verdict {
    match async_twin(source, finding) {
        Some(fix) => Ok(fix),
        None => to_thread(source, finding),
    }
}

/// `client = OpenAI()` becomes `client = AsyncOpenAI()`, and every call of it is awaited.
fn async_twin(source: &Source<'_>, finding: &Finding) -> Option<Fix> {
    let (facts, program) = (source.facts, source.program);
    let call = source.call_at(finding.range)?;
    let (root, _) = source.root(call)?;
    let ExprKind::Name(name, scope) = facts.kind(root) else { return None };
    let function = facts.function_of(call);
    let home = facts.resolve(scope, name).filter(|&home| home == facts.function(function).scope)?;
    let [binding] = facts.bindings_in(home, name) else { return None };
    let BindingKind::Assign(made) = binding.kind else { return None };
    let ExprKind::Call(class, _) = facts.kind(made) else { return None };
    let Value::Class(sync) = program.get(program.value(source.file, class)) else { return None };
    let (module, short) = (public_module(program.module_name(sync.file).as_str()), program.class(*sync).name);
    let twin = if short == "Client" { "AsyncClient".to_owned() } else { format!("Async{short}") };
    program
        .known_class(module, &twin)
        .or_else(|| program.known_class(program.module_name(sync.file).as_str(), &twin))?;
    let mut edits = Vec::new();
    // Every use is a call that blocks, in this very function.
    for (expr, number) in facts.exprs.iter().zip(0..) {
        let is_it = matches!(expr.kind, ExprKind::Name(n, at) if n == name && facts.resolve(at, name) == Some(home));
        let id = ExprId(number);
        if !is_it || matches!(use_of(facts, id), Use::Stmt(stmt) if is_target(source, stmt, id)) {
            continue;
        }
        let used = facts.ancestors(id).find(|&outer| matches!(facts.kind(outer), ExprKind::Call(..)))?;
        let (own_root, depth) = source.root(used)?;
        let ExprKind::Call(_, args) = facts.kind(used) else { return None };
        if own_root != id || depth == 0 || facts.function_of(used) != function || source.may_await(used).is_err() {
            return None;
        }
        if facts.keyword(args, "stream").is_some_and(|value| facts.kind(value) != ExprKind::False) {
            return None;
        }
        let targets = program.callees(source.file, used).targets;
        let blocks = |t: &Target| matches!(t, Target::Function(f, _) if program.has_effect(*f, Effect::Blocks));
        if targets.is_empty() || !targets.iter().all(blocks) {
            return None;
        }
        let awaited = source.await_edits(used);
        edits.extend(awaited);
    }
    let written = match facts.kind(class) {
        ExprKind::Attribute(base, _) => format!("{}.{twin}", source.expr(base)),
        _ => {
            let import = source.import_beside(source.scope_of(call), module, &twin, short.as_str()).ok()?;
            edits.extend(import.edits);
            import.name
        }
    };
    edits.push(Edit::replace(facts.range(class), written));
    Some(Fix::safe(format!("use `{twin}`"), edits))
}

/// A package by the name under which people import it: without its private modules.
fn public_module(module: &str) -> &str {
    let end =
        module.match_indices('.').find(|(at, _)| module[at + 1..].starts_with('_')).map_or(module.len(), |(at, _)| at);
    &module[..end]
}

fn is_target(source: &Source<'_>, stmt: sidestep_facts::StmtId, expr: ExprId) -> bool {
    matches!(source.facts.stmt(stmt).kind, StmtKind::Assign(targets, _) if source.facts.expr_list(targets).any(|t| t == expr))
}

impl Source<'_> {
    /// The name at the root of a call's callee, and how many attributes lie between.
    pub fn root(&self, call: ExprId) -> Option<(ExprId, usize)> {
        let ExprKind::Call(mut at, _) = self.facts.kind(call) else { return None };
        let mut depth = 0;
        while let ExprKind::Attribute(value, _) = self.facts.kind(at) {
            at = value;
            depth += 1;
        }
        matches!(self.facts.kind(at), ExprKind::Name(..)).then_some((at, depth))
    }
}
