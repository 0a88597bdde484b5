//! From bytes to text: byte order marks, coding lines (PEP 263), and what is not text.

use crate::document::SourceError;
use memchr::memchr;

/// What the bytes 0x80 to 0x9F mean in Windows-1252; `\0` where they mean nothing.
const CP1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”', '•',
    '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

enum Encoding {
    Utf8,
    Latin1,
    Cp1252,
    Ascii,
}

/// Decodes Python source as Python does: UTF-8 unless a coding line says otherwise. A byte order mark is dropped.
///
/// # Errors
/// Bytes that are not text in the source's encoding, an encoding that is not supported, and NUL bytes.
pub fn decode(bytes: Vec<u8>) -> Result<String, SourceError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(SourceError::whole("the file is larger than 4 GiB"));
    }
    if let Some(at) = memchr(0, &bytes) {
        return Err(error(&bytes, at, format!("NUL byte at byte {at}: this is not Python source")));
    }
    let (encoding, bom) = encoding_of(&bytes)?;
    match encoding {
        Encoding::Utf8 => decode_utf8(bytes, bom),
        Encoding::Latin1 => Ok(bytes.iter().map(|&byte| byte as char).collect()),
        Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => decode_utf8(bytes, false),
            Some(at) => Err(error(
                &bytes,
                at,
                format!("byte {at} (0x{:02x}) is not ASCII, as the coding line promises", bytes[at]),
            )),
        },
        Encoding::Cp1252 => {
            let undefined = |byte: u8| (0x80..0xA0).contains(&byte) && CP1252[usize::from(byte - 0x80)] == '\0';
            if let Some(at) = bytes.iter().position(|&byte| undefined(byte)) {
                return Err(error(&bytes, at, format!("byte {at} (0x{:02x}) is not Windows-1252", bytes[at])));
            }
            let decode =
                |byte: u8| if (0x80..0xA0).contains(&byte) { CP1252[usize::from(byte - 0x80)] } else { byte as char };
            Ok(bytes.iter().map(|&byte| decode(byte)).collect())
        }
    }
}

/// How bytes are encoded, and whether they begin with a byte order mark.
fn encoding_of(bytes: &[u8]) -> Result<(Encoding, bool), SourceError> {
    let bom = bytes.starts_with(b"\xEF\xBB\xBF");
    let encoding = match coding_line(bytes) {
        None => Encoding::Utf8,
        Some((at, name)) => match supported(&name) {
            Some(Encoding::Utf8) => Encoding::Utf8,
            _ if bom => {
                let message =
                    format!("the coding line says `{name}`, but the file begins with a UTF-8 byte order mark");
                return Err(error(bytes, at, message));
            }
            Some(encoding) => encoding,
            None if bytes.is_ascii() => Encoding::Utf8,
            None => {
                let message =
                    format!("the encoding `{name}` of the coding line is not supported; save the file as UTF-8");
                return Err(error(bytes, at, message));
            }
        },
    };
    Ok((encoding, bom))
}

/// Encodes text as a file was that it takes the place of. None if the encoding does not have its characters.
pub(crate) fn encode(text: &str, before: &[u8]) -> Option<Vec<u8>> {
    let (encoding, bom) = encoding_of(before).ok()?;
    match encoding {
        Encoding::Utf8 if bom => Some([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        Encoding::Utf8 => Some(text.as_bytes().to_vec()),
        Encoding::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
        Encoding::Latin1 => text.chars().map(|c| u8::try_from(c).ok()).collect(),
        Encoding::Cp1252 => text
            .chars()
            .map(|c| match u8::try_from(c) {
                Ok(byte) if !(0x80..0xA0).contains(&byte) => Some(byte),
                _ => CP1252.iter().position(|&known| known == c && c != '\0').map(|at| at as u8 + 0x80),
            })
            .collect(),
    }
}

fn decode_utf8(bytes: Vec<u8>, bom: bool) -> Result<String, SourceError> {
    let mut text = String::from_utf8(bytes).map_err(|failure| {
        let at = failure.utf8_error().valid_up_to();
        let bytes = failure.as_bytes();
        let byte = bytes[at];
        let message = format!(
            "invalid UTF-8 at byte {at} (0x{byte:02x}); save the file as UTF-8, or name its encoding in a coding line"
        );
        error(bytes, at, message)
    })?;
    if bom {
        text.drain(..3);
    }
    Ok(text)
}

fn supported(name: &str) -> Option<Encoding> {
    match name.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8" | "utf8" | "utf-8-sig" | "u8" => Some(Encoding::Utf8),
        "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" => Some(Encoding::Latin1),
        "cp1252" | "windows-1252" | "1252" => Some(Encoding::Cp1252),
        "ascii" | "us-ascii" | "646" => Some(Encoding::Ascii),
        _ => None,
    }
}

/// The coding line among the first two lines: where the name stands, and the name.
fn coding_line(bytes: &[u8]) -> Option<(usize, String)> {
    let mut start = if bytes.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    for _ in 0..2 {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let line = &bytes[start..end];
        let body = line.trim_ascii_start();
        if body.first() == Some(&b'#') {
            if let Some((at, name)) = coding_name(line) {
                return Some((start + at, name));
            }
        } else if !body.is_empty() {
            return None;
        }
        start = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        if start >= bytes.len() {
            return None;
        }
    }
    None
}

/// `coding[:=][ \t]*([-\w.]+)` in a comment.
fn coding_name(line: &[u8]) -> Option<(usize, String)> {
    memchr::memmem::find_iter(line, b"coding").find_map(|at| {
        let after = at + b"coding".len();
        if !matches!(line.get(after), Some(b':' | b'=')) {
            return None;
        }
        let start = after + 1 + line[after + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let name: Vec<u8> = line[start..].iter().take_while(is_name).copied().collect();
        (!name.is_empty()).then(|| (start, String::from_utf8_lossy(&name).into_owned()))
    })
}

fn error(bytes: &[u8], at: usize, message: String) -> SourceError {
    let before = String::from_utf8_lossy(&bytes[..at]);
    let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let column = before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1;
    let line = crate::lines::LineIndex::new(&before).len();
    SourceError { message, cell: None, line: line as u32, column: column as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(bytes: &[u8]) -> (u32, u32, String) {
        let error = decode(bytes.to_vec()).unwrap_err();
        (error.line, error.column, error.message)
    }

    #[test]
    fn text_in_every_supported_encoding() {
        assert_eq!(decode("é".into()).unwrap(), "é");
        assert_eq!(decode(b"\xEF\xBB\xBFx".to_vec()).unwrap(), "x");
        assert_eq!(
            decode(b"# -*- coding: latin-1 -*-\nx = '\xe9'".to_vec()).unwrap(),
            "# -*- coding: latin-1 -*-\nx = 'é'"
        );
        assert_eq!(
            decode(b"#!/bin/x\n# vim: set fileencoding=cp1252 :\n\x80".to_vec()).unwrap().chars().last(),
            Some('€')
        );
        assert_eq!(decode(b"# coding: koi8-r\nx".to_vec()).unwrap(), "# coding: koi8-r\nx");
        assert_eq!(decode(b"x\n# coding: ascii\n\xc3\xa9".to_vec()).unwrap(), "x\n# coding: ascii\né");
    }

    #[test]
    fn what_is_not_text() {
        assert_eq!(
            fails(b"x = 1\ny = '\xff'"),
            (
                2,
                6,
                "invalid UTF-8 at byte 11 (0xff); save the file as UTF-8, or name its encoding in a coding line".into()
            )
        );
        assert_eq!(fails(b"x\0").2, "NUL byte at byte 1: this is not Python source");
        assert_eq!(
            fails(b"# coding: koi8-r\n\xff").2,
            "the encoding `koi8-r` of the coding line is not supported; save the file as UTF-8"
        );
        assert!(fails(b"\xEF\xBB\xBF# coding: latin-1\n").2.contains("byte order mark"));
        assert!(fails(b"# coding: ascii\n\xe9").2.contains("not ASCII"));
        assert!(fails(b"# coding: cp1252\n\x81").2.contains("not Windows-1252"));
    }
}
