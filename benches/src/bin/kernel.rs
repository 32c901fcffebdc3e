//! One kernel a number of times, for counting instructions: `kernel NAME TIMES`. See `benches/instructions.sh`.

use core::hint::black_box;

use iomt_benches::{floor, hl7};
use iomt_dicom::{Encoding, Tag, Vr, element::DataSet, emit, pdu::Pdu};
use iomt_hl7v2::Message;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, name, times] = arguments.as_slice() else {
        eprintln!(
            "usage: kernel dicom-rq|dicom-scan|dicom-frames|hl7-facts|hl7-facts-pump|hl7-facts-monitor|hl7-facts-adt|hl7-tokens|intellivue-facts|phd-facts|phd-check|phd-walk|phd-floor|ge-facts|\
             ge-values|ge-floor|dri-facts|dri-frames|dri-floor|intellivue-connect|intellivue-connect-floor|intellivue-walk|intellivue-floor|intellivue-index|intellivue-serial TIMES"
        );
        return;
    };
    let times = times.parse::<u32>().unwrap_or(0);
    match name.as_str() {
        "dicom-rq" => repeat(times, &request(), |bytes| {
            let Ok((Pdu::AssociateRq(rq), _)) = Pdu::parse(bytes) else { return 0 };
            rq.presentation_contexts().flatten().flat_map(|context| context.transfer_syntaxes()).count()
        }),
        "dicom-scan" => repeat(times, &object(), |bytes| {
            DataSet::new(bytes, Encoding::ExplicitLittle)
                .identity()
                .flatten()
                .map(|entry| entry.element.value.len())
                .sum()
        }),
        "dicom-frames" => repeat(times, &frames(), |bytes| {
            DataSet::new(bytes, Encoding::ExplicitLittle)
                .identity()
                .flatten()
                .map(|entry| entry.element.value.len())
                .sum()
        }),
        "hl7-facts" => repeat(times, PUMP.as_bytes(), hl7_facts),
        "hl7-facts-pump" => repeat(times, hl7::pump().as_bytes(), hl7_facts),
        "hl7-facts-monitor" => repeat(times, hl7::monitor(60).as_bytes(), hl7_facts),
        "hl7-facts-adt" => repeat(times, hl7::adt().as_bytes(), hl7_facts),
        "hl7-tokens" => repeat(times, PUMP.as_bytes(), |bytes| {
            let Ok(message) = Message::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            message.tokens(|token| sum = sum.wrapping_add(token.bytes.len()));
            sum
        }),
        "intellivue-facts" => repeat(times, BEACON, |bytes| {
            let Ok((message, _)) = iomt_intellivue::message::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            iomt_intellivue::ident::facts(&message, &mut |fact| sum = sum.wrapping_add(fact.offset));
            sum
        }),
        "ge-facts" => repeat(times, PARAMETERS, |bytes| {
            let Ok(message) = iomt_ge::unity::Message::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            iomt_ge::ident::unity_facts(&message, &mut |fact| sum = sum.wrapping_add(fact.offset));
            sum
        }),
        "dri-facts" => repeat(times, LOGIN, |bytes| {
            let Ok((record, _)) = iomt_ge::dri::Record::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            iomt_ge::ident::dri_facts(&record, &mut |fact| sum = sum.wrapping_add(fact.offset));
            sum
        }),
        "ge-values" => repeat(times, PARAMETERS, |bytes| {
            let Ok((message, _)) = iomt_ge::unity::header::BedMessage::parse(bytes) else { return 0 };
            let Ok(iomt_ge::unity::header::Body::Parameters { block, .. }) = message.body() else { return 0 };
            let values = block.parameters().flatten().flat_map(|parameter| parameter.values);
            values.filter_map(|value| value.value()).map(|value| usize::from(value.unsigned_abs())).sum()
        }),
        "ge-floor" => repeat(times, PARAMETERS, floor::ge::values),
        "dri-frames" => repeat(times, &records(), |bytes| {
            let mut sum = 0_usize;
            iomt_ge::dri::frame::Decoder::default().feed(bytes, &mut |event| {
                if let iomt_ge::dri::frame::Event::Record(record) = event {
                    sum = sum.wrapping_add(record.len());
                }
            });
            sum
        }),
        "dri-floor" => repeat(times, &records(), floor::ge::unescaped),
        "phd-walk" => repeat(times, ANSWER, |bytes| {
            let Ok((apdu, _)) = iomt_phd::apdu::Apdu::parse(bytes) else { return 0 };
            let Ok(Ok(iomt_phd::data::DataBody::Attributes { attributes, .. })) = apdu.data().map(|data| data.body())
            else {
                return 0;
            };
            attributes.iter().flatten().map(|ava| ava.value.len()).sum()
        }),
        "phd-floor" => repeat(times, ANSWER, floor::phd::get_result),
        "phd-facts" => repeat(times, ANSWER, |bytes| {
            let Ok((apdu, _)) = iomt_phd::apdu::Apdu::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            iomt_phd::ident::facts(&apdu, &mut |fact| sum = sum.wrapping_add(fact.offset));
            sum
        }),
        "phd-check" => repeat(times, CONFIGURATION, |bytes| {
            let Ok((apdu, _)) = iomt_phd::apdu::Apdu::parse(bytes) else { return 0 };
            let mut sum = 0_usize;
            iomt_phd::check::check(&apdu, &mut |_| sum = sum.wrapping_add(1));
            sum
        }),
        "intellivue-connect" => repeat(times, BEACON, |bytes| {
            let Ok((indication, _)) = iomt_intellivue::connect::ConnectIndication::parse(bytes) else { return 0 };
            indication.attributes().flatten().map(|ava| ava.value.len()).sum()
        }),
        "intellivue-connect-floor" => repeat(times, BEACON, floor::intellivue::connect_floor),
        "intellivue-walk" => repeat(times, POLL, |bytes| {
            let Ok((pdu, _)) = iomt_intellivue::export::DataExport::parse(bytes) else { return 0 };
            let Ok(iomt_intellivue::export::Body::Action(action)) = pdu.body() else { return 0 };
            let Ok(Some(poll)) = iomt_intellivue::poll::PollResult::read(&action) else { return 0 };
            poll.observations().flat_map(|object| object.attributes.iter().flatten()).map(|ava| ava.value.len()).sum()
        }),
        "intellivue-floor" => repeat(times, POLL, floor::intellivue::poll_floor),
        "intellivue-index" => repeat(times, POLL, floor::intellivue::poll_by_index),
        "intellivue-serial" => repeat(times, &iomt_intellivue::rs232::encode(POLL).unwrap_or_default(), |bytes| {
            let mut sum = 0_usize;
            iomt_intellivue::rs232::Decoder::default().feed(bytes, &mut |event| {
                if let iomt_intellivue::rs232::Event::Frame(data) = event {
                    sum = sum.wrapping_add(data.len());
                }
            });
            sum
        }),
        _ => eprintln!("no such kernel: {name}"),
    }
}

fn repeat(times: u32, bytes: &[u8], kernel: impl Fn(&[u8]) -> usize) {
    for _ in 0..times {
        black_box(kernel(black_box(bytes)));
    }
}

fn hl7_facts(bytes: &[u8]) -> usize {
    let Ok(message) = Message::parse(bytes) else { return 0 };
    let mut sum = 0_usize;
    iomt_hl7v2::ident::facts(&message, &mut |fact| sum = sum.wrapping_add(fact.value.len()));
    sum
}

fn request() -> Vec<u8> {
    (0..128_u8)
        .fold(emit::Associate::request(b"ARCHIVE", b"CT01"), |rq, number| {
            let uid = format!("1.2.840.10008.5.1.4.1.1.{number}");
            rq.context(
                number.wrapping_mul(2).wrapping_add(1),
                uid.as_bytes(),
                &[b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1"],
            )
        })
        .max_pdu_length(16_384)
        .implementation_class_uid(b"1.2.276.0.7230010.3.0.3.6.7")
        .implementation_version_name(b"OFFIS_DCMTK_367")
        .build()
}

fn object() -> Vec<u8> {
    let text = [
        (Tag::new(0x0008, 0x0016), b"UI", "1.2.840.10008.5.1.4.1.1.2"),
        (Tag::new(0x0008, 0x0060), b"CS", "CT"),
        (Tag::new(0x0008, 0x0070), b"LO", "Constructed Imaging"),
        (Tag::new(0x0008, 0x1090), b"LO", "Sampler 64"),
        (Tag::new(0x0018, 0x1000), b"LO", "C-0001"),
        (Tag::new(0x0018, 0x1020), b"LO", "4.2.1"),
    ];
    let set = text.into_iter().fold(emit::DataSet::new(Encoding::ExplicitLittle), |set, (tag, vr, value)| {
        set.text(tag, Vr(*vr), value.as_bytes())
    });
    (0..100_u16)
        .fold(set, |set, number| {
            set.text(Tag::new(0x0020, 0x4000_u16.wrapping_add(number)), Vr(*b"LT"), b"0.976562 1.25")
        })
        .element(Tag::new(0x7fe0, 0x0010), Vr(*b"OW"), &[0; 4096])
        .build()
}

/// 500 frames of an enhanced object, all in items and sequences of undefined length.
fn frames() -> Vec<u8> {
    let empty = || emit::DataSet::new(Encoding::ExplicitLittle);
    let frame = |number: u32| {
        let timing =
            empty().text(Tag::new(0x0018, 0x0080), Vr::DS, b"2000.0").text(Tag::new(0x0018, 0x1314), Vr::DS, b"90.0");
        let content = empty().element(Tag::new(0x0020, 0x9057), Vr::UL, &number.to_le_bytes());
        let place = empty().text(Tag::new(0x0020, 0x0032), Vr::DS, b"-120.5\\-110.25\\33.0");
        empty()
            .open_sequence(Tag::new(0x0018, 0x9112), &[timing])
            .open_sequence(Tag::new(0x0020, 0x9111), &[content])
            .open_sequence(Tag::new(0x0020, 0x9113), &[place])
    };
    let frames: Vec<_> = (0..500).map(frame).collect();
    empty().text(Tag::MANUFACTURER, Vr::LO, b"ACME").open_sequence(Tag::new(0x5200, 0x9230), &frames).build()
}

/// Ten framed records of 1120 bytes.
fn records() -> Vec<u8> {
    iomt_ge::dri::frame::encode(&LOGIN.repeat(16)).repeat(10)
}

const PUMP: &str = include_str!("../../../fixtures/files/pumps.hl7");

const BEACON: &[u8] = include_bytes!("../../../fuzz/seeds/intellivue_connect/connect_indication");

const ANSWER: &[u8] = include_bytes!("../../../fuzz/seeds/phd_apdu/get_result");

const CONFIGURATION: &[u8] = include_bytes!("../../../fuzz/seeds/phd_apdu/config_report");

const PARAMETERS: &[u8] = include_bytes!("../../../fuzz/seeds/ge_unity/parameters");

const LOGIN: &[u8] = include_bytes!("../../../fuzz/seeds/ge_dri/login");

const POLL: &[u8] = include_bytes!("../../../fuzz/seeds/intellivue_connect/poll_result");
