//! GE Unity and the Datex-Ohmeda record interface. See `benches/ge.rs`.

/// The values of all parameters, by their places.
#[must_use]
pub fn values(datagram: &[u8]) -> usize {
    let mut sum = 0_usize;
    let Some(count) = datagram.get(124) else { return 0 };
    let entries = datagram.get(126..).unwrap_or_default().as_chunks::<70>().0;
    for entry in entries.iter().take((*count).into()) {
        for pair in entry[4..10].as_chunks::<2>().0 {
            let value = i16::from_be_bytes(*pair);
            if value > -32761 {
                sum = sum.wrapping_add(usize::from(value.unsigned_abs()));
            }
        }
    }
    sum
}

/// Removes the escapes of a serial line and sums what is left; keeps no frame.
#[must_use]
pub fn unescaped(stream: &[u8]) -> usize {
    let (mut count, mut sum, mut escaped) = (0_usize, 0_u8, 0);
    for byte in stream {
        match byte {
            0x7e => {}
            0x7d => escaped = 0x20,
            plain => {
                sum = sum.wrapping_add(plain | escaped);
                escaped = 0;
                count = count.wrapping_add(1);
            }
        }
    }
    count.wrapping_add(usize::from(sum == 0))
}
