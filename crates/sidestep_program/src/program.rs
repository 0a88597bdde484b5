//! The program's files, and the places in them.

use crate::effects::Effects;
use crate::eval::Memo;
use crate::knowledge::Mark;
use crate::modules::Modules;
use crate::value::{Alternatives, Value, ValueId, Values};
use rustc_hash::FxHashMap;
use sidestep_facts::{Class, ClassId, ExprId, FileFacts, Function, FunctionId, Symbol, TextRange};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A module of the program. The inputs come first, in the order given; stubs and library sources follow.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// A function of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FunctionRef {
    /// The file.
    pub file: FileId,
    /// The function in it.
    pub function: FunctionId,
}

/// A class of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClassRef {
    /// The file.
    pub file: FileId,
    /// The class in it.
    pub class: ClassId,
}

/// An expression of the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ExprRef {
    /// The file.
    pub file: FileId,
    /// The expression in it.
    pub expr: ExprId,
}

/// One module that the user asked to check.
pub struct Input {
    /// Where it is, absolute where possible: decides its import path and its neighbours.
    pub path: PathBuf,
    /// What is in it.
    pub facts: FileFacts,
    /// Whether others can import it: not so for notebooks and the fences of a document.
    pub importable: bool,
}

/// What the program is linked with.
#[derive(Default, Clone, Debug)]
pub struct Settings {
    /// Folders that imports are looked up in, beside those that the inputs' packages show (`src` layouts are found).
    pub roots: Vec<PathBuf>,
    /// `site-packages` folders of the project's environment, read on demand.
    pub environment: Vec<PathBuf>,
    /// Folders with the user's own stubs.
    pub knowledge: Vec<PathBuf>,
    /// The oldest Python the program must run on, as (major, minor).
    pub target: Option<(u8, u8)>,
    /// The versions of distributions of which the knowledge says something that depends on it, where they are known.
    pub versions: BTreeMap<String, Version>,
}

/// The numbers of a release: `8.0.1` is `[8, 0, 1]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(Vec<u32>);

impl Version {
    /// What a text says, as far as it is numbers: `8.0.0rc1` is 8.0.0.
    pub fn new(text: &str) -> Version {
        let number = |part: &str| {
            let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            part[..digits].parse().ok()
        };
        Version(text.split('.').map_while(number).collect())
    }
}

/// Where a file comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The user asked to check it.
    Input,
    /// Knowledge: signatures and marks, no bodies.
    Stub,
    /// A library's source in the environment.
    Library,
}

/// A file of the program.
pub(crate) struct File {
    pub path: PathBuf,
    pub facts: FileFacts,
    pub origin: Origin,
    /// Its dotted name, as other files import it.
    pub module: Symbol,
    /// `__init__.py`, or a stub module with others below it.
    pub is_package: bool,
    pub importable: bool,
    pub text: Option<Box<str>>,
    pub answers: crate::eval::Answers,
    /// By function.
    pub traits: OnceCell<crate::calls::TraitsKept>,
}

/// The linked program.
pub struct Program {
    settings: Settings,
    inputs: Vec<File>,
    /// Stubs and library sources, in the order in which they were first asked for.
    outside: boxcar::Vec<File>,
    pub(crate) modules: Modules,
    pub(crate) values: Values,
    pub(crate) memo: Memo,
    pub(crate) no_marks: Rc<[Mark]>,
    pub(crate) no_traits: Rc<crate::calls::Traits>,
    pub(crate) function_marks: RefCell<FxHashMap<FunctionRef, Rc<[Mark]>>>,
    pub(crate) class_marks_kept: RefCell<FxHashMap<ClassRef, Rc<[Mark]>>>,
    pub(crate) effects_kept: OnceCell<Effects>,
    pub(crate) probably_kept: OnceCell<crate::may::Probably>,
}

impl Program {
    /// Links the inputs. Reads stubs and library sources on demand.
    pub fn new(inputs: Vec<Input>, settings: Settings) -> Program {
        let modules = Modules::new(&inputs, &settings);
        let file = |(index, input): (usize, Input)| {
            let (module, is_package) = modules.own_name(index);
            File {
                path: input.path,
                facts: input.facts,
                origin: Origin::Input,
                module,
                is_package,
                importable: input.importable,
                text: None,
                answers: Default::default(),
                traits: Default::default(),
            }
        };
        let inputs = inputs.into_iter().enumerate().map(file).collect();
        Program {
            settings,
            inputs,
            outside: boxcar::Vec::new(),
            modules,
            values: Values::new(),
            memo: Memo::default(),
            no_marks: Rc::new([]),
            no_traits: Rc::default(),
            function_marks: RefCell::default(),
            class_marks_kept: RefCell::default(),
            effects_kept: OnceCell::new(),
            probably_kept: OnceCell::new(),
        }
    }

    /// What it was linked with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The files that the user asked to check.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = FileId> + use<> {
        (0..self.inputs.len() as u32).map(FileId)
    }

    /// Whether the user asked to check a file.
    pub fn is_input(&self, file: FileId) -> bool {
        (file.0 as usize) < self.inputs.len()
    }

    #[inline]
    pub(crate) fn file(&self, file: FileId) -> &File {
        let index = file.0 as usize;
        match self.inputs.get(index) {
            Some(input) => input,
            None => &self.outside[index - self.inputs.len()],
        }
    }

    /// Adds a stub or a library's source.
    pub(crate) fn add_file(&self, file: File) -> FileId {
        FileId((self.inputs.len() + self.outside.push(file)) as u32)
    }

    /// Whether other files can import a file: notebooks and the fences of a document are not importable.
    pub fn is_importable(&self, file: FileId) -> bool {
        self.file(file).importable
    }

    /// Where a file comes from.
    #[inline]
    pub fn origin(&self, file: FileId) -> Origin {
        self.file(file).origin
    }

    /// The facts of a file.
    #[inline]
    pub fn facts(&self, file: FileId) -> &FileFacts {
        &self.file(file).facts
    }

    /// Where a file is (a stub's is `knowledge/<file>`), whether input or not.
    pub fn path(&self, file: FileId) -> &Path {
        &self.file(file).path
    }

    /// The dotted name of a file's module.
    pub fn module_name(&self, file: FileId) -> Symbol {
        self.file(file).module
    }

    /// The text of a file that is not an input: a stub or library source, for showing places in it.
    pub fn text(&self, file: FileId) -> Option<&str> {
        self.file(file).text.as_deref()
    }

    /// The files outside the inputs that have been looked for, and whether they were there: what the program depends on
    /// beside its inputs and settings.
    pub fn probes(&self) -> Vec<(PathBuf, bool)> {
        self.modules.probes.borrow().clone()
    }

    /// A function's facts.
    #[inline]
    pub fn function(&self, function: FunctionRef) -> &Function {
        self.facts(function.file).function(function.function)
    }

    /// A class's facts.
    pub fn class(&self, class: ClassRef) -> &Class {
        self.facts(class.file).class(class.class)
    }

    /// A value.
    #[inline]
    pub fn get(&self, value: ValueId) -> &Value {
        self.values.get(value)
    }

    /// The alternatives of a value: the parts of a union, or the value alone.
    pub fn alternatives(&self, value: ValueId) -> Alternatives<'_> {
        self.values.alternatives(value)
    }

    /// How a function is called in a message or a chain: `Class.method`, `outer.inner`, `<module>`.
    pub fn function_name(&self, function: FunctionRef) -> String {
        let facts = self.facts(function.file);
        let f = facts.function(function.function);
        let mut name = f.name.as_str().to_owned();
        let mut class = f.class;
        while let Some(id) = class {
            let c = facts.class(id);
            name = format!("{}.{name}", c.name);
            class = c.class;
        }
        name
    }

    /// A function's full dotted name: `package.module.Class.method`.
    pub fn qualified_name(&self, function: FunctionRef) -> String {
        format!("{}.{}", self.module_name(function.file), self.function_name(function))
    }

    /// A class's full dotted name.
    pub fn class_name(&self, class: ClassRef) -> String {
        format!("{}.{}", self.module_name(class.file), self.class(class).name)
    }

    /// Every function of every input file, in order.
    pub fn functions(&self) -> impl Iterator<Item = FunctionRef> + '_ {
        self.inputs().flat_map(|file| {
            (0..self.facts(file).functions.len() as u32).map(move |f| FunctionRef { file, function: FunctionId(f) })
        })
    }

    /// The function whose code an expression is.
    pub fn function_of(&self, file: FileId, expr: ExprId) -> FunctionRef {
        FunctionRef { file, function: self.facts(file).function_of(expr) }
    }

    /// An expression's place.
    pub fn range(&self, at: ExprRef) -> TextRange {
        self.facts(at.file).range(at.expr)
    }
}
