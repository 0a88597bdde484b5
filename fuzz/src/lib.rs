//! What the fuzz targets share.

use sidestep_source::FileKind;
use std::sync::{LazyLock, Once};
use std::{fs, panic, thread};

#[path = "../../crates/sidestep/src/config.rs"]
#[allow(dead_code)]
mod config;
#[path = "../../crates/sidestep/src/selection.rs"]
#[allow(dead_code)]
mod selection;
#[path = "../../crates/sidestep/src/suggest.rs"]
mod suggest;
#[path = "../../crates/sidestep/tests/whole/mod.rs"]
mod whole;

/// What the configuration asks of the rest of the command.
mod resolve {
    pub fn shown(path: &std::path::Path) -> String {
        path.display().to_string()
    }
}

/// From the bytes of a configuration to what it says, or why not.
pub fn configure(bytes: &[u8]) {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
    for name in ["sidestep.toml", "pyproject.toml"] {
        let file = FOLDER.path().join(name);
        fs::write(&file, bytes).expect("a file");
        let _ = config::Config::from_file(&file).map_err(|error| format!("{error:#}"));
    }
}

/// From the bytes of a file to findings.
pub fn check(bytes: &[u8], kind: FileKind) {
    run(|| whole::findings(bytes, kind).is_some());
}

/// From the bytes of a file to findings and fixes, and to the file with one fix after another.
pub fn fix(bytes: &[u8], kind: FileKind) {
    run(|| whole::fixed(bytes, kind).is_some());
}

/// Runs on a thread with the stack that the command's own threads have.
fn run(target: impl FnOnce() -> bool + Send) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // libFuzzer's hook ends the process at any panic, those of the parser that are caught among them.
        let abort = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !sidestep_facts::is_parsing() {
                abort(info);
            }
        }));
    });
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, target);
        thread.expect("a thread").join().expect("no panic");
    });
}
