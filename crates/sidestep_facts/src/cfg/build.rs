//! How the graph of a function is made: statement by statement, with a frame for each `try`, `with` and loop around.

use super::{Catches, Cfg, Edge, Flow, Held, How, NONE, Node, NodeId, Op, Place, Places, Way, catches};
use crate::facts::*;

impl Cfg {
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
