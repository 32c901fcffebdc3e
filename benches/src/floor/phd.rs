//! ISO/IEEE 11073-20601. See `benches/phd.rs`.

use super::{be, header, skip};

/// Lengths of the attributes of a get result.
#[must_use]
pub fn get_result(bytes: &[u8]) -> usize {
    let mut sum = 0_usize;
    let attributes = |sum: &mut usize| {
        let (count, _, rest) = header(bytes.get(14..)?)?;
        skip(rest, count, sum)
    };
    attributes(&mut sum);
    sum
}

/// Lengths of the attributes of all objects of a configuration report, from object to object by the length of its list.
#[must_use]
pub fn configuration(bytes: &[u8]) -> usize {
    let mut sum = 0_usize;
    let objects = |sum: &mut usize| {
        let (count, _, mut rest) = header(bytes.get(24..)?)?;
        for _ in 0..count {
            let (attributes, length, tail) = header(rest.get(4..)?)?;
            let (list, behind) = tail.split_at_checked(length)?;
            skip(list, attributes, sum);
            rest = behind;
        }
        Some(())
    };
    objects(&mut sum);
    sum
}

/// Lengths of the APDUs of a stream.
#[must_use]
pub fn stream(bytes: &[u8]) -> usize {
    let (mut sum, mut at) = (0_usize, 0_usize);
    while at < bytes.len() {
        let whole = be(bytes, at.wrapping_add(2)).wrapping_add(4);
        sum = sum.wrapping_add(whole);
        at = at.wrapping_add(whole);
    }
    sum
}
