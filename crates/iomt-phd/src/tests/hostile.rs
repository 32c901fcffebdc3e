//! Hostile and malformed input, by the hazards of the wire reference [constructed].

use super::*;
use crate::{
    config::Configuration,
    emit::{self, Attributes},
    stream::{Decoder, Event as Framed},
};
use iomt_wire::Limits;
use iomt_x73::RelativeTime;

#[test]
fn a_count_bomb_yields_what_is_there_and_says_so() {
    // 65535 attributes in a list of ten bytes
    let mut bytes = emit::get_result(1, Handle(0), &Attributes::new().power_status(0x8000)).unwrap();
    let at = bytes.len() - 10;
    bytes[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(facts(&bytes), [(Attribute::PowerStatus, "32768".to_owned())]);
    assert_eq!(findings(&bytes), ["attribute-id and length at byte 24: needs 4 bytes, 0 are there"]);
}

#[test]
fn an_attribute_list_that_ends_inside_its_third_item_is_reported_as_that() {
    // the malformation that the public fixture set has: a count of four, and a length that ends inside the third item
    let list = [0, 4, 0, 14, 0, 1, 0, 1, 9, 0, 2, 0, 1, 9, 0, 3, 0, 4, 1, 1, 1, 1];
    let object = [&[0, 6, 0, 1][..], &list].concat();
    let info = [&[0x40, 0][..], &emit::list([&object[..]]).unwrap()].concat();
    let choice = Choice::ROIV_CONFIRMED_EVENT_REPORT;
    let bytes = emit::event_report(1, choice, Handle(0), RelativeTime(0), crate::scan::NOTI_CONFIG, &info).unwrap();
    let found = findings(&bytes);
    assert!(found[0].starts_with("attribute-value at byte"), "{found:?}");
}

#[test]
fn six_inserted_bytes_in_a_configuration_are_found() {
    // the malformation that two files of the public fixture set have
    let mut bytes = CONFIG_REPORT.to_vec();
    let inserted = bytes[34..40].to_vec();
    let tail = bytes.split_off(40);
    bytes.extend(inserted);
    bytes.extend(tail);
    let (parsed, used) = Apdu::parse(&bytes).unwrap();
    assert_eq!((used, bytes.len(), parsed.missing()), (116, 122, 0), "the frame still ends where it says");
    assert!(!findings(&bytes).is_empty());
}

#[test]
fn an_outer_length_beyond_the_end_is_reported_as_missing_bytes() {
    let mut bytes = FIXED_SCAN.to_vec();
    bytes[3] += 2;
    let (parsed, used) = Apdu::parse(&bytes).unwrap();
    assert_eq!((used, parsed.missing()), (62, 2));
    let found = findings(&bytes);
    assert_eq!(found, ["APDU body at byte 4: needs 60 bytes, 58 are there"]);
}

#[test]
fn every_single_wrong_length_is_found() {
    // the lengths of APDU, PRST, data APDU, event information, list, and both octet strings
    for at in [3, 5, 11, 21, 29, 33, 49] {
        for change in [1_u8, 0xff] {
            let mut bytes = FIXED_SCAN.to_vec();
            bytes[at] = bytes[at].wrapping_add(change);
            let (parsed, used) = Apdu::parse(&bytes).unwrap();
            let mut found = usize::from(used < bytes.len());
            check(&parsed, &mut |_| found += 1);
            assert!(found > 0, "length at {at} changed by {change}");
        }
    }
}

#[test]
fn a_configuration_of_more_objects_than_are_kept_is_capped_and_says_so() {
    let objects: Vec<_> = (0..300_u16).map(|handle| (OidType(6), Handle(handle), Attributes::new())).collect();
    let report = emit::config_report(1, ConfigId(0x4000), &objects).unwrap();
    let (mut tracker, mut capped) = (Tracker::default(), false);
    tracker.hear(Direction::Initiator, Segment::Data(&report), &mut |event| {
        capped |= matches!(event, Event::Capped { config: ConfigId(0x4000) });
    });
    assert!(capped && tracker.configuration().unwrap().objects().len() == Limits::DEFAULT.pending);
}

#[test]
fn a_layout_of_more_values_than_are_kept_is_capped() {
    let map: Vec<(u16, u16)> = (0..5_000).map(|number| (number, 1)).collect();
    let objects = [(OidType(6), Handle(1), Attributes::new().value_map(&map))];
    let report = emit::config_report(1, ConfigId(0x4000), &objects).unwrap();
    let Ok(DataBody::EventReport(event)) = apdu(&report).data().unwrap().body() else { panic!() };
    let report = ConfigReport::read(&event).unwrap().unwrap();
    assert!(Configuration::learn(&report, &Limits::DEFAULT).is_capped());
}

#[test]
fn two_objects_with_one_handle_do_not_confuse_the_layout() {
    let object = |length| Attributes::new().value_map(&[(0x0a4c, length)]);
    let objects = [(OidType(6), Handle(1), object(2)), (OidType(6), Handle(1), object(4))];
    let report = emit::config_report(1, ConfigId(0x4000), &objects).unwrap();
    let mut tracker = Tracker::default();
    tracker.hear(Direction::Initiator, Segment::Data(&report), &mut |_| {});
    assert_eq!(tracker.configuration().unwrap().objects().len(), 1);
    let scan = emit::fixed_scan(2, 1, &[(Handle(1), &[0, 97])]).unwrap();
    let mut read = 0;
    tracker.hear(Direction::Initiator, Segment::Data(&scan), &mut |event| {
        read += usize::from(matches!(event, Event::Observation { .. }));
    });
    assert_eq!(read, 1, "the first one counts");
}

#[test]
fn data_in_another_encoding_are_named_and_not_read() {
    let mut response = AARE_UNKNOWN_CONFIG.to_vec();
    response[14] = 0x40;
    let Ok(Body::AssociationResponse(answer)) = apdu(&response).body() else { panic!() };
    assert_eq!(answer.information().unwrap().encoding_rules.names().collect::<Vec<_>>(), ["XER"]);
    let mut tracker = Tracker::default();
    tracker.hear(Direction::Initiator, Segment::Data(AARQ_SCALE), &mut |_| {});
    tracker.hear(Direction::Responder, Segment::Data(&response), &mut |_| {});
    let data = emit::apdu(ApduType::PRST, b"\x00\x12<roiv><id>1</id>..").unwrap();
    let mut seen = Vec::new();
    tracker.hear(Direction::Initiator, Segment::Data(&data), &mut |event| match event {
        Event::Apdu { is_readable, .. } => seen.push(is_readable),
        other => panic!("{other:?}"),
    });
    assert_eq!(seen, [false]);
}

#[test]
fn a_manufacturers_own_protocol_is_told_and_its_data_stay_closed() {
    let proto = [&[0xff, 0xff, 0, 20][..], &[7; 16], &[0, 2, 0xaa, 0xbb]].concat();
    let response = emit::apdu(ApduType::AARE, &[&[0, 0][..], &proto].concat()).unwrap();
    assert_eq!(findings(&response), Vec::<String>::new());
    let Ok(Body::AssociationResponse(answer)) = apdu(&response).body() else { panic!() };
    let external = answer.data_protocol.external().unwrap().unwrap();
    assert_eq!((external.uuid, external.information.rest()), ([7; 16], &[0xaa, 0xbb][..]));
    assert!(answer.information().is_none());
    let mut tracker = Tracker::default();
    let mut seen = Vec::new();
    for bytes in [&response[..], FIXED_SCAN] {
        tracker.hear(Direction::Responder, Segment::Data(bytes), &mut |event| {
            if let Event::Apdu { is_readable, .. } = event {
                seen.push(is_readable);
            }
        });
    }
    assert_eq!(seen, [true, false]);
}

#[test]
fn a_stream_is_picked_up_after_a_loss_and_the_loss_is_told() {
    let mut told = Vec::new();
    let mut decoder = Decoder::default();
    let mut visit = |event: Framed<'_>| told.push(format!("{event:?}"));
    decoder.feed(&GET_RESULT[..50], &mut visit);
    decoder.gap(20, &mut visit);
    decoder.feed(&GET_RESULT[70..], &mut visit);
    decoder.feed(FIXED_SCAN, &mut visit);
    decoder.end(&mut visit);
    assert_eq!(told, ["CutShort(50 at 0)", "Skipped(44 at 70)", "Apdu(62 bytes at 114)"]);
}

#[test]
fn an_apdu_over_the_limit_is_passed_over_and_the_next_one_is_read() {
    let limits = Limits { message_bytes: 100, ..Limits::DEFAULT };
    let mut told = Vec::new();
    let mut decoder = Decoder::new(&limits);
    let mut visit = |event: Framed<'_>| told.push(format!("{event:?}"));
    decoder.feed(&CONFIG_REPORT[..3], &mut visit);
    decoder.feed(&CONFIG_REPORT[3..40], &mut visit);
    decoder.gap(10, &mut visit);
    decoder.feed(&CONFIG_REPORT[50..], &mut visit);
    decoder.feed(ABORT, &mut visit);
    assert_eq!(told, ["TooLong(116 at 0)", "Apdu(6 bytes at 116)"]);
}

#[test]
fn an_empty_or_foreign_apdu_is_an_error_with_its_place() {
    for (bytes, field) in [(&b""[..], "APDU choice and length"), (b"\xe8\x00\x00\x00", "APDU choice")] {
        let error = Apdu::parse(bytes).unwrap_err();
        assert_eq!((error.offset, error.field), (0, field));
    }
    assert!(apdu(b"\xe2\x00\x00\x00").body().is_err() && apdu(b"\xe7\x00\x00\x00").data().is_err());
    assert!(apdu(ABORT).data().is_err());
}
