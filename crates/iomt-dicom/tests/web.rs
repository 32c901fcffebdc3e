//! DICOMweb bodies: the same devices as in files and on associations, and no patient.
#![cfg(feature = "json")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::file::Outcome;
use iomt_dicom::web::Body;
use iomt_dicom::{Encoding, Event, Limits, Tag, Vr, emit};

fn read(content_type: &[u8], body: &[u8], piece: usize, limits: Limits) -> (Vec<String>, Outcome) {
    let mut reader = Body::new(content_type, limits).unwrap();
    let mut out = Vec::new();
    for part in body.chunks(piece.max(1)) {
        reader.feed(part, &mut |event| out.push(show(&event)));
    }
    let outcome = reader.finish(&mut |event| out.push(show(&event)));
    (out, outcome)
}

/// Tags and values of the elements, each with its sequences.
fn told(content_type: &[u8], body: &[u8]) -> Vec<(usize, Tag, Vr, Vec<u8>)> {
    let mut reader = Body::new(content_type, Limits::DEFAULT).unwrap();
    let mut out = Vec::new();
    let mut take = |event: Event<'_>| {
        if let Event::Element { enclosing, element, .. } = event {
            out.push((enclosing.len(), element.tag, element.vr, element.value.to_vec()));
        }
    };
    reader.feed(body, &mut take);
    reader.finish(&mut take);
    out
}

const JSON: &[u8] = b"application/dicom+json";

/// Constructed after the example of PS3.18 annex F.4.
const STUDY: &str = r#"[ {
  "00080016": { "vr": "UI", "Value": [ "1.2.840.10008.5.1.4.1.1.2" ] },
  "00080070": { "vr": "LO", "Value": [ "ACME \u00e9" ] },
  "00081140": { "vr": "SQ", "Value": [ { "00080070": { "vr": "LO", "Value": [ "NOT THIS ONE" ] } } ] },
  "00100010": { "vr": "PN", "Value": [ { "Alphabetic": "CANARY^PATIENT" } ] },
  "00100020": { "vr": "LO", "Value": [ "CANARY-ID" ] },
  "0018100A": { "vr": "SQ", "Value": [ { "00181009": { "vr": "UT", "Value": [ "(01)00884838000001" ] } }, {} ] },
  "00181020": { "Value": [ "1.2", null, "3.4" ], "vr": "LO" },
  "0020000D": { "vr": "UI" },
  "7FE00010": { "vr": "OW", "BulkDataURI": "http://host/bulk" }
},
{ "00080070": { "vr": "LO", "Value": [ "OTHER" ] } } ]"#;

#[test]
fn a_list_of_data_sets_tells_the_equipment_and_never_the_patient() {
    let charset = (0, Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 192".to_vec());
    let expected = [
        charset.clone(),
        (0, Tag::SOP_CLASS_UID, Vr::UI, b"1.2.840.10008.5.1.4.1.1.2".to_vec()),
        (0, Tag::MANUFACTURER, Vr::LO, "ACME é".into()),
        (0, Tag::UDI_SEQUENCE, Vr::SQ, vec![]),
        (1, Tag::UNIQUE_DEVICE_IDENTIFIER, Vr::UT, b"(01)00884838000001".to_vec()),
        (0, Tag::SOFTWARE_VERSIONS, Vr::LO, b"1.2\\\\3.4".to_vec()),
        (0, Tag::STUDY_INSTANCE_UID, Vr::UI, vec![]),
        charset,
        (0, Tag::MANUFACTURER, Vr::LO, b"OTHER".to_vec()),
    ];
    assert_eq!(told(JSON, STUDY.as_bytes()), expected);
    let (events, outcome) = read(JSON, STUDY.as_bytes(), usize::MAX, Limits::DEFAULT);
    assert_eq!(outcome, Outcome::Complete);
    assert!(events.iter().all(|event| !event.contains("CANARY")));
    for piece in [1, 2, 7, 64] {
        assert_eq!(read(JSON, STUDY.as_bytes(), piece, Limits::DEFAULT), (events.clone(), outcome), "{piece}");
    }
}

#[test]
fn a_single_object_is_read_as_a_list_of_one() {
    let told = told(JSON, br#"{"00080070":{"vr":"LO","Value":["ACME"]}}"#);
    assert_eq!(told[1].3, b"ACME");
}

#[test]
fn numbers_come_as_their_representation_holds_them() {
    let json = br#"{"00280010":{"vr":"US","Value":[512,"513"]},"00189073":{"vr":"FD","Value":[1.5]},
        "00200013":{"vr":"IS","Value":[7]},"00180050":{"vr":"DS","Value":[1.25,"2"]},
        "00209165":{"vr":"AT","Value":["0018A001"]},
        "00400275":{"vr":"PN","Value":[{"Alphabetic":"a^b","Phonetic":"c"}]}}"#;
    let mut reader = Body::with_filter(JSON, Limits::DEFAULT, |_, _| true).unwrap();
    let mut values = Vec::new();
    let mut take = |event: Event<'_>| {
        if let Event::Element { element, .. } = event {
            values.push(element.value.to_vec());
        }
    };
    reader.feed(json, &mut take);
    assert_eq!(reader.finish(&mut take), Outcome::Complete);
    let expected: [&[u8]; 7] =
        [b"ISO_IR 192", &[0, 2, 1, 2], &1.5_f64.to_le_bytes(), b"7", b"1.25\\2", &[0x18, 0, 1, 0xa0], b"a^b==c"];
    assert_eq!(values, expected);
}

#[test]
fn files_in_a_multipart_body_are_read_as_files() {
    let file = emit::part10(EXPLICIT, CT, b"2.999.1", &ct(Encoding::ExplicitLittle, 5000));
    let part = |head: &[u8], body: &[u8]| [b"\r\n--xyz\r\n", head, b"\r\n", body].concat();
    let body = [
        part(b"Content-Type: application/dicom\r\n", &file),
        part(b"", &file),
        part(b"Content-Type: text/plain\r\n", &file),
        part(b"Content-Type: application/dicom+json\r\n", STUDY.as_bytes()),
        b"\r\n--xyz--".to_vec(),
    ]
    .concat();
    let content_type = br#"multipart/related; type="application/dicom"; boundary=xyz"#;
    let (events, outcome) = read(content_type, &body, usize::MAX, Limits::DEFAULT);
    assert_eq!(outcome, Outcome::Complete);
    let makers = events.iter().filter(|event| event.contains("(0008,0070)") && event.contains("[]"));
    assert_eq!(makers.count(), 4, "two files and two data sets");
    assert!(events.iter().all(|event| !event.contains("CANARY")));
    for piece in [1, 13, 1000] {
        assert_eq!(read(content_type, &body, piece, Limits::DEFAULT), (events.clone(), outcome), "{piece}");
    }
    let (_, cut) = read(content_type, &body[..body.len() - 3], usize::MAX, Limits::DEFAULT);
    assert_eq!(cut, Outcome::Incomplete);
}

#[test]
fn every_prefix_ends_and_tells_a_prefix() {
    let (whole, _) = read(JSON, STUDY.as_bytes(), usize::MAX, Limits::DEFAULT);
    let elements = |events: Vec<String>| -> Vec<String> {
        events.into_iter().filter(|event| event.contains("Element {")).collect()
    };
    let whole = elements(whole);
    for cut in 0..STUDY.len() - 1 {
        let Some(front) = STUDY.get(..cut) else { continue };
        let (events, outcome) = read(JSON, front.as_bytes(), usize::MAX, Limits::DEFAULT);
        let (opened, closed) = (front.matches('{').count(), front.matches('}').count());
        assert_eq!(outcome == Outcome::Complete, opened == closed && opened > 0, "{cut}");
        let events = elements(events);
        assert_eq!(events, whole[..events.len()], "{cut}");
    }
}

#[test]
fn what_is_no_data_set_is_an_error_with_its_place() {
    for body in [&br#"{"00080070": 7}"#[..], br#"{"00080070":{"vr":"LO","Value":["a}"#, b"{]}", b"{\"x\":{}}}"] {
        let (events, _) = read(JSON, body, usize::MAX, Limits::DEFAULT);
        assert!(!events.is_empty());
    }
    let (events, outcome) = read(JSON, br#"{"00080070": 7}"#, usize::MAX, Limits::DEFAULT);
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(events.iter().any(|event| event.contains("DICOM JSON")), "{events:?}");
    assert_eq!(read(JSON, b"[]", 1, Limits::DEFAULT).1, Outcome::NotDicom);
    // Found by mutating the seeds: what stands between data sets is none, however it is cut.
    let stray = br#"}"{" {}} "}{" }x{} {"#;
    for piece in 1..stray.len() {
        assert_eq!(
            read(JSON, stray, piece, Limits::DEFAULT),
            read(JSON, stray, usize::MAX, Limits::DEFAULT),
            "{piece}"
        );
    }
}

#[test]
fn a_data_set_larger_than_the_cap_is_read_up_to_it_and_the_next_one_is_whole() {
    let long = "x".repeat(10_000);
    let body = format!(
        r#"[{{"00080070":{{"vr":"LO","Value":["ACME"]}},"00181000":{{"vr":"LO","Value":["{long}"]}}}},{{"00080070":{{"vr":"LO","Value":["B"]}}}}]"#
    );
    let limits = Limits { message_bytes: 1000, ..Limits::DEFAULT };
    let (events, outcome) = read(JSON, body.as_bytes(), 100, limits);
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(events.iter().any(|event| event.contains("ACME")) && events.iter().any(|event| event.contains(" B true")));
    assert!(events.iter().any(|event| event.contains("Limit { limit: 1000 }")), "{events:?}");
}

#[test]
fn items_within_items_end_at_the_limit_of_the_parser() {
    let open = r#"{"0018A001":{"vr":"SQ","Value":["#.repeat(100_000);
    let (events, outcome) = read(JSON, open.as_bytes(), 4096, Limits::DEFAULT);
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(events.len() < 100, "{}", events.len());
    let braces = "{}".repeat(100_000);
    assert_eq!(read(JSON, braces.as_bytes(), 4096, Limits::DEFAULT).1, Outcome::Complete);
}
