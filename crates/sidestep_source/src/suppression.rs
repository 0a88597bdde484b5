//! Suppression comments: `# sidestep: ignore`, `# sidestep: ignore[SS201]`, `# sidestep: ignore-file`.

use memchr::memmem;
use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A suppression comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// What it applies to.
    pub kind: DirectiveKind,
    /// From `sidestep:` to its end.
    pub range: TextRange,
    /// The codes in brackets; none where there are no brackets.
    pub codes: Option<Vec<DirectiveCode>>,
}

/// A code in a suppression comment, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectiveCode {
    /// The code, the pitfall (`SS4`) or the rule's name.
    pub text: String,
    /// Where it stands.
    pub range: TextRange,
}

/// What a suppression comment applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveKind {
    /// The line it is on.
    Line,
    /// The file, because it stands before all code.
    File,
    /// Nothing: what it says is not understood.
    Unknown,
}

/// The suppression comments of a source, in order. Strings that look like comments are none.
pub fn directives(source: &str, notebook: bool) -> Vec<Directive> {
    if memmem::find(source.as_bytes(), b"sidestep:").is_none() {
        return Vec::new();
    }
    let mode = if notebook { ruff_python_parser::Mode::Ipython } else { ruff_python_parser::Mode::Module };
    let parsed = parse_unchecked(source, ParseOptions::from(mode));
    let mut found = Vec::new();
    let mut before_code = true;
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Comment => found.extend(directive(source, token.range(), before_code)),
            TokenKind::NonLogicalNewline | TokenKind::Newline => {}
            _ => before_code = false,
        }
    }
    found
}

/// The texts of all comments of a source, in order.
pub fn comments(source: &str, notebook: bool) -> Vec<&str> {
    let mode = if notebook { ruff_python_parser::Mode::Ipython } else { ruff_python_parser::Mode::Module };
    let parsed = parse_unchecked(source, ParseOptions::from(mode));
    let is_comment = |token: &&ruff_python_ast::token::Token| token.kind() == TokenKind::Comment;
    parsed.tokens().iter().filter(is_comment).map(|token| source[token.range()].trim_end()).collect()
}

/// The directive in a comment, which other words may precede: `# noqa: x  # sidestep: ignore`.
fn directive(source: &str, comment: TextRange, before_code: bool) -> Option<Directive> {
    let text = &source[comment];
    let hash =
        text.match_indices('#').map(|(at, _)| at).find(|&at| text[at + 1..].trim_start().starts_with("sidestep:"))?;
    let start = hash + text[hash..].find("sidestep:")?;
    let word = start + "sidestep:".len();
    let word = word + (text[word..].len() - text[word..].trim_start().len());
    let end = text[word..].find(|c: char| !c.is_ascii_alphanumeric() && c != '-').map_or(text.len(), |at| word + at);
    let mut kind = match &text[word..end] {
        "ignore" => DirectiveKind::Line,
        "ignore-file" if before_code => DirectiveKind::File,
        _ => DirectiveKind::Unknown,
    };
    let at = |start: usize, end: usize| {
        TextRange::new(comment.start() + TextSize::new(start as u32), comment.start() + TextSize::new(end as u32))
    };
    let mut directive_end = end;
    let mut codes = None;
    if text[end..].starts_with('[') {
        match text[end..].find(']') {
            None => kind = DirectiveKind::Unknown,
            Some(close) => {
                directive_end = end + close + 1;
                let mut offset = end + 1;
                let mut list = Vec::new();
                for part in text[offset..end + close].split(',') {
                    let code = part.trim();
                    let start = offset + (part.len() - part.trim_start().len());
                    if !code.is_empty() {
                        list.push(DirectiveCode { text: code.to_owned(), range: at(start, start + code.len()) });
                    }
                    offset += part.len() + 1;
                }
                codes = Some(list);
            }
        }
    }
    Some(Directive { kind, range: at(start, directive_end), codes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(source: &str) -> Vec<(DirectiveKind, String, Option<Vec<String>>)> {
        let texts = |codes: Vec<DirectiveCode>| codes.into_iter().map(|code| code.text).collect();
        let show = |d: Directive| (d.kind, source[d.range].to_owned(), d.codes.map(texts));
        directives(source, false).into_iter().map(show).collect()
    }

    #[test]
    fn comments_and_only_comments() {
        use DirectiveKind::{File, Line, Unknown};
        let source = "\
# sidestep: ignore-file
x = '# sidestep: ignore'
f()  # noqa # sidestep: ignore[SS201,  SS4, blocking-sleep] because
g()  #sidestep:ignore
h()  # sidestep: ignore-file
i()  # sidestep: ignor
j()  # sidestep: ignore[
k()  # see sidestep: ignore
";
        let codes = |list: &[&str]| Some(list.iter().map(|code| (*code).to_owned()).collect());
        assert_eq!(
            seen(source),
            [
                (File, "sidestep: ignore-file".to_owned(), None),
                (
                    Line,
                    "sidestep: ignore[SS201,  SS4, blocking-sleep]".to_owned(),
                    codes(&["SS201", "SS4", "blocking-sleep"])
                ),
                (Line, "sidestep:ignore".to_owned(), None),
                (Unknown, "sidestep: ignore-file".to_owned(), None),
                (Unknown, "sidestep: ignor".to_owned(), None),
                (Unknown, "sidestep: ignore".to_owned(), None),
            ]
        );
    }
}
