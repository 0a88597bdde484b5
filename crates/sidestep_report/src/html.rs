//! One page that needs nothing else: no network, light and dark, filtered by code.

use crate::junit::escape;
use crate::model::{Entry, Report};
use std::io::{self, Write};

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (findings, files) = (report.findings.len(), report.summary.files);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Sidestep: {findings} findings</title>\n<style>{STYLE}</style>\n</head>\n<body>")?;
    writeln!(out, "<h1>Sidestep</h1>\n<p><b id=\"count\">{findings}</b> of {findings} findings in {files} files</p>")?;

    let mut codes: Vec<(u8, &str, &str, usize)> = Vec::new();
    for entry in &report.findings {
        match codes.iter_mut().find(|(_, code, ..)| *code == entry.code) {
            Some((.., many)) => *many += 1,
            None => codes.push((entry.pitfall, entry.code, entry.name, 1)),
        }
    }
    codes.sort();
    writeln!(out, "<nav aria-label=\"Filter by code\">")?;
    for (_, code, name, many) in codes {
        writeln!(
            out,
            "<label title=\"{name}\"><input type=\"checkbox\" checked value=\"{code}\"> {code} <small>{many}</small></label>"
        )?;
    }
    writeln!(out, "</nav>\n<main>")?;
    for error in &report.errors {
        let (location, message) = (escape(&error.location()), escape(&error.error.message));
        writeln!(
            out,
            "<article class=\"error\"><h2>not checked: {message}</h2><p class=\"at\">{location}</p></article>"
        )?;
    }
    for entry in &report.findings {
        article(entry, out)?;
    }
    if report.findings.is_empty() && report.errors.is_empty() {
        writeln!(out, "<p>No pitfalls found.</p>")?;
    }
    writeln!(out, "</main>\n<script>{SCRIPT}</script>\n</body>\n</html>")
}

fn article(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let (code, level) = (entry.code, entry.level.as_str());
    writeln!(out, "<article class=\"{level}\" data-code=\"{code}\">")?;
    let (message, name) = (escape(&entry.message), entry.name);
    writeln!(out, "<h2><span class=\"code\" title=\"{name}\">{level} {code}</span> {message}</h2>")?;
    let (location, confidence) = (escape(&entry.location()), entry.confidence.as_str());
    writeln!(out, "<p class=\"at\">{location} <small>{confidence}</small></p>")?;
    if let Some(excerpt) = &entry.excerpt {
        write!(out, "<pre>")?;
        let primary = excerpt.spans.first().cloned().flatten().unwrap_or(0..0);
        let mut offset = 0;
        for (line, number) in excerpt.text.split('\n').zip(excerpt.line..) {
            let inside = |at: usize| at.clamp(offset, offset + line.len()) - offset;
            let (start, end) = (inside(primary.start), inside(primary.end));
            let (before, marked, after) = (escape(&line[..start]), escape(&line[start..end]), escape(&line[end..]));
            let marked = if marked.is_empty() { marked } else { format!("<mark>{marked}</mark>") };
            writeln!(out, "<i>{number:>5}</i> {before}{marked}{after}")?;
            offset += line.len() + 1;
        }
        writeln!(out, "</pre>")?;
    }
    if !entry.labels.is_empty() {
        writeln!(out, "<ul>")?;
        for label in &entry.labels {
            writeln!(out, "<li>line {}: {}</li>", label.place.line, escape(&label.text))?;
        }
        writeln!(out, "</ul>")?;
    }
    if !entry.chain.is_empty() {
        writeln!(out, "<ol>")?;
        for hop in &entry.chain {
            let (path, line) = (escape(&hop.path), hop.place.line);
            let (function, text) = (escape(&hop.function), escape(&hop.text));
            writeln!(out, "<li><code>{path}:{line}</code> <b>{function}</b>: {text}</li>")?;
        }
        writeln!(out, "</ol>")?;
    }
    if let Some(seen) = entry.seen {
        writeln!(out, "<p class=\"seen\">seen {seen}</p>")?;
    }
    if let Some(help) = &entry.help {
        writeln!(out, "<p class=\"help\">{}</p>", escape(help))?;
    }
    writeln!(out, "</article>")
}

const STYLE: &str = "
:root{color-scheme:light dark;--line:#8884;--card:#8881;--error:#d33;--warning:#b80;--advice:#083}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
nav{display:flex;flex-wrap:wrap;gap:.5rem 1rem;margin:1rem 0}
article{border:1px solid var(--line);border-left:4px solid var(--c);border-radius:6px;padding:.5rem 1rem;margin:1rem 0}
article[hidden]{display:none}
.error{--c:var(--error)}.warning{--c:var(--warning)}.advice{--c:var(--advice)}
h2{font-size:1rem;margin:.25rem 0}.code{color:var(--c)}
.at{margin:0;font-family:ui-monospace,monospace;font-size:.85rem}
pre{background:var(--card);padding:.5rem;overflow-x:auto;font-size:.85rem}
pre i{font-style:normal;opacity:.5;user-select:none}mark{background:#fc06;color:inherit;border-bottom:2px solid var(--c)}
.help::before{content:'help: ';font-weight:bold}
";

const SCRIPT: &str = "
document.querySelector('nav').addEventListener('change',()=>{
  const on=new Set([...document.querySelectorAll('nav input:checked')].map(i=>i.value));let n=0;
  for(const a of document.querySelectorAll('article[data-code]')){a.hidden=!on.has(a.dataset.code);n+=!a.hidden}
  document.getElementById('count').textContent=n});
";
