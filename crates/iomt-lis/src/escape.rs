//! Escape sequences.
//!
//! ```text
//!  &F& &S& &R& &E&   field, component, repeat delimiter, escape as data
//!  &X0D0A&           bytes
//!  &H& &N&           highlighting on, off
//!  &Z...&            agreed locally
//! ```
//! LIS02-A2 (ASTM E1394) section 5.5. Whatever is not one of these stays as it is: devices send lone ampersands.

use crate::Delimiters;
use alloc::borrow::Cow;
use alloc::vec::Vec;
use memchr::memchr;

/// Resolves delimiters and hexadecimal bytes, one level deep; all other sequences and stray escape characters stay as they
/// are. Borrows when there is no escape character.
///
/// ```
/// use iomt_lis::{Delimiters, escape::unescape};
/// assert_eq!(*unescape(b"a&F&b&X0D0a&", &Delimiters::DEFAULT), *b"a|b\r\n");
/// ```
#[must_use]
pub fn unescape<'a>(bytes: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    let Some(escape) = delimiters.escape else { return Cow::Borrowed(bytes) };
    let Some(first) = memchr(escape, bytes) else { return Cow::Borrowed(bytes) };
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut at = first;
    loop {
        let (literal, sequence) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        plain.extend_from_slice(literal);
        let length = resolve(sequence, escape, delimiters, &mut plain);
        rest = sequence.get(length..).unwrap_or_default();
        match memchr(escape, rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    plain.extend_from_slice(rest);
    Cow::Owned(plain)
}

/// Resolves the sequence at the head of `bytes`, which begins with the escape character; returns its length.
fn resolve(bytes: &[u8], escape: u8, delimiters: &Delimiters, plain: &mut Vec<u8>) -> usize {
    let delimiter = match bytes {
        [_, b'F', end, ..] if *end == escape => Some(delimiters.field),
        [_, b'S', end, ..] if *end == escape => delimiters.component,
        [_, b'R', end, ..] if *end == escape => delimiters.repeat,
        [_, b'E', end, ..] if *end == escape => Some(escape),
        [_, b'X', body @ ..] => {
            let digits = body.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(body.len());
            if digits > 0 && digits.is_multiple_of(2) && body.get(digits) == Some(&escape) {
                let (pairs, _) = body.get(..digits).unwrap_or_default().as_chunks::<2>();
                plain.extend(pairs.iter().map(|[high, low]| (nibble(*high) << 4) | nibble(*low)));
                return digits.saturating_add(3);
            }
            None
        }
        // Highlighting and what is agreed locally stays, with its closing character, so that that opens nothing.
        [_, b'H' | b'N', end, ..] if *end == escape => {
            plain.extend_from_slice(bytes.get(..3).unwrap_or_default());
            return 3;
        }
        [_, b'Z', body @ ..] => {
            let Some(end) = memchr(escape, body) else {
                plain.extend(bytes.first());
                return 1;
            };
            let length = end.saturating_add(3);
            plain.extend_from_slice(bytes.get(..length).unwrap_or_default());
            return length;
        }
        _ => None,
    };
    match delimiter {
        Some(byte) => {
            plain.push(byte);
            3
        }
        None => {
            plain.extend(bytes.first());
            1
        }
    }
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit.wrapping_sub(b'0'),
        b'a'..=b'f' => digit.wrapping_sub(b'a').wrapping_add(10),
        _ => digit.wrapping_sub(b'A').wrapping_add(10),
    }
}

/// Replaces every delimiter, line end and control character of the link by an escape sequence, so that the bytes are data
/// wherever they are put. Borrows when there is nothing to replace. Without an escape character nothing can be replaced.
#[must_use]
pub fn escape<'a>(bytes: &'a [u8], delimiters: &Delimiters) -> Cow<'a, [u8]> {
    let Some(mark) = delimiters.escape else { return Cow::Borrowed(bytes) };
    let name = |byte: u8| match byte {
        _ if byte == mark => Some(b'E'),
        _ if byte == delimiters.field => Some(b'F'),
        _ if Some(byte) == delimiters.component => Some(b'S'),
        _ if Some(byte) == delimiters.repeat => Some(b'R'),
        _ => None,
    };
    if bytes.iter().all(|byte| name(*byte).is_none() && !byte.is_ascii_control()) {
        return Cow::Borrowed(bytes);
    }
    let mut escaped = Vec::with_capacity(bytes.len().saturating_mul(2));
    for &byte in bytes {
        match name(byte) {
            Some(name) => escaped.extend([mark, name, mark]),
            None if byte.is_ascii_control() => {
                let digit = |nibble: u8| b"0123456789ABCDEF".get(usize::from(nibble)).copied().unwrap_or(b'0');
                escaped.extend([mark, b'X', digit(byte >> 4), digit(byte & 15), mark]);
            }
            None => escaped.push(byte),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &[u8]) -> Vec<u8> {
        unescape(text, &Delimiters::DEFAULT).into_owned()
    }

    #[test]
    fn each_sequence_means_its_delimiter() {
        assert_eq!(plain(b"&F&&S&&R&&E&"), b"|^\\&");
        assert_eq!(plain(b"a&X4142&b"), b"aABb");
    }

    #[test]
    fn what_is_no_sequence_stays() {
        for text in [&b"R&D"[..], b"&", b"&&", b"&X4&", b"&X&", b"&F", b"&Zlocal&", b"&H&x&N&", b"&Zopen", b"&Q&"] {
            assert_eq!(plain(text), text, "{text:?}");
        }
    }

    #[test]
    fn one_level_is_resolved() {
        assert_eq!(plain(b"&E&X41&E&"), b"&X41&");
    }

    #[test]
    fn the_declared_escape_counts() {
        let delimiters = Delimiters { repeat: Some(b'@'), escape: Some(b'\\'), ..Delimiters::DEFAULT };
        assert_eq!(*unescape(b"a\\R\\b&F&", &delimiters), *b"a@b&F&");
    }

    proptest! {
        #[test]
        fn what_is_escaped_comes_back(bytes: Vec<u8>) {
            let escaped = escape(&bytes, &Delimiters::DEFAULT);
            prop_assert!(escaped.iter().all(|byte| !byte.is_ascii_control() && !b"|^\\".contains(byte)));
            prop_assert_eq!(&*unescape(&escaped, &Delimiters::DEFAULT), &bytes[..]);
        }
    }
}
