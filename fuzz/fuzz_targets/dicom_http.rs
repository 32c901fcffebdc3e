//! HTTP as the facade frames it for DICOMweb: a conversation of both sides, cut where the fuzzer says, dissected and read as evidence.
//!
//! Asserted: nothing of a target or a query is shown, offsets lie in what was said, an inventory is JSON. That what is shown does not depend on
//! the cuts holds of sound conversations only, since what is no HTTP is passed over by segments; the replayed seeds assert it.
#![no_main]

use core::ops::ControlFlow;
use std::io::Cursor;

use iomt::dissect::{self, Options};
use iomt::{Inventory, Limits, files, knowledge::Knowledge};
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { message_bytes: 1 << 12, inflated_bytes: 1 << 16, value_bytes: 256, ..Limits::DEFAULT };

/// Between what one side says and what the other answers.
const TURN: u8 = 0x1e;

fuzz_target!(|data: &[u8]| {
    let Some((&piece, said)) = data.split_first() else { return };
    let cut = capture(said, usize::from(piece).max(1));
    show(&cut, said.len());
    let options = files::Options { limits: LIMITS, ..Default::default() };
    if let Ok(reading) = files::read_from("fuzz", Cursor::new(cut), &options) {
        serde_json::to_string(&Inventory::read(&reading.ledger, Knowledge::builtin())).expect("an inventory is JSON");
    }
});

/// Looks at what is shown of DICOMweb.
fn show(capture: &[u8], said: usize) {
    let options = Options { limits: LIMITS, ..Options::default() };
    let _ = dissect::read_from("fuzz", Cursor::new(capture.to_vec()), &options, &mut |record| {
        if record.protocol == dissect::Protocol::DicomWeb {
            let value = record.value.unwrap_or_default();
            assert!(!value.contains('?') && !value.contains("CANARY"), "{value}");
            assert!(record.offset <= said as u64);
        }
        ControlFlow::Continue(())
    });
}

/// A capture of one connection, in which both sides speak in turn, in segments of so many bytes.
fn capture(said: &[u8], piece: usize) -> Vec<u8> {
    let mut out = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
    let mut put = |side: usize, [sequence, seen]: [u32; 2], flags: u8, payload: &[u8]| {
        let (hosts, ports) = if side == 0 { ([1, 2], [40_000_u16, 80]) } else { ([2, 1], [80, 40_000]) };
        let total = u16::try_from(40 + payload.len()).unwrap_or(u16::MAX).to_be_bytes();
        let mut frame = vec![2, 0, 0, 0, 0, hosts[1], 2, 0, 0, 0, 0, hosts[0], 8, 0];
        frame.extend([0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, hosts[0], 192, 0, 2, hosts[1]]);
        frame.extend(ports.iter().flat_map(|port| port.to_be_bytes()));
        frame.extend([sequence, seen].map(u32::to_be_bytes).concat());
        frame.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        frame.extend(payload);
        let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
        out.extend([1, 0, length, length].map(u32::to_le_bytes).concat());
        out.extend(frame);
    };
    put(0, [99, 0], 2, b"");
    put(1, [99, 100], 0x12, b"");
    let mut at = [100_u32, 100];
    for (number, turn) in said.split(|byte| *byte == TURN).enumerate() {
        let side = number % 2;
        for part in turn.chunks(piece) {
            put(side, [at[side], at[1 - side]], 0x18, part);
            at[side] = at[side].wrapping_add(u32::try_from(part.len()).unwrap_or(0));
        }
    }
    put(0, [at[0], at[1]], 0x11, b"");
    put(1, [at[1], at[0].wrapping_add(1)], 0x11, b"");
    out
}
