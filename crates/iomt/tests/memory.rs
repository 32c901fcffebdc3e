//! Memory is bounded whatever is made up: counted bytes of a ledger under a flood of subjects and facts.

#![allow(clippy::arithmetic_side_effects, clippy::expect_used, reason = "a panic is how a test reports")]

mod support;

use core::net::IpAddr;

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Place, Sink, Source, Subject, Value};
use iomt::ledger::ShardId;
use iomt::{Inventory, Ledger, Limits, Timestamp, knowledge::Knowledge};

const ATTRIBUTES: [Attribute; 8] = [
    Attribute::Manufacturer,
    Attribute::Model,
    Attribute::Serial,
    Attribute::Software,
    Attribute::Class,
    Attribute::Name,
    Attribute::VendorSign,
    Attribute::Location,
];

/// So many made-up devices, each with so many facts, told by so many addresses.
fn flood(ledger: &mut Ledger, devices: u32, facts: usize) {
    for number in 0..devices {
        let model = format!("made-up model {number}").into();
        let key = EquipmentKey { model, serial: format!("{number:08}").into(), ..EquipmentKey::default() };
        let speaker = Some(IpAddr::from(number.to_be_bytes()));
        let subject = Subject::Equipment { key, speaker, protocol: "hl7" };
        for fact in 0..facts {
            let attribute = ATTRIBUTES.into_iter().cycle().nth(fact).expect("endless");
            ledger.take(Evidence {
                subject: subject.clone(),
                attribute,
                value: Value::pair("component", &format!("value {fact} of device {number}")),
                source: Source { protocol: "hl7", field: "F", kind: "declared" },
                place: Place { time: Timestamp(1), input: "flood".into(), frame: 1, offset: 0 },
            });
        }
        ledger.active(&subject, Timestamp(1), 1, 1);
    }
}

fn held(devices: u32, facts: usize) -> (u64, Ledger) {
    let mut ledger = Ledger::new(ShardId(1), Limits::DEFAULT);
    let info = allocation_counter::measure(|| flood(&mut ledger, devices, facts));
    (info.bytes_max, ledger)
}

const MEBI: u64 = 1 << 20;

/// What reading the largest inventory may take beside its ledger.
const READING_MIB: u64 = 72;

#[test]
fn no_flood_of_devices_takes_more_than_fits() {
    for (devices, facts) in [(40_000, 8), (20_000, 24), (4_000, 250)] {
        let (bytes, ledger) = held(devices, facts);
        println!("{devices} devices of {facts} facts: {} MiB, {} subjects kept", bytes / MEBI, ledger.len());
        assert!(bytes < 64 * MEBI, "{devices} devices of {facts} facts: {bytes} bytes");
        assert!(ledger.len() > 500 && ledger.len() < 8_193);
        let knowledge = Knowledge::builtin();
        let mut inventory = None;
        let reading = allocation_counter::measure(|| inventory = Some(Inventory::read(&ledger, knowledge))).bytes_max;
        let inventory = inventory.expect("read");
        println!(
            "  reading its inventory: {} MiB more, {} bytes a device",
            reading / MEBI,
            reading / ledger.len() as u64
        );
        assert!(reading < READING_MIB * MEBI, "{reading} bytes for an inventory");
        assert!(inventory.health.limits_hit.contains_key("subjects"), "a cap is never silent");
    }
}

#[test]
fn an_ordinary_device_takes_a_few_kilobytes() {
    let (bytes, ledger) = held(1_000, 20);
    assert_eq!(ledger.len(), 1_000);
    println!("{} bytes a device of 20 facts", bytes / 1_000);
    assert!(bytes / 1_000 < 8_192, "{} bytes a device", bytes / 1_000);
}

/// The case `associations-half-open` of `docs/hostile-input.md`; constructed.
#[test]
fn associations_half_open() {
    let mut request = iomt_dicom::emit::Associate::request(b"ARCHIVE", b"CT01")
        .context(1, b"1.2.840.10008.1.1", &[b"1.2.840.10008.1.2"])
        .build();
    request.pop();
    let limits = Limits { flows: 200, ..Limits::DEFAULT };
    let read = |count: u16| {
        let mut read = None;
        let spent = allocation_counter::measure(|| {
            let mut sensor = iomt::Sensor::with_limits("constructed", limits);
            for port in 20_000..20_000 + count {
                for frame in support::connection(port, 104, &[(true, request.clone())]) {
                    sensor.push(frame.time, frame.link, &frame.data);
                }
            }
            read = Some(sensor.finish());
        });
        let inventory = Inventory::read(&read.expect("read"), Knowledge::builtin());
        (spent.bytes_max, inventory.health.limits_hit.contains_key("flows"))
    };
    let ((few, told_of_few), (many, told_of_many)) = (read(150), read(10_000));
    assert!(!told_of_few && told_of_many, "the oldest make room, which is told");
    assert!(many < 2 * few + MEBI, "{few} and {many} bytes");
}
