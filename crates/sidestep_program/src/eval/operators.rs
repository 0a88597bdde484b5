//! What operators give.

use crate::program::{FileId, Origin, Program};
use crate::value::{Value, ValueId};
use sidestep_facts::{ExprId, Op};

impl Program {
    /// What `left op right` gives.
    pub(super) fn binary(&self, file: FileId, op: Op, left: ExprId, right: ExprId) -> ValueId {
        let left = self.value(file, left);
        if op == Op::BitOr
            && let Some(piped) = self.piped(left, self.value(file, right))
        {
            return piped;
        }
        match self.get(left) {
            Value::Str(_) => self.builtin("str", &[]),
            Value::Instance(class, _) if matches!(op, Op::Add | Op::Sub | Op::Mul | Op::BitOr) => {
                if self.origin(class.file) == Origin::Stub { left } else { ValueId::UNKNOWN }
            }
            // `pathlib`'s `/` is the other way in which operators make objects that matter.
            Value::Instance(class, _) if op == Op::Other => match self.method(*class, "__truediv__") {
                Some(method) => self.returned_to(method, Some(left), None),
                None => ValueId::UNKNOWN,
            },
            _ => ValueId::UNKNOWN,
        }
    }

    /// What `left | right` gives where a library's class says it, in the order in which Python asks: `prompt | model`.
    fn piped(&self, left: ValueId, right: ValueId) -> Option<ValueId> {
        self.operated(left, "__or__", right).or_else(|| self.operated(right, "__ror__", left))
    }

    /// What the operator's method of one operand gives for the other.
    fn operated(&self, receiver: ValueId, name: &str, other: ValueId) -> Option<ValueId> {
        let Value::Instance(class, _) = *self.get(receiver) else { return None };
        let method = self.method(class, name).filter(|m| self.origin(m.file) == Origin::Stub)?;
        let mut with = self.receiver_substitution(receiver, &[]);
        if let [_, param] = self.facts(method.file).params_of(method.function)
            && let Some(annotation) = param.annotation
        {
            self.unify(self.guarded_annotation(method.file, annotation), other, &mut with, 0);
        }
        Some(self.substitute(self.returned(method), &with))
    }
}
