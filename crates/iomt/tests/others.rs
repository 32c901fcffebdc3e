//! Traffic without medical protocols names no device, also on the ports that medical protocols like.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

use iomt::{Inventory, LinkType, Sensor, Timestamp, knowledge::Knowledge};
use proptest::prelude::*;

fn frame(protocol: u8, ports: (u16, u16), transport: &[u8], payload: &[u8]) -> Vec<u8> {
    let total = u16::try_from(20 + 4 + transport.len() + payload.len()).unwrap().to_be_bytes();
    // The makers of the interfaces are medical: that alone makes no device.
    let mut frame = vec![0x00, 0x09, 0xfb, 0, 0, 1, 0x00, 0x03, 0xb1, 0, 0, 2, 8, 0];
    frame.extend([0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
    frame.extend(ports.0.to_be_bytes());
    frame.extend(ports.1.to_be_bytes());
    frame.extend(transport);
    frame.extend(payload);
    frame
}

fn tcp(ports: (u16, u16), sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut rest = sequence.to_be_bytes().to_vec();
    rest.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame(6, ports, &rest, payload)
}

fn udp(ports: (u16, u16), payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(8 + payload.len()).unwrap().to_be_bytes();
    frame(17, ports, &[length[0], length[1], 0, 0], payload)
}

fn devices_of_stream(port: u16, stream: &[u8]) -> usize {
    let mut sensor = Sensor::new("constructed");
    sensor.push(Timestamp::new(1, 0), LinkType::ETHERNET, &tcp((40_000, port), 99, 2, &[]));
    let mut sequence = 100;
    for part in stream.chunks(1200) {
        sensor.push(Timestamp::new(1, 0), LinkType::ETHERNET, &tcp((40_000, port), sequence, 0x18, part));
        sequence += u32::try_from(part.len()).unwrap();
    }
    Inventory::read(&sensor.finish(), Knowledge::builtin()).devices.len()
}

fn devices_of_datagram(port: u16, payload: &[u8]) -> usize {
    let mut sensor = Sensor::new("constructed");
    sensor.push(Timestamp::new(1, 0), LinkType::ETHERNET, &udp((port, port), payload));
    Inventory::read(&sensor.finish(), Knowledge::builtin()).devices.len()
}

const PORTS: [u16; 8] = [104, 11112, 2575, 2762, 4242, 80, 443, 6661];

/// Opening bytes of protocols that run on a hospital's network beside the medical ones.
fn openings() -> Vec<Vec<u8>> {
    let mut smb = b"\0\0\0\x45\xffSMB\x72".to_vec();
    smb.extend([0; 60]);
    let mut smb2 = b"\0\0\0\x66\xfeSMB\x40\0".to_vec();
    smb2.extend([0; 98]);
    vec![
        b"GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: curl/8\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>".to_vec(),
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        b"220 ftp.example.com ready\r\nUSER anonymous\r\n".to_vec(),
        b"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03".iter().copied().chain([7; 60]).collect(),
        b"\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x0a".repeat(20), // Modbus/TCP
        b"\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00".to_vec(), // RDP
        b"\x10\x1a\x00\x04MQTT\x04\x02\x00\x3c\x00\x0esensor-in-room".to_vec(),
        b"\x00\x1e\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01".to_vec(),
        b"{\"resourceType\":\"Patient\",\"id\":\"1\"}".to_vec(),
        b"MSHELL v1\r\n$ ls\r\n".to_vec(),
        b"\x04\x01\x00\x50\x0a\x00\x00\x01user\0".to_vec(), // SOCKS4, whose first byte is that of P-DATA-TF
        b"\x05\x01\x00".to_vec(),                           // SOCKS5, whose first byte is that of A-RELEASE-RQ
        smb,
        smb2,
        vec![0; 4000],
        vec![0x01; 4000],
        vec![0x0b; 4000],
    ]
}

#[test]
fn other_protocols_on_medical_ports_name_no_device() {
    for port in PORTS {
        for opening in openings() {
            assert_eq!(devices_of_stream(port, &opening), 0, "port {port}: {:?}", opening.escape_ascii().to_string());
        }
    }
}

#[test]
fn other_datagrams_on_the_ports_of_monitors_name_no_device() {
    for port in [24_105, 24_005, 2000, 7000, 53, 123] {
        for opening in openings() {
            assert_eq!(devices_of_datagram(port, &opening[..opening.len().min(1400)]), 0, "port {port}");
        }
    }
}

/// Web, DNS, SSH, SMB and Modbus as real programs speak them, at their own ports and at those of medical protocols.
#[test]
fn captures_of_other_protocols_name_no_device() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/other");
    let mut read = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the captures are there") {
        let path = entry.expect("readable").path();
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("a capture").ledger;
        let inventory = Inventory::read(&ledger, Knowledge::builtin());
        assert!(inventory.devices.is_empty(), "{}: {:#?}", path.display(), inventory.devices);
        let health = inventory.health;
        assert!(health.frames > 50 && health.streams >= 2, "{} was not read", path.display());
        assert_eq!((health.messages, health.messages_damaged), (0, 0), "{}", path.display());
        read.push(path);
    }
    assert_eq!(read.len(), 5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn random_bytes_name_no_device(bytes in prop::collection::vec(any::<u8>(), 0..600), port in prop::sample::select(PORTS.to_vec())) {
        prop_assert_eq!(devices_of_stream(port, &bytes), 0);
        prop_assert_eq!(devices_of_datagram(24_105, &bytes), 0);
    }
}
