//! The built binary in a temporary folder: what the tests of the command and of its robustness share.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A folder with files in it, and what every command there begins with.
pub struct Tree {
    folder: tempfile::TempDir,
    first: &'static [&'static str],
}

impl Tree {
    /// A folder with files. Commands begin with nothing.
    pub fn new(files: &[(&str, &str)]) -> Tree {
        let tree = Tree { folder: tempfile::tempdir().unwrap(), first: &[] };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// The same folder, where every command begins with these arguments.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub fn always(self, first: &'static [&'static str]) -> Tree {
        Tree { first, ..self }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The command in this folder, away from what the environment may say.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sidestep"));
        command.current_dir(self.path()).args(self.first).args(arguments);
        for name in ["VIRTUAL_ENV", "NO_COLOR", "FORCE_COLOR"] {
            command.env_remove(name);
        }
        command
    }

    /// Exit code, standard output and standard error, one under the other.
    pub fn run(&self, arguments: &[&str]) -> String {
        shown(&self.command(arguments).output().unwrap())
    }
}

/// What a command has said, as snapshots show it.
pub fn shown(output: &Output) -> String {
    let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit {code}\n--- stdout\n{out}--- stderr\n{err}")
}
