//! dicom-rs on one input, for `benches/hostile.py`: `dicom_rs file|stream PATH`.

use std::fs;
use std::io;

use dicom_ul::pdu::reader::read_pdu;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["file", path] => {
            let object = dicom_object::open_file(path).map_err(io::Error::other)?;
            println!("{} elements", object.into_iter().count());
        }
        ["stream", path] => {
            let bytes = fs::read(path)?;
            let mut rest = io::Cursor::new(bytes.as_slice());
            let mut count = 0_u32;
            while read_pdu(&mut rest, 1 << 28, false).map_err(io::Error::other)?.is_some() {
                count = count.wrapping_add(1);
            }
            println!("{count} PDUs");
        }
        _ => return Err(io::Error::other("usage: dicom_rs file|stream PATH")),
    }
    Ok(())
}
