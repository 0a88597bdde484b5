//! Values: what the engine knows of what an expression evaluates to.

use crate::program::{ClassRef, FileId, FunctionRef};
use rustc_hash::FxHashMap;
use sidestep_facts::Symbol;
use std::cell::RefCell;

/// An interned [`Value`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ValueId(pub(crate) u32);

impl ValueId {
    /// Nothing is known.
    pub const UNKNOWN: ValueId = ValueId(0);
    /// `None`.
    pub const NONE: ValueId = ValueId(1);
}

/// What an expression evaluates to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// Nothing is known.
    Unknown,
    /// `None`.
    None,
    /// A module: its dotted name, and its file where there is one.
    Module(Symbol, Option<FileId>),
    /// Something inside a module of which we have neither stub nor source: its dotted name.
    External(Symbol),
    /// A class object.
    Class(ClassRef),
    /// An instance of a class (or a subclass), with the arguments of a generic.
    Instance(ClassRef, Box<[ValueId]>),
    /// A function, unbound.
    Function(FunctionRef),
    /// A method and its receiver.
    Bound(FunctionRef, ValueId),
    /// `super()` inside a method: the class whose bases are searched, and the receiver.
    Super(ClassRef, ValueId),
    /// What calling an `async def` gives, and what awaiting it gives.
    Coroutine(FunctionRef, ValueId),
    /// What calling a generator function gives, and its elements.
    Generator(FunctionRef, ValueId),
    /// What calling an async generator function gives, and its elements.
    AsyncGenerator(FunctionRef, ValueId),
    /// What calling a `@contextmanager` (or `@asynccontextmanager`: `true`) function gives, and what `with` binds.
    Manager(FunctionRef, bool, ValueId),
    /// `functools.partial` of a callable.
    Partial(ValueId),
    /// Something callable whose result is known from an annotation.
    Callable(ValueId),
    /// A tuple of known shape.
    Tuple(Box<[ValueId]>),
    /// A string literal.
    Str(Symbol),
    /// An integer literal.
    Int(i32),
    /// `True` or `False`.
    Bool(bool),
    /// A type variable, before it is replaced.
    TypeVar(Symbol),
    /// One of several. Never nested; `Unknown` among them when there may be more.
    Union(Box<[ValueId]>),
}

/// How many alternatives a union keeps: past that, nothing is known.
const MAX_UNION: usize = 24;

/// The alternatives of a value, by value. See [`crate::Program::alternatives`].
#[derive(Clone, Copy)]
pub struct Alternatives<'p>(&'p [ValueId]);

impl std::ops::Deref for Alternatives<'_> {
    type Target = [ValueId];
    fn deref(&self) -> &[ValueId] {
        self.0
    }
}

impl<'p> IntoIterator for Alternatives<'p> {
    type Item = ValueId;
    type IntoIter = std::iter::Copied<std::slice::Iter<'p, ValueId>>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().copied()
    }
}

/// The values met so far.
pub(crate) struct Values {
    /// Each with its own id, as the list of its alternatives where it is no union.
    all: boxcar::Vec<(Value, [ValueId; 1])>,
    ids: RefCell<FxHashMap<Value, u32>>,
}

impl Values {
    pub fn new() -> Values {
        let values = Values { all: boxcar::Vec::new(), ids: RefCell::default() };
        values.intern(Value::Unknown);
        values.intern(Value::None);
        values
    }

    #[inline]
    pub fn get(&self, id: ValueId) -> &Value {
        &self.all[id.0 as usize].0
    }

    /// The parts of a union, or the value alone.
    #[inline]
    pub fn alternatives(&self, id: ValueId) -> Alternatives<'_> {
        match &self.all[id.0 as usize] {
            (Value::Union(parts), _) => Alternatives(parts),
            (_, own) => Alternatives(own),
        }
    }

    pub fn intern(&self, value: Value) -> ValueId {
        let mut ids = self.ids.borrow_mut();
        if let Some(&id) = ids.get(&value) {
            return ValueId(id);
        }
        let id = self.all.push((value.clone(), [ValueId(self.all.count() as u32)])) as u32;
        ids.insert(value, id);
        ValueId(id)
    }

    /// One of several values, in the order met.
    pub fn union(&self, parts: impl IntoIterator<Item = ValueId>) -> ValueId {
        let mut flat: Vec<ValueId> = Vec::new();
        for part in parts {
            match self.get(part) {
                Value::Union(inner) => {
                    for &id in inner.iter() {
                        if !flat.contains(&id) {
                            flat.push(id);
                        }
                    }
                }
                _ if flat.contains(&part) => {}
                _ => flat.push(part),
            }
        }
        match flat.as_slice() {
            [] => ValueId::UNKNOWN,
            [one] => *one,
            _ if flat.len() > MAX_UNION => ValueId::UNKNOWN,
            _ => self.intern(Value::Union(flat.into())),
        }
    }
}
