//! Pitfall 6: whose state a place is, and where else a variable of a module is used.

use crate::flow::{Flow, State};
use sidestep_facts::cfg::{Cfg, Op, Place, PlaceId};
use sidestep_facts::*;
use sidestep_program::{ExprRef, FileId, FunctionRef, Value};

/// What a request or an event calls the program around it.
const APPLICATION: [&str; 4] = ["app", "application", "bot", "bot_data"];

/// A variable of a module, or an attribute of the object in one: the same one wherever it is imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Global {
    module: FileId,
    name: Symbol,
    attr: Option<Symbol>,
}

impl Flow<'_> {
    /// Whose state a place is, as seen from a function; none for what only the call can reach.
    pub fn state_of(&self, function: FunctionRef, graph: &Cfg, place: PlaceId) -> Option<State> {
        let facts = self.facts(function.file);
        let root = graph.places.root(place);
        let Place::Name(scope, name) = graph.places.get(root) else { return None };
        let own = facts.function(function.function).scope;
        match facts.scope(scope).kind {
            ScopeKind::Module => {
                self.is_global(function.file, name, first_attribute(graph, root, place)).then_some(State::Global)
            }
            ScopeKind::Function(of) if scope != own => {
                // A method's `self`, seen from a function nested in it.
                let binding = facts.bindings_in(scope, name).first()?;
                if is_self(facts, of, binding) && root != place { Some(State::Own) } else { Some(State::Enclosing) }
            }
            ScopeKind::Function(of) => {
                let binding = facts.bindings_in(scope, name).first()?;
                if root != place && is_self(facts, of, binding) {
                    return Some(State::Own);
                }
                // What a request brings along of the application is the same for all requests.
                let of_app = matches!(binding.kind, BindingKind::Param(_))
                    && first_attribute(graph, root, place).is_some_and(|a| APPLICATION.contains(&a.as_str()));
                of_app.then_some(State::Global)
            }
            _ => None,
        }
    }

    /// Whether the receiver of a call is a parameter for which a function of the program provides an object that all callers share:
    /// `stock: Stock = Depends(get_stock)`, where `get_stock` returns a variable of its module, or one of the application's.
    pub fn provided(&self, receiver: ExprRef) -> bool {
        let file = receiver.file;
        let facts = self.facts(file);
        let ExprKind::Name(name, scope) = facts.kind(receiver.expr) else { return false };
        let Some(home) = facts.resolve(scope, name) else { return false };
        facts.bindings_in(home, name).iter().any(|b| {
            let BindingKind::Param(index) = b.kind else { return false };
            let param = &facts.params[index as usize];
            let mut asked: Vec<ExprId> = param.default.into_iter().collect();
            // `Annotated[Stock, Depends(get_stock)]`
            if let Some(annotation) = param.annotation
                && let ExprKind::Subscript(_, parts) = facts.kind(annotation)
                && let ExprKind::Tuple(parts) = facts.kind(parts)
            {
                asked.extend(facts.expr_list(parts).skip(1));
            }
            asked.into_iter().any(|e| {
                let ExprKind::Call(_, args) = facts.kind(e) else { return false };
                let provider = facts.positional(args, 0).map(|p| self.program.get(self.program.value(file, p)));
                matches!(provider, Some(&Value::Function(f)) if self.returns_shared(f))
            })
        })
    }

    /// Whether a function of the program returns a variable of a module, or something of the application's.
    fn returns_shared(&self, function: FunctionRef) -> bool {
        let facts = self.facts(function.file);
        let mut given = facts.stmts_of(function.function).filter_map(|s| match facts.stmt(s).kind {
            StmtKind::Return(value) => value,
            _ => None,
        });
        let (Some(value), None) = (given.next(), given.next()) else { return false };
        let of_app = || {
            let path = facts.dotted(value).unwrap_or_default();
            path.split('.').skip(1).any(|part| APPLICATION.contains(&part))
        };
        self.program.is_input(function.file) && (self.global(function.file, value).is_some() || of_app())
    }

    /// Whose state a place of an object is that the call looked up in what others see: `player = players[name]`, then
    /// `player.gold`.
    pub fn state_of_element(&self, function: FunctionRef, graph: &Cfg, place: PlaceId) -> Option<State> {
        let facts = self.facts(function.file);
        let root = graph.places.root(place);
        let Place::Name(scope, name) = graph.places.get(root) else { return None };
        if root == place || facts.scope(scope).kind != ScopeKind::Function(function.function) {
            return None;
        }
        let [binding] = facts.bindings_in(scope, name) else { return None };
        let (BindingKind::Assign(value) | BindingKind::Annotated(_, Some(value))) = binding.kind else { return None };
        let container = match facts.kind(value) {
            ExprKind::Subscript(base, _) => base,
            ExprKind::Call(callee, _) => match facts.kind(callee) {
                ExprKind::Attribute(base, method) if method == "get" => base,
                _ => return None,
            },
            _ => return None,
        };
        let read = graph.nodes_of(container).find_map(|n| match graph.op(n) {
            Op::Read(_, of) => Some(of),
            _ => None,
        })?;
        self.state_of(function, graph, read)
    }

    /// Whether a module-level name, or an attribute of what it names, is a variable: here or in the module that it is imported from.
    fn is_global(&self, file: FileId, name: Symbol, attr: Option<Symbol>) -> bool {
        match self.program.definition(file, name) {
            Some((_, _, kind)) if is_variable(kind) => true,
            Some((module, _, BindingKind::Class(class))) => attr.is_some_and(|attr| {
                let facts = self.facts(module);
                facts.bindings_in(facts.class(class).scope, attr).last().is_some_and(|b| is_variable(b.kind))
            }),
            Some((_, _, BindingKind::Import(_))) | None => {
                let member = self.program.imported_module(file, name).zip(attr);
                member
                    .and_then(|(module, attr)| self.program.definition(module, attr))
                    .is_some_and(|(_, _, kind)| is_variable(kind))
            }
            _ => false,
        }
    }

    /// The variable of a module that an expression names: `clients`, `store.clients`, `state.clients`.
    pub fn global(&self, file: FileId, expr: ExprId) -> Option<Global> {
        let facts = self.facts(file);
        let variable = |file: FileId, name: Symbol| {
            let (module, name, kind) = self.program.definition(file, name)?;
            is_variable(kind).then_some(Global { module, name, attr: None })
        };
        let of_module = |expr: ExprId| match facts.kind(expr) {
            ExprKind::Name(name, scope) if facts.resolve(scope, name) == Some(ScopeId::MODULE) => Some(name),
            _ => None,
        };
        match facts.kind(expr) {
            ExprKind::Name(..) => variable(file, of_module(expr)?),
            ExprKind::Attribute(base, attr) => {
                let name = of_module(base)?;
                match variable(file, name) {
                    Some(object) => Some(Global { attr: Some(attr), ..object }),
                    None => variable(self.program.imported_module(file, name)?, attr),
                }
            }
            _ => None,
        }
    }

    /// The places in the program that name a variable of a module, in the order of the files.
    pub fn global_uses(&self, global: Global) -> Vec<ExprRef> {
        let mut places: Vec<ExprRef> = self.attribute_uses(global.attr.unwrap_or(global.name)).to_vec();
        if global.attr.is_none() {
            for file in self.program.inputs() {
                if self.program.definition(file, global.name).is_some_and(|(module, ..)| module == global.module) {
                    places.extend(self.uses(file, global.name).into_iter().map(|expr| ExprRef { file, expr }));
                }
            }
        }
        places.retain(|at| self.global(at.file, at.expr) == Some(global));
        places.sort_by_key(|at| (at.file, at.expr));
        places.dedup();
        places
    }
}

/// The attribute of the root that a place is, or is in: `total` of `Stats.total[key]`.
fn first_attribute(graph: &Cfg, root: PlaceId, place: PlaceId) -> Option<Symbol> {
    let mut at = place;
    loop {
        match graph.places.get(at) {
            Place::Attr(base, name) if base == root => return Some(name),
            Place::Attr(base, _) | Place::Item(base, _) => at = base,
            _ => return None,
        }
    }
}

fn is_variable(kind: BindingKind) -> bool {
    matches!(
        kind,
        BindingKind::Assign(_) | BindingKind::Annotated(..) | BindingKind::Augmented(_) | BindingKind::Unpack(..)
    )
}

fn is_self(facts: &FileFacts, function: FunctionId, binding: &Binding) -> bool {
    match binding.kind {
        BindingKind::Param(index) => {
            facts.function(function).class.is_some()
                && facts.function(function).params.start == index
                && matches!(facts.params[index as usize].name.as_str(), "self" | "cls")
        }
        _ => false,
    }
}
