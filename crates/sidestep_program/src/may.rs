//! What functions probably do: an effect that at least half of what a call may run has. Interfaces with many
//! implementations (a model, a metric) are seldom all known, and some are always dummies.

use crate::effects::Effect;
use crate::program::{FunctionRef, Origin, Program};
use rustc_hash::FxHashMap;
use sidestep_facts::ExprId;

/// The first step of a probable way from a function to an AI request: the call, and what it may run.
pub type Probably = FxHashMap<FunctionRef, (ExprId, FunctionRef)>;

impl Program {
    /// The functions that probably send a request to an AI service. `seeds` are those that do it in a way the knowledge does
    /// not say, each with the call; their next step is themselves.
    pub fn probably_ai(&self, seeds: fn(&Program) -> Vec<(FunctionRef, ExprId)>) -> &Probably {
        self.probably_kept.get_or_init(|| {
            let effects = self.effects();
            let mut into: FxHashMap<FunctionRef, Vec<(FunctionRef, usize)>> = FxHashMap::default();
            let mut layer: Vec<FunctionRef> = Vec::new();
            for function in effects.functions() {
                let Some(summary) = effects.summary(function) else { continue };
                for (index, site) in summary.sites.iter().enumerate() {
                    for &target in &site.targets {
                        let sites = into.entry(target).or_default();
                        if sites.is_empty()
                            && self.origin(target.file) == Origin::Stub
                            && self.has_effect(target, Effect::Ai)
                        {
                            layer.push(target);
                        }
                        sites.push((function, index));
                    }
                }
            }
            let mut found = Probably::default();
            for (function, expr) in seeds(self) {
                if effects.witness(function, Effect::Ai).is_none() && !found.contains_key(&function) {
                    found.insert(function, (expr, function));
                    layer.push(function);
                }
            }
            let mut met: FxHashMap<(FunctionRef, usize), usize> = FxHashMap::default();
            while !layer.is_empty() {
                layer.sort();
                let mut next = Vec::new();
                for target in layer {
                    for &(caller, index) in into.get(&target).map_or(&[][..], Vec::as_slice) {
                        if found.contains_key(&caller) {
                            continue;
                        }
                        let Some(summary) = effects.summary(caller) else { continue };
                        let site = &summary.sites[index];
                        let count = met.entry((caller, index)).or_default();
                        *count += 1;
                        if *count * 2 >= site.targets.len() {
                            found.insert(caller, (site.expr, target));
                            next.push(caller);
                        }
                    }
                }
                layer = next;
            }
            found
        })
    }
}
