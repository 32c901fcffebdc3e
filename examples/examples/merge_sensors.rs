//! Two sensors on two links see parts of a network; their ledgers merge to the inventory that one sensor would have had.
//!
//! `cargo run -p iomt-examples --example merge_sensors`

use iomt::{Inventory, files, knowledge::Knowledge};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let fixtures = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/captures"));
    let knowledge = Knowledge::builtin();
    let read = |name: &str| files::read(&fixtures.join(name), &files::Options::default()).map(|reading| reading.ledger);

    let radiology = read("dicom_js.pcap")?;
    let ward = read("hl7_tls_oddport.pcap")?;
    for (name, ledger) in [("radiology", &radiology), ("ward", &ward)] {
        println!("{name}: {} devices", Inventory::read(ledger, knowledge).devices.len());
    }

    let mut one_way = radiology.clone();
    one_way.merge(ward.clone());
    let mut other_way = ward;
    other_way.merge(radiology.clone());
    other_way.merge(radiology); // the same shard twice changes nothing

    let inventory = Inventory::read(&one_way, knowledge);
    println!("merged: {} devices", inventory.devices.len());
    println!("in any order the same: {}", inventory == Inventory::read(&other_way, knowledge));
    Ok(())
}
