//! What a dissection tells of the bundled captures, and what it keeps to itself.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

mod support;

use core::ops::ControlFlow;
use std::collections::BTreeSet;
use std::io::Cursor;

use iomt::dissect::{self, Options, Protocol, REDACTED, Record};
use support::bundled;

/// A record that outlives its moment.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    frame: u64,
    offset: u64,
    depth: usize,
    protocol: Protocol,
    kind: String,
    name: String,
    length: Option<u64>,
    value: Option<String>,
}

impl Line {
    fn of(record: &Record<'_>) -> Self {
        Self {
            frame: record.frame,
            offset: record.offset,
            depth: record.depth,
            protocol: record.protocol,
            kind: record.kind.to_owned(),
            name: record.name.to_owned(),
            length: record.length,
            value: record.value.map(str::to_owned),
        }
    }
}

fn lines(bytes: &[u8], options: &Options) -> Vec<Line> {
    let mut lines = Vec::new();
    let read = dissect::read_from("input", Cursor::new(bytes.to_vec()), options, &mut |record| {
        lines.push(Line::of(record));
        ControlFlow::Continue(())
    });
    read.unwrap();
    lines
}

fn capture(name: &str) -> Vec<u8> {
    let found = bundled().into_iter().find(|path| path.to_str().is_some_and(|path| path.contains(name)));
    std::fs::read(found.unwrap()).unwrap()
}

fn revealed() -> Options {
    Options { reveal_phi: true, ..Options::default() }
}

const PATIENT: [&str; 12] = [
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "AccessionNumber",
    "StudyDate",
    "PID-3",
    "PID-5",
    "PID-7",
    "PID-11",
    "PV1-7",
    "ReferringPhysicianName",
    "OBX-5",
];

#[test]
fn patients_are_shown_only_when_asked_for() {
    let mut hidden = 0;
    for path in bundled() {
        let name = path.display();
        let bytes = std::fs::read(&path).unwrap();
        let (open, closed) = (lines(&bytes, &revealed()), lines(&bytes, &Options::default()));
        assert_eq!(open.len(), closed.len(), "{name}: what is there does not depend on what is shown");
        let mut canaries = BTreeSet::new();
        for (open, closed) in open.iter().zip(&closed) {
            assert_eq!((open.frame, open.offset, &open.name), (closed.frame, closed.offset, &closed.name), "{name}");
            if PATIENT.contains(&open.name.as_str()) && open.value.is_some() {
                assert_eq!(closed.value.as_deref(), Some(REDACTED), "{name}: {}", open.name);
                hidden += 1;
                let value = open.value.as_deref().unwrap_or_default();
                canaries.extend(value.split(['^', ' ']).filter(|part| part.chars().count() >= 6).map(str::to_owned));
            }
        }
        for line in &closed {
            let text = format!("{} {}", line.name, line.value.as_deref().unwrap_or_default());
            assert!(!canaries.iter().any(|canary| text.contains(canary)), "{name}: {line:?}");
        }
    }
    assert!(hidden > 50, "{hidden} values were tried");
}

#[test]
fn an_association_is_told_from_request_to_release() {
    let lines = lines(&capture("dicom_echo_basic"), &Options::default());
    let kinds: Vec<&str> = lines.iter().filter(|line| line.depth == 0).map(|line| line.kind.as_str()).collect();
    let expected = [
        "A-ASSOCIATE-RQ",
        "A-ASSOCIATE-AC",
        "P-DATA-TF",
        "C-ECHO-RQ",
        "P-DATA-TF",
        "C-ECHO-RSP",
        "A-RELEASE-RQ",
        "A-RELEASE-RP",
        "association",
    ];
    assert_eq!(kinds, expected);
    let value = |kind: &str| lines.iter().find(|line| line.kind == kind).and_then(|line| line.value.as_deref());
    assert_eq!(value("C-ECHO-RSP"), Some("message 1, context 1, status 0000 success, answers C-ECHO-RQ at byte 223"));
    assert_eq!(value("PDV"), Some("context 1 (Implicit VR Little Endian, Verification SOP Class), command, last"));
    let account = "WS1 → ORTHANC, 1 of 1 contexts accepted, released, 1 C-ECHO-RQ, 1 C-ECHO-RSP";
    assert_eq!(value("association"), Some(account));
    let decided = lines.iter().filter(|line| line.name == "presentation context").nth(1).unwrap();
    assert_eq!(decided.value.as_deref(), Some("1: acceptance of 1.2.840.10008.1.1 Verification SOP Class"));
    let first = lines.first().unwrap();
    assert_eq!(first.value.as_deref(), Some("WS1 → ORTHANC, 1 context, DCMTK 3.6.7"));
    let titled = lines.iter().find(|line| line.name == "calling AE title").unwrap();
    assert_eq!((titled.offset, titled.value.as_deref()), (26, Some("WS1             ")));
    let command = lines.iter().find(|line| line.name == "CommandField").unwrap();
    assert_eq!(command.value.as_deref(), Some("48 C-ECHO-RQ"));
    let class = lines.iter().find(|line| line.name == "implementation class UID").unwrap();
    assert_eq!((class.offset, class.value.as_deref()), (161, Some("1.2.276.0.7230010.3.0.3.6.7")));
}

/// A capture of one connection, written as pcap.
fn pcap(said: &[(bool, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
    for frame in support::connection(40_000, 104, said) {
        let length = u32::try_from(frame.data.len()).unwrap();
        bytes.extend([1, 0, length, length].map(u32::to_le_bytes).concat());
        bytes.extend(frame.data);
    }
    bytes
}

/// The errors of a capture: where, what, why.
fn errors(capture: &[u8]) -> Vec<String> {
    let lines = lines(capture, &Options::default());
    let errors = lines.into_iter().filter(|line| line.kind == "error");
    errors.map(|line| format!("{} at byte {}: {}", line.name, line.offset, line.value.unwrap_or_default())).collect()
}

/// Constructed: hostile, and of a kind that no device sends.
#[test]
fn a_pdu_of_four_gigabytes_at_the_start_of_a_connection_is_told() {
    let mut rq = iomt_dicom::emit::Associate::request(b"ARCHIVE", b"CT01")
        .context(1, b"1.2.840.10008.1.1", &[b"1.2.840.10008.1.2"])
        .build();
    rq[2..6].copy_from_slice(&[0xff; 4]);
    let told = "PDU-length at byte 2: invalid value 0xffffffff";
    assert_eq!(errors(&pcap(&[(true, rq)])), [told], "its application context says what it is");

    // What says nothing else is told once the other side shows that it is DICOM, and is nothing to speak of before.
    let abort = iomt_dicom::emit::abort(2, 6).to_vec();
    for kind in 1..=7 {
        let head = [&[kind, 0, 0xff, 0xff, 0xff, 0xff][..], &[0; 1000]].concat();
        assert_eq!(errors(&pcap(&[(true, head.clone()), (false, abort.clone())])), [told], "type {kind}");
        for other in [&b""[..], b"HTTP/1.1 400 Bad Request\r\n\r\n", &[0x15, 3, 1, 0, 2, 2, 10]] {
            let lines = lines(&pcap(&[(true, head.clone()), (false, other.to_vec())]), &Options::default());
            assert_eq!(lines, [], "type {kind} and {}", other.escape_ascii());
        }
    }
}

#[test]
fn a_data_set_tells_its_items_its_private_creators_and_how_its_values_deviate() {
    use iomt_dicom::{Encoding, Tag, Vr, emit};
    let set = || emit::DataSet::new(Encoding::ExplicitLittle);
    let private = |set: emit::DataSet, creator: &[u8]| {
        set.text(Tag::new(0x0009, 0x0010), Vr::LO, creator).text(Tag::new(0x0009, 0x1001), Vr::LO, b"X")
    };
    let items = [private(set(), b"NOBODY KNOWS"), set().text(Tag::new(0x0009, 0x1002), Vr::LO, b"Y")];
    let object = private(set().raw(b"\x08\0\x18\0UI\x08\x002.999.7 "), b"GEMS_IDEN_01")
        .open_sequence(Tag::new(0x0040, 0x0275), &items);
    let file = emit::part10(b"1.2.840.10008.1.2.1", b"1.2.840.10008.5.1.4.1.1.2", b"2.999.7", &object.build());
    let lines = lines(&file, &Options::default());
    let names: Vec<&str> =
        lines.iter().map(|line| if line.name.is_empty() { line.kind.as_str() } else { line.name.as_str() }).collect();
    let private: Vec<&&str> = names.iter().skip_while(|name| **name != "SOPInstanceUID").collect();
    assert_eq!(
        private,
        [
            &"SOPInstanceUID",
            &"data element",
            &"private creator of GE HealthCare",
            &"GEMS_IDEN_01 01",
            &"RequestAttributesSequence",
            &"item",
            &"private creator",
            &"NOBODY KNOWS 01",
            &"item",
            &"private",
            &"data set end",
        ]
    );
    let quirk = lines.iter().find(|line| line.kind == "quirk").unwrap();
    let uid = lines.iter().find(|line| line.name == "SOPInstanceUID").unwrap();
    assert_eq!((quirk.value.as_deref(), quirk.offset), (Some("uid-padded-with-space"), uid.offset));
}

#[test]
fn every_standard_element_has_its_keyword_and_closed_ones_keep_their_value() {
    let lines = lines(&capture("dicom_store_modalities"), &Options::default());
    let nameless = lines.iter().filter(|line| line.kind == "data element" && line.name.is_empty()).count();
    assert_eq!(nameless, 0);
    let rows = lines.iter().find(|line| line.name == "Rows").unwrap();
    assert_eq!(rows.value.as_deref(), Some(REDACTED), "a name is no leave to show");
}

#[test]
fn an_offset_leads_to_the_bytes_of_the_value() {
    // In a file of one message the offset is that of the file.
    let message = b"MSH|^~\\&|PUMPGW^001221FFFE0A0B0C^EUI-64|WARD|||20260102||ORU^R01|17|P|2.6\rPID|1||X^DOE\r";
    for line in lines(message, &Options::default()).iter().filter(|line| line.kind == "field") {
        let start = usize::try_from(line.offset).unwrap();
        let end = start + usize::try_from(line.length.unwrap()).unwrap();
        let shown = line.value.as_deref().unwrap();
        assert!(shown == REDACTED || shown.as_bytes() == &message[start..end], "{line:?}");
    }
}

#[test]
fn text_that_was_broken_into_lines_is_no_segment_name() {
    let message = b"MSH|^~\\&|A|B|C|D|20260102||ORU^R01|17|P|2.6\rNTE|1||patient\rJane Doe said\rDOE\rMSA|AE|17|Jane Doe unknown\r";
    for line in lines(message, &Options::default()) {
        let text = format!("{} {}", line.name, line.value.unwrap_or_default());
        assert!(!text.contains("Jane") && !text.contains("DOE"), "{text}");
    }
}

#[test]
fn identity_within_a_redacted_field_is_told_as_a_component() {
    let message = b"MSH|^~\\&|A|B|C|D|20260102||ORU^R01|17|P|2.6\r\
        OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.0.0.1|72||||||R|||20260102||||MON5^^0009FBFFFE112233^EUI-64\r";
    let lines = lines(message, &Options::default());
    let value = |name: &str| lines.iter().find(|line| line.name == name).and_then(|line| line.value.clone());
    assert_eq!(value("OBX-5").as_deref(), Some(REDACTED));
    assert_eq!(value("OBX-2").as_deref(), Some("NM"));
    let eui = lines.iter().find(|line| line.value.as_deref() == Some("0009FBFFFE112233")).unwrap();
    assert_eq!((eui.kind.as_str(), eui.name.starts_with("OBX-18")), ("component", true));
}

#[test]
fn a_location_in_a_message_without_devices_is_a_patients() {
    let admission = b"MSH|^~\\&|A|B|C|D|20260102||ADT^A01|17|P|2.6\rPID|1||X\rPV1|1|I|ICU^5^A\r";
    let place = lines(admission, &Options::default()).into_iter().find(|line| line.name == "PV1-3").unwrap();
    assert_eq!(place.value.as_deref(), Some(REDACTED));
}

#[test]
fn only_the_protocol_that_was_asked_for_is_told() {
    let only = |protocol| Options { protocol: Some(protocol), ..Options::default() };
    let bytes = capture("hl7_adt_basic");
    assert!(lines(&bytes, &only(Protocol::Hl7)).iter().all(|line| line.protocol == Protocol::Hl7));
    assert!(!lines(&bytes, &only(Protocol::Hl7)).is_empty());
    assert_eq!(lines(&bytes, &only(Protocol::Dicom)), []);
}

#[test]
fn a_monitor_that_announces_itself_is_told_attribute_by_attribute() {
    let lines = lines(&capture("intellivue_beacon"), &Options::default());
    assert_eq!(lines.first().map(|line| line.kind.as_str()), Some("connect indication"));
    let model = lines.iter().find(|line| line.name == "NOM_ATTR_ID_MODEL.model-number").unwrap();
    assert_eq!((model.kind.as_str(), model.value.as_deref()), ("fact", Some("866062")));
    assert!(lines.iter().any(|line| line.kind == "attribute" && line.value.as_deref() == Some(REDACTED)));
}

#[test]
fn a_hello_in_tls_is_told_and_nothing_after_it() {
    let lines = lines(&capture("dicom_tls"), &Options::default());
    assert!(!lines.is_empty());
    assert!(lines.iter().all(|line| line.protocol == Protocol::Tls));
}

#[test]
fn who_has_enough_is_told_no_more() {
    let mut count = 0;
    let read = dissect::read_from("x", Cursor::new(capture("dicom_store")), &Options::default(), &mut |_| {
        count += 1;
        if count == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(read.is_ok());
    assert_eq!(count, 3);
}

#[test]
fn a_capture_cut_short_is_told_as_far_as_it_goes() {
    let bytes = capture("dicom_store");
    let mut count = 0;
    let health =
        dissect::read_from("x", Cursor::new(bytes[..bytes.len() / 3].to_vec()), &Options::default(), &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        });
    assert!(health.unwrap().is_damaged());
    assert!(count > 100);
}
