//! Embeds `knowledge/*.pyi`: the stubs are part of the binary.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("../../knowledge");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the knowledge folder is part of the source")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".pyi"))
        .collect();
    names.sort();
    let mut code = String::from("pub static FILES: &[(&str, &str)] = &[\n");
    for name in names {
        let path = folder.join(&name).canonicalize().expect("just listed");
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(code, "    ({:?}, include_str!({:?})),", name.trim_end_matches(".pyi"), path).expect("to a string");
    }
    code.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("set by cargo")).join("knowledge.rs");
    fs::write(out, code).expect("the output folder is writable");
}
