//! The record interface.

use super::said;
use crate::{
    Verdict,
    dri::{
        Level, MainType, Record,
        frame::{self, Damage, Decoder, Event},
        network::{DeviceType, Network},
        physiology::{BASIC, CLASS, Physiology, PhysiologyType},
        probe,
        request::Request,
        waves::{Wave, wave_name},
    },
    emit::dri as emit,
    ident::{self, Attribute},
    vectors::*,
};
use proptest::prelude::*;

fn frames(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut visit = |event: Event<'_>| {
        found.push(match event {
            Event::Record(record) => format!("Record {record:02x?}"),
            other => format!("{other:?}"),
        });
    };
    let mut decoder = Decoder::default();
    decoder.feed(bytes, &mut visit);
    decoder.gap(&mut visit);
    found
}

fn unframed(bytes: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    Decoder::default().feed(bytes, &mut |event| match event {
        Event::Record(record) => found = record.to_vec(),
        other => panic!("{other:?}"),
    });
    found
}

fn record(bytes: &[u8]) -> Record<'_> {
    let (record, used) = Record::parse(bytes).unwrap();
    assert_eq!((used, record.missing()), (bytes.len(), 0));
    assert_eq!(record.quirks().next(), None);
    record
}

fn facts(bytes: &[u8]) -> Vec<(Attribute, String)> {
    let mut found = Vec::new();
    ident::dri_facts(&record(bytes), &mut |fact| found.push(said(&fact)));
    found
}

const RECORD: emit::Record =
    emit::Record { number: 1, level: Level::L09, plug_id: 7, time: 1_600_000_000, main_type: MainType::PHYSIOLOGICAL };

#[test]
fn the_requests_of_the_vendors_document_read_as_they_are_described() {
    for (vector, kind, interval, classes) in [
        (DISPLAYED_REQUEST, PhysiologyType::DISPLAYED, 10, 14),
        (STOP_REQUEST, PhysiologyType::DISPLAYED, 0, 0),
        (TREND_REQUEST, PhysiologyType::TREND_60S, 60, 14),
    ] {
        let bytes = unframed(vector);
        let record = record(&bytes);
        assert_eq!((record.length, record.main_type), (49, MainType::PHYSIOLOGICAL));
        let sub = record.sub_records().next().unwrap().unwrap();
        let Ok(Some(Request::Parameters(asked))) = Request::read(&record, &sub) else { panic!() };
        assert_eq!((asked.physiology_type, asked.interval, asked.classes), (kind, interval, classes));
        assert_eq!(emit::parameter_request(kind, interval, classes).as_deref(), Ok(&bytes[..]));
        assert_eq!(frame::encode(&bytes), vector);
        assert_eq!(facts(&bytes), [(Attribute::Role, "requester".to_owned())]);
    }
}

#[test]
fn a_checksum_that_has_to_be_escaped_is_escaped_and_read() {
    // the checksum of the vendor's trend request is 7D: `7D 5D 7E`
    assert!(TREND_REQUEST.ends_with(&[0x7d, 0x5d, 0x7e]));
    assert_eq!(frame::checksum(&unframed(TREND_REQUEST)), 0x7d);
    // unescaped, the 7D takes the flag with it: an abort
    let mut bytes = TREND_REQUEST.to_vec();
    bytes.remove(bytes.len() - 2);
    assert_eq!(frames(&bytes), [format!("{:?}", Event::Damaged(Damage::Aborted))]);
}

#[test]
fn the_request_for_a_wave_reads_as_it_is_described() {
    let bytes = unframed(WAVE_REQUEST);
    let record = record(&bytes);
    assert_eq!((record.length, record.main_type), (72, MainType::WAVEFORM));
    let sub = record.sub_records().next().unwrap().unwrap();
    let Ok(Some(Request::Waves(asked))) = Request::read(&record, &sub) else { panic!() };
    assert_eq!((asked.is_stop, asked.waves().collect::<Vec<_>>()), (false, vec![1]));
    assert_eq!(emit::wave_request(false, &[1]).as_deref(), Ok(&bytes[..]));
}

#[test]
fn a_login_identifies_the_monitor() {
    let wanted = [
        (Attribute::Mac, "Mac([00, 00, a1, 11, 22, 33])"),
        (Attribute::DeviceType, "37"),
        (Attribute::DriLevel, "11"),
        (Attribute::Role, "record sender"),
        (Attribute::DriLevel, "11"),
        (Attribute::PlugId, "3"),
    ];
    assert_eq!(facts(LOGIN), wanted.map(|(attribute, value)| (attribute, value.to_owned())));
    let record = record(LOGIN);
    assert_eq!((record.time, record.level.name(), record.plug_id), (1_600_000_000, Some("'15"), 3));
    let sub = record.sub_records().next().unwrap().unwrap();
    let Ok(Some(Network::Login(login))) = Network::read(&record, &sub) else { panic!() };
    assert_eq!(login.device_type.name(), Some("CARESCAPE B650 or B850, intensive care"));
    assert_eq!(login.dri_level(), Some(Level::L15));
    let mac = [0, 0, 0xa1, 0x11, 0x22, 0x33];
    let written = emit::login(mac, DeviceType::CARESCAPE_ICU, Level::L15, 3, 1_600_000_000);
    assert_eq!(written.as_deref(), Ok(LOGIN));
}

#[test]
fn a_patients_record_is_read_and_stays_closed() {
    let bytes = emit::patient(RECORD, b"JANE", b"CANARY", b"MRN4711").unwrap();
    let record = record(&bytes);
    let sub = record.sub_records().next().unwrap().unwrap();
    let Ok(Some(Network::Patient(patient))) = Network::read(&record, &sub) else { panic!() };
    assert_eq!((patient.last_name.reveal(), patient.identifier.len()), (&b"CANARY"[..], 7));
    let shown = format!("{record:?} {sub:?} {patient:?} {:?}", facts(&bytes));
    assert!(!["JANE", "CANARY", "4711"].iter().any(|canary| shown.contains(canary)), "{shown}");
}

#[test]
fn displayed_values_tell_what_the_monitor_measures() {
    let groups: [(&str, u32, &[i16]); 3] = [("ECG", 3, &[72]), ("SpO2", 3, &[9700, 7200]), ("CO2", 0, &[0, 0])];
    let bytes = emit::displayed(RECORD, &groups).unwrap();
    assert_eq!(bytes.len(), 1128);
    let found = facts(&bytes);
    let measures: Vec<_> =
        found.iter().filter(|(what, _)| *what == Attribute::Measures).map(|(_, name)| name).collect();
    assert_eq!(measures, ["ECG", "SpO2"], "a group without a state is not there");
    let record = record(&bytes);
    let sub = record.sub_records().next().unwrap().unwrap();
    let values = Physiology::read(&record, &sub).unwrap().unwrap();
    assert_eq!((values.groups().count(), values.time), (22, 1_600_000_000));
    let oximetry = values.groups().find(|group| group.name == "SpO2").unwrap();
    assert_eq!(oximetry.numbers().next().unwrap().value(), Some(9700));
    assert!(!format!("{values:?} {oximetry:?} {:?}", oximetry.numbers().next()).contains("9700"));
    assert_eq!(CLASS, 2 + BASIC.iter().map(|layout| usize::from(layout.length)).sum::<usize>());
}

#[test]
fn codes_are_no_values() {
    let value = crate::dri::physiology::GroupValue;
    assert_eq!(
        (value(-32767).absent(), value(-32001).absent(), value(-32000).value()),
        (Some("invalid"), Some("code"), Some(-32000))
    );
}

/// Hostile and malformed input, by the hazards of the wire reference [constructed].
mod hostile {
    use super::*;

    #[test]
    fn sub_records_outside_of_their_record_are_errors_in_their_place() {
        let mut bytes = LOGIN.to_vec();
        bytes[19..22].copy_from_slice(&[0xff, 0x7f, 0]);
        bytes[22..25].copy_from_slice(&[0x00, 0x80, 0]);
        bytes[25..28].copy_from_slice(&[0, 0, 0xff]);
        let (record, _) = Record::parse(&bytes).unwrap();
        let all: Vec<_> =
            record.sub_records().map(|sub| sub.map_err(|error| error.offset).map(|sub| sub.data.remaining())).collect();
        assert_eq!(all, [Ok(30), Err(19), Err(22)]);
    }

    #[test]
    fn sub_records_that_share_their_start_are_told() {
        let mut bytes = LOGIN.to_vec();
        bytes[19..22].copy_from_slice(&[0, 0, 6]);
        bytes[22..25].copy_from_slice(&[0, 0, 0xff]);
        let (record, _) = Record::parse(&bytes).unwrap();
        assert_eq!(record.quirks().map(|quirk| quirk.name).collect::<Vec<_>>(), ["shared-offset"]);
        assert_eq!(record.sub_records().count(), 2);
    }

    #[test]
    fn a_list_of_descriptors_without_an_end_ends_after_eight() {
        let mut bytes = LOGIN.to_vec();
        for at in (16..40).step_by(3) {
            bytes[at..at + 3].copy_from_slice(&[0, 0, 0]);
        }
        assert_eq!(Record::parse(&bytes).unwrap().0.sub_records().count(), 8);
    }

    #[test]
    fn a_length_below_the_header_or_above_the_longest_record_is_an_error() {
        for length in [[0, 0], [39, 0], [0xff, 0xff], [0xd3, 0x05]] {
            let mut bytes = LOGIN.to_vec();
            bytes[..2].copy_from_slice(&length);
            assert_eq!(Record::parse(&bytes).unwrap_err().field, "r_len", "{length:?}");
            assert_eq!(probe(&frame::encode(&bytes)), Verdict::No);
        }
    }

    #[test]
    fn a_record_cut_short_is_read_as_far_as_it_goes() {
        let (record, used) = Record::parse(&LOGIN[..45]).unwrap();
        assert_eq!((used, record.missing()), (45, 25));
        let sub = record.sub_records().next().unwrap().unwrap();
        assert!(Network::read(&record, &sub).is_err());
        let mut found = 0;
        ident::dri_facts(&record, &mut |_| found += 1);
        assert_eq!(found, 3, "role, level and plug stand in the header");
    }

    #[test]
    fn frames_that_are_not_as_they_say_are_told_and_the_next_one_is_read() {
        let sound = frame::encode(LOGIN);
        let mut wrong = sound.clone();
        wrong[10] ^= 1;
        let record = format!("Record {LOGIN:02x?}");
        let all = [&[1, 2][..], &wrong, &sound, &sound[..20]].concat();
        assert_eq!(frames(&all), ["Skipped(2)", "Damaged(Checksum)", &record, "Damaged(CutShort)"]);
        let shared = [&sound[..sound.len() - 1], &sound].concat();
        assert_eq!(frames(&shared), [record.clone(), record.clone()], "one flag between two frames");
        let long = [&[0x7e][..], &[1; 2_000], &sound].concat();
        assert_eq!(frames(&long), ["Damaged(TooLong)".to_owned(), "Skipped(508)".to_owned(), record]);
    }

    #[test]
    fn a_checksum_that_was_not_escaped_damages_its_frame_and_no_other() {
        // the published request whose checksum is 7D, as a sender writes it that forgets to escape it [constructed]
        let good = frame::encode(&unframed(TREND_REQUEST));
        let mut bad = good.clone();
        let end = bad.len() - 3;
        bad.splice(end..end + 2, [0x7d]);
        let found = frames(&[bad, good].concat());
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("Damaged") && found[1].starts_with("Record"), "{found:?}");
    }

    #[test]
    fn a_sum_over_escaped_bytes_is_told_as_damage() {
        // what one public client sends: the checksum of a record with a 7E in it, taken over the escaped pair
        let mut sent = LOGIN.to_vec();
        sent[2] = 0x7e;
        let escaped: Vec<u8> =
            sent.iter().flat_map(|byte| if *byte == 0x7e { vec![0x7d, 0x5e] } else { vec![*byte] }).collect();
        let frame = [&[0x7e][..], &escaped, &[frame::checksum(&escaped)], &[0x7e]].concat();
        assert_eq!(frames(&frame), ["Damaged(Checksum)"]);
        assert_eq!(probe(&frame), Verdict::No);
    }

    #[test]
    fn a_wave_that_says_more_samples_than_there_are_ends_with_what_is_there() {
        let mut bytes = emit::wave(RECORD, 8, &[1, 2, 3]).unwrap();
        bytes[40..42].copy_from_slice(&[0xff, 0x7f]);
        let record = record(&bytes);
        let sub = record.sub_records().next().unwrap().unwrap();
        let wave = Wave::read(&record, &sub).unwrap().unwrap();
        assert_eq!((wave_name(wave.kind), wave.samples.remaining()), (Some("plethysmogram"), 6));
    }
}

#[test]
fn probes_are_sure_of_every_vector_and_of_no_other_framing() {
    for vector in [DISPLAYED_REQUEST, STOP_REQUEST, TREND_REQUEST, WAVE_REQUEST, &frame::encode(LOGIN)] {
        assert_eq!(probe(vector), Verdict::Yes(crate::Bits(69)));
    }
    // PPP, and a frame of another protocol with the same flag
    for other in
        [&b"\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21"[..], b"\x7e\x7e\x7e", b"\x7e\x01\x02\x7e", b"GET / HTTP/1.1"]
    {
        assert_eq!(probe(other), Verdict::No);
    }
}

proptest! {
    #[test]
    fn what_is_framed_is_unframed(data in prop::collection::vec(any::<u8>(), 1..1490)) {
        prop_assert_eq!(frames(&frame::encode(&data)), [format!("Record {data:02x?}")]);
    }

    #[test]
    fn any_record_comes_back(
        number: u8, level: u8, plug_id: u16, time: u32, main_type: i16,
        subs in prop::collection::vec((0_u8..0xff, prop::collection::vec(any::<u8>(), 1..60)), 0..8),
    ) {
        let header = emit::Record { number, level: Level(level), plug_id, time, main_type: MainType(main_type) };
        let all: Vec<(u8, &[u8])> = subs.iter().map(|(kind, bytes)| (*kind, &bytes[..])).collect();
        let bytes = header.build(&all).unwrap();
        let found = record(&bytes);
        prop_assert_eq!((found.number, found.level.0, found.plug_id, found.time), (number, level, plug_id, time));
        let read: Vec<_> = found.sub_records().map(Result::unwrap).map(|sub| (sub.kind, sub.data.rest().to_vec())).collect();
        prop_assert_eq!(read, subs);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), main_type in 0_u8..9) {
        let mut bytes = bytes;
        if bytes.len() > 40 {
            bytes[..2].copy_from_slice(&[200, 0]);
            bytes[14..16].copy_from_slice(&[main_type, 0]);
        }
        if let Ok((record, used)) = Record::parse(&bytes) {
            prop_assert!(used <= bytes.len());
            ident::dri_facts(&record, &mut |fact| assert!(fact.offset < used));
            record.quirks().for_each(drop);
        }
        let _ = probe(&bytes);
    }
}
