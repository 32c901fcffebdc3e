//! The header of a data element in the three encodings.
//!
//! ```text
//!  0       2       4       6       8              12
//!  | group | elem  | length (32)   | value ...          implicit VR
//!  | group | elem  | VR    | len16 | value ...          explicit VR, short form
//!  | group | elem  | VR    |   0   | length (32)  | ..  explicit VR, long form
//!  | FFFE  | E0xx  | length (32)   | ...                item and delimiters, in every encoding
//! ```
//! PS3.5 sections 7.1.2, 7.1.3 and 7.5.
//!
//! What devices really do: some write `00 00`, two spaces or `??` where the two letters should be (taken as UN here), and some
//! drop into implicit VR for single elements of an explicit data set (seen by the absence of capitals, and read so).

use super::Vr;
use crate::Tag;
use crate::dictionary;

/// The length that says: until the delimiter.
pub(crate) const UNDEFINED: u32 = u32::MAX;

/// How the elements of a data set are laid out.
///
/// Closed on purpose: PS3.5 section 10 has these three ways, and whatever compresses a data set or its pixels is laid out in one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Implicit VR, little endian: the default, and what command sets always use.
    #[default]
    ImplicitLittle,
    /// Explicit VR, little endian.
    ExplicitLittle,
    /// Explicit VR, big endian (retired, still met).
    ExplicitBig,
}

impl Encoding {
    /// Guesses the encoding from the first eight bytes of a data set.
    ///
    /// Two letters that are a known value representation decide for explicit VR. Big endian are those whose group is one that a data
    /// set starts with only if it is read so (small, or one of print management); where it is one either way, (0020,eeee) and
    /// (2000,eeee), the smaller element number decides. Nothing when the bytes are no plausible head of a data set in any encoding.
    #[must_use]
    pub const fn infer(head: &[u8; 8]) -> Option<Self> {
        const fn begins(group: u16) -> bool {
            matches!(group, 0x0001..=0x00ff | 0x2000..=0x2130)
        }
        let [g0, g1, e0, e1, v0, v1, _, _] = *head;
        let explicit = Vr([v0, v1]).is_known();
        let little = u16::from_le_bytes([g0, g1]);
        let big = u16::from_be_bytes([g0, g1]);
        let is_big = match (begins(little), begins(big)) {
            (true, true) => u16::from_be_bytes([e0, e1]) < u16::from_le_bytes([e0, e1]),
            (false, false) => big < little && big != 0,
            (_, is_big) => is_big,
        };
        let [.., l0, l1, l2, l3] = *head;
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        if explicit && is_big {
            Some(Self::ExplicitBig)
        } else if explicit && little < 0x7fe0 {
            Some(Self::ExplicitLittle)
        } else if little != 0 && little < 0x7fe0 && (length < 1 << 20 || length == UNDEFINED) {
            Some(Self::ImplicitLittle)
        } else {
            None
        }
    }

    /// Whether headers carry the value representation.
    #[inline]
    #[must_use]
    pub const fn is_explicit(self) -> bool {
        !matches!(self, Self::ImplicitLittle)
    }
}

/// The header of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) tag: Tag,
    /// As written; `UN` where the encoding has none.
    pub(crate) vr: Vr,
    pub(crate) length: u32,
    /// Bytes that the header takes: 8 or 12.
    pub(crate) size: u8,
    /// The two bytes of an explicit header were no letters.
    pub(crate) invalid_vr: bool,
}

impl Header {
    /// The most bytes that a header takes.
    pub(crate) const MAX: usize = 12;

    /// Decodes the header at the front of `bytes`; on failure says how many bytes, from the header's first, it wants.
    #[inline(always)]
    pub(crate) fn decode(bytes: &[u8], encoding: Encoding) -> Result<Self, usize> {
        let Some(&[g0, g1, e0, e1, a, b, c, d]) = bytes.first_chunk() else {
            return Err(8);
        };
        if let Encoding::ExplicitBig = encoding {
            return Self::decode_big(bytes, [g0, g1, e0, e1, a, b, c, d]);
        }
        let tag = Tag::new(u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
        let vr = Vr([a, b]);
        if encoding.is_explicit() && tag.group != 0xfffe {
            if vr.is_short() {
                let length = u16::from_le_bytes([c, d]);
                return Ok(Self { tag, vr, length: length.into(), size: 8, invalid_vr: false });
            }
            return Self::decode_long(bytes, [g0, g1, e0, e1, a, b, c, d]);
        }
        Ok(Self { tag, vr: Vr::UN, length: u32::from_le_bytes([a, b, c, d]), size: 8, invalid_vr: false })
    }

    /// Explicit little endian, no short representation.
    #[inline(never)]
    fn decode_long(bytes: &[u8], head: [u8; 8]) -> Result<Self, usize> {
        let [g0, g1, e0, e1, a, b, c, d] = head;
        let tag = Tag::new(u16::from_le_bytes([g0, g1]), u16::from_le_bytes([e0, e1]));
        let vr = Vr([a, b]);
        if !is_letters(vr) {
            return Self::decode_without_letters(bytes, tag, vr, u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes);
        }
        let Some(&[_, _, _, _, _, _, _, _, l0, l1, l2, l3]) = bytes.first_chunk() else {
            return Err(Self::MAX);
        };
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        Ok(Self { tag, vr, length, size: 12, invalid_vr: false })
    }

    #[cold]
    fn decode_big(bytes: &[u8], head: [u8; 8]) -> Result<Self, usize> {
        let [g0, g1, e0, e1, a, b, c, d] = head;
        let tag = Tag::new(u16::from_be_bytes([g0, g1]), u16::from_be_bytes([e0, e1]));
        let vr = Vr([a, b]);
        if tag.group == 0xfffe {
            return Ok(Self { tag, vr: Vr::UN, length: u32::from_be_bytes([a, b, c, d]), size: 8, invalid_vr: false });
        }
        if !is_letters(vr) {
            return Self::decode_without_letters(bytes, tag, vr, u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes);
        }
        if !vr.is_long() {
            let length = u16::from_be_bytes([c, d]);
            return Ok(Self { tag, vr, length: length as u32, size: 8, invalid_vr: false });
        }
        let Some(&[_, _, _, _, _, _, _, _, l0, l1, l2, l3]) = bytes.first_chunk() else {
            return Err(Self::MAX);
        };
        Ok(Self { tag, vr, length: u32::from_be_bytes([l0, l1, l2, l3]), size: 12, invalid_vr: false })
    }

    #[cold]
    fn decode_without_letters(
        bytes: &[u8],
        tag: Tag,
        vr: Vr,
        implicit: u32,
        from_bytes: fn([u8; 4]) -> u32,
    ) -> Result<Self, usize> {
        if !matches!(vr.0, [0, 0] | [b' ', b' '] | [b'?', b'?']) {
            return Ok(Self { tag, vr: Vr::UN, length: implicit, size: 8, invalid_vr: true });
        }
        let Some(&[_, _, _, _, _, _, _, _, l0, l1, l2, l3]) = bytes.first_chunk() else {
            return Err(Self::MAX);
        };
        Ok(Self { tag, vr: Vr::UN, length: from_bytes([l0, l1, l2, l3]), size: 12, invalid_vr: true })
    }

    /// Whether an element of explicit length is a sequence: its letters say so or, where it has none or `UN`, the dictionary
    /// (PS3.5 section 6.2.2).
    #[inline]
    pub(crate) fn is_sequence(&self) -> bool {
        self.resolved_vr() == Vr::SQ
    }

    /// Bytes that header and value take together; nothing when the length is undefined.
    #[inline(always)]
    pub(crate) fn extent(&self) -> Option<usize> {
        let length = usize::try_from(self.length).ok().filter(|_| self.length != UNDEFINED)?;
        length.checked_add(self.size.into())
    }

    /// The value representation as written or, where there is none or `UN`, as the dictionary says.
    #[inline]
    pub(crate) fn resolved_vr(&self) -> Vr {
        match self.vr {
            // Only sequences and encapsulated pixel data, which is OB then, have no length, whatever the dictionary says.
            Vr::UN if self.length == UNDEFINED && self.tag.group == 0x7fe0 => Vr::OB,
            Vr::UN => match dictionary::vr(self.tag) {
                Some(vr) if self.length != UNDEFINED || vr == Vr::SQ => vr,
                _ => Vr::UN,
            },
            vr => vr,
        }
    }
}

/// Whether the content of a sequence of explicit length starts as one: an item, a delimiter, or nothing.
///
/// What is only `UN` by its letters and a sequence by the dictionary may also be bytes.
#[inline]
pub(crate) const fn starts_with_item(value: &[u8]) -> bool {
    matches!(value, [] | [0xfe, 0xff, 0x00 | 0x0d | 0xdd, 0xe0, ..])
}

#[inline]
const fn is_letters(vr: Vr) -> bool {
    vr.0[0].is_ascii_uppercase() && vr.0[1].is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read() {
        let short = Header::decode(b"\x08\0\x70\0LO\x04\0ACME", Encoding::ExplicitLittle).unwrap();
        assert_eq!((short.tag, short.vr, short.length, short.size), (Tag::MANUFACTURER, Vr::LO, 4, 8));
        let implicit = Header::decode(b"\x08\0\x70\0\x04\0\0\0ACME", Encoding::ImplicitLittle).unwrap();
        assert_eq!((implicit.vr, implicit.length, implicit.size), (Vr::UN, 4, 8));
        assert_eq!(implicit.resolved_vr(), Vr::LO);
        let long = Header::decode(b"\x40\0\x75\x02SQ\0\0\xff\xff\xff\xff", Encoding::ExplicitLittle).unwrap();
        assert_eq!((long.vr, long.length, long.size), (Vr::SQ, UNDEFINED, 12));
        let big = Header::decode(b"\0\x08\0\x70LO\0\x04ACME", Encoding::ExplicitBig).unwrap();
        assert_eq!((big.tag, big.length), (Tag::MANUFACTURER, 4));
        let item = Header::decode(b"\xfe\xff\x00\xe0LO\0\0", Encoding::ExplicitLittle).unwrap();
        assert_eq!((item.tag, item.length), (Tag::ITEM, 0x4f4c), "an item has no VR in any encoding");
    }

    #[test]
    fn a_short_header_says_how_much_it_wants() {
        assert_eq!(Header::decode(b"\x08\0\x70\0LO\x04", Encoding::ExplicitLittle), Err(8));
        assert_eq!(Header::decode(b"\x08\0\x70\0UT\0\0\x01", Encoding::ExplicitLittle), Err(12));
    }

    #[test]
    fn question_marks_for_letters_are_unknown_with_the_long_form() {
        let header = Header::decode(b"\x09\0\x01\x10??\0\0\x02\0\0\0", Encoding::ExplicitLittle).unwrap();
        assert_eq!((header.vr, header.length, header.size, header.invalid_vr), (Vr::UN, 2, 12, true));
        let header = Header::decode(b"\x08\0\x70\0\x04\0\0\0ACME", Encoding::ExplicitLittle).unwrap();
        assert_eq!((header.length, header.size, header.invalid_vr), (4, 8, true));
    }

    #[test]
    fn the_encoding_shows_in_the_first_eight_bytes() {
        assert_eq!(Encoding::infer(b"\x08\0\x05\0CS\x0a\0"), Some(Encoding::ExplicitLittle));
        assert_eq!(Encoding::infer(b"\0\x08\0\x05CS\0\x0a"), Some(Encoding::ExplicitBig));
        assert_eq!(Encoding::infer(b"\x08\0\x05\0\x0a\0\0\0"), Some(Encoding::ImplicitLittle));
        assert_eq!(Encoding::infer(b"\x08\0\x05\0\x0a\0\0\x7f"), None);
    }

    #[test]
    fn data_sets_of_print_and_of_worklists_show_their_byte_order_too() {
        // What a film session, a print job, a printer, an image box, a query and a procedure step start with.
        for (group, element, vr) in [
            (0x2000, 0x0010, b"IS"),
            (0x2100, 0x0020, b"CS"),
            (0x2110, 0x0030, b"LO"),
            (0x2020, 0x0010, b"US"),
            (0x0020, 0x000d, b"UI"),
            (0x0020, 0x0010, b"SH"),
            (0x0040, 0x0250, b"DA"),
            (0x0074, 0x1000, b"CS"),
        ] {
            for length in [0_u16, 2, 64] {
                let [v0, v1] = *vr;
                let ([g0, g1], [e0, e1], [l0, l1]) =
                    (u16::to_le_bytes(group), u16::to_le_bytes(element), length.to_le_bytes());
                let told = [[g0, g1, e0, e1, v0, v1, l0, l1], [g1, g0, e1, e0, v0, v1, l1, l0]]
                    .map(|head| Encoding::infer(&head));
                assert_eq!(
                    told,
                    [Some(Encoding::ExplicitLittle), Some(Encoding::ExplicitBig)],
                    "({group:04x},{element:04x})"
                );
            }
        }
    }
}
