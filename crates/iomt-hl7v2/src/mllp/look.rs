//! What follows a block character decides what it is; these say so, or ask for more bytes.

/// An answer that may need more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Yes,
    No,
    /// So far it fits, but the bytes end.
    Undecided,
}

/// No look needs more bytes than this.
pub(super) const AHEAD: usize = 12;

/// Whether a header segment begins here, in one-byte or two-byte characters, behind a byte order mark or not. When the
/// bytes are `last`, what does not suffice is no header.
pub(super) fn header(bytes: &[u8], last: bool) -> Look {
    let undecided = if last { Look::No } else { Look::Undecided };
    let bytes = match bytes {
        [] | [0xef] | [0xef, 0xbb] | [0xfe] | [0xff] => return undecided,
        [0xef, 0xbb, 0xbf, rest @ ..] | [0xfe, 0xff, rest @ ..] | [0xff, 0xfe, rest @ ..] => rest,
        rest => rest,
    };
    let wide = matches!(bytes, [0, ..] | [_, 0, ..]);
    let zero = usize::from(matches!(bytes, [_, 0, ..]));
    let mut letters = [0_u8; 4];
    let mut count = 0_usize;
    for (index, &byte) in bytes.iter().take(8).enumerate() {
        if wide && index & 1 == zero {
            if byte != 0 {
                return Look::No;
            }
            continue;
        }
        let Some(slot) = letters.get_mut(count) else { break };
        *slot = byte;
        count = count.wrapping_add(1);
    }
    let fits = |name: &[u8; 3]| name.starts_with(letters.get(..count.min(3)).unwrap_or_default());
    match letters {
        // The separator's own high byte is still to come.
        _ if count == 4 && zero == 1 && bytes.len() < 8 => undecided,
        [.., separator] if count == 4 => {
            if (fits(b"MSH") || fits(b"FHS") || fits(b"BHS")) && separator.is_ascii_punctuation() {
                Look::Yes
            } else {
                Look::No
            }
        }
        _ if fits(b"MSH") || fits(b"FHS") || fits(b"BHS") => undecided,
        _ => Look::No,
    }
}

/// Whether a block begins behind a vertical tab that was met inside a block: a header follows, or a commit acknowledgement.
/// A vertical tab before anything else is damage inside the message, not a new one.
pub(super) fn restart(after: &[u8], last: bool) -> Look {
    match after {
        [super::ACK | super::NAK] if !last => Look::Undecided,
        [super::ACK | super::NAK, super::END, ..] => Look::Yes,
        _ => header(after, last),
    }
}

/// Whether an end character in one-byte text ends the block, by what follows it: its carriage return, what devices send instead,
/// or the next message. Before anything else it is data, as clients that search for both bytes see it.
pub(super) fn end(after: &[u8], last: bool) -> Look {
    match after {
        [] if last => Look::Yes,
        [] => Look::Undecided,
        [b'\r' | b'\n' | b' ' | b'\t' | super::START | super::END | 0, ..] => Look::Yes,
        _ => header(after, last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_of_a_header_is_undecided_until_it_is_one() {
        for text in [&b"MSH|"[..], b"\xef\xbb\xbfMSH|", b"\0M\0S\0H\0|", b"M\0S\0H\0|\0", b"\xfe\xff\0M\0S\0H\0|"] {
            assert!(text.len() <= AHEAD);
            for cut in 0..text.len() {
                assert_eq!(header(&text[..cut], false), Look::Undecided, "{text:?} {cut}");
                assert_eq!(header(&text[..cut], true), Look::No);
            }
            assert_eq!(header(text, false), Look::Yes, "{text:?}");
        }
        assert_eq!(header(b"MSHA", false), Look::No);
        assert_eq!(header(b"PI", false), Look::No);
    }
}
