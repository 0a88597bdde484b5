//! Modules by import path: the inputs' own (src layouts, namespace packages, scripts), stubs, library sources.

use crate::knowledge;
use crate::program::{File, FileId, Input, Origin, Program, Settings};
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{Mode, Symbol, lower};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

/// The table of modules.
pub(crate) struct Modules {
    /// Dotted name to the inputs that can be imported by it, each with the folder that the name starts from.
    named: FxHashMap<Symbol, Vec<(FileId, PathBuf)>>,
    by_path: FxHashMap<PathBuf, FileId>,
    own: Vec<(Symbol, bool)>,
    /// Dotted names of folders without `__init__.py` that hold modules.
    namespaces: FxHashSet<Symbol>,
    /// What was looked up outside the inputs.
    outside: RefCell<FxHashMap<Symbol, Option<FileId>>>,
    /// What was looked up from the folders above a file.
    above: RefCell<FxHashMap<(PathBuf, Symbol), Option<FileId>>>,
    /// The folders of the inputs and those around them: packages without `__init__.py`, seen from anywhere above.
    folders: FxHashSet<PathBuf>,
    /// The names of all inputs and of the folders around them: what an import must begin with to mean one of them.
    tops: FxHashSet<Symbol>,
    /// Files other than the inputs that were looked for, and whether they were there.
    pub probes: RefCell<Vec<(PathBuf, bool)>>,
}

impl Modules {
    pub fn new(inputs: &[Input], settings: &Settings) -> Modules {
        let mut modules = Modules {
            named: FxHashMap::default(),
            by_path: FxHashMap::default(),
            own: Vec::new(),
            namespaces: FxHashSet::default(),
            outside: RefCell::default(),
            above: RefCell::default(),
            folders: FxHashSet::default(),
            tops: FxHashSet::default(),
            probes: RefCell::default(),
        };
        for (index, input) in inputs.iter().enumerate() {
            if input.importable {
                modules.by_path.insert(input.path.clone(), FileId(index as u32));
                modules.note_top(input.path.file_stem());
                for folder in input.path.ancestors().skip(1) {
                    if modules.folders.contains(folder) {
                        break;
                    }
                    modules.folders.insert(folder.to_owned());
                    modules.note_top(folder.file_name());
                }
            }
        }
        let top = common_folder(inputs);
        let mut package_root: FxHashMap<PathBuf, PathBuf> = FxHashMap::default();
        for (index, input) in inputs.iter().enumerate() {
            let id = FileId(index as u32);
            let path = &input.path;
            let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let is_package = stem == "__init__";
            let folder = path.parent().unwrap_or(Path::new(""));
            // The folder above the outermost package that the file is in. Where a project begins nothing is a package, whatever
            // stands beside its `pyproject.toml`.
            let root = match package_root.get(folder) {
                Some(root) => root.clone(),
                None => {
                    let mut root = folder;
                    while modules.is_file(root.join("__init__.py")) && !modules.is_file(root.join("pyproject.toml")) {
                        match root.parent() {
                            Some(parent) => root = parent,
                            None => break,
                        }
                    }
                    package_root.insert(folder.to_owned(), root.to_owned());
                    root.to_owned()
                }
            };
            let mut dotted: Vec<String> = Vec::new();
            if !is_package {
                dotted.push(stem);
            }
            let mut at = folder;
            while at != root {
                if let Some(name) = at.file_name() {
                    dotted.insert(0, name.to_string_lossy().into_owned());
                }
                match at.parent() {
                    Some(parent) => at = parent,
                    None => break,
                }
            }
            let mut own = Symbol::new(&dotted.join("."));
            if input.importable {
                let mut from = root.as_path();
                loop {
                    if !dotted.is_empty() {
                        let name = Symbol::new(&dotted.join("."));
                        modules.named.entry(name).or_default().push((id, from.to_owned()));
                        own = if settings.roots.iter().any(|r| r == from) || from == top || dotted.len() == 1 {
                            name
                        } else {
                            own
                        };
                        for cut in 1..dotted.len() {
                            modules.namespaces.insert(Symbol::new(&dotted[..cut].join(".")));
                        }
                    }
                    if from == top || !from.starts_with(&top) {
                        break;
                    }
                    let (Some(name), Some(parent)) = (from.file_name(), from.parent()) else { break };
                    dotted.insert(0, name.to_string_lossy().into_owned());
                    from = parent;
                }
            }
            modules.own.push((own, is_package));
        }
        modules
    }

    /// Whether there is a file, among the inputs or beside them.
    fn is_file(&self, path: PathBuf) -> bool {
        if self.by_path.contains_key(&path) {
            return true;
        }
        let found = path.is_file();
        self.probes.borrow_mut().push((path, found));
        found
    }

    fn note_top(&mut self, name: Option<&std::ffi::OsStr>) {
        if let Some(name) = name.and_then(|n| n.to_str()) {
            self.tops.insert(Symbol::new(name));
        }
    }

    /// Whether a dotted name begins like one of the inputs or a folder around them.
    fn may_be_input(&self, name: Symbol) -> bool {
        let first = name.as_str().split('.').next().unwrap_or_default();
        self.tops.contains(&Symbol::new(first))
    }

    pub fn own_name(&self, index: usize) -> (Symbol, bool) {
        self.own[index]
    }
}

/// Whether a file is somewhere below a folder. Both come from the same list of inputs, so their bytes tell, and are quicker to
/// compare than their components.
fn is_below(file: &Path, folder: &Path) -> bool {
    let rest = file.as_os_str().as_encoded_bytes().strip_prefix(folder.as_os_str().as_encoded_bytes());
    let ends_in_separator =
        folder.as_os_str().as_encoded_bytes().last().is_none_or(|&b| std::path::is_separator(b as char));
    rest.is_some_and(|rest| ends_in_separator || rest.first().is_none_or(|&b| std::path::is_separator(b as char)))
}

/// The deepest folder that holds all inputs.
fn common_folder(inputs: &[Input]) -> PathBuf {
    let mut folders = inputs.iter().filter(|i| i.importable).filter_map(|i| i.path.parent());
    let Some(first) = folders.next() else { return PathBuf::new() };
    let mut common = first.to_owned();
    for folder in folders {
        while !folder.starts_with(&common) {
            if !common.pop() {
                return PathBuf::new();
            }
        }
    }
    // A lone package: its parent is where imports start.
    while inputs.iter().any(|i| i.path == common.join("__init__.py")) {
        if !common.pop() {
            break;
        }
    }
    common
}

impl Program {
    /// The file of a module, as code in `from` imports it. Inputs first, then knowledge, then the environment.
    pub(crate) fn module(&self, from: FileId, name: Symbol) -> Option<FileId> {
        if let Some(candidates) = self.modules.named.get(&name) {
            let importer = &self.file(from).path;
            let best = candidates
                .iter()
                .filter(|(id, root)| *id != from && is_below(importer, root))
                .max_by_key(|(id, root)| (root.as_os_str().len(), std::cmp::Reverse(*id)));
            if let Some((id, _)) = best {
                return Some(*id);
            }
            // The module imports its own package by its full name.
            if let Some((id, _)) = candidates.iter().find(|(id, _)| *id == from)
                && name.as_str().contains('.')
            {
                return Some(*id);
            }
            if self.origin(from) != Origin::Input {
                return candidates.first().map(|(id, _)| *id);
            }
        }
        self.above(from, name).or_else(|| self.outside_module(name))
    }

    /// An input found from one of the folders above the importing file, as when the program is run from there.
    fn above(&self, from: FileId, name: Symbol) -> Option<FileId> {
        if self.origin(from) != Origin::Input || !self.modules.may_be_input(name) {
            return None;
        }
        let folder = self.file(from).path.parent()?;
        let key = (folder.to_owned(), name);
        if let Some(&known) = self.modules.above.borrow().get(&key) {
            return known;
        }
        let relative: PathBuf = name.as_str().split('.').collect();
        let by_path = |path: PathBuf| self.modules.by_path.get(&path).copied();
        // Imports do not start inside a package: `import mcp` in `app/mcp/client.py` is not `app/mcp`.
        let starts = |root: &&Path| by_path(root.join("__init__.py")).is_none();
        let found = folder.ancestors().skip(1).take(8).filter(starts).find_map(|root| {
            by_path(root.join(&relative).join("__init__.py"))
                .or_else(|| by_path(root.join(&relative).with_extension("py")))
        });
        let found = found.filter(|&id| id != from);
        self.modules.above.borrow_mut().insert(key, found);
        found
    }

    /// A module that is not an input: a stub, or a library's source.
    pub(crate) fn outside_module(&self, name: Symbol) -> Option<FileId> {
        if let Some(&known) = self.modules.outside.borrow().get(&name) {
            return known;
        }
        let found = self.read_outside(name);
        self.modules.outside.borrow_mut().insert(name, found);
        found
    }

    fn read_outside(&self, name: Symbol) -> Option<FileId> {
        let dotted = name.as_str();
        for folder in &self.settings().knowledge {
            let path = folder.join(format!("{dotted}.pyi"));
            if let Some(text) = self.probe(&path)
                && let Some(id) = self.add(path, name, false, Origin::Stub, &text)
            {
                return Some(id);
            }
        }
        if let Some(text) = knowledge::stub(dotted) {
            let path = PathBuf::from(format!("knowledge/{dotted}.pyi"));
            return self.add(path, name, knowledge::is_parent(dotted), Origin::Stub, text);
        }
        let relative: PathBuf = dotted.split('.').collect();
        let roots = self.settings().environment.iter().chain(&self.settings().roots);
        for root in roots {
            for (path, is_package) in
                [(root.join(&relative).join("__init__.py"), true), (root.join(&relative).with_extension("py"), false)]
            {
                if let Some(text) = self.probe(&path) {
                    return self.add(path, name, is_package, Origin::Library, &text);
                }
            }
        }
        None
    }

    /// Reads a file that may not be there.
    fn probe(&self, path: &Path) -> Option<String> {
        let bytes = std::fs::read(path).ok();
        self.modules.probes.borrow_mut().push((path.to_owned(), bytes.is_some()));
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn add(&self, path: PathBuf, module: Symbol, is_package: bool, origin: Origin, text: &str) -> Option<FileId> {
        let facts = lower(text, Mode::default()).ok()?;
        let text = Some(text.into());
        let (answers, traits) = Default::default();
        let file = File { path, facts, origin, module, is_package, importable: true, text, answers, traits };
        Some(self.add_file(file))
    }

    /// Whether a dotted name is a module or a package that can be imported from `from`.
    pub(crate) fn is_module(&self, from: FileId, name: Symbol) -> bool {
        self.modules.namespaces.contains(&name)
            || self.is_folder_above(from, name)
            || self.module(from, name).is_some()
            || knowledge::is_parent(name.as_str())
    }

    /// Whether a dotted name is a package of the inputs without an `__init__` among them.
    pub(crate) fn is_input_package(&self, from: FileId, name: Symbol) -> bool {
        self.modules.namespaces.contains(&name) || self.is_folder_above(from, name)
    }

    /// Whether a name is a folder of inputs, seen from one of the folders above the importing file.
    fn is_folder_above(&self, from: FileId, name: Symbol) -> bool {
        if !self.modules.may_be_input(name) {
            return false;
        }
        let relative: PathBuf = name.as_str().split('.').collect();
        self.is_input(from)
            && self
                .file(from)
                .path
                .ancestors()
                .skip(2)
                .take(8)
                .any(|root| self.modules.folders.contains(&root.join(&relative)))
    }

    /// The dotted name that `from … import` with leading dots means in a file; none past the top.
    pub(crate) fn absolute(&self, from: FileId, module: Option<Symbol>, level: u32) -> Option<Symbol> {
        if level == 0 {
            return module;
        }
        let file = self.file(from);
        let mut parts: Vec<&str> = file.module.as_str().split('.').filter(|p| !p.is_empty()).collect();
        let drop = level as usize - usize::from(file.is_package);
        if drop > parts.len() {
            return None;
        }
        parts.truncate(parts.len() - drop);
        let mut name = parts.join(".");
        if let Some(module) = module {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(module.as_str());
        }
        Some(Symbol::new(&name))
    }

    /// The file that a relative import names: found by its place on disk, whatever the packages are called.
    pub(crate) fn relative(&self, from: FileId, module: Option<Symbol>, level: u32) -> Option<FileId> {
        let mut folder = self.file(from).path.parent()?.to_owned();
        for _ in 1..level {
            folder.pop();
        }
        for part in module.iter().flat_map(|m| m.as_str().split('.')) {
            folder.push(part);
        }
        let by_path = |path: &Path| self.modules.by_path.get(path).copied();
        if module.is_none() {
            return by_path(&folder.join("__init__.py"));
        }
        by_path(&folder.join("__init__.py")).or_else(|| by_path(&folder.with_extension("py")))
    }
}
