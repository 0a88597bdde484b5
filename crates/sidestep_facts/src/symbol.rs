//! Interned strings: identifiers and short string literals, shared by every file of a run.
//!
//! A [`Symbol`] is four bytes and compares by number. The numbers depend on the order in which threads meet the
//! strings, so nothing that reaches a user may be ordered by them: order by [`Symbol::as_str`] or by position.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex};

/// An interned string. Two symbols are equal exactly when their strings are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u32);

const SHARDS: usize = 32;

struct Interner {
    shards: [Mutex<FxHashMap<&'static str, u32>>; SHARDS],
    strings: boxcar::Vec<&'static str>,
}

static INTERNER: LazyLock<Interner> = LazyLock::new(|| Interner {
    shards: std::array::from_fn(|_| Mutex::new(FxHashMap::default())),
    strings: boxcar::Vec::with_capacity(1 << 16),
});

thread_local! {
    /// What this thread has met already, so that most look-ups take no lock.
    static SEEN: RefCell<FxHashMap<&'static str, u32>> = RefCell::new(FxHashMap::default());
}

impl Symbol {
    /// The symbol for a string. The string is kept for the life of the process.
    pub fn new(text: &str) -> Symbol {
        SEEN.with_borrow_mut(|seen| {
            if let Some(&id) = seen.get(text) {
                return Symbol(id);
            }
            let mut hasher = rustc_hash::FxHasher::default();
            text.hash(&mut hasher);
            let shard = (hasher.finish() >> 40) as usize % SHARDS;
            // A panic while the lock is held cannot leave the map half-written, so a poisoned lock is still good.
            let mut map = INTERNER.shards[shard].lock().unwrap_or_else(|e| e.into_inner());
            let (&text, &id) = match map.get_key_value(text) {
                Some(found) => found,
                None => {
                    let kept: &'static str = Box::leak(text.into());
                    let id = INTERNER.strings.push(kept) as u32;
                    map.insert(kept, id);
                    (map.get_key_value(kept).expect("just inserted")) as (&&'static str, &u32)
                }
            };
            seen.insert(text, id);
            Symbol(id)
        })
    }

    /// The number: small, dense, and another one in the next run. For tables of symbols.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The string.
    pub fn as_str(self) -> &'static str {
        INTERNER.strings[self.0 as usize]
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
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
