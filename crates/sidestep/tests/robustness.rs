//! What must hold whatever the input and however runs are interrupted: the same bytes with any number of threads, with
//! and without the cache and in any order of paths; no panic, no overflow, no hang.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;
use tree::{Tree, shown};

mod tree;

fn empty() -> Tree {
    Tree::new(&[]).always(&["check", "--isolated"])
}

/// A program of packages that import each other, with findings of several rules and a few broken files.
fn program() -> Tree {
    let tree = empty();
    for package in ["alpha", "beta", "gamma"] {
        tree.write(&format!("{package}/__init__.py"), format!("from .m0 import work0 as {package}_work\n"));
        for number in 0..8 {
            let next = (number + 1) % 8;
            let other = if package == "alpha" { "beta" } else { "alpha" };
            let text = format!(
                "import asyncio, time, requests, random_{number}\n\
                 from .m{next} import helper{next}, Store{next}\n\
                 from {other}.m{number} import helper{number} as far\n\n\n\
                 class Store{number}:\n    def __init__(self):\n        self.zulu = self.alpha = None\n        \
                 self.lock = asyncio.Lock()\n\n    async def load(self, key):\n        if self.zulu is None:\n            \
                 self.zulu = await work{number}(key)\n        self.alpha = far()\n        return self.zulu\n\n\n\
                 def helper{number}():\n    time.sleep({number})\n    return requests.get('http://x', timeout=None)\n\n\n\
                 async def work{number}(key):\n    far()\n    helper{next}()\n    asyncio.create_task(work{number}(1))\n    \
                 work{number}(2)\n    time.sleep(1)  # sidestep: ignore[SS201]\n    x = 1  # sidestep: ignore\n    \
                 return await Store{next}().load(key)\n"
            );
            tree.write(&format!("{package}/m{number}.py"), text);
        }
    }
    tree.write("broken.py", "def f(:\n");
    tree.write("nul.py", "x = 1\0\n");
    tree.write("latin.py", b"x = '\xe9'\n");
    tree.write("note.ipynb", r#"{"cells": [{"cell_type": "code", "source": ["import time\n", "await f()"]}]}"#);
    tree.write("page.md", "# A page\n\n```python\nimport time\nasync def f():\n    time.sleep(1)\n```\n");
    tree
}

/// What the cache does shows in its files and their times.
trait Cached {
    fn cache(&self) -> PathBuf;
    fn settle(&self);
    fn kept(&self) -> Vec<(PathBuf, Vec<u8>)>;
}

impl Cached for Tree {
    fn cache(&self) -> PathBuf {
        self.path().join(".sidestep_cache")
    }

    /// Until here, changes may have the same time; from here on, times tell.
    fn settle(&self) {
        sleep(Duration::from_millis(80));
    }

    /// The files of the cache with their content, without the marks of the folder.
    fn kept(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = fs::read_dir(self.cache()).unwrap().map(|entry| entry.unwrap().path());
        let mut kept: Vec<_> = entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
        kept.retain(|(path, _)| !path.ends_with(".gitignore") && !path.ends_with("CACHEDIR.TAG"));
        kept.sort();
        kept
    }
}

/// The first lines that differ, rather than both texts.
#[track_caller]
fn assert_same(expected: &str, found: &str, what: &str) {
    if expected != found {
        let differs = expected.lines().zip(found.lines()).find(|(expected, found)| expected != found);
        panic!("{what}: {differs:?}, {} and {} bytes", expected.len(), found.len());
    }
}

#[test]
fn same_bytes_however_it_is_run() {
    let tree = program();
    tree.settle();
    for format in ["full", "json"] {
        let options = ["--output-format", format, "--preset", "strict"];
        let expected = tree.run(&[&options[..], &["--no-cache", "--threads", "1"]].concat());
        assert!(expected.matches("SS401").count() >= 24 && expected.matches("SS101").count() >= 24, "{expected}");
        assert!(!tree.cache().exists() || format != "full", "--no-cache writes nothing");
        for extra in [
            &["--no-cache", "--threads", "4"][..],
            &["--threads", "4"],
            &["--threads", "1"],
            &["--threads", "3"],
            &["note.ipynb", "gamma", ".", "alpha/m1.py", "beta"],
            &["beta", "alpha/m1.py", ".", "note.ipynb", "gamma"],
        ] {
            assert_same(&expected, &tree.run(&[&options[..], extra].concat()), &format!("{extra:?}"));
        }
        // The facts alone, without the report.
        for (path, _) in tree.kept().iter().filter(|(path, _)| path.to_string_lossy().contains("report")) {
            fs::remove_file(path).unwrap();
        }
        assert_same(&expected, &tree.run(&options), "from the facts");
        assert_same(&expected, &tree.run(&options), "from the report");
    }
    let cached = tree.kept();
    assert!(cached.iter().any(|(path, _)| path.to_string_lossy().contains("report-")));
    // Options that select other findings are another question.
    let few = tree.run(&["--select", "SS201"]);
    assert_same(&tree.run(&["--select", "SS201", "--no-cache"]), &few, "--select");
    assert_same(&few, &tree.run(&["--select", "SS201"]), "--select again");
    assert_ne!(few, tree.run(&["--select", "SS8"]));
    // A part of the program.
    assert_same(&tree.run(&["alpha", "--no-cache"]), &tree.run(&["alpha"]), "a part");
}

/// Whatever is asked in whatever way: the seed is fixed, so a failure can be had again.
#[test]
fn same_bytes_in_any_order() {
    let tree = program();
    tree.settle();
    let mut rng = fastrand::Rng::with_seed(6);
    let mut paths: Vec<String> = ["alpha", "beta", "gamma", "note.ipynb", "page.md", "broken.py", "latin.py", "nul.py"]
        .map(str::to_owned)
        .into();
    for package in ["alpha", "beta", "gamma"] {
        paths.extend((0..8).map(|number| format!("{package}/m{number}.py")));
        paths.push(format!("./{package}/../{package}/__init__.py"));
    }
    let run = |options: &[&str], paths: &[String]| {
        let paths = paths.iter().map(String::as_str);
        tree.run(&["--preset", "strict"].iter().chain(options).copied().chain(paths).collect::<Vec<_>>())
    };
    let expected = run(&["--no-cache", "--threads", "1"], &paths);
    assert!(expected.matches("SS401").count() >= 24, "{expected}");
    for round in 0..16 {
        rng.shuffle(&mut paths);
        let threads = rng.usize(1..9).to_string();
        let options = ["--threads", &threads, "--no-cache"];
        let options = &options[..if rng.bool() { 3 } else { 2 }];
        assert_same(&expected, &run(options, &paths), &format!("round {round}: {options:?} {paths:?}"));
    }
}

#[test]
fn every_change_is_seen() {
    let tree = program();
    tree.settle();
    let check = |what: &str| {
        let fresh = tree.run(&["--no-cache"]);
        assert_same(&fresh, &tree.run(&[]), what);
        assert_same(&fresh, &tree.run(&[]), &format!("{what}, again"));
        fresh
    };
    let mut before = check("at first");
    let mut differs = |what: &str| {
        let now = check(what);
        assert_ne!(before, now, "{what}");
        before = now;
    };
    let module = tree.path().join("alpha/m3.py");
    let text = fs::read_to_string(&module).unwrap();
    // At once, and with the size and the time that the file had.
    let time = fs::metadata(&module).unwrap().modified().unwrap();
    fs::write(&module, text.replace("time.sleep", "time.slEEp")).unwrap();
    fs::File::options().write(true).open(&module).unwrap().set_modified(time).unwrap();
    if cfg!(unix) {
        differs("same size, same time");
    }
    fs::write(&module, &text).unwrap();
    check("back again");
    tree.settle();
    tree.write("delta/__init__.py", "import time\nasync def f():\n    time.sleep(1)\n");
    differs("a new file");
    tree.settle();
    check("settled");
    fs::remove_file(tree.path().join("alpha/m5.py")).unwrap();
    differs("a file less");
    fs::rename(tree.path().join("beta"), tree.path().join("omega")).unwrap();
    differs("another name");
    // Nothing that is checked, but a package above it: imports start elsewhere.
    tree.write("top/sub/a.py", "from top.sub.b import nap\nasync def f():\n    nap()\n");
    tree.write("top/sub/b.py", "import time\ndef nap():\n    time.sleep(1)\n");
    tree.settle();
    let fresh = || assert_same(&tree.run(&["top/sub", "--no-cache"]), &tree.run(&["top/sub"]), "a part");
    fresh();
    fresh();
    tree.write("top/sub/__init__.py", "");
    tree.write("top/__init__.py", "");
    fresh();
    fresh();
}

#[test]
fn a_cache_may_move_with_its_project() {
    let tree = program();
    tree.settle();
    let expected = tree.run(&[]);
    let other = empty();
    for entry in
        ["alpha", "beta", "gamma", "broken.py", "nul.py", "latin.py", "note.ipynb", "page.md", ".sidestep_cache"]
    {
        fs::rename(tree.path().join(entry), other.path().join(entry)).unwrap();
    }
    let before = other.kept();
    assert_same(&expected, &other.run(&[]), "moved");
    let facts = |kept: &[(PathBuf, Vec<u8>)]| kept.iter().find(|(path, _)| path.ends_with("facts")).cloned();
    assert_eq!(facts(&before), facts(&other.kept()));
}

#[test]
fn runs_side_by_side() {
    let tree = program();
    tree.settle();
    let expected = tree.run(&["--no-cache"]);
    for round in 0..3 {
        let start =
            |_| tree.command(&["--threads", "2"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let runs: Vec<_> = (0..8).map(start).collect();
        for run in runs {
            assert_same(&expected, &shown(&run.wait_with_output().unwrap()), &format!("round {round}"));
        }
        assert!(tree.kept().iter().all(|(path, _)| path.extension().is_none()), "{:?}", tree.kept());
        for number in 0..8 {
            let path = format!("gamma/m{number}.py");
            let text = fs::read_to_string(tree.path().join(&path)).unwrap();
            tree.write(&path, text + &format!("\n\n\n# {}\n", "round ".repeat(round + 1)));
        }
    }
}

#[test]
fn a_damaged_cache_is_no_cache() {
    let tree = program();
    tree.settle();
    let expected = tree.run(&[]);
    tree.write("alpha/m1.py", fs::read_to_string(tree.path().join("alpha/m1.py")).unwrap() + "\n\n\n# more\n");
    assert_same(&expected, &tree.run(&[]), "with a comment");
    tree.settle();
    assert_same(&expected, &tree.run(&[]), "settled");
    let sound = tree.kept();
    assert_eq!(sound.len(), 3, "facts, facts-recent, a report");
    for (path, bytes) in &sound {
        let length = bytes.len();
        let mut damaged = vec![Vec::new(), vec![0xff; length], [&bytes[..], b"\n"].concat()];
        damaged.extend([20, 24, 40, length / 2, length - 1].map(|end| bytes[..end].to_vec()));
        for at in (0..length).step_by(length / 6).chain([24, 32]) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x41;
            damaged.push(flipped);
        }
        for (number, damaged) in damaged.iter().enumerate() {
            for (path, bytes) in &sound {
                fs::write(path, bytes).unwrap();
            }
            fs::write(path, damaged).unwrap();
            // A report that is sound would hide what the facts have come to.
            if path.ends_with("facts") || path.ends_with("facts-recent") {
                fs::remove_file(&sound[2].0).unwrap();
            }
            assert_same(&expected, &tree.run(&[]), &format!("{}, damage {number}", path.display()));
        }
    }
    assert_same(&expected, &tree.run(&[]), "mended");
    assert_eq!(tree.kept().len(), 3);
}

#[test]
fn where_nothing_can_be_written() {
    let tree = program();
    let expected = tree.run(&["--no-cache"]);
    // No folder can be made.
    fs::write(tree.cache(), "a file").unwrap();
    assert_same(&expected, &tree.run(&[]), "a file in its place");
    fs::remove_file(tree.cache()).unwrap();
    assert_same(&expected, &tree.run(&[]), "written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        tree.write("alpha/m1.py", "import time\nasync def f():\n    time.sleep(1)\n");
        let expected = tree.run(&["--no-cache"]);
        fs::set_permissions(tree.cache(), fs::Permissions::from_mode(0o555)).unwrap();
        assert_same(&expected, &tree.run(&[]), "a read-only folder");
        fs::set_permissions(tree.cache(), fs::Permissions::from_mode(0o755)).unwrap();
        // Every write fails, as on a full disk.
        for size in ["0", "8"] {
            tree.write("alpha/m2.py", format!("import time\nasync def f():\n    time.sleep({size})\n"));
            let expected = tree.run(&["--no-cache"]);
            let script = format!("trap '' XFSZ; ulimit -f {size}; exec \"$0\" check --isolated");
            let full = Command::new("sh")
                .args(["-c", &script, env!("CARGO_BIN_EXE_sidestep")])
                .current_dir(tree.path())
                .env_remove("VIRTUAL_ENV")
                .output();
            assert_same(&expected, &shown(&full.unwrap()), "a full disk");
            assert!(tree.kept().iter().all(|(path, _)| path.extension().is_none()), "nothing is left behind");
        }
    }
}

/// A file system of its own for the cache, so small that it is full at once. Takes a superuser.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full() {
    struct Mounted(PathBuf);
    impl Drop for Mounted {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(&self.0).status();
        }
    }
    let tree = program();
    tree.settle();
    let expected = tree.run(&["--no-cache"]);
    for (size, files) in [("4k", 1), ("16k", 64), ("64k", 3), ("1m", 64)] {
        fs::create_dir_all(tree.cache()).unwrap();
        let options = format!("size={size},nr_inodes={files}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(tree.cache()).output();
        if !mount.is_ok_and(|mount| mount.status.success()) {
            eprintln!("skipped: a small file system cannot be mounted here (only the superuser may)");
            return;
        }
        let mounted = Mounted(tree.cache());
        for round in 0..3 {
            assert_same(&expected, &tree.run(&[]), &format!("{options}, round {round}"));
        }
        assert!(tree.kept().iter().all(|(path, _)| path.extension().is_none()), "{options}: {:?}", tree.kept());
        drop(mounted);
        fs::remove_dir_all(tree.cache()).unwrap();
    }
}

#[test]
fn killed_at_any_moment() {
    let tree = program();
    let expected = tree.run(&["--no-cache"]);
    for delay in 0..30 {
        let mut run = tree.command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_micros(delay * 1_500));
        run.kill().unwrap();
        run.wait().unwrap();
        if delay % 6 == 5 {
            assert_same(&expected, &tree.run(&[]), &format!("killed after {delay} steps"));
            fs::remove_dir_all(tree.cache()).unwrap();
        }
    }
}

#[test]
fn files_that_are_no_source() {
    let tree = empty();
    tree.write("good.py", "import time\nasync def f():\n    time.sleep(1)\n");
    tree.write("nul.py", "x = '\0'\n");
    tree.write("binary.py", (0..=255).cycle().take(10_000).collect::<Vec<u8>>());
    tree.write("utf8.py", b"x = '\xff\xfe'\n");
    tree.write("empty.py", "");
    tree.write("marks.py", "\u{feff}\u{feff}x = 1\n");
    tree.write("cr.py", "x = 1\rasync def f():\r  await g(\r");
    tree.write("book.ipynb", "{\"cells\": [{]}");
    tree.write("odd.ipynb", r#"{"cells": [{"cell_type": "code", "source": 7}, null, 3], "nbformat": "x"}"#);
    tree.write("page.md", "```python\n\0\n```\n```python");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        tree.write("secret.py", "x = 1\n");
        fs::set_permissions(tree.path().join("secret.py"), fs::Permissions::from_mode(0o0)).unwrap();
        symlink("nowhere.py", tree.path().join("dangling.py")).unwrap();
        symlink("loop.py", tree.path().join("loop.py")).unwrap();
        fs::create_dir_all(tree.path().join("a/b")).unwrap();
        symlink("..", tree.path().join("a/b/up")).unwrap();
        symlink("../..", tree.path().join("a/b/top")).unwrap();
        tree.write("a/b/deep.py", "import time\nasync def g():\n    time.sleep(1)\n");
    }
    for paths in [&["."][..], &[".", "page.md", "nul.py"]] {
        let fresh = tree.run(&[&["--output-format", "concise", "--no-cache"][..], paths].concat());
        assert!(fresh.starts_with("exit 1\n"), "{fresh}");
        for part in ["good.py:3:5: SS201", "error: nul.py", "error: utf8.py", "error: binary.py", "error: book.ipynb"] {
            assert!(fresh.contains(part), "{part}\n{fresh}");
        }
        assert_eq!(fresh.matches("deep.py:3:5: SS201").count(), usize::from(cfg!(unix)), "{fresh}");
        for _ in 0..2 {
            assert_same(&fresh, &tree.run(&[&["--output-format", "concise"][..], paths].concat()), "cached");
        }
    }
}

/// Found by mutation: the parser panics on this.
#[test]
fn what_the_parser_does_not_survive() {
    let tree = empty();
    tree.write("book.ipynb", r#"{"cells": [{"cell_type": "code", "source": ["e(f\"\n", "t\n", ","]}], "nbformat": 4}"#);
    tree.write("good.py", "import time\nasync def f():\n    time.sleep(1)\n");
    let found = tree.run(&["--output-format", "concise", "--no-cache"]);
    let error = "error: book.ipynb:cell 1:1:1: syntax error: somewhere in it (the parser cannot say where)\n";
    assert!(found.starts_with("exit 1\n") && found.ends_with(error), "{found}");
    assert!(found.contains("good.py:3:5: SS201") && !found.contains("internal error"), "{found}");
}

/// Each fence is read with earlier ones, but not with all of them.
#[test]
fn a_page_of_many_programs() {
    let tree = empty();
    let fence = |number| {
        let nap = if number == 0 { "import time\n\n\n" } else { "" };
        format!("Text.\n\n```python\n{nap}async def f{number}(x):\n    time.sleep(1)\n    return f0\n```\n\n")
    };
    tree.write("page.md", (0..400).map(fence).collect::<String>());
    let found = tree.run(&["--output-format", "concise", "--no-cache", "page.md"]);
    assert_eq!(found.matches(": SS201 ").count(), 400, "{found:.2000}");
}

#[test]
fn a_large_file() {
    let tree = empty();
    let mut text = String::with_capacity(50 << 20);
    let line = format!("# {}\n", "long ".repeat(20_000));
    let function = "async def f(x):\n    if x.y[0] > 1:\n        await g(x, y=[1, 2], **z)\n    return x\n\n\n";
    while text.len() < 50 << 20 {
        text.push_str(&function.repeat(4));
        text.push_str(&line);
    }
    text.push_str("import time\nasync def last():\n    time.sleep(1)\n");
    tree.write("large.py", &text);
    let first = tree.run(&["--output-format", "concise"]);
    assert!(first.contains(": SS201 "), "{first}");
    assert_same(&first, &tree.run(&["--output-format", "concise"]), "cached");
}

/// Nesting of every kind, as deep as files are read at all and far deeper.
#[test]
fn deep_nesting() {
    nesting(700);
}

#[test]
fn deeper_nesting() {
    nesting(10_000);
}

fn nesting(depth: usize) {
    let block = |line: &str, depth: usize| {
        let mut text = String::from("async def f(a, b):\n");
        for level in 1..=depth {
            text.push_str(&" ".repeat(level));
            text.push_str(line);
            text.push('\n');
        }
        text + &" ".repeat(depth + 1) + "await a\n"
    };
    let tree = empty();
    // Chains of calls cost more than their length.
    let chain = depth.min(1_500);
    let around = |open: &str, close: &str| {
        let depth = if close.ends_with(')') && open.is_empty() { chain } else { depth };
        format!("{}a{}", open.repeat(depth), close.repeat(depth))
    };
    let mut expressions = Vec::new();
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1: ", "}"),
        ("f(", ")"),
        ("f(x=", ")"),
        ("await f(", ")"),
        ("a[", "]"),
        ("[x for x in ", "]"),
        ("lambda: ", ""),
        ("not ", ""),
        ("-", ""),
        ("b if a else ", ""),
        ("a and (b or ", ")"),
        ("a + ", ""),
        ("a ** ", ""),
        ("a < ", ""),
        ("a.", ""),
        ("*", ""),
        ("f'{", "}'"),
        ("", ".a"),
        ("", "()"),
        ("", "[0]"),
        ("", "(a)(b)"),
        ("", ".f(a)"),
        ("", " or b"),
        ("(x := ", ")"),
    ] {
        expressions.push(around(open, close));
    }
    for (number, expression) in expressions.iter().enumerate() {
        tree.write(&format!("e{number}.py"), format!("async def f(a, b):\n    x = {expression}\n    await x\n"));
        tree.write(&format!("r{number}.py"), format!("import time\nx = {expression}\nfor y in {expression}: pass\n"));
    }
    tree.write("elif.py", format!("if a:\n    pass\n{}", "elif b:\n    pass\n".repeat(depth)));
    tree.write("decorators.py", format!("{}async def f(): pass\n", "@a\n".repeat(depth)));
    tree.write("annotation.py", format!("x: {} = 1\n", around("list[", "]")));
    tree.write("pattern.py", format!("match a:\n    case {}: pass\n", around("[", "]")));
    tree.write("names.py", (0..depth).map(|n| format!("def f{n}(): return f{}()\n", n + 1)).collect::<String>());
    tree.write(
        "awaits.py",
        (0..chain).map(|n| format!("async def f{n}(x): return await f{}(x)\n", n + 1)).collect::<String>(),
    );
    tree.write("classes.py", (1..depth).map(|n| format!("class C{n}(C{}): pass\n", n - 1)).collect::<String>());
    tree.write("aliases.py", (1..depth).map(|n| format!("x{n} = x{}\n", n - 1)).collect::<String>() + "x0 = x9\n");
    tree.write("calls.py", (1..depth).map(|n| format!("x{n} = x{}()\n", n - 1)).collect::<String>());
    if depth < 1_000 {
        for (number, line) in [
            "if a:",
            "while a:",
            "for x in a:",
            "async for x in a:",
            "with a:",
            "async with a:",
            "async with a.lock: # x",
            "def f(a):",
            "async def f(a):",
            "class A:",
        ]
        .iter()
        .enumerate()
        {
            tree.write(&format!("b{number}.py"), block(line, depth));
        }
    }
    let found = tree.run(&["--output-format", "concise", "--preset", "strict", "--no-cache"]);
    assert!(found.starts_with("exit 0") || found.starts_with("exit 1"), "{depth}: {found:.2000}");
    assert!(!found.contains("internal error"), "{depth}: {found:.2000}");
}
