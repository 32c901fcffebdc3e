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

use iomt_lis::link::Frame;
use iomt_lis::{Event, Exchange, ident, records};
use iomt_wire::{Direction, Limits, Segment};

#[test]
fn records_facts_tokens_and_frames_do_not_allocate() {
    let mut found = 0;
    let info = allocation_counter::measure(|| {
        for record in records(common::BARE) {
            ident::facts(&record, &mut |fact| found += fact.value.len());
            record.tokens(|token| found += token.bytes.len());
            found += record.fields().map(|field| field.component(2).bytes().len()).sum::<usize>();
        }
        let (frame, length) = Frame::parse(&common::FRAMES[1..]).unwrap();
        found += frame.text.len() + length;
    });
    assert!(found > 100);
    assert_eq!(info.count_total, 0);
}

#[test]
fn a_session_inside_one_segment_does_not_allocate() {
    let mut seen = 0;
    let info = allocation_counter::measure(|| {
        let mut exchange = Exchange::new(Limits::DEFAULT);
        exchange.feed(Direction::Initiator, Segment::Data(common::FRAMES), &mut |event| {
            seen += usize::from(matches!(event, Event::Record { .. }));
        });
    });
    assert_eq!((seen, info.count_total), (5, 0));
}

#[test]
fn records_that_are_cut_are_joined_in_one_buffer() {
    let mut joins = 0;
    let info = allocation_counter::measure(|| {
        let mut exchange = Exchange::new(Limits::DEFAULT);
        exchange.feed(Direction::Initiator, Segment::Data(common::BULK), &mut |event| {
            joins += usize::from(matches!(event, Event::Record { joined: true, .. }));
        });
    });
    assert_eq!(joins, 2);
    assert!(info.count_total <= 4, "{}: one buffer that grows", info.count_total);
}

#[cfg(feature = "poct1a")]
#[test]
fn a_greeting_inside_one_segment_does_not_allocate() {
    use iomt_lis::poct1a;
    let mut found = 0;
    let info = allocation_counter::measure(|| {
        let mut splitter = poct1a::Splitter::new(Limits::DEFAULT);
        splitter.feed(Segment::Data(common::HELLO.as_bytes()), &mut |event| {
            let poct1a::Event::Message { xml, .. } = event else { return };
            let text = poct1a::text(xml);
            let message = poct1a::Message::parse(&text).unwrap();
            poct1a::ident::facts(&message, &mut |fact| found += fact.value.len());
        });
    });
    assert!(found > 60);
    assert_eq!(info.count_total, 0);
}
