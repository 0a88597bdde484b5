//! Interned strings: identifiers and short string literals, shared by every file of a run.
//!
//! A [`Symbol`] is four bytes and compares by number. The numbers depend on the order in which threads meet the
//! strings, so nothing that reaches a user may be ordered by them: order by [`Symbol::as_str`] or by position.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Mutex;

/// An interned string. Two symbols are equal exactly when their strings are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

const SHARDS: usize = 32;

static NUMBERS: [Mutex<FxHashMap<&'static str, u32>>; SHARDS] =
    [const { Mutex::new(FxHashMap::with_hasher(rustc_hash::FxBuildHasher)) }; SHARDS];
static STRINGS: boxcar::Vec<&'static str> = boxcar::Vec::new();

/// What a thread has met already, so that most look-ups take no lock. Most identifiers are short: those are keys by value,
/// so that a look-up touches one entry and no string.
#[derive(Default)]
struct Seen {
    short: FxHashMap<(u64, u64), u32>,
    long: FxHashMap<&'static str, u32>,
}

thread_local! {
    static SEEN: RefCell<Seen> = RefCell::default();
}

/// A string of fewer than 16 bytes as a number: its bytes and its length.
fn packed(text: &str) -> Option<(u64, u64)> {
    let mut bytes = [0; 16];
    bytes.get_mut(..text.len()).filter(|b| b.len() < 16)?.copy_from_slice(text.as_bytes());
    bytes[15] = text.len() as u8;
    let (low, high) = bytes.split_at(8);
    Some((u64::from_le_bytes(low.try_into().ok()?), u64::from_le_bytes(high.try_into().ok()?)))
}

impl Symbol {
    /// The symbol for a string. The string is kept for the life of the process.
    pub fn new(text: &str) -> Symbol {
        SEEN.with_borrow_mut(|seen| {
            let short = packed(text);
            let known = match short {
                Some(key) => seen.short.get(&key),
                None => seen.long.get(text),
            };
            if let Some(&id) = known {
                return Symbol(id);
            }
            let mut hasher = rustc_hash::FxHasher::default();
            text.hash(&mut hasher);
            let shard = (hasher.finish() >> 40) as usize % SHARDS;
            // A panic while the lock is held cannot leave the map half-written, so a poisoned lock is still good.
            let mut map = NUMBERS[shard].lock().unwrap_or_else(|e| e.into_inner());
            let (&text, &id) = match map.get_key_value(text) {
                Some(found) => found,
                None => {
                    let kept: &'static str = Box::leak(text.into());
                    let id = STRINGS.push(kept) as u32;
                    map.insert(kept, id);
                    (map.get_key_value(kept).expect("just inserted")) as (&&'static str, &u32)
                }
            };
            match short {
                Some(key) => seen.short.insert(key, id),
                None => seen.long.insert(text, id),
            };
            Symbol(id)
        })
    }

    /// The number: small, dense, and another one in the next run. For tables of symbols.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The string.
    #[inline]
    pub fn as_str(self) -> &'static str {
        STRINGS[self.0 as usize]
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl PartialEq<str> for Symbol {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
