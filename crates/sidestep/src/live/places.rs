//! From a line of a file, which is what Python tells, to the expression that is meant.

use crate::live::Spot;
use crate::resolve::Texts;
use sidestep_facts::{ExprId, ExprKind, FileFacts, FunctionId, Parent, StmtKind, TextRange};
use sidestep_program::{FileId, FunctionRef, Program};
use sidestep_rules::{Finding, Rule};
use sidestep_source::{Unit, absolute};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

/// The files of a program, by path and line.
pub(crate) struct Places<'a> {
    pub program: &'a Program,
    files: HashMap<PathBuf, FileId>,
    units: HashMap<FileId, Rc<Unit>>,
    findings: OnceCell<Vec<Finding>>,
}

impl<'a> Places<'a> {
    /// Those of all inputs.
    pub fn new(program: &'a Program, texts: &mut Texts<'_>) -> Places<'a> {
        let files = program.inputs().map(|file| (program.path(file).to_owned(), file)).collect();
        let units = program.inputs().map(|file| (file, texts.unit(file))).collect();
        Places { program, files, units, findings: OnceCell::new() }
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.files.get(&absolute(path.as_ref())).copied()
    }

    /// The bytes of a line, without the blanks around it.
    fn line(&self, file: FileId, line: u32) -> Option<TextRange> {
        let unit = self.units.get(&file)?;
        let (index, nth) = (unit.index(), line.checked_sub(1)? as usize);
        if nth >= index.len() {
            return None;
        }
        let text = index.text(nth, &unit.text);
        let blanks = (text.len() - text.trim_start().len()) as u32;
        let code = text.trim().len() as u32;
        let start = index.start(nth) + sidestep_facts::TextSize::new(blanks);
        Some(TextRange::at(start, sidestep_facts::TextSize::new(code)))
    }

    /// The function of that name around a line, and the module where there is none.
    pub fn function(&self, file: FileId, line: u32, name: &str) -> Option<FunctionRef> {
        let range = self.line(file, line)?;
        let functions = self.program.facts(file).functions.iter().zip(0..).skip(1);
        let around = functions.filter(|(function, _)| {
            function.range.contains_inclusive(range.start())
                && (function.name == *name || function.is_lambda && name == "<lambda>")
        });
        let number =
            around.min_by_key(|(function, _)| function.range.len()).map_or(FunctionId::MODULE, |(_, n)| FunctionId(n));
        Some(FunctionRef { file, function: number })
    }

    /// The calls that begin on a line; where none does, those that it is a part of, innermost first.
    pub fn calls(&self, file: FileId, line: u32) -> Vec<ExprId> {
        let Some(range) = self.line(file, line) else { return Vec::new() };
        let facts = self.program.facts(file);
        let calls =
            || (0..facts.exprs.len() as u32).map(ExprId).filter(|&expr| matches!(facts.kind(expr), ExprKind::Call(..)));
        let mut begun: Vec<ExprId> =
            calls().filter(|&expr| range.contains_inclusive(facts.range(expr).start())).collect();
        if begun.is_empty() {
            begun = calls().filter(|&expr| facts.range(expr).contains_range(range)).collect();
            begun.sort_by_key(|&expr| facts.range(expr).len());
        } else {
            begun.sort_by_key(|&expr| (facts.range(expr).start(), std::cmp::Reverse(facts.range(expr).len())));
        }
        begun
    }

    /// The call of something of that name on a line; with no name, the first.
    pub fn call(&self, file: FileId, line: u32, callee: &str) -> Option<ExprId> {
        let calls = self.calls(file, line);
        let facts = self.program.facts(file);
        let named = calls.iter().copied().find(|&call| self.name(facts, call) == Some(callee));
        named.or_else(|| calls.first().copied())
    }

    fn name(&self, facts: &FileFacts, call: ExprId) -> Option<&'static str> {
        let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
        match facts.kind(callee) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => Some(name.as_str()),
            _ => None,
        }
    }

    /// What is meant on a line: a call of that name, or else the line.
    pub fn range(&self, file: FileId, line: u32, callee: Option<&str>) -> Option<TextRange> {
        let call = callee.and_then(|callee| self.call(file, line, callee));
        match call {
            Some(call) => Some(self.program.facts(file).range(call)),
            None => self.line(file, line),
        }
    }

    /// Whether what is made at a line is dropped at once: the statement is nothing but the call that makes a task of it.
    pub fn is_dropped(&self, spot: &Spot, callee: Option<&str>) -> bool {
        let Some(file) = self.file(&spot.path) else { return false };
        let facts = self.program.facts(file);
        let Some(mut expr) = self.call(file, spot.line, callee.unwrap_or_default()) else { return false };
        while let Parent::Expr(parent) = facts.expr(expr).parent() {
            if !matches!(facts.kind(parent), ExprKind::Call(..)) {
                return false;
            }
            expr = parent;
        }
        let Parent::Stmt(stmt) = facts.expr(expr).parent() else { return false };
        matches!(facts.stmt(stmt).kind, StmtKind::Expr(whole) if whole == expr)
    }

    /// Whether `check` reports the rule at the line.
    pub fn is_known(&self, rule: &Rule, spot: &Spot) -> bool {
        let Some(file) = self.file(&spot.path) else { return false };
        let Some(line) = self.line(file, spot.line) else { return false };
        let findings = self.findings.get_or_init(|| sidestep_rules::check(self.program));
        findings
            .iter()
            .any(|finding| finding.file == file && finding.rule == rule && finding.range.intersect(line).is_some())
    }
}
