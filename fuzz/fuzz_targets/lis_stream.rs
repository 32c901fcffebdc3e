//! Any stream, cut anywhere: the same records as in one piece, every byte told at most once, memory under the cap.
#![no_main]

use iomt_lis::{Event, Exchange, Reader, ident, link, probe, probe_file, records};
use iomt_wire::{Direction, Limits, Segment};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    cuts: [u8; 6],
    small: bool,
    gap: Option<u8>,
    stream: &'a [u8],
}

fn run(pieces: &[Segment<'_>], limits: Limits) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::new(limits);
    let mut met = Vec::new();
    for piece in pieces {
        reader.feed(*piece, &mut |event| {
            let mut bytes = Vec::new();
            if let Event::Record { record, .. } = event {
                bytes.extend_from_slice(record.bytes());
                record.tokens(|token| assert!(token.offset + token.bytes.len() <= record.bytes().len()));
                ident::facts(&record, &mut |fact| {
                    assert!(fact.inferred || fact.offset + fact.value.len() <= record.bytes().len());
                });
                for field in record.fields() {
                    let _ = field.unescape();
                }
            }
            met.push((format!("{event:?}"), bytes));
        });
        let longest = if let Segment::Data(data) = piece { data.len() } else { 0 };
        assert!(reader.held() <= 2 * limits.message_bytes + longest + 16);
    }
    assert_eq!(reader.held(), 0);
    met
}

fuzz_target!(|input: Input<'_>| {
    let stream = input.stream;
    let _ = (probe(stream), probe_file(stream), link::Frame::parse(stream));
    assert!(records(stream).all(|record| record.offset() + record.bytes().len() <= stream.len()));
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
        pieces.push(Segment::End);
        pieces
    };
    let whole = run(&pieces(&[]), limits);
    let cuts: Vec<usize> = input.cuts.iter().map(|cut| usize::from(*cut)).collect();
    assert_eq!(run(&pieces(&cuts), limits), whole);
    let every: Vec<usize> = (0..stream.len()).collect();
    assert_eq!(run(&pieces(&every), limits), whole);

    let mut told = vec![false; stream.len()];
    let mut mark = |offset: u64, len: u64| {
        for at in offset as usize..(offset + len) as usize {
            assert!(!told[at], "told twice");
            told[at] = true;
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
    decoder.feed(Segment::Data(stream), &mut sink);
    decoder.feed(Segment::End, &mut sink);
    for (at, told) in told.iter().enumerate() {
        assert!(*told || matches!(stream[at], b'\r' | b'\n' | 0x0b | 0x1c), "byte {at} lost");
    }

    let mut exchange = Exchange::new(limits);
    for (number, piece) in stream.chunks(7).enumerate() {
        let direction = if number % 3 == 0 { Direction::Responder } else { Direction::Initiator };
        exchange.feed(direction, Segment::Data(piece), &mut |_| {});
    }
});
