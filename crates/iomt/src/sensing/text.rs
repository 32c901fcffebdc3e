//! Bytes of an identity value into the text that evidence keeps.

use std::borrow::Cow;

/// The longest value that evidence keeps, in characters; longer ones are cut.
const LONGEST: usize = 256;

/// Turns the bytes of a value into text: cut at the first NUL, control characters dropped, white space trimmed, length capped.
///
/// UTF-8 is taken as such; anything else reads as Windows-1252, which covers Latin-1. Empty when nothing is left.
pub(crate) fn clean(bytes: &[u8]) -> String {
    let upto_nul = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = match core::str::from_utf8(upto_nul) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(upto_nul).0,
    };
    clean_text(&text)
}

/// The same for what is text already.
pub(crate) fn clean_text(text: &str) -> String {
    // FNC1, which divides the parts of a UDI, is shown by its symbol.
    let visible = text.chars().map(|c| if c == '\u{1d}' { '␝' } else { c });
    let printable: String = visible.filter(|c| !c.is_control()).take(LONGEST).collect();
    printable.trim().to_owned()
}

/// The first components of a UID, which name its owner; what follows may number a device, a study or a patient's image.
///
/// One long component is the owner's number; a second one is a serial number or part of a time, and some makers put the time of
/// the study right behind their root, so either ends it.
pub(crate) fn uid_root(uid: &[u8]) -> Option<&str> {
    const COMPONENTS: usize = 7;
    const DATE: usize = 8;
    const LONG: usize = 5;
    let text = core::str::from_utf8(uid).ok()?.trim_end_matches(['\0', ' ']);
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    // 2.25 is followed by a UUID at once.
    let components = if text.starts_with("2.25.") { 2 } else { COMPONENTS };
    let (mut end, mut long) = (0_usize, 0_u8);
    for component in text.split('.').take(components).take_while(|component| component.len() < DATE) {
        if component.len() >= LONG {
            long = long.saturating_add(1);
            if long > 1 {
                break;
            }
        }
        end = end.saturating_add(component.len()).saturating_add(1);
    }
    text.get(..end.saturating_sub(1)).filter(|root| !root.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_after_a_nul_and_padding_are_no_part_of_a_name() {
        assert_eq!(clean(b" L.01.18\n\0garbage"), "L.01.18");
        assert_eq!(clean(b"Dr\xe4ger "), "Dräger");
        assert_eq!(clean("Dräger".as_bytes()), "Dräger");
        assert_eq!(clean(b" \0"), "");
        assert_eq!(clean(b"10A213B1\x1d211234\r\n"), "10A213B1␝211234");
    }

    #[test]
    fn a_root_never_holds_an_instance() {
        assert_eq!(uid_root(b"1.3.12.2.1107.5.2.30.25641.30000001\0"), Some("1.3.12.2.1107.5.2"));
        assert_eq!(uid_root(b"2.25.268051044599311345688996422911472681751"), Some("2.25"));
        assert_eq!(uid_root(b"1.2.840"), Some("1.2.840"));
        assert_eq!(uid_root(b"1.3.76.13.65829.2.20130125082826.1072139.2"), Some("1.3.76.13.65829.2"));
        assert_eq!(uid_root(b"1.2.392.200036.9107.500.1234567.1"), Some("1.2.392.200036.9107.500"));
        assert_eq!(uid_root(b"20130125.1"), None);
        assert_eq!(uid_root(b"MRN12345"), None);
        assert_eq!(uid_root(b""), None);
    }
}
