//! Cells of `sidestep audit` that take more than the call itself to fill.

use serde_json::Value;
use std::fs;
use std::process::Command;

/// The cells of the only AI call of a program.
fn cells(program: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("app.py"), program).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["audit", "--isolated", "--output-format", "json", "app.py"])
        .current_dir(folder.path())
        .output()
        .expect("sidestep runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{report:#}");
    rows[0]["cells"].clone()
}

fn verdict(program: &str, column: &str) -> String {
    let cells = cells(program);
    cells[column]["verdict"].as_str().unwrap_or_else(|| panic!("no {column}: {cells:#}")).to_owned()
}

const ASK: &str = "\
import asyncio, contextlib
from openai import AsyncOpenAI
client = AsyncOpenAI()
slots = asyncio.Semaphore(4)
async def ask(text):
    return await client.chat.completions.create(model='m', messages=[text])
";

#[test]
fn coroutines_handed_to_a_bounded_runner_are_bounded() {
    let runner = |inside: &str| {
        format!(
            "{ASK}
async def run_jobs(jobs):
    async def worker(job):
        {inside}
    return await asyncio.gather(*(worker(job) for job in jobs))
async def main(texts):
    jobs = []
    for text in texts:
        jobs.append(ask(text))
    return await run_jobs(jobs)
"
        )
    };
    assert_eq!(verdict(&runner("async with slots: return await job"), "concurrency"), "yes");
    assert_eq!(verdict(&runner("return await job"), "concurrency"), "no");
}

#[test]
fn a_lock_that_is_given_back_before_the_block_bounds_nothing() {
    let used = |name: &str| {
        format!(
            "{ASK}
async def prepare():
    async with slots:
        pass
@contextlib.asynccontextmanager
async def scope():
    await prepare()
    async with slots:
        pass
    yield
@contextlib.asynccontextmanager
async def held():
    async with slots:
        yield
async def main(text):
    async with {name}():
        return await ask(text)
"
        )
    };
    assert_eq!(verdict(&used("scope"), "concurrency"), "no");
    assert_eq!(verdict(&used("held"), "concurrency"), "yes");
}

#[test]
fn usage_is_followed_into_the_functions_that_get_the_answer() {
    let program = |reads: &str| {
        format!(
            "{}
def shown(name, answer):
    return told(answer, name)
def told(answer, name):
    return {reads}
async def main(text):
    answer = await client.chat.completions.create(model='m', messages=[text])
    return shown('x', answer)
",
            ASK.split("async def").next().unwrap()
        )
    };
    assert_eq!(verdict(&program("answer.usage.total_tokens"), "usage"), "yes");
    assert_eq!(verdict(&program("answer.choices[0]"), "usage"), "unknown");
}

#[test]
fn what_the_users_of_a_package_set_is_not_known() {
    let program = |given: &str| {
        format!(
            "from openai import AsyncOpenAI
class Model:
    def __init__(self, client: AsyncOpenAI, settings: dict):
        self.client, self.settings = client, settings
    async def ask(self, text):
        return await self.client.chat.completions.create(model='m', messages=[text], {given})
"
        )
    };
    assert_eq!(verdict(&program("timeout=self.settings.get('timeout')"), "timeout"), "unknown");
    assert_eq!(verdict(&program("timeout=self.settings.get('timeout', 30)"), "timeout"), "yes");
    assert_eq!(verdict(&program("max_retries=self.settings.get('retries')"), "retries"), "unknown");
    assert_eq!(verdict(&program("max_retries=3"), "retries"), "yes");
}

#[test]
fn one_of_two_clients_is_async_where_it_is_awaited() {
    let program = |call: &str| {
        format!(
            "from openai import AsyncOpenAI, OpenAI
def client(wait):
    return AsyncOpenAI() if wait else OpenAI()
{call}
"
        )
    };
    let waits =
        "async def ask(text):\n    return await client(True).chat.completions.create(model='m', messages=[text])";
    let plain = "def ask(text):\n    answer = client(False).chat.completions.create(model='m', messages=[text])\n    return answer.choices";
    assert_eq!(verdict(&program(waits), "async"), "yes");
    assert_eq!(verdict(&program(plain), "async"), "no");
}

#[test]
fn a_circuit_breaker_is_seen_where_it_is_around_the_call() {
    let program = |decorator: &str, breaker: &str| {
        format!("{ASK}{breaker}\n{decorator}async def main(text):\n    return await ask(text)\n")
    };
    let breaker = "from aiobreaker import CircuitBreaker\nbreaker = CircuitBreaker(fail_max=5)\n";
    assert_eq!(verdict(&program("@breaker\n", breaker), "breaker"), "yes");
    assert_eq!(verdict(&program("", breaker), "breaker"), "no");
    assert_eq!(verdict(&program("@once\n", "def once(function): return function\n"), "breaker"), "no");
    let own = "class CircuitBreaker:\n    async def guarded(self, text):\n        if self.is_open: raise RuntimeError\n        return await ask(text)\n";
    let called = format!("{ASK}{own}async def main(text):\n    return await CircuitBreaker().guarded(text)\n");
    assert_eq!(verdict(&called, "breaker"), "yes");
}
