//! Knowledge: the embedded stubs, and the marks on their functions and classes.

use crate::program::{ClassRef, FileId, FunctionRef, Origin, Program, Version};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{ArgKind, ExprId, ExprKind, ExprList, FileFacts, Symbol};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::LazyLock;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// The text of each stub module, by its dotted name.
static MODULES: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut modules = FxHashMap::default();
    for (name, text) in FILES {
        for (module, section) in sections(name, text) {
            modules.insert(module, section);
        }
    }
    modules
});

/// The modules of a stub file: what stands before the first `# --- module a.b ---` line is the module the file is named after.
pub(crate) fn sections<'a>(name: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let mut module = name;
    let mut start = 0;
    for (at, _) in memchr::memmem::find_iter(text.as_bytes(), "\n# --- module ")
        .collect::<Vec<_>>()
        .into_iter()
        .map(|at| (at + 1, ()))
    {
        let line = text[at..].lines().next().unwrap_or_default();
        let Some(next) = line.strip_prefix("# --- module ").and_then(|l| l.trim_end().strip_suffix("---")) else {
            continue;
        };
        found.push((module, &text[start..at]));
        module = next.trim();
        start = at;
    }
    found.push((module, &text[start..]));
    found
}

/// The stub of a module, if knowledge has one.
pub(crate) fn stub(module: &str) -> Option<&'static str> {
    MODULES.get(module).copied()
}

/// The distribution of each stub module with marks that hold for some versions alone: what its docstring begins with.
static VERSIONED: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut distributions = FxHashMap::default();
    for (name, text) in FILES {
        if text.contains(", since=\"") || text.contains(", until=\"") {
            let distribution = text.trim_start_matches('"').split_whitespace().next().unwrap_or(name);
            distributions.extend(sections(name, text).into_iter().map(|(module, _)| (module, distribution)));
        }
    }
    distributions
});

/// The distributions whose versions matter.
pub fn versioned() -> BTreeSet<&'static str> {
    VERSIONED.values().copied().collect()
}

/// The names of all library functions and methods that give an awaitable.
static ASYNC_NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let mut names = FxHashSet::default();
    for (_, text) in FILES {
        for line in text.lines() {
            let line = line.trim_start();
            let Some(rest) = line.strip_prefix("async def ").or_else(|| line.strip_prefix("def ")) else { continue };
            if line.starts_with("async") || rest.contains("Awaitable[") || rest.contains("Coroutine[") {
                names.insert(rest.split('(').next().unwrap_or_default());
            }
        }
    }
    names
});

/// Whether some library function of that name gives an awaitable.
pub(crate) fn is_async_name(name: &str) -> bool {
    ASYNC_NAMES.contains(name)
}

/// The packages around the stub modules: `google` for `google.genai`.
static PARENTS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let mut parents = FxHashSet::default();
    for module in MODULES.keys() {
        parents.extend(module.match_indices('.').map(|(at, _)| &module[..at]));
    }
    parents
});

/// Whether knowledge has a module below this name.
pub(crate) fn is_parent(module: &str) -> bool {
    PARENTS.contains(module)
}

/// A literal in a mark.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A string.
    Str(Symbol),
    /// A number.
    Num(f64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
}

impl Literal {
    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&'static str> {
        match self {
            Literal::Str(s) => Some(s.as_str()),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_num(&self) -> Option<f64> {
        match self {
            Literal::Num(n) => Some(*n),
            _ => None,
        }
    }
}

/// What a stub says of a function or class: a decorator with literal arguments.
#[derive(Clone, Debug)]
pub struct Mark {
    /// `blocks`, `ai`, `pooled` …
    pub name: Symbol,
    /// Positional arguments.
    pub args: Rc<[Literal]>,
    /// Keyword arguments.
    pub keywords: Rc<[(Symbol, Literal)]>,
}

impl Mark {
    /// A keyword argument.
    pub fn keyword(&self, name: &str) -> Option<&Literal> {
        self.keywords.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// A keyword argument that is a string.
    pub fn text(&self, name: &str) -> Option<&'static str> {
        self.keyword(name)?.as_str()
    }

    /// A keyword argument that is `True`.
    pub fn flag(&self, name: &str) -> bool {
        self.keyword(name) == Some(&Literal::Bool(true))
    }
}

fn literal(facts: &FileFacts, expr: ExprId) -> Option<Literal> {
    Some(match facts.kind(expr) {
        ExprKind::Str(text) => Literal::Str(text),
        ExprKind::True => Literal::Bool(true),
        ExprKind::False => Literal::Bool(false),
        ExprKind::None => Literal::None,
        _ => Literal::Num(facts.number(expr)?),
    })
}

/// The marks among the decorators of a stub.
pub(crate) fn marks_of(facts: &FileFacts, decorators: ExprList) -> Rc<[Mark]> {
    let mut marks = Vec::new();
    for decorator in facts.expr_list(decorators) {
        let (name, args) = match facts.kind(decorator) {
            ExprKind::Call(callee, args) => (callee, Some(args)),
            _ => (decorator, None),
        };
        let ExprKind::Name(name, _) = facts.kind(name) else { continue };
        let (mut positional, mut keywords) = (Vec::new(), Vec::new());
        for arg in args.map_or(&[][..], |args| facts.args(args)) {
            let Some(value) = literal(facts, arg.value) else { continue };
            match arg.kind {
                ArgKind::Keyword(name) => keywords.push((name, value)),
                _ => positional.push(value),
            }
        }
        marks.push(Mark { name, args: positional.into(), keywords: keywords.into() });
    }
    marks.into()
}

impl Program {
    /// Those marks of a stub that hold for the version the project has; for the one that the stub describes, if it is not known.
    fn holding(&self, file: FileId, marks: Rc<[Mark]>) -> Rc<[Mark]> {
        if marks.iter().all(|mark| mark.text("since").is_none() && mark.text("until").is_none()) {
            return marks;
        }
        let distribution = VERSIONED.get(self.module_name(file).as_str());
        let version = distribution.and_then(|name| self.settings().versions.get(*name));
        let holds = |mark: &&Mark| match version {
            Some(version) => {
                mark.text("since").is_none_or(|since| *version >= Version::new(since))
                    && mark.text("until").is_none_or(|until| *version < Version::new(until))
            }
            None => mark.text("until").is_none(),
        };
        marks.iter().filter(holds).cloned().collect()
    }

    /// What the knowledge says of a function. Empty for functions that are not in a stub.
    pub fn marks(&self, function: FunctionRef) -> Rc<[Mark]> {
        if self.file(function.file).origin != Origin::Stub {
            return self.no_marks.clone();
        }
        if let Some(marks) = self.function_marks.borrow().get(&function) {
            return marks.clone();
        }
        let facts = self.facts(function.file);
        let marks = self.holding(function.file, marks_of(facts, facts.function(function.function).decorators));
        self.function_marks.borrow_mut().insert(function, marks.clone());
        marks
    }

    /// The mark of that name on a function.
    #[inline]
    pub fn mark(&self, function: FunctionRef, name: &str) -> Option<Mark> {
        if self.file(function.file).origin != Origin::Stub {
            return None;
        }
        self.marks(function).iter().find(|m| m.name == name).cloned()
    }

    /// What the knowledge says of a class, itself or through its bases (nearest first).
    pub fn class_marks(&self, class: ClassRef) -> Rc<[Mark]> {
        if let Some(marks) = self.class_marks_kept.borrow().get(&class) {
            return marks.clone();
        }
        let mut marks: Vec<Mark> = Vec::new();
        for ancestor in self.mro(class).iter() {
            if self.file(ancestor.file).origin == Origin::Stub {
                let facts = self.facts(ancestor.file);
                let own = marks_of(facts, facts.class(ancestor.class).decorators);
                for mark in self.holding(ancestor.file, own).iter() {
                    // A base of a base has methods of its own that a framework calls.
                    if mark.name == "framework_base" || !marks.iter().any(|m| m.name == mark.name) {
                        marks.push(mark.clone());
                    }
                }
            }
        }
        let marks: Rc<[Mark]> = marks.into();
        self.class_marks_kept.borrow_mut().insert(class, marks.clone());
        marks
    }

    /// The mark of that name on a class or one of its bases.
    pub fn class_mark(&self, class: ClassRef, name: &str) -> Option<Mark> {
        self.class_marks(class).iter().find(|m| m.name == name).cloned()
    }
}
