//! The guide is the test suite: every program in `docs/pitfalls/*.md` is checked and, where the page shows its output,
//! executed with CPython. How a page is written: `docs/writing.md`.
//!
//! `SIDESTEP_PAGE=p04` runs one page, `SIDESTEP_PAGE=p04:120` the one program that holds line 120 of it.

use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The pitfalls whose rules exist. The pages run ahead of the rules: marks and findings of others are not compared.
const PITFALLS: std::ops::RangeInclusive<u8> = 1..=12;

/// `(path, line, code)`, the line counted in its own file.
type Mark = (String, usize, String);

/// The files that make one program, and what the page says of them.
#[derive(Default)]
struct Program {
    /// `p01`
    page: String,
    /// The line of the page where it begins, and where its last block ends.
    first: usize,
    last: usize,
    /// Path, the page's line before the first line of text, and text.
    files: Vec<(String, usize, String)>,
    /// `# error: CODE`
    errors: BTreeSet<Mark>,
    /// `# advice: CODE`: the block is checked with the `strict` preset.
    advice: BTreeSet<Mark>,
    /// Whether its files had paths, so that a further one may join.
    open: bool,
    /// What `--fix` must make of it.
    fixed: Option<Fixed>,
    /// Hops that the finding's chain must have, in this order: path, and text of the line.
    chain: Vec<(String, String)>,
    /// What CPython must print on stdout, and what its stderr must contain.
    output: Option<String>,
    error: Option<String>,
}

/// What `--fix` makes of a program's last file.
#[derive(Clone, Default)]
struct Fixed {
    /// With `--unsafe-fixes`.
    is_unsafe: bool,
    /// The Python that it is made for.
    target: Option<String>,
    text: String,
    /// What CPython prints when the fixed program runs.
    output: Option<String>,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The pages, by name, that the environment asks for.
fn pages() -> Vec<(String, String)> {
    let only = std::env::var("SIDESTEP_PAGE").unwrap_or_default();
    let only = only.split(':').next().unwrap_or_default();
    let mut pages: Vec<_> = std::fs::read_dir(repository().join("docs/pitfalls"))
        .expect("docs/pitfalls")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"))
        })
        .filter(|(name, _)| only.is_empty() || name == only)
        .collect();
    pages.sort();
    assert!(!pages.is_empty(), "no page is called {only:?}");
    pages
}

fn programs() -> Vec<Program> {
    let line = std::env::var("SIDESTEP_PAGE").ok().and_then(|s| s.split_once(':')?.1.parse::<usize>().ok());
    let all = pages().iter().flat_map(|(page, text)| parse(page, text)).collect::<Vec<_>>();
    all.into_iter().filter(|p| line.is_none_or(|line| (p.first..=p.last).contains(&line))).collect()
}

/// The programs of a page. Panics, with the place, where the page is not written as `docs/writing.md` says.
fn parse(page: &str, text: &str) -> Vec<Program> {
    let mut programs: Vec<Program> = Vec::new();
    let mut lines = text.lines().enumerate().map(|(n, line)| (n + 1, line));
    while let Some((number, line)) = lines.next() {
        if line.starts_with('#') {
            programs.last_mut().into_iter().for_each(|p| p.open = false);
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let mut body = String::new();
        let mut end = None;
        for (n, line) in lines.by_ref() {
            if line == "```" {
                end = Some(n);
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        let end = end.unwrap_or_else(|| panic!("{page}.md:{number}: this block never ends"));
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["python", "fixed", ..] | ["chain"] | ["output"] | ["error"] => {
                let program = programs.last_mut();
                let program = program.unwrap_or_else(|| panic!("{page}.md:{number}: this block belongs to no program"));
                program.open = false;
                program.last = end;
                match info {
                    "chain" => {
                        let hop = |line: &str| {
                            let (path, text) = line.split_once(": ")?;
                            Some((path.to_owned(), text.to_owned()))
                        };
                        program.chain = body.lines().filter_map(hop).collect();
                        let whole = program.chain.len() == body.lines().count();
                        assert!(whole && program.errors.len() == 1, "{page}.md:{number}: a chain is of one finding");
                    }
                    "output" => match &mut program.fixed {
                        Some(fixed) => fixed.output = Some(body),
                        None => program.output = Some(body),
                    },
                    "error" => program.error = Some(body),
                    _ => {
                        let mut fixed = Fixed { text: body, ..Fixed::default() };
                        for word in info.split_whitespace().skip(2) {
                            match word {
                                "unsafe" => fixed.is_unsafe = true,
                                version => fixed.target = Some(version.to_owned()),
                            }
                        }
                        program.fixed = Some(fixed);
                    }
                }
            }
            ["python", ..] => {
                let path = info.split_whitespace().nth(1);
                let joins = path.is_some()
                    && programs.last().is_some_and(|p| p.open && p.files.iter().all(|f| Some(f.0.as_str()) != path));
                if !joins {
                    let page = page.to_owned();
                    programs.push(Program { page, first: number, open: path.is_some(), ..Program::default() });
                }
                let program = programs.last_mut().unwrap();
                let path = path.unwrap_or("main.py");
                for (n, line) in body.lines().enumerate() {
                    for (word, marks) in [("# error: ", &mut program.errors), ("# advice: ", &mut program.advice)] {
                        let Some((_, codes)) = line.split_once(word) else {
                            continue;
                        };
                        for code in codes.split(", ") {
                            let known = sidestep_rules::RULES.iter().any(|rule| rule.code == code);
                            assert!(known, "{page}.md:{}: {code:?} is no rule", number + n + 1);
                            marks.insert((path.to_owned(), n + 1, code.to_owned()));
                        }
                    }
                }
                program.files.push((path.to_owned(), number, body));
                program.last = end;
            }
            _ => {}
        }
    }
    programs
}

/// The program's files, on disk.
fn written(program: &Program) -> tempfile::TempDir {
    let directory = tempfile::Builder::new().prefix("sidestep-docs").tempdir().unwrap();
    for (path, _, text) in &program.files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// The findings under a directory, each with the places of its chain.
type Found = Vec<(Mark, Vec<(String, usize)>)>;

/// What `check` finds under a directory.
fn check(directory: &Path, arguments: &[&str]) -> Result<Found, String> {
    let output = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args("check --no-cache --isolated --output-format json".split(' '))
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    let said = || String::from_utf8_lossy(&output.stderr).into_owned();
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!("`check` gave up, {}: {}", output.status, said()));
    }
    let report: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("`check` did not print JSON ({e}): {}", said()))?;
    let path = |place: &serde_json::Value| {
        let path = place["path"].as_str().unwrap_or_default().replace('\\', "/");
        path.trim_start_matches("./").to_owned()
    };
    let line = |place: &serde_json::Value| place["line"].as_u64().unwrap_or_default() as usize;
    let findings = report["findings"].as_array().ok_or("the report has no findings")?;
    Ok(findings
        .iter()
        .map(|finding| {
            let code = finding["code"].as_str().unwrap_or_default().to_owned();
            let hops = finding["chain"].as_array().into_iter().flatten();
            let chain = hops.map(|hop| (path(hop), line(hop))).collect();
            ((path(finding), line(&finding["start"]), code), chain)
        })
        .collect())
}

/// Runs `test` over the programs, all at once, and fails with everything that is wrong.
fn hold(programs: &[Program], test: impl Fn(&Program) -> Result<(), String> + Sync) {
    let wrong: Vec<String> = programs
        .par_iter()
        .filter_map(|p| test(p).err().map(|e| format!("docs/pitfalls/{}.md:{}: {}", p.page, p.first, e.trim_end())))
        .collect();
    assert!(wrong.is_empty(), "{} of {} programs:\n\n{}\n", wrong.len(), programs.len(), wrong.join("\n\n"));
}

/// Pitfalls 5 to 12 are judgements: each page shows many findings, and many functions that only look like one.
#[test]
fn pages_of_judgement_show_enough() {
    let due = [("p05", 25), ("p06", 25), ("p07", 25), ("p08", 25), ("p09", 25), ("p10", 20), ("p11", 20), ("p12", 20)];
    for (page, least) in due {
        let programs: Vec<Program> = programs().into_iter().filter(|p| p.page == page).collect();
        if programs.is_empty() {
            continue; // Only another page is run.
        }
        let marked: usize = programs.iter().map(|p| p.errors.len() + p.advice.len()).sum();
        let silent: usize = programs
            .iter()
            .filter(|p| p.errors.is_empty() && p.advice.is_empty())
            .flat_map(|p| &p.files)
            .flat_map(|(_, _, text)| text.lines())
            .filter(|line| line.trim_start().starts_with("async def "))
            .count();
        println!("{page}: {marked} findings and {silent} silent functions");
        assert!(
            marked >= least && silent >= least,
            "{page}: {marked} findings and {silent} silent functions; {least} are due"
        );
    }
}

#[test]
fn findings_are_the_marked_ones() {
    hold(&programs(), |program| {
        let preset = if program.advice.is_empty() { "recommended" } else { "strict" };
        let compared = |mark: &Mark| {
            let rule = sidestep_rules::RULES.iter().find(|rule| rule.code == mark.2);
            rule.is_none_or(|rule| PITFALLS.contains(&rule.pitfall))
        };
        let marks = program.errors.union(&program.advice).cloned();
        let expected: BTreeSet<Mark> = marks.filter(compared).collect();
        let report = check(written(program).path(), &["--preset", preset, "."])?;
        let found: BTreeSet<Mark> = report.iter().map(|(mark, _)| mark.clone()).filter(compared).collect();
        let mut wrong = String::new();
        for (what, marks) in [("expected, not found", &expected - &found), ("found, not expected", &found - &expected)]
        {
            for (path, line, code) in marks {
                let file = program.files.iter().find(|f| f.0 == path);
                let (at, text) = file.map_or((0, ""), |f| (f.1 + line, f.2.lines().nth(line - 1).unwrap_or("")));
                let text = text.split("  # error").next().unwrap_or(text).trim();
                writeln!(wrong, "\n    {}.md:{at}: {what}: {code} in {path}:{line}: {text}", program.page).unwrap();
                wrong.truncate(wrong.trim_end().len());
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    });
}

#[test]
fn fixes_make_what_the_page_shows() {
    let programs: Vec<Program> = programs().into_iter().filter(|p| p.fixed.is_some()).collect();
    hold(&programs, |program| {
        let fixed = program.fixed.as_ref().unwrap();
        let directory = written(program);
        let preset = if program.advice.is_empty() { "recommended" } else { "strict" };
        let mut arguments = vec!["--preset", preset, "--fix"];
        arguments.extend(fixed.is_unsafe.then_some("--unsafe-fixes"));
        arguments.extend(fixed.target.iter().flat_map(|version| ["--target-version", version.as_str()]));
        check(directory.path(), &[&arguments[..], &["."]].concat())?;
        let text = std::fs::read_to_string(directory.path().join(&program.files.last().unwrap().0)).unwrap();
        // Marks are the page's.
        let unmarked =
            |line: &str| line.split("  # error: ").next().unwrap().split("  # advice: ").next().unwrap().to_owned();
        let text: String = text.lines().map(|line| unmarked(line) + "\n").collect();
        if text == fixed.text { Ok(()) } else { Err(format!("expected of `--fix`:\n{}\nmade:\n{text}", fixed.text)) }
    });
}

/// Each rule says what its fix is, and shows one where there is one; a program that is fixed is what `--fix` is asked for.
#[test]
fn every_rule_says_what_its_fix_is() {
    let mut wrong = String::new();
    for (page, text) in pages() {
        for section in text.split("\n## ").skip(1) {
            let Some(rule) = sidestep_rules::RULES.iter().find(|rule| section.starts_with(rule.code)) else { continue };
            let Some((_, fix)) = section.split_once("\n**Fix:** ") else {
                writeln!(wrong, "{page}.md: {} does not say what its fix is", rule.code).unwrap();
                continue;
            };
            let shows = |what: &str| section.lines().any(|line| line.starts_with(what));
            let as_said = match fix.split([' ', ':', ',', '.']).next().unwrap() {
                "none" => !shows("```python fixed"),
                "safe" => section.lines().any(|line| line.starts_with("```python fixed") && !line.contains("unsafe")),
                "unsafe" => shows("```python fixed unsafe"),
                _ => false,
            };
            if !as_said {
                writeln!(wrong, "{page}.md: {} does not show the fix that it speaks of", rule.code).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Whatever is fixed parses, compiles, keeps its comments, and is the same after a second run: the guide's programs, and some
/// of CPython's own tests. `bench/fix.py` does the same to whole packages.
#[test]
fn what_is_fixed_is_sound() {
    let output = Command::new("python3")
        .args(["-X", "utf8", "bench/fix.py", "--docs", "docs/pitfalls", "--stdlib-tests", "test_asyncio"])
        .args(["--sidestep", env!("CARGO_BIN_EXE_sidestep")])
        .current_dir(repository())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
}

#[test]
fn executed_blocks_print_what_the_page_says() {
    let version = Command::new("python3").arg("--version").output();
    assert!(version.is_ok_and(|v| v.status.success()), "the guide is executed: `python3` must be on the path");
    let mut programs: Vec<Program> = programs();
    // What a fix makes of a program is a program too.
    for nth in 0..programs.len() {
        let Some(fixed) = programs[nth].fixed.take() else { continue };
        let Program { page, first, last, files, .. } = &programs[nth];
        let mut files = files.clone();
        files.last_mut().unwrap().2 = fixed.text;
        let (page, first, last, output) = (page.clone(), *first, *last, fixed.output);
        programs.push(Program { page, first, last, files, output, ..Program::default() });
    }
    programs.retain(|p| p.output.is_some() || p.error.is_some());
    // Some show what happens first by the clock, and lose that race where the machine has other things to do.
    hold(&programs, |program| executed(program).or_else(|_| executed(program)).or_else(|_| executed(program)));
}

/// Runs a program with CPython: what is not as the page says.
fn executed(program: &Program) -> Result<(), String> {
    let directory = written(program);
    let (stdout, stderr) = (directory.path().join(".stdout"), directory.path().join(".stderr"));
    let mut child = Command::new("python3")
        .args(["-I", "-X", "utf8", "-c"])
        // `-I` leaves out the environment and the user's packages, and with them the program's own directory.
        .arg("import sys, runpy; sys.path.insert(0, ''); runpy.run_path(sys.argv[1], run_name='__main__')")
        .arg(&program.files.last().unwrap().0)
        .current_dir(directory.path())
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&stdout).unwrap())
        .stderr(std::fs::File::create(&stderr).unwrap())
        .spawn()
        .unwrap();
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > Duration::from_secs(20) {
            child.kill().ok();
            child.wait().ok();
            return Err("still running after 20 s".into());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (stdout, stderr) = (std::fs::read_to_string(stdout).unwrap(), std::fs::read_to_string(stderr).unwrap());
    if program.error.is_none() && !status.success() {
        return Err(format!("python3 failed, {status}:\n{stderr}"));
    }
    if let Some(expected) = program.output.as_ref().filter(|e| !matches(e, &stdout)) {
        return Err(format!("expected output:\n{expected}\nprinted:\n{stdout}\n{stderr}"));
    }
    match program.error.as_ref().filter(|e| !matches(&format!("...\n{e}..."), &stderr)) {
        Some(expected) => Err(format!("expected on stderr:\n{expected}\nprinted:\n{stderr}")),
        None => Ok(()),
    }
}

/// Whether a text is as expected: `...` stands for any text within a line, a line of only `...` for any lines.
fn matches(expected: &str, text: &str) -> bool {
    fn line(pattern: &str, text: &str) -> bool {
        let Some((head, rest)) = pattern.split_once("...") else {
            return pattern == text;
        };
        let Some(text) = text.strip_prefix(head) else {
            return false;
        };
        (0..=text.len()).filter(|&n| text.is_char_boundary(n)).any(|n| line(rest, &text[n..]))
    }
    fn lines(expected: &[&str], text: &[&str]) -> bool {
        match expected.split_first() {
            None => text.is_empty(),
            Some((&"...", rest)) => (0..=text.len()).any(|n| lines(rest, &text[n..])),
            Some((first, rest)) => text.first().is_some_and(|t| line(first, t.trim_end())) && lines(rest, &text[1..]),
        }
    }
    lines(&expected.lines().collect::<Vec<_>>(), &text.lines().collect::<Vec<_>>())
}

#[test]
fn every_rule_has_its_section() {
    let mut missing = String::new();
    for (page, text) in pages() {
        let pitfall: u8 = page.trim_start_matches('p').parse().expect("a page is called p01, p02, …");
        for rule in sidestep_rules::RULES.iter().filter(|rule| rule.pitfall == pitfall) {
            let heading = format!("## {} {}", rule.code, rule.name);
            let Some((_, section)) = text.split_once(&format!("\n{heading}\n")) else {
                writeln!(missing, "{page}.md: `{heading}`").unwrap();
                continue;
            };
            let section = section.split("\n## ").next().unwrap();
            // What only `strict` and `audit` show may be told in prose.
            let told = rule.level == sidestep_rules::Level::Advice;
            for part in ["### Wrong", "### Right", "### Silent", "### How to fix"] {
                if !told && !section.lines().any(|line| line == part) {
                    writeln!(missing, "{page}.md: `{part}` under `{heading}`").unwrap();
                }
            }
        }
    }
    assert!(missing.is_empty(), "missing:\n{missing}");
}

/// The pages are also the measure of the rules: what is marked, and what must stay silent, is never thinned out.
#[test]
fn pages_hold_enough_cases() {
    for (page, text) in pages() {
        let programs = parse(&page, &text);
        let marks: usize = programs.iter().map(|p| p.errors.len() + p.advice.len()).sum();
        let traps = text.matches("  # ok: ").count();
        let chain = |p: &&Program| p.errors.iter().any(|mark| mark.2 == "SS401");
        let chains = programs.iter().filter(chain).count();
        println!("{page}: {marks} findings, {traps} marked traps, {chains} programs with chains");
        assert!(marks >= 10, "{page}.md has only {marks} findings");
        if ["p01", "p02", "p03", "p04"].contains(&page.as_str()) {
            assert!(marks >= 25 && traps >= 25, "{page}.md has {marks} findings and {traps} traps; 25 are due");
        }
        assert!(page != "p04" || chains >= 40, "p04.md has {chains} programs with chains; 40 are due");
    }
}

/// The example service shows what `examples/findings.txt` lists, neither more nor less.
#[test]
fn the_example_service_shows_its_findings() {
    let expected: BTreeSet<Mark> = std::fs::read_to_string(repository().join("examples/findings.txt"))
        .unwrap()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (place, code) = line.split_once(' ').expect("path:line code");
            let (path, line) = place.rsplit_once(':').expect("path:line code");
            (path.to_owned(), line.parse().unwrap(), code.to_owned())
        })
        .collect();
    let found = check(&repository(), &["examples"]).unwrap();
    let found: BTreeSet<Mark> = found.into_iter().map(|(mark, _)| mark).collect();
    assert_eq!(found.difference(&expected).collect::<Vec<_>>(), Vec::<&Mark>::new(), "found, not listed");
    assert_eq!(expected.difference(&found).collect::<Vec<_>>(), Vec::<&Mark>::new(), "listed, not found");
}

/// The table of all fixes, made of what the sections of the rules say of theirs.
#[test]
fn the_table_of_fixes_is_what_the_pages_say() {
    if std::env::var_os("SIDESTEP_PAGE").is_some() {
        return;
    }
    let mut table = String::from(
        "# The fix of each rule\n\n`--fix` makes what is safe: nothing changes but that the fault is gone. `--fix --unsafe-fixes` makes the \
         others too: right\nin intent, but somebody must look. What has no fix says why with each finding that is left.\n\n\
         This table is made of the rules' own sections, which show each fix: `SIDESTEP_UPDATE=1 cargo test -p sidestep --test docs \
         the_table`\nwrites it.\n\n| rule | safe | unsafe | what it does, and where there is none |\n|---|---|---|---|\n",
    );
    let pages = pages();
    for rule in sidestep_rules::RULES.iter().filter(|rule| rule.pitfall > 0) {
        let (name, text) = &pages[usize::from(rule.pitfall) - 1];
        let heading = format!("## {} {}\n", rule.code, rule.name);
        let section = text.split_once(&heading).unwrap_or_else(|| panic!("{name}.md has no `{heading}`")).1;
        let section = section.split("\n## ").next().unwrap();
        let fix =
            section.split_once("**Fix:** ").unwrap_or_else(|| panic!("{} does not say what its fix is", rule.code)).1;
        let fix = fix.split("\n\n").next().unwrap().replace('\n', " ");
        let words: BTreeSet<&str> = fix.split(|c: char| !c.is_alphabetic()).collect();
        let mark = |word: &str, other: &str| if words.contains(word) || words.contains(other) { "yes" } else { "" };
        let anchor = format!("pitfalls/{name}.md#{}-{}", rule.code.to_lowercase(), rule.name);
        let _ = writeln!(
            table,
            "| [{} {}]({anchor}) | {} | {} | {} |",
            rule.code,
            rule.name,
            mark("safe", "Safe"),
            mark("unsafe", "Unsafe"),
            fix.trim().replace('|', "\\|")
        );
    }
    let path = repository().join("docs/fixes.md");
    if std::env::var_os("SIDESTEP_UPDATE").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), table, "docs/fixes.md is not what the pages say");
}
