//! Feed packets from a source of your own: here from a file, in your program from a mirror port or a ring buffer.
//!
//! `cargo run -p iomt-examples --example own_packets [CAPTURE]`

use iomt::{Limits, Sensor};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let path = iomt_examples::input("captures/hl7_tls_oddport.pcap");
    let mut source = iomt_capture::Reader::open(&path, Limits::DEFAULT)?;

    // A small sensor: fewer conversations, less memory. What does not fit is told in the inventory's health.
    let mut sensor = Sensor::with_limits("mirror port", Limits { flows: 4096, ..Limits::DEFAULT });
    let mut packets = 0_u32;
    while let Some(frame) = source.next_frame()? {
        sensor.push(frame.time, frame.link, frame.data);
        packets = packets.saturating_add(1);
        if packets.is_multiple_of(20) {
            println!("after {packets} packets: {} devices", sensor.inventory().devices.len());
        }
    }
    let ledger = sensor.finish();
    let inventory = iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin());
    for device in &inventory.devices {
        let names: Vec<&str> = device.names.iter().map(|name| name.value.as_str()).collect();
        println!("{:?} {} known as {}", device.kind, device.id, names.join(", "));
        for relation in &device.relations {
            println!("  {} {} ({})", relation.kind, relation.device, relation.signs.join(", "));
        }
    }
    Ok(())
}
