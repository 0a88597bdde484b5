//! Which files there are to check.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};
use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Folders that are not looked into unless they are named: tools' and dependencies', as in Ruff.
pub const DEFAULT_EXCLUDES: [&str; 26] = [
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A module, whatever its name.
    Python,
    /// A Jupyter notebook.
    Notebook,
    /// A Markdown document.
    Markdown,
}

impl FileKind {
    /// The kind that a name says; files that are named explicitly are Python when it says nothing.
    pub fn of(path: &Path) -> FileKind {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
        match extension.to_ascii_lowercase().as_str() {
            "ipynb" => FileKind::Notebook,
            "md" | "markdown" => FileKind::Markdown,
            _ => FileKind::Python,
        }
    }
}

/// A file to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its absolute path, without `.` and `..`.
    pub path: PathBuf,
    /// How it is read.
    pub kind: FileKind,
}

/// What to look for.
#[derive(Debug, Clone, Default)]
pub struct Discovery {
    /// Names and paths that are not looked into, as in a `.gitignore`; nothing means [`DEFAULT_EXCLUDES`].
    pub exclude: Option<Vec<String>>,
    /// More of them.
    pub extend_exclude: Vec<String>,
    /// What the patterns are relative to.
    pub root: PathBuf,
    /// Whether folders are searched for Markdown too.
    pub include_markdown: bool,
}

impl Discovery {
    /// The files under some paths, sorted, each once. Files that are named are always among them; so is what is in a
    /// folder that is named, even if the folder is one that git ignores or that is excluded by default.
    ///
    /// # Errors
    /// A pattern that is none; a path that does not exist or cannot be looked into.
    pub fn files(&self, paths: &[PathBuf]) -> io::Result<Vec<Found>> {
        let excluded = self.excluded()?;
        let mut files = BTreeMap::new();
        let mut links = Vec::new();
        for path in paths {
            let metadata = path.metadata().map_err(|failure| at(path, &failure))?;
            let path = absolute(path);
            if !metadata.is_dir() {
                files.insert(path.clone(), FileKind::of(&path));
                continue;
            }
            let mut entries = self.walk(&path, &excluded, true)?;
            if entries.is_empty() {
                entries = self.walk(&path, &excluded, false)?;
            }
            for (path, kind, is_link) in entries {
                if is_link {
                    links.push((path, kind));
                } else {
                    files.insert(path, kind);
                }
            }
        }
        // A link counts only where what it points to is not there in its own name.
        links.sort();
        let mut targets = std::collections::BTreeSet::new();
        for (path, kind) in links {
            let target = path.canonicalize().unwrap_or_else(|_| path.clone());
            if !files.contains_key(&target) && targets.insert(target) {
                files.insert(path, kind);
            }
        }
        Ok(files.into_iter().map(|(path, kind)| Found { path, kind }).collect())
    }

    fn excluded(&self) -> io::Result<Gitignore> {
        let root = absolute(&self.root);
        let mut builder = GitignoreBuilder::new(&root);
        let defaults = DEFAULT_EXCLUDES.map(str::to_owned);
        let patterns = self.exclude.as_deref().unwrap_or(&defaults).iter().chain(&self.extend_exclude);
        for pattern in patterns {
            builder.add_line(None, pattern).map_err(|failure| invalid(pattern, &failure))?;
        }
        builder.build().map_err(|failure| invalid("exclude", &failure))
    }

    /// The files of a folder, and whether each is a link.
    fn walk(&self, folder: &Path, excluded: &Gitignore, parents: bool) -> io::Result<Vec<(PathBuf, FileKind, bool)>> {
        let mut builder = WalkBuilder::new(folder);
        builder.parents(parents);
        if !parents {
            builder.git_global(false).git_exclude(false);
        }
        let patterns = excluded.clone();
        builder.filter_entry(move |entry| {
            let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
            // Patterns are relative to the configuration; they say nothing about what is outside of its folder.
            let inside = entry.path().starts_with(patterns.path());
            let name = if inside { entry.path() } else { Path::new(entry.file_name()) };
            entry.depth() == 0 || !patterns.matched(name, is_dir).is_ignore()
        });
        let mut files = Vec::new();
        for entry in builder.build() {
            let entry = match entry {
                Ok(entry) => entry,
                // A folder further down that may not be read, or a link in a circle: the others are still checked.
                Err(failure) if failure.depth().is_some_and(|depth| depth > 0) => continue,
                Err(failure) => return Err(at(folder, &failure)),
            };
            if let Some(kind) = self.wanted(&entry) {
                let is_link = entry.path_is_symlink();
                if !is_link || entry.path().is_file() {
                    files.push((entry.into_path(), kind, is_link));
                }
            }
        }
        Ok(files)
    }

    fn wanted(&self, entry: &DirEntry) -> Option<FileKind> {
        if entry.file_type().is_none_or(|kind| kind.is_dir()) {
            return None;
        }
        match entry.path().extension()?.to_str()? {
            "py" => Some(FileKind::Python),
            "ipynb" => Some(FileKind::Notebook),
            "md" | "markdown" if self.include_markdown => Some(FileKind::Markdown),
            _ => None,
        }
    }
}

/// A path made absolute, with `.` and `..` resolved by name alone.
pub fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in whole.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

fn at(path: &Path, failure: &dyn std::error::Error) -> io::Error {
    io::Error::other(format!("{}: {}", path.display(), plain(&failure.to_string())))
}

fn invalid(pattern: &str, failure: &dyn std::error::Error) -> io::Error {
    io::Error::other(format!("`{pattern}` is not a pattern: {failure}"))
}

/// An error of the system without its number.
fn plain(message: &str) -> String {
    message.split(" (os error").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn found(folder: &Path, paths: &[&str], options: &Discovery) -> Vec<String> {
        let options = Discovery { root: folder.to_owned(), ..options.clone() };
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
        let files = options.files(&paths).unwrap();
        files.iter().map(|file| file.path.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    #[test]
    fn folders_are_searched_as_ruff_does() {
        let folder = tree(&[
            (".git/HEAD", ""),
            (".gitignore", "gen/\n*_pb2.py\nout/**\n"),
            ("b.py", ""),
            ("a/x.py", ""),
            ("a/x.pyi", ""),
            ("a/n.ipynb", ""),
            ("a/y_pb2.py", ""),
            ("README.md", ""),
            ("gen/g.py", ""),
            ("out/o.py", ""),
            (".hidden/h.py", ""),
            ("venv/lib/site-packages/p.py", ""),
            ("node_modules/n.py", ""),
            ("script", ""),
        ]);
        let default = Discovery::default();
        let folder = folder.path();
        assert_eq!(found(folder, &["."], &default), ["a/n.ipynb", "a/x.py", "b.py"]);
        assert_eq!(found(folder, &["gen"], &default), ["gen/g.py"]);
        assert_eq!(found(folder, &["out"], &default), ["out/o.py"]);
        assert_eq!(found(folder, &["venv/lib/site-packages"], &default), ["venv/lib/site-packages/p.py"]);
        assert_eq!(
            found(folder, &["script", "a/x.pyi", "a/y_pb2.py", "README.md", "a/../b.py", "b.py"], &default),
            ["README.md", "a/x.pyi", "a/y_pb2.py", "b.py", "script"]
        );
        let markdown = Discovery { include_markdown: true, extend_exclude: vec!["a/n.*".into()], ..default.clone() };
        assert_eq!(found(folder, &["."], &markdown), ["README.md", "a/x.py", "b.py"]);
        let nothing_excluded = Discovery { exclude: Some(vec![]), ..default };
        assert!(found(folder, &["."], &nothing_excluded).contains(&"node_modules/n.py".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_safe() {
        let folder = tree(&[("a/x.py", ""), ("elsewhere/y.txt", "")]);
        let path = folder.path();
        std::os::unix::fs::symlink(path.join("a"), path.join("a/loop")).unwrap();
        std::os::unix::fs::symlink(path.join("a/x.py"), path.join("same.py")).unwrap();
        std::os::unix::fs::symlink(path.join("elsewhere/y.txt"), path.join("other.py")).unwrap();
        std::os::unix::fs::symlink(path.join("nowhere.py"), path.join("dangling.py")).unwrap();
        assert_eq!(found(path, &["."], &Discovery::default()), ["a/x.py", "other.py"]);
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let failure = Discovery::default().files(&[PathBuf::from("no/such.py")]).unwrap_err();
        assert_eq!(failure.to_string(), "no/such.py: No such file or directory");
    }
}
