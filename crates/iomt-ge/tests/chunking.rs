//! Any split of a serial stream gives the same messages and accounts for every byte.
#![allow(clippy::arithmetic_side_effects)]

mod common;

use iomt_ge::{dri::frame, unity::serial};
use proptest::prelude::*;

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

fn records(pieces: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    let mut visit = |event: frame::Event<'_>| {
        found.push(match event {
            frame::Event::Record(bytes) => format!("{bytes:02x?}"),
            other => format!("{other:?}"),
        });
    };
    let mut decoder = frame::Decoder::default();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut visit));
    decoder.gap(&mut visit);
    found
}

fn messages(pieces: &[&[u8]]) -> (Vec<String>, u64) {
    let (mut found, mut accounted) = (Vec::new(), 0);
    let mut visit = |event: serial::Event<'_>| match event {
        serial::Event::Message { offset, bytes, crc } => {
            accounted += bytes.len() as u64 + 2;
            found.push(format!("{offset} {bytes:02x?} {crc:02x?}"));
        }
        serial::Event::Skipped { count, .. } => {
            accounted += count;
            found.push(format!("{event:?}"));
        }
    };
    let mut decoder = serial::Decoder::default();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut visit));
    decoder.gap(0, &mut visit);
    (found, accounted)
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    common::each_seed(target, |_, seed| all.push(seed.to_vec()));
    all
}

proptest! {
    #[test]
    fn streams_do_not_depend_on_where_they_are_split(
        parts in prop::collection::vec((any::<usize>(), prop::collection::vec(any::<u8>(), 0..70)), 0..6),
        sizes in prop::collection::vec(1_usize..90, 1..20),
    ) {
        for target in ["ge_dri", "ge_unity"] {
            let seeds = seeds(target);
            let mut stream = Vec::new();
            for (index, noise) in &parts {
                stream.extend(noise);
                stream.extend(seeds.get(index % seeds.len().max(1)).into_iter().flatten());
                stream.extend([0, 0]);
            }
            let pieces = split(&stream, &sizes);
            prop_assert_eq!(records(&pieces), records(&[&stream]));
            let (found, accounted) = messages(&pieces);
            prop_assert_eq!(&found, &messages(&[&stream]).0);
            prop_assert_eq!(accounted, stream.len() as u64);
        }
    }
}
