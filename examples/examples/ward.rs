//! Write the capture of a made-up ward with its truth, and read the inventory of it.
//!
//! `cargo run -p iomt-examples --example ward [intellivue|ge|phd [FILE]]`: FILE gets the capture, FILE.truth.json the truth.

use std::fs::File;
use std::io::BufWriter;

use iomt_examples::ward::{GeWard, PhdWard, Ward, write_pcap};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (frames, truth) = match arguments.get(1).map_or("intellivue", String::as_str) {
        "intellivue" => {
            let ward = Ward { monitors: 6, serial: 2, translated: 2, minutes: 5 };
            (ward.frames(), ward.truth())
        }
        "ge" => {
            let ward = GeWard { monitors: 6, serial: 2, records: 2, minutes: 5 };
            (ward.frames(), ward.truth())
        }
        "phd" => {
            let ward = PhdWard { devices: 6, relayed: 2, minutes: 5 };
            (ward.frames(), ward.truth())
        }
        other => return Err(format!("no such ward: {other}").into()),
    };
    let mut capture = Vec::new();
    write_pcap(&frames, &mut capture)?;
    if let Some(file) = arguments.get(2) {
        std::fs::write(file, &capture)?;
        serde_json::to_writer_pretty(BufWriter::new(File::create(format!("{file}.truth.json"))?), &truth)?;
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
