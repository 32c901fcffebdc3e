//! Whole associations: who, what, under which terms, and what gaps and late starts leave of it.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::{
    CommandField, Direction, Encoding, Event, Kind, Limits, Phase, Segment, Tag, Tracker, Vr, emit, ident,
};

fn texts(stream: &[u8]) -> Vec<(Tag, String, bool)> {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut out = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(stream), &mut |event| collect(&event, &mut out));
    out
}

fn collect(event: &Event<'_>, out: &mut Vec<(Tag, String, bool)>) {
    if let Event::Element { element, complete, .. } = event {
        out.push((element.tag, String::from_utf8_lossy(element.text()).into_owned(), *complete));
    }
}

fn value(told: &[(Tag, String, bool)], tag: Tag) -> Option<&str> {
    told.iter().find(|(found, ..)| *found == tag).map(|(_, text, _)| text.as_str())
}

#[test]
fn a_stored_image_tells_its_equipment_in_every_encoding_and_never_the_patient() {
    for (syntax, encoding) in
        [(IMPLICIT, Encoding::ImplicitLittle), (EXPLICIT, Encoding::ExplicitLittle), (BIG, Encoding::ExplicitBig)]
    {
        for max_length in [20, 16384] {
            let told = texts(&store(syntax, &ct(encoding, 40_000), max_length));
            assert_eq!(value(&told, Tag::MANUFACTURER), Some("ACME"));
            assert_eq!(value(&told, Tag::MANUFACTURER_MODEL_NAME), Some("Scan 9000"));
            assert_eq!(value(&told, Tag::DEVICE_SERIAL_NUMBER), Some("SN-12345"));
            assert_eq!(value(&told, Tag::SOFTWARE_VERSIONS), Some("1.2\\3.4"));
            assert_eq!(value(&told, Tag::UNIQUE_DEVICE_IDENTIFIER), Some("(01)00884838000001"));
            assert_eq!(value(&told, Tag::new(0x0009, 0x0010)), Some("GEMS_IDEN_01"));
            let makers: Vec<_> = told.iter().filter(|(tag, ..)| *tag == Tag::MANUFACTURER).collect();
            assert_eq!(makers.len(), 2, "its own and that of the contributing equipment: {makers:?}");
            assert!(!told.iter().any(|(tag, text, _)| tag.group == 0x0010 || text.contains("CANARY")));
        }
    }
}

#[test]
fn enclosing_sequences_tell_whose_manufacturer_it_is() {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let stream = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 10), 100);
    let mut makers = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| {
        if let Event::Element { enclosing, element, .. } = event
            && element.tag == Tag::MANUFACTURER
        {
            makers.push((enclosing.to_vec(), String::from_utf8_lossy(element.text()).into_owned()));
        }
    });
    let relay = vec![Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE];
    assert_eq!(makers, [(vec![], "ACME".into()), (relay, "RELAY INC".into())]);
}

#[test]
fn messages_whose_data_sets_interleave_across_contexts_are_read_apart() {
    let made = |encoding, serial: &[u8]| {
        emit::DataSet::new(encoding)
            .text(Tag::MANUFACTURER, Vr::LO, b"ACME")
            .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, serial)
            .build()
    };
    let (one, two) = (made(Encoding::ImplicitLittle, b"S-11"), made(Encoding::ExplicitBig, b"S-22"));
    let rq = emit::Associate::request(b"A", b"B").context(1, CT, &[IMPLICIT]).context(3, CT, &[BIG]).build();
    let command = |id| emit::Command::request(CommandField::C_STORE_RQ, CT, id, true).build();
    let mut stream = rq;
    stream.extend(emit::p_data(&[(1, 1, &command(1)[..7]), (3, 3, &command(2)), (1, 3, &command(1)[7..])]));
    // A byte of the one, a byte of the other, also within headers.
    let (mut first, mut second) = (one.chunks(1).peekable(), two.chunks(1).peekable());
    while first.peek().is_some() || second.peek().is_some() {
        for (context, pieces) in [(1, &mut first), (3, &mut second)] {
            let Some(piece) = pieces.next() else { continue };
            stream.extend(emit::p_data(&[(context, if pieces.peek().is_none() { 2 } else { 0 }, piece)]));
        }
    }
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut told = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| match event {
        Event::Element { message, element, .. } if element.tag == Tag::DEVICE_SERIAL_NUMBER => {
            told.push((message.message_id, message.context_id, element.text().to_vec()));
        }
        Event::Error { error, .. } => panic!("{error}"),
        _ => {}
    });
    told.sort();
    assert_eq!(told, [(1, 1, b"S-11".to_vec()), (2, 3, b"S-22".to_vec())]);
}

#[test]
fn what_un_of_undefined_length_holds_is_implicit_on_the_wire_and_in_one_piece() {
    for encoding in [Encoding::ExplicitLittle, Encoding::ExplicitBig] {
        // CP-246: the sequence of who contributed, unknown to who wrote it.
        let implicit = || emit::DataSet::new(Encoding::ImplicitLittle);
        let router = implicit()
            .text(Tag::MANUFACTURER, Vr::LO, b"ROUTERS")
            .open_sequence(Tag::UDI_SEQUENCE, &[implicit().text(Tag::UNIQUE_DEVICE_IDENTIFIER, Vr::UT, b"(01)1")]);
        let within = implicit().open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[router]).build();
        let data = emit::DataSet::new(encoding)
            .text(Tag::MANUFACTURER, Vr::LO, b"ACME")
            .header(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vr::UN, u32::MAX)
            .raw(&within[8..])
            .text(Tag::STUDY_INSTANCE_UID, Vr::UI, b"2.999.4")
            .build();
        let expected = [
            (Tag::MANUFACTURER, b"ACME".to_vec()),
            (Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vec::new()),
            (Tag::MANUFACTURER, b"ROUTERS".to_vec()),
            (Tag::UDI_SEQUENCE, Vec::new()),
            (Tag::UNIQUE_DEVICE_IDENTIFIER, b"(01)1".to_vec()),
            (Tag::STUDY_INSTANCE_UID, b"2.999.4".to_vec()),
        ];
        let one_piece: Vec<_> = iomt_dicom::DataSet::new(&data, encoding)
            .identity()
            .map(|entry| entry.map(|entry| (entry.element.tag, entry.element.text().to_vec())).unwrap())
            .collect();
        assert_eq!(one_piece, expected);
        let syntax = if encoding == Encoding::ExplicitBig { BIG } else { EXPLICIT };
        let told = texts(&store(syntax, &data, 23));
        let told: Vec<_> = told.into_iter().map(|(tag, text, _)| (tag, text.into_bytes())).collect();
        assert_eq!(told, expected);
    }
}

/// Real: what pynetdicom 3.0.4 sent as a printer whose film is empty, in explicit little endian, which was negotiated.
const PRINTER_REPORT: &str =
    "0400000000760000007201030000000004000000640000000000020016000000312e322e3834302e31303030382e352e312e312e31360000
    000102000000100000001001020000000100000000080200000001000000001016000000312e322e3834302e31303030382e352e312e312e
    31370000021002000000020004000000001400000010010210 2130004c4f060046494c4d3120";

#[test]
fn a_printers_report_is_little_endian_whatever_its_group_looks_like() {
    for terms_seen in [true, false] {
        let mut tracker = Tracker::with_filter(Limits::DEFAULT, |_, _| true);
        if terms_seen {
            let rq = emit::Associate::request(b"A", b"B").context(1, b"1.2.840.10008.5.1.1.9", &[EXPLICIT]).build();
            let ac = emit::Associate::accept(b"A", b"B").result(1, 0, Some(EXPLICIT)).build();
            tracker.feed(Direction::Initiator, Segment::Data(&rq), &mut |_| ());
            tracker.feed(Direction::Responder, Segment::Data(&ac), &mut |_| ());
        }
        let mut told = Vec::new();
        tracker.feed(Direction::Responder, Segment::Data(&hex(PRINTER_REPORT)), &mut |event| match event {
            Event::Element { element, .. } => told.push((element.tag, element.encoding, element.text().to_vec())),
            Event::Quirk { quirk, .. } => panic!("{quirk:?}"),
            Event::Error { error, .. } => panic!("{error}"),
            _ => {}
        });
        assert_eq!(told, [(Tag::PRINTER_NAME, Encoding::ExplicitLittle, b"FILM1".to_vec())]);
    }
}

#[test]
fn a_message_carries_the_terms_that_were_negotiated() {
    let rq = emit::Associate::request(b"PACS", b"CT01").context(5, CT, &[IMPLICIT, EXPLICIT]).build();
    let ac = emit::Associate::accept(b"X", b"Y").result(5, 0, Some(EXPLICIT)).max_pdu_length(100).build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 7, true).build();
    let message = emit::message(5, &command, Some(&ct(Encoding::ExplicitLittle, 10)), 16384);
    let mut tracker = Tracker::new(Limits::DEFAULT);
    // The acceptor opened the connection here: the sender of the RQ is the requestor all the same.
    tracker.feed(Direction::Responder, Segment::Data(&rq), &mut |_| ());
    assert_eq!(tracker.association().phase(), Phase::Requested);
    tracker.feed(Direction::Initiator, Segment::Data(&ac), &mut |_| ());
    let mut seen = Vec::new();
    tracker.feed(Direction::Responder, Segment::Data(&message), &mut |event| match event {
        Event::Command { message, command, .. } => {
            assert_eq!(message.transfer_syntax.unwrap().as_bytes(), EXPLICIT);
            assert_eq!(message.abstract_syntax.unwrap().as_bytes(), CT);
            assert!(!message.inferred && message.has_data_set);
            assert_eq!((message.command, message.message_id, message.number), (CommandField::C_STORE_RQ, 7, 1));
            seen.push(command.message_id().unwrap().to_string());
        }
        Event::DataSetEnd { complete, .. } => seen.push(format!("end {complete}")),
        Event::Quirk { quirk, .. } => seen.push(quirk.name.into()),
        _ => {}
    });
    assert_eq!(seen, ["7", "over-maximum-length", "end true"]);
    let association = tracker.association();
    assert_eq!(association.requestor(), Some(Direction::Responder));
    assert_eq!((association.called_ae(), association.calling_ae()), (&b"PACS"[..], &b"CT01"[..]));
    assert_eq!(association.acceptor_max_pdu(), Some(100));
    assert_eq!(association.context(5).unwrap().transfer_syntax.unwrap().as_bytes(), EXPLICIT);
}

#[test]
fn a_real_echo_reads_from_both_sides() {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut out = Vec::new();
    feed(&mut tracker, Direction::Initiator, &hex(DCMTK_REQUESTOR), 13, &mut out);
    feed(&mut tracker, Direction::Responder, &hex(DCMTK_ACCEPTOR), 13, &mut out);
    assert_eq!(tracker.association().phase(), Phase::Released);
    assert_eq!(tracker.association().calling_ae(), b"WS1");
    assert_eq!(out.iter().filter(|event| event.contains("Message {")).count(), 2, "{out:#?}");
    assert!(!out.iter().any(|event| event.contains("Error")), "{out:#?}");
}

#[test]
fn a_second_association_on_the_same_connection_starts_over() {
    let stream =
        [store(EXPLICIT, &ct(Encoding::ExplicitLittle, 10), 100), store(BIG, &ct(Encoding::ExplicitBig, 10), 100)];
    let told = texts(&stream.concat());
    assert_eq!(told.iter().filter(|(tag, ..)| *tag == Tag::MANUFACTURER_MODEL_NAME).count(), 2);
}

#[test]
fn a_data_set_in_another_encoding_than_negotiated_is_read_and_told() {
    for (syntax, encoding) in
        [(IMPLICIT, Encoding::ExplicitLittle), (EXPLICIT, Encoding::ImplicitLittle), (EXPLICIT, Encoding::ExplicitBig)]
    {
        let stream = store(syntax, &ct(encoding, 10), 100);
        assert_eq!(value(&texts(&stream), Tag::MANUFACTURER), Some("ACME"));
        let told = events(&stream, usize::MAX, ident::is_identity);
        assert!(told.iter().any(|event| event.contains("encoding-not-as-negotiated")));
    }
}

#[test]
fn a_deflated_data_set_is_inflated_and_read_up_to_its_pixels() {
    let data = ct(Encoding::ExplicitLittle, 60_000);
    let plain = events(&store(EXPLICIT, &data, 100), usize::MAX, ident::is_identity);
    let values = |told: &[String]| -> Vec<String> {
        let elements = told.iter().filter(|event| event.starts_with("Initiator") && event.contains("Element"));
        elements.map(|event| event.split_once('#').unwrap().1.to_owned()).collect()
    };
    let stream = store(DEFLATED, &deflate(&data), 100);
    let told = events(&stream, usize::MAX, ident::is_identity);
    assert_eq!(values(&told), values(&plain));
    assert!(values(&told).len() > 10);
    for piece in [1, 7, 64] {
        assert_eq!(events(&stream, piece, ident::is_identity), told, "{piece}");
    }
}

#[test]
fn a_deflated_data_set_that_is_none_is_an_error_and_the_framing_goes_on() {
    let stream = store(DEFLATED, &[0xff; 500], 100);
    let told = events(&stream, usize::MAX, ident::is_identity);
    assert!(told.iter().any(|event| event.contains("no deflate stream")), "{told:?}");
    assert!(told.iter().any(|event| event.ends_with("end false")));
    assert!(told.iter().any(|event| event.contains("ReleaseRq")));
}

#[test]
fn a_deflate_bomb_ends_at_the_ratio() {
    let data = emit::DataSet::new(Encoding::ExplicitLittle)
        .text(Tag::MANUFACTURER, Vr::LO, b"ACME")
        .element(Tag::new(0x0029, 0x1010), Vr::OB, &vec![0; 64 << 20])
        .build();
    let deflated = deflate(&data);
    assert!(deflated.len() < 80_000);
    let told = events(&store(DEFLATED, &deflated, 16384), usize::MAX, ident::is_identity);
    assert_eq!(value(&texts(&store(DEFLATED, &deflated, 16384)), Tag::MANUFACTURER), Some("ACME"));
    assert!(told.iter().any(|event| event.contains("Limit {")), "{told:?}");
}

/// Feeds a stream with one piece of it lost.
fn with_gap(stream: &[u8], from: usize, len: usize) -> (Vec<(Tag, String, bool)>, Vec<String>) {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let (mut told, mut shown) = (Vec::new(), Vec::new());
    let tail = &stream[from + len..];
    for segment in [Segment::Data(&stream[..from]), Segment::Gap { len: len as u64 }, Segment::Data(tail)] {
        tracker.feed(Direction::Initiator, segment, &mut |event| {
            collect(&event, &mut told);
            shown.push(show(&event));
        });
    }
    (told, shown)
}

#[test]
fn a_gap_within_the_pixels_costs_nothing() {
    let one = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 20_000), 16384);
    let (told, shown) = with_gap(&one, 5000, 3000);
    assert_eq!(value(&told, Tag::DEVICE_SERIAL_NUMBER), Some("SN-12345"));
    assert!(shown.iter().any(|event| event.ends_with("end true")), "{shown:#?}");
    assert!(!shown.iter().any(|event| event.contains("Resynchronised")));
    assert!(shown.iter().any(|event| event.contains("ReleaseRq")));
}

#[test]
fn a_gap_over_several_pdus_of_pixels_is_found_out_of() {
    let data = ct(Encoding::ExplicitLittle, 30_000);
    let one = store(EXPLICIT, &data, 1000);
    let two = [&one[..], &store(EXPLICIT, &data, 1000)].concat();
    let (told, shown) = with_gap(&two, 5000, 7000);
    assert!(shown.iter().any(|event| event.contains("Resynchronised")));
    assert_eq!(
        told.iter().filter(|(tag, ..)| *tag == Tag::MANUFACTURER_MODEL_NAME).count(),
        2,
        "the second image is whole"
    );
}

#[test]
fn a_gap_within_a_wanted_value_says_so_and_goes_on() {
    let stream = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 10), 16384);
    let place = stream.windows(4).position(|four| four == b"ACME").unwrap();
    let (told, shown) = with_gap(&stream, place + 1, 2);
    assert_eq!(told.iter().find(|(tag, ..)| *tag == Tag::MANUFACTURER), Some(&(Tag::MANUFACTURER, "A".into(), false)));
    assert_eq!(value(&told, Tag::DEVICE_SERIAL_NUMBER), Some("SN-12345"));
    assert!(shown.iter().any(|event| event.ends_with("end false")));
}

#[test]
fn a_gap_within_a_command_loses_that_message_only() {
    let stream = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 10), 16384);
    let place = stream.windows(8).position(|head| head == [0, 0, 0, 0, 4, 0, 0, 0]).unwrap();
    let (_, shown) = with_gap(&stream, place + 4, 20);
    assert!(!shown.iter().any(|event| event.contains("Message {")));
    assert!(shown.iter().any(|event| event.contains("ReleaseRq")));
}

#[test]
fn a_conversation_joined_within_pixels_is_found_at_the_next_message() {
    let data = ct(Encoding::ExplicitLittle, 50_000);
    let whole = [store(EXPLICIT, &data, 4096), store(EXPLICIT, &data, 4096)].concat();
    let second = whole.len() / 2;
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut told = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Gap { len: 0 }, &mut |_| ());
    tracker
        .feed(Direction::Initiator, Segment::Data(&whole[second - 20_001..]), &mut |event| collect(&event, &mut told));
    assert_eq!(value(&told, Tag::DEVICE_SERIAL_NUMBER), Some("SN-12345"));
}

#[test]
fn terms_that_were_not_seen_are_inferred_and_marked() {
    for encoding in [Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig] {
        let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
        let stream = emit::message(3, &command, Some(&ct(encoding, 100)), 50);
        let mut tracker = Tracker::new(Limits::DEFAULT);
        let mut makers = 0;
        tracker.feed(Direction::Responder, Segment::Data(&stream), &mut |event| {
            if let Event::Element { message, element, .. } = event {
                assert!(message.inferred && message.transfer_syntax.is_none());
                assert_eq!(element.encoding, encoding);
                makers += usize::from(element.tag == Tag::MANUFACTURER && element.value == b"ACME");
            }
        });
        assert_eq!(makers, 1);
    }
}

#[test]
fn a_data_set_whose_command_was_lost_is_read_if_it_starts_like_one() {
    let data = ct(Encoding::ExplicitLittle, 100);
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut told = Vec::new();
    let stream = emit::p_data(&[(1, 2, &data)]);
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| collect(&event, &mut told));
    assert_eq!(value(&told, Tag::MANUFACTURER), Some("ACME"));
    told.clear();
    let stream = emit::p_data(&[(1, 2, &data[9..])]);
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| collect(&event, &mut told));
    assert_eq!(told, []);
}

#[test]
fn a_value_longer_than_its_cap_is_cut_and_says_so() {
    let data = emit::DataSet::new(Encoding::ExplicitLittle)
        .text(Tag::SOP_CLASS_UID, Vr::UI, CT)
        .text(Tag::MANUFACTURER, Vr::LO, &[b'M'; 300])
        .text(Tag::STATION_NAME, Vr::SH, b"NEXT")
        .build();
    let stream = store(EXPLICIT, &data, 64);
    let mut tracker = Tracker::new(Limits { value_bytes: 100, ..Limits::DEFAULT });
    let mut told = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| collect(&event, &mut told));
    assert!(told.contains(&(Tag::MANUFACTURER, "M".repeat(100), false)));
    assert!(told.contains(&(Tag::STATION_NAME, "NEXT".into(), true)));
}

#[test]
fn a_pdu_over_the_cap_is_told_and_passed_over() {
    let mut rq = emit::Associate::request(b"A", b"B").context(1, CT, &[EXPLICIT]);
    for _ in 0..40 {
        rq = rq.role_selection(CT, 1, 1);
    }
    let stream = [rq.build(), emit::release_rq().to_vec()].concat();
    let mut tracker = Tracker::new(Limits { message_bytes: 500, ..Limits::DEFAULT });
    let mut kinds = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| match event {
        Event::Error { error, .. } => kinds.push(error.kind),
        Event::Pdu { pdu, .. } => assert_eq!(pdu.pdu_type().name(), Some("A-RELEASE-RQ")),
        _ => {}
    });
    assert_eq!(kinds, [Kind::Limit { limit: 500 }]);
}

#[test]
fn more_messages_under_way_than_are_held_is_told() {
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let stream: Vec<u8> = (0..20).flat_map(|number| emit::p_data(&[(number * 2 + 1, 3, &command)])).collect();
    let told = events(&stream, usize::MAX, ident::is_identity);
    assert_eq!(told.iter().filter(|event| event.contains("interleaved messages")).count(), 12);
    assert_eq!(told.iter().filter(|event| event.ends_with("end false")).count(), 20);
}

#[test]
fn a_pdv_that_overruns_its_pdu_costs_that_pdu_only() {
    let bad = emit::pdu(4, &[0, 0, 0, 99, 1, 0, 1, 2, 3]);
    let stream = [emit::release_rq().to_vec(), bad, emit::release_rq().to_vec()].concat();
    let told = events(&stream, usize::MAX, ident::is_identity);
    assert_eq!(told.iter().filter(|event| event.contains("ReleaseRq")).count(), 2, "{told:#?}");
    assert_eq!(told.iter().filter(|event| event.contains("PDV item-length")).count(), 1);
}

#[test]
fn long_lived_state_shows_no_values() {
    let stream = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 10), 100);
    let mut tracker = Tracker::with_filter(Limits::DEFAULT, |_, _| true);
    let place = stream.windows(6).position(|six| six == b"CANARY").unwrap();
    tracker.feed(Direction::Initiator, Segment::Data(&stream[..place + 8]), &mut |_| ());
    let debug = format!("{tracker:?}");
    assert!(!debug.contains("CANARY") && !debug.contains("67, 65, 78, 65"), "{debug}");
}
