//! What is kept between runs, in `.sidestep_cache` at the root of the project.
//!
//! Two things are kept. The facts of each file ([`facts`]), which spare reading and parsing it as long as its content
//! is the same. And whole reports ([`replay`]), which spare everything as long as nothing at all has changed.
//!
//! The cache is never in the way: one that is damaged, or another build's, is as good as none, and one that cannot be
//! written is not. Files are written beside their place and moved there, so that runs may overlap and be killed.

pub mod facts;
pub mod replay;

use sidestep_facts::{Reader, Wire, Writer, wire_struct};
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed, xxh3_128};

/// The folder's name.
const FOLDER: &str = ".sidestep_cache";
/// Raised when the layout of the files changes, other than in what the build's fingerprint covers.
const FORMAT: u32 = 1;
/// A file that changed less than this before it was looked at may change again without a new time.
const TICK: Duration = Duration::from_millis(50);
/// The same, where times seem to be whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);
/// What a run that was killed has left is removed after this time.
const ABANDONED: Duration = Duration::from_secs(600);

/// The folder of a project's cache.
pub struct Folder {
    path: PathBuf,
    /// The project.
    root: PathBuf,
    /// When this run began.
    began: u64,
}

impl Folder {
    /// The folder of a project. It is made when something is written to it.
    pub fn new(root: &Path) -> Folder {
        Folder { path: root.join(FOLDER), root: root.to_owned(), began: nanoseconds(SystemTime::now()) }
    }

    /// How a path is kept: relative to the project where it is in it, so that a project can be moved. None for paths
    /// that are not text.
    fn kept_path<'a>(&self, path: &'a Path) -> Option<&'a str> {
        path.strip_prefix(&self.root).unwrap_or(path).to_str()
    }

    /// The stamp of a file, if it is one. It may be relied on later only if it is [`settled`](Folder::settled).
    pub fn stamp(&self, path: &Path) -> Option<Stamp> {
        path.metadata().ok().filter(Metadata::is_file).map(|metadata| Stamp::of(&metadata))
    }

    /// Whether a change of the file after this run began would change its stamp.
    fn settled(&self, stamp: &Stamp) -> bool {
        let newest = stamp.modified.max(stamp.changed);
        let tick = if newest.is_multiple_of(1_000_000_000) { COARSE_TICK } else { TICK };
        newest.saturating_add(tick.as_nanos() as u64) < self.began
    }

    /// Reads a file of the cache: what is in it behind its header. None if it is not there, damaged or another build's.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let bytes = fs::read(self.path.join(name)).ok()?;
        bytes.starts_with(&header()).then_some(bytes)
    }

    /// Writes a file of the cache in parts. Nothing is there until all of it is.
    fn write(&self, name: &str, parts: &[&[u8]]) -> io::Result<()> {
        self.prepare()?;
        let temporary = self.path.join(format!("{name}-{:016x}.tmp", self.unique()));
        let result = fs::File::create_new(&temporary).and_then(|file| {
            let mut file = io::BufWriter::with_capacity(1 << 18, file);
            file.write_all(&header())?;
            parts.iter().try_for_each(|part| file.write_all(part))?;
            file.into_inner().map_err(io::IntoInnerError::into_error).map(drop)
        });
        let result = result.and_then(|()| fs::rename(&temporary, self.path.join(name)));
        if result.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        result
    }

    /// A number that no other run has, nor this one a second time.
    fn unique(&self) -> u64 {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let parts = (nanoseconds(SystemTime::now()), std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        xxh3_64(format!("{parts:?}").as_bytes())
    }

    /// Makes the folder, marked as one that neither git nor a backup wants.
    fn prepare(&self) -> io::Result<()> {
        let tag = self.path.join("CACHEDIR.TAG");
        if tag.exists() {
            return Ok(());
        }
        fs::create_dir_all(&self.path)?;
        fs::write(self.path.join(".gitignore"), "# Made by Sidestep.\n*\n")?;
        fs::write(
            tag,
            "Signature: 8a477f597d28d172789f06886806bc55\n# The cache of Sidestep; it may be removed at any time.\n",
        )
    }

    /// Removes what runs that were killed have left behind.
    fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.flatten() {
            let abandoned = |metadata: Metadata| {
                metadata.modified().is_ok_and(|at| at.elapsed().is_ok_and(|elapsed| elapsed > ABANDONED))
            };
            if entry.path().extension().is_some_and(|extension| extension == "tmp")
                && entry.metadata().is_ok_and(abandoned)
            {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// What every file of the cache begins with: what it is, and which build has written it.
fn header() -> [u8; 24] {
    let build = format!("{FORMAT} {} {}", env!("CARGO_PKG_VERSION"), env!("SIDESTEP_BUILD"));
    let mut header = [0; 24];
    header[..8].copy_from_slice(b"sidestep");
    header[8..].copy_from_slice(&xxh3_128(build.as_bytes()).to_le_bytes());
    header
}

/// The length of [`header`].
const HEADER: usize = 24;

/// What the system says of a file. While it is the same, so is the content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    size: u64,
    modified: u64,
    changed: u64,
    inode: u64,
}

wire_struct! { Stamp { size, modified, changed, inode } }

impl Stamp {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Stamp {
        use std::os::unix::fs::MetadataExt;
        let time = |seconds: i64, fraction: i64| {
            u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000_000).saturating_add(fraction as u64)
        };
        Stamp {
            size: metadata.len(),
            modified: time(metadata.mtime(), metadata.mtime_nsec()),
            changed: time(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    #[cfg(not(unix))]
    fn of(metadata: &Metadata) -> Stamp {
        let modified = metadata.modified().map_or(u64::MAX, nanoseconds);
        Stamp { size: metadata.len(), modified, changed: metadata.created().map_or(0, nanoseconds), inode: 0 }
    }
}

/// Since 1970; 0 before.
fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// A value as bytes, behind a checksum of them.
fn sealed(value: &impl Wire) -> Vec<u8> {
    let mut writer = Writer::default();
    value.put(&mut writer);
    let (bytes, names) = writer.finish();
    debug_assert!(names.is_empty(), "symbols need a table of their own");
    let mut sealed = xxh3_64(&bytes).to_le_bytes().to_vec();
    sealed.extend(bytes);
    sealed
}

/// Reads what [`sealed`] made.
fn unsealed<T: Wire>(bytes: &[u8]) -> Option<T> {
    let (check, bytes) = bytes.split_first_chunk::<8>()?;
    let mut reader = Reader::new(bytes, &[]);
    let value = (xxh3_64(bytes) == u64::from_le_bytes(*check)).then(|| T::get(&mut reader)).flatten()?;
    reader.at_end().then_some(value)
}

/// A checksum of two pieces.
fn checksum(first: &[u8], second: &[u8]) -> u64 {
    xxh3_64_with_seed(second, xxh3_64(first))
}
