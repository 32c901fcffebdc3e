//! What is written parses back to the same values, and the vectors are written byte for byte.
#![allow(clippy::arithmetic_side_effects)]

use iomt_wire::Result;
use iomt_x73::{
    AbsoluteTime, FloatType, Handle, ManagedObjectId, MeasurementState, NuObsValue, OidType, RelativeTime, SaObsValue,
    SpecType, Type, nomenclature::attribute as id,
};
use proptest::prelude::*;

use super::{Attributes, ConnectIndicationBuilder, association, export};
use crate::{
    Language, Localization, NetworkAddress, Service,
    association::{StartupMode, SystemType},
    connect::{ConnectIndication, NomenclatureVersion},
    export::{Body, CommandType, DataExport, ErrorValue, Linked, RoType},
    ident::{self, Value},
    mds::{MDS, NOM_NOTI_MDS_CREAT},
    message::{self, Message},
    poll::{PollRequest, PollResult},
    probe,
    session::Spdu,
    vectors::*,
};

const THE_MDS: ManagedObjectId =
    ManagedObjectId { class: MDS, instance: iomt_x73::GlobalHandle { mds_context: 0, handle: Handle(0) } };

fn pdu(bytes: &[u8]) -> DataExport<'_> {
    let (message, used) = message::parse(bytes).unwrap();
    assert_eq!(used, bytes.len());
    assert!(probe(bytes).is_at_least(60));
    let Message::DataExport(pdu) = message else { panic!("{message:?}") };
    assert_eq!((pdu.quirks().next(), pdu.missing()), (None, 0));
    pdu
}

#[test]
fn the_real_indication_is_written_back_byte_for_byte() {
    let (found, _) = ConnectIndication::parse(CONNECT_INDICATION).unwrap();
    assert_eq!(ConnectIndicationBuilder::copy_of(&found).build().unwrap(), CONNECT_INDICATION);
}

#[test]
fn the_published_association_messages_are_written_byte_for_byte() {
    let profile = Attributes::new().poll_profile(RelativeTime(2500), 2500, 1000, 0x8c00_0000);
    // request, abort [public fixture]; accept, refuse, release [constructed from the public layout]
    assert_eq!(association::request(&association::User::client(profile.clone())).unwrap(), ASSOCIATION_REQUEST);
    let server =
        association::User { startup_mode: StartupMode::COLD, wide: true, ..association::User::server(profile) };
    assert_eq!(association::accept(&server).unwrap(), ASSOCIATION_ACCEPT);
    assert_eq!(association::refuse(1), *REFUSE);
    assert_eq!(association::release_request(), RELEASE_REQUEST);
    assert_eq!(association::release_response(), RELEASE_RESPONSE);
    assert_eq!(association::abort(), ABORT);
}

#[test]
fn the_published_data_export_messages_are_written_byte_for_byte() {
    // result and request [public fixture], event [constructed]
    assert_eq!(
        export::event_result(1, THE_MDS, RelativeTime(0x000a_bd00), NOM_NOTI_MDS_CREAT).unwrap(),
        MDS_CREATE_RESULT
    );
    let poll = export::poll_request(0, THE_MDS, 1, Type::new(1, 0x21), OidType(0), None);
    assert_eq!(poll.unwrap(), MDS_POLL_REQUEST);
    let attributes = Attributes::new()
        .system_id(&[0, 0x09, 0xfb, 0xff, 0xff, 0x11, 0x22, 0x33])
        .system_model(b"Philips", b"866062")
        .number(id::MODE_OP, 0x4000);
    assert_eq!(export::mds_create(1, THE_MDS, RelativeTime(800), &attributes).unwrap(), MDS_CREATE);
}

#[test]
fn the_real_linked_poll_result_is_written_back_up_to_the_cut_of_its_last_object() {
    let Body::Action(action) = pdu(POLL_RESULT).body().unwrap() else { panic!() };
    let poll = PollResult::read(&action).unwrap().unwrap();
    let mut builder = export::PollResultBuilder::new(poll.poll_number, poll.time, poll.object_type)
        .absolute_time(poll.absolute_time)
        .attribute_group(poll.attribute_group)
        .linked(Linked { state: 1, count: 1 });
    for context in poll.contexts.iter().flatten() {
        for object in context.observations.iter().flatten() {
            builder = builder.object(context.mds_context, object.handle, &Attributes::copy_of(&object.attributes));
        }
    }
    assert_eq!(builder.build(1, THE_MDS).unwrap(), POLL_RESULT);
}

#[test]
fn lengths_of_the_asn1_are_short_of_one_byte_and_of_two() {
    for bytes in [20, 90, 150, 300] {
        let profiles = Attributes::new().attribute(OidType(0x0102), &vec![0; bytes]);
        for wide in [false, true] {
            let user = association::User { wide, ..association::User::client(profiles.clone()) };
            let written = association::request(&user).unwrap();
            let (Message::AssociationRequest(found), used) = message::parse(&written).unwrap() else { panic!() };
            assert_eq!((used, found.spdu().missing()), (written.len(), 0), "{bytes}");
            let user = found.user_information().unwrap();
            assert_eq!((user.system_type, user.profiles.body().remaining()), (SystemType::CLIENT, bytes + 4));
            assert!(probe(&written).is_at_least(80));
        }
    }
}

#[test]
fn get_set_their_results_and_errors_read_back() {
    let written = export::get(7, THE_MDS, &[id::ID_MODEL, id::SYS_ID]).unwrap();
    let Body::Get { attributes, object, .. } = pdu(&written).body().unwrap() else { panic!() };
    assert_eq!((object, attributes.iter().flatten().collect::<Vec<_>>()), (THE_MDS, vec![id::ID_MODEL, id::SYS_ID]));
    let written = export::set(8, THE_MDS, &[(0, id::MODE_OP, &[0x40, 0])]).unwrap();
    let Body::Set { modifications, .. } = pdu(&written).body().unwrap() else { panic!() };
    let change = modifications.iter().next().unwrap().unwrap();
    assert_eq!((change.modify_operator, change.attribute.id, change.attribute.value), (0, id::MODE_OP, &[0x40, 0][..]));
    let attributes = Attributes::new().system_model(b"Acme", b"M1");
    for command in [CommandType::GET, CommandType::CONFIRMED_SET] {
        let written = export::attributes_result(7, command, THE_MDS, &attributes).unwrap();
        let Body::Attributes { attributes, .. } = pdu(&written).body().unwrap() else { panic!() };
        assert_eq!(attributes.count(), 1);
    }
    let written = export::error(9, ErrorValue::ACCESS_DENIED, &[]).unwrap();
    assert_eq!((pdu(&written).ro_type, pdu(&written).error_value()), (RoType::ROER, Some(ErrorValue::ACCESS_DENIED)));
}

#[test]
fn an_extended_poll_and_its_answer_read_back() {
    let options = Attributes::new().attribute(id::TIME_PD_POLL, &[0, 0, 0x1f, 0x40]);
    let request = export::poll_request(5, THE_MDS, 2, Type::new(1, 6), OidType(0x0803), Some(&options)).unwrap();
    let Body::Action(action) = pdu(&request).body().unwrap() else { panic!() };
    let found = PollRequest::read(&action).unwrap().unwrap();
    assert_eq!((found.poll_number, found.attribute_group, found.options.count()), (2, OidType(0x0803), 1));
    let result = export::PollResultBuilder::new(2, RelativeTime(8), Type::new(1, 6)).extended(77);
    let result = result.object(0, Handle(9), &Attributes::new()).object(1, Handle(10), &Attributes::new());
    let written = result.build(5, THE_MDS).unwrap();
    let Body::Action(action) = pdu(&written).body().unwrap() else { panic!() };
    let found = PollResult::read(&action).unwrap().unwrap();
    assert_eq!(
        (found.sequence_number, found.absolute_time, found.contexts.count()),
        (Some(77), AbsoluteTime::UNKNOWN, 2)
    );
    assert_eq!(found.observations().map(|object| object.handle).collect::<Vec<_>>(), [Handle(9), Handle(10)]);
}

#[test]
fn a_bed_label_is_a_fact_wherever_it_stands() {
    let announced = Attributes::new().announced_bed_label("Bett 12");
    let indication = ConnectIndicationBuilder::new().attributes(announced).build().unwrap();
    let of_the_mds = Attributes::new().bed_label("Bett 12");
    let created = export::mds_create(1, THE_MDS, RelativeTime(1), &of_the_mds).unwrap();
    for bytes in [indication, created] {
        let (message, _) = message::parse(&bytes).unwrap();
        let mut labels = Vec::new();
        ident::facts(&message, &mut |fact| {
            if let (ident::Attribute::BedLabel, Value::Utf16(text)) = (fact.attribute, fact.value) {
                labels.push((text.to_string(), bytes[fact.offset + 1]));
            }
        });
        assert_eq!(labels, [("Bett 12".to_string(), b'B')]);
    }
}

#[test]
fn a_system_identifier_of_six_bytes_is_a_fact_and_one_of_zeros_is_none() {
    let facts = |identifier: &[u8]| {
        let attributes = Attributes::new().system_id(identifier);
        let bytes = export::mds_create(1, THE_MDS, RelativeTime(1), &attributes).unwrap();
        let (message, _) = message::parse(&bytes).unwrap();
        let mut found = Vec::new();
        ident::facts(&message, &mut |fact| found.push(format!("{:?}", fact.value)));
        found.into_iter().filter(|fact| !fact.starts_with(char::is_numeric)).collect::<Vec<_>>()
    };
    assert_eq!(facts(&[0, 9, 0xfb, 1, 2, 3]), ["Octets([00, 09, fb, 01, 02, 03])"]);
    assert_eq!(facts(&[0; 8]), [""; 0]);
    assert_eq!(facts(&[1; 17]), [""; 0]);
}

#[test]
fn what_does_not_fit_is_an_error() {
    let build = |bytes: usize, more: Attributes| {
        ConnectIndicationBuilder::new().attributes(more.attribute(OidType(1), &vec![0; bytes])).build()
    };
    assert!(build(65_536, Attributes::new()).is_err());
    assert!(build(40_000, Attributes::new()).is_ok());
    assert!(build(40_000, Attributes::new().attribute(OidType(1), &[0; 40_000])).is_err());
    let most = 65_535 - 6 - 14 - 4 - 4;
    assert!(build(most, Attributes::new()).is_ok() && build(most + 1, Attributes::new()).is_err());
    let many = (0..20_000).fold(export::PollResultBuilder::new(1, RelativeTime(0), Type::new(1, 6)), |result, _| {
        result.object(0, Handle(1), &Attributes::new())
    });
    assert!(many.build(1, THE_MDS).is_err());
    let number =
        NuObsValue { physio_id: OidType(1), state: MeasurementState(0), unit_code: OidType(0), value: FloatType(0) };
    assert!(Attributes::new().compound(&[number; 7_000]).list().is_err());
}

fn number() -> impl Strategy<Value = NuObsValue> {
    (any::<u16>(), any::<u16>(), any::<u16>(), any::<u32>()).prop_map(|(physio, state, unit, value)| NuObsValue {
        physio_id: OidType(physio),
        state: MeasurementState(state),
        unit_code: OidType(unit),
        value: FloatType(value),
    })
}

proptest! {
    #[test]
    fn an_indication_parses_to_what_was_written(
        major: u8, minor: u8, ticks: u32, mac: [u8; 6], ipv4: [u8; 4], netmask: [u8; 4], eui64: [u8; 8], ipv6: [u8; 16],
        language: u16, code: u16, maker in "[A-Za-z]{1,20}", model in "[0-9A-Z]{1,20}", serial in "[0-9A-Z]{1,30}",
        ports in prop::collection::vec(any::<(u16, u16, u16, u16)>(), 0..8),
    ) {
        let services: Vec<_> = ports
            .iter()
            .map(|&(application, transport, port, options)| Service { application, transport, port, options })
            .collect();
        let address = NetworkAddress { mac, ipv4, netmask };
        let localization =
            Localization { text_catalog_revision: ticks, language: Language(language), string_format: 11 };
        let version = NomenclatureVersion { major, minor };
        let attributes = Attributes::new()
            .network_address(address)
            .services(&services)
            .system_id(&eui64)
            .ipv6_address(ipv6)
            .system_type(Type::new(1, code))
            .localization(localization)
            .system_model(maker.as_bytes(), model.as_bytes())
            .production_spec(&[(SpecType::SERIAL_NUMBER, 8, serial.as_bytes())]);
        let bytes = ConnectIndicationBuilder::new()
            .nomenclature_version(version)
            .uptime(RelativeTime(ticks))
            .attributes(attributes)
            .build()
            .unwrap();
        prop_assert!(probe(&bytes).is_at_least(100));
        let (found, used) = ConnectIndication::parse(&bytes).unwrap();
        prop_assert_eq!((used, found.missing(), found.quirks().count()), (bytes.len(), 0, 0));
        prop_assert_eq!((found.nomenclature_version(), found.uptime()), (version, RelativeTime(ticks)));
        prop_assert_eq!((found.network_address(), found.ipv6_address()), (Some(address), Some(ipv6)));
        prop_assert_eq!(found.services().iter().map(Result::unwrap).collect::<Vec<_>>(), services);
        prop_assert_eq!(found.system_id().unwrap().bytes, &eui64[..]);
        prop_assert_eq!((found.system_type(), found.localization()), (Some(Type::new(1, code)), Some(localization)));
        let named = found.system_model().unwrap();
        prop_assert_eq!(named.manufacturer.text(), maker.as_bytes());
        prop_assert_eq!(named.model_number.text(), model.as_bytes());
        let line = found.production_spec().iter().next().unwrap().unwrap();
        prop_assert_eq!(line.prod_spec.text(), serial.as_bytes());
        prop_assert_eq!(ConnectIndicationBuilder::copy_of(&found).build().unwrap(), bytes);
    }

    #[test]
    fn measured_numbers_and_waves_read_back(
        objects in prop::collection::vec((any::<u16>(), number(), prop::collection::vec(number(), 0..4)), 0..6),
        samples in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let wave = SaObsValue { physio_id: OidType(0x0101), state: MeasurementState(0), samples: &samples };
        let mut builder = export::PollResultBuilder::new(1, RelativeTime(1), Type::new(1, 6));
        let mut wanted = Vec::new();
        for (handle, one, many) in &objects {
            let attributes = Attributes::new().numeric(one).compound(many).wave(&wave);
            builder = builder.object(0, Handle(*handle), &attributes);
            wanted.extend(core::iter::once(one).chain(many).map(|value| (Handle(*handle), *value)));
        }
        let bytes = builder.build(1, THE_MDS).unwrap();
        let Body::Action(action) = pdu(&bytes).body().unwrap() else { panic!() };
        let poll = PollResult::read(&action).unwrap().unwrap();
        let found: Vec<_> = poll.numerics().map(|measured| (measured.handle, measured.value)).collect();
        prop_assert_eq!(found, wanted);
        prop_assert_eq!(poll.waves().count(), objects.len());
        prop_assert!(poll.waves().all(|measured| measured.value.samples == wave && measured.value.spec.is_none()));
        prop_assert_eq!(poll.alarms().count(), 0);
    }

    #[test]
    fn an_association_reads_back(period: u32, rx: u32, tx: u32, extension: u32, wide: bool, accept: bool) {
        let profiles = Attributes::new().poll_profile(RelativeTime(period), rx, tx, extension);
        let user = if accept { association::User::server(profiles) } else { association::User::client(profiles) };
        let user = association::User { wide, ..user };
        let bytes = if accept { association::accept(&user) } else { association::request(&user) }.unwrap();
        let (message, used) = message::parse(&bytes).unwrap();
        let (Message::AssociationRequest(found) | Message::AssociationAccept(found)) = message else { panic!() };
        prop_assert_eq!((used, found.is_accept(), found.spdu().wide), (bytes.len(), accept, wide || bytes.len() > 256));
        let said = found.user_information().unwrap();
        prop_assert_eq!((said.system_type, said.startup_mode), (user.system_type, user.startup_mode));
        let profile = said.poll_profile().unwrap();
        prop_assert_eq!((profile.min_poll_period, profile.max_mtu_rx, profile.max_mtu_tx), (RelativeTime(period), rx, tx));
        prop_assert_eq!(profile.extension(), Some(extension));
        prop_assert!(Spdu::parse(&bytes).is_ok());
    }
}
