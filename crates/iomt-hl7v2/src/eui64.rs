//! Extended unique identifiers as HL7 writes them.
//!
//! ```text
//!  0012210000A1B2C3          IEEE maker 00-12-21, then what the maker chose
//!  |----| |--|
//!  OUI    FF FE or FF FF: the rest is a MAC-48
//! ```
//! IEEE 11073-10101 and IHE device profiles put them in MSH-3.2, OBX-18 and elsewhere: sixteen hexadecimal digits in any case,
//! with or without `-` or `:`.

/// Reads sixteen hexadecimal digits, of any case, with or without `-` or `:` between bytes.
///
/// ```
/// assert_eq!(iomt_hl7v2::eui64::parse(b"00-1A-01-FF-FE-00-00-07"), Some([0, 0x1a, 1, 0xff, 0xfe, 0, 0, 7]));
/// ```
#[must_use]
#[inline]
pub fn parse(text: &[u8]) -> Option<[u8; 8]> {
    // A number is handed over in a register, an array of bytes is not.
    number(text).map(u64::to_be_bytes)
}

fn number(text: &[u8]) -> Option<u64> {
    let spaced = || bytes(text.trim_ascii()).map(u64::from_be_bytes);
    match <&[u8; 16]>::try_from(text) {
        Ok(digits) => plain(digits).or_else(spaced),
        // A separator or blank at least, at most one behind each byte and some blanks around.
        Err(_) if (17..=32).contains(&text.len()) => spaced(),
        Err(_) => None,
    }
}

/// Sixteen digits and nothing else, as nearly everyone writes.
fn plain(digits: &[u8; 16]) -> Option<u64> {
    let (mut number, mut wrong) = (0, 0);
    for digit in digits {
        let nibble = NIBBLES.get(usize::from(*digit))?;
        wrong |= nibble;
        number = (number << 4) | u64::from(*nibble);
    }
    (wrong < 16).then_some(number)
}

/// What each byte is worth as a digit; 255 when it is none.
const NIBBLES: [u8; 256] = {
    let mut table = [0xff; 256];
    let mut values: &mut [u8] = &mut table;
    let mut byte = 0_u8;
    while let [slot, rest @ ..] = values {
        if let Some(value) = nibble(byte) {
            *slot = value;
        }
        byte = byte.wrapping_add(1);
        values = rest;
    }
    table
};

/// Reads twelve hexadecimal digits with separators between bytes, as a MAC address is written; bare digits are refused,
/// because serial numbers look like that.
#[must_use]
pub fn parse_mac(text: &[u8]) -> Option<[u8; 6]> {
    let text = text.trim_ascii();
    text.iter().any(|byte| is_separator(*byte)).then(|| bytes(text))?
}

/// The MAC address inside, when the maker made the identifier from one (FF FE or FF FF in the middle).
#[must_use]
pub const fn mac_of(eui: [u8; 8]) -> Option<[u8; 6]> {
    match eui {
        [a, b, c, 0xff, 0xfe | 0xff, d, e, f] => Some([a, b, c, d, e, f]),
        _ => None,
    }
}

/// The maker's part.
#[must_use]
pub const fn oui(eui: [u8; 8]) -> [u8; 3] {
    let [a, b, c, ..] = eui;
    [a, b, c]
}

/// Whether nothing but the maker is said: all digits after it are zero, or zero but for a last one.
#[must_use]
pub const fn is_placeholder(eui: [u8; 8]) -> bool {
    matches!(eui, [_, _, _, 0, 0, 0, 0, 0 | 1] | [_, _, _, 0xff, 0xfe | 0xff, 0, 0, 0 | 1])
}

const fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b':')
}

fn bytes<const N: usize>(mut text: &[u8]) -> Option<[u8; N]> {
    let mut out = [0; N];
    for slot in &mut out {
        let ([high, low], mut rest) = text.split_first_chunk()?;
        *slot = (nibble(*high)? << 4) | nibble(*low)?;
        if let [separator, after @ ..] = rest
            && is_separator(*separator)
            && !after.is_empty()
        {
            rest = after;
        }
        text = rest;
    }
    text.is_empty().then_some(out)
}

#[inline]
pub(crate) const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(digit.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_case_and_separator_is_read() {
        let eui = [0x00, 0x09, 0xfb, 0xff, 0xff, 0xa1, 0xb2, 0xc3];
        for text in [&b"0009FBFFFFA1B2C3"[..], b"0009fbffffa1b2c3", b"00:09:FB:FF:FF:A1:B2:C3", b"0009FB-FFFF-A1B2C3 "]
        {
            assert_eq!(parse(text), Some(eui), "{text:?}");
        }
        assert_eq!(mac_of(eui), Some([0x00, 0x09, 0xfb, 0xa1, 0xb2, 0xc3]));
    }

    #[test]
    fn what_is_not_sixteen_digits_is_refused() {
        for text in
            [&b""[..], b"0009FBFFFFA1B2C", b"0009FBFFFFA1B2C34", b"0009FBFFFFA1B2CX", b"0009FBFFFFA1B2C3-", b"--------"]
        {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn another_filler_gives_no_mac() {
        assert_eq!(mac_of([0x00, 0x0f, 0x14, 0x04, 0x9b, 1, 2, 3]), None);
    }

    #[test]
    fn placeholders_are_known() {
        assert!(is_placeholder(parse(b"0012210000000000").unwrap()));
        assert!(is_placeholder(parse(b"001221FFFE000001").unwrap()));
        assert!(!is_placeholder(parse(b"0012210000000002").unwrap()));
    }

    #[test]
    fn a_mac_needs_its_separators() {
        assert_eq!(parse_mac(b"00-0F-14-01-02-03"), Some([0, 0x0f, 0x14, 1, 2, 3]));
        assert_eq!(parse_mac(b"000F14010203"), None);
    }
}
