//! The types of the facts, and how to read them.
//!
//! All ids are indices into the arenas of one [`FileFacts`]. Lists are length-prefixed runs in a shared vector, so that
//! an expression is 24 bytes and a statement 36.

use crate::Symbol;
use ruff_text_size::{Ranged, TextRange, TextSize};
use std::ops::Range;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in its arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// An expression of a file.
    ExprId
);
id!(
    /// A statement of a file.
    StmtId
);
id!(
    /// A function of a file. [`FunctionId::MODULE`] is the module's own body.
    FunctionId
);
id!(
    /// A class of a file.
    ClassId
);
id!(
    /// A scope of a file. [`ScopeId::MODULE`] is the module's.
    ScopeId
);
id!(
    /// A binding of a name in a scope.
    BindingId
);
id!(
    /// A list of expressions in [`FileFacts::expr_list`].
    ExprList
);
id!(
    /// A list of statements in [`FileFacts::block`].
    Block
);
id!(
    /// The arguments of a call, in [`FileFacts::args`].
    ArgList
);

impl FunctionId {
    /// The pseudo-function that runs when the module is imported.
    pub const MODULE: FunctionId = FunctionId(0);
}
impl ScopeId {
    /// The module's global scope.
    pub const MODULE: ScopeId = ScopeId(0);
}
impl ExprList {
    /// The empty list.
    pub const EMPTY: ExprList = ExprList(0);
}
impl Block {
    /// The empty block.
    pub const EMPTY: Block = Block(0);
}
impl ArgList {
    /// No arguments.
    pub const EMPTY: ArgList = ArgList(0);
}

/// What holds a node: another expression, a statement, or nothing (a parameter's default or annotation).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parent {
    /// An enclosing expression.
    Expr(ExprId),
    /// The statement that the expression is a direct part of.
    Stmt(StmtId),
    /// Neither: decorators, parameter defaults, annotations and bases of a definition; a lambda's body.
    None,
}

/// An expression with its place in the source and its parent.
#[derive(Clone, Copy, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
}

pub(crate) const NO_PARENT: u32 = u32::MAX;
pub(crate) const STMT_PARENT: u32 = 1 << 31;

impl Expr {
    /// What holds the expression.
    pub fn parent(&self) -> Parent {
        match self.parent {
            NO_PARENT => Parent::None,
            p if p & STMT_PARENT != 0 => Parent::Stmt(StmtId(p & !STMT_PARENT)),
            p => Parent::Expr(ExprId(p)),
        }
    }
}

impl Ranged for Expr {
    fn range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.start), TextSize::new(self.end))
    }
}

/// The operators that rules tell apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `**`
    Pow,
    /// `|`
    BitOr,
    /// Any other arithmetic or bit operator.
    Other,
}

/// Comparison operators that rules tell apart (the first one of a chain).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmpOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<` or `<=`
    Less,
    /// `>` or `>=`
    Greater,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

/// What kind of comprehension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompKind {
    /// `[…]`
    List,
    /// `{…}`
    Set,
    /// `{k: v …}`; the element is the value, the key is in [`Comprehension::key`]
    Dict,
    /// `(…)`
    Generator,
}

/// An expression. Sub-expressions are ids of the same file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExprKind {
    /// A name, and the scope in which it stands (its binding is looked up from there outwards). Also assignment targets.
    Name(Symbol, ScopeId),
    /// `value.attr`
    Attribute(ExprId, Symbol),
    /// `callee(args)`
    Call(ExprId, ArgList),
    /// `await value`
    Await(ExprId),
    /// `yield value`
    Yield(Option<ExprId>),
    /// `yield from value`
    YieldFrom(ExprId),
    /// A lambda.
    Lambda(FunctionId),
    /// A comprehension or generator expression: index into [`FileFacts::comprehensions`].
    Comprehension(u32),
    /// `[…]`
    List(ExprList),
    /// `(…,)`
    Tuple(ExprList),
    /// `{…}`
    Set(ExprList),
    /// `{k: v}`: keys and values alternate; `**x` has the key [`ExprKind::Missing`].
    Dict(ExprList),
    /// A string literal. Long ones (over 200 bytes) are cut.
    Str(Symbol),
    /// An f-string or t-string: its interpolated expressions and literal parts.
    FString(ExprList),
    /// Bytes.
    Bytes,
    /// An integer that fits 32 bits; larger ones are kept as floats.
    Int(i32),
    /// A float: index into [`FileFacts::floats`].
    Float(u32),
    /// `True`
    True,
    /// `False`
    False,
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `left op right`
    Binary(Op, ExprId, ExprId),
    /// `not x`
    Not(ExprId),
    /// `-x`, `+x`, `~x`
    Unary(ExprId),
    /// `a and b and …`
    And(ExprList),
    /// `a or b or …`
    Or(ExprList),
    /// A comparison: the first operator, and all operands (two, or more in a chain).
    Compare(CmpOp, ExprList),
    /// `body if test else orelse`, in the list's order: test, body, orelse.
    IfElse(ExprList),
    /// `value[index]`
    Subscript(ExprId, ExprId),
    /// `a:b:c` inside a subscript: the parts that are there.
    Slice(ExprList),
    /// `*value`
    Starred(ExprId),
    /// `target := value`
    Named(ExprId, ExprId),
    /// Nothing stands here (the key of `**x` in a dict), or a syntax the facts do not keep.
    Missing,
}

/// One argument of a call.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// The value.
    pub value: ExprId,
    /// How it is passed.
    pub kind: ArgKind,
}

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// `name=value`
    Keyword(Symbol),
    /// `*value`
    Star,
    /// `**value`
    StarStar,
}

/// One `for` clause of a comprehension.
#[derive(Clone, Copy, Debug)]
pub struct CompClause {
    /// What is bound.
    pub target: ExprId,
    /// What is iterated.
    pub iter: ExprId,
    /// The conditions.
    pub ifs: ExprList,
    /// `async for`
    pub is_async: bool,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// Which kind.
    pub kind: CompKind,
    /// A dict comprehension's key.
    pub key: Option<ExprId>,
    /// The element (a dict comprehension's value).
    pub element: ExprId,
    /// The clauses.
    pub clauses: Vec<CompClause>,
}

/// A statement with its place, the statement it stands in, and the function it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// The function whose code this is (a class body belongs to the function around it).
    pub function: FunctionId,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) parent: u32,
}

impl Stmt {
    /// The compound statement (`if`, `for`, `try`, `with`, `class` …) that this one stands in, inside the same function.
    pub fn parent(&self) -> Option<StmtId> {
        (self.parent != NO_PARENT).then_some(StmtId(self.parent))
    }
}

impl Ranged for Stmt {
    fn range(&self) -> TextRange {
        TextRange::new(TextSize::new(self.start), TextSize::new(self.end))
    }
}

/// A statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StmtKind {
    /// An expression statement.
    Expr(ExprId),
    /// `a = b = value`
    Assign(ExprList, ExprId),
    /// `target: annotation = value`
    AnnAssign(ExprId, ExprId, Option<ExprId>),
    /// `target op= value`
    AugAssign(ExprId, Op, ExprId),
    /// `return value`
    Return(Option<ExprId>),
    /// `raise exc from cause`
    Raise(Option<ExprId>, Option<ExprId>),
    /// `assert test, msg`
    Assert(ExprId, Option<ExprId>),
    /// `del a, b`
    Delete(ExprList),
    /// `if test:`; an `elif` is an `if` alone in `orelse`
    If {
        /// The condition.
        test: ExprId,
        /// Where it holds.
        body: Block,
        /// Where it does not.
        orelse: Block,
    },
    /// `while test:`
    While {
        /// The condition.
        test: ExprId,
        /// The loop's body.
        body: Block,
        /// The `else` of the loop.
        orelse: Block,
    },
    /// `for target in iter:`; index into [`FileFacts::fors`]
    For(u32),
    /// `try:`; index into [`FileFacts::tries`]
    Try(u32),
    /// `with items:`; index into [`FileFacts::withs`]
    With(u32),
    /// `match subject:`; index into [`FileFacts::matches`]
    Match(u32),
    /// A function definition. Its body is not part of this function.
    FunctionDef(FunctionId),
    /// A class definition; its body runs here ([`Class::body`]).
    ClassDef(ClassId),
    /// `import` or `from … import`; what it binds is in the bindings
    Import,
    /// `global` or `nonlocal`
    Scope,
    /// `pass`, type aliases, IPython escapes
    Pass,
    /// `break`
    Break,
    /// `continue`
    Continue,
}

/// A `for` statement.
#[derive(Clone, Copy, Debug)]
pub struct For {
    /// `async for`
    pub is_async: bool,
    /// What is bound.
    pub target: ExprId,
    /// What is iterated.
    pub iter: ExprId,
    /// The body.
    pub body: Block,
    /// The `else` of the loop.
    pub orelse: Block,
}

/// A `try` statement.
#[derive(Clone, Debug)]
pub struct Try {
    /// `except*`
    pub is_star: bool,
    /// The guarded block.
    pub body: Block,
    /// The handlers, in order.
    pub handlers: Vec<Handler>,
    /// `else`
    pub orelse: Block,
    /// `finally`
    pub finalbody: Block,
}

/// An `except` clause.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// The caught type or tuple of types; none for a bare `except`.
    pub exception: Option<ExprId>,
    /// The name it is bound to.
    pub name: Option<Symbol>,
    /// The body.
    pub body: Block,
    /// The whole clause, from `except` to the end of its body.
    pub range: TextRange,
}

/// A `with` statement.
#[derive(Clone, Debug)]
pub struct With {
    /// `async with`
    pub is_async: bool,
    /// The managers, in order.
    pub items: Vec<WithItem>,
    /// The body.
    pub body: Block,
}

/// One manager of a `with`.
#[derive(Clone, Copy, Debug)]
pub struct WithItem {
    /// The manager.
    pub context: ExprId,
    /// `as target`
    pub target: Option<ExprId>,
}

/// A `match` statement.
#[derive(Clone, Debug)]
pub struct Match {
    /// What is matched.
    pub subject: ExprId,
    /// The cases.
    pub cases: Vec<Case>,
}

/// A `case`.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The value or class expressions inside the pattern.
    pub values: ExprList,
    /// `if guard`
    pub guard: Option<ExprId>,
    /// It matches whatever comes (`case _:` without a guard).
    pub irrefutable: bool,
    /// The body.
    pub body: Block,
}

/// How a parameter takes its argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamKind {
    /// Before `/`
    PositionalOnly,
    /// An ordinary one
    Normal,
    /// `*args`
    Star,
    /// After `*`
    KeywordOnly,
    /// `**kwargs`
    StarStar,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name.
    pub name: Symbol,
    /// How it takes its argument.
    pub kind: ParamKind,
    /// Its annotation.
    pub annotation: Option<ExprId>,
    /// Its default.
    pub default: Option<ExprId>,
}

/// A function: `def`, `async def`, a lambda, or the module's body.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; `<lambda>` or `<module>`.
    pub name: Symbol,
    /// The scope of its parameters and locals.
    pub scope: ScopeId,
    /// The function whose code contains the definition. The module's is itself.
    pub parent: FunctionId,
    /// The class whose body contains the definition directly.
    pub class: Option<ClassId>,
    /// `async def`
    pub is_async: bool,
    /// Its body yields.
    pub is_generator: bool,
    /// A lambda; its body is one [`StmtKind::Return`].
    pub is_lambda: bool,
    /// The parameters, in [`FileFacts::params`].
    pub params: Range<u32>,
    /// The decorators, outermost first.
    pub decorators: ExprList,
    /// The return annotation.
    pub returns: Option<ExprId>,
    /// The body.
    pub body: Block,
    /// Its expressions are `exprs[this]`, children before parents, in source order: nothing of nested functions.
    pub exprs: Range<u32>,
    /// Its statements are `stmts[this]`: nothing of nested functions.
    pub stmts: Range<u32>,
    /// The whole definition, from the first decorator.
    pub range: TextRange,
    /// The name in the definition (a lambda's whole range).
    pub name_range: TextRange,
    /// The body does nothing: `...`, `pass`, a docstring, `raise NotImplementedError`.
    pub is_stub: bool,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Symbol,
    /// The scope of its body.
    pub scope: ScopeId,
    /// The function whose code contains the definition.
    pub parent: FunctionId,
    /// The class whose body contains the definition directly.
    pub class: Option<ClassId>,
    /// The bases.
    pub bases: ExprList,
    /// Keyword arguments of the definition (`metaclass=`).
    pub keywords: Vec<(Symbol, ExprId)>,
    /// The decorators.
    pub decorators: ExprList,
    /// The body.
    pub body: Block,
    /// The whole definition.
    pub range: TextRange,
    /// The name in the definition.
    pub name_range: TextRange,
    /// The type parameters between brackets (PEP 695).
    pub type_params: Vec<Symbol>,
    /// Writes to attributes of `self` (or `cls`) in its methods, sorted by attribute symbol, then position.
    pub self_writes: Vec<AttrWrite>,
}

/// `self.attr = …` in a method.
#[derive(Clone, Copy, Debug)]
pub struct AttrWrite {
    /// The attribute.
    pub attr: Symbol,
    /// The method.
    pub function: FunctionId,
    /// The target expression (`self.attr`).
    pub target: ExprId,
    /// What is written.
    pub kind: BindingKind,
}

/// What kind of scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    /// A module's.
    Module,
    /// A class body's: invisible to the functions inside.
    Class(ClassId),
    /// A function's.
    Function(FunctionId),
    /// A comprehension's.
    Comprehension,
}

/// A scope.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it belongs to.
    pub kind: ScopeKind,
    /// The scope around it. The module's is itself.
    pub parent: ScopeId,
    /// The function whose code it is part of.
    pub function: FunctionId,
    /// Its bindings are `bindings[this]`, sorted by symbol, then position.
    pub bindings: Range<u32>,
    /// Modules that `from … import *` brings in here: (module, relative level).
    pub stars: Vec<(Option<Symbol>, u32)>,
    /// Names declared `global` here.
    pub globals: Vec<Symbol>,
    /// Names declared `nonlocal` here.
    pub nonlocals: Vec<Symbol>,
}

/// What a binding binds a name to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum BindingKind {
    /// `name = value`, `name := value`
    Assign(ExprId),
    /// `name: annotation = value`
    Annotated(ExprId, Option<ExprId>),
    /// `name op= value`: the value on the right
    Augmented(ExprId),
    /// An element of an unpacked value: `a, (b, c) = value`. The index at the first level (`u16::MAX` behind a star or deeper).
    Unpack(ExprId, u16),
    /// A loop's element: what is iterated, whether by `async for`, and the index where the element is unpacked.
    Element(ExprId, bool, Option<u16>),
    /// `with context as name`, whether by `async with`; the index where it is unpacked.
    Context(ExprId, bool, Option<u16>),
    /// `except type as name`
    Exception(Option<ExprId>),
    /// A parameter: its index in [`FileFacts::params`]
    Param(u32),
    /// `def`
    Function(FunctionId),
    /// `class`
    Class(ClassId),
    /// `import a.b` binds `a` (to module `a`); `import a.b as c` binds `c` to `a.b`: the module named
    Import(Symbol),
    /// `from module import name`: module (none for `from . import`), level, original name
    ImportFrom(Option<Symbol>, u16, Symbol),
    /// `name[…] = value`: what is put into a container (kept for attributes of `self` only)
    Item(ExprId),
    /// `del name`
    Deleted,
    /// A `match` capture, a type alias: nothing known
    Opaque,
}

/// A binding of a name in a scope.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The name.
    pub name: Symbol,
    /// What it is bound to.
    pub kind: BindingKind,
    /// Where.
    pub at: TextSize,
    /// The end of the block that the binding stands in: up to there, later code has passed it. Zero for a `global` or `nonlocal` write.
    pub block_end: TextSize,
    /// The start of the outermost loop of the function around the binding: from there on, earlier code may run after it. `u32::MAX` outside loops.
    pub loop_start: TextSize,
}

/// An imported module, wherever it stands: `import a.b.c` lists `a.b.c`; `from .a import b` lists `a` with level 1 and `b`.
#[derive(Clone, Copy, Debug)]
pub struct ImportedModule {
    /// The module, none for `from . import x`.
    pub module: Option<Symbol>,
    /// Leading dots.
    pub level: u32,
    /// The name imported from it, which may be a submodule.
    pub name: Option<Symbol>,
    /// Where.
    pub at: TextSize,
}

/// Everything known of one module.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Expressions; those of one function stand together.
    pub exprs: Vec<Expr>,
    /// Statements; those of one function stand together.
    pub stmts: Vec<Stmt>,
    pub(crate) expr_lists: Vec<u32>,
    pub(crate) stmt_lists: Vec<u32>,
    pub(crate) arg_lists: Vec<Arg>,
    pub(crate) arg_index: Vec<(u32, u32)>,
    /// `for` statements.
    pub fors: Vec<For>,
    /// `try` statements.
    pub tries: Vec<Try>,
    /// `with` statements.
    pub withs: Vec<With>,
    /// `match` statements.
    pub matches: Vec<Match>,
    /// Comprehensions.
    pub comprehensions: Vec<Comprehension>,
    /// Float literals.
    pub floats: Vec<f64>,
    /// Parameters of all functions.
    pub params: Vec<Param>,
    /// Functions; the first is the module's body.
    pub functions: Vec<Function>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Scopes; the first is the module's.
    pub scopes: Vec<Scope>,
    /// Bindings of all scopes.
    pub bindings: Vec<Binding>,
    /// Every import in the file.
    pub imports: Vec<ImportedModule>,
    /// The names in `__all__`, where it is a literal.
    pub all: Option<Vec<Symbol>>,
    /// Module-level code runs inside a running loop (a notebook).
    pub top_level_loop: bool,
    pub(crate) by_name: NameIndex,
}

/// Where the bindings of each name of each scope begin: an open-addressed table of positions in `bindings`, one more than
/// they are, as zero is a free slot. Names are looked up more than anything else. Made at the first look-up; never stored.
#[derive(Debug, Default)]
pub(crate) struct NameIndex(std::sync::OnceLock<Box<[u32]>>);

impl NameIndex {
    fn slot(scope: ScopeId, name: Symbol, mask: usize) -> usize {
        let key = u64::from(scope.0) << 32 | u64::from(name.number());
        // Fibonacci hashing: the upper bits of the product depend on all bits of the key.
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & mask
    }

    /// The table: a power of two of slots, at most half of them taken.
    fn table(&self, facts: &FileFacts) -> &[u32] {
        self.0.get_or_init(|| {
            let mut table = vec![0; (facts.bindings.len() * 2).next_power_of_two().max(4)].into_boxed_slice();
            let mask = table.len() - 1;
            for (index, scope) in facts.scopes.iter().enumerate() {
                let mut last = None;
                for at in scope.bindings.clone() {
                    let name = facts.bindings[at as usize].name;
                    if last.replace(name) == Some(name) {
                        continue;
                    }
                    let mut slot = Self::slot(ScopeId(index as u32), name, mask);
                    while table[slot] != 0 {
                        slot = (slot + 1) & mask;
                    }
                    table[slot] = at + 1;
                }
            }
            table
        })
    }
}

impl FileFacts {
    /// An expression.
    #[inline]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// An expression's kind.
    #[inline]
    pub fn kind(&self, id: ExprId) -> ExprKind {
        self.exprs[id.index()].kind
    }

    /// An expression's place.
    #[inline]
    pub fn range(&self, id: ExprId) -> TextRange {
        self.exprs[id.index()].range()
    }

    /// A statement.
    #[inline]
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.index()]
    }

    /// A function.
    #[inline]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// A class.
    #[inline]
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.index()]
    }

    /// A scope.
    #[inline]
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.index()]
    }

    /// The expressions of a list.
    #[inline]
    pub fn expr_list(
        &self,
        list: ExprList,
    ) -> impl ExactSizeIterator<Item = ExprId> + DoubleEndedIterator + Clone + '_ {
        let start = list.index() + 1;
        let len = self.expr_lists[list.index()] as usize;
        self.expr_lists[start..start + len].iter().map(|&id| ExprId(id))
    }

    /// The statements of a block.
    #[inline]
    pub fn block(&self, block: Block) -> impl ExactSizeIterator<Item = StmtId> + DoubleEndedIterator + Clone + '_ {
        let start = block.index() + 1;
        let len = self.stmt_lists[block.index()] as usize;
        self.stmt_lists[start..start + len].iter().map(|&id| StmtId(id))
    }

    /// The arguments of a call.
    #[inline]
    pub fn args(&self, list: ArgList) -> &[Arg] {
        let (start, end) = self.arg_index[list.index()];
        &self.arg_lists[start as usize..end as usize]
    }

    /// The argument given by keyword.
    pub fn keyword(&self, list: ArgList, name: &str) -> Option<ExprId> {
        self.args(list).iter().find_map(|arg| match arg.kind {
            ArgKind::Keyword(symbol) if symbol.as_str() == name => Some(arg.value),
            _ => None,
        })
    }

    /// The argument given by position, if no `*args` comes before it.
    pub fn positional(&self, list: ArgList, index: usize) -> Option<ExprId> {
        let args = self.args(list);
        let arg = args.get(index)?;
        args[..=index].iter().all(|a| a.kind == ArgKind::Positional).then_some(arg.value)
    }

    /// The expressions of a function, children before parents, without those of nested functions.
    pub fn exprs_of(&self, function: FunctionId) -> impl DoubleEndedIterator<Item = ExprId> + Clone + use<> {
        self.function(function).exprs.clone().map(ExprId)
    }

    /// The statements of a function (outer before inner), without those of nested functions.
    pub fn stmts_of(&self, function: FunctionId) -> impl DoubleEndedIterator<Item = StmtId> + Clone + use<> {
        self.function(function).stmts.clone().map(StmtId)
    }

    /// The parameters of a function.
    #[inline]
    pub fn params_of(&self, function: FunctionId) -> &[Param] {
        let range = &self.function(function).params;
        &self.params[range.start as usize..range.end as usize]
    }

    /// The bindings of a name in one scope, in source order.
    pub fn bindings_in(&self, scope: ScopeId, name: Symbol) -> &[Binding] {
        let range = &self.scope(scope).bindings;
        if range.is_empty() {
            return &[];
        }
        let table = self.by_name.table(self);
        let mask = table.len() - 1;
        let mut slot = NameIndex::slot(scope, name, mask);
        while let Some(at) = table[slot].checked_sub(1) {
            if range.contains(&at) && self.bindings[at as usize].name == name {
                let all = &self.bindings[at as usize..range.end as usize];
                // Few names are bound often; of those that are, some are bound a hundred thousand times.
                let few = all.iter().take(4).take_while(|b| b.name == name).count();
                let many = if few < 4 { few } else { all.partition_point(|b| b.name <= name) };
                return &all[..many];
            }
            slot = (slot + 1) & mask;
        }
        &[]
    }

    /// The bindings of a scope, all names.
    pub fn bindings_of(&self, scope: ScopeId) -> &[Binding] {
        let range = &self.scope(scope).bindings;
        &self.bindings[range.start as usize..range.end as usize]
    }

    /// The scope whose binding a name refers to when it is read in `scope`, by Python's rules: class scopes are skipped
    /// from inside functions, `global` jumps to the module. None for a builtin or an unbound name.
    pub fn resolve(&self, scope: ScopeId, name: Symbol) -> Option<ScopeId> {
        self.lookup(scope, name).map(|(home, _)| home)
    }

    /// Like [`Self::resolve`], with the bindings found there.
    pub fn lookup(&self, scope: ScopeId, name: Symbol) -> Option<(ScopeId, &[Binding])> {
        let mut at = scope;
        let mut first = true;
        loop {
            let s = self.scope(at);
            if s.globals.contains(&name) {
                let bindings = self.bindings_in(ScopeId::MODULE, name);
                return (!bindings.is_empty()).then_some((ScopeId::MODULE, bindings));
            }
            let visible = first || !matches!(s.kind, ScopeKind::Class(_));
            if visible && !s.nonlocals.contains(&name) {
                let bindings = self.bindings_in(at, name);
                if !bindings.is_empty() {
                    return Some((at, bindings));
                }
            }
            // Code in a comprehension directly in a class body still does not see the class's names, as in CPython.
            first = false;
            if at == ScopeId::MODULE {
                return None;
            }
            at = s.parent;
        }
    }

    /// The statement that an expression belongs to: the nearest one around it in the same function.
    pub fn stmt_of(&self, mut expr: ExprId) -> Option<StmtId> {
        loop {
            match self.expr(expr).parent() {
                Parent::Expr(parent) => expr = parent,
                Parent::Stmt(stmt) => return Some(stmt),
                Parent::None => return None,
            }
        }
    }

    /// The expressions around one, from its parent outwards to its statement.
    pub fn ancestors(&self, expr: ExprId) -> impl Iterator<Item = ExprId> + '_ {
        std::iter::successors(Some(expr), |&id| match self.expr(id).parent() {
            Parent::Expr(parent) => Some(parent),
            _ => None,
        })
        .skip(1)
    }

    /// The statements around one, from its parent outwards, up to the function's body.
    pub fn enclosing(&self, stmt: StmtId) -> impl Iterator<Item = StmtId> + '_ {
        std::iter::successors(self.stmt(stmt).parent(), |&id| self.stmt(id).parent())
    }

    /// The function whose code an expression is. A binary search, since the expressions of a function stand together.
    pub fn function_of(&self, expr: ExprId) -> FunctionId {
        let at = self.functions.partition_point(|f| f.exprs.start <= expr.0);
        FunctionId(at.saturating_sub(1) as u32)
    }

    /// The dotted name an expression spells (`a.b.c`), if it is one.
    pub fn dotted(&self, expr: ExprId) -> Option<String> {
        match self.kind(expr) {
            ExprKind::Name(name, _) => Some(name.as_str().to_owned()),
            ExprKind::Attribute(value, attr) => {
                let mut text = self.dotted(value)?;
                text.push('.');
                text.push_str(attr.as_str());
                Some(text)
            }
            _ => None,
        }
    }

    /// Whether an expression is the name `self`.
    pub fn is_self(&self, expr: ExprId) -> bool {
        matches!(self.kind(expr), ExprKind::Name(name, _) if name == "self")
    }

    /// The `attr` of `self.attr`.
    pub fn own_attribute(&self, expr: ExprId) -> Option<Symbol> {
        match self.kind(expr) {
            ExprKind::Attribute(base, attr) if self.is_self(base) => Some(attr),
            _ => None,
        }
    }

    /// A literal number, whole or not.
    pub fn number(&self, expr: ExprId) -> Option<f64> {
        match self.kind(expr) {
            ExprKind::Int(value) => Some(value as f64),
            ExprKind::Float(index) => Some(self.floats[index as usize]),
            _ => None,
        }
    }
}
