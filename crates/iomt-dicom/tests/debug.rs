//! What `Debug` shows: never what a value says, which may be a patient's, nor a passcode. All objects are constructed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is how a test reports")]

use iomt_dicom::element::{Creators, Encapsulated};
use iomt_dicom::file::{Part10, Scanner, directory};
use iomt_dicom::pdu::Pdu;
use iomt_dicom::text::CharacterSet;
use iomt_dicom::value::Value;
use iomt_dicom::{CommandField, CommandSet, DataSet, Direction, Encoding, Limits, Segment, Tag, Tracker, Vr, emit};

const CANARY: &[u8] = b"CANARY7391";

/// Neither the canary nor its bytes as numbers.
fn is_quiet(shown: &dyn core::fmt::Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        let text: String = text.split_whitespace().collect();
        assert!(!text.contains("CANARY") && !text.contains("67,65,78"), "{text}");
    }
}

fn set() -> emit::DataSet {
    emit::DataSet::new(Encoding::ExplicitLittle)
}

/// A patient in every kind of value.
fn patient() -> emit::DataSet {
    let item = set().text(Tag::PATIENT_NAME, Vr::PN, CANARY);
    set()
        .text(Tag::PATIENT_NAME, Vr::PN, CANARY)
        .text(Tag::PATIENT_ID, Vr::LO, CANARY)
        .text(Tag::new(0x0011, 0x0010), Vr::LO, CANARY)
        .element(Tag::new(0x0011, 0x1001), Vr::UN, CANARY)
        .text(Tag::new(0x0020, 0x0010), Vr::SH, CANARY)
        .text(Tag::new(0x0020, 0x000d), Vr::UI, CANARY)
        .open_sequence(Tag::new(0x0040, 0x0275), &[item])
}

#[test]
fn views_and_values_of_a_data_set_show_no_value() {
    let bytes = patient().encapsulated(&[CANARY]).build();
    let data = DataSet::new(&bytes, Encoding::ExplicitLittle);
    is_quiet(&data);
    is_quiet(&data.elements());
    let (mut walk, mut creators) = (data.walk(), Creators::new());
    while let Some(entry) = walk.next() {
        let entry = entry.unwrap();
        creators.see(&entry);
        is_quiet(&walk);
        is_quiet(&entry);
        is_quiet(&creators);
        let element = entry.element;
        is_quiet(&element.values());
        is_quiet(&element.items());
        is_quiet(&element.numbers::<u16>());
        is_quiet(&element.decoded(&CharacterSet::ASCII));
        for value in element.decoded(&CharacterSet::ASCII) {
            is_quiet(&value);
            if let Value::Name(name) = value {
                is_quiet(&name.components(0));
            }
        }
    }
    let pixels = data.find(Tag::PIXEL_DATA).unwrap().unwrap();
    is_quiet(&Encapsulated::of(&pixels).unwrap());
    is_quiet(&CharacterSet::ASCII.split(CANARY, b'\\'));
    is_quiet(&patient());
}

#[test]
fn files_show_no_value_however_far_they_are_read() {
    let record = patient().text(Tag::new(0x0004, 0x1430), Vr::CS, b"PATIENT");
    let data = set().sequence(Tag::new(0x0004, 0x1220), &[record]).build();
    let mut file = emit::part10(b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.3.10", CANARY, &data);
    file[..10].copy_from_slice(CANARY);
    is_quiet(&Part10::parse(&file).unwrap());
    let directory = DataSet::new(&data, Encoding::ExplicitLittle);
    directory::records(&directory).unwrap().for_each(|record| is_quiet(&record));
    let mut scanner = Scanner::with_filter(Limits::DEFAULT, |_, _| true);
    for byte in file.chunks(1) {
        scanner.feed(byte, &mut |event| is_quiet(&event));
        is_quiet(&scanner);
    }
}

#[test]
fn an_association_shows_no_passcode_and_no_value_however_far_it_is_read() {
    let rq = emit::Associate::request(b"A", b"B")
        .context(1, b"1.2.840.10008.5.1.4.1.1.2", &[b"1.2.840.10008.1.2.1"])
        .user_identity(2, 1, CANARY, CANARY)
        .user_item(0x77, CANARY);
    is_quiet(&rq);
    let rq = rq.build();
    let (Pdu::AssociateRq(associate), _) = Pdu::parse(&rq).unwrap() else { panic!() };
    is_quiet(&associate);
    associate.user_information().for_each(|item| is_quiet(&item));
    associate.user_items().for_each(|item| is_quiet(&item));
    let command = emit::Command::request(CommandField::C_STORE_RQ, b"1.2.840.10008.5.1.4.1.1.2", 1, true)
        .text(Tag::ERROR_COMMENT, CANARY)
        .build();
    is_quiet(&CommandSet::parse(&command).unwrap());
    let message = emit::message(1, &command, Some(&patient().build()), 64);
    let mut tracker = Tracker::with_filter(Limits::DEFAULT, |_, _| true);
    for byte in [rq, message].concat().chunks(1) {
        tracker.feed(Direction::Initiator, Segment::Data(byte), &mut |event| is_quiet(&event));
        is_quiet(&tracker);
    }
}

#[cfg(feature = "json")]
#[test]
fn bodies_of_dicomweb_show_no_value_however_far_they_are_read() {
    let json = br#"[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"CANARY7391"}]}}]"#;
    let related = b"--cut\r\nContent-Type: application/dicom+json\r\nX: CANARY7391\r\n\r\n".as_slice();
    for (content_type, body) in [
        (&b"application/dicom+json"[..], json.to_vec()),
        (b"multipart/related; type=\"application/dicom+json\"; boundary=cut", [related, json].concat()),
    ] {
        let mut reader = iomt_dicom::web::Body::with_filter(content_type, Limits::DEFAULT, |_, _| true).unwrap();
        for byte in body.chunks(1) {
            reader.feed(byte, &mut |event| is_quiet(&event));
            is_quiet(&reader);
        }
    }
}
