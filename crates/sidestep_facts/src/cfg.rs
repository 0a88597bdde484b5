//! The control-flow graph of one function, built from its facts when a rule asks for it.
//!
//! A node is one operation that async analysis needs to see ([`Op`]): a call, an await, the read or write of a
//! [`Place`], entering or leaving a manager, the next turn of a loop, a test, a return. Edges say how control goes on:
//! normally, by a branch, by an exception, by cancellation. A cancellation edge leaves every operation that can
//! suspend, and only a handler for `CancelledError`, `BaseException` or everything catches it.
//!
//! `finally` bodies and the exits of managers are copied for each way of leaving (normally, by exception, by
//! cancellation, by `return`, `break`, `continue`), so no path through the graph enters a `finally` one way and leaves
//! it another. The graph has three ends: [`Cfg::EXIT`], [`Cfg::RAISED`] and [`Cfg::CANCELLED`].

use crate::Symbol;
use crate::facts::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// A node of a [`Cfg`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The position in [`Cfg::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

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
    fn intern(&mut self, place: Place) -> PlaceId {
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

/// How a value gets into a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// `place = value`
    Assign,
    /// `place op= value`; the place is read before the value is evaluated
    Augment,
    /// One of several targets of an unpacked value
    Unpack,
    /// A loop's element; the value is what is iterated
    Element,
    /// `with value as place`
    Context,
    /// `except … as place`, a `match` capture, a definition or import
    Other,
    /// `del place`
    Delete,
}

/// By which way control leaves a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// At its end.
    Normal,
    /// By an exception.
    Exception,
    /// By cancellation.
    Cancel,
    /// By `return`.
    Return,
    /// By `break`.
    Break,
    /// By `continue`.
    Continue,
}

/// An operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// Where the function starts.
    Entry,
    /// Where it ends by returning.
    Exit,
    /// Where an exception leaves it.
    Raised,
    /// Where cancellation leaves it.
    Cancelled,
    /// Nothing: a join of paths.
    Join,
    /// A call (the call expression).
    Call(ExprId),
    /// An await (the await expression).
    Await(ExprId),
    /// A read of a place (the expression).
    Read(ExprId, PlaceId),
    /// A write of a place.
    Write {
        /// The target expression; none where no expression stands for it (`except … as name`, `def`).
        target: Option<ExprId>,
        /// What is written.
        place: PlaceId,
        /// The value.
        value: Option<ExprId>,
        /// How.
        how: How,
    },
    /// Entering a manager (its expression), and whether by `async with`.
    Enter(ExprId, bool),
    /// Leaving a manager, whether of an `async with`, and how.
    Leave(ExprId, bool, Way),
    /// The next element of what is iterated (the iterated expression), and whether by `async for`.
    Next(ExprId, bool),
    /// A condition, after its value is known.
    Test(ExprId),
    /// `yield`, `yield from`
    Yield(ExprId),
    /// `return`
    Return(StmtId),
    /// `raise`
    Raise(StmtId),
    /// The start of an `except` clause: index into [`FileFacts::tries`], and of the handler.
    Handler(u32, u32),
    /// The start of a copy of a `finally` body.
    Finally(u32, Way),
    /// An import, a definition.
    Define(StmtId),
}

/// How control goes from one operation to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// It goes on.
    Normal,
    /// The condition holds, or the loop has another element.
    True,
    /// It does not.
    False,
    /// An exception.
    Exception,
    /// Cancellation, delivered where the operation suspends.
    Cancel,
}

/// An operation in its place.
#[derive(Clone, Copy, Debug)]
pub struct Node {
    /// What happens.
    pub op: Op,
    /// The statement it is part of.
    pub stmt: Option<StmtId>,
    held: u32,
    first: u32,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: NodeId,
    flow: Flow,
    next: u32,
}

/// A manager that is held at an operation.
#[derive(Clone, Copy, Debug)]
pub struct Held {
    /// The manager's expression.
    pub context: ExprId,
    /// `async with`
    pub is_async: bool,
    /// The `with` statement's index in [`FileFacts::withs`].
    pub with: u32,
    outer: u32,
}

const NONE: u32 = u32::MAX;

/// The control-flow graph of one function.
#[derive(Debug)]
pub struct Cfg {
    /// The function.
    pub function: FunctionId,
    /// Operations. The first four are the entry and the three ends.
    pub nodes: Vec<Node>,
    /// What they read and write.
    pub places: Places,
    edges: Vec<Edge>,
    held: Vec<Held>,
    /// The edges by where they lead, and for each node where its own begin.
    backward: Vec<(NodeId, Flow)>,
    backward_starts: Vec<u32>,
    /// The nodes that evaluate or write each expression, in order.
    by_expr: Vec<(ExprId, NodeId)>,
}

impl Cfg {
    /// Where the function starts.
    pub const ENTRY: NodeId = NodeId(0);
    /// Where it ends by returning.
    pub const EXIT: NodeId = NodeId(1);
    /// Where an exception leaves it.
    pub const RAISED: NodeId = NodeId(2);
    /// Where cancellation leaves it.
    pub const CANCELLED: NodeId = NodeId(3);

    /// Builds the graph of a function.
    pub fn build(facts: &FileFacts, function: FunctionId) -> Cfg {
        let mut builder = Builder {
            facts,
            cfg: Cfg {
                function,
                nodes: Vec::with_capacity(facts.function(function).exprs.len()),
                places: Places::default(),
                edges: Vec::new(),
                held: Vec::new(),
                backward: Vec::new(),
                backward_starts: Vec::new(),
                by_expr: Vec::new(),
            },
            frames: Vec::new(),
            entered: Vec::new(),
            pending: Vec::new(),
            stmt: None,
            held: NONE,
            depth: 0,
            copying: 0,
            caught: (true, true),
        };
        for op in [Op::Entry, Op::Exit, Op::Raised, Op::Cancelled] {
            builder.node(op);
        }
        builder.pending = vec![(Cfg::ENTRY, Flow::Normal)];
        builder.block(facts.function(function).body);
        builder.jump(Cfg::EXIT);
        let mut cfg = builder.cfg;
        cfg.turn_edges();
        let mut by_expr: Vec<(ExprId, NodeId)> = cfg
            .ids()
            .filter_map(|id| match cfg.op(id) {
                Op::Call(e) | Op::Await(e) | Op::Read(e, _) | Op::Yield(e) | Op::Write { target: Some(e), .. } => {
                    Some((e, id))
                }
                _ => None,
            })
            .collect();
        by_expr.sort_unstable();
        cfg.by_expr = by_expr;
        cfg
    }

    /// Sorts the edges by where they lead, those to one node in the order of where they come from.
    fn turn_edges(&mut self) {
        let mut starts = vec![0; self.nodes.len() + 1];
        for edge in &self.edges {
            starts[edge.to.index() + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut free = starts.clone();
        let mut backward = vec![(Cfg::ENTRY, Flow::Normal); self.edges.len()];
        for id in self.ids() {
            for (to, flow) in self.successors(id) {
                let slot = &mut free[to.index()];
                backward[*slot as usize] = (id, flow);
                *slot += 1;
            }
        }
        self.backward = backward;
        self.backward_starts = starts;
    }

    /// All nodes.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    /// What a node does.
    pub fn op(&self, node: NodeId) -> Op {
        self.nodes[node.index()].op
    }

    /// The statement a node is part of.
    pub fn stmt(&self, node: NodeId) -> Option<StmtId> {
        self.nodes[node.index()].stmt
    }

    /// Where control can go from a node.
    pub fn successors(&self, node: NodeId) -> impl Iterator<Item = (NodeId, Flow)> + '_ {
        let mut at = self.nodes[node.index()].first;
        std::iter::from_fn(move || {
            let edge = self.edges.get(at as usize)?;
            at = edge.next;
            Some((edge.to, edge.flow))
        })
    }

    /// From where control can come to a node.
    pub fn predecessors(&self, node: NodeId) -> &[(NodeId, Flow)] {
        let starts = &self.backward_starts[node.index()..];
        &self.backward[starts[0] as usize..starts[1] as usize]
    }

    /// The managers held at a node by `with` statements of this function, innermost first.
    pub fn held(&self, node: NodeId) -> impl Iterator<Item = Held> + '_ {
        let mut at = self.nodes[node.index()].held;
        std::iter::from_fn(move || {
            let held = self.held.get(at as usize).copied()?;
            at = held.outer;
            Some(held)
        })
    }

    /// Whether tasks may switch at a node: an await, or the same inside `async with` and `async for`.
    pub fn suspends(&self, node: NodeId) -> bool {
        matches!(self.op(node), Op::Await(_) | Op::Enter(_, true) | Op::Leave(_, true, _) | Op::Next(_, true))
    }

    /// The nodes that evaluate an expression: one, or one for each copy of the `finally` it stands in.
    pub fn nodes_of(&self, expr: ExprId) -> impl Iterator<Item = NodeId> + '_ {
        let from = self.by_expr.partition_point(|&(e, _)| e < expr);
        self.by_expr[from..].iter().take_while(move |&&(e, _)| e == expr).map(|&(_, node)| node)
    }

    /// Every node that control can reach from `from` (not counting itself, unless by a loop) without passing a node
    /// that satisfies `stop`. Nodes that satisfy `stop` are not part of the answer.
    pub fn reach(
        &self,
        from: NodeId,
        mut along: impl FnMut(NodeId, Flow) -> bool,
        mut stop: impl FnMut(NodeId) -> bool,
    ) -> NodeSet {
        let mut seen = NodeSet::new(self.nodes.len());
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            for (to, flow) in self.successors(node) {
                if !seen.contains(to) && along(node, flow) && !stop(to) {
                    seen.insert(to);
                    stack.push(to);
                }
            }
        }
        seen
    }

    /// A path from `from` to a node that satisfies `goal`, without passing one that satisfies `stop`: the nodes on it,
    /// `from` first. A shortest one.
    pub fn path(
        &self,
        from: NodeId,
        mut along: impl FnMut(NodeId, Flow) -> bool,
        mut stop: impl FnMut(NodeId) -> bool,
        mut goal: impl FnMut(NodeId) -> bool,
    ) -> Option<Vec<NodeId>> {
        let mut before: FxHashMap<NodeId, NodeId> = FxHashMap::default();
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            for (to, flow) in self.successors(node) {
                if before.contains_key(&to) || !along(node, flow) {
                    continue;
                }
                if goal(to) {
                    let mut path = vec![to, node];
                    let mut at = node;
                    while at != from {
                        at = before[&at];
                        path.push(at);
                    }
                    path.reverse();
                    return Some(path);
                }
                if stop(to) {
                    continue;
                }
                before.insert(to, node);
                queue.push_back(to);
            }
        }
        None
    }

    /// The writes of a place that can be the last one before control comes to a node, and whether none of them need be
    /// (the value then comes from outside: a parameter, an enclosing scope).
    pub fn definitions(&self, node: NodeId, place: PlaceId) -> (Vec<NodeId>, bool) {
        let mut seen = NodeSet::new(self.nodes.len());
        let mut stack = vec![node];
        let (mut found, mut outside) = (Vec::new(), false);
        while let Some(at) = stack.pop() {
            for &(from, flow) in self.predecessors(at) {
                if seen.contains(from) {
                    continue;
                }
                seen.insert(from);
                match self.op(from) {
                    // A value that raises while it is computed is not written.
                    Op::Write { place: p, .. } if p == place && flow != Flow::Exception => found.push(from),
                    Op::Entry => outside = true,
                    _ => stack.push(from),
                }
            }
        }
        found.sort();
        (found, outside)
    }

    /// The local names that a node's value lives across: written (or passed in) before, read after without being
    /// written in between.
    pub fn live_after(&self, node: NodeId) -> FxHashSet<PlaceId> {
        let mut live = FxHashSet::default();
        let names: FxHashSet<PlaceId> = self
            .ids()
            .filter_map(|id| match self.op(id) {
                Op::Read(_, place) if matches!(self.places.get(place), Place::Name(..)) => Some(place),
                _ => None,
            })
            .collect();
        for place in names {
            let written = |id: NodeId| matches!(self.op(id), Op::Write { place: p, .. } if p == place);
            let read = |id: NodeId| matches!(self.op(id), Op::Read(_, p) if p == place);
            if self.path(node, |_, _| true, |id| written(id) && !read(id), read).is_some() {
                live.insert(place);
            }
        }
        live
    }

    /// A way from `from` to `to` on which `switch` holds for some node in between, after which no node satisfies
    /// `fresh`: how a value read at `from` gets stale before it is used at `to`. A node that satisfies `replaced` ends the way at once (the
    /// value was replaced, the lock let go). Gives the first switching node on a shortest way.
    pub fn stale(
        &self,
        from: NodeId,
        to: NodeId,
        mut switch: impl FnMut(NodeId) -> bool,
        mut fresh: impl FnMut(NodeId) -> bool,
        mut replaced: impl FnMut(NodeId) -> bool,
    ) -> Option<NodeId> {
        // Two layers: before and after a switch.
        let mut seen = [NodeSet::new(self.nodes.len()), NodeSet::new(self.nodes.len())];
        let mut queue = std::collections::VecDeque::from([(from, None::<NodeId>)]);
        while let Some((node, switched)) = queue.pop_front() {
            for (next, flow) in self.successors(node) {
                if matches!(flow, Flow::Exception | Flow::Cancel) {
                    continue;
                }
                if next == to {
                    if switched.is_some() {
                        return switched;
                    }
                    continue;
                }
                // Read once more, by another turn of a loop.
                if next == from {
                    continue;
                }
                let switched = if switch(next) { switched.or(Some(next)) } else { switched };
                let layer = &mut seen[switched.is_some() as usize];
                if layer.contains(next) || replaced(next) || (switched.is_some() && fresh(next)) {
                    continue;
                }
                layer.insert(next);
                queue.push_back((next, switched));
            }
        }
        None
    }
}

/// A set of nodes.
#[derive(Clone, Debug)]
pub struct NodeSet(Vec<u64>);

impl NodeSet {
    fn new(len: usize) -> NodeSet {
        NodeSet(vec![0; len.div_ceil(64)])
    }

    /// Whether a node is in it.
    pub fn contains(&self, node: NodeId) -> bool {
        self.0[node.index() / 64] & (1 << (node.index() % 64)) != 0
    }

    fn insert(&mut self, node: NodeId) {
        self.0[node.index() / 64] |= 1 << (node.index() % 64);
    }

    /// The nodes in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.0.len() as u32 * 64).map(NodeId).filter(|&n| self.contains(n))
    }
}

/// What an `except` clause catches, as far as its spelling says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Catches {
    /// Every ordinary exception.
    pub all: bool,
    /// Cancellation.
    pub cancel: bool,
    /// Something besides cancellation.
    pub other: bool,
}

/// What an exception type (or tuple of types; none for a bare `except`) catches.
pub fn catches(facts: &FileFacts, exception: Option<ExprId>) -> Catches {
    let Some(expr) = exception else {
        return Catches { all: true, cancel: true, other: true };
    };
    let mut found = Catches::default();
    let mut add = |expr: ExprId| {
        let name = match facts.kind(expr) {
            ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name.as_str(),
            ExprKind::Call(callee, _) => match facts.kind(callee) {
                ExprKind::Name(name, _) | ExprKind::Attribute(_, name) => name.as_str(),
                _ => "",
            },
            _ => "",
        };
        match name {
            "BaseException" => found = Catches { all: true, cancel: true, other: true },
            "Exception" => (found.all, found.other) = (true, true),
            "CancelledError" | "get_cancelled_exc_class" | "Cancelled" => found.cancel = true,
            _ => found.other = true,
        }
    };
    match facts.kind(expr) {
        ExprKind::Tuple(list) => facts.expr_list(list).for_each(&mut add),
        _ => add(expr),
    }
    found
}

enum Frame {
    Loop {
        done: NodeId,
        again: NodeId,
    },
    /// The handlers of a `try`, around its body: where exceptions and cancellation go.
    Except {
        exception: NodeId,
        cancel: Option<NodeId>,
    },
    Finally {
        index: u32,
        held: u32,
        caught: (bool, bool),
        copies: [Option<NodeId>; 6],
    },
    With {
        with: u32,
        item: u32,
        held: u32,
        after: NodeId,
        suppress: Catches,
        copies: [Option<NodeId>; 6],
    },
}

struct Builder<'a> {
    facts: &'a FileFacts,
    cfg: Cfg,
    frames: Vec<Frame>,
    /// By node: something leads to it.
    entered: Vec<bool>,
    /// Edges that wait for their target.
    pending: Vec<(NodeId, Flow)>,
    stmt: Option<StmtId>,
    held: u32,
    depth: u32,
    /// How many `finally` copies we are inside of.
    copying: u32,
    /// What the innermost handler around may have caught: an exception, cancellation.
    caught: (bool, bool),
}

/// Deeper expressions and statements are left out of the graph rather than overflow the stack.
const MAX_DEPTH: u32 = 250;
/// A graph with more nodes copies no more `finally` bodies: the ways that are left pass them by.
const MAX_COPIED: usize = 30_000;

impl Builder<'_> {
    fn node(&mut self, op: Op) -> NodeId {
        let id = NodeId(self.cfg.nodes.len() as u32);
        self.cfg.nodes.push(Node { op, stmt: self.stmt, held: self.held, first: NONE });
        self.entered.push(false);
        id
    }

    fn edge(&mut self, from: NodeId, to: NodeId, flow: Flow) {
        let next = self.cfg.nodes[from.index()].first;
        self.cfg.nodes[from.index()].first = self.cfg.edges.len() as u32;
        self.cfg.edges.push(Edge { to, flow, next });
        self.entered[to.index()] = true;
    }

    /// Adds a node after what is pending.
    fn add(&mut self, op: Op) -> NodeId {
        let id = self.node(op);
        self.jump(id);
        self.pending.push((id, Flow::Normal));
        id
    }

    /// Sends what is pending to a node.
    fn jump(&mut self, to: NodeId) {
        // Taken and put back: nearly every node comes by here, and the room for its edges is used again.
        let mut pending = std::mem::take(&mut self.pending);
        for (from, flow) in pending.drain(..) {
            self.edge(from, to, flow);
        }
        self.pending = pending;
    }

    fn can_raise(&mut self, node: NodeId) {
        let to = self.route(Way::Exception, self.frames.len());
        self.edge(node, to, Flow::Exception);
    }

    fn can_cancel(&mut self, node: NodeId) {
        let to = self.route(Way::Cancel, self.frames.len());
        self.edge(node, to, Flow::Cancel);
    }

    /// Adds an operation that can raise, and one that can be cancelled where it says so.
    fn risky(&mut self, op: Op, cancel: bool) -> NodeId {
        let id = self.add(op);
        self.can_raise(id);
        if cancel {
            self.can_cancel(id);
        }
        id
    }

    /// Where control goes when it leaves, in some way, the frames below `depth`.
    fn route(&mut self, way: Way, depth: usize) -> NodeId {
        for at in (0..depth).rev() {
            match &self.frames[at] {
                Frame::Loop { done, .. } if way == Way::Break => return *done,
                Frame::Loop { again, .. } if way == Way::Continue => return *again,
                Frame::Loop { .. } => {}
                Frame::Except { exception, .. } if way == Way::Exception => return *exception,
                Frame::Except { cancel: Some(cancel), .. } if way == Way::Cancel => return *cancel,
                Frame::Except { .. } => {}
                Frame::Finally { copies, .. } | Frame::With { copies, .. } => {
                    return match copies[way as usize] {
                        Some(copy) => copy,
                        None => self.copy(way, at),
                    };
                }
            }
        }
        match way {
            Way::Exception => Cfg::RAISED,
            Way::Cancel => Cfg::CANCELLED,
            _ => Cfg::EXIT,
        }
    }

    /// Copies the exit of the frame at `at` for one way of leaving it.
    fn copy(&mut self, way: Way, at: usize) -> NodeId {
        let above = self.frames.split_off(at + 1);
        let pending = std::mem::take(&mut self.pending);
        let (stmt, held, caught) = (self.stmt, self.held, self.caught);
        let frame = self.frames.pop().expect("the frame at `at`");
        let start = match &frame {
            Frame::Finally { index, held, caught, .. } => {
                self.held = *held;
                self.caught = *caught;
                self.stmt = None;
                let start = self.node(Op::Finally(*index, way));
                self.pending.push((start, Flow::Normal));
                if self.copying < 2 && self.cfg.nodes.len() < MAX_COPIED && self.depth < MAX_DEPTH {
                    self.copying += 1;
                    self.depth += 1;
                    let body = self.facts.tries[*index as usize].finalbody;
                    self.block(body);
                    self.depth -= 1;
                    self.copying -= 1;
                }
                let to = self.route(way, at);
                self.jump(to);
                start
            }
            Frame::With { with, item, held, after, suppress, .. } => {
                self.held = *held;
                let is_async = self.facts.withs[*with as usize].is_async;
                let context = self.facts.withs[*with as usize].items[*item as usize].context;
                let start = self.node(Op::Leave(context, is_async, way));
                if is_async {
                    self.can_raise(start);
                    self.can_cancel(start);
                }
                match way {
                    Way::Exception if suppress.all || suppress.other => {
                        self.edge(start, *after, Flow::Normal);
                        if !suppress.all {
                            let to = self.route(way, at);
                            self.edge(start, to, Flow::Exception);
                        }
                    }
                    Way::Cancel if suppress.cancel => self.edge(start, *after, Flow::Normal),
                    _ => {
                        let to = self.route(way, at);
                        self.edge(start, to, Flow::Normal);
                    }
                }
                start
            }
            _ => unreachable!("only `finally` and `with` are copied"),
        };
        self.frames.push(frame);
        self.frames.extend(above);
        if let Frame::Finally { copies, .. } | Frame::With { copies, .. } = &mut self.frames[at] {
            copies[way as usize] = Some(start);
        }
        (self.stmt, self.held, self.caught) = (stmt, held, caught);
        self.pending = pending;
        start
    }

    fn leave(&mut self, way: Way) {
        let to = self.route(way, self.frames.len());
        self.jump(to);
    }

    fn block(&mut self, block: Block) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let facts = self.facts;
        for stmt in facts.block(block) {
            if self.pending.is_empty() {
                break;
            }
            self.statement(stmt);
        }
        self.depth -= 1;
    }

    fn statement(&mut self, id: StmtId) {
        let facts = self.facts;
        self.stmt = Some(id);
        match facts.stmt(id).kind {
            StmtKind::Expr(value) => self.expr(value),
            StmtKind::Assign(targets, value) => {
                self.expr(value);
                for target in facts.expr_list(targets) {
                    self.assign(target, Some(value), How::Assign);
                }
            }
            StmtKind::AnnAssign(target, _, Some(value)) => {
                self.expr(value);
                self.assign(target, Some(value), How::Assign);
            }
            StmtKind::AnnAssign(_, _, None) => {}
            StmtKind::AugAssign(target, _, value) => {
                self.expr(target);
                self.expr(value);
                let place = self.cfg.places.of(facts, target);
                self.add(Op::Write { target: Some(target), place, value: Some(value), how: How::Augment });
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    self.expr(value);
                }
                self.add(Op::Return(id));
                self.leave(Way::Return);
            }
            StmtKind::Raise(exception, cause) => {
                for expr in [exception, cause].into_iter().flatten() {
                    self.expr(expr);
                }
                let node = self.add(Op::Raise(id));
                self.pending.clear();
                let (exc, cancel) = match exception {
                    None => self.caught,
                    Some(e) => {
                        let kind = match facts.kind(e) {
                            ExprKind::Call(callee, _) => callee,
                            _ => e,
                        };
                        let is_name = matches!(facts.kind(kind), ExprKind::Name(..) | ExprKind::Attribute(..));
                        let what = catches(facts, Some(kind));
                        if is_name && what.cancel && !what.other { (false, true) } else { (true, false) }
                    }
                };
                if exc || !cancel {
                    self.can_raise(node);
                }
                if cancel {
                    self.can_cancel(node);
                }
            }
            StmtKind::Assert(test, message) => {
                let mut fails = Vec::new();
                let mut holds = Vec::new();
                self.condition(test, &mut holds, &mut fails);
                self.pending = fails;
                if let Some(message) = message {
                    self.expr(message);
                }
                if !self.pending.is_empty() {
                    let node = self.add(Op::Raise(id));
                    self.pending.clear();
                    self.can_raise(node);
                }
                self.pending = holds;
            }
            StmtKind::Delete(targets) => {
                for target in facts.expr_list(targets) {
                    self.assign(target, None, How::Delete);
                }
            }
            StmtKind::If { .. } => self.branches(id),
            StmtKind::While { test, body, orelse } => {
                let again = self.add(Op::Join);
                let done = self.node(Op::Join);
                let (mut holds, mut fails) = (Vec::new(), Vec::new());
                self.condition(test, &mut holds, &mut fails);
                self.frames.push(Frame::Loop { done, again });
                self.pending = holds;
                self.block(body);
                self.jump(again);
                self.frames.pop();
                self.pending = fails;
                if !self.pending.is_empty() {
                    self.block(orelse);
                }
                self.jump(done);
                self.finish(done);
            }
            StmtKind::For(index) => {
                let f = facts.fors[index as usize];
                self.expr(f.iter);
                if self.pending.is_empty() {
                    return;
                }
                let again = self.risky(Op::Next(f.iter, f.is_async), f.is_async);
                self.pending.clear();
                let done = self.node(Op::Join);
                self.frames.push(Frame::Loop { done, again });
                self.pending.push((again, Flow::True));
                self.assign(f.target, Some(f.iter), How::Element);
                self.block(f.body);
                self.jump(again);
                self.frames.pop();
                self.pending.push((again, Flow::False));
                self.block(f.orelse);
                self.jump(done);
                self.finish(done);
            }
            StmtKind::Try(index) => self.try_statement(index),
            StmtKind::With(index) => self.with_item(index, 0),
            StmtKind::Match(index) => {
                let m = &facts.matches[index as usize];
                self.expr(m.subject);
                let done = self.node(Op::Join);
                for case in &m.cases {
                    if self.pending.is_empty() {
                        break;
                    }
                    for value in facts.expr_list(case.values) {
                        self.expr(value);
                    }
                    let test = self.add(Op::Test(m.subject));
                    self.pending = vec![(test, Flow::True)];
                    let mut fails = Vec::new();
                    if !case.irrefutable {
                        fails.push((test, Flow::False));
                    }
                    if let Some(guard) = case.guard {
                        let mut holds = Vec::new();
                        self.condition(guard, &mut holds, &mut fails);
                        self.pending = holds;
                    }
                    self.block(case.body);
                    self.jump(done);
                    self.pending = fails;
                }
                self.jump(done);
                self.finish(done);
            }
            StmtKind::FunctionDef(function) => {
                for decorator in facts.expr_list(facts.function(function).decorators) {
                    self.expr(decorator);
                }
                self.add(Op::Define(id));
            }
            StmtKind::ClassDef(class) => {
                self.block(facts.class(class).body);
                self.stmt = Some(id);
                if !self.pending.is_empty() {
                    self.add(Op::Define(id));
                }
            }
            StmtKind::Import => {
                self.risky(Op::Define(id), false);
            }
            StmtKind::Break => self.leave(Way::Break),
            StmtKind::Continue => self.leave(Way::Continue),
            StmtKind::Pass | StmtKind::Scope => {}
        }
    }

    /// Goes on from a join, if anything comes to it.
    fn finish(&mut self, join: NodeId) {
        self.pending.clear();
        if self.entered[join.index()] {
            self.pending.push((join, Flow::Normal));
        }
    }

    /// An `if` with all its `elif`s, without recursion.
    fn branches(&mut self, mut id: StmtId) {
        let facts = self.facts;
        let mut ends = Vec::new();
        while let StmtKind::If { test, body, orelse } = facts.stmt(id).kind {
            self.stmt = Some(id);
            let (mut holds, mut fails) = (Vec::new(), Vec::new());
            self.condition(test, &mut holds, &mut fails);
            self.pending = holds;
            self.block(body);
            ends.append(&mut self.pending);
            self.pending = fails;
            let mut rest = facts.block(orelse);
            match (rest.next(), rest.next()) {
                (Some(only), None)
                    if matches!(facts.stmt(only).kind, StmtKind::If { .. }) && !self.pending.is_empty() =>
                {
                    id = only
                }
                _ => {
                    self.block(orelse);
                    break;
                }
            }
        }
        self.pending.append(&mut ends);
    }

    fn try_statement(&mut self, index: u32) {
        let facts = self.facts;
        let t = &facts.tries[index as usize];
        let has_finally = facts.block(t.finalbody).len() > 0;
        if has_finally {
            self.frames.push(Frame::Finally { index, held: self.held, caught: self.caught, copies: [None; 6] });
        }
        let mut ends = Vec::new();
        if !t.handlers.is_empty() {
            let exception = self.node(Op::Join);
            let handlers: Vec<NodeId> =
                (0..t.handlers.len() as u32).map(|i| self.node(Op::Handler(index, i))).collect();
            let (mut all, mut cancel) = (false, None);
            for (handler, &node) in t.handlers.iter().zip(&handlers) {
                let what = catches(facts, handler.exception);
                if what.other && !all {
                    self.edge(exception, node, Flow::Exception);
                    all |= what.all;
                }
                if what.cancel && cancel.is_none() {
                    cancel = Some(node);
                }
            }
            if !all {
                let to = self.route(Way::Exception, self.frames.len());
                self.edge(exception, to, Flow::Exception);
            }
            self.frames.push(Frame::Except { exception, cancel });
            self.block(t.body);
            self.frames.pop();
            self.block(t.orelse);
            ends.append(&mut self.pending);
            let caught = self.caught;
            for (handler, &node) in t.handlers.iter().zip(&handlers) {
                let what = catches(facts, handler.exception);
                self.caught = (what.other, what.cancel && cancel == Some(node));
                self.pending = vec![(node, Flow::Normal)];
                if let Some(name) = handler.name {
                    let scope = facts.function(self.cfg.function).scope;
                    let scope = facts.resolve(scope, name).unwrap_or(scope);
                    let place = self.cfg.places.intern(Place::Name(scope, name));
                    self.add(Op::Write { target: None, place, value: handler.exception, how: How::Other });
                }
                self.block(handler.body);
                ends.append(&mut self.pending);
            }
            self.caught = caught;
        } else {
            self.block(t.body);
            self.block(t.orelse);
            ends.append(&mut self.pending);
        }
        self.pending = ends;
        if has_finally {
            let after = self.node(Op::Join);
            if !self.pending.is_empty() {
                // The normal way runs the body in line.
                let at = self.frames.len() - 1;
                let start = self.node(Op::Finally(index, Way::Normal));
                self.jump(start);
                let frame = self.frames.pop();
                debug_assert!(at == self.frames.len() && frame.is_some());
                self.pending.push((start, Flow::Normal));
                self.block(t.finalbody);
                self.jump(after);
                self.finish(after);
            } else {
                self.frames.pop();
            }
        }
    }

    fn with_item(&mut self, index: u32, item: usize) {
        let facts = self.facts;
        let with = &facts.withs[index as usize];
        let Some(WithItem { context, target }) = with.items.get(item).copied() else {
            return self.block(with.body);
        };
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let stmt = self.stmt;
        self.expr(context);
        if !self.pending.is_empty() {
            self.risky(Op::Enter(context, with.is_async), with.is_async);
            let after = self.node(Op::Join);
            let outer = self.held;
            let suppress = self.suppresses(context);
            self.frames.push(Frame::With {
                with: index,
                item: item as u32,
                held: outer,
                after,
                suppress,
                copies: [None; 6],
            });
            self.cfg.held.push(Held { context, is_async: with.is_async, with: index, outer });
            self.held = self.cfg.held.len() as u32 - 1;
            if let Some(target) = target {
                self.assign(target, Some(context), How::Context);
            }
            self.with_item(index, item + 1);
            self.held = outer;
            self.stmt = stmt;
            self.frames.pop();
            if !self.pending.is_empty() {
                let leave = self.add(Op::Leave(context, with.is_async, Way::Normal));
                if with.is_async {
                    self.can_raise(leave);
                    self.can_cancel(leave);
                }
                self.jump(after);
            }
            self.finish(after);
        }
        self.depth -= 1;
    }

    /// What a manager suppresses: `contextlib.suppress(…)`, and the scopes that end their own cancellation.
    fn suppresses(&self, context: ExprId) -> Catches {
        let ExprKind::Call(callee, args) = self.facts.kind(context) else {
            return Catches::default();
        };
        let (ExprKind::Name(name, _) | ExprKind::Attribute(_, name)) = self.facts.kind(callee) else {
            return Catches::default();
        };
        match name.as_str() {
            "suppress" | "ignored" => {
                let mut found = Catches::default();
                for arg in self.facts.args(args) {
                    let what = catches(self.facts, Some(arg.value));
                    found.all |= what.all;
                    found.cancel |= what.cancel;
                    found.other |= what.other;
                }
                found
            }
            "move_on_after" | "move_on_at" | "CancelScope" => Catches { all: false, cancel: true, other: false },
            _ => Catches::default(),
        }
    }

    fn assign(&mut self, target: ExprId, value: Option<ExprId>, how: How) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let facts = self.facts;
        match facts.kind(target) {
            ExprKind::Tuple(list) | ExprKind::List(list) => {
                let how = if how == How::Assign { How::Unpack } else { how };
                for element in facts.expr_list(list) {
                    self.assign(element, value, how);
                }
            }
            ExprKind::Starred(inner) => self.assign(inner, value, how),
            kind => {
                match kind {
                    ExprKind::Attribute(base, _) => self.expr(base),
                    ExprKind::Subscript(base, index) => {
                        self.expr(base);
                        self.expr(index);
                    }
                    _ => {}
                }
                let place = self.cfg.places.of(facts, target);
                let node = self.add(Op::Write { target: Some(target), place, value, how });
                if how == How::Delete && matches!(kind, ExprKind::Subscript(..)) {
                    self.can_raise(node);
                }
            }
        }
        self.depth -= 1;
    }

    /// A condition: what is pending goes to `holds` or `fails`.
    fn condition(&mut self, test: ExprId, holds: &mut Vec<(NodeId, Flow)>, fails: &mut Vec<(NodeId, Flow)>) {
        let facts = self.facts;
        if self.depth >= MAX_DEPTH {
            let node = self.add(Op::Test(test));
            self.pending.clear();
            holds.push((node, Flow::True));
            fails.push((node, Flow::False));
            return;
        }
        self.depth += 1;
        match facts.kind(test) {
            ExprKind::Not(inner) => self.condition(inner, fails, holds),
            ExprKind::And(list) | ExprKind::Or(list) => {
                let and = matches!(facts.kind(test), ExprKind::And(_));
                let len = facts.expr_list(list).len();
                for (i, operand) in facts.expr_list(list).enumerate() {
                    if i + 1 == len {
                        self.condition(operand, holds, fails);
                    } else {
                        let mut on = Vec::new();
                        if and {
                            self.condition(operand, &mut on, fails);
                        } else {
                            self.condition(operand, holds, &mut on);
                        }
                        self.pending = on;
                    }
                    if self.pending.is_empty() && i + 1 < len {
                        break;
                    }
                }
            }
            ExprKind::True => holds.append(&mut self.pending),
            ExprKind::False | ExprKind::None => fails.append(&mut self.pending),
            ExprKind::Int(value) if value != 0 => holds.append(&mut self.pending),
            ExprKind::Int(_) => fails.append(&mut self.pending),
            _ => {
                self.expr(test);
                if !self.pending.is_empty() {
                    let node = self.add(Op::Test(test));
                    self.pending.clear();
                    holds.push((node, Flow::True));
                    fails.push((node, Flow::False));
                }
            }
        }
        self.depth -= 1;
    }

    fn exprs(&mut self, list: ExprList) {
        for expr in self.facts.expr_list(list) {
            self.expr(expr);
        }
    }

    fn expr(&mut self, id: ExprId) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        self.expr_inner(id);
        self.depth -= 1;
    }

    fn expr_inner(&mut self, id: ExprId) {
        let facts = self.facts;
        match facts.kind(id) {
            ExprKind::Name(name, scope) => {
                if facts.resolve(scope, name).is_some() {
                    let place = self.cfg.places.of(facts, id);
                    self.add(Op::Read(id, place));
                }
            }
            ExprKind::Attribute(value, _) => {
                self.expr(value);
                let place = self.cfg.places.of(facts, id);
                self.add(Op::Read(id, place));
            }
            ExprKind::Call(callee, args) => {
                self.expr(callee);
                for arg in facts.args(args) {
                    self.expr(arg.value);
                }
                self.risky(Op::Call(id), false);
            }
            ExprKind::Await(value) => {
                self.expr(value);
                self.risky(Op::Await(id), true);
            }
            ExprKind::Yield(value) => {
                if let Some(value) = value {
                    self.expr(value);
                }
                self.risky(Op::Yield(id), true);
            }
            ExprKind::YieldFrom(value) => {
                self.expr(value);
                self.risky(Op::Yield(id), true);
            }
            ExprKind::Comprehension(index) => self.comprehension(index),
            ExprKind::List(list)
            | ExprKind::Tuple(list)
            | ExprKind::Set(list)
            | ExprKind::Dict(list)
            | ExprKind::FString(list)
            | ExprKind::Slice(list) => {
                self.exprs(list);
            }
            ExprKind::Compare(_, list) => self.exprs(list),
            ExprKind::Binary(_, left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Not(value) | ExprKind::Unary(value) | ExprKind::Starred(value) => self.expr(value),
            ExprKind::And(list) | ExprKind::Or(list) => {
                let and = matches!(facts.kind(id), ExprKind::And(_));
                let mut ends = Vec::new();
                let len = facts.expr_list(list).len();
                for (i, operand) in facts.expr_list(list).enumerate() {
                    self.expr(operand);
                    if i + 1 < len && !self.pending.is_empty() {
                        let test = self.add(Op::Test(operand));
                        ends.push((test, if and { Flow::False } else { Flow::True }));
                        self.pending = vec![(test, if and { Flow::True } else { Flow::False })];
                    }
                }
                self.pending.append(&mut ends);
            }
            ExprKind::IfElse(list) => {
                let parts: Vec<ExprId> = facts.expr_list(list).collect();
                if let [test, body, orelse] = parts[..] {
                    let (mut holds, mut fails) = (Vec::new(), Vec::new());
                    self.condition(test, &mut holds, &mut fails);
                    self.pending = holds;
                    self.expr(body);
                    let mut ends = std::mem::replace(&mut self.pending, fails);
                    self.expr(orelse);
                    self.pending.append(&mut ends);
                }
            }
            ExprKind::Subscript(value, index) => {
                self.expr(value);
                self.expr(index);
                let place = self.cfg.places.of(facts, id);
                self.risky(Op::Read(id, place), false);
            }
            ExprKind::Named(target, value) => {
                self.expr(value);
                self.assign(target, Some(value), How::Assign);
            }
            ExprKind::Lambda(_)
            | ExprKind::Str(_)
            | ExprKind::Bytes
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::True
            | ExprKind::False
            | ExprKind::None
            | ExprKind::Ellipsis
            | ExprKind::Missing => {}
        }
    }

    /// A comprehension runs where it stands; a generator expression is treated as if it did.
    fn comprehension(&mut self, index: u32) {
        let facts = self.facts;
        let comp = &facts.comprehensions[index as usize];
        let mut loops = Vec::new();
        for clause in &comp.clauses {
            self.expr(clause.iter);
            if self.pending.is_empty() {
                break;
            }
            let next = self.risky(Op::Next(clause.iter, clause.is_async), clause.is_async);
            self.pending = vec![(next, Flow::True)];
            loops.push(next);
            self.assign(clause.target, Some(clause.iter), How::Element);
            for test in facts.expr_list(clause.ifs) {
                let (mut holds, mut fails) = (Vec::new(), Vec::new());
                self.condition(test, &mut holds, &mut fails);
                self.pending = holds;
                for (from, flow) in fails {
                    self.edge(from, next, flow);
                }
            }
        }
        if let Some(key) = comp.key {
            self.expr(key);
        }
        self.expr(comp.element);
        for next in loops.into_iter().rev() {
            self.jump(next);
            self.pending.push((next, Flow::False));
        }
    }
}

#[cfg(test)]
mod tests;
