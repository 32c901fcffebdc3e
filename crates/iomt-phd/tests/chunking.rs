//! Any split of a stream gives the same APDUs, the same values, and accounts for every byte.
#![allow(clippy::arithmetic_side_effects)]

mod common;

use iomt_phd::{
    stream::{Decoder, Event},
    tracker::Tracker,
};
use iomt_wire::{Direction, Segment};
use proptest::prelude::*;

fn told(event: Event<'_>) -> String {
    match event {
        Event::Apdu { offset, bytes } => format!("Apdu {offset} {bytes:02x?}"),
        other => format!("{other:?}"),
    }
}

fn events(pieces: &[&[u8]]) -> (Vec<String>, u64) {
    let (mut found, mut accounted) = (Vec::new(), 0);
    let mut visit = |event: Event<'_>| {
        accounted += match event {
            Event::Apdu { bytes, .. } => bytes.len() as u64,
            Event::Skipped { count, .. } | Event::CutShort { count, .. } => count,
            Event::TooLong { length, .. } => length,
        };
        found.push(told(event));
    };
    let mut decoder = Decoder::default();
    for piece in pieces {
        decoder.feed(piece, &mut visit);
    }
    decoder.end(&mut visit);
    (found, accounted)
}

fn values(pieces: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    let mut tracker = Tracker::default();
    let segments = pieces.iter().map(|piece| Segment::Data(piece)).chain([Segment::End]);
    for segment in segments {
        tracker.hear(Direction::Initiator, segment, &mut |event| found.push(format!("{event:?}")));
    }
    found
}

fn split<'b>(mut rest: &'b [u8], sizes: &[usize]) -> Vec<&'b [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (head, tail) = rest.split_at((*size).min(rest.len()));
        pieces.push(head);
        rest = tail;
    }
    pieces
}

fn seeds() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    common::each_seed(|_, seed| all.push(seed.to_vec()));
    all
}

proptest! {
    #[test]
    fn apdus_do_not_depend_on_where_the_stream_is_split(
        parts in prop::collection::vec((0_usize..64, prop::collection::vec(any::<u8>(), 0..40)), 0..8),
        sizes in prop::collection::vec(1_usize..90, 1..20),
    ) {
        let seeds = seeds();
        let mut stream = Vec::new();
        for (index, noise) in &parts {
            stream.extend(noise);
            if let Some(seed) = seeds.get(index % seeds.len().max(1)) {
                stream.extend(seed);
            }
        }
        let pieces = split(&stream, &sizes);
        let (found, accounted) = events(&pieces);
        prop_assert_eq!(&found, &events(&[&stream]).0);
        prop_assert_eq!(accounted, stream.len() as u64, "{:?}", found);
        prop_assert_eq!(values(&pieces), values(&[&stream]));
    }
}
