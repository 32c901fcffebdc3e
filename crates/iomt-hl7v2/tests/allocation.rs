//! Reading does not allocate.
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

use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_hl7v2::{Index, Message, Path, Row, batch, ident, pcd, time, types};
use iomt_wire::{Limits, Segment};

#[test]
fn parsing_facts_tokens_and_batches_do_not_allocate() {
    for bytes in common::ALL {
        let mut found = 0;
        let info = allocation_counter::measure(|| {
            let message = Message::parse(bytes).unwrap();
            ident::facts(&message, &mut |fact| found += fact.value.len());
            message.tokens(|token| found += token.bytes.len());
            message.quirks(&mut |_| found += 1);
            pcd::signals(&message, &mut |_, _| found += 1);
            found += usize::from(pcd::Transaction::of(&message).is_some());
            found += batch::messages(bytes).count();
            for segment in message.segments() {
                found += segment.fields().map(|field| field.component(2).subcomponent(1).bytes().len()).sum::<usize>();
            }
        });
        assert!(found > 0);
        assert_eq!(info.count_total, 0);
    }
}

#[test]
fn paths_indexes_types_times_and_ropes_do_not_allocate() {
    let path: Path = "OBX[*]-18[*].1".parse().unwrap();
    let (mut marks, mut rows) = ([0_u32; 1024], [Row::default(); 64]);
    for bytes in common::ALL {
        let message = Message::parse(bytes).unwrap();
        let mut found = 0;
        let info = allocation_counter::measure(|| {
            found += path.all(&message).map(|node| node.bytes().len()).sum::<usize>();
            let index = Index::build(&message, &mut marks, &mut rows).unwrap();
            found += path.all_in(&index).map(|node| node.bytes().len()).sum::<usize>();
            for row in 0..index.len() {
                found += index.leaves(row).map(|node| node.bytes().len()).sum::<usize>();
            }
            found += usize::from(time::parse(message.header().field(7).bytes()).unwrap().month);
            found += types::Msg::from(message.header().field(9)).code().bytes().len();
            for rope in message.ropes() {
                found += rope.field(5).map(|piece| piece.bytes().len()).sum::<usize>();
            }
        });
        assert!(found > 0);
        assert_eq!(info.count_total, 0);
    }
}

#[test]
fn blocks_inside_one_segment_do_not_allocate() {
    let stream: Vec<u8> = common::ALL.iter().flat_map(|bytes| [b"\x0b", *bytes, b"\x1c\r"].concat()).collect();
    let mut blocks = 0;
    let info = allocation_counter::measure(|| {
        let mut decoder = Decoder::new(Limits::DEFAULT);
        decoder.feed(Segment::Data(&stream), &mut |event| blocks += usize::from(matches!(event, Event::Block { .. })));
    });
    assert_eq!((blocks, info.count_total), (common::ALL.len(), 0));
}
