//! The rules: codes, names and levels. The code says the pitfall: `SS` + pitfall + two digits.

use crate::finding::Level;

/// A rule's identity.
#[derive(PartialEq, Eq, Debug)]
pub struct Rule {
    /// `SS101`
    pub code: &'static str,
    /// `coroutine-never-awaited`
    pub name: &'static str,
    /// Its usual level.
    pub level: Level,
    /// 1 to 12.
    pub pitfall: u8,
    /// What it flags, in one line.
    pub summary: &'static str,
}

macro_rules! rules {
    ($($code:ident $name:literal $level:ident $pitfall:literal $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $code: Rule = Rule {
                code: stringify!($code), name: $name, level: Level::$level, pitfall: $pitfall, summary: $summary,
            };
        )*
        /// Every rule, in the order of the catalogue.
        pub static RULES: &[&Rule] = &[$(&$code),*];
    };
}

rules! {
    SS101 "coroutine-never-awaited" Error 1 "a call that makes a coroutine, as a statement of its own";
    SS102 "coroutine-used-as-value" Error 1 "an un-awaited coroutine used as if it were its result";
    SS103 "coroutine-lost" Error 1 "a coroutine bound to a name that no path awaits, schedules or passes on";
    SS104 "wrong-iteration" Error 1 "a sync loop over an async iterator, or the reverse";
    SS105 "async-callback-in-sync-slot" Error 1 "an async function handed to what never awaits it";
    SS201 "blocking-sleep" Error 2 "`time.sleep` on the event loop";
    SS202 "blocking-http" Error 2 "a synchronous HTTP request on the event loop";
    SS203 "blocking-file-io" Warning 2 "synchronous file access on the event loop";
    SS204 "blocking-subprocess" Error 2 "waiting for a subprocess on the event loop";
    SS205 "blocking-database" Error 2 "a synchronous database call on the event loop";
    SS206 "blocking-ai-client" Error 2 "a synchronous AI client or local model on the event loop";
    SS207 "blocking-network" Error 2 "a synchronous socket, mail or DNS call on the event loop";
    SS208 "blocking-thread-wait" Error 2 "waiting for another thread on the event loop";
    SS209 "blocking-input" Error 2 "waiting for the keyboard on the event loop";
    SS210 "cpu-bound-on-loop" Warning 2 "long computation on the event loop";
    SS301 "loop-already-running" Error 3 "starting a loop on a thread whose loop is running";
    SS302 "loop-per-call" Warning 3 "a new loop for each call that a worker thread runs for async code";
    SS303 "loop-not-closed" Warning 3 "`new_event_loop()` that some path leaves open";
    SS304 "implicit-loop" Warning 3 "`get_event_loop()` where no loop runs, or a removed `loop=` argument";
    SS305 "loop-bound-object-crosses-loops" Error 3 "an object bound to one loop and used under another";
    SS306 "deadlock-on-own-loop" Error 3 "waiting on the loop's own thread for work that only this loop can do";
    SS307 "loop-touched-from-thread" Error 3 "a loop, future or queue used from a worker thread without the thread-safe form";
    SS308 "nest-asyncio" Advice 3 "`nest_asyncio.apply()`";
    SS401 "blocking-through-helper" Error 4 "a call on the loop that reaches a blocking primitive through other functions";
    SS402 "blocking-callback-on-loop" Error 4 "a blocking function given to the loop as a callback";
    SS403 "thread-lock-across-await" Error 4 "a thread lock held while awaiting";
    SS404 "sync-iteration-of-blocking-stream" Error 4 "a `for` loop over a blocking stream on the loop";
    SS501 "resource-not-closed" Error 5 "an async resource that some path leaves open";
    SS502 "sync-with-on-async-manager" Error 5 "`with` on an object that only has `__aenter__`";
    SS503 "async-with-on-sync-manager" Error 5 "`async with` on an object that only has `__enter__`";
    SS504 "client-per-call" Warning 5 "a pooled client built in a loop or per request";
    SS505 "async-generator-not-closed" Warning 5 "leaving `async for` early over a generator that holds a resource";
    SS506 "yield-in-cancel-scope" Error 5 "`yield` inside a cancel scope of an async generator";
    SS507 "close-not-awaited" Error 5 "an async close that nobody awaits";
    SS601 "stale-write-after-await" Error 6 "a write computed from a value read before an await";
    SS602 "check-then-act-across-await" Error 6 "an act that relies on a check made before an await";
    SS603 "await-inside-augmented-write" Error 6 "an update of shared state with an await in the middle";
    SS604 "iterate-while-awaiting" Warning 6 "iterating a shared container with an await in the body while others change it";
    SS605 "private-lock" Error 6 "a lock made inside the call that takes it";
    SS606 "lock-not-always-held" Warning 6 "state written under a lock in one place and without it in another";
    SS701 "gather-loses-siblings" Warning 7 "a `gather` whose first failure leaves the others running unread";
    SS702 "gathered-exceptions-unread" Error 7 "`return_exceptions=True` whose exceptions nobody looks at";
    SS703 "task-exception-unseen" Warning 7 "a task whose exception nothing can ever see";
    SS704 "exception-swallowed-around-await" Warning 7 "an exception around an await swallowed in a loop or task";
    SS705 "wait-results-unread" Warning 7 "`asyncio.wait` whose results are never read";
    SS706 "exit-in-finally" Error 7 "leaving a `finally` around an await, which swallows errors and cancellation";
    SS801 "dangling-task" Error 8 "a task that nothing keeps a reference to";
    SS802 "task-never-finished" Error 8 "a task that no path awaits, cancels or hands on";
    SS803 "cancellation-swallowed" Error 8 "cancellation caught, and the work goes on";
    SS804 "await-in-finally-unshielded" Advice 8 "an await during clean-up without a shield or a limit";
    SS805 "pending-left-behind" Warning 8 "tasks left pending after `wait` or `as_completed`";
    SS806 "uncancellable-loop" Warning 8 "a task's loop that never awaits, or catches each cancellation";
    SS807 "cancel-not-awaited" Advice 8 "a cancelled task that is never awaited";
    SS808 "undo-skipped-on-cancel" Warning 8 "what was done before an await is undone only where nothing fails, or only by an `except Exception`, which cancellation passes by";
    SS809 "future-may-be-done" Warning 8 "a result for a future that its waiter may have cancelled";
    SS810 "cancelled-task-awaited" Warning 8 "a task that was just cancelled, awaited with nothing to catch its `CancelledError`";
    SS811 "task-cancels-itself" Warning 8 "a method that cancels the task it may be running in, and awaits something after";
    SS901 "no-timeout" Warning 9 "a request to the outside with no limit anywhere";
    SS902 "timeout-disabled" Warning 9 "a limit switched off";
    SS903 "may-wait-forever" Advice 9 "a wait with no limit";
    SS904 "sleep-poll" Advice 9 "polling with sleep where an event exists";
    SS905 "timeout-swallowed-work" Warning 9 "a timeout around work that must not stop half-way";
    SS1001 "unbounded-fan-out" Warning 10 "one task per item of a large or unknown collection, unbounded";
    SS1002 "semaphore-per-task" Error 10 "a semaphore made inside what it should limit";
    SS1003 "unbounded-queue" Advice 10 "a queue without a limit between a fast producer and a slow consumer";
    SS1101 "unbatched-ai-call" Warning 11 "an AI call per item where the API takes many";
    SS1102 "sequential-ai-calls" Warning 11 "independent AI calls awaited one after another";
    SS1103 "ai-client-per-call" Warning 11 "an AI client built for each call";
    SS1201 "ai-calls-unthrottled" Warning 12 "AI calls fanned out with nothing that limits them";
    SS1202 "retry-without-backoff" Warning 12 "a retry loop that does not back off";
    SS1203 "retry-on-everything" Warning 12 "a retry loop that retries what cannot succeed";
    SS1204 "retries-off" Advice 12 "retries switched off";
    SS1205 "usage-unread" Advice 12 "an AI response whose token usage nothing reads";
    SS1206 "no-circuit-breaker" Advice 12 "AI calls with no circuit breaker";
}

/// The rule with a code or a name.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.code.eq_ignore_ascii_case(code_or_name) || r.name == code_or_name)
}
