//! Each deviation alone, in something that is otherwise in order: it is told, at its place, and nothing else is. All constructed.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CT, EXPLICIT, IMPLICIT, hex};
use iomt_dicom::file::Part10;
use iomt_dicom::{CommandField, CommandSet, DataSet, Encoding, Pdu, Tag, Vr, emit};

type Told = Vec<(&'static str, usize)>;

fn of_pdu(bytes: &[u8]) -> Told {
    let mut told = Vec::new();
    Pdu::parse(bytes).unwrap().0.quirks(&mut |quirk| told.push((quirk.name, quirk.offset)));
    told
}

/// A request without user information yet.
fn request() -> emit::Associate {
    emit::Associate::request(b"PACS", b"CT01").context(1, CT, &[IMPLICIT])
}

fn user(request: emit::Associate) -> Vec<u8> {
    request.max_pdu_length(16384).implementation_class_uid(b"1.2").implementation_version_name(b"N").build()
}

#[test]
fn of_a_request() {
    let titles = |called: &[u8; 16]| request().titles(*called, *b"CT01            ");
    let other = |called: &[u8]| emit::Associate::request(called, b"CT01").context(1, CT, &[IMPLICIT]);
    let syntax = [&[0x40, 0, 0, 17][..], IMPLICIT].concat();
    let with_sub_item = [&[3, 0, 0, 0, 0x30, 0, 0, 25][..], CT, &syntax, &[0x31, 0, 0, 0]].concat();
    let without_abstract = [&[3, 0, 0, 0][..], &syntax].concat();
    let named = |uid: &[u8], version: &[u8]| {
        request().max_pdu_length(1).implementation_class_uid(uid).implementation_version_name(version).build()
    };
    let end = user(request()).len();
    let bare = || request().bare();
    let cases: [(&str, usize, Vec<u8>); 22] = [
        ("reserved-not-zero", 1, user(request().reserved(1, [0; 2], [0; 32]))),
        ("reserved-not-zero", 8, user(request().reserved(0, [0, 1], [0; 32]))),
        ("reserved-not-zero", 42, user(request().reserved(0, [0; 2], [1; 32]))),
        ("version-bits", 6, user(request().version(3))),
        ("empty-ae-title", 10, user(other(b""))),
        ("lower-case-ae-title", 10, user(other(b"Pacs"))),
        ("left-padded-ae-title", 10, user(other(b" PACS"))),
        ("nul-padded-ae-title", 10, user(titles(b"PACS\0\0\0\0\0\0\0\0\0\0\0\0"))),
        ("ae-title-repertoire", 10, user(other(b"PA\\CS"))),
        ("other-application-context", 74, user(request().application_context(b"1.2"))),
        ("missing-application-context", end - 25, user(bare())),
        ("missing-presentation-context", end - 58, user(emit::Associate::request(b"PACS", b"CT01"))),
        ("missing-user-information", 157, bare().item(0x10, b"1.2.840.10008.3.1.1.1").build()),
        ("even-context-id", 157, user(request().context(2, CT, &[IMPLICIT]))),
        ("repeated-context-id", 157, user(request().context(1, CT, &[IMPLICIT]))),
        ("reserved-not-zero", 157, user(request().context_with(3, [0, 0xff, 0], CT, &[IMPLICIT]))),
        ("missing-transfer-syntax", 157, user(request().context(3, CT, &[]))),
        ("unknown-sub-item", 215, user(request().item(0x20, &with_sub_item))),
        ("missing-abstract-syntax", 157, user(request().item(0x20, &without_abstract))),
        ("unknown-user-item", 161, user(request().user_item(0x60, b""))),
        ("uid-length", 169, named(&[b'1'; 65], b"N")),
        ("version-name-length", 176, named(b"1.2", &[b'N'; 17])),
    ];
    assert_eq!(of_pdu(&user(request())), []);
    for (name, at, bytes) in cases {
        let told = of_pdu(&bytes);
        // The order of items changes where they are left out and put in again.
        let told: Told = told.into_iter().filter(|(name, _)| *name != "item-order").collect();
        assert_eq!(told, [(name, at)]);
    }
    assert_eq!(of_pdu(&named(b"1.2 ", b"N")), [("space-padded-uid", 169)]);
    assert_eq!(of_pdu(&named(b"1.2\0", b"N")), [("nul-padded-uid", 169)]);
    let cut = [&user(request())[6..], &[0x60, 0]].concat();
    assert_eq!(of_pdu(&emit::pdu(1, &cut)), [("broken-items", end)]);
}

#[test]
fn of_fragments() {
    assert_eq!(of_pdu(&emit::p_data(&[(1, 3, b"x")])), []);
    assert_eq!(of_pdu(&emit::pdu(4, &[0, 0, 0, 1, 1, 3])), [("broken-pdv", 6)]);
    assert_eq!(of_pdu(&emit::pdu(4, &[0, 0, 0, 9, 1, 3, 0])), [("length-beyond-its-container", 6)]);
    assert_eq!(of_pdu(&emit::pdu_with(4, 1, &[0, 0, 0, 3, 1, 3, 0])), [("reserved-not-zero", 1)]);
}

#[test]
fn of_a_command_set() {
    let told = |command: &emit::Command| {
        let (bytes, mut told) = (command.build(), Vec::new());
        CommandSet::parse(&bytes).unwrap().quirks(&mut |quirk| told.push(quirk.name));
        told
    };
    let request = || emit::Command::request(CommandField::C_ECHO_RQ, b"1.2", 1, false);
    assert_eq!(told(&request()), [""; 0]);
    assert_eq!(told(&request().u16(Tag::PRIORITY, 0)), ["tags-not-ascending"]);
    assert_eq!(told(&emit::Command::request(CommandField(0x77), b"1.2", 1, false)), ["unknown-command"]);
    assert_eq!(told(&emit::Command::request(CommandField::C_ECHO_RQ, b"1.2 ", 1, false)), ["space-padded-uid"]);
    let empty = emit::Command::empty();
    assert_eq!(told(&empty), ["missing-command-field", "missing-data-set-type"]);
    let answer = empty.u16(Tag::COMMAND_FIELD, CommandField::C_ECHO_RSP.0).u16(Tag::COMMAND_DATA_SET_TYPE, 0x101);
    assert_eq!(told(&answer), ["missing-status"]);
    let without_length = hex("00000001020000003000 0000000802000000 0101");
    let mut told = Vec::new();
    CommandSet::parse(&without_length).unwrap().quirks(&mut |quirk| told.push(quirk.name));
    assert_eq!(told, ["missing-group-length"]);
}

#[test]
fn of_a_data_set() {
    let told = |bytes: &[u8], encoding| {
        let mut told: Told = Vec::new();
        DataSet::new(bytes, encoding).quirks(&mut |quirk| told.push((quirk.name, quirk.offset)));
        told
    };
    let set = || emit::DataSet::new(Encoding::ExplicitLittle).text(Tag::MODALITY, Vr::CS, b"CT");
    let explicit = |set: emit::DataSet| told(&set.build(), Encoding::ExplicitLittle);
    assert_eq!(explicit(set().text(Tag::MANUFACTURER, Vr::LO, b"ACME")), []);
    for (name, at, set) in [
        ("odd-length", 10, set().element(Tag::MANUFACTURER, Vr::LO, b"ACM")),
        ("tags-not-ascending", 10, set().text(Tag::SOP_CLASS_UID, Vr::UI, CT)),
        ("invalid-vr", 10, set().raw(b"\x08\0\x70\0\0\0\0\0\x02\0\0\0AB")),
        ("vr-not-of-the-dictionary", 10, set().text(Tag::MANUFACTURER, Vr::SH, b"ACME")),
        ("stray-delimiter", 10, set().header(Tag::SEQUENCE_DELIMITATION_ITEM, Vr::UN, 0)),
        ("uid-padded-with-space", 10, set().element(Tag::STUDY_INSTANCE_UID, Vr::UI, b"1.2 ")),
        ("text-padded-with-nul", 10, set().element(Tag::MANUFACTURER, Vr::LO, b"ACM\0")),
        ("retired-group-length", 10, set().element(Tag::new(0x0010, 0), Vr::UL, &[0; 4])),
        ("trailing-bytes", 10, set().raw(&[0; 12])),
    ] {
        assert_eq!(explicit(set), [(name, at)]);
    }
    let implicit = emit::DataSet::new(Encoding::ImplicitLittle).text(Tag::MODALITY, Vr::CS, b"CT").build();
    assert_eq!(told(&implicit, Encoding::ExplicitLittle), [("encoding-not-as-negotiated", 0)]);
}

#[test]
fn of_a_preamble() {
    let data = emit::DataSet::new(Encoding::ExplicitLittle).text(Tag::MODALITY, Vr::CS, b"CT").build();
    let mut file = emit::part10(EXPLICIT, CT, b"2.999.1", &data);
    for (head, name) in [(&b"II*\0"[..], "preamble-tiff"), (b"MM\0*", "preamble-tiff"), (b"MZ", "preamble-executable")]
    {
        file[..4].fill(0);
        file[..head.len()].copy_from_slice(head);
        let mut told = Vec::new();
        Part10::parse(&file).unwrap().quirks(&mut |quirk| told.push(quirk.name));
        assert_eq!(told, [name]);
    }
}
