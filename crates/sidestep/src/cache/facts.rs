//! The facts of files, kept in two packs: `facts`, and `facts-recent` with what has changed since that was written.
//!
//! A pack is read at once and written at once. It holds a table of names, and for each file an entry (its stamp, the
//! hash of its content) and a body: the numbers of the names it uses, and its facts in terms of these. A run that finds
//! little changed writes the recent pack alone; it belongs to one `facts` and continues its table of names.

use crate::cache::{Folder, HEADER, Stamp, checksum, sealed, unsealed};
use crate::load::Part;
use rustc_hash::{FxHashMap, FxHashSet};
use sidestep_facts::{Reader, Symbol, Wire, Writer, wire_struct};
use sidestep_source::{FileKind, Found};
use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::OnceLock;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

const MAIN: &str = "facts";
const RECENT: &str = "facts-recent";
/// The recent pack is merged when it has more entries than this, and more than this share of all.
const FEW: usize = 64;
const SHARE: usize = 8;
/// The pack of what is yet to be written.
const NEW: u8 = u8::MAX;

/// The facts that earlier runs have kept.
pub struct Facts<'a> {
    folder: &'a Folder,
    /// The main pack and the recent one; empty where there is none.
    packs: [Pack; 2],
    names: Vec<Name>,
    /// Where the names end that are in the main pack.
    main_names: usize,
    entries: FxHashMap<String, Entry>,
    /// The paths of the entries that are in the recent pack, or are to be.
    recent: FxHashSet<String>,
}

#[derive(Default)]
struct Pack {
    bytes: Vec<u8>,
    /// Where the bodies begin.
    bodies: usize,
    id: u64,
}

/// A name: where its text is, and its symbol in this run once anything has asked for it.
struct Name {
    pack: u8,
    at: Range<u32>,
    symbol: OnceLock<Symbol>,
}

/// The beginning of a pack.
struct Head {
    id: u64,
    /// The main pack that a recent one belongs to; 0 in a main pack.
    main: u64,
    entries: Vec<(String, Entry)>,
    /// The lengths of the names, whose texts follow.
    names: Vec<u32>,
    /// A checksum of these texts.
    check: u64,
}

/// What is kept of a file.
#[derive(Clone)]
struct Entry {
    kind: FileKind,
    /// None where the file changed just before it was read.
    stamp: Option<Stamp>,
    content: u128,
    /// Which pack the body is in, and where.
    pack: u8,
    at: u64,
    /// The length of the list of names, and of what follows.
    names: u64,
    facts: u64,
    check: u64,
}

wire_struct! {
    Head { id, main, entries, names, check }
    Entry { kind, stamp, content, pack, at, names, facts, check }
}

/// What is to be kept of a source.
pub enum Keep {
    /// Nothing new.
    Nothing,
    /// Its content is as before, its stamp is not.
    Stamp(Stamp),
    /// All of it.
    Part(Box<NewPart>),
}

/// A source that has been read.
pub struct NewPart {
    stamp: Stamp,
    content: u128,
    names: Vec<Symbol>,
    facts: Vec<u8>,
}

impl Keep {
    /// To keep what is known of a source. The stamp is from before it was read.
    pub fn part(stamp: Stamp, content: u128, part: &Part) -> Keep {
        let mut writer = Writer::default();
        part.put(&mut writer);
        let (mut facts, names) = writer.finish();
        facts.shrink_to_fit();
        Keep::Part(Box::new(NewPart { stamp, content, names, facts }))
    }
}

/// What the hash of a file's content is.
pub fn content(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

impl<'a> Facts<'a> {
    /// Reads what there is.
    pub fn open(folder: &'a Folder) -> Facts<'a> {
        let mut facts = Facts {
            folder,
            packs: Default::default(),
            names: Vec::new(),
            main_names: 0,
            entries: FxHashMap::default(),
            recent: FxHashSet::default(),
        };
        if facts.open_pack(0, MAIN).is_some() {
            facts.main_names = facts.names.len();
            // A recent pack that cannot be read, or is another's, is as good as none.
            let _ = facts.open_pack(1, RECENT);
        }
        facts
    }

    /// Nothing changes unless the pack is sound.
    fn open_pack(&mut self, number: u8, name: &str) -> Option<()> {
        let bytes = self.folder.read(name)?;
        let length = u64::from_le_bytes(*bytes.get(HEADER..)?.first_chunk()?);
        let start = HEADER + 8;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        let head: Head = unsealed(bytes.get(start..end)?)?;
        let owner = if number == 0 { 0 } else { self.packs[0].id };
        let total = head.names.iter().map(|&length| u64::from(length)).sum::<u64>();
        let bodies = end.checked_add(usize::try_from(total).ok()?)?;
        let texts = bytes.get(end..bodies)?;
        if head.main != owner || u32::try_from(bodies).is_err() || xxh3_64(texts) != head.check {
            return None;
        }
        let mut at = end as u32;
        self.names.reserve_exact(head.names.len());
        for length in head.names {
            self.names.push(Name { pack: number, at: at..at + length, symbol: OnceLock::new() });
            at += length;
        }
        if number == 1 {
            self.recent = head.entries.iter().map(|(path, _)| path.clone()).collect();
        }
        self.entries.extend(head.entries);
        self.packs[number as usize] = Pack { bytes, bodies, id: head.id };
        Some(())
    }

    fn entry(&self, found: &Found) -> Option<&Entry> {
        self.entries.get(self.folder.kept_path(&found.path)?).filter(|entry| entry.kind == found.kind)
    }

    /// What is known of a file that has not been touched.
    pub fn untouched(&self, found: &Found, stamp: &Stamp) -> Option<Part> {
        let entry = self.entry(found)?;
        (entry.stamp.as_ref() == Some(stamp)).then(|| self.part(entry)).flatten()
    }

    /// What is known of a file that has the same content as before.
    pub fn unchanged(&self, found: &Found, content: u128) -> Option<Part> {
        let entry = self.entry(found)?;
        (entry.content == content).then(|| self.part(entry)).flatten()
    }

    fn part(&self, entry: &Entry) -> Option<Part> {
        let (names, facts) = self.body(entry)?;
        if checksum(facts, names) != entry.check {
            return None;
        }
        let names = self.symbols(names)?;
        let mut reader = Reader::new(facts, &names);
        Part::get(&mut reader).filter(|_| reader.at_end())
    }

    /// The numbers of the names, and the facts.
    fn body(&self, entry: &Entry) -> Option<(&[u8], &[u8])> {
        let pack = self.packs.get(usize::from(entry.pack))?;
        let start = pack.bodies.checked_add(usize::try_from(entry.at).ok()?)?;
        let middle = start.checked_add(usize::try_from(entry.names).ok()?)?;
        let end = middle.checked_add(usize::try_from(entry.facts).ok()?)?;
        Some((pack.bytes.get(start..middle)?, pack.bytes.get(middle..end)?))
    }

    fn symbols(&self, names: &[u8]) -> Option<Vec<Symbol>> {
        let numbers = Vec::<u32>::get(&mut Reader::new(names, &[]))?;
        numbers.into_iter().map(|number| self.symbol(number)).collect()
    }

    fn symbol(&self, number: u32) -> Option<Symbol> {
        let name = self.names.get(number as usize)?;
        if let Some(&symbol) = name.symbol.get() {
            return Some(symbol);
        }
        let symbol = Symbol::new(std::str::from_utf8(self.text(name)).ok()?);
        Some(*name.symbol.get_or_init(|| symbol))
    }

    fn text(&self, name: &Name) -> &[u8] {
        &self.packs[usize::from(name.pack)].bytes[name.at.start as usize..name.at.end as usize]
    }

    /// Writes what is to be kept of some files, all that this run has read. What cannot be written is not.
    pub fn keep(mut self, kept: Vec<(&Found, Keep)>) {
        let mut new = FxHashMap::default();
        let mut seen = FxHashSet::default();
        let mut changed = false;
        for (found, keep) in kept {
            let Some(path) = self.folder.kept_path(&found.path) else { continue };
            seen.insert(path);
            match keep {
                Keep::Nothing => continue,
                Keep::Stamp(stamp) => match self.entries.get_mut(path) {
                    Some(entry) if self.folder.settled(&stamp) => entry.stamp = Some(stamp),
                    _ => continue,
                },
                Keep::Part(part) => {
                    let entry = Entry {
                        kind: found.kind,
                        stamp: Some(part.stamp).filter(|stamp| self.folder.settled(stamp)),
                        content: part.content,
                        pack: NEW,
                        at: 0,
                        names: 0,
                        facts: 0,
                        check: 0,
                    };
                    self.entries.insert(path.to_owned(), entry);
                    new.insert(path.to_owned(), part);
                }
            }
            self.recent.insert(path.to_owned());
            changed = true;
        }
        if changed {
            let many = self.recent.len() > FEW && self.recent.len() * SHARE > self.entries.len();
            // A cache that cannot be written is no reason to stop.
            let _ = if many || self.packs[0].bytes.is_empty() {
                self.folder.tidy();
                let there = |path: &String| seen.contains(path.as_str()) || self.folder.root.join(path).exists();
                let paths = self.entries.keys().filter(|path| there(path)).collect();
                self.write(MAIN, paths, &new)
            } else {
                self.write(RECENT, self.recent.iter().collect(), &new)
            };
        }
    }

    fn write(&self, name: &str, mut paths: Vec<&String>, new: &FxHashMap<String, Box<NewPart>>) -> io::Result<()> {
        paths.sort();
        let is_main = name == MAIN;
        let mut table = Table::new(if is_main { &[] } else { &self.names });
        let mut entries = Vec::with_capacity(paths.len());
        let mut bodies: Vec<(Cow<'_, [u8]>, &[u8])> = Vec::with_capacity(paths.len());
        let mut at = 0;
        for path in paths {
            let mut entry = self.entries[path].clone();
            let (names, facts): (Cow<'_, [u8]>, &[u8]) = match new.get(path) {
                Some(part) => (table.list(&part.names).into(), &part.facts),
                None if entry.pack == 0 && !is_main => {
                    entries.push((path.clone(), entry));
                    continue;
                }
                None => {
                    let Some((names, facts)) = self.body(&entry) else { continue };
                    if !is_main {
                        (names.into(), facts)
                    } else if checksum(facts, names) == entry.check
                        && let Some(symbols) = self.symbols(names)
                    {
                        (table.list(&symbols).into(), facts)
                    } else {
                        continue;
                    }
                }
            };
            entry.pack = u8::from(!is_main);
            entry.at = at;
            entry.names = names.len() as u64;
            entry.facts = facts.len() as u64;
            if is_main || new.contains_key(path) {
                entry.check = checksum(facts, &names);
            }
            at += entry.names + entry.facts;
            entries.push((path.clone(), entry));
            bodies.push((names, facts));
        }

        let mut texts = Vec::new();
        let mut lengths = Vec::new();
        if !is_main {
            for name in &self.names[self.main_names..] {
                lengths.push(name.at.end - name.at.start);
                texts.extend_from_slice(self.text(name));
            }
        }
        for symbol in table.added {
            lengths.push(symbol.as_str().len() as u32);
            texts.extend_from_slice(symbol.as_str().as_bytes());
        }
        let main = if is_main { 0 } else { self.packs[0].id };
        let head = sealed(&Head { id: self.folder.unique(), main, entries, names: lengths, check: xxh3_64(&texts) });
        let length = (head.len() as u64).to_le_bytes();
        let mut parts: Vec<&[u8]> = vec![&length, &head, &texts];
        parts.extend(bodies.iter().flat_map(|(names, facts)| [&**names, *facts]));
        self.folder.write(name, &parts)
    }
}

/// The numbers of the names in a pack that is being written.
struct Table {
    /// By the symbol's number in this run; [`NONE`] where it has none.
    numbers: Vec<u32>,
    next: u32,
    added: Vec<Symbol>,
}

const NONE: u32 = u32::MAX;

impl Table {
    /// Goes on from some names. Those that this run has not met may get a second number.
    fn new(names: &[Name]) -> Table {
        let mut table = Table { numbers: Vec::new(), next: names.len() as u32, added: Vec::new() };
        for (name, number) in names.iter().zip(0..) {
            if let Some(&symbol) = name.symbol.get() {
                *table.number(symbol) = number;
            }
        }
        table
    }

    fn number(&mut self, symbol: Symbol) -> &mut u32 {
        let index = symbol.number() as usize;
        if index >= self.numbers.len() {
            self.numbers.resize(index + index / 2 + 1, NONE);
        }
        &mut self.numbers[index]
    }

    /// The numbers of some symbols, as they are kept.
    fn list(&mut self, symbols: &[Symbol]) -> Vec<u8> {
        let mut writer = Writer::default();
        symbols.len().put(&mut writer);
        for &symbol in symbols {
            let next = self.next;
            let number = self.number(symbol);
            if *number == NONE {
                *number = next;
                self.next += 1;
                self.added.push(symbol);
            }
            let number = *self.number(symbol);
            number.put(&mut writer);
        }
        writer.finish().0
    }
}
