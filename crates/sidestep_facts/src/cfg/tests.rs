//! Each test lowers real source and asks the graph of its last function (module functions come in source order).

use super::*;
use crate::{Mode, lower};

struct Graph {
    source: String,
    facts: FileFacts,
    cfg: Cfg,
}

fn graph(source: &str) -> Graph {
    let facts = lower(source, Mode::default()).expect("the test's source parses");
    let function = FunctionId(facts.functions.len() as u32 - 1);
    let cfg = Cfg::build(&facts, function);
    Graph { source: source.to_owned(), facts, cfg }
}

impl Graph {
    fn text(&self, expr: ExprId) -> &str {
        &self.source[self.facts.range(expr)]
    }

    /// The node of the call, await, read or yield whose source text is given.
    fn at(&self, text: &str) -> NodeId {
        self.all(text)[0]
    }

    fn all(&self, text: &str) -> Vec<NodeId> {
        let found: Vec<NodeId> = self
            .cfg
            .ids()
            .filter(|&id| match self.cfg.op(id) {
                Op::Call(e) | Op::Await(e) | Op::Yield(e) | Op::Read(e, _) => self.text(e) == text,
                Op::Write { target: Some(e), .. } => format!("{} =", self.text(e)) == text,
                _ => false,
            })
            .collect();
        assert!(!found.is_empty(), "nothing is `{text}`");
        found
    }

    fn reaches(&self, from: NodeId, to: NodeId) -> bool {
        self.cfg.reach(from, |_, _| true, |_| false).contains(to)
    }

    fn reaches_avoiding(&self, from: NodeId, to: NodeId, text: &str) -> bool {
        let avoid = self.all(text);
        self.cfg.reach(from, |_, _| true, |n| avoid.contains(&n)).contains(to)
    }
}

#[test]
fn awaits_can_be_cancelled_and_only_some_handlers_see_it() {
    let g = graph(
        "async def f():\n    try:\n        await a()\n    except Exception:\n        b()\n    except CancelledError:\n        c()\n",
    );
    let flows: Vec<_> = g.cfg.successors(g.at("await a()")).collect();
    let by_cancel = flows.iter().find(|(_, flow)| *flow == Flow::Cancel).expect("a cancellation edge").0;
    assert!(matches!(g.cfg.op(by_cancel), Op::Handler(_, 1)));
    let by_exception = flows.iter().find(|(_, flow)| *flow == Flow::Exception).expect("an exception edge").0;
    let handlers: Vec<_> = g.cfg.successors(by_exception).map(|(n, _)| g.cfg.op(n)).collect();
    assert!(matches!(handlers[..], [Op::Handler(_, 0)]));
}

#[test]
fn a_bare_raise_goes_on_as_what_was_caught() {
    let g = graph(
        "async def f():\n    try:\n        await a()\n    except BaseException:\n        b()\n        raise\n    c()\n",
    );
    let b = g.at("b()");
    assert!(g.reaches(b, Cfg::RAISED) && g.reaches(b, Cfg::CANCELLED));
    assert!(!g.reaches(b, g.at("c()")));
    let g = graph("async def f():\n    try:\n        await a()\n    except CancelledError:\n        raise\n    c()\n");
    let handler = g.cfg.ids().find(|&n| matches!(g.cfg.op(n), Op::Handler(..))).expect("a handler");
    assert!(g.reaches(handler, Cfg::CANCELLED) && !g.reaches(handler, Cfg::RAISED));
}

#[test]
fn finally_is_left_the_way_it_was_entered() {
    let g = graph(
        "async def f():\n    s = make()\n    try:\n        await use(s)\n        return 1\n    finally:\n        await s.close()\n    after()\n",
    );
    // Whatever happens to the work, the resource is closed (or closing it fails).
    for end in [Cfg::EXIT, Cfg::RAISED, Cfg::CANCELLED] {
        assert!(!g.reaches_avoiding(g.at("await use(s)"), end, "s.close()"));
    }
    // The body never ends normally, so nothing after the statement runs.
    assert!(!g.cfg.ids().any(|n| matches!(g.cfg.op(n), Op::Call(e) if g.text(e) == "after()")));
    assert_eq!(g.all("await s.close()").len(), 3);
}

#[test]
fn a_break_runs_the_finally_bodies_it_leaves() {
    let g = graph(
        "def f(xs):\n    for x in xs:\n        try:\n            break\n        finally:\n            clean()\n    after()\n",
    );
    let entry = Cfg::ENTRY;
    assert!(g.reaches(entry, g.at("after()")));
    let next = g.cfg.ids().find(|&n| matches!(g.cfg.op(n), Op::Next(..))).expect("a loop");
    // Once an element came, the loop never asks for another.
    let second = g.cfg.path(next, |n, flow| n != next || flow == Flow::True, |_| false, |n| n == next);
    assert!(second.is_none());
}

#[test]
fn while_true_is_left_by_break_only() {
    let g = graph("async def f():\n    while True:\n        await a()\n    b()\n");
    assert!(!g.reaches(Cfg::ENTRY, Cfg::EXIT));
    assert!(g.reaches(Cfg::ENTRY, Cfg::CANCELLED));
    let g = graph("async def f():\n    while True:\n        if await a():\n            break\n    b()\n");
    assert!(g.reaches(Cfg::ENTRY, g.at("b()")) && g.reaches(Cfg::ENTRY, Cfg::EXIT));
}

#[test]
fn suppress_ends_what_it_names() {
    let g = graph("async def f():\n    with suppress(CancelledError):\n        await a()\n    b()\n");
    let cancelled = g.cfg.successors(g.at("await a()")).find(|(_, f)| *f == Flow::Cancel).expect("an edge").0;
    assert!(matches!(g.cfg.op(cancelled), Op::Leave(_, false, Way::Cancel)));
    assert!(g.reaches(cancelled, g.at("b()")));
    assert!(!g.reaches(Cfg::ENTRY, Cfg::CANCELLED));
    let g = graph("async def f():\n    with suppress(ValueError):\n        await a()\n    b()\n");
    assert!(g.reaches(Cfg::ENTRY, Cfg::CANCELLED) && g.reaches(Cfg::ENTRY, Cfg::RAISED));
}

#[test]
fn managers_are_held_in_their_body_only() {
    let g = graph("async def f(self):\n    async with self.lock, other() as o:\n        await a()\n    await b()\n");
    let held: Vec<&str> = g.cfg.held(g.at("await a()")).map(|h| g.text(h.context)).collect();
    assert_eq!(held, ["other()", "self.lock"]);
    assert_eq!(g.cfg.held(g.at("await b()")).count(), 0);
}

#[test]
fn the_same_place_has_the_same_id() {
    let g = graph(
        "async def f(self, key):\n    if key not in self.cache:\n        self.cache[key] = await load(key)\n    return self.cache[key], self.cache['a'], self.cache['a']\n",
    );
    let Op::Write { place, .. } = g.cfg.op(g.at("self.cache[key] =")) else { unreachable!() };
    let Op::Read(_, read) = g.cfg.op(g.at("self.cache[key]")) else { unreachable!() };
    assert_eq!(place, read);
    let both: Vec<_> = g
        .all("self.cache['a']")
        .iter()
        .map(|&n| match g.cfg.op(n) {
            Op::Read(_, p) => p,
            _ => unreachable!(),
        })
        .collect();
    assert_eq!(both[0], both[1]);
    assert_ne!(both[0], read);
    let Op::Read(_, cache) = g.cfg.op(g.at("self.cache")) else { unreachable!() };
    assert!(g.cfg.places.within(read, cache) && !g.cfg.places.within(cache, read));
}

#[test]
fn a_value_gets_stale_across_an_await_unless_read_again() {
    let stale = |source: &str| {
        let g = graph(source);
        let read = g.at("self.n");
        let write = g.at("self.n =");
        let Op::Read(_, place) = g.cfg.op(read) else { unreachable!() };
        let fresh = |n: NodeId| matches!(g.cfg.op(n), Op::Read(_, p) if p == place);
        g.cfg.stale(read, write, |n| g.cfg.suspends(n), fresh, |_| false).is_some()
    };
    assert!(stale("async def f(self):\n    n = self.n\n    await a()\n    self.n = n + 1\n"));
    assert!(!stale("async def f(self):\n    n = self.n\n    await a()\n    if self.n == n:\n        self.n = n + 1\n"));
    assert!(!stale("async def f(self):\n    await a()\n    n = self.n\n    self.n = n + 1\n"));
    assert!(stale("async def f(self):\n    self.n += await a()\n"));
    assert!(!stale("async def f(self):\n    x = await a()\n    self.n += x\n"));
}

#[test]
fn definitions_that_reach() {
    let g = graph(
        "def f(a):\n    if a:\n        x = one()\n    else:\n        x = two()\n    use(x)\n    x = three()\n    use2(x)\n",
    );
    let count = |call: &str| {
        let node = g.at(call);
        let place = g
            .cfg
            .ids()
            .find_map(|n| match g.cfg.op(n) {
                Op::Read(e, p) if g.text(e) == "x" => Some(p),
                _ => None,
            })
            .expect("x is read");
        g.cfg.definitions(node, place).0.len()
    };
    assert_eq!((count("use(x)"), count("use2(x)")), (2, 1));
}

#[test]
fn what_lives_across_an_await() {
    let g = graph("async def f(a, b):\n    x = a\n    await go()\n    return x\n");
    let live = g.cfg.live_after(g.at("await go()"));
    let names: Vec<_> = live
        .iter()
        .map(|&p| match g.cfg.places.get(p) {
            Place::Name(_, n) => n.as_str(),
            _ => "",
        })
        .collect();
    assert_eq!(names, ["x"]);
}

#[test]
fn branches_of_conditions() {
    let g = graph("async def f(a, b):\n    if a and await check(b):\n        yes()\n    else:\n        no()\n");
    assert!(g.reaches_avoiding(Cfg::ENTRY, g.at("no()"), "await check(b)"));
    assert!(!g.reaches_avoiding(Cfg::ENTRY, g.at("yes()"), "await check(b)"));
    let g = graph("async def f(a):\n    x = await one() if a else await two()\n    use(x)\n");
    assert!(g.reaches_avoiding(Cfg::ENTRY, g.at("use(x)"), "await one()"));
    let g = graph("async def f(a):\n    assert await one()\n    use()\n");
    assert!(!g.reaches_avoiding(Cfg::ENTRY, g.at("use()"), "await one()"));
}

#[test]
fn match_falls_through_unless_a_case_takes_all() {
    let g = graph(
        "def f(x):\n    match x:\n        case 1:\n            a()\n            return\n        case _:\n            b()\n            return\n    c()\n",
    );
    assert!(!g.cfg.ids().any(|n| matches!(g.cfg.op(n), Op::Call(e) if g.text(e) == "c()")));
}

#[test]
fn comprehensions_run_in_line() {
    let g = graph("async def f(xs):\n    r = [await go(x) async for x in xs if x.ok]\n    return r\n");
    assert!(g.reaches(g.at("await go(x)"), g.at("await go(x)")));
    assert!(g.reaches_avoiding(Cfg::ENTRY, Cfg::EXIT, "await go(x)"));
}

#[test]
fn deep_nesting_is_no_overflow_and_many_branches_are_linear() {
    let deep = format!("def f(a):\n    return {}a{}\n", "(".repeat(150), ")".repeat(150));
    graph(&deep);
    let sum = format!("def f(a):\n    return {}\n", vec!["a"; 3000].join(" + "));
    graph(&sum);
    let mut chain = String::from("def f(a):\n    if a == 0:\n        g()\n");
    for i in 1..2000 {
        chain.push_str(&format!("    elif a == {i}:\n        g()\n"));
    }
    let g = graph(&chain);
    assert!(g.cfg.nodes.len() < 40_000);
    let mut nested = String::from("def f(a):\n");
    for i in 0..40 {
        nested.push_str(&format!("{}try:\n", "    ".repeat(i + 1)));
        nested.push_str(&format!("{}g()\n", "    ".repeat(i + 2)));
        nested.push_str(&format!("{}finally:\n", "    ".repeat(i + 1)));
    }
    nested.push_str(&format!("{}h()\n", "    ".repeat(42)));
    let g = graph(&nested);
    assert!(g.cfg.nodes.len() < 40_000, "{}", g.cfg.nodes.len());
}
