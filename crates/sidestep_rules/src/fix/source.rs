//! The source that a fix is made in: its text, seen through its facts.

use super::Text;
use super::edits::Edit;
use crate::around::{Loop, loops};
use sidestep_facts::{
    Block, CompKind, ExprId, ExprKind, FileFacts, FunctionId, Parent, Ranged as _, ScopeId, StmtId, StmtKind, Symbol,
    TextRange, TextSize,
};
use sidestep_program::{FileId, Program};
use std::borrow::Cow;

/// One unit of the program with its text.
pub struct Source<'a> {
    /// The program.
    pub program: &'a Program,
    /// The unit.
    pub file: FileId,
    /// Its facts.
    pub facts: &'a FileFacts,
    /// Its text.
    pub text: &'a str,
    /// The part that is its own: edits stay inside.
    pub own: TextRange,
    /// The other files of the program that may be changed too.
    pub others: &'a dyn Fn(FileId) -> Option<Text<'static>>,
}

impl<'a> Source<'a> {
    /// The text of a place.
    pub fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }

    /// The text of an expression.
    pub fn expr(&self, expr: ExprId) -> &'a str {
        self.slice(self.facts.range(expr))
    }

    /// The call that stands exactly at a place.
    pub fn call_at(&self, range: TextRange) -> Option<ExprId> {
        self.find(range, |kind| matches!(kind, ExprKind::Call(..)))
    }

    /// The expression of some kind that stands exactly at a place.
    pub fn find(&self, range: TextRange, kind: impl Fn(ExprKind) -> bool) -> Option<ExprId> {
        let at = self.facts.exprs.iter().position(|expr| expr.range() == range && kind(expr.kind))?;
        Some(ExprId(at as u32))
    }

    /// The start of the line that a place is on.
    pub fn line_start(&self, at: TextSize) -> TextSize {
        let before = &self.text[..at.to_usize()];
        TextSize::new(before.rfind(['\n', '\r']).map_or(0, |at| at + 1) as u32)
    }

    /// The end of the line that a place is on, before its line break.
    pub fn line_end(&self, at: TextSize) -> TextSize {
        let after = &self.text[at.to_usize()..];
        at + TextSize::new(after.find(['\n', '\r']).unwrap_or(after.len()) as u32)
    }

    /// The start of the line behind the one that a place is on; the end of the text where there is none.
    pub fn next_line(&self, at: TextSize) -> TextSize {
        let end = self.line_end(at);
        let rest = &self.text[end.to_usize()..];
        let skip = if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        end + TextSize::new(skip as u32)
    }

    /// The blanks at the beginning of the line that a place is on.
    pub fn indent_at(&self, at: TextSize) -> &'a str {
        let line = self.slice(TextRange::new(self.line_start(at), self.line_end(at)));
        &line[..line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len()]
    }

    /// The indentation of a statement that has its lines for itself (a comment may follow it); none for others.
    pub fn own_lines(&self, stmt: StmtId) -> Option<&'a str> {
        let range = self.facts.stmt(stmt).range();
        let before = self.slice(TextRange::new(self.line_start(range.start()), range.start()));
        let after = self.slice(TextRange::new(range.end(), self.line_end(range.end()))).trim_start();
        (before.trim().is_empty() && (after.is_empty() || after.starts_with('#'))).then_some(before)
    }

    /// The indentation of a statement that begins a line; none for others.
    pub fn begins_line(&self, stmt: StmtId) -> Option<&'a str> {
        let start = self.facts.stmt(stmt).range().start();
        let before = self.slice(TextRange::new(self.line_start(start), start));
        before.trim().is_empty().then_some(before)
    }

    /// The edit that puts lines, written without indentation, above a statement and the comments that belong to it.
    pub fn lines_above(&self, stmt: StmtId, lines: &[String]) -> Result<Edit, &'static str> {
        let indent = self.begins_line(stmt).ok_or("several statements share a line")?;
        let start = self.line_start(self.facts.stmt(stmt).range().start());
        let line = |line: &String| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
        Ok(Edit::insert(self.above_comments(start), lines.iter().map(line).collect::<String>()))
    }

    /// The loop around an expression that no other loop is around; else its statement.
    pub fn outermost_loop(&self, expr: ExprId) -> Option<StmtId> {
        let outermost = loops(self.facts, expr).into_iter().rev().find_map(|around| match around {
            Loop::For(stmt, _) | Loop::While(stmt) => Some(stmt),
            Loop::Clause(..) => None,
        });
        outermost.or_else(|| self.facts.stmt_of(expr))
    }

    /// One level of indentation, as the file has it around a block.
    pub fn unit(&self) -> &'a str {
        let bodies = self.facts.functions[1..].iter().filter(|f| !f.is_lambda).map(|f| (f.name_range.start(), f.body));
        for (at, body) in bodies {
            let Some(first) = self.facts.block(body).next() else { continue };
            let (outer, Some(inner)) = (self.indent_at(at), self.own_lines(first)) else { continue };
            if let Some(step) = inner.strip_prefix(outer)
                && !step.is_empty()
            {
                return step;
            }
        }
        "    "
    }

    /// The code of a place in which no string stands, without comments and line continuations.
    pub fn code(&self, range: TextRange) -> Vec<(TextSize, &'a str)> {
        let text = self.slice(range);
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let length = if c == '#' {
                rest.find(['\n', '\r']).unwrap_or(rest.len())
            } else if c.is_whitespace() || c == '\\' {
                c.len_utf8()
            } else {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let end = if is_word(c) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
                words.push((range.start() + TextSize::new(at as u32), &rest[..end]));
                end
            };
            at += length;
        }
        words
    }

    /// Whether `await` may stand at an expression; else why not.
    ///
    /// # Errors
    /// The reason.
    pub fn may_await(&self, expr: ExprId) -> Result<(), Cow<'static, str>> {
        let facts = self.facts;
        let function = facts.function_of(expr);
        let is_cell = function == FunctionId::MODULE && facts.top_level_loop;
        if !facts.function(function).is_async && !is_cell {
            return Err("the function around it is not async".into());
        }
        self.await_fits(expr)
    }

    /// Whether `await` may stand at an expression once its function is async; else why not.
    ///
    /// # Errors
    /// The reason.
    pub fn await_fits(&self, expr: ExprId) -> Result<(), Cow<'static, str>> {
        let facts = self.facts;
        let Some(stmt) = facts.stmt_of(expr) else {
            return Err("it stands in the header of a definition".into());
        };
        if facts.enclosing(stmt).chain([stmt]).any(|s| matches!(facts.stmt(s).kind, StmtKind::ClassDef(_))) {
            return Err("it stands in the body of a class".into());
        }
        let at = facts.range(expr);
        let mut inside = 0;
        for outer in facts.ancestors(expr) {
            let ExprKind::Comprehension(index) = facts.kind(outer) else { continue };
            let comp = &facts.comprehensions[index as usize];
            // What the first clause iterates is worked out outside.
            if comp.clauses.first().is_some_and(|clause| facts.range(clause.iter).contains_range(at)) {
                continue;
            }
            if comp.kind == CompKind::Generator {
                return Err("it stands in a generator expression, which would become an async generator".into());
            }
            inside += 1;
        }
        if inside > 1 {
            return Err("it stands in a comprehension inside another".into());
        }
        Ok(())
    }

    /// Edits that put `await` before an expression, in parentheses where they are needed.
    pub fn await_edits(&self, expr: ExprId) -> Vec<Edit> {
        let range = self.facts.range(expr);
        if self.await_needs_parentheses(expr) {
            vec![Edit::insert(range.start(), "(await "), Edit::insert(range.end(), ")")]
        } else {
            vec![Edit::insert(range.start(), "await ")]
        }
    }

    /// Whether `await x` in place of `x` would take more than `x`.
    pub fn await_needs_parentheses(&self, expr: ExprId) -> bool {
        let facts = self.facts;
        let Parent::Expr(parent) = facts.expr(expr).parent() else { return false };
        let binds = match facts.kind(parent) {
            ExprKind::Attribute(value, _) | ExprKind::Subscript(value, _) | ExprKind::Call(value, _) => value == expr,
            _ => false,
        };
        let range = facts.range(expr);
        let before = self.text[..range.start().to_usize()].trim_end();
        let after = self.text[range.end().to_usize()..].trim_start();
        binds && !(before.ends_with('(') && after.starts_with(')'))
    }

    /// The scope in which names of a place are looked up: that of its function.
    pub fn scope_of(&self, expr: ExprId) -> ScopeId {
        self.facts.function(self.facts.function_of(expr)).scope
    }

    /// Whether a name means anything in a scope, or is read or written by the function that the scope is of, or inside it;
    /// in the module's scope, anywhere.
    pub fn is_taken(&self, scope: ScopeId, name: &str) -> bool {
        let (symbol, facts) = (Symbol::new(name), self.facts);
        let within = facts.function(facts.scope(scope).function).range;
        let is_it = |expr: &sidestep_facts::Expr| {
            matches!(expr.kind, ExprKind::Name(n, _) if n == symbol)
                && (scope == ScopeId::MODULE || within.contains_range(expr.range()))
        };
        facts.resolve(scope, symbol).is_some() || facts.exprs.iter().any(is_it)
    }

    /// The first of some names that is free, else the first with a number behind it.
    pub fn free_name(&self, scope: ScopeId, names: &[&str]) -> String {
        let free = names.iter().find(|name| !self.is_taken(scope, name)).map(|name| (*name).to_owned());
        free.unwrap_or_else(|| {
            let numbered = (2..).map(|number| format!("{}{number}", names[0]));
            numbered.into_iter().find(|name| !self.is_taken(scope, name)).expect("there are names without end")
        })
    }

    /// Whether a place stands under `with raises(…)`: its fault is what a test is about.
    pub fn is_meant_to_fail(&self, at: TextRange) -> bool {
        self.facts.stmts.iter().any(|stmt| {
            let StmtKind::With(index) = stmt.kind else { return false };
            let expects = |context: ExprId| {
                let ExprKind::Call(callee, _) = self.facts.kind(context) else { return false };
                let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = self.facts.kind(callee) else {
                    return false;
                };
                let name = name.as_str();
                matches!(name, "raises" | "warns")
                    || name.starts_with("assertRaises")
                    || name.starts_with("assertWarns")
            };
            let items = &self.facts.withs[index as usize].items;
            stmt.range().contains_range(at) && items.iter().any(|item| expects(item.context))
        })
    }

    /// The literals of a string that may be several, one after another. What is not understood is one.
    fn literals(&self, string: TextRange) -> Vec<TextRange> {
        let text = self.slice(string);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            if c == '#' {
                at += rest.find(['\n', '\r']).unwrap_or(rest.len());
            } else if c.is_whitespace() || matches!(c, '\\' | '(' | ')') {
                at += c.len_utf8();
            } else {
                let Some(length) = literal(rest) else { return vec![string] };
                let start = string.start() + TextSize::new(at as u32);
                found.push(TextRange::at(start, TextSize::new(length as u32)));
                at += length;
            }
        }
        found
    }

    /// The quotation mark that most strings of the file begin with.
    pub fn quote(&self) -> char {
        let strings =
            self.facts.exprs.iter().filter(|expr| matches!(expr.kind, ExprKind::Str(_) | ExprKind::FString(_)));
        let marks = strings.filter_map(|expr| self.slice(expr.range()).chars().find(|c| matches!(c, '"' | '\'')));
        let lead = marks.fold(0_i32, |lead, mark| lead + if mark == '"' { 1 } else { -1 });
        if lead < 0 { '\'' } else { '"' }
    }

    /// The block that a statement stands in directly.
    pub fn block_of(&self, stmt: StmtId) -> Option<Block> {
        let facts = self.facts;
        let holds = |block: &Block| facts.block(*block).any(|s| s == stmt);
        let Some(outer) = facts.stmt(stmt).parent() else {
            let body = facts.function(facts.stmt(stmt).function).body;
            return holds(&body).then_some(body);
        };
        blocks(facts, outer).into_iter().find(holds)
    }

    /// Lines of code, one level deeper. Lines that begin inside a string stay as they are.
    pub fn indented(&self, range: TextRange, by: &str) -> String {
        let facts = self.facts;
        let strings: Vec<TextRange> = facts
            .exprs
            .iter()
            .filter(|expr| matches!(expr.kind, ExprKind::Str(_) | ExprKind::Bytes | ExprKind::FString(_)))
            .map(|expr| expr.range())
            .chain(facts.stmts.iter().filter(|stmt| stmt.kind == StmtKind::Pass).map(|stmt| stmt.range()))
            .filter(|string| range.contains_range(*string) && self.slice(*string).contains(['\n', '\r']))
            .flat_map(|string| self.literals(string))
            .collect();
        let mut text = String::new();
        let mut at = range.start();
        while at < range.end() {
            let end = self.next_line(at).min(range.end());
            let line = self.slice(TextRange::new(at, end));
            let in_string = strings.iter().any(|string| string.start() < at && at < string.end());
            if !in_string && !line.trim().is_empty() {
                text.push_str(by);
            }
            text.push_str(line);
            at = end;
        }
        text
    }
}

/// The length of the string literal that a text begins with.
fn literal(text: &str) -> Option<usize> {
    let prefix = text.find(['"', '\'']).filter(|&prefix| prefix <= 3)?;
    let quote = &text[prefix..=prefix];
    let triple = quote.repeat(3);
    let mark = if text[prefix..].starts_with(&triple) { triple.as_str() } else { quote };
    let mut at = prefix + mark.len();
    while let Some(c) = text[at..].chars().next() {
        if text[at..].starts_with(mark) {
            return Some(at + mark.len());
        }
        at += c.len_utf8();
        if c == '\\' {
            at += text[at..].chars().next()?.len_utf8();
        }
    }
    None
}

/// The blocks of a compound statement.
pub fn blocks(facts: &FileFacts, stmt: StmtId) -> Vec<Block> {
    match facts.stmt(stmt).kind {
        StmtKind::If { body, orelse, .. } | StmtKind::While { body, orelse, .. } => vec![body, orelse],
        StmtKind::For(index) => {
            let f = &facts.fors[index as usize];
            vec![f.body, f.orelse]
        }
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            let mut blocks = vec![t.body];
            blocks.extend(t.handlers.iter().map(|handler| handler.body));
            blocks.extend([t.orelse, t.finalbody]);
            blocks
        }
        StmtKind::With(index) => vec![facts.withs[index as usize].body],
        StmtKind::Match(index) => facts.matches[index as usize].cases.iter().map(|case| case.body).collect(),
        StmtKind::ClassDef(class) => vec![facts.class(class).body],
        _ => Vec::new(),
    }
}
