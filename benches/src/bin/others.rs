//! Writes a constructed capture of other traffic to standard output: `others MEBIBYTES [SEED]`.
//!
//! ```sh
//! target/release/others 1024 | target/release/iomt identify --format json -
//! ```

use std::io::{self, BufWriter};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = || io::Error::other("usage: others MEBIBYTES [SEED]");
    let mebibytes: u64 = arguments.next().ok_or_else(usage)?.parse().map_err(io::Error::other)?;
    let seed: u64 = arguments.next().map_or(Ok(1), |seed| seed.parse()).map_err(io::Error::other)?;
    let out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    iomt_benches::write_others(mebibytes.saturating_mul(1 << 20), seed, out).map(|_| ())
}
