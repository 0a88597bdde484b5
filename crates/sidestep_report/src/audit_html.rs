//! `sidestep audit` as one HTML page that needs no network: a sortable, filterable table whose cells lead to the lines that
//! prove them. Without JavaScript it is still a table with working links.

use crate::audit_page::{AuditPage, Spot, mark};
use sidestep_rules::audit::Column;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The whole page.
pub fn html(page: &AuditPage) -> String {
    let mut evidence = Evidence::default();
    let mut out = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>AI calls</title>\n<style>\n",
    );
    out.push_str(include_str!("audit_html/page.css"));
    out.push_str("</style>\n</head>\n<body>\n<header>\n<h1>AI calls</h1>\n");
    let count = page.rows.len();
    let _ = writeln!(
        out,
        "<p>{} in the program, each checked against the list. A cell leads to the lines that prove it.</p>",
        if count == 1 { "One call site".to_owned() } else { format!("{count} call sites") }
    );
    out.push_str("<div class=\"controls\" hidden>\n<label>Find <input id=\"find\" type=\"search\" placeholder=\"path, function, model\"></label>\n");
    out.push_str("<label>Column <select id=\"column\"><option value=\"\">any</option>");
    for column in Column::ALL {
        let _ = write!(out, "<option value=\"{}\">{}</option>", column.key(), column.title());
    }
    out.push_str("</select></label>\n<label>is <select id=\"verdict\"><option value=\"\">anything</option><option>yes</option><option>no</option><option>unknown</option></select></label>\n");
    out.push_str("<output id=\"shown\"></output>\n</div>\n</header>\n<main>\n<table id=\"calls\">\n<thead>\n<tr><th scope=\"col\" data-key=\"call\">Call</th>");
    for column in Column::ALL {
        let _ = write!(
            out,
            "<th scope=\"col\" data-key=\"{}\" title=\"{}\">{}</th>",
            column.key(),
            escape(column.question()),
            column.title()
        );
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &page.rows {
        let anchor = evidence.add(&row.spot);
        let model =
            row.model.as_deref().map(|m| format!(" <code class=\"model\">{}</code>", escape(m))).unwrap_or_default();
        let _ = write!(
            out,
            "<tr><th scope=\"row\"><a href=\"#{anchor}\">{}</a><br><code>{}</code>{model}<br><small>in <code>{}</code></small></th>",
            escape(&row.spot.label()),
            escape(&row.callee),
            escape(&row.function)
        );
        for (column, cell) in Column::ALL.iter().zip(&row.cells) {
            let verdict = cell.verdict.as_str();
            let body = format!(
                "<b aria-label=\"{verdict}\">{}</b><span>{}</span>",
                mark(cell.verdict),
                code_spans(&cell.text)
            );
            let body = match &cell.spot {
                Some(spot) => {
                    format!("<a href=\"#{}\" title=\"{}\">{body}</a>", evidence.add(spot), escape(&spot.label()))
                }
                None => body,
            };
            let _ = write!(
                out,
                "<td class=\"{verdict}\" data-column=\"{}\" data-title=\"{}\">{body}</td>",
                column.key(),
                column.title()
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n<tfoot>\n<tr><th scope=\"row\">yes · no · unknown</th>");
    for (column, (yes, no, unknown)) in Column::ALL.iter().zip(&page.totals) {
        let _ = write!(
            out,
            "<td data-title=\"{}\"><span class=\"yes\">{yes}</span> · <span class=\"no\">{no}</span> · <span class=\"unknown\">{unknown}</span></td>",
            column.title()
        );
    }
    out.push_str("</tr>\n</tfoot>\n</table>\n<section id=\"evidence\">\n<h2>Evidence</h2>\n");
    evidence.write(&mut out);
    out.push_str("</section>\n</main>\n<script>\n");
    out.push_str(include_str!("audit_html/page.js"));
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// The excerpts that cells lead to, each once.
#[derive(Default)]
struct Evidence {
    ids: BTreeMap<(String, usize), (usize, Spot)>,
}

impl Evidence {
    fn add(&mut self, spot: &Spot) -> String {
        let next = self.ids.len() + 1;
        let (id, _) = self.ids.entry((spot.path.clone(), spot.line)).or_insert_with(|| (next, spot.clone()));
        format!("e{id}")
    }

    fn write(&self, out: &mut String) {
        for ((path, line), (id, spot)) in &self.ids {
            let _ = write!(out, "<figure id=\"e{id}\"><figcaption>{}:{line}</figcaption><pre>", escape(path));
            for (n, text) in spot.lines.iter().enumerate() {
                let number = spot.first + n;
                let tag = if number == *line { "mark" } else { "span" };
                let _ = writeln!(out, "<{tag}><i>{number:>5}</i> {}</{tag}>", escape(text));
            }
            out.push_str("</pre></figure>\n");
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text whose `code` stands between backticks.
fn code_spans(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split('`').enumerate() {
        let part = escape(part);
        if n % 2 == 1 {
            let _ = write!(out, "<code>{part}</code>");
        } else {
            out.push_str(&part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit_page::sample;

    #[test]
    fn escapes_and_links() {
        let page = html(&sample::page());
        assert!(page.contains("no &lt;semaphore&gt; &amp; no limiter"));
        assert!(!page.contains("http://") && !page.contains("https://"));
        for (at, _) in page.match_indices("href=\"#") {
            let id = page[at + 7..].split('"').next().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }
}
