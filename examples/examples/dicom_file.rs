//! What does a DICOM file say of the device that made it? The patient stays unread.
//!
//! `cargo run -p iomt-examples --example dicom_file [FILE]`

use std::fs::File;
use std::io::Read;

use iomt_dicom::{Event, file::Scanner, ident};
use iomt_wire::Limits;

fn main() -> std::io::Result<()> {
    let path = iomt_examples::input("files/ct.dcm");
    let mut file = File::open(path)?;
    let mut scanner = Scanner::new(Limits::DEFAULT);
    let mut show = |event: Event<'_>| match event {
        Event::Element { offset, enclosing, element, .. } => {
            let keyword = ident::keyword(element.tag).unwrap_or("PrivateCreator");
            let indent = "  ".repeat(enclosing.len());
            println!("{indent}{} {keyword:32} {} (byte {offset})", element.tag, element.value.escape_ascii());
        }
        Event::Error { offset, error, .. } => println!("cannot be read from byte {offset}: {error}"),
        _ => {}
    };
    // Feed it piece by piece; it says when it has seen enough, long before the pixels.
    let mut piece = [0; 4096];
    while !scanner.is_done() {
        let count = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
        scanner.feed(bytes, &mut show);
    }
    scanner.finish(&mut show);
    Ok(())
}
