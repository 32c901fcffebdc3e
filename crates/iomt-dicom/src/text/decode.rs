//! From bytes to Unicode.
//!
//! `encoding_rs` has the tables. It speaks the encodings of the web, so the sets of DICOM are taken out of those that hold them:
//!
//! | set | read as |
//! |---|---|
//! | ISO 8859 parts 2 to 8 and 15 | themselves |
//! | Latin 1; Latin 5; Thai | code points; windows-1254 and windows-874, above A0 |
//! | JIS X 0208, JIS X 0212 | EUC-JP: both bytes with the high bit, JIS X 0212 behind 8F |
//! | KS X 1001; GB 2312 | EUC-KR; GBK |
//! | JIS X 0201 katakana | code points from U+FF61 |

use super::CharacterSet;
use super::shift::{Lead, Low, Plane, Shift, Unit};
use crate::element::Vr;
use alloc::borrow::Cow;
use alloc::string::String;
use encoding_rs::Encoding;

impl CharacterSet {
    /// Text as Unicode; what cannot be read becomes U+FFFD. Borrows what is ASCII, and valid UTF-8.
    ///
    /// Of a value representation that the character set does not govern, and of binary ones, the bytes are read as ASCII. The
    /// text is one value or all of them, one component of a name or all of it: at delimiters the state starts anew.
    #[must_use]
    pub fn decode<'a>(&self, text: &'a [u8], vr: Vr) -> Cow<'a, str> {
        let initial = if vr.has_character_set() { self.initial() } else { Self::ASCII.initial() };
        match initial.whole {
            Some(Lead::Utf8) => return encoding_rs::UTF_8.decode_without_bom_handling(text).0,
            Some(Lead::Gbk) => return encoding_rs::GBK.decode_without_bom_handling(text).0,
            Some(Lead::Gb18030) => return encoding_rs::GB18030.decode_without_bom_handling(text).0,
            None => {}
        }
        if initial.low == Low::Ascii
            && memchr::memchr(0x1b, text).is_none()
            && text.is_ascii()
            && let Ok(text) = core::str::from_utf8(text)
        {
            return Cow::Borrowed(text);
        }
        Cow::Owned(switched(initial, text, vr))
    }
}

fn switched(initial: Shift, text: &[u8], vr: Vr) -> String {
    let mut shift = initial;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(unit) = shift.step(rest) {
        let (bytes, behind) = rest.split_at_checked(unit.len()).unwrap_or((rest, &[]));
        rest = behind;
        match unit {
            // An escape sequence that is not known stays visible.
            Unit::Escape(1) => out.push('\u{1b}'),
            Unit::Escape(_) => {}
            Unit::Single(byte) => {
                out.push(match (shift.low, byte) {
                    (Low::Romaji, b'\\') => '¥',
                    (Low::Romaji, b'~') => '‾',
                    (Low::JisX0208 | Low::JisX0212, 0x21..=0x7e) => char::REPLACEMENT_CHARACTER,
                    _ => char::from(byte),
                });
                if is_delimiter(byte, vr) {
                    shift = initial;
                }
            }
            Unit::Pair([first, second]) => {
                let euc = [0x8f, first | 0x80, second | 0x80];
                let euc = if shift.low == Low::JisX0212 { &euc[..] } else { euc.get(1..).unwrap_or_default() };
                push(&mut out, encoding_rs::EUC_JP, euc);
            }
            Unit::High(_) => high(&mut out, shift.high, bytes),
        }
    }
    out
}

/// Whether the state starts anew behind a byte.
const fn is_delimiter(byte: u8, vr: Vr) -> bool {
    match byte {
        b'\r' | b'\n' | 0x0c | b'\t' => true,
        b'\\' => vr.is_multi_valued_text(),
        b'^' | b'=' => matches!(vr, Vr::PN),
        _ => false,
    }
}

fn high(out: &mut String, plane: Plane, bytes: &[u8]) {
    let encoding = match (plane, bytes) {
        (Plane::KsX1001, [_, _]) => encoding_rs::EUC_KR,
        (Plane::Gb2312, [_, _]) => encoding_rs::GBK,
        // The second half of the controls, which is the same in all parts of ISO 8859.
        (Plane::None | Plane::Katakana | Plane::KsX1001 | Plane::Gb2312, [0x80..=0x9f]) => {
            return out.push(char::REPLACEMENT_CHARACTER);
        }
        (Plane::Latin1, [byte]) | (_, [byte @ 0x80..=0x9f]) => return out.push(char::from(*byte)),
        (Plane::Katakana, [byte @ 0xa1..=0xdf]) => {
            let kana = u32::from(*byte).checked_add(0xff61 - 0xa1).and_then(char::from_u32);
            return out.push(kana.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        (Plane::Thai, [0xa0]) => return out.push('\u{a0}'),
        (Plane::Latin2, _) => encoding_rs::ISO_8859_2,
        (Plane::Latin3, _) => encoding_rs::ISO_8859_3,
        (Plane::Latin4, _) => encoding_rs::ISO_8859_4,
        (Plane::Cyrillic, _) => encoding_rs::ISO_8859_5,
        (Plane::Arabic, _) => encoding_rs::ISO_8859_6,
        (Plane::Greek, _) => encoding_rs::ISO_8859_7,
        (Plane::Hebrew, _) => encoding_rs::ISO_8859_8,
        (Plane::Latin9, _) => encoding_rs::ISO_8859_15,
        (Plane::Latin5, _) => encoding_rs::WINDOWS_1254,
        (Plane::Thai, _) => encoding_rs::WINDOWS_874,
        _ => return out.push(char::REPLACEMENT_CHARACTER),
    };
    push(out, encoding, bytes);
}

fn push(out: &mut String, encoding: &'static Encoding, bytes: &[u8]) {
    out.push_str(&encoding.decode_without_bom_handling(bytes).0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(set: &[u8], text: &[u8], vr: Vr) -> String {
        CharacterSet::parse(set).decode(text, vr).into_owned()
    }

    #[test]
    fn the_examples_of_the_standard_read_as_it_says() {
        // PS3.5 annexes H to K.
        let japanese = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B";
        assert_eq!(decode(b"\\ISO 2022 IR 87", japanese, Vr::PN), "Yamada^Tarou=山田^太郎=やまだ^たろう");
        let katakana =
            b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J";
        let read = decode(b"ISO 2022 IR 13\\ISO 2022 IR 87", katakana, Vr::PN);
        assert_eq!(read, "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
        let korean = b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf";
        assert_eq!(decode(b"\\ISO 2022 IR 149", korean, Vr::PN), "Hong^Gildong=洪^吉洞=홍^길동");
        let chinese = b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab";
        assert_eq!(decode(b"GB18030", chinese, Vr::PN), "Wang^XiaoDong=王^小东");
        assert_eq!(decode(b"GBK", chinese, Vr::PN), "Wang^XiaoDong=王^小东");
        let chinese = b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=";
        assert_eq!(decode(b"\\ISO 2022 IR 58", chinese, Vr::PN), "Zhang^XiaoDong=张^小东=");
    }

    #[test]
    fn single_byte_sets_read_above_a0() {
        for (set, text, read) in [
            (&b"ISO_IR 100"[..], &b"Buc^J\xe9r\xf4me"[..], "Buc^Jérôme"),
            (b"ISO_IR 101", b"W\xb3adys\xb3aw", "Władysław"),
            (b"ISO_IR 109", b"\xa6", "Ĥ"),
            (b"ISO_IR 110", b"\xc0", "Ā"),
            (b"ISO_IR 144", b"\xbb\xee\xda\xe1\xd5\xdc\xd1\xe3\xe0\xd3", "Люксембург"),
            (b"ISO_IR 127", b"\xe2\xc8\xc7\xe6\xea", "قباني"),
            (b"ISO_IR 126", b"\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"),
            (b"ISO_IR 138", b"\xf9\xf8\xe5\xef", "שרון"),
            (b"ISO_IR 148", b"\xd0\xdd\xde", "ĞİŞ"),
            (b"ISO_IR 203", b"\xa4", "€"),
            (b"ISO_IR 166", b"\xca\xc1\xaa\xd2\xc2\xa0", "สมชาย\u{a0}"),
            (b"ISO_IR 13", b"\xb1\\~", "ｱ¥‾"),
        ] {
            assert_eq!(decode(set, text, Vr::LT), read, "{}", set.escape_ascii());
        }
    }

    #[test]
    fn a_supplementary_kanji_is_found() {
        assert_eq!(decode(b"\\ISO 2022 IR 159", b"\x1b$(D\x30\x21\x1b(B", Vr::LO), "丂");
    }

    #[test]
    fn the_state_starts_anew_at_delimiters_of_the_representation() {
        let text = b"\x1b-L\xbb^\xbb";
        assert_eq!(decode(b"ISO 2022 IR 100\\ISO 2022 IR 144", text, Vr::PN), "Л^»");
        assert_eq!(decode(b"ISO 2022 IR 100\\ISO 2022 IR 144", text, Vr::LO), "Л^Л");
    }

    #[test]
    fn what_cannot_be_read_is_replaced_and_what_is_ascii_is_borrowed() {
        assert_eq!(decode(b"", b"caf\xe9", Vr::LO), "caf\u{fffd}");
        assert_eq!(decode(b"ISO_IR 192", b"\xff", Vr::LO), "\u{fffd}");
        assert_eq!(decode(b"ISO_IR 100", b"\xe9", Vr::CS), "\u{fffd}", "code strings are ASCII");
        assert!(matches!(CharacterSet::parse(b"ISO_IR 100").decode(b"ACME", Vr::LO), Cow::Borrowed("ACME")));
        assert!(matches!(CharacterSet::parse(b"ISO_IR 192").decode("é".as_bytes(), Vr::LO), Cow::Borrowed("é")));
    }
}
