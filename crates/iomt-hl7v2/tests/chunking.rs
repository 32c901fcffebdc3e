//! Wherever a stream is cut, it says the same; and no byte is lost or told twice.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "in tests a panic is the report"
)]

use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_wire::{Limits, Segment};
use proptest::prelude::*;

/// What each event covers, and what it says.
fn run(pieces: &[&[u8]], limits: Limits) -> Vec<(u64, u64, String, Vec<u8>)> {
    let mut decoder = Decoder::new(limits);
    let mut met = Vec::new();
    let mut sink = |event: Event<'_>| {
        met.push(match event {
            Event::Block { offset, payload } => (offset, payload.len() as u64, "Block".into(), payload.to_vec()),
            Event::Skipped { offset, len } => (offset, len, "Skipped".into(), vec![]),
            Event::Truncated { offset, len } => (offset, len, "Truncated".into(), vec![]),
            Event::Oversize { offset, len } => (offset, len, "Oversize".into(), vec![]),
            Event::CommitAck { offset } => (offset, 1, "Ack".into(), vec![]),
            Event::CommitNak { offset } => (offset, 1, "Nak".into(), vec![]),
            other => (0, 0, format!("{other:?}"), vec![]),
        });
    };
    for piece in pieces {
        decoder.feed(Segment::Data(piece), &mut sink);
    }
    decoder.feed(Segment::End, &mut sink);
    assert_eq!(decoder.held(), 0);
    met
}

/// Text that is made of what matters to the decoder.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(vec![
        &b"\x0b"[..],
        b"\x1c",
        b"\r",
        b"\n",
        b"MSH|",
        b"MSH",
        b"M",
        b"FHS!",
        b"\x06",
        b"\x15",
        b"\x1c\r",
        b"\x0bMSH|^~\\&|",
        b"PID|1\r",
        b"x",
        b"\0",
        b"\0M\0S\0H\0|",
        b"\0\x1c\0\r",
        b"\xef\xbb\xbf",
        b"\xfe\xff",
        b" ",
        b"0123456789abcdefghijklmnop",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_split_gives_the_same_events(bytes in parts(), cuts in prop::collection::vec(0_usize..200, 0..8), small: bool) {
        let limits = Limits { message_bytes: if small { 24 } else { 1 << 16 }, ..Limits::DEFAULT };
        let whole = run(&[&bytes], limits);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([bytes.len()]) {
            pieces.push(&bytes[from..cut]);
            from = cut;
        }
        prop_assert_eq!(&run(&pieces, limits), &whole);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&run(&single, limits), &whole);
    }

    #[test]
    fn every_byte_is_framing_or_told_once(bytes in parts()) {
        let mut told = vec![false; bytes.len()];
        for (offset, len, _, payload) in run(&[&bytes], Limits::DEFAULT) {
            let span = offset as usize..(offset + len) as usize;
            if !payload.is_empty() {
                prop_assert_eq!(&bytes[span.clone()], &payload[..]);
            }
            for at in span {
                prop_assert!(!told[at], "byte {} told twice", at);
                told[at] = true;
            }
        }
        for (at, told) in told.iter().enumerate() {
            prop_assert!(*told || matches!(bytes[at], 0x0b | 0x1c | b'\r' | b'\n' | b' ' | b'\t' | 0), "byte {} lost", at);
        }
    }
}
