//! The merge law on real traffic: an inventory does not depend on how the traffic was divided among sensors.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use core::net::IpAddr;

use iomt::{Frame, Inventory, Sensor, knowledge::Knowledge};
use proptest::prelude::*;
use support::{Owned, frames, inventory, json};

/// The shard of a frame: by its pair of addresses, so that a conversation stays whole.
fn shard(frame: &Owned, salt: u64, shards: u64) -> u64 {
    let data = &frame.data;
    let (a, b): (Vec<u8>, Vec<u8>) = match data.get(12..14) {
        Some([8, 0]) => (data[26..30].to_vec(), data[30..34].to_vec()),
        Some([0x86, 0xdd]) => (data[22..38].to_vec(), data[38..54].to_vec()),
        _ => (vec![0], vec![0]),
    };
    let sum: u64 = a.iter().chain(&b).map(|byte| u64::from(*byte)).sum();
    (sum.wrapping_mul(salt | 1) >> 3) % shards
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_division_by_conversation_merges_to_the_whole(
        name in prop::sample::select(vec!["dicom_js.pcap", "dicom_reject_abort.pcap", "hl7_tls_oddport.pcap"]),
        salt: u64,
        count in 1_u64..5,
        backwards: bool,
    ) {
        let all = frames(name);
        let whole = inventory(&all);
        let mut sensors: Vec<Sensor> = (0..count).map(|_| Sensor::new("test")).collect();
        for (number, frame) in (1..).zip(&all) {
            let length = u32::try_from(frame.data.len()).unwrap();
            let to = usize::try_from(shard(frame, salt, count)).unwrap();
            sensors[to].push_frame(&Frame { number, time: frame.time, link: frame.link, data: &frame.data, original_length: length });
        }
        if backwards {
            sensors.reverse();
        }
        let mut ledgers = sensors.into_iter().map(Sensor::finish);
        let mut merged = ledgers.next().unwrap();
        for ledger in ledgers {
            merged.merge(ledger);
        }
        let parts = Inventory::read(&merged, Knowledge::builtin());
        let (whole, parts) = (json(&whole), json(&parts));
        prop_assert!(whole == parts, "{}", support::difference(&whole, &parts));
    }
}

#[test]
fn the_same_capture_twice_is_the_same_capture() {
    let all = frames("dicom_js.pcap");
    let mut ledger = support::sensed(&all);
    ledger.merge(support::sensed(&all));
    let twice = Inventory::read(&ledger, Knowledge::builtin());
    assert_eq!(json(&inventory(&all)), json(&twice));
}

#[test]
fn an_address_is_of_an_endpoint_or_of_one_device() {
    for path in support::bundled() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let inventory = inventory(&frames(&name));
        let mut seen: Vec<IpAddr> = Vec::new();
        for device in &inventory.devices {
            for ip in &device.addresses.ip {
                let ip: IpAddr = ip.parse().unwrap();
                assert!(!seen.contains(&ip), "{name}: {ip} is of two devices");
                seen.push(ip);
            }
        }
    }
}
