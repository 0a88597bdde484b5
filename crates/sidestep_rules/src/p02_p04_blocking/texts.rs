//! Text files: a thread is worth it where something says that the text is large, or that it is read or written often.
//!
//! Most files that programs read and write as text are a template, a state or a note of a few kilobytes, and reading findings showed
//! that their authors leave them where they are. What is read as bytes (an image, an upload) they move.

use crate::p02_p04_blocking::harmless::is_served;
use crate::p02_p04_blocking::small_files::mode_argument;
use crate::support::has_word;
use sidestep_facts::{ExprId, ExprKind, ScopeId, StmtId, StmtKind};
use sidestep_program::{FunctionRef, Program};

/// How many calls lead to what is near.
const NEAR: usize = 3;

/// Whether a way ends where a text is read or written that nothing on the way says is large, or is read or written often.
///
/// `steps` are the calls on the way, the one on the loop first, each with the function that it stands in.
pub fn is_small_text(program: &Program, steps: &[(FunctionRef, ExprId)], end: FunctionRef) -> bool {
    let (Some(&(on_loop, _)), Some(&(last, expr))) = (steps.first(), steps.last()) else { return false };
    // Further off, what repeats a step is no longer about the file.
    let near = if steps.len() <= NEAR { steps } else { &[] };
    is_text(program, last, expr, end)
        && !near.iter().any(|&(function, step)| is_for_each(program, function, step))
        && (names_own_file(program, last, expr) || !is_served(program, on_loop) && !is_about_data(program, last))
}

/// Whether a call reads or writes a text of the program itself.
pub fn is_own_text(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    is_text(program, function, call, end)
        && !is_served(program, function)
        && !is_for_each(program, function, call)
        && names_own_file(program, function, call)
}

/// Whether a path in a call is built of a constant of the module, or of the name of a temporary file.
fn names_own_file(program: &Program, function: FunctionRef, call: ExprId) -> bool {
    let facts = program.facts(function.file);
    let range = facts.range(call);
    let is_own = |e: ExprId| match facts.kind(e) {
        ExprKind::Name(name, scope) => {
            let is_constant = name.as_str().contains('_') && !name.as_str().contains(|c: char| c.is_lowercase());
            name == "__file__" || is_constant && facts.resolve(scope, name).is_none_or(|home| home == ScopeId::MODULE)
        }
        ExprKind::Attribute(file, name) => {
            name == "name" && facts.dotted(file).is_some_and(|f| f.contains("temp") || f.contains("tmp"))
        }
        _ => false,
    };
    facts.exprs_of(function.function).any(|e| range.contains_range(facts.range(e)) && is_own(e))
}

/// Whether a call opens, reads or writes a file as text.
fn is_text(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    let module = program.module_name(end.file);
    match program.function(end).name.as_str() {
        "read_text" | "write_text" => true,
        "open" if matches!(module.as_str(), "builtins" | "pathlib" | "io") => {
            let facts = program.facts(function.file);
            match mode_argument(program, function, call, end).map(|mode| facts.kind(mode)) {
                None => true,
                Some(ExprKind::Str(mode)) => !mode.as_str().contains('b'),
                Some(_) => false,
            }
        }
        _ => false,
    }
}

/// Whether a place runs once for each of many, and not for the one that is looked for among them.
fn is_for_each(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let mut around = std::iter::once(stmt).chain(facts.enclosing(stmt));
    let is_found = |s: StmtId| {
        let last = program.block_around(function, s).last().copied();
        last.is_some_and(|l| matches!(facts.stmt(l).kind, StmtKind::Return(_) | StmtKind::Break))
    };
    let in_loop = around
        .find_map(|s| match facts.stmt(s).kind {
            StmtKind::For(index) => {
                Some(!facts.range(facts.fors[index as usize].iter).contains_range(facts.range(expr)))
            }
            _ if is_found(s) => Some(false),
            _ => None,
        })
        .unwrap_or(false);
    // What a comprehension goes through is made once.
    let is_turn = |outer: ExprId| match facts.kind(outer) {
        ExprKind::Comprehension(index) => {
            let first = facts.comprehensions[index as usize].clauses.first();
            first.is_some_and(|clause| !facts.range(clause.iter).contains_range(facts.range(expr)))
        }
        _ => false,
    };
    in_loop || facts.ancestors(expr).any(is_turn)
}

/// Whether the names in a function, or its class, speak of what is large as a rule.
fn is_about_data(program: &Program, function: FunctionRef) -> bool {
    const DATA: [&str; 29] = [
        "archive",
        "audio",
        "base64",
        "chunk",
        "chunks",
        "csv",
        "dataframe",
        "dataset",
        "document",
        "documents",
        "download",
        "downloads",
        "export",
        "fsync",
        "history",
        "html",
        "image",
        "images",
        "notebook",
        "parquet",
        "pdf",
        "pickle",
        "records",
        "rows",
        "sha256",
        "transcript",
        "upload",
        "video",
        "zip",
    ];
    let facts = program.facts(function.file);
    let says = |name: &str| has_word(name, &DATA);
    let class = program.class_of(function).map(|c| program.class(c).name.as_str());
    says(program.function(function).name.as_str())
        || class.is_some_and(says)
        || facts.params_of(function.function).iter().any(|p| says(p.name.as_str()))
        || facts.exprs_of(function.function).any(
            |e| matches!(facts.kind(e), ExprKind::Name(name, _) | ExprKind::Attribute(_, name) if says(name.as_str())),
        )
}
