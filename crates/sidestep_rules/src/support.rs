//! What the rules share: how a finding is put together, and the questions that several of them ask.

use crate::finding::{Confidence, Finding, Hop, Label};
use crate::registry::Rule;
use sidestep_facts::{
    ExprId, ExprKind, ExprList, FileFacts, Handler, Parent, StmtId, StmtKind, Symbol, TextRange, TextSize,
};
use sidestep_program::{FileId, FunctionRef, Origin, Program, Value, ValueId, Way};
use std::cell::RefCell;

/// Where findings go, and the program that they are about.
pub struct Reporter<'p> {
    /// The program.
    pub program: &'p Program,
    findings: Vec<Finding>,
}

impl<'p> Reporter<'p> {
    /// A reporter without findings.
    pub fn new(program: &'p Program) -> Self {
        Reporter { program, findings: Vec::new() }
    }

    /// Reports a finding at an expression, with the rule's own level. What it returns may be refined.
    pub fn report(
        &mut self,
        rule: &'static Rule,
        file: FileId,
        at: ExprId,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.report_at(rule, file, self.program.facts(file).range(at), message)
    }

    /// Reports a finding at a place.
    pub fn report_at(
        &mut self,
        rule: &'static Rule,
        file: FileId,
        range: TextRange,
        message: impl Into<String>,
    ) -> &mut Finding {
        self.findings.push(Finding {
            rule,
            level: rule.level,
            confidence: Confidence::Certain,
            message: message.into(),
            help: None,
            file,
            range,
            labels: Vec::new(),
            chain: Vec::new(),
        });
        self.findings.last_mut().expect("just pushed")
    }

    /// Takes a finding that was put together elsewhere.
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The findings so far, for rules that give way to others.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether a rule has already spoken at a place.
    pub fn has(&self, rule: &Rule, file: FileId, range: TextRange) -> bool {
        self.findings.iter().rev().any(|f| f.file == file && f.range == range && f.rule.code == rule.code)
    }

    /// Adds a finding that was put together elsewhere.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Takes back what a rule said at a place, because another says more.
    pub(crate) fn give_way(&mut self, code: &str, file: FileId, range: TextRange) {
        self.findings.retain(|f| {
            f.rule.code != code || f.file != file || !f.range.contains_range(range) && !range.contains_range(f.range)
        });
    }

    pub(crate) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}

impl Finding {
    /// Says what to do instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Lowers the confidence.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// Points at a second place in the same file.
    pub fn label(&mut self, range: TextRange, text: impl Into<String>) -> &mut Self {
        self.labels.push(Label { range, text: text.into() });
        self
    }

    /// Adds the proof.
    pub fn chain(&mut self, chain: Vec<Hop>) -> &mut Self {
        self.chain = chain;
        self
    }
}

/// The functions of the inputs whose own code runs on an event loop.
pub fn loop_functions(program: &Program) -> Vec<FunctionRef> {
    program.effects().functions().filter(|&f| program.is_input(f.file) && program.runs_on_loop(f)).collect()
}

/// How a function is named in a message: a library's by its public dotted name, the program's own by class and name.
pub fn shown(program: &Program, function: FunctionRef) -> String {
    let name = program.function_name(function);
    let name = name.strip_suffix(".__init__").map(str::to_owned).unwrap_or(name);
    if program.origin(function.file) == Origin::Input {
        return name;
    }
    let module = program.module_name(function.file).as_str();
    if module == "builtins" {
        return name;
    }
    // Where a class is defined is the library's own business: `requests.sessions.Session.get` is `requests.Session.get` to people.
    let public: Vec<&str> = module.split('.').filter(|part| !part.starts_with('_')).collect();
    let public = match public.as_slice() {
        ["asyncio", ..] => "asyncio".to_owned(),
        parts => parts.join("."),
    };
    format!("{public}.{name}")
}

/// How a function is named where a place in the program runs it: a method that a library makes at run time (`boto3`'s) has
/// the name that the program writes.
pub fn shown_at(program: &Program, by: FunctionRef, expr: ExprId, function: FunctionRef) -> String {
    let name = shown(program, function);
    let facts = program.facts(by.file);
    match (name.strip_suffix("__getattr__"), facts.kind(expr)) {
        (Some(class), ExprKind::Call(callee, _)) => match facts.kind(callee) {
            ExprKind::Attribute(_, method) => format!("{class}{method}"),
            _ => name,
        },
        _ => name,
    }
}

/// What has the effect at the end of a way, as it is named there.
pub fn end_of(program: &Program, way: &Way) -> String {
    match way.hops.last() {
        Some(last) => shown_at(program, last.by, last.expr, way.end()),
        None => String::new(),
    }
}

/// A way as the chain of a finding: each call on it, and what has the effect at the end.
pub fn chain_of(program: &Program, way: &Way, end: &str) -> Vec<Hop> {
    let texts = way.hops.iter().map(|hop| match hop.next {
        Some(next) if program.origin(next.file) == Origin::Stub => {
            format!("{end} `{}`", shown_at(program, hop.by, hop.expr, next))
        }
        Some(next) => format!("calls `{}`", shown(program, next)),
        None => end.to_owned(),
    });
    way.hops
        .iter()
        .zip(texts)
        .take(32)
        .map(|(hop, text)| Hop {
            file: hop.by.file,
            range: program.facts(hop.by.file).range(hop.expr),
            function: program.function_name(hop.by),
            text,
        })
        .collect()
}

/// Whether a place is in a test: a `test_*.py` or `conftest.py` file, or a `tests` folder.
pub fn is_test(program: &Program, file: FileId) -> bool {
    let path = program.path(file);
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
        || name == "testclient.py"
        || path.components().any(|c| c.as_os_str().to_str().is_some_and(is_test_folder))
}

/// Whether a folder or a module is for tests, by its name.
pub fn is_test_folder(name: &str) -> bool {
    matches!(
        name.trim_start_matches('_'),
        "tests" | "test" | "testing" | "pytest" | "test_util" | "test_utils" | "testutils" | "test_helpers"
    )
}

/// Whether a place is in a program for the command line, where nothing else runs on the loop: a `cli` module or folder,
/// scripts, playgrounds, example clients.
pub fn is_script(program: &Program, file: FileId) -> bool {
    let path = program.path(file);
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let folders = path.parent().into_iter().flat_map(|p| p.components()).filter_map(|c| c.as_os_str().to_str());
    matches!(stem, "cli" | "_cli" | "__main__" | "repl")
        || stem.starts_with("example")
        || folders
            .into_iter()
            .any(|f| matches!(f, "cli" | "_cli" | "cmds" | "scripts" | "playground" | "benchmark" | "benchmarks"))
}

/// Whether an expression stands under a question what kind of thing an object is: `if iscoroutinefunction(self.base.__call__)`. What
/// is known of its kind then holds in one branch only.
pub fn is_asked_for_kind(facts: &FileFacts, expr: ExprId, object: ExprId) -> bool {
    const QUESTIONS: [&str; 8] = [
        "iscoroutinefunction",
        "isasyncgenfunction",
        "isasyncgen",
        "iscoroutine",
        "isawaitable",
        "isgenerator",
        "isinstance",
        "hasattr",
    ];
    let (Some(object), Some(stmt)) = (facts.dotted(object), facts.stmt_of(expr)) else { return false };
    facts.enclosing(stmt).any(|outer| {
        let StmtKind::If { test, .. } = facts.stmt(outer).kind else { return false };
        let range = facts.range(test);
        facts.exprs_of(facts.function_of(expr)).any(|e| {
            let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
            range.contains_range(facts.range(e))
                && matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n) if QUESTIONS.contains(&n.as_str()))
                && facts.positional(args, 0).and_then(|a| facts.dotted(a)).is_some_and(|asked| {
                    asked == object || asked.strip_prefix(object.as_str()).is_some_and(|rest| rest.starts_with('.'))
                })
        })
    })
}

/// What a value is to somebody who forgot to await it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Awaitability {
    /// Certainly a coroutine, or another awaitable that does nothing until it is awaited.
    Coroutine,
    /// A coroutine or something else.
    Mixed,
    /// Not one, or not known.
    No,
}

/// Whether a value is a coroutine that runs only when awaited. Tasks and futures run by themselves.
pub fn awaitability(program: &Program, value: ValueId) -> Awaitability {
    let mut yes = 0;
    let mut no = 0;
    for part in program.alternatives(value) {
        let is_coroutine = match program.get(part) {
            Value::Coroutine(f, _) => program.mark(*f, "not_coroutine").is_none(),
            Value::Instance(class, _) => {
                program.is_class(*class, "typing", "Coroutine") || program.is_class(*class, "typing", "Awaitable")
            }
            _ => false,
        };
        if is_coroutine {
            yes += 1;
        } else {
            no += 1;
        }
    }
    match (yes, no) {
        (0, _) => Awaitability::No,
        (_, 0) => Awaitability::Coroutine,
        _ => Awaitability::Mixed,
    }
}

/// Whether a value is of a plain, known class that is no awaitable.
pub fn is_plain(program: &Program, value: ValueId) -> bool {
    value != ValueId::UNKNOWN
        && program.alternatives(value).into_iter().all(|part| match program.get(part) {
            Value::Instance(class, _) => {
                let module = program.module_name(class.file).as_str();
                (module == "builtins" || program.is_input(class.file) && !program.has_unknown_base(*class))
                    && program.method(*class, "__await__").is_none()
                    && !program.is_protocol(*class)
                    && program.class(*class).name != "object"
            }
            Value::None | Value::Str(_) | Value::Tuple(_) => true,
            _ => false,
        })
}

/// The words of a name, in snake case or camel case: `_open_CloudFile` is three.
pub fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_alphanumeric()).flat_map(|part| {
        let mut rest = part;
        std::iter::from_fn(move || {
            let mut before = None;
            let end = rest.char_indices().find_map(|(at, c)| {
                let begins = c.is_uppercase() && before.replace(c).is_some_and(|b: char| !b.is_uppercase());
                before = Some(c);
                begins.then_some(at)
            });
            let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            (!word.is_empty()).then_some(word)
        })
    })
}

/// Whether one of a name's words is one of some, whatever the case: `end` is no word of `send`.
pub fn has_word(name: &str, some: &[&str]) -> bool {
    words(name).any(|word| some.iter().any(|s| word.eq_ignore_ascii_case(s)))
}

/// Whether one of a name's words begins with one of some, whatever the case, behind the `a` of `aclose` too.
pub fn has_stem(name: &str, some: &[&str]) -> bool {
    let begins = |word: &str| some.iter().any(|s| word.get(..s.len()).is_some_and(|w| w.eq_ignore_ascii_case(s)));
    words(name).any(|word| begins(word) || word.strip_prefix('a').is_some_and(begins))
}

/// The expression whose value an expression passes on: out of parentheses, `:=` and conditional expressions it stays itself.
pub fn use_of(facts: &FileFacts, expr: ExprId) -> Use {
    match facts.expr(expr).parent() {
        Parent::Stmt(stmt) => Use::Stmt(stmt),
        Parent::Expr(parent) => Use::Expr(parent),
        Parent::None => Use::None,
    }
}

/// What holds an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// A statement.
    Stmt(StmtId),
    /// An expression.
    Expr(ExprId),
    /// A definition's header or a lambda's body.
    None,
}

/// Whether an expression stands under `await` directly.
pub fn is_awaited(facts: &FileFacts, expr: ExprId) -> bool {
    matches!(use_of(facts, expr), Use::Expr(parent) if matches!(facts.kind(parent), ExprKind::Await(_)))
}

/// Whether a call is one of a method's own object: `self.disconnect()`, `super().close()`.
pub fn is_own_method(facts: &FileFacts, call: ExprId) -> bool {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return false };
    let ExprKind::Attribute(receiver, _) = facts.kind(callee) else { return false };
    facts.is_self(receiver)
        || matches!(facts.kind(receiver), ExprKind::Call(made, _) if matches!(facts.kind(made), ExprKind::Name(name, _) if name == "super"))
}

/// Whether an assignment takes its value apart.
pub fn unpacks(facts: &FileFacts, targets: ExprList) -> bool {
    facts.expr_list(targets).any(|t| matches!(facts.kind(t), ExprKind::Tuple(_) | ExprKind::List(_)))
}

/// An `except` with what it names, without its body.
pub fn except_clause(facts: &FileFacts, handler: &Handler) -> TextRange {
    let start = handler.range.start();
    TextRange::new(start, handler.exception.map_or(start + TextSize::of("except"), |named| facts.range(named).end()))
}

/// Whether a name is written as classes are, with a capital.
pub fn is_class_name(name: Symbol) -> bool {
    name.as_str().trim_start_matches('_').starts_with(|c: char| c.is_uppercase())
}

/// A question about names alone, answered once for each name: the same few thousand names stand at all the calls of a program.
pub struct NameTest {
    test: fn(&str) -> bool,
    /// By the symbol's number: nothing, no, yes.
    known: RefCell<Vec<u8>>,
}

impl NameTest {
    /// A question that has not been asked yet.
    pub fn new(test: fn(&str) -> bool) -> NameTest {
        NameTest { test, known: RefCell::default() }
    }

    /// The answer for a name.
    pub fn holds(&self, name: Symbol) -> bool {
        let mut known = self.known.borrow_mut();
        let number = name.number() as usize;
        if known.len() <= number {
            known.resize((number + 1).next_power_of_two(), 0);
        }
        if known[number] == 0 {
            known[number] = 1 + u8::from((self.test)(name.as_str()));
        }
        known[number] == 2
    }
}

/// Whether an expression is a statement of its own.
pub fn is_statement(facts: &FileFacts, expr: ExprId) -> bool {
    matches!(use_of(facts, expr), Use::Stmt(stmt) if facts.stmt(stmt).kind == StmtKind::Expr(expr))
}

/// The awaits of a function that stand inside a statement (its own body, not nested functions).
pub fn awaits_in(facts: &FileFacts, stmt: StmtId) -> impl Iterator<Item = ExprId> + '_ {
    use sidestep_facts::Ranged as _;
    let outer = facts.stmt(stmt);
    let range = outer.range();
    facts
        .exprs_of(outer.function)
        .filter(move |&e| matches!(facts.kind(e), ExprKind::Await(_)) && range.contains_range(facts.range(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_names() {
        let of = |name| words(name).collect::<Vec<_>>();
        assert_eq!(of("_open_CloudFile"), ["open", "Cloud", "File"]);
        assert_eq!(of("HTTPClient.sendAll2"), ["HTTPClient", "send", "All2"]);
        assert_eq!(of("__"), [""; 0]);
    }

    #[test]
    fn stems_begin_words() {
        assert!(has_stem("async_closed", &["close"]) && has_stem("aclose", &["close"]));
        assert!(!has_stem("disclose", &["close"]) && !has_word("send", &["end"]));
        assert!(has_word("RateLimiter", &["rate"]) && !has_word("generate", &["rate"]));
        assert!(!has_stem("ünder", &["under"]) && !has_stem("é", &["el"]));
    }
}
