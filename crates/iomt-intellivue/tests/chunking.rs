//! Any split of a serial stream gives the same frames.

use iomt_intellivue::rs232::{Decoder, Event, encode};
use proptest::prelude::*;

fn told(event: Event<'_>) -> String {
    match event {
        Event::Frame(data) => format!("Frame {data:02x?}"),
        other => format!("{other:?}"),
    }
}

fn events(pieces: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    let mut decoder = Decoder::default();
    for piece in pieces {
        decoder.feed(piece, &mut |event| found.push(told(event)));
    }
    decoder.gap(&mut |event| found.push(told(event)));
    found
}

proptest! {
    #[test]
    fn frames_do_not_depend_on_where_the_stream_is_split(
        parts in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..60), any::<bool>()), 0..8),
        sizes in prop::collection::vec(1_usize..40, 1..40),
    ) {
        let mut stream = Vec::new();
        for (bytes, framed) in &parts {
            stream.extend(if *framed { encode(bytes).unwrap_or_default() } else { bytes.clone() });
        }
        let mut pieces = Vec::new();
        let mut rest = &stream[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (head, tail) = rest.split_at((*size).min(rest.len()));
            pieces.push(head);
            rest = tail;
        }
        prop_assert_eq!(events(&pieces), events(&[&stream]));
    }
}
