//! Tokenises a LIS01 frame with its LIS02 records a number of times: `lis FILE TIMES`; prints nanoseconds a time. See
//! `benches/lis-astm.sh`.

use core::hint::black_box;
use std::io;
use std::time::Instant;

use iomt_lis::{link::Frame, records};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, times] = arguments.as_slice() else { return Err(io::Error::other("usage: lis FILE TIMES")) };
    let bytes = std::fs::read(file)?;
    let times: u32 = times.parse().map_err(io::Error::other)?;
    let mut values = 0_usize;
    let begin = Instant::now();
    for _ in 0..times {
        values = values.wrapping_add(tokens(black_box(&bytes)));
    }
    let each = begin.elapsed().as_nanos().checked_div(u128::from(times)).unwrap_or(0);
    eprintln!("{} values a time", values.checked_div(times as usize).unwrap_or(0));
    println!("{each}");
    Ok(())
}

/// The frame's checksum, and every component of its records.
fn tokens(bytes: &[u8]) -> usize {
    let Ok((frame, _)) = Frame::parse(bytes) else { return 0 };
    let mut values = 0_usize;
    if frame.checksum.is_sound() {
        for record in records(frame.text) {
            record.tokens(|token| values = values.wrapping_add(usize::from(!black_box(token).bytes.is_empty())));
        }
    }
    values
}
