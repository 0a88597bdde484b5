//! Places: what operations read and write, by what they are rather than where they stand.

use crate::Symbol;
use crate::facts::*;
use rustc_hash::FxHashMap;

/// A place of a [`Cfg`]: two occurrences of the same place have the same id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PlaceId(pub u32);

/// What can be read and written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Place {
    /// A name, with the scope that binds it: a local, a nonlocal or a global.
    Name(ScopeId, Symbol),
    /// A name that nothing in the file binds.
    Free(Symbol),
    /// `base.attr`
    Attr(PlaceId, Symbol),
    /// `base[key]`
    Item(PlaceId, Key),
    /// The value of an expression that is no place (a call): each its own.
    Value(ExprId),
}

/// The key of [`Place::Item`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// A string literal.
    Str(Symbol),
    /// An integer literal.
    Int(i32),
    /// The value of another place: `cache[key]`.
    Place(PlaceId),
    /// Anything else: each its own.
    Other(ExprId),
}

/// The places that a graph speaks of.
#[derive(Default, Debug)]
pub struct Places {
    list: Vec<Place>,
    map: FxHashMap<Place, PlaceId>,
}

impl Places {
    pub(super) fn intern(&mut self, place: Place) -> PlaceId {
        *self.map.entry(place).or_insert_with(|| {
            self.list.push(place);
            PlaceId(self.list.len() as u32 - 1)
        })
    }

    /// A place.
    pub fn get(&self, id: PlaceId) -> Place {
        self.list[id.0 as usize]
    }

    /// The id of a place that occurs.
    pub fn find(&self, place: Place) -> Option<PlaceId> {
        self.map.get(&place).copied()
    }

    /// The name at the bottom of a chain of attributes and items.
    pub fn root(&self, mut id: PlaceId) -> PlaceId {
        while let Place::Attr(base, _) | Place::Item(base, _) = self.get(id) {
            id = base;
        }
        id
    }

    /// Whether `inner` is `outer` or something inside it: `self.cache[key]` is inside `self.cache`.
    pub fn within(&self, mut inner: PlaceId, outer: PlaceId) -> bool {
        loop {
            if inner == outer {
                return true;
            }
            match self.get(inner) {
                Place::Attr(base, _) | Place::Item(base, _) => inner = base,
                _ => return false,
            }
        }
    }

    /// The place an expression stands for, making it if need be.
    pub fn of(&mut self, facts: &FileFacts, expr: ExprId) -> PlaceId {
        self.of_depth(facts, expr, 0)
    }

    fn of_depth(&mut self, facts: &FileFacts, expr: ExprId, depth: u32) -> PlaceId {
        if depth > 64 {
            return self.intern(Place::Value(expr));
        }
        let place = match facts.kind(expr) {
            ExprKind::Name(name, scope) => match facts.resolve(scope, name) {
                Some(scope) => Place::Name(scope, name),
                None => Place::Free(name),
            },
            ExprKind::Attribute(value, attr) => Place::Attr(self.of_depth(facts, value, depth + 1), attr),
            ExprKind::Subscript(value, index) => {
                let base = self.of_depth(facts, value, depth + 1);
                let key = self.key(facts, index, depth + 1);
                Place::Item(base, key)
            }
            ExprKind::Named(target, _) => return self.of_depth(facts, target, depth + 1),
            ExprKind::Await(value) => return self.of_depth(facts, value, depth + 1),
            _ => Place::Value(expr),
        };
        self.intern(place)
    }

    fn key(&mut self, facts: &FileFacts, index: ExprId, depth: u32) -> Key {
        match facts.kind(index) {
            ExprKind::Str(text) => Key::Str(text),
            ExprKind::Int(value) => Key::Int(value),
            ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
                Key::Place(self.of_depth(facts, index, depth))
            }
            _ => Key::Other(index),
        }
    }

    /// The place an expression stands for, if it occurs in the graph.
    pub fn lookup(&self, facts: &FileFacts, expr: ExprId) -> Option<PlaceId> {
        let place = match facts.kind(expr) {
            ExprKind::Name(name, scope) => match facts.resolve(scope, name) {
                Some(scope) => Place::Name(scope, name),
                None => Place::Free(name),
            },
            ExprKind::Attribute(value, attr) => Place::Attr(self.lookup(facts, value)?, attr),
            ExprKind::Subscript(value, index) => return self.find_item(facts, value, index),
            _ => Place::Value(expr),
        };
        self.find(place)
    }

    /// The place `base[index]`, if it occurs in the graph: what `base.get(index)` and `index in base` speak of.
    pub fn find_item(&self, facts: &FileFacts, base: ExprId, index: ExprId) -> Option<PlaceId> {
        let base = self.lookup(facts, base)?;
        let key = match facts.kind(index) {
            ExprKind::Str(text) => Key::Str(text),
            ExprKind::Int(value) => Key::Int(value),
            ExprKind::Name(..) | ExprKind::Attribute(..) | ExprKind::Subscript(..) => {
                Key::Place(self.lookup(facts, index)?)
            }
            _ => return None,
        };
        self.find(Place::Item(base, key))
    }

    /// The place `base[index]`, making it if need be: what `base.get(index)` and `index in base` speak of.
    pub fn item(&mut self, facts: &FileFacts, base: ExprId, index: ExprId) -> PlaceId {
        let base = self.of(facts, base);
        let key = self.key(facts, index, 1);
        self.intern(Place::Item(base, key))
    }
}
