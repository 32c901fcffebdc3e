//! What the vectors say, message by message.
#![allow(clippy::arithmetic_side_effects)]

use iomt_x73::{FloatValue, Handle, NuObsValueCmp, OidType, RelativeTime, Type, nomenclature::attribute};

use crate::{
    Verdict,
    association::{StartupMode, SystemType},
    component_name,
    connect::{ConnectIndication, NomenclatureVersion},
    export::{Body, CommandType, DataExport, RoType},
    ident::{self, Attribute, Fact, Value},
    mds::MdsCreate,
    message::{self, Message},
    poll::{PollRequest, PollResult},
    probe,
    session::Spdu,
    vectors::*,
};

fn facts(bytes: &[u8]) -> Vec<Fact<'_>> {
    let (message, _) = message::parse(bytes).unwrap();
    let mut found = Vec::new();
    ident::facts(&message, &mut |fact| found.push(fact));
    found
}

/// Appendix vector A.1 [real, anonymised].
mod connect_indication {
    use super::*;

    fn indication() -> ConnectIndication<'static> {
        let (indication, used) = ConnectIndication::parse(CONNECT_INDICATION).unwrap();
        assert_eq!(used, 418);
        indication
    }

    #[test]
    fn the_real_header_reads_as_the_reference_says() {
        let found = indication();
        assert_eq!(found.nomenclature_version(), NomenclatureVersion { major: 1, minor: 0 });
        assert_eq!(found.uptime(), RelativeTime(0x0945_7f00));
        assert_eq!(found.uptime().nanoseconds(), 19_443_680_000_000);
        assert_eq!((found.object().class, found.invoke_id(), found.missing()), (OidType(0x23), 0, 0));
        assert_eq!(found.quirks().next(), None, "all nested lengths agree");
        assert_eq!(found.attributes().filter(Result::is_ok).count(), 16);
        assert_eq!(found.attribute_list().count(), 16);
    }

    #[test]
    fn the_real_addresses_and_services_read_as_the_reference_says() {
        let found = indication();
        let address = found.network_address().unwrap();
        assert_eq!(address.mac, [0x00, 0x09, 0xfb, 0x11, 0x22, 0x33]);
        assert_eq!((address.ipv4, address.netmask), ([192, 168, 247, 101], [255, 255, 0, 0]));
        let services: Vec<_> = found.services().iter().map(Result::unwrap).collect();
        let triples: Vec<_> = services.iter().map(|each| (each.application, each.transport, each.port)).collect();
        assert_eq!(triples, [(1, 3, 24000), (2, 3, 24000), (1, 1, 24105), (5, 1, 24105), (10, 1, 24012)]);
        assert_eq!(services[0].options, 0x4000);
        let ipv6 = [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0x02, 0x09, 0xfb, 0xff, 0xfe, 0x11, 0x22, 0x33];
        assert_eq!(found.ipv6_address(), Some(ipv6));
        assert_eq!(found.system_id().unwrap().bytes, [0x00, 0x09, 0xfb, 0xff, 0xff, 0x11, 0x22, 0x33]);
    }

    #[test]
    fn the_real_identity_reads_as_the_reference_says() {
        let found = indication();
        let model = found.system_model().unwrap();
        assert_eq!((model.manufacturer.text(), model.model_number.text()), (&b"Philips"[..], &b"866062"[..]));
        assert_eq!(found.system_type(), Some(Type::new(1, 0x114d)));
        assert_eq!(iomt_x73::mdc::device(69_965).unwrap().class, Some("patient-monitor"));
        let localization = found.localization().unwrap();
        assert_eq!((localization.language.0, localization.language.name()), (15, Some("Russian")));
        assert_eq!(localization.string_format, 11);
        let entries: Vec<_> = found
            .production_spec()
            .iter()
            .map(Result::unwrap)
            .map(|entry| (entry.spec_type.0, entry.component_id.0, entry.prod_spec.text()))
            .collect();
        assert_eq!(
            entries,
            [
                (1, 0x08, &b"DE00000001"[..]),
                (2, 0x08, b"866062"),
                (3, 0x08, b"A.00.30"),
                (5, 0x78, b"--------"),
                (2, 0x58, b"S-M8003-1402A"),
                (4, 0x58, b"L.01.18"),
            ]
        );
    }

    #[test]
    fn the_facts_are_exactly_these_and_point_at_their_bytes() {
        let wanted: &[(Attribute, Option<u16>, &str)] = &[
            (Attribute::NomenclatureVersion, None, "256"),
            (Attribute::Uptime, None, "19443680000000"),
            (Attribute::DeviceType, None, "69965"),
            (Attribute::Language, None, "15"),
            (Attribute::Mac, None, "Mac([00, 09, fb, 11, 22, 33])"),
            (Attribute::Ipv4, None, "Ipv4([192, 168, 247, 101])"),
            (Attribute::Ipv4Netmask, None, "Ipv4([255, 255, 0, 0])"),
            (Attribute::ServicePort, None, "24000"),
            (Attribute::ServicePort, None, "24000"),
            (Attribute::ServicePort, None, "24105"),
            (Attribute::ServicePort, None, "24105"),
            (Attribute::ServicePort, None, "24012"),
            (Attribute::Ipv6, None, "Ipv6([fe, 80, 00, 00, 00, 00, 00, 00, 02, 09, fb, ff, fe, 11, 22, 33])"),
            (Attribute::SystemId, None, "Eui64([00, 09, fb, ff, ff, 11, 22, 33])"),
            (Attribute::Manufacturer, None, "\"Philips\""),
            (Attribute::Model, None, "\"866062\""),
            (Attribute::Serial, Some(0x08), "\"DE00000001\""),
            (Attribute::PartNumber, Some(0x08), "\"866062\""),
            (Attribute::HardwareRevision, Some(0x08), "\"A.00.30\""),
            (Attribute::PartNumber, Some(0x58), "\"S-M8003-1402A\""),
            (Attribute::SoftwareRevision, Some(0x58), "\"L.01.18\""),
        ];
        let found: Vec<_> = facts(CONNECT_INDICATION)
            .iter()
            .map(|fact| {
                let shown = match fact.value {
                    Value::Service(service) => service.port.to_string(),
                    value => format!("{value:?}"),
                };
                (fact.attribute, fact.component, shown)
            })
            .collect();
        let wanted: Vec<_> = wanted.iter().map(|&(what, part, shown)| (what, part, shown.to_string())).collect();
        assert_eq!(found, wanted);
        for fact in facts(CONNECT_INDICATION) {
            let at = &CONNECT_INDICATION[fact.offset..];
            match fact.value {
                Value::Bytes(text) => assert!(at.starts_with(text), "{fact:?}"),
                Value::Mac(bytes) => assert!(at.starts_with(&bytes), "{fact:?}"),
                Value::Ipv4(bytes) => assert!(at.starts_with(&bytes), "{fact:?}"),
                Value::Ipv6(bytes) => assert!(at.starts_with(&bytes), "{fact:?}"),
                Value::Eui64(bytes) => assert!(at.starts_with(&bytes), "{fact:?}"),
                Value::Octets(bytes) => assert!(at.starts_with(bytes), "{fact:?}"),
                Value::Service(service) => assert!(at.starts_with(&service.application.to_be_bytes()), "{fact:?}"),
                Value::Number(_) | Value::Utf16(_) => {}
            }
        }
        assert_eq!(component_name(0x58), Some("application software"));
        assert_eq!(component_name(0x78), None);
    }

    #[test]
    fn a_cut_datagram_yields_the_attributes_before_the_cut_and_then_an_error() {
        // in the middle of the production specification
        let (found, used) = ConnectIndication::parse(&CONNECT_INDICATION[..300]).unwrap();
        assert_eq!((used, found.missing()), (300, 118));
        let attributes: Vec<_> = found.attributes().collect();
        assert_eq!(attributes.len(), 12);
        assert!(attributes[..11].iter().all(Result::is_ok) && attributes[11].is_err());
        assert_eq!(found.system_model().unwrap().model_number.text(), b"866062");
        assert_eq!(found.production_spec().count(), 0);
    }

    #[test]
    fn lengths_that_disagree_are_quirks_and_not_errors() {
        let mut bytes = CONNECT_INDICATION.to_vec();
        bytes[13] ^= 1;
        let (found, _) = ConnectIndication::parse(&bytes).unwrap();
        let quirks: Vec<_> = found.quirks().map(|quirk| (quirk.offset, quirk.name)).collect();
        assert_eq!(quirks, [(12, "length-mismatch"), (26, "length-mismatch")]);
        assert_eq!(found.attributes().filter(Result::is_ok).count(), 16);
    }

    #[test]
    fn another_event_is_no_connect_indication() {
        let mut bytes = CONNECT_INDICATION.to_vec();
        bytes[25] = 0x06;
        let error = ConnectIndication::parse(&bytes).unwrap_err();
        assert_eq!((error.offset, error.field), (24, "event-type"));
    }

    #[test]
    fn patient_attributes_give_no_facts() {
        let mut attributes = crate::emit::Attributes::new();
        for id in (0x0900..0x0a00).chain(0xf100..0xf200) {
            if iomt_x73::nomenclature::is_patient_attribute(OidType(id)) {
                attributes = attributes.attribute(OidType(id), b"\x00\x06CANARY\x00\x06CANARY");
            }
        }
        let bytes = crate::emit::ConnectIndicationBuilder::new().attributes(attributes).build().unwrap();
        let found = facts(&bytes);
        assert_eq!(found.len(), 2, "nomenclature version and uptime: {found:?}");
        let (message, _) = message::parse(&bytes).unwrap();
        let shown = format!("{message:?}");
        assert!(!shown.contains("CANARY") && !shown.contains("67, 65, 78"), "{shown}");
    }
}

/// Association control.
mod association {
    use super::*;

    #[test]
    fn the_public_request_is_a_cold_client_with_one_poll_profile() {
        let (message, used) = message::parse(ASSOCIATION_REQUEST).unwrap();
        let Message::AssociationRequest(request) = message else { panic!("{message:?}") };
        assert_eq!((used, request.is_accept(), request.spdu().wide), (238, false, false));
        let user = request.user_information().unwrap();
        assert_eq!((user.protocol_version, user.nomenclature_version), (0x8000_0000, 0x4000_0000));
        assert_eq!((user.system_type, user.startup_mode), (SystemType::CLIENT, StartupMode::COLD));
        assert_eq!((user.options.count(), user.profiles.count(), user.offset), (0, 1, 150));
        let profile = user.poll_profile().unwrap();
        assert_eq!((profile.revision, profile.min_poll_period), (0x8000_0000, RelativeTime(2500)));
        assert_eq!((profile.max_mtu_rx, profile.max_mtu_tx, profile.max_bw_tx), (2500, 1000, u32::MAX));
        assert_eq!((profile.options, profile.extension()), (0x6000_0000, Some(0x8c00_0000)));
    }

    #[test]
    fn a_constructed_accept_with_wide_lengths_is_a_server() {
        let (message, used) = message::parse(ASSOCIATION_ACCEPT).unwrap();
        let Message::AssociationAccept(accept) = message else { panic!("{message:?}") };
        assert_eq!((used, accept.spdu().wide), (ASSOCIATION_ACCEPT.len(), true));
        assert_eq!(accept.user_information().unwrap().system_type, SystemType::SERVER);
        let found = facts(ASSOCIATION_ACCEPT);
        assert_eq!(found[0].value, Value::Number(0x0080_0000));
        let at = found[0].offset;
        assert_eq!(ASSOCIATION_ACCEPT[at..at + 4], [0, 0x80, 0, 0]);
    }

    #[test]
    fn the_request_reads_the_same_with_three_byte_lengths() {
        let mut wide = vec![0x0d, 0xff, 0x00, 0xf0];
        wide.extend(&ASSOCIATION_REQUEST[2..16]);
        wide.extend([0xc1, 0xff, 0x00, 0xdc]);
        wide.extend(&ASSOCIATION_REQUEST[18..]);
        let (message, used) = message::parse(&wide).unwrap();
        let Message::AssociationRequest(request) = message else { panic!("{message:?}") };
        assert_eq!((used, request.user_information().unwrap().offset), (242, 154));
        assert!(probe(&wide).is_at_least(80));
    }

    #[test]
    fn another_application_over_the_session_layer_is_refused() {
        let mut other = ASSOCIATION_REQUEST.to_vec();
        for index in 0..other.len() {
            if other[index..].starts_with(&[0x2a, 0x86, 0x48, 0xce, 0x14]) {
                other[index + 2] = 0x49;
            }
        }
        assert_eq!(message::parse(&other).unwrap_err().field, "abstract-syntax-name");
        assert_eq!(probe(&other), Verdict::No);
    }

    #[test]
    fn the_small_messages_are_told_apart() {
        let kinds = [
            (&REFUSE[..], "association refuse"),
            (RELEASE_REQUEST, "release request"),
            (RELEASE_RESPONSE, "release response"),
            (ABORT, "abort"),
        ];
        for (bytes, name) in kinds {
            let (message, used) = message::parse(bytes).unwrap();
            assert_eq!((message.name(), used), (name, bytes.len()));
            assert!(facts(bytes).is_empty());
        }
        assert_eq!(Spdu::parse(REFUSE).unwrap().0.refuse_reason(), Some(1));
        assert_eq!(Spdu::parse(RELEASE_REQUEST).unwrap().0.reason(), Some(0));
        assert_eq!(Spdu::parse(RELEASE_RESPONSE).unwrap().0.reason(), Some(0));
        assert_eq!(Spdu::parse(ABORT).unwrap().0.reason(), Some(1));
    }
}

/// Data export PDUs, MDS create, poll.
mod export {
    use super::*;

    fn export(bytes: &[u8]) -> DataExport<'_> {
        let (message, used) = message::parse(bytes).unwrap();
        assert_eq!(used, bytes.len());
        let Message::DataExport(pdu) = message else { panic!("{message:?}") };
        assert_eq!(pdu.quirks().next(), None);
        pdu
    }

    #[test]
    fn the_constructed_mds_create_event_gives_the_identity() {
        let pdu = export(MDS_CREATE);
        assert_eq!((pdu.ro_type, pdu.command_type()), (RoType::ROIV, Some(CommandType::CONFIRMED_EVENT_REPORT)));
        let Body::EventReport(event) = pdu.body().unwrap() else { panic!() };
        let create = MdsCreate::read(&event).unwrap().unwrap();
        assert_eq!((create.object.class, create.attributes.count()), (OidType(0x21), 3));
        let shown: Vec<_> = facts(MDS_CREATE).iter().map(|fact| format!("{}={:?}", fact.field, fact.value)).collect();
        assert_eq!(
            shown,
            [
                "MDS create event.RelativeTime=100000000",
                "NOM_ATTR_SYS_ID=Eui64([00, 09, fb, ff, ff, 11, 22, 33])",
                "NOM_ATTR_ID_MODEL.manufacturer=\"Philips\"",
                "NOM_ATTR_ID_MODEL.model-number=\"866062\"",
                "NOM_ATTR_MODE_OP=16384",
            ]
        );
    }

    /// Attributes that the nomenclature gives to any MDS; no bytes of a monitor with them are public [constructed].
    #[test]
    fn a_monitor_says_how_it_is_powered() {
        let attributes =
            crate::emit::Attributes::new().number(attribute::POWER_STAT, 0x4000).number(attribute::VAL_BATT_CHARGE, 80);
        let object = iomt_x73::ManagedObjectId { class: OidType(0x21), ..Default::default() };
        let bytes = crate::emit::export::mds_create(1, object, iomt_x73::RelativeTime(8), &attributes).unwrap();
        let shown: Vec<_> = facts(&bytes).iter().map(|fact| format!("{}={:?}", fact.field, fact.value)).collect();
        assert_eq!(shown[1..], ["NOM_ATTR_POWER_STAT=16384", "NOM_ATTR_VAL_BATT_CHARGE=80"]);
    }

    #[test]
    fn the_public_mds_create_result_confirms_and_says_nothing() {
        let pdu = export(MDS_CREATE_RESULT);
        assert_eq!(pdu.ro_type, RoType::RORS);
        let Body::EventReport(event) = pdu.body().unwrap() else { panic!() };
        assert!(event.is_result && event.info.is_empty());
        assert!(MdsCreate::read(&event).unwrap().is_none());
        assert!(facts(MDS_CREATE_RESULT).is_empty());
    }

    #[test]
    fn the_public_poll_request_wants_all_groups_of_the_mds() {
        let pdu = export(MDS_POLL_REQUEST);
        let Body::Action(action) = pdu.body().unwrap() else { panic!() };
        let request = PollRequest::read(&action).unwrap().unwrap();
        assert_eq!((request.poll_number, request.object_type), (1, Type::new(1, 0x21)));
        assert_eq!((request.attribute_group, request.options.count()), (OidType(0), 0));
        assert!(PollResult::read(&action).unwrap().is_none());
    }

    #[test]
    fn the_real_linked_poll_result_reads_as_the_reference_says() {
        let pdu = export(POLL_RESULT);
        let linked = pdu.linked.unwrap();
        assert_eq!((pdu.ro_type, linked.state, linked.count, pdu.invoke_id), (RoType::ROLRS, 1, 1, 1));
        let Body::Action(action) = pdu.body().unwrap() else { panic!() };
        assert_eq!((action.action_type, action.scope), (OidType(0x0c16), None));
        let poll = PollResult::read(&action).unwrap().unwrap();
        assert_eq!((poll.poll_number, poll.time.nanoseconds()), (1, 24_675_296_000_000));
        assert_eq!((poll.absolute_time.date_time(), poll.object_type), (None, Type::new(1, 6)));
        let contexts: Vec<_> = poll.contexts.iter().map(Result::unwrap).collect();
        let sizes: Vec<_> =
            contexts.iter().map(|each| (each.mds_context, each.observations.iter().flatten().count())).collect();
        assert_eq!(sizes, [(0, 4), (1, 6)]);
        let handles: Vec<_> = poll.observations().map(|each| each.handle.0).collect();
        let wanted = [0x0683, 0x06d3, 0x06ec, 0x0705, 0x8272, 0x8275, 0x82cf, 0x82d6, 0x82db, 0x82e1];
        assert_eq!(handles, wanted);
        assert_eq!(poll.observations().last().unwrap().attributes.iter().flatten().count(), 3);
        assert!(facts(POLL_RESULT).is_empty(), "numerics do not identify");
    }

    #[test]
    fn the_real_pressure_has_three_unavailable_values_and_a_time() {
        let Body::Action(action) = export(POLL_RESULT).body().unwrap() else { panic!() };
        let poll = PollResult::read(&action).unwrap().unwrap();
        let pressure = poll.observations().find(|each| each.handle == Handle(0x8272)).unwrap();
        let values: NuObsValueCmp<'_> = pressure.attributes.get(attribute::NU_CMPD_VAL_OBS).unwrap();
        for value in values {
            let value = value.unwrap();
            assert_eq!((value.state.0, value.unit_code.0, value.value.value()), (0x2000, 0x0f20, FloatValue::NaN));
        }
        let time: iomt_x73::AbsoluteTime = pressure.attributes.get(attribute::TIME_STAMP_ABS).unwrap();
        let time = time.date_time().unwrap();
        assert_eq!((time.year, time.month, time.day, time.hour, time.minute), (2025, 5, 23, 11, 45));
    }

    #[test]
    fn a_poll_of_the_mds_gives_the_identity() {
        // constructed: the poll header of A.2, then the attributes of the MDS create vector
        let attributes = &MDS_CREATE[34..];
        let mut info = vec![0, 1, 0, 0, 3, 0x20];
        info.extend([0xff; 8]);
        info.extend([0, 1, 0, 0x21, 0x08, 0x0b]);
        let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
        let object = [&[0, 1][..], attributes].concat();
        let objects = [&[0, 0, 0, 1][..], &length(&object), &object].concat();
        info.extend([&[0, 1][..], &length(&objects), &objects].concat());
        let result = [&[0, 0x21, 0, 0, 0, 0, 0x0c, 0x16][..], &length(&info), &info].concat();
        let operation = [&[0, 1, 0, 7][..], &length(&result), &result].concat();
        let bytes = [&[0xe1, 0, 0, 2, 0, 2][..], &length(&operation), &operation].concat();
        export(&bytes);
        let found: Vec<_> = facts(&bytes).iter().map(|fact| fact.attribute).collect();
        assert_eq!(found, [Attribute::SystemId, Attribute::Manufacturer, Attribute::Model, Attribute::OperatingMode]);
    }

    #[test]
    fn lengths_two_to_four_bytes_off_are_read_and_told() {
        // as in the hand-written requests of a public client: length 28 in a datagram of 40
        let mut bytes = MDS_POLL_REQUEST.to_vec();
        bytes.extend([0; 4]);
        let (pdu, used) = DataExport::parse(&bytes).unwrap();
        assert_eq!((used, pdu.quirks().next().unwrap().name), (36, "slack"));
        let mut bytes = MDS_POLL_REQUEST.to_vec();
        bytes[7] += 4;
        let (pdu, used) = DataExport::parse(&bytes).unwrap();
        assert_eq!((used, pdu.missing(), pdu.quirks().next().unwrap().name), (36, 4, "length-mismatch"));
    }

    #[test]
    fn measured_values_do_not_show_in_debug_output() {
        // the clock of the pressure: 20 25 05 23
        let (message, _) = message::parse(POLL_RESULT).unwrap();
        let pdu = export(POLL_RESULT);
        let Body::Action(action) = pdu.body().unwrap() else { panic!() };
        let poll = PollResult::read(&action).unwrap().unwrap();
        let shown = format!("{message:?} {:?} {poll:?} {:?}", pdu.body(), poll.observations().last());
        assert!(!shown.contains("32, 37, 5, 35") && !shown.contains("20, 25, 05, 23"), "{shown}");
    }

    #[test]
    fn get_set_and_errors_have_their_bodies() {
        // constructed
        let get = [0xe1, 0, 0, 2, 0, 1, 0, 22, 0, 9, 0, 3, 0, 16, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 9, 0x28];
        let Body::Get { attributes, .. } = export(&get).body().unwrap() else { panic!() };
        assert_eq!(attributes.iter().next(), Some(Ok(attribute::ID_MODEL)));
        let set = [
            0xe1, 0, 0, 2, 0, 1, 0, 28, 0, 9, 0, 5, 0, 22, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 0, 9, 0x46,
            0, 2, 0x40, 0,
        ];
        let Body::Set { modifications, .. } = export(&set).body().unwrap() else { panic!() };
        assert_eq!(modifications.iter().next().unwrap().unwrap().attribute.value, [0x40, 0]);
        let error = [0xe1, 0, 0, 2, 0, 3, 0, 6, 0, 9, 0, 2, 0, 0];
        assert_eq!(export(&error).error_value().unwrap().name(), Some("access denied"));
        assert_eq!(export(&error).command_type(), None);
    }
}

/// The probe.
mod probing {
    use super::*;

    #[test]
    fn every_message_is_recognised_by_its_content() {
        for (bytes, least) in [
            (&CONNECT_INDICATION[..], 100),
            (ASSOCIATION_REQUEST, 80),
            (ASSOCIATION_ACCEPT, 80),
            (REFUSE, 30),
            (RELEASE_REQUEST, 80),
            (RELEASE_RESPONSE, 80),
            (ABORT, 80),
            (POLL_RESULT, 60),
            (MDS_CREATE, 60),
            (MDS_CREATE_RESULT, 60),
            (MDS_POLL_REQUEST, 60),
        ] {
            assert!(probe(bytes).is_at_least(least), "{:?}", probe(bytes));
        }
    }

    #[test]
    fn the_head_of_a_message_asks_for_more_until_it_is_sure() {
        for bytes in [&CONNECT_INDICATION[..], ASSOCIATION_REQUEST, ABORT, POLL_RESULT, MDS_CREATE, REFUSE] {
            for end in 0..bytes.len() {
                match probe(&bytes[..end]) {
                    Verdict::No => panic!("no at {end} of {bytes:02x?}"),
                    Verdict::More(need) => assert!(need.get() > end as u64 && need.get() <= bytes.len() as u64),
                    Verdict::Yes(_) => {}
                }
            }
        }
    }

    #[test]
    fn an_object_identifier_after_the_announced_length_does_not_count() {
        // found by the fuzzer: the probe took back its "no" when it saw more bytes
        let mut bytes = ASSOCIATION_REQUEST.to_vec();
        bytes[1] = 40;
        assert_eq!((probe(&bytes[..60]), probe(&bytes)), (Verdict::No, Verdict::No));
    }

    #[test]
    fn what_is_something_else_is_told_early() {
        for other in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
            b"\x0bMSH|^~\\&|",
            b"\x00\x35\x00\x35\x00\x1c",
            b"\x0d\x0a\x0d\x0a",
            b"\x0d\x66\x05\x07\x13",
            b"\xe1\x01\x00\x02",
            b"\x09\x18\xc1\x17",
        ] {
            assert_eq!(probe(other), Verdict::No, "{other:02x?}");
        }
        assert_eq!(probe(&[0; 64]), Verdict::No);
        assert_eq!(probe(&[0xe1; 64]), Verdict::No);
    }
}
