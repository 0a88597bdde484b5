//! What the fuzz targets share.

use sidestep_source::FileKind;
use std::sync::Once;
use std::{panic, thread};

#[path = "../../crates/sidestep/tests/whole/mod.rs"]
mod whole;

/// From the bytes of a file to findings, on a thread with the stack that the command's own threads have.
pub fn check(bytes: &[u8], kind: FileKind) {
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
        let run = || whole::findings(bytes, kind);
        let run = thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, run);
        run.expect("a thread").join().expect("no panic");
    });
}
