//! How facts are kept between runs: [`Wire`] for each of their types.
//!
//! The lists below name every field and every variant, so that the compiler asks for what is added. Bindings and
//! attribute writes are looked up by symbol; since a symbol's number is another in every run, they are put back in
//! order when they are read.

use crate::Symbol;
use crate::facts::*;
use crate::wire::{Kind, Reader, Wire, Writer, unzigzag, zigzag};
use crate::{wire_enum, wire_struct};

macro_rules! ids {
    ($($name:ident $kind:ident)*) => {
        $(impl Wire for $name {
            fn put(&self, to: &mut Writer) {
                to.difference(Kind::$kind, self.0);
            }
            #[inline]
            fn get(from: &mut Reader<'_>) -> Option<$name> {
                Some($name(from.difference(Kind::$kind)?))
            }
        })*
    };
}

ids! {
    ExprId Expr
    StmtId Stmt
    FunctionId Function
    ClassId Class
    ScopeId Scope
    BindingId Binding
    ExprList ExprList
    Block Block
    ArgList Args
}

impl Wire for Expr {
    fn put(&self, to: &mut Writer) {
        let Expr { kind, start, end, parent } = *self;
        kind.put(to);
        // Most parents follow closely on the last expression that was named, or are the statement around.
        to.number(match parent {
            NO_PARENT => 0,
            stmt if stmt & STMT_PARENT != 0 => {
                1 + 2 * u64::from(zigzag((stmt & !STMT_PARENT).wrapping_sub(to.last(Kind::Stmt))))
            }
            expr => 2 + 2 * u64::from(zigzag(expr.wrapping_sub(to.last(Kind::Expr)))),
        });
        match parent {
            NO_PARENT => {}
            stmt if stmt & STMT_PARENT != 0 => to.set_last(Kind::Stmt, stmt & !STMT_PARENT),
            expr => to.set_last(Kind::Expr, expr),
        }
        to.difference(Kind::Offset, start);
        to.number(u64::from(end.wrapping_sub(start)));
    }

    #[inline]
    fn get(from: &mut Reader<'_>) -> Option<Expr> {
        let kind = ExprKind::get(from)?;
        let parent = match from.number()? {
            0 => NO_PARENT,
            number => {
                let difference = unzigzag(u32::try_from((number - 1) / 2).ok()?);
                if number % 2 == 1 {
                    let stmt = from.last(Kind::Stmt).wrapping_add(difference);
                    from.set_last(Kind::Stmt, stmt);
                    stmt | STMT_PARENT
                } else {
                    let expr = from.last(Kind::Expr).wrapping_add(difference);
                    from.set_last(Kind::Expr, expr);
                    expr
                }
            }
        };
        let start = from.difference(Kind::Offset)?;
        let end = start.wrapping_add(u32::get(from)?);
        // Ranges cannot be the wrong way round.
        (start <= end).then_some(Expr { kind, start, end, parent })
    }
}

impl Wire for Stmt {
    fn put(&self, to: &mut Writer) {
        let Stmt { kind, function, start, end, parent } = *self;
        kind.put(to);
        function.put(to);
        to.difference(Kind::Offset, start);
        to.number(u64::from(end.wrapping_sub(start)));
        match parent {
            NO_PARENT => to.number(0),
            parent => {
                to.number(1 + u64::from(zigzag(parent.wrapping_sub(to.last(Kind::Stmt)))));
                to.set_last(Kind::Stmt, parent);
            }
        }
    }

    fn get(from: &mut Reader<'_>) -> Option<Stmt> {
        let kind = StmtKind::get(from)?;
        let function = FunctionId::get(from)?;
        let start = from.difference(Kind::Offset)?;
        let end = start.wrapping_add(u32::get(from)?);
        let parent = match from.number()? {
            0 => NO_PARENT,
            number => {
                let parent = from.last(Kind::Stmt).wrapping_add(unzigzag(u32::try_from(number - 1).ok()?));
                from.set_last(Kind::Stmt, parent);
                parent
            }
        };
        (start <= end).then_some(Stmt { kind, function, start, end, parent })
    }
}

wire_enum! {
    Op { 0 Add; 1 Sub; 2 Mul; 3 Pow; 4 BitOr; 5 Other; }
    CmpOp { 0 Eq; 1 NotEq; 2 Less; 3 Greater; 4 Is; 5 IsNot; 6 In; 7 NotIn; }
    CompKind { 0 List; 1 Set; 2 Dict; 3 Generator; }
    ExprKind {
        0 Name(name, scope);
        1 Attribute(value, attr);
        2 Call(callee, args);
        3 Await(value);
        4 Yield(value);
        5 YieldFrom(value);
        6 Lambda(function);
        7 Comprehension(index);
        8 List(list);
        9 Tuple(list);
        10 Set(list);
        11 Dict(list);
        12 Str(text);
        13 FString(list);
        14 Bytes;
        15 Int(value);
        16 Float(index);
        17 True;
        18 False;
        19 None;
        20 Ellipsis;
        21 Binary(op, left, right);
        22 Not(value);
        23 Unary(value);
        24 And(list);
        25 Or(list);
        26 Compare(op, list);
        27 IfElse(list);
        28 Subscript(value, index);
        29 Slice(list);
        30 Starred(value);
        31 Named(target, value);
        32 Missing;
    }
    ArgKind { 0 Positional; 1 Keyword(name); 2 Star; 3 StarStar; }
    StmtKind {
        0 Expr(value);
        1 Assign(targets, value);
        2 AnnAssign(target, annotation, value);
        3 AugAssign(target, op, value);
        4 Return(value);
        5 Raise(exception, cause);
        6 Assert(test, message);
        7 Delete(targets);
        8 If { test, body, orelse };
        9 While { test, body, orelse };
        10 For(index);
        11 Try(index);
        12 With(index);
        13 Match(index);
        14 FunctionDef(function);
        15 ClassDef(class);
        16 Import;
        17 Scope;
        18 Pass;
        19 Break;
        20 Continue;
    }
    ParamKind { 0 PositionalOnly; 1 Normal; 2 Star; 3 KeywordOnly; 4 StarStar; }
    ScopeKind { 0 Module; 1 Class(class); 2 Function(function); 3 Comprehension; }
    BindingKind {
        0 Assign(value);
        1 Annotated(annotation, value);
        2 Augmented(value);
        3 Unpack(value, index);
        4 Element(iter, is_async, index);
        5 Context(context, is_async, index);
        6 Exception(exception);
        7 Param(index);
        8 Function(function);
        9 Class(class);
        10 Import(module);
        11 ImportFrom(module, level, name);
        12 Deleted;
        13 Opaque;
        14 Item(value);
    }
}

wire_struct! {
    Arg { value, kind }
    CompClause { target, iter, ifs, is_async }
    Comprehension { kind, key, element, clauses }
    For { is_async, target, iter, body, orelse }
    Try { is_star, body, handlers, orelse, finalbody }
    Handler { exception, name, body, range }
    With { is_async, items, body }
    WithItem { context, target }
    Match { subject, cases }
    Case { values, guard, irrefutable, body }
    Param { name, kind, annotation, default }
    Function {
        name, scope, parent, class, is_async, is_generator, is_lambda, params, decorators, returns, body, exprs, stmts,
        range, name_range, is_stub,
    }
    Class {
        name, scope, parent, class, bases, keywords, decorators, body, range, name_range, type_params, self_writes,
    }
    AttrWrite { attr, function, target, kind }
    Scope { kind, parent, function, bindings, stars, globals, nonlocals }
    Binding { name, kind, at, block_end, loop_start }
    ImportedModule { module, level, name, at }
}

impl Wire for FileFacts {
    fn put(&self, to: &mut Writer) {
        let FileFacts {
            exprs,
            stmts,
            expr_lists,
            stmt_lists,
            arg_lists,
            arg_index,
            fors,
            tries,
            withs,
            matches,
            comprehensions,
            floats,
            params,
            functions,
            classes,
            scopes,
            bindings,
            imports,
            all,
            top_level_loop,
            by_name: _,
        } = self;
        exprs.put(to);
        stmts.put(to);
        put_lists(expr_lists, to);
        put_lists(stmt_lists, to);
        arg_lists.put(to);
        arg_index.put(to);
        fors.put(to);
        tries.put(to);
        withs.put(to);
        matches.put(to);
        comprehensions.put(to);
        floats.put(to);
        params.put(to);
        functions.put(to);
        classes.put(to);
        scopes.put(to);
        bindings.put(to);
        imports.put(to);
        all.put(to);
        top_level_loop.put(to);
    }

    fn get(from: &mut Reader<'_>) -> Option<FileFacts> {
        let mut facts = FileFacts {
            exprs: Wire::get(from)?,
            stmts: Wire::get(from)?,
            expr_lists: get_lists(from)?,
            stmt_lists: get_lists(from)?,
            arg_lists: Wire::get(from)?,
            arg_index: Wire::get(from)?,
            fors: Wire::get(from)?,
            tries: Wire::get(from)?,
            withs: Wire::get(from)?,
            matches: Wire::get(from)?,
            comprehensions: Wire::get(from)?,
            floats: Wire::get(from)?,
            params: Wire::get(from)?,
            functions: Wire::get(from)?,
            classes: Wire::get(from)?,
            scopes: Wire::get(from)?,
            bindings: Wire::get(from)?,
            imports: Wire::get(from)?,
            all: Wire::get(from)?,
            top_level_loop: Wire::get(from)?,
            by_name: Default::default(),
        };
        for scope in &facts.scopes {
            let run = facts.bindings.get_mut(scope.bindings.start as usize..scope.bindings.end as usize)?;
            by_symbol(run, |binding| binding.name);
        }
        for class in &mut facts.classes {
            by_symbol(&mut class.self_writes, |write| write.attr);
        }
        Some(facts)
    }
}

/// Puts a run back in the order of its symbols. What has the same symbol stays in the order it was in.
fn by_symbol<T>(run: &mut [T], symbol: impl Fn(&T) -> Symbol) {
    if !run.is_sorted_by_key(&symbol) {
        run.sort_by_key(&symbol);
    }
}

/// Lists in one run: lengths and ids, which follow each other closely.
fn put_lists(lists: &[u32], to: &mut Writer) {
    lists.len().put(to);
    for &number in lists {
        to.difference(Kind::Expr, number);
    }
}

fn get_lists(from: &mut Reader<'_>) -> Option<Vec<u32>> {
    let length = from.length()?;
    let mut lists = Vec::with_capacity(length);
    for _ in 0..length {
        lists.push(from.difference(Kind::Expr)?);
    }
    Some(lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, lower};

    const SOURCE: &str = r#"
from __future__ import annotations
import os.path as p, a.b
from . import c
from ..d import *
__all__ = ["zeta", "alpha", "f"]
zeta = alpha = 1.5
class K[T](Base, metaclass=M):
    x: int = 3
    def __init__(self, b, /, a=1, *args, k: str = "s", **kw):
        self.zz = b
        self.aa = self.zz = a[1:2, -1]
        del self.aa
async def f(q):
    global zeta
    async with m() as (one, two), n:
        async for i, *rest in q:
            if (w := await i) is not None and not rest:
                zeta += 2 ** 70
                yield {**w, 'k': [x async for x in q if x for y in x]}
            elif i: break
            else: continue
    try:
        match q:
            case {"a": v} if v: return
            case _: pass
    except* (E, F) as e:
        raise e from None
    finally:
        assert f"{q!r:>{w}}", b"x"
    return lambda z, *, y=...: z if y else (z, {y}, z < 1)
"#;

    fn kept(facts: &FileFacts) -> (Vec<u8>, Vec<Symbol>) {
        let mut writer = Writer::default();
        facts.put(&mut writer);
        writer.finish()
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let facts = lower(SOURCE, Mode { notebook: true, fragment: false }).unwrap();
        let (bytes, names) = kept(&facts);
        let mut reader = Reader::new(&bytes, &names);
        let read = FileFacts::get(&mut reader).unwrap();
        assert!(reader.at_end());
        assert_eq!(format!("{facts:?}"), format!("{read:?}"));
        assert_eq!(kept(&read), (bytes, names));
    }

    #[test]
    fn lookups_hold_when_symbols_have_other_numbers() {
        let facts = lower(SOURCE, Mode::default()).unwrap();
        let (bytes, names) = kept(&facts);
        // The same file with other names, whose numbers are in the opposite order.
        let mut others = names.clone();
        let fresh = |name: &Symbol| Symbol::new(&format!("{name} in another run"));
        others.iter_mut().rev().for_each(|name| *name = fresh(name));
        let read = FileFacts::get(&mut Reader::new(&bytes, &others)).unwrap();
        for (scope, number) in facts.scopes.iter().zip(0..) {
            for binding in &facts.bindings[scope.bindings.start as usize..scope.bindings.end as usize] {
                let before = facts.bindings_in(ScopeId(number), binding.name).iter().map(|b| b.at);
                let after = read.bindings_in(ScopeId(number), fresh(&binding.name)).iter().map(|b| b.at);
                assert!(before.eq(after));
            }
        }
        let writes = &read.classes[0].self_writes;
        assert!(writes.len() > 2 && writes.is_sorted_by_key(|write| (write.attr, write.target)));
    }

    #[test]
    fn garbage_is_no_facts() {
        let (bytes, names) = kept(&lower(SOURCE, Mode::default()).unwrap());
        for end in 0..bytes.len() {
            assert!(FileFacts::get(&mut Reader::new(&bytes[..end], &names)).is_none(), "{end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut wrong = bytes.clone();
                wrong[at] ^= 1 << bit;
                let _ = FileFacts::get(&mut Reader::new(&wrong, &names));
            }
        }
        assert!(FileFacts::get(&mut Reader::new(&[0xff; 64], &names)).is_none());
    }
}
