//! What a library does by itself may depend on its version: redis waits without a limit before 8.0, and five seconds since.

use std::fs;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = "\
from redis.asyncio import Redis
client = Redis(host='cache')
async def read(key):
    return await client.get(key)
";

/// Whether `check` says that the program's request has no limit.
fn is_found(project: impl Fn(&Path)) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("app.py"), PROGRAM).expect("a file");
    fs::write(folder.path().join("pyproject.toml"), "").expect("a file");
    project(folder.path());
    let output = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["check", "--no-cache", "--select", "SS901", "--output-format", "concise", "app.py"])
        .current_dir(folder.path())
        .env_remove("VIRTUAL_ENV")
        .output()
        .expect("sidestep runs");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    String::from_utf8_lossy(&output.stdout).contains("SS901")
}

fn installed(version: &str) -> impl Fn(&Path) {
    move |folder| {
        let info = folder.join(format!(".venv/lib/python3.12/site-packages/redis-{version}.dist-info"));
        fs::create_dir_all(info).expect("a folder");
    }
}

fn beside(file: &str, text: &str) -> impl Fn(&Path) {
    move |folder| fs::write(folder.join(file), text).expect("a file")
}

#[test]
fn the_version_that_is_installed_decides() {
    assert!(is_found(installed("7.1.0")));
    assert!(!is_found(installed("8.0.1")));
    assert!(!is_found(installed("10.0")));
}

#[test]
fn where_none_is_installed_the_locked_one_does() {
    let lock = |version: &str| {
        format!(
            "[[package]]\nname = \"anyio\"\nversion = \"1.0\"\n\n[[package]]\nname = \"redis\"\nversion = \"{version}\"\n"
        )
    };
    assert!(is_found(beside("uv.lock", &lock("5.2.1"))));
    assert!(!is_found(beside("uv.lock", &lock("8.1.0"))));
    assert!(is_found(beside("poetry.lock", &lock("6.0.0b2"))));
    assert!(is_found(beside("requirements.txt", "anyio==4.0\nRedis[hiredis]==5.0.1  # pinned\n")));
    assert!(!is_found(beside("requirements.txt", "redis>=5\n")));
}

#[test]
fn an_installed_one_outranks_a_lock_and_an_unknown_one_is_the_newest() {
    let both = |folder: &Path| {
        installed("8.0.1")(folder);
        beside("uv.lock", "[[package]]\nname = \"redis\"\nversion = \"5.2.1\"\n")(folder);
    };
    assert!(!is_found(both));
    assert!(!is_found(|_| ()));
    let two =
        "[[package]]\nname = \"redis\"\nversion = \"5.2.1\"\n\n[[package]]\nname = \"redis\"\nversion = \"8.0.1\"\n";
    assert!(!is_found(beside("uv.lock", two)));
}
