//! How effects spread: from library functions whose marks have them, backwards over the steps.

use super::steps::Builder;
use super::{EFFECTS, Effect, Site, Step, Witness};
use crate::calls::Target;
use crate::program::{ExprRef, FunctionRef, Origin, Program};
use crate::value::Value;
use rustc_hash::FxHashMap;
use sidestep_facts::{ExprId, ExprKind, Parent, StmtKind};
use std::collections::VecDeque;

impl Builder<'_> {
    pub(super) fn propagate(&mut self) {
        let program = self.program;
        // Who runs whom: for each target, the sites that may run it.
        let mut into: FxHashMap<FunctionRef, Vec<(FunctionRef, usize)>> = FxHashMap::default();
        let mut stubs: Vec<FunctionRef> = Vec::new();
        for &function in &self.effects.order {
            for (index, site) in self.effects.summaries[&function].sites.iter().enumerate() {
                for &target in &site.targets {
                    let sites = into.entry(target).or_default();
                    if sites.is_empty() && program.origin(target.file) == Origin::Stub {
                        stubs.push(target);
                    }
                    sites.push((function, index));
                }
                if site.step == Step::Call {
                    for &target in &site.targets {
                        self.effects.callers.entry(target).or_default().push((function, site.expr));
                    }
                }
            }
        }
        for effect in EFFECTS {
            let mut waiting: FxHashMap<(FunctionRef, usize), usize> = FxHashMap::default();
            let mut layer: Vec<(FunctionRef, bool)> =
                stubs.iter().copied().filter(|&s| program.has_effect(s, effect)).map(|s| (s, true)).collect();
            if effect == Effect::Raises {
                for &function in &self.effects.order {
                    if let Some(expr) = raises(program, function) {
                        let witness = Witness { expr, step: Step::Call, next: None, distance: 0, certain: true };
                        self.effects.witnesses.insert((function, effect), witness);
                        layer.push((function, true));
                    }
                }
            }
            let mut distance = 0;
            while !layer.is_empty() {
                distance += 1;
                let mut found: Vec<(FunctionRef, Witness)> = Vec::new();
                for &(target, certain) in &layer {
                    for &(caller, index) in into.get(&target).map_or(&[][..], Vec::as_slice) {
                        let site = &self.effects.summaries[&caller].sites[index];
                        if self.effects.witnesses.contains_key(&(caller, effect))
                            || !program.passes_on(caller, site, target, effect)
                        {
                            continue;
                        }
                        let left = waiting.entry((caller, index)).or_insert(site.targets.len());
                        *left = left.saturating_sub(1);
                        if *left > 0 && !matches!(effect, Effect::Raises) {
                            continue;
                        }
                        let witness = Witness {
                            expr: site.expr,
                            step: site.step,
                            next: Some(target),
                            distance,
                            certain: certain && site.complete,
                        };
                        found.push((caller, witness));
                    }
                }
                // Of several ways of the same length, the first in the source.
                found.sort_by_key(|(f, w)| (*f, w.expr, w.next));
                layer.clear();
                for (function, witness) in found {
                    if let std::collections::hash_map::Entry::Vacant(slot) =
                        self.effects.witnesses.entry((function, effect))
                    {
                        slot.insert(witness);
                        layer.push((function, witness.certain));
                    }
                }
            }
        }
    }

    /// What loops run beside async functions: the plain functions that these call, and callbacks.
    pub(super) fn loops(&mut self) {
        let mut queue: Vec<FunctionRef> = Vec::new();
        for &function in &self.effects.order {
            if self.program.runs_on_loop(function) {
                queue.push(function);
            }
            let handed = self.effects.summaries[&function].handed.iter().filter(|h| h.mark == "OnLoop");
            for &callback in handed.flat_map(|h| &h.functions) {
                self.effects.on_loop.insert(callback);
                queue.push(callback);
            }
        }
        while let Some(function) = queue.pop() {
            let Some(summary) = self.effects.summaries.get(&function) else { continue };
            for &target in summary.sites.iter().flat_map(|s| &s.targets) {
                if !self.program.function(target).is_async && self.effects.on_loop.insert(target) {
                    queue.push(target);
                }
            }
        }
    }

    /// What worker threads run: functions handed to them, what a thread's class runs, and the sync functions these call.
    pub(super) fn threads(&mut self) {
        let mut queue: VecDeque<(FunctionRef, ExprRef)> = VecDeque::new();
        for function in &self.effects.order {
            if let Some(base) = self.program.thread_run_by(*function) {
                queue.push_back((*function, base));
            }
            for handed in &self.effects.summaries[function].handed {
                if handed.mark == "InThread" {
                    for &target in &handed.functions {
                        queue.push_back((target, ExprRef { file: handed.by.file, expr: handed.argument }));
                    }
                }
            }
        }
        while let Some((function, from)) = queue.pop_front() {
            if self.effects.threads.contains_key(&function) || self.program.function(function).is_async {
                continue;
            }
            self.effects.threads.insert(function, from);
            if let Some(summary) = self.effects.summaries.get(&function) {
                for site in &summary.sites {
                    for &target in &site.targets {
                        if self.program.origin(target.file) != Origin::Stub {
                            queue.push_back((target, from));
                        }
                    }
                }
            }
        }
    }
}

impl Program {
    /// Where a class says that it is a thread, for its `run`.
    fn thread_run_by(&self, function: FunctionRef) -> Option<ExprRef> {
        if self.function(function).name != "run" {
            return None;
        }
        let class = self.class_of(function)?;
        let facts = self.facts(class.file);
        let base = facts.expr_list(facts.class(class.class).bases).next()?;
        self.mro(class)
            .iter()
            .any(|&c| self.is_class(c, "threading", "Thread"))
            .then_some(ExprRef { file: class.file, expr: base })
    }

    /// Whether a place in a function that runs a target with an effect gives the effect to the function.
    pub(crate) fn passes_on(&self, caller: FunctionRef, site: &Site, target: FunctionRef, effect: Effect) -> bool {
        let waits_for_thread = || {
            let mark = self.mark(target, "blocks");
            mark.is_some_and(|m| m.args.first().and_then(|a| a.as_str()) == Some("thread"))
        };
        self.runs(caller, site, target, effect)
            && match effect {
                Effect::StartsLoop => !self.guards_running_loop(caller),
                Effect::Blocks => !(waits_for_thread() && self.asks_which_thread(caller)),
                Effect::Raises => !is_guarded(self, caller, site.expr),
                _ => true,
            }
    }

    /// Whether a library function only makes an iterator: it waits for nothing, and nothing at the call asks it.
    fn is_left_iterator(&self, caller: FunctionRef, call: ExprId, function: FunctionRef) -> bool {
        let made = self.returned(function);
        let Value::Instance(class, _) = self.get(made) else { return false };
        if !["Iterator", "Generator", "Iterable"].iter().any(|n| self.is_class(*class, "typing", n)) {
            return false;
        }
        let facts = self.facts(caller.file);
        let asked = match facts.expr(call).parent() {
            Parent::Stmt(stmt) => match facts.stmt(stmt).kind {
                StmtKind::For(index) => facts.fors[index as usize].iter == call,
                _ => false,
            },
            Parent::Expr(outer) => match facts.kind(outer) {
                ExprKind::Comprehension(_) | ExprKind::YieldFrom(_) | ExprKind::Starred(_) => true,
                // `list(…)`, `b"".join(…)`; a function of the program may only pass it on.
                ExprKind::Call(..) => self.callees(caller.file, outer).targets.iter().any(|t| match t {
                    Target::Function(f, _) => self.origin(f.file) == Origin::Stub,
                    Target::Class(c) => self.origin(c.file) == Origin::Stub,
                }),
                _ => false,
            },
            Parent::None => false,
        };
        !asked
    }

    /// Whether running a site runs the code of a target there and then.
    fn runs(&self, caller: FunctionRef, site: &Site, target: FunctionRef, effect: Effect) -> bool {
        let f = self.function(target);
        let is_stub = self.origin(target.file) == Origin::Stub;
        match effect {
            Effect::Blocks | Effect::BlocksBriefly | Effect::StartsLoop => {
                if is_stub {
                    return site.step != Step::Call
                        || !site.awaited && !self.is_left_iterator(caller, site.expr, target);
                }
                let generator_call = f.is_generator && !matches!(site.step, Step::Iterate | Step::Enter);
                !f.is_async && !generator_call
            }
            _ => !(f.is_generator && !is_stub && site.step == Step::Call && self.traits(target).manager.is_none()),
        }
    }
}

/// The first `raise` that can leave a function: not the bare one of a handler, not `NotImplementedError`, not in a `try`
/// with handlers.
fn raises(program: &Program, function: FunctionRef) -> Option<ExprId> {
    let facts = program.facts(function.file);
    facts.stmts_of(function.function).find_map(|stmt| match facts.stmt(stmt).kind {
        StmtKind::Raise(Some(exception), _) => {
            let name = match facts.kind(exception) {
                ExprKind::Call(callee, _) => callee,
                _ => exception,
            };
            let quiet = matches!(facts.kind(name), ExprKind::Name(n, _) if matches!(n.as_str(), "NotImplementedError" | "StopIteration" | "StopAsyncIteration"));
            (!quiet && !is_guarded(program, function, exception)).then_some(exception)
        }
        _ => None,
    })
}

/// Whether an exception at an expression meets a handler in its own function.
fn is_guarded(program: &Program, function: FunctionRef, expr: ExprId) -> bool {
    let facts = program.facts(function.file);
    let Some(stmt) = facts.stmt_of(expr) else { return false };
    let at = facts.range(expr).start();
    std::iter::once(stmt).chain(facts.enclosing(stmt)).any(|outer| match facts.stmt(outer).kind {
        StmtKind::Try(index) => {
            let t = &facts.tries[index as usize];
            let in_body = facts.block(t.body).next().is_some_and(|first| {
                use sidestep_facts::Ranged as _;
                let last = facts.block(t.body).next_back().unwrap_or(first);
                facts.stmt(first).range().start() <= at && at < facts.stmt(last).range().end()
            });
            in_body && !t.handlers.is_empty()
        }
        _ => false,
    })
}
