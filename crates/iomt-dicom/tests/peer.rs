//! The same bytes read by dicom-rs, an independent implementation.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use dicom_core::dictionary::DataDictionary as _;
use dicom_core::header::Header as _;
use iomt_dicom::pdu::UserItem;
use iomt_dicom::{DataSet, Encoding, Pdu, Tag, emit, ident};

fn dicom_ul(bytes: &[u8]) -> dicom_ul::Pdu {
    dicom_ul::pdu::read_pdu(bytes, 1 << 20, false).unwrap().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

#[test]
fn requests_read_as_dicom_ul_reads_them() {
    let many = (0..128_u8).fold(emit::Associate::request(b"PACS", b"MANY"), |rq, number| {
        rq.context(number.wrapping_mul(2).wrapping_add(1), CT, &[IMPLICIT, EXPLICIT, BIG])
    });
    let many = many.max_pdu_length(16384).implementation_class_uid(b"2.999.1").build();
    for bytes in [hex(V1), hex(DCMTK_REQUESTOR), hex(DCMJS_RQ), many] {
        let (Pdu::AssociateRq(ours), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
        let dicom_ul::Pdu::AssociationRQ(theirs) = dicom_ul(&bytes) else { panic!() };
        assert_eq!(text(ours.called_ae()), theirs.called_ae_title);
        assert_eq!(text(ours.calling_ae()), theirs.calling_ae_title);
        assert_eq!(ours.protocol_version(), theirs.protocol_version);
        assert_eq!(text(ours.application_context().unwrap()), theirs.application_context_name);
        let contexts: Vec<_> = ours.presentation_contexts().map(Result::unwrap).collect();
        assert_eq!(contexts.len(), theirs.presentation_contexts.len());
        for (ours, theirs) in contexts.iter().zip(&theirs.presentation_contexts) {
            assert_eq!(ours.id, theirs.id);
            assert_eq!(text(ours.abstract_syntax().unwrap()), theirs.abstract_syntax);
            assert!(ours.transfer_syntaxes().map(text).eq(theirs.transfer_syntaxes.iter().map(String::as_str)));
        }
        assert_eq!(ours.user_items().count(), theirs.user_variables.len());
        for (ours, theirs) in ours.user_items().map(Result::unwrap).zip(&theirs.user_variables) {
            use dicom_ul::pdu::UserVariableItem as Theirs;
            match (ours, theirs) {
                (UserItem::MaximumLength(ours), Theirs::MaxLength(theirs)) => assert_eq!(ours, *theirs),
                (UserItem::ImplementationClassUid(ours), Theirs::ImplementationClassUID(theirs)) => {
                    assert_eq!(text(ours), theirs);
                }
                (UserItem::ImplementationVersionName(ours), Theirs::ImplementationVersionName(theirs)) => {
                    assert_eq!(text(ours), theirs);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn acceptances_read_as_dicom_ul_reads_them() {
    let bytes = hex(DCMTK_ACCEPTOR);
    let (Pdu::AssociateAc(ours), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let dicom_ul::Pdu::AssociationAC(theirs) = dicom_ul(&bytes) else { panic!() };
    for (ours, theirs) in ours.presentation_contexts().map(Result::unwrap).zip(&theirs.presentation_contexts) {
        assert_eq!((ours.id, ours.is_accepted()), (theirs.id, true));
        assert_eq!(text(ours.transfer_syntax().unwrap()), theirs.transfer_syntax);
    }
}

#[test]
fn elements_read_as_dicom_object_reads_them() {
    for (syntax, encoding) in [(EXPLICIT, Encoding::ExplicitLittle), (IMPLICIT, Encoding::ImplicitLittle)] {
        let data = ct(encoding, 64);
        let file = emit::part10(syntax, CT, b"2.999.1.2.3", &data);
        let theirs = dicom_object::from_reader(&file[..]).unwrap();
        let ours: Vec<_> = DataSet::new(&data, encoding).elements().map(Result::unwrap).collect();
        assert_eq!(ours.len(), theirs.iter().count());
        for (ours, theirs) in ours.iter().zip(theirs.iter()) {
            assert_eq!((ours.tag.group, ours.tag.element), (theirs.tag().group(), theirs.tag().element()));
            if let Some(items) = theirs.items() {
                assert_eq!(ours.items().count(), items.len(), "{}", ours.tag);
            } else if let Ok(bytes) = theirs.to_bytes() {
                let ours: &[u8] = if ours.tag == Tag::PIXEL_DATA { ours.value } else { ours.text() };
                assert_eq!(
                    ours.trim_ascii_end(),
                    bytes.trim_ascii_end().strip_suffix(b"\0").unwrap_or(&bytes).trim_ascii_end()
                );
            }
        }
    }
}

#[test]
fn keywords_are_those_of_the_standard_dictionary() {
    let mut known = 0;
    for group in (0..=0x0060).chain([0x2110, 0x300a, 0x7fe0]) {
        for element in 0..=u16::MAX {
            let Some(keyword) = ident::keyword(Tag::new(group, element)) else { continue };
            let entry = dicom_dictionary_std::StandardDataDictionary.by_tag(dicom_core::Tag(group, element));
            assert_eq!(entry.map(|entry| entry.alias), Some(keyword), "({group:04x},{element:04x})");
            known += 1;
        }
    }
    assert!(known > 100);
}
