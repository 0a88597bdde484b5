//! How a name of another module is written in a file, and the import that it needs: what is imported already is used, a
//! new import stands where the file's style puts it.

use super::edits::Edit;
use super::source::Source;
use sidestep_facts::{
    Binding, BindingKind, ExprId, ExprKind, FunctionId, Ranged as _, ScopeId, StmtId, StmtKind, Symbol, TextRange,
    TextSize,
};
use std::borrow::Cow;

/// Modules of the standard library whose imports stand together, by their first part.
const STANDARD: &[&str] = &[
    "abc",
    "argparse",
    "array",
    "ast",
    "asyncio",
    "base64",
    "bisect",
    "builtins",
    "calendar",
    "collections",
    "concurrent",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "email",
    "enum",
    "errno",
    "fnmatch",
    "fractions",
    "functools",
    "gc",
    "getpass",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "math",
    "mimetypes",
    "multiprocessing",
    "numbers",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "pkgutil",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "sched",
    "secrets",
    "select",
    "selectors",
    "shlex",
    "shutil",
    "signal",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "stat",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "sys",
    "tarfile",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "tokenize",
    "tomllib",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
    "zlib",
    "zoneinfo",
];

/// How a name of a module is written at a place, and what has to be imported for it.
pub struct Imported {
    /// `asyncio.sleep`, `aio.sleep`, `sleep`
    pub name: String,
    /// The import, if it is not there yet.
    pub edits: Vec<Edit>,
}

impl Source<'_> {
    /// How `module.name` is written in a scope.
    ///
    /// # Errors
    /// The module's name means something else there.
    pub fn import(&self, scope: ScopeId, module: &str, name: &str) -> Result<Imported, Cow<'static, str>> {
        if let Some(text) = self.imported(scope, module, name) {
            return Ok(Imported { name: text, edits: Vec::new() });
        }
        if self.facts.resolve(scope, Symbol::new(module)).is_some() || self.is_written_anywhere(module) {
            return Err(format!("the name `{module}` means something else here").into());
        }
        Ok(Imported { name: format!("{module}.{name}"), edits: vec![self.new_import(module)] })
    }

    /// How `module.name` is written in a scope whose `from` import already has another name of the module: it joins that.
    ///
    /// # Errors
    /// The name means something else there.
    pub fn import_beside(
        &self,
        scope: ScopeId,
        module: &str,
        name: &str,
        other: &str,
    ) -> Result<Imported, Cow<'static, str>> {
        if let Some(text) = self.imported(scope, module, name) {
            return Ok(Imported { name: text, edits: Vec::new() });
        }
        let facts = self.facts;
        for stmt in self.top_level() {
            let range = facts.stmt(stmt).range();
            if facts.stmt(stmt).kind != StmtKind::Import {
                continue;
            }
            let words = self.code(range);
            let is_plain = |word: &str| word != "(" && word != "*" && word != "as";
            let dotted = words.iter().map(|(_, word)| *word).collect::<Vec<_>>();
            let Some(at) = dotted.iter().position(|word| *word == "import") else { continue };
            let is_it = dotted.first() == Some(&"from") && dotted[1..at].concat() == module;
            if !is_it || !dotted[at + 1..].contains(&other) || !dotted.iter().all(|word| is_plain(word)) {
                continue;
            }
            if self.is_taken(scope, name) {
                return Err(format!("the name `{name}` means something else here").into());
            }
            // Where the other is used only here, nobody needs it any more.
            let symbol = Symbol::new(other);
            let uses = facts.exprs.iter().filter(|e| matches!(e.kind, ExprKind::Name(n, _) if n == symbol)).count();
            let listed = |word: &str| words[at + 1..].iter().find(|(_, w)| *w == word).map(|(at, _)| *at);
            let next = words[at + 1..].iter().find(|(_, word)| *word != "," && *word > name);
            let edit = match (listed(other), next) {
                (Some(at), _) if uses == 1 && facts.all.as_ref().is_none_or(|all| !all.contains(&symbol)) => {
                    Edit::replace(TextRange::at(at, TextSize::of(other)), name)
                }
                (_, Some((at, _))) => Edit::insert(*at, format!("{name}, ")),
                _ => Edit::insert(range.end(), format!(", {name}")),
            };
            return Ok(Imported { name: name.to_owned(), edits: vec![edit] });
        }
        self.import(scope, module, name)
    }

    /// Whether the file imports a module, in any form.
    pub fn imports(&self, module: &str) -> bool {
        self.facts.imports.iter().any(|import| {
            import.level == 0
                && import.module.is_some_and(|m| {
                    let text = m.as_str();
                    text == module || text.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
                })
        })
    }

    /// How `module.name` is written in a scope with the imports that are there.
    fn imported(&self, scope: ScopeId, module: &str, name: &str) -> Option<String> {
        let facts = self.facts;
        // The module itself, by whatever name, first; then the name alone.
        let as_module = |b: &Binding| matches!(b.kind, BindingKind::Import(m) if m == module);
        let as_name =
            |b: &Binding| matches!(b.kind, BindingKind::ImportFrom(Some(m), 0, n) if m == module && n == name);
        let mut found: Vec<(bool, TextSize, Symbol)> = Vec::new();
        for home in [ScopeId::MODULE, scope] {
            for binding in facts.bindings_of(home) {
                let is_module = as_module(binding);
                if (is_module || as_name(binding)) && self.is_real(binding.at) {
                    let same = facts
                        .bindings_in(home, binding.name)
                        .iter()
                        .all(|b| if is_module { as_module(b) } else { as_name(b) });
                    if same && facts.resolve(scope, binding.name) == Some(home) {
                        found.push((!is_module, binding.at, binding.name));
                    }
                }
            }
        }
        // In the order of the source: a symbol's number is no order.
        found.sort_by_key(|&(is_name, at, _)| (is_name, at));
        let &(is_name, _, symbol) = found.first()?;
        Some(if is_name { symbol.as_str().to_owned() } else { format!("{symbol}.{name}") })
    }

    /// Whether an import runs: it does not stand under `if TYPE_CHECKING`.
    fn is_real(&self, at: TextSize) -> bool {
        let facts = self.facts;
        let stmt = facts.stmts.iter().position(|s| s.kind == StmtKind::Import && s.range().contains(at));
        let Some(stmt) = stmt else { return false };
        !facts.enclosing(StmtId(stmt as u32)).any(|outer| match facts.stmt(outer).kind {
            StmtKind::If { test, .. } => {
                facts.dotted(test).is_some_and(|name| name.rsplit('.').next() == Some("TYPE_CHECKING"))
            }
            _ => false,
        })
    }

    /// Whether a name is bound, or read without a binding, in any scope of the file.
    fn is_written_anywhere(&self, name: &str) -> bool {
        let symbol = Symbol::new(name);
        self.facts.bindings.iter().any(|b| b.name == symbol && !matches!(b.kind, BindingKind::Import(m) if m == name))
            && self.facts.resolve(ScopeId::MODULE, symbol).is_some()
    }

    /// The statements of the module's body that are this unit's own.
    fn top_level(&self) -> Vec<StmtId> {
        let body = self.facts.function(FunctionId::MODULE).body;
        self.facts.block(body).filter(|&stmt| self.own.contains(self.facts.stmt(stmt).range().start())).collect()
    }

    /// The edit that adds `import module`.
    fn new_import(&self, module: &str) -> Edit {
        let top = self.top_level();
        let line = format!("import {module}\n");
        let imports: Vec<Line<'_>> = self.import_lines(&top);
        if let Some(edit) = self.joins_run(&imports, module, &line) {
            return edit;
        }
        // A run of its own: the standard library's before the others, others behind it.
        let last_standard = imports.iter().rev().find(|l| self.group(l.name) == Group::Standard);
        if let Some(last) = last_standard.filter(|_| self.group(module) != Group::Standard) {
            return self.after(self.facts.stmt(last.stmt).range().end(), &format!("\n{line}"));
        }
        if let Some(first) = imports.first() {
            let at = self.line_start(self.facts.stmt(first.stmt).range().start());
            return Edit::insert(self.above_comments(at), format!("{line}\n"));
        }
        self.at_top(&top, &line)
    }

    /// The imports at the top of the module, `__future__` left out, up to the first other statement behind them.
    fn import_lines(&self, top: &[StmtId]) -> Vec<Line<'_>> {
        let facts = self.facts;
        let mut lines = Vec::new();
        for &stmt in top {
            let range = facts.stmt(stmt).range();
            if facts.stmt(stmt).kind != StmtKind::Import {
                // A docstring, or a constant that has to be set before some import.
                if lines.is_empty() { continue } else { break }
            }
            let text = self.slice(range);
            let is_from = text.starts_with("from");
            let words = text.strip_prefix(if is_from { "from" } else { "import" }).unwrap_or_default().trim_start();
            let end = words.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(words.len());
            let name = &words[..end];
            if name != "__future__" {
                lines.push(Line { stmt, is_from, name });
            }
        }
        lines
    }

    /// The run of imports that a module belongs into.
    fn group(&self, module: &str) -> Group {
        let first = module.split('.').next().unwrap_or_default();
        if STANDARD.contains(&first) {
            return Group::Standard;
        }
        let program = self.program;
        let is_own = |file| program.module_name(file).as_str().split('.').next() == Some(first);
        if first.is_empty() || program.inputs().any(is_own) { Group::Own } else { Group::Others }
    }

    /// The edit that adds an import to the run of imports that its like stand in.
    fn joins_run(&self, imports: &[Line<'_>], module: &str, line: &str) -> Option<Edit> {
        let facts = self.facts;
        let is_standard = |l: &Line<'_>| self.group(l.name) == self.group(module);
        let first = imports.iter().position(is_standard)?;
        let adjoins = |a: &Line<'_>, b: &Line<'_>| {
            let end = facts.stmt(a.stmt).range().end();
            self.next_line(end) == self.line_start(facts.stmt(b.stmt).range().start())
        };
        let start = (0..first).rev().take_while(|&n| adjoins(&imports[n], &imports[n + 1])).last().unwrap_or(first);
        let end =
            (first + 1..imports.len()).take_while(|&n| adjoins(&imports[n - 1], &imports[n])).last().unwrap_or(first);
        let run = &imports[start..=end];
        // Plain imports before `from` imports, unless the run mixes them.
        let mixed = run.windows(2).any(|pair| pair[0].is_from && !pair[1].is_from);
        let own: Vec<&Line<'_>> = run.iter().filter(|l| is_standard(l) && (mixed || !l.is_from)).collect();
        let before = own.iter().find(|l| l.name.to_lowercase().as_str() > module);
        let at = match (before, own.last()) {
            (Some(next), _) => self.line_start(facts.stmt(next.stmt).range().start()),
            (None, Some(last)) => return Some(self.after(facts.stmt(last.stmt).range().end(), line)),
            (None, None) => self.line_start(facts.stmt(imports[first].stmt).range().start()),
        };
        Some(Edit::insert(at, line))
    }

    /// Lines behind the line of a place.
    pub fn after(&self, at: TextSize, lines: &str) -> Edit {
        let next = self.next_line(at);
        if next == self.line_end(at) || next > self.own.end() {
            // The last line, which does not end.
            return Edit::insert(self.line_end(at), format!("\n{}", lines.trim_end_matches('\n')));
        }
        Edit::insert(next, lines)
    }

    /// Lines before everything but the docstring, `__future__` imports, and the comments at the top.
    fn at_top(&self, top: &[StmtId], line: &str) -> Edit {
        let facts = self.facts;
        let is_header = |stmt: &StmtId| {
            let s = facts.stmt(*stmt);
            let text = self.slice(s.range());
            match s.kind {
                StmtKind::Import => text.starts_with("from") && text.contains("__future__"),
                StmtKind::Pass => text.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with(['"', '\'']),
                _ => false,
            }
        };
        match top.iter().take_while(|stmt| is_header(stmt)).last() {
            Some(&last) => self.after(facts.stmt(last).range().end(), &format!("\n{line}")),
            None => {
                let Some(&first) = top.first() else { return Edit::insert(self.own.start(), line) };
                let at = self.line_start(facts.stmt(first).range().start());
                let above = self.above_comments(at);
                // Comments that begin the file are its header, not the statement's.
                let at = if above == self.own.start() { at } else { above };
                let blank = if facts.stmt(first).kind == StmtKind::Import { "" } else { "\n" };
                let more = match facts.stmt(first).kind {
                    StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => "\n",
                    _ => "",
                };
                Edit::insert(at, format!("{line}{blank}{more}"))
            }
        }
    }

    /// Whether a statement of the module is an import, or a test or `try` around some.
    fn brings_names(&self, stmt: StmtId) -> bool {
        let s = self.facts.stmt(stmt);
        let around = matches!(s.kind, StmtKind::Import | StmtKind::If { .. } | StmtKind::Try(_));
        around && self.facts.stmts.iter().any(|i| i.kind == StmtKind::Import && s.range().contains_range(i.range()))
    }

    /// The start of the comments that stand directly above a line, with its indentation.
    pub fn above_comments(&self, mut at: TextSize) -> TextSize {
        let indent = self.indent_at(at);
        while at > self.own.start() {
            let previous =
                self.line_start(at - TextSize::new(1 + u32::from(self.text[..at.to_usize()].ends_with("\r\n"))));
            let line = &self.text[previous.to_usize()..at.to_usize()];
            if !line.trim_start().starts_with('#') || self.indent_at(previous) != indent || previous < self.own.start()
            {
                break;
            }
            at = previous;
        }
        at
    }

    /// Adds a definition to the module, behind its imports, or uses one that is there already: `name = value`.
    /// `is_it` says whether a value that a name is bound to will do.
    pub fn module_state(
        &self,
        scope: ScopeId,
        names: &[&str],
        value: &str,
        is_it: impl Fn(ExprId) -> bool,
    ) -> (String, Vec<Edit>) {
        let facts = self.facts;
        for name in names {
            let symbol = Symbol::new(name);
            if let [one] = facts.bindings_in(ScopeId::MODULE, symbol)
                && let BindingKind::Assign(v) | BindingKind::Annotated(_, Some(v)) = one.kind
                && is_it(v)
                && facts.resolve(scope, symbol) == Some(ScopeId::MODULE)
            {
                return ((*name).to_owned(), Vec::new());
            }
        }
        let free = |name: &&&str| !self.is_taken(scope, name) && !self.is_taken(ScopeId::MODULE, name);
        let name = names.iter().find(free).map(|name| (*name).to_owned());
        let name = name.unwrap_or_else(|| self.free_name(ScopeId::MODULE, names));
        let top = self.top_level();
        let last = top.iter().rev().find(|&&stmt| {
            self.brings_names(stmt) && {
                // Imports further down, behind definitions, are not where state belongs.
                let at = facts.stmt(stmt).range().start();
                !top.iter().any(|&s| {
                    facts.stmt(s).range().start() < at
                        && matches!(facts.stmt(s).kind, StmtKind::FunctionDef(_) | StmtKind::ClassDef(_))
                })
            }
        });
        let edit = match last {
            Some(&last) => self.after(facts.stmt(last).range().end(), &format!("\n{name} = {value}\n")),
            None => self.at_top(&top, &format!("{name} = {value}\n")),
        };
        (name, vec![edit])
    }
}

/// A run of imports.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Standard,
    Others,
    /// The program's own.
    Own,
}

/// An import at the top of the module.
struct Line<'a> {
    stmt: StmtId,
    is_from: bool,
    name: &'a str,
}
