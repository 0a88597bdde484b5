//! Effects: what functions do, each with the shortest chain that proves it.
//!
//! [`Summary`] lists the steps of one function: every place where it runs other code, and what that may be (calls,
//! managers entered, iteration, properties, callbacks passed on). Effects begin at library functions whose marks have
//! them and travel backwards over the steps, breadth first, so that each function's witness is a shortest one.

mod exceptions;
mod spread;
mod steps;

use crate::program::{ExprRef, FunctionRef, Program};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{ExprId, ExprKind, FunctionId, Symbol};
use steps::Builder;
pub(crate) use steps::calls_parameter;

/// How a step runs other code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// An ordinary call.
    Call,
    /// `with` enters and leaves a manager.
    Enter,
    /// A loop or comprehension asks an iterator.
    Iterate,
    /// An attribute is a property.
    Property,
    /// An operator runs a method.
    Operator,
    /// A function is handed to another, which calls it on the same thread: that other.
    Callback(FunctionRef),
}

/// A place in a function that runs other code.
#[derive(Clone, Debug)]
pub struct Site {
    /// The call, the manager, the iterable or the attribute.
    pub expr: ExprId,
    /// How.
    pub step: Step,
    /// The functions it may run.
    pub targets: Vec<FunctionRef>,
    /// There are no others.
    pub complete: bool,
    /// It stands directly under `await`, or is an `async with` or `async for`.
    pub awaited: bool,
}

/// A function handed to other code as an argument.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The function whose code hands it on.
    pub by: FunctionRef,
    /// The call.
    pub call: ExprId,
    /// The argument.
    pub argument: ExprId,
    /// The functions it may be.
    pub functions: Vec<FunctionRef>,
    /// What the knowledge says the parameter is for: `OnLoop`, `InThread`, `SyncSlot`, `Awaits`, `Calls`.
    pub mark: Symbol,
    /// The library function it is handed to.
    pub to: FunctionRef,
}

/// What one function does.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// In source order.
    pub sites: Vec<Site>,
    /// Functions it hands to library code.
    pub handed: Vec<Handed>,
    /// Its own parameters that it calls: the index, and the call.
    pub calls_params: Vec<(u32, ExprId)>,
    /// Calls whose callee is not known at all.
    pub unresolved: u32,
    /// Calls whose callee is known.
    pub resolved: u32,
}

/// An effect that travels along calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Effect {
    /// Blocks the thread for long.
    Blocks,
    /// Blocks the thread for a moment (a `stat`).
    BlocksBriefly,
    /// Runs an event loop on the calling thread.
    StartsLoop,
    /// Sends a request to an AI service.
    Ai,
    /// Sends a request to the outside.
    Network,
    /// Raises in ordinary operation.
    Raises,
    /// Waits for something another task must do.
    Waits,
}

const EFFECTS: [Effect; 7] = [
    Effect::Blocks,
    Effect::BlocksBriefly,
    Effect::StartsLoop,
    Effect::Ai,
    Effect::Network,
    Effect::Raises,
    Effect::Waits,
];

/// The first step of the shortest way from a function to an effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Witness {
    /// The place in the function.
    pub expr: ExprId,
    /// How it runs the next.
    pub step: Step,
    /// The next function: a library function that has the effect itself, or one with a witness of its own. None where the
    /// function has the effect by what stands at `expr` (a `raise`).
    pub next: Option<FunctionRef>,
    /// How many steps to the effect.
    pub distance: u32,
    /// Every function that each step may run has the effect, and none is unknown.
    pub certain: bool,
}

/// The effects of all functions that matter.
pub struct Effects {
    summaries: FxHashMap<FunctionRef, Summary>,
    witnesses: FxHashMap<(FunctionRef, Effect), Witness>,
    /// Functions that a worker thread runs, with where they were handed over.
    threads: FxHashMap<FunctionRef, ExprRef>,
    /// Plain functions that code on a loop calls, directly or through others.
    on_loop: FxHashSet<FunctionRef>,
    callers: FxHashMap<FunctionRef, Vec<(FunctionRef, ExprId)>>,
    order: Vec<FunctionRef>,
}

impl Effects {
    /// What a function does. None for library stubs and functions that no async code reaches.
    pub fn summary(&self, function: FunctionRef) -> Option<&Summary> {
        self.summaries.get(&function)
    }

    /// How a function comes to an effect.
    pub fn witness(&self, function: FunctionRef, effect: Effect) -> Option<&Witness> {
        self.witnesses.get(&(function, effect))
    }

    /// Where a function was given to a worker thread, if one runs it, directly or through others.
    pub fn in_thread(&self, function: FunctionRef) -> Option<ExprRef> {
        self.threads.get(&function).copied()
    }

    /// Whether code on a loop calls a plain function, directly or through others.
    pub fn reached_on_loop(&self, function: FunctionRef) -> bool {
        self.on_loop.contains(&function)
    }

    /// The calls that may run a function, among the functions with a summary.
    pub fn callers(&self, function: FunctionRef) -> &[(FunctionRef, ExprId)] {
        self.callers.get(&function).map_or(&[], Vec::as_slice)
    }

    /// The functions with a summary, in order of file and position.
    pub fn functions(&self) -> impl Iterator<Item = FunctionRef> + '_ {
        self.order.iter().copied()
    }

    /// The way from a function to an effect: each function, and the place in it that leads on. The last step's target
    /// is the library function that has the effect.
    pub fn chain(&self, function: FunctionRef, effect: Effect) -> Vec<(FunctionRef, Witness)> {
        let mut chain = Vec::new();
        let mut at = function;
        while let Some(&witness) = self.witness(at, effect) {
            chain.push((at, witness));
            match witness.next {
                Some(next) if chain.len() < 64 => at = next,
                _ => break,
            }
        }
        chain
    }
}

impl Program {
    /// The effects of the program's functions, computed once.
    pub fn effects(&self) -> &Effects {
        self.effects_kept.get_or_init(|| Builder::new(self).run())
    }

    /// Whether a function's own code runs on an event loop: async functions, notebook cells, sync functions that a
    /// framework calls on its loop.
    pub fn runs_on_loop(&self, function: FunctionRef) -> bool {
        let f = self.function(function);
        f.is_async
            || function.function == FunctionId::MODULE && self.facts(function.file).top_level_loop
            || !f.is_lambda && self.is_decorated(function, "on_loop")
            || self.is_framework_method(function, &["async_methods", "loop_methods"])
    }

    /// Whether a method is one that a framework base class calls, as one of the kinds that the knowledge tells apart: on its loop
    /// (`async_methods`, `loop_methods`) or in a thread (`thread_methods`).
    pub fn is_framework_method(&self, function: FunctionRef, kinds: &[&str]) -> bool {
        let Some(class) = self.class_of(function) else { return false };
        if self.class(class).bases == sidestep_facts::ExprList::EMPTY {
            return false;
        }
        let f = self.function(function);
        let name = f.name.as_str();
        let is_it = |listed: &str| match listed.strip_suffix('*') {
            Some(begin) => f.is_async && name.starts_with(begin),
            None => listed == name,
        };
        self.class_marks(class).iter().filter(|mark| mark.name == "framework_base").any(|mark| {
            mark.args.iter().filter_map(|arg| arg.as_str()).flat_map(|lists| lists.split(';')).any(|list| {
                list.trim()
                    .split_once('=')
                    .is_some_and(|(kind, names)| kinds.contains(&kind) && names.split(',').any(|n| is_it(n.trim())))
            })
        })
    }

    /// Whether an effect begins at a library function, by its marks.
    pub fn has_effect(&self, function: FunctionRef, effect: Effect) -> bool {
        self.marks(function).iter().any(|mark| match effect {
            Effect::Blocks => mark.name == "blocks" && !mark.flag("quick"),
            Effect::BlocksBriefly => mark.name == "blocks" && mark.flag("quick"),
            Effect::StartsLoop => mark.name == "starts_loop",
            Effect::Ai => mark.name == "ai",
            Effect::Network => mark.name == "network",
            Effect::Raises => mark.name == "raises",
            Effect::Waits => mark.name == "waits",
        })
    }
}

impl Program {
    /// Whether a function asks on which thread it runs, so that its waiting for other threads is meant for those.
    pub fn asks_which_thread(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                if matches!(n.as_str(), "get_ident" | "current_thread" | "get_native_id" | "main_thread"))
        })
    }

    /// Whether a function asks first whether a loop runs: `get_running_loop()` in a `try`, `loop.is_running()`.
    pub fn guards_running_loop(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        if facts.function(function.function).is_async {
            return false;
        }
        facts.exprs_of(function.function).any(|e| {
            let ExprKind::Call(callee, _) = facts.kind(e) else { return false };
            matches!(facts.kind(callee), ExprKind::Name(n, _) | ExprKind::Attribute(_, n)
                if matches!(n.as_str(), "get_running_loop" | "is_running" | "_get_running_loop" | "current_task" | "iscoroutine" | "isawaitable" | "iscoroutinefunction"))
        })
    }
}
