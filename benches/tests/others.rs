//! Traffic that is not medical, on the ports of medical protocols: no protocol is recognised in it, and no device. A few megabytes here; a
//! gigabyte as `docs/performance.md` says.
#![allow(clippy::expect_used, clippy::panic, reason = "a panic is how a test reports")]

use core::ops::ControlFlow;
use std::io::Cursor;

use iomt::dissect::{self, Protocol};
use iomt::{Inventory, files, knowledge::Knowledge};

fn capture(seed: u64) -> Vec<u8> {
    let mut capture = Vec::new();
    iomt_benches::write_others(2 << 20, seed, &mut capture).expect("memory takes all");
    capture
}

#[test]
fn other_traffic_is_no_protocol_and_no_device() {
    for seed in 1..=3 {
        let capture = capture(seed);
        let reading =
            files::read_from("others", Cursor::new(capture.clone()), &files::Options::default()).expect("read");
        let inventory = Inventory::read(&reading.ledger, Knowledge::builtin());
        assert!(inventory.devices.is_empty(), "seed {seed}: {} devices", inventory.devices.len());
        // Not even an endpoint was noted, nor a message counted.
        assert_eq!((reading.ledger.len(), inventory.health.messages), (0, 0), "seed {seed}");
        assert!(inventory.health.streams > 100, "seed {seed}: {} streams", inventory.health.streams);
        let mut encrypted = 0;
        dissect::read_from("others", Cursor::new(capture), &dissect::Options::default(), &mut |record| {
            assert_eq!(record.protocol, Protocol::Tls, "seed {seed}: {record:?}");
            encrypted += 1;
            ControlFlow::Continue(())
        })
        .expect("read");
        assert!(encrypted > 0, "TLS is listened to, so the traffic reached the probes");
    }
}
