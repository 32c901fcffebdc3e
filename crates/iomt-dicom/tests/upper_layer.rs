//! Every PDU, item and sub-item: written and read back, with whatever stands in the bytes that mean nothing. Constructed.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::pdu::{Item, ItemType, Pdu, QueryNegotiation, RetrieveNegotiation, StorageNegotiation, UserItem};
use iomt_dicom::{emit, ident};
use proptest::prelude::*;

/// Writes a parsed PDU again, from nothing but what its view gives.
fn rebuild(pdu: &Pdu<'_>) -> Vec<u8> {
    match pdu {
        Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate) => {
            let start = emit::Associate::request(b"", b"").bare();
            let start =
                if matches!(pdu, Pdu::AssociateAc(_)) { emit::Associate::accept(b"", b"").bare() } else { start };
            associate
                .items()
                .map(Result::unwrap)
                .fold(start, |builder, item| builder.item_with(item.item_type.0, item.reserved, item.value))
                .version(associate.protocol_version())
                .reserved(associate.reserved_header(), *associate.reserved_version(), *associate.reserved_area())
                .titles(*associate.called_ae_raw(), *associate.calling_ae_raw())
                .build()
        }
        Pdu::AssociateRj(reject) => {
            let [header, six] = reject.reserved;
            emit::pdu_with(3, header, &[six, reject.result, reject.source, reject.reason])
        }
        Pdu::PData(data) => {
            let fragments: Vec<_> =
                data.pdvs().map(Result::unwrap).map(|pdv| (pdv.context_id, pdv.header, pdv.data)).collect();
            let mut bytes = emit::p_data(&fragments);
            bytes[1] = data.reserved_header();
            bytes
        }
        Pdu::ReleaseRq(release) | Pdu::ReleaseRp(release) => {
            let length = usize::try_from(release.length).unwrap();
            emit::pdu_with(pdu.pdu_type().0, release.reserved[0], &release.reserved[1..1 + length])
        }
        Pdu::Abort(abort) => {
            let [header, six, seven] = abort.reserved;
            emit::pdu_with(7, header, &[six, seven, abort.source, abort.reason])
        }
        other => panic!("{other:?}"),
    }
}

fn names(bytes: &[u8]) -> Vec<(&'static str, usize)> {
    let mut names = Vec::new();
    Pdu::parse(bytes).unwrap().0.quirks(&mut |quirk| names.push((quirk.name, quirk.offset)));
    names
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

/// One user information sub-item as its type and decoded parts.
#[derive(Clone, Debug)]
enum User {
    Maximum(u32),
    Class(Vec<u8>),
    Window(u16, u16),
    Role(Vec<u8>, u8, u8),
    Version(Vec<u8>),
    Extended(Vec<u8>, Vec<u8>),
    Common(u8, Vec<u8>, Vec<u8>, Vec<Vec<u8>>),
    Identity(u8, u8, Vec<u8>, Vec<u8>),
    Response(Vec<u8>),
    Unknown(u8, Vec<u8>),
}

fn user() -> impl Strategy<Value = User> {
    prop_oneof![
        any::<u32>().prop_map(User::Maximum),
        bytes(70).prop_map(User::Class),
        any::<(u16, u16)>().prop_map(|(a, b)| User::Window(a, b)),
        (bytes(70), any::<u8>(), any::<u8>()).prop_map(|(uid, scu, scp)| User::Role(uid, scu, scp)),
        bytes(20).prop_map(User::Version),
        (bytes(70), bytes(20)).prop_map(|(uid, info)| User::Extended(uid, info)),
        (any::<u8>(), bytes(70), bytes(70), prop::collection::vec(bytes(70), 0..4))
            .prop_map(|(version, sop, service, related)| User::Common(version, sop, service, related)),
        (any::<u8>(), any::<u8>(), bytes(300), bytes(60))
            .prop_map(|(kind, wish, a, b)| User::Identity(kind, wish, a, b)),
        bytes(300).prop_map(User::Response),
        (prop_oneof![0x00_u8..0x51, 0x5a..=0xff_u8], bytes(40)).prop_map(|(kind, value)| User::Unknown(kind, value)),
    ]
}

fn add(builder: emit::Associate, user: &User) -> emit::Associate {
    match user {
        User::Maximum(length) => builder.max_pdu_length(*length),
        User::Class(uid) => builder.implementation_class_uid(uid),
        User::Window(invoked, performed) => builder.asynchronous_operations_window(*invoked, *performed),
        User::Role(uid, scu, scp) => builder.role_selection(uid, *scu, *scp),
        User::Version(name) => builder.implementation_version_name(name),
        User::Extended(uid, information) => builder.extended_negotiation(uid, information),
        User::Common(0, sop, service, related) => {
            let related: Vec<&[u8]> = related.iter().map(Vec::as_slice).collect();
            builder.common_extended_negotiation(sop, service, &related)
        }
        User::Common(version, sop, service, related) => {
            let counted = |bytes: &[u8]| {
                let mut out = u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
                out.extend(bytes);
                out
            };
            let list: Vec<u8> = related.iter().flat_map(|uid| counted(uid)).collect();
            builder.user_item_with(0x57, *version, &[counted(sop), counted(service), counted(&list)].concat())
        }
        User::Identity(kind, wish, primary, secondary) => builder.user_identity(*kind, *wish, primary, secondary),
        User::Response(response) => builder.user_identity_response(response),
        User::Unknown(kind, value) => builder.user_item(*kind, value),
    }
}

fn of(item: &UserItem<'_>, reserved: u8) -> User {
    match item {
        UserItem::MaximumLength(length) => User::Maximum(*length),
        UserItem::ImplementationClassUid(uid) => User::Class(uid.to_vec()),
        UserItem::AsynchronousOperationsWindow { invoked, performed } => User::Window(*invoked, *performed),
        UserItem::RoleSelection { sop_class, scu, scp } => User::Role(sop_class.to_vec(), *scu, *scp),
        UserItem::ImplementationVersionName(name) => User::Version(name.to_vec()),
        UserItem::ExtendedNegotiation { sop_class, information } => {
            User::Extended(sop_class.to_vec(), information.to_vec())
        }
        UserItem::CommonExtendedNegotiation(common) => {
            assert_eq!(common.version, reserved);
            let related = common.related().map(<[u8]>::to_vec).collect();
            User::Common(common.version, common.sop_class.to_vec(), common.service_class.to_vec(), related)
        }
        UserItem::UserIdentity(identity) => {
            let (primary, secondary) = (identity.primary.reveal().to_vec(), identity.secondary.reveal().to_vec());
            User::Identity(identity.identity_type, identity.response_requested, primary, secondary)
        }
        UserItem::UserIdentityResponse(response) => User::Response(response.reveal().to_vec()),
        UserItem::Other { item_type, value } => User::Unknown(item_type.0, value.reveal().to_vec()),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn every_user_item_reads_back_as_it_was_written(users in prop::collection::vec(user(), 0..12), request: bool) {
        let start = if request { emit::Associate::request(b"A", b"B") } else { emit::Associate::accept(b"A", b"B") };
        let written = users.iter().fold(start, add).build();
        let (pdu, taken) = Pdu::parse(&written).unwrap();
        prop_assert_eq!(taken, written.len());
        let (Pdu::AssociateRq(associate) | Pdu::AssociateAc(associate)) = pdu else { panic!() };
        let read: Vec<User> = associate
            .user_information()
            .map(Result::unwrap)
            .map(|item| of(&UserItem::decode(&item), item.reserved))
            .collect();
        prop_assert_eq!(format!("{read:?}"), format!("{users:?}"));
        prop_assert_eq!(rebuild(&pdu), written);
    }

    #[test]
    fn an_association_is_written_again_to_the_last_reserved_byte(
        request: bool,
        fixed: [u8; 4],
        area: [u8; 32],
        called: [u8; 16],
        calling: [u8; 16],
        version: u16,
        items in prop::collection::vec((prop_oneof![Just(0x10_u8), Just(0x20), Just(0x21), Just(0x50), any::<u8>()], any::<u8>(), bytes(60)), 0..8),
    ) {
        let start = if request { emit::Associate::request(b"", b"") } else { emit::Associate::accept(b"", b"") };
        let [header, a, b, _] = fixed;
        let start = start.bare().version(version).reserved(header, [a, b], area).titles(called, calling);
        let written =
            items.iter().fold(start, |builder, (kind, reserved, value)| builder.item_with(*kind, *reserved, value)).build();
        let (pdu, taken) = Pdu::parse(&written).unwrap();
        prop_assert_eq!(taken, written.len());
        pdu.quirks(&mut |quirk| assert!(quirk.offset <= written.len()));
        prop_assert_eq!(rebuild(&pdu), written);
    }

    #[test]
    fn short_pdus_and_fragments_are_written_again(
        kind in prop_oneof![Just(3_u8), Just(5), Just(6), Just(7)],
        header: u8,
        body: [u8; 4],
        fragments in prop::collection::vec((any::<u8>(), any::<u8>(), bytes(40)), 0..6),
    ) {
        let written = emit::pdu_with(kind, header, &body);
        prop_assert_eq!(rebuild(&Pdu::parse(&written).unwrap().0), written);
        let borrowed: Vec<_> = fragments.iter().map(|(id, control, data)| (*id, *control, &data[..])).collect();
        let mut written = emit::p_data(&borrowed);
        written[1] = header;
        prop_assert_eq!(rebuild(&Pdu::parse(&written).unwrap().0), written);
    }
}

#[test]
fn real_pdus_are_written_again_byte_for_byte() {
    for text in STREAMS {
        let stream = hex(text);
        let mut rest = &stream[..];
        while !rest.is_empty() {
            let (pdu, taken) = Pdu::parse(rest).unwrap();
            assert_eq!(rebuild(&pdu), rest[..taken]);
            rest = &rest[taken..];
        }
    }
}

#[test]
fn a_json_web_token_is_read_and_never_shown() {
    let token = b"CANARY.eyJhbGciOiJub25lIn0.x";
    let bytes = emit::Associate::request(b"A", b"B").user_identity(5, 1, token, b"").build();
    let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let Some(Ok(UserItem::UserIdentity(identity))) = rq.user_items().next() else { panic!() };
    assert_eq!((identity.type_name(), identity.primary.reveal()), (Some("JSON Web Token"), &token[..]));
    let told =
        [format!("{:?}", rq.user_items().next()), format!("{rq:?}"), events(&bytes, 7, ident::is_identity).join("")];
    assert!(told.iter().all(|text| !text.contains("CANARY") && !text.contains("67, 65, 78")), "{told:?}");
}

#[test]
fn a_user_identity_that_is_cut_short_is_still_a_secret() {
    let value = [&[2, 1, 0, 6][..], b"CANARY", &[0, 99], b"CANARY"].concat();
    let bytes = emit::Associate::request(b"A", b"B").user_item(0x58, &value).build();
    let (pdu, _) = Pdu::parse(&bytes).unwrap();
    let Pdu::AssociateRq(rq) = pdu else { panic!() };
    let Some(Ok(item @ UserItem::Other { item_type: ItemType::USER_IDENTITY, .. })) = rq.user_items().next() else {
        panic!()
    };
    assert!(!format!("{item:?}").contains("67, 65, 78, 65"), "{item:?}");
    assert!(names(&bytes).iter().any(|(name, _)| *name == "broken-user-item"));
}

#[test]
fn bytes_behind_a_sub_item_are_told_and_the_sub_item_is_read() {
    let value = [&16384_u32.to_be_bytes()[..], &[0, 0]].concat();
    let bytes = emit::Associate::request(b"A", b"B").user_item(0x51, &value).build();
    let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!(rq.max_pdu_length(), Some(16384));
    assert!(names(&bytes).contains(&("trailing-bytes", 103)), "{:?}", names(&bytes));
}

#[test]
fn reserved_bytes_order_and_lengths_are_quirks_at_their_place() {
    assert_eq!(names(&emit::release_rq()), []);
    assert_eq!(names(&emit::reject(1, 1, 3)), []);
    assert_eq!(names(&emit::abort(0, 99)), [], "the reason means nothing when the user aborts");
    assert_eq!(names(&emit::pdu_with(5, 0, &[0, 0, 7, 0])), [("reserved-not-zero", 8)]);
    assert_eq!(names(&emit::pdu_with(6, 9, &[])), [("length-not-four", 2), ("reserved-not-zero", 1)]);
    assert_eq!(
        names(&emit::pdu_with(7, 0, &[0, 1, 2, 3, 4])),
        [("length-not-four", 2), ("reserved-not-zero", 7), ("unknown-reason", 8)]
    );
    assert_eq!(names(&emit::pdu_with(3, 0, &[0, 3, 1, 1])), [("unknown-reason", 7)]);
    assert_eq!(
        names(&emit::p_data(&[(2, 3, b"x"), (1, 0x83, b"")])),
        [("even-context-id", 6), ("reserved-bits", 13), ("empty-fragment", 13)]
    );
    let rq = emit::Associate::request(b"A", b"B")
        .context(1, b"1.2.840.10008.1.1x", &[b"1.2.840.10008.1.2"])
        .item(0x21, &[1, 0, 0, 0])
        .user_item_with(0x55, 1, b"NAME")
        .user_identity_response(b"")
        .build();
    let told: Vec<_> = names(&rq).into_iter().map(|(name, _)| name).collect();
    for name in ["uid-repertoire", "unknown-item", "reserved-not-zero", "misplaced-user-item", "missing-maximum-length"]
    {
        assert!(told.contains(&name), "{name} in {told:?}");
    }
}

#[test]
fn application_information_is_read_by_its_service() {
    let storage = StorageNegotiation::read(&[2, 0, 3, 0, 1, 0]).unwrap();
    assert_eq!((storage.level, storage.signature, storage.coercion), (2, 3, 1));
    assert_eq!(StorageNegotiation::read(&[2, 0, 3]), None);
    let query = QueryNegotiation::read(&[1, 1, 0]);
    assert_eq!((query.relational, query.fuzzy_names, query.time_zone), (Some(1), Some(0), None));
    let retrieve = RetrieveNegotiation::read(&[1]);
    assert_eq!((retrieve.relational, retrieve.multi_frame), (Some(1), None));
}

#[test]
fn an_unknown_item_in_between_is_kept_and_passed_over() {
    let bytes = emit::Associate::request(b"A", b"B")
        .item(0x77, b"from a later edition")
        .context(1, CT, &[IMPLICIT])
        .max_pdu_length(4096)
        .build();
    let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    assert_eq!(rq.presentation_contexts().count(), 1);
    assert_eq!(rq.max_pdu_length(), Some(4096));
    let unknown: Vec<Item<'_>> =
        rq.items().map(Result::unwrap).filter(|item| item.item_type == ItemType(0x77)).collect();
    assert_eq!(unknown[0].value, b"from a later edition");
}

/// Adds to the length of the item or sub-item at `at`, and takes nothing else.
fn lengthened(mut bytes: Vec<u8>, at: usize, by: u16) -> Vec<u8> {
    let length = u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]) + by;
    bytes[at + 2..at + 4].copy_from_slice(&length.to_be_bytes());
    bytes
}

#[test]
fn user_information_that_overruns_its_pdu_is_read_as_far_as_it_goes_and_told() {
    let bytes = emit::Associate::accept(b"A", b"B")
        .max_pdu_length(16384)
        .implementation_class_uid(b"2.999.1")
        .implementation_version_name(b"NAME_1")
        .build();
    let at = bytes.windows(4).position(|four| four == [0x50, 0, 0, 29]).unwrap();
    for by in [1, 14, 0x7000] {
        let bytes = lengthened(bytes.clone(), at, by);
        let (Pdu::AssociateAc(ac), taken) = Pdu::parse(&bytes).unwrap() else { panic!() };
        assert_eq!(taken, bytes.len());
        assert_eq!(ac.max_pdu_length(), Some(16384));
        assert_eq!(ac.implementation_class_uid(), Some(&b"2.999.1"[..]));
        assert_eq!(ac.implementation_version_name(), Some(&b"NAME_1"[..]));
        let item = ac.items().flatten().last().unwrap();
        assert_eq!((item.missing(), item.value.len()), (by.into(), 29));
        assert!(names(&bytes).contains(&("length-beyond-its-container", at + 2)), "{:?}", names(&bytes));
        let told = events(&bytes, 7, ident::is_identity);
        assert!(told.iter().any(|event| event.contains("length-beyond-its-container")), "{told:?}");
    }
}

#[test]
fn every_item_that_overruns_its_container_is_clipped_to_it_and_told_at_its_length() {
    // As the last item of the PDU, and as the last sub-item of user information and of a presentation context.
    // Whatever it is the value of, what it holds is whole.
    let value = b"\x01\0\0\x0b\x02\0\0\x072.999.1";
    let in_pdu =
        (0..=0xff_u8).map(|kind| (kind, emit::Associate::request(b"A", b"B").bare().item(kind, value).build()));
    let in_user = (0x51..=0x5a).map(|kind| (kind, emit::Associate::request(b"A", b"B").user_item(kind, value).build()));
    let within = |kind| [&[1, 0, 0, 0, kind, 0, 0, 15][..], value].concat();
    let in_context = [0x30, 0x40, 0x77]
        .map(|kind| (kind, emit::Associate::request(b"A", b"B").bare().item(0x20, &within(kind)).build()));
    for (kind, bytes) in in_pdu.chain(in_user).chain(in_context) {
        let at = bytes.len() - value.len() - 4;
        assert_eq!(bytes[at], kind);
        let bytes = lengthened(bytes, at, 3);
        let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
        let contexts = rq.presentation_contexts().flatten().flat_map(|context| context.sub_items());
        let all: Vec<Item<'_>> = rq.items().chain(rq.user_information()).chain(contexts).flatten().collect();
        let clipped: Vec<_> = all.iter().filter(|item| item.missing() != 0).collect();
        assert_eq!(clipped.len(), 1, "{kind:02x}: {all:?}");
        assert_eq!((clipped[0].item_type.0, clipped[0].offset, clipped[0].value), (kind, at, &value[..]));
        assert!(names(&bytes).contains(&("length-beyond-its-container", at + 2)), "{kind:02x}: {:?}", names(&bytes));
    }
}

#[test]
fn a_list_of_related_classes_that_breaks_is_read_to_its_end_and_told() {
    for (list, related) in [
        (&b"\0\x05\0\x03\x32\x2e\x39"[..], &[&b"2.9"[..]][..]),
        (b"\0\x05\0\x09\x32\x2e\x39", &[b"2.9"]),
        (b"\0\x06\0\x03\x32\x2e\x39\0", &[b"2.9"]),
        (b"\0\x02\0\x03", &[b""]),
    ] {
        let value = [&b"\0\x02\x31\x2e\0\x02\x32\x2e"[..], list].concat();
        let bytes = emit::Associate::request(b"A", b"B").user_item(0x57, &value).build();
        let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
        let Some(Ok(UserItem::CommonExtendedNegotiation(common))) = rq.user_items().next() else { panic!() };
        assert_eq!(common.related().collect::<Vec<_>>(), related);
        let is_whole = list.starts_with(b"\0\x05\0\x03");
        assert_eq!(names(&bytes).iter().any(|(name, _)| *name == "broken-related-classes"), !is_whole, "{list:?}");
    }
}

#[test]
fn a_second_user_information_item_is_looked_at_too() {
    let bytes = emit::Associate::request(b"A", b"B").bare().item(0x50, b"").item(0x50, b"\x51\0\0\x09\0\0").build();
    let told = names(&bytes);
    assert!(told.iter().any(|(name, _)| *name == "repeated-item"), "{told:?}");
    assert!(told.contains(&("length-beyond-its-container", 84)), "{told:?}");
    let (Pdu::AssociateRq(rq), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let second = rq.items().flatten().last().unwrap();
    assert_eq!(second.sub_items().flatten().count(), 1);
}

#[test]
fn a_fragment_that_overruns_its_pdu_ends_with_it_and_is_told() {
    let command = emit::Command::request(iomt_dicom::CommandField::C_ECHO_RQ, CT, 1, false).build();
    let mut bytes = emit::p_data(&[(1, 3, &command)]);
    bytes[9] += 4; // as if the item length counted itself
    let (Pdu::PData(data), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
    let pdv = data.pdvs().next().unwrap().unwrap();
    assert_eq!((pdv.data, pdv.missing()), (&command[..], 4));
    assert_eq!(names(&bytes), [("length-beyond-its-container", 6)]);
    let told = events(&[hex(V1), bytes].concat(), 7, ident::is_identity);
    assert!(told.iter().any(|event| event.contains("PDV item-length")), "{told:?}");
    assert!(told.iter().any(|event| event.contains("CommandField(48)")), "{told:?}");
}
