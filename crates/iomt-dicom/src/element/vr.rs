//! Value representations.

/// A value representation: two capitals on the wire, any two bytes in the wild.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vr(pub [u8; 2]);

macro_rules! representations {
    ($($name:ident $long:literal $meaning:literal;)*) => {
        impl Vr {
            $(
                #[doc = concat!($meaning, ".")]
                pub const $name: Self = Self(*stringify!($name).as_bytes().first_chunk().unwrap());
            )*

            /// Whether PS3.5 section 6.2 defines it.
            #[inline]
            #[must_use]
            pub const fn is_known(self) -> bool {
                matches!(self, $(Self::$name)|*)
            }

            /// Whether its explicit header has a 32-bit length: every representation that is not in the list of the short
            /// ones, those not yet invented included (PS3.5 section 7.1.2).
            #[inline]
            #[must_use]
            pub const fn is_long(self) -> bool {
                match self {
                    $(Self::$name => $long,)*
                    _ => true,
                }
            }
        }
    };
}

representations! {
    AE false "Application entity title";
    AS false "Age string";
    AT false "Attribute tag";
    CS false "Code string";
    DA false "Date";
    DS false "Decimal string";
    DT false "Date time";
    FD false "Floating point double";
    FL false "Floating point single";
    IS false "Integer string";
    LO false "Long string";
    LT false "Long text";
    OB true "Other byte";
    OD true "Other double";
    OF true "Other float";
    OL true "Other long";
    OV true "Other 64-bit very long";
    OW true "Other word";
    PN false "Person name";
    SH false "Short string";
    SL false "Signed long";
    SQ true "Sequence of items";
    SS false "Signed short";
    ST false "Short text";
    SV true "Signed 64-bit very long";
    TM false "Time";
    UC true "Unlimited characters";
    UI false "Unique identifier";
    UL false "Unsigned long";
    UN true "Unknown";
    UR true "Universal resource identifier";
    US false "Unsigned short";
    UT true "Unlimited text";
    UV true "Unsigned 64-bit very long";
}

/// Bit `n & 31` of entry `n >> 5` is set where the two letters, read as the little-endian number `n`, name a representation with a
/// 16-bit length. Of its 8 KiB a reader touches the lines of the twenty that there are.
static SHORT: [u32; 2048] = {
    let mut table = [0; 2048];
    let mut second = b'A';
    while second <= b'Z' {
        let mut first = b'A';
        while first <= b'Z' {
            if !Vr([first, second]).is_long() {
                let number = u16::from_le_bytes([first, second]);
                let (_, rows) = table.split_at_mut((number >> 5) as usize);
                if let [row, ..] = rows {
                    *row |= 1_u32 << (number & 31);
                }
            }
            first = first.saturating_add(1);
        }
        second = second.saturating_add(1);
    }
    table
};

impl Vr {
    /// The opposite of [`is_long`](Self::is_long) by a table instead of branches: it is asked for every element.
    #[inline]
    pub(crate) fn is_short(self) -> bool {
        let number = u16::from_le_bytes(self.0);
        let row = SHORT.get(usize::from(number >> 5)).copied().unwrap_or_default();
        row >> (number & 31) & 1 == 1
    }

    /// Whether the value is characters.
    #[must_use]
    pub const fn is_text(self) -> bool {
        self.is_multi_valued_text() || matches!(self, Self::LT | Self::ST | Self::UR | Self::UT)
    }

    /// Whether the Specific Character Set (0008,0005) says what the characters are; those of all other text are ASCII.
    /// PS3.5 section 6.1.2.3.
    #[must_use]
    pub const fn has_character_set(self) -> bool {
        matches!(self, Self::LO | Self::LT | Self::PN | Self::SH | Self::ST | Self::UC | Self::UT)
    }

    /// Whether the value is text that backslashes may split into several values.
    #[must_use]
    pub const fn is_multi_valued_text(self) -> bool {
        matches!(
            self,
            Self::AE
                | Self::AS
                | Self::CS
                | Self::DA
                | Self::DS
                | Self::DT
                | Self::IS
                | Self::LO
                | Self::PN
                | Self::SH
                | Self::TM
                | Self::UC
                | Self::UI
        )
    }
}

impl core::fmt::Display for Vr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self([first, second]) = *self;
        if first.is_ascii_graphic() && second.is_ascii_graphic() {
            write!(f, "{}{}", char::from(first), char::from(second))
        } else {
            write!(f, "{first:02x}{second:02x}")
        }
    }
}

impl core::fmt::Debug for Vr {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_representation_not_yet_invented_has_the_long_form() {
        assert!(Vr(*b"ZZ").is_long());
        assert!(!Vr(*b"ZZ").is_known());
        assert!(!Vr::LO.is_long());
        assert!(Vr::UT.is_long());
    }

    #[test]
    fn the_table_of_short_representations_agrees_with_the_list_for_any_two_bytes() {
        for vr in 0..=u16::MAX {
            let vr = Vr(vr.to_be_bytes());
            assert_eq!(vr.is_short(), !vr.is_long(), "{vr}");
        }
    }

    #[test]
    fn bytes_that_are_no_letters_print_as_hex() {
        assert_eq!(Vr::LO.to_string(), "LO");
        assert_eq!(Vr([0, 0x20]).to_string(), "0020");
    }
}
