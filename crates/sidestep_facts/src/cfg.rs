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

mod build;
mod places;

use crate::facts::*;
pub use places::{Key, Place, PlaceId, Places};
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

impl Flow {
    /// Whether nothing has failed: neither an exception nor a cancellation.
    pub fn goes_on(self) -> bool {
        !matches!(self, Flow::Exception | Flow::Cancel)
    }
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

#[cfg(test)]
mod tests;
