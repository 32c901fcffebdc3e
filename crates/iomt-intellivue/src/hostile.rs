//! Hostile inputs: what published decoders get wrong, and what a sender with bad intent would send. All constructed.
#![allow(clippy::arithmetic_side_effects)]

use iomt_wire::Kind;
use iomt_x73::{AttributeList, Decode, OidType, nomenclature::attribute};

use crate::{
    Cursor, Verdict,
    association::Association,
    connect::ConnectIndication,
    export::{Body, DataExport},
    ident,
    message::{self, Message},
    poll::PollResult,
    probe,
    session::Spdu,
    vectors::*,
};

/// One public decoder takes the length byte DC for -36.
#[test]
fn a_length_byte_above_127_is_not_negative() {
    let (spdu, used) = Spdu::parse(ASSOCIATION_REQUEST).unwrap();
    assert_eq!((ASSOCIATION_REQUEST[1], ASSOCIATION_REQUEST[17]), (0xec, 0xdc));
    assert_eq!((used, spdu.missing(), spdu.user_data().unwrap().remaining()), (238, 0, 0xdc));
    // and within the BER: a long form of four bytes with its top bit set
    let mut bytes = ASSOCIATION_REQUEST.to_vec();
    bytes.splice(149..150, [0x84, 0xff, 0xff, 0xff, 0xff]);
    bytes[1] += 4;
    bytes[17] += 4;
    let user = Association::parse(&bytes).unwrap().0.user_information().unwrap();
    assert_eq!(user.system_type.name(), Some("client"), "what is there is read");
}

#[test]
fn a_length_of_more_than_four_bytes_or_of_none_is_an_error() {
    for length in [[0x85, 0, 0, 0, 0, 1], [0xff, 0, 0, 0, 0, 1], [0x80, 0, 0, 0, 0, 1]] {
        let mut bytes = ASSOCIATION_REQUEST.to_vec();
        bytes.splice(149..150, length);
        bytes[1] += 5;
        bytes[17] += 5;
        match Association::parse(&bytes) {
            Err(error) => assert_eq!(error.field, "BER length"),
            Ok((found, _)) => assert!(found.user_information().is_none(), "{length:02x?}"),
        }
    }
}

#[test]
fn elements_within_elements_stop_at_sixteen() {
    let nested = [0x30, 0x80].repeat(100);
    let head = b"\x0d\xff\x00\xe0\x05\x08\x13\x01\x00\x16\x01\x02\x80\x00\x14\x02\x00\x02\xc1\xff\x00\xc8";
    let bytes = [&head[..], &nested].concat();
    let error = Association::parse(&bytes).unwrap_err();
    assert_eq!(error.kind, Kind::Limit { limit: 16 });
}

#[test]
fn a_count_of_65535_reserves_and_invents_nothing() {
    let mut bytes = CONNECT_INDICATION.to_vec();
    bytes[28..30].copy_from_slice(&[0xff, 0xff]);
    let (found, _) = ConnectIndication::parse(&bytes).unwrap();
    assert_eq!((found.attribute_list().count(), found.attributes().flatten().count()), (65_535, 16));
    assert!(found.attributes().size_hint().1.unwrap() <= 386 / 4 + 1);
    assert_eq!(found.quirks().next().unwrap().name, "count-beyond-length");
    // the same in every list of a poll result, at once
    let mut bytes = POLL_RESULT.to_vec();
    for at in [46, 52, 58] {
        bytes[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    }
    let (pdu, _) = DataExport::parse(&bytes).unwrap();
    let Body::Action(action) = pdu.body().unwrap() else { panic!() };
    let poll = PollResult::read(&action).unwrap().unwrap();
    assert!(poll.observations().count() <= POLL_RESULT.len() / 6);
}

#[test]
fn lists_that_claim_the_same_bytes_again_and_again_take_linear_work() {
    // a context of objects whose lists are all empty: six bytes each, the most that fit
    let objects = 10_000_u16;
    let body: Vec<u8> = (0..objects).flat_map(|handle| [handle.to_be_bytes(), [0, 0], [0, 0]].concat()).collect();
    let length = |bytes: usize| u16::try_from(bytes).unwrap().to_be_bytes();
    let context = [&[0, 0][..], &objects.to_be_bytes(), &length(body.len()), &body].concat();
    let info =
        [&[0, 1, 0, 0, 0, 1][..], &[0xff; 8], &[0, 1, 0, 6, 0, 0], &[0xff, 0xff], &length(context.len()), &context]
            .concat();
    let action = [&[0, 0x21, 0, 0, 0, 0, 0x0c, 0x16][..], &length(info.len()), &info].concat();
    let operation = [&[0, 1, 0, 7][..], &length(action.len()), &action].concat();
    let bytes = [&[0xe1, 0, 0, 2, 0, 2][..], &length(operation.len()), &operation].concat();
    let (pdu, _) = DataExport::parse(&bytes).unwrap();
    let Body::Action(action) = pdu.body().unwrap() else { panic!() };
    let poll = PollResult::read(&action).unwrap().unwrap();
    assert_eq!((poll.observations().count(), poll.numerics().count()), (10_000, 0));
    let contexts: Vec<_> = poll.contexts.iter().collect();
    assert_eq!((contexts.len(), contexts[1].is_err()), (2, true), "the count is believed no further than the bytes go");
}

#[test]
fn an_inner_length_beyond_its_container_borrows_nothing_from_behind() {
    // the model's length reaches over the attribute's end
    let at = CONNECT_INDICATION.windows(4).position(|bytes| bytes == [0x09, 0x28, 0x00, 0x14]).unwrap();
    let mut bytes = CONNECT_INDICATION.to_vec();
    bytes[at + 4..at + 6].copy_from_slice(&[0x00, 0xff]);
    let (found, _) = ConnectIndication::parse(&bytes).unwrap();
    assert!(found.system_model().is_none());
    assert_eq!(found.attributes().flatten().count(), 16, "its neighbours are read");
    let (message, _) = message::parse(&bytes).unwrap();
    ident::facts(&message, &mut |fact| assert_ne!(fact.attribute, ident::Attribute::Model));
}

#[test]
fn roiv_lengths_two_to_four_bytes_off_do_not_move_the_fields() {
    for off in [-4_i8, -2, 2, 4] {
        let mut bytes = MDS_POLL_REQUEST.to_vec();
        bytes[7] = bytes[7].checked_add_signed(off).unwrap();
        let (Message::DataExport(pdu), _) = message::parse(&bytes).unwrap() else { panic!() };
        assert_eq!(pdu.invoke_id, 0);
        assert!(pdu.quirks().any(|quirk| quirk.name == "length-mismatch"), "{off}");
        assert!(matches!(probe(&bytes), Verdict::Yes(_)));
    }
}

#[test]
fn a_linked_result_without_its_linked_header_is_no_export() {
    let bytes = [0xe1, 0, 0, 2, 0, 5, 0, 1, 1];
    assert!(DataExport::parse(&bytes).is_err());
    let bytes = [0xe1, 0, 0, 2, 0, 5, 0xff, 0xff, 1, 1, 0, 1, 0, 7, 0xff, 0xff];
    let (pdu, used) = DataExport::parse(&bytes).unwrap();
    assert_eq!((used, pdu.missing()), (16, 65_535 - 8));
    assert!(pdu.body().is_err());
}

#[test]
fn a_bed_label_of_half_a_character_or_of_surrogates_stays_text() {
    for label in [&[0xd8, 0x00, 0x00][..], &[0xd8, 0, 0xd8, 0], &[0x00], &[]] {
        let value = [&u16::try_from(label.len()).unwrap().to_be_bytes()[..], label].concat();
        let long = u8::try_from(value.len()).unwrap();
        let list = [&[0, 1, 0, 4 + long, 0x09, 0x1e, 0, long][..], &value].concat();
        let list = AttributeList::decode(&mut Cursor::new(&list)).unwrap();
        let text: iomt_x73::WideString<'_> = list.get(attribute::ID_BED_LABEL).unwrap();
        assert!(text.to_string().chars().all(|character| !character.is_control()));
    }
    assert_eq!(OidType(0x091e), attribute::ID_BED_LABEL);
}
