//! Pitfall 6: which functions run at the same time as another, because other tasks run them.

use crate::flow::{Called, Flow, State};
use rustc_hash::FxHashSet;
use sidestep_facts::*;
use sidestep_program::FunctionRef;

/// How control first comes to a function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Entry {
    /// As a task of its own, or called by whoever it was handed to.
    Own(FunctionRef),
    /// By somebody outside, who awaits it or not.
    Outside(FunctionRef),
}

impl Flow<'_> {
    /// Whether another task than the one in `function` can run `other`: it, or what calls it, is a task or a callback that `function`
    /// is not part of; or the other way round; or several run either.
    pub fn runs_beside(&self, other: FunctionRef, function: FunctionRef, state: State) -> bool {
        let (theirs, ours) = (self.entries(other), self.entries(function));
        let only = |these: &FxHashSet<Entry>, those: &FxHashSet<Entry>| {
            these.iter().any(|e| matches!(e, Entry::Own(_)) && !those.contains(e))
        };
        only(&theirs, &ours)
            || only(&ours, &theirs) && theirs.iter().any(|e| !ours.contains(e))
            || self.overlaps(function, state)
            || self.overlaps(other, state)
    }

    /// Whether `other` is run by a task or a callback that `function` is not part of.
    pub fn interrupts(&self, other: FunctionRef, function: FunctionRef) -> bool {
        let ours = self.entries(function);
        self.entries(other).iter().any(|e| matches!(e, Entry::Own(_)) && !ours.contains(e))
    }

    /// Whether a method waits until it is its turn, or for what another call of it brings: it puts a future into a collection of its
    /// object and awaits it, or awaits what is there under a key. It is made for several at once.
    pub fn waits_in_line(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let own = |e: ExprId| match facts.kind(e) {
            ExprKind::Subscript(base, _) => facts.own_attribute(base).is_some(),
            _ => facts.own_attribute(e).is_some(),
        };
        let is_awaited_name = |name: Symbol| {
            facts.exprs_of(function.function).any(|e| {
                matches!(facts.kind(e), ExprKind::Await(v)
                if matches!(facts.kind(v), ExprKind::Name(n, _) if n == name))
            })
        };
        let queued = |future: Symbol| {
            facts.exprs_of(function.function).any(|e| {
                let ExprKind::Call(callee, args) = facts.kind(e) else { return false };
                let given = facts.positional(args, 0).map(|a| facts.kind(a));
                matches!(facts.kind(callee), ExprKind::Attribute(base, m) if own(base) && (m == "append" || m == "add"))
                    && matches!(given, Some(ExprKind::Name(n, _)) if n == future)
            })
        };
        facts.stmts_of(function.function).any(|s| {
            let StmtKind::Assign(targets, value) = facts.stmt(s).kind else { return false };
            let made = matches!(facts.kind(value), ExprKind::Call(callee, _)
                if matches!(facts.kind(callee), ExprKind::Attribute(_, n) if n == "create_future"));
            made && facts
                .expr_list(targets)
                .any(|t| matches!(facts.kind(t), ExprKind::Name(n, _) if is_awaited_name(n) && queued(n)))
        })
    }

    /// The methods of the same object that call a method, at most three calls away, and that are made tasks somewhere.
    pub fn tasks_of_own(&self, method: FunctionRef) -> FxHashSet<FunctionRef> {
        let mut found = FxHashSet::default();
        let mut level = FxHashSet::from_iter([method]);
        for _ in 0..3 {
            let mut above = FxHashSet::default();
            for &at in &level {
                for site in self.program.sites_of(at) {
                    match self.how_called(site, State::Own) {
                        Called::Once | Called::Many if at != method => {
                            found.insert(at);
                        }
                        Called::InTurn if self.receiver_is_self(site) => {
                            above.insert(self.program.function_of(site.file, site.expr));
                        }
                        _ => {}
                    }
                }
            }
            level = above;
        }
        found
    }

    fn entries(&self, function: FunctionRef) -> FxHashSet<Entry> {
        let (mut found, mut seen) = (FxHashSet::default(), FxHashSet::default());
        let mut left = vec![function];
        while let Some(at) = left.pop() {
            if at.function == FunctionId::MODULE || !seen.insert(at) || seen.len() > 64 {
                continue;
            }
            let sites = self.program.sites_of(at);
            if self.is_handed_on(at) {
                found.insert(Entry::Own(at));
            } else if sites.is_empty() {
                found.insert(Entry::Outside(at));
            }
            for site in sites {
                match self.how_called(site, State::Own) {
                    Called::Many | Called::Once => {
                        found.insert(Entry::Own(at));
                    }
                    Called::InTurn => left.push(self.program.function_of(site.file, site.expr)),
                    Called::NotShared => {}
                }
            }
        }
        found
    }

    /// Whether a function is an argument of a call, or kept somewhere: whoever has it calls it when they like.
    fn is_handed_on(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        if f.is_lambda {
            return true;
        }
        let in_class = f.class.is_some();
        self.uses(function.file, f.name).into_iter().any(|e| {
            let is_it = match facts.kind(e) {
                ExprKind::Attribute(base, _) => in_class && facts.is_self(base),
                ExprKind::Name(..) => !in_class,
                _ => false,
            };
            is_it
                && match facts.expr(e).parent() {
                    Parent::Expr(p) => matches!(facts.kind(p), ExprKind::Call(callee, _) if callee != e),
                    _ => false,
                }
        })
    }
}
