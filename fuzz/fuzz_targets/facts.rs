//! Facts as a cache keeps them, from bytes that may be anything: whatever is read is read, or nothing is.
#![no_main]

use sidestep_facts::{FileFacts, Reader, Symbol, Wire};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let names: Vec<Symbol> = ["a", "asyncio", "self"].map(Symbol::new).into();
    let _ = FileFacts::get(&mut Reader::new(bytes, &names));
});
