//! Embeds the pages of the guide, so that `sidestep rule` can show them wherever the command stands.

use std::fmt::Write as _;
use std::path::Path;
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
}
