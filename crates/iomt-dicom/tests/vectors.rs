//! The vectors of the wire reference and real PDUs, read field by field.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::pdu::{self, UserItem};
use iomt_dicom::{CommandField, CommandSet, DataSet, Encoding, Pdu, Status, Tag, Verdict, Vr};

#[test]
fn v1_an_association_request() {
    let bytes = hex(V1);
    let (Pdu::AssociateRq(rq), taken) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!(taken, 182);
    assert_eq!((rq.called_ae(), rq.calling_ae()), (&b"ANY-SCP"[..], &b"UNIT_CT1"[..]));
    assert_eq!(rq.called_ae_raw(), b"ANY-SCP         ");
    assert_eq!((rq.protocol_version(), rq.reserved_area()), (1, &[0; 32]));
    assert_eq!(rq.application_context(), Some(&b"1.2.840.10008.3.1.1.1"[..]));
    assert_eq!(rq.max_pdu_length(), Some(16384));
    assert_eq!(rq.implementation_class_uid(), Some(&b"2.999.1"[..]));
    assert_eq!(rq.implementation_version_name(), Some(&b"TEST_1"[..]));
    let contexts: Vec<_> = rq.presentation_contexts().map(Result::unwrap).collect();
    assert_eq!(contexts.len(), 1);
    assert_eq!((contexts[0].id, contexts[0].reserved, contexts[0].result()), (1, [0; 3], None));
    assert_eq!(contexts[0].abstract_syntax(), Some(&b"1.2.840.10008.1.1"[..]));
    assert_eq!(contexts[0].transfer_syntaxes().collect::<Vec<_>>(), [b"1.2.840.10008.1.2"]);
    let types: Vec<u8> = rq.items().map(|item| item.unwrap().item_type.0).collect();
    assert_eq!(types, [0x10, 0x20, 0x50]);
    let types: Vec<u8> = rq.user_items().map(|item| item.unwrap().item_type().0).collect();
    assert_eq!(types, [0x51, 0x52, 0x55]);
    assert!(pdu::probe(&bytes).is_at_least(64));
}

#[test]
fn v2_an_acceptance_whose_rejected_context_has_no_transfer_syntax() {
    let bytes = hex(V2);
    let (Pdu::AssociateAc(ac), 169) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let contexts: Vec<_> = ac.presentation_contexts().map(Result::unwrap).collect();
    assert!(contexts[0].is_accepted());
    assert_eq!(contexts[0].transfer_syntax(), Some(&b"1.2.840.10008.1.2"[..]));
    assert_eq!((contexts[1].id, contexts[1].result()), (3, Some(pdu::ContextResult::ABSTRACT_SYNTAX_NOT_SUPPORTED)));
    assert_eq!(contexts[1].transfer_syntax(), None);
    let mut quirks = 0;
    Pdu::AssociateAc(ac).quirks(&mut |_| quirks += 1);
    assert_eq!(quirks, 0, "leaving it out of a rejected context is common and allowed");
    assert!(pdu::probe(&bytes).is_at_least(40));
}

#[test]
fn v3_v7_v8_v9_the_short_pdus() {
    let parse = |text| {
        let bytes = hex(text);
        assert!(matches!(pdu::probe(&bytes), Verdict::Yes(_)));
        let (pdu, taken) = Pdu::parse(&bytes).unwrap();
        assert_eq!(taken, 10);
        format!("{pdu:?}")
    };
    let bytes = hex(V3);
    let (Pdu::AssociateRj(reject), 10) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!((reject.result, reject.source, reject.reason), (1, 1, 7));
    assert_eq!(reject.reason_name(), Some("called AE title not recognized"));
    assert_eq!(parse(V7), "ReleaseRq(Release { reserved: [0, 0, 0, 0, 0], length: 4 })");
    assert_eq!(parse(V8), "ReleaseRp(Release { reserved: [0, 0, 0, 0, 0], length: 4 })");
    let bytes = hex(V9);
    let (Pdu::Abort(abort), 10) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!(abort.reason_name(), Some("unexpected PDU"));
    assert_eq!(parse(V3), "AssociateRj(Reject { result: 1, source: 1, reason: 7, reserved: [0, 0], length: 4 })");
    assert_eq!(parse(V9), "Abort(Abort { source: 2, reason: 2, reserved: [0, 0, 0], length: 4 })");
}

#[test]
fn v4_and_v5_an_echo_and_its_answer() {
    let bytes = hex(V4);
    let (Pdu::PData(data), 80) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let pdv = data.pdvs().next().unwrap().unwrap();
    assert_eq!((pdv.context_id, pdv.header, pdv.command, pdv.last, pdv.offset), (1, 3, true, true, 12));
    let command = CommandSet::parse(pdv.data).unwrap();
    assert_eq!(command.command_field(), Some(CommandField::C_ECHO_RQ));
    assert_eq!(command.message_id(), Some(1));
    assert_eq!(command.affected_sop_class(), Some(&b"1.2.840.10008.1.1"[..]));
    assert!(!command.has_data_set());
    assert_eq!(command.status(), None);

    let bytes = hex(V5);
    let (Pdu::PData(data), 90) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let command = CommandSet::parse(data.pdvs().next().unwrap().unwrap().data).unwrap();
    assert_eq!(command.command_field(), Some(CommandField::C_ECHO_RSP));
    assert!(CommandField::C_ECHO_RSP.is_response());
    assert_eq!(command.message_id_being_responded_to(), Some(1));
    assert_eq!(command.status().map(Status::class), Some("success"));
}

#[test]
fn v6_a_command_in_two_fragments_of_one_pdu() {
    let bytes = hex(V6);
    let (Pdu::PData(data), 86) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let pdvs: Vec<_> = data.pdvs().map(Result::unwrap).collect();
    assert_eq!(pdvs.iter().map(|pdv| (pdv.data.len(), pdv.last)).collect::<Vec<_>>(), [(20, false), (48, true)]);
    let told = events(&bytes, usize::MAX, iomt_dicom::ident::is_identity);
    assert!(told.iter().any(|event| event.contains("CommandField(48)")), "{told:?}");
}

fn user_item(text: &str) -> Vec<u8> {
    let item = hex(text);
    let body = [&[0, 1][..], &[0; 66], &[0x50, 0, 0, u8::try_from(item.len()).unwrap()], &item].concat();
    iomt_dicom::emit::pdu(1, &body)
}

#[test]
fn v10_to_v13_user_information() {
    let with = |text: &str, check: &dyn Fn(UserItem<'_>)| {
        let bytes = user_item(text);
        let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
        check(rq.user_items().next().unwrap().unwrap());
    };
    with(V10, &|item| {
        let UserItem::UserIdentity(user) = item else { panic!() };
        assert_eq!((user.identity_type, user.response_requested), (2, 1));
        assert_eq!((user.primary.reveal(), user.secondary.reveal()), (&b"u"[..], &b"p"[..]));
        assert!(!format!("{user:?}").contains('['), "no bytes of a passcode in Debug");
    });
    with(V11, &|item| {
        let UserItem::CommonExtendedNegotiation(common) = item else { panic!() };
        assert_eq!((common.version, common.sop_class), (0, &b"2.999.2"[..]));
        assert_eq!(common.service_class, b"1.2.840.10008.4.2");
        assert_eq!(common.related().collect::<Vec<_>>(), [b"2.999.3"]);
    });
    with(V12, &|item| {
        let UserItem::RoleSelection { sop_class: CT, scu: 1, scp: 1 } = item else { panic!() };
    });
    with(V13, &|item| {
        let UserItem::AsynchronousOperationsWindow { invoked: 5, performed: 3 } = item else { panic!() };
    });
}

#[test]
fn v14_and_v15_one_element_in_two_encodings() {
    for (text, encoding) in [(V14, Encoding::ExplicitLittle), (V15, Encoding::ImplicitLittle)] {
        let bytes = hex(text);
        let element = DataSet::new(&bytes, encoding).elements().next().unwrap().unwrap();
        assert_eq!((element.tag, element.vr, element.value), (Tag::MANUFACTURER, Vr::LO, &b"ACME"[..]));
        assert_eq!(Encoding::infer(bytes.first_chunk().unwrap()), Some(encoding));
    }
}

#[test]
fn v16_a_sequence_of_undefined_length() {
    let bytes = hex(V16);
    let data = DataSet::new(&bytes, Encoding::ExplicitLittle);
    let sequence = data.elements().next().unwrap().unwrap();
    assert!(sequence.is_sequence() && sequence.is_undefined_length());
    assert_eq!(sequence.value.len(), 28);
    let items: Vec<_> = sequence.items().map(Result::unwrap).collect();
    assert_eq!(items.len(), 1);
    let inner = items[0].elements().next().unwrap().unwrap();
    assert_eq!((inner.tag, inner.value, inner.offset), (Tag::MANUFACTURER, &b"ACME"[..], 20));
    assert_eq!(data.elements().count(), 1);
    let mut walk = data.walk();
    let outer = walk.next().unwrap().unwrap();
    assert_eq!((outer.depth, outer.element.tag), (0, Tag::new(0x0040, 0x0275)));
    assert_eq!(walk.enclosing(&outer), []);
    let inner = walk.next().unwrap().unwrap();
    assert_eq!((inner.depth, inner.element.offset), (1, 20));
    assert_eq!(walk.enclosing(&inner), [Tag::new(0x0040, 0x0275)]);
    assert!(walk.next().is_none());
    assert_eq!(data.identity().count(), 0, "this sequence holds no equipment");
}

#[test]
fn v17_a_private_creator_is_identity_and_its_data_are_not() {
    let bytes = hex(V17);
    let told: Vec<_> = DataSet::new(&bytes, Encoding::ExplicitLittle).identity().map(|entry| entry.unwrap()).collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].element.tag, told[0].element.text()), (Tag::new(0x0009, 0x0010), &b"GEMS_IDEN_01"[..]));
}

#[test]
fn v18_encapsulated_pixels_end_the_identity_scan() {
    let bytes = hex(V18);
    let data = DataSet::new(&bytes, Encoding::ExplicitLittle);
    let pixels = data.elements().next().unwrap().unwrap();
    let fragments: Vec<_> = pixels.items().map(|item| item.unwrap().bytes()).collect();
    assert_eq!(fragments, [&b""[..], b"\xff\xd8\xff\xd9"]);
    assert_eq!(data.identity().count(), 0);
    assert_eq!(data.walk().map(Result::unwrap).count(), 1);
}

#[test]
fn v19_a_kanji_is_not_split() {
    let bytes = hex(V19);
    let element = DataSet::new(&bytes, Encoding::ExplicitLittle).elements().next().unwrap().unwrap();
    assert_eq!(element.values().count(), 1);
}

#[test]
fn dcmtk_shows_the_reserved_byte_it_is_known_by() {
    let bytes = hex(DCMTK_REQUESTOR);
    let (pdu @ Pdu::AssociateRq(rq), 211) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!(rq.presentation_contexts().next().unwrap().unwrap().reserved, [0, 0xff, 0]);
    assert_eq!(rq.implementation_class_uid(), Some(&b"1.2.276.0.7230010.3.0.3.6.7"[..]));
    assert_eq!(rq.implementation_version_name(), Some(&b"OFFIS_DCMTK_367"[..]));
    let mut quirks = Vec::new();
    pdu.quirks(&mut |quirk| quirks.push(quirk.to_string()));
    assert_eq!(quirks, ["presentation context reserved at byte 99: reserved-not-zero"]);
}

#[test]
fn dcmjs_offers_two_syntaxes_in_one_context() {
    let bytes = hex(DCMJS_RQ);
    let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let context = rq.presentation_contexts().next().unwrap().unwrap();
    assert_eq!(context.transfer_syntaxes().collect::<Vec<_>>(), [IMPLICIT, EXPLICIT]);
    assert_eq!(rq.implementation_version_name(), Some(&b"DCMJS-DIMSE-V0.2"[..]));
    assert_eq!(rq.max_pdu_length(), Some(262_144));
}

#[test]
fn need_counts_from_the_head_of_the_pdu() {
    let bytes = hex(V1);
    assert_eq!(pdu::need(&[]).map(|need| need.get()), Some(6));
    assert_eq!(pdu::need(&bytes[..10]).map(|need| need.get()), Some(182));
    assert_eq!(pdu::need(&bytes), None);
}

#[test]
fn what_else_speaks_first_on_a_socket_is_not_dicom() {
    for other in
        [&b"GET / HTTP/1.1\r\n"[..], b"SSH-2.0-OpenSSH_9.2\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01", b"\x0bMSH|^~\\&|"]
    {
        assert_eq!(pdu::probe(other), Verdict::No, "{other:?}");
    }
    assert!(matches!(pdu::probe(b"\x01"), Verdict::More(_)));
    // A binary start with the right type but an absurd length: that alone is no sign.
    assert_eq!(pdu::probe(b"\x01\x00\xff\xff\xff\xff\x00\x00"), Verdict::No);
    assert_eq!(pdu::probe(&[&b"\x01\x00\xff\xff\xff\xff\x00\x01\0\0"[..], &[0x20; 90]].concat()), Verdict::No);
}

#[test]
fn an_associate_of_absurd_length_is_known_by_its_application_context() {
    for vector in [V1, V2] {
        let mut bytes = hex(vector);
        bytes[2..6].copy_from_slice(&[0xff; 4]);
        for cut in 0..80 {
            assert!(matches!(pdu::probe(&bytes[..cut]), Verdict::More(_)), "{cut}");
        }
        assert!(pdu::probe(&bytes).is_at_least(48));
        let told = events(&bytes, 7, iomt_dicom::ident::is_identity);
        assert!(told[0].contains("PDU-length") && told[0].contains("4294967295"), "{told:?}");
        assert_eq!(told.len(), 1, "once: {told:?}");
    }
}

#[test]
fn quirks_of_a_sloppy_request_are_told_once_each() {
    let bytes = iomt_dicom::emit::Associate::request(b"any-scp", b" CT\0")
        .version(3)
        .application_context(b"2.999")
        .context(2, b"1.2.840.10008.1.1\0", &[])
        .context(2, b"1.2.840.10008.1.1\0", &[])
        .item(0x66, b"")
        .item(0x11, b"")
        .user_item(0x51, b"\0\0")
        .build();
    let (pdu, _) = Pdu::parse(&bytes).unwrap();
    let mut names = Vec::new();
    pdu.quirks(&mut |quirk| names.push(quirk.name));
    assert_eq!(
        names,
        [
            "lower-case-ae-title",
            "left-padded-ae-title",
            "version-bits",
            "other-application-context",
            "unknown-item",
            "item-order",
            "even-context-id",
            "nul-padded-uid",
            "missing-transfer-syntax",
            "repeated-context-id",
            "broken-user-item",
            "missing-implementation-uid",
            "missing-maximum-length",
        ]
    );
}
