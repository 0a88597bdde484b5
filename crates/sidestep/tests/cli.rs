//! The command as users meet it: the built binary, on small trees in temporary folders.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use tree::{Tree, shown};

mod tree;

const BLOCKING: &str = "import time\n\n\nasync def main():\n    time.sleep(1)\n";

/// The same as `run`, with standard input.
fn run_with(tree: &Tree, arguments: &[&str], input: &str) -> String {
    let mut command = tree.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    shown(&child.wait_with_output().unwrap())
}

fn json(tree: &Tree, arguments: &[&str]) -> serde_json::Value {
    let output = tree.command(&["check", "--output-format", "json"]).args(arguments).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", shown(&output)))
}

#[test]
fn nothing_to_report() {
    let tree = Tree::new(&[("a.py", "x = 1\n")]);
    insta::assert_snapshot!(tree.run(&["check"]), @r"
    exit 0
    --- stdout
    No pitfalls found in 1 file.
    --- stderr
    ");
    insta::assert_snapshot!(tree.run(&["check", "-q"]), @r"
    exit 0
    --- stdout
    --- stderr
    ");
}

#[test]
fn wrong_configurations() {
    let tree = Tree::new(&[("a.py", "")]);
    let mut said = String::new();
    for (name, text) in [
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.sidestep]\nselct = ['SS2']\n"),
        ("sidestep.toml", "line-length = 120\n"),
        ("sidestep.toml", "select = [\"SS201\", \"SS2O1\"]\n"),
        ("sidestep.toml", "ignore = 'SS201'\n"),
        ("sidestep.toml", "preset = 'strickt'\n"),
        ("sidestep.toml", "target-version = '2.7'\n"),
        ("sidestep.toml", "include-markdown = 'yes'\n"),
        ("sidestep.toml", "select = [\n"),
        ("sidestep.toml", "[per-file-ignores]\n'tests/*' = ['SS20']\n"),
        ("sidestep.toml", "python = 'nowhere'\n"),
    ] {
        tree.write(name, text);
        said += &tree.run(&["check"]).replace(&*tree.path().canonicalize().unwrap().to_string_lossy(), "<tree>");
        fs::remove_file(tree.path().join(name)).unwrap();
    }
    insta::assert_snapshot!(said);
}

#[test]
fn wrong_arguments() {
    let tree = Tree::new(&[("service.py", "")]);
    let mut said = String::new();
    for arguments in [
        &["check", "--select", "blocking-sleap"][..],
        &["check", "--ignore", "SS299"],
        &["check", "servce.py"],
        &["check", "--python", "nowhere"],
        &["check", "--target-version", "three"],
        &["check", "--update-baseline"],
        &["check", "--baseline", "none.json"],
        &["check", "--changed-since", "HEAD"],
        &["check", "--config", "none.toml"],
        &["rule", "SS2011"],
        &["why", "service.py"],
        &["why", "service.py:9"],
    ] {
        said += &format!("{}\n{}", arguments.join(" "), tree.run(arguments));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn bad_files_are_told_and_the_others_are_checked() {
    let tree = Tree::new(&[
        ("syntax.py", "x = 1\ndef f(:\n    pass\n"),
        ("broken.ipynb", "{\"cells\": [\n"),
        ("deep.py", &"(".repeat(10_000)),
        ("deep_blocks.py", &(0..1_500).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>()),
        ("deep_unary.py", &format!("x = {}y\n", "not ".repeat(10_000))),
        ("good.py", "x = 1\n"),
    ]);
    tree.write("invalid.py", b"x = 1\ny = '\xff'\n");
    tree.write("latin1.py", b"# coding: latin-1\nx = '\xe9'\n");
    tree.write("koi8.py", b"# coding: koi8-r\nx = '\xe9'\n");
    tree.write("nul.py", b"x = 1\0\n");
    tree.write("bom.py", b"\xEF\xBB\xBFx = 1\n");
    tree.write("empty.py", "");
    tree.write("long.py", "x = 1\n".repeat(1_000_000));
    #[cfg(unix)]
    std::os::unix::fs::symlink(tree.path(), tree.path().join("loop")).unwrap();
    insta::assert_snapshot!(tree.run(&["check"]));
    let report = json(&tree, &[]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 7);
    assert_eq!(report["summary"]["files"], 13);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("a.py", "x = 1\n"), ("b.py", "x = 1\n")]);
    fs::set_permissions(tree.path().join("a.py"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(tree.path().join("a.py")).is_ok() {
        return; // root may read everything
    }
    insta::assert_snapshot!(tree.run(&["check"]), @r"
    exit 1
    --- stdout
    --- stderr
    error: a.py: cannot be read: Permission denied
    ");
}

#[test]
fn a_dangling_link_that_is_named() {
    let tree = Tree::new(&[]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", tree.path().join("a.py")).unwrap();
    assert!(tree.run(&["check", "a.py"]).starts_with("exit 2"));
}

#[test]
fn results_do_not_depend_on_threads() {
    let files: Vec<(String, String)> = (0..40).map(|n| (format!("m{n}.py"), BLOCKING.to_owned())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let one = tree.run(&["check", "--output-format", "json", "--threads", "1"]);
    assert_eq!(one, tree.run(&["check", "--output-format", "json", "--threads", "7"]));
}

#[test]
fn files_are_shown() {
    let tree = Tree::new(&[
        ("b.py", ""),
        ("a/c.ipynb", ""),
        ("README.md", ""),
        ("tests/t.py", ""),
        ("skip/s.py", ""),
        ("venv/v.py", ""),
        ("sidestep.toml", "extend-exclude = ['skip']\ninclude-markdown = true\n"),
    ]);
    insta::assert_snapshot!(tree.run(&["check", "--show-files"]), @r"
    exit 0
    --- stdout
    README.md
    a/c.ipynb
    b.py
    tests/t.py
    --- stderr
    ");
}

#[test]
fn rules_are_explained() {
    let tree = Tree::new(&[]);
    assert!(tree.run(&["rule", "ss201"]).starts_with("exit 0\n--- stdout\nSS201 blocking-sleep\nerror of pitfall 2: "));
    assert!(tree.run(&["rule", "blocking-sleep"]).contains("SS201 blocking-sleep\n"));
    assert!(tree.run(&["rule", "--all"]).contains("\nSS1206  advice"));
    let output = tree.command(&["rule", "SS401", "--output-format", "json"]).output().unwrap();
    let rule: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rule["documentation"].as_str().unwrap().contains("### Wrong"));
    assert!(tree.run(&["completions", "bash"]).contains("_sidestep"));
}

#[test]
fn unused_and_unknown_suppressions() {
    let tree = Tree::new(&[
        ("a.py", "x = 1  # sidestep: ignore[SS201, SS2O1]\ny = 1  # sidestep: ignore\nz = 1  # sidestep: of course\n"),
        ("b.py", "# sidestep: ignore-file\nx = '# sidestep: ignore'\n"),
    ]);
    insta::assert_snapshot!(tree.run(&["check", "--output-format", "concise"]));
    assert!(tree.run(&["check", "--ignore", "SS001"]).starts_with("exit 0"));
    assert!(tree.run(&["check", "--select", "SS2"]).starts_with("exit 0"));
}

#[test]
fn standard_input() {
    let tree = Tree::new(&[("other.py", "(")]);
    insta::assert_snapshot!(run_with(&tree, &["check", "-"], "x = 1\ny = = 2\n"));
    insta::assert_snapshot!(run_with(&tree, &["check", "--stdin-filename", "app/a.py"], "x = 1\ny = = 2\n"));
    insta::assert_snapshot!(run_with(&tree, &["check", "--stdin-filename", "n.ipynb", "-"], "{"));
}

#[test]
fn baselines_of_suppressions() {
    let tree = Tree::new(&[("a.py", "x = 1  # sidestep: ignore\n")]);
    let baseline = ["check", "--baseline", "known.json"];
    insta::assert_snapshot!(tree.run(&[&baseline[..], &["--update-baseline"]].concat()), @r"
    exit 0
    --- stdout
    No pitfalls found in 1 file.
    --- stderr
    recorded 1 finding in known.json
    ");
    tree.write("a.py", "\n\nx = 1 # sidestep: ignore\nx = 1  # sidestep: ignore\n");
    insta::assert_snapshot!(tree.run(&[&baseline[..], &["--output-format", "concise"]].concat()), @r"
    exit 1
    --- stdout
    a.py:4:10: SS001 this comment suppresses nothing
    Found 1 warning in 1 file.
    --- stderr
    ");
}

#[test]
fn only_changed_files() {
    let tree = Tree::new(&[("a.py", "x = 1  # sidestep: ignore\n"), ("b.py", "x = 1  # sidestep: ignore\n")]);
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(tree.path()).args(["-c", "user.name=t", "-c", "user.email=t@t"]).args(arguments);
        assert!(command.output().unwrap().status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "x"]);
    tree.write("b.py", "x = 2  # sidestep: ignore\n");
    tree.write("c.py", "x = 3  # sidestep: ignore\n");
    let said = tree.run(&["check", "--changed-since", "HEAD", "--output-format", "concise"]);
    assert!(!said.contains("a.py") && said.contains("b.py:1:10") && said.contains("c.py:1:10"), "{said}");
    insta::assert_snapshot!(tree.run(&["check", "--changed-since", "nowhere"]));
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let tree = Tree::new(&[("a.py", &"x = 1  # sidestep: ignore\n".repeat(5_000))]);
    let mut child = tree.command(&["check"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(1), &b""[..]));
}

#[test]
fn colours() {
    let tree = Tree::new(&[("a.py", "x = 1  # sidestep: ignore\n")]);
    assert!(!tree.run(&["check"]).contains('\x1b'));
    assert!(tree.run(&["check", "--color", "always"]).contains('\x1b'));
    let forced = tree.command(&["check"]).env("FORCE_COLOR", "1").output().unwrap();
    assert!(shown(&forced).contains('\x1b'));
    let not = tree.command(&["check"]).env("FORCE_COLOR", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!shown(&not).contains('\x1b'));
}

#[test]
fn every_format_of_a_suppression() {
    let tree = Tree::new(&[("a.py", "x = 1  # sidestep: ignore\n"), ("b.py", "(\n")]);
    for format in ["full", "concise", "json", "github", "gitlab", "junit"] {
        insta::assert_snapshot!(format!("format_{format}"), tree.run(&["check", "--output-format", format]));
    }
    for format in ["sarif", "html"] {
        assert!(tree.run(&["check", "--output-format", format]).starts_with("exit 1"));
    }
    assert!(tree.run(&["check", "--exit-zero"]).starts_with("exit 0"));
}

// What follows needs the rules.

#[test]
fn a_blocking_sleep() {
    let tree = Tree::new(&[("a.py", BLOCKING)]);
    let report = json(&tree, &["--isolated"]);
    assert_eq!(report["findings"][0]["code"], "SS201", "{report:#}");
    assert_eq!(report["findings"][0]["start"], serde_json::json!({"line": 5, "column": 5}));
    assert!(tree.run(&["check"]).starts_with("exit 1"));
    assert!(tree.run(&["check", "--ignore", "SS2"]).starts_with("exit 0"));
}

#[test]
fn a_project_is_no_package() {
    let tree = Tree::new(&[
        ("__init__.py", ""),
        ("app/__init__.py", ""),
        ("app/work.py", "async def go():\n    return 1\n"),
        ("main.py", "from app.work import go\n\n\nasync def main():\n    go()\n"),
    ]);
    assert_eq!(json(&tree, &["--isolated"])["findings"], serde_json::json!([]));
    tree.write("pyproject.toml", "");
    assert_eq!(json(&tree, &["--isolated"])["findings"][0]["code"], "SS101");
}

#[test]
fn unresolved_calls_are_counted_by_what_they_need() {
    let tree = Tree::new(&[(
        "main.py",
        "import lib\nfrom lib.pool import Pool\nfrom typing import Any\n\n\nclass Base(lib.Model):\n    pass\n\n\n\
         pool = Pool()\n\n\nasync def work(given, anything: Any, model: Base, box: lib.Box | None, **more):\n    \
         client = await pool.acquire()\n    await client.get()\n    await lib.other.call()\n    model.dump()\n    \
         box.open()\n    given.go()\n    anything.go()\n    more.get('x')()\n    print(missing())\n",
    )]);
    let calls = &json(&tree, &["--statistics", "--exit-zero"])["calls"];
    let expected = serde_json::json!([{"package": "lib", "calls": 5, "names": [
        ["lib.pool.Pool", 2], ["lib.Box", 1], ["lib.Model", 1], ["lib.other.call", 1]]}]);
    assert_eq!(calls["packages"], expected);
    let gaps = calls["gaps"].to_string();
    for reason in
        ["a parameter without annotation", "declared to be anything", "`*args`", "a name that its module does not bind"]
    {
        assert!(gaps.contains(reason), "{reason}: {gaps}");
    }
    assert_eq!(calls["all"].as_u64().unwrap() - calls["known"].as_u64().unwrap(), 5 + 5);
    let table = tree.run(&["check", "--statistics"]);
    assert!(table.contains("      5  need lib: lib.pool.Pool 2, lib.Box 1, lib.Model 1, \u{2026}\n"), "{table}");
}

#[test]
fn suppressions_suppress() {
    for comment in ["ignore", "ignore[SS201]", "ignore[SS2]", "ignore[blocking-sleep]"] {
        let tree = Tree::new(&[("a.py", &BLOCKING.replace("(1)", &format!("(1)  # sidestep: {comment}")))]);
        assert!(tree.run(&["check"]).starts_with("exit 0"), "{comment}: {}", tree.run(&["check"]));
    }
    let tree = Tree::new(&[("a.py", &format!("# sidestep: ignore-file\n{BLOCKING}"))]);
    assert!(tree.run(&["check"]).starts_with("exit 0"));
}

#[test]
fn notebooks_and_markdown() {
    let cell = |source: &str| serde_json::json!({"cell_type": "code", "source": source});
    let notebook = serde_json::json!({"cells": [cell("import time"), cell("x = 1\ntime.sleep(1)")], "nbformat": 4});
    let tree = Tree::new(&[
        ("n.ipynb", &notebook.to_string()),
        ("doc.md", "# T\n```python\nimport time\n```\n- x\n\n  ```py\n  async def f():\n      time.sleep(1)\n  ```\n"),
    ]);
    let report = json(&tree, &["n.ipynb", "doc.md"]);
    let places: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| format!("{} {} {} {} {}", f["path"], f["code"], f["cell"], f["start"]["line"], f["start"]["column"]))
        .collect();
    assert_eq!(places, ["\"doc.md\" \"SS201\" null 9 7", "\"n.ipynb\" \"SS201\" 2 2 1"]);
}

#[test]
fn a_baseline_survives_moved_lines() {
    let tree = Tree::new(&[("a.py", BLOCKING)]);
    tree.run(&["check", "--baseline", "known.json", "--update-baseline"]);
    tree.write("a.py", format!("# moved\n\n{BLOCKING}"));
    assert!(tree.run(&["check", "--baseline", "known.json"]).starts_with("exit 0"));
    tree.write("a.py", BLOCKING.replace("(1)", "(2)"));
    assert!(tree.run(&["check", "--baseline", "known.json"]).starts_with("exit 1"));
}

#[test]
fn per_file_ignores_and_presets() {
    let tree = Tree::new(&[
        ("a.py", BLOCKING),
        ("tests/t.py", BLOCKING),
        ("pyproject.toml", "[tool.sidestep]\nper-file-ignores = { 'tests/' = ['SS2'] }\n"),
    ]);
    let report = json(&tree, &[]);
    let paths: Vec<&str> = report["findings"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a.py"]);
}

#[test]
fn why_a_line_blocks() {
    let tree =
        Tree::new(&[("a.py", "import time\n\n\ndef load():\n    time.sleep(1)\n\n\nasync def main():\n    load()\n")]);
    let said = tree.run(&["why", "a.py:9"]);
    assert!(said.contains("in the async function `main`") && said.contains("on the event loop"), "{said}");
    assert!(said.contains("blocks its thread"), "{said}");
}

/// A Python that sees no installed package (`-S`), a path that is none, and a program that is no Python.
#[test]
#[cfg(unix)]
fn a_run_wants_the_package() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[
        ("program.py", "print('ran')\n"),
        ("bare", "#!/bin/sh\nexec python3 -I -S \"$@\"\n"),
        ("text", "no program\n"),
    ]);
    fs::set_permissions(tree.path().join("bare"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut said = String::new();
    for python in ["./bare", "./text", "./nowhere"] {
        said += &tree.run(&["run", "--python", python, "program.py"]);
    }
    insta::assert_snapshot!(said);
}
