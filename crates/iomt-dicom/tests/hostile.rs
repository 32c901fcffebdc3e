//! Inputs made to hurt: they end, in linear time and bounded memory.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::{
    CommandField, CommandSet, DataSet, Direction, Encoding, Kind, Limits, Pdu, Segment, Tag, Tracker, Vr, emit, ident,
};

/// Runs a data set through every reader.
fn read(data: &[u8], encoding: Encoding) -> Vec<String> {
    let set = DataSet::new(data, encoding);
    let _ = set.elements().flatten().map(|element| element.items().count()).sum::<usize>();
    let _ = (set.walk().count(), set.identity().count());
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let stream = emit::message(1, &command, Some(data), 16384);
    let mut tracker = Tracker::with_filter(Limits::DEFAULT, |_, _| true);
    let mut errors = Vec::new();
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |event| {
        if let iomt_dicom::Event::Error { error, .. } = event {
            errors.push(error.to_string());
        }
    });
    errors
}

#[test]
fn sequences_a_hundred_thousand_deep_stop_at_the_limit() {
    for (head, encoding) in [
        (&b"\x40\0\x75\x02SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff"[..], Encoding::ExplicitLittle),
        (b"\x40\0\x75\x02UN\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff", Encoding::ExplicitLittle),
        (b"\x40\0\x75\x02\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff", Encoding::ImplicitLittle),
    ] {
        // What is within UN is implicit, so only the outermost can be written with letters.
        let data = if head.windows(2).any(|two| two == b"UN") {
            [head, &b"\x40\0\x75\x02\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff".repeat(100_000)].concat()
        } else {
            head.repeat(100_000)
        };
        let error = DataSet::new(&data, encoding).elements().next().unwrap().unwrap_err();
        assert!(matches!(error.kind, Kind::Limit { .. }), "{error}");
        assert!(!read(&data, encoding).is_empty());
    }
}

#[test]
fn a_million_empty_items_are_counted_through() {
    let mut data = emit::DataSet::new(Encoding::ExplicitLittle).header(Tag::UDI_SEQUENCE, Vr::SQ, u32::MAX).build();
    data.extend(b"\xfe\xff\0\xe0\0\0\0\0".repeat(1_000_000));
    data.extend(b"\xfe\xff\xdd\xe0\0\0\0\0");
    let set = DataSet::new(&data, Encoding::ExplicitLittle);
    assert_eq!(set.elements().next().unwrap().unwrap().items().count(), 1_000_000);
    assert_eq!(set.walk().count(), 1);
    assert_eq!(read(&data, Encoding::ExplicitLittle), Vec::<String>::new());
    data.extend(b"\x08\0\x70\0LO\0\0".repeat(100_000));
    let errors = read(&data, Encoding::ExplicitLittle);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].ends_with("over the limit of 1048576"), "{errors:?}");
}

#[test]
fn lengths_of_four_gigabytes_are_lengths_and_nothing_else() {
    for vr in [Vr::OB, Vr::UT, Vr::SQ, Vr::UN] {
        for length in [u32::MAX - 1, u32::MAX, 0x8000_0000] {
            let data = emit::DataSet::new(Encoding::ExplicitLittle)
                .header(Tag::new(0x0009, 0x1001), vr, length)
                .raw(&[0; 40])
                .build();
            read(&data, Encoding::ExplicitLittle);
        }
    }
    for kind in 0..=8 {
        let head = [kind, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 3, 0, 0];
        assert!(Pdu::parse(&head).is_err());
        events(&head.repeat(50), usize::MAX, ident::is_identity);
    }
}

#[test]
fn a_million_tiny_fragments_are_linear() {
    let fragment = [0, 0, 0, 2, 1, 0];
    let stream = emit::pdu(4, &fragment.repeat(1_000_000));
    let mut told = 0;
    Tracker::new(Limits::DEFAULT).feed(Direction::Initiator, Segment::Data(&stream), &mut |event| {
        told += usize::from(!matches!(event, iomt_dicom::Event::Pdv { .. }));
    });
    assert!(told < 10, "{told}");
    let stream = emit::p_data(&[(1, 1, b"")]).repeat(200_000);
    let mut tracker = Tracker::new(Limits::DEFAULT);
    tracker.feed(Direction::Initiator, Segment::Data(&stream), &mut |_| ());
}

#[test]
fn an_endless_command_is_cut_off() {
    let stream = emit::p_data(&[(1, 1, &[0; 4096])]).repeat(64);
    let told = events(&stream, 1000, ident::is_identity);
    assert_eq!(told.iter().filter(|event| event.contains("command set")).count(), 1);
}

#[test]
fn a_request_of_empty_items_is_linear() {
    let mut body = vec![0; 68];
    body[1] = 1;
    body.extend([0x20, 0, 0, 4, 1, 0, 0, 0].repeat(100_000));
    let bytes = emit::pdu(1, &body);
    let (pdu, _) = Pdu::parse(&bytes).unwrap();
    pdu.quirks(&mut |_| ());
    let told = events(&bytes, usize::MAX, ident::is_identity);
    assert!(told.len() < 40);
}

#[test]
fn zeros_and_ones_and_fours_are_searched_in_linear_time() {
    for byte in [0, 1, 2, 4, 7, 0xff] {
        let noise = vec![byte; 4 << 20];
        events(&noise, 1460, ident::is_identity);
    }
    events(&[4, 0, 0, 0].repeat(1 << 20), 1460, ident::is_identity);
    events(&[4, 0, 0, 0, 0, 20, 0, 0, 0, 16, 1, 0].repeat(1 << 16), 1460, ident::is_identity);
}

#[test]
fn an_inner_length_never_leads_out_of_its_item() {
    for item_type in 0x51..=0x59 {
        for length in [0_u16, 1, 3, 0xffff] {
            let [a, b] = length.to_be_bytes();
            let bytes = emit::Associate::request(b"A", b"B").user_item(item_type, &[a, b, 0xff, 0xff]).build();
            let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
            assert!(rq.user_items().all(|item| item.is_ok()));
            assert_eq!(rq.user_items().count(), 1);
        }
    }
}

#[test]
fn a_command_set_that_does_not_fill_its_bytes_is_refused() {
    let bytes = emit::Command::request(CommandField::C_ECHO_RQ, CT, 1, false).build();
    assert!(CommandSet::parse(&bytes).is_ok());
    assert!(CommandSet::parse(&bytes[..bytes.len() - 1]).is_err());
    assert!(CommandSet::parse(b"").is_err());
    assert!(CommandSet::parse(b"\x08\0\0\0\0\0\0\0").is_err());
}
