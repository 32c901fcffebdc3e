//! Hand-written loops over the lengths of messages, which know the layout by heart and trust every length: what parsing is measured
//! against where there is no peer.

pub mod ge;
pub mod intellivue;
pub mod phd;

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
