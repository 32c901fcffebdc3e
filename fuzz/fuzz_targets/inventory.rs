//! The whole facade: any bytes as a file; and any bytes as the payload of a conversation, cut where the fuzzer says.
//!
//! Asserted: no panic, an inventory that is JSON, memory under the caps of small limits, and the same inventory when the
//! same ledger is merged into itself.
#![no_main]

use iomt::{Inventory, Limits, LinkType, Sensor, Timestamp, files, knowledge::Knowledge};
use libfuzzer_sys::fuzz_target;

const SMALL: Limits = Limits {
    flows: 16,
    reorder_bytes: 1 << 14,
    message_bytes: 1 << 16,
    value_bytes: 1 << 10,
    values: 8,
    subjects: 32,
    ..Limits::DEFAULT
};

fuzz_target!(|data: &[u8]| {
    let knowledge = Knowledge::builtin();
    if let Ok(reading) = files::read_from(
        "fuzz",
        std::io::Cursor::new(data.to_vec()),
        &files::Options { limits: SMALL, ..Default::default() },
    ) {
        assert!(reading.ledger.len() <= SMALL.subjects);
        let mut twice = reading.ledger.clone();
        twice.merge(reading.ledger.clone());
        let inventory = Inventory::read(&reading.ledger, knowledge);
        serde_json::to_string(&inventory).expect("an inventory is JSON");
        assert_eq!(inventory, Inventory::read(&twice, knowledge));
    }
    // The first bytes choose port and cuts, the rest is said by both sides in turn.
    let Some((head, payload)) = data.split_at_checked(4) else { return };
    let mut sensor = Sensor::with_limits("fuzz", SMALL);
    let mut sequence = [1_u32, 1_u32];
    for (number, part) in payload.chunks(usize::from(head[0]).max(1)).enumerate() {
        let side = number % 2 * usize::from(head[1] & 1);
        let frame = segment(side, sequence[side], head[2] & 2 != 0, part);
        sequence[side] = sequence[side].wrapping_add(u32::try_from(part.len()).unwrap_or(0));
        sensor.push(Timestamp::new(i64::try_from(number).unwrap_or(0), 0), LinkType::ETHERNET, &frame);
    }
    let ledger = sensor.finish();
    serde_json::to_string(&Inventory::read(&ledger, knowledge)).expect("an inventory is JSON");
});

/// A TCP segment, or a UDP datagram, between two documentation addresses.
fn segment(side: usize, sequence: u32, datagram: bool, payload: &[u8]) -> Vec<u8> {
    let hosts = if side == 0 { [1, 2] } else { [2, 1] };
    let ports: [u16; 2] = if side == 0 { [40_000, 104] } else { [104, 40_000] };
    let header = if datagram { 8 } else { 20 };
    let total = u16::try_from(20 + header + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut frame = vec![2, 0, 0, 0, 0, hosts[1], 2, 0, 0, 0, 0, hosts[0], 8, 0];
    let protocol = if datagram { 17 } else { 6 };
    frame.extend([
        0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, protocol, 0, 0, 192, 0, 2, hosts[0], 192, 0, 2, hosts[1],
    ]);
    frame.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
    if datagram {
        frame.extend(u16::try_from(8 + payload.len()).unwrap_or(u16::MAX).to_be_bytes());
        frame.extend([0, 0]);
    } else {
        frame.extend(sequence.to_be_bytes());
        frame.extend([0, 0, 0, 0, 0x50, 0x18, 0xff, 0xff, 0, 0, 0, 0]);
    }
    frame.extend(payload);
    frame
}
