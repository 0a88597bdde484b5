//! Suppression comments: `# sidestep: ignore`, `# sidestep: ignore[SS201]`, `# sidestep: ignore-file`; and `# noqa: RUF006` where
//! another tool's rule is about the same fault.

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
    /// The line it is on, as another tool was told: a `noqa`, with the codes of ours that are about the same.
    Noqa,
}

/// Rules of Ruff and flake8-async, and ours for the same fault.
const SAME: [(&str, &str); 14] = [
    ("ASYNC251", "SS201"),
    ("ASYNC210", "SS202"),
    ("ASYNC212", "SS202"),
    ("ASYNC230", "SS203"),
    ("ASYNC240", "SS203"),
    ("ASYNC220", "SS204"),
    ("ASYNC221", "SS204"),
    ("ASYNC222", "SS204"),
    ("ASYNC250", "SS209"),
    ("ASYNC300", "SS801"),
    ("RUF006", "SS801"),
    ("RUF006", "SS802"),
    ("S110", "SS704"),
    ("S113", "SS901"),
];

/// The suppression comments of a source, in order. Strings that look like comments are none.
pub fn directives(source: &str, notebook: bool) -> Vec<Directive> {
    let has = |text: &str| memmem::find(source.as_bytes(), text.as_bytes()).is_some();
    let is_told = has("noqa:") && SAME.iter().any(|(theirs, _)| has(theirs));
    if !has("sidestep:") && !is_told {
        return Vec::new();
    }
    let mode = if notebook { ruff_python_parser::Mode::Ipython } else { ruff_python_parser::Mode::Module };
    let parsed = parse_unchecked(source, ParseOptions::from(mode));
    let mut found = Vec::new();
    let mut before_code = true;
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Comment => {
                found.extend(directive(source, token.range(), before_code));
                found.extend(noqa(source, token.range()));
            }
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

/// What a comment tells other tools, as far as it is about faults that we report too. That a task is kept by nobody on purpose has
/// to be said twice, by a reason (`# noqa: RUF006 - lives as long as the process`) or a `_ =` before it: a code alone is a fault more often
/// than not.
fn noqa(source: &str, comment: TextRange) -> Option<Directive> {
    let text = &source[comment];
    let after = text.find("noqa:")? + "noqa:".len();
    let words = || text[after..].split([',', ' ']).filter(|c| !c.is_empty());
    let named: Vec<&str> = words().take_while(|c| is_code(c)).collect();
    let line = &source[..comment.start().to_usize()];
    let line = &line[line.rfind('\n').map_or(0, |end| end + 1)..];
    let is_meant = words().count() > named.len() || line.trim_start().starts_with("_ =");
    let codes: Vec<DirectiveCode> = SAME
        .iter()
        .filter(|(theirs, ours)| named.contains(theirs) && (is_meant || !ours.starts_with("SS8")))
        .map(|&(_, ours)| DirectiveCode { text: ours.to_owned(), range: comment })
        .collect();
    (!codes.is_empty()).then_some(Directive { kind: DirectiveKind::Noqa, range: comment, codes: Some(codes) })
}

/// `RUF006`: letters, then digits.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
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
    fn what_other_tools_were_told() {
        let source = "\
a()  # noqa: RUF006 - kept by nobody
b()  # noqa: E501, ASYNC251
c()  # noqa
d()  # noqa: E501
e()  # RUF006
f()  # noqa: RUF006
_ = f()  # noqa: RUF006
";
        let found: Vec<_> =
            seen(source).into_iter().map(|(kind, _, codes)| (kind, codes.unwrap_or_default())).collect();
        let owned = |codes: &[&str]| codes.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                (DirectiveKind::Noqa, owned(&["SS801", "SS802"])),
                (DirectiveKind::Noqa, owned(&["SS201"])),
                (DirectiveKind::Noqa, owned(&["SS801", "SS802"])),
            ]
        );
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
