//! Pitfall 9: a wait that only waits for an event of its object, in a class that limits another wait of the same kind (SS901). Events of
//! one object are set by the same hands: where one of them may fail to come, so may the other.

use crate::around::*;
use crate::exchange::waits_to_end;
use crate::finding::{Confidence, Finding, Hop};
use crate::limits::Limits;
use crate::registry::SS901;
use rustc_hash::FxHashMap;
use sidestep_facts::{ExprId, ExprKind, FunctionId, StmtKind, Symbol};
use sidestep_program::{ExprRef, FileId, FunctionRef, Program};

/// The methods that do nothing but wait for an event of their object, without a limit, beside others with one: by name, where the name
/// is theirs alone; each with the wait of the same class that is limited.
pub(crate) struct Unequal {
    by_name: FxHashMap<Symbol, (FunctionRef, ExprRef)>,
}

impl Unequal {
    /// Those of a program.
    pub fn new(program: &Program, limits: &Limits<'_>) -> Unequal {
        let mut by_name: FxHashMap<Symbol, (FunctionRef, ExprRef)> = FxHashMap::default();
        for file in program.inputs().filter(|&f| !is_test(program, f)) {
            let facts = program.facts(file);
            let waits: Vec<(FunctionId, ExprId, Symbol)> = (0..facts.functions.len() as u32)
                .map(FunctionId)
                .filter(|&f| facts.function(f).is_async && facts.function(f).class.is_some())
                .flat_map(|f| facts.exprs_of(f).filter_map(move |e| Some((f, e, own_event(program, file, e)?))))
                .collect();
            for &(pure, wait, event) in &waits {
                if !only_waits(program, file, pure)
                    || limits.around(file, wait).is_some()
                    || waits_to_end(facts, pure, event.as_str())
                {
                    continue;
                }
                let limited = waits.iter().find(|&&(other, e, named)| {
                    named != event
                        && facts.function(other).class == facts.function(pure).class
                        && limits.around(file, e).is_some()
                });
                let Some(&(_, limited, _)) = limited else { continue };
                by_name.insert(
                    facts.function(pure).name,
                    (FunctionRef { file, function: pure }, ExprRef { file, expr: limited }),
                );
            }
        }
        // A name that others have too says nothing.
        let named = |name: Symbol| {
            program
                .inputs()
                .map(|f| program.facts(f).functions.iter().filter(|f| f.name == name).count())
                .sum::<usize>()
        };
        by_name.retain(|&name, _| named(name) == 1);
        Unequal { by_name }
    }

    /// SS901: such a wait of another object, with no limit at any level.
    pub fn check(&self, program: &Program, limits: &Limits<'_>, file: FileId, call: ExprId, out: &mut Vec<Finding>) {
        let facts = program.facts(file);
        let ExprKind::Call(callee, _) = facts.kind(call) else { return };
        let ExprKind::Attribute(base, name) = facts.kind(callee) else { return };
        let Some(&(waits, limited)) = self.by_name.get(&name) else { return };
        if facts.is_self(base) || limits.kept_then_limited(ExprRef { file, expr: call }) {
            return;
        }
        let Some(way) = limits.unlimited(file, call) else { return };
        let said = spelled(facts, call);
        let theirs = program.facts(limited.file);
        let message = format!(
            "`{said}` may wait for ever: it waits for an event that others set, and nothing limits it, while another wait of the same class has a limit"
        );
        let help = "put `asyncio.wait_for(…, seconds)` around it, and decide what to do when it does not come";
        let mut found = finding(&SS901, Confidence::Likely, file, facts.range(call), message, help);
        found.chain = super::hops(program, &way, format!("awaits `{said}`"));
        found.chain.push(Hop {
            file: limited.file,
            range: theirs.range(limited.expr),
            function: program.function_name(program.function_of(limited.file, limited.expr)),
            text: format!("limited here, unlike in `{}`", program.function_name(waits)),
        });
        out.push(found);
    }
}

/// The attribute of `self.answered` in `self.answered.wait()`, where that is an event.
fn own_event(program: &Program, file: FileId, call: ExprId) -> Option<Symbol> {
    let facts = program.facts(file);
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Attribute(event, name) = facts.kind(callee) else { return None };
    let ExprKind::Attribute(base, attr) = facts.kind(event) else { return None };
    (name == "wait" && facts.is_self(base) && calls_marked(program, file, call, "waits")).then_some(attr)
}

/// Whether a function is one wait and nothing else, but for words about it.
fn only_waits(program: &Program, file: FileId, function: FunctionId) -> bool {
    let facts = program.facts(file);
    let mut waits = 0;
    facts.stmts_of(function).all(|s| match facts.stmt(s).kind {
        StmtKind::Expr(e) if matches!(facts.kind(e), ExprKind::Await(_)) => {
            waits += 1;
            true
        }
        StmtKind::Expr(e) => matches!(facts.kind(e), ExprKind::Str(_)),
        StmtKind::Pass => true,
        _ => false,
    }) && waits == 1
}
