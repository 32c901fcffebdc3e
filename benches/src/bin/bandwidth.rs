//! The machine's single-thread read bandwidth, against which parsers are measured: the best of several sums over a buffer far
//! larger than any cache.

use core::hint::black_box;
use std::time::Instant;

fn main() {
    const WORDS: usize = 64 << 20;
    let buffer = vec![1_u64; WORDS];
    let mut best = f64::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        let lanes = black_box(&buffer).chunks_exact(8).fold([0_u64; 8], |mut sums, words| {
            for (sum, word) in sums.iter_mut().zip(words) {
                *sum = sum.wrapping_add(*word);
            }
            sums
        });
        black_box(lanes);
        best = best.min(start.elapsed().as_secs_f64());
    }
    let gigabytes = 0.512 * 1.048_576;
    println!("{:.1} GB/s read, one thread, {} MiB buffer", gigabytes / best, WORDS / (1 << 17));
}
