//! Binary numbers: one after another, in the byte order of the data set.
//!
//! ```text
//!  US SS OW   2 bytes      UL SL FL OL OF   4      UV SV FD OV OD   8      AT   2 x 2: group, element
//! ```
//! PS3.5 section 6.2. Bytes that make up no whole number at the end are left over, and told by [`Numbers::remainder`].

use super::Encoding;
use crate::Tag;
use core::marker::PhantomData;

/// A number that values are made of: `u16`, `i16`, `u32`, `i32`, `u64`, `i64`, `f32`, `f64`, and [`Tag`] for `AT`.
pub trait Number: Copy + core::fmt::Debug {
    /// Bytes that one takes.
    const SIZE: usize;

    /// Reads one from the front of `bytes`; nothing when there are too few.
    fn read(bytes: &[u8], encoding: Encoding) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl Number for $number {
            const SIZE: usize = size_of::<Self>();

            #[inline]
            fn read(bytes: &[u8], encoding: Encoding) -> Option<Self> {
                let bytes = *bytes.first_chunk()?;
                Some(match encoding {
                    Encoding::ExplicitBig => Self::from_be_bytes(bytes),
                    Encoding::ExplicitLittle | Encoding::ImplicitLittle => Self::from_le_bytes(bytes),
                })
            }
        }
    )*};
}

numbers! { u16 i16 u32 i32 u64 i64 f32 f64 }

impl Number for Tag {
    const SIZE: usize = 4;

    #[inline]
    fn read(bytes: &[u8], encoding: Encoding) -> Option<Self> {
        let group = u16::read(bytes, encoding)?;
        Some(Self::new(group, u16::read(bytes.get(2..)?, encoding)?))
    }
}

/// The numbers of a value.
#[derive(Clone, Copy)]
pub struct Numbers<'a, T> {
    rest: &'a [u8],
    encoding: Encoding,
    number: PhantomData<T>,
}

impl<T> core::fmt::Debug for Numbers<'_, T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Numbers").field("bytes", &self.rest.len()).finish_non_exhaustive()
    }
}

impl<'a, T: Number> Numbers<'a, T> {
    pub(crate) const fn new(value: &'a [u8], encoding: Encoding) -> Self {
        Self { rest: value, encoding, number: PhantomData }
    }

    /// The bytes that are left, fewer than a number once the iterator has ended.
    #[must_use]
    pub const fn remainder(&self) -> &'a [u8] {
        self.rest
    }
}

impl<T: Number> Iterator for Numbers<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let (bytes, rest) = self.rest.split_at_checked(T::SIZE)?;
        let number = T::read(bytes, self.encoding)?;
        self.rest = rest;
        Some(number)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.rest.len().checked_div(T::SIZE).unwrap_or(0);
        (left, Some(left))
    }
}

impl<T: Number> ExactSizeIterator for Numbers<'_, T> {}
impl<T: Number> core::iter::FusedIterator for Numbers<'_, T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_byte_order_and_leave_a_remainder() {
        let mut little = Numbers::<u16>::new(&[1, 0, 2, 0, 3], Encoding::ImplicitLittle);
        assert_eq!((little.len(), little.next(), little.next(), little.next()), (2, Some(1), Some(2), None));
        assert_eq!(little.remainder(), [3]);
        let mut big = Numbers::<i32>::new(&[0xff, 0xff, 0xff, 0xfe], Encoding::ExplicitBig);
        assert_eq!(big.next(), Some(-2));
        let double = 1.5_f64.to_le_bytes();
        assert_eq!(Numbers::<f64>::new(&double, Encoding::ExplicitLittle).next(), Some(1.5));
    }

    #[test]
    fn an_attribute_tag_is_two_numbers() {
        let little = Numbers::<Tag>::new(&[0x18, 0, 0x00, 0x10], Encoding::ExplicitLittle).next();
        let big = Numbers::<Tag>::new(&[0, 0x18, 0x10, 0x00], Encoding::ExplicitBig).next();
        assert_eq!((little, big), (Some(Tag::DEVICE_SERIAL_NUMBER), Some(Tag::DEVICE_SERIAL_NUMBER)));
    }
}
