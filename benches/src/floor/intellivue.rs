//! Philips Data Export: datagrams and serial frames. See `benches/intellivue.rs`.

use super::{be, header, hop, skip};

/// Lengths of the attributes of a connect indication, with an index into the datagram.
#[must_use]
pub fn connect_by_index(datagram: &[u8]) -> usize {
    let mut sum = 0_usize;
    hop(datagram, 32, be(datagram, 28), &mut sum);
    sum
}

/// Lengths of the attributes of a poll result, with an index into the datagram.
#[must_use]
pub fn poll_by_index(datagram: &[u8]) -> usize {
    let (mut sum, mut at) = (0_usize, 50_usize);
    for _ in 0..be(datagram, 46) {
        let objects = be(datagram, at.wrapping_add(2));
        at = at.wrapping_add(6);
        for _ in 0..objects {
            at = hop(datagram, at.wrapping_add(6), be(datagram, at.wrapping_add(2)), &mut sum);
        }
    }
    sum
}

/// The same of a connect indication, with the rest of the datagram: the floor.
#[must_use]
pub fn connect_floor(datagram: &[u8]) -> usize {
    let mut sum = 0_usize;
    let attributes = |sum: &mut usize| {
        let (count, _, rest) = header(datagram.get(28..)?)?;
        skip(rest, count, sum)
    };
    attributes(&mut sum);
    sum
}

/// The same of a poll result, from object to object by the byte length of its list: the floor.
#[must_use]
pub fn poll_floor(datagram: &[u8]) -> usize {
    let mut sum = 0_usize;
    let objects = |sum: &mut usize| {
        let (contexts, _, mut rest) = header(datagram.get(46..)?)?;
        for _ in 0..contexts {
            let (_, objects, tail) = header(rest)?;
            rest = tail.get(2..)?;
            for _ in 0..objects {
                let (_, count, tail) = header(rest)?;
                let (length, tail) = tail.split_first_chunk::<2>()?;
                let (attributes, behind) = tail.split_at_checked(u16::from_be_bytes(*length).into())?;
                skip(attributes, count, sum);
                rest = behind;
            }
        }
        Some(())
    };
    objects(&mut sum);
    sum
}

/// As one writes it first: byte by byte into a buffer, the check sequence by its definition.
#[must_use]
pub fn deframe_by_byte(stream: &[u8]) -> usize {
    let (mut held, mut escaped, mut sum) = (Vec::new(), false, 0_usize);
    for &byte in stream {
        match byte {
            0xc0 => held.clear(),
            0x7d => escaped = true,
            0xc1 => {
                let bit = |bits: u16, _| if bits & 1 == 1 { bits >> 1 ^ 0x8408 } else { bits >> 1 };
                let register = held.iter().fold(0xffff, |bits, byte: &u8| (0..8).fold(bits ^ u16::from(*byte), bit));
                if register == 0xf0b8 {
                    sum = sum.wrapping_add(held.len()).wrapping_sub(6);
                }
            }
            _ => held.push(if core::mem::take(&mut escaped) { byte ^ 0x20 } else { byte }),
        }
    }
    sum
}
