//! The tests of the Python package, `python/tests`, with the extension that this build made and the `python3` on the path.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

#[test]
fn python_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some(extension) = extension() else {
        return skipped("the extension was not built as a library for this platform");
    };
    let built = extension.parent().expect("a file is in a folder");
    let python = match environment(&built.join("python-tests"), &root.join("python/tests/requirements.txt")) {
        Ok(python) => python,
        Err(why) => return skipped(&why),
    };
    let packages = tempfile::tempdir().expect("a folder for the package");
    let package = packages.path().join("sidestep");
    fs::create_dir(&package).unwrap();
    for file in fs::read_dir(root.join("python/sidestep")).unwrap().flatten() {
        if file.path().extension().is_some_and(|ending| ending == "py") {
            fs::copy(file.path(), package.join(file.file_name())).unwrap();
        }
    }
    fs::copy(&extension, package.join("_native.abi3.so")).unwrap();
    let run = |file: &PathBuf| {
        Command::new(&python)
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider"])
            .arg(file)
            .env("PYTHONPATH", packages.path())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env_remove("VIRTUAL_ENV")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("pytest runs")
    };
    // They wait more than they work: the files run at the same time. What fails there runs again alone, as a machine that is too
    // busy for a program stalls its loop.
    let tests = fs::read_dir(root.join("python/tests")).unwrap().flatten().map(|file| file.path());
    let tests: Vec<PathBuf> = tests.filter(|file| file.extension().is_some_and(|ending| ending == "py")).collect();
    assert!(tests.len() > 1);
    let together: Vec<_> = tests.iter().map(|file| (file, run(file))).collect();
    let ended = |run: Child| run.wait_with_output().expect("pytest ends");
    let together: Vec<_> = together.into_iter().map(|(file, run)| (file, ended(run).status.success())).collect();
    let again = together.into_iter().filter(|(_, passed)| !passed).map(|(file, _)| ended(run(file)));
    let told: Vec<String> =
        again.filter(|run| !run.status.success()).map(|run| text(&run.stdout) + &text(&run.stderr)).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The extension, beside the folder of this test's own program.
fn extension() -> Option<PathBuf> {
    let folder = env::current_exe().ok()?.parent()?.parent()?.to_owned();
    let names = ["libsidestep_runtime.so", "libsidestep_runtime.dylib"];
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

/// An environment with what the tests need, made once.
fn environment(folder: &Path, requirements: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let stamp = folder.join("needs");
    let needs = fs::read_to_string(requirements).map_err(|failure| failure.to_string())?;
    if fs::read_to_string(&stamp).is_ok_and(|known| known == needs) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder), "python3 makes no environment")?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(install).arg(requirements), "what they need cannot be installed")?;
    fs::write(stamp, needs).map_err(|failure| failure.to_string())?;
    Ok(python)
}

fn run(command: &mut Command, otherwise: &str) -> Result<(), String> {
    match command.output() {
        Ok(Output { status, .. }) if status.success() => Ok(()),
        Ok(output) => Err(format!("{otherwise}: {}", text(&output.stderr).trim())),
        Err(failure) => Err(format!("{otherwise}: {failure}")),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Said where it is seen: a test that passes has its output held back.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "\nSKIPPED: the tests of the Python package did not run: {why}\n");
}
