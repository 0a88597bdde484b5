//! File work that is too little or too rare to be worth a thread: settings, a line for a log, a marker, what only an error needs.
//!
//! Pitfalls 2 and 4 ask here before they speak of files. How large a file is nobody can see; what it is for, often.

use crate::p02_p04_blocking::harmless::{is_done_once, method_of};
use crate::p02_p04_blocking::is_argument;
use crate::support::*;
use sidestep_facts::{ExprId, ExprKind, FileFacts, Ranged as _, StmtKind};
use sidestep_program::{Effect, FunctionRef, Program};

/// What goes through whole trees of files, or through files of any size.
const WHOLE_TREES: [&str; 10] =
    ["rmtree", "copytree", "copy", "copy2", "copyfile", "move", "make_archive", "unpack_archive", "extractall", "walk"];

/// Whether a library function goes through whole trees of files, or through files of any size.
pub fn is_whole_tree(program: &Program, end: FunctionRef) -> bool {
    WHOLE_TREES.contains(&program.function(end).name.as_str())
}

/// Whether what is done to a file at a place is little: something is added at its end, or what is written stands in the source.
pub fn is_little(program: &Program, function: FunctionRef, expr: ExprId, end: FunctionRef) -> bool {
    appends(program, function, expr, end)
        || writes_literal(program, function, expr, end)
        || writes_log(program, function, expr, end)
        || is_for_people(program, function, expr, end)
        || reads_header(program, function, expr, end)
}

/// Whether what is opened is read or written as YAML, TOML or INI: what people write, which is short.
fn is_for_people(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    const FORMATS: [&str; 7] = ["yaml", "toml", "tomllib", "tomli", "rtoml", "ini", "configparser"];
    let facts = program.facts(function.file);
    program.function(end).name == "open"
        && is_used_only(facts, call, |handle| {
            let Use::Expr(by) = use_of(facts, handle) else { return false };
            let ExprKind::Call(callee, _) = facts.kind(by) else { return false };
            facts.dotted(callee).is_some_and(|name| FORMATS.contains(&name.split('.').next().unwrap_or_default()))
        })
}

/// Whether no more than a header is read of what is opened: `handle.read(8)`.
fn reads_header(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    const HEADER: f64 = 4096.0;
    let facts = program.facts(function.file);
    program.function(end).name == "open"
        && is_used_only(facts, call, |handle| {
            let Some(read) = method_call_on(facts, handle) else { return false };
            let ExprKind::Call(_, args) = facts.kind(read) else { return false };
            let size = facts.positional(args, 0).and_then(|size| facts.number(size));
            match method_of(facts, read) {
                Some((_, "read")) => {
                    size.is_some_and(|size| (0.0..=HEADER).contains(&size)) && !is_repeated(facts, call, read)
                }
                Some((_, "seek" | "tell")) => true,
                _ => false,
            }
        })
}

/// Whether what is written to, or opened for writing, is called a log.
fn writes_log(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let is_log = |place: ExprId| {
        let name = match facts.kind(place) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name,
            _ => return false,
        };
        name.as_str().split('_').any(|word| matches!(word, "log" | "logs" | "logfile"))
    };
    let written = match program.function(end).name.as_str() {
        "write" | "writelines" | "flush" => method_of(facts, call).map(|(handle, _)| handle),
        "open" if mode_of(program, function, call, end).is_some_and(|mode| !mode.starts_with('r')) => {
            match facts.kind(call) {
                ExprKind::Call(_, args) if program.class_of(end).is_none() => facts.positional(args, 0),
                _ => method_of(facts, call).map(|(path, _)| path),
            }
        }
        _ => None,
    };
    written.is_some_and(is_log)
}

/// Whether a place reads a file the first time only, for what is kept of it.
pub fn is_read_once(program: &Program, function: FunctionRef, expr: ExprId, end: FunctionRef) -> bool {
    matches!(program.function(end).name.as_str(), "open" | "read_text" | "read_bytes" | "glob")
        && is_done_once(program, function, expr, None, true)
}

/// Whether a step on the way to a file is one that a program takes rarely, or for its log.
pub fn is_aside(program: &Program, function: FunctionRef, expr: ExprId, end: FunctionRef) -> bool {
    is_in_handler(program.facts(function.file), expr) && !is_whole_tree(program, end) || is_log(program, function)
}

/// Whether a call opens a text to add to it: what a log or a journal gets, a line at a time.
fn appends(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    mode_of(program, function, call, end).is_some_and(|mode| mode.starts_with('a') && !mode.contains('b'))
}

/// How a call opens a file, where it says so.
fn mode_of(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> Option<&'static str> {
    match program.facts(function.file).kind(mode_argument(program, function, call, end)?) {
        ExprKind::Str(mode) => Some(mode.as_str()),
        _ => None,
    }
}

/// What is passed to `open`, or to a path's `open`, to say how.
pub fn mode_argument(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> Option<ExprId> {
    let facts = program.facts(function.file);
    let ExprKind::Call(_, args) = facts.kind(call) else { return None };
    if program.function(end).name != "open" {
        return None;
    }
    let at = if program.class_of(end).is_some() { 0 } else { 1 };
    facts.positional(args, at).or(facts.keyword(args, "mode"))
}

/// Whether all that is written to a file stands in the source: a marker, a stub, an empty file.
fn writes_literal(program: &Program, function: FunctionRef, call: ExprId, end: FunctionRef) -> bool {
    let facts = program.facts(function.file);
    let is_literal = |write: ExprId| {
        let ExprKind::Call(_, args) = facts.kind(write) else { return false };
        facts.positional(args, 0).is_some_and(|text| matches!(facts.kind(text), ExprKind::Str(_) | ExprKind::Bytes))
    };
    if matches!(program.function(end).name.as_str(), "write_text" | "write_bytes") {
        return is_literal(call);
    }
    if !mode_of(program, function, call, end).is_some_and(|mode| mode.starts_with(['w', 'x'])) {
        return false;
    }
    // `open(path, "w").close()`
    let is_close = |by: ExprId| matches!(facts.kind(by), ExprKind::Attribute(_, name) if name == "close");
    let writes = |handle: ExprId| {
        method_call_on(facts, handle)
            .is_some_and(|write| matches!(method_of(facts, write), Some((_, "write"))) && is_literal(write))
    };
    matches!(use_of(facts, call), Use::Expr(by) if is_close(by))
        || uses_of_handle(facts, call).is_some_and(|uses| uses.into_iter().all(writes))
}

/// Whether a place is in a loop that another one is not in, or in a function of its own.
fn is_repeated(facts: &FileFacts, outside: ExprId, inside: ExprId) -> bool {
    let Some(stmt) = facts.stmt_of(inside) else { return true };
    facts.function_of(inside) != facts.function_of(outside)
        || facts.ancestors(inside).any(|outer| matches!(facts.kind(outer), ExprKind::Comprehension(_)))
        || std::iter::once(stmt).chain(facts.enclosing(stmt)).any(|s| {
            matches!(facts.stmt(s).kind, StmtKind::While { .. } | StmtKind::For(_))
                && !facts.stmt(s).range().contains_range(facts.range(outside))
        })
}

/// Where the handle is used that a `with` around a call gives.
fn uses_of_handle(facts: &FileFacts, call: ExprId) -> Option<Vec<ExprId>> {
    let item = facts.withs.iter().flat_map(|w| &w.items).find(|i| i.context == call)?;
    let Some(target) = item.target else { return Some(Vec::new()) };
    let ExprKind::Name(name, _) = facts.kind(target) else { return None };
    let inside = facts.stmt(facts.stmt_of(call)?).range();
    let is_use = |e: ExprId| {
        e != target
            && matches!(facts.kind(e), ExprKind::Name(n, _) if n == name)
            && inside.contains_range(facts.range(e))
    };
    Some((0..facts.exprs.len() as u32).map(ExprId).filter(|&e| is_use(e)).collect())
}

/// Whether the handle that a `with` around a call gives is used, and only in ways that something holds of.
fn is_used_only(facts: &FileFacts, call: ExprId, holds: impl Fn(ExprId) -> bool) -> bool {
    uses_of_handle(facts, call).is_some_and(|uses| !uses.is_empty() && uses.into_iter().all(holds))
}

/// The call `handle.method(…)`, where that is what a handle is used for.
fn method_call_on(facts: &FileFacts, handle: ExprId) -> Option<ExprId> {
    let Use::Expr(attribute) = use_of(facts, handle) else { return None };
    match use_of(facts, attribute) {
        Use::Expr(call) if matches!(facts.kind(call), ExprKind::Call(..)) => Some(call),
        _ => None,
    }
}

/// Whether a place runs only where something has failed. Exceptions that answer a question (is the key there, the file, is it text)
/// are as usual as any other answer.
fn is_in_handler(facts: &FileFacts, expr: ExprId) -> bool {
    const ANSWERS: [&str; 11] = [
        "AttributeError",
        "Empty",
        "FileExistsError",
        "FileNotFoundError",
        "IndexError",
        "KeyError",
        "LookupError",
        "StopAsyncIteration",
        "StopIteration",
        "TypeError",
        "UnicodeDecodeError",
    ];
    let at = facts.range(expr).start();
    let is_failure = |class: ExprId| !matches!(facts.kind(class), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if ANSWERS.contains(&n.as_str()));
    facts.stmt_of(expr).is_some_and(|stmt| {
        facts.enclosing(stmt).any(|outer| match facts.stmt(outer).kind {
            StmtKind::Try(index) => facts.tries[index as usize].handlers.iter().any(|handler| {
                handler.range.contains(at)
                    && handler.exception.is_none_or(|caught| match facts.kind(caught) {
                        ExprKind::Tuple(list) => facts.expr_list(list).all(is_failure),
                        _ => is_failure(caught),
                    })
            }),
            _ => false,
        })
    })
}

/// Whether a function adds to a log: it is called so, or its class is.
fn is_log(program: &Program, function: FunctionRef) -> bool {
    let name = program.function(function).name.as_str().trim_start_matches('_');
    let mut parts = name.split('_');
    parts.next() == Some("log") && !matches!(parts.next(), Some("in" | "out" | "on" | "off"))
        || program.class_of(function).is_some_and(|c| words(program.class(c).name.as_str()).last() == Some("Logger"))
}

/// Whether a call lists one folder and does not go down into others.
pub fn lists_one_folder(facts: &FileFacts, call: ExprId) -> bool {
    let ExprKind::Call(_, args) = facts.kind(call) else { return false };
    let Some((_, "glob" | "iglob")) = method_of(facts, call) else { return false };
    facts.keyword(args, "recursive").is_none()
        && facts
            .positional(args, 0)
            .or(facts.keyword(args, "pattern"))
            .is_some_and(|p| matches!(facts.kind(p), ExprKind::Str(text) if !text.as_str().contains("**")))
}

/// Whether nothing else in a function blocks: who lists a folder may then read what is in it.
pub fn is_only_blocking(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let effects = program.effects();
    effects.summary(function).is_some_and(|summary| {
        !summary.sites.iter().any(|s| {
            s.expr != expr
                && s.targets
                    .iter()
                    .any(|&t| program.has_effect(t, Effect::Blocks) || effects.witness(t, Effect::Blocks).is_some())
        })
    })
}

/// Whether a method gives a setting: `config.getboolean("core", "x")`. Settings are read once and kept.
pub fn reads_settings(program: &Program, function: FunctionRef) -> bool {
    let name = program.function(function).name;
    let is_access = ["get", "load", "read", "reload"].iter().any(|verb| name.as_str().starts_with(verb));
    let module = program.path(function.file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    if is_access && matches!(module, "config" | "configuration" | "settings") {
        return true;
    }
    is_access
        && program
            .class_of(function)
            .is_some_and(|c| has_word(program.class(c).name.as_str(), &["config", "configuration", "settings"]))
}

/// Whether all that a function does with a file it opens is to hand its methods on: `await asyncio.to_thread(handle.read)`.
pub fn is_read_in_thread(facts: &FileFacts, call: ExprId) -> bool {
    is_used_only(facts, call, |handle| match use_of(facts, handle) {
        Use::Expr(attribute) if matches!(facts.kind(attribute), ExprKind::Attribute(..)) => {
            is_argument(facts, attribute)
        }
        _ => false,
    })
}

/// Whether a function only opens a file and hands the handle on: who reads it waits.
pub fn is_returned(facts: &FileFacts, call: ExprId) -> bool {
    matches!(use_of(facts, call), Use::Stmt(stmt) if matches!(facts.stmt(stmt).kind, StmtKind::Return(Some(value)) if value == call))
        && matches!(facts.kind(call), ExprKind::Call(callee, _) if matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if n == "open"))
}

/// Whether what is opened or read is called a key or a certificate: some hundred bytes, once a connection.
pub fn is_key(program: &Program, function: FunctionRef, call: ExprId) -> bool {
    const WORDS: [&str; 9] = ["pem", "cert", "certs", "certificate", "cafile", "creds", "keyfile", "nkeys", "seed"];
    let facts = program.facts(function.file);
    let range = facts.range(call);
    facts.exprs_of(function.function).filter(|&e| range.contains_range(facts.range(e))).any(|e| match facts.kind(e) {
        ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => {
            name.as_str().split('_').any(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
        }
        _ => false,
    })
}

/// Whether a function reads or writes what a program is set up by: settings, profiles, credentials. That is done a few times in
/// the life of a process, and a few kilobytes long.
pub fn is_preparation(program: &Program, function: FunctionRef, kind: &str) -> bool {
    const WORDS: [&str; 27] = [
        "config",
        "configuration",
        "settings",
        "setting",
        "profile",
        "profiles",
        "credentials",
        "logging",
        "version",
        "migrate",
        "migration",
        "setup",
        "install",
        "debug",
        "stack",
        // Keys: some hundred bytes, once a connection.
        "jwks",
        "ssl",
        "tls",
        "cert",
        "certs",
        "certificate",
        "keylog",
        // Texts of a language, read when somebody chooses it.
        "locale",
        "locales",
        "translation",
        "translations",
        "i18n",
    ];
    const OWNERS: [&str; 6] = ["config", "configuration", "settings", "credentials", "i18n", "_i18n"];
    if kind != "file" {
        return false;
    }
    let own = program.function(function).name.as_str();
    let module = program.path(function.file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    has_word(own, &WORDS)
        || words(own).last() == Some("token")
        || keeps_tokens(program, function)
        || OWNERS.contains(&module)
        || program.class_of(function).is_some_and(|c| has_word(program.class(c).name.as_str(), &OWNERS))
}

/// Whether a function keeps what a login gave. (Tokens of language models are counted, not kept.)
pub fn keeps_tokens(program: &Program, function: FunctionRef) -> bool {
    const NAMES: [&str; 6] = ["get_tokens", "set_tokens", "load_tokens", "save_tokens", "read_tokens", "write_tokens"];
    NAMES.contains(&program.function(function).name.as_str().trim_start_matches('_'))
}
