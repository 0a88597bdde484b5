//! Plain data to bytes and back, for what is kept between runs.
//!
//! Numbers are variable-length; ids and offsets are differences from the last one of their kind, which makes nearly
//! all of them one byte. Symbols are numbers of a list that is kept beside the bytes ([`Writer::finish`]), since the
//! process-wide numbers mean nothing to the next run. Reading never panics and never allocates more than the input
//! can account for; what was not written by the same version of the same types is garbage or `None`.

use crate::Symbol;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Kinds of ids that are written as differences, each with a register of its own.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Expr,
    Stmt,
    Function,
    Class,
    Scope,
    Binding,
    ExprList,
    Block,
    Args,
    Offset,
}

const KINDS: usize = Kind::Offset as usize + 1;

/// What can be kept.
pub trait Wire: Sized {
    /// Writes it.
    fn put(&self, to: &mut Writer);
    /// Reads what [`Wire::put`] wrote. None if that is not what stands there.
    fn get(from: &mut Reader<'_>) -> Option<Self>;
}

/// Bytes in the making.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    names: Vec<Symbol>,
    numbers: FxHashMap<Symbol, u32>,
    last: [u32; KINDS],
}

impl Writer {
    /// The bytes, and the symbols that they name by number.
    pub fn finish(self) -> (Vec<u8>, Vec<Symbol>) {
        (self.bytes, self.names)
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(crate) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(crate) fn difference(&mut self, kind: Kind, value: u32) {
        let last = std::mem::replace(&mut self.last[kind as usize], value);
        self.number(u64::from(zigzag(value.wrapping_sub(last))));
    }

    pub(crate) fn last(&self, kind: Kind) -> u32 {
        self.last[kind as usize]
    }

    pub(crate) fn set_last(&mut self, kind: Kind, value: u32) {
        self.last[kind as usize] = value;
    }
}

/// Bytes being read.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    names: &'a [Symbol],
    last: [u32; KINDS],
}

impl<'a> Reader<'a> {
    /// Reads bytes that name symbols by their number in `names`.
    pub fn new(bytes: &'a [u8], names: &'a [Symbol]) -> Reader<'a> {
        Reader { bytes, at: 0, names, last: [0; KINDS] }
    }

    /// A text that was written as a [`String`], without a copy of it.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Whether everything has been read.
    pub fn at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    pub(crate) fn number(&mut self) -> Option<u64> {
        let byte = self.byte()?;
        if byte < 0x80 { Some(u64::from(byte)) } else { self.long_number(byte) }
    }

    fn long_number(&mut self, first: u8) -> Option<u64> {
        let mut number = u64::from(first & 0x7f);
        let mut shift = 7;
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
        }
    }

    #[inline]
    pub(crate) fn difference(&mut self, kind: Kind) -> Option<u32> {
        let difference = unzigzag(u32::try_from(self.number()?).ok()?);
        let last = &mut self.last[kind as usize];
        *last = last.wrapping_add(difference);
        Some(*last)
    }

    pub(crate) fn last(&self, kind: Kind) -> u32 {
        self.last[kind as usize]
    }

    pub(crate) fn set_last(&mut self, kind: Kind, value: u32) {
        self.last[kind as usize] = value;
    }

    /// A length. Every element has at least one byte, so that more of them than bytes is wrong.
    pub(crate) fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.bytes.len() - self.at).then_some(length)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }
}

/// Small differences in either direction to small numbers.
#[inline]
pub(crate) fn zigzag(difference: u32) -> u32 {
    (difference << 1) ^ ((difference as i32 >> 31) as u32)
}

#[inline]
pub(crate) fn unzigzag(number: u32) -> u32 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

macro_rules! unsigned {
    ($($type:ty)*) => {
        $(impl Wire for $type {
            fn put(&self, to: &mut Writer) {
                to.number(*self as u64);
            }
            #[inline]
            fn get(from: &mut Reader<'_>) -> Option<$type> {
                from.number()?.try_into().ok()
            }
        })*
    };
}

unsigned!(u8 u16 u32 u64 usize);

impl Wire for i32 {
    fn put(&self, to: &mut Writer) {
        to.number(u64::from(zigzag(*self as u32)));
    }
    fn get(from: &mut Reader<'_>) -> Option<i32> {
        Some(unzigzag(u32::get(from)?) as i32)
    }
}

impl Wire for u128 {
    fn put(&self, to: &mut Writer) {
        to.bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn get(from: &mut Reader<'_>) -> Option<u128> {
        Some(u128::from_le_bytes(from.take(16)?.try_into().ok()?))
    }
}

impl Wire for f64 {
    fn put(&self, to: &mut Writer) {
        to.bytes.extend_from_slice(&self.to_le_bytes());
    }
    fn get(from: &mut Reader<'_>) -> Option<f64> {
        Some(f64::from_le_bytes(from.take(8)?.try_into().ok()?))
    }
}

impl Wire for bool {
    fn put(&self, to: &mut Writer) {
        to.byte(u8::from(*self));
    }
    fn get(from: &mut Reader<'_>) -> Option<bool> {
        match from.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Wire for String {
    fn put(&self, to: &mut Writer) {
        self.len().put(to);
        to.bytes.extend_from_slice(self.as_bytes());
    }
    fn get(from: &mut Reader<'_>) -> Option<String> {
        from.text().map(str::to_owned)
    }
}

impl Wire for Symbol {
    fn put(&self, to: &mut Writer) {
        let next = to.names.len() as u32;
        let number = *to.numbers.entry(*self).or_insert(next);
        if number == next {
            to.names.push(*self);
        }
        number.put(to);
    }
    #[inline]
    fn get(from: &mut Reader<'_>) -> Option<Symbol> {
        let number = from.number()?;
        from.names.get(usize::try_from(number).ok()?).copied()
    }
}

impl Wire for TextSize {
    fn put(&self, to: &mut Writer) {
        to.difference(Kind::Offset, self.to_u32());
    }
    #[inline]
    fn get(from: &mut Reader<'_>) -> Option<TextSize> {
        Some(TextSize::new(from.difference(Kind::Offset)?))
    }
}

impl Wire for TextRange {
    fn put(&self, to: &mut Writer) {
        self.start().put(to);
        self.len().to_u32().put(to);
    }
    fn get(from: &mut Reader<'_>) -> Option<TextRange> {
        let start = TextSize::get(from)?;
        let end = start.to_u32().checked_add(u32::get(from)?)?;
        Some(TextRange::new(start, TextSize::new(end)))
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, to: &mut Writer) {
        to.byte(u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(to);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Option<T>> {
        match from.byte()? {
            0 => Some(None),
            1 => Some(Some(T::get(from)?)),
            _ => None,
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, to: &mut Writer) {
        self.len().put(to);
        for value in self {
            value.put(to);
        }
    }
    fn get(from: &mut Reader<'_>) -> Option<Vec<T>> {
        let length = from.length()?;
        let mut values = Vec::with_capacity(length);
        for _ in 0..length {
            values.push(T::get(from)?);
        }
        Some(values)
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, to: &mut Writer) {
        self.0.put(to);
        self.1.put(to);
    }
    fn get(from: &mut Reader<'_>) -> Option<(A, B)> {
        Some((A::get(from)?, B::get(from)?))
    }
}

impl<T: Wire> Wire for Range<T> {
    fn put(&self, to: &mut Writer) {
        self.start.put(to);
        self.end.put(to);
    }
    fn get(from: &mut Reader<'_>) -> Option<Range<T>> {
        Some(T::get(from)?..T::get(from)?)
    }
}

/// Implements [`Wire`] for a struct with named fields, all of which are listed, in the order in which they are written.
#[macro_export]
macro_rules! wire_struct {
    ($($name:ident { $($field:ident),* $(,)? })*) => {
        $(impl $crate::Wire for $name {
            fn put(&self, to: &mut $crate::Writer) {
                let $name { $($field),* } = self;
                $($crate::Wire::put($field, to);)*
            }
            fn get(from: &mut $crate::Reader<'_>) -> Option<$name> {
                Some($name { $($field: $crate::Wire::get(from)?),* })
            }
        })*
    };
}

/// Implements [`Wire`] for an enum: all variants, each with a number.
#[macro_export]
macro_rules! wire_enum {
    ($($name:ident { $($tag:literal $variant:ident $(($($item:ident),*))? $({$($field:ident),*})?;)* })*) => {
        $(impl $crate::Wire for $name {
            fn put(&self, to: &mut $crate::Writer) {
                match self {
                    $($name::$variant $(($($item),*))? $({$($field),*})? => {
                        <u8 as $crate::Wire>::put(&$tag, to);
                        $($($crate::Wire::put($item, to);)*)?
                        $($($crate::Wire::put($field, to);)*)?
                    })*
                }
            }
            fn get(from: &mut $crate::Reader<'_>) -> Option<$name> {
                match <u8 as $crate::Wire>::get(from)? {
                    $($tag => {
                        $($(let $item = $crate::Wire::get(from)?;)*)?
                        $($(let $field = $crate::Wire::get(from)?;)*)?
                        Some($name::$variant $(($($item),*))? $({$($field),*})?)
                    })*
                    _ => None,
                }
            }
        })*
    };
}
