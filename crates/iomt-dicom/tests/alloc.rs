//! Parsing allocates nothing; a tracker in its stride allocates nothing either.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::element::Creators;
use iomt_dicom::text::CharacterSets;
use iomt_dicom::{
    CommandField, CommandSet, DataSet, Direction, Encoding, Limits, Pdu, Segment, Tracker, emit, file, pdu,
};

fn allocations(work: impl FnOnce()) -> u64 {
    allocation_counter::measure(work).count_total
}

#[test]
fn reading_pdus_commands_and_data_sets_allocates_nothing() {
    let streams: Vec<_> = STREAMS.iter().map(|text| hex(text)).collect();
    let echo = emit::Command::request(CommandField::C_ECHO_RQ, CT, 1, false).build();
    let data = ct(Encoding::ExplicitLittle, 100);
    let file = emit::part10(EXPLICIT, CT, b"2.999.1", &data);
    let mut seen = 0;
    let count = allocations(|| {
        for bytes in &streams {
            let _ = pdu::probe(bytes);
            let (pdu, _) = Pdu::parse(bytes).unwrap();
            pdu.quirks(&mut |_| seen += 1);
            match pdu {
                Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) => {
                    seen += associate.items().count() + associate.user_items().count();
                    for context in associate.presentation_contexts().flatten() {
                        seen += context.transfer_syntaxes().count();
                    }
                }
                Pdu::PData(data) => seen += data.pdvs().count(),
                _ => {}
            }
        }
        seen += usize::from(CommandSet::parse(&echo).unwrap().message_id().unwrap());
        let set = DataSet::new(&data, Encoding::ExplicitLittle);
        seen += set.elements().count() + set.walk().count() + set.identity().count();
        seen +=
            set.elements().flatten().map(|element| element.items().count() + element.values().count()).sum::<usize>();
        let (mut creators, mut sets) = (Creators::new(), CharacterSets::new());
        for entry in set.walk().flatten() {
            creators.see(&entry);
            let set = sets.see(&entry);
            seen += usize::from(creators.of(&entry).is_some()) + entry.element.decoded(&set).count();
            seen += usize::from(iomt_dicom::dictionary::vr(entry.element.tag).is_some());
        }
        set.quirks(&mut |_| seen += 1);
        seen += file::Part10::parse(&file).unwrap().offset();
    });
    assert!(seen > 100);
    assert_eq!(count, 0);
}

#[test]
fn a_tracker_that_has_seen_one_message_reads_the_next_without_allocating() {
    let rq = emit::Associate::request(b"A", b"B").context(1, CT, &[EXPLICIT]).build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let message = emit::message(1, &command, Some(&ct(Encoding::ExplicitLittle, 60_000)), 16384);
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut events = 0;
    for bytes in [&rq, &message] {
        for part in bytes.chunks(1460) {
            tracker.feed(Direction::Initiator, Segment::Data(part), &mut |_| events += 1);
        }
    }
    let first = events;
    let count = allocations(|| {
        for part in message.chunks(1460) {
            tracker.feed(Direction::Initiator, Segment::Data(part), &mut |_| events += 1);
        }
    });
    assert!(events > first);
    assert_eq!(count, 0);
}

#[test]
fn what_a_tracker_holds_does_not_grow_with_what_it_is_fed() {
    let rq = emit::Associate::request(b"A", b"B").context(1, CT, &[EXPLICIT]).build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let message = emit::message(1, &command, Some(&ct(Encoding::ExplicitLittle, 4 << 20)), 16384);
    let info = allocation_counter::measure(|| {
        let mut tracker = Tracker::with_filter(Limits::DEFAULT, |_, _| true);
        for bytes in [&rq, &message] {
            for part in bytes.chunks(1460) {
                tracker.feed(Direction::Initiator, Segment::Data(part), &mut |_| ());
            }
        }
    });
    assert!(info.bytes_max < 64 << 10, "{} bytes", info.bytes_max);
}
