//! What the vectors say, message by message; hostile input; what is written reads the same.
#![allow(clippy::arithmetic_side_effects)]

mod hostile;
mod round_trip;

use iomt_wire::{Direction, Segment};
use iomt_x73::{FloatType, Handle, OidType, Type};

use crate::{
    Verdict,
    apdu::{AbortReason, Apdu, ApduType, Body, ReleaseReason},
    association::{AssociateResult, ConfigId, DataProtoId, FunctionalUnits, SystemType},
    check::{Finding, check},
    config::Configuration,
    data::{Choice, DataBody},
    ident::{self, Attribute, Value},
    probe,
    scan::{ConfigReport, Observations, PersonId, ScanKind, ScanReport},
    tracker::{Event, Tracker},
    vectors::*,
};

pub(super) fn apdu(bytes: &[u8]) -> Apdu<'_> {
    let (apdu, used) = Apdu::parse(bytes).unwrap();
    assert_eq!(used, bytes.len());
    apdu
}

pub(super) fn findings(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    check(&Apdu::parse(bytes).unwrap().0, &mut |finding| found.push(finding.to_string()));
    found
}

fn facts(bytes: &[u8]) -> Vec<(Attribute, String)> {
    let mut found = Vec::new();
    ident::facts(&apdu(bytes), &mut |fact| {
        let at = &bytes[fact.offset..];
        match fact.value {
            Value::Bytes(text) => assert!(at.starts_with(text)),
            Value::Eui64(id) => assert!(at.starts_with(&id)),
            Value::Certification { data, .. } => assert!(at.starts_with(data)),
            Value::Number(_) => {}
        }
        found.push((fact.attribute, format!("{:?}", fact.value)));
    });
    found
}

#[test]
fn a_scale_asks_to_associate_as_the_reference_says() {
    let found = apdu(AARQ_SCALE);
    assert_eq!((found.apdu_type, found.length, found.missing()), (ApduType::AARQ, 50, 0));
    let Ok(Body::AssociationRequest(request)) = found.body() else { panic!() };
    assert_eq!((request.association_version, request.data_protocols.count()), (0x8000_0000, 1));
    let proto = request.data_protocols.iter().next().unwrap().unwrap();
    assert_eq!((proto.id, proto.length), (DataProtoId::PHD, 38));
    let said = request.information().unwrap();
    assert_eq!(said.encoding_rules.names().collect::<Vec<_>>(), ["MDER", "PER"]);
    assert_eq!((said.system_type, said.functional_units), (SystemType::AGENT, FunctionalUnits(0)));
    assert_eq!(said.system_id.bytes, [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
    assert_eq!((said.system_id.offset, said.dev_config_offset), (36, 44));
    assert!(said.dev_config_id == ConfigId(0x4000) && said.dev_config_id.is_extended());
    assert_eq!((said.data_req_mode_flags, said.agent_count, said.manager_count), (0x0081, 1, 1));
}

#[test]
fn a_standard_configuration_alone_tells_the_kind_of_device() {
    let wanted = [
        (Attribute::Encoding, "40960"),
        (Attribute::FunctionalUnits, "1073741824"),
        (Attribute::Role, "8388608"),
        (Attribute::SystemId, "Eui64([11, 22, 33, 44, 55, 66, 77, 04])"),
        (Attribute::ConfigId, "400"),
        (Attribute::Specialisation, "528388"),
    ];
    assert_eq!(facts(AARQ_OXIMETER), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
    assert_eq!(iomt_x73::mdc::device(528_388).unwrap().class, Some("pulse-oximeter"));
    let extended = facts(AARQ_SCALE);
    assert!(extended.iter().all(|(attribute, _)| *attribute != Attribute::Specialisation), "4000 is the device's own");
}

#[test]
fn a_manager_that_does_not_know_the_configuration_says_so() {
    let Ok(Body::AssociationResponse(response)) = apdu(AARE_UNKNOWN_CONFIG).body() else { panic!() };
    assert!(response.result == AssociateResult::ACCEPTED_UNKNOWN_CONFIG && response.result.is_accepted());
    let said = response.information().unwrap();
    assert_eq!((said.system_type, said.dev_config_id), (SystemType::MANAGER, ConfigId::MANAGER_RESPONSE));
    assert!(facts(AARE_UNKNOWN_CONFIG).iter().all(|(attribute, _)| *attribute != Attribute::ConfigId));
}

#[test]
fn the_answer_to_a_get_is_the_device_in_full() {
    let wanted = [
        (Attribute::Specialisation, "528399"),
        (Attribute::SpecialisationVersion, "1"),
        (Attribute::Manufacturer, "\"TheCompany\""),
        (Attribute::Model, "\"TheScaleABC\""),
        (Attribute::SystemId, "Eui64([88, 77, 66, 55, 44, 33, 22, 11])"),
        (Attribute::ConfigId, "16384"),
        (Attribute::Serial, "\"DE124567\""),
    ];
    assert_eq!(facts(GET_RESULT), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
    let data = apdu(GET_RESULT).data().unwrap();
    assert_eq!((data.invoke_id, data.choice), (0x3456, Choice::RORS_GET));
    let Ok(DataBody::Attributes { handle, attributes }) = data.body() else { panic!() };
    assert_eq!((handle, attributes.count()), (Handle(0), 6));
}

#[test]
fn a_configuration_tells_its_objects_and_their_layout() {
    let Ok(DataBody::EventReport(event)) = apdu(CONFIG_REPORT).data().unwrap().body() else { panic!() };
    let report = ConfigReport::read(&event).unwrap().unwrap();
    let configuration = Configuration::learn(&report, &iomt_wire::Limits::DEFAULT);
    let objects: Vec<_> = configuration.objects().iter().map(|each| (each.handle.0, each.metric)).collect();
    assert_eq!(objects, [(1, Some(Type::new(2, 0xe140))), (2, Some(Type::new(2, 0xe14c)))]);
    assert_eq!((report.id, configuration.is_capped()), (ConfigId(0x4000), false));
}

#[test]
fn a_fixed_report_reads_by_the_configuration_before_it() {
    let mut values = Vec::new();
    let mut tracker = Tracker::default();
    let mut hear = |direction, bytes| {
        tracker.hear(direction, Segment::Data(bytes), &mut |event| match event {
            Event::Observation { direction, observation } => {
                assert_eq!(direction, Direction::Initiator);
                let value = observation.value.rest().to_vec();
                values.push((observation.handle.0, observation.metric.unwrap().code.0, observation.attribute.0, value));
            }
            Event::Apdu { is_readable, .. } => assert!(is_readable),
            other => panic!("{other:?}"),
        });
    };
    hear(Direction::Initiator, AARQ_SCALE);
    hear(Direction::Responder, AARE_UNKNOWN_CONFIG);
    hear(Direction::Initiator, CONFIG_REPORT);
    hear(Direction::Initiator, FIXED_SCAN);
    let stamp = vec![0x20, 0x07, 0x02, 0x01, 0x12, 0x10, 0x00, 0x00];
    assert_eq!(
        values,
        [
            (1, 0xe140, 0x0a56, vec![0xff, 0x00, 0x02, 0x70]),
            (1, 0xe140, 0x0990, stamp.clone()),
            (2, 0xe14c, 0x0a56, vec![0xff, 0x00, 0x01, 0x00]),
            (2, 0xe14c, 0x0990, stamp),
        ]
    );
    assert_eq!((FloatType(0xff00_0270).to_f64(), FloatType(0xff00_0100).to_f64()), (62.4, 25.6));
    assert_eq!(tracker.agent(), Some(Direction::Initiator));
}

#[test]
fn a_fixed_report_without_its_configuration_is_told_as_unread() {
    let mut unread = Vec::new();
    let mut tracker = Tracker::default();
    tracker.hear(Direction::Initiator, Segment::Data(FIXED_SCAN), &mut |event| {
        if let Event::Unread { error, .. } = event {
            unread.push((error.offset, error.field));
        }
    });
    assert_eq!(unread, [(34, "object without a known layout")]);
}

#[test]
fn releases_and_aborts_give_their_reasons() {
    let Ok(Body::ReleaseRequest(reason)) = apdu(RELEASE_REQUEST).body() else { panic!() };
    assert_eq!(reason, ReleaseReason::NORMAL);
    let Ok(Body::Abort(reason)) = apdu(ABORT).body() else { panic!() };
    assert_eq!((reason, reason.name()), (AbortReason::BUFFER_OVERFLOW, Some("buffer overflow")));
}

#[test]
fn the_vectors_have_nothing_to_complain_of() {
    for vector in
        [AARQ_SCALE, AARQ_OXIMETER, AARE_UNKNOWN_CONFIG, CONFIG_REPORT, GET_RESULT, FIXED_SCAN, RELEASE_REQUEST, ABORT]
    {
        assert_eq!(findings(vector), Vec::<String>::new());
    }
}

#[test]
fn probes_are_sure_of_every_vector_and_of_nothing_else() {
    for (vector, bits) in [
        (AARQ_SCALE, 87),
        (AARQ_OXIMETER, 87),
        (AARE_UNKNOWN_CONFIG, 60),
        (CONFIG_REPORT, 60),
        (GET_RESULT, 60),
        (FIXED_SCAN, 60),
        (RELEASE_REQUEST, 44),
        (ABORT, 44),
    ] {
        assert_eq!(probe(vector), Verdict::Yes(crate::Bits(bits)));
    }
    for other in [&b"GET / HTTP/1.1\r\n"[..], b"\x01\x00\x00\x00\x00\xcd", b"\xe7\x01\x00\x04\x00\x02", b"MSH|^~\\&|"] {
        assert_eq!(probe(other), Verdict::No);
    }
}

#[test]
fn every_event_type_of_a_scan_is_known_and_others_are_not() {
    let kinds = (0x0d1c..=0x0d2e).filter(|event| ScanKind::of(OidType(*event)).is_some()).count();
    assert_eq!(kinds, 16, "four of the device, six of each kind of scanner");
    for event in [0x0d1c, 0x0d21, 0x0d2e] {
        assert_eq!(ScanKind::of(OidType(event)), None);
    }
}

#[test]
fn measured_values_and_persons_do_not_show_in_debug_output() {
    let shown = format!("{:?} {:?}", apdu(FIXED_SCAN), apdu(FIXED_SCAN).data().unwrap().body());
    assert!(!shown.contains("624") && !shown.contains("112, "), "{shown}");
    assert_eq!(format!("{:?}", PersonId(4711)), "PersonId(..)");
    let quirk = crate::Quirk { offset: 3, field: "APDU", name: "slack" };
    assert_eq!(Finding::Quirk(quirk).to_string(), "APDU at byte 3: slack");
}

/// [constructed]: a scanner's grouped report, and reports that tell persons apart.
mod reports {
    use super::*;
    use crate::emit::{self, Attributes};
    use iomt_x73::RelativeTime;

    const SCANNER: Handle = Handle(0x37);

    fn configured() -> Tracker {
        let value = [(0x0a4c, 2), (0x0990, 8)];
        let object = |metric| Attributes::new().metric(Type::new(2, metric)).value_map(&value);
        let maps: [(u16, &[(u16, u16)]); 2] = [(1, &[(0x0a4c, 2)]), (10, &value)];
        let objects = [
            (OidType(6), Handle(1), object(0x4bb8)),
            (OidType(6), Handle(10), object(0x481a)),
            (OidType(0x12), SCANNER, Attributes::new().handle_value_map(&maps)),
        ];
        let report = emit::config_report(1, ConfigId(0x4001), &objects).unwrap();
        let mut tracker = Tracker::default();
        tracker.hear(Direction::Responder, Segment::Data(&report), &mut |_| {});
        assert_eq!(tracker.configuration().unwrap().objects().len(), 3);
        tracker
    }

    fn observed(event: u16, reporter: Handle, list: &[u8]) -> Vec<String> {
        let info = [&[0xf0, 0, 0, 7][..], list].concat();
        let choice = Choice::ROIV_EVENT_REPORT;
        let bytes = emit::event_report(2, choice, reporter, RelativeTime::NONE, OidType(event), &info).unwrap();
        assert_eq!(findings(&bytes), Vec::<String>::new());
        let mut found = Vec::new();
        configured().hear(Direction::Responder, Segment::Data(&bytes), &mut |event| match event {
            Event::Observation { observation: seen, .. } => found.push(format!(
                "{}:{:04x}={:02x?}{}",
                seen.handle.0,
                seen.attribute.0,
                seen.value.rest(),
                seen.person.map_or_else(String::new, |person| format!(" of {}", person.0))
            )),
            Event::Unread { error, .. } => found.push(error.to_string()),
            _ => {}
        });
        found
    }

    const STAMP: [u8; 8] = [0x20, 0x10, 0x08, 0x03, 0x10, 0x51, 0x11, 0x00];
    const STAMPED: &str = "10:0990=[20, 10, 08, 03, 10, 51, 11, 00]";

    #[test]
    fn a_grouped_report_reads_by_the_map_of_its_scanner() {
        let values = [&[0, 12, 0, 97, 0, 72][..], &STAMP].concat();
        let list = emit::list([&values[..]]).unwrap();
        assert_eq!(observed(0x0d24, SCANNER, &list), ["1:0a4c=[00, 61]", "10:0a4c=[00, 48]", STAMPED]);
    }

    #[test]
    fn reports_of_several_persons_say_whose_each_value_is() {
        let fixed = emit::list([&[&[0, 10, 0, 10, 0, 72][..], &STAMP].concat()[..]]).unwrap();
        let person = [&[0, 3][..], &fixed].concat();
        let list = emit::list([&person[..]]).unwrap();
        let wanted = ["10:0a4c=[00, 48] of 3".to_owned(), format!("{STAMPED} of 3")];
        assert_eq!(observed(0x0d1f, Handle(0), &list), wanted);
        let grouped = [&[0, 4, 0, 12, 0, 97, 0, 72][..], &STAMP].concat();
        let list = emit::list([&grouped[..]]).unwrap();
        assert_eq!(observed(0x0d2d, SCANNER, &list)[0], "1:0a4c=[00, 61] of 4");
        let variable = emit::list([&[0, 1, 0, 1, 0, 6, 0x0a, 0x4c, 0, 2, 0, 97][..]]).unwrap();
        let person = [&[0, 5][..], &variable].concat();
        let list = emit::list([&person[..]]).unwrap();
        assert_eq!(observed(0x0d20, Handle(0), &list), ["1:0a4c=[00, 61] of 5"]);
    }

    #[test]
    fn values_that_do_not_fill_their_layout_are_not_guessed_at() {
        let list = emit::list([&[0, 1, 0, 3, 0, 97, 0][..], &[&[0, 10, 0, 10, 0, 72][..], &STAMP].concat()]).unwrap();
        let found = observed(0x0d1d, Handle(0), &list);
        assert_eq!(found[..2], ["10:0a4c=[00, 48]".to_owned(), STAMPED.to_owned()]);
        assert!(found[2].starts_with("obs-val-data at byte"), "{found:?}");
    }

    #[test]
    fn a_configuration_is_remembered_over_associations_by_device_and_number() {
        let mut tracker = Tracker::default();
        let mut told = 0;
        for message in [AARQ_SCALE, CONFIG_REPORT, ABORT, AARQ_SCALE, FIXED_SCAN, ABORT, AARQ_OXIMETER, FIXED_SCAN] {
            tracker.hear(Direction::Initiator, Segment::Data(message), &mut |event| {
                told += usize::from(matches!(event, Event::Observation { .. }));
            });
        }
        assert_eq!(told, 4, "read in the scale's second association, and not as an oximeter's");
    }

    #[test]
    fn a_device_reports_its_own_battery_and_a_person_is_no_fact() {
        let own = Attributes::new().battery_charge(80).power_status(0x4000);
        let bytes = emit::variable_scan(1, 2, &[(Handle(0), own), (Handle(1), Attributes::new())]).unwrap();
        let wanted = [(Attribute::BatteryCharge, "80".to_owned()), (Attribute::PowerStatus, "16384".to_owned())];
        assert_eq!(facts(&bytes), wanted);
        let power = iomt_x73::PowerStatus(0x4020).names().collect::<Vec<_>>();
        assert_eq!(power, ["on battery", "charging off"]);
    }

    #[test]
    fn a_value_is_a_number_or_a_code_for_none() {
        let observation = |attribute: u16, value: &'static [u8]| crate::config::Observation {
            handle: Handle(1),
            metric: None,
            attribute: OidType(attribute),
            person: None,
            value: iomt_wire::Cursor::new(value),
        };
        for (attribute, value) in [
            (0x0a4c, &[0xf2, 0x58][..]),
            (0x0a56, &[0xff, 0, 2, 0x70]),
            (0x0a75, &[0, 2, 0, 4, 0x07, 0xff, 0, 80]),
            (0x0950, &[0x4b, 0xb8, 0, 0, 0x02, 0x20, 0, 0, 0, 97]),
        ] {
            assert!(observation(attribute, value).has_number(), "{attribute:#x}");
        }
        for (attribute, value) in [
            (0x0a4c, &[0x07, 0xff][..]),
            (0x0a56, &[0, 0x7f, 0xff, 0xff]),
            (0x0a75, &[0, 1, 0, 2, 0x08, 0x00]),
            (0x0950, &[0x4b, 0xb8, 0x80, 0, 0x02, 0x20, 0, 0, 0, 97]),
            (0x0a4c, &[0xf2]),
            (0x0990, &[0x20; 8]),
        ] {
            assert!(!observation(attribute, value).has_number(), "{attribute:#x}");
        }
    }

    #[test]
    fn scan_reports_are_read_only_from_scan_events() {
        let Ok(DataBody::EventReport(event)) = apdu(FIXED_SCAN).data().unwrap().body() else { panic!() };
        let report = ScanReport::read(&event).unwrap().unwrap();
        assert!(matches!(report.observations, Observations::Fixed(list) if list.count() == 2));
        let Ok(DataBody::EventReport(event)) = apdu(CONFIG_REPORT).data().unwrap().body() else { panic!() };
        assert!(ScanReport::read(&event).unwrap().is_none());
    }
}

/// [constructed]: a store, its segments and their entries.
mod stores {
    use super::*;
    use crate::{
        data::action,
        emit::{self, Attributes},
        store::{SegmentData, SegmentEntryMap, SegmentSelection, Transfer, TransferResponse, segments},
        values::attribute,
    };
    use iomt_x73::{AbsoluteTime, RelativeTime};

    fn action_of(bytes: &[u8]) -> crate::data::Action<'_> {
        let Ok(DataBody::Action(action)) = apdu(bytes).data().unwrap().body() else { panic!() };
        action
    }

    /// Absolute time, then one oximeter value.
    fn layout() -> Vec<u8> {
        let element = [0, 6, 0, 2, 0x4b, 0xb8, 0, 1, 0, 1, 0, 4, 0x0a, 0x4c, 0, 2];
        [&[0x80, 0][..], &emit::list([&element[..]]).unwrap()].concat()
    }

    #[test]
    fn stored_entries_read_by_the_map_of_their_segment() {
        let attributes = Attributes::new().attribute(attribute::PM_SEG_MAP, &layout()).build().unwrap();
        let segment = [&[0, 1][..], &attributes].concat();
        let info = emit::list([&segment[..]]).unwrap();
        let choice = Choice::RORS_CONFIRMED_ACTION;
        let answer = emit::action(1, choice, Handle(9), action::SEG_GET_INFO, &info).unwrap();
        assert_eq!(findings(&answer), Vec::<String>::new());
        let list = segments(&action_of(&answer)).unwrap().unwrap();
        let segment = list.iter().next().unwrap().unwrap();
        let map: SegmentEntryMap<'_> = segment.attributes.get(attribute::PM_SEG_MAP).unwrap();
        assert_eq!(map.entry_length(), 10);

        let entry = [0x20, 0x10, 0x08, 0x03, 0x10, 0x51, 0x11, 0x00, 0x00, 0x61];
        let entries = [entry, entry].concat();
        let info = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0xc0, 0, 0, 20][..], &entries].concat();
        let choice = Choice::ROIV_CONFIRMED_EVENT_REPORT;
        let event = crate::scan::NOTI_SEGMENT_DATA;
        let bytes = emit::event_report(2, choice, Handle(9), RelativeTime(5), event, &info).unwrap();
        let Ok(DataBody::EventReport(event)) = apdu(&bytes).data().unwrap().body() else { panic!() };
        let data = SegmentData::read(&event).unwrap().unwrap();
        assert_eq!((data.instance, data.entry_count, data.status), (1, 2, 0xc000));
        let read: Vec<_> = map.entries(data.entries.unwrap()).map(Result::unwrap).collect();
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[1].absolute, read[1].values.rest()),
            (Some(AbsoluteTime(entry[..8].try_into().unwrap())), &[0, 0x61][..])
        );
    }

    #[test]
    fn entries_that_do_not_fill_their_layout_end_with_an_error_and_an_empty_layout_ends_at_once() {
        let layout = layout();
        let map: SegmentEntryMap<'_> = iomt_x73::Decode::decode(&mut iomt_wire::Cursor::new(&layout)).unwrap();
        let data = iomt_x73::OctetString { bytes: &[0; 13], offset: 0 };
        let mut entries = map.entries(data);
        assert!(entries.next().unwrap().is_ok() && entries.next().unwrap().is_err() && entries.next().is_none());
        let nothing: SegmentEntryMap<'_> = iomt_x73::Decode::decode(&mut iomt_wire::Cursor::new(&[0; 6])).unwrap();
        assert_eq!(nothing.entries(data).map(|entry| entry.is_err()).collect::<Vec<_>>(), [true]);
    }

    #[test]
    fn segments_are_selected_and_their_transfer_is_triggered() {
        let choice = Choice::ROIV_CONFIRMED_ACTION;
        let all = emit::action(1, choice, Handle(9), action::SEG_CLR, &[0, 1, 0, 2, 0, 0]).unwrap();
        assert!(matches!(SegmentSelection::read(&action_of(&all)), Ok(Some(SegmentSelection::All))));
        let trigger = emit::action(1, choice, Handle(9), action::SEG_TRIG_XFER, &[0, 4]).unwrap();
        assert_eq!(Transfer::read(&action_of(&trigger)), Ok(Some(Transfer { instance: 4, response: None })));
        let choice = Choice::RORS_CONFIRMED_ACTION;
        let answer = emit::action(1, choice, Handle(9), action::SEG_TRIG_XFER, &[0, 4, 0, 3]).unwrap();
        let wanted = Transfer { instance: 4, response: Some(TransferResponse::EMPTY) };
        assert_eq!(Transfer::read(&action_of(&answer)), Ok(Some(wanted)));
    }
}
