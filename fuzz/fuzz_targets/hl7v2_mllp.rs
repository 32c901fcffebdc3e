//! Any stream, cut anywhere: the same events as in one piece, every byte told at most once, memory under the cap.
#![no_main]

use iomt_hl7v2::mllp::{self, Decoder, Event};
use iomt_wire::{Limits, Segment};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    cuts: [u8; 6],
    small: bool,
    gap: Option<u8>,
    stream: &'a [u8],
}

#[derive(PartialEq, Debug)]
struct Met {
    offset: u64,
    len: u64,
    what: String,
    payload: Vec<u8>,
}

fn run(pieces: &[Segment<'_>], limits: Limits) -> Vec<Met> {
    let mut decoder = Decoder::new(limits);
    let mut met = Vec::new();
    for piece in pieces {
        decoder.feed(*piece, &mut |event| {
            let what = format!("{event:?}");
            let (offset, len, payload) = match event {
                Event::Block { offset, payload } => (offset, payload.len() as u64, payload.to_vec()),
                Event::Skipped { offset, len } | Event::Truncated { offset, len } | Event::Oversize { offset, len } => {
                    (offset, len, vec![])
                }
                Event::CommitAck { offset } | Event::CommitNak { offset } => (offset, 1, vec![]),
                _ => (0, 0, vec![]),
            };
            met.push(Met { offset, len, what, payload });
        });
        assert!(decoder.held() <= limits.message_bytes + 16);
    }
    assert_eq!(decoder.held(), 0);
    met
}

fuzz_target!(|input: Input<'_>| {
    let stream = input.stream;
    let _ = mllp::probe(stream);
    let limits = Limits { message_bytes: if input.small { 24 } else { 1 << 16 }, ..Limits::DEFAULT };
    // A lost stretch, if any, lies behind the same byte in every run.
    let lost = input.gap.map(|at| usize::from(at).min(stream.len()));
    let pieces = |cuts: &[usize]| {
        let mut cuts: Vec<usize> =
            cuts.iter().map(|cut| (*cut).min(stream.len())).chain([0, stream.len()]).chain(lost).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut pieces = Vec::new();
        for pair in cuts.windows(2) {
            if lost == Some(pair[0]) {
                pieces.push(Segment::Gap { len: 5 });
            }
            pieces.push(Segment::Data(&stream[pair[0]..pair[1]]));
        }
        if lost == Some(stream.len()) {
            pieces.push(Segment::Gap { len: 5 });
        }
        pieces.push(Segment::End);
        pieces
    };
    let whole = run(&pieces(&[]), limits);
    let cuts: Vec<usize> = input.cuts.iter().map(|cut| usize::from(*cut)).collect();
    assert_eq!(run(&pieces(&cuts), limits), whole);
    let every: Vec<usize> = (0..stream.len()).collect();
    assert_eq!(run(&pieces(&every), limits), whole);
    if lost.is_none() {
        let mut told = vec![false; stream.len()];
        for met in &whole {
            let span = met.offset as usize..(met.offset + met.len) as usize;
            if !met.payload.is_empty() {
                assert_eq!(&stream[span.clone()], &met.payload[..]);
            }
            for at in span {
                assert!(!told[at], "told twice");
                told[at] = true;
            }
        }
        for (at, told) in told.iter().enumerate() {
            assert!(*told || matches!(stream[at], 0x0b | 0x1c | b'\r' | b'\n' | b' ' | b'\t' | 0), "byte {at} lost");
        }
    }
});
