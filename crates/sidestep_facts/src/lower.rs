//! From the syntax tree to facts: one walk, then the tree is dropped.
//!
//! Function bodies are put off until the code around them is done (first in, first out), so that the expressions and
//! statements of one function stand next to each other and in the order of function ids.

use crate::Symbol;
use crate::facts::*;
use ruff_python_ast as ast;
use ruff_python_parser::{ParseOptions, parse, parse_expression};
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Why a file has no facts.
#[derive(Debug, Clone)]
pub struct ParseFailure {
    /// What the parser says.
    pub message: String,
    /// Where, in bytes.
    pub offset: u32,
}

/// How to read a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mode {
    /// IPython escapes (`%magic`, `!shell`) and top-level `await` are legal, and module code runs on a running loop.
    pub notebook: bool,
    /// Top-level `await` is legal, but no loop runs by itself (a fragment of documentation).
    pub fragment: bool,
}

/// String literals are kept up to this many bytes: enough for names, modes and URLs.
const KEPT_STRING: usize = 200;
/// A list, set, tuple or dict of literals alone is kept up to this many elements.
const KEPT_LITERALS: usize = 256;

/// Parses a source and lowers it.
///
/// # Errors
/// The first syntax error, when the source is not Python.
pub fn lower(source: &str, mode: Mode) -> Result<FileFacts, ParseFailure> {
    let syntax = if mode.notebook { ruff_python_parser::Mode::Ipython } else { ruff_python_parser::Mode::Module };
    let parsed = guarded(|| parse(source, ParseOptions::from(syntax)))
        .ok_or_else(|| ParseFailure { message: "somewhere in it (the parser cannot say where)".to_owned(), offset: 0 })?
        .map_err(|e| ParseFailure { message: e.error.to_string(), offset: e.location.start().to_u32() })?;
    let ast::Mod::Module(module) = parsed.into_syntax() else {
        return Err(ParseFailure { message: "not a module".to_owned(), offset: 0 });
    };
    let mut lowerer = Lowerer::new(source, mode);
    lowerer.module(&module);
    Ok(lowerer.finish())
}

thread_local! {
    static PARSING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the parser, whose panics are caught: hooks need not tell of them.
pub fn is_parsing() -> bool {
    PARSING.get()
}

/// Runs the parser, which panics on some sources that are no Python (in a notebook, a line that begins with `,` below an
/// f-string that is not closed): none for these.
fn guarded<T>(parse: impl FnOnce() -> T) -> Option<T> {
    PARSING.set(true);
    let parsed = catch_unwind(AssertUnwindSafe(parse)).ok();
    PARSING.set(false);
    parsed
}

enum Pending<'a> {
    Def(FunctionId, &'a ast::StmtFunctionDef),
    Lambda(FunctionId, &'a ast::ExprLambda),
}

struct Lowerer<'a> {
    facts: FileFacts,
    pending: VecDeque<Pending<'a>>,
    /// Bindings by scope, in the order met.
    bindings: Vec<Vec<Binding>>,
    function: FunctionId,
    scope: ScopeId,
    class: Option<ClassId>,
    parent: u32,
    block_end: TextSize,
    loop_start: TextSize,
    depth: u32,
    in_annotation: bool,
    in_comp_target: bool,
}

impl<'a> Lowerer<'a> {
    fn new(source: &'a str, mode: Mode) -> Self {
        let lines = source.len() / 32;
        let facts = FileFacts {
            exprs: Vec::with_capacity(lines * 5),
            stmts: Vec::with_capacity(lines),
            expr_lists: vec![0],
            stmt_lists: vec![0],
            arg_index: vec![(0, 0)],
            top_level_loop: mode.notebook,
            ..FileFacts::default()
        };
        Lowerer {
            facts,
            pending: VecDeque::new(),
            bindings: Vec::new(),
            function: FunctionId::MODULE,
            scope: ScopeId::MODULE,
            class: None,
            parent: NO_PARENT,
            block_end: TextSize::of(source),
            loop_start: TextSize::new(u32::MAX),
            depth: 0,
            in_annotation: false,
            in_comp_target: false,
        }
    }

    fn module(&mut self, module: &'a ast::ModModule) {
        self.new_scope(ScopeKind::Module);
        self.facts.functions.push(Function {
            name: Symbol::new("<module>"),
            scope: ScopeId::MODULE,
            parent: FunctionId::MODULE,
            class: None,
            is_async: false,
            is_generator: false,
            is_lambda: false,
            params: 0..0,
            decorators: ExprList::EMPTY,
            returns: None,
            body: Block::EMPTY,
            exprs: 0..0,
            stmts: 0..0,
            range: module.range,
            name_range: TextRange::empty(TextSize::new(0)),
            is_stub: false,
        });
        let body = self.block(&module.body);
        let function = &mut self.facts.functions[0];
        function.body = body;
        function.exprs = 0..self.facts.exprs.len() as u32;
        function.stmts = 0..self.facts.stmts.len() as u32;
        while let Some(next) = self.pending.pop_front() {
            self.body(next);
        }
    }

    /// Lowers the body of a function that was put off.
    fn body(&mut self, pending: Pending<'a>) {
        let id = match pending {
            Pending::Def(id, _) | Pending::Lambda(id, _) => id,
        };
        self.function = id;
        self.scope = self.facts.function(id).scope;
        self.class = None;
        self.parent = NO_PARENT;
        self.loop_start = TextSize::new(u32::MAX);
        let (exprs, stmts) = (self.facts.exprs.len() as u32, self.facts.stmts.len() as u32);
        let body = match pending {
            Pending::Def(_, def) => {
                self.facts.functions[id.index()].is_stub = is_stub(&def.body);
                self.block(&def.body)
            }
            Pending::Lambda(_, lambda) => {
                self.block_end = lambda.range.end();
                let stmt = self.open(lambda.body.range());
                let value = self.expr(&lambda.body);
                self.close(stmt, StmtKind::Return(Some(value)), &[value]);
                self.stmt_list(&[stmt])
            }
        };
        let function = &mut self.facts.functions[id.index()];
        function.body = body;
        function.exprs = exprs..self.facts.exprs.len() as u32;
        function.stmts = stmts..self.facts.stmts.len() as u32;
    }

    fn finish(mut self) -> FileFacts {
        for (scope, mut bindings) in self.facts.scopes.iter_mut().zip(self.bindings) {
            bindings.sort_by_key(|b| (b.name, b.at));
            let start = self.facts.bindings.len() as u32;
            self.facts.bindings.append(&mut bindings);
            scope.bindings = start..self.facts.bindings.len() as u32;
        }
        for class in &mut self.facts.classes {
            class.self_writes.sort_by_key(|w| (w.attr, w.target));
        }
        let facts = &mut self.facts;
        facts.exprs.shrink_to_fit();
        facts.stmts.shrink_to_fit();
        facts.expr_lists.shrink_to_fit();
        facts.stmt_lists.shrink_to_fit();
        facts.bindings.shrink_to_fit();
        facts.arg_lists.shrink_to_fit();
        facts.arg_index.shrink_to_fit();
        facts.params.shrink_to_fit();
        facts.functions.shrink_to_fit();
        facts.classes.shrink_to_fit();
        facts.scopes.shrink_to_fit();
        facts.imports.shrink_to_fit();
        self.facts
    }

    // Arenas.

    fn new_scope(&mut self, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(self.facts.scopes.len() as u32);
        let parent = if id == ScopeId::MODULE { id } else { self.scope };
        let function = match kind {
            ScopeKind::Function(function) => function,
            _ => self.function,
        };
        self.facts.scopes.push(Scope {
            kind,
            parent,
            function,
            bindings: 0..0,
            stars: Vec::new(),
            globals: Vec::new(),
            nonlocals: Vec::new(),
        });
        self.bindings.push(Vec::new());
        id
    }

    fn push(&mut self, kind: ExprKind, range: TextRange) -> ExprId {
        let id = ExprId(self.facts.exprs.len() as u32);
        let mut children: [u32; 4] = [NO_PARENT; 4];
        match kind {
            ExprKind::Attribute(a, _)
            | ExprKind::Await(a)
            | ExprKind::YieldFrom(a)
            | ExprKind::Not(a)
            | ExprKind::Unary(a)
            | ExprKind::Starred(a)
            | ExprKind::Yield(Some(a)) => children[0] = a.0,
            ExprKind::Binary(_, a, b) | ExprKind::Subscript(a, b) | ExprKind::Named(a, b) => {
                children[0] = a.0;
                children[1] = b.0;
            }
            ExprKind::Call(callee, args) => {
                children[0] = callee.0;
                let (start, end) = self.facts.arg_index[args.index()];
                for at in start..end {
                    let value = self.facts.arg_lists[at as usize].value;
                    self.facts.exprs[value.index()].parent = id.0;
                }
            }
            ExprKind::List(list)
            | ExprKind::Tuple(list)
            | ExprKind::Set(list)
            | ExprKind::Dict(list)
            | ExprKind::FString(list)
            | ExprKind::And(list)
            | ExprKind::Or(list)
            | ExprKind::Compare(_, list)
            | ExprKind::IfElse(list)
            | ExprKind::Slice(list) => self.adopt(list, id),
            ExprKind::Comprehension(index) => {
                let comp = &self.facts.comprehensions[index as usize];
                let mut all: Vec<ExprId> = vec![comp.element];
                all.extend(comp.key);
                let clauses = comp.clauses.clone();
                for clause in clauses {
                    all.extend([clause.target, clause.iter]);
                    self.adopt(clause.ifs, id);
                }
                for child in all {
                    self.facts.exprs[child.index()].parent = id.0;
                }
            }
            _ => {}
        }
        for child in children {
            if child != NO_PARENT {
                self.facts.exprs[child as usize].parent = id.0;
            }
        }
        self.facts.exprs.push(Expr {
            kind,
            start: range.start().to_u32(),
            end: range.end().to_u32(),
            parent: NO_PARENT,
        });
        id
    }

    fn adopt(&mut self, list: ExprList, parent: ExprId) {
        let start = list.index() + 1;
        let len = self.facts.expr_lists[list.index()] as usize;
        for at in start..start + len {
            let child = self.facts.expr_lists[at] as usize;
            self.facts.exprs[child].parent = parent.0;
        }
    }

    fn list(&mut self, ids: &[ExprId]) -> ExprList {
        if ids.is_empty() {
            return ExprList::EMPTY;
        }
        let list = ExprList(self.facts.expr_lists.len() as u32);
        self.facts.expr_lists.push(ids.len() as u32);
        self.facts.expr_lists.extend(ids.iter().map(|id| id.0));
        list
    }

    fn stmt_list(&mut self, ids: &[StmtId]) -> Block {
        if ids.is_empty() {
            return Block::EMPTY;
        }
        let block = Block(self.facts.stmt_lists.len() as u32);
        self.facts.stmt_lists.push(ids.len() as u32);
        self.facts.stmt_lists.extend(ids.iter().map(|id| id.0));
        block
    }

    fn open(&mut self, range: TextRange) -> StmtId {
        let id = StmtId(self.facts.stmts.len() as u32);
        self.facts.stmts.push(Stmt {
            kind: StmtKind::Pass,
            function: self.function,
            start: range.start().to_u32(),
            end: range.end().to_u32(),
            parent: self.parent,
        });
        id
    }

    fn close(&mut self, stmt: StmtId, kind: StmtKind, owned: &[ExprId]) {
        self.facts.stmts[stmt.index()].kind = kind;
        for expr in owned {
            self.facts.exprs[expr.index()].parent = STMT_PARENT | stmt.0;
        }
    }

    // Statements.

    fn block(&mut self, body: &'a [ast::Stmt]) -> Block {
        let Some(last) = body.last() else { return Block::EMPTY };
        let outer = std::mem::replace(&mut self.block_end, last.end());
        let ids: Vec<StmtId> = body.iter().map(|stmt| self.stmt(stmt)).collect();
        self.block_end = outer;
        self.stmt_list(&ids)
    }

    /// A block inside a statement.
    fn inner(&mut self, stmt: StmtId, body: &'a [ast::Stmt]) -> Block {
        let outer = std::mem::replace(&mut self.parent, stmt.0);
        let block = self.block(body);
        self.parent = outer;
        block
    }

    fn in_loop<T>(&mut self, start: TextSize, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.loop_start;
        self.loop_start = outer.min(start);
        let result = run(self);
        self.loop_start = outer;
        result
    }

    fn stmt(&mut self, stmt: &'a ast::Stmt) -> StmtId {
        self.depth += 1;
        let id = if self.depth.is_multiple_of(64) {
            stacker::maybe_grow(1 << 20, 4 << 20, || self.stmt_inner(stmt))
        } else {
            self.stmt_inner(stmt)
        };
        self.depth -= 1;
        id
    }

    fn stmt_inner(&mut self, stmt: &'a ast::Stmt) -> StmtId {
        let id = self.open(stmt.range());
        let (kind, owned): (StmtKind, Vec<ExprId>) = match stmt {
            ast::Stmt::Expr(s) => match &*s.value {
                // A docstring or a bare literal says nothing.
                ast::Expr::StringLiteral(_) | ast::Expr::EllipsisLiteral(_) => (StmtKind::Pass, vec![]),
                value => {
                    let value = self.expr(value);
                    (StmtKind::Expr(value), vec![value])
                }
            },
            ast::Stmt::Assign(s) => {
                let value = self.expr(&s.value);
                let targets: Vec<ExprId> = s.targets.iter().map(|t| self.expr(t)).collect();
                for &target in &targets {
                    self.bind(target, BindingKind::Assign(value));
                }
                self.note_all(&targets, value);
                let mut owned = targets.clone();
                owned.push(value);
                (StmtKind::Assign(self.list(&targets), value), owned)
            }
            ast::Stmt::AnnAssign(s) => {
                let annotation = self.annotation(&s.annotation);
                let value = s.value.as_ref().map(|v| self.expr(v));
                let target = self.expr(&s.target);
                self.bind(target, BindingKind::Annotated(annotation, value));
                let mut owned = vec![target, annotation];
                owned.extend(value);
                (StmtKind::AnnAssign(target, annotation, value), owned)
            }
            ast::Stmt::AugAssign(s) => {
                let target = self.expr(&s.target);
                let value = self.expr(&s.value);
                self.bind(target, BindingKind::Augmented(value));
                (StmtKind::AugAssign(target, op(s.op), value), vec![target, value])
            }
            ast::Stmt::Return(s) => {
                let value = s.value.as_ref().map(|v| self.expr(v));
                (StmtKind::Return(value), value.into_iter().collect())
            }
            ast::Stmt::Raise(s) => {
                let exc = s.exc.as_ref().map(|v| self.expr(v));
                let cause = s.cause.as_ref().map(|v| self.expr(v));
                (StmtKind::Raise(exc, cause), exc.into_iter().chain(cause).collect())
            }
            ast::Stmt::Assert(s) => {
                let test = self.expr(&s.test);
                let msg = s.msg.as_ref().map(|v| self.expr(v));
                (StmtKind::Assert(test, msg), std::iter::once(test).chain(msg).collect())
            }
            ast::Stmt::Delete(s) => {
                let targets: Vec<ExprId> = s.targets.iter().map(|t| self.expr(t)).collect();
                for &target in &targets {
                    if let ExprKind::Name(..) = self.facts.kind(target) {
                        self.bind(target, BindingKind::Deleted);
                    }
                }
                (StmtKind::Delete(self.list(&targets)), targets)
            }
            ast::Stmt::If(s) => {
                let test = self.expr(&s.test);
                let body = self.inner(id, &s.body);
                let orelse = self.elifs(id, &s.elif_else_clauses, s.range.end());
                (StmtKind::If { test, body, orelse }, vec![test])
            }
            ast::Stmt::While(s) => {
                let (test, body) = self.in_loop(s.range.start(), |l| (l.expr(&s.test), l.inner(id, &s.body)));
                let orelse = self.inner(id, &s.orelse);
                (StmtKind::While { test, body, orelse }, vec![test])
            }
            ast::Stmt::For(s) => {
                let iter = self.expr(&s.iter);
                let (target, body) = self.in_loop(s.range.start(), |l| {
                    let target = l.expr(&s.target);
                    let outer = std::mem::replace(&mut l.block_end, s.body.last().map_or(s.range.end(), Ranged::end));
                    l.bind(target, BindingKind::Element(iter, s.is_async, None));
                    l.block_end = outer;
                    (target, l.inner(id, &s.body))
                });
                let orelse = self.inner(id, &s.orelse);
                let index = self.facts.fors.len() as u32;
                self.facts.fors.push(For { is_async: s.is_async, target, iter, body, orelse });
                (StmtKind::For(index), vec![target, iter])
            }
            ast::Stmt::With(s) => {
                let mut items = Vec::with_capacity(s.items.len());
                let mut owned = Vec::new();
                for item in &s.items {
                    let context = self.expr(&item.context_expr);
                    let target = item.optional_vars.as_ref().map(|t| self.expr(t));
                    if let Some(target) = target {
                        self.bind(target, BindingKind::Context(context, s.is_async, None));
                    }
                    owned.push(context);
                    owned.extend(target);
                    items.push(WithItem { context, target });
                }
                let body = self.inner(id, &s.body);
                let index = self.facts.withs.len() as u32;
                self.facts.withs.push(With { is_async: s.is_async, items, body });
                (StmtKind::With(index), owned)
            }
            ast::Stmt::Try(s) => {
                let body = self.inner(id, &s.body);
                let mut handlers = Vec::with_capacity(s.handlers.len());
                let mut owned = Vec::new();
                for ast::ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    let exception = handler.type_.as_ref().map(|t| self.expr(t));
                    owned.extend(exception);
                    let name = handler.name.as_ref().map(|n| Symbol::new(&n.id));
                    if let (Some(name), Some(node)) = (name, &handler.name) {
                        let outer = std::mem::replace(&mut self.block_end, handler.range.end());
                        self.bind_name(name, node.range.start(), BindingKind::Exception(exception));
                        self.block_end = outer;
                    }
                    let body = self.inner(id, &handler.body);
                    handlers.push(Handler { exception, name, body, range: handler.range });
                }
                let orelse = self.inner(id, &s.orelse);
                let finalbody = self.inner(id, &s.finalbody);
                let index = self.facts.tries.len() as u32;
                self.facts.tries.push(Try { is_star: s.is_star, body, handlers, orelse, finalbody });
                (StmtKind::Try(index), owned)
            }
            ast::Stmt::Match(s) => {
                let subject = self.expr(&s.subject);
                let mut owned = vec![subject];
                let mut cases = Vec::with_capacity(s.cases.len());
                for case in &s.cases {
                    let mut values = Vec::new();
                    self.pattern(&case.pattern, &mut values);
                    let guard = case.guard.as_ref().map(|g| self.expr(g));
                    owned.extend(values.iter().copied().chain(guard));
                    let irrefutable = guard.is_none() && case.pattern.is_irrefutable();
                    let body = self.inner(id, &case.body);
                    cases.push(Case { values: self.list(&values), guard, irrefutable, body });
                }
                let index = self.facts.matches.len() as u32;
                self.facts.matches.push(Match { subject, cases });
                (StmtKind::Match(index), owned)
            }
            ast::Stmt::FunctionDef(s) => (self.function_def(s), vec![]),
            ast::Stmt::ClassDef(s) => (self.class_def(id, s), vec![]),
            ast::Stmt::Import(s) => {
                for alias in &s.names {
                    let module = Symbol::new(&alias.name.id);
                    let at = alias.range.start();
                    self.facts.imports.push(ImportedModule { module: Some(module), level: 0, name: None, at });
                    match &alias.asname {
                        Some(name) => self.bind_name(Symbol::new(&name.id), at, BindingKind::Import(module)),
                        None => {
                            let first = alias.name.id.split('.').next().unwrap_or_default();
                            let first = Symbol::new(first);
                            self.bind_name(first, at, BindingKind::Import(first));
                        }
                    }
                }
                (StmtKind::Import, vec![])
            }
            ast::Stmt::ImportFrom(s) => {
                let module = s.module.as_ref().map(|m| Symbol::new(&m.id));
                for alias in &s.names {
                    let at = alias.range.start();
                    if &*alias.name.id == "*" {
                        self.facts.imports.push(ImportedModule { module, level: s.level, name: None, at });
                        self.facts.scopes[self.scope.index()].stars.push((module, s.level));
                        continue;
                    }
                    let name = Symbol::new(&alias.name.id);
                    self.facts.imports.push(ImportedModule { module, level: s.level, name: Some(name), at });
                    let bound = alias.asname.as_ref().map_or(name, |n| Symbol::new(&n.id));
                    let level = s.level.min(u16::MAX.into()) as u16;
                    self.bind_name(bound, at, BindingKind::ImportFrom(module, level, name));
                }
                (StmtKind::Import, vec![])
            }
            ast::Stmt::Global(s) => {
                let names: Vec<Symbol> = s.names.iter().map(|n| Symbol::new(&n.id)).collect();
                self.facts.scopes[self.scope.index()].globals.extend(names);
                (StmtKind::Scope, vec![])
            }
            ast::Stmt::Nonlocal(s) => {
                let names: Vec<Symbol> = s.names.iter().map(|n| Symbol::new(&n.id)).collect();
                self.facts.scopes[self.scope.index()].nonlocals.extend(names);
                (StmtKind::Scope, vec![])
            }
            ast::Stmt::TypeAlias(s) => {
                let value = self.annotation(&s.value);
                let target = self.expr(&s.name);
                self.bind(target, BindingKind::Assign(value));
                (StmtKind::Pass, vec![value, target])
            }
            ast::Stmt::Break(_) => (StmtKind::Break, vec![]),
            ast::Stmt::Continue(_) => (StmtKind::Continue, vec![]),
            ast::Stmt::Pass(_) | ast::Stmt::IpyEscapeCommand(_) => (StmtKind::Pass, vec![]),
        };
        self.close(id, kind, &owned);
        id
    }

    /// `elif` and `else` clauses: each `elif` becomes an `if` alone in the `else` of the one before.
    fn elifs(&mut self, outer: StmtId, clauses: &'a [ast::ElifElseClause], end: TextSize) -> Block {
        // Iterative, since a generated file may have thousands of them: the chain is built inside out afterwards.
        let mut chain: Vec<(StmtId, ExprId, Block)> = Vec::new();
        let mut last = Block::EMPTY;
        let mut parent = outer;
        for clause in clauses {
            match &clause.test {
                Some(test) => {
                    let saved = std::mem::replace(&mut self.parent, parent.0);
                    let id = self.open(TextRange::new(clause.range.start(), end));
                    self.parent = saved;
                    let test = self.expr(test);
                    let body = self.inner(id, &clause.body);
                    chain.push((id, test, body));
                    parent = id;
                }
                None => last = self.inner(parent, &clause.body),
            }
        }
        for (id, test, body) in chain.into_iter().rev() {
            self.close(id, StmtKind::If { test, body, orelse: last }, &[test]);
            last = self.stmt_list(&[id]);
        }
        last
    }

    fn pattern(&mut self, pattern: &'a ast::Pattern, values: &mut Vec<ExprId>) {
        stacker::maybe_grow(1 << 20, 4 << 20, || match pattern {
            ast::Pattern::MatchValue(p) => values.push(self.expr(&p.value)),
            ast::Pattern::MatchSingleton(_) => {}
            ast::Pattern::MatchSequence(p) => p.patterns.iter().for_each(|p| self.pattern(p, values)),
            ast::Pattern::MatchMapping(p) => {
                for key in &p.keys {
                    values.push(self.expr(key));
                }
                p.patterns.iter().for_each(|p| self.pattern(p, values));
                self.capture(p.rest.as_ref());
            }
            ast::Pattern::MatchClass(p) => {
                values.push(self.expr(&p.cls));
                p.arguments.patterns.iter().for_each(|p| self.pattern(p, values));
                p.arguments.keywords.iter().for_each(|k| self.pattern(&k.pattern, values));
            }
            ast::Pattern::MatchStar(p) => self.capture(p.name.as_ref()),
            ast::Pattern::MatchAs(p) => {
                if let Some(inner) = &p.pattern {
                    self.pattern(inner, values);
                }
                self.capture(p.name.as_ref());
            }
            ast::Pattern::MatchOr(p) => p.patterns.iter().for_each(|p| self.pattern(p, values)),
        });
    }

    fn capture(&mut self, name: Option<&ast::Identifier>) {
        if let Some(name) = name {
            self.bind_name(Symbol::new(&name.id), name.range.start(), BindingKind::Opaque);
        }
    }

    // Definitions.

    fn function_def(&mut self, def: &'a ast::StmtFunctionDef) -> StmtKind {
        let decorators: Vec<ExprId> = def.decorator_list.iter().map(|d| self.expr(&d.expression)).collect();
        let decorators = self.list(&decorators);
        let returns = def.returns.as_ref().map(|r| self.annotation(r));
        let name = Symbol::new(&def.name.id);
        let id = self.new_function(name, Some(&def.parameters), def.range, def.name.range);
        let function = &mut self.facts.functions[id.index()];
        function.is_async = def.is_async;
        function.decorators = decorators;
        function.returns = returns;
        self.bind_name(name, def.name.range.start(), BindingKind::Function(id));
        self.pending.push_back(Pending::Def(id, def));
        StmtKind::FunctionDef(id)
    }

    fn new_function(
        &mut self,
        name: Symbol,
        parameters: Option<&'a ast::Parameters>,
        range: TextRange,
        name_range: TextRange,
    ) -> FunctionId {
        let mut params = Vec::new();
        if let Some(p) = parameters {
            let kinds = [(&p.posonlyargs, ParamKind::PositionalOnly), (&p.args, ParamKind::Normal)];
            for (list, kind) in kinds {
                for param in list {
                    params.push(self.param(&param.parameter, kind, param.default.as_deref()));
                }
            }
            if let Some(star) = &p.vararg {
                params.push(self.param(star, ParamKind::Star, None));
            }
            for param in &p.kwonlyargs {
                params.push(self.param(&param.parameter, ParamKind::KeywordOnly, param.default.as_deref()));
            }
            if let Some(star) = &p.kwarg {
                params.push(self.param(star, ParamKind::StarStar, None));
            }
        }
        let id = FunctionId(self.facts.functions.len() as u32);
        let scope = self.new_scope(ScopeKind::Function(id));
        let start = self.facts.params.len() as u32;
        for (index, param) in params.iter().enumerate() {
            self.bindings[scope.index()].push(Binding {
                name: param.name,
                kind: BindingKind::Param(start + index as u32),
                at: range.start(),
                block_end: range.end(),
                loop_start: TextSize::new(u32::MAX),
            });
        }
        self.facts.params.extend(params);
        self.facts.functions.push(Function {
            name,
            scope,
            parent: self.function,
            class: self.class,
            is_async: false,
            is_generator: false,
            is_lambda: false,
            params: start..self.facts.params.len() as u32,
            decorators: ExprList::EMPTY,
            returns: None,
            body: Block::EMPTY,
            exprs: 0..0,
            stmts: 0..0,
            range,
            name_range,
            is_stub: false,
        });
        id
    }

    fn param(&mut self, param: &'a ast::Parameter, kind: ParamKind, default: Option<&'a ast::Expr>) -> Param {
        Param {
            name: Symbol::new(&param.name.id),
            kind,
            annotation: param.annotation.as_ref().map(|a| self.annotation(a)),
            default: default.map(|d| self.expr(d)),
        }
    }

    fn class_def(&mut self, stmt: StmtId, def: &'a ast::StmtClassDef) -> StmtKind {
        let decorators: Vec<ExprId> = def.decorator_list.iter().map(|d| self.expr(&d.expression)).collect();
        let mut bases = Vec::new();
        let mut keywords = Vec::new();
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                bases.push(self.expr(base));
            }
            for keyword in &arguments.keywords {
                let value = self.expr(&keyword.value);
                if let Some(name) = &keyword.arg {
                    keywords.push((Symbol::new(&name.id), value));
                }
            }
        }
        let name = Symbol::new(&def.name.id);
        let id = ClassId(self.facts.classes.len() as u32);
        let scope = self.new_scope(ScopeKind::Class(id));
        let (bases, decorators) = (self.list(&bases), self.list(&decorators));
        self.facts.classes.push(Class {
            name,
            scope,
            parent: self.function,
            class: self.class,
            bases,
            keywords,
            decorators,
            body: Block::EMPTY,
            range: def.range,
            name_range: def.name.range,
            type_params: def
                .type_params
                .iter()
                .flat_map(|params| params.iter().map(|p| Symbol::new(&p.name().id)))
                .collect(),
            self_writes: Vec::new(),
        });
        self.bind_name(name, def.name.range.start(), BindingKind::Class(id));
        let outer = (self.scope, self.class, self.loop_start);
        (self.scope, self.class, self.loop_start) = (scope, Some(id), TextSize::new(u32::MAX));
        let body = self.inner(stmt, &def.body);
        (self.scope, self.class, self.loop_start) = outer;
        self.facts.classes[id.index()].body = body;
        StmtKind::ClassDef(id)
    }

    // Bindings.

    fn bind_name(&mut self, name: Symbol, at: TextSize, kind: BindingKind) {
        let scope = self.scope;
        // A walrus in a comprehension binds in the scope around it.
        let mut home = scope;
        if matches!(kind, BindingKind::Assign(_)) {
            while self.facts.scope(home).kind == ScopeKind::Comprehension && !self.in_comp_target {
                home = self.facts.scope(home).parent;
            }
        }
        let mut binding = Binding { name, kind, at, block_end: self.block_end, loop_start: self.loop_start };
        if self.facts.scope(home).globals.contains(&name) {
            home = ScopeId::MODULE;
            binding.block_end = TextSize::new(0);
        } else if self.facts.scope(home).nonlocals.contains(&name) {
            binding.block_end = TextSize::new(0);
            home = self.facts.scope(home).parent;
            while home != ScopeId::MODULE
                && !(matches!(self.facts.scope(home).kind, ScopeKind::Function(_))
                    && self.bindings[home.index()].iter().any(|b| b.name == name))
            {
                home = self.facts.scope(home).parent;
            }
        }
        self.bindings[home.index()].push(binding);
    }

    fn bind(&mut self, target: ExprId, kind: BindingKind) {
        let at = self.facts.range(target).start();
        match self.facts.kind(target) {
            ExprKind::Name(name, _) => self.bind_name(name, at, kind),
            ExprKind::Attribute(value, attr) => {
                if let ExprKind::Name(name, scope) = self.facts.kind(value)
                    && let Some(class) = self.class_of_self(scope, name)
                {
                    let write = AttrWrite { attr, function: self.function, target, kind };
                    self.facts.classes[class.index()].self_writes.push(write);
                }
            }
            ExprKind::Subscript(base, _) => {
                if let BindingKind::Assign(value) = kind
                    && let ExprKind::Attribute(owner, attr) = self.facts.kind(base)
                    && let ExprKind::Name(name, scope) = self.facts.kind(owner)
                    && let Some(class) = self.class_of_self(scope, name)
                {
                    let kind = BindingKind::Item(value);
                    let write = AttrWrite { attr, function: self.function, target, kind };
                    self.facts.classes[class.index()].self_writes.push(write);
                }
            }
            ExprKind::Tuple(list) | ExprKind::List(list) => {
                let targets: Vec<ExprId> = self.facts.expr_list(list).collect();
                let starred = targets.iter().any(|&t| matches!(self.facts.kind(t), ExprKind::Starred(_)));
                if let BindingKind::Assign(value) = kind
                    && let ExprKind::Tuple(values) | ExprKind::List(values) = self.facts.kind(value)
                    && self.facts.expr_list(values).len() == targets.len()
                    && !starred
                {
                    let values: Vec<ExprId> = self.facts.expr_list(values).collect();
                    for (target, value) in targets.into_iter().zip(values) {
                        self.bind(target, BindingKind::Assign(value));
                    }
                    return;
                }
                let mut behind_star = false;
                for (index, target) in targets.into_iter().enumerate() {
                    behind_star |= matches!(self.facts.kind(target), ExprKind::Starred(_));
                    let index = if behind_star { u16::MAX } else { index.min(u16::MAX.into()) as u16 };
                    self.bind(target, unpacked(kind, index));
                }
            }
            ExprKind::Starred(inner) => self.bind(inner, unpacked(kind, u16::MAX)),
            _ => {}
        }
    }

    /// The class whose method has `name` as its first parameter, where `name` is read in `scope`: `self` there.
    fn class_of_self(&self, mut scope: ScopeId, name: Symbol) -> Option<ClassId> {
        loop {
            let s = self.facts.scope(scope);
            if let ScopeKind::Function(id) = s.kind {
                let function = self.facts.function(id);
                let params = self.facts.params_of(id);
                if let Some(class) = function.class
                    && params.first().is_some_and(|p| p.name == name)
                {
                    let is_static = self
                        .facts
                        .expr_list(function.decorators)
                        .any(|d| matches!(self.facts.kind(d), ExprKind::Name(n, _) if n == "staticmethod"));
                    return (!is_static).then_some(class);
                }
                if params.iter().any(|p| p.name == name) {
                    return None;
                }
            }
            if scope == ScopeId::MODULE {
                return None;
            }
            scope = s.parent;
        }
    }

    /// `__all__ = [...]` at module level.
    fn note_all(&mut self, targets: &[ExprId], value: ExprId) {
        let [target] = targets else { return };
        if self.scope != ScopeId::MODULE {
            return;
        }
        let ExprKind::Name(name, _) = self.facts.kind(*target) else { return };
        if name != "__all__" {
            return;
        }
        if let ExprKind::List(list) | ExprKind::Tuple(list) = self.facts.kind(value) {
            let names = self.facts.expr_list(list).filter_map(|e| match self.facts.kind(e) {
                ExprKind::Str(name) => Some(name),
                _ => None,
            });
            self.facts.all = Some(names.collect());
        }
    }

    // Expressions.

    /// An annotation: strings in it are read as the expressions they quote.
    fn annotation(&mut self, expr: &'a ast::Expr) -> ExprId {
        self.in_annotation = true;
        let id = self.expr(expr);
        self.in_annotation = false;
        id
    }

    fn expr(&mut self, expr: &'a ast::Expr) -> ExprId {
        self.depth += 1;
        let id = if self.depth.is_multiple_of(64) {
            stacker::maybe_grow(1 << 20, 4 << 20, || self.expr_inner(expr))
        } else {
            self.expr_inner(expr)
        };
        self.depth -= 1;
        id
    }

    fn exprs(&mut self, exprs: &'a [ast::Expr]) -> ExprList {
        let kept = if exprs.len() > KEPT_LITERALS && exprs.iter().all(ast::Expr::is_literal_expr) {
            &exprs[..KEPT_LITERALS]
        } else {
            exprs
        };
        let ids: Vec<ExprId> = kept.iter().map(|e| self.expr(e)).collect();
        self.list(&ids)
    }

    fn expr_inner(&mut self, expr: &'a ast::Expr) -> ExprId {
        let range = expr.range();
        let kind = match expr {
            ast::Expr::Name(e) => ExprKind::Name(Symbol::new(&e.id), self.scope),
            ast::Expr::Attribute(e) => {
                let value = self.expr(&e.value);
                ExprKind::Attribute(value, Symbol::new(&e.attr.id))
            }
            ast::Expr::Call(e) => {
                let callee = self.expr(&e.func);
                let args = self.arguments(&e.arguments);
                ExprKind::Call(callee, args)
            }
            ast::Expr::Await(e) => ExprKind::Await(self.expr(&e.value)),
            ast::Expr::Yield(e) => {
                self.facts.functions[self.function.index()].is_generator = true;
                ExprKind::Yield(e.value.as_ref().map(|v| self.expr(v)))
            }
            ast::Expr::YieldFrom(e) => {
                self.facts.functions[self.function.index()].is_generator = true;
                ExprKind::YieldFrom(self.expr(&e.value))
            }
            ast::Expr::Lambda(e) => {
                let name = Symbol::new("<lambda>");
                let id = self.new_function(name, e.parameters.as_deref(), e.range, e.range);
                let function = &mut self.facts.functions[id.index()];
                function.is_lambda = true;
                // A lambda in a class body is not a method that `self` is bound to by name alone, but it acts as one.
                self.pending.push_back(Pending::Lambda(id, e));
                ExprKind::Lambda(id)
            }
            ast::Expr::ListComp(e) => self.comprehension(CompKind::List, None, &e.elt, &e.generators, range),
            ast::Expr::SetComp(e) => self.comprehension(CompKind::Set, None, &e.elt, &e.generators, range),
            ast::Expr::Generator(e) => self.comprehension(CompKind::Generator, None, &e.elt, &e.generators, range),
            ast::Expr::DictComp(e) => {
                self.comprehension(CompKind::Dict, e.key.as_deref(), &e.value, &e.generators, range)
            }
            ast::Expr::List(e) => ExprKind::List(self.exprs(&e.elts)),
            ast::Expr::Tuple(e) => ExprKind::Tuple(self.exprs(&e.elts)),
            ast::Expr::Set(e) => ExprKind::Set(self.exprs(&e.elts)),
            ast::Expr::Dict(e) => {
                let literal = e.items.len() > KEPT_LITERALS && e.items.iter().all(|i| i.value.is_literal_expr());
                let items = if literal { &e.items[..KEPT_LITERALS] } else { &e.items };
                let mut ids = Vec::with_capacity(items.len() * 2);
                for item in items {
                    ids.push(match &item.key {
                        Some(key) => self.expr(key),
                        None => self.push(ExprKind::Missing, item.value.range()),
                    });
                    ids.push(self.expr(&item.value));
                }
                ExprKind::Dict(self.list(&ids))
            }
            ast::Expr::StringLiteral(e) => {
                let text = e.value.to_str();
                if self.in_annotation {
                    return self.quoted(text, range);
                }
                ExprKind::Str(short(text))
            }
            ast::Expr::FString(e) => {
                let mut ids = Vec::new();
                for part in e.value.as_slice() {
                    match part {
                        ast::FStringPart::Literal(literal) => {
                            ids.push(self.push(ExprKind::Str(short(literal.as_str())), literal.range));
                        }
                        ast::FStringPart::FString(f) => self.interpolated(&f.elements, &mut ids),
                    }
                }
                ExprKind::FString(self.list(&ids))
            }
            ast::Expr::TString(e) => {
                let mut ids = Vec::new();
                for part in e.value.as_slice() {
                    self.interpolated(&part.elements, &mut ids);
                }
                ExprKind::FString(self.list(&ids))
            }
            ast::Expr::BytesLiteral(_) => ExprKind::Bytes,
            ast::Expr::NumberLiteral(e) => match &e.value {
                ast::Number::Int(int) => match int.as_i64() {
                    Some(value) => match i32::try_from(value) {
                        Ok(value) => ExprKind::Int(value),
                        Err(_) => self.float(value as f64),
                    },
                    None => self.float(f64::INFINITY),
                },
                ast::Number::Float(value) => self.float(*value),
                ast::Number::Complex { .. } => ExprKind::Missing,
            },
            ast::Expr::BooleanLiteral(e) => {
                if e.value {
                    ExprKind::True
                } else {
                    ExprKind::False
                }
            }
            ast::Expr::NoneLiteral(_) => ExprKind::None,
            ast::Expr::EllipsisLiteral(_) => ExprKind::Ellipsis,
            ast::Expr::BinOp(e) => {
                let left = self.expr(&e.left);
                let right = self.expr(&e.right);
                ExprKind::Binary(op(e.op), left, right)
            }
            ast::Expr::UnaryOp(e) => {
                let operand = self.expr(&e.operand);
                match e.op {
                    ast::UnaryOp::Not => ExprKind::Not(operand),
                    ast::UnaryOp::USub => match self.facts.kind(operand) {
                        ExprKind::Int(value) => ExprKind::Int(value.wrapping_neg()),
                        _ => ExprKind::Unary(operand),
                    },
                    _ => ExprKind::Unary(operand),
                }
            }
            ast::Expr::BoolOp(e) => {
                let list = self.exprs(&e.values);
                match e.op {
                    ast::BoolOp::And => ExprKind::And(list),
                    ast::BoolOp::Or => ExprKind::Or(list),
                }
            }
            ast::Expr::Compare(e) => {
                let mut ids = vec![self.expr(&e.left)];
                ids.extend(e.comparators.iter().map(|c| self.expr(c)));
                let first = match e.ops.first() {
                    Some(ast::CmpOp::NotEq) => CmpOp::NotEq,
                    Some(ast::CmpOp::Lt | ast::CmpOp::LtE) => CmpOp::Less,
                    Some(ast::CmpOp::Gt | ast::CmpOp::GtE) => CmpOp::Greater,
                    Some(ast::CmpOp::Is) => CmpOp::Is,
                    Some(ast::CmpOp::IsNot) => CmpOp::IsNot,
                    Some(ast::CmpOp::In) => CmpOp::In,
                    Some(ast::CmpOp::NotIn) => CmpOp::NotIn,
                    _ => CmpOp::Eq,
                };
                ExprKind::Compare(first, self.list(&ids))
            }
            ast::Expr::If(e) => {
                let ids = [self.expr(&e.test), self.expr(&e.body), self.expr(&e.orelse)];
                ExprKind::IfElse(self.list(&ids))
            }
            ast::Expr::Subscript(e) => {
                let value = self.expr(&e.value);
                // What `Literal["…"]` holds are strings indeed.
                let literal = match self.facts.kind(value) {
                    ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name == "Literal",
                    _ => false,
                };
                let saved = self.in_annotation;
                self.in_annotation &= !literal;
                let index = self.expr(&e.slice);
                self.in_annotation = saved;
                ExprKind::Subscript(value, index)
            }
            ast::Expr::Slice(e) => {
                let mut ids = Vec::new();
                for part in [&e.lower, &e.upper, &e.step].into_iter().flatten() {
                    ids.push(self.expr(part));
                }
                ExprKind::Slice(self.list(&ids))
            }
            ast::Expr::Starred(e) => ExprKind::Starred(self.expr(&e.value)),
            ast::Expr::Named(e) => {
                let value = self.expr(&e.value);
                let target = self.expr(&e.target);
                self.bind(target, BindingKind::Assign(value));
                ExprKind::Named(target, value)
            }
            ast::Expr::IpyEscapeCommand(_) => ExprKind::Missing,
        };
        self.push(kind, range)
    }

    fn float(&mut self, value: f64) -> ExprKind {
        self.facts.floats.push(value);
        ExprKind::Float(self.facts.floats.len() as u32 - 1)
    }

    /// A string in an annotation.
    fn quoted(&mut self, text: &str, range: TextRange) -> ExprId {
        let Ok(parsed) = parse_expression(text) else {
            return self.push(ExprKind::Str(short(text)), range);
        };
        // Places inside are the quoted string's as a whole: nothing is ever reported there.
        let quoted = parsed.into_syntax();
        let mut inner = Lowerer::new(text, Mode::default());
        inner.facts.exprs = std::mem::take(&mut self.facts.exprs);
        inner.facts.expr_lists = std::mem::take(&mut self.facts.expr_lists);
        inner.facts.arg_lists = std::mem::take(&mut self.facts.arg_lists);
        inner.facts.arg_index = std::mem::take(&mut self.facts.arg_index);
        inner.facts.floats = std::mem::take(&mut self.facts.floats);
        inner.scope = self.scope;
        let first = inner.facts.exprs.len();
        let id = if has_scope(&quoted.body) {
            inner.push(ExprKind::Missing, range)
        } else {
            inner.in_annotation = false;
            inner.expr(&quoted.body)
        };
        self.facts.exprs = inner.facts.exprs;
        self.facts.expr_lists = inner.facts.expr_lists;
        self.facts.arg_lists = inner.facts.arg_lists;
        self.facts.arg_index = inner.facts.arg_index;
        self.facts.floats = inner.facts.floats;
        for expr in &mut self.facts.exprs[first..] {
            (expr.start, expr.end) = (range.start().to_u32(), range.end().to_u32());
        }
        id
    }

    fn interpolated(&mut self, elements: &'a ast::InterpolatedStringElements, ids: &mut Vec<ExprId>) {
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(literal) => {
                    ids.push(self.push(ExprKind::Str(short(&literal.value)), literal.range));
                }
                ast::InterpolatedStringElement::Interpolation(part) => {
                    ids.push(self.expr(&part.expression));
                    if let Some(spec) = &part.format_spec {
                        stacker::maybe_grow(1 << 20, 4 << 20, || self.interpolated(&spec.elements, ids));
                    }
                }
            }
        }
    }

    fn arguments(&mut self, arguments: &'a ast::Arguments) -> ArgList {
        if arguments.args.is_empty() && arguments.keywords.is_empty() {
            return ArgList::EMPTY;
        }
        let mut args = Vec::with_capacity(arguments.args.len() + arguments.keywords.len());
        for arg in &arguments.args {
            args.push(match arg {
                ast::Expr::Starred(star) => Arg { value: self.expr(&star.value), kind: ArgKind::Star },
                _ => Arg { value: self.expr(arg), kind: ArgKind::Positional },
            });
        }
        for keyword in &arguments.keywords {
            let value = self.expr(&keyword.value);
            let kind = match &keyword.arg {
                Some(name) => ArgKind::Keyword(Symbol::new(&name.id)),
                None => ArgKind::StarStar,
            };
            args.push(Arg { value, kind });
        }
        let start = self.facts.arg_lists.len() as u32;
        self.facts.arg_lists.extend(args);
        let list = ArgList(self.facts.arg_index.len() as u32);
        self.facts.arg_index.push((start, self.facts.arg_lists.len() as u32));
        list
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        key: Option<&'a ast::Expr>,
        element: &'a ast::Expr,
        generators: &'a [ast::Comprehension],
        range: TextRange,
    ) -> ExprKind {
        let outer = (self.scope, self.block_end, self.loop_start);
        let mut clauses = Vec::with_capacity(generators.len());
        let first = generators.first().map(|g| self.expr(&g.iter));
        self.scope = self.new_scope(ScopeKind::Comprehension);
        self.block_end = range.end();
        self.loop_start = self.loop_start.min(range.start());
        for (index, generator) in generators.iter().enumerate() {
            let iter = match first {
                Some(first) if index == 0 => first,
                _ => self.expr(&generator.iter),
            };
            let target = self.expr(&generator.target);
            self.in_comp_target = true;
            // The element is bound before everything in the comprehension that reads it, though it stands after.
            let place = self.bindings[self.scope.index()].len();
            self.bind(target, BindingKind::Element(iter, generator.is_async, None));
            for binding in &mut self.bindings[self.scope.index()][place..] {
                binding.at = range.start();
            }
            self.in_comp_target = false;
            let ifs: Vec<ExprId> = generator.ifs.iter().map(|e| self.expr(e)).collect();
            let ifs = self.list(&ifs);
            clauses.push(CompClause { target, iter, ifs, is_async: generator.is_async });
        }
        let key = key.map(|k| self.expr(k));
        let element = self.expr(element);
        (self.scope, self.block_end, self.loop_start) = outer;
        let index = self.facts.comprehensions.len() as u32;
        self.facts.comprehensions.push(Comprehension { kind, key, element, clauses });
        ExprKind::Comprehension(index)
    }
}

/// A quoted annotation that would need a scope of its own is not one.
fn has_scope(expr: &ast::Expr) -> bool {
    ast::helpers::any_over_expr(expr, |e| {
        matches!(
            e,
            ast::Expr::Lambda(_)
                | ast::Expr::ListComp(_)
                | ast::Expr::SetComp(_)
                | ast::Expr::DictComp(_)
                | ast::Expr::Generator(_)
                | ast::Expr::Named(_)
                | ast::Expr::Yield(_)
                | ast::Expr::YieldFrom(_)
        )
    })
}

fn short(text: &str) -> Symbol {
    if text.len() <= KEPT_STRING {
        return Symbol::new(text);
    }
    let mut end = KEPT_STRING;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Symbol::new(&text[..end])
}

fn op(op: ast::Operator) -> Op {
    match op {
        ast::Operator::Add => Op::Add,
        ast::Operator::Sub => Op::Sub,
        ast::Operator::Mult => Op::Mul,
        ast::Operator::Pow => Op::Pow,
        ast::Operator::BitOr => Op::BitOr,
        _ => Op::Other,
    }
}

fn unpacked(kind: BindingKind, index: u16) -> BindingKind {
    match kind {
        BindingKind::Assign(value) => BindingKind::Unpack(value, index),
        BindingKind::Unpack(value, _) => BindingKind::Unpack(value, u16::MAX),
        BindingKind::Element(iter, is_async, None) => BindingKind::Element(iter, is_async, Some(index)),
        BindingKind::Element(iter, is_async, Some(_)) => BindingKind::Element(iter, is_async, Some(u16::MAX)),
        BindingKind::Context(item, is_async, None) => BindingKind::Context(item, is_async, Some(index)),
        BindingKind::Context(item, is_async, Some(_)) => BindingKind::Context(item, is_async, Some(u16::MAX)),
        _ => BindingKind::Opaque,
    }
}

/// Whether a body does nothing of its own.
fn is_stub(body: &[ast::Stmt]) -> bool {
    body.iter().all(|stmt| match stmt {
        ast::Stmt::Pass(_) => true,
        ast::Stmt::Expr(s) => s.value.is_string_literal_expr() || s.value.is_ellipsis_literal_expr(),
        ast::Stmt::Raise(s) => s.exc.as_deref().is_some_and(|exc| {
            let name = match exc {
                ast::Expr::Call(call) => &*call.func,
                other => other,
            };
            matches!(name, ast::Expr::Name(n) if &*n.id == "NotImplementedError")
        }),
        _ => false,
    })
}
