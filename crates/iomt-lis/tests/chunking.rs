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

mod common;

use iomt_lis::{Event, Reader, link};
use iomt_wire::{Limits, Segment};
use proptest::prelude::*;

fn pieces<'a>(bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(bytes.len())).collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut from = 0;
    for cut in cuts.into_iter().chain([bytes.len()]) {
        pieces.push(&bytes[from..cut]);
        from = cut;
    }
    pieces
}

fn read(pieces: &[&[u8]], limits: Limits) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::new(limits);
    let mut met = Vec::new();
    let mut sink = |event: Event<'_>| {
        let bytes = if let Event::Record { record, .. } = event { record.bytes().to_vec() } else { Vec::new() };
        met.push((format!("{event:?}"), bytes));
    };
    for piece in pieces {
        reader.feed(Segment::Data(piece), &mut sink);
    }
    reader.feed(Segment::End, &mut sink);
    assert_eq!(reader.held(), 0);
    met
}

/// The bytes that are told of, each once.
fn told(bytes: &[u8], limits: Limits) -> Vec<bool> {
    let mut told = vec![false; bytes.len()];
    let mut mark = |offset: u64, len: u64| {
        for (at, told) in told.iter_mut().enumerate().take((offset + len) as usize).skip(offset as usize) {
            assert!(!*told, "byte {at} told twice");
            *told = true;
        }
    };
    let mut decoder = link::Decoder::new(limits);
    let mut sink = |event: link::Event<'_>| match event {
        link::Event::Control { offset, .. } => mark(offset, 1),
        link::Event::Line { offset, text } => mark(offset, text.len() as u64),
        link::Event::Frame { offset, len, .. }
        | link::Event::Skipped { offset, len }
        | link::Event::Truncated { offset, len }
        | link::Event::Oversize { offset, len } => mark(offset, len),
        _ => {}
    };
    decoder.feed(Segment::Data(bytes), &mut sink);
    decoder.feed(Segment::End, &mut sink);
    told
}

/// Text that is made of what matters to the decoder.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(vec![
        &b"\x02"[..],
        b"\x03",
        b"\x04",
        b"\x05",
        b"\x06",
        b"\x15",
        b"\x17",
        b"\r",
        b"\n",
        b"\x0b",
        b"\x1c",
        b"1",
        b"A",
        b"\x021H|\\^&|||A\r\x03F8\r\n",
        b"\x022P|1\r\x1755\r\n",
        b"\x023",
        b"\x0341\r\n",
        b"H|\\^&|||X^Y\r",
        b"L|1\r",
        b"R|1|",
        b"\0",
        b"x",
        b"0123456789abcdefghijklmnop",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_split_gives_the_same_events(bytes in parts(), cuts in prop::collection::vec(0_usize..200, 0..8), small: bool) {
        let limits = Limits { message_bytes: if small { 24 } else { 1 << 16 }, ..Limits::DEFAULT };
        let whole = read(&[&bytes], limits);
        prop_assert_eq!(&read(&pieces(&bytes, &cuts), limits), &whole);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&read(&single, limits), &whole);
    }

    #[test]
    fn every_byte_is_a_line_end_or_told_once(bytes in parts(), small: bool) {
        let limits = Limits { message_bytes: if small { 24 } else { 1 << 16 }, ..Limits::DEFAULT };
        for (at, told) in told(&bytes, limits).iter().enumerate() {
            prop_assert!(*told || matches!(bytes[at], b'\r' | b'\n' | 0x0b | 0x1c), "byte {} lost", at);
        }
    }
}

#[test]
fn every_cut_of_every_session_gives_the_same_records() {
    for stream in common::streams() {
        let whole = read(&[&stream], Limits::DEFAULT);
        assert!(whole.iter().filter(|(_, bytes)| !bytes.is_empty()).count() >= 4);
        for cut in 0..=stream.len() {
            assert_eq!(read(&[&stream[..cut], &stream[cut..]], Limits::DEFAULT), whole, "{cut}");
        }
    }
}

#[test]
fn a_gap_anywhere_invents_no_record() {
    for stream in common::streams() {
        let whole: Vec<Vec<u8>> = read(&[&stream], Limits::DEFAULT).into_iter().map(|(_, bytes)| bytes).collect();
        for from in 0..stream.len() {
            for len in [1, 5, 40] {
                let to = (from + len).min(stream.len());
                let mut reader = Reader::new(Limits::DEFAULT);
                let mut sink = |event: Event<'_>| {
                    if let Event::Record { record, .. } = event {
                        assert!(
                            whole.iter().any(|known| known == record.bytes()),
                            "invented {record:?} at {from}+{len}"
                        );
                    }
                };
                reader.feed(Segment::Data(&stream[..from]), &mut sink);
                reader.feed(Segment::Gap { len: (to - from) as u64 }, &mut sink);
                reader.feed(Segment::Data(&stream[to..]), &mut sink);
                reader.feed(Segment::End, &mut sink);
            }
        }
    }
}
