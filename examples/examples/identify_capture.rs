//! Which devices are in this capture, and how do we know?
//!
//! `cargo run -p iomt-examples --example identify_capture [CAPTURE]`

use iomt::{Inventory, files, knowledge::Knowledge};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let path = iomt_examples::input("captures/dicom_store_modalities.pcap");
    let reading = files::read(&path, &files::Options::default())?;
    let inventory = Inventory::read(&reading.ledger, Knowledge::builtin());
    for device in &inventory.devices {
        let class = device.class.as_ref().map_or("unknown", |class| class.value.as_str());
        println!("{} {class} at {}", device.id, device.addresses.ip.join(", "));
        for (name, decision) in
            [("manufacturer", &device.manufacturer), ("model", &device.model), ("serial", &device.serial)]
        {
            let Some(decision) = decision else { continue };
            let Some(source) = decision.evidence.first() else { continue };
            println!(
                "  {name:12} {:24} {:.1} % sure; {} {} in frame {} at byte {}",
                decision.value,
                decision.confidence * 100.0,
                source.protocol,
                source.field,
                source.frame,
                source.offset
            );
        }
    }
    println!("{} frames read, {} gaps", inventory.health.frames, inventory.health.gaps);
    Ok(())
}
