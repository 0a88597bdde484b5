//! `--fix`, `--unsafe-fixes` and `--diff`, on files as they lie about.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs `check` in a folder, apart from whatever is configured around it.
fn check(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--no-cache", "--isolated"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The file after `--fix`, which must say that it is the same after another.
fn fixed(name: &str, text: impl AsRef<[u8]>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    let arguments = ["--fix", "--unsafe-fixes", name];
    check(folder.path(), &arguments);
    let once = fs::read(&path).unwrap();
    check(folder.path(), &arguments);
    assert_eq!(fs::read(&path).unwrap(), once, "a second run changes the file again");
    once
}

const BLOCKING: &str = "import time\n\n\nasync def main():\n    time.sleep(1)\n";

#[test]
fn a_diff_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.py"), BLOCKING).unwrap();
    let output = check(folder.path(), &["--diff"]);
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), BLOCKING);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(out(&output), @r"
    --- a/a.py
    +++ b/a.py
    @@ -1,5 +1,5 @@
    -import time
    +import asyncio
     
     
     async def main():
    -    time.sleep(1)
    +    await asyncio.sleep(1)
    ");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "Would fix 1 finding; 0 findings would be left.\n");
}

#[test]
fn what_is_fixed_is_told_and_what_is_left_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("{BLOCKING}\n\ndef plain():\n    main()\n");
    fs::write(folder.path().join("a.py"), text).unwrap();
    let output = check(folder.path(), &["--fix", "--preset", "strict", "a.py"]);
    assert_eq!(output.status.code(), Some(1));
    let told = out(&output);
    assert!(told.contains("= not fixed: nobody here calls `plain`: whoever does would have to await it"), "{told}");
    assert!(told.ends_with("Found 1 error in 1 file.\nFixed 1 finding.\n"), "{told}");
}

#[test]
fn everything_else_stays_as_it_was() {
    let windows = BLOCKING.replace('\n', "\r\n");
    let expected = windows.replace("import time", "import asyncio").replace("time.sleep", "await asyncio.sleep");
    assert_eq!(fixed("a.py", format!("\u{feff}{windows}")), format!("\u{feff}{expected}").into_bytes());
    let latin = b"# coding: latin-1\nimport asyncio, time\nasync def f():\n    time.sleep(1)  # \xe9\n";
    assert_eq!(
        fixed("a.py", latin),
        b"# coding: latin-1\nimport asyncio\nasync def f():\n    await asyncio.sleep(1)  # \xe9\n"
    );
}

#[test]
fn notebooks_keep_their_json() {
    let text = r##"{
 "cells": [
  {"cell_type": "code", "metadata": {}, "outputs":[ ], "source": ["import time\n", "import os"]},
  {"cell_type": "markdown", "source": ["time.sleep(1)"]},
  {"cell_type": "code", "source": "async def f():\n    time.sleep(1) # \u00e9"}
 ], "nbformat": 4,   "nbformat_minor": 5 }"##;
    let expected = text
        .replace(r#"["import time\n""#, r#"["import asyncio\n", "import time\n""#)
        .replace(r":\n    time.sleep", r":\n    await asyncio.sleep")
        .replace(r#""import asyncio\n", "import time\n", "import os""#, r#""import time\n", "import os""#);
    // The imports of the cell are not sorted: the new one stands before the first that comes after it.
    let expected =
        expected.replace(r#"["import time\n", "import os"]"#, r#"["import asyncio\n", "import time\n", "import os"]"#);
    assert_eq!(String::from_utf8(fixed("a.ipynb", text)).unwrap(), expected);
}

#[test]
fn fences_of_a_document_are_fixed() {
    let text = "# Title\n\n- do this:\n\n  ```python\n  import time\n\n  async def f():\n      time.sleep(1)\n  ```\n\nTrailing `time.sleep(1)`.\n";
    let expected = text.replace("  import time", "  import asyncio\n  import time").replacen(
        "      time.sleep",
        "      await asyncio.sleep",
        1,
    );
    assert_eq!(String::from_utf8(fixed("a.md", text)).unwrap(), expected);
}

#[test]
fn standard_input_comes_out_fixed() {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--no-cache", "--isolated", "--fix", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(BLOCKING.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(out(&output).ends_with("    await asyncio.sleep(1)\n"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Fixed 1 finding."));
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.py"), folder.path().join("link.py"));
    fs::write(&real, BLOCKING).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o750)).unwrap();
    symlink(&real, &link).unwrap();
    check(folder.path(), &["--fix", "link.py"]);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o750);
    assert!(fs::read_to_string(&real).unwrap().contains("await asyncio.sleep"));
    // Nothing is left beside it; what is read-only is left alone.
    assert_eq!(folder.path().read_dir().unwrap().count(), 2);
    fs::write(&real, BLOCKING).unwrap();
    fs::set_permissions(&real, fs::Permissions::from_mode(0o440)).unwrap();
    let output = check(folder.path(), &["--fix", "real.py"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&real).unwrap(), BLOCKING);
}

/// What `--fix` makes of an async function that sleeps, below some lines at the top of its file.
fn slept_below(top: &str) -> String {
    // What is still used is still imported.
    let text = format!("{top}\n\nasync def f():\n    time.sleep(1)\n    print(time)\n");
    let fixed = String::from_utf8(fixed("a.py", text)).unwrap();
    let (top, rest) = fixed.split_once("\n\nasync def f():\n").unwrap();
    format!("{top}\n{}", rest.lines().next().unwrap().trim())
}

#[test]
fn an_import_stands_where_the_style_puts_it() {
    for (top, expected) in [
        ("import os\nimport time\n", "import asyncio\nimport os\nimport time\n"),
        ("import abc\nimport time\n\nimport httpx\n", "import abc\nimport asyncio\nimport time\n\nimport httpx\n"),
        ("from os import path\nimport time\n", "import asyncio\nfrom os import path\nimport time\n"),
        ("import time\nfrom typing import Any\n", "import asyncio\nimport time\nfrom typing import Any\n"),
        (
            "#!/usr/bin/env python3\n\"\"\"Doc.\"\"\"\n\nfrom __future__ import annotations\n\nimport time\n",
            "#!/usr/bin/env python3\n\"\"\"Doc.\"\"\"\n\nfrom __future__ import annotations\n\nimport asyncio\nimport time\n",
        ),
        ("import httpx, time\n", "import asyncio\n\nimport httpx, time\n"),
        // What is there is used, by its own name.
        ("import asyncio as aio\nimport time\n", "import asyncio as aio\nimport time\n"),
        ("import time\nfrom asyncio import sleep as nap\n", "import time\nfrom asyncio import sleep as nap\n"),
        // An import for the type checker is none.
        (
            "import time\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\n",
            "import time\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\n",
        ),
    ] {
        let (found, call) = {
            let all = slept_below(top);
            let (found, call) = all.rsplit_once('\n').unwrap();
            (format!("{found}\n"), call.to_owned())
        };
        let name = match top {
            _ if top.contains("as aio") => "await aio.sleep(1)",
            _ if top.contains("as nap") => "await nap(1)",
            _ if top.contains("TYPE_CHECKING:") => "time.sleep(1)",
            _ => "await asyncio.sleep(1)",
        };
        assert_eq!((found.trim_end(), call.as_str()), (expected.trim_end(), name), "{top}");
    }
}

#[test]
fn names_never_collide() {
    let kept = "import time\n\nasyncio = None\n\nasync def f():\n    time.sleep(1)\n";
    assert_eq!(String::from_utf8(fixed("a.py", kept)).unwrap(), kept);
    let text = "import asyncio\n\nbackground_tasks = 3\n\nasync def g(): ...\n\nasync def f(task):\n    asyncio.create_task(g())\n    print(task, background_tasks)\n";
    let fixed = String::from_utf8(fixed("a.py", text)).unwrap();
    assert!(fixed.contains("_background_tasks = set()\n"), "{fixed}");
    assert!(
        fixed.contains("    background_task = asyncio.create_task(g())\n    _background_tasks.add(background_task)\n"),
        "{fixed}"
    );
}

#[test]
fn a_fix_that_makes_a_race_is_taken_back() {
    let text = "import asyncio\nimport time\n\nseats = {\"A1\": None}\n\nasync def sell(seat, buyer):\n    if seats[seat] is None:\n        time.sleep(0.1)\n        seats[seat] = buyer\n\nasync def main():\n    time.sleep(0.1)\n    await asyncio.gather(sell(\"A1\", \"x\"), sell(\"A1\", \"y\"))\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.py");
    fs::write(&path, text).unwrap();
    let told = out(&check(folder.path(), &["--fix", "a.py"]));
    // The other one in the file is made.
    let (first, second) = text.split_once("async def main").unwrap();
    let expected = format!("{first}async def main{}", second.replace("time.sleep", "await asyncio.sleep"));
    assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    assert!(told.contains("= not fixed: it would bring a finding of SS602 into `sell`"), "{told}");
    assert!(told.contains("Fixed 1 finding."), "{told}");
}

#[test]
fn texts_over_several_lines_are_not_indented() {
    let text = "import aiohttp\n\n\nasync def f(url):\n    session = aiohttp.ClientSession()\n    query = \"\"\"\nselect\n    1\n\"\"\"\n    # why\n    async with session.get(url, data=query) as r:\n        return (await r.text(),\n  f\"\"\"\n{url}\n\"\"\")\n";
    let expected = "import aiohttp\n\n\nasync def f(url):\n    async with aiohttp.ClientSession() as session:\n        query = \"\"\"\nselect\n    1\n\"\"\"\n        # why\n        async with session.get(url, data=query) as r:\n            return (await r.text(),\n      f\"\"\"\n{url}\n\"\"\")\n";
    assert_eq!(String::from_utf8(fixed("a.py", text)).unwrap(), expected);
}

#[test]
fn one_inside_another() {
    let text = "import json\nfrom pathlib import Path\n\n\nasync def f(p: Path, q: Path):\n    q.write_text(\n        # the other's\n        p.read_text(),\n    )\n    return json.loads((p.read_text)())\n";
    let fixed = String::from_utf8(fixed("a.py", text)).unwrap();
    let expected = "    await asyncio.to_thread(\n        q.write_text,\n        # the other's\n        await asyncio.to_thread(p.read_text),\n    )\n";
    assert!(fixed.contains(expected), "{fixed}");
    assert!(fixed.ends_with("json.loads((p.read_text)())\n"), "{fixed}");
}

/// What `--fix --unsafe-fixes` makes of a file in a project with some configuration.
fn fixed_in(pyproject: &str, text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), pyproject).unwrap();
    fs::write(folder.path().join("a.py"), text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--fix", "--unsafe-fixes", "."])
        .current_dir(folder.path())
        .output()
        .unwrap();
    fs::read_to_string(folder.path().join("a.py")).unwrap()
}

#[test]
fn the_target_python_and_the_configuration_decide() {
    let text = "import asyncio\n\nasync def slow():\n    await asyncio.sleep(600)\n    return 1\n\nasync def f():\n    x = await slow()\n    return x\n";
    let with =
        |version: &str| format!("[project]\nrequires-python = \">={version}\"\n[tool.sidestep]\nfix-timeout = 2.5\n");
    let new = fixed_in(&with("3.11"), text);
    assert!(new.contains("    async with asyncio.timeout(2.5):\n        x = await slow()\n"), "{new}");
    for older in [with("3.10"), String::new()] {
        let new = fixed_in(&older, text);
        let seconds = if older.is_empty() { "30" } else { "2.5" };
        assert!(new.contains(&format!("    x = await asyncio.wait_for(slow(), timeout={seconds})\n")), "{new}");
    }
    let text = "from pathlib import Path\n\nasync def f(p: Path):\n    return p.read_text()\n";
    assert!(fixed_in(&with("3.9"), text).contains("await asyncio.to_thread(p.read_text)"));
    assert_eq!(fixed_in(&with("3.8"), text), text);
}

#[test]
fn a_helper_becomes_async_with_all_who_call_it_or_not_at_all() {
    let helper = "import asyncio\n\nasync def load(x):\n    return x\n\ndef helper(x):\n    return asyncio.run(load(x))\n\ndef outer(x):\n    return helper(x) + 1\n\nasync def f():\n    return outer(1)\n";
    let new = fixed_in("", helper);
    let expected = helper
        .replace("import asyncio\n\n", "")
        .replace("def helper", "async def helper")
        .replace("asyncio.run(load(x))", "await load(x)")
        .replace("def outer", "async def outer")
        .replace("return helper(x)", "return await helper(x)")
        .replace("return outer(1)", "return await outer(1)");
    assert_eq!(new, expected);
    let direct = helper.replace("    return outer(1)", "    return helper(1)").replace("helper(x) + 1", "3");
    let new = fixed_in("", &direct);
    assert!(
        new.contains("async def helper(x):\n    return await load(x)") && new.contains("return await helper(1)"),
        "{new}"
    );
    // Somebody needs the plain function.
    let kept = format!("{direct}\nregister(helper)\n");
    assert_eq!(fixed_in("", &kept), kept);
}

/// Files after `--fix --unsafe-fixes`, in the order in which they are given.
fn fixed_together(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    check(folder.path(), &["--fix", "--unsafe-fixes", "."]);
    files.iter().map(|(name, _)| fs::read_to_string(folder.path().join(name)).unwrap()).collect()
}

const STORE: &str = "import asyncio


async def fetch(key):
    await asyncio.sleep(0)
    return key * 2


class Store:
    def load(self, key):
        return asyncio.run(fetch(key))

    def both(self, a, b):
        return self.load(a) + self.load(b)
";

const CALLERS: &str = "import asyncio
from store import Store


def page(store: Store):
    return store.both(\"a\", \"b\").upper()


async def handler(store: Store):
    return [page(store), store.load(\"c\")]


def main():
    print(Store().load(\"d\"))


if __name__ == \"__main__\":
    print(asyncio.run(handler(Store())))
    main()
";

#[test]
fn methods_become_async_over_all_files_that_call_them() {
    let files = [("store.py", STORE), ("app.py", CALLERS)];
    let store = STORE
        .replace("    def load", "    async def load")
        .replace("asyncio.run(", "await ")
        .replace("fetch(key))", "fetch(key)")
        .replace("    def both", "    async def both")
        .replace("self.load(a) + self.load(b)", "await self.load(a) + await self.load(b)");
    let callers = CALLERS
        .replace("def page", "async def page")
        .replace("store.both(\"a\", \"b\").upper()", "(await store.both(\"a\", \"b\")).upper()")
        .replace("[page(store), store.load(\"c\")]", "[await page(store), await store.load(\"c\")]")
        .replace("def main", "async def main")
        .replace("Store().load(\"d\")", "await Store().load(\"d\")")
        .replace("    main()\n", "    asyncio.run(main())\n");
    assert_eq!(fixed_together(&files), [store.clone(), callers.clone()]);
    // The two run as before.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("store.py"), store).unwrap();
    fs::write(folder.path().join("app.py"), callers).unwrap();
    let run = Command::new("python3").arg("app.py").current_dir(folder.path()).output().unwrap();
    assert_eq!(out(&run), "['AABB', 'cc']\ndd\n", "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_method_that_cannot_become_async_stays_with_all_who_call_it() {
    for (what, more) in [
        ("overridden", "\n\nclass Cache(Store):\n    def load(self, key):\n        return key\n"),
        ("handed over", "\n\ndef keys(store: Store):\n    return sorted(\"ab\", key=store.load)\n"),
        ("named in a text", "\n\ndef named(store):\n    return getattr(store, \"load\")\n"),
        ("called on something unknown", "\n\ndef some(thing):\n    return thing.load(\"x\")\n"),
        ("called in a lambda", "\n\ndef later(store: Store):\n    return lambda: store.load(\"x\")\n"),
        ("called in a generator", "\n\nasync def all(store: Store):\n    return set(store.load(k) for k in \"ab\")\n"),
        ("called by the module", "\n\nprint(Store().load(\"x\"))\n"),
        ("called by Python itself", "\n\nclass Page:\n    def __str__(self):\n        return Store().load(\"x\")\n"),
    ] {
        let callers = format!("{CALLERS}{more}");
        let files = [("store.py", STORE), ("app.py", &*callers)];
        assert_eq!(fixed_together(&files), [STORE, &*callers], "{what}");
    }
    for (what, store) in [
        ("a base of others", STORE.replace("class Store:", "class Store(Unknown):")),
        ("a property", STORE.replace("    def both", "    @property\n    def both")),
        ("exported", format!("{}__all__ = [\"Store\", \"load\"]\n", STORE)),
    ] {
        let files = [("store.py", &*store), ("app.py", CALLERS)];
        assert_eq!(fixed_together(&files), [&*store, CALLERS], "{what}");
    }
}

#[test]
fn an_import_that_fixes_made_unused_goes() {
    let body = "\n\nasync def f():\n    await asyncio.sleep(0)\n    time.sleep(1)\n";
    let after = body.replace("time.sleep", "await asyncio.sleep");
    for (top, expected) in [
        ("import asyncio\nimport time\n", "import asyncio\n"),
        ("import asyncio\nimport os, time\n", "import asyncio\nimport os\n"),
        ("import asyncio\n\nimport time\n\nimport os\n", "import asyncio\n\nimport os\n"),
        ("import time\n\nimport asyncio\n", "import asyncio\n"),
        // It was unused before, is not simply imported, or says something.
        (
            "import asyncio\nimport os\nimport time  # noqa: I001\n",
            "import asyncio\nimport os\nimport time  # noqa: I001\n",
        ),
        (
            "import asyncio\ntry:\n    import time\nexcept ImportError:\n    time = None\n",
            "import asyncio\ntry:\n    import time\nexcept ImportError:\n    time = None\n",
        ),
        (
            "import asyncio\nimport time\n__all__ = [\"f\", \"time\"]\n",
            "import asyncio\nimport time\n__all__ = [\"f\", \"time\"]\n",
        ),
        (
            "import asyncio\nimport time\nwhen: \"time.struct_time\"\n",
            "import asyncio\nimport time\nwhen: \"time.struct_time\"\n",
        ),
        ("import asyncio\nimport time as time\n", "import asyncio\nimport time as time\n"),
    ] {
        let new = String::from_utf8(fixed("a.py", format!("{top}{body}"))).unwrap();
        assert_eq!(new, format!("{expected}{after}"), "{top}");
    }
    // Other files of the program may take it from there.
    let text = format!("import asyncio\nimport time\n{body}");
    let kept = format!("import asyncio\nimport time\n{after}");
    for other in ["from a import f, time\n", "import a\na.time.sleep\n", "from mock import patch\npatch(\"a.time\")\n"]
    {
        assert_eq!(fixed_together(&[("a.py", &*text), ("b.py", other)])[0], kept, "{other}");
    }
    assert_eq!(fixed_together(&[("__init__.py", &*text)])[0], kept);
}

#[test]
fn what_the_manager_closes_is_not_closed_again() {
    let text = "import aiohttp\n\n\nasync def f(url):\n    session = aiohttp.ClientSession()\n    response = await session.get(url)\n    if response.status == 404:\n        await session.close()\n        raise KeyError(url)\n    if response.status == 500:\n        await session.close()\n        print(url)\n    text = await response.text()\n    await session.close()\n    return text\n";
    let expected = "import aiohttp\n\n\nasync def f(url):\n    async with aiohttp.ClientSession() as session:\n        response = await session.get(url)\n        if response.status == 404:\n            raise KeyError(url)\n        if response.status == 500:\n            await session.close()\n            print(url)\n        text = await response.text()\n    return text\n";
    assert_eq!(String::from_utf8(fixed("a.py", text)).unwrap(), expected);
}

const RETRYING: &str = "import httpx


async def fetch(client: httpx.AsyncClient, url: str):
    for _ in range(3):
        try:
            response = await client.get(url)
            return response.content
        except httpx.HTTPError:
            pass
    return None
";

#[test]
fn a_project_retries_with_the_library_that_it_has() {
    let tenacity = "import httpx
import tenacity


async def fetch(client: httpx.AsyncClient, url: str):
    try:
        async for attempt in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(httpx.HTTPError),
            stop=tenacity.stop_after_attempt(3),
            wait=tenacity.wait_random_exponential(max=60),
            reraise=True,
        ):
            with attempt:
                response = await client.get(url)
                return response.content
    except httpx.HTTPError:
        pass
    return None
";
    let stamina = "import httpx
import stamina


async def fetch(client: httpx.AsyncClient, url: str):
    try:
        async for attempt in stamina.retry_context(on=httpx.HTTPError, attempts=3, timeout=None):
            with attempt:
                response = await client.get(url)
                return response.content
    except httpx.HTTPError:
        pass
    return None
";
    let on = |name: &str| format!("[project]\nname = \"x\"\ndependencies = [\"{name}>=9\"]\n");
    assert_eq!(fixed_in(&on("tenacity"), RETRYING), tenacity);
    assert_eq!(fixed_in(&on("stamina"), RETRYING), stamina);
    // What is done between the attempts would be lost; a project without them has its own loop.
    let told = RETRYING.replace("pass", "print(url)");
    for (project, text) in [(on("tenacity"), &*told), (on("httpx"), RETRYING)] {
        let new = fixed_in(&project, text);
        assert!(new.contains("await asyncio.sleep(delay * random.uniform(0.5, 1.5))"), "{new}");
    }
    // A program that imports one has it.
    let files = [("a.py", RETRYING), ("b.py", "from stamina import retry\n")];
    assert_eq!(fixed_together(&files)[0], stamina);
}

/// Programs that have to stay as they are: what a fix would do to them is wrong.
#[test]
fn what_would_break_is_left_alone() {
    for (what, text) in [
        (
            "a stream outlives its client",
            "from openai import AsyncOpenAI\n\n\nasync def ask(key, text):\n    client = AsyncOpenAI(api_key=key, timeout=30)\n    answer = await client.responses.create(model=\"m\", input=text, stream=True)\n    return answer\n",
        ),
        (
            "a handler that means cancellation",
            "import asyncio\n\n\nasync def work(queue):\n    while True:\n        try:\n            await queue.get()\n        except (asyncio.CancelledError, KeyError):\n            print(\"stopped\")\n",
        ),
        (
            "a connection that may be quiet",
            "import aiohttp\n\n\nclass Feed:\n    async def listen(self, session: aiohttp.ClientSession):\n        ws = await session.ws_connect(\"wss://example.com\")\n        while True:\n            message = await ws.receive()\n            print(message)\n",
        ),
        (
            "a loop of a thread's own",
            "import asyncio\n\n\nasync def load(x):\n    await asyncio.sleep(0)\n    return x\n\n\ndef run(x):\n    loop = asyncio.new_event_loop()\n    try:\n        return loop.run_until_complete(load(x))\n    finally:\n        loop.close()\n\n\nasync def main():\n    return await asyncio.to_thread(run, 1)\n",
        ),
        (
            "what makes a task",
            "import asyncio\nimport time\n\n\nasync def beat():\n    await asyncio.sleep(1)\n\n\nclass Agent:\n    def __init__(self):\n        time.sleep(1)\n        self.task = asyncio.get_running_loop().create_task(beat())\n\n\nasync def main():\n    agent = Agent()\n    await agent.task\n",
        ),
    ] {
        assert_eq!(String::from_utf8(fixed("a.py", text)).unwrap(), text, "{what}");
    }
}

#[test]
fn a_string_of_several_literals_is_indented_with_its_code() {
    let text = "import aiohttp\n\n\nasync def f(url):\n    session = aiohttp.ClientSession()\n\n    print(\n        f\"one {url}\"  # first\n        \"two\"\n        \"\"\"three\nfour\"\"\"\n    )\n    response = await session.get(url)\n    print(await response.text())\n    print(1)\n";
    let expected = "import aiohttp\n\n\nasync def f(url):\n    async with aiohttp.ClientSession() as session:\n        print(\n            f\"one {url}\"  # first\n            \"two\"\n            \"\"\"three\nfour\"\"\"\n        )\n        response = await session.get(url)\n        print(await response.text())\n    print(1)\n";
    assert_eq!(String::from_utf8(fixed("a.py", text)).unwrap(), expected);
}

#[test]
fn a_lock_or_a_second_check() {
    let strictly = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.py"), text).unwrap();
        check(folder.path(), &["--preset", "strict", "--fix", "--unsafe-fixes", "a.py"]);
        fs::read_to_string(folder.path().join("a.py")).unwrap()
    };
    // What is only filled in once is filled in under a lock, which is taken before the first read.
    let once = "import asyncio\n\ninfo = None\n\n\nasync def get(source):\n    global info\n    known: str | None = info\n    if known is not None:\n        return known\n    found = await source.load()\n    info = found\n    return found\n\n\nasync def main(source):\n    await asyncio.gather(get(source), get(source))\n";
    let new = strictly(once);
    let expected = "    async with info_lock:\n        known: str | None = info\n        if known is not None:\n            return known\n        found = await source.load()\n        info = found\n    return found\n";
    assert!(new.contains(expected), "{new}");
    // Who goes on with what was put in needs the lock; who only puts it in, a second check.
    let entry = "pages = {}\n\n\nasync def page(client, name):\n    if name not in pages:\n        text = await client.load(name)\n        pages[name] = text\n        await client.tell(TEXT)\n    return pages[name]\n\n\nasync def main(client):\n    await asyncio.gather(page(client, \"a\"), page(client, \"a\"))\n";
    let with = |what: &str| format!("import asyncio\n\n{}", entry.replace("TEXT", what));
    let new = strictly(&with("text"));
    assert!(new.contains("    async with pages_lock:\n        if name not in pages:\n"), "{new}");
    let new = strictly(&with("name"));
    assert!(new.contains("        if name not in pages:\n            pages[name] = text\n"), "{new}");
}
