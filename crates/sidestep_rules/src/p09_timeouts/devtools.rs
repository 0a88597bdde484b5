//! Pitfall 9: commands of the DevTools protocol (SS901). A tab that hangs, or is gone, answers none of them, and its clients wait.

use crate::around::*;
use crate::finding::{Confidence, Finding};
use crate::limits::Limits;
use crate::registry::SS901;
use rustc_hash::FxHashSet;
use sidestep_facts::{ExprId, ExprKind, FileFacts, FunctionId};
use sidestep_program::{FileId, Program};

/// The domains of the protocol whose commands make a page or the browser work.
const DOMAINS: &[&str] = &[
    "Accessibility",
    "Browser",
    "CSS",
    "DOM",
    "DOMDebugger",
    "DOMSnapshot",
    "DOMStorage",
    "Debugger",
    "Emulation",
    "Fetch",
    "IO",
    "Input",
    "Network",
    "Overlay",
    "Page",
    "Performance",
    "Runtime",
    "Security",
    "ServiceWorker",
    "Storage",
    "SystemInfo",
    "Target",
    "Tracing",
];

/// SS901: `await client.send.Page.navigate(…)`, where nothing else is known of the client: its shape says that it is a command. One
/// word for a client in a function is enough.
pub(crate) fn command(
    program: &Program,
    limits: &Limits<'_>,
    file: FileId,
    function: FunctionId,
    call: ExprId,
    seen: &mut FxHashSet<(FunctionId, String)>,
    out: &mut Vec<Finding>,
) {
    let facts = program.facts(file);
    let Some(client) = client_of(facts, call) else { return };
    if !awaited(facts, call) || limits_all(program) || seen.contains(&(function, client.clone())) {
        return;
    }
    let Some(way) = limits.unlimited(file, call) else { return };
    seen.insert((function, client));
    let ExprKind::Call(callee, _) = facts.kind(call) else { return };
    let name = spelled(facts, callee);
    let message = format!(
        "`{name}` may wait for ever: a tab that hangs or is gone does not answer, and nothing limits how long that takes"
    );
    let help = "put `asyncio.wait_for(…, seconds)` around it, or have the client limit every command";
    let mut found = finding(&SS901, Confidence::Likely, file, facts.range(call), message, help);
    found.chain = super::hops(program, &way, format!("awaits `{name}`"));
    out.push(found);
}

/// What stands before `.send` in `client.send.Page.navigate(…)`.
fn client_of(facts: &FileFacts, call: ExprId) -> Option<String> {
    let ExprKind::Call(callee, _) = facts.kind(call) else { return None };
    let ExprKind::Attribute(domain, command) = facts.kind(callee) else { return None };
    let ExprKind::Attribute(send, domain) = facts.kind(domain) else { return None };
    let ExprKind::Attribute(client, send) = facts.kind(send) else { return None };
    (send == "send"
        && DOMAINS.contains(&domain.as_str())
        && command.as_str().starts_with(|c: char| c.is_ascii_lowercase()))
    .then(|| facts.dotted(client).unwrap_or_default())
}

/// Whether the program has a client of its own over the library's, through which every command goes.
fn limits_all(program: &Program) -> bool {
    program.inputs().any(|f| {
        let facts = program.facts(f);
        facts.functions.iter().any(|f| f.name == "send_raw" && f.class.is_some())
    })
}
