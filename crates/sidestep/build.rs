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
    resources();
    fingerprint();
}

/// The classes that the stubs mark as async resources, with their module and the methods that close them: what a running
/// program is watched for.
fn resources() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("../../knowledge");
    let mut stubs = Vec::new();
    collect(&folder, &mut stubs);
    stubs.sort();
    let mut code =
        String::from("/// Module, class, and what closes it.\npub static RESOURCES: &[(&str, &str, &str)] = &[\n");
    for stub in stubs.iter().filter(|stub| stub.extension().is_some_and(|ending| ending == "pyi")) {
        let mut module = stub.file_stem().unwrap().to_string_lossy().into_owned();
        let mut close = None;
        for line in fs::read_to_string(stub).unwrap_or_default().lines() {
            if let Some(next) = line.strip_prefix("# --- module ").and_then(|rest| rest.trim_end().strip_suffix("---"))
            {
                module = next.trim().to_owned();
            } else if let Some(mark) = line.strip_prefix("@async_resource(") {
                close = mark.split('"').nth(1).map(str::to_owned);
            } else if let Some(class) = line.strip_prefix("class ") {
                let name = class.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                if let Some(close) = close.take() {
                    writeln!(code, "    ({module:?}, {name:?}, {close:?}),").unwrap();
                }
            } else if !line.starts_with('@') {
                close = None;
            }
        }
    }
    code.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("resources.rs"), code).unwrap();
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
