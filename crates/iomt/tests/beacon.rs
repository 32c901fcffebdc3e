//! The beacon of an IntelliVue monitor, sent to a multicast group: one device, at the address that it was sent from.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a panic is how a test reports")]

mod support;

use support::{frames, inventory};

#[test]
fn model_software_and_hardware_address_are_those_of_one_device() {
    let inventory = inventory(&frames("intellivue_beacon.pcap"));
    let [monitor] = inventory.devices.as_slice() else { panic!("one device: {:?}", inventory.devices.len()) };
    let value = |decision: &Option<iomt::Decision>| decision.as_ref().expect("decided").value.clone();
    assert_eq!(value(&monitor.manufacturer), "Philips");
    assert_eq!(value(&monitor.model), "866062");
    assert_eq!(value(&monitor.serial), "DE00000001");
    assert_eq!(value(&monitor.class), "patient-monitor");
    assert_eq!(monitor.addresses.mac, ["00:09:fb:11:22:33"]);
    assert_eq!(monitor.addresses.ip, ["192.168.247.101"]);
    let software: Vec<(&str, &str)> =
        monitor.software.iter().map(|part| (part.component.as_str(), part.version.value.as_str())).collect();
    assert_eq!(software, [("application software", "L.01.18")]);
    assert!(monitor.relations.is_empty());
}
