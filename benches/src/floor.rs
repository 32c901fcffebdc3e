//! Hand-written loops over the lengths of Philips messages that know the layout by heart and trust every length: what parsing is
//! measured against. See `benches/intellivue.rs`.

fn be(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |pair| u16::from_be_bytes(*pair).into())
}

/// Hops over `count` attributes from `at` and returns where they end.
fn hop(bytes: &[u8], mut at: usize, count: usize, sum: &mut usize) -> usize {
    for _ in 0..count {
        let length = be(bytes, at.wrapping_add(2));
        *sum = sum.wrapping_add(length);
        at = at.wrapping_add(length).wrapping_add(4);
    }
    at
}

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

/// Takes a header of four bytes off the front: what stands in its two halves, and what is behind it.
#[inline]
fn header(rest: &[u8]) -> Option<(usize, usize, &[u8])> {
    let ([a0, a1, b0, b1], tail) = rest.split_first_chunk::<4>()?;
    Some((u16::from_be_bytes([*a0, *a1]).into(), u16::from_be_bytes([*b0, *b1]).into(), tail))
}

/// Hops over `count` attributes at the front and returns what is behind them.
#[inline]
fn skip<'a>(mut rest: &'a [u8], count: usize, sum: &mut usize) -> Option<&'a [u8]> {
    for _ in 0..count {
        let (_, length, tail) = header(rest)?;
        *sum = sum.wrapping_add(length);
        rest = tail.get(length..)?;
    }
    Some(rest)
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
