//! Writes a constructed capture: `generate bulk|mixed MEBIBYTES FILE`.

use std::fs::File;
use std::io::{self, BufWriter};

use iomt_benches::{Mix, write};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, mebibytes, file] = arguments.as_slice() else {
        return Err(io::Error::other("usage: generate bulk|mixed MEBIBYTES FILE"));
    };
    let bytes = mebibytes.parse::<u64>().map_err(io::Error::other)?.saturating_mul(1 << 20);
    let mix = match kind.as_str() {
        "bulk" => Mix::bulk(bytes),
        "mixed" => Mix::mixed(bytes),
        _ => return Err(io::Error::other("the kind is bulk or mixed")),
    };
    let written = write(mix, BufWriter::with_capacity(1 << 20, File::create(file)?))?;
    println!("{file}: {written} bytes");
    Ok(())
}
