//! Prints the sites, the effects and the unresolved calls of a few files: a tool for working on the engine.

use sidestep_facts::{Mode, lower};
use sidestep_program::{Effect, Input, Program, Settings};

fn main() {
    let mut inputs = Vec::new();
    let mut paths: Vec<_> = std::env::args().skip(1).collect();
    paths.sort();
    for name in paths {
        let text = std::fs::read_to_string(&name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let path = std::path::absolute(&name).unwrap_or_else(|e| panic!("{name}: {e}"));
        match lower(&text, Mode::default()) {
            Ok(facts) => inputs.push(Input { path, facts, importable: true }),
            Err(e) => eprintln!("{name}: {}", e.message),
        }
    }
    let program = Program::new(inputs, Settings::default());
    let effects = program.effects();
    for f in effects.functions().filter(|f| program.is_input(f.file)) {
        let Some(summary) = effects.summary(f) else { continue };
        let facts = program.facts(f.file);
        let name = program.qualified_name(f);
        println!("{name}: resolved {} unresolved {}", summary.resolved, summary.unresolved);
        for site in &summary.sites {
            let targets: Vec<String> = site.targets.iter().map(|&t| program.qualified_name(t)).collect();
            let at = facts.range(site.expr);
            println!("    {at:?} {:?} complete={} -> {}", site.step, site.complete, targets.join(", "));
        }
        for (g, w) in effects.chain(f, Effect::Blocks) {
            let next = w.next.map(|n| program.qualified_name(n));
            println!("    blocks: {} -> {next:?}", program.qualified_name(g));
        }
    }
    for (call, gap) in program.unresolved_calls() {
        let function = program.qualified_name(program.function_of(call.file, call.expr));
        let path = program.path(call.file).display();
        println!("unresolved: {gap:?} in {function}: {path} {:?}", program.range(call));
    }
}
