//! However a stream is cut, the events are the same.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::{CommandField, Direction, Encoding, Limits, Segment, Tag, Tracker, emit, file, ident};
use proptest::prelude::*;

fn all(_: &[Tag], _: Tag) -> bool {
    true
}

fn streams() -> Vec<Vec<u8>> {
    let mut streams: Vec<_> = STREAMS.iter().map(|text| hex(text)).collect();
    for (syntax, encoding) in
        [(IMPLICIT, Encoding::ImplicitLittle), (EXPLICIT, Encoding::ExplicitLittle), (BIG, Encoding::ExplicitBig)]
    {
        for max_length in [7, 40, 200, 16384] {
            streams.push(store(syntax, &ct(encoding, 300), max_length));
        }
    }
    // Joined late, in the middle of pixels and of a command.
    let whole = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 5000), 500);
    let twice = [whole.clone(), whole.clone()].concat();
    streams.push(twice[300..].to_vec());
    streams.push(twice[whole.len() - 700..].to_vec());
    streams.push(twice[whole.len() / 2..].to_vec());
    // Noise in between.
    streams.push([&whole[..], &[0x77; 200], &whole].concat());
    streams.push([&[1; 300][..], &[4; 300], &whole].concat());
    // Deflated: told and passed over. Declared so, and another encoding used.
    streams.push(store(DEFLATED, &ct(Encoding::ExplicitLittle, 300), 200));
    streams.push(store(IMPLICIT, &ct(Encoding::ExplicitLittle, 300), 200));
    streams.push(store(EXPLICIT, &ct(Encoding::ImplicitLittle, 300), 200));
    // Command and data in one PDU, an empty last fragment, contexts interleaved.
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let data = ct(Encoding::ImplicitLittle, 10);
    let (a, b) = data.split_at(33);
    streams.push(emit::p_data(&[
        (1, 3, &command),
        (3, 3, &command),
        (1, 0, a),
        (3, 0, a),
        (1, 0, b),
        (3, 2, b),
        (1, 2, b""),
    ]));
    streams
}

#[test]
fn one_byte_at_a_time_tells_the_same() {
    for stream in streams() {
        for filter in [all, ident::is_identity] {
            let whole = events(&stream, usize::MAX, filter);
            for piece in [1, 2, 3, 7, 11, 64, 163] {
                let pieces = events(&stream, piece, filter);
                assert_eq!(pieces, whole, "pieces of {piece}");
            }
        }
    }
}

#[test]
fn a_file_in_pieces_tells_the_same() {
    for encoding in
        [(IMPLICIT, Encoding::ImplicitLittle), (EXPLICIT, Encoding::ExplicitLittle), (BIG, Encoding::ExplicitBig)]
    {
        let whole = emit::part10(encoding.0, CT, b"2.999.1", &ct(encoding.1, 64));
        for bytes in [&whole[..], &whole[132..], &ct(encoding.1, 64)] {
            let run = |piece: usize| {
                let mut out = Vec::new();
                let mut scanner = file::Scanner::new(Limits::DEFAULT);
                for part in bytes.chunks(piece) {
                    scanner.feed(part, &mut |event| out.push(show(&event)));
                }
                let outcome = scanner.finish(&mut |event| out.push(show(&event)));
                out.push(format!("{outcome:?}"));
                out
            };
            let one = run(usize::MAX);
            assert_eq!(one.last().unwrap(), "Complete", "{one:#?}");
            assert!(one.iter().any(|event| event.contains("ACME")), "{one:#?}");
            assert!(!one.iter().any(|event| event.contains("CANARY")));
            for piece in [1, 2, 5, 131, 133] {
                assert_eq!(run(piece), one);
            }
        }
    }
}

fn cut(stream: &[u8], cuts: &[prop::sample::Index], gaps: bool) -> Vec<String> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut out = Vec::new();
    for (number, pair) in places.windows(2).enumerate() {
        let piece = &stream[pair[0]..pair[1]];
        if gaps && number % 3 == 1 {
            let gap = Segment::Gap { len: piece.len() as u64 };
            tracker.feed(Direction::Initiator, gap, &mut |event| out.push(show(&event)));
        } else {
            tracker.feed(Direction::Initiator, Segment::Data(piece), &mut |event| out.push(show(&event)));
        }
    }
    tracker.feed(Direction::Initiator, Segment::End, &mut |event| out.push(show(&event)));
    out
}

proptest! {
    #[test]
    fn any_cuts_tell_the_same(which: prop::sample::Index, cuts: Vec<prop::sample::Index>) {
        let streams = streams();
        let stream = which.get(&streams);
        prop_assert_eq!(cut(stream, &cuts, false), events(stream, usize::MAX, ident::is_identity));
    }

    #[test]
    fn noise_in_any_cuts_tells_the_same(noise in prop::collection::vec(prop_oneof![0_u8..8, any::<u8>()], 0..600), cuts: Vec<prop::sample::Index>) {
        prop_assert_eq!(cut(&noise, &cuts, false), events(&noise, usize::MAX, ident::is_identity));
    }

    #[test]
    fn damage_in_any_cuts_tells_the_same(
        which: prop::sample::Index,
        place: prop::sample::Index,
        value: u8,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let streams = streams();
        let mut stream = which.get(&streams).clone();
        let place = place.index(stream.len());
        stream[place] = value;
        prop_assert_eq!(cut(&stream, &cuts, false), events(&stream, usize::MAX, ident::is_identity));
    }

    #[test]
    fn gaps_anywhere_never_panic_and_never_show_a_patient(which: prop::sample::Index, cuts: Vec<prop::sample::Index>) {
        let streams = streams();
        let stream: &Vec<u8> = which.get(&streams);
        for event in cut(stream, &cuts, true) {
            prop_assert!(!event.contains("CANARY"), "{}", event);
        }
    }
}
