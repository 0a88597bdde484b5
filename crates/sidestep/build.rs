//! Embeds the pages of the guide, so that `sidestep rule` can show them wherever the command stands, and a fingerprint
//! of everything that findings depend on, so that no build reads what another one has cached.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/pitfalls");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut code = String::from("/// The pages, by pitfall.\npub static PAGES: &[(u8, &str)] = &[\n");
    for pitfall in 1..=12u8 {
        let page = folder.join(format!("p{pitfall:02}.md"));
        if let Ok(page) = page.canonicalize() {
            writeln!(code, "    ({pitfall}, include_str!({:?})),", page.display().to_string()).unwrap();
        }
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("pages.rs"), code).unwrap();
    fingerprint();
}

/// `SIDESTEP_BUILD`: a hash of the sources, the stubs and the versions of the dependencies.
fn fingerprint() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    let mut files = Vec::new();
    for part in ["crates", "knowledge", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
        collect(&root.join(part), &mut files);
    }
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in fs::read(&file).unwrap_or_default() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=SIDESTEP_BUILD={hash:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
