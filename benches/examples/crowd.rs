//! Reading the inventory of many devices: does twice as many take twice as long? `crowd SHAPE DEVICES`, by `benches/crowd.sh`.

use core::net::{IpAddr, Ipv4Addr};
use std::io;
use std::time::Instant;

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Place, Sink, Source, Subject, Value, WHOLE};
use iomt::ledger::{Neighbour, Proof, ShardId};
use iomt::{Inventory, Ledger, Limits, Timestamp, knowledge::Knowledge};

/// Room for all of them.
const LIMITS: Limits = Limits { subjects: 1 << 20, facts: 1 << 24, ..Limits::DEFAULT };

fn place() -> Place {
    Place { time: Timestamp(1), input: "crowd".into(), frame: 1, offset: 0 }
}

fn host(number: u32) -> IpAddr {
    Ipv4Addr::from_bits((10 << 24) | number).into()
}

fn file(ledger: &mut Ledger, subject: &Subject, attribute: Attribute, value: Value, kind: &'static str) {
    let source = Source { protocol: "dicom", field: "F", kind };
    ledger.take(Evidence { subject: subject.clone(), attribute, value, source, place: place() });
}

/// A host that says to be a device of this serial number, wholly seen.
fn device(ledger: &mut Ledger, number: u32, serial: &str) {
    let endpoint = Subject::Endpoint(host(number));
    file(ledger, &endpoint, Attribute::Role, Value::pair("requestor", "C-STORE"), "role");
    file(ledger, &endpoint, Attribute::Sign, Value::text("worklist-user"), "sign");
    let key = EquipmentKey { manufacturer: "acme".into(), model: "ct".into(), serial: serial.into(), ..<_>::default() };
    let equipment = Subject::Equipment { key, speaker: Some(host(number)), protocol: "dicom" };
    file(ledger, &equipment, Attribute::Manufacturer, Value::text("Acme"), "declared");
    file(ledger, &equipment, Attribute::Model, Value::text("CT"), "declared");
    file(ledger, &equipment, Attribute::Sign, Value::text(WHOLE), "sign");
    ledger.active(&equipment, Timestamp(1), 1, 1);
}

fn neighbour(ledger: &mut Ledger, mac: u32, ip: u32) {
    let [_, a, b, c] = mac.to_be_bytes();
    let mac = format!("02:00:00:{a:02x}:{b:02x}:{c:02x}").into();
    ledger.neighbour(Neighbour { mac, ip: host(ip) }, Proof { seen: None, stated: Some(place()) });
}

fn crowd(shape: &str, count: u32) -> io::Result<Ledger> {
    let mut ledger = Ledger::new(ShardId(1), LIMITS);
    for number in 1..=count {
        match shape {
            // Each has a serial number of its own.
            "units" => device(&mut ledger, number, &number.to_string()),
            // None says which unit it is.
            "alike" => device(&mut ledger, number, ""),
            // All claim to be the same unit.
            "impostors" => device(&mut ledger, number, "1"),
            // One host speaks of all of them.
            "gateway" => device(&mut ledger, 1, &number.to_string()),
            // Each hardware address ties an address to the next lower one: one host in the end.
            "chain" => {
                device(&mut ledger, number, &number.to_string());
                neighbour(&mut ledger, count.wrapping_sub(number), number);
                neighbour(&mut ledger, count.wrapping_sub(number), number.saturating_add(1));
            }
            _ => return Err(io::Error::other("units, alike, impostors, gateway or chain")),
        }
    }
    Ok(ledger)
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [shape, count] = arguments.as_slice() else { return Err(io::Error::other("usage: crowd SHAPE DEVICES")) };
    let ledger = crowd(shape, count.parse().map_err(io::Error::other)?)?;
    let knowledge = Knowledge::builtin();
    let start = Instant::now();
    let inventory = Inventory::read(&ledger, knowledge);
    let placed = inventory.devices.iter().filter(|device| !device.addresses.ip.is_empty()).count();
    println!(
        "{shape} {count}: {} ms, {} devices, {placed} with addresses",
        start.elapsed().as_millis(),
        inventory.devices.len()
    );
    Ok(())
}
