//! What fixes leave behind: imports that nothing needs any more.

use super::edits::Edit;
use super::source::Source;
use sidestep_facts::{
    Binding, BindingKind, ExprKind, FileFacts, FunctionId, Ranged as _, ScopeId, StmtId, StmtKind, Symbol, TextRange,
    TextSize,
};
use sidestep_program::{FileId, Program, Value};

/// Edits that take away the imports of a module that were used before fixes, and are not after. `text` is its text, `before`
/// its facts before fixes.
pub fn unused_imports(program: &Program, file: FileId, text: &str, before: &FileFacts) -> Vec<Edit> {
    let facts = program.facts(file);
    let own = TextRange::up_to(TextSize::of(text));
    let source = Source { program, file, facts, text, own, others: &|_| None };
    if program.path(file).file_name().is_some_and(|name| name == "__init__.py") {
        return Vec::new();
    }
    let mut gone: Vec<&Binding> = facts
        .bindings_of(ScopeId::MODULE)
        .iter()
        .filter(|binding| matches!(binding.kind, BindingKind::Import(_) | BindingKind::ImportFrom(..)))
        .filter(|binding| is_read(before, binding.name) && !is_read(facts, binding.name))
        .filter(|binding| facts.bindings_in(ScopeId::MODULE, binding.name).len() == 1)
        .filter(|binding| !is_needed_elsewhere(program, file, binding.name))
        .collect();
    gone.sort_by_key(|binding| binding.at);
    let names: Vec<Symbol> = gone.iter().map(|binding| binding.name).collect();
    let body = facts.function(FunctionId::MODULE).body;
    facts.block(body).filter_map(|stmt| source.without(stmt, &names)).collect()
}

/// Whether a module's name is read anywhere in the file, in a text too: that may be an annotation.
fn is_read(facts: &FileFacts, name: Symbol) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    facts.all.as_ref().is_some_and(|all| all.contains(&name))
        || facts.exprs.iter().any(|expr| match expr.kind {
            ExprKind::Name(n, scope) => n == name && facts.resolve(scope, n) == Some(ScopeId::MODULE),
            ExprKind::Str(text) => text.as_str().split(|c| !is_word(c)).any(|word| word == name.as_str()),
            _ => false,
        })
}

/// Whether another file of the program imports a name from this one, reaches for it, or names it in a text as mocks do.
fn is_needed_elsewhere(program: &Program, file: FileId, name: Symbol) -> bool {
    let own = program.module_name(file);
    let short = own.as_str().rsplit('.').next().unwrap_or_default();
    let mocked = format!("{short}.{name}");
    let is_own = |other: FileId, receiver| matches!(program.get(program.value(other, receiver)), Value::Module(_, Some(module)) if *module == file);
    program.inputs().filter(|&other| other != file).any(|other| {
        let facts = program.facts(other);
        let is_imported = |b: &Binding| match b.kind {
            BindingKind::ImportFrom(module, _, n) => {
                n == name && module.is_none_or(|module| module.as_str().rsplit('.').next() == Some(short))
            }
            _ => false,
        };
        facts.bindings.iter().any(is_imported)
            || facts.exprs.iter().any(|expr| match expr.kind {
                ExprKind::Attribute(receiver, n) => n == name && is_own(other, receiver),
                ExprKind::Str(text) => text.as_str().contains(&mocked),
                _ => false,
            })
    })
}

impl Source<'_> {
    /// An import without some of the names that it binds; with no name left, nothing of it.
    fn without(&self, stmt: StmtId, names: &[Symbol]) -> Option<Edit> {
        let facts = self.facts;
        let range = facts.stmt(stmt).range();
        if facts.stmt(stmt).kind != StmtKind::Import || self.slice(self.lines_of(range)).contains('#') {
            return None;
        }
        self.own_lines(stmt)?;
        let words = self.code(range);
        let at = words.iter().position(|(_, word)| *word == "import")?;
        let listed: Vec<_> = words[at + 1..].iter().filter(|(_, word)| !matches!(*word, "(" | ")")).copied().collect();
        let parts: Vec<_> = listed.split(|(_, word)| *word == ",").filter(|part| !part.is_empty()).collect();
        let is_gone = |part: &&[(TextSize, &str)]| {
            let bound = match part.iter().position(|(_, word)| *word == "as") {
                // `import x as x` passes it on.
                Some(at) if part[..at].last().map(|p| p.1) != part.last().map(|p| p.1) => part.last(),
                Some(_) => None,
                None => part.first(),
            };
            bound.is_some_and(|(_, word)| names.iter().any(|name| name.as_str() == *word))
        };
        let kept: Vec<_> = parts.iter().copied().filter(|part| !is_gone(part)).collect();
        if kept.len() == parts.len() {
            return None;
        }
        if kept.is_empty() {
            return Some(Edit::replace(self.with_blank_lines(self.lines_of(range)), ""));
        }
        let text = |part: &[(TextSize, &str)]| {
            let (first, last) = (part[0], part[part.len() - 1]);
            self.slice(TextRange::new(first.0, last.0 + TextSize::of(last.1))).to_owned()
        };
        let (first, last) = (parts[0][0].0, parts[parts.len() - 1].last()?);
        let all = TextRange::new(first, last.0 + TextSize::of(last.1));
        let joint = match self.slice(all).find('\n') {
            // One name a line.
            Some(_) => format!(",\n{}", self.indent_at(first)),
            None => ", ".to_owned(),
        };
        Some(Edit::replace(all, kept.into_iter().map(text).collect::<Vec<_>>().join(&joint)))
    }

    /// Whole lines, with their line break.
    fn lines_of(&self, range: TextRange) -> TextRange {
        TextRange::new(self.line_start(range.start()), self.next_line(range.end()))
    }

    /// Lines with so many blank lines behind them that no more stay than there are on one side.
    fn with_blank_lines(&self, lines: TextRange) -> TextRange {
        let is_blank = |line: &&str| line.trim().is_empty();
        let before = self.text[..lines.start().to_usize()].lines().rev().take_while(is_blank).count();
        let at_top = self.text[..lines.start().to_usize()].trim().is_empty();
        let rest = self.text[lines.end().to_usize()..].split_inclusive('\n');
        let behind: usize =
            rest.take_while(is_blank).take(if at_top { usize::MAX } else { before }).map(str::len).sum();
        TextRange::new(lines.start(), lines.end() + TextSize::new(behind as u32))
    }
}
