//! Character sets.
//!
//! ```text
//!  MSH-18  8859/1          the whole message
//!          UNICODE UTF-8
//!          ~ISO IR87       repetitions 2..n: reached by escape sequences
//! ```
//! HL7 table 0211. Devices leave the field empty with Latin-1 bytes inside, write `8859-1`, or declare ASCII and send UTF-8:
//! undeclared and ASCII text is read as UTF-8 if it is valid, else as Windows-1252.
//!
//! Delimiters are searched for as bytes. That is safe in ASCII, 8859, UTF-8 and EUC. In GB18030, Big5 and Shift-JIS the second
//! byte of a character may equal a delimiter, and in ISO 2022 streams any byte may: when MSH-18 declares one of these, the
//! search passes over such bytes. UTF-16 and UTF-32 must be decoded first: [`wide`] says so and [`decode_wide`] does it.

use crate::scan::Trap;
use alloc::borrow::Cow;
use alloc::string::String;

/// An encoding of table 0211.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Charset {
    /// ASCII, or nothing declared: UTF-8 if it is valid, else Windows-1252.
    #[default]
    Ascii,
    /// ISO 8859, the part that is given: 1 to 9 or 15.
    Iso8859(u8),
    /// JIS X 0201, read as Shift-JIS without two-byte characters, or Shift-JIS itself.
    ShiftJis,
    /// ISO 2022 with JIS X 0208 or 0212.
    Iso2022Jp,
    /// GB 18030-2000.
    Gb18030,
    /// KS X 1001 as EUC-KR.
    EucKr,
    /// CNS 11643 as EUC-TW. It is named and not decoded: [`is_decoded`](Self::is_decoded) says so, the bytes stay as they are in every view.
    EucTw,
    /// Big-5.
    Big5,
    /// Unicode; UTF-16 and UTF-32 too, because such messages were decoded before they were parsed.
    Utf8,
    /// A name that table 0211 does not have.
    Unknown,
}

impl Charset {
    /// The encoding that a repetition of MSH-18 names; spelled as the standard does or as devices do.
    #[must_use]
    pub fn named(declared: &[u8]) -> Self {
        let mut key = [0_u8; 24];
        let mut length = 0_usize;
        for byte in declared.iter().filter(|byte| byte.is_ascii_alphanumeric()) {
            let Some(slot) = key.get_mut(length) else { return Self::Unknown };
            *slot = byte.to_ascii_uppercase();
            length = length.saturating_add(1);
        }
        match key.get(..length).unwrap_or_default() {
            b"" | b"ASCII" | b"ISOIR6" | b"USASCII" => Self::Ascii,
            b"ISOIR100" | b"LATIN1" => Self::Iso8859(1),
            b"ISOIR13" | b"ISOIR14" | b"JISX0201" | b"SHIFTJIS" | b"SJIS" | b"MS932" | b"WINDOWS31J" | b"CP932" => {
                Self::ShiftJis
            }
            b"ISOIR87" | b"ISOIR159" | b"ISO2022JP" => Self::Iso2022Jp,
            b"GB180302000" | b"GB18030" | b"GBK" | b"GB2312" => Self::Gb18030,
            b"KSX1001" | b"EUCKR" => Self::EucKr,
            b"CNS116431992" | b"EUCTW" => Self::EucTw,
            b"BIG5" => Self::Big5,
            b"UNICODE" | b"UTF8" | b"UTF16" | b"UTF32" | b"UNICODEUTF8" | b"UNICODEUTF16" | b"UNICODEUTF32" => {
                Self::Utf8
            }
            key => match key.strip_prefix(b"ISO").unwrap_or(key) {
                b"885915" => Self::Iso8859(15),
                [b'8', b'8', b'5', b'9', part @ b'1'..=b'9'] => Self::Iso8859(part.wrapping_sub(b'0')),
                _ => Self::Unknown,
            },
        }
    }

    /// Whether text in this encoding can be decoded: not EUC-TW, for which there is no decoder here, nor what no table names. Without the
    /// feature `charset`, ASCII, Unicode and ISO 8859-1 alone.
    ///
    /// ```
    /// use iomt_hl7v2::text::Charset;
    ///
    /// let charset = Charset::named(b"CNS 11643-1992");
    /// assert_eq!((charset, charset.is_decoded()), (Charset::EucTw, false));
    /// ```
    #[must_use]
    pub const fn is_decoded(self) -> bool {
        match self {
            Self::EucTw | Self::Unknown => false,
            Self::Ascii | Self::Utf8 | Self::Iso8859(1) => true,
            _ => cfg!(feature = "charset"),
        }
    }

    /// Decodes bytes whose escapes are resolved; borrows when they are valid UTF-8 in an encoding where that is the text.
    /// Never fails: what cannot be decoded becomes U+FFFD. Text in a set that no table names is read as if none were declared.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if bytes.is_ascii() && self != Self::Iso2022Jp {
            return String::from_utf8_lossy(bytes);
        }
        match (self, core::str::from_utf8(bytes)) {
            (Self::EucTw, Ok(text)) => Cow::Borrowed(text),
            // A character for each byte that is not known to be one, rather than characters that nobody wrote.
            (Self::EucTw, Err(_)) => {
                let known = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
                Cow::Owned(bytes.iter().map(known).collect())
            }
            _ => self.decode_other(bytes),
        }
    }

    #[cfg(feature = "charset")]
    fn decode_other(self, bytes: &[u8]) -> Cow<'_, str> {
        use encoding_rs as e;
        let encoding = match self {
            Self::Ascii | Self::EucTw | Self::Unknown => match core::str::from_utf8(bytes) {
                Ok(text) => return Cow::Borrowed(text),
                Err(_) => e::WINDOWS_1252,
            },
            Self::Iso8859(2) => e::ISO_8859_2,
            Self::Iso8859(3) => e::ISO_8859_3,
            Self::Iso8859(4) => e::ISO_8859_4,
            Self::Iso8859(5) => e::ISO_8859_5,
            Self::Iso8859(6) => e::ISO_8859_6,
            Self::Iso8859(7) => e::ISO_8859_7,
            Self::Iso8859(8) => e::ISO_8859_8,
            Self::Iso8859(9) => e::WINDOWS_1254,
            Self::Iso8859(15) => e::ISO_8859_15,
            Self::Iso8859(_) => e::WINDOWS_1252,
            Self::ShiftJis => e::SHIFT_JIS,
            Self::Iso2022Jp => return Cow::Owned(japanese(bytes)),
            Self::Gb18030 => e::GB18030,
            Self::EucKr => e::EUC_KR,
            Self::Big5 => e::BIG5,
            Self::Utf8 => e::UTF_8,
        };
        encoding.decode_without_bom_handling(bytes).0
    }

    #[cfg(not(feature = "charset"))]
    fn decode_other(self, bytes: &[u8]) -> Cow<'_, str> {
        match (core::str::from_utf8(bytes), self) {
            (Ok(text), _) => Cow::Borrowed(text),
            (Err(_), Self::Utf8) => String::from_utf8_lossy(bytes),
            (Err(_), _) => Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect()),
        }
    }
}

/// An ISO 2022 stream with the Japanese sets of table 0211, by way of EUC-JP, which has the same characters without shifts.
#[cfg(feature = "charset")]
fn japanese(bytes: &[u8]) -> String {
    let mut euc = alloc::vec::Vec::with_capacity(bytes.len());
    let mut set = Set::Roman;
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        if let Some((designated, length)) = designation(rest) {
            (set, rest) = (designated, rest.get(length..).unwrap_or_default());
            continue;
        }
        let pair = after.first().filter(|trail| (0x21..=0x7e).contains(*trail) && (0x21..=0x7e).contains(&byte));
        rest = match (set, pair) {
            (Set::Jis0208 | Set::Jis0212, Some(trail)) => {
                if set == Set::Jis0212 {
                    euc.push(0x8f);
                }
                euc.extend_from_slice(&[byte | 0x80, trail | 0x80]);
                after.get(1..).unwrap_or_default()
            }
            (Set::Katakana, _) if (0x21..=0x5f).contains(&byte) => {
                euc.extend_from_slice(&[0x8e, byte | 0x80]);
                after
            }
            // Katakana without a shift, as JIS X 0201 has it.
            _ if (0xa1..=0xdf).contains(&byte) => {
                euc.extend_from_slice(&[0x8e, byte]);
                after
            }
            _ => {
                euc.push(byte);
                after
            }
        };
        if matches!(byte, b'\r' | b'\n') {
            set = Set::Roman;
        }
    }
    encoding_rs::EUC_JP.decode_without_bom_handling(&euc).0.into_owned()
}

/// The sets that ISO 2022 streams of table 0211 switch between.
#[cfg(feature = "charset")]
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// ASCII, or JIS X 0201 Romaji, which differs in two signs.
    Roman,
    Katakana,
    Jis0208,
    Jis0212,
}

/// A sequence that designates a set, and its length.
#[cfg(feature = "charset")]
const fn designation(bytes: &[u8]) -> Option<(Set, usize)> {
    Some(match bytes {
        [0x1b, b'$', b'(', b'D', ..] => (Set::Jis0212, 4),
        [0x1b, b'$', b'(', b'@' | b'B', ..] => (Set::Jis0208, 4),
        [0x1b, b'$', b'@' | b'B', ..] => (Set::Jis0208, 3),
        [0x1b, b'(', b'I', ..] => (Set::Katakana, 3),
        [0x1b, b'(', b'B' | b'J', ..] => (Set::Roman, 3),
        _ => return None,
    })
}

/// Which bytes of the declared encodings can be mistaken for delimiters.
pub(crate) fn trap(declared: &[u8], repetition: Option<u8>) -> Trap {
    // Nearly all messages leave at once: empty, `UNICODE UTF-8`, `8859/1`, `ASCII`.
    if matches!(declared, [] | [b'8' | b'A' | b'U', ..]) && !repetition.is_some_and(|byte| declared.contains(&byte)) {
        return Trap::None;
    }
    let mut found = Trap::None;
    for name in declared.split(|byte| Some(*byte) == repetition) {
        found = match Charset::named(name) {
            Charset::Gb18030 | Charset::Big5 => Trap::DoubleByte,
            Charset::ShiftJis => Trap::ShiftJis,
            Charset::Iso2022Jp => Trap::Iso2022,
            _ => continue,
        };
        if found == Trap::Iso2022 {
            break;
        }
    }
    found
}

/// The order of bytes in wide characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Most significant byte first.
    Be,
    /// Least significant byte first.
    Le,
}

/// Characters of two or four bytes, in which the fourth character is not the fourth byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wide {
    /// UTF-16.
    Utf16(Order),
    /// UTF-32.
    Utf32(Order),
}

/// Whether this is HL7 in wide characters: by its byte order mark, or by zeros where ASCII has them.
#[must_use]
pub fn wide(bytes: &[u8]) -> Option<Wide> {
    let header = crate::segment::is_header_name;
    match bytes {
        [0, 0, 0xfe, 0xff, ..] => Some(Wide::Utf32(Order::Be)),
        [0xff, 0xfe, 0, 0, ..] => Some(Wide::Utf32(Order::Le)),
        [0xfe, 0xff, ..] => Some(Wide::Utf16(Order::Be)),
        [0xff, 0xfe, ..] => Some(Wide::Utf16(Order::Le)),
        [0, 0, 0, a, 0, 0, 0, b, 0, 0, 0, c, ..] if header(&[*a, *b, *c]) => Some(Wide::Utf32(Order::Be)),
        [a, 0, 0, 0, b, 0, 0, 0, c, 0, 0, 0, ..] if header(&[*a, *b, *c]) => Some(Wide::Utf32(Order::Le)),
        [0, a, 0, b, 0, c, ..] if header(&[*a, *b, *c]) => Some(Wide::Utf16(Order::Be)),
        [a, 0, b, 0, c, 0, ..] if header(&[*a, *b, *c]) => Some(Wide::Utf16(Order::Le)),
        _ => None,
    }
}

/// Wide characters as UTF-8, for [`Message::parse`](crate::Message::parse). Without its byte order mark; what is no character
/// becomes U+FFFD, and the rest of a last one is dropped.
#[must_use]
pub fn decode_wide(bytes: &[u8], wide: Wide) -> String {
    match wide {
        Wide::Utf16(order) => {
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| match order {
                Order::Be => u16::from_be_bytes(*pair),
                Order::Le => u16::from_le_bytes(*pair),
            });
            unmarked(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
        }
        Wide::Utf32(order) => {
            let units = bytes.as_chunks::<4>().0.iter().map(|four| match order {
                Order::Be => u32::from_be_bytes(*four),
                Order::Le => u32::from_le_bytes(*four),
            });
            unmarked(units.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)))
        }
    }
}

fn unmarked(chars: impl Iterator<Item = char>) -> String {
    chars.enumerate().filter(|&(index, unit)| index > 0 || unit != '\u{feff}').map(|(_, unit)| unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_standard_and_of_devices_are_known() {
        for (declared, charset) in [
            (&b""[..], Charset::Ascii),
            (b"ASCII", Charset::Ascii),
            (b"8859/1", Charset::Iso8859(1)),
            (b"8859-1", Charset::Iso8859(1)),
            (b"ISO 8859/15", Charset::Iso8859(15)),
            (b"UNICODE UTF-8", Charset::Utf8),
            (b"UNICODE", Charset::Utf8),
            (b"something else entirely, and long", Charset::Unknown),
        ] {
            assert_eq!(Charset::named(declared), charset, "{declared:?}");
        }
    }

    /// Every name of table 0211, with bytes beyond ASCII and what they are. From the code tables of the encodings.
    const TABLE_0211: &[(&str, Charset, &[u8], &str)] = &[
        ("ASCII", Charset::Ascii, b"A", "A"),
        ("ISO IR6", Charset::Ascii, b"A", "A"),
        ("8859/1", Charset::Iso8859(1), b"\xe4", "ä"),
        ("8859/2", Charset::Iso8859(2), b"\xb9", "š"),
        ("8859/3", Charset::Iso8859(3), b"\xa1", "Ħ"),
        ("8859/4", Charset::Iso8859(4), b"\xbf", "ŋ"),
        ("8859/5", Charset::Iso8859(5), b"\xbc", "М"),
        ("8859/6", Charset::Iso8859(6), b"\xc7", "ا"),
        ("8859/7", Charset::Iso8859(7), b"\xe1", "α"),
        ("8859/8", Charset::Iso8859(8), b"\xe0", "א"),
        ("8859/9", Charset::Iso8859(9), b"\xfd", "ı"),
        ("8859/15", Charset::Iso8859(15), b"\xa4", "€"),
        ("ISO IR14", Charset::ShiftJis, b"\xb1", "ｱ"),
        ("ISO IR87", Charset::Iso2022Jp, b"\x1b$B;3\x1b(B", "山"),
        ("ISO IR159", Charset::Iso2022Jp, b"\x1b$(DPX\x1b(B", "祜"),
        ("GB 18030-2000", Charset::Gb18030, b"\xd6\xd0", "中"),
        ("KS X 1001", Charset::EucKr, b"\xb0\xa1", "가"),
        ("BIG-5", Charset::Big5, b"\xa4\xa4", "中"),
        ("UNICODE", Charset::Utf8, "中".as_bytes(), "中"),
        ("UNICODE UTF-8", Charset::Utf8, "中".as_bytes(), "中"),
        // Wide text was decoded before: see `decode_wide`.
        ("UNICODE UTF-16", Charset::Utf8, "中".as_bytes(), "中"),
        ("UNICODE UTF-32", Charset::Utf8, "中".as_bytes(), "中"),
    ];

    #[test]
    fn every_name_of_table_0211_is_known() {
        for (name, charset, ..) in TABLE_0211 {
            assert_eq!(Charset::named(name.as_bytes()), *charset, "{name}");
        }
    }

    #[cfg(feature = "charset")]
    #[test]
    fn every_name_of_table_0211_but_one_is_decoded() {
        for (name, charset, bytes, text) in TABLE_0211 {
            assert!(charset.is_decoded(), "{name}");
            assert_eq!(charset.decode(bytes), *text, "{name}");
        }
    }

    #[test]
    fn what_is_not_decoded_says_so_and_keeps_its_bytes() {
        // CNS 11643 plane 1 C4 E3, as EUC-TW writes it.
        let text = b"MSH|^~\\&|A|B||||||1|P|2.6||||||CNS 11643-1992\rNTE|1||a\xc4\xe3b\r";
        let message = crate::Message::parse(text).unwrap();
        assert_eq!(message.charset(), Charset::EucTw);
        assert!(!message.charset().is_decoded());
        let field = message.segment(b"NTE").unwrap().field(3);
        assert_eq!(field.bytes(), b"a\xc4\xe3b");
        assert_eq!(field.text(message.charset()), "a\u{fffd}\u{fffd}b", "no characters that nobody wrote");
        let mut quirks = alloc::vec::Vec::new();
        message.quirks(&mut |quirk| quirks.push((quirk.field, quirk.name)));
        assert_eq!(quirks, [("MSH-18", "character-set-not-decoded")]);
    }

    #[test]
    fn a_name_that_no_table_has_is_told() {
        let message = crate::Message::parse(b"MSH|^~\\&|A|B||||||1|P|2.6||||||KLINGON\r").unwrap();
        let mut quirks = alloc::vec::Vec::new();
        message.quirks(&mut |quirk| quirks.push((quirk.field, quirk.name)));
        assert_eq!(quirks, [("MSH-18", "unknown-character-set")]);
    }

    #[test]
    fn undeclared_text_is_utf_8_or_else_latin() {
        assert_eq!(Charset::Ascii.decode("Gerät".as_bytes()), "Gerät");
        assert_eq!(Charset::Ascii.decode(b"Ger\xe4t"), "Gerät");
        assert!(matches!(Charset::Ascii.decode(b"clean"), Cow::Borrowed(_)));
    }

    #[cfg(feature = "charset")]
    #[test]
    fn declared_text_is_decoded_by_its_declaration() {
        assert_eq!(Charset::Iso8859(5).decode(b"\xbc"), "\u{41c}");
        assert_eq!(Charset::Gb18030.decode(b"\xd6\xd0"), "\u{4e2d}");
        assert_eq!(Charset::Iso2022Jp.decode(b"\x1b$B;3\x1b(B"), "\u{5c71}");
        // Constructed: JIS X 0212 row 48, cell 56 and JIS X 0201 katakana.
        assert_eq!(Charset::Iso2022Jp.decode(b"\x1b$(DPX\x1b(Ba"), "\u{795c}a");
        assert_eq!(Charset::Iso2022Jp.decode(b"\x1b(I1\x1b(B\xb2"), "\u{ff71}\u{ff72}");
        assert_eq!(Charset::Utf8.decode(b"\xff"), "\u{fffd}");
    }

    #[test]
    fn wide_text_is_recognised_and_decoded() {
        let be = b"\0M\0S\0H\0|\0\xe4";
        assert_eq!(wide(be), Some(Wide::Utf16(Order::Be)));
        assert_eq!(decode_wide(be, Wide::Utf16(Order::Be)), "MSH|ä");
        assert_eq!(wide(b"M\0S\0H\0|\0"), Some(Wide::Utf16(Order::Le)));
        assert_eq!(decode_wide(b"\xff\xfeM\0", Wide::Utf16(Order::Le)), "M");
        for order in [Order::Be, Order::Le] {
            let bytes = |c: char| match order {
                Order::Be => u32::from(c).to_be_bytes(),
                Order::Le => u32::from(c).to_le_bytes(),
            };
            for text in ["MSH|ä", "\u{feff}MSH|ä"] {
                let found: alloc::vec::Vec<u8> = text.chars().flat_map(bytes).collect();
                assert_eq!(wide(&found), Some(Wide::Utf32(order)));
                assert_eq!(decode_wide(&found, Wide::Utf32(order)), "MSH|ä");
            }
        }
        assert_eq!(decode_wide(&[0, 0x11, 0, 0, 7], Wide::Utf32(Order::Be)), "\u{fffd}");
        assert_eq!(wide(b"MSH|^~\\&"), None);
    }

    #[test]
    fn any_repetition_can_set_the_trap() {
        assert_eq!(trap(b"~ISO IR87", Some(b'~')), Trap::Iso2022);
        assert_eq!(trap(b"ASCII~ISO IR87", Some(b'~')), Trap::Iso2022);
        assert_eq!(trap(b"GB 18030-2000", Some(b'~')), Trap::DoubleByte);
        assert_eq!(trap(b"UNICODE UTF-8", Some(b'~')), Trap::None);
    }
}
