//! Write the capture of a made-up ward with its truth, and read the inventory of it.
//!
//! `cargo run -p iomt-examples --example ward [MONITORS [SERIAL [MINUTES [FILE]]]]`: FILE gets the capture, FILE.truth.json the truth.

use std::fs::File;
use std::io::BufWriter;

use iomt_examples::ward::{Ward, write_pcap};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let size = |at: usize, default: u8| arguments.get(at).map_or(Ok(default), |size| size.parse());
    let ward = Ward { monitors: size(1, 6)?, serial: size(2, 2)?, translated: 0, minutes: size(3, 5)? };
    let mut capture = Vec::new();
    write_pcap(&ward.frames(), &mut capture)?;
    if let Some(file) = arguments.get(4) {
        std::fs::write(file, &capture)?;
        serde_json::to_writer_pretty(BufWriter::new(File::create(format!("{file}.truth.json"))?), &ward.truth())?;
    }
    let options = iomt::files::Options::default();
    let read = iomt::files::read_from("ward", std::io::Cursor::new(capture), &options)?;
    let inventory = iomt::Inventory::read(&read.ledger, iomt::knowledge::Knowledge::builtin());
    for device in &inventory.devices {
        let said =
            |decision: &Option<iomt::Decision>| decision.as_ref().map_or("", |said| said.value.as_str()).to_owned();
        let in_use =
            device.activity.as_ref().and_then(|activity| activity.utilisation.as_ref()).map_or(0, |u| u.in_use);
        println!(
            "{:<16} {:<8} {:<12} {:<8} {:<14} {in_use} minutes in use",
            said(&device.class),
            said(&device.model),
            said(&device.serial),
            said(&device.location),
            said(&device.state),
        );
    }
    Ok(())
}
