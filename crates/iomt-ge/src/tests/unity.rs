//! The Unity network.

use super::said;
use crate::{
    Verdict,
    emit::unity::{self as emit, Header, Parameter},
    ident::{self, Attribute},
    unity::{
        Message,
        announce::Announcement,
        header::{BedMessage, Body, Function, SECONDS_1970, SubCode},
        parameters::{AlarmLevel, AlarmState, Code, ParameterType, ParameterValue},
        probe, probe_serial,
        serial::{Decoder, Event},
        waves::{WaveId, WavePacket},
    },
    vectors::*,
};
use proptest::prelude::*;

fn facts(bytes: &[u8]) -> Vec<(Attribute, String)> {
    let mut found = Vec::new();
    ident::unity_facts(&Message::parse(bytes).unwrap(), &mut |fact| found.push(said(&fact)));
    found
}

fn bed(bytes: &[u8]) -> BedMessage<'_> {
    BedMessage::parse(bytes).unwrap().0
}

/// The whole packet of which the reference prints beginning and end [constructed from real parts].
fn waves() -> Vec<u8> {
    let round = &WAVES_START[4..48];
    [&WAVES_START[..4], &round.repeat(15), WAVES_TAIL].concat()
}

#[test]
fn the_announcement_reads_as_the_reference_says() {
    let found = Announcement::parse(RWHAT).unwrap();
    assert_eq!((found.address, found.clock), ([192, 168, 0, 195], 0x5cce_b324));
    assert_eq!((found.location.bytes, found.location.offset), (&b"HOME|B-01"[..], 12));
    assert_eq!(found.location.unit_and_bed(), Some((&b"HOME"[..], &b"B-01"[..])));
    assert_eq!((found.patient.reveal(), found.patient.offset()), (&b"TESTPATIENT,J"[..], 28));
    let services: Vec<_> = found.services().map(|each| (each.id, each.port)).collect();
    assert_eq!(services, [(3, 2000), (17, 32), (9, 2000), (19, 3000), (28, 3001), (13, 2000), (12, 2000)]);
}

#[test]
fn the_facts_of_an_announcement_are_exactly_these_and_no_patient_is_among_them() {
    let wanted = [
        (Attribute::Role, "announcer"),
        (Attribute::Ipv4, "Ipv4([192, 168, 0, 195])"),
        (Attribute::Clock, "1557050148"),
        (Attribute::Location, "\"HOME|B-01\""),
        (Attribute::Service, "Service(3, 2000)"),
        (Attribute::Service, "Service(17, 32)"),
        (Attribute::Service, "Service(9, 2000)"),
        (Attribute::Service, "Service(19, 3000)"),
        (Attribute::Service, "Service(28, 3001)"),
        (Attribute::Service, "Service(13, 2000)"),
        (Attribute::Service, "Service(12, 2000)"),
    ];
    assert_eq!(facts(RWHAT), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
    assert!(!format!("{:?}", Message::parse(RWHAT)).contains("TEST"));
}

#[test]
fn the_alarm_reads_as_the_reference_says() {
    let message = bed(ALARM_LEAD);
    assert_eq!((message.header.function, message.header.sub_code), (Function::DATA, SubCode::ALARM));
    assert_eq!((message.header.data_count, message.missing(), message.quirk()), (24, 0, None));
    assert_eq!(message.header.source_address(), Some([192, 168, 0, 195]));
    let Ok(Body::Alarm(alarm)) = message.body() else { panic!() };
    assert_eq!((alarm.levels, alarm.code.name()), ([0x81, 3, 3], Some("ECG")));
    assert_eq!((alarm.text.bytes, alarm.counter), (&b"ABLTG AUSFALL"[..], Some(0xb6)));
    assert!(!format!("{message:?}").contains("AUSFALL"), "an alarm says how a patient is");
}

#[test]
fn requests_with_junk_in_their_addresses_are_read_and_claim_no_address() {
    for (vector, code, process) in
        [(PARAMETER_REQUEST, SubCode::REQUEST_PARAMETERS, 0x29), (WAVEFORM_REQUEST, SubCode::REQUEST_WAVEFORMS, 0x0b)]
    {
        let message = bed(vector);
        assert_eq!((message.header.function, message.header.sub_code), (Function::REQUEST, code));
        assert_eq!((message.header.process, message.header.source_address()), (process, None));
        let wanted = [(Attribute::Role, "requester"), (Attribute::Origin, "\"HOME|B-02\"")];
        assert_eq!(facts(vector), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
    }
}

#[test]
fn the_parameters_read_as_the_reference_says() {
    let message = bed(PARAMETERS);
    assert_eq!(message.header.data_count, 556);
    let Ok(Body::Parameters { inner: Some(inner), block }) = message.body() else { panic!() };
    assert_eq!((inner.data_count, inner.sequence), (496, 81));
    assert_eq!((block.alarm_state, block.alarm_level), (AlarmState::ACTIVE, AlarmLevel::SYSTEM_WARNING));
    assert_eq!((block.count, block.entry_length()), (7, 70));
    let all: Vec<_> = block.parameters().map(Result::unwrap).collect();
    let codes: Vec<_> = all.iter().map(|each| (each.parameter_type.0, each.code)).collect();
    let st = ParameterType::ST.0;
    let wanted = [
        (1, Code::ECG),
        (11, Code::SPO2),
        (10, Code::NBP),
        (st, Code::ST_I),
        (st, Code::ST_II),
        (st, Code::ST_III),
        (st, Code::ST_V),
    ];
    assert_eq!(codes, wanted);
    assert_eq!(all[0].values[0].absent(), Some("invalid"));
    assert_eq!(all[1].values[..2], [ParameterValue(97), ParameterValue(64)]);
    let limits = [[ParameterValue(94), ParameterValue(101)], [ParameterValue(35), ParameterValue(110)]];
    assert_eq!(all[1].limits[..2], limits);
    assert!(all[1].is_measured() && !all[2].is_measured());
    assert!(!format!("{block:?} {:?} {:?}", all[1], all[1].values).contains("97"), "a value is a patient's");
}

#[test]
fn the_waves_read_to_their_tail() {
    let bytes = waves();
    assert_eq!(bytes.len(), 699);
    let packet = WavePacket::parse(&bytes).unwrap();
    assert_eq!(packet.sequence, 0x048f);
    let mut signals = packet.signals();
    let all: Vec<_> = signals.by_ref().collect();
    assert_eq!((all.len(), signals.tail().rest()), (75, WAVES_TAIL));
    assert_eq!((all[4].id, all[4].samples.rest(), all[4].has_signal()), (WaveId::PLETH, &[0x02, 0x70][..], true));
    assert!(!all[0].has_signal(), "80 0F is none");
    let wanted = [(Attribute::Role, "waveform sender"), (Attribute::Measures, "plethysmogram")];
    assert_eq!(facts(&bytes), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
}

#[test]
fn probes_are_sure_of_every_vector() {
    for (vector, least) in [
        (RWHAT, 80),
        (ALARM_LEAD, 110),
        (PARAMETER_REQUEST, 90),
        (WAVEFORM_REQUEST, 80),
        (PARAMETERS, 90),
        (&waves()[..], 600),
    ] {
        assert!(probe(vector).is_at_least(least), "{:?}", probe(vector));
    }
}

/// Datagrams of other protocols on the same ports.
mod strangers {
    use super::*;

    /// The header of an AFS (Rx) packet: epoch, connection, call, sequence, serial, type, flags, user status, security, ...
    fn rx(epoch: u32, call: u32, sequence: u32, kind: u8, body: &[u8]) -> Vec<u8> {
        let head = [epoch, 0x8cd0_35f4, call, sequence, sequence.wrapping_add(3)];
        let mut bytes: Vec<u8> = head.into_iter().flat_map(u32::to_be_bytes).collect();
        bytes.extend([kind, 5, 0, 0, 0, 0, 0, 1]);
        bytes.extend(body);
        bytes
    }

    proptest! {
        #[test]
        fn no_rx_packet_of_afs_is_taken_for_a_monitor(
            epoch: u32, call in 0_u32..100_000, sequence in 0_u32..20_000_000, kind in 1_u8..14,
            body in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            prop_assert_eq!(probe(&rx(epoch, call, sequence, kind, &body)), Verdict::No);
        }

        #[test]
        fn no_rx_packet_full_of_zeros_is_taken_for_a_monitor(sequence: u32, length in 0_usize..600) {
            // the sequence stands where the function code does: C9 thirteen million packets into one call
            prop_assert_eq!(probe(&rx(0, 0, sequence, 1, &vec![0; length])), Verdict::No);
        }

        #[test]
        fn no_random_datagram_is_taken_for_a_monitor(bytes in prop::collection::vec(any::<u8>(), 0..800)) {
            prop_assert_eq!(probe(&bytes), Verdict::No);
            prop_assert!(!matches!(probe_serial(&bytes), Verdict::Yes(_)));
        }
    }

    #[test]
    fn the_worst_rx_packet_is_below_what_a_sensor_believes() {
        // an abort deep in a long call whose fields happen to be zeros: function C9 by sequence, all else zero
        let bytes = rx(0, 0, 0x00c9_0000, 4, &[0; 60]);
        let Verdict::Yes(bits) = probe(&bytes) else { return };
        assert!(bits.0 < 60, "{bits:?}");
    }

    #[test]
    fn zeros_dns_and_ntp_are_none() {
        let mut ntp = [0_u8; 48];
        ntp[0] = 0x23;
        let dns = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example\x03com\x00\x00\x01\x00\x01";
        for other in [&[0; 88][..], &[0; 616], &ntp, dns, b"", &[0xff; 700]] {
            assert_eq!(probe(other), Verdict::No);
        }
    }
}

/// Hostile and malformed input, by the hazards of the wire reference [constructed].
mod hostile {
    use super::*;

    #[test]
    fn more_services_than_there_is_room_for_end_with_the_room() {
        let mut bytes = RWHAT.to_vec();
        bytes[43] = 255;
        assert_eq!(Announcement::parse(&bytes).unwrap().services().count(), 11);
        assert_eq!(probe(&bytes), Verdict::No, "and it is not believed");
    }

    #[test]
    fn more_parameters_than_there_are_bytes_for_end_with_an_error() {
        let mut bytes = PARAMETERS.to_vec();
        bytes[124] = 200;
        let Ok(Body::Parameters { block, .. }) = bed(&bytes).body() else { panic!() };
        let all: Vec<_> = block.parameters().collect();
        assert_eq!(all.iter().filter(|each| each.is_ok()).count(), 7);
        assert_eq!((all.len(), all[7].as_ref().unwrap_err().field), (8, "parameter"));
    }

    #[test]
    fn a_datagram_cut_in_the_middle_is_read_as_far_as_it_goes() {
        let cut = &PARAMETERS[..300];
        let message = bed(cut);
        assert_eq!(message.missing(), 316);
        let Ok(Body::Parameters { block, .. }) = message.body() else { panic!() };
        assert_eq!(block.parameters().filter(Result::is_ok).count(), 2);
        assert!(probe(cut).is_at_least(60));
    }

    #[test]
    fn a_header_within_a_header_within_a_header_is_not_followed() {
        let header = &PARAMETERS[60..120];
        let nested = [&PARAMETERS[..60], &header.repeat(20)].concat();
        let Ok(Body::Parameters { inner, .. }) = bed(&nested).body() else { panic!() };
        assert!(inner.is_some(), "one is read, what follows it is the block");
    }

    #[test]
    fn a_location_without_an_end_is_no_location() {
        let mut bytes = ALARM_LEAD.to_vec();
        bytes[24..56].fill(b'A');
        assert_eq!(probe(&bytes), Verdict::No);
        let mut bytes = ALARM_LEAD.to_vec();
        bytes[40] = b'x';
        assert_eq!(probe(&bytes), Verdict::No, "nothing but NUL stands behind a location");
    }

    #[test]
    fn a_short_alarm_has_no_counter_and_a_shorter_one_is_an_error() {
        let header = Header { sub_code: SubCode::ALARM, ..data() };
        let short = header.message(&[0x81, 3, 3, 0x3a, 1, 1, 0]).unwrap();
        let Ok(Body::Alarm(alarm)) = bed(&short).body() else { panic!() };
        assert_eq!((alarm.counter, alarm.text.is_empty()), (None, true));
        assert!(bed(&header.message(&[0x81]).unwrap()).body().is_err());
    }

    #[test]
    fn what_is_no_message_is_an_error_with_its_place() {
        let error = Message::parse(b"GET / HTTP/1.1\r\n").unwrap_err();
        assert_eq!((error.offset, error.field), (0, "message type"));
    }
}

fn data() -> Header<'static> {
    Header {
        destination: [192, 168, 0, 255],
        source: [192, 168, 0, 195],
        function: Function::DATA,
        sub_code: SubCode::PARAMETERS,
        version: 1,
        sequence: 81,
        process: 0,
        origin: b"HOME|B-01",
    }
}

#[test]
fn the_time_is_told_with_its_master() {
    // documented by an integrator; the sub-code is not public [constructed]
    let header = Header { sub_code: SubCode(0x1234), origin: b"HOME|CENTRAL", ..data() };
    let seconds = SECONDS_1970 + 1_767_225_600;
    let bytes = header.message(&seconds.to_be_bytes()).unwrap();
    assert_eq!(bytes.len(), 64);
    assert!(matches!(bed(&bytes).body(), Ok(Body::TimeSynchronisation(found)) if found == seconds));
    assert!(probe(&bytes).is_at_least(80));
    assert!(facts(&bytes).contains(&(Attribute::Role, "time master".to_owned())));
    let early = header.message(&5_u32.to_be_bytes()).unwrap();
    assert!(matches!(bed(&early).body(), Ok(Body::Other)));
}

/// The serial form [constructed from the layout of a driver; its CRC is not public].
mod serial_form {
    use super::*;

    fn parameter(code: Code) -> Parameter {
        let limits = [[94, 101], [35, 110], [0, 0]];
        Parameter { parameter_type: ParameterType::SPO2, code, values: [97, 64, -32768], limits }
    }

    #[test]
    fn parameters_on_a_serial_line_have_no_second_header_and_68_bytes_each() {
        let header = Header { destination: [0; 4], source: [0; 4], origin: b"", ..data() };
        let message = header.serial_parameters(&[parameter(Code::SPO2), parameter(Code::ECG)], [0xab, 0xcd]).unwrap();
        let mut found = Vec::new();
        let mut decoder = Decoder::default();
        let stream = [&[1, 2, 3][..], &message, &message].concat();
        decoder.feed(&stream, &mut |event| match event {
            Event::Message { offset, bytes, crc } => {
                let Ok(Body::Parameters { inner: None, block }) = bed(bytes).body() else { panic!() };
                assert_eq!((crc, block.entry_length()), ([0xab, 0xcd], 68));
                let values = block.parameters().map(|each| each.unwrap().values[0].value());
                assert_eq!(values.collect::<Vec<_>>(), [Some(97), Some(97)]);
                found.push(offset);
            }
            Event::Skipped { offset, count } => assert_eq!((offset, count), (0, 3)),
        });
        assert_eq!(found, [3, 3 + message.len() as u64]);
        assert!(probe_serial(&message).is_at_least(60));
    }

    #[test]
    fn a_count_bomb_on_a_serial_line_is_not_waited_for() {
        let header = Header { origin: b"", ..data() };
        let mut bytes = header.message(&[]).unwrap();
        bytes[58..60].copy_from_slice(&[0xff, 0xff]);
        assert_eq!(probe_serial(&bytes), Verdict::No);
    }
}

proptest! {
    #[test]
    fn any_announcement_comes_back(
        address: [u8; 4], clock: u32, unit in "[A-Z]{1,7}", bed in "[A-Z0-9]{1,6}", patient in "[A-Z]{0,14}",
        services in prop::collection::vec((1_u16.., any::<u16>()), 1..=11),
    ) {
        let location = format!("{unit}|{bed}");
        let bytes = emit::announcement(address, clock, location.as_bytes(), patient.as_bytes(), &services).unwrap();
        let found = Announcement::parse(&bytes).unwrap();
        prop_assert_eq!((found.address, found.clock), (address, clock));
        prop_assert_eq!((found.location.bytes, found.patient.reveal()), (location.as_bytes(), patient.as_bytes()));
        prop_assert_eq!(found.services().map(|each| (each.id, each.port)).collect::<Vec<_>>(), services);
        prop_assert!(probe(&bytes).is_at_least(60));
    }

    #[test]
    fn any_parameters_come_back(
        all in prop::collection::vec((any::<u8>(), any::<[i16; 3]>(), any::<[[i16; 2]; 3]>()), 0..12), sequence: u16,
    ) {
        let written: Vec<_> = all
            .iter()
            .map(|(code, values, limits)| Parameter {
                parameter_type: ParameterType::ECG, code: Code(*code), values: *values, limits: *limits,
            })
            .collect();
        let bytes = Header { sequence, ..data() }.parameters(&written).unwrap();
        let Ok(Body::Parameters { inner: Some(inner), block }) = bed(&bytes).body() else { panic!() };
        prop_assert_eq!(inner.sequence, sequence);
        let read: Vec<_> = block
            .parameters()
            .map(Result::unwrap)
            .map(|each| (each.code.0, each.values.map(|value| value.0), each.limits.map(|pair| pair.map(|value| value.0))))
            .collect();
        prop_assert_eq!(read, all);
        prop_assert!(probe(&bytes).is_at_least(60));
    }

    #[test]
    fn any_alarm_and_request_come_back(code: u8, text in "[A-Z ]{1,30}[A-Z]", counter: u32, process: u16) {
        let header = Header { sub_code: SubCode::ALARM, ..data() };
        let bytes = header.alarm(Code(code), text.as_bytes(), counter).unwrap();
        let Ok(Body::Alarm(alarm)) = bed(&bytes).body() else { panic!() };
        prop_assert_eq!((alarm.code.0, alarm.text.bytes, alarm.counter), (code, text.trim_start().as_bytes(), Some(counter)));
        let asked = Header { function: Function::REQUEST, sub_code: SubCode::REQUEST_PARAMETERS, process, ..data() };
        let bytes = asked.request().unwrap();
        prop_assert_eq!((bytes.len(), bed(&bytes).header.process), (62, process));
        prop_assert!(probe(&bytes).is_at_least(60));
    }

    #[test]
    fn any_waves_come_back(sequence: u16, rounds in prop::collection::vec(any::<([i16; 4], i16)>(), 5..15)) {
        let signals: Vec<(u8, &[i16])> = rounds
            .iter()
            .flat_map(|(ecg, pleth)| [(7, &ecg[..]), (0x27, core::slice::from_ref(pleth))])
            .collect();
        let bytes = emit::waves(sequence, &signals).unwrap();
        prop_assert!(probe(&bytes).is_at_least(60));
        let packet = WavePacket::parse(&bytes).unwrap();
        let read: Vec<_> = packet.signals().map(|each| (each.id.0, each.samples.rest().to_vec())).collect();
        let wanted: Vec<_> = signals
            .iter()
            .map(|(id, samples)| (*id, samples.iter().copied().flat_map(i16::to_be_bytes).collect::<Vec<u8>>()))
            .collect();
        prop_assert_eq!((packet.sequence, read), (sequence, wanted));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        if let Ok(message) = Message::parse(&bytes) {
            ident::unity_facts(&message, &mut |fact| assert!(fact.offset < bytes.len()));
        }
        if let Ok((message, used)) = BedMessage::parse(&bytes) {
            prop_assert!(used <= bytes.len());
            ident::bed_facts(&message, &mut |fact| assert!(fact.offset < bytes.len()));
        }
        if let Ok(packet) = WavePacket::parse(&bytes) {
            packet.signals().for_each(drop);
        }
    }
}
